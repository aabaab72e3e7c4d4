"""What people type or paste, before it is read: what cannot be seen or means nothing is dropped.

`nombres`, `dates` and `partenaires.models.identifiants` read what remains. The script does the same
for amounts, in `static/js/commun/montants.js`: one table of cases is played on both sides.
"""

import re
import unicodedata

LONGUEUR_MAX = 200  # beyond, it is neither a number nor a date: nobody looks further
# Drawn as nothing, though their category says otherwise: fillers and variation selectors.
INVISIBLES = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0") | frozenset(
    map(chr, range(0xFE00, 0xFE10))
)
BLANCS = frozenset("\t\n\v\f\r")
APOSTROPHES = frozenset("’‘ʼ′`´")
PLEINE_CHASSE = range(0xFF01, 0xFF5F)  # « １２ », as an Asian keyboard types them
CHIFFRES_MATHEMATIQUES = range(0x1D7CE, 0x1D800)
FORMULE_DE_TABLEUR = re.compile(r'=? ?"([^"]*)"')  # ="0123", so that a sheet keeps the zero
SCIENTIFIQUE = re.compile(r"\d(?:[.,]\d+)?E\+?\d{1,2}", re.IGNORECASE | re.ASCII)
# What a cell shows instead of its value: « #REF! », « #N/A », « #DIV/0! », « ##### », « Err:502 »
ERREUR_DE_TABLEUR = re.compile(r"#{2,}|#[A-ZÉ/0]+[!?]?|err ?: ?\d{3}", re.IGNORECASE)
LETTRES_POUR_CHIFFRES = str.maketrans("OoIl|", "00111")


class Illisible(ValueError):
    """The text does not say what the field asks; the message is the sentence to show."""


def borne(texte: str) -> str:
    """The text, or one that nothing reads when it is too long: cut, it could say something else."""
    return texte if len(texte) <= LONGUEUR_MAX else "?"


def nettoyer(texte: str) -> str:
    """On one line, spaces, dashes and digits of the keyboard, nothing that cannot be seen.

    What a spreadsheet puts around a number so as not to change it is dropped too.
    """
    propre = "".join(lettre_du_clavier(lettre) for lettre in texte)
    propre = re.sub(" +", " ", propre).strip(" ")
    if enveloppe := FORMULE_DE_TABLEUR.fullmatch(propre):
        propre = enveloppe[1].strip(" ")
    return propre.lstrip("'").strip(" ")


def nettoyer_une_valeur(texte: str) -> str:
    """The same of a number or a date; raises `Illisible` for what a sheet shows instead of one."""
    propre = nettoyer(borne(texte))
    if ERREUR_DE_TABLEUR.fullmatch(propre):
        raise Illisible(
            f"« {propre} » est une erreur de la feuille de calcul : écrivez la valeur elle-même."
        )
    return propre


def ne_dit_rien(texte: str) -> bool:
    """True when nothing of it can be seen: spaces, and what is drawn as nothing."""
    return not any(lettre_du_clavier(lettre).strip() for lettre in texte)


def lettre_du_clavier(lettre: str) -> str:
    """The same character as a keyboard here types it; empty when it is drawn as nothing."""
    categorie = unicodedata.category(lettre)
    if categorie == "Cf" or lettre in INVISIBLES:
        return ""
    if categorie[0] == "Z" or lettre in BLANCS:
        return " "
    if categorie == "Pd" or lettre == "−":
        return "-"
    if lettre in APOSTROPHES:
        return "'"
    if ord(lettre) in PLEINE_CHASSE:
        return chr(ord(lettre) - 0xFEE0)
    if ord(lettre) in CHIFFRES_MATHEMATIQUES:
        return str((ord(lettre) - CHIFFRES_MATHEMATIQUES.start) % 10)
    return lettre


def abrege(texte: str, longueur: int = 40) -> str:
    """A typed text short enough for a sentence, on one line."""
    propre = "".join(_lettre_montree(lettre) for lettre in texte)
    if len(propre) <= longueur:
        return propre
    return propre[: longueur - 1] + "…"


def _lettre_montree(lettre: str) -> str:
    categorie = unicodedata.category(lettre)
    if categorie == "Cf":
        return ""
    if categorie == "Zs":
        return lettre  # a no-break space is typed, and seen
    return lettre if lettre.isprintable() else "�"


def chiffres_pour_lettres(texte: str) -> str:
    """The same text with the digits that its letters look like: « 12O » is « 120 »."""
    return texte.translate(LETTRES_POUR_CHIFFRES)


def lettres_prises_pour_des_chiffres(texte: str) -> str:
    """« la lettre O remplace un zéro », for the letters of this text; empty when it has none."""
    if re.search("[oO]", texte):
        return "la lettre O remplace un zéro"
    if trouvee := re.search("[Il|]", texte):
        return f"la lettre {trouvee[0]} remplace un 1"
    return ""
