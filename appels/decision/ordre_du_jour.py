"""The agenda of a meeting: which projects, in what order, and what keeps one out of it."""

from dataclasses import dataclass, field
from typing import Any

from django.db import models

from appels.instruction import listes
from appels.models import Barriere, Comite, Deliberation, Dossier, Franchissement, Inscription
from appels.models.dossiers import DossierQuerySet
from appels.models.etats import EN_COURSE, Etat
from appels.socle import barrieres
from partenaires.models import Utilisateur

NE_PASSE_PAS = {
    Etat.RETIRE: "retiré par son organisme",
    Etat.IRRECEVABLE: "déclaré irrecevable",
}
ORDRE_MAX = 999


def en_seance(comite: Comite) -> DossierQuerySet:
    """The projects that a meeting examines, in its order: those of its agenda; without an agenda,
    all those of the call, by number.

    In course, and receivable unless the head derogated.
    """
    derogations = Franchissement.objects.filter(
        dossier=models.OuterRef("pk"), barriere=Barriere.RECEVABILITE
    )
    de_la_seance = Inscription.objects.filter(comite=comite)
    place = de_la_seance.filter(dossier=models.OuterRef("pk")).values("ordre")
    return (
        Dossier.objects.deposes()
        .filter(appel=comite.appel_id)
        .en_course()
        .filter(models.Q(etat=Etat.RECEVABLE) | models.Exists(derogations))
        .annotate(place=models.Subquery(place[:1]))
        .filter(models.Q(place__isnull=False) | ~models.Exists(de_la_seance))
        .order_by(models.F("place").asc(nulls_last=True), "numero")
    )


def examines(comite: Comite) -> list[int]:
    """The keys of the projects that a meeting examines, in its order.

    Once it is closed, those of its minutes: what happens to a project since moves no rank.
    """
    if comite.contenu is not None:
        return [projet["dossier"] for projet in comite.contenu["projets"]]
    return list(en_seance(comite).values_list("pk", flat=True))


def pourquoi_pas(dossier: Dossier, non_recevables: set[int]) -> str:
    """Why a project does not pass; empty when it does. `non_recevables`: of `barrieres`."""
    if dossier.etat in NE_PASSE_PAS:
        return NE_PASSE_PAS[Etat(dossier.etat)]
    if dossier.etat not in EN_COURSE:
        return "plus en course"
    if dossier.pk in non_recevables:
        return barrieres.RAISONS[Barriere.RECEVABILITE]
    return ""


@dataclass(frozen=True)
class Rangee:
    """A project that may be put on an agenda: its place there, what keeps it out, what others say
    of it; amounts in cents.
    """

    dossier: Dossier
    ordre: int | None
    raison: str
    ailleurs: list[str] = field(default_factory=list)  # the other meetings that have it
    mot: Deliberation | None = None  # the last word of another meeting
    mot_ici: Deliberation | None = None  # the word of this meeting

    @property
    def se_coche(self) -> bool:
        """It may be put on the agenda, or taken off it."""
        return not self.raison or self.ordre is not None


def rangees(comite: Comite, lecteur: Utilisateur) -> list[Rangee]:
    """The projects of the call that this person reads: those of the agenda first, in its order.

    What was withdrawn since stays on it and says so. Eight queries, whatever the number.
    """
    places = dict(comite.inscriptions.values_list("dossier", "ordre"))
    lisibles = listes.lisibles_par(lecteur).filter(appel=comite.appel_id)
    dossiers = list(
        lisibles.filter(models.Q(etat__in=EN_COURSE) | models.Q(pk__in=places))
        .select_related("porteur", "axe")
        .annotate(
            demande=models.Sum(
                "financements__montant", filter=models.Q(financements__partenaire__isnull=False)
            )
        )
        .order_by("numero")
    )
    non_recevables = barrieres.non_recevables(dossiers)
    ailleurs: dict[int, list[str]] = {}
    autres = Inscription.objects.filter(comite__appel=comite.appel_id).exclude(comite=comite)
    for inscription in autres.select_related("comite").order_by("comite__tenu_le"):
        ailleurs.setdefault(inscription.dossier_id, []).append(str(inscription.comite))
    mots = {}
    dits = Deliberation.objects.filter(comite__appel=comite.appel_id).exclude(comite=comite)
    for dit in dits.select_related("comite").order_by("le", "pk"):
        mots[dit.dossier_id] = dit
    dits_ici = {mot.dossier_id: mot for mot in comite.deliberations.select_related("comite")}
    trouvees = [
        Rangee(
            dossier,
            places.get(dossier.pk),
            pourquoi_pas(dossier, non_recevables),
            ailleurs.get(dossier.pk, []),
            mots.get(dossier.pk),
            dits_ici.get(dossier.pk),
        )
        for dossier in dossiers
    ]
    return sorted(trouvees, key=_place)


def _place(rangee: Rangee) -> int:
    return ORDRE_MAX + 1 if rangee.ordre is None else rangee.ordre


def retires(comite: Comite, lecteur: Utilisateur) -> list[tuple[Dossier, str]]:
    """The projects of the agenda that do not pass any more, and why."""
    if comite.clos_le:
        return []
    inscrits = listes.lisibles_par(lecteur).filter(inscriptions__comite=comite)
    dossiers = list(inscrits.select_related("porteur").order_by("inscriptions__ordre"))
    non_recevables = barrieres.non_recevables(dossiers)
    dits = [(dossier, pourquoi_pas(dossier, non_recevables)) for dossier in dossiers]
    return [(dossier, raison) for dossier, raison in dits if raison]


def prochaine_place(comite: Comite) -> int:
    """After the last of the agenda."""
    derniere = comite.inscriptions.aggregate(ordre=models.Max("ordre"))["ordre"]
    return (derniere or 0) + 1


# --- Choosing what to put on it ---------------------------------------------------------------


@dataclass(frozen=True)
class Filtre:
    """What the address of the page of the agenda asks."""

    axe: str = ""
    voir: str = ""  # « inscrits », « libres »: those that no meeting has; empty: all

    @classmethod
    def lire(cls, adresse: Any) -> "Filtre":
        """What is unknown is as if it were not said."""
        voir = adresse.get("voir", "")
        return cls(adresse.get("axe", "")[:20], voir if voir in ("inscrits", "libres") else "")


def filtrer(rangees: list[Rangee], filtre: Filtre) -> list[Rangee]:
    """Those that the address asks."""
    return [rangee for rangee in rangees if _est_montree(rangee, filtre)]


def _est_montree(rangee: Rangee, filtre: Filtre) -> bool:
    axe = rangee.dossier.axe
    if filtre.axe and (axe is None or axe.cle != filtre.axe):
        return False
    if filtre.voir == "inscrits":
        return rangee.ordre is not None
    if filtre.voir == "libres":
        sans_seance = rangee.ordre is None and not rangee.ailleurs and not rangee.raison
        return sans_seance and rangee.mot is None
    return True


def axes(rangees: list[Rangee]) -> list[tuple[str, str]]:
    """(key, name) of those that some project has."""
    trouves = [rangee.dossier.axe for rangee in rangees]
    return list({axe.cle: str(axe) for axe in trouves if axe is not None}.items())


# --- How far the meeting is -------------------------------------------------------------------


@dataclass(frozen=True)
class Passage:
    """A project of the meeting: its rank, None when it is closed to the reader, what was said.

    `depuis`: what happened to it since the meeting was closed, « retiré par son organisme ».
    """

    rang: int
    dossier: Dossier | None
    mot: Deliberation | None
    depuis: str = ""


@dataclass(frozen=True)
class Suivi:
    """The projects of a meeting in its order, those that do not pass any more, the quorum."""

    passages: list[Passage]
    retires: list[tuple[Dossier, str]]
    a_un_ordre: bool
    voix: int
    quorum: int | None

    @property
    def restent(self) -> int:
        """How many wait for a word."""
        return sum(passage.mot is None for passage in self.passages)

    @property
    def suite(self) -> int:
        """The rank of the first that waits for a word; the first of all when none does."""
        return next((passage.rang for passage in self.passages if passage.mot is None), 1)

    @property
    def est_atteint(self) -> bool:
        """The quorum, when there is one."""
        return self.quorum is None or self.voix >= self.quorum


def suivre(comite: Comite, lecteur: Utilisateur) -> Suivi:
    """Where a meeting is, as this person may read it."""
    cles = examines(comite)
    lisibles = listes.lisibles_par(lecteur).filter(appel=comite.appel_id)
    lus = {un.pk: un for un in lisibles.filter(pk__in=cles).select_related("porteur", "axe")}
    mots = {mot.dossier_id: mot for mot in comite.deliberations.all()}
    passages = [
        Passage(rang, lus.get(cle), mots.get(cle), _depuis(comite, lus.get(cle)))
        for rang, cle in enumerate(cles, 1)
    ]
    a_un_ordre = comite.inscriptions.exists()
    return Suivi(
        passages,
        retires(comite, lecteur) if a_un_ordre else [],
        a_un_ordre=a_un_ordre,
        voix=0 if comite.quorum is None else comite.voix_presentes,
        quorum=comite.quorum,
    )


def _depuis(comite: Comite, dossier: Dossier | None) -> str:
    if dossier is None or comite.clos_le is None:
        return ""
    return NE_PASSE_PAS.get(Etat(dossier.etat), "")
