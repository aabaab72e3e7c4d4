"""The home of an organisation: its dossiers, the nearest obligation first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import QuerySet

from appels.models import Dossier
from appels.socle import droits, suivi
from appels.socle.suivi import EtatPublic, Suivi
from partenaires.models import Partenaire, Utilisateur
from quartiers.francais import accorder

Ligne = tuple[Dossier, Suivi]
SANS_FIN = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Accueil:
    """What « Mes dossiers » draws, each dossier once in a list of what to do."""

    a_ouvrir: list[Ligne]  # letters wait: said first, beside the list where the dossier stands
    a_completer: list[Ligne]
    en_cours: list[Ligne]
    deposes: list[Ligne]
    non_deposes: list[Ligne]
    abandonnes: list[Ligne]

    @property
    def lettres(self) -> str:
        """« 5 lettres à ouvrir », in all; empty when none waits."""
        combien = sum(lu.a_ouvrir for _, lu in self.a_ouvrir)
        if not combien:
            return ""
        return accorder(combien, "lettre à ouvrir", "lettres à ouvrir")

    @property
    def est_vide(self) -> bool:
        """Nothing to show yet."""
        listes = (
            self.a_completer,
            self.en_cours,
            self.deposes,
            self.non_deposes,
            self.abandonnes,
        )
        return not any(listes)


def ranger(dossiers: Iterable[Dossier], personne: Utilisateur, instant: datetime) -> Accueil:
    """The dossiers of a person, read with `suivi.avec_les_lettres`, as their home shows them."""
    lignes = [(dossier, suivi.pour_l_organisme(dossier, instant)) for dossier in dossiers]
    accueil = Accueil([], [], [], [], [], [])
    for ligne in lignes:
        dossier, lu = ligne
        if lu.a_ouvrir:
            accueil.a_ouvrir.append(ligne)
        if lu.etat == EtatPublic.A_COMPLETER:
            accueil.a_completer.append(ligne)
        elif dossier.est_depose:
            accueil.deposes.append(ligne)
        if dossier.est_modifiable(instant):
            accueil.en_cours.append(ligne)
        if lu.etat == EtatPublic.NON_DEPOSE:
            accueil.non_deposes.append(ligne)
        if droits.peut_retablir(personne, dossier):
            accueil.abandonnes.append(ligne)
    accueil.a_completer.sort(key=_avant_le)
    accueil.en_cours.sort(key=_avant_le)
    return accueil


def _avant_le(ligne: Ligne) -> datetime:
    """The nearest deadline first, what has none last."""
    return ligne[1].avant_le or SANS_FIN


def lit_seulement(personne: Utilisateur) -> bool:
    """Of an organisation that deposits, and a writer of none."""
    siennes = [a for a in personne.mes_appartenances if a.partenaire.est_porteur]
    return bool(siennes) and not any(a.roles & droits.REDIGENT for a in siennes)


def organismes_ou_rediger(personne: Utilisateur) -> QuerySet[Partenaire]:
    """The organisations for which a person writes."""
    cles = [
        appartenance.partenaire_id
        for appartenance in personne.mes_appartenances
        if appartenance.roles & droits.REDIGENT
    ]
    return Partenaire.objects.porteurs().filter(pk__in=cles)
