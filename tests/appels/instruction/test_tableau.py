"""The dashboard of a campaign, and the next one opened from it."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from uuid import uuid4

import lxml.html
import pytest
from post_office.models import Email
from pypdf import PdfReader

from appels.demonstration import dossiers
from appels.depot.actions import arret, recepisses
from appels.instruction import noms_courts, tableau
from appels.instruction.actions import campagne, echanges, examen, exports, page_de_campagne
from appels.instruction.jalons import Etat, jalons
from appels.models import (
    Appel,
    Avis,
    Battement,
    Comite,
    Cote,
    Dossier,
    Enveloppe,
    Export,
    Proposition,
    Recepisse,
    Scenario,
    Theme,
)
from appels.socle import pdf
from partenaires.models import Genre, Revision, Utilisateur
from quartiers import geographie
from quartiers.models import ChiffreCle, Parution
from tests.fabriques import (
    FERMETURE,
    OUVERTURE,
    PENDANT,
    admettre,
    creer_agent,
    creer_appel,
    creer_association,
    creer_dossier,
    creer_dossier_complet,
    deposer,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent(horloge_figee):
    return creer_agent()


def test_chaque_chiffre_du_tableau(connecter, agent):
    appel, porteur = creer_appel(), creer_association()
    creer_dossier(appel, porteur)
    un = deposer(creer_dossier_complet(appel, porteur))
    autre = deposer(creer_dossier_complet(appel))
    passe = creer_appel(
        2026, ouvre_le=OUVERTURE - timedelta(days=364), ferme_le=FERMETURE - timedelta(days=364)
    )
    for jours in (364, 360):
        quand = PENDANT - timedelta(days=jours)
        deposer(dossiers.remplir(creer_dossier(passe, cree_le=quand), quand), recu_le=quand)
    tous = Dossier.objects.all()
    lecture = tableau.Lecture(
        suivis=tous, deposes=tous.deposes(), geographie=territoire(), lecteur=agent
    )
    vu = tableau.tableau(lecture, appel, [appel, passe], PENDANT)
    assert vu.chiffres == {
        "brouillons": 1,
        "deposes": 2,
        "organismes": 2,
        "demande": 2_000_000,
        "vote": 0,
        "soutenus": 0,
    }
    assert [
        (jour.rang, jour.n, jour.passe, jour.cumul, jour.cumul_passe) for jour in vu.depots.jours
    ] == [
        (41, 2, 1, 2, 1),
        (45, 0, 1, 2, 2),
    ]
    assert [jour.est_a_venir for jour in vu.depots.jours] == [False, True]
    assert vu.depots.titre == "Dépôts cumulés : 2, 1 de plus qu’au même jour de 2026"
    financeurs, axes, quartiers, habitants = vu.demandes
    assert [(jauge.valeur, jauge.suite, jauge.part) for jauge in axes.jauges] == [
        ("10\u00a0000\u00a0€", "1\u00a0dossier", "100.0")
    ] * 2
    assert noms_courts.du_quartier("Cheminots Jean Jaurès Moulin Hacart") == "Cheminots"
    assert noms_courts.du_quartier("Un quartier d’essai – Bis") == "Un quartier d’essai"
    assert {jauge.nom for jauge in quartiers.jauges if jauge.part != "0.0"} == {
        noms_courts.du_quartier(d.lieux.get().quartier.nom_court) for d in (un, autre)
    }
    assert (len(quartiers.jauges), len(habitants.jauges)) == (6, 6)
    assert [(jauge.nom, jauge.valeur) for jauge in vu.charge.jauges] == [("Personne", "2")]
    assert [(jauge.nom, jauge.valeur) for jauge in vu.entonnoir.jauges] == [
        ("Commencés", "3"),
        ("Déposés", "2"),
        ("Recevables", "0"),
        ("Tous les avis rendus", "0"),
        ("Décidés", "0"),
        ("Notifiés", "0"),
        ("Soutenus", "0"),
    ]
    assert financeurs.titre == "Demandé à chaque financeur : aucune enveloppe connue"
    page = connecter(agent).get("/instruction/tableau/")
    assert (page.context["appel"], page.context["t"].chiffres) == (appel, vu.chiffres)
    ancien = connecter(agent).get("/instruction/tableau/?annee=2026").context
    assert (ancien["appel"], ancien["t"].chiffres["deposes"]) == (passe, 2)


def territoire():
    return geographie.lire(Parution.actuelle())


def test_ce_qui_attend_mene_a_exactement_ces_dossiers(connecter, agent):
    """Each line of the Monday page counts what the list behind it shows."""
    appel = creer_appel()
    un, deux, trois = [deposer(creer_dossier_complet(appel)) for _ in range(3)]
    examen.signaler(un, motif="x", par=agent, recu_le=PENDANT)
    examen.admettre(deux, par=agent, recu_le=PENDANT)
    cle = uuid4()
    echanges.ecrire(
        trois, Cote.ORGANISME, "Et ?", [], cle=cle, par=trois.depose_par, recu_le=PENDANT
    )
    scenario = Scenario.objects.create(appel=appel, nom="B", cree_le=PENDANT, cree_par=agent)
    demande = deux.financements.filter(partenaire__isnull=False).first()
    Enveloppe.objects.create(
        appel=appel, partenaire=demande.partenaire, montant=100, par=agent, le=PENDANT
    )
    Proposition.objects.create(scenario=scenario, financement=demande, montant=300)
    client = connecter(agent)
    lignes = client.get("/instruction/tableau/").context["t"].attendus
    dites = {ligne.mots: ligne.nombre for ligne in lignes}
    assert dites == {
        "dossiers où c’est à vous d’agir": 2,
        "dossier dont un message attend": 1,
        "signalement à résoudre": 1,
        "dossier qui attend un avis": 1,
        "enveloppe dépassée au scénario « B »": 1,
    }
    listes = [ligne for ligne in lignes if ligne.adresse.startswith("/instruction/?")]
    assert [client.get(ligne.adresse).context["page"].total for ligne in listes] == [
        ligne.nombre for ligne in listes
    ]
    assert [client.get(ligne.adresse).status_code for ligne in lignes] == [200] * len(lignes)


def test_une_enveloppe_depassee_l_est_aussi_dans_la_matrice(connecter, agent):
    """What was withdrawn since the amounts were proposed counts on neither page."""
    appel = creer_appel()
    un, deux = [admettre(deposer(creer_dossier_complet(appel))) for _ in range(2)]
    scenario = Scenario.objects.create(appel=appel, nom="B", cree_le=PENDANT, cree_par=agent)
    demandes = [dossier.financements.get(partenaire__genre=Genre.ETAT) for dossier in (un, deux)]
    for demande in demandes:
        Proposition.objects.create(scenario=scenario, financement=demande, montant=100)
    Enveloppe.objects.create(
        appel=appel, partenaire=demandes[0].partenaire, montant=150, par=agent, le=PENDANT
    )
    client = connecter(agent)

    def dits() -> tuple[list[str], list[int]]:
        lignes = client.get("/instruction/tableau/").context["t"].attendus
        matrice = client.get(f"/instruction/scenarios/{scenario.pk}/").context["t"]
        return (
            [ligne.detail for ligne in lignes if "enveloppe" in ligne.mots],
            [compte.depassement for compte in matrice.trop],
        )

    assert [len(dit) for dit in dits()] == [1, 1]
    arret.retirer(deux, par=deux.depose_par, recu_le=PENDANT)
    assert dits() == ([], [])


def test_les_jalons_disent_ce_qui_retient_la_campagne(agent):
    """A step that is not done holds those after it, whatever was done early."""
    appel = creer_appel(examen_le=date(2026, 12, 18), avis_avant=date(2027, 1, 29))
    tard = FERMETURE + timedelta(days=47)
    etat = Etat(
        stades={"a_examiner": 2, "financeurs": 3}, deposes=5, avis_manquants=4, comites_clos=1
    )
    suite = jalons(appel, etat, tard)
    assert [(jalon.nom, jalon.dit) for jalon in suite if jalon.est_ici] == [
        ("Recevabilité", "2\u00a0à examiner")
    ]
    assert [jalon.nom for jalon in suite if jalon.est_fait] == ["Ouverture", "Clôture"]
    vide = Etat(stades={}, deposes=0, avis_manquants=0, comites_clos=0)
    au_debut = jalons(appel, vide, PENDANT)
    assert [jalon.nom for jalon in au_debut if jalon.est_ici] == ["Clôture"]
    assert [jalon.nom for jalon in au_debut if not (jalon.quand or jalon.dit)] == []


def test_le_comite_est_tenu_quand_plus_aucun_projet_n_attend_son_mot(agent):
    """The first meeting closed is not the last."""
    tard, appel = FERMETURE + timedelta(days=47), creer_appel()

    def comite(**dit) -> tuple[bool, str]:
        lu = {"stades": {"financeurs": 3}, "deposes": 3, "avis_manquants": 0, "comites_clos": 1}
        suite = jalons(appel, Etat(**lu | dit), tard)
        return next((jalon.est_fait, jalon.dit) for jalon in suite if jalon.nom == "Comité")

    assert comite(comites_ouverts=1, vus=1) == (
        False,
        "1\u00a0séance à tenir, 2\u00a0projets sans mot",
    )
    assert comite(vus=2) == (False, "1\u00a0projet sans mot")
    assert comite(comites_ouverts=1, vus=3) == (False, "1\u00a0séance à tenir")
    assert comite(vus=3) == (True, "1\u00a0séance close")
    assert comite(comites_clos=0, vus=3) == (False, "")


def test_les_bilans_disent_qui_en_doit_un(agent):
    etat = Etat(stades={}, deposes=3, avis_manquants=0, comites_clos=0, soutenus=2)
    assert jalons(creer_appel(), etat, PENDANT)[-1].dit == "2\u00a0projets soutenus en doivent un"


def lire_le_tableau(agent, appel, appels):
    tous = Dossier.objects.all()
    lecture = tableau.Lecture(
        suivis=tous, deposes=tous.deposes(), geographie=territoire(), lecteur=agent
    )
    return tableau.tableau(lecture, appel, appels, PENDANT)


def test_le_tableau_compte_les_seances_et_les_projets_vus(connecter, agent):
    appel = creer_appel()
    un, deux = [admettre(deposer(creer_dossier_complet(appel))) for _ in range(2)]
    scenario = Scenario.objects.create(appel=appel, nom="B", cree_le=PENDANT, cree_par=agent)
    mene = {"appel": appel, "scenario": scenario, "tenu_le": PENDANT, "cree_par": agent}
    comite = Comite.objects.create(**mene)
    comite.deliberations.create(dossier=un, sens="favorable", par=agent, le=PENDANT)

    def dit() -> str:
        suite = lire_le_tableau(agent, appel, [appel]).jalons
        return next(jalon.dit for jalon in suite if jalon.nom == "Comité")

    assert dit() == "1\u00a0séance à tenir, 1\u00a0projet sans mot"
    Comite.objects.filter(pk=comite.pk).update(clos_le=PENDANT, clos_par=agent)
    assert dit() == "1\u00a0projet sans mot"
    comite.deliberations.create(dossier=deux, sens="ajourne", par=agent, le=PENDANT)
    assert dit() == "1\u00a0séance close"


def test_un_message_ne_reprend_pas_les_avis_rendus(agent):
    appel = creer_appel()
    un = admettre(deposer(creer_dossier_complet(appel)))
    for demande in un.financements.filter(partenaire__isnull=False):
        Avis.objects.create(
            dossier=un,
            partenaire=demande.partenaire,
            auteur=agent,
            sens="favorable",
            modifie_le=PENDANT,
            partage_le=PENDANT,
            partage_par=agent,
        )

    def avises() -> str:
        jauges = lire_le_tableau(agent, appel, [appel]).entonnoir.jauges
        return next(une.valeur for une in jauges if une.nom == "Tous les avis rendus")

    avant = avises()
    echanges.ecrire(un, Cote.ORGANISME, "Et ?", [], cle=uuid4(), par=un.depose_par, recu_le=PENDANT)
    assert (avant, avises()) == ("1", "1")


def test_la_courbe_se_compare_au_meme_appel_de_l_annee_passee(connecter, agent):
    """With two calls a year, the second with the second."""
    premier, second = creer_appel(2026), creer_appel(2026, rang=2, titre="Automne 2026")
    appels = [creer_appel(2027), creer_appel(2027, rang=2, titre="Automne 2027"), premier, second]
    vus = [lire_le_tableau(agent, appel, appels[::-1]).avant for appel in appels]
    assert vus == [premier, second, None, None]
    assert tableau.l_an_passe(appels[1], [premier]) == premier
    deposer(creer_dossier_complet(appels[1]))
    deposer(creer_dossier_complet(second))
    page = connecter(agent).get(f"/instruction/tableau/?appel={appels[1].pk}").content.decode()
    assert "Automne 2026, au même jour de l’appel" in page
    assert "qu’au même jour de 2026-2" in page


# --- On Monday ----------------------------------------------------------------------------------
def test_la_campagne_part_une_fois_le_lundi_a_qui_la_veut(connecter, agent, monkeypatch):
    creer_appel()
    autre = creer_agent()
    parti = creer_agent()
    Utilisateur.objects.filter(pk=parti.pk).update(recoit_la_campagne=True, is_active=False)
    lundi = datetime(2026, 11, 9, 7, 0, tzinfo=UTC)
    chez_lui = connecter(agent)
    choisi = {"prenom": "Ada", "nom": "Agent", "cadence": "immediate", "densite": "compact"}
    chez_lui.post("/mon-compte/", {**choisi, "recoit_la_campagne": "on"})
    assert Utilisateur.objects.get(pk=agent.pk).recoit_la_campagne
    mardi, trop_tot = lundi + timedelta(days=1), lundi - timedelta(hours=3)
    assert [page_de_campagne.envoyer_le_lundi(quand) for quand in (mardi, trop_tot)] == [0, 0]
    assert [page_de_campagne.envoyer_le_lundi(lundi) for _ in range(2)] == [1, 0]
    (export,) = Export.objects.all()
    assert (export.demande_par, export.genre, export.format) == (agent, "campagne", "pdf")
    monkeypatch.setattr(pdf, "rendre", lambda html, **_: b"%PDF-" + html.encode())
    for _ in range(2):
        exports.etablir(Export.objects.get())
    (courriel,) = Email.objects.all()
    assert (courriel.to, courriel.attachments.count()) == ([agent.email], 1)
    assert page_de_campagne.envoyer_le_lundi(lundi + timedelta(days=7)) == 1
    # Suspended after it was asked: nothing is sent to that address
    Utilisateur.objects.filter(pk=agent.pk).update(is_active=False)
    exports.etablir(Export.objects.latest("pk"))
    assert Email.objects.count() == 1
    assert {autre.pk, parti.pk}.isdisjoint(Export.objects.values_list("demande_par", flat=True))


def test_la_page_de_campagne_tient_sur_une_page_a4(connecter, agent, monkeypatch):
    """Full: eight funders, as many lines as the page may hold, beside the numbers of the screen."""
    appel = creer_appel()
    deposer(creer_dossier_complet(appel))
    client = connecter(agent)
    client.post(f"/instruction/appels/{appel.pk}/campagne-en-une-page/")
    exports.etablir(Export.objects.get())
    fait = Export.objects.get()
    assert fait.erreur == ""
    with fait.fichier.open() as fichier:
        lu = PdfReader(BytesIO(fichier.read()))
    assert (len(lu.pages), [round(float(cote)) for cote in lu.pages[0].mediabox[2:]]) == (
        1,
        [595, 842],
    )
    assert "1 dossier" in lu.pages[0].extract_text().replace("\u00a0", " ")
    donnee = client.get(f"/instruction/exports/{fait.pk}/")
    assert donnee.status_code == 200
    donnee.close()


def test_les_rouages_disent_ce_qui_tarde(connecter, agent):
    appel = creer_appel()
    depose = deposer(creer_dossier_complet(appel))
    client = connecter(agent)
    assert client.get("/instruction/tableau/").context["t"].rouages == tableau.Rouages(
        rappels=0, courriels=0, recepisses=0, papiers=0, battement=None, en_retard=True
    )
    Battement.objects.create(nom="beat", le=PENDANT)
    Recepisse.objects.filter(version__dossier=depose).update(etabli_le=None)
    depose.versions.update(figee_le=PENDANT - timedelta(hours=1))
    lue = client.get("/instruction/tableau/")
    rouages = lue.context["t"].rouages
    assert (rouages.en_retard, rouages.recepisses) == (False, 1)
    etats = lxml.html.fromstring(lue.content).xpath(
        "//section[@aria-labelledby='t-rouages']//dd/span"
    )
    assert [(un.get("class"), un.text_content().strip()) for un in etats] == [
        ("etat plein", "aucun"),
        ("etat demi", "1"),
        ("etat plein", "aucun"),
        ("etat plein", "à l’heure"),
    ]
    recepisses.etablir(depose.versions.get())
    assert client.get("/instruction/tableau/").context["t"].rouages.recepisses == 0


def test_sans_appel_le_tableau_le_dit(connecter, agent):
    assert (
        "Aucun appel pour le moment"
        in connecter(agent).get("/instruction/tableau/").content.decode()
    )


@pytest.mark.parametrize("annee", ["abc", "1999", "99999999999999", ""])
def test_une_annee_inconnue_montre_l_appel_en_cours(connecter, agent, annee):
    appel = creer_appel()
    assert connecter(agent).get("/instruction/tableau/", {"annee": annee}).context["appel"] == appel


def test_un_appel_sans_dates_a_son_tableau_meme_apres_un_autre(connecter, agent):
    deposer(creer_dossier_complet(creer_appel()))
    creer_appel(2028, ouvre_le=None, ferme_le=None)
    page = connecter(agent).get("/instruction/tableau/", {"annee": "2028"})
    assert (page.status_code, page.context["t"].depots.jours) == (200, [])


# --- The next campaign --------------------------------------------------------------------------
def test_reconduire_reprend_tout_sauf_les_dates_et_la_publication(connecter, agent):
    source = creer_appel(
        regime="guichet",
        presentation="Texte",
        options=["charte"],
        jours_rappel=[5],
        tribunal="Lille",
    )
    source.themes.set(Theme.objects.all()[:2])
    source.regles.filter(cle="part_qpv").update(gravite="blocage", seuil=60, texte="Au moins 60 %.")
    client = connecter(agent)
    page = client.get(f"/instruction/appels/{source.pk}/reconduire/").content.decode()
    assert ("Comptes approuvés" in page, 'value="2028"' in page) == (True, True)
    client.post(f"/instruction/appels/{source.pk}/reconduire/", {"annee": 2028})
    neuf = Appel.objects.get(annee=2028)
    assert (
        neuf.titre,
        neuf.regime,
        neuf.presentation,
        neuf.options,
        neuf.jours_rappel,
        neuf.tribunal,
    ) == ("Appel à projets 2028", "preparation", "Texte", ["charte"], [5], "Lille")
    assert (
        neuf.est_publie,
        neuf.ouvre_le,
        neuf.ferme_le,
        neuf.sequence,
        neuf.avis_avant,
    ) == (False, None, None, 0, None)
    for lignes, champs in (
        ("documents", ("libelle", "exigence", "genre", "est_bancaire")),
        ("financeurs", ("partenaire", "sous_poste")),
        ("regles", ("cle", "gravite", "seuil", "texte")),
    ):
        assert list(getattr(neuf, lignes).values_list(*champs)) == list(
            getattr(source, lignes).values_list(*champs)
        )
    assert (set(neuf.axes.all()), set(neuf.themes.all())) == (
        set(source.axes.all()),
        set(source.themes.all()),
    )
    assert source.documents.count() == 2


def test_reconduire_deux_fois_le_dit_et_ne_cree_rien(connecter, agent):
    source = creer_appel()
    campagne.reconduire(source, 2028, recu_le=PENDANT)
    reponse = connecter(agent).post(f"/instruction/appels/{source.pk}/reconduire/", {"annee": 2028})
    assert (
        reponse.status_code,
        "porte déjà ce titre" in reponse.content.decode(),
        Appel.objects.count(),
    ) == (422, True, 2)


@pytest.mark.parametrize("annee", ["", "abc", "1900", "99999999999"])
def test_une_annee_illisible_le_dit(connecter, agent, annee):
    source = creer_appel()
    assert (
        connecter(agent)
        .post(f"/instruction/appels/{source.pk}/reconduire/", {"annee": annee})
        .status_code,
        Appel.objects.count(),
    ) == (422, 1)


# --- The settings of a call ---------------------------------------------------------------------
def test_les_reglages_disent_ce_qui_est_vide_et_ou(connecter, agent):
    """Each field stands in one section; what is empty is named, with the way to it."""
    appel = creer_appel(tribunal="Lille", autorite_recours="")
    page = connecter(agent).get(f"/instruction/appels/{appel.pk}/")
    montres = [champ.name for section in page.context["sections"] for champ in section.champs]
    assert sorted([*montres, "vu"]) == sorted(page.context["form"].fields)  # hidden: what was shown
    mentions = next(s for s in page.context["sommaire"] if s.ancre == "mentions")
    assert [champ.name for champ in mentions.vides] == ["agent_charge", "autorite_recours"]
    arbre = lxml.html.fromstring(page.content)
    liens = arbre.xpath("//nav[@aria-label='Sections de la page']//a/@href")
    ancres = {f"#{ancre}" for ancre in arbre.xpath("//main//@id")}
    assert [lien for lien in liens if lien not in ancres] == []
    assert len(liens) > len(page.context["sommaire"])


def test_un_chiffre_cle_s_ecrit_comme_ici_et_sans_annee(connecter, agent):
    """S21: « 13 750 » is read, and a figure whose year the source does not give is kept so."""
    chiffre = ChiffreCle.objects.filter(annee__isnull=True).first()
    client = connecter(agent)
    chemin = f"/instruction/contenus/chiffres/{chiffre.pk}/"
    form = lxml.html.fromstring(client.get(chemin).content).forms[-1]
    envoye = {**dict(form.form_values()), "valeur": "13 750", "annee": ""}
    relu = client.post(chemin, envoye)
    assert (relu.status_code, Revision.objects.count()) == (302, 1)
    assert "13\u00a0750" in client.get(relu.url).content.decode()
