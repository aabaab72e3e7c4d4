"""The fictitious residents' say: asked, written, read, answered and closed, as the portal does."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from appels.demonstration import personnes
from appels.demonstration.dits import AUTRES, FETES, SOIR, Dit
from partenaires.concertation.actions import consultations, contributions, moderation, reponses
from partenaires.concertation.dires import Parole, Recueil
from partenaires.concertation.verrous import dernier_passage
from partenaires.models import (
    Consultation,
    Contribution,
    EtapeSuite,
    SourceParole,
    Utile,
    Utilisateur,
    VerbeParole,
)
from quartiers import horloge
from quartiers.horloge import a_paris, depuis_paris
from quartiers.models import Parution, Quartier

CHARTE_EN_BREF = """On parle des lieux et des usages, jamais d’une personne reconnaissable.
Pas d’insulte, pas de publicité, pas de coordonnées : un refus dit sa raison par écrit."""
CHARTE = """Cette charte est inventée pour la démonstration : elle n’engage personne.

On parle des lieux et des usages, jamais d’une personne que l’on peut reconnaître.

Pas d’insulte, pas de publicité, pas de coordonnées.

Un texte refusé ou masqué l’est avec la raison écrite. Un désaccord ? Une autre personne relit."""
PEUT_CHANGER = """le choix des projets soutenus
les lieux et les heures des rencontres
ce que nous demandons aux communes"""
SIGNATURE = "Service Cohésion Sociale (démonstration)"


@dataclass(frozen=True)
class Cadre:
    """A fictitious consultation: when, in days from today, and what is said there."""

    adresse: str
    titre: str
    question: str
    pourquoi: str
    ouvre: int
    ferme: int | None
    promis: int
    dits: tuple[Dit, ...]
    moi_aussi: bool = False


SOIREES = Cadre(
    "marcher-le-soir",
    "Marcher le soir",
    "Qu’est-ce qui rend vos trajets à pied difficiles le soir ?",
    "Les quartiers se vivent aussi après 18 h. Dites-nous où l’on passe, où l’on évite de passer, "
    "et ce qui changerait tout. Consultation fictive.",
    -23,
    16,
    23,
    SOIR,
    moi_aussi=True,
)
VOISINS = Cadre(
    "fetes-de-voisins",
    "Les fêtes de voisins",
    "Que faut-il pour que la fête de votre immeuble ait lieu ?",
    "Pour choisir ce que le contrat aide, et ce qu’il prête. Consultation fictive.",
    -155,
    -120,
    -80,
    FETES,
)
AUTRE_CHOSE = Cadre(
    "parler-d-autre-chose",
    "Parler d’autre chose",
    "Que voulez-vous dire de votre quartier ?",
    "Ce qui n’entre dans aucune question a sa place ici, toute l’année. Consultation fictive.",
    -70,
    None,
    30,
    AUTRES,
)


def charger() -> None:
    """Fill what `exemple` left empty; does nothing the second time."""
    if Consultation.objects.exists():
        return
    instant = horloge.maintenant()
    for cadre in (AUTRE_CHOSE, VOISINS, SOIREES):
        ecrire(cadre, instant)
    consultation = Consultation.objects.get(adresse=VOISINS.adresse)
    clore(consultation, instant + timedelta(days=-100))
    Parution.avancer(instant)


def matin(instant: datetime, jours: int, heures: int = 9) -> datetime:
    """That many days from today, in the morning in Paris."""
    jour = a_paris(instant) + timedelta(days=jours)
    return depuis_paris(jour.replace(hour=heures, minute=0, second=0, microsecond=0, tzinfo=None))


def ecrire(cadre: Cadre, instant: datetime) -> None:
    """Ask, then say everything in the order of the days."""
    responsable = personnes.compte("responsable")
    ouvre_le = matin(instant, cadre.ouvre, 8)
    promis_le = a_paris(instant).date() + timedelta(days=cadre.promis)
    consultation = consultations.creer(
        {
            "adresse": cadre.adresse,
            "titre": cadre.titre,
            "question": cadre.question,
            "pourquoi": cadre.pourquoi,
            "peut_changer": PEUT_CHANGER,
            "ne_peut_pas": "les horaires des bus\nles travaux déjà votés",
            "ouvre_le": ouvre_le,
            "ferme_le": None if cadre.ferme is None else matin(instant, cadre.ferme, 23),
            "delai_de_relecture": 3,
            "signature": SIGNATURE,
            "reponse_promise_le": promis_le,
            "bilan_promis_le": promis_le + timedelta(days=40),
            "charte_en_bref": CHARTE_EN_BREF,
            "charte": CHARTE,
            "moi_aussi": cadre.moi_aussi,
            "conservation_des_courriels": 6,
        },
        [],
        [],
        par=responsable,
        le=ouvre_le - timedelta(days=2),
    )
    if cadre is SOIREES:
        consultation.rencontres.create(
            le=matin(instant, 7, 12),
            lieu="Salle fictive du quartier",
            precisions="Avec une garde d’enfants, inventée elle aussi",
        )
    consultations.publier(consultation, par=responsable, recu_le=ouvre_le - timedelta(days=1))
    quartiers = list(Quartier.objects.all())
    for rang, dit in enumerate(cadre.dits):
        _dire(consultation, dit, rang, quartiers, instant)


def _dire(
    consultation: Consultation, dit: Dit, rang: int, quartiers: list[Quartier], instant: datetime
) -> None:
    """One word, to where it stands today."""
    agent = personnes.compte("agent")
    le = matin(instant, -dit.jours, 8) + timedelta(minutes=7 * rang)
    recueil = None
    if dit.source != SourceParole.EN_LIGNE:
        recueil = Recueil(SourceParole(dit.source), agent, a_paris(le).date() - timedelta(days=1))
    contribution = contributions.recevoir(
        consultation,
        Parole(
            type=dit.type,
            texte=dit.texte,
            quartier=None if dit.quartier is None else quartiers[dit.quartier],
            pseudonyme=dit.pseudonyme,
        ),
        cle=uuid5(NAMESPACE_URL, f"{consultation.adresse}/{rang}"),
        le=le,
        recueil=recueil,
    )
    _mener(contribution, dit, agent, le)
    _poser_les_avis(contribution, dit, le + timedelta(days=3))


def _mener(contribution: Contribution, dit: Dit, agent: Utilisateur, le: datetime) -> None:
    """Bring a contribution to where its story ends, by the acts that a person would do."""
    lue_le = le + timedelta(hours=6)
    if dit.fin == "recue":
        return
    if dit.fin in ("refuser", "contestee"):
        _ecarter(contribution, VerbeParole.REFUSER, dit, agent, lue_le)
        if dit.fin == "contestee":
            texte = "Je parle du chien et de l’escalier, pas d’une personne. Relisez."
            contributions.contester(contribution, texte, le=lue_le + timedelta(days=1))
        return
    moderation.publier(contribution, vu=0, par=agent, recu_le=lue_le)
    if dit.fin == "retirer":
        contributions.retirer(contribution, le=lue_le + timedelta(hours=1))
    elif dit.fin == "masquer":
        _ecarter(contribution, VerbeParole.MASQUER, dit, agent, lue_le + timedelta(days=1))
    elif dit.fin == "etudier":
        reponses.etudier(
            contribution,
            theme=dit.theme,
            vu=dernier_passage(contribution),
            par=agent,
            recu_le=lue_le + timedelta(hours=20),
        )
    elif dit.reponse:
        _repondre(contribution, dit, agent, lue_le + timedelta(days=1))


def _ecarter(
    contribution: Contribution, verbe: VerbeParole, dit: Dit, agent: Utilisateur, le: datetime
) -> None:
    """Refused or masked, with the rule of the charter that it breaks."""
    motif, mots = dit.raison
    moderation.ecarter(
        contribution,
        verbe,
        motif=motif,
        texte=mots,
        regle=CHARTE_EN_BREF.splitlines()[0 if motif == "personne" else 1],
        vu=dernier_passage(contribution),
        par=agent,
        recu_le=le,
    )


def _repondre(contribution: Contribution, dit: Dit, agent: Utilisateur, le: datetime) -> None:
    """The answer of the service, then the dated steps that follow it."""
    assert dit.reponse
    reponses.repondre(
        contribution,
        VerbeParole(dit.reponse.verbe),
        texte=dit.reponse.texte,
        transmise_a=dit.reponse.a,
        theme=dit.theme,
        vu=dernier_passage(contribution),
        par=agent,
        recu_le=le,
    )
    aujourd_hui = a_paris(horloge.maintenant()).date()
    for jours, etape, fait in dit.reponse.etapes:
        reponses.poser_une_etape(
            contribution,
            etape=EtapeSuite(etape),
            date=aujourd_hui + timedelta(days=jours),
            texte=fait,
            vu=dernier_passage(contribution),
            par=agent,
            recu_le=le,
        )


def _poser_les_avis(contribution: Contribution, dit: Dit, le: datetime) -> None:
    """What the public thinks of the answer."""
    for rang, est_utile in enumerate(dit.utiles):
        Utile.objects.create(
            reponse=contribution.reponse,
            est_utile=est_utile,
            envoi=f"demonstration-{contribution.pk}-{rang}",
            le=le,
        )


def clore(consultation: Consultation, le: datetime) -> None:
    """End it, say what came out, publish that."""
    responsable = personnes.compte("responsable")
    consultations.clore(consultation, par=responsable, recu_le=le)
    consultations.ecrire_le_bilan(
        consultation,
        themes="La salle et le matériel reviennent le plus ; la rue fermée aux voitures ensuite. "
        "Bilan fictif.",
        changements="La salle est gratuite pour les fêtes de voisins.\nVingt tables se prêtent.\n"
        "Deux autres rencontres d’immeuble sont prévues.",
        lu=("", ""),
        par=responsable,
        recu_le=le,
    )
    consultations.publier_le_bilan(consultation, par=responsable, recu_le=le + timedelta(days=5))
