"""The columns of the work list and of its files: one value a dossier, as text, number or date."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import models
from django.db.models.functions import Coalesce

from appels.instruction import alertes
from appels.models import Avis, Dossier, Financement, Lieu, Theme
from appels.socle.aboutissement import aboutissement
from appels.socle.suivi import Attente, attente
from quartiers.francais import en_euros
from quartiers.horloge import a_paris


@dataclass(frozen=True)
class Colonne:
    """Its key in addresses, its title, its value (cents when `en_euros`), how it sorts, what it
    reads and computes.
    """

    cle: str
    titre: str
    valeur: Callable[[Dossier], str | int | date | None]
    tri: str = ""
    en_euros: bool = False
    en_texte: bool = False  # digits that are no number: leading zeros stay
    du_service: bool = False  # funders never see it
    tables: tuple[str, ...] = ()
    calculs: tuple[str, ...] = ()  # of CALCULS

    def lue(self, dossier: Dossier) -> str:
        """The value for eyes."""
        valeur = self.valeur(dossier)
        if valeur is None:
            return ""
        if self.en_euros:
            return en_euros(valeur)
        return f"{valeur:%d/%m/%Y}" if isinstance(valeur, date) else str(valeur)


def _noms(objets) -> str:
    return ", ".join(sorted({str(objet) for objet in objets if objet}))


def _aboutissement(dossier: Dossier) -> str:
    trouvee = aboutissement(f.decision for f in dossier.financements.all() if f.partenaire_id)
    return trouvee.label if trouvee else ""


COLONNES = {
    colonne.cle: colonne
    for colonne in (
        Colonne("porteur", "Organisme", lambda d: str(d.porteur), "porteur__nom"),
        Colonne("siret", "SIRET", lambda d: d.porteur.siret, en_texte=True),
        Colonne("axe", "Axe", lambda d: str(d.axe or ""), "axe__position"),
        Colonne("themes", "Thèmes", lambda d: _noms(d.themes.all()), tables=("themes",)),
        Colonne(
            "quartiers",
            "Quartiers",
            lambda d: _noms(lieu.quartier for lieu in d.lieux.all()),
            tables=("lieux",),
        ),
        Colonne(
            "communes",
            "Communes",
            lambda d: _noms(lieu.commune for lieu in d.lieux.all()),
            tables=("lieux",),
        ),
        Colonne(
            "recu",
            "Reçu le",
            lambda d: a_paris(d.depose_le).date() if d.depose_le else None,
            "depose_le",
        ),
        Colonne("etat", "État", lambda d: d.get_etat_display(), "etat"),
        Colonne(
            "attend",
            "Attend",
            lambda d: Attente(d.attend).label,
            "attend",
            du_service=True,
            calculs=("attend",),
        ),
        Colonne(
            "avant",
            "Avant le",
            lambda d: a_paris(d.a_completer_avant).date() if d.a_completer_avant else None,
            "a_completer_avant",
            du_service=True,
        ),
        Colonne(
            "rejet",
            "Rejet implicite",
            lambda d: d.rejet_implicite_le,
            "rejet_implicite_le",
            du_service=True,
        ),
        Colonne("charge", "Chargé", lambda d: str(d.charge or ""), "charge__nom", du_service=True),
        Colonne(
            "demande",
            "Demandé",
            lambda d: d.demande,
            "demande",
            en_euros=True,
            calculs=("demande",),
        ),
        Colonne("issue", "Décision", _aboutissement, du_service=True, tables=("financements",)),
        Colonne(
            "vote",
            "Voté",
            lambda d: d.vote,
            "vote",
            en_euros=True,
            du_service=True,
            calculs=("vote",),
        ),
        Colonne(
            "financeurs",
            "Financeurs sollicités",
            lambda d: _noms(f.partenaire for f in d.financements.all()),
            tables=("financements",),
        ),
        Colonne(
            "avis",
            "Avis partagés",
            lambda d: f"{d.avis_partages} sur {d.sollicites}",
            "avis_partages",
            du_service=True,
            calculs=("avis_partages", "sollicites"),
        ),
        Colonne(
            "premiere",
            "Premier dossier",
            lambda d: "Oui" if d.est_premiere else "Non",
            "est_premiere",
            calculs=("est_premiere",),
        ),
        Colonne("beneficiaires", "Bénéficiaires", lambda d: d.beneficiaires, "beneficiaires"),
        Colonne(
            "alertes",
            "Alertes",
            lambda d: ", ".join(alerte.mot for alerte in alertes.de(d)),
            du_service=True,
        ),
    )
}
PAR_DEFAUT = ("porteur", "axe", "recu", "etat", "attend", "charge", "alertes")


def permises(*, du_service: bool) -> dict[str, Colonne]:
    """Those that a reader may show, sort by and export."""
    return {
        cle: colonne for cle, colonne in COLONNES.items() if du_service or not colonne.du_service
    }


def somme(champ: str) -> Coalesce:
    """A sum of the requests of a dossier to the funders of the call, in cents."""
    siens = Financement.objects.filter(dossier=models.OuterRef("pk"), partenaire__isnull=False)
    total = siens.order_by().values("dossier").annotate(n=models.Sum(champ)).values("n")
    return Coalesce(models.Subquery(total, output_field=models.BigIntegerField()), models.Value(0))


def premiere() -> models.Expression:
    """The organisation never deposited in a call before this one."""
    avant = Dossier.objects.filter(
        porteur=models.OuterRef("porteur_id"),
        depose_le__isnull=False,
        appel__annee__lt=models.OuterRef("appel__annee"),
    )
    return ~models.Exists(avant)


def _combien(lignes) -> Coalesce:
    """How many of these rows a dossier has."""
    siennes = lignes.filter(dossier=models.OuterRef("pk")).order_by().values("dossier")
    total = siennes.annotate(n=models.Count("pk")).values("n")
    return Coalesce(models.Subquery(total, output_field=models.IntegerField()), models.Value(0))


# what columns and orders compute, at an instant; what a funder keeps for itself is not counted
CALCULS = {
    "attend": attente,
    "demande": lambda instant: somme("montant"),
    "vote": lambda instant: somme("montant_vote"),
    "est_premiere": lambda instant: premiere(),
    "avis_partages": lambda instant: _combien(Avis.objects.partages()),
    "sollicites": lambda instant: _combien(Financement.objects.filter(partenaire__isnull=False)),
}


def calculer(dossiers, noms, instant: datetime):
    """The same dossiers with these computed, once each."""
    manquants = set(noms) - set(dossiers.query.annotations)
    return dossiers.annotate(**{nom: CALCULS[nom](instant) for nom in sorted(manquants)})


def charger(dossiers, colonnes: list[Colonne], instant: datetime):
    """The rows with what their columns read, in a number of queries that rows do not change."""
    dossiers = calculer(dossiers, [nom for colonne in colonnes for nom in colonne.calculs], instant)
    if COLONNES["alertes"] in colonnes:
        dossiers = alertes.annoter(dossiers, instant)
    tables = sorted({table for colonne in colonnes for table in colonne.tables})
    return (
        dossiers.select_related("appel", "porteur", "axe", "charge")
        .defer(*LONGS)
        .prefetch_related(*(models.Prefetch(nom, TABLES[nom]()) for nom in tables))
    )


TABLES = {
    "lieux": Lieu.objects.all,
    "themes": Theme.objects.all,
    "financements": lambda: Financement.objects.select_related("partenaire"),
}
LONGS = (
    "besoin",
    "objectifs",
    "description",
    "methode",
    "partenariats",
    "egalite",
    "participation",
    "informations_complementaires",
    "public_vise",
    "moyens_materiels",
    "evaluation",
    "resultats_attendus",
)
