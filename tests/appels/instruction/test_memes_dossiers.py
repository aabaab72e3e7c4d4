"""One set, one page: what a file, a log or a counter holds is what its page shows, to everybody."""

import csv
import io
import re

import pytest
from openpyxl import load_workbook

from appels.decision import lots, proces_verbal
from appels.decision.actions import comites, scenarios
from appels.instruction.actions import exports
from appels.instruction.listes import Liste, lisibles_par
from appels.models import (
    Acte,
    Cotation,
    Critere,
    Dossier,
    Export,
    Lecture,
    Passage,
    Rappel,
)
from appels.socle import condenses
from partenaires.models import Genre, Partenaire, Role
from quartiers.models import Axe
from tests.appels.decision.test_scenarios import demander
from tests.appels.instruction.test_liste import poser
from tests.appels.socle.test_empechement import deporter, un_agent, un_financeur
from tests.fabriques import (
    PENDANT,
    creer_agent,
    creer_appel,
    creer_association,
    creer_dossier,
    creer_financeur,
    creer_membre,
)

pytestmark = pytest.mark.django_db
NUMERO = re.compile(r"CV-2027-\d{4}")
NOMS = ("ouvert", "ailleurs", "sans la CAF", "ferme")
PROFILS = {
    "agent": lambda monde: creer_agent(),
    "responsable": lambda monde: creer_agent(Role.RESPONSABLE),
    "agent limité": lambda monde: un_agent({"axes": [monde["ouvert"].axe.cle]}),
    "agent en déport": lambda monde: deporter(un_agent(), monde),
    "agent membre": lambda monde: creer_membre(
        monde["porteur"], Role.LECTEUR, utilisateur=un_agent()
    ),
    "agent limité, avis d’un financeur": lambda monde: creer_membre(
        Partenaire.objects.get(genre=Genre.CAF),
        Role.AVIS_FINANCEUR,
        utilisateur=un_agent({"axes": [monde["ouvert"].axe.cle]}),
    ),
    "lecture d’un financeur": lambda monde: un_financeur(Role.LECTEUR_FINANCEUR),
    "avis d’un financeur": lambda monde: creer_financeur(),
    "financeur en déport": lambda monde: deporter(un_financeur(), monde),
    "financeur membre": lambda monde: creer_membre(
        monde["porteur"], Role.SIGNATAIRE, utilisateur=un_financeur()
    ),
    "organisme": lambda monde: creer_membre(monde["porteur"], Role.SIGNATAIRE),
}
# Who instructs which, said apart from the code that decides it.
INSTRUITS = {
    "agent": NOMS,
    "responsable": NOMS,
    "agent limité": ("ouvert", "sans la CAF", "ferme"),
    "agent en déport": ("ouvert", "ailleurs", "sans la CAF"),
    "agent membre": ("ouvert", "ailleurs", "sans la CAF"),
    "agent limité, avis d’un financeur": NOMS,
    "lecture d’un financeur": ("ouvert", "ailleurs", "ferme"),
    "avis d’un financeur": ("ouvert", "ailleurs", "ferme"),
    "financeur en déport": ("ouvert", "ailleurs"),
    "financeur membre": ("ouvert", "ailleurs"),
}
AGENTS = [profil for profil in INSTRUITS if "financeur" not in profil.split(",")[0]]
# As an agent: what the same person reads for a funder does not count.
SUIVIS = {profil: INSTRUITS[profil] for profil in AGENTS} | {
    "agent limité, avis d’un financeur": INSTRUITS["agent limité"]
}


@pytest.fixture
def monde(horloge_figee):
    """Four projects deposited and two drafts, one of which is read by the service."""
    un_axe, autre_axe = Axe.objects.order_by("pk")[:2]
    appel = creer_appel()
    responsable = creer_agent(Role.RESPONSABLE)
    monde = {"appel": appel, "porteur": creer_association(), "agent": responsable}
    for nom in NOMS:
        axe = autre_axe if nom == "ailleurs" else un_axe
        porteur = monde["porteur"] if nom == "ferme" else creer_association()
        monde[nom] = poser(appel, f"Projet {nom}", porteur, axe=axe)
        demander(monde[nom], Genre.ETAT, 100_000)
        if nom != "sans la CAF":
            demander(monde[nom], Genre.CAF, 50_000)
        _journaliser(monde[nom], responsable)
        _rappeler(monde[nom])
    monde["brouillon"] = creer_dossier(appel, creer_association(), axe=un_axe, intitule="SECRET")
    monde["papier"] = creer_dossier(
        appel, monde["porteur"], axe=un_axe, intitule="PARTAGE", ouvert_au_service_le=PENDANT
    )
    for nom in ("brouillon", "papier"):
        _rappeler(monde[nom])
    condenses.renouveler([monde[nom].pk for nom in NOMS])  # as the acts that ask money would
    monde["scenario"] = scenarios.creer(appel, "A", depuis=None, par=responsable, recu_le=PENDANT)
    monde["comite"] = comites.convoquer(
        appel,
        {"nom": "Comité", "lieu": "", "scenario": monde["scenario"], "tenu_le": PENDANT},
        par=responsable,
    )
    return monde


def _journaliser(dossier: Dossier, par) -> None:
    """What everybody may read, what the service does, what funders decide, a message."""
    for acte in ("deposer", Acte.SIGNALER, Acte.DECIDER, Acte.ECRIRE, Acte.AFFECTER):
        Passage.objects.create(dossier=dossier, acte=acte, par=par, le=PENDANT, motif=f"M-{acte}")


def _rappeler(dossier: Dossier) -> None:
    Rappel.objects.create(dossier=dossier, echeance=PENDANT, palier="J-7", cree_le=PENDANT)


def texte(reponse) -> str:
    if reponse.streaming:
        return b"".join(reponse.streaming_content).decode()
    return reponse.content.decode()


def octets(reponse) -> bytes:
    return b"".join(reponse.streaming_content) if reponse.streaming else reponse.content


def numeros(monde, noms) -> set[str]:
    return {monde[nom].numero for nom in noms}


def rangees(reponse) -> list[list[str]]:
    return list(csv.reader(io.StringIO(texte(reponse)), delimiter=";"))[1:]


@pytest.mark.parametrize("profil", INSTRUITS)
def test_la_liste_et_son_fichier(connecter, monde, profil):
    client = connecter(PROFILS[profil](monde))
    page = client.get("/instruction/?appel=tous")
    montres = {ligne.dossier.numero for ligne in page.context["atelier"].lignes}
    fichier = client.post(
        "/instruction/exports/?appel=tous", {"format": "csv", "colonnes": ["porteur"]}
    )
    attendus = numeros(monde, SUIVIS.get(profil, INSTRUITS[profil]))
    assert (montres, set(NUMERO.findall(texte(fichier)))) == (attendus, attendus)


@pytest.mark.parametrize("profil", PROFILS)
def test_le_journal_d_un_dossier_et_sa_page(connecter, monde, profil):
    client = connecter(PROFILS[profil](monde))
    for nom in NOMS:
        dossier = monde[nom]
        page = client.get(f"/dossiers/{dossier.pk}/historique/")
        journal = client.get(f"/instruction/dossiers/{dossier.pk}/journal.csv")
        if journal.status_code != 200:
            attendus = {404} if profil in SUIVIS else {403}
            assert {journal.status_code} == attendus, nom
            continue
        vus = sorted(f"M-{passage.acte}" for passage in page.context["page"])
        assert sorted(rangee[6] for rangee in rangees(journal)) == vus, nom


@pytest.mark.parametrize("profil", SUIVIS)
def test_le_journal_d_un_appel_et_les_pages(connecter, monde, profil):
    client = connecter(PROFILS[profil](monde))
    pages = []
    for nom in NOMS:
        page = client.get(f"/dossiers/{monde[nom].pk}/historique/")
        if page.status_code == 200:
            pages += [[monde[nom].numero, f"M-{p.acte}"] for p in page.context["page"]]
    journal = client.get(f"/instruction/appels/{monde['appel'].pk}/journal.csv")
    lus = [[rangee[1], rangee[6]] for rangee in rangees(journal)]
    assert sorted(lus) == sorted(pages)
    secrets = {numero for numero, motif in lus if motif == "M-signaler"}
    assert secrets == numeros(monde, SUIVIS[profil])


@pytest.mark.parametrize("profil", SUIVIS)
def test_la_matrice_et_le_comite(connecter, monde, profil):
    Dossier.objects.filter(pk__in=[monde[nom].pk for nom in NOMS]).update(etat="recevable")
    personne = PROFILS[profil](monde)
    client = connecter(personne)
    chemin = f"/instruction/scenarios/{monde['scenario'].pk}/"
    page = client.get(chemin)
    classeur = load_workbook(io.BytesIO(octets(client.get(f"{chemin}matrice.xlsx"))))
    cellules = {str(cellule) for rangee in classeur.active.values for cellule in rangee}
    comite = client.get(f"/instruction/comites/{monde['comite'].pk}/")
    minutes = proces_verbal.composer(monde["comite"], lisibles_par(personne))
    attendus = numeros(monde, SUIVIS[profil])
    assert {ligne.dossier.numero for ligne in page.context["lignes"]} == attendus
    assert {cellule for cellule in cellules if NUMERO.fullmatch(cellule)} == attendus
    vus = {
        passage.dossier.numero for passage in comite.context["suivi"].passages if passage.dossier
    }
    assert vus == attendus
    assert {projet.numero for projet in minutes.projets if projet.est_lu} == attendus


@pytest.mark.parametrize("profil", INSTRUITS)
def test_le_lot_d_un_financeur_et_la_liste(connecter, monde, profil):
    personne = PROFILS[profil](monde)
    caf = Partenaire.objects.get(genre=Genre.CAF)
    page = connecter(personne).get(f"/instruction/?appel=tous&financeur={caf.pk}")
    lot = lots.demandes(Dossier.objects.instruits_par(personne), caf, monde["appel"].pk)
    montres = {ligne.dossier.numero for ligne in page.context["atelier"].lignes}
    de_la_liste = numeros(monde, SUIVIS.get(profil, INSTRUITS[profil]))
    assert {demande.dossier.numero for demande in lot} & de_la_liste == montres


@pytest.mark.parametrize("profil", INSTRUITS)
def test_les_lectures_et_leurs_pages(connecter, monde, profil):
    personne = PROFILS[profil](monde)
    critere = Critere.objects.create(appel=monde["appel"], libelle="Ancrage")
    for nom in NOMS:
        lecture = Lecture.objects.create(
            dossier=monde[nom], lecteur=personne, modifiee_le=PENDANT, rendue_le=PENDANT
        )
        Cotation.objects.create(lecture=lecture, critere=critere, points=1)
    client = connecter(personne)
    fichier = client.get(f"/instruction/appels/{monde['appel'].pk}/lectures.csv")
    pages = {
        monde[nom].numero
        for nom in NOMS
        if client.get(f"/instruction/dossiers/{monde[nom].pk}/lecture/").status_code == 200
    }
    assert set(NUMERO.findall(texte(fichier))) == pages
    assert pages == numeros(monde, INSTRUITS[profil])


@pytest.mark.parametrize("profil", SUIVIS)
def test_le_tableau_de_bord_et_ses_pages(connecter, monde, profil):
    client = connecter(PROFILS[profil](monde))
    tableau = client.get("/instruction/tableau/?annee=2027").context["t"]
    combien = len(SUIVIS[profil])
    assert tableau.chiffres["deposes"] == combien
    assert sum(jour.n for jour in tableau.depots.jours) == combien
    assert sum(int(ligne[3]) for ligne in tableau.demandes[1].lignes) == combien
    assert sum(int(jauge.valeur) for jauge in tableau.charge.jauges) == combien
    rappels = client.get(f"/instruction/appels/{monde['appel'].pk}/rappels/").context
    ouvert = 0 if profil in ("agent en déport", "agent membre") else 1
    assert tableau.chiffres["brouillons"] == rappels["brouillons"] == 1 + ouvert
    assert tableau.rouages.rappels == rappels["page"].paginator.count
    for ligne in tableau.attendus:
        if ligne.adresse.startswith("/instruction/?"):
            liste = client.get(f"{ligne.adresse}&appel={monde['appel'].pk}").context["atelier"]
            vus = {une.dossier.numero for une in liste.lignes}
            assert len(vus & numeros(monde, SUIVIS[profil])) == ligne.nombre, ligne.mots


@pytest.mark.parametrize("profil", SUIVIS)
def test_les_rappels_et_les_brouillons_ouverts(connecter, monde, profil):
    client = connecter(PROFILS[profil](monde))
    page = client.get(f"/instruction/appels/{monde['appel'].pk}/rappels/")
    rappeles = {rappel.dossier for rappel in page.context["page"]}
    ouverts = {dossier.intitule for dossier in client.get("/instruction/ouverts/").context["page"]}
    attendus = {monde[nom] for nom in SUIVIS[profil]} | {monde["brouillon"]}
    est_ferme = profil in ("agent en déport", "agent membre")
    assert ouverts == (set() if est_ferme else {"PARTAGE"})
    assert rappeles == (attendus if est_ferme else attendus | {monde["papier"]})
    assert ("SECRET" in texte(page), "PARTAGE" in texte(page)) == (False, not est_ferme)


@pytest.mark.parametrize("profil", SUIVIS)
def test_ce_qui_manque_sur_dauphin(connecter, monde, profil):
    page = connecter(PROFILS[profil](monde)).get("/instruction/dauphin/")
    assert {d.numero for d in page.context["page"]} == numeros(monde, SUIVIS[profil])


def test_un_export_demande_avant_se_fait_selon_les_droits_du_moment(connecter, monde):
    """Asked by an agent whose perimeter shrinks before the worker comes."""
    agent = un_agent()
    export = exports.demander(
        Liste(), ["porteur"], "csv", par=agent, recu_le=PENDANT, total=len(NOMS)
    )
    agent.appartenances.update(perimetre={"axes": [monde["ailleurs"].axe.cle]})
    exports.etablir(Export.objects.get(pk=export.pk))
    export.refresh_from_db()
    with export.fichier.open("rb") as fichier:
        assert set(NUMERO.findall(fichier.read().decode())) == {monde["ailleurs"].numero}
