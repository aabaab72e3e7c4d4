"""Ask to complete: only what is asked reopens, until the deadline; the answer takes the place of
the deposit.
"""

from datetime import UTC, date, datetime, timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string
from post_office.models import Email

from appels.decision.actions import decisions, lettres, scenarios
from appels.demonstration import dossiers
from appels.depot.actions import arret, correction, depot
from appels.instruction import alertes
from appels.instruction.actions import complements, examen
from appels.models import Complement, Dossier, NomPartie, Partie, Passage
from appels.models.etats import TransitionInterdite
from appels.redaction.actions import parties, pieces, rappels
from appels.socle import comptages, delais_legaux, suivi, verrous
from appels.socle.balises.appel import garde_a
from partenaires.models import Role
from partenaires.socle import fichiers
from quartiers.francais import jour, jour_court
from quartiers.horloge import PARIS
from tests.appels.instruction.test_examen import courir
from tests.fabriques import (
    FERMETURE,
    PENDANT,
    admettre,
    creer_agent,
    creer_appel,
    creer_association,
    creer_dossier_complet,
    creer_membre,
    creer_signataire,
    deposer,
    poser_tribunal,
)

pytestmark = pytest.mark.django_db
APRES = FERMETURE + timedelta(days=5)  # the call is closed
DELAI = FERMETURE + timedelta(days=20)
SAISIE = {
    "partie-description": "Dites combien de séances.",
    "jour": "2026-12-17",
    "heure": "12:00",
    "message": "Merci.",
}


@pytest.fixture
def porteur(horloge_figee):
    return creer_association()


@pytest.fixture
def signataire(porteur):
    return creer_signataire(porteur)


@pytest.fixture
def agent(horloge_figee):
    return creer_agent()


@pytest.fixture
def depose(porteur, signataire):
    return deposer(creer_dossier_complet(creer_appel(), porteur), signataire)


def demander(depose, agent, *parties, avant_le=DELAI, recu_le=APRES) -> Complement:
    points = [
        complements.Demande(partie, f"Précisez {partie}.") for partie in parties or ("description",)
    ]
    return complements.demander(
        depose, points, avant_le=avant_le, message="", par=agent, recu_le=recu_le
    )


def relu(dossier) -> Dossier:
    return Dossier.objects.get(pk=dossier.pk)


def test_demander_depuis_la_page_previent_et_dit_ce_qui_est_attendu(
    connecter, horloge_figee, depose, agent, signataire
):
    horloge_figee(APRES)
    client, chemin = connecter(agent), f"/instruction/dossiers/{depose.pk}/complements/"
    page = client.get(chemin)
    assert page.context["form"].initial["jour"] == APRES.date() + timedelta(days=15)
    client.post(chemin, SAISIE)
    complement = Complement.objects.get()
    assert (
        [(p.partie, p.demande) for p in complement.points.all()],
        complement.avant_le.isoformat(),
        relu(depose).etat,
    ) == (
        [("description", "Dites combien de séances.")],
        "2026-12-17T11:00:00+00:00",
        "a_completer",
    )
    lettres = Email.objects.filter(subject__startswith="À compléter")
    assert {lettre.to[0] for lettre in lettres} == {signataire.email, depose.cree_par.email}
    assert (
        "Dites combien de séances." in lettres[0].message,
        "jeudi 17\u00a0décembre\u00a02026" in lettres[0].message,
    ) == (True, True)
    lue = connecter(signataire).get(f"/dossiers/{depose.pk}/relecture/").content.decode()
    assert [
        mot in lue
        for mot in (
            "À compléter",
            "Dites combien de séances.",
            "Répondre",
            "Qui agit : <strong>Vous",
        )
    ] == [True] * 4


@pytest.mark.parametrize(
    ("champs", "phrase"),
    [
        ({"jour": "2026-11-01"}, "Ce délai est déjà passé"),
        ({"jour": ""}, "obligatoire"),
        ({"jour": "demain"}, "ne se lit pas"),
        ({"partie-description": ""}, "Écrivez au moins une demande"),
        ({"partie-description": "x" * 501}, "au plus 500"),
        ({"heure": "midi"}, "ne se lit pas"),
    ],
)
def test_une_demande_mal_ecrite_le_dit_et_ne_change_rien(
    connecter, horloge_figee, depose, agent, champs, phrase
):
    horloge_figee(APRES)
    reponse = connecter(agent).post(
        f"/instruction/dossiers/{depose.pk}/complements/", {**SAISIE, **champs}
    )
    assert (
        reponse.status_code,
        phrase in reponse.content.decode(),
        relu(depose).etat,
        Complement.objects.count(),
    ) == (422, True, "depose", 0)


def test_une_piece_non_conforme_est_proposee(connecter, depose, agent):
    piece = depose.pieces.filter(est_chiffree=False).get()
    piece.conformite, piece.conformite_motif = "non_conforme", "Comptes de 2023."
    piece.save()
    form = connecter(agent).get(f"/instruction/dossiers/{depose.pk}/complements/").context["form"]
    assert form.fields[f"doc-{piece.document_id}"].initial == "Comptes de 2023."


def test_seules_les_parties_demandees_se_rouvrent(
    connecter, horloge_figee, depose, agent, signataire
):
    demander(depose, agent, "description")
    horloge_figee(APRES + timedelta(hours=1))
    client = connecter(signataire)
    client.post(f"/dossiers/{depose.pk}/corriger/")
    reponse = Dossier.objects.get(corrige=depose)
    ouvertes = {
        nom: client.get(f"/dossiers/{reponse.pk}/partie/{nom}/").status_code
        for nom in ("projet", "description", "lieux", "moyens", "evaluation", "budget")
    }
    assert ouvertes == {
        "projet": 302,
        "description": 200,
        "lieux": 302,
        "moyens": 302,
        "evaluation": 302,
        "budget": 302,
    }
    assert client.get(f"/dossiers/{reponse.pk}/pieces/").status_code == 302
    version = reponse.parties.get(nom="projet").version
    refus = client.post(
        f"/dossiers/{reponse.pk}/partie/projet/", {"intitule": "Autre", "version": version}
    )
    assert (refus.status_code, relu(reponse).intitule) == (422, depose.intitule)
    with pytest.raises(verrous.NonModifiable):
        pieces.ajouter(
            reponse,
            depose.appel.documents.first(),
            fichiers.controler(SimpleUploadedFile("a.pdf", dossiers.pdf_fictif("a"))),
            par=signataire,
            recu_le=APRES + timedelta(hours=1),
        )
    sommaire = client.get(f"/dossiers/{reponse.pk}/").content.decode()
    assert (
        sommaire.count("Reste comme déposée"),
        "Le service demande : Précisez description." in sommaire,
    ) == (7, True)


def test_tant_que_l_appel_est_ouvert_tout_reste_ouvert(depose, agent, signataire):
    demander(depose, agent, "description", recu_le=PENDANT)
    reponse = correction.corriger(depose, par=signataire, recu_le=PENDANT)
    assert relu(reponse).parties_ouvertes(PENDANT) == set(NomPartie.values)


def repondre(depose, signataire, texte="Douze séances.", recu_le=None) -> Dossier:
    quand = recu_le or APRES + timedelta(days=2)
    reponse = correction.corriger(depose, par=signataire, recu_le=APRES + timedelta(hours=1))

    def ecrire(dossier):
        dossier.methode = texte
        dossier.save(update_fields=["methode"])

    version = reponse.parties.get(nom="description").version
    parties.enregistrer(
        reponse,
        NomPartie.DESCRIPTION,
        ecrire,
        version_lue=version,
        par=signataire,
        recu_le=APRES + timedelta(hours=2),
    )
    return deposer(relu(reponse), signataire, quand)


def test_la_reponse_attestee_remplace_et_se_montre_des_deux_cotes(
    connecter, horloge_figee, depose, agent, signataire
):
    demander(depose, agent, "description")
    rendu = repondre(depose, signataire)
    complement = Complement.objects.get()
    assert (rendu.pk, rendu.etat, rendu.numero, rendu.depose_le, rendu.versions.count()) == (
        depose.pk,
        "depose",
        depose.numero,
        depose.depose_le,
        2,
    )
    assert (complement.repondu_le, complement.version.rang, relu(depose).a_completer_avant) == (
        APRES + timedelta(days=2),
        2,
        None,
    )
    assert [
        p.acte
        for p in Passage.objects.filter(
            dossier=depose, acte__in=["demander_complement", "repondre"]
        )
    ] == ["demander_complement", "repondre"]
    horloge_figee(APRES + timedelta(days=3))
    for personne in (agent, signataire):
        page = connecter(personne).get(f"/dossiers/{depose.pk}/versions/").content.decode()
        assert (personne, "<ins>Douze séances.</ins>" in page) == (personne, True)
    assert Email.objects.filter(subject__startswith="Compléments apportés").get().to == [
        agent.email
    ]


def test_une_piece_remplacee_se_montre_avant_et_apres(connecter, depose, agent, signataire):
    ancienne = depose.pieces.filter(est_chiffree=False).get()
    demander(depose, agent, "pieces")
    reponse = correction.corriger(depose, par=signataire, recu_le=APRES + timedelta(hours=1))
    pieces.retirer(
        reponse.pieces.get(document=ancienne.document),
        par=signataire,
        recu_le=APRES + timedelta(hours=1),
    )
    neuf = fichiers.controler(
        SimpleUploadedFile("comptes-2025.pdf", dossiers.pdf_fictif("Comptes 2025"))
    )
    pieces.ajouter(
        reponse, ancienne.document, neuf, par=signataire, recu_le=APRES + timedelta(hours=1)
    )
    deposer(relu(reponse), signataire, APRES + timedelta(days=1))
    page = connecter(agent).get(f"/dossiers/{depose.pk}/versions/").content.decode()
    assert (
        ancienne.sha256[:8] in page or ancienne.nom in page,
        "comptes-2025.pdf" in page or neuf.sha256[:8] in page,
    ) == (True, True)


def test_ce_qu_un_agent_a_trouve_reste_sur_les_pieces_inchangees(depose, agent, signataire):
    depose.pieces.filter(est_chiffree=False).update(conformite="conforme")
    demander(depose, agent)
    rendu = repondre(depose, signataire)
    assert list(
        rendu.pieces.presentes().filter(est_chiffree=False).values_list("conformite", flat=True)
    ) == ["conforme"]


def test_le_journal_dit_champ_par_champ_ce_qui_a_change_sans_nommer_personne(
    connecter, horloge_figee, depose, agent, signataire
):
    demander(depose, agent, "description", "budget")
    reponse = correction.corriger(depose, par=signataire, recu_le=APRES)
    caf = reponse.financements.get(partenaire__genre="caf")
    reponse.financements.filter(pk=caf.pk).update(montant=caf.montant + 10_000)
    reponse.lignes.filter(code="756").update(montant=15_000)
    Dossier.objects.filter(pk=reponse.pk).update(methode="Avec Ada Lovelace.")
    deposer(relu(reponse), signataire, APRES + timedelta(days=1))
    champs = {
        nom.split(", ", 1)[1]: (avant, apres)
        for nom, avant, apres in Passage.objects.get(acte="repondre").champs
    }
    assert [
        ("2\u00a0000\u00a0€" in avant, "2\u00a0100\u00a0€" in apres)
        for nom, (avant, apres) in champs.items()
        if nom == str(caf.partenaire)
    ] == [(True, True)]
    assert [valeurs for nom, valeurs in champs.items() if "thode" in nom] == [("", "")]
    assert "Lovelace" not in str(Passage.objects.get(acte="repondre").champs)


@pytest.mark.parametrize(
    ("quand", "passe"),
    [(DELAI - timedelta(microseconds=1), True), (DELAI, False), (DELAI + timedelta(days=1), False)],
)
def test_le_delai_est_exact(depose, agent, signataire, quand, passe):
    demander(depose, agent)
    if passe:
        assert repondre(depose, signataire, recu_le=quand).versions.count() == 2
    else:
        with pytest.raises(verrous.AppelFerme):
            repondre(depose, signataire, recu_le=quand)
        assert (relu(depose).etat, depose.versions.count()) == ("a_completer", 1)


def test_apres_le_delai_la_page_le_dit_et_ne_perd_rien(
    connecter, horloge_figee, depose, agent, signataire
):
    demander(depose, agent)
    horloge_figee(APRES + timedelta(hours=1))
    client = connecter(signataire)
    client.post(f"/dossiers/{depose.pk}/corriger/")
    reponse = Dossier.objects.get(corrige=depose)
    horloge_figee(DELAI)
    lu = depot.lecture(Dossier.objects.pour_completude().get(pk=reponse.pk))
    page = client.post(
        f"/dossiers/{reponse.pk}/deposer/", {"lu": lu, "qualite": "x", "exactitude": "on"}
    )
    assert page.status_code == 422
    assert (
        "Répondre"
        not in client.get(f"/dossiers/{depose.pk}/relecture/")
        .content.decode()
        .split("Ce que le service")[1][:600]
    )
    assert (relu(reponse).besoin, relu(depose).etat) == (depose.besoin, "a_completer")


def test_clore_reprend_l_examen_du_depot(connecter, horloge_figee, depose, agent, signataire):
    demander(depose, agent)
    horloge_figee(APRES + timedelta(days=1))
    client = connecter(agent)
    client.post(
        f"/instruction/dossiers/{depose.pk}/complements/clore/",
        {"motif": "Réponse reçue par téléphone."},
    )
    complement = Complement.objects.get()
    assert (relu(depose).etat, complement.clos_par, relu(depose).a_completer_avant) == (
        "depose",
        agent,
        None,
    )
    assert Email.objects.filter(subject__startswith="Plus rien à compléter").count() == 2
    with pytest.raises(verrous.AppelFerme):
        correction.corriger(depose, par=signataire, recu_le=APRES + timedelta(days=1))


@pytest.mark.parametrize("etat", ["a_completer", "irrecevable", "retire"])
def test_on_ne_demande_pas_n_importe_quand(depose, agent, etat):
    Dossier.objects.filter(pk=depose.pk).update(etat=etat, a_completer_avant=DELAI)
    with pytest.raises(TransitionInterdite):
        demander(depose, agent)
    assert Complement.objects.count() == 0


def test_retirer_un_dossier_a_completer_clot_la_demande(depose, agent, signataire):
    demander(depose, agent)
    arret.retirer(depose, par=signataire, recu_le=APRES)
    assert (
        relu(depose).etat,
        Complement.objects.en_cours().count(),
        relu(depose).a_completer_avant,
    ) == ("retire", 0, None)


def test_les_decisions_prises_survivent_a_un_budget_revise(depose, agent, signataire):
    """Granted less than asked: the revised plan is asked, what was decided stays on its line."""
    Dossier.objects.filter(pk=depose.pk).update(etat="recevable")
    caf = depose.financements.get(partenaire__genre="caf")
    caf.decision, caf.montant_vote, caf.decide_le = "partiel", 100_00, PENDANT.date()
    caf.prononcer(par=agent, le=PENDANT)
    demander(depose, agent, "budget")
    reponse = correction.corriger(depose, par=signataire, recu_le=APRES + timedelta(hours=1))
    reponse.financements.filter(partenaire__genre="caf").delete()
    correction.integrer(reponse, relu(depose), par=signataire, recu_le=APRES)
    garde = depose.financements.get(partenaire__genre="caf")
    assert (garde.decision, garde.montant_vote, depose.financements.count()) == (
        "partiel",
        100_00,
        4,
    )


def test_un_budget_revise_garde_les_lettres_les_motifs_et_les_scenarios(depose, agent, signataire):
    """The line of a funder is the same line: nothing that hangs on it is lost, and the new amount
    is there.
    """
    caf, etat = (depose.financements.get(partenaire__genre=genre) for genre in ("caf", "etat"))
    scenario = scenarios.creer(depose.appel, "A", depuis=None, par=agent, recu_le=PENDANT)
    scenarios.proposer(
        scenario, {caf.pk: (None, 5_000), etat.pk: (None, 7_000)}, par=agent, recu_le=PENDANT
    )
    caf.decision, caf.motif = "refuse", "Motif gardé"
    admettre(depose)
    decisions.saisir(depose, [caf], par=agent, recu_le=PENDANT)
    lettres.ecrire_un_gabarit(
        "refuse",
        None,
        {"objet": "o", "corps": "{motif}", "signataire": "s", "qualite": "q"},
        par=agent,
        recu_le=PENDANT,
    )
    lettres.preparer(poser_tribunal(depose.appel), par=agent, recu_le=PENDANT)
    demander(depose, agent, "budget")
    reponse = correction.corriger(depose, par=signataire, recu_le=APRES)
    reponse.financements.filter(partenaire=etat.partenaire).update(montant=123_400)
    reponse.financements.filter(partenaire__genre="region").delete()
    correction.reporter_les_demandes(reponse, depose)
    garde = depose.financements.get(pk=caf.pk)
    assert (garde.decision, garde.motif, garde.lettres.get().est_perimee) == (
        "refuse",
        "Motif gardé",
        False,
    )
    assert depose.financements.get(pk=etat.pk).montant == 123_400
    assert sorted(scenario.propositions.values_list("montant", flat=True)) == [5_000, 7_000]
    assert (
        depose.financements.filter(partenaire__genre="region").exists(),
        reponse.financements.count(),
    ) == (False, 0)


# --- Implicit rejection (CRPA L231-4 3°, L114-5) --------------------------------------------------
@pytest.mark.parametrize(
    ("rejet", "demande", "reponse", "attendu"),
    [
        (date(2027, 1, 10), date(2026, 12, 2), date(2026, 12, 4), date(2027, 1, 12)),
        (date(2027, 1, 10), date(2026, 12, 2), date(2026, 12, 2), date(2027, 1, 10)),
        (date(2027, 1, 10), date(2027, 1, 10), date(2027, 1, 20), date(2027, 1, 10)),
        (date(2027, 1, 10), date(2027, 1, 9), date(2027, 1, 19), date(2027, 1, 20)),
    ],
)
def test_le_rejet_est_reporte_des_jours_donnes(rejet, demande, reponse, attendu):
    assert delais_legaux.reporte(rejet, demande, reponse) == attendu


@pytest.fixture
def guichet(porteur, signataire):
    return deposer(creer_dossier_complet(creer_appel(regime="guichet"), porteur), signataire)


def test_au_guichet_le_rejet_est_suspendu_recalcule_et_l_ancien_garde(
    connecter, horloge_figee, guichet, agent, signataire
):
    assert guichet.rejet_implicite_le == date(2027, 1, 10)
    demander(guichet, agent)
    horloge_figee(APRES)
    page = connecter(agent).get(f"/instruction/dossiers/{guichet.pk}/").content.decode()
    assert "suspendu pendant ce délai, puis le 25\u00a0janvier\u00a02027" in page
    rendu = repondre(guichet, signataire)
    complement = Complement.objects.get()
    assert (complement.rejet_avant, complement.rejet_apres, rendu.rejet_implicite_le) == (
        date(2027, 1, 10),
        date(2027, 1, 12),
        date(2027, 1, 12),
    )
    assert '"rejet_implicite_le":"2027-01-12"' in rendu.versions.last().contenu
    assert '"rejet_implicite_le":"2027-01-10"' in rendu.versions.first().contenu


def test_sans_reponse_le_report_s_arrete_au_delai(guichet, agent):
    demander(guichet, agent)
    complements.clore(guichet, motif="Sans réponse.", par=agent, recu_le=DELAI + timedelta(days=30))
    assert relu(guichet).rejet_implicite_le == date(2027, 1, 25)


def test_un_rejet_passe_se_dit_au_passe(guichet, agent):
    """Read in March, the silence of January has refused; a delay to answer puts it off, though
    nobody closed it.
    """

    def lue(jour: date) -> str:
        a_midi = datetime(jour.year, jour.month, jour.day, 12, tzinfo=PARIS)
        phrase = suivi.pour_l_organisme(relu(guichet), a_midi).phrase
        return phrase.replace("\u00a0", " ").partition("le dossier. ")[2]

    assert [lue(date(2027, 1, jour)) for jour in (10, 11)] == [
        "Sans réponse le 10 janvier 2027, la demande sera réputée rejetée.",
        "Restée sans réponse, la demande est réputée rejetée depuis le 10 janvier 2027 ; "
        "le service peut encore y répondre.",
    ]
    demander(guichet, agent)
    assert [lue(date(2027, 1, jour)) for jour in (11, 25)] == [
        "Sans réponse le 25 janvier 2027, la demande sera réputée rejetée."
    ] * 2
    assert lue(date(2027, 1, 26)).startswith("Restée sans réponse")


def test_un_rejet_deja_ne_ne_se_deplace_plus(guichet, agent):
    """Prolonged the day before it is born, it moves; the day after, nothing brings it back."""

    def a_midi(mois: int, jour: int) -> datetime:
        return datetime(2027, mois, jour, 12, tzinfo=PARIS)

    demander(guichet, agent)
    complements.prolonger(guichet, a_midi(1, 20), motif="x", par=agent, recu_le=a_midi(1, 12))
    ne_le = relu(guichet).rejet_implicite_le
    assert ne_le == date(2027, 2, 28)
    complements.prolonger(guichet, a_midi(3, 20), motif="x", par=agent, recu_le=a_midi(3, 1))
    assert relu(guichet).rejet_implicite_le == ne_le
    complements.clore(guichet, motif="x", par=agent, recu_le=a_midi(3, 25))
    assert relu(guichet).rejet_implicite_le == ne_le


def test_ce_qui_etait_deja_demande_compte_aussi_tout_le_delai(guichet, agent):
    """The rows written before the day of the whole delay was stored; back and forth."""
    migration = import_module("appels.migrations.0068_rejets_pendant_un_complement")
    demander(guichet, agent)
    jours = [date(2027, 1, 25), date(2027, 1, 10), date(2027, 1, 25)]
    lus = [relu(guichet).rejet_implicite_le]
    for sens in (migration.revenir, migration.compter_le_delai):
        sens(apps, None)
        lus.append(relu(guichet).rejet_implicite_le)
    assert lus == jours


def test_un_rejet_deja_ne_ne_se_dit_pas_suspendu(connecter, horloge_figee, guichet, agent):
    tard = datetime(2027, 1, 20, 12, tzinfo=PARIS)
    horloge_figee(tard)
    demander(guichet, agent, avant_le=tard + timedelta(days=20), recu_le=tard)
    page = connecter(agent).get(f"/instruction/dossiers/{guichet.pk}/").content.decode()
    assert f"Rejet implicite : {jour(date(2027, 1, 10))}." in page
    demandes = Email.objects.filter(subject__startswith="À compléter")
    assert ["suspendu" in mail.message for mail in demandes] == [False] * len(demandes)


@pytest.mark.parametrize("suite", ["rien", "prolonge", "repond", "clos"])
def test_la_liste_l_alerte_et_la_page_disent_le_meme_jour_de_rejet(
    connecter, horloge_figee, guichet, agent, signataire, suite
):
    """Whatever becomes of a request to complete, closed by nobody included."""
    demander(guichet, agent)
    if suite == "prolonge":
        complements.prolonger(
            guichet,
            DELAI + timedelta(days=3),
            motif="x",
            par=agent,
            recu_le=APRES,
        )
    elif suite == "repond":
        horloge_figee(APRES)
        repondre(guichet, signataire)
    elif suite == "clos":
        complements.clore(guichet, motif="x", par=agent, recu_le=APRES + timedelta(days=1))
    le = {
        "rien": date(2027, 1, 25),
        "prolonge": date(2027, 1, 28),
        "repond": date(2027, 1, 12),
        "clos": date(2027, 1, 11),
    }[suite]
    for avant in (20, 5, 0, -5):
        instant = datetime(le.year, le.month, le.day, 12, tzinfo=PARIS) - timedelta(days=avant)
        horloge_figee(instant)
        lu = alertes.annoter(Dossier.objects.all(), instant).get(pk=guichet.pk)
        if lu.attend_un_complement(instant):
            assert not lu.alerte_rejet
            continue
        comptes = alertes.levees(comptages.du_service(agent, lu.appel_id), lu.appel, instant)
        client = connecter(agent)
        page = client.get(f"/instruction/dossiers/{guichet.pk}/").content.decode()
        liste = client.get("/instruction/?col=rejet&tri=rejet").context["atelier"]
        phrase = suivi.pour_l_organisme(relu(guichet), instant).phrase
        assert (lu.alerte_rejet, comptes.get("rejet", 0)) == (avant <= 15, int(avant <= 15))
        assert f"Rejet implicite : {jour(le)}." in page
        assert jour(le) in phrase
        assert liste.lignes[0].cellules[0].texte == jour_court(le)


@pytest.mark.parametrize(("jours", "attendu"), [(3.1, 0), (3, 1), (0.1, 1), (0, 0)])
def test_l_echeance_d_un_complement_est_rappelee_une_fois(depose, agent, jours, attendu):
    demander(depose, agent)
    for _ in range(2):
        rappels.rappeler_complements(DELAI - timedelta(days=jours))
    assert (
        Email.objects.filter(subject__startswith="Rappel : à compléter").count() == 2 * attendu
    )  # two people of the organisation
    assert depose.rappels.count() == attendu


def test_rien_n_est_rappele_une_fois_repondu_ou_clos(depose, agent):
    demander(depose, agent)
    complements.clore(depose, motif="x", par=agent, recu_le=APRES + timedelta(days=1))
    assert rappels.rappeler_complements(DELAI - timedelta(days=1)) == 0


def test_qui_a_quitte_l_organisme_ne_recoit_plus_rien(depose, agent, signataire, porteur):
    signataire.appartenances.update(terminee_le=PENDANT)
    demander(depose, agent)
    recus = {e.to[0] for e in Email.objects.filter(subject__startswith="À compléter")}
    assert recus == {depose.cree_par.email}


def test_corriger_avant_la_cloture_reste_permis_et_rend_l_examen_au_service(
    depose, agent, signataire
):
    """Admitted early, the organisation keeps its right to correct; the service then reads the new
    version.
    """
    examen.admettre(depose, par=agent, recu_le=PENDANT)
    reponse = correction.corriger(depose, par=signataire, recu_le=PENDANT)
    Dossier.objects.filter(pk=reponse.pk).update(besoin="Autre")
    deposer(relu(reponse), signataire)
    assert (relu(depose).etat, depose.versions.count()) == ("depose", 2)


def test_en_preparation_aucun_rejet_implicite(depose):
    assert depose.rejet_implicite_le is None


def test_un_lecteur_ne_repond_pas(connecter, horloge_figee, depose, agent, porteur):
    demander(depose, agent)
    horloge_figee(APRES)
    lecteur = creer_membre(porteur, Role.LECTEUR)
    assert connecter(lecteur).post(f"/dossiers/{depose.pk}/corriger/").status_code == 403
    assert Dossier.objects.filter(corrige=depose).count() == 0


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_repondre_et_clore_au_meme_instant_ne_font_qu_une_chose(base_a_plusieurs, horloge_figee):
    """Whoever comes second is refused: either the answer is deposited, or the request is closed."""
    for rang in range(4):
        porteur = creer_association()
        signataire, agent = creer_signataire(porteur), creer_agent()
        depose = deposer(creer_dossier_complet(creer_appel(2027 + rang), porteur), signataire)
        demander(depose, agent)
        reponse = correction.corriger(depose, par=signataire, recu_le=APRES)
        refus = courir(
            [
                lambda r=reponse, s=signataire: deposer(Dossier.objects.get(pk=r.pk), s, APRES),
                lambda d=depose, a=agent: complements.clore(d, motif="x", par=a, recu_le=APRES),
            ],
            (TransitionInterdite, verrous.AppelFerme, verrous.NonModifiable),
        )
        complement = Complement.objects.get(dossier=depose)
        assert (
            len(refus),
            bool(complement.repondu_le) + bool(complement.clos_le),
            relu(depose).etat,
        ) == (1, 1, "depose")
        assert depose.versions.count() == (2 if complement.repondu_le else 1)


# --- More time -----------------------------------------------------------------------------------
PLUS_TARD = DELAI + timedelta(days=10)


def test_prolonger_depuis_la_page_se_note_et_se_dit(
    connecter, horloge_figee, depose, agent, signataire
):
    horloge_figee(APRES)
    demander(depose, agent)
    client, chemin = connecter(agent), f"/instruction/dossiers/{depose.pk}/complements/prolonger/"
    assert (
        "Prolonger le délai" in client.get(f"/instruction/dossiers/{depose.pk}/").content.decode()
    )
    saisie = {"jour": "2026-12-27", "heure": "12:00", "motif": "Congés de fin d’année."}
    assert client.get(chemin).status_code == 200
    assert client.post(chemin, saisie).url == f"/instruction/dossiers/{depose.pk}/"
    complement, dossier = Complement.objects.get(), relu(depose)
    assert (complement.avant_le, dossier.a_completer_avant, dossier.etat) == (
        PLUS_TARD,
        PLUS_TARD,
        "a_completer",
    )
    passage = depose.passages.last()
    assert (passage.acte, passage.motif) == ("prolonger_complement", "Congés de fin d’année.")
    courriel = Email.objects.filter(subject__startswith="Plus de temps").get(to=[signataire.email])
    assert (
        "dimanche 27\u00a0décembre\u00a02026" in courriel.message,
        "Congés" in courriel.message,
    ) == (
        True,
        True,
    )
    accueil = connecter(signataire).get("/dossiers/").context["page"]
    assert [lu.avant_le for _, lu in accueil.a_completer] == [PLUS_TARD]


@pytest.mark.parametrize(
    ("champs", "phrase"),
    [
        ({"jour": "2026-12-10"}, "déjà jusqu’à cette date"),
        ({"jour": "2026-11-01"}, "Ce délai est déjà passé"),
        ({"jour": "demain"}, "ne se lit pas"),
        ({"motif": ""}, "obligatoire"),
    ],
)
def test_un_delai_plus_court_ou_sans_motif_est_refuse_en_place(
    connecter, horloge_figee, depose, agent, champs, phrase
):
    horloge_figee(APRES)
    demander(depose, agent)
    saisie = {"jour": "2026-12-27", "heure": "12:00", "motif": "x", **champs}
    page = connecter(agent).post(
        f"/instruction/dossiers/{depose.pk}/complements/prolonger/", saisie
    )
    assert (page.status_code, phrase in page.content.decode()) == (422, True)
    assert (Complement.objects.get().avant_le, relu(depose).a_completer_avant) == (DELAI, DELAI)


def test_un_delai_passe_se_prolonge_et_rend_la_main_a_l_organisme(depose, agent):
    demander(depose, agent)
    assert not relu(depose).attend_un_complement(DELAI)
    complements.prolonger(depose, PLUS_TARD, motif="x", par=agent, recu_le=DELAI)
    assert relu(depose).attend_un_complement(DELAI)


def test_rien_a_prolonger_une_fois_repondu_ou_clos(connecter, horloge_figee, depose, agent):
    horloge_figee(APRES)
    demander(depose, agent)
    complements.clore(depose, motif="x", par=agent, recu_le=APRES)
    with pytest.raises(complements.PlusDAttente):
        complements.prolonger(depose, PLUS_TARD, motif="x", par=agent, recu_le=APRES)
    chemin = f"/instruction/dossiers/{depose.pk}/complements/prolonger/"
    assert connecter(agent).get(chemin).url == f"/instruction/dossiers/{depose.pk}/"
    assert relu(depose).a_completer_avant is None


def test_qui_ne_prolonge_pas(connecter, horloge_figee, depose, agent, signataire):
    horloge_figee(APRES)
    demander(depose, agent)
    chemin = f"/instruction/dossiers/{depose.pk}/complements/prolonger/"
    saisie = {"jour": "2026-12-27", "heure": "12:00", "motif": "x"}
    statuts = [connecter(qui).post(chemin, saisie).status_code for qui in (None, signataire)]
    assert (statuts, Complement.objects.get().avant_le) == ([302, 403], DELAI)


@pytest.mark.postgresql
def test_prolonger_et_clore_au_meme_instant_ne_se_contredisent_pas(base_a_plusieurs, horloge_figee):
    """What is closed is not prolonged: the dossier never waits for nobody."""
    for rang in range(4):
        porteur = creer_association()
        agent = creer_agent()
        depose = deposer(
            creer_dossier_complet(creer_appel(2027 + rang), porteur), creer_signataire(porteur)
        )
        demander(depose, agent)
        courir(
            [
                lambda d=depose, a=agent: complements.prolonger(
                    d, PLUS_TARD, motif="x", par=a, recu_le=APRES
                ),
                lambda d=depose, a=agent: complements.clore(d, motif="x", par=a, recu_le=APRES),
            ],
            (TransitionInterdite, complements.PlusDAttente),
        )
        clos = relu(depose)
        assert (clos.etat, clos.a_completer_avant) == ("depose", None)
        assert Complement.objects.filter(dossier=depose, clos_le=None).count() == 0


def test_un_jour_se_dit_a_paris_et_son_annee_quand_elle_a_change():
    """Half past midnight in Paris is the day before for the base."""
    instant = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    assert str(Complement(demande_le=instant)) == "Demande de compléments du 01/01/2027"
    partie = Partie(enregistree_le=datetime(2026, 11, 12, 9, tzinfo=UTC))
    dits = [garde_a(partie, le) for le in (datetime(2026, 12, 1, tzinfo=UTC), instant)]
    assert dits == ["enregistré le 12/11", "enregistré le 12/11/2026"]
    gabarit = {"gabarit": {"signataire": "Ada", "qualite": ""}}
    lettre = render_to_string("composants/lettre.html", {"date": instant, "lettre": gabarit})
    assert "Le 1er\u00a0janvier\u00a02027" in lettre
