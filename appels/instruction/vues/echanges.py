"""Messages between the organisation and the service; notes and flags of the service."""

from itertools import chain

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods

from appels.instruction.actions import echanges as actes
from appels.instruction.actions import examen
from appels.instruction.forms.examen import IssueForm, MessageForm, NoteForm, SignalForm
from appels.instruction.vues import fil
from appels.instruction.vues.examen import a_examiner
from appels.models import Cote, Dossier, FichierMessage, Signal
from appels.socle import droits
from appels.socle.requete import Requete
from partenaires.socle import quarantaine
from partenaires.socle.fichiers import PLUS_DE_PLACE
from partenaires.socle.vues.formulaire import (
    afficher,
    fichiers_saisis,
    refus_en_message,
    refus_sur,
    saisie,
)
from quartiers.models.journalise import noter_l_ouverture


def _cote(request: Requete, dossier: Dossier) -> Cote:
    """For whom writes a person who may write here."""
    if droits.peut_ecrire_a_l_organisme(request.user, dossier):
        return Cote.SERVICE
    return Cote.ORGANISME


def _ouvre(dossier: Dossier) -> bool:
    """Writing here opens the draft to the service."""
    return not dossier.est_depose and dossier.ouvert_au_service_le is None


def _lisible(request: Requete, pk: int) -> Dossier:
    """A dossier whose messages I may read: 404 to a stranger, 403 to the funders.

    A draft too, for its organisation, and for the service while it is open to it; what came on
    paper has nobody to write to before it is deposited.
    """
    a_deux = Dossier.objects.visibles_par(request.user).exclude(
        depose_le__isnull=True, papier_recu_le__isnull=False
    )
    dossier = get_object_or_404(
        a_deux.select_related("appel", "porteur", "confie_a", "corrige"), pk=pk
    )
    droits.peut_lire_les_messages.exiger(request.user, dossier)
    return dossier


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: Requete, pk: int) -> HttpResponse:
    """What was said, and a word more."""
    dossier = _lisible(request, pk)
    if dossier.corrige_id:  # one thread: that of the deposit
        suite = f"?{request.GET.urlencode()}" if request.GET else ""
        return redirect(reverse("appels:echanges", args=[dossier.corrige_id]) + suite)
    if request.method == "POST":
        droits.peut_ecrire_un_message.exiger(request.user, dossier)
    cote = None
    if droits.peut_ecrire_un_message(request.user, dossier):
        cote = _cote(request, dossier)
    form = MessageForm(
        saisie(request),
        fichiers_saisis(request),
        du_service=cote == Cote.SERVICE,
        initial={"partie": request.GET.get("partie", "")},
    )
    if request.method == "POST" and form.is_valid() and _envoyer(request, dossier, form):
        messages.success(request, "Le message est envoyé.")
        return fil.revenir(request, "appels:echanges", pk)
    ecrits = list(dossier.messages.select_related("auteur").prefetch_related("fichiers"))
    joints = chain.from_iterable(message.fichiers.all() for message in ecrits)
    attend = any(message.attend_reponse and message.cote != cote for message in ecrits)
    return afficher(
        request,
        "appels/instruction/echanges.html",
        {
            "dossier": dossier,
            "form": form,
            "cote": cote,
            "dits": ecrits,
            "retenus": quarantaine.etats([fichier.sha256 for fichier in joints]),
            "du_service": droits.lit_pour_le_service(request.user, dossier),
            "attend": attend,
            "ouvre": cote == Cote.ORGANISME and _ouvre(dossier),
        },
        form,
    )


def _envoyer(request: Requete, dossier: Dossier, form: MessageForm) -> bool:
    """Whether the message left; the form says why it did not."""
    try:
        with refus_sur(form):
            actes.ecrire(
                dossier,
                _cote(request, dossier),
                form.cleaned_data["texte"],
                form.fichiers(),
                cle=form.cleaned_data["cle"],
                partie=form.cleaned_data.get("partie", ""),
                par=request.user,
                recu_le=request.recu_le,
            )
            return True
    except OSError:
        form.add_error(None, PLUS_DE_PLACE)
    return False


def sans_reponse(request: Requete, pk: int) -> HttpResponse:
    """What the other side wrote needs no answer."""
    dossier = _lisible(request, pk)
    droits.peut_ecrire_un_message.exiger(request.user, dossier)
    with refus_en_message(request):
        actes.sans_reponse(dossier, _cote(request, dossier), par=request.user)
        messages.success(request, "Aucune réponse n’est plus attendue.")
    return fil.revenir(request, "appels:echanges", pk)


@require_GET
def fichier(request: Requete, pk: int) -> HttpResponse:
    """A file sent with a message, for those who may read the message."""
    joint = get_object_or_404(FichierMessage.objects.select_related("message"), pk=pk)
    dossier = _lisible(request, joint.message.dossier_id)
    try:
        contenu = joint.lire()
    except quarantaine.FichierRetenu as retenu:
        return render(
            request,
            "appels/socle/fichier_retenu.html",
            {"dossier": dossier, "phrase": str(retenu)},
            status=423,
        )
    noter_l_ouverture(joint, par=request.user.pk, le=request.recu_le)
    reponse = HttpResponse(contenu, content_type=joint.mime)
    reponse["Content-Disposition"] = content_disposition_header(True, joint.nom)
    reponse["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return reponse


@require_http_methods(["GET", "HEAD", "POST"])
def notes(request: Requete, pk: int) -> HttpResponse:
    """Among agents: notes, and flags that stop any decision."""
    dossier = a_examiner(request, pk)
    quoi = request.POST.get("quoi", "") if request.method == "POST" else ""
    note = NoteForm(saisie(request) if quoi == "note" else None)
    signal = SignalForm(saisie(request) if quoi == "signal" else None)
    if quoi == "note" and note.is_valid():
        with refus_sur(note):
            actes.ecrire_une_note(
                dossier,
                note.cleaned_data["texte"],
                par=request.user,
                recu_le=request.recu_le,
            )
            messages.success(request, "La note est gardée.")
            return fil.revenir(request, "appels:notes", pk)
    if quoi == "signal" and signal.is_valid():
        with refus_sur(signal):
            examen.signaler(
                dossier,
                motif=signal.cleaned_data["motif"],
                par=request.user,
                recu_le=request.recu_le,
            )
            messages.success(
                request,
                "Le signalement est posé : aucune décision ne sera prise avant qu’il soit résolu.",
            )
            return fil.revenir(request, "appels:notes", pk)
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


def resoudre(request: Requete, pk: int) -> HttpResponse:
    """Lift a flag, and say how."""
    signal = get_object_or_404(Signal.objects.select_related("dossier"), pk=pk)
    dossier = a_examiner(request, signal.dossier_id)
    form = IssueForm(saisie(request))
    if not form.is_valid():
        messages.error(request, "Dites comment le signalement est résolu : il reste posé.")
        return fil.revenir(request, "appels:notes", dossier.pk)
    with refus_en_message(request):
        examen.resoudre(
            signal,
            resolution=form.cleaned_data["issue"],
            par=request.user,
            recu_le=request.recu_le,
        )
        messages.success(request, "Le signalement est résolu.")
    return fil.revenir(request, "appels:notes", dossier.pk)
