"""One role leaves, the set stays; two people of the service name an administrator."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("partenaires", "0013_ensembles_de_roles"),
    ]

    operations = [
        migrations.CreateModel(
            name="Designation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("email", models.EmailField(max_length=254, verbose_name="adresse électronique")),
                ("motif", models.CharField(max_length=300)),
                ("proposee_le", models.DateTimeField()),
                ("tranchee_le", models.DateTimeField(blank=True, null=True)),
                ("est_confirmee", models.BooleanField(default=False)),
            ],
            options={
                "ordering": ["-proposee_le", "-pk"],
            },
        ),
        migrations.RemoveField(
            model_name="appartenance",
            name="role",
        ),
        migrations.RemoveField(
            model_name="invitation",
            name="role",
        ),
        migrations.AlterField(
            model_name="appartenance",
            name="roles",
            field=models.CharField(max_length=120, verbose_name="rôles"),
        ),
        migrations.AlterField(
            model_name="invitation",
            name="roles",
            field=models.CharField(max_length=120, verbose_name="rôles"),
        ),
        migrations.AlterField(
            model_name="passation",
            name="acte",
            field=models.CharField(
                choices=[
                    ("ajouter", "Ajouté par le service"),
                    ("quitter", "A quitté l’organisme"),
                    ("depart", "Départ constaté par le service"),
                    ("proposer", "Administration proposée par le service"),
                    ("ecarter", "Proposition écartée par le service"),
                    ("confier", "Administration confiée par le service"),
                    ("demander", "A demandé à tenir l’organisme"),
                    ("verifier", "Qualité vérifiée par le service"),
                    ("refuser", "Qualité refusée par le service"),
                    ("suspendre", "Accès suspendu : une autre personne est vérifiée"),
                    ("rejoindre", "A rejoint l’organisme"),
                    ("roles", "Rôles changés"),
                    ("retirer", "Retiré de l’organisme"),
                    ("fermer", "Compte fermé"),
                    ("limiter", "Périmètre changé"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="appartenance",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("refusee_le__isnull", True), ("refusee_par__isnull", True)),
                    models.Q(("refusee_le__isnull", False), ("refusee_par__isnull", False)),
                    _connector="OR",
                ),
                name="refusee_par_quelqu_un",
            ),
        ),
        migrations.AddConstraint(
            model_name="appartenance",
            constraint=models.CheckConstraint(
                condition=models.Q(("roles", ""), _negated=True), name="au_moins_un_role"
            ),
        ),
        migrations.AddConstraint(
            model_name="appartenance",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("refusee_le__isnull", True), ("terminee_le__isnull", False), _connector="OR"
                ),
                name="refusee_donc_terminee",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("annulee_le__isnull", True), ("utilisee_le__isnull", True)),
                fields=("partenaire", "email"),
                name="un_lien_vivant_par_adresse",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(("roles", ""), _negated=True), name="invitee_a_un_role"
            ),
        ),
        migrations.AddField(
            model_name="designation",
            name="partenaire",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="designations",
                to="partenaires.partenaire",
            ),
        ),
        migrations.AddField(
            model_name="designation",
            name="proposee_par",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="designation",
            name="tranchee_par",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="designation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("tranchee_le__isnull", True), ("tranchee_par__isnull", True)),
                    models.Q(("tranchee_le__isnull", False), ("tranchee_par__isnull", False)),
                    _connector="OR",
                ),
                name="tranchee_par_quelqu_un",
            ),
        ),
        migrations.AddConstraint(
            model_name="designation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("tranchee_le__isnull", True)),
                fields=("partenaire",),
                name="une_designation_en_attente",
            ),
        ),
        migrations.AddConstraint(
            model_name="designation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("est_confirmee", False),
                    models.Q(
                        ("tranchee_par__isnull", False),
                        models.Q(("tranchee_par", models.F("proposee_par")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="confirmee_par_une_autre_personne",
            ),
        ),
    ]
