"""What a field is called in the log: its own name, with the accents that code leaves out."""

from typing import Any

# Names that the code shortens: said in full.
NOMS = {
    "a_completer_avant": "à compléter avant le",
    "bic_chiffre": "BIC",
    "cle_creation": "clé de création",
    "corrige": "dossier corrigé",
    "decide_le": "date de la décision",
    "demande_le": "demandé le",
    "demande_par": "demandé par",
    "document_sha256": "empreinte du document (SHA-256)",
    "est_premiere": "a créé l’organisme",
    "fin_iban": "fin de l’IBAN",
    "iban_chiffre": "IBAN",
    "jusqu_a": "jusqu’au",
    "justificatif_sha256": "empreinte du justificatif (SHA-256)",
    "mime": "type de fichier",
    "montant_vote": "montant voté",
    "motif_ecart": "motif de la mise à l’écart",
    "prolonge_jusqu_a": "prolongé jusqu’au",
    "refus_motif": "motif du refus",
    "sha256": "empreinte (SHA-256)",
    "signature_demandee_a": "signature demandée à",
}
ACCENTS = {
    "annule": "annulé",
    "premiere": "première",
    "serie": "série",
    "applique": "appliqué",
    "apres": "après",
    "chiffre": "chiffré",
    "cle": "clé",
    "comite": "comité",
    "complement": "complément",
    "conformite": "conformité",
    "barriere": "barrière",
    "cote": "côté",
    "credits": "crédits",
    "cree": "créé",
    "critere": "critère",
    "decision": "décision",
    "decide": "décidé",
    "declare": "déclaré",
    "depose": "déposé",
    "ecartee": "écartée",
    "ecrite": "écrite",
    "etabli": "établi",
    "etat": "état",
    "fige": "figé",
    "leve": "levé",
    "levee": "levée",
    "libelle": "libellé",
    "liberee": "libérée",
    "modifie": "modifié",
    "numero": "numéro",
    "partage": "partagé",
    "perimetre": "périmètre",
    "pose": "posé",
    "prepare": "préparé",
    "preparee": "préparée",
    "prevue": "prévue",
    "qualite": "qualité",
    "recu": "reçu",
    "repondu": "répondu",
    "reponse": "réponse",
    "retire": "retiré",
    "revoquee": "révoquée",
    "scenario": "scénario",
    "sha256": "empreinte (SHA-256)",
    "sequence": "séquence",
    "verifiee": "vérifiée",
}


def titre(champ: Any, nom: str) -> str:
    """« Déposé le »: the name that a model gives, or the one of its column in French.

    A field that the code has forgotten keeps what the line says of it.
    """
    brut = nom.replace("_", " ")
    donne = str(getattr(champ, "verbose_name", brut))
    if donne.replace("_", " ") == brut:
        donne = NOMS.get(nom) or " ".join(_mot(mot) for mot in brut.removeprefix("est ").split())
    return donne[:1].upper() + donne[1:]


def _mot(mot: str) -> str:
    if mot in ACCENTS:
        return ACCENTS[mot]
    if mot.endswith("ee"):
        return f"{mot[:-2]}ée"
    return mot
