"""The service shares the envelopes: amounts by project and funder, scenarios side by side."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from appels.decision import comparaison, regles_de_partage
from appels.decision.actions import scenarios as actes
from appels.decision.forms.scenarios import EnveloppeForm, ScenarioForm
from appels.decision.regles_de_partage import Resultat
from appels.models import Appel, Dossier, Enveloppe, Mouvement, Scenario
from appels.socle import empechement
from appels.socle.requete import Requete
from partenaires.models import Partenaire
from partenaires.socle.vues.formulaire import (
    afficher,
    numero_lu,
    refus_en_message,
    refus_sur,
    saisie,
)
from quartiers.francais import accorder

MOUVEMENTS = 50


@require_http_methods(["GET", "HEAD", "POST"])
def enveloppes(request: Requete, pk: int) -> HttpResponse:
    """What each funder of the call has, and its ceiling by project."""
    appel = get_object_or_404(Appel.objects.du_portail(), pk=pk)
    en_vigueur = Enveloppe.objects.filter(appel=appel).en_vigueur()
    donnees = saisie(request)
    lignes: list[tuple[Partenaire, EnveloppeForm]] = []
    for financeur in appel.financeurs.select_related("partenaire"):
        cle = financeur.partenaire_id
        form = EnveloppeForm(donnees, prefix=f"e{cle}", initial=_initial(en_vigueur.get(cle)))
        form.nom_de_ligne = str(financeur.partenaire)
        lignes.append((financeur.partenaire, form))
    formulaires = [form for _, form in lignes]
    if request.method == "POST" and all([form.is_valid() for form in formulaires]) and formulaires:
        changees = [(partenaire, form) for partenaire, form in lignes if form.has_changed()]
        voulues = [
            (partenaire, en_vigueur.get(partenaire.pk), form.enveloppe)
            for partenaire, form in changees
        ]
        with refus_sur(formulaires[0]):
            actes.doter_chacun(appel, voulues, par=request.user, recu_le=request.recu_le)
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
def liste(request: Requete, pk: int) -> HttpResponse:
    """The scenarios of a call, a new one, what a rule would give, and two of them side by side."""
    appel = get_object_or_404(Appel.objects.du_portail(), pk=pk)
    tous = list(appel.scenarios.select_related("cree_par", "fige_par"))
    form = ScenarioForm(saisie(request), appel=appel)
    apercu = None
    if request.method == "POST" and form.is_valid():
        if "apercu" in request.POST:
            apercu = _apercu(request, appel, form)
        else:
            with refus_sur(form):
                return redirect("appels:scenario", pk=_creer(request, appel, form).pk)
    return afficher(
        request,
        "appels/decision/scenarios.html",
        {
            "appel": appel,
            "scenarios": tous,
            "form": form,
            "apercu": apercu,
            **_comparaison(request, tous),
        },
        form,
    )


def _creer(request: Requete, appel: Appel, form: ScenarioForm) -> Scenario:
    """The new scenario, and the words that tell it; raises the refusal of the act."""
    depuis = form.cleaned_data["depuis"]
    scenario = actes.creer(
        appel,
        form.cleaned_data["nom"],
        depuis=depuis,
        selon=form.consigne,
        par=request.user,
        recu_le=request.recu_le,
    )
    messages.success(request, f"Le scénario « {scenario} » est créé.")
    if form.consigne:
        resultat = regles_de_partage.appliquer(appel, form.consigne, request.user)
        _dire(request, resultat.ecartes)
    _dire_les_ecartes(request, depuis)
    return scenario


def _apercu(request: Requete, appel: Appel, form: ScenarioForm) -> Resultat | None:
    """What the rule chosen would give; nothing is written."""
    if form.consigne is None:
        form.add_error("regle", "Choisissez une règle pour voir ce qu’elle donne.")
        return None
    return regles_de_partage.appliquer(appel, form.consigne, request.user)


def _dire_les_ecartes(request: Requete, scenario: Scenario | None) -> None:
    """The dossiers of a scenario on which this person did not act."""
    _dire(request, actes.ecartes(scenario, request.user) if scenario else [])


def _dire(request: Requete, ecartes: list[Dossier]) -> None:
    if ecartes:
        messages.warning(request, empechement.nommer(ecartes))


def _comparaison(request: Requete, tous: list[Scenario]) -> dict:
    """What two scenarios named in the address do not give the same; empty without both."""
    par_cle = {str(scenario.pk): scenario for scenario in tous}
    un = par_cle.get(request.GET.get("a", ""))
    autre = par_cle.get(request.GET.get("b", ""))
    if un is None or autre is None:
        return {}
    return {
        "un": un,
        "autre": autre,
        "comparaison": comparaison.comparer(un, autre, request.user),
    }


@require_GET
def mouvements(request: Requete, pk: int) -> HttpResponse:
    """Who changed what in a scenario, and the way back."""
    scenario = get_object_or_404(Scenario.objects.select_related("appel"), pk=pk)
    lisibles = scenario.mouvements.visibles_par(request.user).select_related(
        "financement__dossier", "financement__partenaire", "par"
    )
    feuille = Paginator(lisibles, MOUVEMENTS).get_page(request.GET.get("page"))
    return render(
        request, "appels/decision/mouvements.html", {"scenario": scenario, "page": feuille}
    )


def annuler(request: Requete, pk: int) -> HttpResponse:
    """Put back what there was before one change."""
    mouvement = get_object_or_404(
        Mouvement.objects.select_related("scenario", "financement").filter(
            financement__dossier__in=Dossier.objects.lus_pour_le_service(request.user)
        ),
        pk=pk,
    )
    with refus_en_message(request):
        actes.annuler(mouvement, par=request.user, recu_le=request.recu_le)
        messages.success(request, "Le montant d’avant est rétabli.")
    return redirect("appels:mouvements", pk=mouvement.scenario_id)


def figer(request: Requete, pk: int) -> HttpResponse:
    """The head of the service keeps one scenario, within the envelopes."""
    scenario = get_object_or_404(Scenario, pk=pk)
    with refus_en_message(request):
        lu = numero_lu(request.POST["lu"]) if "lu" in request.POST else None
        actes.figer(scenario, par=request.user, recu_le=request.recu_le, lu=lu)
        messages.success(request, f"Le scénario « {scenario} » est figé.")
        _dire_les_ecartes(request, scenario)
    return redirect("appels:scenario", pk=pk)


def rouvrir(request: Requete, pk: int) -> HttpResponse:
    """The head of the service opens again the scenario that was kept."""
    scenario = get_object_or_404(Scenario, pk=pk)
    actes.rouvrir(scenario, par=request.user, recu_le=request.recu_le)
    messages.success(request, f"Le scénario « {scenario} » est rouvert.")
    return redirect("appels:scenario", pk=pk)
