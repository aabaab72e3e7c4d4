"""The applicant's side: my dossiers, the task list, the parts."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from appels import budget, completude, droits, exports
from appels.actions import redaction
from appels.forms.budget import BudgetComplet
from appels.forms.depot import ConfirmationFicheForm, NouveauDossierForm
from appels.forms.lieux import LieuFormSet, RepartitionForm
from appels.forms.parties import (
    DescriptionForm,
    EvaluationForm,
    IndicateurFormSet,
    MoyensForm,
    ProjetForm,
    PublicForm,
    TableauMoyensForm,
)
from appels.models import Appel, Dossier, NomPartie
from partenaires.forms.conflit import montrer_les_deux
from partenaires.models import Partenaire
from partenaires.views.formulaire import afficher, version_lue
from quartiers.francais import date_et_heure

GROUPES = {
    "Votre organisme": [NomPartie.ORGANISME],
    "Votre projet": [NomPartie.PROJET, NomPartie.DESCRIPTION, NomPartie.LIEUX, NomPartie.MOYENS,
                     NomPartie.EVALUATION],
    "Budget et pièces": [NomPartie.BUDGET, NomPartie.PIECES],
}
FORMULAIRES = {
    NomPartie.PROJET: lambda donnees, d: {"form": ProjetForm(donnees, instance=d)},
    NomPartie.DESCRIPTION: lambda donnees, d: {"form": DescriptionForm(donnees, instance=d)},
    NomPartie.LIEUX: lambda donnees, d: {
        "form": PublicForm(donnees, instance=d),
        "lieux": LieuFormSet(donnees, instance=d, prefix="lieux"),
        "repartition": RepartitionForm(donnees, dossier=d)},
    NomPartie.MOYENS: lambda donnees, d: {
        "tableau": TableauMoyensForm(donnees, dossier=d), "form": MoyensForm(donnees, instance=d)},
    NomPartie.EVALUATION: lambda donnees, d: {
        "form": EvaluationForm(donnees, instance=d), "indicateurs": IndicateurFormSet(donnees, dossier=d)},
    NomPartie.BUDGET: lambda donnees, d: {"budget": BudgetComplet(donnees, d)},
}


@require_GET
def mes_dossiers(request):
    """What to resume first, then what is deposited."""
    dossiers = list(Dossier.objects.de_l_organisme(request.user).pour_liste()
                    .prefetch_related("versions__recepisse"))
    return render(request, "appels/mes_dossiers.html", {
        "en_cours": [d for d in dossiers if d.est_modifiable(request.recu_le)],
        "deposes": [d for d in dossiers if d.est_depose],
        "non_deposes": [d for d in dossiers if d.est_non_depose(request.recu_le)],
        "ouvert": Appel.objects.ouverts(request.recu_le).first(),
    })


@require_http_methods(["GET", "HEAD", "POST"])
def nouveau(request, annee):
    """Begin a dossier in an open call."""
    appel = get_object_or_404(Appel.objects.publies(), annee=annee)
    miens = [a.partenaire_id for a in request.user.mes_appartenances if a.role in droits.REDIGENT]
    organismes = Partenaire.objects.porteurs().filter(pk__in=miens)
    if not organismes:
        messages.info(request, "Un dossier appartient à un organisme : créez le vôtre ou rejoignez-le d’abord.")
        return redirect("partenaires:nouveau")
    form = NouveauDossierForm(request.POST if request.method == "POST" else None, organismes=organismes)
    if request.method == "POST" and form.is_valid():
        try:
            dossier = redaction.commencer(
                appel, form.cleaned_data["porteur"], intitule=form.cleaned_data["intitule"],
                cle=form.cleaned_data["cle"], par=request.user, recu_le=request.recu_le)
        except redaction.AppelFerme:
            form.add_error(None, "L’appel à projets n’est pas ouvert : aucun dossier ne peut être commencé.")
        else:
            return redirect("appels:dossier", pk=dossier.pk)
    return afficher(request, "appels/nouveau.html", {
        "form": form, "appel": appel, "est_ouvert": appel.est_ouvert(request.recu_le)}, form)


def mon_dossier(request, pk: int, tables: tuple[str, ...] | None = None) -> Dossier:
    """A dossier of my organisations, as `completude` reads it, or 404."""
    return get_object_or_404(Dossier.objects.de_l_organisme(request.user).pour_completude(tables), pk=pk)


@require_GET
def dossier(request, pk):
    """The task list: what is complete, what is missing, who acts next and by when."""
    dossier = mon_dossier(request, pk)
    if dossier.est_depose:
        return redirect("appels:relecture", pk=pk)
    manques = completude.manques(dossier)
    faites = {partie.nom: partie for partie in dossier.parties.all()}
    groupes = [(titre, [_partie(nom, manques, faites.get(nom)) for nom in noms])
               for titre, noms in GROUPES.items()]
    parties = [partie for _, lignes in groupes for partie in lignes]
    return render(request, "appels/dossier.html", {
        "dossier": dossier, "groupes": groupes, "parties": parties,
        "completes": sum(p["etat"] == "plein" for p in parties),
        "a_faire": next((p for p in parties if p["etat"] != "plein"), None),
        "pret": not any(m.bloque for m in manques),
        "plan": budget.du_dossier(dossier),
        "derniere": max(faites.values(), key=lambda p: p.enregistree_le, default=None),
        "modifiable": dossier.est_modifiable(request.recu_le),
        "peut_rediger": droits.peut_rediger(request.user, dossier, request.recu_le),
        "peut_deposer": droits.peut_deposer(request.user, dossier),
        "peut_demander_signature": droits.peut_demander_signature(request.user, dossier, request.recu_le),
        "peut_reprendre": droits.peut_reprendre(request.user, dossier, request.recu_le),
        "membres": dossier.porteur.appartenances.actives().select_related("utilisateur"),
    })


def _partie(nom: NomPartie, manques: list, partie) -> dict:
    """A line of the task list: complete, to complete, or nothing written yet."""
    siens = [m for m in manques if m.partie == nom]
    bloquants = [m for m in siens if m.bloque]
    etat, mot = ("plein", "Complet") if not bloquants else (
        ("demi", "À compléter") if partie or nom == NomPartie.ORGANISME else ("vide", "À écrire"))
    if nom == NomPartie.PIECES and bloquants:
        etat, mot = "vide", f"{len(bloquants)} manquante{'s' if len(bloquants) > 1 else ''}"
    return {"nom": nom, "libelle": nom.label, "etat": etat, "mot": mot, "manques": siens,
            "nombre": len(bloquants)}


@require_http_methods(["GET", "HEAD", "POST"])
def partie(request, pk, nom):
    """One part of the dossier: each saves with its button and may stay incomplete."""
    if nom not in FORMULAIRES:
        raise Http404
    nom = NomPartie(nom)
    dossier = mon_dossier(request, pk, completude.PAR_PARTIE[nom][1])
    if not droits.peut_rediger(request.user, dossier, request.recu_le) and request.method != "POST":
        return redirect("appels:relecture", pk=pk)
    if request.method == "POST" and not droits.redige(request.user, dossier):
        raise PermissionDenied
    formulaires = FORMULAIRES[nom](request.POST if request.method == "POST" else None, dossier)
    version = next((p.version for p in dossier.parties.all() if p.nom == nom), 0)
    contexte = {**formulaires, "dossier": dossier, "nom": nom, "version": version}
    membres = _membres(formulaires)
    if request.method == "POST":
        contexte["version"] = version_lue(request)
        if all([membre.is_valid() for membre in membres]):
            reponse = _enregistrer(request, dossier, nom, formulaires, contexte)
            if reponse is not None:
                return reponse
    contexte["manques"] = completude.manques_de(dossier, nom) if request.method != "POST" else []
    if nom == NomPartie.BUDGET:
        contexte["tableau"] = exports.page_du_budget(formulaires["budget"])
        contexte["ouvrir_ligne"] = "ligne" in request.GET or formulaires["budget"].ligne.has_changed()
    return afficher(request, f"appels/parties/{nom}.html", contexte, *membres)


def _membres(formulaires: dict) -> list:
    """The forms and formsets of a part, the budget's four unfolded."""
    return [membre for f in formulaires.values() for membre in getattr(f, "membres", (f,))]


def _enregistrer(request, dossier: Dossier, nom: NomPartie, formulaires: dict, contexte: dict):
    """Save and redirect; on a conflict or a closed call, None: the page keeps what was typed."""
    premier = _membres(formulaires)[0]
    try:
        redaction.enregistrer_partie(
            dossier, nom, lambda d: [f.ecrire(d) for f in formulaires.values()],
            version_lue=contexte["version"], par=request.user, recu_le=request.recu_le)
    except redaction.NonModifiable:
        premier.add_error(None, _phrase_non_modifiable(dossier, request))
        return None
    except redaction.VersionPerimee as conflit:
        _montrer_le_conflit(dossier, nom, formulaires, conflit.partie, contexte)
        premier.add_error(None, "Quelqu’un a enregistré cette partie pendant que vous écriviez. Rien n’est écrasé : "
                          "les deux textes sont ci-dessous. Gardez ce qui convient, puis enregistrez.")
        return None
    messages.success(request, f"« {nom.label} » est enregistré.")
    if "rester" in request.POST:
        return redirect("appels:partie", pk=dossier.pk, nom=nom.value)
    if "ajouter_ligne" in request.POST:
        return redirect(reverse("appels:partie", args=[dossier.pk, nom.value]) + "?ligne=1#id_ligne-code")
    return redirect("appels:dossier", pk=dossier.pk)


def _montrer_le_conflit(dossier: Dossier, nom: NomPartie, formulaires: dict, partie, contexte: dict) -> None:
    actuel = Dossier.objects.pour_completude().get(pk=dossier.pk)
    frais = FORMULAIRES[nom](None, actuel)
    auteur = str(partie.enregistree_par) if partie.pk else "une autre personne"
    contexte["autres_lignes"] = [
        ligne for cle, f in formulaires.items() for ligne in montrer_les_deux(f, frais[cle], auteur)]
    contexte["auteur_autre"] = auteur
    contexte["version"] = partie.version


def _phrase_non_modifiable(dossier: Dossier, request) -> str:
    if dossier.est_depose:
        return "Ce dossier vient d’être déposé : il ne se modifie plus. Rien n’a été enregistré."
    if dossier.appel.ferme_le and dossier.appel.est_clos(request.recu_le):
        return (f"L’appel à projets est clos depuis le {date_et_heure(dossier.appel.ferme_le)}, heure de Paris. "
                "Rien n’a été enregistré ; votre texte est encore dans cette page, copiez-le si besoin.")
    return "L’appel à projets n’est pas ouvert : rien n’a été enregistré."


@require_http_methods(["GET", "HEAD", "POST"])
def organisme(request, pk):
    """The part about the organisation: read the sheet, confirm it."""
    dossier = mon_dossier(request, pk)
    modifiable = droits.peut_rediger(request.user, dossier, request.recu_le)
    form = ConfirmationFicheForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if not droits.redige(request.user, dossier):
            raise PermissionDenied
        if form.is_valid():
            try:
                redaction.confirmer_fiche(dossier, par=request.user, recu_le=request.recu_le)
            except redaction.NonModifiable:
                form.add_error(None, _phrase_non_modifiable(dossier, request))
            else:
                messages.success(request, "La fiche de l’organisme est confirmée pour ce dossier.")
                return redirect("appels:dossier", pk=pk)
    siens = [m for m in completude.manques(dossier) if m.partie == NomPartie.ORGANISME]
    retour = reverse("appels:organisme", args=[pk])
    return afficher(request, "appels/parties/organisme.html", {
        "dossier": dossier, "form": form, "fiche": getattr(dossier.porteur, "fiche", None),
        "manques": [m for m in siens if m.champ != "confirmee"], "modifiable": modifiable,
        "a_confirmer": any(m.champ == "confirmee" for m in siens), "retour": retour}, form)
