"""The grants in the national form: what leaves is valid, what would not be is named first."""

import csv
import io
from dataclasses import replace
from datetime import date

import pytest

from appels.demonstration.exemple import siret_fictif
from appels.models import NatureAide
from appels.public import scdl
from contrat_ville.mauvaises_subventions import DEFAUTS, ENTIER, ecrire, erreurs, hostiles
from partenaires.models import Genre, Partenaire, Rectification
from quartiers.models import Parution
from tests.fabriques import (
    PENDANT,
    creer_accord,
    creer_agent,
    creer_appel,
    creer_association,
    creer_dossier_complet,
    creer_membre,
    deposer,
    poser_service,
    publier_les_decisions,
)


def test_mille_lignes_hostiles_ne_laissent_partir_que_du_valide():
    """Every second one has a defect, and each is refused with its sentence; the rest is valid."""
    gardes, refuses = [], []
    for subvention, phrase in hostiles(1000):
        if phrase:
            refuses.append([dite.startswith(phrase) for dite in subvention.defauts()])
        else:
            assert subvention.defauts() == []
            gardes.append(subvention)
    assert refuses == [[True]] * 500
    fichier = ecrire(gardes)
    assert erreurs(fichier) == []
    lues = list(csv.DictReader(io.StringIO(fichier, newline="")))
    assert len({ligne["referenceDecision"] for ligne in lues}) == len(lues) == 500
    assert {len(ligne["objet"]) <= 256 for ligne in lues} == {True}


@pytest.mark.parametrize("cas", DEFAUTS)
def test_temoin_le_schema_refuse_ce_que_nous_refusons(cas):
    """The control: written all the same, almost each of these would be refused nationally."""
    subvention = replace(ENTIER, **DEFAUTS[cas][0])
    assert subvention.defauts() != []
    if subvention.engage_le and subvention.nature and subvention.versements:
        assert bool(erreurs(ecrire([subvention]))) == (
            cas not in ("sans acte", "montant nul", "date absurde", "versement absurde")
        )


def test_une_ligne_se_lit_a_la_lettre():
    echelonne = replace(
        ENTIER,
        versements=(date(2027, 11, 30), date(2027, 4, 1)),
        nature="numeraire_nature",
        rna="W9A1000001",
        notification_ue=True,
    )
    lues = list(csv.DictReader(io.StringIO(ecrire([ENTIER, echelonne]), newline="")))
    assert lues[0] == {
        "nomAttribuant": "Communauté Urbaine d’Arras",
        "idAttribuant": siret_fictif(1),
        "dateConvention": "2027-03-01",
        "referenceDecision": "Délibération 12, CV-2027-0001, ligne 1",
        "nomBeneficiaire": "Les Pinsons",
        "idBeneficiaire": siret_fictif(2),
        "rnaBeneficiaire": "W621000001",
        "objet": "Jardins partagés",
        "montant": "2500.50",
        "nature": "aide en numéraire",
        "conditionsVersement": "unique",
        "datesPeriodeVersement": "2027-04-01",
        "idRAE": "",
        "notificationUE": "non",
        "pourcentageSubvention": "1",
        "dispositifAide": "Appel à projets 2027",
    }
    autres = (
        "rnaBeneficiaire",
        "nature",
        "conditionsVersement",
        "datesPeriodeVersement",
        "notificationUE",
    )
    assert [lues[1][nom] for nom in autres] == [
        "",
        "aide en numéraire;aide en nature",
        "échelonné",
        "2027-04-01/2027-11-30",
        "oui",
    ]


@pytest.mark.parametrize(
    ("texte", "coupe"),
    [
        ("court", "court"),
        ("x" * 256, "x" * 256),
        ("mot " * 64 + "fin", "mot " * 62 + "mot mot…"),
        ("y" * 300, "y" * 255 + "…"),
    ],
)
def test_l_objet_se_coupe_a_un_mot(texte, coupe):
    assert scdl._texte(texte, 256) == coupe


@pytest.fixture
def publie(db, horloge_figee):
    """The CUA publishes; it granted twice the same amount, once through a published decision."""
    cua = Partenaire.objects.get(genre=Genre.CUA)
    cua.publie_ses_subventions = True
    cua.siret = siret_fictif(1)
    cua.save()
    appel = creer_appel()
    dossiers = [deposer(creer_dossier_complet(appel)) for _ in range(2)]
    for dossier in dossiers:
        accord = creer_accord(dossier, Genre.CUA)
        accord.acte = "Délibération 12"
        accord.prononcer(par=creer_agent(), le=PENDANT)
    return cua, appel, dossiers


def test_seul_ce_qui_est_public_et_du_financeur_entre_dans_le_fichier(publie, connecter):
    cua, appel, dossiers = publie
    assert list(scdl.subventions(cua)) == []  # decided, not released
    creer_accord(dossiers[0], Genre.CAF)
    publier_les_decisions(appel)
    assert [subvention.dossier for subvention in scdl.subventions(cua)] == [d.pk for d in dossiers]
    assert len({subvention.reference for subvention in scdl.subventions(cua)}) == 2
    caf = Partenaire.objects.get(genre=Genre.CAF)
    client = connecter()
    for adresse in ("/donnees/scdl/{}/", "/donnees/scdl/{}/subventions.csv"):
        assert client.get(adresse.format(cua.pk)).status_code == 200
        assert client.get(adresse.format(caf.pk)).status_code == 404


def test_ce_qui_est_saisi_a_la_decision_devient_une_ligne_valide(publie, connecter):
    cua, appel, dossiers = publie
    for dossier in dossiers:
        accord = dossier.financements.get(partenaire=cua)
        accord.nature_aide = NatureAide.NUMERAIRE
        accord.convention_le = date(2026, 11, 30)
        accord.verse_des = date(2026, 12, 15)
        accord.verse_jusqu_au = date(2027, 6, 30)
        accord.prononcer(par=creer_agent(), le=PENDANT)
    publier_les_decisions(appel)
    reponse = connecter().get(f"/donnees/scdl/{cua.pk}/subventions.csv")
    contenu = b"".join(reponse).decode()
    assert erreurs(contenu) == []
    lues = list(csv.DictReader(io.StringIO(contenu, newline="")))
    assert [ligne["dateConvention"] for ligne in lues] == ["2026-11-30"] * 2
    assert {ligne["datesPeriodeVersement"] for ligne in lues} == {"2026-12-15/2027-06-30"}
    assert sum(float(ligne["montant"]) for ligne in lues) == 2000.0
    assert reponse["Access-Control-Allow-Origin"] == "*"
    etat = scdl.inventaire(cua)
    assert (etat.lignes, etat.total, etat.nombre_refuse) == (2, 200_000, 0)


def test_la_page_du_service_nomme_chaque_dossier_et_le_public_le_compte(publie, connecter):
    _, appel, dossiers = publie
    publier_les_decisions(appel)
    agent = connecter(creer_agent())
    page = agent.get("/instruction/donnees-publiees/").content.decode()
    for dossier in dossiers:
        assert f"/dossiers/{dossier.pk}/decisions/" in page
    assert page.count("Aucune date de versement n’est prévue.") == 2
    for etranger in (creer_membre(creer_association()), None):
        reponse = connecter(etranger).get("/instruction/donnees-publiees/")
        assert reponse.status_code == (403 if etranger else 302)


def test_le_siret_est_celui_du_jour(publie):
    cua, _, dossiers = publie
    cua.siret_avant = siret_fictif(7)
    cua.siret_depuis = date(2027, 1, 1)
    assert cua.siret_au(date(2026, 12, 31)) == siret_fictif(7)
    assert cua.siret_au(date(2027, 1, 1)) == siret_fictif(1)
    porteur = dossiers[0].porteur
    Rectification.objects.create(
        partenaire=porteur,
        champ="siret",
        avant=siret_fictif(8),
        apres=porteur.siret,
        motif="Déménagement",
        demandee_le=PENDANT,
        demandee_par=creer_agent(),
        tranchee_le=PENDANT,
        tranchee_par=creer_agent(),
        est_acceptee=True,
    )
    assert porteur.siret_au(date(2026, 11, 9)) == siret_fictif(8)
    assert porteur.siret_au(date(2026, 11, 10)) == porteur.siret


def test_la_licence_est_dite_ou_a_venir(publie, connecter):
    cua = publie[0]
    adresse = f"/donnees/scdl/{cua.pk}/"
    assert "n’a pas encore choisi de licence" in connecter().get(adresse).content.decode()
    fichiers = [f"{adresse}subventions.csv", "/projets/projets.csv", "/quartiers/quartiers.csv"]
    for chemin in fichiers:
        assert 'rel="license"' not in connecter().get(chemin)["Link"]
    poser_service(licence="ouverte")
    Parution.avancer(PENDANT)
    page = connecter().get(adresse).content.decode()
    assert "Licence Ouverte / Open Licence version 2.0" in page
    for chemin in fichiers:
        assert '/etalab-2.0.html>; rel="license"' in connecter().get(chemin)["Link"]


CHEMINS_JSON = [
    "/projets/projets.json",
    "/projets/projets.geojson",
    "/quartiers/quartiers.geojson",
    "/appel/appels.json",
]


@pytest.mark.parametrize("chemin", CHEMINS_JSON)
def test_un_fichier_dit_d_ou_il_vient(publie, connecter, settings, chemin):
    poser_service(licence="odbl", nom="Service des essais")
    Parution.avancer(PENDANT)
    reponse = connecter().get(chemin)
    lu = reponse.json()
    dictionnaire = f"{settings.URL_PUBLIQUE}/donnees/"
    assert {nom: lu[nom] for nom in ("licence", "producteur", "dictionnaire")} == {
        "licence": "Open Database License (ODbL) version 1.0",
        "producteur": "Service des essais",
        "dictionnaire": dictionnaire,
    }
    assert lu["maj"].startswith("20")
    assert f'<{dictionnaire}>; rel="describedby"' in reponse["Link"]


def test_chaque_colonne_du_fichier_des_projets_est_expliquee(publie, connecter):
    tete = connecter().get("/projets/projets.csv").content.decode("utf-8-sig").splitlines()[0]
    page = connecter().get("/donnees/").content.decode()
    for colonne in tete.split(";"):
        assert f"<dt>{colonne}</dt><dd>" in page
