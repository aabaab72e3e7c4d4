"""Check before attesting: each answer with the way to change it, budget in two columns."""

import re

import pytest
from django.utils.html import escape

from appels.models import Dossier, LigneBudget, NomPartie
from appels.models.appel import OPTIONS_CG
from appels.models.contenu import Beneficiaires
from appels.socle import cerfa, figement
from tests.fabriques import (
    creer_appel,
    creer_association,
    creer_dossier_complet,
    creer_signataire,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def dossier(horloge_figee):
    return creer_dossier_complet(creer_appel(), creer_association())


@pytest.fixture
def lue(connecter, dossier):
    reponse = connecter(creer_signataire(dossier.porteur)).get(f"/dossiers/{dossier.pk}/deposer/")
    return reponse.context["page"], reponse.content.decode()


def test_chaque_partie_repliee_dit_ce_qu_elle_contient_et_se_modifie(dossier, lue):
    page, html = lue
    assert [volet.partie for volet in page.volets] == list(NomPartie)
    assert all(volet.est_ouverte for volet in page.volets)
    assert page.volets[1].apercu == f"{dossier.intitule}, {dossier.axe}"
    assert html.count("<details") == len(NomPartie)
    assert html.count("<details open") == 1  # the budget, in two columns
    for champ in ("intitule", "besoin", "egalite", "public_vise", "resultats_attendus"):
        assert f'#id_{champ}"' in html, champ
    assert html.count(">Modifier cette partie<") == len(NomPartie)


def test_toute_reponse_est_sur_la_page_ou_dit_qu_il_n_y_en_a_pas(connecter, dossier, lue):
    """What is attested is read: the public summary, the form of the aid, what is left empty."""
    appel = dossier.appel
    appel.options = list(OPTIONS_CG)
    appel.save()
    dossier.resume_public = "Un résumé que tout le monde lira."
    dossier.partenariats = ""
    dossier.save()
    reponse = connecter(creer_signataire(dossier.porteur)).get(f"/dossiers/{dossier.pk}/deposer/")
    html = reponse.content.decode()
    absents = [nom for nom in figement.TEXTES if not re.search(rf'#id_{nom}(_0)?"', html)]
    assert absents == []
    relu = figement.brouillon(Dossier.objects.pour_completude().get(pk=dossier.pk))["projet"]
    lus = [cerfa.reponse(relu, nom)[1] for nom in figement.TEXTES if nom != "lieu_protege"]
    assert [mots for mots in lus if mots and escape(mots) not in html] == []
    assert html.count("Pas de réponse") >= lus.count("")
    assert len(re.findall(r'Modifier : [^"]*">Modifier</a>\s*</th>', html)) >= 2  # the budget
    for ancre in ("id_objet_social", "id_lieux-0-intitule", "id_indicateurs-0-mesure"):
        assert f'#{ancre}"' in html


def test_les_declarations_viennent_en_dernier(lue):
    _page, html = lue
    assert html.index("Vos réponses") < html.index("Je déclare")
    assert html.index("Je déclare") < html.index("Votre qualité")
    assert "<details" not in html[html.index("Je déclare") :]


def test_le_budget_en_deux_colonnes_fait_les_totaux_du_serveur(dossier, lue):
    """To the cent: what is summed on each side is the total said under it."""
    LigneBudget.objects.create(dossier=dossier, code="601", libelle="Graines", montant=12_345)
    relu = Dossier.objects.pour_completude().get(pk=dossier.pk)
    fige = figement.brouillon(relu)
    for cote, total in (("charges", "charges"), ("produits", "produits")):
        lignes = [
            bloc["total"]
            for bloc in figement.lignes_du_plan(fige)
            if bloc["poste"].cote == cote and not bloc["poste"].est_volontaire
        ]
        assert sum(lignes) == fige["budget"]["totaux"][total]
    _page, html = lue
    tables = re.findall(r"<caption>(Charges|Produits)</caption>", html)
    assert tables == ["Charges", "Produits"]


def test_les_ages_se_suivent_apres_les_quartiers(dossier):
    dossier.publics.all().delete()
    for dimension, cle in (("age", "26-64"), ("sexe", "femmes"), ("age", "12-15"), ("qpv", "x")):
        Beneficiaires.objects.create(dossier=dossier, dimension=dimension, cle=cle, nombre=1)
    relu = Dossier.objects.pour_completude().get(pk=dossier.pk)
    mots = [mot for mot, _ in figement.publics_en_clair(figement.brouillon(relu), {"x": "Q"})]
    assert mots == ["Q", "12 à 15 ans", "26 à 64 ans", "Femmes et filles"]


def test_une_reponse_a_donner_ouvre_sa_partie(connecter, dossier):
    dossier.besoin = ""
    dossier.save()
    page = connecter(creer_signataire(dossier.porteur)).get(f"/dossiers/{dossier.pk}/deposer/")
    html = page.content.decode()
    assert html.count("<details open") == 2
    assert "1\u00a0réponse manquante" in html


def test_chaque_modifier_mene_a_son_champ(connecter, dossier, lue):
    """The anchor is on the page that the link opens."""
    client = connecter(creer_signataire(dossier.porteur))
    _page, html = lue
    liens = re.findall(r'<a href="([^"#]+)#(id_[^"]+)" aria-label="Modifier', html)
    assert len(liens) >= 12
    pages = {chemin: client.get(chemin).content.decode() for chemin, _ancre in liens}
    perdus = [lien for lien in liens if f'id="{lien[1]}"' not in pages[lien[0]]]
    assert perdus == []
