"""The residents' say: one plain function a row, as in `tests/fabriques.py`."""

from datetime import datetime, timedelta
from itertools import count

from django.db import transaction

from partenaires.concertation.etats import franchir
from partenaires.models import (
    Consultation,
    Contribution,
    EtatParole,
    Moderation,
    MotifModeration,
    Reponse,
    Role,
    SourceParole,
    TypeParole,
    VerbeParole,
)
from quartiers.models import Parution
from tests.fabriques import OUVERTURE, PENDANT, creer_agent

suite = count(1)
CHEMINS = {  # the verbs that lead there from « reçue »
    EtatParole.RECUE: (),
    EtatParole.PUBLIEE: (VerbeParole.PUBLIER,),
    EtatParole.ETUDIEE: (VerbeParole.PUBLIER, VerbeParole.ETUDIER),
    EtatParole.SUITE_DONNEE: (VerbeParole.PUBLIER, VerbeParole.ETUDIER, VerbeParole.DONNER_SUITE),
    EtatParole.SANS_SUITE: (VerbeParole.PUBLIER, VerbeParole.ETUDIER, VerbeParole.CLASSER),
    EtatParole.TRANSMISE: (VerbeParole.PUBLIER, VerbeParole.ETUDIER, VerbeParole.TRANSMETTRE),
    EtatParole.REFUSEE: (VerbeParole.REFUSER,),
    EtatParole.MASQUEE: (VerbeParole.PUBLIER, VerbeParole.MASQUER),
    EtatParole.RETIREE: (VerbeParole.PUBLIER, VerbeParole.RETIRER),
}


def creer_consultation(**champs) -> Consultation:
    """Published and open at `PENDANT`, unless said otherwise."""
    rang = next(suite)
    par = champs.pop("par", None) or creer_agent(Role.RESPONSABLE)
    est_publiee = champs.pop("est_publiee", True)
    publication = {"publiee_le": OUVERTURE, "publiee_par": par} if est_publiee else {}
    consultation = Consultation.objects.create(
        creee_par=par,
        **{
            "adresse": f"essai-{rang}",
            "titre": f"Consultation d’essai {rang}",
            "question": "Qu’est-ce qui rend vos trajets difficiles le soir ?",
            "pourquoi": "Pour choisir les projets d’essai.",
            "peut_changer": "les lieux\nles heures",
            "ne_peut_pas": "les horaires des bus",
            "signature": "Service d’essai",
            "charte_en_bref": "Des lieux, jamais une personne.\nNi insulte ni publicité.",
            "charte": "Charte fictive.",
            "delai_de_relecture": 3,
            "ouvre_le": OUVERTURE,
            "ferme_le": OUVERTURE + timedelta(days=71),
            "reponse_promise_le": (OUVERTURE + timedelta(days=80)).date(),
            "creee_le": OUVERTURE,
            **publication,
            **champs,
        },
    )
    Parution.avancer(PENDANT)
    return consultation


def creer_contribution(
    consultation: Consultation | None = None,
    etat: EtatParole = EtatParole.PUBLIEE,
    *,
    le: datetime = PENDANT,
    par=None,
    **champs,
) -> Contribution:
    """A word in this state, brought there by the one door; answered when its state says so."""
    rang = next(suite)
    if champs.get("source", SourceParole.EN_LIGNE) != SourceParole.EN_LIGNE:
        champs.setdefault("saisie_par", par or creer_agent())
    consultation = consultation or Consultation.objects.first() or creer_consultation()
    contribution = Contribution.objects.create(
        consultation=consultation,
        **{
            "reponse_promise_le": consultation.reponse_promise_le,
            "type": TypeParole.PROPOSITION,
            "texte": f"Un banc et une lampe, essai {rang}.",
            "envoi": f"envoi-{rang}",
            "code": f"code-{rang}",
            "recue_le": le,
            **champs,
        },
    )
    for verbe in CHEMINS[etat]:
        passer(contribution, verbe, par=par, le=le)
    return contribution


@transaction.atomic
def passer(
    contribution: Contribution, verbe: VerbeParole, *, par=None, le: datetime = PENDANT
) -> Moderation:
    """One verb, with the words that go with it."""
    ecarte = verbe in (VerbeParole.REFUSER, VerbeParole.MASQUER)
    dits = {}
    if ecarte:
        dits = {
            "motif": MotifModeration.COORDONNEES,
            "texte": "Un numéro de téléphone d’essai.",
            "regle": "Ni coordonnées, ni publicité.",
        }
    repond = verbe in (VerbeParole.DONNER_SUITE, VerbeParole.CLASSER, VerbeParole.TRANSMETTRE)
    auteur = None if verbe == VerbeParole.RETIRER else par or creer_agent()
    if repond:
        Reponse.objects.create(
            contribution=contribution,
            texte="Un banc d’essai est posé.",
            signature="Service d’essai",
            transmise_a="la commune d’essai" if verbe == VerbeParole.TRANSMETTRE else "",
            le=le,
            par=auteur,
        )
    return franchir(contribution, verbe, par=auteur, le=le, **dits)
