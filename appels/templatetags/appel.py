"""What the templates say of the call and of a form."""

from datetime import datetime

from django import template
from django.utils.html import format_html

from appels.models import Appel
from quartiers.francais import accorder, date_et_heure

register = template.Library()

INCONNU = "Les dates du prochain appel à projets sont à venir : contactez le service Cohésion Sociale."


@register.simple_tag
def phrase_appel(appel: Appel | None, instant: datetime) -> str:
    """The state of the call in words, decided by the clock."""
    if appel is None or appel.ouvre_le is None or appel.ferme_le is None:
        return INCONNU
    if appel.est_ouvert(instant):
        return format_html("L’appel à projets {} est ouvert jusqu’au <strong>{}</strong>, heure de Paris.",
                           appel.annee, date_et_heure(appel.ferme_le))
    if appel.est_clos(instant):
        return format_html("L’appel à projets {} est clos depuis le {}, heure de Paris.",
                           appel.annee, date_et_heure(appel.ferme_le))
    return format_html("L’appel à projets {} ouvrira le <strong>{}</strong>, heure de Paris.",
                       appel.annee, date_et_heure(appel.ouvre_le))


@register.simple_tag
def reste(appel: Appel, instant: datetime) -> str:
    """« Il reste 15 jours. » or hours near the end; empty when the call is not open."""
    if not appel.est_ouvert(instant):
        return ""
    duree = appel.ferme_le - instant
    if duree.days >= 2:
        return f"Il reste {accorder(duree.days, 'jour')}."
    heures = int(duree.total_seconds() // 3600)
    return f"Il reste {accorder(heures, 'heure')}." if heures else "Il reste moins d’une heure."
