"""Production: what it refuses, and the compose file held against the settings."""

import os
import re
import subprocess
import sys

import pytest
from django.conf import settings

from contrat_ville.celery import FILES
from contrat_ville.settings import OBLIGATOIRES

BASE = {
    "PATH": os.environ["PATH"],
    "MODE": "production",
    "DJANGO_SETTINGS_MODULE": "contrat_ville.settings",
}
COMPLET = {
    "SECRET_KEY": "x" * 60,
    "ALLOWED_HOSTS": "portail.example",
    "URL_PUBLIQUE": "https://portail.example",
    "DATABASE_URL": "postgres://x@127.0.0.1/x",
    "CLES_CHIFFREMENT": "A" * 43 + "=",
}


def importer(racine, environnement: dict):
    return subprocess.run(
        [sys.executable, "-c", "import django; django.setup()"],
        cwd=racine,
        check=False,
        env={**BASE, **environnement},
        capture_output=True,
        text=True,
    )


def test_la_production_complete_demarre(racine):
    assert importer(racine, COMPLET).returncode == 0


@pytest.mark.parametrize(
    ("variables", "dits"),
    [
        ({}, ["ANTIVIRUS_URL", "GEOCODEUR_URL", "ANNUAIRE_URL", "ADRESSES_DU_SCEAU"]),
        (
            {
                "ANTIVIRUS_URL": "tcp://clamd:3310",
                "GEOCODEUR_URL": "https://g",
                "ANNUAIRE_URL": "https://a",
            },
            ["ADRESSES_DU_SCEAU"],
        ),
    ],
)
def test_au_demarrage_ce_qui_manque_se_dit_en_une_ligne(racine, tmp_path, variables, dits):
    lignes = (racine / "Dockerfile").read_text(encoding="utf-8")
    construire_les_statiques(racine, tmp_path, lignes)
    demarre = subprocess.run(
        [sys.executable, "-c", "import contrat_ville.wsgi"],
        cwd=racine,
        check=True,
        env={**BASE, **COMPLET, **variables, "STATIC_ROOT": str(tmp_path / "statiques")},
        capture_output=True,
        text=True,
    )
    assert re.findall(r"contrat_ville.absents (\w+) : ", demarre.stderr) == dits


@pytest.mark.parametrize("nom", sorted(COMPLET))
def test_la_production_refuse_de_demarrer_et_dit_quoi_regler(racine, nom):
    sans_lui = {cle: valeur for cle, valeur in COMPLET.items() if cle != nom}
    resultat = importer(racine, sans_lui)
    assert resultat.returncode == 1
    assert f"{nom} : " in resultat.stderr


@pytest.mark.parametrize(
    "ligne",
    [
        ["-m", "celery", "-A", "contrat_ville.celery:app", "report"],
        ["-m", "gunicorn", "contrat_ville.wsgi", "--check-config"],
        ["manage.py", "migrate", "--help"],
    ],
)
def test_les_commandes_du_compose_partent_du_seul_environnement(racine, ligne):
    """Nothing but the variables of the compose file: no settings module, no mode left by a test."""
    environnement = {
        "PATH": os.environ["PATH"],
        "SANS_AMORCE": "1",
        "MODE": "production",
        **COMPLET,
    }
    resultat = subprocess.run(
        [sys.executable, *ligne],
        cwd=racine,
        env=environnement,
        capture_output=True,
        text=True,
        check=False,
    )
    assert resultat.returncode == 0, resultat.stderr[-500:]


@pytest.fixture
def services(racine) -> dict[str, str]:
    """{service: its text} of the compose file, read as it is written."""
    texte = (racine / "docker-compose.yml").read_text(encoding="utf-8")
    corps = texte.split("\nservices:\n")[1].split("\nvolumes:\n")[0]
    return dict(re.findall(r"^  (\w+):(?: &\w+)?\n((?:    .*\n|\n)+)", corps + "\n", re.MULTILINE))


def test_les_services_et_leur_sante(services):
    assert sorted(services) == [
        "base",
        "battement",
        "courtier",
        "masse",
        "migration",
        "postier",
        "proxy",
        "travailleur",
        "web",
    ]
    # `masse` and `postier` are `travailleur` with another command.
    sans = {nom for nom, corps in services.items() if "healthcheck:" not in corps}
    assert sans == {"migration", "masse", "postier"}
    for nom in ("masse", "postier"):
        assert services[nom].startswith("    <<: *travailleur\n")


def test_chaque_file_d_attente_a_son_processus(services):
    """All queues are served, and what is made in hundreds by a process of its own."""
    files = {
        nom: re.search(r'"-Q", "([\w,]+)"', corps)[1].split(",")
        for nom, corps in services.items()
        if '"-Q"' in corps
    }
    assert files == {
        "travailleur": ["urgent", "ordinaire"],
        "masse": ["masse"],
        "postier": ["courriels"],
    }
    assert sorted(file for siennes in files.values() for file in siennes) == sorted(FILES)


def test_le_proxy_recoit_tout_avant_de_passer_la_main(racine, services):
    """It alone is seen from the host, on the port where the TLS server finds the portal."""
    assert [nom for nom, corps in services.items() if "ports:" in corps] == ["proxy"]
    reglages = (racine / "contrat_ville/donnees/proxy.conf").read_text(encoding="utf-8")
    lignes = {ligne.strip() for ligne in reglages.splitlines()}
    assert {"proxy_request_buffering on;", "server web:8000;", "listen 8000;"} <= lignes
    taille = int(re.search(r"client_max_body_size (\d+)m;", reglages)[1])
    assert taille * 1024 * 1024 > settings.ENVOI_MAX
    # What nginx would say in English: its own refusals, and a portal that does not answer.
    dits = set(re.search(r"error_page ([\d ]+) /_en_francais;", reglages)[1].split())
    assert dits == {"400", "404", "408", "413", "414", "494", "500", "502", "503", "504"}
    assert '<html lang="fr">' in reglages


def test_redis_garde_un_journal_et_la_migration_passe_une_fois(services):
    assert '"--appendonly", "yes"' in services["courtier"]
    assert 'restart: "no"' in services["migration"]
    assert all(
        "service_completed_successfully" in services[nom]
        for nom in ("web", "travailleur", "battement")
    )


def test_aucun_secret_par_defaut(racine):
    texte = (racine / "docker-compose.yml").read_text(encoding="utf-8")
    variables = re.findall(r"\$\{(\w+)(:?[-?][^}]*)?\}", texte)
    secrets = {
        "SECRET_KEY",
        "ALLOWED_HOSTS",
        "URL_PUBLIQUE",
        "CLES_CHIFFREMENT",
        "POSTGRES_PASSWORD",
        "MOT_DE_PASSE_APPLICATION",
        "EMAIL_URL",
        "EXPEDITEUR",
    }
    assert {nom for nom, reste in variables if reste.startswith(":?")} == secrets
    assert [nom for nom, reste in variables if reste.startswith((":-", "-"))] == []


# Of the build of the image, of the demonstration, or decided by the compose file itself.
HORS_DU_COMPOSE = {"DONNEES", "STATIC_ROOT", "STATIQUES_NOMMES"}
DE_LA_MIGRATION = {"MOT_DE_PASSE_APPLICATION"}


def test_chaque_variable_de_la_documentation_arrive_aux_processus(racine):
    """Both ways: what `.env` may hold is carried, and nothing is carried that nobody reads."""
    compose = (racine / "docker-compose.yml").read_text(encoding="utf-8")
    bloc = compose.split("environment: &environnement\n")[1].split("  volumes:")[0]
    poses = set(re.findall(r"^    (\w+):", bloc, re.MULTILINE))
    documentation = (racine / "docs/deploiement.md").read_text(encoding="utf-8")
    table = documentation.split("## Variables")[1].split("\n## ")[0]
    documentees = set(re.findall(r"^\| `(\w+)`", table, re.MULTILINE))
    assert poses == documentees - HORS_DU_COMPOSE - DE_LA_MIGRATION
    assert set(OBLIGATOIRES) - poses == set()


def test_non_root_et_systeme_de_fichiers_en_lecture_seule(racine):
    assert re.search(r"^USER portail$", (racine / "Dockerfile").read_text(), re.MULTILINE)
    assert "read_only: true" in (racine / "docker-compose.yml").read_text()


def test_les_listes_de_paquets_sont_figees_avec_empreintes(racine):
    for nom in ("base.txt", "dev.txt"):
        texte = (racine / "requirements" / nom).read_text()
        paquets = re.findall(r"^([a-z0-9_.-]+)==", texte, re.MULTILINE | re.IGNORECASE)
        assert len(paquets) > 40
        assert not re.search(r"https?://|--index|--find-links", texte)
        for bloc in re.split(r"\n(?=[a-zA-Z0-9])", texte)[1:]:
            assert "--hash=sha256:" in bloc, bloc[:60]


def test_la_documentation_dit_chaque_variable(racine):
    documentation = (racine / "docs/deploiement.md").read_text(encoding="utf-8")
    reglages = (racine / "contrat_ville/settings.py").read_text(encoding="utf-8")
    for nom in set(re.findall(r'env(?:\.\w+)?\(\s*"(\w+)"', reglages)):
        assert f"`{nom}`" in documentation, nom


def construire_les_statiques(racine, ou, lignes: str) -> subprocess.CompletedProcess:
    """What the Dockerfile runs to collect static files, played in a folder of ours."""
    debut = lignes.index("RUN MODE=demo ") + len("RUN ")
    commande = lignes[debut : lignes.index(" && rm -rf /tmp/construction")]
    commande = commande.replace("/tmp/construction", f"{ou}/construction")
    commande = commande.replace("/portail/statiques", f"{ou}/statiques")
    return subprocess.run(
        ["/bin/sh", "-c", commande.replace("python ", f"{sys.executable} ")],
        cwd=racine,
        env={"PATH": os.environ["PATH"], "SANS_AMORCE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_l_image_nomme_ses_statiques_comme_la_production_les_sert(racine, tmp_path):
    lignes = (racine / "Dockerfile").read_text(encoding="utf-8")
    resultat = construire_les_statiques(racine, tmp_path, lignes)
    assert resultat.returncode == 0, resultat.stderr[-500:]
    servi = subprocess.run(
        [
            sys.executable,
            "-c",
            "import django; django.setup(); "
            "from django.templatetags.static import static; print(static('css/portail.css'))",
        ],
        cwd=racine,
        env={**BASE, **COMPLET, "STATIC_ROOT": str(tmp_path / "statiques")},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    assert re.fullmatch(r"/static/css/portail\.[0-9a-f]{12}\.css", servi)
    assert (tmp_path / "statiques" / servi.removeprefix("/static/")).is_file()


def test_temoin_sans_la_variable_la_production_ne_trouve_pas_ses_statiques(racine, tmp_path):
    lignes = (racine / "Dockerfile").read_text(encoding="utf-8").replace("STATIQUES_NOMMES=1 ", "")
    assert construire_les_statiques(racine, tmp_path, lignes).returncode == 0
    assert not (tmp_path / "statiques" / "staticfiles.json").exists()
