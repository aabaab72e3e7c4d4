"""What its author does of a contribution, by code or by the link of a mail.

A GET only shows: mail scanners open every link. Each act is a POST.
"""

from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from appels.public import paroles
from appels.public.vues.ecrire import discrete
from appels.socle.requete import Requete
from partenaires.concertation import limites, reperes
from partenaires.concertation.actions import contributions as actes
from partenaires.concertation.forms.contribution import CodeForm, CorrectionForm, RecoursForm
from partenaires.models import Contribution
from partenaires.socle.vues.formulaire import afficher, refus_en_message, refus_sur, saisie
from quartiers.horloge import a_paris

INCONNU = (
    "Aucune contribution ne répond à ce code. Vérifiez chaque lettre ; le code s’affiche après "
    "l’envoi, et il est dans le courriel si vous en avez donné un."
)


@require_http_methods(["GET", "HEAD", "POST"])
def suivre(request: Requete) -> HttpResponse:
    """Ask for the code; it leads to the same page as the link of the mail."""
    form = CodeForm(saisie(request))
    if form.is_bound and form.is_valid():
        with refus_sur(form):
            limites.compter(request, "code")
            contribution = actes.du_code(form.cleaned_data["code"])
            if contribution:
                return redirect("appels:suivi", reperes.jeton("suivi", contribution.pk))
            form.add_error("code", INCONNU)
    return discrete(afficher(request, "appels/public/participer/suivre.html", {"form": form}, form))


def _la_sienne(jeton: str) -> Contribution:
    contribution = actes.du_jeton(jeton)
    if contribution is None:
        raise Http404
    return contribution


@require_safe
def suivi(request: Requete, jeton: str) -> HttpResponse:
    """Where it stands, what was answered, what one may do of it."""
    return _montrer(request, jeton, _la_sienne(jeton), RecoursForm(None, le=request.recu_le))


@require_POST
def contester(request: Requete, jeton: str) -> HttpResponse:
    """Ask somebody else of the service to look again."""
    contribution = _la_sienne(jeton)
    form = RecoursForm(saisie(request), le=request.recu_le)
    if form.is_valid():
        with refus_sur(form):
            actes.contester(contribution, form.cleaned_data["texte"], le=request.recu_le)
            messages.success(
                request,
                "Votre recours est enregistré : une autre personne du service relit votre texte.",
            )
            return redirect("appels:suivi", jeton)
    return _montrer(request, jeton, contribution, form)


@require_http_methods(["GET", "HEAD", "POST"])
def corriger(request: Requete, jeton: str) -> HttpResponse:
    """Send it again without what was refused; what tells of a person is shown once more."""
    contribution = _la_sienne(jeton)
    if request.method != "POST" and not actes.peut_etre_corrigee(contribution, request.recu_le):
        return redirect("appels:suivi", jeton)
    form = CorrectionForm(saisie(request), contribution=contribution, le=request.recu_le)
    montres = form.a_relire() if form.is_bound and form.is_valid() else []
    if form.is_bound and form.is_valid() and not montres:
        with refus_sur(form):
            return _renvoyer(request, jeton, form)
    contexte = {
        "form": form,
        "contribution": contribution,
        "consultation": contribution.consultation,
        "decision": contribution.moderations.last() if contribution.est_ecartee else None,
        "jeton": jeton,
        "montres": montres,
    }
    return discrete(afficher(request, "appels/public/participer/corriger.html", contexte, form))


def _renvoyer(request: Requete, jeton: str, form: CorrectionForm) -> HttpResponse:
    limites.compter(request, "ecrire")
    actes.corriger(
        form.contribution,
        texte=form.cleaned_data["texte"],
        pseudonyme=form.cleaned_data["pseudonyme"],
        le=request.recu_le,
    )
    messages.success(request, "Votre texte corrigé est reçu : une personne du service le relit.")
    return redirect("appels:suivi", jeton)


@require_POST
def retirer(request: Requete, jeton: str) -> HttpResponse:
    """Take it away: its words and the address of its author are erased at once."""
    with refus_en_message(request):
        actes.retirer(_la_sienne(jeton), le=request.recu_le)
        messages.success(request, "Votre contribution est retirée, son texte est effacé.")
    return redirect("appels:suivi", jeton)


def _est_passee(contribution: Contribution, le: datetime) -> bool:
    """The answer was promised before today."""
    promise = contribution.reponse_promise_le
    return promise is not None and promise < a_paris(le).date()


def _montrer(
    request: Requete, jeton: str, contribution: Contribution, form: RecoursForm
) -> HttpResponse:
    """What became of a contribution, for who holds its link: passages, appeals, answer, steps."""
    passages = list(contribution.moderations.all())
    recours = {un.moderation_id: un for un in contribution.recours.all()}
    dernier = passages[-1] if passages else None
    reponse = afficher(
        request,
        "appels/public/participer/suivi.html",
        {
            "contribution": contribution,
            "consultation": contribution.consultation,
            "jeton": jeton,
            "passages": [(passage, recours.get(passage.pk)) for passage in passages],
            "dernier": dernier,
            "peut_contester": contribution.est_ecartee and dernier and dernier.pk not in recours,
            "peut_corriger": actes.peut_etre_corrigee(contribution, request.recu_le),
            "reponse_du_service": paroles.reponse_de(contribution),
            "promesse_passee": _est_passee(contribution, request.recu_le),
            "suites": list(contribution.suites.all()),
            "form": form,
        },
        form,
    )
    return discrete(reponse)
