"""Save a part of a draft, put together with what somebody else saved since the page was read.

The requests, the answers and who tries again are written once, in `docs/enregistrement.md`.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from django.db import transaction

from appels.models import Dossier, NomPartie, Ouvrage, Partie, Saisie
from appels.socle import completude, ecritures, sortie
from appels.socle.empechement import exiger_la_saisie, verrouiller_pour_rediger
from appels.socle.verrous import NonModifiable
from partenaires.models import Utilisateur
from partenaires.socle import fusion
from partenaires.socle.refus import Conflit


class VersionPerimee(Conflit):
    """Somebody saved this part since the page was read, and changed what is written here."""

    phrase = (
        "Quelqu’un a enregistré cette partie pendant que vous écriviez. Rien n’est écrasé : "
        "les deux textes sont ci-dessous. Gardez ce qui convient, puis enregistrez."
    )

    def __init__(self, partie: Partie):
        self.partie = partie
        super().__init__(partie)

    @property
    def auteur(self) -> str:
        """Who saved it."""
        return str(self.partie.enregistree_par) if self.partie.pk else "une autre personne"


class PartieTypee(Protocol):
    """What the action asks of a part being typed: see `forms.partie.PartieSaisie`."""

    dossier: Dossier
    nom: NomPartie

    def est_valide(self) -> bool: ...

    def ecrire(self, dossier: Dossier) -> None: ...

    def valeurs(self) -> fusion.Valeurs: ...

    def tables(self) -> tuple[str, ...]: ...

    def enregistree(self) -> "PartieTypee": ...

    def avant(self) -> fusion.Valeurs: ...

    def apres(self) -> fusion.Valeurs: ...

    def remplir(self, valeurs: fusion.Valeurs) -> None: ...


@dataclass
class Enregistrement:
    """What was saved: `recus` came from the others; both changed `conflits`, theirs are kept."""

    partie: Partie
    recus: fusion.Valeurs = field(default_factory=dict)
    conflits: list[str] = field(default_factory=list)
    auteur: str = ""

    @property
    def version(self) -> int:
        return self.partie.version


@contextmanager
def tenir(pk: int, nom: NomPartie, version: int, *, par: Utilisateur) -> Iterator[Dossier]:
    """A dossier of this person with what this part reads, locked from the first reading to the end.

    Everything that a saving asks is read here once; `version` is the one that the page had read.
    Raises `Http404`, `sortie.Sorti` or `Empeche`.
    """
    tables = completude.PAR_PARTIE[nom][1]
    with transaction.atomic():
        dossiers = Dossier.objects.a_rediger_par(par).pour_completude(tables, parties=False)
        dossiers = dossiers.avec_la_partie(nom, version)
        dossiers = ecritures.avec_la_sienne(dossiers, par, Ouvrage.PARTIE, nom.value)
        dossier = dossiers.select_for_update(of=("self",)).filter(pk=pk).first()
        if dossier is None:
            sortie.refuser(par, pk)
        exiger_la_saisie(dossier, par=par)
        yield dossier


def enregistrer_ensemble(
    typee: PartieTypee,
    *,
    version_lue: int,
    par: Utilisateur,
    recu_le: datetime,
    en_partie: bool,
    chaine: str = "",
) -> Enregistrement:
    """Save what was typed on the version that was read, with what others changed elsewhere.

    The dossier is held by `tenir`: nobody saves the part meanwhile.

    `chaine` names the page that sends: what it saved itself, its answer lost, is not somebody
    else's.

    Raises `NonModifiable`, or `VersionPerimee` when both sides changed the same field; with
    `en_partie`, the other fields are saved all the same and `conflits` names these.
    """
    dossier = typee.dossier
    exiger_la_saisie(dossier, par=par)
    if not dossier.est_modifiable(recu_le, typee.nom):
        raise NonModifiable(dossier, recu_le)
    bilan = Enregistrement(Partie(dossier=dossier, nom=typee.nom))
    saisie = Saisie(par=par, le=recu_le, chaine=chaine)
    try:
        bilan.partie = _ecrire(dossier, typee.nom, version_lue, saisie, typee)
    except VersionPerimee as perimee:
        actuelle = perimee.partie
        if not _reunir(typee, actuelle, version_lue, bilan, en_partie, chaine):
            raise
        dossier.est_gardee = actuelle.saisies.filter(version=actuelle.version).exists()
        bilan.partie = _ecrire(dossier, typee.nom, actuelle.version, saisie, typee)
    return bilan


def _reunir(
    typee: PartieTypee,
    actuelle: Partie,
    version_lue: int,
    bilan: Enregistrement,
    en_partie: bool,
    chaine: str,
) -> bool:
    """True when the forms now hold what both sides changed, ready for the current version."""
    if not actuelle.pk:
        return False
    bilan.auteur = str(actuelle.enregistree_par)
    base = _base(actuelle, version_lue, chaine, typee.tables())
    if base is None:
        return False
    presentes = typee.enregistree().valeurs()
    reunie = fusion.fusionner(base, presentes, typee.valeurs(), typee.tables())
    if reunie.conflits and not en_partie:
        return False
    typee.remplir(reunie.donnees)
    bilan.recus |= reunie.recus
    bilan.conflits = sorted({*bilan.conflits, *reunie.conflits})
    return typee.est_valide()


def _base(
    partie: Partie, version_lue: int, chaine: str, tables: tuple[str, ...]
) -> fusion.Valeurs | None:
    """What the page had read, with what it wrote itself since; None when that is not kept."""
    gardees = {une.version: une for une in partie.saisies.filter(version__gte=version_lue)}
    if version_lue not in gardees:
        return None
    base = dict(gardees[version_lue].valeurs)
    for version, saisie in sorted(gardees.items()):
        avant = gardees.get(version - 1)
        if not chaine or saisie.chaine != chaine or avant is None:
            continue
        for unite in fusion.unites([avant.valeurs, saisie.valeurs], tables):
            ecrite = fusion.extrait(saisie.valeurs, unite, tables)
            if ecrite != fusion.extrait(avant.valeurs, unite, tables):
                for cle in fusion.extrait(base, unite, tables):
                    del base[cle]
                base |= ecrite
    return base


class Ecriture(Protocol):
    """What writes a part, and says what it shows before and after."""

    def avant(self) -> fusion.Valeurs | None: ...

    def ecrire(self, dossier: Dossier) -> None: ...

    def apres(self) -> fusion.Valeurs | None: ...


def _ecrire(
    dossier: Dossier, nom: NomPartie, version_lue: int, saisie: Saisie, ecriture: Ecriture
) -> Partie:
    """Take the next version of the part, write it, keep what it shows; under the lock of `tenir`.

    Raises `VersionPerimee` before anything is written.
    """
    valeurs_avant = None if dossier.est_gardee else ecriture.avant()
    partie = _prendre(dossier, nom, version_lue, saisie)
    ecriture.ecrire(dossier)
    if valeurs_avant is not None:
        Saisie.objects.update_or_create(
            partie=partie, version=version_lue, defaults={"valeurs": valeurs_avant, "le": saisie.le}
        )
    valeurs = ecriture.apres()
    if valeurs is not None:
        _garder(partie, valeurs, saisie)
    return partie


def _prendre(dossier: Dossier, nom: NomPartie, version_lue: int, saisie: Saisie) -> Partie:
    """The part at its next version. Its update asks for the version read: what was read before
    the lock may have moved. Raises `VersionPerimee`.
    """
    suivante = {
        "version": version_lue + 1,
        "enregistree_le": saisie.le,
        "enregistree_par": saisie.par,
    }
    parties = Partie.objects.filter(dossier=dossier, nom=nom)
    if dossier.la_partie is None and version_lue == 0 and not parties.exists():
        return Partie.objects.create(dossier=dossier, nom=nom, **suivante)
    if not parties.filter(version=version_lue).update(**suivante):
        actuelle = parties.select_related("enregistree_par").first()
        raise VersionPerimee(actuelle or Partie(dossier=dossier, nom=nom))
    cle = dossier.la_partie or parties.get().pk
    return Partie(pk=cle, dossier=dossier, nom=nom, **suivante)


def _garder(partie: Partie, valeurs: fusion.Valeurs, saisie: Saisie) -> None:
    """Keep what the part showed at its last versions: the oldest row takes the newest."""
    contenu = {
        "version": partie.version,
        "valeurs": valeurs,
        "par": saisie.par,
        "le": saisie.le,
        "chaine": saisie.chaine,
    }
    if partie.version <= Saisie.GARDEES:
        Saisie.objects.create(partie=partie, **contenu)
        return
    plus_ancienne = partie.saisies.filter(version=partie.version - Saisie.GARDEES)
    if not plus_ancienne.update(**contenu):
        partie.saisies.filter(version__lt=partie.version - Saisie.GARDEES).delete()
        Saisie.objects.create(partie=partie, **contenu)


@dataclass(frozen=True)
class EcritureSimple:
    """What an act writes in a part, and what the part shows; empty, nothing of it is kept."""

    ecrire: Callable[[Dossier], None]
    montrer: Callable[[], fusion.Valeurs] | None

    def avant(self) -> fusion.Valeurs | None:
        return self.montrer() if self.montrer else None

    apres = avant


@transaction.atomic
def enregistrer(
    dossier: Dossier,
    nom: NomPartie,
    ecrire: Callable[[Dossier], None],
    *,
    version_lue: int,
    par: Utilisateur,
    recu_le: datetime,
    montrer: Callable[[], fusion.Valeurs] | None = None,
) -> Partie:
    """Write one part if nobody did since it was read.

    `montrer` says what the part shows, before and after: from these two people are put together.
    Raises `NonModifiable` or `VersionPerimee`; nothing is written then.
    """
    verrouille = verrouiller_pour_rediger(dossier, par=par)
    if not verrouille.est_modifiable(recu_le, nom):
        raise NonModifiable(verrouille, recu_le)
    lu = Dossier.objects.avec_la_partie(nom, version_lue).only("pk").get(pk=dossier.pk)
    dossier.la_partie, dossier.est_gardee = lu.la_partie, lu.est_gardee
    saisie = Saisie(par=par, le=recu_le)
    return _ecrire(dossier, nom, version_lue, saisie, EcritureSimple(ecrire, montrer))
