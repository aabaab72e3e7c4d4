"""Nobody decides on a version that nobody has read: it is told, nothing is done by surprise."""

from datetime import timedelta

import pytest
from lxml import html

from appels.depot.actions import correction
from appels.models import Avis, Critere, Dossier, Lecture
from appels.models.etats import Etat
from partenaires.models import Genre
from tests.fabriques import (
    PENDANT,
    creer_agent,
    creer_appel,
    creer_association,
    creer_dossier_complet,
    creer_financeur,
    creer_signataire,
    deposer,
)
from tests.feuilles import feuille, lisible

pytestmark = pytest.mark.django_db
PLUS_TARD = PENDANT + timedelta(minutes=10)
ARRIVEE = "une nouvelle version est arrivée depuis que cette page est montrée"


@pytest.fixture
def signataire(horloge_figee):
    return creer_signataire(creer_association())


@pytest.fixture
def depose(signataire):
    porteur = signataire.appartenances.get().partenaire
    return deposer(creer_dossier_complet(creer_appel(), porteur), signataire)


def redeposer(depose, signataire) -> None:
    brouillon = correction.corriger(depose, par=signataire, recu_le=PENDANT)
    Dossier.objects.filter(pk=brouillon.pk).update(intitule="Jardins corrigés")
    deposer(Dossier.objects.get(pk=brouillon.pk), signataire, PLUS_TARD)


def etat(depose) -> str:
    return Dossier.objects.values_list("etat", flat=True).get(pk=depose.pk)


def test_declarer_recevable_ou_non_ce_qui_n_est_plus_la_version_lue(connecter, depose, signataire):
    client = connecter(creer_agent())
    examen = f"/instruction/dossiers/{depose.pk}/"
    actes = html.fromstring(client.get(examen).content).forms
    recevable = [acte.fields for acte in actes if acte.action == f"{examen}recevable/"]
    assert [champs["version"] for champs in recevable] == ["1", "1"]  # with the documents, without
    pages = {
        f"{examen}recevable/": ({"version": "1"}, 302),
        f"{examen}irrecevable/": (feuille(client.get(f"{examen}irrecevable/"), "motif"), 422),
    }
    redeposer(depose, signataire)
    for adresse, (envoi, attendu) in pages.items():
        reponse = client.post(adresse, {**envoi, "motif": "Hors du contrat"})
        assert (adresse, reponse.status_code) == (adresse, attendu)
        page = reponse if attendu == 422 else client.get(examen)
        assert (ARRIVEE in lisible(page), etat(depose)) == (True, Etat.DEPOSE)
    neuve = client.get(f"{examen}irrecevable/")
    assert "Elle porte sur la version 2" in lisible(neuve)
    envoi = {**feuille(neuve, "motif"), "motif": "Hors du contrat"}
    assert client.post(f"{examen}irrecevable/", envoi).status_code == 302
    assert etat(depose) == Etat.IRRECEVABLE


def test_declarer_recevables_en_nombre_laisse_ce_qui_est_redepose(connecter, depose, signataire):
    autre = deposer(creer_dossier_complet(depose.appel))
    client = connecter(creer_agent())
    adresse = f"/instruction/selection/?sel={depose.pk}&sel={autre.pk}&acte=admettre"
    envoi = feuille(client.get(adresse), f"v{depose.pk}")
    redeposer(depose, signataire)
    page = lisible(client.post(adresse, envoi, follow=True))
    assert (f"Laissés de côté : {depose.numero}." in page, ARRIVEE in page) == (True, True)
    assert (etat(depose), etat(autre)) == (Etat.DEPOSE, Etat.RECEVABLE)


def test_un_avis_et_une_note_disent_la_version_qu_ils_lisent(connecter, depose, signataire):
    """The page then shows the new one, what was typed in its fields: sent again, it is kept."""
    Critere.objects.create(appel=depose.appel, libelle="Besoin")
    etat_, agent = creer_financeur(Genre.ETAT), creer_agent()
    demande = depose.financements.get(partenaire__genre=Genre.ETAT)
    (critere,) = depose.appel.criteres.all()
    page = f"/instruction/dossiers/{depose.pk}/"
    cas = (
        (etat_, f"{page}avis/", "motif", {"sens": "favorable", "partager": "1"}),
        (
            agent,
            f"{page}avis/?recueil=1",
            "recu_par",
            {f"a{demande.partenaire_id}-sens": "favorable"},
        ),
        (agent, f"{page}lecture/", f"c{critere.pk}-points", {f"c{critere.pk}-points": "4"}),
    )
    ouvertes = [
        (client := connecter(qui), adresse, {**feuille(client.get(adresse), champ), **dit}, champ)
        for qui, adresse, champ, dit in cas
    ]
    redeposer(depose, signataire)
    for client, adresse, envoi, champ in ouvertes:
        envoi = {**envoi, "recu_par": "courriel"}
        dispute = client.post(adresse, envoi)
        assert (dispute.status_code, ARRIVEE in lisible(dispute)) == (422, True)
        assert (Avis.objects.count(), Lecture.objects.count()) == (0, 0)
        assert client.post(adresse, {**envoi, **feuille(dispute, champ)}).status_code == 302
        Avis.objects.all().delete()


def test_un_avis_favorable_en_nombre_laisse_ce_qui_est_redepose(connecter, depose, signataire):
    """The same amount, another plan: told, not given, until the page shows the version there is."""
    caf = creer_financeur()
    cle = caf.appartenances.get().partenaire_id
    client, lot = connecter(caf), "/instruction/avis/en-lot/"
    coche = {f"d{cle}": str(depose.pk)}
    envoi = feuille(client.get(lot), f"v{cle}-{depose.pk}") | coche
    redeposer(depose, signataire)
    page = lisible(client.post(lot, envoi, follow=True))
    laisses = f"ont une nouvelle version à lire : {depose.numero}."
    assert (laisses in page, Avis.objects.count()) == (True, 0)
    sans_rang = {nom: lu for nom, lu in envoi.items() if not nom.startswith("r")}
    assert client.post(lot, sans_rang).status_code == 302
    assert Avis.objects.count() == 0
    client.post(lot, feuille(client.get(lot), f"v{cle}-{depose.pk}") | coche)
    assert Avis.objects.get().partage_le is not None
