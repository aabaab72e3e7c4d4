"""The minutes of a meeting: who came, what was said of each project, amounts, who stepped aside."""

import hashlib
from collections import defaultdict
from collections.abc import Collection
from dataclasses import asdict, dataclass, field, replace

from django.template.loader import render_to_string

from appels.decision import ordre_du_jour
from appels.decision.scenarios import Case, Compte, Ligne, comptes, lignes
from appels.instruction.coup_d_oeil import CACHE
from appels.models import Avis, Comite, Deliberation, Dossier, Franchissement, Venue
from appels.models.dossiers import DossierQuerySet
from appels.socle import barrieres, notes, pdf
from appels.socle.balises.notes import sur_20
from partenaires.models import Utilisateur
from quartiers.francais import accorder, moment


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
    note: str = ""  # « 12,3 sur 20 »; empty while nothing is scored
    lectures: str = ""  # « 2 sur 3 »
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
class Retire:
    """A project of the agenda that was not examined, and why."""

    dossier: int
    mots: str  # « CV-2027-0003 (retiré par son organisme) »

    def __str__(self) -> str:
        return self.mots


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
    vote: bool = False  # minutes kept before say nothing of voices

    def __str__(self) -> str:
        organisme = f", {self.organisme}" if self.organisme else ""
        voix = ", a une voix" if self.vote else ""
        return f"{self.nom}{organisme} : {self.venue}{voix}"


@dataclass(frozen=True)
class ProcesVerbal:
    """The minutes as one person may read them."""

    comite: Comite
    presences: list[Presence]
    projets: list[Projet]
    totaux: list[Total]
    quorum: int | None = None
    retires: list[Retire] = field(default_factory=list)

    @property
    def voix(self) -> int:
        """How many people who vote were there."""
        present = Venue.PRESENT.label.lower()
        return sum(une.vote and une.venue == present for une in self.presences)

    @property
    def phrase_du_quorum(self) -> str:
        """« 5 voix présentes, quorum de 4. »; what is known of voices when no quorum is set."""
        if self.quorum is None:
            return f"{accorder(self.voix, 'voix présente')}." if self.voix else ""
        return f"{accorder(self.voix, 'voix présente')}, quorum de {self.quorum}."

    @property
    def lus(self) -> list[int]:
        """The keys of the dossiers that it names."""
        examines = [projet.dossier for projet in self.projets if projet.est_lu]
        return [*examines, *(retire.dossier for retire in self.retires)]

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
    dossiers = list(ordre_du_jour.en_seance(comite).select_related("porteur", "appel"))
    scores = notes.par_dossier(dossiers)
    deliberations = {une.dossier_id: une for une in comite.deliberations.all()}
    derogations = _derogations(dossiers)
    projets = []
    examinees = lignes(comite.scenario, dossiers, par_financeur)
    for rang, ligne in enumerate(examinees, 1):
        pk = ligne.dossier.pk
        projet = _projet(rang, ligne, deliberations.get(pk), derogations[pk])
        projets.append(_avec_la_note(projet, scores[pk]))
    presences = [
        Presence(
            presence.nom,
            presence.organisme,
            presence.get_venue_display().lower(),
            presence.vote,
        )
        for presence in comite.presences.all()
    ]
    totaux = [_total(compte, examinees) for compte in par_financeur.values()]
    return {
        "quorum": comite.quorum,
        "retires": [asdict(retire) for retire in _retires(comite)],
        "presences": [asdict(presence) for presence in presences],
        "projets": [asdict(projet) for projet in projets],
        "totaux": [asdict(total) for total in totaux],
    }


def _total(compte: Compte, examinees: list[Ligne]) -> Total:
    """A funder over the projects of this meeting: another one has its own."""
    cases: list[Case] = []
    for ligne in examinees:
        for autre, siennes in ligne.colonnes:
            if autre is compte:
                cases += siennes
    return Total(
        str(compte.partenaire),
        demande=sum(case.financement.montant or 0 for case in cases),
        propose=sum(case.propose or 0 for case in cases),
        enveloppe=compte.enveloppe,
    )


def _retires(comite: Comite) -> list[Retire]:
    """The projects of the agenda that were not examined, by number."""
    inscrits = Dossier.objects.filter(inscriptions__comite=comite)
    dossiers = list(inscrits.order_by("inscriptions__ordre"))
    non_recevables = barrieres.non_recevables(dossiers)
    raisons = [(un, ordre_du_jour.pourquoi_pas(un, non_recevables)) for un in dossiers]
    return [Retire(un.pk, f"{un.numero} ({raison})") for un, raison in raisons if raison]


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
    """A project as the minutes say it; without a deliberation, no word of the meeting is said."""
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


def _avec_la_note(projet: Projet, lues: notes.Notes) -> Projet:
    """What the meeting had before its eyes; nothing while nobody has read the project."""
    if not lues.rendues:
        return projet
    moyenne = lues.ensemble.moyenne
    note = "" if moyenne is None else sur_20(moyenne)
    return replace(projet, note=note, lectures=lues.lectures)


def _demande(compte: Compte, case: Case) -> Demande:
    return Demande(
        str(compte.partenaire),
        avis=case.avis.get_sens_display() if case.avis else "",
        demande=case.financement.montant or 0,
        propose=case.propose,
    )


def composer(
    comite: Comite, visibles: DossierQuerySet, lecteur: Utilisateur | None = None
) -> ProcesVerbal:
    """The minutes that one may read among `visibles`: those kept at the closing.

    Until then: what there is now, without the scores for who has not given theirs. A funder reads
    what the others said of a project once its own opinion is shared; `lecteur`: None hides nothing.
    """
    minutes = comite.contenu or contenu(comite)
    lisibles = set(visibles.filter(appel=comite.appel_id).values_list("pk", flat=True))
    apres_le_sien = _avis_a_lire_apres(lisibles, lecteur) if lecteur else set()
    notes_lues = lisibles
    if lecteur and not comite.clos_le:
        notees = visibles.filter(notes.lisibles_par(lecteur), appel=comite.appel_id)
        notes_lues = set(notees.values_list("pk", flat=True))
    projets = [
        _relu(
            projet,
            lit_la_note=projet["dossier"] in notes_lues,
            cache_les_avis=projet["dossier"] in apres_le_sien,
        )
        if projet["dossier"] in lisibles
        else Projet(projet["rang"], projet["dossier"], est_lu=False)
        for projet in minutes["projets"]
    ]
    return ProcesVerbal(
        comite,
        presences=[Presence(**presence) for presence in minutes["presences"]],
        projets=projets,
        totaux=[Total(**total) for total in minutes["totaux"]],
        quorum=minutes.get("quorum"),
        retires=[
            Retire(**retire)
            for retire in minutes.get("retires", [])
            if retire["dossier"] in lisibles
        ],
    )


def _avis_a_lire_apres(dossiers: Collection[int], lecteur: Utilisateur) -> set[int]:
    """The keys of those whose opinions this person reads after their own: all of them, or none."""
    lisibles = Avis.objects.visibles_par(lecteur).values("pk")
    caches = Avis.objects.partages().filter(dossier__in=dossiers).exclude(pk__in=lisibles)
    return set(caches.order_by().values_list("dossier", flat=True))


def _relu(projet: dict, *, lit_la_note: bool, cache_les_avis: bool) -> Projet:
    """From what JSON keeps: its lists are tuples again."""
    demandes = tuple(Demande(**demande) for demande in projet["demandes"])
    if cache_les_avis:
        demandes = tuple(
            replace(demande, avis=CACHE if demande.avis else "") for demande in demandes
        )
    sans_note = {} if lit_la_note else {"note": "", "lectures": ""}
    derogations = tuple(projet.get("derogations", []))  # minutes kept before say nothing of them
    return Projet(
        **{
            **projet,
            "deports": tuple(projet["deports"]),
            "derogations": derogations,
            "demandes": demandes,
            **sans_note,
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
