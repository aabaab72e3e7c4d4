"""A declared conflict of interest closes a dossier to a person; somebody else may open it again."""

from datetime import datetime

from django.db import transaction

from appels.instruction.actions import exports
from appels.models import Acte, Deport, Dossier
from appels.socle.verrous import verrouiller
from partenaires.models import Utilisateur


class PasLeSien(Exception):
    """Nobody lifts their own."""


@transaction.atomic
def declarer(
    dossier: Dossier, personne: Utilisateur, *, motif: str, par: Utilisateur, recu_le: datetime
) -> Deport:
    """Close the dossier to this person, who loses the charge of it and the files made before;
    twice, it stays one.
    """
    verrouille = verrouiller(dossier)
    deport = verrouille.deports.en_vigueur().filter(personne=personne).first()
    if deport:
        return deport
    deport = verrouille.deports.create(
        personne=personne, motif=motif, declare_par=par, declare_le=recu_le
    )
    champs = []
    if verrouille.charge_id == personne.pk:
        champs = [["charge", str(personne), ""]]
        Dossier.objects.filter(pk=verrouille.pk).update(charge=None)
    exports.effacer(personne.exports.all())
    verrouille.passages.create(
        acte=Acte.DEPORTER, par=par, le=recu_le, motif=f"{personne}"[:300], champs=champs
    )
    return deport


@transaction.atomic
def lever(deport: Deport, *, motif: str, par: Utilisateur, recu_le: datetime) -> Deport:
    """Open the dossier again to this person; twice changes nothing. Raises `PasLeSien`."""
    if deport.personne_id == par.pk:
        raise PasLeSien
    dossier = verrouiller(deport.dossier)
    verrouille = Deport.objects.select_related("personne").get(pk=deport.pk)
    if verrouille.leve_le:
        return verrouille
    verrouille.leve_le, verrouille.leve_par, verrouille.motif_levee = recu_le, par, motif
    verrouille.save(update_fields=["leve_le", "leve_par", "motif_levee"])
    dossier.passages.create(
        acte=Acte.LEVER_DEPORT, par=par, le=recu_le, motif=f"{verrouille.personne} : {motif}"[:300]
    )
    return verrouille
