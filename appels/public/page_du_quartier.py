"""A quartier as its page shows it: where, how many, from which source; what was granted there, what
is said there. Five queries, however many projects.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from appels.models.appel import le_plus_actuel
from appels.public import paroles, soutiens
from appels.public.liste_des_projets import Rang, ranger
from appels.public.paroles import Jalon, Voix
from appels.public.soutiens import Compte
from appels.socle.cache_public import appels_publies
from partenaires.models import Consultation
from quartiers.francais import jour
from quartiers.geographie import Geographie
from quartiers.horloge import a_paris
from quartiers.memoire import Garde
from quartiers.models import IndicateurQuartier, Parution, Quartier

PROJETS_MONTRES = 8
PAROLES_MONTREES = 2
DATES_MONTREES = 4


def _charger_indicateurs() -> dict[int, list[IndicateurQuartier]]:
    par_quartier: dict[int, list[IndicateurQuartier]] = defaultdict(list)
    for indicateur in IndicateurQuartier.objects.publies():
        par_quartier[indicateur.quartier_id].append(indicateur)
    return dict(par_quartier)


les_indicateurs = Garde(_charger_indicateurs).lire


def _charger_consultations() -> list[Consultation]:
    publiees = Consultation.objects.publiees().filter(bilan_publie_le=None)
    return list(publiees.prefetch_related("rencontres", "quartiers"))


les_consultations = Garde(_charger_consultations).lire


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

    @cached_property
    def dates(self) -> list[Jalon]:
        """What comes next for who lives here: the call, meetings, ends and promised answers."""
        a_venir = [
            (local, quand, quoi)
            for local, quand, quoi in [*self._dates_de_l_appel(), *self._dates_des_paroles()]
            if local >= self._aujourd_hui
        ]
        return [Jalon(quand, quoi) for _, quand, quoi in sorted(a_venir)[:DATES_MONTREES]]

    @property
    def _aujourd_hui(self) -> date:
        return a_paris(self.instant).date()

    def _dates_de_l_appel(self) -> list[tuple[date, str, str]]:
        """(day, when, what) of the call that everybody may answer now or next."""
        appel = le_plus_actuel(appels_publies(self.parution), self.instant)
        if appel is None or appel.ferme_le is None:
            return []
        dates = [_date(appel.ferme_le, f"Fin du dépôt de l’appel {appel.repere}")]
        if appel.ouvre_le:
            dates.append(_date(appel.ouvre_le, f"Ouverture de l’appel {appel.repere}"))
        return dates

    def _dates_des_paroles(self) -> list[tuple[date, str, str]]:
        """The same of the consultations about this quartier, or about all.

        Once one is closed it has no meeting any more; its answers are still promised.
        """
        dates = []
        for une in les_consultations(self.parution):
            quartiers = une.quartiers.all()
            if quartiers and self.quartier not in quartiers:
                continue
            rencontres = [] if une.close_le else list(une.rencontres.all())
            dates += [
                _date(rencontre.le, f"Rencontre : {rencontre.lieu}") for rencontre in rencontres
            ]
            if une.fin and not une.close_le:
                dates.append(_date(une.fin, f"Fin des contributions, « {une} »"))
            if une.reponse_promise_le:
                promis = une.reponse_promise_le
                dates.append((promis, jour(promis), f"Réponses promises, « {une} »"))
        return dates


def _date(instant: datetime, quoi: str) -> tuple[date, str, str]:
    return a_paris(instant).date(), paroles.quand(instant), quoi
