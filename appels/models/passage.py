from typing import ClassVar, Self

from django.conf import settings
from django.db import models

from appels.models.dossier import Dossier
from appels.models.etats import Etat, Transition
from appels.models.financement import DecisionPrise
from partenaires.models import Utilisateur
from partenaires.socle import droits
from quartiers.francais import moment
from quartiers.models import SeulAjout, SeulAjoutQuerySet


class Acte(models.TextChoices):
    """Acts that are logged without changing the state."""

    CREER = "creer", "Brouillon créé"
    PROLONGER = "prolonger", "Délai particulier accordé"
    PROLONGER_COMPLEMENT = "prolonger_complement", "Délai de réponse prolongé"
    OUVRIR = "ouvrir", "Brouillon ouvert au service"
    REFERMER = "refermer", "Brouillon refermé au service"
    LIRE = "lire", "Brouillon lu par le service"
    REFUSER_PIECE = "refuser_piece", "Pièce refusée par l’antivirus"
    CORRIGER = "corriger", "Correction commencée"
    DECIDER = "decider", "Décision d’un financeur saisie"
    NOTIFIER = "notifier", "Décision notifiée"
    RENONCER = "renoncer", "L’organisme a renoncé à une subvention"
    PUBLIER = "publier", "Décision publiée"
    DEPUBLIER = "depublier", "Décision retirée de la page publique"
    DEROGER = "deroger", "Dérogation de la ou du responsable"
    AFFECTER = "affecter", "Agent chargé du dossier"
    CONFORMITE = "conformite", "Pièce examinée"
    VERIFIER_LIEUX = "verifier_lieux", "Lieux vérifiés"
    ECRIRE = "ecrire", "Message envoyé"
    AVISER = "aviser", "Avis d’un financeur partagé"
    ACCORDER = "accorder", "Mot d’un financeur sur une décision"
    SIGNALER = "signaler", "Signalement posé"
    RESOUDRE = "resoudre", "Signalement résolu"
    DEPORTER = "deporter", "Déport déclaré"
    LEVER_DEPORT = "lever_deport", "Déport levé"
    DAUPHIN = "dauphin", "Dépôt sur Dauphin déclaré"
    CONSULTER_RIB = "consulter_rib", "Coordonnées bancaires ouvertes"


DU_SERVICE = (
    Acte.AVISER,
    Acte.ACCORDER,
    Acte.AFFECTER,
    Acte.CONFORMITE,
    Acte.VERIFIER_LIEUX,
    Acte.SIGNALER,
    Acte.RESOUDRE,
    Acte.DEPORTER,
    Acte.LEVER_DEPORT,
    Acte.DEROGER,
)


class PassageQuerySet(SeulAjoutQuerySet):
    def visibles_par(self, utilisateur: Utilisateur) -> Self:
        """The history that a person may read.

        What the service does among itself is for the service, what a funder decides too until its
        letter is released; that messages were sent is for those who exchange them.
        """
        organismes = [appartenance.partenaire_id for appartenance in utilisateur.mes_appartenances]
        notifiees = DecisionPrise.objects.notifiees().filter(passage=models.OuterRef("pk"))
        de_l_organisme = models.Q(dossier__porteur__in=organismes)
        lisibles = (
            ~models.Q(acte__in=DU_SERVICE)
            & (~models.Q(acte=Acte.DECIDER) | models.Exists(notifiees))
            & (~models.Q(acte=Acte.ECRIRE) | de_l_organisme)
        )
        if droits.est_agent(utilisateur):
            # An agent reads the dossier of their own organisation as it does.
            # Asked of each line: the page of one dossier does not read all those of the service
            du_service = Dossier.objects.lus_pour_le_service(utilisateur).order_by()
            lisibles |= models.Q(models.Exists(du_service.filter(pk=models.OuterRef("dossier"))))
        return self.filter(lisibles)


class Passage(SeulAjout):
    """The log: who did what on a dossier, and when.

    Rows are only added: PostgreSQL refuses to change or delete one.
    """

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="passages")
    acte = models.CharField(max_length=20, choices=[*Transition.choices, *Acte.choices])
    de = models.CharField(max_length=12, choices=Etat.choices, blank=True)
    vers = models.CharField(max_length=12, choices=Etat.choices, blank=True)
    par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    le = models.DateTimeField()
    motif = models.CharField(max_length=300, blank=True)
    # [field, before, after]; values only where they name nobody
    champs = models.JSONField(default=list, blank=True)

    objects: ClassVar = PassageQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_acte_display()} ({self.dossier_id})"

    @property
    def champs_en_clair(self) -> str:
        """« Budget : 1 000 € → 1 200 € ; Objectifs »."""
        changements = []
        for nom, avant, apres in self.champs:
            if avant or apres:
                changements.append(f"{nom} : {avant or 'vide'} → {apres or 'vide'}")
            else:
                changements.append(nom)
        return " ; ".join(changements)

    @property
    def phrase_entre_temps(self) -> str:
        """What to say to somebody whose act comes after this one and is refused."""
        return (
            f"Entre-temps, {self.par} a agi sur ce dossier : « {self.get_acte_display()} », le "
            f"{moment(self.le)}. Rien d’autre n’a changé."
        )
