"""The list as a file: right in a French spreadsheet, only what one may read, made by the worker
when it is long.
"""

import csv
import io
import json
import os
import subprocess
import sys
from datetime import timedelta

import pytest
from openpyxl import load_workbook

from appels import tasks
from appels.instruction import classeurs, colonnes
from appels.instruction.actions import deports, exports
from appels.models import Dossier, Export, ModeleExport, Vue
from partenaires.models import Role, Utilisateur
from tests.appels.instruction.test_liste import poser
from tests.attente import BORNE
from tests.fabriques import (
    PENDANT,
    creer_agent,
    creer_appel,
    creer_association,
    creer_dossier_complet,
    creer_financeur,
    creer_membre,
    deposer,
)
from tests.lecteurs import calculee, rangees

pytestmark = pytest.mark.django_db
TOUTES = list(colonnes.COLONNES)


@pytest.fixture
def agent(horloge_figee):
    return creer_agent()


@pytest.fixture
def depose(horloge_figee):
    """Everything that spreadsheets break: a ligature, a leading zero, a comma, a formula, a
    semicolon, a quote.
    """
    porteur = creer_association(nom='Œuvre, "l’Été" ; Cie', siret="00000850500013")
    return deposer(creer_dossier_complet(creer_appel(), porteur, intitule="=HYPERLINK(1) à 12,50"))


def exporter(client, format, cles=TOUTES, **autres):
    return client.post("/instruction/exports/", {"format": format, "colonnes": cles, **autres})


def lire_csv(reponse) -> list[list[str]]:
    octets = b"".join(reponse.streaming_content)
    assert octets.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(octets.decode("utf-8-sig")), delimiter=";"))


def test_le_csv_s_ouvre_juste_dans_un_tableur_francais(connecter, agent, depose):
    entetes, ligne = lire_csv(
        exporter(connecter(agent), "csv", ["porteur", "siret", "recu", "demande", "etat"])
    )
    assert entetes == ["Numéro", "Projet", "Organisme", "SIRET", "Reçu le", "Demandé", "État"]
    assert ligne == [
        depose.numero,
        "'=HYPERLINK(1) à 12,50",
        'Œuvre, "l’Été" ; Cie',
        "000\u00a0008\u00a0505\u00a000013",
        "2026-11-10",
        "10000",
        "Déposé",
    ]


def test_le_xlsx_garde_les_types(connecter, agent, depose):
    reponse = exporter(
        connecter(agent), "xlsx", ["siret", "recu", "demande", "beneficiaires", "charge"]
    )
    feuille = load_workbook(io.BytesIO(b"".join(reponse.streaming_content))).active
    entetes, ligne, total = [[calculee(c) for c in rang] for rang in feuille.iter_rows()]
    assert entetes == [
        "Numéro",
        "Projet",
        "SIRET",
        "Reçu le",
        "Demandé",
        "Bénéficiaires",
        "Suivi par",
    ]
    assert (ligne[:3], ligne[3].date().isoformat(), ligne[4:]) == (
        [depose.numero, "=HYPERLINK(1) à 12,50", "000\u00a0008\u00a0505\u00a000013"],
        "2026-11-10",
        [10_000, 60, None],
    )
    assert [feuille.cell(2, n).number_format for n in (3, 4, 5)] == [
        "@",
        "dd/mm/yyyy",
        '#,##0.00\\ "€";[Red]\\-#,##0.00\\ "€"',
    ]
    assert (total[0], total[4]) == ("Total", 10_000)
    assert "f" not in {c.data_type for c in feuille[2]}  # no formula


def test_un_fichier_donne_en_nombres_ce_que_la_page_dit_en_mots(connecter, agent, depose):
    """Asked and voted of each funder, opinions given and awaited: to sort and to sum."""
    cles = ["demande", "avis", "demandes", "votes"]
    reponse = exporter(connecter(agent), "xlsx", cles)
    entetes, ligne, total = rangees(b"".join(reponse.streaming_content))
    lus = dict(zip(entetes, ligne, strict=True))
    demandes = depose.financements.filter(partenaire__isnull=False)
    noms = [(d.partenaire.sigle or d.partenaire.nom, d.montant / 100) for d in demandes]
    assert {nom: lus[f"Demandé : {nom}"] for nom, _ in noms} == dict(noms)
    assert {lus[f"Voté : {nom}"] for nom, _ in noms} == {None}
    assert (lus["Avis partagés"], lus["Financeurs sollicités, nombre"]) == (0, len(noms))
    assert sum(total[entetes.index(f"Demandé : {nom}")] for nom, _ in noms) == lus["Demandé"]
    page = connecter(agent).get("/instruction/?col=demandes").content.decode()
    assert f"{demandes[0].partenaire} : " in page


def test_le_fichier_suit_les_filtres_et_l_ordre(connecter, agent, depose):
    poser(depose.appel, "Zoo")
    poser(depose.appel, "Arbre")
    reponse = connecter(agent).post(
        "/instruction/exports/?tri=-numero&q=o", {"format": "csv", "colonnes": ["porteur"]}
    )
    lignes = lire_csv(reponse)[1:]
    assert [ligne[1] for ligne in lignes] == [
        d.intitule.replace("=", "'=", 1)
        for d in Dossier.objects.order_by("-numero")
        if "o" in d.recherche + d.porteur.recherche
    ]


@pytest.mark.parametrize(
    "champs", [{"format": "pdf"}, {"format": ""}, {"colonnes": ["inconnue"]}, {"colonnes": []}]
)
def test_un_export_mal_demande_le_dit(connecter, agent, depose, champs):
    reponse = connecter(agent).post(
        "/instruction/exports/", {"format": "csv", "colonnes": ["porteur"], **champs}
    )
    assert (reponse.status_code, Export.objects.count()) == (422, 0)


def test_un_financeur_n_exporte_que_les_siens_et_que_ses_colonnes(connecter, depose):
    autre = deposer(creer_dossier_complet(depose.appel))
    autre.financements.filter(partenaire__genre="caf").delete()
    client = connecter(creer_financeur("caf"))
    assert exporter(client, "csv", ["vote"]).status_code == 422
    lignes = lire_csv(exporter(client, "csv", ["porteur", "demande"]))
    assert [ligne[0] for ligne in lignes[1:]] == [depose.numero]


@pytest.mark.parametrize(
    ("auteur", "lecteur", "se_voit"),
    [
        ("agent", "agent", True),
        ("agent", "caf", False),
        ("caf", "agent", False),
        ("caf", "caf", True),
        ("caf", "etat", False),
        ("parti", "agent", True),  # what a colleague who left shared still serves
        ("parti", "caf", False),
    ],
)
def test_ce_qui_se_partage_reste_entre_collegues(connecter, depose, auteur, lecteur, se_voit):
    """What the service names its lists says what it looks for; no funder reads it."""
    qui = creer_agent() if auteur in ("agent", "parti") else creer_financeur(auteur)
    ModeleExport.objects.create(par=qui, nom="Refus probables", est_partage=True)
    Vue.objects.create(par=qui, nom="Refus probables", est_partage=True, requete="appel=tous")
    if auteur == "parti":
        qui.appartenances.update(terminee_le=PENDANT)
        creer_membre(
            creer_financeur().appartenances.get().partenaire, Role.AVIS_FINANCEUR, utilisateur=qui
        )
    client = connecter(creer_agent() if lecteur == "agent" else creer_financeur(lecteur))
    lus = [
        "Refus probables" in client.get(adresse).content.decode()
        for adresse in ("/instruction/exports/", "/instruction/")
    ]
    assert lus == [se_voit, se_voit and lecteur == "agent"]  # only the service keeps lists


def test_un_modele_de_colonnes_se_garde_se_partage_se_retire(connecter, agent, depose):
    client, collegue = connecter(agent), connecter(creer_agent())
    exporter(client, "csv", ["siret", "demande"], nom="Comité", est_partage="on")
    modele = ModeleExport.objects.get()
    assert (modele.colonnes, modele.est_partage) == (["siret", "demande"], True)
    # another choice under that name asks first, and says which one it would replace
    refus = exporter(client, "csv", ["siret"], nom="Comité")
    lue = refus.content.decode().replace("\u00a0", " ")
    assert (refus.status_code, "Vous avez déjà un modèle de ce nom" in lue) == (422, True)
    assert ModeleExport.objects.get().colonnes == ["siret", "demande"]
    exporter(client, "csv", ["demande", "siret"], nom="Comité", remplacer=str(modele.pk))
    assert ModeleExport.objects.get().colonnes == ["demande", "siret"]
    revenu = {"nom": "Comité", "est_partage": "on", "remplacer": str(modele.pk)}
    exporter(client, "csv", ["siret", "demande"], **revenu)
    page = collegue.get(f"/instruction/exports/?modele={modele.pk}")
    assert page.context["form"].initial["colonnes"] == ["siret", "demande"]
    assert collegue.post(f"/instruction/exports/modeles/{modele.pk}/retirer/").status_code == 404
    client.post(f"/instruction/exports/modeles/{modele.pk}/retirer/")
    assert ModeleExport.objects.count() == 0


@pytest.mark.parametrize(
    ("adresse", "cochees"),
    [
        ("?col=axe&col=demande", ["porteur", "axe", "demande"]),
        ("?col=axe&col=porteur", ["porteur", "axe"]),
    ],
)
def test_le_fichier_propose_l_organisme_que_la_liste_nomme(connecter, db, adresse, cochees):
    page = connecter(creer_agent()).get(f"/instruction/exports/{adresse}")
    assert page.context["form"].initial["colonnes"] == cochees


@pytest.fixture
def long(monkeypatch):
    """Everything is made by the worker."""
    monkeypatch.setattr("appels.instruction.vues.exports.TOUT_DE_SUITE", 0)


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_un_long_export_se_fait_a_part_et_dit_ou_il_en_est(
    connecter, agent, depose, long, horloge_figee, format
):
    client = connecter(agent)
    exporter(client, format, ["porteur", "demande"])
    page = client.get("/instruction/exports/").content.decode()
    export = Export.objects.get()
    assert ("0 sur 1" in page, client.get(f"/instruction/exports/{export.pk}/").status_code) == (
        True,
        404,
    )
    tasks.fabriquer("export", export.pk)
    tasks.fabriquer("export", export.pk)
    assert "Prêt" in client.get("/instruction/exports/").content.decode()
    octets = b"".join(client.get(f"/instruction/exports/{export.pk}/").streaming_content)
    assert (octets[:2], Export.objects.get().faites) == (
        {"csv": b"\xef\xbb", "xlsx": b"PK"}[format],
        1,
    )
    for personne in (creer_agent(), creer_financeur("etat")):
        assert connecter(personne).get(f"/instruction/exports/{export.pk}/").status_code == 404


def test_le_lien_finit_et_le_fichier_s_efface(
    connecter, agent, depose, long, horloge_figee, django_capture_on_commit_callbacks
):
    client = connecter(agent)
    exporter(client, "csv", ["porteur"])
    export = Export.objects.get()
    tasks.rattraper_la_masse()
    garde = Export.objects.get().fichier
    assert garde.storage.exists(garde.name)
    horloge_figee(PENDANT + Export.DUREE)
    assert client.get(f"/instruction/exports/{export.pk}/").status_code == 404
    with django_capture_on_commit_callbacks(execute=True):
        tasks.rattraper_la_masse()
    assert (Export.objects.count(), garde.storage.exists(garde.name)) == (0, False)


def test_un_export_fait_plus_tard_suit_les_droits_de_ce_moment(agent, depose, long, connecter):
    exporter(connecter(agent), "csv", ["porteur"])
    agent.appartenances.update(perimetre={"axes": ["aucun"]})
    tasks.rattraper_la_masse()
    with Export.objects.get().fichier.open("rb") as fichier:
        assert len(fichier.read().decode("utf-8-sig").splitlines()) == 1


def lu_en_entier(client, adresse: str) -> int:
    """The answer, its file read."""
    reponse = client.get(adresse)
    b"".join(reponse)
    return reponse.status_code


def retrecir(agent, dossier):
    agent.appartenances.update(perimetre={"axes": ["aucun"]})


def adherer(agent, dossier):
    creer_membre(dossier.porteur, utilisateur=agent)


def se_deporter(agent, dossier):
    deports.declarer(dossier, agent, motif="x", par=agent, recu_le=PENDANT)


def devenir_financeur(agent, dossier):
    agent.appartenances.update(
        partenaire=dossier.financements.exclude(partenaire=None).first().partenaire,
        roles=[Role.AVIS_FINANCEUR],
    )


def suspendre(agent, dossier):
    agent.appartenances.update(suspendue_le=PENDANT)


def partir(agent, dossier):
    agent.appartenances.all().delete()


@pytest.mark.parametrize(
    ("changer", "code", "dit"),
    [
        (retrecir, 403, True),
        (adherer, 403, True),
        (devenir_financeur, 403, True),
        (se_deporter, 404, False),  # the act itself erases it
        (suspendre, 403, False),  # the door refuses first
        (partir, 403, False),
    ],
)
def test_un_fichier_fait_avant_ne_s_ouvre_plus_quand_les_droits_changent(
    connecter, agent, depose, long, changer, code, dit
):
    client = connecter(agent)
    exporter(client, "csv", ["porteur"])
    tasks.rattraper_la_masse()
    adresse = f"/instruction/exports/{Export.objects.get().pk}/"
    assert lu_en_entier(client, adresse) == 200
    changer(agent, depose)
    page = connecter(Utilisateur.objects.get(pk=agent.pk)).get(adresse)
    phrase = "Vos droits ont changé depuis que ce fichier a été fait"
    assert (page.status_code, phrase in page.content.decode()) == (code, dit)


@pytest.mark.parametrize(
    ("adresse", "code"),
    [
        ("attend=service", 403),
        ("charge=aucun", 403),
        ("tri=-charge", 403),
        ("file=a-vous", 403),
        ("q=12", 200),
        ("tri=-demande", 200),
    ],
)
def test_une_liste_demandee_en_agent_n_est_pas_faite_pour_un_financeur(
    connecter, agent, depose, long, adresse, code
):
    """Which dossiers an agent's filter keeps would tell a funder what the others decide."""
    donnees = {"format": "csv", "colonnes": ["porteur"]}
    client = connecter(agent)
    assert client.post(f"/instruction/exports/?{adresse}", donnees).status_code == 302
    devenir_financeur(agent, depose)
    tasks.rattraper_la_masse()
    export = Export.objects.get()
    page = connecter(Utilisateur.objects.get(pk=agent.pk)).get(f"/instruction/exports/{export.pk}/")
    contenu = b"".join(page).decode()
    phrase = "Vos droits ont changé depuis que ce fichier a été fait"
    assert (page.status_code, phrase in contenu) == (code, code == 403)
    with export.fichier.open("rb") as fichier:
        assert bool(fichier.read()) == (code == 200)


def test_une_liste_illisible_ne_s_exporte_pas_et_le_dit(connecter, agent, depose):
    donnees = {"format": "csv", "colonnes": ["porteur"]}
    adresse = "/instruction/exports/?file=ailleurs&minimum=douze"
    reponse = connecter(agent).post(adresse, donnees)
    assert (reponse.status_code, Export.objects.count()) == (422, 0)
    assert "2 réponses sont à corriger" in reponse.content.decode().replace("\u00a0", " ")


def test_un_fichier_fait_avant_s_ouvre_encore_quand_la_liste_a_grandi(
    connecter, agent, depose, long
):
    client = connecter(agent)
    exporter(client, "csv", ["porteur"])
    tasks.rattraper_la_masse()
    deposer(creer_dossier_complet(depose.appel, creer_association()))
    assert lu_en_entier(client, f"/instruction/exports/{Export.objects.get().pk}/") == 200


def test_un_disque_plein_se_dit_et_se_retente(connecter, agent, depose, long, monkeypatch):
    exporter(connecter(agent), "csv", ["porteur"])

    def refuser(*args, **kwargs):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as panne:
        panne.setattr(classeurs, "en_csv", refuser)
        for _ in range(Export.ESSAIS_MAX + 2):
            tasks.rattraper_la_masse()
    assert (
        Export.objects.get().essais,
        "Impossible" in connecter(agent).get("/instruction/exports/").content.decode(),
    ) == (3, True)


MEMOIRE = """
import sys, json, tempfile
import django; django.setup()
from types import SimpleNamespace as N
from datetime import date
from appels.instruction import classeurs, colonnes
from appels.models import Dossier
from partenaires.models import Partenaire
gardees = [colonnes.COLONNES[c] for c in ("porteur", "siret", "recu", "etat", "demande")]
porteur = Partenaire(nom="Association d’essai", siret="00000850500013")
from quartiers import horloge
quand = horloge.maintenant()
combien, vus = int(sys.argv[2]), {}
def pic():
    # ru_maxrss would be that of who started us.
    dit = next(ligne for ligne in open("/proc/self/status") if ligne.startswith("VmHWM"))
    return int(dit.split()[1]) / 1024
def lignes():
    for rang in range(combien):
        if rang == combien // 2:
            vus["milieu"] = pic()
        d = Dossier(numero=f"CV-2027-{rang:06}", intitule="Projet", porteur=porteur)
        d.depose_le, d.etat = quand, "depose"
        d.demande = rang
        yield d
with tempfile.TemporaryFile() as f:
    if sys.argv[1] == "xlsx":
        classeurs.en_xlsx(lignes(), gardees, f)
    else:
        for ligne in classeurs.en_csv(lignes(), gardees):
            f.write(ligne.encode())
    taille = f.tell()
print(json.dumps({**vus, "fin": pic(), "taille": taille}))
"""


LIGNES = 100_000
ECRITES = LIGNES if os.environ.get("EPREUVE_LONGUE") == "1" else 20_000


@pytest.mark.campagne
@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_cent_mille_lignes_tiennent_en_200_megaoctets(format):
    """Peak memory of a process of its own, the application included. What the second half of the
    lines added tells what a hundred thousand would take.
    """
    fait = subprocess.run(
        [sys.executable, "-c", MEMOIRE, format, str(ECRITES)],
        env={**os.environ, "SANS_AMORCE": "1"},
        capture_output=True,
        text=True,
        check=True,
        timeout=2 * BORNE,
    )
    dit = json.loads(fait.stdout.splitlines()[-1])
    par_ligne = (dit["fin"] - dit["milieu"]) / (ECRITES / 2)
    memoire = dit["fin"] + par_ligne * (LIGNES - ECRITES)
    print(format, dit, f"{memoire:.0f} Mo pour {LIGNES} lignes")
    assert memoire < 200
    assert dit["taille"] > 10 * ECRITES


def test_les_lots_bornent_ce_qui_est_lu(agent, appel_de_quarante, django_assert_num_queries):
    """The same number of queries by lot, whatever the columns."""
    from appels.instruction.listes import Liste

    # memberships, rows, places, themes, measures, funders with their partner; twice those asked
    with django_assert_num_queries(8):
        rangs, _ = exports.lignes(Liste(), TOUTES, agent, PENDANT + timedelta(days=1))
        assert len(list(rangs)) == 40


@pytest.fixture
def appel_de_quarante(horloge_figee):
    appel, porteur = creer_appel(), creer_association()
    for rang in range(40):
        poser(appel, f"Projet {rang}", porteur)
    return appel
