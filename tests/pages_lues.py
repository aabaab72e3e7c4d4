"""The words of a page, as somebody reads them: not its code, its fields, nor what is to copy."""

import re
from html.parser import HTMLParser

MUETTES = {"textarea", "script", "style", "pre", "code", "kbd", "samp"}
SANS_FIN = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
# A space that a line may break at, before a sign or inside what is read in one go.
BLANCS = re.compile(
    r"\S[ \t\r\n]+[:;?!»]|«[ \t\r\n]|\d[ \t\r\n]+(?:[€%‰°]|h\b|ko\b|Mo\b|ha\b)|\d[ \t\r\n]\d"
    r"|n°[ \t\r\n]\d|\bart\.[ \t\r\n]|\b[LRD]\.[ \t\r\n]\d"
)
# A word ends with a letter: « 2466 efd8 » are two groups of a fingerprint.
NOMBRE = re.compile(r"(?<![\w,.°/-])(\d[\d\u00a0]*)[ \u00a0\n]+([a-zàâçéèêëîïôöûùœ’]{3,})(?!\w)")
SANS_ACCORD = set(
    re.findall(
        r"\S+",
        """sur pour puis dans par janvier février mars avril mai juin juillet août septembre octobre
        janv févr juill sept oct nov déc
        novembre décembre avec plus est sont dont chez sans hors entre vers dit qui que des les aux
        ont min ensuite place rue avenue boulevard allée""",
    )
)


INVARIABLES = {"mois", "avis", "fois", "choix", "pays", "corps", "accès", "succès"}


class Lecture(HTMLParser):
    """Gathers the text nodes."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.pile: list[tuple[str, bool]] = []
        self.textes: list[str] = []

    def handle_starttag(self, tag, attrs):
        if tag not in SANS_FIN:
            self.pile.append((tag, tag in MUETTES or "data-copier" in dict(attrs)))

    def handle_endtag(self, tag):
        while self.pile and any(nom == tag for nom, _ in self.pile):
            nom, _ = self.pile.pop()
            if nom == tag:
                break

    def handle_data(self, data):
        if not any(muette for _, muette in self.pile):
            self.textes.append(data)


def textes(html: str) -> list[str]:
    """The text nodes of a page."""
    lecture = Lecture()
    lecture.feed(html)
    return lecture.textes


def blancs_secables(lus: list[str]) -> list[str]:
    """What a line may cut and must not, with a few letters around."""
    return [
        texte[max(0, trouve.start() - 20) : trouve.end() + 10]
        for texte in lus
        for trouve in BLANCS.finditer(texte)
    ]


def desaccords(lus: list[str]) -> list[str]:
    """« 5 document », « 1 parties »: a number and the word after it that do not agree."""
    trouves = []
    for texte in lus:
        for nombre, mot in NOMBRE.findall(texte):
            if mot in SANS_ACCORD:
                continue
            est_pluriel = mot.endswith(("s", "x", "z", "ent"))
            if int(nombre.replace("\u00a0", "")) < 2:
                faux = est_pluriel and mot not in INVARIABLES
            else:
                faux = not est_pluriel
            if faux:
                trouves.append(f"{nombre} {mot}")
    return trouves


class Comptage(HTMLParser):
    """Counts the elements as a browser does, a drawing for one (CONCEPTION §5), and a template for
    one: what it keeps is not in the page.
    """

    POUR_UN = frozenset({"svg", "template"})

    def __init__(self):
        super().__init__()
        self.nombre = 0
        self.ouverts = 0  # drawings and templates that one is in

    def handle_starttag(self, tag, attrs):
        self.nombre += self.ouverts == 0
        self.ouverts += tag in self.POUR_UN

    def handle_startendtag(self, tag, attrs):
        self.nombre += self.ouverts == 0

    def handle_endtag(self, tag):
        self.ouverts -= tag in self.POUR_UN


def elements(html: str) -> int:
    """How many elements a page has."""
    comptage = Comptage()
    comptage.feed(html)
    return comptage.nombre
