"""What every page says of the house: who publishes, the state of the call, whose side you are on."""

from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from appels.models import Appel
from partenaires import droits
from partenaires.models import Service


def maison(request) -> dict:
    """`maison` for the base template; absent where the clock middleware did not run."""
    if not hasattr(request, "recu_le") or not hasattr(request, "user"):
        return {}
    return {"maison": SimpleLazyObject(lambda: _maison(request))}


def _maison(request) -> dict:
    utilisateur = request.user
    cote, noms = _cote(utilisateur)
    ici = getattr(request.resolver_match, "view_name", "")
    return {
        "service": Service.actuel(),
        "appel": Appel.objects.a_la_une(request.recu_le),
        "cote": cote,
        "organisme": _organisme(utilisateur),
        "est_connecte": utilisateur.is_authenticated,
        "menu": [{"nom": nom, "url": reverse(vue), "est_ici": vue == ici} for vue, nom in noms],
    }


def _cote(utilisateur) -> tuple[str, list[tuple[str, str]]]:
    """Whose side: its name and its menu."""
    compte = [("partenaires:mon_compte", "Mon compte")]
    if not utilisateur.is_authenticated:
        return "Public", [("appels:appel", "L’appel à projets"), ("appels:questions", "Les questions"),
                          ("account_login", "Se connecter")]
    if droits.est_agent(utilisateur):
        return "Instruction", [("appels:instruction", "Dossiers"), ("appels:appels", "Appels"),
                               ("partenaires:qualites", "Qualités"), ("appels:courriels", "Courriels"), *compte]
    if droits.est_financeur(utilisateur):
        return "Financeur", [("appels:instruction", "Dossiers"), *compte]
    return "Espace porteur", [("appels:mes_dossiers", "Mes dossiers"),
                              ("partenaires:organismes", "Mes organismes"), *compte]


def _organisme(utilisateur) -> str:
    """The name of the only organisation of a person, if there is one."""
    if not utilisateur.is_authenticated or len(utilisateur.mes_appartenances) != 1:
        return ""
    return str(utilisateur.mes_appartenances[0].partenaire)
