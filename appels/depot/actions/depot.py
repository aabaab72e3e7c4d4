"""Attest and deposit: one transaction, one number, one mail."""

import hashlib
from datetime import datetime

from django.db import transaction

from appels.depot import attestations
from appels.depot.actions import correction, reponse
from appels.models import Appel, Attestation, DemandePapier, Dossier, Recepisse, Version
from appels.models.etats import MODIFIABLES, Transition
from appels.socle import completude, courriels, delais_legaux, figement, reveil
from appels.socle.verrous import AppelFerme, DossierIncomplet, NonModifiable
from partenaires.models import Service, Utilisateur
from partenaires.socle.refus import Refus
from quartiers.francais import date_et_heure
from quartiers.horloge import a_paris


class AttestationManquante(Refus):
    """A declaration that applies was not made."""

    phrase = "Il manque une attestation : cochez-les toutes."


class DossierChange(Refus):
    """The dossier is no longer the one that the signatory read."""

    phrase = "Le dossier a changé depuis que vous l’avez lu : relisez-le ci-dessous, puis déposez."


def _trop_tard(dossier: Dossier, appel: Appel) -> str:
    """The deadline of the call, or the one that the service gave to answer."""
    if dossier.corrige_id and dossier.corrige.est_a_completer:
        return (
            f"Le délai pour répondre est passé depuis le {date_et_heure(dossier.ferme_le)}, heure "
            f"de Paris : la réponse n’est pas déposée. Le dossier {dossier.corrige.numero} reste "
            "déposé en l’état."
        )
    quand = ""
    if appel.ferme_le:
        quand = f" depuis le {date_et_heure(appel.ferme_le)}, heure de Paris"
    return f"L’appel à projets n’est pas ouvert{quand} : le dossier n’est pas déposé."


def lecture(dossier: Dossier) -> str:
    """What the signatory read, in short: it changes with each save of a part or of the sheet."""
    fiche = getattr(dossier.porteur, "fiche", None)
    marques = sorted(f"{partie.nom}:{partie.version}" for partie in dossier.parties.all())
    pieces = sorted(f"p{piece.pk}" for piece in dossier.pieces.all() if piece.retiree_le is None)
    texte = "|".join([*marques, *pieces, f"fiche:{fiche.version if fiche else 0}"])
    return hashlib.sha256(texte.encode()).hexdigest()[:32]


@transaction.atomic
def deposer(
    dossier: Dossier,
    *,
    lu: str,
    qualite: str,
    declarations: list[attestations.Texte],
    par: Utilisateur,
    recu_le: datetime,
) -> Dossier:
    """Freeze the draft and number it, or put a correction in the place of what it corrects; the
    paper follows.

    What a correction gives is the dossier that it corrects: same number, same first date.
    The same act twice deposits once. Raises `AppelFerme`, `NonModifiable`, `DossierChange`,
    `DossierIncomplet` or `AttestationManquante`, and then nothing is written.
    """
    depose = (
        Dossier.objects.select_for_update().get(pk=dossier.corrige_id)
        if dossier.corrige_id
        else None
    )
    dossier = Dossier.objects.select_for_update(of=("self",)).get(pk=dossier.pk)
    if dossier.depose_le or dossier.est_integre:
        return depose or dossier
    if dossier.etat not in MODIFIABLES:
        raise NonModifiable(
            dossier,
            recu_le,
            correction.PLUS_REMPLACABLE if depose else "Ce dossier ne peut plus être déposé.",
        )
    appel = Appel.objects.select_for_update().get(pk=dossier.appel_id)
    dossier.appel = appel
    dossier.corrige = depose
    if not dossier.est_ouvert(recu_le):
        raise AppelFerme(_trop_tard(dossier, appel))
    complet = Dossier.objects.pour_completude().get(pk=dossier.pk)
    if lecture(complet) != lu:
        raise DossierChange
    ouvertes = dossier.parties_ouvertes(recu_le)
    if manques := [manque for manque in completude.bloquants(complet) if manque.partie in ouvertes]:
        raise DossierIncomplet(manques)
    if attestations.manquantes(complet, declarations):
        raise AttestationManquante
    if depose:
        depose.appel = appel
        reponse.reporter_le_rejet(depose, recu_le)
        correction.integrer(
            dossier,
            depose,
            par=par,
            recu_le=recu_le,
            champs=correction.changements(complet, depose),
        )
    else:
        depose = dossier
        depose.numero = appel.prochain_numero()
        depose.depose_par = par
        depose.depose_le = depose.papier_recu_le or recu_le
        if appel.est_guichet:
            depose.rejet_implicite_le = delais_legaux.rejet_implicite(
                a_paris(depose.depose_le).date()
            )
        depose.franchir(Transition.DEPOSER, par=par, le=recu_le)
    version = figer(depose, qualite=qualite, textes=declarations, par=par, le=recu_le)
    reponse.repondre(depose, version, recu_le=recu_le)
    recepisse = Recepisse.objects.create(version=version)
    courriels.enregistrement(version)
    reveil.apres_commit("appels.fabriquer", "recepisse", recepisse.pk)
    reveil.apres_commit("appels.envoyer_courriels")
    return depose


def figer(
    dossier: Dossier,
    *,
    qualite: str,
    textes: list[attestations.Texte],
    par: Utilisateur,
    le: datetime,
) -> Version:
    """The canonical JSON of the deposit with its fingerprint, and what the signatory attested."""
    complet = Dossier.objects.pour_completude().get(pk=dossier.pk)
    personnes = figement.canonique(figement.personnes(complet))
    avant = dossier.versions.order_by("rang").last()
    version = Version(
        dossier=dossier,
        rang=avant.rang + 1 if avant else 1,
        personnes=personnes,
        figee_le=le,
        figee_par=par,
    )
    version.contenu = figement.canonique(
        figement.contenu(
            complet,
            depot=_depot(version, avant, qualite, textes),
            empreinte_personnes=figement.empreinte(personnes),
        )
    )
    version.empreinte = figement.empreinte(version.contenu)
    version.save()
    Attestation.objects.bulk_create(
        Attestation(
            version=version,
            cle=texte.cle,
            texte=texte.texte,
            version_texte=attestations.VERSION,
            par=par,
            qualite=qualite,
            le=le,
        )
        for texte in textes
    )
    return version


def _depot(
    version: Version, avant: Version | None, qualite: str, textes: list[attestations.Texte]
) -> dict:
    """The act itself and the words of the law at its date: the receipt is printed from this alone.

    `recu_le` is the first deposit, which a correction keeps; `atteste_le` is this version's own
    act.
    """
    dossier, service = version.dossier, Service.actuel()
    papier = (
        DemandePapier.objects.filter(dossier=dossier).first() if dossier.est_sur_papier else None
    )
    appel, recu = dossier.appel, a_paris(dossier.depose_le)
    return {
        "numero": dossier.numero,
        "version": version.rang,
        "recu_le": recu.isoformat(),
        "atteste_le": a_paris(version.figee_le).isoformat(),
        "remplace": avant.empreinte if avant else "",
        "depose_par": papier.signataire if papier else str(version.figee_par),
        "papier": {"saisi_par": str(version.figee_par), "sha256": papier.sha256}
        if papier
        else None,
        "qualite": qualite,
        "attestations": [[texte.cle, attestations.VERSION, texte.texte] for texte in textes],
        "service": {
            "nom": service.nom,
            "adresse": service.adresse,
            "email": service.email,
            "telephone": service.telephone,
            "agent": appel.agent_charge,
            "contact_donnees": service.contact_donnees,
        },
        "rejet_implicite_le": dossier.rejet_implicite_le.isoformat()
        if dossier.rejet_implicite_le
        else "",
        "autorite_recours": appel.autorite_recours,
        "tribunal": appel.tribunal,
        "autorites": [
            [str(f), f.autorite]
            for f in appel.financeurs.select_related("partenaire")
            if f.autorite
        ],
        "texte_legal": appel.texte_legal,
    }
