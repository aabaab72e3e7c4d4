"""A dossier at a glance: the same figures on examination, reading, opinion, séance and paper.

Read from the frozen version, and from what the service and the funders wrote since.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal, TypedDict

from django.db import models

from appels.instruction import noms_courts
from appels.models import (
    Avis,
    Conformite,
    Deliberation,
    Dossier,
    Financement,
    Sens,
    SensComite,
)
from appels.models.avis import lisible_pour
from appels.models.comite import TEMOINS
from appels.models.contenu import HORS_QPV, Dimension
from appels.models.dossiers import DossierQuerySet
from appels.models.financement import FinancementQuerySet
from appels.socle import figement, notes, pieces_demandees
from appels.socle.budget import par_personne
from partenaires.models import Utilisateur
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
    """A funder asked, and its opinion when this reader may read it; cents."""

    demande: Financement
    mot: str
    temoin: str
    propose: int | None = None
    motif: str = ""

    @property
    def nom(self) -> str:
        """Short, for a line among others."""
        partenaire = self.demande.partenaire
        return noms_courts.du_financeur(partenaire) if partenaire else self.demande.nom

    @property
    def est_donne(self) -> bool:
        return self.mot != ATTENDU


ATTENDU = "Attendu"
CACHE = "Donné, lu après le vôtre"


@dataclass(frozen=True)
class Mot:
    """What the last meeting said of the project."""

    sens: SensComite
    observation: str

    @property
    def temoin(self) -> str:
        return TEMOINS[self.sens]


@dataclass(frozen=True)
class CoupDOeil:
    """All of it; amounts in cents."""

    cout: int
    demande: int  # to the funders of the call, as every list says it
    subventions: int  # of all funders, account 74
    produits: int
    parts: list[Part]
    personnes: int | None
    personnes_des_quartiers: int
    annees: list[Annee]
    pieces: Pieces
    avis: list[AvisVu]
    notes: notes.Notes
    notes_sont_lisibles: bool
    mot: Mot | None
    vote: int | None  # None while no funder decided, or not to be told to this reader
    du_service: bool  # who looks
    quartiers: list[str] = field(default_factory=list)

    @property
    def part_publique(self) -> str:
        """Share of the funders in the resources, account 87 excluded (METIER B7)."""
        return pour_cent(self.subventions, self.produits) if self.produits else ""

    @property
    def par_personne(self) -> int | None:
        """Cost a person, in cents; None while nobody says how many."""
        return par_personne(self.cout, self.personnes)

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
    def avis_caches(self) -> int:
        """Given, and read by this person once their own is."""
        return sum(vu.mot == CACHE for vu in self.avis)

    @property
    def segments(self) -> list[tuple[str, str, int]]:
        """(class, name with its share, cents) for the bar and its key."""
        return [(part.ton, f"{part.nom} ({part.part})", part.montant) for part in self.parts]


def avec_le_mot(dossiers: DossierQuerySet) -> DossierQuerySet:
    """Each carries what the last meeting said of it: `regarder` then asks nothing for it."""
    dites = Deliberation.objects.filter(dossier=models.OuterRef("pk")).order_by("-le", "-pk")
    return dossiers.annotate(
        mot_sens=models.Subquery(dites.values("sens")[:1]),
        mot_observation=models.Subquery(dites.values("observation")[:1]),
    )


def regarder(
    dossier: Any,
    contenu: dict[str, Any],
    lecteur: Utilisateur,
    *,
    annees: list[Annee],
    en_seance: bool = False,
) -> CoupDOeil:
    """Two queries, documents apart, for a dossier read by `avec_le_mot`.

    `contenu`: its frozen version; `en_seance`: the meeting has the scores before its eyes. Whoever
    has not scored, or not given its opinion, reads how many were given, not what they say.
    """
    demandes = list(_demandes(dossier, lecteur))
    siennes = notes.par_dossier([dossier])[dossier.pk]
    budget = contenu["budget"]
    totaux = budget["totaux"]
    du_service = droits.est_agent(lecteur)
    return CoupDOeil(
        cout=totaux["charges"],
        demande=sum(f["montant"] or 0 for f in budget["financements"] if f["est_de_l_appel"]),
        subventions=totaux["financements"],
        produits=totaux["produits"],
        parts=_parts(budget["financements"], totaux["produits"]),
        personnes=contenu["projet"]["beneficiaires"],
        personnes_des_quartiers=_des_quartiers(contenu["publics"]),
        annees=annees,
        pieces=_pieces(dossier),
        avis=_avis(demandes),
        notes=siennes,
        notes_sont_lisibles=en_seance or siennes.se_lisent_par(lecteur),
        mot=_mot(dossier) if du_service or dossier.appel.comite_ouvert else None,
        vote=_vote(demandes, lecteur, du_service=du_service),
        du_service=du_service,
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


def annees(dossier: Dossier, lisibles: DossierQuerySet, lecteur: Utilisateur) -> list[Annee]:
    """The three years before, the last one first; one query.

    `lisibles`: what this person reads of the past, what was taken over included. A vote that its
    organisation has not received is told to the service only.
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
        .values("pk", "montant", annee=models.F("dossier__appel__annee"))
        .annotate(
            justifie=models.F("reprise__justifie"),
            vote=models.Max("montant_vote", filter=votees),
        )
    )
    return _par_annee(passes)


def annees_de(demandes: Iterable[Financement]) -> list[Annee]:
    """The same from the requests of the past that the page of an agent has already read."""
    return _par_annee(
        {
            "annee": demande.dossier.appel.annee,
            "montant": demande.montant,
            "vote": demande.montant_vote,
            "justifie": demande.reprise.justifie if demande.reprise else None,
        }
        for demande in demandes
        if demande.partenaire_id
    )


class _Passe(TypedDict):
    """What a past request says of its year; cents, None for what nobody told."""

    annee: int
    montant: int | None
    vote: int | None
    justifie: int | None


def _par_annee(lignes: Iterable[_Passe]) -> list[Annee]:
    """The last one first."""
    par_annee: dict[int, list[_Passe]] = defaultdict(list)
    for ligne in lignes:
        par_annee[ligne["annee"]].append(ligne)
    return [
        Annee(
            annee,
            _somme(siennes, "montant"),
            _somme(siennes, "vote"),
            _somme(siennes, "justifie"),
        )
        for annee, siennes in sorted(par_annee.items(), reverse=True)
    ]


def _somme(lignes: list[_Passe], champ: Literal["montant", "vote", "justifie"]) -> int | None:
    """None when no line says it, which is not zero."""
    dits = [ligne[champ] for ligne in lignes]
    connus = [montant for montant in dits if montant is not None]
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


def _demandes(dossier: Dossier, lecteur: Utilisateur) -> FinancementQuerySet:
    """What is asked of the funders of the call, each with what this person may read of its opinion.

    `avis_lisible`: None while no opinion is shared.
    """
    partages = (
        Avis.objects.partages()
        .filter(dossier=models.OuterRef("dossier"), partenaire=models.OuterRef("partenaire"))
        .annotate(est_lisible=lisible_pour(lecteur))
    )
    return (
        dossier.financements.filter(partenaire__isnull=False)
        .select_related("partenaire")
        .annotate(
            avis_lisible=models.Subquery(partages.values("est_lisible")[:1]),
            avis_sens=models.Subquery(partages.values("sens")[:1]),
            avis_motif=models.Subquery(partages.values("motif")[:1]),
            avis_propose=models.Subquery(partages.values("montant_propose")[:1]),
        )
    )


def _avis(demandes: list[Any]) -> list[AvisVu]:
    """One a funder asked, in the order of the budget."""
    par_financeur: dict[int, AvisVu] = {}
    for demande in demandes:
        par_financeur.setdefault(demande.partenaire_id, _avis_vu(demande))
    return list(par_financeur.values())


def _avis_vu(demande: Any) -> AvisVu:
    if demande.avis_lisible is None:
        return AvisVu(demande, ATTENDU, "apres")
    if not demande.avis_lisible:
        return AvisVu(demande, CACHE, "plein")
    sens = Sens(demande.avis_sens)
    return AvisVu(
        demande,
        sens.label,
        TEMOINS_DES_AVIS[sens],
        propose=demande.avis_propose,
        motif=demande.avis_motif,
    )


def _mot(dossier: Any) -> Mot | None:
    """What the last meeting said, as `avec_le_mot` read it."""
    if not dossier.mot_sens:
        return None
    return Mot(SensComite(dossier.mot_sens), dossier.mot_observation)


def _vote(demandes: list[Financement], lecteur: Utilisateur, *, du_service: bool) -> int | None:
    """Granted in all for the service; for a funder, what it granted itself."""
    votes = [
        demande.montant_vote or 0
        for demande in demandes
        if demande.decision
        and (du_service or droits.lit_pour_ce_financeur(lecteur, demande.partenaire_id))
    ]
    return sum(votes) if votes else None
