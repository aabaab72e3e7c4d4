"""Everything that the portal keeps of one person, in a form that a machine reads.

RGPD, article 20.
"""

from datetime import datetime

from allauth.account.models import EmailAddress

from appels.models import Avis, Cotation, Deport, Dossier, Message, Note, Passage
from appels.socle import figement, suivi
from partenaires.models import Appartenance, Envoi, Invitation, Utilisateur
from partenaires.socle import comptes

TABLES = (
    "lieux",
    "parts",
    "moyens",
    "indicateurs",
    "themes",
    "objectifs_contrat",
    "porteur__fiche__agrements",
    "porteur__fiche__lignes_budget",
)
FORMAT = "coeur-de-quartier/mes-donnees/1"


def donnees(utilisateur: Utilisateur, instant: datetime) -> dict[str, object]:
    """The account, the organisations, the dossiers that one may read there, the acts, the mails."""
    dossiers = suivi.avec_les_lettres(
        Dossier.objects.de_l_organisme(utilisateur).pour_completude().prefetch_related(*TABLES)
    )
    adresses = EmailAddress.objects.filter(user=utilisateur)
    appartenances = utilisateur.appartenances.select_related("partenaire")
    return {
        "format": FORMAT,
        "compte": {
            "email": utilisateur.email,
            "prenom": utilisateur.prenom,
            "nom": utilisateur.nom,
            "inscription": utilisateur.date_joined,
        },
        "adresses": list(adresses.values("email", "verified", "primary")),
        "organismes": [_organisme(appartenance) for appartenance in appartenances],
        **_ecrits(utilisateur),
        "dossiers": [_dossier(dossier, instant) for dossier in dossiers],
    }


def _organisme(appartenance: Appartenance) -> dict[str, object]:
    """An organisation, what one does there, since when."""
    return {
        "nom": appartenance.partenaire.nom,
        "siret": appartenance.partenaire.siret,
        "rna": appartenance.partenaire.rna,
        "roles": sorted(appartenance.roles),
        "qualite": appartenance.qualite,
        "depuis": appartenance.acceptee_le,
        "jusqu_a": appartenance.terminee_le,
    }


def _ecrits(utilisateur: Utilisateur) -> dict[str, list]:
    """What one did and wrote on dossiers, and the mails received, row by row."""
    adresses = {utilisateur.email, *comptes.adresses_prouvees(utilisateur)}
    invitations = Invitation.objects.filter(email__in=adresses)
    actes = Passage.objects.filter(par=utilisateur)
    messages = Message.objects.filter(auteur=utilisateur)
    notes = Note.objects.filter(auteur=utilisateur)
    avis = Avis.objects.filter(auteur=utilisateur)
    cotations = Cotation.objects.filter(lecture__lecteur=utilisateur)
    deports = Deport.objects.filter(personne=utilisateur)
    envois = Envoi.objects.filter(destinataire__in=adresses)
    return {
        "invitations": [
            {
                "partenaire__nom": invitation.partenaire.nom,
                "roles": sorted(invitation.roles),
                "cree_le": invitation.cree_le,
                "utilisee_le": invitation.utilisee_le,
            }
            for invitation in invitations.select_related("partenaire")
        ],
        "actes": list(actes.values("dossier__numero", "dossier_id", "acte", "le", "motif")),
        "messages": list(messages.values("dossier__numero", "le", "texte")),
        "notes": list(notes.values("dossier__numero", "le", "texte")),
        "avis": list(avis.values("dossier__numero", "sens", "motif", "modifie_le")),
        "lectures": list(
            cotations.values(
                "lecture__dossier__numero",
                "critere__libelle",
                "points",
                "abstention",
                "motif",
                "lecture__rendue_le",
            )
        ),
        "deports": list(deports.values("dossier__numero", "motif", "declare_le", "leve_le")),
        "courriels": list(envois.values("acte", "ecrit_le")),
    }


def _dossier(dossier: Dossier, instant: datetime) -> dict[str, object]:
    """What the organisation declared, in the shape that is frozen at the deposit."""
    return {
        "identifiant": dossier.pk,
        "numero": dossier.numero,
        "etat": suivi.pour_l_organisme(dossier, instant).etat.label,
        "depose_le": dossier.depose_le,
        "contenu": figement.brouillon(dossier),
    }
