"""The organisation's sheet."""

from django import forms
from django.core.exceptions import ValidationError

from partenaires.models import Agrement, Fiche, Partenaire
from partenaires.models.identifiants import compact, siret_valide
from partenaires.socle import plan_comptable
from partenaires.socle.champs import MontantField, champ_date

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


class FicheForm(forms.ModelForm):
    """The organisation's sheet; fields depend on the kind of organisation."""

    GROUPES = GROUPES_DE_LA_FICHE
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

    siret = forms.CharField(label="Numéro SIRET", required=False, max_length=30)

    class Meta:
        model = Fiche
        fields = [nom for noms in GROUPES_DE_LA_FICHE.values() for nom in noms]
        widgets = {
            "objet_social": forms.Textarea(attrs={"rows": 4}),
            "utilite_publique": forms.RadioSelect,
            "impots_commerciaux": forms.RadioSelect,
            "commissaire_aux_comptes": forms.RadioSelect,
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        porteur = self.instance.partenaire
        retires = set() if porteur.est_association else set(self.RESERVES_ASSOCIATION)
        if not porteur.est_service:
            retires |= self.RESERVES_SERVICE
        for nom in retires:
            del self.fields[nom]
        for nom, champ in self.fields.items():
            if isinstance(champ, forms.DateField):
                self.fields[nom] = champ_date(label=champ.label, required=False)
            if isinstance(champ, forms.IntegerField | forms.DecimalField):
                champ.widget.attrs["class"] = "court"
        if porteur.siret:
            del self.fields["siret"]
        for nom in {
            "utilite_publique",
            "impots_commerciaux",
            "commissaire_aux_comptes",
        } & self.fields.keys():
            self.fields[nom].choices = [
                choix for choix in self.fields[nom].choices if choix[0] not in ("", None)
            ]

    def clean_siret(self):
        valeur = compact(self.cleaned_data["siret"])
        if valeur:
            siret_valide(valeur)
            if (
                Partenaire.objects.filter(siret=valeur)
                .exclude(pk=self.instance.partenaire_id)
                .exists()
            ):
                raise ValidationError("Ce SIRET est déjà celui d’un autre organisme du portail.")
        return valeur

    def clean_code_postal(self):
        valeur = self.cleaned_data["code_postal"].strip()
        if valeur and not (valeur.isascii() and valeur.isdigit() and len(valeur) == 5):
            raise ValidationError("Un code postal a cinq chiffres.")
        return valeur

    def clean(self):
        donnees = super().clean()
        salaries = donnees.get("salaries")
        if salaries is not None and (donnees.get("emplois_aides") or 0) > salaries:
            self.add_error(
                "emplois_aides",
                "Les emplois aidés font partie des salariées et salariés : "
                "leur nombre ne peut pas être plus grand.",
            )
        total, femmes, hommes = (
            donnees.get(n) for n in ("adherents", "adherents_femmes", "adherents_hommes")
        )
        if None not in (total, femmes, hommes) and femmes + hommes != total:
            self.add_error(
                "adherents",
                f"Femmes et hommes font {femmes + hommes}, pas {total} : corrigez un des nombres.",
            )
        du, au = donnees.get("exercice_du"), donnees.get("exercice_au")
        if du and au and au < du:
            self.add_error("exercice_au", "La fin de l’exercice précède son début.")
        return donnees

    @property
    def groupes(self):
        """(title, bound fields) in the order of the page, SIRET first when it is still missing."""
        for titre, noms in self.GROUPES.items():
            champs = [self[nom] for nom in noms if nom in self.fields]
            if titre == "Identité" and "siret" in self.fields:
                champs.insert(0, self["siret"])
            if champs:
                yield titre, champs


class AgrementForm(forms.ModelForm):
    date = champ_date(label="En date du", required=False)

    class Meta:
        model = Agrement
        fields = ["nature", "attribue_par", "date", "numero"]


AgrementFormSet = forms.inlineformset_factory(
    Fiche,
    Agrement,
    form=AgrementForm,
    extra=1,
    max_num=20,
    absolute_max=25,
    validate_max=True,
    can_delete=True,
)


class BudgetOrganismeForm(forms.Form):
    """The organisation's own budget by account (METIER §1.5)."""

    def __init__(self, *args, montants: dict[str, int] | None = None, **kwargs):
        super().__init__(*args, prefix="o", **kwargs)
        for code, compte in plan_comptable.comptes_organisme().items():
            self.fields[code] = MontantField(
                label=f"{compte.numero} {compte.libelle}".strip(),
                initial=(montants or {}).get(code),
            )

    def montants(self) -> dict[str, int]:
        """{account code: cents} of what was typed."""
        return {code: valeur for code, valeur in self.cleaned_data.items() if valeur is not None}

    @property
    def cotes(self):
        """(title, bound fields) of the two sides."""
        for titre, cote in (
            ("Charges", plan_comptable.CHARGES),
            ("Produits", plan_comptable.PRODUITS),
        ):
            yield (
                titre,
                [
                    self[code]
                    for code, c in plan_comptable.comptes_organisme().items()
                    if c.cote == cote
                ],
            )
