"""Ask an organisation to complete or correct what it deposited; its answer, or the end of the
wait.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from appels.depot.actions.reponse import reporter_le_rejet
from appels.models import Complement, DocumentDemande, Dossier, NomPartie, Point
from appels.models.etats import Transition
from appels.socle import courriels, reveil
from appels.socle.verrous import verrouiller
from partenaires.models import Utilisateur


class DelaiPasse(Exception):
    """The deadline given is not in the future."""


@dataclass(frozen=True)
class Demande:
    """One point: a part, the document if there is one, the words."""

    partie: str
    texte: str
    document: DocumentDemande | None = None


@transaction.atomic
def demander(
    dossier: Dossier,
    points: list[Demande],
    *,
    avant_le: datetime,
    message: str,
    par: Utilisateur,
    recu_le: datetime,
) -> Complement:
    """Reopen these parts until `avant_le`; the implicit rejection waits meanwhile (CRPA L114-5).

    Raises `DelaiPasse` or `TransitionInterdite`, and then nothing is written.
    """
    if avant_le <= recu_le:
        raise DelaiPasse
    verrouille = verrouiller(dossier)
    complement = Complement(
        dossier=verrouille,
        demande_le=recu_le,
        demande_par=par,
        avant_le=avant_le,
        message=message,
        rejet_avant=verrouille.rejet_implicite_le,
    )
    verrouille.a_completer_avant = avant_le
    verrouille.franchir(
        Transition.DEMANDER_COMPLEMENT,
        par=par,
        le=recu_le,
        champs=[[NomPartie(point.partie).label, "", str(point.document or "")] for point in points],
    )
    complement.save()
    Point.objects.bulk_create(
        Point(
            complement=complement, partie=point.partie, document=point.document, demande=point.texte
        )
        for point in points
    )
    courriels.complement(complement)
    reveil.apres_commit("appels.envoyer_courriels")
    return complement


@transaction.atomic
def clore(dossier: Dossier, *, motif: str, par: Utilisateur, recu_le: datetime) -> None:
    """The service gives up what it asked, or stops waiting: the dossier is examined as it was
    deposited.

    Raises `TransitionInterdite`.
    """
    verrouille = verrouiller(dossier)
    complement = Complement.objects.en_cours().filter(dossier=verrouille).first()
    reporter_le_rejet(verrouille, recu_le)
    verrouille.franchir(Transition.CLORE_COMPLEMENT, par=par, le=recu_le, motif=motif)
    if complement:
        complement.clos_le, complement.clos_par = recu_le, par
        complement.rejet_apres = verrouille.rejet_implicite_le
        complement.save(update_fields=["clos_le", "clos_par", "rejet_apres"])
        if recu_le < complement.avant_le:
            courriels.complement_clos(complement)
            reveil.apres_commit("appels.envoyer_courriels")
