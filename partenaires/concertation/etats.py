"""The only door between two states of a contribution: locked, checked, logged (SUITES F8)."""

from datetime import datetime

from partenaires.concertation import sorties
from partenaires.models import Contribution, EtatParole, Moderation, Utilisateur, VerbeParole
from partenaires.models.etats_des_paroles import PASSAGES, PUBLIQUES
from partenaires.socle.refus import Refus
from quartiers.francais import moment
from quartiers.models import Parution


class PassageImpossible(Refus):
    """This verb does not start from this state; its sentence says what somebody did meanwhile."""

    def __init__(self, verbe: VerbeParole, etat: str, phrase: str):
        self.verbe = verbe
        self.etat = etat
        super().__init__(phrase)


def franchir(
    contribution: Contribution,
    verbe: VerbeParole,
    *,
    par: Utilisateur | None,
    le: datetime,
    motif: str = "",
    texte: str = "",
    regle: str = "",
) -> Moderation:
    """Pass a contribution through a verb, in the transaction of the act; gives the line of the log.

    The row is locked and read again: of two acts at once the second is refused. `par` is None for
    the author. Raises `PassageImpossible`.
    """
    ligne = Contribution.objects.select_for_update().get(pk=contribution.pk)
    departs, arrivee = PASSAGES[verbe]
    if ligne.etat not in departs:
        raise PassageImpossible(verbe, ligne.etat, entre_temps(ligne))
    if verbe == VerbeParole.RETABLIR:
        arrivee = _ou_elle_etait(ligne)
    passage = ligne.moderations.create(
        acte=verbe,
        de=ligne.etat,
        vers=arrivee,
        motif=motif,
        texte=texte,
        regle=regle,
        par=par,
        le=le,
    )
    ligne.etat = arrivee
    if arrivee in PUBLIQUES and ligne.publiee_le is None:
        ligne.publiee_le = le
    ligne.save(update_fields=["etat", "publiee_le"])
    contribution.etat = ligne.etat
    contribution.publiee_le = ligne.publiee_le
    etait_publique = passage.de in PUBLIQUES
    if etait_publique and (arrivee not in PUBLIQUES or verbe == VerbeParole.REPRENDRE):
        sorties.noter(ligne, le=le)
    elif etait_publique or arrivee in PUBLIQUES:
        Parution.avancer(le)
    return passage


def _ou_elle_etait(contribution: Contribution) -> EtatParole:
    """The public state that was masked; « publiée » for a text that was refused at the door."""
    dernier = contribution.moderations.last()
    if dernier and dernier.acte == VerbeParole.MASQUER:
        return EtatParole(dernier.de)
    return EtatParole.PUBLIEE


def entre_temps(contribution: Contribution) -> str:
    """Who passed before, and what it is now."""
    dernier = contribution.moderations.select_related("par").last()
    if dernier is None:
        return f"Cette contribution est « {contribution.get_etat_display()} » : rien n’a changé."
    qui = str(dernier.par) if dernier.par else "son auteur ou son autrice"
    return (
        f"Entre-temps, {qui} a agi sur cette contribution : « {dernier.get_acte_display()} », le "
        f"{moment(dernier.le)}. Rien d’autre n’a changé."
    )
