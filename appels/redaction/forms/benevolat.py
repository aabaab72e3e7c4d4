"""The hours of volunteers: one number and one rate write accounts 864 and 870 together."""

from decimal import ROUND_HALF_UP, Decimal

from django import forms

from appels.models import Benevolat, Dossier
from appels.redaction.forms.lecture import lisible
from appels.redaction.forms.lignes import ComptesForm, LigneSaisie
from appels.redaction.guide import HEURES_BENEVOLES
from partenaires.socle.champs import DecimalField, MontantField
from quartiers.francais import en_euros

PLAFOND = 10**13  # cents: what an amount may be


class BenevolatForm(forms.Form):
    """How many hours, and what one of them is worth."""

    prefix = "b"
    heures = DecimalField(label="Heures prévues", max_digits=8, decimal_places=2, required=False)
    valeur = MontantField(label="Valeur d’une heure")

    def __init__(self, *args, dossier: Dossier, comptes: ComptesForm, **kwargs):
        benevolat = benevolat_de(dossier)
        kwargs["initial"] = {
            "heures": benevolat and benevolat.heures,
            "valeur": benevolat and benevolat.valeur,
        }
        super().__init__(*args, **kwargs)
        self.comptes = comptes

    def clean(self) -> None:
        super().clean()
        montant = self.montant
        if montant is None:
            return
        if montant >= PLAFOND:
            self.add_error(
                "heures", "Le montant de ces heures est trop grand : vérifiez les deux nombres."
            )
            return
        self.comptes.is_valid()
        for code in HEURES_BENEVOLES:
            ecrit = lisible(self.comptes).get(code)
            if ecrit is not None and ecrit != montant:
                self.add_error(
                    "heures",
                    f"Le compte {code} porte déjà {en_euros(ecrit)}, et ces heures valent "
                    f"{en_euros(montant)} : videz ce compte, ou videz les heures.",
                )
                return

    @property
    def montant(self) -> int | None:
        """What the hours are worth, in cents; None while a number is missing."""
        donnees = lisible(self)
        return valoriser(donnees.get("heures"), donnees.get("valeur"))

    @property
    def montant_montre(self) -> int | None:
        """The same on a page that is only read: what is saved."""
        if self.is_bound:
            return self.montant
        return valoriser(self.initial["heures"], self.initial["valeur"])

    def lignes(self) -> list[LigneSaisie]:
        """The same amount on both sides; none while a number is missing."""
        montant = self.montant
        if montant is None:
            return []
        return [(code, "", montant) for code in HEURES_BENEVOLES]

    def ecrire(self, dossier: Dossier) -> None:
        heures = self.cleaned_data["heures"]
        valeur = self.cleaned_data["valeur"]
        if heures is None and valeur is None:
            Benevolat.objects.filter(dossier=dossier).delete()
            return
        Benevolat.objects.update_or_create(
            dossier=dossier, defaults={"heures": heures, "valeur": valeur}
        )


def valoriser(heures: Decimal | None, valeur: int | None) -> int | None:
    """Hours at so many cents each, rounded to the nearest cent."""
    if heures is None or valeur is None:
        return None
    return int((heures * valeur).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def benevolat_de(dossier: Dossier) -> Benevolat | None:
    return getattr(dossier, "benevolat", None)
