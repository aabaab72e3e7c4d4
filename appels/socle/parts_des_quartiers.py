"""How a project of several quartiers says what goes to each: SUITES §0.2-3.

`dossier` was read by `pour_completude`, which asks the database what is said of its quartiers:
that is what `lu` holds.
"""

from typing import Any

from appels.models import Dossier


def champ(dossier: Dossier) -> str:
    """The first field where it is written."""
    lu: Any = dossier
    return f"part-{lu.premier_quartier or ''}"


def phrase(dossier: Dossier) -> str:
    """What is wrong or missing, as a sentence; empty when nothing is.

    Shares make the whole; without any, the people of each quartier say it.
    """
    lu: Any = dossier
    if lu.premier_quartier == lu.dernier_quartier:
        return ""
    total = lu.total_des_parts
    if total is not None and total != 100:
        return f"Les parts des quartiers font {total}\u00a0% : elles doivent faire 100\u00a0%."
    if total is None and lu.a_un_quartier_sans_public:
        return (
            "Le projet se passe dans plusieurs quartiers : dites la part de chacun, ou combien de "
            "personnes viennent de chacun."
        )
    return ""
