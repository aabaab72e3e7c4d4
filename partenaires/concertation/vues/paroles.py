"""One page to read, moderate and answer; the queue that leads there (U75)."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from partenaires.concertation import droits
from partenaires.concertation.actions import moderation
from partenaires.concertation.fiche import Fiche, fiche
from partenaires.concertation.file import LISENT, File, comptes, lignes, promise_le, suivante
from partenaires.concertation.verrous import dernier_passage
from partenaires.concertation.vues import gestes
from partenaires.models import Consultation, Contribution
from partenaires.socle.entree import Requete
from partenaires.socle.vues.formulaire import afficher, numero_lu, saisie
from quartiers.francais import accorder
from quartiers.horloge import a_paris

PAR_PAGE = 25


@dataclass(frozen=True)
class Ici:
    """Where an agent works: a queue, of one consultation or of all."""

    file: File
    consultation: Consultation | None

    @property
    def numero(self) -> str:
        return str(self.consultation.pk) if self.consultation else ""

    @property
    def requete(self) -> str:
        """What the addresses of this work carry."""
        porte = {"file": self.file.value}
        if self.consultation:
            porte["consultation"] = str(self.consultation.pk)
        return urlencode(porte)


def ici(request: Requete) -> Ici:
    """The queue of the address, « à relire » when it says none; unknown words are left aside."""
    voulue = request.GET.get("file", "")
    file = File(voulue) if voulue in File.values else File.A_RELIRE
    consultation = None
    if "consultation" in request.GET:
        numero = numero_lu(request.GET["consultation"])
        consultation = Consultation.objects.filter(pk=numero).first()
    return Ici(file, consultation)


@require_GET
def file_d_attente(request: Requete) -> HttpResponse:
    """What waits, late first, with how many in each queue."""
    ou = ici(request)
    aujourd_hui = a_paris(request.recu_le).date()
    page = Paginator(lignes(ou.file, ou.consultation), PAR_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "partenaires/paroles.html",
        {
            "ici": ou,
            "comptes": comptes(aujourd_hui, ou.consultation),
            "page": page,
            "aujourd_hui": aujourd_hui,
            "en_lot": ou.file == File.A_RELIRE,
            "lignes": [(ligne, promise_le(ligne, ou.file)) for ligne in page],
        },
    )


def en_lot(request: Requete) -> HttpResponse:
    """Publish what was ticked; what is left aside is named, each with its reason."""
    ou = ici(request)
    numeros = [numero_lu(texte) for texte in request.POST.getlist("paroles")]
    if len(numeros) > moderation.LOT_MAX:
        raise BadRequest("Trop de contributions à la fois.")
    cochees = list(Contribution.objects.select_related(*LISENT).filter(pk__in=numeros))
    if not cochees:
        messages.error(request, "Cochez au moins une contribution : rien n’est publié.")
    faites, laissees = moderation.publier_ensemble(
        cochees, par=request.user, recu_le=request.recu_le
    )
    if faites:
        messages.success(request, f"{accorder(len(faites), 'contribution publiée')}.")
    for contribution, phrase in laissees.items():
        messages.error(request, f"{contribution} n’est pas publiée. {phrase}")
    return redirect(f"{reverse('partenaires:paroles')}?{ou.requete}")


@require_http_methods(["GET", "HEAD", "POST"])
def parole(request: Requete, pk: int) -> HttpResponse:
    """A contribution: its text, its log, and each act that its state allows, on one page."""
    ligne = get_object_or_404(Contribution.objects.select_related(*LISENT, "reponse"), pk=pk)
    ou = ici(request)
    nom = request.POST.get("acte", "")
    formulaires = None
    if request.method == "POST":
        formulaires = gestes.formulaires(saisie(request), nom, ligne, dernier_passage(ligne))
        droits.peut_moderer.exiger(request.user, ligne)
        geste = gestes.GESTES.get(nom)
        if geste is None:
            raise BadRequest("Cet acte n’existe pas.")
        if phrase := gestes.faire(request, geste, ligne, formulaires[nom]):
            messages.success(request, phrase)
            return redirect(_ensuite(ou, ligne, reste=geste.reste))
        ligne.refresh_from_db()
    sa_fiche = fiche(ligne, request.user, a_paris(request.recu_le).date())
    formulaires = formulaires or gestes.formulaires(None, "", ligne, sa_fiche.vu)
    lies = [formulaire for formulaire in formulaires.values() if formulaire.is_bound]
    perdus = gestes.ecrits_perdus(sa_fiche, nom, formulaires)
    formulaires = gestes.poser_le_signalement(sa_fiche, ligne, formulaires)
    return afficher(
        request,
        "partenaires/parole.html",
        {
            "fiche": sa_fiche,
            "ici": ou,
            "apres": suivante(ou.file, ou.consultation, ligne),
            "formulaires": formulaires,
            "suites": gestes.suites_montrees(sa_fiche, formulaires),
            "perdus": perdus,
            "peut_trancher": _peut_trancher(request, sa_fiche),
        },
        *lies,
    )


def _peut_trancher(request: Requete, sa_fiche: Fiche) -> bool:
    recours = sa_fiche.recours_en_attente
    return recours is not None and droits.peut_trancher_le_recours(request.user, recours)


def _ensuite(ou: Ici, ligne: Contribution, *, reste: bool) -> str:
    """The next one of the queue; the same page after a step, which often comes with another."""
    apres = ligne if reste else suivante(ou.file, ou.consultation, ligne)
    if apres is None:
        return f"{reverse('partenaires:paroles')}?{ou.requete}"
    return f"{reverse('partenaires:parole', args=[apres.pk])}?{ou.requete}"
