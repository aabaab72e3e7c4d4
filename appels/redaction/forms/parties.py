"""The parts of a dossier written as plain fields: project, description, means, evaluation."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.db.models import Exists, OuterRef, Q
from django.forms.boundfield import BoundField, BoundWidget

from appels.models import Dossier, MoyenHumain, Theme
from appels.models.contenu import CategorieMoyen
from appels.models.offre import AxeOuvert
from appels.socle import retraits
from partenaires.socle.champs import (
    ChoixMultiples,
    DateField,
    DecimalField,
    EntierField,
    champ_du_modele,
)
from quartiers.models import Axe, Objectif

# What the page of the project draws one by one
EN_TETE = ("intitule", "axe", "objectifs_contrat", "resume_public", "debut_le", "fin_le")
NOMBRE_MAX = 1_000_000
TEXTE_MAX = 50_000  # characters: beyond, it is not an answer that somebody wrote
PRUDENCE = (
    "N’écrivez ni nom de personne, ni renseignement de santé, ni origine : "
    "ce texte sera lu par tous les financeurs."
)

PLUS_CHOISI = "Un de ces choix n’est pas, ou n’est plus, proposé dans cet appel : changez-le."


def garder_entier(champ: forms.Field) -> None:
    """A draft keeps the whole of a long text: `completude` says it is too long, not the form."""
    if isinstance(champ, forms.CharField) and isinstance(champ.widget, forms.Textarea):
        champ.validators = [
            regle for regle in champ.validators if not isinstance(regle, MaxLengthValidator)
        ]
        champ.validators.append(MaxLengthValidator(TEXTE_MAX))


class PartieForm(forms.ModelForm):
    """A part saves its own columns and nothing else: the rest belongs to other parts.

    A question that the call asks no longer stays while something answers it, kept or just typed.
    """

    _save_m2m: Callable[[], None]  # of Django; its stubs leave it out

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for nom in list(self.fields):
            champ = self.fields[nom]
            champ.required = False
            garder_entier(champ)
            if not retraits.est_posee(self.instance.appel, nom):
                champ.label = retraits.marquer(str(champ.label))
                if not self._est_repondue(nom):
                    del self.fields[nom]

    def _est_repondue(self, nom: str) -> bool:
        tapee = str(self.data.get(self.add_prefix(nom)) or "")
        return bool(tapee.strip()) or retraits.est_tenue(self.instance, nom)

    def ecrire(self, dossier: Dossier) -> None:
        """Called in the transaction that has checked the version."""
        plusieurs = {"objectifs_contrat", "themes"}
        self.instance.save(update_fields=[nom for nom in self.fields if nom not in plusieurs])
        self._save_m2m()


def _nom_du_choix(choix: Axe | Theme, *, est_propose: bool) -> str:
    """Its name; what the call no longer offers says so, and only who chose it sees it."""
    return str(choix) if est_propose else retraits.marquer(str(choix))


def _nom_de_l_axe(axe: Any) -> str:
    """The same for a row that says it itself."""
    return _nom_du_choix(axe, est_propose=axe.est_propose)


def _libelle_de_l_objectif(objectif: Objectif) -> str:
    """Its words alone: it stands under its axis."""
    return objectif.libelle


class ProjetForm(PartieForm):
    """The project in brief."""

    debut_le = DateField(label="Début du projet")
    fin_le = DateField(label="Fin du projet", help_text="La même année civile, le plus souvent.")

    class Meta:
        model = Dossier
        fields = [
            "intitule",
            "resume_public",
            "axe",
            "objectifs_contrat",
            "themes",
            "politique_ville",
            "forme",
            "frequence",
            "periodicite",
            "debut_le",
            "fin_le",
        ]
        field_classes = {"objectifs_contrat": ChoixMultiples, "themes": ChoixMultiples}
        widgets = {
            "resume_public": forms.Textarea(attrs={"rows": 3}),
            "axe": forms.RadioSelect,
            "objectifs_contrat": forms.CheckboxSelectMultiple,
            "themes": forms.CheckboxSelectMultiple,
            "forme": forms.RadioSelect,
            "frequence": forms.RadioSelect,
            "periodicite": forms.RadioSelect,
            "politique_ville": forms.RadioSelect,
        }
        help_texts = {
            "resume_public": "Publié si le projet est soutenu : une ou deux phrases, sans nom ni "
            "téléphone de personne. 300 caractères au plus.",
            "intitule": "256 caractères au plus. C’est le nom qui figurera partout.",
            "objectifs_contrat": "Choisissez l’axe : ses objectifs s’ouvrent dessous, un au moins.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        champs: dict[str, Any] = self.fields  # choices of rows: the stubs know plain fields
        appel = self.instance.appel
        ouverts = AxeOuvert.objects.filter(appel=appel.pk, axe=OuterRef("pk"))
        axes = Axe.objects.annotate(est_propose=Exists(ouverts)).filter(
            Q(est_propose=True) | Q(pk=self.instance.axe_id)
        )
        champs["axe"].queryset = axes
        champs["axe"].label_from_instance = _nom_de_l_axe
        champs["axe"].empty_label = None
        champs["objectifs_contrat"].queryset = Objectif.objects.filter(axe__in=axes).select_related(
            "axe"
        )
        champs["objectifs_contrat"].label_from_instance = _libelle_de_l_objectif
        proposes = list(appel.themes.all()) if appel.pk else []
        tenus = self.initial.get("themes", [])  # read with the form
        themes = [*proposes, *(theme for theme in tenus if theme not in proposes)]
        champs["themes"].queryset = Theme.objects.filter(pk__in=[theme.pk for theme in themes])
        champs["themes"].choices = [
            (theme.pk, _nom_du_choix(theme, est_propose=theme in proposes)) for theme in themes
        ]
        for nom in ("axe", "themes"):
            champs[nom].error_messages["invalid_choice"] = PLUS_CHOISI
        for nom in ("forme", "frequence", "periodicite", "politique_ville"):
            champs[nom].choices = [
                choix for choix in champs[nom].choices if choix[0] not in ("", None)
            ]
        if not themes:
            del self.fields["themes"]

    def axes_et_objectifs(self) -> list[tuple[BoundWidget, Axe, list[BoundWidget]]]:
        """(the choice of an axis, the axis, the choices of its objectives), in their order."""
        siens: dict[int, list[BoundWidget]] = {}
        for choix in self["objectifs_contrat"]:
            siens.setdefault(choix.data["value"].instance.axe_id, []).append(choix)
        axes = [(choix, choix.data["value"].instance) for choix in self["axe"]]
        return [(choix, axe, siens.get(axe.pk, [])) for choix, axe in axes]

    @property
    def autres(self) -> list[BoundField]:
        """What the page asks after the title, the axis, the summary and the dates."""
        return [champ for champ in self if champ.name not in EN_TETE]


def _texte(lignes: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": lignes})


class DescriptionForm(PartieForm):
    """Needs, objectives, description."""

    class Meta:
        model = Dossier
        fields = [
            "besoin",
            "objectifs",
            "description",
            "methode",
            "partenariats",
            "egalite",
            "participation",
            "informations_complementaires",
        ]
        widgets = {nom: _texte(10 if nom == "description" else 6) for nom in fields}
        help_texts = {
            "besoin": PRUDENCE,
            "objectifs": "Ce qui aura changé à la fin du projet.",
            "description": "Ce que vous ferez, concrètement.",
            "methode": "Comment, avec quelles étapes et à quels moments de l’année.",
            "partenariats": "Qui agit avec vous et ce que chacun apporte. Facultatif.",
            "egalite": "Comment le projet s’adresse aux femmes et aux hommes, aux filles "
            "et aux garçons.",
            "participation": "La place des habitantes et des habitants dans le projet.",
        }


class PublicForm(PartieForm):
    """Who benefits: the words and the total (the breakdown is `RepartitionForm`)."""

    class Meta:
        model = Dossier
        fields = ["lieu_protege", "public_vise", "beneficiaires"]
        formfield_callback = champ_du_modele
        widgets = {"public_vise": _texte(4)}
        help_texts = {
            "lieu_protege": "Aucune adresse ne sera publiée, et le quartier seulement si un autre "
            "organisme y a un projet soutenu. Cela vaut pour toutes les années du projet.",
            "public_vise": PRUDENCE,
            "beneficiaires": "Chaque personne compte une fois, même si elle vient souvent.",
        }

    def clean_beneficiaires(self) -> int | None:
        return _borne(self.cleaned_data["beneficiaires"])


def _borne(nombre: int | None) -> int | None:
    if nombre is not None and nombre > NOMBRE_MAX:
        raise forms.ValidationError("Ce nombre est trop grand : vérifiez le nombre de zéros.")
    return nombre


class MoyensForm(PartieForm):
    """Material means, and the recruitment where the call asks it."""

    class Meta:
        model = Dossier
        fields = ["moyens_materiels", "recrutement_etpt"]
        formfield_callback = champ_du_modele
        widgets = {"moyens_materiels": _texte(4)}


class TableauMoyensForm(forms.Form):
    """The table of human means: a number and its ETPT for each category (CERFA, box 6)."""

    def __init__(self, *args: Any, dossier: Dossier, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lignes = {moyen.categorie: moyen for moyen in dossier.moyens.all()}
        for categorie in CategorieMoyen:
            ligne = lignes.get(categorie)
            self.fields[f"{categorie}-nombre"] = EntierField(
                label=f"{categorie.label}, nombre",
                min_value=0,
                max_value=NOMBRE_MAX,
                required=False,
                initial=ligne and ligne.nombre,
            )
            self.fields[f"{categorie}-etpt"] = DecimalField(
                label=f"{categorie.label}, en équivalent temps plein travaillé (ETPT)",
                min_value=0,
                max_digits=7,
                decimal_places=2,
                required=False,
                initial=ligne and ligne.etpt,
            )

    @property
    def lignes(self) -> list[tuple[str, BoundField, BoundField]]:
        """(label, number field, ETPT field) of each row."""
        return [
            (categorie.label, self[f"{categorie}-nombre"], self[f"{categorie}-etpt"])
            for categorie in CategorieMoyen
        ]

    def ecrire(self, dossier: Dossier) -> None:
        """Replace the rows; an empty one is none."""
        moyens = []
        for categorie in CategorieMoyen:
            combien = self.cleaned_data[f"{categorie}-nombre"]
            etpt = self.cleaned_data[f"{categorie}-etpt"]
            if combien is not None or etpt is not None:
                moyens.append(
                    MoyenHumain(dossier=dossier, categorie=categorie, nombre=combien, etpt=etpt)
                )
        dossier.moyens.all().delete()
        MoyenHumain.objects.bulk_create(moyens)


class EvaluationForm(PartieForm):
    """How the project will be followed, what is expected of it."""

    class Meta:
        model = Dossier
        fields = ["evaluation", "resultats_attendus"]
        widgets = {"evaluation": _texte(5), "resultats_attendus": _texte(5)}
        help_texts = {"resultats_attendus": "En nombres et en qualité."}
