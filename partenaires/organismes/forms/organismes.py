"""Organisations and their people: HTTP in, clean data out."""

from collections.abc import Collection
from typing import Any

from django import forms

from partenaires.models import Genre, Partenaire, Role
from partenaires.models.appartenance import ROLES_AGENT, ROLES_FINANCEUR
from partenaires.models.partenaire import PORTEURS
from partenaires.organismes.annuaire import Trouve
from partenaires.socle.champs import AdresseField, FichierField, RnaField, SiretField, sans_adresse
from partenaires.socle.forms.conflit import SurCeQuiEtaitMontre
from quartiers.models import Axe, Commune, Quartier

# Each role in plain words, beside its box.
ROLES_A_CHOISIR = [
    (Role.ADMINISTRATEUR.value, "Administrer : inviter, accepter, changer les rôles, écrire"),
    (Role.SIGNATAIRE.value, "Attester : écrire, et déposer au nom de l’organisme"),
    (Role.REDACTEUR.value, "Rédiger : écrire les dossiers"),
    (Role.LECTEUR.value, "Lire, sans rien changer"),
]


class NumerosForm(forms.Form):
    """What names an organisation: its kind, its name, its SIRET or its RNA number."""

    genre = forms.ChoiceField(
        widget=forms.RadioSelect, choices=[(genre.value, genre.label) for genre in PORTEURS]
    )
    nom = forms.CharField(
        label="Nom complet de l’organisme ou du service",
        max_length=200,
        validators=[sans_adresse],
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    siret = SiretField(
        label="Numéro SIRET",
        required=False,
        help_text="14 chiffres. Il figure sur l’avis de situation de l’Insee.",
    )
    rna = RnaField(
        label="Numéro RNA (association)",
        required=False,
        help_text="W et neuf caractères, sur le récépissé de la préfecture. L’un des "
        "deux numéros suffit "
        "pour commencer ; le SIRET sera nécessaire pour un versement.",
    )
    commune = forms.ModelChoiceField(
        Commune.objects.filter(quartiers__isnull=False).distinct(),
        label="Commune (service municipal)",
        required=False,
        empty_label="Aucune",
        help_text="Pour un service d’une commune qui a un quartier prioritaire.",
    )

    def clean(self) -> dict[str, Any]:
        super().clean()
        if self.cleaned_data.get("genre") == Genre.SERVICE:
            self._controler_un_service()
        elif {"siret", "rna"} <= self.cleaned_data.keys():
            self._controler_un_autre()
            self.cleaned_data["commune"] = None
        return self.cleaned_data

    def _controler_un_service(self) -> None:
        """A municipal service is known by its commune and the SIRET of it."""
        donnees = self.cleaned_data
        commune = donnees.get("commune")
        siret = donnees.get("siret")
        if donnees.get("rna"):
            self.add_error(
                "rna", "Un service municipal n’a pas de numéro RNA : laissez ce champ vide."
            )
        if not commune:
            self.add_error("commune", "Choisissez la commune dont dépend le service.")
        if "siret" in donnees and not siret:
            self.add_error("siret", "Indiquez le SIRET de la commune.")
        elif siret and commune and not siret.startswith(commune.siren):
            self.add_error("siret", f"Ce SIRET n’est pas celui de la commune ({commune}).")

    def _controler_un_autre(self) -> None:
        """An association has a SIRET or an RNA number, another organisation a SIRET."""
        genre = self.cleaned_data.get("genre")
        siret = self.cleaned_data["siret"]
        rna = self.cleaned_data["rna"]
        if genre == Genre.ASSOCIATION and not (siret or rna):
            self.add_error("siret", "Indiquez le numéro SIRET ou le numéro RNA.")
        elif genre == Genre.AUTRE and not siret:
            self.add_error("siret", "Indiquez le numéro SIRET.")
        elif genre == Genre.AUTRE and rna:
            self.add_error("rna", "Seules les associations ont un numéro RNA.")


class OrganismeForm(NumerosForm):
    """Create or join an organisation."""

    qualite = forms.CharField(
        label="Votre qualité dans l’organisme",
        max_length=100,
        validators=[sans_adresse],
        help_text="Par exemple : présidente, trésorier, directrice du service.",
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )
    justificatif = FichierField(
        label="Document qui le montre",
        required=False,
        attend=True,
        help_text="Récépissé de la préfecture, procès-verbal d’élection, arrêté de délégation… "
        "Un agent du service le regardera ; vous pouvez écrire et déposer sans attendre.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["genre"].label = "Vous êtes"

    @property
    def numero(self) -> str:
        """The one that was read, once the form is; empty when none was."""
        return self.cleaned_data.get("siret") or self.cleaned_data.get("rna") or ""

    def taire(self, *, sauf: Collection[str] = ()) -> None:
        """Nothing is asked yet: only what these fields hold wrong is said."""
        for nom in self.errors.keys() - set(sauf):
            del self.errors[nom]

    def completer(self, trouve: Trouve) -> "OrganismeForm":
        """The same answers, and what the directory says where nothing was typed."""
        donnees = dict(self.data.items())
        for nom in ("nom", "siret", "rna"):
            donnees[nom] = donnees.get(nom, "").strip() or getattr(trouve, nom)
        complet = OrganismeForm(donnees, self.files)
        complet.taire()
        return complet


class OrganismeDuServiceForm(NumerosForm):
    """An organisation that the service adds: nobody of it has an account yet."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["genre"].label = "Genre d’organisme"


class RolesForm(forms.Form):
    """What a person may do in an organisation: as many boxes as one wants, at least one."""

    roles = forms.MultipleChoiceField(
        label="Ce que cette personne peut faire",
        choices=ROLES_A_CHOISIR,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Cochez au moins un rôle."},
    )


class RolesDUnMembreForm(SurCeQuiEtaitMontre, RolesForm):
    """The roles that somebody holds, on those that the page showed: two people administer."""


class InvitationForm(RolesForm):
    """Invite a colleague."""

    email = AdresseField(label="Adresse électronique", max_length=254)
    field_order = ["email", "roles"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["roles"].initial = [Role.REDACTEUR]


class JustificatifForm(forms.Form):
    """The document that shows what one is in the organisation."""

    justificatif = FichierField(
        label="Document qui montre votre qualité",
        attend=True,
        help_text="Récépissé de la préfecture, procès-verbal d’élection, arrêté de délégation… "
        "Seul le service le lit.",
    )


ROLES_EQUIPE = [(role.value, role.label) for role in (*ROLES_AGENT, *ROLES_FINANCEUR)]


class EquipeForm(forms.Form):
    """The head of the service invites an agent, or a person of a funder."""

    email = AdresseField(label="Adresse électronique", max_length=254)
    partenaire = forms.ModelChoiceField(
        Partenaire.objects.du_contrat(), label="Pour", empty_label=None
    )
    role = forms.ChoiceField(label="Rôle", choices=ROLES_EQUIPE, widget=forms.RadioSelect)

    def clean(self) -> dict[str, Any]:
        super().clean()
        partenaire = self.cleaned_data.get("partenaire")
        role = self.cleaned_data.get("role")
        if partenaire and role in ROLES_AGENT and partenaire.genre != Genre.CUA:
            self.add_error(
                "role", "Les agents du service appartiennent à la Communauté Urbaine d’Arras."
            )
        return self.cleaned_data


class PerimetreForm(SurCeQuiEtaitMontre, forms.Form):
    """The communes, axes and quartiers that a person of the service or a funder is limited to.

    Two heads may: what one of them ticked meanwhile is not put back.
    """

    def __init__(self, *args: Any, perimetre: dict[str, list[str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for nom, (libelle, choix) in PERIMETRES.items():
            self.fields[nom] = forms.MultipleChoiceField(
                label=libelle,
                required=False,
                choices=choix,
                initial=perimetre.get(nom, []),
                widget=forms.CheckboxSelectMultiple,
            )

    def perimetre(self) -> dict[str, list[str]]:
        """What was ticked; nothing ticked limits nothing."""
        coches = {nom: self.cleaned_data[nom] for nom in PERIMETRES}
        return {nom: cles for nom, cles in coches.items() if cles}


def _communes() -> list[tuple[str, str]]:
    return [(commune.code_insee, str(commune)) for commune in Commune.objects.all()]


def _axes() -> list[tuple[str, str]]:
    return list(Axe.objects.values_list("cle", "nom"))


def _quartiers() -> list[tuple[str, str]]:
    return list(Quartier.objects.order_by("nom_court").values_list("code", "nom_court"))


PERIMETRES = {
    "communes": ("Communes", _communes),
    "axes": ("Axes", _axes),
    "quartiers": ("Quartiers", _quartiers),
}
