"""The meetings of the demonstration hold to the rules of the real ones."""

import pytest

from appels.decision import ordre_du_jour
from appels.demonstration import personnes, seances
from appels.models import Comite, Financement, Scenario, SensComite, Venue
from partenaires.models import Genre, Partenaire, Role
from tests.appels.decision.test_scenarios import demander
from tests.appels.instruction.test_liste import poser
from tests.fabriques import PENDANT, creer_appel, creer_association, creer_financeur

pytestmark = pytest.mark.django_db


@pytest.fixture
def monde(horloge_figee):
    appel, porteur = creer_appel(), creer_association()
    cua = Partenaire.objects.get(genre=Genre.CUA)
    personnes.creer_compte("agent", cua, Role.AGENT, PENDANT)
    personnes.creer_compte("responsable", cua, Role.RESPONSABLE, PENDANT)
    dossiers = [
        poser(appel, f"Projet {nom}", porteur, etat="recevable")
        for nom in ("un", "deux", "trois", "quatre")
    ]
    for dossier in dossiers:
        demander(dossier, Genre.ETAT, 500_000)
        demander(dossier, Genre.REGION, 50_000)
    return {"appel": appel, "dossiers": dossiers}


def test_la_seance_de_l_an_passe_est_close_avec_son_proces_verbal(monde):
    lignes = Financement.objects.filter(dossier__in=monde["dossiers"])
    votes = {ligne.pk: 0 if ligne.partenaire.genre == Genre.REGION else 400_000 for ligne in lignes}
    seances.tenir(monde["appel"], monde["dossiers"], votes, PENDANT)
    [comite] = Comite.objects.all()
    assert (comite.clos_le is not None, comite.scenario.fige_le is not None) == (True, True)
    assert comite.tenu_le.strftime("%A") == "Tuesday"
    assert comite.voix_presentes >= comite.quorum
    assert comite.presences.filter(venue=Venue.EXCUSE).count() == 1
    assert {dite.sens for dite in comite.deliberations.all()} == {SensComite.RESERVE}
    demandes = comite.contenu["projets"][0]["demandes"]
    assert sorted((une["avis"], une["propose"]) for une in demandes) == [
        ("Défavorable", 0),
        ("Favorable avec réserve", 400_000),
    ]


def test_celle_de_l_annee_est_ouverte_et_reporte_ce_qu_elle_ajourne(monde):
    creer_financeur(Genre.ETAT)
    agent = personnes.compte("agent")
    scenario = Scenario.objects.create(
        appel=monde["appel"], nom="A", cree_par=agent, cree_le=PENDANT
    )
    seances.ouvrir(monde["appel"], monde["dossiers"], scenario, PENDANT)
    seconde, premiere = Comite.objects.all()
    suivi = ordre_du_jour.suivre(premiere, agent)
    assert (len(suivi.passages), suivi.suite, premiere.clos_le) == (4, 4, None)
    assert premiere.est_venue(PENDANT)
    assert [passe.pk for passe in ordre_du_jour.en_seance(seconde)] == [monde["dossiers"][2].pk]
    monde["appel"].refresh_from_db()
    assert monde["appel"].comite_ouvert
