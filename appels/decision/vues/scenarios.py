"""The service shares the envelopes: amounts by project and funder, two scenarios side by side, one
frozen.
"""

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
from appels.socle import droits
from partenaires.socle.vues.formulaire import afficher, saisie
from quartiers.francais import accorder, en_euros

PAR_PAGE = 25
MOUVEMENTS = 50
FIGE = (
    "Ce scénario est figé : rien n’est enregistré. La ou le responsable du service peut le rouvrir."
)


@require_http_methods(["GET", "HEAD", "POST"])
def enveloppes(request, pk):
    """What each funder of the call has, and its ceiling by project."""
    appel = get_object_or_404(Appel, pk=pk)
    dotees = Enveloppe.objects.filter(appel=appel).en_vigueur()
    donnees = saisie(request)
    lignes = [
        (
            financeur.partenaire,
            EnveloppeForm(
                donnees,
                prefix=f"e{financeur.partenaire_id}",
                initial=_dote(dotees.get(financeur.partenaire_id)),
            ),
        )
        for financeur in appel.financeurs.select_related("partenaire")
    ]
    formulaires = [form for _, form in lignes]
    if request.method == "POST" and all([form.is_valid() for form in formulaires]):
        changees = [(partenaire, form) for partenaire, form in lignes if form.has_changed()]
        for partenaire, form in changees:
            actes.doter(
                appel, partenaire, **form.cleaned_data, par=request.user, recu_le=request.recu_le
            )
        messages.success(
            request,
            f"{accorder(len(changees), 'enveloppe')} à jour." if changees else "Rien n’a changé.",
        )
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


def _dote(enveloppe: Enveloppe | None) -> dict:
    return {"montant": enveloppe.montant, "plafond": enveloppe.plafond} if enveloppe else {}


@require_http_methods(["GET", "HEAD", "POST"])
def liste(request, pk):
    """The scenarios of a call, a new one, and two of them side by side."""
    appel = get_object_or_404(Appel, pk=pk)
    tous = list(appel.scenarios.select_related("cree_par", "fige_par"))
    form = ScenarioForm(saisie(request), appel=appel)
    if request.method == "POST" and form.is_valid():
        try:
            scenario = actes.creer(
                appel,
                form.cleaned_data["nom"],
                depuis=form.cleaned_data["depuis"],
                par=request.user,
                recu_le=request.recu_le,
            )
        except actes.NomPris:
            form.add_error(
                "nom", "Un scénario de cet appel porte déjà ce nom : choisissez-en un autre."
            )
        else:
            messages.success(request, f"Le scénario « {scenario} » est créé.")
            return redirect("appels:scenario", pk=scenario.pk)
    un, autre = (
        next((s for s in tous if str(s.pk) == request.GET.get(nom)), None) for nom in ("a", "b")
    )
    return afficher(
        request,
        "appels/decision/scenarios.html",
        {
            "appel": appel,
            "scenarios": tous,
            "form": form,
            "peut_figer": droits.peut_figer_un_scenario(request.user),
            **(_comparer(request, un, autre) if un and autre else {}),
        },
        form,
    )


def _comparer(request, un: Scenario, autre: Scenario) -> dict:
    a, b = scenarios.comptes(un), scenarios.comptes(autre)
    return {
        "un": un,
        "autre": autre,
        "comptes": [(a[pk], b[pk], b[pk].propose - a[pk].propose) for pk in a],
        "differences": scenarios.differences(
            un, autre, Dossier.objects.instruits_par(request.user)
        ),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def page(request, pk):
    """The matrix: by pages, or whole; what remains of each envelope above it."""
    scenario = get_object_or_404(Scenario.objects.select_related("appel", "fige_par"), pk=pk)
    comptes = scenarios.comptes(scenario)
    presentes = scenarios.presentes(
        Dossier.objects.instruits_par(request.user), scenario.appel
    ).select_related("porteur", "axe", "appel")
    entier = "tout" in request.GET
    feuille = Paginator(presentes, 10_000 if entier else PAR_PAGE).get_page(request.GET.get("page"))
    lignes = scenarios.lignes(scenario, list(feuille), comptes)
    form = MontantsForm(
        saisie(request),
        comptes=comptes,
        cases=[case for ligne in lignes for case in ligne.cases],
    )
    if request.method == "POST" and form.is_valid() and _enregistrer(request, scenario, form):
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


def _enregistrer(request, scenario: Scenario, form: MontantsForm) -> bool:
    """True once kept; otherwise the form says why."""
    try:
        n = actes.proposer(scenario, form.voulus(), par=request.user, recu_le=request.recu_le)
    except actes.Fige:
        form.add_error(None, FIGE)
    except actes.Entretemps as entretemps:
        form.montrer_le_present(entretemps.montants)
    else:
        messages.success(request, f"{accorder(n, 'montant')} à jour." if n else "Rien n’a changé.")
        return True
    return False


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
        filename=f"{scenario.appel.annee}-scenario-{scenario.pk}.xlsx",
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )


@require_GET
def mouvements(request, pk):
    """Who changed what in a scenario, and the way back."""
    scenario = get_object_or_404(Scenario.objects.select_related("appel"), pk=pk)
    lus = scenario.mouvements.exclude(
        financement__isnull=False, financement__dossier__in=_fermes(request)
    )
    feuille = Paginator(
        lus.select_related("financement__dossier", "financement__partenaire", "par"), MOUVEMENTS
    ).get_page(request.GET.get("page"))
    return render(
        request, "appels/decision/mouvements.html", {"scenario": scenario, "page": feuille}
    )


def _fermes(request):
    return request.user.deports.en_vigueur().values("dossier")


def annuler(request, pk):
    """Put back what there was before one change."""
    mouvement = get_object_or_404(
        Mouvement.objects.select_related("scenario", "financement").filter(
            financement__dossier__in=Dossier.objects.instruits_par(request.user).values("pk")
        ),
        pk=pk,
    )
    try:
        actes.annuler(mouvement, par=request.user, recu_le=request.recu_le)
    except actes.Fige:
        messages.error(request, FIGE)
    except actes.Entretemps:
        messages.error(
            request,
            "Ce montant a changé depuis : rien n’est enregistré. Annulez le dernier changement.",
        )
    else:
        messages.success(request, "Le montant d’avant est rétabli.")
    return redirect("appels:mouvements", pk=mouvement.scenario_id)


def figer(request, pk):
    """The head of the service keeps one scenario, within the envelopes."""
    scenario = get_object_or_404(Scenario, pk=pk)
    try:
        actes.figer(scenario, par=request.user, recu_le=request.recu_le)
    except actes.Fige:
        messages.error(
            request, "Un scénario de cet appel est déjà figé : rouvrez-le d’abord. Rien n’a changé."
        )
    except actes.Depassement as depassement:
        messages.error(
            request,
            "Le scénario n’est pas figé : "
            + " ; ".join(
                f"{c.partenaire}, {en_euros(c.depassement)} de trop" for c in depassement.comptes
            )
            + ".",
        )
    else:
        messages.success(request, f"Le scénario « {scenario} » est figé.")
    return redirect("appels:scenario", pk=pk)


def rouvrir(request, pk):
    scenario = get_object_or_404(Scenario, pk=pk)
    actes.rouvrir(scenario, par=request.user, recu_le=request.recu_le)
    messages.success(request, f"Le scénario « {scenario} » est rouvert.")
    return redirect("appels:scenario", pk=pk)
