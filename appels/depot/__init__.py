"""Attest, deposit, correct, withdraw; the receipt and the papers."""
