"""The service looks at who claims an organisation."""

from io import BytesIO

from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from partenaires.models import Appartenance
from partenaires.organismes.actions import qualites
from partenaires.organismes.forms.passations import RefusForm
from partenaires.socle import droits, quarantaine
from partenaires.socle.entree import Requete
from partenaires.socle.vues.formulaire import afficher, refus_en_message, refus_sur, saisie
from quartiers.articles import de
from quartiers.models.journalise import noter_l_ouverture


@require_GET
def liste(request: Requete) -> HttpResponse:
    """Agents: claimants whose quality waits to be looked at, and whoever hangs from them."""
    droits.peut_verifier_les_qualites.exiger(request.user)
    attendues = (
        Appartenance.objects.a_verifier()
        .select_related("partenaire", "utilisateur", "garant__utilisateur")
        .order_by("partenaire__nom", "partenaire", "demandee_le")
    )
    contexte = {
        "appartenances": attendues,
        "a_un_autre": set(qualites.reservees_a_un_autre(request.user).values_list("pk", flat=True)),
        "pourquoi": qualites.UneAutrePersonneVerifie.phrase,
    }
    return render(request, "partenaires/qualites.html", contexte)


def _a_juger(request: Requete, pk: int) -> Appartenance:
    """A membership that is not over, within my perimeter and where I am nobody."""
    appartenance = get_object_or_404(
        Appartenance.objects.select_related("utilisateur", "partenaire", "garant"),
        pk=pk,
        terminee_le__isnull=True,
    )
    droits.peut_juger.exiger(request.user, appartenance.partenaire)
    return appartenance


def verifier(request: Requete, pk: int) -> HttpResponse:
    """An agent has looked at the document and agrees."""
    appartenance = _a_juger(request, pk)
    with refus_en_message(request):
        attendent = qualites.verifier(appartenance, par=request.user, recu_le=request.recu_le)
        messages.success(request, f"La qualité {de(appartenance.utilisateur)} est vérifiée.")
        if attendent:
            noms = ", ".join(str(demande.utilisateur) for demande in attendent)
            messages.warning(
                request,
                f"{appartenance.partenaire} : la vérification ne vaut que pour cette personne. "
                f"Attendent encore une réponse d’une personne qui administre l’organisme, ou la "
                f"vôtre : {noms}.",
            )
    return redirect("partenaires:qualites")


@require_http_methods(["GET", "HEAD", "POST"])
def refuser(request: Requete, pk: int) -> HttpResponse:
    """Refuse a claim, or undo one: the reason is told to the person and stays in the log."""
    appartenance = _a_juger(request, pk)
    deja = appartenance.verifiee_le is not None
    form = RefusForm(saisie(request), initial={"verifiee": deja})
    if request.method == "POST" and form.is_valid():
        with refus_sur(form):
            qualites.refuser(
                appartenance,
                motif=form.cleaned_data["motif"],
                etait_verifiee=form.cleaned_data["verifiee"],
                par=request.user,
                recu_le=request.recu_le,
            )
            messages.success(
                request,
                f"La demande {de(appartenance.utilisateur)} est refusée ; un message le dit.",
            )
            return redirect("partenaires:qualites")
    contexte = {"appartenance": appartenance, "form": form}
    return afficher(request, "partenaires/refuser_qualite.html", contexte, form)


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
    noter_l_ouverture(appartenance, par=request.user.pk, le=request.recu_le)
    return FileResponse(
        BytesIO(contenu),
        as_attachment=True,
        filename=appartenance.justificatif_nom,
        content_type="application/octet-stream",
        headers={"Content-Security-Policy": "sandbox; default-src 'none'"},
    )
