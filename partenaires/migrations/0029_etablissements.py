import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("partenaires", "0028_mots_et_aides"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Etablissement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("trouve_le", models.DateTimeField()),
                ("source", models.CharField(max_length=100)),
                ("nom", models.CharField(max_length=200)),
                ("sigle", models.CharField(blank=True, max_length=40)),
                (
                    "siret",
                    models.CharField(blank=True, max_length=14, verbose_name="SIRET du siège"),
                ),
                ("rna", models.CharField(blank=True, max_length=10)),
                ("adresse", models.CharField(blank=True, max_length=200)),
                ("code_postal", models.CharField(blank=True, max_length=5)),
                ("ville", models.CharField(blank=True, max_length=100)),
                (
                    "est_ferme",
                    models.BooleanField(default=False, verbose_name="cessé, d’après cette source"),
                ),
                (
                    "partenaire",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="etablissement",
                        to="partenaires.partenaire",
                    ),
                ),
                (
                    "trouve_par",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"abstract": False},
        ),
    ]
