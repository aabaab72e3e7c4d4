"""The budget as somebody who keeps no accounts asks it: what one will buy, in plain words.

The accounts are those of the plan; here they are put together by what one does with the money.
Those that few projects need stay folded under their heading.
"""

from dataclasses import dataclass

from appels.socle.budget import Plan, par_personne
from quartiers.francais import en_euros


@dataclass(frozen=True)
class LigneCourante:
    """An account that many projects use: common words, then an example."""

    code: str
    mots: str
    exemple: str = ""


@dataclass(frozen=True)
class Groupe:
    """What is asked together."""

    titre: str
    lignes: tuple[LigneCourante, ...]


DEPENSES = (
    Groupe(
        "Acheter et louer",
        (
            LigneCourante("601", "Des fournitures, des matériaux", "Terreau, peinture, goûters"),
            LigneCourante("604", "Une prestation toute faite", "Un atelier animé par une société"),
            LigneCourante("613", "Louer une salle, du matériel"),
            LigneCourante("616", "Assurer le projet"),
            LigneCourante("615", "Réparer, entretenir"),
        ),
    ),
    Groupe(
        "Payer des personnes",
        (
            LigneCourante("641", "Des salaires", "La part de temps passée sur ce projet"),
            LigneCourante("645", "Les cotisations sur ces salaires"),
            LigneCourante("622", "Une intervenante, un intervenant", "Honoraires, sur facture"),
        ),
    ),
    Groupe(
        "Faire connaître, se déplacer",
        (
            LigneCourante("623", "Affiches, tracts, annonces"),
            LigneCourante("625", "Déplacements, repas de mission"),
        ),
    ),
    Groupe(
        "Faire tourner",
        (
            LigneCourante(
                "chgfixe", "Une part des frais généraux", "Loyer, téléphone, comptabilité"
            ),
        ),
    ),
)
RESSOURCES = (
    Groupe(
        "Vos ressources",
        (
            LigneCourante("70x", "Ce que vous vendez", "Participation des familles, buvette"),
            LigneCourante("756", "Les cotisations des membres"),
            LigneCourante("758", "Des dons, du mécénat"),
            LigneCourante(
                "insufprevisionnel", "L’argent de l’organisme", "Ce que vous mettez vous-mêmes"
            ),
        ),
    ),
)
COURANTES = {ligne.code: ligne for groupe in (*DEPENSES, *RESSOURCES) for ligne in groupe.lignes}
HEURES_BENEVOLES = ("864", "870")  # what the hours of volunteers write, on both sides


@dataclass(frozen=True)
class Solde:
    """Where the plan stands, in words."""

    plan: Plan
    personnes: int | None

    @property
    def titre(self) -> str:
        if not self.plan.charges and not self.plan.produits:
            return "Aucun montant pour le moment"
        if self.plan.ecart < 0:
            return f"Il manque {en_euros(-self.plan.ecart)}"
        if self.plan.ecart > 0:
            return f"Il y a {en_euros(self.plan.ecart)} de trop"
        if self.plan.ecart_volontaire:
            return "Le budget est équilibré, sauf les contributions volontaires"
        return "Le budget est équilibré"

    @property
    def par_personne(self) -> int | None:
        """Cost a person, in cents."""
        return par_personne(self.plan.charges, self.personnes)

    @property
    def echelle(self) -> int:
        """The longer of the two bars."""
        return max(self.plan.charges, self.plan.produits, 1)
