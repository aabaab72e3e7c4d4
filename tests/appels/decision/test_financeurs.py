"""Funders at home: their queue, their envelope, their word on what is decided in their name."""

from datetime import timedelta

import pytest
from lxml import html

from appels.decision import accords, departs, file_d_avis, financeurs
from appels.decision.actions import accords as actes_accords
from appels.decision.actions import avis as actes
from appels.decision.actions import decisions, lettres, scenarios
from appels.decision.recueils import Recueil
from appels.models import (
    Accord,
    Avis,
    AvisRemplace,
    Dossier,
    FinanceurAppel,
    Lettre,
    Passage,
    Scenario,
    SensAccord,
)
from appels.socle import droits
from appels.socle.empechement import Empeche
from partenaires.models import Genre, Partenaire, Role
from partenaires.socle.refus import AuMemeInstant
from tests.fabriques import (
    PENDANT,
    admettre,
    creer_agent,
    creer_appel,
    creer_association,
    creer_dossier_complet,
    creer_financeur,
    creer_membre,
    deposer,
    poser_tribunal,
)
from tests.feuilles import feuille, lisible

pytestmark = pytest.mark.django_db


@pytest.fixture
def appel(horloge_figee):
    return creer_appel()


@pytest.fixture
def depose(appel):
    return admettre(deposer(creer_dossier_complet(appel, creer_association())))


@pytest.fixture
def caf():
    return Partenaire.objects.get(genre=Genre.CAF)


def page(client, chemin) -> str:
    return client.get(chemin).content.decode().replace("\u00a0", " ")


# --- What they told elsewhere ---------------------------------------------------------------------


def test_cinq_avis_recus_s_inscrivent_d_un_envoi(connecter, depose):
    """One page, one sending; favourable without an amount is what was asked; who and whence."""
    agent = creer_agent()
    client, chemin = connecter(agent), f"/instruction/dossiers/{depose.pk}/avis/?recueil=1"
    lignes = client.get(chemin).context["mots"]["lignes"]
    envoi = {f"a{ligne.partenaire.pk}-sens": "favorable" for ligne in lignes}
    assert client.post(chemin, envoi).status_code == 422  # from whom?
    assert Avis.objects.count() == 0
    assert client.post(chemin, envoi | {"recu_par": "réunion du 9 novembre"}).status_code == 302
    inscrits = {
        (avis.partenaire_id, avis.sens, avis.montant_propose, avis.recueilli, avis.auteur)
        for avis in Avis.objects.all()
    }
    assert inscrits == {
        (ligne.partenaire.pk, "favorable", ligne.demande, "réunion du 9 novembre", agent)
        for ligne in lignes
    }
    assert Passage.objects.filter(dossier=depose, acte="aviser").count() == len(lignes)
    # Sent again as it is, nothing changes
    client.post(chemin, envoi | {"recu_par": "réunion du 9 novembre"})
    assert (AvisRemplace.objects.count(), Avis.objects.count()) == (0, len(lignes))


@pytest.mark.parametrize(
    ("champs", "phrase"),
    [
        ({"sens": "reserve"}, "dites pourquoi"),
        ({"sens": "defavorable", "motif": "x", "montant_propose": "10"}, "ne propose pas"),
        ({"motif": "x"}, "choisissez l’avis reçu"),
        ({"montant_propose": "1 200"}, "choisissez l’avis reçu"),
        ({"sens": "favorable", "montant_propose": "12,50,00"}, "n’est pas un montant"),
    ],
)
def test_un_avis_recu_mal_ecrit_le_dit(connecter, depose, caf, champs, phrase):
    envoi = {f"a{caf.pk}-{nom}": valeur for nom, valeur in champs.items()} | {"recu_par": "x"}
    reponse = connecter(creer_agent()).post(f"/instruction/dossiers/{depose.pk}/avis/", envoi)
    assert (reponse.status_code, phrase in reponse.content.decode()) == (422, True)
    assert Avis.objects.count() == 0


def test_deux_agents_inscrivent_chacun_ce_qu_il_a_recu(connecter, depose, caf):
    """A page older than a colleague's adds to it; a line that both wrote is said."""
    chemin, caf = f"/instruction/dossiers/{depose.pk}/avis/?recueil=1", f"a{caf.pk}"
    un, deux = connecter(creer_agent()), connecter(creer_agent())
    lignes = un.get(chemin).context["mots"]["lignes"]
    autre = next(ligne.prefix for ligne in lignes if ligne.prefix != caf)
    ancienne = feuille(un.get(chemin), f"{caf}-motif")
    mien = {f"{caf}-sens": "reserve", f"{caf}-motif": "À préciser", "recu_par": "courrier"}
    assert deux.post(chemin, {**ancienne, **mien}).status_code == 302
    ailleurs = {f"{autre}-sens": "favorable", "recu_par": "réunion"}
    assert un.post(chemin, {**ancienne, **ailleurs}).status_code == 302
    avis = Avis.objects.get(partenaire=caf[1:])
    assert (avis.sens, avis.motif, avis.recueilli) == ("reserve", "À préciser", "courrier")
    assert (Avis.objects.count(), AvisRemplace.objects.count()) == (2, 0)
    contraire = {f"{caf}-sens": "favorable", "recu_par": "téléphone"}
    dispute = un.post(chemin, {**ancienne, **contraire})
    assert dispute.status_code == 422
    assert "Entre-temps, quelqu’un a enregistré : « Favorable avec réserve »" in lisible(dispute)
    assert Avis.objects.get(partenaire=caf[1:]).sens == "reserve"
    encore = feuille(dispute, f"{caf}-motif")
    assert un.post(chemin, encore).status_code == 302
    assert Avis.objects.get(partenaire=caf[1:]).sens == "favorable"


def test_un_avis_inscrit_au_meme_instant_n_est_pas_ecrase(depose, caf):
    agent = creer_agent()
    lu = Recueil(caf, "favorable", 100, "")
    actes.recueillir(depose, [lu], de_qui="un", par=agent, recu_le=PENDANT)
    with pytest.raises(AuMemeInstant):  # read before the other was there
        actes.recueillir(
            depose,
            [Recueil(caf, "defavorable", None, "x")],
            de_qui="deux",
            par=agent,
            recu_le=PENDANT,
        )
    assert Avis.objects.get(partenaire=caf).recueilli == "un"


def test_ce_qu_on_inscrivait_pour_qui_vient_de_partager_est_rendu(connecter, depose, caf):
    """Its line left the page since: said with what was written, the others wait with it."""
    chemin = f"/instruction/dossiers/{depose.pk}/avis/?recueil=1"
    client = connecter(creer_agent())
    lignes = client.get(chemin).context["mots"]["lignes"]
    autre = next(ligne.prefix for ligne in lignes if ligne.partenaire != caf)
    ancienne = feuille(client.get(chemin), f"a{caf.pk}-motif")
    dit = {"recevable": True, "sens": "favorable", "motif": "", "montant_propose": 5}
    actes.donner(depose, caf, dit, partager=True, par=creer_financeur(), recu_le=PENDANT)
    envoi = {
        **ancienne,
        f"a{caf.pk}-sens": "defavorable",
        f"a{caf.pk}-motif": "Sans portée",
        f"{autre}-sens": "favorable",
        "recu_par": "réunion",
    }
    refus = client.post(chemin, envoi)
    assert refus.status_code == 422
    (phrase,) = [erreur["phrase"] for erreur in refus.context["erreurs"]]
    assert f"{caf} vient de partager son avis" in phrase
    assert "« Sans portée »" in phrase
    assert Avis.objects.count() == 1
    assert client.post(chemin, feuille(refus, f"{autre}-motif")).status_code == 302
    assert Avis.objects.count() == 2


def test_le_brouillon_d_un_financeur_reste_le_sien(connecter, depose, caf):
    """What the service enters replaces it without reading it: its people alone find it again."""
    elle = creer_financeur()
    prive = {"recevable": None, "sens": "reserve", "motif": "CANARI-BROUILLON"}
    actes.donner(
        depose, caf, {**prive, "montant_propose": 7}, partager=False, par=elle, recu_le=PENDANT
    )
    agent = creer_agent()
    recu = Recueil(caf, "favorable", 100, "")
    actes.recueillir(depose, [recu], de_qui="courrier", par=agent, recu_le=PENDANT)
    chemin = f"/instruction/dossiers/{depose.pk}/avis/"
    lus = {
        nom: "CANARI-BROUILLON" in page(connecter(personne), chemin)
        for nom, personne in {"elle": elle, "agent": agent}.items()
    }
    assert lus == {"elle": True, "agent": False}
    assert Avis.objects.get().sens == "favorable"


def test_un_avis_partage_par_son_financeur_ne_se_reecrit_pas(depose, caf):
    elle = creer_financeur()
    dit = {"recevable": True, "sens": "favorable", "motif": "", "montant_propose": 5}
    actes.donner(depose, caf, dit, partager=True, par=elle, recu_le=PENDANT)
    with pytest.raises(actes.AvisDejaDonne):
        actes.recueillir(
            depose,
            [Recueil(caf, "defavorable", None, "x")],
            de_qui="x",
            par=creer_agent(),
            recu_le=PENDANT,
        )
    assert Avis.objects.get().sens == "favorable"


def test_un_avis_ne_s_inscrit_que_pour_qui_est_encore_demande(depose, caf):
    """A correction dropped the funder, or it decided, since the page was shown."""
    agent, elle = creer_agent(), creer_financeur()
    dit = {"recevable": True, "sens": "favorable", "motif": "", "montant_propose": 5}
    demande = depose.financements.get(partenaire=caf)
    demande.decision, demande.motif = "refuse", "x"
    demande.prononcer(par=agent, le=PENDANT)
    with pytest.raises(actes.PlusDemande):
        actes.recueillir(
            depose, [Recueil(caf, "favorable", 5, "")], de_qui="x", par=agent, recu_le=PENDANT
        )
    ailleurs = deposer(creer_dossier_complet(depose.appel, creer_association()))
    ailleurs.financements.filter(partenaire=caf).delete()
    FinanceurAppel.objects.filter(partenaire=caf).update(voit_tout=True)  # it reads them all
    with pytest.raises(actes.PlusDemande):
        actes.donner(ailleurs, caf, dit, partager=True, par=elle, recu_le=PENDANT)
    assert Avis.objects.count() == 0


# --- Their queue and their envelope ---------------------------------------------------------------


def test_favorable_au_montant_demande_en_lot(connecter, appel, depose, caf):
    """Those ticked that wait still; what is begun, given or withdrawn is left and named."""
    elle = creer_financeur()
    autre = deposer(creer_dossier_complet(appel, creer_association()))
    commence = deposer(creer_dossier_complet(appel, creer_association()))
    vide = {"recevable": None, "sens": "", "motif": "Brouillon", "montant_propose": None}
    actes.donner(commence, caf, vide, partager=False, par=elle, recu_le=PENDANT)
    file = file_d_avis.lire(elle, caf)
    assert {dossier.pk for dossier in file.dossiers} == {depose.pk, autre.pk}
    assert file.total == sum(dossier.a_nous for dossier in file.dossiers)
    client = connecter(elle)
    montre = feuille(client.get("/instruction/avis/en-lot/"), f"v{caf.pk}-{depose.pk}")
    reponse = client.post(
        "/instruction/avis/en-lot/",
        montre | {f"d{caf.pk}": [depose.pk, commence.pk, 999_999]},
        follow=True,
    )
    texte = reponse.content.decode().replace("\u00a0", " ")
    assert ("1 avis favorable partagé" in texte, str(commence.numero) in texte) == (True, True)
    donne = Avis.objects.get(dossier=depose)
    demande = depose.financements.get(partenaire=caf).montant
    assert (donne.sens, donne.montant_propose, donne.partage_le) == ("favorable", demande, PENDANT)
    assert Avis.objects.get(dossier=commence).motif == "Brouillon"
    rien = client.post("/instruction/avis/en-lot/", {"d999999": "1"}, follow=True)
    assert "Rien n’est coché" in rien.content.decode()
    rien = client.post("/instruction/en-notre-nom/", {}, follow=True)
    assert "Rien n’est coché" in rien.content.decode()
    assert not Avis.objects.filter(dossier=autre).exists()


def test_un_lot_trop_long_dit_ce_qu_il_ne_montre_pas(connecter, appel, depose, caf, monkeypatch):
    """What is announced is all that waits, not the first page of it."""
    elle = creer_financeur()
    autre = deposer(creer_dossier_complet(appel, creer_association()))
    demandes = [un.financements.get(partenaire=caf).montant for un in (depose, autre)]
    for lignes, montres in ((2, 2), (1, 1)):
        monkeypatch.setattr(file_d_avis, "LIGNES_MAX", lignes)
        file = file_d_avis.lire(elle, caf)
        assert (len(file.dossiers), file.nombre, file.total) == (montres, 2, sum(demandes))
        assert file.est_coupee == (montres == 1)
    page = connecter(elle).get("/instruction/avis/en-lot/").content.decode().replace("\u00a0", " ")
    assert ("2 dossiers, " in page, "Les 1 premiers sur 2" in page) == (True, True)


def test_un_lot_decide_sous_le_verrou_et_ne_nomme_que_ce_qui_nous_est_demande(
    connecter, appel, depose, caf
):
    """Withdrawn since the page was read: left aside, the others given. What another funder alone
    is asked is not named, whatever key is sent.
    """
    elle = creer_financeur()
    retire = deposer(creer_dossier_complet(appel, creer_association()))
    Dossier.objects.filter(pk=retire.pk).update(etat="retire")  # `retire` was read before
    fait = actes.donner_en_lot([retire, depose], caf, par=elle, recu_le=PENDANT)
    assert fait == (1, [retire])
    ailleurs = deposer(creer_dossier_complet(appel, creer_association()))
    ailleurs.financements.filter(partenaire=caf).delete()
    reponse = connecter(elle).post(
        "/instruction/avis/en-lot/", {f"d{caf.pk}": [ailleurs.pk, retire.pk]}, follow=True
    )
    dits = [str(message) for message in reponse.context["messages"]]
    assert dits == [
        "Laissés de côté, car ils n’attendent plus cet avis de vous, ne demandent plus ce "
        f"montant ou ont une nouvelle version à lire : {retire.numero}."
    ]


@pytest.mark.parametrize("qui", ["parti de la CAF", "hors du périmètre de la CAF"])
def test_un_role_chez_un_autre_financeur_ne_parle_pas_pour_celui_ci(refusee, depose, caf, qui):
    """The State is asked too, and this person speaks for it: that gives nothing at the CAF."""
    elle = creer_financeur(Genre.ETAT)
    ici = {"perimetre": {"axes": ["nulle-part"]}} if "périmètre" in qui else {}
    creer_membre(caf, Role.AVIS_FINANCEUR, utilisateur=elle, **ici)
    assert elle.mes_appartenances  # the page was opened
    if "parti" in qui:
        elle.appartenances.filter(partenaire=caf).update(terminee_le=PENDANT)
    dit = {"recevable": True, "sens": "favorable", "motif": "", "montant_propose": 5}
    with pytest.raises(Empeche):
        actes.donner(depose, caf, dit, partager=True, par=elle, recu_le=PENDANT)
    with pytest.raises(Empeche):
        actes_accords.dire(refusee, SensAccord.ACCORD, par=elle, recu_le=PENDANT)
    fraiche = type(elle).objects.get(pk=elle.pk)
    assert file_d_avis.lire(fraiche, caf).dossiers == []
    laisses = actes.donner_en_lot([depose], caf, par=elle, recu_le=PENDANT)
    assert (laisses, Avis.objects.count()) == ((0, [depose]), 0)
    etat = Partenaire.objects.get(genre=Genre.ETAT)
    actes.donner(depose, etat, dit, partager=True, par=elle, recu_le=PENDANT)
    assert Avis.objects.get().partenaire == etat


def test_la_page_et_les_relances_suivent_le_perimetre_de_chaque_financeur(depose, caf):
    """Kept from this project at the State, not at the CAF: asked for the CAF alone."""
    etat = Partenaire.objects.get(genre=Genre.ETAT)
    elle = creer_membre(
        etat,
        Role.AVIS_FINANCEUR,
        utilisateur=creer_financeur(),
        perimetre={"axes": ["nulle-part"]},
    )
    attendus = {
        financeur: actes.attendus(depose.appel, financeur, elle).exists()
        for financeur in (etat, caf)
    }
    assert attendus == {etat: False, caf: True}
    assert droits.avise_pour(elle, depose) == caf


def test_un_lecteur_ne_donne_rien_en_lot(connecter, depose, caf):
    lecteur = creer_membre(caf, Role.LECTEUR_FINANCEUR)
    connecter(lecteur).post("/instruction/avis/en-lot/", {f"d{caf.pk}": [depose.pk]})
    assert Avis.objects.count() == 0


def test_l_enveloppe_compte_ce_qui_est_propose_ou_vote(appel, depose, caf):
    scenarios.doter(appel, caf, montant=500_000, plafond=None, par=creer_agent(), recu_le=PENDANT)
    elle = creer_financeur()
    dit = {"recevable": True, "sens": "favorable", "motif": "", "montant_propose": 120_000}
    actes.donner(depose, caf, dit, partager=False, par=elle, recu_le=PENDANT)
    tirelire = financeurs.tirelire(appel, caf)
    assert (tirelire.montant, tirelire.propose, tirelire.vote) == (500_000, 120_000, 0)
    demande = depose.financements.get(partenaire=caf)
    demande.decision, demande.montant_vote = "accorde", 90_000
    demande.decide_le = PENDANT.date()
    demande.prononcer(par=creer_agent(), le=PENDANT)
    # Voted counts, and what was proposed there counts no more
    tirelire = financeurs.tirelire(appel, caf)
    assert (tirelire.propose, tirelire.vote, tirelire.reste) == (0, 90_000, 410_000)


def test_l_enveloppe_se_lit_en_deux_requetes(appel, depose, caf, django_assert_num_queries):
    """Its own, and the counters of the call: neither its requests nor its opinions."""
    for _ in range(3):
        deposer(creer_dossier_complet(appel))
    with django_assert_num_queries(2):
        financeurs.tirelire(appel, caf)


def test_on_n_est_favorable_qu_au_montant_que_la_page_montrait(connecter, depose, caf):
    """A correction asks more, meanwhile: said alone or in a lot, the opinion is not given."""
    client = connecter(creer_financeur())
    seul, lot = f"/instruction/dossiers/{depose.pk}/avis/", "/instruction/avis/en-lot/"
    ancienne, en_lot = (
        feuille(client.get(seul), "motif"),
        feuille(client.get(lot), f"v{caf.pk}-{depose.pk}"),
    )
    demande = depose.financements.filter(partenaire=caf).first()
    montant = demande.montant + 500_000
    depose.financements.filter(pk=demande.pk).update(montant=montant)
    refus = client.post(seul, ancienne | {"comme_demande": "1"})
    assert (refus.status_code, Avis.objects.count()) == (422, 0)
    assert "a changé depuis que cette page est montrée" in lisible(refus)
    suite = client.post(lot, en_lot | {f"d{caf.pk}": str(depose.pk)}, follow=True)
    assert (Avis.objects.count(), f"{depose.numero}." in lisible(suite)) == (0, True)
    fraiche = feuille(client.get(lot), f"v{caf.pk}-{depose.pk}") | {f"d{caf.pk}": str(depose.pk)}
    client.post(lot, fraiche)
    assert Avis.objects.get().montant_propose == montant


def test_un_bouton_dit_favorable_au_montant_demande(connecter, depose, caf):
    chemin = f"/instruction/dossiers/{depose.pk}/avis/"
    assert connecter(creer_financeur()).post(chemin, {"comme_demande": "1"}).status_code == 302
    donne = Avis.objects.get()
    demande = depose.financements.get(partenaire=caf).montant
    assert (donne.sens, donne.montant_propose, donne.partage_le) == ("favorable", demande, PENDANT)


def test_la_liste_d_un_financeur_dit_ce_qu_on_lui_demande(connecter, depose, caf):
    elle = creer_financeur()
    dit = {"recevable": True, "sens": "reserve", "motif": "x", "montant_propose": 45_600}
    actes.donner(depose, caf, dit, partager=False, par=elle, recu_le=PENDANT)
    lue = page(connecter(elle), "/instruction/")
    assert (
        "Demandé à nous" in lue,
        "Favorable avec réserve, pas encore partagé" in lue,
        "456 €" in lue,
        f"/instruction/dossiers/{depose.pk}/avis/" in lue,
    ) == (True, True, True, True)
    for tri in ("a_nous", "-notre_montant", "vote_par_nous", "notre_avis"):
        assert connecter(elle).get(f"/instruction/?tri={tri}").status_code == 200
    assert "Notre avis" not in page(connecter(creer_agent()), "/instruction/?col=notre_avis")


# --- Their word on what is decided in their name --------------------------------------------------


@pytest.fixture
def refusee(appel, depose, caf):
    """Refused in the name of the CAF, whose letters wait for its word; its letter is ready."""
    FinanceurAppel.objects.filter(appel=appel, partenaire=caf).update(donne_son_accord=True)
    chef = creer_agent(Role.RESPONSABLE)
    demande = depose.financements.get(partenaire=caf)
    demande.decision, demande.motif = "refuse", "Hors des priorités"
    decisions.saisir(depose, [demande], par=chef, recu_le=PENDANT)
    lettres.ecrire_un_gabarit(
        "refuse",
        None,
        {"objet": "o", "corps": "{motif}", "signataire": "s", "qualite": "q"},
        par=chef,
        recu_le=PENDANT,
    )
    lettres.preparer(poser_tribunal(appel), par=chef, recu_le=PENDANT)
    Lettre.objects.update(etabli_le=PENDANT)
    return demande.prises.get()


def retenue() -> str:
    toutes = list(Lettre.objects.select_related("financement__dossier__appel", "prise"))
    return departs.retenues(toutes).get(toutes[0].pk, "")


def test_une_lettre_attend_le_mot_de_son_financeur(connecter, refusee, depose, caf):
    elle = creer_financeur()
    assert retenue() == accords.MANQUE
    client = connecter(elle)
    lue = page(client, "/instruction/en-notre-nom/")
    assert ("Hors des priorités" in lue, "attend votre accord" in lue) == (True, True)
    # To be seen again: a reason is asked, then the letter still waits
    vide = client.post("/instruction/en-notre-nom/", {"revoir": refusee.pk})
    assert (vide.status_code, Accord.objects.count()) == (422, 0)
    client.post(
        "/instruction/en-notre-nom/", {"revoir": refusee.pk, f"r{refusee.pk}-motif": "Le montant"}
    )
    assert (Accord.objects.get().sens, retenue()) == ("a_revoir", accords.MANQUE)
    client.post("/instruction/en-notre-nom/", {"prise": [refusee.pk, 999_999]})
    assert (Accord.objects.get().sens, retenue()) == ("accord", "")
    assert Passage.objects.filter(dossier=depose, acte="accorder").count() == 2
    historique = page(connecter(depose.depose_par), f"/dossiers/{depose.pk}/historique/")
    assert "Mot d’un financeur" not in historique


@pytest.mark.parametrize("geste", ["corriger", "ecarter"])
def test_un_accord_ne_vaut_que_pour_le_texte_lu(connecter, refusee, geste):
    """Another text waits for the word of its funder again; a page that shows the former is told."""
    elle, agent = creer_financeur(), creer_agent()
    actes_accords.dire(refusee, SensAccord.ACCORD, par=elle, recu_le=PENDANT)
    lettre = Lettre.objects.get()
    lettres.corriger(lettre, lettre.objet, lettre.corps, par=agent, recu_le=PENDANT)
    Lettre.objects.update(etabli_le=PENDANT)
    assert retenue() == ""  # the same words
    client, ici, cle = connecter(elle), "/instruction/en-notre-nom/", str(refusee.pk)
    lue = client.get(ici)
    assert "attend votre accord" not in lisible(lue)
    ancienne = feuille(lue, f"vu-{cle}") | {"prise": cle}
    if geste == "corriger":
        lettres.corriger(lettre, lettre.objet, "Autre texte", par=agent, recu_le=PENDANT)
    else:
        lettres.ecarter(lettre, "Autre modèle", par=agent, recu_le=PENDANT)
        autre = {"objet": "Autre objet", "corps": "{motif}", "signataire": "s", "qualite": "q"}
        lettres.ecrire_un_gabarit("refuse", None, autre, par=agent, recu_le=PENDANT)
        lettres.preparer(refusee.financement.dossier.appel, par=agent, recu_le=PENDANT)
    Lettre.objects.update(etabli_le=PENDANT)
    (vive,) = Lettre.objects.vives().select_related("financement__dossier__appel", "prise")
    assert departs.retenues([vive]) == {vive.pk: accords.MANQUE}
    suite = lisible(client.post(ici, ancienne, follow=True))
    assert "La lettre vient de changer" in suite
    assert "Attend à nouveau notre accord" in suite
    assert departs.retenues([vive]) == {vive.pk: accords.MANQUE}
    client.post(ici, feuille(client.get(ici), f"vu-{cle}") | {"prise": cle})
    assert departs.retenues([vive]) == {}


def test_l_accord_d_une_page_ancienne_n_efface_pas_a_revoir(connecter, refusee, depose, caf):
    """A colleague asked to see it again: ticked from an older page, it still waits."""
    ici, case = "/instruction/en-notre-nom/", f"vu-{refusee.pk}"
    une, deux = connecter(creer_financeur()), connecter(collegue := creer_financeur())
    ancienne = feuille(une.get(ici), case)
    motif = f"r{refusee.pk}-motif"
    deux.post(ici, ancienne | {"revoir": str(refusee.pk), motif: "Le montant"})
    assert Accord.objects.get().sens == "a_revoir"
    suite = lisible(une.post(ici, ancienne | {"prise": str(refusee.pk)}, follow=True))
    assert Accord.objects.get().sens == "a_revoir"
    assert f"Laissés de côté : {depose.numero} (Entre-temps, {collegue} a dit : à revoir" in suite
    refus = une.post(ici, ancienne | {"revoir": str(refusee.pk), motif: "La date"})
    assert (refus.status_code, "La date" in lisible(refus)) == (422, True)
    assert Accord.objects.get().motif == "Le montant"
    fraiche = feuille(une.get(ici), case)
    une.post(ici, fraiche | {"prise": str(refusee.pk)})
    assert Accord.objects.get().sens == "accord"


def test_ce_qu_on_cochait_reste_quand_une_autre_ligne_est_fausse(connecter, refusee, caf):
    client, ici = connecter(creer_financeur()), "/instruction/en-notre-nom/"
    autre = deposer(creer_dossier_complet(refusee.financement.dossier.appel, creer_association()))
    demande = autre.financements.filter(partenaire=caf).first()
    demande.decision, demande.motif = "refuse", "Hors sujet"
    demande.prononcer(par=creer_agent(), le=PENDANT)
    seconde = demande.prises.get()
    envoi = feuille(client.get(ici), f"vu-{seconde.pk}") | {
        "revoir": str(refusee.pk),
        "prise": [str(seconde.pk)],
        f"r{seconde.pk}-motif": "Une phrase commencée",
    }
    refus = client.post(ici, envoi)
    assert refus.status_code == 422
    gardee = feuille(refus, f"vu-{seconde.pk}")
    assert (gardee["prise"], gardee[f"r{seconde.pk}-motif"]) == (
        [str(seconde.pk)],
        ["Une phrase commencée"],
    )


def test_une_phrase_commencee_ailleurs_survit_au_bouton_d_une_ligne(connecter, refusee, caf):
    """Without script: the reason begun for a decision stays when another one is sent."""
    client, ici = connecter(creer_financeur()), "/instruction/en-notre-nom/"
    autre = deposer(creer_dossier_complet(refusee.financement.dossier.appel, creer_association()))
    demande = autre.financements.filter(partenaire=caf).first()
    demande.decision, demande.motif = "refuse", "Hors sujet"
    demande.prononcer(par=creer_agent(), le=PENDANT)
    seconde, motif = demande.prises.get(), f"r{demande.prises.get().pk}-motif"
    envoi = feuille(client.get(ici), f"vu-{seconde.pk}") | {
        "revoir": str(refusee.pk),
        f"r{refusee.pk}-motif": "Le montant",
        "prise": [str(seconde.pk)],
        motif: "Une phrase commencée",
    }
    assert client.post(ici, envoi).status_code == 302
    for _lecture in range(2):  # read again, it is still there
        lue = client.get(ici)
        gardee = feuille(lue, f"vu-{seconde.pk}")
        assert (gardee["prise"], gardee[motif]) == ([str(seconde.pk)], ["Une phrase commencée"])
        assert "ailleurs dans cette page est ici, pas encore enregistré" in lisible(lue)
        assert "session était finie" not in lisible(lue)
        (pli,) = html.fromstring(lue.content).xpath(f"//*[@name='{motif}']/ancestor::details")
        assert "open" in pli.attrib
    # the other button: the reason stays too, what was given is not ticked again
    assert client.post(ici, gardee).status_code == 302
    assert set(Accord.objects.values_list("prise", "sens")) == {
        (refusee.pk, "a_revoir"),
        (seconde.pk, "accord"),
    }
    gardee = feuille(client.get(ici), f"vu-{seconde.pk}")
    assert (gardee.get("prise"), gardee[motif]) == (None, ["Une phrase commencée"])
    # sent, it waits no more
    assert client.post(ici, gardee | {"revoir": str(seconde.pk)}).status_code == 302
    assert "pas encore enregistré" not in lisible(client.get(ici))


def test_ce_qui_attend_notre_accord_passe_avant_le_reste(
    connecter, monkeypatch, appel, refusee, depose
):
    """The page is bounded: it says so, and what waits is never on the part that it leaves."""
    elle = creer_financeur()
    actes_accords.dire(refusee, SensAccord.ACCORD, par=elle, recu_le=PENDANT)
    autre = admettre(deposer(creer_dossier_complet(appel, creer_association())))
    demande = autre.financements.get(partenaire=refusee.financement.partenaire)
    demande.decision, demande.motif = refusee.decision, refusee.motif
    demande.prononcer(par=creer_agent(), le=PENDANT)
    borne = "Cette page montre 1 décision, celles qui attendent votre accord d’abord"
    lues = []
    for au_plus in (2, 1):
        monkeypatch.setattr(accords, "MONTREES_MAX", au_plus)
        html = page(connecter(elle), "/instruction/en-notre-nom/")
        lues.append((autre.numero in html, depose.numero in html, borne in html))
    assert lues == [(True, True, False), (True, False, True)]


def test_nul_ne_parle_pour_un_autre_ni_sur_une_decision_remplacee(refusee, depose, caf):
    for personne in (creer_financeur(Genre.ETAT), creer_membre(caf, Role.LECTEUR_FINANCEUR)):
        with pytest.raises(Empeche):
            actes_accords.dire(refusee, SensAccord.ACCORD, par=personne, recu_le=PENDANT)
    demande = depose.financements.get(partenaire=caf)
    demande.motif = "Un autre motif"
    demande.prononcer(par=creer_agent(), le=PENDANT + timedelta(hours=1))
    with pytest.raises(actes_accords.DecisionRemplacee):
        actes_accords.dire(refusee, SensAccord.ACCORD, par=creer_financeur(), recu_le=PENDANT)
    assert Accord.objects.count() == 0


def test_qui_lit_en_notre_nom_et_la_matrice(connecter, appel, refusee):
    """Its own decisions alone; the matrix once the service opens it."""
    etat = connecter(creer_financeur(Genre.ETAT))
    assert "Hors des priorités" not in page(etat, "/instruction/en-notre-nom/")
    chemin = f"/instruction/appels/{appel.pk}/matrice-ouverte/"
    assert etat.get(chemin).status_code == 404
    scenario = Scenario.objects.create(
        appel=appel, nom="Retenu", cree_le=PENDANT, cree_par=creer_agent()
    )
    Scenario.objects.filter(pk=scenario.pk).update(fige_le=PENDANT, fige_par=creer_agent())
    appel.matrice_ouverte = True
    appel.save()
    assert "Retenu" in page(etat, chemin)
    ailleurs = connecter(creer_financeur(Genre.DEPARTEMENT))
    assert ailleurs.get(chemin).status_code == 404
