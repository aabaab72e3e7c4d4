"""Invitations are counted: by who sends, by who receives, two at once too."""

import threading
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from post_office.models import Email

from partenaires.models import Invitation, Role
from partenaires.organismes import plafonds
from partenaires.organismes.actions import invitations
from tests.attente import BORNE
from tests.fabriques import PENDANT, creer_agent, creer_association, creer_membre

pytestmark = pytest.mark.django_db


@pytest.fixture
def petits(settings):
    """Two invitations a person, one an address."""
    settings.INVITATIONS_PAR_PERSONNE = 2
    settings.INVITATIONS_PAR_ADRESSE = 1


def administratrice():
    return creer_membre(creer_association(), Role.ADMINISTRATEUR)


def inviter(par, email, le=PENDANT):
    return invitations.inviter(
        par.appartenances.get().partenaire, email=email, roles={Role.REDACTEUR}, par=par, recu_le=le
    )


def test_une_personne_n_en_envoie_pas_sans_fin(petits, horloge_figee):
    par = administratrice()
    inviter(par, "a@example.org")
    inviter(par, "b@example.org")
    with pytest.raises(plafonds.TropDInvitations):
        inviter(par, "c@example.org")
    assert (Invitation.objects.count(), Email.objects.count()) == (2, 2)
    inviter(administratrice(), "c@example.org")
    inviter(par, "d@example.org", PENDANT + timedelta(days=1, seconds=1))


def test_une_adresse_n_en_recoit_pas_sans_fin_de_qui_que_ce_soit(petits, horloge_figee):
    inviter(administratrice(), "a@example.org")
    with pytest.raises(plafonds.AdresseTropInvitee):
        inviter(administratrice(), "A@Example.org")
    assert Email.objects.count() == 1
    inviter(administratrice(), "a@example.org", PENDANT + timedelta(days=1, seconds=1))


def test_la_page_le_dit_et_garde_l_adresse(petits, connecter):
    par = administratrice()
    adresse = f"/organismes/{par.appartenances.get().partenaire_id}/membres/"
    donnees = {"email": "a@example.org", "roles": ["redacteur"]}
    client = connecter(par)
    assert client.post(adresse, donnees).status_code == 302
    reponse = client.post(adresse, donnees)
    page = reponse.content.decode()
    assert (reponse.status_code, 'value="a@example.org"' in page) == (422, True)
    assert "a déjà reçu plusieurs invitations en 24 heures" in page


def test_l_equipe_et_la_commande_comptent_aussi(petits, connecter):
    responsable = creer_agent(Role.RESPONSABLE)
    client = connecter(responsable)
    cua = responsable.appartenances.get().partenaire_id
    donnees = {"email": "a@example.org", "role": "agent", "partenaire": cua}
    assert client.post("/instruction/equipe/", donnees).status_code == 302
    assert client.post("/instruction/equipe/", donnees).status_code == 422
    assert Invitation.objects.valables(PENDANT).count() == 1  # the first one still opens
    with pytest.raises(CommandError, match="plusieurs invitations"):
        call_command("inviter_responsable", "a@example.org")


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("une_seule_personne", [True, False])
def test_ensemble_on_ne_passe_pas_le_plafond(base_a_plusieurs, settings, une_seule_personne):
    settings.INVITATIONS_PAR_PERSONNE = 1 if une_seule_personne else 10
    settings.INVITATIONS_PAR_ADRESSE = 10 if une_seule_personne else 1
    gens = [administratrice() for _ in range(4)]
    if une_seule_personne:
        gens = [gens[0]] * 4
    avant = PENDANT - timedelta(days=2)  # what is locked is there before the race
    inviter(administratrice(), "a@example.org", avant)
    barriere = threading.Barrier(4)

    def envoyer(rang):
        barriere.wait(BORNE)
        try:
            adresse = f"a{rang}@example.org" if une_seule_personne else "a@example.org"
            inviter(gens[rang], adresse)
        except (plafonds.TropDInvitations, plafonds.AdresseTropInvitee):
            pass
        finally:
            connection.close()

    fils = [threading.Thread(target=envoyer, args=(rang,)) for rang in range(4)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join(BORNE)
    assert Invitation.objects.filter(cree_le=PENDANT).count() == 1
