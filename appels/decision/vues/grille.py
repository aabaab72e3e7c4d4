"""The grid of a call, and each person's reading of a dossier: the others' once mine is given."""

from django.contrib import messages
from django.http import StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods

from appels.decision import grille
from appels.decision.actions import lectures as actes
from appels.decision.forms.grille import CotationForm, CriteresFormSet
from appels.instruction.actions import tables
from appels.models import Appel, Dossier, Lecture
from appels.socle import droits, exports
from partenaires.socle.vues.formulaire import afficher, refus_en_message, refus_sur, saisie


@require_http_methods(["GET", "HEAD", "POST"])
def modifier(request, pk):
    """The criteria of a call, their help, scale and weight."""
    appel = get_object_or_404(Appel.objects.du_portail(), pk=pk)
    if request.method == "POST" and "proposer" in request.POST:
        actes.proposer_une_grille(appel)
        return redirect("appels:grille_de_l_appel", pk=pk)
    formulaires = CriteresFormSet(saisie(request), instance=appel, prefix="criteres")
    if request.method == "POST" and formulaires.is_valid():
        with refus_en_message(request):
            tables.ecrire(formulaires, recu_le=request.recu_le)
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
    if request.method == "POST":
        droits.peut_noter.exiger(request.user)
    lecture = Lecture.objects.filter(dossier=dossier, lecteur=request.user).first()
    est_rendue = bool(lecture and lecture.rendue_le)
    formulaires = _formulaires(
        request,
        dossier.appel,
        lecture,
        rendre=est_rendue or "rendre" in request.POST,
    )
    if request.method == "POST" and formulaires and all([form.is_valid() for form in formulaires]):
        with refus_sur(formulaires[0]):
            _garder(request, dossier, formulaires)
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
            "synthese": grille.synthese(dossier) if est_rendue else None,
        },
        *formulaires,
    )


def _formulaires(
    request,
    appel: Appel,
    lecture: Lecture | None,
    *,
    rendre: bool,
) -> list[CotationForm]:
    """One a criterion; `rendre`: what is written must be complete."""
    cotations = lecture.cotations.all() if lecture else []
    par_critere = {cotation.critere_id: cotation for cotation in cotations}
    return [
        CotationForm(
            saisie(request),
            critere=critere,
            cotation=par_critere.get(critere.pk),
            rendre=rendre,
        )
        for critere in appel.criteres.all()
        if critere.est_propose or critere.pk in par_critere
    ]


def _garder(request, dossier: Dossier, formulaires: list[CotationForm]) -> None:
    """Keep the scores, given or not yet; raises the refusal of the act."""
    ecrites = [form.cotation() for form in formulaires]
    rendre = formulaires[0].rendre
    actes.coter(
        dossier,
        [cotation for cotation in ecrites if cotation],
        rendre=rendre,
        par=request.user,
        recu_le=request.recu_le,
    )
    if rendre:
        messages.success(request, "La lecture est rendue : celles des autres se lisent ci-dessous.")
    else:
        messages.success(
            request,
            "Vos notes sont gardées pour vous ; rendez-les quand elles sont complètes.",
        )


@require_GET
def exporter(request, pk):
    """Scores and reasons of a call, row by row, where I have given mine."""
    visibles = Dossier.objects.instruits_par(request.user)
    appel = get_object_or_404(Appel.objects.du_portail(), pk=pk)
    lectures = grille.exportables(visibles, request.user, appel).iterator(chunk_size=500)
    reponse = StreamingHttpResponse(
        exports.flux_csv(grille.COLONNES, grille.lignes(lectures, list(appel.criteres.all()))),
        content_type="text/csv; charset=utf-8",
    )
    reponse["Content-Disposition"] = content_disposition_header(
        True, f"lectures-{appel.repere}.csv"
    )
    return reponse
