"""What a verified account sends is public at once: it waits for a reading, and is counted so."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from post_office.models import Email

from partenaires.concertation import annonces, file, mesures
from partenaires.concertation.actions import contributions, reponses
from partenaires.concertation.dires import Parole
from partenaires.concertation.verrous import dernier_passage
from partenaires.models import Contribution, EtatParole, ModeDeModeration
from quartiers.horloge import a_paris
from tests.fabriques import PENDANT, creer_agent, creer_utilisateur
from tests.fabriques_paroles import creer_consultation, creer_contribution
from tests.partenaires.concertation.test_moderation import adresse, poster

pytestmark = pytest.mark.django_db
TARD = a_paris(PENDANT).date() + timedelta(days=30)


@pytest.fixture
def agent(horloge_figee):
    return creer_agent()


@pytest.fixture
def consultation(horloge_figee):
    return creer_consultation(moderation=ModeDeModeration.A_POSTERIORI)


def envoyee(consultation, *, compte=None, texte="Une lampe manque.") -> Contribution:
    parole = Parole("avis", texte, courriel="voisine@exemple.fr")
    return contributions.recevoir(consultation, parole, cle=uuid4(), le=PENDANT, compte=compte)


def de_la_file(nom: file.File) -> list[Contribution]:
    return list(file.lignes(nom))


def relectures() -> str:
    lues = {mesure.nom: mesure.valeur for mesure in mesures.des_paroles(TARD)}
    return lues["Relectures dans le délai promis"].replace("\xa0", " ")


def test_ce_qui_parait_seul_attend_d_etre_relu(connecter, agent, consultation):
    """In its queue, late when it is, on the page of the word; read, it leaves with a line."""
    parole = envoyee(consultation, compte=creer_utilisateur("membre@exemple.fr"))
    relue_avant = creer_contribution(consultation, EtatParole.PUBLIEE)
    assert parole.etat == EtatParole.PUBLIEE
    assert de_la_file(file.File.A_RELIRE_ENSUITE) == [parole]
    compte = next(c for c in file.comptes(TARD) if c.file == file.File.A_RELIRE_ENSUITE)
    assert (compte.nombre, compte.en_retard) == (1, 1)
    assert relectures() == "0 sur 1 (0 %)"
    client = connecter(agent)
    page = client.get("/instruction/paroles/?file=a-relire-ensuite").content.decode()
    assert ("16 novembre 2026" in page.replace("\xa0", " "), "<b>1</b>" in page) == (True, True)
    assert 'value="relire"' in client.get(adresse(parole)).content.decode()
    assert 'value="relire"' not in client.get(adresse(relue_avant)).content.decode()
    suite = poster(client, parole, "relire", "a-relire-ensuite")
    assert suite.url == "/instruction/paroles/?file=a-relire-ensuite"
    parole.refresh_from_db()
    passage = parole.moderations.last()
    assert (parole.etat, passage.acte, passage.par) == ("publiee", "relire", agent)
    assert de_la_file(file.File.A_RELIRE_ENSUITE) == []
    assert relectures() == "1 sur 1 (100 %)"


def test_y_repondre_c_est_l_avoir_relu(agent, consultation):
    parole = envoyee(consultation, compte=creer_utilisateur("membre@exemple.fr"))
    reponses.etudier(parole, theme="", vu=dernier_passage(parole), par=agent, recu_le=PENDANT)
    assert de_la_file(file.File.A_RELIRE_ENSUITE) == []
    assert relectures() == "1 sur 1 (100 %)"


def test_le_courriel_dit_ce_qui_a_lieu(consultation):
    """Each its sentence: nobody reads « avant publication » what is public already."""
    envoyee(consultation, compte=creer_utilisateur("membre@exemple.fr"))
    envoyee(consultation, texte="Un banc manque.")
    recus = Email.objects.filter(subject__startswith="Votre contribution est reçue")
    dits = [
        re.search(r"^(Elle est publiée|Une personne)[^\n]*$", recu.message, re.M)[0]
        for recu in recus.order_by("pk")
    ]
    assert [dit.replace("\xa0", " ") for dit in dits] == [
        "Elle est publiée dès maintenant. Une personne du service la relit ensuite, au plus tard "
        "le 16 novembre 2026, et peut la masquer avec une raison écrite.",
        "Une personne la relit au plus tard le 16 novembre 2026.",
    ]


def test_les_agents_sont_prevenus_de_ce_qui_parait_seul(agent, consultation):
    envoyee(consultation, compte=creer_utilisateur("membre@exemple.fr"))
    assert annonces.annoncer(PENDANT + timedelta(days=30))
    note = Email.objects.get(to=[agent.email])
    assert "À relire après publication : 1, dont 1 au-delà du jour promis" in note.message


def test_avant_d_ecrire_on_lit_quand_le_texte_parait(connecter, consultation):
    """« Sous trois jours, votre texte est publié » would belie what happens to an account."""
    chemin = f"/participer/{consultation.adresse}/ecrire/"
    membre = connecter(creer_utilisateur("membre@exemple.fr")).get(chemin).content.decode()
    visite = connecter().get(chemin).content.decode()
    assert ["Tout de suite" in page for page in (membre, visite)] == [True, False]
