from django.conf import settings
from django.db import models

from appels.models.dossier import Dossier
from appels.models.etats import Etat, Transition
from partenaires.socle import droits


class Acte(models.TextChoices):
    """Acts that are logged without changing the state."""

    CREER = "creer", "Brouillon créé"
    PROLONGER = "prolonger", "Délai particulier accordé"
    OUVRIR = "ouvrir", "Brouillon ouvert au service"
    REFERMER = "refermer", "Brouillon refermé au service"
    LIRE = "lire", "Brouillon lu par le service"
    REFUSER_PIECE = "refuser_piece", "Pièce refusée par l’antivirus"
    CORRIGER = "corriger", "Correction commencée"
    DECIDER = "decider", "Décision d’un financeur saisie"
    NOTIFIER = "notifier", "Décision notifiée"
    AFFECTER = "affecter", "Agent chargé du dossier"
    CONFORMITE = "conformite", "Pièce examinée"
    ECRIRE = "ecrire", "Message envoyé"
    AVISER = "aviser", "Avis d’un financeur partagé"
    SIGNALER = "signaler", "Signalement posé"
    RESOUDRE = "resoudre", "Signalement résolu"
    DEPORTER = "deporter", "Déport déclaré"
    LEVER_DEPORT = "lever_deport", "Déport levé"
    DAUPHIN = "dauphin", "Dépôt sur Dauphin déclaré"
    CONSULTER_RIB = "consulter_rib", "Coordonnées bancaires ouvertes"


DU_SERVICE = (
    Acte.AVISER,
    Acte.AFFECTER,
    Acte.CONFORMITE,
    Acte.SIGNALER,
    Acte.RESOUDRE,
    Acte.DEPORTER,
    Acte.LEVER_DEPORT,
)


class PassageQuerySet(models.QuerySet):
    def visibles_par(self, utilisateur):
        """The history that a person may read: the kitchen of the service is for the service, what
        funders decide too until it is released; that messages were sent is for those who exchange
        them.
        """
        publiees = models.Q(dossier__appel__decisions_publiees_le__isnull=False)
        siens = models.Q(
            dossier__porteur__in=[a.partenaire_id for a in utilisateur.mes_appartenances]
        )
        pour_tous = (
            ~models.Q(acte__in=DU_SERVICE)
            & (~models.Q(acte=Acte.DECIDER) | publiees)
            & (~models.Q(acte=Acte.ECRIRE) | siens)
        )
        if droits.est_agent(
            utilisateur
        ):  # one who steps aside from the dossier of their own organisation reads as it
            return self.filter(
                pour_tous | ~models.Q(dossier__in=Dossier.objects.fermes_a(utilisateur))
            )
        return self.filter(pour_tous)


class Passage(models.Model):
    """The log: who did what on a dossier, and when. Rows are only added: PostgreSQL refuses to
    change or delete one.
    """

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="passages")
    acte = models.CharField(max_length=20, choices=[*Transition.choices, *Acte.choices])
    de = models.CharField(max_length=12, choices=Etat.choices, blank=True)
    vers = models.CharField(max_length=12, choices=Etat.choices, blank=True)
    par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    le = models.DateTimeField()
    motif = models.CharField(max_length=300, blank=True)
    champs = models.JSONField(
        default=list, blank=True
    )  # [field, before, after]; values only where they name nobody

    objects = PassageQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return f"{self.get_acte_display()} ({self.dossier_id})"

    @property
    def champs_en_clair(self) -> str:
        """« Budget : 1 000 € → 1 200 € ; Objectifs »."""
        return " ; ".join(
            f"{nom} : {avant or 'vide'} → {apres or 'vide'}" if avant or apres else nom
            for nom, avant, apres in self.champs
        )
