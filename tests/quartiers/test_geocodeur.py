"""The national geocoder, played by a local server.

It answers as the documentation of the true one says, or fails.
"""

import json

import pytest
from django.core.cache import cache

from quartiers import geocodeur
from tests import serveur_local
from tests.attente import BORNE
from tests.serveur_local import SANS_FIN, envoyer, servir

pytestmark = pytest.mark.django_db
REPONSE = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [2.7576, 50.2947]},
            "properties": {
                "label": "1 Rue de l’Essai 62000 Arras",
                "score": 0.97,
                "postcode": "62000",
                "citycode": "62041",
                "city": "Arras",
                "context": "62, Pas-de-Calais",
                "type": "housenumber",
            },
        },
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [2.35, 48.85]},
            "properties": {"label": "Rue de l’Essai 75001 Paris", "score": 0.5},
        },
    ],
}


@pytest.fixture
def geocodeur_local(settings):
    """`repondre["geste"]` says how the server answers; `demandes` keeps what it was asked."""
    with servir(REPONSE) as etat:
        settings.GEOCODEUR_URL = f"{etat['adresse']}/geocodage/search"
        cache.clear()
        yield etat


def test_une_adresse_donne_son_point(geocodeur_local):
    trouvees = geocodeur.chercher("1 rue de l’Essai & co")
    assert trouvees == [
        geocodeur.Adresse("1 Rue de l’Essai 62000 Arras", 2.7576, 50.2947),
        geocodeur.Adresse("Rue de l’Essai 75001 Paris", 2.35, 48.85),
    ]
    question, entetes = geocodeur_local["demandes"][0]
    assert (question["q"], question["limit"]) == (["1 rue de l’Essai & co"], ["5"])
    assert entetes["User-Agent"] == "coeur-de-quartier"


PANNES = {
    **serveur_local.PANNES,
    "faux point": lambda requete: envoyer(
        requete,
        200,
        json.dumps(
            {"features": [{"geometry": {"coordinates": [1e999, 1]}, "properties": {"label": "x"}}]}
        ).encode(),
    ),
    "point sans fin": lambda requete: envoyer(
        requete,
        200,
        b'{"features": [{"geometry": {"coordinates": [%s, 1]}, "properties": {"label": "x"}}]}'
        % (b"9" * 400),
    ),
}


@pytest.mark.parametrize("panne", PANNES)
def test_une_panne_est_bornee_puis_le_geocodeur_se_repose(geocodeur_local, panne, monkeypatch):
    monkeypatch.setattr(geocodeur, "DELAI", 0.6)
    geocodeur_local["geste"] = PANNES[panne]
    with pytest.raises(geocodeur.GeocodeurIndisponible):
        geocodeur.chercher("rue")
    if panne in SANS_FIN:
        # These answers have no end: only who asked could leave.
        assert geocodeur_local["partis"].wait(BORNE)
    geocodeur_local["geste"] = None
    with pytest.raises(geocodeur.GeocodeurIndisponible):
        geocodeur.chercher("rue")
    assert len(geocodeur_local["demandes"]) == 1


def test_trop_de_demandes_on_attend_le_temps_demande(geocodeur_local, monkeypatch):
    durees = []
    monkeypatch.setattr(geocodeur.cache, "set", lambda cle, valeur, duree: durees.append(duree))
    for attente in ("5", "999999", "demain", "²", "9" * 5000):
        geocodeur_local["geste"] = lambda requete, apres=attente: envoyer(
            requete, 429, Retry_After=apres
        )
        with pytest.raises(geocodeur.GeocodeurIndisponible):
            geocodeur.chercher("rue")
    assert durees == [5, 600, 60, 60, 600]


def test_une_question_qu_il_ne_lit_pas_ne_trouve_rien(geocodeur_local):
    geocodeur_local["geste"] = lambda requete: envoyer(requete, 400)
    assert geocodeur.chercher("??") == []
    geocodeur_local["geste"] = None
    assert len(geocodeur.chercher("rue")) == 2


def test_sans_geocodeur_la_page_mene_d_abord_au_site_officiel(connecter):
    page = connecter().get("/suis-je-dans-un-qpv/").content.decode()
    assert (
        page.index("https://sig.ville.gouv.fr")
        < page.index('type="image"')
        < page.index('name="lat"')
    )
    assert 'name="adresse"' not in page


def test_la_page_repond_pour_chaque_adresse(geocodeur_local, connecter):
    reponse = connecter().get("/suis-je-dans-un-qpv/", {"adresse": "1 rue de l’Essai"})
    page = reponse.content.decode()
    assert "1 Rue de l’Essai 62000 Arras" in page
    assert "Hors quartier prioritaire, loin du Grand Arras" in page
    assert reponse["Cache-Control"] == "no-store"


def test_en_panne_la_page_le_dit_et_offre_la_carte(geocodeur_local, connecter):
    geocodeur_local["geste"] = PANNES["erreur"]
    client = connecter()
    reponse = client.get("/suis-je-dans-un-qpv/", {"adresse": "rue"})
    page = reponse.content.decode()
    assert (reponse.status_code, reponse["Cache-Control"]) == (200, "no-store")
    assert "La recherche d’adresse ne répond pas" in page
    assert 'type="image"' in page
    cache.clear()
    geocodeur_local["geste"] = None
    assert (
        "1 Rue de l’Essai"
        in client.get("/suis-je-dans-un-qpv/", {"adresse": "rue"}).content.decode()
    )
