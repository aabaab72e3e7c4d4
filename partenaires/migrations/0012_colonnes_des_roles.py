"""A member holds a set of roles, and trust is a chain: the columns, filled by the next migration.

PostgreSQL changes no table where rows were just written: columns, rows and constraints are three
migrations.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("partenaires", "0011_resume_par_defaut"),
    ]

    operations = [
        migrations.AddField(
            model_name="appartenance",
            name="roles",
            field=models.CharField(default="", max_length=120, verbose_name="rôles"),
        ),
        migrations.AddField(
            model_name="invitation",
            name="roles",
            field=models.CharField(default="", max_length=120, verbose_name="rôles"),
        ),
        # An empty text until the way back has filled it again.
        migrations.AlterField(
            model_name="appartenance",
            name="role",
            field=models.CharField(default="", max_length=20, verbose_name="rôle"),
        ),
        migrations.AlterField(
            model_name="invitation",
            name="role",
            field=models.CharField(default="", max_length=20, verbose_name="rôle"),
        ),
        migrations.AddField(
            model_name="appartenance",
            name="garant",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="amenees",
                to="partenaires.appartenance",
            ),
        ),
        migrations.AddField(
            model_name="appartenance",
            name="refus_motif",
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name="appartenance",
            name="refusee_le",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="appartenance",
            name="refusee_par",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="annulee_le",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
