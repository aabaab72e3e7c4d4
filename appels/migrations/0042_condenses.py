"""What lists ask of each deposited dossier, kept; `manage.py recalculer` fills it after this."""

import django.db.models.deletion
from django.db import migrations, models

SQL = """
CREATE INDEX condense_titre_trigrammes ON appels_condense USING gin (titre gin_trgm_ops);
CREATE INDEX condense_adresses_trigrammes ON appels_condense USING gin (adresses gin_trgm_ops);
"""
RETOUR = """
DROP INDEX condense_titre_trigrammes;
DROP INDEX condense_adresses_trigrammes;
"""


def sur_postgresql(sql):
    def executer(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(sql, params=None)

    return executer


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
                ("adresses", models.TextField(blank=True)),
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
            options={
                "indexes": [
                    models.Index(fields=["porteur"], name="condense_porteur"),
                    models.Index(fields=["siren", "appel"], name="condense_siren"),
                    models.Index(fields=["appel", "stade", "avant_le"], name="condense_stade"),
                    models.Index(fields=["appel", "demande", "-dossier"], name="condense_demande"),
                    models.Index(fields=["appel", "vote", "-dossier"], name="condense_vote"),
                    models.Index(
                        fields=["appel", "avis_partages", "-dossier"], name="condense_avis"
                    ),
                    models.Index(fields=["appel", "note", "-dossier"], name="condense_note"),
                    models.Index(
                        condition=models.Q(("avant_le__isnull", False)),
                        fields=["appel", "avant_le"],
                        name="condense_avant",
                    ),
                    models.Index(
                        condition=models.Q(("rejet_le__isnull", False)),
                        fields=["appel", "rejet_le"],
                        name="condense_rejet",
                    ),
                    models.Index(
                        condition=models.Q(("signal", True)),
                        fields=["appel", "-dossier"],
                        name="condense_signal",
                    ),
                    models.Index(
                        condition=models.Q(("pieces", True)),
                        fields=["appel", "-dossier"],
                        name="condense_pieces",
                    ),
                    models.Index(
                        condition=models.Q(("message", True)),
                        fields=["appel", "-dossier"],
                        name="condense_message",
                    ),
                    models.Index(
                        condition=models.Q(("dauphin", True)),
                        fields=["appel", "-dossier"],
                        name="condense_dauphin",
                    ),
                    models.Index(
                        condition=models.Q(("qpv", True)),
                        fields=["appel", "-dossier"],
                        name="condense_qpv",
                    ),
                    models.Index(
                        condition=models.Q(("convention", True)),
                        fields=["appel", "-dossier"],
                        name="condense_convention",
                    ),
                    models.Index(
                        condition=models.Q(("accorde", True)),
                        fields=["appel", "-dossier"],
                        name="condense_accorde",
                    ),
                    models.Index(
                        condition=models.Q(("plan", True)),
                        fields=["appel", "-dossier"],
                        name="condense_plan",
                    ),
                ],
            },
        ),
        migrations.RunPython(sur_postgresql(SQL), sur_postgresql(RETOUR)),
    ]
