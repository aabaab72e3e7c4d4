"""The work list of the service and of the funders: found, sorted, ticked, kept, handed out."""

from math import ceil

from django.contrib import messages
from django.db.models import Count
from django.http import QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from appels.instruction import colonnes, listes, offres
from appels.instruction.actions import affectation
from appels.instruction.forms.liste import AffectationForm, FiltreForm, RepartitionForm, VueForm
from appels.models import Appel, Dossier, Vue
from appels.models.appel import le_plus_actuel
from appels.socle.cache_public import appels_publies
from partenaires.models import Utilisateur
from partenaires.socle import droits
from partenaires.socle.vues.formulaire import afficher, saisie

CRITERES = {"commune": "Par commune", "axe": "Par axe", "quartier": "Par quartier"}


def lue(request, requete: QueryDict | None = None) -> tuple[FiltreForm, listes.Liste]:
    """The filters and the list that a query asks; a list of nothing when a filter cannot be
    read.
    """
    requete = (request.GET if requete is None else requete).copy()
    request.appel_a_la_une = le_plus_actuel(appels_publies(request.parution), request.recu_le)
    if "appel" not in requete:
        requete["appel"] = str(request.appel_a_la_une.pk) if request.appel_a_la_une else "tous"
    service = droits.est_agent(request.user)
    form = FiltreForm(requete, choix=offres.pour(request.user), du_service=service)
    filtres = form.filtres() if form.is_valid() else {}
    return form, listes.depuis_l_adresse(requete, filtres, du_service=service)


@require_GET
def instruction(request):
    """A page of the list, with its counters; everything that it shows is in its address."""
    siens = Dossier.objects.instruits_par(request.user)
    form, liste = lue(request)
    dossiers = liste.dossiers(siens, request.recu_le)
    comptes = listes.compter(dossiers) if form.is_valid() else {}
    total = sum(comptes.values())
    pages = max(1, ceil(total / listes.PAR_PAGE))
    page = min(liste.page, pages)
    debut = (page - 1) * listes.PAR_PAGE
    montrees = liste.montrees()
    rangs = liste.lire_page(dossiers, debut, request.recu_le) if total else []
    if "tout" in request.GET:
        return redirect(
            f"{request.path}?{liste.adresse(choisis=liste.choisis | {d.pk for d in rangs})}"
        )
    service = droits.est_agent(request.user)
    return afficher(
        request,
        "appels/instruction/instruction.html",
        {
            "form": form,
            "liste": liste,
            "comptes": comptes,
            "total": total,
            "page": page,
            "pages": pages,
            "du_service": service,
            "vues": form.choix.get("vue", []),
            "entetes": [_entete(liste, colonne) for colonne in montrees],
            "lignes": [_ligne(d, montrees, liste, debut + rang) for rang, d in enumerate(rangs)],
            "vus": "-".join(str(d.pk) for d in rangs),
            "ailleurs": len(liste.choisis - {d.pk for d in rangs}),
        },
        form,
    )


def _entete(liste: listes.Liste, colonne: colonnes.Colonne) -> dict:
    """The title of a column, and the address that sorts by it, or the other way."""
    actuel = liste.tri.removeprefix("-") == colonne.cle
    inverse = f"-{colonne.cle}" if liste.tri == colonne.cle else colonne.cle
    sens = ("descending" if liste.tri.startswith("-") else "ascending") if actuel else ""
    return {
        "titre": colonne.titre,
        "sens": sens,
        "adresse": liste.adresse(tri=inverse, page=1) if colonne.tri else "",
    }


def _ligne(dossier: Dossier, montrees: list, liste: listes.Liste, rang: int) -> dict:
    suite = QueryDict(mutable=True)
    suite.update({"liste": liste.adresse(choisis=frozenset()), "rang": rang})
    return {
        "dossier": dossier,
        "suite": suite.urlencode(),
        "coche": dossier.pk in liste.choisis,
        "cellules": [
            (colonne.titre, colonne.lue(dossier), colonne.en_euros) for colonne in montrees
        ],
    }


@require_GET
def choisir_colonnes(request):
    """The columns of the list, ticked; the list is drawn again with them."""
    _, liste = lue(request)
    return render(
        request,
        "appels/instruction/colonnes.html",
        {
            "liste": liste,
            "offertes": colonnes.permises(du_service=droits.est_agent(request.user)).values(),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def selection(request):
    """What to do with the dossiers ticked on any page, or with the whole list."""
    form, liste = lue(request)
    dossiers = (
        liste.dossiers(Dossier.objects.instruits_par(request.user), request.recu_le)
        if "tous" in request.GET
        else (Dossier.objects.instruits_par(request.user).filter(pk__in=liste.choisis))
    )
    if not form.is_valid():
        dossiers = dossiers.none()
    affecter = AffectationForm(saisie(request), agents=avec_charge(form.choix))
    retour = f"{reverse('appels:instruction')}?{liste.adresse()}"
    if request.method == "POST" and affecter.is_valid():
        agent = affecter.personne()
        n = affectation.affecter(
            Dossier.objects.filter(pk__in=dossiers.values("pk")),
            agent,
            par=request.user,
            recu_le=request.recu_le,
        )
        messages.success(
            request,
            f"{n} dossier{'s' if n > 1 else ''} confié{'s' if n > 1 else ''} à "
            f"{agent or 'personne'}.",
        )
        return redirect(retour)
    nombre = dossiers.count()
    return afficher(
        request,
        "appels/instruction/selection.html",
        {
            "affecter": affecter,
            "nombre": nombre,
            "retour": retour,
            "liste": liste,
            "tous": "tous" in request.GET,
            "dossiers": dossiers.select_related("porteur", "charge")[: listes.PAR_PAGE],
        },
        affecter,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def repartir(request, pk):
    """Hand out the dossiers of a call that nobody has: an agent for each commune, axis or
    quartier.
    """
    appel = get_object_or_404(Appel, pk=pk)
    offertes = offres.pour(request.user)
    critere = request.GET.get("par") if request.GET.get("par") in CRITERES else "commune"
    libres = (
        Dossier.objects.instruits_par(request.user)
        .en_course()
        .filter(appel=appel, charge__isnull=True)
    )
    form = RepartitionForm(
        saisie(request),
        agents=avec_charge(offertes),
        valeurs=offertes.get(critere, []),
    )
    if request.method == "POST" and form.is_valid():
        n = 0
        for valeur, agent in form.attributions():
            siens = listes.filtrer(libres, {critere: valeur}, request.recu_le)
            n += affectation.affecter(
                Dossier.objects.filter(pk__in=list(siens.values_list("pk", flat=True))),
                Utilisateur.objects.get(pk=agent),
                par=request.user,
                recu_le=request.recu_le,
            )
        messages.success(
            request,
            f"{n} dossier{'s' if n > 1 else ''} réparti{'s' if n > 1 else ''}."
            if n
            else "Aucun dossier libre ne répond à ces choix.",
        )
        return redirect(f"{request.path}?par={critere}")
    return afficher(
        request,
        "appels/instruction/repartir.html",
        {
            "appel": appel,
            "form": form,
            "critere": critere,
            "criteres": CRITERES.items(),
            "libres": libres.count(),
        },
        form,
    )


def avec_charge(offertes: dict) -> list[tuple[str, str]]:
    """Each agent with the number of dossiers in course that they already have."""
    comptes = dict(
        Dossier.objects.en_course()
        .filter(charge__isnull=False)
        .order_by()
        .values_list("charge")
        .annotate(n=Count("pk"))
    )
    return [
        (cle, f"{nom} ({comptes.get(int(cle), 0)} en cours)")
        for cle, nom in offertes.get("charge", [])
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def vues(request):
    """My lists kept under a name, and those that colleagues share; keep the one that the address
    says.
    """
    _, liste = lue(request)
    form = VueForm(saisie(request))
    if request.method == "POST" and form.is_valid():
        if len(liste.a_garder) > listes.LONGUEUR_MAX:
            form.add_error(None, "Cette liste a trop de filtres pour être gardée : retirez-en.")
        else:
            Vue.objects.update_or_create(
                par=request.user,
                nom=form.cleaned_data["nom"],
                defaults={
                    "requete": liste.a_garder,
                    "est_partage": form.cleaned_data["est_partage"],
                },
            )
            messages.success(request, f"La vue « {form.cleaned_data['nom']} » est gardée.")
            return redirect(f"{reverse('appels:instruction')}?{liste.a_garder}")
    return afficher(
        request,
        "appels/instruction/vues.html",
        {"form": form, "liste": liste, "vues": Vue.objects.pour(request.user)},
        form,
    )


def retirer_vue(request, pk):
    """One of mine only."""
    vue = get_object_or_404(Vue, pk=pk, par=request.user)
    vue.delete()
    messages.success(request, f"La vue « {vue} » est retirée.")
    return redirect("appels:vues")
