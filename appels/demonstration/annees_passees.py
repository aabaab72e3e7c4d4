"""Three years before the portal, visibly fictitious, taken over by the very import of the service
and released."""

from pathlib import Path

from appels.demonstration import personnes
from appels.models import Reprise
from appels.reprises.actions import application, publication, reception
from quartiers import horloge

FICHIER = Path(__file__).parent / "donnees" / "annees-passees.csv"


def charger() -> None:
    """Does nothing the second time."""
    if Reprise.objects.exists():
        return
    instant, responsable = horloge.maintenant(), personnes.compte("responsable")
    reprise = reception.recevoir(
        FICHIER.name, FICHIER.read_bytes(), par=responsable, recu_le=instant
    )
    plan = reception.plan_de(reprise)
    application.appliquer(reprise, plan.empreinte, par=responsable, recu_le=instant)
    publication.liberer(reprise, par=responsable, recu_le=instant)
