"""Makes the files of the worker, all by the same life: see `models.fabrication`.

Made outside any transaction, because a layout takes seconds; kept in one, on the locked row, if
nobody asked for something else meanwhile. A failure is counted and said.
"""

import logging
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import BinaryIO, TypeVar

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction

from appels.models import Export, Fabrication, GenreExport
from appels.socle.pannes import BASE_ABSENTE
from appels.socle.pdf import RenduImpossible
from quartiers import horloge

journal = logging.getLogger(__name__)

Ouvrage = TypeVar("Ouvrage", bound=Fabrication)
Ecriture = Callable[[Export, BinaryIO], None]
IMPREVU = "Une erreur imprévue a arrêté la fabrication ; le journal du serveur la détaille."
ECHECS: tuple[type[Exception], ...] = (RenduImpossible, OSError)
ECRITURES: dict[str, Ecriture] = {}


def fabriquer(
    ouvrage: Ouvrage,
    produire: Callable[[Ouvrage], AbstractContextManager[BinaryIO]],
    *,
    ensuite: Callable[[Ouvrage, BinaryIO], None] | None = None,
    echecs: tuple[type[Exception], ...] = ECHECS,
) -> None:
    """Make the file once, however often it is called.

    `produire` gives it open for reading; `ensuite` is done in the transaction that keeps it, on the
    row as it is now. An exception that is not of `echecs` goes up, and nothing is counted.
    """
    if not ouvrage.est_a_faire:
        return
    try:
        with produire(ouvrage) as fichier:
            _garder(ouvrage, fichier, ensuite)
    except echecs as erreur:
        journal.error("%s : %s", ouvrage, erreur)
        _compter_l_echec(ouvrage, str(erreur))


def rattraper(ouvrages: Iterable[Ouvrage], etablir: Callable[[Ouvrage], None]) -> None:
    """Each in turn: one that fails as nobody foresaw is counted and said, and stops nobody.

    Without its database, there is nothing to count: the error goes up, and the next beat tries.
    """
    for ouvrage in ouvrages:
        try:
            etablir(ouvrage)
        except BASE_ABSENTE:
            raise
        except OSError as erreur:  # a full disk is no fault of the row: tried again without end
            journal.error("%s attendra : %s", ouvrage, erreur)
        except Exception:
            journal.exception("%s n’a pas pu être fait", ouvrage)
            _compter_l_echec(ouvrage, IMPREVU)


@transaction.atomic
def _garder(
    ouvrage: Ouvrage, fichier: BinaryIO, ensuite: Callable[[Ouvrage, BinaryIO], None] | None
) -> None:
    lignes = type(ouvrage)._default_manager.select_for_update(of=("self",))
    actuel = lignes.filter(pk=ouvrage.pk).first()
    if actuel is None or not actuel.est_a_faire or actuel.repere != ouvrage.repere:
        return  # taken away, already made, or asked anew: another call makes that one
    ancien = actuel.fichier.name
    actuel.ranger(File(fichier))
    actuel.etabli_le = horloge.maintenant()
    actuel.erreur = ""
    actuel.save()
    if ensuite:
        fichier.seek(0)
        ensuite(actuel, fichier)
    if ancien and ancien != actuel.fichier.name:
        transaction.on_commit(partial(default_storage.delete, ancien))


def _compter_l_echec(ouvrage: Fabrication, phrase: str) -> None:
    """One try more, unless somebody asked for something else meanwhile."""
    meme_demande = {ouvrage.REPERE: ouvrage.repere} if ouvrage.REPERE else {}
    lignes = type(ouvrage)._default_manager.filter(pk=ouvrage.pk, **meme_demande)
    lignes.update(essais=ouvrage.essais + 1, erreur=phrase[:300])


@contextmanager
def sur_le_disque() -> Iterator[BinaryIO]:
    """An open file on the disk of the files, not in /tmp: a lot may weigh hundreds of megabytes."""
    racine = Path(settings.MEDIA_ROOT)
    racine.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=racine) as fichier:
        yield fichier


def ecrit(genre: GenreExport) -> Callable[[Ecriture], Ecriture]:
    """Mark the function that writes an export of this kind into an open binary file.

    Each stage registers its own, so that nothing below imports it.
    """

    def inscrire(ecriture: Ecriture) -> Ecriture:
        ECRITURES[genre] = ecriture
        return ecriture

    return inscrire
