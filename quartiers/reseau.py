"""One bounded question to a service of the State: the whole answer in a time and a size, or not."""

import time
from http.client import HTTPException
from urllib.request import HTTPRedirectHandler, Request, build_opener

CHIFFRES_MAX = 9


class _SansRedirection(HTTPRedirectHandler):
    def redirect_request(self, *arguments: object, **options: object) -> None:
        return None


_ouvreur = build_opener(_SansRedirection)


def lire(adresse: str, *, delai: float, taille_max: int) -> bytes:
    """The bytes of a JSON answer, within `delai` seconds even when they come drop by drop.

    Raises `OSError` (`HTTPError`, `TimeoutError`…); follows nobody elsewhere.
    """
    limite = time.monotonic() + delai
    entetes = {"Accept": "application/json", "User-Agent": "coeur-de-quartier"}
    demande = Request(adresse, headers=entetes)  # noqa: S310 (https, or a local server in tests)
    morceaux = []
    taille = 0
    try:
        with _ouvreur.open(demande, timeout=delai) as reponse:
            while morceau := reponse.read1(65_536):
                taille += len(morceau)
                if taille > taille_max or time.monotonic() > limite:
                    raise TimeoutError
                morceaux.append(morceau)
    except HTTPException as erreur:  # what answers does not speak HTTP
        raise OSError(type(erreur).__name__) from erreur
    return b"".join(morceaux)


def secondes_de_repos(delai: str, *, sinon: int, maximum: int) -> int:
    """How long a `Retry-After` asks to wait; `sinon` when it is no number of seconds."""
    if not (delai.isascii() and delai.isdigit()):
        return sinon
    return min(int(delai), maximum) if len(delai) < CHIFFRES_MAX else maximum


def texte_propre(texte: str, longueur: int) -> str:
    """On one line, without what no page draws and no database keeps, at most so many signs."""
    visible = "".join(lettre if lettre.isprintable() else " " for lettre in texte)
    return " ".join(visible.split())[:longueur]
