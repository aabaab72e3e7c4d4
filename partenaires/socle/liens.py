"""No mail of the portal makes a link of what somebody typed.

Mail programs make a link by themselves of what looks like an address, in a text as in HTML. The
portal's own links are put in by their mark, that nobody can type; in all the rest, what looks like
an address is broken with a space: « evil. example », « https: //… ». It stays readable, and nothing
is clicked.
"""

import re
import secrets
import unicodedata
from collections.abc import Iterable, Mapping

from django.conf import settings
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

POINTS = ".．。｡․﹒"
CASSURES = (
    (re.compile(rf"(?<=[^\s{POINTS}])([{POINTS}])(?=[^\W\d_]{{2}})"), r"\1 "),  # domain.tld
    (re.compile(r"(?<=[A-Za-z])([:：﹕])(?=\S)"), r"\1 "),  # https://, mailto:, tel:
    (re.compile(r"(?<=\S)[@＠﹫](?=\S)"), " @ "),
    (re.compile(r"(?<=\\)(\\)(?=\S)"), r"\1 "),  # a folder shared by a network
    (
        re.compile(rf"(?<!\d)(\d{{1,3}})[{POINTS}](\d{{1,3}})[{POINTS}](?=\d+[{POINTS}]\d)"),
        r"\1. \2. ",
    ),
)
INVISIBLES = {"Cc", "Cf", "Co", "Cs", "Cn"}  # controls, formats, private use: never read
SUITE_DU_LIEN = r"(?:/(?:[\w/?=&%#.~:-]*[\w/=-])?)?"  # no punctuation at the end
NOMS_DE_SITE = re.compile(
    rf"""\w://                          # https://
    | \bwww[{POINTS}]
    | [^\s@]@[^\s@]                     # somebody@somewhere
    | [\w-]{{2}}[{POINTS}][^\W\d_]{{2,}}    # domain.tld; A.Dupont has one letter before
    | [\w-][{POINTS}][a-z]{{2,}}        # x.com
    | [\w-][{POINTS}][^\W\d_]{{2,}}/
    """,
    re.VERBOSE,
)

# « 1901-2026 » has eight digits, a telephone nine at least
NUMERO_A_COMPOSER = re.compile(rf"\+?\d(?:[\s{POINTS}()/_-]{{0,3}}\d){{8,}}")


def sans_lien(texte: str) -> str:
    """What somebody typed, where nothing is taken for a link; the same when done twice."""
    visibles = [
        lettre
        for lettre in texte
        if lettre in "\n\t" or unicodedata.category(lettre) not in INVISIBLES
    ]
    propre = "".join(visibles)
    for motif, cassure in CASSURES:
        propre = motif.sub(cassure, propre)
    return propre


def adresse_dans(texte: str) -> str:
    """The first words that look like an address of a site or of a mailbox; empty when none do."""
    for mot in sans_invisibles(texte).split():
        if NOMS_DE_SITE.search(mot):
            return mot
    return ""


def telephone_dans(texte: str) -> str:
    """The first run of digits that one could dial, nine or more; empty when there is none."""
    trouve = NUMERO_A_COMPOSER.search(sans_invisibles(texte))
    return trouve.group().strip() if trouve else ""


def sans_invisibles(texte: str) -> str:
    """The letters that are read."""
    return "".join(
        lettre
        for lettre in texte
        if lettre.isspace() or unicodedata.category(lettre) not in INVISIBLES
    )


def marque() -> str:
    """A word that nobody can have typed: it stands for what is ours until the text is safe."""
    return f"\ue000{secrets.token_hex(8)}\ue001"


def rendre_sur(texte: str, tels_quels: Mapping[str, str], adresses: Iterable[str] = ()) -> str:
    """The text where only what `tels_quels` names by its mark, and these addresses, stay whole.

    A mark may be followed by the path of one of our pages.
    """
    marques = [f"{re.escape(mot)}{SUITE_DU_LIEN}" for mot in tels_quels]
    entieres = [rf"(?<![\w.@-]){re.escape(adresse)}(?![\w@-])(?!\.\w)" for adresse in adresses]
    gardes = re.compile("|".join(marques + entieres))
    sur = ""
    lu = 0
    for garde in gardes.finditer(texte):
        sur += sans_lien(texte[lu : garde.start()]) + garde.group()
        lu = garde.end()
    sur += sans_lien(texte[lu:])
    for mot, valeur in tels_quels.items():
        sur = sur.replace(mot, valeur)
    return sur


def nos_liens() -> re.Pattern[str]:
    """The addresses of our own pages: `https://ours.evil.example` is not one."""
    return re.compile(rf"{re.escape(settings.URL_PUBLIQUE)}(?![^\s/]){SUITE_DU_LIEN}")


def sauf_nos_pages(texte: str) -> str:
    """A text that a library wrote: the addresses of our own pages stay, no other."""
    sur = ""
    lu = 0
    for lien in nos_liens().finditer(texte):
        sur += sans_lien(texte[lu : lien.start()]) + lien.group()
        lu = lien.end()
    return sur + sans_lien(texte[lu:])


def en_html(texte: str) -> SafeString:
    """A safe text as HTML: our own pages are links, everything else is words."""
    html = ""
    lu = 0
    for lien in nos_liens().finditer(texte):
        html += escape(texte[lu : lien.start()])
        html += f'<a href="{escape(lien.group())}">{escape(lien.group())}</a>'
        lu = lien.end()
    return mark_safe(html + escape(texte[lu:]))  # noqa: S308 (each piece is escaped above)
