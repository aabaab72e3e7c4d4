"""Fill what is searched and the implicit rejection; on PostgreSQL a trigram index, and a log that
only grows.
"""

from django.db import migrations

from appels.socle.delais_legaux import rejet_implicite
from quartiers.francais import recherchable
from quartiers.horloge import a_paris

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


def remplir(apps, schema_editor):
    for dossier in apps.get_model("appels", "Dossier").objects.select_related("appel").iterator():
        dossier.recherche = recherchable(dossier.numero or "", dossier.intitule)
        if dossier.depose_le and dossier.appel.regime == "guichet":
            dossier.rejet_implicite_le = rejet_implicite(a_paris(dossier.depose_le).date())
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
