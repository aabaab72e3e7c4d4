"""Organisations: found or join, the sheet, the document that shows one's quality."""

import json

from allauth.core import ratelimit
from django.contrib import messages
from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods

from partenaires.models import Appartenance, Fiche, Partenaire
from partenaires.organismes import annuaire
from partenaires.organismes.actions import (
    adhesions,
    fiches,
    invitations,
    passations,
    retrouvailles,
)
from partenaires.organismes.forms.fiche import FicheSaisie
from partenaires.organismes.forms.organismes import JustificatifForm, OrganismeForm
from partenaires.socle import droits, sortie
from partenaires.socle.entree import Requete
from partenaires.socle.vues import saisie_seule
from partenaires.socle.vues.formulaire import (
    afficher,
    fichiers_saisis,
    refus_en_message,
    refus_sur,
    saisie,
    version_lue,
)

JSON = "application/json"


@require_GET
def organismes(request: Requete) -> HttpResponse:
    """My organisations, what I am invited to, and my requests not answered yet."""
    demandes = request.user.appartenances.demandees().select_related("partenaire")
    au_service = demandes.a_verifier().values_list("pk", flat=True)
    return render(
        request,
        "partenaires/organismes.html",
        {
            "appartenances": request.user.mes_appartenances,
            "invitations": invitations.recues(request.user, recu_le=request.recu_le),
            "demandes": demandes,
            "au_service": set(au_service),
            "redige": any(
                appartenance.partenaire.est_porteur
                and not appartenance.roles.isdisjoint(droits.REDIGENT_LA_FICHE)
                for appartenance in request.user.mes_appartenances
            ),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def nouveau(request: Requete) -> HttpResponse:
    """Found one's organisation, or ask to join it: a limited number of times an hour.

    `suite` is the page that the person came for: it comes next. `genre`: said on a page before.
    """
    dit = {"genre": request.GET.get("genre")}
    form = OrganismeForm(saisie(request), fichiers_saisis(request), initial=dit)
    suite = chemin_demande(request, "suite")
    if "retrouver" in request.POST:
        return _completer(request, form)
    if request.method == "POST":
        limite = ratelimit.consume_or_429(request, action="rejoindre_organisme", user=request.user)
        if limite:
            return limite
        if form.is_valid():
            with refus_sur(form):
                appartenance = adhesions.rejoindre_ou_creer(
                    form.cleaned_data, par=request.user, recu_le=request.recu_le
                )
                messages.success(request, _suite(appartenance))
                if appartenance.acceptee_le and suite:
                    return redirect(suite)
                return redirect("partenaires:organismes")
    return _proposer(request, form)


def _completer(request: Requete, form: OrganismeForm) -> HttpResponse:
    """The form again, with what the directory says of its number; nothing is created."""
    limite = ratelimit.consume_or_429(request, action="retrouver_organisme", user=request.user)
    if limite:
        return limite
    form.taire(sauf=("siret", "rna"))
    if form.errors:
        return _proposer(request, form)
    with refus_sur(form):
        trouve = retrouvailles.chercher(form.numero)
        return _proposer(request, form.completer(trouve), trouve)
    return _proposer(request, form)


def _proposer(
    request: Requete, form: OrganismeForm, trouve: annuaire.Trouve | None = None
) -> HttpResponse:
    contexte = {
        "form": form,
        "annuaire": annuaire.est_configure(),
        "source": annuaire.SOURCE,
        "trouve": trouve,
        "a_un_fichier": bool(request.FILES),
        "suite": chemin_demande(request, "suite"),
        "invitations": invitations.recues(request.user, recu_le=request.recu_le),
    }
    return afficher(request, "partenaires/nouveau.html", contexte, form)


def _suite(appartenance: Appartenance) -> str:
    if appartenance.acceptee_le:
        return (
            f"{appartenance.partenaire} est créé : vous l’administrez et vous attestez pour lui. "
            "Un agent vérifiera votre qualité ; vous pouvez commencer un dossier dès maintenant."
        )
    if adhesions.administrateurs(appartenance.partenaire).exists():
        return (
            "Cet organisme est déjà sur le portail : votre demande est envoyée aux personnes qui "
            "l’administrent. Vous recevrez leur réponse par courriel."
        )
    return (
        "Cet organisme est déjà sur le portail, sans personne de vérifié pour l’administrer : le "
        "service Cohésion Sociale regarde votre demande et vous répondra par courriel."
    )


@require_http_methods(["GET", "HEAD", "POST"])
def qualite(request: Requete, pk: int) -> HttpResponse:
    """What the service knows of my quality, and the document that shows it: mine alone."""
    appartenance = get_object_or_404(
        request.user.appartenances.select_related("partenaire", "garant"),
        partenaire=pk,
        terminee_le__isnull=True,
    )
    form = JustificatifForm(saisie(request), fichiers_saisis(request))
    if request.method == "POST" and form.is_valid():
        with refus_sur(form):
            adhesions.joindre_justificatif(
                appartenance, form.cleaned_data["justificatif"], recu_le=request.recu_le
            )
            messages.success(request, "Votre document est joint : le service le regardera.")
            return redirect("partenaires:organismes")
    contexte = {"appartenance": appartenance, "form": form}
    return afficher(request, "partenaires/qualite.html", contexte, form)


def mes_organismes(request: Requete) -> list[int]:
    """The keys of the organisations that I belong to."""
    return [appartenance.partenaire_id for appartenance in request.user.mes_appartenances]


def mon_organisme(request: Requete, pk: int) -> Partenaire:
    """One that I belong to; unknown to me, 404. Whoever left it is told so (`sortie.Sorti`)."""
    miens = Partenaire.objects.filter(pk__in=mes_organismes(request))
    mien = miens.porteurs().filter(pk=pk).first()
    if mien is None:
        sortie.refuser(request.user, pk)
    return mien


def _organisme_lisible(request: Requete, pk: int) -> Partenaire:
    """Mine; for an agent, also one that nobody administers."""
    if droits.est_agent(request.user) and pk not in mes_organismes(request):
        return get_object_or_404(passations.sans_administration(), pk=pk)
    return mon_organisme(request, pk)


@require_http_methods(["GET", "HEAD", "POST"])
def fiche(request: Requete, pk: int) -> HttpResponse:
    """The sheet: read by everybody of the organisation, written by its writers."""
    partenaire = _organisme_lisible(request, pk)
    droits.peut_lire_fiche.exiger(request.user, partenaire)
    fiche = Fiche.objects.get_or_create(partenaire=partenaire)[0]
    if request.method == "POST":
        droits.peut_modifier_fiche.exiger(request.user, partenaire)
    typee = FicheSaisie(fiche, saisie(request))
    if request.method == "POST" and request.headers.get("Accept", "").startswith(JSON):
        return _fiche_enregistree_seule(request, typee)
    if request.method == "POST" and typee.est_valide():
        with refus_sur(typee.form):
            adhesions.enregistrer_fiche(
                fiche,
                typee.ecrire,
                typee.budget.montants(),
                version_lue=version_lue(request),
                siret=typee.form.cleaned_data.get("siret", ""),
                par=request.user,
                recu_le=request.recu_le,
            )
            messages.success(request, "La fiche de l’organisme est enregistrée.")
            return redirect(_retour(request))
    vise = typee.form.vise = request.GET.get("ouvrir", "")
    contexte = {
        "partenaire": partenaire,
        "vise_un_agrement": vise.startswith("agrements-"),
        "vise_un_compte": vise.startswith("o-"),
        "fiche": typee.form.enregistree,
        "form": typee.form,
        "agrements": typee.agrements,
        "budget": typee.budget,
        "est_membre": pk in mes_organismes(request),
        "annuaire": annuaire.est_configure(),
        "peut_modifier": droits.peut_modifier_fiche(request.user, partenaire),
    }
    return afficher(request, "partenaires/fiche.html", contexte, *typee.membres)


def retrouver(request: Requete, pk: int) -> HttpResponse:
    """Ask the directory for this organisation; the sheet then shows what it says."""
    partenaire = _organisme_lisible(request, pk)
    droits.peut_lire_fiche.exiger(request.user, partenaire)
    limite = ratelimit.consume_or_429(request, action="retrouver_organisme", user=request.user)
    if limite:
        return limite
    with refus_en_message(request):
        trouve = retrouvailles.retrouver(partenaire, par=request.user, recu_le=request.recu_le)
        messages.success(request, f"Trouvé : {trouve}. Rien de votre fiche n’a changé.")
    return redirect("partenaires:fiche", pk=pk)


def reprendre_l_adresse(request: Requete, pk: int) -> HttpResponse:
    """Take the address that was found."""
    partenaire = _organisme_lisible(request, pk)
    droits.peut_lire_fiche.exiger(request.user, partenaire)
    with refus_en_message(request):
        retrouvailles.reprendre_l_adresse(partenaire, par=request.user, recu_le=request.recu_le)
        messages.success(request, "L’adresse du siège est reprise de l’annuaire.")
    return redirect("partenaires:fiche", pk=pk)


def _fiche_enregistree_seule(request: Requete, typee: FicheSaisie) -> JsonResponse:
    """Autosave: what is readable is saved; the answer says what is not, and what others brought."""
    erreurs = saisie_seule.mettre_de_cote(typee)
    if not typee.est_valide():
        return saisie_seule.illisible(erreurs)
    try:
        bilan = fiches.enregistrer_seule(
            typee,
            typee.lues(_base(request)),
            version_lue=version_lue(request),
            chaine=saisie_seule.marque_de_la_page(request),
            par=request.user,
            recu_le=request.recu_le,
        )
    except adhesions.FichePerimee as perimee:
        return saisie_seule.refusee(perimee.phrase)
    return saisie_seule.enregistree(typee, bilan, erreurs, le=request.recu_le)


def _base(request: Requete) -> QueryDict:
    """What the page showed when it was typed, as the script sends it; empty when unreadable."""
    base = QueryDict(mutable=True)
    try:
        lues = json.loads(request.POST.get("base", "{}"))
        for nom, valeurs in lues.items():
            base.setlist(nom, [str(valeur) for valeur in valeurs])
    except (ValueError, AttributeError, TypeError, RecursionError):
        return QueryDict(mutable=True)
    return base


def _retour(request: Requete) -> str:
    """The page that asked for the sheet, when it is one of ours."""
    return chemin_demande(request, "retour") or "partenaires:organismes"


def chemin_demande(request: Requete, nom: str) -> str:
    """The page of ours that a parameter of the address names; empty for any other."""
    chemin = request.GET.get(nom, "")
    if chemin.startswith("/") and url_has_allowed_host_and_scheme(chemin, allowed_hosts=None):
        return chemin
    return ""
