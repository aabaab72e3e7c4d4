"""The main job in a real browser: by keyboard, without script, with live totals and uploads one by
one.
"""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from appels.demonstration.dossiers import ECRITURES, pdf_fictif
from appels.models import Dossier, NomPartie, Piece
from appels.redaction.actions import parties
from appels.redaction.guide import Solde
from appels.socle import budget
from partenaires.models import Role
from quartiers import horloge
from quartiers.francais import en_euros, nombre_en_euros
from tests.attente import BORNE
from tests.fabriques import (
    creer_appel,
    creer_association,
    creer_dossier,
    creer_membre,
    creer_signataire,
)

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def appel(serveur):
    ici = horloge.maintenant()
    return creer_appel(ouvre_le=ici - timedelta(days=30), ferme_le=ici + timedelta(days=15))


def test_les_totaux_vivants_sont_ceux_du_serveur(appel, ouvrir):
    porteur = creer_association()
    dossier = creer_dossier(appel, porteur)
    onglet = ouvrir(creer_membre(porteur))
    onglet.goto(f"/dossiers/{dossier.pk}/partie/budget/?vue=cerfa")
    onglet.click("summary:has-text('Ajouter un autre financeur')")
    saisies = {
        "c-604": "1 234,50",
        "c-601": "0,05",
        "c-864": "12 000",
        "c-870": "12000.00",
        "c-756": "1.000,10 €",
        "nouveau-montant": "99 999 999,99",
    }
    for nom, texte in saisies.items():
        onglet.fill(f"[name='{nom}']", texte)
    plan = budget.calculer(
        [("604", 123_450), ("601", 5), ("864", 1_200_000), ("870", 1_200_000), ("756", 100_010)],
        [9_999_999_999],
    )
    totaux = {
        "charges": plan.charges,
        "produits": plan.produits,
        "ecart": plan.ecart,
        "vcharges": plan.emplois_volontaires,
        "vproduits": plan.ressources_volontaires,
        "gcharges": plan.total_charges,
        "gproduits": plan.total_produits,
        "gecart": plan.ecart_general,
        "f74": plan.financements,
    }
    for nom, total in totaux.items():
        affiche = onglet.locator(f"[data-total='{nom}']").last
        expect(affiche).to_have_text(en_euros(total), timeout=BORNE * 1000)
        assert affiche.inner_text() == en_euros(total)
    # Said after a pause, and only this: the totals are no live regions.
    titre = Solde(plan, personnes=None).titre
    expect(onglet.locator("[data-parole]")).to_have_text(titre, timeout=BORNE * 1000)
    assert onglet.locator("[data-phrase]").inner_text() == titre
    assert onglet.locator("main :is(output, [aria-live], [role=status])").count() == 2
    volontaire = onglet.locator("[data-volontaire]")
    assert not volontaire.is_visible()
    onglet.fill("[name='c-870']", "11 000")
    inegal = budget.calculer([("864", 1_200_000), ("870", 1_100_000)], [])
    expect(volontaire).to_have_text(inegal.phrase_volontaire, timeout=BORNE * 1000)
    onglet.fill("[name='c-870']", "12000.00")
    expect(volontaire).to_be_hidden(timeout=BORNE * 1000)
    # Typed in, the empty row is the first of the table.
    onglet.select_option("[name='f-0-cle']", "hors:74etat")
    onglet.fill("[name='f-0-libelle']", "Un ministère")
    onglet.click("text=Enregistrer et recalculer")
    onglet.wait_for_selector("text=« Budget du projet » est enregistré.")
    assert budget.du_dossier(Dossier.objects.get(pk=dossier.pk)) == plan
    assert onglet.locator("[data-total='produits']").first.inner_text() == en_euros(plan.produits)
    assert onglet.input_value("[name='c-604']") == nombre_en_euros(123_450)
    assert onglet.plaintes == []


def test_plusieurs_pieces_une_erreur_n_arrete_pas_les_autres(appel, ouvrir):
    porteur = creer_association()
    dossier = creer_dossier(appel, porteur)
    onglet = ouvrir(creer_membre(porteur))
    onglet.goto(f"/dossiers/{dossier.pk}/pieces/")
    champ = onglet.locator("input[type=file]").last
    champ.set_input_files(
        [
            {"name": "un.pdf", "mimeType": "application/pdf", "buffer": pdf_fictif("1")},
            {"name": "faux.pdf", "mimeType": "application/pdf", "buffer": b"non"},
            {"name": "deux.pdf", "mimeType": "application/pdf", "buffer": pdf_fictif("2")},
        ]
    )
    onglet.locator("form[data-envoi] button").last.click()
    onglet.wait_for_selector("li:has-text('faux.pdf') button:text-is('Choisir un autre fichier')")
    onglet.wait_for_selector("text=deux.pdf : joint.")
    assert onglet.locator("button:has-text('Réessayer')").count() == 0
    onglet.route("**/ajouter/", lambda route: route.abort())
    champ.set_input_files(
        [{"name": "trois.pdf", "mimeType": "application/pdf", "buffer": pdf_fictif("3")}]
    )
    onglet.locator("form[data-envoi] button").last.click()
    onglet.wait_for_selector("text=Réessayer trois.pdf")
    onglet.unroute("**/ajouter/")
    champ.set_input_files(
        [
            {
                "name": "gros.pdf",
                "mimeType": "application/pdf",
                "buffer": b"%PDF-" + b"x" * 10 * 1024 * 1024,
            }
        ]
    )
    onglet.locator("form[data-envoi] button").last.click()
    onglet.wait_for_selector(
        "text=gros.pdf : ce fichier dépasse la taille acceptée, il n’est pas envoyé."
    )
    assert sorted(Piece.objects.values_list("nom", flat=True)) == ["deux.pdf", "un.pdf"]
    assert onglet.plaintes == []


@pytest.mark.parametrize("script", [True, False])
def test_du_compte_au_depot_au_clavier(appel, ouvrir, client, script):
    """Sign in, begin, write, attest, deposit: Tab, Enter and letters only, with and without
    script.
    """
    porteur = creer_association()
    signataire = creer_signataire(porteur)
    onglet = ouvrir(largeur=1024, script=script)
    onglet.goto("/compte/login/?next=/dossiers/")
    taper(onglet, "Adresse", signataire.email)
    taper(onglet, "Mot de passe", "une phrase assez longue")
    entrer(onglet, "Se connecter")
    onglet.wait_for_url("**/dossiers/")
    entrer(onglet, "Commencer un nouveau dossier")
    taper(onglet, "Intitulé du projet", "Projet écrit au clavier")
    entrer(onglet, "Commencer le dossier")
    onglet.wait_for_selector("text=/parties? complètes? sur 8/")
    dossier = Dossier.objects.get()
    for nom, ecrire in ECRITURES.items():  # the long texts: written by a colleague meanwhile
        if nom != NomPartie.DESCRIPTION:
            parties.enregistrer(
                dossier, nom, ecrire, version_lue=0, par=signataire, recu_le=horloge.maintenant()
            )
    from appels.demonstration.dossiers import joindre_les_pieces

    joindre_les_pieces(dossier, horloge.maintenant())
    onglet.reload()
    entrer(onglet, "Besoins, objectifs et description")
    for question in (
        "À quel besoin répond le projet",
        "Objectifs",
        "Description des actions",
        "Méthode et calendrier",
        "Égalité entre les femmes et les hommes",
        "Participation des habitantes et des habitants",
    ):
        taper(onglet, question, "Écrit au clavier.")
    entrer(onglet, "Enregistrer et revenir au sommaire")
    onglet.wait_for_selector("text=8 parties complètes sur 8")
    entrer(onglet, "Relire, attester et déposer")
    onglet.wait_for_selector("text=Je déclare")
    for case in [
        *onglet.locator("input[type=checkbox]").all(),
        onglet.locator("[name=aides_publiques]").first,
    ]:
        case.focus()
        onglet.keyboard.press("Space")
    entrer(onglet, "Attester et déposer le dossier")
    onglet.wait_for_selector("text=ce que vous avez attesté est déposé")
    onglet.wait_for_selector("text=/^Dossier CV-2027-0001$/")
    assert onglet.plaintes == []


def focus_par_tabulation(onglet, teste: str, argument: str) -> None:
    """Press Tab until the focused element answers, as a keyboard user would."""
    for _ in range(150):
        onglet.keyboard.press("Tab")
        if onglet.locator(":focus").count() and onglet.locator(":focus").evaluate(teste, argument):
            return
    raise AssertionError(f"« {argument} » ne s’atteint pas au clavier")


def taper(onglet, etiquette: str, texte: str) -> None:
    focus_par_tabulation(
        onglet,
        "(e, t) => e.labels && e.labels.length > 0 && e.labels[0].innerText.includes(t)",
        etiquette,
    )
    onglet.keyboard.press("Control+A")
    onglet.keyboard.type(texte)


def entrer(onglet, texte: str) -> None:
    focus_par_tabulation(
        onglet,
        "(e, t) => ['A', 'BUTTON', 'SUMMARY'].includes(e.tagName) && "
        "e.innerText.trim().startsWith(t) && !e.closest('header')",
        texte,
    )
    onglet.keyboard.press("Enter")
    onglet.wait_for_load_state()


def test_le_focus_se_voit_toujours(appel, ouvrir):
    onglet = ouvrir(creer_membre(creer_association(), Role.SIGNATAIRE))
    onglet.goto("/organismes/nouveau/")
    for _ in range(20):
        onglet.keyboard.press("Tab")
        anneau = onglet.locator(":focus").evaluate("e => getComputedStyle(e).outlineWidth")
        assert anneau == "3px"
