"""Ask an organisation to complete or correct what it deposited, give more time, stop waiting."""

from datetime import datetime

from django.db import transaction

from appels.depot.actions.reponse import rejet_est_ne, rejet_reporte, reporter_le_rejet
from appels.instruction.demandes import DelaiPlusCourt, Demande, PlusDAttente, exiger_un_delai
from appels.models import Acte, Complement, Dossier, NomPartie, Point
from appels.models.etats import Transition
from appels.socle import courriels_complements, reveil
from appels.socle.empechement import verrouiller_pour_instruire
from partenaires.models import Utilisateur
from quartiers import suites
from quartiers.francais import date_et_heure


@transaction.atomic
@suites.en_une_fois()
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

    Raises `DelaiPasse`, `DelaiTropLoin` or `TransitionInterdite`, and then nothing is written.
    """
    exiger_un_delai(avant_le, recu_le)
    verrouille = verrouiller_pour_instruire(dossier, par=par)
    complement = Complement(
        dossier=verrouille,
        demande_le=recu_le,
        demande_par=par,
        avant_le=avant_le,
        message=message,
        rejet_avant=verrouille.rejet_implicite_le,
    )
    demandes = [[NomPartie(point.partie).label, "", str(point.document or "")] for point in points]
    verrouille.a_completer_avant = avant_le
    verrouille.rejet_implicite_le = rejet_reporte(complement, avant_le)
    verrouille.franchir(
        Transition.DEMANDER_COMPLEMENT,
        par=par,
        le=recu_le,
        champs=demandes,
    )
    complement.save()
    Point.objects.bulk_create(
        Point(
            complement=complement,
            partie=point.partie,
            document=point.document,
            demande=point.texte,
        )
        for point in points
    )
    courriels_complements.demande(complement)
    reveil.apres_commit("appels.envoyer_courriels")
    return complement


@transaction.atomic
def prolonger(
    dossier: Dossier,
    avant_le: datetime,
    *,
    motif: str,
    par: Utilisateur,
    recu_le: datetime,
) -> Complement:
    """More time for the answer, even once the deadline has passed; logged, told.

    Raises `PlusDAttente`, `DelaiPasse`, `DelaiTropLoin` or `DelaiPlusCourt`: nothing is written.
    """
    verrouille = verrouiller_pour_instruire(dossier, par=par)
    complement = Complement.objects.en_cours().filter(dossier=verrouille).first()
    if complement is None or not verrouille.est_a_completer:
        raise PlusDAttente(verrouille.entre_temps())
    exiger_un_delai(avant_le, recu_le)
    if avant_le <= complement.avant_le:
        raise DelaiPlusCourt
    avant = complement.avant_le
    complement.avant_le = avant_le
    complement.save(update_fields=["avant_le"])
    verrouille.a_completer_avant = avant_le
    if not rejet_est_ne(verrouille, recu_le):
        verrouille.rejet_implicite_le = rejet_reporte(complement, avant_le)
    verrouille.save(update_fields=["a_completer_avant", "rejet_implicite_le"])
    verrouille.passages.create(
        acte=Acte.PROLONGER_COMPLEMENT,
        par=par,
        le=recu_le,
        motif=motif,
        champs=[["délai", date_et_heure(avant), date_et_heure(avant_le)]],
    )
    courriels_complements.prolonge(complement, motif=motif)
    reveil.apres_commit("appels.envoyer_courriels")
    return complement


@transaction.atomic
@suites.en_une_fois()
def clore(dossier: Dossier, *, motif: str, par: Utilisateur, recu_le: datetime) -> None:
    """The service gives up what it asked, or stops waiting.

    The dossier is then examined as it was deposited, or stays receivable when only a revision was
    asked, and the organisation told when it still had
    time. Raises `TransitionInterdite`.
    """
    verrouille = verrouiller_pour_instruire(dossier, par=par)
    complement = Complement.objects.en_cours().filter(dossier=verrouille).first()
    verbe = Transition.CLORE_COMPLEMENT
    if complement and complement.est_une_revision():
        verbe = Transition.CLORE_REVISION
    reporter_le_rejet(verrouille, recu_le)
    verrouille.franchir(
        verbe,
        par=par,
        le=recu_le,
        motif=motif,
    )
    if complement:
        complement.clos_le = recu_le
        complement.clos_par = par
        complement.rejet_apres = verrouille.rejet_implicite_le
        complement.save(update_fields=["clos_le", "clos_par", "rejet_apres"])
        if recu_le < complement.avant_le:
            courriels_complements.clos(complement)
            reveil.apres_commit("appels.envoyer_courriels")
