"""The bounds of a first deposit, on a phone and on a desktop, with and without script."""

from datetime import timedelta

import pytest

from appels.demonstration import exemple
from appels.models import Depart, Dossier
from contrat_ville import parcours_du_porteur as parcours
from quartiers import horloge
from tests.fabriques import creer_appel

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]
FICHE = {
    "objet_social": "Cuisiner ensemble.",
    "adresse": "1 rue fictive",
    "code_postal": "62000",
    "ville": "Arras",
    "representant_prenom": "Ana",
    "representant_nom": "Fictive",
    "representant_fonction": "Présidente",
    "representant_telephone": "03 21 00 00 00",
    "representant_email": "ana@exemple.org",
}


@pytest.mark.parametrize(
    ("appareil", "largeur", "script"),
    [("téléphone", 390, True), ("ordinateur", 1280, True), ("téléphone", 390, False)],
)
def test_une_benevole_depose_seule(serveur, ouvrir, appareil, largeur, script):
    ici = horloge.maintenant()
    creer_appel(ouvre_le=ici - timedelta(days=30), ferme_le=ici + timedelta(days=15))
    compteur = parcours.Compteur(ouvrir(None, largeur, script=script))
    compteur.onglet.set_default_timeout(60_000)
    parcours.premier_brouillon(compteur)
    assert compteur.onglet.locator("h1").inner_text() == "La cantine fictive du samedi"
    print(f"{appareil}, brouillon : {compteur.en_mots}")
    assert (compteur.pages, compteur.clics, compteur.champs) == (3, 4, 5)
    parcours.garder(compteur, "ana@exemple.org")
    organisme = {
        "nom": "Association fictive de la cantine",
        "siret": exemple.siret_fictif(900),
        "rna": "W621000900",
        "qualite": "Présidente",
    }
    parcours.entrer(compteur, f"/commencer/{Depart.objects.get().cle}/", organisme)
    quartier = Dossier.objects.get().lieux.get().quartier.code
    parcours.ecrire_les_parties(compteur, quartier)
    parcours.joindre_et_confirmer(compteur, FICHE)
    parcours.deposer(compteur)
    print(f"{appareil}, dépôt : {compteur.en_mots}, premiers champs {compteur.hauteurs}")
    assert Dossier.objects.get().numero == "CV-2027-0001"
    trop_bas = {
        nom: hauteur
        for nom, hauteur in compteur.hauteurs.items()
        if hauteur > parcours.HAUTEUR_MAX[appareil]
    }
    assert trop_bas == {}
    assert compteur.pages <= parcours.PAGES_MAX
    assert compteur.clics <= parcours.CLICS_MAX
    assert compteur.champs <= parcours.CHAMPS_MAX
    assert compteur.onglet.plaintes == []
