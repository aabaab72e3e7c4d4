"""The documents that an organisation keeps: read by its members, kept by its writers."""

from io import BytesIO

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from partenaires.models import DocumentOrganisme, NatureDeDocument
from partenaires.organismes import porte_documents
from partenaires.organismes.actions import porte_documents as actes
from partenaires.organismes.forms.porte_documents import DocumentForm
from partenaires.organismes.vues.organismes import mes_organismes, mon_organisme
from partenaires.socle import droits, place, quarantaine
from partenaires.socle.entree import Requete
from partenaires.socle.vues.formulaire import (
    afficher,
    fichiers_saisis,
    refus_en_message,
    refus_sur,
    saisie,
)
from quartiers.models.journalise import noter_l_ouverture


@require_http_methods(["GET", "HEAD", "POST"])
def liste(request: Requete, pk: int) -> HttpResponse:
    """What is kept, and the form to add one."""
    partenaire = mon_organisme(request, pk)
    droits.peut_lire_fiche.exiger(request.user, partenaire)
    if request.method == "POST":
        droits.peut_modifier_fiche.exiger(request.user, partenaire)
    form = DocumentForm(saisie(request), fichiers_saisis(request))
    if request.method == "POST" and form.is_valid():
        choix = form.cleaned_data
        nature = NatureDeDocument(choix["nature"])
        deja = actes.deja_garde(partenaire, choix["fichier"], nature)
        with refus_sur(form):
            actes.ajouter(
                partenaire,
                choix["fichier"],
                nature=nature,
                date=choix["date"],
                expire_le=choix["expire_le"],
                par=request.user,
                recu_le=request.recu_le,
            )
            fait = "déjà gardé, ses dates sont à jour" if deja else "gardé"
            messages.success(request, f"Document {fait} : {nature.label}.")
            return redirect("partenaires:porte_documents", pk=pk)
    contexte = {
        "partenaire": partenaire,
        "documents": porte_documents.tous(partenaire, request.recu_le),
        "form": form,
        "place": place.dite(partenaire),
        "peut_modifier": droits.peut_modifier_fiche(request.user, partenaire),
    }
    return afficher(request, "partenaires/porte_documents.html", contexte, form)


def _document(
    request: Requete, pk: int, documents: QuerySet[DocumentOrganisme]
) -> DocumentOrganisme:
    """One of those of an organisation of mine, or 404."""
    miens = documents.filter(partenaire__in=mes_organismes(request)).select_related("partenaire")
    document = get_object_or_404(miens, pk=pk)
    droits.peut_lire_fiche.exiger(request.user, document.partenaire)
    return document


@require_GET
def telecharger(request: Requete, pk: int) -> HttpResponseBase:
    """The file; a bank document opens from a dossier only, by an act that is logged."""
    document = _document(request, pk, DocumentOrganisme.objects.presents())
    if document.est_bancaire:
        messages.info(request, "Un RIB s’ouvre depuis un dossier où il est joint.")
        return redirect("partenaires:porte_documents", pk=document.partenaire_id)
    try:
        contenu = quarantaine.lire_du_disque(document.fichier)
        quarantaine.exiger(document.sha256, contenu)
    except quarantaine.FichierRetenu as retenu:
        contexte = {"phrase": retenu.phrase}
        return render(request, "partenaires/justificatif_retenu.html", contexte, status=409)
    noter_l_ouverture(document, par=request.user.pk, le=request.recu_le)
    return FileResponse(
        BytesIO(contenu),
        as_attachment=True,
        filename=document.nom,
        content_type=document.mime,
        headers={
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cache-Control": "no-store, private",
        },
    )


def retirer(request: Requete, pk: int) -> HttpResponse:
    """Take a document out; the dossiers keep what they have."""
    document = _document(request, pk, DocumentOrganisme.objects.all())
    with refus_en_message(request):
        actes.retirer(document, par=request.user, recu_le=request.recu_le)
        nature = document.get_nature_display()
        messages.success(request, f"Document retiré du porte-documents : {nature}.")
    return redirect("partenaires:porte_documents", pk=document.partenaire_id)
