"""To write to those whose draft holds what a call no longer offers."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from appels.models import Appel, Dossier
from appels.socle import courriels, retraits, reveil
from partenaires.models import Partenaire
from partenaires.socle.refus import Refus


class NombreChange(Refus):
    """Drafts or organisations moved since the page was read: who would be written to is not who
    was shown."""

    phrase = (
        "Le nombre d’organismes n’est pas celui de la page, ou il vient de changer. Personne n’a "
        "été prévenu : relisez, puis confirmez le nombre."
    )
    champ = "nombre"


@dataclass(frozen=True)
class Envoi:
    """What one organisation would read: its drafts, and what each holds that is withdrawn."""

    porteur: Partenaire
    brouillons: list[tuple[Dossier, list[retraits.Retire]]]

    @property
    def groupes(self) -> list[tuple[list[str], set[int]]]:
        """(its writers, the drafts that all of them read)."""
        return courriels.par_lecteurs(brouillon for brouillon, _ in self.brouillons)

    @property
    def adresses(self) -> list[str]:
        """Its writers."""
        return [adresse for adresses, _ in self.groupes for adresse in adresses]


def envois(appel: Appel) -> list[Envoi]:
    """One an organisation, in the order of their names."""
    brouillons = retraits.brouillons_touches(appel).pour_completude()
    touches = retraits.avec_les_themes(brouillons, appel).order_by("porteur__nom", "pk")
    par_porteur: dict[int, Envoi] = {}
    for brouillon in touches:
        envoi = par_porteur.setdefault(brouillon.porteur_id, Envoi(brouillon.porteur, []))
        envoi.brouillons.append((brouillon, retraits.tenus(brouillon)))
    return list(par_porteur.values())


def comptees(a_prevenir: list[Envoi]) -> list[tuple[str, int]]:
    """(withdrawn thing, number of drafts that hold it), the most held first."""
    comptes: Counter[str] = Counter()
    for envoi in a_prevenir:
        for _brouillon, retires in envoi.brouillons:
            comptes.update(retire.nom for retire in retires)
    return comptes.most_common()


def apercu(appel: Appel, envoi: Envoi) -> tuple[str, str]:
    """(subject, body) of the first mail, the title of its draft left out: it is not the service's
    to read yet."""
    sans_titre = [
        (Dossier(pk=brouillon.pk, intitule="(titre du brouillon)"), retires)
        for brouillon, retires in envoi.brouillons
    ]
    return courriels.composer_appel_change(appel, sans_titre)


@transaction.atomic
def prevenir(appel: Appel, *, nombre: int, message: str, recu_le: datetime) -> int:
    """One mail an organisation; `nombre` is how many were shown. Raises `NombreChange`.

    The lock makes the second of two agents read what the first has just done; the same withdrawal
    is never told twice to the same person.
    """
    verrouille = Appel.objects.select_for_update().get(pk=appel.pk)
    a_prevenir = envois(verrouille)
    if len(a_prevenir) != nombre:
        raise NombreChange
    for envoi in a_prevenir:
        for adresses, cles in envoi.groupes:
            les_leurs = [touche for touche in envoi.brouillons if touche[0].pk in cles]
            courriels.appel_change(verrouille, adresses, les_leurs, message=message)
    reveil.apres_commit("appels.envoyer_courriels")
    return len(a_prevenir)
