"""Who enters a page: said beside its address, kept at its door, read by the table URL × role.

`entree.agent(vue)` lets only the service in (403 for the others); `entree.agent.geste(vue)` says
the same of an act, that only a POST does (405 otherwise). `entree.agent.sensible(vue)` asks who
signed in long ago to confirm who they are, `entree.agent.envoi_sensible(vue)` only when the form is
sent; both compose with `geste`. Where the row decides, the view looks it up by `visibles_par` (404
for a stranger): the word beside the address then says what to expect.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_POST

from partenaires.models import Revision, Utilisateur
from partenaires.models.session import SessionStore
from partenaires.socle import confirmation, droits
from partenaires.socle.droits import Personne
from partenaires.socle.refus import Droit, droit
from quartiers.models import Parution

MARQUE = "entree"  # the attribute of a view that holds its door
Vue = Callable[..., HttpResponseBase]


class Requete(HttpRequest):
    """What a view behind a door receives, as the middleware prepared it. Only a type."""

    user: Utilisateur
    session: SessionStore
    recu_le: datetime
    parution: Parution  # what the public sees at this instant
    apercu: Revision  # the change that is looked at, on a page made to preview it


@droit("Cette page est réservée à la ou au responsable du service Cohésion Sociale.")
def dirige(utilisateur: Personne) -> bool:
    """The head of the service."""
    return droits.est_responsable(utilisateur)


@droit("Cette page est réservée au service Cohésion Sociale.")
def sert(utilisateur: Personne) -> bool:
    """The service."""
    return droits.est_agent(utilisateur)


@droit("Cette page est réservée au service Cohésion Sociale et aux financeurs.")
def instruit(utilisateur: Personne) -> bool:
    """The service and the funders."""
    return droits.est_agent(utilisateur) or droits.est_financeur(utilisateur)


@dataclass(frozen=True)
class Entree:
    """One kind of door: its name, who passes (None: the row decides), whether an act is behind,
    which methods ask to confirm who one is.
    """

    nom: str
    passe: Droit | None = None
    est_un_geste: bool = False
    confirme: frozenset[str] = frozenset()

    def __call__(self, vue: Vue) -> Vue:
        """The view behind its door; raises `PermissionDenied` (403) to whoever does not pass."""

        @wraps(vue)
        def gardee(request: HttpRequest, *arguments: Any, **parametres: Any) -> HttpResponseBase:
            if self.passe:
                self.passe.exiger(request.user)
            if request.method in self.confirme and (page := confirmation.demander(request)):
                return page
            return vue(request, *arguments, **parametres)

        setattr(gardee, MARQUE, self)
        return gardee

    def geste(self, vue: Vue) -> Vue:
        """An act: only by POST, then the same door."""
        porte = replace(self, est_un_geste=True)
        gardee = require_POST(porte(vue))
        setattr(gardee, MARQUE, porte)
        return gardee

    @property
    def sensible(self) -> "Entree":
        """The same door, which asks to confirm who one is before anything."""
        return replace(self, confirme=frozenset({"GET", "HEAD", "POST"}))

    @property
    def envoi_sensible(self) -> "Entree":
        """The same door, which asks it when the form is sent: the page may be read."""
        return replace(self, confirme=frozenset({"POST"}))


def de(vue: Vue) -> Entree | None:
    """The door of a view of ours; None for those of the libraries."""
    return getattr(vue, MARQUE, None)


def est_publique(vue: Vue) -> bool:
    """Everybody passes, for a page as for an act."""
    porte = de(vue)
    return porte is not None and porte.nom == public.nom


public = Entree("public")  # everybody, signed in or not
connecte = Entree("connecte")  # anybody signed in
responsable = Entree("responsable", dirige)  # the head of the service; others 403
agent = Entree("agent", sert)  # the service; others 403
instruction = Entree("instruction", instruit)  # the service and the funders; others 403

# The service, on a deposited dossier (a draft: 404); others 403.
examen = Entree("examen", sert)
decisions = Entree("decisions", sert)
# The service and the funders asked, once deposited (else 404); the others 403.
avis = Entree("avis", instruit)

# The service; the funders of the call once the service opens its meetings (else 404).
comite = Entree("comite", instruit)

# Where the row decides.
organisme = Entree("organisme")  # the members of the organisation; others 404
redaction = Entree("redaction")  # its writers; its readers are sent to the reading page
signataire = Entree("signataire")  # the members, but only a signatory passes: other members 403
depose = Entree("depose")  # the members; agents and the funders asked once deposited; others 404
lecture = Entree("lecture")  # whoever may read the dossier; others 404
rib = Entree("rib")  # writers, and agents once deposited: readers and funders 403
echanges = Entree("echanges")  # the organisation and the service once deposited: funders 403
lettre = Entree("lettre")  # the service, and the members once they opened it; others 404
mien = Entree("mien", instruit)  # a file that I asked: another agent 404
qualite = Entree("qualite")  # the proof of a quality: its holder and the service; others 403
