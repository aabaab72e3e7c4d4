"""Pictures: the whole of each is decoded, as a screen would."""

import warnings
from io import BytesIO

from PIL import Image, JpegImagePlugin, MpoImagePlugin, PngImagePlugin, TiffImagePlugin

from partenaires.socle.ouverture.illisible import Illisible

PIXELS_MAX = 100_000_000
# MPO: what some telephones make of their JPEG; TIFF: how an Exif is written. Named here, so that
# nothing is loaded once the process is bounded.
LECTEURS = (JpegImagePlugin, MpoImagePlugin, PngImagePlugin, TiffImagePlugin)
Image.preinit()
FORMATS = ("JPEG", "PNG")
GRIS = 128  # what the decoder puts where nothing was left to decode
REDUCTION = 8  # a JPEG is read whole, but drawn 8 times smaller: sixty-four times less memory
IMAGE_COUPEE = (
    "Cette image est incomplète : elle a peut-être été coupée pendant l’envoi. Recommencez, ou "
    "enregistrez-la à nouveau."
)
IMAGE_TROP_GRANDE = (
    "Cette image est trop grande pour être ouverte : enregistrez-la plus petite ou en PDF."
)


def nature(contenu: bytes, nom: str) -> tuple[str, str]:
    """(extension, MIME type), whatever its name. Raises `Illisible` unless all of it decodes."""
    image = ouvrir(contenu)
    if image.format == "PNG":
        _verifier_les_sommes(contenu)
        decoder(image)
        return "png", "image/png"
    image.draft(image.mode, (image.width // REDUCTION + 1, image.height // REDUCTION + 1))
    decoder(image)
    if _finit_en_gris(image):
        raise Illisible(IMAGE_COUPEE)
    return "jpg", "image/jpeg"


def ouvrir(contenu: bytes) -> Image.Image:
    """The picture, not decoded yet."""
    Image.MAX_IMAGE_PIXELS = None  # bounded here, with our sentence
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = Image.open(BytesIO(contenu), formats=FORMATS)
    except (OSError, ValueError, SyntaxError) as erreur:
        _laisser_passer_une_panne(erreur)
        raise Illisible(IMAGE_COUPEE) from erreur
    if image.width * image.height > PIXELS_MAX:
        raise Illisible(IMAGE_TROP_GRANDE)
    return image


def decoder(image: Image.Image) -> None:
    """Every pixel. Raises `Illisible`."""
    try:
        image.load()
    except MemoryError as erreur:
        raise Illisible(IMAGE_TROP_GRANDE) from erreur
    except (OSError, ValueError, SyntaxError, IndexError) as erreur:
        _laisser_passer_une_panne(erreur)
        raise Illisible(IMAGE_COUPEE) from erreur


def _verifier_les_sommes(contenu: bytes) -> None:
    """The checksum of each chunk of a PNG, which decoding does not look at."""
    try:
        ouvrir(contenu).verify()
    except (OSError, ValueError, SyntaxError) as erreur:
        _laisser_passer_une_panne(erreur)
        raise Illisible(IMAGE_COUPEE) from erreur


def _laisser_passer_une_panne(erreur: Exception) -> None:
    """Pillow says « OSError » of a bad picture; with a number, it is the system that failed."""
    if isinstance(erreur, OSError) and erreur.errno:
        raise erreur


def _finit_en_gris(image: Image.Image) -> bool:
    """Cut, then ended by hand: the last rows are the flat grey of what was never decoded."""
    bas = image.crop((0, image.height - 1, image.width, image.height))
    extremes = bas.convert("RGB").getextrema()
    tout = image.convert("RGB").getextrema()
    return extremes == ((GRIS, GRIS),) * 3 and tout != extremes
