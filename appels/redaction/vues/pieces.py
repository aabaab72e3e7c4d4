"""Documents: one request a file, each with its own answer; bank data behind a logged act."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods

from appels.models import Dossier, NomPartie, Piece
from appels.redaction.actions import pieces as actes
from appels.redaction.actions import reprise
from appels.redaction.forms.pieces import CoordonneesForm, PieceForm
from appels.socle import completude, droits
from appels.socle.vues.lecture import mon_dossier
from partenaires.socle import fichiers, quarantaine
from partenaires.socle.refus import Refus
from partenaires.socle.vues.formulaire import afficher, refus_en_message, refus_sur


@require_GET
def pieces(request, pk):
    """The documents asked of this kind of applicant, and those already joined."""
    return page(request, mon_dossier(request, pk))


def page(request, dossier: Dossier, *formulaires, refuse: dict | None = None, coordonnees=None):
    """The documents page, with the error of one upload beside its document."""
    if (
        not droits.peut_rediger(request.user, dossier, request.recu_le, NomPartie.PIECES)
        and request.method == "GET"
    ):
        return redirect("appels:relecture", pk=dossier.pk)
    presentes = [p for p in dossier.pieces.all() if p.retiree_le is None]
    demandes = completude.documents_demandes(dossier)
    retenues = quarantaine.etats([piece.sha256 for piece in presentes])
    for piece in presentes:
        piece.retenue = retenues.get(piece.sha256)
    reprenables = reprise.pieces_reprenables(dossier, demandes)
    documents = [
        {
            "document": document,
            "pieces": [p for p in presentes if p.document_id == document.pk],
            "reprenables": reprenables[document.pk],
            "erreur": (refuse or {}).get(document.pk, ""),
        }
        for document in demandes
    ]
    return afficher(
        request,
        "appels/redaction/parties/pieces.html",
        {
            "dossier": dossier,
            "documents": documents,
            "accept": fichiers.ACCEPT,
            "types": fichiers.ACCEPTES,
            "taille": fichiers.taille_max(),
            "octets": settings.TAILLE_MAX_PIECE,
            "coordonnees": completude.coordonnees(dossier),
            "form": coordonnees or CoordonneesForm(),
            "bancaire": any(d["document"].est_bancaire for d in documents),
            "manques": [m for m in completude.manques(dossier) if m.partie == NomPartie.PIECES],
        },
        *formulaires,
    )


def ajouter(request, pk, document_pk):
    """Receive one file. Scripts ask for JSON, browsers without script get the page."""
    dossier = mon_dossier(request, pk)
    droits.redige.exiger(request.user, dossier)
    document = next(
        (d for d in completude.documents_demandes(dossier) if d.pk == document_pk), None
    )
    if document is None:
        return _reponse(request, dossier, None, "Ce document n’est pas demandé pour ce dossier.")
    form = PieceForm(request.POST, request.FILES)
    if not form.is_valid():
        return _reponse(request, dossier, document, form.errors["fichier"][0], form)
    try:
        piece = actes.ajouter(
            dossier,
            document,
            form.cleaned_data["fichier"],
            par=request.user,
            recu_le=request.recu_le,
        )
    except Refus as refus:
        return _reponse(request, dossier, document, refus.phrase)
    except OSError:
        return _reponse(request, dossier, document, fichiers.PLUS_DE_PLACE)
    if _veut_du_json(request):
        return JsonResponse({"nom": piece.nom})
    messages.success(request, f"{piece.nom} est joint.")
    return redirect("appels:pieces", pk=pk)


def reprendre(request, pk, document_pk, piece_pk):
    """Join a file that the organisation already gave for the same document."""
    dossier = mon_dossier(request, pk)
    droits.redige.exiger(request.user, dossier)
    document = next(
        (d for d in completude.documents_demandes(dossier) if d.pk == document_pk), None
    )
    miennes = reprise.pieces_reprenables(dossier, [document] if document else [])
    piece = next((p for p in miennes.get(document_pk, ()) if p.pk == piece_pk), None)
    if piece is None:
        messages.error(
            request, "Ce fichier ne se reprend pas : il est déjà joint, ou il n’existe plus."
        )
        return redirect("appels:pieces", pk=pk)
    with refus_en_message(request):
        actes.reprendre(dossier, document, piece, par=request.user, recu_le=request.recu_le)
        messages.success(
            request, f"« {document} » est repris, avec sa date. Vérifiez qu’il est encore à jour."
        )
    return redirect("appels:pieces", pk=pk)


def _veut_du_json(request) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


def _reponse(request, dossier, document, phrase: str, *formulaires):
    """The refusal of one file, where it was given."""
    if _veut_du_json(request):
        return JsonResponse({"erreur": phrase}, status=422)
    if document is None:
        messages.error(request, phrase)
        return redirect("appels:pieces", pk=dossier.pk)
    reponse = page(request, dossier, refuse={document.pk: phrase})
    reponse.status_code = 422
    return reponse


def retirer(request, pk):
    """Take a file out of a draft."""
    dossiers = Dossier.objects.a_rediger_par(request.user)
    piece = get_object_or_404(
        Piece.objects.presentes().select_related("dossier__appel"), pk=pk, dossier__in=dossiers
    )
    droits.redige.exiger(request.user, piece.dossier)
    with refus_en_message(request):
        actes.retirer(piece, par=request.user, recu_le=request.recu_le)
        messages.success(request, f"{piece.nom} est retiré.")
    return redirect("appels:pieces", pk=piece.dossier_id)


def coordonnees(request, pk):
    """IBAN and BIC, checked then encrypted."""
    dossier = mon_dossier(request, pk)
    droits.redige.exiger(request.user, dossier)
    form = CoordonneesForm(request.POST)
    if form.is_valid():
        with refus_sur(form):
            actes.poser_coordonnees(
                dossier, **form.cleaned_data, par=request.user, recu_le=request.recu_le
            )
            messages.success(request, "Les coordonnées bancaires sont enregistrées, chiffrées.")
            return redirect("appels:pieces", pk=pk)
    return page(request, dossier, form, coordonnees=form)


@require_GET
def piece(request, pk):
    """A file through rights: attachment, no sniffing, sandboxed; bank documents only by a logged
    act.
    """
    dossiers = Dossier.objects.visibles_par(request.user)
    piece = get_object_or_404(
        Piece.objects.presentes().select_related("dossier").filter(est_chiffree=False),
        pk=pk,
        dossier__in=dossiers,
    )
    return _fichier(request, piece)


def _fichier(request, piece: Piece) -> HttpResponse:
    """The file, or why it is kept back."""
    try:
        contenu = piece.lire()
    except quarantaine.FichierRetenu as retenu:
        return render(
            request,
            "appels/socle/fichier_retenu.html",
            {"phrase": str(retenu), "dossier": piece.dossier},
            status=409,
        )
    reponse = HttpResponse(contenu, content_type=piece.mime)
    reponse["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=piece.nom
    )
    reponse["Content-Security-Policy"] = "sandbox; default-src 'none'"
    reponse["Cache-Control"] = "no-store, private"
    return reponse


@require_http_methods(["GET", "HEAD", "POST"])
def rib(request, pk):
    """Bank data of a dossier: GET shows a button, POST opens and writes it in the log."""
    dossier = get_object_or_404(Dossier.objects.visibles_par(request.user).pour_completude(), pk=pk)
    droits.peut_ouvrir_rib.exiger(request.user, dossier)
    fichier = next(
        (p for p in dossier.pieces.all() if p.est_chiffree and p.retiree_le is None), None
    )
    contexte = {
        "dossier": dossier,
        "coordonnees": completude.coordonnees(dossier),
        "fichier": fichier,
    }
    if request.method != "POST":
        return render(request, "appels/redaction/rib.html", contexte)
    if "fichier" in request.POST and fichier:
        actes.consigner_ouverture(
            dossier, quoi="Fichier du RIB", par=request.user, recu_le=request.recu_le
        )
        return _fichier(request, fichier)
    if contexte["coordonnees"]:
        actes.consigner_ouverture(
            dossier, quoi="IBAN et BIC", par=request.user, recu_le=request.recu_le
        )
        contexte["iban"], contexte["bic"] = contexte["coordonnees"].devoiler()
    return render(request, "appels/redaction/rib.html", contexte)
