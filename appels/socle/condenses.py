"""The deposited dossiers in short: kept, renewed with each act, proved.

`renouveler` brings what is kept to what `constats` says, in the transaction that changes it. The
two are compared by a test, and by `manage.py recalculer`, which repairs and says what differed.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import models, transaction
from django.db.models.functions import Left

from appels.models import AdresseCondensee, Condense, Critere, DocumentDemande, Dossier, Lieu, Regle
from appels.socle import comptages, constats
from appels.socle.lots import par_lots
from appels.socle.stades import ATTENTES, Attente, Stade
from partenaires.models import Partenaire
from quartiers.francais import recherchable
from quartiers.models import Trace
from quartiers.suites import Lignes

# What a line of the log may change, beside its own dossier: the others of the organisation, whose
# requests add up (R13) and of which one is the first
AUTOUR = {"appels.Dossier", "appels.Financement"}
DE_SON_DOSSIER = {
    *AUTOUR,
    "appels.Avis",
    "appels.Cotation",
    "appels.DecisionPrise",
    "appels.Deliberation",
    "appels.Deport",
    "appels.DepotDauphin",
    "appels.Lecture",
    "appels.Lettre",
    "appels.Message",
    "appels.Piece",
    "appels.Signal",
}
# Of these tables, the only fields whose change counts
LUS_DE = {
    "appels.Dossier": {
        "a_completer_avant",
        "appel",
        "axe",
        "confie_a",
        "depose_le",
        "etat",
        "porteur",
        "rejet_implicite_le",
    },
    "appels.Financement": {"decision", "montant_vote"},
    "partenaires.Partenaire": {"genre", "siret"},
}
DE_L_APPEL: dict[str, type[models.Model]] = {
    "appels.Critere": Critere,
    "appels.DocumentDemande": DocumentDemande,
    "appels.Regle": Regle,
}
COLONNES = ("appel_id", "porteur", *constats.tous(), "titre", "titre_inverse")
GARDES = (*COLONNES, "adresses")
# A sum comes as a decimal: each column says what it holds
CHAMPS = {champ.attname: champ for champ in Condense._meta.concrete_fields}
Valeurs = dict[str, Any]


# --- After a line of the log ----------------------------------------------------------------------


def suivre(lignes: Lignes) -> None:
    """Bring to the procedure every dossier that these lines may change."""
    lignes = [ligne for ligne in lignes if _compte(ligne)]
    dossiers = {ligne.dossier for ligne in lignes if ligne.table in DE_SON_DOSSIER}
    autour = {ligne.dossier for ligne in lignes if ligne.table in AUTOUR}
    dossiers |= _des_appels(set(_appels_touches(lignes)))
    dossiers |= _lus_par_des_membres(lignes)
    d_un_partenaire = _des_partenaires(_partenaires_touches(lignes)) | _des_annees(lignes)
    if dossiers or d_un_partenaire:
        renouveler(dossiers, autour=autour | d_un_partenaire)


def _compte(ligne: Trace) -> bool:
    """It writes something that is kept here."""
    lus_de = LUS_DE.get(ligne.table)
    return lus_de is None or not lus_de.isdisjoint(ligne.valeurs)


def _des_appels(appels: set[int]) -> set[int]:
    """Everything deposited in these calls."""
    if not appels:
        return set()
    return set(Condense.objects.filter(appel__in=appels).values_list("pk", flat=True))


def _appels_touches(lignes: Lignes) -> Iterator[int]:
    """The calls whose documents or rules changed: a query a table, however many rows."""
    changees: dict[str, set[int]] = defaultdict(set)
    for ligne in lignes:
        if ligne.table not in DE_L_APPEL:
            continue
        if dit := ligne.valeurs.get("appel"):  # born or gone
            yield from (appel for appel in dit if appel)
        else:
            changees[ligne.table].add(ligne.cle)
    for table, cles in changees.items():
        siennes = DE_L_APPEL[table]._base_manager.filter(pk__in=cles)
        yield from siennes.values_list("appel", flat=True).distinct()


def _partenaires_touches(lignes: Lignes) -> set[int]:
    """Those whose kind or number changed."""
    return {ligne.cle for ligne in lignes if ligne.table == "partenaires.Partenaire"}


def _des_partenaires(partenaires: set[int]) -> set[int]:
    """What these organisations deposited, and what asks these funders."""
    if not partenaires:
        return set()
    deposes = Dossier.objects.deposes().filter(
        models.Q(porteur__in=partenaires) | models.Q(financements__partenaire__in=partenaires)
    )
    return set(deposes.values_list("pk", flat=True))


def _des_annees(lignes: Lignes) -> set[int]:
    """What was deposited in the calls whose year changed: which dossier is a first one."""
    appels = {
        ligne.cle
        for ligne in lignes
        if ligne.table == "appels.Appel" and ligne.valeurs.get("annee", [None])[0]
    }
    return _des_appels(appels)


def _lus_par_des_membres(lignes: Lignes) -> set[int]:
    """What was scored in the organisations whose members changed: theirs do not count."""
    organismes = {
        ligne.organisme for ligne in lignes if ligne.table == "partenaires.Appartenance"
    } - {None}
    if not organismes:
        return set()
    lus_ici = Dossier.objects.deposes().filter(porteur__in=organismes, lectures__isnull=False)
    return set(lus_ici.values_list("pk", flat=True))


# --- Kept and said --------------------------------------------------------------------------------


@transaction.atomic(savepoint=False)
def renouveler(dossiers: Collection[int], autour: Collection[int] = ()) -> None:
    """Bring what is kept of these dossiers to what the procedure says; drafts have nothing kept.

    `autour`: those among them whose organisation has others that they may change. The rows are
    locked before anything is read, always in the same order: of two acts on one organisation, the
    second sees what the first wrote.
    """
    for lot in par_lots(sorted({*dossiers, *autour})):
        deposes = _deposes(lot)
        if deposes:
            _renouveler(deposes, set(autour))


def _deposes(cles: list[int]) -> list[tuple[int, int, str]]:
    """(dossier, its organisation, the SIRET) of those that were deposited."""
    deposes = Dossier.objects.filter(pk__in=cles, depose_le__isnull=False)
    return list(deposes.values_list("pk", "porteur", "porteur__siret"))


def _renouveler(deposes: list[tuple[int, int, str]], autour: set[int]) -> None:
    cles = {pk for pk, _, _ in deposes}
    lies = models.Q(pk__in=cles)
    au_centre = [ligne for ligne in deposes if ligne[0] in autour]
    if au_centre:
        lies |= _de_leurs_organismes(au_centre)
    tenus = Condense.objects.filter(lies).order_by("pk").select_for_update(of=("self",))
    gardes = lus(tenus)
    _ecrire(gardes, constater({*cles, *gardes}))


def _de_leurs_organismes(deposes: list[tuple[int, int, str]]) -> models.Q:
    """What their organisations deposited, all the establishments of a SIREN together.

    As they are, and as they were when something was kept. The organisations are held: two first
    deposits of one do not cross.
    """
    porteurs = {porteur for _, porteur, _ in deposes}
    sirens = {siret[:9] for _, _, siret in deposes if siret}
    par_siren = Partenaire.objects.annotate(siren=Left("siret", 9))
    tenus = par_siren.filter(models.Q(pk__in=porteurs) | models.Q(siren__in=sirens)).order_by("pk")
    organismes = list(tenus.select_for_update(no_key=True).values_list("pk", flat=True))
    avant = Condense.objects.filter(pk__in=[pk for pk, _, _ in deposes])
    return (
        models.Q(porteur__in=organismes)
        | models.Q(porteur__in=avant.values("porteur"))
        | models.Q(siren__in=avant.exclude(siren="").values("siren"))
    )


def lus(condenses: models.QuerySet[Condense]) -> dict[int, Valeurs]:
    """{dossier: what is kept of it}; two queries."""
    gardes = {ligne.pop("pk"): ligne for ligne in condenses.values("pk", *COLONNES)}
    for garde in gardes.values():
        garde["adresses"] = []
    adresses = AdresseCondensee.objects.filter(condense__in=gardes).order_by("pk")
    for pk, adresse in adresses.values_list("condense", "adresse"):
        gardes[pk]["adresses"].append(adresse)
    return gardes


def constater(dossiers: Collection[int]) -> dict[int, Valeurs]:
    """{dossier: what must be kept of it}; two queries."""
    attendus = {}
    for constate in _constates(list(dossiers)):
        constate.titre = recherchable(constate.intitule)
        constate.titre_inverse = constate.titre[::-1]
        # The database gives them in any order
        constate.parts = ";".join(sorted(constate.parts.split(";")))
        constate.proposes = ";".join(sorted(constate.proposes.split(";")))
        constate.quartiers = ";".join(sorted(set(constate.quartiers.split(";"))))
        attendus[constate.pk] = {
            nom: CHAMPS[nom].to_python(getattr(constate, nom)) for nom in COLONNES
        }
        attendus[constate.pk]["adresses"] = []
    lieux = Lieu.objects.filter(dossier__in=attendus).exclude(adresse="").order_by("pk")
    for pk, adresse in lieux.values_list("dossier", "adresse"):
        attendus[pk]["adresses"].append(recherchable(adresse))
    return attendus


def _constates(cles: list[int]) -> Iterable[Any]:
    """What the procedure says of these dossiers, as rows to keep; each has its `intitule` too."""
    if not cles:
        return ()
    sql, valeurs = _requete(len(cles))
    return Condense.objects.raw(sql, [*valeurs, *cles], translations=COLONNE_DE)


# {what the query of the facts says: the column that keeps it}
COLONNE_DE = {
    "pk": "dossier_id",
    "porteur_id": "porteur",
    **{f"dit_{nom}": nom for nom in constats.tous()},
}


@lru_cache(maxsize=32)
def _requete(combien: int) -> tuple[str, tuple[Any, ...]]:
    """The query of that many dossiers, and its values but their keys, which come last.

    It costs more to write than to run, and never changes while the process lives: an act renews
    one dossier, or the few of an organisation.
    """
    cles = range(combien)
    faits = {f"dit_{nom}": dit for nom, dit in constats.tous().items()}
    constates = Dossier.objects.filter(depose_le__isnull=False, pk__in=cles).order_by()
    lignes = constates.annotate(**faits).values("pk", "appel_id", "porteur_id", "intitule", *faits)
    sql, valeurs = lignes.query.sql_with_params()
    assert valeurs[-combien:] == tuple(cles)
    return sql, valeurs[:-combien]


def _ecrire(
    gardes: dict[int, Valeurs], attendus: dict[int, Valeurs], *, compter: bool = True
) -> None:
    """Write what differs, in a number of queries that does not depend on how many."""
    neufs = [pk for pk in attendus if pk not in gardes]
    changes = [pk for pk in attendus if pk in gardes and gardes[pk] != attendus[pk]]
    _recrire(changes, gardes, attendus)
    if neufs:
        Condense.objects.bulk_create([_ligne(pk, attendus[pk]) for pk in neufs])
    if compter:
        comptages.suivre(
            [gardes[pk] for pk in changes], [attendus[pk] for pk in [*changes, *neufs]]
        )
    demenages = [pk for pk in changes if gardes[pk]["adresses"] != attendus[pk]["adresses"]]
    if demenages:
        AdresseCondensee.objects.filter(condense__in=demenages).delete()
    _adresser([*demenages, *neufs], attendus)


def _recrire(changes: list[int], gardes: dict[int, Valeurs], attendus: dict[int, Valeurs]) -> None:
    """Only the columns where one of these dossiers differs."""
    champs: set[str] = set()
    for pk in changes:
        champs |= {nom for nom in COLONNES if gardes[pk][nom] != attendus[pk][nom]}
    if champs:
        Condense.objects.bulk_update(
            [_ligne(pk, attendus[pk]) for pk in changes],
            sorted(nom.removesuffix("_id") for nom in champs),
        )


def _adresser(dossiers: list[int], attendus: dict[int, Valeurs]) -> None:
    adresses = []
    for pk in dossiers:
        appel = attendus[pk]["appel_id"]
        for adresse in attendus[pk]["adresses"]:
            adresses.append(AdresseCondensee(condense_id=pk, appel_id=appel, adresse=adresse))
    if adresses:
        AdresseCondensee.objects.bulk_create(adresses)


def _ligne(pk: int, valeurs: Valeurs) -> Condense:
    return Condense(pk=pk, **{nom: valeurs[nom] for nom in COLONNES})


# --- Read -----------------------------------------------------------------------------------------


def stade(instant: datetime) -> models.Case:
    """Where a deposited dossier stands now: what is kept, but for a delay that has passed since."""
    passe = models.Q(condense__stade=Stade.A_COMPLETER, condense__avant_le__lte=instant)
    return models.Case(
        models.When(passe, then=models.Value(Stade.DELAI_PASSE.value)),
        default=models.F("condense__stade"),
        output_field=models.CharField(),
    )


def attente(instant: datetime) -> models.Case:
    """Who is awaited now."""
    passe = models.Q(condense__stade=Stade.A_COMPLETER, condense__avant_le__lte=instant)
    par_attente: dict[Attente, list[str]] = defaultdict(list)
    for ou, qui in ATTENTES.items():
        par_attente[qui].append(ou.value)
    return models.Case(
        models.When(passe, then=models.Value(ATTENTES[Stade.DELAI_PASSE].value)),
        *(
            models.When(condense__stade__in=ou, then=models.Value(qui.value))
            for qui, ou in par_attente.items()
        ),
        output_field=models.CharField(),
    )


def a_ce_stade(ou: Stade, instant: datetime) -> models.Q:
    """Those that stand there now, as a range of the index of stages."""
    passe = models.Q(condense__stade=Stade.A_COMPLETER, condense__avant_le__lte=instant)
    la = models.Q(condense__stade=ou)
    if ou == Stade.DELAI_PASSE:
        return la | passe
    if ou == Stade.A_COMPLETER:
        return models.Q(condense__stade=ou, condense__avant_le__gt=instant)
    return la


def qui_attendent(qui: Attente, instant: datetime) -> models.Q:
    """Those that wait for this one now."""
    attendues = models.Q(pk__in=[])
    for ou, attendu in ATTENTES.items():
        if attendu == qui:
            attendues |= a_ce_stade(ou, instant)
    return attendues


# --- Made again -----------------------------------------------------------------------------------


@transaction.atomic
def recalculer() -> list[str]:
    """Make all of it again from the procedure; a French sentence for each thing that differed."""
    deposes = Dossier.objects.deposes().order_by("pk").values_list("pk", flat=True)
    ecarts: list[str] = []
    for lot in par_lots(list(deposes)):
        tenus = Condense.objects.filter(pk__in=lot).order_by("pk").select_for_update(of=("self",))
        gardes = lus(tenus)
        attendus = constater(lot)
        ecarts += _ecarts(gardes, attendus)
        _ecrire(gardes, attendus, compter=False)  # counters are made again from all of them
    return ecarts


def _ecarts(gardes: dict[int, Valeurs], attendus: dict[int, Valeurs]) -> list[str]:
    numeros = dict(Dossier.objects.filter(pk__in=attendus).values_list("pk", "numero"))
    phrases = []
    for pk in sorted(attendus, key=lambda pk: numeros[pk]):
        attendu, garde = attendus[pk], gardes.get(pk)
        if garde is None:
            phrases.append(f"{numeros[pk]} : absent des listes du service.")
        elif garde != attendu:
            champs = [nom for nom in GARDES if garde[nom] != attendu[nom]]
            phrases.append(f"{numeros[pk]} : différait dans les listes ({', '.join(champs)}).")
    return phrases
