"""Files of the work list that take time: asked in a page, made by the worker, gone in two days."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import BinaryIO, TypeVar

from django.db import transaction
from django.db.models import Model, QuerySet

from appels.instruction import classeurs, colonnes, files_du_financeur, listes, offres
from appels.models import Comite, Dossier, Export, FormatExport, GenreExport
from appels.socle import fabrique, reveil
from partenaires.models import Utilisateur
from partenaires.models.appartenance import ROLES_FINANCEUR
from partenaires.socle import droits
from partenaires.socle.refus import droit
from quartiers import horloge

Ensuite = Callable[[Export, BinaryIO], None]
ENSUITE: dict[str, Ensuite] = {}
# Asked by the service: made after its role ended, one opens to nobody, a funder least of all
DU_SERVICE_SEUL = (GenreExport.CONTACTS, GenreExport.CAMPAGNE, GenreExport.MATRICE)
SeRelit = Callable[[Utilisateur, Export, QuerySet[Dossier]], bool]
SE_RELIT: dict[str, SeRelit] = {}
Ligne = TypeVar("Ligne", bound=Model)
PAS = 500  # rows between two words on the progress


@transaction.atomic
def demander(
    liste: listes.Liste,
    choisies: list[str],
    format: str,
    *,
    par: Utilisateur,
    recu_le: datetime,
    total: int,
) -> Export:
    """The row of a file to come."""
    return a_venir(
        Export(
            demande_par=par,
            demande_le=recu_le,
            filtres=liste.filtres,
            tri=liste.tri,
            colonnes=choisies,
            format=format,
            total=total,
        )
    )


def a_venir(export: Export) -> Export:
    """The same row, kept; the worker is woken after the commit."""
    export.save()
    reveil.apres_commit("appels.fabriquer", "export", export.pk)
    return export


def lignes(
    liste: listes.Liste,
    choisies: Iterable[str],
    par: Utilisateur,
    instant: datetime,
) -> tuple[Iterator[Dossier], list[colonnes.Colonne]]:
    """(the rows that this person may read, in lots; the columns that they may export)."""
    offertes = colonnes.permises(du_service=droits.est_agent(par))
    gardees = [offertes[cle] for cle in choisies if cle in offertes]
    lue = replace(liste, lecteur=par, colonnes=tuple(colonne.cle for colonne in gardees))
    retenus = lue.dossiers(listes.lisibles_par(par), instant)
    dossiers = colonnes.charger(retenus, gardees, instant).iterator(chunk_size=classeurs.PAR_LOT)
    return dossiers, colonnes.depliees(gardees, retenus)


def etablir(export: Export) -> None:
    """Make the file once, saying how far it is; the rights are those of this instant."""
    fabrique.fabriquer(export, _produire, ensuite=ENSUITE.get(export.genre))


def ensuite(genre: GenreExport) -> Callable[[Ensuite], Ensuite]:
    """Mark what is done in the transaction that keeps a file of this kind."""

    def inscrire(suite: Ensuite) -> Ensuite:
        ENSUITE[genre] = suite
        return suite

    return inscrire


def se_relit(genre: GenreExport) -> Callable[[SeRelit], SeRelit]:
    """Mark who may open a file of this kind again, when that is not who examines what it shows."""

    def inscrire(question: SeRelit) -> SeRelit:
        SE_RELIT[genre] = question
        return question

    return inscrire


@contextmanager
def _produire(export: Export) -> Iterator[BinaryIO]:
    with fabrique.sur_le_disque() as fichier:
        est_du_service = droits.est_agent(export.demande_par)
        export.contenus = []
        fabrique.ECRITURES[export.genre](export, fichier)
        Export.objects.filter(pk=export.pk).update(
            faites=export.faites, contenus=export.contenus, est_du_service=est_du_service
        )
        fichier.seek(0)
        yield fichier


@fabrique.ecrit(GenreExport.LISTE)
def ecrire_la_liste(export: Export, fichier: BinaryIO) -> None:
    """The rows and the columns that the export names, in its format.

    Asked by an agent who is only a funder since: no file, and the page says why (`s_ouvre_encore`).
    """
    if not _se_demande_encore(export):
        export.contenus = None
        return
    dossiers, gardees = lignes(
        listes.Liste(filtres=export.filtres, tri=export.tri),
        export.colonnes,
        export.demande_par,
        horloge.maintenant(),
    )
    suivis = suivre(export, dossiers)
    if export.format == FormatExport.XLSX:
        classeurs.en_xlsx(suivis, gardees, fichier)
    else:
        for ligne in classeurs.en_csv(suivis, gardees):
            fichier.write(ligne.encode())


def _se_demande_encore(export: Export) -> bool:
    """Its filters and its order are those that the list offers today to who asked.

    Which dossiers an agent's filter keeps would tell what the other funders decide.
    """
    par = export.demande_par
    if droits.est_agent(par):
        return True
    if set(export.filtres) & set(offres.DU_SERVICE):
        return False
    files = dict(files_du_financeur.choix(par))
    if export.filtres.get("file") and export.filtres["file"] not in files:
        return False
    offertes = colonnes.permises(du_service=False)
    return not export.tri or listes.se_trie(export.tri, offertes)


@droit(
    "Vos droits ont changé depuis que ce fichier a été fait : il ne s’ouvre plus. Demandez-le à "
    "nouveau, il dira ce que vous pouvez lire aujourd’hui."
)
def s_ouvre_encore(personne: Utilisateur, export: Export) -> bool:
    """All that the file shows is what this person may still read, in the same capacity.

    A perimeter that shrinks, a membership or a déport that begins, a role that ends, meetings that
    the service opens no longer, close it.
    """
    est_du_service = droits.est_agent(personne)
    if export.contenus is None or export.est_du_service != est_du_service:
        return False
    if not est_du_service and not droits.est_financeur(personne):
        return False
    if export.genre in DU_SERVICE_SEUL and not est_du_service:
        return False
    seances = Comite.objects.lisibles_par(personne)
    if export.comite_id and not seances.filter(pk=export.comite_id).exists():
        return False
    du_financeur = droits.roles(personne, export.partenaire_id) & set(ROLES_FINANCEUR)
    if export.partenaire_id and not est_du_service and not du_financeur:
        return False
    montres = Dossier.objects.filter(pk__in=export.contenus)
    question = SE_RELIT.get(export.genre)
    if question:
        return question(personne, export, montres)
    if export.genre == GenreExport.LISTE:
        return tous_parmi(montres, listes.lisibles_par(personne))
    return tous_parmi(montres, Dossier.objects.instruits_par(personne))


def tous_parmi(montres: QuerySet[Dossier], lisibles: QuerySet[Dossier]) -> bool:
    """None of those shown is out of these."""
    return not montres.exclude(pk__in=lisibles.values("pk")).exists()


def avancer(export: Export, rang: int) -> None:
    """Say how many are done, to whoever waits."""
    export.faites = rang
    Export.objects.filter(pk=export.pk).update(faites=rang)


def suivre(export: Export, lignes: Iterable[Ligne], *, du_dossier: str = "pk") -> Iterator[Ligne]:
    """The same rows one by one, their dossier noted once, saying from time to time how many are
    done. `du_dossier` names what holds its key; a row may be of none.
    """
    assert export.contenus is not None  # emptied when the file begins
    notes: set[int | None] = {None}
    for rang, ligne in enumerate(lignes, 1):
        cle = getattr(ligne, du_dossier)
        if cle not in notes:
            notes.add(cle)
            export.contenus.append(cle)
        yield ligne
        export.faites = rang
        if rang % PAS == 0:
            avancer(export, rang)


def effacer_les_anciens(instant: datetime) -> int:
    """Take away the files whose time is over; how many."""
    return effacer(Export.objects.filter(demande_le__lte=instant - Export.DUREE))


def effacer(exports: Iterable[Export]) -> int:
    """Their rows at once, their files once the transaction is safe; how many."""
    anciens = list(exports)
    for export in anciens:
        export.delete()
        if export.fichier:
            transaction.on_commit(
                partial(export.fichier.storage.delete, str(export.fichier.name)), robust=True
            )
    return len(anciens)
