"""Legal delays counted in months."""

import calendar
from datetime import date


def mois_apres(depart: date, mois: int) -> date:
    """Same day `mois` months later, else the last day of that month."""
    annees, rang = divmod(depart.month - 1 + mois, 12)
    annee = depart.year + annees
    numero = rang + 1
    dernier_jour = calendar.monthrange(annee, numero)[1]
    return date(annee, numero, min(depart.day, dernier_jour))


def rejet_implicite(recu: date) -> date:
    """A request for a subsidy without answer for two months is rejected (CRPA L231-4 3°)."""
    return mois_apres(recu, 2)


def reporte(rejet: date, demande: date, reponse: date) -> date:
    """The rejection put off by the days during which the applicant was completing (CRPA L114-5).

    A rejection already born when the service asks does not move.
    """
    if rejet <= demande:
        return rejet
    return rejet + (reponse - demande)
