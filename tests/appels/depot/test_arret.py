"""Give up a draft, bring it back, withdraw a dossier: asked, logged, and what remains is said."""

import threading

import pytest
from django.db import connection
from post_office.models import Email

from appels.depot.actions import arret
from appels.models import Dossier, Passage, Rappel, Recepisse
from appels.models.etats import Etat
from appels.redaction.actions import rappels
from partenaires.models import Role
from tests.attente import BORNE
from tests.fabriques import (
    FERMETURE,
    PENDANT,
    creer_accord,
    creer_agent,
    creer_appel,
    creer_association,
    creer_dossier_complet,
    creer_financeur,
    creer_membre,
    creer_signataire,
    deposer,
    publier_les_decisions,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def porteur(horloge_figee):
    return creer_association()


@pytest.fixture
def brouillon(porteur):
    return creer_dossier_complet(creer_appel(), porteur, intitule="Projet en route")


def etat(dossier) -> str:
    return Dossier.objects.get(pk=dossier.pk).etat


def actes(dossier) -> list[str]:
    return list(Passage.objects.filter(dossier=dossier).values_list("acte", flat=True))


def test_abandonner_demande_d_abord_puis_se_retablit_sans_rien_perdre(connecter, brouillon):
    client, chemin = connecter(brouillon.cree_par), f"/dossiers/{brouillon.pk}/"
    assert f"{chemin}abandonner/" in client.get(chemin).content.decode()
    page = client.get(f"{chemin}abandonner/").content.decode()
    assert ("Rien n’est effacé" in page, etat(brouillon)) == (True, Etat.BROUILLON)
    client.post(f"{chemin}abandonner/")
    liste = client.get("/dossiers/").content.decode()
    assert (etat(brouillon), "Rétablir ce brouillon" in liste, "À reprendre" in liste) == (
        Etat.ABANDONNE,
        True,
        False,
    )
    assert "Abandonné" in client.get(chemin).content.decode()
    refus = client.post(f"{chemin}partie/description/", {"besoin": "x"})
    assert (refus.status_code, "Ce brouillon est abandonné" in refus.content.decode()) == (
        422,
        True,
    )
    client.post(f"{chemin}retablir/")
    rendu = Dossier.objects.get(pk=brouillon.pk)
    assert (rendu.etat, rendu.besoin, rendu.lieux.count()) == (Etat.BROUILLON, brouillon.besoin, 1)
    assert actes(brouillon) == ["abandonner", "retablir"]


def test_un_brouillon_abandonne_n_est_plus_rappele(brouillon):
    arret.abandonner(brouillon, par=brouillon.cree_par, recu_le=PENDANT)
    rappels.rappeler(FERMETURE.replace(hour=9))
    assert Rappel.objects.count() == 0
    arret.retablir(brouillon, par=brouillon.cree_par, recu_le=PENDANT)
    rappels.rappeler(FERMETURE.replace(hour=9))
    assert Rappel.objects.count() == 1


def test_retirer_garde_le_numero_le_recepisse_et_previent(connecter, porteur, brouillon):
    signataire = creer_signataire(porteur)
    depose = deposer(brouillon, signataire)
    client, chemin = connecter(signataire), f"/dossiers/{depose.pk}/"
    page = client.get(f"{chemin}retirer/").content.decode()
    assert ("Ce qui reste" in page, etat(depose)) == (True, Etat.DEPOSE)
    Email.objects.all().delete()
    client.post(f"{chemin}retirer/")
    retire = Dossier.objects.get(pk=depose.pk)
    assert (retire.etat, retire.numero, retire.depose_le) == (Etat.RETIRE, "CV-2027-0001", PENDANT)
    assert Recepisse.objects.filter(version__dossier=depose).count() == 1
    assert [m.to for m in Email.objects.all()] == [[signataire.email]]
    assert "L’organisme l’a retiré" in client.get(f"{chemin}relecture/").content.decode()
    assert actes(depose)[-2:] == ["deposer", "retirer"]
    for personne in (creer_agent(), creer_financeur()):
        assert "Retiré" in connecter(personne).get(f"{chemin}relecture/").content.decode()


def test_un_dossier_decide_ne_se_retire_plus_sa_ligne_publique_reste(connecter, porteur, brouillon):
    signataire = creer_signataire(porteur)
    depose = deposer(brouillon, signataire)
    creer_accord(depose)
    with pytest.raises(arret.DejaDecide):
        arret.retirer(depose, par=signataire, recu_le=PENDANT)
    publier_les_decisions(depose.appel)
    assert "Projet en route" in connecter().get("/projets/").content.decode()
    assert connecter(signataire).get(f"/dossiers/{depose.pk}/retirer/").status_code == 403
    with pytest.raises(arret.DejaDecide):
        arret.retirer(depose, par=signataire, recu_le=PENDANT)
    assert "Projet en route" in connecter().get("/projets/").content.decode()


@pytest.mark.parametrize(
    ("role", "abandonner", "retirer"),
    [
        (Role.LECTEUR, 403, 403),
        (Role.REDACTEUR, 200, 403),
        (Role.ADMINISTRATEUR, 200, 403),
        (Role.SIGNATAIRE, 200, 200),
    ],
)
def test_a_chacun_ses_gestes(connecter, porteur, brouillon, role, abandonner, retirer):
    depose = deposer(creer_dossier_complet(brouillon.appel, porteur))
    client = connecter(creer_membre(porteur, role))
    assert client.get(f"/dossiers/{brouillon.pk}/abandonner/").status_code == abandonner
    assert client.get(f"/dossiers/{depose.pk}/retirer/").status_code == retirer
    assert client.get(f"/dossiers/{depose.pk}/abandonner/").status_code == 403
    assert client.get(f"/dossiers/{brouillon.pk}/retirer/").status_code == 403
    assert client.post(f"/dossiers/{brouillon.pk}/retablir/").status_code == 403
    etranger = connecter(creer_signataire(creer_association()))
    for geste in ("abandonner", "retablir", "retirer"):
        assert etranger.post(f"/dossiers/{depose.pk}/{geste}/").status_code == 404
        assert connecter().post(f"/dossiers/{depose.pk}/{geste}/").status_code == 302
    assert (etat(brouillon), etat(depose)) == (Etat.BROUILLON, Etat.DEPOSE)


@pytest.mark.parametrize("geste", [arret.retablir, arret.retirer])
def test_un_geste_qui_ne_part_pas_de_cet_etat_est_refuse(brouillon, geste):
    with pytest.raises(arret.ChangeEntreTemps):
        geste(brouillon, par=brouillon.cree_par, recu_le=PENDANT)
    assert (etat(brouillon), actes(brouillon)) == (Etat.BROUILLON, [])


def test_la_cloture_n_empeche_ni_d_abandonner_ni_de_retirer(
    connecter, porteur, brouillon, horloge_figee
):
    signataire = creer_signataire(porteur)
    depose = deposer(creer_dossier_complet(brouillon.appel, porteur), signataire)
    horloge_figee(FERMETURE)
    client = connecter(signataire)
    client.post(f"/dossiers/{brouillon.pk}/abandonner/")
    client.post(f"/dossiers/{depose.pk}/retirer/")
    assert (etat(brouillon), etat(depose)) == (Etat.ABANDONNE, Etat.RETIRE)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_retirer_a_dix_ne_retire_et_n_ecrit_qu_une_fois(base_a_plusieurs, horloge_figee):
    depose = deposer(creer_dossier_complet(creer_appel()))
    Email.objects.all().delete()
    verdicts, barriere = [], threading.Barrier(10)

    def retirer():
        barriere.wait(BORNE)
        try:
            arret.retirer(depose, par=depose.depose_par, recu_le=PENDANT)
            verdicts.append("retiré")
        except arret.ChangeEntreTemps:
            verdicts.append("refusé")
        finally:
            connection.close()

    fils = [threading.Thread(target=retirer) for _ in range(10)]
    [fil.start() for fil in fils]
    [fil.join() for fil in fils]
    assert sorted(verdicts) == ["refusé"] * 9 + ["retiré"]
    assert (actes(depose).count("retirer"), Email.objects.count()) == (1, 1)
