"""The dossiers that wait for the opinion of a funder, together, with what they ask of it."""

from dataclasses import dataclass
from typing import Any

from django.db import models

from appels.decision import financeurs
from appels.decision.financeurs import Tirelire
from appels.models import Appel, Avis, Dossier, Financement
from partenaires.models import Partenaire, Role, Utilisateur

LIGNES_MAX = 200


@dataclass(frozen=True)
class File:
    """One funder: its dossiers (`a_nous`: asked of it, in cents), and its envelope by call.

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
    commences = Avis.objects.filter(dossier=models.OuterRef("pk"), partenaire=partenaire)
    attendus: Any = (
        Dossier.objects.instruits_par(personne)
        .du_perimetre_de(personne, [Role.AVIS_FINANCEUR], partenaire.pk)
        .en_course()
        .filter(models.Exists(siennes.filter(decision="", montant__isnull=False)))
        .exclude(models.Exists(commences))
        .annotate(a_nous=models.Subquery(somme))
        .select_related("appel", "porteur", "axe")
        .order_by("appel", "numero")
    )
    dossiers = list(attendus[:LIGNES_MAX])
    nombre, total = len(dossiers), sum(dossier.a_nous or 0 for dossier in dossiers)
    if nombre == LIGNES_MAX:
        tous = attendus.order_by().aggregate(n=models.Count("pk"), somme=models.Sum("a_nous"))
        nombre, total = tous["n"], tous["somme"] or 0
    appels = {dossier.appel_id: dossier.appel for dossier in dossiers}
    tirelires = [(appel, financeurs.tirelire(appel, partenaire)) for appel in appels.values()]
    return File(partenaire, dossiers, tirelires, nombre=nombre, total=total)
