from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("quartiers", "0005_voies"),
    ]

    operations = [
        migrations.CreateModel(
            name="Mesure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "libelle",
                    models.CharField(max_length=150, unique=True, verbose_name="ce qui se compte"),
                ),
                ("unite", models.CharField(max_length=40, verbose_name="unité, au pluriel")),
                (
                    "aide",
                    models.CharField(blank=True, max_length=200, verbose_name="comment compter"),
                ),
                (
                    "est_proposee",
                    models.BooleanField(default=True, verbose_name="proposée aux projets"),
                ),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="rang")),
            ],
            options={"ordering": ["position", "libelle"], "abstract": False},
        ),
    ]
