"""What a typed text becomes in a file: words whole, spaces and line ends kept, formulas inert."""

import csv
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from weasyprint import HTML

from appels.socle import exports, pdf, signes
from tests.lecteurs import arbre, defauts_du_pdf, texte_balise, texte_pdf

T6 = "- Besoin bien décrit.\n- Budget à revoir\u00a0: 12\u00a0500\u00a0€ de loyer."


@pytest.mark.parametrize(
    ("tape", "garde"),
    [
        (T6.replace("\n", "\r\n"), T6),
        ("a\rb\u2028c\u2029d\x0be\x85f", "a\nb\nc\nd\ne\nf"),
        (
            "1\u00a0000\u202f€ \u2009− – — ° œ\t«\u200b»",
            "1\u00a0000\u202f€ \u2009− – — ° œ\t«\u200b»",
        ),
        ("a\x00b\x07c\x7fd\x9fe\ufffef\ud800g", "abcdefg"),
    ],
)
def test_un_fichier_garde_espaces_signes_et_fins_de_ligne(tape, garde):
    assert signes.propre(tape) == garde


@pytest.mark.parametrize(
    "inoffensif",
    [
        T6,
        "- Besoin",
        "-\u00a0Besoin",
        "12 - 3",
        "a=b",
        "− 3 °",
        *("-", "- ", "--", "+", "－"),
        "– tiret",
        "'=1",
        "",
        "−700\u00a0€",
    ],
)
def test_un_texte_qui_n_est_pas_une_formule_reste_tel_quel_dans_un_csv(inoffensif):
    assert exports.texte_sur(inoffensif) == inoffensif


@pytest.mark.parametrize(
    "formule",
    [
        *("=1+1", "+1", "-1+1", "@SUM(A1)", " =1", "\u00a0=1", "\u200b=1", "\ufeff=1", "\t=1"),
        *("\n=1", "＝1", "＋1", "－1", "＠a", "-2+3+cmd|' /C calc'!A0", "- cmd|' /C calc'!A0"),
        *("- HYPERLINK(1)", "- SUM (A1)", "- Feuille!A1", "--1", "-a", "+33612345678"),
    ],
)
def test_une_formule_est_un_texte_dans_un_csv(formule):
    assert exports.texte_sur(formule) == f"'{formule}"


@given(st.lists(st.text(max_size=40), min_size=1, max_size=4))
def test_un_csv_se_relit_mot_pour_mot(textes):
    """Whatever is typed: the same text, line ends of one kind, at most an apostrophe before."""
    relus = next(csv.reader(StringIO(exports.en_csv([textes])[1:], newline=""), delimiter=";"))
    attendus = [signes.propre(texte) for texte in textes]
    assert [
        lu in (attendu, f"'{attendu}") for lu, attendu in zip(relus, attendus, strict=True)
    ] == [True for _ in textes]


@pytest.mark.parametrize(
    ("tape", "dessine"),
    [
        (
            "Été, œuvre, 12\u00a0500,50\u00a0€ – − ° « »",
            "Été, œuvre, 12\u00a0500,50\u00a0€ – − ° « »",
        ),
        ("12\u202f500", "12\u00a0500"),
        ("Bravo 😀 !", "Bravo (émoji\u00a0: visage rieur) !"),
        ("👨\u200d👩\u200d👧", "(émoji\u00a0: famille homme femme et fille)"),
        ("👍🏽 ☎\ufe0f", "(émoji\u00a0: pouce vers le haut) (émoji\u00a0: téléphone)"),
        ("\uf0b7 un → deux ≤ 3 ✔", "• un -> deux <= 3 [x]"),
        ("ﬁn ① H₂O 𝐁𝐨𝐧 ẽ", "fin 1 H2O Bon e"),
        ("α-test", "alpha-test"),
        ("Привет", "(texte en écriture cyrillique\u00a0: 6\u00a0signes)"),
        ("a\ue001b", "a(signe propre à un logiciel, E001)b"),
        ("a\u2060b\ufe0fc", "abc"),
    ],
)
def test_ce_que_nos_polices_ne_dessinent_pas_a_un_signe_proche_ou_un_nom(tape, dessine):
    assert signes.pour_le_papier(tape) == dessine


@given(st.text(max_size=200))
def test_tout_ce_qui_est_tape_se_dessine(texte):
    assert set(signes.pour_le_papier(texte)) <= signes.dessines()


def test_la_relecture_dit_ce_qui_ne_s_imprime_pas():
    contenu = {"projet": {"besoin": "Fête 🎉 🎉", "autres": ["مرحبا", "→ ok"]}, "n": 3}
    assert signes.phrase(signes.textes(contenu)) == (
        "2\u00a0signes ne s’impriment pas\u00a0: « 🎉 » sera écrit « (émoji\u00a0: cotillons) », "
        "« مرحبا » sera écrit « (texte en écriture arabe\u00a0: 5\u00a0signes) »."
    )
    assert signes.phrase(["Été → 12\u202f€"]) == ""


def test_un_texte_qui_ne_se_coupe_pas_reste_dans_la_page():
    """T18, and the control: without the rule of the sheet, the reader of boxes sees it leave."""
    textes = ["\u00a0".join(["indivisible"] * 20), "mot" * 134, "12\u00a0500\u202f€ 😀 \ue001"]
    corps = "".join(f"<p>{texte}</p>" for texte in textes)
    tete = '<html lang="fr"><head><title>t</title><style>{}</style></head><body><h1>t</h1>'
    feuille = signes.FEUILLE.read_text(encoding="utf-8")
    lus = {}
    for nom, css in {
        "tenue": feuille,
        "sans": feuille.replace("overflow-wrap: anywhere", ""),
    }.items():
        octets = pdf.rendre(
            tete.replace("{}", css) + corps, identifiant="00" * 16, cree_le="2026-11-10T10:00:00"
        )
        lus[nom] = defauts_du_pdf(octets)
        assert "12\u00a0500\u00a0€" in texte_pdf(octets).replace(" ", "\u00a0")
    assert lus["tenue"] == []
    assert [defaut[:10] for defaut in lus["sans"]] != []


SANS_ETIQUETTES = """<html lang="fr"><head><title>t</title>
<style>@page { @bottom-left { content: "pied" } }</style></head>
<body><h1>a</h1><h3>b</h3>
<img src="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/%3E">
<dl><div><dt>x</dt><dd>y</dd></div></dl>
<table><tr><th scope="row">a</th><td>b</td></tr></table></body></html>"""


def test_le_lecteur_des_pdf_voit_ce_que_le_rendu_laisse_a_mender():
    """The control of every « no fault » elsewhere: the renderer alone, then ours."""
    seul = HTML(string=SANS_ETIQUETTES).write_pdf(pdf_variant="pdf/ua-1")
    assert defauts_du_pdf(seul) == [
        "une image sans alternative",
        "/L > /Div",
        "un entête sans portée",
        "un titre 3 suit un titre 1",
        "un texte hors de l’arbre, page 1",
    ]
    mende = pdf.rendre(SANS_ETIQUETTES, identifiant="00" * 16, cree_le="2026-11-10T10:00:00")
    assert defauts_du_pdf(mende) == ["une image sans alternative", "un titre 3 suit un titre 1"]
    assert [ligne.strip() for ligne in arbre(mende) if "L" in ligne] == ["L", "LI", "Lbl", "LBody"]
    assert texte_balise(mende) == "abxyab"  # the foot is not read aloud
