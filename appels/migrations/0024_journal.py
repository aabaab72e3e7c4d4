"""What a shared opinion said before; on PostgreSQL, no log is changed, erased or truncated."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

LIGNES = """
CREATE TRIGGER ligne_figee BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION ligne_figee();
"""
TABLE = """
CREATE TRIGGER table_figee BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION ligne_figee();
"""
# The rows of `appels_passage` are held since migration 0016.
LIGNES_A_FIGER = ("partenaires_passation", "appels_avisremplace")
TABLES_A_FIGER = ("appels_passage", *LIGNES_A_FIGER)


def figer(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for table in LIGNES_A_FIGER:
            schema_editor.execute(LIGNES.format(table=table), params=None)
        for table in TABLES_A_FIGER:
            schema_editor.execute(TABLE.format(table=table), params=None)


def defiger(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for table in LIGNES_A_FIGER:
            schema_editor.execute(f"DROP TRIGGER ligne_figee ON {table}", params=None)
        for table in TABLES_A_FIGER:
            schema_editor.execute(f"DROP TRIGGER table_figee ON {table}", params=None)


class Migration(migrations.Migration):
    dependencies = [
        ("quartiers", "0003_journal"),
        ("appels", "0023_un_mot_une_chose"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AvisRemplace",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("recevable", models.BooleanField(null=True)),
                (
                    "sens",
                    models.CharField(
                        choices=[
                            ("favorable", "Favorable"),
                            ("reserve", "Favorable avec réserve"),
                            ("defavorable", "Défavorable"),
                            ("deport", "Déport"),
                        ],
                        max_length=12,
                    ),
                ),
                ("motif", models.TextField(blank=True)),
                ("montant_propose", models.PositiveBigIntegerField(null=True)),
                ("donne_le", models.DateTimeField()),
                ("le", models.DateTimeField()),
                (
                    "auteur",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "avis",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="remplaces",
                        to="appels.avis",
                    ),
                ),
                (
                    "par",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
        migrations.RunPython(figer, defiger),
    ]
