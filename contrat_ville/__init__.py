"""Wires the apps and decides nothing: settings, doors, commands."""
