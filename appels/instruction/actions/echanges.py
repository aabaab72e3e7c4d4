"""Words about a dossier: messages between the organisation and the service, notes among agents."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from appels.models import Acte, Cote, Dossier, FichierMessage, Message, Note
from appels.redaction.actions import accompagnement
from appels.socle import courriels, empechement, reveil
from appels.socle.verrous import verrouiller
from partenaires.models import Utilisateur
from partenaires.socle import noms, place, quarantaine
from partenaires.socle.fichiers import Fichier
from partenaires.socle.refus import Refus

FICHIERS_MAX = 3


class BrouillonReferme(Refus):
    """The organisation closed its draft to the service meanwhile."""

    phrase = (
        "L’organisme vient de refermer ce brouillon au service : le message n’est pas envoyé. "
        "Copiez votre texte si vous voulez le garder."
    )


@transaction.atomic
def ecrire(
    dossier: Dossier,
    cote: Cote,
    texte: str,
    fichiers: list[Fichier],
    *,
    cle: UUID,
    par: Utilisateur,
    recu_le: datetime,
    partie: str = "",
    repond: bool = True,
    attend_reponse: bool = True,
) -> Message:
    """A message and its files, which answers what the other side asked; `partie`: what it is about.

    Written to many, it answers nobody: `repond` is then false, and it waits for an answer only when
    it asks something (`attend_reponse`).

    A question on a draft opens it to the service: the page says so before it is sent. The same key
    twice is one message. Raises `OSError` when the disk is full, `BrouillonReferme` when the draft
    was closed to the service meanwhile.
    """
    verrouille = _verrouiller_pour(cote, dossier, par=par)
    deja_envoye = Message.objects.filter(cle=cle, dossier=verrouille, auteur=par).first()
    if deja_envoye:
        return deja_envoye
    if not verrouille.est_depose:
        _exiger_ouvert(verrouille, cote, par=par, recu_le=recu_le)
    if repond:
        _en_attente(verrouille, cote).update(attend_reponse=False)
    message = Message.objects.create(
        dossier=verrouille,
        cote=cote,
        auteur=par,
        le=recu_le,
        partie=partie,
        texte=texte,
        cle=cle,
        attend_reponse=attend_reponse,
    )
    for fichier in fichiers:
        _joindre(message, fichier)
    verrouille.passages.create(
        acte=Acte.ECRIRE,
        par=par,
        le=recu_le,
        motif=message.get_cote_display(),
    )
    _annoncer(message, analyser=bool(fichiers))
    return message


def _annoncer(message: Message, *, analyser: bool) -> None:
    """Who is on the other side is told; its files are read by the antivirus."""
    courriels.message(message)
    reveil.apres_commit("appels.envoyer_courriels")
    if analyser:
        reveil.apres_commit("appels.analyser")


def _exiger_ouvert(dossier: Dossier, cote: Cote, *, par: Utilisateur, recu_le: datetime) -> None:
    """On a locked draft: its writers open it by asking; the service cannot open it by itself."""
    if cote == Cote.ORGANISME:
        accompagnement.ouvrir(dossier, par=par, recu_le=recu_le)
    elif dossier.ouvert_au_service_le is None:
        raise BrouillonReferme


@transaction.atomic
def sans_reponse(dossier: Dossier, cote: Cote, *, par: Utilisateur) -> int:
    """What the other side wrote needs no answer: how many messages waited."""
    verrouille = _verrouiller_pour(cote, dossier, par=par)
    return _en_attente(verrouille, cote).update(attend_reponse=False)


def _verrouiller_pour(cote: Cote, dossier: Dossier, *, par: Utilisateur) -> Dossier:
    """Locked, by whoever may write for this side. Raises `Empeche`."""
    if cote == Cote.SERVICE:
        return empechement.verrouiller_pour_instruire(dossier, par=par)
    return verrouiller(dossier)


def _en_attente(dossier: Dossier, cote: Cote) -> QuerySet[Message]:
    """What the other side wrote and waits for an answer."""
    return dossier.messages.exclude(cote=cote).filter(attend_reponse=True)


def _joindre(message: Message, fichier: Fichier) -> None:
    """Keep a file of a message, held until the antivirus has spoken. Raises `PlusDePlacePour`."""
    organisme = message.dossier.porteur if message.cote == Cote.ORGANISME else None
    titulaire = place.Titulaire(message.auteur, organisme)
    place.exiger(fichier.taille, titulaire, recu_le=message.le)
    pris = message.fichiers.values_list("nom", flat=True)
    joint = FichierMessage(
        message=message,
        nom=noms.distinct(fichier.nom, pris),
        mime=fichier.mime,
        taille=fichier.taille,
        sha256=fichier.sha256,
    )
    joint.ranger(fichier.contenu)
    joint.save()
    quarantaine.confier(fichier, str(joint.fichier.name), titulaire, le=message.le)


@transaction.atomic
def ecrire_une_note(dossier: Dossier, texte: str, *, par: Utilisateur, recu_le: datetime) -> Note:
    """A word among agents. Raises `Empeche`."""
    verrouille = empechement.verrouiller_pour_instruire(dossier, par=par)
    return Note.objects.create(
        dossier=verrouille,
        auteur=par,
        le=recu_le,
        texte=texte,
    )
