"""The agents' side: calls, reminders, mails."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from appels.instruction.actions import campagne
from appels.instruction.forms.appel import (
    AppelForm,
    DocumentFormSet,
    FinanceurAppelFormSet,
    RegleFormSet,
)
from appels.models import Appel
from appels.public import frise
from appels.socle import droits
from partenaires.socle.fichiers import PLUS_DE_PLACE
from partenaires.socle.vues.formulaire import afficher


@require_GET
def appels(request):
    return render(
        request,
        "appels/instruction/appels.html",
        {"appels": Appel.objects.all(), "peut_publier": droits.peut_publier_un_appel(request.user)},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def appel_nouveau(request):
    return _editer(request, Appel())


@require_http_methods(["GET", "HEAD", "POST"])
def appel_modifier(request, pk):
    return _editer(request, get_object_or_404(Appel, pk=pk))


def _editer(request, appel: Appel):
    """The call with its calendar drawn, its documents, rules and funders."""
    donnees, fichiers = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = AppelForm(
        donnees,
        instance=appel,
        peut_publier=droits.peut_publier_un_appel(request.user),
        instant=request.recu_le,
    )
    tables = {}
    if appel.pk:
        tables = {
            "documents": DocumentFormSet(donnees, fichiers, instance=appel, prefix="documents"),
            "financeurs": FinanceurAppelFormSet(donnees, instance=appel, prefix="financeurs"),
            "regles": RegleFormSet(donnees, instance=appel, prefix="regles"),
        }
    formulaires = [form, *tables.values()]
    if request.method == "POST" and all([f.is_valid() for f in formulaires]):
        try:
            enregistre = campagne.enregistrer(formulaires, recu_le=request.recu_le)
        except OSError:
            form.add_error(None, PLUS_DE_PLACE)
        else:
            messages.success(request, f"{enregistre} est enregistré.")
            return redirect("appels:appel_modifier", pk=enregistre.pk)
    return afficher(
        request,
        "appels/instruction/appel_modifier.html",
        {
            "appel": appel,
            "form": form,
            **tables,
            "a_commence": appel.pk and appel.a_commence(request.recu_le),
            "peut_publier": droits.peut_publier_un_appel(request.user),
            "frise": {} if donnees else frise.dessiner(appel, request.recu_le, avec_rappels=True),
        },
        *formulaires,
    )
