"""A dossier at a glance: the same figures on its examination, its reading, its opinions, its séance
and its sheet of paper.

Read from the frozen version, and from what the service and the funders wrote since.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from appels.models import (
    Avis,
    Conformite,
    Deliberation,
    Dossier,
    Financement,
    Sens,
)
from appels.models.contenu import HORS_QPV, Dimension
from appels.models.dossiers import DossierQuerySet
from appels.socle import figement, notes, pieces_demandees
from partenaires.models import Partenaire, Utilisateur
from partenaires.socle import droits
from quartiers.francais import pour_cent

ANNEES = 3
PARTS_MAX = 4  # funders drawn apart: beyond, the last ones are drawn together
TEMOINS_DES_AVIS = {
    Sens.FAVORABLE: "plein",
    Sens.RESERVE: "demi",
    Sens.DEFAVORABLE: "vide",
    Sens.DEPORT: "apres",
}


@dataclass(frozen=True)
class Part:
    """Who would pay what of the whole: a segment of the bar, its mark, its line of text."""

    nom: str
    montant: int  # cents
    part: str  # « 32,0 % »
    ton: str


@dataclass(frozen=True)
class Annee:
    """A past year of the same organisation; cents, None for what nobody told."""

    annee: int
    demande: int | None
    vote: int | None
    justifie: int | None


@dataclass(frozen=True)
class Pieces:
    """The documents of a dossier, counted."""

    demandees: int = 0
    conformes: int = 0
    a_voir: int = 0
    refusees: int = 0
    absentes: int = 0


@dataclass(frozen=True)
class AvisVu:
    """A funder asked, what it asks of the reader's eyes: its opinion when it may be read."""

    demande: Financement
    mot: str
    temoin: str
    avis: Avis | None = None  # None while it is not shared, or not to be read yet

    @property
    def est_donne(self) -> bool:
        return self.mot != ATTENDU


ATTENDU = "Attendu"
CACHE = "Donné, lu après le vôtre"


@dataclass(frozen=True)
class CoupDOeil:
    """All of it; amounts in cents."""

    cout: int
    demande: int  # of the funders, account 74
    produits: int
    parts: list[Part]
    personnes: int | None
    personnes_des_quartiers: int
    annees: list[Annee]
    pieces: Pieces
    avis: list[AvisVu]
    notes: notes.Notes
    notes_sont_lisibles: bool
    mot: Deliberation | None
    vote: int | None  # None while no funder decided, or not to be told to this reader
    quartiers: list[str] = field(default_factory=list)

    @property
    def part_publique(self) -> str:
        """Share of the funders in the resources, account 87 excluded (METIER B7)."""
        return pour_cent(self.demande, self.produits) if self.produits else ""

    @property
    def par_personne(self) -> int | None:
        """Cost a person, in cents; None while nobody says how many."""
        return self.cout // self.personnes if self.personnes else None

    @property
    def part_des_quartiers(self) -> str:
        """Share of the residents of the priority quartiers among the people."""
        if not self.personnes:
            return ""
        return pour_cent(min(self.personnes_des_quartiers, self.personnes), self.personnes)

    @property
    def avis_donnes(self) -> int:
        return sum(vu.est_donne for vu in self.avis)

    @property
    def segments(self) -> list[tuple[str, str, int]]:
        """(class, name with its share, cents) for the bar and its key."""
        return [(part.ton, f"{part.nom}, {part.part}", part.montant) for part in self.parts]


def regarder(
    dossier: Dossier,
    contenu: dict[str, Any],
    lecteur: Utilisateur,
    *,
    lisibles: DossierQuerySet,
    en_seance: bool = False,
) -> CoupDOeil:
    """At most nine queries, whatever the dossier.

    `contenu`: its frozen version; `lisibles`: what the reader reads of past years; `en_seance`: the
    meeting has the scores before its eyes. Whoever has not scored, or has not given its opinion,
    reads how many were given, not what they say.
    """
    demandes = list(
        dossier.financements.filter(partenaire__isnull=False).select_related("partenaire")
    )
    siennes = notes.par_dossier([dossier])[dossier.pk]
    budget = contenu["budget"]
    totaux = budget["totaux"]
    du_service = droits.est_agent(lecteur)
    return CoupDOeil(
        cout=totaux["charges"],
        demande=totaux["financements"],
        produits=totaux["produits"],
        parts=_parts(budget["financements"], totaux["produits"]),
        personnes=contenu["projet"]["beneficiaires"],
        personnes_des_quartiers=_des_quartiers(contenu["publics"]),
        annees=_annees(dossier, lisibles, lecteur),
        pieces=_pieces(dossier),
        avis=_avis(dossier, demandes, lecteur),
        notes=siennes,
        notes_sont_lisibles=en_seance or siennes.se_lisent_par(lecteur),
        mot=_mot(dossier) if du_service or dossier.appel.comite_ouvert else None,
        vote=_vote(demandes, lecteur, du_service=du_service),
        quartiers=sorted({lieu["nom_quartier"] for lieu in contenu["lieux"]} - {""}),
    )


def _parts(financements: list[dict], produits: int) -> list[Part]:
    """The funders from the largest, the last ones together, then the organisation itself."""
    montants: dict[str, int] = {}
    for une in financements:
        montants[une["financeur"]] = montants.get(une["financeur"], 0) + (une["montant"] or 0)
    tries = sorted(montants.items(), key=_par_montant)
    tries = [(nom, montant) for nom, montant in tries if montant]
    if len(tries) > PARTS_MAX:
        reste = tries[PARTS_MAX - 1 :]
        autres = (f"{len(reste)} autres financeurs", sum(montant for _, montant in reste))
        tries = [*tries[: PARTS_MAX - 1], autres]
    du_porteur = produits - sum(montant for _, montant in tries)
    parts = [
        Part(nom, montant, pour_cent(montant, produits), f"f{rang}")
        for rang, (nom, montant) in enumerate(tries, 1)
    ]
    if du_porteur > 0:
        parts.append(Part("Le porteur", du_porteur, pour_cent(du_porteur, produits), "du-porteur"))
    return parts


def _par_montant(couple: tuple[str, int]) -> tuple[int, str]:
    """The largest first, then by name."""
    nom, montant = couple
    return -montant, nom


def _des_quartiers(publics: Iterable[tuple[str, str, int]]) -> int:
    """The people said to live in a priority quartier."""
    return sum(
        nombre
        for dimension, cle, nombre in publics
        if dimension == Dimension.QPV and cle != HORS_QPV
    )


def _annees(dossier: Dossier, lisibles: DossierQuerySet, lecteur: Utilisateur) -> list[Annee]:
    """The three years before, the last one first; one query.

    A vote that its organisation has not received is told to the service only.
    """
    votees = models.Q()
    if not droits.est_agent(lecteur):
        votees = models.Q(prises__lettres__liberee_le__isnull=False) | models.Q(
            reprise__isnull=False
        )
    annee = dossier.appel.annee
    passes = (
        Financement.objects.filter(
            dossier__in=lisibles.filter(porteur=dossier.porteur_id).order_by().values("pk"),
            dossier__appel__annee__lt=annee,
            dossier__appel__annee__gte=annee - ANNEES,
            partenaire__isnull=False,
        )
        .order_by()
        .values("pk", "dossier__appel__annee", "montant", "reprise__justifie")
        .annotate(vote=models.Max("montant_vote", filter=votees))
    )
    par_annee: dict[int, list[dict]] = {}
    for ligne in passes:
        par_annee.setdefault(ligne["dossier__appel__annee"], []).append(ligne)
    return [
        Annee(
            une,
            _somme(lignes, "montant"),
            _somme(lignes, "vote"),
            _somme(lignes, "reprise__justifie"),
        )
        for une, lignes in sorted(par_annee.items(), reverse=True)
    ]


def _somme(lignes: list[dict], champ: str) -> int | None:
    """None when no line says it, which is not zero."""
    connus = [ligne[champ] for ligne in lignes if ligne[champ] is not None]
    return sum(connus) if connus else None


def _pieces(dossier: Dossier) -> Pieces:
    """From what is already read: `pieces`, `appel__documents`."""
    presentes = figement.presentes(dossier)
    jointes = {piece.document_id for piece in presentes}
    demandees = pieces_demandees.demandees(dossier)
    non_conformes = [
        piece for piece in presentes if piece.refusee or piece.conformite == Conformite.NON_CONFORME
    ]
    return Pieces(
        demandees=len(demandees),
        conformes=sum(piece.conformite == Conformite.CONFORME for piece in presentes),
        a_voir=sum(not piece.conformite and not piece.refusee for piece in presentes),
        refusees=len(non_conformes),
        absentes=sum(document.pk not in jointes for document in demandees),
    )


def _avis(dossier: Dossier, demandes: list[Financement], lecteur: Utilisateur) -> list[AvisVu]:
    """One a funder asked, in the order of the budget; one query."""
    partages = {
        avis.partenaire_id: avis
        for avis in Avis.objects.partages().filter(dossier=dossier).avec_qui_les_lit(lecteur)
    }
    vus = []
    deja: set[Partenaire] = set()
    for demande in demandes:
        if demande.partenaire is None or demande.partenaire in deja:
            continue
        deja.add(demande.partenaire)
        avis = partages.get(demande.partenaire_id)
        if avis is None:
            vus.append(AvisVu(demande, ATTENDU, "apres"))
        elif not avis.est_lisible:
            vus.append(AvisVu(demande, CACHE, "plein"))
        else:
            mot = avis.get_sens_display()
            vus.append(AvisVu(demande, mot, TEMOINS_DES_AVIS[Sens(avis.sens)], avis))
    return vus


def _mot(dossier: Dossier) -> Deliberation | None:
    """What the last meeting said."""
    dites = Deliberation.objects.filter(dossier=dossier)
    return dites.order_by("-le", "-pk").first()


def _vote(demandes: list[Financement], lecteur: Utilisateur, *, du_service: bool) -> int | None:
    """Granted in all for the service; for a funder, what it granted itself."""
    votes = [
        demande.montant_vote or 0
        for demande in demandes
        if demande.decision and (du_service or droits.roles(lecteur, demande.partenaire_id))
    ]
    return sum(votes) if votes else None
