"""Save a part of a draft, put together with what somebody else saved since the page was read.

The requests, the answers and who tries again are written once, in `docs/enregistrement.md`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from django.db import transaction

from appels.models import Dossier, NomPartie, Partie, Saisie
from appels.socle.empechement import verrouiller_pour_rediger
from appels.socle.verrous import NonModifiable
from partenaires.models import Utilisateur
from partenaires.socle import fusion
from partenaires.socle.refus import Conflit

ESSAIS = 5  # how many times another person may save just before us


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

    `chaine` names the page that sends: what it saved itself, its answer lost, is not somebody
    else's.

    Raises `NonModifiable`, or `VersionPerimee` when both sides changed the same field; with
    `en_partie`, the other fields are saved all the same and `conflits` names these.
    """
    bilan = Enregistrement(Partie(dossier=typee.dossier, nom=typee.nom))

    def montrer() -> fusion.Valeurs:
        return typee.enregistree().valeurs()

    for _ in range(ESSAIS):
        try:
            bilan.partie = enregistrer(
                typee.dossier,
                typee.nom,
                typee.ecrire,
                version_lue=version_lue,
                par=par,
                recu_le=recu_le,
                montrer=montrer,
                chaine=chaine,
            )
        except VersionPerimee as perimee:
            actuelle = perimee.partie
            if not _reunir(typee, actuelle, version_lue, bilan, en_partie, chaine):
                raise
            version_lue = actuelle.version
        else:
            return bilan
    raise VersionPerimee(actuelle)


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
    chaine: str = "",
) -> Partie:
    """Write one part if nobody did since it was read.

    `montrer` says what the part shows, before and after: from these two people are put together.
    Raises `NonModifiable` or `VersionPerimee`; nothing is written then.
    """
    verrouille = verrouiller_pour_rediger(dossier, par=par)
    if not verrouille.est_modifiable(recu_le, nom):
        raise NonModifiable(verrouille, recu_le)
    partie = Partie.objects.filter(dossier=dossier, nom=nom).first()
    if partie is None:
        partie = Partie(dossier=dossier, nom=nom)
    if partie.version != version_lue:
        raise VersionPerimee(partie)
    avant = None
    if montrer and not _est_gardee(partie, version_lue):
        avant = montrer()
    ecrire(dossier)
    partie.version = version_lue + 1
    partie.enregistree_le = recu_le
    partie.enregistree_par = par
    partie.save()
    if montrer:
        _garder(partie, avant, Saisie(valeurs=montrer(), par=par, le=recu_le, chaine=chaine))
    return partie


def _est_gardee(partie: Partie, version: int) -> bool:
    """What the part showed at this version is already kept."""
    return partie.pk is not None and partie.saisies.filter(version=version).exists()


def _garder(partie: Partie, avant: fusion.Valeurs | None, apres: Saisie) -> None:
    """Keep what the part showed at its last versions."""
    if avant is not None:
        Saisie.objects.update_or_create(
            partie=partie, version=partie.version - 1, defaults={"valeurs": avant, "le": apres.le}
        )
    Saisie.objects.update_or_create(
        partie=partie,
        version=partie.version,
        defaults={
            "valeurs": apres.valeurs,
            "par": apres.par,
            "le": apres.le,
            "chaine": apres.chaine,
        },
    )
    partie.saisies.filter(version__lte=partie.version - Saisie.GARDEES).delete()
