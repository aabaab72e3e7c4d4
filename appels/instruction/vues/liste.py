"""The work list of the service and of the funders: found, sorted, ticked, kept, handed out."""

from dataclasses import dataclass
from typing import NamedTuple

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from appels.instruction import colonnes, lignes, listes, offres, onglets, page_de_liste
from appels.instruction.actions import affectation, vues_gardees
from appels.instruction.comptes import Compte
from appels.instruction.forms.liste import FiltreForm, RepartitionForm, VueForm
from appels.instruction.page_de_liste import Page
from appels.models import Appel, Dossier, Vue
from appels.models.appel import le_plus_actuel
from appels.models.dossiers import DossierQuerySet
from appels.socle import comptages
from appels.socle.cache_public import appels_publies
from appels.socle.requete import Requete
from partenaires.models import Densite, Utilisateur
from partenaires.socle import droits
from partenaires.socle.vues.formulaire import afficher, refus_sur, saisie
from quartiers.francais import accorder
from quartiers.horloge import a_paris

CLASSES = {"rejet": "nb", "charge": "suivi"}  # of the heads that are drawn otherwise
CRITERES = {"commune": "Par commune", "axe": "Par axe", "quartier": "Par quartier"}


def lue(request: Requete, requete: QueryDict | None = None) -> tuple[FiltreForm, listes.Liste]:
    """The filters and the list that a query asks, by default that of the address.

    A list without filters when one of them cannot be read: the form says which.
    """
    return _lire(request, request.GET if requete is None else requete, offres.pour(request.user))


def _lire(
    request: Requete, requete: QueryDict, offertes: offres.Offres
) -> tuple[FiltreForm, listes.Liste]:
    """The same, from what the filters offer."""
    donnees = requete.copy()
    a_la_une = le_plus_actuel(appels_publies(request.parution), request.recu_le)
    request.appel_a_la_une = a_la_une
    if "appel" not in donnees:
        donnees["appel"] = str(a_la_une.pk) if a_la_une else "tous"
    du_service = droits.est_agent(request.user)
    form = FiltreForm(donnees, choix=offertes, du_service=du_service)
    filtres = form.filtres() if form.is_valid() else {}
    return form, listes.depuis_l_adresse(donnees, filtres, request.user)


@require_GET
def instruction(request: Requete) -> HttpResponse:
    """A page of the list, with its tabs; everything that it shows is in its address."""
    form, liste = lue(request)
    du_service = droits.est_agent(request.user)
    visibles = listes.lisibles_par(request.user)
    page = page_de_liste.lire(
        liste,
        visibles,
        request.recu_le,
        lisible=form.is_valid(),
        offertes=[cle for cle, _ in form.choix.get("file", [])],
        du_service=du_service,
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
            "page": page,
            "atelier": _atelier(request, form, liste, page),
            "vues": _vues_gardees(request, form, liste, visibles) if du_service else [],
            "du_service": du_service,
            "densites": Densite.choices,
        },
        form,
    )


class Puce(NamedTuple):
    """A filter that holds, and the query of the list without it."""

    mot: str
    adresse: str


@dataclass(frozen=True)
class Atelier:
    """What the page of a list draws around its rows, and the rows."""

    onglets: list[onglets.Onglet]
    puces: list[Puce]
    entetes: list[dict[str, str]]
    lignes: list[lignes.Ligne]
    demande: int | None  # by the whole list, in cents; None when it is not counted
    vus: str  # the keys of the rows, which a form carries
    ailleurs: int  # ticked, and not on this page


def _atelier(request: Requete, form: FiltreForm, liste: listes.Liste, page: Page) -> Atelier:
    """What the list draws around its rows: tabs, chips, heads, the amount asked in this tab."""
    ici = None
    if page.comptes is not None:
        ici = page.comptes.get(liste.filtres.get("file", ""), Compte()).demande
    montrees = liste.montrees()
    if liste.est_par_defaut:
        montrees = lignes.colonnes_utiles(montrees, page.dossiers)
    return Atelier(
        onglets=onglets.des_files(liste, page, form.choix.get("file", [])),
        puces=_puces(liste, form),
        entetes=[_entete(liste, colonne) for colonne in montrees],
        lignes=_lignes(request, liste, page, montrees),
        demande=ici,
        vus="-".join(str(dossier.pk) for dossier in page.dossiers),
        ailleurs=len(liste.choisis - page.montres),
    )


def _puces(liste: listes.Liste, form: FiltreForm) -> list[Puce]:
    """Each filter that holds, in the words of its form; the queue is a tab, not a chip."""
    return [
        Puce(form.mot(nom, valeur), onglets.sans(liste, nom))
        for nom, valeur in liste.filtres.items()
        if nom != "file" and (nom, valeur) != ("appel", "tous")
    ]


def _vues_gardees(
    request: Requete, form: FiltreForm, ici: listes.Liste, visibles: DossierQuerySet
) -> list[onglets.Onglet]:
    """The lists kept under a name, counted; one whose filters cannot be read any more is left."""
    gardees = []
    for requete, nom in form.choix.get("vue", []):
        lu, liste = _lire(request, QueryDict(requete), form.choix)
        if lu.is_valid():
            gardees.append((nom, liste))
    return onglets.des_vues(gardees, ici, visibles, request.recu_le)


def _entete(liste: listes.Liste, colonne: colonnes.Colonne) -> dict[str, str]:
    """The title of a column, and the address that sorts by it, or the other way."""
    sens = ""
    if liste.tri.removeprefix("-") == colonne.cle:
        sens = "descending" if liste.tri.startswith("-") else "ascending"
    inverse = f"-{colonne.cle}" if liste.tri == colonne.cle else colonne.cle
    adresse = liste.adresse(tri=inverse, page=1) if colonne.tri else ""
    classe = "nb" if colonne.en_euros else CLASSES.get(colonne.cle, "")
    return {"titre": colonne.titre, "sens": sens, "adresse": adresse, "classe": classe}


def _lignes(
    request: Requete,
    liste: listes.Liste,
    page: Page,
    montrees: list[colonnes.Colonne],
) -> list[lignes.Ligne]:
    """What each row draws, in order, and the query that lets its page follow the list."""
    regard = lignes.Regard(
        lecteur=request.user,
        est_compact=request.user.densite == Densite.COMPACT,
        jour=a_paris(request.recu_le).date(),
    )
    requete = liste.adresse(choisis=frozenset())
    return [
        lignes.Ligne(
            dossier=dossier,
            suite=suite_dans_la_liste(requete, rang),
            coche=dossier.pk in liste.choisis,
            cellules=lignes.cellules(dossier, montrees, regard),
            numero=lignes.numero(dossier, regard),
        )
        for rang, dossier in enumerate(page.dossiers, page.debut)
    ]


def suite_dans_la_liste(requete: str, rang: int) -> str:
    """What the address of a page opened from a list ends with."""
    suite = QueryDict(mutable=True)
    suite.update({"liste": requete, "rang": str(rang)})
    return suite.urlencode()


def changer_de_densite(request: Requete) -> HttpResponse:
    """Compact or comfortable: kept for this person, on whatever device."""
    choisie = request.POST.get("densite", "")
    if choisie in Densite.values:
        request.user.densite = choisie
        request.user.save(update_fields=["densite"])
    requete = request.POST.get("liste", "")
    fin = f"?{requete}" if requete and len(requete) <= listes.LONGUEUR_MAX else ""
    return redirect(reverse("appels:instruction") + fin)


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
            cles = list(concernes.values_list("pk", flat=True))
            confies = affectation.affecter(
                Dossier.objects.filter(pk__in=cles),
                Utilisateur.objects.get(pk=agent),
                par=request.user,
                recu_le=request.recu_le,
                vus=dict.fromkeys(cles),  # those of nobody: given meanwhile, they do not move
            )
            repartis += confies.nombre
            laisses += confies.ecartes
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
    comptes = _charges(lecteur)
    return [
        (cle, f"{nom} ({comptes.get(int(cle), 0)} en cours)")
        for cle, nom in offertes.get("charge", [])
    ]


def _charges(lecteur: Utilisateur) -> dict[int, int]:
    """{agent: dossiers in course}, of those that the reader works on; limited to a part of the
    territory, they are counted one by one.
    """
    if comptages.lit_tout(lecteur):
        sommes = comptages.du_service(lecteur, noms=["charge"]).de("charge")
        return {int(cle): somme.nombre for cle, somme in sommes.items() if cle}
    instruits = Dossier.objects.instruits_par(lecteur)
    confies = instruits.en_course().filter(confie_a__isnull=False).order_by()
    return dict(confies.values_list("confie_a").annotate(n=Count("pk")))


@require_http_methods(["GET", "HEAD", "POST"])
def vues(request: Requete) -> HttpResponse:
    """My lists kept under a name, and those that are shared; keep the one that the address says."""
    _, liste = lue(request)
    form = VueForm(saisie(request), par=request.user, requete=liste.a_garder)
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
