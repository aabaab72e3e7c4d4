"""What tells who somebody is, found in a text of a resident: shown, never rewritten (SUITES H3).

`reperer` gives places in the text as it was typed. It reads as `quartiers.frappe` does: dashes,
digits and spaces of another keyboard are those of ours, and what cannot be seen is skipped, so that
an invisible sign inside a number hides nothing.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from django.db.models import TextChoices
from stdnum import iban as stdnum_iban
from stdnum.fr import nir as stdnum_nir

from quartiers.frappe import lettre_du_clavier


class Genre(TextChoices):
    """What was found; the label fits « Ce texte contient … »."""

    IBAN = "iban", "des coordonnées bancaires"
    SECURITE_SOCIALE = "nir", "un numéro de sécurité sociale"
    COURRIEL = "courriel", "une adresse électronique"
    TELEPHONE = "telephone", "un numéro de téléphone"
    PLAQUE = "plaque", "une plaque d’immatriculation"
    ADRESSE = "adresse", "une adresse postale"
    NOM = "nom", "le nom d’une personne"


class Trouvaille(NamedTuple):
    """Characters `debut` to `fin` (excluded) of the text as it was typed."""

    debut: int
    fin: int
    genre: Genre


ENTRE_CHIFFRES = r"[ .,\-/_·()\n]{0,3}"
UNE_DATE = r"\d\d([/.\-])\d\d\1(?:19|20)\d\d(?!\d)"
PAS_UN_NUMERO = r"(?! ?(?:€|euros?|habitants?|personnes?|%))(?!\d)"
CHIFFRE_DIT = (
    r"(?:zero|un|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze"
    r"|seize|vingts?|trente|quarante|cinquante|soixante|\d{1,2})(?!\w)"
)
ENTRE_MOTS = r"(?: et |[ ,.\-\n]{1,3})"
TELEPHONES = (
    rf"(?<!\w)(?:\+|00){ENTRE_CHIFFRES}[1-9](?:{ENTRE_CHIFFRES}\d){{7,13}}{PAS_UN_NUMERO}",
    # Letters that look like figures count when figures stand after them: « O6 39 98… ».
    rf"(?!{UNE_DATE})(?!0,\d )(?:(?<![\d+])0|(?<![\w+])o){ENTRE_CHIFFRES}[1-9]"
    rf"(?:{ENTRE_CHIFFRES}[\dol]){{8}}(?!\d)",
    rf"(?<!\w)(?:zero{ENTRE_MOTS}{CHIFFRE_DIT}|0[1-9])(?:{ENTRE_MOTS}{CHIFFRE_DIT}){{4,24}}",
    # Its first zero left out: only where the text says that it is a number to call.
    r"(?:tel|telephone|portable|numero|num|appeler|joindre|appelez)\.?[ :]{1,3}(?:moi )?"
    rf"(?:est |au |c'est )?(?:le )?(?P<ici>[67](?:{ENTRE_CHIFFRES}\d){{8}})(?!\d)",
)
HEBERGEUR = (
    r"(?:gmail|googlemail|orange|wanadoo|free|sfr|laposte|hotmail|outlook|yahoo|live|icloud"
    r"|protonmail|proton|bbox|neuf|numericable|aol|gmx|msn)"
)
# « suivez @le_quartier.arras » is an account of a network, not a mailbox: no space before it only.
AROBASE = (
    r"(?:@| @ | ?@ | @(?=" + HEBERGEUR + r")| ?[(\[{<] ?(?:at|a|arobase|arobas|@) ?[)\]}>] ?"
    r"| (?:arobase|arobas|at) )"
)
POINT = r"(?:[.,]| ?[(\[] ?(?:point|dot|\.) ?[)\]] ?| point | dot | \. ?)"
COURRIELS = (
    rf"(?<![\w.+])\w[\w.+'%\-]{{0,63}}(?: point \w{{1,40}}){{0,2}}{AROBASE}[\w\-]{{1,63}}"
    rf"(?:{POINT}[\w\-]{{2,63}}){{1,3}}(?!\w)",
    rf"(?<![\w.+])\w[\w+\-]{{0,40}}[._\d][\w.+\-]{{0,40}} {HEBERGEUR}{POINT}(?:fr|com|net|org|me)"
    r"(?!\w)",
)
IBAN_POSSIBLE = re.compile(r"(?<![a-z0-9])[a-z]{2}[ ]?\d{2}(?:[ .\-]{0,2}[a-z0-9]){11,30}")
IBAN_FRANCAIS = re.compile(r"(?:fr|mc)\d{12}[a-z0-9]{11}\d{2}")
IBAN_LONGUEURS = range(34, 14, -1)
RIB_POSSIBLE = re.compile(
    r"(?<!\w)\d{5}[ .\-]{0,2}\d{5}(?:[ .\-]{0,2}[a-z0-9]){11}[ .\-]{0,2}\d\d(?!\w)"
)
CHIFFRES_D_UN_RIB = 18  # of 23 characters: words are no account
NIR_POSSIBLE = re.compile(r"(?<!\w)[1-4](?:[ .\-]?[\dab]){14}(?!\w)")
LETTRES = "[A-HJ-NP-TV-Z]"
SIGLES = r"(?!QPV|BP|CS|CP|TGV|TER|HLM|CAF|KM|DE|EN|ET)"
DEPARTEMENT = r"(?:[1-8]\d|9[0-5]|0[1-9]|2[AB])"
PLAQUES = (
    rf"(?<![\w\-]){LETTRES}{{2}}[ \-]{{0,2}}\d{{3}}[ \-]{{0,2}}{LETTRES}{{2}}(?![\w\-])",
    rf"(?<![\w\-]){LETTRES.lower()}{{2}}-?\d{{3}}-?{LETTRES.lower()}{{2}}(?![\w\-])",
    rf"(?<![\w\-,.])\d{{2,4}}[ \-]?{SIGLES}{LETTRES}{{2,3}}[ \-]?{DEPARTEMENT}(?![\w\-,.])",
)
# What is a road whatever follows, and what is one only before a name: « 1 place libre » is none.
VOIE = (
    r"(?i:rue|r\.|avenue|av\.|ave|boulevard|blvd|bd|bvd|impasse|imp\.|allee|quai|square|ruelle"
    r"|faubourg|fbg|esplanade|chaussee|sente)"
)
VOIE_DOUTEUSE = (
    r"(?i:place|pl\.|cours|passage|route|chemin|cite|residence|clos|voie|villa|lotissement|hameau"
    r"|sentier|mail|parvis|tour|immeuble|cour|rond-point)"
)
NUMERO = r"(?<![\w,.])(?!(?:19|20)\d\d)\d{1,4}(?i: ?(?:bis|ter|quater|[a-d](?= |,)))?"
LIAISON = r"(?i: (?:de la|de l'|de|du|des|d'|la|le|les|l'))?[ ']?"
SUITE_DU_NOM = r"(?: (?=[A-Z][a-z])[\w'\-]{2,30}){0,3}"
COMMUNE = r"(?:,? \d{5}(?: [\w\-]{2,30})?)?"
HABITER = r"(?i:habit\w+|log\w+|domicilie\w*|demeur\w+|vit|vis|vivons|reside\w*)"
MOIS = r"(?:janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre)"
ADRESSES = (
    rf"{NUMERO},? {VOIE}{LIAISON}\w[\w'\-]{{1,30}}{SUITE_DU_NOM}{COMMUNE}",
    rf"{NUMERO},? {VOIE_DOUTEUSE}{LIAISON}(?=[A-Z])[\w'\-]{{2,30}}{SUITE_DU_NOM}{COMMUNE}",
    rf"(?<!\w){VOIE} [\w' \-]{{2,40}},? (?i:au )?(?i:n[°o]|numero|num\.?) ?\d{{1,4}}(?!\d)",
    r"(?<!\w)(?i:appartement|appart|appt|apt|logement)\.?,? (?i:n[°o] ?|numero )?\d{1,4}"
    r"(?! ?(?i:pieces?|chambres?|m2|m²|ans|personnes?|\d|%|€|euros?))(?!\w)",
    rf"(?<!\w){HABITER}(?: \w{{1,12}}){{0,2}} (?i:au|le) (?i:n[°o] ?|numero )?"
    rf"\d{{1,4}}(?i: ?(?:bis|ter))?(?! ?(?i:e|er|eme|ans|{MOIS})\b)(?!\w)",
)
# A speed, a line of bus, an hour: what stands before says that the number is none of a door.
PAS_UNE_PORTE = re.compile(
    r"(?:\d ?h ?|\b(?:lignes?|bus|zone|arrets?|navettes?|classes?|ecoles?|a|vers|entre|de|"
    + MOIS
    + r") )$"
)
CIVILITE = r"(?:M\.|Mr\.?|Mme\.?|Mlle\.?|Monsieur|Madame|Mademoiselle)"
FONCTION = r"(?:Le|La|Les|L|Maire|President|Presidente|Directeur|Directrice|Prefet|Prefete)"
PERSONNE = rf"(?<!\w){CIVILITE} (?!{FONCTION}\b)[A-Z][\w'\-]{{1,30}}(?: [A-Z][\w'\-]{{1,30}})?"

CACHE = "\x00"  # hides what was found; typed, it is dropped

Place = tuple[int, int]


class _TexteLu:
    """A text without accents nor what cannot be seen; each sign knows its place in the other."""

    def __init__(self, texte: str):
        signes = []
        self.places = []
        for place, signe in enumerate(texte):
            for lettre in _simple(signe):
                signes.append(lettre)
                self.places.append(place)
        self.simple = "".join(signes)
        self.trouvailles: list[Trouvaille] = []
        self.lire()

    def lire(self) -> None:
        self.minuscules = "".join(_minuscule(lettre) for lettre in self.simple)

    def garder(self, places: Iterable[Place], genre: Genre) -> None:
        """Keep what was found, and hide it from what is looked for next."""
        lettres = list(self.simple)
        for debut, fin in places:
            if CACHE in lettres[debut:fin]:
                continue
            lettres[debut:fin] = CACHE * (fin - debut)
            ici = Trouvaille(self.places[debut], self.places[fin - 1] + 1, genre)
            self.trouvailles.append(ici)
        self.simple = "".join(lettres)
        self.lire()


def reperer(texte: str, noms: Iterable[str] = ()) -> list[Trouvaille]:
    """Everything that tells who somebody is, in the order of the text; two never overlap.

    `noms`: the full names of known agents, « Claire Dupont ».
    """
    lu = _TexteLu(texte)
    connus = tuple(noms)
    # The longest numbers first: an account holds what looks like a telephone.
    for genre in Genre:
        if genre == Genre.NOM:
            places = _personnes(lu, connus)
        else:
            places = CHERCHEURS[genre](lu)
        lu.garder(places, genre)
    return sorted(lu.trouvailles)


def _simple(signe: str) -> str:
    """The sign of a keyboard, without accent; a line break stays one."""
    if signe == "\n":
        return signe
    if signe == CACHE or unicodedata.combining(signe):
        return ""
    lettre = lettre_du_clavier(signe)
    return unicodedata.normalize("NFD", lettre)[:1]


def _minuscule(lettre: str) -> str:
    """One for one: the small letter of « İ » is two signs, which would shift what follows."""
    petite = lettre.lower()
    return petite if len(petite) == 1 else lettre


def _comptes(lu: _TexteLu) -> Iterator[Place]:
    """Accounts; one of France whose key is wrong is still somebody's, badly typed."""
    texte = lu.minuscules
    for possible in IBAN_POSSIBLE.finditer(texte):
        signes = _signes(possible)
        for longueur in IBAN_LONGUEURS:
            numero = "".join(texte[place] for place in signes[:longueur])
            entier = len(numero) == longueur
            if entier and (IBAN_FRANCAIS.fullmatch(numero) or _est_un_iban(numero)):
                yield possible.start(), signes[longueur - 1] + 1
                break
    for possible in RIB_POSSIBLE.finditer(texte):
        if sum(lettre.isdigit() for lettre in possible[0]) >= CHIFFRES_D_UN_RIB:
            yield possible.span()


def _est_un_iban(numero: str) -> bool:
    """By its key: what a country asks besides would let an account of a new bank pass."""
    return stdnum_iban.is_valid(numero, check_country=False)


def _signes(trouve: re.Match[str]) -> list[int]:
    """The places of what counts in a number, its spaces and dashes left out."""
    return [trouve.start() + rang for rang, lettre in enumerate(trouve[0]) if lettre.isalnum()]


def _securite_sociale(lu: _TexteLu) -> Iterator[Place]:
    for possible in NIR_POSSIBLE.finditer(lu.minuscules):
        if stdnum_nir.is_valid(possible[0]):
            yield possible.span()


def _courriels(lu: _TexteLu) -> Iterator[Place]:
    for motif in COURRIELS:
        yield from _places(motif, lu.minuscules)


def _telephones(lu: _TexteLu) -> Iterator[Place]:
    for motif in TELEPHONES:
        yield from _places(motif, lu.minuscules)


def _plaques(lu: _TexteLu) -> Iterator[Place]:
    for motif in PLAQUES:
        yield from _places(motif, lu.simple)


def _adresses(lu: _TexteLu) -> Iterator[Place]:
    for motif in ADRESSES:
        for debut, fin in _places(motif, lu.simple):
            avant = lu.minuscules[max(0, debut - 20) : debut]
            if not PAS_UNE_PORTE.search(avant):
                yield debut, fin


def _personnes(lu: _TexteLu, noms: Iterable[str]) -> Iterator[Place]:
    """Known agents, whichever word comes first; then whoever is called « Mme »."""
    for nom in noms:
        mots = [re.escape(mot) for mot in re.split(r"[\s\-]+", _TexteLu(nom).minuscules) if mot]
        if len(mots) < 2:
            continue
        for rang in range(len(mots)):
            entier = r"[ \-\n]+".join([*mots[rang:], *mots[:rang]])
            yield from _places(rf"(?<!\w){entier}(?!\w)", lu.minuscules)
    yield from _places(PERSONNE, lu.simple)


def _places(motif: str, texte: str) -> Iterator[Place]:
    for trouve in re.finditer(motif, texte):
        yield trouve.span("ici") if "ici" in trouve.re.groupindex else trouve.span()


CHERCHEURS: dict[Genre, Callable[[_TexteLu], Iterator[Place]]] = {
    Genre.IBAN: _comptes,
    Genre.SECURITE_SOCIALE: _securite_sociale,
    Genre.COURRIEL: _courriels,
    Genre.TELEPHONE: _telephones,
    Genre.PLAQUE: _plaques,
    Genre.ADRESSE: _adresses,
}
