"""The fields of a form in a template: what is required, what is wrong."""

from django import template

from partenaires.socle import obligations
from partenaires.socle.vues.formulaire import erreurs_de

register = template.Library()
register.filter("mention", obligations.mention)
register.filter("regle_des_champs", obligations.regle)
register.filter("fautes", erreurs_de)
