"""Agents edit the public pages: write, look, publish, undo; the journal says who and when."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import models, transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import resolve
from django.views.decorators.http import require_GET, require_http_methods

from partenaires.contenus import revisions
from partenaires.contenus.forms.registre import CONTENUS, Contenu, differences
from partenaires.models import Revision, Service
from partenaires.socle import droits
from partenaires.socle.entree import Requete
from partenaires.socle.vues.formulaire import (
    afficher,
    fichiers_saisis,
    numero_lu,
    refus_en_message,
    refus_sur,
    saisie,
)
from quartiers.models import Parution

PAR_PAGE = 25


def _genre(cle: str) -> Contenu:
    if cle not in CONTENUS:
        raise Http404
    return CONTENUS[cle]


@require_GET
def contenus(request: Requete) -> HttpResponse:
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
def liste(request: Requete, genre: str) -> HttpResponse:
    """The rows of one kind."""
    contenu = _genre(genre)
    if genre == "service":
        return redirect("partenaires:contenu", genre=genre, pk=Service.actuel().pk)
    ouvertes = Revision.objects.ouvertes().filter(contenu=genre)
    brouillons = {brouillon.objet: brouillon for brouillon in ouvertes}
    page = Paginator(contenu.objets(), PAR_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "partenaires/contenus_liste.html",
        {
            "genre": genre,
            "contenu": contenu,
            "page": page,
            "lignes": [(objet, brouillons.get(objet.pk)) for objet in page],
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def modifier(request: Requete, genre: str, pk: int) -> HttpResponse:
    """Write what a content should become; the open draft comes back where it was left."""
    contenu = _genre(genre)
    objet = get_object_or_404(contenu.objets(), pk=pk)
    brouillon = Revision.objects.ouvertes().filter(contenu=genre, objet=objet.pk).first()
    if brouillon and request.method != "POST":
        revisions.poser(objet, brouillon.apres)
    return _ecrire(request, genre, contenu, objet, brouillon)


@require_http_methods(["GET", "HEAD", "POST"])
def nouveau(request: Requete, genre: str) -> HttpResponse:
    """Write a new content, or go on with the draft of one."""
    contenu = _genre(genre)
    if not contenu.nouveau:
        raise Http404
    objet = contenu.creer()
    brouillon = None
    if "reprendre" in request.GET:
        reprise = numero_lu(request.GET["reprendre"])
        ouvertes = Revision.objects.ouvertes().filter(contenu=genre, objet=None)
        brouillon = ouvertes.filter(pk=reprise).first()
    if brouillon and request.method != "POST":
        revisions.poser(objet, brouillon.apres)
    return _ecrire(request, genre, contenu, objet, brouillon)


def _ecrire(
    request: Requete, genre: str, contenu: Contenu, objet: models.Model, brouillon: Revision | None
) -> HttpResponse:
    """The form of a content; what it says becomes a draft, shown before it is published."""
    form = contenu.form(saisie(request), fichiers_saisis(request), instance=objet)
    if request.method == "POST" and form.is_valid():
        with refus_sur(form):
            revision = revisions.ecrire(
                genre,
                form.preparer(),
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
def revision(request: Requete, pk: int) -> HttpResponse:
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
def apercu(request: Requete, pk: int) -> HttpResponse:
    """The public page as it would be."""
    revision = get_object_or_404(Revision.objects.ouvertes(), pk=pk)
    try:
        with refus_en_message(request):
            return _page_changee(request, revision)
    except Http404:
        messages.info(
            request, "Ce contenu n’est pas visible du public : il n’y a pas de page à montrer."
        )
    return redirect("partenaires:revision", pk=pk)


def _page_changee(request: Requete, revision: Revision) -> HttpResponse:
    """The change is written, the page made, the change taken back."""
    contenu = _genre(revision.contenu)
    request.apercu = revision
    # No page has this number: nothing of it stays in memory
    request.parution = Parution(numero=-revision.pk, le=request.recu_le)
    with transaction.atomic():
        objet = revisions.appliquer(revision, contenu.modele, contenu.creer())
        vue = resolve(contenu.page(objet))
        reponse = vue.func(request, *vue.args, **vue.kwargs)
        transaction.set_rollback(True)
    return reponse


def publier(request: Requete, pk: int) -> HttpResponse:
    """Everybody sees the change from now on."""
    revision, contenu = _a_publier(request, pk)
    with _refus_dits(request):
        revisions.publier(
            revision, contenu.modele, contenu.creer(), par=request.user, recu_le=request.recu_le
        )
        messages.success(request, "Le changement est publié.")
    return redirect("partenaires:revision", pk=pk)


def annuler(request: Requete, pk: int) -> HttpResponse:
    """Give back what was before."""
    revision, contenu = _a_publier(request, pk)
    with _refus_dits(request):
        retour = revisions.annuler(
            revision, contenu.modele, contenu.retrait, par=request.user, recu_le=request.recu_le
        )
        messages.success(request, "Ce qui était publié avant est rétabli.")
        return redirect("partenaires:revision", pk=retour.pk)
    return redirect("partenaires:revision", pk=pk)


def _a_publier(request: Requete, pk: int) -> tuple[Revision, Contenu]:
    """A change and its kind, for whoever may publish it: others 403."""
    revision = get_object_or_404(Revision, pk=pk)
    contenu = _genre(revision.contenu)
    droits.peut_publier_contenu.exiger(request.user, contenu.est_reserve)
    return revision, contenu


@contextmanager
def _refus_dits(request: Requete) -> Iterator[None]:
    """What refuses is said on the next page; a change already closed is no mistake of anybody."""
    with refus_en_message(request):
        try:
            yield
        except revisions.RevisionFermee as fermee:
            messages.info(request, fermee.phrase)


def abandonner(request: Requete, pk: int) -> HttpResponse:
    """Drop a draft."""
    brouillon = get_object_or_404(Revision, pk=pk)
    revisions.abandonner(brouillon, recu_le=request.recu_le)
    messages.success(request, "Le brouillon est abandonné ; le journal le garde.")
    return redirect("partenaires:contenus_liste", genre=brouillon.contenu)


@require_GET
def journal(request: Requete) -> HttpResponse:
    """Every published change, the latest first."""
    publiees = Revision.objects.publiees().avec_leurs_auteurs()
    return render(
        request,
        "partenaires/journal.html",
        {"page": Paginator(publiees, PAR_PAGE).get_page(request.GET.get("page"))},
    )
