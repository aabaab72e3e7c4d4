"""What waits for the daily summary of a person is forgotten with the right to read it."""

from django.db.models import Q

from appels.models import Dossier
from partenaires.models import LigneResume, Utilisateur
from quartiers.suites import Lignes


def suivre(lignes: Lignes) -> None:
    """After a membership or a step aside: nothing is sent any more of a dossier that is closed."""
    changees = [ligne.cle for ligne in lignes if ligne.table == "partenaires.Appartenance"]
    declares = [ligne.dossier for ligne in lignes if ligne.table == "appels.Deport"]
    if not changees and not declares:
        return
    attendent = LigneResume.objects.filter(resumee_le__isnull=True, dossier__isnull=False)
    touchees = attendent.filter(
        Q(destinataire__appartenances__in=changees) | Q(dossier__in=declares)
    )
    for personne in Utilisateur.objects.filter(notes__in=touchees).distinct():
        lisibles = Dossier.objects.visibles_par(personne).values("pk")
        attendent.filter(destinataire=personne).exclude(dossier__in=lisibles).delete()
