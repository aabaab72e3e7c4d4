"""An older page and its act: what somebody writes between the reading and the lock is compared."""

import threading

import pytest
from django.db import connection, transaction

from appels.decision.actions import decisions, lectures, scenarios
from appels.decision.conflits import LectureChangee
from appels.instruction.actions import lieux
from appels.models import Cotation, Dossier, Scenario
from partenaires.models import Genre, Role
from partenaires.socle.refus import Refus
from quartiers.models import Quartier
from tests.appels.decision.test_scenarios import demander
from tests.appels.instruction.test_liste import poser
from tests.attente import BORNE, un_verrou
from tests.fabriques import PENDANT, creer_agent, creer_appel

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def pendant_que(verrou, ecrire, acte) -> object:
    """Start the act while this thread holds `verrou`, write, commit; what the act raises or gives.

    The act has read all that its page said, and stands before the lock.
    """
    dits: list[object] = []

    def agir():
        try:
            dits.append(acte())
        except Refus as refus:
            dits.append(refus)
        connection.close()

    fil = threading.Thread(target=agir)
    with transaction.atomic():
        list(verrou.select_for_update(of=("self",)))
        fil.start()
        un_verrou()
        ecrire()
    fil.join(BORNE)
    (dit,) = dits
    return dit


def test_des_lieux_corriges_pendant_qu_on_les_certifie(base_a_plusieurs, horloge_figee):
    dossier, agent = poser(creer_appel()), creer_agent()
    un, deux = Quartier.objects.all()[:2]
    dossier.lieux.create(quartier=un, quartier_declare=deux, adresse="1 place")
    vus = dossier.lieux.repere_des_declares()
    dit = pendant_que(
        Dossier.objects.filter(pk=dossier.pk),
        lambda: dossier.lieux.update(adresse="2 rue d’ailleurs"),
        lambda: lieux.verifier(dossier, vus=vus, par=agent, recu_le=PENDANT),
    )
    assert isinstance(dit, lieux.LieuxChanges)
    assert dossier.lieux.get().verifie_le is None


def test_deux_onglets_au_meme_instant_ne_gardent_pas_les_notes_du_plus_ancien(
    base_a_plusieurs, horloge_figee
):
    appel, agent = creer_appel(), creer_agent()
    critere = appel.criteres.create(libelle="Besoin", maximum=5)
    dossier = poser(appel)

    def coter(points: int, vue: str):
        note = Cotation(critere=critere, points=points)
        return lectures.coter(
            dossier, [note], rendre=False, par=agent, recu_le=PENDANT, motifs={}, vue=vue
        )

    dit = pendant_que(
        Dossier.objects.filter(pk=dossier.pk), lambda: coter(4, ""), lambda: coter(1, "")
    )
    assert isinstance(dit, LectureChangee)
    assert Cotation.objects.get().points == 4


def test_un_scenario_rouvert_pendant_qu_on_decide(base_a_plusieurs, horloge_figee):
    appel, chef = creer_appel(), creer_agent(Role.RESPONSABLE)
    ligne = demander(poser(appel), Genre.ETAT, 100)
    scenario = scenarios.creer(appel, "A", depuis=None, par=chef, recu_le=PENDANT)
    scenarios.proposer(scenario, {ligne.pk: (None, 100)}, par=chef, recu_le=PENDANT)
    fige = scenarios.figer(scenario, par=chef, recu_le=PENDANT)
    dit = pendant_que(
        Scenario.objects.filter(pk=fige.pk),
        lambda: scenarios.rouvrir(fige, par=chef, recu_le=PENDANT),
        lambda: decisions.decider_selon_le_scenario(
            fige,
            ligne.partenaire,
            decide_le=PENDANT.date(),
            acte="",
            motif="",
            par=chef,
            recu_le=PENDANT,
        ),
    )
    assert isinstance(dit, decisions.ScenarioChange)
    ligne.refresh_from_db()
    assert ligne.decision == ""
