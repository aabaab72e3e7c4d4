"""« Répondre autrement »: the answer leaves every page until another one is signed."""

from datetime import timedelta

import pytest

from partenaires.concertation import mesures, reperes
from partenaires.concertation.actions import reponses
from partenaires.concertation.fiche import fiche
from partenaires.concertation.verrous import dernier_passage
from partenaires.models import (
    Consultation,
    Contribution,
    EtatParole,
    Signalement,
    Utile,
    VerbeParole,
)
from quartiers.models import Quartier
from tests.appels.public.test_participer import caches_de, envoyer
from tests.fabriques import PENDANT, creer_agent
from tests.fabriques_paroles import creer_consultation, creer_contribution, passer

pytestmark = pytest.mark.django_db
REPONSE = "Un banc d’essai est posé."
AUTRE = "Le banc sera posé au printemps."
PLUS_TARD = PENDANT + timedelta(hours=1)
ENCORE = PENDANT + timedelta(hours=2)


@pytest.fixture
def client(connecter):
    return connecter()


@pytest.fixture
def agent(horloge_figee):
    return creer_agent()


@pytest.fixture
def parole(agent):
    consultation = creer_consultation(reponse_promise_le=PENDANT.date())
    quartier = Quartier.objects.get(code="QN06258M")
    return creer_contribution(consultation, EtatParole.SUITE_DONNEE, quartier=quartier, par=agent)


def surfaces(parole: Contribution) -> list[str]:
    return [
        "/",
        "/participer/fil.atom",
        "/participer/quartiers/QN06258M/fil.atom",
        "/participer/quartiers/QN06258M/",
        "/quartiers/QN06258M/",
        f"/participer/{parole.consultation.adresse}/",
        f"/participer/{parole.consultation.adresse}/{parole.pk}/",
        f"/participer/suivi/{reperes.jeton('suivi', parole.pk)}/",
    ]


def reprendre(parole: Contribution, agent) -> None:
    reponses.reprendre(parole, vu=dernier_passage(parole), par=agent, recu_le=PLUS_TARD)


def repondre(parole: Contribution, agent) -> None:
    reponses.repondre(
        parole,
        VerbeParole.DONNER_SUITE,
        texte=AUTRE,
        transmise_a="",
        theme="",
        vu=dernier_passage(parole),
        par=agent,
        recu_le=ENCORE,
    )


def test_une_reponse_reprise_quitte_toutes_les_pages(client, parole, agent):
    """And the entry of the feed says that it changed: readers fetch it again."""
    ou = surfaces(parole)
    assert [REPONSE in client.get(chemin).content.decode() for chemin in ou] == [True] * len(ou)
    reprendre(parole, agent)
    assert [REPONSE in client.get(chemin).content.decode() for chemin in ou] == [False] * len(ou)
    fil = client.get("/participer/fil.atom").content.decode()
    assert fil.count(f"<updated>{PLUS_TARD.isoformat()}</updated>") == 2  # the feed, its entry


def test_les_avis_d_une_reponse_ne_passent_pas_a_la_suivante(client, horloge_figee, parole, agent):
    """Kept, counted no more; and none is taken while there is no answer to read."""
    publique = f"/participer/{parole.consultation.adresse}/{parole.pk}/"
    envoyer(client, horloge_figee, f"{publique}utile/", est_utile="non", pourquoi="Trop court")
    assert "1 avis : 0 oui, 1 non." in client.get(publique).content.decode().replace("\xa0", " ")
    page = client.get(f"{publique}utile/")
    reprendre(parole, agent)
    assert client.get(f"{publique}utile/").status_code == 404
    horloge_figee(PLUS_TARD)
    envoi = {**caches_de(page), "est_utile": "oui", "pourquoi": "Des mots à garder"}
    refus = client.post(f"{publique}utile/", envoi)
    lu = refus.content.decode()
    assert (refus.status_code, "Des mots à garder" in lu, REPONSE in lu) == (422, True, False)
    assert "le service en écrit une autre" in lu
    repondre(parole, agent)
    lue = client.get(publique).content.decode()
    assert (AUTRE in lue, " avis" in lue) == (True, False)
    parole = Contribution.objects.get(pk=parole.pk)
    assert fiche(parole, agent, ENCORE.date()).utiles == []
    assert Utile.objects.count() == 1


def test_une_reponse_reprise_attend_et_ne_compte_pas_deux_fois(parole, agent):
    reprendre(parole, agent)
    lues = {mesure.nom: mesure.valeur for mesure in mesures.des_paroles(ENCORE.date())}
    assert lues["Réponses avant le jour promis"] == "aucune contribution"
    demain = (ENCORE + timedelta(days=1)).date()
    lues = {mesure.nom: mesure.valeur for mesure in mesures.des_paroles(demain)}
    assert lues["Réponses avant le jour promis"].startswith("0 sur 1 ")


@pytest.mark.parametrize("etat", [EtatParole.MASQUEE, EtatParole.RETIREE])
def test_un_texte_qui_part_rend_ce_qui_est_ecrit(client, horloge_figee, parole, agent, etat):
    """A long notice is not lost because somebody hid the text meanwhile; its words are not read."""
    publique = f"/participer/{parole.consultation.adresse}/{parole.pk}/"
    gestes = {
        "signaler": {"motif": "mineurs", "explication": "Des mots longs", "bonne_foi": "on"},
        "utile": {"est_utile": "non", "pourquoi": "Des mots longs"},
        "moi-aussi": {},
    }
    Consultation.objects.update(moi_aussi=True)
    pages = {geste: client.get(f"{publique}{geste}/") for geste in gestes}
    verbe = VerbeParole.MASQUER if etat == EtatParole.MASQUEE else VerbeParole.RETIRER
    passer(parole, verbe, par=agent)
    horloge_figee(PLUS_TARD)
    for geste, champs in gestes.items():
        assert client.get(f"{publique}{geste}/").status_code == 404
        refus = client.post(f"{publique}{geste}/", {**caches_de(pages[geste]), **champs})
        lu = refus.content.decode()
        assert (refus.status_code, "a quitté la page publique" in lu) == (422, True)
        assert ("Des mots longs" in lu, parole.texte in lu) == (bool(champs), False)
    assert (Signalement.objects.count(), Utile.objects.count()) == (0, 0)
    jamais = creer_contribution(parole.consultation, EtatParole.REFUSEE)
    jamais_lue = f"/participer/{parole.consultation.adresse}/{jamais.pk}/signaler/"
    assert client.post(jamais_lue, {}).status_code == 404
