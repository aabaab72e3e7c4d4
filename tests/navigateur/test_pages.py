"""Every page of every role in a real browser: axe at zero, no sideways scroll at 320 px, light and dark."""

import pytest

from appels.actions import rappels, recepisses
from appels.models import Recepisse
from partenaires.models import Partenaire, Role
from tests.fabriques import (
    creer_agent,
    creer_appel,
    creer_association,
    creer_dossier,
    creer_membre,
    creer_signataire,
    deposer,
)
from tests.navigateur.conftest import deborde, fautes_axe

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]
FORMES = [(1280, False), (320, True)]
ELEMENTS_PUBLICS, ELEMENTS = 382, 620
POIDS, REQUETES = 60_000, 6  # bytes and requests, cold


@pytest.fixture
def monde(serveur, monkeypatch):
    """An open call around the real now: the browser's server reads the real clock."""
    from datetime import timedelta

    from quartiers.horloge import maintenant

    ici = maintenant()
    appel = creer_appel(ouvre_le=ici - timedelta(days=30), ferme_le=ici + timedelta(days=15))
    for partenaire in Partenaire.objects.du_contrat().filter(genre="commune"):
        appel.financeurs.create(partenaire=partenaire, sous_poste="74com", position=9)
    porteur = creer_association()
    signataire = creer_signataire(porteur)
    quand = {"cree_le": ici - timedelta(days=20)}
    complet = creer_dossier_complet_a(appel, porteur, ici, **quand)
    depose = deposer(creer_dossier_complet_a(appel, porteur, ici, **quand), signataire, ici)
    recepisses.etablir(depose.versions.get())
    vide = creer_dossier(appel, porteur, **quand)
    rappels.rappeler(ici + timedelta(days=13))
    return {"appel": appel, "porteur": porteur, "signataire": signataire, "complet": complet, "depose": depose,
            "vide": vide, "code": Recepisse.objects.get().code}


def creer_dossier_complet_a(appel, porteur, ici, **champs):
    from appels import demonstration

    return demonstration.remplir(creer_dossier(appel, porteur, **champs), ici)


def visiter(onglet, chemins: list[str], plafond: int) -> list:
    fautes = []
    for chemin in chemins:
        onglet.goto(chemin)
        fautes += [(chemin, faute) for faute in fautes_axe(onglet)]
        if deborde(onglet):
            fautes.append((chemin, "défile de côté"))
        nombre = onglet.evaluate("[...document.querySelectorAll('*')].filter(e => !e.closest('svg') || e.tagName === 'svg').length")
        if nombre > plafond:
            fautes.append((chemin, f"{nombre} éléments"))
        poids, requetes = onglet.evaluate("(() => { const r = [...performance.getEntriesByType('resource'), "
                                          "...performance.getEntriesByType('navigation')]; "
                                          "return [r.reduce((n, e) => n + e.encodedBodySize, 0), r.length]; })()")
        if poids > POIDS or requetes > REQUETES:
            fautes.append((chemin, f"{poids} octets, {requetes} requêtes"))
    return fautes + [("console", plainte) for plainte in onglet.plaintes]


def test_temoin_axe_voit_une_faute(monde, ouvrir):
    """The sabotaged control: without it, zero would mean nothing."""
    onglet = ouvrir(largeur=320)
    onglet.goto("/")
    onglet.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=x><input>"
                    "<div class=large><pre>' + 'x'.repeat(400) + '</pre></div>')")
    assert len(fautes_axe(onglet)) >= 2
    assert deborde(onglet)


@pytest.mark.parametrize(("largeur", "sombre"), FORMES)
def test_pages_publiques(monde, ouvrir, largeur, sombre):
    chemins = ["/", "/appel/", "/appel/questions/", "/appel/eligibilite/", "/quartiers/QN06259M/", "/verifier/",
               "/verifier/?code=faux", f"/verifier/{monde['code']}/", "/mentions-legales/", "/donnees-personnelles/",
               "/accessibilite/", "/rien/", "/compte/login/", "/compte/signup/", "/compte/password/reset/",
               "/appel/eligibilite/?organisme=association&quartiers=oui&budget=oui&investissement=non&etat=oui"]
    assert visiter(ouvrir(largeur=largeur, sombre=sombre), chemins, ELEMENTS_PUBLICS) == []


@pytest.mark.parametrize(("largeur", "sombre"), FORMES)
def test_pages_du_porteur(monde, ouvrir, largeur, sombre):
    d, v, t = (monde[nom].pk for nom in ("complet", "vide", "depose"))
    parties = ("projet", "description", "lieux", "moyens", "evaluation", "budget")
    chemins = ["/dossiers/", f"/dossiers/nouveau/{monde['appel'].annee}/", f"/dossiers/{d}/", f"/dossiers/{v}/",
               *[f"/dossiers/{n}/partie/{p}/" for p in parties for n in (d, v)], f"/dossiers/{d}/organisme/",
               f"/dossiers/{v}/organisme/", f"/dossiers/{d}/pieces/", f"/dossiers/{v}/pieces/", f"/dossiers/{d}/relecture/",
               f"/dossiers/{d}/signature/", f"/dossiers/{d}/deposer/", f"/dossiers/{v}/deposer/", f"/dossiers/{d}/rib/",
               f"/dossiers/{t}/depose/", f"/dossiers/{t}/recepisse/", f"/dossiers/{t}/relecture/", "/organismes/",
               "/organismes/nouveau/", f"/organismes/{monde['porteur'].pk}/fiche/",
               f"/organismes/{monde['porteur'].pk}/membres/", "/mon-compte/", "/compte/email/", "/compte/password/change/",
               "/compte/second-facteur/"]
    assert visiter(ouvrir(monde["signataire"], largeur, sombre), chemins, ELEMENTS) == []


@pytest.mark.parametrize(("largeur", "sombre"), FORMES)
def test_pages_des_agents(monde, ouvrir, largeur, sombre):
    chemins = ["/instruction/", f"/dossiers/{monde['depose'].pk}/relecture/", "/instruction/appels/",
               "/instruction/appels/nouveau/", f"/instruction/appels/{monde['appel'].pk}/",
               f"/instruction/appels/{monde['appel'].pk}/rappels/", "/instruction/courriels/", "/instruction/qualites/",
               "/instruction/equipe/", "/instruction/service/"]
    assert visiter(ouvrir(creer_agent(Role.RESPONSABLE), largeur, sombre), chemins, ELEMENTS) == []


@pytest.mark.parametrize("largeur", [1280, 320])
def test_pages_en_erreur(monde, ouvrir, largeur):
    onglet = ouvrir(creer_membre(monde["porteur"]), largeur)
    fautes, pk = [], monde["vide"].pk
    essais = [(f"/dossiers/{pk}/partie/budget/", "#id_c-604", "12O"), (f"/dossiers/{pk}/partie/lieux/", "#id_qpv-QN06258M", "abc"),
              (f"/dossiers/{pk}/partie/moyens/", "#id_benevoles-nombre", "-1"), ("/organismes/nouveau/", "#id_siret", "123"),
              (f"/organismes/{monde['porteur'].pk}/fiche/", "#id_representant_email", "x")]
    for chemin, champ, valeur in essais:
        onglet.goto(chemin)
        onglet.evaluate("document.querySelectorAll('input[type=number]').forEach(e => e.type = 'text')")
        onglet.fill(champ, valeur)
        onglet.locator("main form p.ligne-actions button.bouton").first.click()
        onglet.wait_for_selector(".avis.danger")
        assert onglet.title().startswith("Erreur : "), chemin
        fautes += [(chemin, faute) for faute in fautes_axe(onglet)]
        if deborde(onglet):
            fautes.append((chemin, "défile de côté"))
        lien = onglet.locator(".avis.danger a").first
        lien.click()
        assert onglet.evaluate("document.activeElement.matches(':target') || document.activeElement.id === location.hash.slice(1)"), chemin
    assert fautes == []
