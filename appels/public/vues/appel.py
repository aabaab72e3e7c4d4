"""The call for everybody: rules, calendar, documents, questions, past calls."""

from django.contrib.syndication.views import Feed
from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.views.decorators.http import require_safe

from appels.models import Appel, DocumentDemande, Imprime
from appels.public import calendrier, frise
from appels.public import questions as toutes_les_questions
from appels.public.forms.eligibilite import EligibiliteForm
from appels.socle.cache_public import page_publique
from partenaires.models import Genre
from quartiers import geographie
from quartiers.francais import date_et_heure


@page_publique
def appel(request, annee=None):
    """The call of the day, or the one of a year: dates, rules, documents, how it works."""
    une = request.appel_a_la_une
    if annee is not None and (une is None or une.annee != annee):
        une = get_object_or_404(Appel.objects.publies(), annee=annee)
    return render(
        request,
        "appels/public/appel.html",
        {
            "appel": une,
            "est_ouvert": une is not None and une.est_ouvert(request.recu_le),
            "est_clos": une is not None and une.est_clos(request.recu_le),
            "frise": frise.dessiner(une, request.recu_le, avec_rappels=False) if une else {},
            "regles": une.regles_actives().values() if une else (),
            "documents": une.documents.all() if une else (),
            "themes": une.themes.all() if une else (),
            "prolongations": une.prolongations.all() if une else (),
            "financeurs": une.financeurs.select_related("partenaire") if une else (),
        },
    )


@page_publique
def precedents(request):
    """Every published call, the latest first."""
    return render(
        request,
        "appels/public/precedents.html",
        {
            "appels": [
                (a, a.est_ouvert(request.recu_le), a.est_clos(request.recu_le))
                for a in Appel.objects.publies()
            ]
        },
    )


@require_safe
def modele(request, pk):
    """The model of a document asked by a published call."""
    publies = Appel.objects.publies()
    document = get_object_or_404(
        DocumentDemande.objects.filter(appel__in=publies).exclude(modele=""), pk=pk
    )
    return FileResponse(
        document.modele.open("rb"), as_attachment=True, filename=document.nom_du_modele
    )


@page_publique
def questions(request):
    """All the questions, before signing in."""
    une = request.appel_a_la_une
    genre = request.GET.get("pour", Genre.ASSOCIATION)
    if genre not in toutes_les_questions.GENRES:
        raise Http404
    return render(
        request,
        "appels/public/questions.html",
        {
            "appel": une,
            "genre": genre,
            "parties": toutes_les_questions.sans_base(une, genre, geographie.lire(request.parution))
            if une
            else [],
            "documents": [d for d in une.documents.all() if d.genre in ("", genre)] if une else [],
            "imprime": Imprime.objects.filter(appel=une, genre=genre).exclude(fichier="").first()
            if une
            else None,
        },
    )


@require_safe
def questions_pdf(request, annee, genre):
    """The same questions on paper, as the worker made them."""
    imprime = get_object_or_404(
        Imprime.objects.exclude(fichier=""),
        appel__in=Appel.objects.publies(),
        appel__annee=annee,
        genre=genre,
    )
    return FileResponse(
        imprime.fichier.open("rb"),
        content_type="application/pdf",
        as_attachment=True,
        filename=imprime.nom,
    )


@page_publique
def eligibilite(request):
    """A few questions, an explained answer, never a dead end. Nothing is kept."""
    form = EligibiliteForm(request.GET or None)
    reponses = form.reponses() if form.is_bound and form.is_valid() else None
    reponse = render(
        request,
        "appels/public/eligibilite.html",
        {"form": form, "reponses": reponses},
        status=422 if form.is_bound and not form.is_valid() else 200,
    )
    if form.is_bound:
        reponse["Cache-Control"] = "no-store"
    return reponse


@page_publique
def calendrier_ics(request):
    contenu = calendrier.en_ical(list(Appel.objects.publies()), request.parution.le)
    reponse = HttpResponse(contenu, content_type="text/calendar; charset=utf-8")
    reponse["Content-Disposition"] = 'attachment; filename="appel-a-projets.ics"'
    return reponse


@page_publique
def appels_json(request):
    return JsonResponse(
        {"appels": calendrier.en_donnees(list(Appel.objects.publies()), request.recu_le)},
        json_dumps_params={"ensure_ascii": False},
    )


class FilDesAppels(Feed):
    """One entry a published call, updated when its dates or its decisions change."""

    feed_type = Atom1Feed
    title = "Appel à projets du Contrat de Ville du Grand Arras"
    subtitle = "Ouverture, clôture et décisions de chaque appel"
    author_name = "Service Cohésion Sociale, Communauté Urbaine d’Arras"

    def __init__(self, parue_le):
        self.parue_le = parue_le

    def link(self):
        return reverse("appels:appel")

    def feed_url(self):
        return reverse("appels:fil")

    def items(self):
        return Appel.objects.publies()

    def item_title(self, item):
        return item.titre

    def item_link(self, item):
        return reverse("appels:appel_annee", args=[item.annee])

    def item_guid(self, item):
        return f"tag:{calendrier.DOMAINE},2026:appel-{item.annee}"

    def item_updateddate(self, item):
        return max(
            (date for date in (item.dates_le, item.decisions_publiees_le) if date),
            default=self.parue_le,
        )

    def item_description(self, item):
        dates = [
            f"{nom} : {date_et_heure(quand)}, heure de Paris."
            for _, nom, quand in calendrier.etapes(item)
        ]
        if item.decisions_publiees_le:
            dates.append("Les projets soutenus sont publiés.")
        return " ".join(dates) or "Dates à venir : contactez le service Cohésion Sociale."


@page_publique
def fil(request):
    return FilDesAppels(request.parution.le)(request)
