"""Begin a dossier; confirm the sheet of the organisation for it."""

from uuid import uuid4

from django import forms
from django.db.models import QuerySet

from appels.models import Dossier
from partenaires.models import Partenaire
from partenaires.socle.champs import champ_de_lignes


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

    def __init__(
        self,
        *args,
        organismes: QuerySet[Partenaire],
        avec_code: bool,
        modele: Dossier | None = None,
        **kwargs,
    ):
        super().__init__(*args, **kwargs)
        if not avec_code:
            del self.fields["code"]
        if modele:  # it stays in the organisation whose texts these are
            organismes = organismes.filter(pk=modele.porteur_id)
            self.fields["intitule"].initial = modele.intitule
            self.fields["reprendre"].initial = modele.pk
        champ_de_lignes(self, "porteur").queryset = organismes
        self.fields["cle"].initial = uuid4


class ConfirmationFicheForm(forms.Form):
    """The sheet of the organisation was read and is up to date."""

    confirmee = forms.BooleanField(
        label="J’ai relu la fiche de l’organisme : elle est à jour.",
        error_messages={"required": "Cochez la case après avoir relu la fiche."},
    )
