"""What stands between two stages of the procedure, and who may let a dossier past it.

Receivable → opinions → meeting → decision → letter → public. Opinions and meeting are barriers only
where the call uses them. A letter tells its decision and the public reads what a letter told: these
two are kept by the rows themselves, and nobody passes them.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from django.db import models

from appels.models import (
    Appel,
    Avis,
    Barriere,
    Comite,
    Deliberation,
    Dossier,
    Financement,
    Franchissement,
    Passage,
    SensComite,
)
from appels.models.etats import Etat, Transition
from partenaires.socle.refus import Refus
from quartiers.horloge import a_paris

QUI_LEVE = "La ou le responsable du service peut y déroger, par écrit. Rien n’est enregistré."
PHRASES = {
    Barriere.RECEVABILITE: "Ce dossier n’est pas déclaré recevable : déclarez-le d’abord.",
    Barriere.AVIS: "Un avis demandé n’est pas encore partagé : attendez-le, ou sa date limite.",
    Barriere.COMITE: "Le comité ne s’est pas encore prononcé sur ce dossier, ou l’a ajourné : "
    "notez-le d’abord.",
    Barriere.NOTIFIE: "L’organisme a déjà reçu la lettre d’un financeur : ce dossier ne se reprend "
    "ni ne s’écarte plus.",
}
# As said of a dossier that a bulk act leaves aside.
RAISONS = {
    Barriere.RECEVABILITE: "pas déclaré recevable",
    Barriere.AVIS: "un avis demandé manque",
    Barriere.COMITE: "le comité ne s’est pas prononcé",
    Barriere.NOTIFIE: "une lettre est déjà partie",
}


class Barre(Refus):
    """A barrier stands before this dossier: which, and who may let it pass."""

    def __init__(self, barriere: Barriere, phrase: str = ""):
        self.barriere = barriere
        super().__init__(phrase or f"{PHRASES[barriere]} {QUI_LEVE}")


def dressees(
    dossiers: Collection[Dossier], instant: datetime, *, pour_ajourner: bool = False
) -> dict[int, list[Barriere]]:
    """{dossier: what stands before a decision on it}, nothing for those where all is open.

    `pour_ajourner`: the decision puts off too, as the meeting may have done. Six queries for the
    dossiers of a call, whatever their number.
    """
    cles = [dossier.pk for dossier in dossiers]
    trouvees: dict[int, list[Barriere]] = defaultdict(list)
    for dossier in dossiers:
        if dossier.etat != Etat.RECEVABLE:
            trouvees[dossier.pk].append(Barriere.RECEVABILITE)
    for cle in _attendent_un_avis(cles, instant):
        trouvees[cle].append(Barriere.AVIS)
    for cle in _attendent_le_comite(cles, pour_ajourner=pour_ajourner):
        trouvees[cle].append(Barriere.COMITE)
    for cle, barriere in _franchies(list(trouvees)):
        if barriere in trouvees[cle]:
            trouvees[cle].remove(Barriere(barriere))
    return {cle: barrieres for cle, barrieres in trouvees.items() if barrieres}


def _attendent_un_avis(cles: list[int], instant: datetime) -> list[int]:
    """The keys of those of which a funder asked has not shared its opinion, while it is awaited."""
    partages = Avis.objects.partages().filter(
        dossier=models.OuterRef("dossier"), partenaire=models.OuterRef("partenaire")
    )
    attendus = Appel.objects.filter(avis_avant__gte=a_paris(instant).date())
    return list(
        Financement.objects.filter(
            dossier__in=cles, dossier__appel__in=attendus, partenaire__isnull=False
        )
        .exclude(models.Exists(partages))
        .order_by()
        .values_list("dossier", flat=True)
        .distinct()
    )


def _attendent_le_comite(cles: list[int], *, pour_ajourner: bool) -> list[int]:
    """The keys of those on which no meeting said anything, or last that it would say it later,
    where the call has a meeting.
    """
    comites = Comite.objects.filter(appel=models.OuterRef("appel"))
    mots = Deliberation.objects.filter(dossier=models.OuterRef("pk")).order_by("-le", "-pk")
    attendent = models.Q(mot__isnull=True)
    if not pour_ajourner:
        attendent |= models.Q(mot=SensComite.AJOURNE)
    return list(
        Dossier.objects.filter(models.Exists(comites), pk__in=cles)
        .annotate(mot=models.Subquery(mots.values("sens")[:1]))
        .filter(attendent)
        .order_by()
        .values_list("pk", flat=True)
    )


def _franchies(cles: Collection[int]) -> list[tuple[int, str]]:
    """(dossier, barrier) of the derogations that hold: what was said of the dossier since ends one.

    That it is not receivable, or that the meeting puts it off, is another reason to stop.
    """
    ecartes = Passage.objects.filter(acte=Transition.ECARTER, **_depuis())
    ajournes = Deliberation.objects.filter(sens=SensComite.AJOURNE, **_depuis())
    tombees = models.Q(models.Exists(ecartes), barriere=Barriere.RECEVABILITE) | models.Q(
        models.Exists(ajournes), barriere=Barriere.COMITE
    )
    return list(
        Franchissement.objects.filter(dossier__in=cles)
        .exclude(tombees)
        .order_by()
        .values_list("dossier", "barriere")
        .distinct()
    )


def _depuis() -> dict[str, models.OuterRef]:
    """About the same dossier as a derogation, after it."""
    return {"dossier": models.OuterRef("dossier"), "le__gt": models.OuterRef("le")}


def non_recevables(dossiers: Collection[Dossier]) -> set[int]:
    """The keys of those that are not receivable, and that no derogation lets pass."""
    cles = {dossier.pk for dossier in dossiers if dossier.etat != Etat.RECEVABLE}
    franchies = _franchies(cles)
    return {cle for cle in cles if (cle, Barriere.RECEVABILITE) not in franchies}


def exiger(dossier: Dossier, instant: datetime, *, pour_ajourner: bool = False) -> None:
    """Raises `Barre` for the first barrier before a decision; call it on a locked dossier."""
    for barrieres in dressees([dossier], instant, pour_ajourner=pour_ajourner).values():
        raise Barre(barrieres[0])


def raison(barrieres: list[Barriere]) -> str:
    """« pas déclaré recevable, un avis demandé manque »."""
    return ", ".join(RAISONS[barriere] for barriere in barrieres)


def exiger_non_notifie(dossier: Dossier) -> None:
    """Raises `Barre` when its organisation was told, and no derogation reopens it.

    A derogation holds until the dossier is receivable again.
    """
    if not dossier.est_notifie():
        return
    derogations = dossier.franchissements.filter(barriere=Barriere.NOTIFIE)
    admis = Passage.objects.filter(dossier=dossier, acte=Transition.ADMETTRE)
    admis_le = admis.aggregate(le=models.Max("le"))["le"]
    if admis_le:
        derogations = derogations.filter(le__gte=admis_le)
    if not derogations.exists():
        raise Barre(Barriere.NOTIFIE)


def retenus(dossiers: list[Dossier], barriere: Barriere, instant: datetime) -> list[Dossier]:
    """Those of these dossiers before which this barrier stands."""
    if barriere == Barriere.NOTIFIE:
        return [dossier for dossier in dossiers if not _se_reprend(dossier)]
    trouvees = dressees(dossiers, instant)
    return [dossier for dossier in dossiers if barriere in trouvees.get(dossier.pk, [])]


def _se_reprend(dossier: Dossier) -> bool:
    """It may be examined again, or set aside."""
    try:
        exiger_non_notifie(dossier)
    except Barre:
        return False
    return True


def devant(dossier: Dossier, instant: datetime) -> list[Barriere]:
    """All that stands before it: a decision, or its re-examination; one may derogate from each."""
    barrieres = list(dressees([dossier], instant).get(dossier.pk, []))
    return barrieres if _se_reprend(dossier) else [*barrieres, Barriere.NOTIFIE]
