"""Which projects keep their place secret, and which others that bears on (SUITES F6).

One year says it for all: what one page keeps secret, the page of another year must not tell.
"""

from collections.abc import Collection

from django.db.models import Exists, OuterRef, Q

from appels.models import Dossier, Lieu, PartQuartier, Publication
from appels.models.dossiers import DossierQuerySet
from appels.models.etats import Etat

ASSEZ = 2  # organisations with a public project, from which a protected one may be among them


def proteges() -> DossierQuerySet:
    """Those whose organisation says it, every other year of the same action, and the past years
    taken over from an organisation that says it of one: nobody could say it of them.
    """
    dits = Dossier.objects.filter(lieu_protege=True).filter(
        Q(depose_le__isnull=False) | Q(etat=Etat.REPRIS)
    )
    return Dossier.objects.filter(
        Q(lieu_protege=True)
        | Q(serie__in=dits.filter(serie__isnull=False).values("serie"))
        | Q(etat=Etat.REPRIS, porteur__in=dits.values("porteur"))
    )


def parmi(dossiers: Collection[int]) -> set[int]:
    """Those of these whose place is secret."""
    return set(proteges().filter(pk__in=dossiers).values_list("pk", flat=True))


def organismes_publics(quartier: int) -> set[int]:
    """Who has a public project in this quartier, counted up to `ASSEZ`.

    The years of one action are one project, and two actions of one organisation may share its
    place: neither hides the other.
    """
    places = Lieu.objects.filter(dossier=OuterRef("prise__financement__dossier"), quartier=quartier)
    publics = Publication.objects.publiques().filter(Exists(places)).order_by()
    organismes = publics.values_list("prise__financement__dossier__porteur", flat=True)
    return set(organismes.distinct()[:ASSEZ])


def memes(dossiers: Collection[int]) -> set[int]:
    """The public projects whose place these make secret, or not: the years of the same actions,
    and the past years taken over from the same organisations.
    """
    siens = Dossier.objects.filter(pk__in=dossiers)
    publics = Dossier.objects.filter(soutien__isnull=False).filter(
        Q(pk__in=dossiers)
        | Q(serie__in=siens.filter(serie__isnull=False).values("serie"))
        | Q(etat=Etat.REPRIS, porteur__in=siens.values("porteur"))
    )
    return set(publics.values_list("pk", flat=True))


def voisins(dossiers: Collection[int]) -> set[int]:
    """The protected projects of the same quartiers, whose place these may let be named, or not."""
    quartiers = {
        *Lieu.objects.filter(dossier__in=dossiers, quartier__isnull=False).values_list(
            "quartier_id", flat=True
        ),
        *PartQuartier.objects.filter(soutien__dossier__in=dossiers).values_list(
            "quartier_id", flat=True
        ),
    }
    publics = proteges().filter(soutien__isnull=False, lieux__quartier__in=quartiers)
    return set(publics.values_list("pk", flat=True))
