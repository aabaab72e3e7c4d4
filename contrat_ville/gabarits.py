"""The template engine of Django, which ties the French no-break spaces of what it gives.

Everything that a person reads goes through a template: pages, mails, PDF. Nothing that a program
reads does (CSV, JSON, calendar), but drawings and the plan of the site, which are left as they are.
"""

from typing import Any

from django.http import HttpRequest
from django.template import TemplateDoesNotExist
from django.template.backends.django import DjangoTemplates, Template, reraise
from django.utils.safestring import mark_safe

from quartiers.typographie import lier, lier_la_page

# A widget alone holds what was typed; its page is read as a whole, once.
DES_CHAMPS = "django/forms/"


class Gabarit(Template):
    """A template whose words are set as French asks, by the kind of its file."""

    def render(
        self, context: dict[str, Any] | None = None, request: HttpRequest | None = None
    ) -> str:
        rendu = super().render(context, request)
        nom = self.template.name or ""
        if nom.startswith(DES_CHAMPS):
            return rendu
        if nom.endswith(".html"):
            return mark_safe(lier_la_page(rendu))  # noqa: S308 (spaces only)
        if nom.endswith(".txt"):
            return mark_safe(lier(rendu))  # noqa: S308 (spaces only)
        return rendu


class Gabarits(DjangoTemplates):
    """The engine that gives them."""

    def get_template(self, template_name: str) -> Gabarit:
        try:
            return Gabarit(self.engine.get_template(template_name), self)
        except TemplateDoesNotExist as absent:
            reraise(absent, self)
