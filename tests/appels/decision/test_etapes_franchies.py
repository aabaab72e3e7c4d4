"""Barriers between stages, derogations, decisions that follow each other, grants given up."""

import random
import threading
from datetime import timedelta
from io import BytesIO

import pytest
from django.db import connection
from docx import Document

from appels.decision import minutes_docx, proces_verbal
from appels.decision.actions import (
    avis,
    comites,
    decisions,
    franchissements,
    lettres,
    renonciations,
    scenarios,
)
from appels.depot.actions import arret
from appels.instruction.actions import examen
from appels.models import (
    Acte,
    Appel,
    Barriere,
    DecisionPrise,
    Dossier,
    Financement,
    Franchissement,
    Lettre,
    Passage,
)
from appels.models.etats import Etat
from appels.socle import barrieres
from partenaires.models import Envoi, Genre, Role
from tests.appels.decision.test_decisions import donnees
from tests.appels.decision.test_lettres import ecrire, rendre_pretes
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
    creer_lettre,
    creer_membre,
    creer_signataire,
    deposer,
    poser_tribunal,
    publier_les_decisions,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def depose(horloge_figee) -> Dossier:
    return deposer(creer_dossier_complet(poser_tribunal(creer_appel())))


@pytest.fixture
def agent():
    return creer_agent()


@pytest.fixture
def responsable():
    return creer_agent(Role.RESPONSABLE)


def demande(dossier: Dossier, genre: Genre = Genre.CAF) -> Financement:
    return dossier.financements.get(partenaire__genre=genre)


def refuser(dossier: Dossier, agent, genre: Genre = Genre.CAF, **options) -> Financement:
    financement = demande(dossier, genre)
    financement.decision, financement.montant_vote = "refuse", None
    financement.decide_le, financement.motif = PENDANT.date(), "Motif"
    decisions.saisir(dossier, [financement], par=agent, recu_le=PENDANT, **options)
    return financement


def accorder(dossier: Dossier, agent, montant: int, **options) -> Financement:
    financement = demande(dossier)
    financement.decision, financement.montant_vote = "partiel", montant
    financement.decide_le, financement.motif = PENDANT.date(), ""
    decisions.saisir(dossier, [financement], par=agent, recu_le=PENDANT, **options)
    return financement


def deroger(dossiers, barriere, par, recu_le=PENDANT) -> list[Dossier]:
    passes, _, _ = franchissements.deroger(
        [dossier.pk for dossier in dossiers],
        barriere,
        "Urgence sociale",
        par=par,
        recu_le=recu_le,
    )
    return passes


def barree(acte) -> Barriere:
    """The barrier that the act meets."""
    with pytest.raises(barrieres.Barre) as refus:
        acte()
    return refus.value.barriere


# --- Receivable, opinions, meeting, before a decision ---------------------------------------------


@pytest.mark.parametrize("etat", [Etat.DEPOSE, Etat.A_COMPLETER])
def test_une_decision_attend_la_recevabilite(depose, agent, etat):
    Dossier.objects.filter(pk=depose.pk).update(etat=etat)
    assert barree(lambda: refuser(depose, agent)) == Barriere.RECEVABILITE
    assert (DecisionPrise.objects.count(), demande(depose).decision) == (0, "")
    Dossier.objects.filter(pk=depose.pk).update(etat=Etat.RECEVABLE)
    refuser(depose, agent)
    assert demande(depose).decision == "refuse"


def test_une_decision_attend_les_avis_demandes_ou_leur_date(depose, agent):
    admettre(depose)
    Appel.objects.update(avis_avant=PENDANT.date())
    assert barree(lambda: refuser(depose, agent)) == Barriere.AVIS
    donnees = {"recevable": True, "sens": "favorable", "motif": "m", "montant_propose": 5}
    sollicites = depose.financements.filter(partenaire__isnull=False)
    for financement in sollicites:
        assert barree(lambda: refuser(depose, agent)) == Barriere.AVIS
        avis.donner(
            depose,
            financement.partenaire,
            donnees,
            partager=True,
            par=creer_financeur(financement.partenaire.genre),
            recu_le=PENDANT,
        )
    refuser(depose, agent)


def test_un_avis_prive_ne_suffit_pas_la_date_passee_oui(depose, agent):
    admettre(depose)
    Appel.objects.update(avis_avant=PENDANT.date())
    donnees = {"recevable": True, "sens": "favorable", "motif": "m", "montant_propose": 5}
    for financement in depose.financements.filter(partenaire__isnull=False):
        avis.donner(
            depose,
            financement.partenaire,
            donnees,
            partager=False,
            par=creer_financeur(financement.partenaire.genre),
            recu_le=PENDANT,
        )
    assert barree(lambda: refuser(depose, agent)) == Barriere.AVIS
    Appel.objects.update(avis_avant=PENDANT.date() - timedelta(days=1))
    refuser(depose, agent)


def reunir(appel: Appel, agent):
    scenario = scenarios.creer(appel, "A", depuis=None, par=agent, recu_le=PENDANT)
    donnees = {"nom": "Comité", "lieu": "", "scenario": scenario, "tenu_le": PENDANT}
    return comites.convoquer(appel, donnees, par=agent)


def dire(comite, dossier, agent, sens, voulus=None, recu_le=PENDANT) -> None:
    comites.enregistrer(
        comite,
        dossier,
        voulus or {},
        {"sens": sens, "observation": ""},
        par=agent,
        recu_le=recu_le,
    )


def test_une_decision_attend_le_mot_du_comite_quand_il_y_a_un_comite(depose, agent):
    admettre(depose)
    comite = reunir(depose.appel, agent)
    assert barree(lambda: refuser(depose, agent)) == Barriere.COMITE
    dire(comite, depose, agent, "favorable")
    refuser(depose, agent)


def test_la_responsable_deroge_par_ecrit_et_cela_se_lit(connecter, depose, agent, responsable):
    chemin = f"/instruction/dossiers/{depose.pk}/derogation/"
    envoi = {"barriere": "recevabilite", "motif": "Urgence sociale"}
    assert connecter(agent).get(chemin).status_code == 403
    assert connecter(agent).post(chemin, envoi).status_code == 403
    client = connecter(responsable)
    assert client.post(chemin, envoi | {"motif": ""}).status_code == 422
    assert client.post(chemin, envoi | {"barriere": "comite"}).status_code == 422  # not raised
    assert Franchissement.objects.count() == 0
    assert client.post(chemin, envoi).status_code == 302
    refuser(depose, agent)
    assert list(Passage.objects.filter(acte=Acte.DEROGER).values_list("par", "motif")) == [
        (responsable.pk, "Recevabilité : Urgence sociale")
    ]
    assert "Urgence sociale" in client.get(f"/instruction/dossiers/{depose.pk}/").content.decode()
    comite = reunir(depose.appel, agent)
    (projet,) = proces_verbal.contenu(comite)["projets"]
    assert ["Recevabilité : Urgence sociale" in dite for dite in projet["derogations"]] == [True]
    pv = proces_verbal.composer(comite, Dossier.objects.all())
    document = Document(BytesIO(minutes_docx.en_docx(pv)))
    assert "Urgence sociale" in "\n".join(paragraphe.text for paragraphe in document.paragraphs)
    page = connecter(depose.depose_par).get(f"/dossiers/{depose.pk}/historique/").content.decode()
    assert "Urgence sociale" not in page


def test_deroger_pour_les_dossiers_coches(connecter, depose, agent, responsable):
    autre = deposer(creer_dossier_complet(depose.appel))
    admis = admettre(deposer(creer_dossier_complet(depose.appel)))
    chemin = f"/instruction/appels/{depose.appel_id}/retenus/"
    client = connecter(responsable)
    page = client.get(chemin).content.decode()
    assert [dossier.numero in page for dossier in (depose, autre, admis)] == [True, True, False]
    envoi = {"dossiers": [depose.pk, admis.pk], "barriere": "recevabilite", "motif": "Pourquoi"}
    assert connecter(agent).post(chemin, envoi).status_code == 403
    fait = client.post(f"{chemin}?page=1", envoi)
    assert fait.url == f"{chemin}?page=1"
    dits = [str(message) for message in client.get(chemin).context["messages"]]
    assert dits[-1] == f"Laissés de côté : {admis.numero} (cette barrière ne le retient plus)."
    assert set(Franchissement.objects.values_list("dossier", flat=True)) == {depose.pk}
    refuser(depose, agent)
    assert barree(lambda: refuser(autre, agent)) == Barriere.RECEVABILITE


def test_l_agent_lit_la_barriere_et_qui_peut_la_lever(connecter, depose, agent):
    page = connecter(agent).get(f"/dossiers/{depose.pk}/decisions/").content.decode()
    assert "dérogation écrite de la ou du responsable" in page
    assert f"/instruction/dossiers/{depose.pk}/derogation/" not in page


def test_une_lettre_attend_que_le_dossier_soit_encore_recevable(depose, agent, responsable):
    admettre(depose)
    refuser(depose, agent)
    ecrire("refuse", agent)
    examen.reexaminer(depose, motif="x", par=agent, recu_le=PENDANT)
    bilan = lettres.preparer(depose.appel, par=agent, recu_le=PENDANT)
    assert (bilan.nombre, bilan.laisses) == (0, [(depose, "pas déclaré recevable")])
    admettre(depose)
    assert lettres.preparer(depose.appel, par=agent, recu_le=PENDANT).nombre == 1
    rendre_pretes()
    (prete,) = lettres.pretes(depose.appel)
    examen.reexaminer(depose, motif="x", par=agent, recu_le=PENDANT)
    with pytest.raises(lettres.RienALiberer):
        lettres.liberer(depose.appel, [prete.pk], 1, par=responsable, recu_le=PENDANT)
    deroger([depose], Barriere.RECEVABILITE, responsable)
    lettres.liberer(depose.appel, [prete.pk], 1, par=responsable, recu_le=PENDANT)


# --- Nothing notified is taken back silently ------------------------------------------------------


def test_un_dossier_notifie_ne_se_reprend_que_par_derogation(depose, agent, responsable):
    admettre(depose)
    creer_lettre(refuser(depose, agent))

    def reprendre():
        examen.reexaminer(depose, motif="Erreur", par=agent, recu_le=PENDANT)

    assert barree(reprendre) == Barriere.NOTIFIE
    deroger([depose], Barriere.NOTIFIE, responsable)
    reprendre()
    assert Dossier.objects.get(pk=depose.pk).etat == Etat.DEPOSE
    apres = PENDANT + timedelta(hours=1)
    examen.admettre(depose, par=agent, recu_le=apres)
    assert barree(reprendre) == Barriere.NOTIFIE  # the derogation served


def test_un_dossier_notifie_ne_s_ecarte_pas(depose, agent, responsable):
    creer_accord(depose)
    creer_lettre(demande(depose))

    def ecarter():
        examen.ecarter(depose, motif="Hors territoire", par=agent, recu_le=PENDANT)

    assert barree(ecarter) == Barriere.NOTIFIE
    assert Envoi.objects.filter(acte__startswith="irrecevable").count() == 0
    deroger([depose], Barriere.NOTIFIE, responsable)
    ecarter()
    assert Dossier.objects.get(pk=depose.pk).etat == Etat.IRRECEVABLE


def test_avant_sa_lettre_un_examen_se_reprend(depose, agent):
    admettre(depose)
    refuser(depose, agent)
    examen.reexaminer(depose, motif="Erreur", par=agent, recu_le=PENDANT)


# --- An unfavourable word proposes zero -----------------------------------------------------------


def test_defavorable_met_les_montants_a_zero_et_ajourne_laisse_de_cote(depose, agent, responsable):
    dossiers = [depose, *(deposer(creer_dossier_complet(depose.appel)) for _ in range(2))]
    demandes = [demande(admettre(dossier)) for dossier in dossiers]
    comite = reunir(depose.appel, agent)
    voulus = {un.pk: (None, 50_000) for un in demandes}
    scenarios.proposer(comite.scenario, voulus, par=agent, recu_le=PENDANT)
    for dossier, sens in zip(dossiers, ("favorable", "defavorable", "ajourne"), strict=True):
        dire(comite, dossier, agent, sens)
    propositions = dict(comite.scenario.propositions.values_list("financement", "montant"))
    assert [propositions[un.pk] for un in demandes] == [50_000, 0, 50_000]
    fige = scenarios.figer(comite.scenario, par=responsable, recu_le=PENDANT)
    reprise = decisions.decider_selon_le_scenario(
        fige,
        demandes[0].partenaire,
        decide_le=PENDANT.date(),
        acte="",
        motif="Le comité y est défavorable.",
        par=agent,
        recu_le=PENDANT,
    )
    assert (reprise.combien, reprise.laisses) == (2, [(dossiers[2], "le comité l’a ajourné")])
    assert [Financement.objects.get(pk=un.pk).decision for un in demandes] == [
        "partiel",
        "refuse",
        "",
    ]


def test_ce_que_le_comite_ajourne_attend_son_mot_ou_une_derogation(
    connecter, depose, agent, responsable
):
    """Alone as together; a funder may put it off too. What the meeting says since counts."""
    caf = demande(admettre(depose))
    comite = reunir(depose.appel, agent)
    deroger([depose], Barriere.COMITE, responsable)  # before the meeting: it does not hold after
    apres = PENDANT + timedelta(hours=1)
    dire(comite, depose, agent, "ajourne", recu_le=apres)
    page = connecter(agent).get(f"/dossiers/{depose.pk}/decisions/").content.decode()
    assert page.count("seul « Ajourné » s’enregistre") == 1
    assert barree(lambda: refuser(depose, agent)) == Barriere.COMITE
    caf.decision, caf.motif = "ajourne", "À la prochaine séance"
    decisions.saisir(depose, [caf], par=agent, recu_le=apres)
    deroger([depose], Barriere.COMITE, responsable, recu_le=apres)
    accorder(depose, agent, 50_000)


def test_une_derogation_a_la_recevabilite_tombe_avec_un_examen_qui_l_ecarte(
    depose, agent, responsable
):
    deroger([depose], Barriere.RECEVABILITE, responsable)
    refuser(depose, agent)
    apres = PENDANT + timedelta(hours=1)
    examen.ecarter(depose, motif="Hors territoire", par=agent, recu_le=apres)
    examen.reexaminer(depose, motif="Erreur", par=agent, recu_le=apres)
    assert barree(lambda: accorder(depose, agent, 50_000)) == Barriere.RECEVABILITE
    assert barrieres.non_recevables([Dossier.objects.get(pk=depose.pk)]) == {depose.pk}
    deroger([depose], Barriere.RECEVABILITE, responsable, recu_le=apres)
    accorder(depose, agent, 50_000)
    assert barrieres.non_recevables([Dossier.objects.get(pk=depose.pk)]) == set()


def test_defavorable_dit_apres_le_gel_compte_encore_pour_zero(depose, agent, responsable):
    admettre(depose)
    comite = reunir(depose.appel, agent)
    caf = demande(depose)
    scenarios.proposer(comite.scenario, {caf.pk: (None, 50_000)}, par=agent, recu_le=PENDANT)
    fige = scenarios.figer(comite.scenario, par=responsable, recu_le=PENDANT)
    comite.refresh_from_db()
    dire(comite, depose, agent, "defavorable")
    (propose,) = decisions.a_decider(fige, caf.partenaire).values_list("propose", flat=True)
    assert propose == 0


@pytest.mark.parametrize(
    ("sens", "temoin"),
    [("favorable", "plein"), ("reserve", "demi"), ("defavorable", "vide"), ("ajourne", "apres")],
)
def test_le_mot_du_comite_ne_se_dessine_pas_tout_vert(connecter, depose, agent, sens, temoin):
    comite = reunir(depose.appel, agent)
    admettre(depose)
    dire(comite, depose, agent, sens)
    page = connecter(agent).get(f"/instruction/comites/{comite.pk}/").content.decode()
    mot = comite.deliberations.get().get_sens_display()
    assert f'<span class="etat {temoin}">{mot}</span>' in page


def test_un_acte_d_ensemble_laisse_de_cote_et_nomme(connecter, depose, agent, responsable):
    admis = admettre(deposer(creer_dossier_complet(depose.appel)))
    scenario = scenarios.creer(depose.appel, "A", depuis=None, par=agent, recu_le=PENDANT)
    voulus = {demande(dossier).pk: (None, 100) for dossier in (depose, admis)}
    scenarios.proposer(scenario, voulus, par=agent, recu_le=PENDANT)
    scenarios.figer(scenario, par=responsable, recu_le=PENDANT)
    page = connecter(agent).post(
        f"/instruction/appels/{depose.appel_id}/decider/",
        {"partenaire": demande(depose).partenaire_id, "decide_le": "2027-04-02", "motif": ""},
        follow=True,
    )
    assert f"{depose.numero} (pas déclaré recevable)" in page.content.decode()
    assert [demande(dossier).decision for dossier in (depose, admis)] == ["", "partiel"]


# --- Decisions follow each other ------------------------------------------------------------------


def successives(financement: Financement) -> list[tuple]:
    return list(
        financement.prises.order_by("rang").values_list(
            "rang", "decision", "montant_vote", "pourquoi"
        )
    )


def test_ajourne_puis_accorde_puis_rectifie(connecter, depose, agent, responsable):
    admettre(depose)
    caf = demande(depose)
    caf.decision, caf.motif = "ajourne", "Au prochain conseil"
    decisions.saisir(depose, [caf], par=agent, recu_le=PENDANT)
    premiere = creer_lettre(caf)
    with pytest.raises(decisions.DejaLibere):
        accorder(depose, agent, 100_000)
    accorder(depose, agent, 100_000, pourquoi={caf.pk: "Le conseil a voté"})
    assert successives(caf) == [
        (1, "ajourne", None, ""),
        (2, "partiel", 100_000, "Le conseil a voté"),
    ]
    ecrire("partiel", agent)
    assert lettres.preparer(depose.appel, par=agent, recu_le=PENDANT).nombre == 1
    rendre_pretes(Lettre.objects.get(liberee_le=None))
    (prete,) = lettres.pretes(depose.appel)
    lettres.liberer(depose.appel, [prete.pk], 1, par=responsable, recu_le=PENDANT)
    premiere.refresh_from_db()
    assert (premiere.remplacee_par, premiere.liberee_le) == (prete, PENDANT)
    page = connecter(depose.depose_par).get(f"/dossiers/{depose.pk}/decisions-recues/")
    assert page.content.decode().count("Remplacée par la lettre du") == 1
    caf.decision, caf.montant_vote, caf.decide_le = "", None, None
    with pytest.raises(decisions.NotifieeNeSEffacePas):
        decisions.saisir(depose, [caf], pourquoi={caf.pk: "x"}, par=agent, recu_le=PENDANT)


def test_la_page_demande_pourquoi_une_decision_notifiee_change(connecter, depose, agent):
    admettre(depose)
    creer_lettre(refuser(depose, agent))
    client, chemin = connecter(agent), f"/dossiers/{depose.pk}/decisions/"
    accord = {"decision": "partiel", "montant_vote": "100", "decide_le": "2027-03-12"}
    reponse = client.post(chemin, donnees(depose, **accord))
    assert (reponse.status_code, demande(depose).decision) == (422, "refuse")
    assert "une nouvelle lettre l’annoncera" in reponse.content.decode()
    reponse = client.post(chemin, donnees(depose, decision="", pourquoi="x"))
    assert (reponse.status_code, demande(depose).decision) == (422, "refuse")
    reponse = client.post(chemin, donnees(depose, **accord, pourquoi="Erreur de saisie"))
    assert (reponse.status_code, demande(depose).decision) == (302, "partiel")
    assert "Erreur de saisie" in client.get(chemin).content.decode()


def test_la_demande_garde_toujours_la_derniere_decision(depose, agent):
    """Random histories: the row and the last of its decisions are one."""
    admettre(depose)
    hasard = random.Random(13)
    caf = demande(depose)
    for _ in range(30):
        caf.decision = hasard.choice(["", "accorde", "partiel", "refuse", "ajourne", "sans_suite"])
        accorde = caf.decision in ("accorde", "partiel")
        caf.montant_vote = hasard.randrange(1, 10_000) if accorde else None
        caf.decide_le = PENDANT.date()
        caf.motif = hasard.choice(["", "m"])
        decisions.saisir(depose, [caf], par=agent, recu_le=PENDANT)
        garde, derniere = demande(depose), caf.prises.courantes().get()
        for champ in ("decision", "montant_vote", "decide_le", "acte", "motif"):
            assert getattr(garde, champ) == getattr(derniere, champ), champ
    assert [rang for rang, *_ in successives(caf)] == list(range(1, 31))


# --- Giving up a grant ----------------------------------------------------------------------------


def test_renoncer_rend_l_argent_et_garde_la_ligne_publique(connecter, depose, agent):
    porteur = depose.porteur
    scenarios.doter(
        depose.appel,
        demande(depose).partenaire,
        montant=100_000,
        plafond=None,
        par=agent,
        recu_le=PENDANT,
    )
    creer_accord(depose)
    chemin = f"/dossiers/{depose.pk}/renoncer/"
    caf = demande(depose)
    envoi = {"subventions": [caf.pk], "motif": "Le projet s’arrête"}
    signataire = connecter(depose.depose_par)
    assert signataire.post(chemin, envoi).status_code == 422  # no letter yet: nothing is said
    publier_les_decisions(depose.appel)
    for personne, code in (
        (creer_membre(porteur, Role.REDACTEUR), 403),
        (creer_membre(porteur, Role.LECTEUR), 404),
        (creer_signataire(creer_association()), 404),
        (creer_financeur(), 404),
    ):
        assert connecter(personne).post(chemin, envoi).status_code in {code, 403}
    assert decisions.votes(depose.appel_id) == {caf.partenaire_id: 100_000}
    assert signataire.post(chemin, envoi | {"motif": ""}).status_code == 422
    assert signataire.post(chemin, envoi).status_code == 302
    assert decisions.votes(depose.appel_id) == {}
    assert successives(caf)[-1][:3] == (2, "renonce", None)
    page = connecter().get("/projets/").content.decode()
    assert ("l’organisme a renoncé" in page, depose.intitule in page) == (True, True)
    assert list(Financement.objects.publics()) == []
    csv = connecter().get("/projets/projets.csv").content.decode()
    assert "a renoncé" in csv
    assert Passage.objects.filter(acte=Acte.RENONCER).count() == 1
    assert signataire.post(chemin, envoi).status_code == 422  # twice changes nothing
    assert lettres.a_preparer(depose.appel).count() == 0
    # What came back may be granted to another.
    accorder(admettre(deposer(creer_dossier_complet(depose.appel))), agent, 100_000)


# --- Two people at once ---------------------------------------------------------------------------


def ensemble(*actes) -> list[str]:
    """Each at once in its own thread: what it says."""
    barriere, dits = threading.Barrier(len(actes)), []

    def jouer(acte):
        barriere.wait(BORNE)
        try:
            acte()
            dits.append("fait")
        except Exception as refus:
            dits.append(type(refus).__name__)
        finally:
            connection.close()

    fils = [threading.Thread(target=jouer, args=(acte,)) for acte in actes]
    [fil.start() for fil in fils]
    [fil.join(BORNE) for fil in fils]
    return sorted(dits)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_deux_derogations_a_la_fois_n_en_font_qu_une(base_a_plusieurs, depose, responsable):
    def une():
        deroger([depose], Barriere.RECEVABILITE, responsable)

    assert ensemble(une, une) == ["RienADeroger", "fait"]
    assert Franchissement.objects.count() == 1


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_deux_renonciations_a_la_fois_n_en_font_qu_une(base_a_plusieurs, depose):
    creer_accord(depose)
    creer_lettre(demande(depose))

    def renoncer():
        renonciations.renoncer(
            depose, [demande(depose).pk], "x", par=depose.depose_par, recu_le=PENDANT
        )

    assert ensemble(renoncer, renoncer) == ["RienARenoncer", "fait"]
    assert [rang for rang, *_ in successives(demande(depose))] == [1, 2]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_retirer_et_decider_a_la_fois_l_un_des_deux(base_a_plusieurs, depose, agent):
    admettre(depose)
    signataire = depose.depose_par
    dits = ensemble(
        lambda: refuser(depose, agent),
        lambda: arret.retirer(depose, par=signataire, recu_le=PENDANT),
    )
    assert dits in (["DejaDecide", "fait"], ["HorsCourse", "fait"])


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_reexaminer_et_decider_a_la_fois_l_un_puis_l_autre(base_a_plusieurs, depose, agent):
    admettre(depose)
    dits = ensemble(
        lambda: refuser(depose, agent),
        lambda: examen.reexaminer(depose, motif="x", par=agent, recu_le=PENDANT),
    )
    assert dits in (["fait", "fait"], ["Barre", "fait"])
    assert demande(depose).prises.count() == dits.count("fait") - 1


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_deux_decisions_a_la_fois_se_suivent_sans_trou(base_a_plusieurs, depose, agent):
    admettre(depose)
    assert ensemble(*[lambda: refuser(depose, agent)] * 4) == ["fait"] * 4
    assert [rang for rang, *_ in successives(demande(depose))] == [1, 2, 3, 4]
    assert demande(depose).prises.courantes().count() == 1
