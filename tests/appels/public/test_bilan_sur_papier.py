"""The paper of a synthesis says nothing that left the public, even while nobody can lay it out."""

import re

import pytest
from django.core.files.storage import default_storage

from appels.models import Synthese
from appels.public import syntheses
from appels.socle import pdf
from partenaires.concertation.actions import conservation, contributions, moderation, reponses
from partenaires.concertation.verrous import dernier_passage
from partenaires.models import Consultation, Contribution, EtapeSuite, EtatParole, VerbeParole
from tests.fabriques import PENDANT, creer_agent
from tests.fabriques_paroles import creer_contribution
from tests.lecteurs import texte_pdf
from tests.partenaires.concertation.test_moderation import REFUS
from tests.partenaires.concertation.test_suites_des_paroles import close

pytestmark = pytest.mark.django_db
CANARI = "Canari à taire"


@pytest.fixture
def agent(horloge_figee):
    return creer_agent()


@pytest.fixture
def consultation(horloge_figee):
    return close(conservation_des_textes=12)


@pytest.fixture
def client(connecter):
    return connecter()


def masquer(parole, agent):
    moderation.ecarter(
        parole,
        VerbeParole.MASQUER,
        **REFUS,
        vu=dernier_passage(parole),
        par=agent,
        recu_le=PENDANT,
    )


def retirer(parole, agent):
    contributions.retirer(parole, le=PENDANT)


def effacer(parole, agent):
    assert conservation.appliquer(PENDANT.replace(year=PENDANT.year + 2)) == 2


def reprendre(parole, agent):
    reponses.reprendre(parole, vu=dernier_passage(parole), par=agent, recu_le=PENDANT)


def retirer_l_etape(parole, agent):
    suite = parole.suites.get()
    reponses.retirer_une_etape(suite, vue=suite.etape, par=agent, recu_le=PENDANT)


def dit_par(consultation, agent, ou: str) -> Contribution:
    """A public word whose text, answer or step says the canary."""
    texte = CANARI if ou == "texte" else "Un banc."
    parole = creer_contribution(consultation, EtatParole.SUITE_DONNEE, texte=texte, par=agent)
    if ou == "reponse":
        parole.reponse.texte = CANARI
        parole.reponse.save()
    if ou == "etape":
        parole.suites.create(etape=EtapeSuite.FAITE, date="2026-11-20", texte=CANARI, par=agent)
    return parole


def lus(client, consultation) -> dict[str, str]:
    """What each surface of the synthesis says; empty where there is none."""
    base = f"/participer/{consultation.adresse}/bilan"
    papier = client.get(f"{base}.pdf")
    contenu = b"".join(papier.streaming_content) if papier.status_code == 200 else b""
    return {
        "page": client.get(f"{base}/").content.decode(),
        "csv": client.get(f"{base}.csv").content.decode(),
        "pdf": texte_pdf(contenu) if contenu else "",
    }


@pytest.mark.parametrize(
    ("ou", "acte"),
    [
        ("texte", masquer),
        ("texte", retirer),
        ("texte", effacer),
        ("reponse", reprendre),
        ("etape", retirer_l_etape),
    ],
)
def test_ce_qui_quitte_le_public_quitte_le_bilan(
    client, agent, consultation, monkeypatch, django_capture_on_commit_callbacks, ou, acte
):
    """At once, though the worker cannot lay it out again; the bytes are gone with the next beat."""
    parole = dit_par(consultation, agent, ou)
    creer_contribution(consultation, EtatParole.SANS_SUITE, texte="Une lampe.")
    syntheses.imprimer()
    avant = lus(client, consultation)
    assert {nom for nom, texte in avant.items() if CANARI in texte} == {"page", "csv", "pdf"}
    fichier = Synthese.objects.get().fichier.name
    acte(Contribution.objects.get(pk=parole.pk), agent)
    apres = lus(client, consultation)
    assert {nom for nom, texte in apres.items() if CANARI in texte} == set()
    assert ("se prépare" in apres["page"], "bilan.pdf" in apres["page"]) == (True, False)
    monkeypatch.setattr(syntheses.pdf, "rendre", echouer)
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(6):
            syntheses.imprimer()
    echoue = lus(client, consultation)
    assert ("n’a pas pu être mis en page" in echoue["page"], echoue["pdf"]) == (True, "")
    assert not default_storage.exists(fichier)


def echouer(html, **options):
    raise pdf.RenduImpossible("Le document est trop long pour être mis en page.")


def test_le_bilan_se_refait_sans_ce_qui_est_parti(
    client, agent, consultation, django_capture_on_commit_callbacks
):
    parole = dit_par(consultation, agent, "texte")
    reste = creer_contribution(consultation, EtatParole.SANS_SUITE, texte="Une lampe reste.")
    syntheses.imprimer()
    masquer(parole, agent)
    Synthese.objects.update(essais=Synthese.ESSAIS_MAX)  # it had been given up before
    with django_capture_on_commit_callbacks(execute=True):
        syntheses.imprimer()
    refait = lus(client, consultation)
    assert (CANARI in refait["pdf"], reste.texte in refait["pdf"]) == (False, True)
    assert re.search(r"Le bilan \(PDF, [^)]+\)", refait["page"])


def test_ce_qui_s_ajoute_laisse_le_papier_offert(client, agent, consultation):
    """Only what leaves takes it away: an answer elsewhere, a step said, keep the one of before."""
    parole = dit_par(consultation, agent, "texte")
    syntheses.imprimer()
    reponses.poser_une_etape(
        parole,
        etape=EtapeSuite.FAITE,
        date=PENDANT.date(),
        texte="Posé.",
        vu=dernier_passage(parole),
        par=agent,
        recu_le=PENDANT,
    )
    autre = close()
    masquer(creer_contribution(autre, EtatParole.PUBLIEE), agent)
    assert CANARI in lus(client, consultation)["pdf"]
    assert Consultation.objects.count() == 2
