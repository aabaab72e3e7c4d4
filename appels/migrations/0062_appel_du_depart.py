import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("appels", "0061_annonces_par_financeur"),
    ]

    operations = [
        migrations.AddField(
            model_name="depart",
            name="appel",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="appels.appel",
            ),
        ),
    ]
