"""The grid of a call, and the reading of a dossier by each person: others' scores once mine are
given.
"""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods

from appels.decision import grille
from appels.decision.actions import lectures as actes
from appels.decision.actions.decisions import HorsCourse
from appels.decision.forms.grille import CotationForm, CriteresFormSet
from appels.models import Appel, Dossier, Lecture
from appels.socle import droits, exports
from partenaires.socle.vues.formulaire import afficher, saisie


@require_http_methods(["GET", "HEAD", "POST"])
def modifier(request, pk):
    """The criteria of a call, their help, scale and weight."""
    appel = get_object_or_404(Appel, pk=pk)
    if request.method == "POST" and "proposer" in request.POST:
        actes.proposer_une_grille(appel)
        return redirect("appels:grille_de_l_appel", pk=pk)
    formulaires = CriteresFormSet(saisie(request), instance=appel, prefix="criteres")
    if request.method == "POST" and formulaires.is_valid():
        formulaires.save()
        messages.success(request, "La grille est enregistrée.")
        return redirect("appels:grille_de_l_appel", pk=pk)
    return afficher(
        request,
        "appels/decision/grille_de_l_appel.html",
        {"appel": appel, "formulaires": formulaires, "formule": grille.FORMULE},
        formulaires,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def lecture(request, pk):
    """My scores; then the others', with what they give together."""
    dossier = get_object_or_404(
        Dossier.objects.instruits_par(request.user).select_related("appel", "porteur"), pk=pk
    )
    if request.method == "POST" and not droits.peut_noter(request.user):
        raise PermissionDenied("Seules les personnes qui instruisent ou donnent un avis notent.")
    lecture = Lecture.objects.filter(dossier=dossier, lecteur=request.user).first()
    miennes = {c.critere_id: c for c in lecture.cotations.all()} if lecture else {}
    rendre = "rendre" in request.POST or bool(lecture and lecture.rendue_le)
    formulaires = [
        CotationForm(
            saisie(request),
            critere=critere,
            cotation=miennes.get(critere.pk),
            rendre=rendre,
        )
        for critere in dossier.appel.criteres.all()
    ]
    if request.method == "POST" and formulaires and all([form.is_valid() for form in formulaires]):
        if _garder(request, dossier, formulaires, rendre):
            return redirect("appels:lecture", pk=pk)
    return afficher(
        request,
        "appels/decision/lecture.html",
        {
            "dossier": dossier,
            "formulaires": formulaires,
            "lecture": lecture,
            "formule": grille.FORMULE,
            "peut_noter": droits.peut_noter(request.user) and dossier.est_en_course,
            "rendues": Lecture.objects.rendues().filter(dossier=dossier).count(),
            "synthese": grille.synthese(dossier) if lecture and lecture.rendue_le else None,
        },
        *formulaires,
    )


def _garder(request, dossier, formulaires: list[CotationForm], rendre: bool) -> bool:
    """True once kept; otherwise the page says why."""
    cotations = [cotation for form in formulaires if (cotation := form.cotation())]
    try:
        actes.coter(dossier, cotations, rendre=rendre, par=request.user, recu_le=request.recu_le)
    except HorsCourse:
        formulaires[0].add_error(None, "Ce dossier n’est plus en course : rien n’est enregistré.")
        return False
    messages.success(
        request,
        "La lecture est rendue : celles des autres se lisent ci-dessous."
        if rendre
        else "Vos notes sont gardées pour vous ; rendez-les quand elles sont complètes.",
    )
    return True


@require_GET
def exporter(request, pk):
    """Scores and reasons of a call, row by row, where I have given mine."""
    siens = Dossier.objects.instruits_par(request.user)
    appel = get_object_or_404(Appel, pk=pk)
    lectures = grille.exportables(siens, request.user, appel).iterator(chunk_size=500)
    reponse = StreamingHttpResponse(
        exports.flux_csv(grille.COLONNES, grille.lignes(lectures, list(appel.criteres.all()))),
        content_type="text/csv; charset=utf-8",
    )
    reponse["Content-Disposition"] = content_disposition_header(True, f"lectures-{appel.annee}.csv")
    return reponse
