"""Begin from the project: six answers kept by one mail, poured in a dossier once signed in."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from post_office.models import Email

from appels.models import Appel, Depart, Dossier
from appels.models.depart import DUREE, DUREE_EN_ATTENTE
from appels.public.vues.depart import Trop, TropPourLAdresse
from appels.redaction.actions import depart as actes
from appels.socle import completude
from partenaires.models import Utilisateur
from partenaires.socle.refus import Refus
from quartiers.francais import date_et_heure
from quartiers.models import Axe
from tests.fabriques import (
    FERMETURE,
    PENDANT,
    creer_appel,
    creer_association,
    creer_membre,
    creer_utilisateur,
)

en_lettres = {7: "sept"}
pytestmark = pytest.mark.django_db
TROP = "8 602 sur 3 000 : retirez 5 602 caractères."
QUARTIER = "QN06258M"


@pytest.fixture
def appel(horloge_figee):
    return creer_appel()


def reponses(**autres) -> dict:
    return {
        "intitule": "La cantine fictive",
        "quartier": QUARTIER,
        "axe": str(Axe.objects.get(cle="apaise").pk),
        "public_vise": "Des parents seuls",
        "montant": "3 200,50",
        "debut_le": "01/02/2027",
        "fin_le": "30/11/2027",
        **autres,
    }


def garder(client, **autres) -> Depart:
    reponse = client.post("/commencer/", reponses(garder="1", **autres), follow=True)
    (adresse, statut), *autres = reponse.redirect_chain
    assert (adresse.partition("?")[0], statut, autres) == ("/commencer/garde/", 302, [])
    return Depart.objects.latest("pk")


def montree(page: str, *siens: str) -> str:
    """A page without what is of one reader: the token of its form, what was typed there."""
    page = re.sub(r'csrfmiddlewaretoken" value="\w+"', "", page)
    for sien in siens:
        page = page.replace(sien, "")
    return page


def champs_caches(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))


def test_six_reponses_se_lisent_puis_se_gardent(connecter, appel):
    client = connecter()
    assert client.get("/commencer/?organisme=association").status_code == 200
    page = client.post("/commencer/", reponses(organisme="association")).content.decode()
    assert [
        mot
        for mot in ("La cantine fictive", "Des parents seuls", "3\u00a0200,50\u00a0€")
        if mot not in page
    ] == []
    assert 'name="organisme" value="association"' in page
    assert Depart.objects.count() == 0
    # back to the questions, nothing lost
    page = client.post("/commencer/", reponses(modifier="1")).content.decode()
    assert 'value="La cantine fictive"' in page
    assert garder(client, adresse="Neuve@Exemple.org").adresse == "neuve@exemple.org"
    assert [mail.to for mail in Email.objects.all()] == [["neuve@exemple.org"]]


def test_presse_deux_fois_un_brouillon_se_garde_une_fois(connecter, appel):
    for client in (connecter(), connecter()):
        garder(client, adresse="neuve@exemple.org")
    assert (Depart.objects.count(), Email.objects.count()) == (1, 1)
    garder(connecter(), adresse="neuve@exemple.org", intitule="Un autre projet")
    assert (Depart.objects.count(), Email.objects.count()) == (2, 2)


def test_redemande_plus_tard_un_courriel_part(connecter, appel, horloge_figee):
    """Nothing received: asked again, it goes again, and the page says so only when it did."""
    garder(connecter(), adresse="neuve@exemple.org")
    plus_tard = datetime.now(UTC) + timedelta(
        seconds=32
    )  # the end of a try is of the machine's day
    horloge_figee(plus_tard)
    Appel.objects.update(ferme_le=plus_tard + DUREE)
    garder(connecter(), adresse="neuve@exemple.org")
    assert Email.objects.count() == 2


def test_une_adresse_mal_ecrite_se_corrige_sans_rien_retaper(connecter, appel):
    """The page says where it wrote; from it everything is carried, without script nor storage."""
    client = connecter()
    reponse = client.post(
        "/commencer/",
        reponses(garder="1", adresse="neuve@exemple.ogr", organisme="association"),
        follow=True,
    )
    page = reponse.content.decode()
    assert page.count("<strong>neuve@exemple.ogr</strong>") == 1
    assert "depart.js" not in page  # the device keeps its copy until the link was followed
    portes = champs_caches(page)
    assert {
        nom: portes[nom].replace("\u202f", " ").replace("\u00a0", " ") for nom in reponses()
    } == (reponses())
    assert portes["organisme"] == "association"
    page = client.post("/commencer/", portes | {"corriger": "1"}).content.decode()
    assert ('value="neuve@exemple.ogr"' in page, "La cantine fictive" in page) == (True, True)
    assert Depart.objects.count() == 1
    garder(client, **{**portes, "adresse": "neuve@exemple.org"})
    assert Depart.objects.latest("pk").adresse == "neuve@exemple.org"


@pytest.mark.parametrize("jeton", ["", "?d=", "?d=1:x:y"])
def test_sans_son_jeton_la_page_ne_dit_rien_de_personne(connecter, appel, jeton):
    garder(connecter(), adresse="neuve@exemple.org")
    page = connecter().get(f"/commencer/garde/{jeton}").content.decode()
    assert ("neuve@exemple.org" in page, 'href="/commencer/"' in page) == (False, True)


def test_chaque_limite_dit_la_sienne(connecter, appel):
    """Four a day to an address, ten an hour from a connection: not the same way out."""
    for rang in range(4):
        garder(connecter(), adresse="neuve@exemple.org", intitule=f"Projet {rang}")
    refus = [
        connecter().post("/commencer/", reponses(garder="1", adresse=adresse, intitule=titre))
        for adresse, titre in [
            ("neuve@exemple.org", "Projet 5"),
            *((f"autre{rang}@exemple.org", "Projet") for rang in range(6)),
        ]
    ]
    assert [reponse.status_code for reponse in refus] == [422, *[302] * 5, 422]
    assert TropPourLAdresse.phrase in refus[0].content.decode()
    assert Trop.phrase in refus[-1].content.decode()


def test_ce_qui_n_a_pas_ete_garde_se_renvoie(connecter, appel, monkeypatch):
    def en_panne(*arguments, **options):
        raise Trop

    envoi = reponses(garder="1", adresse="neuve@exemple.org")
    with monkeypatch.context() as panne:
        panne.setattr(actes, "garder", en_panne)
        assert connecter().post("/commencer/", envoi).status_code == 422
    garder(connecter(), adresse="neuve@exemple.org")
    assert Depart.objects.count() == 1


def test_hors_de_l_appel_rien_n_est_promis(connecter, appel, horloge_figee):
    """Closed: no closing to come, no draft to keep, no mail; one kept in time says until when."""
    garder(connecter(), adresse="neuve@exemple.org")
    mail = Email.objects.get().message
    assert f"clôture de l’appel, le {date_et_heure(FERMETURE)}" in mail
    horloge_figee(FERMETURE)
    client = connecter()
    page = client.get("/commencer/").content.decode()
    assert ("Ferme le" in page, "est clos depuis" in page, "pendant un appel ouvert" in page) == (
        False,
        True,
        True,
    )
    page = client.post("/commencer/", reponses()).content.decode()
    assert ("Garder mon brouillon" in page, "pendant un appel ouvert" in page) == (False, True)
    refus = client.post("/commencer/", reponses(garder="1", adresse="autre@exemple.org"))
    assert (refus.status_code, Depart.objects.count(), Email.objects.count()) == (422, 1, 1)
    assert "aucun dossier ne peut être commencé" in refus.content.decode()
    eligible = "organisme=association&quartiers=oui&budget=oui&investissement=non&etat=non&voir=1"
    page = client.get(f"/appel/eligibilite/?{eligible}").content.decode()
    assert ("est clos depuis" in page, "Commencer mon projet" in page) == (True, False)


def test_les_reponses_d_eligibilite_font_un_seul_verdict(connecter, appel):
    eligibilite = {
        "organisme": "association",
        "quartiers": "oui",
        "budget": "oui",
        "investissement": "non",
        "etat": "non",
    }
    page = connecter().post("/commencer/", reponses(**eligibilite)).content.decode()
    assert page.count("Oui, votre projet peut répondre à l’appel.") == 1
    page = connecter().post("/commencer/", reponses()).content.decode()
    assert "peut répondre à l’appel" not in page


def test_les_doutes_se_nomment_et_suivent_le_brouillon(connecter, appel):
    """In no green box, each with its way out; after the mail too; the kind is known."""
    doutes = {
        "organisme": "autre",
        "quartiers": "sais_pas",
        "budget": "oui",
        "investissement": "non",
        "etat": "non",
    }
    lus = (
        "Peut-être : 2\u00a0points à éclaircir d’abord.",
        "D’autres organismes",
        "Situer un lieu",
    )
    page = connecter().post("/commencer/", reponses(**doutes)).content.decode()
    assert [mot for mot in lus if mot not in page] == []
    assert 'class="avis succes"' not in page
    depart = garder(connecter(), adresse="neuve@exemple.org", **doutes)
    assert depart.reponses["eligibilite"] == doutes
    personne = creer_utilisateur(email="neuve@exemple.org")
    client = connecter(personne)
    nouveau = client.get(f"/commencer/{depart.cle}/").url
    assert nouveau.endswith("&genre=autre")
    assert 'value="autre" id="id_genre_2" checked' in " ".join(
        re.sub(r'(required|class="[^"]*")', "", client.get(nouveau).content.decode()).split()
    )
    creer_membre(creer_association(), utilisateur=personne)
    page = client.get(f"/commencer/{depart.cle}/").content.decode()
    assert [mot for mot in lus if mot not in page] == []


def test_l_erreur_est_a_sa_place_et_rien_n_est_perdu(connecter, appel):
    reponse = connecter().post("/commencer/", reponses(intitule="", debut_le="hier"))
    page = reponse.content.decode()
    assert (reponse.status_code, 'value="hier"' in page, "Des parents seuls" in page) == (
        422,
        True,
        True,
    )
    reponse = connecter().post("/commencer/", reponses(garder="1", adresse="pas une adresse"))
    page = reponse.content.decode()
    assert (reponse.status_code, 'value="La cantine fictive"' in page) == (422, True)
    assert Depart.objects.count() == 0


def test_une_date_loin_de_l_appel_se_dit_sans_rien_retenir(connecter, appel):
    dit = f"Le début du projet est en 1950, loin de {appel.annee}, l’année de l’appel"
    page = connecter().post("/commencer/", reponses(debut_le="01/02/1950")).content.decode()
    assert (page.count(dit), page.count("La fin du projet est en")) == (1, 0)
    assert dit not in connecter().post("/commencer/", reponses()).content.decode()
    assert garder(connecter(), adresse="neuve@exemple.org", debut_le="01/02/1950").pk


def test_un_texte_trop_long_se_garde_et_se_dira_dans_sa_partie(connecter, appel):
    """A draft never waits for a length: the part says it, and the deposit waits."""
    long = "é" * 8602
    page = connecter().post("/commencer/", reponses(public_vise=long)).content.decode()
    assert page.replace("\u00a0", " ").count(TROP) == 1
    personne = creer_membre(creer_association())
    depart = garder(connecter(), adresse=personne.email, public_vise=long)
    porteur = personne.appartenances.get().partenaire
    client = connecter(personne)
    client.post(f"/commencer/{depart.cle}/", {"porteur": porteur.pk})
    dossier = Dossier.objects.get()
    assert dossier.public_vise == long
    lus = Dossier.objects.pour_completude().get(pk=dossier.pk)
    dites = [manque.phrase for manque in completude.manques(lus) if manque.champ == "public_vise"]
    assert [TROP in dite.replace("\u00a0", " ") for dite in dites] == [True]


@pytest.mark.parametrize("ecrite", ["\0", "un autre choix", "non" * 9])
def test_une_reponse_d_eligibilite_inventee_ne_va_nulle_part(connecter, appel, ecrite):
    """PostgreSQL keeps no NUL: what no question offers is not carried, what is good stays."""
    depart = garder(connecter(), adresse="neuve@exemple.org", organisme=ecrite, etat="non")
    assert depart.reponses["eligibilite"] == {"etat": "non"}


def test_une_adresse_connue_lit_la_meme_page_et_un_autre_courriel(connecter, appel):
    connue = creer_utilisateur(email="connue@exemple.org")
    pages = []
    for adresse in (connue.email, "inconnue@exemple.org"):
        reponse = connecter().post(
            "/commencer/", reponses(garder="1", adresse=adresse), follow=True
        )
        pages.append(reponse.content.decode())
    assert montree(pages[0], connue.email) == montree(pages[1], "inconnue@exemple.org")
    courriels = {mail.to[0]: mail.message for mail in Email.objects.all()}
    assert "connectez-vous" in courriels[connue.email]
    assert "choisissez un mot de passe" in courriels["inconnue@exemple.org"]


def test_qui_n_a_pas_de_compte_entre_par_son_lien_et_retrouve_tout(connecter, appel):
    client = connecter()
    depart = garder(client, adresse="neuve@exemple.org")
    lien = f"/commencer/{depart.cle}/"
    assert 'name="mot_de_passe"' in client.get(lien).content.decode()
    assert (
        Utilisateur.objects.filter(email="neuve@exemple.org").count() == 0
    )  # GET consumes nothing
    compte = {"prenom": "Ana", "nom": "Fictive", "mot_de_passe": "une phrase assez longue"}
    assert client.post(lien, compte).url == lien
    assert EmailAddress.objects.get(email="neuve@exemple.org").verified
    assert client.get(lien).url == f"/organismes/nouveau/?suite={lien.replace('/', '%2F')}"
    personne = Utilisateur.objects.get(email="neuve@exemple.org")
    porteur = creer_association()
    creer_membre(porteur, utilisateur=personne)
    assert client.get(lien).status_code == 200
    reponse = client.post(lien, {"porteur": porteur.pk})
    dossier = Dossier.objects.get(porteur=porteur)
    assert reponse.url == f"/dossiers/{dossier.pk}/"
    assert (dossier.intitule, dossier.axe.cle, dossier.public_vise) == (
        "La cantine fictive",
        "apaise",
        "Des parents seuls",
    )
    assert (str(dossier.debut_le), str(dossier.fin_le)) == ("2027-02-01", "2027-11-30")
    assert [lieu.quartier.code for lieu in dossier.lieux.all()] == [QUARTIER]
    page = client.get(f"/dossiers/{dossier.pk}/partie/budget/").content.decode()
    assert "Vous aviez pensé à 3\u00a0200,50\u00a0€" in page
    # followed again, from another device: the same dossier
    assert client.get(lien).url == f"/dossiers/{dossier.pk}/"
    assert Dossier.objects.count() == 1


@pytest.mark.parametrize(
    ("montant", "prevus", "dit"),
    [
        ("1", [100], "Vous aviez pensé à 1\u00a0€"),
        ("0", [0], "Vous aviez écrit 0\u00a0€"),
        ("", [], "Cochez : le montant s’ouvre à côté."),
    ],
)
def test_un_montant_nul_est_une_reponse_et_vide_n_en_est_pas_une(
    connecter, appel, montant, prevus, dit
):
    """Unknown and zero are two things: what was answered is shown where the budget begins."""
    depart = garder(connecter(), adresse="neuve@exemple.org", montant=montant)
    personne = creer_utilisateur(email="neuve@exemple.org")
    porteur = creer_association()
    creer_membre(porteur, utilisateur=personne)
    verse = actes.verser(depart, appel, porteur, par=personne, recu_le=PENDANT)
    assert list(verse.dossier.choix_du_budget.values_list("montant", flat=True)) == prevus
    page = connecter(personne).get(f"/dossiers/{verse.dossier.pk}/partie/budget/")
    montree = page.content.decode()
    assert (dit in montree, "Vous aviez" in montree) == (True, bool(prevus))


@pytest.mark.parametrize("est_ouvert", [True, False])
def test_un_axe_que_l_appel_n_ouvre_plus_se_dit(connecter, appel, est_ouvert):
    """What found no place is named, with where to choose one."""
    porteur = creer_association()
    personne = creer_membre(porteur)
    depart = garder(connecter(), adresse=personne.email)
    axe = Axe.objects.get(cle="apaise")
    if not est_ouvert:
        appel.axes.remove(axe)
    suite = connecter(personne).post(
        f"/commencer/{depart.cle}/", {"porteur": porteur.pk}, follow=True
    )
    page = suite.content.decode().replace("\u00a0", " ")
    dossier = Dossier.objects.get(porteur=porteur)
    assert (dossier.axe, dossier.public_vise) == (axe if est_ouvert else None, "Des parents seuls")
    assert ("Vos réponses sont dans le dossier." in page) is est_ouvert
    phrase = f"sauf l’axe « {axe} », que l’appel {appel.annee} n’ouvre pas : choisissez-en un dans"
    assert (phrase in page) is not est_ouvert


def test_ce_qui_est_garde_se_dit(connecter, appel):
    """The draft begun without an account: what it asks, its cookie, what stays on the device."""
    depart = garder(connecter(), adresse="neuve@exemple.org")
    reponse = connecter().get(f"/commencer/{depart.cle}/")
    assert settings.CSRF_COOKIE_NAME in reponse.cookies
    page = connecter().get("/cookies/").content.decode()
    dits = ("retrouver un brouillon gardé", "six réponses sur votre")
    assert [dit for dit in dits if dit not in page] == []
    donnees = connecter().get("/donnees-personnelles/").content.decode()
    assert "Le projet commencé sans compte" in donnees
    assert f"sert {en_lettres[DUREE.days]} jours" in donnees


def test_le_lien_d_un_autre_et_le_lien_perime_ne_donnent_rien(connecter, appel):
    depart = garder(connecter(), adresse="neuve@exemple.org")
    lien = f"/commencer/{depart.cle}/"
    autre = connecter(creer_membre(creer_association()))
    assert autre.post(lien, {"porteur": 1}).status_code == 403
    Depart.objects.update(garde_le=PENDANT.replace(year=2020))
    assert autre.get(lien).status_code == 404
    actes.oublier(PENDANT)
    assert Depart.objects.count() == 0


def test_un_appel_ferme_ne_commence_rien_et_garde_les_reponses(appel):
    personne = creer_utilisateur(email="connue@exemple.org")
    porteur = creer_association()
    depart = actes.garder(personne.email, {"intitule": "Trop tard"}, appel=appel, recu_le=PENDANT)
    with pytest.raises(Refus):
        actes.verser(depart, appel, porteur, par=personne, recu_le=PENDANT.replace(year=2030))
    depart.refresh_from_db()
    assert (depart.dossier, depart.reponses) == (None, {"intitule": "Trop tard"})


def test_qui_attend_son_organisme_retrouve_son_brouillon(connecter, appel, horloge_figee):
    """Come in time, agreed late: the draft is still there, and « Mes dossiers » says so."""
    depart = garder(connecter(), adresse="neuve@exemple.org")
    personne = creer_utilisateur(email="Neuve@exemple.org")
    demande = creer_membre(creer_association(), utilisateur=personne, acceptee_le=None)
    appartenance = demande.appartenances.get()
    client = connecter(personne)
    page = client.get(f"/commencer/{depart.cle}/").content.decode()
    assert f"Votre demande de rejoindre {appartenance.partenaire} attend sa réponse" in page
    tard = PENDANT + DUREE + timedelta(days=1)
    horloge_figee(tard)
    actes.oublier(tard)
    page = client.get("/dossiers/").content.decode()
    assert (page.count("Un brouillon vous attend"), f"/commencer/{depart.cle}/" in page) == (
        1,
        True,
    )
    appartenance.acceptee_le = tard
    appartenance.save()
    Appel.objects.update(ferme_le=tard + DUREE)
    actes.oublier(tard)
    reponse = client.post(f"/commencer/{depart.cle}/", {"porteur": appartenance.partenaire_id})
    assert reponse.url == f"/dossiers/{Dossier.objects.get().pk}/"
    assert "Un brouillon vous attend" not in client.get("/dossiers/").content.decode()


@pytest.mark.parametrize("suite", ["refusee", "soixante jours", "un autre"])
def test_qui_n_attend_plus_rien_est_oublie(appel, suite):
    depart = actes.garder("neuve@exemple.org", {}, appel=appel, recu_le=PENDANT)
    sienne = "autre@exemple.org" if suite == "un autre" else depart.adresse
    creer_membre(
        creer_association(),
        utilisateur=creer_utilisateur(email=sienne),
        acceptee_le=None,
        terminee_le=PENDANT if suite == "refusee" else None,
    )
    tard = PENDANT + (DUREE_EN_ATTENTE if suite == "soixante jours" else DUREE)
    actes.oublier(tard)
    assert Depart.objects.count() == 0


def test_le_brouillon_va_dans_l_appel_de_ses_reponses(connecter, appel):
    """Two calls open at once, or the first shut since: asked, never chosen for the person."""
    personne = creer_membre(creer_association())
    porteur = personne.appartenances.get().partenaire
    depart = garder(connecter(), adresse=personne.email)
    assert depart.appel == appel
    second = creer_appel(2028, ferme_le=FERMETURE + timedelta(days=30))
    lien = f"/commencer/{depart.cle}/"
    client = connecter(personne)
    page = client.get(lien).content.decode()
    assert re.findall(r'name="appel" value="(\d+)"[^>]*?( checked)?>', page) == [
        (str(appel.pk), " checked"),
        (str(second.pk), ""),
    ]
    Appel.objects.filter(pk=appel.pk).update(ferme_le=PENDANT)
    page = client.get(lien).content.decode()
    assert f"« {appel} », pour lequel vous avez répondu, est clos." in page
    assert client.post(lien, {"porteur": porteur.pk}).status_code == 422
    client.post(lien, {"porteur": porteur.pk, "appel": second.pk})
    assert Dossier.objects.get().appel == second


def test_deux_appareils_deux_brouillons_se_disent(connecter, appel):
    """Nothing is lost of either, and one more dossier is not made unawares."""
    personne = creer_membre(creer_association())
    porteur = personne.appartenances.get().partenaire
    premier = garder(connecter(), adresse=personne.email, intitule="Du téléphone")
    garder(connecter(), adresse="une.autre@exemple.org", intitule="D’une autre")
    encore = actes.garder(personne.email, premier.reponses, appel=appel, recu_le=PENDANT)
    client = connecter(personne)
    seul = client.get(f"/commencer/{premier.cle}/").content.decode()
    second = garder(connecter(), adresse=personne.email, intitule="De l’ordinateur")
    pages = [client.get(f"/commencer/{premier.cle}/").content.decode()]
    rangee = client.post(f"/commencer/{premier.cle}/", {"porteur": porteur.pk}).url
    assert client.get(f"/commencer/{encore.cle}/").url == rangee  # sent twice, one dossier
    pages.append(client.get(f"/commencer/{second.cle}/").content.decode())
    client.post(f"/commencer/{second.cle}/", {"porteur": porteur.pk})
    assert "brouillon." not in seul
    assert [page.count("1\u00a0autre brouillon.") for page in pages] == [1, 1]
    assert f'href="/commencer/{second.cle}/">De l’ordinateur</a>, à ranger' in pages[0]
    assert ">Du téléphone</a>, déjà rangé" in pages[1]
    assert "D’une autre" not in "".join(pages)
    titres = Dossier.objects.values_list("intitule", flat=True)
    assert sorted(titres) == ["De l’ordinateur", "Du téléphone"]
    # of an organisation that one left, nothing more is read
    personne.appartenances.update(terminee_le=PENDANT)
    creer_membre(creer_association(), utilisateur=personne)
    tiers = garder(connecter(), adresse=personne.email, intitule="Encore un")
    assert "déjà rangé" not in connecter(personne).get(f"/commencer/{tiers.cle}/").content.decode()
