"""The matrix of a scenario on one sheet of paper: asked in a page, made by the worker."""

from datetime import datetime
from typing import BinaryIO

from django.db import transaction

from appels.decision import feuille_de_scenario, pilotage, tableau_du_scenario
from appels.decision.pilotage import Reglage
from appels.instruction.actions import exports
from appels.models import Export, FormatExport, GenreExport, Scenario
from appels.socle import fabrique
from partenaires.models import Utilisateur


@transaction.atomic
def demander(
    scenario: Scenario,
    reglage: Reglage,
    *,
    par: Utilisateur,
    recu_le: datetime,
) -> Export:
    """The sheet to come, with the filters, groups and order of the page that asked it."""
    return exports.a_venir(
        Export(
            genre=GenreExport.MATRICE,
            appel=scenario.appel,
            scenario=scenario,
            format=FormatExport.PDF,
            filtres={nom: getattr(reglage, nom) for nom in pilotage.NOMS},
            total=1,
            demande_par=par,
            demande_le=recu_le,
        )
    )


@fabrique.ecrit(GenreExport.MATRICE)
def ecrire(export: Export, fichier: BinaryIO) -> None:
    """What the page shows, as who asks it may read it."""
    assert export.scenario_id  # a sheet is asked with its scenario
    reglage = pilotage.lire(export.filtres)
    tableau = tableau_du_scenario.lire(export.scenario_id, reglage, export.demande_par)
    export.contenus = [ligne.dossier.pk for ligne in tableau.montrees]
    fichier.write(feuille_de_scenario.en_pdf(tableau, export.demande_le))
    export.faites = 1
