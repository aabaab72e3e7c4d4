"""The service asks residents: draft, what is missing, preview, publish, end, synthesis."""

from django.contrib import messages
from django.db import transaction
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import resolve, reverse
from django.views.decorators.http import require_GET, require_http_methods

from partenaires.concertation import bilan as comptes_du_bilan
from partenaires.concertation import droits, file
from partenaires.concertation.actions import consultations as actes
from partenaires.concertation.actions import saisies
from partenaires.concertation.dires import Parole, Recueil
from partenaires.concertation.forms.consultations import BilanForm, ConsultationForm
from partenaires.concertation.forms.saisies import RecueilForm, table_des_paroles
from partenaires.concertation.manques import manques
from partenaires.models import Consultation, SourceParole
from partenaires.socle.entree import Requete
from partenaires.socle.refus import Refus
from partenaires.socle.vues.formulaire import afficher, refus_sur, saisie
from quartiers.horloge import a_paris
from quartiers.models import Parution


@require_GET
def liste(request: Requete) -> HttpResponse:
    """Every consultation, drafts too, and what waits in all of them."""
    return render(
        request,
        "partenaires/consultations.html",
        {
            "consultations": Consultation.objects.annotate(nombre=Count("contributions")),
            "comptes": file.comptes(a_paris(request.recu_le).date()),
            "instant": request.recu_le,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def nouvelle(request: Requete) -> HttpResponse:
    """Write a new one: a draft, that only the service reads."""
    return _ecrire(request, Consultation())


@require_http_methods(["GET", "HEAD", "POST"])
def modifier(request: Requete, pk: int) -> HttpResponse:
    """Go on with a draft; once it is published, the head corrects it."""
    consultation = get_object_or_404(Consultation, pk=pk)
    if request.method == "POST" and consultation.publiee_le:
        droits.peut_publier_une_consultation.exiger(request.user)
    return _ecrire(request, consultation)


def _ecrire(request: Requete, consultation: Consultation) -> HttpResponse:
    form = ConsultationForm(saisie(request), instance=consultation)
    if request.method == "POST" and form.is_valid():
        with refus_sur(form):
            pk = _enregistrer(request, form, consultation)
            messages.success(request, "C’est enregistré.")
            return redirect("partenaires:consultation", pk=pk)
    return afficher(
        request,
        "partenaires/consultation_modifier.html",
        {"form": form, "consultation": consultation},
        form,
    )


def _enregistrer(request: Requete, form: ConsultationForm, consultation: Consultation) -> int:
    """The row that is kept. Raises the refusals of the act."""
    donnees = form.cleaned_data
    if not consultation.pk:
        return actes.creer(
            form.cadre(),
            donnees["quartiers"],
            donnees["axes"],
            par=request.user,
            le=request.recu_le,
        ).pk
    actes.modifier(
        consultation,
        form.cadre(),
        donnees["quartiers"],
        donnees["axes"],
        vue=donnees["vue"],
        par=request.user,
        le=request.recu_le,
    )
    return consultation.pk


@require_GET
def consultation(request: Requete, pk: int) -> HttpResponse:
    """Where it stands, what it lacks, what waits in it, what the head may do."""
    lue = get_object_or_404(
        Consultation.objects.select_related("creee_par", "publiee_par", "close_par"), pk=pk
    )
    return render(
        request,
        "partenaires/consultation.html",
        {
            "consultation": lue,
            "est_ouverte": lue.est_ouverte(request.recu_le),
            "est_a_venir": lue.est_a_venir(request.recu_le),
            "manques": manques(lue, request.recu_le),
            "comptes": file.comptes(a_paris(request.recu_le).date(), lue),
            "bilan": comptes_du_bilan.compter(lue),
            "attendent": file.attendent_une_reponse(lue),
            "peut_publier": droits.peut_publier_une_consultation(request.user),
        },
    )


@require_GET
def apercu(request: Requete, pk: int) -> HttpResponse:
    """The public page as it would be: published, the page made, all of it taken back."""
    lue = get_object_or_404(Consultation, pk=pk)
    # No page has this number: nothing of it stays in memory.
    request.parution = Parution(numero=-lue.pk, le=request.recu_le)
    with transaction.atomic():
        if lue.publiee_le is None:
            actes.montrer_comme_publiee(lue, par=request.user, recu_le=request.recu_le)
        vue = resolve(reverse("appels:consultation", args=[lue.adresse]))
        reponse = vue.func(request, *vue.args, **vue.kwargs)
        if hasattr(reponse, "render"):
            reponse.render()
        transaction.set_rollback(True)
    return reponse


def publier(request: Requete, pk: int) -> HttpResponse:
    """Everybody reads it from now on."""
    lue = get_object_or_404(Consultation, pk=pk)
    return _faire(request, lue, actes.publier, "La consultation est publiée.")


def clore(request: Requete, pk: int) -> HttpResponse:
    """Nobody writes any more."""
    lue = get_object_or_404(Consultation, pk=pk)
    return _faire(request, lue, actes.clore, "La consultation est close : répondez, puis le bilan.")


def publier_le_bilan(request: Requete, pk: int) -> HttpResponse:
    """The synthesis is read by everybody."""
    lue = get_object_or_404(Consultation, pk=pk)
    return _faire(request, lue, actes.publier_le_bilan, "Le bilan est publié.")


def _faire(request: Requete, lue: Consultation, acte: actes.Acte, phrase: str) -> HttpResponse:
    """Do it, or say each thing that refuses it, on the page of the consultation."""
    try:
        acte(lue, par=request.user, recu_le=request.recu_le)
        messages.success(request, phrase)
    except Refus as refus:
        for manque in refus.phrases:
            messages.error(request, manque)
    return redirect("partenaires:consultation", pk=lue.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def bilan(request: Requete, pk: int) -> HttpResponse:
    """The words of the synthesis beside its numbers, which are counted."""
    lue = get_object_or_404(Consultation, pk=pk)
    if request.method == "POST" and lue.bilan_publie_le:
        droits.peut_publier_une_consultation.exiger(request.user)
    lu = (lue.bilan_themes, lue.bilan_changements)
    form = BilanForm(saisie(request), instance=lue)
    if request.method == "POST" and form.is_valid():
        with refus_sur(form):
            actes.ecrire_le_bilan(
                lue,
                themes=form.cleaned_data["bilan_themes"],
                changements=form.cleaned_data["bilan_changements"],
                lu=lu,
                par=request.user,
                recu_le=request.recu_le,
            )
            messages.success(request, "Les mots du bilan sont enregistrés.")
            return redirect("partenaires:bilan_de_la_consultation", pk=pk)
    return afficher(
        request,
        "partenaires/consultation_bilan.html",
        {
            "form": form,
            "consultation": lue,
            "bilan": comptes_du_bilan.compter(lue),
            "attendent": file.attendent_une_reponse(lue),
            "peut_publier": droits.peut_publier_une_consultation(request.user),
        },
        form,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def recueillir(request: Requete, pk: int) -> HttpResponse:
    """Paper, meeting, telephone: one sheet of rows, and the codes to hand back."""
    lue = get_object_or_404(Consultation, pk=pk)
    form = RecueilForm(saisie(request), instant=request.recu_le)
    table = table_des_paroles(saisie(request), lue)
    gardees: list = []
    if request.method == "POST" and all([form.is_valid(), table.is_valid()]):
        donnees = form.cleaned_data
        with refus_sur(form), form.qui_sert_une_fois():
            gardees = saisies.recueillir(
                lue,
                {rang: Parole(**dite) for rang, dite in table.dites().items()},
                Recueil(SourceParole(donnees["source"]), request.user, donnees["dite_le"]),
                cle=donnees["cle"],
                recu_le=request.recu_le,
            )
    return afficher(
        request,
        "partenaires/recueillir.html",
        {"form": form, "table": table, "consultation": lue, "gardees": gardees},
        form,
        table,
    )
