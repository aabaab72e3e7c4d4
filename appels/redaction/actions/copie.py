"""The answers of a dossier carried to another one: a correction takes all, a new year what still
applies.
"""

from django.db.models import ManyToManyField

from appels.models import CoordonneesBancaires, Dossier, Financement, Piece
from appels.socle.figement import TEXTES

REPONSES = (*TEXTES, "axe")
TABLES = ("lieux", "publics", "moyens", "indicateurs", "lignes")
DEMANDE = (
    "sous_poste",
    "libelle",
    "etat",
    "montant",
    "droit_commun",
    "credits_contrat",
    "commentaire",
)
DATES = ("debut_le", "fin_le")


def reponses(source: Dossier, cible: Dossier, *, sauf: tuple[str, ...] = ()) -> None:
    """The fields of the forms, not saved yet."""
    for nom in REPONSES:
        if nom not in sauf:
            setattr(cible, nom, getattr(source, nom))


def choix(source: Dossier, cible: Dossier) -> None:
    """Objectives and themes."""
    for champ in Dossier._meta.get_fields():
        if isinstance(champ, ManyToManyField):
            getattr(cible, champ.name).set(getattr(source, champ.name).all())


def tables(source: Dossier, cible: Dossier, noms: tuple[str, ...] = TABLES) -> None:
    """The same rows again: places, publics, means, indicators, accounts…"""
    for nom in noms:
        lignes = list(getattr(source, nom).order_by("pk"))
        for ligne in lignes:
            ligne.pk, ligne.dossier, ligne._state.adding = None, cible, True
        type(source)._meta.get_field(nom).related_model.objects.bulk_create(lignes)


def demandes(source: Dossier, cible: Dossier, financements) -> None:
    """The requests to these funders, without what was decided."""
    Financement.objects.bulk_create(
        Financement(
            dossier=cible,
            partenaire_id=f.partenaire_id,
            **{champ: getattr(f, champ) for champ in DEMANDE},
        )
        for f in financements
    )


def pieces(source: Dossier, cible: Dossier) -> None:
    """The documents and the bank coordinates, each with its date and its author; the stored file is
    shared.
    """
    for ancienne in source.pieces.presentes():
        piece(ancienne, cible).save()
    coordonnees(source, cible)


def piece(ancienne: Piece, cible: Dossier) -> Piece:
    """The same file in another dossier, not saved yet; what an agent found holds for a correction
    only.
    """
    if cible.corrige_id != ancienne.dossier_id:
        ancienne.conformite = ancienne.conformite_motif = ""
        ancienne.conformite_le = ancienne.conformite_par = None
    ancienne.pk, ancienne.dossier, ancienne._state.adding = None, cible, True
    return ancienne


def coordonnees(source: Dossier, cible: Dossier) -> None:
    """The account to credit, still encrypted, unless the other dossier has one."""
    siennes = CoordonneesBancaires.objects.filter(dossier=source).first()
    if siennes and not CoordonneesBancaires.objects.filter(dossier=cible).exists():
        siennes.pk, siennes.dossier, siennes._state.adding = None, cible, True
        siennes.save()
