"""Every question of the form, readable before signing in, from the forms themselves."""

from appels.forms.budget import ComptesForm
from appels.forms.lieux import LieuForm, RepartitionForm
from appels.forms.parties import (
    DescriptionForm,
    EvaluationForm,
    IndicateurForm,
    MoyensForm,
    ProjetForm,
    PublicForm,
    TableauMoyensForm,
)
from appels.models import Appel, Dossier, NomPartie
from partenaires.forms.fiche import FicheForm
from partenaires.models import Fiche, Genre, Partenaire


def sans_base(appel: Appel, genre: str) -> list[dict]:
    """[{titre, questions: [{libelle, aide, choix}]}] of a call for a kind of applicant."""
    dossier, vierge = Dossier(appel=appel), _Vierge()
    fiche = Fiche(partenaire=Partenaire(genre=genre))
    parties = [
        (NomPartie.ORGANISME, [FicheForm(instance=fiche)]),
        (NomPartie.PROJET, [ProjetForm(instance=dossier)]),
        (NomPartie.DESCRIPTION, [DescriptionForm(instance=dossier)]),
        (NomPartie.LIEUX, [PublicForm(instance=dossier), LieuForm(), RepartitionForm(dossier=vierge)]),
        (NomPartie.MOYENS, [TableauMoyensForm(dossier=vierge), MoyensForm(instance=dossier)]),
        (NomPartie.EVALUATION, [EvaluationForm(instance=dossier), IndicateurForm()]),
        (NomPartie.BUDGET, [ComptesForm(dossier=vierge)]),
    ]
    return [{"titre": nom.label, "questions": [_question(champ) for form in formulaires for champ in form]}
            for nom, formulaires in parties]


class _Vide(list):
    def all(self):
        return self


class _Vierge:
    """The empty tables of a dossier that is not in the database."""

    publics = moyens = lignes = _Vide()


def _question(champ) -> dict:
    choix = [str(libelle) for cle, libelle in getattr(champ.field, "choices", ()) if cle not in ("", None)]
    return {"libelle": champ.label, "aide": champ.help_text, "choix": choix}


GENRES = (Genre.ASSOCIATION, Genre.SERVICE)
