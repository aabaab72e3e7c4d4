"""The minutes of a meeting: who came, what was said of each project, the amounts, who stepped aside."""

import hashlib
from dataclasses import dataclass
from io import BytesIO

from django.template.loader import render_to_string
from docx import Document

from appels import pdf
from appels.models import Comite, Deliberation, Deport, Dossier, Presence
from appels.scenarios import Compte, Ligne, comptes, lignes
from quartiers.francais import en_euros, moment


@dataclass(frozen=True)
class Projet:
    """A project in the minutes. `ligne` is None for one that the reader may not read: its amounts stay in totals."""

    rang: int
    ligne: Ligne | None
    deliberation: Deliberation | None = None
    deports: tuple[str, ...] = ()


@dataclass(frozen=True)
class ProcesVerbal:
    comite: Comite
    presences: list[Presence]
    projets: list[Projet]
    comptes: list[Compte]

    @property
    def total(self) -> int:
        """Proposed in all, in cents: every project counts, read or not."""
        return sum(compte.propose for compte in self.comptes)


def lire(comite: Comite, visibles) -> ProcesVerbal:
    """The minutes that one may read among `visibles`; in a fixed number of queries."""
    par_financeur = comptes(comite.scenario)
    tous = list(Dossier.objects.deposes().filter(appel=comite.appel_id).en_course().order_by("numero").values_list(
        "pk", flat=True))
    lus = {d.pk: d for d in visibles.filter(pk__in=tous).select_related("porteur")}
    rangees = dict(zip(lus, lignes(comite.scenario, list(lus.values()), par_financeur), strict=True))
    dits = {d.dossier_id: d for d in comite.deliberations.all()}
    deports: dict[int, list[str]] = {}
    for deport in Deport.objects.en_vigueur().filter(dossier__in=tous).select_related("personne").order_by("pk"):
        deports.setdefault(deport.dossier_id, []).append(str(deport.personne))
    projets = [Projet(rang, rangees.get(pk), dits.get(pk), tuple(deports.get(pk, ())))
               for rang, pk in enumerate(tous, 1)]
    return ProcesVerbal(comite, list(comite.presences.all()), projets, list(par_financeur.values()))


def en_pdf(pv: ProcesVerbal) -> bytes:
    """Tagged PDF; raises `pdf.RenduImpossible`."""
    comite = pv.comite
    date = comite.clos_le or comite.tenu_le
    html = render_to_string("pdf/proces_verbal.html", {
        "pv": pv, "comite": comite, "date": date, "marque": pdf.marque()})
    identifiant = hashlib.sha256(html.encode()).hexdigest()[:32]
    return pdf.rendre(html, identifiant=identifiant, cree_le=date.isoformat())


def en_docx(pv: ProcesVerbal) -> bytes:
    """The same as a document to go on with."""
    comite, document = pv.comite, Document()
    document.core_properties.title = propre(f"Procès-verbal : {comite}")
    document.core_properties.language = "fr-FR"
    document.add_heading(propre(f"Procès-verbal : {comite}"), 0)
    lieu = f", {comite.lieu}" if comite.lieu else ""
    document.add_paragraph(propre(
        f"{comite.appel}. Réuni le {moment(comite.tenu_le)}{lieu}. Scénario : {comite.scenario}."))
    document.add_heading("Présences", 1)
    for presence in pv.presences:
        organisme = f", {presence.organisme}" if presence.organisme else ""
        document.add_paragraph(propre(f"{presence}{organisme} : {presence.get_venue_display().lower()}"), "List Bullet")
    for projet in pv.projets:
        _ecrire_un_projet(document, projet)
    document.add_heading("Totaux par financeur", 1)
    _tableau(document, ("Financeur", "Proposé", "Enveloppe"), [
        *((str(c.partenaire), en_euros(c.propose), "" if c.enveloppe is None else en_euros(c.enveloppe))
          for c in pv.comptes), ("Total", en_euros(pv.total), "")])
    sortie = BytesIO()
    document.save(sortie)
    return sortie.getvalue()


def propre(texte: str) -> str:
    """Without the characters that a document refuses."""
    return "".join(c for c in texte if c.isprintable() or c in "\u00a0\n\t")


def _ecrire_un_projet(document, projet: Projet) -> None:
    if projet.ligne is None:
        document.add_heading(f"{projet.rang}. Projet dont vous vous êtes déporté", 2)
        return
    dossier, dit = projet.ligne.dossier, projet.deliberation
    document.add_heading(propre(f"{projet.rang}. {dossier.numero}, {dossier}"), 2)
    sens, suite = (dit.get_sens_display().lower(), f" {dit.observation}") if dit else ("sans décision", "")
    document.add_paragraph(propre(f"{dossier.porteur}. Comité : {sens}.{suite}".strip()))
    if projet.deports:
        document.add_paragraph(propre(f"Se sont déportés : {', '.join(projet.deports)}."))
    _tableau(document, ("Financeur", "Avis", "Demandé", "Proposé"), [
        (str(compte.partenaire), case.avis.get_sens_display() if case.avis else "",
         en_euros(case.financement.montant or 0), "" if case.propose is None else en_euros(case.propose))
        for compte, cases in projet.ligne.colonnes for case in cases])


def _tableau(document, entetes: tuple[str, ...], rangs: list[tuple[str, ...]]) -> None:
    tableau = document.add_table(rows=1, cols=len(entetes), style="Light Grid Accent 1")
    for valeurs, cellules in [(entetes, tableau.rows[0].cells), *((rang, tableau.add_row().cells) for rang in rangs)]:
        for valeur, cellule in zip(valeurs, cellules, strict=True):
            cellule.text = propre(valeur)
