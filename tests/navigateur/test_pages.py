"""Every page of every role in a real browser: axe at zero, no sideways scroll at 320 px, light and
dark.
"""

import re

import pytest

from appels.public import impressions
from contrat_ville import mesures
from partenaires.contenus import revisions
from partenaires.contenus.forms.registre import CONTENUS
from partenaires.models import Partenaire, Role
from quartiers import horloge
from quartiers.models import Axe, ChiffreCle, Document, IndicateurQuartier, Quartier, Source
from tests.fabriques import (
    creer_accord,
    creer_agent,
    creer_document,
    creer_membre,
    publier_les_decisions,
)
from tests.navigateur.conftest import deborde, fautes_axe, fautes_de_contraste, regarder
from tests.navigateur.poids import PUBLIC, TRAVAIL, fautes_de_poids, peser
from tests.navigateur.test_parcours import entrer, taper

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]
ELEMENTS_PUBLICS, ELEMENTS = 382, 620
ELEMENTS_DES_REGLAGES = 740  # a row of fields a document and a funder, their contents beside


def visiter(onglet, chemins: list[str], plafond: int, requetes: int = 0) -> list:
    """The faults of each page: wide and light, then narrow, dark and light; its weight, its
    elements, its width. `requetes`: when the page needs more of them than the others.
    """
    fautes = []
    poids = PUBLIC if plafond == ELEMENTS_PUBLICS else TRAVAIL
    if requetes:
        poids = {**poids, "requêtes": requetes}
    for chemin in chemins:
        regarder(onglet, 1280, "light")
        onglet.goto(chemin)
        fautes += [(chemin, "large", faute) for faute in fautes_axe(onglet)]
        nombre = onglet.evaluate(
            "[...document.querySelectorAll('*')].filter(e => !e.closest('svg') || "
            "e.tagName === 'svg').length"
        )
        if nombre > plafond:
            fautes.append((chemin, f"{nombre} éléments"))
        fautes += [(chemin, faute) for faute in fautes_de_poids(onglet, poids)]
        regarder(onglet, 320, "dark")
        fautes += [(chemin, "étroit et sombre", faute) for faute in fautes_axe(onglet)]
        if deborde(onglet):
            fautes.append((chemin, "défile de côté"))
        regarder(onglet, 320, "light")
        fautes += [(chemin, "étroit et clair", faute) for faute in fautes_de_contraste(onglet)]
    return fautes + [("console", plainte) for plainte in onglet.plaintes]


def test_temoin_axe_voit_une_faute(monde, ouvrir):
    """The sabotaged control: without it, zero would mean nothing."""
    onglet = ouvrir(largeur=320)
    onglet.goto("/")
    onglet.evaluate(
        "document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=x><input>"
        "<div class=large><pre>' + 'x'.repeat(400) + '</pre></div>')"
    )
    assert len(fautes_axe(onglet)) >= 2
    assert deborde(onglet)
    onglet.evaluate("document.querySelector('main p').style.color = '#999'")
    assert len(fautes_de_contraste(onglet)) >= 1


def test_temoin_le_poids_voit_une_feuille_et_un_script_trop_lourds(monde, ouvrir):
    """The sabotaged control, on the heaviest page: the same files, not compressed any more."""
    onglet = ouvrir(monde["signataire"])
    budget = f"/dossiers/{monde['vide'].pk}/partie/budget/"
    onglet.goto(budget)
    print(f"Poids du budget : {peser(onglet)}")
    assert fautes_de_poids(onglet, TRAVAIL) == []
    for motif in ("**/*.css", "**/*.js"):
        onglet.route(motif, sans_compression)
    onglet.goto(budget)
    lourd = peser(onglet)
    assert (lourd["css"] > TRAVAIL["css"], lourd["js"] > TRAVAIL["js"]) == (True, True)
    assert len(fautes_de_poids(onglet, TRAVAIL)) >= 2


def sans_compression(route):
    """The answer as Playwright read it: unfolded."""
    route.fulfill(response=route.fetch())


SITUER = "/suis-je-dans-un-qpv/"
MEME_GABARIT = {
    *(
        f"/quartiers/QN0626{rang}M/" for rang in (0, 1, 3)
    ),  # three quartiers and two axes are enough
    *(f"/contrat/axes/{cle}/" for cle in ("emancipe", "transitions")),
}
VIDES = [
    "/",
    "/quartiers/",
    "/quartiers/QN06262M/",
    SITUER,
    "/contrat/",
    "/contrat/axes/apaise/",
    "/contrat/documents/",
    "/chiffres/",
    "/partenaires/",
    "/projets/",
    "/donnees/",
    "/recherche/",
    "/recherche/?q=quartier",
    "/statistiques/",
    "/appel/",
    "/appel/precedents/",
    "/appel/questions/",
    "/contact/",
    "/mentions-legales/",
    "/donnees-personnelles/",
    "/accessibilite/",
    "/ecoconception/",
    "/plan-du-site/",
]
REPONSES = [
    f"{SITUER}?lat=50,2981&lon=2,7447",
    f"{SITUER}?lat=50,25&lon=2,80",
    f"{SITUER}?lat=abc&lon=2",
    f"{SITUER}?lat=&lon=",
]


def test_pages_publiques(monde, ouvrir):
    """Filled: decisions released, a document, an indicator, the questions on paper."""
    remplir_le_public(monde)
    chemins = [
        *(c for c in mesures.publics() if c not in MEME_GABARIT),
        *REPONSES,
        "/verifier/?code=faux",
        f"/verifier/{monde['code']}/",
        "/rien/",
        "/projets/?annee=1999",
        "/projets/?inconnu=1",
        "/projets/?axe=emploi",
        "/projets/?carte=tableau",
        "/projets/?tri=-montant&quartier=QN06259M",
        f"/projets/{monde['depose'].numero}/",
        "/compte/login/",
        "/compte/signup/",
        "/compte/password/reset/",
        "/appel/questions/?pour=service",
        "/appel/eligibilite/?organisme=association&quartiers=oui&budget=oui&investissement=non&etat=oui",
    ]
    assert len(chemins) > 40
    onglet = ouvrir()
    assert visiter(onglet, chemins, ELEMENTS_PUBLICS) == []


def test_pages_publiques_vides(serveur, ouvrir):
    """No call, no decision, no document, no figure: « à venir », and still whole."""
    Document.objects.all().delete()
    ChiffreCle.objects.all().delete()
    Partenaire.objects.update(est_affiche=False)
    assert visiter(ouvrir(), VIDES, ELEMENTS_PUBLICS) == []


def remplir_le_public(monde):
    creer_accord(monde["depose"])
    monde["depose"].lieux.update(quartier=Quartier.objects.get(code="QN06259M"))
    publier_les_decisions(monde["appel"])
    creer_document()
    source = Source.objects.first()
    for quartier in Quartier.objects.all():
        IndicateurQuartier.objects.create(
            quartier=quartier,
            libelle="Indicateur d’essai",
            valeur=40,
            valeur_cua=15,
            unite="%",
            annee=2024,
            source=source,
        )
    impressions.imprimer()


def test_chaque_page_publique_a_son_titre_et_rien_qui_bouge(monde, ouvrir):
    """What the RGAA grid says of every public page: 2.x, 4.x, 8.1, 8.6, 13.2, 13.8, 13.12."""
    remplir_le_public(monde)
    onglet = ouvrir()
    titres, fautes = {}, []
    for chemin in mesures.publics():
        onglet.goto(chemin)
        titres.setdefault(onglet.title(), []).append(chemin)
        trouves = onglet.evaluate("""() => [
            document.doctype ? '' : 'doctype',
            ...[
                'iframe', 'frame', 'audio', 'video', 'object', 'embed', 'marquee', 'blink',
                'script', '[style]', '[target]', 'img:not([alt])', 'meta[http-equiv=refresh]',
                '[accesskey]', '[autofocus]',
            ].filter(selecteur => document.querySelector(selecteur)),
            ...document.getAnimations().map(() => 'animation'),
        ].filter(Boolean)""")
        fautes += [(chemin, faute) for faute in trouves]
    # « Me localiser », which asks for nothing before a tap; the six questions of a first draft, on
    # the device of who answers; what is written to the service, in its tab. No other page of this
    # list sends a visitor a script.
    a_un_script = [SITUER, "/commencer/", "/contact/ecrire/"]
    assert sorted(fautes) == sorted((chemin, "script") for chemin in a_un_script)
    appel = f"/appel/{monde['appel'].annee}/"
    assert {t: c for t, c in titres.items() if len(c) > 1 and set(c) != {"/appel/", appel}} == {}


def test_ecoindex_a_et_seconde_visite_legere(monde, serveur, chromium):
    """EcoIndex above 80 on each public page filled with data, 20 kB at most the second time
    (CONCEPTION §5).
    """
    remplir_le_public(monde)
    pages = mesures.peser(serveur, mesures.publics(), chromium)
    assert len(pages) > 35
    assert [
        p
        for p in pages
        if p["note"] != "A" or p["ko_seconde"] > 20 or p["ko"] > 60 or p["requetes"] > 8
    ] == []


@pytest.mark.parametrize("script", [True, False])
def test_trouver_son_quartier_au_clavier_et_d_un_clic(monde, ouvrir, script):
    """From the home page to a verdict, Tab and Enter only; then by a click on the map, without
    script too.
    """
    onglet = ouvrir(largeur=1024, script=script)
    onglet.goto("/")
    entrer(onglet, "Suis-je dans un quartier prioritaire ?")
    entrer(onglet, "Donner des coordonnées")  # folded: most people have none
    taper(onglet, "Latitude", "50,25")
    taper(onglet, "Longitude", "2,80")
    entrer(onglet, "Situer ce point")
    onglet.wait_for_selector("text=Hors quartier prioritaire, à")
    entrer(onglet, "Vers le nord")
    onglet.wait_for_selector("text=Hors quartier prioritaire, à")
    onglet.goto(SITUER)
    onglet.locator("input.g").click(position={"x": 320, "y": 320})
    onglet.wait_for_selector("[role=status] >> text=indicatif")
    onglet.locator("input.g").click(position={"x": 300, "y": 340})
    onglet.wait_for_selector("[role=status] >> text=indicatif")
    assert "zoom=1" in onglet.url


def test_le_clic_sur_un_telephone_vise_le_meme_sol(monde, ouvrir):
    """The small image and the large one are the same ground: the same relative point, the same
    place.
    """
    lus = []
    for largeur, classe, cote in ((320, "p", 288), (1024, "g", 640)):
        onglet = ouvrir(largeur=largeur)
        onglet.goto(SITUER)
        onglet.locator(f"input.{classe}").click(position={"x": cote / 4, "y": cote / 4})
        phrase = onglet.locator("[role=status] .note").inner_text()
        lus.append([float(n.replace(",", ".")) for n in re.findall(r"\d+,\d+", phrase)])
    assert lus[0] == pytest.approx(lus[1], abs=0.0003)


def test_pages_du_porteur(monde, ouvrir):
    d, v, t = (monde[nom].pk for nom in ("complet", "vide", "depose"))
    parties = ("projet", "description", "lieux", "moyens", "evaluation", "budget")
    chemins = [
        "/dossiers/",
        f"/dossiers/nouveau/{monde['appel'].annee}/",
        f"/dossiers/{d}/",
        f"/dossiers/{v}/",
        *[f"/dossiers/{n}/partie/{p}/" for p in parties for n in (d, v)],
        f"/dossiers/{d}/organisme/",
        f"/dossiers/{v}/organisme/",
        f"/dossiers/{d}/pieces/",
        f"/dossiers/{v}/pieces/",
        f"/dossiers/{d}/relecture/",
        f"/dossiers/{d}/signature/",
        f"/dossiers/{d}/deposer/",
        f"/dossiers/{v}/deposer/",
        f"/dossiers/{d}/rib/",
        f"/dossiers/{v}/abandonner/",
        f"/dossiers/{t}/retirer/",
        f"/dossiers/{t}/dauphin/",
        f"/dossiers/{t}/depose/",
        f"/dossiers/{t}/recepisse/",
        f"/dossiers/{t}/relecture/",
        "/organismes/",
        "/organismes/nouveau/",
        f"/organismes/{monde['porteur'].pk}/fiche/",
        f"/organismes/{monde['porteur'].pk}/documents/",
        f"/organismes/{monde['porteur'].pk}/membres/",
        "/mon-compte/",
        "/mon-compte/connexions/",
        "/compte/email/",
        "/compte/password/change/",
        "/compte/second-facteur/",
        "/compte/second-facteur/webauthn/",
    ]
    assert visiter(ouvrir(monde["signataire"]), chemins, ELEMENTS) == []


def test_pages_des_agents(monde, ouvrir):
    chemins = [
        "/instruction/",
        f"/dossiers/{monde['depose'].pk}/relecture/",
        "/instruction/appels/",
        "/instruction/appels/nouveau/",
        f"/instruction/appels/{monde['appel'].pk}/brouillons/",
        f"/instruction/appels/{monde['appel'].pk}/rappels/",
        "/instruction/courriels/",
        "/instruction/qualites/",
        "/instruction/equipe/",
        "/instruction/rectifications/",
        "/instruction/connexions/",
        "/instruction/dauphin/",
        "/instruction/contenus/",
        "/instruction/contenus/journal/",
        f"/dossiers/{monde['depose'].pk}/decisions/",
        f"/instruction/appels/{monde['appel'].pk}/decisions/",
        *contenus_en_cours(),
    ]
    onglet, reglages = (
        ouvrir(creer_agent(Role.RESPONSABLE)),
        f"/instruction/appels/{monde['appel'].pk}/",
    )
    assert visiter(onglet, chemins, ELEMENTS) == []
    assert visiter(onglet, [reglages], ELEMENTS_DES_REGLAGES) == []


def contenus_en_cours() -> list[str]:
    """The pages of the editing: lists, forms, a draft, its preview, what was published."""
    agent, axe = creer_agent(Role.RESPONSABLE), Axe.objects.first()
    paru = revisions.ecrire(
        "axes", axe, CONTENUS["axes"].champs, par=agent, recu_le=horloge.maintenant()
    )
    revisions.publier(paru, Axe, Axe(), par=agent, recu_le=horloge.maintenant())
    axe.texte = "Un texte en brouillon"
    brouillon = revisions.ecrire(
        "axes", axe, CONTENUS["axes"].champs, par=agent, recu_le=horloge.maintenant()
    )
    base = "/instruction/contenus"
    return [
        f"{base}/revisions/{paru.pk}/",
        f"{base}/revisions/{brouillon.pk}/",
        f"{base}/revisions/{brouillon.pk}/apercu/",
        *(f"{base}/{genre}/" for genre in CONTENUS),
        *(f"{base}/{genre}/nouveau/" for genre, contenu in CONTENUS.items() if contenu.nouveau),
        *(
            f"{base}/{genre}/{contenu.objets().first().pk}/"
            for genre, contenu in CONTENUS.items()
            if contenu.objets().exists()
        ),
    ]


@pytest.mark.parametrize("largeur", [1280, 320])
def test_pages_en_erreur(monde, ouvrir, largeur):
    onglet = ouvrir(creer_membre(monde["porteur"]), largeur)
    fautes, pk = [], monde["vide"].pk
    essais = [
        (f"/dossiers/{pk}/partie/budget/", "#id_c-604", "12O"),
        (f"/dossiers/{pk}/partie/lieux/", "#id_qpv-QN06258M", "abc"),
        (f"/dossiers/{pk}/partie/moyens/", "#id_benevoles-nombre", "-1"),
        ("/organismes/nouveau/", "#id_siret", "123"),
        (f"/organismes/{monde['porteur'].pk}/fiche/", "#id_representant_email", "x"),
    ]
    for chemin, champ, valeur in essais:
        onglet.goto(chemin)
        if "budget" in chemin:
            onglet.check(f"{champ}-oui")
        onglet.fill(champ, valeur)
        onglet.locator("main form p.ligne-actions button.bouton").first.click()
        onglet.wait_for_selector(".avis.danger")
        assert onglet.title().startswith("Erreur : "), chemin
        fautes += [(chemin, faute) for faute in fautes_axe(onglet)]
        if deborde(onglet):
            fautes.append((chemin, "défile de côté"))
        lien = onglet.locator(".avis.danger a").first
        lien.click()
        assert onglet.evaluate(
            "document.activeElement.matches(':target') || document.activeElement.id === "
            "location.hash.slice(1)"
        ), chemin
    assert fautes == []
