"""The mails of the examination that carry a file of the service."""

from django.core.files.base import ContentFile
from post_office.models import Attachment

from appels.models import Export
from appels.socle.courriels import ecrire


def campagne(export: Export, lundi: str, contenu: bytes) -> None:
    """The campaign in one page, on Monday, to the agent who chose to receive it."""
    envois = ecrire(
        f"campagne-{export.demande_par_id}-{lundi}",
        [export.demande_par.email],
        "campagne",
        {"appel": export.appel},
    )
    piece = Attachment(name=export.nom, mimetype="application/pdf")
    piece.file.save(f"campagne-{export.pk}.pdf", ContentFile(contenu))
    for envoi in envois:
        envoi.courriel.attachments.add(piece)
