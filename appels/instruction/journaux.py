"""The logs as files: their columns, their rows. A log has no bound: everything is read in lots."""

from collections.abc import Iterable, Iterator
from itertools import islice

from appels.instruction import journal
from appels.models import Passage
from appels.models.passage import PassageQuerySet
from quartiers.horloge import a_paris
from quartiers.models import Trace
from quartiers.models.trace import TraceQuerySet

PAR_LOT = 500  # lines put in words at once
CHANGEMENTS = ["le", "par", "acte", "geste", "sur", "objet", "clé", "changements"]
ACTES = ["le", "dossier", "acte", "de", "vers", "par", "motif", "champs"]


def changements(traces: TraceQuerySet) -> Iterator[Trace]:
    """The lines of the log of every change, read as they are written down."""
    return traces.select_related("par").iterator(chunk_size=PAR_LOT)


def actes(passages: PassageQuerySet) -> Iterator[Passage]:
    """The lines of the history of dossiers, read as they are written down."""
    return passages.select_related("dossier", "par").iterator(chunk_size=PAR_LOT)


def rangs_des_changements(traces: Iterable[Trace]) -> Iterator[list[str]]:
    """One row a change, in the order of `CHANGEMENTS`."""
    suite = iter(traces)
    while lot := list(islice(suite, PAR_LOT)):
        for lu in journal.en_clair(lot):
            yield [
                a_paris(lu.trace.le).isoformat(timespec="seconds"),
                str(lu.trace.par or ""),
                lu.trace.acte,
                lu.trace.get_geste_display(),
                lu.sur,
                lu.objet,
                str(lu.trace.cle),
                " ; ".join(str(valeur) for valeur in lu.valeurs),
            ]


def rangs_des_actes(passages: Iterable[Passage]) -> Iterator[list[str]]:
    """One row an act, in the order of `ACTES`."""
    for passage in passages:
        yield [
            a_paris(passage.le).isoformat(timespec="seconds"),
            passage.dossier.numero or f"brouillon {passage.dossier_id}",
            passage.get_acte_display(),
            passage.get_de_display(),
            passage.get_vers_display(),
            str(passage.par),
            passage.motif,
            passage.champs_en_clair,
        ]
