"""Stepping aside: the dossier is closed to the person everywhere, and open to all others."""

import csv
import io

import pytest

from appels.depot.actions import papiers, recepisses
from appels.instruction.actions import affectation, deports, echanges, examen, exports
from appels.instruction.listes import Liste
from appels.models import Appel, Deport, Dossier, Export, FinanceurAppel, Passage
from partenaires.models import Genre, Partenaire, Role
from tests.appels.decision.test_avis import JETON
from tests.fabriques import (
    PENDANT,
    creer_agent,
    creer_appel,
    creer_association,
    creer_dossier,
    creer_dossier_complet,
    creer_financeur,
    creer_membre,
    creer_signataire,
    deposer,
)

pytestmark = pytest.mark.django_db
CANARI = "CANARI DEPORT"


@pytest.fixture
def depose(horloge_figee):
    """One closed to somebody below, with a neighbour of nearly the same title from the same
    organisation.
    """
    appel, porteur = creer_appel(), creer_association()
    signataire = creer_signataire(porteur)
    depose = deposer(creer_dossier_complet(appel, porteur, intitule=f"{CANARI} un"), signataire)
    deposer(creer_dossier_complet(appel, porteur, intitule="Autre projet"), signataire)
    return depose


def fermer(dossier, personne, motif="Membre du bureau") -> Deport:
    return deports.declarer(dossier, personne, motif=motif, par=personne, recu_le=PENDANT)


PAGES = {  # of one dossier: closed
    "/dossiers/{}/relecture/",
    "/dossiers/{}/depose/",
    "/dossiers/{}/recepisse/",
    "/dossiers/{}/recepisse.pdf",
    "/dossiers/{}/budget.xlsx",
    "/dossiers/{}/budget.csv",
    "/dossiers/{}/papiers/",
    "/dossiers/{}/papiers/dossier/",
    "/dossiers/{}/dauphin/",
    "/dossiers/{}/versions/",
    "/dossiers/{}/rib/",
    "/dossiers/{}/echanges/",
    "/dossiers/{}/historique/",
    "/dossiers/{}/decisions/",
    "/instruction/dossiers/{}/",
    "/instruction/dossiers/{}/avis/",
    "/instruction/dossiers/{}/deport/",
    "/instruction/dossiers/{}/irrecevable/",
    "/instruction/dossiers/{}/reprendre/",
    "/instruction/dossiers/{}/pieces/",
    "/instruction/dossiers/{}/confier/",
    "/instruction/dossiers/{}/complements/",
    "/instruction/dossiers/{}/complements/clore/",
    "/instruction/dossiers/{}/notes/",
    "/instruction/dossiers/{}/journal.csv",
}
ENSEMBLES = [  # of many: it is not there
    "/instruction/",
    "/instruction/?q=canari",
    "/instruction/?appel=tous&col=demande&tri=-demande",
    "/instruction/dauphin/",
    "/instruction/ouverts/",
    "/instruction/selection/?choix={}",
    "/instruction/tableau/",
    "/instruction/appels/{appel}/journal.csv",
    "/instruction/dossiers/{autre}/",
    "/annuaire/",
    "/mes-donnees.json",
]


def code(client, chemin) -> int:
    reponse = client.get(chemin)
    b"".join(reponse)  # a file is read to its end
    return reponse.status_code


def lire(client, chemin) -> str:
    return b"".join(client.get(chemin)).decode(errors="replace")


def test_une_page_par_surface_fermee_a_l_agent_ouverte_aux_autres(connecter, depose):
    agent, collegue = creer_agent(), creer_agent()
    recepisses.etablir(depose.versions.get())
    papiers.etablir(papiers.demander(depose, "dossier", par=agent, recu_le=PENDANT))
    fermer(depose, agent)
    codes = {chemin: code(connecter(agent), chemin.format(depose.pk)) for chemin in PAGES}
    assert {chemin: n for chemin, n in codes.items() if n != 404} == {}
    ouverts = {chemin: code(connecter(collegue), chemin.format(depose.pk)) for chemin in PAGES}
    assert {chemin: n for chemin, n in ouverts.items() if n not in (200, 302)} == {}
    piece = depose.pieces.filter(est_chiffree=False).first()
    assert [code(connecter(qui), f"/pieces/{piece.pk}/") for qui in (agent, collegue)] == [404, 200]


def test_rien_n_en_parait_dans_les_listes_les_comptes_et_les_fichiers(connecter, depose):
    agent, collegue = creer_agent(), creer_agent()
    autre = Dossier.objects.exclude(pk=depose.pk).get()
    fermer(depose, agent)
    chemins = [
        chemin.format(depose.pk, appel=depose.appel_id, autre=autre.pk) for chemin in ENSEMBLES
    ]
    fuites = [
        c
        for c in chemins
        if CANARI in (page := lire(connecter(agent), c)) or f"{depose.numero};" in page
    ]
    assert fuites == []
    assert CANARI in lire(connecter(collegue), "/instruction/")
    assert [
        connecter(qui).get("/instruction/tableau/").context["t"].chiffres["deposes"]
        for qui in (agent, collegue)
    ] == [1, 2]
    octets = b"".join(
        connecter(agent).post("/instruction/exports/", {"format": "csv", "colonnes": ["porteur"]})
    )
    assert [
        ligne[1] for ligne in csv.reader(io.StringIO(octets.decode("utf-8-sig")), delimiter=";")
    ][1:] == ["Autre projet"]


def test_un_fichier_deja_demande_ne_se_telecharge_plus(connecter, depose):
    agent = creer_agent()
    export = exports.demander(Liste(), ["porteur"], "csv", par=agent, recu_le=PENDANT, total=2)
    exports.etablir(export)
    autre = exports.demander(
        Liste(), ["porteur"], "csv", par=creer_agent(), recu_le=PENDANT, total=2
    )
    fermer(depose, agent)
    assert connecter(agent).get(f"/instruction/exports/{export.pk}/").status_code == 404
    assert list(Export.objects.all()) == [autre]


def test_les_gestes_sont_refuses_aussi(connecter, depose):
    agent = creer_agent()
    affectation.affecter(Dossier.objects.filter(pk=depose.pk), agent, par=agent, recu_le=PENDANT)
    fermer(depose, agent)
    client, n = connecter(agent), Passage.objects.count()
    gestes = {
        "/instruction/dossiers/{}/recevable/": {},
        "/instruction/dossiers/{}/irrecevable/": {"motif": "x"},
        "/dossiers/{}/decisions/": {},
        "/instruction/dossiers/{}/avis/": {"sens": "favorable"},
        "/dossiers/{}/echanges/": {"texte": "x"},
    }
    assert {
        client.post(chemin.format(depose.pk), champs).status_code
        for chemin, champs in gestes.items()
    } == {404}
    depose.refresh_from_db()
    assert (depose.confie_a, depose.etat, Passage.objects.count()) == (None, "depose", n)


def test_l_agent_membre_de_l_organisme_ne_garde_que_ce_que_lit_l_organisme(connecter, depose):
    agent = creer_agent()
    creer_membre(depose.porteur, Role.LECTEUR, utilisateur=agent)
    examen.signaler(depose, motif="CANARI-SIGNAL", par=creer_agent(), recu_le=PENDANT)
    echanges.ecrire_une_note(depose, "CANARI-NOTE", par=creer_agent(), recu_le=PENDANT)
    client = connecter(agent)
    codes = {
        chemin: client.get(chemin.format(depose.pk)).status_code
        for chemin in (
            "/dossiers/{}/relecture/",
            "/dossiers/{}/historique/",
            "/dossiers/{}/echanges/",
            "/instruction/dossiers/{}/",
            "/instruction/dossiers/{}/notes/",
            "/dossiers/{}/decisions/",
            "/dossiers/{}/rib/",
        )
    }
    assert codes == {
        "/dossiers/{}/relecture/": 200,
        "/dossiers/{}/historique/": 200,
        "/dossiers/{}/echanges/": 200,
        "/instruction/dossiers/{}/": 404,
        "/instruction/dossiers/{}/notes/": 404,
        "/dossiers/{}/decisions/": 404,
        "/dossiers/{}/rib/": 403,
    }
    page = lire(client, f"/dossiers/{depose.pk}/historique/")
    assert ("CANARI-SIGNAL" in page, "Déport déclaré" in page, "Attesté et déposé" in page) == (
        False,
        False,
        True,
    )


def test_une_correction_ouverte_au_service_est_fermee_avec_son_dossier(depose):
    agent, collegue = creer_agent(), creer_agent()
    correction = creer_dossier(
        depose.appel, depose.porteur, corrige=depose, ouvert_au_service_le=PENDANT
    )
    fermer(depose, agent)
    assert [
        Dossier.objects.visibles_par(qui).filter(pk=correction.pk).count()
        for qui in (agent, collegue)
    ] == [0, 1]


def test_se_deporter_puis_etre_rouvert(connecter, depose):
    agent, responsable = creer_agent(), creer_agent(Role.RESPONSABLE)
    affectation.affecter(
        Dossier.objects.filter(pk=depose.pk), agent, par=responsable, recu_le=PENDANT
    )
    chemin = f"/instruction/dossiers/{depose.pk}/deport/"
    assert connecter(agent).post(chemin, {"motif": " "}).status_code == 422
    assert (
        connecter(agent)
        .post(chemin, {"motif": "Mon frère la préside", "personne": responsable.pk})
        .status_code
        == 302
    )
    deport = Deport.objects.get()
    assert (deport.personne, deport.declare_par, Dossier.objects.get(pk=depose.pk).confie_a) == (
        agent,
        agent,
        None,
    )
    assert "Mon frère la préside" in lire(
        connecter(responsable), f"/instruction/appels/{depose.appel_id}/deports/"
    )
    lever = f"/instruction/deports/{deport.pk}/lever/"
    assert [
        connecter(agent).get(lever).status_code,
        connecter(responsable).post(lever, {"motif": ""}).status_code,
    ] == [403, 422]
    assert connecter(responsable).post(lever, {"motif": "Elle ne préside plus"}).status_code == 302
    assert connecter(agent).get(f"/instruction/dossiers/{depose.pk}/").status_code == 200
    assert list(
        Passage.objects.filter(acte__in=["deporter", "lever_deport"])
        .order_by("pk")
        .values_list("acte", "par")
    ) == [("deporter", agent.pk), ("lever_deport", responsable.pk)]


def test_personne_ne_leve_le_sien_et_deux_fois_ne_font_qu_un(connecter, depose):
    responsable = creer_agent(Role.RESPONSABLE)
    deport = fermer(depose, responsable)
    assert fermer(depose, responsable).pk == deport.pk
    reponse = connecter(responsable).post(
        f"/instruction/deports/{deport.pk}/lever/", {"motif": "x"}
    )
    assert (
        reponse.status_code,
        "Une autre personne responsable" in reponse.content.decode(),
        Deport.objects.en_vigueur().count(),
    ) == (422, True, 1)
    autre = creer_agent(Role.RESPONSABLE)
    for _ in range(2):
        deports.lever(deport, motif="Erreur", par=autre, recu_le=PENDANT)
    assert Passage.objects.filter(acte="lever_deport").count() == 1


def test_la_ou_le_responsable_l_inscrit_pour_un_autre_jamais_pour_un_porteur(connecter, depose):
    responsable, caf = creer_agent(Role.RESPONSABLE), creer_financeur(Genre.CAF)
    chemin = f"/instruction/dossiers/{depose.pk}/deport/"
    refus = connecter(responsable).post(chemin, {"personne": depose.depose_par.pk, "motif": "x"})
    assert (refus.status_code, Deport.objects.count()) == (422, 0)
    assert (
        connecter(responsable)
        .post(chemin, {"personne": caf.pk, "motif": "Administratrice"})
        .status_code
        == 302
    )
    assert connecter(caf).get(f"/instruction/dossiers/{depose.pk}/avis/").status_code == 404
    assert CANARI not in lire(connecter(caf), "/instruction/")


def test_l_organisme_ne_lit_pas_qui_se_deporte(connecter, depose):
    chemin = f"/dossiers/{depose.pk}/historique/"
    avant = JETON.sub("", lire(connecter(depose.depose_par), chemin))
    fermer(depose, creer_agent())
    assert JETON.sub("", lire(connecter(depose.depose_par), chemin)) == avant


def test_le_service_ouvre_tout_l_appel_a_un_financeur_qui_lit_sans_donner_d_avis(connecter, depose):
    departement = creer_financeur(Genre.DEPARTEMENT)
    partenaire = departement.appartenances.get().partenaire
    depose.financements.filter(partenaire=partenaire).delete()
    financeur, _ = FinanceurAppel.objects.update_or_create(
        appel=depose.appel, partenaire=partenaire, defaults={"sous_poste": "74dep"}
    )
    chemin = f"/instruction/dossiers/{depose.pk}/avis/"
    assert connecter(departement).get(chemin).status_code == 404
    FinanceurAppel.objects.filter(pk=financeur.pk).update(voit_tout=True)
    assert [
        connecter(departement).get(chemin).status_code,
        connecter(departement).post(chemin, {"sens": "favorable"}).status_code,
    ] == [200, 403]
    assert CANARI in lire(connecter(departement), "/instruction/")
    ancien = creer_appel(2026)
    assert Appel.objects.count() == 2
    assert Dossier.objects.instruits_par(departement).filter(appel=ancien).count() == 0
    brouillon = creer_dossier(depose.appel)
    assert connecter(departement).get(f"/dossiers/{brouillon.pk}/relecture/").status_code == 404
    assert Partenaire.objects.get(genre=Genre.DEPARTEMENT) == partenaire
