"""Organisations: create or join, sheet, members, invitations."""

from io import BytesIO

from allauth.core import ratelimit
from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods

from partenaires.models import Appartenance, Fiche, Invitation, Partenaire
from partenaires.organismes.actions import adhesions, passations
from partenaires.organismes.forms.fiche import FicheSaisie
from partenaires.organismes.forms.organismes import InvitationForm, OrganismeForm, RoleForm
from partenaires.socle import droits, quarantaine
from partenaires.socle.entree import Requete
from partenaires.socle.vues.formulaire import (
    afficher,
    fichiers_saisis,
    refus_en_message,
    refus_sur,
    saisie,
    version_lue,
)


@require_GET
def organismes(request: Requete) -> HttpResponse:
    """My organisations, and my requests not answered yet."""
    return render(
        request,
        "partenaires/organismes.html",
        {
            "appartenances": request.user.mes_appartenances,
            "demandes": request.user.appartenances.demandees().select_related("partenaire"),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def nouveau(request: Requete) -> HttpResponse:
    """Create one's organisation, or ask to join it: a limited number of times an hour."""
    form = OrganismeForm(saisie(request), fichiers_saisis(request))
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
                return redirect("partenaires:organismes")
    return afficher(request, "partenaires/nouveau.html", {"form": form}, form)


def _suite(appartenance: Appartenance) -> str:
    if appartenance.acceptee_le:
        return (
            f"{appartenance.partenaire} est créé et vous l’administrez. Un agent vérifiera votre "
            "qualité ; vous pouvez commencer un dossier dès maintenant."
        )
    return (
        "Cet organisme est déjà sur le portail : votre demande est envoyée aux personnes qui "
        "l’administrent. Vous recevrez leur réponse par courriel."
    )


def _mes_organismes(request: Requete) -> list[int]:
    """The keys of the organisations that I belong to."""
    return [appartenance.partenaire_id for appartenance in request.user.mes_appartenances]


def _mon_organisme(request: Requete, pk: int) -> Partenaire:
    miens = Partenaire.objects.filter(pk__in=_mes_organismes(request))
    return get_object_or_404(miens.porteurs(), pk=pk)


def _organisme_lisible(request: Requete, pk: int) -> Partenaire:
    """Mine; for an agent, also one that nobody administers."""
    if droits.est_agent(request.user) and pk not in _mes_organismes(request):
        return get_object_or_404(passations.sans_administration(), pk=pk)
    return _mon_organisme(request, pk)


@require_http_methods(["GET", "HEAD", "POST"])
def fiche(request: Requete, pk: int) -> HttpResponse:
    """The sheet: read by everybody of the organisation, written by its writers."""
    partenaire = _organisme_lisible(request, pk)
    fiche = Fiche.objects.get_or_create(partenaire=partenaire)[0]
    if request.method == "POST":
        droits.peut_modifier_fiche.exiger(request.user, partenaire)
    typee = FicheSaisie(fiche, saisie(request))
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
    contexte = {
        "partenaire": partenaire,
        "fiche": typee.form.enregistree,
        "form": typee.form,
        "agrements": typee.agrements,
        "budget": typee.budget,
        "est_membre": pk in _mes_organismes(request),
        "peut_modifier": droits.peut_modifier_fiche(request.user, partenaire),
    }
    return afficher(request, "partenaires/fiche.html", contexte, *typee.formulaires)


def _retour(request: Requete) -> str:
    """The page that asked for the sheet, when it is one of ours."""
    retour = request.GET.get("retour", "")
    if retour.startswith("/") and url_has_allowed_host_and_scheme(retour, allowed_hosts=None):
        return retour
    return "partenaires:organismes"


@require_http_methods(["GET", "HEAD", "POST"])
def membres(request: Requete, pk: int) -> HttpResponse:
    """Who is in the organisation; administrators invite."""
    partenaire = _mon_organisme(request, pk)
    if request.method == "POST":
        droits.peut_administrer.exiger(request.user, partenaire)
    form = InvitationForm(saisie(request))
    if request.method == "POST" and form.is_valid():
        with refus_sur(form):
            adhesions.inviter(
                partenaire, **form.cleaned_data, par=request.user, recu_le=request.recu_le
            )
            messages.success(
                request,
                f"L’invitation est envoyée à {form.cleaned_data['email']}. "
                f"Elle expire dans {Invitation.DUREE_JOURS} jours.",
            )
            return redirect("partenaires:membres", pk=pk)
    gens = partenaire.appartenances.select_related("utilisateur")
    contexte = {
        "partenaire": partenaire,
        "form": form,
        "peut_administrer": droits.peut_administrer(request.user, partenaire),
        "membres": [(membre, _role(membre)) for membre in gens.actives()],
    }
    if contexte["peut_administrer"]:
        contexte["demandes"] = gens.demandees()
        contexte["invitations"] = partenaire.invitations.valables(request.recu_le)
    return afficher(request, "partenaires/membres.html", contexte, form)


def _role(membre: Appartenance) -> RoleForm:
    """The role of a member, to change beside the name."""
    return RoleForm(initial={"role": membre.role}, prefix=f"m{membre.pk}")


def _membre_administre(request: Requete, pk: int) -> Appartenance:
    """A membership of an organisation that I administer: unknown 404, not mine to change 403."""
    appartenance = get_object_or_404(
        Appartenance.objects.select_related("partenaire", "utilisateur"),
        pk=pk,
        partenaire__in=_mes_organismes(request),
        terminee_le__isnull=True,
    )
    droits.peut_administrer.exiger(request.user, appartenance.partenaire)
    return appartenance


def repondre(request: Requete, pk: int) -> HttpResponse:
    """Accept or refuse somebody who asks to join."""
    appartenance = _membre_administre(request, pk)
    oui = request.POST.get("reponse") == "oui"
    adhesions.repondre_adhesion(appartenance, oui=oui, par=request.user, recu_le=request.recu_le)
    suite = "fait partie" if oui else "ne fait pas partie"
    messages.success(request, f"{appartenance.utilisateur} {suite} de l’organisme.")
    return redirect("partenaires:membres", pk=appartenance.partenaire_id)


def changer_role(request: Requete, pk: int) -> HttpResponse:
    """Give another role to a member, or end the membership."""
    appartenance = _membre_administre(request, pk)
    form = RoleForm(request.POST, prefix=f"m{pk}")
    with refus_en_message(request):
        if "retirer" in request.POST:
            adhesions.retirer(appartenance, recu_le=request.recu_le)
            messages.success(
                request,
                f"{appartenance.utilisateur} ne fait plus partie de l’organisme. "
                "Ses textes restent dans les dossiers.",
            )
        elif form.is_valid():
            adhesions.changer_role(appartenance, form.cleaned_data["role"])
            messages.success(request, f"Le rôle de {appartenance.utilisateur} est changé.")
        else:
            messages.error(request, "Ce rôle n’existe pas : choisissez-en un dans la liste.")
    return redirect("partenaires:membres", pk=appartenance.partenaire_id)


@require_http_methods(["GET", "HEAD", "POST"])
def quitter(request: Requete, pk: int) -> HttpResponse:
    """Says what stays behind, then leaves the organisation."""
    partenaire = _mon_organisme(request, pk)
    if request.method != "POST":
        return render(request, "partenaires/quitter.html", {"partenaire": partenaire})
    appartenance = next(
        mienne for mienne in request.user.mes_appartenances if mienne.partenaire_id == pk
    )
    with refus_en_message(request):
        passations.quitter(appartenance, recu_le=request.recu_le)
        messages.success(request, f"Vous ne faites plus partie de {partenaire}.")
        return redirect("partenaires:organismes")
    return redirect("partenaires:membres", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: Requete, jeton: str) -> HttpResponse:
    """GET shows a button (a mail scanner consumes nothing), POST joins."""
    try:
        if request.method == "POST":
            appartenance = adhesions.accepter_invitation(
                jeton, par=request.user, recu_le=request.recu_le
            )
            messages.success(request, f"Bienvenue dans {appartenance.partenaire}.")
            return redirect("partenaires:espace")
        invitation = adhesions.lire_invitation(jeton, par=request.user, recu_le=request.recu_le)
    except adhesions.InvitationInutilisable as refus:
        contexte = {"refus": refus.phrase}
        return render(request, "partenaires/invitation.html", contexte, status=404)
    return render(request, "partenaires/invitation.html", {"invitation": invitation})


@require_GET
def qualites(request: Requete) -> HttpResponse:
    """Agents: first claimants whose quality waits to be looked at."""
    droits.peut_verifier_les_qualites.exiger(request.user)
    attendues = (
        Appartenance.objects.non_verifiees()
        .select_related("partenaire", "utilisateur")
        .order_by("acceptee_le")
    )
    return render(request, "partenaires/qualites.html", {"appartenances": attendues})


def verifier_qualite(request: Requete, pk: int) -> HttpResponse:
    """An agent has looked at the document and agrees."""
    droits.peut_verifier_les_qualites.exiger(request.user)
    appartenance = get_object_or_404(
        Appartenance.objects.actives().select_related("utilisateur"), pk=pk
    )
    adhesions.verifier_qualite(appartenance, par=request.user, recu_le=request.recu_le)
    messages.success(request, f"La qualité de {appartenance.utilisateur} est vérifiée.")
    return redirect("partenaires:qualites")


@require_GET
def justificatif(request: Requete, pk: int) -> HttpResponseBase:
    """The document of a claimant, as an attachment."""
    appartenance = get_object_or_404(Appartenance.objects.filter(pk=pk).exclude(justificatif=""))
    droits.peut_lire_justificatif.exiger(request.user, appartenance)
    with appartenance.justificatif.open("rb") as fichier:
        contenu = fichier.read()
    try:
        quarantaine.exiger(appartenance.justificatif_sha256, contenu)
    except quarantaine.FichierRetenu as retenu:
        contexte = {"phrase": retenu.phrase}
        return render(request, "partenaires/justificatif_retenu.html", contexte, status=409)
    return FileResponse(
        BytesIO(contenu),
        as_attachment=True,
        filename=appartenance.justificatif_nom,
        content_type="application/octet-stream",
        headers={"Content-Security-Policy": "sandbox; default-src 'none'"},
    )
