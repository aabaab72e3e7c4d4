"""One act on many dossiers: done where it may be, the others left aside and named, with why.

Each dossier is locked and asked again when its turn comes: what somebody did since the page was
shown is told, and nothing is done by surprise.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction

from appels.instruction.actions import complements, echanges, examen
from appels.instruction.demandes import Demande, exiger_un_delai
from appels.models import Cote, Dossier
from appels.models.etats import TRANSITIONS, Transition
from appels.socle.empechement import ecarter_les_empeches
from partenaires.models import Utilisateur
from partenaires.socle.refus import Refus

A_LA_FOIS = 500  # dossiers
EMPECHE = (
    "Vous n’y agissez pas (organisme dont vous êtes membre, déport ou périmètre) : une autre "
    "personne s’en charge."
)


class TropALaFois(Refus):
    """More dossiers than an act takes."""

    phrase = (
        f"Un acte porte sur {A_LA_FOIS} dossiers au plus : filtrez la liste, puis recommencez. "
        "Rien n’est fait."
    )


def exiger_peu(cles: Collection[int]) -> None:
    """No more than an act takes. Raises `TropALaFois`."""
    if len(cles) > A_LA_FOIS:
        raise TropALaFois


@dataclass
class CompteRendu:
    """What an act on many did, or would do: how many it touched, those left aside by reason."""

    nombre: int = 0
    touches: list[Dossier] = field(default_factory=list)
    laisses: dict[str, list[Dossier]] = field(default_factory=dict)

    def toucher(self, dossier: Dossier) -> None:
        """One more."""
        self.nombre += 1
        self.touches.append(dossier)

    def laisser(self, dossiers: Iterable[Dossier], raison: str) -> None:
        """Leave these aside, and keep why."""
        for dossier in dossiers:
            self.laisses.setdefault(raison, []).append(dossier)

    def phrases(self) -> list[str]:
        """A sentence for each reason: « Laissés de côté : CV-2027-0003, CV-2027-0008. … »."""
        return [
            f"Laissés de côté : {', '.join(str(dossier.numero) for dossier in dossiers)}. {raison}"
            for raison, dossiers in self.laisses.items()
        ]


def prevoir(
    dossiers: Iterable[Dossier], transition: Transition | None, *, par: Utilisateur
) -> CompteRendu:
    """What the act would touch now, for the page that asks to confirm; nothing is done."""
    gardes, ecartes = ecarter_les_empeches(list(dossiers), par=par)
    fait = CompteRendu()
    fait.laisser(ecartes, EMPECHE)
    for dossier in gardes:
        if transition is None or dossier.etat in TRANSITIONS[transition][0]:
            fait.toucher(dossier)
        else:
            fait.laisser([dossier], f"État : {dossier.get_etat_display().lower()}.")
    return fait


@transaction.atomic
def appliquer(
    cles: Iterable[int], geste: Callable[[Dossier], object], *, par: Utilisateur
) -> CompteRendu:
    """Do it on each; a refusal leaves its dossier as it was. Raises `TropALaFois`.

    Locked in the order of the keys: two agents at once never wait for each other.
    """
    voulues = sorted(set(cles))
    exiger_peu(voulues)
    verrouilles = (
        Dossier.objects.deposes()
        .filter(pk__in=voulues)
        .select_related("appel", "porteur", "confie_a")
        .order_by("pk")
        .select_for_update(of=("self",))
    )
    gardes, ecartes = ecarter_les_empeches(verrouilles, par=par)
    fait = CompteRendu()
    fait.laisser(ecartes, EMPECHE)
    for dossier in gardes:
        try:
            with transaction.atomic():
                geste(dossier)
        except Refus as refus:
            fait.laisser([dossier], refus.phrase)
        else:
            fait.toucher(dossier)
    return fait


def admettre(
    cles: Iterable[int],
    *,
    par: Utilisateur,
    recu_le: datetime,
    montrees: Mapping[int, int | None] | None = None,
) -> CompteRendu:
    """Receivable, each that is still to examine and that no flag stops.

    `montrees`: {dossier: the rank of the version that the page showed}.
    """
    vues = montrees or {}

    def declarer(dossier: Dossier) -> None:
        examen.admettre(dossier, par=par, recu_le=recu_le, version=vues.get(dossier.pk))

    return appliquer(cles, declarer, par=par)


def demander(
    cles: Iterable[int],
    point: Demande,
    *,
    avant_le: datetime,
    message: str,
    par: Utilisateur,
    recu_le: datetime,
) -> CompteRendu:
    """The same thing asked of each, with the same deadline. Raises `DelaiPasse` or
    `DelaiTropLoin`.

    A document belongs to a call: the dossiers of another are left aside.
    """
    exiger_un_delai(avant_le, recu_le)

    def reclamer(dossier: Dossier) -> None:
        if point.document and point.document.appel_id != dossier.appel_id:
            raise Refus("Son appel ne demande pas cette pièce.")
        complements.demander(
            dossier, [point], avant_le=avant_le, message=message, par=par, recu_le=recu_le
        )

    return appliquer(cles, reclamer, par=par)


def ecrire(
    cles: Iterable[int],
    texte: str,
    *,
    attend_reponse: bool,
    cle: UUID,
    par: Utilisateur,
    recu_le: datetime,
) -> CompteRendu:
    """The same message to each organisation; sent twice, it is one message a dossier.

    It answers nobody: what an organisation asked keeps waiting for its own answer.
    """

    def envoyer(dossier: Dossier) -> None:
        echanges.ecrire(
            dossier,
            Cote.SERVICE,
            texte,
            [],
            cle=uuid5(cle, str(dossier.pk)),
            par=par,
            recu_le=recu_le,
            repond=False,
            attend_reponse=attend_reponse,
        )

    return appliquer(cles, envoyer, par=par)
