"""Fill what is searched; a trigram index on PostgreSQL, where lists are long."""

import unicodedata

from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations

# The rules as they were on the day of this migration: history does not follow the code.
LIGATURES = str.maketrans(
    {"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "’": " ", "'": " ", "-": " "}
)


def recherchable(*textes: str) -> str:
    decompose = unicodedata.normalize("NFKD", " ".join(textes).translate(LIGATURES))
    lettres = "".join(lettre for lettre in decompose if not unicodedata.combining(lettre))
    return " ".join(lettres.casefold().split())[:300]


def remplir(apps, schema_editor):
    for partenaire in apps.get_model("partenaires", "Partenaire").objects.iterator():
        partenaire.recherche = recherchable(
            partenaire.sigle, partenaire.siret, partenaire.rna, partenaire.nom
        )
        partenaire.save(update_fields=["recherche"])


def indexer(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE INDEX partenaire_recherche_trigrammes ON partenaires_partenaire "
            "USING gin (recherche gin_trgm_ops)"
        )
        schema_editor.execute(
            "CREATE INDEX partenaire_siren ON partenaires_partenaire (left(siret, 9))"
        )


def desindexer(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX partenaire_recherche_trigrammes, partenaire_siren")


class Migration(migrations.Migration):
    dependencies = [("partenaires", "0007_recherche_et_perimetre")]
    operations = [
        TrigramExtension(),
        migrations.RunPython(remplir, migrations.RunPython.noop, elidable=True),
        migrations.RunPython(indexer, desindexer),
    ]
