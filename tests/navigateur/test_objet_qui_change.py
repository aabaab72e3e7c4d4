"""The same address comes to show another project, another notice: on the real pages, what was typed
comes back in its own form alone.
"""

import pytest
from django.conf import settings

from appels.decision.actions import scenarios
from appels.models import Dossier
from partenaires.concertation.actions import moderation
from tests.appels.decision.test_ordre_du_jour import preparer
from tests.fabriques import PENDANT, creer_agent
from tests.fabriques_paroles import creer_contribution
from tests.navigateur.conduites import ParChromium
from tests.navigateur.epreuve_de_saisie import client_de
from tests.partenaires.concertation.test_moderation import signaler

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]
TAPE = "Le comité demande un budget par quartier"
MOT = "document.querySelector('[name=observation]').value"
RAISON = "document.querySelector('[name=signalement-raison]').value"
A_COPIER = "[...document.querySelectorAll('[id^=texte-a-copier]')].map(z => z.value).join('|')"
ECRIRE = """([nom, texte]) => {
  const champ = document.querySelector(`[name=${nom}]`);
  champ.value = texte;
  champ.dispatchEvent(new Event("input", { bubbles: true }));
}"""


@pytest.fixture
def onglet(chromium, serveur, horloge_figee):
    """`onglet(personne)`: a page of the portal, signed in."""
    contexte = chromium.new_context(locale="fr-FR")
    conduite = ParChromium(contexte, serveur)

    def ouvrir(personne) -> ParChromium:
        conduite.entrer(client_de(personne).cookies[settings.SESSION_COOKIE_NAME].value)
        return conduite

    yield ouvrir
    contexte.close()


def dire(page: ParChromium, expression: str) -> str:
    return page.onglet.evaluate(expression)


@pytest.mark.parametrize("est_fige", [False, True])
def test_le_mot_du_comite_suit_son_projet(onglet, est_fige):
    monde = preparer()
    if est_fige:
        scenarios.figer(monde["scenario"], par=monde["responsable"], recu_le=PENDANT)
    page = onglet(monde["agent"])
    rangs = [f"{monde['page']}projets/{rang}/" for rang in (1, 2)]
    page.aller(rangs[1])
    page.onglet.evaluate(ECRIRE, ["observation", TAPE])
    Dossier.objects.filter(pk=monde["dossiers"][0].pk).update(etat="retire")
    page.aller(rangs[1])
    assert (dire(page, MOT), TAPE in dire(page, A_COPIER)) == ("", True)
    page.aller(rangs[0])
    assert (dire(page, MOT), dire(page, A_COPIER)) == (TAPE, "")


def test_la_raison_suit_son_signalement(onglet):
    agent, parole = creer_agent(), creer_contribution()
    premier, _second = signaler(parole), signaler(parole)
    page, chemin = onglet(agent), f"/instruction/paroles/{parole.pk}/"
    page.aller(chemin)
    page.onglet.evaluate(ECRIRE, ["signalement-raison", TAPE])
    page.aller(chemin)
    assert (dire(page, RAISON), dire(page, A_COPIER)) == (TAPE, "")
    dits = {"masquer": False, "raison": "Rien.", "voies": "Écrivez.", "regle": ""}
    moderation.trancher_le_signalement(premier, **dits, par=creer_agent(), recu_le=PENDANT)
    page.aller(chemin)
    assert (dire(page, RAISON), TAPE in dire(page, A_COPIER)) == ("", True)
