"""No sentence of Django or allauth reaches a page: each has its own in our catalogue."""

import gettext
import importlib
import pkgutil
import re
from pathlib import Path

import allauth
import django
import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils import translation

import appels
import partenaires

RACINE = Path(__file__).resolve().parent.parent
NOTRE = RACINE / "contrat_ville" / "locale" / "fr" / "LC_MESSAGES" / "django.mo"
DJANGO, ALLAUTH = Path(django.__file__).parent, Path(allauth.__file__).parent
LEURS = [
    DJANGO / "conf" / "locale" / "fr" / "LC_MESSAGES" / "django.mo",
    DJANGO / "contrib" / "auth" / "locale" / "fr" / "LC_MESSAGES" / "django.mo",
    ALLAUTH / "locale" / "fr" / "LC_MESSAGES" / "django.mo",
]
TROU = re.compile(r"%\(\w+\)[sdr]|%[sd]|\{\w*\}")
MESSAGES = sorted(
    str(fichier.relative_to(ALLAUTH / "templates"))
    for dossier in ("account", "mfa")
    for fichier in (ALLAUTH / "templates" / dossier / "messages").glob("*.txt")
)


def catalogue(chemin: Path) -> dict:
    with chemin.open("rb") as fichier:
        return gettext.GNUTranslations(fichier)._catalog


def sentences() -> list[re.Pattern]:
    """What the libraries say in French, and in English where they have no French."""
    dites = set()
    for chemin in LEURS:
        for cle, valeur in catalogue(chemin).items():
            dites |= {valeur, cle[0] if isinstance(cle, tuple) else cle}
    phrases = {dite.strip() for dite in dites if dite.strip().endswith((".", "!", "?"))}
    return [
        re.compile(".{1,400}".join(re.escape(bout) for bout in TROU.split(phrase)), re.DOTALL)
        for phrase in phrases
        if len(TROU.sub("", phrase)) > 12
    ]


def formulaires() -> list[type[forms.BaseForm]]:
    """Every form of the house, and those of the libraries that it makes its own."""
    for paquet in (appels, partenaires):
        for module in pkgutil.walk_packages(paquet.__path__, f"{paquet.__name__}."):
            if ".forms" in module.name or ".vues" in module.name:
                importlib.import_module(module.name)
    trouves, a_voir = set(), [forms.BaseForm]
    while a_voir:
        classe = a_voir.pop()
        a_voir += classe.__subclasses__()
        if classe.__module__.startswith(("appels.", "partenaires.")):
            trouves.add(classe)
    return sorted(trouves, key=lambda classe: f"{classe.__module__}.{classe.__qualname__}")


HOSTILES = [
    "",
    None,
    "x" * 9000,
    "a\0b",
    "-1",
    "99999999999999",
    "abc",
    "1,2,3,4",
    [],
    ["zzz"],
    "@",
]


def refus_de(champ: forms.Field) -> set[str]:
    """What a field says of what nobody should type, and what it would say."""
    dites = {str(message) for message in champ.error_messages.values()}
    dites |= {str(champ.label or ""), str(champ.help_text or "")}
    for valeur in HOSTILES:
        try:
            champ.clean(valeur)
        except ValidationError as erreur:
            dites |= set(erreur.messages)
        except (TypeError, ValueError, AttributeError):
            continue  # a browser sends nothing of this kind to this field
    return dites


@pytest.mark.django_db
def test_aucun_champ_ne_parle_comme_une_bibliotheque():
    connues = sentences()
    classes = formulaires()
    assert len(classes) > 60
    fautes = []
    with translation.override("fr"):
        for classe in classes:
            for nom, champ in getattr(classe, "base_fields", {}).items():
                fautes += [
                    (classe.__qualname__, nom, dite)
                    for dite in refus_de(champ)
                    if any(phrase.fullmatch(dite) for phrase in connues)
                ]
    assert fautes == []


def test_les_bibliotheques_sans_nous_parleraient():
    """The control: the same reading finds a sentence of Django."""
    connues = sentences()
    for dite in ("Ce champ est obligatoire.", "Connexion avec Ada réussie.", "Incorrect code."):
        assert any(phrase.fullmatch(dite) for phrase in connues), dite


@pytest.mark.django_db
def test_ce_qu_allauth_dit_sur_la_page_suivante_est_de_nous():
    connues = sentences()
    contexte = {"email": "a@b.fr", "user": "Ada", "recipient": "a@b.fr", "phone": "06"}
    with translation.override("fr"):
        for nom in MESSAGES:
            dite = render_to_string(nom, contexte).strip()
            assert not any(phrase.fullmatch(dite) for phrase in connues), (nom, dite)


def test_le_catalogue_compile_est_celui_qui_se_lit():
    """The .po is what one edits, the .mo what the portal reads."""
    lu = (NOTRE.parent / "django.po").read_text(encoding="utf-8")
    blocs = [bloc for bloc in lu.split("\n\n") if "msgid" in bloc]
    ecrits = {}
    for bloc in blocs:
        valeurs: dict[str, str] = {}
        nom = ""
        for ligne in bloc.splitlines():
            if trouve := re.match(r'(msg\w+(?:\[\d\])?) "(.*)"$', ligne):
                nom = trouve[1]
                valeurs[nom] = trouve[2]
            elif ligne.startswith('"'):
                valeurs[nom] += ligne[1:-1]
        if "msgid_plural" in valeurs:
            ecrits[valeurs["msgid"], 0] = valeurs["msgstr[0]"]
            ecrits[valeurs["msgid"], 1] = valeurs["msgstr[1]"]
        elif valeurs["msgid"]:
            ecrits[valeurs["msgid"]] = valeurs["msgstr"]
    compile_ = {cle: valeur for cle, valeur in catalogue(NOTRE).items() if cle}
    assert compile_ == ecrits


def test_chaque_phrase_du_catalogue_remplace_une_des_leurs():
    """A library that words its sentence otherwise is seen here."""
    leurs = set()
    for chemin in LEURS:
        leurs |= {cle[0] if isinstance(cle, tuple) else cle for cle in catalogue(chemin)}
    notres = {cle[0] if isinstance(cle, tuple) else cle for cle in catalogue(NOTRE)}
    assert notres - leurs == set()
