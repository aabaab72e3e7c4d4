"""What the contract says: axes, documents, figures, partners."""

from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from appels.models import FinanceurAppel
from appels.socle.cache_public import page_publique
from partenaires.models import Genre, Page, Partenaire, Texte
from quartiers import geographie
from quartiers.models import Axe, ChiffreCle, Document

GROUPES = [
    ("Les copilotes", (Genre.CUA,)),
    ("Les services de l’État", (Genre.ETAT,)),
    ("Les cinq communes signataires", (Genre.COMMUNE,)),
    ("La Région et le Département", (Genre.REGION, Genre.DEPARTEMENT)),
    (
        "Les institutions signataires",
        (Genre.CAF, Genre.BAILLEUR, Genre.ARS, Genre.CONSULAIRE, Genre.CPAM, Genre.BANQUE),
    ),
    ("Les associations", (Genre.ASSOCIATION,)),
    ("Les collectifs d’habitantes et d’habitants", (Genre.COLLECTIF,)),
    ("Autres partenaires", (Genre.SERVICE, Genre.AUTRE)),
]


@page_publique
def contrat(request):
    """What it is, until when, who leads it, who it is for."""
    return render(
        request,
        "appels/public/contrat/contrat.html",
        {
            "axes": Axe.objects.all(),
            "documents": Document.objects.publies(),
            "textes": [t for t in Texte.objects.de(Page.CONTRAT) if t.contenu],
            "geographie": geographie.lire(request.parution),
        },
    )


@page_publique
def axe(request, cle):
    """An axis and its objectives."""
    axes = list(Axe.objects.all())
    axe = next((a for a in axes if a.cle == cle), None)
    if axe is None:
        raise Http404
    return render(
        request,
        "appels/public/contrat/axe.html",
        {
            "axe": axe,
            "autres": [a for a in axes if a != axe],
            "objectifs": axe.objectifs.publies().select_related("source"),
        },
    )


@page_publique
def documents(request):
    return render(
        request, "appels/public/contrat/documents.html", {"documents": Document.objects.publies()}
    )


@page_publique
def document(request, cle):
    """The words of a document, and its file."""
    return render(
        request,
        "appels/public/contrat/document.html",
        {"document": get_object_or_404(Document.objects.publies(), cle=cle)},
    )


@require_safe
def document_fichier(request, cle):
    """The file as it was given; always a download."""
    document = get_object_or_404(Document.objects.publies().exclude(fichier=""), cle=cle)
    return FileResponse(
        document.fichier.open("rb"),
        as_attachment=True,
        content_type=document.mime,
        filename=document.nom_fichier,
    )


@page_publique
def chiffres(request):
    """The figures, where they come from, why sources differ; each chart with its table."""
    territoire = geographie.lire(request.parution)
    chiffres = list(ChiffreCle.objects.select_related("source"))
    return render(
        request,
        "appels/public/contrat/chiffres.html",
        {
            "chiffres": chiffres,
            "publie": next((c for c in chiffres if c.cle == "population-qpv"), None),
            "quartiers": sorted(territoire.quartiers, key=lambda q: -q.population),
            "somme": sum(q.population for q in territoire.quartiers),
            "plus_grand": max((q.population for q in territoire.quartiers), default=1),
        },
    )


@page_publique
def partenaires(request):
    """Who takes part, by role, and whom one may ask in the call."""
    tous = list(Partenaire.objects.affiches())
    appel = request.appel_a_la_une
    sollicites = set(
        FinanceurAppel.objects.filter(appel=appel).values_list("partenaire_id", flat=True)
    )
    groupes = [(nom, [p for p in tous if p.genre in genres]) for nom, genres in GROUPES]
    return render(
        request,
        "appels/public/contrat/partenaires.html",
        {
            "groupes": [(nom, membres) for nom, membres in groupes if membres],
            "sollicites": sollicites,
            "appel": appel,
        },
    )
