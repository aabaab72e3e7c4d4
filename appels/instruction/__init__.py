"""Examine: the work list, requests to complete, messages, deadlines, dashboard."""
