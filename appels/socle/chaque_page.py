"""What every page says of the house: who publishes, the state of the call, whose side it is."""

from datetime import datetime
from functools import partial

from django.conf import settings
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from appels.models import Appel
from appels.models.appel import le_plus_actuel
from appels.socle import obligations
from appels.socle.cache_public import appels_publies
from appels.socle.requete import Requete
from partenaires.models import Service, Utilisateur
from partenaires.socle import droits
from quartiers.memoire import Garde

le_service = Garde(Service.actuel).lire


def maison(request: Requete) -> dict[str, SimpleLazyObject]:
    """`maison` for the base template; absent where the clock middleware did not run."""
    if not hasattr(request, "recu_le") or not hasattr(request, "user"):
        return {}
    return {"maison": SimpleLazyObject(partial(_maison, request))}


def _maison(request: Requete) -> dict[str, object]:
    """What the head and the foot of a page say, whoever reads it."""
    utilisateur = request.user
    cote, entrees = _cote(utilisateur)
    reglages = REGLAGES if droits.est_agent(utilisateur) else []
    au_travail = droits.est_agent(utilisateur) or droits.est_financeur(utilisateur)
    ici = getattr(request.resolver_match, "view_name", "")
    if not hasattr(request, "appel_a_la_une"):
        request.appel_a_la_une = le_plus_actuel(appels_publies(request.parution), request.recu_le)
    return {
        "mention": obligations.bilan()["mention"],
        "service": le_service(request.parution),
        "appel": request.appel_a_la_une,
        "commencer": _commencer(request.appel_a_la_une, request.recu_le),
        "montre_les_courriels": settings.MODE == "demo",
        "cote": cote,
        "action": _action(utilisateur, request.appel_a_la_une, request.recu_le),
        "organisme": _organisme(utilisateur),
        "est_connecte": utilisateur.is_authenticated,
        "recu_le": request.recu_le,
        "personne": str(utilisateur) if utilisateur.is_authenticated else "",
        "compte": _liens([("partenaires:mon_compte", "Mon compte")], ici)[0],
        # Of a page that both sides open: each finds its own head.
        "gabarit": "service.html" if au_travail else "base.html",
        "menu": _liens(entrees, ici),
        "reglages": _liens(reglages, ici),
    }


def _liens(entrees: list[tuple[str, str]], ici: str) -> list[dict[str, object]]:
    """A menu, where the page that one reads is marked."""
    return [{"nom": nom, "url": reverse(vue), "est_ici": vue == ici} for vue, nom in entrees]


PUBLIC = [
    ("appels:quartiers", "Quartiers"),
    ("appels:contrat", "Contrat"),
    ("appels:appel", "Appel"),
    ("appels:projets", "Projets"),
    ("appels:participer", "Participer"),
    ("appels:aide", "Aide"),
    ("account_login", "Se connecter"),
]
AGENT = [
    ("appels:tableau", "Campagne"),
    ("appels:instruction", "Dossiers"),
    ("appels:comite_en_cours", "Comité"),
    ("partenaires:consultations", "Paroles"),
]
FINANCEUR = [("appels:instruction", "Dossiers"), ("appels:en_notre_nom", "En notre nom")]
# Of the service or of a funder, one may write for an association too.
PORTEUR = [("appels:mes_dossiers", "Mes dossiers")]
# What one sets now and then, folded under one word.
REGLAGES = [
    ("appels:appels", "Appels et enveloppes"),
    ("partenaires:contenus", "Contenus publics"),
    ("partenaires:qualites", "Qualités des personnes"),
    ("partenaires:annuaire", "Organismes"),
    ("appels:courriels", "Courriels en difficulté"),
]


def _cote(utilisateur: Utilisateur) -> tuple[str, list[tuple[str, str]]]:
    """Whose side: its name and its menu."""
    if not utilisateur.is_authenticated:
        return "Public", PUBLIC
    siens = PORTEUR if any(a.partenaire.est_porteur for a in utilisateur.mes_appartenances) else []
    if droits.est_agent(utilisateur):
        return "Instruction", [*AGENT, *siens]
    if droits.est_financeur(utilisateur):
        return "Financeur", [*FINANCEUR, *siens]
    return "Espace porteur", [*PORTEUR, ("partenaires:organismes", "Mes organismes")]


def _action(utilisateur: Utilisateur, appel: Appel | None, instant: datetime) -> tuple[str, str]:
    """(address, words) of the one thing to do about the call, for this person, now."""
    if droits.est_agent(utilisateur) or droits.est_financeur(utilisateur):
        return reverse("appels:instruction"), "Voir les dossiers déposés"
    if utilisateur.is_authenticated:
        return reverse("appels:mes_dossiers"), "Voir mes dossiers"
    if appel is None or not (appel.ouvre_le and appel.ferme_le):
        return reverse("appels:contact"), "Contacter le service"
    if appel.est_ouvert(instant):
        return reverse("appels:commencer"), "Commencer mon projet"
    if appel.est_clos(instant) and appel.a_des_soutiens:
        return reverse("appels:projets"), "Voir les projets soutenus"
    return reverse("appels:eligibilite"), "Préparer un projet"


def _commencer(appel: Appel | None, instant: datetime) -> str:
    """The address where a dossier begins; empty while no call is open."""
    if appel is None or not appel.est_ouvert(instant):
        return ""
    return reverse("appels:nouveau", args=[appel.repere])


def _organisme(utilisateur: Utilisateur) -> str:
    """The name of the only organisation of a person, if there is one."""
    if not utilisateur.is_authenticated or len(utilisateur.mes_appartenances) != 1:
        return ""
    return str(utilisateur.mes_appartenances[0].partenaire)
