"""While an answer is awaited, the day of the implied refusal counts the whole delay given.

It was stored as it stood before the request; `manage.py recalculer` brings the lists to it.
"""

from zoneinfo import ZoneInfo

from django.db import migrations

PARIS = ZoneInfo("Europe/Paris")


def attendus(apps):
    """What the service waits for, in the calls where a silence refuses later for it."""
    return (
        apps.get_model("appels", "Complement")
        .objects.filter(repondu_le__isnull=True, clos_le__isnull=True, rejet_avant__isnull=False)
        .filter(dossier__etat="a_completer")
        .select_related("dossier")
    )


def compter_le_delai(apps, schema_editor):
    for complement in attendus(apps):
        demande = complement.demande_le.astimezone(PARIS).date()
        if complement.rejet_avant > demande:
            donnes = complement.avant_le.astimezone(PARIS).date() - demande
            complement.dossier.rejet_implicite_le = complement.rejet_avant + donnes
            complement.dossier.save(update_fields=["rejet_implicite_le"])


def revenir(apps, schema_editor):
    for complement in attendus(apps):
        complement.dossier.rejet_implicite_le = complement.rejet_avant
        complement.dossier.save(update_fields=["rejet_implicite_le"])


class Migration(migrations.Migration):
    dependencies = [("appels", "0067_propositions_d_une_demande")]

    operations = [migrations.RunPython(compter_le_delai, revenir)]
