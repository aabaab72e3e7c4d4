"""The plan: balance, sentences, and the same totals everywhere."""

import csv
import json
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from pypdf import PdfReader

from appels.models import Financement, LigneBudget
from appels.redaction.forms.budget import BudgetComplet
from appels.socle import budget, exports, figement, pdf
from partenaires.socle import plan_comptable
from quartiers.francais import en_euros, nombre_en_euros
from tests.fabriques import creer_dossier, creer_membre
from tests.lecteurs import rangees

REEL = json.loads(
    (Path(__file__).parent.parent.parent / "donnees" / "dossier-reel-anonymise.json").read_text()
)
codes = st.sampled_from(sorted(plan_comptable.comptes()))
montants = st.one_of(st.integers(0, 10**7), st.integers(0, 10**10))
plans = st.tuples(
    st.dictionaries(codes, montants, max_size=12),
    st.lists(
        st.tuples(st.sampled_from(sorted(plan_comptable.sous_postes())), montants), max_size=5
    ),
)


def poser(dossier, lignes: dict, financeurs: list) -> None:
    dossier.lignes.all().delete()
    dossier.financements.all().delete()
    LigneBudget.objects.bulk_create(
        LigneBudget(dossier=dossier, code=c, montant=m) for c, m in lignes.items()
    )
    Financement.objects.bulk_create(
        Financement(dossier=dossier, sous_poste=s, libelle=f"Financeur {i}", montant=m)
        for i, (s, m) in enumerate(financeurs)
    )


def attendus(lignes: dict, financeurs: list) -> dict:
    """The totals computed another way."""
    cote = {code: (c.cote, c.poste in ("86", "87")) for code, c in plan_comptable.comptes().items()}
    somme = lambda *cle: sum(m for code, m in lignes.items() if cote[code] == cle)  # noqa: E731
    demandes = sum(m for _, m in financeurs)
    return {
        "charges": somme("charges", False),
        "produits": somme("produits", False) + demandes,
        "86": somme("charges", True),
        "87": somme("produits", True),
    }


def test_le_dossier_reel_est_equilibre():
    lignes = [
        (ligne["code"], ligne["montant"] * 100)
        for ligne in [*REEL["charges"], *REEL["produits"]]
        if "financeur" not in ligne
    ]
    plan = budget.calculer(
        lignes, [ligne["montant"] * 100 for ligne in REEL["produits"] if "financeur" in ligne]
    )
    assert (
        plan.charges,
        plan.produits,
        plan.emplois_volontaires,
        plan.total_charges,
        plan.total_produits,
    ) == (14_111_200, 14_111_200, 11_600_000, 25_711_200, 25_711_200)
    assert plan.par_poste["74"] == 11_842_500
    assert plan.est_equilibre
    assert plan.phrase == plan.phrase_volontaire == ""


def test_l_ecart_est_dit_en_euros():
    plan = budget.calculer([("604", 1_250_000), ("870", 100)], [1_180_000])
    assert plan.phrase == (
        "Le total des produits (11 800 €) est inférieur de 700 € à celui des charges (12 "
        "500 €).".replace(" ", " ")
        .replace("11 800 €", "11\u00a0800\u00a0€")
        .replace("700 €", "700\u00a0€")
        .replace("12 500 €", "12\u00a0500\u00a0€")
    )
    assert (
        plan.phrase_volontaire
        == "Le total du compte 87 (1\u00a0€) doit être celui du compte 86 (0\u00a0€)."
    )


def test_le_taux_exclut_le_compte_87():
    assert budget.calculer([("870", 10**9), ("756", 500)], [1500]).taux_demande == "75\u00a0%"


def totaux_de_la_page(dossier, lignes: dict, financeurs: list) -> budget.Plan:
    """What the server computes from what the page posts, typed the French way."""
    donnees = {f"c-{code}": nombre_en_euros(m) for code, m in lignes.items()}
    donnees |= {
        "a-TOTAL_FORMS": "0",
        "a-INITIAL_FORMS": "0",
        "f-TOTAL_FORMS": str(len(financeurs)),
        "f-INITIAL_FORMS": "0",
    }
    for i, (sous_poste, montant) in enumerate(financeurs):
        donnees |= {
            f"f-{i}-cle": f"hors:{sous_poste}",
            f"f-{i}-libelle": f"Financeur {i}",
            f"f-{i}-montant": nombre_en_euros(montant),
            f"f-{i}-etat": "demande",
        }
    formulaire = BudgetComplet(donnees, dossier)
    assert formulaire.is_valid(), [m.errors for m in formulaire.membres]
    return formulaire.plan()


def totaux_du_classeur(dossier) -> dict:
    return {
        ligne[1]: round(ligne[2] * 100)
        for ligne in rangees(exports.classeur_du_budget(dossier))
        if ligne[1] and str(ligne[1]).startswith("Total")
    }


def verifier_un_plan(dossier, lignes, financeurs) -> None:
    """Page = server = XLSX = what the PDF prints, to the cent."""
    poser(dossier, lignes, financeurs)
    frais = type(dossier).objects.pour_completude().get(pk=dossier.pk)
    plan, juste = budget.du_dossier(frais), attendus(lignes, financeurs)
    assert (plan.charges, plan.produits, plan.emplois_volontaires, plan.ressources_volontaires) == (
        juste["charges"],
        juste["produits"],
        juste["86"],
        juste["87"],
    )
    assert totaux_de_la_page(frais, lignes, financeurs) == plan
    assert totaux_du_classeur(frais) == dict(exports.totaux(plan))
    fige = json.loads(figement.canonique(figement.contenu(frais, depot={}, empreinte_personnes="")))
    imprime = fige["budget"]["totaux"]
    assert (imprime["charges"], imprime["produits"], imprime["general"]) == (
        plan.charges,
        plan.produits,
        plan.total_charges,
    )
    assert (
        sum(bloc["total"] for bloc in figement.lignes_du_plan(fige))
        == plan.total_charges + plan.total_produits
    )


@pytest.mark.campagne
@pytest.mark.django_db
@settings(
    max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(plan=plans)
def test_mille_plans_au_centime(dossier_a_remplir, plan):
    verifier_un_plan(dossier_a_remplir, *plan)


@pytest.mark.long
@pytest.mark.django_db
@settings(
    max_examples=10_000,
    deadline=None,
    derandomize=False,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(plan=plans)
def test_dix_mille_plans_au_centime(dossier_a_remplir, plan):
    verifier_un_plan(dossier_a_remplir, *plan)


@pytest.fixture
def dossier_a_remplir(db):
    return creer_dossier()


@pytest.mark.django_db
def test_le_pdf_imprime_les_memes_totaux():
    """The very component of the receipt, rendered for many plans in one document, read back."""
    from django.template.loader import render_to_string

    dossier, morceaux, attendu = creer_dossier(), [], []
    for rang in range(25):
        lignes = {"604": 100_001 * rang, "864": 7 * rang, "870": 7 * rang, "756": 33_333 * rang}
        poser(dossier, lignes, [("74etat", 66_668 * rang), ("74orgasoc", rang)])
        fige = json.loads(
            figement.canonique(
                figement.contenu(
                    type(dossier).objects.pour_completude().get(pk=dossier.pk),
                    depot={},
                    empreinte_personnes="",
                )
            )
        )
        morceaux.append(
            render_to_string(
                "composants/plan.html",
                {"plan": figement.lignes_du_plan(fige), "totaux": fige["budget"]["totaux"]},
            )
        )
        attendu.append(
            en_euros(fige["budget"]["totaux"]["charges"])
            + "|"
            + en_euros(fige["budget"]["totaux"]["general"])
        )
    html = "<html lang=fr><title>Plans</title><body>" + "".join(
        f"<p>début {i}</p>{m}" for i, m in enumerate(morceaux)
    )
    octets = pdf.rendre(html, identifiant="00" * 16, cree_le="2026-11-10T10:00:00+01:00")
    texte = " ".join(
        "".join(p.extract_text() + " " for p in PdfReader(BytesIO(octets)).pages).split()
    )
    for rang, morceau in enumerate(texte.replace("\u00a0", " ").split("début ")[1:]):
        charges, general = attendu[rang].replace("\u00a0", " ").split("|")
        assert f"Total des charges {charges}" in morceau
        assert f"Total général {general}" in morceau


@pytest.mark.django_db
@pytest.mark.parametrize("texte", ["=1+1", "+cmd", "-2", "@x", "\tx", "＝1"])
def test_aucune_cellule_ne_devient_une_formule(texte):
    dossier = creer_dossier()
    LigneBudget.objects.create(dossier=dossier, code="604", libelle=texte, montant=100)
    feuille = load_workbook(BytesIO(exports.classeur_du_budget(dossier))).active
    cellule = feuille["B3"]
    assert (cellule.value, cellule.data_type) == (texte, "s")
    assert {c.data_type for c in feuille["A"] + feuille["B"] + feuille["D"]} <= {"s", "n"}
    ligne = next(csv.reader([exports.en_csv([[texte]]).removeprefix(exports.BOM)]))
    assert ligne == [texte if texte == "\tx" else f"'{texte}"]


@pytest.mark.django_db
def test_une_ligne_illisible_garde_tout_ce_qui_est_tape(connecter):
    dossier = creer_dossier()
    client = connecter(creer_membre(dossier.porteur))
    donnees = {
        "version": "0",
        "c-604": "12O",
        "c-601": "1 234,50",
        "a-TOTAL_FORMS": "0",
        "a-INITIAL_FORMS": "0",
        "f-TOTAL_FORMS": "0",
        "f-INITIAL_FORMS": "0",
    }
    reponse = client.post(f"/dossiers/{dossier.pk}/partie/budget/", donnees)
    page = reponse.content.decode()
    assert reponse.status_code == 422
    assert '<a href="#id_c-604">604 Prestations de services : « 12O » n’est pas un montant' in page
    assert 'value="12O"' in page
    assert 'value="1 234,50"' in page
    assert dossier.lignes.count() == 0
