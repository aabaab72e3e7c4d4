"""Begin a dossier; confirm the sheet of the organisation for it."""

from typing import Any
from uuid import uuid4

from django import forms
from django.db.models import QuerySet

from appels.models import Dossier, Serie
from partenaires.models import Partenaire
from partenaires.socle.champs import champ_de_choix, champ_de_lignes
from partenaires.socle.forms.une_fois import UneFois

NOUVELLE = "nouvelle"  # not the next year of anything


class NouveauDossierForm(UneFois, forms.Form):
    """Begin a dossier for one of my organisations; the key makes a second click harmless."""

    porteur = forms.ModelChoiceField(Partenaire.objects.none(), label="Organisme", empty_label=None)
    intitule = forms.CharField(
        label="Intitulé du projet",
        max_length=256,
        help_text="Un titre court ; vous pourrez le changer.",
    )
    cle = forms.UUIDField(widget=forms.HiddenInput)

    serie = forms.ChoiceField(
        label="Est-ce la suite d’un projet des années passées ?",
        required=False,
        help_text="Le portail suivra ce projet d’une année à l’autre, même si son titre change.",
    )
    reprendre = forms.IntegerField(
        widget=forms.HiddenInput(attrs={"data-objet": "reprise"}), required=False
    )
    code = forms.CharField(
        label="Code de prolongation donné par le service",
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "moyen"}),
    )
    field_order = ["porteur", "intitule", "serie", "code"]

    def __init__(
        self,
        *args: Any,
        organismes: QuerySet[Partenaire],
        annee: int,
        avec_code: bool,
        modele: Dossier | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if not avec_code:
            del self.fields["code"]
        if modele:  # it stays in the organisation whose texts these are
            organismes = organismes.filter(pk=modele.porteur_id)
            self.fields["intitule"].initial = modele.intitule
            self.fields["reprendre"].initial = modele.pk
        self.modele = modele
        passees = Serie.objects.suivies().filter(porteur__in=organismes, premiere_annee__lt=annee)
        self.series = {str(serie.pk): serie for serie in passees}
        choix = self._suites()
        if len(choix) > 1:
            champ_de_choix(self, "serie").choices = choix
        else:
            del self.fields["serie"]
        champ_de_lignes(self, "porteur").queryset = organismes
        self.fields["cle"].initial = uuid4

    def _suites(self) -> list[tuple[str, str]]:
        """What it may be the next year of; the first one is what is kept when nothing is chosen."""
        siennes = self.modele.serie if self.modele else None
        autres = [
            (cle, f"Oui, la suite de « {serie.titre} », depuis {serie.premiere_annee}")
            for cle, serie in self.series.items()
            if serie != siennes
        ]
        if siennes is None:
            return [("", "Non, c’est un nouveau projet"), *autres]
        suite = f"Oui, la suite de « {siennes.titre} », depuis {siennes.premiere_annee}"
        return [("", suite), (NOUVELLE, "Non, c’est un nouveau projet"), *autres]

    def serie_choisie(self) -> Serie | None:
        """The action that it is the next year of; None for a new one."""
        choisie = self.cleaned_data.get("serie", "")
        if choisie == "" and self.modele:
            return self.modele.serie
        return self.series.get(choisie)

    def clean(self) -> None:
        """A project goes on in the organisation that carried it."""
        super().clean()
        serie = self.series.get(self.cleaned_data.get("serie", ""))
        porteur = self.cleaned_data.get("porteur")
        if serie and porteur and serie.porteur_id != porteur.pk:
            self.add_error(
                "serie",
                f"Un autre organisme que {porteur} a porté ce projet : choisissez-en un autre, ou "
                "l’organisme qui l’a porté.",
            )


class ConfirmationFicheForm(forms.Form):
    """The sheet of the organisation was read and is up to date."""

    confirmee = forms.BooleanField(
        label="J’ai relu la fiche de l’organisme : elle est à jour.",
        error_messages={"required": "Cochez la case après avoir relu la fiche."},
    )
