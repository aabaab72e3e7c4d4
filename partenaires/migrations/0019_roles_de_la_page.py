from django.db import migrations

ROLES = {
    "Copilote le Contrat de Ville avec l’État et lance l’appel à projets annuel": (
        "Copilote du Contrat de Ville avec l’État"
    ),
    "Association partenaire du Contrat de Ville": "Association signataire du Contrat de Ville",
}


def dire(apps, schema_editor):
    """As the page of the CUA says; what an agent wrote since is kept."""
    remplacer(apps, ROLES)


def redire(apps, schema_editor):
    remplacer(apps, {nouveau: ancien for ancien, nouveau in ROLES.items()})


def remplacer(apps, roles):
    partenaires = apps.get_model("partenaires", "Partenaire").objects.filter(est_signataire=True)
    for avant, apres in roles.items():
        partenaires.filter(role_contrat=avant).update(role_contrat=apres)


class Migration(migrations.Migration):
    dependencies = [("partenaires", "0018_chaine_des_fiches")]
    operations = [migrations.RunPython(dire, redire)]
