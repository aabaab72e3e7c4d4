"""A place that must stay secret, from one year to the next: no public surface names its quartier
where its organisation is alone, in whatever year, deposited here or taken over from a file.
"""

import csv
import json
from io import StringIO

import pytest

from appels.depot.actions import correction
from appels.instruction.actions import series
from appels.models import Dossier, Reprise, Serie, Soutien
from appels.reprises.actions import application, publication, reception, retour
from contrat_ville.mauvaises_lignes import en_csv, rangee
from partenaires.models import Partenaire, Role
from quartiers.models import Parution, Quartier
from tests.appels.public.test_portail import lire, soutenu
from tests.appels.public.test_soutiens import prouver
from tests.fabriques import (
    PENDANT,
    creer_agent,
    creer_appel,
    creer_association,
    creer_dossier_complet,
    creer_signataire,
    deposer,
    publier_les_decisions,
)

pytestmark = pytest.mark.django_db
CODE = "QN06262M"
TITRE = "Accueil de nuit"


@pytest.fixture
def refuge(horloge_figee) -> Partenaire:
    return creer_association(nom="Association du Refuge")


@pytest.fixture
def direction():
    return creer_agent(Role.RESPONSABLE)


def poser(dossier: Dossier, code: str = CODE, *, est_protege: bool = False) -> Dossier:
    """The project happens in this quartier alone."""
    dossier.refresh_from_db()
    dossier.lieux.all().delete()
    quartier = Quartier.objects.get(code=code)
    dossier.lieux.create(quartier=quartier, adresse="CANARI-ADRESSE", publiable=True)
    dossier.lieu_protege = est_protege
    dossier.save()
    return dossier


def de_l_annee(annee: int, porteur: Partenaire, serie: Serie | None, **champs) -> Dossier:
    """What was funded that year, read by everybody."""
    intitule = champs.pop("intitule", TITRE)
    dossier = soutenu(creer_appel(annee), porteur=porteur, intitule=intitule)
    Dossier.objects.filter(pk=dossier.pk).update(serie=serie)
    poser(dossier, **champs)
    publier_les_decisions(dossier.appel)
    return dossier


def serie_de(porteur: Partenaire, titre: str = TITRE) -> Serie:
    return Serie.objects.create(porteur=porteur, premiere_annee=2025, titre=titre)


def en_csv_avec_secret(
    porteur: Partenaire, protege: str, vote: str, intitule: str = TITRE
) -> bytes:
    """The year 2025 of the same action; the last column says whether its place is secret."""
    dites = {"siret": porteur.siret, "intitule": intitule, "vote": vote, "quartier": CODE}
    titres, ligne = en_csv(rangee(**dites)).decode().splitlines()
    return f"{titres};Lieu à tenir secret\n{ligne};{protege}\n".encode()


def recevoir(octets: bytes, par) -> Reprise:
    return reception.recevoir("annees.csv", octets, par=par, recu_le=PENDANT)


def importer(porteur: Partenaire, par, intitule: str = TITRE, protege: str = "") -> Reprise:
    """That year taken over and released."""
    reprise = recevoir(en_csv_avec_secret(porteur, protege, "2 000", intitule), par)
    plan = reception.plan_de(reprise)
    assert plan.laissees == 0
    application.appliquer(reprise, plan.empreinte, par=par, recu_le=PENDANT)
    publication.liberer(reprise, par=par, recu_le=PENDANT)
    return Reprise.objects.get(pk=reprise.pk)


def disent(client) -> list[str]:
    """The public surfaces where the quartier of a project of the refuge may be read."""
    trouvees = []
    quartier = Quartier.objects.get(code=CODE)
    siens = list(Soutien.objects.filter(porteur__nom="Association du Refuge").order_by("pk"))
    assert siens
    numeros = {un.numero for un in siens}
    for numero in sorted(numeros):
        page = lire(client, f"/projets/{numero}/")
        corps = page[page.index("<h1") :]
        seul = client.get(f"/api/v1/projets/{numero}").json()
        if CODE in corps or quartier.nom in corps or "CANARI" in page:
            trouvees.append(f"page {numero}")
        if seul["quartiers"] or seul["communes"]:
            trouvees.append(f"API {numero}")
    pages = {
        "liste du quartier": f"/projets/?quartier={CODE}",
        "quartier": f"/quartiers/{CODE}/",
        "fil de l’appel": "/appel/fil.atom",
        "fil des paroles": "/participer/fil.atom",
        "CSV du quartier": f"/projets/projets.csv?quartier={CODE}",
        "JSON du quartier": f"/projets/projets.json?quartier={CODE}",
        "API du quartier": f"/api/v1/projets?quartier={CODE}",
    }
    for nom, adresse in pages.items():
        if TITRE in client.get(adresse).content.decode():
            trouvees.append(nom)
    cherche = lire(client, f"/recherche/?q={TITRE.replace(' ', '+')}")
    resultats = cherche[cherche.index("<h1") :]
    if quartier.nom in resultats or CODE in resultats:
        trouvees.append("recherche")
    texte = client.get("/projets/projets.csv").content.decode("utf-8-sig")
    lignes = csv.DictReader(StringIO(texte), delimiter=";")
    if any(une["quartiers"] or une["communes"] for une in lignes if une["numero"] in numeros):
        trouvees.append("CSV")
    projets = client.get("/projets/projets.json").json()["projets"]
    if any(un["quartiers"] or un["communes"] for un in projets if un["numero"] in numeros):
        trouvees.append("JSON")
    for nom, adresse in (
        ("GeoJSON", "/projets/projets.geojson"),
        ("API GeoJSON", "/api/v1/projets.geojson"),
    ):
        entites = json.loads(client.get(adresse).content)["features"]
        siennes = [un for un in entites if un["properties"]["numero"] in numeros]
        if any(un["geometry"] or un["properties"]["quartiers"] for un in siennes):
            trouvees.append(nom)
    return trouvees


@pytest.mark.parametrize("dites", [(True, True), (True, False), (False, True)])
def test_une_seconde_annee_ne_nomme_pas_le_quartier(connecter, refuge, dites):
    """Alone in its quartier, said secret in both years or in one of them."""
    serie = serie_de(refuge)
    for annee, est_protege in zip((2026, 2027), dites, strict=True):
        de_l_annee(annee, refuge, serie, est_protege=est_protege)
    assert disent(connecter()) == []
    prouver()


def test_une_autre_action_du_meme_organisme_ne_la_cache_pas(connecter, refuge):
    de_l_annee(2026, refuge, serie_de(refuge), est_protege=True)
    de_l_annee(2027, refuge, serie_de(refuge, "Accueil de jour"), est_protege=True)
    assert disent(connecter()) == []


def test_un_autre_organisme_du_quartier_permet_de_le_nommer(connecter, refuge):
    serie = serie_de(refuge)
    de_l_annee(2026, refuge, serie, est_protege=True)
    de_l_annee(2027, refuge, serie, est_protege=True)
    autre = creer_association()
    de_l_annee(2028, autre, serie_de(autre, "Voisins"), intitule="Voisins")
    nommes = Soutien.objects.filter(quartiers__code=CODE).values_list("annee", flat=True)
    assert sorted(nommes) == [2026, 2027, 2028]
    assert "CANARI" not in lire(connecter(), f"/projets/{Soutien.objects.earliest('pk').numero}/")
    prouver()


@pytest.mark.parametrize("titre", [TITRE, "Hébergement, ancien intitulé"])
def test_une_annee_reprise_ne_nomme_pas_le_quartier(connecter, refuge, direction, titre):
    """Nobody could say it of a year taken over: what the organisation says of one year holds."""
    de_l_annee(2026, refuge, serie_de(refuge), est_protege=True)
    reprise = importer(refuge, direction, intitule=titre)
    repris = Soutien.objects.get(numero__startswith="R-")
    assert (repris.intitule, list(repris.quartiers.all())) == (titre, [])
    assert disent(connecter()) == []
    prouver()
    retour.defaire(reprise, par=direction, recu_le=PENDANT)
    assert disent(connecter()) == []
    prouver()


def test_une_annee_reprise_se_tait_des_que_le_depot_le_dit(connecter, refuge, direction):
    """Named until then; the deposit of a secret place takes it away in its own act."""
    importer(refuge, direction)
    repris = Soutien.objects.get(numero__startswith="R-")
    assert [un.code for un in repris.quartiers.all()] == [CODE]
    brouillon = creer_dossier_complet(creer_appel(2027), refuge, intitule=TITRE)
    poser(brouillon, est_protege=True)
    assert Soutien.objects.get(pk=repris.pk).quartiers.count() == 1  # a draft says nothing yet
    deposer(brouillon)
    Parution.avancer(PENDANT)
    assert disent(connecter()) == []
    prouver()


def test_un_fichier_dit_qu_un_lieu_est_secret(connecter, refuge, direction):
    """A column says it, for an action that no deposit follows; a later file does not undo it."""
    importer(refuge, direction, protege="oui")
    repris = Dossier.objects.get(numero__startswith="R-")
    assert (repris.lieu_protege, disent(connecter())) == (True, [])
    octets = [
        en_csv_avec_secret(refuge, secret, vote) for secret, vote in (("non", "3"), ("?", "4"))
    ]
    plan = reception.plan_de(recevoir(octets[0], direction))
    assert [une.phrase for une in plan.previsions] == ["voté 2\xa0000\xa0€ → 3\xa0€"]
    refuse = reception.plan_de(recevoir(octets[1], direction))
    assert [un.phrase for un in refuse.previsions[0].ligne.defauts] == [
        "« ? » : écrivez « oui » ou « non »."
    ]


def test_un_second_fichier_rend_secret_ce_qui_etait_public(connecter, refuge, direction):
    importer(refuge, direction)
    assert Soutien.objects.get().quartiers.count() == 1
    autre = recevoir(en_csv_avec_secret(refuge, "oui", "2 000"), direction)
    plan = reception.plan_de(autre)
    assert [une.phrase for une in plan.previsions] == ["lieu à tenir secret"]
    application.appliquer(autre, plan.empreinte, par=direction, recu_le=PENDANT)
    assert disent(connecter()) == []
    prouver()
    retour.defaire(autre, par=direction, recu_le=PENDANT)
    assert Soutien.objects.get().quartiers.count() == 1
    prouver()


def test_une_correction_qui_le_dit_tait_toutes_ses_annees(connecter, refuge):
    serie = serie_de(refuge)
    de_l_annee(2026, refuge, serie)
    dossier = deposer(creer_dossier_complet(creer_appel(2027), refuge, intitule=TITRE))
    Dossier.objects.filter(pk=dossier.pk).update(serie=serie)
    assert Soutien.objects.get().quartiers.count() == 1
    dossier.refresh_from_db()
    signataire = creer_signataire(refuge)
    brouillon = correction.corriger(dossier, par=signataire, recu_le=PENDANT)
    Dossier.objects.filter(pk=brouillon.pk).update(lieu_protege=True)
    deposer(Dossier.objects.get(pk=brouillon.pk), signataire)
    assert disent(connecter()) == []
    prouver()


def test_changer_de_serie_renouvelle_les_annees_des_deux(connecter, refuge):
    """An agent joins an old year to the action whose place is secret: it is named no more; undone,
    it is named again."""
    agent = creer_agent()
    ancien = de_l_annee(2026, refuge, serie_de(refuge, "Autre titre"), intitule="Autre titre")
    secrete = serie_de(refuge)
    de_l_annee(2027, refuge, secrete, est_protege=True)
    soutien = Soutien.objects.get(dossier=ancien)
    assert soutien.quartiers.count() == 1
    ancien.refresh_from_db()
    series.rattacher(ancien, secrete, motif="La même", par=agent, recu_le=PENDANT)
    assert Soutien.objects.get(dossier=ancien).quartiers.count() == 0
    assert disent(connecter()) == []
    prouver()
    series.annuler(ancien.serie.departs.get(), par=agent, recu_le=PENDANT)
    assert Soutien.objects.get(dossier=ancien).quartiers.count() == 1
    prouver()
