"""One search box: what the public pages hold, by kind. Nothing here that a page does not show.

Short lists are read once a parution in each process; projects and organisations are asked of the
database, by the rows of the public page alone.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.db.models import Exists, OuterRef, Q
from django.template.loader import get_template
from django.urls import reverse
from django.utils.html import strip_tags

from appels.models import Soutien
from appels.models.numerotation import lire_numero
from appels.public import plan_du_site
from appels.socle.cache_public import consultations_publiees
from partenaires.models import Partenaire
from partenaires.models.identifiants import mots_cherches
from quartiers import geographie
from quartiers.francais import en_euros
from quartiers.memoire import Garde
from quartiers.models import Document, Objectif, Parution
from quartiers.ressemblance import ecart, exact, mots, parmi

PAR_GENRE = 10  # results shown of each kind
COMPTES = 100  # results counted of each kind; beyond, « plus de 100 »
LONGUEUR_MAX = 256  # characters of what is asked: a whole title
ANNEE = re.compile(r"20\d\d", re.ASCII)


@dataclass(frozen=True)
class Trouve:
    """One result: its name, where it is, what it says; `ecart` 1 when a letter was forgiven."""

    nom: str
    adresse: str
    dit: str = ""
    ecart: int = 0


@dataclass(frozen=True)
class Genre:
    """The results of one kind."""

    nom: str
    trouves: list[Trouve]
    nombre: int

    @property
    def deborde(self) -> bool:
        return self.nombre > COMPTES

    @property
    def suite(self) -> bool:
        return self.nombre > len(self.trouves)

    @property
    def est_approche(self) -> bool:
        """Nothing of this kind holds the very words: a letter was forgiven."""
        return all(trouve.ecart for trouve in self.trouves)


@dataclass(frozen=True)
class Resultats:
    """What a text finds; nothing is said of an empty one."""

    texte: str
    genres: list[Genre]

    @property
    def de_trop(self) -> int:
        """Characters beyond what is looked for."""
        return max(0, len(self.texte) - LONGUEUR_MAX)

    @property
    def est_posee(self) -> bool:
        return bool(mots(self.texte))

    @property
    def nombre(self) -> int:
        return sum(genre.nombre for genre in self.genres)

    @property
    def est_approche(self) -> bool:
        """Nothing holds the very words: what is shown comes near."""
        return bool(self.genres) and all(genre.est_approche for genre in self.genres)


Entree = tuple[str, str, str, tuple[str, ...]]  # name, address, what it says, texts searched


def chercher(texte: str, parution: Parution, instant: datetime) -> Resultats:
    """What the public pages hold of it; two queries, and a few more once a parution."""
    cherches = mots(" ".join(mots_cherches(texte)))
    if not cherches or len(texte) > LONGUEUR_MAX:
        return Resultats(texte, [])
    genres = [
        _genre("Quartiers", _parmi(_quartiers(parution), cherches)),
        _projets(texte, cherches),
        _organismes(cherches),
        _genre("Consultations ouvertes", _parmi(_consultations(parution, instant), cherches)),
        _genre("Axes et objectifs", _parmi(_axes(parution), cherches)),
        _genre("Documents", _parmi(_documents(parution), cherches)),
        _genre("Aide", _parmi(questions_de_l_aide(), cherches)),
    ]
    trouves = [genre for genre in genres if genre.nombre]
    exacts = [genre for genre in trouves if not genre.est_approche]
    return Resultats(texte, exacts or trouves)


def _genre(nom: str, trouves: list[Trouve]) -> Genre:
    """The very words alone when they are found; else what comes near."""
    exacts = [trouve for trouve in trouves if not trouve.ecart]
    gardes = exacts or trouves
    return Genre(nom, gardes[:PAR_GENRE], len(gardes))


def _parmi(entrees: Iterable[Entree], cherches: list[str]) -> list[Trouve]:
    """Those whose name holds the words before those that only speak of them."""
    nommes = []
    autres = []
    for nom, adresse, dit, textes in entrees:
        mesure = ecart(cherches, nom)
        if mesure is not None:
            nommes.append(Trouve(nom, adresse, dit, mesure))
            continue
        mesure = ecart(cherches, nom, *textes)
        if mesure is not None:
            autres.append(Trouve(nom, adresse, dit, mesure))
    return nommes + autres


def _projets(texte: str, cherches: list[str]) -> Genre:
    """By number, or by title; a year among the words is that of the call, or of the title."""
    if numero := lire_numero(texte):
        rangs = parmi(Soutien.objects.filter(numero=numero), "tri", [])
    else:
        annees = [mot for mot in cherches if ANNEE.fullmatch(mot)]
        de_l_annee = Soutien.objects.all()
        for annee in annees:
            ecrite = Q(tri__regex=exact(annee))
            de_l_annee = de_l_annee.filter(Q(annee=int(annee)) | ecrite)
        rangs = parmi(de_l_annee, "tri", [mot for mot in cherches if mot not in annees])
    lus = list(
        rangs.select_related("porteur").order_by("ecart", "-annee", "tri", "pk")[: COMPTES + 1]
    )
    trouves = [
        Trouve(
            str(soutien),
            reverse("appels:projet", args=[soutien.numero]),
            f"{soutien.numero}, {soutien.porteur}, {en_euros(soutien.total)}",
            soutien.ecart,
        )
        for soutien in lus
    ]
    return _genre("Projets soutenus", trouves)


def _organismes(cherches: list[str]) -> Genre:
    """Those that were funded: the names that they had are searched too."""
    soutenus = Partenaire.objects.filter(Exists(Soutien.objects.filter(porteur=OuterRef("pk"))))
    lus = list(parmi(soutenus, "recherche", cherches).order_by("ecart", "nom", "pk")[: COMPTES + 1])
    trouves = [
        Trouve(
            str(organisme),
            f"{reverse('appels:projets')}?organisme={organisme.pk}",
            "Ses projets soutenus",
            organisme.ecart,
        )
        for organisme in lus
    ]
    return _genre("Organismes soutenus", trouves)


def _consultations(parution: Parution, instant: datetime) -> list[Entree]:
    """Those where one may write now."""
    return [
        (
            consultation.question,
            reverse("appels:consultation", args=[consultation.adresse]),
            consultation.titre,
            (consultation.titre, consultation.pourquoi),
        )
        for consultation in consultations_publiees(parution)
        if consultation.est_ouverte(instant)
    ]


def _quartiers(parution: Parution) -> list[Entree]:
    entrees: list[Entree] = []
    for quartier in geographie.lire(parution).quartiers:
        communes = ", ".join(str(commune) for commune in quartier.communes.all())
        adresse = reverse("appels:quartier", args=[quartier.code])
        textes = (quartier.nom, quartier.code, communes, "QPV quartier prioritaire")
        entrees.append((str(quartier), adresse, communes, textes))
    return entrees


def _charger_les_axes() -> list[Entree]:
    axes: dict[str, Entree] = {}
    objectifs: list[Entree] = []
    for objectif in Objectif.objects.publies().select_related("axe"):
        axe = objectif.axe
        adresse = reverse("appels:axe", args=[axe.cle])
        axes[axe.cle] = (str(axe), adresse, axe.resume, (axe.resume,))
        objectifs.append((str(objectif), adresse, f"Objectif de l’axe « {axe} »", ()))
    return [*axes.values(), *objectifs]


def _charger_les_documents() -> list[Entree]:
    return [
        (document.titre, document.get_absolute_url(), document.resume, (document.resume,))
        for document in Document.objects.publies().defer("texte")
    ]


_axes = Garde(_charger_les_axes).lire
_documents = Garde(_charger_les_documents).lire

TITRE = re.compile(r"<h2[^>]*>(.*?)</h2>(.*?)(?=<h2|\{% endblock)", re.DOTALL)
MOT_DU_PORTAIL = re.compile(r"<dt>(.*?)</dt>\s*<dd>(.*?)</dd>", re.DOTALL)
BALISE = re.compile(r"\{[%#{].*?[%#}]\}", re.DOTALL)


@cache
def questions_de_l_aide() -> list[Entree]:
    """The titles of the help and the words of the trade, read in the pages themselves."""
    entrees: list[Entree] = []
    for role, nom in plan_du_site.AIDES.items():
        adresse = reverse("appels:aide_role", args=[role])
        entrees += [
            (titre, adresse, f"Aide : {nom}", tuple(dit.split(". ")))
            for titre, dit in _lus(f"appels/public/aide/{role}.html", TITRE)
        ]
    entrees += [
        (mot, reverse("appels:aide"), dit, (dit,))
        for mot, dit in _lus("appels/public/aide.html", MOT_DU_PORTAIL)
    ]
    return entrees


def _lus(gabarit: str, motif: re.Pattern[str]) -> list[tuple[str, str]]:
    """(title, words under it) of a page of the help."""
    source = get_template(gabarit).template.source  # type: ignore[attr-defined]
    sans_balises = BALISE.sub("", source)
    return [(_mots(titre), _mots(dit)) for titre, dit in motif.findall(sans_balises)]


def _mots(html: str) -> str:
    return " ".join(strip_tags(html).split())
