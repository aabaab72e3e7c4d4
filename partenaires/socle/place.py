"""How much is kept for each: counted on the bytes of the disk, checked before a file is written.

Whoever adds holds the row that is counted: two people cannot fill the last place together.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from partenaires.models import FichierGarde, Partenaire, Utilisateur
from partenaires.socle.refus import Refus
from quartiers.francais import accorder, poids

HEURE = timedelta(hours=1)


class PlusDePlacePour(Refus):
    """The organisation, or the person, keeps as much as it may."""


@dataclass(frozen=True)
class Titulaire:
    """For whom a file is kept: an organisation, or nobody but the person who gives it."""

    par: Utilisateur
    organisme: Partenaire | None = None


def exiger(taille: int, titulaire: Titulaire, *, recu_le: datetime) -> None:
    """Room for so many bytes more, inside a transaction. Raises `PlusDePlacePour`."""
    if titulaire.organisme is not None:
        _exiger_pour_l_organisme(taille, titulaire.organisme)
    else:
        _exiger_pour_la_personne(taille, titulaire.par, recu_le)


def _exiger_pour_l_organisme(taille: int, organisme: Partenaire) -> None:
    Partenaire.objects.select_for_update(no_key=True).get(pk=organisme.pk)
    pris = occupee(organisme)
    if pris + taille <= settings.QUOTA_ORGANISME:
        return
    apres = accorder(settings.DELAI_EFFACEMENT, "jour")
    raise PlusDePlacePour(
        f"Votre organisme garde déjà {poids(pris)} de fichiers sur "
        f"{poids(settings.QUOTA_ORGANISME)} : retirez ceux qui ne servent plus (leur "
        f"place revient {apres} après), ou écrivez au service."
    )


def _exiger_pour_la_personne(taille: int, par: Utilisateur, recu_le: datetime) -> None:
    Utilisateur.objects.select_for_update(no_key=True).get(pk=par.pk)
    recents = FichierGarde.objects.filter(
        par=par, organisme__isnull=True, garde_le__gt=recu_le - HEURE
    )
    if recents.octets() + taille <= settings.DEBIT_PERSONNE:
        return
    raise PlusDePlacePour(
        f"Vous avez envoyé plus de {poids(settings.DEBIT_PERSONNE)} de fichiers en une "
        "heure : rien de plus n’est gardé pour l’instant. Recommencez dans une heure."
    )


def occupee(organisme: Partenaire) -> int:
    """Bytes kept for an organisation, those removed and not erased yet included."""
    return FichierGarde.objects.sur_le_disque().filter(organisme=organisme).octets()


def dite(organisme: Partenaire) -> str:
    """« 12,5 Mo sur 1 024 Mo »."""
    return f"{poids(occupee(organisme))} sur {poids(settings.QUOTA_ORGANISME)}"
