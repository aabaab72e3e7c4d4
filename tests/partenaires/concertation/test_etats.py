"""The residents' say: one table, one door, one log; one rule of what everybody reads."""

from functools import partial

import pytest
from django.db import transaction

from partenaires.concertation.etats import PassageImpossible, franchir
from partenaires.models import Contribution, EtatParole, Moderation, VerbeParole
from partenaires.models.etats_des_paroles import PASSAGES, PUBLIQUES
from quartiers.models import Parution
from tests.appels.instruction.test_examen import courir
from tests.fabriques import PENDANT, creer_agent
from tests.fabriques_paroles import creer_consultation, creer_contribution

pytestmark = pytest.mark.django_db


def test_chaque_verbe_depuis_chaque_etat():
    """Allowed or refused, as the table says; each passage leaves its line, each refusal none."""
    agent, consultation = creer_agent(), creer_consultation(par=creer_agent())
    for depart in EtatParole:
        for verbe, (departs, arrivee) in PASSAGES.items():
            parole = creer_contribution(consultation, depart, par=agent)
            lignes = parole.moderations.count()
            parution = Parution.actuelle().numero
            if depart in departs:
                franchir(parole, verbe, par=agent, le=PENDANT)
                dernier = parole.moderations.last()
                assert (dernier.acte, dernier.de, dernier.vers) == (verbe, depart, arrivee)
                assert parole.moderations.count() == lignes + 1
                change = {depart, arrivee} & set(PUBLIQUES)
                assert (Parution.actuelle().numero > parution) == bool(change)
            else:
                with pytest.raises(PassageImpossible):
                    franchir(parole, verbe, par=agent, le=PENDANT)
                assert parole.moderations.count() == lignes
            parole.refresh_from_db()
            assert parole.etat == (arrivee if depart in departs else depart)


def test_chaque_verbe_mene_quelque_part_et_chaque_etat_se_retire():
    assert set(PASSAGES) == set(VerbeParole)
    assert {arrivee for _, arrivee in PASSAGES.values()} == set(EtatParole)


def test_ce_qui_est_retabli_retrouve_sa_reponse():
    parole = creer_contribution(etat=EtatParole.SANS_SUITE)
    agent = creer_agent()
    franchir(parole, VerbeParole.MASQUER, par=agent, le=PENDANT)
    franchir(parole, VerbeParole.RETABLIR, par=agent, le=PENDANT)
    assert parole.etat == EtatParole.SANS_SUITE


def test_seul_ce_qui_est_publie_est_public():
    """A draft of consultation makes nothing public either."""
    consultation = creer_consultation()
    paroles = {etat: creer_contribution(consultation, etat) for etat in EtatParole}
    brouillon = creer_consultation(est_publiee=False)
    creer_contribution(brouillon, EtatParole.PUBLIEE)
    lues = set(Contribution.objects.publiques().values_list("pk", flat=True))
    assert lues == {paroles[etat].pk for etat in PUBLIQUES}
    assert {etat for etat, parole in paroles.items() if parole.est_publique} == set(PUBLIQUES)


def test_le_refus_dit_qui_a_agi_entre_temps():
    agent = creer_agent()
    parole = creer_contribution(etat=EtatParole.REFUSEE, par=agent)
    with pytest.raises(PassageImpossible) as refus:
        franchir(parole, VerbeParole.PUBLIER, par=creer_agent(), le=PENDANT)
    assert refus.value.phrase.startswith(f"Entre-temps, {agent} a agi sur cette contribution")


@pytest.mark.postgresql
def test_deux_personnes_a_la_fois_l_une_passe(base_a_plusieurs):
    parole = creer_contribution(etat=EtatParole.RECUE)
    agents = [creer_agent(), creer_agent()]
    refus = []

    def agir(verbe, agent):
        try:
            with transaction.atomic():
                franchir(parole, verbe, par=agent, le=PENDANT)
        except PassageImpossible as erreur:
            refus.append(erreur.verbe)

    verbes = (VerbeParole.PUBLIER, VerbeParole.REFUSER)
    courir([partial(agir, verbe, agent) for verbe, agent in zip(verbes, agents, strict=True)])
    assert len(refus) == 1
    assert Moderation.objects.filter(contribution=parole).count() == 1
