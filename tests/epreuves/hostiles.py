"""Hostile files by seed (FIABILITE O15): each with the verdict that every entrance must give."""

import random
import struct
import zipfile
import zlib
from dataclasses import dataclass
from io import BytesIO

import pikepdf

NOMS = [
    "a.pdf",
    "../../etc/passwd",
    "C:\\Windows\\x.pdf",
    "nom\u202egnp.pdf",
    "a\r\nSet-Cookie: x.pdf",
    "é" * 150 + ".pdf",
    "😀.pdf",
    "CON",
    "double.pdf.exe",
    ".htaccess",
    "   ",
    "a;b|c&d.pdf",
    "<script>.pdf",
    "a" * 300,
    "x.PDF.js",
    "#?%2e",
]
TYPES = [
    "application/pdf",
    "text/html",
    "image/svg+xml",
    "application/x-php",
    "",
    'x/y; charset="z',
]


@dataclass(frozen=True)
class Hostile:
    """A file as it would be sent."""

    genre: str
    contenu: bytes
    accepte: bool


def pdf(texte: bytes = b"") -> bytes:
    with pikepdf.new() as document:
        document.add_blank_page()
        sortie = BytesIO()
        document.save(sortie, static_id=True)
    return sortie.getvalue() + texte


def png(largeur: int = 8, hauteur: int = 8) -> bytes:
    def bloc(nom: bytes, donnees: bytes) -> bytes:
        return (
            struct.pack(">I", len(donnees))
            + nom
            + donnees
            + struct.pack(">I", zlib.crc32(nom + donnees))
        )

    entete = struct.pack(">IIBBBBB", largeur, hauteur, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + bloc(b"IHDR", entete)
        + bloc(b"IDAT", zlib.compress(b"\0" * 72))
        + bloc(b"IEND", b"")
    )


def archive(entrees: dict[str, bytes], methode=zipfile.ZIP_DEFLATED) -> bytes:
    sortie = BytesIO()
    with zipfile.ZipFile(sortie, "w", methode) as lot:
        for nom, contenu in entrees.items():
            lot.writestr(nom, contenu)
    return sortie.getvalue()


DOCX = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"}
XLSX = {"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<w/>"}
ODT = {"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<o/>"}


def _gonfle() -> bytes:
    """A DOCX of a few kilobytes that says it unfolds to 300 MB."""
    lot = bytearray(archive({**DOCX, "word/media/x.bin": b"\0" * 1000}))
    rang = lot.rindex(b"word/media/x.bin") - 46
    lot[rang + 24 : rang + 28] = struct.pack("<I", 300_000_000)
    return bytes(lot)


def familles() -> dict[str, tuple[bytes, bool]]:
    """{kind: (bytes, accepted)}: what is accepted is only ever given back as an attachment, in a
    sandbox.
    """
    bon = pdf()
    return {
        "pdf": (bon, True),
        "png": (png(), True),
        "jpeg": (b"\xff\xd8\xff\xe0" + b"\0" * 40 + b"\xff\xd9", True),
        "docx": (archive(DOCX), True),
        "xlsx": (archive(XLSX), True),
        "odt": (archive(ODT), True),
        "pdf puis html": (pdf(b"\n<script>alert(1)</script>\n%%EOF"), True),
        "pdf puis zip": (bon + archive(DOCX) + b"%%EOF", True),
        "html puis pdf": (b"<html>" + bon, False),
        "vide": (b"", False),
        "texte": (b"bonjour", False),
        "svg": (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", False),
        "gif et html": (b"GIF89a<script>", False),
        "php": (b"<?php system('id');", False),
        "exe": (b"MZ" + b"\0" * 200, False),
        "pdf coupé": (bon[: len(bon) // 2], False),
        "png coupé": (png()[:40], False),
        "png géant": (png(50_000, 50_000), False),
        "jpeg coupé": (b"\xff\xd8\xff\xe0" + b"\0" * 50, False),
        "jpeg et php": (b"\xff\xd8\xff\xe0<?php ?>\xff\xd9", True),
        "zip": (archive({"a.txt": b"x"}), False),
        "zip coupé": (archive(DOCX)[:60], False),
        "docx à macro": (archive({**DOCX, "word/vbaProject.bin": b"x"}), False),
        "docx à modèle": (
            archive(
                {
                    **DOCX,
                    "word/_rels/settings.xml.rels": b"<x Type='attachedTemplate' "
                    b"TargetMode='External'/>",
                }
            ),
            False,
        ),
        "odt à macro": (archive({**ODT, "Basic/Standard/Module1.xml": b"x"}), False),
        "docx gonflé": (_gonfle(), False),
        "docx qui sort": (archive({**DOCX, "../../x": b"x"}), False),
        "docx absolu": (archive({**DOCX, "/etc/x": b"x"}), False),
        "docx à mille noms": (archive({**DOCX, **{f"a/{n}": b"" for n in range(5001)}}), False),
        "zip dans zip": (archive({"a.zip": archive({"b.zip": b"x"})}), False),
        "rtf": (b"{\\rtf1}", False),
        "nul": (b"\0" * 500, False),
        "pdf à BOM": (b"\xef\xbb\xbf" + bon, False),
    }


def tirer(combien: int, graine: int) -> list[tuple[Hostile, str, str]]:
    """[(file, name, announced type)], each family at least once, with names and types drawn by
    seed.
    """
    hasard, tout = (
        random.Random(graine),
        [Hostile(nom, *donnees) for nom, donnees in familles().items()],
    )
    choisis = [*tout, *(hasard.choice(tout) for _ in range(max(0, combien - len(tout))))]
    return [
        (_varier(hostile, hasard), hasard.choice(NOMS), hasard.choice(TYPES)) for hostile in choisis
    ]


def _varier(hostile: Hostile, hasard: random.Random) -> Hostile:
    """The same kind, other bytes: a comment after a PDF, so that no two are alike."""
    if hostile.genre == "pdf":
        return Hostile(hostile.genre, pdf(f"\n% {hasard.getrandbits(60)}\n%%EOF".encode()), True)
    return hostile
