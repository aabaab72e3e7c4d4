"""The quartier of a first draft is chosen on the map too: by touch, without script."""

import pytest

from quartiers.models import Quartier
from tests.navigateur.conftest import deborde, fautes_axe

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
# A point inside a shape, on the screen: the box of a quartier may hold another one.
DEDANS = """forme => {
    forme.scrollIntoView({block: 'center'});
    const boite = forme.getBBox(), point = forme.ownerSVGElement.createSVGPoint();
    for (let i = 1; i < 20; i++) for (let j = 1; j < 20; j++) {
        point.x = boite.x + boite.width * i / 20;
        point.y = boite.y + boite.height * j / 20;
        if (!forme.isPointInFill(point)) continue;
        const place = point.matrixTransform(forme.getScreenCTM());
        return [place.x, place.y];
    }
}"""
CHOISI = "() => document.querySelector('[name=quartier]:checked')?.value"


@pytest.mark.parametrize("largeur", [1280, 320])
@pytest.mark.usefixtures("monde")
def test_chaque_quartier_se_touche_sur_la_carte_sans_script(ouvrir, largeur):
    onglet = ouvrir(largeur=largeur, script=False)
    onglet.goto("/commencer/")
    choisis, noms, couleurs = [], [], set()
    etiquettes = onglet.locator(".calques label").all()
    assert len(etiquettes) == Quartier.objects.count()
    for etiquette in etiquettes:
        forme = etiquette.locator(".qpv")
        onglet.mouse.click(*forme.evaluate(DEDANS))
        choisis.append(onglet.evaluate(CHOISI))
        couleurs.add(forme.evaluate("forme => getComputedStyle(forme).fill"))
        noms.append(onglet.get_by_role("radio", checked=True).first.aria_snapshot())
    codes = Quartier.objects.in_bulk(field_name="code")
    assert choisis == [un.code for un in Quartier.objects.all()]
    # Its name, not said twice
    assert noms == [f'- radio "{codes[code]}" [checked]' for code in choisis]
    assert len(couleurs) == 1
    voisine = etiquettes[0].locator(".qpv").evaluate("forme => getComputedStyle(forme).fill")
    assert {voisine} != couleurs
    etiquettes[0].locator("text").click()
    assert onglet.evaluate(CHOISI) == choisis[0]
    assert not deborde(onglet)
    lue = ouvrir(largeur=largeur)  # axe waits on clocks that stand where scripts are off
    lue.goto("/commencer/")
    assert fautes_axe(lue) == []
