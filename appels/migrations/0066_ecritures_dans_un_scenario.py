"""Who writes the amounts of a scenario, beside what is written of one dossier."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def revenir(apps, schema_editor):
    """What is said of a scenario lives a quarter of an hour: it goes."""
    apps.get_model("appels", "EcritureEnCours").objects.filter(dossier__isnull=True).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("appels", "0065_lettres_et_publications_d_un_appel"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="ecritureencours",
            name="scenario",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="appels.scenario",
            ),
        ),
        migrations.AlterField(
            model_name="ecritureencours",
            name="dossier",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="appels.dossier",
            ),
        ),
        migrations.AddConstraint(
            model_name="ecritureencours",
            constraint=models.UniqueConstraint(
                fields=("scenario", "ouvrage", "cle", "camp", "personne"),
                name="une_ecriture_par_scenario",
            ),
        ),
        migrations.AddConstraint(
            model_name="ecritureencours",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("dossier__isnull", True), ("scenario__isnull", True), _connector="XOR"
                ),
                name="ecriture_d_un_seul_objet",
            ),
        ),
        migrations.RunPython(migrations.RunPython.noop, revenir),
    ]
