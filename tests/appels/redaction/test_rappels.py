"""Reminders: the database decides, nothing is lost, nothing is sent twice."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection
from post_office.models import Email

from appels import tasks
from appels.models import Appel, Dossier, Rappel
from appels.redaction.actions import rappels, redaction
from partenaires.models import Envoi, Role
from tests.attente import BORNE
from tests.fabriques import (
    FERMETURE,
    OUVERTURE,
    PENDANT,
    creer_agent,
    creer_appel,
    creer_association,
    creer_dossier,
    creer_dossier_complet,
    creer_membre,
    creer_signataire,
    deposer,
)

pytestmark = pytest.mark.django_db
JOURS = {f"J-{j}": FERMETURE - timedelta(days=j) for j in (14, 7, 3, 1)} | {
    "H-2": FERMETURE - timedelta(hours=2)
}


def test_les_paliers_par_defaut_a_l_heure_de_paris():
    assert [(nom, quand) for quand, nom in rappels.paliers(creer_appel())] == list(JOURS.items())


def test_un_palier_traverse_le_changement_d_heure():
    from datetime import UTC, datetime

    appel = creer_appel(ferme_le=datetime(2026, 10, 30, 11, 0, tzinfo=UTC))  # noon in winter
    quand = next(q for q, nom in rappels.paliers(appel) if nom == "J-7")
    assert quand == datetime(
        2026, 10, 23, 10, 0, tzinfo=UTC
    )  # noon in summer, the same hour on the wall


@pytest.mark.parametrize("nom", JOURS)
def test_chaque_palier_part_a_son_heure_et_une_seule_fois(nom):
    dossier = creer_dossier(creer_appel())
    quand = JOURS[nom]
    rappels.rappeler(quand - timedelta(seconds=1))
    avant = Rappel.objects.filter(palier=nom).count()
    assert rappels.rappeler(quand) == 1
    assert rappels.rappeler(quand + timedelta(minutes=1)) == 0
    assert (avant, Rappel.objects.filter(palier=nom).count()) == (0, 1)
    assert Rappel.objects.get(palier=nom).destinataires == [dossier.cree_par.email]


def test_un_reveil_tardif_n_envoie_que_le_plus_recent():
    creer_dossier(creer_appel())
    assert rappels.rappeler(FERMETURE - timedelta(hours=30)) == 1
    assert [r.palier for r in Rappel.objects.all()] == ["J-3"]


def test_rien_avant_rien_apres_la_cloture_rien_apres_le_depot():
    appel = creer_appel()
    depose = creer_dossier_complet(appel)
    deposer(depose)
    creer_dossier(appel)
    assert rappels.rappeler(OUVERTURE) == 0
    assert rappels.rappeler(FERMETURE) == 0
    assert rappels.rappeler(JOURS["J-1"]) == 1
    assert Rappel.objects.filter(dossier=depose).count() == 0


def test_un_brouillon_cree_apres_le_palier_n_est_pas_rappele_pour_lui():
    creer_dossier(creer_appel(), cree_le=JOURS["J-7"] + timedelta(hours=1))
    assert rappels.rappeler(JOURS["J-7"] + timedelta(hours=2)) == 0
    assert rappels.rappeler(JOURS["J-3"]) == 1


def test_trois_projets_trois_rappels_meme_si_un_est_depose():
    appel, porteur = creer_appel(), creer_association()
    signataire = creer_signataire(porteur)
    deposer(creer_dossier_complet(appel, porteur), signataire)
    for _ in range(2):
        creer_dossier(appel, porteur, par=signataire)
    assert rappels.rappeler(JOURS["J-3"]) == 2


def test_le_message_dit_ce_qui_manque_et_le_dernier_moment():
    dossier = creer_dossier(creer_appel())
    rappels.rappeler(JOURS["J-3"])
    courriel = Email.objects.get()
    assert courriel.subject == (
        "À faire avant le 27\u00a0novembre\u00a02026 à 12\u00a0h\u00a000 : terminer et déposer "
        "« Jardins d’essai »"
    )
    for mots in (
        "n’est PAS DÉPOSÉ",
        "vendredi 27\u00a0novembre\u00a02026 à 12\u00a0h\u00a000, heure de Paris",
        "- Choisissez au moins un objectif du contrat.",
        f"https://portail.example/dossiers/{dossier.pk}/",
    ):
        assert mots in courriel.message, mots


def test_un_autre_texte_quand_seule_l_attestation_manque():
    dossier = creer_dossier_complet(creer_appel())
    signataire = creer_signataire(dossier.porteur)
    redaction.demander_signature(dossier, a=signataire, par=dossier.cree_par, recu_le=PENDANT)
    rappels.rappeler(JOURS["J-1"])
    rappel = Rappel.objects.get()
    assert (rappel.pour_signature, rappel.destinataires) == (True, [signataire.email])
    assert (
        "il manque l’attestation de la personne signataire"
        in Email.objects.order_by("-pk").first().message
    )


def test_seules_les_personnes_qui_peuvent_agir():
    porteur = creer_association()
    dossier = creer_dossier(creer_appel(), porteur)
    attendus = {
        dossier.cree_par.email,
        creer_signataire(porteur).email,
        creer_membre(porteur, Role.ADMINISTRATEUR).email,
    }
    creer_membre(porteur, Role.LECTEUR)
    partie = creer_membre(porteur)
    partie.appartenances.update(terminee_le=PENDANT)
    inactive = creer_membre(porteur)
    type(inactive).objects.filter(pk=inactive.pk).update(is_active=False)
    rappels.rappeler(JOURS["J-3"])
    assert set(Rappel.objects.get().destinataires) == attendus


def test_un_brouillon_empoisonne_n_arrete_personne(monkeypatch, caplog):
    appel = creer_appel()
    mauvais, bons = creer_dossier(appel), [creer_dossier(appel) for _ in range(3)]
    vrai = rappels.completude.bloquants

    def empoisonne(dossier):
        if dossier.pk == mauvais.pk:
            raise RuntimeError("poison")
        return vrai(dossier)

    monkeypatch.setattr(rappels.completude, "bloquants", empoisonne)
    assert rappels.rappeler(JOURS["J-3"]) == 3
    assert set(Rappel.objects.values_list("dossier_id", flat=True)) == {d.pk for d in bons}
    assert f"Le rappel J-3 du dossier {mauvais.pk} a échoué" in caplog.text
    monkeypatch.setattr(rappels.completude, "bloquants", vrai)
    assert rappels.rappeler(JOURS["J-3"] + timedelta(minutes=5)) == 1


def test_une_nouvelle_echeance_rappelle_a_nouveau():
    creer_dossier(creer_appel())
    rappels.rappeler(JOURS["J-1"])
    Appel.objects.update(ferme_le=FERMETURE + timedelta(days=7))
    assert rappels.rappeler(FERMETURE) == 1
    assert [(r.palier, r.echeance) for r in Rappel.objects.all()] == [
        ("J-7", FERMETURE + timedelta(days=7)),
        ("J-1", FERMETURE),
    ]


def test_la_base_refuse_un_second_rappel_du_meme_palier():
    dossier = creer_dossier(creer_appel())
    champs = {"dossier": dossier, "echeance": FERMETURE, "palier": "J-1", "cree_le": PENDANT}
    Rappel.objects.create(**champs)
    with pytest.raises(IntegrityError):
        Rappel.objects.create(**champs)


def test_les_agents_voient_qui_a_ete_prevenu_et_quand(connecter):
    dossier = creer_dossier(creer_appel())
    rappels.rappeler(JOURS["J-3"])
    page = (
        connecter(creer_agent())
        .get(f"/instruction/appels/{dossier.appel_id}/rappels/")
        .content.decode()
    )
    for mots in (
        dossier.porteur.nom,
        "J-3",
        "24\u00a0novembre\u00a02026 à 12\u00a0h\u00a000",
        dossier.cree_par.email,
    ):
        assert mots in page, mots


def plusieurs_battements(nombre: int) -> list:
    barriere, resultats = threading.Barrier(nombre), []

    def battre():
        barriere.wait(BORNE)
        try:
            resultats.append(rappels.rappeler(JOURS["J-3"]))
        finally:
            connection.close()

    fils = [threading.Thread(target=battre) for _ in range(nombre)]
    [f.start() for f in fils]
    [f.join(BORNE) for f in fils]
    return resultats


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_deux_battements_a_la_fois_un_seul_rappel_par_brouillon(base_a_plusieurs):
    appel = creer_appel()
    dossiers = [creer_dossier(appel) for _ in range(10)]
    assert sum(plusieurs_battements(2)) == 10
    assert [Rappel.objects.count(), Envoi.objects.count(), Email.objects.count()] == [
        len(dossiers)
    ] * 3


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_temoin_sans_verrou_ni_contrainte_les_rappels_se_doublent(base_a_plusieurs, monkeypatch):
    """The sabotaged control: it must see doubles."""
    appel = creer_appel()
    [creer_dossier(appel) for _ in range(5)]
    attente = threading.Barrier(2)
    vrai = rappels.completude.bloquants
    monkeypatch.setattr(
        "django.db.models.query.QuerySet.select_for_update", lambda self, *a, **k: self
    )
    monkeypatch.setattr(
        rappels.completude, "bloquants", lambda d: (attente.wait(BORNE), vrai(d))[1]
    )
    with connection.cursor() as curseur:
        curseur.execute(
            "ALTER TABLE appels_rappel DROP CONSTRAINT un_rappel_par_brouillon_et_palier"
        )
        curseur.execute(
            "ALTER TABLE partenaires_envoi DROP CONSTRAINT un_courriel_par_acte_et_personne"
        )
    try:
        plusieurs_battements(2)
        assert Rappel.objects.count() == 10
    finally:
        Rappel.objects.all().delete()
        Email.objects.all().delete()
        with connection.cursor() as curseur:
            curseur.execute(
                "ALTER TABLE appels_rappel ADD CONSTRAINT "
                "un_rappel_par_brouillon_et_palier UNIQUE (dossier_id, echeance, palier)"
            )
            curseur.execute(
                "ALTER TABLE partenaires_envoi ADD CONSTRAINT "
                "un_courriel_par_acte_et_personne UNIQUE (acte, destinataire)"
            )


def test_la_tache_lit_l_heure_et_rappelle(horloge_figee):
    creer_dossier(creer_appel())
    horloge_figee(JOURS["H-2"])
    tasks.rappeler()
    assert Rappel.objects.get().palier == "H-2"
    assert Dossier.objects.get().rappels.count() == 1
