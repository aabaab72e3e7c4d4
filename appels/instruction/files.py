"""The queues of the work list: whose turn it is, as conditions of the database.

Each deposited dossier stands in one queue, and only one: their counts add up to the whole list.
« Réponses reçues » is read inside « À vous d’agir ».
"""

from datetime import datetime

from django.db import models

from appels.models import Avis, Cote, Financement, Message, Passage
from appels.models.etats import Etat, Transition
from appels.socle import stades
from appels.socle.stades import Attente, Stade

CE_DOSSIER = models.OuterRef("pk")
REPONSES = "reponses"


class File(models.TextChoices):
    """Whose turn it is, in the order of the tabs."""

    A_VOUS = "a-vous", "À vous d’agir"
    PORTEUR = "porteur", "Chez le porteur"
    AVIS = "avis", "Avis attendus"
    PRETS = "prets", "Prêts pour le comité"
    TERMINES = "termines", "Terminés"


# What an address may ask, in the order of the tabs.
CHOIX = [
    (File.A_VOUS.value, str(File.A_VOUS.label)),
    (REPONSES, "Réponses reçues"),
    *[(une.value, str(une.label)) for une in File if une != File.A_VOUS],
]
DE_L_ATTENTE = {
    Attente.SERVICE: File.A_VOUS,
    Attente.ORGANISME: File.PORTEUR,
    Attente.FINANCEURS: File.PRETS,
    Attente.PERSONNE: File.TERMINES,
}


def message_de(cote: Cote) -> models.QuerySet[Message]:
    """What this side wrote about a dossier and waits for an answer, the oldest first."""
    return Message.objects.filter(dossier=CE_DOSSIER, cote=cote, attend_reponse=True).order_by("le")


def avis_manquants() -> models.QuerySet[Financement]:
    """The requests of a dossier whose funder neither shared its opinion nor decided."""
    partages = Avis.objects.partages().filter(
        dossier=models.OuterRef("dossier"), partenaire=models.OuterRef("partenaire")
    )
    return stades.demandes().filter(~models.Exists(partages), decision="")


def dernier_passage() -> models.QuerySet[Passage]:
    """What changed the state of a dossier, the last first."""
    return Passage.objects.filter(dossier=CE_DOSSIER).exclude(vers="").order_by("-pk")


def reponse_recue() -> models.Q:
    """The organisation brought what was asked, and nobody decided on it since."""
    derniers = Passage.objects.filter(dossier=models.OuterRef("dossier")).exclude(vers="")
    dernier = models.Subquery(derniers.order_by("-pk").values("pk")[:1])
    apports = Passage.objects.filter(dossier=CE_DOSSIER, acte=Transition.REPONDRE, pk=dernier)
    return models.Q(etat=Etat.DEPOSE) & models.Q(models.Exists(apports))


def reponses_recues() -> models.Q:
    """What the organisation sent and that waits to be read: documents brought, or a message."""
    return reponse_recue() | models.Q(models.Exists(message_de(Cote.ORGANISME)))


def file(instant: datetime) -> models.Case:
    """The queue of a dossier: a message comes first, then the stage says the rest.

    While a question of the service waits for its answer, a dossier to examine is with its
    organisation; while an opinion is missing, one that is with the funders is not ready.
    """
    cas = [models.When(models.Exists(message_de(Cote.ORGANISME)), models.Value(File.A_VOUS.value))]
    for ou, quand in stades.conditions(instant).items():
        if ou == Stade.A_EXAMINER:
            question = models.Q(models.Exists(message_de(Cote.SERVICE)))
            cas.append(models.When(quand & question, models.Value(File.PORTEUR.value)))
        if ou == Stade.FINANCEURS:
            manque = models.Q(models.Exists(avis_manquants()))
            cas.append(models.When(quand & manque, models.Value(File.AVIS.value)))
        ensuite = DE_L_ATTENTE[stades.ATTENTES[ou]]
        cas.append(models.When(quand, models.Value(ensuite.value)))
    return models.Case(*cas, output_field=models.CharField())
