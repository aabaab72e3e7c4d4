"""Two at once, on PostgreSQL: the same sending, the same appeal, the same follower told."""

from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
from post_office.models import Email

from partenaires.concertation.actions import abonnements, contributions
from partenaires.concertation.dires import Parole
from partenaires.models import Abonnement, Contribution, EtatParole, Recours
from partenaires.socle.refus import Refus
from quartiers.models import Quartier
from tests.appels.instruction.test_examen import courir
from tests.fabriques import PENDANT
from tests.fabriques_paroles import creer_consultation, creer_contribution

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


def refus_ou_rien(acte):
    """The sentence of what refused the act; None when it passed."""
    try:
        acte()
    except Refus as refus:
        return refus.phrase
    return None


def test_le_meme_envoi_huit_fois_a_la_fois_est_une_contribution(base_a_plusieurs):
    consultation, cle = creer_consultation(), uuid4()
    parole = Parole(type="avis", texte="Une lampe.", courriel="a@example.org")
    courir([partial(contributions.recevoir, consultation, parole, cle=cle, le=PENDANT)] * 8)
    assert Contribution.objects.count() == 1
    assert Email.objects.count() == 1


def test_deux_recours_a_la_fois_en_font_un(base_a_plusieurs):
    refusee = creer_contribution(etat=EtatParole.REFUSEE)
    contester = partial(contributions.contester, refusee, "x", le=PENDANT)
    courir([partial(refus_ou_rien, contester)] * 4)
    assert Recours.objects.count() == 1


def test_deux_machines_ne_previennent_qu_une_fois(base_a_plusieurs):
    quartier = Quartier.objects.get(code="QN06258M")
    Abonnement.objects.create(
        quartier=quartier,
        courriel="suit@example.org",
        demande_le=PENDANT,
        confirme_le=PENDANT,
        prevenu_le=PENDANT,
    )
    demain = PENDANT + timedelta(days=1)
    creer_contribution(quartier=quartier, le=demain)
    courir([partial(abonnements.prevenir, demain)] * 4)
    assert Email.objects.count() == 1
