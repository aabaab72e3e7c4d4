"""DOCX and XLSX: an allow-list of parts, of content types and of relations (ECMA-376, part 2)."""

import posixpath
import re
from dataclasses import dataclass, field

from partenaires.socle.ouverture import champs_word
from partenaires.socle.ouverture.archives import (
    DEHORS,
    PROFONDEUR_MAX,
    Budget,
    Lecture,
    Paquet,
    image_exterieure,
    lire,
    ressemble_a_du_xml,
)
from partenaires.socle.ouverture.illisible import (
    ACTIF,
    CHAMP_ACTIF,
    DOCUMENT_ABIME,
    EN_PDF,
    EXTERIEUR,
    LA_EN_PDF,
    MACROS,
    OBJET,
    Illisible,
)

TYPES = "[Content_Types].xml"
BASE = "application/vnd.openxmlformats-officedocument."
PRINCIPAUX = {
    f"{BASE}wordprocessingml.document.main+xml": ("docx", f"{BASE}wordprocessingml.document"),
    f"{BASE}spreadsheetml.sheet.main+xml": ("xlsx", f"{BASE}spreadsheetml.sheet"),
}
# Kinds of the same family that are not accepted: how to make one that is.
AUTRES_PRINCIPAUX = {
    "macroenabled": MACROS,
    "presentationml": f"Une présentation (PPTX) ne se joint pas telle quelle : {LA_EN_PDF}.",
    "template": (
        "Ce fichier est un modèle (DOTX, XLTX) : enregistrez-le comme document (DOCX, XLSX) ou en "
        "PDF."
    ),
    "visio": f"Un dessin Visio ne se joint pas tel quel : {EN_PDF}.",
    "fixeddocument": f"Un fichier XPS ne se joint pas tel quel : {EN_PDF}.",
}
CONTENUS = re.compile(
    r"image/(png|jpe?g|pjpeg|gif|bmp|x-ms-bmp|tiff?|x-emf|x-wmf|emf|wmf|svg\+xml|webp|vnd\.ms-photo)"
    r"|(application|text)/xml|application/(inkml\+xml|x-fontdata|x-font-ttf)"
    r"|application/vnd\.openxmlformats-package\.(relationships|core-properties"
    r"|digital-signature-(origin|xmlsignature\+xml|certificate))(\+xml)?"
    r"|application/vnd\.openxmlformats-officedocument\.("
    r"wordprocessingml\.((document\.(main|glossary)|styles|settings|webSettings|fontTable|numbering"
    r"|header|footer|footnotes|endnotes|comments\w*|people|stylesWithEffects)\+xml|printerSettings"
    r"|document)"
    r"|spreadsheetml\.((sheet\.main|worksheet|chartsheet|sharedStrings|styles|calcChain|table"
    r"|tableSingleCells|comments|pivotTable|pivotCacheDefinition|pivotCacheRecords|sheetMetadata"
    r"|revisionHeaders|revisionLog|userNames)\+xml|printerSettings|customProperty|sheet)"
    r"|drawing\+xml|drawingml\.(chart|chartshapes|diagram\w+)\+xml|theme(Override)?\+xml"
    r"|(extended|custom)-properties\+xml|customXmlProperties\+xml|vmlDrawing|obfuscatedFont)"
    r"|application/vnd\.ms-(word|excel|office)\.(comments\w*|people|person|stylesWithEffects"
    r"|chartstyle|chartcolorstyle|chartex|drawingml\.diagramDrawing|threadedcomments|slicer(Cache)?"
    r"|timeline(Cache)?|controlproperties|rd\w+|richstyles|featurepropertybag|namedsheetviews"
    r"|classificationlabels|intelligence2?|documenttasks|keyMapCustomizations)(\+xml)?",
    re.IGNORECASE,
)
RELATIONS = re.compile(
    r"officeDocument|(core|extended|custom)-?properties|thumbnail|styles|stylesWithEffects|settings"
    r"|webSettings|fontTable|theme(Override)?|numbering|header|footer|footnotes|endnotes"
    r"|comments\w*|people|person|threadedComment|glossaryDocument|image|hyperlink|chart\w*"
    r"|diagram\w+|drawing|vmlDrawing|legacyDiagramText|customXml(Props|Data)?|package|font"
    r"|worksheet|chartsheet|sharedStrings|calcChain|table|tableSingleCells|pivot\w+"
    r"|printerSettings|ctrlProps?|slicer(Cache)?|timeline(Cache)?|sheetMetadata|rd\w+|richStyles"
    r"|featurePropertyBag|namedSheetViews?|revision\w+|usernames|customProperty|ink|keyMap\w+"
    r"|classificationlabels|documenttasks|intelligence2?|origin|signature|certificate|downRev",
    re.IGNORECASE,
)
# What the others are: the sentence that says how to mend them.
MOTIFS = (
    (re.compile(r"vba|macro|keymap|attachedToolbars|customUI|extensibility", re.I), MACROS),
    (
        re.compile(
            r"external|attachedTemplate|connections|queryTable|mailMerge|recipientData|subDocument"
            r"|frame|webimage|volatile|powerpivot|\bmodel\b",
            re.I,
        ),
        EXTERIEUR,
    ),
    (re.compile(r"oleObject|embed|aFChunk|package|bin\b", re.I), OBJET),
    (re.compile(r"control|activeX|video|audio|media|webextension|dialogsheet", re.I), ACTIF),
)
INCONNU = f"Ce document contient un élément que le portail ne garde pas : {EN_PDF}."
ADRESSES = re.compile(
    r"(https?|mailto|tel|sms|ftps?|onenote):|file:///[A-Za-z](:|%3A)|#"
    r"|(?!\\\\|//|file:|[A-Za-z][\w+.-]*:)",
    re.IGNORECASE,
)
# A formula that reads outside of its workbook or runs something.
FORMULE_ACTIVE = re.compile(
    r"\b(WEBSERVICE|IMAGE|RTD|CALL|REGISTER|REGISTER\.ID|EXEC|EVALUATE|RUN|SQL\.REQUEST"
    r"|DDE|DDEAUTO|FOPEN|FWRITE|HALT|URLMON)\s*\(",
    re.IGNORECASE,
)
FORMULE_DDE = re.compile(r"\w\s*\|\s*['\w]")
ENTRE_GUILLEMETS = re.compile(r'"(?:[^"]|"")*"')
FORMULES = {"f", "formula", "formula1", "formula2", "definedName", "calculatedColumnFormula"}
ELEMENTS_REFUSES = {
    "altChunk": OBJET,
    "connectString": EXTERIEUR,
    "ddeLink": CHAMP_ACTIF,
    "dialogsheet": ACTIF,
    "macrosheet": MACROS,
    "oleLink": EXTERIEUR,
    "script": ACTIF,
    "webVideoPr": ACTIF,
}


@dataclass
class Types(Lecture):
    """What `[Content_Types].xml` says of each part."""

    par_extension: dict[str, str] = field(default_factory=dict)
    par_partie: dict[str, str] = field(default_factory=dict)

    def debut(self, nom: str, attributs: dict[str, str]) -> None:
        genre = attributs.get("ContentType", "")
        if nom == "Default":
            self.par_extension[attributs.get("Extension", "").lower()] = genre
        elif nom == "Override":
            self.par_partie[attributs.get("PartName", "").lstrip("/").lower()] = genre

    def de(self, partie: str) -> str:
        extension = partie.rpartition(".")[2].lower()
        return self.par_partie.get(partie.lower()) or self.par_extension.get(extension, "")


def nature(paquet: Paquet, budget: Budget, profondeur: int = 0) -> tuple[str, str]:
    """(extension, MIME type). Raises `Illisible`."""
    types = Types()
    lire(paquet.parties[TYPES], types)
    _refuser_un_autre_genre(types)
    trouvee = PRINCIPAUX.get(_type_principal(paquet, types))
    if trouvee is None:
        raise Illisible(DOCUMENT_ABIME)
    for partie, contenu in paquet.parties.items():
        if partie.endswith("/") or partie == TYPES:
            continue
        genre = types.de(partie)
        if not CONTENUS.fullmatch(genre):
            raise Illisible(_motif(genre or partie))
        if genre.endswith("relationships+xml") or partie.endswith(".rels"):
            lire(contenu, Relations())
        elif partie.rpartition(".")[2].lower() in ("docx", "xlsx") or _est_incorpore(genre):
            _examiner_l_incorpore(contenu, budget, profondeur)
        elif genre.endswith(("xml", "vmlDrawing")) or ressemble_a_du_xml(contenu):
            lire(contenu, Partie())
    return trouvee


def _type_principal(paquet: Paquet, types: Types) -> str:
    """The content type of the part that the package names as its document."""
    relations = Relations()
    lire(paquet.parties.get("_rels/.rels", b""), relations)
    cible = posixpath.normpath(relations.principal.lstrip("/"))
    presentes = {partie.lower() for partie in paquet.parties}
    return types.de(cible) if cible.lower() in presentes else ""


def _refuser_un_autre_genre(types: Types) -> None:
    """A presentation, a template… Raises `Illisible` with how to convert it."""
    genres = {*types.par_partie.values(), *types.par_extension.values()}
    if genres & PRINCIPAUX.keys():
        return
    tous = " ".join(genres).lower()
    for mot, phrase in AUTRES_PRINCIPAUX.items():
        if mot in tous:
            raise Illisible(phrase)


def _est_incorpore(genre: str) -> bool:
    return genre in (f"{BASE}spreadsheetml.sheet", f"{BASE}wordprocessingml.document")


def _examiner_l_incorpore(contenu: bytes, budget: Budget, profondeur: int) -> None:
    """The table behind a chart is a document like the other. Raises `Illisible`."""
    if profondeur >= PROFONDEUR_MAX:
        raise Illisible(OBJET)
    dedans = Paquet(contenu, budget)
    if TYPES not in dedans.parties:
        raise Illisible(OBJET)
    nature(dedans, budget, profondeur + 1)


def _motif(nom: str) -> str:
    """The sentence for a part or a relation that is not of the list."""
    for motif, phrase in MOTIFS:
        if motif.search(nom):
            return phrase
    return INCONNU


class Relations(Lecture):
    """What a part may lead to: inside, what a document needs; outside, the address of a link."""

    principal = ""

    def debut(self, nom: str, attributs: dict[str, str]) -> None:
        if nom != "Relationship":
            return
        genre = attributs.get("Type", "").rpartition("/")[2]
        cible = attributs.get("Target", "")
        if attributs.get("TargetMode", "").lower() == "external":
            if genre == "hyperlink" and ADRESSES.match(cible.strip()):
                return
            raise Illisible(_motif(genre) if not RELATIONS.fullmatch(genre) else EXTERIEUR)
        if not RELATIONS.fullmatch(genre):
            raise Illisible(_motif(genre))
        if genre != "hyperlink" and DEHORS.match(cible):
            raise Illisible(EXTERIEUR)
        if genre == "officeDocument":
            self.principal = cible


class Partie(Lecture):
    """A part in XML: its fields, its formulas, and what it would draw from elsewhere."""

    def __init__(self) -> None:
        self.champs = champs_word.Champs()
        self.formule: list[str] | None = None

    def debut(self, nom: str, attributs: dict[str, str]) -> None:
        if nom in ELEMENTS_REFUSES:
            raise Illisible(ELEMENTS_REFUSES[nom])
        if DEHORS.match(attributs.get("src", "")) or image_exterieure(nom, attributs):
            raise Illisible(EXTERIEUR)
        if attributs.get("vbProcedure") in ("1", "true") or attributs.get("xlm") in ("1", "true"):
            raise Illisible(MACROS)
        if nom in FORMULES:
            self.formule = []
        self.champs.debut(nom, attributs)

    def texte(self, texte: str) -> None:
        if self.formule is not None:
            self.formule.append(texte)
        self.champs.texte(texte)

    def fin(self, nom: str) -> None:
        if nom in FORMULES and self.formule is not None:
            _refuser_une_formule_active("".join(self.formule))
            self.formule = None
        self.champs.fin(nom)

    def close(self) -> None:
        self.champs.juger()


def _refuser_une_formule_active(formule: str) -> None:
    nue = ENTRE_GUILLEMETS.sub('""', formule)
    if FORMULE_ACTIVE.search(nue) or FORMULE_DDE.search(nue):
        raise Illisible(CHAMP_ACTIF)
