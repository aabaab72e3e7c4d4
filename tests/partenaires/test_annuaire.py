"""« Retrouver mon organisme »: the directory played by a local server; its absence stops nothing.

It answers as the documentation of the true one says, with the persons that we must not keep.
"""

import json

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile

from appels.socle import completude
from partenaires.models import Etablissement, Fiche, Genre, Partenaire, Role
from partenaires.organismes import annuaire
from partenaires.organismes.actions import retrouvailles
from partenaires.organismes.forms.fiche import ESSENTIELS, FicheForm
from tests import serveur_local
from tests.attente import BORNE
from tests.fabriques import (
    PENDANT,
    creer_agent,
    creer_association,
    creer_membre,
    creer_signataire,
    creer_utilisateur,
)
from tests.serveur_local import SANS_FIN, envoyer, servir

pytestmark = pytest.mark.django_db
SIRET = "73282932000074"
CANARI = "Canari-Dirigeante"
UNITE = {
    "siren": SIRET[:9],
    "nom_complet": "LES ESSAIS REUNIS (LER)",
    "nom_raison_sociale": "LES ESSAIS REUNIS",
    "sigle": "LER",
    "nature_juridique": "9220",
    "etat_administratif": "A",
    "statut_diffusion": "O",
    "siege": {
        "siret": SIRET,
        "adresse": "12 RUE DE L ESSAI 62000 ARRAS",
        "code_postal": "62000",
        "libelle_commune": "ARRAS",
        "commune": "62041",
        "etat_administratif": "A",
    },
    "complements": {"identifiant_association": "W621000001", "est_association": True},
    "dirigeants": [{"nom": CANARI, "prenoms": "X", "annee_de_naissance": "1970"}],
}
ADRESSES = ("retrouver", "reprendre-l-adresse")


def reponse(**champs) -> dict:
    return {"results": [{**UNITE, **champs}], "total_results": 1}


def repondre(local, contenu: dict) -> None:
    local["geste"] = lambda requete: envoyer(requete, 200, json.dumps(contenu).encode())


@pytest.fixture
def local(settings):
    with servir(reponse()) as etat:
        settings.ANNUAIRE_URL = f"{etat['adresse']}/search"
        cache.clear()
        yield etat


@pytest.fixture
def organisme(horloge_figee):
    return creer_association(siret=SIRET, rna="W621000001")


def test_ce_qui_est_trouve_se_lit_avec_sa_source_et_sans_personne(connecter, local, organisme):
    client = connecter(creer_signataire(organisme))
    Fiche.objects.filter(partenaire=organisme).update(adresse="Ce que j’ai tapé", ville="Dainville")
    fiche = f"/organismes/{organisme.pk}/fiche/"
    assert "Retrouver mon organisme" in client.get(fiche).content.decode()
    page = client.post(f"/organismes/{organisme.pk}/retrouver/", follow=True).content.decode()
    assert "trouvé le 10\u00a0novembre\u00a02026" in page
    assert annuaire.SOURCE in page
    question, entetes = local["demandes"][0]
    assert question == {
        "q": [SIRET],
        "minimal": ["true"],
        "include": ["siege,complements,matching_etablissements"],
        "per_page": ["1"],
    }
    assert entetes["User-Agent"] == "coeur-de-quartier"
    trouve = Etablissement.objects.get()
    assert (trouve.nom, trouve.adresse, trouve.code_postal, trouve.ville, trouve.rna) == (
        "LES ESSAIS REUNIS",
        "12 RUE DE L ESSAI",
        "62000",
        "ARRAS",
        "W621000001",
    )
    assert CANARI not in str(vars(trouve))
    assert CANARI not in page
    # nothing typed is written over, until somebody asks
    assert Fiche.objects.get(partenaire=organisme).adresse == "Ce que j’ai tapé"
    client.post(f"/organismes/{organisme.pk}/reprendre-l-adresse/")
    relue = Fiche.objects.get(partenaire=organisme)
    assert (relue.adresse, relue.code_postal, relue.ville) == (
        "12 RUE DE L ESSAI",
        "62000",
        "ARRAS",
    )


@pytest.mark.parametrize("panne", serveur_local.PANNES)
def test_une_panne_est_bornee_se_dit_et_la_fiche_reste(
    connecter, local, organisme, panne, monkeypatch
):
    monkeypatch.setattr(annuaire, "DELAI", 0.6)
    local["geste"] = serveur_local.PANNES[panne]
    client = connecter(creer_signataire(organisme))
    chemin = f"/organismes/{organisme.pk}/retrouver/"
    page = client.post(chemin, follow=True).content.decode()
    assert "L’annuaire ne répond pas pour l’instant." in page
    assert "Remplissez la fiche à la main" in page
    if panne in SANS_FIN:
        assert local["partis"].wait(BORNE)
    assert client.post(chemin).status_code == 302  # it rests: not asked again
    assert (len(local["demandes"]), Etablissement.objects.count()) == (1, 0)


def test_trop_de_demandes_on_attend_le_temps_demande(local, monkeypatch):
    durees = []
    monkeypatch.setattr(annuaire.cache, "set", lambda cle, valeur, duree: durees.append(duree))
    for attente in ("5", "999999", "demain", "²", "9" * 5000):
        local["geste"] = lambda requete, apres=attente: envoyer(requete, 429, Retry_After=apres)
        with pytest.raises(annuaire.AnnuaireIndisponible):
            annuaire.chercher(SIRET)
    repos, maximum = annuaire.REPOS, annuaire.REPOS_MAX
    assert durees == [5, maximum, repos, repos, maximum]


@pytest.mark.parametrize(
    ("contenu", "attendu"),
    [
        ({"results": []}, None),
        (reponse(siren="111111111", siege={}, complements={}), None),  # somebody else
        (reponse(nature_juridique="1000"), None),  # a person who works alone
        (reponse(statut_diffusion="P"), annuaire.Trouve("LES ESSAIS REUNIS")),
        (  # signs that no database keeps, and no page draws
            reponse(nom_raison_sociale="LES\0ESSAIS\nREUNIS\ud800", siege={}, sigle="\u202eLER"),
            annuaire.Trouve("LES ESSAIS REUNIS", sigle="LER", rna="W621000001"),
        ),
        (
            reponse(etat_administratif="C", siege=None, complements=None, sigle=None),
            annuaire.Trouve("LES ESSAIS REUNIS", est_ferme=True),
        ),
    ],
)
def test_ce_qui_est_garde_d_une_reponse(local, contenu, attendu):
    repondre(local, contenu)
    assert annuaire.chercher(SIRET) == attendu


SECOND = f"{SIRET[:9]}00082"


@pytest.mark.parametrize(
    ("etablissements", "est_ferme"),
    [
        ([{"siret": SECOND, "etat_administratif": "F"}], True),
        ([{"siret": SECOND, "etat_administratif": "A"}], False),
        ([{"siret": f"{SIRET[:9]}00090", "etat_administratif": "F"}], False),
        ([], False),
        (None, False),
    ],
)
def test_un_etablissement_qui_a_cesse_se_dit(connecter, local, etablissements, est_ferme):
    """The number typed is of an establishment, which may have ceased while its seat goes on."""
    repondre(local, reponse(matching_etablissements=etablissements))
    tape = {"genre": "association", "siret": SECOND, "qualite": "Présidente", "retrouver": "1"}
    page = connecter(creer_utilisateur()).post("/organismes/nouveau/", tape).content.decode()
    assert ("a cessé : vérifiez" in page) is est_ferme


@pytest.mark.parametrize("etablissements", ["F", [1], {"siret": SIRET}])
def test_des_etablissements_illisibles_laissent_l_annuaire_au_repos(local, etablissements):
    repondre(local, reponse(matching_etablissements=etablissements))
    with pytest.raises(annuaire.AnnuaireIndisponible):
        annuaire.chercher(SIRET)


def test_par_le_rna_et_un_numero_refuse(connecter, local, horloge_figee):
    sans_siret = creer_association(siret="", rna="W621000001")
    client = connecter(creer_signataire(sans_siret))
    client.post(f"/organismes/{sans_siret.pk}/retrouver/")
    assert local["demandes"][0][0]["q"] == ["W621000001"]
    assert Etablissement.objects.get().siret == SIRET
    local["geste"] = lambda requete: envoyer(requete, 400)
    page = client.post(f"/organismes/{sans_siret.pk}/retrouver/", follow=True).content.decode()
    assert "L’annuaire ne connaît pas d’organisme à ce numéro." in page
    assert Etablissement.objects.get().siret == SIRET  # what was found stays, with its day


def test_sans_numero_ni_annuaire_la_fiche_se_remplit_a_la_main(connecter, organisme, settings):
    client = connecter(creer_signataire(organisme))
    fiche = f"/organismes/{organisme.pk}/fiche/"
    assert "Retrouver mon organisme" not in client.get(fiche).content.decode()
    settings.ANNUAIRE_URL = "http://127.0.0.1:9/"
    Partenaire.objects.filter(pk=organisme.pk).update(siret="", rna="")
    page = client.get(fiche).content.decode()
    assert "Retrouver mon organisme" not in page
    page = client.post(f"/organismes/{organisme.pk}/retrouver/", follow=True).content.decode()
    assert "ni SIRET ni RNA à chercher" in page


def test_a_la_creation_ce_qui_est_vide_se_remplit_et_rien_n_est_cree(connecter, local):
    client = connecter(creer_utilisateur())
    tape = {"genre": "association", "siret": SIRET, "qualite": "Présidente"}
    avant = Partenaire.objects.count()
    assert "Retrouver mon organisme" in client.get("/organismes/nouveau/").content.decode()
    reponse = client.post("/organismes/nouveau/", {**tape, "retrouver": "1"})
    page = reponse.content.decode()
    assert (reponse.status_code, Partenaire.objects.count()) == (200, avant)
    assert [reponse.context["form"][nom].value() for nom in ("nom", "siret", "rna", "qualite")] == [
        "LES ESSAIS REUNIS",
        SIRET,
        "W621000001",
        "Présidente",
    ]
    assert "LES ESSAIS REUNIS</strong>, 62000 ARRAS" in page
    assert CANARI not in page
    tape["nom"] = "Nos essais"
    deja = client.post("/organismes/nouveau/", {**tape, "retrouver": "1"})
    assert deja.context["form"]["nom"].value() == "Nos essais"
    assert "Choisissez de nouveau le justificatif" not in deja.content.decode()
    tape["justificatif"] = SimpleUploadedFile("PV.pdf", b"%PDF-1.4")
    avec = client.post("/organismes/nouveau/", {**tape, "retrouver": "1"})
    assert "Choisissez de nouveau le justificatif" in avec.content.decode()


@pytest.mark.parametrize(
    ("tape", "geste", "phrase"),
    [
        ({"siret": "123"}, None, "14 chiffres"),
        ({"genre": "association"}, None, "Indiquez le numéro SIRET ou le numéro RNA."),
        ({}, None, "Il n’y a ni SIRET ni RNA à chercher."),
        ({"siret": SIRET}, 400, "L’annuaire ne connaît pas d’organisme à ce numéro."),
        ({"siret": SIRET}, 500, "L’annuaire ne répond pas pour l’instant."),
    ],
)
def test_a_la_creation_ce_qui_ne_se_trouve_pas_se_dit(connecter, local, tape, geste, phrase):
    local["geste"] = lambda requete: envoyer(requete, geste)
    tout = {"qualite": "Trésorier", "nom": "Nos essais", **tape, "retrouver": "1"}
    reponse = connecter(creer_utilisateur()).post("/organismes/nouveau/", tout)
    assert (reponse.status_code, len(reponse.context["erreurs"])) == (422, 1)
    assert phrase in reponse.content.decode()
    assert reponse.context["form"]["qualite"].value() == "Trésorier"
    assert len(local["demandes"]) == (geste is not None)


def test_qui_ne_modifie_pas_la_fiche_ne_cherche_pas(connecter, local, organisme):
    creer_membre(organisme, Role.ADMINISTRATEUR)  # the service fills no sheet in its place
    lectrice = connecter(creer_membre(organisme, Role.LECTEUR))
    autre = connecter(creer_signataire(creer_association()))
    for chemin in ADRESSES:
        adresse = f"/organismes/{organisme.pk}/{chemin}/"
        assert lectrice.post(adresse).status_code == 403
        assert autre.post(adresse).status_code == 404
        assert connecter(creer_agent()).post(adresse).status_code == 404
        assert connecter().post(adresse).status_code == 302
    assert local["demandes"] == []


def test_qui_n_est_pas_encore_connu_n_ecrit_pas_sur_la_fiche_d_avant(connecter, local, organisme):
    """A first claimant reads nothing of the former sheet: the directory does not write it either,
    by a page or by an act.
    """
    creer_membre(organisme, Role.ADMINISTRATEUR, terminee_le=PENDANT)
    presume = creer_membre(organisme, Role.ADMINISTRATEUR, Role.SIGNATAIRE, est_premiere=True)
    Etablissement.objects.create(
        partenaire=organisme,
        nom="Trouvé",
        adresse="CANARI",
        source="x",
        trouve_le=PENDANT,
        trouve_par=creer_agent(),
    )
    for chemin in ADRESSES:
        assert connecter(presume).post(f"/organismes/{organisme.pk}/{chemin}/").status_code == 403
    with pytest.raises(PermissionDenied):
        retrouvailles.reprendre_l_adresse(organisme, par=presume, recu_le=PENDANT)
    assert Fiche.objects.get(partenaire=organisme).adresse != "CANARI"
    assert local["demandes"] == []


def test_ferme_le_dit_a_l_organisme_et_au_service(connecter, local, organisme):
    repondre(local, reponse(siege={**UNITE["siege"], "etat_administratif": "F"}))
    chemin = f"/instruction/organismes/{organisme.pk}/"
    jamais = "Ses numéros n’ont jamais été cherchés dans l’annuaire public"
    assert jamais in connecter(creer_agent()).get(chemin).content.decode()
    client = connecter(creer_signataire(organisme))
    page = client.post(f"/organismes/{organisme.pk}/retrouver/", follow=True).content.decode()
    assert "cet organisme, son siège ou cet établissement a cessé" in page
    au_service = connecter(creer_agent()).get(chemin).content.decode()
    assert "cet organisme, son siège ou cet établissement a cessé" in au_service
    assert jamais not in au_service


def test_les_neuf_reponses_que_tout_depot_demande_viennent_d_abord(connecter, organisme):
    """What `completude` asks of a sheet is what the page shows unfolded, and nothing else."""
    association = completude.FICHE_ASSOCIATION
    assert set(ESSENTIELS) == {*association, *completude.FICHE_SERVICE}
    form = FicheForm(instance=Fiche.objects.get(partenaire=organisme))
    montres = [champ.name for _titre, champs in form.essentiels for champ in champs]
    assert (montres, len(montres)) == ([nom for nom in ESSENTIELS if nom in association], 9)
    replies = [champ.name for pli in form.plis for champ in pli.champs]
    assert {*montres, *replies} == set(form.fields)
    service = Fiche(partenaire=Partenaire(genre=Genre.SERVICE))
    du_service = FicheForm(instance=service).essentiels[0][1]
    assert [champ.name for champ in du_service][:2] == ["service_porteur", "autorite_signataire"]
    client = connecter(creer_signataire(organisme))
    page = client.get(f"/organismes/{organisme.pk}/fiche/").content.decode()
    assert page.index('id="id_representant_email"') < page.index('<div class="volets">')
    vides = {"agrements-TOTAL_FORMS": "0", "agrements-INITIAL_FORMS": "0"}
    donnees = {"version": "0", "benevoles": "beaucoup", **vides}
    fautive = client.post(f"/organismes/{organisme.pk}/fiche/", donnees)
    assert fautive.status_code == 422
    assert fautive.content.decode().count("<details open") == 1
