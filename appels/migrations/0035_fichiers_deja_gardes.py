"""The files that were given before are counted too: one row a file on the disk."""

from django.db import migrations
from django.db.models import F

# (app, model, field of the file, of its SHA-256, of its instant, way to the organisation, person)
SOURCES = (
    ("appels", "Piece", "fichier", "sha256", "ajoutee_le", "dossier__porteur", "ajoutee_par"),
    ("appels", "FichierMessage", "fichier", "sha256", "message__le", None, "message__auteur"),
    ("appels", "DemandePapier", "scan", "sha256", "saisie_le", None, "saisie_par"),
    (
        "partenaires",
        "Appartenance",
        "justificatif",
        "justificatif_sha256",
        "demandee_le",
        None,
        "utilisateur",
    ),
    (
        "partenaires",
        "Rectification",
        "document",
        "document_sha256",
        "demandee_le",
        "partenaire",
        "demandee_par",
    ),
)


def garder(apps, schema_editor):
    gardes = apps.get_model("partenaires", "FichierGarde")
    for app, modele, champ, sha256, le, organisme, par in SOURCES:
        source = apps.get_model(app, modele)
        noms = {"e_": champ, "s_": sha256, "l_": le, "p_": par}
        if organisme:
            noms["o_"] = organisme
        lignes = source.objects.exclude(**{champ: ""}).order_by("pk")
        for ligne in lignes.values(**{nom: F(chemin) for nom, chemin in noms.items()}):
            fichier = source._meta.get_field(champ).attr_class(
                source(), source._meta.get_field(champ), ligne["e_"]
            )
            gardes.objects.get_or_create(
                emplacement=ligne["e_"],
                defaults={
                    "sha256": ligne["s_"],
                    "taille": fichier.size if fichier.storage.exists(ligne["e_"]) else 0,
                    "organisme_id": ligne.get("o_"),
                    "par_id": ligne["p_"],
                    "garde_le": ligne["l_"],
                },
            )


class Migration(migrations.Migration):
    dependencies = [
        ("appels", "0034_a_attester"),
        ("partenaires", "0020_fichiers_gardes"),
    ]

    operations = [migrations.RunPython(garder, migrations.RunPython.noop)]
