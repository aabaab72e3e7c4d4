"""Refused for what it says of a person: its author takes that out and sends it again (H4)."""

from datetime import timedelta
from html import unescape

import pytest
from post_office.models import Email

from partenaires.concertation import mesures, reperes
from partenaires.concertation.actions import contributions, moderation
from partenaires.concertation.verrous import dernier_passage
from partenaires.models import Contribution, EtatParole, VerbeParole
from tests.appels.public.test_participer import caches_de, envoyer
from tests.fabriques import PENDANT, creer_agent
from tests.fabriques_paroles import creer_consultation, creer_contribution
from tests.partenaires.concertation.test_moderation import REFUS

pytestmark = pytest.mark.django_db
CORRIGE = "Une lampe manque près de l’école."


@pytest.fixture
def client(connecter):
    return connecter()


@pytest.fixture
def agent(horloge_figee):
    return creer_agent()


def ecartee(agent, verbe=VerbeParole.REFUSER, **champs) -> Contribution:
    consultation = champs.pop("consultation", None) or creer_consultation()
    etat = EtatParole.RECUE if verbe == VerbeParole.REFUSER else EtatParole.PUBLIEE
    parole = creer_contribution(consultation, etat, courriel="voisine@exemple.fr", **champs)
    moderation.ecarter(
        parole, verbe, **REFUS, vu=dernier_passage(parole), par=agent, recu_le=PENDANT
    )
    return Contribution.objects.get(pk=parole.pk)


def adresse(parole: Contribution) -> str:
    return f"/participer/suivi/{reperes.jeton('suivi', parole.pk)}/"


@pytest.mark.parametrize("verbe", [VerbeParole.REFUSER, VerbeParole.MASQUER])
def test_un_texte_refuse_se_corrige_et_se_relit(client, horloge_figee, agent, verbe):
    """By the secret link; a GET changes nothing; published again, its author is told."""
    parole = ecartee(agent, verbe, texte="Appelez le 06 39 98 12 34.", pseudonyme="Ada")
    suivi = adresse(parole)
    assert f"{suivi}corriger/" in client.get(suivi).content.decode()
    page = client.get(f"{suivi}corriger/")
    dit = unescape(page.content.decode())
    assert ("Appelez le 06 39 98 12 34." in dit, REFUS["texte"] in dit) == (True, True)
    assert (page["X-Robots-Tag"], parole.moderations.last().acte) == ("noindex", verbe)
    envoi = {**caches_de(page), "texte": CORRIGE, "pseudonyme": ""}
    horloge_figee(PENDANT + timedelta(seconds=10))
    deux_fois = [client.post(f"{suivi}corriger/", envoi).status_code for _ in range(2)]
    assert deux_fois == [302, 302]  # pressed twice, sent once
    parole.refresh_from_db()
    assert (parole.etat, parole.texte, parole.pseudonyme) == ("recue", CORRIGE, "")
    assert parole.a_relire_avant.isoformat() == "2026-11-16"
    passage = parole.moderations.last()
    assert (passage.acte, passage.par) == (VerbeParole.CORRIGER, None)
    assert "Corrigée et renvoyée" in client.get(suivi).content.decode()
    vu = dernier_passage(parole)
    moderation.publier(parole, vu=vu, par=agent, recu_le=PENDANT + timedelta(hours=1))
    assert "est publiée" in Email.objects.order_by("pk").last().subject


def test_une_coordonnee_est_montree_avant_de_renvoyer(client, horloge_figee, agent):
    parole = ecartee(agent, texte="Appelez le 06 39 98 12 34.")
    texte = "Ou écrivez à a.b@exemple.fr."
    montre = envoyer(client, horloge_figee, f"{adresse(parole)}corriger/", texte=texte)
    assert (montre.status_code, "<mark>" in montre.content.decode()) == (200, True)
    parole.refresh_from_db()
    assert parole.etat == EtatParole.REFUSEE
    encore = client.post(f"{adresse(parole)}corriger/", {**caches_de(montre), "texte": texte})
    assert encore.status_code == 302


def test_ce_qui_ne_se_corrige_pas_le_dit_et_garde_les_mots(client, horloge_figee, agent):
    """Unchanged, contested, closed, published meanwhile: a sentence each, the words come back."""
    horloge = horloge_figee
    meme = ecartee(agent, texte="Sans rien changer.")
    contestee = ecartee(agent)
    contributions.contester(contestee, "Relisez.", le=PENDANT)
    finie = ecartee(agent, consultation=creer_consultation(ferme_le=PENDANT))
    retablie = ecartee(agent)
    recours = contributions.contester(retablie, "", le=PENDANT)
    moderation.trancher_le_recours(
        recours, est_accepte=True, reponse="Oui.", par=creer_agent(), recu_le=PENDANT
    )
    attendus = {
        meme: ("Sans rien changer.", "Rien n’a changé dans ce texte"),
        contestee: (CORRIGE, "Vous avez contesté la décision"),
        finie: (CORRIGE, "Les contributions sont closes depuis le"),
        retablie: (CORRIGE, "il n’y a rien à corriger ici"),
    }
    for parole, (texte, phrase) in attendus.items():
        horloge(PENDANT)
        if parole != meme:
            assert client.get(f"{adresse(parole)}corriger/").status_code == 302
            assert "corriger/" not in client.get(adresse(parole)).content.decode()
        envoi = {"marque": reperes.marquer(PENDANT), "texte": texte, "vu": "", "pseudonyme": ""}
        horloge(PENDANT + timedelta(seconds=10))
        refus = client.post(f"{adresse(parole)}corriger/", envoi)
        dit = unescape(refus.content.decode())
        assert (refus.status_code, phrase in dit, texte in dit) == (422, True, True), phrase
        assert not parole.moderations.filter(acte=VerbeParole.CORRIGER).exists()


def test_le_courriel_d_un_refus_dit_qu_on_peut_corriger(agent):
    """While one may; once it is over, only that somebody else may look."""
    ecartee(agent)
    ecartee(agent, consultation=creer_consultation(ferme_le=PENDANT))
    dits = ["Corrigez votre texte" in courriel.message for courriel in Email.objects.order_by("pk")]
    assert dits == [True, False]


def test_une_correction_se_relit_dans_son_propre_delai(agent):
    """The first reading was late, the second is not done: one late reading is counted, not two."""
    parole = ecartee(agent, a_relire_avant=(PENDANT - timedelta(days=1)).date())
    contributions.corriger(parole, texte=CORRIGE, pseudonyme="", le=PENDANT)
    tard = (PENDANT + timedelta(days=30)).date()
    lues = {mesure.nom: mesure.valeur for mesure in mesures.des_paroles(tard)}
    assert lues["Relectures dans le délai promis"].startswith("0 sur 1 ")
