"""Every form that somebody can type in, read from the pages themselves: a new one enters alone.

What is left out is left out by a rule of `EXCLUSIONS`, with its reason. Who is not signed in
(`SANS_COMPTE`) has no session to lose: what they write stays in their tab, on forms of more than a
line, and comes back from a server that refuses it.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

from django.forms import BoundField, Field
from django.test import Client
from django.urls import resolve, reverse

from appels.redaction.forms.partie import FORMULAIRES
from contrat_ville import acces
from partenaires.concertation import reperes
from partenaires.contenus.forms.registre import CONTENUS
from partenaires.socle import entree
from tests.contrat_ville.test_acces import adresse

# A form that holds one of these keeps nothing of what is typed in it, by law of the house.
SECRETS = {"current-password", "new-password", "one-time-code", "webauthn"}
NATURES = {"checkbox": "case", "radio": "choix"}
SANS_COMPTE = "anonyme"  # among those who look at the pages
SANS_FRAPPE = {"hidden", "submit", "button", "reset", "image", "file"}


@dataclass
class Champ:
    """One name of a form: what it is, and the values that can be chosen."""

    nom: str
    nature: str  # texte, zone, liste, case, choix
    attributs: dict[str, str]
    choix: list[str] = field(default_factory=list)
    valeurs: list[str] = field(default_factory=list)  # what the page shows
    espece: str = ""  # the class of the field of Django that reads it


@dataclass
class Formulaire:
    """A form of a page: where it goes, and what is in it."""

    rang: int  # among the forms of the page
    attributs: dict[str, str]
    champs: dict[str, Champ] = field(default_factory=dict)
    caches: dict[str, str] = field(default_factory=dict)
    fichiers: set[str] = field(default_factory=set)
    boutons: list[tuple[str, str]] = field(default_factory=list)

    @property
    def est_en_get(self) -> bool:
        return self.attributs.get("method", "get").lower() != "post"

    @property
    def est_secret(self) -> bool:
        return any(
            champ.attributs.get("type") == "password"
            or champ.attributs.get("autocomplete", "").split(" ")[0] in SECRETS
            for champ in self.champs.values()
        )

    @property
    def s_enregistre_seul(self) -> bool:
        return "data-saisie" in self.attributs

    @property
    def s_envoie_par_case(self) -> bool:
        """Each field leaves by itself once typed, and says so in its place: the matrix."""
        return bool(self.attributs.get("data-matrice"))

    @property
    def s_envoie_seul(self) -> bool:
        return self.s_enregistre_seul or self.s_envoie_par_case

    @property
    def est_long(self) -> bool:
        """More than a line is written in it."""
        return any(champ.nature == "zone" for champ in self.champs.values())

    @property
    def s_ecrit(self) -> bool:
        """Somebody types in it, and does not only choose."""
        return any(
            champ.nature in ("texte", "zone") and champ.attributs.get("tabindex") != "-1"
            for champ in self.champs.values()
        )


class Page(HTMLParser):
    """The forms of a page with what they show."""

    def __init__(self, html: str):
        super().__init__()
        self.formulaires: list[Formulaire] = []
        self.par_id: dict[str, Formulaire] = {}
        self._ouvert: Formulaire | None = None
        self._zone: Champ | None = None
        self._liste: Champ | None = None
        self._fermes = 0  # fieldsets that are disabled
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributs = {nom: valeur or "" for nom, valeur in attrs}
        if tag == "form":
            self._ouvert = Formulaire(len(self.formulaires), attributs)
            self.formulaires.append(self._ouvert)
            self.par_id[attributs.get("id", "")] = self._ouvert
        elif tag == "option" and self._liste:
            self._liste.choix.append(attributs.get("value", ""))
            if "selected" in attributs:
                self._liste.valeurs.append(attributs.get("value", ""))
        elif tag in ("input", "textarea", "select", "button"):
            porteur = self.par_id.get(attributs["form"]) if "form" in attributs else self._ouvert
            if porteur and "disabled" not in attributs:
                self._champ(porteur, tag, attributs)

    def _champ(self, porteur: Formulaire, tag: str, attributs: dict[str, str]) -> None:
        nom, nature = attributs.get("name", ""), attributs.get("type", "text")
        if tag == "button":
            if nom:
                porteur.boutons.append((nom, attributs.get("value", "")))
        elif not nom:
            return
        elif tag == "input" and nature == "hidden":
            porteur.caches[nom] = attributs.get("value", "")
        elif tag == "input" and nature == "file":
            porteur.fichiers.add(nom)
        elif tag == "input" and nature in SANS_FRAPPE:
            return
        elif tag == "input" and nature in NATURES:
            champ = porteur.champs.setdefault(nom, Champ(nom, NATURES[nature], attributs))
            champ.choix.append(attributs.get("value", "on"))
            if "checked" in attributs:
                champ.valeurs.append(attributs.get("value", "on"))
        elif tag == "input":
            valeur = attributs.get("value", "")
            porteur.champs[nom] = Champ(nom, "texte", attributs, valeurs=[valeur])
        elif tag == "textarea":
            self._zone = porteur.champs[nom] = Champ(nom, "zone", attributs, valeurs=[""])
        else:
            self._liste = porteur.champs[nom] = Champ(nom, "liste", attributs)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._ouvert = None
        elif tag == "textarea" and self._zone:
            # The line end that follows the tag is not of the text.
            self._zone.valeurs[0] = self._zone.valeurs[0].removeprefix("\n")
            self._zone = None
        elif tag == "select" and self._liste:
            if not self._liste.valeurs and "multiple" not in self._liste.attributs:
                self._liste.valeurs = self._liste.choix[:1]
            self._liste = None

    def handle_data(self, data: str) -> None:
        if self._zone:
            self._zone.valeurs[0] += data


# --- What is left out, and why ---------------------------------------------------------------

EXCLUSIONS: dict[str, Callable[["Vu"], bool]] = {
    "recherche ou filtre : rien n’est écrit": lambda vu: vu.formulaire.est_en_get,
    "connexion, mots de passe et codes": lambda vu: (
        vu.formulaire.est_secret
        or "code" in vu.formulaire.champs
        or vu.vers.startswith(("account_", "mfa_"))
    ),
    "coordonnées bancaires : jamais gardées sur un appareil": lambda vu: (
        vu.vers == "appels:coordonnees"
    ),
    "des boutons ou des fichiers, aucun champ": lambda vu: not vu.formulaire.champs,
    "des choix seulement : rien n’est tapé": lambda vu: (
        not vu.formulaire.s_enregistre_seul and not vu.formulaire.s_ecrit
    ),
    "sans compte, une ligne : elle se tape de nouveau": lambda vu: (
        vu.qui == SANS_COMPTE and not vu.formulaire.est_long
    ),
}


def exclusion(vu: "Vu") -> str:
    """Why this form is left out; empty when it is tried."""
    return next((raison for raison, exclut in EXCLUSIONS.items() if exclut(vu)), "")


# --- The walk --------------------------------------------------------------------------------


@dataclass
class Vu:
    """A form as one role meets it."""

    qui: str
    page: str  # the address where it stands
    formulaire: Formulaire

    @property
    def vers(self) -> str:
        """The name of the address that it is sent to."""
        action = self.formulaire.attributs.get("action", "")
        return nom_de(action if action.startswith("/") else self.page)

    @property
    def est_public(self) -> bool:
        action = self.formulaire.attributs.get("action", "")
        vue = resolve(urlsplit(action if action.startswith("/") else self.page).path).func
        return entree.est_publique(vue)

    @property
    def nom(self) -> str:
        """What it is called in a list of failures."""
        ici = nom_de(self.page)
        return ici if self.vers == ici else f"{ici} → {self.vers}"

    def noms(self) -> set[tuple[str, str]]:
        """Its fields, rows put together; without account, another script keeps them."""
        ou = f"{self.nom}, sans compte" if self.qui == SANS_COMPTE else self.nom
        return {(ou, re.sub(r"\d+", "#", nom)) for nom in self.formulaire.champs}


def nom_de(chemin: str) -> str:
    """The name of an address; with what it carries when that is a word: another form is there."""
    lieu = resolve(urlsplit(chemin).path)
    mots = [str(v) for v in lieu.kwargs.values() if not str(v).isdigit() and len(str(v)) < 20]
    return " ".join([lieu.view_name or lieu.route, *mots])


@contextmanager
def especes_notees(noms: dict[str, str]) -> Iterator[None]:
    """While pages are made: {name of a field: its class}."""
    dessiner = BoundField.as_widget

    def noter(champ: BoundField, *arguments, **options):
        noms[champ.html_name] = " ".join(
            classe.__name__ for classe in type(champ.field).__mro__ if issubclass(classe, Field)
        )
        return dessiner(champ, *arguments, **options)

    BoundField.as_widget = noter  # type: ignore[method-assign]
    try:
        yield
    finally:
        BoundField.as_widget = dessiner  # type: ignore[method-assign]


def lire(client: Client, page: str) -> list[Formulaire]:
    """The forms of a page as the server shows them; none when it shows no page."""
    especes: dict[str, str] = {}
    with especes_notees(especes):
        reponse = client.get(page)
        corps = b"".join(reponse)  # a streamed file is read to its end
    if reponse.status_code != 200 or "html" not in reponse.headers.get("Content-Type", ""):
        return []
    trouves = Page(corps.decode()).formulaires
    for formulaire in trouves:
        for champ in formulaire.champs.values():
            champ.espece = especes.get(champ.nom, "")
    return trouves


# Addresses of one name whose pages hold forms of their own.
VARIANTES: dict[str, Callable[[dict], list[list]]] = {
    "appels:partie": lambda monde: [[monde["brouillon"].pk, partie] for partie in FORMULAIRES],
    **{
        nom: lambda monde: [
            [reperes.jeton("suivi", monde[parole].pk)] for parole in ("parole", "ecartee")
        ]
        for nom in ("appels:suivi", "appels:corriger_une_parole")
    },
    **{
        nom: lambda monde: [[monde[seance].pk] for seance in ("comite", "fixee")]
        for nom in ("appels:comite", "appels:ordre_du_jour", "appels:reglages_du_comite")
    },
    "appels:seance": lambda monde: [[monde[seance].pk, 1] for seance in ("comite", "fixee")],
    "partenaires:contenu": lambda _: [
        [genre, objet.pk]
        for genre, contenu in CONTENUS.items()
        if (objet := contenu.objets().first())
    ],
    "partenaires:contenu_nouveau": lambda _: [
        [genre] for genre, contenu in CONTENUS.items() if contenu.nouveau
    ],
}


def pages(monde: dict, etats: tuple[str, ...]) -> list[str]:
    """Every address of ours that answers to a GET, once for each state of a dossier."""
    trouvees: dict[str, None] = {}
    for nom, porte in acces.table().items():
        if porte.est_un_geste or porte is acces.COMPTE:  # sign-in pages: nothing there is kept
            continue
        if nom in VARIANTES:
            for arguments in VARIANTES[nom](monde):
                trouvees[reverse(nom, args=arguments)] = None
        else:
            for etat in etats:
                trouvees[adresse(nom, monde, monde[etat])] = None
    return list(trouvees)


def parcourir(clients: dict[str, Client], chemins: list[str]) -> list[Vu]:
    """Each form that each role is shown; the same one twice on a page is one."""
    vus: dict[tuple, Vu] = {}
    for qui, client in clients.items():
        for page in chemins:
            for formulaire in lire(client, page):
                vu = Vu(qui, page, formulaire)
                vus.setdefault((qui, vu.nom, frozenset(vu.noms())), vu)
    return list(vus.values())


def une_fois_chacun(vus: list[Vu]) -> list[Vu]:
    """As few of them as hold every field of every form."""
    gardes: list[Vu] = []
    connus: set[tuple[str, str]] = set()
    for vu in sorted(vus, key=lambda vu: -len(vu.formulaire.champs)):
        if vu.noms() - connus:
            connus |= vu.noms()
            gardes.append(vu)
    return gardes
