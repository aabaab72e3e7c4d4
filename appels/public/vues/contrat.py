"""What the contract says: axes, documents, figures, partners."""

from operator import attrgetter

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from appels.models import FinanceurAppel
from appels.public import cles as cles_du_territoire
from appels.public import roles
from appels.socle.cache_public import page_publique
from appels.socle.requete import Requete
from partenaires.models import Page, Partenaire, Texte
from quartiers import geographie
from quartiers.models import Axe, ChiffreCle, Document


@page_publique
def contrat(request: Requete) -> HttpResponse:
    """What it is, until when, who leads it, who it is for."""
    return render(
        request,
        "appels/public/contrat/contrat.html",
        {
            "axes": Axe.objects.all(),
            "documents": Document.objects.publies(),
            "textes": [texte for texte in Texte.objects.de(Page.CONTRAT) if texte.contenu],
            "geographie": geographie.lire(request.parution),
        },
    )


@page_publique
def axe(request: Requete, cle: str) -> HttpResponse:
    """An axis and its objectives."""
    axes = {axe.cle: axe for axe in Axe.objects.all()}
    if cle not in axes:
        raise Http404
    axe = axes.pop(cle)
    return render(
        request,
        "appels/public/contrat/axe.html",
        {
            "axe": axe,
            "autres": list(axes.values()),
            "objectifs": axe.objectifs.publies().select_related("source"),
        },
    )


@page_publique
def documents(request: Requete) -> HttpResponse:
    """What the contract published."""
    return render(
        request, "appels/public/contrat/documents.html", {"documents": Document.objects.publies()}
    )


@page_publique
def document(request: Requete, cle: str) -> HttpResponse:
    """The words of a document, and its file."""
    return render(
        request,
        "appels/public/contrat/document.html",
        {"document": get_object_or_404(Document.objects.publies(), cle=cle)},
    )


@require_safe
def document_fichier(request: Requete, cle: str) -> FileResponse:
    """The file as it was given; always a download."""
    document = get_object_or_404(Document.objects.publies().exclude(fichier=""), cle=cle)
    return FileResponse(
        document.fichier.open("rb"),
        as_attachment=True,
        content_type=document.mime,
        filename=document.nom_fichier,
    )


@page_publique
def chiffres(request: Requete) -> HttpResponse:
    """The figures, where they come from, why sources differ; each chart with its table."""
    territoire = geographie.lire(request.parution)
    populations = [quartier.population for quartier in territoire.quartiers]
    tous = list(ChiffreCle.objects.select_related("source"))
    affiches = [chiffre for chiffre in tous if chiffre.est_affiche]
    par_cle = {chiffre.cle: chiffre for chiffre in tous}
    return render(
        request,
        "appels/public/contrat/chiffres.html",
        {
            "chiffres": tous,
            "cles": cles_du_territoire.cles(affiches),
            "source_commune": cles_du_territoire.source_commune(affiches),
            "emblemes": territoire.emblemes,
            "publie": par_cle.get("population-qpv"),
            "quartiers": sorted(territoire.quartiers, key=attrgetter("population"), reverse=True),
            "somme": sum(populations),
            "plus_grand": max(populations, default=1),
        },
    )


@page_publique
def partenaires(request: Requete) -> HttpResponse:
    """Who takes part, by role, and whom one may ask in the call."""
    appel = request.appel_a_la_une
    financeurs = FinanceurAppel.objects.proposes().filter(appel=appel)
    return render(
        request,
        "appels/public/contrat/partenaires.html",
        {
            "groupes": roles.par_role(Partenaire.objects.affiches()),
            "sollicites": set(financeurs.values_list("partenaire_id", flat=True)),
            "appel": appel,
        },
    )
