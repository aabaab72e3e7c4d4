"""Opening and editing a call."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Protocol

from django.db import models, transaction
from django.forms import BaseInlineFormSet

from appels.instruction import guichet
from appels.instruction.actions import tables as actes
from appels.models import Appel, CleRegle, Numerotation, Regle
from appels.models.appel import PHASES, Retirable
from appels.socle import droits, reveil
from partenaires.models import Service, Utilisateur
from partenaires.socle.refus import AuMemeInstant, Refus
from quartiers import suites
from quartiers.models import Parution


class ReglagesDeLAppel(Protocol):
    """What the action asks of the settings typed: see `forms.appel.AppelForm`."""

    instance: Appel

    def a_bouge(self, actuel: models.Model) -> bool: ...

    def save(self) -> Appel: ...


# What other acts write in a call: never taken from the form.
TENUS_AILLEURS = ("rang", "sequence", "dates_le")
DATES = ("ouvre_le", "ferme_le", *PHASES)  # those that calendars carry


class AnneeFigee(Refus):
    """Numbers were given: they say the year of the call."""

    phrase = "Des dossiers portent déjà un numéro de cette année : elle ne change plus."
    champ = "annee"


class TitrePris(Refus):
    """Another call of this year has this title: two agents at once make one call."""

    phrase = "Un appel de cette année porte déjà ce titre : rien n’a été enregistré."
    champ = "titre"


class RegimeFige(Refus):
    """The call has opened: what a deposit is worth does not change under those who deposit."""

    phrase = "L’appel a ouvert : son régime ne change plus. Rien n’a été enregistré."
    champ = "regime"


class RegimeReserve(Refus):
    """The regime has effects in law: the head of the service chooses it."""

    phrase = droits.peut_choisir_le_regime.phrase
    champ = "regime"


class GuichetIncomplet(Refus):
    """The acknowledgement would not say all that the law asks."""

    champ = "regime"

    def __init__(self, conditions: list[guichet.Condition]):
        noms = " ; ".join(condition.nom for condition in conditions)
        super().__init__(
            f"Le régime « guichet » demande d’abord : {noms}. Rien n’a été enregistré."
        )


@transaction.atomic
@suites.en_une_fois()
def enregistrer(
    form: ReglagesDeLAppel,
    tables: "Iterable[BaseInlineFormSet[Any, Any, Any]]",
    *,
    par: Utilisateur,
    recu_le: datetime,
) -> Appel:
    """Save the call and its tables together, with one rule of each kind, switched off.

    The row is locked first: what other acts wrote meanwhile is kept, not written over by the values
    read with the form. Raises `AnneeFigee`, `TitrePris`, the refusals of the regime,
    `LigneDisparue`, `AuMemeInstant` when a colleague saved since the form was read; and `OSError`
    when the disk is full.
    """
    appel = form.instance
    actuel = Appel()
    if appel.pk:
        actuel = Appel.objects.select_for_update().get(pk=appel.pk)
        if form.a_bouge(actuel):
            raise AuMemeInstant
    for champ in TENUS_AILLEURS:
        setattr(appel, champ, getattr(actuel, champ))
    _exiger_le_regime(appel, actuel, par=par, recu_le=recu_le)
    service = Service.verrouille()
    manquaient = guichet.manquantes(actuel, service) if actuel.est_guichet else []
    _ranger(appel, actuel)
    _dater(appel, actuel, recu_le)
    form.save()
    _enregistrer_les_tables(tables, appel, recu_le)
    completer_les_regles(appel)
    if appel.est_guichet:
        _exiger_les_conditions(appel, actuel, service, manquaient)
    Parution.avancer(recu_le)
    reveil.apres_commit("appels.imprimer")
    return appel


def _dater(appel: Appel, actuel: Appel, recu_le: datetime) -> None:
    """A date that moves moves the calendars already handed out: they must read the change."""
    if all(getattr(appel, champ) == getattr(actuel, champ) for champ in DATES):
        return
    appel.dates_le = recu_le
    if actuel.dates_le:
        appel.sequence += 1


def _exiger_les_conditions(
    appel: Appel, actuel: Appel, service: Service, manquaient: list[guichet.Condition]
) -> None:
    """A guichet that lacked something may stay as it is; it may not lack more, nor begin so."""
    manquent = guichet.manquantes(appel, service)
    nouvelles = [condition for condition in manquent if condition not in manquaient]
    if nouvelles or (manquent and not actuel.est_guichet):
        raise GuichetIncomplet(manquent)


def _enregistrer_les_tables(
    tables: "Iterable[BaseInlineFormSet[Any, Any, Any]]", appel: Appel, recu_le: datetime
) -> None:
    """The rows of a call: what is used is withdrawn, not deleted."""
    for table in tables:
        table.instance = appel
        if table.model and issubclass(table.model, Retirable):
            actes.ecrire(table, recu_le=recu_le)
        else:
            actes.exiger_ce_qui_etait_lu(table)
            table.save()


def _exiger_le_regime(appel: Appel, actuel: Appel, *, par: Utilisateur, recu_le: datetime) -> None:
    """Only the head changes it, and before the call opens."""
    if appel.regime == actuel.regime:
        return
    if not droits.peut_choisir_le_regime(par):
        raise RegimeReserve
    if actuel.a_commence(recu_le):
        raise RegimeFige


def _ranger(appel: Appel, actuel: Appel) -> None:
    """Its rank among the calls of its year, once its year and its title are its own."""
    if appel.annee == actuel.annee and appel.titre == actuel.titre:
        return
    if actuel.pk and appel.annee != actuel.annee and actuel.a_des_numeros():
        raise AnneeFigee
    Numerotation.verrouiller(appel.annee)
    homonymes = Appel.objects.filter(annee=appel.annee, titre=appel.titre)
    if homonymes.exclude(pk=appel.pk).exists():
        raise TitrePris
    if appel.annee != actuel.annee:
        appel.rang = _rang_suivant(appel.annee)


def _rang_suivant(annee: int) -> int:
    """The place of a new call among those of a year, from 1; the year is locked."""
    dernier = Appel.objects.filter(annee=annee).aggregate(models.Max("rang"))["rang__max"]
    return (dernier or 0) + 1


# What a call takes from the one that it is made from; a new field stays empty unless named here.
# Not the regime: the head of the service chooses it, call by call.
REPRIS = (
    "presentation",
    "options",
    "jours_rappel",
    "longueur_dauphin",
    "jours_avant_rejet",
    "avis_apres_le_sien",
    "motifs_par",
    "lectures_attendues",
    "agent_charge",
    "autorite_recours",
    "tribunal",
    "texte_legal",
)


@transaction.atomic
def reconduire(source: Appel, annee: int, titre: str = "", *, recu_le: datetime) -> Appel:
    """Another call, with the same documents, funders, rules and texts; not what was withdrawn.

    Without dates, and not public. Without a title, that of the source for its new year. Raises
    `TitrePris`: two agents at once make one call.
    """
    Numerotation.verrouiller(annee)
    titre = titre or source.titre.replace(str(source.annee), str(annee))
    if Appel.objects.filter(annee=annee, titre=titre).exists():
        raise TitrePris
    valeurs = {nom: getattr(source, nom) for nom in REPRIS}
    rang = _rang_suivant(annee)
    appel = Appel.objects.create(annee=annee, rang=rang, titre=titre, **valeurs)
    appel.axes.set(source.axes.all())
    appel.themes.set(source.themes.all())
    proposes = [table.proposes() for table in (source.documents, source.financeurs)]
    for lignes in (*proposes, source.criteres.proposes(), source.regles.all()):
        for ligne in lignes:
            ligne.pk = None
            ligne.appel = appel
            ligne._state.adding = True  # Django’s way to copy a row
            ligne.save()
    completer_les_regles(appel)
    reveil.apres_commit("appels.imprimer")
    return appel


def completer_les_regles(appel: Appel) -> None:
    """Every rule exists, off by default (METIER §4.5)."""
    for cle in CleRegle:
        Regle.objects.get_or_create(appel=appel, cle=cle)
