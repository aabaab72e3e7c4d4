"""A call that changes while drafts and deposits hold what it offered; several calls in a year."""

from datetime import date, timedelta
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from post_office.models import Email

from appels.decision.actions import lectures
from appels.demonstration.dossiers import pdf_fictif
from appels.instruction import guichet
from appels.instruction.actions import brouillons, campagne, tables
from appels.instruction.forms.appel import AppelForm, FinanceurAppelFormSet
from appels.models import (
    Appel,
    Cotation,
    DocumentDemande,
    Dossier,
    Financement,
    FinanceurAppel,
    Theme,
)
from appels.redaction.actions import parties, pieces
from appels.socle import completude, retraits
from partenaires.contenus import revisions
from partenaires.models import Partenaire, Revision, Role, Service
from partenaires.socle import fichiers
from partenaires.socle.refus import AuMemeInstant
from quartiers.models import Axe, Parution
from tests.appels.depot.test_depot import en_meme_temps
from tests.appels.public.test_appel import donnees_de
from tests.fabriques import (
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
    poser_service,
)
from tests.feuilles import feuille, lisible

pytestmark = pytest.mark.django_db


@pytest.fixture
def monde(horloge_figee, connecter):
    """An open call, a whole draft and a deposit that hold all that it offers."""
    appel = creer_appel()
    appel.themes.set(Theme.objects.all()[:2])
    depose = deposer(creer_dossier_complet(appel))
    brouillon = creer_dossier_complet(appel)
    brouillon.themes.set(appel.themes.all())
    return {
        "appel": appel,
        "brouillon": brouillon,
        "depose": depose,
        "agent": connecter(creer_agent()),
        "porteur": connecter(creer_signataire(brouillon.porteur)),
    }


def editer(monde, **champs):
    """Post the page of the call with these fields; the answer."""
    appel = monde["appel"]
    donnees = donnees_de(monde["agent"], appel, **champs)
    return monde["agent"].post(f"/instruction/appels/{appel.pk}/", donnees)


def un_formulaire(appel: Appel):
    """The settings typed, as far as the act looks at them."""
    membres = {
        "instance": appel,
        "save": staticmethod(appel.save),
        "a_bouge": staticmethod(lambda actuel: False),
    }
    return type("Form", (), membres)


def relu(dossier: Dossier) -> Dossier:
    return Dossier.objects.pour_completude().get(pk=dossier.pk)


RETRAITS = {
    "document": {"documents-0-DELETE": "on"},
    "financeur": {"financeurs-0-DELETE": "on"},
    "axe": {"axes": []},
    "thème": {"themes": []},
}
TENU = {
    "document": "Le document « Relevé d’identité bancaire (RIB) »",
    "financeur": "Le financeur « ",
    "axe": "L’axe « ",
    "thème": "Le thème « ",
}


@pytest.mark.parametrize("chose", RETRAITS)
def test_ce_qui_sert_est_retire_garde_par_le_brouillon_et_invisible_d_un_nouveau(monde, chose):
    avant = monde["depose"].versions.get().contenu
    assert editer(monde, **RETRAITS[chose]).status_code == 302
    tenus = [retire.nom for retire in retraits.tenus(relu(monde["brouillon"]))]
    assert {nom[: len(TENU[chose])] for nom in tenus} == {TENU[chose]}
    assert list(retraits.brouillons_touches(monde["appel"])) == [monde["brouillon"]]
    for page in ("", "partie/projet/", "partie/budget/", "pieces/", "deposer/"):
        reponse = monde["porteur"].get(f"/dossiers/{monde['brouillon'].pk}/{page}")
        assert reponse.status_code in (200, 302), page
    assert completude.bloquants(relu(monde["brouillon"])) == []
    assert monde["depose"].versions.get().contenu == avant
    neuf = creer_dossier(monde["appel"], monde["brouillon"].porteur)
    assert retraits.tenus(relu(neuf)) == []
    page = monde["porteur"].get(f"/dossiers/{neuf.pk}/partie/projet/").content.decode()
    page += monde["porteur"].get(f"/dossiers/{neuf.pk}/partie/budget/").content.decode()
    page += monde["porteur"].get(f"/dossiers/{neuf.pk}/pieces/").content.decode()
    assert "n’est plus proposé" not in page
    # what holds it may still be deposited as it is
    assert deposer(monde["brouillon"]).numero == "CV-2027-0002"


def test_une_question_otee_garde_ce_qui_y_repond_et_se_vide(monde):
    """Typed while it was asked, or kept before: nothing is lost, nothing is hidden."""
    monde["appel"].options = ["moyens_materiels", "recrutement", "informations_complementaires"]
    monde["appel"].save()
    brouillon, porteur = monde["brouillon"], monde["porteur"]
    Dossier.objects.filter(pk=brouillon.pk).update(
        recrutement_etpt="1.50", informations_complementaires="La suite"
    )
    chemin = f"/dossiers/{brouillon.pk}/partie/moyens/"
    ouverte = feuille(porteur.get(chemin), "moyens_materiels")
    assert editer(monde, options=[]).status_code == 302
    monde["appel"].refresh_from_db()
    tenus = [(retire.champ, retire.nom) for retire in retraits.tenus(relu(brouillon))]
    assert tenus == [
        ("recrutement_etpt", "Le champ « Recrutement envisagé »"),
        ("informations_complementaires", "Le champ « Informations complémentaires »"),
    ]
    assert list(retraits.brouillons_touches(monde["appel"])) == [brouillon]
    # The page opened before: what was typed there is kept, and shown
    suite = porteur.post(chemin, ouverte | {"moyens_materiels": "Un local"}, follow=True)
    assert suite.status_code == 200
    brouillon.refresh_from_db()
    assert (brouillon.moyens_materiels, str(brouillon.recrutement_etpt)) == ("Un local", "1.50")
    page = porteur.get(chemin)
    assert lisible(page).count("(n’est plus proposé)") == 2
    # Emptied, it is asked no more
    vide = feuille(page, "moyens_materiels") | {"moyens_materiels": "", "recrutement_etpt": ""}
    porteur.post(chemin, vide)
    description = f"/dossiers/{brouillon.pk}/partie/description/"
    sans = feuille(porteur.get(description), "informations_complementaires")
    porteur.post(description, sans | {"informations_complementaires": ""})
    assert retraits.tenus(relu(brouillon)) == []
    assert list(retraits.brouillons_touches(monde["appel"])) == []
    assert 'name="moyens_materiels"' not in porteur.get(chemin).content.decode()


def test_le_brouillon_enregistre_encore_ce_qu_il_garde_puis_le_retire(monde):
    editer(monde, **RETRAITS["financeur"])
    chemin = f"/dossiers/{monde['brouillon'].pk}/partie/budget/"
    page = monde["porteur"].get(chemin)
    assert "(n’est plus proposé)" in page.content.decode()
    donnees = saisie_du_budget(monde, chemin)
    assert monde["porteur"].post(chemin, donnees).status_code == 302
    garde = monde["brouillon"].financements.get(partenaire__genre="etat")
    assert (garde.sous_poste, garde.montant) == ("74etat", 400_000)
    donnees |= {"version": page.context["version"] + 1}
    del donnees[f"p-{garde.partenaire_id}-oui"]
    assert monde["porteur"].post(chemin, donnees).status_code == 302
    assert not monde["brouillon"].financements.filter(partenaire__genre="etat").exists()
    # once dropped, it is not offered again, and whoever forges it is told
    donnees["version"] += 1
    donnees["nouveau-cle"] = f"appel:{garde.partenaire_id}"
    donnees["nouveau-montant"] = "10"
    for champ in [nom for nom in donnees if nom.startswith("f-") and nom[2].isdigit()]:
        del donnees[champ]
    donnees |= {"f-TOTAL_FORMS": 0, "f-INITIAL_FORMS": 0}
    reponse = monde["porteur"].post(chemin, donnees)
    assert (reponse.status_code, "n’est plus, proposé" in reponse.content.decode()) == (422, True)


def saisie_du_budget(monde, chemin: str) -> dict:
    """The page of the budget as a browser would post it."""
    page = monde["porteur"].get(chemin)
    champs = {"version": page.context["version"]}
    for membre in page.context["budget"].membres:
        formulaires = [membre]
        if hasattr(membre, "forms"):
            formulaires = [membre.management_form, *membre]
        for formulaire in formulaires:
            for champ in formulaire:
                if champ.value() is not False:
                    champs[champ.html_name] = "" if champ.value() is None else champ.value()
    return champs


@pytest.mark.parametrize("accepte", ["text/html", "application/json"])
@pytest.mark.parametrize("supprime", [True, False])
def test_retire_entre_la_page_et_l_enregistrement_le_dit_sans_rien_ecrire(
    monde, monkeypatch, accepte, supprime
):
    neuf = creer_dossier(monde["appel"], monde["brouillon"].porteur)
    chemin = f"/dossiers/{neuf.pk}/partie/budget/"
    region = monde["appel"].financeurs.get(partenaire__genre="region")
    donnees = saisie_du_budget(monde, chemin)
    donnees |= {"nouveau-cle": f"appel:{region.partenaire_id}", "nouveau-montant": "500"}
    if supprime:
        Financement.objects.filter(partenaire=region.partenaire).delete()
    enregistrer = parties.enregistrer_ensemble

    def retirer_puis_enregistrer(*args, **kwargs):
        tables.retirer(region, recu_le=PENDANT)
        assert FinanceurAppel.objects.filter(pk=region.pk).exists() is not supprime
        return enregistrer(*args, **kwargs)

    monkeypatch.setattr(parties, "enregistrer_ensemble", retirer_puis_enregistrer)
    reponse = monde["porteur"].post(chemin, donnees, headers={"Accept": accepte})
    assert reponse.status_code == (409 if "json" in accepte else 422)
    dit = reponse.json()["phrase"] if "json" in accepte else reponse.content.decode()
    assert "n’est plus proposé" in dit
    assert not neuf.financements.exists()


def test_ce_qui_ne_sert_pas_se_supprime_ce_qui_sert_revient(monde):
    neuf = DocumentDemande.objects.create(appel=monde["appel"], libelle="Inutile", position=9)
    region = monde["appel"].financeurs.get(partenaire__genre="region")
    Financement.objects.filter(partenaire=region.partenaire).delete()
    editer(monde, **{"documents-2-DELETE": "on", "financeurs-3-DELETE": "on"})
    assert DocumentDemande.objects.filter(pk=neuf.pk).exists() is False
    assert FinanceurAppel.objects.filter(pk=region.pk).exists() is False
    editer(monde, **RETRAITS["document"])
    retire = monde["appel"].documents.first()
    assert retire.retire_le == PENDANT
    page = monde["agent"].get(f"/instruction/appels/{monde['appel'].pk}/").content.decode()
    assert ("Proposer de nouveau" in page, "1\u00a0brouillon touché" in page) == (True, True)
    editer(monde, **{"documents-0-reproposer": "on"})
    retire.refresh_from_db()
    assert (retire.retire_le, retraits.tenus(relu(monde["brouillon"]))) == (None, [])


def test_un_document_obligatoire_retire_n_est_plus_exige(monde):
    neuf = creer_dossier(monde["appel"])
    obligatoire = monde["appel"].documents.get(exigence="obligatoire")
    manque = f"document-{obligatoire.pk}"
    assert manque in [m.champ for m in completude.bloquants(relu(neuf))]
    editer(monde, **RETRAITS["document"])
    assert manque not in [m.champ for m in completude.bloquants(relu(neuf))]
    with pytest.raises(retraits.PlusPropose):
        joindre(neuf, obligatoire)


def joindre(dossier: Dossier, document: DocumentDemande):
    recu = fichiers.controler(SimpleUploadedFile("a.pdf", pdf_fictif("Essai")))
    return pieces.ajouter(dossier, document, recu, par=dossier.cree_par, recu_le=PENDANT)


def test_un_critere_note_est_retire_et_sa_note_reste(monde):
    lectures.proposer_une_grille(monde["appel"])
    critere, autre = monde["appel"].criteres.all()[:2]
    lecteur = creer_agent()
    noter = [Cotation(critere=critere, points=3, motif="Bien")]
    lectures.coter(monde["depose"], noter, rendre=False, par=lecteur, recu_le=PENDANT)
    tables.retirer(critere, recu_le=PENDANT)
    tables.retirer(autre, recu_le=PENDANT)
    assert [c.pk for c in monde["appel"].criteres.all()[:1]] == [critere.pk]
    assert not monde["appel"].criteres.filter(pk=autre.pk).exists()
    lectures.coter(
        monde["depose"],
        [Cotation(critere=critere, points=4, motif="Mieux")],
        rendre=False,
        par=lecteur,
        recu_le=PENDANT,
    )
    with pytest.raises(retraits.PlusPropose):
        lectures.coter(
            monde["depose"],
            [Cotation(critere=critere, points=1, motif="Non")],
            rendre=False,
            par=creer_agent(),
            recu_le=PENDANT,
        )


# --- To write to those who are touched ------------------------------------------------------------
def test_on_previent_chaque_organisme_une_fois_apres_avoir_tape_le_nombre(monde):
    autre = creer_dossier_complet(monde["appel"], monde["brouillon"].porteur)
    editer(monde, **RETRAITS["document"])
    chemin = f"/instruction/appels/{monde['appel'].pk}/brouillons/"
    page = monde["agent"].get(chemin)
    html = page.content.decode()
    assert (page.context["combien"], len(page.context["envois"])) == (2, 1)
    assert (str(monde["brouillon"].intitule) in html, "n’est plus proposé" in html) == (False, True)
    Email.objects.all().delete()
    for nombre, code in (("", 422), ("2", 422), ("x", 422), ("-1", 422)):
        reponse = monde["agent"].post(chemin, {"nombre": nombre, "message": "Bonjour"})
        assert (reponse.status_code, Email.objects.count()) == (code, 0)
    for _ in range(2):
        assert monde["agent"].post(chemin, {"nombre": "1", "message": ""}).status_code == 302
    a_qui = sorted(adresse for mail in Email.objects.all() for adresse in mail.to)
    membres = monde["brouillon"].porteur.appartenances.values_list("utilisateur__email", flat=True)
    assert a_qui == sorted(membres)
    corps = Email.objects.first().message
    for brouillon in (monde["brouillon"], autre):
        assert f"/dossiers/{brouillon.pk}/" in corps


def test_prevenir_refuse_quand_le_nombre_a_change(monde):
    editer(monde, **RETRAITS["document"])
    with pytest.raises(brouillons.NombreChange):
        brouillons.prevenir(monde["appel"], nombre=3, message="", recu_le=PENDANT)


# --- Several calls in one year --------------------------------------------------------------------
def second(**champs) -> Appel:
    return creer_appel(titre="Appel d’été 2027", rang=2, **champs)


def test_deux_appels_d_une_annee_partagent_leurs_numeros_et_ont_chacun_leur_adresse(
    connecter, horloge_figee
):
    premier, deuxieme = creer_appel(), second()
    numeros = [
        deposer(creer_dossier_complet(appel)).numero for appel in (premier, deuxieme, premier)
    ]
    assert numeros == ["CV-2027-0001", "CV-2027-0002", "CV-2027-0003"]
    client = connecter()
    pages = {
        repere: client.get(f"/appel/{repere}/").context["appel"] for repere in ("2027", "2027-2")
    }
    assert pages == {"2027": premier, "2027-2": deuxieme}
    assert [client.get(f"/appel/{r}/").status_code for r in ("2027-1", "2027-3", "2028")] == [
        404
    ] * 3
    assert "Appel d’été 2027" in client.get("/appel/2027/").content.decode()
    ical = client.get("/appel/calendrier.ics").content.decode()
    assert ("cloture-2027@" in ical, "cloture-2027-2@" in ical) == (True, True)
    porteur = connecter(creer_membre(creer_association()))
    page = porteur.get("/dossiers/").content.decode()
    assert ("/dossiers/nouveau/2027/" in page, "/dossiers/nouveau/2027-2/" in page) == (True, True)
    # the first closed: what every page offers and says is the second
    Appel.objects.filter(pk=premier.pk).update(ferme_le=PENDANT)
    Parution.avancer(PENDANT)
    page = porteur.get("/organismes/").content.decode()
    assert 'href="/dossiers/nouveau/2027-2/"' in page
    assert "L’appel 2027-2 est ouvert" in page


def test_reconduire_dans_la_meme_annee_sous_un_autre_titre(horloge_figee):
    source = creer_appel(regime="guichet")
    tables.retirer(source.documents.first(), recu_le=PENDANT)
    neuf = campagne.reconduire(source, 2027, "Appel d’été 2027", recu_le=PENDANT)
    assert (neuf.repere, neuf.regime) == ("2027-2", "preparation")
    assert [str(d) for d in neuf.documents.all()] == ["Comptes approuvés"]
    with pytest.raises(campagne.TitrePris):
        campagne.reconduire(source, 2027, "Appel d’été 2027", recu_le=PENDANT)


def test_l_annee_ne_change_plus_une_fois_un_numero_donne(monde):
    reponse = editer(monde, annee="2028")
    phrase = campagne.AnneeFigee.phrase
    assert (reponse.status_code, phrase in reponse.content.decode()) == (422, True)
    assert Appel.objects.get().annee == 2027


def test_les_etapes_apres_la_cloture_sont_publiques(monde, connecter):
    editer(monde, examen_le="2026-12-10", decision_le="2027-02-01")
    page = connecter().get("/appel/").content.decode()
    assert (
        "<b>Examen des dossiers</b> à partir du 10\u00a0décembre\u00a02026" in page,
        "<b>Comité des financeurs</b> date à venir" in page,
    ) == (
        True,
        True,
    )
    client = connecter()
    assert "DTSTART;VALUE=DATE:20270201" in client.get("/appel/calendrier.ics").content.decode()
    (donnees,) = client.get("/appel/appels.json").json()["appels"]
    assert (donnees["examen_le"], donnees["comite_le"]) == ("2026-12-10", None)
    assert "Décisions : 1" in client.get("/appel/fil.atom").content.decode()
    reponse = editer(monde, comite_le="2026-11-28", examen_le="2026-12-10")
    assert reponse.status_code == 422
    assert Appel.objects.get().comite_le is None
    assert Appel.objects.get().examen_le == date(2026, 12, 10)


# --- The regime -----------------------------------------------------------------------------------
CONDITIONS = {
    "agent_charge": "Camille Exemple, chargée de mission",
    "autorite_recours": "La présidente fictive",
    "tribunal": "Ville fictive",
    "texte_legal": "Mention fictive.",
}


def conditions_remplies(appel: Appel) -> None:
    poser_service(telephone="03 53 01 00 00", adresse="1 rue de l’Exemple", email="a@demo.example")
    appel.financeurs.update(autorite="Autorité fictive")


def test_le_guichet_appartient_a_la_tete_et_attend_ses_conditions(connecter, horloge_figee):
    horloge_figee(OUVERTURE - timedelta(days=3))
    appel = creer_appel()
    monde = {"appel": appel, "agent": connecter(creer_agent())}
    editer(monde, regime="guichet", **CONDITIONS)
    assert Appel.objects.get().regime == "preparation"  # a plain agent: the field is closed
    monde["agent"] = connecter(creer_agent(Role.RESPONSABLE))
    reponse = editer(monde, regime="guichet", tribunal="")
    html = reponse.content.decode()
    assert (reponse.status_code, "le tribunal administratif" in html) == (422, True)
    assert 'href="#id_tribunal"' in html
    conditions_remplies(appel)
    for manque in CONDITIONS:
        reponse = editer(monde, regime="guichet", **{**CONDITIONS, manque: ""})
        assert (reponse.status_code, Appel.objects.get().regime) == (422, "preparation"), manque
    assert editer(monde, regime="guichet", **CONDITIONS).status_code == 302
    assert Appel.objects.get().regime == "guichet"
    assert editer(monde, tribunal="").status_code == 422  # and it may not be emptied afterwards
    assert Appel.objects.get().tribunal == "Ville fictive"


def test_le_regime_ne_change_plus_une_fois_l_appel_ouvert(connecter, horloge_figee):
    appel = creer_appel()
    conditions_remplies(appel)
    monde = {"appel": appel, "agent": connecter(creer_agent(Role.RESPONSABLE))}
    editer(monde, regime="guichet", **CONDITIONS)
    assert Appel.objects.get().regime == "preparation"
    appel.regime = "guichet"
    form = un_formulaire(appel)
    with pytest.raises(campagne.RegimeFige):
        campagne.enregistrer(form, [], par=creer_agent(Role.RESPONSABLE), recu_le=PENDANT)
    with pytest.raises(campagne.RegimeReserve):
        campagne.enregistrer(form, [], par=creer_agent(), recu_le=PENDANT)


def test_depublier_ne_rend_ni_le_regime_ni_les_dates(connecter, horloge_figee):
    """Taken out of sight, a call that somebody began stays as it was read."""
    appel = creer_appel()
    conditions_remplies(appel)
    creer_dossier(appel)
    monde = {"appel": appel, "agent": connecter(creer_agent(Role.RESPONSABLE))}
    editer(monde, est_publie="")
    assert Appel.objects.get().est_publie is False
    editer(monde, regime="guichet", ferme_jour="31/12/2026", **CONDITIONS)
    garde = Appel.objects.get()
    assert (garde.regime, garde.ferme_le) == ("preparation", appel.ferme_le)
    appel.regime = "guichet"
    with pytest.raises(campagne.RegimeFige):
        campagne.enregistrer(
            un_formulaire(appel), [], par=creer_agent(Role.RESPONSABLE), recu_le=PENDANT
        )


def test_depublie_avant_que_personne_ne_commence_il_se_reprend(connecter, horloge_figee):
    appel = creer_appel(est_publie=False)
    conditions_remplies(appel)
    monde = {"appel": appel, "agent": connecter(creer_agent(Role.RESPONSABLE))}
    editer(monde, regime="guichet", **CONDITIONS)
    assert Appel.objects.get().regime == "guichet"


def test_les_conditions_du_guichet_menent_ou_les_ecrire():
    noms = {c.nom: c.lien for c in guichet.manquantes(creer_appel(), poser_service())}
    assert noms["le téléphone du service"] == "/instruction/contenus/service/"
    assert noms["le tribunal administratif"] == "#id_tribunal"


def ecrire_le_service(client, **change):
    """The head publishes another sheet of the service; the page that follows."""
    service = Service.actuel()
    champs = ("nom", "editeur", "adresse", "email", "telephone", "contact_donnees")
    donnees = {champ: getattr(service, champ) for champ in champs} | change
    client.post(f"/instruction/contenus/service/{service.pk}/", donnees)
    revision = Revision.objects.ouvertes().get()
    return client.post(f"/instruction/contenus/revisions/{revision.pk}/publier/", follow=True)


@pytest.mark.parametrize("champ", ["telephone", "adresse", "email"])
def test_la_fiche_du_service_ne_se_vide_pas_sous_un_guichet(connecter, champ):
    appel = creer_appel()
    conditions_remplies(appel)
    client = connecter(creer_agent(Role.RESPONSABLE))
    ecrire_le_service(client, **{champ: ""})
    assert getattr(Service.actuel(), champ) == ""  # no call needs it
    conditions_remplies(appel)
    Revision.objects.all().delete()
    Appel.objects.update(regime="guichet")
    page = ecrire_le_service(client, **{champ: ""}).content.decode()
    assert ("Écrivez une autre valeur" in page, getattr(Service.actuel(), champ) != "") == (1, 1)
    revisions.abandonner(Revision.objects.ouvertes().get(), recu_le=PENDANT)
    autre = "b@demo.example" if champ == "email" else "03 53 01 99 99"
    ecrire_le_service(client, **{champ: autre})
    assert getattr(Service.actuel(), champ) == autre


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_le_guichet_et_la_fiche_videe_en_meme_temps(base_a_plusieurs, monkeypatch):
    """Whoever comes first: never a call under « guichet » whose service says nothing."""
    monkeypatch.setattr("appels.socle.reveil.reveiller", lambda nom, *arguments: None)
    appel = creer_appel(ouvre_le=PENDANT + timedelta(days=1))
    for champ, valeur in CONDITIONS.items():
        setattr(appel, champ, valeur)
    appel.save()
    conditions_remplies(appel)
    tete = creer_agent(Role.RESPONSABLE)
    service = Service.actuel()
    champs = ("adresse", "email", "telephone")
    service.telephone = ""
    revision = revisions.ecrire("service", service, champs, par=tete, recu_le=PENDANT)
    appel.regime = "guichet"
    form = un_formulaire(appel)

    def agir(rang):
        if rang:
            return campagne.enregistrer(form, [], par=tete, recu_le=PENDANT)
        return revisions.publier(revision, Service, Service(), par=tete, recu_le=PENDANT)

    resultats = en_meme_temps(2, agir)
    refus = [type(r) for r in resultats if isinstance(r, Exception)]
    assert refus in ([guichet.ServiceVide], [campagne.GuichetIncomplet])


# --- Two people at once ---------------------------------------------------------------------------
@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_un_agent_retire_pendant_que_d_autres_joignent(base_a_plusieurs, monkeypatch):
    """Whoever comes first: the document is withdrawn and held, or deleted and refused; no 500."""
    monkeypatch.setattr("appels.socle.reveil.reveiller", lambda nom, *arguments: None)
    appel = creer_appel()
    document = appel.documents.get(exigence="recevabilite")
    dossiers = [creer_dossier(appel) for _ in range(6)]

    def agir(rang):
        if rang == 0:
            return tables.retirer(document, recu_le=PENDANT)
        return joindre(dossiers[rang - 1], document).pk

    resultats = en_meme_temps(7, agir)
    erreurs = [r for r in resultats if isinstance(r, Exception)]
    assert [type(erreur) for erreur in erreurs] == [retraits.PlusPropose] * len(erreurs)
    joints = [r for r in resultats[1:] if isinstance(r, int)]
    reste = DocumentDemande.objects.filter(pk=document.pk).first()
    assert (reste is not None) == bool(joints)
    assert reste is None or reste.retire_le == PENDANT


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_deux_appels_de_l_annee_numerotent_ensemble_sans_trou(base_a_plusieurs, monkeypatch):
    monkeypatch.setattr("appels.socle.reveil.reveiller", lambda nom, *arguments: None)
    appels = [creer_appel(), second()]
    dossiers = [creer_dossier_complet(appels[rang % 2]) for rang in range(10)]
    signataires = [creer_signataire(dossier.porteur) for dossier in dossiers]
    numeros = en_meme_temps(10, lambda rang: deposer(dossiers[rang], signataires[rang]).numero)
    assert sorted(numeros) == [f"CV-2027-{rang:04d}" for rang in range(1, 11)]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_deux_agents_ajoutent_le_meme_financeur(base_a_plusieurs, connecter, monkeypatch):
    monkeypatch.setattr("appels.socle.reveil.reveiller", lambda nom, *arguments: None)
    appel = creer_appel()
    departement = Partenaire.objects.get(genre="departement")
    clients = [connecter(creer_agent()) for _ in range(2)]
    donnees = donnees_de(clients[0], appel, **{"financeurs-4-partenaire": departement.pk})

    def poster(rang):
        return clients[rang].post(f"/instruction/appels/{appel.pk}/", donnees).status_code

    codes = en_meme_temps(2, poster)
    assert [code for code in codes if code not in (302, 422)] == []
    assert appel.financeurs.filter(partenaire=departement).count() == 1


def test_deux_agents_changent_chacun_une_section(monde, connecter):
    """The older page puts nothing back, in a field or in a row; what both wrote is said."""
    appel, chemin = monde["appel"], f"/instruction/appels/{monde['appel'].pk}/"
    un, deux = monde["agent"], connecter(creer_agent())
    ancienne = feuille(un.get(chemin), "titre")
    leur = {"tribunal": "Tribunal fictif", "financeurs-0-service": "Guichet fictif", "themes": []}
    assert deux.post(chemin, ancienne | leur).status_code == 302
    mien = {"presentation": "Une présentation", "documents-0-aide": "Le dernier"}
    assert un.post(chemin, ancienne | mien).status_code == 302

    def tenu() -> tuple:
        lu = Appel.objects.get(pk=appel.pk)
        service, aide = lu.financeurs.first().service, lu.documents.first().aide
        return lu.tribunal, lu.presentation, service, aide, lu.themes.count()

    assert tenu() == ("Tribunal fictif", "Une présentation", "Guichet fictif", "Le dernier", 0)
    contraire = {"tribunal": "Un autre tribunal", "financeurs-0-service": "Un autre guichet"}
    dispute = un.post(chemin, ancienne | contraire)
    assert dispute.status_code == 422
    for ecrit in ("Tribunal fictif", "Guichet fictif"):
        assert f"Entre-temps, quelqu’un a enregistré : « {ecrit} »" in lisible(dispute)
    assert tenu()[0] == "Tribunal fictif"
    assert un.post(chemin, feuille(dispute, "titre")).status_code == 302
    assert (tenu()[0], tenu()[2]) == ("Un autre tribunal", "Un autre guichet")


def test_une_ligne_supprimee_par_un_collegue_garde_ce_qui_est_ecrit(monde, connecter):
    """A document nobody gave is deleted for good; who was writing in its row keeps the words."""
    appel, chemin = monde["appel"], f"/instruction/appels/{monde['appel'].pk}/"
    un, deux = monde["agent"], connecter(creer_agent())
    libelles = ["Plan de masse", "Plan de secours"]
    for rang, libelle in enumerate(libelles, 90):
        appel.documents.create(libelle=libelle, position=rang)
    ancienne = feuille(un.get(chemin), "titre")
    rangs = {libelle: _rang(ancienne, libelle) for libelle in libelles}
    partis = {f"documents-{rang}-DELETE": "on" for rang in rangs.values()}
    assert deux.post(chemin, ancienne | partis).status_code == 302
    assert appel.documents.filter(libelle__in=libelles).count() == 0
    ecrit = {f"documents-{rangs['Plan de masse']}-aide": "Au 1/500", "presentation": "Autre texte"}
    dispute = un.post(chemin, ancienne | ecrit)
    assert dispute.status_code == 422
    assert "Entre-temps, quelqu’un a retiré cette ligne." in lisible(dispute)
    encore = feuille(dispute, "titre")
    assert "Plan de secours" not in lisible(dispute)  # nothing was written there
    assert encore[f"documents-{_rang(encore, 'Plan de masse')}-aide"] == ["Au 1/500"]
    assert un.post(chemin, encore).status_code == 302
    assert appel.documents.get(libelle="Plan de masse").aide == "Au 1/500"
    assert Appel.objects.get(pk=appel.pk).presentation == "Autre texte"


def _rang(envoi: dict, libelle: str) -> int:
    """The rank of the row of a document in a page."""
    (cle,) = [nom for nom, valeurs in envoi.items() if valeurs == [libelle]]
    return int(cle.split("-")[1])


def test_un_appel_enregistre_au_meme_instant_se_dit(monde):
    appel, chemin = monde["appel"], f"/instruction/appels/{monde['appel'].pk}/"
    envoi = feuille(monde["agent"].get(chemin), "titre")
    donnees = QueryDict(urlencode(envoi | {"financeurs-0-service": "x"}, doseq=True))
    tete, instant = creer_agent(Role.RESPONSABLE), PENDANT
    form = AppelForm(donnees, instance=appel, peut_publier=True, instant=instant)
    table = FinanceurAppelFormSet(donnees, instance=appel, prefix="financeurs")
    assert form.is_valid(), form.errors
    assert table.is_valid()
    appel.financeurs.update(service="Guichet")
    with pytest.raises(AuMemeInstant):  # a row, between its reading and the lock
        campagne.enregistrer(form, [table], par=tete, recu_le=instant)
    Appel.objects.update(ferme_le=appel.ferme_le + timedelta(days=3))
    with pytest.raises(AuMemeInstant):  # the call was prolonged
        campagne.enregistrer(form, [], par=tete, recu_le=instant)


def test_tous_les_axes_retires_se_gardent_encore(monde):
    editer(monde, **RETRAITS["axe"])
    assert Axe.objects.filter(appels=monde["appel"]).count() == 0
    page = monde["porteur"].get(f"/dossiers/{monde['brouillon'].pk}/partie/projet/")
    assert f"{monde['brouillon'].axe} (n’est plus proposé)" in page.content.decode()
