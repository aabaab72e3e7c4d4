"""The journeys of the service and of the funders (issue 17): instruct, opine, share, release."""

from django.urls import reverse

from appels.models import Appel, Lettre, Scenario
from contrat_ville.parcours import Compteur, Parcours

FINANCEURS = 5  # of one dossier, in the matrix
LETTRES = 40  # released at once


def _appel() -> Appel:
    return Appel.objects.filter(est_publie=True).latest("annee", "rang")


def instruire(compteur: Compteur) -> None:
    """From the list: open a dossier, open a document, say it conforms and receivable, next."""
    compteur.partir_de(f"{reverse('appels:instruction')}?file=a-vous&tri=numero&etat=depose")
    compteur.suivre("table.liste tbody th a")
    numero = compteur.onglet.url
    compteur.suivre("button[name=suivant]")
    if compteur.onglet.url == numero:
        raise RuntimeError("Le dossier suivant ne s’est pas ouvert.")


def rendre_un_avis(compteur: Compteur) -> None:
    """From the queue of a funder: open, choose, share; the next to read follows."""
    compteur.partir_de(reverse("appels:instruction"))
    compteur.onglet.locator("ul.onglets a", has_text="Avis à donner").first.click()
    compteur.onglet.wait_for_load_state("load")
    compteur.partir_de(compteur.onglet.url)
    compteur.suivre("table.liste tbody th a")
    compteur.cliquer("label:has(input[name=sens][value=favorable])")
    compteur.suivre("button[name=partager]")
    if compteur.onglet.locator("[aria-invalid=true]").count():
        raise RuntimeError("L’avis est refusé.")


def partager_un_dossier(compteur: Compteur) -> None:
    """In the matrix: an amount for each of five funders of one dossier, kept as one goes."""
    scenario = Scenario.objects.filter(appel=_appel(), fige_le__isnull=True).latest("pk")
    compteur.partir_de(reverse("appels:scenarios", args=[scenario.appel_id]))
    compteur.suivre(f"a[href*='/scenarios/{scenario.pk}/']")
    lignes = compteur.onglet.locator("tbody tr:has(input[data-compte])")
    rang = next(
        rang
        for rang in range(lignes.count())
        if lignes.nth(rang).locator("input[data-compte]").count() >= FINANCEURS
    )
    cases = lignes.nth(rang).locator("input[data-compte]")
    for case in range(FINANCEURS):
        compteur.cliquer(cases.nth(case))
        cases.nth(case).fill("100")
        cases.nth(case).press("Tab")
    compteur.onglet.wait_for_load_state("networkidle")


def liberer_des_lettres(compteur: Compteur) -> None:
    """In the outbox: choose a funder, tick its letters, release them."""
    appel = _appel()
    pretes = Lettre.objects.filter(financement__dossier__appel=appel, liberee_le__isnull=True)
    if not pretes.exists():
        raise RuntimeError("Aucune lettre n’est prête.")
    compteur.partir_de(reverse("appels:lettres", args=[appel.pk]))
    compteur.suivre("main form button:has-text('Libérer')")


PARCOURS = [
    Parcours("Instruire un dossier", "agent", 4, 2, instruire),
    Parcours("Rendre un avis", "financeur", 3, 2, rendre_un_avis),
    Parcours("Partager un dossier entre cinq financeurs", "responsable", 6, 2, partager_un_dossier),
]
