"""« Démonstration » on every kind of output of the mode, and nowhere else; its stories hold."""

import csv
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from docx import Document
from openpyxl import Workbook, load_workbook
from post_office.models import Email

from appels.decision import lots, matrice, minutes_docx, proces_verbal
from appels.demonstration import exemple
from appels.demonstration.brouillons import BROUILLONS
from appels.demonstration.projets import TOUS
from appels.demonstration.recits import edition
from appels.depot import papiers
from appels.instruction import classeurs
from appels.models import Comite, Dossier, GenrePapier, Scenario
from appels.socle import exports
from partenaires.models import Service
from partenaires.socle import courriels, demonstration
from quartiers.models import Axe, Objectif, Quartier
from tests.fabriques import (
    PENDANT,
    creer_appel,
    creer_association,
    creer_dossier_complet,
    creer_membre,
)

PHRASE = demonstration.PHRASE
MODES = pytest.mark.parametrize("mode", ["demo", "production"])


@pytest.fixture
def monde(db, horloge_figee):
    """A call, a draft, and a portal whose contacts are all filled."""
    appel = creer_appel()
    dossier = creer_dossier_complet(appel, creer_association())
    Service.objects.update_or_create(
        pk=Service.objects.values_list("pk", flat=True).first(),
        defaults={"editeur": "CUA", "email": "a@example.org", "contact_donnees": "dpo"},
    )
    return appel, dossier


PAGES = [
    "/",
    "/appel/",
    "/projets/",
    "/quartiers/",
    "/contact/",
    "/compte/login/",
    "/une-page-qui-n-existe-pas/",
    "/appel/calendrier.ics",
    "/appel/appels.json",
    "/appel/fil.atom",
    "/projets/projets.csv",
    "/projets/projets.json",
    "/projets/projets.geojson",
    "/quartiers/quartiers.csv",
    "/quartiers/quartiers.geojson",
    "/quartiers/carte.svg",
]


@MODES
def test_chaque_sortie_publique_le_dit_en_demonstration_et_jamais_ailleurs(
    monde, connecter, settings, mode
):
    settings.MODE = mode
    client = connecter()
    dites = {}
    for chemin in PAGES:
        texte = client.get(chemin).content.decode().replace("\r\n ", "").replace("’", "'")
        dites[chemin] = "Démonstration" in texte and "service de la CUA" in texte
    assert dites == dict.fromkeys(PAGES, mode == "demo")


@MODES
def test_les_fichiers_de_l_espace_le_disent(monde, connecter, settings, mode):
    settings.MODE = mode
    _, dossier = monde
    client = connecter(creer_membre(dossier.porteur))
    dit = mode == "demo"
    assert (PHRASE in exports.csv_du_budget(dossier)) == dit
    assert (PHRASE in client.get(reverse("appels:mes_donnees")).content.decode()) == dit


def feuilles(octets: bytes) -> list[str]:
    return load_workbook(BytesIO(octets)).sheetnames


@MODES
def test_les_classeurs_et_les_tableaux_le_disent(monde, settings, mode):
    settings.MODE = mode
    _, dossier = monde
    dit = mode == "demo"
    liste, scenario = BytesIO(), BytesIO()
    classeurs.en_xlsx([dossier], [], liste)
    matrice.en_xlsx([], [], scenario)
    budget = exports.classeur_du_budget(Dossier.objects.pour_completude().get(pk=dossier.pk))
    for octets in (liste.getvalue(), scenario.getvalue(), budget, lots.classeur([], {}, PENDANT)):
        assert ("Démonstration" in feuilles(octets)) == dit
    for texte in (
        "".join(classeurs.en_csv([dossier], [])),
        "".join(exports.flux_csv(["a", "b"], [["1", "2"]])),
        exports.en_csv([["a", "b"], ["1", "2"]]),
    ):
        tete, ligne = csv.reader(StringIO(texte.removeprefix(exports.BOM)), delimiter=";")
        assert (PHRASE in tete, len(tete)) == (dit, len(ligne))


@MODES
def test_les_pdf_le_disent(monde, settings, mode):
    settings.MODE = mode
    assert (PHRASE in render_to_string("pdf/base.html")) == (mode == "demo")
    gabarits = {
        chemin.name: chemin for chemin in (settings.RACINE / "templates/pdf").glob("*.html")
    }
    autres = set(gabarits) - {"base.html", "corps.html"}
    assert len(autres) == 10
    for nom in autres:
        assert gabarits[nom].read_text().startswith('{% extends "pdf/base.html" %}'), nom


@MODES
def test_un_proces_verbal_a_reprendre_le_dit_sur_chaque_page(monde, settings, mode):
    settings.MODE = mode
    appel, _ = monde
    comite = Comite(
        appel=appel, nom="Comité", tenu_le=PENDANT, scenario=Scenario(appel=appel, nom="Un")
    )
    minutes = proces_verbal.ProcesVerbal(comite, presences=[], projets=[], totaux=[])
    document = Document(BytesIO(minutes_docx.en_docx(minutes)))
    entetes = [section.header.paragraphs[0].text for section in document.sections]
    assert entetes == [PHRASE if mode == "demo" else ""]


@MODES
def test_les_lots_le_disent(monde, settings, mode):
    settings.MODE = mode
    _, dossier = monde
    du_financeur = BytesIO()
    list(lots.ecrire([], {}, du_financeur, PENDANT))
    with papiers.fabriquer(dossier, GenrePapier.PIECES, "marque") as pieces:
        for lot in (du_financeur, pieces):
            assert ("DÉMONSTRATION.txt" in ZipFile(lot).namelist()) == (mode == "demo")


@MODES
def test_chaque_courriel_le_dit(db, settings, mode):
    settings.MODE = mode
    courriels._enregistrer("a@example.org", "Objet", "Bonjour,", "<body>Bonjour</body>", 0, {})
    autre = EmailMultiAlternatives("Autre", "Bonjour,", to=["b@example.org"])
    courriels.BoiteEnvoi().send_messages([autre])
    dits = [
        (mail.subject.startswith("[Démonstration] "), mail.message.startswith(PHRASE))
        for mail in Email.objects.all()
    ]
    assert dits == [(mode == "demo",) * 2] * 2
    html = Email.objects.get(subject__endswith="Objet").html_message
    assert ("<body><p><strong>Démonstration" in html) == (mode == "demo")


MENTIONS = {  # what begins a file: what marks it
    "Workbook(": "demonstration.classeur(",
    '"w", zipfile.': "demonstration.lot(",
    "= Document()": "demonstration.mention(",
    "csv.writer(": "demonstration.lignes(",
    "Calendar()": "demonstration.titre(",
}


# A workbook received, kept as a text: given to nobody. The national format of grants: one column
# more and it is refused; the page of the file says it.
GARDES = {"feuilles.py", "scdl.py"}


def test_tout_ce_qui_ecrit_un_fichier_passe_par_la_mention(settings):
    """A new export that writes a file by itself would forget it."""
    oublis = []
    for aile in ("appels", "partenaires", "quartiers"):
        for chemin in sorted((settings.RACINE / aile).rglob("*.py")):
            texte = chemin.read_text()
            for debut, mention in MENTIONS.items():
                if debut in texte and mention not in texte and chemin.name not in GARDES:
                    oublis.append((chemin.name, debut))
    assert oublis == []
    livre = Workbook()
    settings.MODE = "demo"
    demonstration.classeur(livre)
    assert livre.sheetnames[-1] == "Démonstration"


# --- The stories ----------------------------------------------------------------------------------
def test_quarante_projets_tous_differents():
    assert len(TOUS) == 40
    for champ in ("titre", "besoin", "objectif", "actions", "methode", "public", "participation"):
        assert len({getattr(recit, champ) for recit in TOUS}) == 40, champ
    assert len({sum(recit.charges.values()) for recit in TOUS}) > 35
    assert len({recit.beneficiaires for recit in TOUS}) > 20


@pytest.mark.parametrize("recit", [*TOUS, *BROUILLONS], ids=lambda recit: recit.titre[:30])
@pytest.mark.parametrize("annees", [0, 1, 2, 3])
def test_chaque_projet_tient(recit, annees):
    vu = edition(recit, annees) if annees else recit
    assert vu.autofinancement >= 0
    assert set(vu.demandes) <= {"etat", "cua", "caf", "region", "departement"}
    assert sum(vu.ages.values()) == vu.beneficiaires
    assert 0 < vu.femmes < vu.beneficiaires


def test_un_projet_soutenu_dans_chaque_quartier_et_chaque_axe(db):
    passes = [recit for recit in TOUS if recit.editions]
    codes = {code for recit in passes for code in list(recit.publics)[:1]}
    assert codes == set(Quartier.objects.values_list("code", flat=True))
    assert {recit.axe for recit in passes} == set(Axe.objects.values_list("cle", flat=True))
    for recit in TOUS:
        objectifs = Objectif.objects.filter(axe__cle=recit.axe).count()
        assert max(recit.objectifs) < objectifs


def test_les_numeros_sont_impossibles(db):
    sirets = {exemple.siret_fictif(rang) for rang in (1, 30, 900)}
    assert {siret[:5] for siret in sirets} == {"00000"}
    service = exemple.creer_service(exemple.horloge.maintenant())
    assert service.siret.startswith("00000")
    assert service.fiche.representant_telephone.startswith("03 53 01")
