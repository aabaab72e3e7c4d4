"""To ask residents: write the draft, publish it, end it, say what came out."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

from django.db import transaction

from partenaires.concertation import droits, file
from partenaires.concertation.cadre import Empreinte, empreinte
from partenaires.concertation.manques import Absence, manques
from partenaires.models import Consultation, Contribution, Utilisateur
from partenaires.socle.refus import AuMemeInstant, Conflit, Refus
from quartiers.francais import accorder, moment
from quartiers.models import Axe, Parution, Quartier


class Incomplete(Refus):
    """What is owed to who writes is not there yet."""

    def __init__(self, absences: list[Absence]):
        self.absences = absences
        super().__init__("Il manque ce qui est dit avant d’écrire : complétez d’abord.")

    @property
    def phrases(self) -> list[str]:
        return [absence.phrase for absence in self.absences]


class DejaPubliee(Conflit):
    phrase = "Cette consultation est déjà publiée : rien n’a changé."


class PasPubliee(Refus):
    phrase = "Cette consultation n’est pas publiée : il n’y a rien à clore."


class DejaClose(Conflit):
    def __init__(self, consultation: Consultation):
        le = moment(consultation.close_le) if consultation.close_le else ""
        super().__init__(
            consultation, f"{consultation.close_par} a clos cette consultation le {le}."
        )


class PasClose(Refus):
    phrase = "Le bilan se publie quand la consultation est close : elle reçoit encore des textes."


class RestentSansReponse(Refus):
    """Every contribution ends with an answer before the synthesis says so (SUITES F8, bar)."""

    def __init__(self, nombre: int):
        verbe = "attendent" if nombre > 1 else "attend"
        super().__init__(
            f"{accorder(nombre, 'contribution')} {verbe} encore d’être relue, de recevoir sa "
            "réponse, ou la décision d’un recours : le bilan dit la réponse de chacune. Répondez "
            "d’abord."
        )


class BilanSansMots(Refus):
    phrase = "Écrivez ce qui revient et ce qui change : les nombres ne suffisent pas à un bilan."


def verrouillee(consultation: Consultation) -> Consultation:
    return Consultation.objects.select_for_update(of=("self",)).get(pk=consultation.pk)


@transaction.atomic
def publier(consultation: Consultation, *, par: Utilisateur, recu_le: datetime) -> None:
    """Everybody reads it, and writes from its opening on.

    Raises `Incomplete`, `DejaPubliee`, and `PermissionDenied` to who is not the head.
    """
    droits.peut_publier_une_consultation.exiger(par)
    ligne = verrouillee(consultation)
    if ligne.publiee_le:
        raise DejaPubliee(ligne)
    _exiger_le_complet(ligne, recu_le)
    ligne.publiee_le = recu_le
    ligne.publiee_par = par
    ligne.save()
    Parution.avancer(recu_le)


def _exiger_le_complet(consultation: Consultation, le: datetime) -> None:
    """Everything that is owed to who writes is said. Raises `Incomplete`."""
    if absences := manques(consultation, le):
        raise Incomplete(absences)


@transaction.atomic
def clore(consultation: Consultation, *, par: Utilisateur, recu_le: datetime) -> None:
    """Nobody writes any more; what was written is still read and answered.

    Raises `PasPubliee`, `DejaClose`, and `PermissionDenied` to who is not the head.
    """
    droits.peut_publier_une_consultation.exiger(par)
    ligne = verrouillee(consultation)
    if ligne.publiee_le is None:
        raise PasPubliee
    if ligne.close_le:
        raise DejaClose(ligne)
    ligne.close_le = recu_le
    ligne.close_par = par
    ligne.save()
    Parution.avancer(recu_le)


@transaction.atomic
def publier_le_bilan(consultation: Consultation, *, par: Utilisateur, recu_le: datetime) -> None:
    """The synthesis is read by everybody, once every contribution has its answer.

    Raises `PasClose`, `RestentSansReponse`, `BilanSansMots`, and `PermissionDenied`.
    """
    droits.peut_publier_une_consultation.exiger(par)
    ligne = verrouillee(consultation)
    if ligne.close_le is None:
        raise PasClose
    if ligne.bilan_publie_le:
        return
    attendent = file.attendent_une_reponse(ligne)
    if attendent:
        raise RestentSansReponse(attendent)
    if not (ligne.bilan_themes and ligne.bilan_changements):
        raise BilanSansMots
    ligne.bilan_publie_le = recu_le
    ligne.bilan_publie_par = par
    ligne.save()
    Parution.avancer(recu_le)


@transaction.atomic
def ecrire_le_bilan(
    consultation: Consultation,
    *,
    themes: str,
    changements: str,
    lu: tuple[str, str],
    par: Utilisateur,
    recu_le: datetime,
) -> None:
    """What comes back and what changes, in words; the numbers are counted, never typed.

    `lu`: both texts as the form was made of. Raises `AuMemeInstant`, `ReserveeALaResponsable`.
    """
    ligne = verrouillee(consultation)
    if ligne.bilan_publie_le and not droits.peut_publier_une_consultation(par):
        raise ReserveeALaResponsable
    if (ligne.bilan_themes, ligne.bilan_changements) not in (lu, (themes, changements)):
        raise AuMemeInstant
    ligne.bilan_themes = themes
    ligne.bilan_changements = changements
    ligne.save(update_fields=["bilan_themes", "bilan_changements"])
    if ligne.bilan_publie_le:
        Parution.avancer(recu_le)


class ConsultationChangee(Conflit):
    """Somebody saved its frame since the page was shown."""

    def __init__(self, present: Empreinte):
        super().__init__(present)


class ReserveeALaResponsable(Refus):
    """What the public reads already is changed by the head."""

    phrase = (
        "Cette consultation est publiée : la ou le responsable du service la corrige. Rien n’est "
        "enregistré."
    )


Cadre = dict[str, Any]  # the values of the columns, by name


@transaction.atomic
def creer(
    cadre: Cadre,
    quartiers: Sequence[Quartier],
    axes: Sequence[Axe],
    *,
    par: Utilisateur,
    le: datetime,
) -> Consultation:
    """A draft: nobody but the service reads it."""
    consultation = Consultation.objects.create(**cadre, creee_par=par, creee_le=le)
    consultation.quartiers.set(quartiers)
    consultation.axes.set(axes)
    return consultation


@transaction.atomic
def modifier(
    consultation: Consultation,
    cadre: Cadre,
    quartiers: Sequence[Quartier],
    axes: Sequence[Axe],
    *,
    vue: str,
    par: Utilisateur,
    le: datetime,
) -> None:
    """Correct the frame; `vue`: the print of what the page showed.

    What everybody reads stays complete. A day promised anew is promised to those who were promised
    none; the others keep theirs, late or not.
    Raises `ConsultationChangee`, `ReserveeALaResponsable`, `Incomplete`.
    """
    ligne = verrouillee(consultation)
    if ligne.publiee_le and not droits.peut_publier_une_consultation(par):
        raise ReserveeALaResponsable
    actuelle = empreinte(ligne)
    if vue != actuelle:
        raise ConsultationChangee(Empreinte(actuelle))
    for champ, valeur in cadre.items():
        setattr(ligne, champ, valeur)
    ligne.save()
    ligne.quartiers.set(quartiers)
    ligne.axes.set(axes)
    if ligne.publiee_le:
        _exiger_le_complet(ligne, le)
        _promettre(ligne, le)
        Parution.avancer(le)


def _promettre(consultation: Consultation, le: datetime) -> None:
    """To those who wait and were promised nothing."""
    promesse = consultation.promesse(le)
    if promesse:
        siennes = Contribution.objects.filter(file.ATTENDENT, consultation=consultation)
        siennes.filter(reponse_promise_le__isnull=True).update(reponse_promise_le=promesse)


# What the head does of a consultation, by one button.
class Acte(Protocol):
    def __call__(
        self, consultation: Consultation, *, par: Utilisateur, recu_le: datetime
    ) -> None: ...


def montrer_comme_publiee(
    consultation: Consultation, *, par: Utilisateur, recu_le: datetime
) -> None:
    """For a preview, in a transaction that is taken back: written by nobody, seen by nobody."""
    Consultation.objects.filter(pk=consultation.pk).update(publiee_le=recu_le, publiee_par=par)
