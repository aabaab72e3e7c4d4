"""Celery tasks: a primary key in, one call. The database is the truth."""

from celery import shared_task

from appels.decision.actions import lettres
from appels.depot.actions import papiers, recepisses
from appels.instruction.actions import exports
from appels.models import Battement, Export, Lettre, Papier, Recepisse, Version
from appels.public import impressions
from appels.redaction.actions import pieces, rappels
from partenaires.socle import postier, quarantaine, resumes
from quartiers import horloge

RATTRAPES = 3


@shared_task(name="appels.etablir_recepisse")
def etablir_recepisse(version_pk: int) -> None:
    recepisses.etablir(Version.objects.get(pk=version_pk))
    postier.vider()


@shared_task(name="appels.rattraper_recepisses")
def rattraper_recepisses() -> None:
    """A deposit without its paper: its wake-up was lost. A few at a time, so that those just asked
    do not wait.
    """
    for recepisse in Recepisse.objects.a_etablir().select_related("version")[:RATTRAPES]:
        recepisses.etablir(recepisse.version)


@shared_task(name="appels.etablir_papier")
def etablir_papier(papier_pk: int) -> None:
    papiers.etablir(Papier.objects.get(pk=papier_pk))


@shared_task(name="appels.rattraper_papiers")
def rattraper_papiers() -> None:
    """A paper asked and not made: its wake-up was lost."""
    for papier in Papier.objects.a_etablir():
        papiers.etablir(papier)


@shared_task(name="appels.etablir_export")
def etablir_export(export_pk: int) -> None:
    exports.etablir(Export.objects.pour_le_travail().get(pk=export_pk))


@shared_task(name="appels.rattraper_exports")
def rattraper_exports() -> None:
    """An export asked and not made; those whose time is over."""
    for export in Export.objects.a_etablir().pour_le_travail():
        exports.etablir(export)
    exports.effacer_les_anciens(horloge.maintenant())


@shared_task(name="appels.etablir_lettre")
def etablir_lettre(lettre_pk: int) -> None:
    lettres.etablir(Lettre.objects.get(pk=lettre_pk))


@shared_task(name="appels.rattraper_lettres")
def rattraper_lettres() -> None:
    """A letter prepared and not made: its wake-up was lost, or the layout failed."""
    for lettre in Lettre.objects.a_etablir()[:RATTRAPES]:
        lettres.etablir(lettre)


@shared_task(name="appels.rappeler")
def rappeler() -> None:
    rappels.rappeler(horloge.maintenant())
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
    resumes.resumer(horloge.maintenant())


@shared_task(name="appels.envoyer_courriels")
def envoyer_courriels() -> None:
    postier.vider()


@shared_task(name="appels.imprimer")
def imprimer() -> None:
    impressions.imprimer()


@shared_task(name="appels.battre")
def battre() -> None:
    """Beat and a worker are alive: `/sante/pret` reads it."""
    Battement.objects.update_or_create(nom="beat", defaults={"le": horloge.maintenant()})
