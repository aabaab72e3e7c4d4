"""Begin from the project, without an account: six questions, a mail, then the draft."""

import json
from collections.abc import Mapping
from functools import partial
from hashlib import sha256
from uuid import UUID

from allauth.account.utils import perform_login
from allauth.core.internal import ratelimit
from django.contrib import messages
from django.core import signing
from django.core.cache import caches
from django.db.models import Q
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.http import urlencode
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from appels.models import Appel, Depart, Dossier
from appels.public.forms.depart import DepartForm, GarderForm, VersForm
from appels.public.forms.eligibilite import EligibiliteForm, Verdict, verdict
from appels.public.vues.ecrire import discrete
from appels.redaction import accueil
from appels.redaction.actions import depart as actes
from appels.socle.requete import Requete
from appels.socle.verrous import AppelFerme
from partenaires.models import Genre
from partenaires.organismes.forms.invitations import CompteInviteForm
from partenaires.socle import comptes
from partenaires.socle.refus import Refus
from partenaires.socle.vues.formulaire import afficher, refus_sur, saisie
from quartiers import geographie
from quartiers.models import Axe

DOUBLON = 30  # seconds during which the same draft is a double click; later, it is asked again
AUTRES = 5  # the other drafts of the same address, said before one more dossier is made
PAGE_GARDEE = 86_400  # seconds during which the page says where it wrote
SEL = "depart-garde"
RYTHMES = {"garder": "10/h/ip", "garder_a_une_adresse": "4/d/key"}
# What tells on the device that its copy is this very draft: dates and amounts are typed otherwise
RECONNUES = ("intitule", "quartier", "axe", "public_vise")
GENRES = {"association": Genre.ASSOCIATION, "service": Genre.SERVICE, "autre": Genre.AUTRE}


class Trop(Refus):
    """One mail too many for this connection."""

    phrase = (
        "Beaucoup de brouillons ont été gardés en peu de temps depuis cette connexion. Vos "
        "réponses sont toujours dans la page : recommencez dans une heure."
    )


class TropPourLAdresse(Refus):
    """One mail too many for this address."""

    phrase = (
        "Quatre courriels sont déjà partis à cette adresse depuis vingt-quatre heures : regardez "
        "aussi dans les indésirables, ou donnez une autre adresse. Vos réponses sont toujours "
        "dans la page ; l’envoi à cette adresse sera de nouveau possible demain."
    )


@require_http_methods(["GET", "HEAD", "POST"])
def commencer(request: Requete) -> HttpResponse:
    """The six questions; then what they say, and the address that keeps them."""
    donnees = saisie(request)
    form = _form(request, donnees)
    if donnees is None or "modifier" in donnees or not form.is_valid():
        return _questions(request, form)
    garder = GarderForm(
        donnees if "garder" in donnees else None, initial={"adresse": donnees.get("adresse", "")}
    )
    if garder.is_bound and garder.is_valid():
        with refus_sur(garder):
            adresse = garder.cleaned_data["adresse"]
            reponses = form.reponses() | {"eligibilite": dict(_reportees(donnees))}
            attendu = _garder_une_fois(request, adresse, reponses)
            jeton = signing.dumps(attendu.pk, salt=SEL) if attendu else ""
            return redirect(f"{reverse('appels:depart_garde')}?{urlencode({'d': jeton})}")
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


def _form(
    request: Requete, donnees: QueryDict | None, reponses: actes.Reponses | None = None
) -> DepartForm:
    """What is typed, or what was kept."""
    territoire = geographie.lire(request.parution)
    appel = Appel.objects.a_la_une(request.recu_le)
    request.appel_a_la_une = appel
    axes = list(appel.axes.all() if appel else Axe.objects.all())
    return DepartForm(
        donnees,
        initial=DepartForm.initiales(reponses or {}),
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


def _reportees(donnees: Mapping[str, str]) -> list[tuple[str, str]]:
    """The answers of the eligibility page, carried from page to page, then with the draft.

    Those that its form offers: what somebody else wrote in an address goes nowhere.
    """
    form = EligibiliteForm(donnees)
    form.is_valid()  # one answer is enough: those that cannot be read are left aside
    return [(nom, lue) for nom, lue in form.cleaned_data.items() if lue]


def _verdict(donnees: Mapping[str, str]) -> Verdict | None:
    """The one answer of the eligibility page; None when its questions were not asked."""
    form = EligibiliteForm(donnees)
    return verdict(form.reponses()) if form.is_valid() else None


def _garder_une_fois(request: Requete, adresse: str, reponses: actes.Reponses) -> Depart | None:
    """A double click: two requests at once, the table of tries lets one in.

    None for the other, before the first has ended. What was not kept may be sent again.
    """
    contenu = json.dumps([adresse, reponses], sort_keys=True)
    cle = "depart-" + sha256(contenu.encode()).hexdigest()
    if not caches["default"].add(cle, "", timeout=DOUBLON):
        return Depart.objects.filter(adresse=adresse, reponses=reponses).last()
    try:
        _compter(request, adresse)
        appel = request.appel_a_la_une
        return actes.garder(adresse, reponses, appel=appel, recu_le=request.recu_le)
    except Exception:
        caches["default"].delete(cle)
        raise


def _compter(request: Requete, adresse: str) -> None:
    """Raises `Trop`, `TropPourLAdresse`."""
    compter = partial(ratelimit.consume, request, app="depart", config=RYTHMES)
    if compter(action="garder") is None:
        raise Trop
    if compter(action="garder_a_une_adresse", key=adresse) is None:
        raise TropPourLAdresse


@require_safe
def garde(request: Requete) -> HttpResponse:
    """Where one wrote, to send again or to correct; the same words for everybody: nobody learns
    who has an account.
    """
    contexte: dict[str, object] = {}
    if attendu := _du_jeton(request):
        reponses = attendu.reponses
        contexte = {
            "adresse": attendu.adresse,
            "form": _form(request, None, reponses),
            "eligibilite": _reportees(reponses.get("eligibilite", {})),
        }
    return discrete(render(request, "appels/public/depart/garde.html", contexte))


def _du_jeton(request: Requete) -> Depart | None:
    """The draft that this browser has just kept, unless it went to a dossier since."""
    try:
        cle = signing.loads(request.GET.get("d", ""), salt=SEL, max_age=PAGE_GARDEE)
    except signing.BadSignature:
        return None
    return Depart.objects.filter(pk=cle, dossier=None).first()


@sensitive_post_parameters("mot_de_passe")
@require_http_methods(["GET", "HEAD", "POST"])
def depart(request: Requete, cle: UUID) -> HttpResponseBase:
    """The link of the mail: GET shows (a scanner of mails consumes nothing), POST goes on."""
    tenus = Depart.objects.tenus(request.recu_le).select_related("appel")
    attendu = tenus.filter(cle=cle).first()
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
        return _dire_l_organisme(request, attendu)
    ouverts = Appel.objects.ouverts(request.recu_le).order_by("ferme_le")
    form = VersForm(saisie(request), organismes=organismes, ouverts=ouverts, garde=attendu.appel)
    if request.method == "POST" and form.is_valid():
        with refus_sur(form):
            return _ranger(request, attendu, form)
    eligibilite = attendu.reponses.get("eligibilite", {})
    contexte = {
        "depart": attendu,
        "vers": form,
        "verdict": _verdict(eligibilite),
        "autres": _autres(request, attendu),
        "tenues": json.dumps({nom: attendu.reponses.get(nom) or "" for nom in RECONNUES}),
    }
    return afficher(request, "appels/public/depart/entrer.html", contexte, form)


def _autres(request: Requete, attendu: Depart) -> list[Depart]:
    """The other drafts of this person, but the dossier of an organisation that one left."""
    siens = Dossier.objects.a_rediger_par(request.user)
    autres = Depart.objects.autres_que(attendu, request.recu_le)
    lus = autres.filter(Q(dossier=None) | Q(dossier__in=siens))
    une_fois = {autre.dossier_id or autre.cle: autre for autre in lus}
    return list(une_fois.values())[:AUTRES]


def _dire_l_organisme(request: Requete, attendu: Depart) -> HttpResponse:
    """One's organisation first, of the kind that was said; or its answer, which one waits for."""
    demandee = request.user.appartenances.demandees().select_related("partenaire").first()
    if demandee:
        contexte = {"depart": attendu, "demandee": demandee}
        return render(request, "appels/public/depart/entrer.html", contexte)
    messages.info(request, "Un dossier appartient à un organisme : dites le vôtre d’abord.")
    suite = {"suite": request.path}
    dit = attendu.reponses.get("eligibilite", {}).get("organisme")
    if genre := GENRES.get(dit):
        suite["genre"] = genre.value
    return redirect(f"{reverse('partenaires:nouveau')}?{urlencode(suite)}")


def _ranger(request: Requete, attendu: Depart, form: VersForm) -> HttpResponse:
    """Into the dossier, and what found no place there is said. Raises `AppelFerme`."""
    appel = form.appel_choisi()
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
