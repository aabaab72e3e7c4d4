"""The questions of each published call on paper: made by the worker, offered on their page."""

import hashlib
from contextlib import closing
from io import BytesIO
from typing import BinaryIO

from django.template.loader import render_to_string

from appels.models import Affiche, Appel, Imprime
from appels.public import questions
from appels.socle import fabrique, pdf
from quartiers import geographie, horloge
from quartiers.models import Parution


def imprimer() -> None:
    """Make the papers that are older than what the public reads.

    Called at each beat; cheap when nothing changed.
    """
    parution = Parution.actuelle()
    for appel in Appel.objects.publies():
        for genre in questions.GENRES:
            Imprime.objects.get_or_create(appel=appel, genre=genre)
    a_faire = Imprime.objects.a_faire(parution.numero).filter(appel__est_publie=True)
    for imprime in a_faire.select_related("appel"):
        contexte = contenu_des_questions(imprime.appel, imprime.genre)
        etablir(imprime, render_to_string("pdf/questions.html", contexte), parution.numero)


def contenu_des_questions(appel: Appel, genre: str) -> dict[str, object]:
    """What the page and the paper say."""
    parution = Parution.actuelle()
    territoire = geographie.lire(parution)
    mesures = questions.les_mesures(parution)
    return {
        "appel": appel,
        "genre": genre,
        "parties": questions.sans_base(appel, genre, territoire, mesures),
        "documents": questions.documents_demandes(appel, genre),
        "marque": pdf.marque(),
    }


def etablir(imprime: Imprime | Affiche, html: str, numero: int) -> bool:
    """Lay out again only when the words changed; False when they are the same.

    The public reads it from then on.
    """
    empreinte = hashlib.sha256(html.encode()).hexdigest()
    lignes = type(imprime)._default_manager
    if empreinte == imprime.empreinte:
        lignes.filter(pk=imprime.pk).update(parution=numero)
        return False

    def rendre(imprime: Imprime | Affiche) -> closing[BytesIO]:
        cree_le = horloge.maintenant().isoformat()
        return closing(BytesIO(pdf.rendre(html, identifiant=empreinte[:32], cree_le=cree_le)))

    def publier(actuel: Imprime | Affiche, fichier: BinaryIO) -> None:
        actuel.parution = numero
        actuel.empreinte = empreinte
        actuel.essais = 0
        actuel.save()
        assert actuel.etabli_le  # the life of a file dates it before it calls this
        Parution.avancer(actuel.etabli_le)

    fabrique.fabriquer(imprime, rendre, ensuite=publier, echecs=(pdf.RenduImpossible,))
    return True
