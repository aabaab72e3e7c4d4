"""The documents of a draft: what the call asks, what was joined, what may be taken again."""

from dataclasses import dataclass

from appels.models import DocumentDemande, Dossier, Piece
from appels.socle import figement, pieces_demandees
from partenaires.models import Utilisateur
from partenaires.socle import quarantaine

FICHIERS_MONTRES = 3  # by document: the latest


@dataclass(frozen=True)
class LigneDeDocument:
    """A document asked, with its files."""

    document: DocumentDemande
    pieces: list[Piece]
    reprenables: list[Piece]  # given for another dossier
    erreur: str  # why the file just sent was refused


def lignes(dossier: Dossier, refus: dict[int, str], *, par: Utilisateur) -> list[LigneDeDocument]:
    """Every document asked, in order; `refus` says why a file was refused, by document."""
    presentes = figement.presentes(dossier)
    retenues = quarantaine.etats([piece.sha256 for piece in presentes])
    for piece in presentes:
        piece.retenue = retenues.get(piece.sha256, "")
    demandes = pieces_demandees.demandees(dossier)
    reprenables = pieces_reprenables(dossier, demandes, par)
    return [
        LigneDeDocument(
            document=document,
            pieces=[piece for piece in presentes if piece.document_id == document.pk],
            reprenables=reprenables[document.pk],
            erreur=refus.get(document.pk, ""),
        )
        for document in demandes
    ]


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


def meme_document(ancien: DocumentDemande, document: DocumentDemande) -> bool:
    """Asked under the same words, bank document or not alike."""
    return (
        ancien.est_bancaire == document.est_bancaire
        and ancien.libelle.casefold() == document.libelle.casefold()
    )
