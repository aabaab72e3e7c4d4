"""Without an account, what is typed stays in the tab until it is sent: docs/enregistrement.md §9.

The real module; each rule is played twice, as it is and without it (the control).
"""

from datetime import timedelta

import pytest
from django.conf import settings

from partenaires.concertation import reperes
from quartiers import horloge
from tests.fabriques_paroles import creer_consultation
from tests.navigateur.regles_de_script import Regle, ecrans

pytestmark = pytest.mark.navigateur
SITE = "http://portail.test"
SCRIPTS = {"/onglet.js": (settings.RACINE / "static/js/onglet.js").read_text("utf-8")}
PAGE = """<!doctype html><html lang="fr"><meta charset="utf-8"><title>Écrire</title>
<body {qui}><main>{erreurs}<form method="post" action="/ecrire/">
<input type="hidden" name="marque" value="m">
<label>Texte <textarea name="texte">{texte}</textarea></label>
<label><input type="radio" name="type" value="avis"> Avis</label>
<p class="ligne-actions"><button>Envoyer</button></p></form>
<form method="post"><input name="courriel"></form></main>
<script type="module" src="/onglet.js"></script></body></html>"""
GARDE = "Pas encore envoyé : gardé dans cet onglet, jusqu’à votre envoi ou jusqu’à sa fermeture."
RETROUVE = "Retrouvé : ce que vous aviez écrit dans cet onglet, pas encore envoyé. Effacer"


class Ecran:
    """The page where one writes, what the server answers, and what a person sees."""

    def __init__(self, contexte, scripts: dict[str, str]):
        self.onglet = contexte.new_page()
        self.scripts = scripts
        self.qui, self.refuse, self.texte = "", False, ""
        self.onglet.route(f"{SITE}/**", self._servir)

    def _servir(self, route):
        chemin = route.request.url.removeprefix(SITE)
        if chemin in self.scripts:
            return route.fulfill(body=self.scripts[chemin], content_type="text/javascript")
        rendu, erreurs = self.texte, ""
        if route.request.method == "POST" and self.refuse:
            rendu, erreurs = "Un banc", '<div id="erreurs">Trop court</div>'
        page = PAGE.format(qui=self.qui, texte=rendu, erreurs=erreurs)
        return route.fulfill(body=page, content_type="text/html")

    def ouvrir(self, chemin: str = "/ecrire/"):
        self.onglet.goto(f"{SITE}{chemin}")
        return self

    def taper(self, texte: str = "Un banc"):
        self.onglet.fill("[name=texte]", texte)

    def dit(self) -> str:
        phrase = self.onglet.evaluate("document.querySelector('[role=status]')?.textContent ?? ''")
        return phrase.replace("\u00a0", " ").strip()

    def vu(self) -> tuple[str, str]:
        return (self.onglet.input_value("[name=texte]"), self.dit())

    def copies(self) -> int:
        return self.onglet.evaluate("sessionStorage.length + localStorage.length")


def retrouver(ecran: Ecran):
    ecran.ouvrir().taper()
    ecran.onglet.check("[name=type]")
    dit = ecran.dit()
    ecran.ouvrir()
    return (dit, *ecran.vu(), ecran.onglet.is_checked("[name=type]"))


def effacer(ecran: Ecran):
    ecran.ouvrir().taper()
    ecran.ouvrir()
    ecran.onglet.click("text=Effacer")
    return (*ecran.vu(), ecran.copies())


def refuser_puis_partir(ecran: Ecran):
    """The server gives it back, one goes on typing, leaves, and comes to an empty page."""
    ecran.refuse = True
    ecran.ouvrir().taper()
    ecran.onglet.click("text=Envoyer")
    ecran.taper("Un banc, une lampe")
    ecran.ouvrir()
    return ecran.vu()[0]


def changer_ailleurs(ecran: Ecran):
    """The page shows newer words: nothing is laid over them."""
    ecran.ouvrir().taper()
    ecran.texte = "Corrigé ailleurs"
    ecran.ouvrir()
    return ecran.vu()


def entrer(ecran: Ecran):
    """Whoever is signed in has the copy of the house."""
    ecran.qui = 'data-qui="7"'
    ecran.ouvrir().taper()
    return (ecran.dit(), ecran.copies())


def arriver(ecran: Ecran):
    """Whether a redirection led here is what the browser says of the page."""
    ecran.ouvrir().taper()
    ecran.onglet.evaluate("document.forms[0].dispatchEvent(new Event('submit'))")
    ecran.onglet.add_init_script(
        "performance.getEntriesByType = () => [{ redirectCount: 1, type: 'navigate' }]"
    )
    ecran.ouvrir("/merci/")
    recu = ecran.copies()
    ecran.ouvrir().taper("Un autre")
    ecran.ouvrir("/ailleurs/")  # typed since, not sent
    return (recu, ecran.copies())


REGLES = {
    "gardé dans l’onglet, retrouvé": Regle(
        retrouver,
        (GARDE, "Un banc", RETROUVE, True),
        ("sessionStorage.setItem(etat.cle", "void (etat.cle"),
    ),
    "effacé quand on le demande": Regle(
        effacer,
        ("", "Ce que vous aviez écrit est effacé.", 0),
        ("sessionStorage.removeItem(etat.cle)", "void 0"),
    ),
    "refusé, ce qui est rendu est encore à garder": Regle(
        refuser_puis_partir,
        "Un banc, une lampe",
        ("etat.bases[nom] = copie.bases[nom]", "void 0"),
    ),
    "rien n’est posé sur plus récent": Regle(
        changer_ailleurs,
        ("Corrigé ailleurs", ""),
        ("if (presente === base) estRepris", "estRepris"),
    ),
    "connecté, une autre copie": Regle(entrer, ("", 0), ("if (!qui)", "if (true)")),
    "reçu, rien n’en reste": Regle(arriver, (0, 1), ("sessionStorage.removeItem(cle)", "void 0")),
}


@pytest.mark.parametrize("nom", REGLES)
def test_chaque_regle_et_sans_elle(chromium, nom):
    regle = REGLES[nom]
    with ecrans(chromium, SCRIPTS, Ecran) as page:
        assert regle.jouer(page()) == regle.attendu
        assert regle.jouer(page(sans=regle.sans)) != regle.attendu


@pytest.mark.django_db(transaction=True)
def test_sur_le_portail_refuse_puis_recu(ouvrir, monkeypatch):
    """Refused, the text is still kept; received, nothing of it stays in the tab."""
    monkeypatch.setattr(reperes, "ATTENTE", timedelta(0))
    ici = horloge.maintenant()
    consultation = creer_consultation(
        ouvre_le=ici - timedelta(days=1), ferme_le=ici + timedelta(days=9)
    )
    onglet = ouvrir()
    onglet.goto(f"/participer/{consultation.adresse}/ecrire/")
    onglet.fill("[name=texte]", "Un banc et une lampe devant l’école d’essai.")
    onglet.fill("[name=courriel]", "ada@")
    copies = "Object.keys(sessionStorage).length"
    onglet.click("text=Envoyer ma contribution")
    assert (onglet.locator("#erreurs").count(), onglet.evaluate(copies)) == (1, 1)
    onglet.fill("[name=courriel]", "")
    onglet.click("text=Envoyer ma contribution")
    onglet.wait_for_url("**/merci/**")
    assert (onglet.evaluate(copies), onglet.plaintes) == (0, [])
