"""One person's scores on a dossier: kept as they are written, then given."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from appels.decision.actions.decisions import HorsCourse
from appels.decision.conflits import LectureChangee
from appels.models import Appel, Cotation, Critere, Dossier, Lecture, MotifDeBloc
from appels.socle import versions
from appels.socle.empechement import verrouiller_pour_instruire
from appels.socle.retraits import PlusPropose
from partenaires.models import Role, Utilisateur
from partenaires.models.appartenance import ROLES_AGENT
from quartiers import suites

ROLES_QUI_NOTENT = (*ROLES_AGENT, Role.AVIS_FINANCEUR)
PROPOSEE = (  # (block, criterion)
    ("Besoin et public", "Inscription dans un axe et un besoin du quartier"),
    ("Besoin et public", "Part et nombre d’habitants des quartiers prioritaires"),
    ("Besoin et public", "Mobilisation du public, « aller vers »"),
    ("Porteur et conduite", "Capacité et ancrage du porteur"),
    ("Porteur et conduite", "Faisabilité et calendrier"),
    ("Porteur et conduite", "Partenariat et droit commun"),
    ("Égalité et participation", "Égalité entre les femmes et les hommes"),
    ("Égalité et participation", "Participation des habitants"),
    ("Moyens et résultats", "Moyens et cohérence du budget, cofinancements"),
    ("Moyens et résultats", "Évaluation"),
    ("Moyens et résultats", "Bilan de l’année précédente"),
)


@transaction.atomic
def proposer_une_grille(appel: Appel) -> None:
    """The criteria that published grids have in common (METIER §4.6), when there is none.

    All have the same weight.
    """
    Appel.objects.select_for_update(of=("self",)).get(pk=appel.pk)
    if not appel.criteres.exists():
        Critere.objects.bulk_create(
            Critere(appel=appel, bloc=bloc, libelle=libelle, position=rang)
            for rang, (bloc, libelle) in enumerate(PROPOSEE)
        )


@transaction.atomic
@suites.en_une_fois()
def coter(
    dossier: Dossier,
    cotations: list[Cotation],
    *,
    rendre: bool,
    par: Utilisateur,
    recu_le: datetime,
    motifs: Mapping[str, str] | None = None,
    vue: str | None = None,
    version: int | None = None,
) -> Lecture:
    """Replace my scores; once given they stay given, and a later change is dated.

    `motifs`: {block: why}, where the call asks one reason a block; None leaves those there.
    `vue`: the print of the reading that the page showed, empty for none; `version`: the rank of the
    one that it showed.

    Raises `HorsCourse`, `NouvelleVersion`, `LectureChangee` or `PlusPropose`.
    """
    verrouille = verrouiller_pour_instruire(dossier, par=par, roles=ROLES_QUI_NOTENT)
    if not verrouille.est_en_course:
        raise HorsCourse
    versions.exiger_la_version(verrouille, version)
    lecture, est_neuve = Lecture.objects.get_or_create(
        dossier=verrouille, lecteur=par, defaults={"modifiee_le": recu_le}
    )
    if not est_neuve and vue is not None and vue != lecture.empreinte:
        raise LectureChangee(lecture)
    _encore_proposes(lecture, cotations)
    lecture.cotations.all().delete()
    for cotation in cotations:
        cotation.pk = None
        cotation.lecture = lecture
    Cotation.objects.bulk_create(cotations)
    if motifs is not None:
        lecture.motifs.all().delete()
        MotifDeBloc.objects.bulk_create(
            MotifDeBloc(lecture=lecture, bloc=bloc, motif=motif)
            for bloc, motif in motifs.items()
            if motif
        )
    lecture.modifiee_le = recu_le
    if rendre and lecture.rendue_le is None:
        lecture.rendue_le = recu_le
    lecture.save(update_fields=["modifiee_le", "rendue_le"])
    return lecture


def _encore_proposes(lecture: Lecture, cotations: list[Cotation]) -> None:
    """Locks the criteria against whoever withdraws them; a score already there may stay."""
    demandes = {cotation.critere_id for cotation in cotations}
    proposes = Critere.objects.proposes().filter(pk__in=demandes).order_by("pk")
    permis = {critere.pk for critere in proposes.select_for_update()}
    permis |= set(lecture.cotations.values_list("critere_id", flat=True))
    for cotation in cotations:
        if cotation.critere_id not in permis:
            raise PlusPropose(str(cotation.critere))
