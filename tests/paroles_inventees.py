"""Texts that residents would write, and the agents that they may name: all invented."""

from pathlib import Path

CORPUS = Path(__file__).parent / "donnees" / "paroles.txt"
AGENTS = ("Camille Exemple", "Jean-Marc Modèle")
