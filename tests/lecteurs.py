"""Files read back by libraries that are not the ones of the portal: words, boxes, structure."""

import re
from collections.abc import Iterator
from io import BytesIO

import pikepdf
from pypdf import PdfReader


def texte_pdf(octets: bytes) -> str:
    """Its words in the order they are drawn; any run of spaces is one."""
    pages = PdfReader(BytesIO(octets)).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))


# --- What is drawn
# ------------------------------------------------------------------------------------
class Page:
    """What a page draws: each glyph with its box, and what no tag names."""

    def __init__(self, page: pikepdf.Page):
        self.media = [float(cote) for cote in page.MediaBox]
        self.glyphes: list[tuple[float, float, str]] = []  # (left, right, bytes) of each text
        self.hauteurs: list[float] = []
        self.sans_balise: list[str] = []
        self.mcids: list[int] = []
        self.artefacts = 0
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


# --- What is tagged
# -----------------------------------------------------------------------------------
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
