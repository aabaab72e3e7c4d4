"""Documents of a draft: add, remove, bank coordinates, logged openings."""

from datetime import datetime

from django.db import transaction

from appels.models import (
    Acte,
    CoordonneesBancaires,
    DocumentDemande,
    Dossier,
    NomPartie,
    Partie,
    Passage,
    Piece,
)
from appels.redaction.actions import copie
from appels.socle import courriels, empechement, reveil
from appels.socle.empechement import verrouiller_pour_rediger
from appels.socle.retraits import PlusPropose
from appels.socle.verrous import NonModifiable
from partenaires.models import Analyse, DocumentOrganisme, Utilisateur
from partenaires.socle import noms, place, quarantaine
from partenaires.socle.fichiers import Fichier
from partenaires.socle.refus import GARDEE, Conflit, Refus

PIECES_MAX = 30  # per dossier
FERME = (
    "Le dossier ne se modifie plus : il est déposé, ou l’appel est clos. Rien n’a été enregistré."
)


class TropDePieces(Refus):
    """The dossier already holds as many files as it may."""

    phrase = f"Un dossier garde {PIECES_MAX} fichiers au plus : retirez-en un d’abord."


class PlusGarde(Refus):
    """Taken out since the page was shown: it may be the wrong one."""

    phrase = "Ce document n’est plus dans le porte-documents de l’organisme : rien n’est joint."


class DejaRetiree(Refus):
    """Taken out from another page meanwhile."""

    def __init__(self, piece: Piece):
        super().__init__(f"« {piece.nom} » était déjà retiré du dossier.")


@transaction.atomic
def ajouter(
    dossier: Dossier,
    document: DocumentDemande,
    fichier: Fichier,
    *,
    par: Utilisateur,
    recu_le: datetime,
) -> Piece:
    """Keep a file; the same file twice for a document is kept once.

    Raises `NonModifiable`, `TropDePieces`, `PlusPropose` or `PlusDePlacePour`.
    """
    _modifiable(dossier, par, recu_le)
    _encore_demande(dossier, document)
    if deja := _deja_jointe(dossier, document, fichier.sha256):
        return deja
    piece = Piece(
        dossier=dossier,
        document=document,
        nom=_nom_libre(dossier, document, fichier.nom),
        mime=fichier.mime,
        taille=fichier.taille,
        sha256=fichier.sha256,
        est_chiffree=document.est_bancaire,
        ajoutee_le=recu_le,
        ajoutee_par=par,
    )
    titulaire = place.Titulaire(par, dossier.porteur)
    place.exiger(fichier.taille, titulaire, recu_le=recu_le)
    piece.ranger(fichier.contenu)
    piece.save()
    quarantaine.confier(
        fichier,
        str(piece.fichier.name),
        titulaire,
        le=recu_le,
        est_chiffree=piece.est_chiffree,
    )
    reveil.apres_commit("appels.analyser")
    _toucher(dossier, par, recu_le)
    return piece


@transaction.atomic
def reprendre(
    dossier: Dossier,
    document: DocumentDemande,
    ancienne: Piece,
    *,
    par: Utilisateur,
    recu_le: datetime,
) -> Piece:
    """A file already given for another dossier, with the date and the person of that day.

    Raises `NonModifiable`, `TropDePieces` or `PlusPropose`.
    """
    _modifiable(dossier, par, recu_le)
    _encore_demande(dossier, document)
    if deja := _deja_jointe(dossier, document, ancienne.sha256):
        return deja
    if ancienne.est_chiffree:
        copie.coordonnees(ancienne.dossier, dossier)
    piece = copie.piece(ancienne, dossier)
    piece.document = document
    piece.nom = _nom_libre(dossier, document, piece.nom)
    piece.save()
    _toucher(dossier, par, recu_le)
    return piece


@transaction.atomic
def joindre(
    dossier: Dossier,
    document: DocumentDemande,
    garde: DocumentOrganisme,
    *,
    par: Utilisateur,
    recu_le: datetime,
    remplace: bool = False,
) -> Piece:
    """A document that the organisation keeps, as it stands: the dossier then has its own row.

    `remplace`: what the draft holds for this document goes out of it.
    Raises `NonModifiable`, `TropDePieces`, `PlusPropose`, `PlusGarde`, or `FichierRetenu` once it
    is erased.
    """
    _modifiable(dossier, par, recu_le)
    _encore_demande(dossier, document)
    _encore_garde(dossier, garde)
    if deja := _deja_jointe(dossier, document, garde.sha256):
        return deja
    quarantaine.tenir(str(garde.fichier.name))
    if remplace:
        Piece.objects.presentes().filter(dossier=dossier, document=document).update(
            retiree_le=recu_le
        )
    piece = Piece.objects.create(
        dossier=dossier,
        document=document,
        nom=_nom_libre(dossier, document, garde.nom),
        mime=garde.mime,
        taille=garde.taille,
        sha256=garde.sha256,
        fichier=garde.fichier.name,
        est_chiffree=garde.est_bancaire,
        ajoutee_le=recu_le,
        ajoutee_par=par,
    )
    _toucher(dossier, par, recu_le)
    return piece


@transaction.atomic
def retirer(piece: Piece, *, par: Utilisateur, recu_le: datetime) -> None:
    """Take a file out of a draft. Raises `NonModifiable`, `DejaRetiree`."""
    _modifiable(piece.dossier, par, recu_le)
    if not Piece.objects.presentes().filter(pk=piece.pk).update(retiree_le=recu_le):
        raise DejaRetiree(piece)
    _toucher(piece.dossier, par, recu_le)


class CoordonneesChangees(Conflit):
    """Somebody else gave an account since the page was shown; `present` is that one."""

    def __init__(self, present: CoordonneesBancaires):
        super().__init__(
            present,
            f"Entre-temps, un autre compte a été enregistré : {present.titulaire}, IBAN "
            f"{present.masque}. {GARDEE}",
        )


@transaction.atomic
def poser_coordonnees(
    dossier: Dossier,
    *,
    titulaire: str,
    iban: str,
    bic: str,
    par: Utilisateur,
    recu_le: datetime,
    vue: str | None = None,
) -> None:
    """Keep the bank coordinates, encrypted.

    `vue`: the print of those that the page showed, empty for none. Raises `NonModifiable`, or
    `CoordonneesChangees` when they are others.
    """
    _modifiable(dossier, par, recu_le)
    coordonnees = CoordonneesBancaires.objects.filter(dossier=dossier).first()
    if coordonnees and vue is not None and vue != coordonnees.empreinte:
        if not coordonnees.disent(titulaire, iban, bic):
            raise CoordonneesChangees(coordonnees)
    if coordonnees is None:
        coordonnees = CoordonneesBancaires(dossier=dossier)
    coordonnees.titulaire = titulaire
    coordonnees.poser(iban, bic)
    coordonnees.save()
    _toucher(dossier, par, recu_le)


@transaction.atomic
def refuser(analyse: Analyse, *, le: datetime) -> None:
    """The antivirus refused a content: it leaves the drafts, and its givers are told.

    A deposit keeps the trace.
    """
    refusees = Piece.objects.presentes().filter(sha256=analyse.sha256)
    for piece in refusees.select_related("dossier", "ajoutee_par"):
        piece.refusee = analyse.signature
        if not piece.dossier.est_depose:
            piece.retiree_le = le
        piece.save(update_fields=["refusee", "retiree_le"])
        piece.dossier.passages.create(
            acte=Acte.REFUSER_PIECE,
            par=piece.ajoutee_par,
            le=le,
            motif=f"{piece.nom} : {analyse.signature}"[:300],
        )
        courriels.piece_refusee(piece)


def consigner_ouverture(
    dossier: Dossier, *, quoi: str, par: Utilisateur, recu_le: datetime
) -> None:
    """Bank data was opened: who, when, what (never the numbers). Raises `Empeche`."""
    empechement.exiger_lecture(par, dossier)
    Passage.objects.create(
        dossier=dossier, acte=Acte.CONSULTER_RIB, par=par, le=recu_le, motif=quoi
    )


def _encore_demande(dossier: Dossier, document: DocumentDemande) -> None:
    """Locks the document against whoever withdraws it; who holds it already may still add to it."""
    demandes = DocumentDemande.objects.select_for_update().filter(pk=document.pk)
    if demandes.filter(retire_le__isnull=True).first():
        return
    if not Piece.objects.presentes().filter(dossier=dossier, document=document.pk).exists():
        raise PlusPropose(document.libelle)


def _encore_garde(dossier: Dossier, garde: DocumentOrganisme) -> None:
    """Locks it against whoever takes it out of what its organisation, and no other, keeps."""
    presents = DocumentOrganisme.objects.presents().select_for_update(of=("self",))
    if not presents.filter(pk=garde.pk, partenaire=dossier.porteur_id).first():
        raise PlusGarde


def _deja_jointe(dossier: Dossier, document: DocumentDemande, sha256: str) -> Piece | None:
    """The same file for the same document; None when there is room for one more.

    Raises `TropDePieces`.
    """
    presentes = Piece.objects.presentes().filter(dossier=dossier)
    deja = presentes.filter(document=document, sha256=sha256).first()
    if deja is None and presentes.count() >= PIECES_MAX:
        raise TropDePieces
    return deja


def _nom_libre(dossier: Dossier, document: DocumentDemande, nom: str) -> str:
    """Two files of a document do not have the same name: the second says « (2) »."""
    presentes = Piece.objects.presentes().filter(dossier=dossier, document=document)
    return noms.distinct(nom, presentes.values_list("nom", flat=True))


def _modifiable(dossier: Dossier, par: Utilisateur, recu_le: datetime) -> None:
    verrouille = verrouiller_pour_rediger(dossier, par=par)
    if not verrouille.est_modifiable(recu_le, NomPartie.PIECES):
        raise NonModifiable(verrouille, recu_le, FERME)


def _toucher(dossier: Dossier, par: Utilisateur, recu_le: datetime) -> None:
    """The documents part moved: a signatory who was reading must read again."""
    partie = Partie.objects.filter(dossier=dossier, nom=NomPartie.PIECES).first()
    if partie is None:
        partie = Partie(dossier=dossier, nom=NomPartie.PIECES)
    partie.version += 1
    partie.enregistree_le = recu_le
    partie.enregistree_par = par
    partie.save()
