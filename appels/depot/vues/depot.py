"""Read the whole, ask for the signature, attest and deposit, hold the receipt."""

from django.contrib import messages
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from appels.depot.actions import depot
from appels.depot.forms.depot import DepotForm, SignatureForm
from appels.models import DepotDauphin, Dossier, Recepisse
from appels.models.etats import Transition
from appels.redaction.actions import accompagnement, redaction
from appels.socle import completude, droits, figement, pdf
from appels.socle.vues.lecture import changements, figee, lisible, mon_dossier, visible
from partenaires.socle import droits as droits_partenaires
from partenaires.socle.vues.formulaire import afficher, refus_sur, saisie


@require_GET
def relecture(request, pk):
    """The whole dossier on one page, for everybody who may read it."""
    deposes = Dossier.objects.visibles_par(request.user).deposes().pour_lecture()
    dossier = deposes.filter(pk=pk).first() or visible(request, pk)
    if dossier.est_integre:
        return redirect("appels:relecture", pk=dossier.corrige_id)
    if (
        dossier.ouvert_au_service_le
        and not dossier.est_depose
        and droits.lit_pour_le_service(request.user, dossier)
    ):
        accompagnement.journaliser_la_lecture(dossier, par=request.user, recu_le=request.recu_le)
    recepisse = (
        Recepisse.objects.select_related("version")
        .filter(version__dossier=dossier)
        .order_by("-pk")
        .first()
    )
    return render(
        request,
        "appels/depot/relecture.html",
        {
            **lisible(dossier, recepisse and recepisse.version),
            "dossier": dossier,
            "recepisse": recepisse,
            "manques": [] if dossier.est_depose else completude.manques(dossier),
            "modifiable": dossier.est_modifiable(request.recu_le),
            "non_depose": dossier.est_non_depose(request.recu_le),
            "siens": droits.redige(request.user, dossier),
            "peut_ouvrir_rib": droits.peut_ouvrir_rib(request.user, dossier),
            "coordonnees": completude.coordonnees(dossier),
            "pieces": figement.presentes(dossier),
            "passages": dossier.passages.visibles_par(request.user)
            .select_related("par")
            .order_by("-pk"),
            "complement": dossier.complements.prefetch_related("points__document").last()
            if dossier.est_depose
            else None,
            "motif": dossier.passages.filter(acte=Transition.ECARTER).last().motif
            if dossier.est_ecarte
            else "",
            "peut_echanger": dossier.est_depose
            and droits.peut_lire_les_personnes(request.user, dossier),
            "avise": dossier.est_depose and droits_partenaires.est_financeur(request.user),
            "peut_examiner": dossier.est_depose
            and droits.lit_pour_le_service(request.user, dossier),
            "peut_retirer": droits.peut_retirer(request.user, dossier),
            "peut_corriger": droits.peut_corriger(request.user, dossier, request.recu_le),
            "peut_decider": droits.peut_saisir_les_decisions(request.user, dossier),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def signature(request, pk):
    """Ask a signatory to attest and deposit."""
    dossier = mon_dossier(request, pk)
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
            "aucun": not form.fields["signataire"].queryset.exists(),
        },
        form,
    )


def rouvrir(request, pk):
    dossier = mon_dossier(request, pk)
    droits.peut_reprendre.exiger(request.user, dossier, request.recu_le)
    redaction.rouvrir(dossier, par=request.user, recu_le=request.recu_le)
    messages.success(request, "Le dossier est de nouveau un brouillon.")
    return redirect("appels:dossier", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def deposer(request, pk):
    """The signatory reads the whole, attests and deposits in the same act."""
    dossier = mon_dossier(request, pk)
    droits.peut_deposer.exiger(request.user, dossier)
    if dossier.est_depose or dossier.est_integre:
        return redirect("appels:depose", pk=dossier.corrige_id or pk)
    lu = depot.lecture(dossier)
    form = DepotForm(
        saisie(request),
        dossier=dossier,
        initial={
            "lu": lu,
            "qualite": next(
                (
                    a.qualite
                    for a in request.user.mes_appartenances
                    if a.partenaire_id == dossier.porteur_id
                ),
                "",
            ),
        },
    )
    manques = completude.bloquants(dossier)
    if request.method == "POST" and form.is_valid():
        with refus_sur(form):
            depot.deposer(
                dossier,
                lu=form.cleaned_data["lu"],
                qualite=form.cleaned_data["qualite"],
                declarations=form.declarations(),
                par=request.user,
                recu_le=request.recu_le,
            )
            return redirect("appels:depose", pk=dossier.corrige_id or pk)
        dossier = mon_dossier(request, pk)  # what is shown below is what `lu` will attest
        form.data = {**form.data.dict(), "lu": depot.lecture(dossier)}
    lu = lisible(dossier, None)
    return afficher(
        request,
        "appels/depot/deposer.html",
        {
            **lu,
            "differences": changements(dossier.corrige, lu) if dossier.corrige_id else None,
            "dossier": dossier,
            "form": form,
            "manques": manques,
            "est_ouvert": dossier.est_ouvert(request.recu_le),
            "pieces": figement.presentes(dossier),
            "coordonnees": completude.coordonnees(dossier),
        },
        form,
    )


@require_GET
def depose(request, pk):
    """Deposited: the number, the instant, what comes next. The receipt as soon as it is ready."""
    dossier = visible(request, pk)
    if not dossier.est_depose:
        return redirect("appels:dossier", pk=pk)
    recepisse = get_object_or_404(
        Recepisse.objects.select_related("version"), version=figee(dossier)
    )
    return render(
        request,
        "appels/depot/depose.html",
        {
            "dossier": dossier,
            "recepisse": recepisse,
            "sollicite_l_etat": dossier.sollicite_l_etat,
            "dauphin": DepotDauphin.objects.filter(dossier=dossier).first(),
        },
    )


def _recepisse_visible(request, pk: int) -> Recepisse:
    """That of the last version, or of the one named in the address."""
    dossiers = Dossier.objects.visibles_par(request.user)
    recepisses = (
        Recepisse.objects.select_related("version__dossier__appel")
        .filter(version__dossier__in=dossiers.filter(pk=pk))
        .order_by("-version__rang")
    )
    if (rang := request.GET.get("version", "")).isascii() and rang.isdigit():
        recepisses = recepisses.filter(version__rang=int(rang[:4]))
    if (recepisse := recepisses.first()) is None:
        raise Http404
    return recepisse


@require_GET
def recepisse(request, pk):
    """The receipt as a page: the same content as the PDF."""
    return render(
        request,
        "appels/depot/recepisse.html",
        pdf.contexte_du_recepisse(_recepisse_visible(request, pk)),
    )


@require_GET
def recepisse_pdf(request, pk):
    """The receipt as stored."""
    recepisse = _recepisse_visible(request, pk)
    if not recepisse.etabli_le:
        return render(
            request,
            "appels/depot/recepisse_en_preparation.html",
            {"dossier": recepisse.version.dossier, "recepisse": recepisse},
            status=404,
        )
    return FileResponse(
        recepisse.fichier.open("rb"),
        as_attachment=True,
        content_type="application/pdf",
        filename=recepisse.nom,
    )
