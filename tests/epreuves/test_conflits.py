"""O2 through HTTP: random conflicts between two people on the same part. Long: `python3 manage.py
eprouver conflits`.
"""

import json
import os
import random
from collections import Counter

import pytest

from appels.models import Dossier, Partie
from appels.redaction.actions import parties
from tests.fabriques import creer_appel, creer_association, creer_dossier_complet, creer_membre

CONFLITS = 1000 if os.environ.get("EPREUVE_LONGUE") == "1" else 60
CHAMPS = ("besoin", "objectifs", "description", "methode")
pytestmark = [pytest.mark.django_db, pytest.mark.campagne]


def jouer(connecter, combien: int) -> Counter:
    """Two people read the same version, each changes some fields, both save; what became of each
    text.
    """
    porteur = creer_association()
    dossier = creer_dossier_complet(creer_appel(), porteur)
    gens = [connecter(creer_membre(porteur)) for _ in range(2)]
    chemin, hasard, comptes = (
        f"/dossiers/{dossier.pk}/partie/description/",
        random.Random(2),
        Counter(),
    )
    for tour in range(combien):
        lu = Dossier.objects.get(pk=dossier.pk)
        version = version_de(dossier)
        valeurs = {
            champ: getattr(lu, champ)
            for champ in (*CHAMPS, "partenariats", "egalite", "participation")
        }
        ecrits = [
            {
                champ: f"{qui}-{tour}-{champ}"
                for champ in hasard.sample(CHAMPS, hasard.randint(1, 3))
            }
            for qui in "AB"
        ]
        reponses = [
            client.post(
                chemin,
                {**valeurs, **ecrit, "version": version},
                headers={"Accept": "application/json"},
            )
            for client, ecrit in zip(gens, ecrits, strict=True)
        ]
        apres = Dossier.objects.get(pk=dossier.pk)
        comptes += verdicts(ecrits, reponses, apres)
    return comptes


def version_de(dossier: Dossier) -> int:
    return next(
        iter(
            Partie.objects.filter(dossier=dossier, nom="description").values_list(
                "version", flat=True
            )
        ),
        0,
    )


def verdicts(ecrits: list[dict], reponses: list, apres: Dossier) -> Counter:
    """Kept, said, or overwritten in silence."""
    comptes = Counter()
    premier, second = ecrits
    dits = {
        conflit["cle"]: conflit["autre"]
        for conflit in json.loads(reponses[1].content).get("conflits", [])
    }
    communs = set(premier) & set(second)
    comptes["réponses justes"] += [r.status_code for r in reponses] == [
        200,
        409 if communs else 200,
    ]
    for champ, texte in premier.items():
        comptes["gardés" if getattr(apres, champ) == texte else "écrasés en silence"] += 1
    for champ, texte in second.items():
        if champ in communs:
            comptes[
                "dits avec les deux textes" if dits.get(champ) == premier[champ] else "tus"
            ] += 1
        else:
            comptes["gardés" if getattr(apres, champ) == texte else "écrasés en silence"] += 1
    return comptes


def test_aucun_ecrasement_silencieux_par_les_pages(connecter):
    comptes = jouer(connecter, CONFLITS)
    print(f"O2 : {CONFLITS} tours, {dict(comptes)}")
    assert (comptes["écrasés en silence"], comptes["tus"], comptes["réponses justes"]) == (
        0,
        0,
        CONFLITS,
    )
    assert comptes["dits avec les deux textes"] > CONFLITS / 4


def test_temoin_sans_version_la_seconde_ecrase_la_premiere(connecter, monkeypatch):
    """The sabotaged control: saving on whatever version is there loses the first text on most
    rounds.
    """
    vraie = parties._prendre

    def sans_version(dossier, nom, version_lue, saisie):
        lue = version_de(dossier) if nom == "description" else version_lue
        return vraie(dossier, nom, lue, saisie)

    monkeypatch.setattr(parties, "_prendre", sans_version)
    assert jouer(connecter, 20)["écrasés en silence"] > 10
