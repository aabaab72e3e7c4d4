"""The grid of a call, and each person's reading of a dossier: the others' once mine is given."""

from collections.abc import Iterator
from dataclasses import replace

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from appels.decision import grille
from appels.decision.actions import lectures as actes
from appels.decision.forms.grille import BlocForm, CriteresFormSet, LectureVueForm, en_blocs
from appels.instruction import annees_du_porteur, autour, coup_d_oeil
from appels.instruction.actions import tables
from appels.instruction.vues import fil
from appels.instruction.vues.exports import Demande, journal_en_fichier
from appels.models import Appel, Cotation, Dossier, GenreExport, Lecture
from appels.models.grille import LectureQuerySet
from appels.socle import droits, exports
from appels.socle.requete import Requete
from appels.socle.vues.cadres import montre_les_documents
from appels.socle.vues.lecture import figee, lisible, version_montree
from partenaires.socle.vues.formulaire import afficher, refus_sur, saisie

LECTURE = "appels:lecture"


@require_http_methods(["GET", "HEAD", "POST"])
def modifier(request: Requete, pk: int) -> HttpResponse:
    """The criteria of a call, their help, scale and weight."""
    appel = get_object_or_404(Appel.objects.du_portail(), pk=pk)
    if request.method == "POST" and "proposer" in request.POST:
        actes.proposer_une_grille(appel)
        return redirect("appels:grille_de_l_appel", pk=pk)
    formulaires = CriteresFormSet(saisie(request), instance=appel, prefix="criteres")
    if request.method == "POST" and formulaires.is_valid():
        with refus_sur(formulaires):
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
@montre_les_documents
def lecture(request: Requete, pk: int) -> HttpResponse:
    """My scores beside the text; then the others', with what they give together.

    Opened from a list, it leads to the reading of the next one in it.
    """
    lus = coup_d_oeil.avec_le_mot(Dossier.objects.instruits_par(request.user))
    lus = lus.select_related("appel", "porteur", "axe")
    dossier = get_object_or_404(lus.prefetch_related("pieces", "appel__documents"), pk=pk)
    if request.method == "POST":
        droits.peut_noter.exiger(request.user)
    lecture = Lecture.objects.filter(dossier=dossier, lecteur=request.user).first()
    est_rendue = bool(lecture and lecture.rendue_le)
    rendre = est_rendue or "rendre" in request.POST or fil.SUIVANT in request.POST
    blocs = en_blocs(dossier.appel, lecture, saisie(request), rendre=rendre)
    vue = LectureVueForm(saisie(request), initial={"vue": lecture.empreinte if lecture else ""})
    place = fil.place(request, dossier, LECTURE)
    if request.method == "POST" and blocs and all([bloc.is_valid() for bloc in blocs]):
        with refus_sur(vue):
            _garder(request, dossier, blocs)
            return fil.apres_l_acte(request, place, pk, vue=LECTURE)
    demande = lisible(dossier, figee(dossier))
    instruits = Dossier.objects.instruits_par(request.user)
    passes = instruits | Dossier.objects.repris_lus_par(request.user)
    annees = annees_du_porteur.lire(dossier, passes, request.user)
    vu = coup_d_oeil.regarder(dossier, demande["contenu"], request.user, annees=annees)
    return afficher(
        request,
        "appels/decision/lecture.html",
        {
            "dossier": dossier,
            "demande_lue": demande,
            "place": place,
            "vu": replace(vu, notes_sont_lisibles=est_rendue),
            "pieces": autour.documents(dossier),
            "blocs": blocs,
            "vue": vue,
            "lecture": lecture,
            "formule": grille.FORMULE,
            "peut_noter": droits.peut_noter(request.user) and dossier.est_en_course,
            "synthese": grille.synthese(dossier) if est_rendue else None,
        },
        *[form for bloc in blocs for form in bloc.formulaires],
        vue,
    )


def _garder(request: Requete, dossier: Dossier, blocs: list[BlocForm]) -> None:
    """Keep the scores, given or not yet; raises the refusal of the act."""
    ecrites: list[Cotation] = []
    for bloc in blocs:
        cotations = [form.cotation() for form in bloc.cotations]
        ecrites += [cotation for cotation in cotations if cotation]
    rendre = blocs[0].rendre
    par_bloc = dossier.appel.un_motif_par_bloc
    actes.coter(
        dossier,
        ecrites,
        rendre=rendre,
        par=request.user,
        recu_le=request.recu_le,
        motifs={bloc.nom: bloc.texte for bloc in blocs} if par_bloc else None,
        vue=request.POST.get("vue"),
        version=version_montree(request),
    )
    if rendre:
        messages.success(request, "La lecture est rendue : celles des autres se lisent ci-dessous.")
    else:
        messages.success(
            request,
            "Vos notes sont gardées pour vous ; rendez-les quand elles sont complètes.",
        )


@require_http_methods(["GET", "HEAD", "POST"])
def exporter(request: Requete, pk: int) -> HttpResponseBase:
    """Scores and reasons of a call, row by row, where I have given mine."""
    appel = get_object_or_404(Appel.objects.du_portail(), pk=pk)
    visibles = Dossier.objects.instruits_par(request.user)
    lectures = grille.exportables(visibles, request.user, appel)
    demande = Demande(GenreExport.LECTURES, sur=str(appel), appel=appel)

    def en_csv(lectures: LectureQuerySet) -> Iterator[str]:
        rangs = grille.lignes(grille.lues_par_lots(lectures), list(appel.criteres.all()))
        return exports.flux_csv(grille.COLONNES, rangs)

    return journal_en_fichier(request, lectures, en_csv, f"lectures-{appel.repere}.csv", demande)
