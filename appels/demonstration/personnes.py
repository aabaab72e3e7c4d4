"""The accounts of the demonstration, at an address that cannot exist."""

from datetime import datetime, timedelta
from functools import cache

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from partenaires.models import Appartenance, Partenaire, Role, Utilisateur

DOMAINE = "demo.example"
PRENOMS = {"redaction": "Rédaction"}
MOT_DE_PASSE = "demonstration-arras"


@cache
def mot_de_passe() -> str:
    """The one that every account of the demonstration shares; slow to hash, once is enough."""
    return make_password(MOT_DE_PASSE)


def creer_compte(
    identifiant: str, organisme: Partenaire, role: Role, instant: datetime
) -> Utilisateur:
    """An account with a verified address."""
    email = f"{identifiant}@{DOMAINE}"
    utilisateur = Utilisateur.objects.create(
        email=email,
        password=mot_de_passe(),
        prenom=PRENOMS.get(identifiant, identifiant.capitalize()),
        nom="Démonstration",
    )
    EmailAddress.objects.create(user=utilisateur, email=email, verified=True, primary=True)
    Appartenance.objects.create(
        utilisateur=utilisateur,
        partenaire=organisme,
        roles={role},
        qualite="Présidence par délégation",
        demandee_le=instant,
        acceptee_le=instant - timedelta(days=25),
    )
    return utilisateur


def compte(identifiant: str) -> Utilisateur:
    """One of those that were made."""
    return Utilisateur.objects.get(email=f"{identifiant}@{DOMAINE}")


def signataire(organisme: Partenaire) -> Utilisateur:
    """Who signs for an organisation of the demonstration."""
    return Utilisateur.objects.filter(
        appartenances__in=organisme.appartenances.avec_role(Role.SIGNATAIRE)
    ).earliest("pk")
