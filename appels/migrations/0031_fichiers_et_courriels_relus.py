"""What a file shows, which dossiers a mail names, the sets of a call as rows of the log."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("appels", "0030_mentions_des_lettres"),
        ("partenaires", "0016_rectifications"),
        ("quartiers", "0003_journal"),
    ]

    operations = [
        migrations.AddField(
            model_name="export",
            name="contenus",
            field=models.JSONField(null=True, verbose_name="dossiers qu’il montre"),
        ),
        migrations.AddField(
            model_name="export",
            name="est_du_service",
            field=models.BooleanField(default=False, verbose_name="fait pour le service"),
        ),
        # The same tables, each now a model: nothing changes in the database
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="AxeOuvert",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "appel",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="appels.appel",
                            ),
                        ),
                        (
                            "axe",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="quartiers.axe",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "appels_appel_axes",
                        "unique_together": {("appel", "axe")},
                    },
                ),
                migrations.AlterField(
                    model_name="appel",
                    name="axes",
                    field=models.ManyToManyField(
                        blank=True,
                        related_name="appels",
                        through="appels.AxeOuvert",
                        to="quartiers.axe",
                        verbose_name="axes ouverts",
                    ),
                ),
                migrations.CreateModel(
                    name="ThemePropose",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "appel",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="appels.appel",
                            ),
                        ),
                        (
                            "theme",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="appels.theme",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "appels_appel_themes",
                        "unique_together": {("appel", "theme")},
                    },
                ),
                migrations.AlterField(
                    model_name="appel",
                    name="themes",
                    field=models.ManyToManyField(
                        blank=True,
                        related_name="appels",
                        through="appels.ThemePropose",
                        to="appels.theme",
                        verbose_name="thèmes proposés",
                    ),
                ),
            ]
        ),
        migrations.CreateModel(
            name="Mention",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "dossier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mentions",
                        to="appels.dossier",
                    ),
                ),
                (
                    "envoi",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mentions",
                        to="partenaires.envoi",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("envoi", "dossier"), name="une_mention_par_courriel"
                    )
                ],
            },
        ),
    ]
