"""The meeting: projected, amounts and word kept together, who steps aside, minutes whose totals
equal the database.
"""

import re
from datetime import timedelta
from io import BytesIO
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from docx import Document
from pypdf import PdfReader

from appels.decision import minutes_docx, proces_verbal, seance
from appels.decision.actions import avis, comites, scenarios
from appels.decision.forms.comites import PresenceFormSet
from appels.instruction.actions import deports
from appels.instruction.actions import exports as fichiers
from appels.models import (
    Comite,
    Deliberation,
    Dossier,
    EcritureEnCours,
    Export,
    Mouvement,
    Presence,
    Proposition,
)
from partenaires.models import Genre, Role, Utilisateur
from partenaires.socle.refus import AuMemeInstant
from tests.appels.decision.test_scenarios import demander
from tests.appels.instruction.test_liste import poser
from tests.fabriques import (
    PENDANT,
    creer_agent,
    creer_appel,
    creer_association,
    creer_financeur,
    creer_signataire,
)
from tests.feuilles import feuille, lisible

pytestmark = pytest.mark.django_db


@pytest.fixture
def monde(horloge_figee):
    """Three projects that ask the State and the CAF, a scenario, a meeting."""
    appel, agent, porteur = creer_appel(), creer_agent(), creer_association()
    dossiers = [
        poser(appel, f"Projet canari {n}", porteur, etat="recevable")
        for n in ("alpha", "bravo", "charlie")
    ]
    lignes = [(demander(d, Genre.ETAT, 500_000), demander(d, Genre.CAF, 100_000)) for d in dossiers]
    scenario = scenarios.creer(appel, "A", depuis=None, par=agent, recu_le=PENDANT)
    scenarios.proposer(
        scenario, {etat.pk: (None, 250_000) for etat, _ in lignes}, par=agent, recu_le=PENDANT
    )
    comite = comites.convoquer(
        appel,
        {"nom": "Comité fictif", "lieu": "Salle fictive", "scenario": scenario, "tenu_le": PENDANT},
        par=agent,
    )
    return {
        "appel": appel,
        "agent": agent,
        "porteur": porteur,
        "dossiers": dossiers,
        "lignes": lignes,
        "scenario": scenario,
        "comite": comite,
        "responsable": creer_agent(Role.RESPONSABLE),
        "page": f"/instruction/comites/{comite.pk}/",
    }


def envoyer(client, monde, rang, sens="favorable", observation="", **champs):
    """What the screen holds, with this word and these amounts."""
    chemin = f"{monde['page']}projets/{rang}/"
    page = client.get(chemin).context
    donnees = {nom: page["montants"][nom].value() or "" for nom in page["montants"].fields} | {
        "projet": page["dossier"].pk
    }
    return client.post(chemin, donnees | {"sens": sens, "observation": observation} | champs)


def test_convoquer_propose_les_gens_du_service_et_des_financeurs(connecter, monde):
    financeur, client = creer_financeur(), connecter(monde["agent"])
    creer_signataire(monde["porteur"])
    chemin = f"/instruction/appels/{monde['appel'].pk}/comites/"
    bon = {
        "nom": "Comité de mai",
        "jour": "2027-05-04",
        "heure": "14:00",
        "lieu": "",
        "scenario": monde["scenario"].pk,
    }
    for mauvais in (
        {"jour": "hier"},
        {"heure": ""},
        {"scenario": "999"},
        {"nom": ""},
        {"jour": "2027-03-28", "heure": "02:30"},
    ):
        assert client.post(chemin, bon | mauvais).status_code == 422, mauvais
    assert client.post(chemin, bon).status_code == 302
    comite = Comite.objects.get(nom="Comité de mai")
    assert f"{comite.tenu_le:%Y-%m-%d %H:%M}" == "2027-05-04 12:00"
    assert set(comite.presences.values_list("nom", flat=True)) == {
        str(monde["agent"]),
        str(monde["responsable"]),
        str(financeur),
    }
    assert "Comité de mai" in client.get("/instruction/comites/").content.decode()


def test_une_seance_du_mois_prochain_est_a_venir(connecter, monde):
    liste = f"/instruction/appels/{monde['appel'].pk}/comites/"
    client = connecter(monde["agent"])
    lus = [client.get(liste).content.decode(), client.get(monde["page"]).content.decode()]
    assert ["En cours" in lus[0], "Séance ouverte" in lus[1]] == [True, True]
    monde["comite"].tenu_le = PENDANT + timedelta(days=30)
    monde["comite"].save()
    lus = [client.get(liste).content.decode(), client.get(monde["page"]).content.decode()]
    assert ["En cours" in lus[0], "Séance ouverte" in lus[1]] == [False, False]
    assert ["À venir" in lus[0], "Séance à venir" in lus[1]] == [True, True]


def test_un_financeur_retire_de_l_appel_vient_sans_voix(monde):
    """What it was asked stays its own: it is told of the meeting."""
    reste, parti = creer_financeur(), creer_financeur(Genre.ETAT)
    donnees = {"nom": "Comité", "tenu_le": PENDANT, "scenario": monde["scenario"]}
    voix = []
    for retire_le in (None, PENDANT):
        monde["appel"].financeurs.filter(partenaire__genre=Genre.ETAT).update(retire_le=retire_le)
        comite = comites.convoquer(monde["appel"], donnees, par=monde["agent"])
        presences = comite.presences.filter(nom__in=[str(reste), str(parti)])
        voix.append(dict(presences.values_list("nom", "vote")))
    assert voix == [{str(reste): True, str(parti): True}, {str(reste): True, str(parti): False}]


def test_les_presences_se_notent(connecter, monde):
    client = connecter(monde["agent"])
    formulaires = client.get(monde["page"]).context["formulaires"]
    donnees = {
        f"p-{nom}": formulaires.management_form[nom].value()
        for nom in ("TOTAL_FORMS", "INITIAL_FORMS")
    }
    for form in formulaires:
        donnees |= {
            form.add_prefix(nom): form[nom].value() or ""
            for nom in ("id", "nom", "organisme", "venue")
        }
    neuf = formulaires.forms[-1].add_prefix
    assert (
        client.post(
            monde["page"],
            donnees
            | {"p-0-venue": "excuse", neuf("nom"): "Élue fictive", neuf("organisme"): "Commune"},
        ).status_code
        == 302
    )
    assert dict(Presence.objects.values_list("nom", "venue"))["Élue fictive"] == "present"
    assert Presence.objects.filter(venue="excuse").count() == 1
    assert client.post(monde["page"], donnees | {"p-0-venue": "ailleurs"}).status_code == 422


def test_la_seance_place_chaque_projet_parmi_les_autres(monde):
    places = [seance.Place(monde["comite"], rang, 3) for rang in (1, 2, 3)]
    assert [(place.avant, place.apres) for place in places] == [(0, 2), (1, 3), (2, 0)]


def test_ce_que_la_seance_lit_d_un_projet(monde):
    dossier = monde["dossiers"][0]
    etat, caf = monde["lignes"][0]
    place = seance.Place(monde["comite"], 1, 3)
    dossier = seance.lus(Dossier.objects.filter(pk=dossier.pk)).get()
    projet = seance.projet(place, dossier, monde["agent"], PENDANT)
    proposes = {case.financement: case.propose for case in projet.ligne.cases}
    assert proposes == {etat: 250_000, caf: None}
    assert projet.deliberation is None
    assert (projet.a_dire.comite, projet.a_dire.dossier) == (monde["comite"], dossier)
    assert not projet.fige
    comites.deliberer(
        monde["comite"],
        dossier,
        {"sens": "reserve", "observation": ""},
        par=monde["agent"],
        recu_le=PENDANT,
    )
    scenarios.figer(monde["scenario"], par=monde["responsable"], recu_le=PENDANT)
    monde["comite"].refresh_from_db()
    projet = seance.projet(seance.Place(monde["comite"], 1, 3), dossier, monde["agent"], PENDANT)
    assert projet.a_dire.sens == "reserve"
    assert projet.fige


def en_bref(reponse) -> list[str]:
    """The words of the summary at a glance, and of the key of its bar."""
    html = reponse.content.decode()
    bref = html.split('<dl class="bref">')[1].split("</dl>")[0]
    cle = html.split("</dl>", 1)[1].split('<ul class="cle">')[1].split("</ul>")[0]
    return re.sub(r"<[^>]+>", " ", bref + cle).split()


def test_le_meme_coup_d_oeil_partout(connecter, monde):
    dossier = monde["dossiers"][0]
    agent = connecter(monde["agent"])
    pages = [
        f"/instruction/dossiers/{dossier.pk}/",
        f"/instruction/dossiers/{dossier.pk}/lecture/",
        f"/instruction/dossiers/{dossier.pk}/avis/",
        f"/instruction/dossiers/{dossier.pk}/fiche/",
        f"/instruction/comites/{monde['comite'].pk}/projets/1/",
    ]
    mot = {"sens": "reserve", "observation": "Sous réserve d’un accord"}
    comites.deliberer(monde["comite"], dossier, mot, par=monde["agent"], recu_le=PENDANT)
    dits = [en_bref(agent.get(page)) for page in pages]
    assert dits == [dits[0]] * len(pages)
    assert {"Combien", "quand", "Pièces", "Note", "vote"} <= set(dits[0])
    assert "Favorable avec réserve Sous réserve d’un accord" in " ".join(dits[0])


def test_l_ecran_dit_tout_d_un_projet_puis_passe_au_suivant(connecter, monde):
    dossier, (etat, caf) = monde["dossiers"][0], monde["lignes"][0]
    scenarios.doter(
        monde["appel"],
        etat.partenaire,
        montant=600_000,
        plafond=None,
        par=monde["agent"],
        recu_le=PENDANT,
    )
    par = creer_financeur()
    avis.donner(
        dossier,
        caf.partenaire,
        {"recevable": True, "sens": "reserve", "motif": "Motif partagé", "montant_propose": 90_000},
        partager=True,
        par=par,
        recu_le=PENDANT,
    )
    client = connecter(monde["agent"])
    page = client.get(f"{monde['page']}projets/1/").content.decode().replace("\u00a0", " ")
    for mot in (
        dossier.numero,
        "Projet canari alpha",
        "Favorable avec réserve",
        "Motif partagé",
        "900 €",
        "1 500 € de trop",
        "Projet <strong>1 sur 3</strong>",
    ):
        assert mot in page, mot
    reponse = envoyer(
        client, monde, 1, "reserve", "À revoir", **{f"m{etat.pk}": "100", f"m{caf.pk}": "90"}
    )
    assert (reponse.status_code, reponse.url) == (302, f"{monde['page']}projets/2/")
    dit = Deliberation.objects.get()
    assert (dit.dossier, dit.sens, dit.observation, dit.par) == (
        dossier,
        "reserve",
        "À revoir",
        monde["agent"],
    )
    assert dict(
        Proposition.objects.filter(financement__in=[etat, caf]).values_list(
            "financement", "montant"
        )
    ) == {etat.pk: 10_000, caf.pk: 9_000}
    assert envoyer(client, monde, 3).url == monde["page"]
    assert [client.get(f"{monde['page']}projets/{rang}/").status_code for rang in (0, 4, 99)] == [
        404,
        404,
        404,
    ]


def test_montants_et_mot_du_comite_ensemble_ou_pas_du_tout(connecter, monde):
    client, (etat, _) = connecter(monde["agent"]), monde["lignes"][0]
    for sens, montant in (
        ("", "100"),
        ("peut-etre", "100"),
        ("favorable", "12O"),
        ("favorable", "-1"),
    ):
        reponse = envoyer(client, monde, 1, sens, **{f"m{etat.pk}": montant})
        assert (reponse.status_code, Deliberation.objects.count()) == (422, 0), (sens, montant)
    page = client.get(f"{monde['page']}projets/1/").context["montants"]
    scenarios.proposer(
        monde["scenario"], {etat.pk: (250_000, 777)}, par=creer_agent(), recu_le=PENDANT
    )
    vieux = {nom: page[nom].value() or "" for nom in page.fields} | {
        f"m{etat.pk}": "100",
        "sens": "favorable",
        "projet": monde["dossiers"][0].pk,
    }
    reponse = client.post(f"{monde['page']}projets/1/", vieux)
    assert (reponse.status_code, "Entre-temps" in reponse.content.decode()) == (422, True)
    assert (Deliberation.objects.count(), Proposition.objects.get(financement=etat).montant) == (
        0,
        777,
    )


def test_le_mot_d_un_collegue_ne_s_efface_pas_sans_etre_lu(connecter, monde):
    chemin = f"{monde['page']}projets/1/"
    une, deux = connecter(monde["agent"]), connecter(autre := creer_agent())
    ancienne = feuille(une.get(chemin), "observation")
    dit = {"sens": "reserve", "observation": "Sous réserve du bilan"}
    assert deux.post(chemin, {**ancienne, **dit}).status_code == 302
    assert deux.post(chemin, {**ancienne, **dit}).status_code == 302  # pressed twice
    contraire = {"sens": "favorable", "observation": "Très bien"}
    dispute = une.post(chemin, {**ancienne, **contraire})
    assert (dispute.status_code, Deliberation.objects.get().sens) == (422, "reserve")
    page = lisible(dispute)
    phrase = (
        f"Entre-temps, {autre} a enregistré : Favorable avec réserve. « Sous réserve du bilan »"
    )
    assert (phrase in page, "Très bien" in page) == (True, True)
    assert une.post(chemin, feuille(dispute, "observation")).status_code == 302
    assert (Deliberation.objects.get().sens, Deliberation.objects.get().par) == (
        "favorable",
        monde["agent"],
    )


def test_deux_agents_se_voient_sur_les_montants_d_un_projet(connecter, monde):
    """Of the service alone, while the meeting is open; a save that leaves ends it."""
    chemin, une = f"{monde['page']}projets/1/", connecter(monde["agent"])
    deux, ecrit = connecter(creer_agent()), f"{monde['agent']} modifie ces montants depuis"
    une.get(chemin)
    assert [ecrit in deux.get(f"{monde['page']}projets/{n}/").content.decode() for n in (1, 2)] == [
        True,
        False,
    ]
    assert envoyer(une, monde, 1).status_code == 302
    assert ecrit not in deux.get(chemin).content.decode()
    EcritureEnCours.objects.all().delete()
    Comite.objects.update(clos_le=PENDANT, clos_par=monde["responsable"])
    une.get(chemin)
    assert EcritureEnCours.objects.count() == 0


def test_deux_personnes_notent_les_presences(connecter, monde):
    """The older page adds who it saw come; it takes nobody back."""
    une, deux = connecter(monde["agent"]), connecter(creer_agent())
    monde["comite"].presences.create(nom="Zoé Fictive", organisme="Commune", venue="attendu")
    ancienne = feuille(une.get(monde["page"]), "p-0-nom")
    assert deux.post(monde["page"], {**ancienne, "p-0-venue": "present"}).status_code == 302
    assert une.post(monde["page"], {**ancienne, "p-1-venue": "excuse"}).status_code == 302
    premiere, seconde = (Presence.objects.get(pk=ancienne[f"p-{n}-id"][0]) for n in (0, 1))
    assert (premiere.venue, seconde.venue) == ("present", "excuse")
    dispute = une.post(monde["page"], {**ancienne, "p-0-venue": "absent"})
    assert dispute.status_code == 422
    assert "Entre-temps, quelqu’un a enregistré : « Présent »" in lisible(dispute)
    premiere.refresh_from_db()
    assert premiere.venue == "present"
    formulaires = PresenceFormSet(
        QueryDict(urlencode(feuille(une.get(monde["page"]), "p-0-nom"), doseq=True)),
        instance=monde["comite"],
        prefix="p",
    )
    assert formulaires.is_valid()
    Presence.objects.filter(pk=seconde.pk).update(venue="absent")  # before the lock
    with pytest.raises(AuMemeInstant):
        comites.pointer_les_presences(monde["comite"], formulaires)


def test_une_presence_retiree_par_un_collegue_garde_ce_qui_est_ecrit(connecter, monde):
    """What nobody wrote in goes; what somebody wrote stays as a new row, and is said."""
    une, deux = connecter(monde["agent"]), connecter(creer_agent())
    noms = ["Yann Fictif", "Yves Fictif", "Zoé Fictive"]
    Presence.objects.all().delete()
    for nom in noms:
        monde["comite"].presences.create(nom=nom, organisme="Commune", venue="attendu")
    ancienne = feuille(une.get(monde["page"]), "p-0-nom")
    retires = {"p-0-DELETE": "on", "p-1-DELETE": "on"}
    assert deux.post(monde["page"], {**ancienne, **retires}).status_code == 302
    ecrite = {**ancienne, "p-1-venue": "excuse", "p-2-venue": "present", "p-3-nom": "Ada Fictive"}
    dispute = une.post(monde["page"], ecrite)
    assert (dispute.status_code, [p.nom for p in Presence.objects.all()]) == (422, ["Zoé Fictive"])
    assert "1 réponse est à corriger" in lisible(dispute)
    assert "Entre-temps, quelqu’un a retiré cette ligne." in lisible(dispute)
    encore = feuille(dispute, "p-0-nom")
    montres = [(encore[f"p-{n}-nom"], encore[f"p-{n}-venue"]) for n in range(3)]
    assert montres == [
        (["Zoé Fictive"], ["present"]),
        (["Yves Fictif"], ["excuse"]),
        (["Ada Fictive"], ["present"]),
    ]
    assert une.post(monde["page"], encore).status_code == 302
    gardes = {p.nom: p.venue for p in Presence.objects.all()}
    assert gardes == {"Zoé Fictive": "present", "Yves Fictif": "excuse", "Ada Fictive": "present"}


def test_un_deport_se_dit_a_l_ecran_et_ferme_le_projet_a_qui_se_deporte(connecter, monde):
    autre = creer_agent()
    deports.declarer(monde["dossiers"][1], autre, motif="x", par=autre, recu_le=PENDANT)
    page = connecter(monde["agent"]).get(f"{monde['page']}projets/2/").content.decode()
    assert (str(autre) in page, "Cette personne quitte la salle" in page) == (True, True)
    client = connecter(autre)
    for chemin in (f"{monde['page']}projets/2/", monde["page"]):
        page = client.get(chemin).content.decode()
        assert ("Projet canari bravo" in page, monde["dossiers"][1].numero in page) == (
            False,
            False,
        )
    assert (
        client.post(
            f"{monde['page']}projets/2/", {"sens": "favorable", "projet": monde["dossiers"][1].pk}
        ).status_code
        == 200
    )
    assert Deliberation.objects.count() == 0


def test_un_projet_retire_pendant_la_seance_ne_decale_pas_le_mot_du_comite(connecter, monde):
    """What was typed on the second screen is for the project that it showed, now the first."""
    client, (premier, second, _) = connecter(monde["agent"]), monde["dossiers"]
    Dossier.objects.filter(pk=premier.pk).update(etat="retire")
    for projet, attendu in (
        (second.pk, f"{monde['page']}projets/2/"),
        (premier.pk, monde["page"]),
        ("", monde["page"]),
        ("x", monde["page"]),
    ):
        montants = client.get(f"{monde['page']}projets/1/").context["montants"]
        reponse = client.post(
            f"{monde['page']}projets/2/",
            {nom: montants[nom].value() or "" for nom in montants.fields}
            | {"sens": "ajourne", "projet": projet},
        )
        assert (reponse.status_code, reponse.url) == (302, attendu), projet
    assert list(Deliberation.objects.values_list("dossier", flat=True)) == [second.pk]


def test_le_proces_verbal_garde_ce_que_la_seance_a_clos(connecter, monde):
    """Amounts, opinions, a withdrawal after the closing: the minutes say what was said; who steps
    aside reads less.
    """
    for rang in (1, 2, 3):
        envoyer(connecter(monde["agent"]), monde, rang, observation=f"Observation {rang}")
    avant = proces_verbal.composer(monde["comite"], Dossier.objects.all())
    comites.clore(monde["comite"], par=monde["responsable"], recu_le=PENDANT)
    monde["comite"].refresh_from_db()
    scenarios.proposer(
        monde["scenario"],
        {monde["lignes"][0][0].pk: (250_000, 777)},
        par=monde["agent"],
        recu_le=PENDANT,
    )
    Dossier.objects.filter(pk=monde["dossiers"][2].pk).update(etat="retire")
    apres = proces_verbal.composer(monde["comite"], Dossier.objects.all())
    assert (apres.projets, apres.totaux, apres.presences) == (
        avant.projets,
        avant.totaux,
        avant.presences,
    )
    assert (apres.total, len(apres.projets)) == (750_000, 3)
    autre = creer_agent()
    deports.declarer(monde["dossiers"][1], autre, motif="x", par=autre, recu_le=PENDANT)
    assert [
        p.est_lu
        for p in proces_verbal.composer(
            monde["comite"], Dossier.objects.instruits_par(autre)
        ).projets
    ] == [True, False, True]
    mots = "\n".join(
        p.text
        for p in Document(
            BytesIO(
                minutes_docx.en_docx(
                    proces_verbal.composer(monde["comite"], Dossier.objects.instruits_par(autre))
                )
            )
        ).paragraphs
    )
    assert ("Observation 1" in mots, "Observation 2" in mots) == (True, False)


def test_clore_attend_que_l_on_lise_ce_qui_a_change(connecter, monde):
    """A word or an amount of a colleague since the page: said, and nothing is closed."""
    client, responsable = connecter(monde["agent"]), connecter(monde["responsable"])
    for rang in (1, 2, 3):
        envoyer(client, monde, rang)

    def lu() -> dict[str, str]:
        page = responsable.get(monde["page"]).content.decode()
        return {"lu": re.findall(r'name="lu" value="(\w+)"', page)[0]}

    avant = lu()
    for changer in (
        lambda: envoyer(client, monde, 1, "defavorable"),
        lambda: Mouvement.objects.create(
            scenario=Comite.objects.get().scenario, fait="x", par=monde["agent"], le=PENDANT
        ),
    ):
        changer()
        dit = responsable.post(f"{monde['page']}clore/", avant, follow=True).content.decode()
        phrase = "a changé depuis que vous avez ouvert la page"
        assert (phrase in dit, Comite.objects.get().clos_le) == (True, None)
        avant = lu()
    responsable.post(f"{monde['page']}clore/", avant)
    assert Comite.objects.get().clos_le == PENDANT


def test_clore_attend_chaque_projet_et_plus_rien_ne_change_apres(connecter, monde):
    client, responsable = connecter(monde["agent"]), connecter(monde["responsable"])
    assert client.post(f"{monde['page']}clore/").status_code == 403
    for rang in (1, 2):
        envoyer(client, monde, rang)
    assert (
        "1\u00a0projet attend"
        in responsable.post(f"{monde['page']}clore/", follow=True).content.decode()
    )
    envoyer(client, monde, 3, "ajourne")
    responsable.post(f"{monde['page']}clore/")
    comite = Comite.objects.get()
    assert (comite.clos_le, comite.clos_par) == (PENDANT, monde["responsable"])
    reponse = envoyer(client, monde, 1, "defavorable")
    assert (reponse.status_code, "La séance est close" in reponse.content.decode()) == (422, True)
    assert list(Deliberation.objects.values_list("sens", flat=True)) == [
        "favorable",
        "favorable",
        "ajourne",
    ]
    assert "La séance est close" in client.post(monde["page"], {}, follow=True).content.decode()


def test_le_proces_verbal_egale_la_base_en_pdf_et_en_docx(connecter, monde):
    client = connecter(monde["agent"])
    for rang, sens in enumerate(("favorable", "defavorable", "ajourne"), 1):
        envoyer(client, monde, rang, sens, f"Observation {rang}\x07")
    deports.declarer(
        monde["dossiers"][1], creer_agent(), motif="x", par=monde["responsable"], recu_le=PENDANT
    )
    for format in ("pdf", "docx", "xlsx"):
        client.post(f"{monde['page']}proces-verbal/", {"format": format})
    assert sorted(Export.objects.values_list("format", flat=True)) == ["docx", "pdf"]
    for export in Export.objects.pour_le_travail():
        fichiers.etablir(export)
    total = sum(Proposition.objects.values_list("montant", flat=True))
    assert total == 500_000  # what is « défavorable » is proposed nothing
    octets = {
        e.format: b"".join(client.get(f"/instruction/exports/{e.pk}/").streaming_content)
        for e in Export.objects.all()
    }
    for export in Export.objects.all():  # open, as long as nothing that they show has closed
        assert fichiers.s_ouvre_encore(monde["agent"], export)
    deports.declarer(
        monde["dossiers"][0], monde["agent"], motif="x", par=monde["agent"], recu_le=PENDANT
    )
    for export in Export.objects.all():
        assert not fichiers.s_ouvre_encore(Utilisateur.objects.get(pk=monde["agent"].pk), export)
    lecteur = PdfReader(BytesIO(octets["pdf"]))
    texte = " ".join(" ".join(p.extract_text() for p in lecteur.pages).split()).replace(
        "\u00a0", " "
    )
    document = Document(BytesIO(octets["docx"]))
    mots = "\n".join(
        [p.text for p in document.paragraphs]
        + [" ".join(c.text for c in rang.cells) for t in document.tables for rang in t.rows]
    ).replace("\u00a0", " ")
    for contenu in (texte, mots):
        for attendu in (
            "Comité fictif",
            "Salle fictive",
            "Observation 2",
            "Déport : ",
            "défavorable",
            "ajourné",
            *(d.numero for d in monde["dossiers"]),
        ):
            assert attendu in contenu, attendu
        assert re.search(r"Total (18 000 € )?5 000 €", contenu)
    assert lecteur.trailer["/Root"]["/MarkInfo"]["/Marked"]
    pv = proces_verbal.composer(monde["comite"], Dossier.objects.all())
    assert (pv.total, sum(p.propose for p in pv.projets)) == (total, total)


def test_le_proces_verbal_de_qui_se_deporte_tait_le_projet_mais_compte_ses_montants(monde):
    autre = creer_agent()
    deports.declarer(monde["dossiers"][1], autre, motif="x", par=autre, recu_le=PENDANT)
    pv = proces_verbal.composer(monde["comite"], Dossier.objects.instruits_par(autre))
    assert ([not p.est_lu for p in pv.projets], pv.total) == ([False, True, False], 750_000)
    mots = "\n".join(p.text for p in Document(BytesIO(minutes_docx.en_docx(pv))).paragraphs)
    assert ("Projet canari bravo" in mots, "Projet canari alpha" in mots) == (False, True)


@pytest.mark.parametrize("combien", [1, 20])
def test_l_ecran_en_autant_de_requetes_quel_que_soit_le_nombre(
    connecter, monde, combien, django_assert_num_queries
):
    for n in range(combien):
        demander(poser(monde["appel"], f"Autre {n}", monde["porteur"]), Genre.ETAT, 100)
    client = connecter(monde["agent"])
    client.get("/")
    with django_assert_num_queries(37):  # without a frozen version; who else writes here: two
        client.get(f"{monde['page']}projets/1/")
    with django_assert_num_queries(10):
        client.get(monde["page"])
    with django_assert_num_queries(14):  # the scores: one
        proces_verbal.composer(
            Comite.objects.select_related("scenario__appel").get(), Dossier.objects.all()
        )
