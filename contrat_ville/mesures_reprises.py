"""What the import of past years promises, shown on a thousand lines full of defects (SUITES F17).

Writes in the database that is here: the caller takes everything back.
"""

import time
from collections.abc import Iterator
from decimal import Decimal

from django.db.models import Sum

from appels.demonstration import personnes
from appels.models import Financement, Reprise
from appels.reprises.actions import application, reception, retour
from appels.reprises.plan import Plan
from contrat_ville import mauvaises_lignes as fichiers
from partenaires.concertation.mesures import Mesure
from partenaires.models import Partenaire
from quartiers import horloge
from quartiers.francais import en_euros

LIGNES, GENRES = 1000, 30


def promesses() -> Iterator[Mesure]:
    """Each promise, in the order in which it is tried."""
    chef, instant = personnes.compte("responsable"), horloge.maintenant()

    def appliquer(nom: str, octets: bytes) -> tuple[Reprise, Plan]:
        reprise = reception.recevoir(nom, octets, par=chef, recu_le=instant)
        lu = reception.plan_de(reprise)
        return reprise, application.appliquer(reprise, lu.empreinte, par=chef, recu_le=instant)

    connu = Partenaire.objects.porteurs().exclude(siret="").earliest("pk")
    rangees, attendus = fichiers.hostiles(LIGNES, connu.siret)
    octets, avant = fichiers.en_csv(*rangees), fichiers.etat_de_la_base()
    debut = time.perf_counter()
    reprise, plan = appliquer("mesure.csv", octets)
    duree = Decimal(time.perf_counter() - debut).quantize(Decimal("0.1"))
    yield Mesure("Lignes lues, relues et appliquées", f"{LIGNES} en {duree} s")
    apres = fichiers.etat_de_la_base()
    yield _defauts(plan, attendus)
    yield from _sommes(plan, reprise)
    autre, plan = appliquer("encore.csv", octets + b"\r\n")
    meme = not plan.ecrit and fichiers.etat_de_la_base() == apres
    yield Mesure("Le même fichier deux fois", "même état" if meme else "un autre état", meme)
    retour.defaire(autre, par=chef, recu_le=instant)
    retour.defaire(reprise, par=chef, recu_le=instant)
    rendue = fichiers.etat_de_la_base() == avant
    dit = "l’empreinte d’avant" if rendue else "une autre empreinte"
    yield Mesure("Défaite, la base a", dit, rendue)


def _defauts(plan: Plan, attendus: list[tuple]) -> Mesure:
    """Every defect put in the file is said, at its line and in its column."""
    dits = {
        (prevision.ligne.rang, defaut.genre, defaut.colonne)
        for prevision in plan.previsions
        for defaut in prevision.ligne.defauts
    }
    tus = [genre for rang, genre, colonne, *_ in attendus if (rang, genre, colonne) not in dits]
    genres = len(plan.genres_de_defauts())
    return Mesure(
        "Défauts dits par ligne et colonne",
        f"{len(attendus) - len(tus)} sur {len(attendus)}, de {genres} genres",
        not tus and genres >= GENRES,
    )


def _sommes(plan: Plan, reprise: Reprise) -> Iterator[Mesure]:
    """What the database holds is what the file says, to the cent."""
    sommes = {somme.nom: somme for somme in plan.sommes()}
    repris = Financement.objects.filter(reprise__reprise=reprise)
    for nom, champ in (("demandé", "montant"), ("voté", "reprise__vote")):
        ecrits = repris.aggregate(somme=Sum(champ))["somme"]
        prise = sommes[nom].prise
        yield Mesure(
            f"Montant {nom}, fichier et base",
            f"{en_euros(prise)} et {en_euros(ecrits)}",
            prise == ecrits,
        )
