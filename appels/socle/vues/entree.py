"""Who enters a page: the first line of a view, 403 or 404 for everybody else."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404

from appels.models import Dossier
from appels.socle import droits


def reserve_aux_agents(request) -> None:
    """403 for everybody else."""
    if not droits.peut_administrer_les_appels(request.user):
        raise PermissionDenied


def mon_dossier(request, pk: int, tables: tuple[str, ...] | None = None) -> Dossier:
    """A dossier of my organisations, as `completude` reads it, or 404."""
    return get_object_or_404(
        Dossier.objects.a_rediger_par(request.user).pour_completude(tables), pk=pk
    )
