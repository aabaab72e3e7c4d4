"""Whom a new request was told to, so that a funder asked later is told too."""

from django.db import migrations, models


def dire_a_qui(apps, schema_editor):
    """Until now, a request was told to all the funders that the dossier asked."""
    Rappel = apps.get_model("appels", "Rappel")
    Financement = apps.get_model("appels", "Financement")
    Annonce = Rappel.financeurs.through
    for rappel in Rappel.objects.filter(palier="NEUF").order_by("pk").iterator():
        demandes = Financement.objects.filter(dossier=rappel.dossier_id, partenaire__isnull=False)
        Annonce.objects.bulk_create(
            Annonce(rappel_id=rappel.pk, partenaire_id=financeur)
            for financeur in demandes.order_by().values_list("partenaire", flat=True).distinct()
        )


class Migration(migrations.Migration):
    dependencies = [
        ("appels", "0060_versions_liberees"),
        ("partenaires", "0031_index_des_partenaires_publics"),
    ]

    operations = [
        migrations.AddField(
            model_name="rappel",
            name="financeurs",
            field=models.ManyToManyField(blank=True, related_name="+", to="partenaires.partenaire"),
        ),
        migrations.RunPython(dire_a_qui, migrations.RunPython.noop),
    ]
