"""What a script says is tied as what the server writes, and says its hours as the house does."""

import re

import pytest
from django.conf import settings

from quartiers.typographie import lier

pytestmark = pytest.mark.navigateur
SITE = "http://portail.test"
SCRIPTS = settings.RACINE / "static/js"
ENTRE_GUILLEMETS = re.compile(r'"([^"\n]*[A-Za-zé][^"\n]*)"|`([^`\n]*)`')


def phrases_des_scripts() -> set[str]:
    """Every string that reads as a sentence; a value stands for what is put in it."""
    trouvees = set()
    for chemin in SCRIPTS.rglob("*.js"):
        for deux in ENTRE_GUILLEMETS.findall(chemin.read_text("utf-8")):
            phrase = re.sub(r"\$\{[^}]*\}", "7", "".join(deux))
            if re.search(r"[a-zé] [:;?!»]|« |[a-zé] [a-zé]+ [a-zé]", phrase):
                trouvees.add(phrase.strip())
    return trouvees


@pytest.fixture
def module(chromium):
    """`module(expression, arguments)`: what the functions of champs.js give of each one."""
    contexte = chromium.new_context(timezone_id="Europe/Paris")
    onglet = contexte.new_page()
    script = SCRIPTS / "commun/champs.js"
    onglet.route(f"{SITE}/", lambda r: r.fulfill(body="", content_type="text/html"))
    onglet.route(
        f"{SITE}/champs.js", lambda r: r.fulfill(path=script, content_type="text/javascript")
    )
    onglet.goto(f"{SITE}/")
    yield lambda expression, arguments: onglet.evaluate(
        "async donnees => { const m = await import('/champs.js'); "
        f"return donnees.map(d => {expression}) }}",
        arguments,
    )
    contexte.close()


def test_le_script_lie_ses_phrases_comme_le_serveur(module):
    """Each sentence of each script, and the signs on which a line may break."""
    phrases = sorted(phrases_des_scripts())
    phrases += ["Qui ? Nous !", "Non : « deux mots » ; trois", "à 14 h 05 min 07 s", "dans 2 s."]
    phrases += ["12 500 € et 31 % de 8 Mo", "3 hommes, 3 hôtels, 2 secondes", "déjà\u00a0: lié"]
    assert dict(zip(phrases, module("m.lier(d)", phrases), strict=True)) == {
        phrase: lier(phrase) for phrase in phrases
    }
    assert len(phrases) > 60


def test_un_instant_est_dit_avec_son_jour_et_dans_les_heures_de_la_maison(module):
    instants = ["2026-11-27T13:05:12.000Z", "2027-03-01T08:00:00.000Z", "14:05:12"]
    assert [dit.replace("\u00a0", " ") for dit in module("m.moment(d)", instants)] == [
        "le 27 novembre à 14 h 05",
        "le 1er mars à 9 h 00",
        "plus tôt",
    ]
