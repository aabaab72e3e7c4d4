"""The log in words: before → after, for whom, searched, as a file, sealed each day."""

import csv
import io
from datetime import timedelta

import pytest
from post_office.models import Email

from appels import tasks
from appels.decision.actions import avis, decisions
from appels.instruction import journal, mots_du_journal
from appels.instruction.actions import affectation, complements, deports, sceaux
from appels.instruction.demandes import Demande
from appels.models import Dossier, Financement
from partenaires.models import Appartenance, Genre, Role
from quartiers.francais import en_euros
from quartiers.journal import Acte, pendant
from quartiers.models import Journalise, Sceau, Trace
from quartiers.models.journalise import champs_suivis
from tests.contrat_ville.test_journalise import SUIVIS
from tests.fabriques import (
    PENDANT,
    admettre,
    creer_accord,
    creer_agent,
    creer_appel,
    creer_association,
    creer_dossier_complet,
    creer_financeur,
    creer_lettre,
    creer_membre,
    deposer,
)

pytestmark = pytest.mark.django_db
JOURNAL = "/instruction/journal/"


@pytest.fixture
def depose(horloge_figee):
    return deposer(creer_dossier_complet(creer_appel(), creer_association(nom="Les Jardiniers")))


@pytest.fixture
def responsable(depose):
    return creer_agent(Role.RESPONSABLE)


def lire(client, chemin) -> str:
    reponse = client.get(chemin)
    assert reponse.status_code == 200, (chemin, reponse.status_code)
    return b"".join(reponse).decode()


def voter(dossier, montant):
    financement = dossier.financements.get(partenaire__genre=Genre.CAF)
    financement.decision, financement.montant_vote = "accorde", montant
    financement.decide_le = PENDANT.date()
    financement.save()


def test_chaque_modele_suivi_a_un_nom_sur_la_page():
    assert {modele._meta.label for modele in SUIVIS} - set(mots_du_journal.TABLES) == set()
    assert all(issubclass(modele, Journalise) for modele in SUIVIS)


def test_ce_qu_une_lettre_garde_se_lit_en_mots(connecter, depose, responsable):
    """What it keeps of the law is a table of ours: its words are read, never its keys."""
    admettre(depose)
    creer_lettre(creer_accord(depose))
    page = lire(connecter(responsable), f"/instruction/dossiers/{depose.pk}/changements/")
    mentions = page.split("Mentions : vide → ")[1].split("</li>")[0]
    assert ("Les Jardiniers" in mentions, "{" in mentions, "est_dispensee" in mentions) == (
        True,
        False,
        False,
    )


def test_le_montant_vote_se_lit_avant_et_apres(connecter, depose, responsable):
    voter(depose, 670_000)
    voter(depose, 500_000)
    page = lire(connecter(responsable), f"/instruction/dossiers/{depose.pk}/changements/")
    assert f"Montant voté : vide → {en_euros(670_000)}" in page
    assert f"Montant voté : {en_euros(670_000)} → {en_euros(500_000)}" in page


def test_ce_qu_un_acte_a_change_se_lit_dans_l_historique(connecter, depose):
    """By the service and the organisation, each what is theirs; a funder reads acts only."""
    agent = creer_agent()
    client = connecter(agent)
    client.post(f"/instruction/dossiers/{depose.pk}/recevable/")
    assert Dossier.objects.get(pk=depose.pk).etat == "recevable"
    trace = Trace.objects.filter(table="appels.Dossier", cle=depose.pk).first()
    assert (trace.par, trace.le, trace.acte) == (agent, PENDANT, "appels:admettre")
    chemin = f"/dossiers/{depose.pk}/historique/"
    lus = []
    for personne in (agent, depose.depose_par, creer_financeur(Genre.CAF)):
        lus.append("tat : Déposé → Recevable" in lire(connecter(personne), chemin))
    assert lus == [True, True, False]


def comme(personne):
    """What is written inside is written by this person, at the instant of the tests."""
    return pendant(Acte(nom=lambda: "essai", personne=lambda: personne.pk, le=PENDANT))


def test_l_organisme_lit_avant_et_apres_ce_qui_est_a_lui_et_rien_d_autre(connecter, depose):
    agent = creer_agent()
    chemin = f"/dossiers/{depose.pk}/historique/"
    porteur = connecter(depose.depose_par)
    with comme(agent):
        complements.demander(
            depose,
            [Demande("description", "Précisez le public")],
            message="Un mot du service",
            avant_le=PENDANT + timedelta(days=9),
            par=agent,
            recu_le=PENDANT,
        )
    page = lire(porteur, chemin)
    for dit in ("État : Déposé → À compléter", "Un mot du service", "Précisez le public"):
        assert dit in page, dit
    with comme(agent):
        affectation.affecter(Dossier.objects.all(), agent, par=agent, recu_le=PENDANT)
        piece = depose.pieces.first()
        piece.conformite_motif = "CANARI"
        piece.save()
    page = lire(porteur, chemin)
    for tu in ("Confié", "CANARI", "Demandé par", str(agent)):
        assert (tu in page) == (tu == str(agent)), tu  # who asked stands in the act itself


def test_une_decision_se_lit_avant_et_apres_une_fois_sa_lettre_partie(connecter, depose):
    """One act decides for two funders: only the one whose letter left is told."""
    admettre(depose)
    demandes = list(depose.financements.filter(partenaire__isnull=False)[:2])
    for rang, demande in enumerate(demandes, 1):
        demande.decision, demande.montant_vote = "accorde", rang * 111_100
        demande.decide_le = PENDANT.date()
    agent = creer_agent()
    with comme(agent):
        decisions.saisir(depose, demandes, par=agent, recu_le=PENDANT)
    chemin = f"/dossiers/{depose.pk}/historique/"
    dits = [f"Montant voté : vide → {en_euros(rang * 111_100)}" for rang in (1, 2)]
    porteur = connecter(depose.depose_par)
    assert [dit in lire(porteur, chemin) for dit in dits] == [False, False]
    creer_lettre(demandes[1])
    assert [dit in lire(porteur, chemin) for dit in dits] == [False, True]


def test_ce_que_l_organisme_lit_est_nomme_et_rien_n_y_touche_au_secret():
    suivis = {modele._meta.label: modele for modele in SUIVIS}
    for table, noms in journal.LUS_PAR_L_ORGANISME.items():
        champs = {champ.name for champ in champs_suivis(suivis[table])}
        assert set(noms) <= champs, table
    tus = {
        "appels.Dossier": {"confie_a"},
        "appels.Piece": {"conformite", "conformite_motif", "conformite_le", "conformite_par"},
        "appels.DecisionPrise": {"par", "passage", "pourquoi", "remplacee_le"},
    }
    for table, noms in tus.items():
        assert not noms & set(journal.LUS_PAR_L_ORGANISME[table])
    for table in ("appels.Financement", "appels.Avis", "appels.Note", "appels.Signal"):
        assert table not in journal.LUS_PAR_L_ORGANISME


def test_un_role_et_une_verification_se_lisent_chez_l_organisme(connecter, depose):
    membre = creer_membre(depose.porteur)
    Appartenance.objects.filter(utilisateur=membre).update(roles={Role.SIGNATAIRE})
    chemin = f"/instruction/organismes/{depose.porteur_id}/changements/"
    assert "Rôles : Rédaction → Attestation et dépôt" in lire(connecter(creer_agent()), chemin)
    assert connecter(membre).get(chemin).status_code == 403


def test_rien_de_prive_ni_de_ferme_ne_se_lit(connecter, depose, responsable):
    """An opinion not shared leaves its line, that nobody reads: not even that it exists."""
    adresses = [
        f"/instruction/dossiers/{depose.pk}/changements/",
        f"/dossiers/{depose.pk}/historique/",
        JOURNAL,
        f"{JOURNAL}journal.csv",
    ]
    client, caf = connecter(responsable), creer_financeur(Genre.CAF)
    avant = [lire(client, adresse) for adresse in adresses]
    donnees = {"recevable": True, "sens": "defavorable", "motif": "CANARI", "montant_propose": 1}
    with_avis = avis.donner(
        depose,
        caf.appartenances.get().partenaire,
        donnees,
        partager=False,
        par=caf,
        recu_le=PENDANT,
    )
    assert Trace.objects.filter(table="appels.Avis", cle=with_avis.pk).count() == 1
    nouvelles = [lire(client, adresse) for adresse in adresses]
    assert [page.count("Avis") for page in nouvelles] == [page.count("Avis") for page in avant]
    assert not any("CANARI" in page for page in nouvelles)

    voter(depose, 123_400)
    assert en_euros(123_400) in lire(client, JOURNAL)
    deports.declarer(depose, responsable, motif="x", par=responsable, recu_le=PENDANT)
    assert en_euros(123_400) not in lire(client, JOURNAL)
    assert en_euros(123_400) not in lire(client, f"{JOURNAL}journal.csv")
    assert client.get(adresses[0]).status_code == 404


def test_on_cherche_par_personne_par_objet_et_par_jour(connecter, depose, responsable):
    voter(depose, 670_000)
    client = connecter(responsable)
    tout = len(lignes(client, ""))
    assert tout == journal.lisibles(responsable).count()
    assert lignes(client, "objet=INTROUVABLE") == []
    du_dossier = lignes(client, "objet=cv-2027-0001")
    jours = {"du=2026-11-11": 0, "au=2026-11-09": 0, "du=2026-11-10&au=10/11/2026": len(du_dossier)}
    for jour, combien in jours.items():
        assert len(lignes(client, f"objet=cv-2027-0001&{jour}")) == combien, jour
    assert {ligne["objet"] for ligne in du_dossier} == {"CV-2027-0001"}
    siret = depose.porteur.siret
    groupes = f"objet=SIRET+{siret[:3]}+{siret[3:6]}%C2%A0{siret[6:9]}+{siret[9:]}"
    assert len(lignes(client, groupes)) == len(lignes(client, f"objet={siret}")) > 0
    assert lignes(client, "objet=2027+1") == du_dossier
    assert lignes(client, "objet=%E2%80%8B") == []
    assert {ligne["objet"] for ligne in lignes(client, "objet=jardiniers")} == {"Les Jardiniers"}
    [vote] = lignes(client, "table=appels.Financement")
    assert vote["sur"] == "Décision d’un financeur"
    ada = creer_agent()
    ada.prenom, ada.nom = "Ada", "Canari"
    ada.save()
    connecter(ada).post(f"/instruction/dossiers/{depose.pk}/recevable/")
    assert {ligne["par"] for ligne in lignes(client, "personne=canari+ada")} == {"Ada Canari"}


def lignes(client, recherche) -> list[dict]:
    """The rows of the file; the page counts as many."""
    texte = lire(client, f"{JOURNAL}journal.csv?{recherche}").removeprefix("\ufeff")
    page = client.get(f"{JOURNAL}?{recherche}").context["page"]
    lues = list(csv.DictReader(io.StringIO(texte), delimiter=";"))
    assert len(lues) == page.paginator.count
    return lues


def test_une_recherche_illisible_est_dite_en_place(connecter, responsable):
    for recherche, phrase in {
        "du=demain": "Cette date ne se lit pas",
        "du=2026-11-12&au=2026-11-01": "Cette date vient avant la première",
        "table=appels.Avis": "choix valide",
    }.items():
        reponse = connecter(responsable).get(f"{JOURNAL}?{recherche}")
        assert (reponse.status_code, phrase in reponse.content.decode()) == (422, True), recherche


@pytest.mark.parametrize("nombre", [1, 12])
def test_le_journal_coute_autant_pour_une_page_pleine(
    connecter, depose, responsable, django_assert_num_queries, nombre
):
    for rang in range(nombre):
        Financement.objects.filter(pk=depose.financements.first().pk).update(motif=f"motif {rang}")
        membre = creer_membre(creer_association())
        Appartenance.objects.filter(utilisateur=membre).update(roles={Role.LECTEUR})
    client = connecter(responsable)
    client.get(JOURNAL)
    # session, person, roles; count, lines, people, organisations; last seal, calls, parution
    with django_assert_num_queries(8):
        lire(client, f"{JOURNAL}?table=partenaires.Appartenance")


# --- The seals ----------------------------------------------------------------------------------
def test_le_sceau_de_la_veille_part_une_fois_aux_responsables_et_au_dehors(
    depose, responsable, horloge_figee, settings
):
    settings.ADRESSES_DU_SCEAU = ["coffre@example.org"]
    creer_agent()
    demain = PENDANT + timedelta(days=1)
    horloge_figee(demain)
    tasks.sceller()
    tasks.sceller()
    sceau = Sceau.objects.get()
    assert sceau.jour == PENDANT.date()
    courriels = Email.objects.filter(subject__contains="sceau")
    assert {adresse for courriel in courriels for adresse in courriel.to} == {
        responsable.email,
        "coffre@example.org",
    }
    assert courriels.count() == 2
    assert all(sceau.tete in courriel.message for courriel in courriels)


def test_les_sceaux_se_lisent_et_s_impriment(connecter, depose, responsable):
    sceau = sceaux.sceller(PENDANT + timedelta(days=1))
    page = lire(connecter(responsable), f"{JOURNAL}sceaux/")
    assert f"{sceau.tete[:32]} {sceau.tete[32:]}" in page
    assert connecter(creer_agent()).get(f"{JOURNAL}sceaux/").status_code == 403


# --- What is opened -----------------------------------------------------------------------------
def test_un_fichier_ouvert_laisse_une_ligne_par_personne_et_par_jour(
    connecter, depose, horloge_figee
):
    agent, autre = creer_agent(), creer_agent()
    piece = depose.pieces.filter(est_chiffree=False).first()
    for personne in (agent, agent, autre):
        assert connecter(personne).get(f"/pieces/{piece.pk}/").status_code == 200
    horloge_figee(PENDANT + timedelta(days=1))
    connecter(agent).get(f"/pieces/{piece.pk}/")
    ouvertures = Trace.objects.filter(geste="ouverture", table="appels.Piece").order_by("pk")
    assert [(o.par, o.cle, o.dossier) for o in ouvertures] == [
        (personne, piece.pk, depose.pk) for personne in (agent, autre, agent)
    ]
    assert (
        connecter(creer_membre(creer_association())).get(f"/pieces/{piece.pk}/").status_code == 404
    )
    assert ouvertures.count() == 3
