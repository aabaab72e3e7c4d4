"""Ask for a signature; attest and deposit."""

from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from appels.depot import attestations
from appels.models import Dossier
from partenaires.models import Role, Utilisateur
from partenaires.socle.champs import champ_de_lignes


class SignatureForm(forms.Form):
    """Who will attest."""

    signataire = forms.ModelChoiceField(
        Utilisateur.objects.none(), label="Personne signataire", empty_label=None
    )

    def __init__(self, *args: Any, dossier: Dossier, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        membres = dossier.porteur.appartenances.actives().avec_role(Role.SIGNATAIRE)
        self.signataires = Utilisateur.objects.filter(appartenances__in=membres, is_active=True)
        champ_de_lignes(self, "signataire").queryset = self.signataires


class DepotForm(forms.Form):
    """The declarations that apply, the quality of the signatory, and what was read."""

    qualite = forms.CharField(
        label="Votre qualité",
        max_length=100,
        help_text="Par exemple : présidente, trésorier par délégation, maire.",
    )
    lu = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, dossier: Dossier, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.dossier = dossier
        self.textes = attestations.textes(dossier)
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
    def coches(self) -> list[BoundField]:
        """The boxes to tick, in order."""
        return [self[texte.cle] for texte in self.textes]
