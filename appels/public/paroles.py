"""What the public pages read of the residents' say: one rule (`publiques`), numbers from it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Case, Count, F, OuterRef, Q, QuerySet, Subquery, When, Window
from django.db.models.functions import Coalesce

from appels.models import Rattachement
from appels.socle import protection
from partenaires.models import (
    Consultation,
    Contribution,
    Echo,
    EtatParole,
    Rencontre,
    Reponse,
    SourceParole,
    TypeParole,
    Utile,
)
from partenaires.models.etats_des_paroles import REPONDUES
from quartiers.carte import Forme
from quartiers.francais import accorder, jour, pour_cent
from quartiers.geographie import Geographie
from quartiers.horloge import a_paris

PAR_PAGE = 6  # with the filters and the numbers, the page stays light (CONCEPTION §5)
NOMS = {"type": "Type", "quartier": "Quartier", "suite": "Suite"}
SANS_QUARTIER = "aucun"
SUITES = {  # how the bar and the table call what became of a word; its class in the drawing
    EtatParole.SUITE_DONNEE: ("Suite donnée", "s1"),
    EtatParole.ETUDIEE: ("Étudiée", "s2"),
    EtatParole.TRANSMISE: ("Transmise", "s3"),
    EtatParole.SANS_SUITE: ("Sans suite", "s4"),
    EtatParole.PUBLIEE: ("Publiée, pas encore étudiée", ""),
}


@dataclass(frozen=True)
class Voix:
    """A word as a page shows it, its silhouette at hand."""

    contribution: Contribution
    embleme: Forme | None

    @property
    def reponse(self) -> Reponse | None:
        return reponse_de(self.contribution)

    @property
    def auteur(self) -> str:
        """« Exemple-07 » as they signed, or that nobody is named."""
        pseudonyme = self.contribution.pseudonyme
        return f"« {pseudonyme} »" if pseudonyme else self.contribution.auteur

    @property
    def ton(self) -> str:
        """How its state is drawn: full once something follows, dotted when nothing does."""
        tons = {
            EtatParole.SUITE_DONNEE: "plein",
            EtatParole.TRANSMISE: "plein",
            EtatParole.ETUDIEE: "demi",
            EtatParole.SANS_SUITE: "apres",
        }
        return tons.get(EtatParole(self.contribution.etat), "")

    @property
    def parue_le(self) -> date:
        """The day in Paris; what is public has one."""
        return a_paris(self.contribution.publiee_le or self.contribution.recue_le).date()

    @property
    def repondue_le(self) -> date | None:
        return a_paris(self.reponse.le).date() if self.reponse else None

    @property
    def lieu(self) -> str:
        """« Quatre As », or that it speaks of no quartier in particular."""
        return str(self.embleme["quartier"]) if self.embleme else "Tous les quartiers"


@dataclass(frozen=True)
class Decompte:
    """How many public words, by what; of one consultation or of one quartier."""

    total: int
    par_etat: dict[str, int]
    par_type: dict[str, int]
    par_quartier: dict[int | None, int]
    par_source: dict[str, int]
    croisees: list[tuple[str, str, int | None, int]]  # state, type, quartier, how many

    @property
    def repondues(self) -> int:
        return sum(self.par_etat.get(etat, 0) for etat in REPONDUES)

    @property
    def part_repondue(self) -> str:
        """« 67 % »; empty while there is nothing."""
        return pour_cent(self.repondues, self.total)

    @property
    def suites(self) -> list[tuple[str, str, int]]:
        """(class, name, number) of what became of them, in the order of the bar."""
        barre = []
        for etat, (nom, classe) in SUITES.items():
            barre.append((classe, nom, self.par_etat.get(etat, 0)))
        return barre

    @property
    def dessinees(self) -> list[tuple[str, str, int]]:
        """Those of the bar; the ground of the bar is what is not studied yet."""
        return [(classe, nom, nombre) for classe, nom, nombre in self.suites if classe and nombre]

    @property
    def suites_en_clair(self) -> str:
        """« 12 ont une suite, 9 sont étudiées, 3 sont transmises, 3 restent sans suite »."""
        dites = {
            EtatParole.SUITE_DONNEE: "a une suite|ont une suite",
            EtatParole.ETUDIEE: "est étudiée|sont étudiées",
            EtatParole.TRANSMISE: "est transmise|sont transmises",
            EtatParole.SANS_SUITE: "reste sans suite, avec la raison|restent sans suite, avec la "
            "raison",
            EtatParole.PUBLIEE: "attend d’être étudiée|attendent d’être étudiées",
        }
        phrases = [
            accorder(self.par_etat[etat], *mots.split("|"))
            for etat, mots in dites.items()
            if self.par_etat.get(etat)
        ]
        return ", ".join(phrases)

    @property
    def hors_ligne(self) -> int:
        return self.total - self.par_source.get(SourceParole.EN_LIGNE, 0)

    @property
    def part_hors_ligne(self) -> str:
        return pour_cent(self.hors_ligne, self.total)

    @property
    def sources_en_clair(self) -> str:
        """« 19 en ligne, 5 sur papier, 3 en rencontre »."""
        return ", ".join(
            f"{self.par_source[source]} {source.label.lower()}"
            for source in SourceParole
            if self.par_source.get(source)
        )


def decompter(contributions: "QuerySet[Contribution]") -> Decompte:
    """Every number of the page from one query."""
    lignes = (
        contributions.order_by()
        .values_list("etat", "type", "quartier", "source")
        .annotate(combien=Count("pk"))
    )
    etats: Counter[str] = Counter()
    types: Counter[str] = Counter()
    quartiers: Counter[int | None] = Counter()
    sources: Counter[str] = Counter()
    croisees = []
    for etat, un_type, quartier, source, combien in lignes:
        etats[etat] += combien
        types[un_type] += combien
        quartiers[quartier] += combien
        sources[source] += combien
        croisees.append((etat, un_type, quartier, combien))
    return Decompte(
        total=sum(etats.values()),
        par_etat=dict(etats),
        par_type=dict(types),
        par_quartier=dict(quartiers),
        par_source=dict(sources),
        croisees=croisees,
    )


@dataclass(frozen=True)
class Filtres:
    """What the address asks for; empty for all."""

    type: str = ""
    quartier: str = ""
    suite: str = ""

    def appliquer(
        self, contributions: "QuerySet[Contribution]", territoire: Geographie
    ) -> "QuerySet[Contribution]":
        """The contributions that this request keeps; « aucun » asks those of no quartier."""
        if self.type:
            contributions = contributions.filter(type=self.type)
        if self.quartier:
            cle = self._cle(territoire)
            du_quartier = Q(quartier=cle) if cle else Q(quartier__isnull=True)
            contributions = contributions.filter(du_quartier)
        if self.suite:
            contributions = contributions.filter(etat=self.suite)
        return contributions

    def combien(self, decompte: Decompte, territoire: Geographie) -> int:
        """How many they keep: counted already, no query more."""
        return sum(
            nombre
            for etat, un_type, quartier, nombre in decompte.croisees
            if self.type in ("", un_type)
            and self.suite in ("", etat)
            and (not self.quartier or quartier == self._cle(territoire))
        )

    def _cle(self, territoire: Geographie) -> int | None:
        """The key of the quartier that was asked for; None for those of no quartier."""
        quartier = territoire.quartier(self.quartier)
        return quartier.pk if quartier else None


def choix(decompte: Decompte, territoire: Geographie) -> dict[str, list[tuple[str, str, int]]]:
    """(value, words, number) that each filter offers: only what has something behind."""
    courts = territoire.noms_courts
    quartiers = [
        (un.code, courts.get(un.code, un.nom_court), decompte.par_quartier.get(un.pk, 0))
        for un in territoire.quartiers
    ]
    quartiers.append((SANS_QUARTIER, "Tous les quartiers", decompte.par_quartier.get(None, 0)))
    types = [(un.value, str(un.label), decompte.par_type.get(un, 0)) for un in TypeParole]
    suites = [
        (etat.value, nom, decompte.par_etat.get(etat, 0)) for etat, (nom, _) in SUITES.items()
    ]
    tous = {"type": types, "quartier": quartiers, "suite": suites}
    return {nom: [un for un in offres if un[2]] for nom, offres in tous.items()}


def en_voix(contributions: Iterable[Contribution], territoire: Geographie) -> list[Voix]:
    """Each with the silhouette of its quartier, which is in memory."""
    emblemes = {forme["quartier"].pk: forme for forme in territoire.emblemes}
    return [Voix(une, emblemes.get(une.quartier_id)) for une in contributions]


_ECHOS = (
    Echo.objects.filter(contribution=OuterRef("pk"))
    .order_by()
    .values("contribution")
    .annotate(combien=Count("pk"))
    .values("combien")
)


def publiees(contributions: "QuerySet[Contribution]") -> "QuerySet[Contribution]":
    """As the pages list them, with their answers: the last answered or published comes first."""
    repondue_le = Case(When(etat__in=REPONDUES, then="reponse__le"))
    return (
        contributions.select_related("consultation", "reponse")
        .annotate(echos_comptes=Coalesce(Subquery(_ECHOS), 0))
        .order_by(Coalesce(repondue_le, "publiee_le").desc(), "-pk")
    )


@dataclass(frozen=True)
class Jalon:
    """A date of a consultation; `moment` is « passe », « la » or empty for what is to come."""

    quand: str
    quoi: str
    moment: str = ""


def jalons(
    consultation: Consultation, rencontres: Iterable[Rencontre], nombre: int, le: datetime
) -> list[Jalon]:
    """Opening, today, meetings, end, answers: in the order of the calendar."""
    aujourd_hui = a_paris(le).date()
    dates: list[tuple[Any, Jalon]] = []

    def poser(instant: datetime, quoi: str) -> None:
        passe = "passe" if instant <= le else ""
        dates.append((instant, Jalon(quand(instant), quoi, passe)))

    poser(consultation.ouvre_le, "Ouverture")
    for rencontre in rencontres:
        precisions = f". {rencontre.precisions}" if rencontre.precisions else ""
        poser(rencontre.le, f"Rencontre : {rencontre.lieu}{precisions}")
    if consultation.fin:
        poser(consultation.fin, "Fin des contributions")
    if consultation.est_ouverte(le):
        dits = accorder(nombre, "contribution publiée")
        dates.append((le, Jalon(f"Aujourd’hui, {_sans_annee(aujourd_hui)}", dits, "la")))
    return [jalon for _, jalon in sorted(dates, key=_instant)]


def _instant(date_et_jalon: tuple[Any, Jalon]) -> Any:
    return date_et_jalon[0]


def _sans_annee(quel: Any) -> str:
    return jour(quel).rsplit("\u00a0", 1)[0]


def quand(instant: datetime) -> str:
    """« 2 décembre 2026, 12 h 30 »; midnight is said of the day that ends."""
    local = a_paris(instant)
    if (local.hour, local.minute) == (0, 0):
        return jour(local.date())
    return f"{jour(local.date())}, {local.hour}\u00a0h\u00a0{local.minute:02d}"


def reponse_de(contribution: Contribution) -> Reponse | None:
    """Its answer; None while there is none, or while its study is taken up again."""
    return getattr(contribution, "reponse", None) if contribution.est_repondue else None


@dataclass(frozen=True)
class Utilite:
    """How many said that an answer helped, and how many that it did not."""

    oui: int
    non: int

    @property
    def total(self) -> int:
        return self.oui + self.non


def utilite(contribution: Contribution) -> Utilite:
    """Counted, of the answer that is read; nobody’s reason is shown."""
    avis = Utile.objects.filter(reponse__contribution=contribution).de_cette_reponse()
    comptes = dict(avis.order_by().values_list("est_utile").annotate(Count("pk")))
    return Utilite(comptes.get(True, 0), comptes.get(False, 0))


# --- What other pages show -----------------------------------------------------------------------
def dernieres_repondues(territoire: Geographie, nombre: int = 3) -> list[Voix]:
    """For the home page: the last words that were answered; one query."""
    repondues = Contribution.objects.publiques().repondues()
    lignes = repondues.select_related("consultation", "reponse").order_by("-reponse__le", "-pk")
    return en_voix(lignes[:nombre], territoire)


def consultation_a_la_une(le: datetime) -> Consultation | None:
    """For the home page: the open consultation that ends first; one query."""
    ouvertes = Consultation.objects.ouvertes(le)
    return ouvertes.order_by(F("ferme_le").asc(nulls_last=True), "pk").first()


def du_quartier(quartier_pk: int) -> "QuerySet[Contribution]":
    """For the page of a quartier: its public words."""
    return Contribution.objects.publiques().filter(quartier=quartier_pk)


@dataclass(frozen=True)
class Apercu:
    """What the page of a quartier shows of its words: how many, the last ones."""

    nombre: int
    voix: list[Voix]


def apercu_du_quartier(quartier_pk: int, territoire: Geographie, nombre: int = 2) -> Apercu:
    """For the page of a quartier (`composants/paroles_du_quartier.html`); one query."""
    lignes = publiees(du_quartier(quartier_pk)).annotate(ensemble=Window(Count("pk")))
    dernieres = list(lignes[:nombre])
    total = dernieres[0].ensemble if dernieres else 0
    return Apercu(total, en_voix(dernieres, territoire))


def liens_publics(**qui: Any) -> list[Rattachement]:
    """The links that everybody reads, of a word or of a project; none to a project whose place is
    secret: what a resident says of a street would tell it (SUITES F6).
    """
    liens = list(Rattachement.objects.publics().filter(**qui))
    secrets = protection.parmi({lien.dossier_id for lien in liens})
    return [lien for lien in liens if lien.dossier_id not in secrets]
