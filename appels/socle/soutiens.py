"""The public rows of the projects granted: kept, renewed, proved.

`renouveler` brings what is kept to what the procedure says, in the transaction of the act that
changed it. The two are compared by a test, and by `manage.py recalculer`, which repairs and says
what differed.
"""

from collections.abc import Collection, Iterator
from datetime import datetime

from django.db import transaction

from appels.models import AdressePublique, PartFinanceur, PartQuartier, Publication, Soutien
from appels.socle import cumuls, protection
from appels.socle.faits import Fait, Faits, constater, lus
from appels.socle.lots import par_lots
from quartiers.francais import recherchable
from quartiers.models import Parution


@transaction.atomic
def renouveler(dossiers: Collection[int], le: datetime) -> None:
    """Bring the public rows of these dossiers to what the procedure says; call it in the
    transaction of the act that publishes, corrects, withdraws or gives up.

    It moves the parution forward, whose row is the lock under which totals are written.
    """
    Parution.avancer(le)
    autres = protection.memes(dossiers) | protection.voisins(dossiers)
    for lot in par_lots(sorted({*dossiers, *autres})):
        _remplacer(lus(lot), constater(lot))


def suivre(dossiers: Collection[int], le: datetime) -> None:
    """The same, for an act that publishes nothing: only when something public may follow it."""
    if protection.memes(dossiers):
        renouveler(dossiers, le)


def _remplacer(avant: Faits, apres: Faits) -> None:
    """Write what differs, and count it."""
    changes = _reecrire(avant, apres)
    partis = [avant[pk] for pk in changes if pk in avant]
    venus = [apres[pk] for pk in changes if pk in apres]
    cumuls.recompter(cumuls.compter(venus), cumuls.compter(partis))


def _reecrire(avant: Faits, apres: Faits) -> list[int]:
    """Write what differs, without counting it; the projects that differed."""
    changes = [pk for pk in {*avant, *apres} if avant.get(pk) != apres.get(pk)]
    Soutien.objects.filter(dossier__in=changes).delete()
    _ecrire([apres[pk] for pk in changes if pk in apres])
    return changes


def _soutien(fait: Fait) -> Soutien:
    return Soutien(
        pk=fait.dossier,  # the same for ever, however often it is written again
        dossier_id=fait.dossier,
        numero=fait.numero,
        annee=fait.annee,
        intitule=fait.intitule,
        resume=fait.resume,
        mesures=list(fait.mesures),
        tri=recherchable(fait.intitule)[:256],
        porteur_id=fait.porteur,
        axe_id=fait.axe,
        debut_le=fait.debut_le,
        fin_le=fait.fin_le,
        total=fait.total,
        est_accorde=fait.est_accorde,
        hors_quartier=fait.hors_quartier,
        maj_le=fait.maj_le,
    )


def _ecrire(faits: list[Fait]) -> None:
    """The rows of these projects, in a number of queries that does not depend on them."""
    soutiens = Soutien.objects.bulk_create([_soutien(fait) for fait in faits])
    parts = []
    places = []
    communes = []
    objectifs = []
    adresses = []
    for soutien, fait in zip(soutiens, faits, strict=True):
        for part in fait.parts:
            champs = {**part.__dict__}
            champs["publication_id"] = champs.pop("publication")
            champs["financeur_id"] = champs.pop("financeur")
            parts.append(PartFinanceur(soutien=soutien, **champs))
        for quartier, montant in fait.quartiers:
            places.append(PartQuartier(soutien=soutien, quartier_id=quartier, montant=montant))
        for commune in fait.communes:
            communes.append(Soutien.communes.through(soutien=soutien, commune_id=commune))
        for objectif in fait.objectifs:
            objectifs.append(Soutien.objectifs.through(soutien=soutien, objectif_id=objectif))
        for adresse in fait.adresses:
            champs = {**vars(adresse)}
            champs["commune_id"] = champs.pop("commune")
            adresses.append(AdressePublique(soutien=soutien, **champs))
    PartFinanceur.objects.bulk_create(parts)
    AdressePublique.objects.bulk_create(adresses)
    PartQuartier.objects.bulk_create(places)
    Soutien.communes.through.objects.bulk_create(communes)
    Soutien.objectifs.through.objects.bulk_create(objectifs)


@transaction.atomic
def recalculer(le: datetime) -> list[str]:
    """Make all of it again from the procedure; a French sentence for each thing that differed."""
    Parution.avancer(le)
    ecarts: list[str] = []
    attendus = cumuls.compter(_refaits(ecarts))
    return ecarts + cumuls.refaire(attendus)


def _refaits(ecarts: list[str]) -> Iterator[Fait]:
    """Every public project, its rows repaired on the way; `ecarts` learns what differed."""
    publies = Publication.objects.publiques().values_list("prise__financement__dossier", flat=True)
    gardes = Soutien.objects.values_list("dossier", flat=True)
    for lot in par_lots(sorted({*publies, *gardes})):
        avant = lus(lot)
        apres = constater(lot)
        ecarts += _ecarts(avant, apres)
        _reecrire(avant, apres)
        yield from apres.values()


def _ecarts(avant: Faits, apres: Faits) -> list[str]:
    phrases = []
    for pk in sorted({*avant, *apres}):
        garde, attendu = avant.get(pk), apres.get(pk)
        if garde and attendu is None:
            phrases.append(f"{garde.numero} : affiché, alors qu’aucune décision n’est publique.")
        elif attendu and garde is None:
            phrases.append(f"{attendu.numero} : absent, alors qu’une décision est publique.")
        elif garde and attendu and garde != attendu:
            champs = [nom for nom, valeur in vars(attendu).items() if getattr(garde, nom) != valeur]
            phrases.append(f"{attendu.numero} : différait ({', '.join(champs)}).")
    return phrases
