"""The matrix on one A3: the letters as large as the number of projects lets them."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

import pikepdf
from django.template.loader import render_to_string

from appels.decision.tableau_du_scenario import Tableau
from appels.socle import pdf

# Heights in tenths of millimetre, letters in tenths of point.
COTES = (4200, 2970)
AUTOUR = 740  # margins, head of the document, head and foot of the table
CORPS_MAX = 90
CORPS_MIN = 45  # below, nobody reads: the sheet goes on, its head repeated
PAS = 5
PAR_LETTRE = 7.4  # a row for a letter of one point: what wraps, leading and rule included
DEBOUT = 45  # rows beyond which a sheet that stands holds more…
DEBOUT_FINANCEURS = 6  # … when its columns fit in its width


@dataclass(frozen=True)
class Format:
    """How a sheet is laid: standing or lying, and the size of its letters."""

    est_debout: bool
    corps: int

    @property
    def page(self) -> str:
        return "A3 portrait" if self.est_debout else "A3 landscape"

    @property
    def points(self) -> str:
        """As a style sheet writes it."""
        return f"{self.corps // 10}.{self.corps % 10}"


def choisir(rangees: int, financeurs: int) -> Format:
    """What puts these rows on one page, as far as it can be known before it is laid."""
    est_debout = rangees > DEBOUT and financeurs <= DEBOUT_FINANCEURS
    place = COTES[0 if est_debout else 1] - AUTOUR
    voulu = int(10 * place / max(1, rangees) / PAR_LETTRE)
    return Format(est_debout, max(CORPS_MIN, min(CORPS_MAX, voulu)))


def en_pdf(tableau: Tableau, le: datetime) -> bytes:
    """Tagged PDF; raises `pdf.RenduImpossible`.

    Laid again with smaller letters when long titles made it go over the page.
    """
    rangees = len(tableau.montrees) + (len(tableau.groupes) if tableau.reglage.groupe else 0)
    format = choisir(rangees, len(tableau.comptes))
    octets = _rendre(tableau, le, format)
    while format.corps > CORPS_MIN and _deborde(octets):
        format = Format(format.est_debout, max(CORPS_MIN, format.corps - PAS))
        octets = _rendre(tableau, le, format)
    return octets


def _rendre(tableau: Tableau, le: datetime, format: Format) -> bytes:
    html = render_to_string(
        "pdf/matrice.html", {"t": tableau, "le": le, "format": format, "marque": pdf.marque()}
    )
    identifiant = hashlib.sha256(html.encode()).hexdigest()[:32]
    return pdf.rendre(html, identifiant=identifiant, cree_le=le.isoformat())


def _deborde(octets: bytes) -> bool:
    with pikepdf.open(BytesIO(octets)) as document:
        return len(document.pages) > 1
