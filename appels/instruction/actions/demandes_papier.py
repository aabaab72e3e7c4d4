"""A request received on paper, entered for an organisation."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from appels.models import Appel, DemandePapier, Dossier
from appels.redaction.actions import redaction
from appels.socle import empechement, reveil, verrous
from partenaires.models import Partenaire, Utilisateur
from partenaires.socle import place, quarantaine
from partenaires.socle.fichiers import Fichier


@transaction.atomic
def saisir_papier(
    appel: Appel,
    porteur: Partenaire,
    *,
    intitule: str,
    cle: UUID,
    signataire: str,
    scan: Fichier,
    papier_recu_le: datetime,
    par: Utilisateur,
    recu_le: datetime,
) -> Dossier:
    """The draft of a request received on paper in time; the agent writes it.

    The same key twice is one draft. Raises `AppelFerme`, `MembreDeLOrganisme` (the agent vouches
    for the date and the signature), or `OSError` when the disk is full.
    """
    empechement.exiger_hors_de(par, porteur)
    deja_ouvert = Dossier.objects.filter(cle_creation=cle, cree_par=par).first()
    if deja_ouvert:
        return deja_ouvert
    if not appel.est_ouvert(papier_recu_le):
        raise verrous.AppelFerme
    dossier = redaction.creer(
        appel,
        porteur,
        intitule=intitule,
        cle=cle,
        par=par,
        recu_le=recu_le,
    )
    dossier.papier_recu_le = papier_recu_le
    dossier.save(update_fields=["papier_recu_le"])
    demande = DemandePapier(
        dossier=dossier,
        signataire=signataire,
        nom=scan.nom,
        mime=scan.mime,
        sha256=scan.sha256,
        saisie_par=par,
        saisie_le=recu_le,
    )
    titulaire = place.Titulaire(par)
    place.exiger(scan.taille, titulaire, recu_le=recu_le)
    demande.ranger(scan.contenu)
    demande.save()
    quarantaine.confier(scan, str(demande.scan.name), titulaire, le=recu_le)
    reveil.apres_commit("appels.analyser")
    return dossier
