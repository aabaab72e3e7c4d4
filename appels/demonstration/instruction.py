"""A campaign to instruct, visibly fictitious: forty deposits, some already examined, asked,
discussed, flagged.
"""

from datetime import datetime, timedelta
from uuid import UUID

from appels.decision.actions import avis, lectures, scenarios
from appels.decision.scenarios import comptes, demandes
from appels.demonstration import dossiers, exemple, personnes
from appels.instruction.actions import affectation, complements, echanges, examen
from appels.models import Appel, Cotation, Cote, Dossier, Financement, NomPartie, Sens
from appels.socle import reveil
from partenaires.models import Genre, Partenaire, Role, Utilisateur
from quartiers import horloge

ORGANISMES = [
    "Les Lucioles",
    "Terre et Toits",
    "La Voix des Tours",
    "Rebonds",
    "Le Fil Rouge",
    "Petits Pas",
    "Ensemble Ici",
    "La Fabrique Douce",
    "Les Passeurs",
    "Sport Partagé",
    "Numérique pour Tous",
    "Le Jardin Suspendu",
]
ACTIVITES = [
    "Atelier cuisine",
    "Aide aux devoirs",
    "Balades santé",
    "Chorale de quartier",
    "Répar’café",
    "Cours de français",
    "Sorties en famille",
    "Jardin partagé",
    "Club informatique",
    "Football mixte",
    "Théâtre d’enfants",
    "Permanence d’écoute",
]
DEPOTS = 35


def charger() -> None:
    """Fill the open call; does nothing the second time."""
    premier = f"Association fictive {ORGANISMES[0]}"
    if Partenaire.objects.filter(nom=premier).exists():
        return
    instant = horloge.maintenant()
    appel = Appel.objects.filter(est_publie=True).order_by("-annee").first()
    signataires = [inscrire(rang, nom, instant) for rang, nom in enumerate(ORGANISMES)]
    with reveil.en_silence():  # forty papers at once would make the first visitor wait
        dossiers = [
            deposer(appel, signataires[rang % len(signataires)], rang, instant)
            for rang in range(DEPOTS)
        ]
        instruire(dossiers, instant)
        partager(appel, dossiers[:8], instant)


def inscrire(rang: int, nom: str, instant: datetime) -> Utilisateur:
    """An organisation and the person who signs for it."""
    organisme = exemple.creer_association(30 + rang, nom, instant)
    return personnes.creer_compte(f"instruction{rang}", organisme, Role.SIGNATAIRE, instant)


def deposer(appel: Appel, signataire: Utilisateur, rang: int, instant: datetime) -> Dossier:
    """A whole dossier, deposited in the last three weeks."""
    quand = instant - timedelta(days=rang % 20 + 1, minutes=rang * 11)
    porteur = signataire.appartenances.get().partenaire
    titre = f"{ACTIVITES[rang % len(ACTIVITES)]} fictif n° {rang + 1}"
    dossier = exemple.commencer(appel, porteur, titre, signataire, instant, 300 + rang)
    return exemple.deposer(a_cinq_financeurs(dossiers.remplir(dossier, instant)), signataire, quand)


def a_cinq_financeurs(dossier: Dossier) -> Dossier:
    """The Département is asked for half of what the Région was."""
    region = dossier.financements.get(partenaire__genre=Genre.REGION)
    departement = dossier.appel.financeurs.get(partenaire__genre=Genre.DEPARTEMENT)
    Financement.objects.create(
        dossier=dossier,
        partenaire=departement.partenaire,
        sous_poste=departement.sous_poste,
        montant=region.montant // 2,
    )
    region.montant -= region.montant // 2
    region.save(update_fields=["montant"])
    return dossier


def instruire(dossiers: list[Dossier], instant: datetime) -> None:
    """What two people of the service did since: each gesture through its real action."""
    agent, responsable = (
        Utilisateur.objects.get(email=f"{nom}@{personnes.DOMAINE}")
        for nom in ("agent", "responsable")
    )
    hier = instant - timedelta(days=1)
    for personne, siens in ((agent, dossiers[:14]), (responsable, dossiers[14:22])):
        affectation.affecter(
            Dossier.objects.filter(pk__in=[d.pk for d in siens]),
            personne,
            par=responsable,
            recu_le=hier,
        )
    for dossier in dossiers[:8]:
        examen.examiner_les_pieces(
            dossier,
            {p.pk: ("conforme", "") for p in dossier.pieces.presentes()},
            par=agent,
            recu_le=hier,
        )
        examen.admettre(dossier, par=agent, recu_le=hier)
    for dossier in dossiers[8:12]:
        complements.demander(
            dossier,
            [
                complements.Demande(NomPartie.BUDGET, "Précisez à quoi correspond la ligne 604."),
                complements.Demande(
                    NomPartie.DESCRIPTION, "Dites combien de séances sont prévues."
                ),
            ],
            avant_le=exemple.midi(instant, 12),
            message="Demande fictive, pour la démonstration.",
            par=agent,
            recu_le=hier,
        )
    examen.ecarter(
        dossiers[12],
        motif="Motif fictif : le projet se déroule hors du territoire.",
        par=responsable,
        recu_le=hier,
    )
    examen.signaler(
        dossiers[13],
        motif="Signalement fictif : demander l’avis de la commune.",
        par=agent,
        recu_le=hier,
    )
    echanges.ecrire_une_note(
        dossiers[13],
        "Note fictive : projet proche de celui de l’an dernier.",
        par=agent,
        recu_le=hier,
    )
    for rang in (14, 15, 16):
        echanges.ecrire(
            dossiers[rang],
            Cote.ORGANISME,
            "Message fictif : l’action peut-elle passer en juillet ?",
            [],
            cle=UUID(int=900 + rang),
            par=dossiers[rang].depose_par,
            recu_le=hier,
        )


SENS = (
    Sens.FAVORABLE,
    Sens.FAVORABLE,
    Sens.RESERVE,
    Sens.FAVORABLE,
    Sens.DEFAVORABLE,
    Sens.FAVORABLE,
)


def partager(appel: Appel, recevables: list[Dossier], instant: datetime) -> None:
    """What funders think of the first ones, fictitious envelopes, and a scenario that shares
    them.
    """
    responsable = Utilisateur.objects.get(email=f"responsable@{personnes.DOMAINE}")
    lignes = (
        demandes(appel)
        .filter(dossier__in=recevables)
        .select_related("dossier", "partenaire")
        .order_by("pk")
    )
    financeurs = sorted(
        {ligne.partenaire for ligne in lignes}, key=lambda partenaire: partenaire.pk
    )
    comptes_de = {
        partenaire: personnes.creer_compte(
            f"financeur{rang}", partenaire, Role.AVIS_FINANCEUR, instant
        )
        for rang, partenaire in enumerate(financeurs, 1)
    }
    for rang, ligne in enumerate(lignes):
        sens = SENS[rang % len(SENS)]
        avis.donner(
            ligne.dossier,
            ligne.partenaire,
            {
                "recevable": True,
                "sens": sens,
                "motif": "Avis fictif, pour la démonstration.",
                "montant_propose": None if sens == Sens.DEFAVORABLE else ligne.montant,
            },
            partager=rang % 7 != 6,
            par=comptes_de[ligne.partenaire],
            recu_le=instant,
        )
    lectures.proposer_une_grille(appel)
    donner_des_notes(
        appel,
        recevables,
        [Utilisateur.objects.get(email=f"agent@{personnes.DOMAINE}"), *comptes_de.values()],
        instant,
    )
    scenario = scenarios.creer(
        appel, "Scénario A (fictif)", depuis=None, par=responsable, recu_le=instant
    )
    voulus = {
        ligne.pk: (
            None,
            0 if SENS[rang % len(SENS)] == Sens.DEFAVORABLE else ligne.montant * 4 // 500 * 100,
        )
        for rang, ligne in enumerate(lignes)
        if rang % 7 != 6
    }
    scenarios.proposer(scenario, voulus, par=responsable, recu_le=instant)
    for rang, compte in enumerate(comptes(scenario).values()):
        large = (
            compte.propose * (9 if rang == 1 else 15) // 10
        )  # the second one is gone beyond, to be seen
        scenarios.doter(
            appel,
            compte.partenaire,
            montant=large // 10_000 * 10_000,
            plafond=None,
            par=responsable,
            recu_le=instant,
        )


def donner_des_notes(
    appel: Appel, recevables: list[Dossier], lecteurs: list[Utilisateur], instant: datetime
) -> None:
    """Two readings of the first ones, with a score left aside now and then."""
    criteres = list(appel.criteres.all())
    for rang, dossier in enumerate(recevables):
        for decalage, lecteur in enumerate(lecteurs[:2]):
            cotations = [
                Cotation(
                    critere=critere,
                    motif="Motif fictif.",
                    abstention=n % 7 == rang % 7,
                    points=None if n % 7 == rang % 7 else (rang + decalage + n) % 6,
                )
                for n, critere in enumerate(criteres)
            ]
            lectures.coter(dossier, cotations, rendre=True, par=lecteur, recu_le=instant)
