"""What the residents said and what was answered: read by everybody, from one rule."""

from datetime import datetime

from django.contrib.syndication.views import Feed
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.views.decorators.http import require_safe

from appels.models import Affiche
from appels.public import calendrier, paroles
from appels.public.donnees_ouvertes import donnees_ouvertes
from appels.public.pages_de_paroles import (
    PageConsultation,
    page_de_la_consultation,
    page_du_quartier,
    page_participer,
)
from appels.socle import signes
from appels.socle.cache_public import page_publique, page_qui_lit
from appels.socle.requete import Requete
from appels.socle.vues import adresse
from partenaires.models import Consultation, Contribution
from partenaires.socle import demonstration
from quartiers import geographie
from quartiers.models import Quartier

FIL = 30  # entries of a feed


@page_publique
def participer(request: Requete) -> HttpResponse:
    """The consultations: those where one may write, those to come, those that are over."""
    return render(
        request,
        "appels/public/participer.html",
        {
            "page": page_participer(request.recu_le),
            "emblemes": geographie.lire(request.parution).emblemes,
        },
    )


def _demandee(request: Requete, cle: str) -> PageConsultation:
    """The consultation of the address with what its filters keep; a draft is a 404."""
    consultation = Consultation.objects.publiees().filter(adresse=cle).first()
    if consultation is None:
        raise Http404
    demande = adresse.parametres(request, (*paroles.NOMS, "page"))
    territoire = geographie.lire(request.parution)
    return page_de_la_consultation(consultation, demande, territoire, request.recu_le)


@page_qui_lit(*paroles.NOMS, "page")
def consultation(request: Requete, cle: str) -> HttpResponse:
    """What is asked, what can change and what cannot, and each word with its answer beside it."""
    return render(
        request, "appels/public/participer/consultation.html", {"page": _demandee(request, cle)}
    )


@page_publique
def charte(request: Requete, cle: str) -> HttpResponse:
    """The whole charter of a consultation; « à venir » while the CUA has not written it."""
    consultation = Consultation.objects.publiees().filter(adresse=cle).first()
    if consultation is None:
        raise Http404
    return render(request, "appels/public/participer/charte.html", {"consultation": consultation})


@page_publique
def contribution(request: Requete, cle: str, pk: int) -> HttpResponse:
    """One word at its permanent address, its answer, its dated steps."""
    territoire = geographie.lire(request.parution)
    lignes = paroles.publiees(Contribution.objects.publiques())
    ligne = lignes.filter(consultation__adresse=cle, pk=pk).first()
    if ligne is None:
        raise Http404
    [voix] = paroles.en_voix([ligne], territoire)
    return render(
        request,
        "appels/public/participer/contribution.html",
        {
            "voix": voix,
            "consultation": ligne.consultation,
            "suites": list(ligne.suites.all()),
            "utilite": paroles.utilite(ligne),
            "projets": paroles.liens_publics(contribution=ligne),
        },
    )


def _quartier_demande(request: Requete, code: str) -> Quartier:
    quartier = geographie.lire(request.parution).quartier(code)
    if quartier is None:
        raise Http404
    return quartier


@page_qui_lit("page")
def quartier(request: Requete, code: str) -> HttpResponse:
    """What was said of a quartier, where to write, how to follow it."""
    lu = _quartier_demande(request, code)
    demande = adresse.parametres(request, ("page",))
    territoire = geographie.lire(request.parution)
    page = page_du_quartier(lu, demande["page"], territoire, request.recu_le)
    return render(request, "appels/public/participer/quartier.html", {"page": page})


@page_publique
def affiche(request: Requete, code: str, format_: str) -> FileResponse:
    """The sheet or the poster of a quartier, as the worker made it."""
    lignes = Affiche.objects.exclude(fichier="").select_related("quartier")
    faite = get_object_or_404(lignes, quartier__code=code, format=format_)
    return FileResponse(
        faite.fichier.open("rb"),
        content_type="application/pdf",
        as_attachment=True,
        filename=faite.nom,
    )


@require_safe
def court(request: Requete, code: str) -> HttpResponse:
    """The short address that is printed: it leads to the words of the quartier."""
    lu = _quartier_demande(request, code.upper())
    return redirect("appels:paroles_du_quartier", lu.code)


class FilDesParoles(Feed):
    """One entry a public word, updated when it is answered; all of them, or those of a quartier."""

    feed_type = Atom1Feed
    author_name = "Service Cohésion Sociale, Communauté Urbaine d’Arras"

    def __init__(self, parue_le: datetime, quartier: Quartier | None = None):
        self.parue_le = parue_le
        self.quartier = quartier
        ou = f" : {quartier.nom_court}" if quartier else ""
        self.title = demonstration.titre(f"La parole des habitantes et des habitants{ou}")
        self.subtitle = "Ce qui est dit, et ce que le service répond"

    def link(self) -> str:
        if self.quartier:
            return reverse("appels:paroles_du_quartier", args=[self.quartier.code])
        return reverse("appels:participer")

    def feed_url(self) -> str:
        if self.quartier:
            return reverse("appels:fil_du_quartier", args=[self.quartier.code])
        return reverse("appels:fil_des_paroles")

    def items(self) -> list[Contribution]:
        lignes = paroles.publiees(Contribution.objects.publiques())
        if self.quartier:
            lignes = lignes.filter(quartier=self.quartier)
        return list(lignes.prefetch_related("moderations")[:FIL])

    def item_title(self, item: Contribution) -> str:
        return demonstration.titre(f"{item.get_type_display()} : {item.get_etat_display()}")

    def item_link(self, item: Contribution) -> str:
        return reverse("appels:contribution", args=[item.consultation.adresse, item.pk])

    def item_guid(self, item: Contribution) -> str:
        return f"tag:{calendrier.DOMAINE},2026:parole-{item.pk}"

    def item_updateddate(self, item: Contribution) -> datetime:
        """Its last passage: a reader that kept an answer is told when it is taken up again."""
        passages = [passage.le for passage in item.moderations.all()]
        return passages[-1] if passages else self.parue_le

    def item_description(self, item: Contribution) -> str:
        reponse = paroles.reponse_de(item)
        dits = [f"« {item.texte} »"]
        if reponse:
            dits.append(f"{reponse.signature} : {reponse.texte}")
        return demonstration.texte(signes.propre("\n\n".join(dits)))


@donnees_ouvertes
@page_publique
def fil(request: Requete) -> HttpResponse:
    """Every public word, as a feed."""
    return FilDesParoles(request.parution.le)(request)


@donnees_ouvertes
@page_publique
def fil_du_quartier(request: Requete, code: str) -> HttpResponse:
    """Those of a quartier (H12)."""
    return FilDesParoles(request.parution.le, _quartier_demande(request, code))(request)
