from datetime import datetime

from django.conf import settings
from django.db import models

from appels.etats import MODIFIABLES, TRANSITIONS, Etat, Transition, TransitionInterdite
from appels.models.appel import Appel, Theme
from partenaires import droits
from partenaires.models import Genre, Partenaire
from quartiers.models import Axe, Objectif

TABLES_LUES = ("publics", "lignes", "financements__partenaire", "pieces", "appel__documents", "appel__regles")


class DossierQuerySet(models.QuerySet):
    def visibles_par(self, utilisateur):
        """Their organisations' dossiers; what was deposited for agents and for the funders asked.

        Agents also read the drafts opened to them, and those that they write from paper.
        A first claimant not yet checked sees what was begun since, nothing of the past.
        """
        conditions = models.Q(pk__in=[])
        for appartenance in utilisateur.mes_appartenances:
            siens = models.Q(porteur_id=appartenance.partenaire_id)
            conditions |= siens if appartenance.qualite_verifiee else (
                siens & models.Q(cree_le__gte=appartenance.acceptee_le))
        deposes = models.Q(depose_le__isnull=False)
        if droits.est_agent(utilisateur):
            ouverts = models.Q(ouvert_au_service_le__isnull=False)
            conditions |= deposes | ouverts | models.Q(papier_recu_le__isnull=False)
        if droits.est_financeur(utilisateur):
            siens = [a.partenaire_id for a in utilisateur.appartenances.financeurs()]
            demandes = self.model.objects.filter(financements__partenaire__in=siens).values("pk")
            conditions |= deposes & models.Q(pk__in=demandes)
        return self.filter(conditions)

    def de_l_organisme(self, utilisateur):
        """Those of the organisations of a person, the ones to write first."""
        return self.visibles_par(utilisateur).filter(
            porteur__in=[a.partenaire_id for a in utilisateur.mes_appartenances])

    def a_rediger_par(self, utilisateur):
        """Those of one's organisations; for agents, the requests received on paper."""
        siens = models.Q(porteur__in=[a.partenaire_id for a in utilisateur.mes_appartenances])
        if droits.est_agent(utilisateur):
            siens |= models.Q(papier_recu_le__isnull=False)
        return self.visibles_par(utilisateur).filter(siens)

    def pour_liste(self):
        """Everything a row shows, and nothing more."""
        return self.select_related("appel", "porteur", "axe", "corrige").order_by("-appel__annee", "-depose_le", "-pk")

    def pour_completude(self, tables: tuple[str, ...] | None = None):
        """What `completude` reads, in a fixed number of queries; `tables` when one part is enough."""
        def existe(nom: str):
            return models.Exists(self.model._meta.get_field(nom).related_model.objects.filter(
                dossier=models.OuterRef("pk")))

        objectifs = self.model.objectifs_contrat.through.objects.filter(dossier=models.OuterRef("pk"))
        return self.select_related(
            "appel", "porteur__fiche", "porteur__commune", "axe", "coordonnees_bancaires", "corrige", "repris_de"
        ).annotate(
            a_objectifs=models.Exists(objectifs), a_lieux=existe("lieux"),
            a_moyens=existe("moyens"), a_indicateurs=existe("indicateurs"),
        ).prefetch_related("parties", *(TABLES_LUES if tables is None else tables))

    def pour_lecture(self):
        """What the page of a deposited dossier shows around its frozen version."""
        return self.select_related("appel", "porteur", "axe", "coordonnees_bancaires").prefetch_related("pieces")

    def non_deposes(self):
        return self.filter(etat__in=MODIFIABLES)

    def modeles(self):
        """Those that a new dossier may be written from: deposited or not, corrections and given up drafts apart."""
        return self.filter(corrige__isnull=True).exclude(etat=Etat.ABANDONNE)

    def deposes(self):
        return self.filter(depose_le__isnull=False)

    def sans_dauphin(self):
        """Deposited here, the State asked, and not received on Dauphin as far as we were told (METIER R14)."""
        demande = self.model._meta.get_field("financements").related_model.objects.filter(
            dossier=models.OuterRef("pk"), partenaire__genre=Genre.ETAT)
        return self.deposes().exclude(etat__in=[Etat.RETIRE, Etat.IRRECEVABLE]).filter(
            models.Exists(demande)).exclude(dauphin__transmis_le__isnull=False)


class Forme(models.TextChoices):
    NUMERAIRE = "numeraire", "En argent (numéraire)"
    NATURE = "nature", "En nature"


class Frequence(models.TextChoices):
    PREMIERE = "premiere", "Première demande"
    RENOUVELLEMENT = "renouvellement", "Renouvellement ou poursuite"


class Periodicite(models.TextChoices):
    PONCTUELLE = "ponctuelle", "Annuelle ou ponctuelle"
    PLURIANNUELLE = "pluriannuelle", "Pluriannuelle"


class Dossier(models.Model):
    """A project in a call. It belongs to the organisation; a draft may be incomplete."""

    appel = models.ForeignKey(Appel, models.PROTECT, related_name="dossiers")
    porteur = models.ForeignKey(Partenaire, models.PROTECT, related_name="dossiers", verbose_name="organisme")
    etat = models.CharField(max_length=12, choices=Etat.choices, default=Etat.BROUILLON)
    cree_le = models.DateTimeField()
    cree_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    cle_creation = models.UUIDField(unique=True)
    corrige = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="corrections")
    repris_de = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    fiche_confirmee_le = models.DateTimeField(null=True, blank=True)
    signature_demandee_le = models.DateTimeField(null=True, blank=True)
    signature_demandee_a = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    ouvert_au_service_le = models.DateTimeField(null=True, blank=True)  # while agents may read the draft
    papier_recu_le = models.DateTimeField(null=True, blank=True)  # received on paper: agents write it
    prolonge_jusqu_a = models.DateTimeField(null=True, blank=True)  # its own closing, given by a `Derogation`
    numero = models.CharField(max_length=14, unique=True, null=True, blank=True)
    depose_le = models.DateTimeField(null=True, blank=True)
    depose_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    # Project in brief (METIER §1.0 and §1.6)
    intitule = models.CharField("intitulé du projet", max_length=256, blank=True)
    axe = models.ForeignKey(Axe, models.PROTECT, null=True, blank=True, verbose_name="axe principal")
    objectifs_contrat = models.ManyToManyField(Objectif, blank=True, verbose_name="objectifs du contrat visés")
    themes = models.ManyToManyField(Theme, blank=True, verbose_name="thèmes")
    forme = models.CharField("forme de l’aide demandée", max_length=10, choices=Forme.choices, blank=True)
    frequence = models.CharField("première demande ou renouvellement", max_length=15,
                                 choices=Frequence.choices, blank=True)
    periodicite = models.CharField("durée de l’aide demandée", max_length=15,
                                   choices=Periodicite.choices, blank=True)
    politique_ville = models.BooleanField(
        "sollicitez-vous un financement au titre de la politique de la ville", null=True, blank=True,
        choices=[(True, "Oui"), (False, "Non")])
    debut_le = models.DateField("début du projet", null=True, blank=True)
    fin_le = models.DateField("fin du projet", null=True, blank=True)

    # Needs, objectives, description (METIER §1.6)
    besoin = models.TextField("à quel besoin répond le projet", blank=True, max_length=5000)
    objectifs = models.TextField("objectifs", blank=True, max_length=5000)
    description = models.TextField("description des actions", blank=True, max_length=10000)
    methode = models.TextField("méthode et calendrier", blank=True, max_length=5000)
    partenariats = models.TextField("partenaires du projet", blank=True, max_length=5000)
    egalite = models.TextField("égalité entre les femmes et les hommes", blank=True, max_length=5000)
    participation = models.TextField("participation des habitantes et des habitants", blank=True, max_length=5000)
    informations_complementaires = models.TextField("informations complémentaires", blank=True, max_length=5000)

    # Places and publics
    public_vise = models.TextField("qui est concerné (âges, situations)", blank=True, max_length=3000)
    beneficiaires = models.PositiveIntegerField("nombre total de personnes bénéficiaires", null=True, blank=True)

    # Means and evaluation
    moyens_materiels = models.TextField("moyens matériels", blank=True, max_length=3000)
    recrutement_etpt = models.DecimalField(
        "recrutement envisagé, en équivalent temps plein travaillé (ETPT)",
        max_digits=6, decimal_places=2, null=True, blank=True)
    evaluation = models.TextField("comment le projet sera-t-il suivi et évalué", blank=True, max_length=5000)
    resultats_attendus = models.TextField("résultats attendus", blank=True, max_length=5000)

    objects = DossierQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="depot_tout_ou_rien",
                condition=models.Q(depose_le__isnull=True, depose_par__isnull=True, numero__isnull=True)
                | models.Q(depose_le__isnull=False, depose_par__isnull=False, numero__isnull=False)),
            models.CheckConstraint(
                name="brouillon_sans_depot",
                condition=models.Q(depose_le__isnull=True)
                | ~models.Q(etat__in=[Etat.BROUILLON, Etat.A_ATTESTER])),
            models.CheckConstraint(
                name="depose_avec_date",
                condition=models.Q(depose_le__isnull=False)
                | models.Q(etat__in=[Etat.BROUILLON, Etat.A_ATTESTER, Etat.ABANDONNE, Etat.INTEGRE])),
            models.UniqueConstraint(
                fields=["corrige"], name="une_correction_a_la_fois", condition=models.Q(etat__in=MODIFIABLES)),
            models.CheckConstraint(
                name="seule_une_correction_s_integre",
                condition=models.Q(corrige__isnull=False) | ~models.Q(etat=Etat.INTEGRE)),
        ]

    def __str__(self):
        return self.intitule or "Projet sans titre"

    @property
    def est_depose(self) -> bool:
        return self.depose_le is not None

    @property
    def sollicite_l_etat(self) -> bool:
        """One of its requests is for the State, whose credits are asked on Dauphin."""
        return self.financements.filter(partenaire__genre=Genre.ETAT).exists()

    @property
    def est_abandonne(self) -> bool:
        return self.etat == Etat.ABANDONNE

    @property
    def est_integre(self) -> bool:
        """A correction whose content went to the dossier that it corrects."""
        return self.etat == Etat.INTEGRE

    @property
    def est_sur_papier(self) -> bool:
        """An agent writes it for the organisation."""
        return self.papier_recu_le is not None

    @property
    def est_retire(self) -> bool:
        return self.etat == Etat.RETIRE

    @property
    def attend_une_signature(self) -> bool:
        return self.etat == Etat.A_ATTESTER

    @property
    def ferme_le(self) -> datetime | None:
        """The closing that counts for it: the call's, or its own when the service gave it more time."""
        bornes = [borne for borne in (self.appel.ferme_le, self.prolonge_jusqu_a) if borne]
        return max(bornes, default=None)

    def est_ouvert(self, instant: datetime) -> bool:
        """The call is open for it; the clock decides, never a job. What came on paper in time is in time."""
        if self.est_sur_papier:
            return self.appel.est_ouvert(self.papier_recu_le)
        return self.appel.est_ouvert(instant) or (
            self.prolonge_jusqu_a is not None and self.appel.est_clos(instant) and instant < self.prolonge_jusqu_a)

    def est_modifiable(self, instant: datetime) -> bool:
        """A draft of a call that is open."""
        return self.etat in MODIFIABLES and self.est_ouvert(instant)

    def est_corrigeable(self, instant: datetime) -> bool:
        """Deposited, its call open, and no funder has decided on what was deposited."""
        return self.est_ouvert(instant) and self.est_remplacable()

    def est_remplacable(self) -> bool:
        """Another version may take the place of what was deposited: nobody decided on it."""
        return self.etat == Etat.DEPOSE and not self.financements.exclude(decision="").exists()

    def correction_en_cours(self) -> "Dossier | None":
        """The next version, being written."""
        return self.corrections.filter(etat__in=MODIFIABLES).first()

    def est_non_depose(self, instant: datetime) -> bool:
        """The call closed before the deposit: the draft is kept, readable."""
        return self.etat in MODIFIABLES and self.appel.est_clos(instant) and not self.est_ouvert(instant)

    def franchir(self, transition: Transition, *, par, le: datetime, motif: str = "") -> None:
        """The only door between two states; raises `TransitionInterdite`."""
        departs, arrivee = TRANSITIONS[transition]
        if self.etat not in departs:
            raise TransitionInterdite(transition, self.etat)
        self.passages.create(acte=transition, de=self.etat, vers=arrivee, par=par, le=le, motif=motif)
        self.etat = arrivee
        self.save()
