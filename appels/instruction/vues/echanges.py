"""Messages between the organisation and the service; notes and flags of the service."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods

from appels.instruction.actions import echanges as actes
from appels.instruction.actions import examen
from appels.instruction.forms.examen import IssueForm, MessageForm, NoteForm, SignalForm
from appels.instruction.vues.examen import a_examiner
from appels.models import Cote, Dossier, FichierMessage, Signal
from appels.socle import droits
from partenaires.socle import quarantaine
from partenaires.socle.fichiers import PLUS_DE_PLACE
from partenaires.socle.vues.formulaire import afficher


def _cote(request, dossier: Dossier) -> Cote | None:
    """For whom this person may write here."""
    if droits.peut_ecrire_a_l_organisme(request.user, dossier):
        return Cote.SERVICE
    return Cote.ORGANISME if droits.peut_ecrire_au_service(request.user, dossier) else None


def _lisible(request, pk: int) -> Dossier:
    """A deposited dossier whose messages I may read: the organisation and the service, not the
    funders.
    """
    dossier = get_object_or_404(
        Dossier.objects.visibles_par(request.user)
        .deposes()
        .select_related("appel", "porteur", "charge"),
        pk=pk,
    )
    if not droits.peut_lire_les_personnes(request.user, dossier):
        raise PermissionDenied("Les messages sont entre l’organisme et le service.")
    return dossier


@require_http_methods(["GET", "HEAD", "POST"])
def page(request, pk):
    """What was said, and a word more."""
    dossier = _lisible(request, pk)
    cote = _cote(request, dossier)
    if request.method == "POST" and cote is None:
        raise PermissionDenied
    form = MessageForm(request.POST, request.FILES) if request.method == "POST" else MessageForm()
    if request.method == "POST" and form.is_valid():
        try:
            actes.ecrire(
                dossier,
                cote,
                form.cleaned_data["texte"],
                form.fichiers(),
                cle=form.cleaned_data["cle"],
                par=request.user,
                recu_le=request.recu_le,
            )
        except OSError:
            form.add_error(None, PLUS_DE_PLACE)
        else:
            messages.success(request, "Le message est envoyé.")
            return redirect("appels:echanges", pk=pk)
    dits = list(dossier.messages.select_related("auteur").prefetch_related("fichiers"))
    retenus = quarantaine.etats([f.sha256 for m in dits for f in m.fichiers.all()])
    return afficher(
        request,
        "appels/instruction/echanges.html",
        {
            "dossier": dossier,
            "form": form,
            "cote": cote,
            "dits": dits,
            "retenus": retenus,
            "du_service": droits.lit_pour_le_service(request.user, dossier),
            "attend": any(m.attend_reponse and m.cote != cote for m in dits),
        },
        form,
    )


def sans_reponse(request, pk):
    """What the other side wrote needs no answer."""
    dossier = _lisible(request, pk)
    if (cote := _cote(request, dossier)) is None:
        raise PermissionDenied
    actes.sans_reponse(dossier, cote)
    messages.success(request, "Aucune réponse n’est plus attendue.")
    return redirect("appels:echanges", pk=pk)


@require_GET
def fichier(request, pk):
    """A file sent with a message, for those who may read the message."""
    garde = get_object_or_404(FichierMessage.objects.select_related("message"), pk=pk)
    dossier = _lisible(request, garde.message.dossier_id)
    try:
        contenu = garde.lire()
    except quarantaine.FichierRetenu as retenu:
        return render(
            request,
            "appels/socle/fichier_retenu.html",
            {"dossier": dossier, "phrase": str(retenu)},
            status=423,
        )
    reponse = HttpResponse(contenu, content_type=garde.mime)
    reponse["Content-Disposition"] = content_disposition_header(True, garde.nom)
    reponse["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return reponse


@require_http_methods(["GET", "HEAD", "POST"])
def notes(request, pk):
    """Among agents: notes, and flags that stop any decision."""
    dossier = a_examiner(request, pk)
    quoi = request.POST.get("quoi", "") if request.method == "POST" else ""
    note = NoteForm(request.POST if quoi == "note" else None)
    signal = SignalForm(request.POST if quoi == "signal" else None)
    if quoi == "note" and note.is_valid():
        actes.ecrire_une_note(
            dossier, note.cleaned_data["texte"], par=request.user, recu_le=request.recu_le
        )
        messages.success(request, "La note est gardée.")
        return redirect("appels:notes", pk=pk)
    if quoi == "signal" and signal.is_valid():
        examen.signaler(dossier, par=request.user, recu_le=request.recu_le, **signal.cleaned_data)
        messages.success(
            request,
            "Le signalement est posé : aucune décision ne sera prise avant qu’il soit résolu.",
        )
        return redirect("appels:notes", pk=pk)
    return afficher(
        request,
        "appels/instruction/notes.html",
        {
            "dossier": dossier,
            "note": note,
            "signal": signal,
            "issue": IssueForm(),
            "notes": dossier.notes.select_related("auteur"),
            "signaux": dossier.signaux.select_related("pose_par", "leve_par"),
        },
        note,
        signal,
    )


def resoudre(request, pk):
    """Lift a flag, and say how."""
    signal = get_object_or_404(Signal.objects.select_related("dossier"), pk=pk)
    dossier = a_examiner(request, signal.dossier_id)
    form = IssueForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Dites comment le signalement est résolu : il reste posé.")
        return redirect("appels:notes", pk=dossier.pk)
    try:
        examen.resoudre(
            signal,
            resolution=form.cleaned_data["issue"],
            par=request.user,
            recu_le=request.recu_le,
        )
    except examen.DejaResolu:
        messages.error(
            request,
            "Ce signalement vient d’être résolu par quelqu’un d’autre. Rien d’autre n’a changé.",
        )
    else:
        messages.success(request, "Le signalement est résolu.")
    return redirect("appels:notes", pk=dossier.pk)
