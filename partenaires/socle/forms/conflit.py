"""Two people wrote the same part: show both texts, overwrite nothing."""

from django import forms

from quartiers.francais import nombre_en_euros


def montrer_les_deux(formulaire, frais, auteur: str) -> list[str]:
    """Mark each field typed differently from what is saved; return the saved rows of the tables.

    `frais` is the same form built anew from the database.
    """
    if hasattr(formulaire, "membres"):
        return [
            ligne
            for mien, autre in zip(formulaire.membres, frais.membres, strict=True)
            for ligne in montrer_les_deux(mien, autre, auteur)
        ]
    if isinstance(formulaire, forms.BaseFormSet):
        return (
            [
                _ligne(membre)
                for membre in frais.forms
                if membre.initial or getattr(membre.instance, "pk", None)
            ]
            if isinstance(frais, forms.BaseModelFormSet)
            else [_ligne(m) for m in frais.forms if m.initial]
        )
    for nom, champ in formulaire.fields.items():
        if isinstance(champ.widget, forms.HiddenInput) or nom not in frais.fields:
            continue
        autre = en_clair(frais[nom])
        if autre and autre != en_clair(formulaire[nom]):
            champ.autre_texte, champ.auteur_autre_texte = autre, auteur
    return []


def _ligne(formulaire) -> str:
    """A saved row of a table in one line."""
    visibles = (
        champ
        for champ in formulaire
        if not champ.is_hidden and champ.name not in ("DELETE", "retirer")
    )
    debut = [getattr(formulaire, "nom", "")]
    return " · ".join(filter(None, [*debut, *(en_clair(champ) for champ in visibles)]))


def en_clair(champ) -> str:
    """What a person reads in a field."""
    valeur = champ.value()
    if valeur in (None, "", []):
        return ""
    if isinstance(valeur, int) and champ.field.__class__.__name__ == "MontantField":
        return nombre_en_euros(valeur)
    if choix := getattr(champ.field, "choices", None):
        valeurs = valeur if isinstance(valeur, list | tuple) else [valeur]
        voulues = {str(getattr(v, "pk", v)) for v in valeurs}
        return ", ".join(str(libelle) for cle, libelle in choix if str(cle) in voulues)
    return str(valeur).replace("\r\n", "\n").strip()
