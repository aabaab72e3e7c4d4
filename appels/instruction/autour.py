"""What an agent must know around a deposited dossier before acting on it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from appels.instruction import alertes, voisinage
from appels.instruction.colonnes import DossierCalcule
from appels.models import Complement, DocumentDemande, Dossier, Financement, Passage, Piece, Point
from appels.models.dossiers import DossierQuerySet
from appels.socle import figement, pieces_demandees, stades, suivi

PASSAGES_MONTRES = 5


@dataclass(frozen=True)
class DocumentExamine:
    """A document that the call demands, and the files given for it."""

    document: DocumentDemande
    pieces: list[Piece]


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
    documents: list[DocumentExamine]
    complements: list[tuple[Complement, list[Point]]]
    passages: Iterable[Passage]  # the last ones first
    passe: list[tuple[Dossier, stades.Stade, list[Financement]]]
    proches: list[voisinage.Proche]


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
    return Autour(
        stade=ou,
        qui=stades.A_QUI[qui],
        est_au_service=qui == stades.Attente.SERVICE,
        geste=stades.geste_du_service(dossier, ou),
        lu=suivi.pour_l_organisme(dossier, instant),
        alertes=alertes.de(dossier),
        delai_passe=dossier.est_a_completer and not attendu,
        documents=_documents(dossier),
        complements=_complements(dossier),
        passages=dossier.passages.select_related("par").order_by("-pk")[:PASSAGES_MONTRES],
        passe=voisinage.passe(dossier, passes, instant),
        proches=voisinage.proches(dossier, adresses, visibles),
    )


def _complements(dossier: Dossier) -> list[tuple[Complement, list[Point]]]:
    """What was asked, request after request, with its points; one query."""
    tous_les_points = (
        Point.objects.filter(complement__dossier=dossier)
        .select_related("complement", "document")
        .order_by("complement", "pk")
    )
    par_complement = groupby(tous_les_points, key=attrgetter("complement"))
    return [(complement, list(points)) for complement, points in par_complement]


def _documents(dossier: Dossier) -> list[DocumentExamine]:
    """Each document asked: what the call demands, what was given, what an agent found."""
    par_document = defaultdict(list)
    for piece in figement.presentes(dossier):
        par_document[piece.document_id].append(piece)
    return [
        DocumentExamine(document, par_document[document.pk])
        for document in pieces_demandees.demandees(dossier)
    ]
