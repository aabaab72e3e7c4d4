"""Fill what is searched and the implicit rejection; on PostgreSQL a trigram index, and a log that
only grows.
"""

import calendar
import unicodedata
from datetime import date
from zoneinfo import ZoneInfo

from django.db import migrations

SQL = """
CREATE INDEX dossier_recherche_trigrammes ON appels_dossier USING gin (recherche gin_trgm_ops);
CREATE INDEX dossier_liste ON appels_dossier (appel_id, depose_le DESC NULLS LAST, id DESC);
CREATE INDEX dossier_compte ON appels_dossier (appel_id, etat) WHERE depose_le IS NOT NULL;
CREATE FUNCTION journal_seulement_ajoute() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Le journal ne se modifie pas : % refusé sur %', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER journal_seulement_ajoute BEFORE UPDATE OR DELETE ON appels_passage
    FOR EACH ROW EXECUTE FUNCTION journal_seulement_ajoute();
"""
RETOUR = """
DROP TRIGGER journal_seulement_ajoute ON appels_passage;
DROP FUNCTION journal_seulement_ajoute();
DROP INDEX dossier_recherche_trigrammes;
DROP INDEX dossier_liste;
DROP INDEX dossier_compte;
"""


# The rules as they were on the day of this migration: history does not follow the code.
LIGATURES = str.maketrans(
    {"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "’": " ", "'": " ", "-": " "}
)


def recherchable(*textes: str) -> str:
    decompose = unicodedata.normalize("NFKD", " ".join(textes).translate(LIGATURES))
    lettres = "".join(lettre for lettre in decompose if not unicodedata.combining(lettre))
    return " ".join(lettres.casefold().split())[:300]


def deux_mois_apres(depart: date) -> date:
    rang = depart.month + 1
    annee = depart.year + rang // 12
    mois = rang % 12 + 1
    return date(annee, mois, min(depart.day, calendar.monthrange(annee, mois)[1]))


def remplir(apps, schema_editor):
    for dossier in apps.get_model("appels", "Dossier").objects.select_related("appel").iterator():
        dossier.recherche = recherchable(dossier.numero or "", dossier.intitule)
        if dossier.depose_le and dossier.appel.regime == "guichet":
            recu = dossier.depose_le.astimezone(ZoneInfo("Europe/Paris")).date()
            dossier.rejet_implicite_le = deux_mois_apres(recu)
        dossier.save(update_fields=["recherche", "rejet_implicite_le"])


def sur_postgresql(sql):
    def executer(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(sql, params=None)

    return executer


class Migration(migrations.Migration):
    dependencies = [("appels", "0015_instruction"), ("partenaires", "0008_index_de_recherche")]
    operations = [
        migrations.RunPython(remplir, migrations.RunPython.noop, elidable=True),
        migrations.RunPython(sur_postgresql(SQL), sur_postgresql(RETOUR)),
    ]
