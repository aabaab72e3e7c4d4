"""A deadline put off for one organisation: its code, used once."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from appels.models import Acte, Appel, Derogation, Dossier, Serie
from appels.models.delai import lire_code
from appels.redaction.actions import redaction
from appels.socle import verrous
from appels.socle.empechement import verrouiller_pour_rediger
from partenaires.models import Partenaire, Utilisateur
from partenaires.socle.refus import Refus


class CodeInconnu(Refus):
    """No code of this call and this organisation can be used now."""

    phrase = (
        "Ce code ne convient pas : vérifiez chaque caractère, sa date de fin, et qu’il a été donné "
        "pour cet organisme et cet appel."
    )
    champ = "code"


@transaction.atomic
def utiliser(dossier: Dossier, saisi: str, *, par: Utilisateur, recu_le: datetime) -> Dossier:
    """The draft may be written and deposited until the end of the code.

    Raises `CodeInconnu` or `NonModifiable`.
    """
    verrouille = verrouiller_pour_rediger(dossier, par=par)
    if not verrouille.est_non_depose(recu_le):
        raise verrous.NonModifiable(
            verrouille, recu_le, "Ce dossier n’a pas besoin de code : rien n’a changé."
        )
    derogation = disponible(verrouille.appel, verrouille.porteur, saisi, recu_le)
    derogation.dossier = verrouille
    derogation.utilisee_par = par
    derogation.utilisee_le = recu_le
    derogation.save()
    verrouille.prolonge_jusqu_a = derogation.jusqu_a
    verrouille.save(update_fields=["prolonge_jusqu_a"])
    verrouille.passages.create(acte=Acte.PROLONGER, par=par, le=recu_le, motif=derogation.motif)
    return verrouille


def disponible(appel: Appel, porteur: Partenaire, saisi: str, instant: datetime) -> Derogation:
    """The code typed, locked. Raises `CodeInconnu`."""
    code = lire_code(saisi)
    if not code:
        raise CodeInconnu
    utilisables = Derogation.objects.select_for_update().utilisables(instant)
    derogation = utilisables.filter(appel=appel, porteur=porteur, code=code).first()
    if derogation is None:
        raise CodeInconnu
    return derogation


@transaction.atomic
def commencer(
    appel: Appel,
    porteur: Partenaire,
    saisi: str,
    *,
    intitule: str,
    cle: UUID,
    par: Utilisateur,
    recu_le: datetime,
    modele: Dossier | None = None,
    suite_de: Serie | None = None,
) -> Dossier:
    """A new dossier after the closing, with a code. Raises `CodeInconnu`."""
    if deja := redaction.deja_commence(cle, par):
        return deja
    disponible(appel, porteur, saisi, recu_le)
    dossier = redaction.creer(
        appel,
        porteur,
        intitule=intitule,
        cle=cle,
        par=par,
        recu_le=recu_le,
        modele=modele,
        suite_de=suite_de,
    )
    return utiliser(dossier, saisi, par=par, recu_le=recu_le)
