"""The pages of the service for the residents' say in a real browser: full, then an answer given by
keyboard alone.
"""

import pytest

from partenaires.models import Contribution, EtatParole, Role, Signalement
from quartiers import horloge
from tests.fabriques import creer_agent
from tests.navigateur.test_pages import ELEMENTS, visiter
from tests.navigateur.test_pages_de_paroles import paroles  # noqa: F401 (a fixture)
from tests.navigateur.test_parcours import entrer, taper

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]

RACINES = ("", "modifier/", "rencontres/", "recueillir/", "bilan/", "apercu/")


def test_chaque_page_du_service(paroles, ouvrir):  # noqa: F811
    par_etat = {etat: Contribution.objects.filter(etat=etat).first() for etat in EtatParole}
    refusee = par_etat[EtatParole.REFUSEE]
    instant = horloge.maintenant()
    refusee.recours.create(moderation=refusee.moderations.last(), texte="Non.", depose_le=instant)
    repondue = par_etat[EtatParole.SUITE_DONNEE]
    agent = creer_agent(Role.RESPONSABLE)
    repondue.suites.create(etape="a_venir", date="2027-03-01", texte="La lampe", par=agent)
    Signalement.objects.create(
        contribution=repondue,
        numero="SIG-1",
        motif="haine",
        explication="Ces mots visent quelqu’un.",
        envoi="s1",
        recu_le=instant,
    )
    base = f"/instruction/consultations/{paroles.pk}/"
    chemins = [
        "/instruction/consultations/",
        "/instruction/consultations/nouvelle/",
        *(f"{base}{suite}" for suite in RACINES),
        "/instruction/paroles/",
        "/instruction/paroles/?file=a-repondre",
        "/instruction/paroles/?file=recours",
        f"/instruction/paroles/{repondue.pk}/dossiers/",
        *(
            f"/instruction/paroles/{par_etat[etat].pk}/?file=toutes"
            for etat in (
                EtatParole.RECUE,
                EtatParole.PUBLIEE,
                EtatParole.SUITE_DONNEE,
                EtatParole.REFUSEE,
            )
        ),
    ]
    assert visiter(ouvrir(agent), chemins, ELEMENTS) == []
    assert visiter(ouvrir(), ["/participer/finie/bilan/"], ELEMENTS) == []


def test_une_reponse_au_clavier_sans_script(paroles, ouvrir):  # noqa: F811
    parole = Contribution.objects.filter(etat=EtatParole.ETUDIEE).first()
    onglet = ouvrir(creer_agent(), largeur=320, script=False)
    onglet.goto(f"/instruction/paroles/{parole.pk}/?file=a-repondre")
    onglet.get_by_label("Suite donnée", exact=False).first.press("Space")
    taper(onglet, "Réponse", "Une lampe est posée.")
    entrer(onglet, "Publier la réponse")
    onglet.wait_for_selector("text=La réponse est publiée")
    parole.refresh_from_db()
    assert parole.etat == EtatParole.SUITE_DONNEE
