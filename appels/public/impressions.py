"""The questions of each published call on paper: made by the worker, offered on their page."""

import hashlib
import logging

from django.db import transaction
from django.template.loader import render_to_string

from appels.models import Appel, Imprime
from appels.public import questions
from appels.socle import pdf
from quartiers import geographie, horloge
from quartiers.models import Parution

journal = logging.getLogger(__name__)


def imprimer() -> None:
    """Make the papers that are older than what the public reads; called at each beat, cheap when
    nothing changed.
    """
    parution = Parution.actuelle()
    for appel in Appel.objects.publies():
        for genre in questions.GENRES:
            Imprime.objects.get_or_create(appel=appel, genre=genre)
    for imprime in (
        Imprime.objects.a_faire(parution.numero)
        .filter(appel__est_publie=True)
        .select_related("appel")
    ):
        _etablir(imprime, parution.numero)


def contenu_des_questions(appel: Appel, genre: str) -> dict:
    """What the page and the paper say."""
    territoire = geographie.lire(Parution.actuelle())
    return {
        "appel": appel,
        "genre": genre,
        "parties": questions.sans_base(appel, genre, territoire),
        "documents": [d for d in appel.documents.all() if d.genre in ("", genre)],
        "marque": pdf.marque(),
    }


def _etablir(imprime: Imprime, numero: int) -> None:
    """Lay out again only when the words changed."""
    html = render_to_string(
        "pdf/questions.html", contenu_des_questions(imprime.appel, imprime.genre)
    )
    empreinte = hashlib.sha256(html.encode()).hexdigest()
    if empreinte == imprime.empreinte:
        Imprime.objects.filter(pk=imprime.pk).update(parution=numero)
        return
    try:
        contenu = pdf.rendre(
            html, identifiant=empreinte[:32], cree_le=horloge.maintenant().isoformat()
        )
    except pdf.RenduImpossible as erreur:
        journal.error("%s : %s", imprime, erreur)
        Imprime.objects.filter(pk=imprime.pk).update(
            essais=imprime.essais + 1, erreur=str(erreur)[:300]
        )
        return
    with transaction.atomic():
        imprime.parution, imprime.empreinte, imprime.etabli_le = (
            numero,
            empreinte,
            horloge.maintenant(),
        )
        imprime.essais, imprime.erreur = 0, ""
        imprime.ranger(contenu)
        imprime.save()
        Parution.avancer(imprime.etabli_le)
