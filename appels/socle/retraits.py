"""What a call no longer offers and a dossier holds: it stays there, and may be dropped."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Prefetch, Q

from appels.models import Appel, Dossier, Financement, NomPartie, Piece, Theme
from appels.models.appel import OPTIONS_CG
from appels.models.dossiers import DossierQuerySet
from appels.socle import budget
from partenaires.socle.refus import Refus

PLUS_PROPOSE = "n’est plus proposé"
# {question that a call may ask or not: its option, where it is written}
QUESTIONS = {
    "moyens_materiels": ("moyens_materiels", NomPartie.MOYENS),
    "recrutement_etpt": ("recrutement", NomPartie.MOYENS),
    "informations_complementaires": ("informations_complementaires", NomPartie.DESCRIPTION),
}


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
    return [
        *du_projet(dossier),
        *des_questions(dossier),
        *du_budget(dossier),
        *des_pieces(dossier),
    ]


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


def est_posee(appel: Appel, champ: str) -> bool:
    """The call asks this question; those that every call asks are always asked."""
    return champ not in QUESTIONS or QUESTIONS[champ][0] in appel.options


def est_tenue(dossier: Dossier, champ: str) -> bool:
    """Something answers this question."""
    return getattr(dossier, champ) not in ("", None)


def non_posees(dossier: Dossier, appel: Appel) -> list[str]:
    """The questions that a dossier answers and that this call does not ask."""
    return [nom for nom in QUESTIONS if est_tenue(dossier, nom) and not est_posee(appel, nom)]


def intitule_de(champ: str) -> str:
    """« Recrutement envisagé » : a question as the settings of a call name it."""
    return OPTIONS_CG[QUESTIONS[champ][0]]


def des_questions(dossier: Dossier) -> Iterator[Retire]:
    """What answers questions that are asked no longer: nothing of it is lost, nor hidden."""
    for nom in non_posees(dossier, dossier.appel):
        yield Retire(QUESTIONS[nom][1], nom, f"Le champ « {intitule_de(nom)} »")


def _repond_sans_etre_interroge(appel: Appel) -> Q:
    """Drafts of this call that answer a question that it does not ask."""
    tenus = Q(pk__in=[])
    for nom in QUESTIONS:
        if not est_posee(appel, nom):
            vide = Q(**{f"{nom}__isnull": True}) if nom == "recrutement_etpt" else Q(**{nom: ""})
            tenus |= ~vide
    return tenus


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
        | _repond_sans_etre_interroge(appel)
    )
