"""The campaign at a glance: counts of a call, every figure with the list that it comes from."""

from collections import Counter
from datetime import date, datetime, timedelta

from django.db import models
from django.db.models.functions import Coalesce

from appels.instruction import alertes
from appels.models import (
    Appel,
    Battement,
    Dossier,
    Export,
    Financement,
    Lieu,
    Papier,
    Rappel,
    Recepisse,
)
from appels.models.etats import MODIFIABLES
from appels.socle.suivi import Attente, attente
from partenaires.socle import postier
from quartiers.horloge import a_paris

RETARD = timedelta(minutes=10)  # without a beat


def chiffres(visibles, appel: Appel) -> dict:
    """{name: how many}: drafts, deposits, organisations; amounts asked and granted in cents."""
    siens = visibles.filter(appel=appel).deposes()
    argent = Financement.objects.filter(
        dossier__in=siens.values("pk"), partenaire__isnull=False
    ).aggregate(
        demande=Coalesce(models.Sum("montant"), 0), vote=Coalesce(models.Sum("montant_vote"), 0)
    )
    return {
        "brouillons": Dossier.objects.filter(
            appel=appel, etat__in=MODIFIABLES, corrige__isnull=True
        ).count(),
        **siens.order_by().aggregate(
            deposes=models.Count("pk"), organismes=models.Count("porteur", distinct=True)
        ),
        **argent,
    }


def attentes(visibles, appel: Appel, instant: datetime) -> list[tuple[str, str, int]]:
    """(key, words, how many) for each one awaited."""
    comptes = dict(
        visibles.filter(appel=appel)
        .deposes()
        .annotate(attend=attente(instant))
        .order_by()
        .values_list("attend")
        .annotate(n=models.Count("pk"))
    )
    return [(qui.value, qui.label, comptes.get(qui.value, 0)) for qui in Attente]


def alertes_levees(visibles, appel: Appel, instant: datetime) -> list[tuple[str, str, int]]:
    """(key, words, how many) for each alert that somebody raises; one query."""
    annotes = alertes.annoter(visibles.filter(appel=appel).deposes(), instant).order_by()
    comptes = annotes.aggregate(
        **{
            alerte.cle: models.Count("pk", filter=models.Q(**{f"alerte_{alerte.cle}": True}))
            for alerte in alertes.ALERTES
        }
    )
    return [
        (alerte.cle, alerte.mot, comptes[alerte.cle])
        for alerte in alertes.ALERTES
        if comptes[alerte.cle]
    ]


def par_axe(visibles, appel: Appel) -> list[tuple[int, str, int]]:
    lignes = visibles.filter(appel=appel).deposes().exclude(axe=None).order_by("axe__position")
    return list(lignes.values_list("axe", "axe__nom").annotate(n=models.Count("pk")))


def par_quartier(visibles, appel: Appel) -> list[tuple[int, str, int]]:
    """A dossier of two quartiers counts in both."""
    lieux = Lieu.objects.filter(
        dossier__in=visibles.filter(appel=appel).deposes().values("pk"), quartier__isnull=False
    )
    return list(
        lieux.order_by("quartier__nom_court")
        .values_list("quartier", "quartier__nom_court")
        .annotate(n=models.Count("dossier", distinct=True))
    )


def par_agent(visibles, appel: Appel) -> list[tuple[int | None, str, int]]:
    """The load: dossiers in course that each agent has in charge, « Personne » last."""
    comptes = Counter()
    for dossier in (
        visibles.filter(appel=appel)
        .deposes()
        .en_course()
        .select_related("charge")
        .only("charge__prenom", "charge__nom", "charge__email")
    ):
        comptes[(dossier.charge_id, str(dossier.charge or "Personne"))] += 1
    return sorted(
        ((pk, nom, n) for (pk, nom), n in comptes.items()), key=lambda c: (c[0] is None, c[1])
    )


def jours(appel: Appel, avant: Appel | None) -> list[dict]:
    """Deposits day after day since the opening, and since the opening of the call before; days of
    both are kept.
    """
    cette_annee, annee_passee = _par_jour(appel), _par_jour(avant) if avant else {}
    cumuls, lignes = [0, 0], []
    for rang in sorted(cette_annee.keys() | annee_passee.keys()):
        n, passe = cette_annee.get(rang, 0), annee_passee.get(rang, 0)
        cumuls = [cumuls[0] + n, cumuls[1] + passe]
        lignes.append(
            {
                "rang": rang + 1,
                "jour": _jour(appel, rang),
                "n": n,
                "passe": passe,
                "cumul": cumuls[0],
                "cumul_passe": cumuls[1],
            }
        )
    return lignes


def _par_jour(appel: Appel) -> dict[int, int]:
    """{days since the opening: deposits}."""
    if appel.ouvre_le is None:
        return {}
    premier = a_paris(appel.ouvre_le).date()
    dates = appel.dossiers.deposes().values_list("depose_le", flat=True)
    return Counter((a_paris(le).date() - premier).days for le in dates)


def _jour(appel: Appel, rang: int) -> date:
    return a_paris(appel.ouvre_le).date() + timedelta(days=rang)


def rouages(appel: Appel, instant: datetime) -> dict:
    """What runs by itself: reminders sent, mails that fail, papers and files late, the beat."""
    battement = Battement.objects.filter(nom="beat").first()
    return {
        "rappels": Rappel.objects.filter(dossier__appel=appel).count(),
        "courriels": postier.en_echec().count(),
        "recepisses": Recepisse.objects.filter(
            etabli_le__isnull=True, version__figee_le__lt=instant - RETARD
        ).count(),
        "papiers": Papier.objects.filter(
            etabli_le__isnull=True, demande_le__lt=instant - RETARD
        ).count()
        + Export.objects.filter(etabli_le__isnull=True, demande_le__lt=instant - RETARD).count(),
        "battement": battement.le if battement else None,
        "en_retard": battement is None or instant - battement.le > RETARD,
    }
