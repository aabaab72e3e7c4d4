"""The public side: home, quartier, call, questions, eligibility, legal pages, health."""

from datetime import timedelta

from celery import current_app
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import FileResponse, Http404, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from appels import questions as toutes_les_questions
from appels.forms.eligibilite import EligibiliteForm
from appels.models import Appel, Battement, DocumentDemande
from partenaires.models import Envoi, Genre
from quartiers import carte
from quartiers.models import Axe, ChiffreCle, Commune, Quartier

BATTEMENT_MAX = timedelta(minutes=10)


@require_GET
def accueil(request):
    """The territory, the state of the call with its one action, the axes, the figures."""
    communes = list(Commune.objects.prefetch_related("quartiers"))
    quartiers = {q.pk: q for commune in communes for q in commune.quartiers.all()}
    tries = sorted(quartiers.values(), key=lambda q: q.nom_court)
    for quartier in tries:
        quartier.ses_communes = " et ".join(
            str(c) for c in communes if any(q.pk == quartier.pk for q in c.quartiers.all()))
    return render(request, "appels/accueil.html", {
        "carte": carte.dessiner(communes, tries), "quartiers": tries, "axes": Axe.objects.all(),
        "chiffres": ChiffreCle.objects.filter(est_affiche=True).select_related("source")})


@require_GET
def quartier(request, code):
    """A quartier: where, how many people, from which source."""
    quartier = get_object_or_404(
        Quartier.objects.select_related("source_contour", "source_population").prefetch_related("communes"), code=code)
    return render(request, "quartiers/quartier.html", {
        "quartier": quartier, "carte": carte.dessiner(Commune.objects.all(), [quartier], list(Quartier.objects.all()))})


@require_GET
def appel(request):
    """The call: dates, rules, documents, how it works."""
    une = Appel.objects.a_la_une(request.recu_le)
    return render(request, "appels/appel.html", {
        "appel": une, "est_ouvert": une is not None and une.est_ouvert(request.recu_le),
        "regles": une.regles_actives().values() if une else (),
        "documents": une.documents.all() if une else (),
        "financeurs": une.financeurs.select_related("partenaire") if une else ()})


@require_GET
def modele(request, pk):
    """The model of a document asked by a published call."""
    publies = Appel.objects.publies()
    document = get_object_or_404(DocumentDemande.objects.filter(appel__in=publies).exclude(modele=""), pk=pk)
    return FileResponse(document.modele.open("rb"), as_attachment=True, filename=document.nom_du_modele)


@require_GET
def questions(request):
    """All the questions, before signing in."""
    une = Appel.objects.a_la_une(request.recu_le)
    genre = request.GET.get("pour", Genre.ASSOCIATION)
    if genre not in toutes_les_questions.GENRES:
        raise Http404
    return render(request, "appels/questions.html", {
        "appel": une, "genre": genre,
        "parties": toutes_les_questions.sans_base(une, genre) if une else [],
        "documents": [d for d in une.documents.all() if d.genre in ("", genre)] if une else []})


@require_GET
def eligibilite(request):
    """A few questions, an explained answer, never a dead end. Nothing is kept."""
    form = EligibiliteForm(request.GET or None)
    reponses = form.reponses() if form.is_bound and form.is_valid() else None
    return render(request, "appels/eligibilite.html", {"form": form, "reponses": reponses},
                  status=422 if form.is_bound and not form.is_valid() else 200)


@require_GET
def mentions_legales(request):
    return render(request, "appels/mentions_legales.html")


@require_GET
def donnees_personnelles(request):
    return render(request, "appels/donnees_personnelles.html")


@require_GET
def accessibilite(request):
    return render(request, "appels/accessibilite.html")


@require_GET
def courriels_de_la_demo(request):
    """The mails that the demonstration writes, readable; does not exist elsewhere."""
    if settings.MODE != "demo":
        raise Http404
    return render(request, "appels/courriels_demo.html",
                  {"envois": Envoi.objects.select_related("courriel")[:100]})


@never_cache
@require_GET
def vivant(request):
    """The process answers."""
    return JsonResponse({"etat": "vivant"})


@never_cache
@require_GET
def pret(request):
    """Database, broker, age of the last beat: 503 when one of them is missing."""
    etat = {"base": _base(), "courtier": _courtier(), "battement": _battement(request.recu_le)}
    return JsonResponse(etat, status=200 if all(valeur == "ok" for valeur in etat.values()) else 503)


def _base() -> str:
    try:
        with connection.cursor() as curseur:
            curseur.execute("SELECT 1")
        return "ok"
    except DatabaseError:
        return "absente"


def _courtier() -> str:
    try:
        with current_app.connection_for_write() as lien:
            lien.ensure_connection(max_retries=1, timeout=2)
        return "ok"
    except Exception:
        return "absent"


def _battement(instant) -> str:
    try:
        dernier = Battement.objects.filter(nom="beat").first()
    except DatabaseError:
        return "inconnu"
    if dernier is None:
        return "jamais"
    return "ok" if instant - dernier.le <= BATTEMENT_MAX else "en retard"
