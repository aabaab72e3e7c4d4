"""The minutes of a meeting as a file: asked in a page, made by the worker."""

from datetime import datetime
from typing import BinaryIO

from django.db import transaction

from appels.decision import minutes_docx, proces_verbal
from appels.instruction import listes
from appels.instruction.actions import exports
from appels.models import Comite, Export, FormatExport, GenreExport
from appels.socle import fabrique
from partenaires.models import Utilisateur


@transaction.atomic
def demander(
    comite: Comite,
    format: str,
    *,
    par: Utilisateur,
    recu_le: datetime,
) -> Export:
    """The minutes of a meeting, to come."""
    return exports.a_venir(
        Export(
            genre=GenreExport.PROCES_VERBAL,
            appel=comite.appel,
            comite=comite,
            format=format,
            total=1,
            demande_par=par,
            demande_le=recu_le,
        )
    )


@fabrique.ecrit(GenreExport.PROCES_VERBAL)
def ecrire(export: Export, fichier: BinaryIO) -> None:
    """What the meeting said, as who asks it may read it: PDF, or DOCX to be reworked."""
    assert export.comite  # minutes are asked with their meeting
    lisibles = listes.lisibles_par(export.demande_par)
    minutes = proces_verbal.composer(export.comite, lisibles, export.demande_par)
    export.contenus = minutes.lus
    if export.format == FormatExport.PDF:
        fichier.write(proces_verbal.en_pdf(minutes))
    else:
        fichier.write(minutes_docx.en_docx(minutes))
    export.faites = 1
