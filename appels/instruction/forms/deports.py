"""Who steps aside from a dossier, and why."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from partenaires.models import Appartenance, Utilisateur
from partenaires.models.appartenance import ROLES_AGENT, ROLES_FINANCEUR
from partenaires.socle.champs import champ_de_lignes


class DeportForm(forms.Form):
    """For oneself; the head of the service may declare it for somebody else."""

    personne = forms.ModelChoiceField(
        label="Qui se déporte",
        queryset=Utilisateur.objects.none(),
        empty_label=None,
    )
    motif = forms.CharField(
        label="Motif",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Par exemple : membre du bureau de l’association. Le service le lit ; "
        "l’organisme, non.",
    )

    def __init__(
        self,
        *args: Any,
        utilisateur: Utilisateur,
        pour_autrui: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if pour_autrui:
            champ_de_lignes(self, "personne").queryset = _qui_instruit()
            self.fields["personne"].initial = utilisateur.pk
        else:
            del self.fields["personne"]
        self.utilisateur = utilisateur

    def qui_se_deporte(self) -> Utilisateur:
        """Who steps aside."""
        return self.cleaned_data.get("personne", self.utilisateur)


def _qui_instruit() -> QuerySet[Utilisateur]:
    """The persons of the service and of the funders, by name."""
    roles = Appartenance.objects.actives().avec_role(*ROLES_AGENT, *ROLES_FINANCEUR)
    personnes = Utilisateur.objects.filter(is_active=True, appartenances__in=roles)
    return personnes.distinct().order_by("nom", "prenom", "email")
