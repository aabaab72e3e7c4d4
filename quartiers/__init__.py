"""Where, and what the contract says: territory, axes, figures, documents; the clock."""
