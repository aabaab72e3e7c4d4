"""A place whose point and quartier disagree: an agent looks at it."""

from datetime import datetime

from django.db import transaction

from appels.models import Acte, Dossier
from appels.socle.empechement import verrouiller_pour_instruire
from partenaires.models import Utilisateur


@transaction.atomic
def verifier(dossier: Dossier, *, par: Utilisateur, recu_le: datetime) -> None:
    """The places that waited were looked at; pressed twice, it is written once."""
    verrouille = verrouiller_pour_instruire(dossier, par=par)
    attendus = verrouille.lieux.filter(quartier_declare__isnull=False, verifie_le__isnull=True)
    dits = " ".join(str(lieu) for lieu in attendus)[:300]
    if attendus.update(verifie_le=recu_le, verifie_par=par):
        verrouille.passages.create(acte=Acte.VERIFIER_LIEUX, par=par, le=recu_le, motif=dits)
