"""How an address names a call: « 2027 », or « 2027-2 » for the second of the year."""

from django.urls import register_converter


class Repere:
    """A year alone is its first call: an address given before there were several still answers."""

    regex = r"[0-9]{4}(?:-(?:[2-9]|[1-9][0-9]))?"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: object) -> str:
        return str(value)


register_converter(Repere, "repere")
