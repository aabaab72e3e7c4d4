"""Begin from the project, without an account: six questions, a mail, then the draft."""

import json
from hashlib import sha256
from uuid import UUID

from allauth.account.utils import perform_login
from allauth.core.internal import ratelimit
from django.contrib import messages
from django.core.cache import caches
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.http import urlencode
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from appels.models import Appel, Depart
from appels.public.forms.depart import DepartForm, GarderForm, VersForm
from appels.public.forms.eligibilite import EligibiliteForm, verdict
from appels.public.vues.ecrire import discrete
from appels.redaction import accueil
from appels.redaction.actions import depart as actes
from appels.socle.requete import Requete
from appels.socle.verrous import AppelFerme
from partenaires.organismes.forms.invitations import CompteInviteForm
from partenaires.socle import comptes
from partenaires.socle.refus import Refus
from partenaires.socle.vues.formulaire import afficher, refus_sur, saisie
from quartiers import geographie
from quartiers.models import Axe

DOUBLON = 600  # seconds during which the same draft is known again
RYTHMES = {"garder": "10/h/ip,4/d/key"}
ELIGIBILITE = tuple(EligibiliteForm.base_fields)


class Trop(Refus):
    """One mail too many, for this connection or this address."""

    phrase = (
        "Beaucoup de brouillons ont été gardés en peu de temps. Vos réponses sont toujours dans la "
        "page : recommencez dans une heure."
    )


@require_http_methods(["GET", "HEAD", "POST"])
def commencer(request: Requete) -> HttpResponse:
    """The six questions; then what they say, and the address that keeps them."""
    donnees = saisie(request)
    form = _form(request, donnees)
    if donnees is None or "modifier" in donnees or not form.is_valid():
        return _questions(request, form)
    garder = GarderForm(donnees if "garder" in donnees else None)
    if garder.is_bound and garder.is_valid():
        with refus_sur(garder):
            adresse = garder.cleaned_data["adresse"]
            _garder_une_fois(request, adresse, form.reponses())
            return redirect("appels:depart_garde")
    reponse = afficher(
        request,
        "appels/public/depart/en_bref.html",
        {
            "form": form,
            "garder": garder,
            "est_ouvert": _est_ouvert(request),
            "en_bref": form.en_bref(),
            "verdict": _verdict(donnees),
            "eligibilite": _reportees(donnees),
        },
        garder,
    )
    add_never_cache_headers(reponse)
    return reponse


def _form(request: Requete, donnees: QueryDict | None) -> DepartForm:
    territoire = geographie.lire(request.parution)
    appel = Appel.objects.a_la_une(request.recu_le)
    request.appel_a_la_une = appel
    axes = list(appel.axes.all() if appel else Axe.objects.all())
    return DepartForm(
        donnees,
        axes=axes,
        quartiers=list(territoire.quartiers),
        annee=appel.annee if appel else None,
    )


def _est_ouvert(request: Requete) -> bool:
    """A dossier may be begun now: read by `_form`."""
    appel = request.appel_a_la_une
    return appel is not None and appel.est_ouvert(request.recu_le)


def _questions(request: Requete, form: DepartForm) -> HttpResponse:
    """The six questions, the quartier on its map and in its list; nothing is kept in a cache."""
    territoire = geographie.lire(request.parution)
    emblemes = {forme["quartier"].code: forme for forme in territoire.emblemes}
    dessin = territoire.carte
    formes = {forme["quartier"].code: forme for forme in dessin.get("quartiers", ())}
    axes = {str(axe.pk): axe for axe in Axe.objects.all()}
    contexte = {
        "form": form,
        "quartiers": [
            (choix, emblemes.get(choix.data["value"])) for choix in form["quartier"].subwidgets
        ],
        "carte": dessin,
        "calques": [
            (choix.id_for_label, forme)
            for choix in form["quartier"].subwidgets
            if (forme := formes.get(choix.data["value"]))
        ],
        "axes": [(choix, axes.get(choix.data["value"])) for choix in form["axe"].subwidgets],
        "eligibilite": _reportees(request.POST if form.is_bound else request.GET),
        "est_ouvert": _est_ouvert(request),
    }
    fautes = [] if "modifier" in request.POST else [form]
    reponse = afficher(request, "appels/public/depart/questions.html", contexte, *fautes)
    add_never_cache_headers(reponse)
    return reponse


def _reportees(donnees: QueryDict) -> list[tuple[str, str]]:
    """The answers of the eligibility page, carried from page to page."""
    return [(nom, lue[:20]) for nom in ELIGIBILITE if (lue := donnees.get(nom))]


def _verdict(donnees: QueryDict) -> str:
    """The one answer of the eligibility page; empty when its questions were not asked."""
    form = EligibiliteForm(donnees)
    return verdict(form.reponses()) if form.is_valid() else ""


def _garder_une_fois(request: Requete, adresse: str, reponses: actes.Reponses) -> None:
    """A double click, a page sent again: two requests at once, the table of tries lets one in.

    What was not kept may be sent again.
    """
    contenu = json.dumps([adresse, reponses], sort_keys=True)
    cle = "depart-" + sha256(contenu.encode()).hexdigest()
    if not caches["default"].add(cle, "", timeout=DOUBLON):
        return
    try:
        _compter(request, adresse)
        actes.garder(adresse, reponses, recu_le=request.recu_le)
    except Exception:
        caches["default"].delete(cle)
        raise


def _compter(request: Requete, adresse: str) -> None:
    permis = ratelimit.consume(request, app="depart", action="garder", config=RYTHMES, key=adresse)
    if permis is None:
        raise Trop


@require_safe
def garde(request: Requete) -> HttpResponse:
    """The same words for everybody: nobody learns who has an account."""
    return discrete(render(request, "appels/public/depart/garde.html"))


@sensitive_post_parameters("mot_de_passe")
@require_http_methods(["GET", "HEAD", "POST"])
def depart(request: Requete, cle: UUID) -> HttpResponseBase:
    """The link of the mail: GET shows (a scanner of mails consumes nothing), POST goes on."""
    attendu = Depart.objects.tenus(request.recu_le).filter(cle=cle).first()
    if attendu is None:
        return discrete(render(request, "appels/public/depart/perime.html", status=404))
    if request.user.is_authenticated:
        return discrete(_verser(request, attendu))
    if comptes.prouve(attendu.adresse):
        return discrete(render(request, "appels/public/depart/entrer.html", {"depart": attendu}))
    return _ouvrir_un_compte(request, attendu)


def _ouvrir_un_compte(request: Requete, attendu: Depart) -> HttpResponseBase:
    """A name and a password, and in: the link has proved the address."""
    form = CompteInviteForm(saisie(request), email=attendu.adresse)
    if request.method == "POST" and form.is_valid():
        with refus_sur(form):
            personne = actes.ouvrir_le_compte(attendu, **form.cleaned_data)
            return perform_login(request, personne, redirect_url=request.path)
    contexte = {"depart": attendu, "form": form}
    return discrete(afficher(request, "appels/public/depart/entrer.html", contexte, form))


def _verser(request: Requete, attendu: Depart) -> HttpResponse:
    """Signed in: for which organisation; the organisation first when there is none."""
    if attendu.adresse.lower() not in comptes.adresses_prouvees(request.user):
        refus = {"refus": actes.AutreAdresse.phrase}
        return render(request, "appels/public/depart/entrer.html", refus, status=403)
    if attendu.dossier_id:
        return redirect("appels:dossier", pk=attendu.dossier_id)
    organismes = accueil.organismes_ou_rediger(request.user)
    if not organismes:
        messages.info(request, "Un dossier appartient à un organisme : dites le vôtre d’abord.")
        suite = urlencode({"suite": request.path})
        return redirect(f"{reverse('partenaires:nouveau')}?{suite}")
    form = VersForm(saisie(request), organismes=organismes)
    if request.method == "POST" and form.is_valid():
        with refus_sur(form):
            appel = Appel.objects.ouverts(request.recu_le).order_by("ferme_le").first()
            if appel is None:
                raise AppelFerme
            porteur = form.cleaned_data["porteur"]
            verse = actes.verser(attendu, appel, porteur, par=request.user, recu_le=request.recu_le)
            if verse.laissees:
                reste = " ; ".join(verse.laissees)
                messages.warning(request, f"Vos réponses sont dans le dossier, sauf {reste}.")
            else:
                messages.success(request, "Vos réponses sont dans le dossier.")
            return redirect("appels:dossier", pk=verse.dossier.pk)
    contexte = {"depart": attendu, "vers": form}
    return afficher(request, "appels/public/depart/entrer.html", contexte, form)
