"""What the readings of a dossier give together: a score out of 20, and how far they stand apart.
The human decides.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from appels.models import Appel, Cotation, Critere, Dossier, Lecture
from partenaires.models import Utilisateur
from quartiers.horloge import a_paris

SUR = 20
FORMULE = (
    "Pour chaque lecture : la somme de points ÷ note maximale × poids, divisée par la "
    "somme des poids des "
    "critères notés, ramenée sur 20. Un critère laissé vide ou une abstention ne "
    "comptent ni en haut ni en "
    "bas ; zéro compte. La note du dossier est la moyenne des lectures rendues."
)


def note(cotations: list[Cotation]) -> Fraction | None:
    """Out of 20; None when nothing is scored."""
    notees = [c for c in cotations if c.points is not None]
    poids = sum(c.critere.poids for c in notees)
    if not poids:
        return None
    return (
        SUR * sum(Fraction(c.points * c.critere.poids, c.critere.maximum) for c in notees) / poids
    )


@dataclass(frozen=True)
class Ensemble:
    """Several values of one thing: their mean, the lowest, the highest."""

    valeurs: list[Fraction]

    @property
    def moyenne(self) -> Fraction | None:
        return sum(self.valeurs) / len(self.valeurs) if self.valeurs else None

    @property
    def bas(self) -> Fraction | None:
        return min(self.valeurs, default=None)

    @property
    def haut(self) -> Fraction | None:
        return max(self.valeurs, default=None)


@dataclass(frozen=True)
class Synthese:
    """The whole: criterion by criterion, reading by reading."""

    generale: Ensemble
    criteres: list[tuple[Critere, Ensemble, list[tuple[Lecture, Cotation]]]]
    lectures: list[tuple[Lecture, Fraction | None]]


def synthese(dossier: Dossier) -> Synthese:
    """From the readings that count; two queries."""
    lectures = list(
        dossier.lectures.rendues().select_related("lecteur").prefetch_related("cotations__critere")
    )
    criteres = list(dossier.appel.criteres.all())
    par_lecture = [(lecture, list(lecture.cotations.all())) for lecture in lectures]
    notes = [(lecture, note(siennes)) for lecture, siennes in par_lecture]
    lignes = []
    for critere in criteres:
        siennes = [
            (lecture, c)
            for lecture, toutes in par_lecture
            for c in toutes
            if c.critere_id == critere.pk
        ]
        lignes.append(
            (
                critere,
                Ensemble([Fraction(c.points) for _, c in siennes if c.points is not None]),
                siennes,
            )
        )
    return Synthese(Ensemble([valeur for _, valeur in notes if valeur is not None]), lignes, notes)


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
)


def exportables(visibles, lecteur: Utilisateur, appel: Appel):
    """The readings that count, of the dossiers on which this person has given theirs: the others
    stay hidden.
    """
    rendues = Lecture.objects.rendues()
    siens = visibles.filter(appel=appel, pk__in=rendues.filter(lecteur=lecteur).values("dossier"))
    return (
        rendues.filter(dossier__in=siens)
        .select_related("dossier__porteur", "lecteur")
        .prefetch_related("cotations__critere")
        .order_by("dossier__numero", "pk")
    )


def lignes(lectures: Iterable[Lecture], criteres: list[Critere]) -> Iterator[tuple]:
    """One row a reading and criterion: scored, put aside, not scored."""
    for lecture in lectures:
        siennes = {cotation.critere_id: cotation for cotation in lecture.cotations.all()}
        valeur = note(list(siennes.values()))
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
            cotation = siennes.get(critere.pk)
            yield (*tete, critere.libelle, critere.poids, critere.maximum, *_dite(cotation))


def _jour(instant) -> str:
    return a_paris(instant).date().isoformat()


def _dite(cotation: Cotation | None) -> tuple:
    """(points, situation, reason)."""
    if cotation is None or (cotation.points is None and not cotation.abstention):
        return "", "Pas noté", cotation.motif if cotation else ""
    return (
        ("", "Abstention", cotation.motif)
        if cotation.abstention
        else (cotation.points, "Noté", cotation.motif)
    )
