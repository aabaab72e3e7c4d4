"""The agenda of a meeting: who passes, in what order; voices, quorum, funders on their own."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from appels.decision import etapes, ordre_du_jour, proces_verbal, questions, seance
from appels.decision import scenarios as regles
from appels.decision.actions import comites, franchissements, lectures, scenarios
from appels.depot.actions import arret
from appels.instruction.actions import exports as fichiers
from appels.models import (
    Appel,
    Barriere,
    Comite,
    Cotation,
    Critere,
    Deliberation,
    Dossier,
    Export,
    Inscription,
    Presence,
)
from appels.models.comite import Venue
from partenaires.models import Genre, Partenaire, Role
from quartiers.francais import en_euros
from tests.appels.decision.test_matrice import avis_de
from tests.appels.decision.test_scenarios import demander
from tests.appels.instruction.test_liste import poser
from tests.attente import BORNE
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
)
from tests.feuilles import feuille

pytestmark = pytest.mark.django_db


def preparer() -> dict:
    """Three receivable projects and one that is not; a scenario, two meetings."""
    appel, agent, porteur = creer_appel(), creer_agent(), creer_association()
    titres = ("Alpha", "Bravo", "Charlie")
    dossiers = [poser(appel, titre, porteur, etat="recevable") for titre in titres]
    pas_vu = poser(appel, "Pas vu", porteur)
    lignes = [demander(dossier, Genre.ETAT, 500_000) for dossier in (*dossiers, pas_vu)]
    scenario = scenarios.creer(appel, "A", depuis=None, par=agent, recu_le=PENDANT)
    donnees = {"lieu": "", "scenario": scenario, "tenu_le": PENDANT}
    seances = [
        comites.convoquer(appel, {"nom": nom, **donnees}, par=agent) for nom in ("Une", "Deux")
    ]
    return {
        "appel": appel,
        "agent": agent,
        "dossiers": dossiers,
        "pas_vu": pas_vu,
        "lignes": lignes,
        "scenario": scenario,
        "une": seances[0],
        "deux": seances[1],
        "responsable": creer_agent(Role.RESPONSABLE),
        "page": f"/instruction/comites/{seances[0].pk}/",
    }


@pytest.fixture
def monde(horloge_figee):
    return preparer()


def ordonner(monde, comite="une", **places) -> int:
    """{title in small letters: its place}."""
    par_titre = {dossier.intitule.lower(): dossier for dossier in monde["dossiers"]}
    actuelles = dict(monde[comite].inscriptions.values_list("dossier", "ordre"))
    voulus = {
        par_titre[titre].pk: (actuelles.get(par_titre[titre].pk), place)
        for titre, place in places.items()
    }
    return comites.ordonner(monde[comite], voulus, par=monde["agent"], recu_le=PENDANT)


def titres(comite) -> list[str]:
    return [dossier.intitule for dossier in ordre_du_jour.en_seance(comite)]


def test_sans_ordre_tout_ce_qui_est_recevable_par_numero(monde):
    assert titres(monde["une"]) == ["Alpha", "Bravo", "Charlie"]
    franchissements.deroger(
        [monde["pas_vu"].pk],
        Barriere.RECEVABILITE,
        "Urgence fictive",
        par=monde["responsable"],
        recu_le=PENDANT,
    )
    assert titres(monde["une"]) == ["Alpha", "Bravo", "Charlie", "Pas vu"]


def test_plusieurs_seances_chacune_son_ordre(monde):
    assert ordonner(monde, charlie=1, alpha=2) == 2
    assert ordonner(monde, "deux", bravo=5) == 1
    assert (titres(monde["une"]), titres(monde["deux"])) == (["Charlie", "Alpha"], ["Bravo"])
    assert ordonner(monde, charlie=None, alpha=2) == 1  # what does not change is not counted
    assert titres(monde["une"]) == ["Alpha"]


def test_ce_qui_n_est_pas_recevable_ne_s_inscrit_que_par_derogation(monde):
    voulus = {monde["pas_vu"].pk: (None, 1)}
    with pytest.raises(comites.NePassePas) as refus:
        comites.ordonner(monde["une"], voulus, par=monde["agent"], recu_le=PENDANT)
    assert f"{monde['pas_vu'].numero} (pas déclaré recevable)" in refus.value.phrase
    assert Inscription.objects.count() == 0
    franchissements.deroger(
        [monde["pas_vu"].pk],
        Barriere.RECEVABILITE,
        "Urgence fictive",
        par=monde["responsable"],
        recu_le=PENDANT,
    )
    assert comites.ordonner(monde["une"], voulus, par=monde["agent"], recu_le=PENDANT) == 1


def test_un_projet_retire_reste_a_l_ordre_du_jour_et_se_dit(connecter, monde):
    ordonner(monde, alpha=1, bravo=2)
    alpha = monde["dossiers"][0]
    arret.retirer(alpha, par=alpha.depose_par, recu_le=PENDANT)
    client = connecter(monde["agent"])
    page = client.get(monde["page"]).content.decode()
    assert f"{alpha.numero}, Alpha, ne passe pas : retiré par son organisme." in page
    assert titres(monde["une"]) == ["Bravo"]
    assert client.get(f"{monde['page']}projets/2/").status_code == 404
    reponse = client.post(
        f"{monde['page']}projets/1/", {"projet": alpha.pk, "sens": "favorable"}, follow=True
    )
    assert "n’est plus en course" in reponse.content.decode()
    with pytest.raises(comites.HorsSeance):
        comites.deliberer(
            monde["une"],
            alpha,
            {"sens": "favorable", "observation": ""},
            par=monde["agent"],
            recu_le=PENDANT,
        )
    comites.deliberer(
        monde["une"],
        monde["dossiers"][1],
        {"sens": "favorable", "observation": ""},
        par=monde["agent"],
        recu_le=PENDANT,
    )
    comites.clore(monde["une"], par=monde["responsable"], recu_le=PENDANT)
    pv = proces_verbal.composer(Comite.objects.get(pk=monde["une"].pk), Dossier.objects.all())
    assert [projet.intitule for projet in pv.projets] == ["Bravo"]
    assert list(map(str, pv.retires)) == [f"{alpha.numero} (retiré par son organisme)"]
    # A funder that only Bravo asks reads nothing of Alpha, not even its number
    caf = creer_financeur(Genre.CAF)
    monde["dossiers"][1].financements.create(
        partenaire=caf.appartenances.get().partenaire, sous_poste="74caf", montant=100
    )
    siens = Dossier.objects.instruits_par(caf)
    pv = proces_verbal.composer(Comite.objects.get(pk=monde["une"].pk), siens, caf)
    assert (pv.retires, pv.lus) == ([], [monde["dossiers"][1].pk])


def test_une_seance_ne_se_prononce_que_sur_son_ordre_et_se_clot_sur_lui(monde):
    ordonner(monde, alpha=1)
    mot = {"sens": "favorable", "observation": ""}
    with pytest.raises(comites.HorsSeance):
        comites.deliberer(
            monde["une"], monde["dossiers"][1], mot, par=monde["agent"], recu_le=PENDANT
        )
    comites.deliberer(monde["une"], monde["dossiers"][0], mot, par=monde["agent"], recu_le=PENDANT)
    comites.clore(monde["une"], par=monde["responsable"], recu_le=PENDANT)
    with pytest.raises(comites.Clos):
        ordonner(monde, bravo=1)
    minutes = proces_verbal.contenu(monde["une"])
    assert [total["demande"] for total in minutes["totaux"]] == [500_000]  # of this meeting alone


def dire(monde, *dossiers, comite="une") -> None:
    """The meeting is favourable to each."""
    for dossier in dossiers:
        mot = {"sens": "favorable", "observation": ""}
        comites.deliberer(monde[comite], dossier, mot, par=monde["agent"], recu_le=PENDANT)


def test_une_seance_close_garde_ses_projets_et_leurs_rangs(connecter, monde):
    """What is declared receivable, or withdrawn, a week later changes nothing of it."""
    alpha, bravo, charlie = monde["dossiers"]
    pas_vu, client = monde["pas_vu"], connecter(monde["agent"])
    Dossier.objects.filter(pk=bravo.pk).update(etat="depose")
    dire(monde, alpha, charlie)
    comites.clore(monde["une"], par=monde["responsable"], recu_le=PENDANT)
    Dossier.objects.filter(pk=bravo.pk).update(etat="recevable")
    arret.retirer(alpha, par=alpha.depose_par, recu_le=PENDANT)
    admettre(pas_vu)
    lue = client.get(monde["page"])
    suivi = lue.context["suivi"]
    assert ([(p.rang, p.dossier.intitule) for p in suivi.passages], suivi.restent) == (
        [(1, "Alpha"), (2, "Charlie")],
        0,
    )
    assert [p.depuis for p in suivi.passages] == ["retiré par son organisme", ""]
    mots = " ".join(lue.content.decode().split())
    assert ("Projets examinés" in mots, "depuis la séance, retiré par son organisme" in mots) == (
        True,
        True,
    )
    ecrans = [client.get(f"{monde['page']}projets/{rang}/") for rang in (1, 2, 3)]
    assert [ecran.status_code for ecran in ecrans] == [200, 200, 404]
    assert [str(ecran.context["dossier"]) for ecran in ecrans[:2]] == ["Alpha", "Charlie"]


def test_ce_que_la_seance_a_deja_vu_reste_a_son_ordre_du_jour(connecter, monde):
    """Taken off, or left out of a first agenda, it would leave the minutes without a word."""
    alpha, bravo, _ = monde["dossiers"]
    ordonner(monde, alpha=1, bravo=2)
    dire(monde, alpha)
    adresse = f"{monde['page']}ordre-du-jour/"
    client = connecter(monde["agent"])
    page = client.get(adresse)
    mots = [rangee.mot_ici and rangee.mot_ici.sens for rangee, _, _ in page.context["rangees"]]
    assert mots == ["favorable", None, None, None]
    assert "cette séance</small>" in page.content.decode()
    envoi = champs(page)
    del envoi[f"c{alpha.pk}"]
    reponse = client.post(adresse, envoi)
    dit = f"{alpha.numero} : ce projet a déjà un mot de cette séance"
    assert (reponse.status_code, dit in reponse.content.decode()) == (422, True)
    assert titres(monde["une"]) == ["Alpha", "Bravo"]
    assert ordonner(monde, alpha=3, bravo=None) == 2  # moved, and one without a word taken off
    dire(monde, bravo, comite="deux")
    with pytest.raises(comites.DejaUnMot) as refus:
        ordonner(monde, "deux", alpha=1, charlie=2)
    assert refus.value.phrase.startswith(f"{bravo.numero} : ce projet a déjà un mot")
    assert ordonner(monde, "deux", alpha=1, bravo=2) == 2


def test_une_seance_ecrit_dans_le_scenario_qu_elle_discute_maintenant(monde):
    """Its settings changed since the screen was shown: the scenario of before keeps its amounts."""
    vue, ligne = (
        Comite.objects.select_related("scenario").get(pk=monde["une"].pk),
        monde["lignes"][0],
    )
    autre = scenarios.creer(monde["appel"], "B", depuis=None, par=monde["agent"], recu_le=PENDANT)
    comites.regler(Comite.objects.get(pk=vue.pk), {"scenario": autre}, vue=vue.empreinte)
    comites.enregistrer(
        vue,
        monde["dossiers"][0],
        {ligne.pk: (None, 4_000)},
        {"sens": "favorable", "observation": ""},
        par=monde["agent"],
        recu_le=PENDANT,
    )
    assert list(monde["scenario"].propositions.all()) == []
    assert autre.propositions.get(financement=ligne).montant == 4_000


def champs(reponse) -> dict[str, str]:
    """What the page of the agenda holds."""
    donnees = {}
    for rangee, coche, place in reponse.context["rangees"]:
        if coche is None:
            continue
        donnees[f"a{rangee.dossier.pk}"] = str(rangee.ordre or "")
        donnees[place.html_name] = place.value() or ""
        if coche.value():
            donnees[coche.html_name] = "on"
    return donnees


def test_composer_par_la_page(connecter, monde):
    client, adresse = connecter(monde["agent"]), f"{monde['page']}ordre-du-jour/"
    alpha, bravo, charlie = monde["dossiers"]
    page = client.get(adresse)
    assert [rangee.dossier.intitule for rangee, _, _ in page.context["rangees"]] == [
        "Alpha",
        "Bravo",
        "Charlie",
        "Pas vu",
    ]
    donnees = champs(page)
    assert f"a{monde['pas_vu'].pk}" not in donnees
    coches = {f"c{charlie.pk}": "on", f"o{charlie.pk}": "1", f"c{alpha.pk}": "on"}
    assert client.post(adresse, donnees | coches).status_code == 302
    assert titres(monde["une"]) == [
        "Charlie",
        "Alpha",
    ]  # without a place, after those that have one
    faux = champs(client.get(adresse)) | {f"c{bravo.pk}": "on", f"o{bravo.pk}": "zéro"}
    reponse = client.post(adresse, faux)
    assert (reponse.status_code, 'value="zéro"' in reponse.content.decode()) == (422, True)
    inscrits = client.get(adresse, {"voir": "inscrits"})
    assert len(inscrits.context["rangees"]) == 2
    libres = client.get(adresse, {"voir": "libres"})
    assert [rangee.dossier.intitule for rangee, _, _ in libres.context["rangees"]] == ["Bravo"]
    assert client.post(adresse, champs(libres) | {f"c{bravo.pk}": "on"}).status_code == 302
    assert len(titres(monde["une"])) == 3  # those that the filter hides stay


def test_rien_de_coche_ni_de_numerote_ne_se_perd(connecter, monde):
    """A place twice, a place without its tick, a project that left meanwhile: said, beside it."""
    client, adresse = connecter(monde["agent"]), f"{monde['page']}ordre-du-jour/"
    alpha, bravo, charlie = monde["dossiers"]
    ordonner(monde, alpha=1)
    page = champs(client.get(adresse))
    refuses = {
        f"Le rang 1 est celui de {alpha.numero}": {f"c{bravo.pk}": "on", f"o{bravo.pk}": "1"},
        f"Le rang 4 est celui de {bravo.numero}": {
            **{f"c{bravo.pk}": "on", f"o{bravo.pk}": "4"},
            **{f"c{charlie.pk}": "on", f"o{charlie.pk}": "4"},
        },
        "Cochez ce projet pour l’inscrire, ou videz son rang.": {f"o{bravo.pk}": "2"},
        "Ce nombre est trop grand : au plus 999.": {f"c{bravo.pk}": "on", f"o{bravo.pk}": "1000"},
        "est négatif": {f"c{bravo.pk}": "on", f"o{bravo.pk}": "-3"},
        f"{monde['pas_vu'].numero} (pas déclaré recevable)": {f"c{monde['pas_vu'].pk}": "on"},
        "un projet qui n’est plus en course": {"c999999": "on"},
    }
    for phrase, envoi in refuses.items():
        reponse = client.post(adresse, page | envoi)
        dit = reponse.content.decode().replace("\u00a0", " ").replace("\u202f", " ")
        assert (phrase, reponse.status_code, phrase in dit) == (phrase, 422, True)
    assert titres(monde["une"]) == ["Alpha"]
    assert client.post(adresse, page | {f"a{alpha.pk}": "9" * 5000}).status_code == 302
    # a place that is left is free, and unticking needs no empty place
    envoi = page | {f"c{bravo.pk}": "on", f"o{bravo.pk}": "1"}
    del envoi[f"c{alpha.pk}"]
    assert client.post(adresse, envoi).status_code == 302
    assert titres(monde["une"]) == ["Bravo"]
    arret.retirer(charlie, par=charlie.depose_par, recu_le=PENDANT)
    reponse = client.post(adresse, champs(client.get(adresse)) | {f"c{charlie.pk}": "on"})
    assert (reponse.status_code, "n’est plus en course" in reponse.content.decode()) == (422, True)


def test_l_ordre_enregistre_rend_la_liste_filtree(connecter, monde):
    filtree, champ = f"{monde['page']}ordre-du-jour/?voir=libres", f"a{monde['dossiers'][0].pk}"
    client = connecter(monde["agent"])
    assert client.post(filtree, feuille(client.get(filtree), champ)).url == filtree


def test_deux_agents_a_la_fois_sur_l_ordre_du_jour(connecter, monde):
    """The page of one does not take off what the other has just put on; nothing by surprise."""
    client, adresse = connecter(monde["agent"]), f"{monde['page']}ordre-du-jour/"
    alpha, bravo, _ = monde["dossiers"]
    vieille = champs(client.get(adresse))
    ordonner(monde, alpha=1)
    assert client.post(adresse, vieille | {f"c{bravo.pk}": "on"}).status_code == 302
    assert titres(monde["une"]) == ["Alpha", "Bravo"]
    reponse = client.post(adresse, vieille | {f"c{alpha.pk}": "on", f"o{alpha.pk}": "7"})
    assert (reponse.status_code, f"{alpha.numero} (au rang 1)" in reponse.content.decode()) == (
        422,
        True,
    )
    assert titres(monde["une"]) == ["Alpha", "Bravo"]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_inscrire_et_retirer_en_meme_temps(base_a_plusieurs, horloge_figee):
    """A withdrawal and an agenda cross: never a project withdrawn that is examined."""
    monde = preparer()
    alpha = monde["dossiers"][0]
    depart, dits = threading.Barrier(2), []

    def courir(acte):
        try:
            depart.wait(BORNE)
            acte()
        except (comites.NePassePas, comites.HorsSeance) as refus:
            dits.append(type(refus).__name__)
        finally:
            connection.close()

    actes = (
        lambda: comites.ordonner(
            monde["une"], {alpha.pk: (None, 1)}, par=monde["agent"], recu_le=PENDANT
        ),
        lambda: arret.retirer(alpha, par=alpha.depose_par, recu_le=PENDANT),
    )
    fils = [threading.Thread(target=courir, args=(acte,)) for acte in actes]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join(BORNE)
    assert Dossier.objects.get(pk=alpha.pk).etat == "retire"
    assert alpha not in ordre_du_jour.en_seance(monde["une"])
    assert Inscription.objects.count() + len(dits) == 1


def test_le_quorum_se_regle_et_retient_la_cloture(connecter, monde):
    client, adresse = connecter(monde["agent"]), f"{monde['page']}reglages/"
    etat = creer_financeur(Genre.ETAT)
    for dossier in monde["dossiers"]:
        comites.deliberer(
            monde["une"],
            dossier,
            {"sens": "favorable", "observation": ""},
            par=monde["agent"],
            recu_le=PENDANT,
        )
    form = client.get(adresse).context["form"]
    donnees = {nom: form[nom].value() or "" for nom in form.fields}
    for mauvais in ({"quorum": "0"}, {"quorum": "trois"}, {"heure": ""}, {"jour": "1/2/62"}):
        assert client.post(adresse, donnees | mauvais).status_code == 422
    assert client.post(adresse, donnees | {"quorum": "1", "nom": "Autre"}).status_code == 302
    # A page opened before: told, nothing laid over
    reponse = client.post(adresse, donnees | {"quorum": "9"})
    assert (reponse.status_code, "Entre-temps" in reponse.content.decode()) == (422, True)
    assert Comite.objects.get(pk=monde["une"].pk).quorum == 1
    responsable = connecter(monde["responsable"])
    page = responsable.post(f"{monde['page']}clore/", follow=True).content.decode()
    assert "Le quorum n’est pas atteint" in page
    assert "Quorum non atteint" in " ".join(page.split())
    personne = Presence.objects.create(
        comite=monde["une"], nom=str(etat), venue=Venue.PRESENT, vote=False
    )
    with pytest.raises(comites.SansQuorum):
        comites.clore(monde["une"], par=monde["responsable"], recu_le=PENDANT)
    Presence.objects.filter(pk=personne.pk).update(vote=True)
    responsable.post(f"{monde['page']}clore/")
    clos = Comite.objects.get(pk=monde["une"].pk)
    pv = proces_verbal.composer(clos, Dossier.objects.all())
    assert (clos.clos_le, pv.phrase_du_quorum) == (PENDANT, "1\u00a0voix présente, quorum de 1.")
    with pytest.raises(comites.Clos):
        comites.regler(clos, {"nom": "x"}, vue=clos.empreinte)


def test_qui_est_convoque_est_attendu_et_qui_vote(monde):
    """Nobody is present until somebody says so; the funders have a voice, the service has none."""
    financeur = creer_financeur(Genre.ETAT)
    monde["appel"].financeurs.get_or_create(partenaire=financeur.appartenances.get().partenaire)
    comite = comites.convoquer(
        monde["appel"],
        {"nom": "Trois", "lieu": "", "scenario": monde["scenario"], "tenu_le": PENDANT},
        par=monde["agent"],
    )
    par_nom = {presence.nom: presence for presence in comite.presences.all()}
    assert {presence.venue for presence in par_nom.values()} == {Venue.ATTENDU}
    assert (par_nom[str(financeur)].vote, par_nom[str(monde["agent"])].vote) == (True, False)


def test_les_financeurs_suivent_la_seance_quand_le_service_l_ouvre(connecter, monde):
    caf = creer_financeur(Genre.CAF)
    partenaire = caf.appartenances.get().partenaire
    monde["appel"].financeurs.get_or_create(partenaire=partenaire)
    monde["dossiers"][0].financements.create(partenaire=partenaire, sous_poste="74caf", montant=100)
    client = connecter(caf)
    assert client.get(monde["page"]).status_code == 404
    Appel.objects.update(comite_ouvert=True)
    page = client.get(monde["page"])
    assert page.status_code == 200
    mots = page.content.decode()
    assert ("Alpha" in mots, "Bravo" in mots, "Projet qui vous est fermé" in mots) == (
        True,
        False,
        True,
    )
    assert client.get(f"{monde['page']}en-direct/").url == f"{monde['page']}projets/1/"
    ecran = client.get(f"{monde['page']}projets/1/")
    assert (ecran.status_code, "Enregistrer et" in ecran.content.decode()) == (200, False)
    envoi = {"projet": monde["dossiers"][0].pk, "sens": "favorable"}
    assert client.post(f"{monde['page']}projets/1/", envoi).status_code == 403
    assert client.post(monde["page"], {}).status_code == 403
    # The minutes once closed; the opinions of others once its own is shared.
    client.post(f"{monde['page']}proces-verbal/", {"format": "pdf"})
    assert Export.objects.count() == 0
    etat = monde["lignes"][0].partenaire
    avis_de(monde["dossiers"][0], etat, "defavorable")
    ecran = client.get(f"{monde['page']}projets/1/")
    assert "donné, lu après le vôtre" in ecran.content.decode()
    assert "éfavorable" not in ecran.content.decode()
    avis_de(monde["dossiers"][0], partenaire, "favorable")
    assert "Défavorable" in client.get(f"{monde['page']}projets/1/").content.decode()
    Comite.objects.filter(pk=monde["une"].pk).update(clos_le=PENDANT, clos_par=monde["responsable"])
    client.post(f"{monde['page']}proces-verbal/", {"format": "pdf"})
    export = Export.objects.get()
    fichiers.etablir(export)
    export.refresh_from_db()
    assert fichiers.s_ouvre_encore(caf, export)
    Appel.objects.update(comite_ouvert=False)  # the service shuts its meetings again
    assert not fichiers.s_ouvre_encore(caf, export)
    Appel.objects.update(comite_ouvert=True)
    for fermee in ("ordre-du-jour/", "reglages/"):
        assert client.get(f"{monde['page']}{fermee}").status_code == 403
    assert Deliberation.objects.count() == 0
    autre = connecter(creer_financeur(Genre.DEPARTEMENT))
    monde["appel"].financeurs.filter(partenaire__genre=Genre.DEPARTEMENT).delete()
    assert autre.get(monde["page"]).status_code == 404


def test_l_ecran_de_la_seance_s_ouvre_aux_financeurs_le_jour_meme(connecter, monde):
    """It shows what is proposed to each: opening the agenda does not open the amounts."""
    caf = creer_financeur(Genre.CAF)
    partenaire = caf.appartenances.get().partenaire
    monde["appel"].financeurs.get_or_create(partenaire=partenaire)
    monde["dossiers"][0].financements.create(partenaire=partenaire, sous_poste="74caf", montant=100)
    Appel.objects.update(comite_ouvert=True)
    ecrans = [f"{monde['page']}projets/1/", f"{monde['page']}en-direct/"]
    lus = []
    for tenu_le in (PENDANT, PENDANT + timedelta(days=1)):
        Comite.objects.filter(pk=monde["une"].pk).update(tenu_le=tenu_le)
        for personne in (caf, monde["agent"]):
            client = connecter(personne)
            page = client.get(monde["page"]).content.decode()
            mene = f'href="{monde["page"]}' in page.partition("<main")[2].partition("parties")[2]
            lus.append(([client.get(ecran).status_code for ecran in ecrans], mene))
    assert lus == [
        ([200, 302], True),
        ([200, 302], True),
        ([403, 403], False),
        ([200, 302], True),
    ]


def test_les_avis_des_autres_se_lisent_apres_le_sien_a_l_ecran_et_au_proces_verbal(monde):
    """On each line of a funder asked twice, and in the minutes, kept at the closing or not."""
    caf = creer_financeur(Genre.CAF)
    partenaire = caf.appartenances.get().partenaire
    dossier, etat = monde["dossiers"][0], monde["lignes"][0].partenaire
    dossier.financements.create(partenaire=partenaire, sous_poste="74caf", montant=100)
    dossier.financements.create(partenaire=etat, sous_poste="74etat2", montant=200)
    avis_de(dossier, etat, "defavorable")

    def lus(lecteur) -> tuple[set[str], set[str]]:
        (lu,) = seance.lus(Dossier.objects.filter(pk=dossier.pk))
        ecran = seance.projet(seance.Place(monde["une"], 1, 1), lu, lecteur, PENDANT)
        pv = proces_verbal.composer(monde["une"], Dossier.objects.all(), lecteur)
        (projet,) = [projet for projet in pv.projets if projet.dossier == dossier.pk]
        return (
            {case.mot for case in ecran.ligne.cases if case.financement.partenaire_id == etat.pk},
            {demande.avis for demande in projet.demandes if demande.financeur == str(etat)},
        )

    assert lus(caf) == ({"donné, lu après le vôtre"}, {"Donné, lu après le vôtre"})
    assert lus(monde["agent"]) == ({"Défavorable"}, {"Défavorable"})
    avis_de(dossier, partenaire, "favorable")
    assert lus(caf) == ({"Défavorable"}, {"Défavorable"})


def test_les_notes_se_lisent_le_jour_de_la_seance_pas_avant(monde):
    """Its screen and its draft minutes are no way round a score that one has not given."""
    dossier, elle = monde["dossiers"][0], creer_agent()
    critere = Critere.objects.create(appel=monde["appel"], libelle="Besoin")
    note = Cotation(critere=critere, points=5)
    lectures.coter(dossier, [note], rendre=True, par=monde["agent"], recu_le=PENDANT)

    def lues(lecteur, instant) -> tuple[bool, str]:
        comite = Comite.objects.get(pk=monde["une"].pk)
        (lu,) = seance.lus(Dossier.objects.filter(pk=dossier.pk))
        ecran = seance.projet(seance.Place(comite, 1, 1), lu, lecteur, instant)
        pv = proces_verbal.composer(comite, Dossier.objects.all(), lecteur)
        (projet,) = [projet for projet in pv.projets if projet.dossier == dossier.pk]
        return ecran.vu.notes_sont_lisibles, projet.note

    la_veille = PENDANT - timedelta(days=1)
    assert lues(elle, la_veille) == (False, "")
    assert lues(monde["agent"], la_veille) == (True, "20 sur 20")
    assert lues(elle, PENDANT) == (True, "")
    minutes = proces_verbal.contenu(monde["une"])
    Comite.objects.filter(pk=monde["une"].pk).update(
        clos_le=PENDANT, clos_par=monde["responsable"], contenu=minutes
    )
    assert lues(elle, PENDANT) == (True, "20 sur 20")


def test_qui_porte_les_projets_d_un_financeur_n_est_pas_ce_financeur(connecter, monde):
    """A commune funds and carries: who writes its projects is on the other side of the table,
    even when another funder lets them in.
    """
    etat = monde["lignes"][0].partenaire
    monde["appel"].financeurs.get_or_create(partenaire=etat)
    Appel.objects.update(comite_ouvert=True)
    ailleurs = Partenaire.objects.create(nom="Bailleur", genre=Genre.BAILLEUR, cree_le=PENDANT)
    elle = creer_membre(
        etat,
        Role.REDACTEUR,
        utilisateur=creer_membre(ailleurs, Role.LECTEUR_FINANCEUR),
    )
    assert not Comite.objects.lisibles_par(elle).exists()
    assert connecter(elle).get(monde["page"]).status_code == 404
    demande = monde["lignes"][0]
    demande.decision, demande.montant_vote = "accorde", 100
    demande.decide_le = PENDANT.date()
    demande.prononcer(par=monde["agent"], le=PENDANT)
    dossier = monde["dossiers"][0]
    (avancement,) = etapes.avancements(dossier, [], elle)
    (lu,) = seance.lus(Dossier.objects.filter(pk=dossier.pk))
    ecran = seance.projet(seance.Place(monde["une"], 1, 1), lu, elle, PENDANT)
    assert (avancement.etape, ecran.vu.vote) == (etapes.Etape.ATTENDU, None)


def test_la_question_a_trancher_est_une_phrase(monde):
    """The first that holds: an envelope, an amount, a disagreement, an opinion, a reservation."""
    alpha, ligne = monde["dossiers"][0], monde["lignes"][0]
    etat = ligne.partenaire
    caf = Partenaire.objects.filter(genre=Genre.CAF).first()
    demande_caf = demander(alpha, Genre.CAF, 100_000)

    def question() -> str:
        comptes = regles.comptes(monde["scenario"])
        (lue,) = regles.lignes(monde["scenario"], [alpha], comptes)
        return questions.a_trancher(lue).replace("\u00a0", " ")

    def proposer(**montants):
        voulus = {"etat": ligne, "caf": demande_caf}
        actuels = dict(monde["scenario"].propositions.values_list("financement", "montant"))
        scenarios.proposer(
            monde["scenario"],
            {voulus[nom].pk: (actuels.get(voulus[nom].pk), m) for nom, m in montants.items()},
            par=monde["agent"],
            recu_le=PENDANT,
        )

    proposer(etat=400_000)
    assert question() == "Quel montant pour la CAF, sur 1 000 € demandés ?"
    proposer(caf=50_000)
    assert question().startswith("Se prononcer sans l’avis")
    avis_de(alpha, etat, "favorable")
    avis_caf = avis_de(alpha, caf, "defavorable")
    assert question() == "Retenir ce projet malgré l’avis défavorable de la CAF ?"
    type(avis_caf).objects.filter(pk=avis_caf.pk).update(sens="reserve")
    assert question() == "Lever la réserve de la CAF ?"
    type(avis_caf).objects.filter(pk=avis_caf.pk).update(sens="favorable")
    assert question() == "Retenir 4 500 € sur 6 000 € demandés, comme proposé ?"
    scenarios.doter(
        monde["appel"], etat, montant=300_000, plafond=None, par=monde["agent"], recu_le=PENDANT
    )
    assert "de 4 000 € à 3 000 € pour tenir son enveloppe ?" in question()


def test_l_ecran_dit_le_cout_l_histoire_et_mene_au_dossier(
    connecter, monde, django_assert_max_num_queries
):
    dossier = admettre(deposer(creer_dossier_complet(monde["appel"])))
    comites.ordonner(monde["une"], {dossier.pk: (None, 1)}, par=monde["agent"], recu_le=PENDANT)
    client = connecter(monde["agent"])
    client.get("/")
    with django_assert_max_num_queries(24):  # who else writes: three when it opens
        reponse = client.get(f"{monde['page']}projets/1/")
    page = reponse.content.decode()
    assert f'href="/instruction/dossiers/{dossier.pk}/"' in page
    projet = reponse.context["projet"]
    assert projet.vu.cout > 0
    dits = (f"sur {en_euros(projet.vu.cout)}", "Aucun dossier connu", "du coût")
    assert [mots for mots in dits if mots not in page] == []
    assert isinstance(projet, seance.Projet)
