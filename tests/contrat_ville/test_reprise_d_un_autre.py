"""Without script: the same address came to show another object while the session was over.

What was typed for the first one is never put in the form of the other: it is shown, to be copied.
"""

import pytest

from appels.models import Dossier
from partenaires.concertation.actions import moderation
from partenaires.models import EtatParole, Role, SessionOuverte
from partenaires.socle import envois
from partenaires.socle.remplissage import Lecteur, remplir
from tests.appels.decision.test_ordre_du_jour import preparer
from tests.fabriques import PENDANT, creer_agent
from tests.fabriques_paroles import creer_contribution
from tests.feuilles import feuille
from tests.partenaires.concertation.test_moderation import signaler

ENTREE = "allauth.account.auth_backends.AuthenticationBackend"
TAPE = "Le comité demande un budget par quartier"


def couper_et_revenir(client, personne, chemin: str, donnees: dict, pendant) -> str:
    """Posted after the session ended; `pendant` happens; signed in again, the page."""
    SessionOuverte.objects.all().delete()
    assert client.post(chemin, donnees).status_code == 302
    pendant()
    client.force_login(personne, backend=ENTREE)
    return client.get(chemin).content.decode()


def ou_est(page: str, chemin: str, texte: str) -> list[str]:
    """The names of the fields that show this text; « » where it is only shown, to be copied."""
    dans = [
        controle.nom
        for formulaire in Lecteur(page, chemin).formulaires
        for controle in formulaire.controles
        if texte in page[controle.fin : controle.fin_du_texte]
    ]
    return dans or ([""] if texte in page else [])


@pytest.mark.django_db
@pytest.mark.parametrize("rang_du_retire", [None, 1])
def test_le_mot_du_comite_ne_va_pas_au_projet_qui_a_pris_sa_place(
    connecter, horloge_figee, rang_du_retire
):
    monde = preparer()
    client, agent = connecter(monde["agent"]), monde["agent"]
    chemin = f"{monde['page']}projets/2/"
    donnees = feuille(client.get(chemin), "observation")

    def retirer():
        if rang_du_retire:
            retire = monde["dossiers"][rang_du_retire - 1]
            Dossier.objects.filter(pk=retire.pk).update(etat="retire")

    page = couper_et_revenir(
        client, agent, chemin, {**donnees, "sens": "favorable", "observation": TAPE}, retirer
    )
    montre = monde["dossiers"][2 if rang_du_retire else 1].pk
    assert f'name="projet" value="{montre}"' in page
    assert ou_est(page, chemin, TAPE) == ["" if rang_du_retire else "observation"]
    assert ("checked" in page, envois.FINIE in page) == (not rang_du_retire, True)


@pytest.mark.django_db
@pytest.mark.parametrize("est_decide", [False, True])
def test_la_raison_d_un_signalement_ne_va_pas_au_suivant(connecter, horloge_figee, est_decide):
    agent, autre = creer_agent(), creer_agent(Role.RESPONSABLE)
    parole = creer_contribution(etat=EtatParole.PUBLIEE)
    premier, second = signaler(parole), signaler(parole)
    client, chemin = connecter(agent), f"/instruction/paroles/{parole.pk}/"
    donnees = feuille(client.get(chemin), "signalement-raison")
    assert donnees["signalement-numero"] == [str(premier.pk)]

    def decider():
        if est_decide:
            dits = {"masquer": False, "raison": "Rien.", "voies": "Écrivez.", "regle": ""}
            moderation.trancher_le_signalement(premier, **dits, par=autre, recu_le=PENDANT)

    page = couper_et_revenir(
        client, agent, chemin, {**donnees, "signalement-raison": TAPE}, decider
    )
    montre = second if est_decide else premier
    assert f'name="signalement-numero" value="{montre.pk}"' in page
    assert ou_est(page, chemin, TAPE) == ["" if est_decide else "signalement-raison"]


TABLE = """<form method="post" action="/p/"><input type="hidden" name="p-TOTAL_FORMS" value="2">
<input type="hidden" name="p-0-id" value="{}"><input name="p-0-note" value="">
<input type="hidden" name="p-1-id" value="{}"><input name="p-1-note" value="">{}</form>"""
VERSION = '<input type="hidden" name="version" value="4">'


@pytest.mark.parametrize(
    ("montrees", "suite", "attendu", "restants"),
    [
        ((7, 8), "", ["Sept", "Huit"], {}),
        ((7, 9), "", ["Sept", ""], {"p-1-id": ["8"], "p-1-note": ["Huit"]}),
        ((8, 9), "", ["", ""], "tout"),
        # The version that was read is sent: the server puts the rows together.
        ((7, 9), VERSION, ["Sept", "Huit"], {}),
    ],
)
def test_une_ligne_ne_prend_pas_ce_qui_etait_tape_dans_une_autre(
    montrees, suite, attendu, restants
):
    champs = {"p-TOTAL_FORMS": ["2"], "p-0-id": ["7"], "p-0-note": ["Sept"]}
    champs |= {"p-1-id": ["8"], "p-1-note": ["Huit"]}
    if suite:
        champs["version"] = ["3"]
    page = TABLE.format(*montrees, suite)
    remplie, reste = remplir(page, ici="/p/", adresse="/p/", champs=champs, avis="")
    lus = {
        controle.nom: controle.attributs.get("value")
        for controle in Lecteur(remplie, "/p/").formulaires[0].controles
    }
    assert [lus["p-0-note"], lus["p-1-note"]] == attendu
    if restants == "tout":
        restants = {nom: v for nom, v in champs.items() if nom != "p-TOTAL_FORMS"}
    assert reste == restants
