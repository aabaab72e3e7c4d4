"""Without script: what is posted after the session ended comes back in its form, on every page."""

from html import escape

import pytest

from partenaires.models import SessionOuverte
from partenaires.socle import envois
from partenaires.socle.remplissage import Formulaire, Lecteur
from tests.contrat_ville.test_saisies_hostiles import AGENT, INSTRUCTION, PORTEUR, monde

__all__ = ["monde"]
pytestmark = [pytest.mark.django_db, pytest.mark.campagne]
TEXTES = {"text", "email", "url", "tel", "number", "search", "date", "time"}
LOIN = "/"


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
