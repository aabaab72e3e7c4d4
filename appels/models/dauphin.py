import re
from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models

from appels.models.dossier import Dossier
from partenaires.models.identifiants import abime
from quartiers.frappe import (
    SCIENTIFIQUE,
    Illisible,
    abrege,
    borne,
    chiffres_pour_lettres,
    nettoyer,
)
from quartiers.models import Journalise, Regard

FORME = re.compile(r"(DA)?\d{8}(-\d+)?", re.ASCII)  # METIER §3.3 [S9]
NUMERO_MAX = 16
FORME_DITE = (
    "Un numéro Dauphin a huit chiffres, avec ou sans « DA » devant et un rang derrière : "
    "01234567, DA01234567 ou 01234567-1."
)


def numero_dauphin_valide(texte: str) -> None:
    """« DA01234567 », « 01234567 » or « 01234567-1 »."""
    if not FORME.fullmatch(texte):
        raise ValidationError(FORME_DITE)


def lire_numero_dauphin(texte: str, *, ligne: int | None = None) -> str:
    """As the national platform writes it; raises `Illisible`.

    `ligne`: the row of the sheet that it comes from; the first zeros that the sheet took are then
    put back.
    """
    brut = nettoyer(borne(texte)).upper()
    if SCIENTIFIQUE.fullmatch(brut.replace(" ", "")):
        raise Illisible(abime("ce numéro Dauphin", texte, ligne))
    brut = re.sub(r"^(?:N ?[°º] ?)?(?:DAUPHIN ?)?(?:N ?[°º])? ?:? ?", "", brut)
    brut = re.sub(r"[ ._]", "", re.sub(r"[.,]0+$", "", brut))
    propre = re.sub("^DA-", "DA", brut)
    if ligne is not None and re.fullmatch(r"\d{6,7}", propre, re.ASCII):
        propre = propre.zfill(8)
    if not propre or (len(propre) <= NUMERO_MAX and FORME.fullmatch(propre)):
        return propre
    prefixe = "DA" if propre.startswith("DA") else ""
    propose = prefixe + chiffres_pour_lettres(propre.removeprefix("DA"))
    sinon = f"0{propre}" if re.fullmatch(r"\d{7}", propre, re.ASCII) else propose
    faux = f"« {abrege(texte.strip())} » n’est pas un numéro Dauphin. {FORME_DITE}"
    if sinon != propre and len(sinon) <= NUMERO_MAX and FORME.fullmatch(sinon):
        faux += f" Vouliez-vous dire {sinon} ?"
    raise Illisible(faux)


class EtatDauphin(models.TextChoices):
    """What the organisation sees on Dauphin (METIER §3.2)."""

    SAISIE = "saisie", "En cours de saisie : pas encore reçue"
    ATTESTATION = "attestation", "En attente d’attestation : pas encore reçue"
    TRANSMISE = "transmise", "Transmise"
    PRISE_EN_CHARGE = "prise_en_charge", "Prise en charge"
    RECEVABLE = "recevable", "Recevable"
    NON_RECEVABLE = "non_recevable", "Non recevable"


RECUS = (
    EtatDauphin.TRANSMISE,
    EtatDauphin.PRISE_EN_CHARGE,
    EtatDauphin.RECEVABLE,
    EtatDauphin.NON_RECEVABLE,
)


DitSurDauphin = tuple[str, str, date | None]  # number, state, day of transmission


class DepotDauphin(Journalise):
    """What the organisation declares of its request on the national platform.

    Nothing is sent there from here.
    """

    REGARD = Regard(dossier="dossier")

    dossier = models.OneToOneField(Dossier, models.CASCADE, related_name="dauphin")
    numero = models.CharField(
        "numéro Dauphin", max_length=NUMERO_MAX, validators=[numero_dauphin_valide]
    )
    etat = models.CharField("état affiché par Dauphin", max_length=16, choices=EtatDauphin.choices)
    transmis_le = models.DateField("date de transmission", null=True, blank=True)
    declare_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    declare_le = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="transmis_avec_sa_date",
                condition=models.Q(etat__in=RECUS, transmis_le__isnull=False)
                | ~models.Q(etat__in=RECUS),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.numero} ({self.get_etat_display()})"

    @property
    def dit(self) -> DitSurDauphin:
        """What is declared, to be compared; nothing is declared by a new one."""
        return self.numero, self.etat, self.transmis_le

    @property
    def est_recu(self) -> bool:
        """The State has it; until then the request is not made."""
        return self.etat in RECUS
