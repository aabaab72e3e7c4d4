"""The call for everybody: rules, calendar, documents, questions, past calls."""

from datetime import datetime

from django.contrib.syndication.views import Feed
from django.db.models import Max
from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from appels.models import Appel, DocumentDemande, Imprime, Publication
from appels.models.appel import AppelQuerySet, moments
from appels.public import annee, calendrier
from appels.public import questions as toutes_les_questions
from appels.public.donnees_ouvertes import dictionnaire, donnees_ouvertes, provenance
from appels.public.forms.eligibilite import EligibiliteForm, verdict
from appels.socle.cache_public import appels_publies, page_publique, page_qui_lit
from appels.socle.requete import Requete
from partenaires.models import Genre
from partenaires.socle import demonstration
from quartiers import geographie
from quartiers.francais import date_et_heure
from quartiers.francais import jour as jour_dit
from quartiers.memoire import Garde
from quartiers.models import Parution


@page_publique
def appel(request: Requete, repere: str = "") -> HttpResponse:
    """The call of the day, or the one that is named: dates, rules, documents, how it works."""
    montre = request.appel_a_la_une
    if repere and (montre is None or montre.repere != repere):
        montre = get_object_or_404(Appel.objects.publies().avec_leurs_soutiens().au_repere(repere))
    contexte: dict[str, object] = {"appel": None}
    if montre:
        autres = [autre for autre in appels_publies(request.parution) if autre.pk != montre.pk]
        contexte = _contenu_de(montre, request.recu_le)
        contexte["autres"] = moments(autres, request.recu_le).en_cours_ou_a_venir
    return render(request, "appels/public/appel.html", contexte)


def _contenu_de(appel: Appel, instant: datetime) -> dict[str, object]:
    """What a call says of itself; before the first one is published the page says it all alone."""
    return {
        "appel": appel,
        "est_ouvert": appel.est_ouvert(instant),
        "est_clos": appel.est_clos(instant),
        "etapes": annee.etapes(appel, instant),
        "regles": appel.regles_actives().values(),
        "documents": appel.documents.proposes(),
        "themes": appel.themes.all(),
        "prolongations": appel.prolongations.all(),
        "financeurs": appel.financeurs.proposes().select_related("partenaire"),
    }


@page_publique
def precedents(request: Requete) -> HttpResponse:
    """Every published call: those that are open, to come, past."""
    return render(
        request,
        "appels/public/precedents.html",
        {"moments": moments(appels_publies(request.parution), request.recu_le)},
    )


@require_safe
def modele(request: Requete, pk: int) -> FileResponse:
    """The model of a document asked by a published call."""
    publies = Appel.objects.publies()
    document = get_object_or_404(
        DocumentDemande.objects.filter(appel__in=publies).exclude(modele=""), pk=pk
    )
    return FileResponse(
        document.modele.open("rb"), as_attachment=True, filename=document.nom_du_modele
    )


@page_qui_lit("pour")
def questions(request: Requete) -> HttpResponse:
    """All the questions, before signing in."""
    appel = request.appel_a_la_une
    genre = request.GET.get("pour", Genre.ASSOCIATION)
    if genre not in toutes_les_questions.GENRES:
        raise Http404
    contexte: dict[str, object] = {"appel": appel, "genre": genre}
    if appel:
        territoire = geographie.lire(request.parution)
        mesures = toutes_les_questions.les_mesures(request.parution)
        imprimes = Imprime.objects.filter(appel=appel, genre=genre).exclude(fichier="")
        contexte |= {
            "parties": toutes_les_questions.sans_base(appel, genre, territoire, mesures),
            "documents": toutes_les_questions.documents_demandes(appel, genre),
            "imprime": imprimes.first(),
        }
    return render(request, "appels/public/questions.html", contexte)


@require_safe
def questions_pdf(request: Requete, repere: str, genre: str) -> FileResponse:
    """The same questions on paper, as the worker made them."""
    imprime = get_object_or_404(
        Imprime.objects.exclude(fichier=""),
        appel__in=Appel.objects.publies().au_repere(repere),
        genre=genre,
    )
    return FileResponse(
        imprime.fichier.open("rb"),
        content_type="application/pdf",
        as_attachment=True,
        filename=imprime.nom,
    )


@page_qui_lit("voir", *EligibiliteForm.base_fields)  # `voir`: sent, even empty
def eligibilite(request: Requete) -> HttpResponse:
    """A few questions, an explained answer, never a dead end. Nothing is kept."""
    form = EligibiliteForm(request.GET or None)
    if not form.is_bound:
        return render(request, "appels/public/eligibilite.html", {"form": form})
    contexte: dict[str, object] = {"form": form}
    if form.is_valid():
        reponses = form.reponses()
        contexte |= {
            "reponses": reponses,
            "verdict": verdict(reponses),
            "reportees": urlencode(form.cleaned_data),
        }
    reponse = render(
        request,
        "appels/public/eligibilite.html",
        contexte,
        status=422 if form.errors else 200,
    )
    reponse["Cache-Control"] = "no-store"
    return reponse


@donnees_ouvertes
@page_publique
def calendrier_ics(request: Requete) -> HttpResponse:
    """The dates of every published call, for a calendar."""
    contenu = calendrier.en_ical(list(Appel.objects.publies()), request.parution.le)
    reponse = HttpResponse(contenu, content_type="text/calendar; charset=utf-8")
    reponse["Content-Disposition"] = 'attachment; filename="appel-a-projets.ics"'
    return reponse


@donnees_ouvertes
@page_publique
def appels_json(request: Requete) -> JsonResponse:
    """The same dates, for a program."""
    appels = calendrier.en_donnees(list(Appel.objects.publies()), request.recu_le)
    dite = {**provenance(request.parution), "dictionnaire": dictionnaire()}
    contenu = demonstration.donnees({**dite, "appels": appels})
    return JsonResponse(contenu, json_dumps_params={"ensure_ascii": False})


def _dernieres_publications() -> dict[int, datetime]:
    """{call: when the last of its decisions became public}."""
    parues = Publication.objects.parues().order_by()
    par_appel = parues.values_list("prise__financement__dossier__appel")
    return dict(par_appel.annotate(derniere=Max("le")))


# Once a parution in each process: it reads every line that was published.
dernieres_publications = Garde(_dernieres_publications).lire


class FilDesAppels(Feed):
    """One entry a published call, updated when its dates or its decisions change."""

    feed_type = Atom1Feed
    title = "Appel à projets du Contrat de Ville du Grand Arras"
    subtitle = "Ouverture, clôture, étapes et décisions de chaque appel"
    author_name = "Service Cohésion Sociale, Communauté Urbaine d’Arras"

    def __init__(self, parution: Parution):
        self.parue_le = parution.le
        self.publications = dernieres_publications(parution)
        self.title = demonstration.titre(self.title)

    def link(self) -> str:
        return reverse("appels:appel")

    def feed_url(self) -> str:
        return reverse("appels:fil")

    def items(self) -> AppelQuerySet:
        return Appel.objects.publies()

    def item_title(self, item: Appel) -> str:
        return demonstration.titre(item.titre)

    def item_link(self, item: Appel) -> str:
        return reverse("appels:appel_annee", args=[item.repere])

    def item_guid(self, item: Appel) -> str:
        return f"tag:{calendrier.DOMAINE},2026:appel-{item.repere}"

    def item_updateddate(self, item: Appel) -> datetime:
        changements = [item.dates_le, self.publications.get(item.pk)]
        return max((instant for instant in changements if instant), default=self.parue_le)

    def item_description(self, item: Appel) -> str:
        dates = [
            f"{nom} : {date_et_heure(quand)}, heure de Paris."
            for _, nom, quand in calendrier.etapes(item)
        ]
        dates += [f"{nom} : {jour_dit(jour)}." for _, nom, jour in item.phases() if jour]
        if item.pk in self.publications:
            dates.append("Les projets soutenus sont publiés.")
        dites = " ".join(dates) or "Dates à venir : contactez le service Cohésion Sociale."
        return demonstration.texte(dites)


@donnees_ouvertes
@page_publique
def fil(request: Requete) -> HttpResponse:
    return FilDesAppels(request.parution)(request)
