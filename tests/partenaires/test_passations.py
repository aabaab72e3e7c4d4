"""An organisation outlives its people.

Leaving, the keys given again by the service, an account closed, data taken away.
"""

import json

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.test import Client
from post_office.models import STATUS, Email

from partenaires.models import (
    ActeOrganisme,
    Appartenance,
    Designation,
    Invitation,
    Passation,
    Role,
    Utilisateur,
)
from partenaires.organismes.actions import membres, passations
from tests.fabriques import (
    MOT_DE_PASSE,
    PENDANT,
    creer_agent,
    creer_appel,
    creer_association,
    creer_dossier_complet,
    creer_membre,
    creer_signataire,
    creer_utilisateur,
    deposer,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def porteur(horloge_figee):
    return creer_association()


@pytest.fixture
def administratrice(porteur):
    return creer_membre(porteur, Role.ADMINISTRATEUR)


def active(personne, porteur) -> bool:
    return Appartenance.objects.actives().filter(utilisateur=personne, partenaire=porteur).exists()


# --- Leaving ------------------------------------------------------------------------------------
def test_quitter_se_dit_d_abord_puis_ferme_les_dossiers(connecter, porteur, administratrice):
    membre = creer_membre(porteur)
    dossier = creer_dossier_complet(creer_appel(), porteur, par=membre)
    client = connecter(membre)
    assert (
        "appartiennent à l’organisme"
        in client.get(f"/organismes/{porteur.pk}/quitter/").content.decode()
    )
    assert client.get(f"/dossiers/{dossier.pk}/").status_code == 200
    client.post(f"/organismes/{porteur.pk}/quitter/")
    assert (active(membre, porteur), client.get(f"/dossiers/{dossier.pk}/").status_code) == (
        False,
        404,
    )
    assert list(Passation.objects.values_list("acte", "personne")) == [("quitter", str(membre))]


def test_la_seule_personne_qui_administre_passe_d_abord_la_main(
    connecter, porteur, administratrice
):
    creer_membre(porteur)
    page = (
        connecter(administratrice)
        .post(f"/organismes/{porteur.pk}/quitter/", follow=True)
        .content.decode()
    )
    assert ("donnez d’abord ce rôle" in page, active(administratrice, porteur)) == (True, True)


def test_la_derniere_personne_peut_partir_et_l_organisme_attend(porteur, administratrice):
    passations.quitter(administratrice.appartenances.get(), recu_le=PENDANT)
    assert list(passations.sans_administration()) == [porteur]


# --- The service gives the keys again -------------------------------------------------------------
def test_l_agent_constate_un_depart_puis_confie_et_tout_est_note(
    connecter, porteur, administratrice
):
    agent = creer_agent()
    suivante = creer_utilisateur()
    client = connecter(agent)
    page = f"/instruction/organismes/{porteur.pk}/"
    assert "Confier l’administration" not in client.get(page).content.decode()
    client.post(
        f"/instruction/membres/{administratrice.appartenances.get().pk}/depart/",
        {"depart-motif": "Courrier du 3 novembre"},
    )
    assert (active(administratrice, porteur), list(passations.sans_administration())) == (
        False,
        [porteur],
    )
    courriel = Email.objects.get(subject__contains="Votre départ")
    assert (courriel.to, "Courrier du 3 novembre" in courriel.message) == (
        [administratrice.email],
        True,
    )
    client.post(page, {"email": suivante.email, "motif": "Procès-verbal du 5 novembre"})
    assert Email.objects.filter(to=[suivante.email]).count() == 0
    designation = Designation.objects.get()
    client.post(f"/instruction/designations/{designation.pk}/confirmer/")
    assert Invitation.objects.count() == 0  # who proposed does not confirm
    autre = creer_agent()
    connecter(autre).post(f"/instruction/designations/{designation.pk}/confirmer/")
    jeton = Email.objects.get(to=[suivante.email]).message.split("/invitations/")[1].split("/")[0]
    connecter(suivante).post(f"/invitations/{jeton}/")
    nommee = suivante.appartenances.get()
    assert (nommee.roles, nommee.qualite_verifiee) == (
        {Role.ADMINISTRATEUR, Role.SIGNATAIRE},
        True,
    )
    assert list(Passation.objects.order_by("pk").values_list("acte", "par", "motif")) == [
        ("depart", agent.pk, "Courrier du 3 novembre"),
        ("proposer", agent.pk, "Procès-verbal du 5 novembre"),
        ("confier", autre.pk, "Procès-verbal du 5 novembre"),
        ("rejoindre", autre.pk, "Administration de l’organisme, Attestation et dépôt"),
    ]
    assert "Procès-verbal du 5 novembre" in client.get(page).content.decode()


def test_le_service_ne_confie_pas_un_organisme_que_quelqu_un_administre(
    connecter, porteur, administratrice
):
    reponse = connecter(creer_agent()).post(
        f"/instruction/organismes/{porteur.pk}/", {"email": "x@example.org", "motif": "Un motif"}
    )
    assert (reponse.status_code, Designation.objects.count()) == (422, 0)
    with pytest.raises(passations.AdministrationTenue):
        passations.proposer(porteur, "x@example.org", motif="", par=creer_agent(), recu_le=PENDANT)


def test_un_compte_ferme_n_administre_plus(porteur, administratrice):
    Utilisateur.objects.filter(pk=administratrice.pk).update(is_active=False)
    assert list(passations.sans_administration()) == [porteur]


@pytest.mark.parametrize("motif", ["", "x" * 301])
def test_un_depart_sans_motif_ne_se_note_pas(connecter, porteur, administratrice, motif):
    connecter(creer_agent()).post(
        f"/instruction/membres/{administratrice.appartenances.get().pk}/depart/",
        {"depart-motif": motif},
    )
    assert (active(administratrice, porteur), Passation.objects.count()) == (True, 0)


def test_l_annuaire_cherche_et_isole_les_orphelins(connecter, porteur):
    autre = creer_association(nom="Zèbre")
    creer_membre(autre, Role.ADMINISTRATEUR)
    creer_membre(porteur)
    client = connecter(creer_agent())
    for question, present, absent in (
        ("?q=Zèbre", autre, porteur),
        (f"?q={porteur.siret}", porteur, autre),
        ("?seuls=1", porteur, autre),
    ):
        page = client.get(f"/instruction/organismes/{question}").content.decode()
        assert (
            f"/instruction/organismes/{present.pk}/" in page,
            f"/instruction/organismes/{absent.pk}/" in page,
        ) == (True, False)
    assert client.get("/instruction/organismes/?q=%00").status_code == 400
    assert (
        "Aucun organisme" in client.get("/instruction/organismes/?q=" + "z" * 500).content.decode()
    )


# --- Closing an account ---------------------------------------------------------------------------
@pytest.fixture
def reconnue(horloge_figee):
    """A browser of somebody who has just given the password."""

    def ouvrir(personne) -> Client:
        client = Client()
        client.force_login(personne, backend="allauth.account.auth_backends.AuthenticationBackend")
        client.post("/compte/reauthenticate/", {"password": MOT_DE_PASSE})
        return client

    return ouvrir


def test_fermer_son_compte_ne_garde_pas_les_liens_de_ses_courriels(porteur):
    """A link to set a password again lay in clear for ever."""
    creer_membre(porteur, Role.ADMINISTRATEUR)
    membre = creer_membre(porteur)
    for adresse, statut in (
        (membre.email, STATUS.sent),
        (membre.email, STATUS.queued),
        ("autre@exemple.fr", STATUS.sent),
    ):
        Email.objects.create(from_email="a@exemple.fr", to=[adresse], message="lien", status=statut)
    passations.fermer_compte(membre, recu_le=PENDANT)
    assert list(Email.objects.order_by("pk").values_list("message", flat=True)) == [
        "",
        "lien",
        "lien",
    ]


def test_fermer_son_compte_ne_laisse_l_adresse_nulle_part(client, porteur):
    """Every column of every table is read: nobody gave their name, a mail was sent, a log written.

    What is to leave still leaves where it was to.
    """
    creer_membre(porteur, Role.ADMINISTRATEUR)
    membre = creer_membre(porteur, utilisateur=creer_utilisateur("partira@exemple.org"))
    EmailAddress.objects.create(user=membre, email="partira-aussi@exemple.org", verified=True)
    client.post("/compte/password/reset/", {"email": membre.email})
    client.post("/compte/password/reset/", {"email": "partira-aussi@exemple.org"})
    Email.objects.update(status=STATUS.sent)
    passations.fermer_compte(membre, recu_le=PENDANT)
    trouves = [
        (modele._meta.label, nom)
        for modele in apps.get_models()
        for ligne in modele._base_manager.values()
        for nom, valeur in ligne.items()
        if "partira" in str(valeur)
    ]
    assert (Email.objects.count(), trouves) == (2, [])
    assert Passation.objects.get(acte=ActeOrganisme.FERMER).personne == "Compte fermé"


def test_fermer_son_compte_retire_les_acces_et_garde_les_actes(reconnue, porteur, administratrice):
    membre = creer_signataire(porteur)
    creer_signataire(porteur)  # who signs after
    Utilisateur.objects.filter(pk=membre.pk).update(prenom="Ada", nom="Essai")
    adresse = membre.email
    dossier = deposer(creer_dossier_complet(creer_appel(), porteur), membre)
    client = reconnue(membre)
    assert client.post("/mon-compte/fermer/", {}).status_code == 422
    client.post("/mon-compte/fermer/", {"certain": "on"})
    ferme = Utilisateur.objects.get(pk=membre.pk)
    assert (ferme.is_active, ferme.email, ferme.has_usable_password(), str(ferme)) == (
        False,
        f"compte-ferme-{membre.pk}@invalid",
        False,
        "Ada Essai",
    )
    assert (EmailAddress.objects.filter(user=membre).count(), active(membre, porteur)) == (0, False)
    assert client.get("/dossiers/").status_code == 302
    assert not Client().login(email=adresse, password=MOT_DE_PASSE)
    dossier.refresh_from_db()
    assert (dossier.depose_par_id, "Ada Essai" in dossier.versions.get().contenu) == (
        membre.pk,
        False,
    )
    assert creer_utilisateur(adresse).email == adresse


def test_fermer_demande_de_se_faire_reconnaitre(connecter, porteur, administratrice):
    reponse = connecter(administratrice).get("/mon-compte/fermer/")
    assert (reponse.status_code, "/compte/reauthenticate/" in reponse.url) == (302, True)


def test_qui_administre_seul_avec_d_autres_ne_ferme_pas(reconnue, porteur, administratrice):
    creer_membre(porteur)
    reponse = reconnue(administratrice).post("/mon-compte/fermer/", {"certain": "on"})
    assert (reponse.status_code, Utilisateur.objects.get(pk=administratrice.pk).is_active) == (
        422,
        True,
    )
    responsable = creer_agent(Role.RESPONSABLE)
    with pytest.raises(membres.DernierePersonne):
        passations.fermer_compte(responsable, recu_le=PENDANT)
    creer_agent(Role.RESPONSABLE)
    passations.fermer_compte(responsable, recu_le=PENDANT)


# --- One's data ---------------------------------------------------------------------------------
def test_mes_donnees_contiennent_tout_ce_qui_est_a_moi_et_rien_d_un_autre(
    connecter, porteur, administratrice
):
    dossier = creer_dossier_complet(
        creer_appel(), porteur, intitule="Canari à moi", par=administratrice
    )
    deposer(dossier, creer_signataire(porteur))
    autre = creer_dossier_complet(dossier.appel, creer_association(nom="Canari étranger"))
    reponse = connecter(administratrice).get("/mes-donnees.json")
    donnees = json.loads(reponse.content)
    assert reponse["Content-Disposition"] == 'attachment; filename="mes-donnees.json"'
    assert (donnees["compte"]["email"], [o["nom"] for o in donnees["organismes"]]) == (
        administratrice.email,
        [porteur.nom],
    )
    assert [(d["numero"], d["contenu"]["projet"]["intitule"]) for d in donnees["dossiers"]] == [
        ("CV-2027-0001", "Canari à moi")
    ]
    texte = reponse.content.decode()
    assert ("Canari étranger" in texte, autre.cree_par.email in texte, "FR76" in texte) == (
        False,
        False,
        False,
    )


@pytest.mark.parametrize("combien", [1, 4])
def test_mes_donnees_coutent_un_nombre_fixe_de_requetes(
    connecter, porteur, administratrice, django_assert_num_queries, combien
):
    appel = creer_appel()
    for _ in range(combien):
        creer_dossier_complet(appel, porteur)
    client = connecter(administratrice)
    with django_assert_num_queries(29):
        client.get("/mes-donnees.json")
