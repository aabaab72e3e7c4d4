"""The task list of a draft, made without any page."""

from datetime import timedelta

import pytest

from appels.depot.actions import arret, correction
from appels.models import Dossier, NomPartie
from appels.redaction import sommaire
from partenaires.models import Fiche, Role
from tests.fabriques import (
    FERMETURE,
    PENDANT,
    creer_appel,
    creer_association,
    creer_dossier,
    creer_dossier_complet,
    creer_membre,
    creer_signataire,
    deposer,
)

pytestmark = pytest.mark.django_db
APRES = FERMETURE + timedelta(seconds=1)


def relu(dossier: Dossier) -> Dossier:
    return Dossier.objects.pour_completude().get(pk=dossier.pk)


def test_un_brouillon_a_peine_commence():
    liste = sommaire.dresser(relu(creer_dossier(creer_appel())), PENDANT)
    etats = {ligne.nom: (ligne.etat, ligne.mot) for ligne in liste.parties}
    assert etats[NomPartie.ORGANISME] == ("demi", "À compléter")
    assert etats[NomPartie.DESCRIPTION] == ("vide", "À écrire")
    assert list(etats) == list(NomPartie)
    assert (liste.pret, liste.completes, liste.derniere) == (False, 0, None)
    assert liste.a_faire.nom == NomPartie.ORGANISME
    assert (liste.modifiable, liste.non_depose) == (True, False)


def test_une_fiche_jamais_ecrite_ne_deroule_pas_ce_qui_lui_manque(connecter):
    """Nine links to a form that nobody opened yet would be the first thing that one reads."""
    dossier = creer_dossier(creer_appel())
    porteur = dossier.porteur
    Fiche.objects.filter(partenaire=porteur).delete()
    Fiche.objects.create(partenaire=porteur)
    client = connecter(creer_signataire(porteur))
    ligne = sommaire.dresser(relu(dossier), PENDANT).parties[0]
    assert (ligne.nom, ligne.etat, ligne.mot) == (NomPartie.ORGANISME, "vide", "À écrire")
    assert "Complétez la commune" not in client.get(f"/dossiers/{dossier.pk}/").content.decode()
    page = client.get(f"/dossiers/{dossier.pk}/organisme/").content.decode()
    assert "9\u00a0réponses à donner une fois" in page
    assert "Remplir la fiche" in page
    assert "Complétez la commune" not in page
    assert "Confirmer la fiche" not in page  # nothing to confirm yet
    Fiche.objects.filter(partenaire=porteur).update(ville="Arras", modifiee_le=PENDANT)
    page = client.get(f"/dossiers/{dossier.pk}/organisme/").content.decode()
    assert "Complétez l’adresse du siège" in page
    assert "Compléter la fiche" in page


def test_qui_lit_seulement_ne_se_voit_pas_proposer_d_ecrire(connecter):
    appel = creer_appel()
    organisme = creer_association()
    commencer = f'href="/dossiers/nouveau/{appel.annee}/"'
    lectrice = connecter(creer_membre(organisme, Role.LECTEUR))
    assert commencer not in lectrice.get("/organismes/").content.decode()
    redactrice = connecter(creer_membre(organisme, Role.REDACTEUR))
    assert commencer in redactrice.get("/organismes/").content.decode()


def test_un_brouillon_complet_puis_clos():
    dossier = relu(creer_dossier_complet(creer_appel()))
    liste = sommaire.dresser(dossier, PENDANT)
    assert (liste.pret, liste.completes, liste.a_faire) == (True, len(NomPartie), None)
    assert liste.derniere.enregistree_le == max(
        partie.enregistree_le for partie in dossier.parties.all()
    )
    close = sommaire.dresser(dossier, APRES)
    assert (close.modifiable, close.non_depose) == (False, True)


def test_les_gestes_suivent_les_roles():
    dossier = relu(creer_dossier_complet(creer_appel()))
    peut = sommaire.Gestes.de(creer_signataire(dossier.porteur), dossier, PENDANT)
    assert (peut.rediger, peut.deposer, peut.demander_signature) == (True, True, True)
    peut = sommaire.Gestes.de(creer_membre(dossier.porteur), dossier, PENDANT)
    assert (peut.rediger, peut.deposer, peut.abandonner) == (True, False, True)
    peut = sommaire.Gestes.de(creer_membre(dossier.porteur, Role.LECTEUR), dossier, PENDANT)
    assert not any(vars(peut).values())


def test_une_correction_ouvre_tout_jusqu_a_la_cloture():
    depose = deposer(creer_dossier_complet(creer_appel()))
    brouillon = correction.corriger(depose, par=depose.depose_par, recu_le=PENDANT)
    liste = sommaire.dresser(relu(brouillon), PENDANT)
    assert all(ligne.ouverte and not ligne.points for ligne in liste.parties)


def test_apres_la_cloture_rien_n_est_offert_ni_promis(connecter, horloge_figee):
    """A complete draft: no button that would be refused, no document « sera demandée »."""
    dossier = creer_dossier_complet(creer_appel())
    dossier.pieces.exclude(document__est_bancaire=True).delete()
    client = connecter(creer_signataire(dossier.porteur))
    chemins = (f"/dossiers/{dossier.pk}/", f"/dossiers/{dossier.pk}/deposer/")
    promesses = (
        "Relire, attester et déposer",
        "sera demandée",
        "attestez et déposez en bas",
        "doit l’attester",
        "ne peut pas encore être déposé",
    )

    def dites():
        lus = [client.get(chemin).content.decode() for chemin in chemins]
        return [mot for mot in promesses for lu in lus if mot in lu]

    assert set(dites()) >= {"Relire, attester et déposer", "sera demandée"}
    horloge_figee(FERMETURE)
    assert dites() == []
    arret.abandonner(dossier, par=dossier.cree_par, recu_le=PENDANT)
    assert dites() == []


def test_qui_lit_seulement_ne_se_voit_pas_offrir_un_dossier_qu_on_lui_refuserait(connecter):
    creer_appel()
    porteur = creer_association()
    lecteur, ecrivain = creer_membre(porteur, Role.LECTEUR), creer_membre(porteur)
    offre = "Commencer un nouveau dossier"
    pages = [connecter(qui).get("/dossiers/").content.decode() for qui in (lecteur, ecrivain)]
    assert [offre in page for page in pages] == [False, True]
    reponse = connecter(lecteur).get("/dossiers/nouveau/2027/", follow=True)
    assert reponse.redirect_chain == [("/organismes/", 302)]
    assert "demandez un rôle de rédaction" in reponse.content.decode()


def test_hors_course_aucune_decision_n_est_promise(connecter, horloge_figee):
    dossier = creer_dossier_complet(creer_appel())
    signataire = creer_signataire(dossier.porteur)
    depose = deposer(dossier, signataire)
    chemin = f"/dossiers/{depose.pk}/decisions-recues/"
    client = connecter(signataire)
    lus = [client.get(chemin).content.decode()]
    arret.retirer(depose, par=signataire, recu_le=PENDANT)
    lus += [client.get(chemin).content.decode()]
    assert ["Vous recevrez un courriel" in lu for lu in lus] == [True, False]
