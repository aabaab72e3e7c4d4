"""From opinions to letters: grid, envelopes, scenarios, meetings, decisions, Dauphin."""
