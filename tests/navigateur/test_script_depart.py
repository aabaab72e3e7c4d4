"""What is typed on « Commencer » stays on the device: docs/enregistrement.md §13, the real script.

Each rule is played twice: as it is, and on the script without it (the control).
"""

import json

import pytest
from django.conf import settings
from django.test import Client

from appels.models import Depart, Dossier
from tests.fabriques import creer_association, creer_membre
from tests.navigateur.regles_de_script import Regle, ecrans

SITE = "http://portail.test"
SCRIPTS = {
    f"/static/js/{nom}": (settings.RACINE / "static/js" / nom).read_text("utf-8")
    for nom in ("depart.js", "copie.js", "commun/champs.js")
}
QUESTIONS = """<form method="post" data-depart>
<input type="hidden" name="csrfmiddlewaretoken" value="j">
<label>Titre <input name="intitule" value="{intitule}"></label>
<label><input type="radio" name="quartier" value="QN1"> Un</label>
<label><input type="radio" name="quartier" value="" checked> Nulle part</label>
<label>Pour qui <textarea name="public_vise"></textarea></label>
<label>Montant <input name="montant"></label>
<button>Voir</button><p data-garde role="status">Sans compte.</p></form>"""
RANGER = """<form method="post" data-depart-rangement='{tenues}'>
<button>Ranger mes réponses</button></form>"""
PAGE = """<!doctype html><html lang="fr"><meta charset="utf-8"><title>Commencer</title>
<body{qui}><main>{erreurs}{contenu}</main>
<form method="post" action="/compte/logout/"><button>Se déconnecter</button></form>
<script type="module" src="/static/js/depart.js"></script>
<script type="module" src="/static/js/copie.js"></script></body></html>"""
INTERDITE = """Object.defineProperty(window, "localStorage", {get() {
    throw new DOMException("refusé", "SecurityError");
}});"""
TITRE = "Les jardins d’été"
VIDE = ("", "", "", "")
TAPE = (TITRE, "QN1", "Des familles", "1 500")
GARDE = (
    "Vos réponses sont gardées sur cet appareil ; en navigation privée, jusqu’à sa fermeture. "
    "Les effacer d’ici"
)
RETROUVE = "Vos réponses de la dernière fois sont là, gardées sur cet appareil. Les effacer d’ici"
RIEN = "Cet appareil ne garde rien : allez au bout et gardez votre brouillon par courriel."
SUR_L_APPAREIL = "Object.keys(localStorage).sort()"


class Ecran:
    """The page of the questions or that of the link, who reads it, what the device keeps."""

    def __init__(self, contexte, scripts: dict[str, str]):
        self.onglet = contexte.new_page()
        self.scripts = scripts
        self.qui, self.intitule, self.erreurs, self.tenues = "", "", "", {}
        self.onglet.route(f"{SITE}/**", self._servir)

    def _servir(self, route):
        chemin = route.request.url.removeprefix(SITE)
        if chemin in self.scripts:
            return route.fulfill(body=self.scripts[chemin], content_type="text/javascript")
        contenu = QUESTIONS.format(intitule=self.intitule)
        if chemin != "/commencer/":
            contenu = RANGER.format(tenues=json.dumps(self.tenues))
        qui = f' data-qui="{self.qui}"' if self.qui else ""
        page = PAGE.format(qui=qui, erreurs=self.erreurs, contenu=contenu)
        return route.fulfill(body=page, content_type="text/html")

    def ouvrir(self, chemin: str = "/commencer/"):
        self.onglet.goto(f"{SITE}{chemin}")
        return self

    def taper(self):
        titre, quartier, pour_qui, montant = TAPE
        self.onglet.fill("[name=intitule]", titre)
        self.onglet.check(f"[name=quartier][value={quartier}]")
        self.onglet.fill("[name=public_vise]", pour_qui)
        self.onglet.fill("[name=montant]", montant)
        return self

    def vu(self) -> tuple[str, ...]:
        champs = ("intitule", "quartier", "public_vise", "montant")
        donnees = "nom => new FormData(document.querySelector('[data-depart]')).get(nom) ?? ''"
        return tuple(self.onglet.evaluate(donnees, nom) for nom in champs)

    def dit(self) -> str:
        return self.onglet.inner_text("[data-garde]").replace("\u00a0", " ").strip()

    def garde(self) -> list[str]:
        return self.onglet.evaluate(SUR_L_APPAREIL)

    def presser(self, mots: str):
        """Without leaving: what the script does, not what the server answers."""
        self.onglet.evaluate("addEventListener('submit', e => e.preventDefault())")
        self.onglet.click(f"text={mots}")
        return self


@pytest.fixture
def ecran(chromium):
    with ecrans(chromium, SCRIPTS, Ecran) as page:
        yield page


def retrouver(ecran: Ecran):
    dit = ecran.ouvrir().taper().dit()
    return (dit, ecran.ouvrir().vu(), ecran.dit())


def revenir_avec_ses_reponses(ecran: Ecran):
    """« Changer mes réponses », or an error: the page says them, the copy is not laid over."""
    ecran.ouvrir().taper()
    ecran.intitule = "Un autre titre"
    changees = ecran.ouvrir().vu()
    ecran.intitule, ecran.erreurs = "", '<div id="erreurs"></div>'
    return (changees, ecran.ouvrir().vu())


def effacer(ecran: Ecran):
    ecran.ouvrir().taper().onglet.click("text=Les effacer d’ici")
    foyer = ecran.onglet.evaluate("document.activeElement.name")
    return (ecran.vu(), foyer, ecran.garde(), ecran.ouvrir().vu())


def memoire_interdite(ecran: Ecran):
    ecran.onglet.add_init_script(INTERDITE)
    fautes = []
    ecran.onglet.on("pageerror", lambda faute: fautes.append(str(faute)))
    en_ouvrant = ecran.ouvrir().dit()
    dit = ecran.taper().dit()
    vu = ecran.vu()
    ecran.tenues = {"intitule": TITRE}
    ecran.ouvrir("/lien/").presser("Ranger mes réponses")
    return (en_ouvrant, dit, vu, fautes)


def memoire_pleine(ecran: Ecran):
    ecran.onglet.add_init_script(
        "Storage.prototype.setItem = () => { throw new DOMException('plein') }"
    )
    return ecran.ouvrir().taper().dit()


def copie_illisible(ecran: Ecran):
    ecran.ouvrir().onglet.evaluate("localStorage.setItem('depart', '{pas du JSON')")
    ecran.ouvrir().taper()
    return ecran.ouvrir().vu()


def ranger(**autres: str):
    """By the link: forgotten when the server holds these very answers, else kept."""

    def jouer(ecran: Ecran):
        ecran.ouvrir().taper()
        ecran.qui = "7"
        ecran.tenues = {"intitule": TITRE, "quartier": "QN1", "public_vise": "Des familles"}
        ecran.tenues |= autres
        ecran.ouvrir("/lien/").presser("Ranger mes réponses")
        return ecran.garde()

    return jouer


def connecte(ecran: Ecran):
    """Signed in: one's own copy, under one's name, and that of nobody else."""
    ecran.qui = "7"
    ecran.ouvrir().taper()
    garde = ecran.garde()
    siennes = ecran.ouvrir().vu()
    ecran.qui = "8"
    d_une_autre = ecran.ouvrir().vu()
    ecran.qui = ""
    return (garde, siennes, d_une_autre, ecran.ouvrir().vu())


def proposer(bouton: str):
    """Typed without an account, then somebody signed in: nothing is shown before it is asked."""

    def jouer(ecran: Ecran):
        ecran.ouvrir().taper()
        ecran.qui = "7"
        vu = ecran.ouvrir().vu()
        ecran.onglet.click(f"text={bouton}")
        return (vu, ecran.vu(), ecran.garde())

    return jouer


def sortir(ecran: Ecran):
    ecran.ouvrir().taper()
    ecran.qui = "7"
    ecran.ouvrir().onglet.fill("[name=montant]", "3")
    ecran.presser("Se déconnecter")
    return ecran.garde()


REGLES = {
    "ce qui est tapé revient, et se dit": Regle(
        retrouver, (GARDE, TAPE, RETROUVE), ("    remettre(gardees);\n    dire(", "    dire(")
    ),
    "jamais par-dessus ce que la page dit": Regle(
        revenir_avec_ses_reponses,
        (("Un autre titre", "", "", ""), VIDE),
        ("if (estNeuf) reprendre();", "reprendre();"),
    ),
    "un appareil partagé : tout s’efface d’un bouton": Regle(
        effacer, (VIDE, "intitule", [], VIDE), ("    effacer(CLE);\n", "")
    ),
    "la mémoire interdite se dit, rien ne casse": Regle(
        memoire_interdite,
        (RIEN, RIEN, TAPE, []),
        ("  } catch {\n    dire(SANS_MEMOIRE);\n  }\n  formulaire", "  } finally {}\n  formulaire"),
    ),
    "la mémoire pleine se dit": Regle(
        memoire_pleine,
        RIEN,
        ("dire(GARDE, pourEffacer());\n  } catch {\n    dire(SANS_MEMOIRE);", "} catch {"),
    ),
    "une copie illisible est remplacée": Regle(
        copie_illisible,
        TAPE,
        ("    localStorage.setItem(CLE, JSON.stringify(reponses()));\n", ""),
    ),
    "rangé, c’est oublié": Regle(
        ranger(), [], ("if (gardees !== null && sont", "if (false && sont")
    ),
    "un autre projet écrit ici reste": Regle(
        ranger(intitule="Un autre projet"), ["depart"], (" && sontCelles(gardees, arrivees)", "")
    ),
    "retouché depuis, le texte reste": Regle(
        ranger(public_vise="Des enfants"), ["depart"], (" && sontCelles(gardees, arrivees)", "")
    ),
    "connecté, à soi seul": Regle(
        connecte,
        (["saisie:7:depart"], TAPE, VIDE, VIDE),
        ("qui ? `saisie:${qui}:depart` : SANS_COMPTE", "SANS_COMPTE"),
    ),
    "écrit sans compte, proposé sans être montré": Regle(
        proposer("Les reprendre"),
        (VIDE, TAPE, ["saisie:7:depart"]),
        ("    proposer(dAvant);", "    remettre(dAvant);"),
    ),
    "écrit sans compte, effacé sans être montré": Regle(
        proposer("Les effacer d’ici"), (VIDE, VIDE, []), ("    proposer(dAvant);", ";")
    ),
    "sortir efface tout": Regle(sortir, [], (" || nom === DEPART", "")),
}


@pytest.mark.navigateur
@pytest.mark.parametrize("nom", REGLES)
def test_chaque_regle_et_son_temoin(ecran, nom):
    regle = REGLES[nom]
    assert regle.jouer(ecran()) == regle.attendu
    try:
        vu = regle.jouer(ecran(sans=regle.sans))
    except Exception as faute:  # the control may take away what the play looks for
        vu = faute
    assert vu != regle.attendu


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_de_la_premiere_question_au_dossier_sur_un_seul_appareil(ouvrir, monde, serveur):
    """The pages themselves: left and found again, kept by mail, forgotten once in a dossier."""
    personne = creer_membre(creer_association())
    onglet = ouvrir(largeur=360)
    onglet.goto("/commencer/")
    onglet.fill("[name=intitule]", TITRE)
    onglet.fill("[name=public_vise]", "Des familles,\ndes voisins")
    onglet.goto("/appel/")
    onglet.goto("/commencer/")
    retrouve = (onglet.input_value("[name=intitule]"), onglet.inner_text("[data-garde]"))
    assert retrouve == (TITRE, RETROUVE)
    onglet.click("text=Voir mon projet en bref")
    onglet.fill("[name=adresse]", personne.email)
    onglet.click("text=Garder mon brouillon")
    assert onglet.evaluate(SUR_L_APPAREIL) == ["depart"]  # until the link was followed
    client = Client()
    client.force_login(personne, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.cookies[settings.SESSION_COOKIE_NAME]
    biscuit = {"name": settings.SESSION_COOKIE_NAME, "value": session.value, "url": serveur}
    onglet.context.add_cookies([biscuit])
    onglet.goto(f"/commencer/{Depart.objects.get().cle}/")
    onglet.click("text=Ranger mes réponses dans un dossier")
    onglet.wait_for_url("**/dossiers/*/")
    assert onglet.evaluate(SUR_L_APPAREIL) == []
    dossier = Dossier.objects.get(intitule=TITRE)
    assert dossier.public_vise.split() == ["Des", "familles,", "des", "voisins"]
    assert onglet.plaintes == []
