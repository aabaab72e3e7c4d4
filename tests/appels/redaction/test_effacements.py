"""Removed is removed: quota by organisation and by person, erasure after a delay, races."""

import threading
import time
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from post_office.models import STATUS, Attachment, Email

from appels import tasks
from appels.depot.actions import arret
from appels.instruction.actions import echanges
from appels.models import Cote, Dossier, Piece
from appels.redaction.actions import effacements, pieces
from partenaires.models import Analyse, FichierGarde
from partenaires.socle import fichiers, place, postier, quarantaine
from quartiers.models.trace import Geste, Trace
from tests.attente import BORNE
from tests.epreuves.documents import pdf
from tests.fabriques import (
    PENDANT,
    creer_appel,
    creer_association,
    creer_dossier,
    creer_dossier_complet,
    creer_membre,
    creer_utilisateur,
    deposer,
)

pytestmark = pytest.mark.django_db
DELAI = timedelta(days=30)
APRES_LE_DELAI = PENDANT + DELAI + timedelta(hours=1)


def fichier(nom: str, taille: int = 0) -> fichiers.Fichier:
    contenu = pdf(f"\n%{nom}".encode())
    contenu += b" " * max(0, taille - len(contenu))
    return fichiers.decrire(nom, "application/pdf", contenu)


def joindre(dossier: Dossier, nom: str = "a.pdf", taille: int = 0, quand=PENDANT) -> Piece:
    document = dossier.appel.documents.filter(est_bancaire=False).first()
    return pieces.ajouter(
        dossier, document, fichier(nom, taille), par=dossier.cree_par, recu_le=quand
    )


@pytest.fixture
def dossier(horloge_figee) -> Dossier:
    return creer_dossier(creer_appel(), creer_association())


def sur_le_disque(piece: Piece) -> bool:
    return default_storage.exists(str(piece.fichier.name))


# --- Erasure -----------------------------------------------------------------------------------
def test_un_fichier_retire_est_efface_apres_le_delai_et_une_fois(
    dossier, django_capture_on_commit_callbacks
):
    piece = joindre(dossier)
    pieces.retirer(piece, par=dossier.cree_par, recu_le=PENDANT)
    chemin = str(piece.fichier.name)
    with django_capture_on_commit_callbacks(execute=True):
        assert effacements.effacer(PENDANT + DELAI - timedelta(hours=1)) == 0
        assert effacements.effacer(APRES_LE_DELAI) == 1
        assert effacements.effacer(APRES_LE_DELAI) == 0
    piece.refresh_from_db()
    assert (default_storage.exists(chemin), piece.fichier.name) == (False, "")
    assert FichierGarde.objects.get(emplacement=chemin).efface_le == APRES_LE_DELAI
    derniere = Trace.objects.filter(table="appels.Piece", cle=piece.pk).first()
    assert (derniere.geste, set(derniere.valeurs)) == (Geste.CHANGEMENT, {"fichier"})
    with pytest.raises(quarantaine.FichierRetenu):
        piece.lire()


def test_un_brouillon_abandonne_perd_ses_fichiers_apres_le_delai_et_pas_avant(
    dossier, django_capture_on_commit_callbacks
):
    piece = joindre(dossier)
    arret.abandonner(dossier, par=dossier.cree_par, recu_le=PENDANT)
    with django_capture_on_commit_callbacks(execute=True):
        assert effacements.effacer(PENDANT + DELAI - timedelta(hours=1)) == 0
        assert effacements.effacer(APRES_LE_DELAI) == 1
    piece.refresh_from_db()
    assert (piece.retiree_le, piece.fichier.name) == (APRES_LE_DELAI, "")


def test_un_brouillon_repris_garde_ses_fichiers(dossier):
    joindre(dossier)
    arret.abandonner(dossier, par=dossier.cree_par, recu_le=PENDANT)
    arret.retablir(dossier, par=dossier.cree_par, recu_le=PENDANT)
    assert effacements.effacer(APRES_LE_DELAI) == 0


def test_ce_qu_un_depot_montre_ou_a_montre_n_est_jamais_efface(horloge_figee):
    depose = deposer(creer_dossier_complet(creer_appel(), creer_association()))
    montrees = list(depose.pieces.presentes())
    # What a correction would do: the former version still names the file that it replaces.
    depose.pieces.presentes().update(retiree_le=PENDANT)
    assert effacements.effacer(APRES_LE_DELAI) == 0
    assert all(sur_le_disque(piece) for piece in montrees)


def test_un_fichier_partage_reste_tant_qu_une_ligne_le_montre(dossier):
    piece = joindre(dossier)
    autre = creer_dossier(dossier.appel, dossier.porteur, par=dossier.cree_par)
    copiee = pieces.reprendre(autre, piece.document, piece, par=dossier.cree_par, recu_le=PENDANT)
    pieces.retirer(
        Piece.objects.get(fichier=piece.fichier.name, dossier=dossier),
        par=dossier.cree_par,
        recu_le=PENDANT,
    )
    assert effacements.effacer(APRES_LE_DELAI) == 0
    assert copiee.lire().startswith(b"%PDF-")


def test_un_fichier_efface_ne_se_reprend_pas(dossier):
    piece = joindre(dossier)
    FichierGarde.objects.update(efface_le=PENDANT)
    autre = creer_dossier(dossier.appel, dossier.porteur, par=dossier.cree_par)
    with pytest.raises(quarantaine.FichierRetenu):
        pieces.reprendre(autre, piece.document, piece, par=dossier.cree_par, recu_le=PENDANT)


def test_chaque_champ_de_fichier_de_la_maison_tient_le_sien(dossier):
    """A message holds its file: nobody removes it."""
    depose = deposer(creer_dossier_complet(dossier.appel))
    echanges.ecrire(
        depose,
        Cote.ORGANISME,
        "Voici.",
        [fichier("b.pdf")],
        cle="6f1a8a5e-3f4e-4a55-8f0f-0f3b1b1a1c11",
        par=depose.depose_par,
        recu_le=PENDANT,
    )
    assert effacements.effacer(APRES_LE_DELAI) == 0
    tenus = {(modele.__name__, champ) for modele, champ in effacements.autres_champs()}
    assert {("FichierMessage", "fichier"), ("Appartenance", "justificatif")} <= tenus


def test_une_panne_entre_la_marque_et_le_disque_se_rattrape(dossier):
    piece = joindre(dossier)
    pieces.retirer(piece, par=dossier.cree_par, recu_le=PENDANT)
    effacements.effacer(APRES_LE_DELAI)  # marked; its commit never came to the disk
    assert sur_le_disque(piece)
    effacements.effacer(APRES_LE_DELAI + timedelta(minutes=1))
    assert not sur_le_disque(piece)


def test_l_antivirus_ne_cherche_plus_un_fichier_efface(dossier):
    piece = joindre(dossier)
    pieces.retirer(piece, par=dossier.cree_par, recu_le=PENDANT)
    effacements.effacer(APRES_LE_DELAI)
    assert not Analyse.objects.filter(sha256=piece.sha256).exists()


def test_la_tache_efface_et_vide_les_courriels_partis(dossier, monkeypatch):
    piece = joindre(dossier)
    pieces.retirer(piece, par=dossier.cree_par, recu_le=PENDANT)
    Email.objects.all().delete()
    for rang, statut in enumerate((STATUS.sent, STATUS.queued, STATUS.sent)):
        courriel = Email.objects.create(
            from_email="a@exemple.fr",
            to=["b@exemple.fr"],
            subject=f"{rang}",
            message="lien secret",
            html_message="<p>lien secret</p>",
            status=statut,
        )
        dernier = APRES_LE_DELAI if rang == 2 else PENDANT
        Email.objects.filter(pk=courriel.pk).update(last_updated=dernier)
    monkeypatch.setattr("quartiers.horloge.maintenant", lambda: APRES_LE_DELAI)
    tasks.effacer()
    assert [(c.subject, c.message) for c in Email.objects.order_by("pk")] == [
        ("0", ""),
        ("1", "lien secret"),
        ("2", "lien secret"),
    ]
    assert FichierGarde.objects.sur_le_disque().count() == 0
    assert postier.vider_les_corps(APRES_LE_DELAI) == 0


def test_un_fichier_joint_part_avec_le_dernier_courriel_qui_le_porte(
    django_capture_on_commit_callbacks,
):
    """A page of the campaign holds amounts and names: it does not outlive its mail on the disk."""
    jointe = Attachment(name="campagne.pdf", mimetype="application/pdf")
    jointe.file.save("campagne.pdf", ContentFile(b"%PDF-1.7 des montants"))
    depot, nom = jointe.file.storage, jointe.file.name
    for quand in (PENDANT, APRES_LE_DELAI):
        courriel = Email.objects.create(
            from_email="a@exemple.fr", to=["b@exemple.fr"], message="mots", status=STATUS.sent
        )
        courriel.attachments.add(jointe)
        Email.objects.filter(pk=courriel.pk).update(last_updated=quand)
    restes = []
    for instant in (APRES_LE_DELAI, APRES_LE_DELAI + 2 * DELAI):
        with django_capture_on_commit_callbacks(execute=True):
            postier.vider_les_corps(instant)
        restes.append((Attachment.objects.count(), depot.exists(nom)))
    assert restes == [(1, True), (0, False)]


# --- Room --------------------------------------------------------------------------------------
def test_le_quota_compte_ce_qui_reste_sur_le_disque(dossier, settings, connecter):
    settings.QUOTA_ORGANISME = 3000
    premiere = joindre(dossier, "a.pdf", 1500)
    joindre(dossier, "b.pdf", 1500)
    pieces.retirer(premiere, par=dossier.cree_par, recu_le=PENDANT)
    for delai, dit in ((0, "0 jour"), (1, "1 jour"), (30, "30 jours")):
        settings.DELAI_EFFACEMENT = delai
        with pytest.raises(place.PlusDePlacePour, match=f"{dit.replace(' ', chr(160))} après"):
            joindre(dossier, "c.pdf", 1500)
    assert (Piece.objects.count(), FichierGarde.objects.count()) == (2, 2)
    effacements.effacer(APRES_LE_DELAI)
    assert joindre(dossier, "c.pdf", 1500).pk
    page = connecter(dossier.cree_par).get(f"/dossiers/{dossier.pk}/pieces/").content.decode()
    assert f"Votre organisme garde {place.dite(dossier.porteur)}" in page


def test_le_quota_est_a_l_organisme_et_non_a_la_personne(dossier, settings):
    settings.QUOTA_ORGANISME = 2000
    joindre(dossier, "a.pdf", 1500)
    collegue = creer_membre(dossier.porteur)
    document = dossier.appel.documents.filter(est_bancaire=False).first()
    with pytest.raises(place.PlusDePlacePour):
        pieces.ajouter(dossier, document, fichier("b.pdf", 1500), par=collegue, recu_le=PENDANT)
    assert joindre(creer_dossier(dossier.appel), "c.pdf", 1500).pk


def test_sans_organisme_le_debit_d_une_personne_est_borne_a_l_heure(settings, horloge_figee):
    settings.DEBIT_PERSONNE = 3000
    titulaire = place.Titulaire(creer_utilisateur())
    for rang in range(2):
        place.exiger(1500, titulaire, recu_le=PENDANT)
        quarantaine.confier(fichier(f"{rang}", 1500), f"x/{rang}", titulaire, le=PENDANT)
    with pytest.raises(place.PlusDePlacePour, match="une heure"):
        place.exiger(1500, titulaire, recu_le=PENDANT)
    place.exiger(1500, titulaire, recu_le=PENDANT + timedelta(hours=1))
    place.exiger(1500, place.Titulaire(creer_utilisateur()), recu_le=PENDANT)


def test_la_page_dit_le_refus_a_sa_place_et_ne_garde_rien(dossier, settings, connecter):
    settings.QUOTA_ORGANISME = 10
    document = dossier.appel.documents.filter(est_bancaire=False).first()
    from django.core.files.uploadedfile import SimpleUploadedFile

    reponse = connecter(dossier.cree_par).post(
        f"/dossiers/{dossier.pk}/pieces/{document.pk}/ajouter/",
        {"fichier": SimpleUploadedFile("a.pdf", pdf())},
    )
    assert reponse.status_code == 422
    assert "Votre organisme garde déjà" in reponse.content.decode()
    assert Piece.objects.count() == 0


# --- Names -------------------------------------------------------------------------------------
def test_deux_noms_ne_se_confondent_pas_dans_un_document(dossier):
    contenus = [fichier("PV.pdf"), fichier("PV.PDF"), fichier("pv.pdf")]
    document = dossier.appel.documents.filter(est_bancaire=False).first()
    gardees = [
        pieces.ajouter(
            dossier,
            document,
            fichiers.decrire(nom, contenu.mime, contenu.contenu),
            par=dossier.cree_par,
            recu_le=PENDANT,
        )
        for nom, contenu in zip(("PV.pdf", "PV.pdf", "pv.pdf"), contenus, strict=True)
    ]
    assert [piece.nom for piece in gardees] == ["PV.pdf", "PV (2).pdf", "pv (3).pdf"]


# --- Two at once -------------------------------------------------------------------------------
def ensemble(*gestes) -> list:
    """Run at the same instant; gives what each returned or raised."""
    depart = threading.Barrier(len(gestes))
    resultats: list = [None] * len(gestes)

    def jouer(rang, geste):
        depart.wait(BORNE)
        try:
            resultats[rang] = geste()
        except Exception as erreur:
            resultats[rang] = erreur
        finally:
            connection.close()

    fils = [threading.Thread(target=jouer, args=paire) for paire in enumerate(gestes)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join(BORNE)
    return resultats


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_plusieurs_la_derniere_place_n_est_prise_qu_une_fois(
    base_a_plusieurs, settings, monkeypatch
):
    """Whoever counts holds the organisation until its file is written."""
    settings.QUOTA_ORGANISME = 4000
    compter = place.occupee

    def compter_puis_tarder(organisme):
        pris = compter(organisme)
        time.sleep(0.3)  # only widens the gap that the lock must close
        return pris

    monkeypatch.setattr(place, "occupee", compter_puis_tarder)
    porteur = creer_association()
    # A call each: joining a file also holds the document that the call asks.
    ouverts = [creer_dossier(creer_appel(2027 + rang), porteur) for rang in range(5)]
    resultats = ensemble(
        *(
            lambda dossier=dossier, rang=rang: joindre(dossier, f"{rang}.pdf", 1500)
            for rang, dossier in enumerate(ouverts)
        )
    )
    refus = [resultat for resultat in resultats if isinstance(resultat, place.PlusDePlacePour)]
    assert (len(refus), compter(porteur)) == (3, 3000)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("tour", range(3))
def test_reprendre_et_effacer_au_meme_instant_ne_montrent_jamais_un_fichier_absent(
    base_a_plusieurs, tour
):
    """Either the file is taken again and stays, or it is erased and the person reads so."""
    dossier = creer_dossier(creer_appel(), creer_association())
    piece = joindre(dossier)
    arret.abandonner(dossier, par=dossier.cree_par, recu_le=PENDANT)
    autre = creer_dossier(dossier.appel, dossier.porteur, par=dossier.cree_par)
    copie, effaces = ensemble(
        lambda: pieces.reprendre(
            autre,
            piece.document,
            Piece.objects.get(pk=piece.pk),
            par=dossier.cree_par,
            recu_le=PENDANT,
        ),
        lambda: effacements.effacer(APRES_LE_DELAI),
    )
    if isinstance(copie, quarantaine.FichierRetenu):
        assert (effaces, autre.pieces.count()) == (1, 0)
    else:
        assert (effaces, autre.pieces.get().lire()[:5]) == (0, b"%PDF-")


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_retablir_et_effacer_au_meme_instant_ne_se_contredisent_pas(base_a_plusieurs):
    """A draft that comes back with its file keeps it; one that lost it says so."""
    dossier = creer_dossier(creer_appel(), creer_association())
    piece = joindre(dossier)
    arret.abandonner(dossier, par=dossier.cree_par, recu_le=PENDANT)
    ensemble(
        lambda: arret.retablir(dossier, par=dossier.cree_par, recu_le=APRES_LE_DELAI),
        lambda: effacements.effacer(APRES_LE_DELAI),
    )
    piece.refresh_from_db()
    assert (piece.retiree_le is None) == bool(piece.fichier.name)
    if piece.retiree_le is None:
        assert piece.lire()[:5] == b"%PDF-"
