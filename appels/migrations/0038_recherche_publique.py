"""A trigram index for the titles that the public searches, on PostgreSQL."""

from django.db import migrations

SQL = "CREATE INDEX soutien_trigrammes ON appels_soutien USING gin (tri gin_trgm_ops)"
RETOUR = "DROP INDEX soutien_trigrammes"


def sur_postgresql(sql):
    def executer(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(sql, params=None)

    return executer


class Migration(migrations.Migration):
    dependencies = [("appels", "0037_series_et_lieux"), ("partenaires", "0008_index_de_recherche")]
    operations = [migrations.RunPython(sur_postgresql(SQL), sur_postgresql(RETOUR))]
