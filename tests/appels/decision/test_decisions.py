"""The decisions of the funders: entered by agents, released by the head of the service, silent
until then.
"""

import threading

import pytest
from django.db import IntegrityError, connection, transaction

from appels.decision import decomptes
from appels.decision.actions import decisions, scenarios
from appels.instruction.actions import examen
from appels.models import Acte, Appel, DecisionPrise, Dossier, Financement, Passage, Scenario
from appels.models.etats import Etat
from appels.socle.aboutissement import aboutissement
from partenaires.models import Genre, Partenaire, Role
from tests.appels.decision.test_scenarios import demander
from tests.appels.instruction.test_liste import poser
from tests.attente import BORNE
from tests.fabriques import (
    PENDANT,
    admettre,
    creer_accord,
    creer_agent,
    creer_appel,
    creer_association,
    creer_dossier_complet,
    creer_financeur,
    creer_signataire,
    deposer,
)
from tests.feuilles import feuille, lisible

pytestmark = pytest.mark.django_db


@pytest.fixture
def depose(horloge_figee) -> Dossier:
    return admettre(deposer(creer_dossier_complet(creer_appel())))


def donnees(dossier: Dossier, **premiere) -> dict:
    """The form as it stands, with other values for the CAF."""
    lignes = list(dossier.financements.filter(partenaire__isnull=False))
    envoi = {"decisions-TOTAL_FORMS": len(lignes), "decisions-INITIAL_FORMS": len(lignes)}
    for rang, ligne in enumerate(lignes):
        valeurs = premiere if ligne.partenaire.genre == "caf" else {}
        champs = {
            "id": ligne.pk,
            "vue": ligne.empreinte,
            "decision": "",
            "montant_vote": "",
            "decide_le": "",
            "acte": "",
            **valeurs,
        }
        envoi |= {f"decisions-{rang}-{nom}": valeur for nom, valeur in champs.items()}
    return envoi


def caf(dossier: Dossier) -> tuple:
    return (
        dossier.financements.filter(partenaire__genre="caf")
        .values_list("decision", "montant_vote", "acte")
        .get()
    )


def test_un_agent_saisit_ce_qu_un_financeur_a_decide(connecter, depose):
    client = connecter(creer_agent())
    reponse = client.post(
        f"/dossiers/{depose.pk}/decisions/",
        donnees(
            depose,
            decision="partiel",
            montant_vote="1 500,50",
            decide_le="2027-03-12",
            acte="Délibération 12",
        ),
    )
    assert reponse.status_code == 302
    assert caf(depose) == ("partiel", 150_050, "Délibération 12")
    assert list(Passage.objects.filter(acte=Acte.DECIDER).values_list("motif", flat=True)) == [
        "Caisse d’allocations familiales : Accordé en partie"
    ]
    page = client.get(f"/dossiers/{depose.pk}/decisions/").content.decode()
    assert 'value="1\u00a0500,50"' in page


@pytest.mark.parametrize(
    ("champs", "phrase"),
    [
        ({"decision": "accorde", "decide_le": "2027-03-12"}, "Indiquez le montant voté."),
        (
            {"decision": "accorde", "montant_vote": "0", "decide_le": "2027-03-12"},
            "Indiquez le montant voté.",
        ),
        ({"decision": "accorde", "montant_vote": "100"}, "Indiquez la date de la décision."),
        ({"decision": "refuse", "montant_vote": "100"}, "Un montant ne se vote qu’avec un accord"),
        (
            {"decision": "accorde", "montant_vote": "12O", "decide_le": "2027-03-12"},
            "la lettre O remplace un zéro",
        ),
        ({"decision": "accorde", "montant_vote": "-5", "decide_le": "2027-03-12"}, "est négatif"),
        (
            {"decision": "accorde", "montant_vote": "99999", "decide_le": "2027-03-12"},
            "cochez cette case si c’est voulu",
        ),
        *[
            ({"decision": decision}, "Dites pourquoi : l’organisme le lira.")
            for decision in ("refuse", "ajourne", "sans_suite")
        ],
        ({"decision": "peut-être"}, "choix valide"),
        ({"decision": "accorde", "montant_vote": "5", "decide_le": "hier"}, "ne se lit pas"),
        ({"id": "999999"}, "id"),
    ],
)
def test_une_mauvaise_saisie_est_dite_et_rien_n_est_enregistre(connecter, depose, champs, phrase):
    reponse = connecter(creer_agent()).post(
        f"/dossiers/{depose.pk}/decisions/", donnees(depose, **champs)
    )
    assert reponse.status_code == 422
    assert phrase in reponse.content.decode()
    assert (caf(depose), Passage.objects.filter(acte=Acte.DECIDER).count()) == (("", None, ""), 0)


def test_plus_que_demande_se_confirme(connecter, depose):
    reponse = connecter(creer_agent()).post(
        f"/dossiers/{depose.pk}/decisions/",
        donnees(
            depose, decision="accorde", montant_vote="99999", decide_le="2027-03-12", depasse="on"
        ),
    )
    assert (reponse.status_code, caf(depose)[1]) == (302, 9_999_900)


def test_l_id_du_financement_d_un_autre_dossier_ne_change_rien(connecter, depose):
    autre = deposer(creer_dossier_complet(depose.appel))
    cible = autre.financements.get(partenaire__genre="caf")
    envoi = donnees(
        depose, id=cible.pk, decision="accorde", montant_vote="5", decide_le="2027-03-12"
    )
    assert (
        connecter(creer_agent()).post(f"/dossiers/{depose.pk}/decisions/", envoi).status_code == 422
    )
    assert (caf(autre), caf(depose)) == (("", None, ""), ("", None, ""))


@pytest.mark.parametrize("etat", [Etat.RETIRE, Etat.IRRECEVABLE])
def test_aucune_decision_sur_un_dossier_qui_n_est_plus_en_course(connecter, depose, etat):
    Dossier.objects.filter(pk=depose.pk).update(etat=etat)
    reponse = connecter(creer_agent()).post(
        f"/dossiers/{depose.pk}/decisions/",
        donnees(depose, decision="accorde", montant_vote="5", decide_le="2027-03-12"),
    )
    assert (reponse.status_code, "n’est plus en course" in reponse.content.decode()) == (403, True)
    assert caf(depose) == ("", None, "")


def test_l_historique_du_porteur_et_du_financeur_ne_dit_rien_d_une_decision(connecter, depose):
    creer_accord(depose)
    decisions.decider(
        depose,
        [depose.financements.get(partenaire__genre="caf")],
        par=creer_agent(),
        recu_le=PENDANT,
    )
    chemin, mots = f"/dossiers/{depose.pk}/relecture/", "Décision d’un financeur saisie"
    assert mots in connecter(creer_agent()).get(chemin).content.decode()
    for personne in (creer_signataire(depose.porteur), creer_financeur()):
        assert mots not in connecter(personne).get(chemin).content.decode()


def test_la_base_refuse_un_montant_sans_accord(depose):
    for champs in (
        {"decision": "refuse", "montant_vote": 5},
        {"decision": "accorde", "montant_vote": None},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Financement.objects.filter(dossier=depose, partenaire__genre="caf").update(
                decide_le=PENDANT.date(), **champs
            )


# --- The derived state ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("decisions_", "attendue"),
    [
        ([], None),
        ([""], "attendue"),
        (["accorde", ""], "attendue"),
        (["ajourne", ""], "attendue"),
        (["accorde", "ajourne"], "ajournee"),
        (["accorde", "refuse"], "soutenu"),
        (["partiel"], "soutenu"),
        (["sans_suite", "partiel"], "soutenu"),
        (["sans_suite", "refuse"], "sans_suite"),
        (["refuse", "refuse"], "refuse"),
        (["renonce"], "renonce"),
        (["renonce", "refuse"], "renonce"),
        (["renonce", "sans_suite"], "renonce"),
        (["renonce", "partiel"], "soutenu"),
        (["renonce", ""], "attendue"),
    ],
)
def test_l_etat_du_dossier_se_deduit_des_decisions(decisions_, attendue):
    assert aboutissement(decisions_) == attendue


# --- By one act, from the frozen scenario, within the envelope ------------------------------------


def recevable(appel, titre, porteur) -> Dossier:
    return poser(appel, titre, porteur, etat=Etat.RECEVABLE)


@pytest.fixture
def campagne(horloge_figee):
    """Five requests to the State: whole, partial, nothing, not proposed, flagged; 10 000 € of
    envelope.
    """
    appel, agent, porteur = creer_appel(), creer_agent(), creer_association()
    lignes = [
        demander(recevable(appel, f"Projet {n}", porteur), Genre.ETAT, 300_000) for n in range(5)
    ]
    etat = lignes[0].partenaire
    scenarios.doter(appel, etat, montant=1_000_000, plafond=None, par=agent, recu_le=PENDANT)
    scenario = scenarios.creer(appel, "A", depuis=None, par=agent, recu_le=PENDANT)
    voulus = dict(zip((li.pk for li in lignes), (300_000, 100_000, 0, None, 200_000), strict=True))
    scenarios.proposer(
        scenario,
        {pk: (None, montant) for pk, montant in voulus.items()},
        par=agent,
        recu_le=PENDANT,
    )
    examen.signaler(lignes[4].dossier, motif="x", par=agent, recu_le=PENDANT)
    return {
        "appel": appel,
        "agent": agent,
        "etat": etat,
        "lignes": lignes,
        "scenario": scenario,
        "page": f"/instruction/appels/{appel.pk}/decider/",
    }


def figer(campagne) -> Scenario:
    campagne["scenario"] = scenarios.figer(
        campagne["scenario"], par=creer_agent(Role.RESPONSABLE), recu_le=PENDANT
    )
    return campagne["scenario"]


def etats(campagne) -> list[tuple]:
    return list(
        Financement.objects.filter(pk__in=[li.pk for li in campagne["lignes"]])
        .order_by("pk")
        .values_list("decision", "montant_vote", "motif")
    )


RIEN = [("", None, "")] * 5


def test_on_ne_decide_que_ce_que_la_page_montrait(connecter, campagne):
    """The scenario was opened, changed and frozen again: the older page decides nothing."""
    scenario = figer(campagne)
    client = connecter(creer_agent(Role.RESPONSABLE))
    envoi = feuille(client.get(campagne["page"]), "decide_le") | {
        "partenaire": str(campagne["etat"].pk),
        "decide_le": "10/11/2026",
        "motif": "Hors du territoire",
    }
    chef = creer_agent(Role.RESPONSABLE)
    scenarios.rouvrir(scenario, par=chef, recu_le=PENDANT)
    with pytest.raises(decisions.ScenarioChange):  # read frozen, opened before the lock
        decisions.decider_selon_le_scenario(
            scenario,
            campagne["etat"],
            decide_le=PENDANT.date(),
            acte="",
            motif="x",
            par=chef,
            recu_le=PENDANT,
        )
    proposition = scenario.propositions.filter(montant__gt=100).first()
    proposition.montant -= 100
    proposition.save()
    figer(campagne)
    refus = client.post(campagne["page"], envoi)
    assert (refus.status_code, etats(campagne)) == (422, RIEN)
    assert "Ce qui reste à décider a changé" in lisible(refus)
    assert client.post(campagne["page"], feuille(refus, "decide_le")).status_code == 302
    assert etats(campagne) != RIEN


def test_un_acte_decide_tout_ce_que_le_scenario_fige_propose(connecter, campagne):
    client = connecter(campagne["agent"])
    assert client.get(campagne["page"]).context["form"] is None  # nothing is frozen
    figer(campagne)
    envoi = {
        "partenaire": campagne["etat"].pk,
        "decide_le": "2027-04-02",
        "acte": "Arrêté fictif",
        "motif": "Hors du territoire.",
    }
    assert client.post(campagne["page"], envoi | {"motif": ""}).status_code == 422
    assert etats(campagne) == RIEN
    page = client.post(campagne["page"], envoi, follow=True).content.decode()
    assert etats(campagne) == [
        ("accorde", 300_000, ""),
        ("partiel", 100_000, ""),
        ("refuse", None, "Hors du territoire."),
        ("", None, ""),
        ("", None, ""),
    ]
    assert (
        "3\u00a0décisions enregistrées" in page,
        campagne["lignes"][4].dossier.numero in page,
    ) == (True, True)
    assert Passage.objects.filter(acte=Acte.DECIDER).count() == 3
    (compte,) = decomptes.par_financeur(campagne["appel"], campagne["scenario"])
    assert (
        compte.demandes,
        compte.decidees,
        compte.vote,
        compte.a_decider,
        compte.propose,
        compte.refus,
    ) == (5, 3, 400_000, 1, 200_000, 0)
    page = client.post(campagne["page"], envoi).content.decode()  # only the flagged one is left
    assert ("tout est déjà décidé" in page, Passage.objects.filter(acte=Acte.DECIDER).count()) == (
        True,
        3,
    )


def test_un_acte_ne_depasse_pas_l_enveloppe_et_rien_n_est_garde(connecter, campagne):
    figer(campagne)
    scenarios.doter(
        campagne["appel"],
        campagne["etat"],
        montant=350_000,
        plafond=None,
        par=campagne["agent"],
        recu_le=PENDANT,
    )
    reponse = connecter(campagne["agent"]).post(
        campagne["page"],
        {"partenaire": campagne["etat"].pk, "decide_le": "2027-04-02", "motif": "x"},
    )
    assert (
        reponse.status_code,
        "dépasserait son enveloppe de 500" in reponse.content.decode().replace("\u00a0", " "),
    ) == (422, True)
    assert (etats(campagne), Passage.objects.filter(acte=Acte.DECIDER).count()) == (RIEN, 0)


@pytest.mark.parametrize(
    "mauvais",
    [
        {"partenaire": "999"},
        {"partenaire": ""},
        {"decide_le": "demain"},
        {"decide_le": ""},
        {"motif": "x" * 2001},
    ],
)
def test_un_acte_mal_saisi_est_dit_et_rien_n_est_garde(connecter, campagne, mauvais):
    figer(campagne)
    envoi = {"partenaire": campagne["etat"].pk, "decide_le": "2027-04-02", "motif": "x"} | mauvais
    assert connecter(campagne["agent"]).post(campagne["page"], envoi).status_code == 422
    assert etats(campagne) == RIEN


def test_la_page_des_decisions_en_autant_de_requetes_quel_que_soit_le_nombre(
    connecter, campagne, django_assert_num_queries
):
    figer(campagne)
    client = connecter(campagne["agent"])
    client.get("/")
    with django_assert_num_queries(9):
        client.get(campagne["page"])
    for n in range(12):
        demander(
            recevable(campagne["appel"], f"Autre {n}", campagne["lignes"][0].dossier.porteur),
            Genre.ETAT,
            100,
        )
    with django_assert_num_queries(9):
        client.get(campagne["page"])


def test_deux_agents_sur_la_meme_decision_le_second_est_prevenu(connecter, depose):
    """What the second typed stays, nothing is overwritten unseen; saving again prefers it
    knowingly.
    """
    chemin, premier, second = (
        f"/dossiers/{depose.pk}/decisions/",
        connecter(creer_agent()),
        connecter(creer_agent()),
    )
    vieux = donnees(depose, decision="accorde", montant_vote="2 000", decide_le="2027-03-12")
    premier.post(
        chemin, donnees(depose, decision="partiel", montant_vote="1 000", decide_le="2027-03-12")
    )
    reponse = second.post(chemin, vieux)
    page = reponse.content.decode().replace("\u00a0", " ")
    assert (
        reponse.status_code,
        "Entre-temps, quelqu’un a enregistré : Accordé en partie, 1 000 €" in page,
        'value="2 000"' in page,
    ) == (422, True, True)
    assert caf(depose)[:2] == ("partiel", 100_000)
    tableau = reponse.context["tableau"]
    second.post(chemin, vieux | {form.add_prefix("vue"): form["vue"].value() for form in tableau})
    assert caf(depose)[:2] == ("accorde", 200_000)
    assert Passage.objects.filter(acte=Acte.DECIDER).count() == 2


def test_la_page_et_la_liste_disent_l_etat_deduit(connecter, depose):
    client = connecter(creer_agent())
    assert "Décisions attendues" in client.get(f"/dossiers/{depose.pk}/decisions/").content.decode()
    depose.financements.filter(partenaire__isnull=False).update(decision="refuse", motif="x")
    creer_accord(depose)
    assert "Soutenu" in client.get(f"/dossiers/{depose.pk}/decisions/").content.decode()
    assert "Soutenu" in client.get("/instruction/?col=issue").content.decode()


def voter(ligne: Financement, montant: int, agent) -> None:
    ligne.decision, ligne.montant_vote, ligne.decide_le = "accorde", montant, PENDANT.date()
    decisions.saisir(ligne.dossier, [ligne], par=agent, recu_le=PENDANT)


def a_deux(campagne) -> list[str]:
    """Two agents grant 6 000 € each at once, out of an envelope of 10 000 €: what happens to
    each.
    """
    barriere, dits = threading.Barrier(2), []

    def saisir(ligne):
        barriere.wait(BORNE)
        try:
            voter(ligne, 600_000, campagne["agent"])
            dits.append("gardé")
        except decisions.EnveloppeDepassee:
            dits.append("refusé")
        finally:
            connection.close()

    fils = [threading.Thread(target=saisir, args=(ligne,)) for ligne in campagne["lignes"][:2]]
    [fil.start() for fil in fils]
    [fil.join(BORNE) for fil in fils]
    return sorted(dits)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_deux_accords_simultanes_ne_depassent_pas_l_enveloppe(base_a_plusieurs, campagne):
    for _ in range(5):
        for ligne in Financement.objects.exclude(decision="").filter(partenaire__isnull=False):
            ligne.decision, ligne.montant_vote = "", None
            ligne.prononcer(par=campagne["agent"], le=PENDANT)
        assert a_deux(campagne) == ["gardé", "refusé"]
        assert decisions.votes(campagne["appel"].pk) == {campagne["etat"].pk: 600_000}


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_temoin_sans_verrou_sur_l_appel_l_enveloppe_est_depassee(
    base_a_plusieurs, campagne, monkeypatch
):
    monkeypatch.setattr(decisions, "verrouiller_l_appel", lambda pk: Appel.objects.get(pk=pk))
    exiger, ensemble = decisions.exiger_dans_les_enveloppes, threading.Barrier(2)

    def exiger_ensemble(*args, **kwargs):
        exiger(*args, **kwargs)
        ensemble.wait(BORNE)  # both have counted before either is kept

    monkeypatch.setattr(decisions, "exiger_dans_les_enveloppes", exiger_ensemble)
    assert a_deux(campagne) == ["gardé", "gardé"]
    assert decisions.votes(campagne["appel"].pk) == {campagne["etat"].pk: 1_200_000}


def test_plus_que_l_enveloppe_est_refuse_a_la_saisie(connecter, depose):
    caisse = Partenaire.objects.get(genre="caf")
    scenarios.doter(
        depose.appel, caisse, montant=100_000, plafond=None, par=creer_agent(), recu_le=PENDANT
    )
    envoi = donnees(depose, decision="accorde", montant_vote="1 000,01", decide_le="2027-03-12")
    reponse = connecter(creer_agent()).post(f"/dossiers/{depose.pk}/decisions/", envoi)
    assert (
        reponse.status_code,
        "dépasserait son enveloppe" in reponse.content.decode(),
        caf(depose),
    ) == (422, True, ("", None, ""))


def test_deux_decisions_ne_prennent_ni_le_meme_rang_ni_la_meme_place(horloge_figee):
    """Held by the database: whatever writes them, n replaces n−1 and one alone stands."""
    demande = creer_accord(admettre(deposer(creer_dossier_complet(creer_appel()))))
    courante = demande.prises.get()
    for rang in (courante.rang, courante.rang + 1):
        with pytest.raises(IntegrityError), transaction.atomic():
            DecisionPrise.objects.create(
                financement=demande, rang=rang, decision="refuse", par=courante.par, le=PENDANT
            )
    with pytest.raises(IntegrityError), transaction.atomic():
        DecisionPrise.objects.create(
            financement=demande,
            rang=courante.rang,
            decision="refuse",
            remplacee_le=PENDANT,
            par=courante.par,
            le=PENDANT,
        )
