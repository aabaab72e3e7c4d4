"""The real worker, the real beat, the real Redis: stopped, killed, mute. The database stays the
truth.
"""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
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
from partenaires.models import Envoi
from quartiers import horloge
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
                p.wait(15)
            except subprocess.TimeoutExpired:
                p.kill()
                p.wait(5)


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
        regler(url, False, {"socket_timeout": 2, "socket_connect_timeout": 1, "max_retries": 0})

    yield _courtier
    regler(*avant)


def attendre(vrai, secondes=60, quoi=""):
    limite = time.monotonic() + secondes
    while time.monotonic() < limite:
        if vrai():
            return
        time.sleep(0.2)
    raise AssertionError(f"toujours rien après {secondes} s : {quoi}")


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


def test_le_vrai_travailleur_etablit_le_recepisse(appel, lancer, courtier):
    url = os.environ["REDIS_EPREUVE"]
    courtier(url)
    lancer(url, *TRAVAILLEUR)
    dossier, signataire = dossier_pret(appel)
    deposer(dossier, signataire, horloge.maintenant())
    attendre(etabli, quoi="le récépissé")
    attendre(
        lambda: Envoi.objects.filter(acte__startswith="recepisse").count() == 1, quoi="son courriel"
    )
    assert Recepisse.objects.get().lire().startswith(b"%PDF-")


@pytest.mark.parametrize("panne", ["absent", "muet"])
def test_sans_courtier_le_depot_reussit_vite_et_le_papier_suit(appel, courtier, lancer, panne):
    """A dead broker turns nothing into an error; the next beat repairs the lost wake-up."""
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        if panne == "muet":
            prise.listen(50)  # accepts and never answers
        courtier(f"redis://127.0.0.1:{prise.getsockname()[1]}/0")
        dossier, signataire = dossier_pret(appel)
        debut = time.monotonic()
        depose = deposer(dossier, signataire, horloge.maintenant())
        assert time.monotonic() - debut < 15
    assert depose.numero == "CV-2027-0001"
    assert not etabli()
    url = os.environ["REDIS_EPREUVE"]
    lancer(url, *TRAVAILLEUR)
    courtier(url)
    with transactions.atomic():
        reveil.apres_commit("appels.rattraper")
    attendre(etabli, quoi="le récépissé rattrapé")


def test_redis_arrete_et_relance_travailleur_tue_deux_battements(appel, lancer, monkeypatch):
    """Reminders through all of it: each draft once."""
    dossiers = [dossier_pret(appel)[0] for _ in range(6)]
    monkeypatch.setenv("CADENCE", "2")
    with services.redis() as premier:
        port = urlsplit(premier).port
        mort = lancer(premier, *TRAVAILLEUR)
        lancer(premier, "beat", "--loglevel", "ERROR")
        lancer(premier, "beat", "--loglevel", "ERROR")
        attendre(lambda: Battement.objects.exists(), 90, "le premier battement")
        mort.send_signal(signal.SIGKILL)
        mort.wait(10)
    time.sleep(2)  # Redis is gone with all it held
    with services.redis(port) as second:
        lancer(second, *TRAVAILLEUR)
        avant = horloge.maintenant()
        attendre(
            lambda: Battement.objects.filter(le__gt=avant).exists(),
            120,
            "un battement après le retour",
        )
        attendre(lambda: Rappel.objects.count() == len(dossiers), 60, "tous les rappels")
        time.sleep(5)
    assert sorted(Rappel.objects.values_list("dossier_id", flat=True)) == sorted(
        d.pk for d in dossiers
    )
    assert Envoi.objects.filter(acte__startswith="rappel").count() == len(dossiers)


def test_le_battement_et_la_sante(appel, lancer, courtier, client):
    url = os.environ["REDIS_EPREUVE"]
    courtier(url)
    assert client.get("/sante/pret").status_code == 503
    lancer(url, *TRAVAILLEUR)
    with transactions.atomic():
        reveil.apres_commit("appels.battre")
    attendre(lambda: Battement.objects.exists(), quoi="le battement")
    reponse = client.get("/sante/pret")
    assert (reponse.status_code, reponse.json()) == (
        200,
        {"base": "ok", "courtier": "ok", "battement": "ok"},
    )


def test_un_travailleur_tue_en_plein_recepisse_n_en_perd_aucun(appel, lancer, courtier):
    url = os.environ["REDIS_EPREUVE"]
    courtier(url)
    tue = lancer(url, *TRAVAILLEUR)
    dossier, signataire = dossier_pret(appel)
    threading.Timer(2.0, lambda: tue.send_signal(signal.SIGKILL)).start()
    deposer(dossier, signataire, horloge.maintenant())
    tue.wait(20)
    lancer(url, *TRAVAILLEUR)
    with transactions.atomic():
        reveil.apres_commit("appels.rattraper")
    attendre(etabli, quoi="le récépissé")
    attendre(
        lambda: Envoi.objects.filter(acte__startswith="recepisse").count() == 1,
        quoi="un seul courriel",
    )
