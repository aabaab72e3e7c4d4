from datetime import date
from operator import attrgetter
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models.functions import Length

from partenaires.models.identifiants import est_un_siret, mots_cherches, rna_valide, siret_valide
from quartiers import francais
from quartiers.horloge import a_paris
from quartiers.models import Commune, Journalise, JournaliseQuerySet, Regard

models.CharField.register_lookup(Length)


class Genre(models.TextChoices):
    """Who a partner is in the contract (page of the CUA)."""

    ASSOCIATION = "association", "Association"
    SERVICE = "service", "Service d’une commune"
    AUTRE = "autre", "Autre organisme"
    CUA = "cua", "Communauté Urbaine d’Arras"
    ETAT = "etat", "Service de l’État"
    COMMUNE = "commune", "Commune signataire"
    REGION = "region", "Région"
    DEPARTEMENT = "departement", "Département"
    CAF = "caf", "Caisse d’allocations familiales"
    BAILLEUR = "bailleur", "Bailleurs sociaux"
    ARS = "ars", "Agence régionale de santé"
    CONSULAIRE = "consulaire", "Chambres consulaires"
    CPAM = "cpam", "Caisse primaire d’assurance maladie"
    BANQUE = "banque", "Banque des Territoires"
    COLLECTIF = "collectif", "Collectifs d’habitantes et d’habitants"


TONS = {  # of the drawings: one funder has one tone everywhere (docs/style.md)
    Genre.CUA: "f1",
    Genre.ETAT: "f2",
    Genre.CAF: "f3",
    Genre.COMMUNE: "f4",
    Genre.REGION: "f5",
}
TON_DES_AUTRES = "f6"

PORTEURS = (Genre.ASSOCIATION, Genre.SERVICE, Genre.AUTRE)


class PartenaireQuerySet(JournaliseQuerySet["Partenaire"]):
    def porteurs(self) -> Self:
        """The organisations that may write a dossier."""
        return self.filter(genre__in=PORTEURS, est_signataire=False)

    def du_contrat(self) -> Self:
        """The partners that the contract names, in the order of its page."""
        return self.filter(position__isnull=False).order_by("position")

    def publient_leurs_subventions(self) -> Self:
        """The funders that have a file of their grants here."""
        return self.filter(publie_ses_subventions=True).order_by("nom", "pk")

    def affiches(self) -> Self:
        """Those of the public page."""
        return self.du_contrat().filter(est_affiche=True)

    def nommes(self, texte: str) -> Self:
        """Every word in the names and numbers, those of before too."""
        nommes = self
        for mot in mots_cherches(texte):
            nommes = nommes.filter(recherche__contains=mot)
        return nommes


class Partenaire(Journalise):
    """An organisation: porteur, funder, signatory or all of it."""

    REGARD = Regard(omis=("anciens", "recherche"), organisme="pk")

    genre = models.CharField("genre d’organisme", max_length=12, choices=Genre.choices)
    nom = models.CharField("nom complet", max_length=200)
    sigle = models.CharField("sigle", max_length=40, blank=True)
    siret = models.CharField("numéro SIRET", max_length=14, blank=True, validators=[siret_valide])
    rna = models.CharField("numéro RNA", max_length=10, blank=True, validators=[rna_valide])
    commune = models.ForeignKey(
        Commune,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="services",
        verbose_name="commune dont dépend le service",
    )
    source = models.CharField("source", max_length=300, blank=True)
    role_contrat = models.CharField("rôle dans le contrat", max_length=300, blank=True)
    est_signataire = models.BooleanField("signataire ou partenaire du contrat", default=False)
    position = models.PositiveSmallIntegerField("rang dans la page", null=True, blank=True)
    est_affiche = models.BooleanField("visible du public", default=True)
    est_fictif = models.BooleanField("organisme fictif de démonstration", default=False)
    publie_ses_subventions = models.BooleanField(
        "publie ici ses subventions, au format SCDL", default=False
    )
    # A collectivity that changes its number: what it granted before keeps the former one
    siret_avant = models.CharField(
        "numéro SIRET précédent", max_length=14, blank=True, validators=[siret_valide]
    )
    siret_depuis = models.DateField("numéro SIRET actuel valable depuis le", null=True, blank=True)
    cree_le = models.DateTimeField(null=True, blank=True)
    # The names and numbers it had, one a line, the last one first: search still finds them
    anciens = models.TextField(default="", blank=True, editable=False)
    # Names and numbers, without accents: see `francais.recherchable`
    recherche = models.TextField(default="", editable=False)

    objects: ClassVar = PartenaireQuerySet.as_manager()

    class Meta:
        ordering = ["nom"]
        indexes = [
            # A few among all the organisations: public pages read these alone
            models.Index(
                fields=["position"],
                name="partenaire_du_contrat",
                condition=models.Q(position__isnull=False),
            ),
            models.Index(
                fields=["nom", "id"],
                name="partenaire_subventions",
                condition=models.Q(publie_ses_subventions=True),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["siret"],
                name="siret_unique_par_porteur",
                condition=models.Q(genre__in=[Genre.ASSOCIATION, Genre.AUTRE])
                & ~models.Q(siret=""),
            ),
            models.UniqueConstraint(
                fields=["siret", "nom"],
                name="service_unique_par_commune",
                condition=models.Q(genre=Genre.SERVICE),
            ),
            models.UniqueConstraint(fields=["rna"], name="rna_unique", condition=~models.Q(rna="")),
            models.CheckConstraint(
                name="service_sans_rna_et_d_une_commune",
                condition=~models.Q(genre=Genre.SERVICE)
                | (models.Q(rna="") & models.Q(commune__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return self.nom

    def save(self, *args: Any, **kwargs: Any) -> None:
        """What is searched follows what is written."""
        presents = francais.recherchable(self.sigle, self.siret, self.rna, self.nom)
        anciens = [francais.recherchable(ancien) for ancien in self.anciens.splitlines()]
        self.recherche = " ".join([presents, *anciens])
        champs = kwargs.get("update_fields")
        if champs is not None:
            kwargs["update_fields"] = {*champs, "recherche"}
        super().save(*args, **kwargs)

    @property
    def est_service(self) -> bool:
        """A municipal service: no RNA, no contrat d'engagement républicain (METIER §1.10)."""
        return self.genre == Genre.SERVICE

    @property
    def est_porteur(self) -> bool:
        """May write a dossier: the same as `PartenaireQuerySet.porteurs`."""
        return self.genre in PORTEURS and not self.est_signataire

    @property
    def est_association(self) -> bool:
        return self.genre == Genre.ASSOCIATION

    def siret_au(self, jour: date) -> str:
        """The number that it had that day: the accepted corrections say when each one ended.

        Read with `prefetch_related("rectifications")` for a list.
        """
        for rectification in self._siret_rectifies():
            fin = a_paris(rectification.tranchee_le).date()
            if jour < fin and est_un_siret(rectification.avant):
                return rectification.avant
        if self.siret_depuis and jour < self.siret_depuis:
            return self.siret_avant
        return self.siret

    def _siret_rectifies(self) -> list[Any]:
        """Its accepted corrections of SIRET, the first one first."""
        acceptees = [
            rectification
            for rectification in self.rectifications.all()
            if rectification.champ == "siret" and rectification.est_acceptee
        ]
        return sorted(acceptees, key=attrgetter("tranchee_le"))

    @property
    def code_insee(self) -> str:
        """The commune of a municipal service, else that of the sheet; empty when nobody says."""
        if self.commune:
            return self.commune.code_insee
        fiche = getattr(self, "fiche", None)
        ville = francais.recherchable(fiche.ville) if fiche else ""
        for commune in Commune.objects.only("nom", "code_insee") if ville else ():
            if francais.recherchable(commune.nom) == ville:
                return commune.code_insee
        return ""

    @property
    def ton(self) -> str:
        """The class of what it gives, in the bars and their keys."""
        return TONS.get(Genre(self.genre), TON_DES_AUTRES)

    @property
    def identifiants(self) -> str:
        """« SIRET 732 829 320 00074, RNA W621000001 »."""
        numeros = []
        if self.siret:
            numeros.append(f"SIRET {francais.siret(self.siret)}")
        if self.rna:
            numeros.append(f"RNA {self.rna}")
        return ", ".join(numeros)
