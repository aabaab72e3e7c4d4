"""The grants of one funder in the national form: SCDL « subventions » 2.1.1.

Source: https://schema.data.gouv.fr/scdl/subventions/2.1.1/ (SUITES F6). One row a grant that is
public. A row that the schema would refuse never leaves: `defauts` says what is missing, for the
service, dossier by dossier.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from io import StringIO

from django.db import models
from django.db.models.functions import Coalesce
from django.utils.text import slugify

from appels.models import ACCORDS, Dossier, Financement, NatureAide, Publication
from appels.socle import exports, signes
from partenaires.models import Partenaire
from partenaires.models.identifiants import est_un_siret
from partenaires.socle import demonstration
from quartiers.francais import recherchable

VERSION = "2.1.1"
SCHEMA = "https://schema.data.gouv.fr/scdl/subventions/2.1.1/documentation.html"
OBJET_MAX = 256  # characters
PREMIER_JOUR, DERNIER_JOUR = date(2000, 1, 1), date(2100, 1, 1)
RNA = re.compile(r"W\d{9}", re.ASCII)  # narrower than what we accept: letters are left out
LOT = 500  # rows read at a time
NOMMES = 100  # refused grants that the page of the service names
COLONNES = {  # in the order of the schema, with what each one holds here
    "nomAttribuant": "Nom du financeur.",
    "idAttribuant": "Son numéro SIRET à cette date.",
    "dateConvention": "Date de la convention, ou de la décision quand il n’y en a pas.",
    "referenceDecision": "Acte, numéro du dossier et rang de la ligne : deux subventions égales "
    "restent distinctes.",
    "nomBeneficiaire": "Nom de l’organisme.",
    "idBeneficiaire": "Son numéro SIRET à cette date.",
    "rnaBeneficiaire": "Son numéro RNA : la lettre W et neuf chiffres.",
    "objet": "Intitulé du projet, 256 caractères au plus.",
    "montant": "Montant voté, en euros, avec un point décimal.",
    "nature": "« aide en numéraire », « aide en nature », ou les deux.",
    "conditionsVersement": "« unique » ou « échelonné ».",
    "datesPeriodeVersement": "Jour du versement, ou premier et dernier jours séparés par « / » ; "
    "prévus tant que rien n’est versé.",
    "idRAE": "Vide : ces aides ne sont pas des aides aux entreprises.",
    "notificationUE": "« oui » si l’aide est notifiée à la Commission européenne.",
    "pourcentageSubvention": "Part versée à ce bénéficiaire : toujours 1, il n’y en a qu’un.",
    "dispositifAide": "Titre de l’appel à projets.",
}


@dataclass(frozen=True)
class Subvention:
    """A grant as the schema sees it. Cents; an empty text and None are what nobody said."""

    dossier: int
    numero: str
    attribuant: str
    siret_attribuant: str
    engage_le: date | None  # of the convention, else of the act
    acte: str
    rang: int
    beneficiaire: str
    siret: str
    rna: str
    objet: str
    montant: int
    nature: str
    versements: tuple[date, ...]
    notification_ue: bool
    dispositif: str

    @property
    def reference(self) -> str:
        """The act alone would make two grants of the same amount look like one."""
        return f"{self.acte}, {self.numero}, ligne {self.rang}"

    @property
    def rna_du_schema(self) -> str:
        """Empty when its form is not the one of the schema: the SIRET is then required."""
        return self.rna if RNA.fullmatch(self.rna) else ""

    def defauts(self) -> list[str]:
        """What keeps this grant out of the file, in sentences; none: its row is valid."""
        phrases = []
        if not est_un_siret(self.siret_attribuant):
            phrases.append(
                f"Le numéro SIRET de {self.attribuant or 'ce financeur'} manque le jour de la "
                "décision : donnez-le dans « Contenus », « Partenaires »."
            )
        if not _est_plausible(self.engage_le):
            phrases.append("La date de la décision manque, ou n’est pas possible.")
        if not self.acte.strip():
            phrases.append("La référence de l’acte manque.")
        if not _texte(self.attribuant):
            phrases.append("Le nom du financeur manque.")
        if not _texte(self.beneficiaire):
            phrases.append("Le nom de l’organisme manque.")
        if self.siret and not est_un_siret(self.siret):
            phrases.append("Le numéro SIRET de l’organisme n’est pas valable.")
        if not self.siret and not self.rna_du_schema:
            phrases.append(
                "L’organisme n’a ni numéro SIRET, ni numéro RNA fait de W et de neuf chiffres."
            )
        if not _texte(self.objet):
            phrases.append("L’intitulé du projet manque.")
        if self.montant <= 0:
            phrases.append("Le montant voté est nul.")
        if self.nature not in NATURES:
            phrases.append("La nature de l’aide n’est pas dite : en numéraire, en nature ?")
        if not self.versements:
            phrases.append("Aucune date de versement n’est prévue.")
        elif not all(_est_plausible(jour) for jour in self.versements):
            phrases.append("Une date de versement n’est pas possible.")
        return phrases

    def cellules(self) -> list[str]:
        """In the order of `COLONNES`; only for a grant without defects."""
        assert self.engage_le
        return [
            _texte(self.attribuant),
            self.siret_attribuant,
            self.engage_le.isoformat(),
            _texte(self.reference),
            _texte(self.beneficiaire),
            self.siret,
            self.rna_du_schema,
            _texte(self.objet, OBJET_MAX),
            f"{self.montant // 100}.{self.montant % 100:02d}",
            NATURES[NatureAide(self.nature)],
            "unique" if len(set(self.versements)) == 1 else "échelonné",
            _periode(self.versements),
            "",
            "oui" if self.notification_ue else "non",
            "1",
            _texte(self.dispositif),
        ]


NATURES = {
    NatureAide.NUMERAIRE: "aide en numéraire",
    NatureAide.NATURE: "aide en nature",
    NatureAide.LES_DEUX: "aide en numéraire;aide en nature",
}


def _est_plausible(jour: date | None) -> bool:
    return jour is not None and PREMIER_JOUR <= jour < DERNIER_JOUR


def _periode(jours: tuple[date, ...]) -> str:
    """« 2027-03-14 », « 2027-03-14/2027-11-30 »."""
    premier, dernier = min(jours), max(jours)
    if premier == dernier:
        return premier.isoformat()
    return f"{premier.isoformat()}/{dernier.isoformat()}"


def _texte(texte: str, longueur: int = 0) -> str:
    """On one line, no formula; cut at a word when it is longer than `longueur`."""
    ligne = exports.texte_sur(re.sub(r"\s*\n\s*", " ", signes.propre(texte)).strip())
    if not longueur or len(ligne) <= longueur:
        return ligne
    debut = ligne[: longueur - 1]
    if ligne[longueur - 1] != " " and " " in debut:
        debut = debut.rsplit(" ", 1)[0]
    return f"{debut.rstrip()}…"


def nom_du_fichier(financeur: Partenaire) -> str:
    """« subventions-communaute-urbaine-d-arras.csv »; in the demonstration, it says so."""
    devant = "demonstration-" if demonstration.mention() else ""
    return f"{devant}subventions-{slugify(recherchable(financeur.nom)) or financeur.pk}.csv"


def subventions(financeur: Partenaire) -> Iterator[Subvention]:
    """The grants of this funder that everybody reads, the oldest decision first.

    Released and published decisions only, not those given up; read by `LOT`.
    """
    memes = (
        Financement.objects.filter(
            dossier=models.OuterRef("prise__financement__dossier"),
            partenaire=models.OuterRef("prise__financement__partenaire"),
            pk__lte=models.OuterRef("prise__financement"),
        )
        .order_by()
        .values("dossier")
        .annotate(combien=models.Count("pk"))
    )
    publications = (
        Publication.objects.publiques()
        .filter(
            prise__financement__partenaire=financeur,
            prise__decision__in=ACCORDS,
        )
        .annotate(rang=Coalesce(models.Subquery(memes.values("combien")), 1))
        .select_related(
            "prise__financement__dossier__porteur", "prise__financement__dossier__appel"
        )
        .prefetch_related("prise__financement__dossier__porteur__rectifications")
        .order_by("prise__decide_le", "prise__financement_id")
    )
    for publication in publications.iterator(chunk_size=LOT):
        if not publication.a_renonce:
            yield _subvention(publication, financeur)


def _subvention(publication: Publication, financeur: Partenaire) -> Subvention:
    """A published grant as the schema wants it.

    The SIRET of the day of the decision counts, not the one of today.
    """
    prise = publication.prise
    dossier: Dossier = prise.financement.dossier
    jour = prise.engage_le
    return Subvention(
        dossier=dossier.pk,
        numero=dossier.numero or "",
        attribuant=str(financeur),
        siret_attribuant=financeur.siret_au(jour) if jour else financeur.siret,
        engage_le=jour,
        acte=prise.acte,
        rang=publication.rang,  # type: ignore[attr-defined]  # annotated
        beneficiaire=str(dossier.porteur),
        siret=dossier.porteur.siret_au(jour) if jour else dossier.porteur.siret,
        rna=dossier.porteur.rna,
        objet=dossier.intitule,
        montant=prise.montant_vote or 0,
        nature=prise.nature_aide,
        versements=prise.versements,
        notification_ue=prise.notification_ue,
        dispositif=demonstration.titre(dossier.appel.titre),
    )


def fichier(financeur: Partenaire) -> Iterator[str]:
    """The file, row by row: commas, decimal point, UTF-8 without mark, valid rows only."""
    yield _ligne(list(COLONNES))
    for subvention in subventions(financeur):
        if not subvention.defauts():
            yield _ligne(subvention.cellules())


def _ligne(cellules: list[str]) -> str:
    sortie = StringIO()
    csv.writer(sortie).writerow(cellules)
    return sortie.getvalue()


@dataclass
class Inventaire:
    """What the file of a funder holds, and what keeps the rest out. Cents."""

    financeur: Partenaire
    lignes: int = 0
    total: int = 0
    nombre_refuse: int = 0
    total_refuse: int = 0
    refuses: list[tuple[Subvention, list[str]]] = field(default_factory=list)  # the first ones

    @property
    def suite(self) -> int:
        """How many more than those that are named."""
        return self.nombre_refuse - len(self.refuses)


def inventaire(financeur: Partenaire) -> Inventaire:
    """Every grant of the funder, looked at once."""
    compte = Inventaire(financeur)
    for subvention in subventions(financeur):
        phrases = subvention.defauts()
        if not phrases:
            compte.lignes += 1
            compte.total += subvention.montant
            continue
        compte.nombre_refuse += 1
        compte.total_refuse += subvention.montant
        if len(compte.refuses) < NOMMES:
            compte.refuses.append((subvention, phrases))
    return compte
