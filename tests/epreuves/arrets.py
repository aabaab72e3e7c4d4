"""A deposit killed at each of its points, in processes of its own (FIABILITE O4). Prints one JSON
line a point.

`python -m tests.epreuves.arrets DEPART PAS MODE`: every PAS-th point from DEPART. Points are before
and after each SQL statement, commit, file written, PDF made, mail sent. The database of each try is
a copy of the same draft.
"""

import json
import os
import signal
import sys
import traceback
from urllib.parse import urlsplit

import django
import psycopg

django.setup()

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import QuerySet
from post_office.models import Email

from appels import tasks
from appels.depot.actions import depot
from appels.models import Attestation, Dossier, Numerotation, Passage, Recepisse, Version
from appels.socle import pdf
from partenaires.models import Envoi, Utilisateur
from partenaires.socle import postier
from quartiers import horloge
from tests import fabriques

BASE = urlsplit(os.environ["DATABASE_URL"])
ESSAI = f"essai_{sys.argv[1]}"


class Points:
    """Counts the points; at the one it is given, the process dies as by a power cut."""

    def __init__(self, mortel: int | None):
        self.mortel, self.compte, self.noms = mortel, 0, []

    def passer(self, nom: str) -> None:
        self.compte += 1
        self.noms.append(nom)
        if self.compte == self.mortel:
            os.kill(os.getpid(), signal.SIGKILL)

    def autour(self, objet, methode: str, nom: str) -> None:
        """A point before and one after each call."""
        vraie = getattr(objet, methode)

        def entouree(*args, **kwargs):
            self.passer(f"avant {nom}")
            rendu = vraie(*args, **kwargs)
            self.passer(f"après {nom}")
            return rendu

        setattr(objet, methode, entouree)

    def poser(self) -> None:
        def requete(execute, sql, params, many, context):
            nom = " ".join(sql.split()[:3])[:40]
            self.passer(f"avant {nom}")
            rendu = execute(sql, params, many, context)
            self.passer(f"après {nom}")
            return rendu

        connection.execute_wrappers.append(requete)
        self.autour(BaseDatabaseWrapper, "_commit", "COMMIT")
        self.autour(FileSystemStorage, "_save", "fichier")
        self.autour(pdf, "rendre", "PDF")
        self.autour(Email, "dispatch", "courriel")


def copier_la_base(nom: str, modele: str) -> None:
    with psycopg.connect(
        os.environ["DATABASE_URL"].replace(BASE.path, "/template1"), autocommit=True
    ) as lien:
        lien.execute(f'DROP DATABASE IF EXISTS "{nom}" WITH (FORCE)')
        lien.execute(f'CREATE DATABASE "{nom}" TEMPLATE "{modele}"')


def deposer_et_finir(dossier_pk: int, signataire_pk: int) -> None:
    """What a request does, then what the worker does at once."""
    dossier = Dossier.objects.get(pk=dossier_pk)
    fabriques.deposer(dossier, Utilisateur.objects.get(pk=signataire_pk), horloge.maintenant())


def reprendre() -> None:
    """What beat asks of the worker after its return, once the lease of the dead one is over."""
    ici = horloge.maintenant() + postier.DUREE_DU_BAIL
    horloge.maintenant = lambda: ici
    tasks.rattraper()
    tasks.envoyer_courriels()


def verdict(dossier_pk: int) -> dict:
    """« brouillon » untouched, « dépôt » whole, or what is half done."""
    dossier = Dossier.objects.get(pk=dossier_pk)
    traces = {
        "numero": dossier.numero is not None,
        "depose_le": dossier.depose_le is not None,
        "etat": dossier.etat == "depose",
        "compteur": Numerotation.objects.filter(dernier_numero=1).exists(),
        "version": Version.objects.count() == 1,
        "recepisse": Recepisse.objects.count() == 1,
        "attestations": Attestation.objects.exists(),
        "passage": Passage.objects.filter(acte="deposer").count() == 1,
        "courriel": Envoi.objects.filter(acte__startswith="enregistrement").count() == 1,
    }
    etat = (
        "dépôt" if all(traces.values()) else "brouillon" if not any(traces.values()) else "à moitié"
    )
    if etat == "dépôt":
        reprendre()
        recepisse = Recepisse.objects.get()
        courriels = Envoi.objects.filter(acte__startswith="recepisse")
        partis = Email.objects.filter(status=0).count()
        if not (
            recepisse.etabli_le and courriels.count() == 1 and partis == Email.objects.count() == 2
        ):
            etat = "dépôt sans suite"
    return {"etat": etat, "traces": traces if etat == "à moitié" else {}}


def imprimer_vite() -> None:
    """A stand-in for the paper, that nobody reads here: its points stay, its layout costs most of
    the proof.
    """
    pdf.rendre = lambda html, **options: b"%PDF-essai"


def saboter() -> None:
    """The sabotaged control: nothing holds the statements together."""
    depot.deposer = depot.deposer.__wrapped__
    QuerySet.select_for_update = lambda self, **options: self


def en_enfant(geste) -> dict | None:
    """The JSON that a forked process gives; None when it was killed."""
    lecture, ecriture = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(lecture)
        try:
            os.write(ecriture, json.dumps(geste()).encode())
            code = 0
        except BaseException:
            traceback.print_exc()
            code = 1
        os._exit(code)
    os.close(ecriture)
    with os.fdopen(lecture, "rb") as tuyau:
        recu = tuyau.read()
    _, statut = os.waitpid(pid, 0)
    if os.WIFEXITED(statut) and os.WEXITSTATUS(statut):
        raise SystemExit("un enfant a échoué")
    return json.loads(recu) if recu else None


def essayer(mortel: int | None, terrain: dict) -> dict:
    """Kill at this point, come back, say what is there."""
    copier_la_base(ESSAI, BASE.path[1:])
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = ESSAI

    def depot_tue():
        points = Points(mortel)
        points.poser()
        deposer_et_finir(terrain["dossiers"][0], terrain["signataire"])
        return points.noms

    noms = en_enfant(depot_tue)
    return {"noms": noms, **en_enfant(lambda: verdict(terrain["dossiers"][0]))}


def main(depart: int, pas: int, sabotage: bool) -> None:
    terrain = json.loads(sys.stdin.read())
    settings.POST_OFFICE["BACKENDS"]["default"] = "django.core.mail.backends.locmem.EmailBackend"
    if os.environ.get("EPREUVE_LONGUE") != "1":
        imprimer_vite()
    if sabotage:
        saboter()
    entier = essayer(None, terrain)
    print(json.dumps({"points": len(entier["noms"]), "etat": entier["etat"]}), flush=True)
    for mortel in range(depart, len(entier["noms"]) + 1, pas):
        rendu = essayer(mortel, terrain)
        print(
            json.dumps(
                {
                    "point": mortel,
                    "nom": entier["noms"][mortel - 1],
                    "tué": rendu["noms"] is None,
                    "etat": rendu["etat"],
                    "traces": rendu["traces"],
                }
            ),
            flush=True,
        )


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3] == "sabote")
