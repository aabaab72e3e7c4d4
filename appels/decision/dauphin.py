"""The « fiche de report »: the answers in the order of Dauphin's screens (METIER §3.1, §3.3)."""

from datetime import date

from appels.socle import figement
from quartiers.francais import nombre_en_euros

Reponse = tuple[str, str]  # label, text
Ecran = tuple[str, list[Reponse]]


def fiche(contenu: dict, quartiers: dict[str, str]) -> list[Ecran]:
    """[(screen, [(label, text)])] of a frozen version; empty answers are left out."""
    ecrans = [
        ("Le tiers", _tiers(contenu["organisme"])),
        ("La demande", _demande(contenu)),
        ("Le territoire et les publics", _territoire(contenu, quartiers)),
        ("Les moyens", _moyens(contenu)),
        ("Le budget", _budget(contenu)),
        ("L’évaluation", _evaluation(contenu)),
    ]
    remplis = []
    for nom, reponses in ecrans:
        donnees = [(libelle, texte) for libelle, texte in reponses if texte]
        if donnees:
            remplis.append((nom, donnees))
    return remplis


def _tiers(organisme: dict) -> list[Reponse]:
    return [
        ("Nom", organisme["nom"]),
        ("SIRET", organisme["siret"]),
        ("RNA", organisme["rna"]),
        ("Objet", organisme["objet_social"]),
        ("Réseau ou fédération", organisme["reseau"]),
    ]


def _demande(contenu: dict) -> list[Reponse]:
    """The screen « Demande » of Dauphin: the project, its objects, its dates."""
    projet = contenu["projet"]
    return [
        ("Exercice budgétaire", str(contenu["appel"]["annee"])),
        ("Intitulé du projet", projet["intitule"]),
        ("Objet : besoin", projet["besoin"]),
        ("Objet : objectifs", projet["objectifs"]),
        ("Description", projet["description"]),
        ("Méthode et calendrier", projet["methode"]),
        ("Thématiques", ", ".join(projet["themes"])),
        ("Début de réalisation", _jour(projet["debut_le"])),
        ("Fin de réalisation", _jour(projet["fin_le"])),
    ]


def _territoire(contenu: dict, quartiers: dict[str, str]) -> list[Reponse]:
    """The screens of places and of people, in the order of Dauphin."""
    projet = contenu["projet"]
    publics = [
        (figement.public_en_clair(dimension, cle, quartiers), str(nombre))
        for dimension, cle, nombre in contenu["publics"]
    ]
    return [
        ("Localisations", "\n".join(_lieu(lieu) for lieu in contenu["lieux"])),
        ("Publics", projet["public_vise"]),
        ("Nombre de bénéficiaires", str(projet["beneficiaires"] or "")),
        *publics,
        ("Égalité entre les femmes et les hommes", projet["egalite"]),
        ("Participation des habitantes et des habitants", projet["participation"]),
    ]


def _moyens(contenu: dict) -> list[Reponse]:
    projet = contenu["projet"]
    humains = [(libelle, _moyen(nombre, etpt)) for libelle, nombre, etpt in contenu["moyens"]]
    return [
        *humains,
        ("Moyens matériels", projet["moyens_materiels"]),
        ("Partenaires", projet["partenariats"]),
    ]


def _budget(contenu: dict) -> list[Reponse]:
    reponses = []
    for bloc in figement.lignes_du_plan(contenu):
        for ligne in bloc["lignes"]:
            libelle = f"{ligne['numero']} {ligne['libelle']}"
            reponses.append((libelle, nombre_en_euros(ligne["montant"])))
    return reponses


def _evaluation(contenu: dict) -> list[Reponse]:
    projet = contenu["projet"]
    return [
        ("Modalités d’évaluation", projet["evaluation"]),
        ("Résultats attendus", projet["resultats_attendus"]),
        *((libelle, valeur) for libelle, valeur in contenu["indicateurs"]),
    ]


def _jour(iso: str | None) -> str:
    """« 01/02/2027 », as a form asks for it."""
    return date.fromisoformat(iso).strftime("%d/%m/%Y") if iso else ""


def _lieu(lieu: dict) -> str:
    quartier = f"{lieu['quartier']} {lieu['nom_quartier']}".strip()
    textes = [lieu["intitule"], lieu["adresse"], lieu["commune"], quartier]
    return ", ".join(texte for texte in textes if texte)


def _moyen(nombre: int | None, etpt: str | None) -> str:
    textes = []
    if nombre is not None:
        textes.append(str(nombre))
    if etpt:
        textes.append(f"{etpt} ETPT")
    return ", ".join(textes)
