"""The states of a contribution and the only ways between them (SUITES F8)."""

from django.db import models


class EtatParole(models.TextChoices):
    """What is stored of the progress of a contribution."""

    RECUE = "recue", "Reçue, pas encore relue"
    PUBLIEE = "publiee", "Publiée"
    ETUDIEE = "etudiee", "Étudiée"
    SUITE_DONNEE = "suite_donnee", "Suite donnée"
    SANS_SUITE = "sans_suite", "Sans suite"
    TRANSMISE = "transmise", "Transmise"
    REFUSEE = "refusee", "Refusée"
    MASQUEE = "masquee", "Masquée"
    RETIREE = "retiree", "Retirée par son auteur ou son autrice"


# What everybody reads; the rule itself is `ContributionQuerySet.publiques`.
PUBLIQUES = (
    EtatParole.PUBLIEE,
    EtatParole.ETUDIEE,
    EtatParole.SUITE_DONNEE,
    EtatParole.SANS_SUITE,
    EtatParole.TRANSMISE,
)
# A signed answer ended it.
REPONDUES = (EtatParole.SUITE_DONNEE, EtatParole.SANS_SUITE, EtatParole.TRANSMISE)
# Out of the public by an act of the service, which owes its reason and a means of appeal.
ECARTEES = (EtatParole.REFUSEE, EtatParole.MASQUEE)


class VerbeParole(models.TextChoices):
    """The verbs of moderation and answer; the log says the act done."""

    PUBLIER = "publier", "Publiée"
    RELIRE = "relire", "Relue après publication"
    REFUSER = "refuser", "Refusée"
    MASQUER = "masquer", "Masquée"
    RETABLIR = "retablir", "Rétablie après un recours"
    CORRIGER = "corriger", "Corrigée et renvoyée par son auteur ou son autrice"
    ETUDIER = "etudier", "Mise à l’étude"
    DONNER_SUITE = "donner_suite", "Suite donnée"
    CLASSER = "classer", "Classée sans suite"
    TRANSMETTRE = "transmettre", "Transmise"
    REPRENDRE = "reprendre", "Étude reprise"
    RETIRER = "retirer", "Retirée par son auteur ou son autrice"


# verb: (from, to). What an answer ended may be masked too: a notice of illegal content comes when
# it comes. `RETABLIR` leads back to the public state that was masked, when there was one.
PASSAGES: dict[VerbeParole, tuple[set[EtatParole], EtatParole]] = {
    VerbeParole.PUBLIER: ({EtatParole.RECUE}, EtatParole.PUBLIEE),
    VerbeParole.RELIRE: ({EtatParole.PUBLIEE}, EtatParole.PUBLIEE),
    VerbeParole.REFUSER: ({EtatParole.RECUE}, EtatParole.REFUSEE),
    VerbeParole.MASQUER: (set(PUBLIQUES), EtatParole.MASQUEE),
    VerbeParole.RETABLIR: (set(ECARTEES), EtatParole.PUBLIEE),
    VerbeParole.CORRIGER: (set(ECARTEES), EtatParole.RECUE),
    VerbeParole.ETUDIER: ({EtatParole.PUBLIEE}, EtatParole.ETUDIEE),
    VerbeParole.DONNER_SUITE: ({EtatParole.ETUDIEE}, EtatParole.SUITE_DONNEE),
    VerbeParole.CLASSER: ({EtatParole.ETUDIEE}, EtatParole.SANS_SUITE),
    VerbeParole.TRANSMETTRE: ({EtatParole.ETUDIEE}, EtatParole.TRANSMISE),
    VerbeParole.REPRENDRE: (set(REPONDUES), EtatParole.ETUDIEE),
    VerbeParole.RETIRER: (set(EtatParole) - {EtatParole.RETIREE}, EtatParole.RETIREE),
}
