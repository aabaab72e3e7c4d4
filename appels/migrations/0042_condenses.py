"""What lists ask of each deposited dossier, kept; `manage.py recalculer` fills it after this."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("appels", "0041_reprises"),
    ]

    operations = [
        migrations.CreateModel(
            name="Condense",
            fields=[
                (
                    "dossier",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="condense",
                        serialize=False,
                        to="appels.dossier",
                    ),
                ),
                ("porteur", models.PositiveBigIntegerField()),
                ("siren", models.CharField(blank=True, max_length=9)),
                ("stade", models.CharField(max_length=16)),
                ("avant_le", models.DateTimeField(null=True)),
                ("rejet_le", models.DateField(null=True)),
                ("signal", models.BooleanField(default=False)),
                ("pieces", models.BooleanField(default=False)),
                ("message", models.BooleanField(default=False)),
                ("dauphin", models.BooleanField(default=False)),
                ("qpv", models.BooleanField(default=False)),
                ("convention", models.BooleanField(default=False)),
                ("accorde", models.BooleanField(default=False)),
                ("plan", models.BooleanField(default=False)),
                ("demande", models.BigIntegerField(default=0)),
                ("vote", models.BigIntegerField(default=0)),
                ("est_premiere", models.BooleanField(default=False)),
                ("avis_partages", models.PositiveSmallIntegerField(default=0)),
                ("sollicites", models.PositiveSmallIntegerField(default=0)),
                ("lectures", models.PositiveSmallIntegerField(default=0)),
                ("note", models.PositiveSmallIntegerField(null=True)),
                ("part_des_aides", models.PositiveIntegerField(null=True)),
                ("titre", models.CharField(blank=True, max_length=300)),
                ("titre_inverse", models.CharField(blank=True, max_length=300)),
                (
                    "appel",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="appels.appel",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AdresseCondensee",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("adresse", models.CharField(max_length=300)),
                (
                    "appel",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="appels.appel",
                    ),
                ),
                (
                    "condense",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="adresses",
                        to="appels.condense",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="condense",
            index=models.Index(fields=["porteur"], name="condense_porteur"),
        ),
        migrations.AddIndex(
            model_name="condense",
            index=models.Index(fields=["siren", "appel"], name="condense_siren"),
        ),
        migrations.AddIndex(
            model_name="condense",
            index=models.Index(fields=["appel", "stade", "avant_le"], name="condense_stade"),
        ),
        migrations.AddIndex(
            model_name="condense",
            index=models.Index(fields=["appel", "demande", "-dossier"], name="condense_demande"),
        ),
        migrations.AddIndex(
            model_name="condense",
            index=models.Index(fields=["appel", "vote", "-dossier"], name="condense_vote"),
        ),
        migrations.AddIndex(
            model_name="condense",
            index=models.Index(fields=["appel", "avis_partages", "-dossier"], name="condense_avis"),
        ),
        migrations.AddIndex(
            model_name="condense",
            index=models.Index(fields=["appel", "note", "-dossier"], name="condense_note"),
        ),
        migrations.AddIndex(
            model_name="condense",
            index=models.Index(fields=["appel", "titre"], name="condense_titre"),
        ),
        migrations.AddIndex(
            model_name="condense",
            index=models.Index(fields=["appel", "titre_inverse"], name="condense_titre_inverse"),
        ),
        migrations.AddIndex(
            model_name="condense",
            index=models.Index(
                condition=models.Q(("avant_le__isnull", False)),
                fields=["appel", "avant_le"],
                name="condense_avant",
            ),
        ),
        migrations.AddIndex(
            model_name="condense",
            index=models.Index(
                condition=models.Q(("rejet_le__isnull", False)),
                fields=["appel", "rejet_le"],
                name="condense_rejet",
            ),
        ),
        migrations.AddIndex(
            model_name="condense",
            index=models.Index(
                condition=models.Q(("signal", True)),
                fields=["appel", "-dossier"],
                name="condense_signal",
            ),
        ),
        migrations.AddIndex(
            model_name="condense",
            index=models.Index(
                condition=models.Q(("pieces", True)),
                fields=["appel", "-dossier"],
                name="condense_pieces",
            ),
        ),
        migrations.AddIndex(
            model_name="condense",
            index=models.Index(
                condition=models.Q(("message", True)),
                fields=["appel", "-dossier"],
                name="condense_message",
            ),
        ),
        migrations.AddIndex(
            model_name="condense",
            index=models.Index(
                condition=models.Q(("dauphin", True)),
                fields=["appel", "-dossier"],
                name="condense_dauphin",
            ),
        ),
        migrations.AddIndex(
            model_name="condense",
            index=models.Index(
                condition=models.Q(("qpv", True)), fields=["appel", "-dossier"], name="condense_qpv"
            ),
        ),
        migrations.AddIndex(
            model_name="condense",
            index=models.Index(
                condition=models.Q(("convention", True)),
                fields=["appel", "-dossier"],
                name="condense_convention",
            ),
        ),
        migrations.AddIndex(
            model_name="condense",
            index=models.Index(
                condition=models.Q(("accorde", True)),
                fields=["appel", "-dossier"],
                name="condense_accorde",
            ),
        ),
        migrations.AddIndex(
            model_name="condense",
            index=models.Index(
                condition=models.Q(("plan", True)),
                fields=["appel", "-dossier"],
                name="condense_plan",
            ),
        ),
        migrations.AddIndex(
            model_name="adressecondensee",
            index=models.Index(fields=["adresse", "appel"], name="condense_adresse"),
        ),
    ]
