"""The sheet saved by itself, put together with what somebody else saved since it was read.

The requests and the answers are those of `docs/enregistrement.md`.
"""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from partenaires.models import Fiche, Utilisateur
from partenaires.organismes.actions.adhesions import FichePerimee, enregistrer_fiche
from partenaires.organismes.forms.fiche import FicheSaisie
from partenaires.socle import fusion


@dataclass
class FicheEnregistree:
    """`recus` came from the others; both changed `conflits`, theirs are kept."""

    version: int
    recus: fusion.Valeurs = field(default_factory=dict)
    conflits: list[str] = field(default_factory=list)
    auteur: str = ""


@transaction.atomic
def enregistrer_seule(
    typee: FicheSaisie,
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
        typee.budget.montants(),
        version_lue=actuelle.version,
        siret="",  # a number is given by the button: it cannot be taken back
        par=par,
        recu_le=recu_le,
    )
    bilan.version = typee.fiche.version
    return bilan


def _reunir(
    typee: FicheSaisie,
    actuelle: Fiche,
    base: fusion.Valeurs,
    chaine: str,
    bilan: FicheEnregistree,
) -> None:
    """The forms then hold what both sides changed."""
    moi = typee.valeurs()
    tables = typee.tables()
    reunie = fusion.fusionner(base, typee.enregistree().valeurs(), moi, tables)
    conflits = reunie.conflits
    if chaine and actuelle.chaine == chaine:
        # What is saved was written by this very page, whose answer was lost.
        for unite in conflits:
            for cle in fusion.extrait(reunie.donnees, unite, tables):
                del reunie.donnees[cle]
            reunie.donnees |= fusion.extrait(moi, unite, tables)
        conflits = []
    typee.remplir(reunie.donnees)
    if not typee.est_valide():
        raise FichePerimee(actuelle)
    bilan.recus = reunie.recus
    bilan.conflits = conflits
    bilan.auteur = str(actuelle.modifiee_par or "")
