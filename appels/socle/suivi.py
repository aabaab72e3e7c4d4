"""What an organisation reads of its dossier: where it stands, who acts, by when, the main act.

It is read from the letters that reached it: a decision is never told before its letter is released.
Where a dossier stands for the service is in `stades.py`; both read the same facts.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import lookups
from django.urls import reverse

from appels.models import Decision, DecisionPrise, Dossier, Lettre, NomPartie, Passage, Point
from appels.models.dossiers import DossierQuerySet
from appels.models.etats import MODIFIABLES, Etat, Transition
from appels.socle.stades import CE_DOSSIER, Geste, demandes, lettres_a_ouvrir
from quartiers.francais import accorder, date_et_heure, jour
from quartiers.horloge import a_paris

TERMINES = (Etat.RETIRE, Etat.IRRECEVABLE, Etat.ABANDONNE, Etat.INTEGRE, Etat.REPRIS)


# What `avec_les_lettres` says of a dossier
FAITS = ("sollicites", "reponses", "ajournees", "a_ouvrir", "est_en_revision")


# --- The letters that tell the decisions ----------------------------------------------------------


def _dite() -> models.Exists:
    """A letter about this request reached its organisation: all that it may know."""
    return models.Exists(Lettre.objects.liberees().filter(financement=models.OuterRef("pk")))


def _nombre(lignes: models.QuerySet[Any], par: str) -> models.Expression:
    """How many of these rows a dossier has."""
    total = lignes.order_by().values(par).annotate(n=models.Count("pk")).values("n")
    return models.functions.Coalesce(
        models.Subquery(total, output_field=models.IntegerField()), models.Value(0)
    )


def avec_les_lettres(dossiers: DossierQuerySet) -> DossierQuerySet:
    """The same dossiers, each with what its organisation may know of the decisions."""
    dites = demandes().filter(_dite())
    prises = DecisionPrise.objects.notifiees().filter(financement=models.OuterRef("pk"))
    derniere = models.Subquery(prises.order_by("-rang").values("decision")[:1])
    ajournees = dites.annotate(dite=derniere).filter(dite=Decision.AJOURNE)
    return dossiers.annotate(
        sollicites=_nombre(demandes(), "dossier"),
        reponses=_nombre(dites, "dossier"),
        ajournees=_nombre(ajournees, "dossier"),
        a_ouvrir=_nombre(lettres_a_ouvrir(), "financement__dossier"),
        est_en_revision=_en_revision(),
    )


def _en_revision() -> models.Case:
    """What is asked does not reopen the examination (`Complement.est_une_revision`): answered or
    not in time, the dossier is receivable. A condition on what `avec_les_lettres` says.
    """
    demandes_ = Passage.objects.filter(dossier=CE_DOSSIER, acte=Transition.DEMANDER_COMPLEMENT)
    depuis = models.Subquery(demandes_.order_by("-pk").values("de")[:1])
    hors_budget = Point.objects.filter(
        complement__dossier=CE_DOSSIER,
        complement__repondu_le__isnull=True,
        complement__clos_le__isnull=True,
    ).exclude(partie=NomPartie.BUDGET)
    du_recevable = models.Q(lookups.Exact(depuis, models.Value(Etat.RECEVABLE.value)))
    est_revision = models.Q(reponses__gt=0) | ~models.Q(models.Exists(hors_budget))
    return models.Case(
        models.When(
            models.Q(etat=Etat.A_COMPLETER) & du_recevable & est_revision, then=models.Value(True)
        ),
        default=models.Value(False),
    )


# --- What the organisation reads ------------------------------------------------------------------


class EtatPublic(models.TextChoices):
    """The states of a dossier for who wrote it."""

    BROUILLON = "brouillon", "Brouillon, pas encore déposé"
    CORRECTION = "correction", "Correction, pas encore déposée"
    A_ATTESTER = "a_attester", "À attester, pas encore déposé"
    NON_DEPOSE = "non_depose", "Non déposé"
    EXAMEN = "examen", "En cours d’examen"
    A_COMPLETER = "a_completer", "À compléter"
    INSTRUCTION = "instruction", "Recevable, chez les financeurs"
    SANS_FINANCEUR = "sans_financeur", "Recevable, aucun financeur sollicité"
    AJOURNE = "ajourne", "Décision ajournée"
    DECIDE_EN_PARTIE = "decide_en_partie", "Décidé en partie"
    DECIDE = "decide", "Décidé"
    IRRECEVABLE = "irrecevable", "Irrecevable"
    RETIRE = "retire", "Retiré"
    ABANDONNE = "abandonne", "Abandonné"
    INTEGRE = "integre", "Correction déposée"
    REPRIS = "repris", "Repris d’une année passée"


VOUS = "Vous"
BROUILLONS = (
    EtatPublic.BROUILLON,
    EtatPublic.CORRECTION,
    EtatPublic.A_ATTESTER,
    EtatPublic.NON_DEPOSE,
)
A_FAIRE = (
    EtatPublic.BROUILLON,
    EtatPublic.CORRECTION,
    EtatPublic.A_ATTESTER,
    EtatPublic.A_COMPLETER,
)
FINIS = {
    Etat.IRRECEVABLE: (
        EtatPublic.IRRECEVABLE,
        "Le service a déclaré ce dossier irrecevable.",
    ),
    Etat.RETIRE: (EtatPublic.RETIRE, "L’organisme l’a retiré : il n’est plus instruit."),
    Etat.INTEGRE: (EtatPublic.INTEGRE, "Cette correction est déposée."),
    Etat.REPRIS: (EtatPublic.REPRIS, "Le service l’a repris d’un fichier d’une année passée."),
}
CHEZ_LES_FINANCEURS = (
    EtatPublic.INSTRUCTION,
    EtatPublic.AJOURNE,
    EtatPublic.DECIDE_EN_PARTIE,
)
SANS_SUITE = (
    EtatPublic.NON_DEPOSE,
    EtatPublic.ABANDONNE,
    *(fini for fini, _ in FINIS.values()),
)


@dataclass(frozen=True)
class Suivi:
    """What the applicant reads: the state, who acts, what is expected, by when, the main act."""

    etat: EtatPublic
    qui: str
    phrase: str
    geste: Geste | None = None
    avant_le: datetime | None = None
    a_ouvrir: int = 0  # letters that wait to be opened

    @property
    def est_un_brouillon(self) -> bool:
        """Not deposited, and neither given up nor put in the place of what it corrects."""
        return self.etat in BROUILLONS

    @property
    def est_sans_suite(self) -> bool:
        """Nothing is expected of it: its sentence says all."""
        return self.etat in SANS_SUITE

    @property
    def est_a_l_examen(self) -> bool:
        """The service has not said yet whether it is receivable."""
        return self.etat == EtatPublic.EXAMEN

    @property
    def est_a_vous(self) -> bool:
        """The organisation is awaited."""
        return self.qui == VOUS

    @property
    def temoin(self) -> str:
        """The mark beside the state."""
        if self.etat in A_FAIRE or self.a_ouvrir:
            return "demi"
        if self.est_sans_suite:
            return "apres"
        return "plein"

    @property
    def lettres(self) -> str:
        """« 5 lettres à ouvrir »; empty when none waits."""
        if not self.a_ouvrir:
            return ""
        return accorder(self.a_ouvrir, "lettre à ouvrir", "lettres à ouvrir")


def pour_l_organisme(dossier: Dossier, instant: datetime) -> Suivi:
    """What its organisation reads of a dossier, at this instant.

    One query when the dossier was not read by `avec_les_lettres`, none for a draft.
    """
    if dossier.etat in MODIFIABLES:
        return _du_brouillon(dossier, instant)
    if dossier.est_abandonne:
        return Suivi(EtatPublic.ABANDONNE, "Personne", _phrase_de_l_abandon(dossier, instant))
    a_ouvrir = lettres_de(dossier).a_ouvrir if dossier.est_depose else 0
    if dossier.etat in FINIS:
        etat, phrase = FINIS[Etat(dossier.etat)]
        geste = _ouvrir_les_lettres(dossier) if a_ouvrir else _suivre(dossier)
        return Suivi(etat, "Personne", phrase, geste, a_ouvrir=a_ouvrir)
    if dossier.a_completer_avant and dossier.attend_un_complement(instant):
        return Suivi(
            EtatPublic.A_COMPLETER,
            VOUS,
            f"Répondez avant le {date_et_heure(dossier.a_completer_avant)}, heure de Paris.",
            Geste("Répondre", reverse("appels:corriger", args=[dossier.pk])),
            avant_le=dossier.a_completer_avant,
            a_ouvrir=a_ouvrir,
        )
    return _du_depose(lettres_de(dossier), instant)


def lettres_de(dossier: Dossier) -> Any:
    """The dossier with what `avec_les_lettres` says, read now when it was not."""
    if not hasattr(dossier, "a_ouvrir"):
        lu = avec_les_lettres(Dossier.objects.filter(pk=dossier.pk)).get()
        for fait in FAITS:
            setattr(dossier, fait, getattr(lu, fait))
    return dossier


def _du_brouillon(dossier: Dossier, instant: datetime) -> Suivi:
    """A draft: nothing of it counts before it is deposited."""
    if dossier.est_non_depose(instant):
        phrase = _phrase_du_retard(dossier)
        relire = Geste("Relire", reverse("appels:relecture", args=[dossier.pk]))
        return Suivi(EtatPublic.NON_DEPOSE, "Personne", phrase, relire)
    etat = EtatPublic.BROUILLON
    if dossier.attend_une_signature:
        etat = EtatPublic.A_ATTESTER
    elif dossier.corrige_id:
        etat = EtatPublic.CORRECTION
    phrase = "Le dossier n’est pas encore déposé."
    if dossier.corrige:
        phrase = f"{dossier.corrige.numero} reste déposé en l’état."
    return Suivi(
        etat,
        "La personne signataire" if dossier.attend_une_signature else VOUS,
        phrase,
        Geste("Continuer", reverse("appels:dossier", args=[dossier.pk])),
        avant_le=dossier.echeance(instant),
    )


def _compte_tel_quel(depose: Dossier) -> str:
    """What remains of a deposited dossier whose correction was not."""
    return f"Le dossier {depose.numero} compte tel qu’il a été déposé."


def _phrase_du_retard(dossier: Dossier) -> str:
    """The date that counted for it: of the call, of a code, of what the service asked."""
    phrase = "Le délai pour déposer est passé."
    if dossier.ferme_le:
        passe_le = date_et_heure(dossier.ferme_le)
        phrase = f"Le délai pour déposer est passé depuis le {passe_le}, heure de Paris."
    if dossier.corrige:
        phrase = f"{phrase} {_compte_tel_quel(dossier.corrige)}"
    return f"{phrase} Vos textes restent lisibles."


def _phrase_de_l_abandon(dossier: Dossier, instant: datetime) -> str:
    """A correction is opened anew from its deposit; a draft comes back, to be deposited or not."""
    if dossier.corrige:
        return f"{_compte_tel_quel(dossier.corrige)} Vos textes restent lisibles."
    if dossier.est_ouvert(instant):
        return "Vos textes restent lisibles. Pour continuer, rétablissez-le : « Mes dossiers »."
    return "Vos textes restent lisibles. Rétabli, il ne se dépose que dans un appel ouvert."


def _du_depose(dossier: Any, instant: datetime) -> Suivi:
    """Deposited and in the race, read with its letters."""
    if dossier.sollicites and dossier.reponses - dossier.ajournees == dossier.sollicites:
        return _du_decide(dossier)
    geste = _suivre(dossier)
    if dossier.a_ouvrir:
        geste = _ouvrir_les_lettres(dossier)
    est_recevable = dossier.est_recevable or dossier.est_en_revision
    if est_recevable and not dossier.sollicites:
        phrase = "Aucune aide n’y est demandée à un financeur de l’appel."
        return Suivi(EtatPublic.SANS_FINANCEUR, "Personne", phrase, geste)
    if est_recevable and not dossier.reponses:
        phrase = "Chaque financeur sollicité examine le dossier."
        phrase += _phrase_du_silence(dossier, instant)
        return Suivi(EtatPublic.INSTRUCTION, "Les financeurs", phrase, geste)
    if est_recevable:
        est_ajourne = dossier.reponses == dossier.ajournees  # nobody decided anything yet
        return Suivi(
            EtatPublic.AJOURNE if est_ajourne else EtatPublic.DECIDE_EN_PARTIE,
            "Les financeurs",
            _ce_qui_reste_a_decider(dossier),
            geste,
            a_ouvrir=dossier.a_ouvrir,
        )
    phrase = "Le service Cohésion Sociale examine le dossier."
    phrase += _phrase_du_silence(dossier, instant)
    return Suivi(EtatPublic.EXAMEN, "Le service", phrase, geste, a_ouvrir=dossier.a_ouvrir)


def _phrase_du_silence(dossier: Dossier, instant: datetime) -> str:
    """When a silence refuses, or refused; empty when it does not."""
    rejet_le = dossier.rejet_implicite_le
    if rejet_le is None:
        return ""
    if rejet_le < a_paris(instant).date():
        return (
            f" Restée sans réponse, la demande est réputée rejetée depuis le {jour(rejet_le)} ; le "
            "service peut encore y répondre."
        )
    return f" Sans réponse le {jour(rejet_le)}, la demande sera réputée rejetée."


def _ce_qui_reste_a_decider(dossier: Any) -> str:
    """The letters that came, on how many requests; a postponed one still waits its decision."""
    restent = dossier.sollicites - (dossier.reponses - dossier.ajournees)
    return (
        f"{accorder(dossier.reponses, 'réponse reçue', 'réponses reçues')} sur "
        f"{accorder(dossier.sollicites, 'financeur sollicité', 'financeurs sollicités')} ; "
        f"{accorder(restent, 'décision reste', 'décisions restent')} à venir."
    )


def _du_decide(dossier: Any) -> Suivi:
    """Every funder asked has answered, by a letter that was released."""
    if dossier.a_ouvrir:
        return Suivi(
            EtatPublic.DECIDE,
            VOUS,
            "Les financeurs ont décidé : leurs réponses vous attendent.",
            _ouvrir_les_lettres(dossier),
            a_ouvrir=dossier.a_ouvrir,
        )
    return Suivi(
        EtatPublic.DECIDE,
        "Personne",
        "Les financeurs ont décidé.",
        Geste("Lire les décisions", reverse("appels:decisions_recues", args=[dossier.pk])),
    )


def _ouvrir_les_lettres(dossier: Any) -> Geste:
    libelle = "Ouvrir la lettre"
    if dossier.a_ouvrir > 1:
        libelle = f"Ouvrir les {dossier.a_ouvrir} lettres"
    return Geste(libelle, reverse("appels:decisions_recues", args=[dossier.pk]))


def _suivre(dossier: Dossier) -> Geste | None:
    """The page of the year, when nothing is to be done."""
    if not dossier.est_depose:
        return None
    return Geste("Suivre ce dossier", reverse("appels:depose", args=[dossier.pk]))
