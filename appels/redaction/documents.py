"""The documents of a draft: what the call asks, what was joined, what may be taken again."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from appels.models import DocumentDemande, Dossier, Piece
from appels.models.piece import Conformite
from appels.socle import figement, pieces_demandees
from partenaires.models import DocumentOrganisme, NatureDeDocument, Utilisateur
from partenaires.organismes import porte_documents
from partenaires.socle import quarantaine
from partenaires.socle.droits import est_membre, peut_lire_fiche

FICHIERS_MONTRES = 3  # by document: the latest


@dataclass(frozen=True)
class LigneDeDocument:
    """A document asked, with its files."""

    document: DocumentDemande
    pieces: list[Piece]
    reprenables: list[Piece]  # given for another dossier
    gardes: list[DocumentOrganisme]  # of the organisation, to join as they are
    erreur: str  # why the file just sent was refused
    est_redemande: bool = False  # the service asks for it again

    @property
    def deja_la(self) -> DocumentOrganisme | Piece | None:
        """What the organisation already has for it, while nothing is joined: its own first.

        What it keeps under no known nature answers anything: it is shown, and never chosen.
        """
        if self.pieces:
            return None
        for garde in self.gardes:
            if garde.nature != NatureDeDocument.AUTRE:
                return garde
        return self.reprenables[0] if self.reprenables else None

    @property
    def est_sur(self) -> bool:
        """`deja_la` is what is asked: given once for the same words, or told by its own mark; the
        words of a title are a guess.
        """
        return isinstance(self.deja_la, Piece) or self.document.est_bancaire

    @property
    def remplacants(self) -> list[DocumentOrganisme]:
        """Kept since what is joined, where that has to be given again."""
        non_conforme = any(piece.conformite == Conformite.NON_CONFORME for piece in self.pieces)
        if not self.pieces or not (self.est_redemande or non_conforme):
            return []
        jointe_le = max(piece.ajoutee_le for piece in self.pieces)
        return [garde for garde in self.gardes if garde.ajoute_le > jointe_le]


def lignes(
    dossier: Dossier, refus: dict[int, str], *, par: Utilisateur, instant: datetime
) -> list[LigneDeDocument]:
    """Every document asked, in order; `refus` says why a file was refused, by document."""
    presentes = figement.presentes(dossier)
    retenues = quarantaine.etats([piece.sha256 for piece in presentes])
    for piece in presentes:
        piece.retenue = retenues.get(piece.sha256, "")
    demandes = pieces_demandees.demandees(dossier)
    reprenables = pieces_reprenables(dossier, demandes, par)
    gardes = documents_gardes(dossier, demandes, par, instant)
    redemandes = _redemandes(dossier)
    return [
        LigneDeDocument(
            document=document,
            pieces=[piece for piece in presentes if piece.document_id == document.pk],
            reprenables=reprenables[document.pk],
            gardes=gardes[document.pk],
            erreur=refus.get(document.pk, ""),
            est_redemande=document.pk in redemandes,
        )
        for document in demandes
    ]


def _redemandes(dossier: Dossier) -> set[int]:
    """The documents that are points of the complement which this draft answers."""
    complement = dossier.corrige.complement_en_cours() if dossier.corrige else None
    if complement is None:
        return set()
    return {point.document_id for point in complement.points.all() if point.document_id}


def demande(dossier: Dossier, pk: int) -> DocumentDemande | None:
    """The document of this number, if this kind of applicant is asked it."""
    for document in pieces_demandees.demandees(dossier):
        if document.pk == pk:
            return document
    return None


def a_reprendre(
    dossier: Dossier, document: DocumentDemande, pk: int, *, par: Utilisateur
) -> Piece | None:
    """The file of this number, if it may be taken again for this document."""
    for piece in pieces_reprenables(dossier, [document], par)[document.pk]:
        if piece.pk == pk:
            return piece
    return None


def pieces_reprenables(
    dossier: Dossier, documents: list[DocumentDemande], par: Utilisateur
) -> dict[int, list[Piece]]:
    """{document: the files that the organisation already gave for it}, the latest first.

    The same file once; not those that the dossier already holds, nor those of a dossier that this
    person does not read: an unverified claimant would take the bank details of the past.
    """
    anciennes = (
        Piece.objects.presentes()
        .filter(dossier__porteur=dossier.porteur_id, dossier__in=Dossier.objects.visibles_par(par))
        .exclude(dossier=dossier)
        .select_related("document", "dossier__appel")
        .order_by("-ajoutee_le", "-pk")
    )
    ici = {piece.sha256 for piece in dossier.pieces.all() if piece.retiree_le is None}
    trouvees: dict[int, dict[str, Piece]] = {document.pk: {} for document in documents}
    for piece in anciennes:
        for document in documents:
            if meme_document(piece.document, document) and piece.sha256 not in ici:
                trouvees[document.pk].setdefault(piece.sha256, piece)
    return {pk: list(pieces.values())[:FICHIERS_MONTRES] for pk, pieces in trouvees.items()}


def documents_gardes(
    dossier: Dossier, documents: list[DocumentDemande], par: Utilisateur, instant: datetime
) -> dict[int, list[DocumentOrganisme]]:
    """{document: what the organisation keeps of its nature}, but what the dossier holds already.

    Nothing for a claimant whom nobody knows yet, nor for an agent who writes from paper.
    """
    par_nature: dict[str, list[DocumentOrganisme]] = defaultdict(list)
    porteur = dossier.porteur
    if est_membre(par, porteur.pk) and peut_lire_fiche(par, porteur):
        ici = {piece.sha256 for piece in dossier.pieces.all() if piece.retiree_le is None}
        for garde in porte_documents.a_proposer(porteur, instant):
            if garde.sha256 not in ici:
                par_nature[garde.nature].append(garde)
    return {document.pk: par_nature[_nature(document)] for document in documents}


def a_joindre(
    dossier: Dossier, document: DocumentDemande, pk: int, *, par: Utilisateur, instant: datetime
) -> DocumentOrganisme | None:
    """The kept document of this number, if it may be joined for what is asked."""
    for garde in documents_gardes(dossier, [document], par, instant)[document.pk]:
        if garde.pk == pk:
            return garde
    return None


def _nature(document: DocumentDemande) -> NatureDeDocument:
    return porte_documents.nature_demandee(document.libelle, est_bancaire=document.est_bancaire)


def meme_document(ancien: DocumentDemande, document: DocumentDemande) -> bool:
    """Asked under the same words, bank document or not alike."""
    return (
        ancien.est_bancaire == document.est_bancaire
        and ancien.libelle.casefold() == document.libelle.casefold()
    )
