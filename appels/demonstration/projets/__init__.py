"""The projects of the demonstration: forty stories, each its axis, its quartier, its figures."""

from itertools import chain

from appels.demonstration.projets import apaise, emancipe, emploi, transitions
from appels.demonstration.projets.recit import Recit

# One axis after the other, so that the first ones of the list already show the four.
TOUS: list[Recit] = list(
    chain.from_iterable(
        zip(
            apaise.PROJETS,
            emploi.PROJETS,
            emancipe.PROJETS,
            transitions.PROJETS,
            strict=True,
        )
    )
)
