"""The table URL × role, read from the addresses themselves: nothing to keep up beside them."""

from django.urls import URLPattern, URLResolver, get_resolver

from partenaires.socle import entree
from partenaires.socle.entree import Entree

# Sign-in steps and security pages: django-allauth decides.
COMPTE = Entree("compte")


def table() -> dict[str, Entree]:
    """{name of an address: its door}; an address of ours that declares none is missing."""
    return dict(_portes(get_resolver(), espace=""))


def _portes(resolveur: URLResolver, espace: str):
    for motif in resolveur.url_patterns:
        if isinstance(motif, URLResolver):
            yield from _portes(motif, f"{motif.namespace}:" if motif.namespace else espace)
        elif isinstance(motif, URLPattern) and (porte := _porte(motif)):
            yield f"{espace}{motif.name}", porte


def _porte(motif: URLPattern) -> Entree | None:
    if porte := entree.de(motif.callback):
        return porte
    return COMPTE if motif.callback.__module__.startswith("allauth.") else None
