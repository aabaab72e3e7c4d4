"""What each queue of a list holds, and what it asks: one query for all the tabs."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import models

from appels.instruction import colonnes, files, files_du_financeur
from appels.models.dossiers import DossierQuerySet


@dataclass(frozen=True)
class Compte:
    """How many dossiers a queue holds, and what they ask in cents."""

    nombre: int = 0
    demande: int = 0

    def plus(self, autre: "Compte") -> "Compte":
        return Compte(self.nombre + autre.nombre, self.demande + autre.demande)


def compter(
    dossiers: DossierQuerySet, offertes: Iterable[str], instant: datetime
) -> dict[str, Compte]:
    """What each queue of a funder holds, « » being the whole; one query."""
    files_ici = ["", *offertes]
    dedans = {
        f"dedans_{rang}": models.ExpressionWrapper(
            files_du_financeur.condition(laquelle), models.BooleanField()
        )
        for rang, laquelle in enumerate(files_ici)
        if laquelle
    }
    mesures: dict[str, models.Aggregate] = {}
    for rang, laquelle in enumerate(files_ici):
        la = models.Q(**{f"dedans_{rang}": True}) if laquelle else None
        mesures[f"nombre_{rang}"] = models.Count("pk", filter=la)
        mesures[f"demande_{rang}"] = models.Sum("demande", filter=la)
    calcules = colonnes.calculer(dossiers, ["demande"], instant).annotate(**dedans)
    lus = calcules.order_by().aggregate(**mesures)
    return {
        laquelle: Compte(lus[f"nombre_{rang}"], lus[f"demande_{rang}"] or 0)
        for rang, laquelle in enumerate(files_ici)
    }


def compter_par_file(dossiers: DossierQuerySet, instant: datetime) -> dict[str, Compte]:
    """What each queue of the service holds, « » being the whole; one query."""
    recue = models.ExpressionWrapper(files.reponses_recues(), models.BooleanField())
    situes = colonnes.calculer(dossiers, ["file", "demande"], instant).annotate(recue=recue)
    lignes = (
        situes.order_by()
        .values_list("file", "recue")
        .annotate(n=models.Count("*"), somme=models.Sum("demande"))
    )
    comptes: dict[str, Compte] = {}
    for laquelle, est_recue, nombre, somme in lignes:
        compte = Compte(nombre, somme or 0)
        ou = ["", laquelle, files.REPONSES] if est_recue else ["", laquelle]
        for cle in ou:
            comptes[cle] = comptes.get(cle, Compte()).plus(compte)
    return comptes
