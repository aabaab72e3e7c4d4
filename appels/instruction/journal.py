"""What the log says, in words: who may read which lines, what they look for, before → after."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.dateparse import parse_date, parse_datetime

from appels.instruction import mots_du_journal
from appels.instruction.listes import mots_de
from appels.models import DecisionPrise, Dossier, Passage
from partenaires.models import Partenaire, Role, Utilisateur
from quartiers.francais import en_euros, jour, moment
from quartiers.horloge import PARIS
from quartiers.models import Trace
from quartiers.models.trace import Geste, TraceQuerySet

# Private until their author shares or gives them: not even that they exist. Once shared, the log of
# the dossier and the former versions of the opinion say it.
PRIVES = ("appels.Avis", "appels.Lecture", "appels.Cotation", "appels.MotifDeBloc")
CENTIMES = {
    *("montant", "montant_vote", "montant_propose", "plafond"),
    *("droit_commun", "credits_contrat"),
}
ROLES = dict(Role.choices)
GARDE_SECRET = "valeur non gardée"  # noqa: S105


# --- Which lines --------------------------------------------------------------------------------
def lisibles(personne: Utilisateur) -> TraceQuerySet:
    """The lines that a person of the service may read; the door keeps the others out.

    Nothing private; of dossiers, those that they read for the service.
    """
    lus = Dossier.objects.lus_pour_le_service(personne).order_by()
    de_ceux_la = Q(dossier__isnull=True) | Q(Exists(lus.filter(pk=OuterRef("dossier"))))
    return Trace.objects.exclude(table__in=PRIVES).filter(de_ceux_la)


def du_dossier(personne: Utilisateur, dossier: int) -> TraceQuerySet:
    """Among them, those of one dossier: the others of the service are not read for it."""
    lus = Dossier.objects.lus_pour_le_service(personne).order_by().filter(pk=dossier)
    lignes = Trace.objects.exclude(table__in=PRIVES).du_dossier(dossier)
    return lignes.filter(dossier__in=lus.values("pk"))


# What an organisation reads of the changes of its dossier: its own acts, what it is asked, its
# states. Field by field: what is not named here is the service's, a new field too. Never the
# opinions, the charge, the conformity of a document, who acts; a decision, see `de_l_organisme`.
LUS_PAR_L_ORGANISME = {  # {table: fields}
    "appels.Dossier": (
        *("etat", "numero", "depose_le", "fiche_confirmee_le", "signature_demandee_le"),
        *("ouvert_au_service_le", "prolonge_jusqu_a", "a_completer_avant", "rejet_implicite_le"),
    ),
    "appels.Version": ("rang", "empreinte", "figee_le"),
    "appels.Attestation": ("texte", "qualite", "le"),
    "appels.Piece": ("document", "nom", "ajoutee_le", "retiree_le"),
    "appels.Complement": ("message", "demande_le", "avant_le", "repondu_le", "clos_le"),
    "appels.Point": ("partie", "document", "demande"),
    "appels.DepotDauphin": ("numero", "etat", "transmis_le"),
    "appels.DecisionPrise": ("decision", "montant_vote", "decide_le", "acte", "motif"),
}


def de_l_organisme() -> TraceQuerySet:
    """The lines that tell an organisation nothing before its letter: a decision once released.

    One act of the service decides for several funders at the same instant: each decision waits for
    its own letter.
    """
    tues = DecisionPrise.objects.exclude(pk__in=DecisionPrise.objects.notifiees().values("pk"))
    return (
        Trace.objects.filter(table__in=LUS_PAR_L_ORGANISME)
        .exclude(geste=Geste.OUVERTURE)
        .exclude(table="appels.DecisionPrise", cle__in=tues.values("pk"))
    )


@dataclass(frozen=True)
class Recherche:
    """What is looked for: a person, an object, days; empty for any."""

    personne: str = ""
    objet: str = ""
    table: str = ""
    du: date | None = None
    au: date | None = None

    @classmethod
    def depuis(cls, gardee: dict[str, str]) -> "Recherche":
        """The one that `a_garder` gave."""
        return cls(
            personne=gardee.get("personne", ""),
            objet=gardee.get("objet", ""),
            table=gardee.get("table", ""),
            du=parse_date(gardee.get("du", "")),
            au=parse_date(gardee.get("au", "")),
        )

    def a_garder(self) -> dict[str, str]:
        """As a row of the database keeps it, days as 2026-11-24."""
        return {nom: str(valeur) for nom, valeur in asdict(self).items() if valeur}

    def parmi(self, lignes: TraceQuerySet) -> TraceQuerySet:
        """The lines that answer it; the same for the page and its file."""
        if self.personne:
            lignes = lignes.filter(par__in=_personnes(self.personne))
        if self.objet:
            lignes = lignes.filter(_sur(self.objet))
        if self.table:
            lignes = lignes.filter(table=self.table)
        if self.du:
            lignes = lignes.filter(le__gte=_minuit(self.du))
        if self.au:
            lignes = lignes.filter(le__lt=_minuit(self.au + timedelta(days=1)))
        return lignes


def _personnes(texte: str) -> models.QuerySet[Utilisateur]:
    """Each word in the name or the address."""
    trouvees = Utilisateur.objects.order_by()
    for mot in texte.split():
        trouvees = trouvees.filter(
            Q(prenom__icontains=mot) | Q(nom__icontains=mot) | Q(email__icontains=mot)
        )
    return trouvees.values("pk")


def _sur(texte: str) -> Q:
    """A dossier by its number or title, an organisation by its name or SIRET."""
    mots = mots_de(texte)
    if not mots:
        return Q(pk__in=[])
    dossiers = Dossier.objects.all()
    for mot in mots:
        dossiers = dossiers.filter(recherche__contains=mot)
    organismes = Partenaire.objects.nommes(texte)
    return Q(dossier__in=dossiers.order_by().values("pk")) | Q(
        organisme__in=organismes.order_by().values("pk")
    )


def _minuit(jour: date) -> datetime:
    return datetime.combine(jour, time(), tzinfo=PARIS)


# --- In words -----------------------------------------------------------------------------------
@dataclass(frozen=True)
class Valeur:
    """One field of one line: how the code calls it, how a page does."""

    nom: str
    champ: str
    avant: str
    apres: str

    def __str__(self) -> str:
        return f"{self.champ} : {self.avant} → {self.apres}"


@dataclass(frozen=True)
class Changement:
    """A line as it is read."""

    trace: Trace
    sur: str  # « Décision d’un financeur »
    objet: str  # « CV-2027-0001 »
    valeurs: list[Valeur]

    def reduit(self) -> "Changement":
        """With what its organisation may read."""
        noms = LUS_PAR_L_ORGANISME[self.trace.table]
        lues = [valeur for valeur in self.valeurs if valeur.nom in noms]
        return replace(self, valeurs=lues)


def en_clair(traces: Sequence[Trace], lus_deja: Sequence[models.Model] = ()) -> list[Changement]:
    """The lines in words; what they name is read in one query a table, however many lines.

    `lus_deja`: rows that the page holds, not read again.
    """
    noms = _nommes(traces, lus_deja)
    lus = []
    for trace in traces:
        dossier = noms.get(("appels.Dossier", trace.dossier or 0))
        objet = dossier or noms.get(("partenaires.Partenaire", trace.organisme or 0), "")
        lus.append(
            Changement(
                trace,
                mots_du_journal.TABLES.get(trace.table, trace.table.partition(".")[2]),
                objet,
                [
                    _en_mots(trace.table, nom, avant, apres, noms)
                    for nom, (avant, apres) in trace.valeurs.items()
                ],
            )
        )
    return lus


def details(
    dossier: Dossier, passages: Iterable[Passage], parmi: TraceQuerySet
) -> dict[int, list[Changement]]:
    """{act of the log of a dossier: what it changed}: the same person, at the same instant.

    `parmi`: the lines that the reader may read, of the service or of the organisation.
    """
    actes = list(passages)
    par_acte: dict[tuple[int | None, datetime], int] = {}
    for acte in actes:
        par_acte.setdefault((acte.par_id, acte.le), acte.pk)
    traces = parmi.filter(dossier=dossier.pk, le__in={acte.le for acte in actes})
    a_la_page = (dossier, dossier.porteur, dossier.appel)
    trouves: dict[int, list[Changement]] = {}
    for changement in en_clair(list(traces.order_by("pk")), a_la_page):
        cle = par_acte.get((changement.trace.par_id, changement.trace.le))
        if cle is not None:
            trouves.setdefault(cle, []).append(changement)
    return trouves


def details_de_l_organisme(
    dossier: Dossier, passages: Iterable[Passage]
) -> dict[int, list[Changement]]:
    """The same for who belongs to the organisation: of each line, the fields that are theirs."""
    trouves = {}
    for cle, changements in details(dossier, passages, de_l_organisme()).items():
        lus = [changement.reduit() for changement in changements]
        trouves[cle] = [changement for changement in lus if changement.valeurs]
    return trouves


def _champ(table: str, nom: str) -> Any:
    """The field, or None once the code has forgotten it."""
    try:
        return apps.get_model(table)._meta.get_field(nom)
    except (LookupError, ValueError):
        return None


def _cles(traces: Sequence[Trace]) -> dict[type[models.Model], set[int]]:
    """{model: keys} of every row that these lines refer to."""
    cles: dict[type[models.Model], set[int]] = {
        Dossier: {trace.dossier for trace in traces if trace.dossier},
        Partenaire: {trace.organisme for trace in traces if trace.organisme},
    }
    for trace in traces:
        for nom, valeurs in trace.valeurs.items():
            champ = _champ(trace.table, nom)
            if champ is not None and champ.is_relation:
                cles.setdefault(champ.related_model, set()).update(
                    valeur for valeur in valeurs if isinstance(valeur, int)
                )
    return cles


def _nommes(
    traces: Sequence[Trace], lus_deja: Sequence[models.Model]
) -> dict[tuple[str, int], str]:
    """{(table, key): name} of every row that these lines refer to."""
    noms = {(ligne._meta.label, ligne.pk): _nom(ligne) for ligne in lus_deja}
    for modele, numeros in _cles(traces).items():
        inconnus = {cle for cle in numeros if (modele._meta.label, cle) not in noms}
        for cle, texte in _textes(modele, inconnus).items():
            noms[modele._meta.label, cle] = texte
    return noms


# What writes the name of a row reads others: joined, so that each is one query.
JOINTURES = {
    "appels.AncienQuartier": ("quartier",),
    "appels.Financement": ("partenaire",),
    "appels.Version": ("dossier",),
    "appels.Rattachement": ("contribution", "dossier"),
    "appels.Lecture": ("lecteur",),
    "appels.Comite": ("appel",),
    "partenaires.Fiche": ("partenaire",),
    "appels.Complement": ("dossier",),
    "appels.Auteur": ("partenaire",),
    "appels.Gabarit": ("partenaire",),
}


def _textes(modele: type[models.Model], cles: set[int]) -> dict[int, str]:
    if not cles:
        return {}
    lignes = modele._base_manager.filter(pk__in=cles).order_by()
    if joints := JOINTURES.get(modele._meta.label):
        lignes = lignes.select_related(*joints)
    if modele is Dossier:
        lignes = lignes.only("numero", "intitule")
    return {ligne.pk: _nom(ligne) for ligne in lignes}


def _nom(ligne: models.Model) -> str:
    if isinstance(ligne, Dossier):
        return ligne.numero or ligne.intitule or "Brouillon"
    return str(ligne)


def _en_mots(
    table: str, nom: str, avant: Any, apres: Any, noms: dict[tuple[str, int], str]
) -> Valeur:
    champ = _champ(table, nom)
    mots = [_mot(champ, nom, valeur, noms) for valeur in (avant, apres)]
    return Valeur(nom, mots_du_journal.titre(champ, nom), *mots)


def _mot(champ: Any, nom: str, valeur: Any, noms: dict[tuple[str, int], str]) -> str:
    """A value of the log in the words of the screens.

    A print stands for what is kept secret; a key that is no more is said by its number.
    """
    if valeur in (None, "", [], {}):
        return "vide"
    if isinstance(valeur, dict) and set(valeur) == {"empreinte"}:
        return GARDE_SECRET
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if nom in CENTIMES and isinstance(valeur, int):
        return en_euros(valeur)
    if isinstance(valeur, list):
        return ", ".join(ROLES.get(element, str(element)) for element in valeur)
    if isinstance(valeur, dict):  # what is said there; its keys are ours
        return ", ".join(dit for dit in valeur.values() if isinstance(dit, str) and dit) or "vide"
    if champ is None:
        return str(valeur)
    if champ.is_relation:
        return noms.get((champ.related_model._meta.label, valeur), f"n° {valeur}")
    if champ.choices:
        return str(dict(champ.flatchoices).get(valeur, valeur))
    return _date_en_mots(champ, valeur)


def _date_en_mots(champ: Any, valeur: Any) -> str:
    if isinstance(champ, models.DateTimeField) and (instant := parse_datetime(str(valeur))):
        return moment(instant)
    if isinstance(champ, models.DateField) and (lu := parse_date(str(valeur))):
        return jour(lu)
    return str(valeur)
