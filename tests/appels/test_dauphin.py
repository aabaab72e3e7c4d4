"""Dauphin: nothing is sent; what to copy, what was declared, what is still missing there."""

import json

import pytest

from appels import dauphin
from appels.models import DepotDauphin, Dossier, Financement, Passage
from appels.models.dauphin import numero_dauphin_valide
from tests.fabriques import (
    creer_agent,
    creer_appel,
    creer_association,
    creer_dossier_complet,
    creer_financeur,
    creer_membre,
    creer_signataire,
    deposer,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def depose(horloge_figee) -> Dossier:
    porteur = creer_association()
    return deposer(creer_dossier_complet(creer_appel(), porteur, intitule="À reporter"), creer_signataire(porteur))


def declarer(client, dossier, **champs):
    return client.post(f"/dossiers/{dossier.pk}/dauphin/", {
        "numero": "01234567", "etat": "transmise", "transmis_le": "12/11/2026", **champs})


@pytest.mark.parametrize(("numero", "est_bon"), [
    ("01234567", True), ("DA01234567", True), ("01234567-1", True), ("DA01234567-12", True), ("1234567", False),
    ("012345678", False), ("da01234567", False), ("01234567-", False), ("XX01234567", False), ("٠١٢٣٤٥٦٧x", False)])
def test_la_forme_d_un_numero(numero, est_bon):
    try:
        numero_dauphin_valide(numero)
        bon = True
    except Exception:
        bon = False
    assert bon is est_bon


def test_la_fiche_suit_les_ecrans_et_ne_perd_aucune_reponse(connecter, depose):
    version = depose.versions.get()
    contenu = json.loads(version.contenu)
    ecrans = dauphin.fiche(contenu, {})
    assert [nom for nom, _ in ecrans] == ["Le tiers", "La demande", "Le territoire et les publics", "Les moyens", "Le budget",
                                          "L’évaluation"]
    textes = [texte for _, lignes in ecrans for _, texte in lignes]
    for cle in ("intitule", "besoin", "objectifs", "description", "methode", "egalite", "participation", "evaluation"):
        assert contenu["projet"][cle] in textes
    assert ("Début de réalisation", "01/02/2027") in dict(ecrans)["La demande"]
    page = connecter(depose.depose_par).get(f"/dossiers/{depose.pk}/dauphin/").content.decode()
    assert page.count("data-copier=") == len(textes)
    assert "ne vaut pas dépôt sur" in page


def test_depose_ici_pas_encore_sur_dauphin_puis_recu(connecter, depose):
    client, agent = connecter(depose.depose_par), connecter(creer_agent())
    assert "Déposé ici, pas encore sur Dauphin." in client.get(f"/dossiers/{depose.pk}/depose/").content.decode()
    assert "À reporter" in agent.get("/instruction/dauphin/").content.decode()
    declarer(client, depose, etat="saisie", transmis_le="", numero="da 01234567-1")
    page = agent.get("/instruction/dauphin/").content.decode()
    assert ("DA01234567-1" in page, "pas encore reçue" in page) == (True, True)
    declarer(client, depose)
    assert "Reçu sur Dauphin" in client.get(f"/dossiers/{depose.pk}/depose/").content.decode()
    assert "À reporter" not in agent.get("/instruction/dauphin/").content.decode()
    assert list(Passage.objects.filter(acte="dauphin").values_list("motif", flat=True)) == [
        "DA01234567-1 (En cours de saisie : pas encore reçue)", "01234567 (Transmise)"]


@pytest.mark.parametrize(("champs", "phrase"), [
    ({"numero": "abc"}, "huit chiffres"), ({"numero": ""}, "obligatoire"), ({"transmis_le": ""}, "date de transmission"),
    ({"transmis_le": "demain"}, "ne se lit pas"), ({"etat": "perdue"}, "perdue"), ({"numero": "9" * 300}, "16")])
def test_une_declaration_illisible_est_refusee_et_la_precedente_reste(connecter, depose, champs, phrase):
    client = connecter(depose.depose_par)
    declarer(client, depose)
    reponse = declarer(client, depose, **{"numero": "87654321", **champs})
    assert (reponse.status_code, phrase in reponse.content.decode()) == (422, True)
    assert DepotDauphin.objects.get().numero == "01234567"


def test_qui_declare_et_qui_lit(connecter, depose):
    for personne, lit, declare in ((creer_agent(), 200, 403), (creer_financeur(), 200, 403), (None, 302, 302),
                                   (creer_signataire(creer_association()), 404, 404),
                                   (creer_membre(depose.porteur, "lecteur"), 200, 403), (creer_membre(depose.porteur), 200, 302)):
        client = connecter(personne)
        assert client.get(f"/dossiers/{depose.pk}/dauphin/").status_code == lit
        assert declarer(client, depose).status_code == declare
    assert DepotDauphin.objects.count() == 1


def test_un_dossier_sans_credits_de_l_etat_n_est_pas_attendu_sur_dauphin(connecter, depose):
    Financement.objects.filter(dossier=depose, partenaire__genre="etat").delete()
    assert "À reporter" not in connecter(creer_agent()).get("/instruction/dauphin/").content.decode()
    assert "pas encore sur Dauphin" not in connecter(depose.depose_par).get(f"/dossiers/{depose.pk}/depose/").content.decode()


def test_la_fiche_d_un_brouillon_n_existe_pas(connecter, depose):
    brouillon = creer_dossier_complet(depose.appel, depose.porteur)
    assert connecter(depose.depose_par).get(f"/dossiers/{brouillon.pk}/dauphin/").status_code == 404
