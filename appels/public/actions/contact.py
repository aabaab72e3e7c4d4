"""What a visitor writes to the service: a mail to its address, nothing else kept."""

from uuid import UUID

from django.db import transaction

from appels.socle import reveil
from partenaires.models import Service
from partenaires.socle import courriels
from partenaires.socle.refus import Refus


class SansAdresse(Refus):
    """The service has not published its address."""

    phrase = (
        "Le service n’a pas encore publié d’adresse électronique : votre message n’est pas envoyé. "
        "Copiez-le, et passez par le téléphone ou l’adresse postale de la page « Contact »."
    )


@transaction.atomic
def ecrire(service: Service, *, nom: str, email: str, texte: str, page: str, cle: UUID) -> None:
    """One mail to the service; the same key twice is one. Raises `SansAdresse`."""
    if not service.email:
        raise SansAdresse
    courriels.contact(service, nom=nom, email=email, texte=texte, page=page, cle=cle)
    reveil.apres_commit("appels.envoyer_courriels")
