"""Who: organisations, people and their roles; mail, files and what the public reads."""
