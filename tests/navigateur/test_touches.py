"""The keys of a dossier: none fires while somebody writes, none acts by itself (WCAG 2.1.4)."""

import pytest

from appels.models import Dossier
from appels.models.etats import Etat
from tests.fabriques import creer_agent

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]
SAISIE = "document.querySelector('main').append(document.createElement('textarea'))"
ACTIF = "document.activeElement.dataset.touche ?? ''"


def test_les_touches_menent_et_ne_font_rien_seules(monde, ouvrir):
    depose = monde["depose"]
    Dossier.objects.filter(pk=depose.pk).update(etat=Etat.DEPOSE)
    chemin = f"/instruction/dossiers/{depose.pk}/"
    agent = creer_agent()
    onglet = ouvrir(agent)
    onglet.goto(chemin)
    ici = onglet.url
    # While one writes they are letters; with a modifier they are the browser's
    onglet.evaluate(SAISIE)
    onglet.locator("main textarea").focus()
    onglet.keyboard.type("jkrcn?")
    assert (onglet.url, onglet.locator("main textarea").input_value()) == (ici, "jkrcn?")
    assert onglet.locator("#raccourcis").get_attribute("open") is None
    onglet.locator("h1").click()
    onglet.keyboard.press("Alt+n")
    assert onglet.url == ici
    # Elsewhere they lead; an act is reached, not done
    onglet.keyboard.press("?")
    assert onglet.locator("#raccourcis").get_attribute("open") == ""
    onglet.keyboard.press("r")
    assert (onglet.evaluate(ACTIF), onglet.url) == ("r", ici)
    assert Dossier.objects.get(pk=depose.pk).etat == Etat.DEPOSE
    onglet.keyboard.press("n")
    onglet.wait_for_url(f"**/dossiers/{depose.pk}/notes/**")
    # Switched off, they are not even loaded
    agent.a_des_raccourcis = False
    agent.save()
    onglet.goto(chemin)
    onglet.keyboard.press("n")
    onglet.wait_for_timeout(200)
    assert onglet.url == ici
