"""The past years on pages of the service: a file, its columns, its names, its lines, its acts."""

from django.contrib import messages
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from appels.models import Dossier, Financement, LigneReprise, Reprise
from appels.reprises.actions import application, publication, reception, retour
from appels.reprises.colonnes import manquent
from appels.reprises.forms.reprises import ColonnesForm, NomsForm, QuartiersForm
from appels.reprises.lieux import Geographie, cle_de_quartier
from appels.reprises.plan import prevoir
from appels.socle import droits
from appels.socle.forms.feuilles import FeuilleForm
from appels.socle.requete import Requete
from appels.socle.vues import adresse
from partenaires.socle.vues.formulaire import (
    afficher,
    fichiers_saisis,
    refus_en_message,
    refus_sur,
    saisie,
)
from quartiers.francais import accorder
from quartiers.models import Quartier

LIGNES_PAR_PAGE = 40
NOMS_PAR_PAGE = 15
REPRISES_MONTREES = 25


def _reprise(request: Requete, pk: int) -> Reprise:
    """The file, for whoever prepares one (403); 404 when there is none."""
    droits.peut_preparer_une_reprise.exiger(request.user)
    reprises = Reprise.objects.select_related("par", "appliquee_par", "liberee_par", "defaite_par")
    return get_object_or_404(reprises, pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def liste(request: Requete) -> HttpResponse:
    """Give a file of past years; those already given."""
    droits.peut_preparer_une_reprise.exiger(request.user)
    form = FeuilleForm(saisie(request), fichiers_saisis(request))
    if request.method == "POST" and form.is_valid():
        fichier = form.cleaned_data["fichier"]
        with refus_sur(form):
            recue = reception.recevoir(
                fichier.name, fichier.read(), par=request.user, recu_le=request.recu_le
            )
            if recue.le != request.recu_le:
                messages.info(request, f"Ce fichier est déjà là : {recue.nom}.")
            return redirect("appels:reprise", pk=recue.pk)
    reprises = Reprise.objects.select_related("par", "appliquee_par", "defaite_par")
    return afficher(
        request,
        "appels/reprises/liste.html",
        {"form": form, "reprises": reprises.defer("contenu", "avant")[:REPRISES_MONTREES]},
        form,
    )


def _lignes_ecrites(request: Requete, reprise: Reprise) -> QuerySet[LigneReprise]:
    """Each with the action that it wrote, when it is there and this person reads it."""
    lus = Dossier.objects.repris_lus_par(request.user)
    demandes = Financement.objects.filter(reprise=OuterRef("pk"), dossier__in=lus)
    return reprise.lignes.annotate(action=Subquery(demandes.values("dossier")[:1]))


@require_http_methods(["GET", "HEAD"])
def page(request: Requete, pk: int) -> HttpResponse:
    """Line by line, what the file would write; once applied, what became of each line."""
    reprise = _reprise(request, pk)
    numero = request.GET.get("page", "")
    contexte = {
        "reprise": reprise,
        "peut_appliquer": droits.peut_appliquer_une_reprise(request.user),
    }
    if not reprise.est_lue:
        ecrites = adresse.page(_lignes_ecrites(request, reprise), numero, LIGNES_PAR_PAGE)
        return afficher(request, "appels/reprises/lignes.html", {**contexte, "page": ecrites})
    if reception.absents(reprise):
        return redirect("appels:colonnes_reprises", pk=pk)
    lignes = reception.lignes_de(reprise)
    rattachements = reception.rattachements_de(reprise)
    geographie = Geographie()
    plan = prevoir(lignes, rattachements, geographie)
    return afficher(
        request,
        "appels/reprises/apercu.html",
        {
            **contexte,
            "plan": plan,
            "page": adresse.page(plan.previsions, numero, LIGNES_PAR_PAGE),
            "noms": len(rattachements.organismes_a_decider(lignes))
            + len(rattachements.financeurs_a_decider(lignes)),
            "anciens": len(geographie.anciens(lignes)),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def colonnes(request: Requete, pk: int) -> HttpResponse:
    """What each column holds; said once, known for the next files."""
    reprise = _reprise(request, pk)
    feuille, connues = reception.feuille_de(reprise)
    form = ColonnesForm(
        saisie(request), feuille=feuille, colonnes=connues, pour_tout=reprise.pour_tout
    )
    if request.method == "POST" and form.is_valid():
        with refus_sur(form):
            reception.dire_les_colonnes(reprise, form.choix(), form.pour_tout(), par=request.user)
            messages.success(
                request, "Les colonnes sont connues, pour les prochains fichiers aussi."
            )
            return redirect("appels:reprise", pk=pk)
    return afficher(
        request,
        "appels/reprises/colonnes.html",
        {
            "reprise": reprise,
            "form": form,
            "rang": feuille.titres + 1,
            "absents": manquent(connues, reprise.pour_tout),
        },
        form,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def noms(request: Requete, pk: int) -> HttpResponse:
    """Who the names of the file are: a person decides what no number says."""
    reprise = _reprise(request, pk)
    if reception.absents(reprise):
        return redirect("appels:colonnes_reprises", pk=pk)
    lignes = reception.lignes_de(reprise)
    rattachements = reception.rattachements_de(reprise)
    financeurs = rattachements.financeurs_a_decider(lignes)
    organismes = rattachements.organismes_a_decider(lignes)
    montres = organismes[: max(0, NOMS_PAR_PAGE - len(financeurs))]
    form = NomsForm(
        saisie(request),
        organismes=montres,
        financeurs=financeurs[:NOMS_PAR_PAGE],
        dits=rattachements.dits(lignes),
    )
    if request.method == "POST" and form.is_valid():
        with refus_sur(form):
            decides = form.decides()
            reception.rattacher(reprise, decides, par=request.user)
            restent = len(organismes) + len(financeurs)
            for mots in decides.values():
                restent += sum(1 if mot is None else -1 for mot in mots.values())
            if deja := form.deja_decides():
                messages.warning(
                    request,
                    f"{accorder(deja, 'nom était déjà décidé', 'noms étaient déjà décidés')} "
                    "depuis l’ouverture de cette page : ce qui avait été dit reste. Relisez "
                    "« Déjà dit ».",
                )
                return redirect("appels:noms_reprises", pk=pk)
            messages.success(request, "C’est noté.")
            return redirect("appels:noms_reprises" if restent else "appels:reprise", pk=pk)
    return afficher(
        request,
        "appels/reprises/noms.html",
        {"reprise": reprise, "form": form, "restent": len(organismes) + len(financeurs)},
        form,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def quartiers(request: Requete, pk: int) -> HttpResponse:
    """The quartiers that the file names and that are not of 2024: which each one is, or none."""
    reprise = _reprise(request, pk)
    if reception.absents(reprise):
        return redirect("appels:colonnes_reprises", pk=pk)
    geographie = Geographie()
    nommes = {
        cle_de_quartier(nom): nom
        for ligne in reception.lignes_de(reprise)
        for nom in geographie.a_dire(ligne)
    }
    form = QuartiersForm(
        saisie(request),
        noms=dict(list(nommes.items())[: NOMS_PAR_PAGE * 2]),
        dits={cle: dit.quartier for cle, dit in geographie.dits.items()},
        quartiers=Quartier.objects.defer("contour"),
    )
    if request.method == "POST" and form.is_valid():
        reception.dire_les_quartiers(
            form.quartiers_dits(),
            par=request.user,
            recu_le=request.recu_le,
            a_redire=form.a_redire(),
        )
        messages.success(request, "Les quartiers sont notés, pour les prochains fichiers aussi.")
        return redirect("appels:reprise", pk=pk)
    return afficher(
        request, "appels/reprises/quartiers.html", {"reprise": reprise, "form": form}, form
    )


def appliquer(request: Requete, pk: int) -> HttpResponse:
    """Write what was read."""
    reprise = _reprise(request, pk)
    with refus_en_message(request):
        plan = application.appliquer(
            reprise, request.POST.get("lu", ""), par=request.user, recu_le=request.recu_le
        )
        messages.success(
            request,
            f"{accorder(plan.neuves, 'ligne ajoutée')}, {accorder(plan.changees, 'modifiée')}. "
            "Rien n’est public encore.",
        )
    return redirect("appels:reprise", pk=pk)


def liberer(request: Requete, pk: int) -> HttpResponse:
    """Let everybody read its grants."""
    reprise = _reprise(request, pk)
    with refus_en_message(request):
        nombre = publication.liberer(reprise, par=request.user, recu_le=request.recu_le)
        messages.success(
            request,
            f"{accorder(nombre, 'subvention')} sur la page publique, en « données reprises ».",
        )
    return redirect("appels:reprise", pk=pk)


def retirer(request: Requete, pk: int) -> HttpResponse:
    """Let nobody read its grants any more."""
    reprise = _reprise(request, pk)
    with refus_en_message(request):
        publication.retirer(reprise, par=request.user, recu_le=request.recu_le)
        messages.success(request, "Cette reprise n’est plus publique.")
    return redirect("appels:reprise", pk=pk)


def defaire(request: Requete, pk: int) -> HttpResponse:
    """Take away all that it wrote."""
    reprise = _reprise(request, pk)
    with refus_en_message(request):
        retour.defaire(reprise, par=request.user, recu_le=request.recu_le)
        messages.success(
            request, "La reprise est défaite : il ne reste rien de ce qu’elle a écrit."
        )
    return redirect("appels:reprise", pk=pk)
