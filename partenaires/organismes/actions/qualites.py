"""The service looks at who claims an organisation: it verifies, refuses, or undoes."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from partenaires.models import (
    ActeOrganisme,
    Appartenance,
    Partenaire,
    Passation,
    Role,
    Utilisateur,
)
from partenaires.models.appartenance import ROLES_FONDATEUR, AppartenanceQuerySet
from partenaires.organismes.actions import journal, membres
from partenaires.socle import courriels
from partenaires.socle.refus import GARDEE, Conflit, Refus


class DejaTraitee(Refus):
    """The claim ended meanwhile, or was never the business of the service."""

    phrase = "Cette demande n’attend plus le service : rechargez la page. Rien n’a changé."


class UneAutrePersonneVerifie(Refus):
    """Alone, one would give an organisation to an address of one's own: two people do it."""

    phrase = (
        "Vous avez mis fin à l’accès de qui tenait cet organisme : une autre personne du service "
        "vérifie qui le demande maintenant."
    )


class VerifieeEntreTemps(Conflit):
    """A colleague verified it while this page was refusing it; `present` is the membership."""

    def __init__(self, present: Appartenance):
        super().__init__(
            present,
            f"Entre-temps, {present.verifiee_par} a vérifié cette qualité : refuser la défait. "
            f"{GARDEE}",
        )


def _verrouiller(appartenance: Appartenance) -> Appartenance:
    """The claim as it is, under the lock of its organisation; raises `DejaTraitee`."""
    Partenaire.objects.select_for_update().get(pk=appartenance.partenaire_id)
    en_cours = Appartenance.objects.filter(terminee_le__isnull=True)
    verrouillee = (
        en_cours.select_related("utilisateur", "partenaire", "garant")
        .filter(pk=appartenance.pk)
        .first()
    )
    if verrouillee is None or not verrouillee.est_du_ressort_du_service:
        raise DejaTraitee
    return verrouillee


def reservees_a_un_autre(agent: Utilisateur) -> AppartenanceQuerySet:
    """Claims that would give all of an organisation which nobody holds, when this person of the
    service ended the access of somebody who did.
    """
    la = {"partenaire": OuterRef("partenaire")}
    departs = Passation.objects.filter(acte=ActeOrganisme.DEPART, par=agent, **la)
    defaites = Appartenance.objects.filter(refusee_par=agent, verifiee_le__isnull=False, **la)
    tenue = Appartenance.objects.administrent().fiables().filter(**la)
    demandees = Appartenance.objects.demandees().exclude(Exists(tenue))
    return demandees.filter(Exists(departs) | Exists(defaites))


@transaction.atomic
def verifier(
    appartenance: Appartenance, *, par: Utilisateur, recu_le: datetime
) -> list[Appartenance]:
    """An agent has looked at the document of a claimant, and agrees; who still waits there.

    A claim on what others held lets in only now; whoever else is not verified waits again. To look
    at one person says nothing of those whom they had brought under somebody never verified: they
    wait for a member who administers, or for the service. Raises `DejaTraitee` or
    `UneAutrePersonneVerifie`.
    """
    verrouillee = _verrouiller(appartenance)
    if verrouillee.verifiee_le and verrouillee.acceptee_le:
        return _en_attente(verrouillee)
    if reservees_a_un_autre(par).filter(pk=verrouillee.pk).exists():
        raise UneAutrePersonneVerifie
    if verrouillee.acceptee_le is None:
        tenue = Appartenance.objects.administrent().fiables()
        est_tenue = tenue.filter(partenaire=verrouillee.partenaire_id).exists()
        verrouillee.acceptee_le = recu_le
        verrouillee.acceptee_par = par
        verrouillee.roles = frozenset({Role.REDACTEUR}) if est_tenue else ROLES_FONDATEUR
    verrouillee.verifiee_le = recu_le
    verrouillee.verifiee_par = par
    verrouillee.save()
    journal.inscrire(
        verrouillee.partenaire,
        ActeOrganisme.VERIFIER,
        str(verrouillee.utilisateur),
        par=par,
        le=recu_le,
        motif=verrouillee.roles_dits,
    )
    membres.suspendre_les_non_verifies(verrouillee, recu_le=recu_le)
    courriels.qualite_verifiee(verrouillee)
    return _en_attente(verrouillee)


def _en_attente(verifiee: Appartenance) -> list[Appartenance]:
    """Whoever asks to be let in where somebody was just verified."""
    demandees = Appartenance.objects.demandees().filter(partenaire=verifiee.partenaire_id)
    return list(demandees.select_related("utilisateur").order_by("utilisateur__email"))


@transaction.atomic
def refuser(
    appartenance: Appartenance,
    *,
    motif: str,
    par: Utilisateur,
    recu_le: datetime,
    etait_verifiee: bool | None = None,
) -> None:
    """Refuse a claim, or undo one that was verified; whoever hangs from it waits for the service.

    What the person began stays, readable to the service alone. `etait_verifiee`: what the page
    showed. Raises `DejaTraitee` or `VerifieeEntreTemps`.
    """
    verrouillee = _verrouiller(appartenance)
    if verrouillee.verifiee_le and etait_verifiee is False:
        raise VerifieeEntreTemps(verrouillee)
    verrouillee.refusee_le = recu_le
    verrouillee.refusee_par = par
    verrouillee.refus_motif = motif
    verrouillee.terminee_le = recu_le
    verrouillee.save()
    membres.terminer(verrouillee, recu_le=recu_le)
    amenees = Appartenance.objects.actives().filter(garant=verrouillee, verifiee_le__isnull=True)
    membres.suspendre(amenees, par=par, recu_le=recu_le)
    journal.inscrire(
        verrouillee.partenaire,
        ActeOrganisme.REFUSER,
        str(verrouillee.utilisateur),
        par=par,
        le=recu_le,
        motif=motif,
    )
    courriels.qualite_refusee(verrouillee)
