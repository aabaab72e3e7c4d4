"""What a call no longer offers and a dossier holds: it stays there, and may be dropped."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Prefetch, Q

from appels.models import Appel, Dossier, Financement, NomPartie, Piece, Theme
from appels.models.dossiers import DossierQuerySet
from appels.socle import budget
from partenaires.socle.refus import Refus

PLUS_PROPOSE = "n’est plus proposé"


class PlusPropose(Refus):
    """The call withdrew this between the page and the act: nobody takes it any more."""

    def __init__(self, nom: str):
        super().__init__(
            f"« {nom} » {PLUS_PROPOSE} dans cet appel, depuis un instant. "
            "Rien n’a été enregistré : relisez la page."
        )


@dataclass(frozen=True)
class Retire:
    """A thing that a dossier holds and that its call no longer offers."""

    partie: NomPartie
    champ: str
    nom: str


def marquer(nom: str) -> str:
    """« CAF (n’est plus proposé) »: the name of a choice that only who holds it still sees."""
    return f"{nom} ({PLUS_PROPOSE})"


def tenus(dossier: Dossier) -> list[Retire]:
    """Everything of that kind in one dossier read by `pour_completude`, part by part."""
    return [*du_projet(dossier), *du_budget(dossier), *des_pieces(dossier)]


def du_projet(dossier: Dossier) -> Iterator[Retire]:
    """Its axis and its themes."""
    if dossier.a_un_axe_retire:
        yield Retire(NomPartie.PROJET, "axe", f"L’axe « {dossier.axe} »")
    for theme in _themes(dossier):
        yield Retire(NomPartie.PROJET, "themes", f"Le thème « {theme} »")


def _themes(dossier: Dossier) -> Iterable[Theme]:
    """Those withdrawn: read with other dossiers (`avec_les_themes`), or now when it holds some."""
    if not dossier.a_un_theme_retire:
        return []
    if hasattr(dossier, "themes_retires"):
        return dossier.themes_retires
    return dossier.themes.exclude(appels=dossier.appel_id)


def avec_les_themes(dossiers: DossierQuerySet, appel: Appel) -> DossierQuerySet:
    """The same dossiers of one call, each with the themes it holds that are withdrawn."""
    retires = Prefetch("themes", Theme.objects.exclude(appels=appel), to_attr="themes_retires")
    return dossiers.prefetch_related(retires)


def du_budget(dossier: Dossier) -> Iterator[Retire]:
    """The funders of the call that it asks."""
    for repere, demande in budget.reperes_des_demandes(dossier.financements.all()):
        if demande.est_retiree:
            yield Retire(NomPartie.BUDGET, f"{repere}-montant", f"Le financeur « {demande.nom} »")


def des_pieces(dossier: Dossier) -> Iterator[Retire]:
    """The documents that it joined."""
    tenus = {piece.document_id for piece in dossier.pieces.all() if piece.retiree_le is None}
    for document in dossier.appel.documents.all():
        if document.pk in tenus and not document.est_propose:
            yield Retire(NomPartie.PIECES, f"document-{document.pk}", f"Le document « {document} »")


def brouillons_touches(appel: Appel) -> DossierQuerySet:
    """The drafts of a call that hold something that it no longer offers."""
    pieces = Piece.objects.presentes().filter(
        dossier=OuterRef("pk"), document__retire_le__isnull=False
    )
    demandes = Financement.objects.avec_leur_offre().filter(dossier=OuterRef("pk"))
    brouillons = appel.dossiers.non_deposes().avec_leur_offre()
    return brouillons.filter(
        Q(Exists(pieces))
        | Q(Exists(demandes.filter(Q(est_retiree=True))))
        | Q(a_un_axe_retire=True)
        | Q(a_un_theme_retire=True)
    )
