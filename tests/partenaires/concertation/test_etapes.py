"""What follows an answer, and the words of a synthesis: said by two people at once."""

import pytest

from partenaires.concertation.actions import consultations, reponses
from partenaires.models import Consultation, EtapeSuite, EtatParole, Role, Suite
from partenaires.socle.refus import AuMemeInstant
from tests.fabriques import PENDANT, creer_agent
from tests.fabriques_paroles import creer_consultation, creer_contribution
from tests.feuilles import feuille, lisible

pytestmark = pytest.mark.django_db


@pytest.fixture
def monde(horloge_figee, connecter):
    """A step said « à venir », read by two agents; where they read it, their browsers."""
    un, autre = creer_agent(), creer_agent()
    parole = creer_contribution(creer_consultation(), EtatParole.PUBLIEE)
    suite = Suite.objects.create(
        contribution=parole,
        etape=EtapeSuite.A_VENIR,
        date=PENDANT.date(),
        texte="Poser la lampe",
        par=un,
    )
    adresse = f"/instruction/paroles/{parole.pk}/?file=toutes"
    return suite, adresse, connecter(un), connecter(autre), autre


def _envoi(page) -> dict:
    return {**feuille(page, "avancer-etape"), "acte": "avancer"}


def test_la_page_plus_ancienne_ne_remet_pas_l_etape_en_arriere(monde):
    """What a colleague said stands until it is read; sent again, it is replaced knowingly."""
    suite, adresse, un, deux, autre = monde
    ancienne = _envoi(un.get(adresse))
    assert deux.post(adresse, {**ancienne, "avancer-etape": "faite"}).status_code == 302
    dispute = un.post(adresse, {**ancienne, "avancer-etape": "en_cours"})
    suite.refresh_from_db()
    assert (dispute.status_code, suite.etape, suite.par) == (422, "faite", autre)
    assert f"Entre-temps, {autre} a enregistré : l’étape est « Faite »." in lisible(dispute)
    encore = _envoi(dispute)
    assert encore["avancer-etape"] == ["en_cours"]  # what was chosen is kept
    assert un.post(adresse, encore).status_code == 302
    suite.refresh_from_db()
    assert suite.etape == "en_cours"


def test_dire_la_meme_etape_a_deux_n_est_pas_un_conflit(monde):
    suite, adresse, un, deux, _ = monde
    ancienne = {**_envoi(un.get(adresse)), "avancer-etape": "faite"}
    assert [client.post(adresse, ancienne).status_code for client in (un, deux)] == [302, 302]
    suite.refresh_from_db()
    assert suite.etape == "faite"


def test_une_etape_avancee_entre_temps_ne_se_retire_pas_sans_etre_lue(monde):
    _, adresse, un, deux, _ = monde
    ancienne = _envoi(un.get(adresse))
    assert deux.post(adresse, {**ancienne, "avancer-etape": "faite"}).status_code == 302
    dispute = un.post(adresse, {**ancienne, "avancer-etape": "retirer"})
    assert (dispute.status_code, Suite.objects.count()) == (422, 1)
    assert _envoi(dispute)["avancer-etape"] == ["retirer"]
    assert un.post(adresse, _envoi(dispute)).status_code == 302
    disparue = deux.post(adresse, {**ancienne, "avancer-etape": "en_cours"})
    assert (disparue.status_code, Suite.objects.count()) == (422, 0)
    assert "Quelqu’un a retiré cette étape entre-temps" in lisible(disparue)


def test_le_geste_compare_sous_son_verrou(monde):
    """The row that the caller holds is older than the one in the database."""
    suite, _, _, _, autre = monde
    Suite.objects.filter(pk=suite.pk).update(etape=EtapeSuite.FAITE)
    for geste in (
        lambda: reponses.faire_avancer(
            suite, EtapeSuite.EN_COURS, vue="a_venir", par=autre, recu_le=PENDANT
        ),
        lambda: reponses.retirer_une_etape(suite, vue="a_venir", par=autre, recu_le=PENDANT),
    ):
        with pytest.raises(reponses.EtapeChangee):
            geste()
    assert Suite.objects.get().etape == "faite"


# --- The words of the synthesis
def test_deux_personnes_ecrivent_le_bilan_et_chacune_garde_ses_mots(horloge_figee, connecter):
    consultation = creer_consultation()
    page = f"/instruction/consultations/{consultation.pk}/bilan/"
    un, deux = connecter(creer_agent()), connecter(creer_agent())
    ancienne = feuille(un.get(page), "bilan_themes")
    leur = {"bilan_themes": "L’éclairage revient."}
    assert deux.post(page, {**ancienne, **leur}).status_code == 302
    assert un.post(page, {**ancienne, "bilan_changements": "Deux lampes."}).status_code == 302
    consultation.refresh_from_db()
    tenus = (consultation.bilan_themes, consultation.bilan_changements)
    assert tenus == ("L’éclairage revient.", "Deux lampes.")
    dispute = un.post(page, {**ancienne, "bilan_themes": "Les bancs reviennent."})
    assert dispute.status_code == 422
    assert "Entre-temps, quelqu’un a enregistré : « L’éclairage revient. »" in lisible(dispute)
    assert un.post(page, feuille(dispute, "bilan_themes")).status_code == 302
    consultation.refresh_from_db()
    assert consultation.bilan_themes == "Les bancs reviennent."


def test_le_bilan_se_compare_et_se_ferme_sous_son_verrou(horloge_figee):
    """Written, or released to everybody, between the reading of the form and the lock."""
    consultation, agent = creer_consultation(), creer_agent()
    ecrire = {"themes": "x", "changements": "y", "par": agent, "recu_le": PENDANT}
    Consultation.objects.update(bilan_themes="Autre")
    with pytest.raises(AuMemeInstant):
        consultations.ecrire_le_bilan(consultation, **ecrire, lu=("", ""))
    Consultation.objects.update(bilan_publie_le=PENDANT, bilan_publie_par=agent)
    with pytest.raises(consultations.ReserveeALaResponsable):
        consultations.ecrire_le_bilan(consultation, **ecrire, lu=("Autre", ""))
    tete = {**ecrire, "par": creer_agent(Role.RESPONSABLE)}
    consultations.ecrire_le_bilan(consultation, **tete, lu=("Autre", ""))
    assert Consultation.objects.get().bilan_themes == "x"
