"""The opinions on a dossier: mine to write, those that the others share."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from appels.decision import etapes, file_d_avis, financeurs
from appels.decision.actions import avis as actes
from appels.decision.forms.avis import AvisForm, AvisRecuForm, SourceForm, recus
from appels.instruction import annees_du_porteur, autour, coup_d_oeil
from appels.instruction.vues import fil
from appels.models import Appel, Avis, Dossier, Financement, Ouvrage, Sens
from appels.socle import droits, ecritures
from appels.socle.requete import Requete
from appels.socle.vues import lecture
from appels.socle.vues.cadres import montre_les_documents
from partenaires.models import Partenaire, Role
from partenaires.socle.forms.conflit import rangees_sorties
from partenaires.socle.vues.formulaire import afficher, centimes_lus, numero_lu, refus_sur, saisie
from quartiers.francais import accorder, nombre_en_euros


@require_http_methods(["GET", "HEAD", "POST"])
@montre_les_documents
def page(request: Requete, pk: int) -> HttpResponse:
    """A funder writes its opinion beside the text; an agent enters those received elsewhere."""
    dossier = _lu(request, pk)
    partenaire = droits.avise_pour(request.user, dossier)
    if partenaire is None and droits.lit_pour_le_service(request.user, dossier):
        return _du_service(request, dossier)
    if request.method == "POST":
        droits.peut_donner_un_avis.exiger(request.user, dossier)
    mien = None
    form = None
    demande = None
    if partenaire:
        mien = Avis.objects.filter(dossier=dossier, partenaire=partenaire).first()
        demande = financeurs.demande_a(dossier, partenaire)
        form = AvisForm(_saisie_du_financeur(request, demande["montant"]), instance=mien)
        ecritures.noter(request, dossier, Ouvrage.AVIS, pour=partenaire)
    if form and partenaire and request.method == "POST" and form.is_valid():
        suite = fil.place(request, dossier)
        with refus_sur(form):
            _garder(request, dossier, partenaire, form)
            ecritures.finir(request, dossier, Ouvrage.AVIS)
            if form.cleaned_data["sens"] == Sens.DEPORT:
                messages.success(
                    request, f"Votre déport est inscrit : {dossier.numero} vous est fermé."
                )
                return redirect("appels:instruction")
            return fil.apres_l_acte(request, suite, pk, vue="appels:avis")
    mes_mots: dict[str, object] = {
        "form": form,
        "partenaire": partenaire,
        "mien": mien,
        "demande": demande,
    }
    if partenaire:
        mes_mots["tirelire"] = financeurs.tirelire(dossier.appel, partenaire)
    return _montrer(request, dossier, mes_mots, *([form] if form else []))


def _lu(request: Requete, pk: int) -> Dossier:
    """A dossier that I work on, with what its page shows, or 404."""
    lus = coup_d_oeil.avec_le_mot(Dossier.objects.instruits_par(request.user))
    return get_object_or_404(
        lus.select_related("appel", "porteur", "axe").prefetch_related(
            "pieces", "appel__documents"
        ),
        pk=pk,
    )


def _montrer(request: Requete, dossier: Dossier, mots: dict, *formulaires: Any) -> HttpResponse:
    """The text in the middle, the opinions beside; `mots`: what this side writes."""
    demande = lecture.lisible(dossier, lecture.figee(dossier))
    instruits = Dossier.objects.instruits_par(request.user)
    passes = instruits | Dossier.objects.repris_lus_par(request.user)
    avis = list(
        Avis.objects.visibles_par(request.user)
        .filter(dossier=dossier)
        .select_related("partenaire", "auteur")
        .prefetch_related("remplaces__auteur", "remplaces__par")
    )
    return afficher(
        request,
        "appels/decision/avis.html",
        {
            "dossier": dossier,
            "demande_lue": demande,
            "mots": mots,
            "place": fil.place(request, dossier),
            "autres": [un for un in avis if un != mots.get("mien")],
            "etapes": etapes.avancements(dossier, avis, request.user),
            "pieces": autour.documents(dossier),
            "vu": coup_d_oeil.regarder(
                dossier,
                demande["contenu"],
                request.user,
                annees=annees_du_porteur.lire(dossier, passes, request.user),
            ),
        },
        *formulaires,
    )


def _saisie_du_financeur(request: Requete, demande: int | None) -> QueryDict | None:
    """What was posted; the button « favorable au montant demandé » says the two answers."""
    donnees = saisie(request)
    if donnees is not None and "comme_demande" in donnees:
        donnees["sens"] = Sens.FAVORABLE.value
        donnees["montant_propose"] = "" if demande is None else nombre_en_euros(demande)
        donnees["partager"] = "1"
    return donnees


def _du_service(request: Requete, dossier: Dossier) -> HttpResponse:
    """The opinions that funders gave elsewhere, on one page; those that they shared are read."""
    # A page that is read, its form a link away: who writes is told to who opens it
    ecrit = request.method == "POST" or "recueil" in request.GET
    ecritures.noter(request, dossier, Ouvrage.AVIS, ecrit=ecrit)
    donnees = saisie(request)
    lignes = _lignes_a_recueillir(dossier, donnees)
    source = SourceForm(donnees, initial={"recu_par": _derniere_source(lignes)})
    formulaires = [*lignes, source]
    sortis = _sortis(donnees, lignes)
    for phrase in sortis:
        source.add_error(None, phrase)
    if request.method == "POST" and all([form.is_valid() for form in formulaires]):
        with refus_sur(source):
            combien = actes.recueillir(
                dossier,
                recus(lignes),
                de_qui=source.cleaned_data["recu_par"],
                par=request.user,
                recu_le=request.recu_le,
                version=lecture.version_montree(request),
            )
            ecritures.finir(request, dossier, Ouvrage.AVIS)
            phrase = f"{accorder(combien, 'avis inscrit', 'avis inscrits')}."
            messages.success(request, phrase if combien else "Rien n’a changé.")
            return fil.revenir(request, "appels:avis", dossier.pk)
    mots = {"lignes": lignes, "source": source, "ecrit": ecrit}
    return _montrer(request, dossier, mots, *formulaires)


def _lignes_a_recueillir(dossier: Dossier, donnees: QueryDict | None) -> list[AvisRecuForm]:
    """One a funder asked that did not share its opinion itself, nor decided; two queries."""
    partages = {
        avis.partenaire_id: avis for avis in Avis.objects.partages().filter(dossier=dossier)
    }
    demandes = dossier.financements.filter(partenaire__isnull=False, decision="")
    lignes: dict[int, AvisRecuForm] = {}
    for demande in demandes.select_related("partenaire"):
        partenaire = demande.partenaire
        if partenaire is None or partenaire.pk in lignes:
            continue
        avis = partages.get(partenaire.pk)
        if avis is None or avis.recueilli:
            lignes[partenaire.pk] = AvisRecuForm(
                donnees, partenaire=partenaire, demande=demande.montant, avis=avis
            )
    return list(lignes.values()) if dossier.est_en_course else []


def _sortis(donnees: QueryDict | None, lignes: list[AvisRecuForm]) -> list[str]:
    """A sentence for each line that was written and that the page does not have any more."""
    if donnees is None:
        return []
    montrees = {str(ligne.prefix) for ligne in lignes}
    sorties = rangees_sorties(donnees, "sens", montrees)
    cles = [numero_lu(prefixe.removeprefix("a")) for prefixe in sorties]
    phrases = []
    for partenaire in Partenaire.objects.filter(pk__in=cles).order_by("nom"):
        motif = donnees.get(f"a{partenaire.pk}-motif", "")
        ecrit = f" Vous aviez écrit : « {motif} »." if motif else ""
        phrases.append(f"{actes.AvisDejaDonne(partenaire).phrase}{ecrit}")
    return phrases


def _derniere_source(lignes: list[AvisRecuForm]) -> str:
    """Where those already entered come from."""
    return next((ligne.avis.recueilli for ligne in lignes if ligne.avis), "")


def _garder(
    request: Requete,
    dossier: Dossier,
    partenaire: Partenaire,
    form: AvisForm,
) -> None:
    """Keep the opinion, for oneself or shared; raises the refusals of the act."""
    partager = "partager" in form.data
    actes.donner(
        dossier,
        partenaire,
        {nom: form.cleaned_data[nom] for nom in form.Meta.fields},
        partager=partager,
        par=request.user,
        recu_le=request.recu_le,
        vue=form.cleaned_data["vue"],
        demande=centimes_lus(request.POST.get("demande", "")),
        version=lecture.version_montree(request),
    )
    if partager:
        messages.success(request, "L’avis est partagé avec les autres financeurs et le service.")
    else:
        messages.success(request, "L’avis est enregistré.")


@require_http_methods(["GET", "HEAD", "POST"])
def en_lot(request: Requete) -> HttpResponse:
    """« Favorable au montant demandé », on the dossiers ticked among those that wait for us."""
    partenaires = [
        appartenance.partenaire
        for appartenance in request.user.mes_appartenances
        if Role.AVIS_FINANCEUR in appartenance.roles
    ]
    files = [file_d_avis.lire(request.user, partenaire) for partenaire in partenaires]
    if request.method == "POST":
        if not any([_donner_la_file(request, file) for file in files]):
            messages.info(request, "Rien n’est coché : cochez les dossiers favorables d’abord.")
        return redirect("appels:avis_en_lot")
    coches = set(request.GET.getlist("sel"))
    return afficher(
        request,
        "appels/decision/avis_en_lot.html",
        {"files": files, "coches": coches},
    )


def _donner_la_file(request: Requete, file: file_d_avis.File) -> bool:
    """Those ticked for one funder; what is left aside is named. False when none is."""
    coches = [numero_lu(cle) for cle in request.POST.getlist(f"d{file.partenaire.pk}")]
    if not coches:
        return False
    # What this funder is not asked is not even named
    demandes = Financement.objects.filter(partenaire=file.partenaire).values("dossier")
    deposes = Dossier.objects.deposes().filter(pk__in=coches)
    dossiers = list(deposes.filter(pk__in=demandes).select_related("appel"))
    vus = {
        dossier.pk: (
            montant,
            numero_lu(request.POST.get(f"r{file.partenaire.pk}-{dossier.pk}", "")),
        )
        for dossier in dossiers
        if (montant := centimes_lus(request.POST.get(f"v{file.partenaire.pk}-{dossier.pk}", "")))
        is not None
    }
    donnes, laisses = actes.donner_en_lot(
        dossiers, file.partenaire, par=request.user, recu_le=request.recu_le, vus=vus
    )
    if donnes:
        phrase = accorder(donnes, "avis favorable partagé", "avis favorables partagés")
        messages.success(request, f"{file.partenaire} : {phrase}, au montant demandé.")
    if laisses:
        noms = ", ".join(dossier.numero or "" for dossier in laisses)
        messages.warning(
            request,
            "Laissés de côté, car ils n’attendent plus cet avis de vous, ne demandent plus ce "
            f"montant ou ont une nouvelle version à lire : {noms}.",
        )
    return True


def relancer(request: Requete, pk: int) -> HttpResponse:
    """Remind the funders of a call that opinions are awaited."""
    appel = get_object_or_404(Appel.objects.du_portail(), pk=pk)
    prevenues = actes.relancer(appel, recu_le=request.recu_le)
    if prevenues:
        personnes = accorder(prevenues, "personne prévenue", "personnes prévenues")
        messages.success(request, f"{personnes} par courriel.")
    else:
        messages.success(
            request,
            "Personne à prévenir : aucun avis n’est attendu, ou chacun a déjà été relancé "
            "aujourd’hui.",
        )
    return redirect("appels:decider", pk=pk)
