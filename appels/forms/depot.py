"""Begin, ask for a signature, attest and deposit; documents and bank coordinates."""

from uuid import uuid4

from django import forms

from appels import attestations
from appels.models import Dossier
from partenaires.champs import FichierField
from partenaires.identifiants import bic_valide, compact, iban_valide
from partenaires.models import Partenaire, Role, Utilisateur


class NouveauDossierForm(forms.Form):
    """Begin a dossier for one of my organisations; the key makes a second click harmless."""

    porteur = forms.ModelChoiceField(Partenaire.objects.none(), label="Organisme", empty_label=None)
    intitule = forms.CharField(
        label="Intitulé du projet",
        max_length=256,
        help_text="Un titre court ; vous pourrez le changer.",
    )
    cle = forms.UUIDField(widget=forms.HiddenInput)

    reprendre = forms.IntegerField(widget=forms.HiddenInput, required=False)
    code = forms.CharField(
        label="Code de prolongation donné par le service",
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "moyen"}),
    )
    field_order = ["porteur", "intitule", "code"]

    def __init__(self, *args, organismes, avec_code: bool, modele: Dossier | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        if not avec_code:
            del self.fields["code"]
        self.fields["porteur"].queryset = organismes
        if modele:  # it stays in the organisation whose texts these are
            self.fields["porteur"].queryset = organismes.filter(pk=modele.porteur_id)
            self.fields["intitule"].initial, self.fields["reprendre"].initial = (
                modele.intitule,
                modele.pk,
            )
        self.fields["cle"].initial = uuid4


class SignatureForm(forms.Form):
    """Who will attest."""

    signataire = forms.ModelChoiceField(
        Utilisateur.objects.none(), label="Personne signataire", empty_label=None
    )

    def __init__(self, *args, dossier: Dossier, **kwargs):
        super().__init__(*args, **kwargs)
        membres = dossier.porteur.appartenances.actives().filter(role=Role.SIGNATAIRE)
        self.fields["signataire"].queryset = Utilisateur.objects.filter(
            appartenances__in=membres, is_active=True
        )


class DepotForm(forms.Form):
    """The declarations that apply, the quality of the signatory, and what was read."""

    qualite = forms.CharField(
        label="Votre qualité",
        max_length=100,
        help_text="Par exemple : présidente, trésorier par délégation, maire.",
    )
    lu = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args, dossier: Dossier, **kwargs):
        super().__init__(*args, **kwargs)
        self.dossier, self.textes = dossier, attestations.textes(dossier)
        for texte in self.textes:
            self.fields[texte.cle] = forms.BooleanField(
                label=texte.texte,
                help_text=texte.aide,
                error_messages={"required": "Cochez cette attestation : le dépôt la demande."},
            )

        if attestations.demande_les_aides(dossier):
            self.fields["aides_publiques"] = forms.ChoiceField(
                label="Aides publiques reçues sur trois exercices, dont celui en cours",
                widget=forms.RadioSelect,
                choices=[("moins", "500 000 € au plus"), ("plus", "Plus de 500 000 €")],
                error_messages={
                    "required": "Dites de quel côté des 500 000 € se situe l’association."
                },
            )

    def declarations(self) -> list[attestations.Texte]:
        """What was ticked and chosen, in order: these words are kept."""
        return attestations.declarations(self.dossier, self.cleaned_data.get("aides_publiques", ""))

    @property
    def coches(self):
        return [self[texte.cle] for texte in self.textes]


class PieceForm(forms.Form):
    """One file for one document asked."""

    fichier = FichierField(label="Fichier", attend=True)


class CoordonneesForm(forms.Form):
    """Bank coordinates: checked, then encrypted; never shown again whole without a logged act."""

    titulaire = forms.CharField(
        label="Titulaire du compte",
        max_length=150,
        help_text="Le nom écrit sur le relevé : celui de l’organisme.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    iban = forms.CharField(
        label="IBAN", max_length=50, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    bic = forms.CharField(
        label="BIC",
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "moyen"}),
    )

    def clean_iban(self):
        valeur = compact(self.cleaned_data["iban"])
        iban_valide(valeur)
        return valeur

    def clean_bic(self):
        valeur = compact(self.cleaned_data["bic"])
        bic_valide(valeur)
        return valeur


class ConfirmationFicheForm(forms.Form):
    """The sheet of the organisation was read and is up to date."""

    confirmee = forms.BooleanField(
        label="J’ai relu la fiche de l’organisme : elle est à jour.",
        error_messages={"required": "Cochez la case après avoir relu la fiche."},
    )
