"""What was read of each letter that leaves, and the word of a funder that a new text undoes."""

from django.db import migrations, models


def garder_ce_qui_est_prevu(apps, schema_editor):
    """Those that wait for their instant leave as they stand now, or are left aside."""
    Diffusion = apps.get_model("appels", "Diffusion")
    Lettre = apps.get_model("appels", "Lettre")
    for diffusion in Diffusion.objects.filter(faite_le=None, annulee_le=None, genre="lettres"):
        lettres = Lettre.objects.filter(diffusion=diffusion).order_by("pk")
        diffusion.versions = [list(lue) for lue in lettres.values_list("pk", "version")]
        diffusion.save(update_fields=["versions"])


class Migration(migrations.Migration):
    dependencies = [("appels", "0053_numeros_parus_des_reprises")]

    operations = [
        migrations.AddField(
            model_name="diffusion",
            name="versions",
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name="accord",
            name="perime_le",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.RunPython(garder_ce_qui_est_prevu, migrations.RunPython.noop),
    ]
