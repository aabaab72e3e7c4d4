"""The script reads and writes amounts as the server does: one total on the screen, one saved."""

import json
import random

import pytest
from django.conf import settings

from quartiers.francais import en_euros
from quartiers.frappe import Illisible
from quartiers.nombres import lire_montant

pytestmark = pytest.mark.navigateur
SITE = "http://portail.test"
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
    signes = "0123 .,'€-\u00a0\u202f\u200bOe\uff11"
    tires = ["".join(hasard.choices(signes, k=hasard.randint(1, 9))) for _ in range(3000)]
    textes = [ligne[0] for ligne in TABLE] + tires
    lus = module("m.centimes(d)?.toString() ?? null", textes)
    assert dict(zip(textes, lus, strict=True)) == {t: lus_par_le_serveur(t) for t in textes}
    assert sum(lu is not None for lu in lus) > 300


def test_le_script_ecrit_les_montants_comme_le_serveur(module):
    montants = [0, 1, 10, 99, 100, 12_345, 100_000, 123_456_789, 999_999_999_999, -700, -123_450]
    assert module("m.euros(BigInt(d))", montants) == [en_euros(m) for m in montants]
