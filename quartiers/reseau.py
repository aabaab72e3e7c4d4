"""One bounded question to a service of the State: the whole answer in a time and a size, or not."""

import time
from urllib.request import HTTPRedirectHandler, Request, build_opener


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
    with _ouvreur.open(demande, timeout=delai) as reponse:
        while morceau := reponse.read1(65_536):
            taille += len(morceau)
            if taille > taille_max or time.monotonic() > limite:
                raise TimeoutError
            morceaux.append(morceau)
    return b"".join(morceaux)
