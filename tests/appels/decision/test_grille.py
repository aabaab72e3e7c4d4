"""Scores: others' hidden until mine are given; empty, zero and abstention are three things; the
formula recomputed apart.
"""

import csv
import io
from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appels.decision import grille
from appels.decision.actions import lectures
from appels.decision.actions.decisions import HorsCourse
from appels.depot.actions import arret
from appels.instruction.actions import campagne, deports
from appels.models import Cotation, Critere, Lecture
from appels.socle.balises.notes import points, sur_20
from partenaires.models import Genre, Partenaire, Role
from tests.appels.instruction.test_liste import poser
from tests.fabriques import (
    PENDANT,
    creer_agent,
    creer_appel,
    creer_dossier_complet,
    creer_financeur,
    creer_membre,
    deposer,
)
from tests.feuilles import feuille, lisible


@pytest.fixture
def monde(horloge_figee, db):
    """A project before three criteria: two that must be scored, one that may be; a reason each."""
    appel = creer_appel(motifs_par="critere")
    criteres = [
        appel.criteres.create(
            libelle=nom, poids=poids, maximum=maximum, est_obligatoire=oblige, position=rang
        )
        for rang, (nom, poids, maximum, oblige) in enumerate(
            (("Besoin", 3, 5, True), ("Budget", 1, 10, True), ("Égalité", 2, 4, False))
        )
    ]
    dossier = poser(appel, "Projet lu")
    return {
        "appel": appel,
        "dossier": dossier,
        "criteres": criteres,
        "page": f"/instruction/dossiers/{dossier.pk}/lecture/",
    }


def champs(monde, *notes, motif="Parce que", **autres) -> dict:
    """What the page posts: a score a criterion."""
    donnees = {}
    for critere, note in zip(monde["criteres"], notes, strict=True):
        donnees |= {f"c{critere.pk}-points": note, f"c{critere.pk}-motif": motif}
    return donnees | autres


def rendre(monde, personne, *notes) -> Lecture:
    """Given; None: empty, « a »: an abstention."""
    cotations = [
        Cotation(
            critere=c,
            motif="Parce que",
            abstention=note == "a",
            points=note if isinstance(note, int) else None,
        )
        for c, note in zip(monde["criteres"], notes, strict=True)
    ]
    return lectures.coter(monde["dossier"], cotations, rendre=True, par=personne, recu_le=PENDANT)


@given(
    st.lists(
        st.tuples(
            st.integers(1, 20),
            st.integers(1, 10),
            st.integers(0, 20),
            st.sampled_from(["note", "vide", "abstention"]),
        ),
        max_size=12,
    )
)
def test_la_formule_recalculee_a_part(lignes):
    """In whole numbers over a common denominator, another way than the product's."""
    cotations, haut, bas = [], 0, 0
    commun = 1
    for maximum, *_ in lignes:
        commun *= maximum
    for maximum, poids, note, genre in lignes:
        note = min(note, maximum)
        critere = Critere(maximum=maximum, poids=poids)
        cotations.append(
            Cotation(
                critere=critere,
                points=note if genre == "note" else None,
                abstention=genre == "abstention",
            )
        )
        if genre == "note":
            haut += note * poids * (commun // maximum)
            bas += poids
    assert grille.note(cotations) == (Fraction(20 * haut, bas * commun) if bas else None)


def test_vide_zero_et_abstention_sont_trois_choses(monde):
    rendre(monde, creer_agent(), 5, 0, None)
    rendre(monde, creer_agent(), 5, "a", "a")
    synthese = grille.synthese(monde["dossier"])
    assert [valeur for _, valeur in synthese.lectures] == [Fraction(15), Fraction(20)]
    assert (synthese.generale.moyenne, synthese.generale.bas, synthese.generale.haut) == (
        Fraction(35, 2),
        15,
        20,
    )
    assert [(e.valeurs, e.moyenne) for _, e, _ in synthese.criteres] == [
        ([5, 5], 5),
        ([0], 0),
        ([], None),
    ]


@pytest.mark.parametrize(
    ("valeur", "ecrit"),
    [
        (Fraction(27, 2), "13,5 sur 20"),
        (Fraction(1, 20), "0,1 sur 20"),
        (Fraction(20), "20 sur 20"),
        (Fraction(0), "0 sur 20"),
        (Fraction(40, 3), "13,3 sur 20"),
        (None, "pas de note"),
    ],
)
def test_une_note_s_ecrit_a_une_decimale(valeur, ecrit):
    assert (sur_20(valeur), points(None, 5), points(Fraction(11, 3), 5)) == (
        ecrit,
        "–",
        "3,7 sur 5",
    )


def test_les_notes_des_autres_se_lisent_apres_avoir_rendu_les_siennes(connecter, monde):
    rendre(monde, creer_agent(), 1, 2, 3)
    Cotation.objects.update(motif="CANARI-COTATION")
    moi = creer_agent(Role.RESPONSABLE)
    client = connecter(moi)
    page = client.get(monde["page"]).content.decode()
    assert (
        "CANARI-COTATION" in page,
        "sur 20</strong>" in page,
        "Lectures rendues : 1<" in page.replace("\u00a0", " "),
    ) == (False, False, True)
    assert client.post(monde["page"], champs(monde, "5", "10", "")).status_code == 302
    assert "CANARI-COTATION" not in client.get(monde["page"]).content.decode()  # kept, not given
    assert client.post(monde["page"], champs(monde, "5", "10", "", rendre="1")).status_code == 302
    page = client.get(monde["page"]).content.decode()
    assert ("CANARI-COTATION" in page, Lecture.objects.rendues().count()) == (True, 2)
    for autre in (
        f"/instruction/dossiers/{monde['dossier'].pk}/",
        f"/instruction/dossiers/{monde['dossier'].pk}/avis/",
        "/instruction/",
    ):
        assert "CANARI-COTATION" not in client.get(autre).content.decode()


def test_d_une_lecture_a_la_suivante_de_la_liste(connecter, monde):
    """One gesture gives mine and opens the next to read; at the end, the list; a fault stays."""
    suivant = poser(monde["appel"], "Projet d’après")
    client = connecter(creer_agent())
    liste = "liste=tri%3Dnumero&rang="
    ouverte = client.get(f"{monde['page']}?{liste}0").content.decode()
    autre = f"/instruction/dossiers/{suivant.pk}/lecture/"
    assert f'href="{autre}?{liste.replace("&", "&amp;")}1" rel="next"' in ouverte
    refus = client.post(f"{monde['page']}?{liste}0", champs(monde, "5", "", "", suivant="1"))
    assert (refus.status_code, Lecture.objects.count()) == (422, 0)
    fait = client.post(f"{monde['page']}?{liste}0", champs(monde, "5", "10", "", suivant="1"))
    assert (fait.url, Lecture.objects.rendues().count()) == (f"{autre}?{liste}1", 1)
    derniere = client.get(fait.url).content.decode()
    assert ('rel="prev"' in derniere, 'rel="next"' in derniere) == (True, False)
    fait = client.post(fait.url, champs(monde, "5", "10", "", suivant="1"))
    assert fait.url == "/instruction/?tri=numero"


def test_une_lecture_rendue_puis_reprise_le_dit(connecter, monde, horloge_figee):
    moi = creer_agent()
    rendre(monde, moi, 1, 2, 3)
    horloge_figee(PENDANT + timedelta(hours=1))
    assert connecter(moi).post(monde["page"], champs(monde, "2", "2", "3")).status_code == 302
    lecture = Lecture.objects.get()
    assert (
        lecture.rendue_le,
        lecture.est_reprise,
        lecture.cotations.get(critere=monde["criteres"][0]).points,
    ) == (PENDANT, True, 2)
    assert "reprise le" in connecter(moi).get(monde["page"]).content.decode()
    assert (
        connecter(moi).post(monde["page"], champs(monde, "", "2", "3")).status_code == 422
    )  # given: still whole
    assert Lecture.objects.get().cotations.count() == 3


def test_deux_onglets_de_la_meme_personne(connecter, monde, horloge_figee):
    """The older tab wipes nothing: it says so, then writes over knowingly."""
    client, nom = connecter(creer_agent()), f"c{monde['criteres'][0].pk}-points"
    ancien = feuille(client.get(monde["page"]), nom)
    assert client.post(monde["page"], ancien | champs(monde, "1", "2", "3")).status_code == 302
    horloge_figee(PENDANT + timedelta(minutes=5))
    dispute = client.post(monde["page"], ancien | champs(monde, "5", "", ""))
    assert (dispute.status_code, Cotation.objects.count()) == (422, 3)
    phrase = "Vous avez enregistré d’autres notes de ce dossier depuis une autre page"
    assert phrase in lisible(dispute)
    encore = feuille(dispute, nom)
    assert encore[nom] == ["5"]
    # an error of another kind keeps the print of what was seen
    faux = client.post(monde["page"], ancien | champs(monde, "99", "", ""))
    assert (faux.status_code, feuille(faux, nom)["vue"]) == (422, ancien["vue"])
    assert client.post(monde["page"], encore).status_code == 302
    assert Cotation.objects.get(critere=monde["criteres"][0]).points == 5


@pytest.mark.parametrize(
    ("donnees", "phrase"),
    [
        (("", "3", "1"), "notez-le, ou abstenez-vous"),
        (("6", "3", "1"), "choix valide"),
        (("-1", "3", "1"), "choix valide"),
        (("2,5", "3", "1"), "choix valide"),
        (("x\x00", "3", "1"), ""),
        (("9" * 400, "3", "1"), "choix valide"),
    ],
)
def test_une_note_mal_ecrite_le_dit_et_ne_garde_rien(connecter, monde, donnees, phrase):
    reponse = connecter(creer_agent()).post(monde["page"], champs(monde, *donnees, rendre="1"))
    assert (reponse.status_code, phrase in reponse.content.decode(), Lecture.objects.count()) == (
        422,
        True,
        0,
    )


def test_rendre_demande_un_motif_garder_non(connecter, monde):
    client = connecter(creer_agent())
    reponse = client.post(monde["page"], champs(monde, "1", "2", "", motif="", rendre="1"))
    assert (reponse.status_code, "dites pourquoi" in reponse.content.decode()) == (422, True)
    assert client.post(monde["page"], champs(monde, "1", "", "", motif="")).status_code == 302
    assert (Lecture.objects.get().rendue_le, Cotation.objects.count()) == (None, 1)


def test_un_deport_retire_la_lecture_des_moyennes(monde):
    moi = creer_agent()
    rendre(monde, moi, 0, 0, 0)
    rendre(monde, creer_agent(), 5, 10, 4)
    deport = deports.declarer(monde["dossier"], moi, motif="x", par=moi, recu_le=PENDANT)
    assert (
        grille.synthese(monde["dossier"]).generale.valeurs,
        Lecture.objects.rendues().count(),
    ) == ([Fraction(20)], 1)
    deports.lever(deport, motif="x", par=creer_agent(Role.RESPONSABLE), recu_le=PENDANT)
    assert Lecture.objects.rendues().count() == 2


def lire_csv(client, monde) -> list[dict]:
    texte = b"".join(
        client.get(f"/instruction/appels/{monde['appel'].pk}/lectures.csv").streaming_content
    ).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(texte), delimiter=";"))


def test_notes_et_motifs_s_exportent_critere_par_critere_apres_avoir_rendu_les_siennes(
    connecter, monde
):
    """Scored, put aside, not scored are told apart; others' stay hidden until mine are in; who
    steps aside is not there.
    """
    un, autre, ecarte = creer_agent(), creer_financeur(), creer_agent()
    rendre(monde, un, 5, "a", None)
    rendre(monde, ecarte, 1, 1, 1)
    deports.declarer(monde["dossier"], ecarte, motif="x", par=un, recu_le=PENDANT)
    assert (lire_csv(connecter(autre), monde), lire_csv(connecter(ecarte), monde)) == ([], [])
    lignes = lire_csv(connecter(un), monde)
    assert [
        (
            li["Numéro"],
            li["Lecteur"],
            li["Critère"],
            li["Poids"],
            li["Note"],
            li["Situation"],
            li["Note de la lecture sur 20"],
        )
        for li in lignes
    ] == [
        (monde["dossier"].numero, str(un), "Besoin", "3", "5", "Noté", "20,0"),
        (monde["dossier"].numero, str(un), "Budget", "1", "", "Abstention", "20,0"),
        (monde["dossier"].numero, str(un), "Égalité", "2", "", "Pas noté", "20,0"),
    ]
    assert (lignes[0]["Motif"], lignes[0]["Rendue le"], lignes[0]["Reprise le"]) == (
        "Parce que",
        "2026-11-10",
        "",
    )


@pytest.mark.parametrize("combien", [1, 20])
def test_l_export_des_notes_en_autant_de_requetes(
    connecter, monde, combien, django_assert_num_queries
):
    lecteurs = [creer_agent() for _ in range(combien)]
    for lecteur in lecteurs:
        rendre(monde, lecteur, 5, 4, 3)
    client = connecter(lecteurs[0])
    client.get("/")
    with django_assert_num_queries(9):  # the reasons of the blocks, whether it is long
        assert len(lire_csv(client, monde)) == combien * 3


def test_qui_note(connecter, monde):
    etat = Partenaire.objects.filter(genre=Genre.ETAT).first()
    monde["dossier"].financements.create(partenaire=etat, sous_poste="74etat", montant=100)
    gens = {
        "agent": creer_agent(),
        "financeur": creer_financeur(Genre.ETAT),
        "lecteur": creer_membre(etat, Role.LECTEUR_FINANCEUR),
        "autre financeur": creer_financeur(Genre.CAF),
        "organisme": monde["dossier"].depose_par,
    }
    codes = {
        nom: connecter(personne).post(monde["page"], champs(monde, "1", "1", "")).status_code
        for nom, personne in gens.items()
    }
    assert codes == {
        "agent": 302,
        "financeur": 302,
        "lecteur": 403,
        "autre financeur": 404,
        "organisme": 403,
    }


def test_pas_de_note_sur_un_dossier_retire(connecter, monde):
    moi = creer_agent()
    arret.retirer(monde["dossier"], par=monde["dossier"].depose_par, recu_le=PENDANT)
    with pytest.raises(HorsCourse):
        rendre(monde, moi, 1, 1, 1)
    reponse = connecter(moi).post(monde["page"], champs(monde, "1", "1", ""))
    assert (
        reponse.status_code,
        "n’est plus en course" in reponse.content.decode(),
        Lecture.objects.count(),
    ) == (422, True, 0)


def test_la_grille_se_propose_se_change_et_un_critere_note_reste(connecter, monde):
    autre = creer_appel(2026)
    client, chemin = connecter(creer_agent()), f"/instruction/appels/{autre.pk}/grille/"
    for _ in range(2):
        assert client.post(chemin, {"proposer": "1"}).status_code == 302
    assert autre.criteres.count() == 11
    rendre(monde, creer_agent(), 1, 1, 1)
    formulaires = client.get(f"/instruction/appels/{monde['appel'].pk}/grille/").context[
        "formulaires"
    ]
    donnees = {
        f"criteres-{nom}": formulaires.management_form[nom].value()
        for nom in ("TOTAL_FORMS", "INITIAL_FORMS")
    }
    for form in formulaires:
        donnees |= {
            form.add_prefix(nom): form[nom].value() or ""
            for nom in ("id", "libelle", "maximum", "poids")
        }
        donnees[form.add_prefix("est_obligatoire")] = "on"
    reponse = client.post(
        f"/instruction/appels/{monde['appel'].pk}/grille/", donnees | {"criteres-0-DELETE": "on"}
    )
    retire = monde["appel"].criteres.first()
    assert (reponse.status_code, retire.est_propose) == (302, False)  # it has scores: withdrawn
    assert monde["appel"].criteres.count() == 3
    monde["appel"].criteres.update(retire_le=None)
    for mauvais in (
        {"criteres-0-poids": "0"},
        {"criteres-0-maximum": "21"},
        {"criteres-0-libelle": ""},
        {"criteres-0-poids": "-3"},
        {"criteres-1-maximum": "0"},
        {"criteres-2-maximum": "x"},
    ):
        assert (
            client.post(
                f"/instruction/appels/{monde['appel'].pk}/grille/", donnees | mauvais
            ).status_code
            == 422
        )
    assert (
        client.post(
            f"/instruction/appels/{monde['appel'].pk}/grille/", donnees | {"criteres-0-poids": "4"}
        ).status_code
        == 302
    )
    assert monde["appel"].criteres.first().poids == 4


def test_la_campagne_suivante_reprend_la_grille(monde):
    nouvel = campagne.reconduire(monde["appel"], 2028, recu_le=PENDANT)
    assert list(nouvel.criteres.values_list("libelle", "poids", "maximum")) == [
        ("Besoin", 3, 5),
        ("Budget", 1, 10),
        ("Égalité", 2, 4),
    ]
    assert monde["appel"].criteres.count() == 3


@pytest.mark.parametrize("combien", [1, 12])
def test_la_lecture_en_autant_de_requetes_quel_que_soit_le_nombre(
    connecter, monde, combien, django_assert_num_queries
):
    monde["dossier"] = deposer(creer_dossier_complet(monde["appel"]))
    monde["page"] = f"/instruction/dossiers/{monde['dossier'].pk}/lecture/"
    for _ in range(combien):
        rendre(monde, creer_agent(), 1, 2, "a")
    moi = creer_agent()
    rendre(monde, moi, 1, 2, 3)
    client = connecter(moi)
    client.get("/")
    with django_assert_num_queries(19):
        client.get(monde["page"])
