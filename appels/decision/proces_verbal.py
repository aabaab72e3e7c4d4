"""The minutes of a meeting: who came, what was said of each project, the amounts, who stepped
aside.
"""

import hashlib
from dataclasses import asdict, dataclass
from io import BytesIO

from django.template.loader import render_to_string
from docx import Document

from appels.decision.scenarios import Ligne, comptes, lignes
from appels.models import Comite, Deliberation, Deport, Dossier
from appels.socle import pdf
from quartiers.francais import en_euros, moment


@dataclass(frozen=True)
class Demande:
    """What a project asks a funder, the opinion it shared, what the meeting proposes; cents."""

    financeur: str
    avis: str
    demande: int
    propose: int | None


@dataclass(frozen=True)
class Projet:
    """A project in the minutes. Not `est_lu`: closed to the reader; its amounts stay in the
    totals.
    """

    rang: int
    dossier: int
    numero: str = ""
    intitule: str = ""
    porteur: str = ""
    sens: str = ""
    observation: str = ""
    deports: tuple[str, ...] = ()
    demandes: tuple[Demande, ...] = ()
    est_lu: bool = True

    @property
    def demande(self) -> int:
        return sum(demande.demande for demande in self.demandes)

    @property
    def propose(self) -> int:
        return sum(demande.propose or 0 for demande in self.demandes)


@dataclass(frozen=True)
class Total:
    """A funder over the whole meeting; cents, its envelope None while unknown."""

    financeur: str
    demande: int
    propose: int
    enveloppe: int | None


@dataclass(frozen=True)
class Presence:
    nom: str
    organisme: str
    venue: str


@dataclass(frozen=True)
class ProcesVerbal:
    comite: Comite
    presences: list[Presence]
    projets: list[Projet]
    totaux: list[Total]

    @property
    def total(self) -> int:
        """Proposed in all, in cents: every project counts, read or not."""
        return sum(total.propose for total in self.totaux)


def contenu(comite: Comite) -> dict:
    """All that the minutes say, as of now, ready for JSON; in a fixed number of queries."""
    par_financeur = comptes(comite.scenario)
    dossiers = list(
        Dossier.objects.deposes()
        .filter(appel=comite.appel_id)
        .en_course()
        .select_related("porteur")
        .order_by("numero")
    )
    dits = {d.dossier_id: d for d in comite.deliberations.all()}
    deports: dict[int, list[str]] = {}
    for deport in (
        Deport.objects.en_vigueur()
        .filter(dossier__in=dossiers)
        .select_related("personne")
        .order_by("pk")
    ):
        deports.setdefault(deport.dossier_id, []).append(str(deport.personne))
    projets = [
        _projet(rang, ligne, dits.get(ligne.dossier.pk), deports.get(ligne.dossier.pk, ()))
        for rang, ligne in enumerate(lignes(comite.scenario, dossiers, par_financeur), 1)
    ]
    return {
        "presences": [
            asdict(Presence(p.nom, p.organisme, p.get_venue_display().lower()))
            for p in comite.presences.all()
        ],
        "projets": [asdict(projet) for projet in projets],
        "totaux": [
            asdict(Total(str(c.partenaire), c.demande, c.propose, c.enveloppe))
            for c in par_financeur.values()
        ],
    }


def _projet(rang: int, ligne: Ligne, dit: Deliberation | None, deports) -> Projet:
    dossier = ligne.dossier
    demandes = tuple(
        Demande(
            str(compte.partenaire),
            case.avis.get_sens_display() if case.avis else "",
            case.financement.montant or 0,
            case.propose,
        )
        for compte, cases in ligne.colonnes
        for case in cases
    )
    return Projet(
        rang,
        dossier.pk,
        dossier.numero,
        str(dossier),
        str(dossier.porteur),
        deports=tuple(deports),
        sens=dit.get_sens_display().lower() if dit else "",
        observation=dit.observation if dit else "",
        demandes=demandes,
    )


def composer(comite: Comite, visibles) -> ProcesVerbal:
    """The minutes that one may read among `visibles`: those kept at the closing, or what there is
    until then.
    """
    dit = comite.contenu or contenu(comite)
    lus = set(visibles.filter(appel=comite.appel_id).values_list("pk", flat=True))
    projets = [
        _relu(projet)
        if projet["dossier"] in lus
        else Projet(projet["rang"], projet["dossier"], est_lu=False)
        for projet in dit["projets"]
    ]
    return ProcesVerbal(
        comite,
        [Presence(**p) for p in dit["presences"]],
        projets,
        [Total(**t) for t in dit["totaux"]],
    )


def _relu(projet: dict) -> Projet:
    return Projet(
        **projet
        | {
            "deports": tuple(projet["deports"]),
            "demandes": tuple(Demande(**demande) for demande in projet["demandes"]),
        }
    )


def en_pdf(pv: ProcesVerbal) -> bytes:
    """Tagged PDF; raises `pdf.RenduImpossible`."""
    comite = pv.comite
    date = comite.clos_le or comite.tenu_le
    html = render_to_string(
        "pdf/proces_verbal.html", {"pv": pv, "comite": comite, "date": date, "marque": pdf.marque()}
    )
    identifiant = hashlib.sha256(html.encode()).hexdigest()[:32]
    return pdf.rendre(html, identifiant=identifiant, cree_le=date.isoformat())


def en_docx(pv: ProcesVerbal) -> bytes:
    """The same as a document to go on with."""
    comite, document = pv.comite, Document()
    document.core_properties.title = propre(f"Procès-verbal : {comite}")
    document.core_properties.language = "fr-FR"
    document.add_heading(propre(f"Procès-verbal : {comite}"), 0)
    lieu = f", {comite.lieu}" if comite.lieu else ""
    document.add_paragraph(
        propre(
            f"{comite.appel}. Réuni le {moment(comite.tenu_le)}{lieu}. Scénario : "
            f"{comite.scenario}."
        )
    )
    document.add_heading("Présences", 1)
    for presence in pv.presences:
        organisme = f", {presence.organisme}" if presence.organisme else ""
        document.add_paragraph(
            propre(f"{presence.nom}{organisme} : {presence.venue}"), "List Bullet"
        )
    for projet in pv.projets:
        _ecrire_un_projet(document, projet)
    document.add_heading("Totaux par financeur", 1)
    _tableau(
        document,
        ("Financeur", "Proposé", "Enveloppe"),
        [
            *(
                (
                    t.financeur,
                    en_euros(t.propose),
                    "" if t.enveloppe is None else en_euros(t.enveloppe),
                )
                for t in pv.totaux
            ),
            ("Total", en_euros(pv.total), ""),
        ],
    )
    sortie = BytesIO()
    document.save(sortie)
    return sortie.getvalue()


def propre(texte: str) -> str:
    """Without the characters that a document refuses."""
    return "".join(c for c in texte if c.isprintable() or c in "\u00a0\n\t")


def _ecrire_un_projet(document, projet: Projet) -> None:
    if not projet.est_lu:
        document.add_heading(
            f"{projet.rang}. Projet fermé à qui a demandé ce document (déport ou périmètre)", 2
        )
        return
    document.add_heading(propre(f"{projet.rang}. {projet.numero}, {projet.intitule}"), 2)
    document.add_paragraph(
        propre(
            f"{projet.porteur}. Comité : {projet.sens or 'sans décision'}. "
            f"{projet.observation}".strip()
        )
    )
    if projet.deports:
        document.add_paragraph(propre(f"Se sont déportés : {', '.join(projet.deports)}."))
    _tableau(
        document,
        ("Financeur", "Avis", "Demandé", "Proposé"),
        [
            (
                d.financeur,
                d.avis,
                en_euros(d.demande),
                "" if d.propose is None else en_euros(d.propose),
            )
            for d in projet.demandes
        ],
    )


def _tableau(document, entetes: tuple[str, ...], rangs: list[tuple[str, ...]]) -> None:
    tableau = document.add_table(rows=1, cols=len(entetes), style="Light Grid Accent 1")
    for valeurs, cellules in [
        (entetes, tableau.rows[0].cells),
        *((rang, tableau.add_row().cells) for rang in rangs),
    ]:
        for valeur, cellule in zip(valeurs, cellules, strict=True):
            cellule.text = propre(valeur)
