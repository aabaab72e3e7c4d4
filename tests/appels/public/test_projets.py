"""The page of the projects and its files say the same; a project has its own page; what must not be
published is nowhere.
"""

import csv
import hashlib
import json
import re
from io import StringIO
from itertools import product

import pytest

from appels.decision.actions import publications
from appels.models import Dossier, Publication, Serie, Soutien
from appels.public import soutiens
from appels.public.vues import projets
from partenaires.models import Role
from quartiers.models import Axe, Commune, Objectif, Parution, Quartier
from tests.appels.public.test_portail import lire, soutenu
from tests.fabriques import (
    PENDANT,
    creer_agent,
    creer_appel,
    creer_association,
    creer_lettre,
    publier_les_decisions,
)
from tests.pages_lues import elements

pytestmark = pytest.mark.django_db


def placer(dossier: Dossier, *codes: str, **champs) -> Dossier:
    """The project happens in these quartiers and nowhere else."""
    dossier.lieux.all().delete()
    for code in codes:
        dossier.lieux.create(quartier=Quartier.objects.get(code=code), **champs)
    return dossier


@pytest.fixture
def monde(horloge_figee) -> list[Dossier]:
    """Four projects of two years; the first two are the years of one action."""
    organisme = creer_association(nom="Association des Essais")
    serie = Serie.objects.create(porteur=organisme, premiere_annee=2026, titre="Jardins")
    axes = list(Axe.objects.all())
    dossiers = []
    for annee in (2026, 2027):
        appel = creer_appel(annee)
        for rang, codes in enumerate((["QN06258M", "QN06259M"], ["QN06262M"])):
            dossier = soutenu(
                appel, montant=100_001 + rang, porteur=organisme if not rang else None
            )
            dossier.refresh_from_db()
            placer(dossier, *codes)
            dossier.axe = axes[rang]
            dossier.intitule = f"Projet {annee} {rang}"
            dossier.serie = None if rang else serie
            dossier.save()
            dossier.objectifs_contrat.set(Objectif.objects.filter(axe=axes[rang])[:1])
            dossiers.append(dossier)
        publier_les_decisions(appel)
    return dossiers


def corriger_a_rien(dossier: Dossier) -> None:
    """Its grant, public already, was an error: everybody reads that it is none."""
    (accord,) = dossier.financements.accordes()
    accord.decision, accord.montant_vote, accord.motif = "refuse", None, "Erreur"
    accord.prononcer(par=creer_agent(), le=PENDANT)
    creer_lettre(accord)
    cles = [prise.pk for prise in publications.publiables(dossier.appel)]
    publications.publier(
        dossier.appel,
        cles,
        len(cles),
        note="Erreur ; de saisie",
        par=creer_agent(Role.RESPONSABLE),
        recu_le=PENDANT,
    )


def empreinte(lignes: list[tuple]) -> str:
    return hashlib.sha256(repr(sorted(lignes)).encode()).hexdigest()


def centimes(euros: str) -> int:
    entiers, _, reste = euros.replace(".", ",").partition(",")
    return int(entiers or 0) * 100 + int((reste or "0").ljust(2, "0"))


def test_page_carte_csv_geojson_et_json_sont_les_memes_lignes(connecter, monde):
    """Those that grant nothing any more included: given up, corrected to none."""
    corriger_a_rien(monde[3])
    client = connecter()
    offres = soutiens.catalogue(Parution.actuelle()).offres
    filtres = {
        "annee": ["", "2026"],
        "quartier": ["", "QN06258M", "QN06262M"],
        "axe": ["", Axe.objects.first().cle],
        "organisme": ["", str(monde[0].porteur_id)],
        "tri": ["montant"],
    }
    adresses = [
        {nom: v for nom, v in zip(filtres, valeurs, strict=True) if v}
        for valeurs in product(*filtres.values())
    ]
    autres = ("objectif", "commune", "financeur")
    adresses += [{nom: offre.valeur} for nom in autres for offre in offres[nom]]
    assert {nom for adresse in adresses for nom in adresse} == {*soutiens.FILTRES, "tri"}
    vues = set()
    for adresse in adresses:
        page = lire(client, "/projets/?" + "&".join(f"{k}={v}" for k, v in adresse.items()))
        lues = re.findall(r'<a href="/projets/(CV-[^/]+)/">', page)
        texte = client.get("/projets/projets.csv", adresse).content.decode("utf-8-sig")
        table = list(csv.DictReader(StringIO(texte), delimiter=";"))
        objets = json.loads(client.get("/projets/projets.json", adresse).content)
        entites = json.loads(client.get("/projets/projets.geojson", adresse).content)
        du_csv = [
            (
                li["numero"],
                li["financeur"],
                centimes(li["montant_vote_euros"]),
                li["etat"],
                li["note"],
                li["quartiers"],
            )
            for li in table
        ]
        du_json, du_geojson = (
            [
                (
                    un["numero"],
                    financement["financeur"],
                    centimes(financement["montant_vote_euros"]),
                    financement["etat"],
                    financement["note"],
                    ", ".join(un["quartiers"]),
                )
                for un in uns
                for financement in un["financements"]
            ]
            for uns in (objets["projets"], [e["properties"] for e in entites["features"]])
        )
        demande = soutiens.lire(adresse, soutiens.catalogue(Parution.actuelle()))
        de_la_base = [
            (
                un.numero,
                part.nom,
                part.montant,
                part.etat.label,
                part.note,
                ", ".join(str(p.quartier.code) for p in places),
            )
            for un in soutiens.lignes(demande).pour_lecture()
            for places in [un.places.all()]
            for part in un.parts.all()
        ]
        attendue = empreinte(de_la_base)
        assert [empreinte(du_csv), empreinte(du_json), empreinte(du_geojson)] == [attendue] * 3
        assert lues == [ligne[0] for ligne in de_la_base], adresse
        assert (objets["nombre"], centimes(objets["montant_vote_euros"])) == (
            len(lues),
            sum(ligne[2] for ligne in de_la_base),
        )
        de_l_api = [
            (un["numero"], part["nom"], round(part["montant_euros"] * 100), part["note"])
            for un in client.get("/api/v1/projets", {**adresse, "taille": 100}).json()["resultats"]
            for part in un["financeurs"]
        ]
        assert sorted(de_l_api) == sorted((*un[:3], un[4]) for un in de_la_base)
        vues.add(attendue)
    assert len(vues) > 5
    page = lire(client, "/projets/").replace("\u00a0", " ")
    assert page.count(" : n’est plus accordé") == 1
    assert [(un[2], un[3], un[4]) for un in de_la_base if un[0] == monde[3].numero] == [
        (0, "n’est plus accordé", "Erreur ; de saisie")
    ]


def test_la_carte_et_son_tableau_ne_comptent_pas_deux_fois(connecter, monde):
    client = connecter()
    assert 'href="?carte=tableau#carte"' in lire(client, "/projets/")
    page = lire(client, "/projets/?carte=tableau").replace("\u00a0", " ")
    assert ("Refermer le tableau" in page, 'id="carte"' in lire(client, "/projets/")) == (
        True,
        False,
    )
    assert client.get("/projets/?carte=x").status_code == 404
    tableau = page[page.index("Mêmes nombres que la carte") : page.index("</table>")]
    lignes = re.findall(
        r'<th scope="row">([^<]+)</th>\s*<td class="nb" data-t="Projets">(\d+)</td>\s*'
        r'<td class="nb"[^>]*>([^<]+)</td>\s*<td class="nb"[^>]*>([^<]+)</td>',
        tableau,
    )
    dits = {nom: (nombre, montant, part) for nom, nombre, montant, part in lignes}
    quatre, bonnettes = (str(Quartier.objects.get(code=c)) for c in ("QN06258M", "QN06259M"))
    assert (dits[quatre][:2], dits[bonnettes][:2]) == (("2", "2 000,02 €"),) * 2
    assert dits["Ensemble"] == ("4", "–", "4 000,06 €")
    parts = [centimes(d[2].removesuffix(" €").replace(" ", "")) for d in dits.values()]
    (ailleurs,) = re.findall(r'Ailleurs</th>\s*<td class="nb"[^>]*>([^<]+) €</td>', tableau)
    assert sum(parts[:-1]) + centimes(ailleurs.replace(" ", "")) == parts[-1] == 400_006


@pytest.mark.parametrize(
    ("adresse", "rangs"), [("", projets.PAR_PAGE), ("?carte=tableau", projets.PAR_PAGE_AU_TABLEAU)]
)
def test_une_page_pleine_reste_legere(connecter, monde, adresse, rangs):
    """As many rows as the heaviest of those that are there: 382 elements (CONCEPTION §5)."""
    page = lire(connecter(), f"/projets/{adresse}")
    lourds = [elements(rang) for rang in re.findall(r'<li class="projet">.*?</li>', page, re.S)]
    assert elements(page) + (rangs - len(lourds)) * max(lourds) <= 382


def test_les_pastilles_portent_les_noms_de_la_carte(connecter, monde):
    """Six on one line; the whole name stands in the table and in each row."""
    page = lire(connecter(), "/projets/")
    pastilles = page[page.index('<b id="f-quartier"') : page.index('<b id="f-axe"')]
    assert ("Blancs Monts" in pastilles, "Hochettes" in pastilles) == (True, False)


def test_la_carte_d_un_projet_se_serre_sur_ses_quartiers(connecter, monde):
    """Wide, whatever their number: nothing stands empty beside it."""
    for dossier in monde[:2]:
        page = lire(connecter(), f"/projets/{dossier.numero}/")
        _, _, largeur, hauteur = re.search(r'viewBox="(0) (0) (1000) (\d+)"', page).groups()
        assert 700 < int(hauteur) < int(largeur)


def test_un_projet_a_sa_page_ses_annees_son_adresse(connecter, monde):
    client = connecter()
    adresse = f"/projets/{monde[2].numero}/"
    page = lire(client, adresse).replace("\u00a0", " ")
    assert "Les 2 années du même projet" in page
    assert f'href="/projets/{monde[0].numero}/"' in page
    assert f"/projets/{monde[1].numero}/" not in page
    assert "L’adresse n’est pas publiée." in page
    assert '<dd class="n">2e</dd>' in page
    seul = lire(client, f"/projets/{monde[1].numero}/")
    assert "du même projet" not in seul
    assert client.get("/projets/CV-2027-9999/").status_code == 404


@pytest.mark.parametrize(
    ("jour", "mots"),
    [("2027-01-31", "à venir"), ("2027-02-01", "en cours"), ("2027-12-01", "réalisé")],
)
def test_l_etat_suit_le_calendrier(connecter, horloge_figee, jour, mots):
    dossier = soutenu()
    Dossier.objects.filter(pk=dossier.pk).update(debut_le="2027-02-01", fin_le="2027-11-30")
    publier_les_decisions(dossier.appel)
    horloge_figee(PENDANT.replace(year=int(jour[:4]), month=int(jour[5:7]), day=int(jour[8:])))
    numero = Dossier.objects.get(pk=dossier.pk).numero
    assert f"Projet {mots}" in lire(connecter(), f"/projets/{numero}/").replace("\u00a0", " ")


def test_ce_qui_est_retire_repond_410_et_dit_pourquoi(connecter, monde):
    client = connecter()
    (publication,) = Publication.objects.parues().filter(prise__financement__dossier=monde[1])
    publications.depublier(
        monde[1].appel,
        [publication.pk],
        "CANARI : raison du service",
        par=creer_agent(Role.RESPONSABLE),
        recu_le=PENDANT,
    )
    reponse = client.get(f"/projets/{monde[1].numero}/")
    texte = reponse.content.decode()
    assert (reponse.status_code, "n’est plus publié" in texte, "CANARI" in texte) == (
        410,
        True,
        False,
    )
    assert monde[1].numero not in lire(client, "/projets/")


# --- What is never published ----------------------------------------------------------------------


def surfaces(client, numero: str) -> str:
    """Everything that a visitor may open about it."""
    chemins = [
        "/projets/",
        "/projets/projets.csv",
        "/projets/projets.json",
        "/projets/projets.geojson",
        f"/projets/{numero}/",
        "/sitemap.xml",
        "/plan-du-site/",
        "/quartiers/QN06262M/",
        "/",
    ]
    return "".join(client.get(chemin).content.decode() for chemin in chemins)


def test_un_lieu_protege_n_est_nulle_part(connecter, horloge_figee):
    """Its address never; its quartier only beside another project, and no more once alone."""
    dossier = placer(
        soutenu(intitule="Accueil de nuit"),
        "QN06262M",
        intitule="CANARI-NOM",
        adresse="CANARI-ADRESSE",
        latitude="50.280000",
        longitude="2.760000",
        publiable=True,
    )
    dossier.refresh_from_db()
    dossier.lieu_protege = True
    dossier.save()
    publier_les_decisions(dossier.appel)
    client = connecter()
    tout = surfaces(client, dossier.numero)
    assert ("CANARI" in tout, "50.28" in tout, "2.76," in tout) == (False, False, False)
    assert Soutien.objects.filter(quartiers__code="QN06262M").count() == 0
    assert list(Soutien.objects.get().communes.all()) == []  # two communes would name it
    entite = json.loads(client.get("/projets/projets.geojson").content)["features"][0]
    assert (entite["geometry"], entite["properties"]["quartiers"]) == (None, [])
    assert "Accueil de nuit" not in lire(client, "/projets/?quartier=QN06262M")
    page = lire(client, f"/projets/{dossier.numero}/")
    assert "Le lieu n’est pas publié." in page
    assert "QN06262M" not in page
    # Another one there: the quartier may be named, the address still not.
    voisin = placer(soutenu(intitule="Voisin"), "QN06262M")
    publier_les_decisions(voisin.appel)
    assert Soutien.objects.filter(quartiers__code="QN06262M").count() == 2
    assert "CANARI" not in surfaces(client, dossier.numero)
    # Alone again: its quartier goes in the act that took the other away.
    (publication,) = Publication.objects.parues().filter(prise__financement__dossier=voisin)
    publications.depublier(
        voisin.appel,
        [publication.pk],
        "Erreur",
        par=creer_agent(Role.RESPONSABLE),
        recu_le=PENDANT,
    )
    assert Soutien.objects.filter(quartiers__code="QN06262M").count() == 0
    assert "Accueil de nuit" not in lire(client, "/projets/?quartier=QN06262M")
    assert "CANARI" not in surfaces(client, dossier.numero)  # from memory this time


def test_une_adresse_n_est_publiee_que_si_l_organisme_le_permet(connecter, horloge_figee):
    commune = Commune.objects.get(nom="Arras")
    dossier = soutenu(intitule="Jardin ouvert")
    placer(dossier, "QN06259M", adresse="CANARI-FERMEE", commune=commune)
    dossier.lieux.create(
        adresse="12 rue OUVERTE",
        commune=commune,
        latitude="50.290000",
        longitude="2.770000",
        publiable=True,
    )
    publier_les_decisions(dossier.appel)
    numero = Dossier.objects.get(pk=dossier.pk).numero
    client = connecter()
    page = lire(client, f"/projets/{numero}/")
    assert ("12 rue OUVERTE" in page, "CANARI" in surfaces(client, numero)) == (True, False)
    entite = json.loads(client.get("/projets/projets.geojson").content)["features"][0]
    assert entite["geometry"]["coordinates"] == [[2.77, 50.29]]
    assert entite["properties"]["precision"] == "adresse"
