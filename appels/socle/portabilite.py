"""Everything that the portal keeps of one person, in a form that a machine reads (RGPD, article
20).
"""

import json

from appels.models import Avis, Cotation, Deport, Dossier, Message, Note, Passage
from appels.socle import figement
from partenaires.models import Envoi, Invitation, Utilisateur

TABLES = (
    "lieux",
    "moyens",
    "indicateurs",
    "themes",
    "objectifs_contrat",
    "porteur__fiche__agrements",
    "porteur__fiche__lignes_budget",
)
FORMAT = "coeur-de-quartier/mes-donnees/1"


def donnees(utilisateur: Utilisateur) -> dict:
    """The account, the organisations, the dossiers that one may read there, the acts, the mails."""
    dossiers = (
        Dossier.objects.de_l_organisme(utilisateur).pour_completude().prefetch_related(*TABLES)
    )
    return {
        "format": FORMAT,
        "compte": {
            "email": utilisateur.email,
            "prenom": utilisateur.prenom,
            "nom": utilisateur.nom,
            "inscription": utilisateur.date_joined,
        },
        "adresses": list(utilisateur.emailaddress_set.values("email", "verified", "primary")),
        "organismes": [
            {
                "nom": a.partenaire.nom,
                "siret": a.partenaire.siret,
                "rna": a.partenaire.rna,
                "role": a.get_role_display(),
                "qualite": a.qualite,
                "depuis": a.acceptee_le,
                "jusqu_a": a.terminee_le,
            }
            for a in utilisateur.appartenances.select_related("partenaire")
        ],
        "invitations": list(
            Invitation.objects.filter(email__iexact=utilisateur.email).values(
                "partenaire__nom", "role", "cree_le", "utilisee_le"
            )
        ),
        "actes": list(
            Passage.objects.filter(par=utilisateur).values(
                "dossier__numero", "dossier_id", "acte", "le", "motif"
            )
        ),
        "messages": list(
            Message.objects.filter(auteur=utilisateur).values("dossier__numero", "le", "texte")
        ),
        "notes": list(
            Note.objects.filter(auteur=utilisateur).values("dossier__numero", "le", "texte")
        ),
        "avis": list(
            Avis.objects.filter(auteur=utilisateur).values(
                "dossier__numero", "sens", "motif", "modifie_le"
            )
        ),
        "lectures": list(
            Cotation.objects.filter(lecture__lecteur=utilisateur).values(
                "lecture__dossier__numero",
                "critere__libelle",
                "points",
                "abstention",
                "motif",
                "lecture__rendue_le",
            )
        ),
        "deports": list(
            Deport.objects.filter(personne=utilisateur).values(
                "dossier__numero", "motif", "declare_le", "leve_le"
            )
        ),
        "courriels": list(
            Envoi.objects.filter(destinataire__iexact=utilisateur.email).values("acte", "ecrit_le")
        ),
        "dossiers": [_dossier(dossier) for dossier in dossiers],
    }


def _dossier(dossier: Dossier) -> dict:
    """What the organisation declared, in the shape that is frozen at the deposit."""
    contenu = json.loads(
        figement.canonique(figement.contenu(dossier, depot={}, empreinte_personnes=""))
    )
    return {
        "identifiant": dossier.pk,
        "numero": dossier.numero,
        "etat": dossier.get_etat_display(),
        "depose_le": dossier.depose_le,
        "contenu": contenu,
    }
