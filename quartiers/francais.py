"""How people here write amounts, numbers and instants.

Pure functions; money is in integer cents. What they type is read by `nombres` and `dates`.
"""

import re
import unicodedata
from datetime import date, datetime
from decimal import Decimal

from quartiers.frappe import nettoyer
from quartiers.horloge import a_paris

INSECABLE = "\u00a0"
JOURS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MOIS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)


def nombre(valeur: int | Decimal | float) -> str:
    """« 13 700 », « 38,4 »: no-break spaces, decimal comma."""
    if isinstance(valeur, int):
        texte = f"{valeur:,}"
    else:
        texte = f"{Decimal(str(valeur)).normalize():,f}"
    return texte.replace(",", INSECABLE).replace(".", ",")


UNITES_ECRITES = {"%": "%", "points de pourcentage": "points", "€": "€", "hectares": "ha"}


def grandeur(valeur: Decimal | int, unite: str) -> str:
    """« 38,4 % », « 8 points », « 13 700 ».

    A unit that is a word stays in the sentence beside the number.
    """
    ecrite = UNITES_ECRITES.get(unite)
    if not ecrite:
        return nombre(valeur)
    return f"{nombre(valeur)}{INSECABLE}{ecrite}"


KILOOCTET = 1024  # bytes: what Windows shows as « 1 Ko », on which « 10 Mo au plus » is counted


def poids(octets: int) -> str:
    """« 640 ko », « 1,2 Mo », « 1 Go »: one unit for limits, sizes shown, and what people read."""
    milliers = octets / KILOOCTET
    if round(milliers) < KILOOCTET:
        return f"{nombre(max(1, round(milliers)))}{INSECABLE}ko"
    millions = milliers / KILOOCTET
    if round(millions) < KILOOCTET:
        return f"{nombre(round(millions, 1))}{INSECABLE}Mo"
    return f"{nombre(round(millions / KILOOCTET, 1))}{INSECABLE}Go"


def nombre_en_euros(centimes: int) -> str:
    """« 12 500 » or « 12 500,50 »: an amount without its sign, as typed in a field."""
    euros, reste = divmod(abs(centimes), 100)
    return nombre(euros) + (f",{reste:02d}" if reste else "")


def en_euros(centimes: int | None) -> str:
    """« 12 500 € », « − 700 € »; empty when unknown."""
    if centimes is None:
        return ""
    signe = f"−{INSECABLE}" if centimes < 0 else ""
    return f"{signe}{nombre_en_euros(centimes)}{INSECABLE}€"


def pour_cent(part: int, tout: int) -> str:
    """« 86,4 % » of two amounts in cents; empty when the whole is zero (never 0 % nor infinite)."""
    if not tout:
        return ""
    dixiemes = (part * 2000 + tout) // (2 * tout)  # rounded to the nearest tenth
    entier, dixieme = divmod(dixiemes, 10)
    decimale = f",{dixieme}" if dixieme else ""
    return f"{nombre(entier)}{decimale}{INSECABLE}%"


def jour(valeur: date) -> str:
    """« 27 novembre 2026 », « 1er mars 2027 »; the day in Paris of an instant."""
    if isinstance(valeur, datetime):
        valeur = a_paris(valeur)
    quantieme = "1er" if valeur.day == 1 else str(valeur.day)
    return f"{quantieme}{INSECABLE}{MOIS[valeur.month - 1]}{INSECABLE}{valeur.year}"


MOIS_COURTS = (
    "janv.",
    "févr.",
    "mars",
    "avril",
    "mai",
    "juin",
    "juill.",
    "août",
    "sept.",
    "oct.",
    "nov.",
    "déc.",
)


def jour_court(valeur: date) -> str:
    """« 27 nov. », where the year is said once for all; the day in Paris of an instant."""
    if isinstance(valeur, datetime):
        valeur = a_paris(valeur)
    quantieme = "1er" if valeur.day == 1 else str(valeur.day)
    return f"{quantieme}{INSECABLE}{MOIS_COURTS[valeur.month - 1]}"


def jour_de_semaine(valeur: date) -> str:
    """« vendredi 27 novembre 2026 »."""
    return f"{JOURS[valeur.weekday()]} {jour(valeur)}"


def heure(instant: datetime, secondes: bool = False) -> str:
    """« 12 h 00 » or « 12 h 00 min 07 s », on a Paris clock."""
    local = a_paris(instant)
    texte = f"{local.hour}{INSECABLE}h{INSECABLE}{local.minute:02d}"
    if not secondes:
        return texte
    return f"{texte}{INSECABLE}min{INSECABLE}{local.second:02d}{INSECABLE}s"


def date_et_heure(instant: datetime) -> str:
    """« vendredi 27 novembre 2026 à 12 h 00 » (Paris); say « heure de Paris » beside it."""
    return f"{jour_de_semaine(a_paris(instant).date())} à {heure(instant)}"


def instant_exact(instant: datetime) -> str:
    """« 24 novembre 2026 à 18 h 42 min 07 s » (Paris)."""
    return f"{jour(a_paris(instant).date())} à {heure(instant, secondes=True)}"


def moment(instant: datetime) -> str:
    """« 24 novembre 2026 à 18 h 42 » (Paris)."""
    return f"{jour(a_paris(instant).date())} à {heure(instant)}"


def siret(numero: str) -> str:
    """« 732 829 320 00074 », kept on one line."""
    return INSECABLE.join((numero[:3], numero[3:6], numero[6:9], numero[9:]))


# What comes after them in a name is not counted: « 3 lettres de décision ».
FIN_DU_COMPTE = {"de", "du", "des", "à", "au", "aux", "en", "sans", "sur", "par", "pour", "qui"}
EN_AUX = re.compile(r"(?<=\w)al$")
EN_X = re.compile(r"(?<=\w)(?:eau|eu|œu)$")


def accorder(compte: int, singulier: str, pluriel: str = "") -> str:
    """« 0 pièce jointe », « 1 pièce jointe », « 3 pièces jointes »: zero is singular in French.

    A verb, or what the rules do not know, is given in the plural too: « lettre attend » and
    « lettres attendent ».
    """
    return f"{nombre(compte)}{INSECABLE}{forme(compte, singulier, pluriel)}"


def forme(compte: int, singulier: str, pluriel: str = "") -> str:
    """The same words without their number: « elle », « elles »."""
    if abs(compte) < 2:
        return singulier
    return pluriel or au_pluriel(singulier)


def au_pluriel(mots: str) -> str:
    """« documents demandés », « lettres de décision », « bureaux », « PDF »."""
    accordes: list[str] = []
    compte = True
    for mot in mots.split(" "):
        compte = compte and mot not in FIN_DU_COMPTE and not mot.startswith(("d’", "l’"))
        accordes.append(_mot_au_pluriel(mot) if compte else mot)
    return " ".join(accordes)


def _mot_au_pluriel(mot: str) -> str:
    if mot.isupper() or mot.endswith(("s", "x", "z")):
        return mot  # « 3 PDF », « 3 avis »
    if EN_AUX.search(mot):
        return f"{mot[:-1]}ux"
    if EN_X.search(mot):
        return f"{mot}x"
    return f"{mot}s"


LIGATURES = str.maketrans(
    {"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "’": " ", "'": " ", "-": " "}
)


def recherchable(*textes: str) -> str:
    """What is compared when somebody searches: no accent, no capital, no hyphen.

    « l’Œuvre » is « l oeuvre ».
    """
    visibles = " ".join(nettoyer(texte) for texte in textes)
    decompose = unicodedata.normalize("NFKD", visibles.translate(LIGATURES))
    sans_accent = "".join(lettre for lettre in decompose if not unicodedata.combining(lettre))
    return " ".join(sans_accent.casefold().split())[:300]
