"""Who came in, and which codes were used."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models

from partenaires.models.utilisateur import Utilisateur


class Evenement(models.TextChoices):
    """What happens at the door of an account."""

    OUVERTE = "ouverte", "Connexion"
    REFUSEE = "refusee", "Mot de passe refusé"
    CODE_REFUSE = "code_refuse", "Second facteur refusé"
    CONFIRMEE = "confirmee", "Identité confirmée"
    DECONNEXION = "deconnexion", "Déconnexion"
    INACTIVITE = "inactivite", "Session fermée après un temps sans activité"
    ARRET = "arret", "Session fermée depuis un autre appareil"
    OUBLI = "oubli", "Lien demandé pour un mot de passe oublié"
    MOT_DE_PASSE = "mot_de_passe", "Mot de passe changé"
    ADRESSE = "adresse", "Adresse principale changée"
    ADRESSE_SURE = "adresse_sure", "Adresse confirmée"
    ADRESSE_OTEE = "adresse_otee", "Adresse retirée"
    FACTEUR = "facteur", "Second facteur posé"
    FACTEUR_OTE = "facteur_ote", "Second facteur retiré"
    SECOURS = "secours", "Codes de secours créés"
    CLE = "cle", "Clé d’accès ajoutée"
    DEBLOCAGE = "deblocage", "Essais remis à zéro par le service"
    CLE_OTEE = "cle_otee", "Clé d’accès retirée"


class Connexions(models.QuerySet["Connexion"]):
    def effacer_avant(self, instant: datetime) -> int:
        """What is older than the setting keeps; gives how many lines."""
        conservees = timedelta(days=settings.CONNEXIONS_CONSERVEES)
        return self.filter(le__lt=instant - conservees).delete()[0]


class Connexion(models.Model):
    """A line of who came in, or tried to: the person reads their own, the head reads all.

    What was typed for an account that does not exist is kept as a keyed fingerprint: two tries on
    one address look alike, and nobody reads which.
    """

    utilisateur = models.ForeignKey(
        Utilisateur, models.CASCADE, null=True, blank=True, related_name="connexions"
    )
    adresse = models.CharField("empreinte de l’adresse tapée", max_length=64, blank=True)
    evenement = models.CharField(max_length=12, choices=Evenement.choices)
    appareil = models.CharField(max_length=60, blank=True)
    le = models.DateTimeField()
    objects = Connexions.as_manager()

    class Meta:
        ordering = ["-le", "-pk"]
        indexes = [
            models.Index(fields=["utilisateur", "-le"], name="connexion_de_la_personne"),
            models.Index(fields=["-le"], name="connexion_par_date"),
        ]

    def __str__(self) -> str:
        return f"{self.get_evenement_display()} : {self.utilisateur or 'compte inconnu'}"


class DernierCode(models.Model):
    """The last six-digit code that a secret let in: neither it nor an older one passes again.

    A row, not a cache: a mark that is forgotten lets a code read over a shoulder in again.
    """

    utilisateur = models.ForeignKey(Utilisateur, models.CASCADE, related_name="+")
    secret = models.CharField("empreinte du secret", max_length=64, unique=True)
    pas = models.BigIntegerField("numéro de la demi-minute")

    def __str__(self) -> str:
        return f"{self.utilisateur}, {self.pas}"

    @classmethod
    def employer(cls, utilisateur: Utilisateur, secret: str, pas: int) -> bool:
        """Mark the code of this half-minute as used; False when it, or a later one, already was.

        Two requests at once: one passes, the row decides.
        """
        cree = cls.objects.get_or_create(
            secret=secret, defaults={"utilisateur": utilisateur, "pas": pas}
        )[1]
        return cree or cls.objects.filter(secret=secret, pas__lt=pas).update(pas=pas) == 1
