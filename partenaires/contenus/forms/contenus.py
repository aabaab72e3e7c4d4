"""What agents edit of the public pages. Figures demand their source and their year."""

from django import forms
from django.core.validators import URLValidator
from django.utils.text import slugify

from partenaires.models import Partenaire, Service, Texte
from partenaires.socle.champs import FichierField, champ_date
from quartiers.models import Axe, ChiffreCle, Document, IndicateurQuartier, Objectif, Source

UNITES = [
    ("habitants", "habitants"),
    ("quartiers", "quartiers"),
    ("%", "pour cent (%)"),
    ("points de pourcentage", "points de pourcentage"),
    ("€", "euros (€)"),
    ("hectares", "hectares"),
    ("ménages", "ménages"),
    ("logements", "logements"),
    ("personnes", "personnes"),
]
ANNEE_MIN, ANNEE_MAX = 1990, 2100


class ContenuForm(forms.ModelForm):
    """A public content; `preparer` gives the row as it should become, not saved."""

    def preparer(self):
        return self.instance


class FaitForm(ContenuForm):
    """A figure: no source, no year, no publication."""

    unite = forms.ChoiceField(label="Unité", choices=UNITES)
    annee = forms.IntegerField(
        label="Année de la donnée",
        min_value=ANNEE_MIN,
        max_value=ANNEE_MAX,
        widget=forms.NumberInput(attrs={"class": "court"}),
        error_messages={"required": "Un chiffre ne se publie pas sans son année."},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["source"].error_messages["required"] = (
            "Un chiffre ne se publie pas sans sa source."
        )
        self.fields[
            "source"
        ].help_text = "Absente de la liste ? Publiez-la d’abord dans « Sources »."
        for nom in ("valeur", "valeur_cua"):
            if nom in self.fields:
                self.fields[nom].localize = self.fields[nom].widget.is_localized = True
                self.fields[nom].widget = forms.TextInput(
                    attrs={"inputmode": "decimal", "class": "court"}
                )
                self.fields[nom].widget.is_localized = True


class ChiffreForm(FaitForm):
    class Meta:
        model = ChiffreCle
        fields = [
            "libelle",
            "valeur",
            "unite",
            "territoire",
            "annee",
            "source",
            "note",
            "est_affiche",
            "position",
        ]


class IndicateurForm(FaitForm):
    class Meta:
        model = IndicateurQuartier
        fields = [
            "quartier",
            "libelle",
            "valeur",
            "unite",
            "valeur_cua",
            "annee",
            "source",
            "est_publie",
            "position",
        ]


def _adresse_web(**options) -> forms.CharField:
    return forms.CharField(
        required=False,
        max_length=300,
        validators=[URLValidator(["http", "https"])],
        widget=forms.TextInput(attrs={"inputmode": "url"}),
        **options,
    )


class SourceForm(ContenuForm):
    url = _adresse_web(label="Adresse de la page")

    class Meta:
        model = Source
        fields = ["libelle", "url", "date", "licence"]


class AxeForm(ContenuForm):
    class Meta:
        model = Axe
        fields = ["nom", "resume", "texte"]


class ObjectifForm(ContenuForm):
    class Meta:
        model = Objectif
        fields = ["axe", "position", "libelle", "source", "est_publie"]


class PartenaireForm(ContenuForm):
    class Meta:
        model = Partenaire
        fields = ["nom", "sigle", "genre", "role_contrat", "source", "est_affiche", "position"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["position"].required = True
        self.fields[
            "role_contrat"
        ].help_text = "Ce que ce partenaire fait dans le contrat, en une phrase."


class DocumentForm(ContenuForm):
    date = champ_date(label="Date du document", required=False)
    televersement = FichierField(
        label="Fichier", required=False, help_text="Laissez vide pour garder le fichier actuel."
    )

    class Meta:
        model = Document
        fields = ["titre", "nature", "resume", "date", "texte", "est_publie", "position"]
        widgets = {"texte": forms.Textarea(attrs={"rows": 12})}

    field_order = ["titre", "nature", "resume", "date", "televersement", "texte"]

    def clean(self):
        """The address of the page comes from the first title and never changes."""
        dit = super().clean()
        if not self.instance.cle and dit.get("titre"):
            self.instance.cle = libre(slugify(dit["titre"])[:50] or "document")
        a_un_fichier = self.instance.fichier or dit.get("televersement")
        if (
            dit.get("est_publie")
            and a_un_fichier
            and not dit.get("texte")
            and "texte" not in self.errors
        ):
            self.add_error(
                "texte",
                "Un document se publie avec son contenu en texte : "
                "tout le monde ne lit pas un fichier.",
            )
        return dit

    def preparer(self):
        if recu := self.cleaned_data["televersement"]:
            self.instance.ranger(recu.nom, recu.mime, recu.contenu)
        return self.instance


def libre(cle: str) -> str:
    """The key, or the key with a number when it is taken."""
    prises = set(Document.objects.filter(cle__startswith=cle).values_list("cle", flat=True))
    return (
        cle
        if cle not in prises
        else next(f"{cle}-{n}" for n in range(2, 1000) if f"{cle}-{n}" not in prises)
    )


class TexteForm(ContenuForm):
    class Meta:
        model = Texte
        fields = ["contenu"]
        widgets = {"contenu": forms.Textarea(attrs={"rows": 14})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["contenu"].label = str(self.instance)
        self.fields[
            "contenu"
        ].help_text = (
            "Vide, la page dit « à publier par la CUA ». Une ligne vide sépare deux paragraphes."
        )


class ServiceForm(ContenuForm):
    """The identity of the service that publishes the portal."""

    class Meta:
        model = Service
        fields = ["nom", "editeur", "adresse", "email", "telephone", "contact_donnees"]
