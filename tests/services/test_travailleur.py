"""The real worker, the real beat, the real Redis: stopped, killed, mute. The database stays the
truth.
"""

import os
import signal
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from celery import current_app
from django.db import connection
from django.db import transaction as transactions
from kombu import pools

from appels.models import Battement, Rappel, Recepisse
from appels.socle import reveil
from contrat_ville import services
from contrat_ville.settings import OPTIONS_DU_COURTIER
from partenaires.models import Envoi
from quartiers import horloge
from tests.attente import BORNE, jusqu_a, un_verrou
from tests.fabriques import creer_appel, creer_association, creer_dossier, creer_signataire, deposer

pytestmark = [pytest.mark.services, pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
TRAVAILLEUR = [
    "worker",
    "--pool",
    "solo",
    "--loglevel",
    "ERROR",
    "--without-gossip",
    "--without-mingle",
]


@pytest.fixture
def appel(base_a_plusieurs):
    ici = horloge.maintenant()
    return creer_appel(
        ouvre_le=ici - timedelta(days=30), ferme_le=ici + timedelta(hours=1, minutes=30)
    )


@pytest.fixture
def lancer(tmp_path):
    """`lancer(url, *arguments)`: a Celery process on the test database; ended by id at the end."""
    processus = []

    def _lancer(url, *arguments):
        base = connection.settings_dict
        environnement = {
            **os.environ,
            "REDIS_URL": url,
            "DONNEES": str(tmp_path),
            "BEAT_FICHIER": str(tmp_path / f"beat{len(processus)}"),
            "DATABASE_URL": f"postgres://{base['USER']}@{base['HOST']}:{base['PORT']}/{base['NAME']}",
        }
        p = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "contrat_ville.celery:app", *arguments],
            env=environnement,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        processus.append(p)
        return p

    yield _lancer
    for p in processus:
        if p.poll() is None:
            p.terminate()
            try:
                p.wait(BORNE)
            except subprocess.TimeoutExpired:
                p.kill()
                p.wait()


@pytest.fixture
def courtier(monkeypatch):
    """`courtier(url)`: this process wakes tasks through a real broker instead of running them
    itself.
    """
    app = current_app._get_current_object()
    avant = app.conf.broker_url, app.conf.task_always_eager, app.conf.broker_transport_options

    def regler(url, eager, options):
        app.conf.broker_url, app.conf.task_always_eager = url, eager
        app.conf.broker_write_url = app.conf.broker_read_url = None
        app.conf.broker_transport_options = options
        pools.reset()
        app._pool = app.amqp._producer_pool = None

    def _courtier(url):
        regler(url, False, {**OPTIONS_DU_COURTIER, "socket_timeout": 1})

    yield _courtier
    regler(*avant)


@pytest.fixture
def redis_a_part():
    """The URL of a broker of this test alone: no task of another one waits in it."""
    with services.redis() as url:
        yield url


def dossier_pret(appel):
    from appels.demonstration import dossiers

    porteur = creer_association()
    signataire = creer_signataire(porteur)
    dossier = creer_dossier(
        appel, porteur, par=signataire, cree_le=horloge.maintenant() - timedelta(days=20)
    )
    return dossiers.remplir(dossier, horloge.maintenant()), signataire


def etabli() -> bool:
    return Recepisse.objects.filter(etabli_le__isnull=False).exists()


def test_le_vrai_travailleur_etablit_le_recepisse(appel, lancer, courtier, redis_a_part):
    url = redis_a_part
    courtier(url)
    lancer(url, *TRAVAILLEUR)
    dossier, signataire = dossier_pret(appel)
    deposer(dossier, signataire, horloge.maintenant())
    jusqu_a(etabli, "le récépissé")
    jusqu_a(lambda: Envoi.objects.filter(acte__startswith="recepisse").count() == 1, "son courriel")
    assert Recepisse.objects.get().lire().startswith(b"%PDF-")


class Muet:
    """A broker that takes the call and never answers; counts the calls."""

    def __init__(self):
        self.prise = socket.create_server(("127.0.0.1", 0), backlog=50)
        self.adresse = f"redis://127.0.0.1:{self.prise.getsockname()[1]}/0"
        self.appels = []
        threading.Thread(target=self.decrocher, daemon=True).start()

    def decrocher(self):
        with suppress(OSError):  # the socket closes at the end of the test
            while True:
                self.appels.append(self.prise.accept()[0])

    def raccrocher(self):
        self.prise.shutdown(socket.SHUT_RDWR)
        self.prise.close()
        for appel in self.appels:
            appel.close()


@pytest.mark.parametrize("panne", ["absent", "muet"])
def test_sans_courtier_le_depot_reussit_vite_et_le_papier_suit(
    appel, courtier, lancer, redis_a_part, panne
):
    """A dead broker turns nothing into an error: it is called once a wake-up, and never again; the
    next beat repairs what was lost.
    """
    muet = Muet()
    if panne == "absent":
        muet.raccrocher()
    dossier, signataire = dossier_pret(appel)
    courtier(muet.adresse)
    depose = deposer(dossier, signataire, horloge.maintenant())
    if panne == "muet":
        # What a person may wait for, at worst: so many calls, each given up in time.
        assert 0 < len(muet.appels) * OPTIONS_DU_COURTIER["socket_timeout"] <= 15
        muet.raccrocher()
    assert depose.numero == "CV-2027-0001"
    assert not etabli()
    lancer(redis_a_part, *TRAVAILLEUR)
    courtier(redis_a_part)
    with transactions.atomic():
        reveil.apres_commit("appels.rattraper")
    jusqu_a(etabli, "le récépissé rattrapé")


def test_redis_arrete_et_relance_travailleur_tue_deux_battements(appel, lancer, monkeypatch):
    """Reminders through all of it: each draft once."""
    dossiers = [dossier_pret(appel)[0] for _ in range(6)]
    monkeypatch.setenv("CADENCE", "2")
    with services.redis() as premier:
        port = urlsplit(premier).port
        mort = lancer(premier, *TRAVAILLEUR)
        lancer(premier, "beat", "--loglevel", "ERROR")
        lancer(premier, "beat", "--loglevel", "ERROR")
        jusqu_a(Battement.objects.exists, "le premier battement")
        mort.send_signal(signal.SIGKILL)
        mort.wait(BORNE)
    # Redis is gone with all it held.
    with services.redis(port) as second:
        lancer(second, *TRAVAILLEUR)
        attendre_un_battement("un battement après le retour")
        jusqu_a(lambda: Rappel.objects.count() == len(dossiers), "tous les rappels")
        # Two beats more: whoever would remind twice has had the time to.
        attendre_un_battement("un battement de plus")
        attendre_un_battement("un second battement de plus")
    assert sorted(Rappel.objects.values_list("dossier_id", flat=True)) == sorted(
        d.pk for d in dossiers
    )
    assert Envoi.objects.filter(acte__startswith="rappel").count() == len(dossiers)


def attendre_un_battement(quoi: str) -> None:
    """The worker has beaten since: every task that was before it in the queue is done."""
    avant = horloge.maintenant()
    jusqu_a(lambda: Battement.objects.filter(le__gt=avant).exists(), quoi)


def test_le_battement_et_la_sante(appel, lancer, courtier, redis_a_part, client):
    url = redis_a_part
    courtier(url)
    assert client.get("/sante/pret").status_code == 503
    lancer(url, *TRAVAILLEUR)
    with transactions.atomic():
        reveil.apres_commit("appels.veiller")
    jusqu_a(Battement.objects.exists, "le battement")
    reponse = client.get("/sante/pret")
    assert (reponse.status_code, reponse.json()) == (
        200,
        {"base": "ok", "courtier": "ok", "battement": "ok"},
    )


def test_un_travailleur_tue_en_plein_recepisse_n_en_perd_aucun(
    appel, lancer, courtier, redis_a_part
):
    courtier(redis_a_part)
    tue = lancer(redis_a_part, *TRAVAILLEUR)
    dossier, signataire = dossier_pret(appel)
    deposer(dossier, signataire, horloge.maintenant())
    with transactions.atomic():
        Recepisse.objects.select_for_update().get()
        un_verrou()  # the paper is made, the worker comes to store it: killed there
        tue.send_signal(signal.SIGKILL)
        tue.wait(BORNE)
    assert not etabli()
    lancer(redis_a_part, *TRAVAILLEUR)
    with transactions.atomic():
        reveil.apres_commit("appels.rattraper")
    jusqu_a(etabli, "le récépissé")
    jusqu_a(
        lambda: Envoi.objects.filter(acte__startswith="recepisse").count() == 1,
        "un seul courriel",
    )
