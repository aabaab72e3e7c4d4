"""One word, one thing: columns whose name said something else. Data are kept, both ways.

« issue » was a decision, and how a flag is lifted; a letter is made as any other file; who has a
dossier in charge is no charge of its budget.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

LIBEREE_AVANT = models.Q(liberee_le__isnull=True, liberee_par__isnull=True, lue_le__isnull=True)


def lettre_liberee(etablie: str) -> models.CheckConstraint:
    """Released: by somebody, at an instant, once made and not discarded."""
    return models.CheckConstraint(
        name="lettre_liberee_entiere",
        condition=LIBEREE_AVANT
        | models.Q(
            liberee_le__isnull=False,
            liberee_par__isnull=False,
            ecartee_le__isnull=True,
            **{f"{etablie}__isnull": False},
        ),
    )


def signal_leve(comment: str) -> models.CheckConstraint:
    """Lifted: by somebody, at an instant, saying how."""
    return models.CheckConstraint(
        name="signal_leve_par_quelqu_un",
        condition=models.Q(leve_le__isnull=True, leve_par__isnull=True, **{comment: ""})
        | (models.Q(leve_le__isnull=False, leve_par__isnull=False) & ~models.Q(**{comment: ""})),
    )


class Migration(migrations.Migration):
    dependencies = [("appels", "0022_proces_verbal_garde")]
    operations = [
        migrations.RemoveConstraint("lettre", "lettre_liberee_entiere"),
        migrations.RenameField("lettre", "etablie_le", "etabli_le"),
        migrations.AddConstraint("lettre", lettre_liberee("etabli_le")),
        migrations.RemoveConstraint("signal", "signal_leve_par_quelqu_un"),
        migrations.RenameField("signal", "issue", "resolution"),
        migrations.AddConstraint("signal", signal_leve("resolution")),
        migrations.RenameField("gabarit", "issue", "decision"),
        migrations.RenameField("dossier", "charge", "confie_a"),
        migrations.AlterField(
            "dossier",
            "confie_a",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="dossiers_confies",
                to=settings.AUTH_USER_MODEL,
                verbose_name="agent chargé du dossier",
            ),
        ),
        migrations.AlterField("imprime", "etabli_le", models.DateTimeField(blank=True, null=True)),
        migrations.AlterField("papier", "etabli_le", models.DateTimeField(blank=True, null=True)),
    ]
