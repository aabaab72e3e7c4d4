"""One person’s account and sign-in."""
