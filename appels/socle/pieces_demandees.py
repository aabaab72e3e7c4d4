"""The documents that a call asks of a dossier, and the bank coordinates that go with them."""

from appels.models import CoordonneesBancaires, DocumentDemande, Dossier
from appels.models.appel import Exigence


def demandees(dossier: Dossier) -> list[DocumentDemande]:
    """The documents asked of this kind of applicant, in order; and those that it joined already.

    What the call withdrew stays with whoever holds it.
    """
    tenus = {piece.document_id for piece in dossier.pieces.all() if piece.retiree_le is None}
    return [
        document
        for document in dossier.appel.documents.all()
        if document.pk in tenus
        or (document.est_propose and document.genre in ("", dossier.porteur.genre))
    ]


def a_venir(dossier: Dossier) -> list[DocumentDemande]:
    """The documents that do not stop the deposit and that the service will ask for.

    What receivability needs and nobody joined (R112-11-4).
    """
    fournies = {piece.document_id for piece in dossier.pieces.all() if piece.retiree_le is None}
    return [
        document
        for document in demandees(dossier)
        if document.exigence == Exigence.RECEVABILITE and document.pk not in fournies
    ]


def coordonnees(dossier: Dossier) -> CoordonneesBancaires | None:
    """The bank coordinates, or None."""
    return getattr(dossier, "coordonnees_bancaires", None)
