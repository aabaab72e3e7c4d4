"""How people here write amounts, numbers and instants.

Pure functions; money is in integer cents.
"""

import re
import unicodedata
from datetime import date, datetime
from decimal import Decimal

from quartiers.horloge import a_paris

INSECABLE = "\u00a0"
ESPACES = dict.fromkeys(map(ord, " \t\u00a0\u202f\u2009\u2007\u2060'’"), None)
CENTIMES_MAX = 10**13  # a hundred billion euros: anything above is a slip of the finger
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


class MontantIllisible(ValueError):
    """The text is not an amount; the message is the sentence to show."""


def lire_montant(texte: str) -> int | None:
    """Cents from « 1 234,50 », « 1234.5 », « 1.234,50 € »; None when empty.

    Raises `MontantIllisible` with a French sentence: unreadable is an error, never zero.
    """
    saisi = texte.strip()
    if not saisi:
        return None
    brut = re.sub(r"(€|euros?|eur)$", "", saisi.translate(ESPACES), flags=re.IGNORECASE)
    if brut[:1] in "-−–":
        raise MontantIllisible(f"« {abrege(saisi)} » est négatif : écrivez un montant positif.")
    if re.search(r"\d[oO]|[oO]\d", brut) and re.fullmatch(r"[\doO.,]+", brut):
        propose = re.sub("[oO]", "0", brut)
        raise MontantIllisible(
            f"« {abrege(saisi)} » n’est pas un montant : la lettre O remplace un zéro. "
            f"Écrivez {abrege(propose)}."
        )
    entier, decimales = _separer(brut, saisi)
    centimes = int(entier) * 100 + int(decimales.ljust(2, "0"))
    if centimes >= CENTIMES_MAX:
        raise MontantIllisible(f"« {abrege(saisi)} » est trop grand : vérifiez le nombre de zéros.")
    return centimes


def _separer(brut: str, saisi: str) -> tuple[str, str]:
    """(whole part, decimals) of an amount without spaces, or `MontantIllisible`."""
    if trouve := re.fullmatch(r"(\d+)(?:[.,](\d{0,2}))?", brut, re.ASCII):
        return trouve[1][:20], trouve[2] or ""
    if trouve := re.fullmatch(r"(\d{1,3}(?:\.\d{3})+),(\d{1,2})", brut, re.ASCII):
        return trouve[1].replace(".", "")[:20], trouve[2]
    if trouve := re.fullmatch(r"(\d{1,3}(?:,\d{3})+)\.(\d{1,2})", brut, re.ASCII):
        return trouve[1].replace(",", "")[:20], trouve[2]
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", brut, re.ASCII):
        sans_signe = re.sub("[.,]", "", brut)
        raise MontantIllisible(
            f"« {abrege(saisi)} » peut se lire de deux façons : écrivez {sans_signe} ou mettez "
            "deux décimales."
        )
    if re.fullmatch(r"\d+[.,]\d{3,}", brut, re.ASCII):
        raise MontantIllisible(
            f"« {abrege(saisi)} » a plus de deux décimales : arrondissez au centime."
        )
    raise MontantIllisible(f"« {abrege(saisi)} » n’est pas un montant. Exemple : 1 234,50.")


def abrege(texte: str, longueur: int = 40) -> str:
    """A typed text short enough for a sentence, on one line."""
    propre = "".join(lettre if lettre.isprintable() else "�" for lettre in texte)
    if len(propre) <= longueur:
        return propre
    return propre[: longueur - 1] + "…"


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
    """« 640 ko », « 1,2 Mo »: one unit for the limits, the sizes shown, and what people read."""
    milliers = octets / KILOOCTET
    if round(milliers) < KILOOCTET:
        return f"{nombre(max(1, round(milliers)))}{INSECABLE}ko"
    return f"{nombre(round(milliers / KILOOCTET, 1))}{INSECABLE}Mo"


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
    """« 27 novembre 2026 », « 1er mars 2027 »."""
    quantieme = "1er" if valeur.day == 1 else str(valeur.day)
    return f"{quantieme}{INSECABLE}{MOIS[valeur.month - 1]}{INSECABLE}{valeur.year}"


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


def accorder(compte: int, singulier: str, pluriel: str = "") -> str:
    """« 1 pièce », « 3 pièces »."""
    if compte < 2:
        mot = singulier
    else:
        mot = pluriel or f"{singulier}s"
    return f"{nombre(compte)}{INSECABLE}{mot}"


LIGATURES = str.maketrans(
    {"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "’": " ", "'": " ", "-": " "}
)


def recherchable(*textes: str) -> str:
    """What is compared when somebody searches: no accent, no capital, no hyphen.

    « l’Œuvre » is « l oeuvre ».
    """
    decompose = unicodedata.normalize("NFKD", " ".join(textes).translate(LIGATURES))
    sans_accent = "".join(lettre for lettre in decompose if not unicodedata.combining(lettre))
    return " ".join(sans_accent.casefold().split())[:300]
