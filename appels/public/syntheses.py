"""The synthesis of a closed consultation: its page, its file, its PDF, from the same counts."""

import hashlib
from contextlib import closing
from functools import partial
from io import BytesIO
from typing import BinaryIO

from django.core.files.storage import default_storage
from django.db import transaction
from django.template.loader import render_to_string

from appels.models import Synthese
from appels.socle import fabrique, pdf
from partenaires.concertation import bilan
from partenaires.models import Consultation
from quartiers import horloge
from quartiers.models import Parution

PDF_MAX = 500  # contributions laid out; the file for spreadsheets has them all


def publiees() -> list[Consultation]:
    """Those whose synthesis everybody reads."""
    return list(Consultation.objects.publiees().filter(bilan_publie_le__isnull=False))


def imprimer() -> None:
    """Make the papers that are older than what the public reads; cheap when nothing changed."""
    for perimee in Synthese.objects.perimees():
        _oter(perimee.pk)
    parution = Parution.actuelle()
    for consultation in publiees():
        synthese, _ = Synthese.objects.get_or_create(consultation=consultation)
        if synthese.parution != parution.numero and synthese.est_a_faire:
            _etablir(synthese, parution.numero)


@transaction.atomic
def _oter(pk: int) -> None:
    """What says words that left the public is kept no longer; its tries begin again."""
    synthese = Synthese.objects.select_for_update().get(pk=pk)
    fichier = synthese.fichier.name
    synthese.oter()
    synthese.save()
    if fichier:
        transaction.on_commit(partial(default_storage.delete, fichier), robust=True)


def contenu(consultation: Consultation) -> dict[str, object]:
    """What the paper says; the page says the same, a page of contributions at a time."""
    paroles = bilan.paroles(consultation)[: PDF_MAX + 1]
    return {
        "consultation": consultation,
        "bilan": bilan.compter(consultation),
        "paroles": paroles[:PDF_MAX],
        "est_coupee": len(paroles) > PDF_MAX,
        "marque": pdf.marque(),
    }


def _etablir(synthese: Synthese, numero: int) -> None:
    """Lay out again only when the words changed."""
    html = render_to_string("pdf/bilan.html", contenu(synthese.consultation))
    empreinte = hashlib.sha256(html.encode()).hexdigest()
    if empreinte == synthese.empreinte:
        Synthese.objects.filter(pk=synthese.pk).update(parution=numero)
        return

    def rendre(synthese: Synthese) -> closing[BytesIO]:
        cree_le = horloge.maintenant().isoformat()
        return closing(BytesIO(pdf.rendre(html, identifiant=empreinte[:32], cree_le=cree_le)))

    def publier(actuelle: Synthese, fichier: BinaryIO) -> None:
        actuelle.parution = numero
        actuelle.empreinte = empreinte
        actuelle.essais = 0
        actuelle.save()
        assert actuelle.etabli_le  # the life of a file dates it before it calls this
        Parution.avancer(actuelle.etabli_le)

    fabrique.fabriquer(synthese, rendre, ensuite=publier, echecs=(pdf.RenduImpossible,))
    synthese.refresh_from_db()
    if synthese.a_echoue:
        Parution.avancer(horloge.maintenant())  # its page says so
