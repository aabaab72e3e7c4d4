"""The script's half of docs/enregistrement.md: each answer of the server, on the real module.

Every rule is played twice: as it is, and on the script without it (the control), where what is seen
must differ.
"""

import re
from collections.abc import Callable

import pytest
from django.conf import settings

from tests.navigateur.ecran_de_saisie import (
    GARDE,
    SCRIPT,
    SESSION_FINIE,
    Ecran,
    conflit,
    coupe,
    dit,
    ecrit,
    html,
    redirige,
)
from tests.navigateur.regles_de_script import Regle

pytestmark = pytest.mark.navigateur
PROTOCOLE = (settings.RACINE / "docs/enregistrement.md").read_text("utf-8")


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


def etre_exclu(ecran: Ecran) -> tuple:
    """Removed meanwhile: the text is shown once, and no key sends any more."""
    ecran.reponses = [dit(404, phrase=PLUS_MEMBRE), ecrit()]
    ecran.ouvrir().ecrire("Besoin écrit")
    ecran.passer(1200)
    texte = ecran.onglet.evaluate("document.querySelector('#texte-a-copier')?.value")
    ecran.ecrire("Besoin écrit encore")
    ecran.passer(60_000)
    return (ecran.phrase, ecran.est_une_alerte, ecran.copie is not None, len(ecran.postes), texte)


def attente(cause: str) -> tuple:
    phrase = f"Pas encore enregistré : {cause} {GARDE} ; nouvel essai dans 2 s."
    return (phrase, True, True, 1, True)


PLUS_MEMBRE = "Vous ne faites plus partie de « X »."
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
        (CHOISISSEZ, True, True, 1, False),
        ('dit.conflits ? "conflit" : "enregistre"', '"enregistre"'),
    ),
    "enregistre": Regle(
        repondre(ecrit()),
        ("Enregistré à 12 h 00 min 01 s.", False, False, 1, False),
        ("    confirmer(dit);", ""),
    ),
    "exclu": Regle(
        etre_exclu,
        (
            PLUS_MEMBRE,
            True,
            True,
            1,
            "besoin\nBesoin écrit\n\nmethode\nMéthode lue\n\nl-0-nom\nLue",
        ),
        ('if (reponse.statut === 404 && dit.phrase) return "exclu";', ""),
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
    fusion = (settings.RACINE / "partenaires/socle/fusion.py").read_text("utf-8")
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
