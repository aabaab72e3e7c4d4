"""What a page reads does not grow with what it does not show: rows, as PostgreSQL counts them."""

import pytest
from django.db import connection

from appels.models import Dossier, Scenario
from appels.socle import comptages, condenses, soutiens
from contrat_ville import semis_entiers
from contrat_ville.mesures_pages import expliquer, requetes_comptees
from partenaires.models import Partenaire, Role
from tests.fabriques import (
    FERMETURE,
    PENDANT,
    creer_accord,
    creer_agent,
    creer_appel,
    creer_dossier_complet,
    creer_financeur,
    deposer,
    publier_les_decisions,
)

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db]
COPIES = 600


@pytest.fixture
def depose(horloge_figee):
    """One dossier, its decision public, among hundreds like it."""
    depose = deposer(creer_dossier_complet(creer_appel()))
    creer_accord(depose)
    publier_les_decisions(depose.appel)
    with connection.cursor() as curseur:
        semis_entiers._copier(curseur, [depose.pk], COPIES, COPIES, [depose.appel_id])
        curseur.execute("ANALYZE")
    condenses.recalculer()
    soutiens.recalculer(FERMETURE)
    with connection.cursor() as curseur:
        curseur.execute("ANALYZE")
    return depose


def comme_une_grande_table() -> None:
    """The plans that a large table would have: that of a test is so small that all of it may be
    read, or not, by what PostgreSQL knows of it at that moment. A bitmap also counts, at the same
    instant of the frozen clock, the rows that other tests took back.
    """
    with connection.cursor() as curseur:
        for plan in ("seqscan", "bitmapscan", "hashjoin", "mergejoin"):
            curseur.execute(f"SET LOCAL enable_{plan} = off")


def lignes(client, chemin: str) -> int:
    """The rows that a page reads once its process has served it."""
    assert client.get(chemin).status_code == 200
    lues: list = []
    with requetes_comptees(lues):
        client.get(chemin)
    return expliquer(lues)[0]


def test_la_page_de_l_un_ne_lit_pas_les_autres(connecter, depose):
    assert Dossier.objects.deposes().count() > COPIES
    comme_une_grande_table()
    agent, passant = connecter(creer_agent()), connecter()
    passant.cookies["sessionid"] = "mesure"  # made, not taken from memory
    lues = {
        "historique": lignes(agent, f"/dossiers/{depose.pk}/historique/"),
        "relecture": lignes(agent, f"/dossiers/{depose.pk}/relecture/"),
        "changements": lignes(agent, f"/instruction/dossiers/{depose.pk}/changements/"),
        "projet": lignes(passant, f"/projets/{depose.numero}/"),
        "fil": lignes(passant, "/appel/fil.atom"),
        "mon compte": lignes(agent, "/mon-compte/"),
    }
    assert {nom: combien for nom, combien in lues.items() if combien > COPIES} == {}
    # What is a few among all the organisations
    demandes = {
        "partenaire_du_contrat": Partenaire.objects.affiches(),
        "partenaire_subventions": Partenaire.objects.publient_leurs_subventions(),
    }
    plans = {nom: lignes_de.explain() for nom, lignes_de in demandes.items()}
    assert [nom for nom, plan in plans.items() if nom not in plan] == []


def test_les_pages_de_la_decision_ne_lisent_pas_les_autres_appels(connecter, depose):
    """What other calls hold, and what is counted of all of them, is read by no row."""
    autre = creer_appel(2026)
    Dossier.objects.exclude(pk=depose.pk).update(appel=autre)
    condenses.recalculer()
    comptages.recalculer()
    comptages.resserrer()
    with connection.cursor() as curseur:
        curseur.execute("ANALYZE")
    comme_une_grande_table()
    responsable = creer_agent(Role.RESPONSABLE)
    scenario = Scenario.objects.create(
        appel=depose.appel, nom="A", cree_le=PENDANT, cree_par=responsable
    )
    scenario.mouvements.create(
        financement=depose.financements.first(), apres=100, par=responsable, le=PENDANT
    )
    agent, chef = connecter(creer_agent()), connecter(responsable)
    financeur = connecter(creer_financeur())
    une, grande = (f"/instruction/appels/{appel.pk}/" for appel in (depose.appel, autre))
    lues = {
        "lettres": lignes(agent, f"{une}lettres/"),
        "publier": lignes(chef, f"{une}decisions/"),
        "decider": lignes(agent, f"{une}decider/"),
        "decider, un grand appel": lignes(agent, f"{grande}decider/"),
        "dauphin": lignes(agent, f"/instruction/dauphin/?appel={depose.appel_id}"),
        "mouvements": lignes(agent, f"/instruction/scenarios/{scenario.pk}/mouvements/"),
        "tableau": lignes(agent, "/instruction/tableau/"),
        "confier": lignes(agent, f"/instruction/selection/?choix={depose.pk}"),
        "avis": lignes(financeur, f"/instruction/dossiers/{depose.pk}/avis/"),
    }
    assert {nom: combien for nom, combien in lues.items() if combien > COPIES} == {}
