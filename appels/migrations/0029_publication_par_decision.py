"""What decisions, letters and publications now say by themselves leaves the call and the letter."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("appels", "0028_decisions_successives")]
    operations = [
        migrations.RemoveConstraint(
            model_name="appel",
            name="decisions_publiees_par_quelqu_un",
        ),
        migrations.RemoveConstraint(
            model_name="lettre",
            name="une_lettre_par_decision",
        ),
        migrations.RemoveField(
            model_name="appel",
            name="decisions_publiees_le",
        ),
        migrations.RemoveField(
            model_name="appel",
            name="decisions_publiees_par",
        ),
        migrations.RemoveField(
            model_name="lettre",
            name="decision",
        ),
    ]
