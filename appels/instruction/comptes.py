"""What each queue of a list holds, and what it asks: one query for all the tabs."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db import models

from appels.instruction import colonnes, files, files_du_financeur
from appels.models.dossiers import DossierQuerySet
from appels.socle import comptages
from appels.socle.apports import Somme
from appels.socle.comptages import Comptes
from partenaires.models import Utilisateur
from partenaires.socle import droits

# The counters of the queues of a funder
DU_FINANCEUR = {files_du_financeur.A_DONNER: "a-donner", files_du_financeur.DONNES: "donne"}


class Lecteur(NamedTuple):
    """Who counts, which call (or all of them), when."""

    utilisateur: Utilisateur
    appel: int
    instant: datetime


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


def depuis(comptes: Comptes, instant: datetime) -> dict[str, Compte]:
    """What each queue of the service holds, « » being the whole, from the counters kept."""
    files_ici: dict[str, Compte] = {}
    for place, ou, somme in comptes.au(instant):
        compte = Compte(somme.nombre, somme.demande)
        cles = ["", files.de_la_place(place, ou).value]
        if place.reponse or place.message:
            cles.append(files.REPONSES)
        for cle in cles:
            files_ici[cle] = files_ici.get(cle, Compte()).plus(compte)
    return files_ici


def lus(liste_de: Lecteur) -> dict[str, Compte] | None:
    """What each queue of a list without other filters holds, from the counters kept; None when
    they do not say it: it is then counted in the list itself.
    """
    utilisateur, appel, instant = liste_de
    if droits.est_agent(utilisateur):
        if not comptages.lit_tout(utilisateur):
            return None
        return depuis(comptages.du_service(utilisateur, appel, ["place"]), instant)
    return _du_financeur(utilisateur, appel)


def _du_financeur(utilisateur: Utilisateur, appel: int) -> dict[str, Compte] | None:
    comptes = comptages.du_financeur(utilisateur, appel, [*DU_FINANCEUR.values(), "sollicite"])
    if comptes is None:
        return None
    files_ici = [cle for cle, _ in files_du_financeur.choix(utilisateur)]
    lues = {}
    for cle in files_ici:
        nom, _, financeur = cle.rpartition("-")
        lues[cle] = _compte(comptes.un(DU_FINANCEUR[nom], financeur))
        lues[""] = _compte(comptes.un("sollicite", financeur))
    return lues


def _compte(somme: Somme) -> Compte:
    return Compte(somme.nombre, somme.demande)


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
