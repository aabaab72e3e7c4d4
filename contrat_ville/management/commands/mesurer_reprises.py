"""`python3 manage.py mesurer_reprises`: what the import of past years promises, shown on a thousand
lines; nothing of it is kept.
"""

import time
from decimal import Decimal

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models import Sum

from quartiers import horloge
from quartiers.francais import en_euros

LIGNES, GENRES = 1000, 30


class Command(BaseCommand):
    help = (
        "Reprend mille lignes pleines de défauts sur la démonstration, les défait, et dit si tout "
        "est revenu. Rien n’est gardé."
    )

    def handle(self, **options):
        if settings.MODE == "production":
            raise CommandError("Les mesures se font sur un exemple, jamais en production.")
        with transaction.atomic():
            manquees = [nom for nom, tenue in self.mesurer() if not tenue]
            transaction.set_rollback(True)
        if manquees:
            raise CommandError(f"Promesse manquée : {', '.join(manquees)}.")
        self.stdout.write("Toutes les promesses sont tenues.")

    def mesurer(self):
        """(promise, held), each printed."""
        from appels.demonstration import personnes
        from appels.models import Financement
        from appels.reprises.actions import application, reception, retour
        from contrat_ville import mauvaises_lignes as fichiers
        from partenaires.models import Partenaire

        chef, instant = personnes.compte("responsable"), horloge.maintenant()
        connu = Partenaire.objects.porteurs().exclude(siret="").earliest("pk")
        rangees, attendus = fichiers.hostiles(LIGNES, connu.siret)
        octets, avant = fichiers.en_csv(*rangees), fichiers.etat_de_la_base()
        debut = time.perf_counter()
        reprise = reception.recevoir("mesure.csv", octets, par=chef, recu_le=instant)
        plan = application.appliquer(
            reprise, reception.plan_de(reprise).empreinte, par=chef, recu_le=instant
        )
        duree = Decimal(time.perf_counter() - debut).quantize(Decimal("0.1"))
        self.stdout.write(f"{LIGNES} lignes lues, relues et appliquées en {duree} s")
        apres = fichiers.etat_de_la_base()
        dits = {
            (prevision.ligne.rang, defaut.genre)
            for prevision in plan.previsions
            for defaut in prevision.ligne.defauts
        }
        yield self.dire(
            f"{len(plan.genres_de_defauts())} genres de défauts, chacun par ligne et colonne",
            len(plan.genres_de_defauts()) >= GENRES
            and all((rang, genre) in dits for rang, genre, *_ in attendus),
        )
        sommes = {somme.nom: somme for somme in plan.sommes()}
        repris = Financement.objects.filter(reprise__reprise=reprise)
        for nom, champ in (("demandé", "montant"), ("voté", "reprise__vote")):
            ecrits = repris.aggregate(somme=Sum(champ))["somme"]
            yield self.dire(
                f"{nom} : {en_euros(sommes[nom].prise)} repris du fichier, {en_euros(ecrits)} en "
                "base",
                sommes[nom].prise == ecrits,
            )
        autre = reception.recevoir("encore.csv", octets + b"\r\n", par=chef, recu_le=instant)
        plan = application.appliquer(
            autre, reception.plan_de(autre).empreinte, par=chef, recu_le=instant
        )
        meme = not plan.ecrit and fichiers.etat_de_la_base() == apres
        yield self.dire("le même fichier deux fois donne le même état", meme)
        retour.defaire(autre, par=chef, recu_le=instant)
        retour.defaire(reprise, par=chef, recu_le=instant)
        rendue = fichiers.etat_de_la_base() == avant
        yield self.dire("défaite, la base a son empreinte d’avant", rendue)

    def dire(self, promesse: str, tenue: bool) -> tuple[str, bool]:
        """The promise, printed with whether it is held."""
        self.stdout.write(f"{'tenu' if tenue else 'MANQUÉ'} : {promesse}")
        return promesse, tenue
