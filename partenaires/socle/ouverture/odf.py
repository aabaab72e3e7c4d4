"""ODT and ODS: an allow-list of entries; no script, remote object nor macro (ODF 1.3)."""

import re

from partenaires.socle.ouverture.archives import (
    DEHORS,
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
    MOT_DE_PASSE,
    OBJET,
    Illisible,
)

BASE = "application/vnd.oasis.opendocument."
ACCEPTES = {
    f"{BASE}text": ("odt", f"{BASE}text"),
    f"{BASE}spreadsheet": ("ods", f"{BASE}spreadsheet"),
}
AUTRES = {
    "template": "Ce fichier est un modèle (OTT, OTS) : enregistrez-le en ODT, en ODS ou en PDF.",
    "graphics": f"Un dessin (ODG) ne se joint pas tel quel : {EN_PDF}.",
    "presentation": f"Une présentation (ODP) ne se joint pas telle quelle : {LA_EN_PDF}.",
    "master": f"Un document maître (ODM) ne se joint pas tel quel : {EN_PDF}.",
    "base": f"Une base de données (ODB) ne se joint pas : exportez le tableau, puis {EN_PDF}.",
    "formula": f"Une formule (ODF) ne se joint pas telle quelle : {LA_EN_PDF}.",
    "chart": f"Un diagramme (ODC) ne se joint pas tel quel : {EN_PDF}.",
    "image": f"Une image (ODI) ne se joint pas telle quelle : {LA_EN_PDF}.",
}
ENTREES = re.compile(
    r"mimetype|layout-cache|manifest\.rdf|META-INF/[\w.-]+\.xml"
    r"|(?:[^/]+/)*(?:content|styles|meta|settings)\.xml"
    r"|Configurations2/.*|ObjectReplacements/.+|[^/]+/(?:[^/]+/)*layout-cache"
    r"|(?:[^/]+/)*[^/]+\.(?:png|jpe?g|gif|svg|svm|emf|wmf|bmp|tiff?|webp|eps|rdf|ttf|otf|ttc|woff2?)"
    r"|Thumbnails/[^/]+",
    re.IGNORECASE,
)
OBLIGATOIRES = {"content.xml", "META-INF/manifest.xml"}  # without them no office suite opens it
MACROS_ENTREES = re.compile(r"(Basic|Scripts|Dialogs)/", re.IGNORECASE)
ELEMENTS_REFUSES = {
    "applet": ACTIF,
    "dde-connection": CHAMP_ACTIF,
    "dde-connection-decl": CHAMP_ACTIF,
    "dde-link": CHAMP_ACTIF,
    "dde-source": CHAMP_ACTIF,
    "floating-frame": EXTERIEUR,
    "object-ole": OBJET,
    "plugin": ACTIF,
    "script": MACROS,
    "event-listener": MACROS,
    "library-embedded": MACROS,
    "library-linked": MACROS,
}
# A link that a person clicks, and the memory of the template that a document was born from.
LIENS = {"a", "template"}
ADRESSES = re.compile(
    r"(https?|mailto|tel|sms|ftps?):|file:///|#|(?!\\\\|//|[A-Za-z][\w+.-]*:)", re.IGNORECASE
)
SCRIPTS = re.compile(
    r"\s*(vnd\.sun\.star\.(script|expand|UNO)|macro|javascript|vbscript|service):", re.I
)
FORMULE_ACTIVE = re.compile(r"\b(DDE|WEBSERVICE|COM\.MICROSOFT\.WEBSERVICE)\s*\(", re.IGNORECASE)
FICHIER_LIE = re.compile(r"'(file|https?|ftps?|smb):[^']*'#", re.IGNORECASE)
ENTRE_GUILLEMETS = re.compile(r'"(?:[^"]|"")*"')


def nature(paquet: Paquet) -> tuple[str, str]:
    """(extension, MIME type). Raises `Illisible`."""
    mime = paquet.parties["mimetype"].strip().decode("ascii", errors="replace")
    trouvee = ACCEPTES.get(mime)
    if trouvee is None:
        raise Illisible(_autre_genre(mime))
    if not paquet.parties.keys() >= OBLIGATOIRES:
        raise Illisible(DOCUMENT_ABIME)
    for partie, contenu in paquet.parties.items():
        if partie == "content.xml" and not contenu:
            raise Illisible(DOCUMENT_ABIME)
        if partie.endswith("/") or not contenu:  # LibreOffice leaves empty entries
            continue
        if MACROS_ENTREES.match(partie):
            raise Illisible(MACROS)
        if not ENTREES.fullmatch(partie):
            raise Illisible(OBJET)
        if partie.endswith(".xml") or ressemble_a_du_xml(contenu):
            lue = Partie()
            lire(contenu, lue)
            if partie == "content.xml" and lue.racine != "document-content":
                raise Illisible(DOCUMENT_ABIME)
    return trouvee


def _autre_genre(mime: str) -> str:
    """How to make, of this other kind of OpenDocument, one that is accepted."""
    for mot, phrase in AUTRES.items():
        if mot in mime:
            return phrase
    return DOCUMENT_ABIME


class Partie(Lecture):
    """A part in XML: nothing runs, nothing comes from elsewhere."""

    racine = ""  # the name of its first element

    def debut(self, nom: str, attributs: dict[str, str]) -> None:
        self.racine = self.racine or nom
        if nom == "encryption-data":
            raise Illisible(MOT_DE_PASSE)
        if nom in ELEMENTS_REFUSES:
            raise Illisible(ELEMENTS_REFUSES[nom])
        if any(SCRIPTS.match(valeur) for valeur in attributs.values()):
            raise Illisible(MACROS)
        if image_exterieure(nom, attributs) or not _reste_dedans(nom, attributs.get("href", "")):
            raise Illisible(EXTERIEUR)
        if "connection-resource" in nom or "connect-string" in attributs:
            raise Illisible(EXTERIEUR)
        for cle in ("formula", "condition", "expression"):
            _refuser_une_formule_active(attributs.get(cle, ""))


def _reste_dedans(nom: str, adresse: str) -> bool:
    """A link may lead anywhere that a page may; anything else stays in the document."""
    if nom in LIENS:
        return ADRESSES.match(adresse.strip()) is not None
    if adresse.startswith("data:image/"):
        return True
    return not DEHORS.match(adresse) and not adresse.startswith(("../", "/"))


def _refuser_une_formule_active(formule: str) -> None:
    nue = ENTRE_GUILLEMETS.sub('""', formule)
    if FORMULE_ACTIVE.search(nue):
        raise Illisible(CHAMP_ACTIF)
    if FICHIER_LIE.search(nue):
        raise Illisible(EXTERIEUR)
