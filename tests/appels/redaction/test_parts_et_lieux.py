"""Where the project goes: the share of each quartier, what may be published, what must not be."""

import json
import re

import pytest
from django.urls import reverse

from appels.depot.actions import correction
from appels.instruction import alertes
from appels.instruction.actions import lieux
from appels.models import Dossier, PartDuQuartier
from appels.redaction.actions import copie
from appels.socle import cerfa, completude, figement
from quartiers import geometrie
from quartiers.models import Quartier
from quartiers.situation import situer
from tests.appels.redaction.test_fusion import page
from tests.fabriques import (
    creer_agent,
    creer_appel,
    creer_dossier,
    creer_dossier_complet,
    creer_signataire,
    deposer,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def deux(horloge_figee) -> Dossier:
    """A whole draft in two quartiers, whose people come from neither of them by name."""
    dossier = creer_dossier_complet(creer_appel())
    dossier.lieux.all().delete()
    for code in ("QN06258M", "QN06259M"):
        dossier.lieux.create(quartier=Quartier.objects.get(code=code), adresse="1 place")
    dossier.publics.filter(dimension="qpv").delete()
    dossier.publics.create(dimension="qpv", cle="QN06263M", nombre=10)
    return dossier


def manques(dossier: Dossier) -> list[str]:
    lu = Dossier.objects.pour_completude().get(pk=dossier.pk)
    return [
        manque.phrase.replace("\u00a0", " ")
        for manque in completude.bloquants(lu)
        if manque.champ.startswith("part-")
    ]


def test_la_part_n_est_demandee_que_s_il_y_a_plusieurs_quartiers(connecter, deux):
    client = connecter(creer_signataire(deux.porteur))
    adresse = reverse("appels:partie", args=[deux.pk, "lieux"])
    assert "La part de chaque quartier" in client.get(adresse).content.decode()
    (phrase,) = manques(deux)
    assert phrase.startswith("Le projet se passe dans plusieurs quartiers")
    # Who counts the people of each is asked nothing more.
    deux.publics.create(dimension="qpv", cle="QN06258M", nombre=3)
    deux.publics.create(dimension="qpv", cle="QN06259M", nombre=1)
    assert manques(deux) == []
    deux.lieux.last().delete()
    assert "La part de chaque quartier" not in client.get(adresse).content.decode()
    deux.publics.filter(dimension="qpv", cle__in=["QN06258M", "QN06259M"]).delete()
    assert manques(deux) == []


def test_les_parts_s_enregistrent_font_cent_et_se_figent(connecter, deux):
    client = connecter(creer_signataire(deux.porteur))
    adresse = reverse("appels:partie", args=[deux.pk, "lieux"])
    lieux = {**page(client, deux, "lieux"), "lieu_protege": "on", "lieux-1-publiable": "on"}
    for mauvaise in ("-1", "101", "un tiers"):
        envoi = lieux | {"part-QN06258M": mauvaise}
        assert client.post(adresse, envoi).status_code == 422
    envoi = lieux | {"part-QN06258M": "70", "part-QN06259M": "20"}
    assert client.post(adresse, envoi).status_code == 302
    assert manques(deux) == ["Les parts des quartiers font 90 % : elles doivent faire 100 %."]
    PartDuQuartier.objects.create(dossier=deux, cle="hors_qpv", pourcent=10)
    assert manques(deux) == []
    lu = Dossier.objects.pour_completude().get(pk=deux.pk)
    assert (lu.lieu_protege, [lieu.publiable for lieu in lu.lieux.all()]) == (True, [False, True])
    fige = json.loads(figement.canonique(figement.contenu(lu, depot={}, empreinte_personnes="")))
    assert fige["parts"] == [["QN06258M", 70], ["QN06259M", 20], ["hors_qpv", 10]]
    assert [lieu["publiable"] for lieu in fige["lieux"]] == [False, True]
    noms = {quartier.code: str(quartier) for quartier in Quartier.objects.all()}
    reponses = dict(
        reponse for rubrique in cerfa.rubriques(fige, noms) for reponse in rubrique.reponses
    )
    assert reponses["Lieu à protéger"] == "Oui"
    assert reponses[f"Part du projet, {noms['QN06258M']}"] == "70\u00a0%"
    # What was frozen before these questions is still read.
    ancien = {**fige, "projet": {**fige["projet"]}}
    del ancien["parts"], ancien["projet"]["lieu_protege"], ancien["projet"]["resume_public"]
    for lieu in ancien["lieux"]:
        del lieu["publiable"]
    assert cerfa.rubriques(ancien, noms)


def test_les_parts_suivent_une_correction_et_une_reprise(deux):
    PartDuQuartier.objects.create(dossier=deux, cle="QN06258M", pourcent=100)
    autre = creer_dossier(deux.appel, deux.porteur)
    copie.tables(deux, autre)
    assert [(part.cle, part.pourcent) for part in autre.parts.all()] == [("QN06258M", 100)]


def test_une_decision_dit_ce_que_demande_le_fichier_national(connecter, horloge_figee):
    depose = deposer(creer_dossier_complet(creer_appel()))
    demande = depose.financements.get(partenaire__genre="caf")
    agent = creer_agent()
    client = connecter(agent)
    adresse = reverse("appels:decisions", args=[depose.pk])
    page = client.get(adresse).content.decode()
    assert "aide notifiée à la Commission européenne" in page.replace("Aide", "aide")
    demande.decision = "accorde"
    demande.montant_vote = 100
    demande.decide_le = "2026-11-10"
    demande.convention_le = "2026-11-12"
    demande.verse_des = demande.verse_jusqu_au = "2026-12-01"
    demande.nature_aide = "nature"
    demande.notification_ue = True
    demande.prononcer(par=agent, le=depose.depose_le)
    prise = demande.prises.get()
    assert str(prise.engage_le) == "2026-11-12"
    assert [str(jour) for jour in prise.versements] == ["2026-12-01"]
    assert (prise.nature_aide, prise.notification_ue) == ("nature", True)


# --- The point and the quartier -------------------------------------------------------------------
def points() -> dict:
    """Points of the ground: well inside two quartiers, and outside of all."""
    dedans = {}
    for quartier in Quartier.objects.all():
        point = geometrie.centre(quartier.contour)
        if situer(*point).quartier_certain == quartier:
            dedans[quartier.code] = point
    return dedans


def saisir(client, dossier, **champs):
    partie = dossier.parties.filter(nom="lieux").first()
    donnees = {
        **page(client, dossier, "lieux"),
        "lieux-TOTAL_FORMS": "1",
        "version": str(partie.version if partie else 0),
        **{f"lieux-0-{nom}": valeur for nom, valeur in champs.items()},
    }
    return client.post(reverse("appels:partie", args=[dossier.pk, "lieux"]), donnees)


def test_le_point_decide_et_la_contradiction_attend_une_personne(connecter, horloge_figee):
    dossier = creer_dossier_complet(creer_appel())
    dossier.lieux.all().delete()
    client = connecter(creer_signataire(dossier.porteur))
    (code, point), (autre, _), *_ = points().items()
    choisi = Quartier.objects.get(code=autre)
    degres = {"longitude": str(point[0]), "latitude": str(point[1])}
    assert (
        saisir(client, dossier, quartier=choisi.pk, intitule="Salle", **degres).status_code == 302
    )
    lieu = dossier.lieux.get()
    assert (lieu.quartier.code, lieu.quartier_declare) == (code, choisi)
    html = client.get(reverse("appels:partie", args=[dossier.pk, "lieux"])).content.decode()
    assert f"Vous avez choisi {choisi} : le point compte" in html
    assert f'<option value="{choisi.pk}" selected>' in html  # the screen shows what was chosen
    # written as the point says, it is no contradiction any more
    assert saisir(client, dossier, quartier=lieu.quartier.pk, **degres).status_code == 302
    assert dossier.lieux.get().quartier_declare is None
    saisir(client, dossier, quartier=choisi.pk, **degres)
    depose = deposer(dossier)
    agent = creer_agent()
    instant = depose.depose_le

    def leve() -> bool:
        return alertes.en_alerte(Dossier.objects.filter(pk=depose.pk), "lieu", instant).exists()

    assert leve()
    for _ in range(2):  # pressed twice
        vus = depose.lieux.repere_des_declares()
        lieux.verifier(depose, vus=vus, par=agent, recu_le=instant)
    assert not leve()
    assert depose.passages.filter(acte="verifier_lieux").count() == 1


def test_un_lieu_verifie_l_est_pour_sa_correction_jamais_pour_l_annee_suivante(horloge_figee):
    depose = deposer(creer_dossier_complet(creer_appel()))
    choisi, agent = Quartier.objects.first(), creer_agent()
    depose.lieux.update(
        quartier=None, quartier_declare=choisi, verifie_le=depose.depose_le, verifie_par=agent
    )
    correction_ = correction.corriger(depose, par=depose.depose_par, recu_le=depose.depose_le)
    assert correction_.lieux.get().verifie_par == agent
    suivant = creer_dossier(depose.appel, depose.porteur)
    copie.tables(depose, suivant)
    lieu = suivant.lieux.get()
    assert (lieu.verifie_le, lieu.verifie_par, lieu.quartier_declare) == (None, None, choisi)
    # outside every quartier, the alert does not say that it stands in another
    (phrase,) = [alerte.phrase for alerte in alertes.ALERTES if alerte.cle == "lieu"]
    assert "hors de tout quartier prioritaire" in phrase


def test_on_ne_certifie_pas_des_lieux_changes_depuis_la_page(connecter, horloge_figee):
    dossier = creer_dossier_complet(creer_appel())
    un, deux = Quartier.objects.all()[:2]
    dossier.lieux.update(quartier=un, quartier_declare=deux, adresse="1 place")
    depose = deposer(dossier)
    client = connecter(creer_agent())
    examen = reverse("appels:examen", args=[depose.pk])
    (vus,) = re.findall(r'name="vus" value="(\w+)"', client.get(examen).content.decode())
    depose.lieux.update(adresse="2 rue d’ailleurs")  # a correction, meanwhile
    verifier = reverse("appels:verifier_lieux", args=[depose.pk])
    page_suivante = client.post(verifier, {"vus": vus}, follow=True).content.decode()
    assert "Les lieux de ce dossier ont changé depuis que cette page est montrée" in page_suivante
    assert "Les lieux sont vérifiés" not in page_suivante
    assert depose.lieux.filter(verifie_le__isnull=True).exists()
    assert depose.passages.filter(acte="verifier_lieux").count() == 0
    (frais,) = re.findall(r'name="vus" value="(\w+)"', page_suivante)
    page_suivante = client.post(verifier, {"vus": frais}, follow=True).content.decode()
    assert "Les lieux sont vérifiés" in page_suivante
    assert depose.passages.filter(acte="verifier_lieux").count() == 1


def test_la_carte_ne_laisse_pas_de_texte_derriere(connecter, horloge_figee):
    dossier = creer_dossier(creer_appel())
    client = connecter(creer_signataire(dossier.porteur))
    reponse = saisir(client, dossier, adresse="2 place d’essai", ajouter="")
    donnees = {**page(client, dossier, "lieux"), "public_vise": "Des voisins", "ajouter": "carte"}
    reponse = client.post(
        reverse("appels:partie", args=[dossier.pk, "lieux"]), {**donnees, "version": "1"}
    )
    assert reponse.url == f"{reverse('appels:situer')}?dossier={dossier.pk}"
    dossier.refresh_from_db()
    assert (dossier.public_vise, dossier.lieux.count()) == ("Des voisins", 1)


def test_une_rangee_vide_de_plus_ne_se_montre_que_demandee(connecter, horloge_figee):
    """Each place, each indicator is a form to read: the next one comes when it is asked for."""
    dossier = creer_dossier(creer_appel())
    client = connecter(creer_signataire(dossier.porteur))
    adresse = reverse("appels:partie", args=[dossier.pk, "lieux"])

    def montree(suite: str = "") -> str:
        """The page as one sees it: what waits in a `template` is not shown."""
        lue = client.get(f"{adresse}{suite}").content.decode()
        return re.sub(r"<template>.*?</template>", "", lue, flags=re.DOTALL)

    assert 'id="id_lieux-0-intitule"' in montree()  # none yet: the first one is there
    donnees = {**page(client, dossier, "lieux"), "lieux-0-adresse": "2 place d’essai"}
    reponse = client.post(adresse, {**donnees, "ajouter": "lieu"})
    assert reponse.url == f"{adresse}?ligne=1#id_lieux-1-intitule"
    assert 'id="id_lieux-1-intitule"' in montree("?ligne=1")
    assert 'id="id_lieux-1-intitule"' not in montree()
    assert "data-ligne" in client.get(adresse).content.decode()  # the script has its empty row
    # sent as it is shown, the page adds no place
    client.post(adresse, {**page(client, dossier, "lieux"), "rester": "1"})
    assert dossier.lieux.count() == 1


def test_les_coordonnees_sont_repliees_sauf_donnees_ou_fautives(connecter, horloge_figee):
    dossier = creer_dossier(creer_appel())
    client = connecter(creer_signataire(dossier.porteur))
    adresse = reverse("appels:partie", args=[dossier.pk, "lieux"])
    ouvert = re.compile(r"<details class=\"sobre\" open>\s*<summary>Donner des coordonnées")
    assert "Donner des coordonnées" in (vide := client.get(adresse).content.decode())
    assert not ouvert.search(vide)
    donnees = {**page(client, dossier, "lieux"), "lieux-0-latitude": "nord"}
    fautive = client.post(adresse, donnees)
    assert (fautive.status_code, bool(ouvert.search(fautive.content.decode()))) == (422, True)
