"""Files read back by libraries that are not the ones of the portal: words, boxes, structure."""

import itertools
import re
from collections import defaultdict
from collections.abc import Iterator
from io import BytesIO

import pikepdf
from openpyxl import load_workbook
from pypdf import PdfReader


def texte_pdf(octets: bytes) -> str:
    """Its words in the order they are drawn; any run of spaces is one."""
    pages = PdfReader(BytesIO(octets)).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))


def texte_balise(octets: bytes) -> str:
    """Its words as they are read aloud: in the order of the structure, without the margins."""
    with pikepdf.open(BytesIO(octets)) as document:
        pages = {page.obj.objgen: Page(page).dits for page in document.pages}
        return "".join(_dire(document.Root.StructTreeRoot, pages))


def _dire(element, pages: dict) -> Iterator[str]:
    dessous = element.get("/K", [])
    for un in list(dessous) if isinstance(dessous, pikepdf.Array) else [dessous]:
        if isinstance(un, pikepdf.Dictionary):
            yield from _dire(un, pages)
        else:
            yield pages[element.Pg.objgen].get(int(un), "")


def formule(feuille, texte: str) -> float:
    """What a spreadsheet computes from the formulas that we write: sums, and one difference."""
    if trouve := re.fullmatch(r"=SUM\((.+)\)", texte):
        valeurs = []
        for plage in trouve[1].split(","):
            cellules = feuille[plage]
            rangs = cellules if isinstance(cellules, tuple) else ((cellules,),)
            valeurs += [calculee(cellule) for rang in rangs for cellule in rang]
        return round(sum(valeur for valeur in valeurs if isinstance(valeur, int | float)), 2)
    gauche, droite = re.fullmatch(r"=([A-Z]+\d+)-([A-Z]+\d+)", texte).groups()
    return round((calculee(feuille[gauche]) or 0) - (calculee(feuille[droite]) or 0), 2)


def calculee(cellule):
    """The value of a cell, a formula computed."""
    if cellule.data_type == "f":
        return formule(cellule.parent, cellule.value)
    return cellule.value


def rangees(octets: bytes) -> list[list]:
    """The rows of the first sheet, as a spreadsheet shows them."""
    feuille = load_workbook(BytesIO(octets)).worksheets[0]
    return [[calculee(cellule) for cellule in rangee] for rangee in feuille.iter_rows()]


# --- What is drawn --------------------------------------------------------------------------------
class Page:
    """What a page draws: each glyph with its box, and what no tag names."""

    def __init__(self, page: pikepdf.Page):
        self.media = [float(cote) for cote in page.MediaBox]
        self.glyphes: list[tuple[float, float, str]] = []  # (left, right, bytes) of each text
        self.hauteurs: list[float] = []
        self.sans_balise: list[str] = []
        self.mcids: list[int] = []
        self.artefacts = 0
        self.dits: dict[int, str] = defaultdict(str)  # {number of a tagged text: its words}
        self.vides = 0  # glyphs that stand for no sign: empty boxes
        self._polices = {
            nom: Police(police) for nom, police in dict(page.Resources.get("/Font", {})).items()
        }
        self._lire(page)

    def _lire(self, page: pikepdf.Page) -> None:
        pile: list[pikepdf.Matrix] = []
        matrice = texte = pikepdf.Matrix()
        police, corps = None, 0.0
        marques: list[str] = []
        for instruction in pikepdf.parse_content_stream(page):
            ordre, valeurs = str(instruction.operator), instruction.operands
            if ordre == "q":
                pile.append(matrice)
            elif ordre == "Q":
                matrice = pile.pop()
            elif ordre == "cm":
                matrice = pikepdf.Matrix(*map(float, valeurs)) @ matrice
            elif ordre == "Tf":
                police, corps = self._polices[str(valeurs[0])], float(valeurs[1])
            elif ordre == "BT":
                texte = pikepdf.Matrix()
            elif ordre == "Tm":
                texte = pikepdf.Matrix(*map(float, valeurs))
            elif ordre == "Td":
                texte = pikepdf.Matrix().translated(*map(float, valeurs)) @ texte
            elif ordre in ("BDC", "BMC"):
                marques.append(str(valeurs[0]))
                if marques[-1] == "/Artifact":
                    self.artefacts += 1
                elif ordre == "BDC":
                    self.mcids.append(int(valeurs[1].MCID))
            elif ordre == "EMC":
                marques.pop()
            elif ordre in ("Tj", "TJ"):
                suite = valeurs[0] if ordre == "TJ" else [valeurs[0]]
                avance = self._montrer(suite, police, corps, texte @ matrice)
                texte = pikepdf.Matrix().translated(avance, 0) @ texte
                if not marques:
                    self.sans_balise.append(ordre)
                elif marques[-1] != "/Artifact":
                    self.dits[self.mcids[-1]] += police.lire(suite)
            elif ordre in ("f", "F", "f*", "S", "s", "B", "Do", "sh") and not marques:
                self.sans_balise.append(ordre)

    def _montrer(self, suite, police, corps: float, matrice: pikepdf.Matrix) -> float:
        """Note each glyph; gives how far the pen went, in the space of the text."""
        plume = 0.0
        for partie in suite:
            if not isinstance(partie, pikepdf.String):
                plume -= float(partie) * corps / 1000
                continue
            octets = bytes(partie)
            for rang in range(0, len(octets), 2):
                code = int.from_bytes(octets[rang : rang + 2], "big")
                large = police.largeur(code) * corps / 1000
                gauche = matrice.transform((plume, 0))
                droite = matrice.transform((plume + large, 0))
                self.vides += code == 0
                if police.signe(code).strip():
                    self.glyphes.append((gauche[0], droite[0], police.signe(code)))
                    self.hauteurs.append(gauche[1])
                plume += large
        return plume

    def debords(self) -> list[tuple[float, float, str]]:
        """The glyphs that leave the page."""
        gauche, bas, droite, haut = self.media
        return [
            glyphe
            for glyphe, y in zip(self.glyphes, self.hauteurs, strict=True)
            if glyphe[0] < gauche or glyphe[1] > droite or not bas < y < haut
        ]


class Police:
    """Widths and signs of an embedded font."""

    def __init__(self, police: pikepdf.Dictionary):
        descendante = police.DescendantFonts[0]
        self.defaut = float(descendante.get("/DW", 1000))
        self.largeurs = dict(_largeurs(list(descendante.get("/W", []))))
        self.signes = _vers_unicode(police.ToUnicode.read_bytes().decode())

    def largeur(self, code: int) -> float:
        return self.largeurs.get(code, self.defaut)

    def lire(self, suite) -> str:
        """The words of an order to draw."""
        octets = b"".join(bytes(un) for un in suite if isinstance(un, pikepdf.String))
        codes = [
            int.from_bytes(octets[rang : rang + 2], "big") for rang in range(0, len(octets), 2)
        ]
        return "".join(self.signe(code) for code in codes)

    def signe(self, code: int) -> str:
        """Empty for a glyph that stands for no sign: the box of what is not drawn."""
        return self.signes.get(code, "")


def _largeurs(tableau: list) -> Iterator[tuple[int, float]]:
    rang = 0
    while rang < len(tableau):
        premier = int(tableau[rang])
        if isinstance(tableau[rang + 1], pikepdf.Array):
            for decalage, large in enumerate(tableau[rang + 1]):
                yield premier + decalage, float(large)
            rang += 2
        else:
            for code in range(premier, int(tableau[rang + 1]) + 1):
                yield code, float(tableau[rang + 2])
            rang += 3


def _vers_unicode(table: str) -> dict[int, str]:
    signes = {}
    for bloc in re.findall(r"beginbfchar(.*?)endbfchar", table, re.DOTALL):
        for code, valeur in re.findall(r"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]*)>", bloc):
            signes[int(code, 16)] = bytes.fromhex(valeur).decode("utf-16-be")
    return signes


# --- What is tagged -------------------------------------------------------------------------------
def arbre(octets: bytes) -> list[str]:
    """The tree of the structure, an element a line, for eyes."""
    with pikepdf.open(BytesIO(octets)) as document:
        return list(_lignes(document.Root.StructTreeRoot, 0))


def _lignes(element, rang: int) -> Iterator[str]:
    for enfant in enfants(element):
        alt = f" alt={enfant.Alt}" if "/Alt" in enfant else ""
        yield f"{'  ' * rang}{str(enfant.S)[1:]}{alt}"
        yield from _lignes(enfant, rang + 1)


def enfants(element) -> list:
    """Its elements, content aside."""
    dessous = element.get("/K", [])
    tous = list(dessous) if isinstance(dessous, pikepdf.Array) else [dessous]
    return [un for un in tous if isinstance(un, pikepdf.Dictionary) and "/S" in un]


def defauts_du_pdf(octets: bytes) -> list[str]:
    """What PDF/UA-1 asks and this file does not give; what leaves its page; what is not drawn."""
    with pikepdf.open(BytesIO(octets)) as document:
        racine = document.Root
        with document.open_metadata() as meta:
            conforme = (meta.get("pdfuaid:part"), bool(meta.get("dc:title")))
        attendus = {
            "déclaré PDF/UA-1, avec un titre": conforme == ("1", True),
            "en français": str(racine.get("/Lang", "")) == "fr",
            "balisé": bool(racine.get("/MarkInfo", {}).get("/Marked", False)),
            "le titre est montré": bool(racine.ViewerPreferences.DisplayDocTitle),
        }
        defauts = [nom for nom, tenu in attendus.items() if not tenu]
        elements = list(_descendants(racine.StructTreeRoot, ()))
        defauts += [d for element, parents in elements for d in _defauts(element, parents)]
        defauts += _desordre([str(element.S) for element, _ in elements])
        for rang, page in enumerate(document.pages):
            defauts += _defauts_de_la_page(Page(page), rang, racine.StructTreeRoot, elements)
    return defauts


def _descendants(element, parents: tuple) -> Iterator[tuple]:
    for enfant in enfants(element):
        yield enfant, parents
        yield from _descendants(enfant, (*parents, str(enfant.S)))


PERMIS = {  # what each element of a list or of a table holds, and nothing else
    "/L": {"/LI", "/L", "/Caption"},
    "/LI": {"/Lbl", "/LBody"},
    "/Table": {"/TR", "/THead", "/TBody", "/TFoot", "/Caption"},
    "/THead": {"/TR"},
    "/TBody": {"/TR"},
    "/TFoot": {"/TR"},
    "/TR": {"/TH", "/TD"},
}


def _defauts(element, parents: tuple[str, ...]) -> list[str]:
    sorte = str(element.S)
    dessous = [str(enfant.S) for enfant in enfants(element)]
    defauts = [f"{sorte} > {un}" for un in dessous if un not in PERMIS.get(sorte, {un})]
    if sorte == "/LI" and "/LBody" not in dessous:
        defauts.append("un point de liste sans corps")
    if sorte == "/LI" and dessous.count("/Lbl") > 1:
        defauts.append("deux étiquettes pour un point")
    if sorte == "/Figure" and not str(element.get("/Alt", "")):
        defauts.append("une image sans alternative")
    if sorte == "/TH" and str(element.A.get("/Scope", "")) not in ("/Row", "/Column"):
        defauts.append("un entête sans portée")
    if sorte == "/Table" and "/TH" not in {
        str(cellule.S) for cellule, _ in _descendants(element, ())
    }:
        defauts.append("un tableau sans entête")
    return defauts


def _desordre(sortes: list[str]) -> list[str]:
    """Titles begin at 1, and go down one by one."""
    niveaux = [int(sorte[2:]) for sorte in sortes if re.fullmatch(r"/H[1-6]", sorte)]
    if niveaux[:1] != [1]:
        return [f"le premier titre est de niveau {niveaux[:1]}"]
    return [
        f"un titre {apres} suit un titre {avant}"
        for avant, apres in itertools.pairwise(niveaux)
        if apres > avant + 1
    ]


def _defauts_de_la_page(page: Page, rang: int, racine, elements: list) -> list[str]:
    defauts = [f"hors de la page {rang + 1} : {glyphe}" for glyphe in page.debords()[:3]]
    defauts += [f"ni balisé ni artefact, page {rang + 1} : {un}" for un in page.sans_balise[:3]]
    if page.vides:
        defauts.append(f"{page.vides} signes sans dessin, page {rang + 1}")
    dans_l_arbre = {element.objgen for element, _ in elements}
    nombres = list(racine.ParentTree.Nums)
    pages = {int(cle): nombres[numero + 1] for numero, cle in enumerate(nombres) if not numero % 2}
    for mcid in page.mcids:
        if pages[rang][mcid].objgen not in dans_l_arbre:
            defauts.append(f"un texte hors de l’arbre, page {rang + 1}")
    return defauts


# --- Workbooks ------------------------------------------------------------------------------------
LARGEUR_D_UN_A4 = 230  # characters that a landscape A4 holds at a size that one reads


def _largeur(feuille, lettres: list[str]) -> float:
    return sum(feuille.column_dimensions[lettre].width for lettre in lettres)


def defauts_du_classeur(octets: bytes) -> list[str]:
    """What a sheet needs to be read and printed as it is, and does not have."""
    defauts = []
    for feuille in load_workbook(BytesIO(octets)).worksheets:
        lettres = [cellule.column_letter for cellule in feuille[1]]
        genres = {cellule.data_type for rangee in feuille.iter_rows() for cellule in rangee}
        attendus = {
            "A4, ou A3 au-delà de ce qui s’y lit": str(feuille.page_setup.paperSize)
            == ("8" if _largeur(feuille, lettres) > LARGEUR_D_UN_A4 else "9"),
            "une page de large": feuille.page_setup.fitToHeight == 0
            and bool(feuille.sheet_properties.pageSetUpPr.fitToPage),
            "tête figée": feuille.freeze_panes is not None,
            "tête répétée": feuille.print_title_rows == "$1:$1",
            "filtre": (feuille.auto_filter.ref or "").startswith(f"A1:{lettres[-1]}"),
            "largeurs": all(feuille.column_dimensions[lettre].width > 8 for lettre in lettres),
            "tête en couleur": {cellule.fill.fgColor.rgb for cellule in feuille[1]} == {"000B4F6C"},
            "textes à la ligne": all(
                cellule.alignment.wrap_text
                for rangee in feuille.iter_rows()
                for cellule in rangee
                if cellule.data_type == "s"
            ),
            "aucune erreur": "e" not in genres,
        }
        if feuille.title != "Démonstration":
            defauts += [f"{feuille.title} : {nom}" for nom, tenu in attendus.items() if not tenu]
    return defauts
