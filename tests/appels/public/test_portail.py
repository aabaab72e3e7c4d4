"""The public pages: what they say, in which state of the world, and how they refuse nonsense."""

import csv
import json
import re
from datetime import timedelta
from html import unescape
from io import BytesIO, StringIO
from itertools import chain

import pikepdf
import pytest
from pypdf import PdfReader

from appels.models import Appel, Dossier, Imprime, Lieu
from appels.public import impressions
from appels.public.questions import GENRES
from appels.socle import obligations
from partenaires.models import Partenaire
from quartiers.models import Axe, ChiffreCle, Parution, Quartier
from tests.fabriques import (
    FERMETURE,
    MOT_DE_PASSE,
    OUVERTURE,
    PENDANT,
    creer_accord,
    creer_agent,
    creer_appel,
    creer_association,
    creer_document,
    creer_dossier_complet,
    creer_membre,
    deposer,
    poser_service,
    publier_les_decisions,
)
from tests.fabriques_paroles import creer_consultation

pytestmark = pytest.mark.django_db


def lire(client, chemin, code=200) -> str:
    reponse = client.get(chemin)
    assert reponse.status_code == code, chemin
    return unescape(reponse.content.decode())


def d_une_ligne(page: str) -> str:
    """Its words as a browser joins them; what may not be cut stays so."""
    return re.sub(r"[ \n]+", " ", page)


def soutenu(
    appel: Appel | None = None, code: str = "QN06258M", montant: int = 100_000, **champs
) -> Dossier:
    """A deposited dossier of one quartier, with one grant."""
    dossier = creer_dossier_complet(appel, **champs)
    Lieu.objects.filter(dossier=dossier).update(quartier=Quartier.objects.get(code=code))
    deposer(dossier)
    creer_accord(dossier, montant=montant)
    return dossier


# --- Home ---------------------------------------------------------------------------------------
def test_accueil_dit_le_territoire_deux_fois_les_axes_les_chiffres_les_partenaires(connecter):
    page = lire(connecter(), "/")
    for quartier in Quartier.objects.all():
        assert page.count(f'href="/quartiers/{quartier.code}/"') == 2  # the map and the list
    for axe in Axe.objects.all():
        assert f'href="/contrat/axes/{axe.cle}/"' in page
    for chiffre in ChiffreCle.objects.affiches():
        assert chiffre.affichage in page
    for partenaire in Partenaire.objects.affiches():
        assert partenaire.nom in page
    assert "Accessibilité : non conforme" in page


@pytest.mark.parametrize(
    ("instant", "publie", "geste"),
    [
        (None, "non", ("/contact/", "Contacter le service")),
        (None, "sans dates", ("/contact/", "Contacter le service")),
        (OUVERTURE, "avant", ("/appel/eligibilite/", "Préparer un projet")),
        (OUVERTURE, "oui", ("/commencer/", "Commencer mon projet")),
        (FERMETURE, "oui", ("/appel/eligibilite/", "Préparer un projet")),
    ],
)
def test_l_accueil_offre_le_geste_du_moment(connecter, horloge_figee, instant, publie, geste):
    if publie != "non":
        creer_appel(**({"ouvre_le": None, "ferme_le": None} if publie == "sans dates" else {}))
    if instant:
        horloge_figee(instant.replace(hour=7) if publie == "avant" else instant)
    page = lire(connecter(), "/")
    assert re.search(r'class="bouton" href="([^"]+)">([^<]+)<', page).groups() == geste


def test_l_accueil_offre_a_chacun_son_geste(connecter):
    appel = creer_appel()
    soutenu(appel)
    attendus = {
        None: "Commencer mon projet",
        creer_membre(creer_association()): "Voir mes dossiers",
        creer_agent(): "Voir les dossiers déposés",
    }
    for personne, mots in attendus.items():
        assert f">{mots}</a>" in lire(connecter(personne), "/")


def test_sans_dates_chaque_page_dit_a_venir(connecter):
    for chemin in ("/", "/appel/", "/chiffres/"):
        assert (
            "Les dates du prochain appel à projets sont à venir : contactez le service "
            "Cohésion Sociale." in lire(connecter(), chemin)
        )


# --- Quartiers and figures ------------------------------------------------------------------------
def test_un_quartier_dit_tout_ce_que_montre_sa_carte(connecter):
    page = lire(connecter(), "/quartiers/QN06262M/")
    for fait in (
        "QN06262M",
        "Achicourt (62004)",
        "Arras (62041)",
        "1\u00a0348",
        "37,9 ha",
        "2020",
        "ANCT, 2024",
        "https://sig.ville.gouv.fr/Territoire/QN06262M",
        "à cheval sur la limite",
    ):
        assert fait in page, fait
    assert "À venir :" in page


def test_un_quartier_dit_ce_qui_vient(connecter, horloge_figee):
    """What concerns it or everybody, in order, four at most; nothing that is over."""
    creer_appel()
    ici = Quartier.objects.get(code="QN06262M")
    ailleurs = creer_consultation(titre="Canari d’ailleurs")
    ailleurs.quartiers.set([Quartier.objects.get(code="QN06258M")])
    ailleurs.rencontres.create(le=PENDANT + timedelta(days=1), lieu="Salle canari")
    d_ici = creer_consultation(titre="Marcher le soir")
    d_ici.quartiers.set([ici])
    d_ici.rencontres.create(le=PENDANT + timedelta(days=2), lieu="Salle des essais")
    d_ici.rencontres.create(le=PENDANT - timedelta(days=2), lieu="Salle canari passée")
    close = {"close_le": PENDANT, "close_par": creer_agent()}
    creer_consultation(
        titre="Canari finie", bilan_publie_le=PENDANT, bilan_publie_par=creer_agent(), **close
    )
    demain = (PENDANT + timedelta(days=1)).date()
    repond = creer_consultation(titre="Close, qui répond", reponse_promise_le=demain, **close)
    repond.rencontres.create(le=PENDANT + timedelta(days=1), lieu="Salle canari close")
    Parution.avancer(PENDANT)
    page = d_une_ligne(lire(connecter(), "/quartiers/QN06262M/"))
    dites = page[page.index("Prochaines dates") : page.index("</ol>")]
    quoi = re.findall(r"</b>([^<]+)</li>", dites)
    assert quoi == [
        "Réponses promises, « Close, qui répond »",
        "Rencontre : Salle des essais",
        "Fin du dépôt de l’appel 2027",
        "Fin des contributions, « Marcher le soir »",
    ]
    assert "anari" not in page
    horloge_figee(PENDANT + timedelta(days=900))
    assert "Prochaines dates" not in lire(connecter(), "/quartiers/QN06262M/")


def test_chaque_chiffre_s_ecrit_pareil_partout(connecter):
    ecrits = ["13\u00a0700", "6", "12\u00a0%", "38,4\u00a0%", "8\u00a0points"]
    assert [chiffre.affichage for chiffre in ChiffreCle.objects.affiches()] == ecrits
    for chemin in ("/", "/chiffres/"):
        page = lire(connecter(), chemin)
        dits = re.findall(r'<dd class="n">([^<]+)', page)
        assert dits == ecrits[:4], chemin  # the difference is told with the part that it compares
        assert "8\u00a0points de plus que dans toute la Communauté Urbaine" in d_une_ligne(page)


def test_ce_que_personne_ne_publie_est_dit_deduit(connecter):
    """38,4 % and 8 points more give 30,4 % in the whole CUA; no figure, no deduction."""
    ChiffreCle.objects.filter(cle="part-moins-25-ans-qpv").update(valeur="40.1")
    Parution.avancer(PENDANT)
    page = d_une_ligne(lire(connecter(), "/chiffres/"))
    assert "(le trait, à 32,1\u00a0%, déduit)" in page
    assert "Communauté Urbaine <small>déduit</small>" in page
    ChiffreCle.objects.filter(cle="ecart-moins-25-ans").update(est_affiche=False)
    Parution.avancer(PENDANT)
    assert "déduit" not in lire(connecter(), "/chiffres/")


def test_la_source_de_tous_se_dit_une_fois_et_celle_de_chacun_sinon(connecter):
    affiches = ChiffreCle.objects.affiches()
    page = lire(connecter(), "/")
    assert page.count(str(affiches[0].source)) == 1
    ChiffreCle.objects.filter(pk=affiches[0].pk).update(annee=2024)
    Parution.avancer(PENDANT)
    page = d_une_ligne(lire(connecter(), "/"))
    assert ("Source de ces chiffres" in page, page.count(str(affiches[0].source))) == (False, 4)


def test_la_page_des_chiffres_explique_les_sources_et_dessine_ce_que_le_tableau_dit(connecter):
    page = lire(connecter(), "/chiffres/")
    assert "Ce n’est pas la somme des populations légales des six quartiers" in page
    for nombre in ("13\u00a0266", "13\u00a0100", "année non précisée"):
        assert nombre in page
    parts = re.findall(r'class="part" d="M0 0h(\d+)v5H0z"', page)
    barres = [int(part) for part in parts]
    populations = sorted(Quartier.objects.values_list("population", flat=True), reverse=True)
    assert barres == [
        38,
        30,
        *(round(100 * population / populations[0]) for population in populations),
    ]


def test_les_partenaires_sont_tous_la_par_role(connecter):
    creer_appel()
    page = lire(connecter(), "/partenaires/")
    roles = [
        "Les copilotes",
        "Les services de l’État",
        "Les cinq communes signataires",
        "La Région et le Département",
        "Les institutions signataires",
        "Les associations",
        "Les collectifs d’habitantes et d’habitants",
    ]
    assert re.findall(r"<section>\s*<h2>([^<]+)", page) == roles
    for partenaire in Partenaire.objects.affiches():
        assert partenaire.role_contrat in page
    assert page.count("Demande possible dans l’appel à projets 2027.") == 4


def test_geojson_et_csv_disent_les_memes_lignes_que_le_tableau(connecter):
    client = connecter()
    entites = json.loads(client.get("/quartiers/quartiers.geojson").content)["features"]
    lignes = list(
        csv.DictReader(
            StringIO(client.get("/quartiers/quartiers.csv").content.decode("utf-8-sig")),
            delimiter=";",
        )
    )
    quartiers = list(Quartier.objects.all())
    codes = [quartier.code for quartier in quartiers]
    assert [entite["properties"]["code"] for entite in entites] == codes
    assert [ligne["code"] for ligne in lignes] == codes
    assert [entite["geometry"] for entite in entites] == [
        quartier.contour for quartier in quartiers
    ]
    assert lignes[0]["superficie_ha"].count(",") == 1


# --- What was funded ----------------------------------------------------------------------------
def test_rien_n_est_public_avant_la_publication_par_la_responsable(connecter):
    dossier = soutenu(intitule="Projet CANARI")
    client = connecter()
    chemins = [
        "/projets/",
        "/quartiers/QN06258M/",
        "/projets/projets.csv",
        "/appel/fil.atom",
        "/appel/precedents/",
    ]
    for chemin in chemins:
        page = lire(client, chemin)
        assert "CANARI" not in page
        assert "soutenus sont publiés" not in page
    publier_les_decisions(dossier.appel)
    for chemin in chemins[:3]:
        assert "Projet CANARI" in lire(client, chemin)
    assert "Les projets soutenus sont publiés." in lire(client, "/appel/fil.atom")


def test_les_totaux_sont_ceux_de_la_base_et_un_projet_refuse_n_y_est_pas(connecter):
    appel = creer_appel()
    soutenu(appel, "QN06258M", 100_000, intitule="Un")
    soutenu(appel, "QN06259M", 250_050, intitule="Deux")
    refuse = soutenu(appel, "QN06258M", 1, intitule="Refusé")
    refuse.financements.filter(decision="accorde").update(decision="refuse", montant_vote=None)
    publier_les_decisions(appel)
    client = connecter()
    page = lire(client, "/projets/")
    assert '<dd class="n">3\u00a0500,50\u00a0€</dd>' in page
    assert "Refusé" not in page
    page = lire(client, "/projets/?quartier=QN06259M&annee=2027")
    assert re.findall(r"<h3>.*>(.+)</a></h3>", page) == ["Deux"]
    assert '<dd class="n">2\u00a0500,50\u00a0€</dd>' in page
    lignes = list(
        csv.reader(
            StringIO(client.get("/projets/projets.csv").content.decode("utf-8-sig")), delimiter=";"
        )
    )
    assert [(li[2], li[5], li[7]) for li in lignes[1:]] == [
        ("Deux", "QN06259M", "2500,50"),
        ("Un", "QN06258M", "1000"),
    ]


def test_un_export_ne_porte_ni_formule_ni_personne(connecter):
    porteur = creer_association(nom="＝cmd()")
    dossier = soutenu(porteur=porteur, intitule="+SOMME(A1)")
    publier_les_decisions(dossier.appel)
    contenu = connecter().get("/projets/projets.csv").content.decode("utf-8-sig")
    cellules = chain.from_iterable(csv.reader(StringIO(contenu), delimiter=";"))
    assert [cellule for cellule in cellules if cellule and cellule[0] in "=+-@＝"] == []
    for secret in ("ada@example.org", "0321000000", "Ada"):
        assert secret not in contenu + lire(connecter(), "/projets/")


# --- The call -----------------------------------------------------------------------------------
def test_les_appels_passes_restent_lisibles(connecter):
    creer_appel(2027)
    creer_appel(
        2026,
        titre="Appel ancien",
        ouvre_le=OUVERTURE.replace(year=2025),
        ferme_le=FERMETURE.replace(year=2025),
    )
    creer_appel(2028, titre="Appel secret", est_publie=False)
    client = connecter()
    assert re.findall(r'href="/appel/(\d+)/"', lire(client, "/appel/precedents/")) == [
        "2027",
        "2026",
    ]
    assert "Appel ancien" in lire(client, "/appel/2026/")
    lire(client, "/appel/2028/", 404)
    for chemin in (
        "/appel/appels.json",
        "/appel/fil.atom",
        "/appel/calendrier.ics",
        "/sitemap.xml",
        "/plan-du-site/",
    ):
        contenu = client.get(chemin).content.decode()
        assert re.findall("/2028/|-2028@|secret", contenu) == [], chemin


def test_les_questions_sur_papier_sont_celles_de_la_page(connecter):
    appel = creer_appel()
    impressions.imprimer()
    client = connecter()
    for genre in GENRES:
        page = lire(client, f"/appel/questions/?pour={genre}")
        assert f"/appel/questions/2027/{genre}.pdf" in page
        reponse = client.get(f"/appel/questions/2027/{genre}.pdf")
        octets = b"".join(reponse)
        with pikepdf.open(BytesIO(octets)) as document:
            racine = document.Root
            assert (
                str(racine.Lang),
                bool(racine.MarkInfo.Marked),
                "/StructTreeRoot" in racine,
            ) == ("fr", True, True)
        pages = [page_pdf.extract_text() for page_pdf in PdfReader(BytesIO(octets)).pages]
        texte = re.sub(r"\s+", "", "".join(pages))
        questions = re.findall(
            r"<li>([^<]+)", page.split("<h2>Votre organisme</h2>")[1].split("</main>")[0]
        )
        assert len(questions) > 50
        serrees = [re.sub(r"\s+", "", question) for question in questions]
        assert [question for question in serrees if question not in texte] == []
    assert Imprime.objects.filter(appel=appel).count() == 2


def test_le_papier_se_refait_quand_les_questions_changent_et_seulement_alors(connecter):
    appel = creer_appel()
    impressions.imprimer()
    premiers = set(Imprime.objects.values_list("fichier", flat=True))
    poser_service(telephone="03 21 00 00 00")
    impressions.imprimer()
    assert set(Imprime.objects.values_list("fichier", flat=True)) == premiers
    appel.options = ["charte", "recrutement"]
    appel.save()
    poser_service(telephone="")
    impressions.imprimer()
    assert set(Imprime.objects.values_list("fichier", flat=True)).isdisjoint(premiers)


def test_un_papier_impossible_ne_tourne_pas_en_rond(connecter, settings):
    creer_appel()
    settings.RENDU_PDF = {**settings.RENDU_PDF, "taille_html": 10}
    for _ in range(8):
        impressions.imprimer()
    assert set(Imprime.objects.values_list("essais", "fichier")) == {(5, "")}
    assert "en préparation" in lire(connecter(), "/appel/questions/")


# --- Documents ----------------------------------------------------------------------------------
def test_un_document_a_son_type_son_poids_sa_date_et_une_page_lisible(connecter):
    document = creer_document()
    creer_document(titre="Caché", est_publie=False, cle="cache")
    client = connecter()
    liste = lire(client, "/contrat/documents/")
    assert "PDF, 1\u00a0ko, 1er\u00a0octobre\u00a02026" in liste
    assert "Caché" not in liste
    page = lire(client, f"/contrat/documents/{document.cle}/")
    assert ("Article 1. Essai." in page, "Télécharger le document (PDF, 1\u00a0ko)" in page) == (
        True,
        True,
    )
    reponse = client.get(f"/contrat/documents/{document.cle}/fichier/")
    assert b"".join(reponse).startswith(b"%PDF-")
    assert (reponse.headers["Content-Type"], reponse.headers["X-Content-Type-Options"]) == (
        "application/pdf",
        "nosniff",
    )
    assert reponse.headers["Content-Disposition"] == 'attachment; filename="reglement.pdf"'
    for chemin in (
        "/contrat/documents/cache/",
        "/contrat/documents/cache/fichier/",
        "/contrat/documents/contrat-de-ville/fichier/",
    ):
        lire(client, chemin, 404)
    assert "à publier par la CUA" in liste


# --- Obligations --------------------------------------------------------------------------------
def test_la_grille_a_ses_106_criteres_et_ne_pretend_rien(connecter):
    criteres = []
    for thematique in obligations.grille()["thematiques"]:
        criteres += thematique["criteres"]
    attendus = []
    for theme, nombre in enumerate((9, 2, 3, 13, 8, 2, 5, 10, 4, 14, 13, 11, 12), 1):
        attendus += [f"{theme}.{rang}" for rang in range(1, nombre + 1)]
    assert [critere["numero"] for critere in criteres] == attendus
    assert len(attendus) == 106
    assert {critere["etat"] for critere in criteres} <= set(obligations.ETATS)
    sans_preuve = [
        critere["numero"]
        for critere in criteres
        if critere["etat"] != "non_verifie" and not (critere["preuve"] and critere["date"])
    ]
    assert sans_preuve == []
    bilan = obligations.bilan()
    assert (bilan["mention"], bilan["taux"]) == ("non conforme", None)
    page = lire(connecter(), "/accessibilite/")
    for titre in (
        "Engagement",
        "Stratégie",
        "Service visé",
        "État de conformité",
        "Résultats des tests",
        "Contenus non accessibles",
        "Établissement de cette déclaration",
        "Retour d’information et contact",
        "Voies de recours",
    ):
        assert f"<h2>{titre}</h2>" in page
    assert "Libre réponse 71120, 75342 Paris CEDEX 07" in page


@pytest.mark.parametrize(
    ("taux", "mention"),
    [
        (None, "non conforme"),
        (49.9, "non conforme"),
        (50, "partiellement conforme"),
        (99.9, "partiellement conforme"),
        (100, "totalement conforme"),
    ],
)
def test_la_mention_vient_du_taux(taux, mention):
    assert obligations._mention(taux) == mention


def test_ce_que_la_cua_n_a_pas_ecrit_est_a_publier(connecter):
    for chemin, titres in (
        ("/mentions-legales/", 3),
        ("/donnees-personnelles/", 4),
        ("/contact/", 1),
    ):
        assert lire(connecter(), chemin).count("À publier par la CUA.") == titres


def test_les_cookies_annonces_sont_ceux_que_le_site_pose(connecter, settings):
    page = lire(connecter(), "/cookies/")
    client = connecter()
    personne = creer_membre(creer_association())
    client.post("/compte/login/", {"login": personne.email, "password": MOT_DE_PASSE})
    client.get("/mon-compte/")
    poses = set(client.cookies)
    assert poses == {
        settings.SESSION_COOKIE_NAME,
        settings.CSRF_COOKIE_NAME,
        settings.NAVIGATEUR_COOKIE_NAME,
    }
    assert set(re.findall(r'<th scope="row">([^<]+)</th>', page)) == poses
    anonyme = connecter()
    anonyme.get("/")
    assert set(anonyme.cookies) == set()


def test_le_plan_le_sitemap_et_les_adresses_publiques_disent_la_meme_chose(connecter):
    creer_appel()
    client = connecter()
    page = lire(client, "/plan-du-site/").split("<main")[1].split("</main>")[0]
    du_plan = set(re.findall(r'href="(/[^"]*)"', page)) - {"/"}
    du_sitemap = set(
        re.findall(
            r"<loc>http://testserver(/[^<]*)</loc>", client.get("/sitemap.xml").content.decode()
        )
    ) - {"/"}
    assert du_plan == du_sitemap
    assert [chemin for chemin in du_plan if client.get(chemin).status_code != 200] == []
    assert "Sitemap: http" in client.get("/robots.txt").content.decode()


def test_tous_les_liens_internes_aboutissent(connecter):
    """Every internal link of every public page, filled with data, followed to its end."""
    appel = creer_appel()
    dossier = soutenu(appel)
    publier_les_decisions(dossier.appel)
    creer_document()
    impressions.imprimer()
    client = connecter()
    a_voir = ["/"]
    vus = {"/"}
    casses = []
    while a_voir:
        chemin = a_voir.pop()
        reponse = client.get(chemin)
        corps = b"".join(reponse)
        if reponse.status_code not in (200, 302):
            casses.append((chemin, reponse.status_code))
        if "html" not in reponse.headers.get("Content-Type", ""):
            continue
        for lien in re.findall(
            r'(?:href|src|action)="(/[^"#]*|\?[^"#]*)', unescape(corps.decode())
        ):
            cible = chemin.split("?")[0] + lien if lien.startswith("?") else lien
            if (
                cible not in vus
                and not cible.startswith("/static/")
                and "suis-je-dans-un-qpv/?" not in cible
            ):
                vus.add(cible)
                a_voir.append(cible)
    assert casses == []
    assert len(vus) > 60


def test_le_site_ne_copie_pas_la_page_de_la_cua(connecter):
    """Facts, not sentences: its long sentences and the residue of its editor are nowhere."""
    textes = [
        lire(connecter(), chemin) for chemin in ("/", "/contrat/", "/appel/", "/partenaires/")
    ]
    for phrase in (
        "« liste à puces »",
        "Il est constitué des priorités suivantes",
        "vous pouvez prendre attache",
        "Les citoyens sont au cœur même",
        "Elle vise à restaurer l’égalité républicaine",
    ):
        assert not any(phrase in texte for texte in textes)


# --- Bad addresses ------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("chemin", "code"),
    [
        ("/quartiers/QN99999M/", 404),
        ("/quartiers/qn06258m/", 404),
        ("/contrat/axes/inconnu/", 404),
        ("/aide/roi/", 404),
        ("/contrat/documents/rien/", 404),
        ("/appel/1999/", 404),
        ("/appel/questions/2027/rien.pdf", 404),
        ("/projets/?quartier=QN99999M", 404),
        ("/projets/?axe=zzz", 404),
        ("/projets/?annee=deux", 404),
        ("/projets/?financeur=Personne", 404),
        ("/projets/?page=0", 404),
        ("/projets/?page=99", 404),
        ("/projets/?page=x", 404),
        ("/projets/?inconnu=1", 200),
        ("/projets/?axe=" + "a" * 5000, 400),
        ("/projets/?axe=%00", 400),
        ("/projets/projets.csv?quartier=nulle-part", 404),
        ("/quartiers/carte.svg?zoom=9", 400),
        ("/quartiers/carte.svg?lat=nan", 400),
        ("/quartiers/carte.svg?lat=1e400", 400),
        ("/quartiers/carte.svg?lat=48.8&lon=2.3", 400),
        ("/suis-je-dans-un-qpv/?lat=abc&lon=2", 400),
        ("/suis-je-dans-un-qpv/?lat=91&lon=2", 400),
        ("/suis-je-dans-un-qpv/?lat=50,29", 400),
        ("/suis-je-dans-un-qpv/?lat=2,77&lon=50,29", 400),
        ("/suis-je-dans-un-qpv/?lat=NaN&lon=inf", 400),
        ("/suis-je-dans-un-qpv/?lat=1e999&lon=1e999", 400),
        ("/suis-je-dans-un-qpv/?adresse=" + "a" * 300, 400),
        ("/suis-je-dans-un-qpv/?zoom=7&p.x=3&p.y=3", 400),
        ("/suis-je-dans-un-qpv/?clat=80&clon=2&p.x=3&p.y=3", 400),
        ("/suis-je-dans-un-qpv/?p.x=%F0%9D%9F%99&p.y=1", 200),
        ("/suis-je-dans-un-qpv/?dossier=abc", 200),
        ("/appel/questions/?pour=martiens", 404),
        ("/projets/?utm_source=lettre", 200),
    ],
)
def test_une_adresse_fausse_a_une_reponse_en_francais_et_une_suite(connecter, chemin, code):
    reponse = connecter().get(chemin)
    page = reponse.content.decode()
    assert reponse.status_code == code
    assert '<html lang="fr">' in page
    assert 'href="/plan-du-site/"' in page
