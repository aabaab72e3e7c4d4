"""The outbox: unique per act and person, one by one under a lease, against a real SMTP server."""

import asyncio
import re
import socket
import threading
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP
from django.conf import settings
from django.core import mail
from django.db import connection
from post_office.models import PRIORITY, STATUS, Email

from partenaires.models import Bail, Envoi, Expedition, Invitation
from partenaires.socle import courriels, postier
from tests.attente import BORNE
from tests.fabriques import (
    PENDANT,
    creer_agent,
    creer_association,
    creer_membre,
    creer_utilisateur,
)

pytestmark = pytest.mark.django_db


def ecrire(acte="essai", adresses=("a@example.org",)):
    invitation = Invitation(
        pk=1,
        partenaire=creer_association(),
        email="a@example.org",
        roles={"redacteur"},
        expire_le=PENDANT,
        cree_le=PENDANT,
    )
    return courriels.ecrire(
        acte, adresses, "invitation", {"invitation": invitation, "jeton": "JETON"}
    )


def test_un_courriel_par_acte_et_par_personne():
    ecrire(adresses=["a@example.org", "b@example.org", "a@example.org"])
    ecrire(adresses=["a@example.org"])
    assert sorted(Envoi.objects.values_list("destinataire", flat=True)) == [
        "a@example.org",
        "b@example.org",
    ]
    assert Email.objects.count() == 2


def test_texte_html_message_id_fixe_et_objet_sur_une_ligne():
    courriel = ecrire()[0].courriel
    assert courriel.message_id.endswith("@portail.example>")
    assert "https://portail.example/invitations/JETON/" in courriel.message
    assert '<a href="https://portail.example/invitations/JETON/"' in courriel.html_message
    assert "\n" not in courriel.subject


@pytest.mark.parametrize(
    "nom", ["Piège\r\nBcc: x@example.org", "{{ settings.SECRET_KEY }}{% debug %}", "<b>gras</b>"]
)
def test_un_nom_hostile_n_ajoute_ni_entete_ni_gabarit_ni_balise(nom):
    organisme = creer_association(nom=nom)
    invitation = Invitation(
        pk=1, partenaire=organisme, email="a@example.org", roles={"redacteur"}, expire_le=PENDANT
    )
    courriel = courriels.ecrire(
        "x", ["a@example.org"], "invitation", {"invitation": invitation, "jeton": "J"}
    )[0].courriel
    assert "\r" not in courriel.subject
    assert "\n" not in courriel.subject
    assert "<b>" not in courriel.html_message
    # As it was typed, but for the dot: no address is made of it (`partenaires.socle.liens`)
    assert ("{{ settings. SECRET_KEY }}" in courriel.message) == (nom.startswith("{{"))
    postier.vider()
    envoye = mail.outbox[0]
    assert envoye.bcc == []
    assert "Bcc" not in envoye.message()


def test_la_boite_se_vide_une_seule_fois():
    ecrire(adresses=["a@example.org", "b@example.org"])
    assert (postier.vider(), postier.vider()) == (2, 0)
    assert sorted(courriel.to[0] for courriel in mail.outbox) == ["a@example.org", "b@example.org"]
    assert set(Email.objects.values_list("status", flat=True)) == {STATUS.sent}


def test_quelqu_un_d_autre_a_le_bail_on_attend(horloge_figee):
    ecrire()
    Bail.prendre("courriels", "un-autre", PENDANT, timedelta(seconds=90))
    assert postier.vider() == 0
    horloge_figee(PENDANT + timedelta(seconds=91))
    assert postier.vider() == 1


def test_les_agents_voient_les_echecs_et_relancent(connecter, monkeypatch):
    monkeypatch.setattr(postier, "REPRISES", ())
    monkeypatch.setattr(
        "django.core.mail.backends.locmem.EmailBackend.send_messages",
        lambda *a: (_ for _ in ()).throw(OSError("refus")),
    )
    ecrire()
    postier.vider()
    courriel = Email.objects.get()
    assert courriel.status == STATUS.failed
    client = connecter(creer_agent())
    assert courriel.subject in client.get("/instruction/courriels/").content.decode()
    assert client.post(f"/instruction/courriels/{courriel.pk}/relancer/").status_code == 302
    courriel.refresh_from_db()
    assert courriel.status == STATUS.queued
    assert (
        connecter(creer_membre(creer_association()))
        .post(f"/instruction/courriels/{courriel.pk}/relancer/")
        .status_code
        == 403
    )


# --- A real SMTP server that refuses, stalls and cuts ---------------------------------------------
class Capricieux:
    """Plays a list of moods, then accepts."""

    def __init__(self, humeurs):
        self.humeurs = list(humeurs)
        self.recus = []
        self.sessions = set()

    async def handle_DATA(self, server, session, envelope):
        humeur = self.humeurs.pop(0) if self.humeurs else "accepte"
        self.sessions.add(session.peer)
        if humeur == "dort":
            await asyncio.Event().wait()  # until the client is tired and hangs up
        if humeur in ("accepte", "coupe"):
            self.recus.append(envelope.content)
        if humeur == "coupe":
            session.peer and server.transport.abort()
        return {"refuse4": "451 plus tard", "refuse5": "550 jamais"}.get(humeur, "250 OK")


@pytest.fixture
def smtp(settings, monkeypatch):
    """Start it with its moods; Django's real SMTP backend talks to it."""
    lances = []

    def lancer(*humeurs):
        capricieux = Capricieux(humeurs)
        with socket.socket() as prise:
            prise.bind(("127.0.0.1", 0))
            port = prise.getsockname()[1]
        controleur = Controller(capricieux, hostname="127.0.0.1", port=port)
        controleur.factory = lambda: SMTP(capricieux, enable_SMTPUTF8=True)
        controleur.start()
        lances.append(controleur)
        settings.POST_OFFICE = {
            **settings.POST_OFFICE,
            "BACKENDS": {"default": "django.core.mail.backends.smtp.EmailBackend"},
        }
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, BORNE
        from post_office.connections import connections

        connections.close()
        return capricieux

    yield lancer
    for controleur in lances:
        controleur.stop()


@pytest.mark.services
@pytest.mark.parametrize("humeur", ["refuse4", "refuse5", "dort", "coupe"])
def test_un_serveur_en_panne_est_reessaye_plus_tard(smtp, settings, horloge_figee, humeur):
    serveur = smtp(humeur)
    if humeur == "dort":
        settings.EMAIL_TIMEOUT = 1
    ecrire()
    assert postier.vider() == 0
    settings.EMAIL_TIMEOUT = BORNE
    courriel = Email.objects.get()
    assert (courriel.status, courriel.scheduled_time) == (
        STATUS.requeued,
        PENDANT + timedelta(minutes=1),
    )
    assert postier.vider() == 0
    horloge_figee(PENDANT + timedelta(minutes=2))
    assert postier.vider() == 1
    entetes = [recu.decode().split("Message-ID: ")[1].split("\r\n")[0] for recu in serveur.recus]
    assert set(entetes) == {courriel.message_id}  # after a cut, the same Message-ID twice at most
    assert len(entetes) == (2 if humeur == "coupe" else 1)


@pytest.mark.services
def test_un_serveur_qui_lambine_est_raccroche(smtp, settings, horloge_figee, monkeypatch):
    """It would answer just before each time-out: the mail as a whole is bounded."""
    serveur = smtp("dort")
    ecrire()
    monkeypatch.setattr(postier, "DELAI_D_UN_COURRIEL", timedelta(seconds=1))
    assert postier.vider() == 0
    assert Email.objects.get().status == STATUS.requeued
    horloge_figee(PENDANT + timedelta(minutes=2))
    assert (postier.vider(), len(serveur.recus)) == (1, 1)


@pytest.mark.services
def test_une_conversation_pour_plusieurs_courriels(smtp, monkeypatch):
    serveur = smtp()
    monkeypatch.setattr(postier, "PAR_CONNEXION", 3)
    ecrire(adresses=[f"{lettre}@example.org" for lettre in "abcd"])
    assert (postier.vider(), len(serveur.recus), len(serveur.sessions)) == (4, 4, 2)


def test_le_bail_dure_plus_que_le_plus_long_des_envois():
    assert postier.DUREE_DU_BAIL > postier.DELAI_D_UN_COURRIEL + postier.ACCUEIL


def test_un_envoi_interrompu_repart_et_se_dit(connecter):
    """Its sender died in the middle: sent again under the same name, and the agents read so."""
    ecrire()
    Expedition.objects.create(courriel=Email.objects.get(), prise_le=PENDANT)
    assert (postier.vider(), postier.vider()) == (1, 0)
    assert Expedition.objects.count() == 0
    page = connecter(creer_agent()).get("/instruction/courriels/").content.decode()
    assert page.count("Peut-être partis deux fois") == 1
    assert "Aucun courriel n’est en difficulté." in page


def test_un_envoi_fini_avant_la_mort_n_est_pas_incertain(connecter):
    ecrire()
    postier.vider()
    Expedition.objects.create(courriel=Email.objects.get(), prise_le=PENDANT)
    assert (postier.vider(), postier.incertains().count()) == (0, 0)


@pytest.mark.services
def test_un_serveur_absent_ne_perd_rien(smtp, settings, horloge_figee):
    smtp()
    bon_port, settings.EMAIL_PORT = settings.EMAIL_PORT, 9
    ecrire()
    assert postier.vider() == 0
    settings.EMAIL_PORT = bon_port
    horloge_figee(PENDANT + timedelta(minutes=2))
    assert postier.vider() == 1


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_deux_facteurs_a_la_fois_n_envoient_rien_deux_fois(base_a_plusieurs):
    adresses = [f"p{rang}@example.org" for rang in range(20)]
    ecrire(adresses=adresses)
    barriere = threading.Barrier(4)

    def vider():
        barriere.wait(BORNE)
        try:
            postier.vider()
        finally:
            connection.close()

    fils = [threading.Thread(target=vider) for _ in range(4)]
    [fil.start() for fil in fils]
    [fil.join(BORNE) for fil in fils]
    assert sorted(courriel.to[0] for courriel in mail.outbox) == sorted(adresses)


def test_un_mot_de_passe_perdu_part_avant_six_cents_recepisses(connecter, monkeypatch):
    """Account and security never wait behind what the hour of the closing writes."""
    personne = creer_utilisateur()
    ranges = [f"porteur{rang}@example.org" for rang in range(600)]
    Email.objects.bulk_create(
        Email(from_email="a@b.fr", to=[a], status=STATUS.queued, priority=PRIORITY.medium)
        for a in ranges
    )
    connecter().post("/compte/password/reset/", {"email": personne.email})
    partis = []
    monkeypatch.setattr(postier, "envoyer", lambda courriel: partis.append(courriel.to[0]) or True)
    postier.vider(maximum=3)
    assert partis == [personne.email, *ranges[:2]]


def test_un_courriel_qui_fait_ecrire_au_service_dit_ou():
    """Whoever is told to write finds the address in the same mail: who has no page, « Contact »."""
    gabarits = settings.RACINE / "templates"
    lus = [
        (chemin.name, chemin.read_text(encoding="utf-8"))
        for dossier in ("courriels", "account/email", "mfa/email")
        for chemin in sorted((gabarits / dossier).glob("*.txt"))
    ]
    verbes = re.compile(
        r"(prévenez|contactez|écri(re|vez)|répond(re|ez)|dites-le).{0,3} (le|au) service"
    )
    ou = re.compile(r"/contact/|/echanges/|/relecture/|/organismes/")
    demandent = {nom for nom, texte in lus if verbes.search(texte)}
    assert {"password_changed_message.txt", "retrait_corps.txt"} <= demandent
    assert [nom for nom, texte in lus if nom in demandent and not ou.search(texte)] == []
