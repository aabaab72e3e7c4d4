"""A dossier locked and fresh, and what refuses an act on it."""

from datetime import datetime

from appels.models import Appel, Dossier
from appels.socle import completude
from partenaires.socle.refus import Refus
from quartiers.francais import date_et_heure


class AppelFerme(Refus):
    """The call is not open at the instant of the request."""

    phrase = "L’appel à projets n’est pas ouvert : aucun dossier ne peut être commencé."


class NonModifiable(Refus):
    """The dossier is deposited, given up, or its call is closed."""

    def __init__(self, dossier: Dossier, instant: datetime, phrase: str = ""):
        super().__init__(phrase or pourquoi_non_modifiable(dossier, instant))


def pourquoi_non_modifiable(dossier: Dossier, instant: datetime) -> str:
    """Deposited, given up, too late or too early: in words."""
    if dossier.est_depose or dossier.est_integre:
        return "Ce dossier vient d’être déposé : il ne se modifie plus. Rien n’a été enregistré."
    if dossier.est_abandonne and dossier.corrige_id:
        return (
            "Cette correction est abandonnée : ouvrez-en une autre depuis le dossier déposé. "
            "Rien n’a été enregistré."
        )
    if dossier.est_abandonne:
        return (
            "Ce brouillon est abandonné : rétablissez-le depuis « Mes dossiers ». "
            "Rien n’a été enregistré."
        )
    if dossier.ferme_le and dossier.appel.est_clos(instant):
        return (
            f"Le délai pour déposer est passé depuis le {date_et_heure(dossier.ferme_le)}, heure "
            "de Paris. Rien n’a été enregistré ; votre texte est encore dans cette page, copiez-le "
            "si besoin."
        )
    return "L’appel à projets n’est pas ouvert : rien n’a été enregistré."


class DossierIncomplet(Refus):
    """Something blocks the deposit: what, part by part."""

    def __init__(self, manques: list[completude.Manque]):
        self.manques = manques
        super().__init__()

    @property
    def phrases(self) -> list[str]:
        """One a thing missing."""
        return [f"{manque.partie.label} : {manque.phrase}" for manque in self.manques]


def verrouiller(dossier: Dossier) -> Dossier:
    """The same dossier, locked and fresh, with its call."""
    verrouille = Dossier.objects.select_for_update(of=("self",)).get(pk=dossier.pk)
    verrouille.appel = Appel.objects.get(pk=verrouille.appel_id)
    return verrouille
