"""Who takes care of a dossier in the service."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from django.db import models, transaction

from appels.models import Acte, Dossier, Passage
from appels.models.dossiers import DossierQuerySet
from appels.socle import courriels, reveil
from appels.socle.empechement import ecarter_les_empeches
from partenaires.models import Utilisateur
from quartiers.suites import Lignes


class Confies(NamedTuple):
    """How many changed hands, and those left aside: closed to one of the two, or given by somebody
    else since the page was shown.
    """

    nombre: int
    ecartes: list[Dossier]
    deja: list[Dossier]


@transaction.atomic
def affecter(
    dossiers: DossierQuerySet,
    agent: Utilisateur | None,
    *,
    par: Utilisateur,
    recu_le: datetime,
    vus: Mapping[int, int | None] | None = None,
) -> Confies:
    """Each that changes hands is logged, and the agent told; the others already were in these.

    Left aside: those on which who hands out may not act, or who would receive them. `vus`:
    {dossier: who had it on the page, None for nobody}; one in other hands since stays there.
    Rows are locked in the order of their keys: two agents at once never wait for each other.
    """
    verrouilles = dossiers.order_by("pk").select_for_update(of=("self",))
    gardes, ecartes = ecarter_les_empeches(verrouilles.select_related("confie_a"), par=par)
    if agent:
        gardes, fermes = ecarter_les_empeches(gardes, par=agent)
        ecartes += fermes
    montres = vus or {}
    deja = [
        dossier
        for dossier in gardes
        if dossier.confie_a_id != montres.get(dossier.pk, dossier.confie_a_id)
    ]
    libres = [dossier for dossier in gardes if dossier not in deja]
    nombre = transmettre(libres, agent, par=par, recu_le=recu_le)
    return Confies(nombre, ecartes, [dossier for dossier in deja if dossier.confie_a != agent])


def transmettre(
    dossiers: Iterable[Dossier], agent: Utilisateur | None, *, par: Utilisateur, recu_le: datetime
) -> int:
    """The same for dossiers already locked, whoever asks: nobody who left stays in charge."""
    agent_pk = agent.pk if agent else None
    changes = [dossier for dossier in dossiers if dossier.confie_a_id != agent_pk]
    Passage.objects.bulk_create(
        Passage(
            dossier=dossier,
            acte=Acte.AFFECTER,
            par=par,
            le=recu_le,
            motif=str(agent or "Personne"),
            champs=[["agent chargé du dossier", str(dossier.confie_a or ""), str(agent or "")]],
        )
        for dossier in changes
    )
    cles = [dossier.pk for dossier in changes]
    Dossier.objects.filter(pk__in=cles).update(confie_a=agent)
    if changes and agent and agent != par:
        courriels.affectation(changes, agent, par=par, le=recu_le)
        reveil.apres_commit("appels.envoyer_courriels")
    return len(changes)


def suivre(lignes: Lignes) -> None:
    """After a membership changed: whoever may not read a dossier any more gives it back.

    They left, closed their account, are limited to another commune, or joined its organisation.
    """
    changees = {ligne.cle: ligne for ligne in lignes if ligne.table == "partenaires.Appartenance"}
    if not changees:
        return
    en_charge = models.Exists(Dossier.objects.filter(confie_a=models.OuterRef("pk")))
    touches = Utilisateur.objects.filter(appartenances__in=changees).distinct()
    for agent in touches.filter(en_charge):
        confies = Dossier.objects.filter(confie_a=agent)
        perdus = confies.exclude(pk__in=Dossier.objects.lus_pour_le_service(agent).values("pk"))
        verrouilles = perdus.order_by("pk").select_for_update(of=("self",))
        *_, ligne = changees.values()
        par = ligne.par or agent  # a command that nobody signed
        transmettre(verrouilles.select_related("confie_a"), None, par=par, recu_le=ligne.le)


def dire_les_ecartes(ecartes: list[Dossier]) -> str:
    """The sentence of those left aside."""
    numeros = list(dict.fromkeys(str(dossier.numero) for dossier in ecartes))
    return (
        "Laissés de côté, car vous ou cette personne n’y agissez pas (organisme dont on est "
        f"membre, déport ou périmètre) : {', '.join(numeros)}."
    )
