"""What every form of every role says when it is sent wrong: one way of saying it, everywhere.

The forms are those of the pages themselves (`tests/inventaire.py`).
"""

from collections import Counter

import lxml.html
import pytest

from tests import inventaire
from tests.contrat_ville.test_acces import monde  # noqa: F401

# Asked because of another answer, which its sentence names; a file, by the button that sends it.
# Who notices says a name and a mail, but for one reason; of three kinds of words, one at least.
SELON = {"adresse", "decision", "est_bancaire", "pourquoi", "nom", "courriel", "admet_experiences"}
pytestmark = [pytest.mark.django_db, pytest.mark.campagne]


@pytest.fixture
def etats(request, monkeypatch):
    inventaire.en_silence(monkeypatch)
    return inventaire.relever(request, en_entier=False).etats


def test_une_erreur_se_dit_partout_de_la_meme_facon(etats):
    """« Erreur : » first in the title; the summary focused, a link to each field; a field tied to
    its sentence; what is required was said before; a name of an element, given once.
    """
    assert len(etats) > 180
    fautes = []
    for vue in etats:
        page = lxml.html.fromstring(vue.html)
        noms = Counter(page.xpath("//@id"))
        fautes += [(str(vue), f"id deux fois : {nom}") for nom in noms if noms[nom] > 1]
        invalides = page.xpath("//main//*[@aria-invalid='true']")
        resume = page.xpath("//main//*[@id='erreurs']")
        if invalides or resume:
            fautes += [(str(vue), faute) for faute in dire(page, invalides, resume)]
        elif page.xpath("//main//*[contains(@class, 'erreur')]"):
            fautes.append((str(vue), "une erreur hors d’un champ et hors du résumé"))
        if " vide " in f" {vue.etat} ":
            fautes += [(str(vue), faute) for faute in annoncer(page, invalides)]
    assert fautes == []


def dire(page, invalides, resume) -> list[str]:
    fautes = []
    if not page.findtext(".//title").startswith("Erreur : "):
        fautes.append("le titre ne dit pas l’erreur")
    if len(resume) != 1:
        return [*fautes, f"{len(resume)} résumés"]
    if resume[0].get("autofocus") is None or resume[0].get("tabindex") != "-1":
        fautes.append("le résumé n’a pas le focus")
    liens = {lien.get("href") for lien in resume[0].iterfind(".//a")}
    for lien in liens - {f"#{e.get('id')}" for e in page.iter()}:
        fautes.append(f"lien qui ne mène nulle part : {lien}")
    for champ in invalides:
        groupe = champ.xpath("ancestor::fieldset[@aria-describedby][1]")
        dits = [*(champ.get("aria-describedby") or "").split()]
        dits += (groupe[0].get("aria-describedby") if groupe else "").split()
        if not any(page.xpath("//*[@id=$i]/text()[normalize-space()]", i=dit) for dit in dits):
            fautes.append(f"{champ.get('name')} : sa phrase ne lui est pas liée")
        if not groupe and f"#{champ.get('id')}" not in liens:
            fautes.append(f"{champ.get('name')} : sans lien dans le résumé")
    return fautes


def annoncer(page, invalides) -> list[str]:
    """A field that may not be empty said so before: in its label, or at the head of its form."""
    fautes = []
    for champ in invalides:
        if champ.get("type") == "file" or champ.get("name").rpartition("-")[2] in SELON:
            continue
        regle = " ".join(champ.xpath("ancestor::form[1]//*[@data-regle]//text()"))
        nom = " ".join(intitules(page, champ))
        if "obligatoire" not in nom and not (regle.startswith("Tous") and "facultatif" not in nom):
            fautes.append(f"{champ.get('name')} : obligatoire sans le dire avant")
    return fautes


def intitules(page, champ) -> list[str]:
    return [
        *page.xpath("//label[@for=$i]//text()", i=champ.get("id") or ""),
        *champ.xpath("ancestor::label[1]//text()"),
        *champ.xpath("ancestor::fieldset[1]/legend//text()"),
    ]


def test_une_eligibilite_vide_dit_ce_qui_manque(connecter):
    page = lxml.html.fromstring(connecter().get("/appel/eligibilite/").content)
    (formulaire,) = [f for f in page.forms if not f.action]
    reponse = connecter().get("/appel/eligibilite/", dict(formulaire.form_values()))
    envoyee = lxml.html.fromstring(reponse.content)
    liens = [lien.get("href") for lien in envoyee.iterfind(".//*[@id='erreurs']//a")]
    assert reponse.status_code == 422
    assert liens == [
        f"#id_{nom}_0" for nom in ("organisme", "quartiers", "budget", "investissement", "etat")
    ]
    assert envoyee.xpath("//form//*[@data-regle]/text()") == ["Tous les champs sont obligatoires."]
