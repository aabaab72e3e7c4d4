"""The organisation's sheet."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from partenaires.models import Agrement, Fiche, Partenaire
from partenaires.models.fiche import OUI_NON
from partenaires.socle import fusion, plan_comptable
from partenaires.socle.champs import (
    CodePostalField,
    DateField,
    MontantField,
    SiretField,
    TelephoneField,
    champ_du_modele,
)
from partenaires.socle.forms.conflit import montrer_les_deux
from partenaires.socle.forms.ensemble import Ensemble, Membre
from partenaires.socle.forms.rangs import TableParRang
from partenaires.socle.refus import Conflit

Groupe = tuple[str, list[forms.BoundField]]  # a title and its fields

# Asked before a deposit, whatever the organisation is: the same as `completude` in `appels`
ESSENTIELS = (
    "objet_social",
    "service_porteur",
    "autorite_signataire",
    "adresse",
    "code_postal",
    "ville",
    "representant_prenom",
    "representant_nom",
    "representant_fonction",
    "representant_telephone",
    "representant_email",
)
GROUPES_DE_LA_FICHE = {
    "Identité": [
        "objet_social",
        "site_web",
        "recepisse_prefecture",
        "publication_jo_le",
        "registre_alsace_moselle",
        "service_porteur",
        "autorite_signataire",
    ],
    "Adresse": ["adresse", "code_postal", "ville", "correspondance"],
    "Personne qui représente l’organisme": [
        "representant_prenom",
        "representant_nom",
        "representant_fonction",
        "representant_telephone",
        "representant_email",
    ],
    "Personne chargée de la demande, si elle est différente": [
        "contact_prenom",
        "contact_nom",
        "contact_fonction",
        "contact_telephone",
        "contact_email",
    ],
    "Relations avec l’administration": [
        "utilite_publique",
        "utilite_publique_le",
        "impots_commerciaux",
        "commissaire_aux_comptes",
    ],
    "Relations avec d’autres associations": ["reseau", "adherents_personnes_morales"],
    "Moyens humains au 31 décembre de l’année écoulée": [
        "benevoles",
        "volontaires",
        "salaries",
        "emplois_aides",
        "salaries_etpt",
        "mis_a_disposition",
        "adherents",
        "adherents_femmes",
        "adherents_hommes",
    ],
    "Exercice du budget de l’organisme": ["exercice_du", "exercice_au"],
}


@dataclass(frozen=True)
class Pli:
    """A subject of the sheet, folded under how much of it is filled."""

    titre: str
    champs: list[forms.BoundField]
    vise: str = ""  # the field that the address of the page names

    @property
    def remplis(self) -> int:
        """How many of its questions have an answer; « non » and zero are answers."""
        return sum(champ.value() not in (None, "") for champ in self.champs)

    @property
    def est_a_ouvrir(self) -> bool:
        """An error in it, or the very field that one comes for, is seen."""
        return any(champ.errors or champ.name == self.vise for champ in self.champs)


class FicheForm(forms.ModelForm):
    """The organisation's sheet; fields depend on the kind of organisation."""

    GROUPES = GROUPES_DE_LA_FICHE
    vise = ""  # the field that the address of the page names: its subject comes open
    RESERVES_ASSOCIATION = {
        "objet_social",
        "recepisse_prefecture",
        "publication_jo_le",
        "registre_alsace_moselle",
        "utilite_publique",
        "utilite_publique_le",
        "impots_commerciaux",
        "commissaire_aux_comptes",
        "reseau",
        "adherents_personnes_morales",
        "adherents",
        "adherents_femmes",
        "adherents_hommes",
    }
    RESERVES_SERVICE = {"service_porteur", "autorite_signataire"}

    siret = SiretField(label="Numéro SIRET", required=False)
    code_postal = CodePostalField(label="Code postal", required=False)
    representant_telephone = TelephoneField(label="Téléphone", required=False)
    contact_telephone = TelephoneField(label="Téléphone", required=False)

    class Meta:
        model = Fiche
        fields = list(chain.from_iterable(GROUPES_DE_LA_FICHE.values()))
        formfield_callback = champ_du_modele
        widgets = {
            "objet_social": forms.Textarea(attrs={"rows": 4}),
            "utilite_publique": forms.RadioSelect,
            "impots_commerciaux": forms.RadioSelect,
            "commissaire_aux_comptes": forms.RadioSelect,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.enregistree = self.instance  # the sheet whose version the page carries
        self._retirer_ce_qui_ne_concerne_pas(self.instance.partenaire)
        for champ in self.fields.values():
            if isinstance(champ, forms.TypedChoiceField):
                champ.choices = OUI_NON  # without the empty choice: ticking nothing says it

    def _retirer_ce_qui_ne_concerne_pas(self, porteur: Partenaire) -> None:
        """What the form asks depends on the kind of organisation, and on what is known of it."""
        retires: set[str] = set()
        if not porteur.est_association:
            retires |= self.RESERVES_ASSOCIATION
        if not porteur.est_service:
            retires |= self.RESERVES_SERVICE
        if porteur.siret:
            retires.add("siret")
        for nom in retires:
            del self.fields[nom]

    def clean_siret(self) -> str:
        valeur = self.cleaned_data["siret"]
        autres = Partenaire.objects.exclude(pk=self.instance.partenaire_id)
        if valeur and autres.filter(siret=valeur).exists():
            raise ValidationError("Ce SIRET est déjà celui d’un autre organisme du portail.")
        return valeur

    def clean(self) -> dict[str, Any]:
        super().clean()
        self._controler_les_salaries()
        self._controler_les_adherents()
        debut = self.cleaned_data.get("exercice_du")
        fin = self.cleaned_data.get("exercice_au")
        if debut and fin and fin < debut:
            self.add_error("exercice_au", "La fin de l’exercice précède son début.")
        return self.cleaned_data

    def _controler_les_salaries(self) -> None:
        salaries = self.cleaned_data.get("salaries")
        aides = self.cleaned_data.get("emplois_aides") or 0
        if salaries is not None and aides > salaries:
            self.add_error(
                "emplois_aides",
                "Les emplois aidés font partie des salariées et salariés : "
                "leur nombre ne peut pas être plus grand.",
            )

    def _controler_les_adherents(self) -> None:
        total = self.cleaned_data.get("adherents")
        femmes = self.cleaned_data.get("adherents_femmes")
        hommes = self.cleaned_data.get("adherents_hommes")
        if total is None or femmes is None or hommes is None:
            return
        if femmes + hommes != total:
            self.add_error(
                "adherents",
                f"Femmes et hommes font {femmes + hommes}, pas {total} : corrigez un des nombres.",
            )

    def montrer_le_present(self, conflit: Conflit) -> None:
        """What was typed stays, beside what somebody else saved meanwhile."""
        presente = conflit.present
        assert isinstance(presente, Fiche)
        self.enregistree = presente
        self.add_error(None, conflit.phrase)
        auteur = str(presente.modifiee_par or "une autre personne")
        montrer_les_deux(self, FicheForm(instance=presente), auteur)

    @property
    def essentiels(self) -> list[Groupe]:
        """What a deposit asks, first: the organisation and its address, then who stands for it."""
        noms = [nom for nom in ESSENTIELS if nom in self.fields]
        personne = [nom for nom in noms if nom.startswith("representant_")]
        return [
            ("L’organisme", [self[nom] for nom in noms if nom not in personne]),
            ("Personne qui représente l’organisme", [self[nom] for nom in personne]),
        ]

    @property
    def plis(self) -> Iterator[Pli]:
        """The rest by subject, folded; SIRET first when it is still missing."""
        for titre, noms in self.GROUPES.items():
            restes = [nom for nom in noms if nom in self.fields and nom not in ESSENTIELS]
            if titre == "Identité" and "siret" in self.fields:
                restes.insert(0, "siret")
            if restes:
                yield Pli(titre, [self[nom] for nom in restes], self.vise)


class AgrementForm(forms.ModelForm):
    """An approval; an empty row is none."""

    date = DateField(label="En date du", required=False)

    class Meta:
        model = Agrement
        fields = ["nature", "attribue_par", "date", "numero"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["nature"].required = False

    def clean(self) -> None:
        super().clean()
        autres = ("attribue_par", "date", "numero")
        est_commence = any(self.cleaned_data.get(nom) for nom in autres)
        if est_commence and not self.cleaned_data.get("nature") and not self.errors:
            self.add_error("nature", "Dites de quel agrément il s’agit.")

    @property
    def est_gardee(self) -> bool:
        """It says which approval, and the row stays."""
        return bool(self.cleaned_data.get("nature")) and not self.cleaned_data.get("DELETE")


class AgrementFormSet(TableParRang):
    """The approvals of an association."""

    form = AgrementForm
    max_num = 20
    absolute_max = 25

    def __init__(self, donnees: QueryDict | None, *, fiche: Fiche) -> None:
        enregistrees = list(fiche.agrements.all()) if fiche.pk else []
        super().__init__(donnees, enregistrees=enregistrees, prefix="agrements")

    def ecrire(self, fiche: Fiche) -> None:
        """Called in the transaction that has checked the version."""
        retires = self.ecrire_les_rangs(fiche=fiche)
        fiche.agrements.filter(pk__in=retires).delete()


class BudgetOrganismeForm(forms.Form):
    """The organisation's own budget by account (METIER §1.5)."""

    def __init__(self, donnees: QueryDict | None = None, *, montants: dict[str, int]) -> None:
        super().__init__(donnees, prefix="o")
        for code, compte in plan_comptable.comptes_organisme().items():
            self.fields[code] = MontantField(
                label=f"{compte.numero} {compte.libelle}".strip(), initial=montants.get(code)
            )

    def montants(self) -> dict[str, int]:
        """{account code: cents} of what was typed."""
        return {code: valeur for code, valeur in self.cleaned_data.items() if valeur is not None}

    @property
    def cotes(self) -> Iterator[tuple[str, list[Groupe]]]:
        """(title, headings of the plan) of the two sides; a heading is (title, bound fields)."""
        yield "Charges", self._postes_de(plan_comptable.CHARGES)
        yield "Produits", self._postes_de(plan_comptable.PRODUITS)

    def _postes_de(self, cote: str) -> list[Groupe]:
        groupes = []
        for poste in plan_comptable.postes():
            comptes = (*poste.sous_postes, *poste.comptes)
            champs = [self[compte.code] for compte in comptes if compte.code in self.fields]
            if poste.cote == cote and champs:
                groupes.append((f"{poste.numero} {poste.libelle}".strip(), champs))
        return groupes


class FicheSaisie(Ensemble):
    """The sheet being typed: its questions, its approvals for an association, its budget."""

    def __init__(self, fiche: Fiche, donnees: QueryDict | None = None):
        self._former(fiche, donnees)

    def _former(self, fiche: Fiche, donnees: QueryDict | None) -> None:
        self.fiche = fiche
        montants = {ligne.code: ligne.montant for ligne in fiche.lignes_budget.all()}
        self.form = FicheForm(donnees, instance=fiche)
        self.agrements: AgrementFormSet | None = None
        if fiche.partenaire.est_association:
            self.agrements = AgrementFormSet(donnees, fiche=fiche)
        self.budget = BudgetOrganismeForm(donnees, montants=montants)

    @property
    def membres(self) -> list[Membre]:
        """In the order of the page."""
        if self.agrements is None:
            return [self.form, self.budget]
        return [self.form, self.agrements, self.budget]

    def enregistree(self) -> "FicheSaisie":
        """The sheet as it is saved now."""
        return FicheSaisie(Fiche.objects.select_related("partenaire").get(pk=self.fiche.pk))

    def remplir(self, valeurs: fusion.Valeurs) -> None:
        """Fill the forms again with these values, over the sheet as it is saved now."""
        envoi = fusion.en_envoi(valeurs, self.tables())
        self._former(self.enregistree().fiche, envoi)

    def lues(self, donnees: QueryDict) -> fusion.Valeurs:
        """What a page that posts this showed, in the same writing."""
        lue = FicheSaisie(self.enregistree().fiche, donnees)
        lue.est_valide()
        return lue.valeurs()

    def montants(self) -> dict[str, int]:
        """{account code: cents} of what was typed."""
        return self.budget.montants()

    def ecrire(self) -> None:
        """Write the sheet and its approvals; called in the transaction that checked the version."""
        self.form.save()
        if self.agrements is not None:
            self.agrements.ecrire(self.fiche)
