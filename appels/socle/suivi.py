"""Who acts next on a dossier, and by when; the six plain states that an applicant sees."""

from dataclasses import dataclass
from datetime import datetime

from django.db import models

from appels.models import Dossier, Financement
from appels.models.etats import MODIFIABLES, Etat
from quartiers.francais import date_et_heure, jour


class Attente(models.TextChoices):
    """Who a deposited dossier waits for."""

    SERVICE = "service", "Le service"
    ORGANISME = "organisme", "L’organisme"
    FINANCEURS = "financeurs", "Les financeurs"
    PERSONNE = "personne", "Personne"


A_QUI = {
    Attente.SERVICE: "Au service d’agir",
    Attente.ORGANISME: "À l’organisme d’agir",
    Attente.FINANCEURS: "Aux financeurs d’agir",
    Attente.PERSONNE: "Rien n’est attendu",
}
TERMINES = (Etat.RETIRE, Etat.IRRECEVABLE, Etat.ABANDONNE, Etat.INTEGRE)


def conditions(instant: datetime) -> dict[Attente, models.Q]:
    """{who: when}, the first that holds wins.

    A deadline that has passed gives the turn back to the service.
    """
    attend_la_reponse = models.Q(etat=Etat.A_COMPLETER, a_completer_avant__gt=instant)
    indecis = models.Q(
        models.Exists(
            Financement.objects.filter(
                dossier=models.OuterRef("pk"), partenaire__isnull=False, decision=""
            )
        )
    )
    return {
        Attente.ORGANISME: models.Q(etat__in=MODIFIABLES) | attend_la_reponse,
        Attente.SERVICE: models.Q(etat=Etat.DEPOSE)
        | models.Q(etat=Etat.A_COMPLETER, a_completer_avant__lte=instant),
        Attente.FINANCEURS: models.Q(etat=Etat.RECEVABLE) & indecis,
        Attente.PERSONNE: models.Q(etat__in=TERMINES) | models.Q(etat=Etat.RECEVABLE) & ~indecis,
    }


def attente(instant: datetime) -> models.Case:
    """Who is awaited: the same rule for lists, counters and pages."""
    cas = (
        models.When(quand, then=models.Value(qui.value))
        for qui, quand in conditions(instant).items()
    )
    return models.Case(*cas, output_field=models.CharField())


class EtatPublic(models.TextChoices):
    """The six states of a dossier for who wrote it."""

    BROUILLON = "brouillon", "Brouillon"
    EXAMEN = "examen", "En cours d’examen"
    A_COMPLETER = "a_completer", "À compléter"
    INSTRUCTION = "instruction", "Recevable, chez les financeurs"
    DECIDE = "decide", "Décidé"
    TERMINE = "termine", "Terminé"


@dataclass(frozen=True)
class Suivi:
    """What the applicant reads: the state, who acts, what is expected and by when."""

    etat: EtatPublic
    qui: str
    phrase: str

    @property
    def temoin(self) -> str:
        """The mark beside the state."""
        if self.etat in (EtatPublic.A_COMPLETER, EtatPublic.BROUILLON):
            return "demi"
        if self.etat == EtatPublic.TERMINE:
            return "apres"
        return "plein"


PHRASES_DE_FIN = {
    Etat.IRRECEVABLE: "Le service a déclaré ce dossier irrecevable.",
    Etat.RETIRE: "Vous avez retiré ce dossier.",
}


def pour_l_organisme(dossier: Dossier, instant: datetime) -> Suivi:
    """Nothing of a decision before it is released: until then funders are « examining »."""
    etat = Etat(dossier.etat)
    if etat in MODIFIABLES:
        return Suivi(EtatPublic.BROUILLON, "Vous", "Le dossier n’est pas encore déposé.")
    if etat in TERMINES:
        phrase = PHRASES_DE_FIN.get(etat, "Ce brouillon n’est plus en cours.")
        return Suivi(EtatPublic.TERMINE, "Personne", phrase)
    if dossier.a_completer_avant and dossier.attend_un_complement(instant):
        phrase = f"Répondez avant le {date_et_heure(dossier.a_completer_avant)}, heure de Paris."
        return Suivi(EtatPublic.A_COMPLETER, "Vous", phrase)
    if etat == Etat.RECEVABLE:
        return _chez_les_financeurs(dossier)
    phrase = "Le service Cohésion Sociale examine le dossier."
    if dossier.rejet_implicite_le:
        rejet_le = jour(dossier.rejet_implicite_le)
        phrase += f" Sans réponse le {rejet_le}, la demande sera réputée rejetée."
    return Suivi(EtatPublic.EXAMEN, "Le service", phrase)


def _chez_les_financeurs(dossier: Dossier) -> Suivi:
    attendues = dossier.financements.filter(partenaire__isnull=False).exclude(
        lettres__liberee_le__isnull=False
    )
    if not attendues.exists():
        return Suivi(EtatPublic.DECIDE, "Personne", "Les financeurs ont décidé.")
    phrase = "Chaque financeur sollicité examine le dossier."
    return Suivi(EtatPublic.INSTRUCTION, "Les financeurs", phrase)
