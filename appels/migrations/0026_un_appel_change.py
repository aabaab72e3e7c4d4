"""A call changes while it is open, and shares its year with others.

What a dossier holds is withdrawn instead of deleted; the counter of the numbers, which stood on the
call, is the year's. Backwards each call of rank 1 takes the counter again; two calls of one year
cannot go back.
"""

from django.db import migrations, models


def compter_par_annee(apps, schema_editor):
    """One call a year until now: its counter is the year's."""
    Numerotation = apps.get_model("appels", "Numerotation")
    for appel in apps.get_model("appels", "Appel").objects.all():
        Numerotation.objects.create(annee=appel.annee, dernier_numero=appel.compteur)


def compter_par_appel(apps, schema_editor):
    """The counter back on the call of the year."""
    Appel = apps.get_model("appels", "Appel")
    for numerotation in apps.get_model("appels", "Numerotation").objects.all():
        Appel.objects.filter(annee=numerotation.annee).update(compteur=numerotation.dernier_numero)


RETIRE_LE = models.DateTimeField(blank=True, editable=False, null=True)


class Migration(migrations.Migration):
    dependencies = [("appels", "0025_avis_deport")]
    operations = [
        migrations.CreateModel(
            name="Numerotation",
            fields=[
                ("annee", models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                ("dernier_numero", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.RunPython(compter_par_annee, compter_par_appel),
        migrations.RemoveField("appel", "compteur"),
        migrations.AddField(
            "appel", "rang", models.PositiveSmallIntegerField(default=1, editable=False)
        ),
        migrations.AlterField(
            "appel", "annee", models.PositiveSmallIntegerField(verbose_name="année des projets")
        ),
        migrations.AlterModelOptions(name="appel", options={"ordering": ["-annee", "-rang"]}),
        migrations.AddConstraint(
            "appel",
            models.UniqueConstraint(fields=["annee", "rang"], name="un_appel_par_rang"),
        ),
        migrations.AddConstraint(
            "appel",
            models.UniqueConstraint(
                fields=["annee", "titre"],
                name="un_titre_par_annee",
                violation_error_message="Un appel de cette année porte déjà ce titre.",
            ),
        ),
        migrations.AddField(
            "appel",
            "examen_le",
            models.DateField(blank=True, null=True, verbose_name="examen des dossiers"),
        ),
        migrations.AddField(
            "appel",
            "comite_le",
            models.DateField(blank=True, null=True, verbose_name="comité des financeurs"),
        ),
        migrations.AddField(
            "appel",
            "decision_le",
            models.DateField(blank=True, null=True, verbose_name="décisions"),
        ),
        migrations.AddField(
            "appel",
            "bilan_le",
            models.DateField(blank=True, null=True, verbose_name="bilans à remettre"),
        ),
        migrations.AddField("documentdemande", "retire_le", RETIRE_LE),
        migrations.AddField("financeurappel", "retire_le", RETIRE_LE),
        migrations.AddField("critere", "retire_le", RETIRE_LE),
        migrations.AddField(
            "financeurappel",
            "est_dispense_de_signature",
            models.BooleanField(
                default=False,
                verbose_name="lettres dispensées de signature, notifiées par téléservice "
                "(CRPA, article L212-2)",
            ),
        ),
    ]
