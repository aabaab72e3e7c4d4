"""A dossier at a glance: the same figures on examination, reading, opinion, séance and paper.

Read from the frozen version, and from what the service and the funders wrote since.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from appels.instruction import noms_courts, parts
from appels.instruction.annees_du_porteur import Annee
from appels.instruction.parts import Part
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
from appels.models.etats import EN_COURSE
from appels.models.financement import FinancementQuerySet
from appels.socle import figement, notes, pieces_demandees
from appels.socle.budget import par_personne
from appels.socle.droits import lit_pour_le_service
from partenaires.models import Utilisateur
from partenaires.socle import droits
from quartiers.francais import pour_cent

TEMOINS_DES_AVIS = {
    Sens.FAVORABLE: "plein",
    Sens.RESERVE: "demi",
    Sens.DEFAVORABLE: "vide",
    Sens.DEPORT: "apres",
}


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
        return self.mot not in (ATTENDU, SANS_AVIS)


ATTENDU = "Attendu"
SANS_AVIS = "Non donné"  # and nobody waits for it any more
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
    def sans_mot(self) -> str:
        """What stands in the place of the word of the meeting, when this reader has none."""
        if not self.du_service:
            return "Pas encore communiqué"
        return "Pas encore dit" if self.vote is None else "Aucun mot du comité"

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
    du_service = lit_pour_le_service(lecteur, dossier)
    lues = _decisions_lues(demandes, lecteur, du_service=du_service)
    return CoupDOeil(
        cout=totaux["charges"],
        demande=sum(f["montant"] or 0 for f in budget["financements"] if f["est_de_l_appel"]),
        subventions=totaux["financements"],
        produits=totaux["produits"],
        parts=parts.du_plan(budget["financements"], totaux["produits"], _noms_courts(demandes)),
        personnes=contenu["projet"]["beneficiaires"],
        personnes_des_quartiers=_des_quartiers(contenu["publics"]),
        annees=annees,
        pieces=_pieces(dossier),
        avis=_avis(demandes, dossier, lues),
        notes=siennes,
        notes_sont_lisibles=en_seance or siennes.se_lisent_par(lecteur),
        mot=_mot(dossier) if du_service or dossier.appel.comite_ouvert else None,
        vote=sum(lue.montant_vote or 0 for lue in lues) if lues else None,
        du_service=du_service,
        quartiers=sorted({lieu["nom_quartier"] for lieu in contenu["lieux"]} - {""}),
    )


def _noms_courts(demandes: Iterable[Financement]) -> dict[str, str]:
    """{a funder as the frozen version names it: its short name}, unless two share it."""
    financeurs = {demande.partenaire for demande in demandes if demande.partenaire}
    courts = {str(financeur): noms_courts.du_financeur(financeur) for financeur in financeurs}
    portes = Counter(courts.values())
    return {nom: court for nom, court in courts.items() if portes[court] == 1}


def _des_quartiers(publics: Iterable[tuple[str, str, int]]) -> int:
    """The people said to live in a priority quartier."""
    return sum(
        nombre
        for dimension, cle, nombre in publics
        if dimension == Dimension.QPV and cle != HORS_QPV
    )


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


def _avis(demandes: list[Any], dossier: Dossier, lues: list[Any]) -> list[AvisVu]:
    """One a funder asked, in the order of the budget; `lues`: those whose decision is read."""
    par_financeur: dict[int, AvisVu] = {}
    for demande in demandes:
        est_attendu = dossier.etat in EN_COURSE and demande not in lues
        vu = _avis_vu(demande, ATTENDU if est_attendu else SANS_AVIS)
        par_financeur.setdefault(demande.partenaire_id, vu)
    return list(par_financeur.values())


def _avis_vu(demande: Any, absent: str) -> AvisVu:
    """An opinion as this reader may see it: said with its amount, given and kept, or `absent`."""
    if demande.avis_lisible is None:
        return AvisVu(demande, absent, "apres")
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


def _decisions_lues(demandes: list[Any], lecteur: Utilisateur, *, du_service: bool) -> list[Any]:
    """The requests whose decision this person reads: all for the service; its own for a funder."""
    return [
        demande
        for demande in demandes
        if demande.decision
        and (du_service or droits.lit_pour_ce_financeur(lecteur, demande.partenaire_id))
    ]
