"""A file that was applied is undone whole: what was there before is given back, row by row."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from appels.models import (
    Appel,
    Dossier,
    Publication,
    Regime,
    Reprise,
    Serie,
)
from appels.reprises import empreintes
from appels.reprises.actions import series
from appels.reprises.actions.application import exiger_d_etre_dehors, verrouiller_les_reprises
from appels.socle import droits, protection, soutiens
from partenaires.models import Partenaire, Utilisateur
from partenaires.socle.refus import Refus

NOMMES_MAX = 5


class Touchee(Refus):
    """Somebody touched what the file wrote: undoing it would undo that too."""

    def __init__(self, noms: list[str]):
        self.noms = noms
        suite = len(noms) - NOMMES_MAX
        autres = f" et {suite} de plus" if suite > 0 else ""
        super().__init__(
            "Ce que cette reprise a écrit a changé depuis, ou sert ailleurs : "
            f"{' ; '.join(noms[:NOMMES_MAX])}{autres}. Défaites d’abord ce qui est venu après. "
            "Rien n’est défait."
        )


@transaction.atomic
def defaire(reprise: Reprise, *, par: Utilisateur, recu_le: datetime) -> None:
    """Nothing of what it wrote is left. Raises `RepriseAilleurs`, `Touchee`, `SaPropreReprise`."""
    droits.peut_appliquer_une_reprise.exiger(par)
    tenue = verrouiller_les_reprises(reprise)
    tenue.franchir("defaire", par=par, le=recu_le)
    ecrits = [int(pk) for pk in tenue.avant["apres"]]
    dossiers = {
        dossier.pk: dossier
        for dossier in Dossier.objects.select_for_update(of=("self",))
        .filter(pk__in=ecrits)
        .select_related("porteur", "appel")
        .order_by("pk")
    }
    exiger_d_etre_dehors({un.porteur for un in dossiers.values()}, par)
    if touchees := _touchees(tenue, dossiers):
        raise Touchee(touchees)
    _garder_les_numeros_parus(tenue, ecrits)
    memes = protection.memes(ecrits)
    _retirer_du_public(ecrits, par, recu_le)
    empreintes.remettre(ecrits, tenue.avant["dossiers"])
    soutiens.renouveler(sorted({*map(int, tenue.avant["dossiers"]), *memes}), recu_le)
    _oublier_les_series(tenue)
    crees = Partenaire.objects.filter(pk__in=tenue.avant["organismes"])
    encore = empreintes.autres_liens(Partenaire, tenue.avant["organismes"])
    if encore:
        raise Touchee(
            [f"l’organisme « {un} », qui sert ailleurs" for un in crees.filter(pk__in=encore)]
        )
    crees.delete()
    Appel.objects.filter(regime=Regime.HISTORIQUE, dossiers=None).delete()


def _oublier_les_series(reprise: Reprise) -> None:
    """Those that it began go, those that it made older have their year back; one that the log names
    stays, empty. Raises `Touchee`.
    """
    nees = Serie.objects.filter(pk__in=reprise.avant["series"]["nees"])
    du_journal = Q(departs__isnull=False) | Q(arrivees__isnull=False)
    gardees = set(nees.filter(du_journal, dossiers=None).values_list("pk", flat=True))
    a_oublier = [serie.pk for serie in nees if serie.pk not in gardees]
    encore = empreintes.autres_liens(Serie, a_oublier)
    if encore:
        raise Touchee(
            [f"la série « {une} », qui a une suite" for une in nees.filter(pk__in=encore)]
        )
    Serie.objects.filter(pk__in=a_oublier).delete()
    series.remettre(reprise.avant["series"]["avancees"])


def _garder_les_numeros_parus(reprise: Reprise, ecrits: list[int]) -> None:
    """What everybody could read, released now or before: its address is permanent."""
    parues = Publication.objects.filter(le__isnull=False, prise__financement__dossier__in=ecrits)
    numeros = parues.values_list("prise__financement__dossier__numero", flat=True)
    reprise.numeros_parus = dict.fromkeys(numero for numero in numeros if numero)
    reprise.save(update_fields=["numeros_parus"])


def _retirer_du_public(ecrits: list[int], par: Utilisateur, recu_le: datetime) -> None:
    """While the rows that totals were made of are there to be taken off."""
    vives = Publication.objects.vives().filter(prise__financement__dossier__in=ecrits)
    vives.update(retiree_le=recu_le, retiree_par=par, motif_retrait="Reprise défaite")
    soutiens.renouveler(ecrits, recu_le)


def _touchees(reprise: Reprise, dossiers: dict[int, Dossier]) -> list[str]:
    """The actions that are not as the file left them, or that something else refers to."""
    apres = reprise.avant["apres"]
    presents = empreintes.etats(dossiers)
    neufs = [pk for pk in dossiers if str(pk) not in reprise.avant["dossiers"]]
    liens = empreintes.autres_liens(Dossier, neufs)
    touchees = []
    for pk, empreinte in apres.items():
        dossier = dossiers.get(int(pk))
        if dossier is None:
            touchees.append(f"l’action n° {pk}, qui n’existe plus")
        elif empreintes.empreinte(presents[pk]) != empreinte:
            touchees.append(f"« {dossier} » ({dossier.appel.annee}), modifiée depuis")
        elif dossier.pk in liens:
            touchees.append(f"« {dossier} » ({dossier.appel.annee}), dont autre chose dépend")
    return touchees
