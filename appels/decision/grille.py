"""What the readings of a dossier give together: a score out of 20, how far they stand apart."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from appels.models import Appel, Cotation, Critere, Dossier, Lecture
from appels.models.dossiers import DossierQuerySet
from appels.models.grille import LectureQuerySet
from appels.socle.notes import Ensemble, note, qui_comptent
from partenaires.models import Utilisateur
from partenaires.socle import droits
from quartiers.horloge import a_paris

PAR_LOT = 500  # readings, with their scores: what a file holds at once
FORMULE = (
    "Pour chaque lecture : la somme de points ÷ note maximale × poids, divisée par la somme des "
    "poids des critères notés, ramenée sur 20. Un critère laissé vide ou une abstention ne "
    "comptent ni en haut ni en bas ; zéro compte. La note du dossier est la moyenne des lectures "
    "rendues."
)


@dataclass(frozen=True)
class Synthese:
    """The whole: criterion by criterion, reading by reading."""

    generale: Ensemble
    criteres: list[tuple[Critere, Ensemble, list[tuple[Lecture, Cotation]]]]
    lectures: list[tuple[Lecture, Fraction | None]]


def synthese(dossier: Dossier) -> Synthese:
    """From the readings that count; two queries."""
    lectures = list(qui_comptent(dossier.lectures.all()).prefetch_related("motifs"))
    criteres = list(dossier.appel.criteres.all())
    cotations = {lecture: list(lecture.cotations.all()) for lecture in lectures}
    notes = [(lecture, note(cotations[lecture])) for lecture in lectures]
    generale = Ensemble([valeur for _, valeur in notes if valeur is not None])
    return Synthese(generale, [_du_critere(critere, cotations) for critere in criteres], notes)


def _du_critere(
    critere: Critere, cotations: dict[Lecture, list[Cotation]]
) -> tuple[Critere, Ensemble, list[tuple[Lecture, Cotation]]]:
    """A criterion, what its scores give together, and each of them with its reading."""
    notees = []
    valeurs = []
    for lecture, toutes in cotations.items():
        for cotation in toutes:
            if cotation.critere_id != critere.pk:
                continue
            notees.append((lecture, cotation))
            if cotation.points is not None:
                valeurs.append(Fraction(cotation.points))
    return critere, Ensemble(valeurs), notees


COLONNES = (
    "Numéro",
    "Projet",
    "Organisme",
    "Lecteur",
    "Rendue le",
    "Reprise le",
    "Note de la lecture sur 20",
    "Critère",
    "Poids",
    "Note maximale",
    "Note",
    "Situation",
    "Motif",
    "Bloc",
)


def exportables(visibles: DossierQuerySet, lecteur: Utilisateur, appel: Appel) -> LectureQuerySet:
    """The readings that count, of the dossiers on which this person has given theirs.

    The others stay hidden; the head of the service, who prepares the meeting, reads them all.
    """
    rendues = Lecture.objects.rendues()
    dossiers = visibles.filter(appel=appel)
    if not droits.est_responsable(lecteur):
        dossiers = dossiers.filter(pk__in=rendues.filter(lecteur=lecteur).values("dossier"))
    return (
        rendues.filter(dossier__in=dossiers)
        .select_related("dossier__porteur", "lecteur")
        .prefetch_related("cotations__critere", "motifs")
        .order_by("dossier__numero", "pk")
    )


def lues_par_lots(lectures: LectureQuerySet) -> Iterator[Lecture]:
    """Read as they are written down: a call may hold thousands."""
    return lectures.iterator(chunk_size=PAR_LOT)


def lignes(lectures: Iterable[Lecture], criteres: list[Critere]) -> Iterator[tuple]:
    """One row a reading and criterion: scored, put aside, not scored."""
    for lecture in lectures:
        cotations = {cotation.critere_id: cotation for cotation in lecture.cotations.all()}
        motifs = {un.bloc: un.motif for un in lecture.motifs.all()}
        valeur = note(cotations.values())
        tete = (
            lecture.dossier.numero,
            str(lecture.dossier),
            str(lecture.dossier.porteur),
            str(lecture.lecteur),
            _jour(lecture.rendue_le),
            _jour(lecture.modifiee_le) if lecture.est_reprise else "",
            "" if valeur is None else f"{float(valeur):.1f}".replace(".", ","),
        )
        for critere in criteres:
            points, mot, motif = _situation(cotations.get(critere.pk))
            motif = motif or motifs.get(critere.bloc, "")
            yield (
                *tete,
                critere.libelle,
                critere.poids,
                critere.maximum,
                points,
                mot,
                motif,
                critere.bloc,
            )


def _jour(instant: datetime | None) -> str:
    """The day in Paris, for a spreadsheet."""
    return a_paris(instant).date().isoformat() if instant else ""


def _situation(cotation: Cotation | None) -> tuple[int | str, str, str]:
    """(points, situation, reason)."""
    if cotation is None:
        return "", "Pas noté", ""
    if cotation.abstention:
        return "", "Abstention", cotation.motif
    if cotation.points is None:
        return "", "Pas noté", cotation.motif
    return cotation.points, "Noté", cotation.motif
