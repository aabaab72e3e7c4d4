import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """A number and its unit beside the words, which stay as they were typed."""

    dependencies = [
        ("appels", "0047_brouillon_guide"),
        ("quartiers", "0006_mesures"),
    ]

    operations = [
        migrations.RenameField("indicateur", "valeur_prevue", "commentaire"),
        migrations.AlterField(
            "indicateur",
            "commentaire",
            models.CharField(blank=True, max_length=100, verbose_name="précision"),
        ),
        migrations.AddField(
            "indicateur",
            "mesure",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="quartiers.mesure",
            ),
        ),
        migrations.AddField(
            "indicateur",
            "cible",
            models.DecimalField(
                blank=True,
                decimal_places=2,
                max_digits=12,
                null=True,
                verbose_name="nombre visé",
            ),
        ),
        migrations.AddField(
            "indicateur",
            "unite",
            models.CharField(blank=True, max_length=40, verbose_name="unité"),
        ),
        migrations.AddField("soutien", "mesures", models.JSONField(default=list)),
    ]
