"""A place whose point and quartier disagree: an agent looks at it."""

from datetime import datetime

from django.db import transaction

from appels.models import Acte, Dossier
from appels.socle import condenses
from appels.socle.empechement import verrouiller_pour_instruire
from partenaires.models import Utilisateur
from partenaires.socle.refus import Conflit


class LieuxChanges(Conflit):
    """The places chosen against their point are not those that the page showed."""

    phrase = (
        "Les lieux de ce dossier ont changé depuis que cette page est montrée : rien n’est "
        "enregistré. Regardez ceux qui y sont maintenant."
    )


@transaction.atomic
def verifier(dossier: Dossier, *, vus: str, par: Utilisateur, recu_le: datetime) -> None:
    """The places that waited were looked at; pressed twice, it is written once.

    `vus`: the mark of those that the page showed. Raises `LieuxChanges`.
    """
    verrouille = verrouiller_pour_instruire(dossier, par=par)
    if vus != verrouille.lieux.repere_des_declares():
        raise LieuxChanges
    attendus = verrouille.lieux.filter(quartier_declare__isnull=False, verifie_le__isnull=True)
    dits = " ".join(str(lieu) for lieu in attendus)[:300]
    if attendus.update(verifie_le=recu_le, verifie_par=par):
        verrouille.passages.create(acte=Acte.VERIFIER_LIEUX, par=par, le=recu_le, motif=dits)
        condenses.renouveler([verrouille.pk])
