"""What a funder reads of the procedure, and agrees to: decisions in its name, matrix, meetings."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from appels.decision import accords, financeurs, scenarios
from appels.decision.actions import accords as actes
from appels.decision.forms.accords import ARevoirForm
from appels.models import Comite, Dossier, Scenario, SensAccord
from appels.socle.requete import Requete
from partenaires.socle import envois
from partenaires.socle.refus import Refus
from partenaires.socle.vues.formulaire import afficher, numero_lu, refus_sur, saisie
from quartiers.francais import accorder


@require_http_methods(["GET", "HEAD", "POST"])
def en_notre_nom(request: Requete) -> HttpResponse:
    """Decisions and letters in our name; the word that they wait for, one by one or together."""
    toutes = accords.en_notre_nom(request.user)
    lues = toutes[: accords.MONTREES_MAX]
    revoir = numero_lu(request.POST.get("revoir", ""))
    formulaires = {une.prise.pk: _a_revoir(request, une.prise.pk, revoir) for une in lues}
    if request.method == "POST":
        if "revoir" not in request.POST:
            donnees = _donner(request, lues)
            _laisser_le_reste(request, lues, donnees, revue=None)
            return redirect("appels:en_notre_nom")
        if _est_a_revoir(request, lues, revoir, formulaires):
            _laisser_le_reste(request, lues, set(), revue=revoir)
            return redirect("appels:en_notre_nom")
    return afficher(
        request,
        "appels/decision/en_notre_nom.html",
        {
            "lues": [(une, formulaires[une.prise.pk]) for une in lues],
            "cochees": {numero_lu(cle) for cle in request.POST.getlist("prise")},
            "en_reste": len(toutes) > len(lues),
            "a_dire": sum(une.peut_dire and une.est_a_dire for une in lues),
            "matrices": accords.matrices_ouvertes(request.user),
            "comites": Comite.objects.lisibles_par(request.user).select_related("appel"),
            "financeurs": financeurs.les_miens(request.user),
        },
        *(formulaire for formulaire in formulaires.values() if formulaire.is_bound),
    )


def _a_revoir(request: Requete, cle: int, revoir: int) -> ARevoirForm:
    """The form of one decision; what was typed in another than the one sent stays in its field."""
    prefixe = f"r{cle}"
    if cle == revoir:
        return ARevoirForm(saisie(request), prefix=prefixe)
    return ARevoirForm(prefix=prefixe, initial={"motif": request.POST.get(f"{prefixe}-motif", "")})


def _laisser_le_reste(
    request: Requete, lues: list[accords.EnNotreNom], donnees: set[int], *, revue: int | None
) -> None:
    """One button is pressed: the reasons begun and the boxes of the other decisions stay typed."""
    noms = [f"r{une.prise.pk}-motif" for une in lues if une.prise.pk != revue]
    champs = {nom: request.POST.getlist(nom) for nom in noms}
    faites = {*donnees, revue}
    champs["prise"] = [cle for cle in request.POST.getlist("prise") if numero_lu(cle) not in faites]
    envois.laisser(request, champs)


def _donner(request: Requete, lues: list[accords.EnNotreNom]) -> set[int]:
    """To all those ticked, whose keys come back; what changed meanwhile is named and left."""
    coches = {numero_lu(cle) for cle in request.POST.getlist("prise")}
    if not coches:
        messages.info(request, "Rien n’est coché : cochez les décisions d’abord.")
    donnes: set[int] = set()
    laisses = []
    for une in lues:
        if une.prise.pk not in coches:
            continue
        try:
            actes.dire(
                une.prise,
                SensAccord.ACCORD,
                par=request.user,
                recu_le=request.recu_le,
                vu=request.POST.get(f"vu-{une.prise.pk}"),
                texte=request.POST.get(f"texte-{une.prise.pk}"),
            )
            donnes.add(une.prise.pk)
        except Refus as refus:
            numero = une.prise.financement.dossier.numero
            laisses.append(f"{numero} ({refus.phrase.removesuffix('.')})")
    if donnes:
        messages.success(request, f"{accorder(len(donnes), 'accord donné', 'accords donnés')}.")
    if laisses:
        messages.warning(request, f"Laissés de côté : {' ; '.join(laisses)}.")
    if len(coches) > len(donnes) + len(laisses):
        messages.warning(request, "Des décisions cochées ont changé depuis : relisez la liste.")
    return donnes


def _est_a_revoir(
    request: Requete,
    lues: list[accords.EnNotreNom],
    cle: int,
    formulaires: dict[int, ARevoirForm],
) -> bool:
    """One decision to be seen again, and why; False when its form says what is wrong."""
    prise = next((une.prise for une in lues if une.prise.pk == cle), None)
    if prise is None:
        messages.error(request, actes.DecisionRemplacee.phrase)
        return True
    form = formulaires[cle]
    if not form.is_valid():
        return False
    with refus_sur(form):
        actes.dire(
            prise,
            SensAccord.RESERVE,
            motif=form.cleaned_data["motif"],
            par=request.user,
            recu_le=request.recu_le,
            vu=request.POST.get(f"vu-{cle}"),
            texte=request.POST.get(f"texte-{cle}"),
        )
        messages.success(request, "Le service lira ce qui est à revoir ; la lettre ne part pas.")
        return True
    return False


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
