"""The public side: home, help, contact, map of the site."""

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from appels.public import cles, finances, paroles, plan_du_site, roles
from appels.redaction.mots import mots_par_compte
from appels.socle.cache_public import page_publique
from appels.socle.chaque_page import le_service
from appels.socle.requete import Requete
from partenaires.models import AideALaQuestion, Page, Partenaire, Texte
from quartiers import geographie
from quartiers.memoire import Garde
from quartiers.models import Axe, ChiffreCle

les_axes = Garde(lambda: list(Axe.objects.all())).lire


@page_publique
def accueil(request: Requete) -> HttpResponse:
    """The territory, the call with its one action, the axes, the figures, what was funded, what
    residents say, the partners.
    """
    territoire = geographie.lire(request.parution)
    affiches = list(ChiffreCle.objects.affiches())
    annee = finances.derniere_annee(request.parution, territoire)
    return render(
        request,
        "appels/public/accueil.html",
        {
            "geographie": territoire,
            "axes": les_axes(request.parution),
            "cles": cles.cles(affiches),
            "source_commune": cles.source_commune(affiches),
            "finances": annee,
            "carte_des_projets": annee.carte(territoire) if annee else None,
            "paroles": paroles.dernieres_repondues(territoire),
            "consultation": paroles.consultation_a_la_une(request.recu_le),
            "partenaires": roles.par_role(Partenaire.objects.affiches()),
        },
    )


@page_publique
def aide(request: Requete) -> HttpResponse:
    """Help by role, and the words of the trade."""
    return render(request, "appels/public/aide.html", {"aides": plan_du_site.AIDES})


@page_publique
def aide_role(request: Requete, role: str) -> HttpResponse:
    """Help for one role."""
    if role not in plan_du_site.AIDES:
        raise Http404
    contexte = {
        "titre": plan_du_site.AIDES[role],
        "ecriture": AideALaQuestion.objects.all(),
        "mots": mots_par_compte,
    }
    return render(request, f"appels/public/aide/{role}.html", contexte)


@page_publique
def contact(request: Requete) -> HttpResponse:
    """Who to call or write to; « à venir » while the service has not said."""
    return render(
        request,
        "appels/public/contact.html",
        {"service": le_service(request.parution), "textes": Texte.objects.de(Page.CONTACT)},
    )


@page_publique
def plan(request: Requete) -> HttpResponse:
    """Every public page, by theme."""
    return render(
        request,
        "appels/public/plan_du_site.html",
        {"parties": plan_du_site.parties(geographie.lire(request.parution))},
    )


@require_safe
def robots(request: Requete) -> HttpResponse:
    """Private places are not worth a visit; the plan is."""
    lignes = [
        "User-agent: *",
        "Disallow: /dossiers/",
        "Disallow: /instruction/",
        "Disallow: /compte/",
        "Disallow: /participer/suivi/",
        "Disallow: /participer/merci/",
        f"Sitemap: {settings.URL_PUBLIQUE}{reverse('appels:sitemap')}",
        "",
    ]
    return HttpResponse("\n".join(lignes), content_type="text/plain; charset=utf-8")
