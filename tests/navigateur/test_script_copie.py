"""The copy that every form keeps in the browser: docs/enregistrement.md §9, on the real modules.

Each rule is played twice: as it is, and on the script without it (the control).
"""

import json

import pytest
from django.conf import settings

from tests.navigateur.regles_de_script import Regle, ecrans

pytestmark = pytest.mark.navigateur
SITE = "http://portail.test"
SCRIPTS = {
    f"/static/js/{nom}": (settings.RACINE / "static/js" / nom).read_text("utf-8")
    for nom in ("copie.js", "commun/champs.js")
}
CLE = "saisie:7:/note/#texte"
CLE_DE_L_OBJET = "saisie:7:#comite-4-projet 12"
PAGE = """<!doctype html><html lang="fr"><meta charset="utf-8"><title>Notes</title>
<body data-qui="7" data-envois="{envois}"><main>{avant}
<form method="post"><input type="hidden" name="csrfmiddlewaretoken" value="j">
<label>Texte <textarea name="texte">{texte}</textarea></label>
<label><input type="checkbox" name="lu" value="1"> Lu</label>
<p class="ligne-actions"><button>Garder</button></p></form>
<form method="post"><label>Texte <textarea name="texte"></textarea></label></form>
<form method="post" action="/banque/" autocomplete="off"><input name="iban"></form>
<form method="post"><input name="login"><input type="password" name="mot"></form>
<form method="post" data-saisie="7:12:description"><textarea name="besoin"></textarea></form>
<form method="get"><input name="q"></form>{suite}</main>
<form method="post" action="/compte/logout/"><button>Se déconnecter</button></form>
<script type="module" src="/static/js/copie.js"></script></body></html>"""


class Ecran:
    """The page of the notes, what the server says of it, and what a person sees."""

    def __init__(self, contexte, scripts: dict[str, str]):
        self.onglet = contexte.new_page()
        self.scripts = scripts
        self.texte, self.envois, self.avant, self.suite = "", "", "", ""
        self.onglet.route(f"{SITE}/**", self._servir)

    def _servir(self, route):
        chemin = route.request.url.removeprefix(SITE)
        if chemin in self.scripts:
            return route.fulfill(body=self.scripts[chemin], content_type="text/javascript")
        page = PAGE.format(texte=self.texte, envois=self.envois, avant=self.avant, suite=self.suite)
        return route.fulfill(body=page, content_type="text/html")

    def ouvrir(self, chemin: str = "/note/"):
        self.onglet.goto(f"{SITE}{chemin}")
        return self

    def taper(self, texte: str):
        self.onglet.fill("form:first-of-type [name=texte]", texte)

    def valeur(self) -> str:
        return self.onglet.input_value("form:first-of-type [name=texte]")

    def copie(self) -> dict | None:
        return json.loads(self.onglet.evaluate(f"localStorage.getItem('{CLE}')") or "null")

    def dit(self) -> str:
        return self.onglet.evaluate(
            "(document.querySelector('form [role=status]')?.textContent ?? '')"
            ".replaceAll('\u00a0', ' ').replace(/\\d+ .* h \\d\\d/, '…')"
        )


@pytest.fixture
def ecran(chromium):
    with ecrans(chromium, SCRIPTS, Ecran) as page:
        yield page


def quels_formulaires(ecran: Ecran):
    ecran.ouvrir()
    return ecran.onglet.evaluate(
        "[...document.querySelectorAll('form')].map(f => f.dataset.copie ?? '')"
    )


def retrouver(ecran: Ecran):
    ecran.ouvrir().taper("Une note")
    ecran.onglet.check("[name=lu]")
    ecran.ouvrir()
    coche = ecran.onglet.is_checked("[name=lu]")
    return (ecran.valeur(), coche, ecran.dit())


def revenir(ecran: Ecran):
    ecran.ouvrir().taper("Une note")
    ecran.ouvrir().onglet.click("text=Revenir à ce qui est enregistré")
    return (ecran.valeur(), ecran.copie())


def choisir(bouton: str):
    """Somebody else wrote meanwhile: both are shown, under the field, focused."""

    def jouer(ecran: Ecran):
        ecran.ouvrir().taper("La mienne")
        ecran.texte = "La leur"
        ecran.ouvrir()
        vue = ecran.valeur()
        garde = ecran.copie()["champs"]["texte"]
        if not ecran.onglet.locator("[data-choix]").count():
            return (vue, garde)
        ou = ecran.onglet.evaluate("document.activeElement.matches('[data-choix]')")
        ecran.onglet.click(f"text={bouton}")
        return (vue, garde, ou, ecran.valeur(), ecran.copie() is not None)

    return jouer


def envoyer(arrive: bool):
    """Erased when a page says that this very sending came, and only then."""

    def jouer(ecran: Ecran):
        ecran.ouvrir().taper("Une note")
        ecran.onglet.evaluate(
            "document.querySelector('form').addEventListener('submit', e => e.preventDefault())"
        )
        ecran.onglet.click("text=Garder")
        marque = ecran.onglet.evaluate("document.querySelector('[name=envoi]')?.value")
        if arrive:
            ecran.envois = f"0-autre {marque}"
        ecran.ouvrir()
        return (bool(marque), ecran.valeur(), ecran.copie() is not None)

    return jouer


def page_des_erreurs(ecran: Ecran):
    """The page shows what was typed: it is not saved, the copy stays."""
    ecran.ouvrir().taper("Trop long")
    ecran.texte, ecran.avant = "Trop long", '<div id="erreurs" class="avis danger"></div>'
    ecran.ouvrir().taper("Trop long")
    return ecran.copie() is not None


def sortir(ecran: Ecran):
    ecran.ouvrir().taper("Une note")
    ecran.onglet.evaluate(
        "document.querySelector('[action*=logout]').addEventListener('submit', "
        "e => e.preventDefault())"
    )
    ecran.onglet.click("text=Se déconnecter")
    return ecran.onglet.evaluate("Object.keys(localStorage)")


PROJET = """<form method="post" id="mot"><input type="hidden" name="projet" value="{}"
data-objet="comite-4-projet">{}<input name="parole"></form>"""
A_COPIER = "[...document.querySelectorAll('[id^=texte-a-copier]')].map(z => z.value)"


def changer_d_objet(ecran: Ecran):
    """The page shows another project at the same rank; the first one is at another address."""
    ecran.suite = PROJET.format(12, '<input name="m55">')
    ecran.ouvrir("/projets/3/").onglet.fill("[name=parole]", "Pour le douze")
    ecran.suite = PROJET.format(13, "")
    autre = ecran.ouvrir("/projets/3/").onglet.input_value("[name=parole]")
    a_copier = ecran.onglet.evaluate(A_COPIER)
    ecran.suite = PROJET.format(12, "")  # its amounts cannot be typed any more
    retrouve = ecran.ouvrir("/projets/2/").onglet.input_value("[name=parole]")
    encore = ecran.onglet.evaluate(A_COPIER)
    ecran.suite = PROJET.format(13, "")
    effacer = ecran.ouvrir("/projets/2/").onglet.locator("text=Effacer ce texte")
    if effacer.count():
        effacer.click()
    reste = ecran.onglet.evaluate(f"localStorage.getItem('{CLE_DE_L_OBJET}')")
    return (autre, a_copier, retrouve, encore, ecran.onglet.evaluate(A_COPIER), reste)


LIGNE = """<form method="post" id="lignes"><input type="hidden" name="p-1-id" value="{}">
<input name="p-1-note"><input name="autre"></form>"""


def changer_de_ligne(ecran: Ecran):
    """A row was taken away: at its rank stands the next one, as empty as it was."""
    ecran.suite = LIGNE.format(8)
    ecran.ouvrir().onglet.fill("[name=p-1-note]", "Pour le huit")
    ecran.suite = LIGNE.format(9)
    ecran.ouvrir().onglet.fill("[name=autre]", "Plus tard")  # the text stays, whatever is typed
    vu = [(ecran.onglet.input_value("[name=p-1-note]"), ecran.onglet.evaluate(A_COPIER))]
    ecran.suite = LIGNE.format(8)
    vu.append(ecran.ouvrir().onglet.input_value("[name=p-1-note]"))
    return vu


GARDE = (
    "Retrouvé : ce que vous aviez écrit le … sur cet appareil, pas encore enregistré. "
    "Revenir à ce qui est enregistré"
)
REGLES = {
    "tout formulaire où l’on écrit, jamais un secret ni une partie": Regle(
        quels_formulaires,
        [CLE, f"{CLE}1", "", "", "", "", ""],
        ("return !estSecret && ", "return "),
    ),
    "ce qui est tapé revient": Regle(
        retrouver, ("Une note", True, GARDE), ("  reprendre(etat);\n", "")
    ),
    "on peut y renoncer": Regle(revenir, ("", None), ("remplir(etat.formulaire, nom, base);", ";")),
    "jamais par-dessus ce qu’un autre a écrit : garder le mien": Regle(
        choisir("Garder le mien"),
        ("La leur", [[""], ["La mienne"]], True, "La mienne", True),
        ("empreinte(presente) === empreinte(base)", "true"),
    ),
    "jamais par-dessus ce qu’un autre a écrit : prendre l’autre": Regle(
        choisir("Prendre l’autre"),
        ("La leur", [[""], ["La mienne"]], True, "La leur", False),
        ("...etat.attentes }", "}"),
    ),
    "arrivé, c’est oublié": Regle(
        envoyer(True), (True, "", False), ("    oublierCeQuiEstArrive();\n", "")
    ),
    "pas arrivé, c’est gardé": Regle(
        envoyer(False), (True, "Une note", True), ("recus.has(envoi)", "true")
    ),
    "une page d’erreurs n’est pas un enregistrement": Regle(
        page_des_erreurs, True, ("if (MONTRE_LA_SAISIE) etat.bases[nom] = base;", ";")
    ),
    "jamais dans un autre objet, et toujours dans le sien": Regle(
        changer_d_objet,
        ("", ["parole\nPour le douze"], "Pour le douze", [], [], None),
        ("if (objet) return", "if (false) return"),
    ),
    "jamais dans une autre ligne, et toujours dans la sienne": Regle(
        changer_de_ligne,
        [("", ["p-1-note\nPour le huit"]), "Pour le huit"],
        ('(ligne ?? "") !== ligneDe(etat.formulaire, nom)', "false"),
    ),
    "sortir efface tout": Regle(
        sortir, [], ('sortie.addEventListener("submit", effacerLesCopies);', ";")
    ),
}


@pytest.mark.parametrize("nom", REGLES)
def test_chaque_regle_et_son_temoin(ecran, nom):
    regle = REGLES[nom]
    assert regle.jouer(ecran()) == regle.attendu
    try:
        vu = regle.jouer(ecran(sans=regle.sans))
    except Exception as faute:  # the control may take away what the play looks for
        vu = faute
    assert vu != regle.attendu
