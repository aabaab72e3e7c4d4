"""What a call no longer offers and a dossier holds: it stays there, and may be dropped."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from appels.models import Appel, Dossier, Financement, FinanceurAppel, NomPartie, Piece
from appels.models.dossiers import DossierQuerySet
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
    """Everything of that kind in one dossier, part by part."""
    return [*du_projet(dossier), *du_budget(dossier), *des_pieces(dossier)]


def du_projet(dossier: Dossier) -> Iterator[Retire]:
    """Its axis and its themes."""
    appel = dossier.appel
    if dossier.axe and dossier.axe not in appel.axes.all():
        yield Retire(NomPartie.PROJET, "axe", f"L’axe « {dossier.axe} »")
    themes = set(appel.themes.all())
    for theme in dossier.themes.all():
        if theme not in themes:
            yield Retire(NomPartie.PROJET, "themes", f"Le thème « {theme} »")


def du_budget(dossier: Dossier) -> Iterator[Retire]:
    """The funders of the call that it asks."""
    proposes = {
        financeur.partenaire_id
        for financeur in dossier.appel.financeurs.all()
        if financeur.est_propose
    }
    for rang, demande in enumerate(dossier.financements.all()):
        if demande.partenaire_id and demande.partenaire_id not in proposes:
            yield Retire(NomPartie.BUDGET, f"f-{rang}-retirer", f"Le financeur « {demande.nom} »")


def des_pieces(dossier: Dossier) -> Iterator[Retire]:
    """The documents that it joined."""
    tenus = {piece.document_id for piece in dossier.pieces.all() if piece.retiree_le is None}
    for document in dossier.appel.documents.all():
        if document.pk in tenus and not document.est_propose:
            yield Retire(NomPartie.PIECES, f"document-{document.pk}", f"Le document « {document} »")


def brouillons_touches(appel: Appel) -> DossierQuerySet:
    """The drafts of a call that hold something that it no longer offers."""
    proposes = FinanceurAppel.objects.proposes().filter(appel=appel).values("partenaire")
    pieces = Piece.objects.presentes().filter(
        dossier=OuterRef("pk"), document__retire_le__isnull=False
    )
    demandes = Financement.objects.filter(dossier=OuterRef("pk"), partenaire__isnull=False).exclude(
        partenaire__in=proposes
    )
    themes = Dossier.themes.through.objects.filter(dossier=OuterRef("pk")).exclude(
        theme__in=appel.themes.all()
    )
    hors_des_axes = Q(axe__isnull=False) & ~Q(axe__in=appel.axes.all())
    return appel.dossiers.non_deposes().filter(
        Q(Exists(pieces)) | Q(Exists(demandes)) | Q(Exists(themes)) | hors_des_axes
    )
