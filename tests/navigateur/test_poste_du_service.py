"""The workplace as its mock-up: what a screen holds, what a tick shows, what a journey costs."""

from contextlib import contextmanager

import pytest

from appels.decision.actions import lettres, scenarios
from appels.instruction.actions import examen
from appels.models import Avis, Dossier, Financement, Lettre, Proposition, Vue
from appels.models.etats import Etat
from appels.socle import reveil
from contrat_ville import parcours, parcours_du_service
from partenaires.models import Densite, Partenaire, Role, Utilisateur
from quartiers import horloge
from tests.appels.instruction.test_liste import poser
from tests.fabriques import creer_agent, creer_financeur, deposer, poser_tribunal
from tests.navigateur import clavier
from tests.navigateur.conftest import creer_dossier_complet_a, deborde, fautes_axe
from tests.navigateur.test_pages import visiter

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]

# The mock-up of the list draws 31 rows of 9 cells; that of the campaign, its tables folded.
ELEMENTS_DE_LA_LISTE = 900
ELEMENTS_DE_LA_CAMPAGNE = 1000
PREMIERE_LIGNE = "document.querySelector('.liste tbody tr').getBoundingClientRect().top"
LIGNES = (
    "[...document.querySelectorAll('.liste tbody tr')]"
    ".filter(r => r.getBoundingClientRect().bottom <= innerHeight).length"
)


@pytest.fixture
def poste(monde):
    """Forty in the list, three complete; one of them asks five funders, in a scenario."""
    with reveil.en_silence():
        return preparer(monde)


def preparer(monde):
    ici, agent = horloge.maintenant(), creer_agent(Role.RESPONSABLE)
    appel, porteur = monde["appel"], monde["porteur"]
    for rang in range(38):
        poser(appel, f"Projet de la liste {rang}", porteur)
    recevable, admis, _ = [
        deposer(creer_dossier_complet_a(appel, porteur, ici, cree_le=ici), monde["signataire"], ici)
        for _ in range(3)
    ]
    examen.admettre(recevable, par=agent, recu_le=ici)
    demandes = recevable.financements.filter(partenaire__isnull=False)
    autres = Partenaire.objects.filter(est_signataire=True).exclude(
        pk__in=demandes.values("partenaire")
    )
    for partenaire in autres[: parcours_du_service.FINANCEURS]:
        Financement.objects.create(
            dossier=recevable, partenaire=partenaire, sous_poste="74com", montant=100_000
        )
    scenarios.creer(appel, "A", depuis=None, par=agent, recu_le=ici)
    examen.admettre(admis, par=agent, recu_le=ici)
    textes = {"objet": "Votre demande", "corps": "Décision.", "signataire": "A", "qualite": "B"}
    lettres.ecrire_un_gabarit("accorde", None, textes, par=agent, recu_le=ici)
    poser_tribunal(appel)
    Vue.objects.create(par=agent, nom="À voir", requete="etat=depose")
    return {"agent": agent, "financeur": creer_financeur("caf"), "recevable": recevable}


def test_la_liste_et_la_campagne_comme_leurs_maquettes(poste, ouvrir):
    """Weight, axe, 320 px; how many rows a screen holds, dense or not; the bar of the ticked."""
    agent, recevable = poste["agent"], poste["recevable"]
    onglet = ouvrir(agent)
    liste = ["/instruction/", "/instruction/?page=2&tri=-demande", "/instruction/?file=a-vous"]
    assert visiter(onglet, liste, ELEMENTS_DE_LA_LISTE) == []
    assert visiter(onglet, ["/instruction/tableau/"], ELEMENTS_DE_LA_CAMPAGNE) == []
    choix = f"choix={recevable.pk}"
    actes = [
        *(f"/instruction/selection/?acte={acte}&{choix}" for acte in ("demander", "ecrire")),
        f"/instruction/selection/comite/?{choix}",
        f"/instruction/selection/avis/?{choix}",
    ]
    assert visiter(onglet, actes, ELEMENTS_DE_LA_LISTE) == []

    grand = ouvrir(agent, largeur=1440)
    for densite, au_moins in ((Densite.COMPACT, 29), (Densite.CONFORT, 14)):
        Utilisateur.objects.filter(pk=agent.pk).update(densite=densite)
        grand.goto("/instruction/")
        assert grand.evaluate(PREMIERE_LIGNE) <= 300
        assert grand.evaluate(LIGNES) >= au_moins
    barre = grand.locator(".lot")
    assert not barre.is_visible()
    grand.locator(".coche").nth(2).check()
    assert barre.is_visible()
    assert fautes_axe(grand) == []
    grand.locator(".lot button", has_text="Confier").click()
    grand.wait_for_url("**/instruction/selection/**")
    assert grand.locator("h1").inner_text().startswith("Confier : 1")
    retour = grand.get_by_role("link", name="Revenir à la liste, dossiers cochés")
    retour.click()
    assert grand.locator(".lot").is_visible()  # said by the server, ticked or not on this page
    sombre = ouvrir(agent, largeur=390, sombre=True)
    for chemin in ("/instruction/", "/instruction/tableau/"):
        sombre.goto(chemin)
        assert (chemin, fautes_axe(sombre), deborde(sombre)) == (chemin, [], False)


def test_les_parcours_du_service_tiennent_leurs_bornes(poste, ouvrir):
    """Clicks and pages, in a browser: instruct, opine, share among five funders, release."""
    comptes = {"agent": "agent", "responsable": "agent", "financeur": "financeur"}

    @contextmanager
    def entrer(un):
        onglet = ouvrir(poste[comptes[un.compte]], largeur=1440)
        yield onglet

    parcours_du_service.preparer_des_lettres()
    lieux = parcours_du_service.lire()
    mesures = list(parcours.mesurer(parcours_du_service.parcours(lieux), entrer))
    assert [str(mesure) for mesure in mesures if not mesure.tenue] == []
    assert [(mesure.parcours.nom, mesure.clics, mesure.pages) for mesure in mesures] == [
        ("Instruire un dossier", 2, 2),
        ("Rendre un avis", 3, 2),
        ("Partager un dossier entre cinq financeurs", 6, 1),
        ("Inscrire les avis de cinq financeurs", 6, 1),
        ("Libérer 40 lettres sur 190", 4, 2),
    ]


def test_du_dossier_aux_lettres_au_clavier_et_sans_script(poste, ouvrir):
    """The same journeys, no mouse and no script: what is done is read in the database."""
    agent, financeur = poste["agent"], poste["financeur"]
    parcours_du_service.preparer_des_lettres()
    lieux = parcours_du_service.lire()
    service = ouvrir(agent, script=False)
    recevables = Dossier.objects.filter(etat=Etat.RECEVABLE)
    avant = recevables.count()
    assert (clavier.instruire(service, 1), recevables.count() - avant) == (1, 1)
    assert clavier.rendre_des_avis(ouvrir(financeur, script=False), 1) == 1
    assert Avis.objects.partages().filter(auteur=financeur, sens="favorable").count() == 1
    service.goto(f"/instruction/scenarios/{lieux.scenario}/")
    demandes = poste["recevable"].financements.filter(partenaire__isnull=False)
    cases = [service.locator(f"#id_m{cle}") for cle in demandes.values_list("pk", flat=True)]
    for case in cases[: parcours_du_service.FINANCEURS]:
        clavier.taper(case, "100")
    clavier.suivre(service.get_by_role("button", name="Enregistrer les montants"))
    proposees = Proposition.objects.filter(financement__in=demandes, montant=100_00)
    assert proposees.count() == parcours_du_service.FINANCEURS
    lot = lieux.lot
    service.goto(f"{lieux.lettres}?financeur={lot.partenaire}&decision={lot.decision}")
    assert clavier.cocher_ce_qui_est_montre(service) == 40
    clavier.suivre(service.get_by_role("button", name="Libérer les lettres cochées"))
    assert Lettre.objects.filter(liberee_le__isnull=False).count() == 40
