"""The orders of the letters of a call, by number, and of its publications, by title."""

from django.db import migrations

SQL = """
CREATE INDEX dossier_par_numero ON appels_dossier (appel_id, numero);
CREATE INDEX dossier_par_intitule ON appels_dossier (appel_id, intitule);
"""
RETOUR = """
DROP INDEX dossier_par_numero;
DROP INDEX dossier_par_intitule;
"""


def ranger(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(SQL)


def revenir(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(RETOUR)


class Migration(migrations.Migration):
    dependencies = [
        ("appels", "0064_ce_que_les_avis_proposent"),
    ]

    operations = [migrations.RunPython(ranger, revenir)]
