"""« Me localiser »: an enhancement that sends nothing before a tap, and says when it cannot."""

import pytest

from tests.fabriques import creer_appel

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]
PAGE = "/suis-je-dans-un-qpv/"


def test_me_localiser_n_envoie_rien_avant_le_geste(ouvrir):
    creer_appel()
    onglet = ouvrir(largeur=390)
    demandes = []
    onglet.on("request", lambda demande: demandes.append(demande.url))
    onglet.goto(PAGE)
    onglet.get_by_role("button", name="Me localiser").wait_for()
    assert [url for url in demandes if "lat=50,29" in url or "lat=50%2C29" in url] == []
    onglet.click("text=Me localiser")
    onglet.get_by_text("Votre appareil ne donne pas sa position").wait_for()
    onglet.context.grant_permissions(["geolocation"])
    onglet.context.set_geolocation({"longitude": 2.7487, "latitude": 50.2948})
    onglet.click("text=Me localiser")
    onglet.wait_for_url("**lat=50%2C294800*")
    assert "Dans le quartier Blancs Monts" in onglet.inner_text("[role=status] h2")
    assert onglet.plaintes == []


def test_sans_script_le_bouton_n_existe_pas_et_la_carte_repond(ouvrir):
    creer_appel()
    onglet = ouvrir(script=False)
    onglet.goto(PAGE)
    assert onglet.get_by_role("button", name="Me localiser").count() == 0
    onglet.click(".pointer input:visible", position={"x": 552, "y": 310})
    onglet.wait_for_url("**x.x=552*")
    assert onglet.inner_text("[role=status] h2") != ""
