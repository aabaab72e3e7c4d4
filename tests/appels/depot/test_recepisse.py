"""The receipt: both regimes, tagged PDF, same bytes twice, hostile texts, the public check."""

import hashlib
import json
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string
from post_office.models import Email
from pypdf import PdfReader

from appels.depot.actions import arret, correction, recepisses
from appels.depot.vues.verification import normaliser
from appels.instruction.actions import complements
from appels.models import Appel, Dossier, Recepisse, Regime
from appels.socle import delais_legaux, pdf
from partenaires.models import Genre
from quartiers.models import Commune
from tests.fabriques import (
    FERMETURE,
    PENDANT,
    creer_agent,
    creer_appel,
    creer_association,
    creer_dossier_complet,
    creer_membre,
    creer_signataire,
    deposer,
    poser_service,
)

pytestmark = [pytest.mark.django_db, pytest.mark.campagne]
JOUR = timedelta(days=1)


def recepisse_de(appel=None, **champs) -> Recepisse:
    dossier = deposer(creer_dossier_complet(appel or creer_appel(), **champs))
    recepisses.etablir(dossier.versions.get())
    return Recepisse.objects.get(version__dossier=dossier)


def texte_du_pdf(recepisse: Recepisse) -> str:
    pages = PdfReader(BytesIO(recepisse.lire())).pages
    return " ".join(
        "".join(page.extract_text() + " " for page in pages).replace("\u00a0", " ").split()
    )


@pytest.mark.parametrize(
    ("recu", "rejet"),
    [
        (date(2026, 11, 24), date(2027, 1, 24)),
        (date(2026, 12, 31), date(2027, 2, 28)),
        (date(2027, 12, 31), date(2028, 2, 29)),
        (date(2026, 6, 30), date(2026, 8, 30)),
        (date(2026, 12, 29), date(2027, 2, 28)),
        (date(2026, 7, 31), date(2026, 9, 30)),
    ],
)
def test_rejet_implicite_meme_jour_deux_mois_apres(recu, rejet):
    assert delais_legaux.rejet_implicite(recu) == rejet


def test_recepisse_d_enregistrement_sans_un_mot_de_rejet_ni_de_recours():
    texte = texte_du_pdf(recepisse_de())
    assert "Récépissé d’enregistrement n° CV-2027-0001" in texte
    assert "Demande reçue le 10 novembre 2026 à 10 h 30 min 07 s, heure de Paris" in texte
    assert "Il ne vaut pas dépôt sur Dauphin" in texte
    for mot in ("REJETÉE", "ecours", "tribunal", "Accusé"):
        assert mot not in texte, mot


def test_accuse_de_reception_complet_en_guichet():
    poser_service(
        editeur="CUA",
        adresse="Adresse d’essai",
        email="service@example.org",
        telephone="03 00 00 00 00",
        contact_donnees="dpo@example.org",
    )
    appel = creer_appel(
        regime=Regime.GUICHET,
        agent_charge="Alix Essai, chargée de mission",
        autorite_recours="la présidente d’essai",
        tribunal="Ville-d’Essai",
    )
    texte = texte_du_pdf(recepisse_de(appel))
    for attendu in (
        "Accusé de réception électronique n° CV-2027-0001",
        "réputée REJETÉE le 10 janvier 2027",
        "recours gracieux auprès de la présidente d’essai",
        "tribunal administratif de Ville-d’Essai",
        "Téléphone : 03 00 00 00 00",
        "Agent : Alix Essai, chargée de mission",
        "dpo@example.org",
        "R112-11-1 à R112-11-4",
        "Aucune pièce manquante",
    ):
        assert attendu in texte, attendu


def test_le_delai_reporte_par_un_complement_n_est_plus_de_deux_mois():
    """The date moves by the days of the answer: « deux mois après sa réception » would lie."""
    porteur = creer_association()
    signataire = creer_signataire(porteur)
    appel = creer_appel(regime=Regime.GUICHET, tribunal="Ville-d’Essai")
    depose = deposer(creer_dossier_complet(appel, porteur), signataire)
    complements.demander(
        depose,
        [complements.Demande("description", "x")],
        avant_le=FERMETURE + 9 * JOUR,
        message="",
        par=creer_agent(),
        recu_le=FERMETURE + JOUR,
    )
    copie = correction.corriger(
        Dossier.objects.get(pk=depose.pk), par=signataire, recu_le=FERMETURE + 2 * JOUR
    )
    deposer(copie, signataire, FERMETURE + 4 * JOUR)
    pages = [
        render_to_string("pdf/recepisse.html", pdf.contexte_du_recepisse(recepisse))
        for recepisse in Recepisse.objects.order_by("version__rang")
    ]
    reporte = "sans compter le temps laissé pour la compléter"
    assert [reporte in page for page in pages] == [False, True]
    assert ["10\u00a0janvier" in page for page in pages] == [True, False]


def test_chaque_page_nomme_le_papier_du_guichet_comme_il_se_nomme(connecter):
    porteur = creer_association()
    signataire = creer_signataire(porteur)
    appel = creer_appel(regime=Regime.GUICHET, tribunal="Ville-d’Essai")
    depose = deposer(creer_dossier_complet(appel, porteur), signataire)
    client = connecter(signataire)
    code = Recepisse.objects.get(version__dossier=depose).code
    chemins = ("", "depose/", "recepisse/", "versions/", "papiers/", "corriger/", "retirer/")
    pages = [client.get(f"/dossiers/{depose.pk}/{fin}", follow=True) for fin in chemins]
    pages += [client.get("/dossiers/"), client.get(f"/verifier/{code}/")]
    lus = [page.content.decode().split("<main")[1].split("</main>")[0] for page in pages]
    assert [
        adresse
        for page, adresse in zip(lus, (*chemins, "liste", "code"), strict=True)
        if "récépissé" in page.lower()
    ] == []
    assert ["accusé de réception" in page.lower() for page in lus].count(True) >= 8
    arret.retirer(depose, par=signataire, recu_le=PENDANT)
    mail = Email.objects.get(subject__contains="retiré").message
    assert ("son accusé de réception" in mail, "récépissé" in mail) == (True, False)
    assert f"/dossiers/{depose.pk}/echanges/" in mail


def test_un_service_municipal_ne_lit_jamais_que_sa_demande_est_rejetee():
    """A public body is no « public » of the CRPA (METIER §1.10): no implicit rejection for it."""
    appel = creer_appel(regime=Regime.GUICHET, tribunal="Ville-d’Essai")
    porteur = creer_association()
    porteur.genre = Genre.SERVICE
    porteur.commune = Commune.objects.get(code_insee="62041")
    porteur.rna = ""
    porteur.save()
    porteur.fiche.service_porteur = "Service fictif"
    porteur.fiche.autorite_signataire = "Adjointe fictive"
    porteur.fiche.save()
    depose = deposer(creer_dossier_complet(appel, porteur))
    assert depose.rejet_implicite_le is None
    html = render_to_string(
        "pdf/recepisse.html",
        pdf.contexte_du_recepisse(Recepisse.objects.get(version__dossier=depose)),
    )
    assert ("Accusé de réception" in html, "REJETÉE" in html, "L231-4" in html) == (
        True,
        False,
        False,
    )


def test_en_demonstration_chaque_page_du_pdf_le_dit(settings):
    settings.MODE = "demo"
    pages = PdfReader(BytesIO(recepisse_de().lire())).pages
    assert all("Démonstration : ce site" in page.extract_text() for page in pages)


def test_les_pieces_manquantes_sont_dites():
    appel = creer_appel(regime=Regime.GUICHET)
    dossier = creer_dossier_complet(appel)
    dossier.pieces.filter(document__libelle="Comptes approuvés").delete()
    depose = deposer(dossier)
    recepisses.etablir(depose.versions.get())
    assert "Pièces manquantes : Comptes approuvés" in texte_du_pdf(Recepisse.objects.get())


def test_structure_du_pdf_balise_joint_et_polices_embarquees():
    recepisse = recepisse_de()
    with pikepdf.open(BytesIO(recepisse.lire())) as document:
        assert str(document.Root.Lang) == "fr"
        assert bool(document.Root.MarkInfo.Marked)
        assert "/StructTreeRoot" in document.Root
        with document.open_metadata() as meta:
            assert (meta["pdfaid:part"], meta["pdfaid:conformance"]) == ("3", "A")
        assert list(document.attachments) == ["CV-2027-0001-version-1.json"]
        joint = document.attachments["CV-2027-0001-version-1.json"].get_file().read_bytes()
        polices = {
            str(f.BaseFont).split("+")[-1]
            for page in document.pages
            for f in page.Resources.Font.values()
        }
        descripteurs = [
            f.DescendantFonts[0].FontDescriptor
            for page in document.pages
            for f in page.Resources.Font.values()
        ]
    assert hashlib.sha256(joint).hexdigest() == recepisse.version.empreinte
    assert {nom.split("-")[0] for nom in polices} == {"Atkinson"}
    assert all("/FontFile2" in d or "/FontFile3" in d for d in descripteurs)


def test_refait_a_l_identique():
    recepisse = recepisse_de()
    octets = recepisse.lire()
    assert hashlib.sha256(octets).hexdigest() == recepisse.sha256
    Appel.objects.update(agent_charge="Une autre personne")
    poser_service(telephone="09 99 99 99 99")
    assert pdf.recepisse(Recepisse.objects.get()) == octets


def test_ni_banque_ni_coordonnees_de_personnes_dans_ce_qui_sort():
    recepisse = recepisse_de()
    octets, contenu = recepisse.lire(), recepisse.version.contenu
    texte = texte_du_pdf(Recepisse.objects.get())
    courriels = " ".join(e.subject + e.message + e.html_message for e in Email.objects.all())
    for secret in (
        "FR1420041010050500013M02606",
        "13M02606",
        "PSSTFRPPLIL",
        "0321000000",
        "ada@example.org",
        "1 rue de l’Essai",
    ):
        assert secret.encode() not in octets
        for sortie in (contenu, texte, courriels):
            assert secret not in sortie.replace(" ", ""), secret
    assert "ada@example.org" in recepisse.version.personnes
    assert (
        json.loads(contenu)["empreinte_personnes"]
        == hashlib.sha256(recepisse.version.personnes.encode()).hexdigest()
    )


def test_le_recepisse_part_par_courriel_une_seule_fois():
    recepisse = recepisse_de()
    recepisses.etablir(recepisse.version)
    envoyes = Email.objects.filter(subject__startswith="Récépissé")
    assert [(e.to, e.attachments.get().name) for e in envoyes] == [
        ([recepisse.version.figee_par.email], "CV-2027-0001-recepisse.pdf")
    ]
    with envoyes.get().attachments.get().file.open() as joint:
        assert joint.read() == recepisse.lire()


def test_la_page_dit_la_meme_chose_que_le_pdf(connecter):
    recepisse = recepisse_de()
    dossier = recepisse.version.dossier
    page = (
        connecter(creer_membre(dossier.porteur))
        .get(f"/dossiers/{dossier.pk}/recepisse/")
        .content.decode()
    )
    page = page.replace("\u00a0", " ")
    for mots in (
        "Demande reçue le <strong>10 novembre 2026 à 10 h 30 min 07 s</strong>",
        "CV-2027-0001",
        recepisse.version.empreinte[:4],
        "10 000 €",
        recepisse.code_lisible,
    ):
        assert mots in page, mots


@pytest.mark.parametrize(
    "texte",
    ["\n".join(["ligne"] * 100_000), "a" * 2_000_000],
    ids=["100 000 lignes", "un mot de 2 Mo"],
)
def test_un_texte_hostile_echoue_proprement_et_le_travailleur_reste(texte, settings):
    recepisse = recepisse_de()
    autre = deposer(creer_dossier_complet(Appel.objects.get())).versions.get()
    contenu = json.loads(autre.contenu)
    contenu["projet"]["intitule"] = texte
    type(autre).objects.filter(pk=autre.pk).update(contenu=json.dumps(contenu))
    bornes = settings.RENDU_PDF
    settings.RENDU_PDF = {**bornes, "calcul": 2}  # seconds of processor: a receipt takes one
    recepisses.etablir(type(autre).objects.get(pk=autre.pk))
    settings.RENDU_PDF = bornes
    rate = Recepisse.objects.get(version=autre)
    assert (rate.etabli_le, rate.essais) == (None, 1)
    assert rate.erreur in (pdf.TROP_LONG, "Le document est trop long pour être mis en page.")
    assert pdf.recepisse(recepisse).startswith(b"%PDF-")


VECTEURS = [
    '<img src="http://127.0.0.1:9/x">',
    '<link rel=stylesheet href="http://127.0.0.1:9/x">',
    "<style>@import url(file:///etc/passwd)</style>",
    '<link rel=attachment href="file:///etc/passwd">',
    '<a rel=attachment href="file:///etc/hostname">x</a>',
    '<object data="file:///etc/passwd"></object>',
    '<p style="background:url(file:///etc/passwd)">x</p>',
    '<img src="police:../../manage.py">',
]


@pytest.mark.parametrize("vecteur", VECTEURS)
def test_le_rendu_ne_lit_ni_fichier_ni_reseau(vecteur):
    octets = pdf.rendre(
        f"<html lang=fr><title>t</title><body>{vecteur}<p>suite</p>",
        identifiant="00" * 16,
        cree_le="2026-11-10T10:00:00+01:00",
    )
    assert b"root:x" not in octets
    with pikepdf.open(BytesIO(octets)) as document:
        assert list(document.attachments) == []


@pytest.mark.parametrize("borne", [{"calcul": 1}, {"delai": 0.01}], ids=["processeur", "horloge"])
def test_le_temps_de_l_enfant_est_borne(borne, settings):
    settings.RENDU_PDF = {**settings.RENDU_PDF, **borne}
    with pytest.raises(pdf.RenduImpossible) as refus:
        pdf.rendre(
            "<p>ligne</p>" * 20_000, identifiant="00" * 16, cree_le="2026-11-10T10:00:00+01:00"
        )
    assert str(refus.value) == pdf.TROP_LONG


def test_la_memoire_de_l_enfant_est_bornee(settings):
    """Its parent has loaded the renderer: the bound counts what it holds already."""
    settings.RENDU_PDF = {**settings.RENDU_PDF, "memoire": 64 * 1024 * 1024}
    with pytest.raises(pdf.RenduImpossible):
        pdf.rendre(
            "<p>ligne</p>" * 20_000, identifiant="00" * 16, cree_le="2026-11-10T10:00:00+01:00"
        )


# --- The public page ------------------------------------------------------------------------------
def test_le_code_dit_le_numero_l_instant_l_organisme_l_empreinte_et_rien_d_autre(connecter):
    recepisse = recepisse_de()
    page = connecter().get(f"/verifier/{recepisse.code}/").content.decode()
    for mots in (
        "CV-2027-0001",
        "10\u00a0novembre\u00a02026 à 10\u00a0h\u00a030\u00a0min\u00a007\u00a0s",
        recepisse.version.dossier.porteur.nom,
        recepisse.version.empreinte,
    ):
        assert mots in page, mots
    for prive in (
        recepisse.version.dossier.intitule,
        recepisse.version.figee_par.email,
        "10\u00a0000",
        "Présidente",
    ):
        assert prive not in page, prive


def test_un_code_se_tape_avec_ou_sans_tirets(connecter):
    recepisse = recepisse_de()
    for saisi in (
        recepisse.code_lisible,
        recepisse.code_lisible.lower(),
        recepisse.code.replace("-", " "),
    ):
        reponse = connecter().get("/verifier/", {"code": saisi})
        assert (reponse.status_code, reponse.url) == (302, f"/verifier/{recepisse.code}/")
    assert normaliser("0" * 20) == ""


@pytest.mark.parametrize(("code", "statut"), [("AAAAAAAAAAAAAAAAAAAA", 404), ("court", 404)])
def test_un_code_inconnu_le_dit(connecter, code, statut):
    assert connecter().get(f"/verifier/{code}/").status_code == statut


def test_deviner_est_limite(connecter, settings):
    settings.ACCOUNT_RATE_LIMITS = {"verifier_recepisse": "5/h/ip"}
    client = connecter()
    assert [client.get(f"/verifier/{'A' * 20}/").status_code for _ in range(7)] == [404] * 5 + [
        429
    ] * 2


def test_un_fichier_compare_est_conforme_ou_non_et_jamais_garde(connecter, settings):
    recepisse = recepisse_de()
    client, octets = connecter(), recepisse.lire()
    adresse = f"/verifier/{recepisse.code}/"
    avant = sorted(p.name for p in settings.MEDIA_ROOT.rglob("*"))
    for contenu, mot in (
        (octets, "<strong>Conforme</strong>"),
        (octets + b" ", "<strong>Non conforme</strong>"),
        (recepisse.version.contenu.encode(), "<strong>Conforme</strong>"),
    ):
        reponse = client.post(adresse, {"fichier": SimpleUploadedFile("recepisse.pdf", contenu)})
        assert mot in reponse.content.decode()
    assert client.post(adresse, {}).status_code == 422
    assert (
        client.post(
            adresse, {"fichier": SimpleUploadedFile("gros.pdf", b"x" * 3_000_000)}
        ).status_code
        == 422
    )
    assert sorted(p.name for p in settings.MEDIA_ROOT.rglob("*")) == avant


def test_un_reveil_perdu_est_rattrape(horloge_figee):
    from appels import tasks

    dossier = deposer(
        creer_dossier_complet(creer_appel()),
    )
    assert Recepisse.objects.get().etabli_le is None
    horloge_figee(datetime(2026, 11, 10, 9, 40, tzinfo=UTC))
    tasks.rattraper()
    assert Recepisse.objects.get(version__dossier=dossier).etabli_le == datetime(
        2026, 11, 10, 9, 40, tzinfo=UTC
    )
