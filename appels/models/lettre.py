import hashlib
from typing import ClassVar, Self

from django.conf import settings
from django.core.files import File
from django.db import models

from appels.models.diffusion import Diffusion
from appels.models.fabrication import Fabrication, FabricationQuerySet
from appels.models.financement import D_UN_FINANCEUR, DecisionPrise, Financement
from appels.models.version import LONGUEUR_CODE, nouveau_code
from partenaires.models import Partenaire
from quartiers.models import Journalise, JournaliseQuerySet, Regard


class GabaritQuerySet(JournaliseQuerySet["Gabarit"]):
    def en_vigueur(self) -> dict[tuple[str, int | None], "Gabarit"]:
        """{(outcome, funder or None for any): the last text}; the ones before stay as history."""
        return {
            (gabarit.decision, gabarit.partenaire_id): gabarit for gabarit in self.order_by("pk")
        }


class Gabarit(Journalise):
    """The text of a letter for an outcome, and a funder or any.

    Rows are only added: the last one counts.
    """

    REGARD = Regard(organisme="partenaire")

    decision = models.CharField(
        max_length=10, choices=[(decision.value, decision.label) for decision in D_UN_FINANCEUR]
    )
    partenaire = models.ForeignKey(
        Partenaire, models.PROTECT, null=True, blank=True, related_name="+"
    )
    objet = models.CharField("objet", max_length=200)
    corps = models.TextField("texte", max_length=6000)
    signataire = models.CharField("prénom et nom de l’auteur de la décision", max_length=120)
    qualite = models.CharField("qualité et service", max_length=200)
    par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    le = models.DateTimeField()

    objects: ClassVar = GabaritQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.get_decision_display()}, {self.partenaire or 'tous les financeurs'}"

    @property
    def empreinte(self) -> str:
        """Which text it is: rows are only added."""
        return str(self.pk)


class AuteurQuerySet(JournaliseQuerySet["Auteur"]):
    def en_vigueur(self) -> dict[int, "Auteur"]:
        """{funder: who signs its decisions now}; the ones before stay as history."""
        return {auteur.partenaire_id: auteur for auteur in self.order_by("pk")}


class Auteur(Journalise):
    """Who takes the decisions of a funder: its letters name them, whatever their template says.

    Rows are only added: the last one counts, an empty name gives back the one of the template.
    """

    REGARD = Regard(organisme="partenaire")

    partenaire = models.ForeignKey(Partenaire, models.PROTECT, related_name="+")
    signataire = models.CharField("prénom et nom", max_length=120, blank=True)
    qualite = models.CharField("qualité et service", max_length=200, blank=True)
    par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    le = models.DateTimeField()

    objects: ClassVar = AuteurQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="auteur_nom_et_qualite",
                condition=models.Q(signataire="", qualite="")
                | (~models.Q(signataire="") & ~models.Q(qualite="")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.partenaire} : {self.signataire or 'celui du modèle'}"


class LettreQuerySet(FabricationQuerySet):
    def vives(self) -> Self:
        """Those that nobody discarded."""
        return self.filter(ecartee_le__isnull=True)

    def en_attente(self) -> Self:
        """Neither discarded nor released."""
        return self.vives().filter(liberee_le__isnull=True)

    def liberees(self) -> Self:
        """Those that reached their organisation."""
        return self.filter(liberee_le__isnull=False)

    def a_ouvrir(self) -> Self:
        """Released, that nobody of the organisation has opened; not one that another replaced."""
        return self.liberees().filter(lue_le__isnull=True, remplacee_par__isnull=True)

    def a_jour(self) -> Self:
        """Those that tell the decision as it stands."""
        return self.filter(prise__remplacee_le__isnull=True, prise__isnull=False)

    def a_etablir(self) -> Self:
        """Prepared, its PDF not made yet: a lost wake-up is repaired from here."""
        return super(LettreQuerySet, self.en_attente()).a_etablir()


class Lettre(Fabrication, Journalise):
    """What tells an organisation the decision of one funder.

    Prepared, corrected or discarded, released, then read.
    """

    REPERE = "version"
    REGARD = Regard(
        omis=("etabli_le", "essais", "erreur", "fichier", "code", "sha256"),
        dossier="financement__dossier",
    )

    financement = models.ForeignKey(Financement, models.PROTECT, related_name="lettres")
    gabarit = models.ForeignKey(Gabarit, models.PROTECT, related_name="+")
    objet = models.CharField("objet", max_length=300)
    corps = models.TextField("texte", max_length=12000)
    # Whom it is written to, by which service, how to contest it, whether it is signed: as it stood
    # when it was prepared, so that its page says what its PDF says whatever changes since
    mentions = models.JSONField("mentions", default=dict)
    # The decision that it tells; null for one discarded before decisions followed each other
    prise = models.ForeignKey(DecisionPrise, models.PROTECT, null=True, related_name="lettres")
    # When it leaves, or left, and with which others
    diffusion = models.ForeignKey(
        Diffusion, models.PROTECT, null=True, blank=True, related_name="lettres"
    )
    # The letter that tells the next decision, once it is released too
    remplacee_par = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="remplace"
    )
    preparee_le = models.DateTimeField()
    preparee_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    corrigee_le = models.DateTimeField(null=True, blank=True)
    corrigee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    ecartee_le = models.DateTimeField(null=True, blank=True)
    ecartee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    motif_ecart = models.CharField(max_length=300, blank=True)
    liberee_le = models.DateTimeField(null=True, blank=True)
    liberee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    lue_le = models.DateTimeField(null=True, blank=True)
    lue_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    version = models.PositiveSmallIntegerField(default=1)
    fichier = models.FileField(upload_to="lettres/", blank=True)
    # Printed on it, asked of the public check; null, not empty, for those made before: it is unique
    code = models.CharField(  # noqa: DJ001
        max_length=LONGUEUR_CODE, unique=True, null=True, default=nouveau_code
    )
    sha256 = models.CharField(max_length=64, blank=True)  # of its PDF

    objects: ClassVar = LettreQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["prise"],
                name="une_lettre_par_prise",
                condition=models.Q(ecartee_le__isnull=True),
            ),
            models.UniqueConstraint(
                fields=["financement"],
                name="une_lettre_en_attente",
                condition=models.Q(ecartee_le__isnull=True, liberee_le__isnull=True),
            ),
            models.CheckConstraint(
                name="lettre_liberee_entiere",
                condition=models.Q(
                    liberee_le__isnull=True, liberee_par__isnull=True, lue_le__isnull=True
                )
                | models.Q(
                    liberee_le__isnull=False,
                    liberee_par__isnull=False,
                    etabli_le__isnull=False,
                    ecartee_le__isnull=True,
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.financement.nom} : {self.objet}"

    @property
    def empreinte(self) -> str:
        """Its text in one word: changes with it."""
        return hashlib.sha256(repr((self.objet, self.corps)).encode()).hexdigest()

    @property
    def est_perimee(self) -> bool:
        """Another decision came since it was prepared: discard it and prepare another."""
        return self.prise is None or not self.prise.est_courante

    @property
    def est_corrigee_depuis(self) -> bool:
        """Its text is not the one that somebody let go, for an instant that has not come yet."""
        if self.diffusion is None or self.liberee_le:
            return False
        return dict(self.diffusion.versions).get(self.pk, self.version) != self.version

    @property
    def est_a_faire(self) -> bool:
        """Neither made, given up, released nor discarded."""
        return super().est_a_faire and not self.liberee_le and not self.ecartee_le

    @property
    def est_prete(self) -> bool:
        """Made, and telling the decision as it stands."""
        return self.etabli_le is not None and not self.est_perimee and self.ecartee_le is None

    @property
    def code_lisible(self) -> str:
        """« ABCD-EFGH-… »; empty without a code."""
        code = self.code or ""
        return "-".join(code[i : i + 4] for i in range(0, len(code), 4))

    @property
    def nom(self) -> str:
        """« CV-2027-0001-lettre-12.pdf »."""
        return f"{self.financement.dossier.numero}-lettre-{self.pk}.pdf"

    def ranger(self, contenu: File) -> None:
        """Store the PDF under a name that tells nothing."""
        empreinte = hashlib.file_digest(contenu, "sha256").hexdigest()
        contenu.seek(0)
        self.sha256 = empreinte
        self.fichier.save(f"{empreinte[:16]}.pdf", contenu, save=False)
