"""Autosave in a real browser: nothing typed disappears, nothing is said saved before it is."""

import re
from datetime import timedelta

import pytest

from appels.models import Dossier, LigneBudget
from partenaires.models import Role, SessionOuverte
from quartiers import horloge
from quartiers.nombres import lire_montant
from tests.fabriques import (
    MOT_DE_PASSE,
    creer_appel,
    creer_association,
    creer_dossier,
    creer_membre,
)
from tests.navigateur.conftest import fautes_axe

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]
TEXTES = (
    "besoin",
    "objectifs",
    "description",
    "methode",
    "partenariats",
    "egalite",
    "participation",
)
COMPTES = (
    "604",
    "601",
    "60x",
    "613",
    "615",
    "616",
    "618",
    "622",
    "623",
    "625",
    "62x",
    "631",
    "635",
    "641",
    "645",
    "647",
    "65x",
    "66x",
    "67x",
    "68x",
    "756",
    "758",
    "750",
    "76x",
    "77x",
)


@pytest.fixture
def ecrire(serveur, ouvrir):
    """`ecrire(partie)`: a fresh dossier, its writer, and the page of that part."""
    ici = horloge.maintenant()
    appel = creer_appel(ouvre_le=ici - timedelta(days=30), ferme_le=ici + timedelta(days=15))

    def page(partie="description", **options):
        porteur = creer_association()
        personne = creer_membre(porteur, Role.ADMINISTRATEUR)
        dossier = creer_dossier(appel, porteur, par=personne)
        onglet = ouvrir(personne, **options)
        onglet.context.clock.install()
        onglet.context.add_init_script(COMPTER_LES_DEMANDES)
        vue = "?vue=cerfa" if partie == "budget" else ""  # where every account is in sight
        onglet.goto(f"/dossiers/{dossier.pk}/partie/{partie}/{vue}")
        return onglet, dossier, personne

    return page


def taper(onglet, marque: str) -> dict[str, str]:
    """Fill every field of the page; {name: text}."""
    noms = [f"c-{code}" for code in COMPTES] if onglet.locator("[name='c-604']").count() else TEXTES
    saisies = {
        nom: f"{len(marque)} {100 + rang}" if nom.startswith("c-") else f"{nom} {marque}"
        for rang, nom in enumerate(noms)
    }
    for nom, texte in saisies.items():
        onglet.fill(f"[name='{nom}']", texte)
    return saisies


def retrouvees(dossier: Dossier, saisies: dict[str, str]) -> int:
    """How many of the values typed are in the database."""
    frais = Dossier.objects.get(pk=dossier.pk)
    montants = dict(LigneBudget.objects.filter(dossier=dossier).values_list("code", "montant"))
    return sum(
        montants.get(nom[2:]) == lire_montant(texte)
        if nom.startswith("c-")
        else getattr(frais, nom) == texte
        for nom, texte in saisies.items()
    )


def attendre(onglet, debut="Enregistré à"):
    onglet.wait_for_function(
        "d => document.querySelector('[data-etat]').textContent.replaceAll('\u00a0', ' ')"
        ".startsWith(d)",
        arg=debut,
    )


COMPTER_LES_DEMANDES = """
    window.demandes = 0;
    const demander = window.fetch;
    window.fetch = (...quoi) => {
        window.demandes++;
        return demander(...quoi).finally(() => window.demandes--);
    };
"""


def passer(onglet, secondes: int) -> None:
    """Let time go by on the clock of the page alone, then until all that it asked is answered."""
    onglet.clock.run_for(secondes * 1000)
    onglet.wait_for_function("() => window.demandes === 0")


def etat(onglet) -> str:
    return onglet.locator("[data-etat]").inner_text().replace("\u00a0", " ")


def refuser(code):
    return lambda route: (
        route.fulfill(status=code, body="") if route.request.method == "POST" else route.continue_()
    )


def couper(route):
    return route.abort() if route.request.method == "POST" else route.continue_()


PANNES = {
    "réseau": (couper, "le réseau ne répond pas"),
    "500": (refuser(500), "le serveur ne répond pas bien"),
    "502": (refuser(502), "le serveur ne répond pas bien"),
    "413": (refuser(413), "le texte est trop long"),
    "429": (refuser(429), "beaucoup de demandes"),
}


def test_deux_cents_valeurs_sur_deux_cents(ecrire):
    """Every fault, on long texts and on amounts: named, retried, and all found again."""
    tapees = trouvees = 0
    for nom, (panne, cause) in PANNES.items():
        for partie in ("description", "budget"):
            onglet, dossier, _ = ecrire(partie)
            onglet.route("**/partie/**", panne)
            saisies = taper(onglet, nom)
            onglet.clock.run_for(3000)
            attendre(onglet, f"Pas encore enregistré : {cause}")
            assert retrouvees(dossier, saisies) == 0
            onglet.unroute("**/partie/**")
            onglet.clock.run_for(3000)
            attendre(onglet)
            tapees, trouvees = tapees + len(saisies), trouvees + retrouvees(dossier, saisies)
            onglet.context.close()
    for geste, partie in (
        (session_expiree, "description"),
        (jeton_change, "budget"),
        (onglet_ferme, "description"),
        (retour_arriere, "description"),
    ):
        onglet, dossier, personne = ecrire(partie)
        saisies = geste(onglet, personne)
        tapees, trouvees = tapees + len(saisies), trouvees + retrouvees(dossier, saisies)
    print(f"{trouvees} valeurs retrouvées sur {tapees}")
    assert (tapees >= 200, trouvees) == (True, tapees)


def session_expiree(onglet, personne):
    """Renewed in another tab, through the real form; the text leaves by itself from the first
    one.
    """
    SessionOuverte.objects.all().delete()
    saisies = taper(onglet, "après la session")
    attendre(onglet, "Pas encore enregistré : votre session est finie")
    with onglet.context.expect_page() as nouvelle:
        onglet.click("text=Se reconnecter (nouvel onglet)")
    autre = nouvelle.value
    autre.fill("[name=login]", personne.email)
    autre.fill("[name=password]", MOT_DE_PASSE)
    autre.click("main button")
    attendre(onglet)
    return saisies


def jeton_change(onglet, _personne):
    onglet.evaluate(
        "document.querySelector('[data-saisie] [name=csrfmiddlewaretoken]').value = 'x'.repeat(64)"
    )
    saisies = taper(onglet, "nouveau jeton")
    attendre(onglet)
    return saisies


def onglet_ferme(onglet, _personne):
    """Closed without a network; opened again later."""
    onglet.route("**/partie/**", couper)
    saisies, adresse = taper(onglet, "onglet fermé"), onglet.url
    onglet.close(run_before_unload=False)
    suivant = onglet.context.new_page()
    suivant.goto(adresse)
    assert "Retrouvé" in etat(suivant) or "Enregistr" in etat(suivant)
    attendre(suivant)
    assert suivant.evaluate("Object.keys(localStorage).length") == 0
    return saisies


def retour_arriere(onglet, _personne):
    saisies = taper(onglet, "retour arrière")
    onglet.on("dialog", lambda d: d.accept())
    onglet.goto("/dossiers/")
    onglet.go_back()
    attendre(onglet)
    return saisies


def test_temoin_sans_garde_sur_l_appareil_l_onglet_ferme_perd_tout(ecrire):
    """The sabotaged control: without the copy in the browser, what was typed offline is lost."""
    onglet, dossier, _ = ecrire()
    onglet.route("**/partie/**", couper)
    saisies, adresse = taper(onglet, "perdu"), onglet.url
    onglet.evaluate("Storage.prototype.setItem = () => {}; localStorage.clear()")
    onglet.close(run_before_unload=False)
    suivant = onglet.context.new_page()
    suivant.goto(adresse)
    passer(suivant, 60)
    assert retrouvees(dossier, saisies) == 0


def est_un_envoi(demande) -> bool:
    return demande.method == "POST" and "/partie/" in demande.url


def test_enregistre_dans_les_trois_secondes_et_seulement_quand_le_serveur_l_a_dit(ecrire):
    onglet, dossier, _ = ecrire()
    retenues = []
    onglet.route(
        "**/partie/**",
        lambda r: retenues.append(r) if r.request.method == "POST" else r.continue_(),
    )
    onglet.fill("[name=besoin]", "Première frappe")
    with onglet.expect_request(est_un_envoi):
        onglet.clock.run_for(3000)
    attendre(onglet, "Enregistrement…")
    assert (len(retenues), retrouvees(dossier, {"besoin": "Première frappe"})) == (1, 0)
    onglet.fill("[name=besoin]", "Seconde frappe")  # typed while the first answer is late
    onglet.clock.run_for(3000)
    assert len(retenues) == 1  # one at a time
    with onglet.expect_response(lambda reponse: est_un_envoi(reponse.request)):
        retenues[0].continue_()
    with onglet.expect_request(est_un_envoi):
        onglet.clock.run_for(3000)
    assert onglet.input_value("[name=besoin]") == "Seconde frappe"
    retenues[1].continue_()
    attendre(onglet)
    assert retrouvees(dossier, {"besoin": "Seconde frappe"}) == 1
    assert re.fullmatch(r"Enregistré à \d+\sh\s\d\d\smin\s\d\d\ss\.", etat(onglet))
    assert fautes_axe(onglet) == []


def test_un_droit_retire_se_dit_une_fois_sans_insister(ecrire):
    onglet, dossier, personne = ecrire()
    envois = []
    onglet.on("request", lambda r: envois.append(r.url) if r.method == "POST" else None)
    personne.appartenances.update(roles={Role.LECTEUR})
    onglet.fill("[name=besoin]", "Écrit trop tard")
    attendre(onglet, "Pas enregistré : votre compte ne peut plus modifier ce dossier")
    passer(onglet, 60)
    assert (len(envois), retrouvees(dossier, {"besoin": "Écrit trop tard"})) == (2, 0)


def test_rien_ne_reste_sur_l_appareil_apres_la_sortie(ecrire):
    onglet, _, _ = ecrire()
    onglet.route("**/partie/**", couper)
    taper(onglet, "poste partagé")
    attendre(onglet, "Pas encore enregistré")
    assert onglet.evaluate("Object.keys(localStorage).length") == 1
    onglet.on("dialog", lambda d: d.accept())
    onglet.get_by_text("Menu", exact=True).click()
    onglet.click("text=Se déconnecter")
    onglet.wait_for_url("**/")
    assert onglet.evaluate("Object.keys(localStorage).length") == 0


def test_la_page_des_pieces_efface_les_copies_sans_attendre_le_serveur(ecrire):
    onglet, dossier, _ = ecrire()
    onglet.goto(f"/dossiers/{dossier.pk}/pieces/")
    onglet.evaluate("localStorage.setItem('saisie:1:2:description', '{}')")
    onglet.route("**/logout/", lambda route: route.fulfill(status=204))  # the page stays
    onglet.get_by_text("Menu", exact=True).click()
    onglet.click("text=Se déconnecter", no_wait_after=True)
    onglet.wait_for_function("Object.keys(localStorage).length === 0")


def test_le_serveur_fait_effacer_la_copie_des_pages_sans_ce_script(ecrire):
    onglet, dossier, _ = ecrire()
    onglet.evaluate("localStorage.setItem('saisie:1:2:description', '{}')")
    onglet.goto(f"/dossiers/{dossier.pk}/")
    onglet.click("text=Se déconnecter")
    onglet.wait_for_url("**/")
    assert onglet.evaluate("Object.keys(localStorage).length") == 0


def test_deux_personnes_choisissent_entre_leurs_deux_textes(ecrire, ouvrir):
    onglet, dossier, _ = ecrire()
    collegue = ouvrir(creer_membre(dossier.porteur))
    collegue.goto(onglet.url)
    onglet.fill("[name=besoin]", "Texte d’Ada")
    attendre(onglet)
    collegue.fill("[name=methode]", "Méthode de Bob")
    collegue.fill("[name=besoin]", "Texte de Bob")
    collegue.wait_for_selector("text=Rien n’est écrasé")
    assert fautes_axe(collegue) == []
    choix = collegue.locator("[name=besoin] + [data-choix]")
    assert "Texte d’Ada" in choix.inner_text()
    assert choix.evaluate("e => e === document.activeElement")
    assert collegue.input_value("[name=besoin]") == "Texte de Bob"
    assert retrouvees(dossier, {"besoin": "Texte d’Ada", "methode": "Méthode de Bob"}) == 2
    collegue.click("text=Garder le mien")
    attendre(collegue)
    assert retrouvees(dossier, {"besoin": "Texte de Bob"}) == 1
    onglet.fill("[name=objectifs]", "Objectifs d’Ada")
    attendre(onglet, "Enregistré à")
    onglet.wait_for_function(
        "() => document.querySelector('[name=besoin]').value === 'Texte de Bob'"
    )
    assert onglet.plaintes + collegue.plaintes == []


def test_une_ligne_nouvelle_s_enregistre_seule_et_le_bouton_ne_la_double_pas(ecrire):
    """« Enregistré » is said of what the server has: a funder typed is found again."""
    onglet, dossier, _ = ecrire("budget")
    onglet.click("summary:has-text('Ajouter un autre financeur')")
    onglet.select_option("[name='nouveau-cle']", "hors:74etat")
    onglet.fill("[name='f-0-libelle']", "Un ministère")
    onglet.fill("[name='f-0-montant']", "500")
    assert onglet.evaluate("document.activeElement.name") == "f-0-montant"
    passer(onglet, 60)
    attendre(onglet)
    assert [(f.libelle, f.montant) for f in dossier.financements.all()] == [
        ("Un ministère", 50_000)
    ]
    assert fautes_axe(onglet) == []
    onglet.click("text=Enregistrer et recalculer")
    onglet.wait_for_selector("text=« Budget du projet » est enregistré.")
    passer(onglet, 60)
    assert dossier.financements.count() == 1
    assert onglet.input_value("[name='f-0-montant']") == "500"
    assert onglet.input_value("[name='nouveau-montant']") == ""


def test_le_lieu_de_la_carte_n_efface_pas_celui_qu_on_tapait(ecrire):
    """P4: a place typed, the map opened before it is saved, a place added there: both are here."""
    onglet, dossier, _ = ecrire("lieux")
    onglet.on("dialog", lambda question: question.accept())
    onglet.route("**/partie/**", couper)
    onglet.fill("[name='lieux-0-adresse']", "Parc des Bonnettes")
    onglet.goto(f"/suis-je-dans-un-qpv/?dossier={dossier.pk}&lat=50,2981&lon=2,7447")
    onglet.unroute("**/partie/**")
    onglet.click("main form[action*='lieux'] button")
    attendre(onglet)
    passer(onglet, 60)
    adresses = sorted(lieu.adresse for lieu in dossier.lieux.all())
    assert (len(adresses), "Parc des Bonnettes" in adresses) == (2, True)
    assert onglet.locator("[name='lieux-0-adresse']").input_value() == "Parc des Bonnettes"
    assert "Rien n’est écrasé" not in etat(onglet)


@pytest.mark.parametrize(
    ("partie", "champ"), [("lieux", "lieux-0-adresse"), ("evaluation", "indicateurs-0-libelle")]
)
def test_une_longue_rangee_n_en_ouvre_pas_une_autre(ecrire, partie, champ):
    """Each is a form to read: the next one comes by its button, not under what one types."""
    onglet, *_ = ecrire(partie)
    onglet.fill(f"[name='{champ}']", "Salle Simone de Beauvoir")
    passer(onglet, 60)
    attendre(onglet)
    rangees = onglet.locator(f"fieldset:has([name='{champ}']), fieldset[data-ligne]")
    assert rangees.count() == 1
    onglet.click("text=Enregistrer et ajouter un")
    onglet.wait_for_selector(f"[name='{champ.replace('0', '1')}']")
    assert onglet.input_value(f"[name='{champ}']") == "Salle Simone de Beauvoir"


@pytest.mark.parametrize("largeur", [1280, 320])
def test_retiree_pendant_qu_elle_ecrit(ecrire, largeur):
    """The truth, the text to copy, no more tries; the page stays readable."""
    onglet, dossier, personne = ecrire(largeur=largeur)
    taper(onglet, "avant")
    personne.appartenances.update(terminee_le=horloge.maintenant())
    onglet.fill("[name='besoin']", "Ce que je viens d’écrire")
    passer(onglet, 3)
    attendre(onglet, f"Vous ne faites plus partie de « {dossier.porteur} »")
    texte = onglet.get_by_label("Votre texte, à copier").input_value()
    assert "Ce que je viens d’écrire" in texte
    assert texte.split("\n")[0] == "Pourquoi ce projet, ici ?"  # as the page names it
    demandes = []
    onglet.on("request", lambda demande: demandes.append(demande.method))
    onglet.fill("[name='besoin']", "Encore")
    passer(onglet, 60)
    assert "POST" not in demandes
    assert fautes_axe(onglet) == []
    large = onglet.evaluate("document.documentElement.scrollWidth")
    assert large <= largeur
    assert onglet.plaintes == []
