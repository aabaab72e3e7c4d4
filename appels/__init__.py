"""What happens: the call for projects and its dossiers, from the draft to the letter."""
