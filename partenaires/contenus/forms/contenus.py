"""What agents edit of the public pages. Figures demand their source."""

from itertools import chain, count
from typing import Any, ClassVar

from django import forms
from django.core.validators import URLValidator
from django.utils.text import slugify

from partenaires.models import AideALaQuestion, MotDuBudget, Partenaire, Service, Texte
from partenaires.models.service import SEUIL, SEUIL_MAX, SEUIL_MIN
from partenaires.socle import fichiers, plan_comptable
from partenaires.socle.champs import (
    AnneeField,
    DateField,
    EntierField,
    FichierField,
    SiretField,
    TelephoneField,
    champ_de_choix,
    champ_du_modele,
    est_vide,
)
from quartiers.models import Axe, ChiffreCle, Document, IndicateurQuartier, Mesure, Objectif, Source

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
ANNEE_MIN = 1990
ANNEE_MAX = 2100


class ContenuForm(forms.ModelForm):
    """A public content."""

    Meta: ClassVar[Any]  # each content names its model and its fields

    def preparer(self) -> Any:
        """The row as it should become, not saved. Raises `PlusDePlace` when its file is not."""
        return self.instance


class FaitForm(ContenuForm):
    """A figure: no source, no publication."""

    unite = forms.ChoiceField(label="Unité", choices=UNITES)
    annee = AnneeField(
        label="Année de la donnée",
        min_value=ANNEE_MIN,
        max_value=ANNEE_MAX,
        error_messages={"required": "Un chiffre ne se publie pas sans son année."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        source = self.fields["source"]
        source.error_messages["required"] = "Un chiffre ne se publie pas sans sa source."
        source.help_text = "Absente de la liste ? Publiez-la d’abord dans « Sources »."


class ChiffreForm(FaitForm):
    annee = AnneeField(
        label="Année de la donnée",
        required=False,
        min_value=ANNEE_MIN,
        max_value=ANNEE_MAX,
        help_text="Si la source ne la donne pas, laissez vide : les pages disent « année non "
        "précisée ».",
    )

    class Meta:
        model = ChiffreCle
        formfield_callback = champ_du_modele
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
        formfield_callback = champ_du_modele
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


class MesureForm(ContenuForm):
    class Meta:
        model = Mesure
        formfield_callback = champ_du_modele
        fields = ["libelle", "unite", "aide", "est_proposee", "position"]


def _adresse_web(**options: Any) -> forms.CharField:
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
        formfield_callback = champ_du_modele
        fields = ["libelle", "url", "date", "licence"]


class AxeForm(ContenuForm):
    class Meta:
        model = Axe
        fields = ["nom", "resume", "texte"]


class ObjectifForm(ContenuForm):
    class Meta:
        model = Objectif
        formfield_callback = champ_du_modele
        fields = ["axe", "position", "libelle", "source", "est_publie"]


class PartenaireForm(ContenuForm):
    siret = SiretField(label="Numéro SIRET", required=False)
    siret_avant = SiretField(label="Numéro SIRET précédent", required=False)

    class Meta:
        model = Partenaire
        formfield_callback = champ_du_modele
        fields = [
            "nom",
            "sigle",
            "genre",
            "role_contrat",
            "source",
            "est_affiche",
            "position",
            "publie_ses_subventions",
            "siret",
            "siret_avant",
            "siret_depuis",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["position"].required = True
        self.fields[
            "publie_ses_subventions"
        ].help_text = "Son fichier de subventions paraît alors sur la page « Données et API »."
        self.fields[
            "siret_avant"
        ].help_text = (
            "S’il a changé de numéro : les subventions d’avant ce jour gardent le précédent."
        )
        role = self.fields["role_contrat"]
        role.help_text = "Ce que ce partenaire fait dans le contrat, en une phrase."

    def clean(self) -> dict[str, Any]:
        """A former number and the day of the new one come together; a file demands a number."""
        super().clean()
        donnees = self.cleaned_data
        if bool(donnees.get("siret_avant")) != bool(donnees.get("siret_depuis")):
            manquant = "siret_depuis" if donnees.get("siret_avant") else "siret_avant"
            self.add_error(manquant, "Le numéro précédent et le jour du changement vont ensemble.")
        if donnees.get("publie_ses_subventions") and est_vide(self, "siret"):
            self.add_error(
                "siret", "Un fichier de subventions demande le numéro SIRET de qui les attribue."
            )
        return donnees


class DocumentForm(ContenuForm):
    date = DateField(label="Date du document", required=False)
    televersement = FichierField(
        label="Fichier",
        required=False,
        publie=True,
        help_text="Laissez vide pour garder le fichier actuel. L’auteur, l’appareil et le lieu "
        "d’une photo sont retirés du fichier avant qu’il soit publié.",
    )

    class Meta:
        model = Document
        formfield_callback = champ_du_modele
        fields = ["titre", "nature", "resume", "date", "texte", "est_publie", "position"]
        widgets = {"texte": forms.Textarea(attrs={"rows": 12})}

    field_order = ["titre", "nature", "resume", "date", "televersement", "texte"]

    def clean(self) -> dict[str, Any]:
        """The address of the page comes from the first title and never changes."""
        super().clean()
        titre = self.cleaned_data.get("titre")
        if titre and not self.instance.cle:
            self.instance.cle = libre(slugify(titre)[:50] or "document")
        if self._se_publie_sans_texte():
            self.add_error(
                "texte",
                "Un document se publie avec son contenu en texte : "
                "tout le monde ne lit pas un fichier.",
            )
        return self.cleaned_data

    def _se_publie_sans_texte(self) -> bool:
        donnees = self.cleaned_data
        a_un_fichier = self.instance.fichier or donnees.get("televersement")
        sans_texte = not donnees.get("texte") and "texte" not in self.errors
        return bool(donnees.get("est_publie") and a_un_fichier and sans_texte)

    def preparer(self) -> Any:
        recu = self.cleaned_data["televersement"]
        if recu:
            with fichiers.s_il_se_garde():
                self.instance.ranger(recu.nom, recu.mime, recu.contenu)
        return self.instance


def libre(cle: str) -> str:
    """The key, or the key with a number when it is taken."""
    prises = set(Document.objects.filter(cle__startswith=cle).values_list("cle", flat=True))
    propositions = chain([cle], (f"{cle}-{rang}" for rang in count(2)))
    return next(proposition for proposition in propositions if proposition not in prises)


class TexteForm(ContenuForm):
    class Meta:
        model = Texte
        fields = ["contenu"]
        widgets = {"contenu": forms.Textarea(attrs={"rows": 14})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        contenu = self.fields["contenu"]
        contenu.label = str(self.instance)
        contenu.help_text = (
            "Vide, la page dit « à publier par la CUA ». Une ligne vide sépare deux paragraphes."
        )


class MotForm(ContenuForm):
    """The account is one of the plan."""

    class Meta:
        model = MotDuBudget
        fields = ["mot", "code", "est_propose"]
        help_texts = {"mot": "Un mot de tous les jours, au singulier : « repas », « animatrice »."}

    code = forms.ChoiceField(label="Compte proposé")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        champ_de_choix(self, "code").choices = [
            (compte.code, f"{compte.numero} {compte.libelle}".strip())
            for compte in plan_comptable.comptes().values()
        ]


class AideForm(ContenuForm):
    """The question in common words, and two answers that are not real ones."""

    class Meta:
        model = AideALaQuestion
        fields = ["question", "conseil", "faible", "bon"]
        help_texts = {
            "question": "Vide, la page dit seulement les mots du formulaire.",
            "faible": "Une réponse inventée, trop vague pour être utile.",
            "bon": "Une réponse inventée, qui dit ce que l’on attend.",
        }


class ServiceForm(ContenuForm):
    """The identity of the service that publishes the portal."""

    telephone = TelephoneField(label="Téléphone", required=False)
    seuil_statistiques = EntierField(
        label="Nombre de cas en dessous duquel une statistique n’est pas donnée",
        required=False,
        min_value=SEUIL_MIN,
        max_value=SEUIL_MAX,
        help_text=f"Entre {SEUIL_MIN} et {SEUIL_MAX}. Vide : {SEUIL}.",
    )

    def clean_seuil_statistiques(self) -> int:
        """Left empty, the usual one."""
        return self.cleaned_data["seuil_statistiques"] or SEUIL

    class Meta:
        model = Service
        formfield_callback = champ_du_modele
        fields = [
            "nom",
            "editeur",
            "adresse",
            "email",
            "telephone",
            "contact_donnees",
            "licence",
            "seuil_statistiques",
        ]
