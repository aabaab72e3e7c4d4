"""The log that models write by themselves, and its seals; on PostgreSQL they only grow."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

SQL = """
CREATE FUNCTION ligne_figee() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Le journal ne se modifie pas : % refusé sur %', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
"""
PAR_TABLE = """
CREATE TRIGGER ligne_figee BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION ligne_figee();
CREATE TRIGGER table_figee BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION ligne_figee();
"""
TABLES = ("quartiers_trace", "quartiers_sceau")


def figer(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(SQL, params=None)
        for table in TABLES:
            schema_editor.execute(PAR_TABLE.format(table=table), params=None)


def defiger(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION ligne_figee() CASCADE", params=None)


class Migration(migrations.Migration):
    dependencies = [
        ("quartiers", "0002_portail_public"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Sceau",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("jour", models.DateField(unique=True)),
                ("corps", models.TextField()),
                ("tete", models.CharField(max_length=64, unique=True)),
                ("reperes", models.JSONField()),
                ("fait_le", models.DateTimeField()),
            ],
            options={
                "ordering": ["jour"],
            },
        ),
        migrations.CreateModel(
            name="Trace",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("table", models.CharField(max_length=60)),
                ("cle", models.PositiveBigIntegerField()),
                (
                    "geste",
                    models.CharField(
                        choices=[
                            ("ajout", "Ajouté"),
                            ("changement", "Modifié"),
                            ("retrait", "Supprimé"),
                            ("ouverture", "Ouvert"),
                        ],
                        max_length=10,
                    ),
                ),
                ("dossier", models.PositiveBigIntegerField(null=True)),
                ("organisme", models.PositiveBigIntegerField(null=True)),
                ("valeurs", models.JSONField(default=dict)),
                ("le", models.DateTimeField()),
                ("acte", models.CharField(blank=True, max_length=120)),
                ("jour", models.DateField(null=True)),
                (
                    "par",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
                "indexes": [
                    models.Index(fields=["dossier", "-id"], name="trace_du_dossier"),
                    models.Index(fields=["organisme", "-id"], name="trace_de_l_organisme"),
                    models.Index(fields=["table", "cle"], name="trace_de_l_objet"),
                    models.Index(fields=["par", "-id"], name="trace_de_la_personne"),
                    models.Index(fields=["le"], name="trace_le"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("table", "cle", "par", "jour"), name="une_ouverture_par_jour"
                    )
                ],
            },
        ),
        migrations.RunPython(figer, defiger),
    ]
