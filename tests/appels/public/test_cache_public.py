"""Public pages: made once, 304 to who has them, never stale, never somebody else's."""

import gzip
from datetime import timedelta

import pytest
from django.core.cache import caches

from appels.instruction.actions import campagne
from appels.models import Appel
from appels.socle import cache_public
from partenaires.contenus import revisions
from partenaires.contenus.forms.registre import CONTENUS
from quartiers.models import ChiffreCle, Parution
from tests.fabriques import (
    FERMETURE,
    OUVERTURE,
    PENDANT,
    creer_agent,
    creer_appel,
    creer_association,
    creer_document,
    creer_membre,
)

pytestmark = pytest.mark.django_db
PAGES = [
    "/",
    "/quartiers/",
    "/quartiers/QN06258M/",
    "/contrat/",
    "/chiffres/",
    "/partenaires/",
    "/appel/",
    "/projets/",
    "/appel/calendrier.ics",
    "/appel/fil.atom",
    "/appel/appels.json",
    "/quartiers/carte.svg",
    "/sitemap.xml",
    "/quartiers/quartiers.geojson",
    "/projets/projets.csv",
    "/projets/projets.json",
    "/accessibilite/",
    "/plan-du-site/",
]


@pytest.mark.parametrize("chemin", PAGES)
def test_une_seconde_visite_ne_transporte_rien(connecter, django_assert_num_queries, chemin):
    creer_appel()
    client = connecter()
    premiere = client.get(chemin)
    assert premiere.status_code == 200
    assert premiere.headers["Cache-Control"] == "no-cache"
    with django_assert_num_queries(1):
        encore = client.get(chemin)
    assert encore.content == premiere.content
    for entete, valeur in (
        ("If-None-Match", premiere.headers["ETag"]),
        ("If-Modified-Since", premiere.headers["Last-Modified"]),
    ):
        reponse = client.get(chemin, headers={entete: valeur})
        assert (reponse.status_code, reponse.content) == (304, b""), entete


def test_le_corps_serre_est_le_meme(connecter):
    client = connecter()
    claire = client.get("/")
    serree = client.get("/", headers={"Accept-Encoding": "gzip"})
    assert serree.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(serree.content) == claire.content
    varie = {entete.strip() for entete in serree.headers["Vary"].split(",")}
    assert varie == {"Cookie", "Accept-Encoding"}


def changer_un_chiffre():
    chiffre = ChiffreCle.objects.get(cle="part-population-qpv")
    chiffre.note = "note changée"
    agent = creer_agent()
    revision = revisions.ecrire(
        "chiffres", chiffre, CONTENUS["chiffres"].champs, par=agent, recu_le=PENDANT
    )
    revisions.publier(revision, ChiffreCle, ChiffreCle(), par=agent, recu_le=PENDANT)


def changer_la_cloture():
    appel = Appel.objects.get()
    appel.ferme_le += timedelta(days=1)

    class Formulaire:
        instance = appel
        save = staticmethod(lambda: appel.save() or appel)
        a_bouge = staticmethod(lambda actuel: False)

    campagne.enregistrer(Formulaire, [], par=creer_agent(), recu_le=PENDANT)


@pytest.mark.parametrize(
    ("chemin", "changer"),
    [
        ("/chiffres/", changer_un_chiffre),
        ("/appel/", changer_la_cloture),
        ("/", changer_la_cloture),
        ("/appel/calendrier.ics", changer_la_cloture),
        ("/contrat/", creer_document),
    ],
)
def test_un_changement_se_voit_aussitot(connecter, chemin, changer):
    creer_appel()
    client = connecter()
    avant = client.get(chemin)
    changer()
    apres = client.get(chemin, headers={"If-None-Match": avant.headers["ETag"]})
    assert apres.status_code == 200
    assert apres.content != avant.content


def test_temoin_sans_parution_la_page_resterait_la_meme(connecter, monkeypatch):
    """The sabotaged control: without the number, the change is not seen."""
    creer_appel()
    client = connecter()
    avant = client.get("/chiffres/")
    monkeypatch.setattr(Parution, "avancer", lambda le: None)
    changer_un_chiffre()
    assert (
        client.get("/chiffres/", headers={"If-None-Match": avant.headers["ETag"]}).status_code
        == 304
    )


@pytest.mark.parametrize(
    "avant",
    [
        OUVERTURE - timedelta(seconds=1),
        FERMETURE - timedelta(seconds=1),
        FERMETURE - timedelta(hours=5, seconds=1),
        FERMETURE - timedelta(days=3, seconds=1),
    ],
)
def test_l_heure_change_la_page_sans_que_rien_soit_publie(
    connecter, horloge_figee, avant, monkeypatch
):
    monkeypatch.setattr(cache_public, "DEMARRE_LE", OUVERTURE - timedelta(days=30))
    Parution.avancer(OUVERTURE - timedelta(days=20))
    creer_appel()
    Parution.objects.update(le=OUVERTURE - timedelta(days=20))
    client = connecter()
    horloge_figee(avant)
    premiere = client.get("/appel/")
    assert (
        client.get("/appel/", headers={"If-None-Match": premiere.headers["ETag"]}).status_code
        == 304
    )
    horloge_figee(avant + timedelta(seconds=2))
    for entete in ("ETag", "Last-Modified"):
        nom = {"ETag": "If-None-Match", "Last-Modified": "If-Modified-Since"}[entete]
        assert client.get("/appel/", headers={nom: premiere.headers[entete]}).status_code == 200, (
            entete
        )


def test_rien_de_commun_avec_une_personne_connectee(connecter):
    creer_appel()
    anonyme = connecter()
    membre = connecter(creer_membre(creer_association()))
    publique = anonyme.get("/").content.decode()
    sienne = membre.get("/")
    assert "Se déconnecter" in sienne.content.decode()
    assert "Se déconnecter" not in publique
    assert sienne.headers["Cache-Control"] == "no-store, private"
    assert anonyme.get("/").content.decode() == publique


def test_ce_qui_est_garde_est_borne_et_les_erreurs_ne_le_sont_pas(connecter):
    client = connecter()
    for rang in range(400):
        client.get(f"/quartiers/carte.svg?lat=50.29&lon=2.7{rang:03}")
    # A page, and the key of the last one kept of its address (for when the database is away).
    assert len(caches["pages"]._cache) <= 600
    caches["pages"].clear()
    assert client.get("/quartiers/RIEN/").status_code == 404
    assert client.get("/appel/questions/?pour=" + "b" * 400).status_code == 404
    assert len(caches["pages"]._cache) == 0


def test_une_adresse_ne_montre_pas_un_autre_hote(connecter, settings):
    settings.ALLOWED_HOSTS = ["un.example", "deux.example"]
    client = connecter()
    assert (
        "http://un.example/"
        in client.get("/sitemap.xml", headers={"Host": "un.example"}).content.decode()
    )
    assert (
        "http://deux.example/"
        in client.get("/sitemap.xml", headers={"Host": "deux.example"}).content.decode()
    )


def test_head_repond_comme_get_sans_corps(connecter):
    reponse = connecter().head("/")
    assert (reponse.status_code, "ETag" in reponse.headers) == (200, True)
    assert connecter().post("/").status_code == 405
