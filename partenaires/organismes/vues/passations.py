"""Organisations seen by the service.

Who is there, nobody left to administer, the keys given again.
"""

from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from partenaires.models import (
    Appartenance,
    Designation,
    Partenaire,
    Rectification,
    Utilisateur,
)
from partenaires.organismes.actions import passations
from partenaires.organismes.forms.organismes import OrganismeDuServiceForm
from partenaires.organismes.forms.passations import ConfierForm, MotifForm
from partenaires.socle import droits
from partenaires.socle.entree import Requete
from partenaires.socle.vues.formulaire import afficher, refus_en_message, refus_sur, saisie
from quartiers.articles import de

PAR_PAGE = 25


@require_GET
def annuaire(request: Requete) -> HttpResponse:
    """Every organisation that may write a dossier; those without administration first asked for."""
    cherche = request.GET.get("q", "").strip()[:100]
    seuls = "seuls" in request.GET
    orphelins = passations.sans_administration()
    organismes = orphelins if seuls else Partenaire.objects.porteurs()
    if cherche:
        organismes = organismes.nommes(cherche)
    pages = Paginator(organismes.order_by("nom", "pk"), PAR_PAGE)
    return render(
        request,
        "partenaires/annuaire.html",
        {
            "page": pages.get_page(request.GET.get("page")),
            "q": cherche,
            "seuls": seuls,
            "orphelins": orphelins.count(),
            "a_corriger": Rectification.objects.en_attente().count(),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def organisme(request: Requete, pk: int) -> HttpResponse:
    """One organisation: its people, its log; the service proposes somebody when nobody is left."""
    partenaire = get_object_or_404(Partenaire.objects.porteurs(), pk=pk)
    form = ConfierForm(saisie(request))
    if request.method == "POST":
        droits.peut_juger.exiger(request.user, partenaire)
        if form.is_valid():
            with refus_sur(form):
                passations.proposer(
                    partenaire,
                    form.cleaned_data["email"],
                    motif=form.cleaned_data["motif"],
                    par=request.user,
                    recu_le=request.recu_le,
                )
                messages.success(
                    request, "Proposition notée : une autre personne du service la confirme."
                )
                return redirect("partenaires:organisme_agent", pk=pk)
    gens = partenaire.appartenances.select_related("utilisateur", "garant__utilisateur")
    return afficher(
        request,
        "partenaires/organisme_agent.html",
        {
            "partenaire": partenaire,
            "form": form,
            "membres": gens.actives(),
            "demandes": gens.demandees(),
            "rectifications": partenaire.rectifications.select_related(
                "demandee_par", "tranchee_par"
            ),
            "passations": partenaire.passations.select_related("par"),
            "invitations": partenaire.invitations.valables(request.recu_le),
            "orphelin": passations.sans_administration().filter(pk=pk).exists(),
            "a_confier": passations.a_confier().filter(pk=pk).exists(),
            "designation": partenaire.designations.en_attente().first(),
            "jugement": Jugement.de(request.user, partenaire),
        },
        form,
    )


@dataclass(frozen=True)
class Jugement:
    """Whether this person says who holds an organisation, and the words when not."""

    est_permis: bool
    phrase: str

    @classmethod
    def de(cls, personne: Utilisateur, partenaire: Partenaire) -> "Jugement":
        est_permis = droits.peut_juger(personne, partenaire)
        return cls(est_permis, droits.peut_juger.phrase)


def _designation(request: Requete, pk: int) -> Designation:
    """A proposal on an organisation of my perimeter."""
    designation = get_object_or_404(Designation.objects.select_related("partenaire"), pk=pk)
    droits.peut_juger.exiger(request.user, designation.partenaire)
    return designation


def confirmer(request: Requete, pk: int) -> HttpResponse:
    """The second person of the service agrees: the invitation leaves."""
    designation = _designation(request, pk)
    with refus_en_message(request):
        passations.confirmer(designation, par=request.user, recu_le=request.recu_le)
        messages.success(request, f"Une invitation est partie à {designation.email}.")
    return redirect("partenaires:organisme_agent", pk=designation.partenaire_id)


def ecarter(request: Requete, pk: int) -> HttpResponse:
    """The proposal is dropped: nothing leaves."""
    designation = _designation(request, pk)
    with refus_en_message(request):
        passations.ecarter(designation, par=request.user, recu_le=request.recu_le)
        messages.success(request, "La proposition est écartée.")
    return redirect("partenaires:organisme_agent", pk=designation.partenaire_id)


@require_http_methods(["GET", "HEAD", "POST"])
def nouveau(request: Requete) -> HttpResponse:
    """Add an organisation that has no account, to enter its request received on paper."""
    form = OrganismeDuServiceForm(saisie(request))
    if request.method == "POST" and form.is_valid():
        organisme = passations.ajouter(form.cleaned_data, par=request.user, recu_le=request.recu_le)
        messages.success(request, f"{organisme} est dans l’annuaire.")
        return redirect("partenaires:organisme_agent", pk=organisme.pk)
    return afficher(request, "partenaires/organisme_nouveau.html", {"form": form}, form)


def depart(request: Requete, pk: int) -> HttpResponse:
    """The service was told that this person left the organisation."""
    appartenance = get_object_or_404(
        Appartenance.objects.actives()
        .select_related("partenaire", "utilisateur")
        .filter(partenaire__in=Partenaire.objects.porteurs()),
        pk=pk,
    )
    droits.peut_juger.exiger(request.user, appartenance.partenaire)
    form = MotifForm(saisie(request), prefix="depart")
    if form.is_valid():
        passations.constater_depart(
            appartenance,
            motif=form.cleaned_data["motif"],
            par=request.user,
            recu_le=request.recu_le,
        )
        messages.success(
            request, f"Le départ {de(appartenance.utilisateur)} est noté ; un message le lui dit."
        )
    else:
        messages.error(request, "Écrivez le motif : il reste au journal de l’organisme.")
    return redirect("partenaires:organisme_agent", pk=appartenance.partenaire_id)
