"""The states of a dossier and the only ways between them (METIER §3.2, §4.2)."""

from django.db import models

from partenaires.socle.refus import Refus


class Etat(models.TextChoices):
    """What is stored; the rest (instruction, decision…) is derived from the `Financement`s."""

    BROUILLON = "brouillon", "Brouillon"
    A_ATTESTER = "a_attester", "À attester : pas encore déposé"
    DEPOSE = "depose", "Déposé"
    A_COMPLETER = "a_completer", "À compléter"
    RECEVABLE = "recevable", "Recevable"
    IRRECEVABLE = "irrecevable", "Irrecevable"
    RETIRE = "retire", "Retiré"
    ABANDONNE = "abandonne", "Abandonné"
    INTEGRE = "integre", "Correction déposée"
    # Born so and never anything else: taken over from a file, never deposited here
    REPRIS = "repris", "Repris d’une année passée"


MODIFIABLES = (Etat.BROUILLON, Etat.A_ATTESTER)
# Those that a dossier may be in without ever having been deposited.
SANS_DEPOT = (*MODIFIABLES, Etat.ABANDONNE, Etat.INTEGRE, Etat.REPRIS)
# Deposited, neither withdrawn nor refused at the door.
EN_COURSE = (Etat.DEPOSE, Etat.A_COMPLETER, Etat.RECEVABLE)


class Transition(models.TextChoices):
    """The verbs of the procedure."""

    DEMANDER_SIGNATURE = "demander_signature", "Attestation demandée"
    REPRENDRE = "reprendre", "Repris en rédaction"
    DEPOSER = "deposer", "Attesté et déposé"
    ABANDONNER = "abandonner", "Brouillon abandonné"
    RETABLIR = "retablir", "Brouillon rétabli"
    RETIRER = "retirer", "Dossier retiré par l’organisme"
    INTEGRER = "integrer", "Correction attestée"
    REDEPOSER = "redeposer", "Version corrigée déposée"
    DEMANDER_COMPLEMENT = "demander_complement", "Compléments demandés"
    REPONDRE = "repondre", "Compléments apportés"
    REVISER = "reviser", "Révision apportée"
    CLORE_COMPLEMENT = "clore_complement", "Demande de compléments close par le service"
    CLORE_REVISION = "clore_revision", "Demande de révision close par le service"
    ADMETTRE = "admettre", "Déclaré recevable"
    ECARTER = "ecarter", "Déclaré irrecevable"
    REEXAMINER = "reexaminer", "Examen repris"


# verb: (from, to)
TRANSITIONS: dict[Transition, tuple[set[Etat], Etat]] = {
    Transition.DEMANDER_SIGNATURE: ({Etat.BROUILLON}, Etat.A_ATTESTER),
    Transition.REPRENDRE: ({Etat.A_ATTESTER}, Etat.BROUILLON),
    Transition.DEPOSER: ({Etat.BROUILLON, Etat.A_ATTESTER}, Etat.DEPOSE),
    Transition.ABANDONNER: (set(MODIFIABLES), Etat.ABANDONNE),
    Transition.RETABLIR: ({Etat.ABANDONNE}, Etat.BROUILLON),
    Transition.RETIRER: (set(EN_COURSE), Etat.RETIRE),
    Transition.INTEGRER: (set(MODIFIABLES), Etat.INTEGRE),
    Transition.REDEPOSER: ({Etat.DEPOSE, Etat.RECEVABLE}, Etat.DEPOSE),
    Transition.DEMANDER_COMPLEMENT: ({Etat.DEPOSE, Etat.RECEVABLE}, Etat.A_COMPLETER),
    Transition.REPONDRE: ({Etat.A_COMPLETER}, Etat.DEPOSE),
    Transition.REVISER: ({Etat.A_COMPLETER}, Etat.RECEVABLE),
    Transition.CLORE_COMPLEMENT: ({Etat.A_COMPLETER}, Etat.DEPOSE),
    Transition.CLORE_REVISION: ({Etat.A_COMPLETER}, Etat.RECEVABLE),
    Transition.ADMETTRE: ({Etat.DEPOSE}, Etat.RECEVABLE),
    Transition.ECARTER: ({Etat.DEPOSE}, Etat.IRRECEVABLE),
    Transition.REEXAMINER: ({Etat.RECEVABLE, Etat.IRRECEVABLE}, Etat.DEPOSE),
}


class TransitionInterdite(Refus):
    """This verb does not start from this state; its sentence says what somebody did meanwhile."""

    def __init__(self, transition: Transition, etat: str, phrase: str = ""):
        self.transition = transition
        self.etat = etat
        super().__init__(phrase or f"{transition} impossible depuis l’état {etat}")
