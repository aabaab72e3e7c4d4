"""A declared conflict of interest closes a dossier to a person; somebody else may open it again."""

from datetime import datetime

from django.db import transaction

from appels.instruction.actions import exports
from appels.models import Acte, Deport, Dossier
from appels.models.dossiers import ROLES_INSTRUISENT
from appels.socle import empechement
from appels.socle.verrous import verrouiller
from partenaires.models import Utilisateur
from partenaires.socle.refus import Refus


class PasLeSien(Refus):
    """Nobody lifts their own."""

    phrase = "Une autre personne responsable du service lève votre déport. Rien n’a changé."


@transaction.atomic
def declarer(
    dossier: Dossier,
    personne: Utilisateur,
    *,
    motif: str,
    par: Utilisateur,
    recu_le: datetime,
) -> Deport:
    """Close the dossier to this person; twice, it stays one.

    The person loses the charge of it, and the files made before, which may hold it.
    """
    verrouille = verrouiller(dossier)
    deja_declare = verrouille.deports.en_vigueur().filter(personne=personne).first()
    if deja_declare:
        return deja_declare
    empechement.exiger(par, verrouille, ROLES_INSTRUISENT)
    deport = verrouille.deports.create(
        personne=personne,
        motif=motif,
        declare_par=par,
        declare_le=recu_le,
    )
    champs = []
    if verrouille.confie_a_id == personne.pk:
        champs = [["charge", str(personne), ""]]
        Dossier.objects.filter(pk=verrouille.pk).update(confie_a=None)
    exports.effacer(personne.exports.all())
    verrouille.passages.create(
        acte=Acte.DEPORTER,
        par=par,
        le=recu_le,
        motif=str(personne)[:300],
        champs=champs,
    )
    return deport


@transaction.atomic
def lever(deport: Deport, *, motif: str, par: Utilisateur, recu_le: datetime) -> Deport:
    """Open the dossier again to this person; twice changes nothing. Raises `PasLeSien`."""
    if deport.personne_id == par.pk:
        raise PasLeSien
    dossier = empechement.verrouiller_pour_instruire(deport.dossier, par=par)
    actuel = Deport.objects.select_related("personne").get(pk=deport.pk)
    if actuel.leve_le:
        return actuel
    actuel.leve_le = recu_le
    actuel.leve_par = par
    actuel.motif_levee = motif
    actuel.save(update_fields=["leve_le", "leve_par", "motif_levee"])
    dossier.passages.create(
        acte=Acte.LEVER_DEPORT,
        par=par,
        le=recu_le,
        motif=f"{actuel.personne} : {motif}"[:300],
    )
    return actuel
