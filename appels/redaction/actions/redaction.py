"""Writing a draft: begin it, save a part, ask for the signature."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from appels.models import Acte, Appel, Dossier, Lieu, NomPartie, Partie, Passage, Saisie
from appels.models.contenu import LIEUX_MAX
from appels.models.etats import Etat, Transition
from appels.redaction.actions import reprise
from appels.socle import completude, courriels, reveil
from appels.socle.verrous import AppelFerme, DossierIncomplet, NonModifiable, verrouiller
from partenaires.models import Partenaire, Utilisateur


class VersionPerimee(Exception):
    """Somebody saved this part since the page was read."""

    def __init__(self, partie: Partie):
        self.partie = partie
        super().__init__(str(partie))


class TropDeLieux(Exception):
    """The dossier has as many places as it may."""


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
) -> Dossier:
    """A new draft, filled from `modele` if given; the same key twice gives the same draft. Raises
    `AppelFerme`.
    """
    if deja := Dossier.objects.filter(cle_creation=cle, cree_par=par).first():
        return deja
    if not appel.est_ouvert(recu_le):
        raise AppelFerme(appel)
    return creer(
        appel, porteur, intitule=intitule, cle=cle, par=par, recu_le=recu_le, modele=modele
    )


def creer(
    appel: Appel,
    porteur: Partenaire,
    *,
    intitule: str,
    cle: UUID,
    par: Utilisateur,
    recu_le: datetime,
    modele: Dossier | None = None,
) -> Dossier:
    """The row of a draft and its first line of log; the caller has checked that it may be begun."""
    dossier = Dossier.objects.create(
        appel=appel,
        porteur=porteur,
        intitule=intitule,
        cle_creation=cle,
        cree_le=recu_le,
        cree_par=par,
        repris_de=modele,
    )
    Passage.objects.create(dossier=dossier, acte=Acte.CREER, vers=dossier.etat, par=par, le=recu_le)
    if modele:
        reprise.remplir(dossier, modele)
    return dossier


@transaction.atomic
def enregistrer_partie(
    dossier: Dossier,
    nom: NomPartie,
    ecrire: Callable[[Dossier], None],
    *,
    version_lue: int,
    par: Utilisateur,
    recu_le: datetime,
    montrer: Callable[[], dict] | None = None,
) -> Partie:
    """Write one part if nobody did since it was read.

    `montrer` says what the part shows, before and after: from these two people are put together.
    Raises `NonModifiable` or `VersionPerimee`; nothing is written then.
    """
    if not verrouiller(dossier).est_modifiable(recu_le, nom):
        raise NonModifiable
    partie = Partie.objects.filter(dossier=dossier, nom=nom).first() or Partie(
        dossier=dossier, nom=nom
    )
    if partie.version != version_lue:
        raise VersionPerimee(partie)
    if montrer and not (partie.pk and partie.saisies.filter(version=version_lue).exists()):
        avant = montrer()
    else:
        avant = None
    ecrire(dossier)
    partie.version, partie.enregistree_le, partie.enregistree_par = version_lue + 1, recu_le, par
    partie.save()
    if montrer:
        _garder(partie, avant, montrer(), par, recu_le)
    return partie


def _garder(
    partie: Partie, avant: dict | None, apres: dict, par: Utilisateur, recu_le: datetime
) -> None:
    """Keep what the part showed at its last versions."""
    if avant is not None:
        Saisie.objects.update_or_create(
            partie=partie, version=partie.version - 1, defaults={"valeurs": avant, "le": recu_le}
        )
    Saisie.objects.update_or_create(
        partie=partie,
        version=partie.version,
        defaults={"valeurs": apres, "par": par, "le": recu_le},
    )
    partie.saisies.filter(version__lte=partie.version - Saisie.GARDEES).delete()


@transaction.atomic
def ajouter_lieu(dossier: Dossier, lieu: Lieu, *, par: Utilisateur, recu_le: datetime) -> None:
    """One more place, found on the map; raises `NonModifiable` or `TropDeLieux`."""
    partie = (
        Partie.objects.select_for_update()
        .filter(dossier=verrouiller(dossier), nom=NomPartie.LIEUX)
        .first()
    )
    if dossier.lieux.count() >= LIEUX_MAX:
        raise TropDeLieux
    lieu.dossier = dossier
    lieu.situer()
    enregistrer_partie(
        dossier,
        NomPartie.LIEUX,
        lambda d: lieu.save(),
        version_lue=partie.version if partie else 0,
        par=par,
        recu_le=recu_le,
    )


@transaction.atomic
def confirmer_fiche(dossier: Dossier, *, par: Utilisateur, recu_le: datetime) -> None:
    """The sheet of the organisation was read for this dossier."""
    deja = Partie.objects.filter(dossier=dossier, nom=NomPartie.ORGANISME).first()
    enregistrer_partie(
        dossier,
        NomPartie.ORGANISME,
        lambda d: Dossier.objects.filter(pk=d.pk).update(fiche_confirmee_le=recu_le),
        version_lue=deja.version if deja else 0,
        par=par,
        recu_le=recu_le,
    )


@transaction.atomic
def demander_signature(
    dossier: Dossier, *, a: Utilisateur, par: Utilisateur, recu_le: datetime
) -> None:
    """The writer asks a signatory; the dossier is still not deposited."""
    verrouille = verrouiller(dossier)
    if not verrouille.est_modifiable(recu_le):
        raise NonModifiable
    if verrouille.etat == Etat.A_ATTESTER:
        return
    if manques := completude.bloquants(Dossier.objects.pour_completude().get(pk=dossier.pk)):
        raise DossierIncomplet(manques)
    verrouille.signature_demandee_le, verrouille.signature_demandee_a = recu_le, a
    verrouille.franchir(Transition.DEMANDER_SIGNATURE, par=par, le=recu_le)
    courriels.signature(verrouille, a, par=par)
    reveil.apres_commit("appels.envoyer_courriels")


@transaction.atomic
def rouvrir(dossier: Dossier, *, par: Utilisateur, recu_le: datetime) -> None:
    """Back to writing: the request for a signature is taken back."""
    verrouille = verrouiller(dossier)
    if not verrouille.est_modifiable(recu_le):
        raise NonModifiable
    if verrouille.etat == Etat.A_ATTESTER:
        verrouille.signature_demandee_le = verrouille.signature_demandee_a = None
        verrouille.franchir(Transition.REPRENDRE, par=par, le=recu_le)
