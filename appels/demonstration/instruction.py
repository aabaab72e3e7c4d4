"""A campaign to instruct, visibly fictitious: forty deposits, examined to various degrees."""

from datetime import datetime, timedelta
from uuid import UUID

from appels.decision.actions import avis, lectures, scenarios
from appels.decision.scenarios import comptes
from appels.demonstration import dossiers, exemple, personnes, seances
from appels.demonstration.projets import TOUS
from appels.demonstration.projets.recit import Recit
from appels.instruction.actions import affectation, complements, echanges, examen
from appels.models import Appel, Cotation, Cote, Dossier, Financement, NomPartie, Scenario, Sens
from appels.socle import propositions, reveil
from partenaires.models import Role, Utilisateur
from quartiers import horloge

DERNIERS_JOURS = 20  # the deposits spread over these


def charger() -> None:
    """Fill the open call; does nothing the second time."""
    instant = horloge.maintenant()
    appel = Appel.objects.filter(est_publie=True).latest("annee")
    if Dossier.objects.filter(appel=appel).deposes().exists():
        return
    with reveil.en_silence():  # forty papers at once would make the first visitor wait
        dossiers = [deposer(appel, recit, rang, instant) for rang, recit in enumerate(TOUS)]
        instruire(dossiers, instant)
        partager(appel, dossiers[:8], instant)


def deposer(appel: Appel, recit: Recit, rang: int, instant: datetime) -> Dossier:
    """A whole dossier, deposited in the last three weeks."""
    quand = instant - timedelta(days=rang % DERNIERS_JOURS + 1, minutes=rang * 11)
    porteur = exemple.organisme(recit.porteur)
    signataire = personnes.signataire(porteur)
    dossier = exemple.commencer(appel, porteur, recit.titre, signataire, instant, 300 + rang)
    return exemple.deposer(dossiers.remplir(dossier, instant, recit=recit), signataire, quand)


def instruire(dossiers: list[Dossier], instant: datetime) -> None:
    """What two people of the service did since: each gesture through its real action."""
    agent = personnes.compte("agent")
    responsable = personnes.compte("responsable")
    hier = instant - timedelta(days=1)
    confier(dossiers[:14], agent, par=responsable, quand=hier)
    confier(dossiers[14:22], responsable, par=responsable, quand=hier)
    for dossier in dossiers[:8]:
        admettre(dossier, par=agent, quand=hier)
    for dossier in dossiers[8:12]:
        demander_des_complements(dossier, exemple.midi(instant, 12), par=agent, quand=hier)
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
        poser_une_question(dossiers[rang], UUID(int=900 + rang), quand=hier)


def confier(
    dossiers: list[Dossier], personne: Utilisateur, *, par: Utilisateur, quand: datetime
) -> None:
    """Give these dossiers to one person of the service."""
    lot = Dossier.objects.filter(pk__in=[dossier.pk for dossier in dossiers])
    affectation.affecter(lot, personne, par=par, recu_le=quand)


def admettre(dossier: Dossier, *, par: Utilisateur, quand: datetime) -> None:
    """Every document conforms, then the dossier is admissible."""
    constats = {piece.pk: ("conforme", "") for piece in dossier.pieces.presentes()}
    examen.examiner_les_pieces(dossier, constats, par=par, recu_le=quand)
    examen.admettre(dossier, par=par, recu_le=quand)


def demander_des_complements(
    dossier: Dossier, avant_le: datetime, *, par: Utilisateur, quand: datetime
) -> None:
    """Two points, on the budget and on the description."""
    points = [
        complements.Demande(NomPartie.BUDGET, "Précisez à quoi correspond la ligne 604."),
        complements.Demande(NomPartie.DESCRIPTION, "Dites combien de séances sont prévues."),
    ]
    complements.demander(
        dossier,
        points,
        avant_le=avant_le,
        message="Demande fictive, pour la démonstration.",
        par=par,
        recu_le=quand,
    )


def poser_une_question(dossier: Dossier, cle: UUID, *, quand: datetime) -> None:
    """The organisation writes to the service."""
    assert dossier.depose_par
    echanges.ecrire(
        dossier,
        Cote.ORGANISME,
        "Message fictif : l’action peut-elle passer en juillet ?",
        [],
        cle=cle,
        par=dossier.depose_par,
        recu_le=quand,
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
    """What funders think of the first ones, and a scenario that shares fictitious envelopes."""
    lignes = list(
        propositions.demandes(appel)
        .filter(dossier__in=recevables)
        .select_related("dossier", "partenaire")
        .order_by("pk")
    )
    comptes_de = inscrire_les_financeurs(lignes, instant)
    for rang, ligne in enumerate(lignes):
        assert ligne.partenaire_id  # `demandes` keeps those of a funder
        donner_un_avis(ligne, rang, comptes_de[ligne.partenaire_id], instant)
    lectures.proposer_une_grille(appel)
    lecteurs = [personnes.compte("agent"), *comptes_de.values()]
    donner_des_notes(appel, recevables, lecteurs[:2], instant)
    scenario = proposer_un_scenario(appel, lignes, instant)
    seances.ouvrir(appel, recevables, scenario, instant)


def inscrire_les_financeurs(lignes: list[Financement], instant: datetime) -> dict[int, Utilisateur]:
    """{funder: the person who gives its opinion}."""
    financeurs = {ligne.partenaire.pk: ligne.partenaire for ligne in lignes if ligne.partenaire}
    return {
        pk: personnes.creer_compte(f"financeur{rang}", financeurs[pk], Role.AVIS_FINANCEUR, instant)
        for rang, pk in enumerate(sorted(financeurs), 1)
    }


def sens_de(rang: int) -> Sens:
    """What is thought of the request of this rank."""
    return SENS[rang % len(SENS)]


def est_partage(rang: int) -> bool:
    """One opinion in seven is not shared yet: its request has no proposal."""
    return rang % 7 != 6


def donner_un_avis(ligne: Financement, rang: int, par: Utilisateur, instant: datetime) -> None:
    """An opinion on one request; for the whole amount, or none."""
    assert ligne.partenaire
    sens = sens_de(rang)
    avis.donner(
        ligne.dossier,
        ligne.partenaire,
        {
            "recevable": True,
            "sens": sens,
            "motif": "Avis fictif, pour la démonstration.",
            "montant_propose": None if sens == Sens.DEFAVORABLE else ligne.montant,
        },
        partager=est_partage(rang),
        par=par,
        recu_le=instant,
    )


def proposer_un_scenario(appel: Appel, lignes: list[Financement], instant: datetime) -> Scenario:
    """Four fifths of each request, and envelopes: one is too small, to be seen."""
    responsable = personnes.compte("responsable")
    scenario = scenarios.creer(
        appel, "Scénario A (fictif)", depuis=None, par=responsable, recu_le=instant
    )
    voulus: dict[int, tuple[int | None, int | None]] = {}
    for rang, ligne in enumerate(lignes):
        if est_partage(rang):
            est_refuse = sens_de(rang) == Sens.DEFAVORABLE
            voulus[ligne.pk] = (None, 0 if est_refuse else quatre_cinquiemes(ligne.montant))
    scenarios.proposer(scenario, voulus, par=responsable, recu_le=instant)
    for rang, compte in enumerate(comptes(scenario).values()):
        dixiemes = 9 if rang == 1 else 15
        enveloppe = compte.propose * dixiemes // 10
        scenarios.doter(
            appel,
            compte.partenaire,
            montant=enveloppe // 10_000 * 10_000,
            plafond=None,
            par=responsable,
            recu_le=instant,
        )
    return scenario


def quatre_cinquiemes(montant: int | None) -> int:
    """In whole euros, from cents to cents."""
    return (montant or 0) * 4 // 500 * 100


def donner_des_notes(
    appel: Appel, recevables: list[Dossier], lecteurs: list[Utilisateur], instant: datetime
) -> None:
    """The reading of each person of the first ones, with a score left aside now and then."""
    criteres = list(appel.criteres.all())
    for rang, dossier in enumerate(recevables):
        for decalage, lecteur in enumerate(lecteurs):
            cotations = []
            for place, critere in enumerate(criteres):
                s_abstient = place % 7 == rang % 7
                cotations.append(
                    Cotation(
                        critere=critere,
                        motif="Motif fictif.",
                        abstention=s_abstient,
                        points=None if s_abstient else (rang + decalage + place) % 6,
                    )
                )
            lectures.coter(dossier, cotations, rendre=True, par=lecteur, recu_le=instant)
