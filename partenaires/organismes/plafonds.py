"""How many invitations leave in a day: the portal's own address writes to nobody forty times.

Counted in the rows of the invitations, that nothing takes away; cancelled ones count, they left.
"""

import hashlib
from datetime import datetime, timedelta

from django.conf import settings

from partenaires.models import Bail, Invitation, Utilisateur
from partenaires.socle.refus import Refus
from quartiers.francais import accorder

UN_JOUR = timedelta(days=1)


class TropDInvitations(Refus):
    """This person has sent as many as one may in a day."""

    champ = "email"

    def __init__(self) -> None:
        combien = accorder(settings.INVITATIONS_PAR_PERSONNE, "invitation")
        super().__init__(
            f"Vous avez déjà envoyé {combien} en 24 heures : c’est le plus possible. Celle-ci "
            "n’est pas partie ; les autres restent valables. Recommencez demain."
        )


class AdresseTropInvitee(Refus):
    """This address has received as many as one may in a day, whoever sent them."""

    phrase = (
        "Cette adresse a déjà reçu plusieurs invitations en 24 heures : celle-ci n’est pas partie. "
        "Demandez à la personne d’ouvrir le dernier message reçu, ou recommencez demain."
    )
    champ = "email"


def exiger(email: str, *, par: Utilisateur | None, recu_le: datetime) -> None:
    """Raises `TropDInvitations` or `AdresseTropInvitee`; call it in the transaction that sends.

    Who sends and who receives are locked: what leaves at the same time is counted too.
    """
    recentes = Invitation.objects.filter(cree_le__gt=recu_le - UN_JOUR)
    if par is not None:
        Utilisateur.objects.select_for_update().get(pk=par.pk)
        if recentes.filter(invitee_par=par).count() >= settings.INVITATIONS_PAR_PERSONNE:
            raise TropDInvitations
    Bail.retenir(f"invite-{hashlib.sha256(email.lower().encode()).hexdigest()[:32]}")
    if recentes.filter(email=email.lower()).count() >= settings.INVITATIONS_PAR_ADRESSE:
        raise AdresseTropInvitee
