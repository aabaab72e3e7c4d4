"""What waits for the worker, asked of the database in one look."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Exists, QuerySet

from appels.models import Battement, Diffusion, Export, Lettre, Papier, Recepisse
from partenaires.models import Analyse
from partenaires.socle import antivirus, postier

BEAT = "beat"


def battre(instant: datetime) -> None:
    """Beat and a worker are alive: `/sante/pret` reads it."""
    if not Battement.objects.filter(nom=BEAT).update(le=instant):
        Battement.objects.create(nom=BEAT, le=instant)


def attendues(instant: datetime) -> list[str]:
    """The tasks that something waits for: one query, however many kinds of work there are."""
    regards = list(travaux(instant))
    colonnes = {f"travail_{rang}": Exists(lignes) for rang, (_, lignes) in enumerate(regards)}
    vus = Battement.objects.filter(nom=BEAT).annotate(**colonnes).values_list(*colonnes).first()
    taches = {tache for (tache, _), attend in zip(regards, vus or (), strict=False) if attend}
    return sorted(taches)


def travaux(instant: datetime) -> Iterator[tuple[str, QuerySet]]:
    """(task, the rows that it would take): one row is enough to wake it."""
    yield "appels.rattraper", Recepisse.objects.a_etablir()
    yield "appels.rattraper", Papier.objects.a_etablir()
    yield "appels.rattraper_la_masse", Export.objects.a_etablir()
    yield "appels.rattraper_la_masse", Lettre.objects.a_etablir()
    yield "appels.diffuser", Diffusion.objects.dues(instant)
    yield "appels.envoyer_courriels", postier.en_attente(instant)
    if antivirus.est_configure():
        yield "appels.analyser", Analyse.objects.a_faire()
