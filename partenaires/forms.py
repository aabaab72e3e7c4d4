"""Accounts and organisations: HTTP in, clean data out."""

from django import forms
from django.core.exceptions import ValidationError

from partenaires import fichiers, plan_comptable
from partenaires.identifiants import compact, rna_valide, siret_valide
from partenaires.models import Agrement, Fiche, Genre, Partenaire, Role, Service, Utilisateur
from partenaires.models.appartenance import ROLES_AGENT, ROLES_FINANCEUR, ROLES_PORTEUR
from quartiers.francais import MontantIllisible, lire_montant, nombre_en_euros
from quartiers.models import Commune

ROLES_A_CHOISIR = [(role.value, role.label) for role in ROLES_PORTEUR]
DATE = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "court"})


def champ_date(**options) -> forms.DateField:
    """A date typed or picked; « 27/11/2026 » is read too."""
    return forms.DateField(widget=DATE, input_formats=["%Y-%m-%d", "%d/%m/%Y", "%d/%m/%y"],
                           error_messages={"invalid": "Cette date ne se lit pas. Exemple : 27/11/2026."}, **options)


class MontantField(forms.CharField):
    """An amount typed the French way; cleans to cents, or None when empty."""

    def __init__(self, **options):
        super().__init__(required=False, max_length=40, **options)
        self.widget.attrs.setdefault("inputmode", "decimal")
        self.widget.attrs.pop("maxlength", None)

    def prepare_value(self, value):
        return nombre_en_euros(value) if isinstance(value, int) else value

    def clean(self, value):
        texte = super().clean(value)
        try:
            return lire_montant(texte)
        except MontantIllisible as erreur:
            raise ValidationError(str(erreur)) from erreur

    def has_changed(self, initial, data):
        return self.prepare_value(initial) != data


class InscriptionForm(forms.Form):
    """What sign-up asks beside the address and the password."""

    prenom = forms.CharField(label="Prénom", max_length=80,
                             widget=forms.TextInput(attrs={"autocomplete": "given-name"}))
    nom = forms.CharField(label="Nom", max_length=80,
                          widget=forms.TextInput(attrs={"autocomplete": "family-name"}))
    field_order = ["prenom", "nom", "email", "password1"]

    def signup(self, request, user):
        user.prenom, user.nom = self.cleaned_data["prenom"], self.cleaned_data["nom"]
        user.save(update_fields=["prenom", "nom"])


class IdentiteForm(forms.ModelForm):
    """One's own name."""

    class Meta:
        model = Utilisateur
        fields = ["prenom", "nom"]
        widgets = {"prenom": forms.TextInput(attrs={"autocomplete": "given-name"}),
                   "nom": forms.TextInput(attrs={"autocomplete": "family-name"})}


class OrganismeForm(forms.Form):
    """Create or join an organisation by its SIRET or its RNA number."""

    genre = forms.ChoiceField(
        label="Vous êtes", widget=forms.RadioSelect,
        choices=[(g.value, g.label) for g in (Genre.ASSOCIATION, Genre.SERVICE, Genre.AUTRE)])
    nom = forms.CharField(label="Nom complet de l’organisme ou du service", max_length=200,
                          widget=forms.TextInput(attrs={"autocomplete": "organization"}))
    siret = forms.CharField(label="Numéro SIRET", required=False, max_length=30,
                            help_text="14 chiffres. Il figure sur l’avis de situation de l’Insee.")
    rna = forms.CharField(
        label="Numéro RNA (association)", required=False, max_length=30,
        help_text="W et neuf caractères, sur le récépissé de la préfecture. L’un des deux numéros suffit "
                  "pour commencer ; le SIRET sera nécessaire pour un versement.")
    commune = forms.ModelChoiceField(
        Commune.objects.none(), label="Commune (service municipal)", required=False,
        help_text="Pour un service d’une commune qui a un quartier prioritaire.")
    qualite = forms.CharField(label="Votre qualité dans l’organisme", max_length=100,
                              help_text="Par exemple : présidente, trésorier, directrice du service.",
                              widget=forms.TextInput(attrs={"autocomplete": "organization-title"}))
    justificatif = forms.FileField(
        label="Document qui le montre", required=False,
        widget=forms.FileInput(attrs={"accept": fichiers.ACCEPT}),
        help_text="Récépissé de la préfecture, procès-verbal d’élection, arrêté de délégation… "
                  "Un agent du service le regardera ; vous pouvez écrire et déposer sans attendre.")

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

    def clean_justificatif(self):
        recu = self.cleaned_data["justificatif"]
        if not recu:
            return None
        try:
            return fichiers.controler(recu)
        except fichiers.FichierRefuse as erreur:
            raise ValidationError(str(erreur)) from erreur

    def clean(self):
        donnees = super().clean()
        genre, siret, rna = donnees.get("genre"), donnees.get("siret"), donnees.get("rna")
        if genre == Genre.SERVICE:
            if rna:
                self.add_error("rna", "Un service municipal n’a pas de numéro RNA : laissez ce champ vide.")
            if not donnees.get("commune"):
                self.add_error("commune", "Choisissez la commune dont dépend le service.")
            if "siret" in donnees and not siret:
                self.add_error("siret", "Indiquez le SIRET de la commune.")
            elif siret and donnees.get("commune") and not siret.startswith(donnees["commune"].siren):
                self.add_error("siret", f"Ce SIRET n’est pas celui de la commune ({donnees['commune']}).")
        elif {"siret", "rna"} <= donnees.keys():
            if genre == Genre.ASSOCIATION and not (siret or rna):
                self.add_error("siret", "Indiquez le numéro SIRET ou le numéro RNA.")
            elif genre == Genre.AUTRE and not siret:
                self.add_error("siret", "Indiquez le numéro SIRET.")
            elif genre == Genre.AUTRE and rna:
                self.add_error("rna", "Seules les associations ont un numéro RNA.")
            donnees["commune"] = None
        return donnees


class InvitationForm(forms.Form):
    """Invite a colleague."""

    email = forms.EmailField(label="Adresse électronique", max_length=254)
    role = forms.ChoiceField(label="Rôle", choices=ROLES_A_CHOISIR, widget=forms.RadioSelect,
                             initial=Role.REDACTEUR)


class RoleForm(forms.Form):
    """The role of a member."""

    role = forms.ChoiceField(label="Rôle", choices=ROLES_A_CHOISIR)


GROUPES_DE_LA_FICHE = {
    "Identité": ["objet_social", "site_web", "recepisse_prefecture", "publication_jo_le",
                 "registre_alsace_moselle", "service_porteur", "autorite_signataire"],
    "Adresse": ["adresse", "code_postal", "ville", "correspondance"],
    "Personne qui représente l’organisme": [
        "representant_prenom", "representant_nom", "representant_fonction",
        "representant_telephone", "representant_email"],
    "Personne chargée de la demande, si elle est différente": [
        "contact_prenom", "contact_nom", "contact_fonction", "contact_telephone", "contact_email"],
    "Relations avec l’administration": ["utilite_publique", "utilite_publique_le",
                                        "impots_commerciaux", "commissaire_aux_comptes"],
    "Relations avec d’autres associations": ["reseau", "adherents_personnes_morales"],
    "Moyens humains au 31 décembre de l’année écoulée": [
        "benevoles", "volontaires", "salaries", "emplois_aides", "salaries_etpt",
        "mis_a_disposition", "adherents", "adherents_femmes", "adherents_hommes"],
    "Exercice du budget de l’organisme": ["exercice_du", "exercice_au"],
}


class FicheForm(forms.ModelForm):
    """The organisation's sheet; fields depend on the kind of organisation."""

    GROUPES = GROUPES_DE_LA_FICHE
    RESERVES_ASSOCIATION = {
        "objet_social", "recepisse_prefecture", "publication_jo_le", "registre_alsace_moselle",
        "utilite_publique", "utilite_publique_le", "impots_commerciaux", "commissaire_aux_comptes",
        "reseau", "adherents_personnes_morales", "adherents", "adherents_femmes", "adherents_hommes"}
    RESERVES_SERVICE = {"service_porteur", "autorite_signataire"}

    siret = forms.CharField(label="Numéro SIRET", required=False, max_length=30)

    class Meta:
        model = Fiche
        fields = [nom for noms in GROUPES_DE_LA_FICHE.values() for nom in noms]
        widgets = {
            "objet_social": forms.Textarea(attrs={"rows": 4}),
            "utilite_publique": forms.RadioSelect, "impots_commerciaux": forms.RadioSelect,
            "commissaire_aux_comptes": forms.RadioSelect,
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        porteur = self.instance.partenaire
        retires = set() if porteur.est_association else set(self.RESERVES_ASSOCIATION)
        if not porteur.est_service:
            retires |= self.RESERVES_SERVICE
        for nom in retires:
            del self.fields[nom]
        for nom, champ in self.fields.items():
            if isinstance(champ, forms.DateField):
                self.fields[nom] = champ_date(label=champ.label, required=False)
            if isinstance(champ, forms.IntegerField | forms.DecimalField):
                champ.widget.attrs["class"] = "court"
        if porteur.siret:
            del self.fields["siret"]
        self.fields["ville"].help_text = "La commune du siège."

    def clean_siret(self):
        valeur = compact(self.cleaned_data["siret"])
        if valeur:
            siret_valide(valeur)
            if Partenaire.objects.filter(siret=valeur).exclude(pk=self.instance.partenaire_id).exists():
                raise ValidationError("Ce SIRET est déjà celui d’un autre organisme du portail.")
        return valeur

    def clean_code_postal(self):
        valeur = self.cleaned_data["code_postal"].strip()
        if valeur and not (valeur.isascii() and valeur.isdigit() and len(valeur) == 5):
            raise ValidationError("Un code postal a cinq chiffres.")
        return valeur

    def clean(self):
        donnees = super().clean()
        salaries = donnees.get("salaries")
        if salaries is not None and (donnees.get("emplois_aides") or 0) > salaries:
            self.add_error("emplois_aides", "Les emplois aidés font partie des salariées et salariés : "
                           "leur nombre ne peut pas être plus grand.")
        total, femmes, hommes = (donnees.get(n) for n in ("adherents", "adherents_femmes", "adherents_hommes"))
        if None not in (total, femmes, hommes) and femmes + hommes != total:
            self.add_error("adherents",
                           f"Femmes et hommes font {femmes + hommes}, pas {total} : corrigez un des nombres.")
        du, au = donnees.get("exercice_du"), donnees.get("exercice_au")
        if du and au and au < du:
            self.add_error("exercice_au", "La fin de l’exercice précède son début.")
        return donnees

    @property
    def groupes(self):
        """(title, bound fields) in the order of the page, SIRET first when it is still missing."""
        for titre, noms in self.GROUPES.items():
            champs = [self[nom] for nom in noms if nom in self.fields]
            if titre == "Identité" and "siret" in self.fields:
                champs.insert(0, self["siret"])
            if champs:
                yield titre, champs


class AgrementForm(forms.ModelForm):
    date = champ_date(label="En date du", required=False)

    class Meta:
        model = Agrement
        fields = ["nature", "attribue_par", "date", "numero"]


AgrementFormSet = forms.inlineformset_factory(
    Fiche, Agrement, form=AgrementForm, extra=1, max_num=20, validate_max=True, can_delete=True)


class BudgetOrganismeForm(forms.Form):
    """The organisation's own budget by account (METIER §1.5)."""

    def __init__(self, *args, montants: dict[str, int] | None = None, **kwargs):
        super().__init__(*args, prefix="o", **kwargs)
        for code, compte in plan_comptable.comptes_organisme().items():
            self.fields[code] = MontantField(label=f"{compte.numero} {compte.libelle}".strip(),
                                             initial=(montants or {}).get(code))

    def montants(self) -> dict[str, int]:
        """{account code: cents} of what was typed."""
        return {code: valeur for code, valeur in self.cleaned_data.items() if valeur is not None}

    @property
    def cotes(self):
        """(title, bound fields) of the two sides."""
        for titre, cote in (("Charges", plan_comptable.CHARGES), ("Produits", plan_comptable.PRODUITS)):
            yield titre, [self[code] for code, c in plan_comptable.comptes_organisme().items() if c.cote == cote]


class ServiceForm(forms.ModelForm):
    """The identity of the service that publishes the portal."""

    class Meta:
        model = Service
        fields = ["nom", "editeur", "adresse", "email", "telephone", "contact_donnees"]


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
            self.add_error("role", "Les agents du service appartiennent à la Communauté Urbaine d’Arras.")
        return donnees
