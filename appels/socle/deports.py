"""Who takes no part in a dossier: those who declared it, and the members of its organisation."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from appels.models import Deport, Dossier
from appels.models.dossiers import ROLES_INSTRUISENT
from partenaires.models import Appartenance, Utilisateur
from partenaires.models.appartenance import ROLES_PORTEUR


@dataclass(frozen=True)
class Deporte:
    """Somebody of the service or of a funder who steps aside from a dossier."""

    personne: Utilisateur
    est_d_office: bool  # as a member of the organisation, whatever was declared

    def __str__(self) -> str:
        d_office = " (membre de l’organisme)" if self.est_d_office else ""
        return f"{self.personne}{d_office}"


def par_dossier(dossiers: Collection[Dossier]) -> dict[int, list[Deporte]]:
    """{dossier: who steps aside, each once}; two queries, whatever the number."""
    trouves = d_office(dossiers)
    declares = Deport.objects.en_vigueur().filter(dossier__in=[dossier.pk for dossier in dossiers])
    for deport in declares.select_related("personne").order_by("pk"):
        siens = trouves[deport.dossier_id]
        if all(deporte.personne != deport.personne for deporte in siens):
            siens.append(Deporte(deport.personne, est_d_office=False))
    return trouves


def d_office(dossiers: Collection[Dossier]) -> dict[int, list[Deporte]]:
    """{dossier: the members of its organisation who instruct}; one query."""
    instruisent = Appartenance.objects.actives().avec_role(*ROLES_INSTRUISENT)
    membres = (
        Appartenance.objects.actives()
        .avec_role(*ROLES_PORTEUR)
        .filter(
            partenaire__in={dossier.porteur_id for dossier in dossiers},
            utilisateur__in=instruisent.values("utilisateur"),
        )
    )
    par_organisme: dict[int, dict[int, Utilisateur]] = defaultdict(dict)
    for membre in membres.select_related("utilisateur").order_by("utilisateur__pk"):
        par_organisme[membre.partenaire_id][membre.utilisateur_id] = membre.utilisateur
    trouves: dict[int, list[Deporte]] = defaultdict(list)
    for dossier in dossiers:
        for personne in par_organisme[dossier.porteur_id].values():
            trouves[dossier.pk].append(Deporte(personne, est_d_office=True))
    return trouves
