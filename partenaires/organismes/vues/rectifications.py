"""The name and the numbers of an organisation: asked by it, answered by the service."""

from io import BytesIO

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from partenaires.models import Partenaire, Rectification
from partenaires.organismes.actions import rectifications as actes
from partenaires.organismes.forms.rectifications import RectificationForm, ReponseForm
from partenaires.socle import droits, quarantaine
from partenaires.socle.entree import Requete
from partenaires.socle.vues.formulaire import afficher, fichiers_saisis, refus_sur, saisie
from quartiers.articles import de

PAR_PAGE = 25


@require_http_methods(["GET", "HEAD", "POST"])
def demander(request: Requete, pk: int) -> HttpResponse:
    """The history, read by the members; its administrators ask for a change."""
    siens = [appartenance.partenaire_id for appartenance in request.user.mes_appartenances]
    porteurs = Partenaire.objects.porteurs().select_related("commune")
    partenaire = get_object_or_404(porteurs.filter(pk__in=siens), pk=pk)
    if request.method == "POST":
        droits.peut_administrer.exiger(request.user, partenaire)
    form = RectificationForm(saisie(request), fichiers_saisis(request), partenaire=partenaire)
    if request.method == "POST" and form.is_valid():
        with refus_sur(form):
            actes.demander(
                partenaire, **form.cleaned_data, par=request.user, recu_le=request.recu_le
            )
            messages.success(
                request,
                "Votre demande est envoyée au service. Rien ne change avant sa réponse, que vous "
                "recevrez par courriel.",
            )
            return redirect("partenaires:rectifier", pk=pk)
    return afficher(
        request,
        "partenaires/rectifier.html",
        {
            "partenaire": partenaire,
            "form": form,
            "peut_administrer": droits.peut_administrer(request.user, partenaire),
            "rectifications": partenaire.rectifications.select_related(
                "demandee_par", "tranchee_par"
            ),
        },
        form,
    )


@require_GET
def attendues(request: Requete) -> HttpResponse:
    """What organisations ask, the oldest first."""
    en_attente = Rectification.objects.en_attente().select_related("partenaire", "demandee_par")
    pages = Paginator(en_attente.order_by("demandee_le", "pk"), PAR_PAGE)
    return render(
        request,
        "partenaires/rectifications.html",
        {"page": pages.get_page(request.GET.get("page"))},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def repondre(request: Requete, pk: int) -> HttpResponse:
    """One request: before, after, the document; agreed or refused."""
    rectification = get_object_or_404(
        Rectification.objects.select_related("partenaire", "demandee_par", "tranchee_par"), pk=pk
    )
    form = ReponseForm(saisie(request))
    if request.method == "POST" and form.is_valid():
        with refus_sur(form):
            messages.success(request, _trancher(request, rectification, form))
            return redirect("partenaires:rectifications")
    return afficher(
        request,
        "partenaires/rectification.html",
        {"rectification": rectification, "form": form},
        form,
    )


def _trancher(request: Requete, rectification: Rectification, form: ReponseForm) -> str:
    """Do what the button says; the sentence that tells it. Raises the `Refus` of the act."""
    if "refuser" in request.POST:
        actes.refuser(
            rectification,
            reponse=form.cleaned_data["reponse"],
            par=request.user,
            recu_le=request.recu_le,
        )
        return f"La demande {de(rectification.partenaire)} est refusée ; un message le lui dit."
    actes.accepter(rectification, par=request.user, recu_le=request.recu_le)
    return f"C’est changé : {rectification.get_champ_display()}, {rectification.apres}."


@require_GET
def document(request: Requete, pk: int) -> HttpResponseBase:
    """The document joined to a request, as an attachment."""
    rectification = get_object_or_404(Rectification.objects.exclude(document=""), pk=pk)
    with rectification.document.open("rb") as fichier:
        contenu = fichier.read()
    try:
        quarantaine.exiger(rectification.document_sha256, contenu)
    except quarantaine.FichierRetenu as retenu:
        contexte = {"phrase": retenu.phrase}
        return render(request, "partenaires/justificatif_retenu.html", contexte, status=409)
    return FileResponse(
        BytesIO(contenu),
        as_attachment=True,
        filename=rectification.document_nom,
        content_type="application/octet-stream",
        headers={"Content-Security-Policy": "sandbox; default-src 'none'"},
    )
