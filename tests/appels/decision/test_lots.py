"""The lot of a funder: its lines and its dossiers, made by the worker; nothing that another keeps
for itself.
"""

import zipfile
from io import BytesIO

import pytest

from appels.decision import lots
from appels.decision.actions import avis
from appels.instruction.actions import deports
from appels.instruction.actions import exports as fichiers
from appels.models import Dossier, Export
from partenaires.models import Genre, Partenaire, Utilisateur
from tests.appels.decision.test_scenarios import demander
from tests.appels.instruction.test_liste import poser
from tests.fabriques import (
    PENDANT,
    admettre,
    creer_agent,
    creer_appel,
    creer_association,
    creer_dossier_complet,
    creer_financeur,
    creer_lettre,
    creer_signataire,
    deposer,
)
from tests.lecteurs import rangees

pytestmark = pytest.mark.django_db
CANARI = "Canari gardé par la CAF"


@pytest.fixture
def monde(horloge_figee):
    """A whole dossier that asks the CAF and others; the CAF keeps its opinion for itself."""
    appel, porteur = creer_appel(), creer_association()
    depose = deposer(creer_dossier_complet(appel, porteur), creer_signataire(porteur))
    caf, financeur = Partenaire.objects.get(genre="caf"), creer_financeur()
    avis.donner(
        depose,
        caf,
        {"recevable": True, "sens": "favorable", "motif": CANARI, "montant_propose": 5_000},
        partager=False,
        par=financeur,
        recu_le=PENDANT,
    )
    return {
        "appel": appel,
        "depose": depose,
        "caf": caf,
        "financeur": financeur,
        "page": f"/instruction/appels/{appel.pk}/lots/",
    }


def demander_le_lot(client, monde, partenaire) -> zipfile.ZipFile:
    client.post(monde["page"], {"partenaire": partenaire.pk})
    export = Export.objects.pour_le_travail().latest("pk")
    fichiers.etablir(export)
    return zipfile.ZipFile(
        BytesIO(b"".join(client.get(f"/instruction/exports/{export.pk}/").streaming_content))
    )


def rangs(lot) -> list[tuple]:
    return rangees(lot.read("lignes.xlsx"))


def test_le_lot_contient_les_lignes_et_les_dossiers(connecter, monde):
    lot = demander_le_lot(connecter(monde["financeur"]), monde, monde["caf"])
    demande = monde["depose"].financements.get(partenaire=monde["caf"])
    papier = f"{monde['depose'].numero} {monde['depose'].porteur}.pdf"
    assert sorted(lot.namelist()) == [papier, "lignes.xlsx"]
    assert lot.read(papier)[:5] == b"%PDF-"
    entetes, ligne, total = rangs(lot)
    assert (entetes[0], ligne[0], ligne[6], ligne[7], ligne[8], ligne[9]) == (
        "Numéro",
        monde["depose"].numero,
        demande.montant / 100,
        "Favorable",
        CANARI,
        50,
    )
    assert (total[0], total[6]) == ("Total", demande.montant / 100)
    assert Export.objects.get().faites == 1


def test_l_etat_d_un_lot_ne_dit_une_decision_qu_une_fois_sa_lettre_partie(connecter, monde):
    """The one function of the state, as the organisation reads it."""
    admettre(monde["depose"])
    demande = monde["depose"].financements.get(partenaire=monde["caf"])
    monde["depose"].financements.exclude(pk=demande.pk).filter(partenaire__isnull=False).update(
        partenaire=None, libelle="Hors appel"
    )
    demande.decision = "accorde"
    demande.montant_vote = 100
    demande.decide_le = PENDANT.date()
    demande.prononcer(par=creer_agent(), le=PENDANT)
    client = connecter(monde["financeur"])
    assert rangs(demander_le_lot(client, monde, monde["caf"]))[1][5] == (
        "Recevable, chez les financeurs"
    )
    creer_lettre(demande)
    Export.objects.all().delete()
    assert rangs(demander_le_lot(client, monde, monde["caf"]))[1][5] == "Décidé"


def test_l_avis_que_la_caf_garde_n_est_pas_dans_le_lot_d_un_agent(connecter, monde):
    contenu = rangs(demander_le_lot(connecter(creer_agent()), monde, monde["caf"]))
    assert (CANARI in str(contenu), "Favorable" in str(contenu)) == (False, False)


@pytest.mark.parametrize(("genre", "code"), [(Genre.CAF, 200), (Genre.ETAT, 403)])
def test_le_lot_d_un_financeur_se_ferme_a_qui_n_en_est_plus(connecter, monde, genre, code):
    """What the CAF keeps for itself does not follow whoever goes to another funder."""
    personne = monde["financeur"]
    demander_le_lot(connecter(personne), monde, monde["caf"])
    personne.appartenances.update(partenaire=Partenaire.objects.get(genre=genre))
    client = connecter(Utilisateur.objects.get(pk=personne.pk))
    reponse = client.get(f"/instruction/exports/{Export.objects.get().pk}/")
    reponse.close()
    assert reponse.status_code == code


def test_un_financeur_ne_demande_que_son_lot(connecter, monde):
    client = connecter(monde["financeur"])
    etat = monde["appel"].financeurs.filter(partenaire__genre=Genre.ETAT).first().partenaire
    for forge in (etat.pk, "999", "", "x"):
        page = client.post(monde["page"], {"partenaire": forge}, follow=True).content.decode()
        assert ("rien n’est demandé" in page, Export.objects.count()) == (True, 0), forge
    assert client.get(monde["page"]).context["partenaires"] == [monde["caf"]]


def test_le_lot_de_qui_se_deporte_n_a_pas_le_dossier(connecter, monde):
    autre = demander(poser(monde["appel"], "=1+1", creer_association()), Genre.CAF, 100).dossier
    deports.declarer(
        monde["depose"], monde["financeur"], motif="x", par=monde["financeur"], recu_le=PENDANT
    )
    client = connecter(monde["financeur"])
    client.post(monde["page"], {"partenaire": monde["caf"].pk})
    export = Export.objects.pour_le_travail().get()
    lignes = lots.demandes(
        Dossier.objects.instruits_par(monde["financeur"]), export.partenaire, export.appel_id
    )
    contenu = rangees(lots.classeur(lignes, {}, PENDANT))
    assert ([r[0] for r in contenu], contenu[1][1]) == (["Numéro", autre.numero, "Total"], "=1+1")
