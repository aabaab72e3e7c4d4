"""The same writing of amounts and instants, for the templates."""

from django import template

from quartiers import articles, francais

register = template.Library()

register.filter("euros", francais.en_euros)
register.filter("nombre", francais.nombre)
register.filter("jour", francais.jour)
register.filter("jour_court", francais.jour_court)
register.filter("heure", francais.heure)
register.filter("date_et_heure", francais.date_et_heure)
register.filter("instant_exact", francais.instant_exact)
register.filter("moment", francais.moment)
register.filter("siret", francais.siret)
register.filter("de", articles.de)
register.filter("a", articles.a)
register.filter("le", articles.le)
register.filter("poids", francais.poids)


@register.filter
def accorder(compte: int, mots: str) -> str:
    """« 3 pièces jointes » of « pièce jointe »; both forms when it is a verb: « va|vont »."""
    return francais.accorder(compte, *mots.split("|"))


@register.filter
def forme(compte: int, mots: str) -> str:
    """« elles » of « elle|elles »: the words alone, that agree with a number said elsewhere."""
    return francais.forme(compte, *mots.split("|"))


@register.filter
def demandes(centimes: int | None) -> str:
    """« 4 000 € demandés »; unknown, the words agree with themselves and not with euros."""
    if centimes is None:
        return "montant non précisé"
    return f"{francais.en_euros(centimes)} demandés"


@register.filter
def saisie(centimes: int | None) -> str:
    """An amount as it is typed in a field; empty when unknown."""
    return "" if centimes is None else francais.nombre_en_euros(centimes)


@register.filter
def coordonnee(degres: float) -> str:
    """« 50,292500 »: about ten centimetres, as it is typed in a field."""
    return f"{degres:.6f}".replace(".", ",")


@register.filter
def entier(valeur: float) -> int:
    """A whole number for a drawing."""
    return round(valeur)


@register.filter
def part_de(valeur: int, tout: int) -> int:
    """The length of a bar, out of a hundred."""
    if not tout:
        return 0
    return round(100 * valeur / tout)
