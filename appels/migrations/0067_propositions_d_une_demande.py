"""A request reaches what the scenarios give it, by name."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("appels", "0066_ecritures_dans_un_scenario"),
    ]

    operations = [
        migrations.AlterField(
            model_name="proposition",
            name="financement",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="propositions",
                to="appels.financement",
            ),
        ),
    ]
