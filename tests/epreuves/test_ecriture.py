"""O1: no acknowledged write is lost, workers killed and PostgreSQL stopped without notice
meanwhile.

One key per write: each (dossier, field) is written once, so that a loss shows. Short in the suite;
long by `python3 manage.py eprouver ecriture`: 10,000 saves by 50 clients, a worker killed every 100
saves, PostgreSQL stopped 3 times. The breakdowns come at counted saves, not at a time.
"""

import json
import os
import statistics
import threading
import time
from collections import Counter

import psycopg
import pytest

from contrat_ville import services
from tests.attente import BORNE
from tests.epreuves import serveur

LONGUE = os.environ.get("EPREUVE_LONGUE") == "1"
pytestmark = pytest.mark.postgresql
CHAMPS = ("besoin", "objectifs", "description", "methode", "partenariats")
ECRITURES, CLIENTS, ARRETS, TUER = (10_000, 50, 3, 100) if LONGUE else (150, 10, 1, 40)


class Cadence:
    """Counts what is answered; nobody writes far beyond a breakdown that is late, so that each
    one falls among writes.
    """

    def __init__(self, pas: int):
        self.pas, self.total, self.limite = pas, 0, 0
        self.finis = 0  # clients that have nothing left to write
        self.condition = threading.Condition()

    def compter(self) -> None:
        with self.condition:
            self.total += 1
            self.condition.notify_all()

    def quitter(self) -> None:
        with self.condition:
            self.finis += 1
            self.condition.notify_all()

    def attendre_mon_tour(self) -> None:
        with self.condition:
            assert self.condition.wait_for(lambda: self.total < self.limite, BORNE)

    def atteindre(self, seuil: int) -> None:
        """Come back once so many are answered, or nobody writes any more; meanwhile, writing goes
        on up to a step beyond.
        """
        with self.condition:
            self.limite = seuil + self.pas
            self.condition.notify_all()
            assert self.condition.wait_for(
                lambda: self.total >= seuil or self.finis == CLIENTS, 4 * BORNE
            )

    def finir(self) -> None:
        with self.condition:
            self.limite = ECRITURES + 1
            self.condition.notify_all()


class Client(threading.Thread):
    """Somebody who writes dossier after dossier, field after field, and tries again until the
    server answers.
    """

    def __init__(self, port: int, terrain: dict, dossiers: list[int], rang: int, cadence: Cadence):
        super().__init__(daemon=True)
        self.cadence = cadence
        self.navigateur = serveur.Navigateur(port, terrain["cookies"])
        self.dossiers, self.rang = dossiers, rang
        self.acquittees, self.refus, self.durees = {}, [], []

    def run(self):
        try:
            if self.dossiers:  # none when there are more clients than dossiers
                self.tout_ecrire()
        finally:
            self.cadence.quitter()

    def tout_ecrire(self):
        jeton = self.insister(
            lambda: self.navigateur.jeton(f"/dossiers/{self.dossiers[0]}/partie/description/")
        )
        for dossier in self.dossiers:
            version, valeurs = 0, dict.fromkeys(CHAMPS, "")
            for champ in CHAMPS:
                self.cadence.attendre_mon_tour()
                valeurs[champ] = f"cle-{self.rang}-{dossier}-{champ}"
                version = self.ecrire(dossier, champ, valeurs, version, jeton)
                if version is None:
                    break

    def ecrire(
        self, dossier: int, champ: str, valeurs: dict, version: int, jeton: str
    ) -> int | None:
        debut = time.monotonic()
        code, texte, _ = self.insister(
            lambda: self.navigateur.post(
                f"/dossiers/{dossier}/partie/description/",
                {**valeurs, "version": version, "csrfmiddlewaretoken": jeton},
                script=True,
            )
        )
        self.cadence.compter()
        if code != 200:
            self.refus.append((code, texte[:200]))
            return None
        self.durees.append(time.monotonic() - debut)
        self.acquittees[dossier, champ] = valeurs[champ]
        return json.loads(texte)["version"]

    @staticmethod
    def insister(geste):
        """Try again while the server is away or in trouble, as the script of the page does."""
        limite = time.monotonic() + BORNE
        while True:
            try:
                rendu = geste()
                if not isinstance(rendu, tuple) or rendu[0] < 500:
                    return rendu
            except (OSError, TypeError, psycopg.OperationalError):
                pass
            assert time.monotonic() < limite, "le serveur n’est pas revenu"
            time.sleep(0.15)


def passer(dossier, *, module: str) -> dict:
    """The counts of a whole pass."""
    base = services.Postgresql(durable=True)
    try:
        base.preparer()
        base.demarrer()
        env = serveur.environnement(base.url, dossier)
        terrain = serveur.preparer(env, str(ECRITURES // len(CHAMPS)), "ecrire")
        with serveur.serveur(env, module=module) as lance:
            return mesurer(base, lance, terrain)
    finally:
        base.arreter()
        base.effacer()


def casser(base, lance, cadence: Cadence) -> Counter:
    """Each breakdown at its count of saves; how many there were."""

    def arreter_postgresql():
        base.arreter(sans_prevenir=True)
        base.demarrer()

    pannes = [
        (seuil, "travailleurs tués", lance.tuer_un_travailleur)
        for seuil in range(TUER, ECRITURES, TUER)
    ]
    pannes += [
        (ECRITURES * rang // (ARRETS + 1), "arrêts de PostgreSQL", arreter_postgresql)
        for rang in range(1, ARRETS + 1)
    ]
    comptes = Counter()
    for seuil, nom, panne in sorted(pannes, key=lambda panne: panne[0]):
        cadence.atteindre(seuil)
        panne()
        comptes[nom] += 1
    cadence.finir()
    return comptes


def mesurer(base, lance, terrain: dict) -> dict:
    cadence = Cadence(TUER)
    clients = [
        Client(lance.port, terrain, terrain["dossiers"][rang::CLIENTS], rang, cadence)
        for rang in range(CLIENTS)
    ]
    debut = time.monotonic()
    for client in clients:
        client.start()
    comptes = casser(base, lance, cadence)
    for client in clients:
        client.join()
    duree = time.monotonic() - debut
    acquittees = {cle: valeur for client in clients for cle, valeur in client.acquittees.items()}
    durees = sorted(d for client in clients for d in client.durees)
    with Client.insister(lambda: psycopg.connect(base.url)) as lien:  # it may be coming back
        lues = {
            (pk, champ): valeur
            for pk, *valeurs in lien.execute(f"SELECT id, {', '.join(CHAMPS)} FROM appels_dossier")
            for champ, valeur in zip(CHAMPS, valeurs, strict=True)
        }
    return {
        "acquittées": len(acquittees),
        "perdues": sum(lues[cle] != valeur for cle, valeur in acquittees.items()),
        "refus": sum(len(client.refus) for client in clients),
        "fantômes": sum(
            bool(valeur) and acquittees.get(cle) != valeur for cle, valeur in lues.items()
        ),
        **comptes,
        "par seconde": round(len(acquittees) / duree, 1),
        "médiane (ms)": round(statistics.median(durees) * 1000) if durees else 0,
        "p95 (ms)": round(durees[int(len(durees) * 0.95)] * 1000) if durees else 0,
    }


def test_aucune_ecriture_acquittee_n_est_perdue(tmp_path):
    comptes = passer(tmp_path, module="contrat_ville.wsgi")
    print(f"O1 : {comptes}")
    assert (comptes["acquittées"], comptes["perdues"], comptes["refus"], comptes["fantômes"]) == (
        ECRITURES,
        0,
        0,
        0,
    )
    assert (comptes["travailleurs tués"], comptes["arrêts de PostgreSQL"]) == (
        (ECRITURES - 1) // TUER,
        ARRETS,
    )


def test_temoin_repondre_avant_d_ecrire_perd_des_ecritures(tmp_path, monkeypatch):
    """The sabotaged control: the same pass on a server that answers first must lose some, or be
    found out.
    """
    monkeypatch.setitem(globals(), "ECRITURES", 60)
    monkeypatch.setitem(globals(), "TUER", 10)
    comptes = passer(tmp_path, module="tests.epreuves.wsgi_sabote")
    print(f"O1, témoin : {comptes}")
    assert comptes["perdues"] + comptes["refus"] > 0
