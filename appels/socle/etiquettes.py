"""What the renderer leaves to mend in the structure of a PDF (PDF/UA-1): no Django, run by `rendu`.

Done just before the file is written, on its objects, so that the same order gives the same bytes.
"""

import re
from collections.abc import Iterator
from typing import Any, TypeAlias

import pydyf

REFERENCE = re.compile(rb"(\d+) 0 R")
Element: TypeAlias = Any  # a `pydyf.Dictionary`
# PDF/A knows PDF/UA’s own property only where its schema is given beside it.
PDF_UA = b"""<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<pdfuaid:part>1</pdfuaid:part></rdf:Description>
<rdf:Description rdf:about=""
 xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 it follows</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
"""


def mender(document: Any, pdf: pydyf.PDF) -> None:
    """Lists whose items hold a term and its words, headers of tables, margins out of the text."""
    arbre = Arbre(pdf)
    arbre.ranger_les_listes()
    arbre.dire_les_entetes()
    arbre.sortir_les_marges()
    metadonnees = arbre.objet(pdf.catalog["Metadata"])
    metadonnees.stream[0] = metadonnees.stream[0].replace(b"</rdf:RDF>", PDF_UA + b"</rdf:RDF>")


class Arbre:
    """The structure of a PDF about to be written."""

    def __init__(self, pdf: pydyf.PDF):
        self.pdf = pdf
        self.racine = self.objet(pdf.catalog["StructTreeRoot"])
        self.elements = {
            element.number: parents for element, parents in self._parcourir(self.racine, ())
        }

    def objet(self, reference: bytes) -> Any:
        """What a reference names."""
        trouve = REFERENCE.fullmatch(reference)
        assert trouve
        return self.pdf.objects[int(trouve[1])]

    def _dessous(self, element: Element) -> list[Element]:
        """Its elements, content aside."""
        enfants = []
        for enfant in element.get("K", []):
            if isinstance(enfant, bytes):
                objet = self.objet(enfant)
                if objet.get("Type") == "/StructElem":
                    enfants.append(objet)
        return enfants

    def _parcourir(
        self, element: Element, parents: tuple[Element, ...]
    ) -> Iterator[tuple[Element, tuple[Element, ...]]]:
        for enfant in self._dessous(element):
            yield enfant, parents
            yield from self._parcourir(enfant, (*parents, enfant))

    def _tous(self, *sortes: str) -> list[Element]:
        return [
            self.pdf.objects[numero]
            for numero in self.elements
            if self.pdf.objects[numero].get("S") in {f"/{sorte}" for sorte in sortes}
        ]

    def ranger_les_listes(self) -> None:
        """« L > LI > (Lbl) LBody », a term being the label of what is said of it.

        The renderer gives « L > Div > LI, LI » for a `<dl>` whose pairs are in a `<div>`: two
        bullets. Alone in its `<div>`, an item is what follows of one begun on the page before.
        """
        for liste in self._tous("L"):
            for groupe in self._dessous(liste):
                if groupe["S"] == "/Div":
                    self._en_un_point(groupe)

    def _en_un_point(self, groupe: Element) -> None:
        corps = []
        for point in self._dessous(groupe):
            corps += self._dessous(point)
        if len(corps) > 1:
            corps[0]["S"] = "/Lbl"
        for partie in corps:
            partie["P"] = groupe.reference
        groupe["S"] = "/LI"
        groupe["K"] = pydyf.Array([partie.reference for partie in corps])

    def dire_les_entetes(self) -> None:
        """Whether a header is of a column or of a row, and where the cells find it by its name."""
        noms = []
        for entete in self._tous("TH"):
            parents = {parent["S"] for parent in self.elements[entete.number]}
            est_de_colonne = "/THead" in parents
            entete["A"]["Scope"] = "/Column" if est_de_colonne else "/Row"
            if "ID" in entete:
                noms.append((entete["ID"].data, entete))
        if noms:
            arbre = pydyf.Array()
            for _, entete in sorted(noms, key=lambda nom: nom[0]):
                arbre += [entete["ID"], entete.reference]
            self.racine["IDTree"] = pydyf.Dictionary({"Names": arbre})

    def sortir_les_marges(self) -> None:
        """What stands in the margins of each page is no part of the text: an artifact.

        The renderer numbers it and hangs it nowhere.
        """
        par_page = self.objet(self.racine["ParentTree"])["Nums"]
        for rang in range(0, len(par_page), 2):
            numeros = par_page[rang + 1]
            if not isinstance(numeros, pydyf.Array):
                continue  # an annotation
            hors_texte = {
                mcid
                for mcid, reference in enumerate(numeros)
                if self.objet(reference).number not in self.elements
            }
            self._marquer(self._flux(par_page[rang]), hors_texte)
            for mcid in hors_texte:
                numeros[mcid] = "null"

    def _flux(self, page: int) -> list:
        references = self.pdf.page_references
        return self.objet(self.objet(references[page])["Contents"]).stream

    @staticmethod
    def _marquer(flux: list, hors_texte: set[int]) -> None:
        for rang, proprietes in enumerate(flux):
            if isinstance(proprietes, pydyf.Dictionary) and proprietes.get("MCID") in hors_texte:
                flux[rang - 1] = "/Artifact"
                flux[rang] = pydyf.Dictionary({"Type": "/Pagination"})
