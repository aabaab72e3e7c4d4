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


@register.simple_tag
def erreurs_de(*formulaires) -> list[dict]:
    """Every error of forms and formsets as {ancre, phrase}: the summary links to each field."""
    trouvees = []
    for formulaire in formulaires:
        if formulaire is None or not formulaire.is_bound:
            continue
        membres = [*formulaire.forms, formulaire] if hasattr(formulaire, "forms") else [formulaire]
        for membre in membres:
            trouvees += _erreurs_du_formulaire(membre)
    return trouvees


def _erreurs_du_formulaire(formulaire) -> list[dict]:
    if hasattr(formulaire, "forms"):
        return [{"ancre": "", "phrase": phrase} for phrase in formulaire.non_form_errors()]
    lignes = []
    for nom, phrases in formulaire.errors.items():
        if nom == "__all__":
            lignes += [{"ancre": "", "phrase": phrase} for phrase in phrases]
        else:
            champ = formulaire[nom]
            ancre = f"div_{champ.auto_id}" if champ.use_fieldset else champ.id_for_label
            lignes += [{"ancre": ancre, "phrase": f"{champ.label} : {phrase}"} for phrase in phrases]
    return lignes
