"""What the author of a contribution does: write, contest, correct, take away."""

from dataclasses import fields
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from partenaires.concertation import courriels, delais, reperage, reperes
from partenaires.concertation.dires import Parole, Recueil
from partenaires.concertation.etats import franchir
from partenaires.concertation.oubli import oublier
from partenaires.models import (
    Consultation,
    Contribution,
    Recours,
    SourceParole,
    Utilisateur,
    VerbeParole,
)
from partenaires.models.etats_des_paroles import EtatParole
from partenaires.socle.refus import Refus
from quartiers.francais import moment
from quartiers.horloge import a_paris
from quartiers.models import Parution


class ConsultationFermee(Refus):
    """Nobody writes there now; the sentence says since when, and what to do."""


@transaction.atomic
def recevoir(
    consultation: Consultation,
    parole: Parole,
    *,
    cle: UUID,
    le: datetime,
    recueil: Recueil | None = None,
    compte: Utilisateur | None = None,
) -> Contribution:
    """Keep a word; the same key twice is one word. Raises `ConsultationFermee`, `DejaServie`.

    With a verified account (`compte`), where the consultation says so, it is published at once,
    unless the detector saw something of a person in it. What an agent enters from paper may come
    after the end: it was said before.
    """
    # Held: nobody closes it meanwhile, and two sendings of one form come one after the other.
    consultation = Consultation.objects.select_for_update().get(pk=consultation.pk)
    envoi = reperes.empreinte("envoi", cle.hex)
    if deja := Contribution.objects.filter(envoi=envoi).first():
        if deja.consultation_id != consultation.pk or not _est_la_meme(deja, parole):
            raise reperes.DejaServie
        return deja
    if recueil is None and not consultation.est_ouverte(le):
        raise ConsultationFermee(_fermee(consultation, le))
    code = reperes.code_de(cle)
    contribution = Contribution.objects.create(
        consultation=consultation,
        type=parole.type,
        texte=parole.texte,
        titre=parole.titre,
        quartier=parole.quartier,
        axe=parole.axe,
        pseudonyme=parole.pseudonyme,
        courriel=parole.courriel,
        source=recueil.source if recueil else SourceParole.EN_LIGNE,
        saisie_par=recueil.saisie_par if recueil else None,
        dite_le=recueil.dite_le if recueil else None,
        envoi=envoi,
        code=reperes.empreinte("code", code),
        recue_le=le,
        a_relire_avant=_a_relire_avant(consultation, le),
        reponse_promise_le=consultation.promesse(le),
    )
    parait = compte is not None and _parait_tout_de_suite(consultation, parole)
    if parait:
        franchir(contribution, VerbeParole.PUBLIER, par=None, le=le)
    courriels.recue(contribution, code)
    if parait:
        courriels.publiee(contribution, le)
    return contribution


def _est_la_meme(contribution: Contribution, parole: Parole) -> bool:
    """True when what is kept is what is sent again, field by field."""
    return all(
        getattr(contribution, champ.name) == getattr(parole, champ.name) for champ in fields(parole)
    )


def _fermee(consultation: Consultation, le: datetime) -> str:
    if consultation.est_a_venir(le):
        return (
            f"Cette consultation ouvre le {moment(consultation.ouvre_le)}, heure de Paris. Votre "
            "texte est toujours dans la page : gardez-le, et revenez à partir de ce moment."
        )
    quand = f" depuis le {moment(consultation.fin)}, heure de Paris" if consultation.fin else ""
    return (
        f"Les contributions sont closes{quand}. Votre texte est toujours dans la page : copiez-le, "
        "et choisissez une autre consultation ouverte, ou écrivez au service."
    )


def _a_relire_avant(consultation: Consultation, le: datetime) -> date | None:
    """What is promised to this author; None while the CUA has promised nothing."""
    if consultation.delai_de_relecture is None:
        return None
    return delais.jours_ouvres_apres(a_paris(le).date(), consultation.delai_de_relecture)


def _parait_tout_de_suite(consultation: Consultation, parole: Parole) -> bool:
    tout = reperage.tout_ce_qui_parait(parole)
    return consultation.relue_ensuite and not reperage.trouvailles(tout)


class RecoursImpossible(Refus):
    """There is nothing to contest, or it was contested already."""


@transaction.atomic
def contester(
    contribution: Contribution,
    texte: str,
    *,
    le: datetime,
    source: SourceParole = SourceParole.EN_LIGNE,
    saisi_par: Utilisateur | None = None,
    recu_le: datetime | None = None,
) -> Recours:
    """Ask somebody else of the service to look again (H6). Raises `RecoursImpossible`.

    `le`: when it was received; what did not come online is typed by an agent, at `recu_le`.
    """
    ligne = Contribution.objects.select_for_update().get(pk=contribution.pk)
    decision = ligne.moderations.last()
    if not ligne.est_ecartee or decision is None:
        raise RecoursImpossible(
            "Cette contribution n’est ni refusée ni masquée : il n’y a rien à contester."
        )
    if Recours.objects.filter(moderation=decision).exists():
        raise RecoursImpossible(
            "Un recours est déjà enregistré : une autre personne du service relit ce texte."
        )
    if ligne.consultation.bilan_publie_le:
        Parution.avancer(recu_le or le)  # its synthesis says how many wait
    return Recours.objects.create(
        contribution=ligne,
        moderation=decision,
        texte=texte,
        depose_le=le,
        source=source,
        saisi_par=saisi_par,
    )


class CorrectionImpossible(Refus):
    """There is nothing to send again, or somebody is looking at it."""


def peut_etre_corrigee(contribution: Contribution, le: datetime) -> bool:
    """Its author may send it again, changed: put aside, contested by nobody, still asked for."""
    return (
        contribution.est_ecartee
        and contribution.consultation.est_ouverte(le)
        and not contribution.recours.en_attente().exists()
    )


@transaction.atomic
def corriger(
    contribution: Contribution, *, texte: str, pseudonyme: str, le: datetime
) -> Contribution:
    """Sent again by its author without what was refused (H4): it waits to be read, as at first.

    The same correction twice is one. Raises `CorrectionImpossible`, `ConsultationFermee`.
    """
    consultation = Consultation.objects.select_for_update().get(pk=contribution.consultation_id)
    ligne = Contribution.objects.select_for_update().get(pk=contribution.pk)
    est_la_meme = (ligne.texte, ligne.pseudonyme) == (texte, pseudonyme)
    if ligne.etat == EtatParole.RECUE and est_la_meme:
        return ligne
    if not ligne.est_ecartee:
        raise CorrectionImpossible(
            "Cette contribution n’est ni refusée ni masquée : il n’y a rien à corriger ici."
        )
    if ligne.recours.en_attente().exists():
        raise CorrectionImpossible(
            "Vous avez contesté la décision : une autre personne relit votre texte tel qu’il est. "
            "Attendez sa réponse, elle s’affiche sur la page de suivi."
        )
    if not consultation.est_ouverte(le):
        raise ConsultationFermee(_fermee(consultation, le))
    if est_la_meme:
        raise CorrectionImpossible(
            "Rien n’a changé dans ce texte : corrigez-le, ou demandez une autre relecture depuis "
            "la page de suivi.",
            champ="texte",
        )
    franchir(ligne, VerbeParole.CORRIGER, par=None, le=le)
    ligne.texte = texte
    ligne.pseudonyme = pseudonyme
    ligne.a_relire_avant = _a_relire_avant(consultation, le)
    ligne.reponse_promise_le = consultation.promesse(le)
    ligne.save(update_fields=["texte", "pseudonyme", "a_relire_avant", "reponse_promise_le"])
    return ligne


@transaction.atomic
def retirer(contribution: Contribution, *, le: datetime) -> None:
    """Taken away by its author: out of the public, its words, its address and the mails that it
    was sent erased at once.

    Raises `PassageImpossible` when it already was.
    """
    franchir(contribution, VerbeParole.RETIRER, par=None, le=le)
    oublier(contribution, le=le)


def du_code(code: str) -> Contribution | None:
    """The word that this code follows; None when there is none."""
    return Contribution.objects.filter(code=reperes.lire_code(code)).first()


def du_jeton(jeton: str) -> Contribution | None:
    """The word that this link of a mail follows."""
    lignes = Contribution.objects.select_related("consultation", "quartier")
    return lignes.filter(pk=reperes.lire_jeton("suivi", jeton)).first()


def de_la_cle(cle: UUID) -> Contribution | None:
    """The word that was just sent with this key."""
    lignes = Contribution.objects.select_related("consultation", "quartier")
    return lignes.filter(envoi=reperes.empreinte("envoi", cle.hex)).first()


def peut_etre_retiree(contribution: Contribution) -> bool:
    return contribution.etat != EtatParole.RETIREE
