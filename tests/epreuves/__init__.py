"""Proofs: short in the suite, long by `python3 manage.py eprouver NOM`; real parts, counts, a
control that fails.
"""
