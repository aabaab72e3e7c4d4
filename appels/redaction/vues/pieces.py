"""Documents: one request a file, each with its own answer; bank data behind a logged act."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods

from appels.models import DocumentDemande, Dossier, NomPartie, Ouvrage, Piece
from appels.redaction import documents
from appels.redaction.actions import pieces as actes
from appels.redaction.forms.pieces import CoordonneesForm, PieceForm, PriseForm
from appels.redaction.vues import retour
from appels.socle import droits, ecritures, figement, pieces_demandees
from appels.socle.requete import Requete
from appels.socle.vues.lecture import mon_dossier
from partenaires.models import DocumentOrganisme
from partenaires.socle import fichiers, place, quarantaine
from partenaires.socle.refus import Refus
from partenaires.socle.vues import en_json
from partenaires.socle.vues.formulaire import afficher, refus_en_message, refus_sur, saisie
from quartiers.francais import accorder
from quartiers.models.journalise import noter_l_ouverture

UN_PRIS = "document est joint, avec sa date : vérifiez qu’il est encore à jour."
PLUSIEURS_PRIS = "documents sont joints, avec leur date : vérifiez qu’ils sont encore à jour."


@require_GET
def pieces(request: Requete, pk: int) -> HttpResponse:
    """The documents asked of this kind of applicant, and those already joined."""
    dossier = mon_dossier(request, pk)
    if not droits.peut_rediger(request.user, dossier, request.recu_le, NomPartie.PIECES):
        return redirect("appels:relecture", pk=pk)
    ecritures.noter(request, dossier, Ouvrage.PARTIE, NomPartie.PIECES.value)
    return _page(request, dossier)


def _page(
    request: Requete,
    dossier: Dossier,
    *,
    refus: dict[int, str] | None = None,
    coordonnees: CoordonneesForm | None = None,
    prise: PriseForm | None = None,
) -> HttpResponse:
    """The documents page; `refus` is why a file was refused, by document."""
    posees = pieces_demandees.coordonnees(dossier)
    vue = posees.empreinte if posees else ""
    form = coordonnees or CoordonneesForm(initial={"vue": vue})
    lignes = documents.lignes(dossier, refus or {}, par=request.user, instant=request.recu_le)
    prise = prise or PriseForm(lignes=lignes)
    erreurs = [
        {
            "ancre": f"id_document-{ligne.document.pk}",
            "phrase": f"{ligne.document} : {ligne.erreur}",
        }
        for ligne in lignes
        if ligne.erreur
    ]
    return afficher(
        request,
        "appels/redaction/parties/pieces.html",
        {
            "dossier": dossier,
            "nom": NomPartie.PIECES,
            "erreurs": erreurs,
            "documents": lignes,
            "accept": fichiers.ACCEPT,
            "types": fichiers.ACCEPTES,
            "taille": fichiers.taille_max(),
            "octets": settings.TAILLE_MAX_PIECE,
            "place": place.dite(dossier.porteur),
            "delai": settings.DELAI_EFFACEMENT,
            "coordonnees": posees,
            "form": form,
            "prise": prise,
            "bancaire": any(ligne.document.est_bancaire for ligne in lignes),
            "a_verifier": retour.est_a_verifier(request, dossier),
            "suite": retour.suite(request, dossier),
            "fin": retour.fin(request, dossier),
        },
        form,
        prise,
    )


def _revenir(request: Requete, dossier: Dossier, ancre: str = "") -> HttpResponse:
    """The documents page once something was done there."""
    page = reverse("appels:pieces", args=[dossier.pk])
    return redirect(page + retour.suite(request, dossier) + ancre)


def prendre(request: Requete, pk: int) -> HttpResponse:
    """Join at once what the organisation already has, as it was ticked; each answers for itself."""
    dossier = mon_dossier(request, pk)
    droits.redige.exiger(request.user, dossier)
    lignes = documents.lignes(dossier, {}, par=request.user, instant=request.recu_le)
    form = PriseForm(saisie(request), lignes=lignes)
    if not form.is_valid():
        return _page(request, dossier, prise=form)
    refus = {}
    for document, deja_la in form.choisis():
        try:
            _prendre(request, dossier, document, deja_la)
        except Refus as refuse:
            refus[document.pk] = refuse.phrase
    pris = len(form.choisis()) - len(refus)
    if pris:
        messages.success(request, accorder(pris, UN_PRIS, PLUSIEURS_PRIS))
    if refus:
        return _page(request, mon_dossier(request, pk), refus=refus)
    return _revenir(request, dossier)


def _prendre(
    request: Requete,
    dossier: Dossier,
    document: DocumentDemande,
    deja_la: DocumentOrganisme | Piece,
) -> Piece:
    """What the organisation keeps, or what it gave for another dossier."""
    if isinstance(deja_la, DocumentOrganisme):
        return actes.joindre(dossier, document, deja_la, par=request.user, recu_le=request.recu_le)
    return actes.reprendre(dossier, document, deja_la, par=request.user, recu_le=request.recu_le)


def ajouter(request: Requete, pk: int, document_pk: int) -> HttpResponse:
    """Receive one file. Scripts ask for JSON, browsers without script get the page."""
    dossier = mon_dossier(request, pk)
    droits.redige.exiger(request.user, dossier)
    document = documents.demande(dossier, document_pk)
    if document is None:
        return _refuser(request, dossier, None, "Ce document n’est pas demandé pour ce dossier.")
    form = PieceForm(saisie(request), request.FILES)
    if not form.is_valid():
        phrase = str(form.errors["fichier"][0])
        return _refuser(request, dossier, document, phrase, _se_renvoie(form))
    try:
        piece = actes.ajouter(
            dossier,
            document,
            form.cleaned_data["fichier"],
            par=request.user,
            recu_le=request.recu_le,
        )
    except Refus as refus:
        return _refuser(request, dossier, document, refus.phrase)
    except OSError:
        return _refuser(request, dossier, document, fichiers.PLUS_DE_PLACE, se_renvoie=True)
    if _veut_du_json(request):
        return en_json.repondre({"nom": piece.nom})
    messages.success(request, f"{piece.nom} est joint.")
    return _revenir(request, dossier, f"#document-{document.pk}")


def joindre(request: Requete, pk: int, document_pk: int, garde_pk: int) -> HttpResponse:
    """Join a document of the organisation's own."""
    dossier = mon_dossier(request, pk)
    droits.redige.exiger(request.user, dossier)
    document = documents.demande(dossier, document_pk)
    garde = None
    if document is not None:
        garde = documents.a_joindre(
            dossier, document, garde_pk, par=request.user, instant=request.recu_le
        )
    if document is None or garde is None:
        phrase = "Ce document n’est plus à joindre ici : regardez votre porte-documents."
        return _refuser(request, dossier, document, phrase)
    try:
        piece = actes.joindre(
            dossier,
            document,
            garde,
            par=request.user,
            recu_le=request.recu_le,
            remplace="remplacer" in request.POST,
        )
    except Refus as refus:
        return _refuser(request, dossier, document, refus.phrase)
    messages.success(request, f"{'Le RIB' if piece.est_chiffree else piece.nom} est joint.")
    return _revenir(request, dossier, f"#document-{document.pk}")


def reprendre(request: Requete, pk: int, document_pk: int, piece_pk: int) -> HttpResponse:
    """Join a file that the organisation already gave for the same document."""
    dossier = mon_dossier(request, pk)
    droits.redige.exiger(request.user, dossier)
    document = documents.demande(dossier, document_pk)
    piece = None
    if document is not None:
        piece = documents.a_reprendre(dossier, document, piece_pk, par=request.user)
    if document is None or piece is None:
        messages.error(
            request, "Ce fichier ne se reprend pas : il est déjà joint, ou il n’existe plus."
        )
        return _revenir(request, dossier)
    with refus_en_message(request):
        _prendre(request, dossier, document, piece)
        messages.success(
            request, f"« {document} » est repris, avec sa date. Vérifiez qu’il est encore à jour."
        )
    return _revenir(request, dossier)


def _veut_du_json(request: Requete) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


def _se_renvoie(form: PieceForm) -> bool:
    """The same file may be sent again: it is the portal that could not look at it."""
    return form.has_error("fichier", code=fichiers.OCCUPE)


def _refuser(
    request: Requete,
    dossier: Dossier,
    document: DocumentDemande | None,
    phrase: str,
    se_renvoie: bool = False,
) -> HttpResponse:
    """The refusal of one file, where it was given; the script offers what can be done next."""
    if _veut_du_json(request):
        return en_json.repondre({"erreur": phrase, "se_renvoie": se_renvoie}, status=422)
    if document is None:
        messages.error(request, phrase)
        return _revenir(request, dossier)
    return _page(request, dossier, refus={document.pk: phrase})


def retirer(request: Requete, pk: int) -> HttpResponse:
    """Take a file out of a draft."""
    dossiers = Dossier.objects.a_rediger_par(request.user)
    piece = get_object_or_404(
        Piece.objects.select_related("dossier__appel"), pk=pk, dossier__in=dossiers
    )
    droits.redige.exiger(request.user, piece.dossier)
    with refus_en_message(request):
        actes.retirer(piece, par=request.user, recu_le=request.recu_le)
        messages.success(request, f"{piece.nom} est retiré.")
    return _revenir(request, piece.dossier)


def coordonnees(request: Requete, pk: int) -> HttpResponse:
    """IBAN and BIC, checked then encrypted."""
    dossier = mon_dossier(request, pk)
    droits.redige.exiger(request.user, dossier)
    form = CoordonneesForm(saisie(request))
    if form.is_valid():
        with refus_sur(form):
            actes.poser_coordonnees(
                dossier, **form.cleaned_data, par=request.user, recu_le=request.recu_le
            )
            messages.success(request, "Les coordonnées bancaires sont enregistrées, chiffrées.")
            return _revenir(request, dossier)
    return _page(request, dossier, coordonnees=form)


@require_GET
def piece(request: Requete, pk: int) -> HttpResponse:
    """A file through rights: attachment, no sniffing, sandboxed.

    Bank documents open only by a logged act.
    """
    return _fichier(request, _lisible(request, pk))


def _lisible(request: Requete, pk: int) -> Piece:
    """A file of a dossier that I read, bank documents apart, or 404."""
    return get_object_or_404(
        Piece.objects.presentes().select_related("dossier").filter(est_chiffree=False),
        pk=pk,
        dossier__in=Dossier.objects.visibles_par(request.user),
    )


@require_GET
def apercu(request: Requete, pk: int) -> HttpResponse:
    """The same file, by the same rights, drawn in a frame of our own pages and of no other.

    The answer itself is sandboxed: no script, no form, no origin. 404 for what a browser would not
    draw, or would execute.
    """
    piece = _lisible(request, pk)
    if not piece.se_montre:
        raise Http404
    try:
        reponse = HttpResponse(piece.lire(), content_type=piece.mime)
    except quarantaine.FichierRetenu as retenu:
        reponse = HttpResponse(str(retenu), content_type="text/plain; charset=utf-8", status=409)
    else:
        noter_l_ouverture(piece, par=request.user.pk, le=request.recu_le)
    disposition = content_disposition_header(as_attachment=False, filename=piece.nom)
    reponse["Content-Disposition"] = disposition or "inline"
    reponse["Content-Security-Policy"] = "sandbox; default-src 'none'; frame-ancestors 'self'"
    reponse["X-Frame-Options"] = "SAMEORIGIN"
    reponse["Cache-Control"] = "no-store, private"
    return reponse


def _fichier(request: Requete, piece: Piece) -> HttpResponse:
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
    noter_l_ouverture(piece, par=request.user.pk, le=request.recu_le)
    reponse = HttpResponse(contenu, content_type=piece.mime)
    reponse["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=piece.nom
    )
    reponse["Content-Security-Policy"] = "sandbox; default-src 'none'"
    reponse["Cache-Control"] = "no-store, private"
    return reponse


@require_http_methods(["GET", "HEAD", "POST"])
def rib(request: Requete, pk: int) -> HttpResponse:
    """Bank data of a dossier: GET shows a button, POST opens and writes it in the log."""
    dossier = get_object_or_404(Dossier.objects.visibles_par(request.user).pour_completude(), pk=pk)
    droits.peut_ouvrir_rib.exiger(request.user, dossier)
    coordonnees = pieces_demandees.coordonnees(dossier)
    chiffrees = [piece for piece in figement.presentes(dossier) if piece.est_chiffree]
    fichier = chiffrees[0] if chiffrees else None
    contexte: dict[str, Any] = {
        "dossier": dossier,
        "coordonnees": coordonnees,
        "fichier": fichier,
    }
    if request.method == "POST" and "fichier" in request.POST and fichier:
        actes.consigner_ouverture(
            dossier, quoi="Fichier du RIB", par=request.user, recu_le=request.recu_le
        )
        return _fichier(request, fichier)
    if request.method == "POST" and coordonnees:
        actes.consigner_ouverture(
            dossier, quoi="IBAN et BIC", par=request.user, recu_le=request.recu_le
        )
        iban, bic = coordonnees.devoiler()
        contexte |= {"iban": iban, "bic": bic}
    return render(request, "appels/redaction/rib.html", contexte)
