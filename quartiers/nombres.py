"""Whole numbers, decimal numbers and amounts, as people type them.

Each reader gives the number, None when nothing is typed, or raises `Illisible` with the sentence to
show: what cannot be read is an error, never zero, and what can be read in two ways is not guessed.
"""

import re
from decimal import Decimal

from quartiers.francais import nombre, nombre_en_euros, recherchable
from quartiers.frappe import (
    LONGUEUR_MAX,
    SCIENTIFIQUE,
    Illisible,
    abrege,
    chiffres_pour_lettres,
    lettres_prises_pour_des_chiffres,
    nettoyer_une_valeur,
)

CENTIMES_MAX = 10**13  # a hundred billion euros: anything above is a slip of the finger
ENTIER_MAX = 2**31 - 1  # what a whole number of the database can hold
CHIFFRES_MAX = 20
MONNAIE = r"(?:€|euros?|eur)"
EN_EUROS = re.compile(rf"(?:{MONNAIE} ?)?(.*?)(?: ?{MONNAIE}(?: ?ttc)?)?", re.IGNORECASE)
SANS_CENTIMES = re.compile(rf"(?<=\d)[.,]-(?= ?(?:{MONNAIE})?$)", re.IGNORECASE)  # « 12 500,- € »
POINT_FINAL = re.compile(r"(?:(?<=[^\W\d_])|(?<=[€-]))[.,;]+$| ?;+$")  # « 3 000 euros. »
MONNAIE_DEVANT = re.compile(rf"{MONNAIE} ?", re.IGNORECASE)
EUROS_AU_MILIEU = re.compile(rf"(\d[\d ]*) ?{MONNAIE} ?(\d{{2}})", re.IGNORECASE | re.ASCII)
# What is counted may be named after its number, « 60 personnes »: in the masculine singular here,
# bare.
COMPTES = frozenset(
    {
        *("personne", "habitant", "jeune", "enfant", "femme", "homme", "fille", "garcon"),
        *("participant", "beneficiaire", "adherent", "benevole", "volontaire", "salarie", "emploi"),
        *("organisme", "lettre", "decision", "jour", "caractere", "point", "menage", "logement"),
        *("quartier", "hectare", "ha", "etp", "etpt", "seance", "atelier", "heure", "h", "voix"),
        *("avis", "projet", "dossier", "pers", "hab", "adulte", "famille", "parent", "eleve"),
        *("usager", "senior", "aine", "collegien", "lyceen", "etudiant", "place", "visite", "an"),
        *("foyer", "mineur", "repas", "sortie", "rencontre", "entretien", "inscrit", "spectateur"),
        *("spectatrice", "stagiaire", "apprenant", "licencie", "mois", "membre", "locataire"),
        *("retraite", "mere", "pere", "agent", "association", "groupe", "semaine", "journee"),
        *("animation", "action", "partenaire"),
    }
)
POURCENTAGES = frozenset({"%", "pourcent"})
EUROS = frozenset({"€", "euro", "eur"})
MESURES = COMPTES | POURCENTAGES | EUROS | {"°"}  # of a number that may have decimals
ESPACE_AUTOUR = re.compile(r" ?([.,]) ?")
SIMPLE = re.compile(r"(\d+)(?:[.,](\d*))?", re.ASCII)
SANS_ENTIER = re.compile(r"()[.,](\d+)", re.ASCII)
PAR_ESPACES = re.compile(r"(\d{1,3}(?: \d{3})+)(?:[.,](\d*))?", re.ASCII)
PAR_APOSTROPHES = re.compile(r"(\d{1,3}(?:'\d{3})+)(?:[.,](\d*))?", re.ASCII)
PAR_POINTS = re.compile(r"(\d{1,3}(?:\.\d{3})+),(\d+)", re.ASCII)
PAR_VIRGULES = re.compile(r"(\d{1,3}(?:,\d{3})+)\.(\d+)", re.ASCII)
PAR_POINTS_SEULS = re.compile(r"(\d{1,3}(?:\.\d{3}){2,})()", re.ASCII)
PAR_VIRGULES_SEULES = re.compile(r"(\d{1,3}(?:,\d{3}){2,})()", re.ASCII)
FORMES = (
    SIMPLE,
    SANS_ENTIER,
    PAR_ESPACES,
    PAR_APOSTROPHES,
    PAR_POINTS,
    PAR_VIRGULES,
    PAR_POINTS_SEULS,
    PAR_VIRGULES_SEULES,
)
DEUX_LECTURES = re.compile(r"[1-9]\d{0,2}[.,]\d{3}", re.ASCII)  # « 1.234 »: dot or thousands
CHIFFRES_ET_SIGNES = re.compile(r"[\d .,']+", re.ASCII)


def lire_pourcent(texte: str) -> int | None:
    """A whole percentage from « 80 », « 80 % »; None when empty."""
    return _lire_entier(texte, POURCENTAGES, "80")


def lire_euros(texte: str) -> int | None:
    """Whole euros from « 1 234 », « 1 234 € »; None when empty."""
    return _lire_entier(texte, EUROS)


def lire_entier(texte: str) -> int | None:
    """A whole number from « 1 200 », « 1.200 », « 60 personnes »; None when empty."""
    return _lire_entier(texte, COMPTES)


def _lire_entier(texte: str, unites: frozenset[str], exemple: str = "1 200") -> int | None:
    """The same, which may name one of these units."""
    saisi, brut = _prepare(texte)
    if not brut:
        return None
    brut = _sans_unite(brut, unites)
    if unites is EUROS and (devant := MONNAIE_DEVANT.match(brut)):
        brut = brut[devant.end() :]
    _refuser_le_negatif(saisi, brut)
    if re.fullmatch(r"[1-9]\d{0,2}\.\d{3}", brut, re.ASCII):  # no whole number has a decimal point
        brut = brut.replace(".", "")
    if DEUX_LECTURES.fullmatch(brut):
        raise Illisible(_a_deux_lectures(saisi, brut, "arrondissez"))
    entier, decimales = _separer(saisi, brut, "un nombre", exemple)
    if decimales.strip("0"):
        raise Illisible(f"« {saisi} » n’est pas un nombre entier : écrivez-le sans virgule.")
    valeur = int(entier or "0")
    if valeur > ENTIER_MAX:
        raise Illisible(_trop_grand(saisi))
    return valeur


def lire_decimal(
    texte: str,
    decimales: int = 2,
    *,
    minimum: int = 0,
    maximum: Decimal | int | None = None,
) -> Decimal | None:
    """A number from « 12,5 », « 1 234.5 », « 38,4 % »; None when empty.

    `decimales`: how many are kept. `minimum`, `maximum`: what the field allows; « 50.292 » has one
    reading where no number reaches a thousand.
    """
    saisi, brut = _prepare(texte)
    if not brut:
        return None
    brut = _sans_unite(brut, MESURES)
    signe = 1
    if minimum < 0 and brut[:1] == "-":
        signe = -1
        brut = brut[1:].lstrip(" ")
    _refuser_le_negatif(saisi, brut)
    en_milliers = re.sub(r"[.,]", "", brut)
    if DEUX_LECTURES.fullmatch(brut) and (maximum is None or int(en_milliers) <= maximum):
        raise Illisible(_a_deux_lectures(saisi, brut))
    entier, reste = _separer(saisi, brut, "un nombre", "12,5")
    reste = reste.rstrip("0")
    if len(reste) > decimales:
        combien = "plus d’une décimale" if decimales == 1 else f"plus de {decimales} décimales"
        raise Illisible(f"« {saisi} » a {combien} : arrondissez.")
    return signe * Decimal(f"{entier or '0'}.{reste or '0'}")


def lire_montant(texte: str) -> int | None:
    """Cents from « 1 234,50 », « 1234.5 », « 1.234,50 € »; None when empty."""
    saisi, brut = _prepare(texte)
    if not brut:
        return None
    brut = SANS_CENTIMES.sub("", POINT_FINAL.sub("", brut))
    if au_milieu := EUROS_AU_MILIEU.fullmatch(brut):
        brut = f"{au_milieu[1].rstrip()},{au_milieu[2]}"
    elif sans_signe := EN_EUROS.fullmatch(brut):
        brut = sans_signe[1]
    if re.fullmatch(r"-.*\d.*|\(.*\d.*\)", brut, re.ASCII):
        raise Illisible(f"« {saisi} » est négatif : écrivez un montant positif.")
    if DEUX_LECTURES.fullmatch(brut):
        raise Illisible(_a_deux_lectures(saisi, brut, "mettez deux décimales"))
    entier, decimales = _separer(saisi, brut, "un montant", "1 234,50")
    if len(decimales) > 2:
        raise Illisible(f"« {saisi} » a plus de deux décimales : arrondissez au centime.")
    centimes = int(entier or "0") * 100 + int(decimales.ljust(2, "0"))
    if centimes >= CENTIMES_MAX:
        raise Illisible(_trop_grand(saisi))
    return centimes


def _prepare(texte: str) -> tuple[str, str]:
    """(as the sentence says it, as it is read); raises `Illisible` for what is not a number."""
    saisi = abrege(texte.strip())
    if len(texte) > LONGUEUR_MAX:
        raise Illisible(f"« {saisi} » n’est pas un nombre : écrivez-le seul, en chiffres.")
    brut = ESPACE_AUTOUR.sub(r"\1", nettoyer_une_valeur(texte))
    if SCIENTIFIQUE.fullmatch(brut.replace(" ", "")):
        raise Illisible(
            f"« {saisi} » n’est pas un nombre complet : un tableur l’a abrégé. Recopiez tous ses "
            "chiffres."
        )
    return saisi, brut.removeprefix("+").lstrip(" ")


def _sans_unite(brut: str, unites: frozenset[str]) -> str:
    """« 60 » of « 60 personnes »."""
    trouve = re.fullmatch(r"(.*\d) ?(pour ?cent|[^\W\d]+|[%°€])\.?", brut, re.IGNORECASE)
    if not trouve:
        return brut
    mot = trouve[2]
    if mot.isalpha() or " " in mot:
        mot = recherchable(mot).replace(" ", "")
    au_singulier = mot.removesuffix("s")
    nommes = {mot, au_singulier, au_singulier.removesuffix("e")}
    return trouve[1] if nommes & unites else brut


def _refuser_le_negatif(saisi: str, brut: str) -> None:
    if re.fullmatch(r"-.*\d.*", brut, re.ASCII):
        raise Illisible(f"« {saisi} » est négatif : écrivez un nombre positif.")


def _a_deux_lectures(saisi: str, brut: str, sinon: str = "retirez les zéros inutiles") -> str:
    sans_signe = re.sub("[.,]", "", brut)
    return f"« {saisi} » peut se lire de deux façons : écrivez {sans_signe} ou {sinon}."


def _trop_grand(saisi: str) -> str:
    return f"« {saisi} » est trop grand : vérifiez le nombre de zéros."


def _separer(saisi: str, brut: str, quoi: str, exemple: str) -> tuple[str, str]:
    """(whole part, decimals) in digits alone, or `Illisible` saying what is wrong."""
    for forme in FORMES:
        if trouve := forme.fullmatch(brut):
            entier = re.sub(r"[ .,']", "", trouve[1])
            return entier.lstrip("0")[:CHIFFRES_MAX] or "0", trouve[2] or ""
    if pourquoi := lettres_prises_pour_des_chiffres(brut):
        propose = chiffres_pour_lettres(brut)
        if any(forme.fullmatch(propose) for forme in FORMES) and re.search(r"\d", brut):
            raise Illisible(f"« {saisi} » n’est pas {quoi} : {pourquoi}. Écrivez {propose}.")
    if CHIFFRES_ET_SIGNES.fullmatch(brut) and re.search(r"\d", brut):
        raise Illisible(
            f"« {saisi} » n’est pas {quoi} : les milliers vont par trois chiffres et la virgule "
            f"ne vient qu’une fois. Exemple : {exemple}."
        )
    raise Illisible(f"« {saisi} » n’est pas {quoi}. Exemple : {exemple}.")


def ecrire_un_nombre(valeur: int | Decimal) -> str:
    """« 13 700 », « 12,5 »: as a field shows it."""
    return nombre(valeur)


def ecrire_un_montant(centimes: int) -> str:
    """« 1 234,50 »: as a field shows it."""
    return nombre_en_euros(centimes)
