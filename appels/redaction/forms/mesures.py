"""What the project counts: a measure of the library or one's own, the number aimed at, its unit."""

from collections.abc import Collection, Iterable
from typing import Any, cast

from django import forms
from django.http import QueryDict

from appels.models import Dossier
from appels.models.contenu import Indicateur
from appels.redaction.forms.table import Table
from partenaires.socle.champs import DecimalField, champ_de_choix, est_vide
from quartiers.models import Mesure

MESURES_MAX = 5  # beyond, nobody compares; a draft that has more keeps them
SANS_NOM = "Choisissez une mesure dans la liste, ou nommez la vôtre."
PLUS_PROPOSEE = (
    "Cette mesure n’est pas, ou n’est plus, dans la liste : choisissez-en une autre, ou nommez la "
    "vôtre."
)
SANS_UNITE = "Dites l’unité de ce nombre : personnes, séances, heures…"


class IndicateurForm(forms.Form):
    """One target. Of the library, it takes its name and its unit unless others are typed: what is
    typed is kept.
    """

    mesure = forms.ChoiceField(
        label="Ce que vous compterez",
        required=False,
        help_text="Les mesures de la liste se comparent d’un projet à l’autre.",
    )
    libelle = forms.CharField(
        label="Une autre mesure, ou vos propres mots : son nom",
        max_length=200,
        required=False,
        help_text="Publié avec le nombre visé si le projet est soutenu : sans nom de personne.",
    )
    cible = DecimalField(
        label="Nombre visé", min_value=0, max_digits=12, decimal_places=2, required=False
    )
    unite = forms.CharField(
        label="Unité",
        max_length=40,
        required=False,
        help_text="Pour une autre mesure : personnes, séances, heures, logements…",
    )
    commentaire = forms.CharField(label="Précision", max_length=100, required=False)

    def __init__(
        self,
        *args: Any,
        mesures: Iterable[Mesure] = (),
        gardees: Collection[int | None] = (),
        **kwargs: Any,
    ) -> None:
        """`gardees`: the measures that the draft has already, on whatever row."""
        super().__init__(*args, **kwargs)
        self.mesures = {str(mesure.pk): mesure for mesure in mesures}
        choix = [("", "Une autre mesure")]
        for cle, mesure in self.mesures.items():
            if mesure.est_proposee or mesure.pk in gardees:
                choix.append((cle, f"{mesure.libelle} ({mesure.unite})"))
        champ_de_choix(self, "mesure").choices = choix
        self.fields["mesure"].error_messages["invalid_choice"] = PLUS_PROPOSEE

    def clean(self) -> None:
        super().clean()
        saisi = self.cleaned_data
        mesure = self.mesures.get(saisi.get("mesure", ""))
        if mesure:
            saisi["libelle"] = saisi.get("libelle") or mesure.libelle
            saisi["unite"] = saisi.get("unite") or mesure.unite
            return
        dits = (saisi.get("unite"), saisi.get("commentaire"))
        est_commence = saisi.get("cible") is not None or any(dits)
        if est_commence and est_vide(self, "libelle") and "mesure" not in self.errors:
            self.add_error("libelle", SANS_NOM)
        if saisi.get("cible") is not None and est_vide(self, "unite"):
            self.add_error("unite", SANS_UNITE)

    def ligne(self, dossier: Dossier) -> Indicateur:
        """The row, not saved."""
        saisi = self.cleaned_data
        return Indicateur(
            dossier=dossier,
            mesure=self.mesures.get(saisi["mesure"]),
            libelle=saisi["libelle"],
            cible=saisi["cible"],
            unite=saisi["unite"],
            commentaire=saisi["commentaire"],
        )


def _montrer(indicateur: Indicateur, mesure: Mesure | None) -> dict[str, Any]:
    """The row as the form shows it: empty where the library says the word."""
    du_libelle = mesure is not None and indicateur.libelle == mesure.libelle
    de_l_unite = mesure is not None and indicateur.unite == mesure.unite
    return {
        "mesure": indicateur.mesure_id or "",
        "libelle": "" if du_libelle else indicateur.libelle,
        "cible": indicateur.cible,
        "unite": "" if de_l_unite else indicateur.unite,
        "commentaire": indicateur.commentaire,
    }


class TableDesIndicateurs(Table):
    """One to five targets; an emptied row disappears."""

    def __init__(self, donnees: QueryDict | None, *, dossier: Dossier) -> None:
        enregistres = list(dossier.indicateurs.all())
        mesures: dict[int | None, Mesure] = {mesure.pk: mesure for mesure in Mesure.objects.all()}
        lignes = [_montrer(ligne, mesures.get(ligne.mesure_id)) for ligne in enregistres]
        self.max_num = max(MESURES_MAX, len(enregistres))
        gardees = {ligne.mesure_id for ligne in enregistres}
        options = {"mesures": mesures.values(), "gardees": gardees}
        super().__init__(donnees, prefix="indicateurs", initial=lignes, form_kwargs=options)

    def clean(self) -> None:
        """The same measure twice could not be compared."""
        vues: set[str] = set()
        for form in self.forms:
            choisie = getattr(form, "cleaned_data", {}).get("mesure", "")
            if choisie and choisie in vues:
                form.add_error("mesure", "Cette mesure est déjà choisie plus haut.")
            vues.add(choisie)

    def ecrire(self, dossier: Dossier) -> None:
        """Replace the rows; one without a name is none."""
        dossier.indicateurs.all().delete()
        lignes = (form.ligne(dossier) for form in self.forms if form.cleaned_data.get("libelle"))
        Indicateur.objects.bulk_create(lignes)


IndicateurFormSet = cast(
    type[TableDesIndicateurs],
    forms.formset_factory(
        IndicateurForm,
        formset=TableDesIndicateurs,
        extra=1,
        max_num=MESURES_MAX,
        absolute_max=25,
        validate_max=True,
    ),
)
