"""Celery tasks: a primary key in, one call. The database is the truth."""

import logging

from celery import shared_task

from appels.decision.actions import (
    diffusions,
    lectures_en_fichier,  # noqa: F401 (it registers what it writes)
    lettres,
)
from appels.depot.actions import papiers, recepisses
from appels.instruction.actions import (
    contacts,  # noqa: F401 (it registers what it writes)
    exports,
    journaux,  # noqa: F401 (the same)
    page_de_campagne,
    sceaux,
)
from appels.models import Diffusion, Export, Lettre, Papier, Recepisse
from appels.public import affiches, impressions, syntheses
from appels.redaction.actions import depart, effacements, pieces, rappels
from appels.socle import comptages, ecritures, fabrique, reveil, veille
from partenaires.comptes import sessions
from partenaires.concertation import annonces
from partenaires.concertation.actions import abonnements, conservation
from partenaires.socle import postier, quarantaine, resumes
from quartiers import horloge

journal = logging.getLogger(__name__)

RATTRAPES = 3  # of a kind, at each beat: those just asked do not wait behind a campaign


@shared_task(name="appels.fabriquer")
def fabriquer(genre: str, pk: int) -> None:
    """Make one file: « recepisse », « papier », « export » or « lettre », by its row."""
    FABRICATIONS[genre](pk)


def etablir_recepisse(pk: int) -> None:
    _etablir_le_recepisse(Recepisse.objects.select_related("version").get(pk=pk))
    reveil.reveiller("appels.envoyer_courriels")


def _etablir_le_recepisse(recepisse: Recepisse) -> None:
    recepisses.etablir(recepisse.version)


def etablir_papier(pk: int) -> None:
    papiers.etablir(Papier.objects.get(pk=pk))


def etablir_export(pk: int) -> None:
    exports.etablir(Export.objects.pour_le_travail().get(pk=pk))


def etablir_lettre(pk: int) -> None:
    lettres.etablir(Lettre.objects.get(pk=pk))


FABRICATIONS = {
    "recepisse": etablir_recepisse,
    "papier": etablir_papier,
    "export": etablir_export,
    "lettre": etablir_lettre,
}


@shared_task(name="appels.rattraper")
def rattraper() -> None:
    """Receipts and papers asked and not made, because their wake-up was lost."""
    attendus = Recepisse.objects.a_etablir().select_related("version")
    fabrique.rattraper(attendus[:RATTRAPES], _etablir_le_recepisse)
    fabrique.rattraper(Papier.objects.a_etablir()[:RATTRAPES], papiers.etablir)


@shared_task(name="appels.rattraper_la_masse")
def rattraper_la_masse() -> None:
    """The same for what is made in hundreds; what is kept too long leaves."""
    fabrique.rattraper(Export.objects.pour_le_travail().a_etablir(), exports.etablir)
    fabrique.rattraper(Lettre.objects.a_etablir()[:RATTRAPES], lettres.etablir)
    exports.effacer_les_anciens(horloge.maintenant())


@shared_task(name="appels.diffuser")
def diffuser() -> None:
    """Letters and publications whose instant has come; one that fails does not stop the others."""
    instant = horloge.maintenant()
    for diffusion in Diffusion.objects.dues(instant).select_related("appel", "par"):
        try:
            diffusions.executer(diffusion, instant)
        except Exception:
            journal.exception("La diffusion %s a échoué", diffusion.pk)


@shared_task(name="appels.rappeler")
def rappeler() -> None:
    rappels.rappeler(horloge.maintenant())
    rappels.rappeler_les_prolonges(horloge.maintenant())
    rappels.dire_les_non_deposes(horloge.maintenant())
    rappels.annoncer_les_demandes(horloge.maintenant())
    rappels.rappeler_dauphin(horloge.maintenant())
    rappels.rappeler_complements(horloge.maintenant())


@shared_task(name="appels.analyser")
def analyser() -> None:
    """The antivirus speaks; what it refuses leaves the drafts."""
    instant = horloge.maintenant()
    for analyse in quarantaine.analyser(instant):
        pieces.refuser(analyse, le=instant)


@shared_task(name="appels.resumer")
def resumer() -> None:
    """What waits for the service, the campaign on Monday, the daily summaries, what is new in the
    quartiers followed."""
    annonces.annoncer(horloge.maintenant())
    page_de_campagne.envoyer_le_lundi(horloge.maintenant())
    resumes.resumer(horloge.maintenant())
    abonnements.prevenir(horloge.maintenant())


@shared_task(name="appels.oublier")
def oublier() -> None:
    """Tries, sessions, lines of sign-in and drafts nobody came for, whose time is over; who was
    writing is not any more; the steps of the counters are put together.
    """
    sessions.oublier(horloge.maintenant())
    ecritures.oublier(horloge.maintenant())
    depart.oublier(horloge.maintenant())
    comptages.resserrer()


@shared_task(name="appels.effacer")
def effacer() -> None:
    """Files removed, and words of mails that were sent, once their delay is over."""
    instant = horloge.maintenant()
    effacements.effacer(instant)
    postier.vider_les_corps(instant)
    conservation.appliquer(instant)


@shared_task(name="appels.envoyer_courriels")
def envoyer_courriels() -> None:
    postier.vider()


@shared_task(name="appels.sceller")
def sceller() -> None:
    """The log of yesterday, once."""
    sceaux.sceller(horloge.maintenant())


@shared_task(name="appels.imprimer")
def imprimer() -> None:
    impressions.imprimer()
    affiches.afficher_les_quartiers()
    syntheses.imprimer()


@shared_task(name="appels.veiller")
def veiller() -> None:
    """The look of each beat: say that we are alive, wake what something waits for."""
    instant = horloge.maintenant()
    veille.battre(instant)
    for tache in veille.attendues(instant):
        reveil.reveiller(tache)
