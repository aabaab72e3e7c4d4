"""The sheets and the posters of the quartiers: made by the worker, offered on their pages."""

import segno
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from appels.models import Affiche, FormatAffiche
from appels.public.impressions import etablir
from appels.public.pages_de_paroles import lignes, ouvertes_ici
from appels.socle import pdf
from appels.socle.cache_public import consultations_publiees
from quartiers import geographie, horloge
from quartiers.models import Parution, Quartier

GABARITS = {
    FormatAffiche.FEUILLET: ("pdf/feuillet.html", "A5"),
    FormatAffiche.A4: ("pdf/affiche.html", "A4"),
    FormatAffiche.A3: ("pdf/affiche.html", "A3"),
}
RATTRAPES = 3  # at each beat: receipts do not wait behind posters


def afficher_les_quartiers() -> None:
    """Make those that are older than what the public reads, a few at a time."""
    parution = _a_l_heure()
    quartiers = geographie.lire(parution).quartiers
    if Affiche.objects.count() < len(quartiers) * len(FormatAffiche):
        for quartier in quartiers:
            for format_ in FormatAffiche:
                Affiche.objects.get_or_create(quartier=quartier, format=format_)
    faites = 0
    a_faire = Affiche.objects.a_faire(parution.numero).select_related("quartier").order_by("pk")
    for affiche in a_faire:
        gabarit, _ = GABARITS[FormatAffiche(affiche.format)]
        faites += etablir(affiche, render_to_string(gabarit, contenu(affiche)), parution.numero)
        if faites == RATTRAPES:
            return


def _a_l_heure() -> Parution:
    """What the public reads now. A consultation that opened or ended by the clock since is one
    parution more: nobody acted, and what is printed says something else.
    """
    parution = Parution.actuelle()
    instant = horloge.maintenant()
    passees = [date for une in consultations_publiees(parution) for date in une.bornes(instant)]
    if not passees or max(passees) <= parution.le:
        return parution
    Parution.avancer(instant)
    return Parution.actuelle()


def contenu(affiche: Affiche) -> dict[str, object]:
    """What is printed: where one writes, on what, what becomes of it."""
    quartier = affiche.quartier
    lien = adresse_courte(quartier)
    consultations = list(ouvertes_ici(quartier, horloge.maintenant()))
    une = consultations[0] if consultations else None
    return {
        "quartier": quartier,
        "consultation": une,
        "charte": lignes(une.charte_en_bref) if une else [],
        "format": GABARITS[FormatAffiche(affiche.format)][1],
        "lien": lien,
        "lien_dit": lien.split("://")[-1],
        "qr": segno.make(lien, error="m").svg_data_uri(border=0, omitsize=True),
        "marque": pdf.marque(),
    }


def adresse_courte(quartier: Quartier) -> str:
    """What one types from a wall."""
    return f"{settings.URL_PUBLIQUE}{reverse('appels:adresse_courte', args=[quartier.code])}"
