"""From nothing to the receipt, on a phone, with one address: in the demonstration, whose mails are
on a page.
"""

from datetime import timedelta

import pytest

from appels.demonstration.dossiers import ECRITURES, joindre_les_pieces
from appels.depot.actions import recepisses
from appels.models import Dossier, Version
from appels.redaction.actions import parties
from partenaires.models import Role, Utilisateur
from partenaires.organismes.actions import invitations
from quartiers import horloge
from tests.fabriques import MOT_DE_PASSE, creer_appel, creer_association, creer_membre

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]
TELEPHONE = 390


@pytest.fixture
def appel(serveur, settings):
    settings.MODE = "demo"
    settings.SECOND_FACTEUR_EXIGE = False
    ici = horloge.maintenant()
    return creer_appel(ouvre_le=ici - timedelta(days=30), ferme_le=ici + timedelta(days=15))


def presser(onglet, texte: str) -> None:
    onglet.locator("main").get_by_role("button", name=texte).first.click()
    onglet.wait_for_load_state()


def tient_dans_l_ecran(onglet) -> bool:
    """No sideways scroll."""
    return onglet.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("script", [True, False])
def test_une_personne_seule_va_de_rien_au_recepisse(appel, ouvrir, script):
    onglet = ouvrir(largeur=TELEPHONE, script=script)
    onglet.goto(f"/dossiers/nouveau/{appel.annee}/")
    onglet.get_by_role("link", name="Créer un compte").click()
    for nom, valeur in {
        "prenom": "Ada",
        "nom": "Essai",
        "email": "ada@example.org",
        "password1": MOT_DE_PASSE,
    }.items():
        onglet.fill(f"[name={nom}]", valeur)
    presser(onglet, "Créer mon compte")
    assert tient_dans_l_ecran(onglet)
    onglet.get_by_role("link", name="Voir ce courriel").click()
    onglet.get_by_role("link", name="confirm-email").click()
    presser(onglet, "Confirmer mon adresse")
    onglet.wait_for_url("**/organismes/nouveau/?suite=*")
    onglet.get_by_label("Association", exact=True).check()
    onglet.fill("[name=nom]", "Association d’Ada")
    onglet.fill("[name=siret]", "732 829 320 00074")
    onglet.fill("[name=rna]", "W621000001")
    onglet.fill("[name=qualite]", "Présidente")
    assert tient_dans_l_ecran(onglet)
    presser(onglet, "Continuer")
    onglet.wait_for_url(f"**/dossiers/nouveau/{appel.annee}/")
    onglet.fill("[name=intitule]", "Projet d’Ada")
    presser(onglet, "Commencer le dossier")
    onglet.wait_for_selector("text=/parties? complètes? sur 8/")
    dossier = Dossier.objects.get()
    ada = Utilisateur.objects.get()
    remplir(dossier, ada)
    onglet.goto(f"/dossiers/{dossier.pk}/deposer/")
    for case in onglet.locator("main input[type=checkbox]").all():
        case.check()
    onglet.locator("[name=aides_publiques]").first.check()
    onglet.fill("[name=qualite]", "Présidente")
    presser(onglet, "Attester et déposer le dossier")
    onglet.wait_for_selector("text=ce que vous avez attesté est déposé")
    onglet.wait_for_selector("text=/^Dossier CV-2027-0001$/")
    recepisses.etablir(Version.objects.get())  # the worker
    onglet.goto(f"/dossiers/{dossier.pk}/depose/")
    assert onglet.get_by_role("link", name="Télécharger").first.is_visible()
    assert (tient_dans_l_ecran(onglet), onglet.plaintes) == (True, [])
    dossier.refresh_from_db()
    assert dossier.depose_par == ada


def remplir(dossier: Dossier, ada: Utilisateur) -> None:
    """The long texts, the sheet and the documents: other tests type them."""
    ici = horloge.maintenant()
    fiche = dossier.porteur.fiche
    for nom, valeur in {
        "objet_social": "Essai",
        "adresse": "1 rue de l’Essai",
        "code_postal": "62000",
        "ville": "Arras",
        "representant_prenom": "Ada",
        "representant_nom": "Essai",
        "representant_fonction": "Présidente",
        "representant_telephone": "0321000000",
        "representant_email": "ada@example.org",
    }.items():
        setattr(fiche, nom, valeur)
    fiche.save()
    for nom, ecrire in ECRITURES.items():
        parties.enregistrer(dossier, nom, ecrire, version_lue=0, par=ada, recu_le=ici)
    joindre_les_pieces(dossier, ici)


def test_une_personne_invitee_entre_par_le_lien(appel, ouvrir):
    organisme = creer_association(nom="Association des Essais")
    tete = creer_membre(organisme, Role.ADMINISTRATEUR, Role.SIGNATAIRE)
    invitations.inviter(
        organisme,
        email="ada@example.org",
        roles={Role.REDACTEUR},
        par=tete,
        recu_le=horloge.maintenant(),
    )
    onglet = ouvrir(largeur=TELEPHONE)
    onglet.goto("/demonstration/courriels/")
    onglet.get_by_role("link", name="/invitations/").click()
    onglet.wait_for_selector("text=vous invite dans")
    for nom, valeur in {"prenom": "Ada", "nom": "Essai", "mot_de_passe": MOT_DE_PASSE}.items():
        onglet.fill(f"[name={nom}]", valeur)
    assert tient_dans_l_ecran(onglet)
    presser(onglet, "Rejoindre l’organisme")
    onglet.wait_for_url("**/dossiers/")
    assert onglet.plaintes == []
