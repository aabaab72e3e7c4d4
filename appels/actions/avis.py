"""The opinion of a funder: kept for itself, then shared with the others."""

from datetime import datetime

from django.db import transaction

from appels.actions.decisions import HorsCourse
from appels.actions.redaction import verrouiller
from appels.models import Acte, Avis, Dossier
from partenaires.models import Partenaire, Utilisateur


class AvisIncomplet(Exception):
    """An opinion is shared once it says something."""


@transaction.atomic
def donner(dossier: Dossier, partenaire: Partenaire, donnees: dict, *, partager: bool, par: Utilisateur,
           recu_le: datetime) -> Avis:
    """Keep the opinion of this funder; the last one written counts. What was shared stays shared.

    `donnees`: recevable, sens, motif, montant_propose (cents). Raises `HorsCourse` or `AvisIncomplet`.
    """
    verrouille = verrouiller(dossier)
    if not verrouille.est_en_course:
        raise HorsCourse
    avis = Avis.objects.filter(dossier=verrouille, partenaire=partenaire).first() or Avis(
        dossier=verrouille, partenaire=partenaire)
    for champ, valeur in donnees.items():
        setattr(avis, champ, valeur)
    avis.auteur, avis.modifie_le = par, recu_le
    if (partager or avis.partage_le) and not avis.sens:
        raise AvisIncomplet
    if partager and avis.partage_le is None:
        avis.partage_le, avis.partage_par = recu_le, par
        verrouille.passages.create(acte=Acte.AVISER, par=par, le=recu_le, motif=str(avis)[:300])
    avis.save()
    return avis
