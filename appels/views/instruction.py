"""The agents' side: calls, reminders, mails."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from post_office.models import Email

from appels import droits, frise
from appels.actions import campagne
from appels.forms.appel import AppelForm, DocumentFormSet, FinanceurAppelFormSet, RegleFormSet
from appels.models import Appel, Rappel, Recepisse
from partenaires import postier
from partenaires.fichiers import PLUS_DE_PLACE
from partenaires.views.formulaire import afficher

PAR_PAGE = 25


def reserve_aux_agents(request) -> None:
    """403 for everybody else."""
    if not droits.peut_administrer_les_appels(request.user):
        raise PermissionDenied


@require_GET
def appels(request):
    reserve_aux_agents(request)
    return render(
        request,
        "appels/instruction/appels.html",
        {"appels": Appel.objects.all(), "peut_publier": droits.peut_publier(request.user)},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def appel_nouveau(request):
    reserve_aux_agents(request)
    return _editer(request, Appel())


@require_http_methods(["GET", "HEAD", "POST"])
def appel_modifier(request, pk):
    reserve_aux_agents(request)
    return _editer(request, get_object_or_404(Appel, pk=pk))


def _editer(request, appel: Appel):
    """The call with its calendar drawn, its documents, rules and funders."""
    donnees, fichiers = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = AppelForm(
        donnees,
        instance=appel,
        peut_publier=droits.peut_publier(request.user),
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
            "peut_publier": droits.peut_publier(request.user),
            "frise": {} if donnees else frise.dessiner(appel, request.recu_le, avec_rappels=True),
        },
        *formulaires,
    )


@require_GET
def rappels(request, pk):
    """Who was reminded, when, of what; and the receipts that could not be made."""
    reserve_aux_agents(request)
    appel = get_object_or_404(Appel, pk=pk)
    envoyes = Rappel.objects.filter(dossier__appel=appel).select_related("dossier__porteur")
    return render(
        request,
        "appels/instruction/rappels.html",
        {
            "appel": appel,
            "page": Paginator(envoyes, PAR_PAGE).get_page(request.GET.get("page")),
            "brouillons": appel.dossiers.non_deposes().count(),
            "en_panne": Recepisse.objects.filter(
                version__dossier__appel=appel, etabli_le__isnull=True, essais__gt=0
            ).select_related("version__dossier"),
        },
    )


@require_GET
def courriels(request):
    """Mails that did not leave."""
    reserve_aux_agents(request)
    return render(
        request,
        "appels/instruction/courriels.html",
        {"page": Paginator(postier.en_echec(), PAR_PAGE).get_page(request.GET.get("page"))},
    )


@require_POST
def relancer_courriel(request, pk):
    reserve_aux_agents(request)
    postier.relancer(get_object_or_404(Email.objects.filter(pk__in=postier.en_echec()), pk=pk))
    messages.success(request, "Le courriel est remis dans la file d’envoi.")
    return redirect("appels:courriels")
