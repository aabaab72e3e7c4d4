"""Several forms typed as one: what they show, what is put together, what waits to be readable."""

from typing import Any, Self

from django.forms import BaseForm, BaseFormSet

from partenaires.socle import fusion
from partenaires.socle.forms.conflit import en_clair, lignes_enregistrees

Membre = BaseForm | BaseFormSet  # one form or one table of rows


class Ensemble:
    """A page typed at once, that saves by itself: a part of a dossier, an organisation's sheet."""

    @property
    def membres(self) -> list[Membre]:
        """Its forms and its tables of rows, in the order of the page."""
        raise NotImplementedError

    def enregistree(self) -> Self:
        """The same as it is saved now."""
        raise NotImplementedError

    def remplir(self, valeurs: fusion.Valeurs) -> None:
        """Fill the forms again with these values, over what is saved now."""
        raise NotImplementedError

    @property
    def simples(self) -> list[BaseForm]:
        """Its forms but the tables of rows."""
        return [membre for membre in self.membres if isinstance(membre, BaseForm)]

    def est_valide(self) -> bool:
        """Every form is asked, so that all the errors are said together."""
        return all([membre.is_valid() for membre in self.membres])

    def dire(self, phrase: str) -> None:
        """What refuses the whole of it, at the head of its errors."""
        self.simples[0].add_error(None, phrase)

    def valeurs(self) -> fusion.Valeurs:
        """What the page shows of it, typed or saved."""
        return fusion.valeurs(self.membres)

    def tables(self) -> tuple[str, ...]:
        """The prefixes of its tables of rows."""
        return fusion.tables(self.membres)

    def sans_les_illisibles(self) -> None:
        """Put back what is saved in the fields and in the rows that cannot be read."""
        valeurs = self.valeurs()
        gardees = self.enregistree().valeurs()
        for form in self.simples:
            for cle in map(form.add_prefix, form.errors):
                if cle in valeurs:
                    valeurs[cle] = gardees.get(cle, "")
        for table in self.membres:
            if isinstance(table, BaseFormSet) and not table.is_valid():
                fusion.remettre_les_lignes(valeurs, gardees, table)
        self.remplir(valeurs)

    def en_clair(self) -> dict[str, tuple[str, str]]:
        """{html name, or prefix of a table: (label, what a person reads in it)}."""
        champs = {}
        for form in self.simples:
            for nom in form.fields:
                champs[form.add_prefix(nom)] = (str(form[nom].label), en_clair(form[nom]))
        for table in self.membres:
            if isinstance(table, BaseFormSet):
                lignes = lignes_enregistrees(table)
                champs[f"{table.prefix}-"] = ("Les lignes du tableau", " ; ".join(lignes))
        return champs


def conflits_de(presente: Ensemble, cles: list[str]) -> list[dict[str, Any]]:
    """Each field or table changed by both: its name, what is saved, to read and to take."""
    valeurs = presente.valeurs()
    en_mots = presente.en_clair()
    conflits = []
    for cle in cles:
        libelle, texte = en_mots[cle]
        autre: Any = valeurs.get(cle)
        if cle in presente.tables():
            autre = fusion.extrait(valeurs, cle, presente.tables())
        conflits.append({"cle": cle, "libelle": libelle, "autre": autre, "texte": texte})
    return conflits
