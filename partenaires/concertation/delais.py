"""Working days: what « sous trois jours ouvrés » promises, as a date."""

from datetime import date, timedelta

from dateutil.easter import easter

FIXES = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))  # month, day
APRES_PAQUES = (1, 39, 50)  # Easter Monday, Ascension, Whit Monday: days after Easter


def est_ouvre(jour: date) -> bool:
    """From Monday to Friday, but for the eleven public holidays (code du travail, L. 3133-1)."""
    paques = easter(jour.year)
    est_ferie = (jour.month, jour.day) in FIXES or (jour - paques).days in APRES_PAQUES
    return jour.weekday() < 5 and not est_ferie


def jours_ouvres_apres(depart: date, nombre: int) -> date:
    """The last day of a delay of `nombre` working days that begins the day after `depart`."""
    jour = depart
    while nombre > 0:
        jour += timedelta(days=1)
        if est_ouvre(jour):
            nombre -= 1
    return jour
