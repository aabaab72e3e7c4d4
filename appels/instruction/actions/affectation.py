"""Who takes care of a dossier in the service."""

from datetime import datetime

from django.db import transaction

from appels.models import Acte, Dossier, Passage
from appels.models.dossiers import DossierQuerySet
from appels.socle import courriels, reveil
from partenaires.models import Utilisateur


@transaction.atomic
def affecter(
    dossiers: DossierQuerySet,
    agent: Utilisateur | None,
    *,
    par: Utilisateur,
    recu_le: datetime,
) -> int:
    """How many changed hands, each logged; the agent is told. The others already were in these.

    Rows are locked in the order of their keys: two agents at once never wait for each other.
    """
    verrouilles = dossiers.order_by("pk").select_for_update(of=("self",))
    agent_pk = agent.pk if agent else None
    changes = [
        dossier
        for dossier in verrouilles.select_related("confie_a")
        if dossier.confie_a_id != agent_pk
    ]
    Passage.objects.bulk_create(
        Passage(
            dossier=dossier,
            acte=Acte.AFFECTER,
            par=par,
            le=recu_le,
            motif=str(agent or "Personne"),
            champs=[["charge", str(dossier.confie_a or ""), str(agent or "")]],
        )
        for dossier in changes
    )
    cles = [dossier.pk for dossier in changes]
    Dossier.objects.filter(pk__in=cles).update(confie_a=agent)
    if changes and agent and agent != par:
        courriels.affectation(changes, agent, par=par, le=recu_le)
        reveil.apres_commit("appels.envoyer_courriels")
    return len(changes)
