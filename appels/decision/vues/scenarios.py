"""The service shares the envelopes: amounts by project and funder, scenarios side by side."""

import tempfile

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from appels.decision import matrice, scenarios
from appels.decision.actions import scenarios as actes
from appels.decision.forms.scenarios import EnveloppeForm, MontantsForm, ScenarioForm
from appels.models import Appel, Dossier, Enveloppe, Mouvement, Scenario
from appels.socle import droits, empechement
from partenaires.socle.vues.formulaire import (
    afficher,
    refus_en_message,
    refus_sur,
    saisie,
)
from quartiers.francais import accorder

CASES = 75  # of a page of the matrix, more or less: what EcoIndex notes B
MOUVEMENTS = 50


@require_http_methods(["GET", "HEAD", "POST"])
def enveloppes(request, pk):
    """What each funder of the call has, and its ceiling by project."""
    appel = get_object_or_404(Appel.objects.du_portail(), pk=pk)
    en_vigueur = Enveloppe.objects.filter(appel=appel).en_vigueur()
    donnees = saisie(request)
    lignes = []
    for financeur in appel.financeurs.select_related("partenaire"):
        cle = financeur.partenaire_id
        form = EnveloppeForm(donnees, prefix=f"e{cle}", initial=_initial(en_vigueur.get(cle)))
        lignes.append((financeur.partenaire, form))
    formulaires = [form for _, form in lignes]
    if request.method == "POST" and all([form.is_valid() for form in formulaires]):
        changees = [(partenaire, form) for partenaire, form in lignes if form.has_changed()]
        for partenaire, form in changees:
            actes.doter(
                appel,
                partenaire,
                **form.cleaned_data,
                par=request.user,
                recu_le=request.recu_le,
            )
        messages.success(request, _a_jour(len(changees), "enveloppe"))
        return redirect("appels:enveloppes", pk=pk)
    return afficher(
        request,
        "appels/decision/enveloppes.html",
        {
            "appel": appel,
            "lignes": lignes,
            "histoire": Enveloppe.objects.filter(appel=appel).select_related("partenaire", "par")[
                :MOUVEMENTS
            ],
        },
        *formulaires,
    )


def _initial(enveloppe: Enveloppe | None) -> dict:
    return {"montant": enveloppe.montant, "plafond": enveloppe.plafond} if enveloppe else {}


def _a_jour(changes: int, nom: str) -> str:
    """« 3 montants à jour. », or that nothing changed."""
    return f"{accorder(changes, nom)} à jour." if changes else "Rien n’a changé."


@require_http_methods(["GET", "HEAD", "POST"])
def liste(request, pk):
    """The scenarios of a call, a new one, and two of them side by side."""
    appel = get_object_or_404(Appel.objects.du_portail(), pk=pk)
    tous = list(appel.scenarios.select_related("cree_par", "fige_par"))
    form = ScenarioForm(saisie(request), appel=appel)
    if request.method == "POST" and form.is_valid():
        with refus_sur(form):
            scenario = actes.creer(
                appel,
                form.cleaned_data["nom"],
                depuis=form.cleaned_data["depuis"],
                par=request.user,
                recu_le=request.recu_le,
            )
            messages.success(request, f"Le scénario « {scenario} » est créé.")
            _dire_les_ecartes(request, form.cleaned_data["depuis"])
            return redirect("appels:scenario", pk=scenario.pk)
    return afficher(
        request,
        "appels/decision/scenarios.html",
        {
            "appel": appel,
            "scenarios": tous,
            "form": form,
            "peut_figer": droits.peut_figer_un_scenario(request.user),
            **_comparaison(request, tous),
        },
        form,
    )


def _dire_les_ecartes(request, scenario: Scenario | None) -> None:
    """The dossiers of a scenario on which this person did not act."""
    ecartes = actes.ecartes(scenario, request.user) if scenario else []
    if ecartes:
        messages.warning(request, empechement.nommer(ecartes))


def _comparaison(request, tous: list[Scenario]) -> dict:
    """What two scenarios named in the address do not give the same; empty without both."""
    par_cle = {str(scenario.pk): scenario for scenario in tous}
    un = par_cle.get(request.GET.get("a", ""))
    autre = par_cle.get(request.GET.get("b", ""))
    if un is None or autre is None:
        return {}
    comptes_d_un = scenarios.comptes(un)
    comptes_de_l_autre = scenarios.comptes(autre)
    couples = []
    for pk, compte in comptes_d_un.items():
        vis_a_vis = comptes_de_l_autre[pk]
        couples.append((compte, vis_a_vis, vis_a_vis.propose - compte.propose))
    return {
        "un": un,
        "autre": autre,
        "comptes": couples,
        "differences": scenarios.differences(
            un, autre, Dossier.objects.instruits_par(request.user)
        ),
    }


def lignes_par_page(financeurs: int) -> int:
    """Fewer rows when there are more funders; never so few that nothing compares."""
    return max(6, CASES // max(1, financeurs))


@require_http_methods(["GET", "HEAD", "POST"])
def page(request, pk):
    """The matrix: by pages, or whole; what remains of each envelope above it."""
    scenario = get_object_or_404(Scenario.objects.select_related("appel", "fige_par"), pk=pk)
    comptes = scenarios.comptes(scenario)
    presentes = scenarios.presentes(
        Dossier.objects.instruits_par(request.user), scenario.appel
    ).select_related("porteur", "axe", "appel")
    entier = "tout" in request.GET
    par_page = 10_000 if entier else lignes_par_page(len(comptes))
    feuille = Paginator(presentes, par_page).get_page(request.GET.get("page"))
    lignes = scenarios.lignes(scenario, list(feuille), comptes)
    cases = []
    for ligne in lignes:
        cases += ligne.cases
    form = MontantsForm(saisie(request), comptes=comptes, cases=cases)
    if request.method == "POST" and form.is_valid():
        with refus_sur(form):
            changes = actes.proposer(
                scenario,
                form.voulus(),
                par=request.user,
                recu_le=request.recu_le,
            )
            messages.success(request, _a_jour(changes, "montant"))
            return redirect(request.get_full_path())
    return afficher(
        request,
        "appels/decision/scenario.html",
        {
            "scenario": scenario,
            "appel": scenario.appel,
            "comptes": comptes.values(),
            "lignes": lignes,
            "form": form,
            "page": feuille,
            "entier": entier,
            "peut_figer": droits.peut_figer_un_scenario(request.user),
            "trop": [compte for compte in comptes.values() if compte.depassement],
        },
        form,
    )


@require_GET
def classeur(request, pk):
    """The whole matrix as a workbook."""
    scenario = get_object_or_404(Scenario.objects.select_related("appel"), pk=pk)
    comptes = scenarios.comptes(scenario)
    presentes = scenarios.presentes(
        Dossier.objects.instruits_par(request.user), scenario.appel
    ).select_related("porteur")
    fichier = tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it)
    matrice.en_xlsx(
        scenarios.lignes(scenario, list(presentes), comptes), list(comptes.values()), fichier
    )
    fichier.seek(0)
    return FileResponse(
        fichier,
        as_attachment=True,
        filename=f"{scenario.appel.repere}-scenario-{scenario.pk}.xlsx",
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )


@require_GET
def mouvements(request, pk):
    """Who changed what in a scenario, and the way back."""
    scenario = get_object_or_404(Scenario.objects.select_related("appel"), pk=pk)
    lisibles = scenario.mouvements.visibles_par(request.user).select_related(
        "financement__dossier", "financement__partenaire", "par"
    )
    feuille = Paginator(lisibles, MOUVEMENTS).get_page(request.GET.get("page"))
    return render(
        request, "appels/decision/mouvements.html", {"scenario": scenario, "page": feuille}
    )


def annuler(request, pk):
    """Put back what there was before one change."""
    mouvement = get_object_or_404(
        Mouvement.objects.select_related("scenario", "financement").filter(
            financement__dossier__in=Dossier.objects.instruits_par(request.user).values("pk")
        ),
        pk=pk,
    )
    with refus_en_message(request):
        actes.annuler(mouvement, par=request.user, recu_le=request.recu_le)
        messages.success(request, "Le montant d’avant est rétabli.")
    return redirect("appels:mouvements", pk=mouvement.scenario_id)


def figer(request, pk):
    """The head of the service keeps one scenario, within the envelopes."""
    scenario = get_object_or_404(Scenario, pk=pk)
    with refus_en_message(request):
        actes.figer(scenario, par=request.user, recu_le=request.recu_le)
        messages.success(request, f"Le scénario « {scenario} » est figé.")
        _dire_les_ecartes(request, scenario)
    return redirect("appels:scenario", pk=pk)


def rouvrir(request, pk):
    """The head of the service opens again the scenario that was kept."""
    scenario = get_object_or_404(Scenario, pk=pk)
    actes.rouvrir(scenario, par=request.user, recu_le=request.recu_le)
    messages.success(request, f"Le scénario « {scenario} » est rouvert.")
    return redirect("appels:scenario", pk=pk)
