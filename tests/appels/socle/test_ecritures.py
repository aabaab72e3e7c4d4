"""Who else writes: told to the same side, dead after some minutes, never a lock."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from appels import tasks
from appels.decision.actions import scenarios
from appels.models import EcritureEnCours
from appels.models.ecriture import DUREE
from appels.socle import ecritures
from partenaires.models import Genre, Partenaire, Role
from tests.appels.decision.test_scenarios import demander
from tests.appels.instruction.test_liste import poser
from tests.fabriques import (
    PENDANT,
    admettre,
    creer_agent,
    creer_appel,
    creer_association,
    creer_dossier,
    creer_dossier_complet,
    creer_financeur,
    creer_membre,
    creer_utilisateur,
    deposer,
)

pytestmark = pytest.mark.django_db
PHRASE = "modifie le budget depuis 10\u00a0h\u00a030"


@pytest.fixture
def brouillon(horloge_figee):
    return creer_dossier(creer_appel(), creer_association())


def test_deux_membres_se_voient_et_ce_qui_est_quitte_ne_se_dit_plus(
    connecter, brouillon, horloge_figee
):
    """Who came first sees nobody, the second sees the first; a save that leaves ends it."""
    chemin = f"/dossiers/{brouillon.pk}/partie/budget/"
    ada = creer_membre(brouillon.porteur)
    bea = creer_membre(brouillon.porteur)
    ecran = connecter(ada)
    assert "modifie" not in ecran.get(chemin).content.decode()
    page = connecter(bea).get(chemin).content.decode()
    assert (f"{ada} {PHRASE}" in page, "Rien n’est bloqué" in page) == (True, True)
    autre_partie = connecter(bea).get(f"/dossiers/{brouillon.pk}/partie/moyens/").content.decode()
    assert "modifie le budget" not in autre_partie
    # Renewed by a render, it keeps the hour when it began
    horloge_figee(PENDANT + timedelta(minutes=10))
    ecran.get(chemin)
    horloge_figee(PENDANT + timedelta(minutes=20))
    assert f"{ada} {PHRASE}" in connecter(bea).get(chemin).content.decode()
    # Silent longer than what a row says, it is not said any more
    horloge_figee(PENDANT + timedelta(minutes=10) + DUREE)
    assert "modifie" not in connecter(bea).get(chemin).content.decode()


def test_de_deux_qui_ouvrent_au_meme_instant_l_un_voit_l_autre(connecter, brouillon, monkeypatch):
    """Bea's row is written between my reading of nobody and mine: the last to write is told."""
    ada, bea = creer_membre(brouillon.porteur), creer_membre(brouillon.porteur)
    ecran = connecter(ada)
    renouveler = ecritures._renouveler

    def apres_bea(personne, ici, instant):
        renouveler(bea, ici, instant)
        renouveler(personne, ici, instant)

    monkeypatch.setattr(ecritures, "_renouveler", apres_bea)
    page = ecran.get(f"/dossiers/{brouillon.pk}/partie/budget/").content.decode()
    assert f"{bea} {PHRASE}" in page


@pytest.mark.parametrize(
    ("page", "mots"), [("organisme", "la fiche de l’organisme"), ("pieces", "les pièces")]
)
def test_la_fiche_et_les_pieces_le_disent_aussi(connecter, brouillon, page, mots):
    ada, bea, lectrice = (
        creer_membre(brouillon.porteur, *roles) for roles in ((), (), (Role.LECTEUR,))
    )
    chemin = f"/dossiers/{brouillon.pk}/{page}/"
    connecter(lectrice).get(chemin)
    assert f"modifie {mots}" not in connecter(ada).get(chemin).content.decode()
    lue = connecter(bea).get(chemin).content.decode()
    assert f"{ada} modifie {mots} depuis 10\u00a0h\u00a030." in lue


def test_chaque_camp_ne_lit_que_les_siens(connecter, horloge_figee):
    """Members, agents and each funder are three sides: no presence crosses."""
    depose = admettre(deposer(creer_dossier_complet(creer_appel(), creer_association())))
    caf, collegue, etat = creer_financeur(), creer_financeur(), creer_financeur(Genre.ETAT)
    agent, responsable = creer_agent(), creer_agent(Role.RESPONSABLE)
    membre = depose.depose_par
    camps = {
        personne: ecritures.camp(personne, depose)
        for personne in (membre, agent, responsable, caf, etat)
    }
    cle_caf = Partenaire.objects.get(genre=Genre.CAF).pk
    assert list(camps.values()) == [
        f"porteur-{depose.porteur_id}",
        "service",
        "service",
        f"financeur-{cle_caf}",
        f"financeur-{etat.appartenances.get().partenaire_id}",
    ]
    avis = f"/instruction/dossiers/{depose.pk}/avis/"
    connecter(caf).get(avis)
    vus = {
        personne: f"{caf} modifie cet avis" in connecter(personne).get(avis).content.decode()
        for personne in (collegue, etat, agent)
    }
    assert list(vus.values()) == [True, False, False]
    # Who reads for the CAF too, and writes for the State, is told at the State alone
    double = creer_membre(
        Partenaire.objects.get(genre=Genre.CAF),
        Role.LECTEUR_FINANCEUR,
        utilisateur=creer_utilisateur(prenom="Double"),
    )
    creer_membre(etat.appartenances.get().partenaire, Role.AVIS_FINANCEUR, utilisateur=double)
    connecter(double).get(avis)
    assert [
        f"{double} modifie" in connecter(personne).get(avis).content.decode()
        for personne in (collegue, etat)
    ] == [False, True]
    decisions = f"/dossiers/{depose.pk}/decisions/"
    connecter(agent).get(decisions)
    page = connecter(responsable).get(decisions).content.decode()
    assert f"{agent} modifie ces montants depuis" in page


def test_lire_les_avis_n_est_pas_les_ecrire(connecter, horloge_figee):
    """The page that is read holds no form: where one can write, one is told."""
    depose = admettre(deposer(creer_dossier_complet(creer_appel(), creer_association())))
    agent = connecter(creer_agent())
    lue = agent.get(f"/instruction/dossiers/{depose.pk}/avis/").content.decode()
    assert (EcritureEnCours.objects.count(), 'name="recu_par"' in lue) == (0, False)
    assert 'href="?recueil=1#recueil">Inscrire des avis reçus' in lue
    ouverte = agent.get(f"/instruction/dossiers/{depose.pk}/avis/?recueil=1").content.decode()
    assert (EcritureEnCours.objects.count(), 'name="recu_par"' in ouverte) == (1, True)


def test_deux_agents_qui_inscrivent_des_avis_se_voient(connecter, horloge_figee):
    """Who came to write is told to who reads, which says nothing of them; a save ends it."""
    depose = admettre(deposer(creer_dossier_complet(creer_appel(), creer_association())))
    une, deux = creer_agent(), creer_agent()
    chemin = f"/instruction/dossiers/{depose.pk}/avis/"
    ecran = connecter(une)
    examen = ecran.get(f"/instruction/dossiers/{depose.pk}/?liste=q%3D&rang=0").content.decode()
    lien = f'href="{chemin}?liste=q%3D&amp;rang=0&amp;recueil=1#recueil"'
    assert lien in examen
    ecran.get(f"{chemin}?liste=q%3D&rang=0&recueil=1")
    page = connecter(deux).get(chemin).content.decode()
    assert f"{une} modifie cet avis depuis 10\u00a0h\u00a030." in page
    assert EcritureEnCours.objects.count() == 1
    form = ecran.get(f"{chemin}?recueil=1").context
    donnees = {ligne.add_prefix("sens"): "" for ligne in form["mots"]["lignes"]}
    ecran.post(f"{chemin}?recueil=1", donnees | {"recu_par": "réunion"})
    assert EcritureEnCours.objects.count() == 0


def test_deux_agents_se_voient_dans_un_scenario(connecter, horloge_figee):
    """At each render of its matrix, renewed by each amount saved by itself; frozen, nobody."""
    dossier = poser(creer_appel(), "Un projet")
    demande = demander(dossier, Genre.ETAT, 100_000)
    agent, autre = creer_agent(), creer_agent(Role.RESPONSABLE)
    scenario, ailleurs = (
        scenarios.creer(dossier.appel, nom, depuis=None, par=agent, recu_le=PENDANT)
        for nom in ("A", "B")
    )
    ecrans = {personne: connecter(personne) for personne in (agent, autre)}

    def lit(personne, lu=scenario):
        return ecrans[personne].get(f"/instruction/scenarios/{lu.pk}/").content.decode()

    assert "modifie ces montants" not in lit(agent)
    phrase = f"{agent} modifie ces montants depuis 10\u00a0h\u00a030."
    assert [phrase in lit(autre, lu) for lu in (scenario, ailleurs)] == [True, False]
    horloge_figee(PENDANT + timedelta(minutes=14))
    envoi = {"demande": demande.pk, "montant": "100", "vu": ""}
    adresse = f"/instruction/scenarios/{scenario.pk}/montant/"
    assert ecrans[agent].post(adresse, envoi).status_code == 200
    horloge_figee(PENDANT + timedelta(minutes=28))
    assert phrase in lit(autre)
    horloge_figee(PENDANT + timedelta(minutes=14) + DUREE)
    assert phrase not in lit(autre)
    EcritureEnCours.objects.all().delete()
    scenarios.figer(scenario, par=autre, recu_le=PENDANT)
    lit(agent)
    assert EcritureEnCours.objects.count() == 0


def test_la_table_se_vide(brouillon, horloge_figee):
    for rang, il_y_a in enumerate((DUREE, DUREE - timedelta(seconds=1))):
        EcritureEnCours.objects.create(
            personne=creer_membre(brouillon.porteur),
            dossier=brouillon,
            ouvrage="partie",
            cle=f"p{rang}",
            camp="x",
            depuis=PENDANT - il_y_a,
            vue_le=PENDANT - il_y_a,
        )
    tasks.oublier()
    assert [une.cle for une in EcritureEnCours.objects.all()] == ["p1"]


def test_un_enregistrement_la_renouvelle_a_la_minute(connecter, brouillon, horloge_figee):
    """Eight queries within the minute, ten once a minute: this row, and the session seen."""
    chemin = f"/dossiers/{brouillon.pk}/partie/description/"
    client = connecter(creer_membre(brouillon.porteur))
    client.get(chemin)
    [une] = EcritureEnCours.objects.all()
    faits = []
    for rang, secondes in enumerate((0, 30, 59, 61, 119)):
        instant = PENDANT + timedelta(seconds=secondes)
        horloge_figee(instant)
        with CaptureQueriesContext(connection) as requetes:
            reponse = client.post(
                chemin,
                {"version": rang, "besoin": f"Texte {rang}"},
                headers={"Accept": "application/json"},
            )
        assert reponse.status_code == 200
        une.refresh_from_db()
        faits.append((secondes, len(requetes) <= 8, (une.vue_le - PENDANT).seconds))
    assert faits[1:] == [(30, True, 0), (59, True, 0), (61, False, 61), (119, True, 61)]
    assert une.depuis == PENDANT
    with CaptureQueriesContext(connection) as requetes:
        horloge_figee(PENDANT + timedelta(seconds=122))
        client.post(chemin, {"version": 5, "besoin": "Fin"}, headers={"Accept": "application/json"})
    assert len(requetes) == 10


def test_une_ecriture_morte_recommence_a_son_heure(connecter, brouillon, horloge_figee):
    chemin = f"/dossiers/{brouillon.pk}/partie/budget/"
    client = connecter(creer_membre(brouillon.porteur))
    client.get(chemin)
    plus_tard = PENDANT + timedelta(hours=2)
    horloge_figee(plus_tard)
    client.get(chemin)
    [une] = EcritureEnCours.objects.all()
    assert (une.depuis, une.vue_le) == (plus_tard, plus_tard)
