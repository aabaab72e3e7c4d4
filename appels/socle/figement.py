"""A dossier as plain data: what is frozen at the deposit, and what is printed from it.

`contenu` holds no bank data and no phone, e-mail or address of persons: it is attached to the
receipt. `personnes` holds what was left out; the first carries the fingerprint of the second.
"""

import hashlib
import json
import secrets
from datetime import date, datetime
from decimal import Decimal

from appels.models import Dossier, Lieu, Piece
from appels.models.contenu import AGES, HORS_QPV, SEXES
from appels.socle import budget, pieces_demandees
from partenaires.socle import plan_comptable

FORMAT = "coeur-de-quartier/dossier/1"
TEXTES = (
    "intitule",
    "resume_public",
    "forme",
    "frequence",
    "periodicite",
    "politique_ville",
    "debut_le",
    "fin_le",
    "besoin",
    "objectifs",
    "description",
    "methode",
    "partenariats",
    "egalite",
    "participation",
    "informations_complementaires",
    "lieu_protege",
    "public_vise",
    "beneficiaires",
    "moyens_materiels",
    "recrutement_etpt",
    "evaluation",
    "resultats_attendus",
)
DIMENSIONS = ("qpv", "age", "sexe")
FICHE_PUBLIQUE = (
    "objet_social",
    "site_web",
    "recepisse_prefecture",
    "publication_jo_le",
    "registre_alsace_moselle",
    "utilite_publique",
    "utilite_publique_le",
    "impots_commerciaux",
    "commissaire_aux_comptes",
    "reseau",
    "benevoles",
    "volontaires",
    "salaries",
    "emplois_aides",
    "salaries_etpt",
    "mis_a_disposition",
    "adherents",
    "adherents_femmes",
    "adherents_hommes",
    "service_porteur",
)
FICHE_PERSONNES = (
    "adresse",
    "code_postal",
    "ville",
    "correspondance",
    "autorite_signataire",
    "adherents_personnes_morales",
    "representant_prenom",
    "representant_nom",
    "representant_fonction",
    "representant_telephone",
    "representant_email",
    "contact_prenom",
    "contact_nom",
    "contact_fonction",
    "contact_telephone",
    "contact_email",
)


def canonique(donnees: dict) -> str:
    """One text for one content: sorted keys, no spaces, UTF-8, ISO dates."""
    return json.dumps(
        donnees, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_simple
    )


def _simple(valeur: object) -> str:
    """What JSON does not know: dates in ISO, decimals as written."""
    if isinstance(valeur, (date, datetime)):
        return valeur.isoformat()
    if isinstance(valeur, Decimal):
        return str(valeur)
    raise TypeError(f"{type(valeur)} dans un contenu figé")


def empreinte(texte: str) -> str:
    """SHA-256, in hexadecimal."""
    return hashlib.sha256(texte.encode()).hexdigest()


def personnes(dossier: Dossier) -> dict:
    """The personal part, kept apart; salted so that its fingerprint cannot be guessed back."""
    fiche = getattr(dossier.porteur, "fiche", None)
    return {
        "sel": secrets.token_hex(16),
        **{nom: getattr(fiche, nom, "") for nom in FICHE_PERSONNES},
    }


def contenu(dossier: Dossier, *, depot: dict, empreinte_personnes: str) -> dict:
    """Everything that the organisation declares, persons and bank apart. Amounts in cents."""
    documents = {document.pk: document for document in dossier.appel.documents.all()}
    indicateurs = list(dossier.indicateurs.all())
    return {
        "format": FORMAT,
        "appel": {
            "annee": dossier.appel.annee,
            "titre": dossier.appel.titre,
            "regime": dossier.appel.regime,
            "ferme_le": dossier.ferme_le,
        },
        "depot": depot,
        "empreinte_personnes": empreinte_personnes,
        "organisme": _organisme(dossier),
        "projet": _projet(dossier),
        "lieux": [_lieu(lieu) for lieu in dossier.lieux.all()],
        "publics": [
            [public.dimension, public.cle, public.nombre] for public in dossier.publics.all()
        ],
        "parts": [[part.cle, part.pourcent] for part in dossier.parts.all()],
        "moyens": [
            [moyen.get_categorie_display(), moyen.nombre, moyen.etpt]
            for moyen in dossier.moyens.all()
        ],
        "indicateurs": [[indicateur.libelle, indicateur.en_clair] for indicateur in indicateurs],
        "mesures": [
            {
                "libelle": indicateur.libelle,
                "est_de_la_liste": indicateur.mesure_id is not None,
                "cible": indicateur.cible,
                "unite": indicateur.unite,
                "commentaire": indicateur.commentaire,
            }
            for indicateur in indicateurs
        ],
        "budget": _budget(dossier),
        "pieces": [
            {
                "document": documents[piece.document_id].libelle,
                "sha256": piece.sha256,
                "nom": "" if piece.est_chiffree else piece.nom,
                "taille": piece.taille,
            }
            for piece in presentes(dossier)
        ],
        "pieces_manquantes": [str(document) for document in pieces_demandees.a_venir(dossier)],
    }


def presentes(dossier: Dossier) -> list[Piece]:
    """The documents not removed, from what is already read."""
    return [piece for piece in dossier.pieces.all() if piece.retiree_le is None]


def _organisme(dossier: Dossier) -> dict:
    porteur = dossier.porteur
    fiche = getattr(porteur, "fiche", None)
    return {
        "nom": porteur.nom,
        "sigle": porteur.sigle,
        "genre": porteur.genre,
        "siret": porteur.siret,
        "rna": porteur.rna,
        "commune": str(porteur.commune or ""),
        **{nom: getattr(fiche, nom, None) for nom in FICHE_PUBLIQUE},
        "agrements": [
            [agrement.nature, agrement.attribue_par, agrement.date, agrement.numero]
            for agrement in (fiche.agrements.all() if fiche else ())
        ],
        "budget": [
            [ligne.code, ligne.montant] for ligne in (fiche.lignes_budget.all() if fiche else ())
        ],
    }


def _projet(dossier: Dossier) -> dict:
    return {
        **{nom: getattr(dossier, nom) for nom in TEXTES},
        "axe": str(dossier.axe or ""),
        "objectifs_contrat": [str(objectif) for objectif in dossier.objectifs_contrat.all()],
        "themes": [str(theme) for theme in dossier.themes.all()],
    }


def _lieu(lieu: Lieu) -> dict:
    return {
        "intitule": lieu.intitule,
        "adresse": lieu.adresse,
        "commune": str(lieu.commune or ""),
        "quartier": lieu.quartier.code if lieu.quartier else "",
        "nom_quartier": lieu.quartier.nom_court if lieu.quartier else "",
        "latitude": lieu.latitude,
        "longitude": lieu.longitude,
        "constat": lieu.constat,
        "publiable": lieu.publiable,
    }


def _budget(dossier: Dossier) -> dict:
    plan = budget.du_dossier(dossier)
    return {
        "lignes": [
            {
                "code": ligne.code,
                "libelle": ligne.libelle or ligne.compte.libelle,
                "montant": ligne.montant,
            }
            for ligne in dossier.lignes.all()
        ],
        "financements": [
            {
                "financeur": demande.nom,
                "sous_poste": demande.sous_poste,
                "etat": demande.get_etat_display(),
                "montant": demande.montant,
                "droit_commun": demande.droit_commun,
                "credits_contrat": demande.credits_contrat,
                "commentaire": demande.commentaire,
                "est_de_l_appel": demande.partenaire_id is not None,
            }
            for demande in dossier.financements.all()
        ],
        "totaux": {
            "charges": plan.charges,
            "produits": plan.produits,
            "emplois_volontaires": plan.emplois_volontaires,
            "ressources_volontaires": plan.ressources_volontaires,
            "general": plan.total_charges,
            "financements": plan.financements,
        },
    }


def public_en_clair(dimension: str, cle: str, quartiers: dict[str, str]) -> str:
    """The words for a row of « publics »."""
    if cle == HORS_QPV:
        return "Hors des quartiers prioritaires"
    mots = {"age": AGES, "sexe": SEXES}.get(dimension, quartiers)
    return mots.get(cle, cle)


def publics_en_clair(contenu_fige: dict, quartiers: dict[str, str]) -> list[tuple[str, int]]:
    """(words, number of people) of each row of « publics »: quartiers, then ages, then sexes."""
    return [
        (public_en_clair(dimension, cle, quartiers), combien)
        for dimension, cle, combien in publics_ranges(contenu_fige)
    ]


def publics_ranges(contenu_fige: dict) -> list[list]:
    """The rows of « publics » in the order that one reads: [dimension, key, number of people]."""
    return sorted(contenu_fige["publics"], key=_rang_du_public)


def _rang_du_public(public: list) -> tuple[int, int]:
    """Ages grow; quartiers keep the order in which they were written."""
    dimension, cle, _combien = public
    ages = list(AGES)
    return DIMENSIONS.index(dimension), ages.index(cle) if cle in ages else 0


def parts_en_clair(contenu_fige: dict, quartiers: dict[str, str]) -> list[tuple[str, int]]:
    """(words, percent) of the share of each quartier; none in what was frozen before."""
    return [
        (public_en_clair("qpv", cle, quartiers), pourcent)
        for cle, pourcent in contenu_fige.get("parts", ())
    ]


def brouillon(dossier: Dossier) -> dict:
    """The content of a draft in the shape of a frozen one: what nobody has deposited yet."""
    return json.loads(canonique(contenu(dossier, depot={}, empreinte_personnes="")))


def lignes_du_plan(contenu_fige: dict) -> list[dict]:
    """The frozen budget by heading, for the PDF and the pages: empty headings left out."""
    tableau = []
    for poste in plan_comptable.postes():
        lignes = _lignes_du_poste(contenu_fige["budget"], poste)
        if lignes:
            total = sum(ligne["montant"] for ligne in lignes)
            tableau.append({"poste": poste, "lignes": lignes, "total": total})
    return tableau


def _lignes_du_poste(budget_fige: dict, poste: plan_comptable.Poste) -> list[dict]:
    """{numero, libelle, montant, est_demande, rang} of each line of a heading; the funders first
    where they stand. `rang`: that of the request among the requests, of the line among the lines.
    """
    lignes = []
    if poste.code == plan_comptable.POSTE_SUBVENTIONS:
        lignes += [
            {
                "numero": "74",
                "libelle": demande["financeur"],
                "montant": demande["montant"] or 0,
                "est_demande": True,
                "rang": rang,
            }
            for rang, demande in enumerate(budget_fige["financements"])
        ]
    comptes = {compte.code: compte for compte in poste.comptes}
    for rang, ligne in enumerate(budget_fige["lignes"]):
        if ligne["code"] in comptes:
            compte = comptes[ligne["code"]]
            lignes.append(
                {
                    "numero": compte.numero,
                    "libelle": ligne["libelle"],
                    "montant": ligne["montant"],
                    "est_demande": False,
                    "rang": rang,
                }
            )
    return lignes
