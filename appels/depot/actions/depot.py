"""Attest and deposit: one transaction, one number, one mail."""

import hashlib
from datetime import datetime
from typing import Any

from django.db import transaction

from appels.depot import attestations
from appels.depot.actions import correction, reponse
from appels.models import Appel, Attestation, DemandePapier, Dossier, Recepisse, Version
from appels.models.etats import MODIFIABLES, Transition
from appels.socle import completude, courriels, delais_legaux, figement, reveil, soutiens
from appels.socle.empechement import exiger_la_saisie
from appels.socle.verrous import AppelFerme, DossierIncomplet, NonModifiable
from partenaires.models import Service, Utilisateur
from partenaires.socle.refus import Refus
from quartiers import suites
from quartiers.francais import date_et_heure
from quartiers.horloge import a_paris

PLUS_DEPOSABLE = "Ce dossier ne peut plus être déposé."


class AttestationManquante(Refus):
    """A declaration that applies was not made."""

    phrase = "Il manque une attestation : cochez-les toutes."


class DossierChange(Refus):
    """The dossier is no longer the one that the signatory read."""

    phrase = "Le dossier a changé depuis que vous l’avez lu : relisez-le ci-dessous, puis déposez."


class TropTard(AppelFerme):
    """The deadline of the call has passed, or the one that the service gave to answer."""

    def __init__(self, dossier: Dossier, instant: datetime):
        depose = dossier.corrige
        if depose and depose.est_a_completer and dossier.ferme_le:
            super().__init__(
                f"Le délai pour répondre est passé depuis le {date_et_heure(dossier.ferme_le)}, "
                f"heure de Paris : la réponse n’est pas déposée. Le dossier {depose.numero} reste "
                "déposé en l’état."
            )
            return
        if dossier.ferme_le and dossier.appel.est_clos(instant):
            super().__init__(
                f"Le délai pour déposer est passé depuis le {date_et_heure(dossier.ferme_le)}, "
                "heure de Paris : le dossier n’est pas déposé."
            )
            return
        super().__init__("L’appel à projets n’est pas ouvert : le dossier n’est pas déposé.")


def lecture(dossier: Dossier) -> str:
    """What the signatory read, in short: it changes with each save of a part or of the sheet."""
    fiche = getattr(dossier.porteur, "fiche", None)
    parties = sorted(f"{partie.nom}:{partie.version}" for partie in dossier.parties.all())
    pieces = sorted(f"p{piece.pk}" for piece in figement.presentes(dossier))
    marques = [*parties, *pieces, f"fiche:{fiche.version if fiche else 0}"]
    return hashlib.sha256("|".join(marques).encode()).hexdigest()[:32]


@transaction.atomic
@suites.en_une_fois()
def deposer(
    dossier: Dossier,
    *,
    lu: str,
    qualite: str,
    declarations: list[attestations.Texte],
    par: Utilisateur,
    recu_le: datetime,
) -> Dossier:
    """Freeze the draft and number it, or put a correction in the place of what it corrects.

    What a correction gives is the dossier that it corrects: same number, same first date. The
    worker makes the paper afterwards. The same act twice deposits once. Raises `TropTard`,
    `NonModifiable`, `DossierChange`, `DossierIncomplet` or `AttestationManquante`, and then nothing
    is written.
    """
    brouillon, corrige = _verrouiller_avec_ce_qu_il_corrige(dossier)
    exiger_la_saisie(brouillon, par=par)
    if brouillon.depose_le or brouillon.est_integre:
        return corrige or brouillon
    complet = _exiger_deposable(brouillon, lu=lu, declarations=declarations, recu_le=recu_le)
    _tenir_l_appel(brouillon, recu_le)
    if corrige:
        depose = corrige
        reponse.reporter_le_rejet(depose, recu_le)
        correction.integrer(
            brouillon,
            depose,
            par=par,
            recu_le=recu_le,
            champs=correction.changements(complet, depose),
        )
    else:
        depose = complet
        _numeroter(depose, par=par, recu_le=recu_le)
        if depose.lieu_protege:  # its past years keep it secret from now on
            soutiens.suivre([depose.pk], recu_le)
    version = figer(
        depose,
        qualite=qualite,
        textes=declarations,
        par=par,
        le=recu_le,
        est_complet=corrige is None,
    )
    reponse.repondre(depose, version, recu_le=recu_le)
    recepisse = Recepisse.objects.create(version=version)
    courriels.enregistrement(version)
    reveil.apres_commit("appels.fabriquer", "recepisse", recepisse.pk)
    reveil.apres_commit("appels.envoyer_courriels")
    return depose


def _verrouiller_avec_ce_qu_il_corrige(dossier: Dossier) -> tuple[Dossier, Dossier | None]:
    """The draft, and the deposit that it corrects if any, locked and fresh.

    In one order everywhere, so that nobody waits for somebody who waits: what is corrected, the
    draft, then the call (`_tenir_l_appel`).
    """
    dossiers = Dossier.objects.select_for_update(of=("self",))
    corrige = dossiers.get(pk=dossier.corrige_id) if dossier.corrige_id else None
    brouillon = dossiers.select_related("appel").get(pk=dossier.pk)
    brouillon.corrige = corrige
    if corrige:
        corrige.appel = brouillon.appel
    return brouillon, corrige


def _tenir_l_appel(brouillon: Dossier, recu_le: datetime) -> None:
    """Its dates, under its lock: taken last, once everything is read and known to be complete, so
    that the others wait for the numbering and not for the reading. Raises `TropTard`.
    """
    tenus = Appel.objects.select_for_update(no_key=True).only("ouvre_le", "ferme_le")
    tenu = tenus.get(pk=brouillon.appel_id)
    brouillon.appel.ouvre_le, brouillon.appel.ferme_le = tenu.ouvre_le, tenu.ferme_le
    if not brouillon.est_ouvert(recu_le):
        raise TropTard(brouillon, recu_le)


def _exiger_deposable(
    brouillon: Dossier, *, lu: str, declarations: list[attestations.Texte], recu_le: datetime
) -> Dossier:
    """The same draft as `completude` reads it; raises what refuses the deposit."""
    if brouillon.etat not in MODIFIABLES:
        refus = correction.PLUS_REMPLACABLE if brouillon.corrige else PLUS_DEPOSABLE
        raise NonModifiable(brouillon, recu_le, refus)
    if not brouillon.est_ouvert(recu_le):
        raise TropTard(brouillon, recu_le)
    complet = Dossier.objects.pour_completude().get(pk=brouillon.pk)
    if lecture(complet) != lu:
        raise DossierChange
    ouvertes = brouillon.parties_ouvertes(recu_le)
    manques = [manque for manque in completude.bloquants(complet) if manque.partie in ouvertes]
    if manques:
        raise DossierIncomplet(manques)
    if attestations.manquantes(complet, declarations):
        raise AttestationManquante
    return complet


def _numeroter(depose: Dossier, *, par: Utilisateur, recu_le: datetime) -> None:
    """The first deposit: the next number of the call, the date that counts, the new state."""
    depose.numero = depose.appel.prochain_numero()
    depose.depose_par = par
    depose.depose_le = depose.papier_recu_le or recu_le
    if depose.appel.est_guichet and not depose.porteur.est_service:  # CRPA L100-3: no « public »
        recu_a_paris = a_paris(depose.depose_le).date()
        depose.rejet_implicite_le = delais_legaux.rejet_implicite(recu_a_paris)
    depose.franchir(Transition.DEPOSER, par=par, le=recu_le)


def figer(
    dossier: Dossier,
    *,
    qualite: str,
    textes: list[attestations.Texte],
    par: Utilisateur,
    le: datetime,
    est_complet: bool = False,
) -> Version:
    """The canonical JSON of the deposit with its fingerprint, and what the signatory attested.

    `est_complet`: the dossier was read by `pour_completude` under its lock, and is not read again.
    """
    exiger_la_saisie(dossier, par=par)
    complet = dossier if est_complet else Dossier.objects.pour_completude().get(pk=dossier.pk)
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
            depot=_acte_du_depot(version, avant, qualite, textes),
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


def _acte_du_depot(
    version: Version, avant: Version | None, qualite: str, textes: list[attestations.Texte]
) -> dict[str, Any]:
    """The act itself and the words of the law at its date: the receipt is printed from this alone.

    `recu_le` is the first deposit, which a correction keeps; `atteste_le` is this version's own
    act.
    """
    dossier = version.dossier
    auteur = str(version.figee_par)
    recu_le = dossier.depose_le or version.figee_le
    rejet_le = dossier.rejet_implicite_le
    papier = None
    if dossier.est_sur_papier:
        papier = DemandePapier.objects.filter(dossier=dossier).first()
    return {
        "numero": dossier.numero,
        "version": version.rang,
        "recu_le": a_paris(recu_le).isoformat(),
        "atteste_le": a_paris(version.figee_le).isoformat(),
        "remplace": avant.empreinte if avant else "",
        "depose_par": papier.signataire if papier else auteur,
        "papier": {"saisi_par": auteur, "sha256": papier.sha256} if papier else None,
        "qualite": qualite,
        "attestations": [[texte.cle, attestations.VERSION, texte.texte] for texte in textes],
        "rejet_implicite_le": rejet_le.isoformat() if rejet_le else "",
        **_mots_de_la_loi(dossier.appel),
    }


def _mots_de_la_loi(appel: Appel) -> dict[str, Any]:
    """Who answers, and before whom to appeal, as the service has written them today."""
    service = Service.actuel()
    financeurs = appel.financeurs.select_related("partenaire")
    return {
        "service": {
            "nom": service.nom,
            "adresse": service.adresse,
            "email": service.email,
            "telephone": service.telephone,
            "agent": appel.agent_charge,
            "contact_donnees": service.contact_donnees,
        },
        "autorite_recours": appel.autorite_recours,
        "tribunal": appel.tribunal,
        "autorites": [
            [str(financeur), financeur.autorite] for financeur in financeurs if financeur.autorite
        ],
        "texte_legal": appel.texte_legal,
    }
