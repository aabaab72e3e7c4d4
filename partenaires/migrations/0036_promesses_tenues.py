from django.db import migrations, models


def promettre(apps, schema_editor):
    """What its consultation promised, to each who wrote before that day."""
    Contribution = apps.get_model("partenaires", "Contribution")
    Consultation = apps.get_model("partenaires", "Consultation")
    sienne = Consultation.objects.filter(pk=models.OuterRef("consultation"))
    promise = models.Subquery(sienne.values("reponse_promise_le")[:1])
    Contribution.objects.update(reponse_promise_le=promise)
    Contribution.objects.filter(recue_le__date__gt=models.F("reponse_promise_le")).update(
        reponse_promise_le=None
    )


class Migration(migrations.Migration):
    dependencies = [
        ("partenaires", "0035_sorties_du_public"),
    ]

    operations = [
        migrations.AddField(
            model_name="contribution",
            name="reponse_promise_le",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.RunPython(promettre, migrations.RunPython.noop, elidable=True),
    ]
