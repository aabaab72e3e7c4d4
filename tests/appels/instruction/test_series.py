"""One action from year to year: proposed, corrected by an agent, logged, undone."""

import re
from importlib import import_module

import pytest
from django.apps import apps
from django.db.models import ProtectedError

from appels.instruction.actions import series
from appels.models import Dossier, MouvementDeSerie, Serie
from appels.redaction.actions import redaction
from partenaires.models import Role
from quartiers.models import Trace
from tests.appels.decision.test_etapes_franchies import ensemble
from tests.fabriques import (
    PENDANT,
    admettre,
    creer_accord,
    creer_agent,
    creer_appel,
    creer_association,
    creer_dossier_complet,
    creer_lettre,
    creer_signataire,
    deposer,
)
from tests.feuilles import lisible

pytestmark = pytest.mark.django_db


def de_serie(appel, porteur, serie: Serie, **champs) -> Dossier:
    dossier = deposer(creer_dossier_complet(appel, porteur, **champs), creer_signataire(porteur))
    Dossier.objects.filter(pk=dossier.pk).update(serie=serie)
    return Dossier.objects.get(pk=dossier.pk)


@pytest.fixture
def monde(horloge_figee) -> dict:
    """An organisation with two actions: two years of the first, one of the second."""
    porteur = creer_association()
    jardins, velos = (
        Serie.objects.create(porteur=porteur, premiere_annee=2026, titre=titre)
        for titre in ("Jardins", "Vélos")
    )
    ancien, actuel = creer_appel(2026), creer_appel(2027)
    return {
        "agent": creer_agent(),
        "porteur": porteur,
        "jardins": jardins,
        "velos": velos,
        "premier": de_serie(ancien, porteur, jardins),
        "second": de_serie(actuel, porteur, jardins),
        "velo": de_serie(actuel, porteur, velos),
        "actuel": actuel,
    }


def series_de(monde) -> list[str]:
    return [
        Dossier.objects.get(pk=monde[nom].pk).serie.titre for nom in ("premier", "second", "velo")
    ]


def test_un_agent_detache_rattache_reunit_et_annule(connecter, monde):
    client = connecter(monde["agent"])
    page = f"/instruction/dossiers/{monde['second'].pk}/serie/"
    for mauvais in (
        {},
        {"geste": "rattacher", "motif": "Même action"},
        {"geste": "detacher"},
        {"geste": "reunir", "serie": "999999", "motif": "x"},
        {"geste": "autre", "motif": "x"},
    ):
        assert client.post(page, mauvais).status_code == 422, mauvais
    assert series_de(monde) == ["Jardins", "Jardins", "Vélos"]
    envoi = {"geste": "rattacher", "serie": monde["velos"].pk, "motif": "Même action"}
    assert client.post(page, envoi).status_code == 302
    assert series_de(monde) == ["Jardins", "Vélos", "Vélos"]
    (mouvement,) = MouvementDeSerie.objects.all()
    assert (mouvement.par, mouvement.motif, mouvement.dossiers) == (
        monde["agent"],
        "Même action",
        [monde["second"].pk],
    )
    assert client.post(f"/instruction/series/{mouvement.pk}/annuler/").status_code == 302
    assert series_de(monde) == ["Jardins", "Jardins", "Vélos"]
    with pytest.raises(series.DejaAnnule):
        series.annuler(mouvement, par=monde["agent"], recu_le=PENDANT)
    client.post(page, {"geste": "reunir", "serie": monde["velos"].pk, "motif": "Une seule"})
    assert series_de(monde) == ["Vélos"] * 3
    client.post(page, {"geste": "detacher", "motif": "Autre chose"})
    assert len(set(series_de(monde))) == 2
    reunion = MouvementDeSerie.objects.get(geste="reunir")
    with pytest.raises(series.BougeDepuis):  # the second one left since
        series.annuler(reunion, par=monde["agent"], recu_le=PENDANT)
    series.annuler(MouvementDeSerie.objects.first(), par=monde["agent"], recu_le=PENDANT)
    series.annuler(reunion, par=monde["agent"], recu_le=PENDANT)
    assert series_de(monde) == ["Jardins", "Jardins", "Vélos"]
    assert Trace.objects.filter(table="appels.MouvementDeSerie").count() > 3
    assert "annulé le" in client.get(page).content.decode()


def test_chaque_annee_dit_ou_elle_en_est(connecter, monde):
    """As everywhere: a dossier notified is not « Recevable »."""
    accord = creer_accord(admettre(monde["premier"]))
    accord.dossier.financements.filter(decision="").delete()
    creer_lettre(accord, lue_le=PENDANT, lue_par=monde["agent"])
    chemin = f"/instruction/dossiers/{monde['premier'].pk}/serie/"
    page = lisible(connecter(monde["agent"]).get(chemin))
    dits = [dit.strip() for dit in re.findall(r'<p class="sur">[^·<]+ · ([^<·]+)', page)]
    assert dits == ["Décidé et notifié", "À examiner"]


def test_une_serie_est_celle_d_un_organisme_et_survit_a_ses_dossiers(monde):
    autre = Serie.objects.create(porteur=creer_association(), premiere_annee=2027, titre="X")
    with pytest.raises(series.AutreOrganisme):
        series.rattacher(monde["velo"], autre, motif="x", par=monde["agent"], recu_le=PENDANT)
    with pytest.raises(series.MemeSerie):
        series.rattacher(
            monde["velo"], monde["velos"], motif="x", par=monde["agent"], recu_le=PENDANT
        )
    with pytest.raises(series.DejaSeul):
        series.detacher(monde["velo"], motif="x", par=monde["agent"], recu_le=PENDANT)
    with pytest.raises(ProtectedError):
        monde["jardins"].delete()


def test_seul_le_service_corrige(connecter, monde):
    page = f"/instruction/dossiers/{monde['second'].pk}/serie/"
    membre = connecter(creer_signataire(monde["porteur"]))
    assert (membre.get(page).status_code, connecter().get(page).status_code) == (403, 302)
    assert connecter(creer_agent(Role.RESPONSABLE)).get(page).status_code == 200


def test_un_nouveau_dossier_propose_la_suite(connecter, monde):
    signataire = creer_signataire(monde["porteur"])
    client = connecter(signataire)
    adresse = f"/dossiers/nouveau/{monde['actuel'].repere}/"
    neuve = Serie.objects.create(porteur=monde["porteur"], premiere_annee=2027, titre="Neuve")
    de_serie(monde["actuel"], monde["porteur"], neuve)
    texte = client.get(adresse).content.decode()
    offertes = re.findall(r"suite de « ([^»]+) », depuis (\d+)", texte.replace("\u00a0", " "))
    assert offertes == [("Jardins", "2026"), ("Vélos", "2026")]  # a draft of this call is none
    commun = {"porteur": monde["porteur"].pk, "intitule": "Titre nouveau"}

    def commencer(cle: str, **champs) -> Dossier:
        envoi = commun | {"cle": f"00000000-0000-4000-8000-00000000000{cle}"} | champs
        assert client.post(adresse, envoi).status_code == 302
        return Dossier.objects.latest("pk")

    assert commencer("1", serie=monde["jardins"].pk).serie == monde["jardins"]
    neuf = commencer("2")
    assert (neuf.serie.titre, neuf.serie.premiere_annee) == ("Titre nouveau", 2027)
    repris = commencer("3", reprendre=monde["premier"].pk)
    assert repris.serie == monde["jardins"]
    assert commencer("4", reprendre=monde["premier"].pk, serie="nouvelle").serie.titre == (
        "Titre nouveau"
    )
    etrangere = Serie.objects.create(porteur=creer_association(), premiere_annee=2027, titre="X")
    envoi = commun | {"cle": "00000000-0000-4000-8000-000000000005", "serie": etrangere.pk}
    assert client.post(adresse, envoi).status_code == 422


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_deux_agents_a_la_fois_ne_deplacent_qu_une_fois(base_a_plusieurs, monde):
    def deplacer() -> None:
        dossier = Dossier.objects.select_related("serie").get(pk=monde["second"].pk)
        series.reunir(dossier, monde["velos"], motif="x", par=monde["agent"], recu_le=PENDANT)

    dits = ensemble(*[deplacer] * 3)
    assert (dits.count("fait"), MouvementDeSerie.objects.count()) == (1, 1)
    assert series_de(monde) == ["Vélos"] * 3


def test_commencer_sans_suite_forme_une_serie(monde):
    dossier = redaction.commencer(
        monde["actuel"],
        monde["porteur"],
        intitule="Seul",
        cle="00000000-0000-4000-8000-00000000000a",
        par=creer_signataire(monde["porteur"]),
        recu_le=PENDANT,
    )
    assert (dossier.serie.titre, dossier.serie.porteur) == ("Seul", monde["porteur"])


def test_les_anciennes_chaines_forment_les_premieres_series(monde):
    """What the migration does of the chains of copies, organisation by organisation."""
    migration = import_module("appels.migrations.0037_series_et_lieux")
    Dossier.objects.update(serie=None)
    MouvementDeSerie.objects.all().delete()
    Serie.objects.all().delete()
    Dossier.objects.filter(pk=monde["second"].pk).update(repris_de=monde["premier"])
    migration.former(apps, None)
    premier, second, velo = (
        Dossier.objects.get(pk=monde[nom].pk).serie for nom in ("premier", "second", "velo")
    )
    assert (premier, premier.premiere_annee) == (second, 2026)
    assert velo != premier
