"""To erase what a person said of themself, and the mails that were sent to them.

Mails go by the act that wrote them: an address that also follows a quartier keeps what it was told
there.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q
from post_office.models import STATUS

from partenaires.models import Abonnement, Contribution, Envoi, Signalement, Utile
from partenaires.socle import postier


def oublier(contribution: Contribution, *, le: datetime) -> None:
    """Erase its words, its address, its mails, and what was said of it; what remains are numbers.

    A notice that waits keeps its explanation until its decision.
    """
    contribution.texte = ""
    contribution.titre = ""
    contribution.pseudonyme = ""
    contribution.effacee_le = le
    contribution.save(update_fields=["texte", "titre", "pseudonyme", "effacee_le"])
    oublier_l_adresse(contribution)
    contribution.recours.update(texte="")
    contribution.signalements.filter(tranche_le__isnull=False).update(explication="")
    Utile.objects.filter(reponse__contribution=contribution).update(pourquoi="")


def oublier_l_adresse(contribution: Contribution) -> None:
    """The address, and every mail that went there or was going to."""
    postier.effacer(Envoi.objects.filter(_actes_de(contribution)))
    contribution.courriel = ""
    contribution.save(update_fields=["courriel"])


def _actes_de(contribution: Contribution) -> Q:
    pk = contribution.pk
    actes = Q(acte__in=[f"parole-recue-{pk}", f"parole-publiee-{pk}"])
    actes |= Q(acte__startswith=f"parole-publiee-{pk}-")
    actes |= Q(acte__startswith=f"parole-repondue-{pk}-")
    actes |= Q(acte__in=_par_lignes("parole-ecartee", contribution.moderations.values_list("pk")))
    actes |= Q(acte__in=_par_lignes("parole-recours", contribution.recours.values_list("pk")))
    return actes


def _par_lignes(acte: str, cles: Iterable[tuple[int]]) -> list[str]:
    return [f"{acte}-{cle}" for (cle,) in cles]


def oublier_qui_a_signale(signalement: Signalement) -> None:
    """Name, address, mails and own words of who sent a notice; its reason and decision stay."""
    pk = signalement.pk
    actes = [f"signalement-recu-{pk}", f"signalement-tranche-{pk}"]
    postier.effacer(Envoi.objects.filter(acte__in=actes))
    signalement.nom = ""
    signalement.courriel = ""
    signalement.explication = ""
    signalement.save(update_fields=["nom", "courriel", "explication"])


def oublier_un_abonnement(abonnement: Abonnement) -> None:
    """Who followed a quartier: the row, and every mail that it was written."""
    pk = abonnement.pk
    siens = Q(acte__startswith=f"abonnement-{pk}-") | Q(acte__startswith=f"quartier-{pk}-")
    postier.effacer(Envoi.objects.filter(siens))
    abonnement.delete()


def oublier_les_restes() -> int:
    """Mails to an address that no row holds any more; gives how many.

    One that was leaving while its author went away is found here the day after.
    """
    # What begins an act, and the addresses that it writes to: `courriels`.
    tenues = {
        "parole-": Contribution.objects.exclude(courriel="").values("courriel"),
        "signalement-": Signalement.objects.exclude(courriel="").values("courriel"),
        "abonnement-": Abonnement.objects.values("courriel"),
        "quartier-": Abonnement.objects.values("courriel"),
    }
    nombre = 0
    for debut, adresses in tenues.items():
        envois = Envoi.objects.filter(
            acte__startswith=debut, courriel__status__in=(STATUS.sent, STATUS.failed)
        )
        nombre += postier.effacer(envois.exclude(destinataire__in=adresses))
    return nombre
