"""« Suis-je dans un QPV ? »: a click without script, numbers, and a place for a dossier."""

import re
from functools import partial
from html import unescape
from itertools import product
from urllib.parse import parse_qs

import pytest
from django.urls import reverse

from appels.models import Lieu, NomPartie, Partie
from appels.public.forms.situer import ETENDUES, TAILLES, SurCarte
from quartiers import geometrie
from quartiers.francais import recherchable
from quartiers.models import Commune, NumeroDeVoie, Parution, Quartier, Voie
from quartiers.situation import situer
from tests.appels.redaction.test_fusion import page as ce_que_la_page_envoie
from tests.fabriques import (
    FERMETURE,
    PENDANT,
    creer_appel,
    creer_association,
    creer_dossier,
    creer_membre,
    creer_signataire,
    deposer,
)
from tests.fabriques import creer_dossier_complet as complet

pytestmark = pytest.mark.django_db
PAGE = "/suis-je-dans-un-qpv/"
DEDANS = (2.7540, 50.2971)  # well inside Bonnettes, checked below


def lire(client, **donnees) -> str:
    reponse = client.get(PAGE, donnees)
    assert reponse.status_code == 200
    return unescape(reponse.content.decode())


def centre(code: str):
    return geometrie.centre(Quartier.objects.get(code=code).contour)


@pytest.mark.parametrize("taille", TAILLES)
@pytest.mark.parametrize("code", ["QN06258M", "QN06259M", "QN06261M"])
def test_un_clic_sans_script_trouve_le_quartier_et_rapproche_la_carte(connecter, taille, code):
    client = connecter()
    page = lire(client)
    champs = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    vue = SurCarte(float(champs["clon"]), float(champs["clat"]), int(champs["zoom"]), taille)
    largeur, hauteur = TAILLES[taille]
    projection = geometrie.Projection(vue.cadre, largeur)
    assert abs(projection.hauteur - hauteur) <= 1
    quartier = Quartier.objects.get(code=code)
    point = point_interieur(quartier)
    x, y = projection.point(point)
    page = lire(client, **champs, **{f"{taille}.x": x, f"{taille}.y": y})
    lu = re.search(r"latitude (-?[\d,]+), longitude (-?[\d,]+)", page).groups()
    latitude, longitude = (float(nombre.replace(",", ".")) for nombre in lu)
    metres = ETENDUES[0] / hauteur  # the ground under one pixel
    assert abs(latitude - point[1]) * 111_000 <= metres
    assert situer(longitude, latitude).phrase in page
    assert 'name="zoom" value="1"' in page


def point_interieur(quartier: Quartier):
    """The point of a grid farthest from the edges."""
    ouest, sud, est, nord = geometrie.cadre([quartier.contour])
    longitudes = [ouest + (est - ouest) * rang / 20 for rang in range(21)]
    latitudes = [sud + (nord - sud) * rang / 20 for rang in range(21)]
    dedans = [
        point
        for point in product(longitudes, latitudes)
        if geometrie.contient(quartier.contour, point)
    ]
    return max(dedans, key=partial(geometrie.distance_au_bord, quartier.contour))


def test_dedans_dehors_en_limite_toujours_indicatif(connecter):
    client = connecter()
    quartier = Quartier.objects.get(code="QN06259M")
    x, y = point_interieur(quartier)
    sommet = quartier.contour["coordinates"][0][0]
    for (lon, lat), debut in (
        ((x, y), "Dans le quartier Bonnettes"),
        ((2.80, 50.25), "Hors quartier prioritaire, à"),
        (sommet, "En limite du quartier"),
    ):
        page = lire(client, lat=f"{lat:.6f}".replace(".", ","), lon=f"{lon:.6f}")
        reponse = page.split('role="status"')[1].split("</section>")[0]
        assert debut in reponse
        assert ("indicatif" in reponse, "https://sig.ville.gouv.fr" in reponse) == (True, True)


def test_au_clavier_la_carte_donne_zero_zero_et_ne_repond_pas_au_hasard(connecter):
    page = lire(connecter(), clat="50.291500", clon="2.777000", zoom="0", **{"g.x": 0, "g.y": 0})
    assert "Aucun lieu trouvé." in page
    assert "latitude 50" not in page


def test_les_liens_deplacent_la_carte_et_repondent_pour_son_centre(connecter):
    client = connecter()
    page = lire(client, lat="50,2915", lon="2,777", zoom="1")
    liens = dict(re.findall(r'<li><a href="\?([^"]+)">([^<]+)</a>', page))
    assert list(liens.values()) == [
        "Vers le nord",
        "Vers le sud",
        "Vers l’ouest",
        "Vers l’est",
        "Plus près",
        "Plus loin",
    ]
    nord = next(requete for requete, nom in liens.items() if nom == "Vers le nord")
    suite = lire(client, **{nom: valeurs[0] for nom, valeurs in parse_qs(nord).items()})
    latitude = float(re.search(r"latitude (\d+,\d+)", suite)[1].replace(",", "."))
    assert 500 < (latitude - 50.2915) * 111_195 < 700  # a quarter of 2,400 m


def test_la_carte_est_une_image_sans_script_ni_style(connecter):
    reponse = connecter().get("/quartiers/carte.svg?lat=50.2971&lon=2.754&zoom=2")
    image = reponse.content.decode()
    assert reponse.headers["Content-Type"] == "image/svg+xml"
    assert re.findall(r"<script|style=|href=|<style", image) == []
    assert "#c8452d" in image  # the cross at the centre
    assert "#c8452d" not in connecter().get("/quartiers/carte.svg").content.decode()


# --- By the name of a street: the index is tested in tests/quartiers/test_voies.py ----------------
@pytest.fixture
def index(db):
    """One invented street that crosses an edge of Blancs Monts, one inside."""
    arras = Commune.objects.get(code_insee="62041")
    quartier = Quartier.objects.get(code="QN06260M")
    for nom, points in (
        ("Rue Coupée Fictive", [(1, 2.7487, 50.2948), (9, 2.79, 50.27)]),
        ("Rue Entière Fictive", [(4, 2.7487, 50.2948)]),
    ):
        voie = Voie.objects.create(commune=arras, nom=nom, recherche=recherchable(nom))
        for numero, longitude, latitude in points:
            lue = situer(longitude, latitude)
            NumeroDeVoie.objects.create(
                voie=voie,
                numero=numero,
                longitude=longitude,
                latitude=latitude,
                quartier=lue.proche,
                est_dedans=lue.quartier is not None,
                metres=int(lue.metres),
            )
    Parution.avancer(PENDANT)
    return quartier


def test_une_rue_repond_en_une_fois_ou_demande_son_numero(index, connecter):
    client = connecter()
    accueil = lire(client)
    assert "Votre rue, avec ou sans le numéro" in accueil
    assert "Aucun lieu" not in accueil
    assert "Toute la rue est dans le quartier" in lire(client, adresse="rue entiere fictive")
    coupee = lire(client, adresse="rue coupé fictive")
    assert "la réponse dépend du numéro" in coupee
    voulu = {"adresse": re.search(r'name="adresse" value="(Rue[^"]*)"', coupee)[1]}
    assert voulu == {"adresse": "Rue Coupée Fictive, Arras"}
    assert "Dans le quartier Blancs Monts" in lire(client, numero="1", **voulu)
    assert "Hors quartier prioritaire, à" in lire(client, numero="9", **voulu)
    assert "Le numéro 5 n’est pas dans l’index" in lire(client, numero="5", **voulu)
    inconnue = lire(client, adresse="rue inconnue")
    assert "Aucun lieu trouvé." in inconnue


def test_sans_index_ni_geocodeur_la_page_ne_promet_pas_de_chercher_une_rue(connecter):
    page = lire(connecter())
    assert "Votre rue" not in page
    assert "https://sig.ville.gouv.fr" in page


def test_cette_page_seule_peut_demander_ou_l_on_est(connecter):
    client = connecter()
    droits = {chemin: client.get(chemin)["Permissions-Policy"] for chemin in (PAGE, "/quartiers/")}
    assert droits == {
        PAGE: "camera=(), geolocation=(self), microphone=()",
        "/quartiers/": "camera=(), geolocation=(), microphone=()",
    }


# --- A place for a dossier ------------------------------------------------------------------------
@pytest.fixture
def brouillon(horloge_figee):
    porteur = creer_association()
    return creer_dossier(creer_appel(), porteur, par=creer_membre(porteur))


def poster(client, dossier, lat="50,2971", lon="2,754"):
    return client.post(
        reverse("appels:ajouter_lieu", args=[dossier.pk]),
        {"latitude": lat, "longitude": lon},
        follow=True,
    )


def test_le_meme_composant_donne_ses_lieux_au_dossier(connecter, brouillon):
    client = connecter(brouillon.cree_par)
    champs = ce_que_la_page_envoie(client, brouillon, "lieux")
    partie = f"/dossiers/{brouillon.pk}/partie/lieux/"
    carte = client.post(partie, {**champs, "ajouter": "carte"})  # saved first: its text stays
    assert carte.url == f"/suis-je-dans-un-qpv/?dossier={brouillon.pk}"
    assert "Aucun lieu trouvé" not in lire(client, dossier=brouillon.pk)  # nothing asked yet
    assert "Aucun lieu trouvé" not in lire(client, dossier=brouillon.pk, adresse=" ")
    x, y = point_interieur(Quartier.objects.get(code="QN06259M"))
    page = lire(client, lat=f"{y:.6f}", lon=f"{x:.6f}", dossier=brouillon.pk)
    latitude, longitude = (
        re.search(rf'name="{nom}" value="([^"]+)"', page)[1] for nom in ("latitude", "longitude")
    )
    reponse = poster(client, brouillon, latitude, longitude)
    lieu = Lieu.objects.get()
    assert (lieu.quartier.code, float(lieu.latitude)) == ("QN06259M", pytest.approx(y, abs=1e-5))
    assert lieu.constat.startswith("Dans le quartier Bonnettes")
    assert "Le lieu est ajouté." in reponse.content.decode()
    assert Partie.objects.get(nom=NomPartie.LIEUX).version == 2


def test_en_limite_aucun_quartier_n_est_decide_a_la_place_de_la_personne(connecter, brouillon):
    lon, lat = Quartier.objects.get(code="QN06259M").contour["coordinates"][0][0]
    poster(connecter(brouillon.cree_par), brouillon, f"{lat:.6f}", f"{lon:.6f}")
    lieu = Lieu.objects.get()
    assert (lieu.quartier, lieu.constat[:9]) == (None, "En limite")


def test_un_etranger_un_lecteur_un_anonyme_n_ajoutent_rien(connecter, brouillon):
    assert poster(connecter(creer_membre(creer_association())), brouillon).status_code == 404
    assert (
        poster(connecter(creer_membre(brouillon.porteur, "lecteur")), brouillon).status_code == 403
    )
    anonyme = connecter().post(reverse("appels:ajouter_lieu", args=[brouillon.pk]), {})
    assert (anonyme.status_code, "login" in anonyme.url) == (302, True)
    assert "Ajouter ce lieu" not in lire(connecter(), lat="50,29", lon="2,77", dossier=brouillon.pk)
    assert Lieu.objects.count() == 0


@pytest.mark.parametrize(
    ("lat", "lon"), [("2,77", "50,29"), ("abc", "2"), ("", ""), ("50,29", ""), ("9" * 40, "2")]
)
def test_un_point_illisible_est_refuse_avec_une_phrase(connecter, brouillon, lat, lon):
    reponse = poster(connecter(brouillon.cree_par), brouillon, lat, lon)
    assert reponse.status_code == 200
    assert 'class="avis bref error"' in reponse.content.decode()
    assert Lieu.objects.count() == 0


def test_ni_apres_le_depot_ni_apres_la_cloture_ni_au_dela_de_quinze(
    connecter, brouillon, horloge_figee
):
    client = connecter(brouillon.cree_par)
    Lieu.objects.bulk_create(Lieu(dossier=brouillon, adresse=str(rang)) for rang in range(15))
    assert "a déjà quinze lieux" in poster(client, brouillon).content.decode()
    Lieu.objects.all().delete()
    horloge_figee(FERMETURE)
    assert "le lieu n’est pas ajouté" in poster(client, brouillon).content.decode()
    depose = deposer(
        complet(brouillon.appel, brouillon.porteur), creer_signataire(brouillon.porteur)
    )
    poster(client, depose)
    assert Lieu.objects.filter(latitude__isnull=False).count() == 0
