"""What the service decides at the door: documents, receivable or not, flags that stop it."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from appels.models import Acte, Conformite, Dossier, Piece, Signal
from appels.models.etats import Transition
from appels.socle import barrieres, courriels, reveil, soutiens, versions
from appels.socle.empechement import verrouiller_pour_instruire
from partenaires.models import Utilisateur
from partenaires.socle.refus import AuMemeInstant, Conflit, Refus
from quartiers import suites


class SignalPose(Refus):
    """A flag is not resolved: no decision."""

    phrase = (
        "Un signalement n’est pas résolu : rien n’a été décidé. Résolvez-le d’abord, "
        "dans « Notes et signalements »."
    )


class DejaResolu(Conflit):
    """Somebody resolved this flag meanwhile."""

    phrase = "Ce signalement vient d’être résolu par quelqu’un d’autre. Rien d’autre n’a changé."


def exiger_sans_signal(dossier: Dossier) -> None:
    """Raises `SignalPose`; call it on a locked dossier."""
    if dossier.signaux.poses().exists():
        raise SignalPose


@transaction.atomic
@suites.en_une_fois()
def examiner_les_pieces(
    dossier: Dossier,
    verdicts: dict[int, tuple[str, str]],
    *,
    par: Utilisateur,
    recu_le: datetime,
    lus: dict[int, tuple[str, str]] | None = None,
) -> int:
    """Keep {key of a document: (conforme or not, what is wrong)}: how many changed, each logged.

    `lus`: the same as the page was made with. Raises `AuMemeInstant` when a colleague wrote one of
    them meanwhile; nothing is then kept.
    """
    verrouille = verrouiller_pour_instruire(dossier, par=par)
    presentes = Piece.objects.presentes().filter(dossier=verrouille, pk__in=verdicts)
    if lus is not None:
        actuels = {une.pk: (une.conformite, une.conformite_motif) for une in presentes}
        if any(lus.get(pk) != actuel for pk, actuel in actuels.items()):
            raise AuMemeInstant
    changees = 0
    for piece in presentes.select_related("document"):
        conformite, motif = verdicts[piece.pk]
        if piece.conformite == conformite and piece.conformite_motif == motif:
            continue
        avant = piece.get_conformite_display()
        piece.conformite = conformite
        piece.conformite_motif = motif
        piece.conformite_le = recu_le
        piece.conformite_par = par
        piece.save(
            update_fields=["conformite", "conformite_motif", "conformite_le", "conformite_par"]
        )
        verrouille.passages.create(
            acte=Acte.CONFORMITE,
            par=par,
            le=recu_le,
            motif=str(piece.document)[:300],
            champs=[["conformité", avant, piece.get_conformite_display()]],
        )
        changees += 1
    return changees


class PieceChangee(Refus):
    """A document that the page showed is no longer there: what came since was not read."""

    phrase = (
        "Une pièce de cette page vient d’être remplacée ou retirée : rien n’est enregistré. "
        "Ouvrez celle qui est là maintenant."
    )


@transaction.atomic
def declarer_conformes(
    dossier: Dossier, lues: Collection[int], *, par: Utilisateur, recu_le: datetime
) -> int:
    """Those documents do, that the page showed and nobody had judged: how many, each logged.

    Raises `PieceChangee` when one of them is no longer there.
    """
    verrouille = verrouiller_pour_instruire(dossier, par=par)
    presentes = Piece.objects.presentes().filter(dossier=verrouille, pk__in=lues, refusee="")
    a_voir = [piece.pk for piece in presentes if not piece.conformite]
    if presentes.count() != len(set(lues)):
        raise PieceChangee
    verdicts = dict.fromkeys(a_voir, (Conformite.CONFORME.value, ""))
    return examiner_les_pieces(verrouille, verdicts, par=par, recu_le=recu_le)


@transaction.atomic
def admettre(
    dossier: Dossier,
    *,
    par: Utilisateur,
    recu_le: datetime,
    lues: Collection[int] = (),
    version: int | None = None,
) -> None:
    """Receivable, and the documents just read do, when there are some.

    `version`: the rank of the one that the page showed. Raises `NouvelleVersion`, `SignalPose`,
    `PieceChangee` or `TransitionInterdite`; nothing is then kept.
    """
    verrouille = verrouiller_pour_instruire(dossier, par=par)
    versions.exiger_la_version(verrouille, version)
    exiger_sans_signal(verrouille)
    if lues:
        declarer_conformes(verrouille, lues, par=par, recu_le=recu_le)
    verrouille.franchir(Transition.ADMETTRE, par=par, le=recu_le)


@transaction.atomic
def ecarter(
    dossier: Dossier,
    *,
    motif: str,
    par: Utilisateur,
    recu_le: datetime,
    version: int | None = None,
) -> None:
    """Not receivable, with the reason that the organisation reads.

    `version`: the rank of the one that the page showed. Raises `NouvelleVersion`, `SignalPose`,
    `Barre` once a funder's letter left, or `TransitionInterdite`.
    """
    verrouille = verrouiller_pour_instruire(dossier, par=par)
    versions.exiger_la_version(verrouille, version)
    exiger_sans_signal(verrouille)
    barrieres.exiger_non_notifie(verrouille)
    verrouille.franchir(
        Transition.ECARTER,
        par=par,
        le=recu_le,
        motif=motif,
    )
    courriels.irrecevable(verrouille, motif=motif, le=recu_le)
    soutiens.renouveler([verrouille.pk], recu_le)
    reveil.apres_commit("appels.envoyer_courriels")


@transaction.atomic
def reexaminer(dossier: Dossier, *, motif: str, par: Utilisateur, recu_le: datetime) -> None:
    """Take back what was decided at the door.

    Raises `Barre` once a funder's letter left, or `TransitionInterdite`.
    """
    verrouille = verrouiller_pour_instruire(dossier, par=par)
    barrieres.exiger_non_notifie(verrouille)
    etait_ecarte = verrouille.est_ecarte
    verrouille.franchir(
        Transition.REEXAMINER,
        par=par,
        le=recu_le,
        motif=motif,
    )
    if etait_ecarte:
        soutiens.renouveler([verrouille.pk], recu_le)
        courriels.reexamen(verrouille, motif=motif, le=recu_le)
        reveil.apres_commit("appels.envoyer_courriels")


@transaction.atomic
def signaler(dossier: Dossier, *, motif: str, par: Utilisateur, recu_le: datetime) -> Signal:
    """A flag: no decision until it is resolved."""
    verrouille = verrouiller_pour_instruire(dossier, par=par)
    signal = Signal.objects.create(
        dossier=verrouille,
        motif=motif,
        pose_le=recu_le,
        pose_par=par,
    )
    verrouille.passages.create(
        acte=Acte.SIGNALER,
        par=par,
        le=recu_le,
        motif=motif,
    )
    return signal


@transaction.atomic
def resoudre(
    signal: Signal,
    *,
    resolution: str,
    par: Utilisateur,
    recu_le: datetime,
) -> None:
    """The flag is lifted, and how. Raises `DejaResolu`."""
    verrouille = verrouiller_pour_instruire(signal.dossier, par=par)
    encore_pose = Signal.objects.poses().filter(pk=signal.pk)
    leves = encore_pose.update(
        leve_le=recu_le,
        leve_par=par,
        resolution=resolution,
    )
    if not leves:
        signal.refresh_from_db()
        raise DejaResolu(signal)
    verrouille.passages.create(
        acte=Acte.RESOUDRE,
        par=par,
        le=recu_le,
        motif=resolution,
    )
