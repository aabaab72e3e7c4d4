"""The « fiche de report »: the answers in the order of Dauphin's screens, ready to copy (METIER
§3.1, §3.3).
"""

from datetime import date

from appels.socle import figement
from quartiers.francais import nombre_en_euros

Ecran = tuple[str, list[tuple[str, str]]]


def fiche(contenu: dict, quartiers: dict[str, str]) -> list[Ecran]:
    """[(screen, [(label, text)])] of a frozen version; empty answers are left out."""
    projet, organisme = contenu["projet"], contenu["organisme"]
    ecrans = [
        (
            "Le tiers",
            [
                ("Nom", organisme["nom"]),
                ("SIRET", organisme["siret"]),
                ("RNA", organisme["rna"]),
                ("Objet", organisme["objet_social"]),
                ("Réseau ou fédération", organisme["reseau"]),
            ],
        ),
        (
            "La demande",
            [
                ("Exercice budgétaire", str(contenu["appel"]["annee"])),
                ("Intitulé du projet", projet["intitule"]),
                ("Objet : besoin", projet["besoin"]),
                ("Objet : objectifs", projet["objectifs"]),
                ("Description", projet["description"]),
                ("Méthode et calendrier", projet["methode"]),
                ("Thématiques", ", ".join(projet["themes"])),
                ("Début de réalisation", _jour(projet["debut_le"])),
                ("Fin de réalisation", _jour(projet["fin_le"])),
            ],
        ),
        (
            "Le territoire et les publics",
            [
                ("Localisations", "\n".join(_lieu(lieu) for lieu in contenu["lieux"])),
                ("Publics", projet["public_vise"]),
                ("Nombre de bénéficiaires", str(projet["beneficiaires"] or "")),
                *(
                    (figement.public_en_clair(d, cle, quartiers), str(n))
                    for d, cle, n in contenu["publics"]
                ),
                ("Égalité entre les femmes et les hommes", projet["egalite"]),
                ("Participation des habitantes et des habitants", projet["participation"]),
            ],
        ),
        (
            "Les moyens",
            [
                *((libelle, _moyen(nombre, etpt)) for libelle, nombre, etpt in contenu["moyens"]),
                ("Moyens matériels", projet["moyens_materiels"]),
                ("Partenaires", projet["partenariats"]),
            ],
        ),
        (
            "Le budget",
            [
                *(
                    (f"{ligne['numero']} {ligne['libelle']}", nombre_en_euros(ligne["montant"]))
                    for bloc in figement.lignes_du_plan(contenu)
                    for ligne in bloc["lignes"]
                )
            ],
        ),
        (
            "L’évaluation",
            [
                ("Modalités d’évaluation", projet["evaluation"]),
                ("Résultats attendus", projet["resultats_attendus"]),
                *((libelle, valeur) for libelle, valeur in contenu["indicateurs"]),
            ],
        ),
    ]
    remplis = [
        (nom, [(libelle, texte) for libelle, texte in lignes if texte]) for nom, lignes in ecrans
    ]
    return [(nom, lignes) for nom, lignes in remplis if lignes]


def _jour(iso: str | None) -> str:
    """« 01/02/2027 », as a form asks for it."""
    return date.fromisoformat(iso).strftime("%d/%m/%Y") if iso else ""


def _lieu(lieu: dict) -> str:
    quartier = f"{lieu['quartier']} {lieu['nom_quartier']}".strip()
    return ", ".join(
        texte for texte in (lieu["intitule"], lieu["adresse"], lieu["commune"], quartier) if texte
    )


def _moyen(nombre: int | None, etpt: str | None) -> str:
    return ", ".join(
        texte
        for texte in (str(nombre) if nombre is not None else "", f"{etpt} ETPT" if etpt else "")
        if texte
    )
