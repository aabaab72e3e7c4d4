"""The matrix of a scenario: steered, saved cell by cell or whole, as a workbook, on paper."""

import tempfile

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_http_methods

from appels.decision import matrice, pilotage, scenarios, tableau_du_scenario
from appels.decision.actions import feuilles_de_scenario
from appels.decision.actions import scenarios as actes
from appels.decision.conflits import MontantsChanges
from appels.decision.forms.scenarios import MontantsForm
from appels.decision.tableau_du_scenario import PAR_PAGE, Tableau
from appels.instruction import listes
from appels.models import Export, Scenario
from appels.socle import droits, ecritures
from appels.socle.requete import Requete
from partenaires.socle.refus import Refus
from partenaires.socle.vues import en_json
from partenaires.socle.vues.formulaire import afficher, centimes_lus, numero_lu, refus_sur, saisie
from quartiers.francais import accorder, heure, nombre_en_euros

TOUT = 10_000  # rows: a call has hundreds


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: Requete, pk: int) -> HttpResponse:
    """The matrix: what remains of each envelope in its head, a line a project."""
    reglage = pilotage.lire(request.GET)
    tableau = tableau_du_scenario.lire(pk, reglage, request.user)
    if tableau.scenario.fige_le is None:
        ecritures.noter_dans_le_scenario(request, tableau.scenario)
    entier = "tout" in request.GET
    feuille = Paginator(tableau.montrees, TOUT if entier else PAR_PAGE).get_page(
        request.GET.get("page")
    )
    form = MontantsForm(
        saisie(request),
        comptes=tableau.comptes,
        cases=_cases(request, tableau, list(feuille)),
    )
    if request.method == "POST" and form.is_valid():
        with refus_sur(form):
            voulus = form.voulus()
            changes = actes.proposer(
                tableau.scenario, voulus, par=request.user, recu_le=request.recu_le
            )
            a_jour = f"{accorder(changes, 'montant')} à jour." if changes else "Rien n’a changé."
            messages.success(request, a_jour)
            return redirect(f"{request.get_full_path()}{_ancre(voulus)}")
    debut = feuille.start_index() - 1 if tableau.montrees else 0
    return afficher(
        request,
        "appels/decision/scenario.html",
        {
            "t": tableau,
            "scenario": tableau.scenario,
            "lignes": list(feuille),
            "groupes": pilotage.decouper(tableau.groupes, debut, feuille.end_index()),
            "form": form,
            "page": feuille,
            "entier": entier,
            "peut_figer": droits.peut_figer_un_scenario(request.user),
            "feuilles": _feuilles(request, tableau.scenario),
        },
        form,
    )


def _cases(request: Requete, tableau: Tableau, montrees: list) -> list:
    """The requests of the page; those that are sent too, whatever page they are on by now."""
    cases = {case.financement.pk: case for case in tableau.cases_de(montrees)}
    if request.method == "POST":
        for case in tableau.cases_de(tableau.lignes):
            if f"m{case.financement.pk}" in request.POST:
                cases[case.financement.pk] = case
    return list(cases.values())


def _ancre(voulus: dict) -> str:
    """The first amount that was sent: without script, one comes back to it."""
    return f"#id_m{next(iter(voulus))}" if voulus else ""


def _feuilles(request: Requete, scenario: Scenario) -> list[Export]:
    """The sheets of paper asked of this scenario, whose link still opens."""
    demandees = Export.objects.filter(demande_par=request.user, scenario=scenario)
    return [feuille for feuille in demandees if feuille.expire_le > request.recu_le]


def montant(request: Requete, pk: int) -> HttpResponse:
    """One amount saved by itself, the page staying where it is: docs/enregistrement.md §11."""
    scenario = get_object_or_404(Scenario.objects.select_related("appel"), pk=pk)
    demande = numero_lu(request.POST.get("demande", ""))
    dossier = (
        scenarios.presentes(listes.lisibles_par(request.user), scenario.appel, request.user)
        .filter(financements=demande)
        .first()
    )
    if dossier is None:
        return _refuse("Ce projet n’est plus en course, ou il vous est fermé : rouvrez la page.")
    comptes = scenarios.comptes(scenario)
    (ligne,) = scenarios.lignes(scenario, [dossier], comptes)
    cases = [case for case in ligne.cases if case.financement.pk == demande]
    form = MontantsForm(_comme_la_page(request, demande), comptes=comptes, cases=cases)
    if not form.is_valid():
        phrases = [str(phrase) for fautes in form.errors.values() for phrase in fautes]
        return en_json.repondre({"phrase": " ".join(phrases)}, status=422)
    try:
        actes.proposer(scenario, form.voulus(), par=request.user, recu_le=request.recu_le)
    except MontantsChanges as conflit:
        return _dispute(conflit, demande)
    except Refus as refus:
        return _refuse(refus.phrase)
    ecritures.prolonger_dans_le_scenario(request, scenario)
    garde = form.cleaned_data[f"m{demande}"]
    cases[0].propose = garde
    return en_json.repondre(
        {
            "centimes": garde,
            "texte": "" if garde is None else nombre_en_euros(garde),
            "le": heure(request.recu_le),
            "alerte": cases[0].alerte,
            "comptes": {cle: un.propose for cle, un in scenarios.comptes(scenario).items()},
        }
    )


def _comme_la_page(request: Requete, demande: int) -> QueryDict:
    """What the whole page would send for this amount alone."""
    donnees = QueryDict(mutable=True)
    donnees["vus"] = MontantsForm.signer({demande: centimes_lus(request.POST.get("vu", ""))})
    donnees[f"m{demande}"] = request.POST.get("montant", "")
    return donnees


def _refuse(phrase: str) -> HttpResponse:
    """Nothing is saved, and sending it again would change nothing."""
    return en_json.repondre({"phrase": phrase}, status=409)


def _dispute(conflit: MontantsChanges, demande: int) -> HttpResponse:
    """Somebody wrote this amount since the page showed it: what is there now."""
    present = conflit.presents[demande]
    return en_json.repondre(
        {
            "phrase": conflit.phrases_par_demande()[demande],
            "centimes": present,
            "texte": "" if present is None else nombre_en_euros(present),
        },
        status=409,
    )


@require_GET
def classeur(request: Requete, pk: int) -> FileResponse:
    """The whole matrix as a workbook."""
    tableau = tableau_du_scenario.lire(pk, pilotage.Reglage(), request.user)
    fichier = tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it)
    matrice.en_xlsx(tableau.lignes, list(tableau.comptes.values()), fichier)
    fichier.seek(0)
    return FileResponse(
        fichier,
        as_attachment=True,
        filename=f"{tableau.appel.repere}-scenario-{pk}.xlsx",
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )


def feuille(request: Requete, pk: int) -> HttpResponse:
    """Ask the worker for the matrix on one sheet of paper."""
    scenario = get_object_or_404(Scenario.objects.select_related("appel"), pk=pk)
    reglage = pilotage.lire(request.POST)
    feuilles_de_scenario.demander(scenario, reglage, par=request.user, recu_le=request.recu_le)
    messages.success(request, "La feuille A3 est en préparation : elle paraîtra sous le tableau.")
    suite = f"?{reglage.requete}" if reglage.requete else ""
    return redirect(f"{request.path.removesuffix('feuille/')}{suite}#feuilles")
