"""What a funder reads of the procedure, and agrees to: decisions in its name, matrix, meetings."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from appels.decision import accords, financeurs, scenarios
from appels.decision.actions import accords as actes
from appels.models import Comite, Dossier, Scenario, SensAccord
from appels.socle.requete import Requete
from partenaires.socle.refus import Refus
from partenaires.socle.vues.formulaire import afficher, numero_lu
from quartiers.francais import accorder

MOTIF_MAX = 300


@require_http_methods(["GET", "HEAD", "POST"])
def en_notre_nom(request: Requete) -> HttpResponse:
    """Decisions and letters in our name; the word that they wait for, one by one or together."""
    lues = accords.en_notre_nom(request.user)
    erreurs: list[dict[str, str]] = []
    if request.method == "POST":
        if "revoir" in request.POST:
            erreurs = _demander_a_revoir(request, lues)
        else:
            _donner(request, lues)
        if not erreurs:
            return redirect("appels:en_notre_nom")
    return afficher(
        request,
        "appels/decision/en_notre_nom.html",
        {
            "lues": lues,
            "erreurs": erreurs,
            "a_dire": sum(une.peut_dire and une.accord is None for une in lues),
            "matrices": accords.matrices_ouvertes(request.user),
            "comites": Comite.objects.lisibles_par(request.user).select_related("appel"),
            "financeurs": financeurs.les_miens(request.user),
        },
    )


def _donner(request: Requete, lues: list[accords.EnNotreNom]) -> None:
    """To all those ticked; what changed meanwhile is named and left as it is."""
    coches = {numero_lu(cle) for cle in request.POST.getlist("prise")}
    donnes = 0
    laisses = []
    for une in lues:
        if une.prise.pk not in coches:
            continue
        try:
            actes.dire(une.prise, SensAccord.ACCORD, par=request.user, recu_le=request.recu_le)
            donnes += 1
        except Refus as refus:
            laisses.append(f"{une.prise.financement.dossier.numero} ({refus.phrase})")
    if donnes:
        messages.success(request, f"{accorder(donnes, 'accord donné', 'accords donnés')}.")
    if laisses or len(coches) > donnes + len(laisses):
        noms = " ; ".join(laisses) or "des décisions ont changé depuis"
        messages.warning(request, f"Laissés de côté : {noms}")


def _demander_a_revoir(request: Requete, lues: list[accords.EnNotreNom]) -> list[dict[str, str]]:
    """One decision to be seen again, and why; what is wrong, for the page."""
    cle = numero_lu(request.POST.get("revoir", ""))
    prise = next((une.prise for une in lues if une.prise.pk == cle), None)
    motif = request.POST.get(f"motif-{cle}", "").strip()[:MOTIF_MAX]
    if prise is None:
        messages.error(request, actes.DecisionRemplacee.phrase)
        return []
    try:
        actes.dire(
            prise, SensAccord.RESERVE, motif=motif, par=request.user, recu_le=request.recu_le
        )
    except Refus as refus:
        return [{"ancre": f"id_motif-{cle}", "phrase": refus.phrase}]
    messages.success(request, "Le service lira ce qui est à revoir ; la lettre ne part pas.")
    return []


@require_GET
def matrice(request: Requete, pk: int) -> HttpResponse:
    """The frozen scenario of a call, read by its funders once the service opens it."""
    appel = get_object_or_404(accords.matrices_ouvertes(request.user), pk=pk)
    fige = Scenario.objects.figes().filter(appel=appel).select_related("appel").first()
    comptes: dict[int, scenarios.Compte] = {}
    lignes: list[scenarios.Ligne] = []
    if fige:
        visibles = Dossier.objects.instruits_par(request.user)
        comptes = scenarios.comptes(fige)
        dossiers = list(scenarios.presentes(visibles, appel, request.user))
        lignes = scenarios.lignes(fige, dossiers, comptes)
    return render(
        request,
        "appels/decision/matrice_lue.html",
        {"appel": appel, "fige": fige, "comptes": comptes.values(), "lignes": lignes},
    )
