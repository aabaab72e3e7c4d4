"""`{% csrf_token %}` of the house: the token, and the mark of who the form is shown to.

Every form that is posted has it already, so that a new form is kept through a sign-in by default
(`partenaires.socle.envois`).
"""

from django import template
from django.middleware.csrf import get_token
from django.template.context import RequestContext
from django.utils.html import format_html
from django.utils.safestring import SafeString

from partenaires.socle import envois

register = template.Library()
JETON = '<input type="hidden" name="csrfmiddlewaretoken" value="{}">'
MARQUE = '<input type="hidden" name="{}" value="{}">'


@register.simple_tag(takes_context=True)
def csrf_token(context: template.Context) -> SafeString:
    """The hidden fields of a form; a fragment drawn without a request has none."""
    request = context.request if isinstance(context, RequestContext) else context.get("request")
    if request is None:
        return (
            format_html(JETON, context["csrf_token"]) if context.get("csrf_token") else SafeString()
        )
    jeton = format_html(JETON, get_token(request))
    marque = envois.marquer(request)
    return jeton + format_html(MARQUE, envois.CHAMP, marque) if marque else jeton
