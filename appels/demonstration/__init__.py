"""The living example, visibly fictitious."""
