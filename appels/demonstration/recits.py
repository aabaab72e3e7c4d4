"""The parts of a dossier, written from its story."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import partial

from appels.demonstration.projets.recit import Recit
from appels.models import (
    Beneficiaires,
    Dossier,
    Financement,
    Indicateur,
    Lieu,
    LigneBudget,
    MoyenHumain,
    NomPartie,
    Theme,
)
from appels.models.contenu import HORS_QPV, Dimension
from appels.models.dossier import Frequence
from quartiers.francais import nombre
from quartiers.models import Axe, Quartier

HEURES_PAR_BENEVOLE = 40
EUROS_PAR_HEURE = 12
RESUME_MAX = 300  # characters
PERSONNEL = {"641", "645"}


def ecritures(recit: Recit) -> dict[NomPartie, Callable[[Dossier], None]]:
    """How each part is written, in their order; the organisation's is not the story's."""
    return {
        nom: partial(ecrire, recit)
        for nom, ecrire in (
            (NomPartie.PROJET, _projet),
            (NomPartie.DESCRIPTION, _description),
            (NomPartie.LIEUX, _lieux),
            (NomPartie.MOYENS, _moyens),
            (NomPartie.EVALUATION, _evaluation),
            (NomPartie.BUDGET, _budget),
        )
    }


def edition(recit: Recit, annees: int) -> Recit:
    """The same project some years ago: a twelfth smaller each time, in tens of euros."""
    reste = 12 - annees
    return replace(
        recit,
        charges={code: -(-euros * reste // 120) * 10 for code, euros in recit.charges.items()},
        demandes={genre: euros * reste // 120 * 10 for genre, euros in recit.demandes.items()},
    )


def poser(dossier: Dossier, champs: dict[str, object]) -> None:
    """Save these columns and no other."""
    for nom, valeur in champs.items():
        setattr(dossier, nom, valeur)
    dossier.save(update_fields=list(champs))


def _projet(recit: Recit, dossier: Dossier) -> None:
    """The part « Projet » as the story tells it."""
    axe = Axe.objects.get(cle=recit.axe)
    champs = {
        "axe": axe,
        "forme": "numeraire",
        "frequence": Frequence.RENOUVELLEMENT if recit.editions else Frequence.PREMIERE,
        "periodicite": "ponctuelle",
        "politique_ville": True,
        "resume_public": recit.actions if len(recit.actions) <= RESUME_MAX else recit.objectif,
        "debut_le": date(dossier.appel.annee, 2, 1),
        "fin_le": date(dossier.appel.annee, 11, 30),
    }
    poser(dossier, champs)
    objectifs = list(axe.objectifs.order_by("position"))
    dossier.objectifs_contrat.set([objectifs[rang] for rang in recit.objectifs])
    dossier.themes.set(Theme.objects.filter(cle__in=recit.themes))


def _description(recit: Recit, dossier: Dossier) -> None:
    champs: dict[str, object] = {
        "besoin": recit.besoin,
        "objectifs": recit.objectif,
        "description": recit.actions,
        "methode": recit.methode,
        "egalite": recit.egalite,
        "participation": recit.participation,
    }
    poser(dossier, champs)


def _lieux(recit: Recit, dossier: Dossier) -> None:
    """A place in each quartier of the story, and the people it counts.

    Only the first place of a project open to all may be shown to the door.
    """
    quartiers = Quartier.objects.in_bulk(list(recit.publics), field_name="code")
    for rang, code in enumerate(recit.publics):
        quartier = quartiers[code]
        lieu = Lieu(
            dossier=dossier,
            intitule="Relais fictif" if rang else recit.lieu,
            quartier=quartier,
            commune=quartier.communes.first(),
            adresse=f"{rang + 1} place de l’Exemple",
            publiable=recit.est_ouvert_a_tous and not rang,
        )
        lieu.situer()
        lieu.save()
    poser(dossier, {"public_vise": recit.public, "beneficiaires": recit.beneficiaires})
    par_quartier = {**recit.publics, HORS_QPV: recit.hors}
    par_sexe = {"femmes": recit.femmes, "hommes": recit.beneficiaires - recit.femmes}
    dimensions = {Dimension.QPV: par_quartier, Dimension.AGE: recit.ages, Dimension.SEXE: par_sexe}
    Beneficiaires.objects.bulk_create(
        Beneficiaires(dossier=dossier, dimension=dimension, cle=cle, nombre=nombre)
        for dimension, nombres in dimensions.items()
        for cle, nombre in nombres.items()
        if nombre
    )


def _moyens(recit: Recit, dossier: Dossier) -> None:
    heures = recit.benevoles * HEURES_PAR_BENEVOLE
    MoyenHumain.objects.create(
        dossier=dossier,
        categorie="benevoles",
        nombre=recit.benevoles,
        etpt=round(Decimal(heures) / 1607, 1),
    )
    if recit.charges.keys() & PERSONNEL:
        etpt = round(Decimal(sum(recit.charges.get(code, 0) for code in PERSONNEL)) / 34_000, 1)
        MoyenHumain.objects.create(dossier=dossier, categorie="salaries", nombre=2, etpt=etpt)


def _evaluation(recit: Recit, dossier: Dossier) -> None:
    libelle, valeur, unite = recit.indicateur
    champs: dict[str, object] = {
        "evaluation": f"Un relevé chaque mois, deux points avec les financeurs : {recit.methode}",
        "resultats_attendus": f"{libelle} : {nombre(valeur)}. {recit.objectif}",
    }
    poser(dossier, champs)
    Indicateur.objects.create(dossier=dossier, libelle=libelle, cible=valeur, unite=unite)


def _budget(recit: Recit, dossier: Dossier) -> None:
    """The lines of the story, euros made cents; volunteers stand on both sides."""
    benevolat = recit.benevoles * HEURES_PAR_BENEVOLE * EUROS_PAR_HEURE
    lignes = {
        **recit.charges,
        "864": benevolat,
        "870": benevolat,
        "756": recit.cotisations,
        "insufprevisionnel": recit.autofinancement,
    }
    LigneBudget.objects.bulk_create(
        LigneBudget(dossier=dossier, code=code, montant=euros * 100)
        for code, euros in lignes.items()
        if euros
    )
    for financeur in dossier.appel.financeurs.select_related("partenaire"):
        if euros := recit.demandes.get(financeur.partenaire.genre):
            Financement.objects.create(
                dossier=dossier,
                partenaire=financeur.partenaire,
                sous_poste=financeur.sous_poste,
                montant=euros * 100,
            )
