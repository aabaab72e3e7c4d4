"""The list that a dossier was opened from: its acts and its pages carry it; an agent stays home."""

from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from lxml import html

from appels.instruction.actions import echanges, examen
from appels.models import Cote
from partenaires.models import Genre, Role
from tests.fabriques import (
    PENDANT,
    admettre,
    creer_agent,
    creer_appel,
    creer_dossier_complet,
    creer_financeur,
    deposer,
)

pytestmark = pytest.mark.django_db
SUITE = "?liste=file%3Da-vous&rang=1"
PORTEE = {"liste": ["file=a-vous"], "rang": ["1"]}
DU_DOSSIER = "/instruction/dossiers/{pk}/"
PAGES_DE_L_AGENT = (
    DU_DOSSIER,
    f"{DU_DOSSIER}avis/",
    f"{DU_DOSSIER}lecture/",
    f"{DU_DOSSIER}pieces/",
    f"{DU_DOSSIER}notes/",
    f"{DU_DOSSIER}serie/",
    f"{DU_DOSSIER}deport/",
    f"{DU_DOSSIER}fiche/",
    f"{DU_DOSSIER}derogation/",
    f"{DU_DOSSIER}changements/",
    f"{DU_DOSSIER}confier/",
    f"{DU_DOSSIER}complements/",
    "/dossiers/{pk}/echanges/",
    "/dossiers/{pk}/historique/",
    "/dossiers/{pk}/decisions/",
    "/dossiers/{pk}/dauphin/",
)
PAGES_DU_FINANCEUR = (f"{DU_DOSSIER}{nom}/" for nom in ("avis", "lecture", "deport", "fiche"))
FICHIERS = ("journal.csv",)  # they lead to no page


@pytest.fixture
def agent(horloge_figee):
    return creer_agent(Role.RESPONSABLE)


@pytest.fixture
def depose(agent):
    depose = deposer(creer_dossier_complet(creer_appel()))
    examen.signaler(depose, motif="À voir", par=agent, recu_le=PENDANT)
    parole = {"cle": uuid4(), "par": depose.depose_par, "recu_le": PENDANT}
    echanges.ecrire(depose, Cote.ORGANISME, "Et ?", [], **parole)
    return depose


def adresses(reponse) -> list[str]:
    """Where its forms and its links lead."""
    assert reponse.status_code == 200, reponse.request["PATH_INFO"]
    page = html.fromstring(reponse.content)
    formulaires = [un.get("action") for un in page.iter("form") if un.get("method") == "post"]
    return [une for une in [*formulaires, *(un.get("href") for un in page.iter("a"))] if une]


def perdent_le_fil(client, page: str, pk: int) -> list[str]:
    """The acts and the pages of the dossier that drop the list."""
    suivies = [
        f"/instruction/dossiers/{pk}/",
        "/instruction/signalements/",
        *(f"/dossiers/{pk}/{nom}/" for nom in ("echanges", "historique", "decisions")),
    ]
    return [
        f"{page} : {adresse}"
        for adresse in adresses(client.get(page.format(pk=pk) + SUITE))
        if adresse.startswith(tuple(suivies))
        and not adresse.endswith(FICHIERS)
        and not _porte(parse_qs(urlsplit(adresse).query))
    ]


def _porte(requete: dict[str, list[str]]) -> bool:
    """The list, and nothing else but that one comes to enter opinions."""
    return {nom: dit for nom, dit in requete.items() if nom != "recueil"} == PORTEE


@pytest.mark.parametrize("recevable", [False, True])
def test_chaque_acte_et_chaque_page_portent_la_liste(connecter, agent, depose, recevable):
    if recevable:
        depose.signaux.all().delete()
        admettre(depose)
    client = connecter(agent)
    perdus = [perdent_le_fil(client, page, depose.pk) for page in PAGES_DE_L_AGENT]
    assert [perdu for page in perdus for perdu in page] == []


def test_un_acte_fait_rend_la_liste(connecter, agent, depose):
    client = connecter(agent)
    signal = depose.signaux.get()
    actes = {
        f"/instruction/dossiers/{depose.pk}/lieux/verifier/": {},
        f"/instruction/signalements/{signal.pk}/resoudre/": {"issue": "Vu"},
        f"/dossiers/{depose.pk}/echanges/sans-reponse/": {},
    }
    rendus = [client.post(acte + SUITE, envoi).url for acte, envoi in actes.items()]
    assert [parse_qs(urlsplit(rendu).query) for rendu in rendus] == [PORTEE] * len(actes)


def test_un_agent_et_un_financeur_restent_chez_eux(connecter, agent, depose):
    """No page of theirs leads back by the page of the organisation, but what says it shows it."""
    admis = admettre(deposer(creer_dossier_complet(depose.appel)))
    etat = connecter(creer_financeur(Genre.ETAT))
    lues = [(connecter(agent), page) for page in PAGES_DE_L_AGENT]
    lues += [(etat, page) for page in PAGES_DU_FINANCEUR]
    sorties = []
    for client, page in lues:
        menees = html.fromstring(client.get(page.format(pk=admis.pk)).content).iter("a")
        sorties += [
            (page, " ".join(lien.text_content().split()))
            for lien in menees
            if lien.get("href") == f"/dossiers/{admis.pk}/relecture/"
        ]
    assert [sortie for sortie in sorties if "voit" not in sortie[1]] == []
