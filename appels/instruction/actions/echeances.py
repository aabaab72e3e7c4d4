"""Deadlines put off: for everybody with a public reason, or for one organisation with a code."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from appels.models import Appel, Derogation, Prolongation
from appels.socle import courriels, empechement, reveil
from partenaires.models import Appartenance, Partenaire, Role, Utilisateur
from partenaires.socle.refus import Refus
from quartiers.models import Parution


class PasPlusTard(Refus):
    """The new closing is not after the present one, or is already past."""

    phrase = "La clôture vient d’être changée : relisez-la."
    champ = "jour"


class CodeDejaPris(Refus):
    """The code is used, or taken back already."""

    phrase = "Ce code est déjà utilisé ou révoqué : rien n’a changé."


@transaction.atomic
def prolonger(
    appel: Appel,
    *,
    nouvelle: datetime,
    motif: str,
    par: Utilisateur,
    recu_le: datetime,
) -> Prolongation:
    """Close the call later, or open it again; whoever has a draft is told. Raises `PasPlusTard`."""
    verrouille = Appel.objects.select_for_update().get(pk=appel.pk)
    if verrouille.ferme_le is None or nouvelle <= max(verrouille.ferme_le, recu_le):
        raise PasPlusTard
    prolongation = Prolongation.objects.create(
        appel=verrouille,
        ancienne=verrouille.ferme_le,
        nouvelle=nouvelle,
        motif=motif,
        par=par,
        le=recu_le,
    )
    verrouille.ferme_le = nouvelle
    verrouille.dates_le = recu_le
    verrouille.sequence += 1
    verrouille.save(update_fields=["ferme_le", "dates_le", "sequence"])
    Parution.avancer(recu_le)
    courriels.prolongation(prolongation, _ont_un_brouillon(verrouille))
    reveil.apres_commit("appels.envoyer_courriels")
    reveil.apres_commit("appels.imprimer")
    return prolongation


def _ont_un_brouillon(appel: Appel) -> QuerySet[Utilisateur, str]:
    """The addresses of whoever writes a draft of this call."""
    redigent = Appartenance.objects.actives().avec_role(
        Role.ADMINISTRATEUR, Role.SIGNATAIRE, Role.REDACTEUR
    )
    redactions = redigent.filter(
        partenaire__in=appel.dossiers.non_deposes().values("porteur"),
    )
    personnes = Utilisateur.objects.filter(is_active=True, appartenances__in=redactions)
    return personnes.values_list("email", flat=True).distinct()


def accorder(
    appel: Appel,
    porteur: Partenaire,
    *,
    jusqu_a: datetime,
    motif: str,
    par: Utilisateur,
    recu_le: datetime,
) -> Derogation:
    """A code for one dossier of one organisation; the reason stays in the log of the service.

    Raises `MembreDeLOrganisme`: nobody gives their own organisation more time.
    """
    empechement.exiger_hors_de(par, porteur)
    return Derogation.objects.create(
        appel=appel,
        porteur=porteur,
        jusqu_a=jusqu_a,
        motif=motif,
        par=par,
        le=recu_le,
    )


def revoquer(derogation: Derogation, *, par: Utilisateur, recu_le: datetime) -> None:
    """Take back a code that nobody used. Raises `CodeDejaPris` or `MembreDeLOrganisme`."""
    empechement.exiger_hors_de(par, derogation.porteur)
    libres = Derogation.objects.filter(
        pk=derogation.pk,
        dossier__isnull=True,
        revoquee_le__isnull=True,
    )
    revoquees = libres.update(revoquee_le=recu_le, revoquee_par=par)
    if not revoquees:
        raise CodeDejaPris
