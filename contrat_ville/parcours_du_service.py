"""The journeys of the service and of the funders (issue 17): instruct, opine, share, release."""

from dataclasses import dataclass
from functools import partial

from django.db.models import Count
from django.urls import reverse

from appels.models import Appel, Avis, Dossier, Financement, Lettre, Scenario
from contrat_ville import semis
from contrat_ville.parcours import Compteur, Parcours

FINANCEURS = 5  # of one dossier, in the matrix
LETTRES, DU_LOT = 190, 40  # that wait in the outbox, and those of them that one releases together


@dataclass(frozen=True)
class Lot:
    """Letters of one funder and one outcome that wait to be released."""

    partenaire: int
    decision: str
    combien: int


@dataclass(frozen=True)
class Lieux:
    """Where the journeys go, read before the browser opens."""

    scenario: int
    scenarios: str
    lettres: str
    lot: Lot | None  # the letters of a funder that are released; None: none is ready
    pretes: int  # the letters of all funders
    avis: str  # the opinions of the dossier that asks most funders, none of which has answered


def preparer_des_lettres() -> None:
    """In a demonstration of one's own: the letters of a whole call wait to be released."""
    appel = Scenario.objects.filter(fige_le__isnull=True).latest("appel__annee", "pk").appel
    semis.remplir_la_boite(appel, LETTRES, DU_LOT)


def lire() -> Lieux:
    """In the database that is here; raises when no call has a scenario to share."""
    scenario = Scenario.objects.filter(fige_le__isnull=True).latest("appel__annee", "pk")
    pretes = Lettre.objects.filter(
        financement__dossier__appel=scenario.appel_id,
        liberee_le__isnull=True,
        etabli_le__isnull=False,
    )
    lots = pretes.order_by().values_list("financement__partenaire", "financement__decision")
    le_plus_grand = lots.annotate(combien=Count("pk")).order_by("-combien").first()
    return Lieux(
        scenario=scenario.pk,
        scenarios=reverse("appels:scenarios", args=[scenario.appel_id]),
        lettres=reverse("appels:lettres", args=[scenario.appel_id]),
        lot=Lot(*le_plus_grand) if le_plus_grand else None,
        pretes=pretes.count(),
        avis=_avis_a_inscrire(scenario.appel),
    )


def _avis_a_inscrire(appel: Appel) -> str:
    muets = Financement.objects.filter(partenaire__isnull=False, decision="").exclude(
        dossier__in=Avis.objects.values("dossier")
    )
    dossiers = Dossier.objects.deposes().en_course()
    dossiers = dossiers.filter(appel=appel, financements__in=muets)
    le_plus = dossiers.annotate(combien=Count("financements")).order_by("-combien", "pk").first()
    return f"{reverse('appels:avis', args=[le_plus.pk])}?recueil=1" if le_plus else ""


def instruire(compteur: Compteur) -> None:
    """From the list: open a dossier that no flag stops; its documents conform, it is receivable;
    the next one."""
    compteur.partir_de(f"{reverse('appels:instruction')}?file=a-vous&tri=numero&etat=depose")
    compteur.suivre("table.liste tbody tr:not(:has(.grave)) th a")
    ici = compteur.onglet.url
    compteur.suivre("button[name=suivant]")
    if compteur.onglet.url == ici:
        raise RuntimeError("Le dossier suivant ne s’est pas ouvert.")


def rendre_un_avis(compteur: Compteur) -> None:
    """From the queue of a funder: open, choose, share; the next to read follows."""
    compteur.partir_de(reverse("appels:instruction"))
    compteur.suivre("ul.onglets a:has-text('Avis à donner')")
    compteur.partir_de(compteur.onglet.url)
    compteur.suivre("table.liste tbody th a")
    compteur.cliquer("label:has-text('Favorable')")
    compteur.suivre("button[name=partager]")
    if compteur.onglet.locator("[aria-invalid=true]").count():
        raise RuntimeError("L’avis est refusé.")


def partager_un_dossier(compteur: Compteur, lieux: Lieux) -> None:
    """In the matrix: an amount for each of five funders of one dossier, kept as one goes."""
    compteur.partir_de(lieux.scenarios)
    compteur.suivre(f"a[href*='/scenarios/{lieux.scenario}/']")
    lignes = compteur.onglet.locator("tbody tr:has(input[data-compte])")
    rang = next(
        rang
        for rang in range(lignes.count())
        if lignes.nth(rang).locator("input[data-compte]").count() >= FINANCEURS
    )
    cases = lignes.nth(rang).locator("input[data-compte]")
    cases.first.evaluate("e => e.scrollIntoView({block: 'center'})")  # above the totals
    for place in range(FINANCEURS):
        compteur.cliquer(cases.nth(place))
        cases.nth(place).fill("100")
        cases.nth(place).press("Tab")
    gardes = lignes.nth(rang).locator("td em:not(.erreur)", has_text="enregistré")
    gardes.nth(FINANCEURS - 1).wait_for()  # raises when the time given to a page runs out


def inscrire_les_avis(compteur: Compteur, lieux: Lieux) -> None:
    """What five funders said in a meeting, entered on one page."""
    compteur.partir_de(lieux.avis)
    lignes = compteur.onglet.locator("fieldset.recu")
    for rang in range(min(FINANCEURS, lignes.count())):
        compteur.cliquer(lignes.nth(rang).locator("label:has-text('Favorable')").first)
    compteur.onglet.fill("input[name=recu_par]", "réunion des financeurs")
    compteur.suivre("button:has-text('Inscrire les avis reçus')")


def liberer_des_lettres(compteur: Compteur, lieux: Lieux, lot: Lot) -> None:
    """In the outbox: the letters of a funder, all of them, read again by sample and released."""
    compteur.partir_de(lieux.lettres)
    compteur.suivre(f"a[href='?financeur={lot.partenaire}&decision={lot.decision}']")
    compteur.cliquer("input[name=toutes]")
    compteur.cliquer("input[name=relu]")
    onglet = compteur.onglet
    onglet.fill("input[name=nombre]", str(lot.combien))
    compteur.suivre("button:has-text('Libérer')")
    if onglet.locator("[aria-invalid=true]").count():
        raise RuntimeError("Les lettres ne sont pas libérées.")
    restent = Lettre.objects.filter(
        financement__partenaire=lot.partenaire,
        financement__decision=lot.decision,
        financement__dossier__appel__scenarios=lieux.scenario,
        liberee_le__isnull=True,
    ).count()
    if restent:
        raise RuntimeError(f"Des lettres du lot attendent encore : {restent}.")


def parcours(lieux: Lieux) -> list[Parcours]:
    """Those that can be made here, with their bounds in clicks and pages."""
    ceux_ci = [
        Parcours("Instruire un dossier", "agent", 4, 2, instruire),
        Parcours("Rendre un avis", "financeur", 3, 2, rendre_un_avis),
        Parcours(
            "Partager un dossier entre cinq financeurs",
            "responsable",
            6,
            2,
            partial(partager_un_dossier, lieux=lieux),
        ),
    ]
    if lieux.avis:
        ceux_ci.append(
            Parcours(
                "Inscrire les avis de cinq financeurs",
                "agent",
                6,
                2,
                partial(inscrire_les_avis, lieux=lieux),
            )
        )
    if lieux.lot:
        ceux_ci.append(
            Parcours(
                f"Libérer {lieux.lot.combien} lettres sur {lieux.pretes}",
                "responsable",
                4,
                3,
                partial(liberer_des_lettres, lieux=lieux, lot=lieux.lot),
            )
        )
    return ceux_ci
