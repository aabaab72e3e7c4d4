"""Writing a draft: begin it, save a part, ask for the signature."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from appels.models import Acte, Appel, Dossier, Lieu, NomPartie, Partie, Passage, Serie
from appels.models.contenu import LIEUX_MAX
from appels.models.etats import Transition
from appels.redaction.actions import reprise
from appels.redaction.actions.parties import enregistrer
from appels.socle import completude, courriels, reveil
from appels.socle.empechement import verrouiller_pour_rediger
from appels.socle.verrous import AppelFerme, DossierIncomplet, NonModifiable
from partenaires.models import Partenaire, Utilisateur
from partenaires.socle import fusion
from partenaires.socle.refus import Refus


class TropDeLieux(Refus):
    """The dossier has as many places as it may."""

    phrase = "Le dossier a déjà quinze lieux : retirez-en un avant d’en ajouter."


@transaction.atomic
def commencer(
    appel: Appel,
    porteur: Partenaire,
    *,
    intitule: str,
    cle: UUID,
    par: Utilisateur,
    recu_le: datetime,
    modele: Dossier | None = None,
    suite_de: Serie | None = None,
) -> Dossier:
    """A new draft, filled from `modele` if given; the same key twice gives the same draft.

    Raises `AppelFerme`.
    """
    if deja := deja_commence(cle, par):
        return deja
    if not appel.est_ouvert(recu_le):
        raise AppelFerme
    return creer(
        appel,
        porteur,
        intitule=intitule,
        cle=cle,
        par=par,
        recu_le=recu_le,
        modele=modele,
        suite_de=suite_de,
    )


def deja_commence(cle: UUID, par: Utilisateur) -> Dossier | None:
    """The draft that the same person began with the same key: a button pressed twice."""
    return Dossier.objects.filter(cle_creation=cle, cree_par=par).first()


def creer(
    appel: Appel,
    porteur: Partenaire,
    *,
    intitule: str,
    cle: UUID,
    par: Utilisateur,
    recu_le: datetime,
    modele: Dossier | None = None,
    suite_de: Serie | None = None,
) -> Dossier:
    """The row of a draft and its first line of log; the caller has checked that it may be begun.

    `suite_de`: the action that it is one more year of; a new one otherwise.
    """
    serie = suite_de
    if serie is None or serie.porteur_id != porteur.pk:
        serie = Serie.objects.create(porteur=porteur, premiere_annee=appel.annee, titre=intitule)
    dossier = Dossier.objects.create(
        appel=appel,
        porteur=porteur,
        intitule=intitule,
        cle_creation=cle,
        cree_le=recu_le,
        cree_par=par,
        repris_de=modele,
        serie=serie,
    )
    Passage.objects.create(dossier=dossier, acte=Acte.CREER, vers=dossier.etat, par=par, le=recu_le)
    if modele:
        reprise.remplir(dossier, modele)
    return dossier


@transaction.atomic
def ajouter_lieu(
    dossier: Dossier,
    lieu: Lieu,
    *,
    par: Utilisateur,
    recu_le: datetime,
    montrer: Callable[[], fusion.Valeurs] | None = None,
) -> None:
    """One more place, found on the map; raises `NonModifiable` or `TropDeLieux`.

    `montrer` says what the part shows: a page of it left open is put together with the new place.
    """
    verrouille = verrouiller_pour_rediger(dossier, par=par)
    parties = Partie.objects.select_for_update().filter(dossier=verrouille)
    partie = parties.filter(nom=NomPartie.LIEUX).first()
    if dossier.lieux.count() >= LIEUX_MAX:
        raise TropDeLieux

    def ecrire(dossier: Dossier) -> None:
        lieu.dossier = dossier
        lieu.situer()
        lieu.save()

    enregistrer(
        dossier,
        NomPartie.LIEUX,
        ecrire,
        version_lue=partie.version if partie else 0,
        par=par,
        recu_le=recu_le,
        montrer=montrer,
    )


@transaction.atomic
def confirmer_fiche(dossier: Dossier, *, par: Utilisateur, recu_le: datetime) -> None:
    """The sheet of the organisation was read for this dossier.

    The dossier is locked first: pressed twice, the second one finds the version of the first.
    """
    verrouiller_pour_rediger(dossier, par=par)
    partie = Partie.objects.filter(dossier=dossier, nom=NomPartie.ORGANISME).first()

    def ecrire(dossier: Dossier) -> None:
        Dossier.objects.filter(pk=dossier.pk).update(fiche_confirmee_le=recu_le)

    enregistrer(
        dossier,
        NomPartie.ORGANISME,
        ecrire,
        version_lue=partie.version if partie else 0,
        par=par,
        recu_le=recu_le,
    )


@transaction.atomic
def demander_signature(
    dossier: Dossier, *, a: Utilisateur, par: Utilisateur, recu_le: datetime
) -> None:
    """The writer asks a signatory; the dossier is still not deposited.

    Raises `NonModifiable` or `DossierIncomplet`.
    """
    verrouille = _modifiable(dossier, par, recu_le)
    if verrouille.attend_une_signature:
        return
    manques = completude.bloquants(Dossier.objects.pour_completude().get(pk=dossier.pk))
    if manques:
        raise DossierIncomplet(manques)
    verrouille.signature_demandee_le = recu_le
    verrouille.signature_demandee_a = a
    verrouille.franchir(Transition.DEMANDER_SIGNATURE, par=par, le=recu_le)
    courriels.signature(verrouille, a, par=par)
    reveil.apres_commit("appels.envoyer_courriels")


@transaction.atomic
def rouvrir(dossier: Dossier, *, par: Utilisateur, recu_le: datetime) -> None:
    """Back to writing: the request for a signature is taken back. Raises `NonModifiable`."""
    verrouille = _modifiable(dossier, par, recu_le)
    if verrouille.attend_une_signature:
        verrouille.signature_demandee_le = None
        verrouille.signature_demandee_a = None
        verrouille.franchir(Transition.REPRENDRE, par=par, le=recu_le)


def _modifiable(dossier: Dossier, par: Utilisateur, recu_le: datetime) -> Dossier:
    """The same draft, locked and fresh. Raises `NonModifiable`."""
    verrouille = verrouiller_pour_rediger(dossier, par=par)
    if not verrouille.est_modifiable(recu_le):
        raise NonModifiable(verrouille, recu_le)
    return verrouille
