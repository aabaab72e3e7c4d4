"""The people of an organisation: who is in, with which roles, who is invited, who leaves."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from partenaires.models import Appartenance, Invitation, Partenaire, Role
from partenaires.organismes.actions import adhesions, invitations, membres, passations
from partenaires.organismes.forms.organismes import InvitationForm, RolesDUnMembreForm
from partenaires.organismes.vues.organismes import mes_organismes, mon_organisme
from partenaires.socle import droits
from partenaires.socle.entree import Requete
from partenaires.socle.vues.formulaire import afficher, refus_en_message, refus_sur, saisie
from quartiers.articles import de


@require_http_methods(["GET", "HEAD", "POST"])
def liste(request: Requete, pk: int) -> HttpResponse:
    """Who is in the organisation; administrators invite."""
    partenaire = mon_organisme(request, pk)
    if request.method == "POST":
        droits.peut_administrer.exiger(request.user, partenaire)
    form = InvitationForm(saisie(request))
    if request.method == "POST" and form.is_valid():
        with refus_sur(form):
            invitations.inviter(
                partenaire, **form.cleaned_data, par=request.user, recu_le=request.recu_le
            )
            messages.success(
                request,
                f"L’invitation est envoyée à {form.cleaned_data['email']}. "
                f"Elle expire dans {Invitation.DUREE_JOURS} jours.",
            )
            return redirect("partenaires:membres", pk=pk)
    return _page(request, partenaire, form)


def _page(
    request: Requete,
    partenaire: Partenaire,
    form: InvitationForm,
    change: RolesDUnMembreForm | None = None,
) -> HttpResponse:
    """Everybody with their boxes; `change`: those of one member, as they were just sent."""
    gens = partenaire.appartenances.select_related("utilisateur", "garant")
    peut_administrer = droits.peut_administrer(request.user, partenaire)
    contexte = {
        "partenaire": partenaire,
        "form": form,
        "peut_administrer": peut_administrer,
        "refus": _refus(request, partenaire) if not peut_administrer else "",
        "membres": [(membre, _roles(membre, change)) for membre in gens.actives()],
        "instant": request.recu_le,
    }
    if peut_administrer:
        contexte["demandes"] = gens.demandees()
        contexte["invitations"] = partenaire.invitations.en_attente()
    formulaires = [form, change] if change else [form]
    return afficher(request, "partenaires/membres.html", contexte, *formulaires)


def _refus(request: Requete, partenaire: Partenaire) -> str:
    """Why an administrator does not administer yet; empty for whoever holds another role."""
    if Role.ADMINISTRATEUR not in droits.roles(request.user, partenaire.pk):
        return ""
    return droits.peut_administrer.phrase


def _roles(membre: Appartenance, change: RolesDUnMembreForm | None) -> RolesDUnMembreForm:
    """The boxes of a member, to change beside the name; as sent when they are wrong."""
    prefixe = f"m{membre.pk}"
    if change and change.prefix == prefixe:
        return change
    return RolesDUnMembreForm(initial={"roles": sorted(membre.roles)}, prefix=prefixe)


def _membre_administre(request: Requete, pk: int) -> Appartenance:
    """A membership of an organisation that I administer: unknown 404, not mine to change 403.

    Over, it is the act that says so: a colleague answered, or removed the person, meanwhile.
    """
    appartenance = get_object_or_404(
        Appartenance.objects.select_related("partenaire", "utilisateur"),
        pk=pk,
        partenaire__in=mes_organismes(request),
    )
    droits.peut_administrer.exiger(request.user, appartenance.partenaire)
    return appartenance


def repondre(request: Requete, pk: int) -> HttpResponse:
    """Accept or refuse somebody who asks to join."""
    appartenance = _membre_administre(request, pk)
    oui = request.POST.get("reponse") == "oui"
    with refus_en_message(request):
        adhesions.repondre_adhesion(
            appartenance, oui=oui, par=request.user, recu_le=request.recu_le
        )
        suite = "fait partie" if oui else "ne fait pas partie"
        messages.success(request, f"{appartenance.utilisateur} {suite} de l’organisme.")
    return redirect("partenaires:membres", pk=appartenance.partenaire_id)


def changer_roles(request: Requete, pk: int) -> HttpResponse:
    """Give a member the roles that are ticked, or end the membership.

    What is wrong is said in the page, the boxes as they were sent.
    """
    appartenance = _membre_administre(request, pk)
    form = RolesDUnMembreForm(
        saisie(request), initial={"roles": sorted(appartenance.roles)}, prefix=f"m{pk}"
    )
    if form.is_valid() or "retirer" in request.POST:
        with refus_sur(form):
            return _change(request, appartenance, form)
    return _page(request, appartenance.partenaire, InvitationForm(), form)


def _change(request: Requete, appartenance: Appartenance, form: RolesDUnMembreForm) -> HttpResponse:
    personne = appartenance.utilisateur
    if "retirer" in request.POST:
        membres.retirer(appartenance, par=request.user, recu_le=request.recu_le)
        messages.success(
            request,
            f"{personne} ne fait plus partie de l’organisme. Ses textes restent dans les dossiers.",
        )
    else:
        roles = form.cleaned_data["roles"]
        membres.changer_roles(appartenance, roles, par=request.user, recu_le=request.recu_le)
        messages.success(request, f"Les rôles {de(personne)} sont enregistrés.")
    return redirect("partenaires:membres", pk=appartenance.partenaire_id)


@require_http_methods(["GET", "HEAD", "POST"])
def quitter(request: Requete, pk: int) -> HttpResponse:
    """Says what stays behind, then leaves the organisation."""
    partenaire = mon_organisme(request, pk)
    if request.method != "POST":
        return render(request, "partenaires/quitter.html", {"partenaire": partenaire})
    appartenance = next(
        mienne for mienne in request.user.mes_appartenances if mienne.partenaire_id == pk
    )
    with refus_en_message(request):
        passations.quitter(appartenance, recu_le=request.recu_le)
        messages.success(request, f"Vous ne faites plus partie {de(partenaire)}.")
        return redirect("partenaires:organismes")
    return redirect("partenaires:membres", pk=pk)


def _invitation_envoyee(request: Requete, pk: int) -> Invitation:
    """A link of an organisation that I administer: unknown 404, not mine to change 403."""
    invitation = get_object_or_404(
        Invitation.objects.select_related("partenaire"),
        pk=pk,
        partenaire__in=mes_organismes(request),
    )
    droits.peut_administrer.exiger(request.user, invitation.partenaire)
    return invitation


def annuler_invitation(request: Requete, pk: int) -> HttpResponse:
    """The link opens nothing any more."""
    invitation = _invitation_envoyee(request, pk)
    with refus_en_message(request):
        invitations.annuler(invitation, recu_le=request.recu_le)
        messages.success(request, f"L’invitation {de(invitation.email)} est annulée.")
    return redirect("partenaires:membres", pk=invitation.partenaire_id)


def renvoyer_invitation(request: Requete, pk: int) -> HttpResponse:
    """A new link replaces the one before."""
    invitation = _invitation_envoyee(request, pk)
    with refus_en_message(request):
        invitations.renvoyer(invitation, par=request.user, recu_le=request.recu_le)
        messages.success(
            request,
            f"Une nouvelle invitation est partie à {invitation.email} ; le lien précédent ne sert "
            "plus.",
        )
    return redirect("partenaires:membres", pk=invitation.partenaire_id)
