"""To read what residents wrote: publish, refuse, mask; look again when somebody contests."""

from collections.abc import Sequence
from datetime import date, datetime, time

from django.db import transaction

from partenaires.concertation import courriels, droits, releve
from partenaires.concertation.actions.contributions import contester
from partenaires.concertation.etats import franchir
from partenaires.concertation.reperage import tout_ce_qui_parait
from partenaires.concertation.verrous import HorsDuPerimetre, verrouiller
from partenaires.models import (
    Contribution,
    DecisionSignalement,
    Moderation,
    MotifModeration,
    Recours,
    Signalement,
    SourceParole,
    Utilisateur,
    VerbeParole,
)
from partenaires.socle.refus import Conflit, Refus
from quartiers.francais import jour, moment
from quartiers.horloge import a_paris, depuis_paris
from quartiers.models import Parution

LOT_MAX = 50  # read together: beyond, nobody has read them


class ConsultationPasPublique(Refus):
    """Nothing of a draft is published."""

    phrase = (
        "Cette consultation n’est pas encore publiée : ses contributions ne peuvent pas l’être non "
        "plus. La ou le responsable la publie d’abord."
    )


class MemePersonne(Refus):
    """Who refused or masked does not judge the appeal (H6)."""

    phrase = droits.peut_trancher_le_recours.phrase


class ArriveeImpossible(Refus):
    """An appeal comes after what it contests, and before it is typed."""

    champ = "arrive_le"


class DejaTranche(Conflit):
    """Another agent decided meanwhile."""

    def __init__(self, ligne: Recours | Signalement):
        le = moment(ligne.tranche_le) if ligne.tranche_le else ""
        super().__init__(
            ligne, f"{ligne.tranche_par} a déjà décidé le {le}. Rien d’autre n’a changé."
        )


@transaction.atomic
def publier(contribution: Contribution, *, vu: int, par: Utilisateur, recu_le: datetime) -> None:
    """Everybody reads it; its author is told when they left an address.

    Raises `ParoleChangee`, `PassageImpossible`, `ConsultationPasPublique`, `HorsDuPerimetre`.
    """
    ligne = verrouiller(contribution, par=par, vu=vu)
    if ligne.consultation.publiee_le is None:
        raise ConsultationPasPublique
    franchir(ligne, VerbeParole.PUBLIER, par=par, le=recu_le)
    courriels.publiee(ligne, recu_le)


@transaction.atomic
def relire(contribution: Contribution, *, vu: int, par: Utilisateur, recu_le: datetime) -> None:
    """What was published as it was sent is read, and stays: the log says by whom.

    Raises `ParoleChangee`, `PassageImpossible`, `HorsDuPerimetre`.
    """
    ligne = verrouiller(contribution, par=par, vu=vu)
    franchir(ligne, VerbeParole.RELIRE, par=par, le=recu_le)


@transaction.atomic
def ecarter(
    contribution: Contribution,
    verbe: VerbeParole,
    *,
    motif: str,
    texte: str,
    regle: str,
    vu: int,
    par: Utilisateur,
    recu_le: datetime,
) -> Moderation:
    """Refuse or mask, with its reason, own words and the rule: its author reads them, may appeal.

    Raises `ParoleChangee`, `PassageImpossible`, `HorsDuPerimetre`.
    """
    ligne = verrouiller(contribution, par=par, vu=vu)
    passage = franchir(ligne, verbe, par=par, le=recu_le, motif=motif, texte=texte, regle=regle)
    courriels.ecartee(passage)
    return passage


def publier_ensemble(
    contributions: Sequence[Contribution], *, par: Utilisateur, recu_le: datetime
) -> tuple[list[Contribution], dict[Contribution, str]]:
    """Publish what was ticked; what may not be is left aside, each with its sentence.

    A text that tells who somebody is is never published in a lot: it is read on its own page.
    """
    noms = releve.noms_des_agents()
    faites = []
    laissees = {}
    for contribution in contributions[:LOT_MAX]:
        montre = releve.genres(tout_ce_qui_parait(contribution), noms)
        if montre:
            quoi = ", ".join(str(genre.label) for genre in montre)
            laissees[contribution] = f"Ce texte contient {quoi} : relisez-le sur sa page."
            continue
        try:
            publier(contribution, vu=0, par=par, recu_le=recu_le)
            faites.append(contribution)
        except Refus as refus:
            laissees[contribution] = refus.phrase
    return faites, laissees


@transaction.atomic
def recueillir_un_recours(
    contribution: Contribution,
    texte: str,
    *,
    source: SourceParole,
    arrive_le: date,
    vu: int,
    par: Utilisateur,
    recu_le: datetime,
) -> Recours:
    """An appeal that came on paper, in a meeting or by telephone: judged like any other.

    Raises `ParoleChangee`, `HorsDuPerimetre`, `ArriveeImpossible`, `RecoursImpossible`.
    """
    ligne = verrouiller(contribution, par=par, vu=vu)
    decision = ligne.moderations.last()
    if arrive_le > a_paris(recu_le).date():
        raise ArriveeImpossible("Ce jour n’est pas encore venu : vérifiez la date.")
    if decision and arrive_le < a_paris(decision.le).date():
        raise ArriveeImpossible(
            f"La décision contestée est du {jour(decision.le)} : vérifiez la date du recours."
        )
    matin = depuis_paris(datetime.combine(arrive_le, time(9)))
    return contester(ligne, texte, le=matin, source=source, saisi_par=par, recu_le=recu_le)


@transaction.atomic
def trancher_le_recours(
    recours: Recours,
    *,
    est_accepte: bool,
    reponse: str,
    par: Utilisateur,
    recu_le: datetime,
) -> Recours:
    """Somebody else looks: the text comes back, or stays out, with words either way.

    Raises `DejaTranche`, `MemePersonne`, `HorsDuPerimetre`, `PassageImpossible`.
    """
    contribution = (
        Contribution.objects.select_for_update(of=("self",))
        .select_related("consultation", "quartier", "axe")
        .get(pk=recours.contribution_id)
    )
    ligne = Recours.objects.select_for_update(of=("self",)).get(pk=recours.pk)
    if ligne.tranche_le:
        raise DejaTranche(ligne)
    if not droits.peut_moderer(par, contribution):
        raise HorsDuPerimetre
    if not droits.peut_trancher_le_recours(par, ligne):
        raise MemePersonne
    ligne.tranche_le = recu_le
    ligne.tranche_par = par
    ligne.est_accepte = est_accepte
    ligne.reponse = reponse
    ligne.save()
    if est_accepte:
        franchir(contribution, VerbeParole.RETABLIR, par=par, le=recu_le, texte=reponse)
    elif contribution.consultation.bilan_publie_le:
        Parution.avancer(recu_le)  # its synthesis says how many wait
    courriels.recours_tranche(ligne)
    return ligne


@transaction.atomic
def trancher_le_signalement(
    signalement: Signalement,
    *,
    masquer: bool,
    raison: str,
    voies: str,
    regle: str,
    par: Utilisateur,
    recu_le: datetime,
) -> Signalement:
    """Decide of a notice of illegal content: who sent it reads the decision and how to contest it.

    What is masked so has its reason and its rule, as any other; its author may appeal. A text that
    left the public meanwhile is left where it is, and the decision says so.
    Raises `DejaTranche`, `HorsDuPerimetre`.
    """
    contribution = (
        Contribution.objects.select_for_update(of=("self",))
        .select_related("consultation", "quartier", "axe")
        .get(pk=signalement.contribution_id)
    )
    ligne = Signalement.objects.select_for_update().get(pk=signalement.pk)
    if ligne.tranche_le:
        raise DejaTranche(ligne)
    if not droits.peut_moderer(par, contribution):
        raise HorsDuPerimetre
    ligne.decision = _decision(contribution, masquer)
    ligne.raison = raison
    ligne.voies = voies
    ligne.tranche_le = recu_le
    ligne.tranche_par = par
    if contribution.effacee_le:
        ligne.explication = ""  # it cites words that their author took back
    ligne.save()
    if ligne.decision == DecisionSignalement.MASQUEE:
        passage = franchir(
            contribution,
            VerbeParole.MASQUER,
            par=par,
            le=recu_le,
            motif=MotifModeration.ILLICITE,
            texte=raison,
            regle=regle,
        )
        courriels.ecartee(passage)
    courriels.signalement_tranche(ligne)
    return ligne


def _decision(contribution: Contribution, masquer: bool) -> DecisionSignalement:
    if not contribution.est_publique:
        return DecisionSignalement.DEJA_HORS_LIGNE
    return DecisionSignalement.MASQUEE if masquer else DecisionSignalement.GARDEE
