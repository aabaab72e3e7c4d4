"""A draft opened to the service; a request received on paper, entered by an agent."""

from io import BytesIO

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from appels import droits
from appels.actions import accompagnement, redaction
from appels.forms.accompagnement import PapierForm
from appels.models import Appel, DemandePapier, Dossier
from appels.views.instruction import PAR_PAGE, reserve_aux_agents
from appels.views.porteurs import mon_dossier
from partenaires import fichiers, quarantaine
from partenaires.views.formulaire import afficher


@require_POST
def ouvrir(request, pk):
    """Let the service read a draft, or stop it: the same button, two words."""
    dossier = mon_dossier(request, pk)
    if not droits.redige(request.user, dossier):
        raise PermissionDenied
    try:
        if "refermer" in request.POST:
            accompagnement.refermer(dossier, par=request.user, recu_le=request.recu_le)
            messages.success(request, "Le service ne lit plus ce brouillon.")
        else:
            accompagnement.ouvrir(dossier, par=request.user, recu_le=request.recu_le)
            messages.success(
                request,
                "Le service peut lire ce brouillon ; il ne peut pas l’écrire. "
                "Vous pouvez le refermer quand vous voulez.",
            )
    except redaction.NonModifiable:
        messages.error(request, "Ce dossier est déposé : le service le lit déjà.")
    return redirect("appels:dossier", pk=pk)


@require_GET
def ouverts(request):
    """Agents: the drafts that organisations opened to them, and the requests on paper not deposited
    yet.
    """
    reserve_aux_agents(request)
    dossiers = Dossier.objects.visibles_par(request.user).non_deposes().pour_liste()
    return render(
        request,
        "appels/instruction/ouverts.html",
        {
            "page": Paginator(dossiers, PAR_PAGE).get_page(request.GET.get("page")),
            "appels": Appel.objects.publies()[:2],
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def papier(request, pk):
    """Enter a request received on paper: its scan first, its answers next."""
    reserve_aux_agents(request)
    appel = get_object_or_404(Appel, pk=pk)
    form = PapierForm(
        request.POST or None, request.FILES or None, appel=appel, instant=request.recu_le
    )
    if request.method == "POST" and form.is_valid():
        choix = form.cleaned_data
        try:
            dossier = accompagnement.saisir_papier(
                appel,
                choix["porteur"],
                intitule=choix["intitule"],
                cle=choix["cle"],
                signataire=choix["signataire"],
                scan=choix["scan"],
                papier_recu_le=choix["recu"],
                par=request.user,
                recu_le=request.recu_le,
            )
        except OSError:
            form.add_error("scan", fichiers.PLUS_DE_PLACE)
        else:
            messages.success(
                request, "La demande est ouverte : saisissez les réponses, puis déposez-la."
            )
            return redirect("appels:dossier", pk=dossier.pk)
    return afficher(request, "appels/instruction/papier.html", {"appel": appel, "form": form}, form)


@require_GET
def scan(request, pk):
    """The original of a request received on paper, as an attachment."""
    dossiers = Dossier.objects.visibles_par(request.user).filter(pk=pk)
    demande = get_object_or_404(
        DemandePapier.objects.select_related("dossier"), dossier__in=dossiers
    )
    try:
        contenu = demande.lire()
    except quarantaine.FichierRetenu as retenu:
        return render(
            request,
            "appels/socle/fichier_retenu.html",
            {"phrase": str(retenu), "dossier": demande.dossier},
            status=409,
        )
    return FileResponse(
        BytesIO(contenu),
        as_attachment=True,
        filename=demande.nom,
        content_type=demande.mime,
        headers={"Content-Security-Policy": "sandbox; default-src 'none'"},
    )
