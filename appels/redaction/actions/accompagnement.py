"""The service helps to write: a draft opened to it and closed again."""

from datetime import datetime, timedelta

from django.db import transaction

from appels.models import Acte, Dossier
from appels.socle import empechement, verrous
from appels.socle.empechement import verrouiller_pour_rediger
from partenaires.models import Utilisateur

UNE_LECTURE = timedelta(hours=1)  # the same agent who comes back within it is still reading


@transaction.atomic
def ouvrir(dossier: Dossier, *, par: Utilisateur, recu_le: datetime) -> None:
    """The service may read this draft until it is closed again.

    Raises `NonModifiable` once deposited.
    """
    verrouille = verrouiller_pour_rediger(dossier, par=par)
    if verrouille.est_depose or verrouille.est_integre:
        raise verrous.NonModifiable(
            verrouille, recu_le, "Ce dossier est déposé : le service le lit déjà."
        )
    if verrouille.ouvert_au_service_le is None:
        Dossier.objects.filter(pk=dossier.pk).update(ouvert_au_service_le=recu_le)
        verrouille.passages.create(acte=Acte.OUVRIR, par=par, le=recu_le)


@transaction.atomic
def refermer(dossier: Dossier, *, par: Utilisateur, recu_le: datetime) -> None:
    """The service does not read it any more, from the next request on."""
    verrouille = verrouiller_pour_rediger(dossier, par=par)
    if verrouille.ouvert_au_service_le is not None:
        Dossier.objects.filter(pk=dossier.pk).update(ouvert_au_service_le=None)
        verrouille.passages.create(acte=Acte.REFERMER, par=par, le=recu_le)


def journaliser_la_lecture(dossier: Dossier, *, par: Utilisateur, recu_le: datetime) -> None:
    """An agent reads an open draft: its writers see by whom and when. Raises `Empeche`."""
    empechement.exiger(par, dossier)
    deja = dossier.passages.filter(acte=Acte.LIRE, par=par, le__gt=recu_le - UNE_LECTURE)
    if not deja.exists():
        dossier.passages.create(acte=Acte.LIRE, par=par, le=recu_le)
