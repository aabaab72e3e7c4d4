"""Workbooks and documents that please the eye: widths, wraps, filters, formulas, print, colours;
then opened by LibreOffice, where it is.
"""

import subprocess
from io import BytesIO

import pytest
from docx import Document
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from appels.decision import (
    lots,
    matrice,
    minutes_docx,
    pilotage,
    proces_verbal,
    tableau_du_scenario,
)
from appels.decision.actions import comites
from appels.decision.actions import scenarios as actes
from appels.models import Comite, Dossier
from appels.socle import exports
from appels.socle.classeur import PETROLE, Classeur, Entete, lignes_de_la_case
from partenaires.models import Genre
from tests.appels.decision.test_scenarios import demander
from tests.appels.instruction.test_liste import poser
from tests.fabriques import PENDANT, creer_agent, creer_appel, creer_association

pytestmark = pytest.mark.django_db
A3, A4 = 8, 9  # as the format of workbooks numbers papers


def produire() -> dict[str, bytes]:
    """The files of a committee, by name."""
    appel, agent, porteur = creer_appel(), creer_agent(), creer_association()
    dossiers = [poser(appel, f"Projet {rang}", porteur, etat="recevable") for rang in range(3)]
    genres = (Genre.ETAT, Genre.CAF, Genre.REGION, Genre.DEPARTEMENT, Genre.CUA)
    lignes = [demander(dossier, genre, 500_000) for dossier in dossiers for genre in genres]
    etat = lignes[0].partenaire
    actes.doter(appel, etat, montant=100_000, plafond=None, par=agent, recu_le=PENDANT)
    scenario = actes.creer(appel, "A", depuis=None, par=agent, recu_le=PENDANT)
    actes.proposer(scenario, {lignes[0].pk: (None, 400_000)}, par=agent, recu_le=PENDANT)
    comite = comites.convoquer(
        appel, {"nom": "Comité", "lieu": "", "scenario": scenario, "tenu_le": PENDANT}, par=agent
    )
    tableau = tableau_du_scenario.lire(scenario.pk, pilotage.Reglage(), agent)
    sortie = BytesIO()
    matrice.en_xlsx(tableau.lignes, list(tableau.comptes.values()), sortie)
    releve = proces_verbal.composer(Comite.objects.get(pk=comite.pk), Dossier.objects.all())
    demandees = [ligne for ligne in lignes if ligne.partenaire == etat]
    return {
        "matrice.xlsx": sortie.getvalue(),
        "lignes.xlsx": lots.classeur(demandees, {}, PENDANT),
        "budget.xlsx": exports.classeur_du_budget(dossiers[0]),
        "proces-verbal.docx": minutes_docx.en_docx(releve),
    }


def test_les_classeurs_se_lisent_et_s_impriment(horloge_figee):
    fichiers = {nom: octets for nom, octets in produire().items() if nom.endswith(".xlsx")}
    papiers = {}
    for nom, octets in fichiers.items():
        (feuille,) = load_workbook(BytesIO(octets)).worksheets
        fin = get_column_letter(feuille.max_column)
        assert feuille.auto_filter.ref.startswith(f"A1:{fin}"), nom
        assert feuille.freeze_panes is not None, nom
        assert feuille.print_title_rows == "$1:$1", nom
        assert feuille.sheet_properties.pageSetUpPr.fitToPage, nom
        assert (feuille.page_setup.fitToWidth, feuille.page_setup.fitToHeight) == (1, 0), nom
        entete = feuille["A1"]
        assert (entete.fill.fgColor.rgb[-6:], entete.alignment.wrap_text) == (PETROLE, True), nom
        largeurs = [
            feuille.column_dimensions[get_column_letter(rang)].width
            for rang in range(1, feuille.max_column + 1)
        ]
        assert min(largeurs) >= 10, nom
        papiers[nom] = (feuille.page_setup.paperSize, feuille.page_setup.orientation)
        textes = [case for rangee in feuille.iter_rows(min_row=2) for case in rangee]
        assert all(case.alignment.wrap_text for case in textes if case.number_format == "@"), nom
    assert papiers == {
        "matrice.xlsx": (A3, "landscape"),
        "lignes.xlsx": (A3, "landscape"),
        "budget.xlsx": (A4, "landscape"),
    }


def test_les_totaux_sont_des_formules_et_le_reste_se_voit(horloge_figee):
    (feuille,) = load_workbook(BytesIO(produire()["matrice.xlsx"])).worksheets
    totaux = {rangee[0].value: rangee for rangee in feuille.iter_rows(min_row=2)}
    formules = [case.value for case in totaux["Total de l’appel"] if case.data_type == "f"]
    assert len(formules) == 12  # asked and proposed, of five funders and in all
    assert all(formule.startswith("=SUM(") for formule in formules)
    restes = [case for case in totaux["Reste"] if case.data_type == "f"]
    assert len(restes) == 1  # one envelope is known
    assert "[Red]" in restes[0].number_format


@pytest.mark.parametrize(
    ("texte", "lignes"),
    [
        ("court", 1),
        ("dix lettres", 2),
        ("une\n\ndeux", 3),
        ("x" * 25, 3),
        ("un " + "x" * 25 + " fin", 4),
        ("un deux trois quatre cinq", 4),
        ("", 1),
    ],
)
def test_une_case_dit_combien_de_lignes_elle_prend(texte, lignes):
    assert lignes_de_la_case(texte, 10) == lignes


def test_chaque_rangee_a_la_hauteur_de_ses_textes():
    """Neither the head nor a long text is cut; a text of one line keeps the usual height."""
    livre, sortie = Classeur("Essai"), BytesIO()
    entetes = [Entete("Région Hauts-de-France : demandé", largeur=16), Entete("Texte", largeur=20)]
    feuille = livre.feuille("Essai", entetes, figees=1)
    feuille.ajouter(["CV", "court"])
    feuille.ajouter(
        ["CV", "Une phrase de quatre-vingts lettres, coupée entre ses mots, comme ici."]
    )
    feuille.ajouter(["CV", "x" * 30_000])
    livre.enregistrer(sortie)
    (lue,) = load_workbook(sortie).worksheets
    hauteurs = [lue.row_dimensions[rang].height for rang in range(1, 5)]
    assert hauteurs == [45, None, 75, 409]
    assert (lue.print_title_cols, lue.page_setup.fitToWidth) == ("$A:$A", 1)


def test_une_feuille_trop_large_s_imprime_sur_plusieurs_pages():
    """Each with the first columns: shrunk to one, nobody reads it."""
    livre, sortie = Classeur("Essai"), BytesIO()
    livre.feuille("Essai", [Entete(f"C{rang}") for rang in range(40)], figees=2)
    livre.enregistrer(sortie)
    (lue,) = load_workbook(sortie).worksheets
    assert (lue.page_setup.fitToWidth, lue.print_title_cols) == (3, "$A:$B")


def test_le_releve_est_en_a4(horloge_figee):
    (section,) = Document(BytesIO(produire()["proces-verbal.docx"])).sections
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)


@pytest.mark.libreoffice
def test_libreoffice_ouvre_chaque_fichier(horloge_figee, tmp_path):
    """Laid out on paper by another hand: nothing to repair, every sheet there."""
    fichiers = produire()
    for nom, octets in fichiers.items():
        (tmp_path / nom).write_bytes(octets)
    sortie = tmp_path / "pdf"
    subprocess.run(
        [
            *("soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/profil"),
            *("--convert-to", "pdf", "--outdir", str(sortie)),
            *(str(tmp_path / nom) for nom in fichiers),
        ],
        check=True,
        timeout=180,
        capture_output=True,
    )
    rendus = {chemin.stem: chemin.read_bytes()[:5] for chemin in sortie.iterdir()}
    assert rendus == {nom.rpartition(".")[0]: b"%PDF-" for nom in fichiers}
