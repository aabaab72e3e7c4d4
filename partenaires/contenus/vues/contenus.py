"""Agents edit the public pages: write, look, publish, undo; the journal says who and when."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import IntegrityError, transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import resolve
from django.views.decorators.http import require_GET, require_http_methods

from partenaires.contenus import revisions
from partenaires.contenus.forms.registre import CONTENUS, Contenu, differences
from partenaires.models import Revision, Service
from partenaires.socle import droits, fichiers
from partenaires.socle.vues.formulaire import afficher
from quartiers.models import Parution

PAR_PAGE = 25
CHANGE = (
    "Un autre changement de ce contenu a été publié entre-temps. Relisez-le, puis "
    "enregistrez à nouveau : "
    "rien n’a été publié."
)


def _genre(cle: str) -> Contenu:
    if cle not in CONTENUS:
        raise Http404
    return CONTENUS[cle]


@require_GET
def contenus(request):
    """Every kind of content, the open drafts, the last changes."""
    return render(
        request,
        "partenaires/contenus.html",
        {
            "genres": CONTENUS.items(),
            "brouillons": Revision.objects.ouvertes().avec_leurs_auteurs(),
            "dernieres": Revision.objects.publiees().avec_leurs_auteurs()[:5],
        },
    )


@require_GET
def liste(request, genre):
    """The rows of one kind."""
    contenu = _genre(genre)
    if genre == "service":
        return redirect("partenaires:contenu", genre=genre, pk=Service.actuel().pk)
    ouvertes = {r.objet: r for r in Revision.objects.ouvertes().filter(contenu=genre)}
    page = Paginator(contenu.objets(), PAR_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "partenaires/contenus_liste.html",
        {
            "genre": genre,
            "contenu": contenu,
            "page": page,
            "lignes": [(o, ouvertes.get(o.pk)) for o in page],
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def modifier(request, genre, pk):
    """Write what a content should become; the open draft comes back where it was left."""
    contenu = _genre(genre)
    objet = get_object_or_404(contenu.objets(), pk=pk)
    brouillon = Revision.objects.ouvertes().filter(contenu=genre, objet=objet.pk).first()
    if brouillon and request.method != "POST":
        revisions.poser(objet, brouillon.apres)
    return _ecrire(request, genre, contenu, objet, brouillon)


@require_http_methods(["GET", "HEAD", "POST"])
def nouveau(request, genre):
    """Write a new content, or go on with the draft of one."""
    contenu = _genre(genre)
    if not contenu.nouveau:
        raise Http404
    objet, reprise = contenu.creer(), request.GET.get("reprendre", "")
    brouillon = (
        Revision.objects.ouvertes().filter(contenu=genre, objet=None, pk=reprise).first()
        if reprise.isascii() and reprise.isdigit() and len(reprise) < 10
        else None
    )
    if brouillon and request.method != "POST":
        revisions.poser(objet, brouillon.apres)
    return _ecrire(request, genre, contenu, objet, brouillon)


def _ecrire(request, genre: str, contenu: Contenu, objet, brouillon: Revision | None):
    envoye = request.method == "POST"
    form = contenu.form(
        request.POST if envoye else None, request.FILES if envoye else None, instance=objet
    )
    if envoye and form.is_valid():
        try:
            prepare = form.preparer()
        except OSError:
            form.add_error(None, fichiers.PLUS_DE_PLACE)
        else:
            revision = revisions.ecrire(
                genre,
                prepare,
                contenu.champs,
                remplace=brouillon,
                par=request.user,
                recu_le=request.recu_le,
            )
            return redirect("partenaires:revision", pk=revision.pk)
    return afficher(
        request,
        "partenaires/contenu.html",
        {"form": form, "genre": genre, "contenu": contenu, "objet": objet, "brouillon": brouillon},
        form,
    )


@require_GET
def revision(request, pk):
    """A change: before, after, by whom; look at it, publish it, undo it."""
    revision = get_object_or_404(Revision.objects.avec_leurs_auteurs(), pk=pk)
    contenu = _genre(revision.contenu)
    return render(
        request,
        "partenaires/revision.html",
        {
            "revision": revision,
            "contenu": contenu,
            "peut_publier": droits.peut_publier_contenu(request.user, contenu.est_reserve),
            "differences": differences(contenu, revision.avant, revision.apres),
        },
    )


@require_GET
def apercu(request, pk):
    """The public page as it would be: the change is written, the page made, the change taken
    back.
    """
    revision = get_object_or_404(Revision.objects.ouvertes(), pk=pk)
    contenu = _genre(revision.contenu)
    request.apercu = revision
    request.parution = Parution(
        numero=-revision.pk, le=request.recu_le
    )  # nothing of it stays in memory
    try:
        with transaction.atomic():
            objet = revisions.appliquer(revision, contenu.modele, contenu.creer())
            vue = resolve(contenu.page(objet))
            reponse = vue.func(request, *vue.args, **vue.kwargs)
            transaction.set_rollback(True)
    except (revisions.ContenuChange, IntegrityError):
        messages.error(request, CHANGE)
        return redirect("partenaires:revision", pk=pk)
    except Http404:
        messages.info(
            request, "Ce contenu n’est pas visible du public : il n’y a pas de page à montrer."
        )
        return redirect("partenaires:revision", pk=pk)
    return reponse


def _conclure(request, pk: int, geste):
    """Publish or undo, when the person may; the refusals in words."""
    revision = get_object_or_404(Revision, pk=pk)
    contenu = _genre(revision.contenu)
    if not droits.peut_publier_contenu(request.user, contenu.est_reserve):
        raise PermissionDenied("La ou le responsable du service publie ces textes.")
    try:
        resultat, phrase = geste(revision, contenu)
    except (revisions.ContenuChange, IntegrityError):
        messages.error(request, CHANGE)
        return redirect("partenaires:revision", pk=pk)
    except revisions.RevisionFermee:
        messages.info(request, "Ce changement est déjà publié ou abandonné.")
        return redirect("partenaires:revision", pk=pk)
    messages.success(request, phrase)
    return redirect("partenaires:revision", pk=resultat.pk)


def publier(request, pk):
    """Everybody sees the change from now on."""
    return _conclure(
        request,
        pk,
        lambda revision, contenu: (
            revisions.publier(
                revision, contenu.modele, contenu.creer(), par=request.user, recu_le=request.recu_le
            ),
            "Le changement est publié.",
        ),
    )


def annuler(request, pk):
    """Give back what was before."""

    def geste(revision, contenu):
        if revision.publiee_le is None:
            raise revisions.RevisionFermee
        return revisions.annuler(
            revision, contenu.modele, contenu.retrait, par=request.user, recu_le=request.recu_le
        ), "Ce qui était publié avant est rétabli."

    return _conclure(request, pk, geste)


def abandonner(request, pk):
    """Drop a draft."""
    brouillon = get_object_or_404(Revision, pk=pk)
    revisions.abandonner(brouillon, recu_le=request.recu_le)
    messages.success(request, "Le brouillon est abandonné ; le journal le garde.")
    return redirect("partenaires:contenus_liste", genre=brouillon.contenu)


@require_GET
def journal(request):
    """Every published change, the latest first."""
    publiees = Revision.objects.publiees().avec_leurs_auteurs()
    return render(
        request,
        "partenaires/journal.html",
        {"page": Paginator(publiees, PAR_PAGE).get_page(request.GET.get("page"))},
    )
