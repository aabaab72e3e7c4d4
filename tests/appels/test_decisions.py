"""The decisions of the funders: entered by agents, released by the head of the service, silent until then."""

import threading

import pytest
from django.db import IntegrityError, connection, transaction

from appels.actions import decisions
from appels.etats import Etat
from appels.models import Acte, Appel, Dossier, Financement, Passage
from partenaires.models import Role
from tests.fabriques import (
    PENDANT,
    creer_accord,
    creer_agent,
    creer_appel,
    creer_dossier_complet,
    creer_financeur,
    creer_signataire,
    deposer,
    publier_les_decisions,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def depose(horloge_figee) -> Dossier:
    return deposer(creer_dossier_complet(creer_appel()))


def donnees(dossier: Dossier, **premiere) -> dict:
    """The form as it stands, with other values for the CAF."""
    lignes = list(dossier.financements.filter(partenaire__isnull=False))
    envoi = {"decisions-TOTAL_FORMS": len(lignes), "decisions-INITIAL_FORMS": len(lignes)}
    for rang, ligne in enumerate(lignes):
        valeurs = premiere if ligne.partenaire.genre == "caf" else {}
        champs = {"id": ligne.pk, "decision": "", "montant_vote": "", "decide_le": "", "acte": "", **valeurs}
        envoi |= {f"decisions-{rang}-{nom}": valeur for nom, valeur in champs.items()}
    return envoi


def caf(dossier: Dossier) -> tuple:
    return dossier.financements.filter(partenaire__genre="caf").values_list("decision", "montant_vote", "acte").get()


def test_un_agent_saisit_ce_qu_un_financeur_a_decide(connecter, depose):
    client = connecter(creer_agent())
    reponse = client.post(f"/dossiers/{depose.pk}/decisions/", donnees(
        depose, decision="partiel", montant_vote="1 500,50", decide_le="2027-03-12", acte="Délibération 12"))
    assert reponse.status_code == 302
    assert caf(depose) == ("partiel", 150_050, "Délibération 12")
    assert list(Passage.objects.filter(acte=Acte.DECIDER).values_list("motif", flat=True)) == [
        "Caisse d’allocations familiales : Accordé en partie"]
    page = client.get(f"/dossiers/{depose.pk}/decisions/").content.decode()
    assert 'value="1\u00a0500,50"' in page


@pytest.mark.parametrize(("champs", "phrase"), [
    ({"decision": "accorde", "decide_le": "2027-03-12"}, "Indiquez le montant voté."),
    ({"decision": "accorde", "montant_vote": "0", "decide_le": "2027-03-12"}, "Indiquez le montant voté."),
    ({"decision": "accorde", "montant_vote": "100"}, "Indiquez la date de la décision."),
    ({"decision": "refuse", "montant_vote": "100"}, "Un montant ne se vote qu’avec un accord"),
    ({"decision": "accorde", "montant_vote": "12O", "decide_le": "2027-03-12"}, "la lettre O remplace un zéro"),
    ({"decision": "accorde", "montant_vote": "-5", "decide_le": "2027-03-12"}, "est négatif"),
    ({"decision": "accorde", "montant_vote": "99999", "decide_le": "2027-03-12"}, "cochez cette case si c’est voulu"),
    ({"decision": "peut-être"}, "peut-être"), ({"decision": "accorde", "montant_vote": "5", "decide_le": "hier"}, "ne se lit pas"),
    ({"id": "999999"}, "id")])
def test_une_mauvaise_saisie_est_dite_et_rien_n_est_enregistre(connecter, depose, champs, phrase):
    reponse = connecter(creer_agent()).post(f"/dossiers/{depose.pk}/decisions/", donnees(depose, **champs))
    assert reponse.status_code == 422
    assert phrase in reponse.content.decode()
    assert (caf(depose), Passage.objects.filter(acte=Acte.DECIDER).count()) == (("", None, ""), 0)


def test_plus_que_demande_se_confirme(connecter, depose):
    reponse = connecter(creer_agent()).post(f"/dossiers/{depose.pk}/decisions/", donnees(
        depose, decision="accorde", montant_vote="99999", decide_le="2027-03-12", depasse="on"))
    assert (reponse.status_code, caf(depose)[1]) == (302, 9_999_900)


def test_l_id_du_financement_d_un_autre_dossier_ne_change_rien(connecter, depose):
    autre = deposer(creer_dossier_complet(depose.appel))
    cible = autre.financements.get(partenaire__genre="caf")
    envoi = donnees(depose, id=cible.pk, decision="accorde", montant_vote="5", decide_le="2027-03-12")
    assert connecter(creer_agent()).post(f"/dossiers/{depose.pk}/decisions/", envoi).status_code == 422
    assert (caf(autre), caf(depose)) == (("", None, ""), ("", None, ""))


@pytest.mark.parametrize("etat", [Etat.RETIRE, Etat.IRRECEVABLE])
def test_aucune_decision_sur_un_dossier_qui_n_est_plus_en_course(connecter, depose, etat):
    Dossier.objects.filter(pk=depose.pk).update(etat=etat)
    reponse = connecter(creer_agent()).post(f"/dossiers/{depose.pk}/decisions/", donnees(
        depose, decision="accorde", montant_vote="5", decide_le="2027-03-12"))
    assert (reponse.status_code, "n’est plus en course" in reponse.content.decode()) == (403, True)
    assert caf(depose) == ("", None, "")


def test_l_historique_du_porteur_et_du_financeur_ne_dit_rien_d_une_decision(connecter, depose):
    creer_accord(depose)
    decisions.decider(depose, [depose.financements.get(partenaire__genre="caf")], par=creer_agent(), recu_le=PENDANT)
    chemin, mots = f"/dossiers/{depose.pk}/relecture/", "Décision d’un financeur saisie"
    assert mots in connecter(creer_agent()).get(chemin).content.decode()
    for personne in (creer_signataire(depose.porteur), creer_financeur()):
        assert mots not in connecter(personne).get(chemin).content.decode()


def test_seule_la_responsable_publie_et_une_seule_fois(connecter, depose):
    chemin = f"/instruction/appels/{depose.appel.pk}/decisions/"
    responsable = connecter(creer_agent(Role.RESPONSABLE))
    assert "il n’y a rien à publier" in responsable.post(chemin, follow=True).content.decode()
    assert Appel.objects.get().decisions_publiees_le is None
    creer_accord(depose)
    assert connecter(creer_agent()).post(chemin).status_code == 403
    assert "1 000" in responsable.get(chemin).content.decode().replace("\u00a0", " ")
    responsable.post(chemin)
    premier = Appel.objects.get().decisions_publiees_le
    responsable.post(chemin)
    assert (premier, Appel.objects.get().decisions_publiees_le) == (PENDANT, PENDANT)


def test_la_base_refuse_un_montant_sans_accord(depose):
    for champs in ({"decision": "refuse", "montant_vote": 5}, {"decision": "accorde", "montant_vote": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Financement.objects.filter(dossier=depose, partenaire__genre="caf").update(decide_le=PENDANT.date(), **champs)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_publier_a_dix_ne_publie_qu_une_fois(base_a_plusieurs, horloge_figee):
    dossier = deposer(creer_dossier_complet(creer_appel()))
    creer_accord(dossier)
    gens = [creer_agent(Role.RESPONSABLE) for _ in range(10)]
    barriere = threading.Barrier(10)

    def publier(personne):
        barriere.wait()
        try:
            decisions.publier(dossier.appel, par=personne, recu_le=PENDANT)
        finally:
            connection.close()

    fils = [threading.Thread(target=publier, args=(personne,)) for personne in gens]
    [fil.start() for fil in fils]
    [fil.join() for fil in fils]
    appel = Appel.objects.get()
    auteur = appel.decisions_publiees_par
    publier_les_decisions(appel)
    assert Appel.objects.get().decisions_publiees_par == auteur
