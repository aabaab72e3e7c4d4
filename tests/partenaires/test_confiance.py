"""Trust is a chain: who claims an organisation, who vouches for whom, what the service undoes."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from post_office.models import Email

from appels.models import Dossier
from appels.redaction import documents
from partenaires.models import Appartenance, Designation, Invitation, Passation, Role
from partenaires.organismes.actions import invitations, membres, passations, qualites
from partenaires.socle import droits
from tests.fabriques import (
    OUVERTURE,
    PENDANT,
    creer_agent,
    creer_appel,
    creer_association,
    creer_dossier,
    creer_dossier_complet,
    creer_membre,
    creer_utilisateur,
)
from tests.feuilles import feuille, lisible

pytestmark = pytest.mark.django_db
TOUT = {Role.ADMINISTRATEUR, Role.SIGNATAIRE}
NUMERO = {
    "genre": "association",
    "nom": "Association",
    "rna": "W621000001",
    "qualite": "Présidente",
}


@pytest.fixture
def organisme(horloge_figee):
    return creer_association(rna="W621000001", siret="")


def adhesion(personne) -> Appartenance:
    return Appartenance.objects.select_related("garant").get(utilisateur=personne)


def demander(connecter, personne=None):
    """(person, browser) of somebody who types the public number of the organisation."""
    personne = personne or creer_utilisateur()
    client = connecter(personne)
    assert client.post("/organismes/nouveau/", NUMERO).status_code == 302
    return personne, client


def lus(client, organisme, *dossiers) -> list[int]:
    """What a browser gets of an organisation: its sheet, its people, these dossiers."""
    chemins = [
        f"/organismes/{organisme.pk}/fiche/",
        f"/organismes/{organisme.pk}/membres/",
        *(f"/dossiers/{dossier.pk}/relecture/" for dossier in dossiers),
    ]
    return [client.get(chemin).status_code for chemin in chemins]


def quitte(organisme, **champs):
    """Somebody who held it, and has left."""
    return creer_membre(organisme, *TOUT, terminee_le=OUVERTURE + timedelta(days=1), **champs)


# --- A claim on what others held --------------------------------------------------------------
def test_un_inconnu_ne_lit_rien_d_un_organisme_sans_personne(connecter, organisme):
    ancien = quitte(organisme)
    agent = creer_agent()
    passe = creer_dossier(creer_appel(), organisme, par=ancien)
    _, client = demander(connecter)
    assert lus(client, organisme, passe) == [404, 404, 404]
    assert client.get("/dossiers/").status_code == 200
    recus = sorted((courriel.to[0], courriel.subject) for courriel in Email.objects.all())
    assert recus == sorted(
        [
            (agent.email, f"À regarder : qui tient {organisme} ?"),
            (ancien.email, f"Quelqu’un demande à tenir {organisme}"),
        ]
    )
    assert "le service Cohésion Sociale regarde" in client.get("/organismes/").content.decode()


def test_une_demande_verifiee_ouvre_tout(connecter, organisme):
    passe = creer_dossier(creer_appel(), organisme, par=quitte(organisme))
    presidente, client = demander(connecter)
    agent = creer_agent()
    page = connecter(agent)
    assert str(organisme) in page.get("/instruction/qualites/").content.decode()
    page.post(f"/instruction/qualites/{adhesion(presidente).pk}/")
    sienne = adhesion(presidente)
    assert (sienne.roles, sienne.qualite_verifiee, sienne.verifiee_par) == (TOUT, True, agent)
    assert lus(client, organisme, passe) == [200, 200, 200]
    assert Passation.objects.filter(acte="verifier", par=agent).count() == 1


def test_qui_fonde_ecrit_et_depose_mais_n_invite_personne(connecter, horloge_figee):
    fondatrice, client = demander(connecter)
    organisme = adhesion(fondatrice).partenaire
    page = f"/organismes/{organisme.pk}/membres/"
    assert "joignez un document" in client.get(page).content.decode()
    refus = client.post(page, {"email": "x@example.org", "roles": ["signataire"]})
    assert (refus.status_code, Invitation.objects.count()) == (403, 0)
    assert client.get(f"/organismes/{organisme.pk}/fiche/").status_code == 200
    qualites.verifier(adhesion(fondatrice), par=creer_agent(), recu_le=PENDANT)
    client.post(page, {"email": "x@example.org", "roles": ["signataire"]})
    assert Invitation.objects.count() == 1


def test_la_fiche_d_un_organisme_tenu_par_d_autres_reste_fermee(connecter, organisme):
    """Even where a claim was let in by an older rule."""
    quitte(organisme)
    client = connecter(creer_membre(organisme, *TOUT, est_premiere=True, acceptee_le=PENDANT))
    assert client.get(f"/organismes/{organisme.pk}/fiche/").status_code == 403


# --- The chain --------------------------------------------------------------------------------
def test_qui_vient_par_une_personne_non_verifiee_ne_l_est_pas(organisme):
    fondatrice = creer_membre(organisme, *TOUT, est_premiere=True)
    amenee = creer_membre(organisme, *TOUT, garant=adhesion(fondatrice))
    assert (adhesion(amenee).qualite_verifiee, droits.est_verifie(amenee, organisme)) == (
        False,
        False,
    )
    assert set(Appartenance.objects.a_verifier()) == {adhesion(fondatrice), adhesion(amenee)}
    qualites.verifier(adhesion(fondatrice), par=creer_agent(), recu_le=PENDANT)
    assert (adhesion(amenee).qualite_verifiee, adhesion(amenee).acceptee_le) == (True, OUVERTURE)
    assert list(Appartenance.objects.a_verifier()) == []


@pytest.mark.parametrize("voie", ["invitation", "demande"])
def test_la_chaine_mene_au_bout_par_chaque_voie(connecter, organisme, voie):
    tete = creer_membre(organisme, *TOUT, est_premiere=True)
    qualites.verifier(adhesion(tete), par=creer_agent(), recu_le=PENDANT)
    milieu = creer_membre(organisme, Role.ADMINISTRATEUR, garant=adhesion(tete))
    derniere = creer_utilisateur()
    if voie == "invitation":
        _, jeton = invitations.inviter(
            organisme,
            email=derniere.email,
            roles={Role.REDACTEUR},
            par=milieu,
            recu_le=PENDANT,
        )
        invitations.accepter(jeton, par=derniere, recu_le=PENDANT)
    else:
        demander(connecter, derniere)
        connecter(milieu).post(f"/membres/{adhesion(derniere).pk}/repondre/", {"reponse": "oui"})
    assert (adhesion(derniere).garant, adhesion(derniere).qualite_verifiee) == (
        adhesion(tete),
        True,
    )
    qualites.refuser(adhesion(tete), motif="Faux", par=creer_agent(), recu_le=PENDANT)
    assert [adhesion(qui).acceptee_le for qui in (milieu, derniere)] == [None, None]


def test_verifier_le_milieu_dit_qui_attend_encore_puis_le_milieu_les_fait_entrer(
    connecter, organisme
):
    """Undone at its head, the chain is looked at anew: one verification is worth one person."""
    tete = creer_membre(organisme, *TOUT, est_premiere=True)
    qualites.verifier(adhesion(tete), par=creer_agent(), recu_le=PENDANT)
    milieu = creer_membre(organisme, Role.ADMINISTRATEUR, garant=adhesion(tete))
    derniere = creer_membre(organisme, garant=adhesion(tete))
    qualites.refuser(adhesion(tete), motif="Faux", par=creer_agent(), recu_le=PENDANT)
    bureau = connecter(creer_agent())
    adresse = f"/instruction/qualites/{adhesion(milieu).pk}/"
    page = bureau.post(adresse, follow=True).content.decode()
    assert f"ou la vôtre : {derniere}." in page.replace("&#x27;", "’")
    assert (adhesion(milieu).qualite_verifiee, adhesion(derniere).qualite_verifiee) == (True, False)
    connecter(milieu).post(f"/membres/{adhesion(derniere).pk}/repondre/", {"reponse": "oui"})
    assert (adhesion(derniere).garant, adhesion(derniere).qualite_verifiee) == (
        adhesion(milieu),
        True,
    )
    seule = creer_membre(creer_association(), *TOUT, est_premiere=True)
    page = bureau.post(f"/instruction/qualites/{adhesion(seule).pk}/", follow=True)
    assert "Attendent encore" not in page.content.decode()


def test_la_question_et_la_propriete_disent_la_meme_chaine(organisme):
    agent = creer_agent()
    for premiere in (True, False):
        for verifiee in (True, False):
            tete = creer_membre(organisme, est_premiere=premiere)
            if verifiee:
                Appartenance.objects.filter(utilisateur=tete).update(
                    verifiee_le=PENDANT, verifiee_par=agent
                )
            creer_membre(organisme, garant=adhesion(tete))
            creer_membre(organisme, garant=adhesion(tete), acceptee_le=None)
    toutes = Appartenance.objects.select_related("garant")
    assert {a.pk for a in toutes if a.qualite_verifiee} == set(
        Appartenance.objects.fiables().values_list("pk", flat=True)
    )


# --- Refused, undone --------------------------------------------------------------------------
def test_ce_qu_a_commence_une_demande_refusee_n_est_remis_a_personne(connecter, horloge_figee):
    squatteur, sien = demander(connecter)
    organisme = adhesion(squatteur).partenaire
    commence = creer_dossier(creer_appel(), organisme, par=squatteur, cree_le=PENDANT)
    presidente, client = demander(connecter)
    agent = creer_agent()
    bureau = connecter(agent)
    bureau.post(f"/instruction/qualites/{adhesion(presidente).pk}/")
    assert lus(sien, organisme, commence) == [404, 404, 404]  # waits for an answer
    assert lus(client, organisme, commence) == [200, 200, 404]
    connecter(presidente).post(f"/membres/{adhesion(squatteur).pk}/repondre/", {"reponse": "non"})
    assert lus(client, organisme, commence)[2] == 404


def test_refuser_dit_le_motif_et_le_service_lit_ce_qui_est_commence(connecter, horloge_figee):
    squatteur, sien = demander(connecter)
    organisme = adhesion(squatteur).partenaire
    commence = creer_dossier(creer_appel(), organisme, par=squatteur, cree_le=PENDANT)
    bureau = connecter(creer_agent())
    refus = f"/instruction/qualites/{adhesion(squatteur).pk}/refuser/"
    assert bureau.post(refus, {"motif": ""}).status_code == 422
    assert bureau.get(f"/dossiers/{commence.pk}/relecture/").status_code == 404
    assert bureau.post(refus, {"motif": "Numéro d’une autre association"}).status_code == 302
    refusee = adhesion(squatteur)
    assert (refusee.refus_motif, refusee.terminee_le, refusee.qualite_verifiee) == (
        "Numéro d’une autre association",
        PENDANT,
        False,
    )
    mail = Email.objects.get(to=[squatteur.email])
    assert "Numéro d’une autre association" in mail.message
    assert Passation.objects.filter(acte="refuser").count() == 1
    assert lus(sien, organisme, commence) == [404, 404, 404]
    assert bureau.get(f"/dossiers/{commence.pk}/relecture/").status_code == 200
    presidente, client = demander(connecter)
    bureau.post(f"/instruction/qualites/{adhesion(presidente).pk}/")
    assert lus(client, organisme, commence) == [200, 200, 404]
    assert bureau.post(refus, {"motif": "encore"}).status_code == 404
    assert list(Dossier.objects.visibles_par(presidente)) == []


def test_une_qualite_verifiee_entre_temps_ne_se_refuse_pas_sans_le_lire(connecter, organisme):
    """Two agents look at one claim; the page of the second is older."""
    demandeur, _ = demander(connecter)
    un, autre = creer_agent(), creer_agent()
    refus = f"/instruction/qualites/{adhesion(demandeur).pk}/refuser/"
    premier = connecter(un)
    ancienne = {**feuille(premier.get(refus), "motif"), "motif": "Document illisible"}
    qualites.verifier(adhesion(demandeur), par=autre, recu_le=PENDANT)
    dispute = premier.post(refus, ancienne)
    assert (dispute.status_code, adhesion(demandeur).refusee_le) == (422, None)
    assert f"Entre-temps, {autre} a vérifié cette qualité" in lisible(dispute)
    encore = feuille(dispute, "motif")
    assert encore["motif"] == ["Document illisible"]
    assert premier.post(refus, encore).status_code == 302
    assert adhesion(demandeur).refus_motif == "Document illisible"


@pytest.mark.parametrize(("premiere", "seconde"), [("oui", "non"), ("non", "oui")])
def test_deux_reponses_contraires_a_une_demande_ne_se_contredisent_pas(
    connecter, organisme, premiere, seconde
):
    """The first stays, and the second is told so; the same one said twice is one."""
    un, autre = creer_membre(organisme, *TOUT), creer_membre(organisme, *TOUT)
    demandeur, _ = demander(connecter)
    adresse = f"/membres/{adhesion(demandeur).pk}/repondre/"
    connecter(un).post(adresse, {"reponse": premiere})
    tenue = adhesion(demandeur)
    page = lisible(connecter(autre).post(adresse, {"reponse": seconde}, follow=True))
    assert "Quelqu’un a déjà répondu à cette demande" in page
    encore = lisible(connecter(autre).post(adresse, {"reponse": premiere}, follow=True))
    assert "Quelqu’un a déjà répondu" not in encore
    actuelle = adhesion(demandeur)
    dits = (actuelle.acceptee_le, actuelle.terminee_le, actuelle.acceptee_par)
    assert dits == (tenue.acceptee_le, tenue.terminee_le, tenue.acceptee_par)


def test_une_verification_se_defait(organisme):
    tete = creer_membre(organisme, *TOUT, est_premiere=True)
    agent = creer_agent()
    qualites.verifier(adhesion(tete), par=agent, recu_le=PENDANT)
    qualites.refuser(adhesion(tete), motif="Faux document", par=agent, recu_le=PENDANT)
    assert list(passations.a_confier()) == [organisme]
    with pytest.raises(qualites.DejaTraitee):
        qualites.refuser(adhesion(tete), motif="x", par=agent, recu_le=PENDANT)
    with pytest.raises(qualites.DejaTraitee):
        qualites.verifier(adhesion(tete), par=agent, recu_le=PENDANT)


def test_un_numero_squatte_ne_fait_pas_attendre_le_squatteur(connecter, horloge_figee):
    squatteur, sien = demander(connecter)
    organisme = adhesion(squatteur).partenaire
    presidente, client = demander(connecter)
    demande = adhesion(presidente)
    assert sien.post(f"/membres/{demande.pk}/repondre/", {"reponse": "non"}).status_code == 403
    assert adhesion(presidente).terminee_le is None
    assert demande in Appartenance.objects.a_verifier()
    qualites.verifier(demande, par=creer_agent(), recu_le=PENDANT)
    suspendue = adhesion(squatteur)
    assert (suspendue.acceptee_le, suspendue.terminee_le) == (None, None)
    assert Email.objects.filter(to=[squatteur.email], subject__startswith="Votre accès").exists()
    assert lus(client, organisme) == [200, 200]
    # let in by who holds it, as a writer and no more
    client.post(f"/membres/{suspendue.pk}/repondre/", {"reponse": "oui"})
    assert (adhesion(squatteur).roles, adhesion(squatteur).garant) == (
        {Role.REDACTEUR},
        adhesion(presidente),
    )


# --- Who judges -------------------------------------------------------------------------------
@pytest.mark.parametrize("perimetre", [{"axes": ["apaise"]}, {"communes": ["62065"]}])
def test_un_agent_ne_juge_que_dans_son_perimetre(connecter, organisme, perimetre):
    organisme.fiche.ville = "ARRAS"
    organisme.fiche.save()
    personne, _ = demander(connecter)
    agent = creer_agent()
    Appartenance.objects.filter(utilisateur=agent).update(perimetre=perimetre)
    cle = adhesion(personne).pk
    bureau = connecter(agent)
    codes = [
        bureau.post(f"/instruction/qualites/{cle}/").status_code,
        bureau.post(f"/instruction/qualites/{cle}/refuser/", {"motif": "x"}).status_code,
        bureau.post(
            f"/instruction/organismes/{organisme.pk}/", {"email": "x@example.org", "motif": "x"}
        ).status_code,
    ]
    assert (codes, adhesion(personne).acceptee_le, Designation.objects.count()) == (
        [403, 403, 403],
        None,
        0,
    )
    Appartenance.objects.filter(utilisateur=agent).update(perimetre={"communes": ["62041"]})
    assert connecter(agent).post(f"/instruction/qualites/{cle}/").status_code == 302
    assert adhesion(personne).verifiee_par == agent


@pytest.mark.parametrize(
    ("perimetre", "code"),
    [
        ({}, 200),
        ({"axes": ["apaise"]}, 200),
        ({"communes": ["62041"]}, 200),
        ({"communes": ["62065"]}, 403),
        ({"communes": ["62065"], "axes": ["apaise"]}, 403),
    ],
)
def test_la_fiche_sans_membre_est_a_qui_sert_sa_commune(connecter, organisme, perimetre, code):
    organisme.fiche.ville = "ARRAS"
    organisme.fiche.save()
    Appartenance.objects.filter(partenaire=organisme).delete()
    agent = creer_agent()
    Appartenance.objects.filter(utilisateur=agent).update(perimetre=perimetre)
    bureau = connecter(agent)
    adresse = f"/organismes/{organisme.pk}/fiche/"
    assert bureau.get(adresse).status_code == code
    ecrit = bureau.post(adresse, {"version": "0"}).status_code
    assert ecrit == (403 if code == 403 else 422)


def test_un_agent_ne_juge_pas_sa_propre_demande(connecter, organisme):
    agent = creer_agent()
    creer_membre(organisme, *TOUT, utilisateur=agent, est_premiere=True)
    sienne = Appartenance.objects.get(utilisateur=agent, partenaire=organisme)
    assert connecter(agent).post(f"/instruction/qualites/{sienne.pk}/").status_code == 403


# --- Two people of the service ----------------------------------------------------------------
def test_un_agent_n_est_dans_son_organisme_que_membre(connecter, organisme):
    """A reader there writes no sheet, however much the service may; nor reads others' papers."""
    agent = creer_membre(organisme, Role.LECTEUR, utilisateur=creer_agent(Role.RESPONSABLE))
    fiche = f"/organismes/{organisme.pk}/fiche/"
    client = connecter(agent)
    assert (client.get(fiche).status_code, client.post(fiche).status_code) == (200, 403)
    autre = adhesion(creer_membre(organisme))
    assert [
        droits.peut_lire_justificatif(personne, autre)
        for personne in (agent, creer_agent(), autre.utilisateur)
    ] == [False, True, True]


def test_un_agent_qui_demande_un_organisme_tenu_n_en_lit_pas_la_fiche(connecter, organisme):
    creer_membre(organisme, Role.ADMINISTRATEUR)
    agent = creer_membre(
        organisme, Role.ADMINISTRATEUR, utilisateur=creer_agent(), est_premiere=True
    )
    assert connecter(agent).get(f"/organismes/{organisme.pk}/fiche/").status_code == 403


def test_il_faut_deux_personnes_du_service(organisme):
    agent, autre = creer_agent(), creer_agent()
    designation = passations.proposer(
        organisme, "Ada@example.org", motif="PV", par=agent, recu_le=PENDANT
    )
    assert Email.objects.get().to == [autre.email]
    with pytest.raises(passations.UneAutrePersonne):
        passations.confirmer(designation, par=agent, recu_le=PENDANT)
    with pytest.raises(passations.DesignationEnAttente):
        passations.proposer(organisme, "b@example.org", motif="PV", par=autre, recu_le=PENDANT)
    passations.confirmer(designation, par=autre, recu_le=PENDANT)
    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.roles) == ("ada@example.org", TOUT)
    with pytest.raises(passations.DesignationTranchee):
        passations.ecarter(designation, par=agent, recu_le=PENDANT)


def partir(organisme, agent):
    """Who held the organisation is gone: the service was told so."""
    ancien = creer_membre(organisme, *TOUT)
    passations.constater_depart(adhesion(ancien), motif="PV", par=agent, recu_le=PENDANT)


def defaire(organisme, agent):
    """Who held it had been verified by mistake."""
    ancien = creer_membre(organisme, *TOUT, est_premiere=True)
    qualites.verifier(adhesion(ancien), par=creer_agent(), recu_le=PENDANT)
    qualites.refuser(adhesion(ancien), motif="Faux", par=agent, recu_le=PENDANT)


@pytest.mark.parametrize("vider", [partir, defaire])
def test_qui_a_vide_un_organisme_ne_le_donne_pas_seul(connecter, organisme, vider):
    agent, autre = creer_agent(), creer_agent()
    vider(organisme, agent)
    nouvelle, _ = demander(connecter)
    page = connecter(agent).get("/instruction/qualites/").content.decode()
    offerte = f"/instruction/qualites/{adhesion(nouvelle).pk}/"
    assert qualites.UneAutrePersonneVerifie.phrase in page
    assert "Qualité vérifiée<" not in page
    dite = connecter(agent).post(offerte, follow=True).content.decode()
    assert qualites.UneAutrePersonneVerifie.phrase in dite
    assert adhesion(nouvelle).acceptee_le is None
    assert "Qualité vérifiée<" in connecter(autre).get("/instruction/qualites/").content.decode()
    connecter(autre).post(offerte)
    assert adhesion(nouvelle).roles == TOUT


def test_refuser_qui_n_avait_rien_ne_reserve_rien(connecter, organisme):
    """A squatter refused, the true holder verified by the same person of the service."""
    agent = creer_agent()
    squatteur, _ = demander(connecter)
    qualites.refuser(adhesion(squatteur), motif="Faux", par=agent, recu_le=PENDANT)
    vraie, _ = demander(connecter)
    qualites.verifier(adhesion(vraie), par=agent, recu_le=PENDANT)
    assert adhesion(vraie).roles == TOUT


def test_la_base_refuse_une_seule_personne(organisme):
    agent = creer_agent()
    designation = passations.proposer(
        organisme, "ada@example.org", motif="PV", par=agent, recu_le=PENDANT
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        Designation.objects.filter(pk=designation.pk).update(
            est_confirmee=True, tranchee_le=PENDANT, tranchee_par=agent
        )


def test_une_proposition_ecartee_n_invite_personne(connecter, organisme):
    agent = creer_agent()
    designation = passations.proposer(
        organisme, "ada@example.org", motif="PV", par=agent, recu_le=PENDANT
    )
    connecter(creer_agent()).post(f"/instruction/designations/{designation.pk}/ecarter/")
    assert (Invitation.objects.count(), organisme.designations.en_attente().count()) == (0, 0)
    assert [ligne.acte for ligne in Passation.objects.order_by("pk")] == ["proposer", "ecarter"]


def test_le_service_ne_se_confie_rien(organisme):
    agent = creer_agent()
    with pytest.raises(passations.AdresseDuService):
        passations.proposer(
            organisme, creer_agent().email.upper(), motif="x", par=agent, recu_le=PENDANT
        )


def test_qui_a_propose_et_n_est_plus_du_service_ne_compte_pas(organisme):
    agent = creer_agent()
    designation = passations.proposer(
        organisme, "ada@example.org", motif="PV", par=agent, recu_le=PENDANT
    )
    membres.terminer(adhesion(agent), recu_le=PENDANT)
    with pytest.raises(passations.ProposanteSansDroit):
        passations.confirmer(designation, par=creer_agent(), recu_le=PENDANT)


def test_les_fichiers_d_un_passe_ferme_ne_se_reprennent_pas(horloge_figee, organisme):
    """A claimant let in by an older rule would take the bank details of the past."""
    passe = creer_dossier_complet(creer_appel(), organisme, par=quitte(organisme))
    Dossier.objects.filter(pk=passe.pk).update(cree_le=OUVERTURE)
    claimant = creer_membre(organisme, *TOUT, est_premiere=True, acceptee_le=PENDANT)
    sien = creer_dossier(passe.appel, organisme, par=claimant, cree_le=PENDANT)
    membre = creer_membre(organisme)
    offerts = {}
    for personne in (claimant, membre):
        lignes = documents.lignes(sien, {}, par=personne, instant=PENDANT)
        offerts[personne] = sum(len(ligne.reprenables) for ligne in lignes)
    assert offerts == {claimant: 0, membre: passe.pieces.count()}
