"""One look a beat: nothing waits, nothing is asked; something waits, its task is woken."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from post_office.models import Email

from appels import tasks
from appels.models import Battement, GenrePapier, Papier, Recepisse
from appels.socle import pdf, reveil, veille
from contrat_ville.celery import app
from tests.fabriques import (
    PENDANT,
    creer_agent,
    creer_appel,
    creer_dossier_complet,
    deposer,
)
from tests.partenaires.test_courriels import ecrire

pytestmark = pytest.mark.django_db


@pytest.fixture
def reveils(monkeypatch, horloge_figee) -> list[str]:
    """What is woken, by name."""
    noms: list[str] = []
    monkeypatch.setattr(reveil, "reveiller", lambda nom, *arguments: noms.append(nom))
    return noms


def test_au_repos_deux_requetes_et_aucun_reveil(reveils):
    tasks.veiller()  # the first one makes its row
    with CaptureQueriesContext(
        connection,
    ) as requetes:
        tasks.veiller()
    assert (len(requetes), reveils) == (2, [])
    assert Battement.objects.get().le == PENDANT


def test_ce_qui_attend_reveille_sa_tache_et_elle_seule(reveils):
    dossier = deposer(creer_dossier_complet(creer_appel()))
    Email.objects.all().delete()
    Recepisse.objects.update(etabli_le=PENDANT)
    reveils.clear()
    tasks.veiller()
    assert reveils == []

    Recepisse.objects.update(etabli_le=None)
    Papier.objects.create(
        dossier=dossier,
        genre=GenrePapier.PIECES,
        marque="une",
        demande_le=PENDANT,
        demande_par=creer_agent(),
    )
    ecrire()
    tasks.veiller()
    assert reveils == ["appels.envoyer_courriels", "appels.rattraper"]

    # Given up, or for later: nobody is woken in vain.
    Recepisse.objects.update(essais=Recepisse.ESSAIS_MAX)
    Papier.objects.update(essais=Papier.ESSAIS_MAX)
    Email.objects.update(scheduled_time=PENDANT + timedelta(hours=1))
    reveils.clear()
    tasks.veiller()
    assert reveils == []


def test_l_antivirus_ne_se_reveille_que_s_il_est_la(reveils, settings):
    noms = [nom for nom, _ in veille.travaux(PENDANT)]
    settings.ANTIVIRUS_URL = "tcp://127.0.0.1:3310"
    assert [nom for nom, _ in veille.travaux(PENDANT)] == [*noms, "appels.analyser"]


def test_chaque_tache_periodique_existe_et_chaque_tache_veillee_aussi():
    app.loader.import_default_modules()
    veillees = {nom for nom, _ in veille.travaux(PENDANT)}
    assert (set(settings.CADENCES) | veillees) - set(app.tasks) == set()


def test_au_repos_la_production_demande_moins_de_dix_fois_par_minute(
    reveils, horloge_figee, monkeypatch
):
    """What each task asks when nothing waits, by how often it looks."""
    monkeypatch.setattr(pdf, "rendre", lambda html, **options: b"%PDF-essai")
    for _ in range(8):  # the posters of the quartiers, three at a look
        tasks.imprimer()
    tasks.veiller()
    par_minute = 0.0
    for nom, secondes in settings.CADENCES.items():
        with CaptureQueriesContext(connection) as requetes:
            app.tasks[nom]()
        par_minute += len(requetes) * settings.CADENCE / secondes
    assert par_minute <= 10
