"""The service helps to write: a draft opened to it and closed again, a request on paper entered for
an organisation.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from appels import reveil
from appels.actions import redaction
from appels.models import Acte, Appel, DemandePapier, Dossier
from partenaires import quarantaine
from partenaires.fichiers import Fichier
from partenaires.models import Partenaire, Utilisateur

UNE_LECTURE = timedelta(hours=1)  # the same agent who comes back within it is still reading


@transaction.atomic
def ouvrir(dossier: Dossier, *, par: Utilisateur, recu_le: datetime) -> None:
    """The service may read this draft until it is closed again. Raises `NonModifiable` once
    deposited.
    """
    verrouille = redaction.verrouiller(dossier)
    if verrouille.est_depose or verrouille.est_integre:
        raise redaction.NonModifiable
    if verrouille.ouvert_au_service_le is None:
        Dossier.objects.filter(pk=dossier.pk).update(ouvert_au_service_le=recu_le)
        verrouille.passages.create(acte=Acte.OUVRIR, par=par, le=recu_le)


@transaction.atomic
def refermer(dossier: Dossier, *, par: Utilisateur, recu_le: datetime) -> None:
    """The service does not read it any more, from the next request on."""
    verrouille = redaction.verrouiller(dossier)
    if verrouille.ouvert_au_service_le is not None:
        Dossier.objects.filter(pk=dossier.pk).update(ouvert_au_service_le=None)
        verrouille.passages.create(acte=Acte.REFERMER, par=par, le=recu_le)


def noter_lecture(dossier: Dossier, *, par: Utilisateur, recu_le: datetime) -> None:
    """An agent reads an open draft: its writers see by whom and when."""
    deja = dossier.passages.filter(acte=Acte.LIRE, par=par, le__gt=recu_le - UNE_LECTURE)
    if not deja.exists():
        dossier.passages.create(acte=Acte.LIRE, par=par, le=recu_le)


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
    """The draft of a request received on paper in time; the agent writes it. Raises
    `AppelFerme`.
    """
    if deja := Dossier.objects.filter(cle_creation=cle, cree_par=par).first():
        return deja
    if not appel.est_ouvert(papier_recu_le):
        raise redaction.AppelFerme(appel)
    dossier = redaction.creer(appel, porteur, intitule=intitule, cle=cle, par=par, recu_le=recu_le)
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
    demande.ranger(scan.contenu)
    demande.save()
    quarantaine.confier(demande.sha256, demande.scan.name, est_chiffree=False, le=recu_le)
    reveil.apres_commit("appels.analyser")
    return dossier
