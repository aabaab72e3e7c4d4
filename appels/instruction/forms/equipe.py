"""What the head of the service does to the access of somebody, each with its reason."""

from collections.abc import Iterable
from typing import Any

from django import forms

from partenaires.models import Role, Utilisateur
from partenaires.socle.forms.conflit import SurCeQuiEtaitMontre

MOTIF_MAX = 200  # the log keeps the two roles beside it


class AccesForm(forms.Form):
    """Why, in words that the person reads and that stay in the log."""

    prefix = ""  # the act whose button this is
    titre = ""
    bouton = ""
    explication = ""

    motif = forms.CharField(
        label="Motif",
        max_length=MOTIF_MAX,
        widget=forms.TextInput,
        help_text="La personne le lit dans le message qui lui part ; il reste au journal.",
    )


class RoleForm(SurCeQuiEtaitMontre, AccesForm):
    """Another role, on the one that the page showed: two heads may."""

    prefix = "role"
    titre = "Changer le rôle"
    bouton = "Changer le rôle"
    explication = "Qui n’est plus agent rend ses dossiers : ils ne sont alors confiés à personne."

    def __init__(self, *args: Any, roles: Iterable[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choix = forms.ChoiceField(
            label="Nouveau rôle",
            choices=[(role.value, role.label) for role in roles],
            widget=forms.RadioSelect,
        )
        self.fields = {"role": choix, **self.fields}


class SortieForm(AccesForm):
    """Who takes over the dossiers, when the person has some."""

    def __init__(self, *args: Any, repreneurs: Iterable[Utilisateur], **kwargs: Any) -> None:
        """`repreneurs`: who may take over; nobody when there is nothing to take."""
        super().__init__(*args, **kwargs)
        cles = [personne.pk for personne in repreneurs]
        if cles:
            choix = forms.ModelChoiceField(
                label="Ses dossiers passent à",
                queryset=Utilisateur.objects.filter(pk__in=cles),
                required=False,
                empty_label="Personne pour l’instant",
            )
            self.fields = {"repreneur": choix, **self.fields}

    def repris_par(self) -> Utilisateur | None:
        """Who takes over; nobody when there is nothing to take."""
        return self.cleaned_data.get("repreneur")


class SuspendreForm(SortieForm):
    prefix = "suspendre"
    titre = "Suspendre l’accès"
    bouton = "Suspendre l’accès"
    explication = (
        "Plus aucun droit tout de suite : sessions fermées, liens d’invitation éteints, fichiers "
        "préparés effacés. L’accès se rétablit ici."
    )


class RetirerForm(SortieForm):
    prefix = "retirer"
    titre = "Retirer de l’équipe"
    bouton = "Retirer de l’équipe"
    explication = (
        "Comme une suspension, sans retour : pour revenir, la personne sera invitée à nouveau. "
        "Ce qu’elle a écrit reste dans les dossiers."
    )


class RetablirForm(AccesForm):
    prefix = "retablir"
    titre = "Rétablir l’accès"
    bouton = "Rétablir l’accès"
    explication = (
        "Le même rôle et le même périmètre qu’avant. Les dossiers repris par d’autres leur restent."
    )


class FacteurForm(AccesForm):
    prefix = "facteur"
    titre = "Remettre à zéro le second facteur"
    bouton = "Remettre à zéro"
    explication = (
        "Pour un téléphone perdu ou volé, une fois la personne reconnue de vive voix. Ses sessions "
        "se ferment ; un nouveau second facteur lui sera demandé à la connexion."
    )
