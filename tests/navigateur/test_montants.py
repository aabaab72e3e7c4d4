"""The script reads and writes amounts as the server does: one total on the screen, one saved."""

import json
import random

import pytest
from django.conf import settings

from quartiers.francais import en_euros
from quartiers.frappe import Illisible
from quartiers.nombres import MESURES, lire_decimal, lire_montant

pytestmark = pytest.mark.navigateur
SITE = "http://portail.test"
DECIMAUX = json.loads((settings.RACINE / "tests/donnees/decimaux.json").read_text())
TABLE = json.loads((settings.RACINE / "tests/donnees/montants.json").read_text())


@pytest.fixture
def module(chromium):
    """`module(nom, textes)`: what that function of montants.js gives of each one."""
    contexte = chromium.new_context()
    onglet = contexte.new_page()
    script = settings.RACINE / "static/js/commun/montants.js"
    onglet.route(f"{SITE}/", lambda r: r.fulfill(body="", content_type="text/html"))
    onglet.route(
        f"{SITE}/montants.js", lambda r: r.fulfill(path=script, content_type="text/javascript")
    )
    onglet.goto(f"{SITE}/")

    def appeler(expression: str, arguments: list):
        return onglet.evaluate(
            f"async donnees => {{ const m = await import('/montants.js'); "
            f"return donnees.map(d => {expression}) }}",
            arguments,
        )

    yield appeler
    contexte.close()


def lus_par_le_serveur(texte: str) -> str | None:
    """Cents, « 0 » when nothing is typed, None when it cannot be read."""
    try:
        return str(lire_montant(texte) or 0)
    except Illisible:
        return None


def test_le_script_lit_les_montants_comme_le_serveur(module):
    """The table that the reader of the server is tried on, and spellings at random."""
    hasard = random.Random(3)
    signes = "0123 .,;'€-\u00a0\u202f\u200bOe\uff11"
    tires = ["".join(hasard.choices(signes, k=hasard.randint(1, 9))) for _ in range(3000)]
    textes = [ligne[0] for ligne in TABLE] + tires
    lus = module("m.centimes(d)?.toString() ?? null", textes)
    assert dict(zip(textes, lus, strict=True)) == {t: lus_par_le_serveur(t) for t in textes}
    assert sum(lu is not None for lu in lus) > 300


def centiemes_du_serveur(texte: str) -> str | None:
    try:
        return str(int((lire_decimal(texte) or 0) * 100))
    except Illisible:
        return None


def test_le_script_lit_les_nombres_comme_le_serveur(module):
    """Hours of volunteers: the shared table, every unit, and spellings at random."""
    hasard = random.Random(4)
    signes = "0123 .,'%hH-\u00a0\u200bé\uff11"
    tires = ["".join(hasard.choices(signes, k=hasard.randint(1, 8))) for _ in range(3000)]
    unites = [f"12,5 {unite}{pluriel}" for unite in sorted(MESURES) for pluriel in ("", "s")]
    textes = [ligne[0] for ligne in DECIMAUX] + unites + tires
    lus = module("m.centiemes(d)?.toString() ?? null", textes)
    assert dict(zip(textes, lus, strict=True)) == {t: centiemes_du_serveur(t) for t in textes}
    assert sum(lu is not None for lu in lus) > 300


def test_le_script_ecrit_les_montants_comme_le_serveur(module):
    montants = [0, 1, 10, 99, 100, 12_345, 100_000, 123_456_789, 999_999_999_999, -700, -123_450]
    assert module("m.euros(BigInt(d))", montants) == [en_euros(m) for m in montants]
