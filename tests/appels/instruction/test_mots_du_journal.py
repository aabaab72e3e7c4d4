"""What a field is called in the log, in French with its accents."""

import pytest
from django.apps import apps

from appels.instruction.mots_du_journal import TABLES, titre

# Words of code: none is left in what a person reads.
BRUTS = {
    *("sha256", "etabli", "depose", "cle", "mime", "numero", "prevue", "conformite", "etat"),
    *("vote", "decide"),
}


@pytest.mark.parametrize(
    ("table", "champ", "attendu"),
    [
        ("appels.Dossier", "depose_le", "Déposé le"),
        ("appels.Dossier", "numero", "Numéro"),
        ("appels.Recepisse", "sha256", "Empreinte (SHA-256)"),
        ("appels.Piece", "ajoutee_par", "Ajoutée par"),
        ("appels.Piece", "est_chiffree", "Chiffrée"),
        ("appels.Diffusion", "prevue_le", "Prévue le"),
        ("appels.Dossier", "confie_a", "Agent chargé du dossier"),
    ],
)
def test_un_champ_se_lit_en_francais(table, champ, attendu):
    assert titre(apps.get_model(table)._meta.get_field(champ), champ) == attendu


def test_un_champ_oublie_garde_son_nom():
    assert titre(None, "ancien_champ") == "Ancien champ"


def test_aucun_mot_du_code_dans_le_journal():
    lus = {
        mot
        for table in TABLES
        for champ in apps.get_model(table)._meta.concrete_fields
        for mot in titre(champ, champ.name).lower().split()
    }
    assert lus & BRUTS == set()
