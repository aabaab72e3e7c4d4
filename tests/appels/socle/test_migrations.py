"""Columns that change their name keep what they hold, forwards and backwards."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from appels.models import Decision, Gabarit, Signal
from partenaires.models import Appartenance, LigneResume, Role
from tests.fabriques import (
    OUVERTURE,
    PENDANT,
    creer_agent,
    creer_association,
    creer_dossier_complet,
    creer_membre,
)

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

AVANT = [("appels", "0022_proces_verbal_garde"), ("partenaires", "0008_index_de_recherche")]


def migrer(vers):
    """The models as they are at these migrations."""
    executeur = MigrationExecutor(connection)
    executeur.migrate(vers)
    return MigrationExecutor(connection).loader.project_state(vers).apps


def revenir():
    """Everything back to the last migrations: the next test finds the tables of today."""
    executeur = MigrationExecutor(connection)
    executeur.migrate(executeur.loader.graph.leaf_nodes())


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
        revenir()
    assert (
        Gabarit.objects.get().decision,
        Signal.objects.get().resolution,
        LigneResume.objects.get().objet,
    ) == ("refuse", "Vu avec la commune.", "Un message")


def test_un_role_devient_un_ensemble_et_la_confiance_une_chaine():
    """What one role meant stays; an unverified claim on what others held waits for the service."""
    organisme = creer_association()
    ancienne = creer_membre(organisme, Role.ADMINISTRATEUR, Role.SIGNATAIRE)
    squatteur = creer_membre(
        organisme, Role.ADMINISTRATEUR, est_premiere=True, demandee_le=PENDANT, acceptee_le=PENDANT
    )
    amenee = creer_membre(
        organisme,
        Role.SIGNATAIRE,
        acceptee_par=squatteur,
        demandee_le=PENDANT,
        acceptee_le=PENDANT,
    )
    fondatrice = creer_membre(creer_association(), Role.ADMINISTRATEUR, est_premiere=True)
    try:
        avant = migrer([("partenaires", "0009_ligne_resume")])
        roles = dict(
            avant.get_model("partenaires", "Appartenance").objects.values_list(
                "utilisateur", "role"
            )
        )
        assert roles == {
            ancienne.pk: "administrateur",
            squatteur.pk: "administrateur",
            amenee.pk: "signataire",
            fondatrice.pk: "administrateur",
        }
    finally:
        revenir()
    relues = {
        appartenance.utilisateur_id: (
            appartenance.roles,
            appartenance.acceptee_le,
            appartenance.qualite_verifiee,
        )
        for appartenance in Appartenance.objects.all()
    }
    assert relues == {
        ancienne.pk: ({Role.ADMINISTRATEUR}, OUVERTURE, True),
        squatteur.pk: ({Role.ADMINISTRATEUR}, None, False),
        amenee.pk: ({Role.SIGNATAIRE}, None, False),
        fondatrice.pk: ({Role.ADMINISTRATEUR}, OUVERTURE, False),
    }
