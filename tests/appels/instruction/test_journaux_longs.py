"""A log that is long is made by the worker: the same lines, the same rights, asked by a button."""

from datetime import date

import pytest
from django.core.files.storage import default_storage

from appels import tasks
from appels.decision.actions import lectures
from appels.instruction.actions import deports
from appels.instruction.journal import Recherche
from appels.models import Cotation, Export
from partenaires.models import Role, Utilisateur
from tests.fabriques import (
    PENDANT,
    creer_agent,
    creer_appel,
    creer_association,
    creer_dossier_complet,
    creer_membre,
    deposer,
)

pytestmark = pytest.mark.django_db
JOURNAUX = {
    "journal du portail": "/instruction/journal/journal.csv?objet=cv-2027-0001&du=2026-11-10",
    "d’un appel": "/instruction/appels/{appel}/journal.csv",
    "d’un dossier": "/instruction/dossiers/{dossier}/journal.csv",
    "notes et motifs": "/instruction/appels/{appel}/lectures.csv",
}


@pytest.fixture
def depose(horloge_figee):
    return deposer(creer_dossier_complet(creer_appel(), creer_association()))


@pytest.fixture
def responsable(depose):
    """Who has scored the dossier."""
    personne = creer_agent(Role.RESPONSABLE)
    lectures.proposer_une_grille(depose.appel)
    notes = [Cotation(critere=un, points=1, motif="x") for un in depose.appel.criteres.all()]
    lectures.coter(depose, notes, rendre=True, par=personne, recu_le=PENDANT)
    return personne


@pytest.fixture
def longs(monkeypatch):
    """From the first line on."""

    def rendre() -> None:
        monkeypatch.setattr("appels.instruction.vues.exports.TOUT_DE_SUITE", 0)

    return rendre


def adresse(journal: str, dossier) -> str:
    return JOURNAUX[journal].format(appel=dossier.appel_id, dossier=dossier.pk)


def lu(reponse) -> bytes:
    assert reponse.status_code == 200
    return b"".join(reponse)


def prepare(client, chemin: str) -> str:
    """Asked and made: the address of the file."""
    assert client.post(chemin).url == chemin
    export = Export.objects.latest("pk")
    tasks.fabriquer("export", export.pk)
    return f"/instruction/exports/{export.pk}/"


@pytest.mark.parametrize("journal", JOURNAUX)
def test_un_long_journal_se_demande_et_donne_les_memes_lignes(
    connecter, depose, responsable, longs, journal
):
    client, chemin = connecter(responsable), adresse(journal, depose)
    court = lu(client.get(chemin))
    assert (court.startswith(b"\xef\xbb\xbf"), court.count(b"\r\n") > 1) == (True, True)
    longs()
    page = client.get(chemin).content.decode()
    assert ("Préparer le fichier" in page, Export.objects.count()) == (True, 0)
    fichier = prepare(client, chemin)
    assert lu(client.get(fichier)) == court
    export = Export.objects.get()
    assert (export.faites, export.contenus) == (export.total, [depose.pk])
    assert "Prêt" in client.get(chemin).content.decode()
    assert connecter(creer_agent(Role.RESPONSABLE)).get(fichier).status_code == 404


def test_qui_n_ouvre_pas_un_journal_ne_le_demande_pas(connecter, depose, responsable, longs):
    longs()
    personnes = {"agent": creer_agent(), "membre": depose.depose_par}
    codes = {
        (journal, nom): connecter(personne).post(adresse(journal, depose)).status_code
        for journal in JOURNAUX
        for nom, personne in personnes.items()
    }
    refuses = {cle for cle, code in codes.items() if code == 403}
    assert refuses == {("journal du portail", "agent"), *((j, "membre") for j in JOURNAUX)}
    # Asked by who has scored nothing, there is no line: the file itself, empty
    assert codes["notes et motifs", "agent"] == 200


def perdre_la_direction(personne, dossier):
    personne.appartenances.update(roles=[Role.AGENT])


def retrecir(personne, dossier):
    personne.appartenances.update(perimetre={"axes": ["aucun"]})


def adherer(personne, dossier):
    creer_membre(dossier.porteur, utilisateur=personne)
    personne.appartenances.filter(partenaire=dossier.porteur).update(
        acceptee_le=PENDANT.replace(hour=23)
    )


def reprendre_sa_lecture(personne, dossier):
    dossier.lectures.all().delete()


FERMENT = {
    (perdre_la_direction, "journal du portail"): 403,
    (perdre_la_direction, "d’un appel"): 200,
    (retrecir, "journal du portail"): 403,
    (retrecir, "d’un appel"): 403,
    (retrecir, "d’un dossier"): 403,
    (retrecir, "notes et motifs"): 403,
    (adherer, "journal du portail"): 403,
    (adherer, "d’un appel"): 403,
    (adherer, "d’un dossier"): 403,
    (reprendre_sa_lecture, "notes et motifs"): 403,
}


@pytest.mark.parametrize(("changer", "journal"), FERMENT)
def test_un_journal_prepare_se_referme_avec_les_droits(
    connecter, depose, responsable, longs, changer, journal
):
    longs()
    client = connecter(responsable)
    fichier = prepare(client, adresse(journal, depose))
    lu(client.get(fichier))
    changer(responsable, depose)
    reponse = connecter(Utilisateur.objects.get(pk=responsable.pk)).get(fichier)
    b"".join(reponse)
    assert reponse.status_code == FERMENT[changer, journal]


def test_un_deport_efface_les_journaux_qui_montrent_le_dossier(
    connecter, depose, responsable, longs, django_capture_on_commit_callbacks
):
    longs()
    for journal in JOURNAUX:
        prepare(connecter(responsable), adresse(journal, depose))
    fichiers = [export.fichier.name for export in Export.objects.all()]
    with django_capture_on_commit_callbacks(execute=True):
        deports.declarer(depose, responsable, motif="x", par=responsable, recu_le=PENDANT)
    assert Export.objects.count() == 0
    assert not any(default_storage.exists(nom) for nom in fichiers)


def test_une_recherche_se_garde_et_se_retrouve():
    for recherche in (
        Recherche(),
        Recherche("Ada", "cv-2027", "appels.Dossier", date(2026, 11, 9), date(2026, 11, 10)),
        Recherche(au=date(2026, 11, 10)),
    ):
        assert Recherche.depuis(recherche.a_garder()) == recherche
