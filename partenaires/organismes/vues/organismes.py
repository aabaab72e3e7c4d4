"""Organisations: create or join, sheet, members, invitations."""

from io import BytesIO

from allauth.core import ratelimit
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods

from partenaires.models import Appartenance, Fiche, Invitation, Partenaire
from partenaires.models.appartenance import empreinte_du_jeton
from partenaires.organismes.actions import adhesions, passations
from partenaires.organismes.forms.fiche import AgrementFormSet, BudgetOrganismeForm, FicheForm
from partenaires.organismes.forms.organismes import InvitationForm, OrganismeForm, RoleForm
from partenaires.socle import droits, fichiers, quarantaine
from partenaires.socle.forms.conflit import montrer_les_deux
from partenaires.socle.vues.formulaire import afficher, saisie, version_lue


@require_GET
def organismes(request):
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
def nouveau(request):
    recus = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = OrganismeForm(*recus)
    if request.method == "POST":
        if limite := ratelimit.consume_or_429(
            request, action="rejoindre_organisme", user=request.user
        ):
            return limite
        if form.is_valid():
            try:
                appartenance = adhesions.rejoindre_ou_creer(
                    form.cleaned_data, par=request.user, recu_le=request.recu_le
                )
            except adhesions.DejaMembre:
                form.add_error(
                    None,
                    "Vous faites déjà partie de cet organisme, ou votre demande attend "
                    "une réponse.",
                )
            except OSError:
                form.add_error("justificatif", fichiers.PLUS_DE_PLACE)
            else:
                messages.success(request, _suite(appartenance))
                return redirect("partenaires:organismes")
    return afficher(request, "partenaires/nouveau.html", {"form": form}, form)


def _suite(appartenance: Appartenance) -> str:
    if appartenance.acceptee_le:
        return (
            f"{appartenance.partenaire} est créé et vous l’administrez. Un agent "
            f"vérifiera votre qualité ; "
            "vous pouvez commencer un dossier dès maintenant."
        )
    return (
        "Cet organisme est déjà sur le portail : votre demande est envoyée aux personnes qui "
        "l’administrent. Vous recevrez leur réponse par courriel."
    )


def _mon_organisme(request, pk: int) -> Partenaire:
    siens = Partenaire.objects.filter(
        pk__in=[a.partenaire_id for a in request.user.mes_appartenances]
    )
    return get_object_or_404(siens.porteurs(), pk=pk)


def _organisme_lisible(request, pk: int) -> Partenaire:
    """Mine; for an agent, also one that nobody administers."""
    mien = any(a.partenaire_id == pk for a in request.user.mes_appartenances)
    if droits.est_agent(request.user) and not mien:
        return get_object_or_404(passations.sans_administration(), pk=pk)
    return _mon_organisme(request, pk)


@require_http_methods(["GET", "HEAD", "POST"])
def fiche(request, pk):
    """The sheet: read by everybody of the organisation, written by its writers."""
    partenaire = _organisme_lisible(request, pk)
    fiche = Fiche.objects.get_or_create(partenaire=partenaire)[0]
    peut_modifier = droits.peut_modifier_fiche(request.user, partenaire)
    if request.method == "POST" and not peut_modifier:
        raise PermissionDenied
    montants = {ligne.code: ligne.montant for ligne in fiche.lignes_budget.all()}
    donnees = saisie(request)
    form = FicheForm(donnees, instance=fiche)
    agrements = (
        AgrementFormSet(donnees, instance=fiche, prefix="agrements")
        if partenaire.est_association
        else None
    )
    budget = BudgetOrganismeForm(donnees, montants=montants)
    formulaires = [f for f in (form, agrements, budget) if f is not None]
    if request.method == "POST" and all([f.is_valid() for f in formulaires]):
        try:
            adhesions.enregistrer_fiche(
                fiche,
                lambda: [f.save() for f in (form, agrements) if f is not None],
                budget.montants(),
                version_lue=version_lue(request),
                siret=form.cleaned_data.get("siret", ""),
                par=request.user,
                recu_le=request.recu_le,
            )
        except adhesions.FichePerimee:
            fiche = Fiche.objects.get(pk=fiche.pk)
            form.add_error(
                None,
                "Cette fiche a été enregistrée par quelqu’un d’autre pendant que vous écriviez. "
                "Votre saisie est gardée ci-dessous : comparez, puis enregistrez à nouveau.",
            )
            auteur = str(fiche.modifiee_par or "une autre personne")
            montrer_les_deux(form, FicheForm(instance=fiche), auteur)
        else:
            messages.success(request, "La fiche de l’organisme est enregistrée.")
            retour = request.GET.get("retour")
            ici = url_has_allowed_host_and_scheme(retour, allowed_hosts=None) and retour.startswith(
                "/"
            )
            return redirect(retour if ici else "partenaires:organismes")
    return afficher(
        request,
        "partenaires/fiche.html",
        {
            "partenaire": partenaire,
            "fiche": fiche,
            "form": form,
            "agrements": agrements,
            "budget": budget,
            "peut_modifier": peut_modifier,
        },
        *formulaires,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def membres(request, pk):
    """Who is in the organisation; administrators invite."""
    partenaire = _mon_organisme(request, pk)
    peut_administrer = droits.peut_administrer(request.user, partenaire)
    if request.method == "POST" and not peut_administrer:
        raise PermissionDenied
    form = InvitationForm(saisie(request))
    if request.method == "POST" and form.is_valid():
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
    return afficher(
        request,
        "partenaires/membres.html",
        {
            "partenaire": partenaire,
            "form": form,
            "peut_administrer": peut_administrer,
            "membres": [
                (a, RoleForm(initial={"role": a.role}, prefix=f"m{a.pk}")) for a in gens.actives()
            ],
            "demandes": gens.demandees() if peut_administrer else [],
            "invitations": partenaire.invitations.valables(request.recu_le)
            if peut_administrer
            else [],
        },
        form,
    )


def _membre_administre(request, pk: int) -> Appartenance:
    """A membership of an organisation that I administer: unknown 404, not mine to change 403."""
    miens = [a.partenaire_id for a in request.user.mes_appartenances]
    appartenance = get_object_or_404(
        Appartenance.objects.select_related("partenaire", "utilisateur"),
        pk=pk,
        partenaire__in=miens,
        terminee_le__isnull=True,
    )
    if not droits.peut_administrer(request.user, appartenance.partenaire):
        raise PermissionDenied
    return appartenance


def repondre(request, pk):
    appartenance = _membre_administre(request, pk)
    oui = request.POST.get("reponse") == "oui"
    adhesions.repondre_adhesion(appartenance, oui=oui, par=request.user, recu_le=request.recu_le)
    suite = "fait partie" if oui else "ne fait pas partie"
    messages.success(request, f"{appartenance.utilisateur} {suite} de l’organisme.")
    return redirect("partenaires:membres", pk=appartenance.partenaire_id)


def changer_role(request, pk):
    appartenance = _membre_administre(request, pk)
    form = RoleForm(request.POST, prefix=f"m{pk}")
    try:
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
    except adhesions.DernierAdministrateur:
        messages.error(
            request,
            "Il faut au moins une personne qui administre l’organisme : "
            "donnez d’abord ce rôle à quelqu’un d’autre.",
        )
    return redirect("partenaires:membres", pk=appartenance.partenaire_id)


@require_http_methods(["GET", "HEAD", "POST"])
def quitter(request, pk):
    """Says what stays behind, then leaves the organisation."""
    partenaire = _mon_organisme(request, pk)
    mienne = next(a for a in request.user.mes_appartenances if a.partenaire_id == partenaire.pk)
    if request.method == "POST":
        try:
            passations.quitter(mienne, recu_le=request.recu_le)
        except adhesions.DernierAdministrateur:
            messages.error(
                request,
                "Vous êtes la seule personne qui administre cet organisme : "
                "donnez d’abord ce rôle à quelqu’un d’autre.",
            )
            return redirect("partenaires:membres", pk=pk)
        messages.success(request, f"Vous ne faites plus partie de {partenaire}.")
        return redirect("partenaires:organismes")
    return render(request, "partenaires/quitter.html", {"partenaire": partenaire})


@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request, jeton):
    """GET shows a button (a mail scanner consumes nothing), POST joins."""
    if request.method == "POST":
        try:
            appartenance = adhesions.accepter_invitation(
                jeton, par=request.user, recu_le=request.recu_le
            )
        except adhesions.InvitationInutilisable:
            return render(request, "partenaires/invitation.html", {"invitation": None}, status=404)
        messages.success(request, f"Bienvenue dans {appartenance.partenaire}.")
        return redirect("partenaires:espace")
    trouvee = (
        Invitation.objects.valables(request.recu_le)
        .select_related("partenaire")
        .filter(empreinte=empreinte_du_jeton(jeton), email__iexact=request.user.email)
        .first()
    )
    return render(
        request,
        "partenaires/invitation.html",
        {"invitation": trouvee},
        status=200 if trouvee else 404,
    )


@require_GET
def qualites(request):
    """Agents: first claimants whose quality waits to be looked at."""
    if not droits.peut_verifier_les_qualites(request.user):
        raise PermissionDenied
    attendues = (
        Appartenance.objects.non_verifiees()
        .select_related("partenaire", "utilisateur")
        .order_by("acceptee_le")
    )
    return render(request, "partenaires/qualites.html", {"appartenances": attendues})


def verifier_qualite(request, pk):
    if not droits.peut_verifier_les_qualites(request.user):
        raise PermissionDenied
    appartenance = get_object_or_404(
        Appartenance.objects.actives().select_related("utilisateur"), pk=pk
    )
    adhesions.verifier_qualite(appartenance, par=request.user, recu_le=request.recu_le)
    messages.success(request, f"La qualité de {appartenance.utilisateur} est vérifiée.")
    return redirect("partenaires:qualites")


@require_GET
def justificatif(request, pk):
    """The document of a claimant, as an attachment."""
    appartenance = get_object_or_404(Appartenance.objects.filter(pk=pk).exclude(justificatif=""))
    if not droits.peut_lire_justificatif(request.user, appartenance):
        raise PermissionDenied
    with appartenance.justificatif.open("rb") as fichier:
        contenu = fichier.read()
    try:
        quarantaine.exiger(appartenance.justificatif_sha256, contenu)
    except quarantaine.FichierRetenu as retenu:
        return render(
            request, "partenaires/justificatif_retenu.html", {"phrase": str(retenu)}, status=409
        )
    return FileResponse(
        BytesIO(contenu),
        as_attachment=True,
        filename=appartenance.justificatif_nom,
        content_type="application/octet-stream",
        headers={"Content-Security-Policy": "sandbox; default-src 'none'"},
    )
