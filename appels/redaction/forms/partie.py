"""A part of a dossier as it is typed: its forms, what they show, what they write."""

from collections.abc import Callable
from typing import Any

from django.http import QueryDict

from appels.models import Dossier, NomPartie
from appels.redaction.forms.budget import BudgetComplet
from appels.redaction.forms.lieux import LieuFormSet, PartsForm, RepartitionForm
from appels.redaction.forms.mesures import IndicateurFormSet
from appels.redaction.forms.parties import (
    DescriptionForm,
    EvaluationForm,
    MoyensForm,
    ProjetForm,
    PublicForm,
    TableauMoyensForm,
)
from appels.socle import completude
from partenaires.socle import fusion
from partenaires.socle.forms.ensemble import Ensemble, Membre

Formulaires = dict[str, Any]  # those of a page by their names: members that know how to write


def _projet(donnees: QueryDict | None, dossier: Dossier) -> Formulaires:
    return {"form": ProjetForm(donnees, instance=dossier)}


def _description(donnees: QueryDict | None, dossier: Dossier) -> Formulaires:
    return {"form": DescriptionForm(donnees, instance=dossier)}


def _lieux(donnees: QueryDict | None, dossier: Dossier) -> Formulaires:
    return {
        "form": PublicForm(donnees, instance=dossier),
        "lieux": LieuFormSet(donnees, dossier=dossier),
        "repartition": RepartitionForm(donnees, dossier=dossier),
        "parts": PartsForm(donnees, dossier=dossier),
    }


def _moyens(donnees: QueryDict | None, dossier: Dossier) -> Formulaires:
    return {
        "tableau": TableauMoyensForm(donnees, dossier=dossier),
        "form": MoyensForm(donnees, instance=dossier),
    }


def _evaluation(donnees: QueryDict | None, dossier: Dossier) -> Formulaires:
    return {
        "form": EvaluationForm(donnees, instance=dossier),
        "indicateurs": IndicateurFormSet(donnees, dossier=dossier),
    }


def _budget(donnees: QueryDict | None, dossier: Dossier) -> Formulaires:
    return {"budget": BudgetComplet(donnees, dossier)}


FORMULAIRES: dict[NomPartie, Callable[[QueryDict | None, Dossier], Formulaires]] = {
    NomPartie.PROJET: _projet,
    NomPartie.DESCRIPTION: _description,
    NomPartie.LIEUX: _lieux,
    NomPartie.MOYENS: _moyens,
    NomPartie.EVALUATION: _evaluation,
    NomPartie.BUDGET: _budget,
}


class PartieSaisie(Ensemble):
    """One part being typed; `donnees` is what was posted, None to show what is saved."""

    def __init__(self, dossier: Dossier, nom: NomPartie, donnees: QueryDict | None = None):
        self.dossier = dossier
        self.nom = nom
        self.lu = dossier  # what the forms read and write
        self.formulaires = FORMULAIRES[nom](donnees, dossier)

    @property
    def membres(self) -> list[Membre]:
        """The forms and formsets of the part, the budget's unfolded."""
        membres: list[Membre] = []
        for formulaire in self.formulaires.values():
            membres.extend(getattr(formulaire, "membres", (formulaire,)))
        return membres

    def ecrire(self, dossier: Dossier) -> None:
        """Write every form; called in the transaction that has checked the version."""
        for formulaire in self.formulaires.values():
            formulaire.ecrire(dossier)

    def avant(self) -> fusion.Valeurs:
        """What the part shows as it is saved, whatever was typed."""
        return self.enregistree().valeurs()

    def apres(self) -> fusion.Valeurs:
        """What the part shows once written; read again only where rows were written."""
        if completude.PAR_PARTIE[self.nom][1]:
            return self.enregistree().valeurs()
        return PartieSaisie(self.lu, self.nom).valeurs()

    def enregistree(self) -> "PartieSaisie":
        """The same part as it is saved now."""
        return PartieSaisie(self._relu(), self.nom)

    def remplir(self, valeurs: fusion.Valeurs) -> None:
        """Fill the forms again with these values, over the dossier as it is saved now."""
        envoi = fusion.en_envoi(valeurs, self.tables())
        self.lu = self._relu()
        self.formulaires = FORMULAIRES[self.nom](envoi, self.lu)

    def _relu(self) -> Dossier:
        """The dossier as saved, with what this part reads and nothing more."""
        tables = completude.PAR_PARTIE[self.nom][1]
        return Dossier.objects.pour_completude(tables).get(pk=self.dossier.pk)
