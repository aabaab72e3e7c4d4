"""The task list of a draft: what is complete, what is missing, what may be done next."""

from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from operator import attrgetter
from typing import Self

from appels.models import Complement, DocumentDemande, Dossier, NomPartie, Partie
from appels.models.complement import Point
from appels.socle import budget, completude, droits, pieces_demandees
from appels.socle.completude import Manque
from partenaires.models import Utilisateur
from quartiers.francais import accorder

GROUPES = {
    "Votre organisme": [NomPartie.ORGANISME],
    "Votre projet": [
        NomPartie.PROJET,
        NomPartie.DESCRIPTION,
        NomPartie.LIEUX,
        NomPartie.MOYENS,
        NomPartie.EVALUATION,
    ],
    "Budget et pièces": [NomPartie.BUDGET, NomPartie.PIECES],
}


@dataclass(frozen=True)
class PointDemande:
    """A point that the service asks, and whether something was written for it since."""

    point: Point
    est_repondu: bool


@dataclass(frozen=True)
class LigneDePartie:
    """A part in the list: its state, what is missing, what the service asks of it."""

    nom: NomPartie
    etat: str  # the mark: plein, demi, vide, apres
    mot: str
    ouverte: bool = True
    manques: list[Manque] = field(default_factory=list)
    points: list[PointDemande] = field(default_factory=list)
    a_venir: list[DocumentDemande] = field(default_factory=list)  # asked for after the deposit

    @property
    def libelle(self) -> str:
        """Its name on the page."""
        return str(self.nom.label)

    @property
    def est_complete(self) -> bool:
        """Nothing in it forbids the deposit."""
        return self.etat == "plein"


@dataclass(frozen=True)
class Sommaire:
    """What the page of a draft draws beside the draft itself."""

    groupes: list[tuple[str, list[LigneDePartie]]]
    pret: bool  # nothing that may still be written forbids the deposit
    plan: budget.Plan
    derniere: Partie | None  # the part saved last
    modifiable: bool
    non_depose: bool

    @property
    def parties(self) -> list[LigneDePartie]:
        """All of them, in order."""
        return list(chain.from_iterable(lignes for _titre, lignes in self.groupes))

    @property
    def completes(self) -> int:
        """How many are complete."""
        return sum(ligne.est_complete for ligne in self.parties)

    @property
    def points(self) -> list[PointDemande]:
        """All that the service asks; empty but in an answer."""
        return list(chain.from_iterable(ligne.points for ligne in self.parties))

    @property
    def reponses(self) -> int:
        """How many of its points are answered."""
        return sum(point.est_repondu for point in self.points)

    @property
    def reste_a_repondre(self) -> bool:
        """A point of the service has no answer yet."""
        return self.reponses < len(self.points)

    @property
    def a_venir(self) -> list[DocumentDemande]:
        """The documents that the service will ask for, as nothing stops the deposit."""
        return list(chain.from_iterable(ligne.a_venir for ligne in self.parties))

    @property
    def a_faire(self) -> LigneDePartie | None:
        """The first to go on with: what the service asks, before the rest."""
        for ligne in self.parties:
            if not all(point.est_repondu for point in ligne.points):
                return ligne
        restantes = (ligne for ligne in self.parties if ligne.ouverte and not ligne.est_complete)
        return next(restantes, None)


def dresser(dossier: Dossier, instant: datetime) -> Sommaire:
    """The task list of a draft read by `pour_completude`, as it stands at this instant."""
    manques = completude.manques(dossier)
    ouvertes = dossier.parties_ouvertes(instant)
    ecrites = {NomPartie(partie.nom): partie for partie in dossier.parties.all()}
    complement = None
    if dossier.corrige and dossier.est_une_reponse(instant):
        complement = dossier.corrige.complement_en_cours()
    # Nothing is asked for after a deposit that nobody may do any more
    a_venir = pieces_demandees.a_venir(dossier) if dossier.est_modifiable(instant) else []
    lignes = {}
    for nom in NomPartie:
        manques_de_la_partie = [manque for manque in manques if manque.partie == nom]
        points = _points(complement, dossier, ecrites.get(nom), nom)
        if nom in ouvertes:
            lignes[nom] = _ligne(
                nom,
                manques_de_la_partie,
                points,
                a_venir if nom == NomPartie.PIECES else [],
                est_ecrite=nom in ecrites or (nom == NomPartie.ORGANISME and _a_une_fiche(dossier)),
            )
        else:
            lignes[nom] = LigneDePartie(
                nom, "apres", "Reste comme déposée", ouverte=False, points=points
            )
    return Sommaire(
        groupes=[(titre, [lignes[nom] for nom in noms]) for titre, noms in GROUPES.items()],
        pret=not any(manque.bloque and manque.partie in ouvertes for manque in manques),
        plan=budget.du_dossier(dossier),
        derniere=max(ecrites.values(), key=attrgetter("enregistree_le"), default=None),
        modifiable=dossier.est_modifiable(instant),
        non_depose=dossier.est_non_depose(instant),
    )


def _a_une_fiche(dossier: Dossier) -> bool:
    """Something of the sheet is answered, on its own page, for all the dossiers at once."""
    porteur = dossier.porteur
    fiche = getattr(porteur, "fiche", None)
    tout = completude.fiche_incomplete(None, porteur)
    return len(completude.fiche_incomplete(fiche, porteur)) < len(tout)


def _points(
    complement: Complement | None, dossier: Dossier, ecrite: Partie | None, nom: NomPartie
) -> list[PointDemande]:
    """What the service asks in this part, and whether it was written since."""
    if complement is None:
        return []
    return [
        PointDemande(point, _est_repondu(point, complement.demande_le, dossier, ecrite))
        for point in complement.points.all()
        if point.partie == nom
    ]


def _est_repondu(
    point: Point, demande_le: datetime, dossier: Dossier, ecrite: Partie | None
) -> bool:
    """Something was given since: a document of its kind, the sheet confirmed, the part saved."""
    if point.partie == NomPartie.PIECES:
        return any(
            piece.retiree_le is None
            and piece.ajoutee_le > demande_le
            and point.document_id in (None, piece.document_id)
            for piece in dossier.pieces.all()
        )
    if point.partie == NomPartie.ORGANISME:
        confirmee_le = dossier.fiche_confirmee_le
        return confirmee_le is not None and confirmee_le > demande_le
    return ecrite is not None and ecrite.enregistree_le > demande_le


def _ligne(
    nom: NomPartie,
    manques: list[Manque],
    points: list[PointDemande],
    a_venir: list[DocumentDemande],
    *,
    est_ecrite: bool,
) -> LigneDePartie:
    """A part that may be written: complete, to complete, nothing written yet."""
    combien = sum(manque.bloque for manque in manques)
    if not all(point.est_repondu for point in points):
        etat, mot = "demi", "À répondre"
    elif not combien and a_venir:
        etat, mot = "plein", "Complet pour déposer"
    elif not combien:
        etat, mot = "plein", "Complet"
    elif nom == NomPartie.PIECES:
        etat, mot = "vide", accorder(combien, "manquante")
    elif est_ecrite:
        etat, mot = "demi", "À compléter"
    else:
        etat, mot = "vide", "À écrire"
    return LigneDePartie(nom, etat, mot, manques=manques, points=points, a_venir=a_venir)


@dataclass(frozen=True)
class Gestes:
    """What a person may do with a draft, now."""

    rediger_un_jour: bool  # one of its writers, whatever the hour
    rediger: bool
    deposer: bool
    demander_signature: bool
    abandonner: bool
    reprendre: bool

    @classmethod
    def de(cls, personne: Utilisateur, dossier: Dossier, instant: datetime) -> Self:
        """One right a gesture."""
        return cls(
            rediger_un_jour=droits.redige(personne, dossier),
            rediger=droits.peut_rediger(personne, dossier, instant),
            deposer=dossier.est_modifiable(instant) and droits.peut_deposer(personne, dossier),
            demander_signature=droits.peut_demander_signature(personne, dossier, instant),
            abandonner=droits.peut_abandonner(personne, dossier),
            reprendre=droits.peut_reprendre(personne, dossier, instant),
        )
