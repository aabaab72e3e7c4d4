"""What each funder decided, and the day when everybody may read it."""

from datetime import datetime

from django.db import transaction

from appels.actions.examen import exiger_sans_signal
from appels.actions.redaction import verrouiller
from appels.models import Acte, Appel, Dossier, Financement, Passage
from partenaires.models import Utilisateur
from quartiers.models import Parution


class HorsCourse(Exception):
    """The dossier was withdrawn or set aside meanwhile."""


class RienAPublier(Exception):
    """No funder has granted anything in this call yet."""


@transaction.atomic
def saisir(dossier: Dossier, decisions: list[Financement], *, par: Utilisateur, recu_le: datetime) -> None:
    """What an agent enters: not while a flag stands, nor once out of the race. Raises `SignalPose` or `HorsCourse`."""
    verrouille = verrouiller(dossier)
    if not verrouille.est_en_course:
        raise HorsCourse
    exiger_sans_signal(verrouille)
    decider(verrouille, decisions, par=par, recu_le=recu_le)


@transaction.atomic
def decider(dossier: Dossier, decisions: list[Financement], *, par: Utilisateur, recu_le: datetime) -> None:
    """Keep the decisions of the funders on a deposited dossier; logged line by line."""
    for financement in decisions:
        financement.save(update_fields=["decision", "montant_vote", "decide_le", "acte"])
        Passage.objects.create(
            dossier=dossier, acte=Acte.DECIDER, par=par, le=recu_le,
            motif=f"{financement.nom} : {financement.get_decision_display() or 'décision retirée'}"[:300])
    if decisions:
        Parution.avancer(recu_le)


@transaction.atomic
def publier(appel: Appel, *, par: Utilisateur, recu_le: datetime) -> Appel:
    """Everybody may read the grants of this call; twice changes nothing. Raises `RienAPublier`."""
    verrouille = Appel.objects.select_for_update(of=("self",)).get(pk=appel.pk)
    if verrouille.decisions_publiees_le:
        return verrouille
    if not Financement.objects.accordes().filter(dossier__appel=verrouille).exists():
        raise RienAPublier
    verrouille.decisions_publiees_le, verrouille.decisions_publiees_par = recu_le, par
    verrouille.save(update_fields=["decisions_publiees_le", "decisions_publiees_par"])
    Parution.avancer(recu_le)
    return verrouille
