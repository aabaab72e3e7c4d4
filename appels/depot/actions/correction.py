"""Correct a deposited dossier until the closing, or answer what the service asks.

A copy is written, attested, then takes the place of what it corrects.

Nothing of the deposit moves before that: agents and funders go on reading the version deposited.
"""

import json
from datetime import datetime
from uuid import uuid4

from django.db import transaction

from appels.models import (
    Acte,
    CoordonneesBancaires,
    Dossier,
    Financement,
    Partie,
    Scenario,
)
from appels.models.etats import Transition, TransitionInterdite
from appels.redaction.actions import copie
from appels.socle import cerfa, figement, soutiens
from appels.socle.empechement import exiger_la_saisie, verrouiller_pour_rediger
from appels.socle.verrous import AppelFerme, NonModifiable, pourquoi_non_modifiable
from partenaires.models import Utilisateur
from quartiers.models import Quartier

PLUS_REMPLACABLE = (
    "Cette correction ne peut plus être déposée : le dossier qu’elle corrige a changé d’état, ou "
    "la lettre d’un financeur est arrivée depuis. Écrivez au service."
)
DEJA_NOTIFIE = (
    "La lettre d’un financeur est arrivée : ce dossier ne se corrige plus de lui-même. Écrivez au "
    "service, qui peut demander une version révisée."
)


@transaction.atomic
def corriger(dossier: Dossier, *, par: Utilisateur, recu_le: datetime) -> Dossier:
    """The draft of the next version, filled with what was deposited; one at a time.

    Raises `AppelFerme` or `NonModifiable`.
    """
    depose = verrouiller_pour_rediger(dossier, par=par)
    if deja := depose.correction_en_cours():
        return deja
    if not (depose.est_ouvert(recu_le) or depose.attend_un_complement(recu_le)):
        raise AppelFerme(pourquoi_non_modifiable(depose, recu_le))
    if not depose.est_corrigeable(recu_le):
        raise NonModifiable(depose, recu_le, DEJA_NOTIFIE if depose.est_notifie() else "")
    correction = _copier(depose, par=par, recu_le=recu_le)
    depose.passages.create(acte=Acte.CORRIGER, par=par, le=recu_le)
    return correction


def _copier(depose: Dossier, *, par: Utilisateur, recu_le: datetime) -> Dossier:
    """Everything that was deposited, in a draft of its own."""
    correction = Dossier(
        appel=depose.appel,
        porteur_id=depose.porteur_id,
        corrige=depose,
        cle_creation=uuid4(),
        cree_le=recu_le,
        cree_par=par,
        fiche_confirmee_le=depose.fiche_confirmee_le,
        prolonge_jusqu_a=depose.prolonge_jusqu_a,
        papier_recu_le=depose.papier_recu_le,
    )
    copie.reponses(depose, correction)
    correction.save()
    copie.choix(depose, correction)
    copie.tables(depose, correction)
    copie.demandes(depose, correction, depose.financements.all())
    copie.pieces(depose, correction)
    for partie in depose.parties.all():
        Partie.objects.create(
            dossier=correction,
            nom=partie.nom,
            version=1,
            enregistree_le=partie.enregistree_le,
            enregistree_par_id=partie.enregistree_par_id,
        )
    return correction


def changements(correction: Dossier, depose: Dossier) -> list[list[str]]:
    """[field, before, after] of what a correction changes of the last version.

    `correction` was read by `pour_completude`.
    """
    avant = depose.versions.order_by("-rang")[0]
    noms = dict(Quartier.objects.values_list("code", "nom_court"))
    differences = cerfa.differences(json.loads(avant.contenu), figement.brouillon(correction), noms)
    return [difference.pour_le_journal() for difference in differences]


def integrer(
    correction: Dossier,
    depose: Dossier,
    *,
    par: Utilisateur,
    recu_le: datetime,
    champs: list[list[str]] | None = None,
) -> None:
    """The correction takes the place of what was deposited: same number, same first date.

    `champs`, what it changes, goes to the log.
    Both rows are locked by the caller. Raises `NonModifiable` when the deposit may not move any
    more.
    """
    exiger_la_saisie(depose, par=par)
    if not depose.est_remplacable():
        raise NonModifiable(depose, recu_le, PLUS_REMPLACABLE)
    copie.reponses(correction, depose)
    depose.fiche_confirmee_le = correction.fiche_confirmee_le
    try:
        depose.franchir(_verbe(depose), par=par, le=recu_le, champs=champs)
    except TransitionInterdite as interdite:
        raise NonModifiable(depose, recu_le, PLUS_REMPLACABLE) from interdite
    copie.choix(correction, depose)
    for modele in copie.TABLES:
        modele._default_manager.filter(dossier=depose).delete()
        modele._default_manager.filter(dossier=correction).update(dossier=depose)
    reporter_les_demandes(correction, depose)
    depose.pieces.presentes().update(retiree_le=recu_le)
    correction.pieces.presentes().update(dossier=depose)
    coordonnees = CoordonneesBancaires.objects.filter(dossier=correction)
    if coordonnees.exists():
        CoordonneesBancaires.objects.filter(dossier=depose).delete()
        coordonnees.update(dossier=depose)
    correction.franchir(Transition.INTEGRER, par=par, le=recu_le)
    soutiens.suivre([depose.pk], recu_le)


def _verbe(depose: Dossier) -> Transition:
    """What the new version does to the deposit: an answer, a revision, or another version."""
    if not depose.est_a_completer:
        return Transition.REDEPOSER
    complement = depose.complement_en_cours()
    if complement and complement.est_une_revision():
        return Transition.REVISER
    return Transition.REPONDRE


def reporter_les_demandes(correction: Dossier, depose: Dossier) -> None:
    """The new plan of funders takes the place of the old one.

    The line of a funder stays, with its decision, its letter, the amounts of scenarios; one that
    the new plan leaves out goes, unless its funder has decided.
    """
    depose.financements.filter(partenaire__isnull=True).delete()
    anciens = list(depose.financements.all())
    for nouveau in correction.financements.all():
        ancien = _du_meme_financeur(nouveau, anciens)
        if ancien is None:
            nouveau.dossier = depose
            nouveau.save(update_fields=["dossier"])
            continue
        anciens.remove(ancien)
        for champ in copie.DEMANDE:
            setattr(ancien, champ, getattr(nouveau, champ))
        ancien.save(update_fields=copie.DEMANDE)
        nouveau.delete()
    if anciens:
        _retirer_les_demandes(depose, anciens)


def _du_meme_financeur(nouveau: Financement, anciens: list[Financement]) -> Financement | None:
    """The first line left for the same funder; a funder may have several."""
    if nouveau.partenaire_id is None:
        return None
    for ancien in anciens:
        if ancien.partenaire_id == nouveau.partenaire_id:
            return ancien
    return None


def _retirer_les_demandes(depose: Dossier, anciens: list[Financement]) -> None:
    """Delete the lines that nobody has decided."""
    scenarios = Scenario.objects.select_for_update(of=("self",)).filter(appel=depose.appel_id)
    list(scenarios.order_by("pk"))  # nobody proposes an amount for a line while it goes
    for ancien in anciens:
        if not ancien.prises.exists() and not ancien.lettres.exists():
            ancien.delete()
