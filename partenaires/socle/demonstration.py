"""« Démonstration », on everything that the demonstration gives out: one sentence, from the mode.

A portal that is not one yet (nobody publishes it) says it on its pages too: `Service`.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any
from zipfile import ZipFile

from django.conf import settings
from django.utils.html import escape

PHRASE = "Démonstration : ce site n’est pas un service de la CUA."
CORPS_HTML = re.compile(r"<body[^>]*>")


def mention() -> str:
    """The sentence when everything here is invented; empty elsewhere."""
    return PHRASE if settings.MODE == "demo" else ""


def titre(texte: str) -> str:
    """A subject, a name in a calendar or a feed: read alone, it says what it is."""
    return f"[Démonstration] {texte}" if mention() else texte


def texte(corps: str) -> str:
    """A mail or a description: the sentence is its first line."""
    return f"{mention()}\n\n{corps}" if mention() else corps


def html(page: str) -> str:
    """The same in HTML; an empty page stays empty."""
    if not mention() or not page:
        return page
    phrase = f"<p><strong>{escape(mention())}</strong></p>"
    ouverture = CORPS_HTML.search(page)
    if ouverture is None:
        return phrase + page
    return page[: ouverture.end()] + phrase + page[ouverture.end() :]


def donnees(contenu: dict[str, Any]) -> dict[str, Any]:
    """What programs read: one key more."""
    return {"demonstration": mention(), **contenu} if mention() else contenu


def lignes(rangees: Iterable[Iterable[object]]) -> Iterator[Iterable[object]]:
    """The rows of a table, the first one being its head: one column more, named by the sentence."""
    for rang, rangee in enumerate(rangees):
        yield [*rangee, "" if rang else mention()] if mention() else rangee


def lot(archive: ZipFile) -> None:
    """A ZIP about to be closed: one file more, named so that nobody misses it."""
    if mention():
        archive.writestr("DÉMONSTRATION.txt", f"{mention()}\r\n")


def classeur(livre: Any) -> None:
    """A workbook about to be saved: the head of each printed sheet, and a sheet of its own."""
    if not mention():
        return
    for feuille in livre.worksheets:
        feuille.oddHeader.center.text = mention()
    livre.create_sheet("Démonstration").append([mention()])
