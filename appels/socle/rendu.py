"""The child process that turns HTML into a PDF: no Django, no network, bounded in memory.

Reads a JSON order on stdin, writes the PDF on stdout. Forked from a parent that has loaded the
renderer (`partenaires.socle.pepiniere`); never imported by `appels.socle.pdf`, which orders.
"""

import base64
import json
import resource
import sys
from datetime import datetime
from pathlib import Path

POLICES = Path(__file__).resolve().parent.parent.parent / "static" / "polices"
TYPES = {"data"}


def fabriquer(commande: dict) -> bytes:
    """The PDF of an order: {html, identifiant, cree_le, pieces: [{nom, description, base64}]}."""
    from weasyprint import HTML, Attachment
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    from appels.socle import etiquettes

    class RienDehors(URLFetcher):
        """Refuse everything but data: URLs and our own fonts, by name."""

        def fetch(self, url: str, headers: dict[str, str] | None = None) -> "URLFetcherResponse":
            if url.startswith("data:"):
                return super().fetch(url, headers)
            nom = url.removeprefix("police:")
            police = POLICES / nom
            if url.startswith("police:") and "/" not in nom and police.is_file():
                return URLFetcherResponse(url, police.read_bytes(), {"Content-Type": "font/woff2"})
            raise ValueError("ressource refusée")

    interdit = RienDehors(allowed_protocols=TYPES, allow_redirects=False)
    cree_le = datetime.fromisoformat(commande["cree_le"])
    pieces = [
        Attachment(
            string=base64.b64decode(piece["base64"]).decode(),
            name=piece["nom"],
            description=piece["description"],
            created=cree_le,
            modified=cree_le,
            relationship="Source",
            url_fetcher=interdit,
        )
        for piece in commande["pieces"]
    ]
    document = HTML(string=commande["html"], url_fetcher=interdit, base_url="about:blank").render(
        pdf_variant=commande["variante"]
    )
    document.metadata.attachments = pieces
    return document.write_pdf(
        finisher=etiquettes.mender,
        pdf_variant=commande["variante"],
        pdf_identifier=bytes.fromhex(commande["identifiant"]),
    )


def prechauffer() -> None:
    """What the parent loads once: the renderer, its fonts found, its style sheets read."""
    fabriquer(
        {
            "html": "<html lang='fr'><title>Essai</title><p>Essai</p></html>",
            "identifiant": "00" * 16,
            "cree_le": "2026-01-01T00:00:00+00:00",
            "pieces": [],
            "variante": "pdf/a-3a",
        }
    )


def principal() -> None:
    """Bound the process, then make what is ordered."""
    commande = json.load(sys.stdin)
    resource.setrlimit(resource.RLIMIT_AS, (commande["memoire"], commande["memoire"]))
    resource.setrlimit(resource.RLIMIT_CPU, (commande["calcul"], commande["calcul"] + 1))
    sys.setrecursionlimit(3000)
    sys.stdout.buffer.write(fabriquer(commande))
