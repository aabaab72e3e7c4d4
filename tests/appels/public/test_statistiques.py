"""The statistics of the service: true, with their rule, and telling nobody."""

from datetime import timedelta

import pytest

from appels.instruction.actions import examen
from appels.models import Dossier
from appels.public import statistiques
from appels.reprises.actions import application, publication, reception
from contrat_ville.mauvaises_lignes import en_csv, rangee
from partenaires.models import Role, Service
from quartiers.models import Parution
from tests.fabriques import (
    PENDANT,
    creer_accord,
    creer_agent,
    creer_appel,
    creer_association,
    creer_dossier_complet,
    creer_signataire,
    deposer,
    publier_les_decisions,
)

pytestmark = pytest.mark.django_db


def creer_une_annee(annee: int, porteurs: list, accordes: int) -> None:
    """Each organisation deposits; the first ones are granted; everything is told and public."""
    appel = creer_appel(annee)
    for porteur in porteurs:
        depose = deposer(creer_dossier_complet(appel, porteur), creer_signataire(porteur))
        examen.admettre(depose, par=creer_agent(), recu_le=PENDANT + timedelta(days=10))
    for dossier in Dossier.objects.filter(appel=appel).order_by("pk")[:accordes]:
        creer_accord(dossier)
    publier_les_decisions(appel)


def lus(seuil: int) -> dict[str, dict]:
    return {
        chiffre.cle: {
            (valeur.annee, valeur.est_reprise): (valeur.nombre, valeur.sur)
            for valeur in chiffre.valeurs
        }
        for chiffre in statistiques.chiffres(seuil)
    }


def test_chaque_chiffre_est_vrai_et_ne_dit_personne(client, horloge_figee):
    """With two calls and a year taken over; nothing of a call whose decisions are not public."""
    porteurs = [creer_association() for _ in range(6)]
    direction = creer_agent(Role.RESPONSABLE)
    octets = en_csv(
        *(
            rangee(siret=porteur.siret, annee="2025", vote="5", justifie=justifie)
            for porteur, justifie in zip(porteurs[:5], ["4", "4", "4", "4", "4"], strict=True)
        )
    )
    reprise = reception.recevoir("a.csv", octets, par=direction, recu_le=PENDANT)
    plan = reception.plan_de(reprise)
    application.appliquer(reprise, plan.empreinte, par=direction, recu_le=PENDANT)
    assert lus(3)["siret"] == {}  # not public yet
    publication.liberer(reprise, par=direction, recu_le=PENDANT)
    creer_une_annee(2027, porteurs, accordes=6)
    cachee = creer_appel(2028)
    for porteur in porteurs:
        deposer(creer_dossier_complet(cachee, porteur), creer_signataire(porteur))
    attendus = {
        "delai_examen": {(2027, False): (10, 6)},
        "delai_notification": {(2027, False): (0, 6)},
        "acceptation": {(2027, False): (100.0, 6)},
        "premiers": {(2027, False): (None, None)},  # one of six: it would say which
        "siret": {(2027, False): (100.0, 6), (2025, True): (100.0, 5)},
        "lieu": {(2027, False): (100.0, 6), (2025, True): (0.0, 5)},
        "justifie": {(2025, True): (100.0, 5)},
    }
    assert lus(3) == attendus
    assert lus(1)["premiers"] == {(2027, False): (16.7, 6)}
    assert {valeur for valeurs in lus(7).values() for valeur in valeurs.values()} == {(None, None)}
    Service.objects.update(seuil_statistiques=3)
    Parution.avancer(PENDANT)
    page = " ".join(client.get("/statistiques/").content.decode().replace("\u00a0", " ").split())
    for dit in (
        "2025, données reprises",
        "10 jours, sur 6",
        "100 %, sur 6",
        "pas assez de données",
    ):
        assert dit in page
    assert [str(porteur) for porteur in porteurs if str(porteur) in page] == []
    csv = client.get("/statistiques/statistiques.csv").content.decode("utf-8-sig").splitlines()
    assert csv[0] == "annee;origine;chiffre;valeur;unite;sur;regle"
    assert len(csv) == 1 + sum(len(valeurs) for valeurs in attendus.values())
    assert any(ligne.startswith("2027;portail;Taux d’acceptation;100,0;%;6;") for ligne in csv)


def test_sans_decision_publique_rien_n_est_dit(client):
    page = client.get("/statistiques/").content.decode()
    assert "Aucune année n’a encore de décisions publiées" in page
