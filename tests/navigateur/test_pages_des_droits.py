"""Roles, trust, barriers, letters by line, log: pages filled, then in error, in a browser."""

from datetime import timedelta

import pytest

from appels.decision.actions import lettres
from appels.models import Dossier
from appels.socle import reveil
from partenaires.models import Role
from partenaires.organismes.actions import adhesions, invitations, rectifications
from quartiers import horloge
from tests.fabriques import creer_agent, creer_association, creer_membre, creer_utilisateur
from tests.navigateur.conftest import deborde, fautes_axe, regarder
from tests.navigateur.test_pages import ELEMENTS, ELEMENTS_PUBLICS, visiter
from tests.navigateur.test_pages_instruction import instruire_la_campagne

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def tete(monde):
    """Who administers and signs for the organisation of the world."""
    return creer_membre(monde["porteur"], Role.ADMINISTRATEUR, Role.SIGNATAIRE)


def inviter(monde, tete, adresse: str) -> str:
    """The secret of a link that was sent."""
    _, jeton = invitations.inviter(
        monde["porteur"],
        email=adresse,
        roles={Role.REDACTEUR, Role.SIGNATAIRE},
        par=tete,
        recu_le=horloge.maintenant(),
    )
    return jeton


def corriger_le_nom(monde, tete):
    """A new name is asked for."""
    return rectifications.demander(
        monde["porteur"],
        "nom",
        "Association fictive au nouveau nom",
        motif="Assemblée générale.",
        document=None,
        par=tete,
        recu_le=horloge.maintenant(),
    )


def fonder(personne, nom: str, rna: str):
    """A place in an organisation that nobody held, or a claim on one that people held."""
    return adhesions.rejoindre_ou_creer(
        {
            "genre": "association",
            "nom": nom,
            "siret": "",
            "rna": rna,
            "commune": None,
            "qualite": "Présidente",
            "justificatif": None,
        },
        par=personne,
        recu_le=horloge.maintenant(),
    )


def fautes_en_erreur(onglet, essais) -> list:
    """Each form sent empty, or with one value: its errors, on a page wide, then narrow and dark."""
    fautes = []
    for chemin, champ, valeur in essais:
        regarder(onglet, 1280, "light")
        onglet.goto(chemin)
        saisie = onglet.locator(f"main {champ}").first
        if valeur:
            saisie.fill(valeur)
        saisie.locator("xpath=ancestor::form[1]").locator("button.bouton").last.click()
        onglet.wait_for_selector(".avis.danger")
        assert onglet.title().startswith("Erreur : "), chemin
        fautes += [(chemin, faute) for faute in fautes_axe(onglet)]
        regarder(onglet, 320, "dark")
        fautes += [(chemin, "étroit", faute) for faute in fautes_axe(onglet)]
        if deborde(onglet):
            fautes.append((chemin, "défile de côté"))
    return fautes + [("console", plainte) for plainte in onglet.plaintes]


def test_pages_d_une_invitation_et_du_contact(monde, tete, ouvrir):
    """A stranger, a person who has an account, a link that is dead; the form of the service."""
    inconnue = inviter(monde, tete, "inconnue@example.org")
    connue = inviter(monde, tete, creer_utilisateur("connue@example.org").email)
    chemins = [
        f"/invitations/{inconnue}/",
        f"/invitations/{connue}/",
        "/invitations/faux/",
        "/contact/ecrire/",
    ]
    onglet = ouvrir()
    assert visiter(onglet, chemins, ELEMENTS_PUBLICS) == []
    essais = [
        (f"/invitations/{inconnue}/", "[name=mot_de_passe]", "azerty"),
        ("/compte/signup/", "[name=password1]", "azertyuiop123"),
    ]
    assert fautes_en_erreur(onglet, essais) == []


def test_pages_de_l_organisme(monde, tete, ouvrir):
    inviter(monde, tete, "inconnue@example.org")
    corriger_le_nom(monde, tete)
    fonder(creer_utilisateur(), monde["porteur"].nom, monde["porteur"].rna)
    base = f"/organismes/{monde['porteur'].pk}"
    messages = f"/dossiers/{monde['vide'].pk}/echanges/"
    onglet = ouvrir(tete)
    chemins = [f"{base}/membres/", f"{base}/rectifier/", messages]
    assert visiter(onglet, chemins, ELEMENTS) == []
    essais = [
        (f"{base}/membres/", "[name=email]", "x"),
        (f"{base}/rectifier/", "[name=apres]", ""),
        (messages, "[name=texte]", ""),
    ]
    assert fautes_en_erreur(onglet, essais) == []


def test_pages_d_une_personne_pas_encore_verifiee(monde, ouvrir):
    """Who founds, and who waits for an answer."""
    personne = creer_utilisateur()
    fonde = fonder(personne, "Association fondée", "W621000777")
    attendue = fonder(personne, monde["porteur"].nom, monde["porteur"].rna)
    qualite = f"/organismes/{fonde.partenaire_id}/qualite/"
    chemins = [
        "/organismes/",
        "/dossiers/",
        qualite,
        f"/organismes/{attendue.partenaire_id}/qualite/",
        f"/organismes/{fonde.partenaire_id}/membres/",
    ]
    onglet = ouvrir(personne)
    assert visiter(onglet, chemins, ELEMENTS) == []
    assert fautes_en_erreur(onglet, [(qualite, "input[type=file]", "")]) == []


def test_pages_de_la_confiance(monde, tete, ouvrir):
    """What the service looks at: claims, corrections, its own team."""
    responsable = creer_agent(Role.RESPONSABLE)
    agent = creer_agent().appartenances.get()
    correction = corriger_le_nom(monde, tete)
    attendue = fonder(creer_utilisateur(), creer_association().nom, "W621000888")
    refus = f"/instruction/qualites/{attendue.pk}/refuser/"
    equipe = "/instruction/equipe/"
    onglet = ouvrir(responsable)
    chemins = [
        "/instruction/qualites/",
        refus,
        "/instruction/rectifications/",
        f"/instruction/rectifications/{correction.pk}/",
        equipe,
        f"{equipe}{agent.pk}/acces/",
        f"/instruction/organismes/{monde['porteur'].pk}/",
        f"/instruction/organismes/{monde['porteur'].pk}/changements/",
    ]
    assert visiter(onglet, chemins, ELEMENTS) == []
    essais = [
        (refus, "[name=motif]", ""),
        (f"/instruction/rectifications/{correction.pk}/", "[name=reponse]", ""),
        (equipe, "[name=email]", "x"),
        (f"{equipe}{agent.pk}/acces/", "[name$=motif]", ""),
    ]
    assert fautes_en_erreur(onglet, essais) == []


@pytest.fixture
def campagne(monde):
    """Decisions, letters, barriers: `instruire_la_campagne`."""
    with reveil.en_silence():
        return instruire_la_campagne(monde)


def test_pages_des_barrieres_et_du_journal(campagne, ouvrir):
    a, d = campagne["appel"].pk, campagne["demande"].pk
    lettres.etablir(campagne["lettre"])
    attend = Dossier.objects.filter(etat="depose").first()
    assert attend is not None
    retenus = f"/instruction/appels/{a}/retenus/"
    derogation = f"/instruction/dossiers/{attend.pk}/derogation/"
    journal = "/instruction/journal/"
    onglet = ouvrir(campagne["agent"])
    chemins = [
        retenus,
        derogation,
        f"/dossiers/{d}/decisions/",
        f"/instruction/appels/{a}/decisions/",
        f"/instruction/dossiers/{d}/changements/",
        journal,
        f"{journal}?personne=zzz",
        f"{journal}sceaux/",
    ]
    assert visiter(onglet, chemins, ELEMENTS) == []
    essais = [
        (retenus, "[name=motif]", ""),
        (derogation, "[name=motif]", ""),
        (f"/instruction/appels/{a}/lettres/", "[name=nombre]", "12"),
    ]
    assert fautes_en_erreur(onglet, essais) == []
    onglet.goto(f"{journal}?du=2027-02-02&au=2027-01-01")
    assert fautes_axe(onglet) == []


def test_un_long_journal_se_demande_dans_sa_page(campagne, ouvrir, monkeypatch):
    monkeypatch.setattr("appels.instruction.vues.exports.TOUT_DE_SUITE", 0)
    chemin = f"/instruction/appels/{campagne['appel'].pk}/journal.csv"
    onglet = ouvrir(campagne["agent"])
    assert visiter(onglet, [chemin], ELEMENTS) == []
    onglet.goto(chemin)
    onglet.click("text=Préparer le fichier")
    onglet.wait_for_selector("text=Le fichier est en préparation")
    assert onglet.locator("h2", has_text="Fichiers demandés").count() == 1
    assert fautes_axe(onglet) == []


def test_pages_de_qui_a_ses_lettres(campagne, ouvrir):
    """Letters to open, the table of results, what may be given up."""
    ici, d = horloge.maintenant(), campagne["demande"].pk
    lettres.etablir(campagne["lettre"])
    lettres.liberer(
        campagne["appel"], [campagne["lettre"].pk], 1, par=campagne["agent"], recu_le=ici
    )
    renoncer = f"/dossiers/{d}/renoncer/"
    onglet = ouvrir(campagne["signataire"])
    chemins = [
        "/dossiers/?a-ouvrir",
        f"/dossiers/{d}/relecture/",
        f"/dossiers/{d}/decisions-recues/",
        renoncer,
    ]
    assert visiter(onglet, chemins, ELEMENTS) == []
    assert fautes_en_erreur(onglet, [(renoncer, "[name=motif]", "")]) == []
    agent = ouvrir(campagne["agent"])
    publier = f"/instruction/appels/{campagne['appel'].pk}/decisions/"
    assert visiter(agent, [publier], ELEMENTS) == []
    assert fautes_en_erreur(agent, [(publier, "[name=nombre]", "")]) == []


@pytest.mark.parametrize("script", [True, False])
def test_changer_les_roles_au_clavier(monde, tete, ouvrir, script):
    """Tab, Space and Enter: the boxes of a member, with script and without."""
    membre = creer_membre(monde["porteur"], Role.REDACTEUR)
    place = membre.appartenances.get()
    onglet = ouvrir(tete, script=script)
    onglet.goto(f"/organismes/{monde['porteur'].pk}/membres/")
    ligne = onglet.locator("main li").filter(has_text=str(membre))
    ligne.locator("summary").focus()
    onglet.keyboard.press("Enter")
    ligne.get_by_label("Attester").focus()
    onglet.keyboard.press("Space")
    ligne.get_by_role("button", name="Enregistrer les rôles").focus()
    onglet.keyboard.press("Enter")
    onglet.wait_for_selector(f"text=Les rôles de {membre} sont enregistrés.")
    place.refresh_from_db()
    assert set(place.roles) == {Role.REDACTEUR, Role.SIGNATAIRE}


def test_prolonger_une_demande(campagne, ouvrir):
    ici = horloge.maintenant()
    d = Dossier.objects.filter(complements__clos_le__isnull=True, complements__avant_le__gt=ici)
    page = f"/instruction/dossiers/{d.get().pk}/complements/prolonger/"
    onglet = ouvrir(campagne["agent"])
    assert visiter(onglet, [page], ELEMENTS) == []
    passe = (ici - timedelta(days=3)).strftime("%d/%m/%Y")
    assert fautes_en_erreur(onglet, [(page, "[name=jour]", passe)]) == []
