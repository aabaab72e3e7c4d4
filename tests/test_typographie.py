"""No-break spaces: set once, everywhere that a person reads, nowhere that a person typed."""

import json
import re
from io import BytesIO
from itertools import chain
from pathlib import Path

import pytest
from django.template import engines
from django.test import Client
from post_office.models import Email
from pypdf import PdfReader

from appels.depot.actions import recepisses
from appels.models import Recepisse
from contrat_ville.gabarits import Gabarit
from partenaires.socle.vues import en_json
from quartiers.typographie import lier, lier_la_page
from tests import pages_lues
from tests.fabriques import creer_dossier_complet, creer_signataire, deposer, poser_service

GABARITS = Path(__file__).resolve().parent.parent / "templates"
COMMENTAIRES = re.compile(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}", re.DOTALL)
INSTRUCTIONS = re.compile(r"\{%.*?%\}", re.DOTALL)
VALEURS = re.compile(r"\{\{.*?\}\}", re.DOTALL)


@pytest.mark.parametrize(
    ("ecrit", "lu"),
    [
        ("Qui ? Nous !", "Qui~? Nous~!"),
        ("Non : « deux mots » ; trois", "Non~: «~deux mots~»~; trois"),
        ("12 500 € et 31 % de 3 ha", "12~500~€ et 31~% de 3~ha"),
        ("à 14 h 05 min 07 s", "à 14~h~05~min~07~s"),
        ("le 1er mars 2027, le 27 novembre 2026", "le 1er~mars~2027, le 27~novembre~2026"),
        ("n° 3, art. L. 212-2, article 47", "n°~3, art.~L.~212-2, article~47"),
        ("03 21 50 50 50", "03~21~50~50~50"),
        ("3 hommes, 2 places, 5 sur 8", "3 hommes, 2 places, 5 sur 8"),
        ("fin de ligne\n: début", "fin de ligne\n: début"),
        ("https://a.fr/?b=1&c=2 ok", "https://a.fr/?b=1&c=2 ok"),
        ("déjà\u00a0: lié", "déjà~: lié"),
    ],
)
def test_ce_qui_va_ensemble_reste_sur_une_ligne(ecrit, lu):
    assert lier(ecrit).replace("\u00a0", "~") == lu
    assert lier(lier(ecrit)) == lier(ecrit)


@pytest.mark.parametrize(
    "tel_quel",
    [
        '<input value="Qui ? Nous : 12 500 €">',
        '<a href="/x?a=1" title="Qui ?" data-t="Non : oui">x</a>',
        "<textarea>\nQui ? « Nous » : 12 500 €</textarea>",
        "<pre>a ? b : c</pre><code>x : y</code><kbd>Ctrl : C</kbd>",
        '<script type="application/json">{"a" : "b ?"}</script><style>a :hover { x : y }</style>',
        '<span class="texte-long" data-copier="Montant">12 500 € ?</span>',
    ],
)
def test_ce_qui_est_saisi_ou_copie_n_est_pas_touche(tel_quel):
    assert lier_la_page(tel_quel) == tel_quel
    assert lier_la_page(f"<p>Non : {tel_quel} ?</p>") == f"<p>Non\u00a0: {tel_quel}\u00a0?</p>"


@pytest.mark.typographie
def test_chaque_gabarit_est_lie_par_le_moteur():
    """From the files: no line break before a sign either, where a tie could not be set."""
    fautes = {}
    for fichier in sorted(GABARITS.rglob("*.*")):
        nom = str(fichier.relative_to(GABARITS))
        if fichier.suffix not in (".html", ".txt"):
            continue
        assert isinstance(engines["django"].get_template(nom), Gabarit)
        source = COMMENTAIRES.sub("", fichier.read_text(encoding="utf-8"))
        # What stands between two instructions may stand alone: nothing is said of their edges.
        for morceau in INSTRUCTIONS.split(VALEURS.sub("V", source)):
            if fichier.suffix == ".html":
                lus = pages_lues.textes(lier_la_page(morceau))
            else:
                lus = [lier(morceau)]
            if trouves := pages_lues.blancs_secables(lus):
                fautes[nom] = trouves
    assert fautes == {}


@pytest.mark.django_db
@pytest.mark.typographie
def test_les_courriels_et_les_papiers_sont_lies(horloge_figee, monkeypatch):
    """Text and HTML, those of the acts and those of the accounts; the words of a PDF."""
    papiers = []
    rendre = "appels.socle.pdf.rendre"
    monkeypatch.setattr(rendre, lambda html, **options: papiers.append(html) or b"%PDF-essai")
    poser_service(email="cohesion@example.org")
    dossier = deposer(creer_dossier_complet())
    recepisses.etablir(dossier.versions.get())
    Client().post("/compte/password/reset/", {"email": creer_signataire(dossier.porteur).email})
    courriels = list(Email.objects.all())
    assert len(courriels) >= 3
    lus = [texte for c in courriels for texte in (c.message, c.subject)]
    lus += [texte for c in courriels for texte in pages_lues.textes(c.html_message)]
    assert pages_lues.blancs_secables(lus) == []
    assert "\u00a0:" in "".join(lus)
    assert papiers
    assert (
        pages_lues.blancs_secables([t for html in papiers for t in pages_lues.textes(html)]) == []
    )
    assert "\u00a0:" in "".join(papiers)


@pytest.mark.django_db
@pytest.mark.typographie
def test_un_vrai_pdf_garde_ses_espaces(horloge_figee):
    recepisses.etablir(deposer(creer_dossier_complet()).versions.get())
    pages = PdfReader(BytesIO(Recepisse.objects.get().lire())).pages
    texte = "".join(page.extract_text() for page in pages)
    assert ("«\u00a0" in texte, re.findall(r"« |\w [:;?!](?!\w)", texte)) == (True, [])


def test_les_phrases_qui_partent_vers_un_script_sont_liees_une_fois():
    """Words of ours, and never what goes back into a field."""
    dit = {"phrase": "Non : « fini » ?", "texte": "12 500", "recus": {"besoin": "Qui ?"}}
    dit |= {"erreurs": [{"ancre": "id_x", "phrase": "Nom : trop long."}], "le": "14 h 05"}
    lu = json.loads(en_json.repondre(dit, status=409).content)
    assert lu == {
        "phrase": "Non\u00a0: «\u00a0fini\u00a0»\u00a0?",
        "texte": "12 500",
        "recus": {"besoin": "Qui ?"},
        "erreurs": [{"ancre": "id_x", "phrase": "Nom\u00a0: trop long."}],
        "le": "14\u00a0h\u00a005",
    }


# What says no sentence: a machine reads it.
SANS_PHRASE = {
    "appels/public/vues/appel.py",
    "appels/socle/vues/sante.py",
    "partenaires/comptes/vues/comptes.py",
    "partenaires/socle/vues/en_json.py",
}


def test_aucune_vue_ne_repond_a_un_script_par_un_autre_chemin():
    racine = GABARITS.parent
    ailes = [racine / nom for nom in ("appels", "partenaires", "contrat_ville")]
    repondent = {
        str(module.relative_to(racine))
        for module in chain.from_iterable(aile.rglob("*.py") for aile in ailes)
        if "JsonResponse(" in module.read_text("utf-8")
    }
    assert repondent == SANS_PHRASE
