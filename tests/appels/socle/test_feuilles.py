"""Sheets as people have them: encodings, several sheets, merged headers, totals, dashes."""

from datetime import date
from io import BytesIO

import pytest
from openpyxl import Workbook

from appels.decision import rapprochement
from appels.decision.colonnes_dauphin import VOCABULAIRE
from appels.models import EtatDauphin
from appels.socle import feuilles

TITRES = [
    *("Numéro Dauphin", "SIRET - Demandeur", "Exercice", "Intitulé du projet"),
    *("État de la demande", "Date de transmission", "Montant voté", "Date de la décision"),
]
DITE = ["DA01234567", "73282932000074", "2027", "Été à l’école", "Transmis", "1er février 2027"]
CSV = ";".join(TITRES) + "\r\n" + ";".join([*DITE, "1 234,50", "27-févr.-27"]) + "\r\n"


def lignes(octets: bytes) -> list[rapprochement.Ligne]:
    texte = feuilles.en_texte(octets, {}, VOCABULAIRE)
    feuille = feuilles.lire(texte, {}, VOCABULAIRE)
    colonnes = feuilles.colonnes(feuille.entetes, {}, VOCABULAIRE)
    return rapprochement.lignes_de(feuille, colonnes)


def classeur(**pages: list[list]) -> bytes:
    lot = Workbook()
    lot.remove(lot.worksheets[0])
    for titre, rangees in pages.items():
        page = lot.create_sheet(titre)
        for rangee in rangees:
            page.append(rangee)
    sortie = BytesIO()
    lot.save(sortie)
    return sortie.getvalue()


def attendue(rang: int = 2) -> rapprochement.Ligne:
    return rapprochement.Ligne(
        rang,
        numero="DA01234567",
        siret="73282932000074",
        exercice="2027",
        intitule="Été à l’école",
        etat=EtatDauphin.TRANSMISE,
        transmis_le=date(2027, 2, 1),
        montant=123_450,
        decide_le=date(2027, 2, 27),
    )


@pytest.mark.parametrize("codage", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "mac_roman"])
def test_l_alphabet_d_un_fichier_se_reconnait(codage):
    assert lignes(CSV.encode(codage)) == [attendue()]


def test_le_csv_de_ms_dos_se_lit_aussi():
    """It has no curly apostrophe; nothing else is lost."""
    (lue,) = lignes(CSV.replace("’", "'").encode("cp850"))
    assert lue.intitule == "Été à l'école"


def test_un_texte_code_deux_fois_est_remis_une_fois():
    assert lignes(CSV.encode().decode("cp1252").encode()) == [attendue()]


@pytest.mark.parametrize(
    "octets",
    [
        b"%PDF-1.4\n1 0 obj\n<< >>\nendobj",
        b"<html><table><tr><td>Num</td></tr></table>",
        b"{\\rtf1 x}",
    ],
)
def test_ce_qui_n_est_pas_une_feuille_est_dit(octets):
    with pytest.raises(feuilles.FichierIllisible) as refus:
        lignes(octets)
    assert str(refus.value) == feuilles.PAS_UN_XLSX


def test_la_feuille_comprise_est_lue_ou_qu_elle_soit():
    octets = classeur(
        Lisez_moi=[["Export de Dauphin"], ["Fait le", "27/11/2026"]],
        Demandes=[TITRES, [*DITE, 1234.5, date(2027, 2, 27)]],
    )
    assert lignes(octets) == [attendue()]


def test_deux_feuilles_comprises_la_premiere_est_lue():
    octets = classeur(
        A=[TITRES, [*DITE, 1234.5, date(2027, 2, 27)]], B=[TITRES, ["DA07654321", *DITE[1:]]]
    )
    assert lignes(octets) == [attendue()]


def test_un_titre_fusionne_dit_ce_que_sa_colonne_ne_dit_pas():
    groupes = ["Demande", None, None, None, None, None, "Décision", None]
    octets = classeur(
        A=[
            ["Extraction 2027"],
            groupes,
            [*TITRES[:6], "Montant", "Date"],
            [*DITE, 1234.5, date(2027, 2, 27)],
        ]
    )
    assert lignes(octets) == [attendue(4)]


@pytest.mark.parametrize("total", ["Total", "TOTAL GÉNÉRAL", "Sous-total", "Totaux", "Total 2027"])
def test_une_rangee_de_total_n_est_pas_une_demande(total):
    for rangee in (f"{total};;;;;;1 234,50;", f";;;{total};;;1 234,50;"):
        assert lignes(f"{CSV}{rangee}\r\n".encode()) == [attendue()]


@pytest.mark.parametrize("rien", ["-", " -   € ", "–", "- €"])
def test_le_tiret_d_une_feuille_n_est_pas_un_montant(rien):
    (lue,) = lignes(CSV.replace("1 234,50", rien).encode())
    assert (lue.montant, lue.faute) == (None, "")
