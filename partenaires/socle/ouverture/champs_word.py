"""Fields of Word: a list of those that only show; the others fetch or run something.

A field is written in pieces, « D », then « DE », and one field may hold another: its name is read
once it is whole (ECMA-376, part 1, 17.16).
"""

import re
from dataclasses import dataclass, field

from partenaires.socle.ouverture.illisible import CHAMP_ACTIF, Illisible

PERMIS = set(
    re.findall(
        r"\w+",
        """
        CREATEDATE DATE EDITTIME PRINTDATE SAVEDATE TIME
        PAGE NUMPAGES NUMCHARS NUMWORDS SECTION SECTIONPAGES
        AUTHOR COMMENTS DOCPROPERTY DOCVARIABLE FILENAME FILESIZE INFO KEYWORDS LASTSAVEDBY REVNUM
        SUBJECT TEMPLATE TITLE USERADDRESS USERINITIALS USERNAME
        AUTONUM AUTONUMLGL AUTONUMOUT LISTNUM SEQ BIBLIOGRAPHY CITATION INDEX NOTEREF PAGEREF REF
        STYLEREF TA TC TOA TOC XE HYPERLINK GOTOBUTTON
        FORMCHECKBOX FORMDROPDOWN FORMTEXT ADDRESSBLOCK ASK COMPARE FILLIN GREETINGLINE IF
        MERGEFIELD MERGEREC MERGESEQ NEXT NEXTIF SET SKIPIF
        ADVANCE BARCODE BIDIOUTLINE DISPLAYBARCODE MERGEBARCODE EQ QUOTE SYMBOL AUTOTEXT
        AUTOTEXTLIST ADDIN PRIVATE SHAPE
        """,
    )
)
MOT = re.compile(r"\s*(=|[^\s\\\"“”]+)?")
IMBRIQUE = "\0"  # where another field stands in the text of this one


@dataclass
class Champs:
    """The fields of one part, as they are read; `juger` speaks once the part is read."""

    ouverts: list[list[str]] = field(default_factory=list)
    sortis: list[str] = field(default_factory=list)  # text of each, without its result
    signets: set[str] = field(default_factory=set)
    dans_instruction: bool = False

    def debut(self, nom: str, attributs: dict[str, str]) -> None:
        if nom == "bookmarkStart":
            self.signets.add(attributs.get("name", "").casefold())
        elif nom == "fldSimple":
            self.sortis.append(attributs.get("instr", ""))
        elif nom == "fldChar":
            self._marque(attributs.get("fldCharType", ""))
        elif nom in ("instrText", "delInstrText"):
            self.dans_instruction = True

    def _marque(self, genre: str) -> None:
        if genre == "begin":
            if self.ouverts:
                self.ouverts[-1].append(IMBRIQUE)
            self.ouverts.append([])
        elif genre == "end" and self.ouverts:
            self.sortis.append("".join(self.ouverts.pop()))

    def texte(self, texte: str) -> None:
        if not self.dans_instruction:
            return
        if self.ouverts:
            self.ouverts[-1].append(texte)
        else:
            self.sortis.append(texte)

    def fin(self, nom: str) -> None:
        if nom in ("instrText", "delInstrText"):
            self.dans_instruction = False

    def juger(self) -> None:
        """Raises `Illisible` for a field that is not of the list, or that hides its name."""
        for texte in [*self.sortis, *("".join(morceaux) for morceaux in self.ouverts)]:
            trouve = MOT.match(texte)
            mot = trouve.group(1) if trouve else None
            if mot is None:
                if IMBRIQUE in texte:
                    raise Illisible(CHAMP_ACTIF)
                continue
            if mot == "=" or mot.startswith("=") or mot.upper() in PERMIS:
                continue
            if mot.casefold() not in self.signets:
                raise Illisible(CHAMP_ACTIF)
