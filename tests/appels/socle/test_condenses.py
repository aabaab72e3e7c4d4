"""What lists read of a deposited dossier is kept: it is what the procedure says, after anything
that happens, whoever writes it; a delay that passes is seen without any act.
"""

import random
import threading
from datetime import timedelta
from itertools import product

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from appels.instruction import alertes, listes
from appels.instruction.actions import examen
from appels.models import (
    Comite,
    Condense,
    Cote,
    Deport,
    DepotDauphin,
    Dossier,
    Lecture,
    Scenario,
    Signal,
)
from appels.socle import condenses, stades
from partenaires.models import Partenaire
from quartiers import suites
from tests.attente import BORNE, jusqu_a, sessions_en_attente
from tests.fabriques import (
    PENDANT,
    admettre,
    creer_accord,
    creer_agent,
    creer_appel,
    creer_association,
    creer_dossier,
    creer_dossier_complet,
    creer_lettre,
    creer_membre,
    creer_signataire,
    deposer,
)

pytestmark = [pytest.mark.django_db, pytest.mark.campagne]
GESTES = 60


def ecarts() -> list[str]:
    return condenses.recalculer()


def tout() -> dict:
    return condenses.constater(list(Dossier.objects.values_list("pk", flat=True)))


def garde() -> dict:
    return condenses.lus(Condense.objects.all())


class Monde:
    """Two calls, an organisation with two dossiers in the last, one alone; everything may move."""

    def __init__(self, hasard: random.Random):
        self.hasard = hasard
        self.agent = creer_agent()
        self.lecteur = creer_agent()
        self.porteur = creer_association()
        signataire = creer_signataire(self.porteur)
        self.avant = creer_appel(2026)
        self.appel = creer_appel(2027)
        self.appel.criteres.create(libelle="Besoin", maximum=5, poids=2)
        self.appel.criteres.create(libelle="Public", maximum=3, poids=1)
        self.deposes = [
            admettre(deposer(creer_dossier_complet(appel, self.porteur), signataire))
            for appel in (self.avant, self.appel, self.appel)
        ]
        self.deposes.append(deposer(creer_dossier_complet(self.appel)))

    def un(self) -> Dossier:
        return Dossier.objects.get(pk=self.hasard.choice(self.deposes).pk)

    def poser_un_signal(self):
        examen.signaler(self.un(), motif="x", par=self.agent, recu_le=PENDANT)

    def resoudre(self):
        for signal in Signal.objects.poses():
            examen.resoudre(signal, resolution="x", par=self.agent, recu_le=PENDANT)

    def changer_d_etat(self):
        etat = self.hasard.choice(["depose", "recevable", "irrecevable", "retire", "a_completer"])
        avant = PENDANT + timedelta(days=3) if etat == "a_completer" else None
        dossier = self.un()
        Dossier.objects.filter(pk=dossier.pk).update(etat=etat, a_completer_avant=avant)

    def borner(self):
        dossier = self.un()
        dossier.rejet_implicite_le = PENDANT.date()
        dossier.save()

    def decider(self):
        montant = self.hasard.choice([100, 1_150_000, 2_400_000])
        creer_accord(self.un(), montant=montant)

    def refuser(self):
        ligne = self.hasard.choice(list(self.un().financements.filter(partenaire__isnull=False)))
        ligne.decision, ligne.montant_vote = "refuse", None
        ligne.prononcer(par=self.agent, le=PENDANT)

    def renoncer(self):
        for ligne in self.un().financements.accordes():
            ligne.decision, ligne.montant_vote, ligne.decide_le = "renonce", None, None
            ligne.prononcer(par=self.agent, le=PENDANT)

    def envoyer(self):
        for ligne in self.un().financements.exclude(decision=""):
            if not ligne.prises.courantes().get().lettres.exists():
                creer_lettre(ligne)

    def ouvrir(self):
        for ligne in self.un().financements.all():
            ligne.lettres.liberees().update(lue_le=PENDANT, lue_par=self.agent)

    def ecrire(self):
        dossier = self.un()
        dossier.messages.create(
            cote=Cote.ORGANISME,
            auteur=self.agent,
            le=PENDANT,
            texte="x",
            cle=f"00000000-0000-0000-0000-{self.hasard.randrange(10**12):012d}",
        )

    def repondre(self):
        self.un().messages.update(attend_reponse=False)

    def juger_une_piece(self):
        verdict = self.hasard.choice(["conforme", "non_conforme"])
        self.un().pieces.update(conformite=verdict)

    def demander_une_piece(self):
        self.appel.documents.create(
            libelle=f"Pièce {self.hasard.random()}", exigence="recevabilite"
        )

    def ne_plus_la_demander(self):
        self.appel.documents.filter(libelle__startswith="Pièce 0").delete()

    def fixer_un_seuil(self):
        self.appel.regles.filter(cle="part_qpv").update(
            seuil=self.hasard.choice([10, 90]), gravite="avertissement"
        )

    def declarer_sur_dauphin(self):
        DepotDauphin.objects.update_or_create(
            dossier=self.un(),
            defaults={
                "numero": "01234567",
                "etat": "",
                "transmis_le": self.hasard.choice([None, PENDANT.date()]),
                "declare_par": self.agent,
                "declare_le": PENDANT,
            },
        )

    def coter(self):
        lecture, _ = Lecture.objects.get_or_create(
            dossier=self.un(),
            lecteur=self.lecteur,
            defaults={"modifiee_le": PENDANT, "rendue_le": PENDANT},
        )
        for critere in lecture.dossier.appel.criteres.all():
            lecture.cotations.update_or_create(
                critere=critere, defaults={"points": self.hasard.randrange(critere.maximum + 1)}
            )

    def peser(self):
        self.appel.criteres.update(poids=self.hasard.choice([1, 2, 3]))

    def deporter(self):
        dossier = self.un()
        if not Deport.objects.en_vigueur().filter(dossier=dossier).exists():
            Deport.objects.create(
                dossier=dossier,
                personne=self.lecteur,
                motif="x",
                declare_le=PENDANT,
                declare_par=self.agent,
            )

    def lever(self):
        Deport.objects.en_vigueur().update(leve_le=PENDANT, leve_par=self.agent)

    def lier_le_lecteur(self):
        """Who scored joins the organisation: this score does not count any more."""
        self.lecteur.appartenances.filter(partenaire=self.porteur).delete()
        if self.hasard.random() < 0.5:
            creer_membre(self.porteur, "lecteur", utilisateur=self.lecteur)

    def changer_de_numero(self):
        Partenaire.objects.filter(pk=self.deposes[-1].porteur_id).update(
            siret=self.hasard.choice([self.porteur.siret[:9] + "00099", ""])
        )

    def donner_un_avis(self):
        dossier = self.un()
        financeur = dossier.financements.filter(partenaire__isnull=False).first().partenaire
        dossier.avis.update_or_create(
            partenaire=financeur,
            defaults={
                "sens": "favorable",
                "auteur": self.agent,
                "modifie_le": PENDANT,
                "partage_le": PENDANT,
                "partage_par": self.agent,
            },
        )

    def proposer(self):
        """A draft counts; an unfavourable word does not, nor what its funder decided."""
        dossier = self.un()
        for demande in dossier.financements.filter(partenaire__isnull=False):
            dossier.avis.update_or_create(
                partenaire=demande.partenaire,
                defaults={
                    "sens": self.hasard.choice(["", "favorable", "reserve", "defavorable"]),
                    "montant_propose": self.hasard.choice([None, 0, 45_600]),
                    "auteur": self.agent,
                    "modifie_le": PENDANT,
                    "partage_le": None,
                    "partage_par": None,
                },
            )

    def deliberer(self):
        dossier = self.un()
        le = {"cree_le": PENDANT, "cree_par": self.agent}
        scenario, _ = Scenario.objects.get_or_create(appel=dossier.appel, nom="A", defaults=le)
        seance = {"scenario": scenario, "tenu_le": PENDANT, "cree_par": self.agent}
        comite, _ = Comite.objects.get_or_create(appel=dossier.appel, defaults=seance)
        comite.deliberations.update_or_create(
            dossier=dossier,
            defaults={
                "sens": self.hasard.choice(["favorable", "ajourne"]),
                "par": self.agent,
                "le": PENDANT,
            },
        )


VERBES = [nom for nom in vars(Monde) if not nom.startswith("_") and nom != "un"]


@pytest.mark.parametrize("graine", range(2))
def test_ce_qui_est_garde_est_ce_que_dit_la_procedure(horloge_figee, graine):
    """Every verb at least once, then by chance; after each, what is kept is what is said."""
    hasard = random.Random(graine)
    monde = Monde(hasard)
    assert garde() == tout()
    verbes = hasard.sample(VERBES, len(VERBES))
    for verbe in [*verbes, *hasard.choices(VERBES, k=GESTES - len(VERBES))]:
        getattr(monde, verbe)()
        assert (verbe, garde()) == (verbe, tout())
    assert ecarts() == []


def test_un_delai_qui_passe_se_voit_sans_aucun_acte(horloge_figee):
    """Kept as an instant: nothing of it ages."""
    depose = deposer(creer_dossier_complet(creer_appel()))
    fin = PENDANT + timedelta(days=3)
    Dossier.objects.filter(pk=depose.pk).update(
        etat="a_completer", a_completer_avant=fin, rejet_implicite_le=PENDANT.date()
    )
    for instant, stade, attend, cles in (
        (PENDANT, "a_completer", "organisme", set()),  # Dauphin: after the closing
        (fin, "delai_passe", "service", {"delai", "rejet"}),
    ):
        annotes = alertes.annoter(Dossier.objects.all(), instant).annotate(
            stade=condenses.stade(instant), attend=condenses.attente(instant)
        )
        lu = annotes.get()
        assert (lu.stade, lu.attend, {a.cle for a in alertes.de(lu)}) == (stade, attend, cles)
        dits = Dossier.objects.annotate(
            stade=stades.stade(instant), attend=stades.attente(instant)
        ).get()
        assert (dits.stade, dits.attend) == (stade, attend)
        par_filtre = {
            (ou.value, qui.value)
            for ou, qui in product(stades.Stade, stades.Attente)
            if listes.filtrer(
                Dossier.objects.all(), {"stade": ou.value, "attend": qui.value}, instant
            ).exists()
        }
        assert par_filtre == {(stade, attend)}


def test_un_brouillon_n_a_rien_de_garde(horloge_figee):
    appel = creer_appel()
    creer_dossier(appel, creer_association())
    assert garde() == {}
    depose = deposer(creer_dossier_complet(appel))
    assert list(garde()) == [depose.pk]


def test_recalculer_repare_et_dit_ce_qui_differait(horloge_figee, capsys):
    appel = creer_appel()
    faux, absent, juste = [deposer(creer_dossier_complet(appel)) for _ in range(3)]
    Condense.objects.filter(pk=faux.pk).update(demande=1, signal=True)
    Condense.objects.filter(pk=absent.pk).delete()
    call_command("recalculer")
    assert capsys.readouterr().out.splitlines() == [
        f"{faux.numero} : différait dans les listes (signal, demande).",
        f"{absent.numero} : absent des listes du service.",
        "2\u00a0écarts réparés.",
    ]
    assert garde() == tout()
    assert juste.pk in garde()
    call_command("recalculer")
    assert capsys.readouterr().out == "Tout est juste : rien n’a changé.\n"


def test_un_acte_refuse_ne_renouvelle_rien(horloge_figee, monkeypatch):
    depose = admettre(deposer(creer_dossier_complet(creer_appel())))
    avant = garde()
    renouveles = []
    monkeypatch.setattr(condenses, "renouveler", lambda *a, **k: renouveles.append(a))
    ligne = depose.financements.filter(partenaire__isnull=False).first()
    ligne.decision = "refuse"

    @transaction.atomic
    @suites.en_une_fois()
    def decider_puis_renoncer():
        ligne.prononcer(par=creer_agent(), le=PENDANT)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        decider_puis_renoncer()
    assert (renouveles, garde()) == ([], avant)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_deux_decisions_a_la_fois_sur_un_organisme_s_additionnent(base_a_plusieurs, horloge_figee):
    """Each alone is under 23 000 €; whichever comes second sees the other, on both dossiers."""
    porteur = creer_association()
    signataire = creer_signataire(porteur)
    appel = creer_appel()
    agent = creer_agent()
    un, autre = [
        admettre(deposer(creer_dossier_complet(appel, porteur), signataire)) for _ in range(2)
    ]
    lignes = []
    for dossier in (un, autre):
        ligne = dossier.financements.get(partenaire__genre="caf")
        ligne.decision, ligne.montant_vote, ligne.decide_le = (
            "accorde",
            1_200_000,
            PENDANT.date(),
        )
        lignes.append(ligne)
    assert {garde()[dossier.pk]["convention"] for dossier in (un, autre)} == {False}

    def decider():
        try:
            with transaction.atomic():
                lignes[1].prononcer(par=agent, le=PENDANT)
        finally:
            connection.close()

    fil = threading.Thread(target=decider)
    with transaction.atomic():
        lignes[0].prononcer(par=agent, le=PENDANT)
        fil.start()
        jusqu_a(lambda: sessions_en_attente() >= 1, "le second attend ce que le premier tient")
    fil.join(BORNE)
    assert {garde()[dossier.pk]["convention"] for dossier in (un, autre)} == {True}
    assert garde() == tout()


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_deux_premiers_depots_a_la_fois_s_additionnent(base_a_plusieurs, horloge_figee):
    """Two calls, so that nothing else makes one wait for the other: one is the first request."""
    porteur = creer_association()
    signataire = creer_signataire(porteur)
    avant, apres = [creer_dossier_complet(creer_appel(annee), porteur) for annee in (2026, 2027)]

    def deposer_l_autre():
        try:
            deposer(apres, signataire)
        finally:
            connection.close()

    fil = threading.Thread(target=deposer_l_autre)
    with transaction.atomic():
        deposer(avant, signataire)
        fil.start()
        jusqu_a(lambda: sessions_en_attente() >= 1, "le second attend l’organisme")
    fil.join(BORNE)
    premiers = {pk: lu["est_premiere"] for pk, lu in garde().items()}
    assert premiers == {avant.pk: True, apres.pk: False}
    assert garde() == tout()
