"""What an organisation keeps once, to join it wherever it is asked."""

from datetime import date, datetime

from django.db import transaction

from partenaires.models import DocumentOrganisme, NatureDeDocument, Partenaire, Utilisateur
from partenaires.socle import chiffrement, droits, fichiers, place, quarantaine
from partenaires.socle.refus import Refus
from quartiers.dates import ecrire_une_date

DOCUMENTS_MAX = 40  # an organisation


class TropDeDocuments(Refus):
    """As many as may be kept."""

    phrase = f"Le porte-documents garde {DOCUMENTS_MAX} documents au plus : retirez-en un d’abord."


class DejaRetire(Refus):
    """Somebody removed it meanwhile."""

    phrase = "Ce document n’est plus dans le porte-documents."


class DatesCroisees(Refus):
    """The date given to a document already kept contradicts the one it has."""

    champ = "expire_le"

    def __init__(self, jour: date):
        super().__init__(
            f"Ce fichier est déjà gardé, daté du {ecrire_une_date(jour)} : donnez ses deux dates."
        )


def deja_garde(
    partenaire: Partenaire, fichier: fichiers.Fichier, nature: NatureDeDocument
) -> DocumentOrganisme | None:
    """The same bytes under the same nature, when they are there."""
    presents = DocumentOrganisme.objects.presents().filter(partenaire=partenaire)
    return presents.filter(nature=nature, sha256=fichier.sha256).first()


@transaction.atomic
def ajouter(
    partenaire: Partenaire,
    fichier: fichiers.Fichier,
    *,
    nature: NatureDeDocument,
    date: date | None,
    expire_le: date | None,
    par: Utilisateur,
    recu_le: datetime,
) -> DocumentOrganisme:
    """Keep a document; the same file of the same nature is kept once, with the last dates said: a
    date left empty erases none.

    Raises `TropDeDocuments`, `PlusDePlacePour` or `DatesCroisees`.
    """
    droits.peut_modifier_fiche.exiger(par, partenaire)
    # Two people who add at once wait for each other
    Partenaire.objects.select_for_update(no_key=True).get(pk=partenaire.pk)
    deja = deja_garde(partenaire, fichier, nature)
    if deja is not None:
        _completer_les_dates(deja, date, expire_le)
        return deja
    if DocumentOrganisme.objects.presents().filter(partenaire=partenaire).count() >= DOCUMENTS_MAX:
        raise TropDeDocuments
    titulaire = place.Titulaire(par, partenaire)
    place.exiger(fichier.taille, titulaire, recu_le=recu_le)
    document = DocumentOrganisme(
        partenaire=partenaire,
        nature=nature,
        date=date,
        expire_le=expire_le,
        nom=fichier.nom,
        mime=fichier.mime,
        taille=fichier.taille,
        sha256=fichier.sha256,
        ajoute_le=recu_le,
        ajoute_par=par,
    )
    _ranger(document, fichier)
    quarantaine.confier(
        fichier,
        str(document.fichier.name),
        titulaire,
        le=recu_le,
        est_chiffree=document.est_bancaire,
    )
    return document


def _ranger(document: DocumentOrganisme, fichier: fichiers.Fichier) -> None:
    """Its bytes on the disk, encrypted when they are of a bank, then its row."""
    contenu = fichier.contenu
    if document.est_bancaire:
        contenu = chiffrement.chiffrer(contenu)
    with fichiers.s_il_se_garde("fichier"):
        document.ranger(contenu)
    document.save()


def _completer_les_dates(
    document: DocumentOrganisme, date: date | None, expire_le: date | None
) -> None:
    document.date = date or document.date
    document.expire_le = expire_le or document.expire_le
    if document.date and document.expire_le and document.expire_le < document.date:
        raise DatesCroisees(document.date)
    document.save(update_fields=["date", "expire_le"])


@transaction.atomic
def retirer(document: DocumentOrganisme, *, par: Utilisateur, recu_le: datetime) -> None:
    """Take it out: the dossiers where it was joined keep it. Raises `DejaRetire`."""
    droits.peut_modifier_fiche.exiger(par, document.partenaire)
    verrouille = (
        DocumentOrganisme.objects.select_for_update(of=("self",)).presents().filter(pk=document.pk)
    ).first()
    if verrouille is None:
        raise DejaRetire
    verrouille.retire_le = recu_le
    verrouille.fichier = ""  # what nothing shows any more is erased
    verrouille.save(update_fields=["retire_le", "fichier"])
