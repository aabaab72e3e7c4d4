"""Dauphin: nothing is sent; what to copy, what was declared, what is still missing there."""

import csv
import html
import json
import zipfile
from datetime import date, datetime, timedelta
from io import BytesIO, StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook
from post_office.models import Email

from appels.decision import dauphin
from appels.decision.actions import dauphin as actes
from appels.decision.colonnes_dauphin import VOCABULAIRE
from appels.instruction.actions import deports
from appels.models import Appel, DepotDauphin, Dossier, Financement, ImportDauphin, Passage, Rappel
from appels.models.dauphin import lire_numero_dauphin, numero_dauphin_valide
from appels.redaction.actions import rappels
from appels.socle import condenses, feuilles
from partenaires.socle.refus import AuMemeInstant
from quartiers.francais import nombre_en_euros
from tests.epreuves import documents
from tests.fabriques import (
    PENDANT,
    admettre,
    creer_agent,
    creer_appel,
    creer_association,
    creer_dossier_complet,
    creer_financeur,
    creer_membre,
    creer_signataire,
    deposer,
)
from tests.feuilles import feuille, lisible
from tests.partenaires.test_identifiants import avec_sa_cle

pytestmark = pytest.mark.django_db


@pytest.fixture
def depose(horloge_figee) -> Dossier:
    porteur = creer_association()
    depose = deposer(
        creer_dossier_complet(creer_appel(), porteur, intitule="À reporter"),
        creer_signataire(porteur),
    )
    return admettre(depose)


def declarer(client, dossier, **champs):
    return client.post(
        f"/dossiers/{dossier.pk}/dauphin/",
        {"numero": "01234567", "etat": "transmise", "transmis_le": "12/11/2026", **champs},
    )


@pytest.mark.parametrize(
    ("numero", "est_bon"),
    [
        ("01234567", True),
        ("DA01234567", True),
        ("01234567-1", True),
        ("DA01234567-12", True),
        ("1234567", False),
        ("012345678", False),
        ("da01234567", False),
        ("01234567-", False),
        ("XX01234567", False),
        ("٠١٢٣٤٥٦٧x", False),
    ],
)
def test_la_forme_d_un_numero(numero, est_bon):
    try:
        numero_dauphin_valide(numero)
        bon = True
    except Exception:
        bon = False
    assert bon is est_bon


def test_la_fiche_suit_les_ecrans_et_ne_perd_aucune_reponse(connecter, depose):
    version = depose.versions.get()
    contenu = json.loads(version.contenu)
    ecrans = dauphin.fiche(contenu, {})
    assert [nom for nom, _ in ecrans] == [
        "Le tiers",
        "La demande",
        "Le territoire et les publics",
        "Les moyens",
        "Le budget",
        "L’évaluation",
    ]
    textes = [texte for _, lignes in ecrans for _, texte in lignes]
    for cle in (
        "intitule",
        "besoin",
        "objectifs",
        "description",
        "methode",
        "egalite",
        "participation",
        "evaluation",
    ):
        assert contenu["projet"][cle] in textes
    assert ("Début de réalisation", "01/02/2027") in dict(ecrans)["La demande"]
    page = connecter(depose.depose_par).get(f"/dossiers/{depose.pk}/dauphin/").content.decode()
    assert page.count("data-copier=") == len(textes)
    assert "ne vaut pas dépôt sur" in page


def test_une_reponse_trop_longue_pour_dauphin_se_voit_quand_la_limite_est_connue(connecter, depose):
    client, chemin = connecter(depose.depose_par), f"/dossiers/{depose.pk}/dauphin/"
    assert "trop long pour Dauphin" not in client.get(chemin).content.decode()
    textes = [
        texte
        for _, lignes in dauphin.fiche(json.loads(depose.versions.get().contenu), {})
        for _, texte in lignes
    ]
    Appel.objects.update(longueur_dauphin=40)
    assert (
        client.get(chemin).content.decode().count("trop long pour Dauphin")
        == sum(len(texte) > 40 for texte in textes)
        > 0
    )


def test_depose_ici_pas_encore_sur_dauphin_puis_recu(connecter, depose):
    client, agent = connecter(depose.depose_par), connecter(creer_agent())
    assert (
        "Déposé ici, pas encore sur Dauphin."
        in client.get(f"/dossiers/{depose.pk}/depose/").content.decode()
    )
    assert "À reporter" in agent.get("/instruction/dauphin/").content.decode()
    declarer(client, depose, etat="saisie", transmis_le="", numero="da 01234567-1")
    page = agent.get("/instruction/dauphin/").content.decode()
    assert ("DA01234567-1" in page, "pas encore reçue" in page) == (True, True)
    declarer(client, depose)
    assert "Reçu sur Dauphin" in client.get(f"/dossiers/{depose.pk}/depose/").content.decode()
    assert "À reporter" not in agent.get("/instruction/dauphin/").content.decode()
    assert list(Passage.objects.filter(acte="dauphin").values_list("motif", flat=True)) == [
        "DA01234567-1 (En cours de saisie : pas encore reçue)",
        "01234567 (Transmise)",
    ]


@pytest.mark.parametrize(
    ("champs", "phrase"),
    [
        ({"numero": "abc"}, "huit chiffres"),
        ({"numero": ""}, "obligatoire"),
        ({"transmis_le": ""}, "date de transmission"),
        ({"transmis_le": "demain"}, "ne se lit pas"),
        ({"etat": "perdue"}, "choix valide"),
        ({"numero": "9" * 300}, "n’est pas un numéro Dauphin"),
    ],
)
def test_une_declaration_illisible_est_refusee_et_la_precedente_reste(
    connecter, depose, champs, phrase
):
    client = connecter(depose.depose_par)
    declarer(client, depose)
    reponse = declarer(client, depose, **{"numero": "87654321", **champs})
    assert (reponse.status_code, phrase in reponse.content.decode()) == (422, True)
    assert DepotDauphin.objects.get().numero == "01234567"


def test_deux_membres_declarent_et_la_page_plus_ancienne_ne_remet_rien(connecter, depose):
    """One types the number while the other says what became of it; what both wrote is said."""
    chemin = f"/dossiers/{depose.pk}/dauphin/"
    un, deux = connecter(depose.depose_par), connecter(creer_membre(depose.porteur))
    declarer(un, depose, etat="saisie", transmis_le="")
    ancienne = feuille(un.get(chemin), "numero")
    nouvelle = {**ancienne, "etat": "transmise", "transmis_le": "12/11/2026"}
    assert deux.post(chemin, nouvelle).status_code == 302
    assert un.post(chemin, {**ancienne, "numero": "01234567-1"}).status_code == 302
    assert DepotDauphin.objects.get().dit == ("01234567-1", "transmise", date(2026, 11, 12))
    dispute = un.post(chemin, {**ancienne, "numero": "87654321"})
    assert dispute.status_code == 422
    assert "Entre-temps, quelqu’un a enregistré : « 01234567-1 »" in lisible(dispute)
    assert DepotDauphin.objects.get().numero == "01234567-1"
    encore = feuille(dispute, "numero")
    assert encore["numero"] == ["87654321"]  # what was typed is kept
    assert un.post(chemin, encore).status_code == 302
    assert DepotDauphin.objects.get().dit == ("87654321", "transmise", date(2026, 11, 12))


def test_une_declaration_faite_au_meme_instant_ne_s_efface_pas(depose):
    """Somebody declared between the reading of the form and the lock."""
    par = depose.depose_par
    lu = DepotDauphin().dit
    une = DepotDauphin(numero="01234567", etat="saisie")
    actes.declarer(depose, une, par=par, recu_le=PENDANT, lu=lu)
    autre = DepotDauphin(numero="87654321", etat="saisie")
    with pytest.raises(AuMemeInstant):
        actes.declarer(depose, autre, par=par, recu_le=PENDANT, lu=lu)
    actes.declarer(depose, une, par=par, recu_le=PENDANT, lu=lu)  # pressed twice
    assert DepotDauphin.objects.get().numero == "01234567"


def test_qui_declare_et_qui_lit(connecter, depose):
    for personne, lit, declare in (
        (creer_agent(), 200, 403),
        (creer_financeur(), 200, 403),
        (None, 302, 302),
        (creer_signataire(creer_association()), 404, 404),
        (creer_membre(depose.porteur, "lecteur"), 200, 403),
        (creer_membre(depose.porteur), 200, 302),
    ):
        client = connecter(personne)
        assert client.get(f"/dossiers/{depose.pk}/dauphin/").status_code == lit
        assert declarer(client, depose).status_code == declare
    assert DepotDauphin.objects.count() == 1


def test_un_dossier_sans_credits_de_l_etat_n_est_pas_attendu_sur_dauphin(connecter, depose):
    Financement.objects.filter(dossier=depose, partenaire__genre="etat").delete()
    condenses.renouveler([depose.pk])  # as another version would
    assert (
        "À reporter" not in connecter(creer_agent()).get("/instruction/dauphin/").content.decode()
    )
    assert (
        "pas encore sur Dauphin"
        not in connecter(depose.depose_par).get(f"/dossiers/{depose.pk}/depose/").content.decode()
    )


def test_la_fiche_d_un_brouillon_n_existe_pas(connecter, depose):
    brouillon = creer_dossier_complet(depose.appel, depose.porteur)
    assert connecter(depose.depose_par).get(f"/dossiers/{brouillon.pk}/dauphin/").status_code == 404


# --- Said again until it is done ------------------------------------------------------------------
def test_rappele_sept_puis_vingt_et_un_jours_apres_et_plus_une_fois_recu(depose):
    assert rappels.rappeler_dauphin(PENDANT + timedelta(days=6)) == 0
    for _ in range(3):
        rappels.rappeler_dauphin(PENDANT + timedelta(days=7))
    courriels = Email.objects.filter(subject__startswith="Déposé ici, pas encore sur Dauphin")
    assert sorted(c.to[0] for c in courriels) == sorted(
        [depose.depose_par.email, depose.cree_par.email]
    )
    assert f"/dossiers/{depose.pk}/dauphin/" in courriels[0].message
    assert rappels.rappeler_dauphin(PENDANT + timedelta(days=21)) == 1
    assert rappels.rappeler_dauphin(PENDANT + timedelta(days=90)) == 0
    assert list(
        Rappel.objects.filter(dossier=depose).order_by("pk").values_list("palier", flat=True)
    ) == ["DA+7", "DA+21"]


def test_recu_sur_dauphin_n_est_plus_rappele(connecter, depose):
    declarer(connecter(depose.depose_par), depose)
    assert rappels.rappeler_dauphin(PENDANT + timedelta(days=7)) == 0


# --- A file of Dauphin ----------------------------------------------------------------------------
def fichier(
    *lignes: str,
    titres="Numéro Dauphin;SIRET;Exercice;Intitulé;État;Date de transmission;Montant "
    "voté;Date de décision",
) -> bytes:
    return "\r\n".join([titres, *lignes]).encode()


def recevoir(depose, octets) -> ImportDauphin:
    return actes.recevoir(depose.appel, "export.csv", octets, par=creer_agent(), recu_le=PENDANT)


def rangee(depose, **champs) -> str:
    etat = Financement.objects.get(dossier=depose, partenaire__genre="etat")
    cases = {
        "numero": "DA01234567",
        "siret": depose.porteur.siret,
        "exercice": "2027",
        "intitule": "a reporter",
        "etat": "Transmise",
        "transmis_le": "20/11/2026",
        "montant": nombre_en_euros(etat.montant),
        "decide_le": "15/02/2027",
        **champs,
    }
    return ";".join(cases.values())


def test_la_page_d_un_fichier_ne_montre_rien_d_un_dossier_ferme_a_qui_le_lit(connecter, depose):
    """The file names every project: an agent who stepped aside reads neither title nor number."""
    recu = recevoir(depose, fichier(rangee(depose, intitule="A Reporter")))
    ecarte = creer_agent()
    deports.declarer(depose, ecarte, motif="x", par=ecarte, recu_le=PENDANT)
    chemin = f"/instruction/dauphin/{recu.pk}/"
    lus = [connecter(qui).get(chemin).content.decode() for qui in (creer_agent(), ecarte)]
    assert [("A Reporter" in page, "DA01234567" in page) for page in lus] == [
        (True, True),
        (False, False),
    ]
    assert "vous est fermé" in lus[1]


def test_le_meme_fichier_deux_fois_donne_le_meme_etat(connecter, depose):
    client = connecter(creer_agent())
    chemin = f"/instruction/appels/{depose.appel_id}/dauphin/"
    etats = []
    for _ in range(2):
        reponse = client.post(
            chemin, {"fichier": SimpleUploadedFile("export.csv", fichier(rangee(depose)))}
        )
        assert "Ce que dit chaque ligne" in client.get(reponse.url).content.decode()
        client.post(reponse.url)
        etats.append(
            (
                list(DepotDauphin.objects.values_list("numero", "etat", "transmis_le")),
                list(
                    Financement.objects.order_by("pk").values_list(
                        "decision", "montant_vote", "decide_le"
                    )
                ),
                Passage.objects.count(),
            )
        )
    assert etats[0] == etats[1]
    assert etats[0][0] == [("DA01234567", "transmise", date(2026, 11, 20))]
    etat = Financement.objects.get(dossier=depose, partenaire__genre="etat")
    assert (etat.decision, etat.montant_vote, etat.decide_le) == (
        "accorde",
        etat.montant,
        date(2027, 2, 15),
    )
    assert "Déjà à jour." in client.get(reponse.url).content.decode()


def test_lire_un_fichier_ne_change_rien(depose):
    avant = Passage.objects.count()
    (trouve,) = actes.rapprocher(recevoir(depose, fichier(rangee(depose))), creer_agent())
    assert (
        trouve.dossier,
        trouve.declaration,
        DepotDauphin.objects.count(),
        Passage.objects.count(),
    ) == (depose, ("DA01234567", "transmise", date(2026, 11, 20)), 0, avant)


@pytest.mark.parametrize(
    ("dits", "attendue"),
    [
        # A file of votes alone, by title or by number: what the organisation declared stays.
        ({"etat": "", "transmis_le": ""}, ("DA01234567", "recevable", date(2026, 11, 12))),
        (
            {"etat": "Prise en charge", "transmis_le": ""},
            ("DA01234567", "prise_en_charge", date(2026, 11, 12)),
        ),
        (
            {"numero": "", "etat": "", "transmis_le": ""},
            ("DA01234567", "recevable", date(2026, 11, 12)),
        ),
        (
            {"etat": "", "transmis_le": "20/11/2026"},
            ("DA01234567", "recevable", date(2026, 11, 20)),
        ),
        # What it says replaces what was known.
        ({"etat": "En cours de saisie", "transmis_le": ""}, ("DA01234567", "saisie", None)),
    ],
)
def test_ce_qu_un_fichier_ne_dit_pas_n_efface_rien(connecter, depose, dits, attendue):
    declarer(
        connecter(depose.depose_par),
        depose,
        numero="DA01234567",
        etat="recevable",
        transmis_le="2026-11-12",
    )
    recu = recevoir(depose, fichier(rangee(depose, **dits)))
    actes.appliquer(recu, par=creer_agent(), recu_le=PENDANT)
    etat = Financement.objects.get(dossier=depose, partenaire__genre="etat")
    assert (DepotDauphin.objects.get().dit, etat.decision) == (attendue, "accorde")


@pytest.mark.parametrize(
    ("titres", "attendue"),
    [
        ("Numéro Dauphin;SIRET;Exercice;Intitulé;Montant voté;Date de décision", ("saisie", None)),
        (
            "Numéro Dauphin;SIRET;Exercice;Intitulé;Date de transmission;Montant voté;"
            "Date de décision",
            ("transmise", date(2026, 11, 20)),
        ),
    ],
)
def test_une_colonne_que_le_fichier_n_a_pas(depose, titres, attendue):
    """Nothing was declared: a date alone says that it was received, a number alone does not."""
    cases = dict(zip(("etat", "transmis_le"), rangee(depose).split(";")[4:6], strict=True))
    colonnes = ["transmis_le"] if "transmission" in titres else []
    ligne = rangee(depose).split(";")
    dite = [*ligne[:4], *(cases[nom] for nom in colonnes), *ligne[6:]]
    recu = recevoir(depose, fichier(";".join(dite), titres=titres))
    actes.appliquer(recu, par=creer_agent(), recu_le=PENDANT)
    assert DepotDauphin.objects.get().dit == ("DA01234567", *attendue)


def test_un_vote_partiel_et_un_numero_deja_connu(connecter, depose):
    declarer(connecter(depose.depose_par), depose, numero="01234567")
    recu = recevoir(
        depose,
        fichier(rangee(depose, numero="DA01234567", siret="", intitule="Autre titre", montant="1")),
    )
    assert actes.appliquer(recu, par=creer_agent(), recu_le=PENDANT).changes == 1
    etat = Financement.objects.get(dossier=depose, partenaire__genre="etat")
    assert (etat.decision, etat.montant_vote, DepotDauphin.objects.get().numero) == (
        "partiel",
        100,
        "DA01234567",
    )


def test_un_fichier_ne_s_applique_que_tel_qu_il_a_ete_lu(connecter, depose):
    """An agent decided since the page: the file does not write over it unseen."""
    client, recu = connecter(creer_agent()), recevoir(depose, fichier(rangee(depose)))
    chemin = f"/instruction/dauphin/{recu.pk}/"
    ancienne = feuille(client.get(chemin), "lu")
    etat = Financement.objects.get(dossier=depose, partenaire__genre="etat")
    etat.decision, etat.montant_vote, etat.decide_le = "partiel", 1, PENDANT.date()
    etat.prononcer(par=creer_agent(), le=PENDANT)
    refus = client.post(chemin, ancienne, follow=True)
    assert "ce que ce fichier changerait n’est plus ce que la page montrait" in lisible(refus)
    etat.refresh_from_db()
    assert (etat.decision, etat.montant_vote, DepotDauphin.objects.count()) == ("partiel", 1, 0)
    client.post(chemin, feuille(refus, "lu"))
    etat.refresh_from_db()
    assert etat.decision == "accorde"


def test_un_montant_vide_ou_nul_ne_dit_pas_refuse(depose):
    recu = recevoir(
        depose, fichier(rangee(depose, montant="", decide_le=""), rangee(depose, montant="0"))
    )
    actes.appliquer(recu, par=creer_agent(), recu_le=PENDANT)
    assert set(Financement.objects.values_list("decision", "montant_vote")) == {("", None)}


@pytest.mark.parametrize(
    ("champs", "phrase"),
    [
        (
            {"siret": "73282932000074", "numero": "01234567"},
            "Aucun dossier déposé ici ne correspond.",
        ),
        ({"exercice": "2026"}, "Aucun dossier déposé ici ne correspond."),
        ({"numero": "12"}, "n’est pas un numéro Dauphin"),
        ({"numero": "01234567-" + "9" * 20}, "n’est pas un numéro Dauphin"),
        ({"numero": ""}, "Le numéro Dauphin manque"),
        ({"transmis_le": ""}, "La date de transmission manque."),
        ({"transmis_le": "31/02/2026"}, "février 2026 n’a que 28 jours"),
        ({"etat": "perdue"}, "n’est pas connu de Dauphin"),
        ({"montant": "12O"}, "la lettre O remplace un zéro"),
        ({"decide_le": ""}, "La date de décision manque"),
    ],
)
def test_une_ligne_fautive_est_dite_et_n_ecrit_rien(depose, champs, phrase):
    recu = recevoir(depose, fichier(rangee(depose, **champs)))
    (trouve,) = actes.rapprocher(recu, creer_agent())
    assert (trouve.dossier, phrase in trouve.phrase) == (None, True)
    assert (
        actes.appliquer(recu, par=creer_agent(), recu_le=PENDANT).changes,
        DepotDauphin.objects.count(),
    ) == (0, 0)


def test_deux_dossiers_semblables_ou_deux_lignes_pour_un_ne_se_devinent_pas(depose):
    double = recevoir(depose, fichier(rangee(depose), rangee(depose, numero="DA07654321")))
    assert [t.phrase for t in actes.rapprocher(double, creer_agent())][
        1
    ] == f"Une ligne plus haut parle déjà du dossier {depose.numero}."
    deposer(
        creer_dossier_complet(depose.appel, depose.porteur, intitule="À reporter"),
        depose.depose_par,
    )
    assert "Plusieurs dossiers" in actes.rapprocher(double, creer_agent())[0].phrase


def classeur_qui_gonfle() -> bytes:
    """A few kilobytes that unfold into a hundred megabytes."""
    octets = BytesIO()
    with zipfile.ZipFile(octets, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"\0" * 100_000_000)
    return octets.getvalue()


@pytest.mark.parametrize(
    ("octets", "phrase"),
    [
        (b"", "vide"),
        (b"numero\n", "aucune ligne"),
        (b"PK\x03\x04\0\0numero", "Ce classeur est abîmé"),
        (b"\x89PNG\r\n\0\0numero", "ni un classeur XLSX ni un texte"),
        (b"\xff\xfen\0u\0m\0", "aucune ligne"),
        (classeur_qui_gonfle(), "trop grand"),
        (b'numero\n"' + b"x" * 200_000, "ne se lit pas comme un CSV"),
        (b"numero\n" + b"01234567\n" * 5001, "plus de 5\u00a0000 lignes"),
        (documents.ods(), "n’est pas un classeur XLSX"),
        (b"n" * (2 * 1024 * 1024 + 1), "dépasse 2 Mo"),
    ],
)
def test_un_fichier_illisible_est_refuse_sans_trace(connecter, depose, octets, phrase):
    reponse = connecter(creer_agent()).post(
        f"/instruction/appels/{depose.appel_id}/dauphin/",
        {"fichier": SimpleUploadedFile("x.csv", octets)},
    )
    assert (
        reponse.status_code,
        phrase in reponse.content.decode(),
        ImportDauphin.objects.count(),
    ) == (422, True, 0)


def test_un_fichier_de_windows_a_virgules_se_lit(depose):
    titres = "Référence administrative,Statut,Date de transmission"
    recu = recevoir(
        depose,
        fichier("01234567,Prise en charge,2026-11-20", titres=titres).decode().encode("cp1252"),
    )
    DepotDauphin.objects.create(
        dossier=depose,
        numero="01234567",
        etat="saisie",
        declare_par=depose.depose_par,
        declare_le=PENDANT,
    )
    assert actes.appliquer(recu, par=creer_agent(), recu_le=PENDANT).changes == 1
    assert DepotDauphin.objects.get().etat == "prise_en_charge"


# --- Files as people have them --------------------------------------------------------------------
TITRES = [
    "Référence administrative - Demande",
    "SIRET - Demandeur",
    "Exercice budgétaire - Demande",
    "Intitulé - Action",
    "Statut - Demande",
    "Date de transmission - Demande",
    "Montant voté TTC - Décision",
    "Date de décision - Décision",
    "Action - Code dossier",
]


def rangees(depose, **champs) -> list[list]:
    """What an export holds: a title, a blank row, headers, one request."""
    etat = Financement.objects.get(dossier=depose, partenaire__genre="etat")
    cases = {
        "numero": "DA01234567",
        "siret": depose.porteur.siret,
        "exercice": 2027,
        "intitule": "À reporter",
        "etat": "Transmise",
        "transmis_le": datetime(2026, 11, 20, 9, 30),
        "montant": etat.montant / 100,
        "decide_le": date(2027, 2, 15),
        "code": "01234567",
        **champs,
    }
    return [
        ["Montants votés, exercice 2027 : référence administrative"],
        [],
        TITRES,
        list(cases.values()),
    ]


def test_un_titre_de_colonne_se_comprend_par_ses_mots():
    attendu = {
        "numero": 0,
        "siret": 1,
        "exercice": 2,
        "intitule": 3,
        "etat": 4,
        "transmis_le": 5,
        "montant": 6,
        "decide_le": 7,
    }
    assert feuilles.colonnes(TITRES, {}, VOCABULAIRE) == attendu
    vagues = [
        "Dossier de l’État",
        "Numéro de téléphone",
        "Intitulé du contrat",
        "Année de création",
    ]
    autres = ["SIRET - Financeur", "Montant demandé", "Statut - Décision", "Date de notification"]
    assert feuilles.colonnes(vagues + autres, {}, VOCABULAIRE) == {}
    assert feuilles.colonnes(["Code dossier", "N° Dauphin"], {}, VOCABULAIRE) == {"numero": 1}
    dites = {"code dossier": "numero", "n dauphin": ""}
    assert feuilles.colonnes(["Code dossier", "N° Dauphin"], dites, VOCABULAIRE) == {"numero": 0}


def en_classeur(lignes) -> bytes:
    classeur = Workbook()
    for ligne in lignes:
        classeur.active.append(ligne)
    octets = BytesIO()
    classeur.save(octets)
    return octets.getvalue()


def en_csv(lignes, separateur=";", tete="") -> str:
    def ecrit(case):
        if isinstance(case, datetime):
            return f"{case:%d/%m/%Y %H:%M}"
        return f"{case:%d/%m/%Y}" if isinstance(case, date) else str(case)

    sortie = StringIO()
    csv.writer(sortie, delimiter=separateur).writerows(map(ecrit, ligne) for ligne in lignes)
    return tete + sortie.getvalue()


def test_les_fichiers_que_les_gens_ont_donnent_tous_le_meme_etat(depose):
    """XLSX; CSV by semicolons, commas, tabs; « sep=; », UTF-16, BOM, Windows: one state."""
    lignes = rangees(depose)
    fichiers = {
        "classeur": en_classeur(lignes),
        "points-virgules": en_csv(lignes).encode(),
        "sep": en_csv(lignes, tete="sep=;\r\n").encode("cp1252"),
        "sep qui ment": en_csv(lignes, "\t", tete="sep=;\r\n").encode(),
        "virgules": en_csv(lignes, ",").encode("utf-8-sig"),
        "dates sans format": en_csv(rangees(depose, transmis_le=46346, decide_le=46433)).encode(),
        "tabulations": en_csv(lignes, "\t").encode("utf-16"),
        "unicode d’Excel sans marque": en_csv(lignes, "\t").encode("utf-16-le"),
    }
    agent = creer_agent()
    etats = {}
    for nom, octets in fichiers.items():
        recu = actes.recevoir(depose.appel, nom, octets, par=agent, recu_le=PENDANT)
        (trouve,) = actes.rapprocher(recu, agent)
        assert (trouve.ligne.rang, trouve.dossier) == (4, depose), (nom, trouve.phrase)
        actes.appliquer(recu, par=agent, recu_le=PENDANT)
        declare = DepotDauphin.objects.values_list("numero", "etat", "transmis_le").get()
        vote = Financement.objects.filter(dossier=depose, partenaire__genre="etat")
        etats[nom] = (declare, *vote.values_list("decision", "montant_vote", "decide_le"))
    assert set(etats.values()) == {
        (
            ("DA01234567", "transmise", date(2026, 11, 20)),
            ("accorde", vote.get().montant, date(2027, 2, 15)),
        )
    }
    assert Passage.objects.filter(acte="dauphin").count() == 1


def test_les_dossiers_se_retrouvent_par_le_siret_que_le_tableur_a_change(depose):
    """A number without its first zeros has one reading; what has none is said with its line."""
    siren = avec_sa_cle("05420120")
    siret = avec_sa_cle(f"{siren}0001")
    depose.porteur.siret = siret
    depose.porteur.save()
    dits = {
        int(siret): "DA01234567, transmise le 20\u00a0novembre\u00a02026",
        float(int(siret)): "DA01234567, transmise le 20\u00a0novembre\u00a02026",
        f'="{siret}"': "DA01234567, transmise le 20\u00a0novembre\u00a02026",
        f"SIRET {siret[:3]} {siret[3:6]} {siret[6:9]} {siret[9:]}": "DA01234567, transmise le "
        "20\u00a0novembre\u00a02026",
        "5,42012E+12": "Excel a abîmé ce SIRET, ligne 4 : « 5,42012E+12 » n’a plus tous ses "
        "chiffres. Dans la feuille, mettez la colonne au format Texte et recopiez le numéro.",
    }
    lus = {}
    for ecrit in dits:
        lignes = rangees(depose, siret=ecrit, montant="", decide_le="")
        # A formula that nobody computed has no value in a workbook.
        est_une_formule = str(ecrit).startswith("=")
        fichiers = [en_csv(lignes).encode()] + ([] if est_une_formule else [en_classeur(lignes)])
        for octets in fichiers:
            (trouve,) = actes.rapprocher(recevoir(depose, octets), creer_agent())
            lus.setdefault(ecrit, set()).add(trouve.phrase)
    assert lus == {ecrit: {phrase} for ecrit, phrase in dits.items()}


@pytest.mark.parametrize(
    ("ecrit", "numero"),
    [
        (1234567, "01234567"),
        ("1234567", "01234567"),
        (1234567.0, "01234567"),
        ("da 01234567 - 1", "DA01234567-1"),
        ("N° 01234567", "01234567"),
        ('="01234567"', "01234567"),
        ("01234567\u200b", "01234567"),
    ],
)
def test_un_numero_dauphin_se_lit_comme_il_est_ecrit(ecrit, numero):
    assert lire_numero_dauphin(str(ecrit).replace(".0", ""), ligne=2) == numero


@pytest.mark.parametrize(
    ("ecrit", "phrase"),
    [
        ("1234567", "Vouliez-vous dire 01234567 ?"),
        ("DAO1234567", "Vouliez-vous dire DA01234567 ?"),
        ("1,23457E+07", "Excel a abîmé ce numéro Dauphin : « 1,23457E+07 »"),
    ],
)
def test_un_numero_dauphin_tape_n_est_jamais_devine(connecter, depose, ecrit, phrase):
    reponse = declarer(connecter(depose.depose_par), depose, numero=ecrit)
    assert (reponse.status_code, phrase in reponse.content.decode()) == (422, True)
    assert DepotDauphin.objects.count() == 0


def test_en_cours_n_est_pas_en_cours_de_saisie(depose):
    """A state that we do not know is said, never taken for another that begins like it."""
    recu = recevoir(depose, fichier(rangee(depose, etat="En cours")))
    (trouve,) = actes.rapprocher(recu, creer_agent())
    assert trouve.phrase == "L’état « En cours » n’est pas connu de Dauphin."


def test_ce_que_dit_une_colonne_s_apprend_une_fois(connecter, depose):
    """Headers of nobody else: the agent says them, the next file is understood by itself."""
    titres = "Dossier de l’État;Payé à;Accordé;Vote du"
    etat = Financement.objects.get(dossier=depose, partenaire__genre="etat")
    DepotDauphin.objects.create(
        dossier=depose,
        numero="01234567",
        etat="saisie",
        declare_par=depose.depose_par,
        declare_le=PENDANT,
    )
    octets = fichier(f"01234567;x;{nombre_en_euros(etat.montant)};15/02/2027", titres=titres)
    client = connecter(creer_agent())
    chemin = f"/instruction/appels/{depose.appel_id}/dauphin/"

    def donner():
        return client.post(chemin, {"fichier": SimpleUploadedFile("e.csv", octets)}, follow=True)

    page = donner()
    ((colonnes, _),) = [lien for lien in page.redirect_chain if lien[0].endswith("/colonnes/")]
    assert "Payé à" in page.content.decode()
    refus = {
        (): "Rien ne relie une ligne à un dossier",
        ("c0", "c1"): "« Dossier de l’État » le dit déjà",
    }
    for champs, phrase in refus.items():
        reponse = client.post(colonnes, dict.fromkeys(champs, "numero"))
        page = html.unescape(reponse.content.decode())
        assert (reponse.status_code, phrase in page) == (422, True)
    assert ImportDauphin.objects.get().colonnes == {}
    dites = {"c0": "numero", "c2": "montant", "c3": "decide_le"}
    page = client.post(colonnes, dites, follow=True).content.decode()
    assert "Ce que dit chaque ligne" in page
    page = donner()
    assert ("Ce que dit chaque ligne" in page.content.decode(), len(page.redirect_chain)) == (
        True,
        1,
    )
    client.post(page.redirect_chain[-1][0])
    etat.refresh_from_db()
    assert (etat.montant_vote, etat.decide_le) == (etat.montant, date(2027, 2, 15))


def test_deux_agents_disent_les_colonnes_d_un_fichier(connecter, depose):
    """A page opened before does not put back what a colleague corrected."""
    recu = recevoir(depose, fichier("1;2", titres="a;b"))
    client, chemin = connecter(creer_agent()), f"/instruction/dauphin/{recu.pk}/colonnes/"
    vu = client.get(chemin).context["form"]["vu"].value()
    assert client.post(chemin, {"c0": "numero", "vu": vu}).status_code == 302
    autre = client.post(chemin, {"c0": "siret", "c1": "numero", "vu": vu})
    lue = html.unescape(autre.content.decode())
    assert (autre.status_code, "quelqu’un a enregistré : « Numéro Dauphin »" in lue) == (422, True)
    with pytest.raises(AuMemeInstant):  # read before the other wrote, written after
        actes.dire_les_colonnes(recu, {"a": "siret"})
    assert ImportDauphin.objects.get().colonnes == {"a": "numero", "b": ""}


def test_les_colonnes_se_disent_par_le_service_seul(connecter, depose):
    recu = recevoir(depose, fichier("1;2", titres="a;b"))
    chemin = f"/instruction/dauphin/{recu.pk}/colonnes/"
    assert [
        connecter(qui).get(chemin).status_code
        for qui in (creer_agent(), creer_financeur(), None, depose.depose_par)
    ] == [200, 403, 302, 403]
    appliquer = connecter(creer_agent()).post(f"/instruction/dauphin/{recu.pk}/")
    assert appliquer.url == chemin
    with pytest.raises(actes.ColonnesInconnues):
        actes.appliquer(recu, par=creer_agent(), recu_le=PENDANT)
