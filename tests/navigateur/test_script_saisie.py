"""The script's half of docs/enregistrement.md: the real module on a small page, each answer of the
server given by hand, the clock too.

Every rule is played twice: as it is, and on the script without it (the control), where what is seen
must differ.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings

pytestmark = pytest.mark.navigateur
SCRIPT = (settings.RACINE / "static/js/saisie.js").read_text("utf-8")
PROTOCOLE = (settings.RACINE / "docs/enregistrement.md").read_text("utf-8")
SITE = "http://portail.test"
CLE = "saisie:7:12:description"
MIDI = datetime(2026, 3, 2, 12)
PHRASE = "(document.querySelector('[data-etat]')?.textContent ?? '')"
GARDE = "Votre texte est gardé sur cet appareil"
PAGE = """<!doctype html><html lang="fr"><meta charset="utf-8"><title>Partie</title>
<form method="post" action="/partie/" data-saisie="7:12:description" data-session="/session/"
  data-connexion="/compte/login/" data-envois="{envois}">
<input type="hidden" name="csrfmiddlewaretoken" value="ancien">
<input type="hidden" name="envoi" value=""><input type="hidden" name="version" value="3">
<textarea name="besoin">Besoin lu</textarea><textarea name="methode">Méthode lue</textarea>
<input type="checkbox" name="themes" value="a" checked>
<input type="checkbox" name="themes" value="b">
<input type="hidden" name="l-TOTAL_FORMS" value="1">
<input type="checkbox" name="l-0-DELETE" checked>
<input type="checkbox" name="f-0-retirer" checked>
<fieldset data-a-part><input name="nouveau" value="Une ligne"></fieldset>
<div role="status" data-etat></div><button>Enregistrer</button></form>
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

    def __init__(self, contexte, script: str):
        self.onglet = contexte.new_page()
        self.script, self.envois_recus = script, ""
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
        if chemin == "/static/js/saisie.js":
            return route.fulfill(body=self.script, content_type="text/javascript")
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


@pytest.fixture
def ecran(chromium):
    """`ecran(sans=(fragment, remplaçant))`: the page, the script as it is or without a rule."""
    contextes = []

    def page(sans: tuple[str, str] | None = None) -> Ecran:
        script = SCRIPT
        if sans is not None:
            assert script.count(sans[0]) == 1, sans[0]
            script = script.replace(*sans)
        contextes.append(chromium.new_context(locale="fr-FR"))
        return Ecran(contextes[-1], script)

    yield page
    for contexte in contextes:
        contexte.close()


@dataclass(frozen=True)
class Regle:
    """What is seen when the rule is played, and the piece of the script that holds it."""

    jouer: Callable[[Ecran], Any]
    attendu: Any
    sans: tuple[str, str]


# --- Each answer of the protocol: sentence, alert, copy kept, sent again by itself --------------


def repondre(reponse: Callable) -> Callable[[Ecran], tuple]:
    """One saving with that answer, then a minute without a key."""

    def jouer(ecran: Ecran) -> tuple:
        ecran.reponses = [reponse, ecrit()]
        ecran.ouvrir().ecrire("Besoin écrit")
        ecran.passer(1200)
        vu = (ecran.phrase, ecran.est_une_alerte, ecran.copie is not None, len(ecran.postes))
        ecran.passer(60_000)
        return (*vu, len(ecran.postes) > 1)

    return jouer


def attente(cause: str) -> tuple:
    phrase = f"Pas encore enregistré : {cause} {GARDE} ; nouvel essai dans 2 s."
    return (phrase, True, True, 1, True)


SESSION_FINIE = (
    f"Pas encore enregistré : votre session est finie. {GARDE}. Se reconnecter (nouvel onglet) : "
    "la suite s’enregistre ici toute seule."
)
CHOISISSEZ = "Bob a changé la même réponse que vous. Rien n’est écrasé : choisissez."
REPONSES = {
    "sansReponse": Regle(
        repondre(coupe),
        attente("le réseau ne répond pas."),
        ('"sansReponse";', '"imprevu";'),
    ),
    "sessionFinie": Regle(
        repondre(redirige),
        (SESSION_FINIE, True, True, 1, False),
        ('if (reponse.estUneRedirection) return "sessionFinie";', ""),
    ),
    "interdit": Regle(
        repondre(html(403)),
        (SESSION_FINIE, True, True, 1, False),
        ('if (reponse.statut === 403) return "interdit";', ""),
    ),
    "tropLong": Regle(
        repondre(html(413)),
        attente("le texte est trop long pour le serveur."),
        ("|| reponse.statut === 413", ""),
    ),
    "tropDeDemandes": Regle(
        repondre(html(429)),
        attente("beaucoup de demandes en peu de temps."),
        ('if (reponse.statut === 429) return "tropDeDemandes";', ""),
    ),
    "conflit": Regle(
        repondre(ecrit(conflits=[conflit()], auteur="Bob")),
        (
            f"{CHOISISSEZ}Le besoin, texte enregistré : Besoin de Bob"
            "Garder le mien : Le besoin Prendre l’autre : Le besoin ",
            True,
            True,
            1,
            False,
        ),
        ('dit.conflits ? "conflit" : "enregistre"', '"enregistre"'),
    ),
    "enregistre": Regle(
        repondre(ecrit()),
        ("Enregistré à 12 h 00 min 01 s.", False, False, 1, False),
        ("    confirmer(dit);", ""),
    ),
    "refus": Regle(
        repondre(dit(409, phrase="L’appel est clos.")),
        ("L’appel est clos.", True, True, 1, False),
        ('if (dit.phrase) return "refus";', ""),
    ),
    "illisible": Regle(
        repondre(dit(422, erreurs=[{"phrase": "Ligne 1."}, {"phrase": "Ligne 2."}])),
        ("Pas encore enregistré : Ligne 1. Ligne 2.", True, True, 1, False),
        ('if (dit.erreurs) return "illisible";', ""),
    ),
    "imprevu": Regle(
        repondre(html(502)),
        attente("le serveur ne répond pas bien."),
        ('return "imprevu";', 'return "refus";'),
    ),
}


@pytest.mark.parametrize("nom", REPONSES)
def test_chaque_reponse_a_son_etat_sa_copie_et_sa_suite(ecran, nom):
    regle = REPONSES[nom]
    assert regle.jouer(ecran()) == regle.attendu
    assert regle.jouer(ecran(sans=regle.sans)) != regle.attendu


def test_le_script_le_protocole_et_ces_epreuves_nomment_les_memes_reponses():
    suites = SCRIPT[SCRIPT.index("const SUITES = {") : SCRIPT.index("function suivre")]
    dans_le_script = set(re.findall(r"^  (\w+): \(", suites, re.MULTILINE))
    dans_la_page = set(re.findall(r"^\| `(\w+)` \|", trois(PROTOCOLE), re.MULTILINE))
    assert dans_le_script == set(REPONSES) == dans_la_page


def test_les_deux_moities_citent_le_protocole():
    redaction = settings.RACINE / "appels/redaction"
    action = (redaction / "actions/parties.py").read_text("utf-8")
    fusion = (redaction / "fusion.py").read_text("utf-8")
    assert all("docs/enregistrement.md" in moitie for moitie in (SCRIPT, action, fusion))


def trois(page: str) -> str:
    """The first table of §3."""
    return page[page.index("## 3.") : page.index("Keys of the JSON")]


@pytest.mark.parametrize(
    ("reponse", "cause"),
    [
        (html(400), "le texte est trop long pour le serveur."),
        (html(500), "le serveur ne répond pas bien."),
        (html(404), "le serveur ne répond pas bien."),
        (html(200), "le serveur ne répond pas bien."),
        (
            lambda r: r.fulfill(body="{", content_type="application/json"),
            "le réseau ne répond pas.",
        ),
    ],
)
def test_les_autres_pannes_se_reessaient(ecran, reponse, cause):
    assert repondre(reponse)(ecran()) == attente(cause)


# --- The rules between two answers --------------------------------------------------------------


def corps_envoye(ecran: Ecran):
    ecran.ouvrir().ecrire("Besoin écrit")
    ecran.passer(1200)
    return ecran.postes


def au_rythme_des_frappes(ecran: Ecran):
    """A key each second: what has left after each one."""
    ecran.ouvrir()
    partis = []
    for rang in range(4):
        ecran.ecrire(f"Besoin {rang}")
        ecran.passer(1000)
        partis.append(len(ecran.postes))
    return partis


def une_demande_a_la_fois(ecran: Ecran):
    ecran.retient = True
    ecran.ouvrir().ecrire("Un")
    ecran.passer(1200)
    ecran.ecrire("Deux")
    ecran.passer(5000)
    pendant = (len(ecran.postes), ecran.phrase, ecran.copie["valeurs"]["besoin"])
    ecran.liberer()
    garde = ecran.copie is not None  # « Deux » is not saved yet
    ecran.passer(800)
    return (pendant, garde, [p["besoin"] for p in ecran.postes], ecran.postes[-1]["version"])


def delais(ecran: Ecran):
    """The seconds said by each failure, then by the first one after a success."""
    ecran.reponses = [*[coupe] * 6, ecrit(), coupe]
    ecran.ouvrir().ecrire("Un")
    ecran.passer(1200)
    dits = []
    while "nouvel essai" in ecran.phrase:
        dits.append(int(re.search(r"dans (\d+) s", ecran.phrase)[1]))
        ecran.passer(dits[-1] * 1000)
    ecran.ecrire("Deux")
    ecran.passer(1200)
    return (dits, ecran.phrase[-5:])


def session_retrouvee(qui: int):
    """The session is over, then somebody signs in in another tab."""

    def jouer(ecran: Ecran):
        ecran.reponses = [redirige, ecrit()]
        ecran.ouvrir().ecrire("Un")
        ecran.passer(1200)
        ecran.session = {"qui": qui, "jeton": "nouveau"}
        ecran.passer(3000)
        suite = (len(ecran.postes), ecran.postes[-1]["csrfmiddlewaretoken"][0])
        ecran.passer(10_000)
        return (*suite, len(ecran.postes), ecran.phrase)

    return jouer


def jeton_change(ecran: Ecran):
    ecran.reponses = [html(403), ecrit()]
    ecran.session = {"qui": 7, "jeton": "nouveau"}
    ecran.ouvrir().ecrire("Un")
    ecran.passer(1200)
    return ([p["csrfmiddlewaretoken"] for p in ecran.postes], ecran.phrase)


def droit_retire(ecran: Ecran):
    """Twice a 403, with a good session; then nothing more until the next key."""
    ecran.reponses = [html(403), html(403), html(403), ecrit()]
    ecran.session = {"qui": 7, "jeton": "nouveau"}
    ecran.ouvrir().ecrire("Un")
    ecran.passer(1200)
    vu = (ecran.phrase, len(ecran.postes), ecran.copie is not None)
    ecran.passer(60_000)
    immobile = len(ecran.postes)
    ecran.ecrire("Deux")
    ecran.passer(1200)
    return (*vu, immobile, len(ecran.postes), ecran.phrase)


def apport_des_autres(ecran: Ecran):
    """Two fields come: one that nobody touched here, one typed while the answer was on its way."""
    ecran.reponses = [
        ecrit(9, recus={"methode": "De Bob", "themes": ["b"], "besoin": "De Bob"}, auteur="Bob"),
        ecrit(10),
    ]
    ecran.retient = True
    ecran.ouvrir().ecrire("Un")
    ecran.passer(1200)
    ecran.ecrire("Deux")
    ecran.liberer()
    coches = ecran.onglet.evaluate(
        "[...document.querySelectorAll('[name=themes]')].map(e => e.checked)"
    )
    return (ecran.phrase, ecran.valeur("methode"), coches, ecran.valeur("besoin"))


def sauf(ecran: Ecran):
    ecran.reponses = [ecrit(erreurs=[{"phrase": "Le besoin : trop long."}])]
    ecran.ouvrir().ecrire("Un")
    ecran.passer(1200)
    return (ecran.phrase, ecran.est_une_alerte, ecran.copie)


def choisir(bouton: str):
    """Two fields in conflict: nothing leaves while one is open, then at once on the new version."""

    def jouer(ecran: Ecran):
        deux = [conflit(), conflit("methode", "Méthode de Bob", "La méthode")]
        ecran.reponses = [ecrit(8, conflits=deux), ecrit(9)]
        ecran.ouvrir().ecrire("Un")
        ecran.ecrire("Ma méthode", "methode")
        ecran.passer(1200)
        ecran.cliquer(f"{bouton} : Le besoin")
        ecran.ecrire("Ma méthode encore", "methode")
        ecran.passer(5000)
        pendant = (len(ecran.postes), ecran.copie is not None)
        ecran.cliquer("Garder le mien : La méthode")
        dernier = ecran.postes[-1]
        return (
            pendant,
            [dernier[nom][0] for nom in ("version", "besoin", "methode")],
            ecran.phrase,
            ecran.copie,
        )

    return jouer


def conflit_de_tableau(ecran: Ecran):
    """Rows of a table: no button, nothing leaves until the page is read again."""
    ecran.reponses = [ecrit(8, conflits=[conflit("l-", None, "Les lignes du tableau")]), ecrit(9)]
    ecran.ouvrir().ecrire("Un")
    ecran.passer(1200)
    ecran.ecrire("Deux")
    ecran.passer(60_000)
    boutons = ecran.onglet.locator("[data-etat] button").count()
    return (ecran.phrase, boutons, len(ecran.postes))


def copie_du(besoin: str, **cles) -> dict:
    valeurs = {
        "besoin": [besoin],
        "methode": ["Méthode lue"],
        "themes": ["b"],
        "l-TOTAL_FORMS": ["9"],
        "l-0-DELETE": ["on"],
        "f-0-retirer": ["on"],
        "nouveau": ["Une ligne"],
    }
    return {"valeurs": valeurs, "version": "2", "envoi": "", "quand": "11:58:00", **cles}


def copie_retrouvee(ecran: Ecran):
    ecran.ouvrir(copie_du("Écrit hier"))
    vu = (
        ecran.phrase,
        ecran.valeur("besoin"),
        ecran.onglet.is_checked("[name=themes][value=a]"),
        ecran.valeur("l-TOTAL_FORMS"),  # the rows are those of this page
    )
    ecran.passer(499)
    avant = len(ecran.postes)
    ecran.passer(1)
    return (*vu, avant, [(p["version"], p["besoin"]) for p in ecran.postes], ecran.copie)


def copie_deja_arrivee(ecran: Ecran):
    """Sent by a button, and the server says that it came: nothing is put back."""
    ecran.envois_recus = "1-abc 2-def"
    ecran.ouvrir(copie_du("Déjà enregistré", envoi="2-def"))
    ecran.passer(5000)
    return (ecran.phrase, ecran.valeur("besoin"), ecran.copie, ecran.postes)


def bouton(ecran: Ecran):
    """The copy stays, with the mark that the next page will compare; nothing leaves by itself."""
    ecran.ouvrir().ecrire("Un")
    ecran.onglet.evaluate(
        "document.addEventListener('submit', e => e.preventDefault(), {capture: true})"
    )
    ecran.cliquer("Enregistrer")
    ecran.passer(5000)
    marque = ecran.valeur("envoi")
    return (bool(marque), (ecran.copie or {}).get("envoi") == marque, len(ecran.postes))


def depart(ecran: Ecran):
    """Leaving asks only when something is not confirmed."""
    ecran.ouvrir().onglet.click("[name=besoin]")
    ecran.onglet.keyboard.type("x")
    ecran.passer(1200)
    ecran.onglet.goto(f"{SITE}/ailleurs/")
    confirme = list(ecran.questions)
    ecran.reponses = [coupe]
    ecran.onglet.goto(f"{SITE}/partie/")
    ecran.onglet.click("[name=besoin]")
    ecran.onglet.keyboard.type("x")
    ecran.passer(1200)
    ecran.onglet.goto(f"{SITE}/ailleurs/")
    return (confirme, ecran.questions)


def sortie(ecran: Ecran):
    """Every copy goes, of every part; what is not ours stays."""
    ecran.reponses = [coupe]
    ecran.ouvrir().ecrire("Un")
    ecran.passer(1200)
    ecran.ranger("saisie:7:9:budget", "{}")
    ecran.ranger("autre", "reste")
    ecran.onglet.evaluate(
        "document.querySelector('[action*=logout]').addEventListener('submit', "
        "e => e.preventDefault())"
    )
    ecran.cliquer("Se déconnecter")
    return ecran.onglet.evaluate("Object.keys(localStorage)")


def stockage_refuse(ecran: Ecran):
    """No room in the browser: the server saves all the same."""
    ecran.ouvrir()
    ecran.onglet.evaluate(
        "() => { Storage.prototype.setItem = () => { throw new Error('plein') } }"
    )
    ecran.ecrire("Un")
    ecran.passer(1200)
    return (ecran.phrase, len(ecran.postes))


def retour_du_reseau(ecran: Ecran):
    ecran.reponses = [coupe, ecrit()]
    ecran.ouvrir().ecrire("Un")
    ecran.passer(1200)
    ecran.onglet.evaluate("dispatchEvent(new Event('online'))")
    ecran.calmer()
    return (len(ecran.postes), ecran.phrase)


ENREGISTRE = "Enregistré à 12 h 00 min 01 s."
SANS_DROIT = f"Pas enregistré : votre compte ne peut plus modifier ce dossier. {GARDE}."
REGLES = {
    "seules partent les réponses, ni ligne à ajouter ni ligne à retirer": Regle(
        corps_envoye,
        [
            {
                "csrfmiddlewaretoken": ["ancien"],
                "envoi": [""],
                "version": ["3"],
                "besoin": ["Besoin écrit"],
                "methode": ["Méthode lue"],
                "themes": ["a"],
                "l-TOTAL_FORMS": ["1"],
            }
        ],
        ("corps.delete(champ.name);", ";"),
    ),
    "qui ne s’arrête pas d’écrire est enregistré au bout de 2,5 s": Regle(
        au_rythme_des_frappes,
        [0, 0, 1, 1],
        ("Math.min(PAUSE, reste)", "PAUSE"),
    ),
    "une demande à la fois, et la suite 0,8 s après": Regle(
        une_demande_a_la_fois,
        ((1, "Enregistrement…", ["Deux"]), True, [["Un"], ["Deux"]], ["4"]),
        ("if (etat.enVol || etat.quitte) return;", ""),
    ),
    "les essais s’espacent, puis recommencent à 2 s": Regle(
        delais,
        ([2, 4, 8, 16, 30, 30], " 2 s."),
        ("etat.delai * 2", "etat.delai"),
    ),
    "un succès remet l’attente à 2 s": Regle(
        delais,
        ([2, 4, 8, 16, 30, 30], " 2 s."),
        ("  etat.delai = PREMIER_ESSAI;\n", ""),
    ),
    "la session revenue, la suite part avec le nouveau jeton": Regle(
        session_retrouvee(7),
        (2, "nouveau", 2, ENREGISTRE),
        ("clearInterval(etat.veille);\n    sauver();", "clearInterval(etat.veille);"),
    ),
    "la session d’une autre personne n’enregistre rien": Regle(
        session_retrouvee(8),
        (1, "ancien", 1, SESSION_FINIE),
        ("if (qui !== moi) return false;", ""),
    ),
    "un jeton trop vieux est changé sans rien demander": Regle(
        jeton_change,
        ([["ancien"], ["nouveau"]], ENREGISTRE),
        ("champ.value = jeton;", ";"),
    ),
    "un droit retiré se dit sans insister": Regle(
        droit_retire,
        (SANS_DROIT, 2, True, 2, 3, SANS_DROIT),
        ("  etat.jetonRefuse = true;\n", ""),
    ),
    "ce que les autres ont écrit arrive, sauf sur ce qui vient d’être tapé": Regle(
        apport_des_autres,
        (
            f"{ENREGISTRE} Ce que Bob a changé est arrivé aussi.",
            "De Bob",
            [False, True],
            "Deux",
        ),
        ("!== empreinte(envoyees[nom])) continue;", "=== null) continue;"),
    ),
    "une réponse illisible n’empêche pas les autres, et se dit": Regle(
        sauf,
        ("Enregistré à 12 h 00 min 01 s, sauf : Le besoin : trop long.", True, None),
        ("if (dit.erreurs.length > 0) {", "if (false) {"),
    ),
    "garder le mien": Regle(
        choisir("Garder le mien"),
        ((1, True), ["8", "Un", "Ma méthode encore"], ENREGISTRE, None),
        (" || unChoixEstAttendu()", ""),
    ),
    "prendre l’autre": Regle(
        choisir("Prendre l’autre"),
        ((1, True), ["8", "Besoin de Bob", "Ma méthode encore"], ENREGISTRE, None),
        ("    remplir(conflit.cle, [conflit.autre].flat());\n", ""),
    ),
    "le dernier choix part tout de suite": Regle(
        choisir("Garder le mien"),
        ((1, True), ["8", "Un", "Ma méthode encore"], ENREGISTRE, None),
        ('    dire("");\n    sauver({ force: true });\n', ""),
    ),
    "les lignes d’un tableau demandent à relire la page": Regle(
        conflit_de_tableau,
        (
            "Une autre personne a changé la même réponse que vous. Rien n’est écrasé : choisissez."
            "Les lignes du tableau : rechargez la page pour voir les deux.",
            0,
            1,
        ),
        ("if (conflit.autre === null) {", "if (false) {"),
    ),
    "la copie est remise dans la page, sur la version lue alors": Regle(
        copie_retrouvee,
        (
            "Retrouvé : ce que vous aviez écrit à 11:58:00 sur cet appareil. Enregistrement…",
            "Écrit hier",
            False,
            "1",
            0,
            [(["2"], ["Écrit hier"])],
            None,
        ),
        ("partie.elements.version.value = copie.version;", ";"),
    ),
    "un bouton déjà arrivé n’est pas refait": Regle(
        copie_deja_arrivee,
        ("", "Besoin lu", None, []),
        ("copie === null || estArrivee ||", "copie === null ||"),
    ),
    "un bouton garde la copie, avec sa marque": Regle(
        bouton,
        (True, True, 0),
        ("  etat.quitte = true;\n", ""),
    ),
    "quitter ne demande que si quelque chose n’est pas enregistré": Regle(
        depart,
        ([], ["beforeunload"]),
        ("evenement.preventDefault(); // the browser", "// the browser"),
    ),
    "sortir efface toutes les copies": Regle(
        sortie,
        ["autre"],
        ('sortie.addEventListener("submit", effacerLesCopies);', ";"),
    ),
    "sans place sur l’appareil, le serveur enregistre": Regle(
        stockage_refuse,
        (ENREGISTRE, 1),
        (
            "localStorage.setItem(cle, JSON.stringify(copie));\n  } catch {",
            "localStorage.setItem(cle, JSON.stringify(copie));\n  } catch (e) { throw e;",
        ),
    ),
    "le réseau revenu, tout part": Regle(
        retour_du_reseau,
        (2, ENREGISTRE),
        ('addEventListener("online", () => sauver());', ""),
    ),
}


@pytest.mark.parametrize("nom", REGLES)
def test_chaque_regle_et_son_temoin(ecran, nom):
    regle = REGLES[nom]
    assert regle.jouer(ecran()) == regle.attendu
    assert regle.jouer(ecran(sans=regle.sans)) != regle.attendu
