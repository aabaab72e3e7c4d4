"""Mail preferences: what can wait comes in one daily summary, what is urgent never waits."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from post_office.models import Email

from partenaires.models import Cadence, LigneResume, Role, Utilisateur
from partenaires.socle import courriels, resumes
from tests.fabriques import creer_association, creer_membre, creer_utilisateur

pytestmark = pytest.mark.django_db
DEMAIN_MATIN = datetime(2026, 11, 11, 6, 0, tzinfo=UTC)  # seven in Paris


@pytest.fixture
def patiente(horloge_figee) -> Utilisateur:
    return creer_utilisateur(cadence=Cadence.QUOTIDIENNE)


def ecrire(personnes, acte="a-1", *, urgent=False):
    porteur = creer_association()
    demande = creer_membre(porteur).appartenances.get()
    return courriels.ecrire(
        acte, [p.email for p in personnes], "adhesion", {"appartenance": demande}, urgent=urgent
    )


def test_ce_qui_peut_attendre_attend_le_resume_du_matin(patiente):
    pressee = creer_utilisateur()
    for acte in ("a-1", "a-2", "a-2"):
        ecrire([patiente, pressee], acte)
    assert (
        Email.objects.filter(to=[pressee.email]).count(),
        Email.objects.filter(to=[patiente.email]).count(),
    ) == (2, 0)
    assert [
        resumes.resumer(DEMAIN_MATIN + ecart)
        for ecart in (-timedelta(seconds=1), timedelta(0), timedelta(hours=1))
    ] == [0, 1, 0]
    resume = Email.objects.get(to=[patiente.email])
    assert ("2\u00a0messages" in resume.subject, resume.message.count("== ")) == (True, 2)


def test_ce_qui_est_urgent_n_attend_jamais(patiente):
    ecrire([patiente], urgent=True)
    assert (Email.objects.filter(to=[patiente.email]).count(), LigneResume.objects.count()) == (
        1,
        0,
    )


def test_un_reveil_en_retard_ne_perd_rien(patiente):
    ecrire([patiente])
    assert resumes.resumer(DEMAIN_MATIN + timedelta(days=5)) == 1


def test_ecrit_dans_la_matinee_c_est_pour_demain(patiente, horloge_figee):
    horloge_figee(DEMAIN_MATIN + timedelta(hours=1))
    ecrire([patiente])
    assert [
        resumes.resumer(DEMAIN_MATIN + ecart) for ecart in (timedelta(hours=2), timedelta(days=1))
    ] == [0, 1]


def test_un_compte_ferme_ne_recoit_rien(patiente):
    ecrire([patiente])
    Utilisateur.objects.filter(pk=patiente.pk).update(is_active=False)
    assert (resumes.resumer(DEMAIN_MATIN), Email.objects.filter(to=[patiente.email]).count()) == (
        0,
        0,
    )


def test_on_choisit_dans_son_compte(connecter, horloge_figee):
    personne = creer_membre(creer_association(), Role.ADMINISTRATEUR)
    client = connecter(personne)
    assert "Une fois par jour" in client.get("/mon-compte/").content.decode()
    client.post("/mon-compte/", {"prenom": "Ada", "nom": "Essai", "cadence": "quotidienne"})
    assert Utilisateur.objects.get(pk=personne.pk).cadence == Cadence.QUOTIDIENNE
    refus = client.post("/mon-compte/", {"prenom": "Ada", "nom": "Essai", "cadence": "jamais"})
    assert (refus.status_code, Utilisateur.objects.get(pk=personne.pk).cadence) == (
        422,
        Cadence.QUOTIDIENNE,
    )


def test_seuls_ces_messages_peuvent_attendre(racine):
    """Requests to join, their answers, Dauphin, what comes to the service and to funders.

    A deadline, a signature or a receipt never waits.
    """
    modules = sorted(racine.glob("*/socle/courriels*.py"))
    sources = "".join(module.read_text(encoding="utf-8") for module in modules)
    attendent = re.findall(r'"(\w+)",\s*\{[^}]*\},\s*urgent=False,?\s*\)', sources)
    assert (sorted(attendent), sources.count("urgent=False")) == (
        [
            "adhesion",
            "adhesion_reponse",
            "affectation",
            "dauphin",
            "nouvelle_demande",
            "rectification_demandee",
            "reponse",
            "revendication",
        ],
        8,
    )
