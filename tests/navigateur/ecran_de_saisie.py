"""The page of a part on its own: the real scripts, each answer of the server given by hand, the
clock too.
"""

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings

# The script of the page and what it borrows, {address: text}.
SCRIPTS = {
    f"/static/js/{nom}": (settings.RACINE / "static/js" / nom).read_text("utf-8")
    for nom in ("saisie.js", "commun/champs.js")
}
SCRIPT = SCRIPTS["/static/js/saisie.js"]
SITE = "http://portail.test"
CLE = "saisie:7:12:description"
MIDI = datetime(2026, 3, 2, 12)
DITE = "(document.querySelector('[data-etat]')?.textContent ?? '')"
PHRASE = f"{DITE}.replaceAll('\\u00a0', ' ')"
GARDE = "Votre texte est gardé sur cet appareil"
SESSION_FINIE = (
    f"Pas encore enregistré : votre session est finie. {GARDE}. Se reconnecter (nouvel onglet) : "
    "la suite s’enregistre ici toute seule."
)
PAGE = """<!doctype html><html lang="fr"><meta charset="utf-8"><title>Partie</title>
<body data-qui="7" data-session="/session/" data-connexion="/compte/login/">
<form method="post" action="/partie/" data-saisie="7:12:description" data-quoi="ce dossier"
  data-envois="{envois}">
<input type="hidden" name="csrfmiddlewaretoken" value="ancien">
<input type="hidden" name="envoi" value=""><input type="hidden" name="version" value="3">
<input type="hidden" name="chaine" value="">
<textarea name="besoin">Besoin lu</textarea><textarea name="methode">Méthode lue</textarea>
<input type="checkbox" name="themes" value="a" checked>
<input type="checkbox" name="themes" value="b">
<input type="hidden" name="l-TOTAL_FORMS" value="1">
<input type="hidden" name="l-MAX_NUM_FORMS" value="3">
<input type="checkbox" name="f-0-retirer">
<fieldset><legend>Ligne</legend><input id="id_l-0-nom" name="l-0-nom" value="Lue">
<input type="checkbox" name="l-0-DELETE"></fieldset>
<fieldset data-ligne="l"><legend>Ligne à ajouter</legend>
<input name="nouveau-nom"><input name="nouveau-prix"></fieldset>
<div data-etat><p role="status"></p><div role="alert"></div></div>
<button>Enregistrer</button>
<button type="button" data-annuler hidden></button></form>
<form method="post" action="/compte/logout/"><button>Se déconnecter</button></form>
<script type="module" src="/static/js/saisie.js"></script></html>"""


# --- The server, by hand ------------------------------------------------------------------------


def coupe(route):
    route.abort()


def redirige(route):
    route.fulfill(status=302, headers={"Location": f"{SITE}/compte/login/"})


def html(statut: int):
    return lambda route: route.fulfill(status=statut, content_type="text/html", body="<p>Page</p>")


def dit(statut: int = 200, **cles):
    return lambda route: route.fulfill(status=statut, json=cles)


def ecrit(version: int = 4, *, recus=None, erreurs=(), auteur="", **cles):
    """« It is saved », with what others brought."""
    statut = 409 if "conflits" in cles else 200
    base = {"version": version, "le": "12 h 00 min 01 s", "auteur": auteur}
    return dit(statut, **base, recus=recus or {}, erreurs=list(erreurs), **cles)


def conflit(cle="besoin", autre="Besoin de Bob", libelle="Le besoin"):
    texte = "" if autre is None else autre
    return {"cle": cle, "libelle": libelle, "autre": autre, "texte": texte}


class Ecran:
    """The page of a part, what it sent, and what a person sees of it."""

    def __init__(self, contexte, scripts: dict[str, str]):
        self.onglet = contexte.new_page()
        self.scripts, self.envois_recus = scripts, ""
        self.reponses = [ecrit()]  # in turn; the last one again and again
        self.session = {"qui": None, "jeton": ""}
        self.postes: list[dict] = []
        self.appels = 0
        self.retenues: list = []  # answers that do not leave, when `retient`
        self.retient = False
        self.questions: list[str] = []
        self.onglet.on("dialog", self._repondre)
        self.onglet.route(f"{SITE}/**", self._servir)
        self.onglet.clock.install(time=MIDI)
        self.onglet.clock.pause_at(MIDI + timedelta(minutes=1))  # the page's clock stands

    def _repondre(self, question):
        self.questions.append(question.type)
        question.accept()

    def _servir(self, route):
        chemin, methode = urlsplit(route.request.url).path, route.request.method
        if chemin == "/repere/":
            return route.fulfill(body="")
        self.appels += 1
        if chemin in self.scripts:
            return route.fulfill(body=self.scripts[chemin], content_type="text/javascript")
        if chemin == "/session/":
            return route.fulfill(json=self.session)
        est_seul = route.request.headers.get("accept") == "application/json"
        if chemin != "/partie/" or methode == "GET" or not est_seul:
            page = PAGE.format(envois=self.envois_recus)
            return route.fulfill(body=page, content_type="text/html")
        self.postes.append(champs(route.request.post_data_buffer.decode()))
        if self.retient:
            return self.retenues.append(route)
        return self._prochaine()(route)

    def _prochaine(self) -> Callable:
        return self.reponses.pop(0) if len(self.reponses) > 1 else self.reponses[0]

    def ouvrir(self, copie: dict | None = None):
        """The page, with what the browser kept from another time."""
        if copie is not None:
            self.onglet.goto(f"{SITE}/ailleurs/")
            self.ranger(CLE, json.dumps(copie))
        self.onglet.goto(f"{SITE}/partie/")
        return self

    def ranger(self, cle: str, texte: str):
        self.onglet.evaluate("([cle, texte]) => localStorage.setItem(cle, texte)", [cle, texte])

    def ecrire(self, texte: str, nom: str = "besoin"):
        self.onglet.fill(f"[name={nom}]", texte)

    def passer(self, ms: int):
        """Let that time go by on the page, then let every answer arrive."""
        self.onglet.clock.run_for(ms)
        self.calmer()

    def calmer(self):
        """Until three requests of ours have come back with nothing new said or asked meanwhile."""
        calmes, vu = 0, None
        for _ in range(40):
            phrase = self.onglet.evaluate(f"fetch('/repere/').then(() => {PHRASE})")
            en_vol = phrase == "Enregistrement…" and not self.retient
            calmes = calmes + 1 if vu == (self.appels, phrase) and not en_vol else 0
            vu = (self.appels, phrase)
            if calmes == 3:
                return

    def liberer(self):
        """The answers that were held leave."""
        self.retient = False
        while self.retenues:
            self._prochaine()(self.retenues.pop(0))
        self.calmer()

    def cliquer(self, texte: str):
        """Press it, if it is there: a control may have taken it away."""
        bouton = self.onglet.locator(f"text={texte}")
        if bouton.count():
            bouton.click()
        self.calmer()

    @property
    def phrase(self) -> str:
        return self.onglet.evaluate(PHRASE)

    @property
    def est_une_alerte(self) -> bool:
        return self.onglet.evaluate(
            "document.querySelector('[data-etat]').classList.contains('erreur')"
        )

    @property
    def copie(self) -> dict | None:
        return json.loads(self.onglet.evaluate(f"localStorage.getItem('{CLE}')") or "null")

    def valeur(self, nom: str) -> str:
        return self.onglet.input_value(f"[name={nom}]")


def champs(corps: str) -> dict[str, list[str]]:
    """The fields of a multipart body."""
    lus: dict[str, list[str]] = {}
    for nom, valeur in re.findall(r'name="([^"]*)"\r\n\r\n(.*?)\r\n--', corps, re.DOTALL):
        lus.setdefault(nom, []).append(valeur)
    return lus
