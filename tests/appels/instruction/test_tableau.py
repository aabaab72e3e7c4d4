"""The dashboard of a campaign, and the next one opened from it."""

from datetime import timedelta

import pytest

from appels.demonstration import dossiers
from appels.depot.actions import recepisses
from appels.instruction import tableau
from appels.instruction.actions import campagne
from appels.models import Appel, Battement, Dossier, Recepisse, Theme
from tests.fabriques import (
    FERMETURE,
    OUVERTURE,
    PENDANT,
    creer_agent,
    creer_appel,
    creer_association,
    creer_dossier,
    creer_dossier_complet,
    deposer,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent(horloge_figee):
    return creer_agent()


def test_chaque_chiffre_du_tableau(connecter, agent):
    appel, porteur = creer_appel(), creer_association()
    creer_dossier(appel, porteur)
    un = deposer(creer_dossier_complet(appel, porteur))
    autre = deposer(creer_dossier_complet(appel))
    passe = creer_appel(
        2026, ouvre_le=OUVERTURE - timedelta(days=364), ferme_le=FERMETURE - timedelta(days=364)
    )
    for jours in (364, 360):
        quand = PENDANT - timedelta(days=jours)
        deposer(dossiers.remplir(creer_dossier(passe, cree_le=quand), quand), recu_le=quand)
    vu = tableau.tableau(Dossier.objects.all(), appel, [appel, passe], PENDANT)
    assert vu.chiffres == {
        "brouillons": 1,
        "deposes": 2,
        "organismes": 2,
        "demande": 2_000_000,
        "vote": 0,
    }
    assert [(jour.rang, jour.n, jour.passe, jour.cumul, jour.cumul_passe) for jour in vu.jours] == [
        (41, 2, 1, 2, 1),
        (45, 0, 1, 2, 2),
    ]
    assert sum(n for *_, n in vu.axes) == 2
    assert {nom for _, nom, _ in vu.quartiers} == {
        d.lieux.get().quartier.nom_court for d in (un, autre)
    }
    assert [(nom, n) for _, nom, n in vu.agents] == [("Personne", 2)]
    page = connecter(agent).get("/instruction/tableau/")
    assert (page.context["appel"], page.context["chiffres"]) == (appel, vu.chiffres)
    assert "Prochaine étape" in page.content.decode()
    ancien = connecter(agent).get("/instruction/tableau/?annee=2026").context
    assert (ancien["appel"], ancien["chiffres"]["deposes"]) == (passe, 2)


def test_les_rouages_disent_ce_qui_tarde(connecter, agent):
    appel = creer_appel()
    depose = deposer(creer_dossier_complet(appel))
    client = connecter(agent)
    assert client.get("/instruction/tableau/").context["rouages"] == tableau.Rouages(
        rappels=0, courriels=0, recepisses=0, papiers=0, battement=None, en_retard=True
    )
    Battement.objects.create(nom="beat", le=PENDANT)
    Recepisse.objects.filter(version__dossier=depose).update(etabli_le=None)
    depose.versions.update(figee_le=PENDANT - timedelta(hours=1))
    rouages = client.get("/instruction/tableau/").context["rouages"]
    assert (rouages.en_retard, rouages.recepisses) == (False, 1)
    recepisses.etablir(depose.versions.get())
    assert client.get("/instruction/tableau/").context["rouages"].recepisses == 0


def test_sans_appel_le_tableau_le_dit(connecter, agent):
    assert (
        "Aucun appel pour le moment"
        in connecter(agent).get("/instruction/tableau/").content.decode()
    )


@pytest.mark.parametrize("annee", ["abc", "1999", "99999999999999", ""])
def test_une_annee_inconnue_montre_l_appel_en_cours(connecter, agent, annee):
    appel = creer_appel()
    assert connecter(agent).get("/instruction/tableau/", {"annee": annee}).context["appel"] == appel


def test_un_appel_sans_dates_a_son_tableau_meme_apres_un_autre(connecter, agent):
    deposer(creer_dossier_complet(creer_appel()))
    creer_appel(2028, ouvre_le=None, ferme_le=None)
    page = connecter(agent).get("/instruction/tableau/", {"annee": "2028"})
    assert (page.status_code, page.context["jours"]) == (200, [])


# --- The next campaign --------------------------------------------------------------------------
def test_reconduire_reprend_tout_sauf_les_dates_et_la_publication(connecter, agent):
    source = creer_appel(
        regime="guichet",
        presentation="Texte",
        options=["charte"],
        jours_rappel=[5],
        tribunal="Lille",
    )
    source.themes.set(Theme.objects.all()[:2])
    source.regles.filter(cle="part_qpv").update(gravite="blocage", seuil=60, texte="Au moins 60 %.")
    client = connecter(agent)
    page = client.get(f"/instruction/appels/{source.pk}/reconduire/").content.decode()
    assert ("Comptes approuvés" in page, 'value="2028"' in page) == (True, True)
    client.post(f"/instruction/appels/{source.pk}/reconduire/", {"annee": 2028})
    neuf = Appel.objects.get(annee=2028)
    assert (
        neuf.titre,
        neuf.regime,
        neuf.presentation,
        neuf.options,
        neuf.jours_rappel,
        neuf.tribunal,
    ) == ("Appel à projets 2028", "preparation", "Texte", ["charte"], [5], "Lille")
    assert (
        neuf.est_publie,
        neuf.ouvre_le,
        neuf.ferme_le,
        neuf.sequence,
        neuf.avis_avant,
    ) == (False, None, None, 0, None)
    for lignes, champs in (
        ("documents", ("libelle", "exigence", "genre", "est_bancaire")),
        ("financeurs", ("partenaire", "sous_poste")),
        ("regles", ("cle", "gravite", "seuil", "texte")),
    ):
        assert list(getattr(neuf, lignes).values_list(*champs)) == list(
            getattr(source, lignes).values_list(*champs)
        )
    assert (set(neuf.axes.all()), set(neuf.themes.all())) == (
        set(source.axes.all()),
        set(source.themes.all()),
    )
    assert source.documents.count() == 2


def test_reconduire_deux_fois_le_dit_et_ne_cree_rien(connecter, agent):
    source = creer_appel()
    campagne.reconduire(source, 2028, recu_le=PENDANT)
    reponse = connecter(agent).post(f"/instruction/appels/{source.pk}/reconduire/", {"annee": 2028})
    assert (
        reponse.status_code,
        "porte déjà ce titre" in reponse.content.decode(),
        Appel.objects.count(),
    ) == (422, True, 2)


@pytest.mark.parametrize("annee", ["", "abc", "1900", "99999999999"])
def test_une_annee_illisible_le_dit(connecter, agent, annee):
    source = creer_appel()
    assert (
        connecter(agent)
        .post(f"/instruction/appels/{source.pk}/reconduire/", {"annee": annee})
        .status_code,
        Appel.objects.count(),
    ) == (422, 1)
