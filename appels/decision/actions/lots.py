"""The lot of a funder: its lines and the dossiers that ask it, in one ZIP made by the worker."""

from datetime import datetime
from typing import BinaryIO

from django.db import transaction

from appels.decision import lots
from appels.instruction.actions import exports
from appels.models import Appel, Avis, Dossier, Export, FormatExport, GenreExport
from appels.socle import fabrique
from partenaires.models import Partenaire, Utilisateur
from quartiers import horloge


@transaction.atomic
def demander(
    appel: Appel,
    partenaire: Partenaire,
    *,
    par: Utilisateur,
    recu_le: datetime,
) -> Export:
    """The lines of a funder and the dossiers that ask it, to come."""
    demandes = lots.demandes(Dossier.objects.instruits_par(par), partenaire, appel.pk)
    return exports.a_venir(
        Export(
            genre=GenreExport.LOT,
            appel=appel,
            partenaire=partenaire,
            format=FormatExport.ZIP,
            total=len({demande.dossier_id for demande in demandes}),
            demande_par=par,
            demande_le=recu_le,
        )
    )


@fabrique.ecrit(GenreExport.LOT)
def ecrire(export: Export, fichier: BinaryIO) -> None:
    """Each request with the opinion of this funder: what it keeps for itself is in its lot only."""
    assert export.partenaire  # a lot is asked with its funder and its call
    assert export.appel_id
    lisibles = Dossier.objects.instruits_par(export.demande_par)
    demandes = lots.demandes(lisibles, export.partenaire, export.appel_id)
    export.contenus = sorted({demande.dossier_id for demande in demandes})
    avis = {
        propre.dossier_id: propre
        for propre in Avis.objects.visibles_par(export.demande_par).filter(
            partenaire=export.partenaire,
            dossier__in=export.contenus,
        )
    }
    for rang in lots.ecrire(demandes, avis, fichier, horloge.maintenant()):
        exports.avancer(export, rang)
