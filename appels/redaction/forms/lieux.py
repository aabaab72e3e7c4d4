"""Places and publics: a quartier, a point or an address; people by quartier, age and sex."""

from collections.abc import Iterable

from django import forms
from django.utils.functional import cached_property

from appels.models import Beneficiaires, Dossier, Lieu
from appels.models.contenu import AGES, HORS_QPV, LIEUX_MAX, SEXES, Dimension
from appels.redaction.forms.parties import NOMBRE_MAX
from quartiers.models import Commune, Quartier
from quartiers.situation import est_aux_alentours


class LieuForm(forms.ModelForm):
    class Meta:
        model = Lieu
        fields = ["intitule", "adresse", "commune", "quartier", "latitude", "longitude"]
        help_texts = {
            "adresse": "En toutes lettres.",
            "quartier": "Si le lieu est dans un quartier prioritaire et que vous le savez.",
            "latitude": "Facultatif, par exemple 50,2925. Le portail dira si le point "
            "est dans un quartier.",
        }
        widgets = {
            "latitude": forms.TextInput(attrs={"inputmode": "decimal", "class": "court"}),
            "longitude": forms.TextInput(attrs={"inputmode": "decimal", "class": "court"}),
        }
        localized_fields = ["latitude", "longitude"]

    def __init__(self, *args, choix: dict | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        for nom in ("commune", "quartier"):
            self.fields[nom].empty_label = "Aucun choix"
            if choix:
                self.fields[nom].choices = [("", "Aucun choix"), *choix[nom]]

    def clean(self):
        donnees = super().clean()
        lat, lon = donnees.get("latitude"), donnees.get("longitude")
        if (lat is None) != (lon is None) and not self.errors:
            self.add_error(
                "longitude" if lon is None else "latitude",
                "Un point demande sa latitude et sa longitude.",
            )
        elif lat is not None and lon is not None:
            if not est_aux_alentours(float(lon), float(lat)):
                self.add_error(
                    "latitude",
                    "Ce point est loin d’Arras : la latitude vaut environ 50,29 et la "
                    "longitude environ 2,77. Les avez-vous échangées ?",
                )
        commune, quartier = donnees.get("commune"), donnees.get("quartier")
        if commune and quartier and not quartier.communes.filter(pk=commune.pk).exists():
            self.add_error(
                "quartier",
                f"Le quartier {quartier} n’est pas à {commune} : "
                f"il est à {quartier.noms_des_communes}.",
            )
        if (
            self.has_changed()
            and not self.errors
            and not any(
                donnees.get(n)
                for n in ("intitule", "adresse", "commune", "quartier", "latitude", "DELETE")
            )
        ):
            self.add_error("adresse", "Indiquez un quartier, un point ou une adresse.")
        return donnees

    def save(self, commit=True):
        self.instance.situer()
        return super().save(commit)


class LieuxFormSet(forms.BaseInlineFormSet):
    """The places; the lists of choices are read once for all the rows."""

    def get_form_kwargs(self, index):
        return {**super().get_form_kwargs(index), "choix": self.choix}

    @cached_property
    def choix(self) -> dict:
        return {
            "commune": [(c.pk, str(c)) for c in Commune.objects.defer("contour")],
            "quartier": [(q.pk, str(q)) for q in Quartier.objects.defer("contour")],
        }

    def ecrire(self, dossier: Dossier) -> None:
        self.save()


LieuFormSet = forms.inlineformset_factory(
    Dossier,
    Lieu,
    form=LieuForm,
    formset=LieuxFormSet,
    extra=1,
    max_num=LIEUX_MAX,
    absolute_max=20,
    validate_max=True,
    can_delete=True,
)


class RepartitionForm(forms.Form):
    """How many people by quartier, by age, by sex."""

    def __init__(
        self, *args, dossier: Dossier, quartiers: Iterable[Quartier] | None = None, **kwargs
    ):
        super().__init__(*args, **kwargs)
        connus = {(p.dimension, p.cle): p.nombre for p in dossier.publics.all()}
        self.dimensions = {
            Dimension.QPV: {
                **{q.code: str(q) for q in quartiers or Quartier.objects.only("code", "nom_court")},
                HORS_QPV: "Hors des quartiers prioritaires",
            },
            Dimension.AGE: AGES,
            Dimension.SEXE: SEXES,
        }
        for dimension, cles in self.dimensions.items():
            for cle, libelle in cles.items():
                self.fields[f"{dimension}-{cle}"] = forms.IntegerField(
                    label=libelle,
                    min_value=0,
                    max_value=NOMBRE_MAX,
                    required=False,
                    initial=connus.get((dimension, cle)),
                )

    @property
    def tableaux(self):
        """(dimension, its label, bound fields)."""
        return [
            (d.value, d.label, [self[f"{d}-{cle}"] for cle in cles])
            for d, cles in self.dimensions.items()
        ]

    def ecrire(self, dossier: Dossier) -> None:
        dossier.publics.all().delete()
        Beneficiaires.objects.bulk_create(
            Beneficiaires(dossier=dossier, dimension=dimension, cle=cle, nombre=valeur)
            for dimension, cles in self.dimensions.items()
            for cle in cles
            if (valeur := self.cleaned_data[f"{dimension}-{cle}"]) is not None
        )
