"""After the deposit: the year step by step, who acts, by when, and nothing before its letter."""

import re
from datetime import date, timedelta

import pytest

from appels.depot.actions import arret
from appels.depot.suite import suivre
from appels.instruction import demandes
from appels.instruction.actions import complements, examen
from appels.models import Dossier
from appels.socle import suivi
from tests.fabriques import (
    FERMETURE,
    PENDANT,
    admettre,
    creer_accord,
    creer_agent,
    creer_appel,
    creer_association,
    creer_dossier_complet,
    creer_financeur,
    creer_lettre,
    creer_membre,
    creer_signataire,
    deposer,
)

pytestmark = pytest.mark.django_db
APRES = FERMETURE + timedelta(days=3)


@pytest.fixture
def depose(horloge_figee):
    appel = creer_appel(examen_le=date(2026, 12, 1), bilan_le=date(2028, 6, 30))
    porteur = creer_association()
    return deposer(creer_dossier_complet(appel, porteur), creer_signataire(porteur))


def page(dossier, personne=None, instant=APRES):
    lus = suivi.avec_les_lettres(Dossier.objects.pour_lecture())
    return suivre(lus.get(pk=dossier.pk), personne or dossier.depose_par, instant)


def demander_a_completer(depose) -> None:
    complements.demander(
        depose,
        [demandes.Demande("description", "Combien de séances ?")],
        avant_le=APRES + timedelta(days=15),
        message="",
        par=creer_agent(),
        recu_le=APRES,
    )


def places(dossier, **options) -> list[tuple[str, str]]:
    return [(etape.cle, etape.place) for etape in page(dossier, **options).etapes]


def test_la_ligne_de_l_annee_dit_ou_l_on_est(depose):
    """One step is « here » whatever the state, and only what is done is green."""
    attendus = ("depot", "fait"), ("decision", "plus-tard"), ("projet", "plus-tard")
    assert places(depose) == [
        attendus[0],
        ("examen", "la"),
        *attendus[1:],
        ("bilan", "plus-tard"),
    ]
    quand = [etape.quand for etape in page(depose).etapes]
    assert quand == [
        "10\u00a0novembre\u00a02026",
        "à partir du 1er\u00a0décembre\u00a02026",
        "date à venir",
        "du 1er\u00a0février\u00a02027 au 30\u00a0novembre\u00a02027",
        "à partir du 30\u00a0juin\u00a02028",
    ]
    demander_a_completer(depose)
    lue = page(depose)
    assert (lue.etapes[1].place, lue.etapes[1].nom, lue.etapes[1].qui) == (
        "moi",
        "À compléter",
        "À vous",
    )
    assert [point.demande for point in lue.complement.points.all()] == ["Combien de séances ?"]
    assert lue.etapes[1].phrases[0].startswith("Compléments demandés le 30\u00a0novembre\u00a02026")


def test_la_decision_ne_se_lit_que_dans_sa_lettre(depose):
    admettre(depose)
    accord = creer_accord(depose, montant=250_000)
    assert places(depose)[1:3] == [("examen", "fait"), ("decision", "la")]
    assert (page(depose).resultats, page(depose).accorde) == ([], 0)
    lettre = creer_lettre(accord)
    assert places(depose)[2] == ("decision", "moi")
    assert (page(depose).a_des_reponses, page(depose).accorde, page(depose).parts) == (
        False,
        0,
        [],
    )
    lettre.lue_le, lettre.lue_par = PENDANT, depose.depose_par
    lettre.save()
    lue = page(depose)
    assert (lue.a_des_reponses, lue.accorde) == (True, 250_000)
    assert [(ton, cents) for ton, _nom, cents in lue.parts] == [("f3", 250_000)]
    assert lue.peut.renoncer
    # who funds or instructs reads the decisions on their own pages, not the letters here
    for autre in (creer_agent(), creer_financeur()):
        vue = page(depose, autre)
        assert (vue.resultats, vue.dernier_message, vue.peut.agir) == ([], None, False)


def test_tout_decide_puis_le_projet_puis_le_bilan(depose):
    admettre(depose)
    depose.financements.exclude(partenaire__genre="caf").filter(partenaire__isnull=False).delete()
    lettre = creer_lettre(creer_accord(depose))
    lettre.lue_le, lettre.lue_par = PENDANT, depose.depose_par
    lettre.save()
    assert places(depose)[2:] == [("decision", "fait"), ("projet", "la"), ("bilan", "plus-tard")]
    apres_le_projet = APRES + timedelta(days=500)
    assert places(depose, instant=apres_le_projet)[3:] == [("projet", "fait"), ("bilan", "la")]


DES_LE_DEPOT = ("va commencer", "Votre projet commence le 1er février 2027")
PENDANT_LE_PROJET = ("a lieu", "Votre projet a lieu jusqu’au 30 novembre 2027")


@pytest.mark.parametrize(
    ("instant", "attendu"),
    [
        (APRES, DES_LE_DEPOT),
        (APRES + timedelta(days=100), PENDANT_LE_PROJET),
        (APRES + timedelta(days=500), ("a lieu", "Bilan attendu à partir du 30 juin 2028")),
    ],
)
def test_la_carte_et_la_ligne_disent_la_meme_chose_du_projet(
    connecter, horloge_figee, depose, instant, attendu
):
    """Decided: what comes next, never « plus rien n’est attendu »; the decisions are read again."""
    admettre(depose)
    depose.financements.exclude(partenaire__genre="caf").filter(partenaire__isnull=False).delete()
    lettre = creer_lettre(creer_accord(depose))
    lettre.lue_le, lettre.lue_par = PENDANT, depose.depose_par
    lettre.save()
    horloge_figee(instant)
    chemin = f"/dossiers/{depose.pk}/depose/"
    html = connecter(depose.depose_par).get(chemin).content.decode().replace("\u00a0", " ")
    nom, titre = attendu
    assert re.search(r'id="t-tour">\s*([^<]*?)\s*</h2>', html)[1] == titre
    assert f"Le projet {nom}" in html
    assert html.count("Bilan attendu à partir du 30 juin 2028") == 1
    assert f'href="/dossiers/{depose.pk}/decisions-recues/">Lire les décisions</a>' in html
    dehors = page(depose, creer_agent(), instant).apres[0].replace("\u00a0", " ")
    assert dehors == titre.replace("Votre projet", "Le projet")


def test_tout_refuse_rien_ne_suit(depose):
    admettre(depose)
    depose.financements.exclude(partenaire__genre="caf").filter(partenaire__isnull=False).delete()
    refus = depose.financements.get(partenaire__genre="caf")
    refus.decision, refus.decide_le = "refuse", PENDANT.date()
    refus.motif_code, refus.motif = "hors_priorites", "Hors des priorités."
    refus.prononcer(par=creer_agent(), le=PENDANT)
    lettre = creer_lettre(refus)
    lettre.lue_le, lettre.lue_par = PENDANT, depose.depose_par
    lettre.save()
    assert [cle for cle, _ in places(depose)] == ["depot", "examen", "decision"]
    assert page(depose).apres == ()


def test_hors_course_la_ligne_s_arrete(depose):
    examen.ecarter(depose, motif="Hors du territoire.", par=creer_agent(), recu_le=APRES)
    lue = page(Dossier.objects.get(pk=depose.pk))
    assert [(etape.cle, etape.place, etape.nom) for etape in lue.etapes[1:]] == [
        ("fin", "la", "Irrecevable")
    ]
    assert lue.etapes[1].phrases[1] == "Hors du territoire."
    autre = deposer(creer_dossier_complet(depose.appel, depose.porteur), depose.depose_par)
    arret.retirer(autre, motif="", par=depose.depose_par, recu_le=PENDANT)
    assert [etape.nom for etape in page(autre).etapes] == ["Déposé", "Retiré"]


def test_vous_est_l_organisme_jamais_qui_instruit(connecter, horloge_figee, depose):
    horloge_figee(APRES)
    demander_a_completer(depose)
    chemin = f"/dossiers/{depose.pk}/depose/"
    lus = [
        connecter(qui).get(chemin).content.decode().split("<main")[1]
        for qui in (depose.depose_par, creer_agent())
    ]
    assert [("À vous" in lu, "À l’organisme d’agir" in lu) for lu in lus] == [
        (True, False),
        (False, True),
    ]


def test_hors_course_rien_n_est_a_reporter_sur_dauphin(connecter, depose):
    """The page of the year, its own page and the list of those who wait say the same."""
    client = connecter(depose.depose_par)
    chemins = (f"/dossiers/{depose.pk}/depose/", f"/dossiers/{depose.pk}/dauphin/")
    dit = "Déposé ici, pas encore sur Dauphin"
    assert [dit in client.get(chemin).content.decode() for chemin in chemins] == [True, True]
    arret.retirer(depose, par=depose.depose_par, recu_le=PENDANT)
    assert list(Dossier.objects.sans_dauphin()) == []
    assert [dit in client.get(chemin).content.decode() for chemin in chemins] == [False, False]


def test_la_page_un_seul_acte_et_l_empreinte_repliee(connecter, horloge_figee, depose):
    """The owner has one full button; the fingerprint is folded; « you are here » is in words."""
    horloge_figee(APRES)
    client = connecter(depose.depose_par)
    html = client.get(f"/dossiers/{depose.pk}/depose/").content.decode()
    assert html.count("Vous êtes ici") == 1
    assert html.count('aria-current="step"') == 1
    empreinte = depose.versions.get().empreinte
    assert html.index("<details") < html.index(empreinte) < html.index("</details>")
    demander_a_completer(depose)
    html = client.get(f"/dossiers/{depose.pk}/depose/").content.decode()
    assert html.count('class="bouton"') == 1
    assert f'<a class="bouton" href="/dossiers/{depose.pk}/corriger/">Répondre</a>' in html
    lectrice = creer_membre(depose.porteur, "lecteur")
    html = connecter(lectrice).get(f"/dossiers/{depose.pk}/depose/").content.decode()
    assert 'class="bouton"' not in html
    inconnue = connecter(creer_signataire(creer_association()))
    assert inconnue.get(f"/dossiers/{depose.pk}/depose/").status_code == 404


def test_mes_dossiers_mene_a_la_suite_et_la_relecture_a_ses_gestes_en_haut(connecter, depose):
    client = connecter(depose.depose_par)
    liste = client.get("/dossiers/").content.decode()
    assert f'<a href="/dossiers/{depose.pk}/depose/">{depose.numero} · ' in liste
    relue = client.get(f"/dossiers/{depose.pk}/relecture/").content.decode()
    rangs = [
        relue.index(mot)
        for mot in (
            "Corriger ce dossier",
            "Messages avec",
            "Retirer ce dossier",
            'href="#lu-budget"',
            "Le projet en bref",
            "Empreinte SHA-256",
        )
    ]
    assert rangs == sorted(rangs)
    assert relue.index("<details") < relue.index("Empreinte SHA-256")
