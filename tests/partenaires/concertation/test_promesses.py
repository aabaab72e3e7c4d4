"""What is promised to who writes: kept on their word, never emptied, never a day that is past."""

import re
from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest
from post_office.models import Email

from partenaires.concertation import cadre, file, mesures, reperes
from partenaires.concertation.actions import consultations as actes
from partenaires.concertation.actions import contributions, moderation
from partenaires.concertation.dires import Parole
from partenaires.concertation.manques import EXIGENCES
from partenaires.models import Consultation, Contribution, EtatParole, Role
from quartiers.francais import jour
from tests.fabriques import PENDANT, creer_agent
from tests.fabriques_paroles import creer_consultation, creer_contribution

pytestmark = pytest.mark.django_db
AUJOURD_HUI = PENDANT.date()
HIER = AUJOURD_HUI - timedelta(days=1)
PLUS_TARD = AUJOURD_HUI + timedelta(days=40)


@pytest.fixture
def responsable(horloge_figee):
    return creer_agent(Role.RESPONSABLE)


def corriger(consultation: Consultation, par, **colonnes) -> None:
    vue = cadre.empreinte(Consultation.objects.get(pk=consultation.pk))
    actes.modifier(consultation, colonnes, [], [], vue=vue, par=par, le=PENDANT)


def dire(consultation: Consultation, courriel: str = "") -> Contribution:
    parole = Parole("avis", "Une lampe manque.", courriel=courriel)
    return contributions.recevoir(consultation, parole, cle=uuid4(), le=PENDANT)


@pytest.mark.parametrize(
    "champ",
    ["charte", "charte_en_bref", "signature", "delai_de_relecture", "reponse_promise_le"],
)
def test_ce_que_tout_le_monde_lit_ne_se_vide_pas(connecter, responsable, champ):
    """Nothing is saved, the sentence says what is owed; a draft may still lack it."""
    publiee = creer_consultation()
    avant = getattr(Consultation.objects.get(pk=publiee.pk), champ)
    page = f"/instruction/consultations/{publiee.pk}/modifier/"
    tete = connecter(responsable)
    form = tete.get(page).context["form"]
    envoi = {nom: form[nom].value() for nom in form.fields}
    envoi = {nom: "" if valeur in (None, False) else valeur for nom, valeur in envoi.items()}
    envoi = {nom: str(v) if hasattr(v, "hour") else v for nom, v in envoi.items()}
    reponse = tete.post(page, {**envoi, champ: ""})
    assert reponse.status_code == 422
    assert reponse.context["form"].non_field_errors() == [EXIGENCES[champ]]
    assert getattr(Consultation.objects.get(pk=publiee.pk), champ) == avant
    brouillon = creer_consultation(est_publiee=False)
    corriger(brouillon, responsable, **{champ: "" if isinstance(avant, str) else None})


def test_repousser_la_promesse_n_efface_pas_le_retard(responsable):
    consultation = creer_consultation(ferme_le=None, reponse_promise_le=HIER)
    en_retard = creer_contribution(consultation, EtatParole.ETUDIEE)
    corriger(consultation, responsable, reponse_promise_le=PLUS_TARD)
    assert file.promise_le(Contribution.objects.get(pk=en_retard.pk), file.File.TOUTES) == HIER
    compte = next(c for c in file.comptes(AUJOURD_HUI) if c.file == file.File.A_REPONDRE)
    assert (compte.nombre, compte.en_retard) == (1, 1)
    lues = {mesure.nom: mesure.valeur for mesure in mesures.des_paroles(AUJOURD_HUI)}
    assert lues["Réponses avant le jour promis"].startswith("0 sur 1 ")


def test_un_jour_passe_n_est_promis_a_personne(connecter, responsable):
    """Page, form, thanks, mails, follow-up: « à venir » until the service gives another day."""
    consultation = creer_consultation(ferme_le=None, reponse_promise_le=HIER)
    ancienne = creer_contribution(consultation, EtatParole.PUBLIEE)
    parole = dire(consultation, "voisine@exemple.fr")
    assert parole.reponse_promise_le is None
    moderation.publier(parole, vu=0, par=creer_agent(), recu_le=PENDANT)
    client = connecter()
    suivi = f"/participer/suivi/{reperes.jeton('suivi', parole.pk)}/"
    pages = [f"/participer/{consultation.adresse}/ecrire/", suivi]
    lues = [client.get(page).content.decode() for page in pages]
    lues += [courriel.message for courriel in Email.objects.all()]
    assert len(lues) == 4
    dit = unescape(jour(HIER))
    assert [dit in unescape(lue) for lue in lues] == [False] * 4
    tete = client.get(f"/participer/{consultation.adresse}/").content.decode()
    assert re.search(r"Réponse à chaque contribution</dt>\s*<dd>\s*Signée,\s*date à venir", tete)
    de_l_ancienne = client.get(f"/participer/suivi/{reperes.jeton('suivi', ancienne.pk)}/")
    assert "était promise avant le" in de_l_ancienne.content.decode()
    service = connecter(responsable).get(f"/instruction/consultations/{consultation.pk}/")
    assert "donnez-en un autre à qui écrit maintenant" in unescape(service.content.decode())


def test_une_correction_demande_un_autre_jour_et_le_promet_a_qui_n_en_a_pas(responsable):
    consultation = creer_consultation(ferme_le=None, reponse_promise_le=HIER)
    sans = dire(consultation)
    with pytest.raises(actes.Incomplete):
        corriger(consultation, responsable, question="Une autre question ?")
    corriger(consultation, responsable, question="Autre ?", reponse_promise_le=PLUS_TARD)
    sans.refresh_from_db()
    assert sans.reponse_promise_le == PLUS_TARD
    assert dire(consultation).reponse_promise_le == PLUS_TARD


def test_on_ne_publie_pas_une_promesse_passee(responsable):
    brouillon = creer_consultation(est_publiee=False, ferme_le=None, reponse_promise_le=HIER)
    with pytest.raises(actes.Incomplete):
        actes.publier(brouillon, par=responsable, recu_le=PENDANT)


def test_finie_elle_garde_sa_promesse_et_se_corrige(connecter, responsable):
    """Nobody writes any more: what was promised is said, a word may be corrected."""
    consultation = creer_consultation(ferme_le=PENDANT - timedelta(days=2), reponse_promise_le=HIER)
    corriger(consultation, responsable, question="Une autre question ?")
    page = connecter().get(f"/participer/{consultation.adresse}/").content.decode()
    assert f"avant le {jour(HIER)}" in unescape(page)
