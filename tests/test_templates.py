"""What keeps a template readable: a line is read without scrolling."""

from pathlib import Path

RACINE = Path(__file__).resolve().parent.parent
LARGEUR = 160  # characters, not bytes: French has accents


def lignes_trop_longues(dossier: Path) -> list[str]:
    """`name:line (characters)` of the lines of pages and PDFs that do not fit.

    Mails (.txt) are exempt: where a line ends is what the person reads.
    """
    return [
        f"{chemin.relative_to(dossier)}:{numero} ({len(ligne)})"
        for chemin in sorted(dossier.rglob("*.html"))
        for numero, ligne in enumerate(chemin.read_text(encoding="utf-8").split("\n"), start=1)
        if len(ligne) > LARGEUR
    ]


def test_une_ligne_de_gabarit_se_lit_sans_defiler():
    trouvees = lignes_trop_longues(RACINE / "templates")
    assert not trouvees, f"{len(trouvees)} lignes : " + ", ".join(trouvees[:20])


def test_temoin_une_ligne_trop_longue_est_vue(tmp_path):
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "juste.html").write_text("é" * LARGEUR, encoding="utf-8")
    (tmp_path / "pages" / "large.html").write_text("<p>\n" + "é" * (LARGEUR + 1), encoding="utf-8")
    (tmp_path / "courriel.txt").write_text("é" * (LARGEUR + 1), encoding="utf-8")
    assert lignes_trop_longues(tmp_path) == ["pages/large.html:2 (161)"]
