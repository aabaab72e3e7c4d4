"""Writing: parts in any order, nothing overwritten, bad input said beside its field."""

import re
import threading

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from appels.demonstration.dossiers import BIC, IBAN, pdf_fictif
from appels.models import Appel, CoordonneesBancaires, Dossier, NomPartie, Piece
from appels.redaction.actions import parties, redaction
from appels.redaction.forms.parties import DescriptionForm
from appels.socle import completude, longueurs
from appels.socle.balises.appel import lien_de_la_partie
from partenaires.models import Partenaire, Role
from quartiers.models import Commune, Quartier
from tests.attente import BORNE
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
from tests.feuilles import feuille, lisible

pytestmark = pytest.mark.django_db
PARTIES = ("projet", "description", "lieux", "moyens", "evaluation", "budget")
VIDES = {
    "lieux": {"lieux-TOTAL_FORMS": "0", "lieux-INITIAL_FORMS": "0"},
    "evaluation": {"indicateurs-TOTAL_FORMS": "0", "indicateurs-INITIAL_FORMS": "0"},
    "budget": {
        "a-TOTAL_FORMS": "0",
        "a-INITIAL_FORMS": "0",
        "f-TOTAL_FORMS": "0",
        "f-INITIAL_FORMS": "0",
    },
}


def poster(client, dossier, partie: str, version: int = 0, **champs):
    donnees = {"version": str(version), **VIDES.get(partie, {}), **champs}
    return client.post(f"/dossiers/{dossier.pk}/partie/{partie}/", donnees)


@pytest.fixture
def dossier(db):
    return creer_dossier(creer_appel())


@pytest.fixture
def client_(connecter, dossier):
    return connecter(creer_membre(dossier.porteur))


@pytest.mark.parametrize("partie", PARTIES)
def test_chaque_partie_s_enregistre_meme_vide(client_, dossier, partie):
    """The button leads to the part that it names, the last one to the documents."""
    page = client_.get(f"/dossiers/{dossier.pk}/partie/{partie}/").content.decode()
    ordre = list(NomPartie)
    suivante = ordre[ordre.index(NomPartie(partie)) + 1]
    assert f"Enregistrer et passer à : {suivante.label}" in page
    reponse = poster(client_, dossier, partie)
    assert (reponse.status_code, reponse.url) == (302, lien_de_la_partie(suivante, dossier))
    assert dossier.parties.get().version == 1
    reponse = poster(client_, dossier, partie, version=1, sommaire="1")
    assert (reponse.status_code, reponse.url) == (302, f"/dossiers/{dossier.pk}/")


def test_une_partie_n_ecrit_que_ses_colonnes(client_, dossier):
    poster(
        client_,
        dossier,
        "description",
        besoin="Un besoin",
        etat="depose",
        numero="CV-2027-9999",
        intitule="Piraté",
        depose_le="2026-01-01",
        porteur="1",
    )
    frais = Dossier.objects.get(pk=dossier.pk)
    assert (frais.besoin, frais.intitule, frais.etat, frais.numero, frais.porteur_id) == (
        "Un besoin",
        "Jardins d’essai",
        "brouillon",
        None,
        dossier.porteur_id,
    )


def test_deux_parties_a_la_fois_ne_s_ecrasent_pas(connecter, dossier):
    a, b = connecter(creer_membre(dossier.porteur)), connecter(creer_membre(dossier.porteur))
    poster(a, dossier, "projet", intitule="Titre de A")
    poster(b, dossier, "description", besoin="Besoin de B")
    frais = Dossier.objects.get(pk=dossier.pk)
    assert (frais.intitule, frais.besoin) == ("Titre de A", "Besoin de B")


def test_la_meme_partie_montre_les_deux_textes_et_n_ecrase_rien(connecter, dossier):
    nadia = creer_membre(dossier.porteur)
    type(nadia).objects.filter(pk=nadia.pk).update(prenom="Nadia", nom="Essai")
    a, b = connecter(nadia), connecter(creer_membre(dossier.porteur))
    assert (
        poster(a, dossier, "description", besoin="Texte de Nadia", objectifs="Pareil").status_code
        == 302
    )
    reponse = poster(b, dossier, "description", besoin="Mon texte", objectifs="Pareil")
    page = reponse.content.decode()
    assert reponse.status_code == 422
    assert "Enregistré entre-temps par Nadia Essai :" in page
    assert page.count("Enregistré entre-temps") == 1
    assert "Texte de Nadia" in page
    assert "Mon texte" in page
    assert '<input type="hidden" name="version" value="1">' in page
    assert Dossier.objects.get(pk=dossier.pk).besoin == "Texte de Nadia"
    assert poster(b, dossier, "description", version=1, besoin="Les deux réunis").status_code == 302
    assert Dossier.objects.get(pk=dossier.pk).besoin == "Les deux réunis"


def test_le_conflit_du_budget_montre_les_montants_et_les_financeurs(connecter, dossier):
    a, b = connecter(creer_membre(dossier.porteur)), connecter(creer_membre(dossier.porteur))
    poster(
        a,
        dossier,
        "budget",
        **{
            "c-604": "100",
            "nouveau-cle": "hors:74etat",
            "nouveau-libelle": "Un ministère",
            "nouveau-montant": "50",
        },
    )
    reponse = poster(b, dossier, "budget", **{"c-604": "200"})
    page = reponse.content.decode()
    assert reponse.status_code == 422
    assert ": 100 €" in page
    assert 'value="200"' in page
    assert "Un ministère" in page
    assert [ligne.montant for ligne in dossier.lignes.all()] == [10_000]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_dix_personnes_sur_la_meme_partie_une_seule_gagne(base_a_plusieurs):
    dossier = creer_dossier(creer_appel())
    barriere, resultats = threading.Barrier(10), []

    def ecrire(rang):
        barriere.wait(BORNE)
        try:
            parties.enregistrer(
                dossier,
                "projet",
                lambda d: Dossier.objects.filter(pk=d.pk).update(intitule=f"Titre {rang}"),
                version_lue=0,
                par=dossier.cree_par,
                recu_le=PENDANT,
            )
            resultats.append(rang)
        except parties.VersionPerimee:
            pass
        finally:
            connection.close()

    fils = [threading.Thread(target=ecrire, args=(n,)) for n in range(10)]
    [f.start() for f in fils]
    [f.join(BORNE) for f in fils]
    assert len(resultats) == 1
    assert Dossier.objects.get().intitule == f"Titre {resultats[0]}"


@pytest.mark.postgresql
def test_confirmer_la_fiche_dix_fois_a_la_fois_ne_casse_rien(base_a_plusieurs):
    """A double click: nobody reads an error, the sheet is confirmed."""
    dossier = creer_dossier(creer_appel())
    barriere, fautes = threading.Barrier(10), []

    def confirmer():
        barriere.wait(BORNE)
        try:
            redaction.confirmer_fiche(dossier, par=dossier.cree_par, recu_le=PENDANT)
        except Exception as faute:
            fautes.append(faute)
        finally:
            connection.close()

    fils = [threading.Thread(target=confirmer) for _ in range(10)]
    [fil.start() for fil in fils]
    [fil.join(BORNE) for fil in fils]
    assert fautes == []
    assert Dossier.objects.get().fiche_confirmee_le == PENDANT


# --- Bad input: 422, a sentence, nothing changed --------------------------------------------------
TOUJOURS = ["a\0b", "x" * 60_000]
MAUVAISES = [
    ("projet", {"intitule": "x" * 257}),
    ("projet", {"intitule": "a\0b"}),
    ("projet", {"axe": "999999"}),
    ("projet", {"axe": "'; DROP TABLE"}),
    ("projet", {"objectifs_contrat": "abc"}),
    ("projet", {"forme": "troc"}),
    ("projet", {"debut_le": "31/02/2027"}),
    ("projet", {"politique_ville": "x" * 50, "debut_le": "0000-00-00"}),
    *[("description", {"besoin": valeur}) for valeur in TOUJOURS],
    ("lieux", {"beneficiaires": "-1"}),
    ("lieux", {"beneficiaires": "9" * 40}),
    ("lieux", {"beneficiaires": "douze"}),
    ("lieux", {"qpv-QN06258M": "-5"}),
    ("lieux", {"age-0-5": "1e9"}),
    ("lieux", {"lieux-TOTAL_FORMS": "abc"}),
    ("lieux", {"lieux-TOTAL_FORMS": "999999"}),
    ("lieux", {"lieux-TOTAL_FORMS": "1", "lieux-0-latitude": "2,77", "lieux-0-longitude": "50,29"}),
    ("lieux", {"lieux-TOTAL_FORMS": "1", "lieux-0-latitude": "50,29"}),
    ("lieux", {"lieux-TOTAL_FORMS": "1", "lieux-0-quartier": "424242"}),
    ("moyens", {"benevoles-nombre": "1,5"}),
    ("moyens", {"cdi-etpt": "NaN"}),
    ("moyens", {"cdi-nombre": "-2"}),
    ("evaluation", {"indicateurs-TOTAL_FORMS": "1", "indicateurs-0-cible": "60"}),
    ("evaluation", {"indicateurs-TOTAL_FORMS": "99"}),
    ("budget", {"c-604": "-3"}),
    ("budget", {"c-604": "1e5"}),
    ("budget", {"c-604": "9" * 30}),
    ("budget", {"f-TOTAL_FORMS": "1", "f-0-cle": "appel:424242", "f-0-montant": "1"}),
    ("budget", {"f-TOTAL_FORMS": "1", "f-0-cle": "hors:74etat", "f-0-montant": "1"}),
    ("budget", {"f-TOTAL_FORMS": "1", "f-0-cle": "hors:75etat", "f-0-libelle": "x"}),
    (
        "budget",
        {"f-TOTAL_FORMS": "1", "f-0-cle": "hors:74etat", "f-0-libelle": "x", "f-0-etat": "vole"},
    ),
    ("budget", {"nouveau-cle": "hors:74etat", "nouveau-montant": "5"}),
    ("budget", {"nouveau-montant": "5"}),
    ("budget", {"a-TOTAL_FORMS": "1", "a-0-code": "999", "a-0-libelle": "x", "a-0-montant": "1"}),
    ("budget", {"a-TOTAL_FORMS": "1", "a-0-code": "604", "a-0-montant": "1"}),
    ("budget", {"a-TOTAL_FORMS": "1", "a-0-code": "604", "a-0-libelle": "Sans montant"}),
    ("budget", {"ligne-montant": "5"}),
    ("budget", {"a-TOTAL_FORMS": ""}),
    ("budget", {"f-TOTAL_FORMS": "100"}),
]


@pytest.mark.parametrize(("partie", "champs"), MAUVAISES, ids=lambda v: str(v)[:60])
def test_une_mauvaise_saisie_est_dite_en_francais_et_ne_change_rien(
    client_, dossier, partie, champs
):
    avant = Dossier.objects.filter(pk=dossier.pk).values().get()
    reponse = poster(client_, dossier, partie, **champs)
    page = reponse.content.decode()
    assert reponse.status_code == 422
    assert page.split("<title>")[1].startswith("Erreur : ")
    assert 'role="alert"' in page
    assert Dossier.objects.filter(pk=dossier.pk).values().get() == avant
    assert [
        dossier.lignes.count(),
        dossier.financements.count(),
        dossier.lieux.count(),
        dossier.parties.count(),
    ] == [0] * 4


def test_un_envoi_de_trop_de_champs_est_refuse_sans_erreur_500(client_, dossier):
    reponse = poster(client_, dossier, "projet", **{f"champ{n}": "x" for n in range(3100)})
    assert reponse.status_code == 400


@pytest.mark.parametrize("version", ["", "-1", "abc", "9" * 30, "1"])
def test_une_version_forgee_n_ecrase_rien(client_, dossier, version):
    reponse = poster(client_, dossier, "description", version=version, besoin="forcé")
    assert reponse.status_code == 422
    assert Dossier.objects.get(pk=dossier.pk).besoin == ""


# --- Places ---------------------------------------------------------------------------------------
def test_un_point_dit_dans_quel_quartier_ou_a_quelle_distance(client_, dossier):
    from quartiers import geometrie

    quartier = Quartier.objects.get(code="QN06259M")
    lon, lat = geometrie.centre(quartier.contour)
    bord = quartier.contour["coordinates"][0][0]
    lieux = [(lat, lon), (50.2700, 2.8200), (bord[1], bord[0])]
    champs = {"lieux-TOTAL_FORMS": "3"}
    for rang, (latitude, longitude) in enumerate(lieux):
        champs |= {
            f"lieux-{rang}-latitude": f"{latitude:.6f}".replace(".", ","),
            f"lieux-{rang}-longitude": f"{longitude:.6f}",
        }
    assert poster(client_, dossier, "lieux", **champs).status_code == 302
    dedans, dehors, limite = (lieu.constat for lieu in dossier.lieux.all())
    assert dedans.startswith("Dans le quartier Bonnettes – Saint Pol – Baudimont, à ")
    assert dehors.startswith("Hors quartier prioritaire, à ")
    assert (
        limite
        == "En limite du quartier Bonnettes – Saint Pol – Baudimont : à vérifier (indicatif)."
    )


def test_beaurains_n_est_jamais_un_lieu_de_qpv(client_, dossier):
    beaurains = Commune.objects.get(nom="Beaurains")
    reponse = poster(
        client_,
        dossier,
        "lieux",
        **{
            "lieux-TOTAL_FORMS": "1",
            "lieux-0-commune": beaurains.pk,
            "lieux-0-quartier": Quartier.objects.first().pk,
        },
    )
    assert reponse.status_code == 422
    assert "n’est pas à Beaurains" in reponse.content.decode()


# --- Begin, confirm the sheet, eligibility, questions ---------------------------------------------
def test_commencer_deux_fois_ne_fait_qu_un_brouillon(connecter):
    appel, porteur = creer_appel(), creer_association()
    client = connecter(creer_membre(porteur))
    cle = client.get(f"/dossiers/nouveau/{appel.annee}/").context["form"]["cle"].value()
    donnees = {"porteur": porteur.pk, "intitule": "Un projet", "cle": cle}
    chemins = {client.post(f"/dossiers/nouveau/{appel.annee}/", donnees).url for _ in range(3)}
    assert chemins == {f"/dossiers/{Dossier.objects.get().pk}/"}
    # the page that one comes back to, another title typed: another draft, not the first one again
    client.post(f"/dossiers/nouveau/{appel.annee}/", donnees | {"intitule": "Un autre"})
    assert set(Dossier.objects.values_list("intitule", flat=True)) == {"Un projet", "Un autre"}


def test_on_ne_commence_ni_hors_delai_ni_pour_autrui(connecter, horloge_figee):
    appel, porteur, autre = creer_appel(), creer_association(), creer_association()
    client = connecter(creer_membre(porteur))
    donnees = {"porteur": autre.pk, "intitule": "x", "cle": "00000000-0000-0000-0000-000000000001"}
    assert client.post(f"/dossiers/nouveau/{appel.annee}/", donnees).status_code == 422
    horloge_figee(appel.ferme_le)
    reponse = client.post(f"/dossiers/nouveau/{appel.annee}/", {**donnees, "porteur": porteur.pk})
    assert (reponse.status_code, Dossier.objects.count()) == (422, 0)


def test_la_fiche_confirmee_se_reconfirme_quand_elle_change(client_, dossier):
    assert client_.post(f"/dossiers/{dossier.pk}/organisme/", {}).status_code == 422
    assert (
        client_.post(f"/dossiers/{dossier.pk}/organisme/", {"confirmee": "on"}).status_code == 302
    )

    def manque():
        return [
            m.champ
            for m in completude.manques(Dossier.objects.pour_completude().get(pk=dossier.pk))
            if m.champ == "confirmee"
        ]

    assert manque() == []
    dossier.porteur.fiche.modifiee_le = PENDANT.replace(year=2027)
    dossier.porteur.fiche.save()
    assert manque() == ["confirmee"]


def test_ce_qui_manque_vient_apres_un_premier_enregistrement_et_replie(client_, dossier):
    """The question comes first: the list of a blank part is no news, a long one is folded."""
    adresse = f"/dossiers/{dossier.pk}/partie/description/"
    assert "Il reste à faire" not in client_.get(adresse).content.decode()
    client_.post(adresse, {"version": "0", "besoin": "Un besoin"})
    relue = client_.get(adresse).content.decode()
    assert "Il reste à faire dans cette partie : 5\u00a0points</summary>" in relue
    assert f'href="{adresse}#id_objectifs"' in relue


def test_la_liste_des_parties_mene_au_champ_meme(client_, dossier):
    page = client_.get(f"/dossiers/{dossier.pk}/").content.decode()
    assert f'href="/dossiers/{dossier.pk}/organisme/#id_confirmee"' in page
    poster(client_, dossier, "projet")
    page = client_.get(f"/dossiers/{dossier.pk}/").content.decode()
    for champ in ("id_intitule", "id_axe_0", "id_debut_le", "id_objectifs_contrat"):
        assert f'href="/dossiers/{dossier.pk}/partie/projet/#{champ}"' in page
        assert (
            f'id="{champ}"'
            in client_.get(f"/dossiers/{dossier.pk}/partie/projet/").content.decode()
        )


def test_toutes_les_questions_se_lisent_sans_compte(connecter):
    creer_appel()
    page = connecter().get("/appel/questions/").content.decode()
    for question in (
        "Intitulé du projet",
        "À quel besoin répond le projet",
        "604 Prestations de services",
        "Relevé d’identité bancaire (RIB)",
        "Objet de l’association",
        "864 Personnel bénévole",
    ):
        assert question in page, question
    assert (
        "Objet de l’association"
        not in connecter().get("/appel/questions/?pour=service").content.decode()
    )


def test_l_eligibilite_explique_et_ne_ferme_jamais(connecter):
    creer_appel()
    client = connecter()
    reponses = {
        "organisme": "personne",
        "quartiers": "non",
        "budget": "sais_pas",
        "investissement": "oui",
        "etat": "oui",
    }
    page = client.get("/appel/eligibilite/", reponses).content.decode()
    assert "Commencer mon projet" in page
    assert "Rapprochez-vous d’une association" in page
    doutes = re.findall(r"<strong>(Oui|À savoir|À éclaircir)</strong>", page)
    assert doutes == ["À éclaircir"] * 4 + ["À savoir"]
    assert "Peut-être : 4\u00a0points à éclaircir d’abord." in page
    bonnes = {**reponses, "organisme": "association", "quartiers": "oui", "budget": "oui"}
    page = client.get("/appel/eligibilite/", {**bonnes, "investissement": "non"}).content.decode()
    assert "Oui, votre projet peut répondre à l’appel." in page
    page = client.get("/appel/eligibilite/", {**bonnes, "quartiers": "sais_pas"}).content.decode()
    assert '<a href="/suis-je-dans-un-qpv/">Situer un lieu</a>' in page
    assert client.get("/appel/eligibilite/", {**reponses, "etat": "x"}).status_code == 422


@pytest.mark.parametrize("cle", ["moyens_materiels", "informations_complementaires", "recrutement"])
def test_les_questions_non_verifiees_s_allument_par_appel(connecter, cle):
    appel = creer_appel()
    dossier = creer_dossier(appel)
    client = connecter(creer_membre(dossier.porteur))
    page = "moyens" if cle != "informations_complementaires" else "description"
    champ = "recrutement_etpt" if cle == "recrutement" else cle
    assert (
        f'name="{champ}"'
        not in client.get(f"/dossiers/{dossier.pk}/partie/{page}/").content.decode()
    )
    Appel.objects.update(options=[cle])
    assert (
        f'name="{champ}"' in client.get(f"/dossiers/{dossier.pk}/partie/{page}/").content.decode()
    )


# --- Documents and bank data ----------------------------------------------------------------------
def envoyer(client, dossier, contenu: bytes, nom="document.pdf", bancaire=False, **entetes):
    document = dossier.appel.documents.get(est_bancaire=bancaire)
    return client.post(
        f"/dossiers/{dossier.pk}/pieces/{document.pk}/ajouter/",
        {"fichier": SimpleUploadedFile(nom, contenu)},
        headers=entetes,
    )


def test_joindre_telecharger_retirer(client_, dossier):
    contenu = pdf_fictif("Comptes")
    assert envoyer(client_, dossier, contenu, "../../Comptes 2025.PDF.exe").status_code == 302
    piece = Piece.objects.get()
    assert (piece.nom, piece.mime, piece.taille) == (
        "Comptes 2025.pdf",
        "application/pdf",
        len(contenu),
    )
    reponse = client_.get(f"/pieces/{piece.pk}/")
    assert reponse.content == contenu
    assert reponse.headers["Content-Disposition"] == 'attachment; filename="Comptes 2025.pdf"'
    assert reponse.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert reponse.headers["X-Content-Type-Options"] == "nosniff"
    client_.post(f"/pieces/{piece.pk}/retirer/")
    encore = client_.post(f"/pieces/{piece.pk}/retirer/", follow=True)  # from another tab
    assert "était déjà retiré du dossier" in encore.content.decode().replace("\u00a0", " ")
    assert client_.get(f"/pieces/{piece.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("contenu", "nom", "phrase"),
    [
        (b"", "vide.pdf", "vide"),
        (b"MZ\x90\x00", "facture.pdf", "Un programme ne se joint pas"),
        (b"<svg onload=alert(1)>", "a.png", "enregistrez-la en JPEG"),
        (b"%PDF-1.7 coupe", "a.pdf", "incomplet"),
        (b"PK\x03\x04abime", "a.docx", "abîmé"),
        (b"%PDF-" + b"x" * 10 * 1024 * 1024, "gros.pdf", "dépasse 10\u00a0Mo"),
    ],
)
def test_un_mauvais_fichier_est_refuse_a_sa_place(client_, dossier, contenu, nom, phrase):
    reponse = envoyer(client_, dossier, contenu, nom)
    assert (reponse.status_code, phrase in reponse.content.decode()) == (422, True)
    en_json = envoyer(client_, dossier, contenu, nom, Accept="application/json")
    assert (en_json.status_code, phrase in en_json.json()["erreur"]) == (422, True)
    assert Piece.objects.count() == 0


def test_une_erreur_n_arrete_pas_les_autres_et_le_meme_fichier_compte_une_fois(client_, dossier):
    envoyer(client_, dossier, b"non", "a.pdf", Accept="application/json")
    contenu = pdf_fictif("A")
    for _ in range(2):
        assert envoyer(client_, dossier, contenu, Accept="application/json").json() == {
            "nom": "document.pdf"
        }
    assert Piece.objects.count() == 1


def test_le_rib_est_chiffre_masque_et_ouvert_par_un_acte_note(client_, dossier, settings):
    contenu = pdf_fictif("RIB")
    envoyer(client_, dossier, contenu, "rib.pdf", bancaire=True)
    client_.post(
        f"/dossiers/{dossier.pk}/coordonnees/",
        {"titulaire": "Les Pinsons", "iban": "FR14 2004 1010 0505 0001 3M02 606", "bic": BIC},
    )
    piece, coordonnees = Piece.objects.get(), CoordonneesBancaires.objects.get()
    sur_disque = b"".join(p.read_bytes() for p in settings.MEDIA_ROOT.rglob("*") if p.is_file())
    assert contenu not in sur_disque
    assert b"2004" not in bytes(coordonnees.iban_chiffre)
    assert client_.get(f"/pieces/{piece.pk}/").status_code == 404
    for chemin in (
        f"/dossiers/{dossier.pk}/pieces/",
        f"/dossiers/{dossier.pk}/relecture/",
        f"/dossiers/{dossier.pk}/rib/",
    ):
        page = client_.get(chemin).content.decode()
        assert "•••• 2606" in page
        assert "20041010" not in page.replace(" ", "")
        assert BIC not in page
    assert dossier.passages.count() == 0
    page = client_.post(f"/dossiers/{dossier.pk}/rib/", {"numeros": "1"}).content.decode()
    assert "FR14 2004 1010 0505 0001 3M02 606" in page
    assert client_.post(f"/dossiers/{dossier.pk}/rib/", {"fichier": "1"}).content == contenu
    assert [p.motif for p in dossier.passages.all()] == ["IBAN et BIC", "Fichier du RIB"]


def test_un_compte_donne_entre_temps_par_un_membre_ne_s_ecrase_pas_sans_etre_lu(
    client_, dossier, connecter
):
    """Two members give an account; the page of the first is older."""
    envoyer(client_, dossier, pdf_fictif("RIB"), "rib.pdf", bancaire=True)
    page, adresse = f"/dossiers/{dossier.pk}/pieces/", f"/dossiers/{dossier.pk}/coordonnees/"
    ancienne = feuille(client_.get(page), "iban")
    autre = connecter(creer_membre(dossier.porteur))
    leur = {"titulaire": "Autre compte", "iban": IBAN, "bic": BIC}
    assert autre.post(adresse, {**ancienne, **leur}).status_code == 302
    assert autre.post(adresse, {**ancienne, **leur}).status_code == 302  # pressed twice
    sien = {"titulaire": "Les Pinsons", "iban": "FR14 2004 1010 0505 0001 3M02 606", "bic": BIC}
    dispute = client_.post(adresse, {**ancienne, **sien})
    assert (dispute.status_code, CoordonneesBancaires.objects.get().titulaire) == (
        422,
        "Autre compte",
    )
    garde = f"un autre compte a été enregistré : Autre compte, IBAN •••• {IBAN[-4:]}"
    assert garde in lisible(dispute)
    encore = feuille(dispute, "iban")
    assert encore["titulaire"] == ["Les Pinsons"]  # what was typed is kept
    assert client_.post(adresse, encore).status_code == 302
    assert CoordonneesBancaires.objects.get().masque == "•••• 2606"


@pytest.mark.parametrize(
    ("iban", "bic"),
    [("FR1420041010050500013M02607", BIC), (IBAN, "PSST"), ("", BIC), ("a\0b", BIC)],
)
def test_un_iban_ou_un_bic_faux_est_refuse(client_, dossier, iban, bic):
    reponse = client_.post(
        f"/dossiers/{dossier.pk}/coordonnees/", {"titulaire": "x", "iban": iban, "bic": bic}
    )
    assert (reponse.status_code, CoordonneesBancaires.objects.count()) == (422, 0)


def test_ni_lecteur_ni_financeur_n_ouvrent_le_rib_mais_l_agent_oui(connecter):
    dossier = deposer(creer_dossier_complet(creer_appel()))
    codes = [
        connecter(p).post(f"/dossiers/{dossier.pk}/rib/", {"numeros": "1"}).status_code
        for p in (
            creer_membre(dossier.porteur, Role.LECTEUR),
            creer_financeur(),
            creer_agent(),
            creer_signataire(creer_association()),
        )
    ]
    assert codes == [403, 403, 200, 404]
    assert dossier.passages.filter(acte="consulter_rib").count() == 1


def test_un_dossier_depose_ne_se_modifie_plus(connecter):
    dossier = creer_dossier_complet(creer_appel())
    signataire = creer_signataire(dossier.porteur)
    deposer(dossier, signataire)
    client = connecter(signataire)
    assert poster(client, dossier, "description", version=1, besoin="trop tard").status_code == 422
    assert envoyer(client, dossier, pdf_fictif("x")).status_code in (302, 422)
    piece = dossier.pieces.first()
    client.post(f"/pieces/{piece.pk}/retirer/")
    assert dossier.pieces.presentes().count() == 2
    assert (
        client.post(
            f"/dossiers/{dossier.pk}/coordonnees/", {"titulaire": "x", "iban": IBAN, "bic": BIC}
        ).status_code
        == 422
    )


def test_un_financeur_du_plan_est_une_demande(client_, dossier):
    caf = Partenaire.objects.get(genre="caf")
    poster(
        client_,
        dossier,
        "budget",
        **{"nouveau-cle": f"appel:{caf.pk}", "nouveau-montant": "1 200,50"},
    )
    financement = dossier.financements.get()
    assert (
        financement.partenaire,
        financement.sous_poste,
        financement.montant,
        financement.etat,
    ) == (caf, "74orgasoc", 120_050, "demande")
    champs = {
        "f-TOTAL_FORMS": "2",
        "f-INITIAL_FORMS": "1",
        "f-0-cle": f"appel:{caf.pk}",
        "f-0-montant": "1000",
        "f-0-etat": "acquis",
        "f-0-droit_commun": "400",
        "f-0-credits_contrat": "600",
        "f-1-cle": f"appel:{caf.pk}",
        "f-1-montant": "200",
        "f-1-etat": "envisage",
    }
    assert poster(client_, dossier, "budget", version=1, **champs).status_code == 302
    assert [
        (f.montant, f.etat, f.droit_commun, f.credits_contrat) for f in dossier.financements.all()
    ] == [(100_000, "acquis", 40_000, 60_000), (20_000, "envisage", None, None)]
    assert (
        poster(client_, dossier, "budget", version=2, **champs, **{"f-0-retirer": "on"}).status_code
        == 302
    )
    assert dossier.financements.count() == 1


def test_une_ligne_a_soi_sous_un_compte(client_, dossier):
    assert poster(client_, dossier, "budget", ajouter="ligne").url.endswith(
        "/partie/budget/?ligne=1#id_ligne-code"
    )
    assert (
        'name="ligne-code"'
        in client_.get(f"/dossiers/{dossier.pk}/partie/budget/?ligne=1").content.decode()
    )
    poster(
        client_,
        dossier,
        "budget",
        version=1,
        **{
            "c-604": "10",
            "ligne-code": "604",
            "ligne-libelle": "Animation",
            "ligne-montant": "5,50",
        },
    )
    assert [(ligne.code, ligne.libelle, ligne.montant) for ligne in dossier.lignes.all()] == [
        ("604", "", 1000),
        ("604", "Animation", 550),
    ]
    poster(
        client_,
        dossier,
        "budget",
        version=2,
        **{
            "a-TOTAL_FORMS": "1",
            "a-INITIAL_FORMS": "1",
            "a-0-code": "604",
            "a-0-libelle": "",
            "a-0-montant": "",
        },
    )
    assert dossier.lignes.count() == 0


def test_un_texte_trop_long_est_garde_entier_et_attend_le_depot(client_, dossier):
    """8,602 characters pasted where 5,000 fit: nothing is cut, a line end is one character."""
    texte = ("ligne de texte\r\n" * 574)[:-1].ljust(9177, "x")
    assert poster(client_, dossier, "description", methode=texte).status_code == 302
    lu = Dossier.objects.get(pk=dossier.pk).methode
    assert lu == texte.replace("\r\n", "\n").strip()
    phrase = f"Méthode et calendrier : {longueurs.trop_long(len(lu), 5000)}"
    frais = Dossier.objects.pour_completude().get(pk=dossier.pk)
    assert phrase in [manque.phrase for manque in completude.bloquants(frais)]
    assert (
        "data-max=" in client_.get(f"/dossiers/{dossier.pk}/partie/description/").content.decode()
    )
    assert longueurs.trop_long(8602, 5000) == (
        "8\u00a0602 sur 5\u00a0000 : retirez 3\u00a0602\u00a0caractères."
    )


def test_aucun_champ_du_portail_ne_coupe_ce_qu_on_y_colle():
    """`maxlength` cuts what is pasted, in silence: no template writes it."""
    fautifs = [
        chemin.name
        for chemin in (settings.RACINE / "templates").rglob("*.html")
        if "maxlength=" in chemin.read_text("utf-8")
    ]
    assert fautifs == []
    assert 'data-max="5000"' in str(DescriptionForm(instance=Dossier(appel=Appel()))["methode"])
