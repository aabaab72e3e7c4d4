"""The counters of a call and what they ask of each dossier; `manage.py recalculer` fills them."""

from django.db import migrations, models

SQL = """
CREATE INDEX dossier_liste_tous ON appels_dossier (depose_le DESC NULLS LAST, id DESC);
"""


def ranger_tous_les_appels(apps, schema_editor):
    """The order of a list of all calls together; that of one call is `dossier_liste`."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(SQL)


def revenir(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX dossier_liste_tous")


class Migration(migrations.Migration):
    dependencies = [
        ("appels", "0051_choix_de_ligne_entier"),
        ("partenaires", "0031_index_des_partenaires_publics"),
    ]

    operations = [
        migrations.CreateModel(
            name="Comptage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("appel", models.PositiveBigIntegerField()),
                ("nom", models.CharField(max_length=12)),
                ("cle", models.CharField(blank=True, max_length=80)),
                ("nombre", models.IntegerField()),
                ("demande", models.BigIntegerField(default=0)),
                ("vote", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.AddField(
            model_name="condense",
            name="axe",
            field=models.PositiveBigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="condense",
            name="confie_a",
            field=models.PositiveBigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="condense",
            name="etat",
            field=models.CharField(blank=True, max_length=12),
        ),
        migrations.AddField(
            model_name="condense",
            name="jour",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="condense",
            name="lieu",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="condense",
            name="ouvre",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="condense",
            name="parts",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="condense",
            name="quartiers",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddIndex(
            model_name="condense",
            index=models.Index(fields=["demande", "-dossier"], name="condense_tous_demande"),
        ),
        migrations.AddIndex(
            model_name="condense",
            index=models.Index(fields=["vote", "-dossier"], name="condense_tous_vote"),
        ),
        migrations.AddIndex(
            model_name="condense",
            index=models.Index(fields=["avis_partages", "-dossier"], name="condense_tous_avis"),
        ),
        migrations.AddIndex(
            model_name="condense",
            index=models.Index(
                condition=models.Q(("lieu", True)),
                fields=["appel", "-dossier"],
                name="condense_lieu",
            ),
        ),
        migrations.AddIndex(
            model_name="financement",
            index=models.Index(
                condition=models.Q(("decision", ""), _negated=True),
                fields=["decision", "-id"],
                name="financement_decide",
            ),
        ),
        migrations.AddIndex(
            model_name="comptage",
            index=models.Index(fields=["appel", "nom", "cle"], name="comptage_cle"),
        ),
        migrations.RunPython(ranger_tous_les_appels, revenir),
    ]
