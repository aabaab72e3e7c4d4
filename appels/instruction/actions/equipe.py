"""Somebody goes out of the service or of a funder: their dossiers, their files, then their rights.

One transaction: nobody is seen out of the service with dossiers still in hand.
"""

from datetime import datetime

from django.db import transaction

from appels.instruction.actions import affectation, exports
from appels.models import Dossier
from appels.socle import reveil
from appels.socle.empechement import ecarter_les_empeches
from partenaires.models import Appartenance, Utilisateur
from partenaires.models.appartenance import ROLES_AGENT
from partenaires.organismes.actions import equipe
from partenaires.socle.refus import Refus
from quartiers import suites


class RepreneurImpossible(Refus):
    """Who takes over must be an agent, in place, and somebody else."""

    phrase = "Cette personne ne peut pas reprendre les dossiers : choisissez un agent en poste."
    champ = "repreneur"


@transaction.atomic
@suites.en_une_fois()  # who takes over comes before nobody
def retirer(
    appartenance: Appartenance,
    *,
    motif: str,
    repreneur: Utilisateur | None,
    par: Utilisateur,
    recu_le: datetime,
) -> int:
    """Out for good; how many dossiers stay with nobody.

    Raises `RepreneurImpossible` or what `equipe.retirer` raises.
    """
    sortie = equipe.retirer(appartenance, motif=motif, par=par, recu_le=recu_le)
    return _rendre(sortie, repreneur, par=par, recu_le=recu_le)


@transaction.atomic
@suites.en_une_fois()
def suspendre(
    appartenance: Appartenance,
    *,
    motif: str,
    repreneur: Utilisateur | None,
    par: Utilisateur,
    recu_le: datetime,
) -> int:
    """No right until it is restored; how many dossiers stay with nobody.

    Raises `RepreneurImpossible` or what `equipe.suspendre` raises.
    """
    sortie = equipe.suspendre(appartenance, motif=motif, par=par, recu_le=recu_le)
    return _rendre(sortie, repreneur, par=par, recu_le=recu_le)


@transaction.atomic
@suites.en_une_fois()
def changer_role(
    appartenance: Appartenance, role: str, *, motif: str, par: Utilisateur, recu_le: datetime
) -> int:
    """Another role; who is no longer an agent has no dossier in charge. How many were given back.

    Raises what `equipe.changer_role` raises.
    """
    changee = equipe.changer_role(appartenance, role, motif=motif, par=par, recu_le=recu_le)
    if role in ROLES_AGENT:
        reveil.apres_commit("appels.envoyer_courriels")
        return 0
    return _rendre(changee, None, par=par, recu_le=recu_le)


def confies_a(personne: Utilisateur) -> int:
    """How many dossiers a person has in charge."""
    return Dossier.objects.filter(confie_a=personne).count()


def repreneurs(personne: Utilisateur) -> list[Utilisateur]:
    """Who may take over the dossiers of this person, by name."""
    agents = Appartenance.objects.agents().select_related("utilisateur")
    gens = {agent.utilisateur for agent in agents if agent.utilisateur.is_active}
    return sorted(gens - {personne}, key=str)


def _rendre(
    sortie: Appartenance, repreneur: Utilisateur | None, *, par: Utilisateur, recu_le: datetime
) -> int:
    """Hand over what the person had in charge, erase the files made for them.

    A dossier on which the colleague may not act (perimeter, déport, own organisation) goes to
    nobody.
    """
    personne = sortie.utilisateur
    if repreneur is not None and repreneur not in repreneurs(personne):
        raise RepreneurImpossible
    confies = (
        Dossier.objects.filter(confie_a=personne)
        .order_by("pk")
        .select_for_update(of=("self",))
        .select_related("confie_a")
    )
    if repreneur is not None:
        repris, _ = ecarter_les_empeches(list(confies), par=repreneur)
        affectation.transmettre(repris, repreneur, par=par, recu_le=recu_le)
    restent = affectation.transmettre(confies.all(), None, par=par, recu_le=recu_le)
    exports.effacer(personne.exports.all())
    reveil.apres_commit("appels.envoyer_courriels")
    return restent
