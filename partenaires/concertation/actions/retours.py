"""What the public does of a published word: « moi aussi », « réponse utile », a notice."""

from dataclasses import fields
from datetime import datetime
from uuid import UUID

from django.db import transaction

from partenaires.concertation import courriels, reperes
from partenaires.concertation.dires import Notice
from partenaires.models import Contribution, Echo, Reponse, Signalement, Utile
from partenaires.socle.refus import Refus
from quartiers.models import Parution


class PlusPublique(Refus):
    """The word was taken away from the page meanwhile."""

    phrase = (
        "Cette contribution a quitté la page publique : rien n’est envoyé. Ce que vous avez écrit "
        "est encore ici : copiez-le, si vous voulez l’écrire au service."
    )


@transaction.atomic
def dire_moi_aussi(contribution: Contribution, *, cle: UUID, le: datetime) -> Echo:
    """Count one more who lives the same, where the consultation counts them (H9)."""
    ligne = _publique(contribution)
    if not ligne.consultation.moi_aussi:
        raise Refus("Cette consultation ne compte pas les « Moi aussi » : écrivez votre texte.")
    echo, est_neuf = Echo.objects.get_or_create(
        envoi=reperes.empreinte("echo", cle.hex), defaults={"contribution": ligne, "le": le}
    )
    if est_neuf:
        Parution.avancer(le)
    elif echo.contribution_id != ligne.pk:
        raise reperes.DejaServie
    return echo


@transaction.atomic
def dire_si_utile(
    contribution: Contribution, *, est_utile: bool, pourquoi: str, cle: UUID, le: datetime
) -> Utile:
    """Keep whether the answer helped; the same key twice is one opinion."""
    ligne = _publique(contribution)
    reponse = Reponse.objects.filter(contribution=ligne).first()
    if reponse is None or not ligne.est_repondue:
        raise Refus(
            "La réponse n’est pas encore donnée, ou le service en écrit une autre : revenez la "
            "lire plus tard. Votre avis n’est pas compté."
        )
    avis, est_neuf = Utile.objects.get_or_create(
        envoi=reperes.empreinte("utile", cle.hex),
        defaults={"reponse": reponse, "est_utile": est_utile, "pourquoi": pourquoi, "le": le},
    )
    if est_neuf:
        Parution.avancer(le)
    elif (avis.reponse_id, avis.est_utile, avis.pourquoi) != (reponse.pk, est_utile, pourquoi):
        raise reperes.DejaServie
    return avis


@transaction.atomic
def signaler(contribution: Contribution, notice: Notice, *, cle: UUID, le: datetime) -> Signalement:
    """Keep a notice and give its receipt; it hides nothing by itself (U70)."""
    ligne = _publique(contribution)
    signalement, est_neuf = Signalement.objects.get_or_create(
        envoi=reperes.empreinte("signalement", cle.hex),
        defaults={
            "contribution": ligne,
            "numero": reperes.numero_de_signalement(),
            "motif": notice.motif,
            "explication": notice.explication,
            "nom": notice.nom,
            "courriel": notice.courriel,
            "bonne_foi": notice.bonne_foi,
            "recu_le": le,
        },
    )
    if est_neuf:
        courriels.signalement_recu(signalement)
    elif signalement.contribution_id != ligne.pk or not _est_le_meme(signalement, notice):
        raise reperes.DejaServie
    return signalement


def _est_le_meme(signalement: Signalement, notice: Notice) -> bool:
    """True when the notice that is kept is the one that is sent again."""
    return all(
        getattr(signalement, champ.name) == getattr(notice, champ.name) for champ in fields(notice)
    )


def _publique(contribution: Contribution) -> Contribution:
    """The same row while everybody reads it; raises `PlusPublique`."""
    lignes = Contribution.objects.publiques().select_related("consultation")
    ligne = lignes.filter(pk=contribution.pk).first()
    if ligne is None:
        raise PlusPublique
    return ligne
