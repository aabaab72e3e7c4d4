"""O14: the procedure against a model of thirty lines. Every role tries everything, by the pages;
only what the model permits happens, each passage writes one line of the log, a GET changes nothing,
the amounts are those of the model.

Short in the suite; long: `python3 manage.py eprouver procedure`.
"""

import logging
import os

import pytest
from django.core.cache import caches
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Q, Sum
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from appels.decision.actions import decisions, lettres, scenarios
from appels.models import (
    Condense,
    DecisionPrise,
    Deport,
    Dossier,
    Financement,
    Lettre,
    Passage,
    Publication,
    Signal,
)
from appels.models.dossiers import DossierQuerySet
from appels.models.etats import TRANSITIONS, Etat, Transition
from appels.socle import condenses
from partenaires.models import Appartenance, Partenaire, Role
from quartiers.memoire import Garde
from quartiers.models import Commune
from tests.appels.instruction.test_complements import SAISIE
from tests.fabriques import (
    PENDANT,
    creer_agent,
    creer_appel,
    creer_association,
    creer_dossier_complet,
    creer_financeur,
    creer_membre,
    creer_signataire,
    deposer,
    poser_tribunal,
)

LONGUE = os.environ.get("EPREUVE_LONGUE") == "1"
SUITES, PAS = (2_000, 30) if LONGUE else (12, 30)
LOT = 100 if LONGUE else 12  # what was played is said at each: a run that is cut short counts
pytestmark = [pytest.mark.django_db, pytest.mark.campagne]
AGENTS, EN_COURSE = {"agent", "responsable"}, {"depose", "a_completer", "recevable"}
EXAMINABLES = EN_COURSE | {"irrecevable"}  # what is withdrawn is not examined any more
ROLES = st.sampled_from(
    [
        "responsable",
        "agent",
        "responsable",
        "agent",
        "signataire",
        "lecteur",
        "etranger",
        "financeur",
        "anonyme",
        "agent membre",
        "double",
    ]
)  # those who may, more often
AGENTS_SEULS = st.sampled_from(["responsable", "agent"])
OUTILS = {
    "envoyer",
    "passer",
    "teardown",
    "la_base_est_le_modele",
    "lu_du_public",
    "passe_la_recevabilite",
    "se_reprend",
    "agit",
    "signe",
}  # of the machine: no gesture
AUTOUR_DE_LA_GARDE = {"admettre", "ecarter", "reexaminer"}
ENVELOPPE, DEMANDE = 150_000, 200_000  # cents: what the CAF has, what it is asked
# What somebody with administration and signature is left with, by whoever administers.
JEUX_DE_ROLES = [
    {"administrateur", "signataire"},
    {"administrateur"},
    {"signataire", "redacteur"},
    {"lecteur"},
]
MEMBRES = {"signataire", "lecteur", "double", "agent membre"}
VOTES = {
    "": ("", None),
    "refuse": ("refuse", None),
    "1 000": ("partiel", 100_000),
    "1 500": ("partiel", 150_000),
    "1 600": ("partiel", 160_000),
    "3 000": ("accorde", 300_000),
}


@pytest.fixture(autouse=True)
def refus_sans_bruit(monkeypatch):
    """Thousands of refusals are what is expected."""
    monkeypatch.setattr(logging.getLogger("django.request"), "disabled", True)


@pytest.fixture
def monde(connecter, horloge_figee):
    """One deposited dossier, one person of each role signed in, a template, an envelope."""
    appel, porteur = creer_appel(), creer_association()
    signataire, responsable = creer_signataire(porteur), creer_agent(Role.RESPONSABLE)
    agent = creer_agent()
    double = creer_membre(porteur, Role.ADMINISTRATEUR, Role.SIGNATAIRE)
    gens = {
        "agent": agent,
        "agent membre": creer_membre(
            porteur, Role.LECTEUR, utilisateur=creer_agent(Role.RESPONSABLE)
        ),
        "double": double,
        "administratrice": creer_membre(porteur, Role.ADMINISTRATEUR),
        "responsable": responsable,
        "signataire": signataire,
        "lecteur": creer_membre(porteur, Role.LECTEUR),
        "etranger": creer_signataire(creer_association()),
        "financeur": creer_financeur(),
        "anonyme": None,
    }
    depose = deposer(creer_dossier_complet(appel, porteur), signataire)
    caf = Partenaire.objects.get(genre="caf")
    scenarios.doter(
        poser_tribunal(appel),
        caf,
        montant=ENVELOPPE,
        plafond=None,
        par=responsable,
        recu_le=PENDANT,
    )
    for decision in ("refuse", "partiel", "accorde"):
        lettres.ecrire_un_gabarit(
            decision,
            None,
            {"objet": "o", "corps": "{motif}", "signataire": "s", "qualite": "q"},
            par=responsable,
            recu_le=PENDANT,
        )
    communes = depose.lieux.values("commune")
    return {
        "appel": appel,
        "depose": depose,
        "agent": agent.appartenances.get(),
        "double": double.appartenances.get(),
        "ailleurs": Commune.objects.exclude(pk__in=communes).first().code_insee,
        "caf": depose.financements.get(partenaire=caf),
        "clients": {qui: connecter(p) for qui, p in gens.items()},
    }


def machine(monde, roles=ROLES, gestes=frozenset()):
    """The rules of the procedure, told again apart from the product, played by these roles; only
    these gestures when some are named.
    """
    pk, appel, clients = monde["depose"].pk, monde["appel"], monde["clients"]
    pages = (
        [
            f"/dossiers/{pk}/{p}"
            for p in (
                "relecture/",
                "retirer/",
                "decisions/",
                "decisions-recues/",
                "echanges/",
                "historique/",
                "renoncer/",
            )
        ]
        + [
            f"/instruction/dossiers/{pk}/{p}"
            for p in (
                "",
                "recevable/",
                "irrecevable/",
                "reprendre/",
                "complements/",
                "complements/clore/",
                "complements/prolonger/",
                "notes/",
                "avis/",
                "derogation/",
            )
        ]
        + [
            f"/instruction/appels/{appel.pk}/{p}"
            for p in ("lettres/", "decider/", "decisions/", "retenus/")
        ]
    )

    class Procedure(RuleBasedStateMachine):
        def __init__(self):
            super().__init__()
            self.bloc = transaction.atomic()
            self.bloc.__enter__()
            self.etat, self.signal, self.vote, self.lignes = (
                "depose",
                False,
                ("", None),
                Passage.objects.count(),
            )
            self.recevable_avant = self.prolonge = False  # of the complement asked last
            self.rang = 0  # decisions taken
            self.lettre = None  # of the last: None, « attend » (and the rank it tells), « partie »…
            self.notifie = False  # a letter left, of this decision or of one before
            self.derogations = set()
            self.roles = JEUX_DE_ROLES[0]  # of the double
            self.deportes = set()
            self.limite = False  # the agent, to another commune
            self.public = None  # what everybody reads: the amount of the decision published
            self.public_rang = 0

        def teardown(self):
            transaction.set_rollback(True)
            self.bloc.__exit__(None, None, None)
            caches["pages"].clear()
            for garde in Garde.toutes:
                garde.gardee = None

        def envoyer(self, qui, chemin, **champs):
            return clients[qui].post(chemin, champs).status_code

        def passer(self, permis: bool, vers: str):
            if permis:
                self.etat, self.lignes = vers, self.lignes + 1

        def agit(self, qui) -> bool:
            """For the service: not who is a member, stepped aside or was limited."""
            ecarte = qui in self.deportes or (qui == "agent" and self.limite)
            return qui in AGENTS and not ecarte

        def signe(self, qui) -> bool:
            return qui == "signataire" or (qui == "double" and "signataire" in self.roles)

        @rule(
            qui=st.sampled_from(["administratrice", "double", "lecteur", "responsable"]),
            jeu=st.sampled_from(JEUX_DE_ROLES),
        )
        def changer_les_roles(self, qui, jeu):
            cle = monde["double"].pk
            self.envoyer(qui, f"/membres/{cle}/roles/", **{f"m{cle}-roles": sorted(jeu)})
            administre = qui == "double" and "administrateur" in self.roles
            if qui == "administratrice" or administre:
                self.roles = jeu

        @rule(qui=roles)
        def deporter(self, qui):
            """The head, for the agent; an agent and a funder, for themselves."""
            champs = {"personne": monde["agent"].utilisateur_id, "motif": "Bureau"}
            self.envoyer(qui, f"/instruction/dossiers/{pk}/deport/", **champs)
            deporte = "agent" if qui == "responsable" else qui
            if (self.agit(qui) or qui == "financeur") and deporte not in self.deportes:
                self.deportes = self.deportes | {deporte}
                self.lignes += 1

        @rule(qui=roles)
        def lever_les_deports(self, qui):
            for deport in Deport.objects.en_vigueur():
                self.envoyer(qui, f"/instruction/deports/{deport.pk}/lever/", motif="Plus membre")
            if qui == "responsable":
                self.lignes += len(self.deportes)
                self.deportes = set()

        @rule(qui=roles, ailleurs=st.booleans())
        def limiter(self, qui, ailleurs):
            """By a head of the service, a member of this organisation or not."""
            communes = [monde["ailleurs"]] if ailleurs else []
            self.envoyer(qui, f"/instruction/equipe/{monde['agent'].pk}/", communes=communes)
            if qui in {"responsable", "agent membre"}:
                self.limite = ailleurs

        @rule(qui=roles)
        def admettre(self, qui):
            self.envoyer(qui, f"/instruction/dossiers/{pk}/recevable/")
            self.passer(self.agit(qui) and self.etat == "depose" and not self.signal, "recevable")

        @rule(qui=roles)
        def ecarter(self, qui):
            self.envoyer(qui, f"/instruction/dossiers/{pk}/irrecevable/", motif="Hors territoire.")
            permis = self.agit(qui) and self.etat == "depose" and not self.signal
            self.passer(permis and self.se_reprend(), "irrecevable")

        @rule(qui=roles)
        def reexaminer(self, qui):
            self.envoyer(qui, f"/instruction/dossiers/{pk}/reprendre/", motif="Erreur.")
            permis = self.agit(qui) and self.etat in {"recevable", "irrecevable"}
            self.passer(permis and self.se_reprend(), "depose")

        def se_reprend(self) -> bool:
            return not self.notifie or "notifie" in self.derogations

        @rule(qui=roles, barriere=st.sampled_from(["recevabilite", "notifie"]))
        def deroger(self, qui, barriere):
            self.envoyer(
                qui,
                f"/instruction/dossiers/{pk}/derogation/",
                barriere=barriere,
                motif="Urgence",
            )
            debout = not self.se_reprend() if barriere == "notifie" else self.etat != "recevable"
            if qui == "responsable" and debout and barriere not in self.derogations:
                self.derogations.add(barriere)
                self.lignes += 1

        @rule(qui=roles)
        def demander_un_complement(self, qui):
            self.envoyer(qui, f"/instruction/dossiers/{pk}/complements/", **SAISIE)
            permis = self.agit(qui) and self.etat in {"depose", "recevable"}
            if permis:
                self.recevable_avant = self.etat == "recevable"
                self.prolonge = False
            self.passer(permis, "a_completer")

        @rule(qui=roles)
        def prolonger_le_delai(self, qui):
            champs = {"jour": "2026-12-27", "heure": "12:00", "motif": "Congés."}
            self.envoyer(qui, f"/instruction/dossiers/{pk}/complements/prolonger/", **champs)
            if self.agit(qui) and self.etat == "a_completer" and not self.prolonge:
                self.prolonge = True
                self.lignes += 1

        @rule(qui=roles)
        def ne_plus_attendre(self, qui):
            self.envoyer(qui, f"/instruction/dossiers/{pk}/complements/clore/", motif="Reçu.")
            revise = self.recevable_avant and self.lettre in {"partie", "lue"}
            vers = "recevable" if revise else "depose"  # told once: not examined anew
            self.passer(self.agit(qui) and self.etat == "a_completer", vers)

        @rule(qui=roles)
        def retirer(self, qui):
            self.envoyer(qui, f"/dossiers/{pk}/retirer/")
            permis = self.signe(qui) and self.etat in EN_COURSE
            self.passer(permis and not self.vote[0], "retire")

        @rule(qui=roles)
        def signaler(self, qui):
            self.envoyer(qui, f"/instruction/dossiers/{pk}/notes/", quoi="signal", motif="À voir")
            if self.agit(qui) and self.etat in EXAMINABLES:
                self.signal, self.lignes = True, self.lignes + 1

        @rule(qui=roles)
        def resoudre(self, qui):
            for signal in Signal.objects.poses():
                self.envoyer(qui, f"/instruction/signalements/{signal.pk}/resoudre/", issue="Vu")
                self.lignes += self.agit(qui) and self.etat in EXAMINABLES
            self.signal = self.signal and not (self.agit(qui) and self.etat in EXAMINABLES)

        @rule(qui=roles, vote=st.sampled_from(list(VOTES)))
        def decider(self, qui, vote):
            decision, montant = VOTES[vote]
            lignes = list(Dossier.objects.get(pk=pk).financements.filter(partenaire__isnull=False))
            envoi = {"decisions-TOTAL_FORMS": len(lignes), "decisions-INITIAL_FORMS": len(lignes)}
            for rang, ligne in enumerate(lignes):
                la_caf = ligne.pk == monde["caf"].pk
                champs = {
                    "id": ligne.pk,
                    "vue": ligne.empreinte,
                    "decision": decision if la_caf else "",
                    "montant_vote": vote if la_caf and montant else "",
                    "acte": "",
                    "decide_le": "2027-03-12" if la_caf and montant else "",
                    "motif": "Pourquoi" if la_caf and decision == "refuse" else "",
                    "pourquoi": "Le financeur a voté à nouveau" if la_caf else "",
                }
                envoi |= {f"decisions-{rang}-{nom}": valeur for nom, valeur in champs.items()}
            self.envoyer(qui, f"/dossiers/{pk}/decisions/", **envoi)
            permis = (
                self.agit(qui)
                and self.etat in EN_COURSE
                and not self.signal
                and (montant or 0) <= min(ENVELOPPE, DEMANDE)
                and (self.passe_la_recevabilite() if decision else not self.notifie)
            )
            if permis and (decision, montant) != self.vote:
                self.vote, self.lignes, self.rang = (
                    (decision, montant),
                    self.lignes + 1,
                    self.rang + 1,
                )
                if self.lettre in {"partie", "lue"}:
                    self.lettre = None

        def passe_la_recevabilite(self) -> bool:
            return self.etat == "recevable" or "recevabilite" in self.derogations

        @rule(qui=roles)
        def renoncer(self, qui):
            self.envoyer(
                qui, f"/dossiers/{pk}/renoncer/", subventions=monde["caf"].pk, motif="Arrêt"
            )
            if self.signe(qui) and self.vote[1] and self.lettre in {"partie", "lue"}:
                self.vote, self.lignes, self.rang = (
                    ("renonce", None),
                    self.lignes + 1,
                    self.rang + 1,
                )
                self.lettre = None
                self.public = self.public and "a renoncé"

        @rule(qui=roles)
        def preparer_la_lettre(self, qui):
            self.envoyer(qui, f"/instruction/appels/{appel.pk}/lettres/", preparer="1")
            for lettre in Lettre.objects.a_etablir():  # the worker
                lettre.ranger(ContentFile(b"%PDF-essai"))
                lettre.etabli_le = PENDANT
                lettre.save()
            if (
                self.agit(qui)
                and self.etat in EN_COURSE
                and self.passe_la_recevabilite()
                and self.vote[0] not in {"", "renonce"}
                and self.lettre is None
            ):
                self.lettre = self.rang  # ready, telling this

        @rule(qui=roles)
        def ecarter_la_lettre(self, qui):
            for lettre in Lettre.objects.vives():
                self.envoyer(qui, f"/instruction/lettres/{lettre.pk}/", motif="Erreur")
            if self.agit(qui) and isinstance(self.lettre, int):
                self.lettre = None

        @rule(qui=roles, nombre=st.sampled_from(["1", "2"]))
        def liberer(self, qui, nombre):
            attendent = list(Lettre.objects.en_attente().values_list("pk", flat=True))
            self.envoyer(
                qui, f"/instruction/appels/{appel.pk}/lettres/", lignes=attendent, nombre=nombre
            )
            if (
                qui == "responsable"
                and nombre == "1"
                and self.etat in EN_COURSE
                and self.passe_la_recevabilite()
                and self.lettre == self.rang
            ):
                self.lettre, self.lignes, self.notifie = "partie", self.lignes + 1, True

        @rule(qui=roles)
        def ouvrir_la_lettre(self, qui):
            for lettre in Lettre.objects.vives():
                self.envoyer(qui, f"/lettres/{lettre.pk}/ouvrir/")
            if qui in MEMBRES and self.lettre == "partie":
                self.lettre = "lue"

        @rule(qui=roles)
        def publier(self, qui):
            prises = list(DecisionPrise.objects.courantes().values_list("pk", flat=True))
            self.envoyer(
                qui,
                f"/instruction/appels/{appel.pk}/decisions/",
                lignes=prises,
                nombre=len(prises),
                note="Note",
            )
            if (
                qui == "responsable"
                and self.etat in EN_COURSE
                and self.lettre in {"partie", "lue"}
                and self.public_rang != self.rang
                and (self.vote[1] or isinstance(self.public, int))
            ):
                self.public, self.public_rang = self.vote[1], self.rang
                self.lignes += 1

        @rule(qui=roles)
        def depublier(self, qui):
            vives = list(Publication.objects.vives().values_list("pk", flat=True))
            self.envoyer(
                qui,
                f"/instruction/appels/{appel.pk}/decisions/",
                retirees=vives,
                motif="Erreur",
            )
            if qui == "responsable" and self.public_rang:
                self.public, self.public_rang = None, 0
                self.lignes += 1

        @rule(qui=roles, page=st.sampled_from(pages))
        def lire_ne_change_rien(self, qui, page):
            assert clients[qui].get(page).status_code < 500

        @invariant()
        def la_base_est_le_modele(self):
            caf = Financement.objects.get(pk=monde["caf"].pk)
            courante = caf.prises.courantes().first()
            lettre = courante and courante.lettres.filter(liberee_le__isnull=False).first()
            if lettre:
                stade = "lue" if lettre.lue_le else "partie"
            else:
                stade = "attend" if Lettre.objects.en_attente().exists() else None
            attendu = "attend" if isinstance(self.lettre, int) else self.lettre
            assert (Dossier.objects.get(pk=pk).etat, Signal.objects.poses().exists(), stade) == (
                self.etat,
                self.signal,
                attendu,
            )
            assert ((caf.decision, caf.montant_vote), caf.prises.count()) == (self.vote, self.rang)
            if courante:
                assert (courante.decision, courante.montant_vote) == self.vote
            assert Passage.objects.count() == self.lignes
            assert (Financement.objects.aggregate(n=Sum("montant_vote"))["n"] or 0) == (
                self.vote[1] or 0
            )
            assert Appartenance.objects.get(pk=monde["double"].pk).roles == self.roles
            assert Deport.objects.en_vigueur().count() == len(self.deportes)
            assert bool(Appartenance.objects.get(pk=monde["agent"].pk).perimetre) == self.limite
            assert condenses.lus(Condense.objects.all()) == condenses.constater([pk])
            assert self.lu_du_public() == (None if self.etat == "irrecevable" else self.public)

        def lu_du_public(self):
            """The amount, that it was given up, or nothing."""
            publication = Publication.objects.publiques().select_related("prise").first()
            if publication is None:
                return None
            return "a renoncé" if publication.a_renonce else publication.prise.montant_vote

    if gestes:
        autres = {nom for nom in vars(Procedure) if not nom.startswith("_")} - gestes - OUTILS
        for nom in autres:
            setattr(Procedure, nom, None)
    return Procedure


def jouer(procedure, suites: int) -> None:
    run_state_machine_as_test(
        procedure,
        settings=settings(
            max_examples=suites,
            stateful_step_count=PAS,
            deadline=None,
            database=None,
            derandomize=not LONGUE,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_la_procedure_suit_le_modele(monde):
    for jouees in range(LOT, SUITES + 1, LOT):
        jouer(machine(monde), LOT)
        print(f"O14 : {jouees} suites de {PAS} gestes, 0 divergence", flush=True)


def admettre_un_irrecevable(monkeypatch):
    depuis, vers = TRANSITIONS[Transition.ADMETTRE]
    monkeypatch.setitem(TRANSITIONS, Transition.ADMETTRE, (depuis | {Etat.IRRECEVABLE}, vers))


def oublier_l_enveloppe(monkeypatch):
    monkeypatch.setattr(decisions, "exiger_dans_les_enveloppes", lambda appel, partenaires: None)


def oublier_les_deports(monkeypatch):
    monkeypatch.setattr(DossierQuerySet, "_permis_a", lambda self, utilisateur: Q())
    monkeypatch.setattr(
        DossierQuerySet, "ecartes_par_un_deport", lambda self, utilisateur: self.none()
    )


SABOTAGES = [admettre_un_irrecevable, oublier_l_enveloppe, oublier_les_deports]


@pytest.mark.parametrize("sabotage", SABOTAGES if LONGUE else SABOTAGES[:1])
def test_temoin_une_garde_otee_se_voit(monde, monkeypatch, sabotage):
    """The sabotaged control: a verb that starts from one more state, an envelope that nobody
    counts, a person stepped aside whom nothing stops.
    """
    sabotage(monkeypatch)
    # Drawn among everything in the long run, where some go past; in the short one among what the
    # guard is about, so that it is soon missed.
    procedure = machine(monde) if LONGUE else machine(monde, AGENTS_SEULS, AUTOUR_DE_LA_GARDE)
    with pytest.raises(AssertionError):
        jouer(procedure, 600 if LONGUE else 60)
