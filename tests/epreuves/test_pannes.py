"""A part is stopped for real, beside a server that goes on: nothing raw, nothing lost, and it comes
back by itself. Long: `python3 manage.py eprouver pannes`.
"""

import re
from contextlib import ExitStack, contextmanager

import psycopg
import pytest

from appels.socle import pannes
from contrat_ville import services
from tests.attente import jusqu_a
from tests.epreuves import serveur

pytestmark = pytest.mark.postgresql
PUBLIQUES = ("/", "/quartiers/", "/appel/", "/projets/", "/aide/", "/contact/")
TEXTE = "Un texte écrit pendant la panne."


@contextmanager
def maison(dossier):
    """(the database that one stops, the server, what was prepared)."""
    base = services.Postgresql(durable=True)
    with ExitStack() as pile:
        pile.callback(base.effacer)
        pile.callback(base.arreter)
        base.preparer()
        base.demarrer()
        env = serveur.environnement(base.url, dossier)
        terrain = serveur.preparer(env, "1", "ecrire")
        yield base, pile.enter_context(serveur.serveur(env, travailleurs=1, fils=8)), terrain


def brutes(reponses: list[tuple]) -> list[tuple]:
    """Those that a person could not read: no French page, no header, no way on."""
    return [
        (chemin, code, texte[:80])
        for chemin, code, texte, entetes in reponses
        if '<html lang="fr">' not in texte
        or entetes.get("X-Content-Type-Options") != "nosniff"
        or (code == 503 and entetes.get("Retry-After") != str(pannes.RETOUR))
    ]


def lire(navigateur, chemins) -> list[tuple]:
    return [(chemin, *navigateur.get(chemin)) for chemin in chemins]


def connexion(url: str) -> psycopg.Connection | None:
    """One more; None when the server takes no more."""
    try:
        return psycopg.connect(url)
    except psycopg.OperationalError:
        return None


def est_remise(url: str) -> bool:
    lien = connexion(url)
    if lien is not None:
        lien.close()
    return lien is not None


def test_la_base_arretee_puis_saturee(tmp_path):
    with maison(tmp_path) as (base, lance, terrain):
        passant = serveur.Navigateur(lance.port, {})
        redactrice = serveur.Navigateur(lance.port, terrain["cookies"])
        pk = terrain["dossiers"][0]
        siennes = (f"/dossiers/{pk}/", f"/dossiers/{pk}/partie/projet/", "/dossiers/", "/espace/")
        avant = lire(passant, PUBLIQUES)
        partie = redactrice.get(f"/dossiers/{pk}/partie/projet/")[1]
        jetons = dict(re.findall(r'name="(csrfmiddlewaretoken|feuille)" value="([^"]+)"', partie))

        base.arreter(sans_prevenir=True)
        pendant = lire(passant, PUBLIQUES)
        fermees = lire(redactrice, siennes) + lire(passant, ("/compte/login/",))
        envoi = {**jetons, "version": "0", "intitule": TEXTE}
        adresse = f"/dossiers/{pk}/partie/projet/"
        au_script = redactrice.post(adresse, envoi, script=True)
        au_bouton = redactrice.post(adresse, envoi)

        base.demarrer()
        jusqu_a(lambda: est_remise(base.url), "la base")  # it reads its journal again first
        apres = lire(passant, PUBLIQUES) + lire(redactrice, siennes[:3])
        with ExitStack() as pile:
            while lien := connexion(base.url):
                pile.enter_context(lien)
            nouveau = serveur.Navigateur(lance.port, terrain["cookies"])
            saturees = lire(nouveau, siennes[:3])

    de_memoire = sum(code == 200 for _, code, _, _ in pendant)
    print(
        f"Pannes : {len(pendant + fermees + saturees)} pages sans base, "
        f"{len(brutes(pendant + fermees + saturees))} brutes ; publiques de mémoire "
        f"{de_memoire} sur {len(PUBLIQUES)}"
    )
    assert [(chemin, code) for chemin, code, _, _ in pendant] == [(c, 200) for c in PUBLIQUES]
    assert [texte for _, _, texte, _ in pendant] == [texte for _, _, texte, _ in avant]
    assert {code for _, code, _, _ in fermees} == {503}
    assert brutes(fermees + saturees) == []
    assert (au_script[0], '"phrase"' in au_script[1]) == (503, True)
    assert (au_bouton[0], au_bouton[1].count(TEXTE)) == (503, 1)
    assert {code for _, code, _, _ in apres} == {200}
    assert {code for _, code, _, _ in saturees} <= {200, 503}
