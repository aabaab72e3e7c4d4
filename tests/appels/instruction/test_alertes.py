"""Each alert of METIER §8: when it holds, when it does not; the list, the page and the counters say
the same.
"""

from datetime import timedelta
from uuid import uuid4

import pytest

from appels.decision.actions import renonciations
from appels.instruction import alertes
from appels.instruction.actions import echanges, examen
from appels.models import Appel, Cote, DepotDauphin, Dossier
from appels.socle import condenses
from quartiers.horloge import a_paris
from tests.fabriques import (
    FERMETURE,
    PENDANT,
    admettre,
    creer_accord,
    creer_agent,
    creer_appel,
    creer_association,
    creer_dossier_complet,
    creer_lettre,
    creer_signataire,
    deposer,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def depose(horloge_figee):
    return deposer(creer_dossier_complet(creer_appel(), creer_association()))


def levees(dossier, instant=PENDANT) -> set[str]:
    annote = alertes.annoter(Dossier.objects.all(), instant).get(pk=dossier.pk)
    par_page = {a.cle for a in alertes.de(annote)}
    par_liste = {
        a.cle
        for a in alertes.ALERTES
        if alertes.en_alerte(Dossier.objects.all(), a.cle, instant).filter(pk=dossier.pk).exists()
    }
    assert par_page == par_liste
    return par_page


def contenu_change(*dossiers) -> None:
    """What only another version writes was written here by hand."""
    cles = [dossier.pk for dossier in dossiers]
    condenses.renouveler(cles, autour=cles)


def champs(dossier, **valeurs) -> None:
    Dossier.objects.filter(pk=dossier.pk).update(**valeurs)


def test_un_dossier_ordinaire_attend_seulement_dauphin(depose):
    assert (levees(depose), levees(depose, FERMETURE)) == (set(), {"dauphin"})


def test_dauphin_se_tait_une_fois_transmis_ou_sans_l_etat(depose):
    DepotDauphin.objects.create(
        dossier=depose,
        numero="01234567",
        transmis_le=PENDANT.date(),
        declare_par=depose.depose_par,
        declare_le=PENDANT,
    )
    assert levees(depose, FERMETURE) == set()
    autre = deposer(creer_dossier_complet(depose.appel))
    autre.financements.filter(partenaire__genre="etat").delete()
    contenu_change(autre)
    assert levees(autre, FERMETURE) == set()


def test_signal_pose_puis_resolu(depose):
    agent = creer_agent()
    signal = examen.signaler(depose, motif="x", par=agent, recu_le=PENDANT)
    assert "signal" in levees(depose)
    examen.resoudre(signal, resolution="x", par=agent, recu_le=PENDANT)
    assert "signal" not in levees(depose)


@pytest.mark.parametrize(("jours", "attendu"), [(16, False), (15, True), (0, True), (-3, True)])
def test_rejet_implicite_a_quinze_jours(depose, jours, attendu):
    champs(depose, rejet_implicite_le=a_paris(PENDANT).date() + timedelta(days=jours))
    assert ("rejet" in levees(depose)) is attendu


def test_chaque_appel_dit_quand_le_rejet_se_signale(depose):
    champs(depose, rejet_implicite_le=a_paris(PENDANT).date() + timedelta(days=10))
    dits = []
    for jours in (7, 15, 30):
        Appel.objects.filter(pk=depose.appel_id).update(jours_avant_rejet=jours)
        dits.append("rejet" in levees(depose))
    assert dits == [False, True, True]


def test_pas_sur_dauphin_ne_se_dit_qu_apres_la_cloture(depose):
    """Before it everybody may still deposit there: it would be said of all."""
    assert ["dauphin" in levees(depose, quand) for quand in (PENDANT, FERMETURE)] == [False, True]


def test_le_rejet_se_tait_pendant_le_delai_et_une_fois_tout_decide(depose):
    champs(
        depose,
        rejet_implicite_le=a_paris(PENDANT).date(),
        etat="a_completer",
        a_completer_avant=PENDANT + timedelta(hours=1),
    )
    assert "rejet" not in levees(depose)
    assert levees(depose, PENDANT + timedelta(hours=1)) >= {"rejet", "delai"}
    champs(depose, etat="recevable", a_completer_avant=None)
    depose.financements.update(decision="refuse")
    assert "rejet" not in levees(depose)


def test_delai_passe(depose):
    champs(depose, etat="a_completer", a_completer_avant=PENDANT)
    assert (
        "delai" in levees(depose),
        "delai" in levees(depose, PENDANT - timedelta(microseconds=1)),
    ) == (True, False)


@pytest.mark.parametrize(
    ("champ", "valeur"),
    [("conformite", "non_conforme"), ("refusee", "Eicar"), ("retiree_le", PENDANT)],
)
def test_une_piece_obligatoire_absente_refusee_ou_non_conforme(depose, champ, valeur):
    depose.pieces.filter(document__exigence="recevabilite").update(**{champ: valeur})
    assert "pieces" in levees(depose)


def test_une_piece_d_un_autre_genre_ou_facultative_ne_manque_pas(depose):
    depose.appel.documents.create(libelle="Délibération", genre="service", exigence="obligatoire")
    depose.appel.documents.create(libelle="Rapport", exigence="facultatif")
    assert "pieces" not in levees(depose)
    depose.appel.documents.create(libelle="Statuts", genre="association", exigence="recevabilite")
    assert "pieces" in levees(depose)


def test_message_sans_reponse(depose):
    echanges.ecrire(
        depose, Cote.ORGANISME, "x", [], cle=uuid4(), par=depose.depose_par, recu_le=PENDANT
    )
    assert "message" in levees(depose)
    echanges.ecrire(depose, Cote.SERVICE, "x", [], cle=uuid4(), par=creer_agent(), recu_le=PENDANT)
    assert "message" not in levees(depose)


@pytest.mark.parametrize(
    ("seuil", "gravite", "attendu"),
    [(75, "avertissement", False), (76, "avertissement", True), (76, "desactivee", False)],
)
def test_part_des_qpv(depose, seuil, gravite, attendu):
    """Forty-five people out of sixty: 75 %."""
    depose.appel.regles.filter(cle="part_qpv").update(seuil=seuil, gravite=gravite)
    assert ("qpv" in levees(depose)) is attendu


def test_convention_au_cumul_de_l_annee_par_siren_et_financeur(horloge_figee):
    porteur = creer_association()
    jumelle = creer_association(siret="", nom="Sans numéro")
    signataire = creer_signataire(porteur)
    appel = creer_appel()
    premier, second = (deposer(creer_dossier_complet(appel, porteur), signataire) for _ in range(2))
    autre = deposer(creer_dossier_complet(appel, jumelle))
    for dossier, cents in ((premier, 1_150_000), (second, 1_150_000), (autre, 3_000_000)):
        dossier.financements.filter(partenaire__genre="caf").update(montant=cents)
    contenu_change(premier, second, autre)
    assert "convention" not in levees(premier) | levees(second) | levees(autre)
    second.financements.filter(partenaire__genre="caf").update(montant=1_150_001)
    contenu_change(second)
    assert ("convention" in levees(premier), "convention" in levees(second)) == (True, True)
    second.financements.filter(partenaire__genre="caf").update(
        decision="accorde", montant_vote=100, decide_le=PENDANT.date()
    )
    assert "convention" not in levees(premier)


def test_une_aide_rendue_ne_compte_plus_dans_le_cumul(horloge_figee):
    """Given up, neither what was granted nor what had been asked counts."""
    porteur = creer_association()
    appel, signataire = creer_appel(), creer_signataire(porteur)
    premier, second = (deposer(creer_dossier_complet(appel, porteur), signataire) for _ in range(2))
    for dossier in (premier, second):
        dossier.financements.filter(partenaire__genre="caf").update(montant=1_200_000)
    contenu_change(premier, second)
    assert "convention" in levees(premier)
    rendue = creer_accord(admettre(second), montant=1_200_000)
    creer_lettre(rendue)
    renonciations.renoncer(second, [rendue.pk], "Arrêt", par=signataire, recu_le=PENDANT)
    assert "convention" not in levees(premier) | levees(second)


def test_accorde_plus_que_demande(depose):
    ligne = depose.financements.first()
    for vote, attendu in ((ligne.montant, False), (ligne.montant + 1, True)):
        depose.financements.filter(pk=ligne.pk).update(
            decision="accorde", montant_vote=vote, decide_le=PENDANT.date()
        )
        assert ("accorde" in levees(depose)) is attendu


def test_plan_a_revoir_quand_tous_ont_decide_autre_chose_que_demande(depose):
    champs(depose, etat="recevable")
    for ligne in depose.financements.all():
        depose.financements.filter(pk=ligne.pk).update(
            decision="accorde", montant_vote=ligne.montant, decide_le=PENDANT.date()
        )
    assert "plan" not in levees(depose)
    dernier = depose.financements.last()
    depose.financements.filter(pk=dernier.pk).update(decision="", montant_vote=None)
    assert "plan" not in levees(depose)
    depose.financements.filter(pk=dernier.pk).update(decision="refuse")
    assert "plan" in levees(depose)


def test_le_tableau_compte_les_memes(connecter, depose):
    agent = creer_agent()
    examen.signaler(depose, motif="x", par=agent, recu_le=PENDANT)
    deposer(creer_dossier_complet(depose.appel))
    contexte = connecter(agent).get("/instruction/tableau/").context
    dits = {ligne.adresse: ligne.nombre for ligne in contexte["t"].attendus}
    assert dits[f"/instruction/?appel={depose.appel_id}&alerte=signal"] == 1
    liste = connecter(agent).get("/instruction/?alerte=toutes").context
    assert liste["page"].total == 1
