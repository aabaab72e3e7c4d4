"""Deadlines put off: for everybody with a public reason, for one organisation with a code. The
clock alone decides.
"""

import threading
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from post_office.models import Email

from appels.depot.actions import correction
from appels.instruction.actions import echeances
from appels.models import Acte, Appel, Derogation, Dossier, Passage, Prolongation
from appels.models.delai import lire_code
from appels.redaction.actions import codes, redaction
from appels.socle import verrous
from partenaires.models import Role
from tests.attente import BORNE
from tests.fabriques import (
    FERMETURE,
    PENDANT,
    creer_agent,
    creer_appel,
    creer_association,
    creer_dossier_complet,
    creer_membre,
    creer_signataire,
    deposer,
)

pytestmark = pytest.mark.django_db
APRES = FERMETURE + timedelta(hours=2)
REPORT = FERMETURE + timedelta(days=3)
MS = timedelta(milliseconds=1)


@pytest.fixture
def porteur(horloge_figee):
    return creer_association()


@pytest.fixture
def appel(porteur):
    return creer_appel()


@pytest.fixture
def brouillon(appel, porteur):
    return creer_dossier_complet(appel, porteur)


def prolonger(
    appel, nouvelle=REPORT, recu_le=APRES, motif="Panne du portail le dernier jour"
) -> Prolongation:
    return echeances.prolonger(
        appel, nouvelle=nouvelle, motif=motif, par=creer_agent(Role.RESPONSABLE), recu_le=recu_le
    )


def accorder(appel, porteur, jusqu_a=REPORT) -> Derogation:
    return echeances.accorder(
        appel,
        porteur,
        jusqu_a=jusqu_a,
        motif="Hospitalisation de la trésorière",
        par=creer_agent(),
        recu_le=PENDANT,
    )


def frais(dossier) -> Dossier:
    return Dossier.objects.select_related("appel").get(pk=dossier.pk)


def essayer(dossier, instant) -> bool:
    try:
        return deposer(frais(dossier), creer_signataire(dossier.porteur), instant).est_depose
    except verrous.AppelFerme:
        return False


# --- For everybody ------------------------------------------------------------------------------
@pytest.mark.parametrize(("decalage", "accepte"), [(-MS, True), (0 * MS, False), (MS, False)])
def test_apres_un_report_la_nouvelle_cloture_decide_a_la_milliseconde(
    appel, brouillon, decalage, accepte
):
    assert not essayer(brouillon, APRES)
    prolonger(appel)
    assert essayer(brouillon, REPORT + decalage) == accepte


def test_un_report_se_publie_avec_son_motif_et_previent_qui_a_un_brouillon(
    connecter, appel, brouillon, horloge_figee
):
    autre = creer_signataire(creer_association())
    responsable = creer_agent(Role.RESPONSABLE)
    client = connecter(responsable)
    horloge_figee(APRES)
    chemin = f"/instruction/appels/{appel.pk}/prolonger/"
    assert "1\u00a0brouillon" in client.get(chemin).content.decode()
    client.post(chemin, {"jour": "2026-11-30", "heure": "13:00", "motif": "Panne du portail"})
    appel.refresh_from_db()
    assert (appel.ferme_le, appel.sequence) == (datetime(2026, 11, 30, 12, 0, tzinfo=UTC), 1)
    page = connecter().get("/appel/").content.decode()
    assert ("Motif : Panne du portail" in page, "est reportée au" in page) == (True, True)
    destinataires = {adresse for to in Email.objects.values_list("to", flat=True) for adresse in to}
    assert destinataires == {brouillon.cree_par.email}
    assert autre.email not in destinataires


@pytest.mark.parametrize(
    ("champs", "phrase"),
    [
        ({"jour": "2026-11-27", "heure": "12:00"}, "vient après la clôture actuelle"),
        ({"jour": "2026-11-26", "heure": "12:00"}, "vient après la clôture actuelle"),
        ({"jour": "2027-03-28", "heure": "02:30"}, "Cette heure n’existe pas"),
        ({"jour": "demain", "heure": "12:00"}, "Cette date ne se lit pas"),
        ({"jour": "2026-12-01", "heure": "midi"}, "Cette heure ne se lit pas"),
        ({"jour": "2026-12-01", "heure": "12:00", "motif": ""}, "Cette réponse est obligatoire"),
    ],
)
def test_un_report_impossible_se_dit_et_garde_la_saisie(connecter, appel, champs, phrase):
    reponse = connecter(creer_agent(Role.RESPONSABLE)).post(
        f"/instruction/appels/{appel.pk}/prolonger/", {"motif": "Un motif", **champs}
    )
    page = reponse.content.decode()
    assert (reponse.status_code, phrase in page, champs["jour"] in page) == (422, True, True)
    assert Prolongation.objects.count() == 0


def test_un_report_ne_raccourcit_jamais(appel):
    for nouvelle in (FERMETURE, FERMETURE - MS):
        with pytest.raises(echeances.PasPlusTard):
            prolonger(appel, nouvelle, PENDANT)
    with pytest.raises(echeances.PasPlusTard):
        prolonger(appel, APRES - MS, APRES)


def test_les_dates_d_un_appel_commence_ne_changent_pas_par_le_formulaire(connecter, appel):
    client = connecter(creer_agent(Role.RESPONSABLE))
    page = client.get(f"/instruction/appels/{appel.pk}/")
    form = page.context["form"]
    assert (form.fields["ferme_jour"].disabled, "Prolonger l’appel" in page.content.decode()) == (
        True,
        True,
    )
    client.post(
        f"/instruction/appels/{appel.pk}/",
        {
            "annee": 2027,
            "titre": "Autre titre",
            "regime": "preparation",
            "est_publie": "on",
            "jours_rappel": "7",
            "jours_avant_rejet": "15",
            "motifs_par": "critere",
            "ferme_jour": "2026-12-24",
            "ferme_heure": "12:00",
            "ouvre_jour": "2026-10-01",
            "ouvre_heure": "10:00",
            **{
                f"{prefixe}-{nom}": valeur
                for prefixe in ("documents", "financeurs", "regles")
                for nom, valeur in (("TOTAL_FORMS", 0), ("INITIAL_FORMS", 0))
            },
        },
    )
    appel.refresh_from_db()
    assert (appel.titre, appel.ferme_le) == ("Autre titre", FERMETURE)


def test_deux_reports_ensemble_se_suivent(appel):
    prolonger(appel)
    with pytest.raises(echeances.PasPlusTard):
        prolonger(appel)
    assert Appel.objects.get(pk=appel.pk).sequence == 1


# --- For one organisation -------------------------------------------------------------------------
@pytest.mark.parametrize(("decalage", "accepte"), [(-MS, True), (0 * MS, False), (MS, False)])
def test_un_code_donne_un_delai_a_la_milliseconde(appel, brouillon, porteur, decalage, accepte):
    derogation = accorder(appel, porteur)
    codes.utiliser(
        brouillon, derogation.code_lisible.lower(), par=brouillon.cree_par, recu_le=APRES
    )
    assert frais(brouillon).est_modifiable(APRES)
    assert essayer(brouillon, REPORT + decalage) == accepte
    if accepte:
        contenu = Dossier.objects.get(pk=brouillon.pk).versions.get().contenu
        assert REPORT.isoformat() in contenu


def test_un_code_ne_sert_qu_une_fois_a_son_organisme_pour_son_appel_et_en_son_temps(
    appel, brouillon, porteur
):
    derogation = accorder(appel, porteur)
    autre = creer_dossier_complet(appel, creer_association())
    second = creer_dossier_complet(appel, porteur)
    ailleurs = creer_dossier_complet(creer_appel(2028), porteur)
    Appel.objects.filter(annee=2028).update(ferme_le=FERMETURE)
    for dossier in (autre, frais(ailleurs)):
        with pytest.raises(codes.CodeInconnu):
            codes.utiliser(dossier, derogation.code, par=dossier.cree_par, recu_le=APRES)
    with pytest.raises(codes.CodeInconnu):
        codes.utiliser(brouillon, derogation.code, par=brouillon.cree_par, recu_le=REPORT)
    with pytest.raises(verrous.NonModifiable):
        codes.utiliser(brouillon, derogation.code, par=brouillon.cree_par, recu_le=PENDANT)
    codes.utiliser(brouillon, derogation.code, par=brouillon.cree_par, recu_le=APRES)
    with pytest.raises(codes.CodeInconnu):
        codes.utiliser(second, derogation.code, par=second.cree_par, recu_le=APRES)
    assert not frais(second).est_modifiable(APRES)
    passage = Passage.objects.get(acte=Acte.PROLONGER)
    assert (passage.dossier, passage.motif, passage.par) == (
        brouillon,
        "Hospitalisation de la trésorière",
        brouillon.cree_par,
    )


def test_un_code_revoque_ne_vaut_plus_un_code_utilise_ne_se_revoque_pas(appel, brouillon, porteur):
    agent, premiere, seconde = creer_agent(), accorder(appel, porteur), accorder(appel, porteur)
    echeances.revoquer(premiere, par=agent, recu_le=PENDANT)
    with pytest.raises(codes.CodeInconnu):
        codes.utiliser(brouillon, premiere.code, par=brouillon.cree_par, recu_le=APRES)
    codes.utiliser(brouillon, seconde.code, par=brouillon.cree_par, recu_le=APRES)
    with pytest.raises(echeances.CodeDejaPris):
        echeances.revoquer(seconde, par=agent, recu_le=PENDANT)


def test_un_code_commence_un_dossier_apres_la_cloture_et_un_seul(
    connecter, appel, porteur, horloge_figee
):
    horloge_figee(APRES)
    derogation, personne = accorder(appel, porteur), creer_membre(porteur)
    client = connecter(personne)
    form = {"porteur": porteur.pk, "intitule": "Tardif", "cle": uuid4()}
    refus = client.post("/dossiers/nouveau/2027/", {**form, "code": "AAAA-AAAA"})
    assert (refus.status_code, "Ce code ne convient pas" in refus.content.decode()) == (422, True)
    for _ in range(2):
        reponse = client.post("/dossiers/nouveau/2027/", {**form, "code": derogation.code})
    dossier = Dossier.objects.get()
    assert (reponse.url, dossier.prolonge_jusqu_a) == (f"/dossiers/{dossier.pk}/", REPORT)
    refus = client.post(
        "/dossiers/nouveau/2027/", {**form, "cle": uuid4(), "code": derogation.code}
    )
    assert (refus.status_code, Dossier.objects.count()) == (422, 1)


def test_par_les_pages_l_agent_donne_l_organisme_utilise(
    connecter, appel, brouillon, porteur, horloge_figee
):
    agent = connecter(creer_agent())
    horloge_figee(APRES)
    chemin = f"/instruction/appels/{appel.pk}/delais/"
    agent.post(
        chemin,
        {
            "porteur": porteur.pk,
            "jour": "2026-11-30",
            "heure": "12:00",
            "motif": "Incendie du local",
        },
    )
    derogation = Derogation.objects.get()
    assert derogation.code_lisible in agent.get(chemin).content.decode()
    client = connecter(brouillon.cree_par)
    sommaire = client.get(f"/dossiers/{brouillon.pk}/").content.decode()
    assert ("Non déposé" in sommaire, "code de prolongation" in sommaire) == (True, True)
    rate = client.post(
        f"/dossiers/{brouillon.pk}/delai/", {"code": "rien"}, follow=True
    ).content.decode()
    assert "Ce code ne convient pas" in rate
    reussi = client.post(
        f"/dossiers/{brouillon.pk}/delai/", {"code": derogation.code_lisible}, follow=True
    ).content.decode()
    assert ("Le délai est accordé" in reussi, "Déposer le dossier avant le" in reussi) == (
        True,
        True,
    )
    assert "Incendie du local" not in connecter().get("/appel/").content.decode()
    assert "Utilisé" in agent.get(chemin).content.decode()


@pytest.mark.parametrize(("qui", "code"), [("lecteur", 403), ("etranger", 404), ("agent", 404)])
def test_qui_utilise_un_code(connecter, appel, brouillon, porteur, qui, code):
    personne = {
        "lecteur": lambda: creer_membre(porteur, Role.LECTEUR),
        "agent": creer_agent,
        "etranger": lambda: creer_signataire(creer_association()),
    }[qui]()
    derogation = accorder(appel, porteur)
    reponse = connecter(personne).post(
        f"/dossiers/{brouillon.pk}/delai/", {"code": derogation.code}
    )
    assert (reponse.status_code, Derogation.objects.get().dossier_id) == (code, None)


def test_une_correction_commencee_a_temps_se_finit_avec_un_code(appel, porteur):
    signataire = creer_signataire(porteur)
    depose = deposer(creer_dossier_complet(appel, porteur), signataire)
    brouillon = correction.corriger(depose, par=signataire, recu_le=PENDANT)
    codes.utiliser(brouillon, accorder(appel, porteur).code, par=signataire, recu_le=APRES)
    deposer(frais(brouillon), signataire, APRES)
    assert depose.versions.count() == 2


@pytest.mark.parametrize(
    ("saisi", "lu"),
    [
        ("abcd-efgh", "ABCDEFGH"),
        (" ABCD EFGH ", "ABCDEFGH"),
        ("ABCD", ""),
        ("ABCDEFG0", ""),
        ("", ""),
        ("Ａ" * 8, ""),
    ],
)
def test_un_code_se_lit_comme_il_se_dicte(saisi, lu):
    assert lire_code(saisi) == lu


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_un_code_use_par_dix_dossiers_ensemble_n_en_sert_qu_un(base_a_plusieurs):
    porteur = creer_association()
    appel = creer_appel()
    derogation = accorder(appel, porteur)
    dossiers = [creer_dossier_complet(appel, porteur) for _ in range(10)]
    barriere, servis = threading.Barrier(10), []

    def courir(dossier):
        try:
            barriere.wait(BORNE)
            codes.utiliser(dossier, derogation.code, par=dossier.cree_par, recu_le=APRES)
            servis.append(dossier.pk)
        except codes.CodeInconnu:
            pass
        finally:
            connection.close()

    fils = [threading.Thread(target=courir, args=[dossier]) for dossier in dossiers]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join(BORNE)
    assert (len(servis), Dossier.objects.exclude(prolonge_jusqu_a=None).count()) == (1, 1)


# --- The clock, whatever the season ---------------------------------------------------------------
CLOTURES = {
    "été": datetime(2027, 7, 1, 10, 0, tzinfo=UTC),
    "hiver": datetime(2027, 1, 15, 11, 0, tzinfo=UTC),
    "passage à l’été": datetime(2027, 3, 28, 1, 0, tzinfo=UTC),
    "première 2 h 30": datetime(2027, 10, 31, 0, 30, tzinfo=UTC),
    "seconde 2 h 30": datetime(2027, 10, 31, 1, 30, tzinfo=UTC),
    "29 février": datetime(2028, 2, 29, 22, 59, tzinfo=UTC),
    "31 décembre": datetime(2026, 12, 31, 23, 0, tzinfo=UTC),
}
DECALAGES = {"-1 s": -1000 * MS, "-1 ms": -MS, "0": 0 * MS, "+1 ms": MS, "+1 s": 1000 * MS}
GESTES = ("écrire", "déposer", "demander la signature", "corriger", "prolongé", "avec un code")


@pytest.mark.campagne
@pytest.mark.parametrize("geste", GESTES)
@pytest.mark.parametrize("saison", CLOTURES)
def test_deux_cent_dix_verdicts_a_la_cloture(appel, porteur, geste, saison):
    """7 closings × 5 instants × 6 gestures: accepted strictly before the closing, whatever the
    gesture.
    """
    cloture, signataire = CLOTURES[saison], creer_signataire(porteur)
    vraie = cloture - timedelta(days=1) if geste in ("prolongé", "avec un code") else cloture
    depose = deposer(creer_dossier_complet(appel, porteur), signataire)
    brouillon = creer_dossier_complet(appel, porteur)
    Appel.objects.update(ouvre_le=cloture - timedelta(days=60), ferme_le=vraie)
    if geste == "prolongé":
        prolonger(appel, cloture, vraie + MS)
    if geste == "avec un code":
        codes.utiliser(
            frais(brouillon), accorder(appel, porteur, cloture).code, par=signataire, recu_le=vraie
        )
    verdicts = {}
    for nom, decalage in DECALAGES.items():
        instant = cloture + decalage
        if geste == "écrire":
            verdicts[nom] = frais(brouillon).est_modifiable(instant)
        elif geste == "corriger":
            verdicts[nom] = frais(depose).est_corrigeable(instant)
        elif geste == "demander la signature":
            verdicts[nom] = signature_demandee(brouillon, signataire, instant)
        else:
            verdicts[nom] = puis_defaire(lambda instant=instant: essayer(brouillon, instant))
    assert verdicts == {nom: decalage < 0 * MS for nom, decalage in DECALAGES.items()}


def puis_defaire(geste) -> bool:
    """The verdict of a gesture, and the database as it was before."""
    point = transaction.savepoint()
    verdict = geste()
    transaction.savepoint_rollback(point)
    return verdict


def signature_demandee(brouillon, signataire, instant) -> bool:
    try:
        redaction.demander_signature(
            brouillon, a=signataire, par=brouillon.cree_par, recu_le=instant
        )
        redaction.rouvrir(brouillon, par=brouillon.cree_par, recu_le=instant)
        return True
    except verrous.NonModifiable:
        return False
