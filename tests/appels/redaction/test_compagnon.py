"""Beside a draft: a question to ask, who answers, what the service asks most often."""

from datetime import timedelta

import pytest

from appels.models import Complement, Point
from appels.socle import demandes_frequentes
from tests.fabriques import (
    PENDANT,
    creer_agent,
    creer_appel,
    creer_association,
    creer_dossier,
    creer_dossier_complet,
    creer_signataire,
    deposer,
    poser_service,
)

pytestmark = pytest.mark.django_db


def demander(dossier, par, *points) -> None:
    """A request that was answered: several may follow each other on a dossier."""
    complement = Complement.objects.create(
        dossier=dossier,
        demande_le=PENDANT,
        demande_par=par,
        avant_le=PENDANT + timedelta(days=15),
        repondu_le=PENDANT + timedelta(days=1),
    )
    for partie, document in points:
        Point.objects.create(
            complement=complement, partie=partie, document=document, demande="Secret de Canari"
        )


def test_trois_demandes_comptees_et_aucune_avant_dix(connecter, horloge_figee):
    appel = creer_appel()
    depose = deposer(creer_dossier_complet(appel))
    agent = creer_agent()
    comptes = appel.documents.get(libelle="Comptes approuvés")
    brouillon = creer_dossier(appel, creer_association())
    client = connecter(creer_signataire(brouillon.porteur))
    chemin = f"/dossiers/{brouillon.pk}/"
    for _ in range(9):
        demander(depose, agent, ("pieces", comptes), ("budget", None))
    assert demandes_frequentes.les_plus_frequentes() == []
    assert "Ce que le service redemande le plus" not in client.get(chemin).content.decode()
    demander(depose, agent, ("pieces", comptes), ("pieces", comptes), ("lieux", None))
    demander(depose, agent, ("moyens", None), ("description", None))
    dites = [
        (str(demande.partie), demande.mots, demande.nombre, demande.sur)
        for demande in demandes_frequentes.les_plus_frequentes()
    ]
    assert dites == [
        ("pieces", "Comptes approuvés", 10, 11),  # asked twice in one request counts once
        ("budget", "Budget du projet", 9, 11),
        ("description", "Besoins, objectifs et description", 1, 11),
    ]
    assert "Ce que le service redemande le plus" not in client.get(chemin).content.decode()
    horloge_figee(PENDANT + timedelta(days=1))  # counted once a day
    page = client.get(chemin).content.decode()
    assert "10\u00a0demandes sur 11" in page
    assert "Canari" not in page  # what was written to somebody is for them


def test_la_question_et_le_contact_sont_a_cote_du_brouillon(connecter, horloge_figee):
    brouillon = creer_dossier(creer_appel())
    client = connecter(creer_signataire(brouillon.porteur))
    page = client.get(f"/dossiers/{brouillon.pk}/").content.decode()
    assert "Téléphone et courriel du service : à venir." in page
    poser_service(telephone="03 21 00 00 00", email="cohesion@cua.example")
    page = client.get(f"/dossiers/{brouillon.pk}/").content.decode()
    assert "cohesion@cua.example" in page
    assert f'<a href="/dossiers/{brouillon.pk}/echanges/">Poser une question' in page
    assert client.get(f"/dossiers/{brouillon.pk}/echanges/").status_code == 200
