"""The dates for machines (iCalendar, JSON, Atom); the numbers held while a call is edited."""

import json
from datetime import datetime, timedelta
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import icalendar
import pytest

from appels.models import Appel
from partenaires.models import Role
from tests.appels.public.test_appel import donnees_de
from tests.fabriques import (
    FERMETURE,
    OUVERTURE,
    creer_agent,
    creer_appel,
    creer_dossier_complet,
    deposer,
)

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")


def agenda(client) -> dict[str, icalendar.Event]:
    contenu = client.get("/appel/calendrier.ics").content
    assert all(len(ligne) <= 75 for ligne in contenu.split(b"\r\n"))  # RFC 5545 §3.1
    evenements = icalendar.Calendar.from_ical(contenu).walk("VEVENT")
    return {str(evenement["uid"]).split("@")[0]: evenement for evenement in evenements}


def test_ical_porte_le_fuseau_de_paris_et_l_heure_du_mur(connecter):
    creer_appel()
    client = connecter()
    contenu = client.get("/appel/calendrier.ics").content.decode()
    assert "DTSTART;TZID=Europe/Paris:20261127T120000" in contenu
    assert contenu.count("BEGIN:VTIMEZONE") == 1
    evenements = agenda(client)
    assert sorted(evenements) == ["cloture-2027", "ouverture-2027"]
    assert evenements["cloture-2027"].decoded("dtstart") == FERMETURE
    assert evenements["ouverture-2027"].decoded("dtstart") == OUVERTURE
    assert (
        client.get("/appel/calendrier.ics").headers["Content-Type"]
        == "text/calendar; charset=utf-8"
    )


def test_la_sequence_grandit_quand_une_date_change_et_seulement_alors(connecter, horloge_figee):
    horloge_figee(OUVERTURE - timedelta(days=9))  # once open, its dates move by a public act only
    client = connecter()
    agent = connecter(creer_agent(Role.RESPONSABLE))
    appel = creer_appel(ouvre_le=None, ferme_le=None)
    sequences = []
    for champs in (
        {
            "ouvre_jour": "2026-10-01",
            "ouvre_heure": "10:00",
            "ferme_jour": "2026-11-27",
            "ferme_heure": "12:00",
        },
        {"titre": "Un autre titre"},
        {"ferme_heure": "17:00"},
        {"ferme_heure": "17:00"},
        {"ferme_jour": "2026-12-01"},
    ):
        donnees = donnees_de(agent, appel, est_publie="on", **champs)
        assert agent.post(f"/instruction/appels/{appel.pk}/", donnees).status_code == 302
        sequences.append(int(agenda(client)["cloture-2027"]["sequence"]))
    assert sequences == [0, 0, 1, 1, 2]
    assert agenda(client)["cloture-2027"].decoded("dtstart") == datetime(
        2026, 12, 1, 17, tzinfo=PARIS
    )


def test_modifier_un_appel_ne_rend_pas_le_numero_d_un_depot(connecter):
    """The counter moved while the form was open: the number given stays given."""
    agent = connecter(creer_agent(Role.RESPONSABLE))
    appel = creer_appel()
    donnees = donnees_de(agent, appel, est_publie="on", titre="Retouché")
    assert deposer(creer_dossier_complet(appel)).numero == "CV-2027-0001"
    agent.post(f"/instruction/appels/{appel.pk}/", donnees)
    assert Appel.objects.get().titre == "Retouché"
    assert deposer(creer_dossier_complet(appel)).numero == "CV-2027-0002"


def test_json_dit_les_memes_instants(connecter):
    creer_appel()
    creer_appel(2026, ouvre_le=None, ferme_le=None)
    appels = json.loads(connecter().get("/appel/appels.json").content)["appels"]
    cles = ("annee", "ouvre_le", "ferme_le", "est_ouvert")
    assert [tuple(appel[cle] for cle in cles) for appel in appels] == [
        (2027, "2026-10-01T10:00:00+02:00", "2026-11-27T12:00:00+01:00", True),
        (2026, None, None, False),
    ]


def test_atom_est_bien_forme_et_dit_les_dates_ou_a_venir(connecter):
    creer_appel()
    creer_appel(2026, ouvre_le=None, ferme_le=None)
    fil = ElementTree.fromstring(connecter().get("/appel/fil.atom").content)
    ns = {"a": "http://www.w3.org/2005/Atom"}
    entrees = fil.findall("a:entry", ns)
    resumes = [entree.findtext("a:summary", namespaces=ns) for entree in entrees]
    assert resumes == [
        "Ouverture : jeudi 1er\u00a0octobre\u00a02026 à 10\u00a0h\u00a000, heure de Paris. "
        "Clôture : vendredi 27\u00a0novembre\u00a02026 à 12\u00a0h\u00a000, heure de Paris.",
        "Dates à venir : contactez le service Cohésion Sociale.",
    ]
    assert [entree.find("a:link", ns).get("href") for entree in entrees] == [
        "http://testserver/appel/2027/",
        "http://testserver/appel/2026/",
    ]
    assert len({entree.findtext("a:id", namespaces=ns) for entree in entrees}) == 2
