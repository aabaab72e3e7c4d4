"""The minutes of a meeting: who came, what was said of each project, amounts, who stepped aside."""

import hashlib
from collections import defaultdict
from dataclasses import asdict, dataclass

from django.template.loader import render_to_string

from appels.decision.scenarios import Case, Compte, Ligne, comptes, lignes
from appels.models import Comite, Deliberation, Dossier, Franchissement
from appels.models.dossiers import DossierQuerySet
from appels.socle import pdf
from quartiers.francais import moment


@dataclass(frozen=True)
class Demande:
    """What a project asks a funder, the opinion it shared, what the meeting proposes; cents."""

    financeur: str
    avis: str
    demande: int
    propose: int | None


@dataclass(frozen=True)
class Projet:
    """A project in the minutes.

    Not `est_lu`: closed to the reader; its amounts stay in the totals.
    """

    rang: int
    dossier: int
    numero: str = ""
    intitule: str = ""
    porteur: str = ""
    sens: str = ""
    observation: str = ""
    deports: tuple[str, ...] = ()
    derogations: tuple[str, ...] = ()
    demandes: tuple[Demande, ...] = ()
    est_lu: bool = True

    @property
    def demande(self) -> int:
        """Asked of all its funders, in cents."""
        return sum(demande.demande for demande in self.demandes)

    @property
    def propose(self) -> int:
        """What the meeting proposes in all, in cents."""
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
    """Somebody called, and whether they came."""

    nom: str
    organisme: str
    venue: str


@dataclass(frozen=True)
class ProcesVerbal:
    """The minutes as one person may read them."""

    comite: Comite
    presences: list[Presence]
    projets: list[Projet]
    totaux: list[Total]

    @property
    def total_demande(self) -> int:
        """Asked in all, in cents: every project counts, read or not."""
        return sum(total.demande for total in self.totaux)

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
    deliberations = {une.dossier_id: une for une in comite.deliberations.all()}
    derogations = _derogations(dossiers)
    projets = []
    for rang, ligne in enumerate(lignes(comite.scenario, dossiers, par_financeur), 1):
        pk = ligne.dossier.pk
        projets.append(_projet(rang, ligne, deliberations.get(pk), derogations[pk]))
    presences = [
        Presence(presence.nom, presence.organisme, presence.get_venue_display().lower())
        for presence in comite.presences.all()
    ]
    totaux = [
        Total(str(compte.partenaire), compte.demande, compte.propose, compte.enveloppe)
        for compte in par_financeur.values()
    ]
    return {
        "presences": [asdict(presence) for presence in presences],
        "projets": [asdict(projet) for projet in projets],
        "totaux": [asdict(total) for total in totaux],
    }


def _derogations(dossiers: list[Dossier]) -> dict[int, list[str]]:
    """{dossier: the barriers that the head let it past, with who and why}."""
    dites: dict[int, list[str]] = defaultdict(list)
    franchissements = Franchissement.objects.filter(dossier__in=dossiers)
    for franchissement in franchissements.select_related("par").order_by("pk"):
        dites[franchissement.dossier_id].append(
            f"{franchissement} ({franchissement.par}, le {moment(franchissement.le)})"
        )
    return dites


def _projet(
    rang: int,
    ligne: Ligne,
    deliberation: Deliberation | None,
    derogations: list[str],
) -> Projet:
    dossier = ligne.dossier
    demandes = []
    for compte, cases in ligne.colonnes:
        demandes += [_demande(compte, case) for case in cases]
    return Projet(
        rang,
        dossier.pk,
        numero=dossier.numero or "",
        intitule=str(dossier),
        porteur=str(dossier.porteur),
        sens=deliberation.get_sens_display().lower() if deliberation else "",
        observation=deliberation.observation if deliberation else "",
        deports=tuple(str(deporte) for deporte in ligne.deportes),
        derogations=tuple(derogations),
        demandes=tuple(demandes),
    )


def _demande(compte: Compte, case: Case) -> Demande:
    return Demande(
        str(compte.partenaire),
        avis=case.avis.get_sens_display() if case.avis else "",
        demande=case.financement.montant or 0,
        propose=case.propose,
    )


def composer(comite: Comite, visibles: DossierQuerySet) -> ProcesVerbal:
    """The minutes that one may read among `visibles`: those kept at the closing.

    Until then: what there is now.
    """
    minutes = comite.contenu or contenu(comite)
    lisibles = set(visibles.filter(appel=comite.appel_id).values_list("pk", flat=True))
    projets = [
        _relu(projet)
        if projet["dossier"] in lisibles
        else Projet(projet["rang"], projet["dossier"], est_lu=False)
        for projet in minutes["projets"]
    ]
    return ProcesVerbal(
        comite,
        presences=[Presence(**presence) for presence in minutes["presences"]],
        projets=projets,
        totaux=[Total(**total) for total in minutes["totaux"]],
    )


def _relu(projet: dict) -> Projet:
    """From what JSON keeps: its lists are tuples again."""
    demandes = tuple(Demande(**demande) for demande in projet["demandes"])
    derogations = tuple(projet.get("derogations", []))  # minutes kept before say nothing of them
    return Projet(
        **{
            **projet,
            "deports": tuple(projet["deports"]),
            "derogations": derogations,
            "demandes": demandes,
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
