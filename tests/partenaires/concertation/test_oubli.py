"""« Effacé tout de suite » is true of every column of every table, and of the mails sent."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from post_office.models import STATUS, Email

from partenaires.concertation import reperes
from partenaires.concertation.actions import (
    abonnements,
    conservation,
    contributions,
    moderation,
    retours,
)
from partenaires.concertation.dires import Notice, Parole
from partenaires.concertation.verrous import dernier_passage
from partenaires.models import (
    Abonnement,
    Contribution,
    EtatParole,
    Expedition,
    Signalement,
    VerbeParole,
)
from quartiers.models import Quartier
from tests.fabriques import PENDANT, creer_agent
from tests.fabriques_paroles import creer_consultation, creer_contribution
from tests.partenaires.concertation.test_moderation import REFUS

pytestmark = pytest.mark.django_db
APRES = datetime(2027, 11, 12, 12, 0, tzinfo=ZoneInfo("UTC"))


@pytest.fixture
def consultation(horloge_figee):
    return creer_consultation(conservation_des_textes=12, conservation_des_courriels=6)


def ou_se_lit(*canaris: str) -> list[tuple[str, str]]:
    """(table, column) of each value that says one of these."""
    return [
        (modele._meta.label, nom)
        for modele in apps.get_models()
        for ligne in modele._base_manager.values()
        for nom, valeur in ligne.items()
        if any(canari in str(valeur) for canari in canaris)
    ]


def contestee(consultation) -> Contribution:
    """Written with an address, published, noticed, masked, contested: each act wrote a mail."""
    parole = contributions.recevoir(
        consultation,
        Parole("avis", "canari du texte", pseudonyme="canari-07", courriel="canari@exemple.fr"),
        cle=reperes.lire_marque(reperes.marquer(PENDANT))[1],
        le=PENDANT,
    )
    agent = creer_agent()
    moderation.publier(parole, vu=0, par=agent, recu_le=PENDANT)
    for nom in ("tranche", "en attente"):
        signalement = signaler(parole, f"Il écrit « canari du texte » : {nom}")
        if nom == "tranche":
            trancher(signalement, agent)
    moderation.ecarter(
        parole,
        VerbeParole.MASQUER,
        **REFUS,
        vu=dernier_passage(parole),
        par=agent,
        recu_le=PENDANT,
    )
    recours = contributions.contester(parole, "le canari ne vise personne", le=PENDANT)
    moderation.trancher_le_recours(
        recours, est_accepte=False, reponse="Non.", par=creer_agent(), recu_le=PENDANT
    )
    parole.refresh_from_db()
    return parole


def signaler(parole: Contribution, explication: str, courriel="temoin@exemple.fr") -> Signalement:
    notice = Notice("haine", explication, "Temoin Essai", courriel, bonne_foi=True)
    cle = reperes.lire_marque(reperes.marquer(PENDANT))[1]
    return retours.signaler(parole, notice, cle=cle, le=PENDANT)


def trancher(signalement: Signalement, agent) -> None:
    moderation.trancher_le_signalement(
        signalement,
        masquer=False,
        raison="Rien d’illicite.",
        voies="",
        regle="",
        par=agent,
        recu_le=PENDANT,
    )


def test_retirer_n_en_laisse_nulle_part(consultation):
    """Its mails, those that wait too; a notice that waits is emptied by its decision."""
    parole = contestee(consultation)
    Email.objects.exclude(subject__contains="relu").update(status=STATUS.sent)
    assert Email.objects.filter(to=["canari@exemple.fr"]).count() == 4
    contributions.retirer(parole, le=PENDANT)
    assert ou_se_lit("canari") == [("partenaires.Signalement", "explication")]
    trancher(Signalement.objects.en_attente().get(), creer_agent())
    assert ou_se_lit("canari") == []
    assert Email.objects.filter(to=["temoin@exemple.fr"]).count() == 4


def test_un_courriel_qui_part_a_cet_instant_s_efface_le_lendemain(consultation):
    parole = contestee(consultation)
    part = Email.objects.filter(to=["canari@exemple.fr"]).first()
    expedition = Expedition.objects.create(courriel=part, prise_le=PENDANT)
    contributions.retirer(parole, le=PENDANT)
    assert Email.objects.get(to=["canari@exemple.fr"]) == part
    expedition.delete()
    Email.objects.update(status=STATUS.sent)
    conservation.appliquer(PENDANT + timedelta(days=1))
    assert not Email.objects.filter(to=["canari@exemple.fr"]).exists()
    assert Email.objects.filter(to=["temoin@exemple.fr"]).exists()


def test_ne_plus_suivre_n_en_laisse_nulle_part(consultation):
    """By the link, or forgotten because nobody confirmed."""
    ici, ailleurs = Quartier.objects.all()[:2]
    for quartier in (ici, ailleurs):
        abonnements.demander(quartier, "canari@exemple.fr", le=PENDANT)
    suivi = Abonnement.objects.get(quartier=ici)
    abonnements.confirmer(reperes.jeton("confirmer", suivi.pk), le=PENDANT)
    demain = PENDANT + timedelta(days=1)
    creer_contribution(consultation, quartier=ici, le=demain)
    assert abonnements.prevenir(demain) == 1
    Email.objects.update(status=STATUS.sent)
    abonnements.arreter(reperes.jeton("arreter", suivi.pk))
    assert Email.objects.count() == 1
    abonnements.prevenir(PENDANT + timedelta(days=8))
    assert ou_se_lit("canari") == []


def test_la_fin_de_la_conservation_n_en_laisse_nulle_part(consultation):
    """The words after the end, who sent a notice after its decision."""
    parole = contestee(consultation)
    trancher(Signalement.objects.en_attente().get(), creer_agent())
    Email.objects.update(status=STATUS.sent)
    conservation.appliquer(APRES - timedelta(days=120))
    parole.refresh_from_db()
    assert (parole.courriel, parole.texte) == ("", "canari du texte")
    assert ou_se_lit("canari@", "emoin") == []
    consultation.ferme_le = APRES - timedelta(days=370)
    consultation.save()
    conservation.appliquer(APRES)
    assert ou_se_lit("canari") == []


def test_une_fin_dite_vaut_une_cloture(consultation):
    """Nobody pressed « Clore »: the words go all the same, so long after the day of the end."""
    parole = creer_contribution(consultation, EtatParole.SUITE_DONNEE)
    passe = consultation.ferme_le.replace(year=consultation.ferme_le.year + 1)
    assert consultation.close_le is None
    assert conservation.appliquer(passe - timedelta(days=1)) == 0
    assert conservation.appliquer(passe) == 1
    parole.refresh_from_db()
    assert parole.texte == ""
