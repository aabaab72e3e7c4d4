"""In PostgreSQL the application owns nothing: it adds to the logs and cannot undo them."""

from uuid import uuid4

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from contrat_ville.management.commands.droits_de_la_base import tables_des_journaux
from tests.fabriques import creer_association

LIGNE = (
    'INSERT INTO quartiers_trace ("table", cle, geste, valeurs, le, acte) '
    "VALUES ('essai', 1, 'ajout', '{}', now(), '')"
)
PERMIS = [
    "SELECT count(*) FROM quartiers_trace",
    LIGNE,
    "UPDATE partenaires_partenaire SET nom = nom",
    "SELECT 1 FROM partenaires_partenaire FOR UPDATE",
    "DELETE FROM appels_battement",
]
SUR_UN_JOURNAL = [
    "UPDATE {} SET id = id",
    "DELETE FROM {}",
    "TRUNCATE {} CASCADE",
    "ALTER TABLE {} DISABLE TRIGGER ALL",
    "DROP TABLE {} CASCADE",
    "DROP TRIGGER table_figee ON {}",
]
AILLEURS = [
    "SET session_replication_role = replica",
    "CREATE TABLE public.a_moi (id int)",
    "CREATE OR REPLACE FUNCTION public.ligne_figee() RETURNS trigger LANGUAGE plpgsql AS "
    "'BEGIN RETURN NULL; END'",
    "TRUNCATE partenaires_partenaire CASCADE",
    "DELETE FROM django_migrations",
    "CREATE ROLE encore SUPERUSER",
]


@pytest.fixture
def application(transactional_db, monkeypatch):
    """A connection as the application; the role goes away with the test."""
    role = f"application_{uuid4().hex[:8]}"
    creer_association()
    monkeypatch.setenv("MOT_DE_PASSE_APPLICATION", "un mot d'essai")
    call_command("droits_de_la_base", role=role, verbosity=0)
    reglages = connection.settings_dict
    with psycopg.connect(
        host=reglages["HOST"],
        port=reglages["PORT"],
        dbname=reglages["NAME"],
        user=role,
        password="un mot d'essai",
        autocommit=True,
    ) as lien:
        yield lien
    with connection.cursor() as curseur:
        curseur.execute(f"DROP OWNED BY {role}; DROP ROLE {role}")


@pytest.mark.postgresql
def test_l_application_sert_les_pages_et_ne_defait_rien(application):
    for ordre in PERMIS:
        application.execute(ordre)
    refuses = [ordre.format(table) for table in tables_des_journaux() for ordre in SUR_UN_JOURNAL]
    for ordre in [*refuses, *AILLEURS]:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            application.execute(ordre)


@pytest.mark.postgresql
def test_le_proprietaire_lui_meme_ne_vide_pas_un_journal(transactional_db):
    """By mistake: what it disables on purpose, the head kept outside tells."""
    creer_association()
    for table in tables_des_journaux():
        with (
            pytest.raises(Exception, match="Le journal ne se modifie pas"),
            connection.cursor() as c,
        ):
            c.execute(f"TRUNCATE {table} CASCADE")


def test_la_commande_dit_qu_elle_ne_vaut_que_pour_postgresql(monkeypatch):
    monkeypatch.setattr(connection, "vendor", "sqlite")
    with pytest.raises(CommandError, match="PostgreSQL"):
        call_command("droits_de_la_base")
