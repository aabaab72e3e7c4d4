"""The sheet saved by itself, put together with what somebody else saved since it was read.

The requests and the answers are those of `docs/enregistrement.md`.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from django.db import transaction

from partenaires.models import Fiche, Utilisateur
from partenaires.organismes.actions.adhesions import FichePerimee, enregistrer_fiche
from partenaires.socle import fusion


class FicheTypee(Protocol):
    """What the action asks of a sheet being typed: see `forms.fiche.FicheSaisie`."""

    fiche: Fiche

    def est_valide(self) -> bool: ...

    def ecrire(self) -> None: ...

    def montants(self) -> dict[str, int]: ...

    def valeurs(self) -> fusion.Valeurs: ...

    def tables(self) -> tuple[str, ...]: ...

    def enregistree(self) -> "FicheTypee": ...

    def remplir(self, valeurs: fusion.Valeurs) -> None: ...


@dataclass
class FicheEnregistree:
    """`recus` came from the others; both changed `conflits`, theirs are kept."""

    version: int
    recus: fusion.Valeurs = field(default_factory=dict)
    conflits: list[str] = field(default_factory=list)
    auteur: str = ""


@transaction.atomic
def enregistrer_seule(
    typee: FicheTypee,
    base: fusion.Valeurs,
    *,
    version_lue: int,
    chaine: str,
    par: Utilisateur,
    recu_le: datetime,
) -> FicheEnregistree:
    """Save what was typed over `base`, which the page had read; only what it changed changes.

    Raises `FichePerimee` when what both sides wrote makes a sheet that cannot be read.
    """
    actuelle = Fiche.objects.select_for_update().get(pk=typee.fiche.pk)
    bilan = FicheEnregistree(version=actuelle.version)
    if actuelle.version != version_lue:
        _reunir(typee, actuelle, base, chaine, bilan)
    typee.fiche.chaine = chaine
    enregistrer_fiche(
        typee.fiche,
        typee.ecrire,
        typee.montants(),
        version_lue=actuelle.version,
        siret="",  # a number is given by the button: it cannot be taken back
        par=par,
        recu_le=recu_le,
    )
    bilan.version = typee.fiche.version
    return bilan


def _reunir(
    typee: FicheTypee,
    actuelle: Fiche,
    base: fusion.Valeurs,
    chaine: str,
    bilan: FicheEnregistree,
) -> None:
    """The forms then hold what both sides changed."""
    moi = typee.valeurs()
    eux = typee.enregistree().valeurs()
    tables = typee.tables()
    if chaine and actuelle.chaine == chaine:
        base = _relue(base, eux, moi, tables)
    reunie = fusion.fusionner(base, eux, moi, tables)
    typee.remplir(reunie.donnees)
    if not typee.est_valide():
        raise FichePerimee(actuelle)
    bilan.recus = reunie.recus
    bilan.conflits = reunie.conflits
    bilan.auteur = str(actuelle.modifiee_par or "")


def _relue(
    base: fusion.Valeurs, eux: fusion.Valeurs, moi: fusion.Valeurs, tables: tuple[str, ...]
) -> fusion.Valeurs:
    """What is saved was written by this very page, whose answer was lost: it has read it."""
    relue = dict(base)
    for unite in fusion.unites([base, moi], tables):
        avant = fusion.extrait(base, unite, tables)
        if fusion.extrait(moi, unite, tables) != avant:
            for cle in avant:
                del relue[cle]
            relue |= fusion.extrait(eux, unite, tables)
    return relue
