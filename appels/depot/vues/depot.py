"""Read the whole, ask for the signature, attest and deposit, hold the receipt."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from appels.depot import reponses, suite, volets
from appels.depot.actions import depot
from appels.depot.forms.depot import DepotForm, SignatureForm
from appels.depot.relecture import ADeposer, Gestes, autour, recepisse_de
from appels.models import Dossier, NomPartie, Recepisse
from appels.redaction.actions import accompagnement, redaction
from appels.socle import completude, droits, figement, pdf, pieces_demandees, suivi
from appels.socle.requete import Requete
from appels.socle.vues.lecture import changements, lisible, mon_dossier, visible
from partenaires.models import Utilisateur
from partenaires.socle.vues.formulaire import afficher, refus_sur, saisie
from quartiers.models.journalise import noter_l_ouverture


@require_GET
def relecture(request: Requete, pk: int) -> HttpResponse:
    """The whole dossier on one page, for everybody who may read it."""
    deposes = Dossier.objects.visibles_par(request.user).deposes().pour_lecture()
    deposes = suivi.avec_les_lettres(deposes)
    dossier = deposes.filter(pk=pk).first() or visible(request, pk)
    if dossier.est_integre:
        return redirect("appels:relecture", pk=dossier.corrige_id)
    if (
        dossier.ouvert_au_service_le
        and not dossier.est_depose
        and droits.lit_pour_le_service(request.user, dossier)
    ):
        accompagnement.journaliser_la_lecture(dossier, par=request.user, recu_le=request.recu_le)
    recepisse = recepisse_de(dossier)
    return render(
        request,
        "appels/depot/relecture.html",
        {
            **lisible(dossier, recepisse.version if recepisse else None),
            "dossier": dossier,
            "recepisse": recepisse,
            "page": autour(dossier, request.user, request.recu_le),
            "peut": Gestes.de(request.user, dossier, request.recu_le),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def signature(request: Requete, pk: int) -> HttpResponse:
    """Ask a signatory to attest and deposit; asked already, the task list says to whom."""
    dossier = mon_dossier(request, pk)
    if dossier.attend_une_signature and droits.redige(request.user, dossier):
        messages.info(request, f"L’attestation est déjà demandée à {dossier.signature_demandee_a}.")
        return redirect("appels:dossier", pk=pk)
    droits.peut_demander_signature.exiger(request.user, dossier, request.recu_le)
    form = SignatureForm(saisie(request), dossier=dossier)
    if request.method == "POST" and form.is_valid():
        with refus_sur(form):
            redaction.demander_signature(
                dossier,
                a=form.cleaned_data["signataire"],
                par=request.user,
                recu_le=request.recu_le,
            )
            messages.success(
                request,
                "La demande est envoyée. Le dossier n’est pas encore déposé : "
                "il le sera quand cette personne l’aura attesté.",
            )
            return redirect("appels:dossier", pk=pk)
    return afficher(
        request,
        "appels/depot/signature.html",
        {
            "dossier": dossier,
            "form": form,
            "manques": completude.bloquants(dossier),
            "aucun": not form.signataires.exists(),
        },
        form,
    )


def rouvrir(request: Requete, pk: int) -> HttpResponse:
    """Take back the request for a signature, and go on writing."""
    dossier = mon_dossier(request, pk)
    droits.peut_reprendre.exiger(request.user, dossier, request.recu_le)
    redaction.rouvrir(dossier, par=request.user, recu_le=request.recu_le)
    messages.success(request, "Le dossier est de nouveau un brouillon.")
    return redirect("appels:dossier", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def deposer(request: Requete, pk: int) -> HttpResponse:
    """The signatory reads the whole, attests and deposits in the same act."""
    # The act reads the rest itself, under its lock
    dossier = mon_dossier(request, pk, () if request.method == "POST" else None)
    droits.peut_deposer.exiger(request.user, dossier)
    if dossier.est_depose or dossier.est_integre:
        return redirect("appels:depose", pk=dossier.corrige_id or pk)
    form = DepotForm(saisie(request), dossier=dossier)
    if request.method != "POST":
        return _a_deposer(request, dossier, form)
    est_refuse = False
    if form.is_valid():
        with refus_sur(form):
            depot.deposer(
                dossier,
                lu=form.cleaned_data["lu"],
                qualite=form.cleaned_data["qualite"],
                declarations=form.declarations(),
                par=request.user,
                recu_le=request.recu_le,
            )
            messages.success(request, "C’est fait : ce que vous avez attesté est déposé.")
            return redirect("appels:depose", pk=dossier.corrige_id or pk)
        est_refuse = True
    return _a_deposer(request, mon_dossier(request, pk), form, est_refuse=est_refuse)


def _a_deposer(
    request: Requete, dossier: Dossier, form: DepotForm, *, est_refuse: bool = False
) -> HttpResponse:
    """The whole project with its declarations; refused, what is shown is what `lu` will attest."""
    lu = depot.lecture(dossier)
    form.initial = {"lu": lu, "qualite": _qualite(request.user, dossier)}
    envoi = saisie(request)
    if est_refuse and envoi is not None:
        form.data = {**envoi.dict(), "lu": lu}
    contenu = lisible(dossier, None)
    contenu["plan"] = reponses.situer(contenu["plan"], dossier)
    manques = completude.bloquants(dossier)
    joint = (figement.presentes(dossier), pieces_demandees.coordonnees(dossier))
    ouvertes = {
        nom.value
        for nom in NomPartie
        if droits.peut_rediger(request.user, dossier, request.recu_le, nom)
    }
    page = ADeposer(
        est_ouvert=dossier.est_ouvert(request.recu_le),
        manques=manques,
        a_venir=pieces_demandees.a_venir(dossier),
        volets=volets.dresser(dossier, contenu, manques, ouvertes, joint, pour=request.user),
        pieces=joint[0],
        coordonnees=joint[1],
        differences=changements(dossier.corrige, contenu) if dossier.corrige else None,
    )
    contexte = {**contenu, "dossier": dossier, "form": form, "page": page}
    return afficher(request, "appels/depot/deposer.html", contexte, form)


def _qualite(personne: Utilisateur, dossier: Dossier) -> str:
    """What the person said to be in the organisation; empty when they said nothing."""
    for appartenance in personne.mes_appartenances:
        if appartenance.partenaire_id == dossier.porteur_id:
            return appartenance.qualite
    return ""


@require_GET
def depose(request: Requete, pk: int) -> HttpResponse:
    """What follows the deposit: the year step by step, who acts, by when, the one act."""
    deposes = Dossier.objects.visibles_par(request.user).deposes().pour_lecture()
    deposes = suivi.avec_les_lettres(deposes.select_related("dauphin"))
    dossier = deposes.filter(pk=pk).first() or visible(request, pk)
    if not dossier.est_depose:
        return redirect("appels:dossier", pk=pk)
    recepisse = recepisse_de(dossier)
    if recepisse is None:
        raise Http404
    return render(
        request,
        "appels/depot/depose.html",
        {
            "dossier": dossier,
            "recepisse": recepisse,
            "page": suite.suivre(dossier, request.user, request.recu_le),
            "dauphin": getattr(dossier, "dauphin", None),
        },
    )


def _recepisse_visible(request: Requete, pk: int) -> Recepisse:
    """That of the last version, or of the one named in the address."""
    dossiers = Dossier.objects.visibles_par(request.user)
    recepisses = (
        Recepisse.objects.select_related("version__dossier__appel")
        .filter(version__dossier__in=dossiers.filter(pk=pk))
        .order_by("-version__rang")
    )
    rang = request.GET.get("version", "")
    if rang.isascii() and rang.isdigit():
        recepisses = recepisses.filter(version__rang=int(rang[:4]))
    recepisse = recepisses.first()
    if recepisse is None:
        raise Http404
    return recepisse


@require_GET
def recepisse(request: Requete, pk: int) -> HttpResponse:
    """The receipt as a page: the same content as the PDF."""
    return render(
        request,
        "appels/depot/recepisse.html",
        pdf.contexte_du_recepisse(_recepisse_visible(request, pk)),
    )


@require_GET
def recepisse_pdf(request: Requete, pk: int) -> HttpResponseBase:
    """The receipt as stored."""
    recepisse = _recepisse_visible(request, pk)
    if not recepisse.etabli_le:
        return render(
            request,
            "appels/depot/recepisse_en_preparation.html",
            {"dossier": recepisse.version.dossier, "recepisse": recepisse},
            status=404,
        )
    noter_l_ouverture(recepisse, par=request.user.pk, le=request.recu_le)
    return FileResponse(
        recepisse.fichier.open("rb"),
        as_attachment=True,
        content_type="application/pdf",
        filename=recepisse.nom,
    )
