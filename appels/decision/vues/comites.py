"""The meeting of the funders: called, attended, projected project by project, closed, written
down.
"""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from appels.decision import scenarios
from appels.decision.actions import comites as actes
from appels.decision.actions import proces_verbaux
from appels.decision.actions.scenarios import Entretemps, Fige
from appels.decision.forms.comites import ComiteForm, DeliberationForm, PresenceFormSet
from appels.decision.forms.scenarios import MontantsForm
from appels.models import Appel, Comite, Deliberation, Dossier, Export, FormatExport
from appels.socle import droits
from partenaires.socle.vues.formulaire import afficher, saisie
from quartiers.francais import accorder
from quartiers.models import Quartier

CLOS = "La séance est close : son procès-verbal ne change plus. Rien n’est enregistré."
FORMATS = (FormatExport.PDF, FormatExport.DOCX)


def _lu(request, pk: int) -> Comite:
    return get_object_or_404(
        Comite.objects.select_related("appel", "scenario__appel", "clos_par"), pk=pk
    )


@require_http_methods(["GET", "HEAD", "POST"])
def liste(request, pk):
    """The meetings of a call, and a new one."""
    appel = get_object_or_404(Appel, pk=pk)
    form = ComiteForm(saisie(request), appel=appel)
    if request.method == "POST" and form.is_valid():
        comite = actes.convoquer(appel, form.donnees(), par=request.user)
        messages.success(
            request, "La séance est prête : notez les présences, puis ouvrez le premier projet."
        )
        return redirect("appels:comite", pk=comite.pk)
    return afficher(
        request,
        "appels/decision/comites.html",
        {
            "appel": appel,
            "form": form,
            "comites": appel.comites.select_related("scenario"),
            "scenarios": appel.scenarios.exists(),
        },
        form,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def en_cours(request):
    """The meetings of the call of the moment: the entry of the menu."""
    appel = Appel.objects.a_la_une(request.recu_le)
    return liste(request, appel.pk) if appel else redirect("appels:appels")


@require_http_methods(["GET", "HEAD", "POST"])
def page(request, pk):
    """Who came, where the projects are, the minutes."""
    comite = _lu(request, pk)
    formulaires = PresenceFormSet(saisie(request), instance=comite, prefix="p")
    if request.method == "POST" and (comite.clos_le or formulaires.is_valid()):
        try:
            actes.pointer_les_presences(comite, formulaires)
        except actes.Clos:
            messages.error(request, CLOS)
        else:
            messages.success(request, "Les présences sont notées.")
        return redirect("appels:comite", pk=pk)
    lus = set(
        Dossier.objects.instruits_par(request.user)
        .filter(appel=comite.appel_id)
        .values_list("pk", flat=True)
    )
    dits = {d.dossier_id: d for d in comite.deliberations.all()}
    projets = [
        (rang, dossier if dossier.pk in lus else None, dits.get(dossier.pk))
        for rang, dossier in enumerate(
            actes.en_seance(comite.scenario).select_related("porteur"), 1
        )
    ]
    return afficher(
        request,
        "appels/decision/comite.html",
        {
            "comite": comite,
            "formulaires": formulaires,
            "projets": projets,
            "suite": next((rang for rang, _, dit in projets if dit is None), 1),
            "formats": FORMATS,
            "restent": sum(dit is None for _, _, dit in projets),
            "peut_clore": droits.peut_clore_un_comite(request.user),
            "presences": comite.presences.all(),
            "exports": [
                e
                for e in Export.objects.filter(demande_par=request.user, comite=comite)
                if e.expire_le > request.recu_le
            ],
        },
        formulaires,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def seance(request, pk, rang):
    """One project on the screen: what it is, what funders think, the amounts, the word of the
    meeting, the next.
    """
    comite = _lu(request, pk)
    cles = list(actes.en_seance(comite.scenario).values_list("pk", flat=True))
    if (
        request.method == "POST"
    ):  # a project withdrawn meanwhile shifts the others: the one shown is the one meant
        projet = request.POST.get("projet")
        rang = next((place for place, cle in enumerate(cles, 1) if str(cle) == projet), 0)
        if not rang:
            messages.error(
                request,
                "Ce projet n’est plus en course, ou la page est ancienne : rien n’est enregistré.",
            )
            return redirect("appels:comite", pk=pk)
    if not 1 <= rang <= len(cles):
        raise Http404
    dossier = (
        Dossier.objects.instruits_par(request.user)
        .filter(pk=cles[rang - 1])
        .select_related("porteur", "axe", "appel")
        .prefetch_related("lieux", "themes")
        .first()
    )
    autour = {
        "comite": comite,
        "rang": rang,
        "total": len(cles),
        "avant": rang - 1,
        "apres": rang + 1 if rang < len(cles) else 0,
    }
    if dossier is None:
        return afficher(request, "appels/decision/seance.html", autour)
    comptes = scenarios.comptes(comite.scenario)
    (ligne,) = scenarios.lignes(comite.scenario, [dossier], comptes)
    dit = Deliberation.objects.filter(comite=comite, dossier=dossier).first()
    donnees = saisie(request)
    montants = MontantsForm(donnees, comptes=comptes, cases=ligne.cases)
    form = DeliberationForm(donnees, instance=dit or Deliberation(comite=comite, dossier=dossier))
    if request.method == "POST" and all([form.is_valid(), montants.is_valid()]):
        if _enregistrer(request, comite, dossier, form, montants):
            return redirect(
                reverse("appels:seance", args=[pk, rang + 1])
                if autour["apres"]
                else reverse("appels:comite", args=[pk])
            )
    quartiers = {q.pk: q.nom_court for q in Quartier.objects.all()}
    return afficher(
        request,
        "appels/decision/seance.html",
        autour
        | {
            "dossier": dossier,
            "ligne": ligne,
            "form": form,
            "montants": montants,
            "fige": bool(comite.scenario.fige_le),
            "ouvert": comite.clos_le is None,
            "dit": dit,
            "quartiers": sorted(
                {quartiers[li.quartier_id] for li in dossier.lieux.all() if li.quartier_id}
            ),
            "deports": [
                d.personne for d in dossier.deports.en_vigueur().select_related("personne")
            ],
        },
        form,
        montants,
    )


def _enregistrer(
    request, comite: Comite, dossier, form: DeliberationForm, montants: MontantsForm
) -> bool:
    """True once kept; otherwise the page says why."""
    voulus = {} if comite.scenario.fige_le else montants.voulus()
    try:
        actes.enregistrer(
            comite, dossier, voulus, form.cleaned_data, par=request.user, recu_le=request.recu_le
        )
    except actes.Clos:
        form.add_error(None, CLOS)
    except Fige:
        form.add_error(
            None,
            "Le scénario vient d’être figé : les montants ne changent plus. Rien n’est enregistré.",
        )
    except Entretemps as entretemps:
        montants.montrer_le_present(entretemps.montants)
    else:
        messages.success(request, f"{dossier.numero} : {form.instance.get_sens_display().lower()}.")
        return True
    return False


def clore(request, pk):
    """The head of the service closes the meeting."""
    comite = _lu(request, pk)
    try:
        actes.clore(comite, par=request.user, recu_le=request.recu_le)
    except actes.Clos:
        messages.error(request, CLOS)
    except actes.SansDeliberation as reste:
        messages.error(
            request,
            f"{accorder(reste.combien, 'projet attend', 'projets attendent')} la décision du "
            "comité : la séance reste ouverte.",
        )
    else:
        messages.success(request, "La séance est close.")
    return redirect("appels:comite", pk=pk)


def proces_verbal(request, pk):
    """Ask the worker for the minutes."""
    comite = _lu(request, pk)
    if request.POST.get("format") in FORMATS:
        proces_verbaux.demander(
            comite, request.POST["format"], par=request.user, recu_le=request.recu_le
        )
        messages.success(request, "Le procès-verbal est en préparation : il paraîtra ci-dessous.")
    return redirect("appels:comite", pk=pk)
