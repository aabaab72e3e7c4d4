"""How an author finds their word again without an account: a code to note, or a link by mail.

The database keeps prints only, under the secret of the site: whoever reads it finds no code (H2).
"""

import base64
import hmac
import secrets
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.core import signing
from django.utils.crypto import salted_hmac

from partenaires.socle.refus import Refus
from quartiers.frappe import nettoyer

SEL = "partenaires.concertation"
LETTRES = 12  # of a code: 60 bits, which nobody tries one by one behind a limit
ATTENTE = timedelta(seconds=3)  # a person needs more to read and write (H8)
SANS_CONFUSION = str.maketrans("01", "OI")  # neither figure is in a code


class MarqueFausse(ValueError):
    """The mark of a form is not ours, or somebody changed it."""


class DejaServie(Refus):
    """The page of a form was sent already, with other words: neither is lost in silence."""

    phrase = (
        "Cette page a déjà servi à un envoi, qui est bien reçu. Ce qui est écrit ici est différent "
        "et n’est pas encore envoyé : relisez-le, puis envoyez-le à nouveau."
    )


def empreinte(quoi: str, valeur: str) -> str:
    """The print of a sending or of a code; the same word for something else has another."""
    return salted_hmac(f"{SEL}.{quoi}", valeur, algorithm="sha256").hexdigest()


def code_de(cle: UUID) -> str:
    """« ABCD-EFGH-IJKL », of the key of a sending: nobody else can make it, it is kept nowhere."""
    tirage = salted_hmac(f"{SEL}.code", cle.hex, algorithm="sha256").digest()
    lettres = base64.b32encode(tirage).decode()[:LETTRES]
    return "-".join(lettres[rang : rang + 4] for rang in range(0, LETTRES, 4))


def lire_code(texte: str) -> str:
    """A code as people copy it: small letters, spaces, a zero for an O; its print."""
    propre = nettoyer(texte[:80]).upper().translate(SANS_CONFUSION)
    lettres = "".join(lettre for lettre in propre if lettre.isalnum())
    ecrit = "-".join(lettres[rang : rang + 4] for rang in range(0, len(lettres), 4))
    return empreinte("code", ecrit)


def marquer(le: datetime) -> str:
    """The hidden mark of a form that is shown now: when, and the key of its sending."""
    return signing.dumps([le.isoformat(), uuid4().hex], salt=f"{SEL}.marque")


def lire_marque(marque: str) -> tuple[datetime, UUID]:
    """When the form was shown and the key of its sending; raises `MarqueFausse`."""
    try:
        montree_le, cle = signing.loads(marque, salt=f"{SEL}.marque")
        return datetime.fromisoformat(montree_le), UUID(cle)
    except (signing.BadSignature, ValueError, TypeError) as erreur:
        raise MarqueFausse from erreur


def jeton(quoi: str, pk: int) -> str:
    """What a link of a mail carries to say which row, and that we gave it."""
    return signing.Signer(salt=f"{SEL}.{quoi}").sign(str(pk))


def lire_jeton(quoi: str, texte: str) -> int:
    """The row of a link; 0, which none has, when it is not ours."""
    try:
        return int(signing.Signer(salt=f"{SEL}.{quoi}").unsign(texte))
    except (signing.BadSignature, ValueError):
        return 0


def numero_de_signalement() -> str:
    """« SIG-ABCD-EFGH »: drawn, so that it tells neither how many came nor which is next."""
    lettres = base64.b32encode(secrets.token_bytes(5)).decode()
    return f"SIG-{lettres[:4]}-{lettres[4:]}"


def memes(attendu: str, recu: str) -> bool:
    """Equal, in a time that tells nothing."""
    return hmac.compare_digest(attendu.encode(), recu.encode())
