"""The work list of the service and of the funders: found, sorted, ticked, kept, handed out."""

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from appels.instruction import colonnes, listes, offres
from appels.instruction.actions import affectation, vues_gardees
from appels.instruction.forms.liste import AffectationForm, FiltreForm, RepartitionForm, VueForm
from appels.models import Appel, Dossier, Vue
from appels.models.appel import le_plus_actuel
from appels.models.dossiers import DossierQuerySet
from appels.socle.cache_public import appels_publies
from appels.socle.requete import Requete
from partenaires.models import Utilisateur
from partenaires.socle import droits
from partenaires.socle.vues.formulaire import afficher, refus_sur, saisie
from quartiers.francais import accorder

CRITERES = {"commune": "Par commune", "axe": "Par axe", "quartier": "Par quartier"}


def lue(request: Requete, requete: QueryDict | None = None) -> tuple[FiltreForm, listes.Liste]:
    """The filters and the list that a query asks, by default that of the address.

    A list without filters when one of them cannot be read: the form says which.
    """
    donnees = (request.GET if requete is None else requete).copy()
    a_la_une = le_plus_actuel(appels_publies(request.parution), request.recu_le)
    request.appel_a_la_une = a_la_une
    if "appel" not in donnees:
        donnees["appel"] = str(a_la_une.pk) if a_la_une else "tous"
    du_service = droits.est_agent(request.user)
    form = FiltreForm(donnees, choix=offres.pour(request.user), du_service=du_service)
    filtres = form.filtres() if form.is_valid() else {}
    return form, listes.depuis_l_adresse(donnees, filtres, du_service=du_service)


@require_GET
def instruction(request: Requete) -> HttpResponse:
    """A page of the list, with its counters; everything that it shows is in its address."""
    form, liste = lue(request)
    page = listes.page(
        liste,
        Dossier.objects.instruits_par(request.user),
        request.recu_le,
        lisible=form.is_valid(),
        du_service=droits.est_agent(request.user),
    )
    if "tout" in request.GET:
        choisis = liste.choisis | page.montres
        return redirect(f"{request.path}?{liste.adresse(choisis=choisis)}")
    return afficher(
        request,
        "appels/instruction/instruction.html",
        {
            "form": form,
            "liste": liste,
            **vars(page),
            "entetes": [_entete(liste, colonne) for colonne in liste.montrees()],
            "lignes": _lignes(liste, page),
            "vus": "-".join(str(dossier.pk) for dossier in page.dossiers),
            "ailleurs": len(liste.choisis - page.montres),
            "vues": form.choix.get("vue", []),
            "du_service": droits.est_agent(request.user),
        },
        form,
    )


def _entete(liste: listes.Liste, colonne: colonnes.Colonne) -> dict[str, str]:
    """The title of a column, and the address that sorts by it, or the other way."""
    sens = ""
    if liste.tri.removeprefix("-") == colonne.cle:
        sens = "descending" if liste.tri.startswith("-") else "ascending"
    inverse = f"-{colonne.cle}" if liste.tri == colonne.cle else colonne.cle
    adresse = liste.adresse(tri=inverse, page=1) if colonne.tri else ""
    return {"titre": colonne.titre, "sens": sens, "adresse": adresse}


def _lignes(liste: listes.Liste, page: listes.Page) -> list[dict]:
    """What each row draws, in order, and the query that lets its page follow the list."""
    montrees = liste.montrees()
    lignes = []
    for rang, dossier in enumerate(page.dossiers, page.debut):
        suite = QueryDict(mutable=True)
        suite.update({"liste": liste.adresse(choisis=frozenset()), "rang": str(rang)})
        cellules = [(colonne.titre, colonne.lue(dossier), colonne.en_euros) for colonne in montrees]
        lignes.append(
            {
                "dossier": dossier,
                "suite": suite.urlencode(),
                "coche": dossier.pk in liste.choisis,
                "cellules": cellules,
            }
        )
    return lignes


@require_GET
def choisir_colonnes(request: Requete) -> HttpResponse:
    """The columns of the list, ticked; the list is drawn again with them."""
    _, liste = lue(request)
    offertes = colonnes.permises(du_service=droits.est_agent(request.user))
    return render(
        request,
        "appels/instruction/colonnes.html",
        {"liste": liste, "offertes": offertes.values()},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def selection(request: Requete) -> HttpResponse:
    """What to do with the dossiers ticked on any page, or with the whole list."""
    filtre, liste = lue(request)
    dossiers = _choisis(request, filtre, liste)
    form = AffectationForm(saisie(request), agents=avec_charge(filtre.choix, request.user))
    retour = f"{reverse('appels:instruction')}?{liste.adresse()}"
    if request.method == "POST" and form.is_valid():
        agent = form.personne()
        confies, ecartes = affectation.affecter(
            Dossier.objects.filter(pk__in=_coches(request, filtre, liste).values("pk")),
            agent,
            par=request.user,
            recu_le=request.recu_le,
        )
        messages.success(request, f"{accorder(confies, 'dossier confié')} à {agent or 'personne'}.")
        if ecartes:
            messages.warning(request, affectation.dire_les_ecartes(ecartes))
        return redirect(retour)
    return afficher(
        request,
        "appels/instruction/selection.html",
        {
            "affecter": form,
            "nombre": dossiers.count(),
            "retour": retour,
            "liste": liste,
            "tous": "tous" in request.GET,
            "dossiers": dossiers.select_related("porteur", "confie_a")[: listes.PAR_PAGE],
        },
        form,
    )


def _choisis(request: Requete, filtre: FiltreForm, liste: listes.Liste) -> DossierQuerySet:
    """The dossiers ticked, or the whole list when the address says so."""
    instruits = Dossier.objects.instruits_par(request.user)
    if not filtre.is_valid():
        return instruits.none()
    if "tous" in request.GET:
        return liste.dossiers(instruits, request.recu_le)
    return instruits.filter(pk__in=liste.choisis)


def _coches(request: Requete, filtre: FiltreForm, liste: listes.Liste) -> DossierQuerySet:
    """Those on which to act: what was ticked before it was closed is named, not forgotten."""
    if "tous" in request.GET or not filtre.is_valid():
        return _choisis(request, filtre, liste)
    return Dossier.objects.deposes().filter(pk__in=liste.choisis)


@require_http_methods(["GET", "HEAD", "POST"])
def repartir(request: Requete, pk: int) -> HttpResponse:
    """Hand out the dossiers of a call that nobody has: an agent for each value of a criterion."""
    appel = get_object_or_404(Appel.objects.du_portail(), pk=pk)
    offertes = offres.pour(request.user)
    critere = request.GET.get("par", "")
    if critere not in CRITERES:
        critere = "commune"
    en_course = Dossier.objects.instruits_par(request.user).en_course()
    libres = en_course.filter(appel=appel, confie_a__isnull=True)
    form = RepartitionForm(
        saisie(request),
        agents=avec_charge(offertes, request.user),
        valeurs=offertes.get(critere, []),
    )
    if request.method == "POST" and form.is_valid():
        repartis = 0
        laisses: list[Dossier] = []
        for valeur, agent in form.attributions():
            concernes = listes.filtrer(libres, {critere: valeur}, request.recu_le)
            confies, ecartes = affectation.affecter(
                Dossier.objects.filter(pk__in=list(concernes.values_list("pk", flat=True))),
                Utilisateur.objects.get(pk=agent),
                par=request.user,
                recu_le=request.recu_le,
            )
            repartis += confies
            laisses += ecartes
        phrase = "Aucun dossier libre ne répond à ces choix."
        if repartis:
            phrase = f"{accorder(repartis, 'dossier réparti')}."
        messages.success(request, phrase)
        if laisses:
            messages.warning(request, affectation.dire_les_ecartes(laisses))
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


def avec_charge(offertes: offres.Offres, lecteur: Utilisateur) -> offres.Choix:
    """Each agent with how many dossiers in course they have, as the reader’s own list says it."""
    instruits = Dossier.objects.instruits_par(lecteur)
    confies = instruits.en_course().filter(confie_a__isnull=False).order_by()
    comptes = dict(confies.values_list("confie_a").annotate(n=Count("pk")))
    return [
        (cle, f"{nom} ({comptes.get(int(cle), 0)} en cours)")
        for cle, nom in offertes.get("charge", [])
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def vues(request: Requete) -> HttpResponse:
    """My lists kept under a name, and those that are shared; keep the one that the address says."""
    _, liste = lue(request)
    form = VueForm(saisie(request))
    if request.method == "POST" and form.is_valid():
        nom = form.cleaned_data["nom"]
        with refus_sur(form):
            vues_gardees.garder(
                liste,
                nom,
                par=request.user,
                est_partage=form.cleaned_data["est_partage"],
            )
            messages.success(request, f"La vue « {nom} » est gardée.")
            return redirect(f"{reverse('appels:instruction')}?{liste.a_garder}")
    return afficher(
        request,
        "appels/instruction/vues.html",
        {"form": form, "liste": liste, "vues": Vue.objects.pour(request.user)},
        form,
    )


def retirer_vue(request: Requete, pk: int) -> HttpResponse:
    """One of mine only."""
    vue = get_object_or_404(Vue, pk=pk, par=request.user)
    vue.delete()
    messages.success(request, f"La vue « {vue} » est retirée.")
    return redirect("appels:vues")
