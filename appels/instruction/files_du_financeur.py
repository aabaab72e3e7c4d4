"""The queues of a funder: what waits for its opinion, what it already said.

The value in an address names the funder: « a-donner-12 ». Nobody reads more by it: the list holds
what its reader may see, and the form offers the funders of this person alone.
"""

from django.db import models

from appels.models import Avis, Financement
from appels.models.etats import EN_COURSE
from partenaires.models import Utilisateur
from partenaires.models.appartenance import ROLES_FINANCEUR

CE_DOSSIER = models.OuterRef("pk")
A_DONNER = "a-donner"
DONNES = "donnes"
MOTS = {A_DONNER: "Avis à donner", DONNES: "Avis donnés"}


def choix(utilisateur: Utilisateur) -> list[tuple[str, str]]:
    """The queues offered to this person: two for each funder that they read for."""
    siens = [
        appartenance.partenaire
        for appartenance in utilisateur.mes_appartenances
        if appartenance.roles & set(ROLES_FINANCEUR)
    ]
    plusieurs = len(siens) > 1
    return [
        (f"{nom}-{partenaire.pk}", f"{mot} ({partenaire})" if plusieurs else mot)
        for partenaire in siens
        for nom, mot in MOTS.items()
    ]


def condition(valeur: str) -> models.Q:
    """What such a queue holds; nothing for a value that names none."""
    nom, _, cle = valeur.rpartition("-")
    if nom not in MOTS or not cle.isdigit():
        return models.Q(pk__in=[])
    partages = Avis.objects.partages().filter(dossier=CE_DOSSIER, partenaire=int(cle))
    if nom == DONNES:
        return models.Q(models.Exists(partages))
    demandes = Financement.objects.filter(dossier=CE_DOSSIER, partenaire=int(cle), decision="")
    return (
        models.Q(etat__in=EN_COURSE)
        & models.Q(models.Exists(demandes))
        & ~models.Q(models.Exists(partages))
    )
