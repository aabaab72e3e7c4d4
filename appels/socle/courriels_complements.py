"""The mails of a request to complete: what is asked, until when, and the answer."""

from appels.models import Complement, Rappel
from appels.socle import courriels


def demande(complement: Complement) -> None:
    """What the service asks, until when (CRPA R112-11-4)."""
    courriels.ecrire(
        f"complement-{complement.pk}",
        courriels.equipe(complement.dossier),
        "complement",
        {
            "dossier": complement.dossier,
            "complement": complement,
            "points": complement.points.select_related("document"),
        },
    )


def prolonge(complement: Complement, *, motif: str) -> None:
    """More time to answer."""
    courriels.ecrire(
        f"complement-prolonge-{complement.pk}-{complement.avant_le.isoformat()}",
        courriels.equipe(complement.dossier),
        "complement_prolonge",
        {"dossier": complement.dossier, "complement": complement, "motif": motif},
    )


def rappel(rappel: Rappel, complement: Complement) -> None:
    """The deadline to answer comes."""
    courriels.ecrire(
        f"rappel-complement-{complement.pk}-{complement.avant_le.isoformat()}",
        rappel.destinataires,
        "rappel_complement",
        {
            "dossier": rappel.dossier,
            "complement": complement,
            "points": complement.points.select_related("document"),
        },
    )


def clos(complement: Complement) -> None:
    """The service waits no more: nothing is to be done."""
    courriels.ecrire(
        f"complement-clos-{complement.pk}",
        courriels.equipe(complement.dossier),
        "complement_clos",
        {"dossier": complement.dossier},
    )


def reponse(complement: Complement) -> None:
    """To who asked, and to who has the dossier in charge; with neither, to who reads it."""
    dossier = complement.dossier
    agents = courriels.agents_charges(dossier, complement.demande_par)
    courriels.ecrire(
        f"reponse-{complement.pk}",
        agents,
        "reponse",
        {"dossier": dossier},
        urgent=False,
    )
