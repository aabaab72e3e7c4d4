"""What the reading page draws around a dossier, made without any page."""

import pytest

from appels.depot.relecture import Gestes, autour, recepisse_de
from appels.models import Dossier
from tests.fabriques import (
    PENDANT,
    creer_agent,
    creer_appel,
    creer_dossier,
    creer_dossier_complet,
    creer_financeur,
    creer_signataire,
    deposer,
)

pytestmark = pytest.mark.django_db


def relu(dossier: Dossier) -> Dossier:
    return Dossier.objects.pour_completude().get(pk=dossier.pk)


def test_autour_d_un_brouillon():
    dossier = relu(creer_dossier(creer_appel()))
    page = autour(dossier, dossier.cree_par, PENDANT)
    assert (page.modifiable, page.non_depose) == (True, False)
    assert page.manques
    assert (page.complement, page.motif, page.pieces) == (None, "", [])
    assert recepisse_de(dossier) is None


def test_autour_d_un_depot():
    depose = relu(deposer(creer_dossier_complet(creer_appel())))
    page = autour(depose, depose.depose_par, PENDANT)
    assert (page.modifiable, page.manques) == (False, [])
    assert page.coordonnees
    assert page.passages[0].acte == "deposer"
    assert recepisse_de(depose).version.rang == 1


def test_chacun_ses_gestes_sur_un_depot():
    depose = relu(deposer(creer_dossier_complet(creer_appel())))
    signataire = Gestes.de(creer_signataire(depose.porteur), depose, PENDANT)
    agent = Gestes.de(creer_agent(), depose, PENDANT)
    financeur = Gestes.de(creer_financeur(), depose, PENDANT)
    assert (signataire.corriger, signataire.retirer, signataire.examiner) == (True, True, False)
    assert (agent.examiner, agent.decider, agent.rediger) == (True, True, False)
    assert (financeur.aviser, financeur.echanger, financeur.ouvrir_rib) == (True, False, False)
