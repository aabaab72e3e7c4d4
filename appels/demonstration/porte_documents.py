"""What the first association of the demonstration keeps: one document is past its day."""

from datetime import datetime, timedelta

from appels.demonstration.dossiers import pdf_fictif
from partenaires.models import NatureDeDocument, Partenaire, Utilisateur
from partenaires.organismes.actions import porte_documents
from partenaires.socle import fichiers
from quartiers.horloge import a_paris

# (nature, name of the file, age in days, days until it is past: None for ever)
GARDES = (
    (NatureDeDocument.STATUTS, "Statuts fictifs", 1_400, None),
    (NatureDeDocument.COMPTES, "Comptes fictifs", 190, 200),
    (NatureDeDocument.RIB, "RIB fictif", 300, None),
    (NatureDeDocument.ATTESTATION, "Attestation fictive d’assurance", 380, -15),
)


def garder(organisme: Partenaire, par: Utilisateur, instant: datetime) -> None:
    """Four documents, given three weeks ago."""
    aujourd_hui = a_paris(instant).date()
    for nature, titre, age, reste in GARDES:
        contenu = pdf_fictif(titre)
        porte_documents.ajouter(
            organisme,
            fichiers.decrire(f"{titre}.pdf", "application/pdf", contenu),
            nature=nature,
            date=aujourd_hui - timedelta(days=age),
            expire_le=None if reste is None else aujourd_hui + timedelta(days=reste),
            par=par,
            recu_le=instant - timedelta(days=21),
        )
