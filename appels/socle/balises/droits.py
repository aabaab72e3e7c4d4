"""Why a gesture is not on the page, in the words of the rule that refuses it."""

from django import template

from appels.socle import droits as droits_des_dossiers
from partenaires.concertation import droits as droits_des_paroles
from partenaires.socle import droits as droits_des_organismes

register = template.Library()


@register.simple_tag
def pourquoi(nom: str) -> str:
    """The sentence of a right, as the page 403 says it. Raises `AttributeError`: no such right."""
    for regles in (droits_des_dossiers, droits_des_organismes):
        if hasattr(regles, nom):
            return getattr(regles, nom).phrase
    return getattr(droits_des_paroles, nom).phrase
