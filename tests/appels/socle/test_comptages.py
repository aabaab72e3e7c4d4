"""The counters of a call are kept as rows that add up: they are what is kept of the dossiers says,
after anything that happens, whoever reads; put together, repaired, nobody waits for them.
"""

import random
import threading
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from appels.decision import accords, file_d_avis, financeurs
from appels.instruction import comptes, files_du_financeur
from appels.models import (
    Appel,
    Comptage,
    Condense,
    DecisionPrise,
    Deport,
    Dossier,
    FinanceurAppel,
)
from appels.socle import comptages, condenses
from partenaires.models import Utilisateur
from tests.appels.socle.test_condenses import VERBES, Monde
from tests.attente import BORNE
from tests.fabriques import (
    PENDANT,
    creer_agent,
    creer_appel,
    creer_dossier_complet,
    creer_financeur,
    deposer,
)

pytestmark = [pytest.mark.django_db, pytest.mark.campagne]
GESTES = 60


def additionnes(*appels: int) -> dict:
    """{(call, name, key): sum}, from the dossiers."""
    sommes: dict = {}
    for garde in Condense.objects.values(*comptages.COLONNES):
        for cle, somme in comptages._par_appel(garde):
            sommes[cle] = sommes.get(cle, comptages.RIEN).plus(somme)
    return {cle: somme for cle, somme in sommes.items() if somme != comptages.RIEN}


def gardes() -> dict:
    """The same, from the counters."""
    appels = {ligne.appel for ligne in Comptage.objects.all()}
    return {
        (appel, *cle): somme
        for appel in appels
        for cle, somme in comptages.lus(appel).items()
        if somme != comptages.RIEN
    }


def memes_files(agent: Utilisateur, financeur: Utilisateur) -> None:
    """The tabs that are kept are those that the list itself would count, call by call or all."""
    offertes = [cle for cle, _ in files_du_financeur.choix(financeur)]
    for appel in (*Appel.objects.all(), None):
        cle = appel.pk if appel else comptages.TOUS_LES_APPELS
        for personne in (agent, financeur):
            dossiers = Dossier.objects.instruits_par(personne)
            dossiers = dossiers.filter(appel=appel) if appel else dossiers
            dits = (
                comptes.compter_par_file(dossiers, PENDANT)
                if personne == agent
                else comptes.compter(dossiers, offertes, PENDANT)
            )
            lus = comptes.lus(comptes.Lecteur(personne, cle, PENDANT))
            assert lus is not None
            rien = comptes.Compte()
            assert {nom: un for nom, un in lus.items() if un != rien} == {
                nom: un for nom, un in dits.items() if un != rien
            }


def memes_avis_a_dire(financeur: Utilisateur) -> None:
    """What waits for a first word is what the list of it holds."""
    caf = financeur.appartenances.get().partenaire
    file = file_d_avis.lire(financeur, caf)
    demandes = [dossier.a_nous for dossier in file.dossiers]
    assert (file.nombre, file.total) == (len(demandes), sum(demandes))
    attendus = [
        dossier.pk
        for dossier in Dossier.objects.instruits_par(financeur).en_course()
        if dossier.financements.filter(partenaire=caf, decision="", montant__isnull=False).exists()
        and not dossier.avis.filter(partenaire=caf).exists()
    ]
    assert sorted(dossier.pk for dossier in file.dossiers) == sorted(attendus)


def memes_decisions(financeur: Utilisateur) -> None:
    """What the service decides in a funder's name is what its page shows."""
    caf = financeur.appartenances.get().partenaire
    prises = DecisionPrise.objects.courantes().exclude(decision__in=["", "renonce"])
    siennes = prises.filter(financement__partenaire=caf).values_list("pk", flat=True)
    assert sorted(une.prise.pk for une in accords.en_notre_nom(financeur)) == sorted(siennes)


def memes_tirelires() -> None:
    """What is kept of an envelope is what its requests and its opinions add up to."""
    for demande in FinanceurAppel.objects.select_related("appel", "partenaire"):
        ouverts = Dossier.objects.filter(appel=demande.appel).deposes().en_course()
        vote = propose = 0
        for dossier in ouverts:
            siennes = dossier.financements.filter(partenaire=demande.partenaire)
            vote += sum(ligne.montant_vote or 0 for ligne in siennes)
            avis = dossier.avis.filter(partenaire=demande.partenaire).first()
            compte = avis and avis.sens not in ("defavorable", "deport")
            if compte and not siennes.exclude(decision="").exists():
                propose += avis.montant_propose or 0
        tirelire = financeurs.tirelire(demande.appel, demande.partenaire)
        assert (tirelire.vote, tirelire.propose) == (vote, propose)


@pytest.mark.parametrize("graine", range(2))
def test_les_comptes_gardes_sont_ceux_des_dossiers(horloge_figee, graine):
    """Every verb at least once, then by chance, put together now and then."""
    hasard = random.Random(graine)
    monde = Monde(hasard)
    financeur = creer_financeur()
    assert gardes() == additionnes()
    assert gardes()[monde.appel.pk, "tout", ""].nombre == 3
    verbes = hasard.sample(VERBES, len(VERBES))
    for verbe in [*verbes, *hasard.choices(VERBES, k=GESTES - len(VERBES))]:
        getattr(monde, verbe)()
        assert (verbe, gardes()) == (verbe, additionnes())
        if hasard.random() < 0.2:
            comptages.resserrer()
            assert gardes() == additionnes()
            memes_files(monde.lecteur, financeur)
            memes_tirelires()
            memes_avis_a_dire(financeur)
            memes_decisions(financeur)
    assert comptages.recalculer() == []


def test_resserrer_ne_laisse_qu_une_ligne_par_compte(horloge_figee):
    appel = creer_appel()
    for _ in range(3):
        deposer(creer_dossier_complet(appel))
    avant = gardes()
    assert comptages.resserrer() > 0
    assert gardes() == avant
    assert Comptage.objects.count() == len(avant)
    assert comptages.resserrer() == 0


def test_recalculer_repare_un_compte_faux_et_le_dit(horloge_figee, capsys):
    appel = creer_appel()
    deposer(creer_dossier_complet(appel))
    Comptage.objects.filter(appel=appel.pk, nom="tout").delete()
    Comptage.objects.create(appel=appel.pk, nom="axe", cle="999", nombre=4)
    call_command("recalculer")
    assert capsys.readouterr().out.splitlines() == [
        f"{appel} : 2 de ses comptes différaient.",
        "1\u00a0écart réparé.",
    ]
    assert gardes() == additionnes()


def test_ce_qui_est_ferme_a_la_personne_n_est_pas_compte(horloge_figee):
    """Neither what it steps aside from, nor its own organisation; the others count them."""
    appel = creer_appel()
    ecarte, autre = [deposer(creer_dossier_complet(appel)) for _ in range(2)]
    agent, collegue = creer_agent(), creer_agent()
    Deport.objects.create(
        dossier=ecarte, personne=agent, motif="x", declare_le=PENDANT, declare_par=collegue
    )
    for personne, combien in ((agent, 1), (collegue, 2)):
        for ou in (appel.pk, comptages.TOUS_LES_APPELS):
            lus = comptages.du_service(personne, ou)
            assert sum(somme.nombre for somme in lus.de("place").values()) == combien
    assert autre.pk in Dossier.objects.instruits_par(agent).values_list("pk", flat=True)


def test_un_agent_limite_compte_ce_qu_il_lit(horloge_figee):
    appel = creer_appel()
    vu, _ = [deposer(creer_dossier_complet(appel)) for _ in range(2)]
    Dossier.objects.filter(pk=vu.pk).update(axe=None)
    agent = creer_agent()
    agent.appartenances.update(perimetre={"axes": ["inexistant"]})
    assert comptages.du_service(agent, appel.pk).de("place") == {}


def test_un_montant_inconnu_compte_pour_rien(horloge_figee):
    """Unknown, not zero, in the procedure; counted, and adds nothing."""
    appel = creer_appel()
    depose = deposer(creer_dossier_complet(appel))
    avant = comptages.lus(appel.pk)["tout", ""]
    ligne = depose.financements.filter(partenaire__isnull=False).first()
    montant = ligne.montant
    ligne.montant = None
    ligne.save()
    condenses.renouveler([depose.pk])
    somme = comptages.lus(appel.pk)["finance", str(ligne.partenaire_id)]
    assert (somme.nombre, somme.demande) == (1, 0)
    assert comptages.lus(appel.pk)["tout", ""].demande == avant.demande - montant


def test_les_premiers_appels_suffisent_a_une_page(horloge_figee):
    """The last calls first, until a page is full, whatever is closed to the person; whole years."""
    financeur = creer_financeur()
    cle = str(financeur.appartenances.get().partenaire_id)
    avant, une, autre = (
        creer_appel(2026),
        creer_appel(2027),
        creer_appel(2027, rang=2, titre="Second appel"),
    )
    for appel in (avant, une, autre, autre):
        deposer(creer_dossier_complet(appel))
    ferme = Dossier.objects.filter(appel=autre).first()
    Deport.objects.create(
        dossier=ferme,
        personne=financeur,
        motif="x",
        declare_le=PENDANT,
        declare_par=creer_agent(),
    )
    lue = comptages.du_financeur(financeur, comptages.TOUS_LES_APPELS, ["a-dire"])
    assert lue is not None
    somme = lue.un("a-dire", cle)
    assert somme.nombre == 3

    def premiers(combien: int, somme: comptages.Somme | None, **annees: bool) -> list[int]:
        return comptages.premiers_appels("a-dire", cle, combien, somme, **annees)

    assert premiers(1, somme) == [autre.pk]
    assert premiers(2, somme) == [autre.pk, une.pk]
    assert premiers(1, somme, annees=True) == [autre.pk, une.pk]
    assert premiers(1, None) == [autre.pk, une.pk, avant.pk]


def test_un_delai_qui_passe_change_la_place_sans_aucun_acte(horloge_figee):
    appel = creer_appel()
    depose = deposer(creer_dossier_complet(appel))
    fin = PENDANT + timedelta(days=3)
    Dossier.objects.filter(pk=depose.pk).update(etat="a_completer", a_completer_avant=fin)
    lus = comptages.du_service(creer_agent(), appel.pk)
    assert dict(lus.par_stade(PENDANT)) == {"a_completer": 1}
    assert dict(lus.par_stade(fin)) == {"delai_passe": 1}


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_deux_depots_a_la_fois_ne_s_attendent_pas_sur_les_comptes(base_a_plusieurs, horloge_figee):
    """A counter is no row that two acts write: the second ends while the first is not over."""
    appels = [creer_appel(annee) for annee in (2026, 2027)]
    un, autre = [creer_dossier_complet(appel) for appel in appels]

    def deposer_l_autre():
        try:
            deposer(autre)
        finally:
            connection.close()

    fil = threading.Thread(target=deposer_l_autre)
    with transaction.atomic():
        deposer(un)
        comptages.resserrer()  # nor does what the worker holds
        fil.start()
        fil.join(BORNE)
        assert not fil.is_alive()
    assert gardes() == additionnes()
