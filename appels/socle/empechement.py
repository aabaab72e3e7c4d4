"""The one check of every act: why a person may not act on a dossier for the service or a funder.

The organisation acts on its own dossiers: the check is not for it. It is asked after the lock, of
what the database holds then, so that a page opened before knows what happened since.
"""

from collections.abc import Collection, Iterable

from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import QuerySet

from appels.models import Dossier
from appels.models.dossiers import ROLES_INSTRUISENT
from appels.socle.verrous import verrouiller
from partenaires.models import Partenaire, Utilisateur
from partenaires.models.appartenance import ROLES_AGENT
from partenaires.socle import droits
from partenaires.socle.refus import Refus

UNE_AUTRE = "Une autre personne s’en charge. Rien n’est enregistré."


class Empechement(models.TextChoices):
    """Why, in the words of a register; the first that holds is said."""

    SANS_ROLE = "sans_role", "sans rôle dans l’instruction"
    MEMBRE = "membre", "membre de l’organisme"
    DEPORT = "deport", "déport déclaré"
    PERIMETRE = "perimetre", "hors périmètre"


PHRASES = {
    Empechement.SANS_ROLE: "Vous n’agissez pas, ou plus, pour qui instruit {dossier}.",
    Empechement.MEMBRE: (
        "Vous êtes membre de l’organisme qui porte {dossier} : votre déport est d’office."
    ),
    Empechement.DEPORT: "Un déport vous écarte : {dossier} vous est fermé.",
    Empechement.PERIMETRE: "Votre périmètre ne comprend pas, ou plus, {dossier}.",
}


class Empeche(Refus, PermissionDenied):
    """This person may not act on this dossier; `empechement`: why.

    A page that does not say it itself answers 403 with its sentence.
    """

    def __init__(self, empechement: Empechement, dossier: Dossier):
        self.empechement = empechement
        nom = f"le dossier {dossier.numero}" if dossier.numero else "ce dossier"
        super().__init__(f"{PHRASES[empechement].format(dossier=nom)} {UNE_AUTRE}")


class MembreDeLOrganisme(Refus):
    """Nobody gives their own organisation what the service gives."""

    phrase = f"Vous êtes membre de cet organisme : votre déport est d’office. {UNE_AUTRE}"
    champ = "porteur"


def empechement(
    personne: Utilisateur, dossier: Dossier, roles: Collection[str] = ROLES_INSTRUISENT
) -> Empechement | None:
    """Why this person may not act in one of these roles; None when nothing forbids it."""
    return _empechements(personne, [dossier.pk], roles).get(dossier.pk)


def exiger(
    personne: Utilisateur,
    dossier: Dossier,
    roles: Collection[str] = ROLES_AGENT,
    pour: Partenaire | None = None,
) -> None:
    """Raises `Empeche`. `pour`: in whose name the act is done; a role held elsewhere is none."""
    raison = _empechements(personne, [dossier.pk], roles, pour).get(dossier.pk)
    if raison:
        raise Empeche(raison, dossier)


def exiger_chacun(personne: Utilisateur, dossiers: Iterable[Dossier]) -> None:
    """For a gesture of the service that is done on all of them or on none. Raises `Empeche`."""
    _, ecartes = ecarter_les_empeches(list(dossiers), par=personne)
    if ecartes:
        exiger(personne, ecartes[0])


def exiger_lecture(personne: Utilisateur, dossier: Dossier) -> None:
    """To ask for what one reads, whatever one reads it for. Raises `Empeche`."""
    fraiche = _relue(personne)
    if not Dossier.objects.visibles_par(fraiche).filter(pk=dossier.pk).exists():
        raison = empechement(personne, dossier) or Empechement.PERIMETRE
        raise Empeche(raison, dossier)


def exiger_hors_de(personne: Utilisateur, organisme: Partenaire) -> None:
    """For what the service gives an organisation that has no dossier yet.

    Raises `MembreDeLOrganisme`.
    """
    if droits.est_membre(_relue(personne), organisme.pk):
        raise MembreDeLOrganisme


def verrouiller_pour_instruire(
    dossier: Dossier,
    *,
    par: Utilisateur,
    roles: Collection[str] = ROLES_AGENT,
    pour: Partenaire | None = None,
) -> Dossier:
    """The same dossier, locked and fresh, for an act of the service, or of the funder `pour`.

    Raises `Empeche`.
    """
    verrouille = verrouiller(dossier)
    exiger(par, verrouille, roles, pour)
    return verrouille


def verrouiller_pour_rediger(dossier: Dossier, *, par: Utilisateur) -> Dossier:
    """The same dossier, locked and fresh, for an act of its organisation.

    What came on paper is entered by the service, which vouches for its date and its signature:
    whoever enters it is checked as for any act of the service. Raises `Empeche`.
    """
    verrouille = verrouiller(dossier)
    exiger_la_saisie(verrouille, par=par)
    return verrouille


def exiger_la_saisie(dossier: Dossier, *, par: Utilisateur) -> None:
    """What `verrouiller_pour_rediger` asks, of a dossier locked already. Raises `Empeche`."""
    if dossier.est_sur_papier:
        exiger(par, dossier)


def ecarter_les_empeches(
    dossiers: QuerySet[Dossier] | Collection[Dossier],
    *,
    par: Utilisateur,
    roles: Collection[str] = ROLES_AGENT,
    pour: Partenaire | None = None,
) -> tuple[list[Dossier], list[Dossier]]:
    """(those on which this person may act, those to leave aside and to name), in their order.

    The same number of queries for one or a thousand.
    """
    tous = list(dossiers)
    raisons = _empechements(par, [dossier.pk for dossier in tous], roles, pour)
    gardes = [dossier for dossier in tous if dossier.pk not in raisons]
    ecartes = [dossier for dossier in tous if dossier.pk in raisons]
    return gardes, ecartes


def nommer(ecartes: Iterable[Dossier]) -> str:
    """The sentence of those that a lot left aside; empty when it took them all."""
    numeros = list(dict.fromkeys(dossier.numero or "un brouillon" for dossier in ecartes))
    if not numeros:
        return ""
    return (
        "Laissés de côté, car vous n’y agissez pas (organisme dont vous êtes membre, déport ou "
        f"périmètre) : {', '.join(numeros)}."
    )


def _empechements(
    personne: Utilisateur,
    cles: list[int],
    roles: Collection[str],
    pour: Partenaire | None = None,
) -> dict[int, Empechement]:
    """{dossier: why}, nothing for those on which the person may act."""
    fraiche = _relue(personne)
    dossiers = Dossier.objects.filter(pk__in=cles)
    chez = pour.pk if pour else None
    if not fraiche.is_active or droits.roles(fraiche, chez).isdisjoint(roles):
        return dict.fromkeys(cles, Empechement.SANS_ROLE)
    atteints = set(dossiers.du_perimetre_de(fraiche, roles, chez).values_list("pk", flat=True))
    raisons = {cle: Empechement.PERIMETRE for cle in cles if cle not in atteints}
    for cle in dossiers.ecartes_par_un_deport(fraiche).values_list("pk", flat=True):
        raisons[cle] = Empechement.DEPORT
    for cle in dossiers.portes_par(fraiche).values_list("pk", flat=True):
        raisons[cle] = Empechement.MEMBRE
    return raisons


def _relue(personne: Utilisateur) -> Utilisateur:
    """As the database knows them now: the request may have read their roles long before."""
    return Utilisateur.objects.get(pk=personne.pk)
