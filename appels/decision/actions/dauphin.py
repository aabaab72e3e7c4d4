"""What an organisation declares of its request on Dauphin, and what the service reads in a file of
Dauphin.
"""

import hashlib
from datetime import datetime

from django.db import transaction

from appels.decision import rapprochement
from appels.decision.actions import decisions
from appels.decision.rapprochement import Rapprochement
from appels.models import Acte, Appel, DepotDauphin, Dossier, ImportDauphin, Passage
from partenaires.models import Utilisateur


@transaction.atomic
def declarer(dossier: Dossier, depot: DepotDauphin, *, par: Utilisateur, recu_le: datetime) -> None:
    """Keep the declaration, the last one wins; each is logged."""
    Dossier.objects.select_for_update(of=("self",)).get(pk=dossier.pk)
    DepotDauphin.objects.update_or_create(
        dossier=dossier,
        defaults={
            "numero": depot.numero,
            "etat": depot.etat,
            "transmis_le": depot.transmis_le,
            "declare_par": par,
            "declare_le": recu_le,
        },
    )
    Passage.objects.create(
        dossier=dossier, acte=Acte.DAUPHIN, par=par, le=recu_le, motif=str(depot)[:300]
    )


def recevoir(
    appel: Appel, nom: str, octets: bytes, *, par: Utilisateur, recu_le: datetime
) -> ImportDauphin:
    """Keep a file to be read, changing nothing. Raises `rapprochement.FichierIllisible`."""
    texte = rapprochement.decoder(octets)
    rapprochement.lignes_du_tableur(texte)
    return ImportDauphin.objects.create(
        appel=appel,
        nom=nom[:120],
        contenu=texte,
        par=par,
        le=recu_le,
        sha256=hashlib.sha256(octets).hexdigest(),
    )


def rapprocher(recu: ImportDauphin) -> list[Rapprochement]:
    """Each row against the dossiers of the call, as they are now."""
    dossiers = (
        Dossier.objects.filter(appel=recu.appel_id)
        .deposes()
        .select_related("appel", "porteur", "dauphin")
        .prefetch_related("financements__partenaire")
    )
    return rapprochement.rapprocher(rapprochement.lignes_du_tableur(recu.contenu), list(dossiers))


@transaction.atomic
def appliquer(recu: ImportDauphin, *, par: Utilisateur, recu_le: datetime) -> int:
    """Write what the file says; how many dossiers changed. The same file again changes nothing.

    Raises `decisions.EnveloppeDepassee` or `decisions.DejaLibere`: nothing is then kept.
    """
    list(
        Dossier.objects.select_for_update(of=("self",))
        .filter(appel=recu.appel_id)
        .deposes()
        .order_by("pk")
    )
    changes = 0
    for trouve in rapprocher(recu):
        if trouve.declaration:
            ligne = trouve.ligne
            depot = getattr(trouve.dossier, "dauphin", None) or DepotDauphin(numero=ligne.numero)
            depot.numero, depot.etat, depot.transmis_le = (
                ligne.numero or depot.numero,
                ligne.etat,
                ligne.transmis_le,
            )
            declarer(trouve.dossier, depot, par=par, recu_le=recu_le)
        if trouve.financement:
            decisions.decider(trouve.dossier, [trouve.financement], par=par, recu_le=recu_le)
        changes += bool(trouve.declaration or trouve.financement)
    ImportDauphin.objects.filter(pk=recu.pk).update(applique_par=par, applique_le=recu_le)
    return changes
