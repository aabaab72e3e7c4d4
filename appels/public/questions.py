"""Every question of the form, readable before signing in, from the forms themselves."""

from typing import TypedDict, cast

from django.forms import BaseForm, BoundField, Textarea

from appels.models import Appel, DocumentDemande, Dossier, NomPartie
from appels.redaction.forms.lieux import LieuForm, PartsForm, RepartitionForm
from appels.redaction.forms.lignes import ComptesForm
from appels.redaction.forms.mesures import IndicateurForm
from appels.redaction.forms.parties import (
    DescriptionForm,
    EvaluationForm,
    MoyensForm,
    ProjetForm,
    PublicForm,
    TableauMoyensForm,
)
from partenaires.models import Fiche, Genre, Partenaire
from partenaires.organismes.forms.fiche import FicheForm
from quartiers.geographie import Geographie
from quartiers.memoire import Garde
from quartiers.models import Mesure

GENRES = (Genre.ASSOCIATION, Genre.SERVICE)


class Question(TypedDict):
    """What is asked; `hauteur` is the room that a hand needs on paper."""

    libelle: str
    aide: str
    choix: list[str]
    hauteur: str


class Groupe(TypedDict):
    """Questions under one title, « » for those that have none."""

    titre: str
    questions: list[Question]


class Partie(TypedDict):
    """A part of the form."""

    titre: str
    groupes: list[Groupe]


class _Vide(list):
    def all(self) -> "_Vide":
        return self


class _Vierge:
    """The empty tables of a dossier that is not in the database."""

    publics = moyens = lignes = parts = choix_du_budget = _Vide()


def _charger_mesures() -> list[Mesure]:
    return list(Mesure.objects.proposees())


les_mesures = Garde(_charger_mesures).lire


def sans_base(
    appel: Appel, genre: str, geographie: Geographie, mesures: list[Mesure]
) -> list[Partie]:
    """The questions of a call for a kind of applicant, without a query."""
    parties = _formulaires(appel, genre, geographie, mesures)
    return [
        {"titre": nom.label, "groupes": _groupes_de(formulaires)}
        for nom, formulaires in parties.items()
    ]


def documents_demandes(appel: Appel, genre: str) -> list[DocumentDemande]:
    """What a kind of applicant joins: asked of everybody, or of this kind alone."""
    return [document for document in appel.documents.proposes() if document.genre in ("", genre)]


def _formulaires(
    appel: Appel, genre: str, geographie: Geographie, mesures: list[Mesure]
) -> dict[NomPartie, list[BaseForm]]:
    """The empty forms of each part, in order."""
    dossier = Dossier(appel=appel)
    vierge = cast(Dossier, _Vierge())  # the tables would ask the database for its rows
    lieux = {
        "commune": [(commune.pk, str(commune)) for commune in geographie.communes],
        "quartier": [(quartier.pk, str(quartier)) for quartier in geographie.quartiers],
    }
    fiche = Fiche(partenaire=Partenaire(genre=genre))
    return {
        NomPartie.ORGANISME: [FicheForm(instance=fiche)],
        NomPartie.PROJET: [ProjetForm(instance=dossier)],
        NomPartie.DESCRIPTION: [DescriptionForm(instance=dossier)],
        NomPartie.LIEUX: [
            PublicForm(instance=dossier),
            LieuForm(choix=lieux),
            RepartitionForm(dossier=vierge, quartiers=geographie.quartiers),
            PartsForm(dossier=vierge, quartiers=geographie.quartiers),
        ],
        NomPartie.MOYENS: [TableauMoyensForm(dossier=vierge), MoyensForm(instance=dossier)],
        NomPartie.EVALUATION: [EvaluationForm(instance=dossier), IndicateurForm(mesures=mesures)],
        NomPartie.BUDGET: [ComptesForm(dossier=vierge)],
    }


def _groupes_de(formulaires: list[BaseForm]) -> list[Groupe]:
    groupes: list[Groupe] = []
    for formulaire in formulaires:
        groupes += _groupes(formulaire)
    return groupes


def _groupes(formulaire: BaseForm) -> list[Groupe]:
    """The questions of a form, under the titles that it gives to its groups of fields."""
    restants = {champ.name: champ for champ in formulaire}
    groupes: list[Groupe] = []
    for titre, noms in getattr(formulaire, "GROUPES", {}).items():
        champs = [restants.pop(nom) for nom in noms if nom in restants]
        groupes.append(_groupe(titre, champs))
    groupes.append(_groupe("", list(restants.values())))
    return [groupe for groupe in groupes if groupe["questions"]]


def _groupe(titre: str, champs: list[BoundField]) -> Groupe:
    return {"titre": titre, "questions": [_question(champ) for champ in champs]}


def _question(champ: BoundField) -> Question:
    offerts = getattr(champ.field, "choices", ())
    return {
        "libelle": str(champ.label),
        "aide": str(champ.help_text),
        "choix": [str(libelle) for cle, libelle in offerts if cle not in ("", None)],
        "hauteur": _hauteur(champ),
    }


def _hauteur(champ: BoundField) -> str:
    """« grande » for a text, « petite » for a word or a number."""
    return "grande" if isinstance(champ.field.widget, Textarea) else "petite"
