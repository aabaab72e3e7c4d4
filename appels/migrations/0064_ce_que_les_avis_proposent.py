"""What opinions take of an envelope, kept for its counter; `manage.py recalculer` fills it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("appels", "0063_projets_vus_en_comite"),
    ]

    operations = [
        migrations.AddField(
            model_name="condense",
            name="proposes",
            field=models.TextField(blank=True),
        ),
    ]
