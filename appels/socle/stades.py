"""Where a dossier stands for the service, who is awaited, and the one act: conditions of the base.

Lists, counters, files and pages share them. What its organisation reads, from the letters that
reached it, is in `suivi.py`.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.urls import reverse

from appels.models import Decision, Dossier, Financement, Lettre
from appels.models.etats import MODIFIABLES, Etat

CE_DOSSIER = models.OuterRef("pk")


class Attente(models.TextChoices):
    """Who a deposited dossier waits for."""

    SERVICE = "service", "Le service"
    ORGANISME = "organisme", "L’organisme"
    FINANCEURS = "financeurs", "Les financeurs"
    PERSONNE = "personne", "Personne"


A_QUI = {
    Attente.SERVICE: "Au service d’agir",
    Attente.ORGANISME: "À l’organisme d’agir",
    Attente.FINANCEURS: "Aux financeurs d’agir",
    Attente.PERSONNE: "Rien n’est attendu",
}


def demandes() -> models.QuerySet[Financement]:
    """What a dossier asks of the funders of the call."""
    return Financement.objects.filter(dossier=CE_DOSSIER, partenaire__isnull=False)


def _annoncee() -> models.Exists:
    """The decision of a request, as it stands, was told: its letter is released."""
    lettres = Lettre.objects.liberees().a_jour()
    return models.Exists(lettres.filter(financement=models.OuterRef("pk")))


def lettres_a_ouvrir() -> models.QuerySet[Lettre]:
    """The letters of a dossier that reached its organisation, which nobody there opened."""
    return Lettre.objects.a_ouvrir().filter(financement__dossier=CE_DOSSIER)


class Stade(models.TextChoices):
    """Where a dossier stands for the service."""

    BROUILLON = "brouillon", "Brouillon"
    A_COMPLETER = "a_completer", "Compléments attendus"
    DELAI_PASSE = "delai_passe", "Délai de réponse passé"
    A_EXAMINER = "a_examiner", "À examiner"
    FINANCEURS = "financeurs", "Chez les financeurs"
    SANS_FINANCEUR = "sans_financeur", "Recevable, aucun financeur sollicité"
    LETTRES = "lettres", "Décidé, lettres à envoyer"
    A_OUVRIR = "a_ouvrir", "Lettres envoyées, à ouvrir"
    DECIDE = "decide", "Décidé et notifié"
    IRRECEVABLE = "irrecevable", "Irrecevable"
    RETIRE = "retire", "Retiré"
    ABANDONNE = "abandonne", "Abandonné"
    INTEGRE = "integre", "Correction déposée"
    REPRIS = "repris", "Données reprises"


ATTENTES: dict[Stade, Attente] = {
    Stade.BROUILLON: Attente.ORGANISME,
    Stade.A_COMPLETER: Attente.ORGANISME,
    Stade.DELAI_PASSE: Attente.SERVICE,
    Stade.A_EXAMINER: Attente.SERVICE,
    Stade.FINANCEURS: Attente.FINANCEURS,
    Stade.SANS_FINANCEUR: Attente.PERSONNE,
    Stade.LETTRES: Attente.SERVICE,
    Stade.A_OUVRIR: Attente.ORGANISME,
    Stade.DECIDE: Attente.PERSONNE,
    Stade.IRRECEVABLE: Attente.PERSONNE,
    Stade.RETIRE: Attente.PERSONNE,
    Stade.ABANDONNE: Attente.PERSONNE,
    Stade.INTEGRE: Attente.PERSONNE,
    Stade.REPRIS: Attente.PERSONNE,
}


def _conditions(instant: datetime) -> dict[Stade, models.Q]:
    """{where: when}, the first that holds wins.

    A deadline that has passed gives the turn back to the service. Once every funder has decided,
    letters say the rest, whatever the examination of a later version.
    """
    des_financeurs = demandes()
    a_decider = models.Q(decision="") | models.Q(_annoncee(), decision=Decision.AJOURNE)
    tous_decides = models.Q(models.Exists(des_financeurs)) & ~models.Q(
        models.Exists(des_financeurs.filter(a_decider))
    )
    a_annoncer = des_financeurs.exclude(decision=Decision.RENONCE)  # who gives up knows it
    sans_lettre = models.Exists(a_annoncer.filter(~_annoncee()))
    return {
        Stade.BROUILLON: models.Q(etat__in=MODIFIABLES),
        Stade.IRRECEVABLE: models.Q(etat=Etat.IRRECEVABLE),
        Stade.RETIRE: models.Q(etat=Etat.RETIRE),
        Stade.ABANDONNE: models.Q(etat=Etat.ABANDONNE),
        Stade.INTEGRE: models.Q(etat=Etat.INTEGRE),
        Stade.REPRIS: models.Q(etat=Etat.REPRIS),
        Stade.A_COMPLETER: models.Q(etat=Etat.A_COMPLETER, a_completer_avant__gt=instant),
        Stade.DELAI_PASSE: models.Q(etat=Etat.A_COMPLETER),
        Stade.LETTRES: tous_decides & models.Q(sans_lettre),
        Stade.A_OUVRIR: tous_decides & models.Q(models.Exists(lettres_a_ouvrir())),
        Stade.DECIDE: tous_decides,
        Stade.A_EXAMINER: models.Q(etat=Etat.DEPOSE),
        Stade.FINANCEURS: models.Q(models.Exists(des_financeurs)),
        Stade.SANS_FINANCEUR: models.Q(etat=Etat.RECEVABLE),
    }


def stade(instant: datetime) -> models.Case:
    """Where a dossier stands: the same rule for lists, counters, files and pages."""
    cas = (
        models.When(quand, then=models.Value(ou.value))
        for ou, quand in _conditions(instant).items()
    )
    return models.Case(*cas, output_field=models.CharField())


def attente(instant: datetime) -> models.Case:
    """Who is awaited, from the same conditions."""
    cas = (
        models.When(quand, then=models.Value(ATTENTES[ou].value))
        for ou, quand in _conditions(instant).items()
    )
    return models.Case(*cas, output_field=models.CharField())


@dataclass(frozen=True)
class Geste:
    """An act: its words, and the address where it is done, by one click or from its page."""

    libelle: str
    adresse: str
    par_envoi: bool = False


def geste_du_service(dossier: Dossier, ou: Stade) -> Geste | None:
    """The one act of the service at this stage; None when it only waits."""
    if ou == Stade.A_EXAMINER:
        adresse = reverse("appels:admettre", args=[dossier.pk])
        return Geste("Déclarer recevable", adresse, par_envoi=True)
    if ou == Stade.DELAI_PASSE:
        return Geste("Ne plus attendre", reverse("appels:clore_complement", args=[dossier.pk]))
    if ou == Stade.LETTRES:
        return Geste("Préparer les lettres", reverse("appels:lettres", args=[dossier.appel_id]))
    if ou == Stade.FINANCEURS:
        return Geste("Suivre les avis", reverse("appels:avis", args=[dossier.pk]))
    return None
