"""What follows a deposit, as its organisation reads it: the year step by step, who acts, by when.

Made without any page. A decision is told by its released letter only, a date by the service only:
what it has not said is « date à venir ».
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from appels.depot.relecture import annee_precedente
from appels.models import Complement, DocumentDemande, Dossier, Financement, Passage
from appels.models.echange import Message
from appels.models.etats import Transition
from appels.socle import droits, pieces_demandees, suivi
from appels.socle.resultats import Resultat
from appels.socle.resultats import pour_l_organisme as resultats_de
from appels.socle.suivi import CHEZ_LES_FINANCEURS, EtatPublic, Suivi
from partenaires.models import Genre, Utilisateur
from partenaires.socle import droits as droits_partenaires
from quartiers.francais import jour, moment
from quartiers.horloge import a_paris
from quartiers.models import Quartier

A_VENIR = "date à venir"
DE_DEHORS = {"Vous": "L’organisme", "À vous": "À l’organisme"}
SORTIES = {
    EtatPublic.IRRECEVABLE: Transition.ECARTER,
    EtatPublic.RETIRE: Transition.RETIRER,
}
AVANT_LES_FINANCEURS = (EtatPublic.EXAMEN, EtatPublic.A_COMPLETER)


class Place(StrEnum):
    """Where a step stands: the class of its drawing. Red says « à vous d’agir » only."""

    FAIT = "fait"
    A_VOUS = "moi"
    ICI = "la"
    APRES = "plus-tard"


class Cle(StrEnum):
    """The steps, and the fragment of page that tells each."""

    DEPOT = "depot"
    EXAMEN = "examen"
    DECISION = "decision"
    PROJET = "projet"
    BILAN = "bilan"
    FIN = "fin"


@dataclass(frozen=True)
class Etape:
    """`qui` acts; `quand` is in words."""

    cle: Cle
    nom: str
    qui: str
    quand: str
    place: Place
    phrases: tuple[str, ...] = ()

    @property
    def est_ici(self) -> bool:
        """The step where the dossier is now."""
        return self.place in (Place.ICI, Place.A_VOUS)


@dataclass(frozen=True)
class SuiteDuDepot:
    """What the page of a deposited dossier draws. Amounts in cents."""

    suivi: Suivi
    etapes: list[Etape]
    resultats: list[Resultat]  # for its members only
    demande: int
    complement: Complement | None  # what waits for an answer
    a_venir: list[DocumentDemande]  # documents that will be asked for
    quartiers: list[Quartier]
    dernier_message: Message | None
    sollicite_l_etat: bool
    peut: "Gestes"
    annee_precedente: int | None  # of the project that it takes up, when this person reads it
    apres: tuple[str, ...] = ()  # once all is decided: the project, then its report
    financeurs: int = 0
    parts: list[tuple[str, str, int]] = field(default_factory=list)  # tone, funder, cents

    @property
    def accorde(self) -> int:
        """What the opened letters grant."""
        return sum(resultat.accorde or 0 for resultat in self.resultats)

    @property
    def decisions_a_relire(self) -> bool:
        """Every letter was opened: they are read again from here."""
        return self.suivi.etat == EtatPublic.DECIDE and not self.suivi.a_ouvrir

    @property
    def a_des_reponses(self) -> bool:
        """A letter at least was opened: an amount may be told, be it none."""
        return any(resultat.accorde is not None for resultat in self.resultats)


@dataclass(frozen=True)
class Gestes:
    """What this person may do from the page, now."""

    lire_en_membre: bool  # of its organisation
    agir: bool  # one of its writers: the act of the card is theirs
    lire_les_messages: bool
    corriger: bool
    retirer: bool
    renoncer: bool

    @property
    def est_a_nous(self) -> bool:
        """« Vous » is the organisation for its members, and for the agent who writes for it."""
        return self.lire_en_membre or self.agir


def suivre(dossier: Dossier, personne: Utilisateur, instant: datetime) -> SuiteDuDepot:
    """The page of a deposited dossier, read by `suivi.avec_les_lettres` and `pour_lecture`."""
    lu = suivi.pour_l_organisme(dossier, instant)
    est_membre = bool(droits_partenaires.roles(personne, dossier.porteur_id))
    resultats = resultats_de(dossier) if est_membre and suivi.lettres_de(dossier).reponses else []
    demandes = list(
        dossier.financements.filter(partenaire__isnull=False).select_related("partenaire")
    )
    complements = list(dossier.complements.prefetch_related("points__document"))
    etapes = _etapes(dossier, lu, complements, resultats, instant)
    redige = droits.redige(personne, dossier)
    lue_chez_soi = est_membre or redige
    return SuiteDuDepot(
        suivi=lu,
        etapes=etapes if lue_chez_soi else _lues_de_dehors(etapes),
        apres=_apres(dossier, lu, resultats, "Votre" if lue_chez_soi else "Le", instant),
        resultats=resultats,
        demande=sum(demande.montant or 0 for demande in demandes),
        financeurs=len(demandes),
        complement=next((c for c in complements if c.est_en_cours), None),
        a_venir=pieces_demandees.a_venir(dossier) if lu.est_a_l_examen else [],
        quartiers=_quartiers(dossier),
        dernier_message=_dernier_message(dossier) if est_membre else None,
        sollicite_l_etat=any(_est_l_etat(demande) for demande in demandes),
        parts=_parts(demandes, resultats),
        annee_precedente=annee_precedente(dossier, personne),
        peut=Gestes(
            lire_en_membre=est_membre,
            agir=redige,
            lire_les_messages=droits.peut_lire_les_messages(personne, dossier),
            corriger=droits.peut_corriger(personne, dossier, instant),
            retirer=droits.peut_retirer(personne, dossier),
            renoncer=any(r.accorde for r in resultats) and droits.peut_renoncer(personne, dossier),
        ),
    )


def _est_l_etat(demande: Financement) -> bool:
    """The State, whose credits are asked on Dauphin."""
    return demande.partenaire is not None and demande.partenaire.genre == Genre.ETAT


def _quartiers(dossier: Dossier) -> list[Quartier]:
    """Each quartier of its places, once."""
    lieux = dossier.lieux.all()
    return list({lieu.quartier.pk: lieu.quartier for lieu in lieux if lieu.quartier}.values())


def _dernier_message(dossier: Dossier) -> Message | None:
    return dossier.messages.order_by("pk").last()


def _parts(
    demandes: Iterable[Financement], resultats: list[Resultat]
) -> list[tuple[str, str, int]]:
    """(tone, funder, cents) of what the opened letters grant, in the order of the tones."""
    tons = {demande.nom: demande.partenaire.ton for demande in demandes if demande.partenaire}
    parts = [(tons[r.financeur], r.financeur, r.accorde) for r in resultats if r.accorde]
    return sorted(parts)


def _lues_de_dehors(etapes: list[Etape]) -> list[Etape]:
    """For the service and the funders, who is « vous » is the organisation."""
    return [replace(etape, qui=DE_DEHORS.get(etape.qui, etape.qui)) for etape in etapes]


# --- The steps ------------------------------------------------------------------------------------


def _etapes(
    dossier: Dossier,
    lu: Suivi,
    complements: list[Complement],
    resultats: list[Resultat],
    instant: datetime,
) -> list[Etape]:
    """From the deposit to the report; a dossier that is out of the race stops where it left."""
    franchis = {
        passage.acte: passage
        for passage in dossier.passages.filter(
            acte__in=[Transition.ADMETTRE, Transition.ECARTER, Transition.RETIRER]
        )
    }
    depot = _depot(dossier)
    if lu.etat in SORTIES:
        return [depot, _sortie(lu, franchis.get(SORTIES[lu.etat]))]
    examen = _examen(dossier, lu, complements, franchis.get(Transition.ADMETTRE))
    decision = _decision(dossier, lu, resultats)
    if lu.etat == EtatPublic.DECIDE and _tout_est_refuse(resultats):
        return [depot, examen, decision]
    return [depot, examen, decision, *_apres_la_decision(dossier, lu, instant)]


def _depot(dossier: Dossier) -> Etape:
    assert dossier.depose_le is not None
    return Etape(Cle.DEPOT, "Déposé", "Vous", jour(dossier.depose_le), Place.FAIT)


def _sortie(lu: Suivi, passage: Passage | None) -> Etape:
    """Withdrawn, or not receivable: nothing follows."""
    qui = "Vous" if lu.etat == EtatPublic.RETIRE else "Le service"
    quand = jour(passage.le) if passage else ""
    motif = passage.motif if passage else ""
    phrases = (lu.phrase, motif) if motif else (lu.phrase,)
    return Etape(Cle.FIN, str(lu.etat.label), qui, quand, Place.ICI, phrases)


def _examen(
    dossier: Dossier, lu: Suivi, complements: list[Complement], admis: Passage | None
) -> Etape:
    """The service looks whether all is there, and asks."""
    phrases = tuple(_phrase_du_complement(complement) for complement in complements)
    if lu.etat not in AVANT_LES_FINANCEURS and admis:
        declare = f"Déclaré recevable le {jour(admis.le)} par le service Cohésion Sociale."
        return Etape(Cle.EXAMEN, "Examiné", "Le service", "", Place.FAIT, (declare, *phrases))
    if lu.etat == EtatPublic.A_COMPLETER:
        return Etape(Cle.EXAMEN, "À compléter", "À vous", _limite(lu), Place.A_VOUS, phrases)
    if lu.etat == EtatPublic.EXAMEN:
        quand = _le(dossier.appel.examen_le)
        regarde = "Le service regarde si le dossier est complet. S’il manque quelque chose, il "
        regarde += "vous écrit : vous recevez un courriel."
        return Etape(
            Cle.EXAMEN, "En cours d’examen", "Le service", quand, Place.ICI, (regarde, *phrases)
        )
    return Etape(Cle.EXAMEN, "Examiné", "Le service", "", Place.FAIT, phrases)


def _limite(lu: Suivi) -> str:
    return f"avant le {moment(lu.avant_le)}" if lu.avant_le else ""


def _le(quand: date | None) -> str:
    """« à partir du 4 janvier 2027 »."""
    return f"à partir du {jour(quand)}" if quand else A_VENIR


def _phrase_du_complement(complement: Complement) -> str:
    demande = f"Compléments demandés le {jour(complement.demande_le)}"
    if complement.repondu_le:
        return f"{demande} ; réponse déposée le {jour(complement.repondu_le)}."
    if complement.clos_le:
        return f"{demande} ; le service n’attend plus de réponse depuis le " + (
            f"{jour(complement.clos_le)}."
        )
    return f"{demande}, à apporter avant le {moment(complement.avant_le)}, heure de Paris."


def _decision(dossier: Dossier, lu: Suivi, resultats: list[Resultat]) -> Etape:
    """Each funder decides for itself; the letters that arrived say when."""
    quand = _le(dossier.appel.decision_le)
    lettres = [resultat.lettre for resultat in resultats if resultat.lettre]
    jours = sorted(a_paris(lettre.liberee_le).date() for lettre in lettres if lettre.liberee_le)
    if jours:
        quand = jour(jours[0])
        if jours[-1] != jours[0]:
            quand = f"du {jour(jours[0])} au {jour(jours[-1])}"
    phrases = []
    if dossier.appel.comite_le and not jours:
        phrases.append(f"Comité des financeurs : {_le(dossier.appel.comite_le)}.")
    nom, place = "Décision de chaque financeur", Place.APRES
    if lu.etat in CHEZ_LES_FINANCEURS:
        place = Place.ICI
    if lu.etat == EtatPublic.DECIDE:
        nom, place = "Décidé par chaque financeur", Place.FAIT
    if lu.a_ouvrir:
        place = Place.A_VOUS
    return Etape(Cle.DECISION, nom, "Les financeurs", quand, place, tuple(phrases))


def _tout_est_refuse(resultats: list[Resultat]) -> bool:
    """Every letter was opened, and none grants anything."""
    lues = [resultat for resultat in resultats if resultat.lettre and resultat.lettre.lue_le]
    return bool(resultats) and len(lues) == len(resultats) and not any(r.accorde for r in lues)


def _apres_la_decision(dossier: Dossier, lu: Suivi, instant: datetime) -> list[Etape]:
    """The project, then its report."""
    est_decide = lu.etat == EtatPublic.DECIDE and not lu.a_ouvrir
    aujourd_hui = a_paris(instant).date()
    est_fini = dossier.fin_le is not None and dossier.fin_le < aujourd_hui
    nom, quand = "Le projet a lieu", A_VENIR
    if dossier.debut_le and dossier.debut_le > aujourd_hui:
        nom = "Le projet va commencer"
    if dossier.debut_le and dossier.fin_le:
        quand = f"du {jour(dossier.debut_le)} au {jour(dossier.fin_le)}"
    projet, bilan = Place.APRES, Place.APRES
    if est_decide:
        projet = Place.FAIT if est_fini else Place.ICI
        bilan = Place.ICI if est_fini else Place.APRES
    return [
        Etape(Cle.PROJET, nom, "Vous", quand, projet),
        Etape(Cle.BILAN, "Bilan à rendre", "Vous", _le(dossier.appel.bilan_le), bilan),
    ]


def _apres(
    dossier: Dossier, lu: Suivi, resultats: list[Resultat], article: str, instant: datetime
) -> tuple[str, ...]:
    """What comes once every letter was opened, the nearest first; nothing when all is refused."""
    if lu.etat != EtatPublic.DECIDE or lu.a_ouvrir or _tout_est_refuse(resultats):
        return ()
    aujourd_hui = a_paris(instant).date()
    bilan = "Bilan à rendre, à une date que le service dira"
    if dossier.appel.bilan_le:
        bilan = f"Bilan attendu {_le(dossier.appel.bilan_le)}"
    if dossier.debut_le and dossier.debut_le > aujourd_hui:
        return f"{article} projet commence le {jour(dossier.debut_le)}", bilan
    if dossier.fin_le and dossier.fin_le >= aujourd_hui:
        return f"{article} projet a lieu jusqu’au {jour(dossier.fin_le)}", bilan
    return (bilan,)
