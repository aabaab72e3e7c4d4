"""Without script: what is posted after the session ended comes back in its form, on every page."""

from html import escape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from appels.models import DocumentDemande, Dossier, Note
from appels.socle.vues import erreurs
from contrat_ville.middleware import SessionsTenues
from partenaires.models import SessionOuverte
from partenaires.socle import envois
from partenaires.socle.remplissage import Formulaire, Lecteur
from tests.contrat_ville.test_saisies_hostiles import AGENT, INSTRUCTION, PORTEUR, monde
from tests.fabriques import creer_agent
from tests.feuilles import lisible

__all__ = ["monde"]
pytestmark = [pytest.mark.django_db, pytest.mark.campagne]
TEXTES = {"text", "email", "url", "tel", "number", "search", "date", "time"}


def se_tape(controle) -> bool:
    return controle.balise == "textarea" or controle.genre in TEXTES


def est_secret(formulaire: Formulaire) -> bool:
    """A password, a code, bank data: these never wait."""
    noms = [controle.nom for controle in formulaire.controles if se_tape(controle)]
    a_un_mot_de_passe = any(controle.genre == "password" for controle in formulaire.controles)
    return a_un_mot_de_passe or any(map(envois.SECRETS.search, noms))


def a_ecrire(client, chemin: str) -> list[Formulaire]:
    """The forms of the page where somebody writes."""
    page = client.get(chemin)
    assert page.status_code == 200, (chemin, page.status_code)
    formulaires = Lecteur(page.content.decode(), chemin).formulaires
    return [f for f in formulaires if any(map(se_tape, f.controles)) and not est_secret(f)]


def taper(formulaire: Formulaire) -> dict[str, list[str]]:
    """What a browser would post: a text in each field, two lines in each area."""
    donnees: dict[str, list[str]] = {}
    for rang, controle in enumerate(formulaire.controles):
        if not controle.nom or controle.genre in ("file", "submit"):
            continue
        valeur = controle.attributs.get("value") or ""
        if se_tape(controle):
            valeur = f"Été « {rang} » <b>&amp;"
        if controle.balise == "textarea":
            valeur += "\nseconde ligne"
        if controle.genre in ("checkbox", "radio") and "checked" not in controle.attributs:
            continue
        if controle.balise == "select":
            valeur = (controle.options[-1].attributs.get("value") or "") if controle.options else ""
        donnees.setdefault(controle.nom, []).append(valeur)
    return donnees


def montre(page: str, chemin: str, formulaire: Formulaire) -> dict[str, list[str]]:
    """What the same form shows now."""
    semblables = [f for f in Lecteur(page, chemin).formulaires if f.adresse == formulaire.adresse]
    noms = {controle.nom for controle in formulaire.controles}
    for autre in semblables:
        if {controle.nom for controle in autre.controles} == noms:
            vus = {}
            for controle in autre.controles:
                if controle.balise == "textarea":
                    texte = page[controle.fin : controle.fin_du_texte].removeprefix("\n")
                    vus.setdefault(controle.nom, []).append(texte)
                elif se_tape(controle):
                    vus.setdefault(controle.nom, []).append(controle.attributs.get("value") or "")
            if any("Été" in valeur for valeurs in vus.values() for valeur in valeurs):
                return vus
    return {}


def attendu(formulaire: Formulaire, tapees: dict[str, list[str]]) -> dict[str, list[str]]:
    vus: dict[str, list[str]] = {}
    for controle in formulaire.controles:
        if not se_tape(controle) or not controle.nom:
            continue
        rang = len(vus.setdefault(controle.nom, []))
        valeur = tapees[controle.nom][rang]
        if envois.SECRETS.search(controle.nom):
            valeur = controle.attributs.get("value") or ""
        elif controle.balise == "textarea":
            valeur = escape(valeur)
        vus[controle.nom].append(valeur)
    return vus


@pytest.mark.parametrize(
    ("qui", "chemins"),
    [("signataire", PORTEUR), ("responsable", AGENT), ("responsable", INSTRUCTION)],
)
def test_ce_qui_est_envoye_apres_la_session_revient_dans_son_formulaire(
    monde, connecter, qui, chemins
):
    essayes, perdus = 0, []
    for modele in chemins:
        chemin = modele.format(**monde)
        client = connecter(monde[qui])
        for formulaire in a_ecrire(client, chemin):
            tapees = taper(formulaire)
            SessionOuverte.objects.all().delete()
            reponse = client.post(formulaire.adresse, tapees)
            assert reponse.status_code == 302, (chemin, formulaire.adresse)
            assert reponse.url.startswith("/compte/login/")
            client.force_login(
                monde[qui], backend="allauth.account.auth_backends.AuthenticationBackend"
            )
            page = client.get(chemin).content.decode()
            essayes += 1
            if montre(page, chemin, formulaire) != attendu(formulaire, tapees):
                perdus.append((chemin, formulaire.adresse))
            client.get(f"{chemin.partition('?')[0]}?oublier=1")
    print(f"{essayes} formulaires rendus après la connexion")
    assert (perdus, essayes >= len(chemins) // 2) == ([], True)


def feuille(client, chemin: str) -> str:
    """The mark that a page carries, as it is drawn now."""
    (marque,) = {
        controle.attributs["value"]
        for formulaire in Lecteur(client.get(chemin).content.decode(), chemin).formulaires
        for controle in formulaire.controles
        if controle.nom == envois.CHAMP
    }
    return marque


def test_le_meme_envoi_deux_fois_ne_fait_qu_une_ligne(monde, connecter):
    """Pressed twice: one note. The page drawn anew, or refused before: it is another sending."""
    client = connecter(monde["responsable"])
    chemin = f"/instruction/dossiers/{monde['t']}/notes/"
    for attendues, marque in ((1, feuille(client, chemin)), (2, feuille(client, chemin))):
        for _ in range(3):
            donnees = {"quoi": "note", "texte": "La même", envois.CHAMP: marque}
            assert client.post(chemin, donnees).status_code == 302
        assert Note.objects.count() == attendues
    marque = feuille(client, chemin)
    for _ in range(2):  # refused: it may be sent again
        donnees = {"quoi": "note", "texte": "", envois.CHAMP: marque}
        assert client.post(chemin, donnees).status_code == 422


def test_seule_la_personne_de_la_page_retrouve_ce_qu_elle_a_tape(monde, connecter):
    """Whoever else signs in on this browser reads nothing of it; nor does a forged mark keep."""
    client = connecter(monde["responsable"])
    chemin = f"/instruction/dossiers/{monde['t']}/notes/"
    marque = feuille(client, chemin)
    donnees = {"quoi": "note", "texte": "Un secret d’instruction"}
    for signe in (marque[:-2] + "xx", ""):
        SessionOuverte.objects.all().delete()
        client.post(chemin, {**donnees, envois.CHAMP: signe})
        assert envois.CLE not in client.session
    client.post(chemin, {**donnees, envois.CHAMP: marque})
    assert client.session[envois.CLE][0]["champs"]["texte"] == ["Un secret d’instruction"]
    client.force_login(creer_agent(), backend="allauth.account.auth_backends.AuthenticationBackend")
    assert "Un secret" not in client.get(chemin).content.decode()
    assert client.session[envois.CLE] == []
    assert Note.objects.count() == 0


def test_un_jeton_refuse_rend_la_page_remplie(monde):
    """The token of another tab: the form comes back, nothing is executed."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(
        monde["responsable"], backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    chemin = f"/instruction/dossiers/{monde['t']}/notes/"
    donnees = {"quoi": "note", "texte": "Écrite hier", envois.CHAMP: feuille(client, chemin)}
    reponse = client.post(chemin, donnees, follow=True)
    page = reponse.content.decode()
    assert (reponse.redirect_chain, Note.objects.count()) == ([(chemin, 302)], 0)
    assert ("Écrite hier</textarea>" in page, envois.EXPIREE in page) == (True, True)


SECRETS = {"titulaire": "X", "iban": "FR76", "bic": "AAAA", "mot_de_passe": "p", "code": "1"}


def test_jamais_un_secret_ni_une_banque_ne_restent_dans_la_session(monde, connecter):
    """Every form of the house: its fields of passwords, codes and bank data are left out."""
    client = connecter(monde["signataire"])
    chemin = f"/dossiers/{monde['d']}/pieces/"
    marque = feuille(client, chemin)
    SessionOuverte.objects.all().delete()
    client.post(f"/dossiers/{monde['d']}/coordonnees/", {**SECRETS, envois.CHAMP: marque})
    assert client.session.get(envois.CLE, []) == []


@pytest.mark.parametrize(
    ("vers", "sent", "garde", "dites"),
    [
        ("coordonnees/", {**SECRETS, "vue": "12ab", "version": "3"}, False, [envois.JAMAIS_GARDES]),
        ("pieces/{}/ajouter/", {"fichier": "budget.pdf"}, False, [envois.FICHIERS]),
        ("pieces/", {"note": "Un mot"}, True, []),
        ("pieces/", {"note": "Un mot", "iban": "FR76"}, True, [envois.JAMAIS_GARDES]),
        ("pieces/", {"note": "Un mot" * 200_000}, False, [envois.TROP_LONG]),
        ("pieces/", {"acte": "publier", "note": " "}, False, []),
    ],
)
@pytest.mark.parametrize("par_le_jeton", [False, True])
def test_rien_n_est_dit_garde_qui_ne_l_est_pas(monde, vers, sent, garde, dites, par_le_jeton):
    """After a session that ended, or a token refused: what waits, and what does not, is said."""
    client = Client(enforce_csrf_checks=par_le_jeton)
    entree = "allauth.account.auth_backends.AuthenticationBackend"
    client.force_login(monde["signataire"], backend=entree)
    chemin = f"/dossiers/{monde['d']}/pieces/"
    document = DocumentDemande.objects.filter(
        appel=Dossier.objects.get(pk=monde["d"]).appel
    ).first()
    envoi = {**sent, envois.CHAMP: feuille(client, chemin)}
    if "fichier" in sent:
        envoi["fichier"] = SimpleUploadedFile(sent["fichier"], b"%PDF-1.4")
    if not par_le_jeton:
        SessionOuverte.objects.all().delete()
    adresse = f"/dossiers/{monde['d']}/{vers.format(document.pk)}"
    page = lisible(client.post(adresse, envoi, follow=True))
    assert (envois.CLE in client.session) is garde
    possibles = [envois.JAMAIS_GARDES, envois.FICHIERS, envois.TROP_LONG]
    assert [phrase for phrase in possibles if phrase in page] == dites
    promesse = envois.EXPIREE if par_le_jeton else SessionsTenues.GARDE
    assert (promesse in page) is garde
    assert (erreurs.EXPIRE in page) is (par_le_jeton and not garde)
