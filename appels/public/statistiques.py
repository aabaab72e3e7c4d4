"""What the service takes as time, grants and knows, year by year: each figure with its rule.

Of the calls whose decisions everybody reads only, so that none tells one before its letter. A
figure made of few rows is not said (`Service.seuil_statistiques`), nor one whose rest is few: it
would tell an organisation. Three queries, whatever the number of dossiers.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import (
    Avg,
    Count,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)

from appels.models import ACCORDS, DecisionPrise, Dossier, Financement, Lettre, Lieu, Publication
from appels.models.etats import Etat, Transition
from appels.models.passage import Passage
from quartiers.francais import accorder, pour_cent
from quartiers.memoire import Garde
from quartiers.models import Parution

TROP_PEU = "pas assez de données"
Rangee = dict[str, Any]


@dataclass(frozen=True)
class Valeur:
    """A figure for a year. `nombre` is None when it is not said; `sur`: of how many rows."""

    annee: int
    est_reprise: bool
    nombre: float | None
    sur: int | None
    texte: str
    part: int  # of its bar, in hundredths


@dataclass(frozen=True)
class Chiffre:
    """A figure, its rule in words, and what it is each year, the last one first."""

    cle: str
    nom: str
    regle: str
    unite: str
    valeurs: list[Valeur]

    def recentes(self, annees: int) -> list[Valeur]:
        """Those of the last years alone."""
        gardees = sorted({valeur.annee for valeur in self.valeurs}, reverse=True)[:annees]
        return [valeur for valeur in self.valeurs if valeur.annee in gardees]


@dataclass(frozen=True)
class Modele:
    """How a figure is made of what the database counts. `valeur`, `sur`: keys of a row."""

    cle: str
    nom: str
    regle: str
    valeur: str
    sur: str
    unite: str = "%"
    des_reprises: bool = False  # of the past years taken over, too or instead


DU_PORTAIL = (
    Modele(
        "delai_examen",
        "Du dépôt à la décision de recevabilité",
        "Moyenne, en jours, du dépôt d’un dossier à la première décision du service : recevable ou "
        "irrecevable.",
        "delai_examen",
        "examines",
        "jours",
    ),
    Modele(
        "delai_notification",
        "Du dépôt à la dernière lettre",
        "Moyenne, en jours, du dépôt d’un dossier à l’envoi de la dernière lettre de ses "
        "financeurs.",
        "delai_notification",
        "notifies",
        "jours",
    ),
    Modele(
        "acceptation",
        "Taux d’acceptation",
        "Part des dossiers dont un financeur au moins a accordé une subvention, parmi ceux qui ont "
        "reçu une lettre.",
        "acceptes",
        "notifies",
    ),
    Modele(
        "premiers",
        "Organismes qui déposent pour la première fois",
        "Part des organismes sans dossier déposé ici, ni action reprise, dans une année d’avant, "
        "parmi ceux qui ont déposé.",
        "premiers",
        "porteurs",
    ),
    Modele(
        "siret",
        "Organismes dont le SIRET est connu",
        "Part des organismes qui ont un SIRET, parmi ceux qui ont un dossier ou une action reprise "
        "cette année-là.",
        "avec_siret",
        "porteurs",
        des_reprises=True,
    ),
    Modele(
        "lieu",
        "Projets dont le lieu est connu",
        "Part des projets avec une adresse, un point sur la carte ou un quartier de 2024.",
        "situes",
        "projets",
        des_reprises=True,
    ),
)
DES_REPRISES = Modele(
    "justifie",
    "Subventions reprises dont le montant justifié est connu",
    "Part des subventions accordées, dans les années reprises, dont le fichier dit le montant "
    "justifié. Le portail ne tient pas encore de compte rendu pour les années suivantes.",
    "justifies",
    "accords",
    des_reprises=True,
)


def chiffres(seuil: int, parution: Parution | None = None) -> list[Chiffre]:
    """Every figure; those of fewer than `seuil` rows are not said.

    Given a parution, counted once for it in each process: they read every dossier of the years
    published, and change with a publication alone.
    """
    portail, reprises = gardees(parution) if parution else _compter()
    lus = []
    for modele in DU_PORTAIL:
        rangees = [*portail, *(reprises if modele.des_reprises else [])]
        lus.append(_chiffre(modele, rangees, seuil))
    return [*lus, _chiffre(DES_REPRISES, reprises, seuil)]


def _compter() -> tuple[list[Rangee], list[Rangee]]:
    return _du_portail(), _reprises()


gardees = Garde(_compter).lire


def _du_portail() -> list[Rangee]:
    """Of the calls whose decisions are public, a row a year."""
    publies = Publication.objects.parues().filter(
        prise__financement__dossier__appel=OuterRef("appel")
    )
    deposes = Dossier.objects.deposes().filter(Exists(publies))
    situe = _situe()
    return list(
        _dates(deposes)
        .annotate(est_situe=situe, est_premier=~Exists(_avant()))
        .order_by("appel__annee")
        .values(annee=F("appel__annee"))
        .annotate(
            projets=Count("pk"),
            situes=Count("pk", filter=Q(est_situe=True)),
            examines=Count("examine_le"),
            delai_examen=Avg(_ecart("examine_le")),
            notifies=Count("notifie_le"),
            delai_notification=Avg(_ecart("notifie_le")),
            acceptes=Count("pk", filter=Q(est_accepte=True)),
            porteurs=Count("porteur", distinct=True),
            avec_siret=Count("porteur", distinct=True, filter=~Q(porteur__siret="")),
            premiers=Count("porteur", distinct=True, filter=Q(est_premier=True)),
        )
    )


def _dates(dossiers: QuerySet[Any]) -> QuerySet[Any]:
    """Each with the instants of its steps, and whether a letter granted it something."""
    examens = Passage.objects.filter(
        dossier=OuterRef("pk"), acte__in=[Transition.ADMETTRE, Transition.ECARTER]
    )
    lettres = Lettre.objects.liberees().filter(financement__dossier=OuterRef("pk"))
    accords = (
        DecisionPrise.objects.courantes()
        .notifiees()
        .filter(financement__dossier=OuterRef("pk"), decision__in=ACCORDS)
    )
    return dossiers.annotate(
        examine_le=Subquery(_un(examens, "dossier", Min("le"))),
        notifie_le=Subquery(_un(lettres, "financement__dossier", Max("liberee_le"))),
        est_accepte=Exists(accords),
    )


def _un(lignes: QuerySet[Any], par: str, mesure: Min | Max) -> QuerySet[Any]:
    """One value of the rows of a dossier."""
    return lignes.order_by().values(par).annotate(un=mesure).values("un")


def _ecart(instant: str) -> ExpressionWrapper:
    return ExpressionWrapper(F(instant) - F("depose_le"), output_field=DurationField())


def _situe() -> Exists:
    """A quartier, an address or a point says where."""
    connus = Q(quartier__isnull=False) | ~Q(adresse="") | Q(latitude__isnull=False)
    return Exists(Lieu.objects.filter(connus, dossier=OuterRef("pk")))


def _avant() -> QuerySet[Any]:
    """What the same organisation did in a year before: deposited here, or taken over."""
    return Dossier.objects.filter(
        Q(depose_le__isnull=False) | Q(etat=Etat.REPRIS),
        porteur=OuterRef("porteur"),
        appel__annee__lt=OuterRef("appel__annee"),
    )


def _reprises() -> list[Rangee]:
    """Of the past years that everybody reads, a row a year."""
    publiques = Publication.objects.parues().filter(prise__financement__dossier=OuterRef("pk"))
    repris = Dossier.objects.repris().filter(Exists(publiques)).annotate(est_situe=_situe())
    par_annee = {
        rangee["annee"]: rangee | {"est_reprise": True}
        for rangee in repris.order_by("appel__annee")
        .values(annee=F("appel__annee"))
        .annotate(
            projets=Count("pk"),
            situes=Count("pk", filter=Q(est_situe=True)),
            porteurs=Count("porteur", distinct=True),
            avec_siret=Count("porteur", distinct=True, filter=~Q(porteur__siret="")),
        )
    }
    accords = (
        Financement.objects.publics()
        .filter(dossier__etat=Etat.REPRIS)
        .order_by("dossier__appel__annee")
        .values(annee=F("dossier__appel__annee"))
        .annotate(
            accords=Count("pk"),
            justifies=Count("pk", filter=Q(reprise__justifie__isnull=False)),
        )
    )
    for rangee in accords:
        par_annee[rangee["annee"]] |= rangee
    return list(par_annee.values())


def _chiffre(modele: Modele, rangees: list[Rangee], seuil: int) -> Chiffre:
    valeurs = [_valeur(modele, rangee, seuil) for rangee in rangees]
    if modele.unite == "jours":
        valeurs = _a_l_echelle(valeurs)
    valeurs.sort(key=_le_plus_recent)
    return Chiffre(modele.cle, modele.nom, modele.regle, modele.unite, valeurs)


def _le_plus_recent(valeur: Valeur) -> tuple[int, bool]:
    return (-valeur.annee, valeur.est_reprise)


def _valeur(modele: Modele, rangee: Rangee, seuil: int) -> Valeur:
    sur = rangee.get(modele.sur) or 0
    lire: Callable[[Rangee, str, int, int], tuple[float, str, int] | None]
    lire = _en_jours if modele.unite == "jours" else _en_part
    dite = lire(rangee, modele.valeur, sur, seuil)
    est_reprise = bool(rangee.get("est_reprise"))
    if dite is None:
        return Valeur(rangee["annee"], est_reprise, None, None, TROP_PEU, 0)
    nombre, texte, part = dite
    return Valeur(rangee["annee"], est_reprise, nombre, sur, texte, part)


def _en_jours(rangee: Rangee, cle: str, sur: int, seuil: int) -> tuple[float, str, int] | None:
    moyenne = rangee.get(cle)
    if moyenne is None or sur < seuil:
        return None
    jours = round(moyenne / timedelta(days=1))
    return jours, accorder(jours, "jour"), jours


def _en_part(rangee: Rangee, cle: str, sur: int, seuil: int) -> tuple[float, str, int] | None:
    """None for few rows; for few that have it, or few that have not, too."""
    combien = rangee.get(cle) or 0
    if sur < seuil or 0 < combien < seuil or 0 < sur - combien < seuil:
        return None
    return round(100 * combien / sur, 1), pour_cent(combien, sur), round(100 * combien / sur)


def _a_l_echelle(valeurs: list[Valeur]) -> list[Valeur]:
    """The longest bar is whole."""
    plus_long = max((valeur.part for valeur in valeurs), default=0) or 1
    return [
        Valeur(
            valeur.annee,
            valeur.est_reprise,
            valeur.nombre,
            valeur.sur,
            valeur.texte,
            round(100 * valeur.part / plus_long),
        )
        for valeur in valeurs
    ]
