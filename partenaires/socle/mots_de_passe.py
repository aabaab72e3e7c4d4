"""A password that somebody would guess is refused, whatever its length.

Three looks: the shipped list of leaked passwords, read again without what people add to pass
(digits around, capitals, « 0 » for « o »); what the portal and the person are called; an estimate
of the number of guesses (zxcvbn). No rule on kinds of characters: a sentence passes.
"""

import re
import unicodedata

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from zxcvbn import zxcvbn  # type: ignore[import-untyped]

from partenaires.models import Utilisateur

DU_PORTAIL = ("coeur", "quartier", "contrat", "ville", "portail", "arras", "association")
MOTS_VIDES = ("de", "du", "des", "la", "le", "les", "et")
# Rows of the keyboards found here, read from both sides.
RANGEES = (
    "azertyuiop",
    "qsdfghjklm",
    "wxcvbn",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
)
PAS_LE_CLAVIER = 4  # signs in a row of the keyboard: no word has as many
RESTE_MIN = 6  # signs that are nobody's name
ESTIMATION_MIN = 4  # of zxcvbn: more than ten thousand million guesses
LU_MAX = 72  # characters that zxcvbn reads; beyond, length does it
SUBSTITUTIONS = str.maketrans("013457@$!", "oieastasi")

TROP_CONNU = "Ce mot de passe figure, à quelques signes près, parmi ceux que l’on essaie d’abord."
TROP_PROCHE = (
    "Ce mot de passe est fait du nom du portail, de votre nom ou de touches qui se suivent."
)
TROP_SIMPLE = "Ce mot de passe se devine trop vite. Prenez quatre mots sans lien entre eux."
AIDE = "Une phrase de quatre mots ou plus convient ; ni votre nom, ni celui du portail."


class PasDevinable:
    """Refuses what the three looks find; the first that does says why."""

    def __init__(self) -> None:
        self.fuites = CommonPasswordValidator().passwords

    def validate(self, password: str, user: Utilisateur | None = None) -> None:
        """Raises `ValidationError` with its sentence."""
        mots = mots_connus(user)
        if self.est_dans_la_liste(password):
            raise ValidationError(TROP_CONNU, code="password_leaked")
        if len(reste(password, mots)) < RESTE_MIN:
            raise ValidationError(TROP_PROCHE, code="password_close")
        if zxcvbn(password[:LU_MAX], user_inputs=mots)["score"] < ESTIMATION_MIN:
            raise ValidationError(TROP_SIMPLE, code="password_weak")

    def get_help_text(self) -> str:
        return AIDE

    def est_dans_la_liste(self, password: str) -> bool:
        """As it is, without what surrounds it, repeated, or with digits for letters."""
        simple = sans_accents(password)
        coeur = simple.strip("0123456789 _-.!?*#@$&+")
        candidats = {simple, coeur, simple.translate(SUBSTITUTIONS), coeur.translate(SUBSTITUTIONS)}
        return any(une_fois(candidat) in self.fuites for candidat in candidats)


def sans_accents(texte: str) -> str:
    """In small letters, « é » read as « e », « œ » as « oe »."""
    decompose = unicodedata.normalize("NFKD", texte.lower().replace("œ", "oe"))
    return "".join(signe for signe in decompose if not unicodedata.combining(signe))


def une_fois(texte: str) -> str:
    """« bonjourbonjour » is « bonjour »; what is not repeated stays."""
    return re.sub(r"^(.+?)\1+$", r"\1", texte)


def mots_connus(user: Utilisateur | None) -> list[str]:
    """What the portal and the person are called, in pieces."""
    connus = list(DU_PORTAIL)
    if user:
        connus += re.findall(r"\w+", sans_accents(f"{user.prenom} {user.nom} {user.email}"))
    return [mot for mot in connus if len(mot) > 2]


def reste(password: str, mots: list[str]) -> str:
    """The signs that are neither a known word, a year, a run of the keyboard nor a repetition."""
    signes = sans_accents(password)
    for mot in sorted(mots, key=len, reverse=True):
        signes = signes.replace(mot, " ")
    signes = re.sub(r"(19|20)\d\d", " ", signes)
    signes = re.sub(r"(.)\1{2,}", " ", signes)
    for rangee in RANGEES:
        for sens in (rangee, rangee[::-1]):
            signes = sans_suite(signes, sens)
    return "".join(mot for mot in signes.split() if mot not in MOTS_VIDES)


def sans_suite(signes: str, rangee: str) -> str:
    """Without the runs of four signs or more of this row."""
    for longueur in range(len(rangee), PAS_LE_CLAVIER - 1, -1):
        for debut in range(len(rangee) - longueur + 1):
            signes = signes.replace(rangee[debut : debut + longueur], " ")
    return signes
