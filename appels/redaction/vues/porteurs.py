"""The applicant's side: my dossiers, the task list, the parts."""

from allauth.core import ratelimit
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from appels.models import Acte, Appel, Complement, Dossier, NomPartie
from appels.redaction.actions import codes, redaction, reprise
from appels.redaction.forms.codes import CodeForm
from appels.redaction.forms.dossier import ConfirmationFicheForm, NouveauDossierForm
from appels.socle import budget, completude, droits
from appels.socle.vues.lecture import mon_dossier
from partenaires.models import Partenaire
from partenaires.organismes.actions.passations import sans_administration
from partenaires.socle.vues.formulaire import afficher, refus_sur, saisie

GROUPES = {
    "Votre organisme": [NomPartie.ORGANISME],
    "Votre projet": [
        NomPartie.PROJET,
        NomPartie.DESCRIPTION,
        NomPartie.LIEUX,
        NomPartie.MOYENS,
        NomPartie.EVALUATION,
    ],
    "Budget et pièces": [NomPartie.BUDGET, NomPartie.PIECES],
}
MODELES_MONTRES = 12  # the dossiers that one may write again: those of the last years


@require_GET
def mes_dossiers(request):
    """What to resume first, then what is deposited."""
    dossiers = list(
        Dossier.objects.a_rediger_par(request.user)
        .pour_liste()
        .avec_question_du_service()
        .prefetch_related("versions__recepisse")
    )
    return render(
        request,
        "appels/redaction/mes_dossiers.html",
        {
            "en_cours": [d for d in dossiers if d.est_modifiable(request.recu_le)],
            "a_completer": [d for d in dossiers if d.attend_un_complement(request.recu_le)],
            "deposes": [
                d for d in dossiers if d.est_depose and not d.attend_un_complement(request.recu_le)
            ],
            "abandonnes": [d for d in dossiers if droits.peut_retablir(request.user, d)],
            "non_deposes": [d for d in dossiers if d.est_non_depose(request.recu_le)],
            "ouvert": Appel.objects.ouverts(request.recu_le).first(),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def nouveau(request, annee):
    """Begin a dossier in an open call."""
    appel = get_object_or_404(Appel.objects.publies(), annee=annee)
    miens = [a.partenaire_id for a in request.user.mes_appartenances if a.role in droits.REDIGENT]
    organismes = Partenaire.objects.porteurs().filter(pk__in=miens)
    if not organismes:
        messages.info(
            request,
            "Un dossier appartient à un organisme : créez le vôtre ou rejoignez-le d’abord.",
        )
        return redirect("partenaires:nouveau")
    donnees = saisie(request)
    modeles = Dossier.objects.de_l_organisme(request.user).modeles().filter(porteur__in=organismes)
    modele = _modele(modeles, (donnees or request.GET).get("reprendre", ""))
    form = NouveauDossierForm(
        donnees, organismes=organismes, modele=modele, avec_code=appel.est_clos(request.recu_le)
    )
    if request.method == "POST" and form.is_valid():
        if "code" in form.fields and (
            trop := ratelimit.consume_or_429(request, action="code_derogation", user=request.user)
        ):
            return trop
        if dossier := _commencer(request, appel, form, modele):
            return redirect("appels:dossier", pk=dossier.pk)
    return afficher(
        request,
        "appels/redaction/nouveau.html",
        {
            "form": form,
            "appel": appel,
            "est_ouvert": appel.est_ouvert(request.recu_le),
            "modele": modele,
            "non_repris": reprise.non_repris(modele, appel) if modele else [],
            "modeles": [] if modele else modeles.pour_liste()[:MODELES_MONTRES],
        },
        form,
    )


def _commencer(
    request, appel: Appel, form: NouveauDossierForm, modele: Dossier | None
) -> Dossier | None:
    """The new draft; None when the call is not open, or the code not good: the form says so."""
    choix = form.cleaned_data
    champs = {
        "intitule": choix["intitule"],
        "cle": choix["cle"],
        "par": request.user,
        "recu_le": request.recu_le,
        "modele": modele,
    }
    with refus_sur(form):
        if "code" in choix:
            return codes.commencer(appel, choix["porteur"], choix["code"], **champs)
        return redaction.commencer(appel, choix["porteur"], **champs)
    return None


def _modele(modeles, saisi: str) -> Dossier | None:
    """The dossier to write again, if it is one of mine."""
    return (
        modeles.filter(pk=int(saisi[:9])).first() if saisi.isascii() and saisi.isdigit() else None
    )


@require_GET
def dossier(request, pk):
    """The task list: what is complete, what is missing, who acts next and by when."""
    dossier = mon_dossier(request, pk)
    if dossier.est_depose or dossier.est_integre:
        return redirect("appels:relecture", pk=pk)
    manques = completude.manques(dossier)
    faites = {partie.nom: partie for partie in dossier.parties.all()}
    ouvertes = dossier.parties_ouvertes(request.recu_le)
    points = (
        dossier.corrige.complement_en_cours() if dossier.est_une_reponse(request.recu_le) else None
    )
    groupes = [
        (titre, [_partie(nom, manques, faites.get(nom), nom in ouvertes, points) for nom in noms])
        for titre, noms in GROUPES.items()
    ]
    parties = [partie for _, lignes in groupes for partie in lignes]
    return render(
        request,
        "appels/redaction/dossier.html",
        {
            "dossier": dossier,
            "groupes": groupes,
            "parties": parties,
            "completes": sum(p["etat"] == "plein" for p in parties),
            "a_faire": next((p for p in parties if p["ouverte"] and p["etat"] != "plein"), None),
            "pret": not any(m.bloque and m.partie in ouvertes for m in manques),
            "plan": budget.du_dossier(dossier),
            "derniere": max(faites.values(), key=lambda p: p.enregistree_le, default=None),
            "modifiable": dossier.est_modifiable(request.recu_le),
            "non_depose": dossier.est_non_depose(request.recu_le),
            "code": CodeForm(),
            "peut_rediger_un_jour": droits.redige(request.user, dossier),
            "peut_rediger": droits.peut_rediger(request.user, dossier, request.recu_le),
            "peut_deposer": droits.peut_deposer(request.user, dossier),
            "peut_demander_signature": droits.peut_demander_signature(
                request.user, dossier, request.recu_le
            ),
            "peut_abandonner": droits.peut_abandonner(request.user, dossier),
            "peut_reprendre": droits.peut_reprendre(request.user, dossier, request.recu_le),
            "lectures": dossier.passages.filter(acte=Acte.LIRE).select_related("par"),
            "membres": dossier.porteur.appartenances.actives().select_related("utilisateur"),
        },
    )


def _partie(
    nom: NomPartie, manques: list, partie, ouverte: bool, complement: Complement | None
) -> dict:
    """A line of the task list: complete, to complete, nothing written yet; what the service asks of
    it.
    """
    siens = [m for m in manques if m.partie == nom]
    bloquants = [m for m in siens if m.bloque]
    etat, mot = (
        ("plein", "Complet")
        if not bloquants
        else (
            ("demi", "À compléter")
            if partie or nom == NomPartie.ORGANISME
            else ("vide", "À écrire")
        )
    )
    if nom == NomPartie.PIECES and bloquants:
        etat, mot = "vide", f"{len(bloquants)} manquante{'s' if len(bloquants) > 1 else ''}"
    if not ouverte:
        etat, mot, siens = "apres", "Reste comme déposée", []
    points = (
        [point for point in complement.points.all() if point.partie == nom] if complement else []
    )
    return {
        "nom": nom,
        "libelle": nom.label,
        "etat": etat,
        "mot": mot,
        "manques": siens,
        "ouverte": ouverte,
        "points": points,
        "nombre": len(bloquants),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def organisme(request, pk):
    """The part about the organisation: read the sheet, confirm it."""
    dossier = mon_dossier(request, pk)
    modifiable = droits.peut_rediger(request.user, dossier, request.recu_le)
    form = ConfirmationFicheForm(saisie(request))
    if request.method == "POST":
        droits.redige.exiger(request.user, dossier)
        if form.is_valid():
            with refus_sur(form):
                redaction.confirmer_fiche(dossier, par=request.user, recu_le=request.recu_le)
                messages.success(request, "La fiche de l’organisme est confirmée pour ce dossier.")
                return redirect("appels:dossier", pk=pk)
    siens = [m for m in completude.manques(dossier) if m.partie == NomPartie.ORGANISME]
    retour = reverse("appels:organisme", args=[pk])
    return afficher(
        request,
        "appels/redaction/parties/organisme.html",
        {
            "dossier": dossier,
            "form": form,
            "fiche": getattr(dossier.porteur, "fiche", None),
            "fiche_ouverte": not dossier.est_sur_papier
            or sans_administration().filter(pk=dossier.porteur_id).exists(),
            "manques": [m for m in siens if m.champ != "confirmee"],
            "modifiable": modifiable,
            "a_confirmer": any(m.champ == "confirmee" for m in siens),
            "retour": retour,
        },
        form,
    )
