"""A budget that does not balance: one press mends it, shown before, put back after."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from appels.redaction.forms import ajustements
from appels.redaction.forms.budget import BudgetComplet
from appels.socle import budget
from partenaires.models import Partenaire
from tests.appels.redaction.test_budget_guide import VIDE, choix, lignes, relu
from tests.fabriques import creer_appel, creer_dossier, creer_membre

pytestmark = pytest.mark.django_db
SIENS = "c-insufprevisionnel"


@pytest.fixture
def dossier():
    return creer_dossier(creer_appel())


@pytest.fixture
def porteur(connecter, dossier):
    return connecter(creer_membre(dossier.porteur))


@pytest.fixture
def caf() -> str:
    """How the fields of this funder begin."""
    return f"p-{Partenaire.objects.get(genre='caf').pk}"


def adresse(dossier, requete: str = "") -> str:
    return f"/dossiers/{dossier.pk}/partie/budget/{requete}"


def envoyer(client, dossier, bouton: str, valeur: str, requete: str = "", **champs):
    partie = dossier.parties.filter(nom="budget").first()
    donnees = {**VIDE, **champs, "version": str(partie.version if partie else 0)}
    return client.post(adresse(dossier, requete), donnees | {bouton: valeur}, follow=True)


def boutons(reponse) -> dict[str, str]:
    """{what a button sends: its words} of those that are there."""
    page = reponse.content.decode().replace("\u00a0", " ")
    trouves = re.findall(r'name="ajuster"\s+value="([^"]*)"([^>]*)>([^<]*)</button>', page)
    return {valeur: mots for valeur, dits, mots in trouves if "hidden" not in dits}


def demandes(dossier) -> list[int]:
    return list(dossier.financements.values_list("montant", flat=True))


def dits(reponse) -> str:
    return " ".join(str(message) for message in reponse.context["messages"]).replace("\u00a0", " ")


def test_ce_qui_manque_se_demande_d_un_geste_et_se_remet(dossier, porteur, caf):
    """The amount is on the button; equal to the cent once done; one press puts it back."""
    montants = {"c-601": "1 000,37", f"{caf}-montant": "700", SIENS: ""}
    page = envoyer(porteur, dossier, "rester", "1", **montants)
    nom = str(Partenaire.objects.get(genre="caf"))
    proposes = boutons(page)
    assert proposes[f"{caf}-montant:30037"] == f"{nom} : demander 300,37 € de plus, soit 1 000,37 €"
    assert proposes[f"{SIENS}:30037"] == "L’argent de l’organisme : mettre 300,37 €"
    montants |= {"c-601-oui": "on", f"{caf}-oui": "on"}
    faite = envoyer(porteur, dossier, "ajuster", f"{caf}-montant:30037", **montants)
    plan = budget.du_dossier(relu(dossier))
    assert (demandes(dossier), plan.ecart, plan.charges) == ([100_037], 0, 100_037)
    assert dits(faite).endswith(f"{nom} : 1 000,37 € au lieu de 700 €.")
    vers = urlsplit(faite.redirect_chain[-1][0])
    assert (parse_qs(vers.query), vers.fragment) == (
        {"ajuste": [f"{caf}-montant:70000"]},
        f"id_{caf}-montant",
    )
    assert boutons(faite) == {}
    remettre = re.search(r'name="remettre" value="([^"]*)"', faite.content.decode())[1]
    assert remettre == f"{caf}-montant:70000"
    montants[f"{caf}-montant"] = "1 000,37"
    envoyer(porteur, dossier, "remettre", remettre, **montants)
    assert (demandes(dossier), budget.du_dossier(relu(dossier)).ecart) == ([70_000], -30_037)


def test_ce_que_l_on_met_soi_meme_et_ce_qui_est_de_trop(dossier, porteur, caf):
    """One's own money on a line that was empty, taken back whole; then less is asked."""
    montants = {"c-601": "500", "c-601-oui": "on"}
    faite = envoyer(porteur, dossier, "ajuster", f"{SIENS}:50000", **montants)
    assert lignes(dossier) == {"601": 50_000, "insufprevisionnel": 50_000}
    remettre = re.search(r'name="remettre" value="([^"]*)"', faite.content.decode())[1]
    envoyer(porteur, dossier, "remettre", remettre, **montants, **{SIENS: "500"})
    assert (lignes(dossier), choix(dossier)) == ({"601": 50_000}, {})
    trop = {**montants, f"{caf}-oui": "on", f"{caf}-montant": "600", SIENS: "20"}
    page = envoyer(porteur, dossier, "rester", "1", **trop)
    # 120 € too many: what brings 20 € cannot be less by as much
    assert list(boutons(page)) == [f"{caf}-montant:-12000"]
    trop[f"{SIENS}-oui"] = "on"
    envoyer(porteur, dossier, "ajuster", f"{caf}-montant:-12000", **trop)
    assert (demandes(dossier), budget.du_dossier(relu(dossier)).ecart) == ([48_000], 0)


def test_ce_que_l_on_n_attend_plus_de_personne_se_remet_aussi(dossier, porteur, caf):
    """Taken down to nothing, the request goes, and one press brings it back as it was."""
    etat = f"p-{Partenaire.objects.get(genre='etat', est_signataire=True).pk}"
    montants = {"c-601": "500", "c-601-oui": "on", f"{etat}-montant": "500", f"{etat}-oui": "on"}
    montants |= {f"{caf}-oui": "on", f"{caf}-montant": "120", f"{caf}-commentaire": "En mars"}
    faite = envoyer(porteur, dossier, "ajuster", f"{caf}-montant:-12000", **montants)
    assert demandes(dossier) == [50_000]
    remettre = re.search(r'name="remettre" value="([^"]*)"', faite.content.decode())[1]
    remis = {**montants, f"{caf}-montant": ""}
    del remis[f"{caf}-oui"], remis[f"{caf}-commentaire"]
    envoyer(porteur, dossier, "remettre", remettre, **remis)
    dites = dict(dossier.financements.values_list("commentaire", "montant"))
    assert dites == {"": 50_000, "En mars": 12_000}


@pytest.mark.parametrize("requete", ["", "?vue=cerfa"])
def test_un_montant_qui_n_est_plus_celui_montre_ne_se_pose_pas(dossier, porteur, caf, requete):
    """Typed since, without script: what was typed is saved, nothing else moves, and it is said."""
    montants = {"c-601": "500", f"{caf}-montant": "100"}
    envoyer(porteur, dossier, "rester", "1", **montants)
    depuis = montants | {"c-601": "650", "c-601-oui": "on", f"{caf}-oui": "on"}
    page = envoyer(porteur, dossier, "ajuster", f"{caf}-montant:40000", requete, **depuis)
    assert (lignes(dossier), demandes(dossier)) == ({"601": 65_000}, [10_000])
    assert dits(page).endswith(ajustements.AUTRE_ECART)
    assert f"{caf}-montant:55000" in boutons(page)


@pytest.mark.parametrize(
    "forge",
    ["", "p-999999-montant:40000", "c-601:40000", "c-insufprevisionnel:-1", "p-1-oui:1"],
)
def test_un_bouton_forge_n_ecrit_rien(dossier, porteur, forge):
    for bouton in ("ajuster", "remettre"):
        reponse = envoyer(porteur, dossier, bouton, forge, **{"c-618": "400"})
        assert (reponse.status_code, lignes(dossier)) == (200, {"618": 40_000})
        assert porteur.get(adresse(dossier), {"ajuste": forge}).status_code == 200


def test_ce_qui_attend_dans_une_ligne_decochee_n_est_pas_recouvert(dossier, porteur, caf):
    """An amount kept beside an unticked box is somebody's: no press writes over it."""
    garde = {f"{caf}-montant": "900", f"{caf}-commentaire": "En mars"}
    envoyer(porteur, dossier, "rester", "1", **garde, **{f"{caf}-oui": "on"})
    page = envoyer(porteur, dossier, "rester", "1", **garde, **{"c-618": "400"})
    assert [cle for cle in boutons(page) if cle.startswith(caf)] == []
    envoyer(porteur, dossier, "ajuster", f"{caf}-montant:40000", **garde, **{"c-618": "400"})
    assert (demandes(dossier), choix(dossier)) == ([], {f"demande:{caf[2:]}": 90_000})


def test_ce_qui_ne_se_lit_pas_arrete_tout(dossier, porteur, caf):
    """An amount beside cannot be read: the page comes back with its error, nothing was added."""
    fautif = {"c-618": "4OO,x", f"{caf}-montant": "10"}
    page = envoyer(porteur, dossier, "ajuster", f"{SIENS}:40000", **fautif)
    assert (page.status_code, lignes(dossier), demandes(dossier)) == (422, {}, [])
    assert [une.champ for une in ajustements.proposes(BudgetComplet(None, relu(dossier)))][
        -1
    ] == SIENS
