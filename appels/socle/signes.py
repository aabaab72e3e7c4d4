"""What a typed text becomes in a file: every word of it, in signs that the file can hold.

Two losses are possible and no more. Control characters, which XML refuses and nobody sees, go.
On paper, a sign that no font of ours draws would be an empty box: a near sign takes its place, or
its name, and whoever rereads a dossier is told which.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import groupby
from pathlib import Path

from django.conf import settings
from fontTools.ttLib import TTFont

from quartiers.francais import INSECABLE, accorder

EMOJIS = Path(__file__).parent / "donnees" / "emojis.json"  # names of CLDR, in French
FEUILLE = settings.RACINE / "templates" / "pdf" / "feuille.css"
POLICES = settings.RACINE / "static" / "polices"

FINS_DE_LIGNE = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
# Neither XML nor a font has them: C0 and C1 but the tab and the line end, halves of pairs,
# non-characters.
INTENABLES = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")

INVISIBLES = {"Cf", "Cc", "Mn", "Me", "Sk"}  # categories that show nothing by themselves
PEAUX = "\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
VARIANTES = dict.fromkeys(map(ord, f"\ufe0e\ufe0f{PEAUX}"))
# From U+F000 on: what a list of Word leaves when it is pasted.
PROCHES = {
    **dict.fromkeys("\u202f\u2007", INSECABLE),
    **dict.fromkeys("\u2000\u2001\u2003\u2004\u2005\u2006\u2008\u200a\u205f\u3000", " "),
    **dict.fromkeys("\u2010\u2011\u2012\u2043\uf02d", "-"),
    **dict.fromkeys("\u2015\u2e3a", "—"),
    **dict.fromkeys("‣∙■□▪▫●○◦◆◇◘►▶▸▹➢➤➔⮚❖❑❒✦✧✪⁃\uf0b7\uf0a7\uf0d8\uf076\uf06e\uf0a8", "•"),
    **dict.fromkeys("→⇒⟶➜➝➞➡\uf0e0\uf0e8\uf0f0", "->"),
    **dict.fromkeys("←⇐⟵⬅\uf0df", "<-"),
    **dict.fromkeys("↔⇔⟷", "<->"),
    **dict.fromkeys("✓✔☑✅\uf0fc\uf0fe", "[x]"),
    **dict.fromkeys("☐\uf06f\uf072", "[ ]"),
    **dict.fromkeys("★☆✱✳", "*"),
    **dict.fromkeys("‟❝", "“"),
    **dict.fromkeys("❞", "”"),
    **dict.fromkeys("‛❛", "‘"),
    **dict.fromkeys("❜ʹ", "’"),
    "≤": "<=",
    "≥": ">=",
    "≠": "(différent de)",
    "≈": "~",
    "∞": "(infini)",
    "√": "(racine de)",
    "∑": "(somme de)",
    "‰": f"{INSECABLE}pour mille",
    "№": "n°",
    "μ": "µ",
    "\ufeff": "",
}
GRECQUES = (
    *("alpha", "bêta", "gamma", "delta", "epsilon", "zêta", "êta", "thêta", "iota", "kappa"),
    *("lambda", "mu", "nu", "xi", "omicron", "pi", "rhô", "sigma", "sigma", "tau", "upsilon"),
    *("phi", "khi", "psi", "oméga"),
)
ECRITURES = {
    "ARABIC": "arabe",
    "ARMENIAN": "arménienne",
    "BENGALI": "bengalie",
    "CJK": "chinoise",
    "CYRILLIC": "cyrillique",
    "DEVANAGARI": "devanagari",
    "ETHIOPIC": "éthiopienne",
    "GEORGIAN": "géorgienne",
    "GREEK": "grecque",
    "HANGUL": "coréenne",
    "HEBREW": "hébraïque",
    "HIRAGANA": "japonaise",
    "KATAKANA": "japonaise",
    "KHMER": "khmère",
    "LAO": "lao",
    "MYANMAR": "birmane",
    "TAMIL": "tamoule",
    "THAI": "thaïe",
    "TIBETAN": "tibétaine",
    "TIFINAGH": "tifinaghe",
}


def propre(texte: str) -> str:
    """The same words in any file: spaces and signs as they are, one kind of line end."""
    return INTENABLES.sub("", FINS_DE_LIGNE.sub("\n", texte))


def pour_le_papier(texte: str) -> str:
    """The same words in signs that our fonts draw."""
    return _non_dessines().sub(_par_un_autre, propre(texte))


def sans_dessin(textes: Iterable[str]) -> dict[str, str]:
    """{sign: the name that stands for it on paper} of all that is dropped by name, once each."""
    nommes: dict[str, str] = {}
    for texte in textes:
        for suite in _non_dessines().findall(propre(texte)):
            nommes |= {signe: ecrit for signe, ecrit in _traduire(suite) if ecrit.startswith("(")}
    return nommes


def phrase(textes: Iterable[str]) -> str:
    """« 2 signes ne s’impriment pas : … »; empty when everything prints."""
    nommes = sans_dessin(textes)
    if not nommes:
        return ""
    accord = "ne s’imprime pas" if len(nommes) == 1 else "ne s’impriment pas"
    detail = ", ".join(f"« {signe} » sera écrit « {ecrit} »" for signe, ecrit in nommes.items())
    return f"{accorder(len(nommes), 'signe')} {accord}{INSECABLE}: {detail}."


def textes(contenu: object) -> Iterator[str]:
    """Every text of a frozen content, however deep."""
    if isinstance(contenu, str):
        yield contenu
    elif isinstance(contenu, dict):
        for valeur in contenu.values():
            yield from textes(valeur)
    elif isinstance(contenu, list):
        for valeur in contenu:
            yield from textes(valeur)


@cache
def dessines() -> frozenset[str]:
    """The signs that the fonts of the papers draw."""
    fichiers = re.findall(r"police:([\w.-]+)", FEUILLE.read_text(encoding="utf-8"))
    codes: set[int] = set()
    for fichier in fichiers:
        with TTFont(POLICES / fichier, lazy=True) as police:
            codes |= set(police.getBestCmap())
    visibles = {chr(code) for code in codes if code > 0x1F and not 0x7F <= code <= 0x9F}
    return frozenset(visibles | {"\n", "\t"})


@cache
def _non_dessines() -> re.Pattern[str]:
    """Everything else, in runs: an emoji is often several signs."""
    return re.compile(f"[^{re.escape(''.join(sorted(dessines())))}]+")


@cache
def _emojis() -> dict[str, str]:
    return json.loads(EMOJIS.read_text(encoding="utf-8"))


@cache
def _plus_long_emoji() -> int:
    return max(map(len, _emojis()))


def _par_un_autre(trouve: re.Match[str]) -> str:
    return "".join(ecrit for _, ecrit in _traduire(trouve[0]))


def _traduire(suite: str) -> list[tuple[str, str]]:
    """(what was typed, what is drawn) of each part of a run that no font draws."""
    parties = []
    for ecriture, signes in groupby(_decouper(suite), key=_ecriture):
        ensemble = list(signes)
        if ecriture and len(ensemble) > 1:
            signe = "".join(ensemble)
            nombre = accorder(len(ensemble), "signe")
            parties.append((signe, f"(texte en écriture {ecriture}{INSECABLE}: {nombre})"))
        else:
            parties += [(signe, _dessiner(signe)) for signe in ensemble]
    return parties


def _decouper(suite: str) -> list[str]:
    """Emojis whole, without the colour of the skin; the rest sign by sign."""
    simple = suite.translate(VARIANTES) or suite[:1]
    parties = []
    rang = 0
    while rang < len(simple):
        signe = simple[rang]
        for fin in range(min(len(simple), rang + _plus_long_emoji()), rang + 1, -1):
            if simple[rang:fin] in _emojis():
                signe = simple[rang:fin]
                break
        parties.append(signe)
        rang += len(signe)
    return parties


def _ecriture(signe: str) -> str:
    """The script of a letter that nothing near stands for; empty for everything else."""
    if len(signe) > 1 or not signe.isalpha() or _proche(signe) is not None:
        return ""
    mot = unicodedata.name(signe, "").split(" ")[0]
    return ECRITURES.get(mot, "inconnue de nos polices")


def _dessiner(signe: str) -> str:
    """A near sign, else its name between brackets, or nothing for what shows nothing."""
    proche = _proche(signe)
    if proche is not None:
        return proche
    if nom := _emojis().get(signe):
        return f"(émoji{INSECABLE}: {nom})"
    if unicodedata.category(signe) in INVISIBLES:
        return ""
    if signe.isalpha():
        return f"(lettre d’écriture {_ecriture(signe)})"
    if unicodedata.category(signe) == "Co":
        return f"(signe propre à un logiciel, {ord(signe):X})"
    return f"(signe U+{ord(signe):04X})"


def _proche(signe: str) -> str | None:
    """What looks the same and is drawn; None when nothing does."""
    if signe in PROCHES:
        return PROCHES[signe]
    if len(signe) > 1:
        return None
    if "α" <= signe.lower() <= "ω":
        return GRECQUES[ord(signe.lower()) - ord("α")]
    simple = unicodedata.normalize("NFKC", signe)
    if simple != signe and set(simple) <= dessines():
        return simple
    nue = unicodedata.normalize("NFKD", signe)
    lettres = "".join(lettre for lettre in nue if not unicodedata.combining(lettre))
    if lettres and lettres != signe and set(lettres) <= dessines():
        return lettres
    return None
