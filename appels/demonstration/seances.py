"""Meetings of the funders, visibly fictitious: last year’s with its minutes, this year’s open."""

from collections.abc import Collection
from datetime import datetime, timedelta

from appels.decision.actions import avis, comites, scenarios
from appels.decision.recueils import Recueil
from appels.decision.scenarios import comptes
from appels.demonstration import personnes
from appels.models import (
    Appel,
    Comite,
    Dossier,
    Financement,
    Presence,
    Scenario,
    Sens,
    SensComite,
    Venue,
)
from partenaires.models import Genre, Partenaire, Utilisateur
from quartiers.horloge import a_paris, depuis_paris

LIEU = "Salle d’exemple"
QUORUM = 3
MARDI = 1  # the day of the week, Monday being 0
MILLE_EUROS = 100_000  # cents
# Who came last year: nobody of the funders but one had an account then.
PRESENTS = {
    Genre.ETAT: ("Alix Exemple", Venue.PRESENT),
    Genre.CUA: ("Charlie Exemple", Venue.PRESENT),
    Genre.REGION: ("Maxime Exemple", Venue.PRESENT),
    Genre.DEPARTEMENT: ("Sacha Exemple", Venue.EXCUSE),
}
# What the meeting under way has said so far, in the order of its agenda.
DITS = (
    (SensComite.FAVORABLE, ""),
    (
        SensComite.RESERVE,
        "Réserve fictive : un point d’étape avec le service à mi-parcours.",
    ),
    (
        SensComite.AJOURNE,
        "Report fictif : le partenariat avec le bailleur n’est pas encore écrit.",
    ),
)


def tenir(
    appel: Appel, dossiers: Collection[Dossier], votes: dict[int, int], quand: datetime
) -> None:
    """The whole of last year's: opinions received by letter, amounts, words, minutes.

    `votes`: {request: what its funder will grant, in cents}.
    """
    responsable = personnes.compte("responsable")
    _ouvrir_aux_financeurs(appel)
    lignes = Financement.objects.filter(pk__in=votes).select_related("dossier", "partenaire")
    for dossier in dossiers:
        siennes = [ligne for ligne in lignes if ligne.dossier_id == dossier.pk]
        avis.recueillir(
            dossier,
            [_recu(ligne, votes[ligne.pk]) for ligne in siennes],
            de_qui="un courrier fictif de chaque financeur",
            par=responsable,
            recu_le=quand - timedelta(days=15),
        )
    scenario = _scenario_retenu(appel, votes, responsable, quand)
    tenu_le = un_mardi(quand)
    comite = convoquer(appel, scenario, "Comité des financeurs (fictif)", tenu_le, responsable)
    comite.presences.update(venue=Venue.PRESENT)
    for genre, (nom, venue) in PRESENTS.items():
        Presence.objects.create(
            comite=comite, nom=nom, organisme=str(_du_contrat(genre)), venue=venue, vote=True
        )
    inscrire(comite, dossiers, responsable, quand)
    for dossier in dossiers:
        refuses = [
            ligne for ligne in lignes if ligne.dossier_id == dossier.pk and not votes[ligne.pk]
        ]
        mot = (SensComite.RESERVE, "Réserve fictive : un financeur ne suit pas.")
        dire(comite, dossier, mot if refuses else (SensComite.FAVORABLE, ""), responsable, quand)
    scenarios.figer(scenario, par=responsable, recu_le=tenu_le + timedelta(hours=2))
    comites.clore(comite, par=responsable, recu_le=tenu_le + timedelta(hours=3))


def _du_contrat(genre: Genre) -> Partenaire:
    return Partenaire.objects.du_contrat().filter(genre=genre).earliest("pk")


def _recu(ligne: Financement, vote: int) -> Recueil:
    """What its funder answers, of which it then votes what it said."""
    assert ligne.partenaire  # the stories ask funders of the call alone
    sens = Sens.FAVORABLE if vote == ligne.montant else Sens.RESERVE
    motif = "" if vote == ligne.montant else "Motif fictif : une partie de la demande seulement."
    if not vote:
        sens, motif = Sens.DEFAVORABLE, "Motif fictif : demande sous le seuil."
    return Recueil(ligne.partenaire, sens, vote or None, motif)


def _scenario_retenu(
    appel: Appel, votes: dict[int, int], par: Utilisateur, quand: datetime
) -> Scenario:
    """What the meeting discusses, in envelopes that hold it to a thousand euros."""
    la_veille = quand - timedelta(days=1)
    scenario = scenarios.creer(
        appel, "Scénario retenu (fictif)", depuis=None, par=par, recu_le=la_veille
    )
    voulus: dict[int, tuple[int | None, int | None]] = {
        demande: (None, montant) for demande, montant in votes.items()
    }
    scenarios.proposer(scenario, voulus, par=par, recu_le=la_veille)
    for compte in comptes(scenario).values():
        scenarios.doter(
            appel,
            compte.partenaire,
            montant=(compte.propose // MILLE_EUROS + 1) * MILLE_EUROS,
            plafond=None,
            par=par,
            recu_le=la_veille,
        )
    return scenario


def ouvrir(appel: Appel, dossiers: list[Dossier], scenario: Scenario, instant: datetime) -> None:
    """This year's first, held today: its first projects are told, the others wait. What it puts off
    is on the agenda of the next one. The funders follow.
    """
    agent = personnes.compte("agent")
    _ouvrir_aux_financeurs(appel)
    premiere = convoquer(
        appel,
        scenario,
        "Comité des financeurs, première séance (fictive)",
        _a_l_ouverture(instant),
        agent,
    )
    _noter_les_presences(premiere)
    inscrire(premiere, dossiers, agent, instant)
    for dossier, mot in zip(dossiers, DITS, strict=False):
        dire(premiere, dossier, mot, agent, instant)
    seconde = convoquer(
        appel,
        scenario,
        "Comité des financeurs, seconde séance (fictive)",
        un_mardi(instant + timedelta(days=28)),
        agent,
    )
    ajournes = [un for un, (sens, _) in zip(dossiers, DITS, strict=False) if sens == "ajourne"]
    inscrire(seconde, ajournes, agent, instant)


def un_mardi(quand: datetime) -> datetime:
    """The first Tuesday from this instant, at the hour when meetings begin."""
    jours = (MARDI - a_paris(quand).weekday()) % 7
    return _a_l_ouverture(quand + timedelta(days=jours))


def _a_l_ouverture(quand: datetime) -> datetime:
    return depuis_paris(
        a_paris(quand).replace(hour=9, minute=30, second=0, microsecond=0, tzinfo=None)
    )


def _ouvrir_aux_financeurs(appel: Appel) -> None:
    appel.comite_ouvert = True
    appel.save(update_fields=["comite_ouvert"])


def _noter_les_presences(comite: Comite) -> None:
    """Everybody came but the last one called, who sent word."""
    appelees = list(comite.presences.order_by("pk"))
    for presente in appelees:
        presente.venue = Venue.EXCUSE if presente is appelees[-1] else Venue.PRESENT
        presente.save()


def convoquer(
    appel: Appel, scenario: Scenario, nom: str, tenu_le: datetime, par: Utilisateur
) -> Comite:
    """A meeting with a quorum."""
    donnees = {
        "nom": nom,
        "lieu": LIEU,
        "scenario": scenario,
        "tenu_le": tenu_le,
        "quorum": QUORUM,
    }
    return comites.convoquer(appel, donnees, par=par)


def inscrire(
    comite: Comite, dossiers: Collection[Dossier], par: Utilisateur, quand: datetime
) -> None:
    """Its agenda, in this order."""
    voulus: dict[int, tuple[int | None, int | None]] = {
        dossier.pk: (None, place) for place, dossier in enumerate(dossiers, 1)
    }
    comites.ordonner(comite, voulus, par=par, recu_le=quand)


def dire(
    comite: Comite,
    dossier: Dossier,
    mot: tuple[SensComite, str],
    par: Utilisateur,
    quand: datetime,
) -> None:
    """What the meeting says of a project; its amounts stay."""
    sens, observation = mot
    donnees = {"sens": sens, "observation": observation}
    comites.deliberer(comite, dossier, donnees, par=par, recu_le=quand)
