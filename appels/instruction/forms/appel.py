"""The service edits a call: dates in Paris time, documents, rules, funders."""

from datetime import datetime

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile

from appels.models import Appel, CleRegle, DocumentDemande, FinanceurAppel, Regle
from appels.models.appel import OPTIONS_CG
from partenaires.models import Genre, Partenaire
from partenaires.socle import fichiers, plan_comptable
from partenaires.socle.champs import ChoixMultiples, champ_date, champ_heure, instant_de_paris
from quartiers.horloge import a_paris

SOUS_POSTES = {
    Genre.ETAT: "74etat",
    Genre.REGION: "74region",
    Genre.DEPARTEMENT: "74dep",
    Genre.CUA: "74epci",
    Genre.COMMUNE: "74com",
    Genre.CAF: "74orgasoc",
    Genre.CPAM: "74orgasoc",
    Genre.ARS: "74etat",
    Genre.BAILLEUR: "74orgasoc",
    Genre.CONSULAIRE: "74etat",
    Genre.BANQUE: "74etat",
}


DATES = ("ouvre_jour", "ouvre_heure", "ferme_jour", "ferme_heure")


class AppelForm(forms.ModelForm):
    """Everything about Arras that was not published stays empty until the service fills it."""

    ouvre_jour = champ_date(label="Ouverture, jour", required=False)
    ouvre_heure = champ_heure(label="Ouverture, heure de Paris", required=False)
    ferme_jour = champ_date(label="Clôture, jour", required=False)
    ferme_heure = champ_heure(label="Clôture, heure de Paris", required=False)
    options = forms.MultipleChoiceField(
        label="Questions et attestations facultatives",
        choices=list(OPTIONS_CG.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    jours_rappel = forms.CharField(
        label="Rappels, en jours avant la clôture",
        required=False,
        max_length=60,
        help_text="Par exemple : 14, 7, 3, 1. Un rappel part aussi deux heures avant.",
    )

    class Meta:
        model = Appel
        fields = [
            "annee",
            "titre",
            "regime",
            "est_publie",
            "presentation",
            "axes",
            "themes",
            "options",
            "jours_rappel",
            "longueur_dauphin",
            "agent_charge",
            "autorite_recours",
            "tribunal",
            "texte_legal",
        ]
        field_classes = {"axes": ChoixMultiples, "themes": ChoixMultiples}
        widgets = {
            "regime": forms.RadioSelect,
            "axes": forms.CheckboxSelectMultiple,
            "themes": forms.CheckboxSelectMultiple,
            "presentation": forms.Textarea(attrs={"rows": 6}),
            "texte_legal": forms.Textarea(attrs={"rows": 4}),
            "annee": forms.NumberInput(attrs={"class": "court"}),
            "longueur_dauphin": forms.NumberInput(attrs={"class": "court"}),
        }

    field_order = [
        "annee",
        "titre",
        "regime",
        "est_publie",
        "ouvre_jour",
        "ouvre_heure",
        "ferme_jour",
        "ferme_heure",
        "jours_rappel",
    ]

    def __init__(self, *args, peut_publier: bool, instant: datetime, **kwargs):
        super().__init__(*args, **kwargs)
        if not peut_publier:
            self.fields["est_publie"].disabled = True
            self.fields["est_publie"].help_text = "La ou le responsable du service publie l’appel."
        if self.instance.a_commence(instant):
            for nom in DATES:
                self.fields[nom].disabled = True
            self.fields[
                "ferme_jour"
            ].help_text = "L’appel a ouvert : sa clôture se reporte par « Prolonger l’appel »."
        self.initial["jours_rappel"] = ", ".join(map(str, self.instance.jours_rappel))
        for nom in ("ouvre", "ferme"):
            if instant := getattr(self.instance, f"{nom}_le"):
                local = a_paris(instant)
                self.initial |= {f"{nom}_jour": local.date(), f"{nom}_heure": local.time()}

    def clean_annee(self):
        annee = self.cleaned_data["annee"]
        if not 2024 <= annee <= 2035:
            raise ValidationError("L’année des projets se situe entre 2024 et 2035.")
        return annee

    def clean_jours_rappel(self):
        morceaux = self.cleaned_data["jours_rappel"].replace(";", ",").split(",")
        jours = [m.strip() for m in morceaux if m.strip()]
        if (
            not all(j.isascii() and j.isdigit() and 1 <= int(j) <= 90 for j in jours)
            or len(jours) > 10
        ):
            raise ValidationError(
                "Écrivez des nombres de jours de 1 à 90, séparés par des virgules."
            )
        return sorted({int(j) for j in jours}, reverse=True)

    def _instant(self, nom: str) -> datetime | None:
        jour, heure = self.cleaned_data.get(f"{nom}_jour"), self.cleaned_data.get(f"{nom}_heure")
        if jour is None and heure is None:
            return None
        if jour is None or heure is None:
            manque = f"{nom}_heure" if heure is None else f"{nom}_jour"
            if manque not in self.errors:
                self.add_error(manque, "Indiquez le jour et l’heure.")
            return None
        return instant_de_paris(self, jour, heure, f"{nom}_heure")

    def clean(self):
        donnees = super().clean()
        self.instance.ouvre_le, self.instance.ferme_le = (
            self._instant("ouvre"),
            self._instant("ferme"),
        )
        if (
            self.instance.ouvre_le
            and self.instance.ferme_le
            and self.instance.ferme_le <= self.instance.ouvre_le
        ):
            self.add_error(
                "ferme_jour", "La clôture vient après l’ouverture : corrigez une des dates."
            )
        return donnees


class DocumentForm(forms.ModelForm):
    class Meta:
        model = DocumentDemande
        fields = ["libelle", "genre", "exigence", "aide", "est_bancaire", "modele"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["genre"].choices = [
            ("", "Tous"),
            *DocumentDemande._meta.get_field("genre").choices,
        ]
        self.fields["modele"].widget = forms.FileInput(attrs={"accept": fichiers.ACCEPT})

    def clean_modele(self):
        """A model is a document like the others: its kind is decided by its content."""
        recu = self.cleaned_data["modele"]
        if isinstance(recu, UploadedFile):
            try:
                fichier = fichiers.controler(recu)
                fichiers.exiger_sain(fichier.contenu)
            except fichiers.FichierRefuse as erreur:
                raise ValidationError(str(erreur)) from erreur
            return ContentFile(fichier.contenu, name=fichier.nom)
        return recu


class RegleForm(forms.ModelForm):
    class Meta:
        model = Regle
        fields = ["gravite", "seuil", "texte"]

    def clean(self):
        donnees = super().clean()
        active = donnees.get("gravite") not in (None, "desactivee")
        if active and self.instance.cle != CleRegle.EUROS_ENTIERS and not donnees.get("seuil"):
            self.add_error("seuil", "Indiquez le seuil de cette règle, ou désactivez-la.")
        return donnees


class FinanceurAppelForm(forms.ModelForm):
    class Meta:
        model = FinanceurAppel
        fields = ["partenaire", "service", "autorite", "voit_tout"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["partenaire"].queryset = Partenaire.objects.filter(
            est_signataire=True, genre__in=SOUS_POSTES
        )
        if self.instance.pk:  # named by its legend; remove it to change it
            self.fields["partenaire"].widget = forms.HiddenInput()

    def save(self, commit=True):
        self.instance.sous_poste = SOUS_POSTES[self.instance.partenaire.genre]
        assert self.instance.sous_poste in plan_comptable.sous_postes()
        return super().save(commit)


DocumentFormSet = forms.inlineformset_factory(
    Appel,
    DocumentDemande,
    form=DocumentForm,
    extra=1,
    max_num=40,
    absolute_max=45,
    validate_max=True,
)
RegleFormSet = forms.inlineformset_factory(
    Appel, Regle, form=RegleForm, extra=0, max_num=40, absolute_max=45, can_delete=False
)
FinanceurAppelFormSet = forms.inlineformset_factory(
    Appel,
    FinanceurAppel,
    form=FinanceurAppelForm,
    extra=1,
    max_num=40,
    absolute_max=45,
    validate_max=True,
)


class ReconduireForm(forms.Form):
    """The year of a call made from another one."""

    annee = forms.IntegerField(
        label="Année des projets",
        min_value=2024,
        max_value=2100,
        widget=forms.NumberInput(attrs={"class": "court"}),
    )
