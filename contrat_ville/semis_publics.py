"""`python -m contrat_ville.semis_publics N`: N projects public, in an empty PostgreSQL.

For the measure of the page of the projects. Everything in it is visibly fictitious; the rows of the
procedure are written without their log, the public rows by the portal itself.
"""

import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import django
from django.core.management import call_command

if TYPE_CHECKING:  # models cannot be imported before `django.setup`
    from django.db import models

ANNEES = 7
OBJECTIFS = 14


def semer(combien: int) -> None:
    """Fill the database: years, axes, quartiers, funders in turn; one in five in two quartiers."""
    from django.db import connection

    from appels.demonstration import exemple, personnes
    from appels.models import Appel, Dossier, Lieu
    from appels.socle import soutiens
    from contrat_ville import semis
    from partenaires.models import Genre, Partenaire, Role
    from quartiers import horloge
    from quartiers.models import Objectif, Quartier

    instant = horloge.maintenant()
    premier = exemple.ouvrir_appel(instant)
    appels = [premier]
    for ans in range(1, ANNEES):
        appels.append(Appel.objects.create(annee=premier.annee - ans, titre="Appel fictif"))
    cua = Partenaire.objects.get(genre=Genre.CUA)
    agent = personnes.creer_compte("mesure", cua, Role.AGENT, instant)
    organismes = semis._organismes(max(1, combien // semis.PAR_ORGANISME), instant)
    quartiers = list(Quartier.objects.all())
    objectifs = list(Objectif.objects.all())
    for rang, appel in enumerate(appels):
        rangs = range(rang, combien, ANNEES)
        for debut in range(0, len(rangs), semis.LOT):
            lot = rangs[debut : debut + semis.LOT]
            dossiers = semis._dossiers(appel, organismes, agent, lot, instant)
            for dossier in dossiers:
                dossier.etat = "recevable"
                dossier.a_completer_avant = None
            _en_gros(Dossier, dossiers, modifie=["etat", "a_completer_avant"])
            Lieu.objects.bulk_create(
                Lieu(dossier=dossier, quartier=quartiers[(dossier.pk + autre) % len(quartiers)])
                for dossier in dossiers
                for autre in range(2 if dossier.pk % 5 == 0 else 1)
            )
            choix = Dossier.objectifs_contrat.through
            choix.objects.bulk_create(
                choix(dossier=dossier, objectif=objectifs[dossier.pk % len(objectifs)])
                for dossier in dossiers
            )
            _decisions(premier, dossiers, agent, instant)
    soutiens.recalculer(instant + timedelta(seconds=1))
    with connection.cursor() as curseur:
        curseur.execute("VACUUM ANALYZE")


def _en_gros(
    modele: "type[models.Model]", lignes: list[Any], modifie: list[str] | None = None
) -> None:
    """Many rows without a line of log each: nothing of this is an act."""
    from django.db.models import QuerySet

    requete: Any = QuerySet(modele)
    if modifie:
        requete.bulk_update(lignes, modifie, batch_size=1000)
    else:
        requete.bulk_create(lignes, batch_size=1000)


def _decisions(appel: Any, dossiers: list[Any], agent: Any, instant: Any) -> None:
    """One grant, two for one project in three, all public."""
    from appels.models import DecisionPrise, Financement, Publication

    financeurs = list(appel.financeurs.all())
    demandes = []
    for dossier in dossiers:
        for autre in range(2 if dossier.pk % 3 == 0 else 1):
            financeur = financeurs[(dossier.pk + autre) % len(financeurs)]
            demandes.append(
                Financement(
                    dossier=dossier,
                    partenaire_id=financeur.partenaire_id,
                    sous_poste=financeur.sous_poste,
                    montant=200_000,
                    decision="accorde",
                    montant_vote=100_000 + dossier.pk % 997,
                    decide_le=instant.date(),
                )
            )
    _en_gros(Financement, demandes)
    prises = [
        DecisionPrise(
            financement=demande,
            rang=1,
            decision="accorde",
            montant_vote=demande.montant_vote,
            decide_le=demande.decide_le,
            par=agent,
            le=instant,
        )
        for demande in demandes
    ]
    _en_gros(DecisionPrise, prises)
    _en_gros(Publication, [Publication(prise=prise, par=agent, le=instant) for prise in prises])


if __name__ == "__main__":
    django.setup()
    for commande in (
        "migrate",
        "createcachetable",
        "charger_territoire",
        "charger_partenaires",
        "charger_themes",
    ):
        call_command(commande, verbosity=0)
    semer(int(sys.argv[1]))
