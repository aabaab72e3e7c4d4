"""Who is written to about a dossier: those who may read it, and one mail names nothing else."""

from datetime import timedelta

import pytest
from post_office.models import STATUS, Email

from appels.decision import courriels as courriels_des_decisions
from appels.depot.actions import arret
from appels.instruction.actions import deports
from appels.models import Dossier, Mention
from appels.redaction.actions import rappels
from appels.socle import courriels
from appels.socle.droits import REDIGENT
from partenaires.models import Appartenance, Envoi, Role, Utilisateur
from partenaires.organismes.actions import qualites
from tests.fabriques import (
    FERMETURE,
    OUVERTURE,
    PENDANT,
    creer_agent,
    creer_appel,
    creer_association,
    creer_dossier,
    creer_dossier_complet,
    creer_membre,
    creer_signataire,
    deposer,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def organisme(horloge_figee):
    return creer_association()


@pytest.fixture
def de_l_autre(organisme):
    """A draft begun by a claimant whom the service has refused since."""
    pretendant = creer_membre(organisme, Role.ADMINISTRATEUR, est_premiere=True)
    dossier = creer_dossier_complet(creer_appel(), organisme, par=pretendant)
    refuser(pretendant)
    return dossier


def refuser(personne) -> None:
    sienne = Appartenance.objects.get(utilisateur=personne)
    qualites.refuser(sienne, motif="Inconnue", par=creer_agent(), recu_le=PENDANT)


def test_un_dossier_commence_par_qui_fut_refuse_n_ecrit_a_personne(organisme, de_l_autre):
    membre = creer_signataire(organisme)
    sien = creer_dossier_complet(de_l_autre.appel, organisme, par=membre)
    assert (courriels.equipe(sien), courriels.equipe(de_l_autre)) == ([membre.email], [])
    assert courriels.par_lecteurs([sien, de_l_autre]) == [([membre.email], {sien.pk})]
    rappels.rappeler(FERMETURE.replace(hour=0))
    ecrits = [mail for mail in Email.objects.all() if "dossiers/" in mail.message]
    assert [mail.to for mail in ecrits] == [[membre.email]] * len(ecrits)
    assert [f"/dossiers/{de_l_autre.pk}/" in mail.message for mail in ecrits] == [False]


def test_les_courriels_disent_ce_que_chaque_membre_lit(organisme, de_l_autre):
    """The rule for many members at once is the one of the pages, whoever began the dossier."""
    membres = [
        creer_signataire(organisme),
        creer_membre(organisme, est_premiere=True),
        creer_membre(organisme, est_premiere=True, acceptee_le=PENDANT),
        creer_membre(organisme, garant=Appartenance.objects.filter(est_premiere=True).first()),
    ]
    dossiers = [de_l_autre]
    for rang, membre in enumerate(membres):
        dossier = creer_dossier(de_l_autre.appel, organisme, par=membre)
        cree_le = PENDANT + timedelta(hours=rang - 2)
        Dossier.objects.filter(pk=dossier.pk).update(cree_le=cree_le)
        dossiers.append(dossier)
    Dossier.objects.filter(pk=dossiers[1].pk).update(papier_recu_le=PENDANT)
    for dossier in Dossier.objects.all():
        lisent = {
            membre.email
            for membre in Utilisateur.objects.filter(pk__in=[membre.pk for membre in membres])
            if Dossier.objects.visibles_par(membre).filter(pk=dossier.pk).exists()
        }
        assert set(courriels.lecteurs(dossier, *REDIGENT)) == lisent, dossier.pk


def test_qui_n_est_pas_verifie_n_est_pas_ecrit_du_passe(organisme):
    ancien = creer_signataire(organisme)
    passe = creer_dossier_complet(creer_appel(), organisme, par=ancien)
    Dossier.objects.update(cree_le=OUVERTURE)
    creer_membre(organisme, est_premiere=True, acceptee_le=PENDANT)
    assert courriels.equipe(passe) == [ancien.email]


def test_ou_personne_n_ecrit_la_personne_qui_represente_est_ecrite(organisme):
    dossier = creer_dossier_complet(creer_appel(), organisme, par=creer_agent())
    organisme.fiche.representant_email = "presidente@example.org"
    organisme.fiche.save()
    assert courriels.equipe(dossier) == ["presidente@example.org"]
    membre = creer_membre(organisme)
    assert courriels.equipe(dossier) == [membre.email]


def test_le_courriel_d_enregistrement_dit_l_etat_du_suivi(organisme):
    deposer(creer_dossier_complet(creer_appel(), organisme))
    (mail,) = Email.objects.filter(envoi__acte__startswith="enregistrement")
    assert "Où il en est : en cours d’examen. Le service Cohésion Sociale" in mail.message


def test_un_courriel_en_echec_ne_se_lit_que_de_qui_suit_le_dossier(connecter, organisme):
    """Its subject is the title of the dossier; neither read, counted nor sent again by others."""
    depose = deposer(creer_dossier_complet(creer_appel(), organisme, intitule="Titre canari"))
    Email.objects.update(status=STATUS.failed)
    (mail,) = Email.objects.filter(subject__contains="Titre canari")
    agent = creer_agent()
    membre = creer_agent()
    creer_membre(organisme, utilisateur=membre)
    ailleurs = creer_agent()
    ailleurs.appartenances.update(perimetre={"axes": ["aucun"]})
    deporte = creer_agent()
    deports.declarer(depose, deporte, motif="x", par=deporte, recu_le=PENDANT)
    lus = {}
    for personne in (agent, membre, ailleurs, deporte):
        client = connecter(Utilisateur.objects.get(pk=personne.pk))
        page = client.get("/instruction/courriels/").content.decode()
        relance = client.post(f"/instruction/courriels/{mail.pk}/relancer/").status_code
        Email.objects.update(status=STATUS.failed)
        compte = client.get("/instruction/tableau/").context["rouages"].courriels
        lus[personne] = ("Titre canari" in page, relance, compte)
    rien = (False, 404, 0)
    assert lus == {agent: (True, 302, 1), membre: rien, ailleurs: rien, deporte: rien}


def test_chaque_courriel_d_un_dossier_dit_lequel(organisme):
    depose = deposer(creer_dossier_complet(creer_appel(), organisme))
    creer_signataire(organisme)
    courriels.irrecevable(depose, motif="x", le=PENDANT)
    courriels.affectation([depose], creer_agent(), par=creer_agent(), le=PENDANT)
    touches = [(depose, [])]
    courriels.appel_change(depose.appel, ["a@example.org"], touches, message="")
    assert Envoi.objects.count() >= 4
    assert Mention.objects.filter(dossier=depose).count() == Envoi.objects.count()


# --- Who left, stepped aside or is limited elsewhere hears nothing more ---------------------------


def ecrits(acte: str) -> set[str]:
    return {mail.to[0] for mail in Email.objects.filter(envoi__acte__startswith=acte)}


def test_qui_a_depose_puis_quitte_n_apprend_pas_le_retrait(organisme):
    partie, reste = creer_signataire(organisme), creer_signataire(organisme)
    depose = deposer(creer_dossier_complet(creer_appel(), organisme), partie)
    partie.appartenances.update(terminee_le=PENDANT)
    arret.retirer(depose, par=reste, recu_le=PENDANT)
    assert ecrits("retrait-") == {reste.email}


def test_un_fichier_refuse_se_dit_a_qui_ecrit_encore(organisme):
    partie, reste = creer_membre(organisme), creer_membre(organisme)
    dossier = creer_dossier_complet(creer_appel(), organisme, par=partie)
    piece = dossier.pieces.first()
    assert piece.ajoutee_par == partie
    partie.appartenances.update(terminee_le=PENDANT)
    courriels.piece_refusee(piece)
    assert ecrits("piece-refusee-") == {reste.email}


@pytest.mark.parametrize("pourquoi", ["deport", "perimetre", "suspendu", "sorti"])
def test_qui_a_demande_puis_ne_lit_plus_n_apprend_pas_la_reponse(organisme, pourquoi):
    """Who asked to complete it is told of the answer while they read it; then, who reads it."""
    depose = deposer(creer_dossier_complet(creer_appel(), organisme))
    demandeur, collegue = creer_agent(), creer_agent()
    assert courriels.agents_charges(depose, demandeur) == [demandeur.email]
    if pourquoi == "deport":
        deports.declarer(depose, demandeur, motif="x", par=demandeur, recu_le=PENDANT)
    elif pourquoi == "perimetre":
        demandeur.appartenances.update(perimetre={"axes": ["aucun"]})
    else:
        champ = {"suspendu": "suspendue_le", "sorti": "terminee_le"}[pourquoi]
        demandeur.appartenances.update(**{champ: PENDANT})
    assert courriels.agents_charges(depose, demandeur) == [collegue.email]


def test_une_responsable_ecartee_n_apprend_pas_la_renonciation(organisme):
    depose = deposer(creer_dossier_complet(creer_appel(), organisme))
    ecartee, autre = creer_agent(Role.RESPONSABLE), creer_agent(Role.RESPONSABLE)
    deports.declarer(depose, ecartee, motif="x", par=ecartee, recu_le=PENDANT)
    courriels_des_decisions.renonciation(depose, ["CAF"], par=autre, le=PENDANT)
    assert ecrits("renonciation-") == {autre.email}
