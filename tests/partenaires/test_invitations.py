"""The link of an invitation: what it shows, what it proves, when it dies; why a person came."""

import threading
from datetime import timedelta
from urllib.parse import quote

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test import Client
from post_office.models import Email

from partenaires.models import Appartenance, Invitation, Partenaire, Role, Utilisateur
from partenaires.organismes.actions import invitations, membres, passations, qualites
from tests.fabriques import (
    MOT_DE_PASSE,
    PENDANT,
    creer_agent,
    creer_appel,
    creer_association,
    creer_membre,
    creer_utilisateur,
)

pytestmark = pytest.mark.django_db
TOUT = {Role.ADMINISTRATEUR, Role.SIGNATAIRE}
ADRESSE = "invitee@example.org"
IDENTITE = {"prenom": "Ada", "nom": "Essai", "mot_de_passe": MOT_DE_PASSE}


@pytest.fixture
def organisme(horloge_figee):
    return creer_association(nom="Association des Essais")


@pytest.fixture
def tete(organisme):
    return creer_membre(organisme, *TOUT, utilisateur=creer_utilisateur(prenom="Zoé", nom="Essai"))


def inviter(organisme, par, email=ADRESSE, roles=(Role.REDACTEUR, Role.SIGNATAIRE)) -> str:
    return invitations.inviter(organisme, email=email, roles=roles, par=par, recu_le=PENDANT)[1]


def lien(courriel: Email) -> str:
    """The path that a mail asks to open."""
    return "/" + courriel.message.split("://")[1].split()[0].partition("/")[2]


# --- One mail, one password, inside -----------------------------------------------------------
def test_la_page_dit_qui_invite_ou_et_pour_quoi_faire(organisme, tete):
    page = Client().get(f"/invitations/{inviter(organisme, tete)}/").content.decode()
    for mots in ("Zoé Essai", "Association des Essais", "Attestation et dépôt, Rédaction", ADRESSE):
        assert mots in page


def test_sans_compte_un_mot_de_passe_suffit(organisme, tete):
    jeton = inviter(organisme, tete)
    client = Client()
    reponse = client.post(f"/invitations/{jeton}/", IDENTITE)
    assert (reponse.status_code, reponse.url) == (302, "/espace/")
    personne = Utilisateur.objects.get(email=ADRESSE)
    adresse = EmailAddress.objects.get(user=personne)
    assert (str(personne), adresse.verified, adresse.primary) == ("Ada Essai", True, True)
    sienne = personne.appartenances.get()
    assert (sienne.roles, sienne.qualite_verifiee) == ({Role.REDACTEUR, Role.SIGNATAIRE}, True)
    assert client.get(f"/organismes/{organisme.pk}/fiche/").status_code == 200
    assert Email.objects.count() == 1  # the invitation, and no second mail
    assert Client().post(f"/invitations/{jeton}/", IDENTITE).status_code == 404


@pytest.mark.parametrize(
    ("champs", "phrase"),
    [
        ({"mot_de_passe": "court"}, "trop court"),
        ({"mot_de_passe": ""}, "obligatoire"),
        ({"nom": ""}, "obligatoire"),
        ({"nom": "Nora https://evil.fr"}, "ressemble à l’adresse d’un site"),
        ({"prenom": "Appelez le 06 12 34 56 78"}, "ressemble à un numéro de téléphone"),
        ({"prenom": "x" * 81}, "80 caractères"),
    ],
)
def test_une_mauvaise_saisie_ne_consomme_rien(organisme, tete, champs, phrase):
    jeton = inviter(organisme, tete)
    reponse = Client().post(f"/invitations/{jeton}/", {**IDENTITE, **champs})
    assert (reponse.status_code, phrase in reponse.content.decode()) == (422, True)
    assert (
        Utilisateur.objects.filter(email=ADRESSE).count(),
        Invitation.objects.en_attente().count(),
    ) == (0, 1)


def test_qui_a_un_compte_se_connecte_et_revient(organisme, tete):
    creer_utilisateur(ADRESSE)
    chemin = f"/invitations/{inviter(organisme, tete)}/"
    client = Client()
    page = client.get(chemin).content.decode()
    assert f"/compte/login/?next={quote(chemin, safe='/')}" in page
    assert client.post(chemin, IDENTITE).status_code == 200  # nothing but the way to sign in
    assert Appartenance.objects.count() == 1
    reponse = client.post(
        "/compte/login/", {"login": ADRESSE, "password": MOT_DE_PASSE, "next": chemin}
    )
    assert reponse.url == chemin
    assert client.post(chemin).status_code == 302
    assert Appartenance.objects.filter(utilisateur__email=ADRESSE).count() == 1


def test_un_compte_jamais_confirme_appartient_a_qui_tient_le_lien(organisme, tete):
    """Somebody else may have opened it: their password opens nothing any more."""
    usurpe = Utilisateur.objects.create_user(ADRESSE, "le mot de passe d’un autre")
    EmailAddress.objects.create(user=usurpe, email=ADRESSE, verified=False, primary=True)
    assert Client().post(f"/invitations/{inviter(organisme, tete)}/", IDENTITE).status_code == 302
    usurpe.refresh_from_db()
    assert (usurpe.check_password(MOT_DE_PASSE), str(usurpe)) == (True, "Ada Essai")
    assert EmailAddress.objects.filter(user=usurpe, verified=True).count() == 1


def test_un_autre_compte_n_utilise_pas_le_lien(connecter, organisme, tete):
    jeton = inviter(organisme, tete)
    autre = creer_utilisateur()
    reponse = connecter(autre).post(f"/invitations/{jeton}/")
    assert (reponse.status_code, autre.email in reponse.content.decode()) == (404, True)
    assert Invitation.objects.en_attente().count() == 1


def poser_une_seconde(personne, *, prouvee=True) -> str:
    """Another address of this account."""
    adresse = "ancienne@example.org"
    EmailAddress.objects.create(user=personne, email=adresse, verified=prouvee, primary=False)
    return adresse


def test_un_lien_envoye_a_une_autre_de_ses_adresses(connecter, organisme, tete):
    """Kept when the main one changed: the account opens it, and no second account is made."""
    invitee = creer_utilisateur(ADRESSE)
    seconde = poser_une_seconde(invitee)
    chemin = f"/invitations/{inviter(organisme, tete, seconde)}/"
    page = Client().get(chemin).content.decode()
    assert f"/compte/login/?next={quote(chemin, safe='/')}" in page
    client = connecter(invitee)
    assert "Une invitation à rejoindre" in client.get("/organismes/").content.decode()
    assert client.post(chemin).status_code == 302
    assert (invitee.appartenances.count(), Utilisateur.objects.filter(email=seconde).count()) == (
        1,
        0,
    )
    encore = inviter(creer_association(), tete, seconde)
    mienne = Invitation.objects.en_attente().get()
    assert client.post(f"/invitations/{mienne.pk}/accepter/").status_code == 302
    assert connecter(invitee).get(f"/invitations/{encore}/").status_code == 404


def test_une_adresse_jamais_prouvee_ne_recoit_rien(connecter, organisme, tete):
    invitee = creer_utilisateur("autre@example.org")
    chemin = f"/invitations/{inviter(organisme, tete, poser_une_seconde(invitee, prouvee=False))}/"
    client = connecter(invitee)
    cle = Invitation.objects.get().pk
    assert client.post(chemin).status_code == 404
    assert client.post(f"/invitations/{cle}/accepter/").status_code == 404
    assert Client().post(chemin, IDENTITE).status_code == 302  # who holds the link proves it


# --- Seen after sign-in -----------------------------------------------------------------------
def test_l_invitation_attend_apres_la_connexion(connecter, organisme, tete):
    invitee = creer_utilisateur(ADRESSE)
    inviter(organisme, tete)
    client = connecter(invitee)
    assert client.get("/espace/").url == "/organismes/"
    page = client.get("/organismes/").content.decode()
    assert "Une invitation à rejoindre Association des Essais" in page
    cle = Invitation.objects.get().pk
    assert connecter(creer_utilisateur()).post(f"/invitations/{cle}/accepter/").status_code == 404
    client.post(f"/invitations/{cle}/accepter/")
    assert invitee.appartenances.get().roles == {Role.REDACTEUR, Role.SIGNATAIRE}
    assert client.get("/espace/").url == "/dossiers/"


def test_l_invitation_passe_avant_la_creation_et_mene_ou_l_on_allait(connecter, organisme, tete):
    appel = creer_appel()
    inviter(organisme, tete)
    client = connecter(creer_utilisateur(ADRESSE))
    page = client.get(f"/dossiers/nouveau/{appel.annee}/", follow=True).content.decode()
    assert "Une invitation à rejoindre" in page
    suite = f"/dossiers/nouveau/{appel.annee}/"
    chemin = f"/invitations/{Invitation.objects.get().pk}/accepter/?suite={quote(suite, safe='')}"
    assert chemin in page
    assert client.post(chemin).url == suite


# --- One live link ----------------------------------------------------------------------------
def test_un_nouveau_lien_remplace_l_ancien(organisme, tete):
    premier = inviter(organisme, tete, roles={Role.ADMINISTRATEUR})
    second = inviter(organisme, tete, ADRESSE.upper(), {Role.LECTEUR})
    invitee = creer_utilisateur(ADRESSE)
    assert Invitation.objects.en_attente().count() == 1
    with pytest.raises(invitations.InvitationInutilisable):
        invitations.accepter(premier, par=invitee, recu_le=PENDANT)
    assert invitations.accepter(second, par=invitee, recu_le=PENDANT).roles == {Role.LECTEUR}


def test_annuler_et_renvoyer_depuis_les_membres(connecter, organisme, tete):
    premier = inviter(organisme, tete)
    page = f"/organismes/{organisme.pk}/membres/"
    client = connecter(tete)
    assert "Expire le" in client.get(page).content.decode()
    client.post(f"/invitations/{Invitation.objects.get().pk}/renvoyer/")
    with pytest.raises(invitations.InvitationInutilisable):
        invitations.lire(premier, recu_le=PENDANT)
    second = Invitation.objects.en_attente().get()
    for autre, code in ((creer_membre(organisme), 403), (creer_utilisateur(), 404)):
        assert connecter(autre).post(f"/invitations/{second.pk}/annuler/").status_code == code
    client.post(f"/invitations/{second.pk}/annuler/")
    assert Invitation.objects.en_attente().count() == 0
    reponse = client.post(f"/invitations/{second.pk}/renvoyer/", follow=True)
    assert "a été annulé" in reponse.content.decode()
    assert Invitation.objects.en_attente().count() == 0


SORTIES = {
    "retirer": lambda a: membres.retirer(a, par=a.utilisateur, recu_le=PENDANT),
    "quitter": lambda a: passations.quitter(a, recu_le=PENDANT),
    "depart": lambda a: passations.constater_depart(
        a, motif="x", par=creer_agent(), recu_le=PENDANT
    ),
    "fermer": lambda a: passations.fermer_compte(a.utilisateur, recu_le=PENDANT),
}


@pytest.mark.parametrize("est_principale", [True, False])
@pytest.mark.parametrize("sortie", SORTIES)
def test_qui_part_emporte_les_liens_envoyes_et_recus(organisme, tete, sortie, est_principale):
    """Those received at the address of the account, and at any other of theirs."""
    partante = creer_membre(organisme, Role.ADMINISTRATEUR)
    adresse = partante.email if est_principale else poser_une_seconde(partante)
    recu = inviter(organisme, tete, adresse, {Role.ADMINISTRATEUR})
    envoye = inviter(organisme, partante)
    SORTIES[sortie](Appartenance.objects.get(utilisateur=partante))
    for jeton in (recu, envoye):
        with pytest.raises(invitations.InvitationInutilisable):
            invitations.lire(jeton, recu_le=PENDANT)
    assert Invitation.objects.en_attente().filter(email=adresse).count() == 0


@pytest.mark.parametrize("perte", ["role", "confiance"])
def test_le_lien_ne_survit_pas_au_droit_d_inviter(organisme, tete, perte):
    jeton = inviter(organisme, tete)
    creer_membre(organisme, *TOUT)
    sienne = Appartenance.objects.filter(utilisateur=tete)
    sienne.update(**({"roles": {Role.REDACTEUR}} if perte == "role" else {"est_premiere": True}))
    assert Client().post(f"/invitations/{jeton}/", IDENTITE).status_code == 404
    assert not Utilisateur.objects.filter(email=ADRESSE).exists()


def test_une_demande_refusee_emporte_ses_liens(organisme, tete):
    sienne = Appartenance.objects.filter(utilisateur=tete)
    sienne.update(est_premiere=True, verifiee_le=PENDANT, verifiee_par=creer_agent())
    inviter(organisme, tete)
    qualites.refuser(sienne.get(), motif="Faux", par=creer_agent(), recu_le=PENDANT)
    assert Invitation.objects.en_attente().count() == 0


@pytest.mark.skipif(connection.vendor != "postgresql", reason="two writers at once")
@pytest.mark.django_db(transaction=True)
def test_deux_invitations_ensemble_ne_font_qu_un_lien_vivant(organisme, tete):
    barriere = threading.Barrier(2)

    def envoyer():
        barriere.wait()
        inviter(organisme, tete)
        connection.close()

    fils = [threading.Thread(target=envoyer) for _ in range(2)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    assert (Invitation.objects.count(), Invitation.objects.en_attente().count()) == (2, 1)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="two writers at once")
@pytest.mark.django_db(transaction=True)
def test_un_lien_ouvert_deux_fois_ensemble_fait_un_compte(organisme, tete):
    jeton = inviter(organisme, tete)
    barriere = threading.Barrier(2)
    codes = []

    def ouvrir():
        barriere.wait()
        codes.append(Client().post(f"/invitations/{jeton}/", IDENTITE).status_code)
        connection.close()

    fils = [threading.Thread(target=ouvrir) for _ in range(2)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    assert (codes.count(302), Utilisateur.objects.filter(email=ADRESSE).count()) == (1, 1)


# --- Why a person came ------------------------------------------------------------------------
INSCRIPTION = {"prenom": "Ada", "nom": "Essai", "email": ADRESSE, "password1": MOT_DE_PASSE}


def confirmer(client) -> str:
    """Open the mail in this browser and press its button; where it leads."""
    chemin = lien(Email.objects.latest("pk"))
    page = client.get(chemin)
    champs = {"next": page.context["redirect_field_value"] or ""}
    return client.post(chemin.partition("?")[0], champs).url


@pytest.mark.parametrize("meme_navigateur", [True, False])
def test_pourquoi_l_on_vient_tient_jusqu_au_dossier(horloge_figee, meme_navigateur):
    appel = creer_appel()
    but = f"/dossiers/nouveau/{appel.annee}/"
    client = Client()
    assert client.get(but).url == f"/compte/login/?next={but}"
    client.post("/compte/signup/", {**INSCRIPTION, "next": but})
    assert Utilisateur.objects.get().email == ADRESSE
    if meme_navigateur:
        assert confirmer(client) == but
    else:
        client = Client()
        assert confirmer(client) == but
        assert client.get(but).url == f"/compte/login/?next={but}"
        client.post("/compte/login/", {"login": ADRESSE, "password": MOT_DE_PASSE, "next": but})
    reponse = client.get(but, follow=True)
    creation = reponse.redirect_chain[-1][0]
    assert creation == f"/organismes/nouveau/?suite={quote(but, safe='')}"
    organisme = {
        "genre": "association",
        "nom": "Association neuve",
        "rna": "W621000001",
        "qualite": "Présidente",
    }
    assert client.post(creation, organisme).url == but
    assert Partenaire.objects.porteurs().get().nom == "Association neuve"
    assert client.get(but).status_code == 200


@pytest.mark.parametrize("suite", ["https://evil.example/", "//evil.example/", "javascript:x"])
def test_une_suite_d_ailleurs_n_est_pas_suivie(connecter, horloge_figee, suite):
    organisme = {
        "genre": "association",
        "nom": "Association neuve",
        "rna": "W621000001",
        "qualite": "Présidente",
    }
    client = connecter(creer_utilisateur())
    reponse = client.post(f"/organismes/nouveau/?suite={quote(suite)}", organisme)
    assert reponse.url == "/organismes/"
    Client().post("/compte/signup/", {**INSCRIPTION, "next": suite})
    assert "next" not in lien(Email.objects.latest("pk"))


def test_le_lien_seul_n_ouvre_pas_de_session_ailleurs(horloge_figee):
    Client().post("/compte/signup/", INSCRIPTION)
    ailleurs = Client()
    confirmer(ailleurs)
    assert ailleurs.get("/mon-compte/").status_code == 302


def test_renvoyer_le_message_depuis_la_page(horloge_figee):
    client = Client()
    but = "/dossiers/nouveau/2027/"
    client.post("/compte/signup/", {**INSCRIPTION, "next": but})
    page = client.get("/compte/confirm-email/").content.decode()
    assert ("Renvoyer le message" in page, "Voir ce courriel" in page) == (True, False)
    reponse = client.post("/confirmation/renvoyer/")
    assert (reponse.url, Email.objects.count()) == ("/compte/confirm-email/", 2)
    assert confirmer(client) == but
    Client().post("/confirmation/renvoyer/")  # a browser that signs nobody up
    assert Email.objects.count() == 2


def test_la_demonstration_montre_les_courriels_de_compte(horloge_figee, settings):
    settings.MODE = "demo"
    client = Client()
    client.post("/compte/signup/", INSCRIPTION)
    attente = client.get("/compte/confirm-email/").content.decode()
    assert 'href="/demonstration/courriels/">Voir ce courriel' in attente
    page = client.get("/demonstration/courriels/").content.decode()
    assert lien(Email.objects.get()) in page


def test_un_lien_expire_se_dit(organisme, tete, horloge_figee):
    jeton = inviter(organisme, tete)
    horloge_figee(PENDANT + timedelta(days=14, seconds=1))
    reponse = Client().post(f"/invitations/{jeton}/", IDENTITE)
    assert (reponse.status_code, "a expiré" in reponse.content.decode()) == (404, True)
