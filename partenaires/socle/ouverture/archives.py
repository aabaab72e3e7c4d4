"""ZIP packages: each entry unfolded for real, within a bound, whatever its header says."""

import codecs
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath

from lxml import etree

from partenaires.socle.ouverture.illisible import (
    DOCUMENT_ABIME,
    MOT_DE_PASSE,
    TROP_GROS_OUVERT,
    Illisible,
)

codecs.lookup("cp437")  # names of a ZIP: loaded before the process is bounded
ENTREES_MAX = 5000
GONFLEMENT_MAX = 200_000_000  # bytes, once unfolded
PROFONDEUR_MAX = 2  # a table in a document, and no further
ENTETE = struct.Struct("<4s5H3I2H")  # the local header of an entry (APPNOTE 4.3.7)
CHIFFREE = 0x1
DEHORS = re.compile(r"\s*([A-Za-z][\w+.-]+:|\\\\|//)")  # an address that leaves the document
IMAGES_SVG = ("image", "use", "feImage")


@dataclass
class Budget:
    """What a document and all that it holds may still unfold."""

    octets: int = GONFLEMENT_MAX
    entrees: int = ENTREES_MAX

    def prendre(self, octets: int) -> None:
        self.octets -= octets
        if self.octets < 0:
            raise Illisible(TROP_GROS_OUVERT)


class Paquet:
    """The entries of an Office or OpenDocument file, read once, with the sizes that they have."""

    def __init__(self, contenu: bytes, budget: Budget):
        self.contenu = contenu
        self.parties: dict[str, bytes] = {}
        try:
            with zipfile.ZipFile(BytesIO(contenu)) as archive:
                entrees = archive.infolist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as erreur:
            raise Illisible(DOCUMENT_ABIME) from erreur
        budget.entrees -= len(entrees)
        if budget.entrees < 0:
            raise Illisible(TROP_GROS_OUVERT)
        if sum(entree.file_size for entree in entrees) > budget.octets:
            raise Illisible(TROP_GROS_OUVERT)
        self._refuser_ce_qui_se_recouvre(entrees)
        noms: set[str] = set()
        for entree in entrees:
            _refuser_un_nom_trompeur(entree.filename, noms)
            noms.add(entree.filename.lower())
            self.parties[entree.filename] = self._deplier(entree, budget)

    def _refuser_ce_qui_se_recouvre(self, entrees: list[zipfile.ZipInfo]) -> None:
        """Entries that share their bytes unfold without end."""
        fin = 0
        for entree in sorted(entrees, key=lambda entree: entree.header_offset):
            if entree.header_offset < fin:
                raise Illisible(TROP_GROS_OUVERT)
            fin = entree.header_offset + ENTETE.size + entree.compress_size

    def _deplier(self, entree: zipfile.ZipInfo, budget: Budget) -> bytes:
        """The bytes, exactly as many as announced, with their checksum. Raises `Illisible`."""
        if entree.flag_bits & CHIFFREE:
            raise Illisible(MOT_DE_PASSE)
        brut = self._brut(entree)
        if entree.compress_type == zipfile.ZIP_STORED:
            deplie = brut
        elif entree.compress_type == zipfile.ZIP_DEFLATED:
            deplie = _degonfler(brut, entree.file_size)
        else:
            raise Illisible(DOCUMENT_ABIME)
        budget.prendre(len(deplie))
        if len(deplie) != entree.file_size or zlib.crc32(deplie) != entree.CRC:
            raise Illisible(DOCUMENT_ABIME)
        return deplie

    def _brut(self, entree: zipfile.ZipInfo) -> bytes:
        debut = self.contenu[entree.header_offset : entree.header_offset + ENTETE.size]
        if len(debut) < ENTETE.size or not debut.startswith(b"PK\x03\x04"):
            raise Illisible(DOCUMENT_ABIME)
        longueurs = ENTETE.unpack(debut)[-2:]
        depart = entree.header_offset + ENTETE.size + sum(longueurs)
        brut = self.contenu[depart : depart + entree.compress_size]
        if len(brut) != entree.compress_size:
            raise Illisible(DOCUMENT_ABIME)
        return brut


def _degonfler(brut: bytes, annonce: int) -> bytes:
    """Stops one byte after what was announced: a header that lies is not followed."""
    ouvreur = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        deplie = ouvreur.decompress(brut, annonce + 1)
    except zlib.error as erreur:
        raise Illisible(DOCUMENT_ABIME) from erreur
    if len(deplie) > annonce:
        raise Illisible(TROP_GROS_OUVERT)
    return deplie


def _refuser_un_nom_trompeur(nom: str, deja: set[str]) -> None:
    """Twice the same name, or a name that leaves its folder. Raises `Illisible`."""
    chemin = PurePosixPath(nom)
    sort = chemin.is_absolute() or ".." in chemin.parts or "\\" in nom or ":" in nom
    if sort or nom.lower() in deja:
        raise Illisible(DOCUMENT_ABIME)


class Lecture:
    """Reads XML as it comes, without a tree: what an Office file unfolds to may be large.

    Each kind of document says what it refuses in `debut`, `texte` and `fin`.
    """

    def debut(self, nom: str, attributs: dict[str, str]) -> None:
        """An element opens; names come without their namespace."""

    def texte(self, texte: str) -> None:
        """Words inside an element."""

    def fin(self, nom: str) -> None:
        """An element closes."""

    # What lxml calls.
    def start(self, tag: str, attrib: dict[str, str]) -> None:
        self.debut(sans_espace(tag), {sans_espace(cle): valeur for cle, valeur in attrib.items()})

    def data(self, data: str) -> None:
        self.texte(data)

    def end(self, tag: str) -> None:
        self.fin(sans_espace(tag))

    def close(self) -> None:
        """Nothing is kept."""


def sans_espace(nom: str) -> str:
    """« instrText » of « {http://…}instrText »."""
    return nom.rpartition("}")[2]


def lire(contenu: bytes, lecture: Lecture) -> None:
    """Raises `Illisible` when it is not XML, declares entities, or holds what `lecture` refuses."""
    if b"<!ENTITY" in contenu.replace(b"\0", b""):
        raise Illisible(DOCUMENT_ABIME)
    analyseur = etree.XMLParser(
        target=lecture, resolve_entities=False, no_network=True, load_dtd=False
    )
    try:
        etree.fromstring(contenu, analyseur)
    except (etree.XMLSyntaxError, ValueError) as erreur:
        raise Illisible(DOCUMENT_ABIME) from erreur


def ressemble_a_du_xml(contenu: bytes) -> bool:
    """Whatever its name says: an element, after a byte order mark or blanks."""
    debut = contenu[:64].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t")
    return debut.startswith(b"<")


def image_exterieure(nom: str, attributs: dict[str, str]) -> bool:
    """A drawing (SVG) that shows a picture from elsewhere."""
    adresse = attributs.get("href", "")
    dans_le_dessin = adresse.startswith(("data:image/", "#"))
    return nom in IMAGES_SVG and DEHORS.match(adresse) is not None and not dans_le_dessin
