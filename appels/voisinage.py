"""What stands near a dossier: the past of its organisation, the same place, nearly the same title."""

from difflib import SequenceMatcher

from appels.models import Dossier
from quartiers.francais import recherchable

ANNEES = 3
PROCHES_MAX = 5
SEUIL = 0.8  # of 1: « Jardins partagés » and « Jardins partages 2 »


def passe(dossier: Dossier) -> list[Dossier]:
    """The dossiers of the same organisation in the three calls before this one, the last first."""
    annee = dossier.appel.annee
    return list(Dossier.objects.deposes().filter(
        porteur=dossier.porteur_id, appel__annee__lt=annee, appel__annee__gte=annee - ANNEES)
        .select_related("appel").prefetch_related("financements__partenaire").order_by("-appel__annee", "pk"))


def proches(dossier: Dossier) -> list[tuple[Dossier, str]]:
    """(another dossier of the call, why): the same address, or nearly the same title."""
    adresses = {recherchable(lieu.adresse) for lieu in dossier.lieux.all() if lieu.adresse}
    titre = recherchable(dossier.intitule)
    autres = Dossier.objects.deposes().filter(appel=dossier.appel_id).exclude(pk=dossier.pk)
    trouves = {}
    for pk, intitule, adresse in autres.values_list("pk", "intitule", "lieux__adresse").iterator():
        if pk in trouves:
            continue
        if SequenceMatcher(None, titre, recherchable(intitule)).quick_ratio() >= SEUIL and SequenceMatcher(
                None, titre, recherchable(intitule)).ratio() >= SEUIL:
            trouves[pk] = "titre presque identique"
        elif adresse and recherchable(adresse) in adresses:
            trouves[pk] = "même adresse"
        if len(trouves) == PROCHES_MAX:
            break
    lus = Dossier.objects.filter(pk__in=trouves).select_related("porteur")
    return [(autre, trouves[autre.pk]) for autre in lus]
