"""What a picture says beside its pixels: place, device, author, hidden copies. Taken out.

The pixels are not touched: a JPEG keeps its quality, and the side that is up.
"""

import struct
from collections.abc import Iterator
from io import BytesIO

from PIL import Image

from partenaires.socle.ouverture import images
from partenaires.socle.ouverture.illisible import Illisible

ORIENTATION = 0x0112
APP0, APP2, APP14 = 0xE0, 0xE2, 0xEE
COMMENTAIRE, DEBUT_DES_PIXELS, FIN = 0xFE, 0xDA, 0xD9
SANS_LONGUEUR = {0x01, *range(0xD0, 0xD8)}
# Chunks of a PNG that draw; those that say something are left out.
BLOCS_DU_DESSIN = {
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT",
    b"bKGD", b"pHYs", b"cICP", b"acTL", b"fcTL", b"fdAT",
}  # fmt: skip


def depouiller_une_image(contenu: bytes) -> bytes:
    """Raises `Illisible` when it is not a JPEG nor a PNG."""
    if contenu.startswith(b"\x89PNG\r\n\x1a\n"):
        return contenu[:8] + b"".join(_blocs_du_dessin(contenu))
    if not contenu.startswith(b"\xff\xd8\xff"):
        raise Illisible(images.IMAGE_COUPEE)
    return b"\xff\xd8" + _orientation(contenu) + b"".join(_segments_du_dessin(contenu))


def _blocs_du_dessin(contenu: bytes) -> Iterator[bytes]:
    rang = 8
    while rang + 12 <= len(contenu):
        (longueur,) = struct.unpack_from(">I", contenu, rang)
        nom = contenu[rang + 4 : rang + 8]
        if nom in BLOCS_DU_DESSIN:
            yield contenu[rang : rang + 12 + longueur]
        if nom == b"IEND":
            return
        rang += 12 + longueur


def _segments_du_dessin(contenu: bytes) -> Iterator[bytes]:
    """Each segment that draws, up to the end of the first picture: a hidden copy may follow."""
    rang = 2
    while rang + 2 <= len(contenu):
        if contenu[rang] != 0xFF:
            raise Illisible(images.IMAGE_COUPEE)
        marque = contenu[rang + 1]
        if marque == 0xFF:  # padding
            rang += 1
            continue
        if marque == FIN:
            yield b"\xff\xd9"
            return
        fin = rang + 2
        if marque not in SANS_LONGUEUR:
            (longueur,) = struct.unpack_from(">H", contenu.ljust(rang + 4, b"\0"), rang + 2)
            fin += longueur
        if marque == DEBUT_DES_PIXELS:
            fin = _fin_des_pixels(contenu, fin)
        if _dessine(marque, contenu[rang + 4 : fin]):
            yield contenu[rang:fin]
        rang = fin
    raise Illisible(images.IMAGE_COUPEE)


def _fin_des_pixels(contenu: bytes, rang: int) -> int:
    """The next true marker: among pixels, 0xFF stands before 0 or a restart only."""
    while True:
        rang = contenu.find(b"\xff", rang)
        if rang < 0 or rang + 1 >= len(contenu):
            raise Illisible(images.IMAGE_COUPEE)
        suivant = contenu[rang + 1]
        if suivant and suivant != 0xFF and suivant not in SANS_LONGUEUR:
            return rang
        rang += 1 if suivant == 0xFF else 2


def _dessine(marque: int, corps: bytes) -> bool:
    """Colours are kept (JFIF, ICC, Adobe); Exif, XMP, IPTC, comments and thumbnails are not."""
    if marque == APP0:
        return corps.startswith(b"JFIF\0")
    if marque == APP2:
        return corps.startswith(b"ICC_PROFILE\0")
    if marque == APP14:
        return corps.startswith(b"Adobe")
    return not (APP0 <= marque <= 0xEF or marque == COMMENTAIRE)


def _orientation(contenu: bytes) -> bytes:
    """The segment that says which side is up, alone; empty when the picture stands upright."""
    try:
        sens = Image.open(BytesIO(contenu), formats=images.FORMATS).getexif().get(ORIENTATION, 1)
    except (OSError, ValueError, SyntaxError):
        return b""
    if sens not in range(2, 9):
        return b""
    exif = Image.Exif()
    exif[ORIENTATION] = sens
    corps = b"Exif\0\0" + exif.tobytes().removeprefix(b"Exif\0\0")
    return b"\xff\xe1" + struct.pack(">H", len(corps) + 2) + corps
