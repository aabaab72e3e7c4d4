"""What the outbox and the page of publication share: their filter, and what they say was done."""

from django.contrib import messages
from django.db import models
from django.db.models import lookups
from django.http import HttpRequest

from appels.models import Appel, Diffusion
from appels.models.dossiers import DossierQuerySet
from appels.socle import comptages
from partenaires.models import Partenaire
from partenaires.socle.vues.formulaire import numero_lu
from quartiers.francais import date_et_heure


def lu(request: HttpRequest, nom: str) -> int:
    """The key that the address names; 0 for none, or for what cannot be one."""
    return max(0, numero_lu(request.GET.get(nom, "")))


def financeurs_de(appel: Appel) -> list[Partenaire]:
    """Those that the deposited dossiers of a call ask, by name: counted, not looked for."""
    return list(Partenaire.objects.filter(pk__in=comptages.sollicites(appel.pk)).order_by("nom"))


def parmi(lisibles: DossierQuerySet, champ: str) -> models.Q:
    """Those whose dossier, by this field, is one of these: asked of each row that a page reads.

    As a value, which the database cannot turn into a reading of all that may be read, nor take for
    what few rows pass.
    """
    le_sien = lisibles.order_by().filter(pk=models.OuterRef(champ)).values("pk")
    return models.Q(lookups.IsNull(models.Subquery(le_sien[:1]), False))


def dire_la_diffusion(request: HttpRequest, diffusion: Diffusion, fait: str) -> None:
    """« 12 lettres envoyées », or when they will be; then what is left aside, named."""
    if diffusion.faite_le:
        messages.success(request, f"{fait}.")
    else:
        quand = date_et_heure(diffusion.prevue_le)
        messages.success(request, f"Prévu le {quand}, heure de Paris : {fait}.")
    if diffusion.laissees:
        noms = ", ".join(
            f"{numero}, {financeur} ({pourquoi})"
            for numero, financeur, pourquoi in diffusion.laissees
        )
        messages.warning(request, f"Laissées de côté : {noms}.")
