"""Nobody is left in silence: a date of one's own, « non déposé », what comes to agents, funders."""

from datetime import timedelta

import pytest
from post_office.models import Email

from appels import tasks
from appels.depot.actions import arret, correction
from appels.instruction.actions import affectation, complements, deports
from appels.models import Complement, Dossier, FinanceurAppel, Rappel
from appels.redaction.actions import rappels
from partenaires.models import Cadence, LigneResume, Role
from tests.fabriques import (
    FERMETURE,
    PENDANT,
    creer_agent,
    creer_appel,
    creer_association,
    creer_dossier,
    creer_dossier_complet,
    creer_financeur,
    creer_signataire,
    deposer,
)

pytestmark = pytest.mark.django_db
JOUR = timedelta(days=1)
DELAI = FERMETURE + 5 * JOUR


@pytest.fixture
def prolonge(horloge_figee):
    return creer_dossier(creer_appel(), prolonge_jusqu_a=DELAI)


def objets(personne) -> list[str]:
    return [courriel.subject for courriel in Email.objects.filter(to=[personne.email])]


# --- One's own date ------------------------------------------------------------------------------
def test_un_brouillon_prolonge_est_rappele_de_sa_date(prolonge):
    avant = DELAI - JOUR
    assert [rappels.rappeler(avant), rappels.rappeler_les_prolonges(avant)] == [0, 1]
    assert rappels.rappeler_les_prolonges(avant + timedelta(minutes=1)) == 0
    rappel = Rappel.objects.get()
    assert (rappel.palier, rappel.echeance) == ("J-1", DELAI)
    courriel = Email.objects.get(to=[prolonge.cree_par.email])
    assert (
        "2\u00a0décembre\u00a02026" in courriel.subject,
        "27\u00a0novembre" in courriel.message,
    ) == (
        True,
        False,
    )


def test_un_brouillon_prolonge_n_est_pas_rappele_de_la_cloture_des_autres(prolonge):
    assert rappels.rappeler(FERMETURE - JOUR) == 0
    assert rappels.rappeler_les_prolonges(FERMETURE - JOUR) == 0
    assert Rappel.objects.count() == 0


def test_une_reponse_est_rappelee_de_son_delai_pas_de_la_cloture(horloge_figee):
    porteur = creer_association()
    signataire = creer_signataire(porteur)
    depose = deposer(creer_dossier_complet(creer_appel(), porteur), signataire)
    demande = complements.Demande("budget", "x")
    complements.demander(
        depose,
        [demande],
        avant_le=FERMETURE - 2 * JOUR,
        message="",
        par=creer_agent(),
        recu_le=PENDANT,
    )
    depose = Dossier.objects.get(pk=depose.pk)
    correction.corriger(depose, par=signataire, recu_le=PENDANT)
    assert rappels.rappeler(FERMETURE - 3 * JOUR) == 0
    assert rappels.rappeler_complements(FERMETURE - 3 * JOUR) == 1


def test_un_delai_prolonge_se_rappelle_encore(horloge_figee):
    """The same request, a new date: a second reminder leaves."""
    porteur = creer_association()
    signataire = creer_signataire(porteur)
    agent = creer_agent()
    depose = deposer(creer_dossier_complet(creer_appel(), porteur), signataire)
    complements.demander(
        depose,
        [complements.Demande("budget", "x")],
        avant_le=FERMETURE,
        message="",
        par=agent,
        recu_le=PENDANT,
    )
    assert rappels.rappeler_complements(FERMETURE - JOUR) == 1
    complements.prolonger(depose, DELAI, motif="x", par=agent, recu_le=FERMETURE - JOUR)
    assert rappels.rappeler_complements(FERMETURE - JOUR) == 0
    assert rappels.rappeler_complements(DELAI - JOUR) == 1
    rappeles = [objet for objet in objets(signataire) if "prolong" not in objet]
    assert (Complement.objects.get().avant_le, len(set(rappeles)) >= 2) == (DELAI, True)


# --- « Non déposé » ------------------------------------------------------------------------------
def test_non_depose_est_dit_une_fois_apres_la_cloture(horloge_figee):
    appel = creer_appel()
    brouillon = creer_dossier(appel)
    deposer(creer_dossier_complet(appel))
    creer_dossier(appel, papier_recu_le=PENDANT)
    assert rappels.dire_les_non_deposes(FERMETURE - timedelta(seconds=1)) == 0
    assert rappels.dire_les_non_deposes(FERMETURE) == 1
    assert rappels.dire_les_non_deposes(FERMETURE + JOUR) == 0
    courriel = Email.objects.get(subject="Non déposé : « Jardins d’essai »")
    assert (courriel.to, "Rien n’est effacé" in courriel.message) == (
        [brouillon.cree_par.email],
        True,
    )


def test_un_prolonge_n_est_pas_non_depose_avant_sa_date(prolonge):
    assert rappels.dire_les_non_deposes(FERMETURE + JOUR) == 0
    assert rappels.dire_les_non_deposes(DELAI) == 1


def test_les_appels_du_passe_ne_se_disent_pas(horloge_figee):
    creer_dossier(creer_appel())
    assert rappels.dire_les_non_deposes(FERMETURE + 8 * JOUR) == 0


# --- What comes to agents and funders ------------------------------------------------------------
def test_une_nouvelle_demande_est_annoncee_a_qui_l_instruit(horloge_figee):
    caf, departement = creer_financeur(), creer_financeur("departement")
    agent, deporte = creer_agent(), creer_agent()
    depose = deposer(creer_dossier_complet())
    deports.declarer(depose, deporte, motif="x", par=creer_agent(Role.RESPONSABLE), recu_le=PENDANT)
    assert [rappels.annoncer_les_demandes(PENDANT) for _ in range(2)] == [1, 0]
    titre = f"Nouvelle demande : {depose.numero}"
    assert [titre in objets(qui) for qui in (caf, agent, departement, deporte)] == [
        True,
        True,
        False,
        False,
    ]


def test_un_financeur_ajoute_par_une_correction_est_prevenu(horloge_figee):
    """Once each: neither who was told, nor the service, hears of it again."""
    caf, departement, agent = creer_financeur(), creer_financeur("departement"), creer_agent()
    signataire = creer_signataire(creer_association())
    porteur = signataire.mes_appartenances[0].partenaire
    depose = deposer(creer_dossier_complet(porteur=porteur), signataire)
    assert rappels.annoncer_les_demandes(PENDANT) == 1
    copie = correction.corriger(depose, par=signataire, recu_le=PENDANT)
    ajoute = departement.mes_appartenances[0].partenaire
    FinanceurAppel.objects.get_or_create(appel=depose.appel, partenaire=ajoute)
    copie.financements.filter(partenaire__genre="etat").update(partenaire=ajoute)
    plus_tard = PENDANT + 8 * JOUR
    deposer(Dossier.objects.get(pk=copie.pk), signataire, plus_tard)
    assert [rappels.annoncer_les_demandes(plus_tard) for _ in range(2)] == [1, 0]
    titre = f"Nouvelle demande : {depose.numero}"
    assert [objets(qui).count(titre) for qui in (caf, agent, departement)] == [1, 1, 1]


def test_un_papier_saisi_longtemps_apres_est_annonce(horloge_figee):
    """Dated by the act, not by what the paper says."""
    caf, agent = creer_financeur(), creer_agent()
    depose = deposer(creer_dossier_complet())
    Dossier.objects.filter(pk=depose.pk).update(depose_le=PENDANT - 12 * JOUR)
    assert [rappels.annoncer_les_demandes(PENDANT) for _ in range(2)] == [1, 0]
    titre = f"Nouvelle demande : {depose.numero}"
    assert [objets(qui).count(titre) for qui in (caf, agent)] == [1, 1]


def test_une_reponse_trouve_qui_la_lit(horloge_figee):
    """Who asked has left, nobody is in charge: the agents who read the dossier are told."""
    parti, reste = creer_agent(), creer_agent()
    signataire = creer_signataire(creer_association())
    porteur = signataire.mes_appartenances[0].partenaire
    depose = deposer(creer_dossier_complet(porteur=porteur), signataire)
    demande = complements.Demande("description", "x")
    delai = {"avant_le": PENDANT + 5 * JOUR, "message": ""}
    complements.demander(depose, [demande], **delai, par=parti, recu_le=PENDANT)
    parti.appartenances.update(terminee_le=PENDANT)
    copie = correction.corriger(Dossier.objects.get(pk=depose.pk), par=signataire, recu_le=PENDANT)
    deposer(copie, signataire)
    dits = [[objet for objet in objets(qui) if depose.numero in objet] for qui in (parti, reste)]
    assert [len(objets_) for objets_ in dits] == [0, 1]


def test_une_demande_retiree_ne_s_annonce_pas(horloge_figee):
    depose = deposer(creer_dossier_complet())
    arret.retirer(depose, par=depose.depose_par, recu_le=PENDANT)
    assert rappels.annoncer_les_demandes(PENDANT) == 0


def test_l_agent_apprend_qu_un_dossier_lui_est_confie(horloge_figee):
    appel, chef, agent = creer_appel(), creer_agent(Role.RESPONSABLE), creer_agent()
    deux = [deposer(creer_dossier_complet(appel)) for _ in range(2)]
    tous = Dossier.objects.filter(pk__in=[dossier.pk for dossier in deux])
    confies = [affectation.affecter(tous, agent, par=chef, recu_le=PENDANT) for _ in range(2)]
    assert confies == [(2, [], []), (0, [], [])]
    courriel = Email.objects.get(to=[agent.email])
    assert courriel.subject == "2\u00a0dossiers à votre charge"
    assert [dossier.numero in courriel.message for dossier in deux] == [True, True]
    affectation.affecter(tous, chef, par=chef, recu_le=PENDANT)
    assert objets(chef) == []


def test_ce_qui_peut_attendre_attend_le_resume_par_defaut(horloge_figee):
    """Somebody who chose nothing reads one summary a day."""
    agent = creer_agent()
    agent.cadence = type(agent)._meta.get_field("cadence").default
    agent.save()
    depose = deposer(creer_dossier_complet())
    lot = Dossier.objects.filter(pk=depose.pk)
    affectation.affecter(lot, agent, par=creer_agent(), recu_le=PENDANT)
    assert (agent.cadence, objets(agent)) == (Cadence.QUOTIDIENNE, [])
    assert LigneResume.objects.filter(destinataire=agent).count() == 1


def test_le_reveil_dit_tout(prolonge, monkeypatch, horloge_figee):
    horloge_figee(DELAI)
    tasks.rappeler()
    assert [rappel.mot for rappel in Rappel.objects.all()] == ["Non déposé"]
