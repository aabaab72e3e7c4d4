"""What a scenario gives by project and funder, and what remains of each envelope, in cents."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.forms import BoundField

from appels.instruction import noms_courts
from appels.models import (
    Appel,
    Avis,
    Deliberation,
    Dossier,
    Enveloppe,
    Financement,
    Lieu,
    Scenario,
    Sens,
    SensComite,
)
from appels.models.dossiers import DossierQuerySet
from appels.socle import deports, notes, propositions
from appels.socle.deports import Deporte
from partenaires.models import Partenaire, Utilisateur
from quartiers.francais import en_euros

LARGEUR = 1000  # of the drawing of a bar


@dataclass
class Compte:
    """A funder in a scenario: its envelope and ceiling by project, asked, proposed.

    Envelope and ceiling are None while unknown.
    """

    partenaire: Partenaire
    enveloppe: int | None = None
    plafond: int | None = None
    demande: int = 0
    propose: int = 0

    @property
    def nom(self) -> str:
        """Short, for the head of a column."""
        return noms_courts.du_financeur(self.partenaire)

    @property
    def reste(self) -> int | None:
        """What remains of the envelope, below zero when it is gone beyond."""
        return None if self.enveloppe is None else self.enveloppe - self.propose

    @property
    def depassement(self) -> int:
        """How much too much; 0 when it holds."""
        return max(0, -self.reste) if self.reste is not None else 0

    @property
    def barre(self) -> dict[str, int]:
        """Its bar, in lengths of `LARGEUR`: asked, proposed that holds, too much, envelope.

        `borne` is -1 while nobody knows the envelope.
        """
        tout = max(self.demande, self.propose, self.enveloppe or 0, 1)
        tenu = self.propose - self.depassement
        return {
            "demande": LARGEUR * self.demande // tout,
            "tenu": LARGEUR * tenu // tout,
            "trop": LARGEUR * self.depassement // tout,
            "borne": -1 if self.enveloppe is None else LARGEUR * self.enveloppe // tout,
        }


def comptes(scenario: Scenario) -> dict[int, Compte]:
    """{funder: its account} in the order of the call: every project counts, read by me or not.

    Two queries, four when the dossiers ask a funder that the call does not name.
    """
    appel = scenario.appel
    sommes = propositions.sommes(scenario)
    trouves = {}
    for partenaire, enveloppe, plafond in _demandes_a(appel, set(sommes)):
        demande, propose = sommes[partenaire.pk]
        trouves[partenaire.pk] = Compte(
            partenaire,
            enveloppe=enveloppe,
            plafond=plafond,
            demande=demande,
            propose=propose,
        )
    return trouves


def _demandes_a(appel: Appel, cles: set[int]) -> list[tuple[Partenaire, int | None, int | None]]:
    """(funder, its envelope, its ceiling): those asked, in the order of the call; then those that
    the call does not name."""
    dernieres = Enveloppe.objects.filter(
        appel=appel, partenaire=models.OuterRef("partenaire")
    ).order_by("-pk")
    financeurs = appel.financeurs.select_related("partenaire").annotate(
        enveloppe=models.Subquery(dernieres.values("montant")[:1]),
        plafond=models.Subquery(dernieres.values("plafond")[:1]),
    )
    trouves = [
        (financeur.partenaire, financeur.enveloppe, financeur.plafond)
        for financeur in financeurs
        if financeur.partenaire_id in cles
    ]
    autres = cles - {partenaire.pk for partenaire, _, _ in trouves}
    if autres:
        en_vigueur = Enveloppe.objects.filter(appel=appel).en_vigueur()
        for partenaire in Partenaire.objects.filter(pk__in=autres):
            enveloppe = en_vigueur.get(partenaire.pk)
            montant = enveloppe.montant if enveloppe else None
            trouves.append((partenaire, montant, enveloppe.plafond if enveloppe else None))
    return trouves


def proposees(scenario: Scenario) -> models.QuerySet[Any]:
    """The requests of its call with what it gives them: `propose`, in cents, None for nothing.

    `mot`: what the last meeting said of the project. An unfavourable word gives zero, whatever the
    amount says.
    """
    montants = scenario.propositions.filter(financement=models.OuterRef("pk")).values("montant")
    mots = (
        Deliberation.objects.filter(dossier=models.OuterRef("dossier"))
        .order_by("-le", "-pk")
        .values("sens")
    )
    return (
        propositions.demandes(scenario.appel)
        .annotate(mot=models.Subquery(mots[:1]))
        .annotate(
            propose=models.Case(
                models.When(mot=SensComite.DEFAVORABLE, then=models.Value(0)),
                default=models.Subquery(montants),
                output_field=models.BigIntegerField(),
            )
        )
    )


TEMOINS = {
    Sens.FAVORABLE: "plein",
    Sens.RESERVE: "demi",
    Sens.DEFAVORABLE: "vide",
    Sens.DEPORT: "apres",
}


INITIALES = {Sens.FAVORABLE: "F", Sens.RESERVE: "R", Sens.DEFAVORABLE: "D"}


@dataclass
class Case:
    """One request in the matrix: asked, proposed, the opinion that its funder shares.

    `propose` is None while nothing is proposed, which is not zero; `autre` is what the scenario
    compared gives.
    """

    financement: Financement
    propose: int | None
    avis: Avis | None
    numero: str
    champ: BoundField | None = None  # where it is typed, given by the form
    autre: int | None = None
    est_cache: bool = False  # its opinion is given, and read by this person after their own

    @property
    def ecart(self) -> int:
        """What this scenario gives more than the one compared; below zero when it gives less."""
        return (self.propose or 0) - (self.autre or 0)

    @property
    def alerte(self) -> str:
        """« Plus que demandé : 2 500 €. » when more is proposed; empty otherwise. Nobody is
        stopped: a funder may want it.
        """
        demande = self.financement.montant
        if self.propose is None or demande is None or self.propose <= demande:
            return ""
        return f"Plus que demandé : {en_euros(demande)}."

    @property
    def non_ecrit(self) -> str:
        """What was typed in a scenario frozen meanwhile, which has no field any more."""
        if self.champ is None or self.champ.name not in self.champ.form.changed_data:
            return ""
        return self.champ.data or "vide"

    @property
    def temoin(self) -> str:
        """The mark of its opinion: full for yes, half with a reservation, empty for no."""
        return TEMOINS[Sens(self.avis.sens)] if self.avis else "apres"

    @property
    def mot(self) -> str:
        """Its opinion in a word."""
        if self.est_cache:
            return "donné, lu après le vôtre"
        return self.avis.get_sens_display() if self.avis else "avis attendu"

    @property
    def initiale(self) -> str:
        """The same in one letter, for a sheet of paper; its legend says it."""
        return INITIALES.get(Sens(self.avis.sens), "–") if self.avis else "–"


@dataclass
class Ligne:
    """A project of the matrix: its requests funder by funder, in the order of the accounts."""

    dossier: Dossier
    colonnes: list[tuple[Compte, list[Case]]] = field(default_factory=list)
    deportes: list[Deporte] = field(default_factory=list)

    @property
    def note(self) -> float | None:
        """Its score out of 20, read by `presentes`; None while there is none that one may read."""
        lu: Any = self.dossier
        return lu.note if lu.note_est_lisible else None

    @property
    def quartiers(self) -> tuple[str, ...]:
        """The short names of those where it happens, each once; read with its places."""
        noms = {lieu.quartier.nom_court for lieu in self.dossier.lieux.all() if lieu.quartier}
        return tuple(sorted(noms))

    @property
    def communes(self) -> tuple[str, ...]:
        """The names of those where it happens, each once."""
        noms = {lieu.commune.nom for lieu in self.dossier.lieux.all() if lieu.commune}
        return tuple(sorted(noms))

    @property
    def deports(self) -> int:
        """How many people step aside from it."""
        return len(self.deportes)

    @property
    def cases(self) -> list[Case]:
        """Those of every funder."""
        toutes = []
        for _, cases in self.colonnes:
            toutes += cases
        return toutes

    @property
    def demande(self) -> int:
        """Asked of all its funders, in cents."""
        return sum(case.financement.montant or 0 for case in self.cases)

    @property
    def propose(self) -> int:
        """Proposed by the scenario in all, in cents."""
        return sum(case.propose or 0 for case in self.cases)

    @property
    def autre(self) -> int:
        """Proposed in all by the scenario compared, in cents."""
        return sum(case.autre or 0 for case in self.cases)

    @property
    def ecart(self) -> int:
        """What this scenario gives more in all than the one compared."""
        return self.propose - self.autre

    @property
    def attend_un_montant(self) -> bool:
        """Nothing is proposed yet for one of its requests."""
        return any(case.propose is None for case in self.cases)


def presentes(visibles: DossierQuerySet, appel: Appel, lecteur: Utilisateur) -> DossierQuerySet:
    """The projects of the matrix that one may read, in the order of the minutes.

    Each with its places, and its score when this person may read it.
    """
    lieux = Lieu.objects.defer("quartier__contour").order_by("pk")
    return (
        visibles.filter(appel=appel)
        .en_course()
        .select_related("porteur", "axe", "appel")
        .prefetch_related(models.Prefetch("lieux", lieux))
        .annotate(
            note=notes.en_base(),
            lectures_rendues=notes.rendues_en_base(),
            note_est_lisible=_lit_la_note(lecteur),
        )
        .order_by("numero")
    )


def _lit_la_note(lecteur: Utilisateur) -> models.Expression:
    """Whether a dossier tells its score to this person."""
    lisibles = notes.lisibles_par(lecteur)
    if not lisibles:  # whoever leads the service reads them all
        return models.Value(True)
    return models.ExpressionWrapper(lisibles, models.BooleanField())


def lignes(
    scenario: Scenario,
    dossiers: list[Dossier],
    comptes: dict[int, Compte],
    autre: Scenario | None = None,
) -> list[Ligne]:
    """Their rows; four queries, whatever the number. `autre`: the scenario compared."""
    cases = _cases(scenario, dossiers, autre)
    deportes = deports.par_dossier(dossiers)
    return [
        Ligne(
            dossier,
            [(compte, cases[dossier.pk, pk]) for pk, compte in comptes.items()],
            deportes[dossier.pk],
        )
        for dossier in dossiers
    ]


def _cases(
    scenario: Scenario, dossiers: list[Dossier], autre: Scenario | None
) -> defaultdict[tuple[int, int | None], list[Case]]:
    """{(dossier, funder): its requests}; two queries."""
    numeros = {dossier.pk: dossier.numero or "" for dossier in dossiers}
    partages: dict[tuple[int, int | None], Avis] = {}
    for avis in Avis.objects.partages().filter(dossier__in=list(numeros)).order_by():
        partages[avis.dossier_id, avis.partenaire_id] = avis
    cases = defaultdict(list)
    des_financeurs = Financement.objects.filter(
        dossier__in=list(numeros), partenaire__isnull=False
    ).annotate(propose=propositions.montant_de(scenario), compare=propositions.montant_de(autre))
    lues: Any = des_financeurs.order_by("pk")
    for demande in lues:
        cle = (demande.dossier_id, demande.partenaire_id)
        cases[cle].append(
            Case(
                demande,
                demande.propose,
                partages.get(cle),
                numeros[demande.dossier_id],
                autre=demande.compare,
            )
        )
    return cases
