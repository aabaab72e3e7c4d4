"""What sends by itself a file or an amount says what really refused it, and sends it again once it
may: a session over, a token that another tab renewed, a right withdrawn, the network.
"""

import pytest
from django.conf import settings

pytestmark = pytest.mark.navigateur
SITE = "http://portail.test"
SCRIPTS = {
    f"/static/js/{nom}": (settings.RACINE / "static/js" / nom).read_text("utf-8")
    for nom in ("pieces.js", "matrice.js", "commun/champs.js", "commun/montants.js")
}
PAGE = """<!doctype html><html lang="fr"><meta charset="utf-8"><title>Envois</title>
<body data-qui="7" data-session="/session/" data-connexion="/compte/login/"><main>
<section id="document-1"><h2>Budget</h2>
<form method="post" action="/vers/" data-envoi="1000">
<input type="hidden" name="csrfmiddlewaretoken" value="ancien">
<input type="file" name="fichier"><ul data-suivi></ul><button>Envoyer</button></form></section>
<form method="post" data-matrice="/vers/"><input type="hidden" name="csrfmiddlewaretoken"
value="ancien"><p data-annonce></p><b data-ensemble></b><table><tr><td><span><input id="id_m5"
name="m5" value="" data-compte="2" data-avant="" aria-label="État, Jardins"></span></td></tr>
</table></form></main><script type="module" src="/static/js/{script}"></script></html>"""
FICHIER = {"name": "budget.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4"}


def coupe(route):
    route.abort()


def redirige(route):
    route.fulfill(status=302, headers={"Location": f"{SITE}/compte/login/"})


def html(statut: int):
    return lambda route: route.fulfill(status=statut, content_type="text/html", body="<p>Page</p>")


def dit(statut: int = 200, **cles):
    return lambda route: route.fulfill(status=statut, json=cles)


class Ecran:
    """The page, what it posted, who is signed in; the server answers by hand, in turn."""

    def __init__(self, contexte, script: str):
        self.onglet, self.script = contexte.new_page(), script
        self.reponses: list = []
        self.qui: int | None = 7
        self.jetons: list[str] = []
        self.onglet.route(f"{SITE}/**", self._servir)
        self.onglet.goto(f"{SITE}/page/")

    def _servir(self, route):
        chemin = route.request.url.removeprefix(SITE)
        if chemin in SCRIPTS:
            return route.fulfill(body=SCRIPTS[chemin], content_type="text/javascript")
        if chemin == "/session/":
            return route.fulfill(json={"qui": self.qui, "jeton": "neuf" if self.qui else ""})
        if chemin == "/vers/":
            corps = route.request.post_data_buffer.decode("latin-1")
            self.jetons.append("neuf" if "\r\nneuf\r\n" in corps else "ancien")
            return self.reponses.pop(0)(route)
        body = PAGE.format(script=self.script)
        return route.fulfill(body=body, content_type="text/html")

    def lire(self, selecteur: str) -> str:
        """What is said there, once it is no longer on its way."""
        lieu = self.onglet.locator(selecteur)
        for _ in range(50):
            texte = (lieu.first.text_content() if lieu.count() else "").replace("\u00a0", " ")
            if texte and not texte.endswith("…"):
                return texte
            self.onglet.wait_for_timeout(50)
        return texte


@pytest.fixture
def ecran(chromium):
    contexte = chromium.new_context(locale="fr-FR")
    yield lambda script: Ecran(contexte, script)
    contexte.close()


FINIE = "votre session est finie. Reconnectez-vous, puis réessayez ici :"
REESSAYER = "Réessayer budget.pdf"
AUTRE = "Choisir un autre fichier"


@pytest.mark.parametrize(
    ("reponses", "qui", "phrase", "bouton"),
    [
        ([coupe], 7, "le réseau n’a pas répondu.", REESSAYER),
        ([redirige], None, f"{FINIE} Se reconnecter (nouvel onglet)", REESSAYER),
        ([html(403)], None, f"{FINIE} Se reconnecter (nouvel onglet)", REESSAYER),
        (
            [html(403), html(403)],
            7,
            "votre compte ne peut plus joindre de document à ce dossier.",
            REESSAYER,
        ),
        ([html(413)], 7, "ce fichier est plus lourd que ce que le serveur accepte.", AUTRE),
        ([html(502)], 7, "le serveur n’a pas bien répondu.", REESSAYER),
        ([dit(503, phrase="Maintenance.")], 7, "Maintenance.", REESSAYER),
        ([dit(422, erreur="Pas un PDF.", se_renvoie=False)], 7, "Pas un PDF.", AUTRE),
        (
            [html(404)],
            7,
            "ce document n’est plus demandé ici, ou ce dossier ne vous est plus ouvert.",
            AUTRE,
        ),
    ],
)
def test_un_fichier_refuse_dit_par_quoi_et_reste_pret(ecran, reponses, qui, phrase, bouton):
    page = ecran("pieces.js")
    page.reponses, page.qui = [*reponses], qui
    page.onglet.set_input_files("[name=fichier]", FICHIER)
    page.onglet.click("text=Envoyer")
    assert page.lire("[data-suivi] li") == f"budget.pdf : {phrase} {bouton}"
    if bouton == REESSAYER:
        # Signed in again, in another tab: the old token is refused once, and nobody sees it.
        page.qui, page.reponses = 7, [html(403), dit(nom="budget.pdf")]
        with page.onglet.expect_navigation():
            page.onglet.click(f"text={REESSAYER}")
        assert page.lire("[data-suivi] li") == "budget.pdf : joint."
        assert page.jetons[-1] == "neuf"


ENREGISTRE = dit(centimes=50_000, texte="500", le="14 h 05", comptes={}, alerte="")


@pytest.mark.parametrize(
    ("reponses", "qui", "phrase"),
    [
        ([ENREGISTRE], 7, "enregistré"),
        ([html(403), ENREGISTRE], 7, "enregistré"),
        (
            [redirige],
            None,
            "Pas enregistré : votre session est finie. Se reconnecter (nouvel onglet)",
        ),
        (
            [html(403)],
            None,
            "Pas enregistré : votre session est finie. Se reconnecter (nouvel onglet)",
        ),
        (
            [html(403), html(403)],
            7,
            "Pas enregistré : votre compte ne peut plus écrire dans ce scénario.",
        ),
        (
            [html(404)],
            7,
            "Pas enregistré : ce scénario n’est plus là. Rouvrez la liste des scénarios.",
        ),
        ([dit(409, phrase="Le scénario est figé.")], 7, "Le scénario est figé."),
        (
            [coupe],
            7,
            "Pas enregistré : le serveur ne répond pas. Nouvel essai dans 2 s.",
        ),
    ],
)
def test_un_montant_refuse_dit_par_quoi(ecran, reponses, qui, phrase):
    page = ecran("matrice.js")
    page.reponses, page.qui = [*reponses], qui
    page.onglet.fill("#id_m5", "500")
    page.onglet.press("#id_m5", "Tab")
    assert page.lire("#id_m5_mot") == phrase
    if qui is None:
        # Signed in again in another tab: the amount leaves by itself.
        page.reponses, page.qui = [ENREGISTRE], 7
        page.onglet.wait_for_function(
            "document.getElementById('id_m5_mot').textContent === 'enregistré'", timeout=8000
        )
        assert page.jetons[-1] == "neuf"
