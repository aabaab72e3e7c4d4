"""A page that draws the documents of a dossier beside its text, in frames of this portal alone."""

from collections.abc import Callable
from typing import cast

from csp.constants import SELF
from csp.decorators import csp_update

from partenaires.socle.entree import Vue

# Its own types know only views without a key.
montre_les_documents = cast(Callable[[Vue], Vue], csp_update({"frame-src": [SELF]}))
