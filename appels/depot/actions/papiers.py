"""Ask for a paper of a dossier, make it: the row is asked in a page, the file is made by the
worker.
"""

import logging
from datetime import datetime
from functools import partial

from django.core.files.storage import default_storage
from django.db import transaction

from appels.depot import papiers
from appels.models import Dossier, Papier
from appels.socle import pdf, reveil
from partenaires.models import Utilisateur
from quartiers import horloge

journal = logging.getLogger(__name__)


@transaction.atomic
def demander(dossier: Dossier, genre: str, *, par: Utilisateur, recu_le: datetime) -> Papier:
    """The paper of the dossier as it is now: the one already made, or one to come."""
    marque = papiers.marque(dossier, genre)
    papier, _ = Papier.objects.select_for_update(of=("self",)).get_or_create(
        dossier=dossier,
        genre=genre,
        defaults={"marque": marque, "demande_le": recu_le, "demande_par": par},
    )
    if papier.marque != marque or papier.a_echoue:
        papier.marque, papier.demande_le, papier.demande_par = marque, recu_le, par
        papier.etabli_le, papier.essais, papier.erreur = None, 0, ""
        papier.save()
    if not papier.est_pret:
        reveil.apres_commit("appels.etablir_papier", papier.pk)
    return papier


def etablir(papier: Papier) -> None:
    """Make the file outside any transaction, then keep it if nobody asked for a newer one
    meanwhile.
    """
    if papier.est_pret or papier.a_echoue:
        return
    dossier = Dossier.objects.pour_completude().get(pk=papier.dossier_id)
    try:
        with papiers.fabriquer(dossier, papier.genre, papier.marque) as fichier:
            _ranger(papier, fichier)
    except (pdf.RenduImpossible, OSError) as erreur:
        journal.error("%s : %s", papier, erreur)
        Papier.objects.filter(pk=papier.pk).update(
            essais=papier.essais + 1, erreur=str(erreur)[:300]
        )


@transaction.atomic
def _ranger(papier: Papier, fichier) -> None:
    actuel = Papier.objects.select_for_update(of=("self",)).get(pk=papier.pk)
    if actuel.est_pret or actuel.marque != papier.marque:
        return
    ancien = actuel.fichier.name
    actuel.ranger(fichier)
    actuel.etabli_le, actuel.erreur = horloge.maintenant(), ""
    actuel.save()
    if ancien and ancien != actuel.fichier.name:
        transaction.on_commit(partial(default_storage.delete, ancien))
