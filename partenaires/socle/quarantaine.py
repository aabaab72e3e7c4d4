"""What was given waits until the antivirus has spoken.

Without antivirus, only what was refused is kept back.
"""

import hashlib
import logging
from collections.abc import Iterable
from datetime import datetime

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.db.models.fields.files import FieldFile

from partenaires.models import Analyse, EtatAnalyse, FichierGarde
from partenaires.socle import antivirus, chiffrement, fichiers, place
from partenaires.socle.refus import Refus

REPRIS = 50  # files at each look, so that those just given do not wait behind
journal = logging.getLogger(__name__)
EFFACE = "Ce fichier n’est plus gardé par le portail : il a été retiré. Demandez-le à son auteur."


class FichierRetenu(Refus):
    """The file is not given."""


def confier(
    fichier: fichiers.Fichier,
    emplacement: str,
    titulaire: place.Titulaire,
    *,
    le: datetime,
    est_chiffree: bool = False,
) -> None:
    """A file came in: it counts for whom it is kept, and its content will be judged, once."""
    sha256 = fichier.sha256
    FichierGarde.objects.create(
        emplacement=emplacement,
        sha256=sha256,
        taille=fichier.taille,
        organisme=titulaire.organisme,
        par=titulaire.par,
        garde_le=le,
    )
    Analyse.objects.get_or_create(
        sha256=sha256,
        defaults={"emplacement": emplacement, "est_chiffree": est_chiffree, "confiee_le": le},
    )


def tenir(emplacement: str) -> None:
    """Another row will show this file: it is not erased meanwhile. Raises `FichierRetenu`."""
    garde = FichierGarde.objects.select_for_update().filter(emplacement=emplacement).first()
    if garde is not None and garde.efface_le is not None:
        raise FichierRetenu(EFFACE)


def lire_du_disque(fichier: FieldFile) -> bytes:
    """The bytes as they are kept. Raises `FichierRetenu` when they are not there any more."""
    try:
        with fichier.open("rb") as ouvert:
            return ouvert.read()
    except (FileNotFoundError, ValueError) as erreur:
        journal.error("%s ne se lit pas : %s", fichier.name or "un fichier effacé", erreur)
        raise FichierRetenu(EFFACE) from erreur


def etats(sha256s: Iterable[str]) -> dict[str, str]:
    """{sha256: why it is not given}: absent when it is."""
    demandes = set(sha256s)
    connus = dict(Analyse.objects.filter(sha256__in=demandes).values_list("sha256", "etat"))
    return {
        sha256: connus.get(sha256, EtatAnalyse.ATTENTE)
        for sha256 in demandes
        if not _se_donne(connus.get(sha256))
    }


def _se_donne(etat: str | None) -> bool:
    if antivirus.est_configure():
        return etat == EtatAnalyse.SAINE
    return etat != EtatAnalyse.INFECTEE


def exiger(sha256: str, contenu: bytes) -> None:
    """The bytes are those that were given, and the antivirus found them clean.

    Raises `FichierRetenu`.
    """
    if hashlib.sha256(contenu).hexdigest() != sha256:
        raise FichierRetenu(
            "Ce fichier n’est plus celui qui a été donné : il est retenu. Prévenez le service."
        )
    retenu = etats([sha256]).get(sha256)
    if retenu == EtatAnalyse.INFECTEE:
        raise FichierRetenu("L’antivirus a refusé ce fichier : personne ne peut le télécharger.")
    if retenu:
        raise FichierRetenu(
            "Ce fichier est en cours de contrôle par l’antivirus : réessayez dans quelques minutes."
        )


def analyser(instant: datetime) -> list[Analyse]:
    """Judge what waits, the oldest first; gives the contents found infected.

    Stops at once when clamd is away.
    """
    refusees: list[Analyse] = []
    if not antivirus.est_configure():
        return refusees
    _reprendre_les_oublies(instant)
    for analyse in Analyse.objects.a_faire():
        try:
            signature = antivirus.signature_de(_lire(analyse))
        except antivirus.AntivirusAbsent as absent:
            journal.warning("L’antivirus ne répond pas (%s) : les fichiers attendent.", absent)
            break
        except OSError as erreur:
            journal.error("%s ne se lit pas : %s", analyse, erreur)
            continue
        if _rendre(analyse, signature, instant) and signature:
            refusees.append(analyse)
    return refusees


def _reprendre_les_oublies(instant: datetime) -> None:
    """Files kept before anything was judged: without this, switching the antivirus on would shut
    them for ever.
    """
    jugee = Analyse.objects.filter(sha256=OuterRef("sha256"))
    oublies = FichierGarde.objects.sur_le_disque().filter(~Exists(jugee)).order_by("pk")
    for oublie in oublies[:REPRIS]:
        Analyse.objects.get_or_create(
            sha256=oublie.sha256,
            defaults={
                "emplacement": oublie.emplacement,
                "est_chiffree": _est_chiffre(oublie),
                "confiee_le": instant,
            },
        )


def _est_chiffre(garde: FichierGarde) -> bool:
    """The bytes on the disk are not those that were given."""
    try:
        with default_storage.open(garde.emplacement, "rb") as fichier:
            return hashlib.sha256(fichier.read()).hexdigest() != garde.sha256
    except OSError:
        return False  # not there: the antivirus will say so


def _lire(analyse: Analyse) -> bytes:
    with default_storage.open(analyse.emplacement, "rb") as fichier:
        garde = fichier.read()
    if analyse.est_chiffree:
        return chiffrement.dechiffrer(garde)
    return garde


@transaction.atomic
def _rendre(analyse: Analyse, signature: str, instant: datetime) -> bool:
    """Keep the verdict, once."""
    etat = EtatAnalyse.INFECTEE if signature else EtatAnalyse.SAINE
    analyse.signature = signature
    return bool(
        Analyse.objects.filter(pk=analyse.pk, etat=EtatAnalyse.ATTENTE).update(
            etat=etat, signature=signature, rendue_le=instant
        )
    )
