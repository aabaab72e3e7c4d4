"""Organisations and their people: HTTP in, clean data out."""

from django import forms

from partenaires.models import Genre, Partenaire, Role
from partenaires.models.appartenance import ROLES_AGENT, ROLES_FINANCEUR, ROLES_PORTEUR
from partenaires.models.identifiants import compact, rna_valide, siret_valide
from partenaires.socle.champs import FichierField
from quartiers.models import Axe, Commune, Quartier

ROLES_A_CHOISIR = [(role.value, role.label) for role in ROLES_PORTEUR]


class OrganismeForm(forms.Form):
    """Create or join an organisation by its SIRET or its RNA number."""

    genre = forms.ChoiceField(
        label="Vous êtes",
        widget=forms.RadioSelect,
        choices=[(g.value, g.label) for g in (Genre.ASSOCIATION, Genre.SERVICE, Genre.AUTRE)],
    )
    nom = forms.CharField(
        label="Nom complet de l’organisme ou du service",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    siret = forms.CharField(
        label="Numéro SIRET",
        required=False,
        max_length=30,
        help_text="14 chiffres. Il figure sur l’avis de situation de l’Insee.",
    )
    rna = forms.CharField(
        label="Numéro RNA (association)",
        required=False,
        max_length=30,
        help_text="W et neuf caractères, sur le récépissé de la préfecture. L’un des "
        "deux numéros suffit "
        "pour commencer ; le SIRET sera nécessaire pour un versement.",
    )
    commune = forms.ModelChoiceField(
        Commune.objects.none(),
        label="Commune (service municipal)",
        required=False,
        help_text="Pour un service d’une commune qui a un quartier prioritaire.",
    )
    qualite = forms.CharField(
        label="Votre qualité dans l’organisme",
        max_length=100,
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

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["commune"].queryset = Commune.objects.filter(quartiers__isnull=False).distinct()
        self.fields["commune"].empty_label = "Aucune"

    def _numero(self, nom: str, controle) -> str:
        valeur = compact(self.cleaned_data[nom])
        if valeur:
            controle(valeur)
        return valeur

    def clean_siret(self):
        return self._numero("siret", siret_valide)

    def clean_rna(self):
        return self._numero("rna", rna_valide)

    def clean(self):
        donnees = super().clean()
        genre, siret, rna = donnees.get("genre"), donnees.get("siret"), donnees.get("rna")
        if genre == Genre.SERVICE:
            if rna:
                self.add_error(
                    "rna", "Un service municipal n’a pas de numéro RNA : laissez ce champ vide."
                )
            if not donnees.get("commune"):
                self.add_error("commune", "Choisissez la commune dont dépend le service.")
            if "siret" in donnees and not siret:
                self.add_error("siret", "Indiquez le SIRET de la commune.")
            elif (
                siret and donnees.get("commune") and not siret.startswith(donnees["commune"].siren)
            ):
                self.add_error(
                    "siret", f"Ce SIRET n’est pas celui de la commune ({donnees['commune']})."
                )
        elif {"siret", "rna"} <= donnees.keys():
            if genre == Genre.ASSOCIATION and not (siret or rna):
                self.add_error("siret", "Indiquez le numéro SIRET ou le numéro RNA.")
            elif genre == Genre.AUTRE and not siret:
                self.add_error("siret", "Indiquez le numéro SIRET.")
            elif genre == Genre.AUTRE and rna:
                self.add_error("rna", "Seules les associations ont un numéro RNA.")
            donnees["commune"] = None
        return donnees


class OrganismeDuServiceForm(OrganismeForm):
    """An organisation that the service adds: nobody of it has an account yet."""

    qualite = justificatif = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["genre"].label = "Genre d’organisme"


class InvitationForm(forms.Form):
    """Invite a colleague."""

    email = forms.EmailField(label="Adresse électronique", max_length=254)
    role = forms.ChoiceField(
        label="Rôle", choices=ROLES_A_CHOISIR, widget=forms.RadioSelect, initial=Role.REDACTEUR
    )


class RoleForm(forms.Form):
    """The role of a member."""

    role = forms.ChoiceField(label="Rôle", choices=ROLES_A_CHOISIR)


ROLES_EQUIPE = [(role.value, role.label) for role in (*ROLES_AGENT, *ROLES_FINANCEUR)]


class EquipeForm(forms.Form):
    """The head of the service invites an agent, or a person of a funder."""

    email = forms.EmailField(label="Adresse électronique", max_length=254)
    partenaire = forms.ModelChoiceField(Partenaire.objects.none(), label="Pour", empty_label=None)
    role = forms.ChoiceField(label="Rôle", choices=ROLES_EQUIPE, widget=forms.RadioSelect)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["partenaire"].queryset = Partenaire.objects.du_contrat()

    def clean(self):
        donnees = super().clean()
        partenaire, role = donnees.get("partenaire"), donnees.get("role")
        if partenaire and role in ROLES_AGENT and partenaire.genre != Genre.CUA:
            self.add_error(
                "role", "Les agents du service appartiennent à la Communauté Urbaine d’Arras."
            )
        return donnees


class PerimetreForm(forms.Form):
    """The communes, axes and quartiers that a person of the service or of a funder is limited
    to.
    """

    def __init__(self, *args, perimetre: dict, **kwargs):
        super().__init__(*args, **kwargs)
        for nom, (libelle, choix) in PERIMETRES.items():
            self.fields[nom] = forms.MultipleChoiceField(
                label=libelle,
                required=False,
                choices=choix,
                initial=perimetre.get(nom, []),
                widget=forms.CheckboxSelectMultiple,
            )

    def perimetre(self) -> dict:
        """What was ticked; nothing ticked limits nothing."""
        return {nom: cles for nom, cles in self.cleaned_data.items() if cles}


PERIMETRES = {
    "communes": ("Communes", lambda: [(c.code_insee, str(c)) for c in Commune.objects.all()]),
    "axes": ("Axes", lambda: list(Axe.objects.values_list("cle", "nom"))),
    "quartiers": (
        "Quartiers",
        lambda: list(Quartier.objects.order_by("nom_court").values_list("code", "nom_court")),
    ),
}
