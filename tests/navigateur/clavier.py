"""What is done by keyboard alone, and the journeys of the service and of the funders played so."""

import re

from playwright.sync_api import Locator, Page

A_INSTRUIRE = "/instruction/?file=a-vous&tri=numero&etat=depose"


def suivre(element: Locator) -> None:
    """A link or a button that leads to another page, loaded when this returns."""
    with element.page.expect_event("load"):
        element.press("Enter")


def cocher(case: Locator) -> None:
    """A box or a choice, by the space bar; left as it is when it is ticked."""
    if not case.is_checked():
        case.press("Space")
    assert case.is_checked()


def taper(champ: Locator, texte: str) -> None:
    """In the place of what the field holds."""
    champ.press("ControlOrMeta+a")
    champ.press("Delete")
    champ.press_sequentially(texte)


def choisir(liste: Locator, valeur: str) -> None:
    """An option by its value, with the arrows."""
    liste.press("Home")
    for _ in range(liste.locator("option").count()):
        if liste.input_value() == valeur:
            return
        liste.press("ArrowDown")
    raise AssertionError(f"« {valeur} » n’est pas dans la liste")


def instruire(onglet: Page, au_plus: int) -> int:
    """From the list, receivable with the documents read, then the next; how many."""
    onglet.goto(A_INSTRUIRE)
    suivre(onglet.locator("table.liste tbody tr:not(:has(.grave)) th a").first)
    for faits in range(au_plus):
        suivant = onglet.locator("button[name=suivant]")
        if not suivant.count():
            return faits
        ici = onglet.url
        suivre(suivant)
        if onglet.url == ici:
            return faits
    return au_plus


def rendre_des_avis(onglet: Page, au_plus: int) -> int:
    """From the queue of a funder, favourable and shared, then the next; how many."""
    onglet.goto("/instruction/")
    suivre(onglet.locator("ul.onglets a", has_text="Avis à donner"))
    suivre(onglet.locator("table.liste tbody th a").first)
    for faits in range(au_plus):
        partager = onglet.locator("button[name=partager]")
        if not partager.count():
            return faits
        cocher(onglet.locator("input[name=sens][value=favorable]"))
        suivre(partager)
        assert onglet.locator("[aria-invalid=true]").count() == 0
    return au_plus


def cocher_ce_qui_est_montre(onglet: Page) -> int:
    """Every letter of the lot that the page shows, its number typed, before the button is pressed;
    how many.
    """
    dit = onglet.locator("section:has([name=relu]) strong").first.inner_text()
    nombre = re.sub(r"\D", "", dit)
    cocher(onglet.locator("[name=toutes]"))
    cocher(onglet.locator("[name=relu]"))
    taper(onglet.locator("[name=nombre]"), nombre)
    return int(nombre)
