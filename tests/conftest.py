"""The ground of the tests: reference data once, a frozen clock, signed-in browsers."""

import os
from io import StringIO
from pathlib import Path

import pytest
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection
from django.test import Client
from hypothesis import settings as reglages

from quartiers import horloge
from quartiers.memoire import Garde
from quartiers.models import Commune
from tests.fabriques import PENDANT

# The same draws at each run, and no deadline: a verdict depends neither on luck nor on the machine.
# The long runs draw anew.
reglages.register_profile("suite", derandomize=True, database=None, deadline=None)
reglages.register_profile("longue", database=None, deadline=None)
reglages.load_profile("longue" if os.environ.get("EPREUVE_LONGUE") == "1" else "suite")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright runs a loop beside Django


class Rouges:
    """Each failure is printed when it comes: a run that is cut says what it saw."""

    def __init__(self, terminal):
        self.terminal = terminal

    def pytest_runtest_logreport(self, report):
        if report.failed:
            self.terminal.write_line(f"\nROUGE {report.nodeid} ({report.when})")
            self.terminal.write_line(report.longreprtext[-3000:])


@pytest.hookimpl(trylast=True)  # once the terminal is there
def pytest_configure(config):
    """Once for the run: the workers print nothing."""
    terminal = config.pluginmanager.get_plugin("terminalreporter")
    if terminal is not None and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Rouges(terminal))


PRETE: list = []  # the door to the database, once it is set up


def vider_sans_les_gardes(vider):
    """Between two tests that commit for real, the logs are emptied too: their triggers rest, as
    only the owner of the server may ask.
    """

    def executer(operations, ordres):
        return vider(operations, ["SET LOCAL session_replication_role = replica;", *ordres])

    return executer


if connection.vendor == "postgresql":
    OPERATIONS = type(connection.ops)
    OPERATIONS.execute_sql_flush = vider_sans_les_gardes(OPERATIONS.execute_sql_flush)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The quartiers, the partners and the themes, as in production."""
    with django_db_blocker.unblock():
        charger_references()
    PRETE.append(django_db_blocker)
    yield
    with django_db_blocker.unblock():
        finir_les_autres_sessions()


def finir_les_autres_sessions():
    """A thread of the live server, or a process just killed, may still hold its session: the
    database is dropped next.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as curseur:
            curseur.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


def pytest_runtest_setup(item):
    """A test that committed for real leaves an empty database: the next one finds the references
    again, and no try counted (their table has no model: Django does not empty it).
    """
    par_fixture = {"db", "transactional_db"} & set(getattr(item, "fixturenames", ()))
    if PRETE and (
        par_fixture or item.get_closest_marker("django_db")
    ):  # by a mark, or by a fixture of a fixture
        with PRETE[0].unblock():
            if not Commune.objects.exists():
                caches["default"].clear()
                charger_references()


# Folders and marks of what takes more than a few seconds.
DOSSIERS_LONGS = {"epreuves", "navigateur", "services"}
MARQUES_LONGUES = ("services", "campagne")


def pytest_collection_modifyitems(items):
    """What reads pages is not of the unit part. Side by side, each worker begins with its share of
    the long ones, so that they end together.
    """
    for item in items:
        if {"connecter", "client"} & set(getattr(item, "fixturenames", ())):
            item.add_marker("pages")
    items[:] = partager(items, int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")))


def est_long(item) -> bool:
    dossier = item.path.parent.name
    return dossier in DOSSIERS_LONGS or any(item.get_closest_marker(m) for m in MARQUES_LONGUES)


def partager(items: list, travailleurs: int) -> list:
    """The same tests, in as many runs of equal length as there are workers, the long ones spread
    at the head of each.
    """
    longs = [item for item in items if est_long(item)]
    courts = [item for item in items if not est_long(item)]
    ranges = []
    for rang in range(travailleurs):
        siens = longs[rang::travailleurs]
        # `worksteal` cuts the list in equal parts: the first ones take the remainder.
        taille = (len(items) - len(ranges)) // (travailleurs - rang)
        manque = max(0, taille - len(siens))
        ranges += siens + courts[:manque]
        del courts[:manque]
    return ranges + courts


def charger_references():
    for commande in ("charger_territoire", "charger_partenaires", "charger_themes"):
        call_command(commande, verbosity=0, stdout=StringIO())


@pytest.fixture
def base_a_plusieurs(transactional_db, monkeypatch):
    """A database that several threads or processes see: committed for real; the next test loads the
    references again.

    What is woken after a commit then runs at once: the papers of a race, that nobody reads, are not
    laid out.
    """
    monkeypatch.setattr("appels.socle.pdf.rendre", lambda html, **options: b"%PDF-essai")


@pytest.fixture(autouse=True)
def fichiers_a_part(settings, tmp_path):
    """Each test keeps its files in its own folder."""
    settings.MEDIA_ROOT = tmp_path / "fichiers"
    settings.EMAIL_BACKEND = (
        "partenaires.socle.courriels.BoiteEnvoi"  # pytest-django replaces it otherwise
    )


@pytest.fixture(autouse=True)
def mots_sans_typographie(request, monkeypatch):
    """Tests compare words with the spaces that one types, as the templates and the sentences have
    them. Those marked `typographie` read what is served: every page, every mail, every paper.
    """
    if request.node.get_closest_marker("typographie") is None:
        monkeypatch.setattr("contrat_ville.gabarits.lier", str)
        monkeypatch.setattr("contrat_ville.gabarits.lier_la_page", str)


@pytest.fixture(autouse=True)
def memoires_vides():
    """Each test begins with nothing kept in the process."""
    oublier()


def oublier():
    """Nothing is kept in the process any more."""
    caches["pages"].clear()
    for garde in Garde.toutes:
        garde.gardee = None


@pytest.fixture
def horloge_figee(monkeypatch):
    """The clock stands at PENDANT; call the result to move it."""
    etat = {"instant": PENDANT}
    monkeypatch.setattr(horloge, "maintenant", lambda: etat["instant"])

    def regler(instant):
        etat["instant"] = instant

    return regler


@pytest.fixture
def connecter(horloge_figee):
    """A browser without script, signed in as somebody."""

    def ouvrir(utilisateur=None) -> Client:
        client = Client()
        if utilisateur is not None:
            client.force_login(
                utilisateur, backend="allauth.account.auth_backends.AuthenticationBackend"
            )
        return client

    return ouvrir


@pytest.fixture
def racine() -> Path:
    return Path(__file__).resolve().parent.parent
