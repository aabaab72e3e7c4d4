"""Letters: templates, the outbox, each one read and corrected, all released; then what the
organisation opens.
"""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from appels.decision import lettres
from appels.decision.actions import lettres as actes
from appels.decision.forms.lettres import GabaritForm, LettreForm, LiberationForm
from appels.instruction.forms.examen import MotifForm
from appels.models import Appel, Decision, Dossier, Financement, Gabarit, Lettre
from appels.socle import droits, pdf
from appels.socle.chaque_page import le_service
from partenaires.models import Partenaire
from partenaires.socle.vues.formulaire import afficher, saisie
from quartiers.francais import accorder

PAR_PAGE = 50
PARTIE = "Cette lettre est déjà partie, ou écartée : rien n’est enregistré."
EXEMPLES = 30


@require_http_methods(["GET", "HEAD", "POST"])
def boite(request, pk):
    """The outbox of a call: prepare what is missing, look at each, release those that are ready."""
    appel = get_object_or_404(Appel, pk=pk)
    peut_liberer = droits.peut_liberer_les_lettres(request.user)
    pretes = actes.pretes(appel)
    form = LiberationForm(request.POST if "nombre" in request.POST else None)
    if request.method == "POST" and "preparer" in request.POST:
        _preparer(request, appel)
        return redirect("appels:lettres", pk=pk)
    if request.method == "POST" and not peut_liberer:
        raise PermissionDenied("Seule la ou le responsable du service libère les lettres.")
    if request.method == "POST" and form.is_valid() and _liberer(request, appel, form):
        return redirect("appels:lettres", pk=pk)
    siennes = (
        Lettre.objects.filter(
            financement__dossier__in=Dossier.objects.instruits_par(request.user).filter(appel=appel)
        )
        .select_related("financement__dossier__porteur", "financement__partenaire")
        .order_by("financement__dossier__numero", "-pk")
    )
    return afficher(
        request,
        "appels/decision/lettres.html",
        {
            "appel": appel,
            "form": form,
            "pretes": len(pretes),
            "peut_liberer": peut_liberer,
            "organismes": len({lettre.financement.dossier.porteur_id for lettre in pretes}),
            "en_cours": Lettre.objects.a_etablir()
            .filter(financement__dossier__appel=appel)
            .count(),
            "a_preparer": actes.a_preparer(appel).count(),
            "page": Paginator(siennes, PAR_PAGE).get_page(request.GET.get("page")),
        },
        form,
    )


def _preparer(request, appel: Appel) -> None:
    try:
        bilan = actes.preparer(appel, par=request.user, recu_le=request.recu_le)
    except actes.SansTribunal:
        messages.error(
            request,
            "Indiquez d’abord, dans l’appel, le tribunal administratif : une lettre sans voie de "
            "recours n’ouvre aucun délai. Rien n’est préparé.",
        )
        return
    if bilan.nombre:
        prepares = accorder(bilan.nombre, "lettre préparée", "lettres préparées")
        messages.success(request, f"{prepares} : les PDF se font à mesure.")
    for decision, financeur in sorted(bilan.sans_gabarit):
        messages.error(
            request,
            f"Aucun modèle pour « {decision} », {financeur} : écrivez-le, puis préparez à nouveau.",
        )


def _liberer(request, appel: Appel, form: LiberationForm) -> bool:
    try:
        n = actes.liberer(
            appel, form.cleaned_data["nombre"], par=request.user, recu_le=request.recu_le
        )
    except actes.AutreNombre as autre:
        form.add_error(
            "nombre",
            f"{accorder(autre.nombre, 'lettre est prête', 'lettres sont prêtes')} : vérifiez la "
            "liste, puis confirmez ce nombre. Rien n’est envoyé.",
        )
        return False
    messages.success(
        request,
        f"{accorder(n, 'lettre envoyée', 'lettres envoyées')} : les organismes sont prévenus.",
    )
    return True


def _mienne(request, pk: int) -> Lettre:
    """A letter about a dossier that I may read for the service."""
    return get_object_or_404(
        Lettre.objects.filter(
            financement__dossier__in=Dossier.objects.instruits_par(request.user)
        ).select_related(
            "financement__dossier__appel",
            "financement__dossier__porteur__fiche",
            "financement__partenaire",
            "gabarit",
            "preparee_par",
            "corrigee_par",
            "liberee_par",
            "lue_par",
            "ecartee_par",
        ),
        pk=pk,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def lettre(request, pk):
    """One letter: as it will be read, its correction, why it is discarded."""
    la = _mienne(request, pk)
    ecarter = "motif" in request.POST
    form = LettreForm(
        request.POST if request.method == "POST" and not ecarter else None, instance=la
    )
    motif = MotifForm(request.POST if ecarter else None)
    choisi = motif if ecarter else form
    if request.method == "POST" and choisi.is_valid():
        try:
            if ecarter:
                actes.ecarter(
                    la, motif.cleaned_data["motif"], par=request.user, recu_le=request.recu_le
                )
            else:
                actes.corriger(
                    la,
                    form.cleaned_data["objet"],
                    form.cleaned_data["corps"],
                    par=request.user,
                    recu_le=request.recu_le,
                    vue=form.cleaned_data["vue"],
                )
        except actes.Entretemps as entretemps:
            form.montrer_le_present(entretemps.actuelle)
        except actes.DejaPartie:
            choisi.add_error(None, PARTIE)
        else:
            messages.success(
                request,
                "La lettre est écartée."
                if ecarter
                else "La lettre est corrigée : son PDF se refait.",
            )
            return (
                redirect("appels:lettres", pk=la.financement.dossier.appel_id)
                if ecarter
                else redirect(request.path)
            )
    lue = Lettre.objects.get(pk=pk) if choisi.is_bound else la  # what is shown is what is kept
    la.objet, la.corps = lue.objet, lue.corps
    return afficher(
        request,
        "appels/decision/lettre.html",
        {
            **pdf.contexte_de_la_lettre(la),
            "form": form,
            "motif": motif,
            "en_attente": not la.liberee_le and not la.ecartee_le,
        },
        choisi,
    )


def refaire(request, pk):
    """Ask for the PDF again."""
    la = _mienne(request, pk)
    try:
        actes.refaire(la)
    except actes.DejaPartie:
        messages.error(request, PARTIE)
    else:
        messages.success(request, "Le PDF se refait.")
    return redirect("appels:lettre", pk=pk)


def _fichier(la: Lettre) -> FileResponse:
    if not la.etabli_le:
        raise Http404
    reponse = FileResponse(
        la.fichier.open("rb"), as_attachment=True, filename=la.nom, content_type="application/pdf"
    )
    reponse["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return reponse


@require_GET
def fichier(request, pk):
    """The PDF: for the service at once, for the organisation once it opened its letter."""
    la = get_object_or_404(Lettre.objects.select_related("financement__dossier"), pk=pk)
    siens = [a.partenaire_id for a in request.user.mes_appartenances]
    if (
        la.liberee_le
        and la.lue_le
        and Dossier.objects.visibles_par(request.user)
        .filter(pk=la.financement.dossier_id, porteur__in=siens)
        .exists()
    ):
        return _fichier(la)
    if not droits.lit_pour_le_service(request.user, la.financement.dossier):
        raise Http404
    return _fichier(_mienne(request, pk))


@require_GET
def gabarits(request):
    """The templates: by outcome, for every funder, then for one."""
    lus = Gabarit.objects.en_vigueur()
    propres = [
        gabarit for cle, gabarit in sorted(lus.items(), key=lambda couple: str(couple[0])) if cle[1]
    ]
    return render(
        request,
        "appels/decision/gabarits.html",
        {
            "communs": [
                (Decision(decision), lus.get((decision, None))) for decision in Decision.values
            ],
            "propres": propres,
            "financeurs": Partenaire.objects.filter(
                pk__in=Financement.objects.values("partenaire")
            ).order_by("nom"),
            "decisions": Decision.choices,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def gabarit(request, decision, partenaire):
    """Write a template, see it on a real decision; 0: for any funder. What was sent keeps its
    text.
    """
    if decision not in Decision.values:
        raise Http404
    financeur = get_object_or_404(Partenaire, pk=partenaire) if partenaire else None
    actuel = Gabarit.objects.en_vigueur().get((decision, financeur and financeur.pk))
    form = GabaritForm(
        saisie(request),
        instance=Gabarit(
            decision=decision,
            partenaire=financeur,
            **({nom: getattr(actuel, nom) for nom in GabaritForm.Meta.fields} if actuel else {}),
        ),
    )
    exemples = (
        Financement.objects.filter(
            decision=decision, dossier__in=Dossier.objects.instruits_par(request.user)
        )
        .select_related("dossier__appel", "dossier__porteur", "partenaire")
        .order_by("-dossier__appel__annee", "dossier__numero")
    )
    if financeur:
        exemples = exemples.filter(partenaire=financeur)
    exemples = list(exemples[:EXEMPLES])
    essai = next(
        (e for e in exemples if str(e.pk) == request.POST.get("exemple")),
        exemples[0] if exemples else None,
    )
    bon = request.method == "POST" and form.is_valid()
    if bon and "apercu" not in request.POST:
        actes.ecrire_un_gabarit(
            decision, financeur, form.cleaned_data, par=request.user, recu_le=request.recu_le
        )
        messages.success(
            request, "Le modèle est enregistré. Les lettres déjà préparées gardent leur texte."
        )
        return redirect("appels:gabarits")
    texte = (
        form.cleaned_data
        if bon
        else {"objet": actuel.objet, "corps": actuel.corps}
        if actuel
        else None
    )
    montre = essai and texte and (bon or not form.is_bound)
    return afficher(
        request,
        "appels/decision/gabarit.html",
        {
            "form": form,
            "decision": Decision(decision),
            "financeur": financeur,
            "champs": lettres.CHAMPS,
            "exemples": exemples,
            "essai": essai,
            "apercu": {nom: lettres.remplir(texte[nom], essai) for nom in ("objet", "corps")}
            if montre
            else None,
            "histoire": Gabarit.objects.filter(
                decision=decision, partenaire=financeur
            ).select_related("par")[:20],
        },
        form,
    )


def _du_dossier(request, pk: int) -> Dossier:
    siens = Dossier.objects.de_l_organisme(request.user).deposes()
    return get_object_or_404(siens.select_related("appel", "porteur__fiche"), pk=pk)


@require_GET
def recues(request, pk):
    """What the organisation received: a letter is read by a gesture, which is dated."""
    dossier = _du_dossier(request, pk)
    lues = (
        Lettre.objects.liberees()
        .filter(financement__dossier=dossier)
        .select_related(
            "financement__partenaire",
            "financement__dossier__appel",
            "financement__dossier__porteur__fiche",
            "gabarit",
            "lue_par",
        )
        .prefetch_related("financement__dossier__appel__financeurs")
    )
    service = le_service(request.parution)
    return render(
        request,
        "appels/decision/decisions_recues.html",
        {
            "dossier": dossier,
            "lettres": [
                (la, pdf.contexte_de_la_lettre(la, service) if la.lue_le else None) for la in lues
            ],
        },
    )


def ouvrir(request, pk):
    """Open a letter: the first time is dated."""
    la = get_object_or_404(
        Lettre.objects.liberees()
        .filter(financement__dossier__in=Dossier.objects.de_l_organisme(request.user))
        .select_related("financement"),
        pk=pk,
    )
    actes.ouvrir(la, par=request.user, recu_le=request.recu_le)
    return redirect("appels:decisions_recues", pk=la.financement.dossier_id)
