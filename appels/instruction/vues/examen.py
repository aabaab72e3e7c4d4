"""The agent's page of a deposited dossier, and what is decided at the door."""

from itertools import groupby

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from appels.instruction import alertes, listes, offres, voisinage
from appels.instruction.actions import affectation, examen
from appels.instruction.forms.examen import IrrecevableForm, MotifForm, PieceExamineeForm
from appels.instruction.forms.liste import AffectationForm
from appels.instruction.vues.liste import avec_charge, lue
from appels.models import Complement, Dossier, Passage, Point
from appels.models.appel import le_plus_actuel
from appels.models.etats import TransitionInterdite
from appels.socle import completude, droits, figement, suivi
from appels.socle.cache_public import appels_publies
from appels.socle.vues import lecture
from partenaires.socle.vues.formulaire import afficher, saisie
from quartiers import geographie
from quartiers.francais import moment

PASSAGES_MONTRES = 5
SIGNALE = (
    "Un signalement n’est pas résolu : rien n’a été décidé. Résolvez-le d’abord, "
    "dans « Notes et signalements »."
)


def a_examiner(request, pk: int, dossiers=None) -> Dossier:
    """A deposited dossier of my perimeter, for the gestures of the service; 404 or 403."""
    dossiers = Dossier.objects.instruits_par(request.user) if dossiers is None else dossiers
    dossier = get_object_or_404(dossiers.select_related("appel", "porteur", "charge"), pk=pk)
    if request.method == "POST" and not droits.peut_examiner(request.user, dossier):
        raise PermissionDenied("Ce dossier est retiré : il ne s’examine plus. Rien n’a changé.")
    return dossier


def trop_tard(dossier: Dossier) -> str:
    """What somebody did meanwhile."""
    dernier = Passage.objects.filter(dossier=dossier).exclude(vers="").select_related("par").last()
    return (
        f"Entre-temps, {dernier.par} a agi sur ce dossier : « {dernier.get_acte_display()} », le "
        f"{moment(dernier.le)}. Rien d’autre n’a changé."
    )


@require_GET
def page(request, pk):
    """The whole request with what an agent must know around it, and the next of the list."""
    dossiers = alertes.annoter(
        Dossier.objects.instruits_par(request.user).annotate(attend=suivi.attente(request.recu_le)),
        request.recu_le,
    )
    request.appel_a_la_une = le_plus_actuel(appels_publies(request.parution), request.recu_le)
    dossier = a_examiner(request, pk, dossiers.prefetch_related("pieces", "appel__documents"))
    liste, avant, apres = _dans_la_liste(request, dossier)
    noms = {
        quartier.code: quartier.nom_court
        for quartier in geographie.lire(request.parution).quartiers
    }
    lu = lecture.lisible(dossier, lecture.figee(dossier), noms)
    return render(
        request,
        "appels/instruction/examen.html",
        {
            **lu,
            "dossier": dossier,
            "alertes": alertes.de(dossier),
            "qui": suivi.A_QUI[dossier.attend],
            "liste": liste,
            "avant": avant,
            "apres": apres,
            "documents": _documents(dossier),
            "passe": voisinage.passe(dossier, Dossier.objects.instruits_par(request.user)),
            "proches": voisinage.proches(
                dossier,
                [lieu["adresse"] for lieu in lu["contenu"]["lieux"]],
                Dossier.objects.instruits_par(request.user),
            ),
            "complements": _complements(dossier),
            "passages": dossier.passages.select_related("par").order_by("-pk")[:PASSAGES_MONTRES],
            "peut_examiner": droits.peut_examiner(request.user, dossier),
            "peut_decider": droits.peut_saisir_les_decisions(request.user, dossier),
            "delai_passe": dossier.est_a_completer
            and not dossier.attend_un_complement(request.recu_le),
        },
    )


def _complements(dossier: Dossier) -> list[tuple[Complement, list[Point]]]:
    """What was asked, request after request, with its points; one query."""
    points = (
        Point.objects.filter(complement__dossier=dossier)
        .select_related("complement", "document")
        .order_by("complement", "pk")
    )
    return [
        (complement, list(siens))
        for complement, siens in groupby(points, key=lambda point: point.complement)
    ]


def _documents(dossier: Dossier) -> list[dict]:
    """Each document asked: what the call demands, what was given, what an agent found."""
    presentes = figement.presentes(dossier)
    return [
        {"document": document, "pieces": [p for p in presentes if p.document_id == document.pk]}
        for document in completude.documents_demandes(dossier)
    ]


def _dans_la_liste(request, dossier: Dossier) -> tuple[str, str, str]:
    """(the address of the list, of the dossier before, of the one after), when the page was opened
    from a list.
    """
    texte, rang = request.GET.get("liste", ""), request.GET.get("rang", "")
    if not texte or len(texte) > listes.LONGUEUR_MAX:
        return "", "", ""
    retour = f"{reverse('appels:instruction')}?{texte}"
    form, liste = lue(request, QueryDict(texte))
    if not (form.is_valid() and rang.isascii() and rang.isdigit() and len(rang) < 8):
        return retour, "", ""
    autour = listes.voisins(
        liste.dossiers(Dossier.objects.instruits_par(request.user), request.recu_le),
        dossier.pk,
        int(rang),
    )
    return retour, *(_adresse(voisin, texte) if voisin else "" for voisin in autour)


def _adresse(voisin: tuple[int, int], liste: str) -> str:
    suite = QueryDict(mutable=True)
    suite.update({"liste": liste, "rang": voisin[1]})
    return f"{reverse('appels:examen', args=[voisin[0]])}?{suite.urlencode()}"


def _decider(request, dossier: Dossier, geste, phrase: str, **champs):
    """The gesture, or what happened meanwhile; back to the dossier."""
    try:
        geste(dossier, par=request.user, recu_le=request.recu_le, **champs)
    except TransitionInterdite:
        messages.error(request, trop_tard(dossier))
    except examen.SignalPose:
        messages.error(request, SIGNALE)
    else:
        messages.success(request, phrase)
    return redirect("appels:examen", pk=dossier.pk)


def admettre(request, pk):
    dossier = a_examiner(request, pk)
    return _decider(request, dossier, examen.admettre, f"{dossier.numero} est déclaré recevable.")


@require_http_methods(["GET", "HEAD", "POST"])
def ecarter(request, pk):
    """Not receivable, with a reason that the organisation reads."""
    dossier = a_examiner(request, pk)
    form = IrrecevableForm(saisie(request))
    if request.method == "POST" and form.is_valid():
        return _decider(
            request,
            dossier,
            examen.ecarter,
            f"{dossier.numero} est déclaré irrecevable. L’organisme en est prévenu.",
            **form.cleaned_data,
        )
    return afficher(
        request, "appels/instruction/ecarter.html", {"dossier": dossier, "form": form}, form
    )


@require_http_methods(["GET", "HEAD", "POST"])
def reexaminer(request, pk):
    """Take back what was decided at the door."""
    dossier = a_examiner(request, pk)
    form = MotifForm(saisie(request))
    if request.method == "POST" and form.is_valid():
        return _decider(
            request,
            dossier,
            examen.reexaminer,
            f"L’examen de {dossier.numero} est repris.",
            **form.cleaned_data,
        )
    return afficher(
        request, "appels/instruction/reexaminer.html", {"dossier": dossier, "form": form}, form
    )


@require_http_methods(["GET", "HEAD", "POST"])
def pieces(request, pk):
    """Each document given: conforme or not."""
    dossiers = Dossier.objects.instruits_par(request.user).prefetch_related("pieces__document")
    dossier = a_examiner(request, pk, dossiers)
    donnees = saisie(request)
    formulaires = [PieceExamineeForm(donnees, piece=piece) for piece in figement.presentes(dossier)]
    if request.method == "POST" and all([form.is_valid() for form in formulaires]):
        n = examen.examiner_les_pieces(
            dossier,
            {form.piece.pk: form.verdict for form in formulaires},
            par=request.user,
            recu_le=request.recu_le,
        )
        messages.success(
            request,
            f"{n} pièce{'s' if n > 1 else ''} examinée{'s' if n > 1 else ''}."
            if n
            else "Rien n’a changé.",
        )
        return redirect("appels:examen", pk=pk)
    return afficher(
        request,
        "appels/instruction/examen_pieces.html",
        {"dossier": dossier, "formulaires": formulaires},
        *formulaires,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def confier(request, pk):
    """Hand one dossier to an agent."""
    dossier = a_examiner(request, pk)
    form = AffectationForm(
        saisie(request),
        agents=avec_charge(offres.pour(request.user)),
        initial={"agent": dossier.charge_id},
    )
    if request.method == "POST" and form.is_valid():
        agent = form.personne()
        affectation.affecter(
            Dossier.objects.filter(pk=dossier.pk), agent, par=request.user, recu_le=request.recu_le
        )
        messages.success(request, f"{dossier.numero} est confié à {agent or 'personne'}.")
        return redirect("appels:examen", pk=pk)
    return afficher(
        request, "appels/instruction/confier.html", {"dossier": dossier, "form": form}, form
    )
