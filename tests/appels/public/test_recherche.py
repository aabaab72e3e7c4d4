"""One search box: what is public, whatever the accents, with one letter wrong."""

import html
import re

import pytest

from appels.models import Soutien
from appels.models.numerotation import lire_numero
from appels.public import recherche
from partenaires.models import Genre
from quartiers.models import Axe, Objectif, Parution
from quartiers.ressemblance import ecart, motif, mots
from tests.fabriques import (
    PENDANT,
    creer_accord,
    creer_appel,
    creer_association,
    creer_document,
    creer_dossier_complet,
    deposer,
    publier_les_decisions,
)
from tests.fabriques_paroles import creer_consultation

ECRITS = {  # what is typed for « Jardins partagés », and whether it is understood
    "jardins": 0,
    "JARDINS PARTAGÉS": 0,
    "jard": 0,
    "partages jardins": 0,
    "jadrins": 1,
    "jrdins": 1,
    "jaardins": 1,
    "kardins": 1,
    "partagéz": 1,
    "jrdns": None,
    "ardins": 1,
    "jardins 2027": None,
    "tag": None,
}


@pytest.mark.parametrize("ecrit", ECRITS)
def test_une_lettre_fausse_est_pardonnee_pas_deux(ecrit):
    assert ecart(mots(ecrit), "Jardins partagés") == ECRITS[ecrit]


@pytest.mark.parametrize("ecrit", ["st michel", "saint michel", "St-Michel", "saint-michle"])
@pytest.mark.parametrize("lu", ["Saint Michel Goudemand", "Comité St-Michel"])
def test_saint_s_ecrit_de_deux_facons(ecrit, lu):
    assert ecart(mots(ecrit), lu) == int("michle" in ecrit)
    assert ecart(mots("ste anne"), "Rue Sainte-Anne") == 0
    assert ecart(mots("st"), "Stade") == 0  # the beginning of another word, still
    assert ecart(mots("saint"), "Stade") is None


def test_les_mots_sont_bornes_et_ne_cassent_aucun_motif():
    hostile = "(((a+)+)+$ [x] \\ ' % _ 😀 " + "z" * 5000
    assert len(mots(hostile)) <= 6
    assert all(re.compile(motif(mot)) for mot in mots(hostile))
    assert mots("de la") == ["de", "la"]
    assert mots("les jardins de l’été") == ["jardins", "ete"]
    assert mots("\x00 ,;") == []


@pytest.fixture
def monde(db, horloge_figee):
    """One project published of « Les Pinsons », one that nobody published of « Canari Secret »."""
    appel = creer_appel()
    public = deposer(
        creer_dossier_complet(
            appel, creer_association(nom="Les Pinsons"), intitule="Jardins partagés"
        )
    )
    creer_accord(public, Genre.CAF)
    publier_les_decisions(appel)
    cache = deposer(
        creer_dossier_complet(
            appel, creer_association(nom="Canari Secret"), intitule="Canari des jardins"
        )
    )
    creer_accord(cache, Genre.CAF)
    creer_document(titre="Règlement des jardins", est_publie=True)
    creer_document(titre="Canari non publié", est_publie=False)
    creer_consultation(question="Où planter des arbres ?")
    creer_consultation(question="Canari d’une consultation", est_publiee=False)
    Objectif.objects.create(
        axe=Axe.objects.first(),
        position=99,
        libelle="Canari masqué",
        source=Objectif.objects.first().source,
        est_publie=False,
    )
    Parution.avancer(PENDANT)
    return public


@pytest.fixture
def genres(monde, connecter):
    """{kind: names} of what the page shows for a text."""
    client = connecter()

    def demander(texte: str) -> dict[str, list[str]]:
        page = client.get("/recherche/", {"q": texte}).content.decode()
        trouves = {}
        for bloc in re.findall("<section>.*?</section>", page, re.DOTALL):
            titre = re.search(r"<h2>(.*?) \(\d+\)</h2>", bloc)[1]
            noms = re.findall(r"<li>\s*<a [^>]*>(.*?)</a>", bloc)
            trouves[titre] = [html.unescape(nom) for nom in noms]
        return trouves

    return demander


def test_chaque_genre_se_trouve_et_rien_qui_ne_soit_public(genres, monde):
    assert genres("jardin") == {
        "Projets soutenus": ["Jardins partagés"],
        "Documents": ["Règlement des jardins"],
    }
    assert genres("pinsns") == {"Organismes soutenus": ["Les Pinsons"]}
    assert genres(monde.numero.lower()) == {"Projets soutenus": ["Jardins partagés"]}
    assert list(genres("bonnetes")) == ["Quartiers"]
    assert genres("médiatoin")["Axes et objectifs"][0] == "Favoriser la médiation"
    assert genres("récépissé")["Aide"][0] == "Vérifier un récépissé ou une lettre"
    assert genres("arbre") == {"Consultations ouvertes": ["Où planter des arbres ?"]}
    assert "Dauphin" in genres("dauphin")["Aide"]
    assert genres("canari") == {}


def test_une_annee_et_tout_numero_menent_a_leurs_projets(genres, monde):
    projets = {"Projets soutenus": ["Jardins partagés"]}
    assert genres("2027") == projets
    assert genres("jardins 2027") == projets
    assert genres("jardins 2026") == {}
    repris = Soutien.objects.get()
    repris.numero = "R-2027-AXCMEER"  # as a line taken over from a file is numbered
    repris.save()
    assert genres("r-2027-axcmeer") == projets


@pytest.mark.parametrize(
    "forme", ["cv {} {}", "CV\u2011{}\u2011{}", "n° CV-{}-{}", "Dossier n°\u00a0cv {} {}", "cv{}{}"]
)
def test_un_numero_se_lit_comme_on_l_ecrit(genres, monde, forme):
    _, annee, rang = monde.numero.split("-")
    assert genres(forme.format(annee, int(rang))) == {"Projets soutenus": ["Jardins partagés"]}


@pytest.mark.parametrize("forme", ["{}{}{}{}", "{} {} {} {}", "SIRET : n° {} {} {} {}"])
def test_un_siret_se_lit_par_groupes(genres, forme):
    porteur = Soutien.objects.get().porteur
    porteur.siret = "73282932000074"
    porteur.save()
    groupes = ("732", "829", "320", "00074")
    assert genres(forme.format(*groupes)) == {"Organismes soutenus": ["Les Pinsons"]}


def test_un_quartier_se_trouve_par_ce_qu_il_est(genres, monde):
    assert len(genres("qpv")["Quartiers"]) == 6
    assert genres("quartier prioritaire beaurains") == {}
    assert len(genres("qpv saint laurent")["Quartiers"]) == 1


def test_rien_de_faux_n_est_dit_d_une_recherche_vide(monde, connecter):
    client = connecter()
    for texte in ("", "   ", "…"):
        page = client.get("/recherche/", {"q": texte}).content.decode()
        assert "Rien ne répond" not in page
        assert "résultat" not in page
    assert "Rien ne répond à « xyzxyz »" in client.get("/recherche/?q=xyzxyz").content.decode()
    approche = client.get("/recherche/?q=jardinz").content.decode()
    assert "voici ce qui s’en approche" in approche


@pytest.mark.parametrize(
    "ecrit",
    [
        *("CV-2027-0012", "cv 2027 12", "n° CV\u20112027\u20110012", "dossier CV–2027–0012"),
        *("« CV-2027-0012 »", "(CV-2027-0012)", "CV-2027-0012.", "\u200bCV-2027-0012,\u00a0"),
    ],
)
def test_un_numero_copie_d_une_phrase_se_lit(ecrit):
    assert lire_numero(ecrit) == "CV-2027-0012"


@pytest.mark.parametrize(("de_trop", "dit"), [(1, "1 caractère"), (2, "2 caractères")])
def test_une_recherche_trop_longue_revient_avec_ce_qu_il_faut_retirer(
    monde, connecter, de_trop, dit
):
    texte = "a" * (256 + de_trop)
    reponse = connecter().get("/recherche/", {"q": texte})
    page = reponse.content.decode().replace("\u00a0", " ")
    assert (reponse.status_code, f'value="{texte}"' in page) == (400, True)
    assert f"Cette recherche est trop longue : retirez-en {dit}." in page
    assert "<title>Erreur : Chercher – Cœur de Quartier</title>" in page
    assert 'aria-describedby="q_error" autofocus>' in page
    assert "Rien ne répond" not in page


def test_une_recherche_est_bornee(monde, connecter, django_assert_max_num_queries):
    client = connecter()
    assert client.get("/recherche/", {"q": "a" * 256}).status_code == 200  # a whole title
    assert client.get("/recherche/", {"q": "<script>alert(1)</script>"}).status_code == 200
    with django_assert_max_num_queries(6):
        assert client.get("/recherche/?q=jardins+partages").status_code == 200
    assert recherche.PAR_GENRE <= recherche.COMPTES
