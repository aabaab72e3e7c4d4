"""The outbox of a call: letters prepared, reviewed by lot and by sample, released by the lines
ticked.
"""

from django.contrib import messages
from django.core.paginator import Page
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from appels.decision import boite as regles
from appels.decision.actions import lettres as actes
from appels.decision.boite import Boite
from appels.decision.forms.diffusions import LiberationForm, en_versions
from appels.decision.refus_des_lettres import LotChange
from appels.decision.vues.envois import dire_la_diffusion, financeurs_de, lu, parmi
from appels.decision.vues.laisses import dire_les_laisses
from appels.models import Appel, Diffusion, Dossier, GenreDiffusion, Lettre
from appels.models.dossiers import DossierQuerySet
from appels.models.financement import D_UN_FINANCEUR
from appels.models.lettre import LettreQuerySet
from appels.socle import droits, pdf
from appels.socle.requete import Requete
from appels.socle.vues.adresse import feuille
from partenaires.socle.vues.formulaire import afficher, refus_en_message, refus_sur, saisie
from quartiers.francais import accorder

PAR_PAGE = 30


@require_http_methods(["GET", "HEAD", "POST"])
def boite(request: Requete, pk: int) -> HttpResponse:
    """The outbox of a call: prepare what is missing, review a lot, release the lines ticked."""
    appel = get_object_or_404(Appel.objects.du_portail(), pk=pk)
    if request.method == "POST" and "preparer" in request.POST:
        with refus_en_message(request):
            _preparer(request, appel)
        return redirect(request.get_full_path())
    financeur, decision = lu(request, "financeur"), request.GET.get("decision", "")
    lisibles = Dossier.objects.lus_pour_le_service(request.user).deposes().filter(appel=appel)
    lue = regles.lire(_en_attente(appel, lisibles), financeur=financeur, decision=decision)
    form = LiberationForm(
        saisie(request),
        boite=lue,
        lignes=Lettre.objects.filter(financement__dossier__appel=appel),
        du_filtre=[lettre.pk for lettre in lue.pretes] if financeur else None,
    )
    if request.method == "POST":
        droits.peut_liberer_les_lettres.exiger(request.user)
        if form.is_valid():
            with refus_sur(form):
                _liberer(request, appel, form, lue)
                return redirect(request.get_full_path())
    page = _page(request, appel, lisibles, lue)
    return afficher(
        request,
        "appels/decision/lettres.html",
        {
            "appel": appel,
            "form": form,
            "boite": lue,
            "filtres": {
                "financeur": financeur,
                "financeurs": financeurs_de(appel),
                "decision": decision,
                "decisions": [(une.value, une.label) for une in D_UN_FINANCEUR],
            },
            "lots": regles.compter_les_parties(lue, _du_service(appel, lisibles)),
            "relecture": _a_relire(request, lue),
            "peut_liberer": droits.peut_liberer_les_lettres(request.user),
            "a_preparer": actes.a_preparer(appel).filter(dossier__in=lisibles).count(),
            "page": page,
            "montrees": en_versions(page),
            "prevues": Diffusion.objects.prevues()
            .filter(appel=appel, genre=GenreDiffusion.LETTRES)
            .annotate(nombre=Count("lettres"))
            .select_related("par"),
        },
        form,
    )


def _du_service(appel: Appel, lisibles: DossierQuerySet) -> LettreQuerySet:
    """By their call too: the database counts them without reading any other."""
    return Lettre.objects.filter(
        financement__dossier__appel=appel, financement__dossier__in=lisibles
    )


def _en_attente(appel: Appel, lisibles: DossierQuerySet) -> LettreQuerySet:
    """With all that says whether each may leave, and what its template says."""
    return actes.pour_partir(_du_service(appel, lisibles).en_attente()).select_related(
        "prise",
        "diffusion",
        "gabarit",
        "financement__dossier__porteur__fiche",
        "financement__dossier__appel",
        "financement__partenaire",
    )


def _a_relire(request: Requete, lue: Boite) -> list[dict]:
    """The sample, each letter as its organisation will read it."""
    if not droits.peut_liberer_les_lettres(request.user):
        return []
    return [
        pdf.contexte_de_la_lettre(lettre) | {"ecarts": regles.ecarts(lettre)}
        for lettre in lue.echantillon
    ]


def _page(request: Requete, appel: Appel, lisibles: DossierQuerySet, lue: Boite) -> Page:
    """The letters of the filter, those that left included; each says what holds it, and whether it
    differs from its template.
    """
    de_l_appel = _du_filtre(Lettre.objects.filter(financement__dossier__appel=appel), lue)
    nombre = de_l_appel.filter(financement__dossier__in=lisibles).count()
    du_service = de_l_appel.filter(parmi(lisibles, "financement__dossier"))
    lignes = du_service.select_related(
        "financement__dossier__porteur",
        "financement__dossier__appel",
        "financement__partenaire",
        "prise",
        "diffusion",
        "gabarit",
    ).order_by("financement__dossier__numero", "-pk")
    page = feuille(lignes, request.GET.get("page"), PAR_PAGE, nombre=nombre)
    for lettre in page:
        lettre.raison = lue.retenues.get(lettre.pk, "")
        lettre.differe = not lettre.ecartee_le and regles.differe(lettre)
    return page


def _du_filtre(lettres_lues: LettreQuerySet, lue: Boite) -> LettreQuerySet:
    """Those of the funder and of the outcome that the address names."""
    if lue.financeur:
        lettres_lues = lettres_lues.filter(financement__partenaire=lue.financeur)
    if lue.decision:
        lettres_lues = lettres_lues.filter(prise__decision=lue.decision)
    return lettres_lues


def _preparer(request: Requete, appel: Appel) -> None:
    """A letter for each decision without one; raises the refusal of the act."""
    bilan = actes.preparer(appel, par=request.user, recu_le=request.recu_le)
    if bilan.nombre:
        prepares = accorder(bilan.nombre, "lettre préparée", "lettres préparées")
        messages.success(request, f"{prepares} : les PDF se font à mesure.")
    dire_les_laisses(request, bilan.laisses, bilan.ecartes)
    for decision, financeur in sorted(bilan.sans_gabarit):
        messages.error(
            request,
            f"Aucun modèle pour « {decision} », {financeur} : écrivez-le, puis préparez à nouveau.",
        )


def _liberer(request: Requete, appel: Appel, form: LiberationForm, lue: Boite) -> None:
    """The letters ticked leave, now or at the instant chosen; raises the refusal of the act."""
    if form.lot_a_change:
        raise LotChange(len(lue.pretes))
    diffusion = actes.liberer(
        appel,
        form.cles,
        form.cleaned_data["nombre"],
        par=request.user,
        recu_le=request.recu_le,
        prevue_le=form.cleaned_data["prevue_le"],
        relues=form.relues,
        versions=form.versions,
    )
    envoyees = accorder(diffusion.lettres.count(), "lettre envoyée", "lettres envoyées")
    dire_la_diffusion(request, diffusion, envoyees)
