#!/usr/bin/env python3
"""The only command of the project: `demo` and `test` install what they need by themselves."""

import os
import sys

from contrat_ville import amorce
from quartiers import journal

MODES = {
    "demo": "demo",
    "mesurer": "demo",
    "documenter": "demo",
    "test": "epreuve",
    "eprouver": "epreuve",
    "makemigrations": "epreuve",
}


def main() -> None:
    """Prepare the machine if need be, then hand over to Django."""
    commande = sys.argv[1] if len(sys.argv) > 1 else ""
    amorce.preparer(commande)
    os.environ.setdefault("MODE", MODES.get(commande, "production"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "contrat_ville.settings")
    from django.core.management import execute_from_command_line

    with journal.de_la_machine(f"commande {commande}"):
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
