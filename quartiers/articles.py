"""The small words before a name that is only known when the page is made: « de l’Appel »,
« d’Agent », « du Département », « aux Bailleurs ».

A name that begins with a common noun takes its article; one that brings its own (« Le Relais »)
lends it; any other is a proper noun, which only elides.
"""

import re


def _mots(liste: str) -> frozenset[str]:
    return frozenset(liste.split())


FEMININS = _mots(
    """agence amicale anct anru antenne ars association banque caisse campagne caf carsat chambre
    coalition commission commune communauté compagnie coopérative coordination cpam cua ddets ddtm
    direction drac dreets école entreprise équipe fabrique fédération fondation ligue mairie maison
    métropole mission mjc msa mutuelle préfecture programmation régie région société structure
    sous-préfecture union ville"""
)
MASCULINS = _mots(
    """accusé appel atelier bailleur ccas centre club collectif collège comité conseil contrat
    crous délégué département dispositif état foyer fonds groupe institut lycée ministère musée
    office organisme parquet pôle programme récépissé rectorat relais réseau sdis secours service
    syndicat territoire théâtre tribunal"""
)
PLURIELS = _mots(
    """agences associations ateliers bailleurs chambres collectifs communes fédérations
    financeurs institutions partenaires services villes"""
)
VOYELLES = "aàâäeéèêëiîïoôöuùûüyœæh"
# Said with a gap before them: « de Haut », « de huit ».
ASPIRES = tuple(
    _mots(
        """hauts-de haut hauts hauteur halle halles hall hameau handicap
        hangar harnes hollande hongrie huit hénin"""
    )
)
# « y » before a vowel is said as a consonant, « de Youssef », but in these.
Y_ELIDES = ("yonne", "yeuse", "yeux", "yerres")


def s_elide(nom: str) -> bool:
    """« d’Agent », « d’Hélène », « de Nora », « de Hauts-de-France », « d’Yves »."""
    mot = _premier(nom)
    if mot.startswith(ASPIRES) or not mot:
        return False
    if mot[0] == "y" and mot[1:2] in VOYELLES:
        return mot.startswith(Y_ELIDES)
    return mot[0] in VOYELLES


def de(nom: object) -> str:
    """« de l’Appel à projets 2027 », « du Département », « des Bailleurs », « d’Agent »."""
    return _devant(str(nom), "de ", "d’", {"le ": "du ", "les ": "des "})


def a(nom: object) -> str:
    """« à l’Appel à projets 2027 », « au Département », « aux Bailleurs », « à Arras »."""
    return _devant(str(nom), "à ", "à ", {"le ": "au ", "les ": "aux "})


def le(nom: object) -> str:
    """« l’Appel à projets 2027 », « la Caisse », « les Bailleurs »; a proper noun alone."""
    return f"{article(str(nom))}{nom}"


def article(nom: str) -> str:
    """« l’ », « la  », « le  », « les  » with what follows it; empty before a proper noun."""
    mot = _premier(nom)
    if mot in PLURIELS:
        return "les "
    if mot not in FEMININS and mot not in MASCULINS:
        return ""
    if s_elide(nom):
        return "l’"
    return "la " if mot in FEMININS else "le "


def _devant(nom: str, plein: str, elide: str, contractions: dict[str, str]) -> str:
    """The preposition, its article and the name; its own article is contracted too."""
    for propre, contracte in contractions.items():
        if nom.lower().startswith(propre):
            return f"{contracte}{nom[len(propre) :]}"
    dit = article(nom)
    if dit in contractions:
        return f"{contractions[dit]}{nom}"
    if not dit and s_elide(nom):
        return f"{elide}{nom}"
    return f"{plein}{dit}{nom}"


def _premier(nom: str) -> str:
    """The first word, in small letters, as the lists have it."""
    trouve = re.match(r"[\w-]+", nom.strip())
    return trouve[0].lower() if trouve else ""
