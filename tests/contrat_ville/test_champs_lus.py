"""Every field of every form of the house: none is a native number, date or time, and each reads
what people type. A new form enters by itself."""

import pkgutil
from decimal import Decimal
from importlib import import_module

import pytest
from django import forms
from django.db import models

import appels
import partenaires
import quartiers
from partenaires.comptes.forms.entree import AdresseForm, CompteForm, ConnexionForm, OubliForm
from partenaires.socle import champs

NATIFS = (
    *(forms.IntegerField, forms.FloatField, forms.DecimalField),
    *(forms.DateField, forms.TimeField, forms.DateTimeField, forms.DurationField),
)
TYPES_NATIFS = {"number", "date", "time", "datetime-local", "month", "week", "range"}
EXCEPTIONS = {  # machine values, written by the page itself in a hidden field
    ("SituerForm", "zoom"),
    ("SituerForm", "clat"),
    ("SituerForm", "clon"),
    ("NouveauDossierForm", "reprendre"),
}
INVISIBLE = "\u200b{}\ufeff"
LISIBLES = {  # field: {as it is typed: as it is understood}
    champs.EntierField: {"1 2": None, " 3 ": 3, INVISIBLE.format("3"): 3, "３": 3},
    champs.DecimalField: {"2,5": Decimal("2.5"), "2.5": Decimal("2.5"), "1,2,3": None},
    champs.CoordonneeField: {"50,2925": Decimal("50.2925"), "50.292": Decimal("50.292")},
    champs.AnneeField: {"2030": 2030, "30": 2030, "2 030": 2030, "203": None},
    champs.MontantField: {"1 234,50 €": 123_450, "1.2345": None, "12,50,00": None},
    champs.DateField: {"30/02/2027": None, "01/02/0027": None},
    champs.HeureField: {"14 h 30": "14:30:00", "25:00": None},
    champs.SiretField: {"SIRET : 732 829 320 00074": "73282932000074", "2,60001E+06": None},
    champs.RnaField: {"w 621 009 990": "W621009990", "W62100999O": None},
    champs.IbanField: {"IBAN FR76 3000 6000 0112 3456 7890 189": "FR7630006000011234567890189"},
    champs.BicField: {"BIC : BNPA FR PP": "BNPAFRPP"},
    champs.TelephoneField: {"0033 3 21 00 00 00": "03 21 00 00 00", "12": None},
    champs.CodePostalField: {"62 000": "62000", "62OOO": None},
    champs.AdresseField: {
        "\u200bclaire@example.org\u00a0": "claire@example.org",
        "Claire Dupont <claire@example.org>": "claire@example.org",
        "mailto:claire@example.org": "claire@example.org",
        "claire@example.org;": "claire@example.org",
        "claire@": None,
        "claire @example.org": "claire@example.org",  # as a phone writes a word it completed
        "Marie claire @example.org": None,
    },
}


def modules_de_la_maison():
    for paquet in (appels, partenaires, quartiers):
        for module in pkgutil.walk_packages(paquet.__path__, f"{paquet.__name__}."):
            if "migrations" not in module.name:
                yield import_module(module.name)


def descendantes(classe):
    for fille in classe.__subclasses__():
        yield fille
        yield from descendantes(fille)


def formulaires() -> list[type]:
    """The form classes of the house, whatever module they stand in."""
    list(modules_de_la_maison())
    trouves = {
        classe
        for racine in (forms.Form, forms.ModelForm)
        for classe in descendantes(racine)
        if classe.__module__.partition(".")[0] in ("appels", "partenaires", "quartiers")
    }
    return sorted(trouves, key=lambda classe: (classe.__module__, classe.__qualname__))


def champs_declares():
    for formulaire in formulaires():
        for nom, champ in formulaire.base_fields.items():
            yield formulaire, nom, champ


def test_aucun_champ_de_la_maison_n_est_natif():
    natifs = {
        (formulaire.__name__, nom)
        for formulaire, nom, champ in champs_declares()
        if isinstance(champ, NATIFS) or getattr(champ.widget, "input_type", "") in TYPES_NATIFS
    }
    assert natifs - EXCEPTIONS == set()
    assert len(list(champs_declares())) > 200


def test_chaque_adresse_electronique_a_son_lecteur():
    """Those of allauth take ours as they are made (`comptes.forms.entree.nommer`)."""
    adresses = {
        (formulaire.__name__, nom): type(champ)
        for formulaire, nom, champ in champs_declares()
        if isinstance(champ, forms.EmailField) and "comptes" not in formulaire.__module__
    }
    assert set(adresses.values()) == {champs.AdresseField}, adresses
    assert len(adresses) > 4
    for formulaire in (ConnexionForm(), CompteForm(), OubliForm(), AdresseForm()):
        lue = formulaire.fields["login" if "login" in formulaire.fields else "email"]
        assert lue.clean(" <Claire@example.org>\u200b") == "claire@example.org"


def test_les_champs_caches_le_restent():
    """An exception of the guard is a hidden field: nobody types in it."""
    for formulaire, nom, champ in champs_declares():
        if (formulaire.__name__, nom) in EXCEPTIONS:
            assert champ.widget.is_hidden, (formulaire, nom)


def colonnes_du_formulaire(formulaire):
    """{name: column} of the fields that come from the model."""
    if not issubclass(formulaire, forms.ModelForm) or formulaire._meta.model is None:
        return {}
    return {colonne.name: colonne for colonne in formulaire._meta.model._meta.fields}


def test_chaque_nombre_et_chaque_date_du_modele_a_son_lecteur():
    """A number or a date of a column is read by ours, in every form of a model."""
    attendus = {
        models.IntegerField: (champs.EntierField, champs.AnneeField, champs.MontantField),
        models.DecimalField: (champs.DecimalField, champs.CoordonneeField),
        models.DateField: (champs.DateField,),
    }
    lus = 0
    for formulaire, nom, champ in champs_declares():
        colonne = colonnes_du_formulaire(formulaire).get(nom)
        for genre, lecteurs in attendus.items():
            if isinstance(colonne, genre) and not colonne.choices and not colonne.is_relation:
                assert isinstance(champ, lecteurs), (formulaire, nom)
                lus += 1
    assert lus > 25


def lire(champ, texte):
    """The value, or None when the field refuses it with a sentence of ours."""
    try:
        return champ.clean(texte)
    except forms.ValidationError as erreur:
        assert erreur.messages[0][-1] in ".?", erreur.messages
        assert "Saisissez" not in erreur.messages[0], erreur.messages
        assert "Assurez-vous" not in erreur.messages[0], erreur.messages
        return None


def test_chaque_champ_de_chaque_formulaire_lit_ou_dit():
    """The whole table of its kind, on every field; hostile texts are refused in words."""
    hostiles = ("abc", "<script>", "a\0b", "-7", "9" * 40, "1,2E+06", "é" * 500, "\u202e7\u200b7x")
    joues = 0
    for formulaire, nom, champ in champs_declares():
        for genre, table in LISIBLES.items():
            if type(champ) is not genre:
                continue
            for texte, attendu in table.items():
                trouve = lire(champ, texte)
                if attendu is not None and not _hors_bornes(champ, attendu):
                    assert _ecrit(trouve) == _ecrit(attendu), (formulaire, nom, texte)
                if attendu is None:
                    assert trouve is None, (formulaire, nom, texte)
                joues += 1
            for texte in hostiles:
                if lire(champ, texte) is not None:
                    assert isinstance(champ, champs.CoordonneeField), (formulaire, nom, texte)
    assert joues > 150


def _ecrit(valeur) -> str:
    return str(valeur.normalize() if isinstance(valeur, Decimal) else valeur)


def _hors_bornes(champ, valeur) -> bool:
    """The sample is beyond what this field allows."""
    try:
        champ.run_validators(valeur)
    except forms.ValidationError:
        return True
    return False


def test_ce_qui_est_montre_se_relit():
    """What a field shows of its value is read as that value, and changes nothing."""
    valeurs = {
        champs.EntierField: 12,
        champs.DecimalField: Decimal("2.50"),
        champs.AnneeField: 2030,
        champs.MontantField: 1_375_000,
        champs.CoordonneeField: Decimal("50.292500"),
    }
    for _, nom, champ in champs_declares():
        valeur = valeurs.get(type(champ))
        if valeur is not None and not _hors_bornes(champ, valeur):
            montre = champ.prepare_value(valeur)
            assert isinstance(montre, str), nom
            assert not champ.has_changed(valeur, montre), nom
    assert champs.EntierField().prepare_value(13_750) == "13\u00a0750"
    assert champs.MontantField().prepare_value(1_375_050) == "13\u00a0750,50"


@pytest.mark.parametrize("format_dit", [(champs.DateField, "jj/mm/aaaa"), (champs.HeureField, ":")])
def test_le_format_est_dit(format_dit):
    genre, mots = format_dit
    dits = [
        mots in f"{champ.label} {champ.help_text}"
        for _, _, champ in champs_declares()
        if type(champ) is genre
    ]
    assert (len(dits) > 5, set(dits)) == (True, {True})
