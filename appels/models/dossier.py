from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from appels.models.appel import Appel, Theme
from appels.models.complement import Complement
from appels.models.contenu import CONTENU, Forme, Frequence, Periodicite
from appels.models.dossiers import DossierQuerySet
from appels.models.etats import (
    EN_COURSE,
    MODIFIABLES,
    SANS_DEPOT,
    TRANSITIONS,
    Etat,
    Transition,
    TransitionInterdite,
)
from appels.models.partie import NomPartie
from appels.models.serie import Serie
from partenaires.models import Genre, Partenaire, Utilisateur
from quartiers.contraintes import ensemble
from quartiers.francais import recherchable
from quartiers.models import Axe, Journalise, Objectif, Regard


class Dossier(Journalise):
    """A project in a call. It belongs to the organisation; a draft may be incomplete."""

    REGARD = Regard(omis=(*CONTENU, "cle_creation", "recherche"), dossier="pk")

    appel = models.ForeignKey(Appel, models.PROTECT, related_name="dossiers")
    porteur = models.ForeignKey(
        Partenaire, models.PROTECT, related_name="dossiers", verbose_name="organisme"
    )
    etat = models.CharField(max_length=12, choices=Etat.choices, default=Etat.BROUILLON)
    cree_le = models.DateTimeField()
    cree_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    cle_creation = models.UUIDField(unique=True)
    corrige = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="corrections"
    )
    repris_de = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    # The action that it is a year of; a correction has the one of what it corrects
    serie = models.ForeignKey(
        Serie, models.PROTECT, null=True, blank=True, related_name="dossiers", verbose_name="série"
    )
    fiche_confirmee_le = models.DateTimeField(null=True, blank=True)
    signature_demandee_le = models.DateTimeField(null=True, blank=True)
    signature_demandee_a = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    # While agents may read the draft
    ouvert_au_service_le = models.DateTimeField(null=True, blank=True)
    # Received on paper: agents write it
    papier_recu_le = models.DateTimeField(null=True, blank=True)
    # Its own closing, given by a `Derogation`
    prolonge_jusqu_a = models.DateTimeField(null=True, blank=True)
    numero = models.CharField(max_length=14, unique=True, null=True, blank=True)
    depose_le = models.DateTimeField(null=True, blank=True)
    depose_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    # What the service does with it
    confie_a = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="dossiers_confies",
        verbose_name="agent chargé du dossier",
    )
    # While a `Complement` waits for its answer
    a_completer_avant = models.DateTimeField(null=True, blank=True)
    # In `guichet` only (CRPA L231-4 3°)
    rejet_implicite_le = models.DateField(null=True, blank=True)
    # Number and title, without accents
    recherche = models.CharField(max_length=300, default="", editable=False)

    # Project in brief (METIER §1.0 and §1.6)
    intitule = models.CharField("intitulé du projet", max_length=256, blank=True)
    resume_public = models.CharField("résumé pour le public", blank=True, max_length=300)
    axe = models.ForeignKey(
        Axe, models.PROTECT, null=True, blank=True, verbose_name="axe principal"
    )
    objectifs_contrat = models.ManyToManyField(
        Objectif, blank=True, verbose_name="objectifs du contrat visés"
    )
    themes = models.ManyToManyField(Theme, blank=True, verbose_name="thèmes")
    forme = models.CharField(
        "forme de l’aide demandée", max_length=10, choices=Forme.choices, blank=True
    )
    frequence = models.CharField(
        "première demande ou renouvellement", max_length=15, choices=Frequence.choices, blank=True
    )
    periodicite = models.CharField(
        "durée de l’aide demandée", max_length=15, choices=Periodicite.choices, blank=True
    )
    politique_ville = models.BooleanField(
        "sollicitez-vous un financement au titre de la politique de la ville",
        null=True,
        blank=True,
        choices=[(True, "Oui"), (False, "Non")],
    )
    debut_le = models.DateField("début du projet", null=True, blank=True)
    fin_le = models.DateField("fin du projet", null=True, blank=True)

    # Needs, objectives, description (METIER §1.6)
    besoin = models.TextField("à quel besoin répond le projet", blank=True, max_length=5000)
    objectifs = models.TextField("objectifs", blank=True, max_length=5000)
    description = models.TextField("description des actions", blank=True, max_length=10000)
    methode = models.TextField("méthode et calendrier", blank=True, max_length=5000)
    partenariats = models.TextField("partenaires du projet", blank=True, max_length=5000)
    egalite = models.TextField(
        "égalité entre les femmes et les hommes", blank=True, max_length=5000
    )
    participation = models.TextField(
        "participation des habitantes et des habitants", blank=True, max_length=5000
    )
    informations_complementaires = models.TextField(
        "informations complémentaires", blank=True, max_length=5000
    )

    # Places and publics
    public_vise = models.TextField(
        "qui est concerné (âges, situations)", blank=True, max_length=3000
    )
    lieu_protege = models.BooleanField(
        "un des lieux doit rester secret (hébergement, accueil de victimes)", default=False
    )
    beneficiaires = models.PositiveIntegerField(
        "nombre total de personnes bénéficiaires", null=True, blank=True
    )

    # Means and evaluation
    moyens_materiels = models.TextField("moyens matériels", blank=True, max_length=3000)
    recrutement_etpt = models.DecimalField(
        "recrutement envisagé, en équivalent temps plein travaillé (ETPT)",
        max_digits=6,
        decimal_places=2,
        null=True,
        blank=True,
    )
    evaluation = models.TextField(
        "comment le projet sera-t-il suivi et évalué", blank=True, max_length=5000
    )
    resultats_attendus = models.TextField("résultats attendus", blank=True, max_length=5000)

    # Said by `pour_completude` only: the tables that hold something
    a_objectifs: bool
    a_lieux: bool
    a_moyens: bool
    a_indicateurs: bool
    a_des_lignes_en_attente: bool
    heures_a_completer: str | None
    a_indicateurs_sans_cible: bool
    # Said by `avec_leur_offre`, and by `pour_completude`: what its call no longer offers
    a_un_axe_retire: bool
    a_un_theme_retire: bool
    la_partie: int | None  # by `avec_la_partie` only, with the next
    est_gardee: bool
    ecriture_dite_le: datetime | None  # by `ecritures.avec_la_sienne` only

    objects: ClassVar = DossierQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            ensemble("depot_tout_ou_rien", "depose_le", "depose_par"),
            models.CheckConstraint(
                name="numero_d_un_depot_ou_d_une_reprise",
                condition=models.Q(numero__isnull=False, depose_le__isnull=False)
                & ~models.Q(etat=Etat.REPRIS)
                | models.Q(numero__isnull=False, depose_le__isnull=True, etat=Etat.REPRIS)
                | models.Q(numero__isnull=True, depose_le__isnull=True)
                & ~models.Q(etat=Etat.REPRIS),
            ),
            models.CheckConstraint(
                name="brouillon_sans_depot",
                condition=models.Q(depose_le__isnull=True)
                | ~models.Q(etat__in=[Etat.BROUILLON, Etat.A_ATTESTER]),
            ),
            models.CheckConstraint(
                name="depose_avec_date",
                condition=models.Q(depose_le__isnull=False) | models.Q(etat__in=SANS_DEPOT),
            ),
            models.UniqueConstraint(
                fields=["corrige"],
                name="une_correction_a_la_fois",
                condition=models.Q(etat__in=MODIFIABLES),
            ),
            models.CheckConstraint(
                name="seule_une_correction_s_integre",
                condition=models.Q(corrige__isnull=False) | ~models.Q(etat=Etat.INTEGRE),
            ),
        ]

    def __str__(self) -> str:
        return self.intitule or "Projet sans titre"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """What is searched follows what is written."""
        self.recherche = recherchable(self.numero or "", self.intitule)
        if (champs := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*champs, "recherche"}
        super().save(*args, **kwargs)

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
    def est_repris(self) -> bool:
        """Taken over from a file of a past year (« données reprises »): never deposited here."""
        return self.etat == Etat.REPRIS

    @property
    def est_sur_papier(self) -> bool:
        """An agent writes it for the organisation."""
        return self.papier_recu_le is not None

    @property
    def est_en_course(self) -> bool:
        """Deposited, neither withdrawn nor refused at the door."""
        return self.etat in EN_COURSE

    @property
    def est_ecarte(self) -> bool:
        """Not receivable."""
        return self.etat == Etat.IRRECEVABLE

    @property
    def est_recevable(self) -> bool:
        return self.etat == Etat.RECEVABLE

    @property
    def est_a_completer(self) -> bool:
        return self.etat == Etat.A_COMPLETER

    @property
    def est_a_examiner(self) -> bool:
        """The service has not said yet whether it is receivable."""
        return self.etat == Etat.DEPOSE

    @property
    def attend_une_signature(self) -> bool:
        return self.etat == Etat.A_ATTESTER

    @property
    def ferme_le(self) -> datetime | None:
        """The closing that counts for it: the latest of the call's and of those the service gave.

        The service gives its own by a code, or by asking to complete what was deposited.
        """
        complement = self.corrige.a_completer_avant if self.corrige else None
        bornes = [
            borne for borne in (self.appel.ferme_le, self.prolonge_jusqu_a, complement) if borne
        ]
        return max(bornes, default=None)

    def echeance(self, instant: datetime) -> datetime | None:
        """The nearest date for a draft: that of what the service asks while it waits for it.

        Else the closing that counts.
        """
        if self.corrige and self.est_une_reponse(instant):
            return self.corrige.a_completer_avant
        return self.ferme_le

    def est_ouvert(self, instant: datetime) -> bool:
        """The call is open for it; the clock decides, never a job."""
        return self._est_dans_l_appel(instant) or self.est_une_reponse(instant)

    def _est_dans_l_appel(self, instant: datetime) -> bool:
        if self.papier_recu_le is not None:  # what came on paper in time is in time
            return self.appel.est_ouvert(self.papier_recu_le)
        return self.appel.est_ouvert(instant) or (
            self.prolonge_jusqu_a is not None
            and self.appel.est_clos(instant)
            and instant < self.prolonge_jusqu_a
        )

    def attend_un_complement(self, instant: datetime) -> bool:
        """The service asked something, and the deadline has not passed."""
        return (
            self.etat == Etat.A_COMPLETER
            and self.a_completer_avant is not None
            and instant < self.a_completer_avant
        )

    def est_une_reponse(self, instant: datetime) -> bool:
        """A correction that answers the service."""
        return self.corrige is not None and self.corrige.attend_un_complement(instant)

    def complement_en_cours(self) -> Complement | None:
        """What the service asks and waits for."""
        return self.complements.en_cours().prefetch_related("points__document").first()

    def parties_ouvertes(self, instant: datetime) -> set[str]:
        """The parts that may be written.

        All of them while the call is open; then, in an answer, those that the service asks.
        """
        if self._est_dans_l_appel(instant):
            return set(NomPartie.values)
        if self.corrige is None or not self.est_une_reponse(instant):
            return set(NomPartie.values)
        complement = self.corrige.complement_en_cours()
        return complement.parties() if complement else set()

    def est_modifiable(self, instant: datetime, nom: str | None = None) -> bool:
        """A draft that is still open, or one of its parts."""
        return (
            self.etat in MODIFIABLES
            and self.est_ouvert(instant)
            and (nom is None or nom in self.parties_ouvertes(instant))
        )

    def est_corrigeable(self, instant: datetime) -> bool:
        """Asked to complete; or deposited and its call open."""
        return self.attend_un_complement(instant) or (
            self.est_ouvert(instant) and self.est_remplacable()
        )

    def est_remplacable(self) -> bool:
        """Another version may take the place of what was deposited: asked for, or nobody was told
        of a decision on this one.

        Whatever funders have decided: a right that would end with a decision, before its letter,
        would tell that there is one.
        """
        if self.etat == Etat.A_COMPLETER:
            return True
        return self.etat in EN_COURSE and not self.est_notifie()

    def correction_en_cours(self) -> "Dossier | None":
        """The next version, being written."""
        return self.corrections.filter(etat__in=MODIFIABLES).first()

    def est_non_depose(self, instant: datetime) -> bool:
        """The call closed before the deposit: the draft is kept, readable."""
        return (
            self.etat in MODIFIABLES
            and self.appel.est_clos(instant)
            and not self.est_ouvert(instant)
        )

    def est_decide(self) -> bool:
        """A funder has taken a decision, told or not."""
        return self.financements.exclude(decision="").exists()

    def est_notifie(self) -> bool:
        """Its organisation received the letter of a funder."""
        return self.financements.filter(lettres__liberee_le__isnull=False).exists()

    def entre_temps(self) -> str:
        """The last step and who made it, in words, for whoever comes too late; empty before any."""
        dernier = self.passages.exclude(vers="").select_related("par").last()
        return dernier.phrase_entre_temps if dernier else ""

    def franchir(
        self,
        transition: Transition,
        *,
        par: Utilisateur,
        le: datetime,
        motif: str = "",
        champs: list | None = None,
    ) -> None:
        """The only door between two states, logged; raises `TransitionInterdite`."""
        departs, arrivee = TRANSITIONS[transition]
        if self.etat not in departs:
            raise TransitionInterdite(transition, self.etat, self.entre_temps())
        self.passages.create(
            acte=transition,
            de=self.etat,
            vers=arrivee,
            par=par,
            le=le,
            motif=motif,
            champs=champs or [],
        )
        self.etat = arrivee
        self.save()
