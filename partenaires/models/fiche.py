from django.conf import settings
from django.core.validators import URLValidator
from django.db import models

from partenaires.models.identifiants import telephone_valide
from partenaires.models.partenaire import Partenaire
from quartiers.articles import de
from quartiers.models import Journalise, Regard

OUI_NON = [(True, "Oui"), (False, "Non")]


class Fiche(Journalise):
    """The organisation's sheet: CERFA 12156*06, boxes 1 to 5 (METIER §1.1 to §1.5)."""

    REGARD = Regard(
        omis=("version", "chaine", "modifiee_le", "modifiee_par"),
        secrets=(
            "adresse",
            "correspondance",
            "autorite_signataire",
            "representant_prenom",
            "representant_nom",
            "representant_telephone",
            "representant_email",
            "contact_prenom",
            "contact_nom",
            "contact_telephone",
            "contact_email",
        ),
        organisme="partenaire",
    )

    partenaire = models.OneToOneField(Partenaire, models.CASCADE, related_name="fiche")
    version = models.PositiveIntegerField(default=0)
    # The page that wrote it last: its answer lost, the same page is not somebody else.
    chaine = models.CharField(max_length=40, blank=True, default="")
    modifiee_le = models.DateTimeField(null=True, blank=True)
    modifiee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    # Box 1: identity
    objet_social = models.TextField("objet de l’association", blank=True, max_length=3000)
    site_web = models.CharField(
        "site internet", max_length=200, blank=True, validators=[URLValidator()]
    )
    recepisse_prefecture = models.CharField(
        "numéro de récépissé en préfecture", max_length=40, blank=True
    )
    publication_jo_le = models.DateField(
        "date de publication au Journal officiel", null=True, blank=True
    )
    registre_alsace_moselle = models.CharField(
        "registre d’Alsace-Moselle (date, volume, folio, tribunal)", max_length=200, blank=True
    )
    adresse = models.CharField("adresse du siège", max_length=200, blank=True)
    code_postal = models.CharField("code postal", max_length=5, blank=True)
    ville = models.CharField("commune", max_length=100, blank=True)
    correspondance = models.CharField(
        "adresse de correspondance, si elle est différente", max_length=300, blank=True
    )
    representant_prenom = models.CharField("prénom", max_length=80, blank=True)
    representant_nom = models.CharField("nom", max_length=80, blank=True)
    representant_fonction = models.CharField("fonction", max_length=100, blank=True)
    representant_telephone = models.CharField(
        "téléphone", max_length=25, blank=True, validators=[telephone_valide]
    )
    representant_email = models.EmailField("adresse électronique", blank=True)
    contact_prenom = models.CharField("prénom", max_length=80, blank=True)
    contact_nom = models.CharField("nom", max_length=80, blank=True)
    contact_fonction = models.CharField("fonction", max_length=100, blank=True)
    contact_telephone = models.CharField(
        "téléphone", max_length=25, blank=True, validators=[telephone_valide]
    )
    contact_email = models.EmailField("adresse électronique", blank=True)

    # A municipal service signs by an authority (METIER §1.10)
    service_porteur = models.CharField("service porteur", max_length=150, blank=True)
    autorite_signataire = models.CharField(
        "autorité signataire (nom et qualité)", max_length=200, blank=True
    )

    # Box 2: relations with the administration
    utilite_publique = models.BooleanField(
        "reconnue d’utilité publique", null=True, blank=True, choices=OUI_NON
    )
    utilite_publique_le = models.DateField("date de la reconnaissance", null=True, blank=True)
    impots_commerciaux = models.BooleanField(
        "assujettie aux impôts commerciaux", null=True, blank=True, choices=OUI_NON
    )
    commissaire_aux_comptes = models.BooleanField(
        "dispose d’une ou d’un commissaire aux comptes", null=True, blank=True, choices=OUI_NON
    )

    # Box 3: relations with other associations
    reseau = models.CharField(
        "réseau, union ou fédération (nom complet)", max_length=300, blank=True
    )
    adherents_personnes_morales = models.CharField(
        "adhérents personnes morales (lesquels)", max_length=500, blank=True
    )

    # Box 4: people on 31 December of last year
    benevoles = models.PositiveIntegerField("bénévoles", null=True, blank=True)
    volontaires = models.PositiveIntegerField(
        "volontaires, service civique compris", null=True, blank=True
    )
    salaries = models.PositiveIntegerField("salariées et salariés", null=True, blank=True)
    emplois_aides = models.PositiveIntegerField("dont emplois aidés", null=True, blank=True)
    salaries_etpt = models.DecimalField(
        "salariées et salariés en équivalent temps plein travaillé (ETPT)",
        max_digits=7,
        decimal_places=2,
        null=True,
        blank=True,
    )
    mis_a_disposition = models.PositiveIntegerField(
        "personnels mis à disposition ou détachés par une autorité publique", null=True, blank=True
    )
    adherents = models.PositiveIntegerField("adhérentes et adhérents", null=True, blank=True)
    adherents_femmes = models.PositiveIntegerField("dont femmes", null=True, blank=True)
    adherents_hommes = models.PositiveIntegerField("dont hommes", null=True, blank=True)

    # Box 5: the organisation's own budget
    exercice_du = models.DateField("exercice, du", null=True, blank=True)
    exercice_au = models.DateField("au", null=True, blank=True)

    def __str__(self) -> str:
        return f"Fiche {de(self.partenaire)}"


class Agrement(Journalise):
    """An administrative approval of the association (METIER §1.2)."""

    REGARD = Regard(organisme="fiche__partenaire")

    fiche = models.ForeignKey(Fiche, models.CASCADE, related_name="agrements")
    nature = models.CharField("type d’agrément", max_length=120)
    attribue_par = models.CharField("attribué par", max_length=150, blank=True)
    date = models.DateField("en date du", null=True, blank=True)
    numero = models.CharField("numéro", max_length=60, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.nature


class LigneBudgetOrganisme(Journalise):
    """One account of the organisation's own budget, in cents (METIER §1.5)."""

    REGARD = Regard(organisme="fiche__partenaire")

    fiche = models.ForeignKey(Fiche, models.CASCADE, related_name="lignes_budget")
    code = models.CharField(max_length=20)
    montant = models.PositiveBigIntegerField()

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["fiche", "code"], name="un_montant_par_compte_organisme"
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} : {self.montant}"
