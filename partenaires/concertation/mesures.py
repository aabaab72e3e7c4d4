"""The bars of the residents' say, read from the rows and from the corpus (SUITES F8)."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.db.models import Count

from partenaires.concertation import bilan, corpus, file
from partenaires.concertation.detecteur import Genre
from partenaires.models import Consultation, Contribution, Moderation, Reponse, VerbeParole
from quartiers.francais import pour_cent
from quartiers.horloge import a_paris

CERTAINS = (Genre.TELEPHONE, Genre.COURRIEL, Genre.IBAN)  # every one of them is found
A_TORT_MAX = 5  # hundredths of what is shown


@dataclass(frozen=True)
class Mesure:
    """A figure in words; `tenue`: whether its bar is held, None when it has none."""

    nom: str
    valeur: str
    tenue: bool | None = None


def du_detecteur(fichier: Path) -> list[Mesure]:
    """What is found in the corpus; nothing when its file is not there (a server has no tests)."""
    if not fichier.exists():
        return [Mesure("Détecteur", f"corpus absent : {fichier}")]
    contenu = fichier.read_text(encoding="utf-8")
    taux = corpus.mesurer(corpus.lire_corpus(contenu), corpus.agents_du_corpus(contenu))
    mesures = [
        Mesure(
            f"Détecteur, {genre.label}",
            f"{vus} sur {sur}",
            vus == sur if genre in CERTAINS else None,
        )
        for genre, (vus, sur) in taux.trouves.items()
    ]
    a_tort = taux.a_tort * 100 <= A_TORT_MAX * taux.montres
    montres = f"{taux.a_tort} sur {taux.montres} ({taux.textes} textes)"
    return [*mesures, Mesure("Détecteur, montré à tort", montres, a_tort)]


def des_paroles(aujourd_hui: date) -> list[Mesure]:
    """Answered, on time, offline; and the totals of each synthesis beside the rows."""
    publiques = Contribution.objects.publiques()
    total = publiques.count()
    mesures = [
        Mesure("Contributions publiques répondues", _part(publiques.repondues().count(), total)),
        Mesure("Contributions hors ligne", _part(publiques.hors_ligne().count(), total)),
        _relectures(aujourd_hui),
        _reponses(aujourd_hui),
    ]
    for consultation in Consultation.objects.filter(bilan_publie_le__isnull=False):
        siennes = publiques.filter(consultation=consultation)
        repondues = siennes.repondues().count()
        mesures.append(
            Mesure(
                f"« {consultation} », répondues au bilan",
                _part(repondues, siennes.count()),
                repondues == siennes.count(),
            )
        )
        mesures.append(_totaux(consultation))
    return mesures


def _part(nombre: int, total: int) -> str:
    return f"{nombre} sur {total} ({pour_cent(nombre, total)})" if total else "aucune contribution"


def _relectures(aujourd_hui: date) -> Mesure:
    """Read by a person by the day that was promised to its author; what is late and unread is not.

    What was published as it was sent is read when somebody first acts on it; what its author
    corrected and sent again, when somebody first acts since.
    """
    passages = Moderation.objects.filter(contribution__a_relire_avant__isnull=False).order_by("pk")
    tenues: dict[int, bool] = {}
    for pk, acte, par, le, promise in passages.values_list(
        "contribution", "acte", "par", "le", "contribution__a_relire_avant"
    ):
        if acte == VerbeParole.CORRIGER:
            tenues.pop(pk, None)
        elif par:
            tenues.setdefault(pk, _est_tenue(le, promise))
    attendent = Contribution.objects.filter(file.A_RELIRE | file.A_RELIRE_ENSUITE)
    en_retard = attendent.filter(a_relire_avant__lt=aujourd_hui).count()
    dites = _part(sum(tenues.values()), len(tenues) + en_retard)
    return Mesure("Relectures dans le délai promis", dites)


def _reponses(aujourd_hui: date) -> Mesure:
    """Answered by the day that was promised to its author; what is late and waits is not."""
    donnees = (
        Reponse.objects.filter(contribution__reponse_promise_le__isnull=False)
        .exclude(contribution__etat__in=file.A_REPONDRE)  # taken up again: it waits for another
        .select_related("contribution")
    )
    tenues = sum(
        _est_tenue(reponse.le, reponse.contribution.reponse_promise_le) for reponse in donnees
    )
    en_retard = Contribution.objects.filter(
        etat__in=file.A_REPONDRE, reponse_promise_le__lt=aujourd_hui
    ).count()
    return Mesure("Réponses avant le jour promis", _part(tenues, donnees.count() + en_retard))


def _est_tenue(le: datetime, promis_le: date | None) -> bool:
    return promis_le is not None and a_paris(le).date() <= promis_le


def _totaux(consultation: Consultation) -> Mesure:
    """What the synthesis says and what the database counts, list by list."""
    compte = bilan.compter(consultation)
    publiques = Contribution.objects.publiques().filter(consultation=consultation)
    par_type = publiques.values("type").annotate(nombre=Count("pk"))
    listes = (compte.types, compte.quartiers, compte.sources, compte.issues, compte.themes)
    egaux = all(sum(nombre for _, nombre in liste) == publiques.count() for liste in listes)
    types = {nombre for _, nombre in compte.types if nombre}
    egaux = egaux and types == {ligne["nombre"] for ligne in par_type.order_by()}
    return Mesure(f"« {consultation} », bilan et base", f"{compte.publiques} contributions", egaux)
