"""What authors, followers and senders of a notice are written; nobody else reads an address.

Each is a row written in the transaction of its act (`partenaires.socle.courriels.ecrire`), unique
for it; an author without an address is told nothing and follows by code. No mail to others carries
the text of a contribution: it may be masked tomorrow (U71).
"""

from datetime import date, datetime

from partenaires.concertation import reperes
from partenaires.concertation.verrous import dernier_passage
from partenaires.models import Abonnement, Contribution, Moderation, Recours, Signalement
from partenaires.socle.courriels import ecrire
from quartiers.horloge import a_paris
from quartiers.models import Quartier


def _suivi(contribution: Contribution) -> dict[str, object]:
    return {
        "contribution": contribution,
        "consultation": contribution.consultation,
        "jeton": reperes.jeton("suivi", contribution.pk),
    }


def _a_l_auteur(
    acte: str, contribution: Contribution, gabarit: str, contexte: dict[str, object] | None = None
) -> None:
    """Nothing when they gave no address, or when it was taken away since."""
    if contribution.courriel:
        dits = {**_suivi(contribution), **(contexte or {})}
        ecrire(acte, [contribution.courriel], f"parole_{gabarit}", dits)


def recue(contribution: Contribution, code: str) -> None:
    """It is received; what happens next, and how to follow it."""
    _a_l_auteur(f"parole-recue-{contribution.pk}", contribution, "recue", {"code": code})


def publiee(contribution: Contribution, le: datetime) -> None:
    """Everybody reads it, at this address; told again when it was refused, then corrected."""
    _a_l_auteur(
        f"parole-publiee-{contribution.pk}-{dernier_passage(contribution)}",
        contribution,
        "publiee",
        {"promise_le": _promise(contribution, le)},
    )


def _promise(contribution: Contribution, le: datetime) -> date | None:
    """The day that it was promised, while it is still to come."""
    promise = contribution.reponse_promise_le
    return promise if promise and promise >= a_paris(le).date() else None


def ecartee(moderation: Moderation) -> None:
    """Refused or masked: by whom, the reason, in which words, which rule, how to contest it."""
    _a_l_auteur(
        f"parole-ecartee-{moderation.pk}",
        moderation.contribution,
        "ecartee",
        {
            "moderation": moderation,
            "consultation_ouverte": moderation.contribution.consultation.est_ouverte(moderation.le),
        },
    )


def repondue(contribution: Contribution) -> None:
    """The answer of the service; a new one when it changed."""
    reponse = contribution.reponse
    _a_l_auteur(
        f"parole-repondue-{contribution.pk}-{reponse.le.isoformat()}",
        contribution,
        "repondue",
        {"reponse": reponse},
    )


def recours_tranche(recours: Recours) -> None:
    """Somebody else looked again, and what they decided."""
    _a_l_auteur(
        f"parole-recours-{recours.pk}", recours.contribution, "recours", {"recours": recours}
    )


def signalement_recu(signalement: Signalement) -> None:
    """The receipt of a notice."""
    _au_signaleur(signalement, "recu")


def signalement_tranche(signalement: Signalement) -> None:
    """The decision on a notice, its reason, and how to contest it."""
    _au_signaleur(signalement, "tranche")


def _au_signaleur(signalement: Signalement, gabarit: str) -> None:
    if signalement.courriel:
        ecrire(
            f"signalement-{gabarit}-{signalement.pk}",
            [signalement.courriel],
            f"signalement_{gabarit}",
            {"signalement": signalement, "contribution": signalement.contribution},
        )


def confirmer_l_abonnement(abonnement: Abonnement, le: datetime) -> None:
    """Somebody typed this address: nothing more is sent until it is confirmed."""
    ecrire(
        f"abonnement-{abonnement.pk}-{le.isoformat()}",
        [abonnement.courriel],
        "abonnement_a_confirmer",
        {"quartier": abonnement.quartier, "jeton": reperes.jeton("confirmer", abonnement.pk)},
    )


def nouvelles_du_quartier(
    abonnement: Abonnement, quartier: Quartier, *, paroles: int, reponses: int, le: datetime
) -> None:
    """How many words and answers are new there; the page tells them, as long as they are public."""
    jeton = reperes.jeton("arreter", abonnement.pk)
    ecrire(
        f"quartier-{abonnement.pk}-{le.date().isoformat()}",
        [abonnement.courriel],
        "quartier_nouvelles",
        {"quartier": quartier, "paroles": paroles, "reponses": reponses, "jeton": jeton},
        desabonner=f"/participer/arreter/{jeton}/",
    )
