"""Dauphin: nothing is sent; what to copy, what was declared, what is still missing there."""

import json
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from post_office.models import Email

from appels.decision import dauphin
from appels.decision.actions import dauphin as actes
from appels.models import Appel, DepotDauphin, Dossier, Financement, ImportDauphin, Passage, Rappel
from appels.models.dauphin import numero_dauphin_valide
from appels.redaction.actions import rappels
from quartiers.francais import nombre_en_euros
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
        ({"etat": "perdue"}, "perdue"),
        ({"numero": "9" * 300}, "16"),
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


# --- Said again until it is done
# --------------------------------------------------------------------------------------
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


# --- A file of Dauphin
# ------------------------------------------------------------------------------------------------
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
    ) == (depose, True, 0, avant)


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
            {"siret": "00000000000000", "numero": "01234567"},
            "Aucun dossier déposé ici ne correspond.",
        ),
        ({"exercice": "2026"}, "Aucun dossier déposé ici ne correspond."),
        ({"numero": "12"}, "n’est pas un numéro Dauphin"),
        ({"numero": "01234567-" + "9" * 20}, "n’est pas un numéro Dauphin"),
        ({"numero": ""}, "Le numéro Dauphin manque"),
        ({"transmis_le": ""}, "La date de transmission manque."),
        ({"transmis_le": "31/02/2026"}, "ne se lit pas"),
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


@pytest.mark.parametrize(
    ("octets", "phrase"),
    [
        (b"", "vide"),
        (b"numero\n", "aucune ligne"),
        (b"a;b\n1;2\n", "Il faut une colonne"),
        (b"PK\x03\x04\0\0numero", "pas un texte"),
        (b"\xff\xfen\0u\0m\0", "pas un texte"),
        (b'numero\n"' + b"x" * 200_000, "ne se lit pas comme un CSV"),
        (b"numero\n" + b"01234567\n" * 5001, "plus de 5000 lignes"),
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
