"""Opinions « Déport » given before they closed anything: each declares its `Deport`."""

from django.db import migrations


def declarer(apps, schema_editor):
    avis_donnes = apps.get_model("appels", "Avis").objects
    deports = apps.get_model("appels", "Deport").objects
    for avis in avis_donnes.filter(sens="deport").select_related("partenaire"):
        deports.get_or_create(
            dossier_id=avis.dossier_id,
            personne_id=avis.auteur_id,
            leve_le=None,
            defaults={
                "motif": f"Avis de {avis.partenaire.nom} : déport."[:300],
                "declare_par_id": avis.auteur_id,
                "declare_le": avis.modifie_le,
            },
        )


class Migration(migrations.Migration):
    dependencies = [("appels", "0024_journal")]

    operations = [migrations.RunPython(declarer, migrations.RunPython.noop)]
