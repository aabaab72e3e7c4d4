"""One way to read what is posted and to show a form: errors summed up with links, « Erreur » in the
title, 422.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib import messages
from django.forms import BaseForm, BaseFormSet
from django.http import HttpRequest, QueryDict
from django.shortcuts import render
from django.utils.datastructures import MultiValueDict

from partenaires.socle.refus import Conflit, Refus


def saisie(request: HttpRequest) -> QueryDict | None:
    """What was posted; None when the page is only read."""
    return request.POST if request.method == "POST" else None


def fichiers_saisis(request: HttpRequest) -> MultiValueDict | None:
    """The files posted; None when the page is only read."""
    return request.FILES if request.method == "POST" else None


@contextmanager
def refus_sur(formulaire: BaseForm) -> Iterator[None]:
    """What refuses the act inside is said on the form: its sentence, or what is there now."""
    try:
        yield
    except Conflit as conflit:
        formulaire.montrer_le_present(conflit)
    except Refus as refus:
        for phrase in refus.phrases:
            formulaire.add_error(refus.champ, phrase)


@contextmanager
def refus_en_message(request: HttpRequest) -> Iterator[None]:
    """What refuses the act inside is said at the top of the next page."""
    try:
        yield
    except Refus as refus:
        messages.error(request, refus.phrase)


def afficher(request, gabarit: str, contexte: dict, *formulaires):
    """Render the page; when a form is wrong, say so first and answer 422."""
    erreurs = [ligne for formulaire in formulaires for ligne in erreurs_de(formulaire)]
    contexte = {**contexte, "erreurs": erreurs, "erreurs_de_page": bool(erreurs)}
    return render(request, gabarit, contexte, status=422 if erreurs else 200)


def version_lue(request) -> int:
    """The version that the hidden field carries; anything unreadable never matches."""
    texte = request.POST.get("version", "")
    return int(texte) if texte.isascii() and texte.isdigit() and len(texte) < 9 else -1


def erreurs_de(formulaire) -> list[dict]:
    """Every error of a form or a formset as {ancre, phrase}."""
    if not formulaire.is_bound:
        return []
    if isinstance(formulaire, BaseFormSet):
        generales = [{"ancre": "", "phrase": phrase} for phrase in formulaire.non_form_errors()]
        return generales + [ligne for membre in formulaire.forms for ligne in erreurs_de(membre)]
    lignes = []
    for nom, phrases in formulaire.errors.items():
        champ = formulaire[nom] if nom in formulaire.fields else None
        ancre = (
            ""
            if champ is None
            else (f"{champ.auto_id}_0" if champ.use_fieldset else champ.id_for_label)
        )
        debut = "" if champ is None else f"{champ.label} : "
        lignes += [{"ancre": ancre, "phrase": f"{debut}{phrase}"} for phrase in phrases]
    return lignes
