"""What a file would write, line by line, against what is taken over already. Nothing is written.

The same file twice changes nothing: a line that says what is known is « déjà connue ». What a file
does not say erases nothing.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from appels.models import Decision, Dossier, Financement, LigneReprise, SortDeLigne
from appels.models.etats import Etat
from appels.reprises.colonnes import MONTANTS
from appels.reprises.defauts import Defaut
from appels.reprises.lieux import Geographie, Lieux, nom_du_lieu
from appels.reprises.lignes import Ligne
from appels.reprises.rattachements import Rattache, Rattachements
from appels.socle.feuilles import simple
from partenaires.models import Partenaire
from quartiers.francais import en_euros, jour
from quartiers.models import Axe

CleAction = tuple[int, str, str]  # year, organisation, title
MOTS = {
    "demande": "demandé",
    "vote": "voté",
    "verse": "versé",
    "justifie": "justifié",
}
A_TAIRE = "lieu à tenir secret"


@dataclass
class Prevision:
    """A line, what it would write, and where."""

    ligne: Ligne
    sort: SortDeLigne
    phrase: str
    porteur: Rattache = field(default_factory=Rattache)
    financeur: Rattache = field(default_factory=Rattache)
    lieux: Lieux = field(default_factory=lambda: Lieux((), ()))
    axe: Axe | None = None
    dossier: Dossier | None = None  # the action that is known already
    financement: Financement | None = None  # its request to this funder, known already

    @property
    def est_prise(self) -> bool:
        return self.sort != SortDeLigne.LAISSEE

    @property
    def ecrit(self) -> bool:
        """Applied, it would write something."""
        return self.sort in (SortDeLigne.NEUVE, SortDeLigne.CHANGEE)

    @property
    def ce_qui_s_ecrit(self) -> list[Any]:
        """All that its application reads: the line whole, who, where, what it is written over."""
        return [
            vars(self.ligne),
            self.sort,
            self.phrase,
            _qui(self.porteur),
            _qui(self.financeur),
            [quartier.pk for quartier in self.lieux.quartiers],
            self.lieux.anciens,
            self.axe.pk if self.axe else None,
            self.dossier.pk if self.dossier else None,
            self.financement.pk if self.financement else None,
        ]

    @property
    def cle(self) -> CleAction:
        """What makes two lines the same action of the same year."""
        assert self.ligne.annee
        porteur = self.porteur.partenaire
        nom = f"#{porteur.pk}" if porteur else f"+{self.ligne.cle_organisme}"
        return (self.ligne.annee, nom, simple(self.ligne.intitule))


@dataclass(frozen=True)
class Somme:
    """Of a column: what the file says, what is taken, what is left aside. Cents."""

    nom: str
    fichier: int
    prise: int

    @property
    def laissee(self) -> int:
        return self.fichier - self.prise


@dataclass(frozen=True)
class Plan:
    """All that a file would do."""

    previsions: list[Prevision]

    def nombre(self, sort: SortDeLigne) -> int:
        return sum(prevision.sort == sort for prevision in self.previsions)

    @property
    def neuves(self) -> int:
        return self.nombre(SortDeLigne.NEUVE)

    @property
    def changees(self) -> int:
        return self.nombre(SortDeLigne.CHANGEE)

    @property
    def inchangees(self) -> int:
        return self.nombre(SortDeLigne.INCHANGEE)

    @property
    def laissees(self) -> int:
        return self.nombre(SortDeLigne.LAISSEE)

    @property
    def ecrit(self) -> bool:
        return any(prevision.ecrit for prevision in self.previsions)

    def organismes(self) -> list[Partenaire]:
        """Those of the portal of which the file writes something."""
        trouves = {
            une.porteur.partenaire.pk: une.porteur.partenaire
            for une in self.previsions
            if une.ecrit and une.porteur.partenaire
        }
        return list(trouves.values())

    def sommes(self) -> list[Somme]:
        """Each column of amounts that the file has: source = taken + left aside, to the cent."""
        sommes = []
        for sens in MONTANTS:
            lus = [(getattr(une.ligne, sens), une.est_prise) for une in self.previsions]
            if any(montant is not None for montant, _ in lus):
                tout = sum(montant or 0 for montant, _ in lus)
                pris = sum(montant or 0 for montant, est_prise in lus if est_prise)
                sommes.append(Somme(MOTS[sens], tout, pris))
        return sommes

    def genres_de_defauts(self) -> Counter[str]:
        """{kind: how many}, the most frequent first."""
        return Counter(
            defaut.genre for prevision in self.previsions for defaut in prevision.ligne.defauts
        )

    @property
    def empreinte(self) -> str:
        """The whole in one word: who applies it has read this one, all that it writes included."""
        dits = [une.ce_qui_s_ecrit for une in self.previsions]
        return hashlib.sha256(json.dumps(dits, default=str).encode()).hexdigest()


def _qui(rattache: Rattache) -> str:
    partenaire = rattache.partenaire
    return str(partenaire.pk) if partenaire else rattache.creer


def prevoir(lignes: Iterable[Ligne], rattachements: Rattachements, geographie: Geographie) -> Plan:
    """Every line in its order."""
    previsions = [_rattachee(ligne, rattachements, geographie) for ligne in lignes]
    connus = Connus([une for une in previsions if une.est_prise])
    vues: dict[tuple[CleAction, str], int] = {}
    for prevision in previsions:
        if prevision.est_prise:
            _comparer(prevision, connus, vues)
    return Plan(previsions)


def _rattachee(ligne: Ligne, rattachements: Rattachements, geographie: Geographie) -> Prevision:
    """The line with who and where; left aside, with why, when one of them is not known."""
    if ligne.est_arretee:
        return Prevision(ligne, SortDeLigne.LAISSEE, "À corriger dans le fichier.")
    porteur = rattachements.organisme(ligne)
    if porteur.faute:
        return Prevision(ligne, SortDeLigne.LAISSEE, f"Organisme : {porteur.faute}.", porteur)
    financeur = rattachements.financeur(ligne.financeur)
    if financeur.faute:
        return Prevision(
            ligne, SortDeLigne.LAISSEE, f"Financeur : {financeur.faute}.", porteur, financeur
        )
    lieux = geographie.lieux(ligne)
    axe = geographie.axe(ligne.axe) if ligne.axe else None
    _dire_le_lieu(ligne, lieux, axe)
    return Prevision(
        ligne,
        SortDeLigne.NEUVE,
        "",
        porteur=porteur,
        financeur=financeur,
        lieux=lieux,
        axe=axe,
    )


def _dire_le_lieu(ligne: Ligne, lieux: Lieux, axe: Axe | None) -> None:
    for nom in lieux.anciens:
        phrase = f"« {nom} » n’est pas un quartier de 2024 : repris comme ancien quartier."
        ligne.defauts.append(Defaut("quartier_ancien", "", phrase, arrete=False))
    if ligne.axe and axe is None:
        phrase = f"« {ligne.axe} » n’est pas un axe de ce contrat : laissé vide."
        ligne.defauts.append(Defaut("axe_inconnu", "", phrase, arrete=False))


class Connus:
    """What is there already of the actions of a file: read in three queries, however many."""

    def __init__(self, previsions: list[Prevision]) -> None:
        annees = {une.ligne.annee for une in previsions if une.ligne.annee}
        porteurs = {une.porteur.partenaire.pk for une in previsions if une.porteur.partenaire}
        de_ces_annees = Dossier.objects.filter(appel__annee__in=annees, porteur__in=porteurs)
        self.repris: dict[CleAction, Dossier] = {}
        self.du_portail: dict[CleAction, str] = {}
        for dossier in (
            de_ces_annees.exclude(numero=None)
            .select_related("appel", "axe")
            .prefetch_related("financements__reprise", "lieux")
            .order_by("pk")
        ):
            cle = (dossier.appel.annee, f"#{dossier.porteur_id}", simple(dossier.intitule))
            if dossier.etat == Etat.REPRIS:
                self.repris[cle] = dossier
            else:
                self.du_portail[cle] = dossier.numero or ""

    def financement(self, dossier: Dossier, prevision: Prevision) -> Financement | None:
        """Its request to the funder of a line."""
        for financement in dossier.financements.all():
            if _est_a(financement, prevision):
                return financement
        return None


def _est_a(financement: Financement, prevision: Prevision) -> bool:
    partenaire = prevision.financeur.partenaire
    if partenaire is not None:
        return financement.partenaire_id == partenaire.pk
    meme_nom = simple(financement.libelle) == simple(prevision.ligne.financeur)
    return financement.partenaire_id is None and meme_nom


def _comparer(prevision: Prevision, connus: Connus, vues: dict[tuple[CleAction, str], int]) -> None:
    """What the line would change; `vues`: the lines above, by action and funder."""
    cle, ligne = prevision.cle, prevision.ligne
    financeur = _qui(prevision.financeur) or simple(ligne.financeur)
    premiere = vues.setdefault((cle, financeur), ligne.rang)
    if premiere != ligne.rang:
        _laisser(prevision, f"La ligne {premiere} dit déjà cette action et ce financeur.")
    elif numero := connus.du_portail.get(cle):
        _laisser(prevision, f"Le portail a déjà ce dossier : {numero}.")
    elif dossier := connus.repris.get(cle):
        prevision.dossier = dossier
        prevision.financement = connus.financement(dossier, prevision)
        changements = _changements(prevision)
        prevision.sort = SortDeLigne.CHANGEE if changements else SortDeLigne.INCHANGEE
        prevision.phrase = " ; ".join(changements) or "Déjà connue, rien ne change."
    else:
        lieux = [f"quartier {quartier}" for quartier in prevision.lieux.quartiers]
        axes = [f"axe {prevision.axe}"] if prevision.axe else []
        prevision.phrase = " ; ".join([_dire(prevision), *lieux, *axes])


def _laisser(prevision: Prevision, phrase: str) -> None:
    prevision.sort = SortDeLigne.LAISSEE
    prevision.phrase = phrase


def _dire(prevision: Prevision) -> str:
    """« Les Pinsons, État : 3 000 € demandé, 2 500 € voté, décidé le 12 mars 2025, acte D-12 »."""
    ligne = prevision.ligne
    dits = [
        f"{en_euros(montant)} {MOTS[sens]}"
        for sens in MONTANTS
        if (montant := getattr(ligne, sens)) is not None
    ]
    if ligne.decision and not ligne.vote:
        dits.append(Decision(ligne.decision).label.lower())
    if ligne.decide_le:
        dits.append(f"décidé le {jour(ligne.decide_le)}")
    if ligne.acte:
        dits.append(f"acte {ligne.acte}")
    if ligne.est_protege:
        dits.append(A_TAIRE)
    qui = _nom(prevision.porteur, ligne.organisme or ligne.cle_organisme)
    return f"{qui}, {_nom(prevision.financeur, ligne.financeur)} : {', '.join(dits)}"


def _nom(rattache: Rattache, dit: str) -> str:
    if rattache.partenaire:
        return str(rattache.partenaire)
    return f"{dit} (à créer)" if rattache.creer else dit


def _changements(prevision: Prevision) -> list[str]:
    """In words, what differs from what is taken over; empty when nothing does."""
    assert prevision.dossier
    changements = []
    if prevision.financement:
        changements += _montants_changes(prevision.ligne, prevision.financement)
        changements += _decision_changee(prevision.ligne, prevision.financement)
    else:
        changements.append(_dire(prevision))
    if prevision.axe and prevision.axe.pk != prevision.dossier.axe_id:
        changements.append(f"axe {prevision.axe}")
    if prevision.ligne.est_protege and not prevision.dossier.lieu_protege:
        changements.append(A_TAIRE)
    return changements + _lieux_ajoutes(prevision.dossier, prevision.lieux)


def _lieux_ajoutes(dossier: Dossier, dits: Lieux) -> list[str]:
    presents = {lieu.quartier_id for lieu in dossier.lieux.all() if lieu.quartier_id}
    noms = {simple(lieu.intitule) for lieu in dossier.lieux.all() if not lieu.quartier_id}
    ajoutes = []
    for quartier in dits.quartiers:
        if quartier.pk not in presents:
            ajoutes.append(f"quartier {quartier}")
    for nom in dits.anciens:
        if simple(nom_du_lieu(nom)) not in noms:
            ajoutes.append(f"ancien quartier {nom}")
    return ajoutes


def _montants_changes(ligne: Ligne, financement: Financement) -> list[str]:
    """The amounts of the line that differ from what was taken over, in words."""
    source = financement.reprise
    avant: dict[str, Any] = {
        "demande": financement.montant,
        "vote": source.vote if source else financement.montant_vote,
        "verse": source.verse if source else None,
        "justifie": source.justifie if source else None,
    }
    changements = []
    for sens in MONTANTS:
        montant = getattr(ligne, sens)
        if montant is not None and montant != avant[sens]:
            connu = en_euros(avant[sens]) or "inconnu"
            changements.append(f"{MOTS[sens]} {connu} → {en_euros(montant)}")
    return changements


def _decision_changee(ligne: Ligne, financement: Financement) -> list[str]:
    changements = []
    if ligne.decide_le and ligne.decide_le != financement.decide_le:
        changements.append(f"décidé le {jour(ligne.decide_le)}")
    if ligne.acte and ligne.acte != financement.acte:
        changements.append(f"acte {ligne.acte}")
    if ligne.decision and ligne.decision != financement.decision and not ligne.vote:
        changements.append(Decision(ligne.decision).label.lower())
    return changements


def source_des_montants(ancienne: LigneReprise | None, ligne: Ligne) -> dict[str, int | None]:
    """The amounts that the new line keeps: what it says, else what was known."""
    return {
        sens: getattr(ligne, sens)
        if getattr(ligne, sens) is not None
        else getattr(ancienne, sens, None)
        for sens in MONTANTS
    }
