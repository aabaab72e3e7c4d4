"""`manage.py documenter`: stale documents are named, pictures have an address and stay light."""

from io import BytesIO, StringIO

import pytest
from django.core.management import CommandError, call_command
from PIL import Image

from appels.decision.actions import scenarios
from appels.instruction.actions import examen
from appels.models.etats import Etat
from appels.redaction.actions import redaction
from contrat_ville import documents, photographies
from tests.fabriques import (
    PENDANT,
    creer_agent,
    creer_appel,
    creer_association,
    creer_dossier_complet,
    creer_membre,
    creer_signataire,
    deposer,
)


def documenter(*options: str) -> str:
    sortie = StringIO()
    call_command("documenter", *options, stdout=sortie)
    return sortie.getvalue()


def test_verifier_ne_dit_rien_de_plus_quand_tout_est_frais():
    assert documenter("--verifier") == "Les documents disent ce que fait le code.\n"


def test_verifier_nomme_ce_qui_est_perime_et_n_ecrit_rien(monkeypatch):
    verbe, (_, arrivee) = next(iter(documents.TRANSITIONS.items()))
    monkeypatch.setitem(documents.TRANSITIONS, verbe, ({Etat.RETIRE}, arrivee))
    with pytest.raises(CommandError, match=r"documenter » : docs/etats\.md\."):
        documenter("--verifier")
    assert documents.perimes() == ["docs/etats.md"]


def test_documenter_ecrit_ce_qui_est_perime(monkeypatch, tmp_path):
    monkeypatch.setattr(documents, "tous", lambda: {tmp_path / "docs" / "a.md": "a"})
    monkeypatch.setattr(documents, "RACINE", tmp_path)
    assert (documenter(), documenter()) == ("docs/a.md : écrit\n", "")


@pytest.mark.django_db
def test_chaque_image_a_son_adresse(horloge_figee):
    appel, porteur, agent = creer_appel(), creer_association(), creer_agent()
    redactrice, signataire = creer_membre(porteur), creer_signataire(porteur)
    redactrice.email = "redaction@demo.example"
    redactrice.save()
    brouillon = creer_dossier_complet(appel, porteur)
    redaction.demander_signature(brouillon, a=signataire, par=redactrice, recu_le=PENDANT)
    examen.admettre(deposer(creer_dossier_complet(appel, porteur)), par=agent, recu_le=PENDANT)
    scenarios.creer(appel, "A", depuis=None, par=agent, recu_le=PENDANT)
    adresses = photographies.adresses()
    assert sorted(adresses) == sorted(photo.nom for photo in photographies.PHOTOS)
    assert adresses["budget"] == f"/dossiers/{brouillon.pk}/partie/budget/"


def test_une_image_lourde_perd_en_qualite_pas_en_taille(monkeypatch, tmp_path):
    monkeypatch.setattr(photographies, "IMAGES", tmp_path)
    bruit = Image.effect_noise((1280, 1200), 30)
    png = BytesIO()
    bruit.save(png, "PNG")
    photo = photographies.Photo("bruit", "", "Bruit")
    monkeypatch.setattr(photographies, "POIDS_MAX", 200_000)
    chemin, octets = photographies.garder(photo, png.getvalue())
    assert octets == chemin.stat().st_size <= 200_000
    with Image.open(chemin) as image:
        assert image.size == (960, 900)
