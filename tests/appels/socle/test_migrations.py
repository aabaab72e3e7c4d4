"""Columns that change their name keep what they hold, forwards and backwards."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from appels.models import Decision, Gabarit, Signal
from partenaires.models import LigneResume
from tests.fabriques import PENDANT, creer_agent, creer_dossier_complet

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

AVANT = [("appels", "0022_proces_verbal_garde"), ("partenaires", "0008_index_de_recherche")]
APRES = [("appels", "0023_un_mot_une_chose"), ("partenaires", "0009_ligne_resume")]


def migrer(vers):
    """The models as they are at these migrations."""
    executeur = MigrationExecutor(connection)
    executeur.migrate(vers)
    return MigrationExecutor(connection).loader.project_state(vers).apps


def test_les_noms_changent_et_les_donnees_restent():
    agent = creer_agent()
    Gabarit.objects.create(
        decision=Decision.REFUSE,
        objet="Refus",
        corps="{motif}",
        signataire="Ada Fictive",
        qualite="Direction",
        par=agent,
        le=PENDANT,
    )
    Signal.objects.create(
        dossier=creer_dossier_complet(),
        motif="À voir",
        pose_le=PENDANT,
        pose_par=agent,
        leve_le=PENDANT,
        leve_par=agent,
        resolution="Vu avec la commune.",
    )
    LigneResume.objects.create(
        acte="x", destinataire=agent, objet="Un message", corps="…", ecrite_le=PENDANT
    )
    try:
        avant = migrer(AVANT)
        assert (
            avant.get_model("appels", "Gabarit").objects.get().issue,
            avant.get_model("appels", "Signal").objects.get().issue,
            avant.get_model("partenaires", "Note").objects.get().objet,
        ) == ("refuse", "Vu avec la commune.", "Un message")
    finally:
        migrer(APRES)
    assert (
        Gabarit.objects.get().decision,
        Signal.objects.get().resolution,
        LigneResume.objects.get().objet,
    ) == ("refuse", "Vu avec la commune.", "Un message")
