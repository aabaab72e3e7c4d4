"""What was asked for an instant to come: done when it comes, or cancelled before."""

from datetime import datetime

from django.db import models, transaction

from appels.decision import departs
from appels.decision.actions import lettres, publications
from appels.decision.actions.decisions import verrouiller_l_appel
from appels.models import Diffusion, Dossier, GenreDiffusion, Publication
from appels.models.dossiers import DossierQuerySet
from appels.socle import empechement
from partenaires.models import Utilisateur
from partenaires.socle.refus import Refus

EXECUTIONS = {
    GenreDiffusion.LETTRES: lettres.executer,
    GenreDiffusion.PUBLICATION: publications.executer,
}


class DejaFaite(Refus):
    """The instant has come meanwhile, or somebody cancelled."""

    phrase = "C’est déjà fait, ou déjà annulé : rien n’a changé."


def executer(diffusion: Diffusion, instant: datetime) -> None:
    """Do what was asked for this instant; twice does it once."""
    EXECUTIONS[GenreDiffusion(diffusion.genre)](diffusion, instant)


def _dossiers(diffusion: Diffusion) -> DossierQuerySet:
    """Those of which something waits for this instant."""
    lettres_ = models.Q(financements__lettres__diffusion=diffusion)
    decisions_ = models.Q(financements__prises__publications__diffusion=diffusion)
    return Dossier.objects.filter(lettres_ | decisions_).distinct()


@transaction.atomic
def annuler(diffusion: Diffusion, *, par: Utilisateur, recu_le: datetime) -> None:
    """Nothing leaves at the instant chosen; all may be ticked again. Raises `DejaFaite`."""
    verrouiller_l_appel(diffusion.appel_id)  # before its letters, as when they leave
    actuelle = departs.encore_prevue(diffusion)
    if actuelle is None:
        raise DejaFaite
    empechement.exiger_chacun(par, _dossiers(actuelle))
    actuelle.lettres.update(diffusion=None)
    Publication.objects.vives().filter(diffusion=actuelle).update(
        retiree_le=recu_le, retiree_par=par, motif_retrait="Annulée"
    )
    actuelle.annulee_le = recu_le
    actuelle.annulee_par = par
    actuelle.save(update_fields=["annulee_le", "annulee_par"])
