"""Texts that residents would write, and the agents that they may name: all invented."""

from pathlib import Path

from partenaires.concertation.corpus import agents_du_corpus

CORPUS = Path(__file__).parent / "donnees" / "paroles.txt"
AGENTS = agents_du_corpus(CORPUS.read_text(encoding="utf-8"))
