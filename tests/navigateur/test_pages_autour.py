"""The pages around a dossier in a real browser: corrections, reuse, papers, deadlines, Dauphin,
organisations, help.
"""

import re
from datetime import timedelta
from uuid import uuid4

import pytest

from appels.decision.actions import dauphin
from appels.depot.actions import correction, papiers
from appels.instruction.actions import demandes_papier, echeances
from appels.models import Appel, Dossier
from appels.redaction.actions import accompagnement
from appels.reprises.actions import reception
from partenaires.models import Role
from partenaires.organismes.actions import passations
from partenaires.socle import fichiers
from quartiers import horloge
from tests.epreuves import hostiles
from tests.fabriques import creer_agent, creer_appel, creer_association, creer_membre, deposer
from tests.navigateur.conftest import creer_dossier_complet_a, deborde, fautes_axe
from tests.navigateur.test_pages import ELEMENTS, visiter

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]


def corriger_deux_fois(monde) -> tuple[Dossier, Dossier]:
    """A dossier corrected once, and another whose correction is being written."""
    ici, signataire = horloge.maintenant(), monde["signataire"]
    autre = deposer(
        creer_dossier_complet_a(
            monde["appel"], monde["porteur"], ici, cree_le=ici - timedelta(days=20)
        ),
        signataire,
        ici,
    )
    brouillon = correction.corriger(autre, par=signataire, recu_le=ici)
    Dossier.objects.filter(pk=brouillon.pk).update(intitule="Corrigé", besoin="Un autre besoin")
    deposer(Dossier.objects.get(pk=brouillon.pk), signataire, ici)
    en_cours = correction.corriger(autre, par=signataire, recu_le=ici)
    Dossier.objects.filter(pk=en_cours.pk).update(intitule="Corrigé encore")
    return autre, en_cours


def test_pages_du_porteur(monde, ouvrir):
    ici, t = horloge.maintenant(), monde["depose"].pk
    corrige, en_cours = corriger_deux_fois(monde)
    accompagnement.ouvrir(monde["complet"], par=monde["signataire"], recu_le=ici)
    accompagnement.journaliser_la_lecture(monde["complet"], par=creer_agent(), recu_le=ici)
    papiers.etablir(
        papiers.demander(monde["depose"], "pieces", par=monde["signataire"], recu_le=ici)
    )
    clos = creer_appel(2026, ouvre_le=ici - timedelta(days=90), ferme_le=ici + timedelta(days=1))
    tardif = creer_dossier_complet_a(clos, monde["porteur"], ici, cree_le=ici - timedelta(days=80))
    Appel.objects.filter(pk=clos.pk).update(ferme_le=ici - timedelta(days=1))
    chemins = [
        "/dossiers/",
        f"/dossiers/{t}/corriger/",
        f"/dossiers/{en_cours.pk}/",
        f"/dossiers/{en_cours.pk}/changements/",
        f"/dossiers/{en_cours.pk}/deposer/",
        f"/dossiers/{en_cours.pk}/abandonner/",
        f"/dossiers/{corrige.pk}/versions/",
        f"/dossiers/{corrige.pk}/depose/",
        f"/dossiers/{corrige.pk}/recepisse/?version=1",
        f"/dossiers/{corrige.pk}/relecture/",
        f"/dossiers/nouveau/{monde['appel'].annee}/?reprendre={t}",
        "/dossiers/nouveau/2026/",
        f"/dossiers/{tardif.pk}/",
        f"/dossiers/{monde['complet'].pk}/",
        f"/dossiers/{t}/papiers/",
        f"/dossiers/{monde['vide'].pk}/papiers/",
        f"/dossiers/{monde['vide'].pk}/pieces/",
        f"/organismes/{monde['porteur'].pk}/quitter/",
        "/mon-compte/fermer/",
    ]
    assert visiter(ouvrir(monde["signataire"]), chemins, ELEMENTS) == []


def test_pages_des_agents(monde, ouvrir):
    ici, agent, appel = horloge.maintenant(), creer_agent(Role.RESPONSABLE), monde["appel"]
    accompagnement.ouvrir(monde["complet"], par=monde["signataire"], recu_le=ici)
    scan = fichiers.Fichier("a.pdf", "application/pdf", 4, "0" * 64, hostiles.pdf())
    papier = demandes_papier.saisir_papier(
        appel,
        creer_association(),
        intitule="Papier",
        cle=uuid4(),
        signataire="Ada Essai",
        scan=scan,
        papier_recu_le=ici,
        par=agent,
        recu_le=ici,
    )
    echeances.prolonger(
        appel, nouvelle=ici + timedelta(days=20), motif="Panne", par=agent, recu_le=ici
    )
    for _ in range(2):
        code = echeances.accorder(
            appel,
            monde["porteur"],
            jusqu_a=ici + timedelta(days=30),
            motif="Incendie",
            par=agent,
            recu_le=ici,
        )
    echeances.revoquer(code, par=agent, recu_le=ici)
    contenu = (
        f"Numéro "
        f"Dauphin;SIRET;Exercice;Intitulé\n01234567;{monde['porteur'].siret};2027;{monde['depose']}\n12;;;\n"
    )
    recu = dauphin.recevoir(appel, "export.csv", contenu.encode(), par=agent, recu_le=ici)
    tableau = (
        "Organisme;SIRET;Action;Exercice;Financeur;Demandé;QPV\n"
        f";{monde['porteur'].siret};Lire;2024;CUA;5;Ouest\nInconnue;;Lire;2024;CUA;cinq;\n"
        "Les Autres;;Lire;2024;Fondation;5;\n"
    )
    reprise = reception.recevoir("annees.csv", tableau.encode(), par=agent, recu_le=ici)
    passees = f"/instruction/annees-passees/{reprise.pk}/"
    membre = creer_membre(monde["porteur"])
    passations.constater_depart(
        membre.appartenances.get(), motif="Courrier", par=agent, recu_le=ici
    )
    base = f"/instruction/appels/{appel.pk}"
    chemins = [
        "/instruction/ouverts/",
        f"{base}/papier/",
        f"{base}/delais/",
        f"{base}/prolonger/",
        f"{base}/dauphin/",
        f"/instruction/dauphin/{recu.pk}/",
        f"/instruction/dauphin/{recu.pk}/colonnes/",
        "/instruction/annees-passees/",
        passees,
        *(f"{passees}{page}/" for page in ("colonnes", "noms", "quartiers")),
        "/instruction/organismes/",
        "/instruction/organismes/?seuls=1&q=zzz",
        f"/instruction/organismes/{monde['porteur'].pk}/",
        "/instruction/organismes/nouveau/",
        f"/dossiers/{papier.pk}/",
        f"/dossiers/{papier.pk}/organisme/",
        f"/dossiers/{monde['complet'].pk}/relecture/",
        "/appel/",
    ]
    assert visiter(ouvrir(agent), chemins, ELEMENTS) == []


@pytest.mark.parametrize("script", [True, False])
def test_corriger_au_clavier_jusqu_au_nouveau_recepisse(monde, ouvrir, script):
    """Tab and Enter alone, with script and without: open, read what changes, attest, deposit."""
    onglet = ouvrir(monde["signataire"], script=script)
    onglet.goto(f"/dossiers/{monde['depose'].pk}/relecture/")
    for bouton, arrivee in (
        ("Corriger ce dossier", "/corriger/$"),
        ("Commencer la correction", r"/dossiers/\d+/$"),
    ):
        onglet.get_by_text(bouton, exact=True).focus()
        onglet.keyboard.press("Enter")
        onglet.wait_for_url(re.compile(arrivee))
    correction_ = Dossier.objects.get(corrige=monde["depose"])
    Dossier.objects.filter(pk=correction_.pk).update(intitule="Titre corrigé")
    onglet.goto(f"/dossiers/{correction_.pk}/deposer/")
    assert onglet.locator("ins").first.inner_text() == "Titre corrigé"
    for coche in onglet.locator("main form input[type=checkbox]").all():
        coche.focus()
        onglet.keyboard.press("Space")
    onglet.locator("#id_aides_publiques_0").focus()
    onglet.keyboard.press("Space")
    onglet.get_by_text("Attester et déposer la correction").focus()
    onglet.keyboard.press("Enter")
    onglet.wait_for_url(f"**/dossiers/{monde['depose'].pk}/depose/")
    assert "Version 2, attestée le" in onglet.locator("main").inner_text()


@pytest.mark.parametrize("largeur", [1280, 320])
def test_pages_en_erreur(monde, ouvrir, largeur):
    base = f"/instruction/appels/{monde['appel'].pk}"
    onglet, fautes = ouvrir(creer_agent(Role.RESPONSABLE), largeur), []
    for chemin in (
        f"{base}/papier/",
        f"{base}/delais/",
        f"{base}/prolonger/",
        f"{base}/dauphin/",
        "/instruction/annees-passees/",
        "/instruction/organismes/nouveau/",
    ):
        onglet.goto(chemin)
        onglet.locator("main form button.bouton").first.click()
        onglet.wait_for_selector(".avis.danger")
        assert onglet.title().startswith("Erreur : "), chemin
        fautes += [(chemin, faute) for faute in fautes_axe(onglet)]
        if deborde(onglet):
            fautes.append((chemin, "défile de côté"))
    assert fautes == []
