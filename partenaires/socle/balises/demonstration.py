"""« Démonstration » in a template."""

from django import template

from partenaires.socle import demonstration

register = template.Library()
register.simple_tag(demonstration.mention, name="mention_de_demonstration")
