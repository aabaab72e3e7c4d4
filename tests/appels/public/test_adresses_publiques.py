"""What others do to our public addresses: marks added to links, other sites that read our data."""

import pytest
from django.core.cache import caches
from django.urls import NoReverseMatch, reverse

from contrat_ville import acces
from partenaires.socle import entree
from tests.fabriques import creer_agent, creer_appel, creer_document

pytestmark = pytest.mark.django_db

MARQUES = "fbclid=IwAR0abc&gclid=1&utm_source=lettre&mtm_campaign=x&inconnu=1&a%5B%5D=%C3%A9"
OUVERTES = {
    "appels:quartiers_geojson",
    "appels:quartiers_csv",
    "appels:projets_csv",
    "appels:projets_json",
    "appels:projets_geojson",
    "appels:calendrier_ics",
    "appels:appels_json",
    "appels:fil",
    "appels:fil_des_paroles",
    "appels:fil_du_quartier",
    "appels:statistiques_csv",
} | {nom for nom in acces.table() if nom.startswith("appels:api_")}
PORTENT = {
    "appels:suivi": ["1:faux"],
    "appels:corriger_une_parole": ["1:faux"],
    "appels:merci": ["00000000-0000-4000-8000-000000000000"],
    "appels:confirmer": ["1:faux"],
    "appels:arreter": ["1:faux"],
    "appels:paroles_du_quartier": ["QN06258M"],
    "appels:fil_du_quartier": ["QN06258M"],
    "appels:suivre_un_quartier": ["QN06258M"],
    "appels:adresse_courte": ["QN06258M"],
    "appels:affiche": ["QN06258M", "affiche-a4"],
    "appels:consultation": ["essai"],
    "appels:charte": ["essai"],
    "appels:ecrire": ["essai"],
    "appels:synthese": ["essai"],
    "appels:synthese_csv": ["essai"],
    "appels:synthese_pdf": ["essai"],
    "appels:contribution": ["essai", 1],
    "appels:utile": ["essai", 1],
    "appels:moi_aussi": ["essai", 1],
    "appels:signaler": ["essai", 1],
    "appels:quartier": ["QN06258M"],
    "appels:axe": ["apaise"],
    "appels:projet": ["CV-2027-0001"],
    "appels:api_projet": ["CV-2027-0001"],
    "appels:api_ailleurs": ["rien"],
    "appels:subventions": [1],
    "appels:subventions_csv": [1],
    "appels:appel_annee": [2027],
    "appels:questions_pdf": [2027, "association"],
    "appels:aide_role": ["public"],
    "appels:document": ["reglement"],
    "appels:document_fichier": ["reglement"],
    "appels:modele": [1],
    "appels:verifier_code": ["AAAA"],
    "appels:depart": ["00000000-0000-4000-8000-000000000000"],
    "partenaires:invitation": ["jeton"],
}


def adresses_publiques() -> dict[str, str]:
    """{name: address} of everything that an anonymous visitor may read by a GET."""
    adresses = {}
    for nom, porte in acces.table().items():
        if porte.est_un_geste or porte.nom not in (entree.public.nom, acces.COMPTE.nom):
            continue
        try:
            adresses[nom] = reverse(nom, args=PORTENT.get(nom, []))
        except NoReverseMatch:
            assert porte is acces.COMPTE, nom  # a newcomer says above what it carries
    return adresses


def sans_jetons(reponse) -> bytes:
    """The body, without the lines that carry a token drawn for this answer."""
    corps = b"".join(reponse)
    tires = (b"csrfmiddlewaretoken", b'name="cle"', b'name="marque"')
    return b"\n".join(ligne for ligne in corps.splitlines() if not any(t in ligne for t in tires))


def test_une_marque_inconnue_ne_change_aucune_adresse_publique(connecter):
    creer_appel()
    creer_document(cle="reglement")
    client = connecter()
    ecarts = []
    for nom, adresse in adresses_publiques().items():
        nue = client.get(adresse)
        gardees = len(caches["pages"]._cache)
        marquee = client.get(f"{adresse}?{MARQUES}")
        ajoutees = len(caches["pages"]._cache) - gardees
        est_du_portail = not nom.startswith(("account_", "mfa_"))
        memes = not est_du_portail or sans_jetons(nue) == sans_jetons(marquee)
        if (nue.status_code, ajoutees, memes) != (marquee.status_code, 0, True):
            ecarts.append((adresse, nue.status_code, marquee.status_code, ajoutees, memes))
    assert ecarts == []


def test_les_liens_d_une_page_ne_portent_pas_les_marques(connecter):
    """And what is known is written in one order: one page, one address, one row of memory."""
    client = connecter()
    un = client.get("/projets/?page=1&fbclid=IwAR0abc&quartier=&page=1")
    deux = client.get("/projets/?gclid=1&quartier=&page=1")
    assert un.status_code == 200
    assert un.content == deux.content
    assert "fbclid" not in un.content.decode()
    assert len(caches["pages"]._cache) == 2  # the page, and the key of the last of its address


def test_une_marque_n_envoie_pas_un_formulaire(connecter):
    """A form is bound by its own fields: nobody is told of errors before having answered."""
    client = connecter()
    for chemin in ("/appel/eligibilite/", "/suis-je-dans-un-qpv/"):
        reponse = client.get(f"{chemin}?{MARQUES}")
        assert (reponse.status_code, reponse.context["form"].is_bound) == (200, False)


def test_seules_les_donnees_publiques_sont_ouvertes_aux_autres_sites(connecter):
    creer_appel()
    for client in (connecter(), connecter(creer_agent())):
        ouvertes = set()
        for nom, adresse in adresses_publiques().items():
            reponse = client.get(adresse, headers={"Origin": "https://ailleurs.example"})
            ouvre = reponse.headers.get("Access-Control-Allow-Origin")
            politique = reponse.headers["Cross-Origin-Resource-Policy"]
            assert (ouvre, politique) in {("*", "cross-origin"), (None, "same-origin")}, nom
            assert "Access-Control-Allow-Credentials" not in reponse.headers
            if ouvre:
                ouvertes.add(nom)
        assert ouvertes == OUVERTES


def test_un_autre_site_demande_d_abord_s_il_peut(connecter):
    client = connecter()
    for nom in sorted(OUVERTES):
        reponse = client.options(
            reverse(nom, args=PORTENT.get(nom, [])),
            headers={
                "Origin": "https://ailleurs.example",
                "Access-Control-Request-Method": "GET",
                "Access-Control-Request-Headers": "x-requested-with",
            },
        )
        assert reponse.status_code == 204
        assert reponse.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
        assert reponse.headers["Access-Control-Allow-Origin"] == "*"
        premiere = client.get(reverse(nom, args=PORTENT.get(nom, [])))
        if "ETag" in premiere.headers:
            encore = client.get(
                reverse(nom, args=PORTENT.get(nom, [])),
                headers={"If-None-Match": premiere.headers["ETag"]},
            )
            assert encore.status_code == 304
            assert encore.headers["Access-Control-Allow-Origin"] == "*"


def test_les_sondes_demandent_sans_corps(connecter):
    client = connecter()
    assert client.head("/sante/vivant").status_code == 200
    assert client.head("/sante/pret").status_code == client.get("/sante/pret").status_code
