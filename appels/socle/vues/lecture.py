"""A dossier in the shape that pages draw: the frozen version, or the draft in the same shape."""

import json
from typing import Any

from django.shortcuts import get_object_or_404

from appels.models import Dossier, Version
from appels.socle import cerfa, figement, signes, sortie
from appels.socle.requete import Requete
from partenaires.socle.vues.formulaire import version_lue
from quartiers.models import Quartier


def visible(request: Requete, pk: int) -> Dossier:
    """A dossier that I may read, from any side, or 404."""
    return get_object_or_404(Dossier.objects.visibles_par(request.user).pour_completude(), pk=pk)


def figee(dossier: Dossier) -> Version | None:
    """The version that counts: the last deposited."""
    return dossier.versions.order_by("rang").last()


def version_montree(request: Requete) -> int | None:
    """The rank of the version that the page showed, by its hidden field; None when it showed none.

    `composants/version_montree.html`, compared by `versions.exiger_la_version`.
    """
    return version_lue(request) if "version" in request.POST else None


def lisible(
    dossier: Dossier, version: Version | None, noms: dict[str, str] | None = None
) -> dict[str, Any]:
    """What the reading page draws: a frozen version, or the draft.

    `noms`: the short names of the quartiers by code, when the caller has them already.
    """
    contenu = json.loads(version.contenu) if version else figement.brouillon(dossier)
    quartiers = noms or dict(Quartier.objects.values_list("code", "nom_court"))
    return {
        "contenu": contenu,
        "quartiers": quartiers,
        "version": version,
        "plan": figement.lignes_du_plan(contenu),
        "totaux": contenu["budget"]["totaux"],
        "publics": figement.publics_en_clair(contenu, quartiers),
        "parts": figement.parts_en_clair(contenu, quartiers),
        "signes": signes.phrase(signes.textes(contenu)),
    }


def changements(source: Dossier, apres: dict[str, Any]) -> list[cerfa.Difference]:
    """What `apres`, drawn by `lisible`, changes of another dossier."""
    avant = lisible(Dossier.objects.pour_completude().get(pk=source.pk), figee(source))
    return cerfa.differences(avant["contenu"], apres["contenu"], apres["quartiers"])


def mon_dossier(request: Requete, pk: int, tables: tuple[str, ...] | None = None) -> Dossier:
    """A dossier of my organisations, as `completude` reads it, or 404.

    Whoever has just left the organisation is told so (`sortie.Sorti`).
    """
    dossiers = Dossier.objects.a_rediger_par(request.user).pour_completude(tables)
    dossier = dossiers.filter(pk=pk).first()
    if dossier is None:
        sortie.refuser(request.user, pk)
    return dossier
