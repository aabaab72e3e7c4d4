"""The API: what it says is described, bounded, counted, and public."""

import html
import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.db import close_old_connections, connection
from django.urls import reverse
from jsonschema import Draft202012Validator

from appels.models import Lieu, Publication
from appels.public import curseur
from appels.public.exemples_api import EXEMPLES, FICHIERS
from appels.public.vues.api import socle
from appels.public.vues.api.routes import FORMES, description
from appels.socle import soutiens
from partenaires.models import EtatParole, Genre
from quartiers import geographie
from quartiers.models import Quartier
from tests.fabriques import (
    PENDANT,
    creer_accord,
    creer_agent,
    creer_appel,
    creer_dossier_complet,
    deposer,
    poser_service,
    publier_les_decisions,
)
from tests.fabriques_paroles import creer_consultation, creer_contribution

pytestmark = pytest.mark.django_db
CANARI = 4_242_42  # cents that nobody published
LISTES = ["quartiers", "axes", "appels", "financeurs", "projets", "mesures", "consultations"]


@pytest.fixture
def lire(connecter, horloge_figee):
    """Ask the API for an address; the whole answer."""
    client = connecter()

    def demander(adresse: str, **entetes):
        return client.get(f"/api/v1/{adresse}", headers=entetes)

    return demander


@pytest.fixture
def publie(horloge_figee):
    """Two calls, two projects; the CAF's grants are public, one of the Région is only decided."""
    appel = creer_appel()
    dossier, autre = [creer_dossier_complet(appel) for _ in range(2)]
    Lieu.objects.update(quartier=Quartier.objects.get(code="QN06260M"))
    deposer(dossier)
    deposer(autre)
    creer_accord(dossier, Genre.CAF)
    creer_accord(autre, Genre.CAF, 12_345)
    publier_les_decisions(appel)
    creer_accord(dossier, Genre.REGION, CANARI)
    dossier.refresh_from_db()
    deposer(creer_dossier_complet(appel, intitule="Projet canari"))
    creer_appel(2026)
    ouverte = creer_consultation(titre="Les trajets du soir")
    for etat in (EtatParole.PUBLIEE, EtatParole.SUITE_DONNEE, EtatParole.RECUE, EtatParole.MASQUEE):
        creer_contribution(ouverte, etat)
    creer_consultation(titre="Brouillon canari", est_publiee=False)
    return dossier


def conforme(reponse, chemin: str) -> list[str]:
    """What the answer says otherwise than its description."""
    decrite = description()
    reponses = decrite["paths"][f"/api/v1/{chemin}"]["get"]["responses"]
    contenu = reponses[str(reponse.status_code)]["content"]
    genre = reponse.headers["Content-Type"].split(";")[0]
    schema = {**contenu[genre]["schema"], "components": decrite["components"]}
    return [erreur.message for erreur in Draft202012Validator(schema).iter_errors(reponse.json())]


def test_chaque_reponse_est_celle_qui_est_decrite_sans_un_champ_de_plus(publie, lire):
    decrite = description()
    assert decrite["openapi"] == "3.1.0"
    assert decrite == json.loads(lire("openapi.json").content)
    for nom, schema in decrite["components"]["schemas"].items():
        assert schema.get("additionalProperties") is False, nom
    for chemin in [*LISTES, "quartiers.geojson", "projets.geojson"]:
        assert conforme(lire(chemin), chemin) == []
    un_projet = lire(f"projets/{publie.numero}")
    assert conforme(un_projet, "projets/{numero}") == []
    assert conforme(lire("projets/CV-1999-0001"), "projets/{numero}") == []
    for chemin in LISTES:
        assert conforme(lire(f"{chemin}?taille=0"), chemin) == []
        assert conforme(lire(f"{chemin}?curseur=é"), chemin) == []


def test_temoin_un_champ_de_plus_est_vu(publie, lire):
    reponse = lire("axes")
    reponse.json()["resultats"][0]["courriel"] = "ada@example.org"
    assert conforme(reponse, "axes") != []


@pytest.mark.parametrize("chemin", LISTES)
def test_page_apres_page_la_liste_est_entiere(publie, lire, chemin):
    entiere = lire(f"{chemin}?taille=100").json()
    assert entiere["suivante"] is None
    lues = []
    suite = f"{chemin}?taille=1"
    while suite:
        page = lire(suite).json()
        lues += page["resultats"]
        suite = (page["suivante"] or "").partition("/api/v1/")[2]
    assert lues == entiere["resultats"] != []


def test_ce_qui_n_est_pas_publie_n_y_est_pas(publie, lire):
    noms = [financeur["nom"] for financeur in lire("financeurs").json()["resultats"]]
    assert len(noms) == 1
    assert "allocations familiales" in noms[0]
    for chemin in ("projets", "projets.geojson", f"projets/{publie.numero}", "financeurs"):
        lu = lire(chemin).content.decode()
        assert "4242.42" not in lu
        assert "canari" not in lu
    assert lire("projets/CV-2027-0003").status_code == 404
    [consultation] = lire("consultations").json()["resultats"]
    lus = {nom: consultation[nom] for nom in ("titre", "etat", "contributions", "repondues")}
    assert lus == {
        "titre": "Les trajets du soir",
        "etat": "ouverte",
        "contributions": 2,
        "repondues": 1,
    }
    poser_service(licence="odbl")
    assert lire("axes").json()["licence"] == "Open Database License (ODbL) version 1.0"


def test_un_projet_retire_dit_pourquoi(publie, lire):
    Publication.objects.filter(prise__financement__dossier=publie).update(
        retiree_le=PENDANT, retiree_par=creer_agent()
    )
    soutiens.renouveler([publie.pk], PENDANT)
    reponse = lire(f"projets/{publie.numero}")
    assert reponse.status_code == 410
    assert conforme(reponse, "projets/{numero}") == []
    assert "Le service a retiré la publication" in reponse.json()["detail"]


def test_les_filtres_sont_ceux_de_la_page(publie, lire):
    def numeros(filtre: str) -> list[str]:
        return [projet["numero"] for projet in lire(f"projets?{filtre}").json()["resultats"]]

    tous = ["CV-2027-0001", "CV-2027-0002"]
    assert numeros("") == numeros("annee=2027") == tous
    assert numeros(f"organisme={publie.porteur_id}") == ["CV-2027-0001"]
    assert lire("projets?annee=2026").json()["detail"].startswith("Le filtre « annee »")
    caf = lire("financeurs").json()["resultats"][0]
    assert numeros(f"financeur={caf['nom']}") == tous
    assert (caf["projets"], caf["montant_euros"]) == (2, 1123.45)
    page = lire("projets").json()["resultats"]
    assert sum(projet["total_euros"] for projet in page) == caf["montant_euros"]
    for projet in page:
        parts = [quartier["part_estimee_euros"] for quartier in projet["quartiers"]]
        assert sum([*parts, projet["hors_quartier_euros"]]) == projet["total_euros"]


def test_les_mesures_sont_celles_des_projets_avec_leurs_filtres(publie, lire):
    """What each project aims at, in one list; only those that have a number, none in two pages."""
    publie.indicateurs.create(libelle="Bancs posés", cible="12.5", unite="bancs")
    publie.indicateurs.create(libelle="Sans nombre", commentaire="CANARI")
    soutiens.renouveler([publie.pk], PENDANT)
    projets = lire("projets").json()["resultats"]
    lues = lire("mesures").json()["resultats"]
    attendues = [
        (projet["numero"], projet["titre"], *mesure.values())
        for projet in projets
        for mesure in projet["mesures"]
    ]
    noms = ("projet", "titre", "nom", "cible", "unite")
    assert [tuple(une[nom] for nom in noms) for une in lues] == attendues
    assert (publie.numero, publie.intitule, "Bancs posés", 12.5, "bancs") in attendues
    seules = lire(f"mesures?organisme={publie.porteur_id}").json()["resultats"]
    assert {une["projet"] for une in seules} == {publie.numero}
    assert len(seules) > 1
    assert lire("mesures?annee=2026").status_code == 400
    assert "CANARI" not in lire("mesures").content.decode()


def test_les_entetes_sont_ceux_d_une_donnee_ouverte(publie, lire):
    reponse = lire("quartiers")
    assert reponse["Access-Control-Allow-Origin"] == "*"
    assert reponse["Cache-Control"] == "no-cache"
    assert reponse["Last-Modified"].endswith(" GMT")
    encore = lire("quartiers?utm_source=lettre", **{"If-None-Match": reponse["ETag"]})
    assert (encore.status_code, encore["Access-Control-Allow-Origin"]) == (304, "*")
    assert lire("quartiers.geojson")["Content-Type"] == "application/geo+json"


HOSTILES = ["taille=0", "taille=101", "taille=x", "curseur=e30", "curseur=%F0%9F%98%80", "taille="]


@pytest.mark.parametrize("parametres", [*HOSTILES, f"curseur={'A' * 401}"])
def test_un_parametre_illisible_est_dit_en_francais(lire, parametres):
    reponse = lire(f"quartiers?{parametres}")
    assert reponse.status_code == 400
    assert reponse.headers["Content-Type"] == "application/problem+json"
    probleme = reponse.json()
    assert (probleme["title"], probleme["status"]) == ("Demande illisible", 400)
    assert probleme["detail"].endswith(("openapi.json.", "sans curseur."))


@pytest.mark.parametrize("chemin", ["axes?x=%00", "projets/CV%00", "", "?taille=1"])
def test_meme_refusee_avant_l_api_une_demande_a_son_probleme(lire, chemin):
    """A program reads JSON, from any site, whatever refused it."""
    refus = lire(chemin)
    assert refus.status_code in (400, 404)
    assert refus.headers["Content-Type"] == "application/problem+json"
    assert refus["Access-Control-Allow-Origin"] == "*"
    assert refus.json()["status"] == refus.status_code


def test_une_faute_de_notre_cote_est_un_probleme_aussi(client, horloge_figee, monkeypatch):
    def tomber(*arguments, **parametres):
        raise RuntimeError("essai")

    monkeypatch.setattr(geographie, "lire", tomber)
    client.raise_request_exception = False
    faute = client.get("/api/v1/quartiers")
    assert (faute.status_code, faute.json()["status"]) == (500, 500)
    assert faute.headers["Content-Type"] == "application/problem+json"
    assert "essai" not in faute.content.decode()


def test_une_autre_adresse_ou_un_autre_verbe_se_disent_aussi(lire, client, horloge_figee):
    assert lire("rien/ici").json()["title"] == "Rien à cette adresse"
    refus = client.post("/api/v1/axes")
    assert (refus.status_code, refus["Allow"]) == (405, "GET, HEAD, OPTIONS")
    assert client.head("/api/v1/axes").status_code == 200
    assert client.options("/api/v1/axes").status_code == 204


def test_les_exemples_de_la_page_repondent_ce_qu_elle_dit(publie, lire, client):
    page = html.unescape(client.get("/donnees/").content.decode())
    montrees = re.findall(r"curl '(.*?)'", page)
    assert montrees == [f"https://portail.example/api/v1/{e.adresse}" for e in EXEMPLES]
    assert len(EXEMPLES) == 5
    for exemple in EXEMPLES:
        reponse = lire(exemple.adresse)
        assert conforme(reponse, exemple.adresse.partition("?")[0]) == []
        valeur = reponse.json()
        for pas in exemple.lecture:
            valeur = valeur[pas]
        assert valeur or exemple.lecture == ("suivante",)
        assert exemple.chemin in page
    for adresse, _, _ in FICHIERS:
        assert f'href="{reverse(adresse)}"' in page
        assert client.get(reverse(adresse)).status_code == 200
    for forme in FORMES.values():
        champs = description()["components"]["schemas"][forme]["properties"]
        assert {nom for nom, champ in champs.items() if not champ.get("description")} == set()


def test_soixante_et_une_demandes_dans_la_minute_sont_une_de_trop(lire, horloge_figee):
    caches["default"].clear()  # what other tests counted for good, at this frozen minute
    statuts = [lire("axes").status_code for _ in range(socle.PAR_MINUTE)]
    assert set(statuts) == {200}
    refus = lire("openapi.json")
    assert (refus.status_code, refus["Retry-After"]) == (429, "53")
    assert refus.json()["title"] == "Trop de demandes"


def test_un_curseur_revient_et_rien_d_autre_n_en_est_un():
    assert curseur.lire("", str) is None
    assert curseur.lire(curseur.ecrire("é", 3), str, int) == ["é", 3]


@pytest.mark.postgresql
def test_deux_demandes_au_meme_instant_comptent_pour_deux(base_a_plusieurs):
    caches["default"].clear()  # no model holds it: nothing else empties it between two tests
    fin = PENDANT + timedelta(minutes=1)

    def compter(_rang: int) -> int:
        try:
            return caches["default"].compter("essai", fin)
        finally:
            close_old_connections()
            connection.close()

    with ThreadPoolExecutor(8) as fils:
        assert sorted(fils.map(compter, range(40))) == list(range(1, 41))
    assert caches["default"].effacer_les_echues(fin + timedelta(seconds=1)) == 1
