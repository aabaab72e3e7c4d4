"""The frame of a consultation, typed by the service: dates in Paris time, days as people type."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.text import slugify

from partenaires.concertation.cadre import COLONNES, empreinte
from partenaires.models import Consultation
from partenaires.models.consultation import RESERVEES
from partenaires.socle.champs import (
    ChoixMultiples,
    DateField,
    EntierField,
    HeureField,
    champ_du_modele,
    instant_de_paris,
)
from partenaires.socle.forms.conflit import MontreLePresent, SurCeQuiEtaitMontre
from quartiers.horloge import a_paris

DUREE_MAX = timedelta(days=3 * 366)  # beyond, a year was mistyped
JOURS_MAX = 30  # working days before a text is read
MOIS_MAX = 120
LIGNES = "Une ligne par point."
ADMIS = ("admet_experiences", "admet_propositions", "admet_avis")
LONGS = {
    "pourquoi": 4,
    "peut_changer": 4,
    "ne_peut_pas": 4,
    "charte_en_bref": 4,
    "charte": 10,
}


class ConsultationForm(MontreLePresent, forms.ModelForm):
    """Everything but what the head decides: publishing, ending."""

    vue = forms.CharField(widget=forms.HiddenInput, required=False)
    ouvre_jour = DateField(label="Ouverture, jour (jj/mm/aaaa)", help_text=None)
    ouvre_heure = HeureField(label="Ouverture, heure de Paris (14:30)", help_text=None)
    ferme_jour = DateField(
        label="Fin des contributions, jour (jj/mm/aaaa)", required=False, help_text=None
    )
    ferme_heure = HeureField(
        label="Fin des contributions, heure de Paris (14:30)",
        required=False,
        help_text="Sans jour ni heure, la consultation n’a pas de fin annoncée.",
    )
    delai_de_relecture = EntierField(
        label="Délai de relecture, en jours ouvrés",
        required=False,
        min_value=1,
        max_value=JOURS_MAX,
        help_text="Promis à qui écrit, et mesuré.",
    )
    reponse_promise_le = DateField(
        label="Réponse promise avant le",
        required=False,
        help_text="Chaque contribution publiée reçoit une réponse signée avant ce jour.",
    )
    bilan_promis_le = DateField(label="Bilan promis avant le", required=False)
    conservation_des_textes = EntierField(
        label="Conservation des textes, en mois après la clôture",
        required=False,
        min_value=1,
        max_value=MOIS_MAX,
        help_text="Vide : gardés, et la page le dit.",
    )
    conservation_des_courriels = EntierField(
        label="Conservation des courriels, en mois après la réponse",
        required=False,
        min_value=1,
        max_value=MOIS_MAX,
        help_text="Vide : gardés, et la page le dit.",
    )

    class Meta:
        model = Consultation
        formfield_callback = champ_du_modele
        fields = [
            "titre",
            "question",
            "pourquoi",
            "peut_changer",
            "ne_peut_pas",
            *ADMIS,
            "quartiers",
            "axes",
            "moderation",
            "delai_de_relecture",
            "signature",
            "reponse_promise_le",
            "bilan_promis_le",
            "charte_en_bref",
            "charte",
            "moi_aussi",
            "conservation_des_textes",
            "conservation_des_courriels",
        ]
        field_classes = {"quartiers": ChoixMultiples, "axes": ChoixMultiples}
        widgets = {
            **{nom: forms.Textarea(attrs={"rows": lignes}) for nom, lignes in LONGS.items()},
            "quartiers": forms.CheckboxSelectMultiple,
            "axes": forms.CheckboxSelectMultiple,
            "moderation": forms.RadioSelect,
        }
        help_texts = {
            "titre": "Court : il nomme la page dans les listes et dans son adresse.",
            "peut_changer": LIGNES,
            "ne_peut_pas": LIGNES,
            "charte_en_bref": "Une règle par ligne : un refus cite l’une d’elles.",
            "quartiers": "Aucun coché : tous.",
            "axes": "Aucun coché : tous.",
            "signature": "Vide : le nom du service qui publie le portail.",
        }

    field_order = [
        "vue",
        "titre",
        "question",
        "pourquoi",
        "peut_changer",
        "ne_peut_pas",
        *ADMIS,
        "quartiers",
        "axes",
        "ouvre_jour",
        "ouvre_heure",
        "ferme_jour",
        "ferme_heure",
    ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["vue"].initial = empreinte(self.instance)
            self._montrer("ouvre", self.instance.ouvre_le)
            self._montrer("ferme", self.instance.ferme_le)

    def _montrer(self, nom: str, instant: datetime | None) -> None:
        """The day and the hour of Paris of an instant, in their two fields."""
        if instant:
            local = a_paris(instant)
            self.initial[f"{nom}_jour"] = local.date()
            self.initial[f"{nom}_heure"] = local.time()

    def clean(self) -> dict[str, Any]:
        super().clean()
        donnees = self.cleaned_data
        ouverture = self._instant("ouvre")
        fin = self._instant("ferme")
        if ouverture:
            self.instance.ouvre_le = ouverture
        self.instance.ferme_le = fin
        if not any(donnees.get(nom) for nom in ADMIS):
            self.add_error(ADMIS[0], "Cochez au moins un type : on ne pourrait rien écrire.")
        if ouverture and fin:
            self._ordonner(ouverture, fin)
        self._promettre_apres(fin or ouverture)
        return donnees

    def _instant(self, nom: str) -> datetime | None:
        """The instant that a day and an hour say together; one without the other is an error."""
        jour = self.cleaned_data.get(f"{nom}_jour")
        heure = self.cleaned_data.get(f"{nom}_heure")
        if jour is None and heure is None:
            return None
        if jour is None or heure is None:
            manque = f"{nom}_heure" if heure is None else f"{nom}_jour"
            if manque not in self.errors:
                self.add_error(manque, "Indiquez le jour et l’heure.")
            return None
        return instant_de_paris(self, jour, heure, f"{nom}_heure")

    def _ordonner(self, ouverture: datetime, fin: datetime) -> None:
        if fin <= ouverture:
            self.add_error(
                "ferme_jour", "La fin vient après l’ouverture : corrigez une des deux dates."
            )
        elif fin - ouverture > DUREE_MAX:
            self.add_error(
                "ferme_jour",
                "Plus de trois ans séparent l’ouverture et la fin : vérifiez les années, ou "
                "laissez la fin vide.",
            )

    def _promettre_apres(self, borne: datetime | None) -> None:
        """An answer, then a synthesis, are promised after what they answer."""
        avant = a_paris(borne).date() if borne else None
        for champ, nom in (("reponse_promise_le", "La réponse"), ("bilan_promis_le", "Le bilan")):
            jour = self.cleaned_data.get(champ)
            if jour and avant and jour < avant:
                self.add_error(champ, f"{nom} vient après ce qui précède : corrigez une des dates.")
            avant = jour or avant

    def cadre(self) -> dict[str, Any]:
        """The columns as they should become; the address of a new page comes from its title."""
        valeurs = {champ: getattr(self.instance, champ) for champ in COLONNES}
        if not self.instance.pk:
            valeurs["adresse"] = self.adresse()
        return valeurs

    def adresse(self) -> str:
        """Of a new page, from its first title; it never changes."""
        base = slugify(self.cleaned_data["titre"])[:50] or "consultation"
        prises = RESERVEES | set(
            Consultation.objects.filter(adresse__startswith=base).values_list("adresse", flat=True)
        )
        rang = 1
        adresse = base
        while adresse in prises:
            rang += 1
            adresse = f"{base}-{rang}"
        return adresse


class BilanForm(SurCeQuiEtaitMontre, forms.ModelForm):
    """The words of the synthesis, which several people write: its numbers are counted."""

    class Meta:
        model = Consultation
        fields = ["bilan_themes", "bilan_changements"]
        widgets = {
            "bilan_themes": forms.Textarea(attrs={"rows": 6}),
            "bilan_changements": forms.Textarea(attrs={"rows": 6}),
        }
        help_texts = {
            "bilan_themes": "Ce que les habitantes et les habitants disent le plus.",
            "bilan_changements": "Ce que la consultation fait changer, une ligne par point.",
        }
