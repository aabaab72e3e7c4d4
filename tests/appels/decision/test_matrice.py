"""The matrix steered, saved cell by cell, compared, filled by a rule, put on one sheet of paper."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from appels.decision import feuille_de_scenario, pilotage
from appels.decision.actions import scenarios as actes
from appels.depot.actions import arret
from appels.instruction.actions import deports
from appels.instruction.actions import exports as fichiers
from appels.models import Avis, Export, Mouvement, Proposition, Scenario
from appels.socle import condenses
from partenaires.models import Genre, Partenaire, Role
from quartiers.models import Axe, Quartier
from tests.appels.decision.test_scenarios import demander
from tests.appels.instruction.test_liste import poser
from tests.fabriques import (
    PENDANT,
    creer_agent,
    creer_appel,
    creer_association,
    creer_financeur,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def monde(horloge_figee):
    """Three projects in two axes and two quartiers; the State has 9 000 €, the CAF is not known."""
    appel, agent, porteur = creer_appel(), creer_agent(), creer_association()
    axes, quartiers = list(Axe.objects.all()[:2]), list(Quartier.objects.all()[:2])
    dossiers = []
    for rang, (titre, frequence) in enumerate(
        (("Zèbre", "premiere"), ("Abeille", "renouvellement"), ("Mulot", ""))
    ):
        dossier = poser(appel, titre, porteur, axe=axes[rang % 2], frequence=frequence)
        dossier.lieux.create(quartier=quartiers[rang % 2])
        dossiers.append(dossier)
    dossiers[2].lieux.create(quartier=quartiers[1])
    lignes = [(demander(d, Genre.ETAT, 500_000), demander(d, Genre.CAF, 100_000)) for d in dossiers]
    etat, caf = (ligne.partenaire for ligne in lignes[0])
    actes.doter(appel, etat, montant=900_000, plafond=400_000, par=agent, recu_le=PENDANT)
    scenario = actes.creer(appel, "A", depuis=None, par=agent, recu_le=PENDANT)
    actes.proposer(
        scenario,
        {lignes[0][0].pk: (None, 300_000), lignes[1][0].pk: (None, 0)},
        par=agent,
        recu_le=PENDANT,
    )
    return {
        "appel": appel,
        "agent": agent,
        "dossiers": dossiers,
        "lignes": lignes,
        "etat": etat,
        "caf": caf,
        "axes": axes,
        "quartiers": quartiers,
        "scenario": scenario,
        "page": f"/instruction/scenarios/{scenario.pk}/",
    }


def titres(reponse) -> list[str]:
    return [ligne.dossier.intitule for ligne in reponse.context["lignes"]]


def avis_de(dossier, partenaire, sens, montant=None) -> Avis:
    par = creer_financeur(partenaire.genre)
    return Avis.objects.create(
        dossier=dossier,
        partenaire=partenaire,
        sens=sens,
        montant_propose=montant,
        auteur=par,
        modifie_le=PENDANT,
        partage_le=PENDANT,
        partage_par=par,
    )


def test_filtrer_ranger_et_grouper(connecter, monde):
    client, page = connecter(monde["agent"]), monde["page"]
    un, deux = monde["quartiers"]
    for requete, attendus in (
        ({}, ["Zèbre", "Abeille", "Mulot"]),
        ({"q": "zebre"}, ["Zèbre"]),
        ({"q": "rien de tel"}, []),
        ({"axe": monde["axes"][1].cle}, ["Abeille"]),
        ({"quartier": deux.nom_court}, ["Abeille", "Mulot"]),
        ({"vue": "sans"}, ["Zèbre", "Abeille", "Mulot"]),
        ({"tri": "projet"}, ["Abeille", "Mulot", "Zèbre"]),
        ({"tri": "propose"}, ["Zèbre", "Abeille", "Mulot"]),
        ({"groupe": "axe"}, None),
        ({"groupe": "premiere"}, ["Zèbre", "Abeille", "Mulot"]),
        ({"tri": "inconnu", "vue": "x", "groupe": "y"}, ["Zèbre", "Abeille", "Mulot"]),
    ):
        reponse = client.get(page, requete)
        assert reponse.status_code == 200, requete
        if attendus is not None:
            assert titres(reponse) == attendus, requete
    groupes = client.get(page, {"groupe": "quartier"}).context["t"].groupes
    assert {(groupe.nom, len(groupe.lignes), groupe.propose) for groupe in groupes} == {
        (un.nom_court, 1, 300_000),
        (deux.nom_court, 1, 0),
        (pilotage.PLUSIEURS_QUARTIERS, 1, 0),
    }
    total = client.get(page, {"axe": monde["axes"][0].cle}).context["t"].total
    assert (total.demande, total.propose, len(total.lignes)) == (1_200_000, 300_000, 2)


def test_la_page_d_un_groupe_garde_ses_totaux():
    groupe = pilotage.Groupe("Apaisé", [1, 2, 3])
    autre = pilotage.Groupe("Emploi", [4, 5])
    assert pilotage.decouper([groupe, autre], 2, 4) == [(groupe, [3]), (autre, [4])]
    assert pilotage.decouper([groupe, autre], 0, 5) == [(groupe, [1, 2, 3]), (autre, [4, 5])]


def cellule(client, monde, ligne, montant, vu, demande=None):
    return client.post(
        f"{monde['page']}montant/",
        {"demande": demande or ligne.pk, "montant": montant, "vu": vu},
        headers={"accept": "application/json"},
    )


def montant_de(monde, ligne):
    propositions = Proposition.objects.filter(scenario=monde["scenario"], financement=ligne)
    return propositions.values_list("montant", flat=True).first()


def test_un_montant_s_enregistre_seul_et_dit_ce_qui_reste(connecter, monde):
    client = connecter(monde["agent"])
    etat, caf = monde["lignes"][2]
    reponse = cellule(client, monde, etat, "1 234,50", "")
    assert (reponse.status_code, reponse.json()["centimes"], reponse.json()["texte"]) == (
        200,
        123_450,
        "1\u00a0234,50",
    )
    assert reponse.json()["comptes"] == {
        str(monde["etat"].pk): 423_450,
        str(monde["caf"].pk): 0,
    }
    assert montant_de(monde, etat) == 123_450
    assert cellule(client, monde, etat, "", "123450").json()["centimes"] is None
    assert montant_de(monde, etat) is None
    avant = list(Mouvement.objects.filter(financement=etat).values_list("avant", "apres"))
    assert avant == [(123_450, None), (None, 123_450)]
    for texte, statut in (("12O", 422), ("4 000,01", 422), ("-1", 422)):
        reponse = cellule(client, monde, etat, texte, "")
        assert (reponse.status_code, bool(reponse.json()["phrase"])) == (statut, True), texte
    assert montant_de(monde, etat) is None
    assert cellule(client, monde, caf, "0", "").json()["centimes"] == 0
    # more than asked is kept, and said in its cell; a forged amount shown is one that is disputed
    demande = caf.montant
    au_dela = cellule(client, monde, caf, str(demande // 100 + 1), "0").json()
    assert (au_dela["centimes"], au_dela["alerte"][:18]) == (
        demande + 100,
        "Plus que demandé\u00a0:",
    )
    assert "Plus que demandé" in client.get(monde["page"]).content.decode()
    assert cellule(client, monde, caf, "3", "9" * 5000).status_code == 409
    form = client.get(monde["page"]).context["form"]
    envoi = {nom: form[nom].value() or "" for nom in form.fields}
    envoi |= {f"m{caf.pk}": "4", f"v{caf.pk}": "9" * 5000}
    assert client.post(monde["page"], envoi).status_code == 422


def test_ce_qui_etait_ecrit_quand_le_scenario_se_fige_se_lit_encore(connecter, monde):
    client = connecter(monde["agent"])
    etat, _ = monde["lignes"][2]
    form = client.get(monde["page"]).context["form"]
    envoi = {nom: form[nom].value() or "" for nom in form.fields} | {f"m{etat.pk}": "1 234"}
    actes.figer(monde["scenario"], par=creer_agent(Role.RESPONSABLE), recu_le=PENDANT)
    reponse = client.post(monde["page"], envoi)
    page = reponse.content.decode()
    assert (reponse.status_code, "Ce scénario est figé" in page) == (422, True)
    assert [mots.split("<")[0][-5:] for mots in page.split("Vous aviez écrit")[1:]] == ["1 234"]
    assert montant_de(monde, etat) is None


def test_une_case_changee_par_deux_le_dit_et_n_ecrase_rien(connecter, monde):
    etat, _ = monde["lignes"][0]
    autre = creer_agent()
    actes.proposer(monde["scenario"], {etat.pk: (300_000, 200)}, par=autre, recu_le=PENDANT)
    client = connecter(monde["agent"])
    reponse = cellule(client, monde, etat, "100", "300000")
    assert (reponse.status_code, reponse.json()["centimes"], reponse.json()["texte"]) == (
        409,
        200,
        "2",
    )
    assert "Entre-temps, quelqu’un a mis 2\u00a0€" in reponse.json()["phrase"]
    assert montant_de(monde, etat) == 200
    assert cellule(client, monde, etat, "100", "200").status_code == 200  # knowingly
    assert montant_de(monde, etat) == 10_000


def test_une_case_qui_ne_peut_plus_s_ecrire_le_dit(connecter, monde):
    """Frozen, withdrawn, closed to who types, unknown: told, nothing written."""
    etat, _ = monde["lignes"][1]
    client = connecter(monde["agent"])
    retire = monde["lignes"][2][0]
    arret.retirer(monde["dossiers"][2], par=monde["dossiers"][2].depose_par, recu_le=PENDANT)
    deports.declarer(
        monde["dossiers"][0], monde["agent"], motif="x", par=monde["agent"], recu_le=PENDANT
    )
    actes.figer(monde["scenario"], par=creer_agent(Role.RESPONSABLE), recu_le=PENDANT)
    for ligne, demande in (
        (etat, None),
        (retire, None),
        (monde["lignes"][0][0], None),
        (etat, "x"),
        (etat, "9" * 30),
    ):
        reponse = cellule(client, monde, ligne, "1", "0", demande)
        assert (reponse.status_code, bool(reponse.json()["phrase"])) == (409, True)
    assert (montant_de(monde, etat), montant_de(monde, retire)) == (0, None)
    assert client.get(f"{monde['page']}montant/").status_code == 405
    assert cellule(connecter(creer_financeur()), monde, etat, "1", "0").status_code == 403


def test_un_projet_retire_pendant_que_l_on_tape_ne_recoit_plus_rien(monde):
    """The page had found it in course: the act looks again under its lock, and takes nothing."""
    deux = {ligne[0].pk: (None, 100) for ligne in monde["lignes"][1:]}
    deux[monde["lignes"][1][0].pk] = (0, 100)
    arret.retirer(monde["dossiers"][2], par=monde["dossiers"][2].depose_par, recu_le=PENDANT)
    with pytest.raises(actes.PlusEnCourse) as refus:
        actes.proposer(monde["scenario"], deux, par=monde["agent"], recu_le=PENDANT)
    assert str(monde["dossiers"][2].numero) in str(refus.value)
    assert [montant_de(monde, ligne[0]) for ligne in monde["lignes"]] == [300_000, 0, None]


def test_ce_que_la_page_a_enregistre_seule_compte_pour_le_bouton(connecter, monde):
    """Saved by itself, then emptied and sent by the button: it is emptied, and not another's."""
    client = connecter(monde["agent"])
    etat, _ = monde["lignes"][2]
    form = client.get(monde["page"]).context["form"]
    donnees = {nom: form[nom].value() or "" for nom in form.fields}
    cellule(client, monde, etat, "50", "")
    envoi = donnees | {f"m{etat.pk}": "", f"v{etat.pk}": "5000"}
    assert client.post(monde["page"], envoi).status_code == 302
    assert montant_de(monde, etat) is None
    actes.proposer(monde["scenario"], {etat.pk: (None, 7)}, par=creer_agent(), recu_le=PENDANT)
    assert client.post(monde["page"], envoi | {f"m{etat.pk}": "9"}).status_code == 422
    assert montant_de(monde, etat) == 7


def test_un_montant_d_une_page_que_le_tri_a_deplace_s_enregistre(connecter, monde, monkeypatch):
    monkeypatch.setattr("appels.decision.vues.matrice.PAR_PAGE", 1)
    client = connecter(monde["agent"])
    form = client.get(monde["page"], {"page": 3}).context["form"]
    donnees = {nom: form[nom].value() or "" for nom in form.fields}
    etat, _ = monde["lignes"][2]
    reponse = client.post(f"{monde['page']}?page=1", donnees | {f"m{etat.pk}": "12"})
    assert (reponse.status_code, montant_de(monde, etat)) == (302, 1_200)
    assert montant_de(monde, monde["lignes"][0][0]) == 300_000  # not on the page sent: not emptied


def test_un_second_scenario_en_ecarts_signes(connecter, monde):
    autre = actes.creer(
        monde["appel"], "B", depuis=monde["scenario"], par=monde["agent"], recu_le=PENDANT
    )
    etat, caf = monde["lignes"][0]
    actes.proposer(
        monde["scenario"],
        {etat.pk: (300_000, 250_000), caf.pk: (None, 80_000)},
        par=monde["agent"],
        recu_le=PENDANT,
    )
    reponse = connecter(monde["agent"]).get(monde["page"], {"avec": autre.pk})
    t = reponse.context["t"]
    assert [ligne.ecart for ligne in t.montrees] == [30_000, 0, 0]
    assert [case.ecart for case in t.montrees[0].cases] == [-50_000, 80_000]
    page = reponse.content.decode().replace("\u00a0", " ")
    assert ("+ 300 €" in page, "− 500 €" in page, "Écart avec B" in page) == (True, True, True)
    for inconnu in ("x", "9" * 30, monde["scenario"].pk):
        assert (
            connecter(monde["agent"]).get(monde["page"], {"avec": inconnu}).context["t"].autre
            is None
        )


def test_une_regle_se_voit_puis_remplit_un_scenario_neuf(connecter, monde):
    """The opinions taken as they are; a share of what is asked where enough are favourable."""
    (un, deux, _), etat, caf = monde["dossiers"], monde["etat"], monde["caf"]
    avis_de(un, etat, "favorable", 450_000)  # beyond the ceiling by project
    avis_de(un, caf, "reserve")  # yes, without an amount
    avis_de(deux, etat, "defavorable", 100)
    avis_de(deux, caf, "favorable", 70_000)
    client = connecter(monde["agent"])
    adresse = f"/instruction/appels/{monde['appel'].pk}/scenarios/"
    donnees = {"nom": "Avis", "regle": "avis", "depuis": ""}
    vu = client.post(adresse, donnees | {"apercu": "1"})
    assert (vu.status_code, Scenario.objects.count()) == (200, 1)
    apercu = vu.context["apercu"]
    assert (apercu.propose, apercu.projets, apercu.plafonnes) == (470_000, 2, 1)
    assert 'value="Avis"' in vu.content.decode()
    assert client.post(adresse, donnees).status_code == 302
    neuf = Scenario.objects.get(nom="Avis")
    lignes = [ligne for couple in monde["lignes"] for ligne in couple]
    attendus = [400_000, None, 0, 70_000, None, None]
    donnes = dict(neuf.propositions.values_list("financement", "montant"))
    assert [donnes.get(ligne.pk) for ligne in lignes] == attendus
    assert montant_de(monde, lignes[0]) == 300_000  # the other scenario did not move
    donnees = {"nom": "Part", "regle": "favorables", "part": "33 %", "favorables": "2 avis"}
    client.post(adresse, donnees)
    donnes = dict(
        Scenario.objects.get(nom="Part").propositions.values_list("financement", "montant")
    )
    assert [donnes.get(ligne.pk) for ligne in lignes] == [165_000, 33_000, None, None, None, None]
    for mauvais in (
        {"part": ""},
        {"part": "101"},
        {"part": "0"},
        {"part": "quatre-vingts"},
        {"favorables": "0"},
        {"depuis": monde["scenario"].pk},
        {"regle": "x"},
        {"regle": "", "apercu": "1"},
    ):
        assert client.post(adresse, donnees | {"nom": "Non"} | mauvais).status_code == 422, mauvais
    assert not Scenario.objects.filter(nom="Non").exists()


def test_une_regle_laisse_de_cote_ce_qui_est_ferme(connecter, monde):
    deports.declarer(
        monde["dossiers"][0], monde["agent"], motif="x", par=monde["agent"], recu_le=PENDANT
    )
    for dossier in monde["dossiers"]:
        avis_de(dossier, monde["etat"], "favorable", 10_000)
    reponse = connecter(monde["agent"]).post(
        f"/instruction/appels/{monde['appel'].pk}/scenarios/",
        {"nom": "Avis", "regle": "avis", "depuis": ""},
        follow=True,
    )
    assert monde["dossiers"][0].numero in reponse.content.decode()
    assert Scenario.objects.get(nom="Avis").propositions.count() == 2


def test_la_feuille_a3_tient_sur_une_page(connecter, monde):
    porteur = monde["dossiers"][0].porteur
    for rang in range(37):
        dossier = poser(
            monde["appel"], f"Projet au nom assez long pour deux lignes {rang}", porteur
        )
        demander(dossier, Genre.ETAT, 100_000)
    client = connecter(monde["agent"])
    reponse = client.post(f"{monde['page']}feuille/", {"groupe": "axe"})
    assert reponse.url == f"{monde['page']}?groupe=axe#feuilles"
    export = Export.objects.pour_le_travail().get()
    fichiers.etablir(export)
    export.refresh_from_db()
    assert (export.erreur, len(export.contenus)) == ("", 40)
    with export.fichier.open("rb") as fichier:
        lecteur = PdfReader(BytesIO(fichier.read()))
    (page,) = lecteur.pages
    assert (round(page.mediabox.width / 72 * 25.4), round(page.mediabox.height / 72 * 25.4)) == (
        420,
        297,
    )
    texte = page.extract_text()
    assert ("Zèbre" in texte, "Projet au nom assez long pour deux lignes 36" in texte) == (
        True,
        True,
    )
    formats = [feuille_de_scenario.choisir(n, 8) for n in (5, 40, 1000)]
    assert [(un.est_debout, un.corps) for un in formats] == [(False, 90), (False, 75), (False, 45)]
    assert feuille_de_scenario.choisir(90, 5).page == "A3 portrait"


def test_trop_de_financeurs_font_un_tableau_qui_defile(connecter, monde):
    for partenaire in Partenaire.objects.filter(est_signataire=True)[:10]:
        monde["dossiers"][0].financements.create(
            partenaire=partenaire, sous_poste="74etat", montant=100
        )
    condenses.renouveler([monde["dossiers"][0].pk])
    assert connecter(monde["agent"]).get(monde["page"]).context["t"].est_large
