"""Attest and deposit: one transaction, one number, one mail."""

import hashlib
from datetime import datetime

from django.db import transaction

from appels import attestations, completude, courriels, delais, gel, reveil
from appels.actions.redaction import AppelFerme, DossierIncomplet, NonModifiable
from appels.etats import MODIFIABLES, Transition
from appels.models import Appel, Attestation, Dossier, Recepisse, Version
from partenaires.models import Service, Utilisateur
from quartiers.horloge import a_paris


class AttestationManquante(Exception):
    """A declaration that applies was not made."""


class DossierChange(Exception):
    """The dossier is no longer the one that the signatory read."""


def lecture(dossier: Dossier) -> str:
    """What the signatory read, in short: it changes with each save of a part or of the sheet."""
    fiche = getattr(dossier.porteur, "fiche", None)
    marques = sorted(f"{partie.nom}:{partie.version}" for partie in dossier.parties.all())
    pieces = sorted(f"p{piece.pk}" for piece in dossier.pieces.all() if piece.retiree_le is None)
    texte = "|".join([*marques, *pieces, f"fiche:{fiche.version if fiche else 0}"])
    return hashlib.sha256(texte.encode()).hexdigest()[:32]


@transaction.atomic
def deposer(dossier: Dossier, *, lu: str, qualite: str, declarations: list[attestations.Texte],
            par: Utilisateur, recu_le: datetime) -> Dossier:
    """Freeze the draft and number it; the paper follows once the row is safe.

    The same act twice deposits once. Raises `AppelFerme`, `NonModifiable`, `DossierChange`,
    `DossierIncomplet` or `AttestationManquante`, and then nothing is written.
    """
    dossier = Dossier.objects.select_for_update(of=("self",)).get(pk=dossier.pk)
    if dossier.depose_le:
        return dossier
    if dossier.etat not in MODIFIABLES:
        raise NonModifiable
    appel = Appel.objects.select_for_update().get(pk=dossier.appel_id)
    if not appel.est_ouvert(recu_le):
        raise AppelFerme(appel)
    complet = Dossier.objects.pour_completude().get(pk=dossier.pk)
    if lecture(complet) != lu:
        raise DossierChange
    if manques := completude.bloquants(complet):
        raise DossierIncomplet(manques)
    if attestations.manquantes(complet, declarations):
        raise AttestationManquante
    dossier.appel = appel
    dossier.numero, dossier.depose_le, dossier.depose_par = appel.prochain_numero(), recu_le, par
    dossier.franchir(Transition.DEPOSER, par=par, le=recu_le)
    version = figer(dossier, qualite=qualite, textes=declarations)
    Recepisse.objects.create(version=version)
    courriels.enregistrement(dossier)
    reveil.apres_commit("appels.etablir_recepisse", version.pk)
    reveil.apres_commit("appels.envoyer_courriels")
    return dossier


def figer(dossier: Dossier, *, qualite: str, textes: list[attestations.Texte]) -> Version:
    """The canonical JSON of the deposit with its fingerprint, and what the signatory attested."""
    complet = Dossier.objects.pour_completude().get(pk=dossier.pk)
    personnes = gel.canonique(gel.personnes(complet))
    contenu = gel.canonique(gel.contenu(
        complet, depot=_depot(dossier, qualite, textes), empreinte_personnes=gel.empreinte(personnes)))
    version = Version.objects.create(
        dossier=dossier, rang=dossier.versions.count() + 1, contenu=contenu,
        empreinte=gel.empreinte(contenu), personnes=personnes,
        figee_le=dossier.depose_le, figee_par=dossier.depose_par)
    Attestation.objects.bulk_create(
        Attestation(version=version, cle=texte.cle, texte=texte.texte, version_texte=attestations.VERSION,
                    par=dossier.depose_par, qualite=qualite, le=dossier.depose_le) for texte in textes)
    return version


def _depot(dossier: Dossier, qualite: str, textes: list[attestations.Texte]) -> dict:
    """The act itself and the words of the law at its date: the receipt is printed from this alone."""
    service, appel = Service.actuel(), dossier.appel
    recu = a_paris(dossier.depose_le)
    return {
        "numero": dossier.numero, "recu_le": recu.isoformat(), "depose_par": str(dossier.depose_par),
        "qualite": qualite,
        "attestations": [[texte.cle, attestations.VERSION, texte.texte] for texte in textes],
        "service": {"nom": service.nom, "adresse": service.adresse, "email": service.email,
                    "telephone": service.telephone, "agent": appel.agent_charge,
                    "contact_donnees": service.contact_donnees},
        "rejet_implicite_le": delais.rejet_implicite(recu.date()).isoformat() if appel.est_guichet else "",
        "autorite_recours": appel.autorite_recours, "tribunal": appel.tribunal,
        "autorites": [[str(f), f.autorite] for f in appel.financeurs.select_related("partenaire") if f.autorite],
        "texte_legal": appel.texte_legal,
    }
