"""A page as somebody leaves it open: what its form would send, untouched."""

from lxml import html


def feuille(reponse, champ: str) -> dict[str, list[str]]:
    """{field: values} of the form of a page that has this field, as a browser would post it."""
    page = html.fromstring(reponse.content)
    (formulaire,) = [un for un in page.forms if champ in un.fields]
    envoi: dict[str, list[str]] = {}
    for controle in formulaire.iter("input", "select", "textarea"):
        if controle.name and controle.get("type") not in ("submit", "file"):
            envoi.setdefault(controle.name, []).extend(_valeurs(controle))
    return {nom: valeurs for nom, valeurs in envoi.items() if valeurs}


def _valeurs(controle) -> list[str]:
    if controle.tag == "select":
        choisies = [
            option.get("value") for option in controle if option.get("selected") is not None
        ]
        return choisies or [option.get("value") for option in controle][:1]
    if controle.tag == "textarea":
        return [(controle.text or "").replace("\r\n", "\n").removeprefix("\n")]
    if controle.get("type") in ("radio", "checkbox"):
        return [controle.get("value", "on")] if controle.get("checked") is not None else []
    return [controle.get("value", "")]


def lisible(reponse) -> str:
    """The page as one reads it: plain spaces."""
    return reponse.content.decode().replace("\u00a0", " ").replace("\u202f", " ")
