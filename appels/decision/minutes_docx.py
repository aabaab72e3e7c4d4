"""The minutes as a document to go on with: A4, the words and the colours of the PDF."""

from collections.abc import Iterable
from io import BytesIO
from typing import Any

from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Mm, Pt, RGBColor
from docx.table import _Cell, _Row
from docx.text.paragraph import Paragraph

from appels.decision.proces_verbal import ProcesVerbal, Projet
from appels.models import Comite
from appels.socle.classeur import ENCRE, FILET, PETROLE, SABLE
from appels.socle.signes import propre
from partenaires.socle import demonstration
from quartiers.francais import en_euros, forme, moment

LANGUE = "fr-FR"
MARGE = Mm(20)
TAILLES = {"Title": 20, "Heading 1": 13, "Heading 2": 11}  # points
DES_PROJETS = ("Financeur", "Avis", "Demandé", "Proposé")
DES_TOTAUX = ("Financeur", "Demandé", "Proposé", "Enveloppe")
LARGEURS = (Mm(66), Mm(44), Mm(30), Mm(30))


def en_docx(pv: ProcesVerbal) -> bytes:
    """All that the PDF says, to be amended."""
    document = Document()
    _mettre_en_page(document, pv.comite)
    _ecrire_la_tete(document, pv.comite)
    document.add_heading("Présences", 1)
    for presence in pv.presences:
        document.add_paragraph(propre(str(presence)), "List Bullet")
    if not pv.presences:
        document.add_paragraph("Aucune présence n’est notée.")
    if pv.phrase_du_quorum:
        document.add_paragraph(propre(pv.phrase_du_quorum))
    document.add_heading("Projets", 1)
    for projet in pv.projets:
        _ecrire_un_projet(document, projet)
    if pv.retires:
        document.add_paragraph(
            propre(f"À l’ordre du jour, non examinés : {', '.join(map(str, pv.retires))}.")
        )
    document.add_heading("Totaux par financeur", 1)
    _tableau(
        document,
        DES_TOTAUX,
        (
            (
                total.financeur,
                en_euros(total.demande),
                en_euros(total.propose),
                _montant(total.enveloppe),
            )
            for total in pv.totaux
        ),
        ("Total", en_euros(pv.total_demande), en_euros(pv.total), ""),
        montants_depuis=1,
    )
    sortie = BytesIO()
    document.save(sortie)
    return sortie.getvalue()


def _mettre_en_page(document: DocumentObject, comite: Comite) -> None:
    """A4, in French, in our colours; what every page says above and below."""
    for section in document.sections:
        section.page_width = Mm(210)
        section.page_height = Mm(297)
        section.left_margin = section.right_margin = MARGE
        section.top_margin = section.bottom_margin = MARGE
        section.header.paragraphs[0].text = demonstration.mention()
        _ecrire_le_pied(section, comite)
    for nom, taille in TAILLES.items():
        police = document.styles[nom].font
        police.size = Pt(taille)
        police.color.rgb = RGBColor.from_string(ENCRE if nom == "Title" else PETROLE)
    normal = document.styles["Normal"]
    normal.font.size = Pt(10)
    normal.element.get_or_add_rPr().append(_langue())
    defauts = document.styles.element.find(f".//{qn('w:rPrDefault')}/{qn('w:rPr')}")
    for ancienne in defauts.findall(qn("w:lang")):
        defauts.remove(ancienne)
    defauts.append(_langue())


def _langue() -> Any:
    langue = OxmlElement("w:lang")
    for portee in ("val", "eastAsia", "bidi"):
        langue.set(qn(f"w:{portee}"), LANGUE)
    return langue


def _ecrire_le_pied(section: Section, comite: Comite) -> None:
    """« Comité, page 1 sur 4 »: the numbers are fields that a word processor fills."""
    pied = section.footer.paragraphs[0]
    pied.add_run(propre(f"{comite}, page "))
    _champ(pied, "PAGE")
    pied.add_run(" sur ")
    _champ(pied, "NUMPAGES")


def _champ(paragraphe: Paragraph, nom: str) -> None:
    champ = OxmlElement("w:fldSimple")
    champ.set(qn("w:instr"), nom)
    champ.append(OxmlElement("w:r"))
    champ[0].append(OxmlElement("w:t"))
    champ[0][0].text = "1"
    paragraphe._p.append(champ)


def _ecrire_la_tete(document: DocumentObject, comite: Comite) -> None:
    """Title and language for who listens, then what met, when, on what."""
    titre = propre(f"Procès-verbal : {comite}")
    document.core_properties.title = titre
    document.core_properties.author = "Cœur de Quartier"
    document.core_properties.language = LANGUE
    document.add_heading(titre, 0)
    lieu = f", {comite.lieu}" if comite.lieu else ""
    reunion = f"Séance du {moment(comite.tenu_le)}{lieu}"
    document.add_paragraph(propre(f"{comite.appel}. {reunion}. Scénario : {comite.scenario}."))
    if comite.clos_le:
        etat = f"Séance close le {moment(comite.clos_le)} par {comite.clos_par}."
    else:
        etat = "Séance non close : ce document n’est pas définitif."
    document.add_paragraph(propre(etat))
    document.add_paragraph("Le comité donne un avis ; chaque financeur décide par son propre acte.")


def _ecrire_un_projet(document: DocumentObject, projet: Projet) -> None:
    """Its head, the word of the meeting, its note, who stepped aside, then a row a funder.

    Closed to who asked for the document, only its place is said.
    """
    if not projet.est_lu:
        document.add_heading(
            f"{projet.rang}. Projet fermé à qui a demandé ce document (déport ou périmètre)", 2
        )
        return
    document.add_heading(propre(f"{projet.rang}. {projet.numero}, {projet.intitule}"), 2)
    sens = projet.sens or "sans décision"
    document.add_paragraph(
        propre(f"{projet.porteur}. Comité : {sens}. {projet.observation}".strip())
    )
    if projet.lectures:
        note = projet.note or "pas de note"
        document.add_paragraph(f"Note de lecture : {note}, lectures : {projet.lectures}.")
    if projet.deports:
        deports = forme(len(projet.deports), "Déport", "Déports")
        document.add_paragraph(propre(f"{deports} : {', '.join(projet.deports)}."))
    for derogation in projet.derogations:
        document.add_paragraph(propre(f"Dérogation. {derogation}."))
    _tableau(
        document,
        DES_PROJETS,
        (
            (
                demande.financeur,
                demande.avis,
                en_euros(demande.demande),
                _montant(demande.propose),
            )
            for demande in projet.demandes
        ),
        ("Total", "", en_euros(projet.demande), en_euros(projet.propose)),
        montants_depuis=2,
    )


def _montant(centimes: int | None) -> str:
    """A dash while unknown."""
    return "–" if centimes is None else en_euros(centimes)


def _tableau(
    document: DocumentObject,
    entetes: tuple[str, ...],
    rangees: Iterable[tuple[str, ...]],
    total: tuple[str, ...],
    *,
    montants_depuis: int,
) -> None:
    """A table whose head comes back on each page; amounts at the right of their column."""
    tableau = document.add_table(rows=1, cols=len(entetes), style="Table Grid")
    tableau.alignment = WD_TABLE_ALIGNMENT.CENTER
    tableau.autofit = False
    for colonne, largeur in zip(tableau.columns, LARGEURS, strict=True):
        colonne.width = largeur  # the grid of the table, which LibreOffice reads before its cells
    _border(tableau._tbl.tblPr)
    tete = tableau.rows[0]
    tete._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    _remplir(tete, entetes, montants_depuis, fond=PETROLE, encre="FFFFFF")
    for rangee in rangees:
        _remplir(tableau.add_row(), rangee, montants_depuis)
    _remplir(tableau.add_row(), total, montants_depuis, fond=SABLE, encre=ENCRE)


def _border(proprietes: Any) -> None:
    """Thin lines in the colour of the portal."""
    bords = OxmlElement("w:tblBorders")
    for cote in ("top", "left", "bottom", "right", "insideH", "insideV"):
        bord = OxmlElement(f"w:{cote}")
        for nom, valeur in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", FILET)):
            bord.set(qn(f"w:{nom}"), valeur)
        bords.append(bord)
    proprietes.find(qn("w:tblLayout")).addprevious(bords)  # the order of the format


def _remplir(
    rangee: _Row, valeurs: tuple[str, ...], montants_depuis: int, *, fond: str = "", encre: str = ""
) -> None:
    """The cells of a row, never cut between two pages; bold on a ground of colour."""
    rangee._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    for rang, (cellule, valeur) in enumerate(zip(rangee.cells, valeurs, strict=True)):
        cellule.width = LARGEURS[rang]
        paragraphe = cellule.paragraphs[0]
        texte = paragraphe.add_run(propre(valeur))
        if rang >= montants_depuis:
            paragraphe.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        if fond:
            texte.bold = True
            texte.font.color.rgb = RGBColor.from_string(encre)
            _colorer(cellule, fond)


def _colorer(cellule: _Cell, fond: str) -> None:
    ombre = OxmlElement("w:shd")
    for nom, valeur in (("val", "clear"), ("color", "auto"), ("fill", fond)):
        ombre.set(qn(f"w:{nom}"), valeur)
    cellule._tc.get_or_add_tcPr().append(ombre)
