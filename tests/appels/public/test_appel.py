"""The year's call: edited on pages, its state decided by the clock, its rules off by default."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError

from appels.models import Appel, CleRegle, Dossier, Financement, Gravite, Regle
from appels.socle import completude
from appels.socle.balises.appel import phrase_appel, reste
from partenaires.models import Partenaire, Role
from tests.fabriques import (
    FERMETURE,
    OUVERTURE,
    PENDANT,
    creer_agent,
    creer_appel,
    creer_association,
    creer_dossier_complet,
    creer_membre,
    deposer,
)

pytestmark = pytest.mark.django_db
NB = "\u00a0"
NOUVEAU = {
    "annee": "2028",
    "titre": "Appel à projets 2028",
    "regime": "preparation",
    "jours_rappel": "14, 7, 3, 1",
    "jours_avant_rejet": "15",
    "motifs_par": "critere",
}


def test_preparer_un_appel_puis_le_dater(connecter):
    client = connecter(creer_agent())
    reponse = client.post("/instruction/appels/nouveau/", NOUVEAU)
    appel = Appel.objects.get()
    assert (reponse.status_code, reponse.url) == (302, f"/instruction/appels/{appel.pk}/")
    assert (appel.ouvre_le, appel.ferme_le, appel.est_publie, appel.regime) == (
        None,
        None,
        False,
        "preparation",
    )
    assert (appel.agent_charge, appel.autorite_recours, appel.tribunal, appel.texte_legal) == (
        "",
        "",
        "",
        "",
    )
    assert {regle.cle: regle.gravite for regle in Regle.objects.all()} == dict.fromkeys(
        CleRegle.values, Gravite.DESACTIVEE
    )


def donnees_de(client, appel, **champs) -> dict:
    contexte = client.get(f"/instruction/appels/{appel.pk}/").context
    donnees = {}
    for nom in ("form", "documents", "financeurs", "regles"):
        ensemble = contexte["form"] if nom == "form" else contexte["tables"][nom]
        formulaires = [ensemble] if nom == "form" else [ensemble.management_form, *ensemble.forms]
        for formulaire in formulaires:
            for champ in formulaire:
                valeur = champ.value()
                if valeur is None or valeur is False or champ.name == "modele":
                    continue
                if isinstance(valeur, list):
                    valeur = [getattr(element, "pk", element) for element in valeur]
                donnees[champ.html_name] = valeur
    return {**donnees, **champs}


def test_les_instants_sont_ceux_de_paris(connecter, horloge_figee):
    appel = creer_appel()
    horloge_figee(OUVERTURE - timedelta(days=1))
    client = connecter(creer_agent())
    assert (
        client.post(
            f"/instruction/appels/{appel.pk}/",
            donnees_de(
                client,
                appel,
                ouvre_jour="2026-09-01",
                ouvre_heure="09:00",
                ferme_jour="27/11/2026",
                ferme_heure="12:00",
                jours_rappel="10; 2, 10",
            ),
        ).status_code
        == 302
    )
    appel.refresh_from_db()
    assert (appel.ouvre_le, appel.ferme_le, appel.jours_rappel) == (
        datetime(2026, 9, 1, 7, 0, tzinfo=UTC),
        datetime(2026, 11, 27, 11, 0, tzinfo=UTC),
        [10, 2],
    )


@pytest.mark.parametrize(
    ("champs", "phrase"),
    [
        (
            {"ferme_jour": "2026-10-25", "ferme_heure": "02:30"},
            "Cette heure n’existe pas, ou existe deux fois",
        ),
        (
            {"ferme_jour": "2027-03-28", "ferme_heure": "02:30"},
            "Cette heure n’existe pas, ou existe deux fois",
        ),
        ({"ferme_jour": "2026-01-01"}, "La clôture vient après l’ouverture"),
        ({"ferme_heure": ""}, "Indiquez le jour et l’heure."),
        ({"annee": "1999"}, "se situe entre 2024 et 2035"),
        ({"annee": "abc"}, "écrivez une seule année"),
        ({"titre": ""}, "obligatoire"),
        ({"jours_rappel": "demain"}, "Écrivez des nombres de jours"),
        ({"jours_rappel": "0"}, "Écrivez des nombres de jours"),
        ({"regime": "autre"}, "choix valide"),
        ({"titre": "a\0b"}, "caract"),
        ({"axes": ["999"]}, "choix valide"),
        ({"documents-TOTAL_FORMS": "999"}, "au plus"),
        ({"regles-0-gravite": "blocage"}, "Indiquez le seuil"),
        ({"regles-0-seuil": "12,50,00"}, "n’est pas un nombre"),
        ({"regles-1-gravite": "blocage", "regles-1-seuil": "150 %"}, "entre 0 et 100"),
        ({"regles-1-seuil": "quatre-vingts"}, "n’est pas un nombre. Exemple : 80."),
        ({"financeurs-0-partenaire": "424242"}, "choix valide"),
    ],
)
def test_une_mauvaise_saisie_est_dite_et_ne_change_rien(connecter, horloge_figee, champs, phrase):
    appel = creer_appel()
    horloge_figee(OUVERTURE - timedelta(days=1))  # its dates may still be typed
    avant = Appel.objects.values().get()
    client = connecter(creer_agent(Role.RESPONSABLE))  # the regime is the head's
    reponse = client.post(f"/instruction/appels/{appel.pk}/", donnees_de(client, appel, **champs))
    assert (reponse.status_code, phrase in reponse.content.decode()) == (422, True)
    assert Appel.objects.values().get() == avant


def test_seule_la_responsable_publie(connecter):
    appel = creer_appel(est_publie=False)
    for role, publie in ((Role.AGENT, False), (Role.RESPONSABLE, True)):
        client = connecter(creer_agent(role))
        client.post(f"/instruction/appels/{appel.pk}/", donnees_de(client, appel, est_publie="on"))
        appel.refresh_from_db()
        assert appel.est_publie is publie
    assert (
        connecter(creer_membre(creer_association()))
        .post("/instruction/appels/nouveau/", NOUVEAU)
        .status_code
        == 403
    )


def test_ajouter_un_document_et_un_financeur(connecter):
    appel = creer_appel()
    client = connecter(creer_agent())
    departement = Partenaire.objects.get(genre="departement")
    client.post(
        f"/instruction/appels/{appel.pk}/",
        donnees_de(
            client,
            appel,
            **{
                "documents-2-libelle": "Statuts",
                "documents-2-genre": "association",
                "documents-2-exigence": "obligatoire",
                "financeurs-4-partenaire": departement.pk,
                "regles-0-gravite": "blocage",
                "regles-0-seuil": "1 500 €",
                "regles-1-gravite": "blocage",
                "regles-1-seuil": "20 %",
            },
        ),
    )
    assert [document.libelle for document in appel.documents.all()] == [
        "Relevé d’identité bancaire (RIB)",
        "Comptes approuvés",
        "Statuts",
    ]
    assert appel.financeurs.get(partenaire=departement).sous_poste == "74dep"
    regles = Appel.objects.get().regles.all()
    actives = [(regle.cle, regle.seuil) for regle in regles if regle.est_active]
    assert actives == [("montant_minimum", 1500), ("autofinancement", 20)]


def test_le_modele_d_un_document_se_telecharge(connecter, racine):
    from django.core.files.uploadedfile import SimpleUploadedFile

    from appels.demonstration.dossiers import pdf_fictif

    appel = creer_appel()
    client = connecter(creer_agent())
    contenu = pdf_fictif("Modèle")
    for octets, code in ((b"MZ pirate", 422), (contenu, 302)):
        donnees = donnees_de(
            client, appel, **{"documents-1-modele": SimpleUploadedFile("modele.pdf", octets)}
        )
        assert client.post(f"/instruction/appels/{appel.pk}/", donnees).status_code == code
    document = appel.documents.get(libelle="Comptes approuvés")
    adresse = f"/appel/modeles/{document.pk}/"
    assert adresse in connecter().get("/appel/").content.decode()
    servi = b"".join(connecter().get(adresse))
    with document.modele.open() as garde:
        assert (servi, servi[:5]) == (garde.read(), b"%PDF-")
    Appel.objects.update(est_publie=False)
    assert connecter().get(adresse).status_code == 404


def test_la_frise_annonce_la_prochaine_etape(connecter):
    appel = creer_appel()
    page = connecter(creer_agent()).get(f"/instruction/appels/{appel.pk}/").content.decode()
    assert (
        f"Prochaine étape : Rappel J-14, le 13{NB}novembre{NB}2026 à 12{NB}h{NB}00 (heure "
        f"de Paris)." in page
    )
    assert '<circle class="ici"' in page


def test_le_sommaire_nomme_ce_qui_est_vide_sans_son_format(connecter):
    appel = creer_appel(examen_le=None, agent_charge="")
    sommaire = connecter(creer_agent()).get(f"/instruction/appels/{appel.pk}/").context["sommaire"]
    vides = {nom for section in sommaire for _, nom in section.liens}
    assert (vides >= {"Examen des dossiers", "Agent chargé des dossiers"}, "(" in str(vides)) == (
        True,
        False,
    )


def test_la_base_refuse_une_cloture_avant_l_ouverture():
    with pytest.raises(IntegrityError):
        creer_appel(ouvre_le=FERMETURE, ferme_le=OUVERTURE)


# --- In words, by the clock -----------------------------------------------------------------------
def test_l_etat_en_mots():
    appel = creer_appel()
    assert phrase_appel(appel, PENDANT) == (
        f"L’appel 2027 est ouvert jusqu’au <strong>vendredi "
        f"27{NB}novembre{NB}2026 à 12{NB}h{NB}00</strong>, heure de Paris."
    )
    assert phrase_appel(appel, OUVERTURE - timedelta(seconds=1)).startswith(
        "L’appel 2027 ouvrira le"
    )
    assert phrase_appel(appel, FERMETURE).startswith("L’appel 2027 est clos depuis le")
    assert phrase_appel(None, PENDANT).startswith(
        "Les dates du prochain appel à projets sont à venir : contactez"
    )
    assert phrase_appel(Appel(annee=2028), PENDANT).startswith("Les dates du prochain appel")


@pytest.mark.parametrize(
    ("avant", "mots"),
    [
        (timedelta(days=15), f"Il reste 15{NB}jours."),
        (timedelta(hours=30), f"Il reste 30{NB}heures."),
        (timedelta(minutes=90), f"Il reste 1{NB}heure."),
        (timedelta(minutes=5), "Il reste moins d’une heure."),
        (timedelta(0), ""),
    ],
)
def test_ce_qui_reste(avant, mots):
    assert reste(creer_appel(), FERMETURE - avant) == mots


@pytest.mark.parametrize(
    ("instant", "mot"),
    [(OUVERTURE - timedelta(days=1), "ouvrira"), (PENDANT, "est ouvert"), (FERMETURE, "est clos")],
)
@pytest.mark.parametrize(
    "chemin", ["/", "/appel/", "/verifier/", "/compte/login/", "/dossiers/", "/mon-compte/"]
)
def test_l_etat_est_sur_chaque_page(connecter, horloge_figee, instant, mot, chemin):
    creer_appel()
    horloge_figee(instant)
    personne = (
        creer_membre(creer_association()) if chemin in ("/dossiers/", "/mon-compte/") else None
    )
    assert f"L’appel 2027 {mot}" in connecter(personne).get(chemin).content.decode()


def test_un_appel_non_publie_ne_se_voit_pas(connecter):
    creer_appel(est_publie=False)
    client = connecter(creer_membre(creer_association()))
    assert "2027" not in client.get("/appel/").content.decode()
    assert client.get("/dossiers/nouveau/2027/").status_code == 404


def test_l_appel_ouvert_passe_avant_le_plus_recent():
    ouvert = creer_appel()
    Appel.objects.create(annee=2028, titre="À venir", est_publie=True)
    assert Appel.objects.a_la_une(PENDANT) == ouvert
    assert Appel.objects.a_la_une(FERMETURE).annee == 2028


# --- The rules, one by one ------------------------------------------------------------------------
REGLES = [
    (CleRegle.MONTANT_MINIMUM, 1500, "1\u00a0000"),
    (CleRegle.AUTOFINANCEMENT, 20, "ressources propres"),
    (CleRegle.AIDES_PUBLIQUES, 80, "aides demandées"),
    (CleRegle.PART_QPV, 90, "personnes des QPV"),
    (CleRegle.EUROS_ENTIERS, None, "centimes"),
]


@pytest.mark.parametrize(("cle", "seuil", "mots"), REGLES)
@pytest.mark.parametrize(
    ("gravite", "bloque"),
    [("desactivee", None), ("information", False), ("avertissement", False), ("blocage", True)],
)
def test_une_regle_dit_son_texte_et_ne_bloque_que_si_on_le_veut(cle, seuil, mots, gravite, bloque):
    appel = creer_appel()
    dossier = creer_dossier_complet(appel)
    if cle == CleRegle.EUROS_ENTIERS:
        dossier.lignes.filter(code="604").update(montant=180_050)
        dossier.lignes.filter(code="756").update(montant=25_050)
    appel.regles.filter(cle=cle).update(gravite=gravite, seuil=seuil, texte="Le règlement le dit.")
    tous = completude.manques(Dossier.objects.pour_completude().get(pk=dossier.pk))
    trouves = [manque for manque in tous if manque.phrase.startswith("Le règlement le dit.")]
    if bloque is None:
        assert trouves == []
    else:
        assert {manque.bloque for manque in trouves} == {bloque}
        assert mots in trouves[0].phrase
    if not bloque:
        assert deposer(dossier).numero == "CV-2027-0001"


def test_le_benevolat_n_est_jamais_une_ressource_propre():
    appel = creer_appel()
    dossier = creer_dossier_complet(appel)
    dossier.lignes.filter(code__in=["864", "870"]).update(montant=10**9)
    appel.regles.filter(cle=CleRegle.AUTOFINANCEMENT).update(gravite="blocage", seuil=20)
    bloquants = completude.bloquants(Dossier.objects.pour_completude().get(pk=dossier.pk))
    assert [manque.champ for manque in bloquants] == ["totaux"]


def test_un_montant_absent_n_est_pas_un_montant_nul():
    dossier = creer_dossier_complet(creer_appel())
    Financement.objects.create(dossier=dossier, sous_poste="74etat", libelle="Zéro", montant=0)
    assert completude.bloquants(Dossier.objects.pour_completude().get(pk=dossier.pk)) == []
    Financement.objects.create(dossier=dossier, sous_poste="74etat", libelle="Absent", montant=None)
    bloquants = completude.bloquants(Dossier.objects.pour_completude().get(pk=dossier.pk))
    assert [manque.phrase for manque in bloquants] == ["Absent : indiquez le montant demandé."]
