"""A name or a number corrected: asked by the organisation, agreed by the service, dated."""

import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from post_office.models import Email

from appels.demonstration import dossiers, exemple
from appels.instruction import listes
from appels.models import Dossier
from partenaires.models import Genre, Partenaire, Rectification, Role
from partenaires.organismes.actions import rectifications
from partenaires.socle.refus import Refus
from quartiers.models import Commune, Parution
from tests.attente import BORNE
from tests.fabriques import (
    PENDANT,
    creer_agent,
    creer_association,
    creer_dossier_complet,
    creer_membre,
    creer_utilisateur,
    deposer,
)

pytestmark = pytest.mark.django_db
NOUVEAU = exemple.siret_fictif(9001)


@pytest.fixture
def porteur(horloge_figee):
    return creer_association(nom="Les Jardins d’avant")


@pytest.fixture
def administratrice(porteur):
    return creer_membre(porteur, Role.ADMINISTRATEUR)


@pytest.fixture
def agent(horloge_figee):
    return creer_agent()


def page(porteur) -> str:
    return f"/organismes/{porteur.pk}/rectifier/"


def saisie(champ="siret", apres=NOUVEAU, **autres) -> dict:
    return {"champ": champ, "apres": apres, "motif": "Déménagement", **autres}


def demander(porteur, par, champ="siret", apres=NOUVEAU) -> Rectification:
    return rectifications.demander(
        porteur, champ, apres, motif="Déménagement", document=None, par=par, recu_le=PENDANT
    )


def accepter(rectification, par) -> None:
    rectifications.accepter(rectification, par=par, recu_le=PENDANT)


# --- From the request to the answer --------------------------------------------------------------
def test_demandee_puis_acceptee_par_un_agent_et_datee(connecter, porteur, administratrice, agent):
    ancien = porteur.siret
    chez_elle, au_service = connecter(administratrice), connecter(agent)
    avis = dossiers.pdf_fictif("avis")
    piece = SimpleUploadedFile("avis.pdf", avis)
    groupe = " ".join([NOUVEAU[:3], NOUVEAU[3:6], NOUVEAU[6:9], NOUVEAU[9:]])
    assert chez_elle.post(page(porteur), saisie(apres=groupe, document=piece)).status_code == 302
    porteur.refresh_from_db()
    assert porteur.siret == ancien
    assert Email.objects.get().to == [agent.email]
    rectification = Rectification.objects.get()
    assert (rectification.avant, rectification.apres) == (ancien, NOUVEAU)
    assert "Noms et numéros à corriger (1)" in (
        au_service.get("/instruction/organismes/").content.decode()
    )
    fiche = f"/instruction/rectifications/{rectification.pk}/"
    assert "avis.pdf" in au_service.get(fiche).content.decode()
    assert b"".join(au_service.get(f"{fiche}document/")) == avis
    parution = Parution.actuelle()
    assert au_service.post(fiche, {"accepter": "1"}).status_code == 302
    porteur.refresh_from_db()
    assert porteur.siret == NOUVEAU
    assert Parution.actuelle() != parution  # public pages name the organisation
    rectification.refresh_from_db()
    assert (rectification.depuis_le, rectification.tranchee_par) == (PENDANT, agent)
    assert Email.objects.latest("pk").to == [administratrice.email]
    for histoire in (page(porteur), f"/instruction/organismes/{porteur.pk}/"):
        qui = chez_elle if histoire == page(porteur) else au_service
        texte = qui.get(histoire).content.decode()
        assert [mot for mot in (ancien, NOUVEAU, "Déménagement") if mot not in texte] == []


def test_refusee_avec_son_motif_rien_ne_change(connecter, porteur, administratrice, agent):
    rectification = demander(porteur, administratrice, "nom", "Les Jardins d’après")
    fiche = f"/instruction/rectifications/{rectification.pk}/"
    client = connecter(agent)
    sans_motif = client.post(fiche, {"refuser": "1", "reponse": ""})
    assert (sans_motif.status_code, Rectification.objects.en_attente().count()) == (422, 1)
    client.post(fiche, {"refuser": "1", "reponse": "Le vote n’est pas joint."})
    porteur.refresh_from_db()
    rectification.refresh_from_db()
    assert (porteur.nom, rectification.est_acceptee) == ("Les Jardins d’avant", False)
    assert "Le vote n’est pas joint." in Email.objects.latest("pk").message
    assert "Le vote n’est pas joint." in (
        connecter(administratrice).get(page(porteur)).content.decode()
    )


def test_les_depots_gardent_l_ancienne_valeur(porteur, administratrice, agent):
    depose = deposer(creer_dossier_complet(porteur=porteur))
    avant = depose.versions.get().contenu
    accepter(demander(porteur, administratrice, "nom", "Les Jardins d’après"), agent)
    assert depose.versions.get().contenu == avant
    assert "Les Jardins d’avant" in avant


def test_la_recherche_trouve_l_ancien_et_le_nouveau(connecter, porteur, administratrice, agent):
    depose = deposer(creer_dossier_complet(porteur=porteur))
    ancien = porteur.siret
    accepter(demander(porteur, administratrice), agent)
    accepter(demander(porteur, administratrice, "nom", "La Serre"), agent)
    creer_association(nom="Autre")
    client = connecter(agent)
    for mots in ("jardins avant", "serre", ancien, NOUVEAU, f"{ancien[:3]} {ancien[3:]}"):
        assert list(listes.chercher(Dossier.objects.all(), mots)) == [depose], mots
        texte = client.get("/instruction/organismes/", {"q": mots}).content.decode()
        assert ("La Serre" in texte, "Autre</a>" in texte) == (True, False), mots


def test_un_tres_long_nom_ne_cache_pas_l_ancien(porteur, administratrice, agent):
    for nom in ("a" * 200, "b" * 200):
        porteur.refresh_from_db()
        accepter(demander(porteur, administratrice, "nom", nom), agent)
    assert list(Partenaire.objects.nommes("jardins d’avant")) == [porteur]


# --- What is refused -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("champs", "phrase"),
    [
        ({"apres": "12345678900012"}, "Ce numéro SIRET n’est pas valable"),
        ({"champ": "rna", "apres": "W12"}, "Ce numéro RNA n’est pas valable"),
        ({"champ": "nom", "apres": "CAF https://evil.fr"}, "ressemble à l’adresse"),
        ({"champ": "genre"}, "choix valide"),
        ({"apres": ""}, "obligatoire"),
        ({"motif": ""}, "obligatoire"),
        ({"champ": "nom", "apres": "x" * 201}, "200 caractères"),
        ({"champ": "nom", "apres": "Les Jardins d’avant"}, "déjà ce qui est enregistré"),
    ],
)
def test_une_mauvaise_saisie_est_dite_et_gardee(
    connecter, porteur, administratrice, champs, phrase
):
    reponse = connecter(administratrice).post(page(porteur), saisie(**champs))
    texte = reponse.content.decode()
    assert (reponse.status_code, phrase in texte) == (422, True)
    assert (Rectification.objects.count(), Email.objects.count()) == (0, 0)


@pytest.mark.parametrize("champ", ["siret", "rna"])
def test_un_numero_pris_est_refuse_sans_dire_par_qui(connecter, porteur, administratrice, champ):
    autre = creer_association(nom="Le Secret")
    reponse = connecter(administratrice).post(page(porteur), saisie(champ, getattr(autre, champ)))
    texte = reponse.content.decode()
    assert (reponse.status_code, "d’un autre organisme du portail" in texte) == (422, True)
    assert "Le Secret" not in texte


def test_un_numero_pris_entre_temps_ne_s_accepte_pas(porteur, administratrice, agent):
    rectification = demander(porteur, administratrice)
    creer_association(siret=NOUVEAU)
    with pytest.raises(rectifications.NumeroPris):
        accepter(rectification, agent)
    porteur.refresh_from_db()
    assert (porteur.siret != NOUVEAU, Rectification.objects.en_attente().count()) == (True, 1)


def test_un_service_garde_le_siret_de_sa_commune(connecter, horloge_figee):
    arras = Commune.objects.get(nom="Arras")
    service = Partenaire.objects.create(
        genre=Genre.SERVICE, nom="Service Jeunesse", siret=f"{arras.siren}00017", commune=arras
    )
    reponse = connecter(creer_membre(service, Role.ADMINISTRATEUR)).post(page(service), saisie())
    assert "n’est pas celui de la commune" in reponse.content.decode()


def test_une_demande_a_la_fois(connecter, porteur, administratrice):
    demander(porteur, administratrice)
    reponse = connecter(administratrice).post(
        page(porteur), saisie(apres=exemple.siret_fictif(9002))
    )
    assert (reponse.status_code, Rectification.objects.count()) == (422, 1)


def test_l_organisme_demande_et_personne_d_autre(connecter, porteur, administratrice):
    redacteur = connecter(creer_membre(porteur))
    assert (
        redacteur.get(page(porteur)).status_code,
        redacteur.post(page(porteur)).status_code,
    ) == (
        200,
        403,
    )
    for etranger in (creer_utilisateur(), creer_membre(creer_association(), Role.ADMINISTRATEUR)):
        client = connecter(etranger)
        assert client.get(page(porteur)).status_code == 404
        assert client.post(page(porteur), saisie()).status_code == 404
    assert connecter(None).post(page(porteur), saisie()).status_code == 302
    rectification = demander(porteur, administratrice)
    fiche = f"/instruction/rectifications/{rectification.pk}/"
    assert connecter(administratrice).post(fiche, {"accepter": "1"}).status_code == 403
    assert Rectification.objects.en_attente().count() == 1


def test_un_agent_ne_repond_pas_a_son_propre_organisme(porteur, administratrice, agent):
    creer_membre(porteur, utilisateur=agent)
    rectification = demander(porteur, administratrice)
    for geste in (
        lambda: accepter(rectification, agent),
        lambda: rectifications.refuser(rectification, reponse="x", par=agent, recu_le=PENDANT),
    ):
        with pytest.raises(rectifications.SonPropreOrganisme):
            geste()


@pytest.mark.parametrize("bouton", ["accepter", "refuser"])
def test_un_agent_d_un_autre_perimetre_ne_repond_pas(connecter, porteur, administratrice, bouton):
    """The commune of the organisation says who of the service answers it."""
    cua = Partenaire.objects.get(genre=Genre.CUA)
    ailleurs = creer_membre(cua, Role.AGENT, perimetre={"communes": ["62099"]})
    rectification = demander(porteur, administratrice)
    adresse = f"/instruction/rectifications/{rectification.pk}/"
    reponse = connecter(ailleurs).post(adresse, {bouton: "1", "reponse": "Non"})
    phrase = "Votre périmètre ne comprend pas cet organisme"
    assert (reponse.status_code, phrase in reponse.content.decode()) == (422, True)
    assert Rectification.objects.en_attente().count() == 1
    arras = Commune.objects.get(nom="Arras").code_insee
    ici = creer_membre(cua, Role.AGENT, perimetre={"communes": [arras]})
    assert connecter(ici).post(adresse, {bouton: "1", "reponse": "Non"}).status_code == 302


def test_la_seconde_reponse_dit_la_premiere(connecter, porteur, administratrice, agent):
    rectification = demander(porteur, administratrice)
    client = connecter(creer_agent())
    accepter(rectification, agent)
    reponse = client.post(
        f"/instruction/rectifications/{rectification.pk}/", {"refuser": "1", "reponse": "Non"}
    )
    texte = reponse.content.decode()
    assert (reponse.status_code, f"par {agent}. Rien d’autre n’a changé" in texte) == (422, True)
    porteur.refresh_from_db()
    assert porteur.siret == NOUVEAU


@pytest.mark.parametrize("combien", [1, 5])
def test_les_listes_coutent_un_nombre_fixe_de_requetes(
    connecter, agent, django_assert_num_queries, combien
):
    for rang in range(combien):
        organisme = creer_association()
        demander(organisme, creer_membre(organisme), apres=exemple.siret_fictif(9100 + rang))
    client = connecter(agent)
    with django_assert_num_queries(7):
        client.get("/instruction/rectifications/")


# --- Two at once ---------------------------------------------------------------------------------
@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_deux_agents_repondent_ensemble(base_a_plusieurs):
    """One answer, one mail, one line of history."""
    porteur = creer_association()
    rectification = demander(porteur, creer_membre(porteur, Role.ADMINISTRATEUR))
    agents = [creer_agent() for _ in range(2)]
    Email.objects.all().delete()
    barriere = threading.Barrier(2)
    issues = []

    def repondre(geste, agent):
        barriere.wait(BORNE)
        try:
            geste(agent)
            issues.append("fait")
        except Refus:
            issues.append("refusé")
        finally:
            connection.close()

    gestes = (
        lambda agent: accepter(rectification, agent),
        lambda agent: rectifications.refuser(
            rectification, reponse="Non", par=agent, recu_le=PENDANT
        ),
    )
    fils = [
        threading.Thread(target=repondre, args=paire) for paire in zip(gestes, agents, strict=True)
    ]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join(BORNE)
    porteur.refresh_from_db()
    rectification.refresh_from_db()
    assert sorted(issues) == ["fait", "refusé"]
    assert (porteur.siret == NOUVEAU) == rectification.est_acceptee
    assert Email.objects.count() == 1


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_deux_organismes_demandent_le_meme_numero(base_a_plusieurs):
    """The number stays of one of them, and the other reads a sentence."""
    demandes = []
    for _ in range(2):
        organisme = creer_association()
        demandes.append(demander(organisme, creer_membre(organisme)))
    agents = [creer_agent() for _ in range(2)]
    barriere = threading.Barrier(2)
    issues = []

    def repondre(demande, agent):
        barriere.wait(BORNE)
        try:
            accepter(demande, agent)
            issues.append("fait")
        except rectifications.NumeroPris:
            issues.append("pris")
        finally:
            connection.close()

    fils = [
        threading.Thread(target=repondre, args=paire)
        for paire in zip(demandes, agents, strict=True)
    ]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join(BORNE)
    assert sorted(issues) == ["fait", "pris"]
    assert Partenaire.objects.filter(siret=NOUVEAU).count() == 1
