"""The grid of a call, and one person's scores."""

from typing import cast

from django import forms
from django.http import QueryDict

from appels.instruction.forms.retirables import RetirablesFormSet
from appels.models import Appel, Cotation, Critere, Lecture
from partenaires.socle.champs import champ_de_choix, champ_du_modele, est_vide
from partenaires.socle.forms.conflit import MontreLePresent, SurCeQuiEtaitMontre

ABSTENTION = "abstention"
EN_LIGNE_MAX = 6  # scores on one line: 0 to 6


class CritereForm(SurCeQuiEtaitMontre, forms.ModelForm):
    """A criterion of the grid."""

    class Meta:
        model = Critere
        fields = ["libelle", "bloc", "aide", "maximum", "poids", "est_obligatoire"]
        formfield_callback = champ_du_modele

    def clean_maximum(self) -> int:
        """Scores already given still hold under it."""
        maximum = self.cleaned_data["maximum"]
        if self.instance.pk and self.instance.cotations.filter(points__gt=maximum).exists():
            raise forms.ValidationError(
                "Une note plus haute a déjà été donnée : gardez au moins cette note maximale."
            )
        return maximum


CriteresFormSet = cast(
    type[RetirablesFormSet],
    forms.inlineformset_factory(
        Appel,
        Critere,
        form=CritereForm,
        formset=RetirablesFormSet,
        extra=1,
        max_num=20,
        absolute_max=25,
        validate_max=True,
    ),
)


class CotationForm(forms.Form):
    """A criterion: points, an abstention, or nothing yet; and why, where each criterion says it."""

    points = forms.ChoiceField(label="Note", required=False)
    motif = forms.CharField(
        label="Pourquoi",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(
        self,
        donnees: QueryDict | None,
        *,
        critere: Critere,
        cotation: Cotation | None,
        rendre: bool,
        dit_pourquoi: bool = True,
    ):
        super().__init__(donnees, prefix=f"c{critere.pk}")
        self.critere = critere
        self.rendre = rendre
        self.garde = cotation.motif if cotation else ""
        self.dit_pourquoi = dit_pourquoi
        if self.est_en_ligne:
            self.fields["points"].widget = forms.RadioSelect()
        champ_de_choix(self, "points").choices = [
            ("", "Pas encore noté"),
            *_notes_possibles(critere),
            (ABSTENTION, "Je m’abstiens"),
        ]
        if not dit_pourquoi:
            del self.fields["motif"]
        if cotation:
            self.initial = {"motif": cotation.motif, "points": _choix(cotation)}

    @property
    def est_en_ligne(self) -> bool:
        """Few enough scores to stand on one line; beyond, they are chosen in a list."""
        return self.critere.maximum <= EN_LIGNE_MAX

    def clean(self) -> None:
        """A reading given says a score or an abstention, and why."""
        super().clean()
        if not self.rendre or "points" in self.errors:
            return
        points = self.cleaned_data.get("points")
        if self.critere.est_obligatoire and self.critere.est_propose and not points:
            self.add_error(
                "points", f"« {self.critere} » : notez-le, ou abstenez-vous, avant de rendre."
            )
        elif points and self.dit_pourquoi and est_vide(self, "motif"):
            self.add_error("motif", f"« {self.critere} » : dites pourquoi.")

    def cotation(self) -> Cotation | None:
        """What to keep; None when nothing is written. A reason given before, criterion by
        criterion, stays when the call asks one a block.
        """
        points = self.cleaned_data["points"]
        motif = self.cleaned_data["motif"] if self.dit_pourquoi else self.garde
        if not points and not motif:
            return None
        return Cotation(
            critere=self.critere,
            motif=motif,
            abstention=points == ABSTENTION,
            points=int(points) if points.isdigit() else None,
        )


class LectureVueForm(MontreLePresent, forms.Form):
    """The reading that the page showed: its scores are compared with what is there now."""

    vue = forms.CharField(widget=forms.HiddenInput, required=False)


class MotifDeBlocForm(forms.Form):
    """Why the criteria of a block are scored so."""

    motif = forms.CharField(
        label="Pourquoi",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class BlocForm:
    """The criteria of a block, one line each, and their one reason where the call asks it so."""

    def __init__(
        self,
        nom: str,
        cotations: list[CotationForm],
        *,
        donnees: QueryDict | None,
        motif: str,
        rendre: bool,
        dit_pourquoi: bool,
    ):
        self.nom = nom
        self.cotations = cotations
        self.rendre = rendre
        self.motif: MotifDeBlocForm | None = None
        if dit_pourquoi:
            prefixe = f"b{cotations[0].critere.pk}"
            self.motif = MotifDeBlocForm(donnees, prefix=prefixe, initial={"motif": motif})

    @property
    def formulaires(self) -> list[forms.Form]:
        """All of it, for the page to sum up what is wrong."""
        return [*self.cotations, *([self.motif] if self.motif else [])]

    @property
    def texte(self) -> str:
        """The reason of the block; empty when none is asked or given."""
        return self.motif.cleaned_data["motif"] if self.motif else ""

    def is_valid(self) -> bool:
        """Each line, then the reason: a block that is scored says why once it is given."""
        sont_valides = all([form.is_valid() for form in self.formulaires])
        if not self.motif or not self.rendre or self.motif.errors:
            return sont_valides
        est_note = any(form.cleaned_data.get("points") for form in self.cotations)
        if est_note and not self.texte:
            self.motif.add_error("motif", f"« {self.nom or 'Ensemble'} » : dites pourquoi.")
        return sont_valides and not self.motif.errors


def en_blocs(
    appel: Appel, lecture: Lecture | None, donnees: QueryDict | None, *, rendre: bool
) -> list[BlocForm]:
    """The grid of a call as its reader fills it, block after block."""
    par_critere = {une.critere_id: une for une in lecture.cotations.all()} if lecture else {}
    motifs = {un.bloc: un.motif for un in lecture.motifs.all()} if lecture else {}
    blocs: dict[str, list[CotationForm]] = {}
    for critere in appel.criteres.all():
        if critere.est_propose or critere.pk in par_critere:
            blocs.setdefault(critere.bloc, []).append(
                CotationForm(
                    donnees,
                    critere=critere,
                    cotation=par_critere.get(critere.pk),
                    rendre=rendre,
                    dit_pourquoi=not appel.un_motif_par_bloc,
                )
            )
    return [
        BlocForm(
            nom,
            cotations,
            donnees=donnees,
            motif=motifs.get(nom, ""),
            rendre=rendre,
            dit_pourquoi=appel.un_motif_par_bloc,
        )
        for nom, cotations in blocs.items()
    ]


def _notes_possibles(critere: Critere) -> list[tuple[str, str]]:
    notes = range(critere.maximum + 1)
    return [(str(note), f"{note} sur {critere.maximum}") for note in notes]


def _choix(cotation: Cotation) -> str:
    """The choice that a score kept stands for."""
    if cotation.abstention:
        return ABSTENTION
    return "" if cotation.points is None else str(cotation.points)
