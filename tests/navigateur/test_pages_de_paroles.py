"""The residents' say in a real browser: every page full, then a word written by keyboard alone."""

from datetime import timedelta

import pytest

from partenaires.concertation import reperes
from partenaires.models import Abonnement, Contribution, EtatParole, SourceParole
from quartiers import horloge
from quartiers.models import Parution, Quartier
from tests.fabriques import creer_agent
from tests.fabriques_paroles import CHEMINS, creer_consultation, creer_contribution
from tests.navigateur.test_pages import ELEMENTS_PUBLICS, visiter
from tests.navigateur.test_parcours import entrer, taper

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]
NOMBRE = 200
TEXTE = "Le soir, on rejoint l’arrêt de bus par le parking, dans le noir. " * 12


def peupler(ici):
    """A consultation with 200 words of every state and quartier, another that is over."""
    agent = creer_agent()
    bornes = {"ouvre_le": ici - timedelta(days=20), "reponse_promise_le": ici.date()}
    quartiers = list(Quartier.objects.all())
    consultation = creer_consultation(
        adresse="le-soir", ferme_le=ici + timedelta(days=16), moi_aussi=True, par=agent, **bornes
    )
    consultation.rencontres.create(le=ici + timedelta(days=7), lieu="Salle fictive")
    etats = [etat for etat in CHEMINS if etat != EtatParole.RETIREE]
    for etat in etats:
        creer_contribution(
            consultation, etat, le=ici, par=agent, texte=TEXTE, pseudonyme="Exemple-07"
        )
    modele = Contribution.objects.filter(etat=EtatParole.PUBLIEE).get()
    Contribution.objects.bulk_create(
        Contribution(
            consultation=consultation,
            type=("experience", "proposition", "avis")[rang % 3],
            texte=TEXTE,
            quartier=quartiers[rang % 6],
            source=SourceParole.PAPIER if rang % 4 == 0 else SourceParole.EN_LIGNE,
            saisie_par=agent,
            envoi=f"masse-{rang}",
            code=f"masse-{rang}",
            etat=modele.etat,
            recue_le=ici,
            publiee_le=ici - timedelta(minutes=rang),
        )
        for rang in range(NOMBRE)
    )
    creer_consultation(
        adresse="finie",
        par=agent,
        **bornes | {"ferme_le": ici - timedelta(days=1)},
        bilan_themes="Les trajets.",
        bilan_changements="Un banc.",
        bilan_publie_le=ici,
        bilan_publie_par=agent,
    )
    Parution.avancer(ici)
    return consultation


@pytest.fixture
def paroles(serveur):
    return peupler(horloge.maintenant())


def test_chaque_page_de_la_parole(paroles, ouvrir):
    """Axe, 382 elements, 60 kB, 320 px, light and dark, with 200 words."""
    par_etat = {etat: Contribution.objects.filter(etat=etat).first() for etat in EtatParole}
    repondue = par_etat[EtatParole.SUITE_DONNEE]
    agent = repondue.reponse.par
    repondue.suites.create(etape="faite", date="2026-11-20", texte="Un banc est posé", par=agent)
    repondue.suites.create(etape="a_venir", date="2027-03-01", texte="La lampe", par=agent)
    suit = Abonnement.objects.create(
        quartier=Quartier.objects.first(),
        courriel="suit@example.org",
        demande_le=horloge.maintenant(),
    )
    suivis = [
        f"/participer/suivi/{reperes.jeton('suivi', par_etat[etat].pk)}/"
        for etat in (EtatParole.RECUE, EtatParole.REFUSEE, EtatParole.SUITE_DONNEE)
    ]
    une = f"/participer/le-soir/{repondue.pk}/"
    chemins = [
        "/participer/",
        "/participer/le-soir/",
        "/participer/le-soir/?type=avis&page=2",
        "/participer/finie/",
        "/participer/finie/ecrire/",
        "/participer/le-soir/charte/",
        "/participer/le-soir/ecrire/",
        une,
        *(f"{une}{page}/" for page in ("utile", "moi-aussi", "signaler")),
        "/participer/suivre/",
        *suivis,
        f"/participer/suivi/{reperes.jeton('suivi', par_etat[EtatParole.REFUSEE].pk)}/corriger/",
        "/participer/quartiers/QN06258M/",
        "/participer/quartiers/QN06258M/suivre/",
        f"/participer/confirmer/{reperes.jeton('confirmer', suit.pk)}/",
        f"/participer/arreter/{reperes.jeton('arreter', suit.pk)}/",
    ]
    assert visiter(ouvrir(), chemins, ELEMENTS_PUBLICS) == []


def test_une_parole_au_clavier_sans_script(paroles, ouvrir):
    """At 320 px, Tab and Enter only: a number shown, taken away, sent, followed by its code."""
    onglet = ouvrir(largeur=320, script=False)
    onglet.goto("/participer/le-soir/")
    entrer(onglet, "Écrire une contribution")
    taper(onglet, "Votre texte", "Une lampe manque. Appelez le 06 39 98 12 34.")
    onglet.wait_for_timeout(3100)  # as long as the form asks of a person
    entrer(onglet, "Envoyer ma contribution")
    assert "Ce texte contient un numéro de téléphone." in onglet.locator("#montres").inner_text()
    taper(onglet, "Votre texte", "Une lampe manque entre l’école et le parc.")
    entrer(onglet, "Envoyer ce texte tel qu’il est maintenant")
    code = onglet.locator("[data-copier]").inner_text()
    onglet.goto("/participer/suivre/")
    taper(onglet, "Votre code de suivi", code)
    entrer(onglet, "Ouvrir ma contribution")
    onglet.wait_for_selector("text=Une lampe manque entre l’école et le parc.")
    assert Contribution.objects.filter(texte__startswith="Une lampe manque").count() == 1
