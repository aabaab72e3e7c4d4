"""Documents as people make them, and as attackers twist them: one maker a kind."""

import struct
import zipfile
import zlib
from io import BytesIO

import pikepdf
from docx import Document
from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from pikepdf import Array, Dictionary, Name, Stream
from PIL import Image
from pypdf import PdfWriter
from weasyprint import HTML

MOT = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
LIENS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
ODF = "urn:oasis:names:tc:opendocument:xmlns:"
PIXELS = 40


# --- ZIP ---------------------------------------------------------------------------------------
def archive(entrees: dict[str, bytes], methode=zipfile.ZIP_DEFLATED) -> bytes:
    sortie = BytesIO()
    with zipfile.ZipFile(sortie, "w", methode) as lot:
        for nom, contenu in entrees.items():
            lot.writestr(nom, contenu)
    return sortie.getvalue()


def entrees_de(contenu: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(contenu)) as lot:
        return {nom: lot.read(nom) for nom in lot.namelist()}


def avec(contenu: bytes, **parties: bytes) -> bytes:
    """The same package with these parts; `__` of a name stands for « / », `_p_` for a dot."""
    nouvelles = {cle.replace("__", "/").replace("_p_", "."): v for cle, v in parties.items()}
    return archive({**entrees_de(contenu), **nouvelles})


def menteur(contenu: bytes, nom: str, taille: int) -> bytes:
    """The central directory says that this entry unfolds to `taille` bytes."""
    lot = bytearray(contenu)
    rang = lot.rindex(nom.encode()) - 46
    lot[rang + 24 : rang + 28] = struct.pack("<I", taille)
    return bytes(lot)


# --- Pictures ----------------------------------------------------------------------------------
def bruit(cote: int = PIXELS) -> Image.Image:
    return Image.effect_noise((cote, cote), 60).convert("RGB")


def jpeg(image: Image.Image | None = None, **options) -> bytes:
    sortie = BytesIO()
    (image or bruit()).save(sortie, "JPEG", **options)
    return sortie.getvalue()


def jpeg_de_telephone(cote: int = 400) -> bytes:
    """Turned, with its place, its device and a thumbnail, as a telephone writes it."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x0110] = 6, "Fabricant Fictif", "Modele Fictif 12"
    exif.get_ifd(0x8825).update({1: "N", 2: (50.0, 17.0, 30.0), 3: "E", 4: (2.0, 46.0, 48.0)})
    miniature = jpeg(bruit(60))
    corps = exif.tobytes() + miniature
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>auteur fictif</x:xmpmeta>"
    return jpeg(bruit(cote), exif=corps, xmp=xmp, comment=b"commentaire fictif", quality=90)


def png(largeur: int = 8, hauteur: int = 8) -> bytes:
    def bloc(nom: bytes, donnees: bytes) -> bytes:
        somme = zlib.crc32(nom + donnees)
        return struct.pack(">I", len(donnees)) + nom + donnees + struct.pack(">I", somme)

    entete = struct.pack(">IIBBBBB", largeur, hauteur, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + bloc(b"IHDR", entete)
        + bloc(b"tEXt", b"Author\0auteur fictif")
        + bloc(b"IDAT", zlib.compress(b"\0" * 72))
        + bloc(b"IEND", b"")
    )


def image(format_: str) -> bytes:
    sortie = BytesIO()
    bruit().save(sortie, format_)
    return sortie.getvalue()


# --- PDF ---------------------------------------------------------------------------------------
def pdf(texte: bytes = b"") -> bytes:
    with pikepdf.new() as document:
        document.add_blank_page()
        sortie = BytesIO()
        document.save(sortie, static_id=True)
    return sortie.getvalue() + texte


def pdf_qui(agir, **options) -> bytes:
    """A page, and what `agir` does to the document."""
    with pikepdf.new() as document:
        document.add_blank_page()
        agir(document)
        sortie = BytesIO()
        document.save(sortie, **options)
    return sortie.getvalue()


def acte(**cles) -> Dictionary:
    return Dictionary(Type=Name.Action, **cles)


def a_l_ouverture(**cles) -> bytes:
    return pdf_qui(lambda document: setattr(document.Root, "OpenAction", acte(**cles)))


def au_clic(**cles) -> bytes:
    def agir(document):
        lien = Dictionary(
            Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=acte(**cles)
        )
        document.pages[0].Annots = Array([document.make_indirect(lien)])

    return pdf_qui(agir)


def annotation(genre: str, **cles) -> bytes:
    def agir(document):
        note = Dictionary(Type=Name.Annot, Subtype=Name(genre), Rect=Array([0, 0, 9, 9]), **cles)
        document.pages[0].Annots = Array([note])

    return pdf_qui(agir)


def pdf_joint(nom: str, contenu: bytes) -> bytes:
    def agir(document):
        document.attachments[nom] = pikepdf.AttachedFileSpec(document, contenu, filename=nom)

    return pdf_qui(agir)


def pdf_a_signet(**cles) -> bytes:
    def agir(document):
        signet = document.make_indirect(Dictionary(Title="x", A=acte(**cles)))
        racine = Dictionary(Type=Name.Outlines, First=signet, Last=signet, Count=1)
        document.Root.Outlines = document.make_indirect(racine)

    return pdf_qui(agir)


def pdf_de_weasyprint() -> bytes:
    """Tagged, with a link and a table, as this portal makes its own."""
    html = '<html lang="fr"><title>T</title><h1>T</h1><a href="https://www.exemple.fr">l</a></html>'
    return HTML(string=html).write_pdf(pdf_variant="pdf/ua-1")


def pdf_de_pypdf() -> bytes:
    auteur = PdfWriter()
    auteur.add_blank_page(595, 842)
    auteur.add_metadata({"/Author": "Auteur fictif"})
    sortie = BytesIO()
    auteur.write(sortie)
    return sortie.getvalue()


def pdf_xfa() -> bytes:
    def agir(document):
        document.Root.AcroForm = Dictionary(Fields=Array([]), XFA=Stream(document, b"<xdp/>"))

    return pdf_qui(agir)


def pdf_a_flux_exterieur() -> bytes:
    def agir(document):
        flux = Stream(document, b"")
        flux["/F"] = Dictionary(Type=Name.Filespec, F="//serveur/partage")
        document.pages[0].Contents = document.make_indirect(flux)

    return pdf_qui(agir)


def pdf_bombe() -> bytes:
    """A page whose drawing unfolds to 230 MB, folded twice."""

    def agir(document):
        page = document.pages[0]
        page.Contents = document.make_indirect(Stream(document, b""))
        page.Contents.write(
            zlib.compress(zlib.compress(b"\0" * 230_000_000, 1), 1),
            filter=Array([Name.FlateDecode, Name.FlateDecode]),
        )

    return pdf_qui(agir)


def pdf_chiffre(ouvrir: str = "secret") -> bytes:
    protection = pikepdf.Encryption(owner="maitre", user=ouvrir)
    return pdf_qui(lambda document: None, encryption=protection)


def pdf_d_un_scan() -> bytes:
    """As a scanner makes it: one picture a page, its Exif inside."""
    sortie = BytesIO()
    Image.open(BytesIO(jpeg_de_telephone())).save(sortie, "PDF")
    return sortie.getvalue()


def pdf_a_photo() -> bytes:
    """A page that shows the photo of a telephone as it was taken."""

    def agir(document):
        photo = Stream(document, jpeg_de_telephone())
        photo.Type, photo.Subtype = Name.XObject, Name.Image
        photo.Width, photo.Height = 400, 400
        photo.ColorSpace, photo.BitsPerComponent = Name.DeviceRGB, 8
        photo.Filter = Name.DCTDecode
        ressources = Dictionary(XObject=Dictionary(Im0=document.make_indirect(photo)))
        document.pages[0].Resources = ressources
        document.docinfo["/Author"] = "Auteur fictif"
        document.docinfo["/Title"] = "Titre public"
        with document.open_metadata() as metadonnees:
            metadonnees["dc:creator"] = ["Auteur fictif"]
            metadonnees["dc:title"] = "Titre public"

    return pdf_qui(agir)


# --- Office ------------------------------------------------------------------------------------
def docx() -> bytes:
    document = Document()
    document.core_properties.author = "Auteur fictif"
    document.core_properties.title = "Titre public"
    document.add_heading("Compte rendu", 1)
    document.add_paragraph("Une phrase.")
    document.add_table(2, 2)
    document.add_picture(BytesIO(jpeg_de_telephone()))
    sortie = BytesIO()
    document.save(sortie)
    return sortie.getvalue()


def xlsx() -> bytes:
    livre = Workbook()
    livre.properties.creator = "Auteur fictif"
    feuille = livre.active
    feuille["A1"], feuille["A2"], feuille["A3"] = 1, 2, "=SUM(A1:A2)"
    feuille["B1"] = '=IF(A1>0,"oui|non","x")'
    feuille["B2"].hyperlink = "https://www.exemple.fr/page"
    diagramme = BarChart()
    diagramme.add_data(Reference(feuille, min_col=1, min_row=1, max_row=2))
    feuille.add_chart(diagramme, "D2")
    sortie = BytesIO()
    livre.save(sortie)
    return sortie.getvalue()


def docx_de_word_en_ligne() -> bytes:
    """Its main part is `word/document2.xml` (T13)."""
    parties = entrees_de(docx())
    for nom in ("word/document.xml", "word/_rels/document.xml.rels"):
        parties[nom.replace("document", "document2")] = parties.pop(nom)
    for nom in ("[Content_Types].xml", "_rels/.rels"):
        parties[nom] = parties[nom].replace(b"word/document.xml", b"word/document2.xml")
    return archive(parties)


def relie(contenu: bytes, genre: str, cible: str, *, dehors: bool = True, partie="") -> bytes:
    """The package with one relation more, from its main part."""
    parties = entrees_de(contenu)
    nom = partie or next(n for n in parties if n.endswith(("document.xml.rels", "book.xml.rels")))
    mode = ' TargetMode="External"' if dehors else ""
    ligne = f'<Relationship Id="rX" Type="{LIENS}/{genre}" Target="{cible}"{mode}/>'
    vide = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        b"</Relationships>"
    )
    fin = b"</Relationships>"
    parties[nom] = parties.get(nom, vide).replace(fin, ligne.encode() + fin)
    return archive(parties)


def declare(contenu: bytes, partie: str, genre: str, octets: bytes) -> bytes:
    """The package with one part more, of this content type."""
    parties = {**entrees_de(contenu), partie: octets}
    ligne = f'<Override PartName="/{partie}" ContentType="{genre}"/></Types>'
    types = parties["[Content_Types].xml"].replace(b"</Types>", ligne.encode())
    return archive({**parties, "[Content_Types].xml": types})


def type_principal(contenu: bytes, avant: str, apres: str) -> bytes:
    parties = entrees_de(contenu)
    types = parties["[Content_Types].xml"].replace(avant.encode(), apres.encode())
    return archive({**parties, "[Content_Types].xml": types})


def dans_word(xml: str, contenu: bytes | None = None) -> bytes:
    """A document whose body begins with this."""
    parties = entrees_de(contenu or docx())
    corps = parties["word/document.xml"].replace(b"<w:body>", b"<w:body>" + xml.encode(), 1)
    return archive({**parties, "word/document.xml": corps})


def champ(*morceaux: str) -> str:
    """A field of Word, written in as many pieces."""
    runs = "".join(f"<w:r><w:instrText>{morceau}</w:instrText></w:r>" for morceau in morceaux)
    marque = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    return f"<w:p>{marque.format('begin')}{runs}{marque.format('end')}</w:p>"


def champ_dans_un_champ(dedans: str) -> str:
    """A field whose name is what another field writes."""
    marque = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    interieur = champ(dedans).removeprefix("<w:p>").removesuffix("</w:p>")
    return f"<w:p>{marque.format('begin')}{interieur}{marque.format('end')}</w:p>"


def formule(texte: str) -> bytes:
    livre = Workbook()
    livre.active["A1"] = texte
    sortie = BytesIO()
    livre.save(sortie)
    return sortie.getvalue()


# --- OpenDocument ------------------------------------------------------------------------------
def odt(corps: str = "", **parties: bytes) -> bytes:
    """As LibreOffice lays it out: mimetype first, styles, settings, a picture, a thumbnail."""
    return _odf("text", f"<office:text><text:p>Une phrase.</text:p>{corps}</office:text>", parties)


def ods(formule_: str = "of:=SUM([.A1:.A2])", **parties: bytes) -> bytes:
    tableau = (
        f'<office:spreadsheet><table:table table:name="F"><table:table-row><table:table-cell '
        f'table:formula="{formule_}"/></table:table-row></table:table></office:spreadsheet>'
    )
    return _odf("spreadsheet", tableau, parties)


def _odf(genre: str, corps: str, parties: dict[str, bytes]) -> bytes:
    espaces = " ".join(
        f'xmlns:{nom}="{ODF}{nom}:1.0"'
        for nom in ("office", "text", "table", "script", "meta", "manifest", "config")
    )
    espaces += f' xmlns:draw="{ODF}drawing:1.0" xmlns:xlink="http://www.w3.org/1999/xlink"'
    espaces += ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
    mime = f"application/vnd.oasis.opendocument.{genre}"
    image_ = '<draw:frame><draw:image xlink:href="Pictures/1.jpg"/></draw:frame>'
    lien = '<text:p><text:a xlink:href="https://www.exemple.fr/">lien</text:a></text:p>'
    interieur = (
        corps
        if genre == "spreadsheet"
        else corps.replace("</office:text>", f"<text:p>{image_}</text:p>{lien}</office:text>")
    )
    return archive(
        {
            "mimetype": mime.encode(),
            "Configurations2/accelerator/current.xml": b"",
            "content.xml": (
                f"<office:document-content {espaces}><office:scripts/><office:body>{interieur}"
                "</office:body></office:document-content>"
            ).encode(),
            "styles.xml": f"<office:document-styles {espaces}/>".encode(),
            "meta.xml": (
                f"<office:document-meta {espaces}><office:meta><dc:title>Titre public</dc:title>"
                "<dc:creator>Auteur fictif</dc:creator></office:meta></office:document-meta>"
            ).encode(),
            "settings.xml": f"<office:document-settings {espaces}/>".encode(),
            "manifest.rdf": b"<rdf/>",
            "Pictures/1.jpg": jpeg_de_telephone(),
            "Thumbnails/thumbnail.png": png(),
            "META-INF/manifest.xml": f"<manifest:manifest {espaces}/>".encode(),
            **{cle.replace("__", "/").replace("_p_", "."): v for cle, v in parties.items()},
        }
    )


# --- What is not accepted -----------------------------------------------------------------------
def ole(flux: str) -> bytes:
    """The envelope of the old Office files, with the name of one stream."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + flux.encode("utf-16-le") + b"\0" * 99


def ftyp(marque: bytes) -> bytes:
    return b"\0\0\0\x20ftyp" + marque + b"\0" * 200
