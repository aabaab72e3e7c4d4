"""A constant number of queries, whatever the number of rows (CONCEPTION §5)."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from appels.instruction.actions import echanges, examen
from appels.instruction.colonnes import COLONNES
from appels.models import (
    Complement,
    Cote,
    Dossier,
    Financement,
    Indicateur,
    Lieu,
    LigneBudget,
    NomPartie,
    Numerotation,
    Point,
    Saisie,
    Theme,
    Vue,
)
from appels.public import page_du_quartier, questions, soutiens
from appels.public.vues import publiques
from appels.redaction import mots
from appels.redaction.forms.partie import PartieSaisie
from appels.socle import cache_public, chaque_page, demandes_frequentes
from partenaires.models import Contribution, EtatParole
from quartiers import geographie, horloge
from quartiers.models import IndicateurQuartier, Parution, Quartier, Source
from tests.appels.instruction.test_liste import poser
from tests.appels.redaction.test_fusion import page as ce_que_la_page_envoie
from tests.conftest import oublier
from tests.fabriques import (
    FERMETURE,
    PENDANT,
    creer_accord,
    creer_agent,
    creer_appel,
    creer_association,
    creer_document,
    creer_dossier,
    creer_dossier_complet,
    creer_membre,
    creer_signataire,
    deposer,
    publier_les_decisions,
)
from tests.fabriques_paroles import creer_consultation, creer_contribution

pytestmark = [pytest.mark.django_db, pytest.mark.campagne]
BROUILLON_LU, A_DEPOSER = 24, 22  # the whole draft on one page: every table once, none twice


def en_route() -> None:
    """A process that has already served a page since the last publication."""
    parution = Parution.actuelle()
    for lire in (
        geographie.lire,
        chaque_page.le_service,
        cache_public.appels_publies,
        cache_public.consultations_publiees,
        soutiens.catalogue,
        publiques.les_axes,
        mots.les_aides,
        mots.les_mots,
        page_du_quartier.les_indicateurs,
        page_du_quartier.les_consultations,
        questions.les_mesures,
    ):
        lire(parution)
    demandes_frequentes.du_jour(horloge.maintenant())


PUBLIQUES = {
    "/": 6,
    "/quartiers/": 1,
    "/quartiers/QN06258M/": 5,
    "/suis-je-dans-un-qpv/": 2,
    "/contrat/": 4,
    "/contrat/axes/apaise/": 3,
    "/contrat/documents/": 2,
    "/chiffres/": 2,
    "/partenaires/": 3,
    "/projets/": 6,
    "/projets/CV-2027-0001/": 6,
    "/appel/": 6,
    "/appel/questions/": 6,
    "/appel/precedents/": 1,
    "/mentions-legales/": 2,
    "/accessibilite/": 2,
    "/plan-du-site/": 5,
    "/participer/": 3,
    "/participer/essai/": 6,
    "/participer/essai/?type=avis": 6,
    "/participer/essai/1/": 5,
    "/participer/quartiers/QN06258M/": 5,
    "/participer/fil.atom": 3,  # and when each passed last
    "/contact/": 2,
    "/recherche/?q=jardins": 5,
    "/donnees/": 2,
    "/statistiques/": 4,
    "/statistiques/statistiques.csv": 4,
    "/projets/projets.csv": 5,
    "/projets/projets.json": 6,
    "/projets/projets.geojson": 6,
}


@pytest.mark.parametrize("nombre", [1, 6])
def test_pages_publiques(connecter, nombre):
    """Made, not taken from memory: six at most, whatever the number of projects, documents,
    figures, calls.
    """
    source = Source.objects.first()
    place = Quartier.objects.get(code="QN06258M")
    for rang in range(nombre):
        appel = creer_appel(2027 - rang)
        dossier = creer_dossier_complet(appel)
        Lieu.objects.filter(dossier=dossier).update(quartier=place)
        creer_accord(deposer(dossier))
        publier_les_decisions(appel)
        creer_document(titre=f"Document {rang}")
        IndicateurQuartier.objects.create(
            quartier=place,
            libelle=f"Indicateur {rang}",
            valeur=1,
            unite="%",
            annee=2024,
            source=source,
        )
    dire(nombre)
    parole = Contribution.objects.latest("pk").pk
    lues = {}
    for chemin in PUBLIQUES:
        oublier()
        en_route()
        with CaptureQueriesContext(connection) as requetes:
            assert connecter().get(chemin.replace("/1/", f"/{parole}/")).status_code == 200
        lues[chemin] = len(requetes)
    assert lues == PUBLIQUES


def dire(nombre: int) -> None:
    """Words that were answered, in one quartier, in consultations that are open."""
    quartier, agent = Quartier.objects.get(code="QN06258M"), creer_agent()
    consultation = creer_consultation(adresse="essai", moi_aussi=True, par=agent)
    for rang in range(nombre):
        creer_consultation(adresse=f"autre-{rang}", par=agent)
        consultation.rencontres.create(le=PENDANT, lieu=f"Salle {rang}")
        parole = creer_contribution(
            consultation, EtatParole.SUITE_DONNEE, par=agent, quartier=quartier, type="avis"
        )
        parole.suites.create(etape="faite", date=PENDANT.date(), texte="Fait", par=agent)


API = {  # the count of requests is one of them
    "projets": 7,
    "projets.geojson": 7,
    "financeurs": 3,
    "quartiers": 2,
    "consultations": 5,
}


def test_l_api(connecter, django_assert_num_queries):
    """The same for one project or six, one consultation or three."""
    for nombre in (1, 6):
        for rang in range(nombre):
            appel = creer_appel(2027 - rang - nombre)
            creer_accord(deposer(creer_dossier_complet(appel)))
            publier_les_decisions(appel)
        creer_consultation().quartiers.add(Quartier.objects.first())
        client = connecter()
        en_route()
        soutiens.catalogue(Parution.actuelle())
        for chemin, requetes in API.items():
            with django_assert_num_queries(requetes):
                assert client.get(f"/api/v1/{chemin}?taille=100").status_code == 200


DU_SERVICE = {
    "/instruction/consultations/": 7,
    "/instruction/consultations/{c}/": 9,
    "/instruction/consultations/{c}/bilan/": 6,
    "/instruction/consultations/{c}/recueillir/": 8,
    "/instruction/paroles/?file=toutes": 8,
    "/instruction/paroles/?file=a-repondre&consultation={c}": 8,
    "/instruction/paroles/{p}/": 13,
}


@pytest.mark.parametrize("nombre", [1, 12])
def test_paroles_du_service(connecter, nombre):
    """Read, moderate, answer: the same number of queries with one word or twelve."""
    dire(nombre)
    parole = Contribution.objects.latest("pk")
    client = connecter(creer_agent())
    en_route()
    lues = {}
    for chemin in DU_SERVICE:
        adresse = chemin.format(c=parole.consultation_id, p=parole.pk)
        with CaptureQueriesContext(connection) as requetes:
            assert client.get(adresse).status_code == 200
        lues[chemin] = len(requetes)
    assert lues == DU_SERVICE


@pytest.mark.parametrize("nombre", [2, 12])
def test_mes_dossiers(connecter, django_assert_num_queries, nombre):
    appel, porteur = creer_appel(), creer_association()
    signataire = creer_signataire(porteur)
    for rang in range(nombre):
        dossier = creer_dossier_complet(appel, porteur)
        if rang % 2:
            deposer(dossier, signataire)
    client = connecter(signataire)
    en_route()
    with django_assert_num_queries(6):
        assert client.get("/dossiers/").status_code == 200


@pytest.mark.parametrize("nombre", [1, 30])
def test_liste_d_instruction(connecter, django_assert_num_queries, nombre):
    appel = creer_appel()
    porteur = creer_association()
    signataire = creer_signataire(porteur)
    for _ in range(nombre):
        deposer(creer_dossier_complet(appel, porteur), signataire)
    agent = creer_agent()
    client = connecter(agent)
    en_route()
    # session and person, roles, the number of what is public; choices, tabs, rows, their places and
    # their requests; one more when a list is kept, however many
    with django_assert_num_queries(8):
        assert client.get("/instruction/").status_code == 200
    for rang in range(nombre):
        Vue.objects.create(par=agent, nom=f"Vue {rang}", requete=f"minimum={rang}")
    with django_assert_num_queries(9):
        assert (
            client.get(
                "/instruction/?q=jardins+essai&etat=depose&minimum=1&premiere=oui&file=a-vous"
            ).status_code
            == 200
        )


TOUTES = "&".join(f"col={cle}" for cle in COLONNES)


INSTRUCTION = [
    (f"/instruction/?{TOUTES}", 10),  # every column at once, a table more than most lists
    ("/instruction/dossiers/{}/", 13),
    # Opened from a list: its choices, and the dossiers on both sides
    ("/instruction/dossiers/{}/?liste=q%3Dprojet%26etat%3Ddepose&rang=0", 15),
    ("/instruction/dossiers/{}/?liste=q%3D&rang=0", 15),
    ("/instruction/dossiers/{}/notes/", 6),
    ("/dossiers/{}/echanges/", 6),
    ("/dossiers/{}/historique/", 11),  # one a table that the changes name, however many
    ("/instruction/tableau/", 15),
    ("/instruction/exports/", 7),
    ("/instruction/selection/?choix={}", 10),
]


@pytest.mark.parametrize("nombre", [1, 9])
def test_pages_de_l_instruction(connecter, nombre):
    appel, ancien, porteur = creer_appel(), creer_appel(2026), creer_association()
    signataire, agent = creer_signataire(porteur), creer_agent()
    depose = deposer(creer_dossier_complet(appel, porteur), signataire)
    for rang in range(nombre):
        autre = poser(appel, f"Projet {rang}", porteur)
        Lieu.objects.create(
            dossier=autre, quartier=Quartier.objects.all()[rang % 6], adresse="2 place de l’Exemple"
        )
        Financement.objects.create(
            dossier=autre,
            partenaire=agent.appartenances.get().partenaire,
            sous_poste="74epci",
            montant=1,
        )
        Financement.objects.create(
            dossier=poser(ancien, f"Ancien {rang}", porteur),
            sous_poste="74etat",
            libelle="x",
            montant=1,
        )
        Point.objects.create(
            partie="budget",
            demande="x",
            complement=Complement.objects.create(
                dossier=depose,
                demande_le=PENDANT,
                demande_par=agent,
                avant_le=FERMETURE,
                clos_le=PENDANT,
                clos_par=agent,
            ),
        )
        examen.resoudre(
            examen.signaler(depose, motif="x", par=agent, recu_le=PENDANT),
            resolution="x",
            par=agent,
            recu_le=PENDANT,
        )
        echanges.ecrire_une_note(depose, "x", par=agent, recu_le=PENDANT)
        echanges.ecrire(
            depose, Cote.ORGANISME, "x", [], cle=uuid4(), par=signataire, recu_le=PENDANT
        )
    client = connecter(agent)
    lues = []
    for chemin, _ in INSTRUCTION:
        en_route()
        with CaptureQueriesContext(connection) as requetes:
            assert client.get(chemin.format(depose.pk)).status_code == 200
        lues.append((chemin, len(requetes)))
    assert lues == INSTRUCTION


@pytest.mark.parametrize("nombre", [1, 40])
def test_page_du_dossier(connecter, django_assert_num_queries, nombre):
    appel, porteur = creer_appel(), creer_association()
    dossier = creer_dossier_complet(appel, porteur)
    for rang in range(nombre):
        LigneBudget.objects.create(
            dossier=dossier, code="604", libelle=f"Ligne {rang}", montant=100
        )
        Indicateur.objects.create(dossier=dossier, libelle=f"Indicateur {rang}")
        creer_dossier(appel, porteur)
    client = connecter(creer_membre(porteur))
    en_route()
    with django_assert_num_queries(13):
        assert client.get(f"/dossiers/{dossier.pk}/").status_code == 200


@pytest.mark.parametrize("nombre", [1, 8])
def test_brouillons_qui_tiennent_ce_que_l_appel_a_retire(
    connecter, django_assert_num_queries, nombre
):
    appel, porteur = creer_appel(), creer_association()
    signataire = creer_signataire(porteur)
    for _ in range(nombre):
        creer_dossier_complet(appel, porteur, par=signataire).themes.set(Theme.objects.all()[:2])
    appel.axes.clear()
    appel.financeurs.all().delete()
    client = connecter(creer_agent())
    en_route()
    with django_assert_num_queries(15):  # and the one mail that would leave, as it would be read
        page = client.get(f"/instruction/appels/{appel.pk}/brouillons/")
    assert page.context["combien"] == nombre
    themes = [combien for nom, combien in page.context["choses"] if nom.startswith("Le thème")]
    assert themes == [nombre] * 2


# Who else writes a part is said: two
PAGES = {
    "partie/projet": 13,
    "partie/description": 8,
    "partie/lieux": 15,
    "partie/moyens": 9,
    "partie/evaluation": 10,  # the library of measures
    "partie/budget": 14,  # what is ticked and the hours of volunteers
    "organisme": 15,
    "pieces": 18,  # what the organisation keeps is said, and proposed
}


@pytest.mark.parametrize("nombre", [0, 12])
@pytest.mark.parametrize("page", PAGES)
def test_pages_qui_s_ecrivent(connecter, django_assert_num_queries, page, nombre):
    client = connecter(remplir(nombre)[1])
    en_route()
    with django_assert_num_queries(PAGES[page]):
        assert client.get(f"/dossiers/{Dossier.objects.get().pk}/{page}/").status_code == 200


def remplir(nombre: int):
    """A dossier with `nombre` more rows in each of its tables, and its signatory."""
    appel, porteur = creer_appel(), creer_association()
    dossier = creer_dossier_complet(appel, porteur)
    for rang in range(nombre):
        LigneBudget.objects.create(
            dossier=dossier, code="604", libelle=f"Ligne {rang}", montant=100
        )
        LigneBudget.objects.create(dossier=dossier, code="756", libelle=f"Ligne {rang}", montant=50)
        Financement.objects.create(
            dossier=dossier, sous_poste="74etat", libelle=f"Financeur {rang}", montant=50
        )
        Indicateur.objects.create(dossier=dossier, libelle=f"Indicateur {rang}")
        Lieu.objects.create(dossier=dossier, adresse=f"Lieu {rang}")
    return dossier, creer_signataire(porteur)


@pytest.mark.parametrize("nombre", [0, 12])
def test_lecture_d_un_brouillon_puis_du_dossier_depose(
    connecter, django_assert_num_queries, nombre
):
    dossier, signataire = remplir(nombre)
    client = connecter(signataire)
    en_route()
    with django_assert_num_queries(BROUILLON_LU):
        assert client.get(f"/dossiers/{dossier.pk}/relecture/").status_code == 200
    en_route()
    with django_assert_num_queries(A_DEPOSER):
        assert client.get(f"/dossiers/{dossier.pk}/deposer/").status_code == 200
    deposer(dossier, signataire)
    en_route()
    with django_assert_num_queries(11):
        assert client.get(f"/dossiers/{dossier.pk}/relecture/").status_code == 200
    en_route()
    with django_assert_num_queries(5):
        assert client.get(f"/dossiers/{dossier.pk}/recepisse/").status_code == 200


# What a saving by itself asks in all, the two of its transaction with it, once the part has been
# saved: the session and its person, what they are a member of, the dossier and all that this part
# reads under its lock, the version of the part, the text, what it shows. Who writes it is said once
# a minute (`test_ecritures.py`).
ENREGISTREMENTS = {
    "projet": 20,
    "description": 8,
    "lieux": 33,
    "moyens": 12,
    "evaluation": 14,
    "budget": 34,
}


@pytest.mark.parametrize(("nom", "attendues"), ENREGISTREMENTS.items())
def test_un_enregistrement_lit_ce_que_sa_partie_demande(
    connecter, django_assert_num_queries, nom, attendues
):
    """And what it keeps of the part is what the part shows, read again."""
    dossier = creer_dossier_complet(creer_appel())
    client = connecter(creer_signataire(dossier.porteur))
    chemin = f"/dossiers/{dossier.pk}/partie/{nom}/"
    champs = ce_que_la_page_envoie(client, dossier, nom)
    seule = {"Accept": "application/json"}
    premier = client.post(chemin, champs, headers=seule).json()
    with django_assert_num_queries(attendues):
        second = client.post(chemin, {**champs, "version": premier["version"]}, headers=seule)
    assert (second.status_code, second.json()["version"]) == (200, premier["version"] + 1)
    gardees = [saisie.valeurs for saisie in Saisie.objects.filter(partie__nom=nom)]
    assert gardees[-1] == PartieSaisie(dossier, NomPartie(nom)).enregistree().valeurs()


def test_une_partie_souvent_enregistree_ne_garde_que_ses_dernieres_versions(
    connecter, django_assert_num_queries
):
    """The oldest row takes the newest: as many queries as before."""
    dossier = creer_dossier_complet(creer_appel())
    client = connecter(creer_signataire(dossier.porteur))
    chemin = f"/dossiers/{dossier.pk}/partie/description/"
    champs = ce_que_la_page_envoie(client, dossier, "description")
    version = int(champs["version"])
    for fois in range(Saisie.GARDEES + 3):
        envoi = {**champs, "version": version + fois, "besoin": f"Texte {fois}"}
        client.post(chemin, envoi, headers={"Accept": "application/json"})
    versions = list(Saisie.objects.values_list("version", flat=True))
    derniere = version + Saisie.GARDEES + 3
    assert versions == list(range(derniere - Saisie.GARDEES + 1, derniere + 1))
    envoi = {**champs, "version": derniere, "besoin": "Fin"}
    with django_assert_num_queries(ENREGISTREMENTS["description"]):
        client.post(chemin, envoi, headers={"Accept": "application/json"})


@pytest.mark.parametrize("nombre", [0, 12])
def test_un_depot_en_soixante_requetes_au_plus(connecter, django_assert_max_num_queries, nombre):
    """All of the request, the two of its transaction with it."""
    dossier, signataire = remplir(nombre)
    Numerotation.objects.create(annee=dossier.appel.annee)  # not the first of its year
    client = connecter(signataire)
    chemin = f"/dossiers/{dossier.pk}/deposer/"
    formulaire = client.get(chemin).context["form"]
    envoi = {
        "lu": formulaire.initial["lu"],
        "qualite": "Présidente",
        "aides_publiques": "moins",
        **{texte.cle: "on" for texte in formulaire.textes},
    }
    with django_assert_max_num_queries(60):
        assert client.post(chemin, envoi).url == f"/dossiers/{dossier.pk}/depose/"
