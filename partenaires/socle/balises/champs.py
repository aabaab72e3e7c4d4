"""The fields of a form in a template: what is required, what is wrong."""

from django import template

from partenaires.socle import erreurs, obligations

register = template.Library()
register.filter("mention", obligations.mention)
register.filter("regle_des_champs", obligations.regle)
register.filter("fautes", erreurs.erreurs_de)
