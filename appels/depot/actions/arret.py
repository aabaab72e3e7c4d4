"""The organisation stops: a draft is given up and can come back, a deposit is withdrawn."""

from datetime import datetime

from django.db import transaction

from appels.depot.actions import reponse
from appels.models import Dossier
from appels.models.etats import Transition, TransitionInterdite
from appels.socle import courriels, reveil, soutiens
from appels.socle.empechement import verrouiller_pour_rediger
from partenaires.models import Utilisateur
from partenaires.socle.refus import Refus


class ChangeEntreTemps(Refus):
    """The dossier is not in the state that the page showed."""

    phrase = "Ce dossier a changé entre-temps : rien n’a été fait. Relisez son état."


class DejaDecide(Refus):
    """A funder has decided: what it may have granted is given up, not withdrawn."""

    phrase = (
        "Un financeur a pris sa décision : ce dossier ne se retire plus. Si une subvention vous "
        "est accordée, vous pourrez y renoncer. Écrivez au service pour toute question."
    )


@transaction.atomic
def abandonner(dossier: Dossier, *, par: Utilisateur, recu_le: datetime) -> None:
    """A draft leaves the lists and the reminders; its texts stay. Raises `ChangeEntreTemps`."""
    verrouille = verrouiller_pour_rediger(dossier, par=par)
    verrouille.signature_demandee_le = None
    verrouille.signature_demandee_a = None
    _franchir(verrouille, Transition.ABANDONNER, par=par, le=recu_le)


@transaction.atomic
def retablir(dossier: Dossier, *, par: Utilisateur, recu_le: datetime) -> None:
    """The draft comes back as it was. Raises `ChangeEntreTemps`."""
    _franchir(verrouiller_pour_rediger(dossier, par=par), Transition.RETABLIR, par=par, le=recu_le)


@transaction.atomic
def retirer(dossier: Dossier, *, par: Utilisateur, recu_le: datetime, motif: str = "") -> None:
    """A deposited dossier is out of the race; number, receipt and frozen version stay.

    Raises `ChangeEntreTemps` or `DejaDecide`.
    """
    verrouille = verrouiller_pour_rediger(dossier, par=par)
    if verrouille.est_en_course and verrouille.est_decide():
        raise DejaDecide
    reponse.sans_suite(verrouille, par=par, recu_le=recu_le)
    _franchir(verrouille, Transition.RETIRER, par=par, le=recu_le, motif=motif)
    if correction := verrouille.correction_en_cours():
        abandonner(correction, par=par, recu_le=recu_le)
    courriels.retrait(verrouille, par=par, le=recu_le)
    soutiens.renouveler([verrouille.pk], recu_le)
    reveil.apres_commit("appels.envoyer_courriels")


def _franchir(
    dossier: Dossier, transition: Transition, *, par: Utilisateur, le: datetime, motif: str = ""
) -> None:
    try:
        dossier.franchir(transition, par=par, le=le, motif=motif)
    except TransitionInterdite as interdite:
        raise ChangeEntreTemps from interdite
