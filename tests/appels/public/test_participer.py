"""What residents write, follow, contest and take away, by a browser without account or script."""

import re
from collections import Counter
from datetime import timedelta
from html import unescape
from io import BytesIO
from types import SimpleNamespace
from uuid import uuid4

import pikepdf
import pytest
from django.core import signing
from django.test import Client
from post_office.models import Email

from appels.models import Affiche
from appels.public import affiches, impressions
from appels.socle import cache_public, pdf
from appels.socle.vues import erreurs
from partenaires.concertation import limites, reperes
from partenaires.concertation.actions import abonnements
from partenaires.concertation.forms import sans_compte
from partenaires.models import (
    Abonnement,
    Contribution,
    Echo,
    EtatParole,
    ModeDeModeration,
    Recours,
    Signalement,
    SourceParole,
    Utile,
    VerbeParole,
)
from partenaires.models.etats_des_paroles import PUBLIQUES
from quartiers.models import Parution, Quartier
from tests.fabriques import PENDANT, creer_agent, creer_association, creer_signataire
from tests.fabriques_paroles import creer_consultation, creer_contribution, passer

pytestmark = pytest.mark.django_db
TEXTE = "Le soir, on rejoint l’arrêt de bus par le parking, dans le noir."


def caches_de(page) -> dict[str, str]:
    """The hidden fields of the form, as a browser sends them back."""
    html = page.content.decode()
    champs = {}
    for balise in re.findall(r'<input type="hidden"[^>]*>', html):
        nom = re.search(r'name="([^"]+)"', balise)[1]
        valeur = re.search(r'value="([^"]*)"', balise)
        champs[nom] = unescape(valeur[1]) if valeur else ""
    return champs


def envoyer(client, horloge, chemin, *, attente=10, suivre=False, **champs):
    """Open the form, wait as a person does, send it."""
    horloge(PENDANT)
    page = client.get(chemin)
    horloge(PENDANT + timedelta(seconds=attente))
    return client.post(chemin, {**caches_de(page), **champs}, follow=suivre)


def ecrire(client, horloge, consultation, **champs):
    chemin = f"/participer/{consultation.adresse}/ecrire/"
    tout = {"type": "experience", "texte": TEXTE, "quartier": "QN06258M", **champs}
    return envoyer(client, horloge, chemin, **tout)


def courriels() -> list[tuple[str, str]]:
    return [(courriel.to[0], courriel.subject) for courriel in Email.objects.order_by("pk")]


@pytest.fixture
def client(connecter):
    return connecter()


@pytest.fixture
def consultation():
    return creer_consultation()


# --- To write ------------------------------------------------------------------------------------
def test_on_ecrit_sans_compte_et_le_code_mene_a_la_suite(client, horloge_figee, consultation):
    recu = ecrire(client, horloge_figee, consultation, courriel="habitante@example.org")
    parole = Contribution.objects.get()
    assert (parole.etat, parole.texte, parole.quartier.code) == ("recue", TEXTE, "QN06258M")
    assert parole.a_relire_avant.isoformat() == "2026-11-16"  # three working days, 11 November off
    assert courriels() == [
        ("habitante@example.org", f"Votre contribution est reçue : {consultation.titre}")
    ]
    merci = client.get(recu.url)
    code = re.search(r"<strong data-copier>([^<]+)<", merci.content.decode())[1]
    assert (merci["Cache-Control"], merci["X-Robots-Tag"]) == (
        "max-age=0, no-cache, no-store, must-revalidate, private",
        "noindex",
    )
    assert code in Email.objects.get().message
    # nothing is promised that a refusal would belie
    ouverte = client.get(f"/participer/{consultation.adresse}/ecrire/").content.decode()
    promesses = ("puis publié", "relit et publie", "le relit et le publie", "est promise avant")
    lus = (merci.content.decode(), ouverte, Email.objects.get().message)
    assert [mot for mot in promesses for lu in lus if mot in lu] == []
    assert "pourquoi il ne l’est pas" in lus[0]
    # As people copy it: small letters, spaces.
    suivi = client.post("/participer/suivre/", {"code": code.lower().replace("-", " ")})
    assert suivi.url == f"/participer/suivi/{reperes.jeton('suivi', parole.pk)}/"
    assert TEXTE in unescape(client.get(suivi.url).content.decode())
    garde = str(Contribution.objects.values_list("envoi", "code").get())
    assert code not in garde


def test_le_meme_envoi_deux_fois_est_une_contribution(client, horloge_figee, consultation):
    chemin = f"/participer/{consultation.adresse}/ecrire/"
    champs = {**caches_de(client.get(chemin)), "type": "avis", "texte": TEXTE, "quartier": "aucun"}
    horloge_figee(PENDANT + timedelta(seconds=5))
    premier, second = (client.post(chemin, champs) for _ in range(2))
    assert premier.url == second.url
    assert Contribution.objects.count() == 1


def test_une_page_qui_a_deja_servi_n_avale_pas_un_autre_texte(client, horloge_figee, consultation):
    """Back in the browser, a telephone that is lent: the second text is neither lost in silence nor
    thanked with the code of the first.
    """
    chemin = f"/participer/{consultation.adresse}/ecrire/"
    champs = {**caches_de(client.get(chemin)), "type": "avis", "texte": TEXTE, "quartier": "aucun"}
    horloge_figee(PENDANT + timedelta(seconds=5))
    premier = client.post(chemin, champs)
    autres = {**champs, "texte": "Un autre texte, d’une autre personne."}
    retour = client.post(chemin, autres)
    page = unescape(retour.content.decode())
    assert (retour.status_code, Contribution.objects.count()) == (422, 1)
    assert reperes.DejaServie.phrase in page
    assert autres["texte"] in page
    neufs = caches_de(retour)
    assert neufs["marque"] != champs["marque"]
    horloge_figee(PENDANT + timedelta(seconds=10))
    second = client.post(chemin, {**autres, **neufs})
    assert (second.status_code, second.url == premier.url) == (302, False)
    assert list(Contribution.objects.order_by("pk").values_list("texte", flat=True)) == [
        TEXTE,
        autres["texte"],
    ]


@pytest.mark.parametrize(
    ("geste", "champs", "change", "compter"),
    [
        ("utile", {"est_utile": "oui", "pourquoi": ""}, {"est_utile": "non"}, Utile),
        (
            "signaler",
            {
                "motif": "diffamation",
                "explication": "Le texte insulte une personne.",
                "nom": "Ada Essai",
                "courriel": "ada@example.org",
                "bonne_foi": "on",
            },
            {"explication": "Le texte en insulte une autre."},
            Signalement,
        ),
    ],
)
def test_un_geste_de_la_meme_page_ne_se_perd_pas(
    client, horloge_figee, consultation, geste, champs, change, compter
):
    parole = creer_contribution(consultation, EtatParole.SUITE_DONNEE)
    chemin = f"/participer/{consultation.adresse}/{parole.pk}/{geste}/"
    envoi = {**caches_de(client.get(chemin)), **champs}
    horloge_figee(PENDANT + timedelta(seconds=5))
    statuts = [client.post(chemin, envoi).status_code for _ in range(2)]
    assert (statuts, compter.objects.count()) == ([302, 302], 1)
    retour = client.post(chemin, {**envoi, **change})
    assert retour.status_code == 422
    assert reperes.DejaServie.phrase in unescape(retour.content.decode())
    horloge_figee(PENDANT + timedelta(seconds=10))
    neuf = client.post(chemin, {**envoi, **change, **caches_de(retour)})
    assert (neuf.status_code, compter.objects.count()) == (302, 2)


def test_ce_qui_est_refuse_le_dit_et_rend_le_texte(client, horloge_figee, consultation):
    """Too quick, the hidden field filled, a mark forged: nothing is lost, and it passes next."""
    refus = {
        sans_compte.TROP_VITE: {"attente": 1},
        sans_compte.CHAMP_CACHE: {"site": "https://machine.example"},
        sans_compte.RENOUVELE: {"marque": signing.dumps(["2020-01-01", "x"], salt="autre")},
        "Écrivez au moins une phrase : un lieu, un moment, un fait.": {"texte": "  "},
        "Ce texte contient un caractère qui ne s’affiche pas.": {"texte": f"{TEXTE}\0"},
        "C’est trop long": {"texte": "a" * 100_000},
        "ressemble à l’adresse d’un site": {"pseudonyme": "voir evil.example"},
    }
    for phrase, champs in refus.items():
        reponse = ecrire(client, horloge_figee, consultation, **champs)
        dit = unescape(reponse.content.decode()).replace("\u00a0", " ")
        assert (reponse.status_code, phrase in dit) == (422, True), phrase
        assert TEXTE in dit or "texte" in champs
    assert Contribution.objects.count() == 0
    # The page that was renewed is sent as it is.
    chemin = f"/participer/{consultation.adresse}/ecrire/"
    champs = {"type": "avis", "texte": TEXTE, "quartier": "aucun", "marque": "fausse"}
    renouvelee = client.post(chemin, champs)
    horloge_figee(PENDANT + timedelta(minutes=1))
    assert client.post(chemin, {**champs, **caches_de(renouvelee)}).status_code == 302
    assert Contribution.objects.count() == 1


def test_un_numero_est_montre_une_fois_a_son_auteur(client, horloge_figee, consultation):
    """Never rewritten: sent again as it is, it is received whole; changed, it is shown again."""
    chemin = f"/participer/{consultation.adresse}/ecrire/"
    texte = f"{TEXTE} Appelez le 06 39 98 12 34."
    montre = ecrire(client, horloge_figee, consultation, texte=texte)
    dit = montre.content.decode()
    assert (montre.status_code, Contribution.objects.count()) == (200, 0)
    assert "Ce texte contient un numéro de téléphone." in dit.replace("\u00a0", " ")
    assert re.search("<mark>([^<]+)</mark>", dit)[1].replace("\u00a0", " ") == "06 39 98 12 34"
    champs = {**caches_de(montre), "type": "avis", "quartier": "aucun"}
    encore = client.post(chemin, {**champs, "texte": f"{texte} Ou le 06 39 98 12 35."})
    assert (encore.status_code, Contribution.objects.count()) == (200, 0)
    assert client.post(chemin, {**champs, "texte": texte}).status_code == 302
    assert Contribution.objects.get().texte == texte


def test_ce_qui_est_dit_de_l_adresse_de_l_appareil_est_vrai(client, consultation):
    """« elle sert un jour »: as long as the longest of the limits that count it."""
    page = client.get(f"/participer/{consultation.adresse}/ecrire/").content.decode()
    durees = {rythme.split("/")[1] for rythme in limites.RYTHMES["ecrire"].split(",")}
    assert ("elle sert un jour," in page, durees) == (True, {"h", "d"})


def test_une_vague_d_une_adresse_est_arretee(horloge_figee, consultation):
    """500 sent from one address: twelve in an hour; another address still writes."""
    vague = Client(REMOTE_ADDR="192.0.2.77")
    chemin = f"/participer/{consultation.adresse}/ecrire/"
    marques = [caches_de(vague.get(chemin))["marque"]]
    marques += [reperes.marquer(PENDANT) for _ in range(499)]
    horloge_figee(PENDANT + timedelta(seconds=5))
    champs = {"type": "avis", "texte": TEXTE, "quartier": "aucun"}
    reponses = Counter(
        vague.post(chemin, {**champs, "marque": marque}).status_code for marque in marques
    )
    assert reponses == {302: 12, 422: 488}
    ecrire(Client(REMOTE_ADDR="192.0.2.78"), horloge_figee, consultation)
    assert Contribution.objects.count() == 13


def test_une_consultation_close_le_dit_et_propose_autre_chose(client, horloge_figee):
    autre = creer_consultation(titre="Une autre", ferme_le=None)
    close = creer_consultation(ferme_le=PENDANT + timedelta(minutes=1))
    chemin = f"/participer/{close.adresse}/ecrire/"
    champs = {**caches_de(client.get(chemin)), "type": "avis", "texte": TEXTE, "quartier": "aucun"}
    horloge_figee(PENDANT + timedelta(minutes=1))
    reponse = client.post(chemin, champs)
    dit = unescape(reponse.content.decode())
    assert (reponse.status_code, Contribution.objects.count()) == (422, 0)
    assert "Les contributions sont closes depuis le" in dit
    assert TEXTE in dit
    assert f"/participer/{autre.adresse}/ecrire/" in client.get(chemin).content.decode()
    a_venir = creer_consultation(ouvre_le=PENDANT + timedelta(days=2))
    page = client.get(f"/participer/{a_venir.adresse}/ecrire/").content.decode()
    assert "Cette consultation ouvre le" in page
    brouillon = creer_consultation(est_publiee=False)
    assert client.get(f"/participer/{brouillon.adresse}/ecrire/").status_code == 404
    assert client.get(f"/participer/{brouillon.adresse}/").status_code == 404


def test_seul_un_compte_verifie_parait_avant_d_etre_relu(connecter, horloge_figee):
    """And not even so when the detector saw something of a person."""
    apres = creer_consultation(moderation=ModeDeModeration.A_POSTERIORI)
    membre = connecter(creer_signataire(creer_association()))
    ecrire(connecter(), horloge_figee, apres)
    ecrire(membre, horloge_figee, apres)
    montre = ecrire(membre, horloge_figee, apres, texte=f"{TEXTE} 06 39 98 12 34")
    champs = {"type": "avis", "quartier": "aucun", "texte": f"{TEXTE} 06 39 98 12 34"}
    membre.post(f"/participer/{apres.adresse}/ecrire/", {**caches_de(montre), **champs})
    etats = list(Contribution.objects.order_by("pk").values_list("etat", flat=True))
    assert etats == ["recue", "publiee", "recue"]


# --- To follow -----------------------------------------------------------------------------------
def test_un_refus_se_conteste_une_fois(client, horloge_figee, consultation):
    parole = creer_contribution(consultation, EtatParole.REFUSEE)
    jeton = reperes.jeton("suivi", parole.pk)
    page = client.get(f"/participer/suivi/{jeton}/")
    dit = unescape(page.content.decode()).replace("\u00a0", " ")
    for attendu in ("Raison : Coordonnées personnelles", "Un numéro de téléphone d’essai."):
        assert attendu in dit
    assert "Règle de la charte : Ni coordonnées, ni publicité." in dit
    champs = {**caches_de(page), "texte": "C’est le numéro de la mairie."}
    horloge_figee(PENDANT + timedelta(minutes=1))
    chemin = f"/participer/suivi/{jeton}/contester/"
    assert [client.post(chemin, champs).status_code for _ in range(2)] == [302, 422]
    recours = Recours.objects.get()
    assert (recours.texte, recours.moderation) == (champs["texte"], parole.moderations.last())
    publiee = creer_contribution(consultation)
    autre = reperes.jeton("suivi", publiee.pk)
    assert client.post(f"/participer/suivi/{autre}/contester/", champs).status_code == 422


def test_retirer_efface_les_mots_et_le_courriel(client, consultation):
    parole = creer_contribution(consultation, pseudonyme="Exemple-07", courriel="a@example.org")
    adresse = f"/participer/suivi/{reperes.jeton('suivi', parole.pk)}/"
    publique = f"/participer/{consultation.adresse}/{parole.pk}/"
    client.get(f"{adresse}retirer/")  # a scanner of mails opens every link
    client.get(adresse)
    assert client.get(publique).status_code == 200
    assert [client.post(f"{adresse}retirer/").status_code for _ in range(2)] == [302, 302]
    parole.refresh_from_db()
    assert (parole.etat, parole.texte, parole.pseudonyme, parole.courriel) == (
        "retiree",
        "",
        "",
        "",
    )
    assert client.get(publique).status_code == 404
    assert parole.moderations.filter(acte=VerbeParole.RETIRER).count() == 1
    for faux in ("1:x", f"{parole.pk + 1}{adresse[-60:-1]}", "a" * 300):
        assert client.get(f"/participer/suivi/{faux}/").status_code == 404


def test_un_code_faux_le_dit_et_se_compte(client):
    reponses = [client.post("/participer/suivre/", {"code": f"ABCD{rang}"}) for rang in range(21)]
    assert {reponse.status_code for reponse in reponses} == {422}
    assert "Aucune contribution ne répond à ce code." in reponses[0].content.decode()
    assert "Trop de codes ont été essayés" in reponses[-1].content.decode()


# --- To read -------------------------------------------------------------------------------------
def test_la_page_met_la_reponse_a_cote_de_la_parole(client, consultation):
    creer_contribution(consultation, EtatParole.SUITE_DONNEE, pseudonyme="Exemple-07")
    creer_contribution(consultation, EtatParole.TRANSMISE, source=SourceParole.PAPIER)
    creer_contribution(consultation, EtatParole.ETUDIEE, type="avis")
    dit = unescape(client.get(f"/participer/{consultation.adresse}/").content.decode())
    dit = re.sub(r"\s+", " ", dit.replace("\u00a0", " "))
    assert "3 contributions publiées" in dit
    assert "1 a une suite, 1 est étudiée, 1 est transmise. 66,7 % ont reçu une réponse." in dit
    assert "2 en ligne, 1 sur papier : 33,3 % hors ligne." in dit
    assert ", une habitante, un habitant " in dit
    assert re.findall(r"> (Tous|Toutes) <", dit) == ["Tous", "Toutes"]
    liste = unescape(client.get("/participer/").content.decode()).replace("\u00a0", " ")
    assert "3 contributions publiées, 2 avec une réponse." in re.sub(r"\s+", " ", liste)
    assert "Transmise à la commune d’essai" in dit
    assert dit.index("les lieux") < dit.index("les horaires des bus") < dit.index("Un banc")
    un = client.get(f"/participer/{consultation.adresse}/?type=avis").content.decode()
    assert un.count('class="carton"') == 2  # who answers, and the one that is kept
    for faux in ("?type=autre", "?page=9", "?quartier=QN000000"):
        assert client.get(f"/participer/{consultation.adresse}/{faux}").status_code == 404


def test_les_echeances_changent_la_page_sans_publication(client, horloge_figee, monkeypatch):
    """Kept in memory, it still says the day, and that it is over once it is."""
    monkeypatch.setattr(cache_public, "DEMARRE_LE", PENDANT - timedelta(days=30))
    consultation = creer_consultation(ferme_le=PENDANT + timedelta(days=2))
    chemin = f"/participer/{consultation.adresse}/"
    dits = []
    for jours in (0, 1, 2):
        horloge_figee(PENDANT + timedelta(days=jours))
        page = client.get(chemin).content.decode().replace("\u00a0", " ")
        dits.append(re.search(r"Consultation (ouverte, encore \d jour|terminée)", page)[1])
    assert dits == ["ouverte, encore 2 jour", "ouverte, encore 1 jour", "terminée"]


def test_dire_si_la_reponse_est_utile_et_moi_aussi(client, horloge_figee):
    consultation = creer_consultation(moi_aussi=True)
    parole = creer_contribution(consultation, EtatParole.SUITE_DONNEE)
    adresse = f"/participer/{consultation.adresse}/{parole.pk}/"
    horloge = horloge_figee
    envoyer(client, horloge, f"{adresse}utile/", est_utile="non", pourquoi="Trop court")
    avis = Utile.objects.get()
    assert (avis.est_utile, avis.pourquoi) == (False, "Trop court")
    envoyer(client, horloge, f"{adresse}moi-aussi/")
    page = client.get(adresse).content.decode().replace("\u00a0", " ")
    assert ("1 avis : 0 oui, 1 non." in page, "1 personne dit « Moi aussi »" in page) == (
        True,
        True,
    )
    assert "Trop court" not in page
    assert Echo.objects.count() == 1
    sans = creer_contribution(creer_consultation())
    seule = f"/participer/{sans.consultation.adresse}/{sans.pk}/"
    assert client.get(f"{seule}moi-aussi/").status_code == 404
    assert client.get(f"{seule}utile/").status_code == 404  # no answer yet


def test_un_signalement_recoit_son_numero_et_ne_masque_rien(client, horloge_figee, consultation):
    parole = creer_contribution(consultation)
    chemin = f"/participer/{consultation.adresse}/{parole.pk}/signaler/"
    champs = {"motif": "haine", "explication": "Une phrase.", "bonne_foi": "on"}
    sans_nom = envoyer(client, horloge_figee, chemin, **champs)
    assert (sans_nom.status_code, Signalement.objects.count()) == (422, 0)
    assert "il est demandé pour cette raison" in sans_nom.content.decode()
    assert (
        envoyer(client, horloge_figee, chemin, **{**champs, "motif": "mineurs"}).status_code == 302
    )
    qui = {"nom": "Ada Essai", "courriel": "ada@example.org"}
    recu = envoyer(client, horloge_figee, chemin, suivre=True, **champs, **qui)
    signalement = Signalement.objects.get(motif="haine")
    assert signalement.numero in recu.content.decode()
    assert courriels() == [("ada@example.org", f"Votre signalement {signalement.numero} est reçu")]
    parole.refresh_from_db()
    assert parole.etat == EtatParole.PUBLIEE


# --- To follow a quartier ------------------------------------------------------------------------
def test_suivre_un_quartier_se_confirme_et_s_arrete(client, horloge_figee, consultation):
    chemin = "/participer/quartiers/QN06258M/suivre/"
    envoyer(client, horloge_figee, chemin, courriel="Suit@Example.org")
    abonnement = Abonnement.objects.get()
    lien = re.search(r"/participer/confirmer/\S+", Email.objects.get().message)[0]
    client.get(lien)
    abonnement.refresh_from_db()
    assert abonnement.confirme_le is None
    client.post(lien)
    quartier = abonnement.quartier
    demain = PENDANT + timedelta(days=1)
    assert abonnements.prevenir(demain) == 0  # nothing new
    creer_contribution(consultation, quartier=quartier, texte="CANARI visible", le=demain)
    creer_contribution(consultation, EtatParole.MASQUEE, quartier=quartier, le=demain)
    assert [abonnements.prevenir(demain), abonnements.prevenir(demain)] == [1, 0]
    nouvelle = Email.objects.order_by("pk").last()
    assert "- 1 contribution publiée" in nouvelle.message.replace("\u00a0", " ")
    assert "CANARI" not in nouvelle.message
    stop = re.search(r"/participer/arreter/\S+", nouvelle.message)[0]
    assert nouvelle.headers["List-Unsubscribe"].endswith(f"{stop}>")
    page = client.get(stop).content.decode()  # opened by a mail scanner: nothing is done, nor said
    assert (Abonnement.objects.count(), "sera effacée" in page, "est effacée" in page) == (
        1,
        True,
        False,
    )
    assert [client.post(stop).status_code for _ in range(2)] == [200, 200]
    assert Abonnement.objects.count() == 0


def test_l_adresse_courte_mene_au_quartier(client):
    assert client.get("/q/qn06258m/").url == "/participer/quartiers/QN06258M/"
    assert client.get("/q/inconnu/").status_code == 404


def test_les_affiches_d_un_quartier_portent_son_adresse_courte(
    client, consultation, monkeypatch, horloge_figee
):
    """Made a few at a time, once; made anew when what they say changes."""
    rendus = []

    def rendre(html, **options):
        rendus.append(html)
        return pdf.rendre(html, **options) if len(rendus) == 3 else b"%PDF-"

    monkeypatch.setattr(impressions, "pdf", SimpleNamespace(rendre=rendre, RenduImpossible=OSError))
    faits = []
    for _ in range(7):
        affiches.afficher_les_quartiers()
        faits.append(len(rendus))
    assert faits == [3, 6, 9, 12, 15, 18, 18]
    premier = Affiche.objects.order_by("pk")[2].quartier
    lien = f"/participer/quartiers/{premier.code}/affiche-a3.pdf"
    page = client.get(f"/participer/quartiers/{premier.code}/")
    assert lien in page.content.decode()
    with pikepdf.open(BytesIO(b"".join(client.get(lien)))) as papier:
        largeur, hauteur = (float(cote) for cote in papier.pages[0].mediabox[2:])
        assert [round(largeur / 72 * 25.4), round(hauteur / 72 * 25.4)] == [297, 420]
        assert len(papier.pages) == 1
    for dit in (consultation.question, f"/q/{premier.code}/", "Code QR"):
        assert dit in unescape(rendus[2]).replace("\u00a0", " ")
    consultation.question = "Une autre question ?"
    consultation.save()
    Parution.avancer(PENDANT)
    affiches.afficher_les_quartiers()
    assert (len(rendus), "Une autre question" in rendus[-1]) == (21, True)
    for _ in range(6):
        affiches.afficher_les_quartiers()
    faits = len(rendus)
    horloge_figee(consultation.ferme_le + timedelta(hours=1))  # nobody acts: the clock ends it
    affiches.afficher_les_quartiers()
    assert (len(rendus) - faits, "Une autre question" in rendus[-1]) == (3, False)
    for _ in range(6):
        affiches.afficher_les_quartiers()
    assert len(rendus) - faits == 18


# --- One rule of what is public ------------------------------------------------------------------
def test_ce_qui_n_est_pas_public_ne_se_lit_nulle_part(client, consultation):
    """Pages, feeds, plan, cached before and after; and no address on any of them."""
    quartier = Quartier.objects.get(code="QN06258M")
    agent = creer_agent()
    caches = {}
    for etat in EtatParole:
        canari = f"CANARI-{etat.value}"
        caches[etat] = creer_contribution(
            consultation,
            etat,
            par=agent,
            texte=canari,
            quartier=quartier,
            courriel=f"secret-{etat.value}@example.org",
        )
    surfaces = [
        "/participer/",
        f"/participer/{consultation.adresse}/",
        "/participer/quartiers/QN06258M/",
        "/participer/fil.atom",
        "/participer/quartiers/QN06258M/fil.atom",
        "/",
        "/quartiers/QN06258M/",
        "/plan-du-site/",
        "/sitemap.xml",
    ]
    surfaces += [f"/participer/{consultation.adresse}/{une.pk}/" for une in caches.values()]
    publics = {f"CANARI-{etat.value}" for etat in PUBLIQUES}

    def lus() -> set[str]:
        tout = "".join(client.get(chemin).content.decode() for chemin in surfaces)
        assert "secret-" not in tout
        return set(re.findall(r"CANARI-\w+", tout))

    assert lus() == publics
    passer(caches[EtatParole.PUBLIEE], VerbeParole.MASQUER, par=agent)
    assert lus() == publics - {"CANARI-publiee"}  # gone from the memory of pages too


def test_sans_charte_ni_dates_la_page_le_dit(client):
    """Nothing is invented in the place of the CUA."""
    nue = creer_consultation(
        charte="",
        charte_en_bref="",
        peut_changer="",
        ne_peut_pas="",
        signature="",
        delai_de_relecture=None,
        reponse_promise_le=None,
        ferme_le=None,
    )
    for page in (f"/participer/{nue.adresse}/", f"/participer/{nue.adresse}/ecrire/"):
        dit = client.get(page).content.decode()
        assert ("à venir" in dit.lower(), "None" in dit) == (True, False)
    inconnue = f"/participer/merci/{uuid4()}/"
    assert client.get(inconnue).status_code == 404


@pytest.mark.parametrize(
    ("entetes", "rendu"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Origin": "http://testserver"}, True),
        ({"Referer": "http://testserver/participer/"}, True),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"}, False),
        ({"Origin": "https://ailleurs.example"}, False),
        ({}, False),
    ],
)
def test_une_page_trop_vieille_rend_le_texte_a_copier(horloge_figee, consultation, entetes, rendu):
    """The token is refused: nothing is received, what was typed here comes back, and only that."""
    client = Client(enforce_csrf_checks=True)
    chemin = f"/participer/{consultation.adresse}/ecrire/"
    envoi = {**caches_de(client.get(chemin)), "texte": TEXTE, "csrfmiddlewaretoken": "x" * 32}
    reponse = client.post(chemin, envoi, headers=entetes)
    page = unescape(reponse.content.decode())
    assert (reponse.status_code, Contribution.objects.count()) == (403, 0)
    assert reponse.context["a_copier"] == (f"texte\n{TEXTE}" if rendu else "")
    assert (erreurs.COPIEZ in page, erreurs.RECOMMENCEZ in page) == (rendu, not rendu)
    assert "votre saisie y est encore" not in page
