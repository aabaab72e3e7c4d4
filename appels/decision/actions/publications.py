"""Decisions become public one by one, by funder or together, once their letters left; and back."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import models, transaction

from appels.decision import courriels, departs
from appels.decision.actions.decisions import verrouiller_l_appel
from appels.models import (
    ACCORDS,
    Acte,
    Appel,
    DecisionPrise,
    Diffusion,
    Dossier,
    GenreDiffusion,
    Publication,
)
from appels.models.etats import EN_COURSE
from appels.socle import empechement, reveil, soutiens
from partenaires.models import Utilisateur
from partenaires.socle.refus import Refus
from quartiers.francais import accorder

ENTRE_TEMPS = "remplacée, ou déjà publiée, depuis que la page est montrée"


class AutreNombre(Refus):
    """The number typed is not how many are ticked; `nombre`: how many are."""

    champ = "nombre"

    def __init__(self, nombre: int):
        self.nombre = nombre
        super().__init__(
            f"{accorder(nombre, 'décision est cochée', 'décisions sont cochées')} : relisez les "
            "lignes, puis confirmez ce nombre. Rien n’est publié."
        )


class AutresDecisions(Refus):
    """All those of a funder are not those that the page showed; `nombre`: how many now."""

    champ = "nombre"

    def __init__(self, nombre: int):
        super().__init__(
            "La liste a changé depuis que cette page est montrée : "
            f"{accorder(nombre, 'décision')} maintenant. Relisez les lignes, puis confirmez ce "
            "nombre. Rien n’est publié."
        )


class RienAPublier(Refus):
    """None of the decisions ticked may be public now."""

    phrase = (
        "Aucune des décisions cochées ne peut être publiée : sa lettre doit être partie, et la "
        "décision toujours la dernière. Rien n’est publié."
    )
    champ = "nombre"


class SansNote(Refus):
    """A line that the public has read is corrected: the public is told why."""

    phrase = (
        "Une ligne cochée en corrige une que tout le monde a lue, même retirée depuis : écrivez la "
        "note de correction. Rien n’est publié."
    )
    champ = "note"


class RienARetirer(Refus):
    """None of the lines ticked is public, or about to be."""

    phrase = "Aucune des lignes cochées n’est publique : rien n’a changé."


def publiables(appel: Appel) -> models.QuerySet[Any]:
    """The decisions of a call that may become public: their letter left, nothing came since.

    Grants, and what takes the place of a grant that is public. `corrige`: the public has read
    another one of this request, undone since or not.
    """
    vives = Publication.objects.vives().filter(prise=models.OuterRef("pk"))
    accords = Publication.objects.filter(
        prise__financement=models.OuterRef("financement"), prise__decision__in=ACCORDS
    )
    ont_paru = accords.filter(le__isnull=False).exclude(prise=models.OuterRef("pk"))
    return (
        DecisionPrise.objects.courantes()
        .notifiees()
        .filter(
            financement__dossier__appel=appel,
            financement__dossier__etat__in=EN_COURSE,
            financement__partenaire__isnull=False,
        )
        .filter(~models.Exists(vives))
        .annotate(corrige=models.Exists(ont_paru))
        .filter(models.Q(decision__in=ACCORDS) | models.Exists(accords.parues()))
        .exclude(decision="renonce")
        .select_related(
            "financement__dossier__porteur", "financement__dossier__axe", "financement__partenaire"
        )
        .order_by("financement__dossier__intitule", "financement")
    )


def _verrouiller(appel: Appel, concernes: models.Q) -> None:
    """These dossiers, then their call: decisions, letters and publications come one by one."""
    cles = Dossier.objects.filter(concernes, appel=appel).values("pk")
    tenus = Dossier.objects.select_for_update(of=("self",)).filter(pk__in=cles)
    list(tenus.order_by("pk"))
    verrouiller_l_appel(appel.pk)


def _a_publier(
    appel: Appel, cochees: Collection[int], par: Utilisateur
) -> tuple[list[Any], list[Any]]:
    """Of the decisions ticked, those that this person may publish, and those left aside.

    Raises `RienAPublier`, with the names of what stops it.
    """
    possibles = list(publiables(appel).filter(pk__in=cochees))
    lus = {prise.financement.dossier for prise in possibles}
    gardes, ecartes = empechement.ecarter_les_empeches(list(lus), par=par)
    prises = [prise for prise in possibles if prise.financement.dossier in gardes]
    if not prises:
        raise RienAPublier(empechement.nommer(ecartes))
    return prises, [prise for prise in possibles if prise.financement.dossier not in gardes]


def _plus_a_publier(
    appel: Appel, cochees: Collection[int], connues: list[DecisionPrise]
) -> list[DecisionPrise]:
    """Those ticked that changed since the page was shown: replaced, or published already."""
    du_lot = DecisionPrise.objects.filter(pk__in=cochees, financement__dossier__appel=appel)
    autres = du_lot.exclude(pk__in=[prise.pk for prise in connues])
    return list(
        autres.select_related("financement__dossier", "financement__partenaire").order_by("pk")
    )


def _en_clair(prises: list[DecisionPrise], pourquoi: str) -> list[list[str]]:
    """[number, funder, why] of what is left aside, as a release keeps it."""
    return [
        [prise.financement.dossier.numero or "", prise.financement.nom, pourquoi]
        for prise in prises
    ]


@transaction.atomic
def publier(
    appel: Appel,
    cochees: Collection[int],
    confirme: int,
    *,
    note: str = "",
    par: Utilisateur,
    recu_le: datetime,
    prevue_le: datetime | None = None,
) -> Diffusion:
    """Everybody reads the decisions ticked: now, or when `prevue_le` comes.

    `note`: what the public reads beside a line that corrects another. Those that somebody published
    or replaced meanwhile are left aside, and named. Raises `AutreNombre`, `RienAPublier`,
    `SansNote` or `PasDansLePasse`.
    """
    if len(set(cochees)) != confirme:
        raise AutreNombre(len(set(cochees)))
    departs.exiger_a_venir(prevue_le, recu_le)
    _verrouiller(appel, models.Q(financements__prises__in=cochees))
    prises, laissees = _a_publier(appel, cochees, par)
    entre_temps = _plus_a_publier(appel, cochees, [*prises, *laissees])
    if any(prise.corrige for prise in prises) and not note:
        raise SansNote
    diffusion = Diffusion.objects.create(
        appel=appel,
        genre=GenreDiffusion.PUBLICATION,
        prevue_le=prevue_le or recu_le,
        demandee_le=recu_le,
        par=par,
        laissees=[*_en_clair(laissees, departs.FERME), *_en_clair(entre_temps, ENTRE_TEMPS)],
    )
    publications = Publication.objects.bulk_create(
        Publication(prise=prise, diffusion=diffusion, note=note if prise.corrige else "", par=par)
        for prise in prises
    )
    if prevue_le is None:
        _paraitre(diffusion, publications, recu_le)
    return diffusion


@transaction.atomic
def executer(diffusion: Diffusion, instant: datetime) -> None:
    """The instant chosen has come: what changed since is left aside, and the head is told.

    Does nothing when it was done, or cancelled, meanwhile.
    """
    _verrouiller(diffusion.appel, models.Q(financements__prises__publications__diffusion=diffusion))
    actuelle = departs.encore_prevue(diffusion)
    if actuelle is None:
        return
    attendues = list(
        actuelle.publications.select_related(
            "prise__financement__dossier", "prise__financement__partenaire"
        )
    )
    retenues = departs.publications_retenues(attendues, actuelle)
    laissees = [
        [
            publication.prise.financement.dossier.numero or "",
            publication.prise.financement.nom,
            retenues[publication.pk],
        ]
        for publication in attendues
        if publication.pk in retenues
    ]
    actuelle.laissees += laissees
    Publication.objects.vives().filter(pk__in=retenues).update(
        retiree_le=instant, retiree_par=actuelle.par, motif_retrait="Laissée de côté"
    )
    _paraitre(actuelle, [une for une in attendues if une.pk not in retenues], instant)
    courriels.diffusion_faite(actuelle, len(attendues), laissees)
    reveil.apres_commit("appels.envoyer_courriels")


def _paraitre(diffusion: Diffusion, publications: list[Publication], instant: datetime) -> None:
    """These lines are public; they take the place of the former line of the same request."""
    cles = [publication.pk for publication in publications]
    requetes = [publication.prise.financement_id for publication in publications]
    Publication.objects.parues().filter(prise__financement__in=requetes).update(
        retiree_le=instant, retiree_par=diffusion.par, motif_retrait="Remplacée"
    )
    Publication.objects.filter(pk__in=cles).update(le=instant)
    diffusion.faite_le = instant
    diffusion.save(update_fields=["faite_le", "laissees"])
    for publication in publications:
        demande = publication.prise.financement
        demande.dossier.passages.create(
            acte=Acte.PUBLIER,
            par=diffusion.par,
            le=instant,
            motif=f"{demande.nom} : {publication.prise}"[:300],
        )
    soutiens.renouveler({une.prise.financement.dossier_id for une in publications}, instant)


@transaction.atomic
def depublier(
    appel: Appel,
    cochees: Collection[int],
    motif: str,
    *,
    par: Utilisateur,
    recu_le: datetime,
) -> tuple[int, list[Dossier]]:
    """Nobody reads these lines any more, and why. They may be published again.

    How many, and the dossiers left aside: this person may not act on them. Raises `RienARetirer`.
    """
    _verrouiller(appel, models.Q(financements__prises__publications__in=cochees))
    vives = list(
        Publication.objects.vives()
        .filter(pk__in=cochees, prise__financement__dossier__appel=appel)
        .select_related("prise__financement__dossier", "prise__financement__partenaire")
    )
    lus = {une.prise.financement.dossier for une in vives}
    gardes, ecartes = empechement.ecarter_les_empeches(list(lus), par=par)
    vives = [une for une in vives if une.prise.financement.dossier in gardes]
    if not vives:
        raise RienARetirer(empechement.nommer(ecartes))
    Publication.objects.filter(pk__in=[une.pk for une in vives]).update(
        retiree_le=recu_le, retiree_par=par, motif_retrait=motif
    )
    for publication in vives:
        demande = publication.prise.financement
        demande.dossier.passages.create(
            acte=Acte.DEPUBLIER,
            par=par,
            le=recu_le,
            motif=f"{demande.nom} : {motif}"[:300],
        )
    soutiens.renouveler({une.prise.financement.dossier_id for une in vives}, recu_le)
    return len(vives), ecartes
