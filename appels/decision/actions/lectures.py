"""One person's scores on a dossier: kept as they are written, then given."""

from datetime import datetime

from django.db import transaction

from appels.decision.actions.decisions import HorsCourse
from appels.models import Appel, Cotation, Critere, Dossier, Lecture
from appels.socle.empechement import verrouiller_pour_instruire
from appels.socle.retraits import PlusPropose
from partenaires.models import Role, Utilisateur
from partenaires.models.appartenance import ROLES_AGENT
from quartiers import suites

ROLES_QUI_NOTENT = (*ROLES_AGENT, Role.AVIS_FINANCEUR)
PROPOSEE = (
    "Inscription dans un axe et un besoin du quartier",
    "Part et nombre d’habitants des quartiers prioritaires",
    "Mobilisation du public, « aller vers »",
    "Capacité et ancrage du porteur",
    "Faisabilité et calendrier",
    "Partenariat et droit commun",
    "Égalité entre les femmes et les hommes",
    "Participation des habitants",
    "Moyens et cohérence du budget, cofinancements",
    "Évaluation",
    "Bilan de l’année précédente",
)


@transaction.atomic
def proposer_une_grille(appel: Appel) -> None:
    """The criteria that published grids have in common (METIER §4.6), when there is none.

    All have the same weight.
    """
    Appel.objects.select_for_update(of=("self",)).get(pk=appel.pk)
    if not appel.criteres.exists():
        Critere.objects.bulk_create(
            Critere(appel=appel, libelle=libelle, position=rang)
            for rang, libelle in enumerate(PROPOSEE)
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
) -> Lecture:
    """Replace my scores; once given they stay given, and a later change is dated.

    Raises `HorsCourse` or `PlusPropose`.
    """
    verrouille = verrouiller_pour_instruire(dossier, par=par, roles=ROLES_QUI_NOTENT)
    if not verrouille.est_en_course:
        raise HorsCourse
    lecture, _ = Lecture.objects.get_or_create(
        dossier=verrouille, lecteur=par, defaults={"modifiee_le": recu_le}
    )
    _encore_proposes(lecture, cotations)
    lecture.cotations.all().delete()
    for cotation in cotations:
        cotation.pk = None
        cotation.lecture = lecture
    Cotation.objects.bulk_create(cotations)
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
