"""An opinion « Déport » is one; a member of the organisation steps aside without a word."""

import threading

import pytest
from django.db import connection, transaction

from appels.decision import proces_verbal
from appels.decision.actions import avis, comites, decisions, scenarios
from appels.instruction.actions import deports, examen
from appels.models import Avis, Deport, Dossier, Passage
from appels.socle.empechement import Empeche
from partenaires.models import Genre, Partenaire, Role
from tests.appels.decision.test_scenarios import demander
from tests.appels.instruction.test_liste import poser
from tests.attente import BORNE, jusqu_a, sessions_en_attente
from tests.fabriques import (
    PENDANT,
    admettre,
    creer_agent,
    creer_appel,
    creer_financeur,
    creer_membre,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def depose(horloge_figee) -> Dossier:
    depose = poser(creer_appel(), "Projet CANARI")
    demander(depose, Genre.CAF, 100_000)
    return depose


def donner(depose, personne, sens="deport", motif="Ma sœur la préside") -> Avis:
    return avis.donner(
        depose,
        Partenaire.objects.get(genre=Genre.CAF),
        {"sens": sens, "motif": motif},
        partager=True,
        par=personne,
        recu_le=PENDANT,
    )


def test_l_avis_deport_ferme_le_dossier_a_qui_le_donne_et_a_personne_d_autre(depose):
    personne, collegue = creer_financeur(), creer_financeur()
    donner(depose, personne)
    deport = Deport.objects.get()
    assert (deport.personne, deport.dossier, "Ma sœur la préside" in deport.motif) == (
        personne,
        depose,
        True,
    )
    assert [
        Dossier.objects.instruits_par(qui).filter(pk=depose.pk).exists()
        for qui in (personne, collegue)
    ] == [False, True]
    assert list(Passage.objects.filter(acte="deporter").values_list("par", flat=True)) == [
        personne.pk
    ]
    with pytest.raises(Empeche):
        donner(depose, personne, sens="favorable", motif="")
    donner(depose, collegue, sens="favorable", motif="")  # the funder still gives its opinion
    assert (Avis.objects.get().sens, Deport.objects.en_vigueur().count()) == ("favorable", 1)


def test_la_page_dit_que_le_deport_est_inscrit(connecter, depose):
    client = connecter(creer_financeur())
    reponse = client.post(
        f"/instruction/dossiers/{depose.pk}/avis/",
        {"sens": "deport", "motif": "x", "vue": "", "partager": "1"},
        follow=True,
    )
    page = reponse.content.decode()
    assert reponse.redirect_chain == [("/instruction/", 302)]
    assert f"Votre déport est inscrit : {depose.numero} vous est fermé." in page
    assert "CANARI" not in page


def test_un_motif_long_ne_se_coupe_pas_en_silence(depose):
    donner(depose, creer_financeur(), motif="y" * 3000)
    motif = Deport.objects.get().motif
    assert (len(motif), motif[-1], Avis.objects.get().motif) == (300, "…", "y" * 3000)


def test_le_releve_et_le_registre_nomment_les_membres(connecter, depose):
    membre = creer_agent()
    membre.prenom, membre.nom = "Ada", "Membre"
    membre.save()
    creer_membre(depose.porteur, Role.LECTEUR, utilisateur=membre)
    responsable = creer_agent(Role.RESPONSABLE)
    scenario = scenarios.creer(depose.appel, "A", depuis=None, par=responsable, recu_le=PENDANT)
    comite = comites.convoquer(
        depose.appel,
        {"nom": "Comité", "lieu": "", "scenario": scenario, "tenu_le": PENDANT},
        par=responsable,
    )
    admettre(depose)
    (projet,) = proces_verbal.contenu(comite)["projets"]
    assert projet["deports"] == ("Ada Membre (membre de l’organisme)",)
    client = connecter(responsable)
    registre = client.get(f"/instruction/appels/{depose.appel_id}/deports/")
    assert registre.context["d_office"][0][0] == depose
    assert f"Ada Membre · {depose.numero}" in registre.content.decode()
    ecran = client.get(f"/instruction/comites/{comite.pk}/projets/1/").content.decode()
    assert "Ada Membre (membre de l’organisme)" in ecran


def test_qui_n_est_plus_membre_n_est_plus_nomme_ni_empeche(depose):
    membre = creer_agent()
    creer_membre(depose.porteur, Role.LECTEUR, utilisateur=membre)
    with pytest.raises(Empeche):
        examen.admettre(depose, par=membre, recu_le=PENDANT)
    membre.appartenances.filter(partenaire=depose.porteur).update(terminee_le=PENDANT)
    examen.admettre(depose, par=membre, recu_le=PENDANT)
    depose.refresh_from_db()
    assert depose.etat == "recevable"


def test_un_perimetre_reduit_page_ouverte_se_dit_au_geste(connecter, depose):
    agent = creer_agent()
    client = connecter(agent)
    assert client.get(f"/instruction/dossiers/{depose.pk}/").status_code in (200, 404)
    agent.appartenances.update(perimetre={"axes": ["ailleurs"]})
    reponse = client.post(f"/instruction/dossiers/{depose.pk}/recevable/")
    depose.refresh_from_db()
    assert (reponse.status_code, depose.etat) == (403, "depose")
    assert f"Votre périmètre ne comprend pas, ou plus, le dossier {depose.numero}." in (
        reponse.content.decode()
    )
    coches = client.post(f"/instruction/selection/?choix={depose.pk}", {"agent": agent.pk})
    suite = client.get(coches.url).content.decode()
    assert f"Laissés de côté : {depose.numero}. Vous ou cette personne n’y agissez pas" in suite
    assert (depose.numero in suite, "CANARI" in suite) == (True, False)


def test_un_scenario_repris_nomme_ceux_qu_il_laisse(connecter, depose):
    membre = creer_agent(Role.RESPONSABLE)
    creer_membre(depose.porteur, Role.LECTEUR, utilisateur=membre)
    autre = poser(depose.appel, "Autre")
    agent = creer_agent()
    lignes = [depose.financements.get(), demander(autre, Genre.CAF, 50_000)]
    scenario = scenarios.creer(depose.appel, "A", depuis=None, par=agent, recu_le=PENDANT)
    voulus = {ligne.pk: (None, 40_000) for ligne in lignes}
    scenarios.proposer(scenario, voulus, par=agent, recu_le=PENDANT)
    client = connecter(membre)
    figee = client.post(f"/instruction/scenarios/{scenario.pk}/figer/", follow=True)
    nommes = f"déport ou périmètre) : {depose.numero}."
    assert nommes in figee.content.decode()
    assert list(
        scenario.mouvements.filter(fait__startswith="Figé").values_list("fait", flat=True)
    ) == [
        f"Figé sans se prononcer sur {depose.numero}",
        "Figé",
    ]
    Dossier.objects.update(etat="recevable")
    decide = client.post(
        f"/instruction/appels/{depose.appel_id}/decider/",
        {
            "partenaire": lignes[0].partenaire_id,
            "decide_le": "2026-11-09",
            "acte": "A",
            "motif": "",
        },
        follow=True,
    )
    assert nommes in decide.content.decode()
    for ligne in lignes:
        ligne.refresh_from_db()
    assert [ligne.decision for ligne in lignes] == ["", "partiel"]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("acte", ["admettre", "decider"])
def test_un_deport_declare_pendant_l_acte_l_arrete(base_a_plusieurs, horloge_figee, acte):
    """The act waits for the dossier; when it comes, the person has stepped aside."""
    depose, agent, responsable = poser(creer_appel()), creer_agent(), creer_agent(Role.RESPONSABLE)
    ligne = demander(depose, Genre.CAF, 1000)
    ligne.decision = "refuse"
    ligne.motif = "x"
    verdicts = []

    def agir():
        try:
            if acte == "admettre":
                examen.admettre(depose, par=agent, recu_le=PENDANT)
            else:
                decisions.saisir(depose, [ligne], par=agent, recu_le=PENDANT)
            verdicts.append("fait")
        except Empeche as refus:
            verdicts.append(refus.empechement)
        finally:
            connection.close()

    fil = threading.Thread(target=agir)
    with transaction.atomic():
        deports.declarer(depose, agent, motif="x", par=responsable, recu_le=PENDANT)
        fil.start()
        jusqu_a(lambda: sessions_en_attente() == 1, "l’acte attend le dossier")
    fil.join(BORNE)
    depose.refresh_from_db()
    ligne.refresh_from_db()
    assert (verdicts, depose.etat, ligne.decision) == (["deport"], "depose", "")
