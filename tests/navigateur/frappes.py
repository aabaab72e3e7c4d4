"""What is typed in each kind of field, and when two values are the same for who reads them."""

import re
import unicodedata
from decimal import Decimal, InvalidOperation

from tests.navigateur.inventaire import Champ, Formulaire

LISIBLE, ILLISIBLE, LONG, COLLE = "lisible", "illisible", "trop long", "collé"
MANIERES = (LISIBLE, ILLISIBLE, LONG, COLLE)

# {a word of the class of the field: what is typed}; free text is what nothing here names. What is
# readable changes at each turn, so that there is always something to save.
TYPEES: dict[str, dict[str, str]] = {
    "Date": {
        LISIBLE: "{jour:02d}/03/2027",
        ILLISIBLE: "30/02/2027",
        LONG: "04/03/2027 " * 30,
        COLLE: "\ufeff05/\u200b03/2027\u00a0",
    },
    "Heure": {
        LISIBLE: "14:30",
        ILLISIBLE: "25:70",
        LONG: "14:30 " * 30,
        COLLE: "\u200b14\u202fh\u00a015",
    },
    "Annee": {
        LISIBLE: "2028",
        ILLISIBLE: "vingt-huit",
        LONG: "2028" * 30,
        COLLE: "\u00a020\u200b29\ufeff",
    },
    "Montant": {
        LISIBLE: "1 2{nombre},50",
        ILLISIBLE: "12,50,00",
        LONG: "9" * 60,
        COLLE: "\ufeff2\u202f345,00\u00a0€",
    },
    "Decimal": {
        LISIBLE: "{unite},5",
        ILLISIBLE: "1,2,3",
        LONG: "9" * 60,
        COLLE: "\u00a02,\u200b5\ufeff",
    },
    "Entier": {
        LISIBLE: "{nombre}",
        ILLISIBLE: "beaucoup",
        LONG: "9" * 60,
        COLLE: "\ufeff1\u200b5\u00a0",
    },
    "Email": {
        LISIBLE: "ada.{}@example.org",
        ILLISIBLE: "ada.{}@",
        LONG: "a" * 400 + ".{}@example.org",
        COLLE: "\u200bbob.{}@example.org\u00a0",
    },
    "CodePostal": {
        LISIBLE: "62000",
        ILLISIBLE: "Arras",
        LONG: "62000 " * 30,
        COLLE: "\ufeff62\u00a0223",
    },
    "Telephone": {
        LISIBLE: "03 21 00 00 01",
        ILLISIBLE: "aucun",
        LONG: "0321" * 60,
        COLLE: "\u202f03\u00a021\u200b000002",
    },
    "URL": {
        LISIBLE: "https://example.org/{}",
        ILLISIBLE: "pas une adresse {}",
        LONG: "https://example.org/{}" + "a" * 900,
        COLLE: "\u200bhttps://example.org/{}\u00a0",
    },
}
SYNONYMES = {"Integer": "Entier", "Time": "Heure", "Float": "Decimal", "Site": "URL"}
# Free text: nothing of it is unreadable.
TEXTE = {
    LISIBLE: "Essai {}",
    ILLISIBLE: "« {} » <b>?</b> 30/02",
    COLLE: "Mot\u00a0à\u202fmot\u200b, pause\u2011café\ufeff {}",
}
LONGUEURS = {"texte": 700, "zone": 8602}


def sorte(champ: Champ) -> str:
    """The kind of a field, by the class that reads it, or by what the page says of it."""
    for mot, nom in {**{nom: nom for nom in TYPEES}, **SYNONYMES}.items():
        if mot in champ.espece:
            return nom
    natif = champ.attributs.get("type", "text")
    natives = {"date": "Date", "time": "Heure", "number": "Entier", "email": "Email", "url": "URL"}
    if natif in natives:
        return natives[natif]
    return "Montant" if champ.attributs.get("inputmode") == "decimal" else ""


def frappe(champ: Champ, maniere: str, marque: str) -> list[str]:
    """What somebody puts in this field: a text, or what is chosen."""
    if champ.nature in ("texte", "zone"):
        return [texte(champ, maniere, marque)]
    autres = [choix for choix in champ.choix if choix and choix not in champ.valeurs]
    if champ.nature == "case":
        return autres  # each box turned
    return autres[-1:] or champ.valeurs


def texte(champ: Champ, maniere: str, marque: str) -> str:
    if nom := sorte(champ):
        tour = int(re.sub(r"\D", "", marque.split("x")[0]))
        return TYPEES[nom][maniere].format(
            marque, nombre=10 + tour % 80, unite=1 + tour % 9, jour=1 + tour % 28
        )
    if maniere == LONG:
        mots = f"{marque} " * LONGUEURS[champ.nature]
        return mots[: LONGUEURS[champ.nature]].strip()
    return TEXTE[maniere].format(marque)


def remplissage(formulaire: Formulaire, manieres: tuple[str, ...], marque: str) -> dict:
    """{field: what is typed}, each field in its turn of the manners."""
    champs = [
        champ
        for champ in formulaire.champs.values()
        if not retire(champ.nom) and champ.attributs.get("tabindex") != "-1"  # for machines alone
    ]
    return {
        champ.nom: frappe(champ, manieres[rang % len(manieres)], f"{marque}x{rang}x")
        for rang, champ in enumerate(champs)
    }


def retire(nom: str) -> bool:
    """A box that takes a row away: another gesture."""
    return nom.endswith(("-DELETE", "-retirer"))


# --- The same, for who reads it ---------------------------------------------------------------


def lisible(valeur: str) -> str | Decimal:
    """What a person sees of it: spaces are spaces, dashes dashes, what is invisible is not there;
    a date and a number, whatever way they are written.
    """
    nette = "".join(
        " " if unicodedata.category(signe) == "Zs" else signe
        for signe in valeur.replace("\r\n", "\n").replace("\u2011", "-")
        if unicodedata.category(signe) != "Cf"
    ).strip()
    if jour := re.fullmatch(r"(\d\d)/(\d\d)/(\d{4})", nette):
        return "-".join(reversed(jour.groups()))
    if heure := re.fullmatch(r"(\d\d?)\s?[h:]\s?(\d\d)", nette):
        return f"{int(heure[1]):02d}:{heure[2]}"
    try:
        return Decimal(re.sub(r"[ €]", "", nette).replace(",", ".")).normalize()
    except InvalidOperation:
        return re.sub(r" +", " ", nette)


def memes(avant: list[str], apres: list[str]) -> bool:
    """The same choices, or the same text for who reads it; what is empty is as if absent."""
    nets = [sorted(str(lisible(v)) for v in valeurs if v.strip()) for valeurs in (avant, apres)]
    return nets[0] == nets[1]
