"""The word of a funder on what the service decided and writes in its name."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import models

from appels.models import (
    TOUS_LES_APPELS,
    Accord,
    Appel,
    Decision,
    DecisionPrise,
    Dossier,
    FinanceurAppel,
    Lettre,
)
from appels.models.financement import DecisionPriseQuerySet
from appels.socle import comptages
from partenaires.models import Role, Utilisateur
from partenaires.models.appartenance import ROLES_FINANCEUR
from partenaires.socle import droits
from partenaires.socle.refus import Refus

MONTREES_MAX = 200
DECIDE = "decide"  # the counter of decisions that stand
MANQUE = "l’accord du financeur manque"


class SansMotif(Refus):
    """What is to be seen again is said."""

    phrase = "Dites ce qui est à revoir : le service le lira."
    champ = "motif"


@dataclass(frozen=True)
class EnNotreNom:
    """A decision taken in the name of a funder: its letter when there is one, its word on it."""

    prise: DecisionPrise
    lettre: Lettre | None
    accord: Accord | None
    attend: bool  # its letter waits for this word
    peut_dire: bool

    @property
    def est_donne(self) -> bool:
        """The word lets the letter leave."""
        return self.accord is not None and self.accord.laisse_partir

    @property
    def est_a_dire(self) -> bool:
        """The word is to be given, or given anew: the text changed since."""
        return self.accord is None or self.accord.perime_le is not None

    @property
    def est_partie(self) -> bool:
        """Its organisation received the letter."""
        return self.lettre is not None and self.lettre.liberee_le is not None


def sans_accord(lettres: Collection[Lettre]) -> set[int]:
    """The keys of those that wait for the word of their funder, or that it wants seen again.

    Two queries, whatever the number.
    """
    financements = {lettre.pk: lettre.financement for lettre in lettres}
    attendent = set(
        FinanceurAppel.objects.filter(
            donne_son_accord=True,
            appel__in={une.dossier.appel_id for une in financements.values()},
        ).values_list("appel", "partenaire")
    )
    concernees = [
        lettre
        for lettre in lettres
        if (lettre.financement.dossier.appel_id, lettre.financement.partenaire_id) in attendent
    ]
    if not concernees:
        return set()
    donnes = set(
        Accord.objects.donnes()
        .filter(prise__in=[lettre.prise_id for lettre in concernees])
        .values_list("prise", flat=True)
    )
    return {lettre.pk for lettre in concernees if lettre.prise_id not in donnes}


def en_notre_nom(personne: Utilisateur) -> list[EnNotreNom]:
    """Those of the funders that a person reads for, within its perimeter: what waits for its word
    first, then the last ones. One more than `MONTREES_MAX` when there are others.
    """
    siens = _financeurs(personne, ROLES_FINANCEUR)
    disent = _financeurs(personne, [Role.AVIS_FINANCEUR])
    attendues = set(
        FinanceurAppel.objects.filter(donne_son_accord=True, partenaire__in=siens).values_list(
            "appel", "partenaire"
        )
    )
    ou = {appel for appel, _ in attendues} | _premiers_appels(personne, siens)
    prises = list(
        _courantes(personne, siens).filter(financement__dossier__appel__in=ou)[: MONTREES_MAX + 1]
    )
    lus = []
    for prise in prises:
        financement = prise.financement
        lettre = next((une for une in prise.lettres.all() if une.ecartee_le is None), None)
        attend = (financement.dossier.appel_id, financement.partenaire_id) in attendues
        lus.append(
            EnNotreNom(
                prise,
                lettre,
                getattr(prise, "accord", None),
                attend=attend,
                peut_dire=attend and financement.partenaire_id in disent,
            )
        )
    return lus


def _premiers_appels(personne: Utilisateur, siens: Collection[int]) -> set[int]:
    """Those that hold the last decisions shown in these names."""
    compte = comptages.du_financeur(personne, TOUS_LES_APPELS, [DECIDE])
    premiers: set[int] = set()
    for financeur in siens:
        cle = str(financeur)
        lue = compte.un(DECIDE, cle) if compte else None
        premiers |= {*comptages.premiers_appels(DECIDE, cle, MONTREES_MAX + 1, lue, annees=True)}
    return premiers


def _courantes(personne: Utilisateur, siens: Collection[int]) -> DecisionPriseQuerySet:
    """The decisions that stand, taken in the name of these funders, that this person may read.

    Those that wait for a word of the funder come first, then by year and by number.
    """
    lisibles = Dossier.objects.instruits_par(personne).order_by().values("pk")
    prises: Any = DecisionPrise.objects.courantes()
    donnent = FinanceurAppel.objects.filter(
        donne_son_accord=True,
        appel=models.OuterRef("financement__dossier__appel"),
        partenaire=models.OuterRef("financement__partenaire"),
    )
    a_dire = models.Q(accord__isnull=True) | models.Q(accord__perime_le__isnull=False)
    return (
        prises.filter(financement__partenaire__in=siens, financement__dossier__in=lisibles)
        .exclude(decision__in=["", Decision.RENONCE])
        .annotate(est_a_dire=models.Q(models.Exists(donnent)) & a_dire)
        .select_related(
            "financement__dossier__porteur", "financement__dossier__appel", "accord__par"
        )
        .select_related("financement__partenaire")
        .prefetch_related("lettres")
        .order_by(
            "-est_a_dire",
            "-financement__dossier__appel__annee",
            "financement__dossier__numero",
            "pk",
        )
    )


def _financeurs(personne: Utilisateur, roles: Collection[str]) -> set[int]:
    return {
        appartenance.partenaire_id
        for appartenance in personne.mes_appartenances
        if appartenance.roles & set(roles)
    }


def matrices_ouvertes(personne: Utilisateur) -> models.QuerySet[Appel]:
    """The calls whose matrix the service opens to a funder of this person; all, for the service."""
    if droits.est_agent(personne):
        return Appel.objects.du_portail()
    siens = _financeurs(personne, ROLES_FINANCEUR)
    financeurs = FinanceurAppel.objects.filter(
        appel=models.OuterRef("pk"), partenaire__in=siens, retire_le__isnull=True
    )
    return Appel.objects.du_portail().filter(models.Exists(financeurs), matrice_ouverte=True)
