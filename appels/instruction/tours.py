"""Whose turn it is on a dossier, and since when: one line of the work list, in words.

Read from what `colonnes.charger` computed for the column « tour ».
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from appels.instruction import noms_courts
from appels.instruction.files import File
from appels.socle.stades import Stade
from partenaires.models import Partenaire
from quartiers.francais import INSECABLE, jour_court
from quartiers.horloge import a_paris

DossierCalcule = Any  # a `Dossier` that carries what `colonnes.calculs` computed
NOMMES = 3  # funders named in a line


@dataclass(frozen=True)
class Tour:
    """The mark beside the words, and the words."""

    temoin: str  # « a-vous », « demi », « plein » or « apres »
    mots: str


def tour(dossier: DossierCalcule) -> Tour:
    """Whose turn it is, at the instant when the dossier was read (`lu_le`)."""
    stade = Stade(dossier.stade)
    if dossier.message_le:
        return _a_vous("répondre au message", dossier.message_le, dossier.lu_le)
    if stade == Stade.A_EXAMINER and dossier.question_le:
        return Tour("apres", f"Porteur : question du {jour_court(dossier.question_le)}")
    if stade == Stade.FINANCEURS:
        return _chez_les_financeurs(dossier)
    if stade in A_VOUS:
        quoi = A_VOUS[stade]
        if dossier.reponse_recue:
            quoi = "lire la réponse"
        depuis = dossier.a_completer_avant if stade == Stade.DELAI_PASSE else dossier.etat_depuis
        return _a_vous(quoi, depuis, dossier.lu_le)
    if stade == Stade.A_COMPLETER:
        return Tour(
            "apres", f"Porteur : compléments avant le {jour_court(dossier.a_completer_avant)}"
        )
    if stade == Stade.A_OUVRIR:
        return Tour("apres", "Porteur : lettres à ouvrir")
    return Tour("plein" if stade == Stade.DECIDE else "apres", stade.label)


A_VOUS = {
    Stade.A_EXAMINER: "recevabilité",
    Stade.DELAI_PASSE: "délai de réponse passé",
    Stade.LETTRES: "préparer les lettres",
}


def _a_vous(quoi: str, depuis: datetime | None, instant: datetime) -> Tour:
    if depuis is None:
        return Tour("a-vous", f"À vous : {quoi}")
    return Tour("a-vous", f"À vous : {quoi} {depuis_quand(depuis, instant)}")


def depuis_quand(debut: datetime, instant: datetime) -> str:
    """« depuis 9 j », « depuis hier », « aujourd’hui », by the days of Paris."""
    jours = (a_paris(instant).date() - a_paris(debut).date()).days
    if jours <= 0:
        return "aujourd’hui"
    if jours == 1:
        return "depuis hier"
    return f"depuis {jours}{INSECABLE}j"


def _chez_les_financeurs(dossier: DossierCalcule) -> Tour:
    if dossier.file == File.VUS:
        return Tour("a-vous", "Vu en comité, décision à saisir")
    manquants = sans_avis(dossier)
    if not manquants:
        return Tour("plein", "Prêt pour le comité")
    noms = sorted(noms_courts.du_financeur(partenaire) for partenaire in manquants)
    suite = ", …" if len(noms) > NOMMES else ""
    return Tour(
        "demi", f"Avis attendu : {', '.join(noms[:NOMMES])}{suite}{_echeance_des_avis(dossier)}"
    )


def _echeance_des_avis(dossier: DossierCalcule) -> str:
    """« , encore 16 j » before the day that the call gives, « , 3 j de retard » after it."""
    if dossier.appel.avis_avant is None:
        return ""
    jours = (dossier.appel.avis_avant - a_paris(dossier.lu_le).date()).days
    if jours < 0:
        return f", {-jours}{INSECABLE}j de retard"
    return f", encore {jours}{INSECABLE}j" if jours else ", dernier jour"


def sans_avis(dossier: DossierCalcule) -> list[Partenaire]:
    """The funders asked whose opinion is awaited: neither shared, nor already decided.

    `est_avise` of each request is read by `colonnes.TABLES`.
    """
    return [
        demande.partenaire
        for demande in dossier.financements.all()
        if demande.partenaire and not demande.decision and not demande.est_avise
    ]


def avis_rendus(dossier: DossierCalcule) -> tuple[int, int]:
    """(opinions shared, funders asked), each funder once."""
    avises = {
        demande.partenaire_id: demande.est_avise
        for demande in dossier.financements.all()
        if demande.partenaire_id
    }
    return sum(avises.values()), len(avises)
