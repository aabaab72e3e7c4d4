"""Every page of every role, and every form after an interaction, enumerated from the table of
addresses and from the pages themselves: a newcomer enters by itself.

All works without script: a form is sent by Django's client, and what comes back is read here, or
shown by a browser (`tests/navigateur/vitrine.py`). Hundreds of states in one set-up.
"""

import logging
import re
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import lxml.html
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, reverse

from appels.public.plan_du_site import AIDES
from appels.redaction.forms.partie import FORMULAIRES
from contrat_ville import acces
from partenaires.contenus.forms.registre import CONTENUS
from partenaires.socle import entree
from tests.contrat_ville.test_acces import adresse, etats_a_essayer

ORIGINE = "http://testserver"
# One person of each side; the long run opens the pages of all of them.
PROFILS = ("anonyme", "signataire", "administrateur", "responsable", "financeur")
TOUS = (*PROFILS, "agent", "redacteur", "lecteur", "etranger", "financeur_non_sollicite")
SORTIE = "/compte/logout/"
# Addresses that are several pages: all of them.
CHOIX = {
    "appels:partie": lambda monde: [(monde["brouillon"].pk, nom) for nom in FORMULAIRES],
    "appels:gabarit": lambda monde: [(decision, 0) for decision in ("accorde", "refuse")],
    "appels:aide_role": lambda monde: [(role,) for role in AIDES],
    "partenaires:contenus_liste": lambda monde: [(genre,) for genre in CONTENUS],
    "partenaires:contenu_nouveau": lambda monde: [
        (genre,) for genre, contenu in CONTENUS.items() if contenu.nouveau
    ],
}


@dataclass(frozen=True)
class Vue:
    """A page as it came back, and how to come to it."""

    qui: str
    nom: str
    chemin: str
    etat: str
    html: str

    def __str__(self) -> str:
        return f"{self.qui} {self.chemin} {self.etat}".strip()


def client_de(personne) -> Client:
    client = Client(raise_request_exception=False)
    if personne is not None:
        client.force_login(personne, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def en_silence(monkeypatch) -> None:
    """Refusals are meant here: they are not told in the log."""
    monkeypatch.setattr(logging.getLogger("django.request"), "disabled", True)


def squelette(html: str) -> frozenset[str]:
    """What a page is made of, whatever it says: the tags, classes and names of `main`."""
    principal = lxml.html.fromstring(html).find(".//main")
    if principal is None:
        return frozenset()
    return frozenset(
        f"{e.tag}.{e.get('class', '')}[{re.sub('[0-9]+', '0', e.get('name', ''))}]"
        for e in principal.iter()
    )


def est_une_page(reponse) -> bool:
    return reponse["Content-Type"].startswith("text/html")


def pages(monde, profils=PROFILS) -> list[Vue]:
    """Each page once, and again for who sees it made otherwise."""
    trouvees, connus = [], set()
    gens = {qui: monde["gens"][qui] for qui in profils}
    clients = {qui: client_de(personne) for qui, personne in gens.items()}
    for nom, porte in acces.table().items():
        if porte.est_un_geste:
            continue
        for qui, client in clients.items():
            if porte.passe and not (gens[qui] and porte.passe(gens[qui])):
                continue
            for chemin in chemins(nom, porte, monde):
                reponse = client.get(chemin)
                corps = b"".join(reponse).decode(errors="replace")
                assert reponse.status_code != 500, (qui, chemin)
                if reponse.status_code == 200 and est_une_page(reponse):
                    traits = (nom, squelette(corps))
                    if traits not in connus:
                        connus.add(traits)
                        trouvees.append(Vue(qui, nom, chemin, "", corps))
            if porte.nom == entree.public.nom:
                break
    return trouvees


def chemins(nom: str, porte, monde) -> list[str]:
    if porte is acces.COMPTE:
        try:
            return [reverse(nom)]
        except NoReverseMatch:  # a link of a mail: its own test opens it
            return []
    if nom in CHOIX:
        return [reverse(nom, args=arguments) for arguments in CHOIX[nom](monde)]
    return [adresse(nom, monde, monde[etat]) for etat in etats_a_essayer(nom, porte)]


# --- Forms -----------------------------------------------------------------------------------
ABSURDES = {"email": "x@", "date": "99/99/9999", "datetime-local": "99/99/9999", "time": "99:99"}
ABSURDE = "12O\u00a0€ ?"


def formulaires(vue: Vue) -> list:
    """The forms of the page, but signing out."""
    page = lxml.html.fromstring(vue.html)
    return [f for f in page.forms if urlsplit(f.action or "").path != SORTIE]


def traits_du_formulaire(vue: Vue, formulaire) -> tuple:
    """What makes two forms the same one: where they go and what they ask."""
    noms = frozenset(re.sub("[0-9]+", "0", nom) for nom in formulaire.fields)
    cible = urlsplit(urljoin(ORIGINE + vue.chemin, formulaire.action or "")).path
    return formulaire.method, re.sub("[0-9]+", "0", cible), noms


def sans_jeton(formulaire) -> dict[str, list[str]]:
    """What the browser would send, and the first button that sends."""
    valeurs: dict[str, list[str]] = {}
    for nom, valeur in formulaire.form_values():
        valeurs.setdefault(nom, []).append(valeur)
    bouton = formulaire.find(".//button[@name]")
    if bouton is not None and formulaire.find(".//button[@class='bouton']") is None:
        valeurs[bouton.get("name")] = [bouton.get("value", "")]
    return valeurs


def est_cache(champ) -> bool:
    return getattr(champ, "type", "") == "hidden"


def champs(formulaire):
    """(name, field) of what a person fills in; of a group, its first choice."""
    for nom in formulaire.fields:
        champ = formulaire.inputs[nom]
        if isinstance(champ, lxml.html.RadioGroup | lxml.html.CheckboxGroup):
            champ = champ[0]
        if not est_cache(champ) and getattr(champ, "type", "") not in ("submit", "button"):
            yield nom, champ


def vide(formulaire) -> dict:
    """All that a person fills in, left empty."""
    donnees: dict = sans_jeton(formulaire)
    for nom, champ in champs(formulaire):
        if getattr(champ, "type", "") in ("checkbox", "radio"):  # unticked, it is not sent
            donnees.pop(nom, None)
        elif nom in donnees:
            donnees[nom] = ""
    return donnees


def absurde(formulaire) -> dict:
    """Nothing that can be read, in every field."""
    donnees: dict = sans_jeton(formulaire)
    for nom, champ in champs(formulaire):
        nature = getattr(champ, "type", "")
        if nature == "checkbox":
            continue
        if nature == "file" and formulaire.method == "POST":
            donnees[nom] = SimpleUploadedFile("programme.exe", b"MZ\0\0")
        else:
            donnees[nom] = ABSURDES.get(nature, ABSURDE)
    return donnees


def ligne_ajoutee(formulaire) -> dict | None:
    """One more row, by the button that adds it."""
    for bouton in formulaire.iterfind(".//button[@name]"):
        if bouton.get("name").startswith("ajouter"):
            return {**sans_jeton(formulaire), bouton.get("name"): bouton.get("value", "")}
    return None


def fichier_refuse(formulaire) -> dict | None:
    fichiers = [nom for nom, champ in champs(formulaire) if getattr(champ, "type", "") == "file"]
    refuse = {nom: SimpleUploadedFile("programme.exe", b"MZ\0\0") for nom in fichiers}
    return {**sans_jeton(formulaire), **refuse} if fichiers else None


def conflit(formulaire) -> dict | None:
    """Somebody else wrote since the page was shown."""
    donnees = sans_jeton(formulaire)
    temoins = [nom for nom in donnees if nom.rpartition("-")[2] in ("version", "vue")]
    return {**donnees, **dict.fromkeys(temoins, "0")} if temoins else None


HORS_SESSION = "hors session"
GESTES = {
    "vide": vide,
    "absurde": absurde,
    "ligne ajoutée": ligne_ajoutee,
    "fichier refusé": fichier_refuse,
    "conflit": conflit,
    HORS_SESSION: sans_jeton,
}


def etats(monde, vues: list[Vue], gestes=tuple(GESTES)) -> list[Vue]:
    """What each form of these pages answers after each of these interactions."""
    connus, rendus = set(), []
    for vue in vues:
        for formulaire in formulaires(vue):
            traits = traits_du_formulaire(vue, formulaire)
            if traits in connus:
                continue
            connus.add(traits)
            for geste in gestes:
                donnees = GESTES[geste](formulaire)
                qui = None if geste == HORS_SESSION else monde["gens"][vue.qui]
                if donnees is not None:
                    rendus += envoyer(client_de(qui), vue, formulaire, geste, donnees)
    return rendus


@dataclass(frozen=True)
class Releve:
    """The pages and the states of forms, made once a process: they are words, no row is kept."""

    pages: list[Vue]
    etats: list[Vue]


RELEVES: dict[bool, Releve] = {}


def relever(request, *, en_entier: bool) -> Releve:
    """All of it, or what the suite looks at: fewer profiles, each form empty then absurd."""
    if en_entier not in RELEVES:
        monde = request.getfixturevalue("monde")
        vues = pages(monde, TOUS if en_entier else PROFILS)
        gestes = tuple(GESTES) if en_entier else ("vide", "absurde")
        RELEVES[en_entier] = Releve(vues, etats(monde, vues, gestes))
    return RELEVES[en_entier]


def envoyer(client: Client, vue: Vue, formulaire, geste: str, donnees: dict) -> list[Vue]:
    """The page that comes back; what it wrote is undone, so that each is sent to the same world."""
    cible = urljoin(ORIGINE + vue.chemin, formulaire.action or "").removeprefix(ORIGINE)
    with transaction.atomic():
        client.get(vue.chemin)
        envoi = client.post if formulaire.method == "POST" else client.get
        reponse = envoi(cible, donnees, follow=True)
        corps = b"".join(reponse).decode(errors="replace")
        transaction.set_rollback(True)
    assert reponse.status_code < 500, (str(vue), cible, geste)
    if not est_une_page(reponse):
        return []
    return [Vue(vue.qui, vue.nom, cible, f"{geste} {reponse.status_code}", corps)]
