"""Every question of the form, readable before signing in, from the forms themselves."""

from django.forms import Textarea

from appels.models import Appel, Dossier, NomPartie
from appels.redaction.forms.budget import ComptesForm
from appels.redaction.forms.lieux import LieuForm, RepartitionForm
from appels.redaction.forms.parties import (
    DescriptionForm,
    EvaluationForm,
    IndicateurForm,
    MoyensForm,
    ProjetForm,
    PublicForm,
    TableauMoyensForm,
)
from partenaires.models import Fiche, Genre, Partenaire
from partenaires.organismes.forms.fiche import FicheForm
from quartiers.geographie import Geographie


def sans_base(appel: Appel, genre: str, geographie: Geographie) -> list[dict]:
    """[{titre, groupes: [{titre, questions: [{libelle, aide, choix}]}]}] of a call for a kind of
    applicant.
    """
    dossier, vierge = Dossier(appel=appel), _Vierge()
    lieux = {
        "commune": [(c.pk, str(c)) for c in geographie.communes],
        "quartier": [(q.pk, str(q)) for q in geographie.quartiers],
    }
    fiche = Fiche(partenaire=Partenaire(genre=genre))
    parties = [
        (NomPartie.ORGANISME, [FicheForm(instance=fiche)]),
        (NomPartie.PROJET, [ProjetForm(instance=dossier)]),
        (NomPartie.DESCRIPTION, [DescriptionForm(instance=dossier)]),
        (
            NomPartie.LIEUX,
            [
                PublicForm(instance=dossier),
                LieuForm(choix=lieux),
                RepartitionForm(dossier=vierge, quartiers=geographie.quartiers),
            ],
        ),
        (NomPartie.MOYENS, [TableauMoyensForm(dossier=vierge), MoyensForm(instance=dossier)]),
        (NomPartie.EVALUATION, [EvaluationForm(instance=dossier), IndicateurForm()]),
        (NomPartie.BUDGET, [ComptesForm(dossier=vierge)]),
    ]
    return [
        {
            "titre": nom.label,
            "groupes": [groupe for form in formulaires for groupe in _groupes(form)],
        }
        for nom, formulaires in parties
    ]


def _groupes(form) -> list[dict]:
    """The questions of a form, under the titles that it gives to its groups of fields."""
    titres = getattr(form, "GROUPES", {})
    groupes = [
        (titre, [form[nom] for nom in noms if nom in form.fields]) for titre, noms in titres.items()
    ]
    ranges = {nom for noms in titres.values() for nom in noms}
    groupes.append(("", [champ for champ in form if champ.name not in ranges]))
    return [
        {"titre": titre, "questions": [_question(champ) for champ in champs]}
        for titre, champs in groupes
        if champs
    ]


class _Vide(list):
    def all(self):
        return self


class _Vierge:
    """The empty tables of a dossier that is not in the database."""

    publics = moyens = lignes = _Vide()


def _question(champ) -> dict:
    choix = [
        str(libelle)
        for cle, libelle in getattr(champ.field, "choices", ())
        if cle not in ("", None)
    ]
    return {
        "libelle": champ.label,
        "aide": champ.help_text,
        "choix": choix,
        "hauteur": _hauteur(champ),
    }


def _hauteur(champ) -> str:
    """How much room a hand needs on paper: « grande » for a text, « petite » for a word or a
    number.
    """
    return "grande" if isinstance(champ.field.widget, Textarea) else "petite"


GENRES = (Genre.ASSOCIATION, Genre.SERVICE)
