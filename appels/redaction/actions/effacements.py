"""What was removed leaves the disk, after a delay; what a deposit shows never does.

Run by a task as often as one likes: a file is erased once. A row is locked, looked at again and
marked, its bytes go after the commit; a copy of the same file holds that row (`quarantaine.tenir`).
"""

import logging
from datetime import datetime, timedelta
from functools import partial

from django.apps import apps
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Exists, FileField, Model, OuterRef, Q, QuerySet

from appels.models import Dossier, Passage, Piece, Version
from appels.models.etats import Etat
from partenaires.models import Analyse, EtatAnalyse, FichierGarde

journal = logging.getLogger(__name__)

MAISON = ("quartiers", "partenaires", "appels")
PAR_TOUR = 200  # files: a long delay that ends does not hold the worker
REPRISE = timedelta(days=2)  # a worker killed between the mark and the disk: done again


def effacer(instant: datetime) -> int:
    """Erase what is due at `instant`; gives how many files."""
    _reprendre(instant)
    limite = instant - timedelta(days=settings.DELAI_EFFACEMENT)
    nombre = 0
    for pk in a_effacer(limite).values_list("pk", flat=True)[:PAR_TOUR]:
        nombre += _effacer(pk, limite, instant)
    if nombre:
        journal.info("%s fichiers retirés depuis plus que le délai : effacés.", nombre)
    return nombre


def a_effacer(limite: datetime) -> QuerySet[FichierGarde]:
    """Kept since before `limite`, and that nothing shows any more."""
    gardes = FichierGarde.objects.sur_le_disque().filter(garde_le__lte=limite)
    gardes = gardes.exclude(emplacement__in=_montrees(limite).values("fichier"))
    for modele, champ in autres_champs():
        montres = modele._default_manager.exclude(**{champ: ""}).values(champ)
        gardes = gardes.exclude(emplacement__in=montres)
    return gardes.order_by("pk")


def _montrees(limite: datetime) -> QuerySet[Piece]:
    """Rows that hold their file: joined to a dossier that is not given up, removed lately, or named
    by a version that was deposited.
    """
    figees = Version.objects.filter(
        dossier=OuterRef("dossier"), contenu__contains=OuterRef("sha256")
    )
    return Piece.objects.exclude(fichier="").filter(
        (Q(retiree_le__isnull=True) & ~Q(dossier__in=abandonnes(limite)))
        | Q(retiree_le__gt=limite)
        | Exists(figees)
    )


def abandonnes(limite: datetime) -> QuerySet[Dossier]:
    """Drafts given up before `limite`, where nothing happened since."""
    recents = Passage.objects.filter(dossier=OuterRef("pk"), le__gt=limite)
    return Dossier.objects.filter(etat=Etat.ABANDONNE).exclude(Exists(recents))


def autres_champs() -> list[tuple[type[Model], str]]:
    """Every field that names a file, in every model: a new one holds its files by itself."""
    return [
        (modele, champ.name)
        for nom in MAISON
        for modele in apps.get_app_config(nom).get_models()
        for champ in modele._meta.get_fields()
        if isinstance(champ, FileField) and modele is not Piece
    ]


@transaction.atomic
def _effacer(pk: int, limite: datetime, instant: datetime) -> bool:
    """One file, if nothing shows it once its dossiers and its row are held."""
    emplacement = FichierGarde.objects.get(pk=pk).emplacement
    pieces = Piece.objects.filter(fichier=emplacement)
    # In the order of those who join a file: the dossier, then the file.
    list(Dossier.objects.select_for_update().filter(pieces__in=pieces).order_by("pk"))
    garde = FichierGarde.objects.select_for_update().get(pk=pk)
    if not a_effacer(limite).filter(pk=pk).exists():
        return False
    for piece in pieces:
        piece.retiree_le = piece.retiree_le or instant
        piece.fichier = ""
        piece.save(update_fields=["retiree_le", "fichier"])
    garde.efface_le = instant
    garde.save(update_fields=["efface_le"])
    _oublier_l_analyse(garde)
    transaction.on_commit(partial(default_storage.delete, emplacement))
    return True


def _oublier_l_analyse(garde: FichierGarde) -> None:
    """The antivirus does not look for an erased file: for the same bytes elsewhere, if any."""
    attente = Analyse.objects.filter(emplacement=garde.emplacement, etat=EtatAnalyse.ATTENTE)
    autre = FichierGarde.objects.sur_le_disque().filter(sha256=garde.sha256).first()
    if autre is None:
        attente.delete()
    else:
        attente.update(emplacement=autre.emplacement)


def _reprendre(instant: datetime) -> None:
    for garde in FichierGarde.objects.effaces_depuis(instant - REPRISE):
        default_storage.delete(garde.emplacement)
