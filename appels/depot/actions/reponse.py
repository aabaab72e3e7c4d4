"""What the service asked is answered, or will not be: the wait ends."""

from datetime import date, datetime

from appels.models import Complement, Dossier, Version
from appels.socle import courriels_complements, delais_legaux
from partenaires.models import Utilisateur
from quartiers.horloge import a_paris


def repondre(depose: Dossier, version: Version, *, recu_le: datetime) -> None:
    """The answer is attested: the wait is over.

    Called in the transaction of the deposit, on the locked dossier.
    """
    complement = Complement.objects.en_cours().filter(dossier=depose).first()
    if complement is None:
        return
    complement.repondu_le = recu_le
    complement.version = version
    complement.rejet_apres = depose.rejet_implicite_le
    complement.save(update_fields=["repondu_le", "version", "rejet_apres"])
    courriels_complements.reponse(complement)


def reporter_le_rejet(depose: Dossier, fin: datetime) -> None:
    """The implicit rejection is put off by the days that the organisation took, or was given.

    On a locked dossier, not saved.
    """
    complement = Complement.objects.en_cours().filter(dossier=depose).first()
    depose.a_completer_avant = None
    if complement and complement.rejet_avant and not rejet_est_ne(depose, fin):
        depose.rejet_implicite_le = rejet_reporte(complement, fin)


def rejet_est_ne(depose: Dossier, instant: datetime) -> bool:
    """The silence has refused already: what is given or answered later moves it no more."""
    rejet_le = depose.rejet_implicite_le
    return rejet_le is not None and rejet_le < a_paris(instant).date()


def rejet_reporte(complement: Complement, fin: datetime) -> date | None:
    """When a silence refuses, the wait ending then, or with the delay that was given.

    What is stored while the answer is awaited: the whole delay, so that no clock ages it.
    """
    if complement.rejet_avant is None:
        return None
    return delais_legaux.reporte(
        complement.rejet_avant,
        a_paris(complement.demande_le).date(),
        a_paris(min(fin, complement.avant_le)).date(),
    )


def sans_suite(dossier: Dossier, *, par: Utilisateur, recu_le: datetime) -> None:
    """The organisation withdraws: nothing is awaited any more. On a locked dossier, not saved."""
    Complement.objects.en_cours().filter(dossier=dossier).update(clos_le=recu_le, clos_par=par)
    dossier.a_completer_avant = None
