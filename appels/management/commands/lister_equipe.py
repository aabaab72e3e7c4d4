"""Who works in the service and for the funders, for whoever keeps the machine."""

from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.core.management.base import BaseCommand

from partenaires.models import Appartenance, Invitation
from quartiers import horloge
from quartiers.francais import moment


class Command(BaseCommand):
    help = "Liste les agents, les personnes des financeurs et les invitations en cours."

    def handle(self, **options: Any) -> None:
        gens = Appartenance.objects.de_l_equipe().select_related("utilisateur", "partenaire")
        for appartenance in gens:
            self.stdout.write(_ligne(appartenance))
        invitations = Invitation.objects.valables(horloge.maintenant()).de_l_equipe()
        for invitation in invitations.select_related("partenaire"):
            self.stdout.write(
                f"{invitation.email} · {invitation.partenaire} · "
                f"{invitation.roles_dits} · invitation jusqu’au "
                f"{moment(invitation.expire_le)}"
            )
        if not gens and not invitations:
            self.stdout.write("Personne. Commencez par : manage.py inviter_responsable ADRESSE")


def _ligne(appartenance: Appartenance) -> str:
    """A person on one line: address, place, roles, perimeter, last sign-in, second factor."""
    personne = appartenance.utilisateur
    vue = f"vu le {moment(personne.last_login)}" if personne.last_login else "jamais connecté"
    mots = [
        personne.email,
        str(appartenance.partenaire),
        appartenance.roles_dits,
        "périmètre limité" if appartenance.perimetre else "tout le territoire",
        vue,
        "second facteur posé" if is_mfa_enabled(personne) else "sans second facteur",
    ]
    if appartenance.suspendue_le:
        mots.append(f"suspendu depuis le {moment(appartenance.suspendue_le)}")
    return " · ".join(mots)
