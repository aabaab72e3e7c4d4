"""The agents' side: calls, reminders, mails."""

from typing import Any

from django.contrib import messages
from django.forms import BaseForm, BaseFormSet, BaseInlineFormSet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from appels.instruction import guichet, sections
from appels.instruction.actions import campagne
from appels.instruction.forms.appel import (
    AppelForm,
    DocumentFormSet,
    FinanceurAppelFormSet,
    RegleFormSet,
)
from appels.models import Appel
from appels.public import frise
from appels.socle import droits, retraits
from appels.socle.requete import Requete
from partenaires.models import Service
from partenaires.socle.fichiers import PLUS_DE_PLACE
from partenaires.socle.vues.formulaire import afficher, fichiers_saisis, refus_sur, saisie


@require_GET
def appels(request: Requete) -> HttpResponse:
    """Every call, public or not."""
    return render(
        request,
        "appels/instruction/appels.html",
        {
            "appels": Appel.objects.du_portail(),
            "peut_publier": droits.peut_publier_un_appel(request.user),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def appel_nouveau(request: Requete) -> HttpResponse:
    """A call begun from nothing: its tables come once it is saved."""
    return _editer(request, Appel())


@require_http_methods(["GET", "HEAD", "POST"])
def appel_modifier(request: Requete, pk: int) -> HttpResponse:
    """A call, whatever its dates."""
    return _editer(request, get_object_or_404(Appel.objects.du_portail(), pk=pk))


def _editer(request: Requete, appel: Appel) -> HttpResponse:
    """The call with its calendar drawn, its documents, rules and funders."""
    donnees = saisie(request)
    peut_publier = droits.peut_publier_un_appel(request.user)
    form = AppelForm(
        donnees,
        instance=appel,
        peut_publier=peut_publier,
        instant=request.recu_le,
    )
    tables = _tables(request, appel) if appel.pk else {}
    formulaires: list[BaseForm | BaseFormSet] = [form, *tables.values()]
    if request.method == "POST" and all([un_form.is_valid() for un_form in formulaires]):
        try:
            with refus_sur(form):
                enregistre = campagne.enregistrer(
                    form, tables.values(), par=request.user, recu_le=request.recu_le
                )
                messages.success(request, f"{enregistre} est enregistré.")
                return redirect("appels:appel_modifier", pk=enregistre.pk)
        except OSError:
            form.add_error(None, PLUS_DE_PLACE)
    calendrier: frise.Frise | None = None
    if not donnees:  # what is being typed may not be drawn
        calendrier = frise.dessiner(appel, request.recu_le, avec_rappels=True)
    return afficher(
        request,
        "appels/instruction/appel_modifier.html",
        {
            "appel": appel,
            "form": form,
            "sections": sections.du_formulaire(form),
            "sommaire": [*sections.du_formulaire(form), *sections.des_tables(tables)],
            "tables": tables,
            "a_commence": appel.pk and appel.a_commence(request.recu_le),
            "peut_publier": peut_publier,
            "frise": calendrier,
            "conditions": _conditions(form, appel),
            "brouillons": retraits.brouillons_touches(appel).count() if appel.pk else 0,
        },
        *formulaires,
    )


def _conditions(form: AppelForm, appel: Appel) -> list[guichet.Condition]:
    """What the regime « guichet » waits for, to whoever may choose it; or lost since."""
    if form.fields["regime"].disabled and not appel.est_guichet:
        return []
    return guichet.manquantes(appel, Service.actuel())


def _tables(request: Requete, appel: Appel) -> "dict[str, BaseInlineFormSet[Any, Any, Any]]":
    """The documents that the call asks, its funders, its rules."""
    donnees = saisie(request)
    return {
        "documents": DocumentFormSet(
            donnees,
            fichiers_saisis(request),
            instance=appel,
            prefix="documents",
        ),
        "financeurs": FinanceurAppelFormSet(donnees, instance=appel, prefix="financeurs"),
        "regles": RegleFormSet(donnees, instance=appel, prefix="regles"),
    }
