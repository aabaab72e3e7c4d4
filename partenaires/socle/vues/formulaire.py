"""One way to read what is posted and to show a form.

Errors are summed up with links, « Erreur » stands in the title, and the answer is a 422.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Protocol, runtime_checkable

from django.contrib import messages
from django.forms import BaseForm, BaseFormSet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.datastructures import MultiValueDict

from partenaires.socle.erreurs import dire_les_fichiers_perdus, erreurs_de
from partenaires.socle.refus import Conflit, Refus
from quartiers.frappe import ne_dit_rien

CHIFFRES_MAX = 9  # a row or a version has fewer digits
CENTIMES_MAX = 16  # an amount too


def saisie(request: HttpRequest) -> QueryDict | None:
    """What was posted: a line end is one character, and what nobody can see is no answer.

    None when the page is only read.
    """
    if request.method != "POST":
        return None
    donnees = request.POST.copy()
    for nom, valeurs in request.POST.lists():
        donnees.setlist(nom, [_lue(valeur) for valeur in valeurs])
    return donnees


def _lue(valeur: str) -> str:
    return "" if ne_dit_rien(valeur) else valeur.replace("\r\n", "\n")


def fichiers_saisis(request: HttpRequest) -> MultiValueDict | None:
    """The files posted; None when the page is only read."""
    return request.FILES if request.method == "POST" else None


@runtime_checkable
class MontreUnConflit(Protocol):
    """A form that shows what somebody else wrote meanwhile: `partenaires.socle.forms.conflit`."""

    def montrer_le_present(self, conflit: Conflit) -> None: ...


class RecoitUnRefus(Protocol):
    """What says on the page why an act is refused: a form, or a table of forms seen as one."""

    def add_error(self, field: str | None, error: str, /) -> None: ...


@contextmanager
def refus_sur(formulaire: RecoitUnRefus) -> Iterator[None]:
    """What refuses the act inside is said on the form: its sentence, or what is there now."""
    try:
        yield
    except Refus as refus:
        if isinstance(refus, Conflit) and isinstance(formulaire, MontreUnConflit):
            formulaire.montrer_le_present(refus)
            return
        for phrase in refus.phrases:
            formulaire.add_error(refus.champ, phrase)


@contextmanager
def refus_en_message(request: HttpRequest) -> Iterator[None]:
    """What refuses the act inside is said at the top of the next page."""
    try:
        yield
    except Refus as refus:
        messages.error(request, refus.phrase)


def afficher(
    request: HttpRequest, gabarit: str, contexte: dict, *formulaires: BaseForm | BaseFormSet
) -> HttpResponse:
    """Render the page; when a form is wrong, say so first and answer 422.

    `erreurs` of the context are what is wrong outside the forms.
    """
    erreurs = _erreurs(contexte, formulaires)
    if erreurs:
        dire_les_fichiers_perdus(formulaires)
        erreurs = _erreurs(contexte, formulaires)
    contexte = {**contexte, "erreurs": erreurs, "erreurs_de_page": bool(erreurs)}
    return render(request, gabarit, contexte, status=422 if erreurs else 200)


def _erreurs(contexte: dict, formulaires: Iterable[BaseForm | BaseFormSet]) -> list[dict]:
    """Those outside the forms, then those of each form."""
    erreurs = list(contexte.get("erreurs", ()))
    for formulaire in formulaires:
        erreurs += erreurs_de(formulaire)
    return erreurs


def version_lue(request: HttpRequest) -> int:
    """The version that the hidden field carries; anything unreadable never matches."""
    return numero_lu(request.POST.get("version", ""))


def numero_lu(texte: str) -> int:
    """A row or a version named in an address or a hidden field; -1 when it cannot be one."""
    return int(texte) if _est_un_nombre(texte, CHIFFRES_MAX) else -1


def centimes_lus(texte: str) -> int | None:
    """The amount that a page showed, named in a hidden field; None when it showed none."""
    return int(texte) if _est_un_nombre(texte, CENTIMES_MAX) else None


def _est_un_nombre(texte: str, trop: int) -> bool:
    """Digits alone, fewer than `trop`: Python refuses to read thousands of them."""
    return texte.isascii() and texte.isdigit() and len(texte) < trop
