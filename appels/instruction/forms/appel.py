"""The service edits a call: dates in Paris time, documents, rules, funders."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Model

from appels.instruction.forms.retirables import RetirablesFormSet
from appels.models import (
    Appel,
    CleRegle,
    DocumentDemande,
    FinanceurAppel,
    Gravite,
    Regime,
    Regle,
)
from appels.models.appel import GENRES_DEMANDES, OPTIONS_CG, PHASES
from appels.socle import droits
from partenaires.models import Genre, Partenaire
from partenaires.socle import fichiers, plan_comptable
from partenaires.socle.champs import (
    AnneeField,
    ChoixMultiples,
    DateField,
    EurosField,
    HeureField,
    PourcentField,
    champ_de_choix,
    champ_de_lignes,
    champ_du_modele,
    est_vide,
    instant_de_paris,
)
from partenaires.socle.forms.conflit import SurCeQuiEtaitMontre
from quartiers.frappe import Illisible
from quartiers.horloge import a_paris
from quartiers.nombres import lire_entier

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
# Those of a call that the portal carries; a past year is born of its file.
REGIMES = [(regime.value, regime.label) for regime in Regime if regime != Regime.HISTORIQUE]
RAPPELS_MAX = 10
ANNEE_MIN = 2024
ANNEE_MAX = 2035
JOURS_MAX = 90  # how long before the closing a reminder may leave
DATES = ("ouvre_jour", "ouvre_heure", "ferme_jour", "ferme_heure")


class AppelForm(SurCeQuiEtaitMontre, forms.ModelForm):
    """Everything about Arras that was not published stays empty until the service fills it."""

    annee = AnneeField(label="Année des projets", min_value=ANNEE_MIN, max_value=ANNEE_MAX)
    ouvre_jour = DateField(label="Ouverture, jour (jj/mm/aaaa)", required=False, help_text=None)
    ouvre_heure = HeureField(
        label="Ouverture, heure de Paris (14:30)", required=False, help_text=None
    )
    ferme_jour = DateField(label="Clôture, jour (jj/mm/aaaa)", required=False, help_text=None)
    ferme_heure = HeureField(
        label="Clôture, heure de Paris (14:30)", required=False, help_text=None
    )
    avis_avant = DateField(
        label="Avis des financeurs attendus jusqu’au",
        required=False,
        help_text="Jusqu’à ce jour, une décision attend tous les avis demandés. Laissez vide si "
        "elles ne les attendent pas. La ou le responsable du service choisit cette date.",
    )
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
            *PHASES,
            "presentation",
            "axes",
            "themes",
            "options",
            "jours_rappel",
            "avis_avant",
            "avis_apres_le_sien",
            "matrice_ouverte",
            "comite_ouvert",
            "motifs_par",
            "lectures_attendues",
            "longueur_dauphin",
            "jours_avant_rejet",
            "agent_charge",
            "autorite_recours",
            "tribunal",
            "texte_legal",
        ]
        field_classes = {"axes": ChoixMultiples, "themes": ChoixMultiples}
        formfield_callback = champ_du_modele
        widgets = {
            "regime": forms.RadioSelect,
            "axes": forms.CheckboxSelectMultiple,
            "themes": forms.CheckboxSelectMultiple,
            "motifs_par": forms.RadioSelect,
            "presentation": forms.Textarea(attrs={"rows": 6}),
            "texte_legal": forms.Textarea(attrs={"rows": 4}),
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
        *PHASES,
        "avis_avant",
    ]

    examen_le = DateField(label="Examen des dossiers (jj/mm/aaaa)", required=False, help_text=None)
    comite_le = DateField(
        label="Comité des financeurs (jj/mm/aaaa)", required=False, help_text=None
    )
    decision_le = DateField(label="Décisions (jj/mm/aaaa)", required=False, help_text=None)
    bilan_le = DateField(
        label="Bilans à remettre",
        required=False,
        help_text="Ces quatre dates sont publiques. Vide : « date à venir ».",
    )

    def __init__(self, *args: Any, peut_publier: bool, instant: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        champ_de_choix(self, "regime").choices = REGIMES
        if not peut_publier:
            self.fields["regime"].disabled = True
            self.fields["regime"].help_text = droits.peut_choisir_le_regime.phrase
        elif self.instance.a_commence(instant):
            self.fields["regime"].disabled = True
            self.fields["regime"].help_text = "L’appel a ouvert : son régime ne change plus."
        if not peut_publier:
            self.fields["est_publie"].disabled = True
            self.fields["est_publie"].help_text = "La ou le responsable du service publie l’appel."
            # A barrier that anybody could move would be none.
            self.fields["avis_avant"].disabled = True
        if self.instance.a_commence(instant):
            for nom in DATES:
                self.fields[nom].disabled = True
            fermeture = self.fields["ferme_jour"]
            fermeture.help_text = (
                "L’appel a ouvert : sa clôture se reporte par « Prolonger l’appel »."
            )
        self.instants_lus = (self.instance.ouvre_le, self.instance.ferme_le)
        self.initial["jours_rappel"] = ", ".join(map(str, self.instance.jours_rappel))
        self._montrer("ouvre", self.instance.ouvre_le)
        self._montrer("ferme", self.instance.ferme_le)

    def a_bouge(self, actuel: Model) -> bool:
        """The call is not the one that this form was made of, its opening and closing included."""
        assert isinstance(actuel, Appel)
        instants = (actuel.ouvre_le, actuel.ferme_le)
        return super().a_bouge(actuel) or instants != self.instants_lus

    def _montrer(self, nom: str, instant: datetime | None) -> None:
        """The day and the hour of Paris of an instant, in their two fields."""
        if instant:
            local = a_paris(instant)
            self.initial[f"{nom}_jour"] = local.date()
            self.initial[f"{nom}_heure"] = local.time()

    def clean_jours_rappel(self) -> list[int]:
        """The days before the closing when a reminder leaves, each once, the earliest first."""
        morceaux = self.cleaned_data["jours_rappel"].replace(";", ",").split(",")
        try:
            jours = {jour for jour in map(lire_entier, morceaux) if jour is not None}
        except Illisible:
            jours = {0}
        if len(jours) > RAPPELS_MAX or not jours <= set(range(1, JOURS_MAX + 1)):
            raise ValidationError(
                "Écrivez des nombres de jours de 1 à 90, séparés par des virgules."
            )
        return sorted(jours, reverse=True)

    def _instant(self, nom: str) -> datetime | None:
        """The instant that a day and an hour say together; one without the other is an error."""
        jour = self.cleaned_data.get(f"{nom}_jour")
        heure = self.cleaned_data.get(f"{nom}_heure")
        if jour is None and heure is None:
            return None
        if jour is None or heure is None:
            manque = f"{nom}_heure" if heure is None else f"{nom}_jour"
            if manque not in self.errors:
                self.add_error(manque, "Indiquez le jour et l’heure.")
            return None
        return instant_de_paris(self, jour, heure, f"{nom}_heure")

    def clean(self) -> dict[str, Any]:
        super().clean()
        donnees = self.cleaned_data
        ouverture = self._instant("ouvre")
        cloture = self._instant("ferme")
        self.instance.ouvre_le = ouverture
        self.instance.ferme_le = cloture
        if ouverture and cloture and cloture <= ouverture:
            self.add_error(
                "ferme_jour", "La clôture vient après l’ouverture : corrigez une des dates."
            )
        self._ordonner_les_phases(cloture)
        return donnees

    def _ordonner_les_phases(self, cloture: datetime | None) -> None:
        """Each known day after the closing, and after the one that comes before it."""
        avant = a_paris(cloture).date() if cloture else None
        for champ, nom in PHASES.items():
            jour = self.cleaned_data.get(champ)
            if jour and avant and jour < avant:
                self.add_error(
                    champ, f"« {nom} » vient après ce qui précède : corrigez une des dates."
                )
            avant = jour or avant


class DocumentForm(SurCeQuiEtaitMontre, forms.ModelForm):
    """A document that the call asks, and its model."""

    class Meta:
        model = DocumentDemande
        fields = ["libelle", "genre", "exigence", "aide", "est_bancaire", "modele"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        champ_de_choix(self, "genre").choices = [("", "Tous"), *GENRES_DEMANDES]
        self.fields["modele"].widget = forms.FileInput(attrs={"accept": fichiers.ACCEPT})

    def clean_est_bancaire(self) -> bool:
        """A bank document is kept encrypted: what was given in clear cannot become one."""
        est_bancaire = self.cleaned_data["est_bancaire"]
        change = self.instance.pk and est_bancaire != self.instance.est_bancaire
        if change and self.instance.pieces.exists():
            raise ValidationError(
                "Des fichiers sont déjà joints à ce document : ne le proposez plus, et ajoutez-en "
                "un autre."
            )
        return est_bancaire

    def clean_modele(self) -> File | None:
        """A model is a document like the others: its kind is decided by its content."""
        recu = self.cleaned_data["modele"]
        if not isinstance(recu, UploadedFile):
            return recu
        try:
            fichier = fichiers.controler(recu, publie=True)
            fichiers.exiger_sain(fichier.contenu)
        except fichiers.FichierRefuse as erreur:
            raise ValidationError(str(erreur)) from erreur
        return ContentFile(fichier.contenu, name=fichier.nom)


EN_POUR_CENT = (CleRegle.AUTOFINANCEMENT, CleRegle.AIDES_PUBLIQUES, CleRegle.PART_QPV)


class RegleForm(SurCeQuiEtaitMontre, forms.ModelForm):
    """What a rule checks, and how seriously; its threshold is read as what it counts."""

    class Meta:
        model = Regle
        fields = ["gravite", "seuil", "texte"]
        formfield_callback = champ_du_modele

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        if self.instance.cle == CleRegle.MONTANT_MINIMUM:
            self.fields["seuil"] = EurosField(label="Seuil (€)", required=False, max_value=10**9)
        elif self.instance.cle in EN_POUR_CENT:
            self.fields["seuil"] = PourcentField(label="Seuil (%)", required=False)

    def clean(self) -> dict[str, Any]:
        super().clean()
        donnees = self.cleaned_data
        est_active = donnees.get("gravite") not in (None, Gravite.DESACTIVEE)
        a_un_seuil = self.instance.cle != CleRegle.EUROS_ENTIERS
        if est_active and a_un_seuil and est_vide(self, "seuil"):
            self.add_error("seuil", "Indiquez le seuil de cette règle, ou désactivez-la.")
        return donnees


class FinanceurAppelForm(SurCeQuiEtaitMontre, forms.ModelForm):
    """A funder of the call, and the line of the budget that its grants stand on."""

    class Meta:
        model = FinanceurAppel
        fields = [
            "partenaire",
            "service",
            "autorite",
            "voit_tout",
            "est_dispense_de_signature",
            "donne_son_accord",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        champ_de_lignes(self, "partenaire").queryset = Partenaire.objects.filter(
            est_signataire=True, genre__in=SOUS_POSTES
        )
        if self.instance.pk:  # named by its legend; remove it to change it
            self.fields["partenaire"].widget = forms.HiddenInput()

    def save(self, commit: bool = True) -> FinanceurAppel:
        self.instance.sous_poste = SOUS_POSTES[self.instance.partenaire.genre]
        assert self.instance.sous_poste in plan_comptable.sous_postes()
        return super().save(commit)


DocumentFormSet = forms.inlineformset_factory(
    Appel,
    DocumentDemande,
    form=DocumentForm,
    formset=RetirablesFormSet,
    extra=1,
    max_num=40,
    absolute_max=45,
    validate_max=True,
)
RegleFormSet = forms.inlineformset_factory(
    Appel,
    Regle,
    form=RegleForm,
    extra=0,
    max_num=40,
    absolute_max=45,
    can_delete=False,
)
FinanceurAppelFormSet = forms.inlineformset_factory(
    Appel,
    FinanceurAppel,
    form=FinanceurAppelForm,
    formset=RetirablesFormSet,
    extra=1,
    max_num=40,
    absolute_max=45,
    validate_max=True,
)


class ReconduireForm(forms.Form):
    """The year of a call made from another one, and its title when the year has others."""

    annee = AnneeField(label="Année des projets", min_value=ANNEE_MIN, max_value=ANNEE_MAX)
    titre = forms.CharField(
        label="Titre, s’il change",
        required=False,
        max_length=150,
        help_text="Plusieurs appels d’une même année portent des titres différents.",
    )
