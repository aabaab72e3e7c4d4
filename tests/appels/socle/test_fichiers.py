"""Files through every entrance: one verdict, a sentence, never a 500; quarantine with a real clamd;
a full disk.
"""

import errno
import os
import re
import resource
import shutil
import signal
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager, suppress
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from post_office.models import Email

from appels import tasks
from appels.models import DemandePapier, DocumentDemande, Dossier, Message, Passage, Piece
from contrat_ville.services import port_libre
from partenaires.models import Analyse, Appartenance, Role
from partenaires.socle import antivirus, fichiers, lecteur, quarantaine
from partenaires.socle.ouverture.illisible import Illisible
from partenaires.socle.ouverture.nature import nature
from quartiers.models import Document
from tests.appels.public.test_appel import donnees_de
from tests.attente import BORNE, jusqu_a
from tests.epreuves import documents, hostiles
from tests.fabriques import (
    creer_agent,
    creer_appel,
    creer_association,
    creer_document,
    creer_dossier_complet,
    creer_membre,
    creer_signataire,
    creer_utilisateur,
    deposer,
)

pytestmark = [pytest.mark.django_db, pytest.mark.campagne]
LONGUE = os.environ.get("EPREUVE_LONGUE") == "1"
HOSTILES = 2000 if LONGUE else 0  # beside one of each family
# A model to fill is a document: pictures are refused there.
IMAGES = {genre for genre in hostiles.honnetes() if genre.startswith(("png", "jpeg"))}
# What the child judges: every honest kind (what it reads late would be refused by its bounds), and
# one hostile file of each way to be refused.
PAR_L_ENFANT = (*hostiles.honnetes(), "zip", "docx à macro", "pdf à exe", "heic")
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


@pytest.fixture
def brouillon(horloge_figee) -> Dossier:
    return creer_dossier_complet(creer_appel(), creer_association())


def televerse(contenu: bytes, nom="a.pdf", mime="application/pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(nom, contenu, content_type=mime)


# --- Every entrance, one verdict ------------------------------------------------------------------
def en_lettres(cle) -> str:
    """A name that no two have, without a digit: nine of them in a row would be a telephone."""
    return cle.hex.translate(str.maketrans("0123456789", "ghijklmnop"))


def entrees(brouillon, connecter) -> dict:
    """{entrance: gesture(file) → (accepted, status)}."""
    porteur = connecter(brouillon.cree_par)
    agent = connecter(creer_agent())
    document = brouillon.appel.documents.get(est_bancaire=False)
    publie = creer_document()
    depose = deposer(creer_dossier_complet(brouillon.appel))
    interlocuteur = connecter(depose.depose_par)

    def par_la_page(fichier, **entetes):
        avant = Piece.objects.count()
        reponse = porteur.post(
            f"/dossiers/{brouillon.pk}/pieces/{document.pk}/ajouter/",
            {"fichier": fichier},
            **entetes,
        )
        recue = Piece.objects.count() > avant
        Piece.objects.filter(dossier=brouillon, document=document).delete()
        return recue, reponse.status_code

    def justificatif(fichier):
        organisme = {
            "genre": "association",
            "nom": f"Neuve {en_lettres(uuid4())}",
            "siret": "",
            "rna": f"W{uuid4().int % 10**9:09d}",
            "qualite": "Présidente",
            "justificatif": fichier,
        }
        client = connecter(creer_utilisateur())
        reponse = client.post("/organismes/nouveau/", organisme)
        return Appartenance.objects.exclude(justificatif="").filter(
            partenaire__nom=organisme["nom"]
        ).exists(), reponse.status_code

    def qualite(fichier):
        membre = creer_membre(creer_association())
        membre.appartenances.update(justificatif="")
        organisme = membre.appartenances.get().partenaire_id
        reponse = connecter(membre).post(
            f"/organismes/{organisme}/qualite/", {"justificatif": fichier}
        )
        return bool(membre.appartenances.get().justificatif), reponse.status_code

    def rectification(fichier):
        organisme = creer_association()
        reponse = connecter(creer_membre(organisme, Role.ADMINISTRATEUR)).post(
            f"/organismes/{organisme.pk}/rectifier/",
            {
                "champ": "nom",
                "apres": f"Neuf {en_lettres(uuid4())}",
                "motif": "x",
                "document": fichier,
            },
        )
        return organisme.rectifications.exists(), reponse.status_code

    def papier(fichier):
        avant = DemandePapier.objects.count()
        reponse = agent.post(
            f"/instruction/appels/{brouillon.appel_id}/papier/",
            {
                # Found by its number: the long run makes more organisations than a list shows.
                "cherche": brouillon.porteur.siret,
                "porteur": brouillon.porteur_id,
                "intitule": "x",
                "jour": "2026-11-09",
                "heure": "15:00",
                "signataire": "x",
                "cle": uuid4(),
                "scan": fichier,
            },
        )
        return DemandePapier.objects.count() > avant, reponse.status_code

    def modele(fichier):
        DocumentDemande.objects.filter(pk=document.pk).update(modele="")
        reponse = agent.post(
            f"/instruction/appels/{brouillon.appel_id}/",
            {**donnees_de(agent, brouillon.appel), "documents-1-modele": fichier},
        )
        return bool(DocumentDemande.objects.get(pk=document.pk).modele), reponse.status_code

    def contenu(fichier):
        reponse = agent.post(
            f"/instruction/contenus/documents/{publie.pk}/",
            {
                "titre": "Titre",
                "nature": "autre",
                "cle": publie.cle,
                "position": "0",
                "televersement": fichier,
            },
        )
        return reponse.status_code == 302, reponse.status_code

    def message(fichier):
        avant = Message.objects.count()
        reponse = interlocuteur.post(
            f"/dossiers/{depose.pk}/echanges/", {"texte": "x", "cle": uuid4(), "fichier_2": fichier}
        )
        return Message.objects.count() > avant, reponse.status_code

    return {
        "message": message,
        "page": par_la_page,
        "script": lambda f: par_la_page(f, headers={"Accept": "application/json"}),
        "justificatif": justificatif,
        "qualité": qualite,
        "rectification": rectification,
        "papier": papier,
        "modèle": modele,
        "contenu": contenu,
    }


@pytest.mark.parametrize("famille", ["honnêtes", "hostiles"])
def test_chaque_genre_a_son_verdict_et_sa_phrase(famille):
    """Every family, opened as the child opens it; the sentence says how to mend this very kind."""
    ecarts = []
    for hostile in hostiles.familles().values():
        if hostile.accepte != (famille == "honnêtes") or not hostile.contenu:
            continue
        verdict = verdict_de(hostile.contenu, "un nom.pdf")
        attendu = hostile.accepte if hostile.accepte else hostile.phrase
        if not (verdict == "" if hostile.accepte else attendu in verdict and verdict):
            ecarts.append((hostile.genre, attendu, verdict))
    assert ecarts == []


def verdict_de(contenu: bytes, nom: str) -> str:
    """Why it is refused; empty when it is accepted."""
    try:
        nature(contenu, nom)
    except Illisible as refus:
        return refus.phrase
    return ""


@pytest.mark.parametrize(
    ("nom", "contenu", "phrase"),
    [
        ("statuts.pdf.crdownload", b"\0" * 500, "n’est pas fini"),
        ("Non confirmé 1.part", b"\0" * 500, "n’est pas fini"),
        ("Thumbs.db", documents.ole("Catalog"), "range pour lui-même"),
        ("desktop.ini", b"[.ShellClassInfo]", "range pour lui-même"),
        ("lancer.bat", b"@echo off", "programme"),
        ("bilan.ps1", b"Write-Host 1", "programme"),
        ("pieces.zip", b"PK\x03\x04" + b"\0" * 50, "joignez chaque fichier"),
        ("son.wma", b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "sonore"),
    ],
)
def test_le_nom_dit_ce_que_le_contenu_ne_dit_pas(nom, contenu, phrase):
    assert phrase in verdict_de(contenu, nom)


@pytest.mark.parametrize("genre", PAR_L_ENFANT)
def test_l_enfant_dit_le_meme_verdict(genre):
    hostile = hostiles.familles()[genre]
    if hostile.accepte:
        assert fichiers.controler(televerse(hostile.contenu)).contenu == hostile.contenu
        assert fichiers.controler(televerse(hostile.contenu), publie=True).contenu
        return
    with pytest.raises(fichiers.FichierRefuse, match=hostile.phrase):
        fichiers.controler(televerse(hostile.contenu))


@pytest.mark.parametrize(
    ("borne", "phrase"),
    [
        ({"memoire": 150 * 1024 * 1024}, "anormalement gros|abîmé|n’a pas pu être ouvert"),
        ({"delai": 0.05}, lecteur.REESSAYEZ),
    ],
    ids=["mémoire", "temps d'horloge"],
)
def test_l_enfant_est_borne(settings, borne, phrase):
    """What is too much for the bounds dies alone, with a sentence."""
    settings.OUVERTURE = {**settings.OUVERTURE, **borne}
    with pytest.raises(fichiers.FichierRefuse, match=phrase):
        fichiers.controler(televerse(hostiles.familles()["pdf bombe"].contenu))


def test_l_enfant_qui_calcule_sans_fin_est_arrete():
    code = (
        "from partenaires.socle.ouverture.enfant import _se_borner\n_se_borner(2**30, 1)\n"
        "while True:\n    pass\n"
    )
    enfant = subprocess.run([sys.executable, "-c", code], cwd=settings.RACINE, check=False)
    assert enfant.returncode in (-signal.SIGXCPU, -signal.SIGKILL)


def test_l_enfant_n_ouvre_ni_fichier_ni_prise():
    """Once bounded, it has the three descriptors of its pipes, and no other can be had."""
    code = (
        "import socket\nfrom partenaires.socle.ouverture.enfant import _se_borner\n"
        "_se_borner(2**30, 5)\n"
        "for essai in (socket.socket, lambda: open('/etc/passwd')):\n"
        "    try:\n        essai()\n    except OSError as erreur:\n        print(erreur.errno)\n"
    )
    enfant = subprocess.run(
        [sys.executable, "-c", code], cwd=settings.RACINE, capture_output=True, check=True
    )
    assert enfant.stdout.split() == [str(errno.EMFILE).encode()] * 2


@pytest.fixture
def sans_enfant(monkeypatch):
    """The same verdict in this process: the child is tried above, and in the long run."""

    def ouvrir(contenu, nom, *, depouiller=False):
        try:
            extension, mime = nature(contenu, nom)
        except Illisible as refus:
            raise lecteur.FichierRefuse(refus.phrase) from refus
        return lecteur.Ouvert(extension, mime, contenu)

    if not LONGUE:
        monkeypatch.setattr(lecteur, "ouvrir", ouvrir)


def test_un_seul_verdict_par_toutes_les_entrees(brouillon, connecter, settings, sans_enfant):
    """Families of hostile and honest files through every entrance; the long run draws 2,000."""
    settings.ACCOUNT_RATE_LIMITS = False
    ecarts, essais = [], 0
    portes = entrees(brouillon, connecter)
    tires = hostiles.tirer(HOSTILES, graine=15)
    for rang, (nom_entree, entrer) in enumerate(portes.items()):
        for hostile, nom, mime in tires[rang :: len(portes)]:
            accepte, code = entrer(televerse(hostile.contenu, nom, mime))
            essais += 1
            voulu = hostile.accepte and not (nom_entree == "modèle" and hostile.genre in IMAGES)
            if accepte != voulu or code >= 500:
                ecarts.append((nom_entree, hostile.genre, nom, accepte, code))
    print(f"O15 : {essais} envois hostiles, {len(ecarts)} écarts, {ecarts[:5]}")
    assert ecarts == []


def test_temoin_croire_le_nom_laisserait_tout_entrer(monkeypatch, brouillon, connecter):
    """The sabotaged control: a check by the name accepts what the content denies."""
    cru = lecteur.Ouvert("pdf", "application/pdf", b"")
    monkeypatch.setattr(lecteur, "ouvrir", lambda contenu, nom, depouiller=False: cru)
    entrer = entrees(brouillon, connecter)["page"]
    passes = [
        hostile.genre
        for hostile, _, _ in hostiles.tirer(0, graine=15)[::5]
        if not hostile.accepte and entrer(televerse(hostile.contenu))[0]
    ]
    assert len(passes) > 15


@pytest.mark.parametrize("nom", hostiles.NOMS)
def test_un_nom_hostile_est_garde_propre_et_servi_en_piece_jointe(brouillon, connecter, nom):
    client, document = (
        connecter(brouillon.cree_par),
        brouillon.appel.documents.get(est_bancaire=False),
    )
    client.post(
        f"/dossiers/{brouillon.pk}/pieces/{document.pk}/ajouter/",
        {"fichier": televerse(hostiles.pdf(b"\n%" + nom.encode() + b"\n%%EOF"), nom)},
    )
    piece = Piece.objects.filter(dossier=brouillon, document=document).order_by("-pk").first()
    assert re.fullmatch(r"[^/\\\x00-\x1f\u202e<>|;:?*\"]{1,110}\.pdf", piece.nom), piece.nom
    reponse = client.get(f"/pieces/{piece.pk}/")
    entetes = reponse.headers
    assert entetes["Content-Disposition"].startswith("attachment; filename")
    assert (entetes["X-Content-Type-Options"], entetes["Content-Security-Policy"]) == (
        "nosniff",
        "sandbox; default-src 'none'",
    )
    assert "\n" not in entetes["Content-Disposition"]


@pytest.mark.parametrize(
    "corps",
    [
        b'--X\r\nContent-Disposition: form-data; name="fichier"; filename="a.pdf"\r\n\r\n%PDF-1.4',
        b"--X",
        b"",
        b"\r\n" * 50,
        b'--X\r\nContent-Disposition: form-data; name="fichier"; filename="a\r\n\r\n',
        b"--Y\r\n\r\n--Y--",
    ],
)
def test_un_envoi_coupe_ne_garde_rien(brouillon, connecter, corps):
    client, document = (
        connecter(brouillon.cree_par),
        brouillon.appel.documents.get(est_bancaire=False),
    )
    avant = Piece.objects.count()
    reponse = client.generic(
        "POST",
        f"/dossiers/{brouillon.pk}/pieces/{document.pk}/ajouter/",
        corps,
        content_type="multipart/form-data; boundary=X",
    )
    assert (
        reponse.status_code in (400, 422),
        '<html lang="fr">' in reponse.content.decode(),
        Piece.objects.count(),
    ) == (True, True, avant)


# --- Quarantine, with the real clamd --------------------------------------------------------------
class Clamd:
    """A private clamd with one signature, that the test starts, stops and slows."""

    def __init__(self, dossier):
        self.dossier, self.port, self.processus = dossier, port_libre(), None
        base = dossier / "base"
        base.mkdir(parents=True)
        (base / "essai.ndb").write_text(f"Essai.Eicar:0:*:{EICAR.hex()}\n")
        (dossier / "clamd.conf").write_text(
            f"DatabaseDirectory {base}\nTCPSocket {self.port}\nTCPAddr "
            f"127.0.0.1\nForeground yes\nStreamMaxLength 3M\n"
            f"MaxThreads 2\nConcurrentDatabaseReload no\nTemporaryDirectory {dossier}\n"
        )

    def demarrer(self):
        self.processus = subprocess.Popen(
            [shutil.which("clamd") or "/usr/sbin/clamd", "-c", str(self.dossier / "clamd.conf")],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        jusqu_a(self.ecoute, "clamd")

    def ecoute(self) -> bool:
        assert self.processus.poll() is None, "clamd ne démarre pas"
        with socket.socket() as prise:
            return prise.connect_ex(("127.0.0.1", self.port)) == 0

    def arreter(self):
        if self.processus and self.processus.poll() is None:
            self.processus.send_signal(signal.SIGKILL)
            self.processus.wait(BORNE)


@pytest.fixture(scope="module")
def un_clamd(tmp_path_factory):
    dossier = tmp_path_factory.mktemp("clamd")
    os.chmod(dossier, 0o755)
    clamd = Clamd(dossier)
    clamd.demarrer()
    yield clamd
    clamd.arreter()


@pytest.fixture
def clamd(un_clamd, settings):
    if un_clamd.processus.poll() is not None:
        un_clamd.demarrer()
    settings.ANTIVIRUS_URL, settings.ANTIVIRUS_DELAI = f"tcp://127.0.0.1:{un_clamd.port}", BORNE
    return un_clamd


def joindre(client, brouillon, contenu: bytes) -> Piece:
    document = brouillon.appel.documents.get(est_bancaire=False)
    Piece.objects.filter(dossier=brouillon, document=document).update(retiree_le=brouillon.cree_le)
    reponse = client.post(
        f"/dossiers/{brouillon.pk}/pieces/{document.pk}/ajouter/", {"fichier": televerse(contenu)}
    )
    assert reponse.status_code == 302, reponse.content.decode()
    return Piece.objects.filter(dossier=brouillon, document=document).order_by("-pk").first()


def test_sain_il_se_telecharge_des_que_l_antivirus_a_parle(clamd, brouillon, connecter):
    client = connecter(brouillon.cree_par)
    piece = joindre(client, brouillon, hostiles.pdf())
    Analyse.objects.filter(sha256=piece.sha256).update(etat="attente")
    assert client.get(f"/pieces/{piece.pk}/").status_code == 409
    assert (
        "En cours de contrôle par l’antivirus"
        in client.get(f"/dossiers/{brouillon.pk}/pieces/").content.decode()
    )
    tasks.analyser()
    assert (
        client.get(f"/pieces/{piece.pk}/").status_code,
        Analyse.objects.get(sha256=piece.sha256).etat,
    ) == (200, "saine")


@pytest.mark.parametrize(
    "contenu",
    [
        hostiles.pdf(b"\n" + EICAR + b"\n%%EOF"),
        documents.declare(documents.docx(), "word/media/x.png", "image/png", EICAR),
    ],
    ids=["dans un pdf", "dans un docx"],
)
def test_infecte_il_quitte_le_brouillon_et_personne_ne_l_ouvre(
    clamd, brouillon, connecter, contenu
):
    client = connecter(brouillon.cree_par)
    piece = joindre(client, brouillon, contenu)
    tasks.analyser()
    piece.refresh_from_db()
    assert (piece.refusee.startswith("Essai.Eicar"), piece.retiree_le is None) == (True, False)
    with pytest.raises(quarantaine.FichierRetenu):
        piece.lire()
    assert client.get(f"/pieces/{piece.pk}/").status_code == 404
    assert (
        Email.objects.filter(
            subject__contains="L’antivirus a refusé une pièce", to=[brouillon.cree_par.email]
        ).count()
        == 1
    )
    assert Passage.objects.filter(dossier=brouillon, acte="refuser_piece").count() == 1


def test_antivirus_arrete_le_depot_est_honore_et_le_controle_reprend_seul(
    clamd, brouillon, connecter
):
    client, signataire = connecter(brouillon.cree_par), creer_signataire(brouillon.porteur)
    clamd.arreter()
    piece = joindre(client, brouillon, hostiles.pdf(b"\n% arret\n%%EOF"))
    tasks.analyser()
    assert deposer(brouillon, signataire).est_depose
    for personne in (brouillon.cree_par, creer_agent()):
        assert connecter(personne).get(f"/pieces/{piece.pk}/").status_code == 409
    clamd.demarrer()
    tasks.analyser()
    assert connecter(creer_agent()).get(f"/pieces/{piece.pk}/").status_code == 200


def test_infecte_apres_le_depot_il_reste_retenu_et_le_depot_vaut(clamd, brouillon, connecter):
    clamd.arreter()
    piece = joindre(
        connecter(brouillon.cree_par), brouillon, hostiles.pdf(b"\n" + EICAR + b"\n%%EOF")
    )
    depose = deposer(brouillon, creer_signataire(brouillon.porteur))
    clamd.demarrer()
    tasks.analyser()
    piece.refresh_from_db()
    assert (depose.est_depose, piece.retiree_le, bool(piece.refusee)) == (True, None, True)
    assert connecter(creer_agent()).get(f"/pieces/{piece.pk}/").status_code == 409
    assert (
        "Votre dépôt est bien enregistré"
        in Email.objects.get(subject__contains="L’antivirus").message
    )


def test_change_apres_le_controle_il_est_retenu(clamd, brouillon, connecter):
    client = connecter(brouillon.cree_par)
    piece = joindre(client, brouillon, hostiles.pdf(b"\n% change\n%%EOF"))
    tasks.analyser()
    with open(piece.fichier.path, "ab") as fichier:
        fichier.write(b"<script>")
    assert client.get(f"/pieces/{piece.pk}/").status_code == 409


def test_au_dela_de_la_limite_de_clamd_ce_n_est_pas_sain(clamd, brouillon, connecter):
    client = connecter(brouillon.cree_par)
    piece = joindre(
        client, brouillon, hostiles.pdf(b"\n%" + os.urandom(4_000_000).hex().encode() + b"\n%%EOF")
    )
    tasks.analyser()
    assert (
        client.get(f"/pieces/{piece.pk}/").status_code,
        Analyse.objects.get(sha256=piece.sha256).etat,
    ) == (409, "attente")


@pytest.mark.parametrize(
    "reponse",
    [b"", b"stream: O", b"stream: OK", b"stream: ERROR\0", b"OK\0", b"x" * 9000, None],
    ids=["rien", "coupée", "sans fin", "erreur", "autre", "trop longue", "lente"],
)
def test_une_reponse_douteuse_n_est_jamais_saine(settings, reponse):
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        prise.listen(5)
        settings.ANTIVIRUS_URL, settings.ANTIVIRUS_DELAI = (
            f"tcp://127.0.0.1:{prise.getsockname()[1]}",
            1 if reponse is None else BORNE,
        )

        def repondre():
            client, _ = prise.accept()
            with client, suppress(ConnectionResetError):
                client.recv(65536)
                if reponse is None:
                    while client.recv(65536):  # says nothing until the portal hangs up
                        pass
                else:
                    client.sendall(reponse)

        fil = threading.Thread(target=repondre)
        fil.start()
        with pytest.raises(antivirus.AntivirusAbsent):
            antivirus.signature_de(b"%PDF-")
        fil.join(BORNE)


def test_mis_en_route_plus_tard_il_juge_aussi_ce_qui_etait_garde(clamd, brouillon, connecter):
    """A base older than the antivirus: no file has a row that waits for its verdict."""
    porteur = connecter(brouillon.cree_par)
    ordinaire = joindre(porteur, brouillon, documents.pdf())
    chiffree = brouillon.pieces.filter(est_chiffree=True).get()
    Analyse.objects.all().delete()
    assert porteur.get(f"/pieces/{ordinaire.pk}/").status_code == 409

    tasks.analyser()
    etats = dict(Analyse.objects.values_list("sha256", "est_chiffree"))
    assert (etats[ordinaire.sha256], etats[chiffree.sha256]) == (False, True)
    assert quarantaine.etats([ordinaire.sha256, chiffree.sha256]) == {}
    assert porteur.get(f"/pieces/{ordinaire.pk}/").status_code == 200


@pytest.mark.parametrize("entree", ["modèle", "contenu"])
def test_ce_que_publie_le_service_est_juge_avant_d_etre_garde(clamd, brouillon, connecter, entree):
    entrer = entrees(brouillon, connecter)[entree]
    assert entrer(televerse(hostiles.pdf(b"\n" + EICAR + b"\n%%EOF"))) == (False, 422)
    clamd.arreter()
    assert entrer(televerse(hostiles.pdf())) == (False, 422)
    clamd.demarrer()
    assert entrer(televerse(hostiles.pdf()))[0]


def test_sans_antivirus_rien_n_attend_mais_un_refus_tient(brouillon, connecter):
    client = connecter(brouillon.cree_par)
    piece = joindre(client, brouillon, hostiles.pdf())
    assert client.get(f"/pieces/{piece.pk}/").status_code == 200
    Analyse.objects.filter(sha256=piece.sha256).update(etat="infectee")
    assert client.get(f"/pieces/{piece.pk}/").status_code == 409


def test_temoin_servir_sans_demander_donnerait_le_fichier_infecte(
    clamd, brouillon, connecter, monkeypatch
):
    """The sabotaged control: without the question, the quarantined bytes leave."""
    clamd.arreter()
    client = connecter(brouillon.cree_par)
    piece = joindre(client, brouillon, hostiles.pdf(b"\n" + EICAR + b"\n%%EOF"))
    monkeypatch.setattr(quarantaine, "exiger", lambda sha256, contenu: None)
    assert EICAR in client.get(f"/pieces/{piece.pk}/").content


# --- A full disk --------------------------------------------------------------------------------
@contextmanager
def disque_plein():
    """Every file beyond a few bytes is refused by the system, as on a full disk."""
    mou, dur = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (16, dur))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (mou, dur))


@pytest.mark.parametrize(
    "entree",
    [
        *("page", "script", "message", "justificatif", "qualité", "rectification"),
        *("papier", "modèle", "contenu"),
    ],
)
def test_disque_plein_une_phrase_et_rien_a_moitie(brouillon, connecter, entree):
    entrer = entrees(brouillon, connecter)[entree]
    compte = (
        Piece.objects.count(),
        DemandePapier.objects.count(),
        Dossier.objects.count(),
        Document.objects.count(),
        Analyse.objects.count(),
    )
    with disque_plein():
        recu, code = entrer(televerse(hostiles.pdf()))
    assert (recu, code) == (False, 422)
    assert compte[1:] == (
        DemandePapier.objects.count(),
        Dossier.objects.count(),
        Document.objects.count(),
        Analyse.objects.count(),
    )
