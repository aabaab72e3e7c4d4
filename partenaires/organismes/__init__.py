"""Organisations and their people: joined, invited, left; the sheet; the keys given again."""
