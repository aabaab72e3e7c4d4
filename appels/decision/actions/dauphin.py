"""What an organisation declares of its request on Dauphin; what the service reads in its files."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from appels.decision import rapprochement
from appels.decision.actions import decisions
from appels.decision.colonnes_dauphin import VOCABULAIRE, suffisent
from appels.decision.rapprochement import Rapprochement
from appels.models import (
    Acte,
    Appel,
    DepotDauphin,
    Dossier,
    Financement,
    ImportDauphin,
    Passage,
)
from appels.models.dauphin import DitSurDauphin
from appels.socle import barrieres, empechement, feuilles
from appels.socle.feuilles import Feuille
from partenaires.models import Utilisateur
from partenaires.socle.refus import AuMemeInstant, Conflit, Refus
from quartiers.francais import en_euros

COLONNES_A_DIRE = (
    "Il faut une colonne « Numéro Dauphin », ou les trois colonnes « SIRET », « Exercice » et "
    "« Intitulé » : dites ce que contient chaque colonne."
)


class ColonnesInconnues(Refus):
    """No column ties a row to a dossier: an agent has to say which one does."""


class LignesChangees(Conflit):
    """What the file would write, or over what, is not what was read."""

    phrase = (
        "Entre-temps, ce que ce fichier changerait n’est plus ce que la page montrait : une "
        "décision, un numéro ou un dossier a changé. Relisez les lignes, puis appliquez. Rien "
        "n’est enregistré."
    )


@transaction.atomic
def declarer(
    dossier: Dossier,
    depot: DepotDauphin,
    *,
    par: Utilisateur,
    recu_le: datetime,
    lu: DitSurDauphin | None = None,
) -> None:
    """Keep the declaration; each is logged.

    `lu`: what the form was made of. Raises `Empeche`, and `AuMemeInstant` when somebody declared
    something else since.
    """
    empechement.verrouiller_pour_rediger(dossier, par=par)
    actuelle = DepotDauphin.objects.filter(dossier=dossier).first() or DepotDauphin()
    if lu is not None and actuelle.dit not in (lu, depot.dit):
        raise AuMemeInstant
    _garder(dossier, depot, par=par, recu_le=recu_le)


def _garder(
    dossier: Dossier,
    depot: DepotDauphin,
    *,
    par: Utilisateur,
    recu_le: datetime,
) -> None:
    """The declaration, by its organisation or read by the service, on a locked dossier."""
    DepotDauphin.objects.update_or_create(
        dossier=dossier,
        defaults={
            "numero": depot.numero,
            "etat": depot.etat,
            "transmis_le": depot.transmis_le,
            "declare_par": par,
            "declare_le": recu_le,
        },
    )
    Passage.objects.create(
        dossier=dossier,
        acte=Acte.DAUPHIN,
        par=par,
        le=recu_le,
        motif=str(depot)[:300],
    )


def recevoir(
    appel: Appel,
    nom: str,
    octets: bytes,
    *,
    par: Utilisateur,
    recu_le: datetime,
) -> ImportDauphin:
    """Keep a file to be read, changing nothing. Raises `feuilles.FichierIllisible`.

    What an agent said of the columns of a file before is known for this one.
    """
    connues = _colonnes_deja_dites()
    texte = feuilles.en_texte(octets, connues, VOCABULAIRE)
    feuilles.lire(texte, connues, VOCABULAIRE)
    return ImportDauphin.objects.create(
        appel=appel,
        nom=nom[:120],
        contenu=texte,
        colonnes=connues,
        par=par,
        le=recu_le,
        sha256=hashlib.sha256(octets).hexdigest(),
    )


def _colonnes_deja_dites() -> dict[str, str]:
    """{simple header: sense} of the last file of which an agent said some."""
    dites = ImportDauphin.objects.exclude(colonnes={}).values_list("colonnes", flat=True)
    return dites.first() or {}


def colonnes_de(recu: ImportDauphin) -> tuple[Feuille, dict[str, int]]:
    """The sheet, and the column of each thing that it says. Raises `feuilles.FichierIllisible`."""
    feuille = feuilles.lire(recu.contenu, recu.colonnes, VOCABULAIRE)
    return feuille, feuilles.colonnes(feuille.entetes, recu.colonnes, VOCABULAIRE)


@transaction.atomic
def dire_les_colonnes(recu: ImportDauphin, choix: dict[str, str]) -> None:
    """What each header of a file holds ({simple header: sense}), kept for the next ones too.

    Raises `AuMemeInstant` when somebody said others since `recu` was read.
    """
    tenu = ImportDauphin.objects.select_for_update(of=("self",)).get(pk=recu.pk)
    if tenu.colonnes != recu.colonnes:
        raise AuMemeInstant
    tenu.colonnes = {**tenu.colonnes, **choix}
    tenu.save(update_fields=["colonnes"])


@dataclass
class Application:
    """How many dossiers a file changed, and those of which it leaves the vote aside, with why."""

    changes: int = 0
    laisses: list[tuple[Dossier, str]] = field(default_factory=list)


def rapprocher(recu: ImportDauphin, par: Utilisateur) -> list[Rapprochement]:
    """Each row against the dossiers of the call, as they are now.

    A row that speaks of one on which this person may not act is left to somebody else, and said.
    Raises `ColonnesInconnues`.
    """
    dossiers = (
        Dossier.objects.filter(appel=recu.appel_id)
        .deposes()
        .select_related("appel", "porteur", "dauphin")
        .prefetch_related("financements__partenaire")
    )
    feuille, colonnes = colonnes_de(recu)
    if not suffisent(colonnes):
        raise ColonnesInconnues(COLONNES_A_DIRE)
    lignes = rapprochement.lignes_de(feuille, colonnes)
    _, ecartes = empechement.ecarter_les_empeches(dossiers, par=par)
    return rapprochement.rapprocher(lignes, list(dossiers), fermes=ecartes)


def empreinte(trouves: list[Rapprochement]) -> str:
    """What these rows would write, and over what, in one word: who applies has read this."""
    demandes = [trouve.financement.pk for trouve in trouves if trouve.financement]
    decisions_la = Financement.objects.filter(pk__in=demandes).order_by("pk")
    avant = list(decisions_la.values_list("pk", "decision", "montant_vote", "decide_le"))
    dits = [
        (un.ligne.rang, un.dossier.pk if un.dossier else None, un.phrase, un.change)
        for un in trouves
    ]
    return hashlib.sha256(repr((dits, avant)).encode()).hexdigest()[:16]


@transaction.atomic
def appliquer(
    recu: ImportDauphin,
    *,
    par: Utilisateur,
    recu_le: datetime,
    lu: str | None = None,
) -> Application:
    """Write what the file says. The same file again changes nothing.

    `lu`: the print of the rows that the page showed. Raises `LignesChangees`.

    A vote on a dossier before which a barrier stands is left aside.

    Raises `ColonnesInconnues`, `decisions.EnveloppeDepassee` or `decisions.DejaLibere`: nothing is
    then kept.
    """
    list(
        Dossier.objects.select_for_update(of=("self",))
        .filter(appel=recu.appel_id)
        .deposes()
        .order_by("pk")
    )
    bilan = Application()
    lignes = rapprocher(recu, par)
    if lu is not None and lu != empreinte(lignes):
        raise LignesChangees
    trouves = [trouve for trouve in lignes if trouve.dossier]
    votes = [trouve.dossier for trouve in trouves if trouve.dossier and trouve.financement]
    barrees = barrieres.dressees(votes, recu_le)
    for trouve in trouves:
        assert trouve.dossier
        if trouve.declaration:
            _declarer_la_ligne(trouve.dossier, trouve.declaration, par=par, recu_le=recu_le)
        if trouve.financement and trouve.dossier.pk in barrees:
            pourquoi = barrieres.raison(barrees[trouve.dossier.pk])
            bilan.laisses.append((trouve.dossier, pourquoi))
        elif trouve.financement:
            _decider_la_ligne(trouve.dossier, trouve.financement, par=par, recu_le=recu_le)
        if trouve.declaration or (trouve.financement and trouve.dossier.pk not in barrees):
            bilan.changes += 1
    ImportDauphin.objects.filter(pk=recu.pk).update(applique_par=par, applique_le=recu_le)
    return bilan


def _declarer_la_ligne(
    dossier: Dossier,
    declaration: DitSurDauphin,
    *,
    par: Utilisateur,
    recu_le: datetime,
) -> None:
    """Number, state and date as the row says them."""
    depot = getattr(dossier, "dauphin", None) or DepotDauphin()
    depot.numero, depot.etat, depot.transmis_le = declaration
    _garder(dossier, depot, par=par, recu_le=recu_le)


def _decider_la_ligne(
    dossier: Dossier,
    financement: Financement,
    *,
    par: Utilisateur,
    recu_le: datetime,
) -> None:
    """What the State voted; a refusal is said for who gave a file, not for who typed an amount."""
    try:
        decisions.decider(dossier, [financement], par=par, recu_le=recu_le)
    except decisions.EnveloppeDepassee as depassee:
        raise decisions.EnveloppeDepassee(
            depassee.partenaire,
            depassee.trop,
            f"{depassee.partenaire} : ce fichier dépasse son enveloppe de "
            f"{en_euros(depassee.trop)}. Rien n’est enregistré.",
        ) from depassee
    except decisions.DejaLibere as libere:
        raise decisions.DejaLibere(
            f"{dossier.numero} : l’organisme a déjà reçu une autre décision par lettre. "
            "Retirez cette ligne du fichier. Rien n’est enregistré."
        ) from libere
