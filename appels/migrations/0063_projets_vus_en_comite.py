"""What a meeting already saw, kept for the lists; `manage.py recalculer` fills it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("appels", "0062_appel_du_depart"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="condense",
            name="condense_file",
        ),
        migrations.AddField(
            model_name="condense",
            name="vu",
            field=models.BooleanField(default=False),
        ),
        migrations.AddIndex(
            model_name="condense",
            index=models.Index(
                fields=["appel", "stade", "message", "question", "vu", "avis_manquants"],
                name="condense_file",
            ),
        ),
    ]
