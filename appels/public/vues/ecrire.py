"""To write a contribution, without account and without script; never kept in memory."""

from uuid import UUID

from django.forms.boundfield import BoundWidget
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_http_methods, require_safe

from appels.public.pages_de_paroles import lignes
from appels.socle import reveil
from appels.socle.requete import Requete
from partenaires.concertation import limites, reperes
from partenaires.concertation.actions import contributions as actes
from partenaires.concertation.forms.contribution import ContributionForm
from partenaires.models import Consultation
from partenaires.socle.vues.formulaire import afficher, refus_sur, saisie
from quartiers import geographie
from quartiers.carte import Forme
from quartiers.geographie import Geographie
from quartiers.models import Quartier


@require_http_methods(["GET", "HEAD", "POST"])
def ecrire(request: Requete, cle: str) -> HttpResponse:
    """The form; what tells of a person is shown to its author once before it is received."""
    consultation = Consultation.objects.publiees().filter(adresse=cle).first()
    if consultation is None:
        raise Http404
    territoire = geographie.lire(request.parution)
    form = ContributionForm(
        saisie(request),
        consultation=consultation,
        quartiers=_quartiers(consultation, territoire),
        le=request.recu_le,
        initial=_quartier_de_l_adresse(request),
    )
    montres = form.a_relire() if form.is_bound and form.is_valid() else []
    if form.is_bound and form.is_valid() and not montres:
        with refus_sur(form), form.qui_sert_une_fois():
            return _recevoir(request, consultation, form)
    reponse = afficher(
        request,
        "appels/public/participer/ecrire.html",
        {
            "form": form,
            "consultation": consultation,
            "charte": lignes(consultation.charte_en_bref),
            "est_ouverte": consultation.est_ouverte(request.recu_le),
            "est_a_venir": consultation.est_a_venir(request.recu_le),
            "autres": Consultation.objects.ouvertes(request.recu_le).exclude(pk=consultation.pk),
            "quartiers_a_choisir": _avec_leur_embleme(form, territoire),
            "montres": montres,
            "promise_le": consultation.promesse(request.recu_le),
            "parait_tout_de_suite": request.user.is_authenticated and consultation.relue_ensuite,
        },
        form,
    )
    add_never_cache_headers(reponse)
    return reponse


def _quartiers(consultation: Consultation, territoire: Geographie) -> list[Quartier]:
    """Those that it is about; all of them when none was chosen."""
    choisis = set(consultation.quartiers.order_by().values_list("pk", flat=True))
    return [un for un in territoire.quartiers if not choisis or un.pk in choisis]


def _avec_leur_embleme(
    form: ContributionForm, territoire: Geographie
) -> list[tuple[BoundWidget, Forme | None]]:
    """Each choice with its silhouette; « plusieurs, ou aucun » has none."""
    emblemes = {forme["quartier"].code: forme for forme in territoire.emblemes}
    return [(choix, emblemes.get(choix.data["value"])) for choix in form["quartier"].subwidgets]


def _quartier_de_l_adresse(request: Requete) -> dict[str, str]:
    """The quartier that one comes from; the form offers it or ignores it."""
    code = request.GET.get("quartier", "")[:8]
    return {"quartier": code} if code else {}


def _recevoir(request: Requete, consultation: Consultation, form: ContributionForm) -> HttpResponse:
    limites.compter(request, "ecrire")
    compte = request.user if request.user.is_authenticated else None
    actes.recevoir(consultation, form.parole(), cle=form.cle_lue, le=request.recu_le, compte=compte)
    reveil.apres_commit("appels.envoyer_courriels")
    return redirect("appels:merci", form.cle_lue)


@require_safe
def merci(request: Requete, cle: UUID) -> HttpResponse:
    """What happens next, and the code that follows it: its address was given to nobody else."""
    contribution = actes.de_la_cle(cle)
    if contribution is None:
        raise Http404
    reponse = render(
        request,
        "appels/public/participer/merci.html",
        {
            "contribution": contribution,
            "consultation": contribution.consultation,
            "code": reperes.code_de(cle),
            "jeton": reperes.jeton("suivi", contribution.pk),
        },
    )
    return discrete(reponse)


def discrete(reponse: HttpResponse) -> HttpResponse:
    """A page of one person: in no memory, in no search engine."""
    add_never_cache_headers(reponse)
    reponse["X-Robots-Tag"] = "noindex"
    return reponse
