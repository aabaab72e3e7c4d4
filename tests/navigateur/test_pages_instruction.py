"""The service's pages in a real browser: the list, the dossier, requests to complete, messages,
exports, dashboard.
"""

import re
from datetime import timedelta
from uuid import uuid4

import pytest

from appels.decision import ordre_du_jour
from appels.decision.actions import (
    avis,
    comites,
    decisions,
    franchissements,
    lectures,
    lettres,
)
from appels.decision.actions import scenarios as actes
from appels.instruction.actions import affectation, complements, deports, echanges, examen, exports
from appels.instruction.listes import Liste
from appels.models import (
    Barriere,
    Cotation,
    Cote,
    Dossier,
    Financement,
    Lettre,
    ModeleExport,
    Proposition,
    Vue,
)
from appels.socle import reveil
from partenaires.models import Role
from quartiers import horloge
from tests.appels.instruction.test_liste import poser
from tests.attente import jusqu_a
from tests.fabriques import creer_agent, creer_financeur, deposer, poser_tribunal
from tests.navigateur.conftest import (
    creer_dossier_complet_a,
    deborde,
    fautes_axe,
    regarder,
)
from tests.navigateur.test_pages import ELEMENTS, visiter

ELEMENTS_DE_LA_MATRICE = 2000  # forty lines of five funders, which budgets leave out
ELEMENTS_DE_LA_LECTURE = 720  # the grid, and beside it the whole application that it scores

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def campagne(monde):
    """A dossier in each situation of an instruction, forty in the list; no receipt is laid out for
    them.
    """
    with reveil.en_silence():
        return instruire_la_campagne(monde)


def instruire_la_campagne(monde):
    ici, agent, signataire = (
        horloge.maintenant(),
        creer_agent(Role.RESPONSABLE),
        monde["signataire"],
    )
    for rang in range(38):
        poser(monde["appel"], f"Projet de la liste {rang}", monde["porteur"])
    siens = [
        monde["depose"],
        *(
            deposer(
                creer_dossier_complet_a(
                    monde["appel"], monde["porteur"], ici, cree_le=ici - timedelta(days=20)
                ),
                signataire,
                ici,
            )
            for _ in range(2)
        ),
    ]
    demande, recevable, ecarte = siens
    affectation.affecter(
        Dossier.objects.filter(pk__in=[d.pk for d in siens]), agent, par=agent, recu_le=ici
    )
    piece = demande.pieces.filter(est_chiffree=False).first()
    examen.examiner_les_pieces(
        demande, {piece.pk: ("non_conforme", "Illisible")}, par=agent, recu_le=ici
    )
    complements.demander(
        demande,
        [
            complements.Demande("budget", "Précisez."),
            complements.Demande("pieces", "À refaire.", piece.document),
        ],
        avant_le=ici + timedelta(days=9),
        message="Bonjour.",
        par=agent,
        recu_le=ici,
    )
    examen.admettre(recevable, par=agent, recu_le=ici)
    examen.ecarter(ecarte, motif="Hors territoire.", par=agent, recu_le=ici)
    examen.resoudre(
        examen.signaler(recevable, motif="À voir", par=agent, recu_le=ici),
        resolution="Vu",
        par=agent,
        recu_le=ici,
    )
    examen.signaler(recevable, motif="À voir encore", par=agent, recu_le=ici)
    echanges.ecrire_une_note(recevable, "Une note.", par=agent, recu_le=ici)
    echanges.ecrire(
        recevable, Cote.ORGANISME, "Une question.", [], cle=uuid4(), par=signataire, recu_le=ici
    )
    Vue.objects.create(par=agent, nom="Ma vue", requete="etat=depose", est_partage=True)
    ModeleExport.objects.create(par=agent, nom="Comité", colonnes=["porteur"])
    exports.demander(Liste(), ["porteur"], "csv", par=agent, recu_le=ici, total=41)
    actes.doter(
        monde["appel"],
        monde["depose"].financements.exclude(partenaire=None).first().partenaire,
        montant=500_000,
        plafond=None,
        par=agent,
        recu_le=ici,
    )
    scenario = actes.creer(monde["appel"], "A", depuis=None, par=agent, recu_le=ici)
    demandees = Financement.objects.filter(dossier__in=siens, partenaire__isnull=False)
    actes.proposer(scenario, {f.pk: (None, 900_000) for f in demandees[:3]}, par=agent, recu_le=ici)
    actes.creer(monde["appel"], "B", depuis=None, par=agent, recu_le=ici)
    ferme = deports.declarer(
        siens[2], creer_agent(), motif="Membre du bureau", par=agent, recu_le=ici
    )
    lectures.proposer_une_grille(monde["appel"])
    for lecteur in (agent, creer_agent()):
        lectures.coter(
            recevable,
            [Cotation(critere=c, points=3, motif="Vu") for c in monde["appel"].criteres.all()],
            rendre=True,
            par=lecteur,
            recu_le=ici,
        )
    comite = comites.convoquer(
        monde["appel"],
        {"nom": "Comité", "lieu": "Salle", "scenario": scenario, "tenu_le": ici},
        par=agent,
    )
    franchissements.deroger(
        [siens[0].pk], Barriere.RECEVABILITE, "Attend un document.", par=agent, recu_le=ici
    )
    comites.deliberer(
        comite, siens[0], {"sens": "reserve", "observation": "À revoir"}, par=agent, recu_le=ici
    )
    lettre = notifier(monde, siens[0], agent, ici)
    return {
        **monde,
        "comite": comite,
        "lettre": lettre,
        "scenario": scenario,
        "ferme": ferme,
        "agent": agent,
        "demande": demande,
        "recevable": recevable,
        "ecarte": ecarte,
    }


def notifier(monde, dossier, agent, ici) -> Lettre:
    """Two decisions and their letters; one is released and opened."""
    for decision in ("refuse", "accorde"):
        lettres.ecrire_un_gabarit(
            decision,
            None,
            {
                "objet": "Décision {numero}",
                "corps": "Pour {projet}.\n\n{motif}",
                "signataire": "Ada Fictive",
                "qualite": "Directrice",
            },
            par=agent,
            recu_le=ici,
        )
    une, autre = dossier.financements.filter(partenaire__isnull=False)[:2]
    une.decision, une.motif = "refuse", "Hors du territoire."
    autre.decision, autre.montant_vote, autre.decide_le = "accorde", 10_000, ici.date()
    for n, demande in enumerate((une, autre)):
        decisions.decider(dossier, [demande], par=agent, recu_le=ici)
        lettres.preparer(poser_tribunal(monde["appel"]), par=agent, recu_le=ici)
        if n == 0:
            lettres.etablir(Lettre.objects.get())
            lettres.liberer(
                monde["appel"],
                [lettre.pk for lettre in lettres.pretes(monde["appel"])],
                1,
                par=agent,
                recu_le=ici,
            )
            lettres.ouvrir(Lettre.objects.get(), par=monde["signataire"], recu_le=ici)
    return Lettre.objects.get(financement=autre)


def test_pages_des_decisions(campagne, ouvrir):
    a, c, la = campagne["appel"].pk, campagne["comite"].pk, campagne["lettre"].pk
    actes.figer(
        campagne["appel"].scenarios.last(), par=campagne["agent"], recu_le=horloge.maintenant()
    )
    agent = [
        f"/instruction/appels/{a}/decider/",
        f"/instruction/appels/{a}/lettres/",
        f"/instruction/appels/{a}/lettres/?decision=accorde",
        f"/instruction/lettres/{la}/",
        "/instruction/lettres/auteurs/",
        "/instruction/lettres/modeles/",
        "/instruction/lettres/modeles/refuse/0/",
        f"/instruction/appels/{a}/lots/",
        f"/instruction/appels/{a}/comites/",
        f"/instruction/comites/{c}/",
        f"/instruction/comites/{c}/reglages/",
        f"/instruction/comites/{c}/ordre-du-jour/?voir=libres",
    ]
    assert visiter(ouvrir(campagne["agent"]), agent, ELEMENTS) == []
    assert (
        visiter(
            ouvrir(campagne["signataire"]),
            [f"/dossiers/{campagne['demande'].pk}/decisions-recues/"],
            ELEMENTS,
        )
        == []
    )


def test_pages_des_decisions_en_erreur(campagne, ouvrir):
    """What is typed wrong stays, with its sentence; axe at zero, wide and narrow."""
    a, c, r, e, la = (
        campagne["appel"].pk,
        campagne["comite"].pk,
        campagne["recevable"].pk,
        campagne["ecarte"].pk,
        campagne["lettre"],
    )
    lettres.etablir(la)
    scenario = actes.creer(
        campagne["appel"], "C", depuis=None, par=campagne["agent"], recu_le=horloge.maintenant()
    )
    actes.proposer(
        scenario,
        {
            campagne["recevable"].financements.filter(partenaire__isnull=False).first().pk: (
                None,
                100_00,
            )
        },
        par=campagne["agent"],
        recu_le=horloge.maintenant(),
    )
    actes.figer(scenario, par=campagne["agent"], recu_le=horloge.maintenant())
    rang = list(ordre_du_jour.en_seance(campagne["comite"])).index(campagne["recevable"]) + 1
    onglet, fautes = ouvrir(campagne["agent"]), []
    for chemin, champ, valeur in (
        (f"/dossiers/{r}/decisions/", "[name$=montant_vote]", "12O"),
        (f"/instruction/appels/{a}/decider/", "[name=decide_le]", ""),
        (f"/instruction/appels/{a}/lettres/", "[name=nombre]", "12"),
        (f"/instruction/lettres/{la.pk}/", "[name=objet]", ""),
        (f"/instruction/lettres/{la.pk}/", "[name=motif]", ""),
        ("/instruction/lettres/modeles/refuse/0/", "[name=corps]", "{inconnu}"),
        (f"/instruction/appels/{a}/comites/", "[name=nom]", ""),
        (f"/instruction/comites/{c}/", "[name=p-0-nom]", ""),
        (f"/instruction/comites/{c}/reglages/", "[name=nom]", ""),
        (f"/instruction/comites/{c}/projets/{rang}/", "[data-compte]", "12O"),
        (f"/instruction/appels/{a}/grille/", "[name$=libelle]", ""),
        (f"/instruction/dossiers/{r}/lecture/", "[name$=motif]", ""),
        (f"/instruction/appels/{a}/enveloppes/", "[name$=montant]", "-5"),
        (f"/instruction/appels/{a}/scenarios/", "[name=nom]", ""),
        (f"/instruction/dossiers/{e}/deport/", "[name=motif]", ""),
    ):
        regarder(onglet, 1280, "light")
        onglet.goto(chemin)
        cible = onglet.locator(f"main {champ}").first
        cible.evaluate("champ => champ.closest('details')?.setAttribute('open', '')")
        cible.fill(valeur)
        onglet.locator(f"main form:has({champ}) button.bouton").first.click()
        onglet.wait_for_selector(".avis.danger")
        assert (
            onglet.title().startswith("Erreur : "),
            onglet.locator(f"main {champ}").first.input_value(),
        ) == (True, valeur), chemin
        fautes += [(chemin, faute) for faute in fautes_axe(onglet)]
        regarder(onglet, 320, "dark")
        fautes += [(chemin, "étroit", faute) for faute in fautes_axe(onglet)] + [
            (chemin, "défile de côté")
        ] * deborde(onglet)
    assert fautes == []


@pytest.mark.parametrize("script", [True, False])
def test_la_seance_au_clavier(campagne, ouvrir, script):
    """Arrow keys between projects; Tab, Space and Enter for the word of the meeting, without script
    too.
    """
    onglet, page = (
        ouvrir(campagne["agent"], script=script),
        f"/instruction/comites/{campagne['comite'].pk}/projets/",
    )
    rang = list(ordre_du_jour.en_seance(campagne["comite"])).index(campagne["recevable"]) + 1
    onglet.goto(f"{page}{rang - 1}/")
    if script:
        onglet.keyboard.press("ArrowRight")
        onglet.wait_for_url(f"**{page}{rang}/")
        onglet.keyboard.press("ArrowLeft")
        onglet.wait_for_url(f"**{page}{rang - 1}/")
    onglet.goto(f"{page}{rang}/")
    onglet.locator("[data-compte]").first.focus()
    onglet.keyboard.press("ControlOrMeta+a")
    onglet.keyboard.type("1 234")
    if script:
        onglet.keyboard.press("ArrowRight")  # inside a field, the arrow stays in the field
        assert onglet.url.endswith(f"{page}{rang}/")
    onglet.locator("[name=sens]").first.focus()
    onglet.keyboard.press("Space")
    onglet.locator("button.bouton", has_text="Enregistrer et").focus()
    onglet.keyboard.press("Enter")
    onglet.wait_for_url(lambda url: not url.endswith(f"{page}{rang}/"))
    dit = campagne["comite"].deliberations.get(dossier=campagne["recevable"])
    assert (
        dit.sens,
        Proposition.objects.filter(scenario=campagne["scenario"], montant=123_400).count(),
    ) == ("favorable", 1)


def test_l_ordre_du_jour_tient_dans_la_page_quel_que_soit_le_nom(campagne, ouvrir):
    """The number and the organisation wrap: on one line, they pushed the last column out."""
    porteur = campagne["recevable"].porteur
    porteur.nom = "Association fictive au très long nom, des mots tissés et des herbes folles"
    porteur.save()
    onglet = ouvrir(campagne["agent"])
    onglet.set_viewport_size({"width": 768, "height": 900})
    onglet.goto(f"/instruction/comites/{campagne['comite'].pk}/ordre-du-jour/")
    nommes = onglet.locator("th small", has_text=porteur.nom).count()
    assert (nommes > 0, deborde(onglet)) == (True, False)


def test_pages_de_la_seance(campagne, ouvrir):
    """One that has its word already, one that waits for it; nothing to scroll for in the room."""
    c = campagne["comite"].pk
    onglet = ouvrir(campagne["agent"])
    passent = list(ordre_du_jour.en_seance(campagne["comite"]))
    chemins = [f"/instruction/comites/{c}/projets/{rang}/" for rang in range(1, len(passent) + 1)]
    assert visiter(onglet, chemins, ELEMENTS) == []
    for largeur, hauteur in ((1920, 1080), (1280, 720)):
        onglet.set_viewport_size({"width": largeur, "height": hauteur})
        onglet.goto(chemins[-1])
        bas = onglet.evaluate(
            "document.querySelector('.carton').getBoundingClientRect().bottom + scrollY"
        )
        assert bas <= hauteur, (largeur, hauteur)


def test_pages_de_l_instruction(campagne, ouvrir):
    d, r, e, a = (
        campagne["demande"].pk,
        campagne["recevable"].pk,
        campagne["ecarte"].pk,
        campagne["appel"].pk,
    )
    chemins = [
        "/instruction/?etat=recevable&q=projet&minimum=12",
        "/instruction/?etat=retire",
        "/instruction/colonnes/",
        f"/instruction/selection/?choix={d}-{r}",
        "/instruction/vues/",
        "/instruction/exports/",
        f"/instruction/dossiers/{d}/pieces/",
        f"/instruction/dossiers/{r}/complements/",
        f"/instruction/dossiers/{d}/complements/clore/",
        f"/instruction/dossiers/{r}/notes/",
        f"/instruction/dossiers/{d}/confier/",
        f"/dossiers/{r}/echanges/",
        f"/dossiers/{d}/historique/",
        f"/instruction/dossiers/{r}/avis/",
        f"/instruction/dossiers/{r}/fiche/",
        f"/instruction/appels/{a}/matrice-ouverte/",
        f"/instruction/appels/{a}/repartir/",
        f"/instruction/appels/{a}/reconduire/",
        f"/instruction/equipe/{campagne['agent'].appartenances.get().pk}/",
        f"/instruction/equipe/{campagne['agent'].appartenances.get().pk}/acces/",
    ]
    onglet = ouvrir(campagne["agent"])
    assert visiter(onglet, chemins, ELEMENTS) == []
    dossiers = [f"/instruction/dossiers/{suite}" for suite in (f"{d}/?liste=q%3D&rang=0", f"{r}/")]
    dossiers.append(f"/instruction/dossiers/{e}/")
    # One request more: the attached document, read in its frame beside the rest.
    assert visiter(onglet, dossiers, ELEMENTS, requetes=9) == []


def test_pages_du_comite(campagne, ouvrir):
    a, s, autre = (
        campagne["appel"].pk,
        campagne["scenario"].pk,
        campagne["appel"].scenarios.last().pk,
    )
    chemins = [
        f"/instruction/appels/{a}/grille/",
        f"/instruction/appels/{a}/enveloppes/",
        f"/instruction/appels/{a}/scenarios/?a={s}&b={autre}",
        f"/instruction/scenarios/{s}/mouvements/",
        f"/instruction/appels/{a}/deports/",
        f"/instruction/deports/{campagne['ferme'].pk}/lever/",
        f"/instruction/dossiers/{campagne['ecarte'].pk}/deport/",
    ]
    onglet = ouvrir(campagne["agent"])
    assert visiter(onglet, chemins, ELEMENTS) == []
    a_lire = [
        f"/instruction/dossiers/{campagne[nom].pk}/lecture/" for nom in ("recevable", "ecarte")
    ]
    assert visiter(onglet, a_lire, ELEMENTS_DE_LA_LECTURE) == []
    # Larger than a list, as its mock-up: a line a project, a cell a funder (CONCEPTION §5).
    matrices = [
        f"/instruction/scenarios/{s}/{suite}" for suite in ("", f"?groupe=axe&avec={autre}")
    ]
    # One request more: it counts amounts, saves each, and keeps the copy that every form has.
    assert visiter(onglet, matrices, ELEMENTS_DE_LA_MATRICE, requetes=9) == []


@pytest.mark.parametrize("script", [True, False])
def test_la_matrice_au_clavier(campagne, ouvrir, script):
    """Arrows along a funder and what remains as one types; without script the button counts. Then a
    fault, in its place.
    """
    onglet = ouvrir(campagne["agent"], script=script)
    # Tall: nothing that stays in sight covers a line half, which axe would call a small target.
    onglet.set_viewport_size({"width": 1280, "height": 4000})
    adresse = f"/instruction/scenarios/{campagne['scenario'].pk}/?tout=1"
    onglet.goto(adresse)
    champs = onglet.locator("td input")
    compte = champs.first.get_attribute("data-compte")
    premier, second = (
        onglet.locator(f'td input[data-compte="{compte}"]').nth(rang) for rang in (0, 1)
    )
    onglet.locator(f'[data-pour="{compte}"] [data-reste]').wait_for()
    premier.focus()
    if script:
        onglet.keyboard.press("ArrowDown")
        assert second.evaluate("e => e === document.activeElement")
        onglet.keyboard.press("ArrowUp")
    onglet.keyboard.press("Control+A")
    onglet.keyboard.type("1 234,50")
    if not script:
        onglet.keyboard.press("Enter")
        onglet.wait_for_selector("text=1 montant à jour")
        assert Proposition.objects.filter(montant=123_450).count() == 1
        premier.fill("12O")
        premier.press("Enter")
        onglet.wait_for_selector(".avis.danger >> text=la lettre O")
        assert premier.input_value() == "12O"
        return
    reste = onglet.locator(f'[data-pour="{compte}"] [data-reste]')
    restait = reste.inner_text()
    somme = onglet.locator(f'[data-pour="{compte}"] [data-somme]').inner_text()
    assert onglet.locator(f'tfoot [data-total="{compte}"]').inner_text() == somme  # at once
    onglet.keyboard.press("Enter")  # down the column, the page staying where it is
    assert second.evaluate("e => e === document.activeElement")
    onglet.wait_for_selector("td em >> text=enregistré")
    assert (onglet.url.endswith(adresse), reste.inner_text()) == (True, restait)
    assert Proposition.objects.filter(montant=123_450).count() == 1
    # Two people on one cell: told there, nothing laid over, then chosen.
    autrui = Proposition.objects.filter(montant=123_450)
    autrui.update(montant=55_500)
    premier.fill("777")
    premier.press("Enter")
    onglet.wait_for_selector("td em.erreur >> text=Entre-temps")
    assert (Proposition.objects.filter(montant=55_500).count(), fautes_axe(onglet)) == (1, [])
    onglet.get_by_role("button", name="Garder le mien").click()
    onglet.wait_for_selector("td em >> text=enregistré")
    assert Proposition.objects.filter(montant=77_700).count() == 1
    premier.fill("12O")
    premier.press("Enter")
    onglet.wait_for_selector("td em.erreur >> text=la lettre O")
    assert (premier.input_value(), fautes_axe(onglet)) == ("12O", [])
    # What nobody saved comes back with the page.
    onglet.goto(adresse)
    assert premier.input_value() == "12O"


REPONDUS = "champs => champs.every((c) => c.value === c.defaultValue || c.ariaInvalid)"


def test_la_matrice_ne_garde_aucune_phrase_fausse(campagne, ouvrir):
    """An amount typed: the bar that stays in sight and the totals of the groups follow the head;
    what is not counted again is said to be of the opening.
    """
    onglet = ouvrir(campagne["agent"])
    onglet.goto(f"/instruction/scenarios/{campagne['scenario'].pk}/?groupe=axe")
    tete = onglet.locator('[data-pour]:not([data-enveloppe=""])').first
    colonne = tete.get_attribute("data-pour")
    champs = onglet.locator(f'td input[data-compte="{colonne}"]')
    champs.first.wait_for()
    barre, lien = onglet.locator("[data-trop]"), onglet.locator("[data-voir-trop]")
    son_groupe = onglet.locator("tbody").filter(has=champs).first
    de_groupe = son_groupe.locator(f'tr.groupe [data-total="{colonne}"]')
    dites = []
    for montant in ("0", "6 000"):
        for rang in range(champs.count()):
            champs.nth(rang).fill(montant if rang == 0 else "0")
        onglet.keyboard.press("Tab")
        jusqu_a(lambda: champs.evaluate_all(REPONDUS), "les montants enregistrés ou refusés")
        dites.append(
            (
                "dépasse son enveloppe de 1\u00a0000\u00a0€" in barre.inner_text(),
                lien.is_visible(),
                de_groupe.inner_text().replace("\u00a0", " ").replace("\u202f", " "),
            )
        )
    assert dites == [(False, False, "0 €"), (True, True, "6 000 €")]
    assert "à l’ouverture de la page" in onglet.locator("[data-ouverture]").inner_text()
    assert fautes_axe(onglet) == []


def test_pages_de_l_organisme(campagne, ouvrir):
    d, e = campagne["demande"].pk, campagne["ecarte"].pk
    onglet = ouvrir(campagne["signataire"])
    assert (
        visiter(
            onglet,
            [
                "/dossiers/",
                f"/dossiers/{d}/relecture/",
                f"/dossiers/{e}/relecture/",
                f"/dossiers/{d}/corriger/",
                f"/dossiers/{d}/echanges/",
                f"/dossiers/{d}/historique/",
            ],
            ELEMENTS,
        )
        == []
    )


def test_pages_du_financeur(campagne, ouvrir):
    caf, etat = creer_financeur("caf"), creer_financeur("etat")
    avis.donner(
        campagne["recevable"],
        etat.appartenances.get().partenaire,
        {"sens": "reserve", "motif": "À voir", "recevable": True, "montant_propose": 100_00},
        partager=True,
        par=etat,
        recu_le=horloge.maintenant(),
    )
    onglet, chemin = ouvrir(caf), f"/instruction/dossiers/{campagne['recevable'].pk}/avis/"
    assert (
        visiter(
            onglet,
            [
                "/instruction/",
                chemin,
                chemin.replace("avis", "lecture"),
                "/instruction/avis/en-lot/",
                "/instruction/en-notre-nom/",
                f"/dossiers/{campagne['recevable'].pk}/relecture/",
            ],
            ELEMENTS,
        )
        == []
    )
    onglet.goto(chemin)
    onglet.get_by_text("Partager l’avis").click()
    onglet.wait_for_selector(".avis.danger")
    assert (fautes_axe(onglet), deborde(onglet)) == ([], False)


@pytest.mark.parametrize("largeur", [1280, 320])
def test_pages_en_erreur(campagne, ouvrir, largeur):
    d, r = campagne["demande"].pk, campagne["recevable"].pk
    onglet, fautes = ouvrir(campagne["agent"], largeur), []
    for chemin in (
        f"/instruction/dossiers/{r}/complements/",
        f"/instruction/dossiers/{d}/complements/clore/",
        f"/instruction/dossiers/{r}/reprendre/",
        f"/instruction/selection/?choix={d}",
        "/instruction/vues/",
        f"/dossiers/{r}/echanges/",
        "/instruction/exports/",
    ):
        onglet.goto(chemin)
        onglet.evaluate(
            "document.querySelectorAll('main form.champs [type=checkbox]').forEach(c => "
            "{ c.checked = false; })"
        )
        onglet.locator("main form.champs button.bouton").first.click()
        onglet.wait_for_selector(".avis.danger")
        assert onglet.title().startswith("Erreur : "), chemin
        fautes += [(chemin, faute) for faute in fautes_axe(onglet)]
        if deborde(onglet):
            fautes.append((chemin, "défile de côté"))
    onglet.goto("/instruction/?minimum=12O")
    fautes += fautes_axe(onglet)
    assert fautes == []


def activer(onglet, texte: str) -> None:
    """Focus by its words, then Enter: no mouse."""
    onglet.get_by_role("link", name=texte, exact=True).or_(
        onglet.get_by_role("button", name=texte, exact=True)
    ).first.focus()
    onglet.keyboard.press("Enter")


@pytest.mark.parametrize("script", [True, False])
def test_instruire_au_clavier(campagne, ouvrir, script):
    """Find, open, ask to complete; the organisation answers; then receivable, then the next of the
    list.
    """
    agent, organisme = (
        ouvrir(campagne["agent"], script=script),
        ouvrir(campagne["signataire"], script=script),
    )
    depose = deposer(
        creer_dossier_complet_a(
            campagne["appel"],
            campagne["porteur"],
            horloge.maintenant(),
            intitule="Écoute d’été",
            cree_le=horloge.maintenant() - timedelta(days=20),
        ),
        campagne["signataire"],
        horloge.maintenant(),
    )
    agent.goto("/instruction/")
    agent.locator("#id_q").focus()
    agent.keyboard.type("ecoute ETE")
    agent.keyboard.press("Enter")
    agent.wait_for_url("**q=ecoute**")
    activer(agent, "Écoute d’été")
    agent.wait_for_url("**/instruction/dossiers/**")
    activer(agent, "Demander des compléments")
    agent.wait_for_url("**/complements/**")
    agent.locator("#id_partie-evaluation").focus()
    agent.keyboard.type("Combien de réunions ?")
    activer(agent, "Envoyer la demande")
    agent.wait_for_selector("text=La demande est envoyée")
    organisme.goto(f"/dossiers/{depose.pk}/relecture/")
    assert "Combien de réunions ?" in organisme.locator("main").inner_text()
    activer(organisme, "Répondre")
    organisme.wait_for_url("**/corriger/")
    activer(organisme, "Commencer la réponse")
    organisme.wait_for_url(re.compile(r"/dossiers/\d+/$"))
    reponse = Dossier.objects.get(corrige=depose)
    Dossier.objects.filter(pk=reponse.pk).update(evaluation="Six réunions.")
    organisme.goto(f"/dossiers/{reponse.pk}/deposer/")
    for coche in organisme.locator("main form input[type=checkbox]").all():
        coche.focus()
        organisme.keyboard.press("Space")
    organisme.locator("#id_aides_publiques_0").focus()
    organisme.keyboard.press("Space")
    activer(organisme, "Attester et déposer la correction")
    organisme.wait_for_url(f"**/dossiers/{depose.pk}/depose/")
    agent.goto(f"/dossiers/{depose.pk}/versions/")
    assert agent.locator("ins").first.inner_text() == "Six réunions."
    agent.goto(f"/instruction/dossiers/{depose.pk}/")
    activer(agent, "Pièces conformes, déclarer recevable")
    agent.wait_for_selector("text=Aux financeurs d’agir")
    assert Dossier.objects.get(pk=depose.pk).est_recevable
