from django.db import migrations

ECART = (
    "Écart avec l'ensemble des habitants de la CUA pour la part des moins de 25 ans",
    "De plus que l’ensemble des habitants de la CUA, pour la part des moins de 25 ans",
)


def dire(apps, schema_editor):
    """The gap has a direction, and the page of the CUA no date; what an agent wrote is kept."""
    chiffres = apps.get_model("quartiers", "ChiffreCle").objects.filter(source__cle="grandarras")
    chiffres.filter(libelle=ECART[0]).update(libelle=ECART[1])
    chiffres.filter(cle="nombre-qpv", annee=2024).update(annee=None)


def redire(apps, schema_editor):
    chiffres = apps.get_model("quartiers", "ChiffreCle").objects.filter(source__cle="grandarras")
    chiffres.filter(libelle=ECART[1]).update(libelle=ECART[0])
    chiffres.filter(cle="nombre-qpv", annee=None).update(annee=2024)


class Migration(migrations.Migration):
    dependencies = [("quartiers", "0003_journal")]
    operations = [migrations.RunPython(dire, redire)]
