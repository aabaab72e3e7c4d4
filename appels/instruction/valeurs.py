"""What each column says of a dossier: text, a number or a day, for eyes and for files."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from appels.instruction import files, tours
from appels.instruction.alertes import de as alertes_de
from appels.models import Dossier
from appels.socle.aboutissement import aboutissement
from appels.socle.stades import Attente, Stade
from quartiers import francais
from quartiers.horloge import a_paris

DossierCalcule = Any  # a `Dossier` that carries what `colonnes.calculs` computed


def noms(objets: Iterable[object]) -> str:
    """Their names, each once, sorted."""
    return ", ".join(sorted({str(objet) for objet in objets if objet}))


def jour(instant: datetime | None) -> date | None:
    return a_paris(instant).date() if instant else None


def siret(dossier: Dossier) -> str:
    """As on every page: spaced digits are no number, and a spreadsheet keeps their zeros."""
    return francais.siret(dossier.porteur.siret) if dossier.porteur.siret else ""


def porteur(dossier: Dossier) -> str:
    return str(dossier.porteur)


def axe(dossier: Dossier) -> str:
    return str(dossier.axe or "")


def themes(dossier: Dossier) -> str:
    return noms(dossier.themes.all())


def quartiers(dossier: Dossier) -> str:
    return noms(lieu.quartier for lieu in dossier.lieux.all())


def communes(dossier: Dossier) -> str:
    return noms(lieu.commune for lieu in dossier.lieux.all())


def recu(dossier: Dossier) -> date | None:
    return jour(dossier.depose_le)


def attend(dossier: DossierCalcule) -> str:
    return Attente(dossier.attend).label


def stade(dossier: DossierCalcule) -> str:
    return Stade(dossier.stade).label


def avant(dossier: Dossier) -> date | None:
    return jour(dossier.a_completer_avant)


def file(dossier: DossierCalcule) -> str:
    return files.File(dossier.file).label


def tour(dossier: DossierCalcule) -> str:
    return tours.tour(dossier).mots


def charge(dossier: Dossier) -> str:
    return str(dossier.confie_a or "")


def decision(dossier: Dossier) -> str:
    """What became of the requests to the funders of the call, taken together."""
    demandes = dossier.financements.all()
    obtenu = aboutissement(demande.decision for demande in demandes if demande.partenaire_id)
    return obtenu.label if obtenu else ""


def financeurs(dossier: Dossier) -> str:
    return noms(demande.partenaire for demande in dossier.financements.all())


def avis(dossier: DossierCalcule) -> str:
    return f"{dossier.avis_partages} sur {dossier.sollicites}"


def par_financeur(dossier: Dossier, champ: str) -> str:
    """« CAF : 2 000 € ; Région : 1 000 € », the funders of the call."""
    dits = []
    for demande in dossier.financements.all():
        montant = getattr(demande, champ)
        if demande.partenaire_id and montant is not None:
            dits.append(f"{demande.partenaire} : {francais.en_euros(montant)}")
    return " ; ".join(dits)


def premiere(dossier: DossierCalcule) -> str:
    return "Oui" if dossier.est_premiere else "Non"


def alertes(dossier: Dossier) -> str:
    return ", ".join(alerte.mot for alerte in alertes_de(dossier))


def montant_du_financeur(dossier: Dossier, partenaire: int, champ: str) -> int | None:
    """In cents; None when nothing is asked of it, or not said yet."""
    montants = []
    for demande in dossier.financements.all():
        montant = getattr(demande, champ)
        if demande.partenaire_id == partenaire and montant is not None:
            montants.append(montant)
    return sum(montants) if montants else None
