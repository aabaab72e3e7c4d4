"""A campaign of forty dossiers and five funders in the demonstration itself, by keyboard, on the
pages of a browser: from a deposit to the letters that an organisation opens. Long: `python3
manage.py eprouver campagne`.
"""

import os
import re
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest

from appels.demonstration.personnes import DOMAINE, MOT_DE_PASSE
from contrat_ville import verification
from contrat_ville.services import port_libre
from tests.epreuves.serveur import RACINE, Navigateur
from tests.navigateur import clavier

pytestmark = [pytest.mark.long, pytest.mark.navigateur]
FINANCEUR = "financeur"
ORGANISME = "signature3"  # signs for whom deposited this year
PATIENCE = 300_000  # milliseconds: a slow machine is not a fault
PRESENTS = ("Camille Fictive", "Noé Fictif", "Ana Fictive")  # as many as the quorum
INSTRUITS, AVIS = 5, 3  # by who instructs and by a funder, one after the other


@contextmanager
def demonstration(dossier):
    """`manage.py demo` in a folder of its own, with its worker."""
    env = {
        nom: valeur
        for nom, valeur in os.environ.items()
        if nom not in {"DATABASE_URL", "DJANGO_SETTINGS_MODULE"}
    }
    port = port_libre()
    processus = subprocess.Popen(
        [sys.executable, "manage.py", "demo", "--port", str(port)],
        cwd=RACINE,
        stdout=subprocess.DEVNULL,
        env={**env, "MODE": "demo", "DONNEES": str(dossier), "SANS_AMORCE": "1"},
    )
    try:
        attendre(lambda: repond(port), 900)
        yield f"http://127.0.0.1:{port}"
    finally:
        processus.terminate()
        processus.wait(30)


def repond(port) -> bool:
    try:
        return Navigateur(port, {}).get("/sante/vivant")[0] == 200
    except OSError:
        return False


def attendre(vrai, secondes: int) -> None:
    limite = time.monotonic() + secondes
    while not vrai():
        assert time.monotonic() < limite, "attendu en vain"
        time.sleep(1)


def attendre_le_travailleur(combien_restent) -> None:
    """Until nothing remains to be made, however slow: only a worker that makes nothing fails."""
    restent = combien_restent()
    while restent:
        attendre(lambda avant=restent: combien_restent() != avant, 180)
        restent = combien_restent()


def lettres_en_preparation(onglet) -> int:
    onglet.reload()
    dit = re.search(r"(\d+)\slettres? en préparation", onglet.locator("main").inner_text())
    return int(dit[1]) if dit else 0


@contextmanager
def connecte(chromium, adresse, identifiant):
    """A page of this person, signed in by the form."""
    contexte = chromium.new_context(
        base_url=adresse, locale="fr-FR", viewport={"width": 1280, "height": 900}
    )
    contexte.set_default_timeout(PATIENCE)
    onglet = contexte.new_page()
    onglet.goto("/compte/login/")
    clavier.taper(onglet.locator("[name=login]"), f"{identifiant}@{DOMAINE}")
    clavier.taper(onglet.locator("[name=password]"), MOT_DE_PASSE)
    onglet.press("[name=password]", "Enter")
    onglet.wait_for_url(lambda url: "login" not in url)
    yield onglet
    contexte.close()


def presser(onglet, texte: str) -> None:
    """A button by its words; the page that follows says no fault. What is sensitive asks again who
    one is when the sign-in is old.
    """
    clavier.suivre(onglet.get_by_role("button", name=texte).first)
    if onglet.get_by_role("heading", name="Confirmez").count():
        mot_de_passe = onglet.locator("main [type=password]")
        clavier.taper(mot_de_passe, MOT_DE_PASSE)
        clavier.suivre(mot_de_passe)
    assert onglet.locator(".avis.danger, .avis.error").all_inner_texts() == []


def cents(texte: str) -> int:
    entiers, _, centimes = re.sub(r"[^\d,]", "", texte).partition(",")
    return int(entiers or 0) * 100 + int(f"{centimes:0<2}")


def partager(onglet, appel: str) -> str:
    """Envelopes wide enough, then four fifths of each request, one in five refused; the address of
    the scenario.
    """
    onglet.goto(f"{appel}enveloppes/")
    for champ in onglet.locator("[name$=-montant]").all():
        clavier.taper(champ, "9 000 000")
    presser(onglet, "Enregistrer les enveloppes")
    onglet.goto(f"{appel}scenarios/")
    clavier.suivre(onglet.get_by_role("link", name="Scénario A (fictif)").first)
    adresse = onglet.url
    onglet.goto(f"{adresse}?tout=1")
    for rang, champ in enumerate(onglet.locator("td input").all()):
        demande = cents(champ.locator("xpath=..").locator("small").inner_text().split("·")[0])
        part = (0, demande, *[demande * 4 // 5] * 3)[(rang + rang // 5) % 5]
        clavier.taper(champ, str(part // 100))
    presser(onglet, "Enregistrer les montants")
    return adresse


def tenir_la_seance(onglet, appel: str) -> int:
    """Called, attended, every project given a word, closed, written down; how many projects."""
    onglet.goto(f"{appel}comites/")
    clavier.taper(onglet.locator("[name=nom]"), "Comité fictif")
    clavier.taper(onglet.locator("[name=jour]"), "12/01/2027")
    clavier.taper(onglet.locator("[name=heure]"), "09:30")
    scenario = onglet.locator("[name=scenario]")
    clavier.choisir(scenario, scenario.locator("option").nth(1).get_attribute("value"))
    presser(onglet, "Préparer la séance")
    seance = onglet.url
    for nom in PRESENTS:
        autre = onglet.locator("fieldset", has_text="Autre personne").first
        clavier.taper(autre.locator("[name$=-nom]"), nom)
        clavier.cocher(autre.locator("[name$=-vote]"))
        presser(onglet, "Noter les présences")
    clavier.suivre(onglet.get_by_role("link", name="Projeter les projets"))
    combien = int(re.search(r"Projet 1 sur (\d+)", onglet.locator("header").inner_text())[1])
    for rang in range(combien):
        clavier.cocher(onglet.locator("[name=sens]").nth(rang % 3))
        presser(onglet, "Enregistrer et")
    assert onglet.url == seance
    presser(onglet, "Clore la séance")
    for format_, nombre in (("PDF", 1), ("DOCX", 2)):
        presser(onglet, format_)
        attendre(
            lambda n=nombre: (
                onglet.reload() and onglet.get_by_text("Prêt", exact=True).count() == n
            ),
            180,
        )
    return combien


def decider(onglet, appel: str, scenario: str) -> int:
    """The scenario frozen, each funder decides by its own act; how many decisions."""
    onglet.goto(scenario)
    presser(onglet, "Figer ce scénario")
    onglet.goto(f"{appel}decider/")
    faites = 0
    options = onglet.locator("[name=partenaire] option").all()
    financeurs = [option.get_attribute("value") for option in options]
    for financeur in filter(None, financeurs):
        clavier.choisir(onglet.locator("[name=partenaire]"), financeur)
        clavier.taper(onglet.locator("[name=decide_le]"), "15/02/2027")
        clavier.taper(onglet.locator("[name=acte]"), "Acte fictif")
        motif = onglet.locator("[name=motif]")
        clavier.taper(motif, "Motif fictif : les crédits ne suffisent pas.")
        presser(onglet, "Enregistrer ces décisions")
        faites += int(
            re.search(
                r"(\d+)\sdécisions? enregistrée",
                " ".join(onglet.locator(".avis").all_inner_texts()),
            )[1]
        )
    return faites


def deroger(onglet, appel: str) -> int:
    """The head lets past, by a written derogation, the dossiers that nobody examined; how many.

    Those that wait for the meeting alone stay in the list.
    """
    combien = 0
    page = 1
    while True:
        onglet.goto(f"{appel}retenus/?page={page}")
        lignes = onglet.locator("tbody tr", has_text="déclaré recevable")
        cases = lignes.locator("[name=dossiers]").all()
        if not cases:
            if not onglet.get_by_role("link", name="Page suivante").count():
                return combien
            page += 1
            continue
        for case in cases:
            clavier.cocher(case)
        clavier.choisir(onglet.locator("[name=barriere]"), "recevabilite")
        clavier.taper(onglet.locator("[name=motif]"), "Motif fictif : examen fait en comité.")
        presser(onglet, "Déroger pour les dossiers cochés")
        combien += len(cases)


def notifier(onglet, appel: str, decisions: int) -> None:
    """All the letters prepared by the worker, then released funder by funder, each time after their
    number is typed.
    """
    onglet.goto(f"{appel}lettres/")
    presser(onglet, "Préparer")
    attendre_le_travailleur(lambda: lettres_en_preparation(onglet))
    financeurs = [
        option.get_attribute("value")
        for option in onglet.locator("#f-financeur option").all()
        if option.get_attribute("value")
    ]
    parties = 0
    for financeur in financeurs:
        onglet.goto(f"{appel}lettres/?financeur={financeur}")
        if not onglet.locator("[name=toutes]").count():
            continue
        parties += clavier.cocher_ce_qui_est_montre(onglet)
        presser(onglet, "Libérer les lettres cochées")  # minutes after the sign-in
    assert parties == decisions


def lettres_lisibles(onglet) -> list:
    """For each dossier of the organisation, how many letters wait to be opened."""
    onglet.goto("/dossiers/")
    siens = sorted(
        {
            re.match(r"/dossiers/\d+/", lien.get_attribute("href"))[0]
            for lien in onglet.locator("main a[href^='/dossiers/']").all()
            if re.match(r"/dossiers/\d+/", lien.get_attribute("href"))
        }
    )
    attendent = []
    for dossier in siens:
        onglet.goto(f"{dossier}decisions-recues/")
        attendent.append((dossier, onglet.get_by_role("button", name="Ouvrir la décision").count()))
    return attendent


def test_une_campagne_entiere_dans_la_demonstration(chromium, tmp_path):
    debut = time.monotonic()
    with demonstration(tmp_path / "demo") as adresse:
        dits = []
        assert verification.jouer(adresse, dits.append) == 0, dits
        with (
            connecte(chromium, adresse, "responsable") as service,
            connecte(chromium, adresse, "agent") as agent,
            connecte(chromium, adresse, FINANCEUR) as financeur,
            connecte(chromium, adresse, ORGANISME) as organisme,
        ):
            instruits = clavier.instruire(agent, INSTRUITS)
            avis = clavier.rendre_des_avis(financeur, AVIS)
            assert (instruits, avis) == (INSTRUITS, AVIS)
            service.goto("/instruction/appels/")
            appel = re.match(
                r".*/appels/\d+/",
                service.locator("main a[href*='/enveloppes/']").first.get_attribute("href"),
            )[0]
            scenario = partager(service, appel)
            # What is not receivable passes by a derogation: a meeting sees nothing else.
            retenus = deroger(service, appel)
            projets = tenir_la_seance(service, appel)
            decisions = decider(service, appel, scenario)
            assert {n for _, n in lettres_lisibles(organisme)} == {0}
            notifier(service, appel, decisions)
            attendent = [(dossier, n) for dossier, n in lettres_lisibles(organisme) if n]
            organisme.goto(f"{attendent[0][0]}decisions-recues/")
            presser(organisme, "Ouvrir la décision")
            lue = organisme.locator("main").inner_text()
            assert (
                "Acte fictif" in lue or "Motif fictif" in lue,
                "tribunal administratif" in lue,
            ) == (True, True)
            assert (
                organisme.request.get(
                    organisme.get_by_role("link", name="Télécharger la lettre").get_attribute(
                        "href"
                    )
                ).body()[:5]
                == b"%PDF-"
            )
            financeurs = len(financeurs_du(service, appel))
    assert (projets >= 40, financeurs >= 5, decisions >= 130) == (True, True, True), (
        projets,
        financeurs,
        decisions,
    )
    print(
        f"Campagne : {instruits} dossiers instruits, {avis} avis, {projets} projets, "
        f"{financeurs} financeurs, {retenus} dérogations, "
        f"{decisions} décisions et lettres, {time.monotonic() - debut:.0f} s"
    )


def financeurs_du(onglet, appel: str) -> list[str]:
    onglet.goto(f"{appel}decider/")
    return onglet.locator("tbody th").all_inner_texts()
