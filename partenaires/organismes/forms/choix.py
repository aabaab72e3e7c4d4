"""An organisation chosen in a list; found by its name or its number when the list would be long."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from partenaires.models import Partenaire
from partenaires.models.identifiants import mots_cherches
from partenaires.socle.champs import champ_de_lignes
from partenaires.socle.forms.conflit import reecrire
from quartiers.francais import accorder

LISTE_MAX = 100  # organisations; beyond, they are searched
TROUVES_MAX = 12  # shown to choose from


class ChoixDOrganisme(forms.Form):
    """`porteur`: the organisation. Beyond `LISTE_MAX`, `cherche` finds it: alone, it is chosen;
    among some, they are shown; none or too many, it says so and keeps what was typed.
    """

    cherche = forms.CharField(
        label="Organisme",
        max_length=200,
        help_text="Son nom, ou une partie ; son SIRET ; ou son numéro RNA.",
    )
    porteur = forms.ModelChoiceField(
        Partenaire.objects.none(), label="Organisme", empty_label="Choisir"
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        porteurs = Partenaire.objects.porteurs()
        champ = champ_de_lignes(self, "porteur")
        self.trouves: list[Partenaire] = []
        if porteurs.order_by()[: LISTE_MAX + 1].count() <= LISTE_MAX:
            champ.queryset = porteurs
            del self.fields["cherche"]
            return
        self.trouves = self._trouver(porteurs)
        proposes = self.trouves if len(self.trouves) <= TROUVES_MAX else []
        champ.queryset = Partenaire.objects.filter(pk__in=[un.pk for un in proposes])
        champ.required = False
        self._oublier_un_autre_choix(proposes)
        if len(proposes) > 1:
            champ.label = "Lequel de ces organismes ?"
            champ.empty_label = None
            champ.widget = forms.RadioSelect()
            champ.widget.choices = champ.choices
        else:
            champ.widget = forms.HiddenInput()

    def _trouver(self, porteurs: QuerySet[Partenaire]) -> list[Partenaire]:
        """Those whose name or number holds every word typed, one more than are shown at most."""
        mots = mots_cherches(self.data.get(self.add_prefix("cherche"), ""))
        if not mots:
            return []
        for mot in mots:
            porteurs = porteurs.filter(recherche__contains=mot)
        return list(porteurs[: TROUVES_MAX + 1])

    def _oublier_un_autre_choix(self, proposes: list[Partenaire]) -> None:
        """One ticked among what other words had found is not a choice any more."""
        coche = self.data.get(self.add_prefix("porteur"), "")
        offerts = {str(un.pk) for un in proposes}
        if coche and coche not in offerts:
            reecrire(self, "porteur", "")

    def clean_porteur(self) -> Partenaire | None:
        """The one chosen, or the only one that was found."""
        choisi: Partenaire | None = self.cleaned_data["porteur"]
        if "cherche" not in self.fields or choisi is not None:
            return choisi
        if len(self.trouves) == 1:
            return self.trouves[0]
        if phrase := self._pourquoi():
            self.add_error("cherche", phrase)
        return None

    def _pourquoi(self) -> str:
        """Why none is chosen; nothing when the field already says that it is empty."""
        if self.errors.get("cherche"):
            return ""
        if not self.trouves:
            return (
                "Aucun organisme ne répond à ces mots : vérifiez le nom ou le numéro. S’il n’est "
                "pas encore connu du portail, ajoutez-le d’abord."
            )
        if len(self.trouves) > TROUVES_MAX:
            return f"Plus de {TROUVES_MAX} organismes répondent : précisez son nom ou son numéro."
        combien = accorder(len(self.trouves), "organisme répond", "organismes répondent")
        return f"{combien} : choisissez le bon ci-dessous."
