"""Columns that change their name keep what they hold, forwards and backwards."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from appels.decision.actions import decisions
from appels.models import Decision, DecisionPrise, Gabarit, Lettre, Publication, Signal
from partenaires.models import Appartenance, LigneResume, Role
from tests.fabriques import (
    OUVERTURE,
    PENDANT,
    admettre,
    creer_agent,
    creer_appel,
    creer_association,
    creer_dossier_complet,
    creer_lettre,
    creer_membre,
    deposer,
    publier_les_decisions,
)

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

AVANT = [("appels", "0022_proces_verbal_garde"), ("partenaires", "0008_index_de_recherche")]
SEULE_DECISION = [("appels", "0027_suivi")]


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


def decisions_gardees() -> list[tuple]:
    """What each decision says, its log, its letter and its publication."""
    return [
        (
            prise.rang,
            prise.decision,
            prise.montant_vote,
            prise.par,
            prise.le,
            prise.passage,
            Lettre.objects.filter(prise=prise, liberee_le=PENDANT).count(),
            Publication.objects.filter(prise=prise, le=PENDANT).count(),
        )
        for prise in DecisionPrise.objects.select_related("par", "passage").order_by("financement")
    ]


def test_une_seule_decision_devient_la_premiere_de_plusieurs(horloge_figee):
    """Back to one decision a request and one switch a call, and here again: nothing is lost."""
    agent, appel = creer_agent(), creer_appel()
    dossier = admettre(deposer(creer_dossier_complet(appel)))
    caf, etat, cua = (
        dossier.financements.get(partenaire__genre=genre) for genre in ("caf", "etat", "cua")
    )
    for demande, montant in ((caf, 5_000), (cua, 7_000)):
        demande.decision, demande.montant_vote = "partiel", montant
        demande.decide_le = PENDANT.date()
    etat.decision, etat.motif = "refuse", "x"
    decisions.saisir(dossier, [caf, etat], par=agent, recu_le=PENDANT)
    creer_lettre(etat)
    publier_les_decisions(appel)  # the CAF; then a grant whose letter did not leave
    decisions.saisir(dossier, [cua], par=agent, recu_le=PENDANT)
    gardees = decisions_gardees()
    assert sorted(ligne[-2:] for ligne in gardees) == [(0, 0), (1, 0), (1, 1)]
    try:
        avant = migrer(SEULE_DECISION)
        ancien = avant.get_model("appels", "Appel").objects.get(pk=appel.pk)
        assert (ancien.decisions_publiees_le, ancien.decisions_publiees_par_id is None) == (
            PENDANT,
            False,
        )
        lettres = avant.get_model("appels", "Lettre").objects
        assert lettres.get(financement=caf.pk).decision == caf.empreinte
    finally:
        revenir()
    assert decisions_gardees() == gardees
