"""Nothing lost, nothing false, over every form of every role: what is typed on each field of each
page comes back, and « Enregistré » is said of what the database holds.

Forms and fields are read from the pages (`inventaire.py`), so that a new one enters by itself; what
is typed is in `frappes.py`. Short in the suite: each form once, in Chromium, half of its fields
readable, left without waiting. Long, by `python3 manage.py eprouver saisie`: every role, every
manner of typing, with and without a cut session, in Chromium and in Firefox ESR.
"""

import os

import pytest
from django.core.signals import request_started

from appels.decision.actions import comites, lectures, scenarios
from appels.models import Comite
from appels.redaction.forms.parties import PartieForm
from appels.socle import reveil
from partenaires.models import EtatParole, Genre, Role
from tests.contrat_ville.test_acces import monde as monde
from tests.fabriques import (
    PENDANT,
    creer_accord,
    creer_appel,
    creer_association,
    creer_dossier_complet,
    creer_lettre,
    creer_membre,
    deposer,
    poser_service,
)
from tests.fabriques_paroles import creer_contribution
from tests.navigateur.conduites import Conduite, ParChromium, ParFirefox
from tests.navigateur.epreuve_de_saisie import Epreuve, client_de
from tests.navigateur.firefox import Firefox
from tests.navigateur.frappes import ILLISIBLE, LISIBLE, MANIERES
from tests.navigateur.inventaire import (
    SANS_COMPTE,
    Vu,
    exclusion,
    pages,
    parcourir,
    une_fois_chacun,
)

LONGUE = os.environ.get("EPREUVE_LONGUE") == "1"
pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]

# --- Who, and where ----------------------------------------------------------------------------


@pytest.fixture
def papiers_en_clair(monkeypatch):
    """Nothing is laid out: no paper is read here."""
    monkeypatch.setattr("appels.socle.pdf.rendre", lambda html, **options: b"%PDF-essai")


@pytest.fixture
def terrain(papiers_en_clair, serveur, monde):
    """The world of the table of access, a dossier that was just received, who holds every role."""
    porteur, appel = monde["porteur"], monde["appel"]
    poser_service(email="contact@example.org")
    lectures.proposer_une_grille(appel)
    creer_lettre(creer_accord(monde["depose"], Genre.CUA))  # what can be renounced
    with reveil.en_silence():  # one receipt alone: the table of access names it
        monde["recu"] = deposer(creer_dossier_complet(appel, porteur), monde["gens"]["signataire"])
    monde["gens"]["dirigeante"] = creer_membre(
        porteur, Role.ADMINISTRATEUR, Role.SIGNATAIRE, Role.REDACTEUR
    )
    monde["ecartee"] = creer_contribution(monde["consultation"], EtatParole.REFUSEE)
    monde["fixee"] = seance_fixee(appel, monde["depose"], par=monde["gens"]["agent"])
    return monde


def seance_fixee(appel, dossier, par) -> Comite:
    """A meeting whose agenda is set, on the scenario that the committee keeps."""
    scenario = scenarios.creer(appel, "B", depuis=None, par=par, recu_le=PENDANT)
    scenarios.figer(scenario, par=par, recu_le=PENDANT)
    tenue = {"nom": "Séance fixée", "lieu": "", "scenario": scenario, "tenu_le": PENDANT}
    comite = comites.convoquer(appel, tenue, par=par)
    comites.ordonner(comite, {dossier.pk: (None, 1)}, par=par, recu_le=PENDANT)
    return comite


@pytest.fixture
def envois():
    """The addresses that a browser posted to, as they come."""
    recus: list[str] = []

    def noter(environ, **autres):
        if environ["REQUEST_METHOD"] == "POST":
            recus.append(environ["PATH_INFO"])

    request_started.connect(noter)
    yield recus
    request_started.disconnect(noter)


@pytest.fixture
def conduite(request, chromium, tmp_path, serveur):
    """The browser that is named."""
    if request.param == "firefox":
        firefox = Firefox(tmp_path)
        yield ParFirefox(firefox, serveur)
        firefox.fermer()
    else:
        contexte = chromium.new_context(locale="fr-FR")
        yield ParChromium(contexte, serveur)
        contexte.close()


EN_BREF = ("dirigeante", "responsable", "financeur", SANS_COMPTE)
ROLES = (*EN_BREF, "signataire", "redacteur", "lecteur", "administrateur", "etranger", "agent")
# Who comes next on the same device: the one most likely to be shown the same page.
SUIVANT = {
    "dirigeante": "administrateur",
    "responsable": "agent",
    "agent": "responsable",
    "financeur": "financeur_non_sollicite",
}


def autre_que(qui: str) -> str:
    return SUIVANT.get(qui, "dirigeante")


def inventorier(terrain: dict, qui: tuple[str, ...]) -> list[Vu]:
    """Every form that these roles are shown."""
    clients = {nom: client_de(terrain["gens"][nom]) for nom in qui}
    return parcourir(clients, pages(terrain, ("brouillon", "recu", "depose")))


def a_essayer(vus: list[Vu]) -> list[Vu]:
    """Those of `exclusion` left out; last the forms that send by themselves: they change what the
    other pages show, and what leaves late would be charged to another form.
    """
    return sorted(
        (vu for vu in vus if not exclusion(vu)), key=lambda vu: vu.formulaire.s_envoie_seul
    )


def jouer(epreuve: Epreuve, vu: Vu, tours: tuple[tuple[str, ...], ...]) -> None:
    """A form, once for each turn; then its session is cut."""
    for manieres in tours:
        epreuve.essayer_sans_attendre(vu, manieres)
        if vu.formulaire.s_enregistre_seul:
            epreuve.essayer_en_attendant(vu, manieres[::-1])
    if vu.formulaire.s_enregistre_seul:
        epreuve.essayer_en_attendant(vu, (LISIBLE,))
    if vu.qui == SANS_COMPTE:  # no session to cut
        return
    epreuve.essayer_la_session_coupee(vu, (LISIBLE,), autre_que(vu.qui))


# In turn, so that each field knows each manner; all at once where another role did that already.
NAVIGATEURS = ("chromium", "firefox")
TOUTES = tuple(MANIERES[rang:] + MANIERES[:rang] for rang in range(len(MANIERES)))


@pytest.mark.parametrize(
    "conduite", ["chromium", "firefox"] if LONGUE else ["chromium"], indirect=True
)
def test_rien_de_ce_qui_est_tape_ne_se_perd(terrain, conduite, envois):
    vus = inventorier(terrain, ROLES if LONGUE else EN_BREF)
    uniques = une_fois_chacun(vus)
    epreuve = Epreuve(conduite, terrain["gens"], envois)
    for vu in a_essayer(vus if LONGUE else uniques):
        est_unique = vu in uniques
        epreuve.essayer_sans_script(vu, MANIERES, autre_que(vu.qui))
        if LONGUE:
            jouer(epreuve, vu, TOUTES if est_unique else TOUTES[:1])
        else:
            epreuve.essayer_sans_attendre(vu, (LISIBLE, ILLISIBLE))
            if vu.formulaire.s_enregistre_seul:
                epreuve.essayer_en_attendant(vu, (ILLISIBLE, LISIBLE))
                epreuve.essayer_en_attendant(vu, (LISIBLE,))
    print(epreuve.table())
    assert not epreuve.fautes, epreuve.dites()


# --- In few words: Firefox, and what a sabotage changes -----------------------------------------


@pytest.fixture
def une_personne(papiers_en_clair, serveur, horloge_figee):
    """Who writes a dossier, and the pages where she does."""
    porteur = creer_association()
    personne = creer_membre(porteur, Role.ADMINISTRATEUR, Role.REDACTEUR)
    dossier = creer_dossier_complet(creer_appel(), porteur, par=personne)
    partie = f"/dossiers/{dossier.pk}/partie/"
    return personne, [f"{partie}lieux/", f"{partie}description/", "/mon-compte/"]


def epreuve_de(conduite: Conduite, personne, envois: list[str]) -> Epreuve:
    return Epreuve(conduite, {"elle": personne}, envois)


def a_ecrire(personne, chemins: list[str]) -> list[Vu]:
    return a_essayer(parcourir({"elle": client_de(personne)}, chemins))


@pytest.mark.parametrize("conduite", ["firefox"], indirect=True)
def test_firefox_garde_ce_qu_il_ne_sait_pas_lire(une_personne, conduite, envois):
    """A number that cannot be read erases nothing, and is there again."""
    personne, chemins = une_personne
    epreuve = epreuve_de(conduite, personne, envois)
    for vu in a_ecrire(personne, [chemins[0], chemins[2]]):
        epreuve.essayer_sans_attendre(vu, (LISIBLE, ILLISIBLE))
        if vu.formulaire.s_enregistre_seul:
            epreuve.essayer_en_attendant(vu, (ILLISIBLE, LISIBLE))
    print(epreuve.table())
    assert not epreuve.fautes, epreuve.dites()
    assert len(epreuve.comptes) == 2


@pytest.mark.parametrize("conduite", ["chromium"], indirect=True)
def test_temoin_un_sabotage_se_voit(une_personne, conduite, envois, monkeypatch):
    """The controls: a field that the server forgets, then a browser that keeps no copy."""
    personne, chemins = une_personne
    epreuve = epreuve_de(conduite, personne, envois)
    partie, compte = a_ecrire(personne, chemins[1:])[::-1]
    ecrire = PartieForm.ecrire

    def oublier_un_champ(form, dossier):
        form.instance.besoin = form.initial["besoin"]
        return ecrire(form, dossier)

    monkeypatch.setattr(PartieForm, "ecrire", oublier_un_champ)
    epreuve.essayer_en_attendant(partie, (LISIBLE,))
    assert ("elle", partie.nom, "« Enregistré » de ce que la base n’a pas") in epreuve.fautes
    epreuve.essayer_sans_attendre(compte, (LISIBLE,))
    perdu = ("elle", compte.nom, "perdu en partant sans attendre")
    assert perdu not in epreuve.fautes
    conduite.contexte.add_init_script("Storage.prototype.setItem = () => {}")
    epreuve.essayer_sans_attendre(compte, (LISIBLE,))
    assert perdu in epreuve.fautes
