"""Letters: templates, the outbox, each one corrected, some released; then what is received."""

from django.contrib import messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from appels.decision import boite, lettres
from appels.decision.actions import auteurs as actes_des_auteurs
from appels.decision.actions import lettres as actes
from appels.decision.actions.renonciations import renoncables
from appels.decision.forms.lettres import AuteurForm, GabaritForm, LettreForm
from appels.instruction.forms.examen import MotifForm
from appels.models import (
    Accord,
    Auteur,
    Decision,
    Dossier,
    Financement,
    FinanceurAppel,
    Gabarit,
    Lettre,
    Ouvrage,
)
from appels.models.financement import D_UN_FINANCEUR
from appels.socle import droits, ecritures, pdf
from appels.socle.requete import Requete
from partenaires.models import Partenaire
from partenaires.socle.vues.formulaire import (
    afficher,
    refus_en_message,
    refus_sur,
    saisie,
)
from quartiers.francais import accorder
from quartiers.models.journalise import noter_l_ouverture

PAR_PAGE = 50
EXEMPLES = 30
VERSIONS_MONTREES = 20


def _du_service(request: Requete, pk: int) -> Lettre:
    """A letter about a dossier that I may read for the service; 404."""
    return get_object_or_404(
        Lettre.objects.filter(
            financement__dossier__in=Dossier.objects.lus_pour_le_service(request.user).deposes()
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
            "prise",
            "diffusion",
            "remplacee_par__financement__partenaire",
        ),
        pk=pk,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def lettre(request: Requete, pk: int) -> HttpResponse:
    """One letter: as it will be read, its correction, why it is discarded."""
    lettre = _du_service(request, pk)
    if not lettre.liberee_le and not lettre.ecartee_le:
        ecritures.noter(request, lettre.financement.dossier, Ouvrage.LETTRE, str(lettre.pk))
    est_ecartee = "motif" in request.POST
    correction = LettreForm(None if est_ecartee else saisie(request), instance=lettre)
    ecart = MotifForm(saisie(request) if est_ecartee else None)
    form = ecart if est_ecartee else correction
    if form.is_valid():
        with refus_sur(form):
            if est_ecartee:
                return _ecarter(request, lettre, ecart)
            return _corriger(request, lettre, correction)
    if form.is_bound:  # its form typed over it: what is shown is what is kept
        gardee = Lettre.objects.get(pk=pk)
        lettre.objet = gardee.objet
        lettre.corps = gardee.corps
    return afficher(
        request,
        "appels/decision/lettre.html",
        {
            **pdf.contexte_de_la_lettre(lettre),
            "form": correction,
            "motif": ecart,
            "ecarts": boite.ecarts(lettre),
            "en_attente": not lettre.liberee_le and not lettre.ecartee_le,
            "est_accordee": Accord.objects.donnes().filter(prise=lettre.prise_id).exists(),
        },
        form,
    )


def _ecarter(request: Requete, lettre: Lettre, form: MotifForm) -> HttpResponse:
    actes.ecarter(
        lettre,
        form.cleaned_data["motif"],
        par=request.user,
        recu_le=request.recu_le,
        vue=request.POST.get("vue"),
    )
    messages.success(request, "La lettre est écartée.")
    return redirect("appels:lettres", pk=lettre.financement.dossier.appel_id)


def _corriger(request: Requete, lettre: Lettre, form: LettreForm) -> HttpResponse:
    actes.corriger(
        lettre,
        form.cleaned_data["objet"],
        form.cleaned_data["corps"],
        par=request.user,
        recu_le=request.recu_le,
        vue=form.cleaned_data["vue"],
    )
    messages.success(request, "La lettre est corrigée : son PDF se refait.")
    return redirect(request.path)


def refaire(request: Requete, pk: int) -> HttpResponse:
    """Ask for the PDF again."""
    lettre = _du_service(request, pk)
    with refus_en_message(request):
        actes.refaire(lettre, par=request.user)
        messages.success(request, "Le PDF se refait.")
    return redirect("appels:lettre", pk=pk)


@require_GET
def fichier(request: Requete, pk: int) -> FileResponse:
    """The PDF: for the service at once, for the organisation once it opened its letter."""
    lettre = get_object_or_404(Lettre.objects.select_related("financement__dossier"), pk=pk)
    if not _est_ouverte_par(request, lettre):
        if not droits.lit_pour_le_service(request.user, lettre.financement.dossier):
            raise Http404
        lettre = _du_service(request, pk)
    if not lettre.etabli_le:
        raise Http404
    noter_l_ouverture(lettre, par=request.user.pk, le=request.recu_le)
    reponse = FileResponse(
        lettre.fichier.open("rb"),
        as_attachment=True,
        filename=lettre.nom,
        content_type="application/pdf",
    )
    reponse["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return reponse


def _est_ouverte_par(request: Requete, lettre: Lettre) -> bool:
    """The organisation of this person received the letter and opened it."""
    if not lettre.liberee_le or not lettre.lue_le:
        return False
    porteurs = [appartenance.partenaire_id for appartenance in request.user.mes_appartenances]
    dossiers = Dossier.objects.visibles_par(request.user)
    return dossiers.filter(pk=lettre.financement.dossier_id, porteur__in=porteurs).exists()


def financeurs_sollicites() -> QuerySet[Partenaire]:
    """The funders of a call that a dossier asks: asked of each of them, not of each request."""
    des_appels = Partenaire.objects.filter(pk__in=FinanceurAppel.objects.values("partenaire"))
    return des_appels.filter(Exists(Financement.objects.filter(partenaire=OuterRef("pk"))))


@require_GET
def gabarits(request: Requete) -> HttpResponse:
    """The templates: by outcome, for every funder, then for one."""
    en_vigueur = Gabarit.objects.en_vigueur()
    propres = [gabarit for gabarit in en_vigueur.values() if gabarit.partenaire_id]
    financeurs = financeurs_sollicites()
    return render(
        request,
        "appels/decision/gabarits.html",
        {
            "communs": [
                (decision, en_vigueur.get((decision, None))) for decision in D_UN_FINANCEUR
            ],
            "propres": sorted(propres, key=_cle),
            "financeurs": financeurs.order_by("nom"),
            "decisions": [(une.value, une.label) for une in D_UN_FINANCEUR],
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def auteurs(request: Requete) -> HttpResponse:
    """Who takes the decisions of each funder, for all its letters to come."""
    en_vigueur = Auteur.objects.en_vigueur()
    financeurs = financeurs_sollicites()
    donnees = saisie(request)
    lignes: list[tuple[Partenaire, AuteurForm]] = []
    for financeur in financeurs.order_by("nom"):
        auteur = en_vigueur.get(financeur.pk)
        actuel = {"signataire": auteur.signataire, "qualite": auteur.qualite} if auteur else {}
        form = AuteurForm(donnees, prefix=f"f{financeur.pk}", initial=actuel)
        form.nom_de_ligne = str(financeur)
        lignes.append((financeur, form))
    formulaires = [form for _, form in lignes]
    if request.method == "POST" and all([form.is_valid() for form in formulaires]) and formulaires:
        changes = [(financeur, form) for financeur, form in lignes if form.has_changed()]
        voulus = [
            (financeur, en_vigueur.get(financeur.pk), form.auteur) for financeur, form in changes
        ]
        with refus_sur(formulaires[0]):
            actes_des_auteurs.nommer_chacun(voulus, par=request.user, recu_le=request.recu_le)
            a_jour = accorder(len(changes), "auteur") if changes else "Aucun auteur"
            suite = "Les lettres déjà préparées gardent le leur."
            messages.success(request, f"{a_jour} à jour. {suite}")
            return redirect("appels:auteurs")
    return afficher(request, "appels/decision/auteurs.html", {"lignes": lignes}, *formulaires)


def _cle(gabarit: Gabarit) -> str:
    """Their order on the page: by outcome, then by funder."""
    return str((gabarit.decision, gabarit.partenaire_id))


@require_http_methods(["GET", "HEAD", "POST"])
def gabarit(request: Requete, decision: str, partenaire: int | None) -> HttpResponse:
    """Write a template, see it on a real decision; 0: for any funder.

    What was sent keeps its text.
    """
    if decision not in D_UN_FINANCEUR:
        raise Http404
    financeur = get_object_or_404(Partenaire, pk=partenaire) if partenaire else None
    actuel = Gabarit.objects.en_vigueur().get((decision, financeur.pk if financeur else None))
    form = GabaritForm(
        saisie(request),
        instance=_a_ecrire(decision, financeur, actuel),
        initial={"vue": actuel.empreinte if actuel else ""},
    )
    est_bon = request.method == "POST" and form.is_valid()
    if est_bon and "apercu" not in request.POST:
        with refus_sur(form):
            actes.ecrire_un_gabarit(
                decision,
                financeur,
                form.texte,
                par=request.user,
                recu_le=request.recu_le,
                vu=request.POST.get("vue"),
            )
            messages.success(
                request, "Le modèle est enregistré. Les lettres déjà préparées gardent leur texte."
            )
            return redirect("appels:gabarits")
    exemples = _exemples(request, decision, financeur)
    essai = _essai(exemples, request.POST.get("exemple"))
    montre = actuel
    if form.is_bound:
        montre = form.instance if est_bon else None
    histoire = Gabarit.objects.filter(decision=decision, partenaire=financeur).select_related("par")
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
            "apercu": _apercu(montre, essai) if montre and essai else None,
            "histoire": histoire[:VERSIONS_MONTREES],
        },
        form,
    )


def _a_ecrire(decision: str, financeur: Partenaire | None, actuel: Gabarit | None) -> Gabarit:
    """A new row that begins with the text of the last one."""
    neuf = Gabarit(decision=decision, partenaire=financeur)
    if actuel:
        for nom in GabaritForm.Meta.fields:
            setattr(neuf, nom, getattr(actuel, nom))
    return neuf


def _exemples(request: Requete, decision: str, financeur: Partenaire | None) -> list[Financement]:
    """Real decisions of this outcome that I may read, the last asked first."""
    lisibles = Dossier.objects.lus_pour_le_service(request.user).deposes()
    decisions = Financement.objects.filter(decision=decision, dossier__in=lisibles)
    if financeur:
        decisions = decisions.filter(partenaire=financeur)
    return list(
        decisions.select_related("dossier__appel", "dossier__porteur", "partenaire").order_by(
            "-pk"
        )[:EXEMPLES]
    )


def _essai(exemples: list[Financement], choisi: str | None) -> Financement | None:
    """The decision on which the text is tried: the one chosen, else the first."""
    premier = exemples[0] if exemples else None
    return next((exemple for exemple in exemples if str(exemple.pk) == choisi), premier)


def _apercu(gabarit: Gabarit, essai: Financement) -> dict[str, str]:
    """The template as the letter of this decision would say it."""
    return {
        "objet": lettres.remplir(gabarit.objet, essai),
        "corps": lettres.remplir(gabarit.corps, essai),
    }


def _du_dossier(request: Requete, pk: int) -> Dossier:
    """A deposited dossier of my organisation; 404."""
    deposes = Dossier.objects.de_l_organisme(request.user).deposes()
    return get_object_or_404(deposes.select_related("appel", "porteur__fiche"), pk=pk)


@require_GET
def recues(request: Requete, pk: int) -> HttpResponse:
    """What the organisation received: a letter is read by a gesture, which is dated."""
    dossier = _du_dossier(request, pk)
    liberees = (
        Lettre.objects.liberees()
        .filter(financement__dossier=dossier)
        .select_related(
            "financement__partenaire",
            "financement__dossier__appel",
            "gabarit",
            "lue_par",
            "prise",
            "remplacee_par",
        )
    )
    recues = []
    for lettre in liberees:
        lue = pdf.contexte_de_la_lettre(lettre) if lettre.lue_le else None
        recues.append((lettre, lue))
    return render(
        request,
        "appels/decision/decisions_recues.html",
        {
            "dossier": dossier,
            "lettres": recues,
            "peut_renoncer": droits.peut_renoncer(request.user, dossier)
            and renoncables(dossier).exists(),
        },
    )


def ouvrir(request: Requete, pk: int) -> HttpResponse:
    """Open a letter: the first time is dated."""
    dossiers = Dossier.objects.de_l_organisme(request.user)
    lettre = get_object_or_404(
        Lettre.objects.liberees()
        .filter(financement__dossier__in=dossiers)
        .select_related("financement"),
        pk=pk,
    )
    actes.ouvrir(lettre, par=request.user, recu_le=request.recu_le)
    return redirect("appels:decisions_recues", pk=lettre.financement.dossier_id)
