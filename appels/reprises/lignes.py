"""A file of past years line by line: what each says, and what is wrong with it.

A unit is an action × a year × a funder (PAIRS U52). What is not said is None: never zero, never
what a neighbour says. Nothing of the database is read here.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from openpyxl.utils import get_column_letter

from appels.models import Decision
from appels.reprises.colonnes import MONTANTS, SENS
from appels.reprises.defauts import UN_TOTAL, Case, Defaut, de_tableur, lu
from appels.socle.feuilles import Feuille, lire_argent, lire_jour, simple
from partenaires.models.identifiants import lire_rna, lire_siret
from quartiers.dates import lire_annee
from quartiers.francais import en_euros
from quartiers.frappe import abrege

NOM_MAX = 200
INTITULE_MAX = 256
ACTE_MAX = 150
FINANCEUR_MAX = 150
QUARTIER_MAX = 120
ANNEE_MIN = 2000  # politique de la ville has had yearly contracts since
STATUTS = {
    "accorde": Decision.ACCORDE,
    "accordee": Decision.ACCORDE,
    "finance": Decision.ACCORDE,
    "favorable": Decision.ACCORDE,
    "accord": Decision.ACCORDE,
    "partiel": Decision.PARTIEL,
    "accorde en partie": Decision.PARTIEL,
    "refuse": Decision.REFUSE,
    "refusee": Decision.REFUSE,
    "refus": Decision.REFUSE,
    "defavorable": Decision.REFUSE,
    "rejete": Decision.REFUSE,
    "ajourne": Decision.AJOURNE,
    "ajournee": Decision.AJOURNE,
    "sans suite": Decision.SANS_SUITE,
}
OUI_OU_NON = {"oui": True, "o": True, "x": True, "1": True, "non": False, "n": False, "0": False}


@dataclass
class Ligne:
    """A line as it was read; amounts in cents."""

    rang: int  # of the file, headers being 1
    texte: dict[str, str] = field(default_factory=dict)  # {sense: cell}, what is not empty
    organisme: str = ""
    siret: str = ""
    rna: str = ""
    intitule: str = ""
    annee: int | None = None
    financeur: str = ""
    demande: int | None = None
    vote: int | None = None
    verse: int | None = None
    justifie: int | None = None
    decide_le: date | None = None
    acte: str = ""
    decision: str = ""
    quartiers: tuple[str, ...] = ()
    axe: str = ""
    est_protege: bool = False
    defauts: list[Defaut] = field(default_factory=list)

    @property
    def est_arretee(self) -> bool:
        """Something of it cannot be read: nothing of it is written."""
        return any(defaut.arrete for defaut in self.defauts)

    @property
    def cle_organisme(self) -> str:
        """What names its organisation, the surest first."""
        return self.siret or self.rna or simple(self.organisme)


def lire_les_lignes(
    feuille: Feuille, colonnes: Mapping[str, int], pour_tout: Mapping[str, str], annee_max: int
) -> list[Ligne]:
    """Every row under the headers, in its order; those said twice say so."""
    titres = [simple(titre) for titre in feuille.entetes]
    noms = {sens: _nom(colonne, feuille) for sens, colonne in colonnes.items()}
    lignes = []
    for rang, rangee in feuille.lignes:
        brut = {sens: _case(rangee, colonne) for sens, colonne in colonnes.items()}
        brut |= {sens: texte for sens, texte in pour_tout.items() if texte and not brut.get(sens)}
        if [simple(case) for case in rangee if case] == [titre for titre in titres if titre]:
            lignes.append(_titres_repetes(rang, brut))
        else:
            lignes.append(_lire(rang, brut, noms, annee_max))
    _dire_les_redites(lignes)
    return lignes


def _nom(colonne: int, feuille: Feuille) -> str:
    """« D, Voté »."""
    return f"{get_column_letter(colonne + 1)}, {abrege(feuille.entetes[colonne])}"


def _case(rangee: list[str], colonne: int) -> str:
    return rangee[colonne] if colonne < len(rangee) else ""


def _titres_repetes(rang: int, brut: dict[str, str]) -> Ligne:
    redite = Defaut("titres", "", "Cette ligne répète les titres des colonnes.")
    return Ligne(rang, texte=brut, defauts=[redite])


def _lire(rang: int, brut: dict[str, str], noms: Mapping[str, str], annee_max: int) -> Ligne:
    """One row by the readers of our forms."""
    ligne = Ligne(rang, texte={sens: texte for sens, texte in brut.items() if texte})
    cases = {}
    for sens, nom in SENS.items():
        cases[sens] = Case(sens, noms.get(sens, nom), brut.get(sens, ""))
    if total := _total(cases):
        ligne.defauts.append(total)
        return ligne
    _lire_l_organisme(ligne, cases, rang)
    _lire_l_action(ligne, cases, annee_max)
    _lire_les_montants(ligne, cases)
    _lire_la_decision(ligne, cases)
    _lire_le_lieu(ligne, cases)
    return ligne


def _total(cases: Mapping[str, Case]) -> Defaut | None:
    """A line of totals under the table is not an action."""
    for sens in ("organisme", "intitule", "siret", "annee", "financeur"):
        if UN_TOTAL.fullmatch(cases[sens].texte):
            return cases[sens].defaut("total", "Cette ligne est un total : elle n’est pas reprise.")
    return None


def _mots(case: Case, longueur: int, defauts: list[Defaut]) -> str:
    """A text of the line, which may not be longer than what keeps it."""
    if (defaut := de_tableur(case)) is not None:
        defauts.append(defaut)
        return ""
    texte = " ".join(case.texte.split())
    if len(texte) > longueur:
        defauts.append(
            case.defaut(
                "long",
                f"« {abrege(texte)} » a {len(texte)} caractères : {longueur} au plus. "
                "Raccourcissez-le dans le fichier.",
            )
        )
    return texte[:longueur]


def _lire_l_organisme(ligne: Ligne, cases: Mapping[str, Case], rang: int) -> None:
    """Its name and its numbers: at least one of them, each readable."""
    ligne.organisme = _mots(cases["organisme"], NOM_MAX, ligne.defauts)
    ligne.siret, fautes = lu(cases["siret"], partial(lire_siret, ligne=rang), "")
    ligne.rna, autres = lu(cases["rna"], lire_rna, "")
    ligne.defauts += [*fautes, *autres]
    if fautes or autres:
        return
    if ligne.organisme and not re.search(r"[^\W\d_]", ligne.organisme):
        ligne.defauts.append(
            cases["organisme"].defaut(
                "sans_lettre", f"« {ligne.organisme} » n’est pas le nom d’un organisme."
            )
        )
    if not (ligne.organisme or ligne.siret or ligne.rna or ligne.defauts):
        ligne.defauts.append(
            cases["organisme"].defaut(
                "absent",
                "L’organisme manque. Si la case est fusionnée avec celle du dessus, recopiez-la "
                "sur chaque ligne.",
            )
        )


def _lire_l_action(ligne: Ligne, cases: Mapping[str, Case], annee_max: int) -> None:
    """The action: its title, a past year, one funder; each defect in its cell."""
    defauts: list[Defaut] = []
    ligne.intitule = _mots(cases["intitule"], INTITULE_MAX, defauts)
    if not ligne.intitule and not defauts:
        defauts.append(cases["intitule"].defaut("absent", "L’intitulé de l’action manque."))
    annee = cases["annee"]
    ligne.annee, fautes = lu(annee, lire_annee, None)
    defauts += fautes
    if ligne.annee is None and not fautes:
        defauts.append(annee.defaut("absente", "L’année manque."))
    elif ligne.annee is not None and ligne.annee > annee_max:
        phrase = f"{ligne.annee} n’est pas une année passée."
        defauts.append(annee.defaut("a_venir", phrase))
    elif ligne.annee is not None and ligne.annee < ANNEE_MIN:
        phrase = f"{ligne.annee} : le portail reprend les années depuis {ANNEE_MIN}."
        defauts.append(annee.defaut("ancienne", phrase))
    ligne.financeur = _mots(cases["financeur"], FINANCEUR_MAX, defauts)
    if not ligne.financeur and not defauts:
        defauts.append(cases["financeur"].defaut("absent", "Le financeur manque."))
    elif re.search(r" / |;| \+ |\n", cases["financeur"].texte):
        defauts.append(
            cases["financeur"].defaut(
                "plusieurs",
                f"« {abrege(ligne.financeur)} » nomme plusieurs financeurs : donnez une ligne à "
                "chacun, avec son montant.",
            )
        )
    ligne.defauts += defauts


def _lire_les_montants(ligne: Ligne, cases: Mapping[str, Case]) -> None:
    """Four amounts, in cents; one that is over the one before is taken over, and said."""
    fautes: list[Defaut] = []
    for sens in MONTANTS:
        montant, defauts = lu(cases[sens], lire_argent, None)
        setattr(ligne, sens, montant)
        fautes += defauts
    ligne.defauts += fautes
    if not fautes and ligne.demande is None and ligne.vote is None:
        ligne.defauts.append(
            cases["vote"].defaut("aucun", "Ni montant demandé, ni montant voté : rien à reprendre.")
        )
    for plus, moins, phrase in (
        ("vote", "demande", "Le montant voté dépasse le montant demandé"),
        ("verse", "vote", "Le montant versé dépasse le montant voté"),
        ("justifie", "verse", "Le montant justifié dépasse le montant versé"),
    ):
        haut, bas = getattr(ligne, plus), getattr(ligne, moins)
        if haut is not None and bas is not None and haut > bas:
            dit = f"{phrase} ({en_euros(haut)}, {en_euros(bas)}) : repris tel quel, à vérifier."
            ligne.defauts.append(cases[plus].defaut("depasse", dit, arrete=False))


def _lire_la_decision(ligne: Ligne, cases: Mapping[str, Case]) -> None:
    """The act, its day and its word; a word that nobody knows stops the line."""
    ligne.acte = _mots(cases["acte"], ACTE_MAX, ligne.defauts)
    ligne.decide_le, fautes = lu(cases["decide_le"], lire_jour, None)
    ligne.defauts += fautes
    jour = ligne.decide_le
    if jour and ligne.annee and abs(jour.year - ligne.annee) > 1:
        phrase = f"Une décision de {jour.year} pour une action de {ligne.annee} : à vérifier."
        ligne.defauts.append(cases["decide_le"].defaut("loin", phrase, arrete=False))
    statut = cases["statut"]
    if statut.texte:
        ligne.decision = STATUTS.get(simple(statut.texte), "")
        if not ligne.decision:
            phrase = f"« {abrege(statut.texte)} » n’est pas une décision connue : accordé, refusé…"
            ligne.defauts.append(statut.defaut("inconnu", phrase))
    _accorder_la_decision(ligne, statut, cases["vote"])


def _accorder_la_decision(ligne: Ligne, statut: Case, vote: Case) -> None:
    """The word and the amount say the same thing; without a word, an amount is a grant."""
    accords = (Decision.ACCORDE, Decision.PARTIEL)
    if ligne.decision and ligne.decision not in accords and ligne.vote:
        phrase = f"« {abrege(statut.texte)} » et {en_euros(ligne.vote)} votés se contredisent."
        ligne.defauts.append(statut.defaut("contraire", phrase))
    elif ligne.decision in accords and not ligne.vote:
        phrase = f"« {abrege(statut.texte)} » sans montant voté : donnez le montant."
        ligne.defauts.append(statut.defaut("sans_montant", phrase))
    elif ligne.vote:
        en_partie = ligne.demande is not None and ligne.vote < ligne.demande
        ligne.decision = Decision.PARTIEL if en_partie else Decision.ACCORDE
    elif ligne.vote == 0 and not ligne.decision:
        phrase = "Zéro voté : le fichier ne dit pas si c’est un refus. Repris sans décision."
        ligne.defauts.append(vote.defaut("zero", phrase, arrete=False))


def _lire_le_lieu(ligne: Ligne, cases: Mapping[str, Case]) -> None:
    """Quartiers and axis, as named there; what they are here is said by a person or a table.

    Whether the place is secret is said by the file alone.
    """
    quartiers = cases["quartier"]
    if (defaut := de_tableur(quartiers)) is not None:
        ligne.defauts.append(defaut)
    else:
        noms = (" ".join(nom.split()) for nom in re.split(r"[;|/\n]", quartiers.texte))
        ligne.quartiers = tuple(dict.fromkeys(nom[:QUARTIER_MAX] for nom in noms if nom))
    ligne.axe = _mots(cases["axe"], NOM_MAX, ligne.defauts)
    protege = cases["protege"]
    if protege.texte:
        if simple(protege.texte) not in OUI_OU_NON:
            phrase = f"« {abrege(protege.texte)} » : écrivez « oui » ou « non »."
            ligne.defauts.append(protege.defaut("illisible", phrase))
        ligne.est_protege = OUI_OU_NON.get(simple(protege.texte), True)


def _dire_les_redites(lignes: Iterable[Ligne]) -> None:
    """The same action, year and funder twice: which one is true is for the file to say."""
    vues: dict[tuple[str, str, int | None, str], int] = {}
    for ligne in lignes:
        if ligne.est_arretee:
            continue
        cle = (
            ligne.cle_organisme,
            simple(ligne.intitule),
            ligne.annee,
            simple(ligne.financeur),
        )
        if cle in vues:
            phrase = (
                f"La ligne {vues[cle]} dit déjà cette action, pour cette année et ce financeur : "
                "gardez une seule des deux, ou additionnez-les."
            )
            ligne.defauts.append(Defaut("redite", "", phrase))
        else:
            vues[cle] = ligne.rang
