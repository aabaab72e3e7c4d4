"""Places and publics: a quartier, a point or an address; people by quartier, age and sex."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils.functional import cached_property

from appels.models import Beneficiaires, Dossier, Lieu, PartDuQuartier
from appels.models.contenu import AGES, HORS_QPV, LIEUX_MAX, SEXES, Dimension
from appels.redaction.forms.parties import NOMBRE_MAX
from partenaires.socle.champs import (
    CoordonneeField,
    EntierField,
    PourcentField,
    champ_de_choix,
    champ_de_lignes,
)
from partenaires.socle.forms.rangs import TableParRang
from quartiers.models import Commune, Quartier
from quartiers.situation import est_aux_alentours

Choix = dict[str, list[tuple[int, str]]]


class LieuForm(forms.ModelForm):
    """One place; an empty row is none."""

    latitude = CoordonneeField(
        borne=90,
        label="Latitude",
        required=False,
        help_text="Facultatif, par exemple 50,2925. Le portail dira si le point est dans un "
        "quartier.",
    )
    longitude = CoordonneeField(borne=180, label="Longitude", required=False)

    class Meta:
        model = Lieu
        fields = [
            "intitule",
            "adresse",
            "publiable",
            "commune",
            "quartier",
            "latitude",
            "longitude",
        ]
        help_texts = {
            "adresse": "En toutes lettres.",
            "publiable": "Si le projet est soutenu. Sinon, seuls le quartier et la commune.",
            "quartier": "Si le lieu est dans un quartier prioritaire et que vous le savez.",
        }

    def __init__(self, *args: Any, choix: Choix | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # What somebody chose, else what the point says
        self.initial["quartier"] = self.instance.quartier_declare_id or self.instance.quartier_id
        for nom in ("commune", "quartier"):
            champ_de_lignes(self, nom).empty_label = "Aucun choix"
            if choix:
                champ_de_choix(self, nom).choices = [("", "Aucun choix"), *choix[nom]]

    def clean(self) -> None:
        super().clean()
        self._verifier_le_point()
        self._verifier_la_commune()
        if self.has_changed() and not self.errors and not self._dit_ou():
            self.add_error("adresse", "Indiquez un quartier, un point ou une adresse.")

    def _verifier_le_point(self) -> None:
        """Both coordinates or none, near Arras."""
        latitude = self.cleaned_data.get("latitude")
        longitude = self.cleaned_data.get("longitude")
        if latitude is None and longitude is None:
            return
        if latitude is None or longitude is None:
            manquante = "longitude" if longitude is None else "latitude"
            if not self.errors:
                self.add_error(manquante, "Un point demande sa latitude et sa longitude.")
        elif not est_aux_alentours(float(longitude), float(latitude)):
            self.add_error(
                "latitude",
                "Ce point est loin d’Arras : la latitude vaut environ 50,29 et la "
                "longitude environ 2,77. Les avez-vous échangées ?",
            )

    def _verifier_la_commune(self) -> None:
        """A quartier stands in the commune given, when both are."""
        commune = self.cleaned_data.get("commune")
        quartier = self.cleaned_data.get("quartier")
        if commune and quartier and not quartier.communes.filter(pk=commune.pk).exists():
            self.add_error(
                "quartier",
                f"Le quartier {quartier} n’est pas à {commune} : "
                f"il est à {quartier.noms_des_communes}.",
            )

    def _dit_ou(self) -> bool:
        """Something says where it is, or the row is to be removed."""
        return self.est_gardee or bool(self.cleaned_data.get("DELETE"))

    @property
    def est_gardee(self) -> bool:
        """Something says where it is, and the row stays."""
        noms = ("intitule", "adresse", "commune", "quartier", "latitude")
        donnees = self.cleaned_data
        return any(donnees.get(nom) for nom in noms) and not donnees.get("DELETE")

    def save(self, commit: bool = True) -> Lieu:
        """The place, with what is said of where it stands."""
        self.instance.situer()
        return super().save(commit)


class LieuFormSet(TableParRang):
    """The places; the lists of choices are read once for all the rows."""

    form = LieuForm
    max_num = LIEUX_MAX
    absolute_max = 20

    def __init__(self, donnees: QueryDict | None, *, dossier: Dossier):
        super().__init__(donnees, enregistrees=list(dossier.lieux.all()), prefix="lieux")

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        return {**super().get_form_kwargs(index), "choix": self.choix}

    @cached_property
    def choix(self) -> Choix:
        """What the two lists offer, without the outlines."""
        communes = Commune.objects.defer("contour")
        quartiers = Quartier.objects.defer("contour")
        return {
            "commune": [(commune.pk, str(commune)) for commune in communes],
            "quartier": [(quartier.pk, str(quartier)) for quartier in quartiers],
        }

    def ecrire(self, dossier: Dossier) -> None:
        """Called in the transaction that has checked the version."""
        retires = self.ecrire_les_rangs(dossier=dossier)
        dossier.lieux.filter(pk__in=retires).delete()


class PartsForm(forms.Form):
    """The share of the project that goes to each quartier, when there are several.

    Left empty, shares follow the people who benefit.
    """

    def __init__(
        self,
        *args: Any,
        dossier: Dossier,
        quartiers: Iterable[Quartier] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        connues = {part.cle: part.pourcent for part in dossier.parts.all()}
        noms = self.nommer(quartiers) if quartiers else self.du_dossier(dossier)
        for cle, nom in noms.items():
            self.fields[f"part-{cle}"] = PourcentField(
                label=nom, required=False, initial=connues.get(cle)
            )

    def du_dossier(self, dossier: Dossier) -> dict[str, str]:
        """{key: name} of what shares the project; empty with one quartier or none."""
        return self.nommer(lieu.quartier for lieu in dossier.lieux.all() if lieu.quartier)

    @staticmethod
    def nommer(quartiers: Iterable[Quartier]) -> dict[str, str]:
        noms = {quartier.code: f"{quartier}, en\u00a0%" for quartier in quartiers}
        if len(noms) < 2:
            return {}
        return {**noms, HORS_QPV: "Hors des quartiers prioritaires, en\u00a0%"}

    def ecrire(self, dossier: Dossier) -> None:
        """Replace the rows; those of a quartier that the project left go with it."""
        tenues = self.du_dossier(dossier)
        parts = [
            PartDuQuartier(dossier=dossier, cle=cle, pourcent=self.cleaned_data[f"part-{cle}"])
            for cle in tenues
            if self.cleaned_data.get(f"part-{cle}") is not None
        ]
        dossier.parts.all().delete()
        PartDuQuartier.objects.bulk_create(parts)


class RepartitionForm(forms.Form):
    """How many people by quartier, by age, by sex."""

    def __init__(
        self,
        *args: Any,
        dossier: Dossier,
        quartiers: Iterable[Quartier] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        connus = {(public.dimension, public.cle): public.nombre for public in dossier.publics.all()}
        quartiers = quartiers or Quartier.objects.only("code", "nom_court")
        par_quartier = {quartier.code: str(quartier) for quartier in quartiers}
        par_quartier[HORS_QPV] = "Hors des quartiers prioritaires"
        self.dimensions = {
            Dimension.QPV: par_quartier,
            Dimension.AGE: AGES,
            Dimension.SEXE: SEXES,
        }
        for dimension, cles in self.dimensions.items():
            for cle, libelle in cles.items():
                self.fields[f"{dimension}-{cle}"] = EntierField(
                    label=libelle,
                    min_value=0,
                    max_value=NOMBRE_MAX,
                    required=False,
                    initial=connus.get((dimension, cle)),
                )

    @property
    def tableaux(self) -> list[tuple[str, str, list[BoundField]]]:
        """(dimension, its label, bound fields)."""
        return [
            (dimension.value, dimension.label, [self[f"{dimension}-{cle}"] for cle in cles])
            for dimension, cles in self.dimensions.items()
        ]

    def ecrire(self, dossier: Dossier) -> None:
        """Replace the rows; an empty number is none."""
        publics = []
        for dimension, cles in self.dimensions.items():
            for cle in cles:
                combien = self.cleaned_data[f"{dimension}-{cle}"]
                if combien is not None:
                    publics.append(
                        Beneficiaires(dossier=dossier, dimension=dimension, cle=cle, nombre=combien)
                    )
        dossier.publics.all().delete()
        Beneficiaires.objects.bulk_create(publics)
