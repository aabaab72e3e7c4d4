"""The years before of the same organisation: what it asked, what was granted, what it justified."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypedDict

from django.db import models

from appels.models import Dossier, Financement
from appels.models.dossiers import DossierQuerySet
from appels.socle.droits import lit_pour_le_service
from partenaires.models import Utilisateur

ANNEES = 3


@dataclass(frozen=True)
class Annee:
    """A past year of the same organisation; cents, None for what nobody told."""

    annee: int
    demande: int | None
    vote: int | None
    justifie: int | None


def lire(dossier: Dossier, lisibles: DossierQuerySet, lecteur: Utilisateur) -> list[Annee]:
    """The three years before, the last one first; one query.

    `lisibles`: what this person reads of the past, what was taken over included. A vote that its
    organisation has not received is told to the service only.
    """
    votees = models.Q()
    if not lit_pour_le_service(lecteur, dossier):
        votees = models.Q(prises__lettres__liberee_le__isnull=False) | models.Q(
            reprise__isnull=False
        )
    annee = dossier.appel.annee
    passes = (
        Financement.objects.filter(
            dossier__in=lisibles.filter(porteur=dossier.porteur_id).order_by().values("pk"),
            dossier__appel__annee__lt=annee,
            dossier__appel__annee__gte=annee - ANNEES,
            partenaire__isnull=False,
        )
        .order_by()
        .values("pk", "montant", annee=models.F("dossier__appel__annee"))
        .annotate(
            justifie=models.F("reprise__justifie"),
            vote=models.Max("montant_vote", filter=votees),
        )
    )
    return _par_annee(passes)


def des_demandes(demandes: Iterable[Financement]) -> list[Annee]:
    """The same from the requests of the past that the page of an agent has already read."""
    return _par_annee(
        {
            "annee": demande.dossier.appel.annee,
            "montant": demande.montant,
            "vote": demande.montant_vote,
            "justifie": demande.reprise.justifie if demande.reprise else None,
        }
        for demande in demandes
        if demande.partenaire_id
    )


class _Passe(TypedDict):
    """What a past request says of its year; cents, None for what nobody told."""

    annee: int
    montant: int | None
    vote: int | None
    justifie: int | None


def _par_annee(lignes: Iterable[_Passe]) -> list[Annee]:
    """The last one first."""
    par_annee: dict[int, list[_Passe]] = defaultdict(list)
    for ligne in lignes:
        par_annee[ligne["annee"]].append(ligne)
    return [
        Annee(
            annee,
            _somme(siennes, "montant"),
            _somme(siennes, "vote"),
            _somme(siennes, "justifie"),
        )
        for annee, siennes in sorted(par_annee.items(), reverse=True)
    ]


def _somme(lignes: list[_Passe], champ: Literal["montant", "vote", "justifie"]) -> int | None:
    """None when no line says it, which is not zero."""
    dits = [ligne[champ] for ligne in lignes]
    connus = [montant for montant in dits if montant is not None]
    return sum(connus) if connus else None
