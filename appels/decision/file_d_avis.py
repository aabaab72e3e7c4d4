"""The dossiers that wait for the opinion of a funder, together, with what they ask of it."""

from dataclasses import dataclass
from typing import Any

from django.db import models

from appels.decision import financeurs
from appels.decision.financeurs import Tirelire
from appels.models import TOUS_LES_APPELS, Appel, Avis, Dossier, Financement, Version
from appels.models.dossiers import DossierQuerySet
from appels.socle import comptages
from appels.socle.apports import Somme
from partenaires.models import Partenaire, Role, Utilisateur

LIGNES_MAX = 200
A_DIRE = "a-dire"  # its counter


@dataclass(frozen=True)
class File:
    """One funder: its dossiers, and its envelope by call.

    Of each dossier, `a_nous`: asked of it, in cents; `rang`: of the version that it reads.

    Only the first of them are there: `nombre` and `total` (in cents) count them all.
    """

    partenaire: Partenaire
    dossiers: list[Any]
    tirelires: list[tuple[Appel, Tirelire]]
    nombre: int
    total: int

    @property
    def est_coupee(self) -> bool:
        """Some of them come once these are done."""
        return self.nombre > len(self.dossiers)


def lire(personne: Utilisateur, partenaire: Partenaire) -> File:
    """Nothing said on them yet by this funder, not even a draft; in course, not decided by it."""
    siennes = Financement.objects.filter(dossier=models.OuterRef("pk"), partenaire=partenaire)
    somme = siennes.order_by().values("dossier").annotate(n=models.Sum("montant")).values("n")
    figees = Version.objects.filter(dossier=models.OuterRef("pk")).order_by("-rang")
    commences = Avis.objects.filter(dossier=models.OuterRef("pk"), partenaire=partenaire)
    attendus: Any = (
        Dossier.objects.instruits_par(personne)
        .du_perimetre_de(personne, [Role.AVIS_FINANCEUR], partenaire.pk)
        .en_course()
        .filter(models.Exists(siennes.filter(decision="", montant__isnull=False)))
        .exclude(models.Exists(commences))
        .annotate(a_nous=models.Subquery(somme), rang=models.Subquery(figees.values("rang")[:1]))
        .select_related("appel", "porteur", "axe")
        .order_by("appel", "numero")
    )
    compte = comptages.du_financeur(personne, TOUS_LES_APPELS, [A_DIRE])
    compte_lu = compte.un(A_DIRE, str(partenaire.pk)) if compte else None
    appels_lus = comptages.premiers_appels(A_DIRE, str(partenaire.pk), LIGNES_MAX, compte_lu)
    dossiers = list(attendus.filter(appel__in=appels_lus)[:LIGNES_MAX])
    tout = _additionner(dossiers, attendus) if compte_lu is None else compte_lu
    appels = {dossier.appel_id: dossier.appel for dossier in dossiers}
    tirelires = [(appel, financeurs.tirelire(appel, partenaire)) for appel in appels.values()]
    return File(partenaire, dossiers, tirelires, nombre=tout.nombre, total=tout.demande)


def _additionner(dossiers: list[Any], attendus: DossierQuerySet) -> Somme:
    """How many wait, and what they ask in all, read from the dossiers."""
    if len(dossiers) < LIGNES_MAX:
        return Somme(len(dossiers), sum(dossier.a_nous or 0 for dossier in dossiers))
    tous = attendus.order_by().aggregate(n=models.Count("pk"), somme=models.Sum("a_nous"))
    return Somme(tous["n"], tous["somme"] or 0)
