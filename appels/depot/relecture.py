"""What stands around a dossier that is read: its history, its documents, what may be done."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from appels.depot.volets import Volet
from appels.models import (
    Complement,
    CoordonneesBancaires,
    DocumentDemande,
    Dossier,
    Passage,
    Piece,
    Recepisse,
)
from appels.models.etats import Transition
from appels.socle import cerfa, completude, droits, figement, pieces_demandees, resultats, suivi
from appels.socle.completude import Manque
from partenaires.models import Utilisateur
from partenaires.socle import droits as droits_partenaires

PASSAGES_MONTRES = 6


@dataclass(frozen=True)
class Relecture:
    """What the reading page draws beside the content."""

    modifiable: bool
    non_depose: bool
    manques: list[Manque]  # of a draft
    pieces: list[Piece]
    coordonnees: CoordonneesBancaires | None
    passages: Iterable[Passage]  # the last ones first
    complement: Complement | None  # what the service asked last
    motif: str  # why the service set it aside
    resultats: list[resultats.Resultat]  # what funders answered, for the organisation
    annee_precedente: int | None  # of the project that it takes up, when this person reads it


def autour(dossier: Dossier, personne: Utilisateur, instant: datetime) -> Relecture:
    """What this person reads around a dossier, at this instant."""
    passages = dossier.passages.visibles_par(personne).select_related("par").order_by("-pk")
    complement = None
    if dossier.est_depose:
        complement = dossier.complements.prefetch_related("points__document").last()
    return Relecture(
        modifiable=dossier.est_modifiable(instant),
        non_depose=dossier.est_non_depose(instant),
        manques=[] if dossier.est_depose else completude.manques(dossier),
        pieces=figement.presentes(dossier),
        coordonnees=pieces_demandees.coordonnees(dossier),
        passages=passages[:PASSAGES_MONTRES],
        complement=complement,
        motif=_motif(dossier),
        resultats=_resultats(dossier, personne),
        annee_precedente=annee_precedente(dossier, personne),
    )


def annee_precedente(dossier: Dossier, personne: Utilisateur) -> int | None:
    """The year of the deposit that it takes up; None when there is none that this person reads."""
    if dossier.repris_de_id is None:
        return None
    lus = Dossier.objects.visibles_par(personne).deposes().filter(pk=dossier.repris_de_id)
    return lus.values_list("appel__annee", flat=True).first()


def _resultats(dossier: Dossier, personne: Utilisateur) -> list[resultats.Resultat]:
    """What its members know of the answers; the others read the decisions on their own pages."""
    if not dossier.est_depose or not droits_partenaires.roles(personne, dossier.porteur_id):
        return []
    if not suivi.lettres_de(dossier).reponses:
        return []
    return resultats.pour_l_organisme(dossier)


def _motif(dossier: Dossier) -> str:
    """Why the service set the dossier aside; empty when it did not."""
    if not dossier.est_ecarte:
        return ""
    ecarts = dossier.passages.filter(acte=Transition.ECARTER)
    dernier = ecarts.last()
    return dernier.motif if dernier else ""


@dataclass(frozen=True)
class Gestes:
    """What a person may do with a dossier that is read, now."""

    rediger: bool  # one of its writers, whatever the hour
    ouvrir_rib: bool
    echanger: bool
    aviser: bool
    examiner: bool
    examiner_brouillon: bool  # an agent reads a draft opened to the service
    retirer: bool
    corriger: bool
    decider: bool

    @classmethod
    def de(cls, personne: Utilisateur, dossier: Dossier, instant: datetime) -> Self:
        """One right a gesture; the service and the funders act on what is deposited."""
        depose = dossier.est_depose
        du_service = droits.lit_pour_le_service(personne, dossier)
        return cls(
            rediger=droits.redige(personne, dossier),
            ouvrir_rib=droits.peut_ouvrir_rib(personne, dossier),
            echanger=(depose or du_service) and droits.peut_lire_les_personnes(personne, dossier),
            aviser=depose and droits.lit_pour_un_financeur(personne, dossier),
            examiner=depose and du_service,
            examiner_brouillon=du_service and not depose,
            retirer=droits.peut_retirer(personne, dossier),
            corriger=droits.peut_corriger(personne, dossier, instant),
            decider=droits.peut_saisir_les_decisions(personne, dossier),
        )


def recepisse_de(dossier: Dossier) -> Recepisse | None:
    """The receipt of the last version deposited, with it."""
    recepisses = Recepisse.objects.select_related("version").filter(version__dossier=dossier)
    return recepisses.order_by("-pk").first()


@dataclass(frozen=True)
class ADeposer:
    """What the page of the deposit draws beside the content and the form."""

    est_ouvert: bool
    manques: list[Manque]
    a_venir: list[DocumentDemande]  # what the service will ask for after the deposit
    volets: list[Volet]
    pieces: list[Piece]
    coordonnees: CoordonneesBancaires | None
    differences: (
        list[cerfa.Difference] | None
    )  # what a correction changes; None for a first deposit
