"""What the service decides at the door: documents looked at, receivable or not, flags that stop
everything.
"""

from datetime import datetime

from django.db import transaction

from appels.models import Acte, Dossier, Piece, Signal
from appels.models.etats import Transition
from appels.socle import courriels, reveil
from appels.socle.verrous import verrouiller
from partenaires.models import Utilisateur
from quartiers.models import Parution


class SignalPose(Exception):
    """A flag is not resolved: no decision."""

    def __init__(self, signaux: list[Signal]):
        self.signaux = signaux
        super().__init__(", ".join(map(str, signaux)))


class DejaResolu(Exception):
    """Somebody resolved this flag meanwhile."""


def exiger_sans_signal(dossier: Dossier) -> None:
    """Raises `SignalPose`; call it on a locked dossier."""
    if signaux := list(dossier.signaux.poses()):
        raise SignalPose(signaux)


@transaction.atomic
def examiner_les_pieces(
    dossier: Dossier, verdicts: dict[int, tuple[str, str]], *, par: Utilisateur, recu_le: datetime
) -> int:
    """{document: (conforme or not, what is wrong)}: how many changed; each is logged."""
    verrouille = verrouiller(dossier)
    changees = 0
    for piece in (
        Piece.objects.presentes()
        .filter(dossier=verrouille, pk__in=verdicts)
        .select_related("document")
    ):
        conformite, motif = verdicts[piece.pk]
        if (piece.conformite, piece.conformite_motif) == (conformite, motif):
            continue
        avant = piece.get_conformite_display()
        piece.conformite, piece.conformite_motif = conformite, motif
        piece.conformite_le, piece.conformite_par = recu_le, par
        piece.save(
            update_fields=["conformite", "conformite_motif", "conformite_le", "conformite_par"]
        )
        verrouille.passages.create(
            acte=Acte.CONFORMITE,
            par=par,
            le=recu_le,
            motif=f"{piece.document}"[:300],
            champs=[["conformite", avant, piece.get_conformite_display()]],
        )
        changees += 1
    return changees


@transaction.atomic
def admettre(dossier: Dossier, *, par: Utilisateur, recu_le: datetime) -> None:
    """Receivable. Raises `SignalPose` or `TransitionInterdite`."""
    verrouille = verrouiller(dossier)
    exiger_sans_signal(verrouille)
    verrouille.franchir(Transition.ADMETTRE, par=par, le=recu_le)


@transaction.atomic
def ecarter(dossier: Dossier, *, motif: str, par: Utilisateur, recu_le: datetime) -> None:
    """Not receivable, with the reason that the organisation reads. Raises `SignalPose` or
    `TransitionInterdite`.
    """
    verrouille = verrouiller(dossier)
    exiger_sans_signal(verrouille)
    verrouille.franchir(Transition.ECARTER, par=par, le=recu_le, motif=motif)
    courriels.irrecevable(verrouille, motif=motif, le=recu_le)
    Parution.avancer(recu_le)
    reveil.apres_commit("appels.envoyer_courriels")


@transaction.atomic
def reexaminer(dossier: Dossier, *, motif: str, par: Utilisateur, recu_le: datetime) -> None:
    """Take back what was decided at the door. Raises `TransitionInterdite`."""
    verrouille = verrouiller(dossier)
    ecarte = verrouille.est_ecarte
    verrouille.franchir(Transition.REEXAMINER, par=par, le=recu_le, motif=motif)
    if ecarte:
        courriels.reexamen(verrouille, motif=motif, le=recu_le)
        reveil.apres_commit("appels.envoyer_courriels")


@transaction.atomic
def signaler(dossier: Dossier, *, motif: str, par: Utilisateur, recu_le: datetime) -> Signal:
    """A flag: no decision until it is resolved."""
    signal = Signal.objects.create(
        dossier=verrouiller(dossier), motif=motif, pose_le=recu_le, pose_par=par
    )
    signal.dossier.passages.create(acte=Acte.SIGNALER, par=par, le=recu_le, motif=motif)
    return signal


@transaction.atomic
def resoudre(signal: Signal, *, resolution: str, par: Utilisateur, recu_le: datetime) -> None:
    """The flag is lifted, and how. Raises `DejaResolu`."""
    dossier = verrouiller(signal.dossier)
    if (
        not Signal.objects.poses()
        .filter(pk=signal.pk)
        .update(leve_le=recu_le, leve_par=par, resolution=resolution)
    ):
        raise DejaResolu
    dossier.passages.create(acte=Acte.RESOUDRE, par=par, le=recu_le, motif=resolution)
