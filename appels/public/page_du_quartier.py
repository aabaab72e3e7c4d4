"""A quartier as its page shows it: where, how many, from which source; what was granted there, what
is said there. Five queries, however many projects.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from appels.public import paroles, soutiens
from appels.public.liste_des_projets import Rang, ranger
from appels.public.paroles import Voix
from appels.public.soutiens import Compte
from quartiers.geographie import Geographie
from quartiers.horloge import a_paris
from quartiers.memoire import Garde
from quartiers.models import IndicateurQuartier, Parution, Quartier

PROJETS_MONTRES = 8
PAROLES_MONTREES = 2


def _charger_indicateurs() -> dict[int, list[IndicateurQuartier]]:
    par_quartier: dict[int, list[IndicateurQuartier]] = defaultdict(list)
    for indicateur in IndicateurQuartier.objects.publies():
        par_quartier[indicateur.quartier_id].append(indicateur)
    return dict(par_quartier)


les_indicateurs = Garde(_charger_indicateurs).lire


@dataclass(frozen=True)
class PageDuQuartier:
    """Read by its template, part by part; what is asked twice is asked once."""

    quartier: Quartier
    territoire: Geographie
    parution: Parution
    instant: datetime

    @property
    def carte(self) -> dict[str, Any]:
        return self.territoire.carte_de(self.quartier.code)

    @property
    def est_a_cheval(self) -> bool:
        """On two communes."""
        return len(self.quartier.communes.all()) > 1

    @property
    def autres(self) -> list[Any]:
        """The silhouettes of the other quartiers."""
        return [un for un in self.territoire.emblemes if un["quartier"] != self.quartier]

    @property
    def indicateurs(self) -> list[IndicateurQuartier]:
        return les_indicateurs(self.parution).get(self.quartier.pk, [])

    @property
    def demande(self) -> soutiens.Demande:
        return soutiens.Demande({"quartier": self.quartier.pk}, tri="montant")

    @property
    def compte(self) -> Compte:
        """Its projects: all that concerns it, and the part that is estimated there."""
        offre = soutiens.catalogue(self.parution).offre("quartier", self.quartier.code)
        return offre.compte if offre else soutiens.RIEN

    @cached_property
    def rangs(self) -> list[Rang]:
        """The projects, from the highest amount."""
        emblemes = {un["quartier"].pk: un for un in self.territoire.emblemes}
        jour = a_paris(self.instant).date()
        lignes = soutiens.lignes(self.demande).pour_un_quartier()[:PROJETS_MONTRES]
        return [ranger(projet, jour, emblemes) for projet in lignes]

    @cached_property
    def paroles(self) -> list[Voix]:
        """The last words of its residents."""
        dernieres = paroles.publiees(paroles.du_quartier(self.quartier.pk))
        return paroles.en_voix(dernieres[:PAROLES_MONTREES], self.territoire)
