"""Names of files: safe everywhere, and what tells two of them apart is kept."""

import re
import unicodedata
from collections.abc import Iterable
from itertools import count
from pathlib import PurePosixPath

LONGUEUR_MAX = 100  # characters, the extension included
OCTETS_MAX = 200  # a disk takes 255, once « (2) » and what a browser adds are there
# Of documents, taken off because the real kind is written instead; « .2026 » is not one.
EXTENSIONS = re.compile(
    r"pdf|jpe?g|jpe|jfif|png|docx?|docm|dotx|xlsx?|xlsm|xltx|od[tsgp]|ot[ts]|rtf|txt|csv|hei[cf]"
    r"|webp|gif|tiff?|bmp|pages|numbers|pptx?|zip",
    re.IGNORECASE,
)
# What a name ends with to be run when it is opened: taken off first, it is no kind of document.
PROGRAMMES = re.compile(
    r"exe|com|bat|cmd|scr|js|jse|vbs?|vbe|wsf|ps1|sh|lnk|php|html?", re.IGNORECASE
)
INTERDITS = '<>:"/\\|?*;'  # by Windows, by a shell or by a header
RESERVES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)  # by Windows


def nom_propre(nom: str | None, extension: str) -> str:
    """A name safe everywhere, whose extension tells the real kind."""
    base = unicodedata.normalize("NFC", (nom or "").replace("\\", "/").rstrip("/"))
    base = "".join(_lisible(lettre) for lettre in PurePosixPath(base).name)
    base = re.sub(r" +", " ", base).strip(" ").rstrip(" .")
    tronc = _sans_extension(base).strip(" .") or "document"
    if RESERVES.fullmatch(tronc):
        tronc = f"{tronc}_"
    return f"{_abreger(tronc, LONGUEUR_MAX - len(extension) - 1)}.{extension}"


def distinct(nom: str, pris: Iterable[str]) -> str:
    """The name, or « nom (2).pdf » when it is taken; capitals do not tell two names apart."""
    deja = {autre.casefold() for autre in pris}
    tronc, _, extension = nom.rpartition(".")
    rangs = (f"{tronc} ({rang}).{extension}" for rang in count(2))
    return nom if nom.casefold() not in deja else next(n for n in rangs if n.casefold() not in deja)


def _lisible(lettre: str) -> str:
    """Letters, signs and figures of any script; every space is a plain one; nothing hidden."""
    categorie = unicodedata.category(lettre)
    if categorie == "Zs" or lettre in "\t\n\r":
        return " "
    if categorie[0] in "CZ":
        return ""
    return "_" if lettre in INTERDITS else lettre


def _sans_extension(base: str) -> str:
    for connues in (PROGRAMMES, EXTENSIONS):
        tronc, point, extension = base.rpartition(".")
        if point and connues.fullmatch(extension):
            base = tronc.rstrip(" .")
    return base


def _abreger(tronc: str, longueur: int) -> str:
    """Too long, its middle goes: what tells two names apart often stands at the end."""
    while len(tronc) > longueur or len(tronc.encode()) > OCTETS_MAX:
        moitie = (min(longueur, len(tronc) - 1) - 1) // 2
        tronc = f"{tronc[:moitie].rstrip()}…{_fin(tronc, moitie)}"
    return tronc


def _fin(tronc: str, longueur: int) -> str:
    """The last characters; an accent is not parted from its letter."""
    fin = tronc[-longueur:].lstrip()
    while fin and unicodedata.combining(fin[0]):
        fin = fin[1:]
    return fin
