"""The applicant's side: my dossiers, the task list, the parts."""

from urllib.parse import urlencode

from allauth.core import ratelimit
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from appels.models import Acte, Appel, Depart, Dossier, NomPartie, Ouvrage
from appels.models.dossiers import DossierQuerySet
from appels.redaction import accueil, sommaire
from appels.redaction.actions import codes, redaction, reprise
from appels.redaction.forms.codes import CodeForm
from appels.redaction.forms.dossier import ConfirmationFicheForm, NouveauDossierForm
from appels.redaction.vues import retour
from appels.socle import completude, demandes_frequentes, droits, ecritures, suivi
from appels.socle.requete import Requete
from appels.socle.vues.lecture import mon_dossier
from partenaires.organismes.actions.passations import sans_administration
from partenaires.socle.vues.formulaire import afficher, refus_sur, saisie

LECTURE_SEULE = (
    "Vous lisez les dossiers de votre organisme. Pour en écrire un, demandez un rôle de rédaction "
    "à une personne qui l’administre."
)
MODELES_MONTRES = 12  # the dossiers that one may write again: those of the last years


@require_GET
def mes_dossiers(request: Requete) -> HttpResponse:
    """The letters to open, what to answer and to resume, then what is deposited."""
    dossiers = suivi.avec_les_lettres(
        Dossier.objects.a_rediger_par(request.user).pour_liste().avec_question_du_service()
    )
    page = accueil.ranger(dossiers, request.user, request.recu_le)
    ouverts = Appel.objects.none()
    if not accueil.lit_seulement(request.user):
        ouverts = Appel.objects.ouverts(request.recu_le).order_by("ferme_le")
    departs = Depart.objects.a_verser_par(request.user.email, request.recu_le)
    contexte = {"page": page, "ouverts": ouverts, "departs": departs}
    return render(request, "appels/redaction/mes_dossiers.html", contexte)


@require_http_methods(["GET", "HEAD", "POST"])
def nouveau(request: Requete, repere: str) -> HttpResponse:
    """Begin a dossier in an open call."""
    appel = get_object_or_404(Appel.objects.publies().au_repere(repere))
    organismes = accueil.organismes_ou_rediger(request.user)
    if accueil.lit_seulement(request.user):
        messages.info(request, LECTURE_SEULE)
        return redirect("partenaires:organismes")
    if not organismes:
        messages.info(
            request,
            "Un dossier appartient à un organisme : créez le vôtre ou rejoignez-le d’abord.",
        )
        suite = urlencode({"suite": request.get_full_path()})
        return redirect(f"{reverse('partenaires:nouveau')}?{suite}")
    donnees = saisie(request)
    modeles = Dossier.objects.modeles_de(request.user).filter(porteur__in=organismes)
    modele = _modele(modeles, (donnees or request.GET).get("reprendre") or "")
    form = NouveauDossierForm(
        donnees,
        organismes=organismes,
        modele=modele,
        annee=appel.annee,
        avec_code=appel.est_clos(request.recu_le),
    )
    if request.method == "POST" and form.is_valid():
        trop_d_essais = "code" in form.fields and ratelimit.consume_or_429(
            request, action="code_derogation", user=request.user
        )
        if trop_d_essais:
            return trop_d_essais
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
            "modeles": [] if modele else _proposes(modeles, appel),
        },
        form,
    )


def _proposes(modeles: DossierQuerySet, appel: Appel) -> list[Dossier]:
    """Those to write again: of the years before first, then of this very call."""
    lus = modeles.pour_liste()
    d_avant = lus.exclude(appel=appel)[:MODELES_MONTRES]
    du_meme = lus.filter(appel=appel)[:MODELES_MONTRES]
    return [*d_avant, *du_meme][:MODELES_MONTRES]


def _commencer(
    request: Requete, appel: Appel, form: NouveauDossierForm, modele: Dossier | None
) -> Dossier | None:
    """The new draft; None when the call is not open, or the code not good: the form says so."""
    choix = form.cleaned_data
    champs = {
        "intitule": choix["intitule"],
        "cle": choix["cle"],
        "par": request.user,
        "recu_le": request.recu_le,
        "modele": modele,
        "suite_de": form.serie_choisie(),
    }
    with refus_sur(form):
        if "code" in choix:
            return codes.commencer(appel, choix["porteur"], choix["code"], **champs)
        return redaction.commencer(appel, choix["porteur"], **champs)
    return None


def _modele(modeles: DossierQuerySet, saisi: str) -> Dossier | None:
    """The dossier to write again, if it is one of mine."""
    if not (saisi.isascii() and saisi.isdigit()):
        return None
    return modeles.filter(pk=int(saisi[:9])).first()


@require_GET
def dossier(request: Requete, pk: int) -> HttpResponse:
    """The task list: what is complete, what is missing, who acts next and by when."""
    dossier = mon_dossier(request, pk)
    if dossier.est_depose or dossier.est_integre:
        return redirect("appels:relecture", pk=pk)
    return render(
        request,
        "appels/redaction/dossier.html",
        {
            "dossier": dossier,
            "sommaire": sommaire.dresser(dossier, request.recu_le),
            "peut": sommaire.Gestes.de(request.user, dossier, request.recu_le),
            "code": CodeForm(),
            "lectures": dossier.passages.filter(acte=Acte.LIRE).select_related("par"),
            "frequentes": demandes_frequentes.du_jour(request.recu_le),
            "membres": dossier.porteur.appartenances.actives().select_related("utilisateur"),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def organisme(request: Requete, pk: int) -> HttpResponse:
    """The part about the organisation: read the sheet, confirm it."""
    dossier = mon_dossier(request, pk)
    form = ConfirmationFicheForm(saisie(request))
    if request.method == "POST":
        droits.redige.exiger(request.user, dossier)
        if form.is_valid():
            with refus_sur(form):
                redaction.confirmer_fiche(dossier, par=request.user, recu_le=request.recu_le)
                ecritures.finir(request, dossier, Ouvrage.PARTIE, NomPartie.ORGANISME.value)
                messages.success(request, "La fiche de l’organisme est confirmée pour ce dossier.")
                return redirect(retour.fin(request, dossier))
    manques = [
        manque for manque in completude.manques(dossier) if manque.partie == NomPartie.ORGANISME
    ]
    # a request on paper: the agent writes the sheet only where nobody administers the organisation
    sans_personne = sans_administration().filter(pk=dossier.porteur_id)
    modifiable = droits.peut_rediger(request.user, dossier, request.recu_le)
    if modifiable:
        ecritures.noter(request, dossier, Ouvrage.PARTIE, NomPartie.ORGANISME.value)
    return afficher(
        request,
        "appels/redaction/parties/organisme.html",
        {
            "dossier": dossier,
            "nom": NomPartie.ORGANISME,
            "form": form,
            "fiche": getattr(dossier.porteur, "fiche", None),
            "fiche_ouverte": not dossier.est_sur_papier or sans_personne.exists(),
            "a_completer": [
                manque for manque in manques if manque.bloque and manque.champ != "confirmee"
            ],
            "a_savoir": [manque for manque in manques if not manque.bloque],
            "modifiable": modifiable,
            "a_confirmer": any(manque.champ == "confirmee" for manque in manques),
            "retour": request.path + retour.suite(request, dossier),
            "a_verifier": retour.est_a_verifier(request, dossier),
            "fin": retour.fin(request, dossier),
        },
        form,
    )
