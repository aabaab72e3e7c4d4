"""The agent's page of a deposited dossier, and what is decided at the door."""

from dataclasses import dataclass

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_http_methods

from appels.instruction import alertes, coup_d_oeil, offres
from appels.instruction.actions import affectation, examen
from appels.instruction.autour import autour, premiere_a_lire
from appels.instruction.forms.examen import IrrecevableForm, MotifForm, PieceExamineeForm
from appels.instruction.forms.liste import ConfierForm
from appels.instruction.vues import fil
from appels.instruction.vues.liste import avec_charge
from appels.models import Dossier, Franchissement, Ouvrage, Rattachement
from appels.models.appel import le_plus_actuel
from appels.models.dossiers import DossierQuerySet
from appels.socle import condenses, droits, ecritures, empechement, figement, suivi
from appels.socle.cache_public import appels_publies
from appels.socle.empechement import Empeche, Empechement
from appels.socle.requete import Requete
from appels.socle.vues import lecture
from appels.socle.vues.cadres import montre_les_documents
from partenaires.models import Utilisateur
from partenaires.models.appartenance import ROLES_AGENT
from partenaires.socle.forms.conflit import rangees_sorties
from partenaires.socle.vues.formulaire import (
    afficher,
    numero_lu,
    refus_en_message,
    refus_sur,
    saisie,
)
from quartiers import geographie
from quartiers.francais import accorder


def a_examiner(request: Requete, pk: int, dossiers: DossierQuerySet | None = None) -> Dossier:
    """A deposited dossier of my perimeter, for the gestures of the service; 404 or 403.

    Whoever acts from a page opened before their perimeter shrank reads why. What they stepped aside
    from does not exist for them.
    """
    if request.method == "POST":
        dire_l_empechement(request, pk)
    if dossiers is None:
        dossiers = Dossier.objects.lus_pour_le_service(request.user).deposes()
    dossier = get_object_or_404(dossiers.select_related("appel", "porteur", "confie_a"), pk=pk)
    if request.method == "POST":
        droits.peut_examiner.exiger(request.user, dossier)
    return dossier


def dire_l_empechement(request: Requete, pk: int) -> None:
    """Raises `Empeche` (403, with its sentence) out of one’s perimeter."""
    depose = Dossier.objects.deposes().filter(pk=pk).first()
    if depose is None:
        return
    raison = empechement.empechement(request.user, depose, ROLES_AGENT)
    if raison == Empechement.PERIMETRE:
        raise Empeche(raison, depose)


@require_GET
@montre_les_documents
def page(request: Requete, pk: int) -> HttpResponse:
    """The whole request with what an agent must know around it, and the next of the list."""
    request.appel_a_la_une = le_plus_actuel(appels_publies(request.parution), request.recu_le)
    instruits = Dossier.objects.lus_pour_le_service(request.user).deposes()
    derogations = Franchissement.objects.filter(dossier=OuterRef("pk"))
    situes = suivi.avec_les_lettres(instruits).annotate(
        stade=condenses.stade(request.recu_le),
        est_franchi=Exists(derogations),
        a_des_paroles=Exists(Rattachement.objects.filter(dossier=OuterRef("pk"))),
    )
    annotes = coup_d_oeil.avec_le_mot(alertes.annoter(situes, request.recu_le))
    dossier = a_examiner(
        request, pk, annotes.select_related("axe").prefetch_related("pieces", "appel__documents")
    )
    quartiers = geographie.lire(request.parution).quartiers
    noms = {quartier.code: quartier.nom_court for quartier in quartiers}
    demande = lecture.lisible(dossier, lecture.figee(dossier), noms)
    adresses = [lieu["adresse"] for lieu in demande["contenu"]["lieux"]]
    passes = instruits | Dossier.objects.repris_lus_par(request.user)
    lu = autour(dossier, adresses, instruits, passes, request.recu_le)
    return render(
        request,
        "appels/instruction/examen.html",
        {
            "dossier": dossier,
            **demande,
            "autour": lu,
            "vu": coup_d_oeil.regarder(dossier, demande["contenu"], request.user, annees=lu.annees),
            "place": fil.place(request, dossier),
            "peut": gestes(request.user, dossier),
        },
    )


@dataclass(frozen=True)
class Gestes:
    """What this person may do with the dossier, besides reading it."""

    examiner: bool
    decider: bool
    deroger: bool


def gestes(personne: Utilisateur, dossier: Dossier) -> Gestes:
    """Asked once for the page."""
    return Gestes(
        examiner=droits.peut_examiner(personne, dossier),
        decider=droits.peut_saisir_les_decisions(personne, dossier),
        deroger=droits.peut_deroger(personne),
    )


def admettre(request: Requete, pk: int) -> HttpResponse:
    """Receivable, with the documents that the page showed when it says so."""
    dossier = a_examiner(request, pk)
    place = fil.place(request, dossier)
    lues = _pieces_lues(request)
    with refus_en_message(request):
        examen.admettre(
            dossier,
            par=request.user,
            recu_le=request.recu_le,
            lues=lues,
            version=lecture.version_montree(request),
        )
        avec = f", {accorder(len(lues), 'pièce conforme', 'pièces conformes')}" if lues else ""
        messages.success(request, f"{dossier.numero} est déclaré recevable{avec}.")
        return fil.apres_l_acte(request, place, pk)
    return fil.revenir(request, "appels:examen", pk)


def conformes(request: Requete, pk: int) -> HttpResponse:
    """One document does, or all those that the page showed: one act."""
    dossier = a_examiner(request, pk)
    with refus_en_message(request):
        combien = examen.declarer_conformes(
            dossier, _pieces_lues(request), par=request.user, recu_le=request.recu_le
        )
        phrase = f"{accorder(combien, 'pièce déclarée conforme', 'pièces déclarées conformes')}."
        messages.success(request, phrase if combien else "Rien n’a changé.")
    return fil.revenir(request, "appels:examen", pk)


def _pieces_lues(request: Requete) -> list[int]:
    """The one of the button that was pressed, else all those that the page showed."""
    seule = request.POST.get("seule", "")
    return [numero_lu(cle) for cle in ([seule] if seule else request.POST.getlist("lue"))]


@require_http_methods(["GET", "HEAD", "POST"])
def ecarter(request: Requete, pk: int) -> HttpResponse:
    """Not receivable, with a reason that the organisation reads."""
    dossier = a_examiner(request, pk)
    form = IrrecevableForm(saisie(request))
    if request.method == "POST" and form.is_valid():
        with refus_sur(form):
            examen.ecarter(
                dossier,
                motif=form.cleaned_data["motif"],
                par=request.user,
                recu_le=request.recu_le,
                version=lecture.version_montree(request),
            )
            messages.success(
                request, f"{dossier.numero} est déclaré irrecevable. L’organisme en est prévenu."
            )
            return fil.revenir(request, "appels:examen", pk)
    return afficher(
        request,
        "appels/instruction/ecarter.html",
        {"dossier": dossier, "form": form, "version": lecture.figee(dossier)},
        form,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def reexaminer(request: Requete, pk: int) -> HttpResponse:
    """Take back what was decided at the door."""
    dossier = a_examiner(request, pk)
    form = MotifForm(saisie(request))
    if request.method == "POST" and form.is_valid():
        with refus_sur(form):
            examen.reexaminer(
                dossier,
                motif=form.cleaned_data["motif"],
                par=request.user,
                recu_le=request.recu_le,
            )
            messages.success(request, f"L’examen de {dossier.numero} est repris.")
            return fil.revenir(request, "appels:examen", pk)
    return afficher(
        request,
        "appels/instruction/reexaminer.html",
        {"dossier": dossier, "form": form},
        form,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@montre_les_documents
def pieces(request: Requete, pk: int) -> HttpResponse:
    """Each document given: conforme or not."""
    dossiers = (
        Dossier.objects.lus_pour_le_service(request.user)
        .deposes()
        .prefetch_related("pieces__document")
    )
    dossier = a_examiner(request, pk, dossiers)
    ecritures.noter(request, dossier, Ouvrage.PIECES)
    donnees = saisie(request)
    formulaires = [PieceExamineeForm(donnees, piece=piece) for piece in figement.presentes(dossier)]
    if request.method == "POST" and all([form.is_valid() for form in formulaires]) and formulaires:
        verdicts = {form.piece.pk: form.verdict for form in formulaires}
        with refus_sur(formulaires[0]):
            changees = examen.examiner_les_pieces(
                dossier,
                verdicts,
                lus={form.piece.pk: form.lu for form in formulaires},
                par=request.user,
                recu_le=request.recu_le,
            )
            ecritures.finir(request, dossier, Ouvrage.PIECES)
            phrase = f"{accorder(changees, 'pièce examinée')}."
            messages.success(request, phrase if changees else "Rien n’a changé.")
            _dire_les_parties(request, formulaires)
            return fil.revenir(request, "appels:examen", pk)
    return afficher(
        request,
        "appels/instruction/examen_pieces.html",
        {
            "dossier": dossier,
            "formulaires": formulaires,
            "ouverte": premiere_a_lire([form.piece for form in formulaires]),
        },
        *formulaires,
    )


def _dire_les_parties(request: Requete, formulaires: list[PieceExamineeForm]) -> None:
    """What was said of a document that left the page since is given back, to be said again."""
    montrees = {str(form.prefix) for form in formulaires}
    for prefixe in rangees_sorties(request.POST, "conformite", montrees):
        motif = request.POST.get(f"{prefixe}-motif", "")
        ecrit = f" Vous aviez écrit : « {motif} »." if motif else ""
        messages.warning(
            request,
            "Une pièce de cette page a été remplacée ou retirée entre-temps : ce que vous en "
            f"disiez n’est pas enregistré.{ecrit} Ouvrez celle qui est là maintenant.",
        )


@require_http_methods(["GET", "HEAD", "POST"])
def confier(request: Requete, pk: int) -> HttpResponse:
    """Hand one dossier to an agent."""
    dossier = a_examiner(request, pk)
    form = ConfierForm(
        saisie(request),
        agents=avec_charge(offres.pour(request.user), request.user),
        dossier=dossier,
    )
    if request.method == "POST" and form.is_valid():
        agent = form.personne()
        confies = affectation.affecter(
            Dossier.objects.filter(pk=dossier.pk),
            agent,
            par=request.user,
            recu_le=request.recu_le,
            vus={dossier.pk: form.charge_montree} if "vu" in request.POST else None,
        )
        if not confies.deja:
            if confies.ecartes:
                messages.error(request, affectation.dire_les_ecartes(confies.ecartes))
            else:
                messages.success(request, f"{dossier.numero} est confié à {agent or 'personne'}.")
            return fil.revenir(request, "appels:examen", pk)
        form.montrer(confies.deja[0])
    return afficher(
        request,
        "appels/instruction/confier.html",
        {"dossier": dossier, "form": form},
        form,
    )
