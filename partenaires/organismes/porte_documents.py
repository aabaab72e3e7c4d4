"""The documents of an organisation as a page shows them, and which answers what is asked."""

from datetime import datetime

from partenaires.models import DocumentOrganisme, NatureDeDocument, Partenaire
from partenaires.socle import quarantaine
from quartiers.francais import recherchable
from quartiers.horloge import a_paris

# Words of what a call asks: the first nature found is the one
MOTS = {
    "statut": NatureDeDocument.STATUTS,
    "compte": NatureDeDocument.COMPTES,
    "bilan": NatureDeDocument.COMPTES,
    "attestation": NatureDeDocument.ATTESTATION,
    "assurance": NatureDeDocument.ATTESTATION,
}


def nature_demandee(libelle: str, *, est_bancaire: bool) -> NatureDeDocument:
    """The nature of what is asked under these words; a bank document is told by its own mark."""
    if est_bancaire:
        return NatureDeDocument.RIB
    mots = recherchable(libelle)
    for mot, nature in MOTS.items():
        if mot in mots:
            return nature
    return NatureDeDocument.AUTRE


def tous(partenaire: Partenaire, instant: datetime) -> list[DocumentOrganisme]:
    """Every document, each with what the antivirus says and whether its day is past."""
    documents = list(partenaire.documents.presents().select_related("ajoute_par"))
    retenus = quarantaine.etats(document.sha256 for document in documents)
    aujourd_hui = a_paris(instant).date()
    for document in documents:
        document.retenu = retenus.get(document.sha256, "")
        expire_le = document.expire_le
        document.est_perime = expire_le is not None and expire_le < aujourd_hui
    return documents


def a_proposer(partenaire: Partenaire, instant: datetime) -> list[DocumentOrganisme]:
    """Those that may be joined now: not past their day, nor refused by the antivirus."""
    return [
        document
        for document in tous(partenaire, instant)
        if not document.est_perime and document.retenu in ("", "attente")
    ]
