"""The scores and reasons of a call, made by the worker when they are many."""

from functools import partial
from typing import BinaryIO

from django.db.models import QuerySet

from appels.decision import grille
from appels.instruction.actions import exports
from appels.instruction.actions.journaux import ecrire
from appels.models import Dossier, Export, GenreExport, Lecture
from appels.models.grille import LectureQuerySet
from appels.socle import fabrique
from partenaires.models import Utilisateur


def lisibles(personne: Utilisateur, export: Export) -> LectureQuerySet:
    """The readings of the call that this person may take away now."""
    if export.appel is None:
        return Lecture.objects.none()
    visibles = Dossier.objects.instruits_par(personne)
    return grille.exportables(visibles, personne, export.appel)


@fabrique.ecrit(GenreExport.LECTURES)
def ecrire_les_lectures(export: Export, fichier: BinaryIO) -> None:
    """As the page gives them at once when they are few."""
    assert export.appel  # asked of a call
    criteres = list(export.appel.criteres.all())
    lectures = grille.lues_par_lots(lisibles(export.demande_par, export))
    ecrire(
        export,
        fichier,
        grille.COLONNES,
        lectures,
        partial(grille.lignes, criteres=criteres),
    )


@exports.se_relit(GenreExport.LECTURES)
def les_lectures_se_relisent(
    personne: Utilisateur, export: Export, montres: QuerySet[Dossier]
) -> bool:
    """Of each dossier shown, one's own reading is still given."""
    siens = lisibles(personne, export).order_by().values("dossier")
    return exports.tous_parmi(montres, Dossier.objects.filter(pk__in=siens))
