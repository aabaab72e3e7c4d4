"""O1: no acknowledged write is lost, workers killed and PostgreSQL stopped without notice
meanwhile.

One key per write: each (dossier, field) is written once, so that a loss shows. Short in the suite;
long by `python3 manage.py eprouver ecriture`: 10,000 saves by 50 clients, a worker killed every 5
s, PostgreSQL stopped 3 times.
"""

import json
import os
import statistics
import threading
import time

import psycopg
import pytest

from contrat_ville import services
from tests.epreuves import serveur

LONGUE = os.environ.get("EPREUVE_LONGUE") == "1"
pytestmark = pytest.mark.postgresql
CHAMPS = ("besoin", "objectifs", "description", "methode", "partenariats")
ECRITURES, CLIENTS, ARRETS, TUER = (10_000, 50, 3, 5.0) if LONGUE else (150, 10, 1, 2.5)


class Client(threading.Thread):
    """Somebody who writes dossier after dossier, field after field, and tries again until the
    server answers.
    """

    def __init__(self, port: int, terrain: dict, dossiers: list[int], rang: int):
        super().__init__()
        self.navigateur = serveur.Navigateur(port, terrain["cookies"])
        self.dossiers, self.rang = dossiers, rang
        self.acquittees, self.refus, self.durees = {}, [], []

    def run(self):
        if not self.dossiers:  # more clients than dossiers: nothing for this one
            return
        jeton = self.insister(
            lambda: self.navigateur.jeton(f"/dossiers/{self.dossiers[0]}/partie/description/")
        )
        for dossier in self.dossiers:
            version, valeurs = 0, dict.fromkeys(CHAMPS, "")
            for champ in CHAMPS:
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
        if code != 200:
            self.refus.append((code, texte[:200]))
            return None
        self.durees.append(time.monotonic() - debut)
        self.acquittees[dossier, champ] = valeurs[champ]
        return json.loads(texte)["version"]

    @staticmethod
    def insister(geste):
        """Try again while the server is away or in trouble, as the script of the page does."""
        limite = time.monotonic() + 90
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


def mesurer(base, lance, terrain: dict) -> dict:
    clients = [
        Client(lance.port, terrain, terrain["dossiers"][rang::CLIENTS], rang)
        for rang in range(CLIENTS)
    ]
    debut, tues, arrets = time.monotonic(), 0, 0
    for client in clients:
        client.start()
    attendus = ECRITURES / (ARRETS + 1)
    while any(client.is_alive() for client in clients):
        time.sleep(TUER)
        tues += lance.tuer_un_travailleur(tues)
        faites = sum(len(client.acquittees) for client in clients)
        if arrets < ARRETS and faites >= attendus * (arrets + 1) / 1.2:
            base.arreter(sans_prevenir=True)
            base.demarrer()
            arrets += 1
    duree = time.monotonic() - debut
    for client in clients:
        client.join()
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
        "travailleurs tués": tues,
        "arrêts de PostgreSQL": arrets,
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
    assert (comptes["travailleurs tués"] >= 2, comptes["arrêts de PostgreSQL"]) == (True, ARRETS)


def test_temoin_repondre_avant_d_ecrire_perd_des_ecritures(tmp_path, monkeypatch):
    """The sabotaged control: the same pass on a server that answers first must lose some, or be
    found out.
    """
    monkeypatch.setitem(globals(), "ECRITURES", 60)
    comptes = passer(tmp_path, module="tests.epreuves.wsgi_sabote")
    print(f"O1, témoin : {comptes}")
    assert comptes["perdues"] + comptes["refus"] > 0
