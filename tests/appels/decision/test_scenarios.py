"""Envelopes and scenarios: nothing overwritten unseen, totals counted apart, one frozen within the
envelopes.
"""

import itertools
import random
import re
import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import QuerySet

from appels.decision import matrice, scenarios
from appels.decision.actions import scenarios as actes
from appels.decision.conflits import MontantsChanges
from appels.depot.actions import arret
from appels.instruction import noms_courts
from appels.instruction.actions import deports
from appels.models import Avis, Dossier, Enveloppe, Financement, Mouvement, Proposition, Scenario
from appels.models.dossiers import DossierQuerySet
from appels.socle import condenses
from partenaires.models import Genre, Partenaire, Role
from tests.appels.instruction.test_liste import poser
from tests.attente import BORNE, un_verrou
from tests.fabriques import PENDANT, creer_agent, creer_appel, creer_association, creer_financeur
from tests.feuilles import feuille, lisible
from tests.lecteurs import rangees

pytestmark = pytest.mark.django_db


def demander(dossier, genre, montant) -> Financement:
    partenaire = Partenaire.objects.filter(genre=genre).first()
    demande = Financement.objects.create(
        dossier=dossier, partenaire=partenaire, sous_poste="74etat", montant=montant
    )
    condenses.renouveler([dossier.pk])  # what a deposit does
    return demande


@pytest.fixture
def monde(horloge_figee):
    """Two projects; the State has 10 000 €, at most 6 000 € a project; the CAF is not known."""
    appel, agent, porteur = creer_appel(), creer_agent(), creer_association()
    un, deux = (poser(appel, f"Projet {n}", porteur) for n in ("un", "deux"))
    lignes = {
        "un": demander(un, Genre.ETAT, 500_000),
        "deux": demander(deux, Genre.ETAT, 700_000),
        "caf": demander(deux, Genre.CAF, 300_000),
    }
    etat = lignes["un"].partenaire
    actes.doter(appel, etat, montant=1_000_000, plafond=600_000, par=agent, recu_le=PENDANT)
    scenario = actes.creer(appel, "A", depuis=None, par=agent, recu_le=PENDANT)
    return {
        "appel": appel,
        "agent": agent,
        "un": un,
        "deux": deux,
        "etat": etat,
        "scenario": scenario,
        **{f"l_{n}": li for n, li in lignes.items()},
    }


def proposer(monde, **montants) -> int:
    """Amounts in cents, by the name of the request."""
    voulus = {monde[f"l_{nom}"].pk: (montant(monde, nom), voulu) for nom, voulu in montants.items()}
    return actes.proposer(monde["scenario"], voulus, par=monde["agent"], recu_le=PENDANT)


def montant(monde, nom):
    return (
        Proposition.objects.filter(scenario=monde["scenario"], financement=monde[f"l_{nom}"])
        .values_list("montant", flat=True)
        .first()
    )


def poster(client, monde, suite="", **champs):
    """What the page holds, with these amounts typed over."""
    chemin = f"/instruction/scenarios/{monde['scenario'].pk}/{suite}"
    form = client.get(chemin).context["form"]
    donnees = {nom: form[nom].value() or "" for nom in form.fields}
    return client.post(
        chemin, donnees | {f"m{monde[f'l_{nom}'].pk}": texte for nom, texte in champs.items()}
    )


def test_proposer_par_la_page_recompte_ce_qui_reste(connecter, monde):
    client = connecter(monde["agent"])
    assert poster(client, monde, un="4 000", deux="5 000,50", caf="0").status_code == 302
    comptes = scenarios.comptes(monde["scenario"])
    etat, caf = comptes[monde["etat"].pk], comptes[monde["l_caf"].partenaire_id]
    assert (etat.propose, etat.demande, etat.reste, etat.depassement) == (
        900_050,
        1_200_000,
        99_950,
        0,
    )
    assert (caf.propose, caf.reste, montant(monde, "caf")) == (
        0,
        None,
        0,
    )  # zero is an amount, unknown stays unknown
    page = client.get(f"/instruction/scenarios/{monde['scenario'].pk}/").content.decode()
    assert ("999,50\u00a0€ restants" in page, "enveloppe inconnue" in page) == (True, True)
    assert poster(client, monde, caf="").status_code == 302
    assert montant(monde, "caf") is None
    assert list(
        Mouvement.objects.filter(financement=monde["l_caf"])
        .order_by("pk")
        .values_list("avant", "apres", "par")
    ) == [(None, 0, monde["agent"].pk), (0, None, monde["agent"].pk)]


@pytest.mark.parametrize(
    ("champs", "phrase"),
    [
        ({"un": "12 000"}, "dépassent à eux seuls l’enveloppe"),
        ({"un": "6 000,01"}, "dépassent le plafond par projet"),
        ({"un": "-5"}, "négatif"),
        ({"un": "5OO"}, "la lettre O"),
        ({"un": "abc"}, "n’est pas un montant"),
        ({"un": "9" * 20}, "trop grand"),
    ],
)
def test_un_montant_refuse_le_dit_a_sa_place_et_ne_change_rien(connecter, monde, champs, phrase):
    reponse = poster(connecter(monde["agent"]), monde, deux="100", **champs)
    page = reponse.content.decode()
    assert (reponse.status_code, phrase in page, Proposition.objects.count()) == (422, True, 0)
    assert f'value="{champs["un"]}"' in page


def test_un_numero_forge_ou_une_page_alteree_ne_change_rien(connecter, monde):
    ailleurs = demander(poser(creer_appel(2026), "Ailleurs"), Genre.ETAT, 100)
    client, chemin = connecter(monde["agent"]), f"/instruction/scenarios/{monde['scenario'].pk}/"
    form = client.get(chemin).context["form"]
    vus = form["vus"].value()
    for donnees, phrase in (
        ({"vus": vus, f"m{ailleurs.pk}": "1"}, "ne concerne aucune demande"),
        ({"vus": vus, "m" + "9" * 30: "1"}, "ne concerne aucune demande"),
        ({"vus": "x"}, "ne se relit pas"),
        ({}, "ne se relit pas"),
        ({"vus": "\x00"}, "qui ne s’affiche pas"),
    ):
        reponse = client.post(chemin, donnees)
        assert (
            reponse.status_code,
            phrase in reponse.content.decode(),
            Proposition.objects.count(),
        ) == (422, True, 0), donnees


def test_deux_agents_ne_s_ecrasent_pas_sans_le_voir(connecter, monde):
    chemin, client = f"/instruction/scenarios/{monde['scenario'].pk}/", connecter(monde["agent"])
    form = client.get(chemin).context["form"]
    donnees = {nom: form[nom].value() or "" for nom in form.fields} | {
        f"m{monde['l_un'].pk}": "3 000",
        f"m{monde['l_deux'].pk}": "1",
    }
    proposer(monde, un=200_000)
    reponse = client.post(chemin, donnees)
    page = reponse.content.decode()
    assert (
        reponse.status_code,
        "Entre-temps, quelqu’un a mis 2\u00a0000\u00a0€" in page,
        'value="3 000"' in page,
    ) == (422, True, True)
    assert (montant(monde, "un"), montant(monde, "deux")) == (200_000, None)
    nouveau = reponse.context["form"]
    assert (
        client.post(chemin, {nom: nouveau[nom].value() or "" for nom in nouveau.fields}).status_code
        == 302
    )
    assert (montant(monde, "un"), montant(monde, "deux")) == (300_000, 100)


def test_l_autre_colonne_changee_entre_temps_n_empeche_rien(connecter, monde):
    chemin, client = f"/instruction/scenarios/{monde['scenario'].pk}/", connecter(monde["agent"])
    form = client.get(chemin).context["form"]
    donnees = {nom: form[nom].value() or "" for nom in form.fields} | {
        f"m{monde['l_deux'].pk}": "1"
    }
    proposer(monde, un=200_000)
    assert client.post(chemin, donnees).status_code == 302
    assert (montant(monde, "un"), montant(monde, "deux")) == (200_000, 100)


def test_revenir_sur_un_changement_sauf_s_il_a_change_depuis(connecter, monde):
    proposer(monde, un=100)
    premier = Mouvement.objects.get(financement=monde["l_un"])
    proposer(monde, un=200)
    client = connecter(creer_agent())
    reponse = client.post(f"/instruction/mouvements/{premier.pk}/annuler/", follow=True)
    assert ("a changé depuis" in reponse.content.decode(), montant(monde, "un")) == (True, 200)
    second = Mouvement.objects.filter(financement=monde["l_un"]).first()
    reponse = client.post(f"/instruction/mouvements/{second.pk}/annuler/", follow=True)
    assert (
        "est rétabli" in reponse.content.decode(),
        montant(monde, "un"),
        Mouvement.objects.count(),
    ) == (True, 100, 4)
    assert "200" not in client.get("/instruction/").content.decode().split("<main")[0]


def test_figer_refuse_le_depassement_puis_ferme_le_scenario(connecter, monde):
    responsable = creer_agent(Role.RESPONSABLE)
    chemin = f"/instruction/scenarios/{monde['scenario'].pk}/figer/"
    proposer(monde, un=600_000, deux=500_000)
    assert connecter(monde["agent"]).post(chemin).status_code == 403
    reponse = connecter(responsable).post(chemin, follow=True)
    assert "1\u00a0000\u00a0€ de trop" in reponse.content.decode()
    assert Scenario.objects.figes().count() == 0
    proposer(monde, deux=400_000)
    connecter(responsable).post(chemin)
    assert Scenario.objects.figes().get().fige_par == responsable
    with pytest.raises(actes.Fige):
        proposer(monde, un=1)
    assert poster(connecter(monde["agent"]), monde, un="1").status_code == 422
    autre = actes.creer(
        monde["appel"], "B", depuis=monde["scenario"], par=responsable, recu_le=PENDANT
    )
    with pytest.raises(actes.Fige):
        actes.figer(autre, par=responsable, recu_le=PENDANT)
    connecter(responsable).post(f"/instruction/scenarios/{monde['scenario'].pk}/rouvrir/")
    assert proposer(monde, un=1) == 1
    assert list(
        Mouvement.objects.filter(financement=None, scenario=monde["scenario"])
        .order_by("pk")
        .values_list("fait", flat=True)
    ) == ["Créé", "Figé", "Rouvert"]


def test_figer_dit_ce_qu_un_autre_a_change_depuis_la_page(connecter, monde):
    """One’s own amounts, saved by the page itself, are known."""
    responsable = creer_agent(Role.RESPONSABLE)
    client, page = connecter(responsable), f"/instruction/scenarios/{monde['scenario'].pk}/"

    def lu() -> dict[str, str]:
        [montre] = re.findall(r'name="lu" value="(\d+)"', client.get(page).content.decode())
        return {"lu": montre}

    avant = lu()
    poster(client, monde, un="100")
    proposer(monde, deux=20_000)
    dit = client.post(f"{page}figer/", avant, follow=True).content.decode()
    phrase = f"1\u00a0montant changé par {monde['agent']} : relisez le scénario"
    assert (phrase in dit, Scenario.objects.figes().count()) == (True, 0)
    avant = lu()
    poster(client, monde, un="200")
    client.post(f"{page}figer/", avant)
    assert Scenario.objects.figes().get().fige_par == responsable


def test_deux_scenarios_cote_a_cote(connecter, monde):
    proposer(monde, un=100_000, caf=50_000)
    autre = actes.creer(
        monde["appel"], "B", depuis=monde["scenario"], par=monde["agent"], recu_le=PENDANT
    )
    actes.proposer(
        autre,
        {monde["l_un"].pk: (100_000, 250_000), monde["l_caf"].pk: (50_000, None)},
        par=monde["agent"],
        recu_le=PENDANT,
    )
    contexte = (
        connecter(monde["agent"])
        .get(
            f"/instruction/appels/{monde['appel'].pk}/scenarios/?a={monde['scenario'].pk}&b={autre.pk}"
        )
        .context
    )
    comparaison = contexte["comparaison"]
    assert [
        (d.ligne.dossier, [ecart for _, ecart in d.ecarts], d.ecart)
        for d in comparaison.differences
    ] == [
        (monde["un"], [150_000, None], 150_000),
        (monde["deux"], [0, -50_000], -50_000),
    ]
    assert {a.partenaire.pk: ecart for a, b, ecart in comparaison.comptes} == {
        monde["etat"].pk: 150_000,
        monde["l_caf"].partenaire_id: -50_000,
    }
    assert comparaison.ecart == 100_000
    for requete in ("?a=abc&b=" + "9" * 30, "?a=&b=", f"?a={autre.pk}"):
        assert (
            "comparaison"
            not in connecter(monde["agent"])
            .get(f"/instruction/appels/{monde['appel'].pk}/scenarios/{requete}")
            .context
        )


def test_un_nom_ne_sert_qu_une_fois(connecter, monde):
    reponse = connecter(monde["agent"]).post(
        f"/instruction/appels/{monde['appel'].pk}/scenarios/", {"nom": "A"}
    )
    assert (
        reponse.status_code,
        "déjà ce nom" in reponse.content.decode(),
        Scenario.objects.count(),
    ) == (422, True, 1)


def test_enveloppes_gardees_l_une_apres_l_autre(connecter, monde):
    client, chemin, pk = (
        connecter(monde["agent"]),
        f"/instruction/appels/{monde['appel'].pk}/enveloppes/",
        monde["etat"].pk,
    )
    assert (
        client.post(chemin, {f"e{pk}-montant": "20 000", f"e{pk}-plafond": "30 000"}).status_code
        == 422
    )
    assert client.post(chemin, {f"e{pk}-montant": "vingt"}).status_code == 422
    assert Enveloppe.objects.count() == 1
    assert (
        client.post(chemin, {f"e{pk}-montant": "20 000", f"e{pk}-plafond": ""}).status_code == 302
    )
    assert (
        client.post(chemin, {f"e{pk}-montant": "20 000,00", f"e{pk}-plafond": ""}).status_code
        == 302
    )
    derniere = Enveloppe.objects.filter(appel=monde["appel"]).en_vigueur()[pk]
    assert (
        derniere.montant,
        derniere.plafond,
        Enveloppe.objects.filter(montant=1_000_000).count(),
    ) == (2_000_000, None, 1)


def test_une_page_ancienne_ne_remet_pas_l_enveloppe_d_un_autre(connecter, monde, monkeypatch):
    """Two agents, one page each: what one did not touch stays as the other wrote it."""
    chemin = f"/instruction/appels/{monde['appel'].pk}/enveloppes/"
    un, autre = connecter(monde["agent"]), connecter(creer_agent())
    etat = monde["etat"].pk
    caf = monde["appel"].financeurs.exclude(partenaire=etat).first().partenaire_id
    ancienne = feuille(un.get(chemin), f"e{etat}-montant")
    autre.post(chemin, {**ancienne, f"e{etat}-montant": "12 000"})

    def enveloppes() -> tuple:
        en_vigueur = Enveloppe.objects.filter(appel=monde["appel"]).en_vigueur()
        return en_vigueur[etat].montant, getattr(en_vigueur.get(caf), "montant", None)

    assert enveloppes() == (1_200_000, None)
    assert un.post(chemin, {**ancienne, f"e{caf}-montant": "3 000"}).status_code == 302
    assert enveloppes() == (1_200_000, 300_000)
    # both wrote it: said, kept on the page, written once it is sent again
    dispute = un.post(chemin, {**ancienne, f"e{etat}-montant": "15 000"})
    assert dispute.status_code == 422
    assert "Entre-temps, quelqu’un a enregistré : « 12 000 »" in lisible(dispute)
    assert enveloppes() == (1_200_000, 300_000)
    encore = feuille(dispute, f"e{etat}-montant")
    assert encore[f"e{etat}-montant"] == ["15 000"]
    assert un.post(chemin, encore).status_code == 302
    assert enveloppes() == (1_500_000, 300_000)


def test_un_dossier_retire_sort_des_totaux_un_deport_non(connecter, monde):
    proposer(monde, un=100_000, deux=200_000)
    deports.declarer(monde["deux"], monde["agent"], motif="x", par=monde["agent"], recu_le=PENDANT)
    reponse = connecter(monde["agent"]).get(f"/instruction/scenarios/{monde['scenario'].pk}/")
    assert [ligne.dossier.pk for ligne in reponse.context["lignes"]] == [monde["un"].pk]
    assert "Projet deux" not in reponse.content.decode()
    assert scenarios.comptes(monde["scenario"])[monde["etat"].pk].propose == 300_000
    assert (
        monde["deux"].numero
        not in connecter(monde["agent"])
        .get(f"/instruction/scenarios/{monde['scenario'].pk}/mouvements/")
        .content.decode()
    )
    autre = connecter(creer_agent())
    assert "1 déport" in autre.get(
        f"/instruction/scenarios/{monde['scenario'].pk}/"
    ).content.decode().replace("\u00a0", " ")
    arret.retirer(monde["un"], par=monde["un"].depose_par, recu_le=PENDANT)
    assert scenarios.comptes(monde["scenario"])[monde["etat"].pk].propose == 200_000


def test_la_matrice_ne_montre_que_les_avis_partages(connecter, monde):
    etat = creer_financeur(Genre.ETAT)
    avis = Avis.objects.create(
        dossier=monde["un"],
        partenaire=monde["etat"],
        sens="defavorable",
        motif="CANARI",
        auteur=etat,
        modifie_le=PENDANT,
    )
    chemin, client = f"/instruction/scenarios/{monde['scenario'].pk}/", connecter(monde["agent"])
    assert ", défavorable, " not in client.get(chemin).content.decode()
    Avis.objects.filter(pk=avis.pk).update(partage_le=PENDANT, partage_par=etat)
    assert ", défavorable, " in client.get(chemin).content.decode()


@pytest.mark.parametrize("combien", [1, 30])
def test_la_matrice_en_autant_de_requetes_quel_que_soit_le_nombre(
    connecter, monde, combien, django_assert_num_queries
):
    for rang in range(combien):
        demander(poser(monde["appel"], f"Autre {rang}", monde["un"].porteur), Genre.ETAT, 100)
    client = connecter(monde["agent"])
    client.get("/")
    with django_assert_num_queries(15):  # who else writes it: two
        client.get(f"/instruction/scenarios/{monde['scenario'].pk}/?tout=1")


def test_trois_cents_projets_et_huit_financeurs_recomptes_a_part(connecter, monde):
    """Random amounts through the whole screen; the totals of the page are those of a plain
    addition.
    """
    financeurs, hasard = list(Partenaire.objects.filter(est_signataire=True)[:8]), random.Random(5)
    un = monde["un"]
    dossiers = Dossier.objects.bulk_create(
        Dossier(
            appel=un.appel,
            porteur=un.porteur,
            cle_creation=uuid4(),
            cree_par=un.cree_par,
            cree_le=PENDANT,
            etat="depose",
            intitule=f"Projet {rang}",
            depose_le=PENDANT,
            depose_par=un.depose_par,
            numero=f"CV-2027-{1000 + rang}",
        )
        for rang in range(298)
    )
    Financement.objects.bulk_create(
        Financement(dossier=dossier, partenaire=financeur, sous_poste="74etat", montant=100_000)
        for dossier in dossiers
        for financeur in financeurs
    )
    condenses.renouveler([dossier.pk for dossier in dossiers])
    client, chemin = (
        connecter(monde["agent"]),
        f"/instruction/scenarios/{monde['scenario'].pk}/?tout=1",
    )
    form = client.get(chemin).context["form"]
    choisis = {
        nom: hasard.randrange(0, 500_000)
        for nom in form.fields
        if nom != "vus" and hasard.random() < 0.7
    }
    reponse = client.post(
        chemin,
        {"vus": form["vus"].value()}
        | {nom: f"{n // 100},{n % 100:02}" for nom, n in choisis.items()},
    )
    assert (len(form.fields), reponse.status_code, len(choisis) > 1500) == (2388, 302, True)
    attendu = {}
    for nom, n in choisis.items():
        qui = form.demandes[nom].partenaire_id
        attendu[qui] = attendu.get(qui, 0) + n
    assert {
        pk: c.propose for pk, c in scenarios.comptes(monde["scenario"]).items() if c.propose
    } == attendu
    contexte = client.get(chemin).context
    assert sum(ligne.propose for ligne in contexte["lignes"]) == sum(attendu.values())


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("garde", [True, False])
def test_deux_agents_a_la_fois_sur_le_meme_montant(
    base_a_plusieurs, horloge_figee, monkeypatch, garde
):
    """Both saw nothing: one wins, the other is told. Without the lock (control), both believe they
    won.
    """
    appel, agent = creer_appel(), creer_agent()
    ligne = demander(poser(appel), Genre.ETAT, 100)
    scenario = actes.creer(appel, "A", depuis=None, par=agent, recu_le=PENDANT)
    actes.proposer(scenario, {ligne.pk: (None, 1)}, par=agent, recu_le=PENDANT)
    if not garde:
        monkeypatch.setattr(
            actes,
            "verrouiller_libre",
            lambda s: Scenario.objects.select_related("appel").get(pk=s.pk),
        )
        # The dossiers are locked too, for the check of who acts.
        monkeypatch.setattr(DossierQuerySet, "select_for_update", lambda dossiers, **_: dossiers)
    origine, arrivees = QuerySet.bulk_create, itertools.count()

    def ecrire_apres_l_autre(self, lignes):
        if next(arrivees) == 0:
            un_verrou()  # the other one stands behind, before the lock or having read already
        return origine(self, lignes)

    monkeypatch.setattr(QuerySet, "bulk_create", ecrire_apres_l_autre)
    lus, verdicts = threading.Barrier(2), []

    def courir(voulu):
        try:
            lus.wait(BORNE)
            actes.proposer(
                scenario,
                {ligne.pk: (1, voulu)},
                par=agent,
                recu_le=PENDANT + timedelta(seconds=voulu),
            )
            verdicts.append("garde")
        except MontantsChanges:
            verdicts.append("prevenu")
        finally:
            connection.close()

    fils = [threading.Thread(target=courir, args=(voulu,)) for voulu in (2, 3)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join(BORNE)
    assert sorted(verdicts) == (["garde", "prevenu"] if garde else ["garde", "garde"])


def test_la_matrice_en_classeur_egale_la_base(connecter, horloge_figee):
    """Row by row and in total; a project closed to the reader is in the totals only; no text
    becomes a formula.
    """
    appel, agent = creer_appel(), creer_agent()
    dossiers = [poser(appel, intitule) for intitule in ("=1+1", "Projet fermé", "Sans montant")]
    lignes = [(demander(d, Genre.ETAT, 500_000), demander(d, Genre.CAF, 100_050)) for d in dossiers]
    scenario = actes.creer(appel, "A", depuis=None, par=agent, recu_le=PENDANT)
    actes.proposer(
        scenario,
        {
            lignes[0][0].pk: (None, 0),
            lignes[0][1].pk: (None, 12_345),
            lignes[1][0].pk: (None, 400_000),
        },
        par=agent,
        recu_le=PENDANT,
    )
    actes.doter(
        appel, lignes[0][0].partenaire, montant=900_000, plafond=None, par=agent, recu_le=PENDANT
    )
    deports.declarer(dossiers[1], agent, motif="x", par=agent, recu_le=PENDANT)
    reponse = connecter(agent).get(f"/instruction/scenarios/{scenario.pk}/matrice.xlsx")
    entetes, *rangs = rangees(b"".join(reponse.streaming_content))
    lus = {rang[1] or rang[0]: dict(zip(entetes, rang, strict=True)) for rang in rangs}
    etat, caf = (noms_courts.du_financeur(f.partenaire) for f in lignes[0])
    projets = ["=1+1", "Sans montant", matrice.FERMES]
    assert list(lus) == [*projets, "Total de l’appel", "Enveloppe", "Reste"]
    assert [
        lus["=1+1"][c]
        for c in (
            f"{etat} : demandé",
            f"{etat} : proposé",
            f"{caf} : demandé",
            f"{caf} : proposé",
            "Demandé",
            "Proposé",
        )
    ] == [5000, 0, 1000.5, 123.45, 6000.5, 123.45]
    assert [lus["Sans montant"][c] for c in (f"{etat} : proposé", "Proposé")] == [None, 0]
    assert [
        lus["Total de l’appel"][c]
        for c in (f"{etat} : demandé", f"{etat} : proposé", "Demandé", "Proposé")
    ] == [15000, 4000, 18001.5, 4123.45]
    assert [lus[rang][f"{etat} : proposé"] for rang in ("Enveloppe", "Reste")] == [9000, 5000]
    assert lus["Reste"][f"{caf} : proposé"] is None  # its envelope is not known


@pytest.mark.parametrize("combien", [1, 30])
def test_la_matrice_en_classeur_en_autant_de_requetes(
    connecter, horloge_figee, combien, django_assert_num_queries
):
    appel, agent = creer_appel(), creer_agent()
    for n in range(combien):
        demander(poser(appel, f"Projet {n}"), Genre.ETAT, 100)
    scenario = actes.creer(appel, "A", depuis=None, par=agent, recu_le=PENDANT)
    client = connecter(agent)
    client.get("/")
    with django_assert_num_queries(11):
        b"".join(client.get(f"/instruction/scenarios/{scenario.pk}/matrice.xlsx").streaming_content)
