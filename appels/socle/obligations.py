"""What the site declares of itself: the RGAA grid, the weight of its pages, what each form asks."""

import json
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import chain
from operator import itemgetter
from pathlib import Path
from typing import Any

from django.conf import settings

from partenaires.comptes import navigateurs
from quartiers.francais import accorder

UN_JOUR = 86_400  # seconds
GABARITS = settings.RACINE / "templates"
DONNEES = Path(__file__).parent / "donnees"
# Opened without an account, these pages hold a form that writes: the token is set on opening.
PAGES_A_JETON = {
    "account_login": "Se connecter",
    "account_signup": "Créer un compte",
    "account_reset_password": "Mot de passe oublié",
    "appels:ecrire_au_service": "Écrire au service",
    "appels:commencer": "Commencer un projet",
    "appels:suivre": "Suivre ma contribution",
}
# And these, that one reaches by a link received, a code, or once an account is asked for.
PAGES_A_JETON_PAR_LIEN = {
    "account_confirm_email": "confirmer son adresse",
    "account_email_verification_sent": "redemander ce courriel",
    "account_reset_password_from_key": "choisir un nouveau mot de passe",
    "partenaires:invitation": "accepter une invitation",
    "appels:depart": "retrouver un brouillon gardé",
    "appels:depart_garde": "corriger l’adresse d’un brouillon gardé",
    "appels:verifier_code": "comparer un fichier à un récépissé ou à une lettre",
    "appels:ecrire": "écrire une contribution",
    "appels:suivi": "suivre la sienne",
    "appels:corriger_une_parole": "la corriger et la renvoyer",
    "appels:utile": "dire si une réponse est utile",
    "appels:moi_aussi": "dire « Moi aussi »",
    "appels:signaler": "signaler un contenu illicite",
    "appels:suivre_un_quartier": "suivre un quartier par courriel",
    "appels:confirmer": "confirmer ce suivi",
    "appels:arreter": "l’arrêter",
}
# Whose templates ask for a script, by the folder they stand in: what one does there.
FAMILLES_DE_PAGES = {
    "appels/public": "Lire, sans compte",
    "account": "Se connecter, créer un compte",
    "mfa": "Protéger son compte",
    "appels/redaction": "Écrire un dossier",
    "appels/depot": "Relire et déposer",
    "appels/instruction": "Instruire",
    "appels/decision": "Donner un avis, décider",
    "partenaires": "Gérer un organisme, une équipe, les contenus",
}
SANS_COMPTE = {"appels/public", "account"}
MODULE = re.compile(r'static "js/(?P<nom>\w+)\.js"')
ETATS = {
    "conforme": "Conforme",
    "non_conforme": "Non conforme",
    "non_applicable": "Non applicable",
    "non_verifie": "Pas encore vérifié par une personne",
}

FORMULAIRES = [  # what is asked, why, who reads it (METIER §6.4)
    (
        "Le compte",
        "Adresse électronique, mot de passe (gardé sous une forme illisible), prénom et nom ; le "
        "jour et l’appareil de chaque connexion",
        "Vous reconnaître, vous écrire au sujet de vos dossiers, voir une connexion qui n’est pas "
        "la vôtre",
        "Vous, votre organisme, le service",
    ),
    (
        "Le projet commencé sans compte",
        "Un titre, un quartier, un axe, un public, un montant, des dates, les réponses à « Puis-je "
        "répondre ? », une adresse électronique",
        "Vous rendre vos réponses par un lien, qui sert sept jours ; soixante au plus tant qu’un "
        "organisme n’a pas répondu à votre demande",
        "Vous ; puis, dans le dossier, les membres de votre organisme",
    ),
    (
        "L’organisme",
        "Nom, numéros SIRET et RNA, coordonnées de la personne qui le représente, "
        "justificatif de qualité",
        "Savoir qui demande, et au nom de qui",
        "Les membres de l’organisme, le service",
    ),
    (
        "Le dossier",
        "Le projet, ses lieux, ses publics en nombre, son budget, ses pièces",
        "Instruire la demande",
        "Les membres de l’organisme ; le service, si le brouillon lui est ouvert ; une fois "
        "déposé, le service et les financeurs sollicités, sans les coordonnées des "
        "personnes pour ces derniers",
    ),
    (
        "La demande reçue sur papier",
        "L’original numérisé, la personne qui l’a signé, l’agent qui l’a saisie",
        "Instruire la demande de qui n’écrit pas en ligne",
        "Les membres de l’organisme, le service, les financeurs sollicités",
    ),
    (
        "Les messages sur un dossier",
        "Un texte, des fichiers",
        "Poser une question, y répondre",
        "Les membres de l’organisme, le service ; jamais les financeurs",
    ),
    (
        "Écrire au service",
        "Un nom, une adresse électronique, un texte",
        "Répondre à la question",
        "Le service, par courriel",
    ),
    (
        "La contribution à une consultation",
        "Un texte, son type, un quartier ; un pseudonyme et un courriel, si vous le voulez",
        "Savoir ce que vivent les habitantes et les habitants, leur répondre",
        "Tout le monde, une fois relue, ou dès l’envoi avec un compte vérifié quand la "
        "consultation le dit ; le courriel, le service seul, pour répondre",
    ),
    (
        "Le signalement d’un contenu illicite",
        "Une raison, une explication ; un nom et un courriel, sauf pour une atteinte à un mineur",
        "Décider, et dire la décision à qui a signalé",
        "Le service",
    ),
    (
        "Le suivi d’un quartier",
        "Une adresse électronique, effacée quand le suivi s’arrête",
        "Dire ce qui y est publié, une fois par jour au plus",
        "Personne : l’envoi est automatique",
    ),
    (
        "Les notes et signalements du service",
        "Un texte sur un dossier, le nom de l’agent et la date",
        "Instruire la demande ; un avis peut être communiqué après la décision (code des relations "
        "entre le public et l’administration, art. L. 311-2)",
        "Les agents du service",
    ),
    (
        "L’avis d’un financeur",
        "Un avis, son motif, un montant proposé, le nom de qui l’écrit",
        "Instruire la demande ; un avis peut être communiqué après la décision (code des relations "
        "entre le public et l’administration, art. L. 311-2)",
        "Ce financeur seul, puis les autres financeurs et le service quand il le partage",
    ),
    (
        "La fermeture du compte",
        "Le nom reste à côté de ce qui a été écrit, attesté ou déposé ; adresse et accès "
        "disparaissent",
        "Garder la preuve des actes",
        "Les mêmes qu’avant",
    ),
    (
        "Les coordonnées bancaires",
        "Titulaire, IBAN, BIC, relevé d’identité bancaire : chiffrés, masqués à l’écran",
        "Verser l’aide accordée",
        "Qui rédige dans l’organisme ; une fois déposé, le service. Chaque ouverture est notée",
    ),
    (
        "« Suis-je dans un quartier prioritaire ? »",
        "Une adresse ou un point, que le portail ne garde pas ; "
        "l’adresse est transmise au géocodeur national quand cette recherche est proposée",
        "Répondre à la question",
        "Personne",
    ),
    (
        "La vérification d’un récépissé ou d’une lettre",
        "Un code ou un fichier, lu en mémoire et non gardé",
        "Dire si le document est authentique",
        "Personne",
    ),
]


@cache
def grille() -> dict:
    """The 106 criteria, as kept in `donnees/rgaa.json`."""
    return json.loads((DONNEES / "rgaa.json").read_text(encoding="utf-8"))


def par_thematique() -> list[dict]:
    """The thirteen themes; each criterion with its state in words and its date."""
    return [
        {**theme, "criteres": [_critere(critere) for critere in theme["criteres"]]}
        for theme in grille()["thematiques"]
    ]


def _critere(critere: dict) -> dict:
    """A criterion as kept, its state in words and the day when it was checked; empty if never."""
    jour = critere["date"] and date.fromisoformat(critere["date"])
    return {**critere, "libelle": ETATS[critere["etat"]], "jour": jour}


@cache
def bilan() -> dict:
    """The counts of the grid and what may be said from them.

    « Non conforme » until every applicable criterion has been checked by a person: without a valid
    audit the law allows no other words (METIER §6.5).
    """
    criteres = list(chain.from_iterable(theme["criteres"] for theme in grille()["thematiques"]))
    nombres = Counter(critere["etat"] for critere in criteres)
    verifies = nombres["conforme"] + nombres["non_conforme"]
    taux = None
    if verifies and not nombres["non_verifie"]:
        taux = 100 * nombres["conforme"] / verifies
    return {
        "total": len(criteres),
        "nombres": [(ETATS[etat], nombres[etat]) for etat in ETATS],
        "est_audite": taux is not None,
        "taux": taux,
        "mention": _mention(taux),
        "source": grille()["source"],
        "non_conformites": [critere for critere in criteres if critere["etat"] == "non_conforme"],
        "le": max(date.fromisoformat(critere["date"]) for critere in criteres if critere["date"]),
    }


def _mention(taux: float | None) -> str:
    """One of the three official wordings."""
    if taux is None or taux < 50:
        return "non conforme"
    return "totalement conforme" if taux == 100 else "partiellement conforme"


@dataclass(frozen=True)
class Cookie:
    """One that the portal sets: what for, when, for how long."""

    nom: str
    but: str
    quand: str
    duree: str


def pages_a_jeton(*, ecrit_au_service: bool) -> dict[str, str]:
    """{name: words} of the pages that set a cookie when they are opened without an account.

    There is nothing to send to a service that gives no address.
    """
    if ecrit_au_service:
        return PAGES_A_JETON
    return {nom: dit for nom, dit in PAGES_A_JETON.items() if nom != "appels:ecrire_au_service"}


def cookies() -> list[Cookie]:
    """Each of them, as the settings say."""
    return [
        Cookie(
            settings.CSRF_COOKIE_NAME,
            "Vérifier qu’un formulaire envoyé vient bien de vous",
            "À l’ouverture d’une page où l’on écrit",
            accorder(settings.CSRF_COOKIE_AGE // UN_JOUR, "jour"),
        ),
        Cookie(
            settings.SESSION_COOKIE_NAME,
            "Vous reconnaître d’une page à l’autre",
            "Quand vous vous connectez, ou commencez à créer un compte",
            f"{accorder(settings.SESSION_COOKIE_AGE // 3600, 'heure')} au plus",
        ),
        Cookie(
            settings.NAVIGATEUR_COOKIE_NAME,
            "Reconnaître ce navigateur à la connexion, pour que personne ne puisse vous bloquer en "
            "essayant des mots de passe à votre place",
            "Quand vous vous connectez",
            accorder(navigateurs.DUREE // UN_JOUR, "jour"),
        ),
    ]


@cache
def scripts() -> list[tuple[str, int, list[str]]]:
    """(what one does, how many pages, the modules that they load), read from the templates.

    Those of every page of somebody signed in stand in the base of all.
    """
    lus = []
    de_toutes = set(MODULE.findall((GABARITS / "base.html").read_text(encoding="utf-8")))
    for dossier, nom in FAMILLES_DE_PAGES.items():
        textes = [
            page.read_text(encoding="utf-8")
            for page in sorted((GABARITS / dossier).rglob("*.html"))
        ]
        pages = [texte for texte in textes if texte.startswith("{% extends")]
        modules = {trouve["nom"] for texte in textes for trouve in MODULE.finditer(texte)}
        if dossier not in SANS_COMPTE:
            modules |= de_toutes
        lus.append((nom, len(pages), sorted(modules)))
    return lus


def familles() -> list[dict]:
    """What was measured, by family of pages: the heaviest of each, never the mean."""
    groupes: dict[str, list[dict]] = {}
    for page in mesures()["pages"]:
        groupes.setdefault(page["famille"], []).append(page)
    return [
        {
            "nom": nom,
            "pages": len(pages),
            **{
                quoi: max(page[quoi] for page in pages)
                for quoi in ("elements", "requetes", "scripts", "ko", "ko_seconde")
            },
            **min(
                ({"score": page["score"], "note": page["note"]} for page in pages),
                key=itemgetter("score"),
            ),
        }
        for nom, pages in groupes.items()
    ]


@cache
def mesures() -> dict:
    """What `manage.py mesurer --ecrire` found.

    {le, pages: [{famille, chemin, elements, requetes, scripts, ko, note…}]}.
    """
    fichier = DONNEES / "ecoconception.json"
    contenu = json.loads(fichier.read_text(encoding="utf-8"))
    return {**contenu, "le": date.fromisoformat(contenu["le"])}


@dataclass(frozen=True)
class Cout:
    """What the dearest page of a space asks of the server; the pages of every role are in it."""

    espace: str
    pages: int
    requetes: int
    lignes: int
    ms: int
    ko: float
    elements: int


@cache
def couts() -> dict[str, Any]:
    """What `manage.py mesurer --pages --ecrire` found: {le, dossiers, espaces}; empty before.

    One `Cout` a space, the public first; `dossiers`: how many were deposited.
    """
    fichier = DONNEES / "pages.json"
    if not fichier.exists():
        return {}
    contenu = json.loads(fichier.read_text(encoding="utf-8"))
    par_espace: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for page in contenu["pages"]:
        par_espace[page["espace"]].append(page)
    return {
        "le": date.fromisoformat(contenu["le"]),
        "dossiers": contenu["tailles"]["à"],
        "espaces": [
            Cout(
                espace=espace,
                pages=len({page["nom"] for page in pages}),
                requetes=max(page["requetes"] for page in pages),
                lignes=max(page["lignes"][-1] for page in pages),
                ms=round(max(page["ms"][-1] for page in pages)),
                ko=max(page["ko"] for page in pages),
                elements=max(page["elements"] for page in pages),
            )
            for espace, pages in sorted(par_espace.items(), key=_public_d_abord)
        ],
    }


def _public_d_abord(espace: tuple[str, Any]) -> tuple[bool, str]:
    return espace[0] != "Sans compte", espace[0]
