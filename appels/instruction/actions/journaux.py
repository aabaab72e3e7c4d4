"""The logs made by the worker, when they are long: asked in a page, written for one person.

What they show is what their person may read when they are made; it is asked again at each opening.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, BinaryIO

from django.db import models, transaction

from appels.instruction import journal, journaux
from appels.instruction.actions import exports
from appels.models import Appel, Dossier, Export, FormatExport, GenreExport, Passage
from appels.models.passage import PassageQuerySet
from appels.socle import fabrique
from appels.socle.exports import flux_csv
from partenaires.models import Utilisateur
from partenaires.socle import droits


@transaction.atomic
def demander(
    genre: GenreExport,
    *,
    total: int,
    par: Utilisateur,
    recu_le: datetime,
    appel: Appel | None = None,
    filtres: dict[str, Any] | None = None,
) -> Export:
    """The file to come; `filtres` say which lines of it."""
    return exports.a_venir(
        Export(
            genre=genre,
            format=FormatExport.CSV,
            demande_par=par,
            demande_le=recu_le,
            appel=appel,
            filtres=filtres or {},
            total=total,
        )
    )


def ecrire(
    export: Export,
    fichier: BinaryIO,
    entetes: Iterable[str],
    lignes: Iterable[models.Model],
    rangs: Callable[[Iterable[Any]], Iterable[Iterable[object]]],
    du_dossier: str = "dossier_id",
) -> None:
    """These lines, as the rows that `rangs` makes of them; what they show is noted on the way."""
    suivies = exports.suivre(export, lignes, du_dossier=du_dossier)
    for rang in flux_csv(entetes, rangs(suivies)):
        fichier.write(rang.encode())


@fabrique.ecrit(GenreExport.JOURNAL)
def ecrire_le_journal(export: Export, fichier: BinaryIO) -> None:
    """The changes that the search of the export finds, among those that its person may read."""
    recherche = journal.Recherche.depuis(export.filtres)
    traces = recherche.parmi(journal.lisibles(export.demande_par))
    ecrire(
        export,
        fichier,
        journaux.CHANGEMENTS,
        journaux.changements(traces),
        journaux.rangs_des_changements,
        du_dossier="dossier",
    )


@exports.se_relit(GenreExport.JOURNAL)
def le_journal_se_relit(
    personne: Utilisateur, export: Export, montres: models.QuerySet[Dossier]
) -> bool:
    """Still the head of the service, who reads each of these dossiers for it."""
    lus = Dossier.objects.lus_pour_le_service(personne)
    return droits.est_responsable(personne) and exports.tous_parmi(montres, lus)


@fabrique.ecrit(GenreExport.ACTES)
def ecrire_les_actes(export: Export, fichier: BinaryIO) -> None:
    """The acts on a dossier, or on all those of a call that its person may read."""
    passages = des_dossiers(
        export.demande_par, appel=export.appel, dossier=export.filtres.get("dossier")
    )
    ecrire(
        export,
        fichier,
        journaux.ACTES,
        journaux.actes(passages),
        journaux.rangs_des_actes,
    )


def des_dossiers(
    personne: Utilisateur, *, appel: Appel | None = None, dossier: int | None = None
) -> PassageQuerySet:
    """What this person may know of the acts on a dossier, or on those of a call."""
    visibles = Dossier.objects.visibles_par(personne)
    visibles = visibles.filter(appel=appel) if appel else visibles.filter(pk=dossier)
    return Passage.objects.visibles_par(personne).filter(dossier__in=visibles)


@exports.se_relit(GenreExport.ACTES)
def les_actes_se_relisent(
    personne: Utilisateur, export: Export, montres: models.QuerySet[Dossier]
) -> bool:
    """Still of the service, which reads these dossiers.

    Who joined an organisation since reads its dossiers as it does, not what the service wrote.
    """
    a_rejoint = any(
        une.acceptee_le and une.acceptee_le > export.demande_le
        for une in personne.mes_appartenances
    )
    visibles = Dossier.objects.visibles_par(personne)
    return droits.est_agent(personne) and not a_rejoint and exports.tous_parmi(montres, visibles)
