"""At the door: documents looked at, receivable or not, flags; two agents at once; the log that
nobody rewrites.
"""

import csv
import io
import re
import threading
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import QuerySet
from lxml import html
from post_office.models import Email

from appels.depot.actions import arret
from appels.instruction import alertes
from appels.instruction.actions import affectation, examen
from appels.instruction.autour import autour
from appels.models import DecisionPrise, Dossier, Financement, Note, Passage, Piece, Signal
from appels.models.etats import TRANSITIONS, Etat, Transition, TransitionInterdite
from appels.socle import pieces_demandees, stades
from appels.socle.suivi import pour_l_organisme
from partenaires.models import Role
from partenaires.socle.refus import AuMemeInstant
from tests.attente import BORNE
from tests.fabriques import (
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
    publier_les_decisions,
)
from tests.feuilles import feuille, lisible

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent(horloge_figee):
    return creer_agent()


@pytest.fixture
def depose(horloge_figee):
    return deposer(creer_dossier_complet(creer_appel(), creer_association()))


def relu(dossier) -> Dossier:
    return Dossier.objects.get(pk=dossier.pk)


GESTES = {
    Transition.ADMETTRE: lambda d, agent: examen.admettre(d, par=agent, recu_le=PENDANT),
    Transition.ECARTER: lambda d, agent: examen.ecarter(
        d, motif="Hors territoire.", par=agent, recu_le=PENDANT
    ),
    Transition.REEXAMINER: lambda d, agent: examen.reexaminer(
        d, motif="Erreur.", par=agent, recu_le=PENDANT
    ),
}


@pytest.mark.parametrize(
    "etat", [Etat.DEPOSE, Etat.A_COMPLETER, Etat.RECEVABLE, Etat.IRRECEVABLE, Etat.RETIRE]
)
@pytest.mark.parametrize("verbe", GESTES)
def test_chaque_passage_permis_refuse_note(agent, depose, verbe, etat):
    Dossier.objects.filter(pk=depose.pk).update(etat=etat)
    depart, arrivee = TRANSITIONS[verbe]
    avant = Passage.objects.count()
    if etat in depart:
        GESTES[verbe](depose, agent)
        dernier = Passage.objects.last()
        assert (relu(depose).etat, dernier.acte, dernier.de, dernier.vers, dernier.par) == (
            arrivee,
            verbe,
            etat,
            arrivee,
            agent,
        )
    else:
        with pytest.raises(TransitionInterdite):
            GESTES[verbe](depose, agent)
        assert (
            relu(depose).etat,
            Passage.objects.count(),
            Email.objects.filter(subject__startswith="Dossier irrec").count(),
        ) == (etat, avant, 0)


def test_declarer_recevable_depuis_la_page(connecter, agent, depose):
    client = connecter(agent)
    page = client.get(f"/instruction/dossiers/{depose.pk}/").content.decode()
    assert ("Déclarer recevable" in page, "Au service d’agir" in page) == (True, True)
    client.post(f"/instruction/dossiers/{depose.pk}/recevable/")
    page = client.get(f"/instruction/dossiers/{depose.pk}/").content.decode()
    assert ("Aux financeurs d’agir" in page, "Reprendre l’examen" in page) == (True, True)


def test_declarer_irrecevable_demande_un_motif_que_l_organisme_lit(connecter, agent, depose):
    client, chemin = connecter(agent), f"/instruction/dossiers/{depose.pk}/irrecevable/"
    assert (client.post(chemin, {"motif": ""}).status_code, relu(depose).etat) == (422, "depose")
    client.post(chemin, {"motif": "Le projet est hors du territoire."})
    assert relu(depose).etat == "irrecevable"
    lettres = Email.objects.filter(subject__startswith="Dossier irrecevable")
    assert {lettre.to[0] for lettre in lettres} == {depose.depose_par.email, depose.cree_par.email}
    assert "Motif : Le projet est hors du territoire." in lettres[0].message
    page = connecter(depose.depose_par).get(f"/dossiers/{depose.pk}/relecture/").content.decode()
    assert ("Le projet est hors du territoire." in page, "Irrecevable" in page) == (True, True)


def test_reprendre_l_examen_previent_quand_c_etait_irrecevable(agent, depose):
    examen.admettre(depose, par=agent, recu_le=PENDANT)
    examen.reexaminer(depose, motif="x", par=agent, recu_le=PENDANT)
    assert Email.objects.filter(subject__startswith="Examen repris").count() == 0
    examen.ecarter(depose, motif="x", par=agent, recu_le=PENDANT)
    examen.reexaminer(
        depose, motif="Erreur de lecture.", par=agent, recu_le=PENDANT + timedelta(hours=1)
    )
    assert {e.to[0] for e in Email.objects.filter(subject__startswith="Examen repris")} == {
        depose.depose_par.email,
        depose.cree_par.email,
    }


# --- Documents ----------------------------------------------------------------------------------
def test_les_trois_notions_d_une_piece(connecter, agent, depose):
    """Asked, needed for receivability, found to do: the page says the three."""
    piece = depose.pieces.exclude(est_chiffree=True).get()
    client = connecter(agent)
    page = client.get(f"/instruction/dossiers/{depose.pk}/").content.decode()
    assert (
        "Obligatoire pour la recevabilité" in page,
        "Obligatoire pour déposer" in page,
        "À voir" in page,
    ) == (True, True, True)
    chemin = f"/instruction/dossiers/{depose.pk}/pieces/"
    refus = client.post(chemin, {f"p{piece.pk}-conformite": "non_conforme"})
    assert (
        refus.status_code,
        "Dites ce qui ne va pas" in refus.content.decode(),
        Piece.objects.get(pk=piece.pk).conformite,
    ) == (422, True, "")
    client.post(
        chemin,
        {f"p{piece.pk}-conformite": "non_conforme", f"p{piece.pk}-motif": "Comptes de 2023."},
    )
    page = client.get(f"/instruction/dossiers/{depose.pk}/").content.decode()
    assert ("Non conforme" in page, "Comptes de 2023." in page) == (True, True)
    passage = Passage.objects.filter(acte="conformite").get()
    assert (passage.champs, passage.par) == ([["conformité", "", "Non conforme"]], agent)
    client.post(
        chemin,
        {f"p{piece.pk}-conformite": "non_conforme", f"p{piece.pk}-motif": "Comptes de 2023."},
    )
    assert Passage.objects.filter(acte="conformite").count() == 1


def test_deux_agents_jugent_chacun_une_piece(connecter, agent, depose):
    """The older page adds its verdict; it takes none back, nor speaks of what was replaced."""
    un, deux = connecter(agent), connecter(creer_agent())
    premiere, seconde = depose.pieces.order_by("pk")[:2]
    chemin = f"/instruction/dossiers/{depose.pk}/pieces/"
    ancienne = feuille(un.get(chemin), f"p{premiere.pk}-motif")
    deux.post(chemin, {**ancienne, f"p{premiere.pk}-conformite": "conforme"})
    un.post(chemin, {**ancienne, f"p{seconde.pk}-conformite": "conforme"})

    def verdicts() -> list[str]:
        return list(depose.pieces.order_by("pk").values_list("conformite", flat=True)[:2])

    assert verdicts() == ["conforme", "conforme"]
    contraire = {f"p{premiere.pk}-conformite": "non_conforme", f"p{premiere.pk}-motif": "Floue."}
    dispute = un.post(chemin, {**ancienne, **contraire})
    assert (dispute.status_code, verdicts()) == (422, ["conforme", "conforme"])
    assert "Entre-temps, quelqu’un a enregistré : « Conforme »" in lisible(dispute)
    with pytest.raises(AuMemeInstant):  # a colleague between the reading and the lock
        examen.examiner_les_pieces(
            depose,
            {premiere.pk: ("non_conforme", "x")},
            lus={premiere.pk: ("", "")},
            par=agent,
            recu_le=PENDANT,
        )
    Piece.objects.filter(pk=premiere.pk).update(retiree_le=PENDANT)
    suite = lisible(un.post(chemin, {**ancienne, **contraire}, follow=True))
    assert "Une pièce de cette page a été remplacée ou retirée entre-temps" in suite
    assert "Vous aviez écrit : « Floue. »" in suite


def test_une_piece_se_lit_la_ou_on_dit_qu_elle_est_a_refaire(connecter, agent, depose):
    """The same frame as on the examination: of this portal alone, opened on one to judge."""
    piece = Piece.objects.get(dossier=depose, document__est_bancaire=False)
    reponse = connecter(agent).get(f"/instruction/dossiers/{depose.pk}/pieces/")
    page = html.fromstring(reponse.content)
    (cadre,) = page.iter("iframe")
    assert (cadre.get("name"), cadre.get("src")) == ("piece", f"/pieces/{piece.pk}/apercu/")
    menees = [lien.get("href") for lien in page.iter("a") if lien.get("target") == "piece"]
    assert menees == [f"/pieces/{piece.pk}/apercu/"]
    assert [len(page.xpath(f"//*[@id='p{une.pk}']")) for une in depose.pieces.all()] == [1, 1]
    assert "frame-src 'self'" in reponse.headers["Content-Security-Policy"]


def test_une_piece_d_un_autre_dossier_ne_s_examine_pas(agent, depose):
    autre = deposer(creer_dossier_complet(depose.appel))
    piece = autre.pieces.first()
    assert (
        examen.examiner_les_pieces(depose, {piece.pk: ("conforme", "")}, par=agent, recu_le=PENDANT)
        == 0
    )
    assert Piece.objects.get(pk=piece.pk).conformite == ""


# --- Flags --------------------------------------------------------------------------------------
def test_un_signalement_arrete_toute_decision_jusqu_a_sa_resolution(connecter, agent, depose):
    client = connecter(agent)
    client.post(
        f"/instruction/dossiers/{depose.pk}/notes/",
        {"quoi": "signal", "motif": "Double financement ?"},
    )
    signal = Signal.objects.get()
    ligne = depose.financements.first()
    for chemin, champs in (
        (f"/instruction/dossiers/{depose.pk}/recevable/", {}),
        (f"/instruction/dossiers/{depose.pk}/irrecevable/", {"motif": "x"}),
    ):
        page = client.post(chemin, champs, follow=True).content.decode()
        assert ("Un signalement n’est pas résolu" in page, relu(depose).etat) == (True, "depose")
    saisie = {"decisions-TOTAL_FORMS": 4, "decisions-INITIAL_FORMS": 4}
    for rang, f in enumerate(depose.financements.all()):
        saisie |= {
            f"decisions-{rang}-id": f.pk,
            f"decisions-{rang}-decision": "refuse" if not rang else "",
            f"decisions-{rang}-motif": "" if rang else "x",
            f"decisions-{rang}-vue": f.empreinte,
        }
    page = client.post(f"/dossiers/{depose.pk}/decisions/", saisie)
    decision = Financement.objects.get(pk=ligne.pk).decision
    assert (
        page.status_code,
        "Un signalement n’est pas résolu" in page.content.decode(),
        decision,
    ) == (422, True, "")
    assert (
        client.post(f"/instruction/signalements/{signal.pk}/resoudre/", {"issue": ""}).status_code
        == 302
    )
    assert Signal.objects.poses().count() == 1
    client.post(
        f"/instruction/signalements/{signal.pk}/resoudre/", {"issue": "Vérifié avec la commune."}
    )
    client.post(f"/instruction/dossiers/{depose.pk}/recevable/")
    assert relu(depose).etat == "recevable"
    page = client.post(
        f"/instruction/signalements/{signal.pk}/resoudre/", {"issue": "Encore."}, follow=True
    ).content.decode()
    assert (
        "vient d’être résolu par quelqu’un d’autre" in page,
        Signal.objects.get().resolution,
    ) == (
        True,
        "Vérifié avec la commune.",
    )


def test_les_notes_restent_entre_agents_et_disent_qu_elles_peuvent_etre_communiquees(
    connecter, agent, depose
):
    client = connecter(agent)
    client.post(
        f"/instruction/dossiers/{depose.pk}/notes/", {"quoi": "note", "texte": "CANARI-NOTE"}
    )
    page = client.get(f"/instruction/dossiers/{depose.pk}/notes/").content.decode()
    assert ("CANARI-NOTE" in page, "L. 311-2" in page, Note.objects.get().auteur) == (
        True,
        True,
        agent,
    )
    for personne in (depose.depose_par, creer_financeur("etat")):
        autre = connecter(personne)
        assert autre.get(f"/instruction/dossiers/{depose.pk}/notes/").status_code == 403
        for chemin in ("relecture", "historique", "versions"):
            assert (
                "CANARI-NOTE" not in autre.get(f"/dossiers/{depose.pk}/{chemin}/").content.decode()
            )
    assert (
        "CANARI-NOTE" not in connecter(depose.depose_par).get("/mes-donnees.json").content.decode()
    )


@pytest.mark.parametrize("quoi", ["note", "signal"])
def test_une_note_vide_le_dit(connecter, agent, depose, quoi):
    reponse = connecter(agent).post(f"/instruction/dossiers/{depose.pk}/notes/", {"quoi": quoi})
    assert (reponse.status_code, Note.objects.count(), Signal.objects.count()) == (422, 0, 0)


# --- Too late, or forged --------------------------------------------------------------------------
def test_une_decision_sur_un_dossier_retire_ne_change_rien(connecter, agent, depose):
    arret.retirer(depose, par=depose.depose_par, recu_le=PENDANT)
    client = connecter(agent)
    for geste in ("recevable", "irrecevable", "reprendre", "complements", "pieces", "confier"):
        reponse = client.post(f"/instruction/dossiers/{depose.pk}/{geste}/", {"motif": "x"})
        assert (
            geste,
            reponse.status_code,
            "Ce dossier est retiré" in reponse.content.decode(),
        ) == (geste, 403, True)
    assert relu(depose).etat == "retire"


def test_le_second_agent_apprend_ce_que_le_premier_a_fait(connecter, agent, depose):
    premier, second = connecter(agent), connecter(creer_agent())
    second.get(f"/instruction/dossiers/{depose.pk}/")
    premier.post(f"/instruction/dossiers/{depose.pk}/recevable/")
    refus = second.post(
        f"/instruction/dossiers/{depose.pk}/irrecevable/", {"motif": "Hors du territoire."}
    )
    page = refus.content.decode()
    assert (refus.status_code, "Hors du territoire." in page) == (422, True)  # its words stay
    assert (
        f"Entre-temps, {agent} a agi" in page,
        "« Déclaré recevable »" in page,
        relu(depose).etat,
    ) == (True, True, "recevable")


def test_un_brouillon_ne_s_examine_pas(connecter, agent):
    brouillon = creer_dossier_complet(creer_appel())
    assert (
        connecter(agent).post(f"/instruction/dossiers/{brouillon.pk}/recevable/").status_code == 404
    )


def courir(gestes, refuses=(TransitionInterdite,)) -> list:
    """Each gesture in its thread, let go together; what failed."""
    barriere, refus = threading.Barrier(len(gestes)), []

    def faire(geste):
        try:
            barriere.wait(BORNE)
            geste()
        except refuses as refuse:
            refus.append(refuse)
        finally:
            connection.close()

    fils = [threading.Thread(target=faire, args=(geste,)) for geste in gestes]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join(BORNE)
    return refus


def croises(agents, depose) -> list:
    return [
        lambda a=a, rang=rang: (
            examen.admettre(depose, par=a, recu_le=PENDANT)
            if rang % 2
            else examen.ecarter(depose, motif="x", par=a, recu_le=PENDANT)
        )
        for rang, a in enumerate(agents)
    ]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_deux_decisions_contraires_n_en_font_qu_une(base_a_plusieurs, horloge_figee):
    for _ in range(5):
        depose = deposer(creer_dossier_complet(creer_appel(2027 + Dossier.objects.count())))
        refus = courir(croises([creer_agent() for _ in range(6)], depose))
        passages = Passage.objects.filter(dossier=depose, acte__in=["admettre", "ecarter"])
        assert (len(refus), passages.count(), relu(depose).etat) == (5, 1, passages.get().vers)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_temoin_sans_verrou_deux_decisions_passent(base_a_plusieurs, horloge_figee, monkeypatch):
    """The sabotaged control: without the lock, both are written and the log holds two decisions."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **options: self)
    attendre = threading.Barrier(2)
    vraie = Dossier.franchir

    def lente(self, *args, **kwargs):
        attendre.wait(BORNE)
        return vraie(self, *args, **kwargs)

    depose = deposer(creer_dossier_complet(creer_appel()))
    monkeypatch.setattr(Dossier, "franchir", lente)
    courir(croises([creer_agent(), creer_agent()], depose))
    assert Passage.objects.filter(dossier=depose, acte__in=["admettre", "ecarter"]).count() == 2


# --- The log ------------------------------------------------------------------------------------
@pytest.mark.postgresql
@pytest.mark.parametrize(
    "geste",
    [
        lambda lignes: QuerySet.update(lignes, motif="réécrit"),
        lambda lignes: QuerySet.delete(lignes),
        lambda lignes: QuerySet.update(lignes, par=None),
        lambda lignes: connection.cursor().execute(
            "SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE appels_passage CASCADE"
        ),
        lambda lignes: connection.cursor().execute("DELETE FROM appels_passage"),
        lambda lignes: connection.cursor().execute("UPDATE appels_passage SET le = now()"),
    ],
)
def test_postgresql_refuse_de_changer_ou_d_effacer_une_ligne_du_journal(depose, geste):
    avant = list(Passage.objects.values())
    with pytest.raises(DatabaseError, match="Le journal ne se modifie pas"), transaction.atomic():
        geste(Passage.objects.all())
    assert list(Passage.objects.values()) == avant


@pytest.mark.postgresql
def test_temoin_sans_declencheur_le_journal_se_reecrit(depose):
    """The sabotaged control: what refuses is the trigger."""
    with connection.cursor() as curseur:
        curseur.execute("SET LOCAL session_replication_role = replica")
        assert QuerySet.update(Passage.objects.all(), motif="réécrit") > 0
        curseur.execute("SET LOCAL session_replication_role = origin")


def test_le_journal_se_lit_selon_qui_le_demande(connecter, agent, depose):
    affectation.affecter(Dossier.objects.filter(pk=depose.pk), agent, par=agent, recu_le=PENDANT)
    examen.signaler(depose, motif="CANARI-SIGNAL", par=agent, recu_le=PENDANT)
    examen.resoudre(Signal.objects.get(), resolution="CANARI-ISSUE", par=agent, recu_le=PENDANT)
    examen.examiner_les_pieces(
        depose, {depose.pieces.first().pk: ("conforme", "")}, par=agent, recu_le=PENDANT
    )
    accord = creer_accord(depose)
    DecisionPrise.objects.update(
        passage=depose.passages.create(
            acte="decider", par=agent, le=PENDANT, motif="CANARI-DECISION"
        )
    )
    chemin = f"/dossiers/{depose.pk}/historique/"
    vus = {}
    for nom, personne in {
        "agent": agent,
        "organisme": depose.depose_par,
        "financeur": creer_financeur("etat"),
    }.items():
        page = connecter(personne).get(chemin).content.decode()
        vus[nom] = [
            canari in page
            for canari in (
                "CANARI-SIGNAL",
                "CANARI-ISSUE",
                "CANARI-DECISION",
                "Agent chargé",
                "Attesté et déposé",
            )
        ]
    assert vus == {
        "agent": [True] * 5,
        "organisme": [False] * 4 + [True],
        "financeur": [False] * 4 + [True],
    }
    publier_les_decisions(accord.dossier.appel)
    assert "CANARI-DECISION" in connecter(depose.depose_par).get(chemin).content.decode()


def test_le_journal_s_exporte(connecter, agent, depose):
    examen.ecarter(depose, motif="=1+1", par=agent, recu_le=PENDANT)
    client = connecter(agent)
    for chemin in (
        f"/instruction/dossiers/{depose.pk}/journal.csv",
        f"/instruction/appels/{depose.appel_id}/journal.csv",
    ):
        octets = b"".join(client.get(chemin).streaming_content)
        lignes = list(csv.reader(io.StringIO(octets.decode("utf-8-sig")), delimiter=";"))
        assert lignes[0] == ["le", "dossier", "acte", "de", "vers", "par", "motif", "champs"]
        assert lignes[-1] == [
            "2026-11-10T10:30:07+01:00",
            depose.numero,
            "Déclaré irrecevable",
            "Déposé",
            "Irrecevable",
            str(agent),
            "'=1+1",
            "",
        ]


# --- What the applicant reads ---------------------------------------------------------------------
ETATS_SIMPLES = [
    ("brouillon", "Brouillon, pas encore déposé"),
    ("depose", "En cours d’examen"),
    ("a_completer", "À compléter"),
    ("recevable", "Recevable, chez les financeurs"),
    ("irrecevable", "Irrecevable"),
    ("retire", "Retiré"),
]


@pytest.mark.parametrize(("etat", "attendu"), ETATS_SIMPLES)
def test_six_etats_simples(depose, etat, attendu):
    depose.etat, depose.a_completer_avant = etat, PENDANT + timedelta(days=1)
    assert pour_l_organisme(depose, PENDANT).etat.label == attendu


def test_decide_ne_se_dit_qu_une_fois_les_lettres_parties(connecter, agent, depose):
    """Whatever funders decide, the applicant reads the same page until the release."""
    examen.admettre(depose, par=agent, recu_le=PENDANT)
    client = connecter(depose.depose_par)

    def lire() -> list[str]:
        return [
            re.sub(r'value="(\w{64}|[\w-]+:\w+:[\w-]+)"', "", client.get(chemin).content.decode())
            for chemin in (
                "/dossiers/",
                f"/dossiers/{depose.pk}/relecture/",
                f"/dossiers/{depose.pk}/historique/",
            )
        ]

    avant = lire()
    creer_accord(depose)
    autres = list(depose.financements.filter(decision="", partenaire__isnull=False))
    for autre in autres:
        autre.decision, autre.motif = "refuse", "x"
        autre.prononcer(par=agent, le=PENDANT)
    assert lire() == avant
    publier_les_decisions(depose.appel)  # the letter of the grant left, not the others
    assert "<strong>Décidé</strong>" not in lire()[1]
    for autre in autres:
        creer_lettre(autre)
    assert "<strong>Décidé</strong>" in lire()[1]


def test_confier_un_dossier(connecter, agent, depose):
    collegue = creer_agent(Role.RESPONSABLE)
    client = connecter(agent)
    client.post(f"/instruction/dossiers/{depose.pk}/confier/", {"agent": collegue.pk})
    assert relu(depose).confie_a == collegue
    client.post(f"/instruction/dossiers/{depose.pk}/confier/", {"agent": "aucun"})
    assert relu(depose).confie_a is None
    assert (
        client.post(
            f"/instruction/dossiers/{depose.pk}/confier/",
            {"agent": creer_membre(depose.porteur).pk},
        ).status_code
        == 422
    )


def test_ce_qu_un_agent_doit_savoir_autour_d_un_dossier(agent, depose):
    visibles = Dossier.objects.instruits_par(agent)
    annotes = alertes.annoter(visibles.annotate(stade=stades.stade(PENDANT)), PENDANT)
    dossier = annotes.get(pk=depose.pk)
    vu = autour(dossier, [], visibles, visibles, PENDANT)
    assert (vu.qui, vu.delai_passe, vu.alertes) == ("Au service d’agir", False, alertes.de(dossier))
    assert (vu.complements, vu.passe, vu.proches) == ([], [], [])
    assert [ligne.document for ligne in vu.documents] == pieces_demandees.demandees(dossier)
    assert {piece for ligne in vu.documents for piece in ligne.pieces} == set(depose.pieces.all())


def test_le_passe_de_l_organisme_et_les_dossiers_proches(connecter, agent):
    porteur = creer_association()
    signataire = creer_signataire(porteur)
    anciens = {
        annee: deposer(
            creer_dossier_complet(creer_appel(annee), porteur, intitule=f"Projet {annee}"),
            signataire,
        )
        for annee in (2023, 2024, 2026)
    }
    creer_accord(admettre(anciens[2026]), montant=123_400)
    appel = creer_appel(2027)
    ici = creer_dossier_complet(appel, porteur, intitule="Les Jardins partagés du Moulin")
    ici.lieux.update(adresse="3, rue de la Paix")
    deposer(ici, signataire)
    jumeau = deposer(creer_dossier_complet(appel, intitule="les jardins partages du moulin 2"))
    voisin = creer_dossier_complet(appel, intitule="Tout autre chose")
    voisin.lieux.update(adresse="3, Rue de la paix")
    deposer(voisin)
    deposer(creer_dossier_complet(appel, intitule="Sans rapport"))
    contexte = connecter(agent).get(f"/instruction/dossiers/{ici.pk}/").context
    dits = [(d.appel.annee, stade.label) for d, stade, _ in contexte["autour"].passe]
    assert dits == [(2026, stades.Stade.FINANCEURS.label), (2024, stades.Stade.A_EXAMINER.label)]
    assert {(p.pk, p.pourquoi) for p in contexte["autour"].proches} == {
        (jumeau.pk, "titre presque identique"),
        (voisin.pk, "même adresse"),
    }
    assert (
        "1\u00a0234\u00a0€"
        in connecter(agent).get(f"/instruction/dossiers/{ici.pk}/").content.decode()
    )
