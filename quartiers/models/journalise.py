"""A model whose every change is logged: `class Avis(Journalise)`, and a `JournaliseQuerySet`.

What a bulk of n rows costs does not depend on n: rows are read before in one query, lines written
in one. Nothing is read when no field that is followed is written.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias, TypeVar
from uuid import UUID

from django.db import models, router, transaction
from django.db.models.deletion import Collector
from django.utils.crypto import salted_hmac

from quartiers import horloge, journal, suites
from quartiers.models.trace import Geste, Trace

LONGUEUR_MAX = 4000  # characters of a value; beyond, its print: revisions and versions keep texts
Ligne = TypeVar("Ligne", bound=models.Model)
Champ: TypeAlias = "models.Field[Any, Any]"
Rattachement = tuple[int | None, int | None]  # keys of the dossier and of the organisation


@dataclass(frozen=True)
class Regard:
    """What the log looks at in a model.

    `omis`: not followed, because something else keeps it or because it tells of no act.
    `secrets`: changes are said, values are not. `dossier`, `organisme`: the way to those whose
    histories show the line (« financement__dossier »); « pk »: the row itself.
    """

    omis: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    dossier: str = ""
    organisme: str = ""


class JournaliseQuerySet(models.QuerySet[Ligne]):
    """Every way to write many rows at once leaves a line a row, where the model is followed."""

    def update(self, **valeurs: Any) -> int:
        champs = [champ for champ in champs_suivis(self.model) if _est_ecrit(champ, valeurs)]
        if not champs:
            return super().update(**valeurs)
        with transaction.atomic(using=self.db, savepoint=False):
            avant = _verrouiller(self.order_by("pk").select_related(None))
            if not avant:
                return 0
            # Only rows that were read: one that comes to match meanwhile waits for its own act.
            lues = self.filter(pk__in=list(avant))
            combien = models.QuerySet.update(lues, **valeurs)
            apres = _apres_update(self.model, avant, champs, valeurs)
            _tracer_les_changements(self.model, champs, avant, apres)
            return combien

    def bulk_create(self, objs: Iterable[Ligne], *args: Any, **options: Any) -> list[Ligne]:
        if options.get("ignore_conflicts") or options.get("update_conflicts"):
            raise NotImplementedError("Le journal ne saurait pas quelles lignes sont nées.")
        with transaction.atomic(using=self.db, savepoint=False):
            objets = super().bulk_create(objs, *args, **options)
            _tracer_les_ajouts(self.model, objets)
            return objets

    def delete(self) -> tuple[int, dict[str, int]]:
        if self.query.is_sliced or self.query.distinct_fields or self._fields is not None:  # type: ignore[attr-defined]
            raise TypeError("Supprimez une liste entière, ni coupée ni réduite à des valeurs.")
        objets = self.all()
        objets.query.select_for_update = False
        objets.query.select_related = False
        objets.query.clear_ordering(force=True)
        collecteur = CollecteurJournalise(using=objets.db, origin=self)
        collecteur.collect(objets)
        fait = collecteur.delete()
        self._result_cache = None
        return fait

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]


class Journalise(models.Model):
    """What changes here is logged, whoever writes it and however."""

    REGARD: ClassVar[Regard] = Regard()

    if not TYPE_CHECKING:  # each model that has its own says its type
        objects = JournaliseQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **options: Any) -> None:
        ecrits = options.get("update_fields")
        champs = champs_suivis(type(self))
        if ecrits is not None:
            champs = [champ for champ in champs if _est_ecrit(champ, ecrits)]
        if not champs:
            super().save(*args, **options)
            return
        with transaction.atomic(savepoint=False):
            avant: dict[int, models.Model] = {}
            if self.pk is not None:
                avant = _verrouiller(type(self)._base_manager.filter(pk=self.pk))
            super().save(*args, **options)
            if avant:
                _tracer_les_changements(type(self), champs, avant, {self.pk: self})
            else:
                _tracer_les_ajouts(type(self), [self])

    def delete(self, *args: Any, **options: Any) -> tuple[int, dict[str, int]]:
        collecteur = CollecteurJournalise(using=router.db_for_write(type(self), instance=self))
        collecteur.collect([self])
        return collecteur.delete()


class CollecteurJournalise(Collector):
    """Deletes as Django does, cascades included, and says each row that goes."""

    def _has_signal_listeners(self, model: type[models.Model]) -> bool:
        """True has the rows read whole before they go, instead of deleted unseen."""
        return issubclass(model, Journalise) or bool(
            super()._has_signal_listeners(model)  # type: ignore[misc]
        )

    def delete(self) -> tuple[int, dict[str, int]]:
        # What follows reads the rows once they are gone
        with transaction.atomic(using=self.using, savepoint=False), suites.en_une_fois():
            for modele, objets in self.data.items():
                if issubclass(modele, Journalise):
                    _tracer_les_retraits(modele, list(objets))
            fait: tuple[int, dict[str, int]] = super().delete()
            return fait


def champs_suivis(modele: type[models.Model]) -> list[Champ]:
    """The columns that the log looks at; none when the model is not followed."""
    if not issubclass(modele, Journalise):
        return []
    omis = modele.REGARD.omis
    return [
        champ
        for champ in modele._meta.concrete_fields
        if not champ.primary_key and champ.name not in omis
    ]


def _est_ecrit(champ: Champ, noms: Iterable[str]) -> bool:
    return champ.name in noms or champ.attname in noms


def _verrouiller(lignes: models.QuerySet[Any]) -> dict[int, models.Model]:
    """{key: row as it is now}, held until the end of the transaction.

    As an `UPDATE` of other columns than keys holds it: who refers to the row does not wait.
    """
    if lignes.query.distinct or lignes.query.group_by is not None:
        lignes = lignes.model._base_manager.filter(pk__in=lignes.values("pk"))
    tenues = lignes.select_for_update(of=("self",), no_key=True)
    return {objet.pk: objet for objet in tenues}


def _apres_update(
    modele: type[models.Model],
    avant: dict[int, models.Model],
    champs: Sequence[Champ],
    valeurs: dict[str, Any],
) -> dict[int, Any]:
    """{key: what each row says now}; read again only when the database computed it."""
    if any(hasattr(valeur, "resolve_expression") for valeur in valeurs.values()):
        return dict(modele._base_manager.in_bulk(list(avant)))
    neuf = modele()
    for nom, valeur in valeurs.items():
        champ = modele._meta.get_field("id" if nom == "pk" else nom)
        brute = valeur.pk if isinstance(valeur, models.Model) else valeur
        setattr(neuf, champ.attname, champ.to_python(brute))  # type: ignore[union-attr]
    return dict.fromkeys(avant, neuf)


def _tracer_les_changements(
    modele: type[models.Model],
    champs: Sequence[Champ],
    avant: dict[int, models.Model],
    apres: dict[int, Any],
) -> None:
    """A trace a row where something followed differs: {field: [before, after]}."""
    changes: dict[int, dict[str, list[Any]]] = {}
    for cle, ancien in avant.items():
        valeurs = {}
        for champ in champs:
            de, vers = dire(champ, ancien, cle), dire(champ, apres[cle], cle)
            if de != vers:
                valeurs[champ.name] = [de, vers]
        if valeurs:
            changes[cle] = valeurs
    _ecrire(modele, Geste.CHANGEMENT, [avant[cle] for cle in changes], changes)


def _tracer_les_ajouts(modele: type[models.Model], objets: Sequence[models.Model]) -> None:
    """A trace a new row that says something: nothing stood before."""
    nes = {objet.pk: objet for objet in objets}
    valeurs = {}
    for cle, objet in nes.items():
        if dits := _ce_qui_est_dit(objet):
            valeurs[cle] = {nom: [None, valeur] for nom, valeur in dits.items()}
    _ecrire(modele, Geste.AJOUT, [nes[cle] for cle in valeurs], valeurs)


def _tracer_les_retraits(modele: type[models.Model], objets: Sequence[models.Model]) -> None:
    """A trace a row that goes, read again under its lock: nothing stands after."""
    parlants = [objet.pk for objet in objets if _ce_qui_est_dit(objet)]
    if not parlants:
        return
    vivants = _verrouiller(modele._base_manager.filter(pk__in=parlants))
    valeurs = {}
    for cle, objet in vivants.items():
        dits = _ce_qui_est_dit(objet)
        valeurs[cle] = {nom: [valeur, None] for nom, valeur in dits.items()}
    _ecrire(modele, Geste.RETRAIT, list(vivants.values()), valeurs)


def _ce_qui_est_dit(objet: models.Model) -> dict[str, Any]:
    """{field: value} of what is followed and says something.

    Empty: born as every row of its kind (a request of a draft, without decision), it is told once
    it says something.
    """
    dits = {}
    for champ in champs_suivis(type(objet)):
        valeur = dire(champ, objet, objet.pk)
        if (
            valeur not in (None, "", [], {})
            and getattr(objet, champ.attname) != champ.get_default()
        ):
            dits[champ.name] = valeur
    return dits


def dire(champ: Champ, objet: models.Model, cle: int) -> Any:
    """The value of a field as the log keeps it: plain JSON, a print when it is secret or long."""
    valeur = champ.value_from_object(objet)
    if isinstance(champ, models.FileField):
        valeur = valeur.name or ""
    simple = en_json(valeur)
    secrets = type(objet).REGARD.secrets  # type: ignore[attr-defined]
    if simple in (None, "", [], {}):
        return simple
    if champ.name in secrets or (isinstance(simple, str) and len(simple) > LONGUEUR_MAX):
        return {"empreinte": empreinte(f"{champ.model._meta.label} {cle} {champ.name}", simple)}
    return simple


def en_json(valeur: Any) -> Any:
    """The same value with the types of JSON; dates and instants in ISO."""
    if isinstance(valeur, datetime):
        return valeur.astimezone(horloge.UTC).isoformat()
    if isinstance(valeur, date | time):
        return valeur.isoformat()
    if isinstance(valeur, Decimal | UUID):
        return str(valeur)
    if isinstance(valeur, bytes | bytearray | memoryview):
        return bytes(valeur).hex()
    if isinstance(valeur, set | frozenset):
        return sorted(str(element) for element in valeur)
    if isinstance(valeur, str):
        return str(valeur)  # a choice is a string of a class of its own
    return valeur


def empreinte(ou: str, valeur: Any) -> str:
    """SHA-256 under the secret of the site, for this field of this row.

    A bare one would not hide a telephone, and the same one for two rows would tell that two
    opinions agree.
    """
    return salted_hmac(f"journal {ou}", repr(valeur), algorithm="sha256").hexdigest()


def _ecrire(
    modele: type[models.Model],
    geste: Geste,
    objets: Sequence[models.Model],
    valeurs: dict[int, dict[str, list[Any]]],
) -> None:
    """Keep the traces of these rows, with the act, its author and its instant.

    What follows a trace (kept facts, counters) is then renewed in the same transaction.
    """
    if not objets:
        return
    acte = journal.en_cours()
    le = acte.le or horloge.maintenant()
    nom, par = acte.nom()[:120], acte.personne()
    rattaches = _rattachements(modele, objets)
    lignes = []
    for objet in objets:
        dossier, organisme = rattaches[objet.pk]
        lignes.append(
            Trace(
                table=modele._meta.label,
                cle=objet.pk,
                geste=geste,
                dossier=dossier,
                organisme=organisme,
                valeurs=valeurs[objet.pk],
                par_id=par,
                le=le,
                acte=nom,
            )
        )
    Trace.objects.bulk_create(lignes)
    suites.faire_suivre(lignes)


def noter_l_ouverture(objet: models.Model, *, par: int | None, le: datetime) -> None:
    """A file was opened: one line a person, a file and a day, so that the log stays readable."""
    dossier, organisme = _rattachements(type(objet), [objet])[objet.pk]
    ligne = Trace(
        table=objet._meta.label,
        cle=objet.pk,
        geste=Geste.OUVERTURE,
        dossier=dossier,
        organisme=organisme,
        par_id=par,
        le=le,
        acte=journal.en_cours().nom()[:120],
        jour=horloge.a_paris(le).date(),
    )
    Trace.objects.bulk_create([ligne], ignore_conflicts=True)


def _rattachements(
    modele: type[models.Model], objets: Sequence[models.Model]
) -> dict[int, Rattachement]:
    """{key: (dossier, organisation)}: one query a way, however many rows."""
    regard: Regard = getattr(modele, "REGARD", Regard())
    dossiers = _suivre(modele, objets, regard.dossier)
    organismes = _suivre(modele, objets, regard.organisme)
    return {objet.pk: (dossiers.get(objet.pk), organismes.get(objet.pk)) for objet in objets}


def _suivre(
    modele: type[models.Model], objets: Sequence[models.Model], chemin: str
) -> dict[int, int | None]:
    """{key of each row: key at the end of the way}."""
    if not chemin:
        return {}
    if chemin == "pk":
        return {objet.pk: objet.pk for objet in objets}
    premier, _, reste = chemin.partition("__")
    champ: Any = modele._meta.get_field(premier)
    etapes = {objet.pk: getattr(objet, champ.attname) for objet in objets}
    if not reste:
        return etapes
    cles = {etape for etape in etapes.values() if etape is not None}
    suites = dict(champ.related_model._base_manager.filter(pk__in=cles).values_list("pk", reste))
    return {cle: suites.get(etape) for cle, etape in etapes.items()}
