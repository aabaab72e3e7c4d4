"""What every stage needs: rights, completeness, budget, freezing, mails, PDF, wake-ups."""
