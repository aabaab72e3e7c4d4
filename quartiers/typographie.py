"""French no-break spaces, set once where a template gives its words (docs/style.md).

Whoever writes a template or a sentence types plain spaces; what may not be cut at the end of a line
is tied here. One space for all, U+00A0: the letters of the portal have no U+202F.
"""

import re
from bisect import bisect_right

from quartiers.francais import INSECABLE, MOIS

_UNITES = (
    "€",
    "%",
    "‰",
    "°",
    "k€",
    "M€",
    "h",
    "min",
    "s",
    "ko",
    "Mo",
    "Go",
    "km",
    "m",
    "ha",
    "ETPT",
)
_ABREGES = ("n°", "N°", "art.", "Art.", "article", "Article", "articles", "L.", "R.", "D.", "page")

_APRES_UN_NOMBRE = "|".join((*_UNITES, *MOIS))
_APRES_UN_MOIS = "|".join(rf"(?<=\b{mois} )" for mois in MOIS)
_APRES_UN_ABREGE = "|".join(rf"(?<=\b{re.escape(abrege)} )" for abrege in _ABREGES)
# A line break is never taken away: in a mail, or in what somebody typed, it means something. The
# pattern begins with the space itself, which the machine finds quickly; what stands before is
# looked at next.
BLANCS_A_LIER = re.compile(
    rf""" \ (?<=\S\ )(?:
        \ *(?=[:;?!»])
        | (?<=«\ )\ *(?=\S)
        | (?<=\d\ )(?=\d|(?:{_APRES_UN_NOMBRE})(?!\w))
        | (?<=\b1er\ )(?=(?:{"|".join(MOIS)})\b)
        | (?=\d)(?:{_APRES_UN_MOIS.replace(" ", "[ ]")}|(?<=\d.h\ )|(?<=\d.min\ ))
        | (?=[\dLRD])(?:{_APRES_UN_ABREGE.replace(" ", "[ ]")})
    )""",
    re.VERBOSE,
)
# What is shown as it is, or sent back by the browser as it stands.
TELS_QUELS = re.compile(
    r"<(textarea|script|style|pre|code|kbd|samp)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE
)
A_COPIER = re.compile(r"<(\w+)\b[^>]*\bdata-copier\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)


def lier(texte: str) -> str:
    """A text of ours, such as a mail: what belongs together stays on one line."""
    return BLANCS_A_LIER.sub(INSECABLE, texte)


def lier_la_page(html: str) -> str:
    """The same in the words of an HTML page: its tags, its fields and its code stay as they are."""
    debuts, fins = _tels_quels(html)

    def lie(trouve: re.Match[str]) -> str:
        place = trouve.start()
        if html.rfind("<", 0, place) > html.rfind(">", 0, place):
            return trouve[0]  # inside a tag
        rang = bisect_right(debuts, place) - 1
        if rang >= 0 and place < fins[rang]:
            return trouve[0]
        return INSECABLE

    return BLANCS_A_LIER.sub(lie, html)


def _tels_quels(html: str) -> tuple[list[int], list[int]]:
    """Where begins and ends each part of the page that is not read as words."""
    parties = [trouve.span() for trouve in TELS_QUELS.finditer(html)]
    if "data-copier" in html:
        parties = sorted([*parties, *(trouve.span() for trouve in A_COPIER.finditer(html))])
    return [debut for debut, _ in parties], [fin for _, fin in parties]
