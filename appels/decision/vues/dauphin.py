"""Dauphin: what to copy there, what was done there, which requests are still missing there."""

import json

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from appels.decision import dauphin
from appels.decision.actions import dauphin as actes
from appels.decision.colonnes_dauphin import suffisent
from appels.decision.forms.dauphin import ColonnesForm, DauphinForm
from appels.decision.vues.laisses import dire_les_laisses
from appels.models import Appel, DepotDauphin, Dossier, ImportDauphin, Version
from appels.models.appel import le_plus_actuel
from appels.socle import comptages, droits
from appels.socle.forms.feuilles import FeuilleForm
from appels.socle.requete import Requete
from appels.socle.vues.adresse import PAR_PAGE, feuille
from partenaires.socle.vues.formulaire import (
    afficher,
    fichiers_saisis,
    refus_en_message,
    refus_sur,
    saisie,
)
from quartiers import geographie
from quartiers.francais import accorder

APPELS_MONTRES = 8  # calls whose list is a link away


@require_http_methods(["GET", "HEAD", "POST"])
def fiche(request: Requete, pk: int) -> HttpResponse:
    """The deposited answers in the order of Dauphin's screens; what the organisation declares."""
    dossier = get_object_or_404(
        Dossier.objects.visibles_par(request.user).deposes().select_related("appel", "porteur"),
        pk=pk,
    )
    version = Version.objects.filter(dossier=dossier).latest("rang")
    if request.method == "POST":
        droits.redige.exiger(request.user, dossier)
    depot = DepotDauphin.objects.filter(dossier=dossier).select_related("declare_par").first()
    depot_ou_rien = depot or DepotDauphin()
    lu = depot_ou_rien.dit
    form = DauphinForm(saisie(request), instance=depot_ou_rien)
    if request.method == "POST" and form.is_valid():
        with refus_sur(form):
            actes.declarer(dossier, form.instance, par=request.user, recu_le=request.recu_le, lu=lu)
            messages.success(request, "La déclaration est enregistrée.")
            return redirect("appels:dauphin", pk=pk)
    quartiers = {
        quartier.code: quartier.nom_court
        for quartier in geographie.lire(request.parution).quartiers
    }
    return afficher(
        request,
        "appels/decision/dauphin.html",
        {
            "dossier": dossier,
            "depot": depot if request.method != "POST" else None,
            "form": form,
            "peut_declarer": droits.redige(request.user, dossier),
            "sollicite_l_etat": dossier.sollicite_l_etat,
            "ecrans": dauphin.fiche(json.loads(version.contenu), quartiers),
        },
        form,
    )


@require_GET
def manquants(request: Requete) -> HttpResponse:
    """Deposited here in one call, the State asked, nothing received on Dauphin yet (rule R14)."""
    appels = list(Appel.objects.du_portail())
    appel = next((un for un in appels if str(un.pk) == request.GET.get("appel")), None)
    appel = appel or le_plus_actuel(appels, request.recu_le)
    nombre = 0
    if appel:
        comptes = comptages.du_service(request.user, appel.pk, ["alerte"])
        nombre = comptes.un("alerte", "dauphin").nombre
    dossiers = (
        Dossier.objects.lus_pour_le_service(request.user)
        # what `sans_dauphin` says, kept; in the order of the index of the call
        .filter(appel=appel, condense__dauphin=True)
        .select_related("dauphin")
        .pour_liste()
        .order_by(F("depose_le").desc(nulls_last=True), "-pk")
    )
    return render(
        request,
        "appels/decision/dauphin_manquants.html",
        {
            "appel": appel,
            "appels": appels[:APPELS_MONTRES],
            "page": feuille(dossiers, request.GET.get("page"), nombre=nombre),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def importer(request: Requete, pk: int) -> HttpResponse:
    """Give a file of Dauphin; the files already given."""
    appel = get_object_or_404(Appel.objects.du_portail(), pk=pk)
    form = FeuilleForm(saisie(request), fichiers_saisis(request))
    if request.method == "POST" and form.is_valid():
        fichier = form.cleaned_data["fichier"]
        with refus_sur(form):
            recu = actes.recevoir(
                appel,
                fichier.name,
                fichier.read(),
                par=request.user,
                recu_le=request.recu_le,
            )
            return redirect("appels:import_dauphin", pk=recu.pk)
    return afficher(
        request,
        "appels/decision/importer_dauphin.html",
        {
            "appel": appel,
            "form": form,
            "imports": appel.imports_dauphin.select_related("par", "applique_par")[:PAR_PAGE],
        },
        form,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def lire_import(request: Requete, pk: int) -> HttpResponse:
    """Row by row, what the file would change; POST applies it."""
    recu = get_object_or_404(
        ImportDauphin.objects.select_related("appel", "par", "applique_par"), pk=pk
    )
    if not suffisent(actes.colonnes_de(recu)[1]):
        return redirect("appels:colonnes_dauphin", pk=pk)
    if request.method == "POST":
        with refus_en_message(request):
            bilan = actes.appliquer(
                recu, par=request.user, recu_le=request.recu_le, lu=request.POST.get("lu")
            )
            a_jour = "Tout était déjà à jour : rien n’a changé."
            messages.success(
                request,
                f"{accorder(bilan.changes, 'dossier')} mis à jour." if bilan.changes else a_jour,
            )
            dire_les_laisses(request, bilan.laisses)
        return redirect("appels:import_dauphin", pk=pk)
    lignes = actes.rapprocher(recu, request.user)
    return render(
        request,
        "appels/decision/import_dauphin.html",
        {
            "recu": recu,
            "page": Paginator(lignes, PAR_PAGE * 4).get_page(request.GET.get("page")),
            "lu": actes.empreinte(lignes),
            "trouves": sum(ligne.est_trouve for ligne in lignes),
            "changes": sum(ligne.change for ligne in lignes),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def colonnes(request: Requete, pk: int) -> HttpResponse:
    """What each column of a file holds; said once, known for the next files."""
    recu = get_object_or_404(ImportDauphin.objects.select_related("appel"), pk=pk)
    feuille, connues = actes.colonnes_de(recu)
    form = ColonnesForm(saisie(request), feuille=feuille, colonnes=connues)
    if request.method == "POST" and form.is_valid():
        with refus_sur(form):
            actes.dire_les_colonnes(recu, form.choix())
            messages.success(
                request, "Les colonnes sont connues, pour les prochains fichiers aussi."
            )
            return redirect("appels:import_dauphin", pk=pk)
    return afficher(
        request,
        "appels/decision/colonnes_dauphin.html",
        {
            "recu": recu,
            "form": form,
            "rang": feuille.titres + 1,
            "suffisent": suffisent(connues),
        },
        form,
    )
