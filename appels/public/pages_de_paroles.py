"""The pages of « Participer », as frozen objects that a template reads from top to bottom."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page
from django.db.models import Count, Q

from appels.models import Affiche
from appels.public import paroles
from appels.socle.vues import adresse
from partenaires.models import Consultation, Contribution
from partenaires.models.etats_des_paroles import REPONDUES
from quartiers.carte import Forme
from quartiers.francais import accorder
from quartiers.geographie import Geographie
from quartiers.horloge import a_paris
from quartiers.models import Quartier


class Comptees(Sequence[Any]):
    """Rows whose number is known already: the paginator asks nothing more."""

    def __init__(self, lignes: Any, nombre: int) -> None:
        self.lignes = lignes
        self.nombre = nombre

    def __len__(self) -> int:
        return self.nombre

    def __getitem__(self, tranche: Any) -> Any:
        return self.lignes[tranche]


@dataclass(frozen=True)
class Ligne:
    """A consultation in a list, with its numbers."""

    consultation: Consultation
    nombre: int
    repondues: int


@dataclass(frozen=True)
class PageParticiper:
    """Where one may write, where one will, what was said before."""

    ouvertes: list[Ligne]
    a_venir: list[Ligne]
    finies: list[Ligne]


def page_participer(le: datetime) -> PageParticiper:
    """Two queries: the consultations, the numbers of their public words."""
    comptees = Contribution.objects.publiques().order_by().values_list("consultation")
    repondue = Q(etat__in=REPONDUES)
    comptes = {
        cle: (nombre, repondues)
        for cle, nombre, repondues in comptees.annotate(
            Count("pk"), repondues=Count("pk", filter=repondue)
        )
    }
    lignes = []
    for consultation in Consultation.objects.publiees():
        nombre, repondues = comptes.get(consultation.pk, (0, 0))
        lignes.append(Ligne(consultation, nombre, repondues))
    ouvertes = [ligne for ligne in lignes if ligne.consultation.est_ouverte(le)]
    a_venir = [ligne for ligne in lignes if ligne.consultation.est_a_venir(le)]
    autres = [ligne for ligne in lignes if ligne not in ouvertes and ligne not in a_venir]
    return PageParticiper(ouvertes, a_venir, autres)


@dataclass(frozen=True)
class PageConsultation:
    """A consultation, its numbers, and the words that the filters keep."""

    consultation: Consultation
    decompte: paroles.Decompte
    demande: dict[str, str]
    offres: dict[str, list[tuple[str, str, int]]]
    page: Page
    voix: list[paroles.Voix]
    jalons: list[paroles.Jalon]
    quartiers: list[Quartier]
    emblemes: dict[str, Forme]  # by code of a quartier
    le: datetime

    @property
    def est_ouverte(self) -> bool:
        return self.consultation.est_ouverte(self.le)

    @property
    def est_a_venir(self) -> bool:
        return self.consultation.est_a_venir(self.le)

    @property
    def reste(self) -> str:
        """« encore 16 jours », « dernier jour »; empty without end."""
        if not self.consultation.ferme_le:
            return ""
        jours = (a_paris(self.consultation.ferme_le).date() - a_paris(self.le).date()).days
        return f"encore {accorder(jours, 'jour')}" if jours > 0 else "dernier jour"

    @property
    def promise_le(self) -> date | None:
        """The day of the answers: what was promised, once nobody writes any more."""
        if self.est_ouverte or self.est_a_venir:
            return self.consultation.promesse(self.le)
        return self.consultation.reponse_promise_le

    @property
    def pourra(self) -> list[str]:
        return lignes(self.consultation.peut_changer)

    @property
    def ne_pourra_pas(self) -> list[str]:
        return lignes(self.consultation.ne_peut_pas)

    @property
    def charte(self) -> list[str]:
        return lignes(self.consultation.charte_en_bref)

    @property
    def filtres(self) -> list["Filtre"]:
        """Each filter that has a choice to offer, as links."""
        return [
            self._filtre(nom, libelle)
            for nom, libelle in paroles.NOMS.items()
            if len(self.offres[nom]) > 1 or self.demande[nom]
        ]

    def _filtre(self, nom: str, libelle: str) -> "Filtre":
        """The chips of a filter, with how many words each keeps."""
        mot = "Toutes" if nom == "suite" else "Tous"
        tous = Puce(self._lien(nom, ""), mot, None, not self.demande[nom], None)
        puces = [
            Puce(
                self._lien(nom, valeur),
                mots,
                nombre,
                valeur == self.demande[nom],
                self.emblemes.get(valeur),
            )
            for valeur, mots, nombre in self.offres[nom]
        ]
        return Filtre(libelle, [tous, *puces])

    def _lien(self, nom: str, valeur: str) -> str:
        """The same page with this filter, from its first row."""
        gardes = {**self.demande, nom: valeur}
        return "?" + urlencode({cle: dit for cle, dit in gardes.items() if dit})


@dataclass(frozen=True)
class Puce:
    """A choice of a filter: where it leads, its words, how many are behind."""

    lien: str
    mots: str
    nombre: int | None
    est_choisie: bool
    embleme: Forme | None


@dataclass(frozen=True)
class Filtre:
    """A line of choices."""

    libelle: str
    puces: list[Puce]


def lignes(texte: str) -> list[str]:
    """One point a line, as it was typed in a field."""
    return [ligne.strip() for ligne in texte.splitlines() if ligne.strip()]


def page_de_la_consultation(
    consultation: Consultation, demande: dict[str, str], territoire: Geographie, le: datetime
) -> PageConsultation:
    """Four queries: its quartiers, its meetings, its numbers, the words of the page."""
    toutes = Contribution.objects.publiques().filter(consultation=consultation)
    decompte = paroles.decompter(toutes)
    offres = paroles.choix(decompte, territoire)
    choisis = {
        nom: adresse.choisi(demande[nom], [(valeur, mots) for valeur, mots, _ in offres[nom]])
        for nom in paroles.NOMS
    }
    filtres = paroles.Filtres(**choisis)
    gardees = filtres.appliquer(toutes, territoire)
    nombre = filtres.combien(decompte, territoire)
    page = adresse.page(
        Comptees(paroles.publiees(gardees), nombre), demande["page"], paroles.PAR_PAGE
    )
    rencontres = list(consultation.rencontres.all())
    return PageConsultation(
        consultation=consultation,
        decompte=decompte,
        demande=choisis,
        offres=offres,
        page=page,
        voix=paroles.en_voix(page.object_list, territoire),
        jalons=paroles.jalons(consultation, rencontres, decompte.total, le),
        emblemes={forme["quartier"].code: forme for forme in territoire.emblemes},
        quartiers=list(consultation.quartiers.order_by("nom_court").defer("contour")),
        le=le,
    )


@dataclass(frozen=True)
class PageQuartier:
    """What was said of a quartier, and where to write about it."""

    quartier: Quartier
    embleme: Any
    decompte: paroles.Decompte
    page: Page
    voix: list[paroles.Voix]
    consultations: list[Consultation]
    affiches: list[Affiche]


def page_du_quartier(
    quartier: Quartier, numero: str, territoire: Geographie, le: datetime
) -> PageQuartier:
    """Four queries: the numbers, the words of the page, where to write, what is to print."""
    toutes = paroles.du_quartier(quartier.pk)
    decompte = paroles.decompter(toutes)
    page = adresse.page(
        Comptees(paroles.publiees(toutes), decompte.total), numero, paroles.PAR_PAGE
    )
    [embleme] = [un for un in territoire.emblemes if un["quartier"].pk == quartier.pk]
    return PageQuartier(
        quartier=quartier,
        embleme=embleme,
        decompte=decompte,
        page=page,
        voix=paroles.en_voix(page.object_list, territoire),
        consultations=list(ouvertes_ici(quartier, le)),
        affiches=list(Affiche.objects.filter(quartier=quartier).exclude(fichier="")),
    )


def ouvertes_ici(quartier: Quartier, le: datetime) -> Iterable[Consultation]:
    """The open consultations that are about this quartier, or about all of them."""
    ouvertes = Consultation.objects.ouvertes(le)
    ici = Q(quartiers=quartier) | Q(quartiers__isnull=True)
    return ouvertes.filter(ici).distinct()
