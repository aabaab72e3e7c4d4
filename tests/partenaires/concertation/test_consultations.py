"""A consultation, from its draft to its synthesis; what came on paper, counted apart."""

import re
from datetime import UTC, datetime
from html import unescape
from uuid import uuid4

import pytest

from partenaires.concertation import bilan
from partenaires.concertation.actions import consultations as actes
from partenaires.concertation.actions import contributions, moderation
from partenaires.concertation.manques import EXIGENCES, manques
from partenaires.models import Consultation, Contribution, EtatParole, Role, SourceParole
from quartiers.models import Parution, Quartier
from tests.fabriques import PENDANT, creer_agent
from tests.fabriques_paroles import creer_consultation, creer_contribution

pytestmark = pytest.mark.django_db
CADRE = {
    "titre": "Marcher le soir",
    "question": "Qu’est-ce qui rend vos trajets difficiles ?",
    "admet_avis": "on",
    "ouvre_jour": "02/11/2026",
    "ouvre_heure": "8:00",
    "moderation": "a_priori",
}


@pytest.fixture
def agent(horloge_figee):
    return creer_agent()


@pytest.fixture
def responsable(horloge_figee):
    return creer_agent(Role.RESPONSABLE)


def fautes(reponse) -> list[str]:
    return re.findall(r'<a href="#[^"]*">([^<]*)</a>', reponse.content.decode())


def test_du_brouillon_a_la_publication(connecter, agent, responsable):
    """An agent writes; the head publishes, once nothing is missing."""
    client = connecter(agent)
    reponse = client.post("/instruction/consultations/nouvelle/", CADRE)
    ecrite = Consultation.objects.get()
    assert reponse.url == f"/instruction/consultations/{ecrite.pk}/"
    assert (ecrite.adresse, ecrite.creee_par, ecrite.publiee_le) == ("marcher-le-soir", agent, None)
    page = client.get(reponse.url).content.decode()
    assert [phrase in page for phrase in EXIGENCES.values()] == [True] * len(EXIGENCES)
    assert "La ou le responsable du service publie une consultation" in page
    assert 'action="/instruction/consultations/' not in page
    adresse = f"{reponse.url}publier/"
    assert client.post(adresse).status_code == 403
    tete = connecter(responsable)
    dit = tete.post(adresse, follow=True).content.decode()
    assert [phrase in dit for phrase in EXIGENCES.values()] == [True] * len(EXIGENCES)
    complet = {
        **CADRE,
        "pourquoi": "Pour choisir.",
        "peut_changer": "les lieux",
        "ne_peut_pas": "les bus",
        "delai_de_relecture": "3",
        "signature": "Service fictif",
        "reponse_promise_le": "18/12/2026",
        "charte_en_bref": "Des lieux, jamais une personne.",
        "charte": "Charte fictive.",
        "vue": vue(client, ecrite),
        "quartiers": [Quartier.objects.first().pk],
    }
    assert client.post(f"{reponse.url}modifier/", complet).status_code == 302
    ecrite.refresh_from_db()
    assert manques(ecrite, PENDANT) == []
    assert [q.pk for q in ecrite.quartiers.all()] == complet["quartiers"]
    avant = Parution.actuelle().numero
    assert tete.post(adresse).status_code == 302
    ecrite.refresh_from_db()
    assert (ecrite.publiee_par, ecrite.publiee_le) == (responsable, PENDANT)
    assert Parution.actuelle().numero > avant
    assert client.post(f"{reponse.url}modifier/", complet).status_code == 403
    complet["vue"] = vue(tete, ecrite)
    assert tete.post(f"{reponse.url}modifier/", complet).status_code == 302


def vue(client, consultation) -> str:
    page = client.get(f"/instruction/consultations/{consultation.pk}/modifier/").content.decode()
    return re.findall(r'name="vue" value="(\w*)"', page)[0]


@pytest.mark.parametrize(
    ("champs", "champ"),
    [
        ({"ferme_jour": "01/11/2026", "ferme_heure": "8:00"}, "ferme_jour"),
        ({"ferme_jour": "02/11/2126", "ferme_heure": "8:00"}, "ferme_jour"),
        ({"ferme_jour": "12/11/2026"}, "ferme_heure"),
        ({"ouvre_jour": "31/02/2026"}, "ouvre_jour"),
        ({"ouvre_jour": "2/13/2026"}, "ouvre_jour"),
        ({"reponse_promise_le": "01/10/2026"}, "reponse_promise_le"),
        ({"reponse_promise_le": "18/12/2026", "bilan_promis_le": "1/12/2026"}, "bilan_promis_le"),
        ({"admet_avis": ""}, "admet_experiences"),
        ({"delai_de_relecture": "0"}, "delai_de_relecture"),
        ({"titre": "\x00"}, "titre"),
        ({"charte": "x" * 100_000}, "charte"),
        ({"quartiers": ["99999999999999999999"]}, "quartiers"),
    ],
)
def test_une_saisie_absurde_est_dite_et_rien_n_est_enregistre(connecter, agent, champs, champ):
    reponse = connecter(agent).post("/instruction/consultations/nouvelle/", {**CADRE, **champs})
    assert reponse.status_code == 422
    assert champ in reponse.context["form"].errors
    assert CADRE["question"] in reponse.content.decode()
    assert not Consultation.objects.exists()


def test_deux_personnes_ecrivent_le_meme_cadre(connecter, agent, horloge_figee):
    brouillon = creer_consultation(est_publiee=False)
    client = connecter(agent)
    vieille = vue(client, brouillon)
    actes.modifier(
        brouillon,
        {"question": "La question d’une autre ?"},
        [],
        [],
        vue=vieille,
        par=creer_agent(),
        le=PENDANT,
    )
    adresse = f"/instruction/consultations/{brouillon.pk}/modifier/"
    reponse = client.post(adresse, {**CADRE, "vue": vieille})
    assert reponse.status_code == 422
    assert CADRE["question"] in reponse.content.decode()
    brouillon.refresh_from_db()
    assert brouillon.question == "La question d’une autre ?"
    encore = re.findall(r'name="vue" value="(\w*)"', reponse.content.decode())[0]
    assert client.post(adresse, {**CADRE, "vue": encore}).status_code == 302


def test_la_cloture_puis_le_bilan(connecter, agent, responsable):
    """Nothing is said to be over before each contribution has its answer."""
    consultation = creer_consultation(bilan_themes="", bilan_changements="")
    for etat in EtatParole:
        creer_contribution(consultation, etat)
    base = f"/instruction/consultations/{consultation.pk}/"
    tete = connecter(responsable)
    assert connecter(agent).post(f"{base}clore/").status_code == 403
    assert "elle reçoit encore" in tete.post(f"{base}bilan/publier/", follow=True).content.decode()
    assert tete.post(f"{base}clore/").status_code == 302
    assert "a clos cette consultation" in tete.post(f"{base}clore/", follow=True).content.decode()
    dit = tete.post(f"{base}bilan/publier/", follow=True).content.decode().replace("\xa0", " ")
    assert "3 contributions attendent encore" in dit
    en_cours = Contribution.objects.filter(etat__in=["recue", "publiee", "etudiee"])
    en_cours.update(etat=EtatParole.RETIREE)
    refusee = Contribution.objects.get(etat=EtatParole.REFUSEE)
    recours = contributions.contester(refusee, "Relisez.", le=PENDANT)
    dit = tete.post(f"{base}bilan/publier/", follow=True).content.decode().replace("\xa0", " ")
    assert "1 contribution attend encore" in dit  # what may come back is not over
    moderation.trancher_le_recours(
        recours, est_accepte=False, reponse="Non.", par=agent, recu_le=PENDANT
    )
    dit = tete.post(f"{base}bilan/publier/", follow=True).content.decode()
    assert "les nombres ne suffisent pas" in dit
    mots = {"bilan_themes": "La lumière.", "bilan_changements": "Deux lampes."}
    assert connecter(agent).post(f"{base}bilan/", mots).status_code == 302
    assert tete.post(f"{base}bilan/publier/").status_code == 302
    consultation.refresh_from_db()
    assert consultation.bilan_publie_par == responsable
    assert connecter(agent).post(f"{base}bilan/", mots).status_code == 403


def test_les_totaux_du_bilan_sont_ceux_de_la_base(horloge_figee):
    consultation = creer_consultation()
    quartiers = list(Quartier.objects.all())
    sources = list(SourceParole)
    for rang, etat in enumerate([*EtatParole, *EtatParole]):
        creer_contribution(
            consultation,
            etat,
            type=["experience", "proposition", "avis"][rang % 3],
            source=sources[rang % 4],
            quartier=(*quartiers, None)[rang % 7],
            theme=("", "Lumière", "Bus")[rang % 3],
        )
    compte = bilan.compter(consultation)
    toutes = Contribution.objects.filter(consultation=consultation)
    publiques = toutes.publiques()
    assert (compte.recues, compte.publiques) == (toutes.count(), publiques.count())
    reste = compte.en_attente + compte.ecartees + compte.retirees
    assert compte.recues == compte.publiques + reste
    assert compte.hors_ligne == publiques.hors_ligne().count()
    assert compte.repondues == publiques.repondues().count()
    for liste in (compte.types, compte.quartiers, compte.sources, compte.issues, compte.themes):
        assert sum(nombre for _, nombre in liste) == publiques.count()
    for mots, nombre in compte.quartiers[:-1]:
        assert nombre == publiques.filter(quartier__nom=mots).count()
    assert len(list(bilan.lignes(consultation))) == publiques.count()


def feuille(**champs) -> dict:
    return {
        "cle": str(uuid4()),
        "source": "papier",
        "dite_le": "09/11/2026",
        "paroles-TOTAL_FORMS": "8",
        "paroles-INITIAL_FORMS": "0",
        "paroles-0-type": "avis",
        "paroles-0-texte": "Une réunion à midi.",
        "paroles-3-type": "proposition",
        "paroles-3-texte": "Un banc.",
        "paroles-3-pseudonyme": "Exemple-3",
        **champs,
    }


def test_une_feuille_envoyee_deux_fois_est_une_feuille(connecter, agent):
    consultation = creer_consultation(ferme_le=PENDANT)  # over: it was said before
    client = connecter(agent)
    adresse = f"/instruction/consultations/{consultation.pk}/recueillir/"
    envoi = feuille()
    pages = [client.post(adresse, envoi).content.decode() for _ in range(2)]
    codes = [re.findall(r"\b[A-Z2-7]{4}(?:-[A-Z2-7]{4}){2}\b", page) for page in pages]
    assert len(codes[0]) == 2
    assert codes[0] == codes[1]
    lues = Contribution.objects.order_by("pk").values_list(
        "texte", "source", "saisie_par", "etat", "pseudonyme"
    )
    assert list(lues) == [
        ("Une réunion à midi.", "papier", agent.pk, "recue", ""),
        ("Un banc.", "papier", agent.pk, "recue", "Exemple-3"),
    ]
    # back to the page, one row more, the others as they were: one more, the same codes
    deux_memes = {"paroles-1-type": "avis", "paroles-1-texte": "Une réunion à midi."}
    page = client.post(adresse, envoi | deux_memes).content.decode()
    lus = re.findall(r"\b[A-Z2-7]{4}(?:-[A-Z2-7]{4}){2}\b", page)
    assert (len(lus), set(codes[0]) < set(lus), Contribution.objects.count()) == (3, True, 3)


def test_une_feuille_qui_a_deja_servi_n_avale_pas_une_autre(connecter, agent):
    """Back in the browser: a row changed is said, and nothing is kept; a row more is one more."""
    consultation = creer_consultation()
    client = connecter(agent)
    adresse = f"/instruction/consultations/{consultation.pk}/recueillir/"
    envoi = feuille()
    client.post(adresse, envoi)
    client.post(adresse, {**envoi, "paroles-4-type": "avis", "paroles-4-texte": "Une de plus."})
    assert Contribution.objects.count() == 3
    autre = {**envoi, "paroles-0-texte": "Une réunion à 18 h."}
    retour = client.post(adresse, autre)
    page = unescape(retour.content.decode())
    assert (retour.status_code, Contribution.objects.count()) == (422, 3)
    assert "La ligne 1 est différente" in page
    assert "Une réunion à 18 h." in page
    cle = re.search(r'name="cle" value="([^"]+)"', page)[1]
    assert cle != envoi["cle"]
    seule = {**autre, "cle": cle, "paroles-3-texte": "", "paroles-3-pseudonyme": ""}
    assert client.post(adresse, {**seule, "paroles-3-type": ""}).status_code == 200
    assert Contribution.objects.latest("pk").texte == "Une réunion à 18 h."


@pytest.mark.parametrize(
    "champs",
    [
        {"dite_le": "11/11/2026"},  # tomorrow
        {"dite_le": "09/11/2016"},
        {"source": "en_ligne"},
        {"paroles-0-texte": "", "paroles-3-texte": "", "paroles-3-pseudonyme": ""},
        {"paroles-3-texte": "x" * 3001},
        {"paroles-3-quartier": "QN00000"},
        {"paroles-3-pseudonyme": "06 39 98 12 34"},  # published: refused as it is online
        {"paroles-3-pseudonyme": "voisine@exemple.fr"},
        {"paroles-TOTAL_FORMS": "9999"},
        {"cle": "pas une clé"},
    ],
)
def test_une_feuille_mal_remplie_garde_tout_et_n_enregistre_rien(connecter, agent, champs):
    consultation = creer_consultation()
    adresse = f"/instruction/consultations/{consultation.pk}/recueillir/"
    reponse = connecter(agent).post(adresse, feuille(**champs))
    assert reponse.status_code == 422
    assert not Contribution.objects.exists()


def test_une_feuille_ne_va_ni_dans_un_brouillon_ni_apres_le_bilan(connecter, agent):
    brouillon = creer_consultation(est_publiee=False)
    finie = creer_consultation(
        close_le=PENDANT, close_par=agent, bilan_publie_le=PENDANT, bilan_publie_par=agent
    )
    for consultation in (brouillon, finie):
        adresse = f"/instruction/consultations/{consultation.pk}/recueillir/"
        assert connecter(agent).post(adresse, feuille()).status_code == 422
    assert not Contribution.objects.exists()


def test_une_rencontre_s_ajoute_une_fois_et_se_retire(connecter, agent):
    consultation = creer_consultation()
    client = connecter(agent)
    adresse = f"/instruction/consultations/{consultation.pk}/rencontres/"
    envoi = {"jour": "02/12/2026", "heure": "12:30", "lieu": "Salle fictive"}
    for _ in range(2):
        assert client.post(adresse, envoi).status_code == 302
    rencontre = consultation.rencontres.get()
    assert rencontre.le == datetime(2026, 12, 2, 11, 30, tzinfo=UTC)
    avant = client.post(adresse, {**envoi, "jour": "02/12/2016"})
    assert avant.status_code == 422
    assert "avant l’ouverture de la consultation" in avant.content.decode()
    assert client.post(adresse, {**envoi, "heure": "25:00"}).status_code == 422
    public = f"/participer/{consultation.adresse}/"
    assert "Salle fictive" in connecter().get(public).content.decode()
    assert client.post(f"/instruction/rencontres/{rencontre.pk}/retirer/").status_code == 302
    assert "Salle fictive" not in connecter().get(public).content.decode()
