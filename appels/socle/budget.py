"""The arithmetic of a plan: sums, balance, rates. Integer cents in, integer cents out."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from appels.models import Dossier, Financement
from partenaires.socle import plan_comptable
from partenaires.socle.plan_comptable import CHARGES, POSTE_SUBVENTIONS, PRODUITS
from quartiers.francais import en_euros, pour_cent

RESSOURCES_PROPRES = ("70", "73", "75", "76", "77", "78", "79", "RESSPROPRES")


@dataclass(frozen=True)
class Plan:
    """Totals of a budget (METIER §1.7, rules B1 to B5)."""

    par_poste: dict[str, int] = field(default_factory=dict)
    charges: int = 0
    produits: int = 0
    emplois_volontaires: int = 0
    ressources_volontaires: int = 0
    financements: int = 0

    @property
    def ecart(self) -> int:
        """B1: produits minus charges, contributions volontaires excluded."""
        return self.produits - self.charges

    @property
    def ecart_volontaire(self) -> int:
        """B2: account 87 minus account 86."""
        return self.ressources_volontaires - self.emplois_volontaires

    @property
    def total_charges(self) -> int:
        """B3, charges side."""
        return self.charges + self.emplois_volontaires

    @property
    def total_produits(self) -> int:
        """B3, produits side."""
        return self.produits + self.ressources_volontaires

    @property
    def ecart_general(self) -> int:
        return self.total_produits - self.total_charges

    @property
    def est_equilibre(self) -> bool:
        return not self.ecart and not self.ecart_volontaire

    @property
    def taux_demande(self) -> str:
        """B7: share of the funders of account 74 in the produits, account 87 excluded."""
        return pour_cent(self.financements, self.produits)

    @property
    def ressources_propres(self) -> int:
        """Everything that is not a subsidy, account 87 excluded (B9)."""
        return sum(self.par_poste.get(code, 0) for code in RESSOURCES_PROPRES)

    @property
    def phrase(self) -> str:
        """Rule B1 in one sentence with the gap in euros; empty when balanced."""
        if not self.ecart:
            return ""
        sens = "supérieur" if self.ecart > 0 else "inférieur"
        return (
            f"Le total des produits ({en_euros(self.produits)}) est {sens} de "
            f"{en_euros(abs(self.ecart))} à celui des charges ({en_euros(self.charges)})."
        )

    @property
    def phrase_volontaire(self) -> str:
        """Rule B2 in one sentence, that the page keeps up to date; empty when balanced."""
        if not self.ecart_volontaire:
            return ""
        return (
            f"Le total du compte 87 ({en_euros(self.ressources_volontaires)}) doit être celui du "
            f"compte 86 ({en_euros(self.emplois_volontaires)})."
        )


def par_personne(cents: int, personnes: int | None) -> int | None:
    """Cents, rounded to the nearest; None when the number of people is not known."""
    if not personnes:
        return None
    return (2 * cents + personnes) // (2 * personnes)


def calculer(lignes: Iterable[tuple[str, int]], financements: Iterable[int | None]) -> Plan:
    """The plan of (account code, cents) lines and of the cents asked from each funder."""
    par_poste: dict[str, int] = defaultdict(int)
    reels: dict[str, int] = defaultdict(int)
    volontaires: dict[str, int] = defaultdict(int)
    for code, montant in lignes:
        compte = plan_comptable.comptes()[code]
        par_poste[compte.poste] += montant
        par_cote = volontaires if compte.est_volontaire else reels
        par_cote[compte.cote] += montant
    demande = sum(montant or 0 for montant in financements)
    if demande:
        par_poste[POSTE_SUBVENTIONS] += demande
    return Plan(
        par_poste=dict(par_poste),
        charges=reels[CHARGES],
        produits=reels[PRODUITS] + demande,
        emplois_volontaires=volontaires[CHARGES],
        ressources_volontaires=volontaires[PRODUITS],
        financements=demande,
    )


def du_dossier(dossier: Dossier) -> Plan:
    """The plan of the rows of a dossier."""
    return calculer(
        ((ligne.code, ligne.montant) for ligne in dossier.lignes.all()),
        (financement.montant for financement in dossier.financements.all()),
    )


def reperes_des_demandes(financements: Iterable[Financement]) -> list[tuple[str, Financement]]:
    """(how its fields begin on the page, request), in the order of the plan.

    The first request to a partner stands in the row of that partner; the others follow.
    """
    reperes = []
    deja: set[int] = set()
    autres = 0
    for demande in financements:
        partenaire = demande.partenaire_id
        if partenaire and partenaire not in deja:
            deja.add(partenaire)
            reperes.append((f"p-{partenaire}", demande))
        else:
            reperes.append((f"f-{autres}", demande))
            autres += 1
    return reperes
