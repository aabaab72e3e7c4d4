"""The guided budget: what is ticked counts, the hours write both sides, words propose."""

import re

import pytest

from appels.models import Dossier
from appels.redaction.forms.budget import BudgetComplet
from appels.redaction.guide import Solde
from appels.redaction.mots import compte_propose
from appels.socle import budget, completude
from partenaires.models import MotDuBudget, Partenaire
from tests.fabriques import PENDANT, creer_appel, creer_dossier, creer_membre
from tests.pages_lues import elements

pytestmark = pytest.mark.django_db
VIDE = {
    "c-guide": "1",
    "a-TOTAL_FORMS": "0",
    "a-INITIAL_FORMS": "0",
    "f-TOTAL_FORMS": "0",
    "f-INITIAL_FORMS": "0",
}


@pytest.fixture
def dossier():
    return creer_dossier(creer_appel())


@pytest.fixture
def porteur(connecter, dossier):
    return connecter(creer_membre(dossier.porteur))


def relu(dossier) -> Dossier:
    return Dossier.objects.pour_completude().get(pk=dossier.pk)


def envoyer(client, dossier, **champs):
    partie = dossier.parties.filter(nom="budget").first()
    donnees = {**VIDE, **champs, "version": str(partie.version if partie else 0)}
    return client.post(f"/dossiers/{dossier.pk}/partie/budget/", donnees | {"rester": "1"})


def lignes(dossier) -> dict:
    return dict(dossier.lignes.values_list("code", "montant"))


def choix(dossier) -> dict:
    return dict(dossier.choix_du_budget.values_list("cle", "montant"))


def test_une_ligne_decochee_garde_son_montant_et_ne_compte_plus(dossier, porteur):
    """Ticked it counts; unticked it waits, is shown again, and the deposit says so."""
    assert envoyer(porteur, dossier, **{"c-601": "300", "c-601-oui": "on"}).status_code == 302
    assert (lignes(dossier), choix(dossier)) == ({"601": 30_000}, {})
    assert envoyer(porteur, dossier, **{"c-601": "300"}).status_code == 302
    assert (lignes(dossier), choix(dossier)) == ({}, {"601": 30_000})
    page = porteur.get(f"/dossiers/{dossier.pk}/partie/budget/").content.decode()
    assert 'name="c-601" value="300"' in page
    attente = [
        m for m in completude.manques(relu(dossier)) if m.phrase == completude.LIGNES_EN_ATTENTE
    ]
    assert [m.bloque for m in attente] == [False]
    # ticked again, the amount is the one that was kept
    envoyer(porteur, dossier, **{"c-601": "300", "c-601-oui": "on"})
    assert (lignes(dossier), choix(dossier)) == ({"601": 30_000}, {})


def test_un_montant_que_l_on_vient_d_ecrire_compte_sans_cocher(dossier, porteur):
    envoyer(porteur, dossier, **{"c-601": "300", "c-86x": "", "c-618": "20"})
    assert lignes(dossier) == {"601": 30_000, "618": 2_000}


def test_une_ligne_cochee_attend_son_montant(dossier, porteur):
    envoyer(porteur, dossier, **{"c-613-oui": "on"})
    assert (lignes(dossier), choix(dossier)) == ({}, {"613": None})
    page = BudgetComplet(None, relu(dossier))
    assert page.comptes["613-oui"].value() is True


def test_les_financeurs_de_l_appel_sont_des_lignes_pretes(dossier, porteur):
    caf = Partenaire.objects.get(genre="caf")
    p = f"p-{caf.pk}"
    envoyer(porteur, dossier, **{f"{p}-oui": "on"})
    demande = dossier.financements.get()
    assert (demande.partenaire, demande.montant, demande.etat) == (caf, None, "demande")
    assert [
        m.champ
        for m in completude.bloquants(relu(dossier))
        if "CAF" in m.phrase or "allocations" in m.phrase
    ] == [f"{p}-montant"]
    dits = {f"{p}-montant": "1 200,50", f"{p}-etat": "envisage", f"{p}-commentaire": "En janvier"}
    envoyer(porteur, dossier, **{f"{p}-oui": "on", **dits})
    demande = dossier.financements.get()
    assert (demande.montant, demande.etat, demande.commentaire) == (
        120_050,
        "envisage",
        "En janvier",
    )
    envoyer(porteur, dossier, **dits)
    garde = dossier.choix_du_budget.get()
    assert dossier.financements.count() == 0
    assert (garde.cle, garde.montant, garde.commentaire) == (
        f"demande:{caf.pk}",
        120_050,
        "En janvier",
    )
    # closed, the row draws no comment: it stays all the same, and comes back with its amount
    envoyer(porteur, dossier, **{f"{p}-montant": "1 200,50"})
    assert dossier.choix_du_budget.get().commentaire == "En janvier"
    envoyer(porteur, dossier, **{f"{p}-oui": "on", f"{p}-montant": "1 200,50"})
    assert dossier.financements.get().commentaire == "En janvier"
    envoyer(porteur, dossier, **{f"{p}-montant": "", f"{p}-commentaire": "Sans montant"})
    assert dossier.choix_du_budget.get().commentaire == "Sans montant"


def test_un_financeur_decoche_garde_tout_ce_qu_on_en_a_dit(dossier, porteur):
    """Unticked then ticked again, with the script (all is posted) or without (a closed row)."""
    caf = Partenaire.objects.get(genre="caf")
    p = f"p-{caf.pk}"
    dits = {
        f"{p}-montant": "1 200,50",
        f"{p}-etat": "acquis",
        f"{p}-droit_commun": "200,25",
        f"{p}-credits_contrat": "1 000,25",
        f"{p}-commentaire": "En janvier",
    }
    attendus = ("acquis", 120_050, 20_025, 100_025, "En janvier")
    noms = ("etat", "montant", "droit_commun", "credits_contrat", "commentaire")
    for ce_qui_est_poste in (dits, {f"{p}-montant": "1 200,50"}):
        envoyer(porteur, dossier, **{f"{p}-oui": "on", **dits})
        assert dossier.financements.values_list(*noms).get() == attendus
        envoyer(porteur, dossier, **ce_qui_est_poste)
        assert dossier.choix_du_budget.values_list(*noms).get() == attendus
        envoyer(porteur, dossier, **ce_qui_est_poste)  # saved again while it waits
        assert dossier.choix_du_budget.values_list(*noms).get() == attendus
        envoyer(porteur, dossier, **{f"{p}-oui": "on", f"{p}-montant": "1 200,50"})
        assert dossier.financements.values_list(*noms).get() == attendus
    # a choice alone is something said too
    envoyer(porteur, dossier, **{f"{p}-montant": "", f"{p}-etat": "envisage"})
    garde = dossier.choix_du_budget.get()
    assert (garde.etat, garde.montant, dossier.financements.count()) == ("envisage", None, 0)


def test_un_financeur_decoche_puis_retire_de_l_appel_n_emporte_rien(dossier, porteur):
    """Its row stays, said as no longer offered; it cannot be asked again, and the rest is saved."""
    caf = Partenaire.objects.get(genre="caf")
    p = f"p-{caf.pk}"
    dits = {f"{p}-montant": "1 200,50", f"{p}-commentaire": "En janvier"}
    envoyer(porteur, dossier, **{f"{p}-oui": "on", **dits})
    envoyer(porteur, dossier, **dits)
    dossier.appel.financeurs.filter(partenaire=caf).update(retire_le=PENDANT)
    page = porteur.get(f"/dossiers/{dossier.pk}/partie/budget/").content.decode()
    assert (
        "(n’est plus proposé)" in page,
        f'name="{p}-montant" value="1\u00a0200,50"' in page,
    ) == (
        True,
        True,
    )
    assert envoyer(porteur, dossier, **dits, **{"c-601": "300"}).status_code == 302
    assert dossier.choix_du_budget.get().commentaire == "En janvier"
    reponse = envoyer(porteur, dossier, **{f"{p}-oui": "on", **dits})
    assert (reponse.status_code, "ne peut plus lui être demandé" in reponse.content.decode()) == (
        422,
        True,
    )
    assert (dossier.financements.count(), lignes(dossier)) == (0, {"601": 30_000})


def test_un_commentaire_seul_d_un_autre_financeur_ne_se_perd_pas(dossier, porteur):
    reponse = envoyer(porteur, dossier, **{"nouveau-commentaire": "La fondation fictive, en mars"})
    page = reponse.content.decode()
    assert (reponse.status_code, "La fondation fictive, en mars" in page) == (422, True)


def test_un_compte_choisi_seul_ne_se_perd_pas(dossier, porteur):
    reponse = envoyer(porteur, dossier, **{"ligne-code": "622", "c-601": "300"})
    page = reponse.content.decode().replace("\u00a0", " ")
    assert (reponse.status_code, "Nommez cette ligne, ou remettez « Choisir »." in page) == (
        422,
        True,
    )
    assert 'value="622" selected' in page


def test_un_financeur_retire_pendant_que_l_on_ecrit_se_dit(dossier, porteur):
    caf = Partenaire.objects.get(genre="caf")
    dossier.appel.financeurs.filter(partenaire=caf).update(retire_le=PENDANT)
    dits = {f"p-{caf.pk}-oui": "on", f"p-{caf.pk}-montant": "1 200,50", "c-601": "300"}
    reponse = envoyer(porteur, dossier, **dits)
    page = reponse.content.decode().replace("\u00a0", " ")
    assert (reponse.status_code, 'name="c-601" value="300"' in page) == (422, True)
    assert "« 1 200,50 » n’est pas enregistré : ce financeur n’est plus proposé" in page
    # a row left empty says nothing, and what is saved stays asked
    assert (
        envoyer(porteur, dossier, **{f"p-{caf.pk}-montant": "", "c-601": "300"}).status_code == 302
    )


def test_une_page_sans_cases_compte_tout_ce_qu_elle_dit(dossier, porteur):
    """A page opened before, a person's own tool: no box, every amount counts, as before."""
    envoyer(porteur, dossier, **{"c-guide": "", "c-601": "300"})
    envoyer(porteur, dossier, **{"c-guide": "", "c-601": "300"})
    assert lignes(dossier) == {"601": 30_000}


def test_les_heures_ecrivent_les_deux_cotes(dossier, porteur):
    envoyer(porteur, dossier, **{"b-heures": "240,5", "b-valeur": "15,01"})
    assert lignes(dossier) == {"864": 360_991, "870": 360_991}
    assert budget.du_dossier(relu(dossier)).ecart_volontaire == 0
    # another amount in one of the two accounts is a question, and nothing is lost
    reponse = envoyer(porteur, dossier, **{"b-heures": "10", "b-valeur": "15", "c-864": "200"})
    assert (reponse.status_code, "porte déjà 200" in reponse.content.decode()) == (422, True)
    assert lignes(dossier) == {"864": 360_991, "870": 360_991}
    envoyer(porteur, dossier, **{"b-heures": "", "b-valeur": "15"})
    assert (lignes(dossier), dossier.benevolat.valeur) == ({}, 1_500)
    # half of them counts nowhere, and the page says which half is missing
    for dits, champ in (
        ({"b-heures": "", "b-valeur": "15"}, "b-heures"),
        ({"b-heures": "30 h", "b-valeur": ""}, "b-valeur"),
    ):
        envoyer(porteur, dossier, **dits)
        (manque,) = [m for m in completude.manques(relu(dossier)) if m.champ.startswith("b-")]
        assert (manque.champ, manque.bloque) == (champ, False)


def test_les_mots_proposent_un_compte_jamais_impose(dossier, porteur):
    assert (compte_propose("Animatrices du samedi"), compte_propose("Achat de cailloux")) == (
        "641",
        "",
    )
    MotDuBudget.objects.filter(mot="repas").update(est_propose=False)
    assert compte_propose("Repas du midi") == ""
    ligne = {"ligne-libelle": "Salle des fêtes", "ligne-montant": "80"}
    reponse = envoyer(porteur, dossier, **ligne)
    page = reponse.content.decode()
    assert (reponse.status_code, "Compte proposé : « 613 Locations »" in page) == (422, True)
    assert '<option value="613" selected>' in page
    # what is too long says so, and not that it is missing; a wrong choice names no key
    longue = {**ligne, "ligne-libelle": "x" * 300, "ligne-code": "zzz"}
    page = envoyer(porteur, dossier, **longue).content.decode()
    assert [mot in page for mot in ("C’est trop long", "Nommez cette ligne", "« zzz »")] == [
        True,
        False,
        False,
    ]
    envoyer(porteur, dossier, **ligne, **{"ligne-code": "604"})
    assert lignes(dossier) == {"604": 8_000}


@pytest.mark.parametrize(
    ("charges", "produits", "titre"),
    [
        (0, 0, "Aucun montant pour le moment"),
        (32_000, 0, "Il manque 320\u00a0€"),
        (0, 50, "Il y a 0,50\u00a0€ de trop"),
        (100, 100, "Le budget est équilibré"),
    ],
)
def test_le_solde_se_dit_en_mots(charges, produits, titre):
    solde = Solde(budget.Plan(charges=charges, produits=produits), personnes=3)
    assert solde.titre == titre
    assert Solde(budget.Plan(charges=1_000), personnes=3).par_personne == 333
    assert Solde(budget.Plan(charges=1_000), personnes=None).par_personne is None


@pytest.mark.parametrize("adresse", ["", "?vue=cerfa"])
def test_un_ecart_des_volontaires_se_dit_avant_le_depot(dossier, porteur, adresse):
    """What refuses the deposit is said on the page, with the same words and the same class."""
    montants = {"c-601": "300", "c-756": "300", "c-864": "1 440", "c-870": "1 400"}
    envoyer(porteur, dossier, **montants)
    plan = budget.du_dossier(relu(dossier))
    assert plan.phrase_volontaire in [m.phrase for m in completude.bloquants(relu(dossier))]
    page = porteur.get(f"/dossiers/{dossier.pk}/partie/budget/{adresse}").content.decode()
    (dite,) = re.findall(r"(?s)data-volontaire>(.*?)</p>", page)
    assert re.sub(r"<[^>]*>", "", dite).split() == plan.phrase_volontaire.split()
    assert re.findall(r'class="([^"]*)"[^>]* data-verdict', page)[0].split().count("vous") == 1
    assert re.findall(r"data-phrase>([^<]*)<", page) == [
        "Le budget est équilibré, sauf les contributions volontaires"
    ]
    cochees = {f"{nom}-oui": "on" for nom in montants}
    envoyer(porteur, dossier, **montants | cochees | {"c-870": "1 440"})
    page = porteur.get(f"/dossiers/{dossier.pk}/partie/budget/{adresse}").content.decode()
    assert re.findall(r"data-phrase>([^<]*)<", page) == ["Le budget est équilibré"]
    assert re.findall(r'class="([^"]*)"[^>]* data-verdict', page)[0].split().count("vous") == 0


@pytest.mark.parametrize("adresse", ["", "?vue=cerfa"])
def test_le_plan_entier_dit_les_memes_montants(dossier, porteur, adresse):
    caf = Partenaire.objects.get(genre="caf")
    envoyer(
        porteur,
        dossier,
        **{"c-601": "300", "c-631": "20", "c-756": "40,5", f"p-{caf.pk}-montant": "100"},
        **{"b-heures": "2", "b-valeur": "15"},
    )
    page = porteur.get(f"/dossiers/{dossier.pk}/partie/budget/{adresse}").content.decode()
    assert page.count('data-total="charges">320\u00a0€<') >= 1
    assert page.count('data-total="produits">140,50\u00a0€<') >= 1
    assert "Il manque 179,50\u00a0€" in page


@pytest.mark.parametrize("adresse", ["", "?vue=cerfa"])
def test_tous_les_financeurs_de_l_appel_tiennent_dans_la_page(dossier, porteur, adresse):
    """CONCEPTION §5: 620 elements where one writes, all those of the call asked."""
    cles = list(dossier.appel.financeurs.values_list("partenaire", flat=True))
    demandes = {f"p-{cle}-oui": "on" for cle in cles} | {f"p-{cle}-montant": "100" for cle in cles}
    assert envoyer(porteur, dossier, **demandes, **{"c-601": "20"}).status_code == 302
    page = porteur.get(f"/dossiers/{dossier.pk}/partie/budget/{adresse}").content.decode()
    assert page.count('class="precise"') == len(cles) >= 4
    assert elements(page) <= 620
