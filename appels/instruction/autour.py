"""What an agent must know around a deposited dossier before acting on it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from appels.instruction import alertes, annees_du_porteur, voisinage
from appels.instruction.colonnes import DossierCalcule
from appels.models import (
    Complement,
    DocumentDemande,
    Dossier,
    Financement,
    Franchissement,
    Message,
    NomPartie,
    Piece,
    Point,
    Rattachement,
)
from appels.models.dossiers import DossierQuerySet
from appels.socle import figement, pieces_demandees, stades, suivi
from quartiers.francais import accorder

MESSAGES_MONTRES = 2
# Where in the request an alert is looked at
PARTIES_DES_ALERTES = {
    "pieces": NomPartie.PIECES,
    "qpv": NomPartie.LIEUX,
    "convention": NomPartie.BUDGET,
    "accorde": NomPartie.BUDGET,
    "plan": NomPartie.BUDGET,
    "dauphin": NomPartie.BUDGET,
}
NOMS_DES_PARTIES = {
    NomPartie.PIECES: "Pièces",
    NomPartie.BUDGET: "Budget",
    NomPartie.PROJET: "Projet",
    NomPartie.DESCRIPTION: "Description",
    NomPartie.LIEUX: "Lieux et publics",
    NomPartie.MOYENS: "Moyens",
    NomPartie.EVALUATION: "Évaluation",
    NomPartie.ORGANISME: "Organisme",
}


@dataclass(frozen=True)
class DocumentExamine:
    """A document that the call demands, and the files given for it."""

    document: DocumentDemande
    pieces: list[Piece]


@dataclass(frozen=True)
class PartieVue:
    """A part of the request as the agent finds it: its name, its mark, what is to be looked at."""

    nom: str  # the anchor of its section
    libelle: str
    temoin: str
    mot: str  # what the mark says
    detail: str = ""


@dataclass(frozen=True)
class Autour:
    """All that the page of an agent draws beside the request itself."""

    stade: stades.Stade
    qui: str  # who acts next, in words
    est_au_service: bool
    geste: stades.Geste | None  # the one act of the service
    lu: suivi.Suivi  # what the organisation reads
    alertes: list[alertes.Alerte]
    delai_passe: bool  # the organisation did not complete in time
    rejet_est_suspendu: bool  # a silence refuses nothing before the end of that delay
    documents: list[DocumentExamine]
    complements: list[tuple[Complement, list[Point]]]
    passe: list[tuple[Dossier, stades.Stade, list[Financement]]]
    proches: list[voisinage.Proche]
    messages: list[Message]  # the last ones, the last first
    parties: list[PartieVue]
    # Read by the page only when the dossier says that it has some
    franchissements: Iterable[Franchissement]
    rattachements: Iterable[Rattachement]

    @property
    def avancement(self) -> list[tuple[str, str, int]]:
        """(class, words, how many parts) for the bar above them."""
        a_regarder = sum(partie.temoin in ("demi", "a-vous") for partie in self.parties)
        return [
            ("s1", "sans remarque", self.sans_remarque),
            ("s2", "à regarder", a_regarder),
            ("s4", "demandées", len(self.parties) - self.sans_remarque - a_regarder),
        ]

    @property
    def annees(self) -> list[annees_du_porteur.Annee]:
        """The past years, from what was read of them."""
        return annees_du_porteur.des_demandes(
            [demande for _, _, demandes in self.passe for demande in demandes]
        )

    @property
    def a_lire(self) -> list[Piece]:
        """The documents that nobody has judged yet."""
        toutes = [piece for examine in self.documents for piece in examine.pieces]
        return [piece for piece in toutes if not piece.conformite and not piece.refusee]

    @property
    def ouverte(self) -> Piece | None:
        """The one that the page opens in its frame."""
        toutes = [piece for examine in self.documents for piece in examine.pieces]
        return premiere_a_lire(toutes)

    @property
    def sans_remarque(self) -> int:
        """How many parts raise nothing."""
        return sum(partie.temoin == "plein" for partie in self.parties)


def premiere_a_lire(pieces: list[Piece]) -> Piece | None:
    """Of those that a page may show in its frame, one to judge first."""
    montrables = [piece for piece in pieces if piece.se_montre]
    return min(montrables, key=attrgetter("est_jugee"), default=None)


def autour(
    dossier: DossierCalcule,
    adresses: list[str],
    visibles: DossierQuerySet,
    passes: DossierQuerySet,
    instant: datetime,
) -> Autour:
    """Around a dossier read with its alerts, its `stade` and its letters.

    `visibles`: what the agent reads; `passes`: the same, past years taken over included.
    """
    ou = stades.Stade(dossier.stade)
    qui = stades.ATTENTES[ou]
    attendu = dossier.attend_un_complement(instant)
    demandes = documents(dossier)
    complements = _complements(dossier)
    levees = alertes.de(dossier)
    return Autour(
        stade=ou,
        qui=stades.A_QUI[qui],
        est_au_service=qui == stades.Attente.SERVICE,
        geste=stades.geste_du_service(dossier, ou),
        lu=suivi.pour_l_organisme(dossier, instant),
        alertes=levees,
        delai_passe=dossier.est_a_completer and not attendu,
        rejet_est_suspendu=alertes.rejet_est_suspendu(dossier, instant),
        documents=demandes,
        complements=complements,
        passe=voisinage.passe(dossier, passes, instant),
        proches=voisinage.proches(dossier, adresses, visibles),
        messages=_messages(dossier),
        parties=_parties(demandes, complements, levees),
        franchissements=dossier.franchissements.select_related("par"),
        rattachements=dossier.rattachements.select_related("contribution"),
    )


def _messages(dossier: Dossier) -> list[Message]:
    """The last words exchanged, the last one first; one query."""
    dits = dossier.messages.select_related("auteur").order_by("-pk")
    return list(dits[:MESSAGES_MONTRES])


def _parties(
    documents: list[DocumentExamine],
    complements: list[tuple[Complement, list[Point]]],
    levees: list[alertes.Alerte],
) -> list[PartieVue]:
    """Each part, in the order of the page, with what is to be looked at there."""
    attendues = {
        point.partie
        for complement, points in complements
        if not complement.repondu_le and not complement.clos_le
        for point in points
    }
    alertees: dict[str, int] = defaultdict(int)
    for alerte in levees:
        if alerte.cle in PARTIES_DES_ALERTES:
            alertees[PARTIES_DES_ALERTES[alerte.cle]] += 1
    a_voir = sum(
        not piece.conformite and not piece.refusee
        for examine in documents
        for piece in examine.pieces
    )
    return [
        _partie(
            partie,
            libelle,
            a_voir=a_voir if partie == NomPartie.PIECES else 0,
            alertes=alertees[partie],
            est_attendue=partie in attendues,
        )
        for partie, libelle in NOMS_DES_PARTIES.items()
    ]


def _partie(
    partie: NomPartie, libelle: str, *, a_voir: int, alertes: int, est_attendue: bool
) -> PartieVue:
    """The nearest thing to do there wins."""
    if est_attendue:
        return PartieVue(partie.value, libelle, "apres", "demandée", "demandée")
    if a_voir:
        detail = accorder(a_voir, "à contrôler", "à contrôler")
        return PartieVue(partie.value, libelle, "a-vous", "à vous", detail)
    if alertes:
        detail = accorder(alertes, "point")
        return PartieVue(partie.value, libelle, "demi", "à regarder", detail)
    return PartieVue(partie.value, libelle, "plein", "sans remarque")


def _complements(dossier: Dossier) -> list[tuple[Complement, list[Point]]]:
    """What was asked, request after request, with its points; one query."""
    tous_les_points = (
        Point.objects.filter(complement__dossier=dossier)
        .select_related("complement", "document")
        .order_by("complement", "pk")
    )
    par_complement = groupby(tous_les_points, key=attrgetter("complement"))
    return [(complement, list(points)) for complement, points in par_complement]


def documents(dossier: Dossier) -> list[DocumentExamine]:
    """Each document asked: what the call demands, what was given, what an agent found."""
    par_document = defaultdict(list)
    for piece in figement.presentes(dossier):
        par_document[piece.document_id].append(piece)
    return [
        DocumentExamine(document, par_document[document.pk])
        for document in pieces_demandees.demandees(dossier)
    ]
