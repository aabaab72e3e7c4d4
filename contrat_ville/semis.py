"""`python -m contrat_ville.semis N`: N deposited dossiers in an empty PostgreSQL.

For the measure of the lists. Prints the session cookie of an agent. Everything in it is visibly
fictitious.
"""

import sys
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import django
from django.core.management import call_command

if TYPE_CHECKING:  # models cannot be imported before `django.setup`
    from appels.models import Appel, Dossier
    from partenaires.models import Partenaire, Utilisateur

LOT = 5000  # rows of one INSERT
PAR_ORGANISME = 5
HORS_DE_L_EXEMPLE = 900_000_000  # the first number of those added to the demonstration
HORS_DE_LA_BOITE = 950_000_000  # and of those whose letters wait
NUMERO_DE_LA_BOITE = 900_000  # the first of their dossiers: six digits, as every number of a call
MOTS = (
    "jardin",
    "atelier",
    "théâtre",
    "cuisine",
    "vélo",
    "lecture",
    "musique",
    "écoute",
    "sport",
    "image",
)
ETATS = ("depose", "depose", "depose", "recevable", "a_completer", "irrecevable")


def semer(combien: int) -> str:
    """Fill the database and sign an agent in; the cookie of the session."""
    from django.db import connection

    from appels.demonstration import exemple, personnes
    from appels.socle import comptages, condenses
    from partenaires.models import Genre, Partenaire, Role
    from quartiers import horloge

    instant = horloge.maintenant()
    appel = exemple.ouvrir_appel(instant)
    cua = Partenaire.objects.get(genre=Genre.CUA)
    agent = personnes.creer_compte("mesure", cua, Role.AGENT, instant)
    organismes = _organismes(max(1, combien // PAR_ORGANISME), instant)
    for debut in range(0, combien, LOT):
        rangs = range(debut, min(debut + LOT, combien))
        dossiers = _dossiers(appel, organismes, agent, rangs, instant)
        _lieux(dossiers)
        _financements(appel, dossiers)
    condenses.recalculer()  # requests written in bulk tell nothing to the log
    comptages.recalculer()
    comptages.resserrer()
    with connection.cursor() as curseur:
        curseur.execute("VACUUM ANALYZE")
    return _session(agent)


def _organismes(combien: int, instant: datetime, premier: int = 0) -> list["Partenaire"]:
    from partenaires.models import Genre, Partenaire
    from quartiers.francais import recherchable

    rangs = range(premier, premier + combien)
    noms = {f"{rang:09d}00010": f"Organisme fictif {rang}" for rang in rangs}
    return Partenaire.objects.bulk_create(
        Partenaire(
            genre=Genre.ASSOCIATION,
            nom=nom,
            siret=siret,
            est_fictif=True,
            cree_le=instant,
            recherche=recherchable(siret, nom),
        )
        for siret, nom in noms.items()
    )


def _dossiers(
    appel: "Appel",
    organismes: list["Partenaire"],
    agent: "Utilisateur",
    rangs: range,
    instant: datetime,
) -> list["Dossier"]:
    """One each rank, all deposited, in the six states that the lists filter."""
    from appels.models import Dossier
    from quartiers.francais import recherchable
    from quartiers.models import Axe

    axes = list(Axe.objects.all())
    lot = []
    for rang in rangs:
        etat = ETATS[rang % len(ETATS)]
        titre = f"{MOTS[rang % len(MOTS)]} fictif de mesure {rang}"
        numero = f"CV-{appel.annee}-{rang:06d}"
        limite = instant + timedelta(days=9)
        lot.append(
            Dossier(
                appel=appel,
                porteur=organismes[rang % len(organismes)],
                etat=etat,
                cree_le=instant,
                cree_par=agent,
                cle_creation=uuid4(),
                numero=numero,
                depose_le=instant - timedelta(seconds=rang),
                depose_par=agent,
                intitule=titre,
                axe=axes[rang % len(axes)],
                recherche=recherchable(numero, titre),
                beneficiaires=rang % 300,
                a_completer_avant=limite if etat == "a_completer" else None,
            )
        )
    return Dossier.objects.bulk_create(lot)


def _lieux(dossiers: list["Dossier"]) -> None:
    """One place each, quartier after quartier."""
    from appels.models import Lieu
    from quartiers.models import Quartier

    places = [(quartier, quartier.communes.first()) for quartier in Quartier.objects.all()]
    lieux = []
    for dossier in dossiers:
        quartier, commune = places[dossier.pk % len(places)]
        lieux.append(Lieu(dossier=dossier, quartier=quartier, commune=commune))
    Lieu.objects.bulk_create(lieux)


def _financements(appel: "Appel", dossiers: list["Dossier"]) -> None:
    """1,000 € asked of the first two funders of the call."""
    from appels.models import Financement

    for financeur in appel.financeurs.all()[:2]:
        Financement.objects.bulk_create(
            Financement(
                dossier=dossier,
                partenaire_id=financeur.partenaire_id,
                sous_poste=financeur.sous_poste,
                montant=100_000,
            )
            for dossier in dossiers
        )


def publier_des_projets(combien: int) -> None:
    """As many projects granted and read by everybody, shared among the calls and the funders.

    What the page of the projects weighs is weighed full. Everything is visibly fictitious.
    """
    from appels.models import Appel, Decision, DecisionPrise, Dossier, Financement, Publication
    from appels.models.etats import Etat
    from appels.socle import soutiens
    from partenaires.models import Appartenance, Role
    from quartiers import horloge

    instant = horloge.maintenant()
    publies: list[int] = []
    agent = Appartenance.objects.avec_role(Role.RESPONSABLE).earliest("pk").utilisateur
    appels = list(Appel.objects.publies())
    organismes = _organismes(max(1, combien // PAR_ORGANISME), instant, HORS_DE_L_EXEMPLE)
    for rang_appel, appel in enumerate(appels):
        rangs = range(rang_appel, combien, len(appels))
        dossiers = _dossiers(appel, organismes, agent, rangs, instant)
        Dossier.objects.filter(pk__in=[dossier.pk for dossier in dossiers]).update(
            etat=Etat.RECEVABLE, a_completer_avant=None
        )
        _lieux(dossiers)
        publies += [dossier.pk for dossier in dossiers]
        financeurs = list(appel.financeurs.all())
        for rang, dossier in enumerate(dossiers):
            financeur = financeurs[rang % len(financeurs)]
            accord = {
                "decision": Decision.ACCORDE,
                "montant_vote": 100_000 + rang,
                "decide_le": instant.date(),
            }
            demande = Financement.objects.create(
                dossier=dossier,
                partenaire_id=financeur.partenaire_id,
                sous_poste=financeur.sous_poste,
                montant=200_000,
                **accord,
            )
            prise = DecisionPrise.objects.create(
                financement=demande, rang=1, par=agent, le=instant, **accord
            )
            Publication.objects.create(prise=prise, par=agent, le=instant)
    soutiens.renouveler(publies, instant)


def remplir_la_boite(appel: "Appel", combien: int, du_lot: int) -> None:
    """As many letters that wait to be released, `du_lot` of them of the first funder of the call.

    Granted by each funder in turn to the same projects; their papers are not made: what is measured
    is who reads them and lets them go. Everything is visibly fictitious.
    """
    from appels.decision.actions import lettres
    from appels.models import Decision, Dossier, Financement, Lettre, NatureAide
    from appels.models.etats import Etat
    from appels.socle import condenses, reveil
    from partenaires.models import Appartenance, Role
    from quartiers import horloge

    instant = horloge.maintenant()
    agent = Appartenance.objects.avec_role(Role.RESPONSABLE).earliest("pk").utilisateur
    organismes = _organismes(du_lot // PAR_ORGANISME, instant, HORS_DE_LA_BOITE)
    rangs = range(NUMERO_DE_LA_BOITE, NUMERO_DE_LA_BOITE + du_lot)
    dossiers = _dossiers(appel, organismes, agent, rangs, instant)
    Dossier.objects.filter(pk__in=[dossier.pk for dossier in dossiers]).update(
        etat=Etat.RECEVABLE, a_completer_avant=None
    )
    financeurs = list(appel.financeurs.all())
    for rang in range(combien):
        financeur = financeurs[rang // du_lot]
        demande = Financement.objects.create(
            dossier=dossiers[rang % du_lot],
            partenaire_id=financeur.partenaire_id,
            sous_poste=financeur.sous_poste,
            montant=200_000,
            decision=Decision.ACCORDE,
            montant_vote=100_000 + rang,
            nature_aide=NatureAide.NUMERAIRE,
            decide_le=instant.date(),
        )
        demande.prononcer(par=agent, le=instant)
    condenses.recalculer()  # requests written in bulk tell nothing to the log
    with reveil.en_silence():
        lettres.preparer(appel, par=agent, recu_le=instant)
    a_etablir = Lettre.objects.en_attente().filter(financement__dossier__in=dossiers)
    a_etablir.update(etabli_le=instant)


def _session(agent: "Utilisateur") -> str:
    """« name=value »: what a browser signed in would send."""
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(agent, backend=settings.AUTHENTICATION_BACKENDS[0])
    nom = settings.SESSION_COOKIE_NAME
    return f"{nom}={client.cookies[nom].value}"


if __name__ == "__main__":
    django.setup()
    for commande in (
        "migrate",
        "createcachetable",
        "charger_territoire",
        "charger_partenaires",
        "charger_themes",
    ):
        call_command(commande, verbosity=0, stdout=sys.stderr)
    sys.stdout.write(semer(int(sys.argv[1])))
