"""The work list: found, filtered, sorted, ticked, handed out, kept; the address says everything."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import lxml.html
import pytest
from django.db import transaction
from django.http import QueryDict

from appels.instruction import alertes, listes, page_de_liste
from appels.instruction.actions import affectation, complements, examen
from appels.instruction.actions.vues_gardees import VueTropLongue, garder
from appels.models import Appel, Dossier, Financement, Passage, Theme, Vue
from appels.socle import condenses
from appels.socle.stades import Attente, attente
from partenaires.models import Partenaire, Role
from quartiers.francais import recherchable, siret
from quartiers.models import Axe, Commune, Quartier
from tests.fabriques import (
    PENDANT,
    creer_agent,
    creer_appel,
    creer_association,
    creer_dossier,
    creer_dossier_complet,
    creer_financeur,
    creer_membre,
    creer_signataire,
    deposer,
)
from tests.feuilles import lisible

pytestmark = pytest.mark.django_db
TARD = PENDANT + timedelta(days=10)


@pytest.fixture
def agent(horloge_figee):
    return creer_agent()


@pytest.fixture
def appel(horloge_figee):
    return creer_appel()


def poser(appel, titre="Projet", porteur=None, **champs) -> Dossier:
    """A deposited row, quick: what the list reads and nothing more."""
    dossier = creer_dossier(appel, porteur, intitule=titre)
    dossier.depose_le, dossier.depose_par, dossier.etat = PENDANT, dossier.cree_par, "depose"
    with transaction.atomic():  # the counter of the year is taken under its lock
        dossier.numero = Appel.objects.get(pk=appel.pk).prochain_numero()
    for nom, valeur in champs.items():
        setattr(dossier, nom, valeur)
    dossier.save()
    return dossier


def titres(client, **requete) -> list[str]:
    """The projects of the page, in its order."""
    reponse = client.get("/instruction/", requete)
    assert reponse.status_code == 200, reponse.status_code
    return [ligne.dossier.intitule for ligne in reponse.context["atelier"].lignes]


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        ("L’Œuvre d’Émilie", "l oeuvre d emilie"),
        ("  Saint-Pol  ", "saint pol"),
        ("ÇA VA", "ca va"),
        ("ﬁn", "fin"),
        ("", ""),
    ],
)
def test_ce_qui_se_cherche_n_a_ni_accent_ni_capitale(texte, attendu):
    assert recherchable(texte) == attendu


@pytest.mark.parametrize(
    "saisi",
    [
        "FORET",
        "forêt d'hiver",
        "hiver forêt",
        "œuvre",
        "00000850500013",
        "850500",
        "oeuvres sociales hiver",
        "CV-2027-0001",
        "cv 2027 1",
        "CV\u20112027\u20110001",
        "2027 1",
        "2027 0001",
        "cv20270001",
        "n° 2027-1",
        "n° CV-2027-0001",
        "Dossier n°\u00a0cv 2027 1",
        "CV-2027-1 forêt",
        "SIRET : 000 008 505 00013",
        "000.008.505.00013",
        "\u200b00000850500013\ufeff",
        "000\u202f008\u202f505 œuvres",
        "000008505",
    ],
)
def test_chercher_par_numero_titre_organisme_ou_siret(connecter, agent, appel, saisi):
    porteur = creer_association(nom="Les Œuvres sociales", siret="00000850500013")
    poser(appel, "La Forêt d’Hiver", porteur)
    poser(appel, "Autre chose", creer_association(siret="", nom="Ailleurs"))
    assert titres(connecter(agent), q=saisi) == ["La Forêt d’Hiver"]


def test_renommer_un_organisme_change_ce_qui_le_trouve(connecter, agent, appel):
    porteur = creer_association(nom="Ancien nom")
    poser(appel, "Projet", porteur)
    porteur.nom = "Nouveau"
    porteur.save(update_fields=["nom"])
    client = connecter(agent)
    assert (titres(client, q="ancien"), titres(client, q="nouveau")) == ([], ["Projet"])


@pytest.fixture
def deux(appel):
    """(a dossier that each filter keeps, one that it does not)."""
    un = deposer(creer_dossier_complet(appel, intitule="Un"))
    autre = deposer(creer_dossier_complet(appel, intitule="Autre"))
    axes, quartiers = list(Axe.objects.all()), list(Quartier.objects.all())
    communes = list(Commune.objects.all())
    for rang, dossier in enumerate((un, autre)):
        dossier.axe = axes[rang]
        dossier.save()
        dossier.themes.set([Theme.objects.all()[rang]])
        dossier.lieux.update(quartier=quartiers[rang], commune=communes[rang])
    autre.financements.filter(partenaire__genre="caf").delete()
    Financement.objects.filter(dossier=autre).update(montant=100)
    condenses.renouveler([un.pk, autre.pk])  # as another version would
    return un, autre


@pytest.mark.parametrize(
    "filtre",
    [
        "etat",
        "axe",
        "theme",
        "quartier",
        "commune",
        "financeur",
        "charge",
        "attend",
        "minimum",
        "maximum",
        "premiere",
        "alerte",
    ],
)
def test_chaque_filtre_garde_les_siens(connecter, agent, deux, filtre):
    un, autre = deux
    affectation.affecter(Dossier.objects.filter(pk=un.pk), agent, par=agent, recu_le=PENDANT)
    if filtre in ("etat", "attend"):
        examen.admettre(un, par=agent, recu_le=PENDANT)
    if filtre == "premiere":
        ancien = poser(creer_appel(2026), "Ancien", autre.porteur)
        assert ancien.porteur_id == autre.porteur_id
    if filtre == "alerte":
        examen.signaler(un, motif="x", par=agent, recu_le=PENDANT)
    if filtre == "maximum":
        un, autre = autre, un
    caf = (
        un.financements.filter(partenaire__genre="caf").values_list("partenaire", flat=True).first()
    )
    lieu = un.lieux.get()
    valeur = {
        "etat": "recevable",
        "axe": un.axe_id,
        "theme": un.themes.get().pk,
        "quartier": lieu.quartier_id,
        "commune": lieu.commune_id,
        "financeur": caf,
        "charge": agent.pk,
        "attend": "financeurs",
        "minimum": "1 000,00",
        "maximum": "900",
        "premiere": "oui",
        "alerte": "signal",
    }[filtre]
    assert titres(connecter(agent), **{filtre: valeur, "appel": un.appel_id}) == [un.intitule]


def test_un_dossier_que_personne_n_a(connecter, agent, deux):
    affectation.affecter(Dossier.objects.filter(pk=deux[0].pk), agent, par=agent, recu_le=PENDANT)
    assert titres(connecter(agent), charge="aucun") == ["Autre"]


ILLISIBLES = [
    ({"etat": "inconnu"}, "choix valide"),
    ({"minimum": "12O"}, "la lettre O remplace un zéro"),
    ({"minimum": "20", "maximum": "10"}, "plus petit que le minimum"),
    ({"axe": "999999999999999999999"}, "choix valide"),
    ({"q": "x" * 200}, "au plus 100"),
]


def test_un_filtre_illisible_le_dit_et_garde_ce_qui_est_tape(connecter, agent, appel):
    poser(appel)
    client = connecter(agent)
    for requete, phrase in ILLISIBLES:
        reponse = client.get("/instruction/", requete)
        texte = reponse.content.decode()
        assert (requete, reponse.status_code, phrase in texte, "1 dossier." in texte) == (
            requete,
            422,
            True,
            False,
        )


def test_une_adresse_abimee_montre_la_liste(connecter, agent, appel):
    poser(appel)
    client = connecter(agent)
    for suite in (
        "page=-1",
        "page=abc",
        "page=99999999999",
        "tri=inconnu",
        "tri=-",
        "col=inconnue",
        "choix=a-b-9999999999999",
        "sel=x",
        "page=999",
        "vus=--",
    ):
        assert (
            suite,
            [
                d.dossier.intitule
                for d in client.get(f"/instruction/?{suite}").context["atelier"].lignes
            ],
        ) == (suite, ["Projet"])


def test_la_liste_se_trie_par_un_choix_qui_garde_le_reste(connecter, agent, appel):
    """What the heads of the table do on a wide screen, a choice does on a telephone."""
    for titre in ("Zoo", "Abri"):
        poser(appel, titre, creer_association(nom=f"Association {titre}"))
    client = connecter(agent)
    page = lxml.html.fromstring(client.get("/instruction/?q=o&col=porteur&col=recu").content)
    (formulaire,) = [f for f in page.forms if "etroit" in f.get("class", "")]
    envoye = dict(formulaire.form_values())
    assert (envoye["q"], formulaire.inputs["tri"].value_options) == (
        "o",
        ["numero", "-numero", "porteur", "-porteur", "recu", "-recu"],
    )
    assert titres(client, **{**envoye, "tri": "porteur"}) == ["Abri", "Zoo"]
    assert titres(client, **{**envoye, "tri": "-porteur"}) == ["Zoo", "Abri"]


def test_chaque_colonne_trie_dans_les_deux_sens(connecter, agent, deux):
    examen.admettre(deux[0], par=agent, recu_le=PENDANT)
    Dossier.objects.filter(pk=deux[1].pk).update(
        beneficiaires=1,
        depose_le=TARD,
        confie_a=agent,
        rejet_implicite_le=TARD.date(),
        a_completer_avant=TARD,
    )
    client = connecter(agent)
    egales = set()
    for colonne in [cle for cle, colonne in listes.COLONNES.items() if colonne.tri]:
        croissant, inverse = titres(client, tri=colonne), titres(client, tri=f"-{colonne}")
        assert (colonne, sorted(croissant), sorted(inverse)) == (
            colonne,
            ["Autre", "Un"],
            ["Autre", "Un"],
        )
        if croissant == inverse:
            egales.add(colonne)
    # Nothing is scored nor ours; one alone is confided, awaited, dated: it comes first. Opinions
    # and votes, nil too, are read backwards along their index: the last of the equals comes first.
    assert egales == {
        "a_nous",
        "avant",
        "charge",
        "lectures",
        "note",
        "notre_avis",
        "notre_montant",
        "premiere",
        "rejet",
        "vote_par_nous",
    }


def test_les_colonnes_choisies_sont_celles_montrees(connecter, agent, deux):
    reponse = connecter(agent).get("/instruction/?col=siret&col=demande&col=communes")
    ligne = next(li for li in reponse.context["atelier"].lignes if li.dossier.intitule == "Un")
    attendu = [
        ("SIRET", siret(deux[0].porteur.siret)),
        ("Demandé", "10\u00a0000\u00a0€"),
        ("Communes", str(deux[0].lieux.get().commune)),
    ]
    assert [(cellule.titre, cellule.texte) for cellule in ligne.cellules] == attendu


def test_chaque_colonne_se_lit(connecter, agent, deux):
    requete = "&".join(f"col={cle}" for cle in listes.COLONNES)
    atelier = connecter(agent).get(f"/instruction/?{requete}").context["atelier"]
    assert {len(ligne.cellules) for ligne in atelier.lignes} == {len(atelier.entetes)}


# --- Select on page 1, act on page 3 --------------------------------------------------------------
def test_cocher_page_1_agir_page_3(connecter, agent, appel):
    porteur = creer_association()
    tous = [poser(appel, f"Projet {rang:02}", porteur) for rang in range(45)]
    client = connecter(agent)
    page1 = client.get("/instruction/?q=projet").context
    premier, troisieme = page1["atelier"].lignes[0].dossier, page1["atelier"].lignes[2].dossier
    vus = page1["atelier"].vus
    page2 = client.get(
        "/instruction/", {"q": "projet", "vus": vus, "sel": [premier.pk, troisieme.pk], "page": 2}
    )
    assert (page2.context["atelier"].ailleurs, page2.context["liste"].choisis) == (
        2,
        {premier.pk, troisieme.pk},
    )
    choix = dict(page2.context["liste"].champs)["choix"]
    retour = client.get(
        "/instruction/",
        {"q": "projet", "choix": choix, "vus": page2.context["atelier"].vus, "page": 1},
    )
    assert [ligne.dossier.pk for ligne in retour.context["atelier"].lignes if ligne.coche] == [
        premier.pk,
        troisieme.pk,
    ]
    sans_premier = client.get(
        "/instruction/",
        {"q": "projet", "choix": choix, "vus": vus, "sel": [troisieme.pk], "page": 3},
    )
    dernier = sans_premier.context["atelier"].lignes[-1].dossier
    vus = sans_premier.context["atelier"].vus
    chemin = (
        f"/instruction/selection/?q=projet&page=3&choix={troisieme.pk}&vus={vus}&sel={dernier.pk}"
    )
    assert client.get(chemin).context["prevu"].nombre == 2
    fait = client.post(chemin, {"agent": agent.pk})
    assert set(Dossier.objects.filter(confie_a=agent)) == {troisieme, dernier}
    lu = parse_qs(urlsplit(fait.url).query)
    assert (lu["q"], lu["page"], len(tous)) == (["projet"], ["3"], 45)


def test_cocher_toute_la_page_puis_agir_sur_toute_la_liste(connecter, agent, appel):
    porteur = creer_association()
    for rang in range(33):
        poser(appel, f"Projet {rang}", porteur)
    poser(appel, "Ailleurs", porteur)
    client = connecter(agent)
    reponse = client.get("/instruction/", {"q": "projet", "tout": 1, "page": 2})
    page = client.get(reponse.url).context
    assert [ligne.coche for ligne in page["atelier"].lignes] == [True] * 3
    figee = client.get("/instruction/selection/?q=projet&tous=1&acte=confier").url
    poser(appel, "Projet arrivé depuis", porteur)  # it is not in what the page showed
    client.post(figee, {"agent": agent.pk})
    assert (
        Dossier.objects.filter(confie_a=agent).count(),
        Dossier.objects.get(intitule="Ailleurs").confie_a,
    ) == (33, None)


def test_affecter_est_note_et_ne_se_note_pas_deux_fois(agent, appel):
    dossier = poser(appel)
    for _ in range(2):
        affectation.affecter(
            Dossier.objects.filter(pk=dossier.pk), agent, par=agent, recu_le=PENDANT
        )
    assert list(Passage.objects.filter(acte="affecter").values_list("champs", flat=True)) == [
        [["agent chargé du dossier", "", str(agent)]]
    ]


def test_une_affectation_illisible_ne_change_rien(connecter, agent, appel):
    dossier = poser(appel)
    etranger = creer_signataire(dossier.porteur)
    for saisi in ("", "x", str(etranger.pk), "99999999999999999999"):
        reponse = connecter(agent).post(
            f"/instruction/selection/?choix={dossier.pk}", {"agent": saisi}
        )
        assert (reponse.status_code, Dossier.objects.get(pk=dossier.pk).confie_a) == (422, None)


def test_repartir_par_commune_ne_touche_que_les_dossiers_libres(connecter, agent, deux):
    un, autre = deux
    collegue = creer_agent()
    affectation.affecter(Dossier.objects.filter(pk=autre.pk), collegue, par=agent, recu_le=PENDANT)
    autre.lieux.update(commune=un.lieux.get().commune)
    client = connecter(agent)
    chemin = f"/instruction/appels/{un.appel_id}/repartir/?par=commune"
    page = client.get(chemin).content.decode()
    assert f"{collegue} (1 en cours)" in page
    client.post(chemin, {f"v-{un.lieux.get().commune_id}": agent.pk})
    assert list(Dossier.objects.order_by("pk").values_list("confie_a", flat=True)) == [
        agent.pk,
        collegue.pk,
    ]


# --- Views kept ---------------------------------------------------------------------------------
def test_une_vue_garde_les_filtres_l_ordre_et_les_colonnes(connecter, agent, deux):
    client = connecter(agent)
    requete = f"appel={deux[0].appel_id}&axe={deux[0].axe_id}&tri=-porteur&col=porteur&col=demande"
    client.post(
        f"/instruction/vues/?{requete}&page=4&choix=12", {"nom": "Mon axe", "est_partage": "on"}
    )
    vue = Vue.objects.get()
    page = client.get(f"/instruction/?{vue.requete}").context
    assert [ligne.dossier.intitule for ligne in page["atelier"].lignes] == ["Un"]
    assert (
        page["liste"].tri,
        page["liste"].colonnes,
        page["liste"].page,
        page["liste"].choisis,
    ) == ("-porteur", ("porteur", "demande"), 1, frozenset())


def test_une_vue_du_meme_nom_ne_se_remplace_pas_en_silence(connecter, agent, deux):
    """Asked in its place; the box says which one, and accepts no other."""
    client, ici = connecter(agent), "/instruction/vues/?tri="
    client.post(f"{ici}-porteur", {"nom": "La mienne", "est_partage": "on"})
    client.post(f"{ici}-demande", {"nom": "L’autre"})
    mienne, autre = Vue.objects.order_by("pk")
    assert client.post(f"{ici}-porteur", {"nom": "La mienne"}).status_code == 302  # the same list
    for accepte in ("", str(autre.pk)):
        refus = client.post(f"{ici}-demande", {"nom": "La mienne", "remplacer": accepte})
        page = refus.content.decode().replace("\u00a0", " ")
        assert (refus.status_code, "Vous avez déjà une vue de ce nom" in page) == (422, True)
        assert (f'value="{mienne.pk}"' in page, 'value="La mienne"' in page) == (True, True)
        assert "tri=-porteur" in Vue.objects.get(pk=mienne.pk).requete
    client.post(f"{ici}-demande", {"nom": "La mienne", "remplacer": str(mienne.pk)})
    assert "tri=-demande" in Vue.objects.get(pk=mienne.pk).requete
    # a colleague's view of that name is another one
    assert connecter(creer_agent()).post(f"{ici}", {"nom": "La mienne"}).status_code == 302


def test_une_vue_partagee_se_lit_par_tous_et_ne_se_retire_que_par_la_sienne(
    connecter, agent, appel
):
    collegue = creer_agent()
    vue = Vue.objects.create(par=agent, nom="À nous", requete="etat=depose", est_partage=True)
    Vue.objects.create(par=agent, nom="À moi")
    page = connecter(collegue).get("/instruction/").content.decode()
    assert ("À nous" in page, "À moi" in page) == (True, False)
    assert connecter(collegue).post(f"/instruction/vues/{vue.pk}/retirer/").status_code == 404
    connecter(agent).post(f"/instruction/vues/{vue.pk}/retirer/")
    assert list(Vue.objects.values_list("nom", flat=True)) == ["À moi"]


# --- Who sees what --------------------------------------------------------------------------------
@pytest.mark.parametrize("dimension", ["communes", "axes", "quartiers"])
@pytest.mark.parametrize("qui", ["agent", "financeur"])
def test_un_perimetre_limite_la_liste_et_chaque_page(
    connecter, deux, horloge_figee, dimension, qui
):
    un, autre = deux
    personne = creer_agent() if qui == "agent" else creer_financeur("etat")
    lieu = un.lieux.get()
    cle = {
        "communes": lieu.commune.code_insee,
        "axes": un.axe.cle,
        "quartiers": lieu.quartier.code,
    }[dimension]
    responsable = connecter(creer_agent(Role.RESPONSABLE))
    responsable.post(f"/instruction/equipe/{personne.appartenances.get().pk}/", {dimension: [cle]})
    client = connecter(type(personne).objects.get(pk=personne.pk))
    assert titres(client) == ["Un"]
    assert [client.get(f"/dossiers/{d.pk}/relecture/").status_code for d in (un, autre)] == [
        200,
        404,
    ]
    if qui == "agent":
        assert [client.get(f"/instruction/dossiers/{d.pk}/").status_code for d in (un, autre)] == [
            200,
            404,
        ]
        assert (
            client.post(
                f"/instruction/selection/?choix={autre.pk}", {"agent": personne.pk}
            ).status_code
            == 302
        )
        assert Dossier.objects.get(pk=autre.pk).confie_a is None


def test_un_financeur_ne_devine_pas_ce_que_les_autres_decident(connecter, deux):
    """Neither by a column, nor by an order, nor by a filter, nor by a counter."""
    examen.admettre(deux[0], par=creer_agent(), recu_le=PENDANT)
    client = connecter(creer_financeur("etat"))
    reponse = client.get(
        "/instruction/?col=vote&col=attend&col=alertes&col=charge&col=porteur&tri=-vote&attend=financeurs&alerte=plan"
    )
    assert reponse.context["liste"].colonnes == ("porteur",)
    assert (reponse.context["liste"].tri, set(reponse.context["liste"].filtres)) == ("", {"appel"})
    assert len(reponse.context["atelier"].lignes) == 2
    assert set(reponse.context["form"].fields) & {"attend", "alerte", "charge"} == set()


def test_un_financeur_ne_fait_aucun_geste_du_service(connecter, deux):
    client = connecter(creer_financeur("etat"))
    assert [
        client.get(chemin).status_code
        for chemin in ("/instruction/selection/", "/instruction/vues/", "/instruction/tableau/")
    ] == [403] * 3


def test_les_voisins_suivent_la_liste_d_ou_l_on_vient(connecter, agent, appel):
    porteur = creer_association()
    tous = [
        poser(appel, f"Projet {rang}", porteur, depose_le=PENDANT + timedelta(minutes=rang))
        for rang in range(5)
    ]
    poser(appel, "Ailleurs", porteur)
    client = connecter(agent)
    page = client.get("/instruction/?q=projet&tri=recu").context
    ligne = page["atelier"].lignes[2]
    assert ligne.dossier == tous[2]
    contexte = client.get(f"/instruction/dossiers/{tous[2].pk}/?{ligne.suite}").context
    assert [urlsplit(getattr(contexte["place"], sens)).path for sens in ("avant", "apres")] == [
        f"/instruction/dossiers/{tous[1].pk}/",
        f"/instruction/dossiers/{tous[3].pk}/",
    ]
    assert parse_qs(urlsplit(contexte["place"].liste).query)["q"] == ["projet"]
    suivant = client.get(contexte["place"].apres).context
    assert urlsplit(client.get(suivant["place"].apres).context["place"].apres).path == ""
    Dossier.objects.filter(pk=tous[0].pk).update(
        etat="retire", intitule="Ailleurs", recherche="ailleurs"
    )
    tous[0].save()
    assert (
        client.get(f"/instruction/dossiers/{tous[4].pk}/?liste=q%3Drien&rang=1")
        .context["place"]
        .avant
        == ""
    )


@pytest.mark.parametrize(
    "suite",
    [
        "?liste=%00",
        "?liste=a&rang=x",
        "?liste=a&rang=99999999999",
        "?liste=" + "a" * 3000,
        "?rang=1",
    ],
)
def test_une_suite_abimee_ne_casse_pas_le_dossier(connecter, agent, appel, suite):
    dossier = deposer(creer_dossier_complet(appel))
    assert connecter(agent).get(f"/instruction/dossiers/{dossier.pk}/{suite}").status_code in (
        200,
        400,
    )


# --- Who is awaited -----------------------------------------------------------------------------
def test_qui_est_attendu_change_avec_l_etat_et_l_heure(agent, appel):
    dossier = deposer(creer_dossier_complet(appel))

    def lire(instant):
        return Dossier.objects.annotate(attend=attente(instant)).get(pk=dossier.pk).attend

    assert lire(PENDANT) == "service"
    complements.demander(
        dossier,
        [complements.Demande("budget", "x")],
        avant_le=TARD,
        message="",
        par=agent,
        recu_le=PENDANT,
    )
    assert (lire(PENDANT), lire(TARD - timedelta(microseconds=1)), lire(TARD)) == (
        "organisme",
        "organisme",
        "service",
    )
    complements.clore(dossier, motif="x", par=agent, recu_le=TARD)
    examen.admettre(dossier, par=agent, recu_le=TARD)
    assert lire(TARD) == "financeurs"
    dossier.financements.update(decision="refuse")
    assert lire(TARD) == "service"  # the letters are to be prepared


def test_la_meme_regle_compte_les_onglets_et_la_liste(connecter, agent, deux):
    examen.admettre(deux[0], par=agent, recu_le=PENDANT)
    client = connecter(agent)
    onglets = client.get("/instruction/").context["atelier"].onglets
    assert [(onglet.mot, onglet.nombre) for onglet in onglets] == [
        ("Tous", 2),
        ("À vous d’agir", 1),
        ("Réponses reçues", 0),
        ("Chez le porteur", 0),
        ("Avis attendus", 1),
        ("Prêts pour le comité", 0),
        ("Vus en comité", 0),
        ("Terminés", 0),
    ]
    pages = [client.get(f"/instruction/?{onglet.adresse}").context["page"] for onglet in onglets]
    assert [page.total for page in pages] == [onglet.nombre for onglet in onglets]
    assert {cle: len(titres(client, attend=cle)) for cle in Attente.values} == {
        "service": 1,
        "organisme": 0,
        "financeurs": 1,
        "personne": 0,
    }


def test_les_couples_d_une_adresse_se_relisent_pareils(appel, agent):
    requete = QueryDict("etat=depose&tri=-recu&col=porteur&col=axe&page=3&choix=1-2-3")
    liste = listes.depuis_l_adresse(requete, {"etat": "depose"}, agent)
    encore = listes.depuis_l_adresse(QueryDict(liste.adresse()), {"etat": "depose"}, agent)
    assert (encore, len(alertes.ALERTES)) == (liste, 11)


def test_la_liste_n_a_que_les_organismes_trouves(agent, appel):
    """A word of the name of another organisation finds nothing of this one."""
    poser(appel, "Projet", creer_association(nom="Alpha"))
    Partenaire.objects.filter(nom="Alpha").get()
    assert list(listes.chercher(Dossier.objects.all(), "beta")) == []
    assert creer_membre(creer_association()).pk


def test_une_page_au_dela_de_la_fin_est_la_derniere(agent, deux):
    visibles = Dossier.objects.instruits_par(agent)
    vue = page_de_liste.lire(listes.Liste(page=9), visibles, PENDANT, lisible=True, du_service=True)
    assert (vue.page, vue.pages, vue.total, vue.debut) == (1, 1, visibles.count(), 0)
    assert vue.montres == set(visibles.values_list("pk", flat=True))
    illisible = page_de_liste.lire(
        listes.Liste(page=9), visibles, PENDANT, lisible=False, du_service=True
    )
    assert illisible == page_de_liste.Page(comptes={}, total=0, page=1, pages=1, dossiers=[])


def test_une_liste_de_tous_les_appels_se_compte_jusqu_a_une_borne(
    connecter, agent, deux, monkeypatch
):
    """Under a filter; whole without one, and for one call."""
    monkeypatch.setattr(page_de_liste, "COMPTES_MAX", 1)
    client = connecter(agent)
    tous = "/instruction/?appel=tous"
    entiere = client.get(tous)
    assert (entiere.context["page"].total, entiere.context["page"].est_bornee) == (2, False)
    bornee = client.get(f"{tous}&minimum=1")
    page = bornee.context["page"]
    assert (page.total, page.est_bornee, page.comptes, len(page.dossiers)) == (1, True, None, 2)
    assert "Plus de 1 dossier" in lisible(bornee)
    assert [onglet.nombre for onglet in bornee.context["atelier"].onglets] == [None] * 8
    d_un_appel = client.get(f"/instruction/?appel={deux[0].appel_id}&minimum=1")
    assert (d_un_appel.context["page"].total, d_un_appel.context["page"].est_bornee) == (2, False)


def test_une_liste_trop_longue_ne_se_garde_pas(agent):
    longue = listes.Liste(filtres={"q": "é" * listes.LONGUEUR_MAX})
    with pytest.raises(VueTropLongue):
        garder(longue, "Trop", par=agent, est_partage=False)
    assert not Vue.objects.exists()
