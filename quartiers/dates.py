"""Dates, hours and years, as people type them; the bounds are said in the sentence.

Each reader gives the value, None when nothing is typed, or raises `Illisible` with the sentence to
show.
"""

import calendar
import re
from datetime import date, time

from quartiers.francais import MOIS, recherchable
from quartiers.frappe import (
    Illisible,
    abrege,
    chiffres_pour_lettres,
    lettres_prises_pour_des_chiffres,
    nettoyer_une_valeur,
)

ANNEE_MIN = 1900
ANNEE_MAX = 2100
PIVOT = 40  # « 39 » is 2039, « 40 » is 1940
FORMAT = "jj/mm/aaaa"
EN_CHIFFRES = re.compile(r"(\d{1,2})(?: ?er)?[/. -](\d{1,2})[/. -](\d{1,4})", re.ASCII)
ANNEE_D_ABORD = re.compile(r"(\d{4})[/. -](\d{1,2})[/. -](\d{1,2})", re.ASCII)
EN_LETTRES = re.compile(r"(\d{1,2})(?: ?er)?[/. -]?([a-z]{3,})\.?[/. -]?(\d{1,4})", re.ASCII)
EN_BLOC = re.compile(r"\d{8}", re.ASCII)  # « 01022027 », « 20270201 »
MINUIT = re.compile(r"[t ]0?0[:h]00(?::00(?:\.0+)?)?z?", re.ASCII)  # a sheet adds it to a day
SANS_JOUR = re.compile(r"(?:[a-z]{3,}\.?|\d{1,2}[/. -]) ?\d{4}", re.ASCII)
D_UN_TABLEUR = re.compile(r"[2-7]\d{4}(?:[.,]\d+)?", re.ASCII)  # days since 1900, as a number
SANS_ANNEE = re.compile(r"\d{1,2}(?: ?er)?[/. -](?:\d{1,2}|([a-z]{3,})\.?)", re.ASCII)
DEVANT = re.compile(
    r"^(?:le |du |au )?(?:(?:lun|mar|mer|jeu|ven|sam|dim)(?:\.|[a-z]*di|anche)?,? "
    r"(?=\d\d?\D|le ))?(?:le )?(?=\d|$)"
)
AUTOUR_DU_SIGNE = re.compile(r"(?:(?<=\d)|(?<=\der)) ?([/.-]) ?(?=\d)")  # « 27 / 11 / 2026 »
LIBELLE_D_ANNEE = re.compile(r"^(?:l[' ])?(?:annee|an|exercice|en)(?: ?:)? ")
HEURE = re.compile(
    r"(\d{1,2})(?: ?(?:h|heures?|:|\.) ?(?:(\d{2})(?: ?(?:min|mn|minutes?|m))?)?"
    r"(?:[: ]+(\d{2}) ?s?)?)?",
    re.ASCII,
)
HEURE_COLLEE = re.compile(r"(\d{2})(\d{2})()", re.ASCII)


def lire_date(texte: str) -> date | None:
    """A day from « 27/11/2026 », « 27.11.26 », « 2026-11-27 », « 1er mars 2027 »; None when
    empty."""
    saisi = abrege(texte.strip())
    brut = DEVANT.sub("", _en_minuscules(texte))
    if not brut:
        return None
    brut = re.sub("^premier ", "1 ", re.sub("[⁄∕]", "/", brut).rstrip(" .,;"))
    brut = AUTOUR_DU_SIGNE.sub(r"\1", brut)
    brut = re.sub(rf"{MINUIT.pattern}$", "", brut)
    jour, mois, annee = _trois_nombres(saisi, brut)
    if annee is None or not mois:
        raise Illisible(_illisible(saisi))
    if not ANNEE_MIN <= annee <= ANNEE_MAX:
        raise Illisible(
            f"« {saisi} » : l’année {annee:04d} est impossible, écrivez une année entre "
            f"{ANNEE_MIN} et {ANNEE_MAX}."
        )
    if not 1 <= mois <= 12:
        raise Illisible(f"« {saisi} » : le mois {mois} n’existe pas. Écrivez {FORMAT}.")
    if jour < 1:
        raise Illisible(f"« {saisi} » : le jour {jour} n’existe pas. Écrivez {FORMAT}.")
    dernier = calendar.monthrange(annee, mois)[1]
    if jour > dernier:
        raise Illisible(f"« {saisi} » : {MOIS[mois - 1]} {annee} n’a que {dernier} jours.")
    return date(annee, mois, jour)


def _en_minuscules(texte: str) -> str:
    """What is read: no accent, no capital, no invisible character; empty beyond reason."""
    propre = nettoyer_une_valeur(texte)
    return recherchable(propre) if re.search("[^\\W\\d_]{3}", propre) else propre.casefold()


def _trois_nombres(saisi: str, brut: str) -> tuple[int, int, int | None]:
    """(day, month, year) as typed; the year is None when nothing can be read."""
    if trouve := ANNEE_D_ABORD.fullmatch(brut):
        return int(trouve[3]), int(trouve[2]), int(trouve[1])
    if trouve := EN_CHIFFRES.fullmatch(brut):
        return int(trouve[1]), int(trouve[2]), _annee_entiere(trouve[3])
    if trouve := EN_LETTRES.fullmatch(brut):
        return int(trouve[1]), _mois_nomme(trouve[2]), _annee_entiere(trouve[3])
    if EN_BLOC.fullmatch(brut) and (trouves := _en_bloc(brut)):
        return trouves
    if D_UN_TABLEUR.fullmatch(brut):
        raise Illisible(
            f"« {saisi} » : un tableur a changé cette date en nombre. Écrivez {FORMAT}."
        )
    if SANS_JOUR.fullmatch(brut):
        raise Illisible(f"« {saisi} » : ajoutez le jour. Écrivez {FORMAT}.")
    sans_annee = SANS_ANNEE.fullmatch(brut)
    if sans_annee and (not sans_annee[1] or _mois_nomme(sans_annee[1])):
        raise Illisible(f"« {saisi} » : ajoutez l’année. Écrivez {FORMAT}.")
    propose = chiffres_pour_lettres(brut)
    if propose != brut and (EN_CHIFFRES.fullmatch(propose) or ANNEE_D_ABORD.fullmatch(propose)):
        pourquoi = lettres_prises_pour_des_chiffres(brut)
        raise Illisible(f"« {saisi} » : {pourquoi}. Écrivez {propose}.")
    return 0, 0, None


def _en_bloc(brut: str) -> tuple[int, int, int] | None:
    """Eight digits together, when one reading alone is a day of these years."""
    jour_d_abord = (brut[:2], brut[2:4], brut[4:])
    annee_d_abord = (brut[6:], brut[4:6], brut[:4])
    possibles = []
    for lecture in (jour_d_abord, annee_d_abord):
        jour, mois, annee = map(int, lecture)
        if 1 <= jour <= 31 and 1 <= mois <= 12 and ANNEE_MIN <= annee <= ANNEE_MAX:
            possibles.append((jour, mois, annee))
    return possibles[0] if len(possibles) == 1 else None


def _annee_entiere(texte: str) -> int | None:
    """« 27 » is 2027, « 98 » is 1998; None for one digit or three."""
    annee = int(texte)
    if len(texte) == 2:
        return annee + (2000 if annee < PIVOT else 1900)
    return annee if len(texte) == 4 else None


def _mois_nomme(mot: str) -> int:
    """The month that begins so, of three letters at least; 0 when none does, or two do."""
    noms = [recherchable(nom) for nom in MOIS]
    rangs = [rang for rang, nom in enumerate(noms, 1) if len(mot) >= 3 and nom.startswith(mot)]
    return rangs[0] if len(rangs) == 1 else 0


def _illisible(saisi: str) -> str:
    return f"Cette date ne se lit pas : « {saisi} ». Écrivez {FORMAT}, par exemple 27/11/2026."


def lire_heure(texte: str) -> time | None:
    """An hour from « 14:30 », « 14h30 », « 14 h », « 14.30 »; None when empty."""
    saisi = abrege(texte.strip())
    brut = re.sub("^a ", "", _en_minuscules(texte).removeprefix("à ").replace(" : ", ":"))
    brut = brut.rstrip(" .,;")
    if not brut:
        return None
    trouve = HEURE.fullmatch(brut) or HEURE_COLLEE.fullmatch(brut)
    if not trouve:
        raise Illisible(f"Cette heure ne se lit pas : « {saisi} ». Exemple : 14:30.")
    heure, minute, seconde = (int(trouve[rang] or 0) for rang in (1, 2, 3))
    if heure > 23 or minute > 59 or seconde > 59:
        raise Illisible(f"« {saisi} » : cette heure n’existe pas, de 00:00 à 23:59.")
    return time(heure, minute, seconde)


def lire_annee(texte: str) -> int | None:
    """A year from « 2027 », « 27 », « année 2027 », « 01/03/2027 »; None when empty."""
    saisi = abrege(texte.strip())
    brut = LIBELLE_D_ANNEE.sub("", _en_minuscules(texte)).rstrip(" .,;")
    brut = re.sub(r"(?<=\d{4})[.,]0+$", "", brut)  # a year that a sheet made a text
    if not brut:
        return None
    annee = None
    if re.fullmatch(r"\d ?\d{3}|\d{2}", brut, re.ASCII):
        annee = _annee_entiere(brut.replace(" ", ""))
    elif EN_CHIFFRES.fullmatch(brut) or ANNEE_D_ABORD.fullmatch(brut):
        jour = lire_date(texte)  # a whole day, as a sheet keeps a year: its year is said
        annee = jour.year if jour else None
    if annee is None:
        raise Illisible(f"« {saisi} » : écrivez une seule année, en quatre chiffres.")
    if not ANNEE_MIN <= annee <= ANNEE_MAX:
        raise Illisible(f"« {saisi} » : écrivez une année entre {ANNEE_MIN} et {ANNEE_MAX}.")
    return annee


def ecrire_une_date(valeur: date) -> str:
    """« 27/11/2026 »: as a field shows it, and reads it again."""
    return f"{valeur.day:02d}/{valeur.month:02d}/{valeur.year:04d}"


def ecrire_une_heure(valeur: time) -> str:
    """« 14:30 », with its seconds when it has some."""
    return valeur.isoformat("seconds" if valeur.second else "minutes")
