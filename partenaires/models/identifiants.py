"""SIRET, RNA, IBAN, BIC, telephone, postal code: read as people type them, pasted or exported.

Each reader gives the number as it is kept, an empty text when nothing is typed, or raises
`Illisible` with the sentence to show. A letter taken for a digit is proposed, never guessed. The
rules of each are in METIER §5; keys are computed by python-stdnum.
"""

import re
from collections.abc import Callable

from django.core.exceptions import ValidationError
from stdnum import bic as stdnum_bic
from stdnum import iban as stdnum_iban
from stdnum.fr import siren as stdnum_siren
from stdnum.fr import siret as stdnum_siret

from quartiers.francais import recherchable
from quartiers.francais import siret as siret_ecrit
from quartiers.frappe import (
    LONGUEUR_MAX,
    SCIENTIFIQUE,
    Illisible,
    abrege,
    borne,
    chiffres_pour_lettres,
    nettoyer,
    nettoyer_une_valeur,
)

SIRET = re.compile(r"\d{14}", re.ASCII)
RNA = re.compile(
    r"(?!W0{9})W\d[0-9A-HJ-NP-Z]\d{7}", re.ASCII
)  # no département is said by an I or an O
TELEPHONE = re.compile(r"0[1-9]\d{8}|3\d{3}|\+[1-9]\d{6,14}", re.ASCII)
CODE_POSTAL = re.compile(r"(?!00000)\d{5}", re.ASCII)
RIB = re.compile(r"\d{10}[0-9A-Z]{11}\d{2}", re.ASCII)  # of France: bank, branch, account, key
SEPARATEURS = re.compile(r"[ .\-_/]")
# « mailto:claire@… », « Claire Dupont <claire@…> »: as a mail program copies it
ADRESSE = re.compile(
    r"(?:.*<|(?:(?:adresse |e-?)?(?:e-?)?(?:mail|m[ée]l|courriel)|adresse [ée]lectronique|contact)"
    r"(?: ?: ?| ))?(?:mailto:)? ?[(\[«\"' ]*([^<>\s]+@[^<>\s?]+?)(?:\?\S*)?[ >,;.)\]»\"']*",
    re.IGNORECASE,
)
NUMERO_DE = r"(?:n ?[°ºo]\.? ?|num(?:[ée]ro|\.)? ?)?(?:de |d')?"
AUTOUR = re.compile(r"^[^\w+]+|[^\w]+$")  # « (62000) », « 732 829 320 00074 ; »
NUMERO_ABREGE = r"n ?(?:[°º]|o(?![a-z]))\.?"  # « BIC NOVA… » begins by no « no »
SUITE = rf"(?: ?{NUMERO_ABREGE})? ?[:=.\-]* ?(?:{NUMERO_ABREGE} ?)?"
DECIMALES_NULLES = re.compile(r"(\d{4,14})[.,]0+", re.ASCII)  # a number of a sheet made a text

LIBELLE_DE_TELEPHONE = re.compile(
    r"^(?:(?:n ?[°ºo]\.?|num(?:[ée]ro)?\b\.?|de|du|tel:?|t(?= ?:)"
    r"|(?:t[ée]l(?:[ée]phone)?|tph|portable|mobile|mob|port|fixe|standard|contact|gsm)\b\.?)"
    r" ?[:=.\-]* ?)+",
    re.IGNORECASE,
)

SIRET_FAUX = "Ce numéro SIRET n’est pas valable : il a 14 chiffres, vérifiez chacun d’eux."
RNA_FAUX = (
    "Ce numéro RNA n’est pas valable : la lettre W, un chiffre, une lettre ou un chiffre, puis "
    "sept chiffres."
)
IBAN_FAUX = "Cet IBAN n’est pas valable : recopiez-le du relevé d’identité bancaire."
BIC_FAUX = "Ce BIC n’est pas valable : 8 ou 11 caractères, sur le relevé d’identité bancaire."
TELEPHONE_FAUX = "Ce numéro de téléphone n’est pas valable. Exemple : 03 21 00 00 00."


def compact(texte: str, *noms: str) -> str:
    """The characters that count, in capitals: no space, dot, dash or invisible character.

    `noms`: what people write before the number, « SIRET : 130 025… ».
    """
    return SEPARATEURS.sub("", _sans_libelle(texte, *noms)).upper()


def _numero(texte: str, *noms: str) -> str:
    """The same, as a reader takes it: what a sheet did to a number is undone or named."""
    nettoyer_une_valeur(texte)
    entier = DECIMALES_NULLES.fullmatch(_sans_libelle(texte, *noms))
    return entier[1] if entier else compact(texte, *noms)


def _sans_libelle(texte: str, *noms: str) -> str:
    propre = _sans_bords(nettoyer(borne(texte)))
    devant = "|".join(noms) or "(?!)"
    libelle = rf"^(?:{NUMERO_DE}(?:{devant}){SUITE})+|^n ?[°º]\.? ?"
    return _sans_bords(re.sub(libelle, "", propre, flags=re.IGNORECASE))


def _sans_bords(propre: str) -> str:
    """Without the signs around it; the whole when it is made of signs: it is not « nothing »."""
    return AUTOUR.sub("", propre) or propre


def lire_siret(texte: str, *, ligne: int | None = None) -> str:
    """14 digits.

    `ligne`: the row of the sheet that it comes from; the zeros that the sheet took from its head
    are then put back, when what they make is a SIRET.
    """
    numero = _numero(texte, "siret", "siren")
    if not numero:
        return ""
    propre = _sans_libelle(texte, "siret", "siren")
    if SCIENTIFIQUE.fullmatch(propre.replace(" ", "")):
        raise Illisible(abime("ce SIRET", texte, ligne))
    complet = numero.zfill(14)
    if ligne is not None and numero.isascii() and numero.isdigit() and 11 < len(numero) < 14:
        numero = complet if est_un_siret(complet) else numero
    if est_un_siret(numero):
        return numero
    if propose := _propose(numero, est_un_siret):
        raise Illisible(f"{SIRET_FAUX} Vouliez-vous dire {siret_ecrit(propose)} ?")
    if 11 < len(numero) < 14 and est_un_siret(complet):
        raise Illisible(
            f"Ce numéro SIRET a perdu son premier zéro. Vouliez-vous dire {siret_ecrit(complet)} ?"
        )
    if stdnum_siren.is_valid(numero):
        raise Illisible(
            "Ces neuf chiffres sont un numéro SIREN : le SIRET en a cinq de plus, ceux de "
            "l’établissement."
        )
    if re.fullmatch(r"FR[0-9A-Z]{2}\d{9}", numero, re.ASCII):
        raise Illisible(
            "C’est le numéro de TVA : ses neuf derniers chiffres sont le SIREN, et le SIRET en a "
            "cinq de plus, ceux de l’établissement."
        )
    raise Illisible(SIRET_FAUX)


def lire_rna(texte: str) -> str:
    """W, a digit, a digit or a letter, seven digits."""
    numero = _numero(
        texte, "(?:inscription au )?rna", "waldec", "association", "r[ée]c[ée]piss[ée]"
    )
    if not numero or RNA.fullmatch(numero):
        return numero
    if propose := _propose(numero, _est_un_rna, garder=1):
        raise Illisible(f"{RNA_FAUX} Vouliez-vous dire {propose} ?")
    if RNA.fullmatch(f"W{numero}"):
        raise Illisible(f"{RNA_FAUX} Vouliez-vous dire W{numero} ?")
    raise Illisible(RNA_FAUX)


def lire_iban(texte: str) -> str:
    """ISO 7064 mod 97, and the French inner key for FR accounts."""
    numero = _numero(texte, r"(?:code )?i\.?b\.?a\.?n\.?", "compte")
    if not numero or stdnum_iban.is_valid(numero):
        return numero
    if propose := _propose(numero, stdnum_iban.is_valid, garder=2):
        raise Illisible(f"{IBAN_FAUX} Vouliez-vous dire {_par_quatre(propose)} ?")
    if RIB.fullmatch(numero):
        propose = f"FR{stdnum_iban.calc_check_digits(f'FR00{numero}')}{numero}"
        if stdnum_iban.is_valid(propose):
            raise Illisible(
                f"C’est un RIB : l’IBAN commence par FR. Vouliez-vous dire {_par_quatre(propose)} ?"
            )
    raise Illisible(IBAN_FAUX)


def lire_bic(texte: str) -> str:
    """8 or 11 characters."""
    numero = _numero(
        texte,
        r"(?:code |adresse )?(?:bic|b\.i\.c)(?: ?[/(-] ?swift\)?)?(?!\w)\.?",
        r"(?:code |adresse )?swift(?: ?[/(-] ?bic\)?)?(?!\w)",
    )
    if not numero or stdnum_bic.is_valid(numero):
        return numero
    if len(numero) in (8, 11):
        propose = numero[:4] + numero[4:6].replace("0", "O").replace("1", "I") + numero[6:]
        if propose != numero and stdnum_bic.is_valid(propose):
            raise Illisible(f"{BIC_FAUX} Vouliez-vous dire {propose} ?")
    raise Illisible(BIC_FAUX)


def lire_telephone(texte: str) -> str:
    """« 03 21 00 00 00 » of ten digits, « 3975 » of four; others in international form."""
    devant = LIBELLE_DE_TELEPHONE.sub("", _sans_bords_de_numero(nettoyer_une_valeur(texte)))
    if SCIENTIFIQUE.fullmatch(devant.replace(" ", "")):
        raise Illisible(abime("ce numéro de téléphone", texte))
    entier = DECIMALES_NULLES.fullmatch(devant)
    numero = entier[1] if entier else SEPARATEURS.sub("", devant)
    numero = re.sub(r"[()]", "", numero.replace("(0)", ""))
    numero = re.sub(r"^(?:00|\+)330?(?=[1-9])", "0", numero)
    numero = re.sub(r"^00(?=[1-9])", "+", numero)
    if not numero:
        return ""
    if not TELEPHONE.fullmatch(numero):
        propose = chiffres_pour_lettres(numero)
        if re.fullmatch(r"[1-9]\d{8}", propose, re.ASCII):  # a sheet took its zero
            propose = f"0{propose}"
        if re.fullmatch(r"33[1-9]\d{8}", propose, re.ASCII):  # or the « + »
            propose = f"0{propose[2:]}"
        if propose != numero and TELEPHONE.fullmatch(propose):
            raise Illisible(f"{TELEPHONE_FAUX} Vouliez-vous dire {_par_deux(propose)} ?")
        if len(re.findall(r"(?:0|\+33|0033)[1-9](?:[ .\-]?\d{2}){4}", devant)) > 1:
            raise Illisible("Écrivez un seul numéro de téléphone.")
        raise Illisible(TELEPHONE_FAUX)
    return _par_deux(numero)


def _sans_bords_de_numero(propre: str) -> str:
    """Without the signs around it, « ☎ » among them; the whole when it is made of signs."""
    return re.sub(r"^[^\w+(]+|[^\w)]+$", "", propre) or propre


def lire_adresse(texte: str) -> str:
    """An electronic address without what a mail program puts around it; Django says if it is one.

    Never refused here: what holds no address comes back cleaned, for its sentence.
    """
    propre = re.sub(r"(?<=\w) ?@ ?(?=\w)", "@", nettoyer(texte))
    trouvee = ADRESSE.fullmatch(propre)
    return trouvee[1] if trouvee else propre


def lire_code_postal(texte: str) -> str:
    """Five digits."""
    numero = re.sub("^FR?(?=[0-9])", "", _numero(texte, "code postal", r"c\.?p\b\.?"))
    if not numero or CODE_POSTAL.fullmatch(numero):
        return numero
    propose = chiffres_pour_lettres(numero)
    if propose != numero and CODE_POSTAL.fullmatch(propose):
        raise Illisible(f"Un code postal a cinq chiffres. Vouliez-vous dire {propose} ?")
    if re.fullmatch(r"[1-9]\d{3}", numero, re.ASCII):
        raise Illisible(f"Un code postal a cinq chiffres. Vouliez-vous dire 0{numero} ?")
    raise Illisible("Un code postal a cinq chiffres. Écrivez-les seuls, sans la ville.")


def abime(quoi: str, texte: str, ligne: int | None = None) -> str:
    """What a spreadsheet did to a number, on which row, and how to have it whole again."""
    ou = "" if ligne is None else f", ligne {ligne}"
    return (
        f"Excel a abîmé {quoi}{ou} : « {abrege(texte.strip())} » n’a plus tous ses chiffres. "
        "Dans la feuille, mettez la colonne au format Texte et recopiez le numéro."
    )


def est_un_siret(numero: str) -> bool:
    """Fourteen zeros have their key, and are nobody's."""
    return bool(SIRET.fullmatch(numero)) and int(numero) > 0 and stdnum_siret.is_valid(numero)


def _est_un_rna(numero: str) -> bool:
    return bool(RNA.fullmatch(numero))


def _propose(numero: str, est_bon: Callable[[str], bool], garder: int = 0) -> str:
    """The same number with digits for the letters that look like them, when that one is good.

    `garder`: how many characters are letters by rule. Empty when nothing is to be proposed.
    """
    if len(numero) > 40:
        return ""
    propose = numero[:garder] + chiffres_pour_lettres(numero[garder:])
    return propose if propose != numero and est_bon(propose) else ""


def _par_quatre(iban: str) -> str:
    return " ".join(iban[debut : debut + 4] for debut in range(0, len(iban), 4))


def _par_deux(numero: str) -> str:
    """« 03 21 00 00 00 »; an international or a short number stays whole."""
    if len(numero) != 10 or numero[0] != "0":
        return numero
    return " ".join(numero[debut : debut + 2] for debut in range(0, 10, 2))


# --- Looked for -----------------------------------------------------------------------------------
NOMS_DES_NUMEROS = re.compile(
    r"\b(?:n ?[°º] ?)?(?:siret|siren|rna)\b(?: ?n ?[°º])? ?[:=]? ?(?:n ?[°º] ?)?(?=[\dw])",
    re.IGNORECASE,
)
SIRET_PAR_GROUPES = re.compile(r"(?<!\d)\d{3}(?:[ .\-]?\d{3}){2}(?:[ .\-]?\d){0,5}(?!\d)", re.ASCII)
RNA_PAR_GROUPES = re.compile(r"\bw ?\d ?[0-9a-z](?:[ .\-]?\d){7}\b", re.ASCII | re.IGNORECASE)
SIGLE_POINTE = re.compile(r"(?:[^\W\d]\.){2,}[^\W\d]?")
ENTRE_DEUX_MOTS = re.compile(r"(?<=[^\W\d])(?:[/|,;:!?&+]|\.{2,})+(?=[^\W\d])")
AUX_BORDS = re.compile(r"^[^\w°]+|[^\w°]+$")
CHIFFRES_SEULS = re.compile(r"\d[\d .\-]*", re.ASCII)


def mots_cherches(texte: str) -> list[str]:
    """The words of a search, as they are indexed: a number typed by groups is one of them."""
    propre = NOMS_DES_NUMEROS.sub("", nettoyer(texte[:LONGUEUR_MAX]))
    seul = SEPARATEURS.sub("", propre)
    if CHIFFRES_SEULS.fullmatch(propre) and len(seul) in (9, 14):
        return [seul]
    for groupes in (RNA_PAR_GROUPES, SIRET_PAR_GROUPES):
        propre = groupes.sub(lambda trouve: SEPARATEURS.sub("", trouve[0]), propre)
    mots = recherchable(propre).split()
    return [nu for mot in mots for nu in _nus(mot)] or mots


def _nus(mot: str) -> list[str]:
    """« (association) » is « association », « c.a.f. » is « caf », « pinsons/merles » two words,
    « pinsons,merles » too."""
    if SIGLE_POINTE.fullmatch(mot):
        return [mot.replace(".", "")]
    nus = (AUX_BORDS.sub("", partie) for partie in ENTRE_DEUX_MOTS.split(mot))
    return [nu for nu in nus if nu]


# --- What is kept is checked again where it is written --------------------------------------------
def siret_valide(valeur: str) -> None:
    """14 digits and the Luhn key, or La Poste's own rule."""
    if not est_un_siret(valeur):
        raise ValidationError(SIRET_FAUX)


def rna_valide(valeur: str) -> None:
    if not RNA.fullmatch(valeur):
        raise ValidationError(RNA_FAUX)


def iban_valide(valeur: str) -> None:
    if not stdnum_iban.is_valid(valeur):
        raise ValidationError(IBAN_FAUX)


def bic_valide(valeur: str) -> None:
    if not stdnum_bic.is_valid(valeur):
        raise ValidationError(BIC_FAUX)


def telephone_valide(valeur: str) -> None:
    """French numbers in ten digits or four, others in international form."""
    try:
        lire_telephone(valeur)
    except Illisible as erreur:
        raise ValidationError(str(erreur)) from erreur
