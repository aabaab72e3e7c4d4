"""What was posted and could not be received is kept through a sign-in, without script.

A session that ended, a token refused: the fields wait in the session of the browser, for the person
to whom the form was shown and for nobody else. Signed in again, this person finds the form filled;
nothing is executed by itself. Passwords, codes, bank data and files never wait.

Docs: `docs/enregistrement.md` §10.
"""

import json
import re
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from secrets import token_hex
from typing import Any
from urllib.parse import urlsplit

from django.contrib.messages import ERROR, get_messages
from django.contrib.messages.storage.base import BaseStorage
from django.core import signing
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.html import format_html, format_html_join

from partenaires.socle import remplissage

CHAMP = "feuille"  # the hidden field that carries the mark
CLE = "envois_gardes"  # of the session
SEL = "partenaires.socle.envois"
RECUS = "envois"  # of the session: the marks of the sendings that were received
RECUS_MAX = 20
GARDES_MAX = 3  # the last ones, of one browser
TAILLE_MAX = 1_000_000  # characters of one sending: more is not text that somebody typed
DOUBLON = 3600  # seconds during which the same sending is known again
DEJA_RECU = "Votre envoi précédent est déjà reçu : il n’est pas fait deux fois."
OUBLIER = "oublier"  # asked by the address of the page: what waits for it is forgotten
HORS_SAISIE = {"csrfmiddlewaretoken", CHAMP, "envoi"}
# Never kept: passwords and codes, bank data. « code » alone: `a-0-code` is an account of the plan.
SECRETS = re.compile(r"mot_de_passe|password|iban|\bbic\b|titulaire|^code$|^otp|^credential$", re.I)
# Sent with a form, and written by nobody: what the page showed, which object, which button.
TECHNIQUES = re.compile(
    r"(^|-)(vue?|vus|lue?|cle|marque|lot|echantillon|porte_sur|version|chaine|acte|quoi|id)$"
    r"|^vu-|_FORMS$",
    re.I,
)
FINIE = "Votre session était finie : voici ce que vous aviez écrit, pas encore enregistré."
EXPIREE = "Cette page avait expiré : voici ce que vous aviez écrit, pas encore enregistré."
FICHIERS = "Les fichiers ne sont pas gardés : choisissez-les de nouveau."
JAMAIS_GARDES = (
    "Ni coordonnées bancaires, ni mots de passe, ni codes ne sont gardés : écrivez-les de nouveau."
)
TROP_LONG = "Ce que vous aviez écrit est trop long pour être gardé."
LAISSE = "Ce que vous aviez écrit ailleurs dans cette page est ici, pas encore enregistré."
A_COPIER = "Ces réponses n’ont plus leur place dans la page. Votre texte, à copier"


@dataclass(frozen=True)
class Envoi:
    """One sending that waits: of whom, posted where, from which page, its fields."""

    personne: int
    adresse: str
    page: str
    champs: dict[str, list[str]]
    phrase: str = FINIE


@dataclass(frozen=True)
class Garde:
    """What became of a sending that no view received, said as it is."""

    page: str = ""  # that showed the form, to come back to; empty when it is not one of ours
    mots: bool = False  # what was written waits
    secrets: bool = False
    fichiers: bool = False
    trop_long: bool = False

    @property
    def manques(self) -> list[str]:
        """What does not wait, a sentence each."""
        phrases = [TROP_LONG] if self.trop_long else []
        phrases += [JAMAIS_GARDES] if self.secrets else []
        return phrases + ([FICHIERS] if self.fichiers else [])


def marquer(request: HttpRequest) -> str:
    """The mark of a form shown on this page to this person; empty for who is not signed in."""
    if not _est_connecte(request):
        return ""
    if not hasattr(request, "feuille"):
        # An act that shows again the page it was done from says so: its own address shows nothing.
        page = getattr(request, "page_montree", request.get_full_path())
        feuille = [request.user.pk, page, token_hex(4)]
        request.feuille = signing.dumps(feuille, salt=SEL)  # type: ignore[attr-defined]
    return request.feuille  # type: ignore[attr-defined]


def _est_connecte(request: HttpRequest) -> bool:
    utilisateur = getattr(request, "user", None)
    return utilisateur is not None and utilisateur.is_authenticated


def _marque_lue(request: HttpRequest) -> tuple[int, str] | None:
    """Whose form it is and the page that showed it; None when the mark is not ours."""
    try:
        personne, page, _tirage = signing.loads(request.POST.get(CHAMP, ""), salt=SEL)
    except (signing.BadSignature, ValueError):
        return None
    return personne, page


def garder(request: HttpRequest, raison: str = FINIE) -> Garde:
    """Keep what is posted for its person; `raison` is said with it in its page.

    The script keeps its own copy: what it sends does not wait here.
    """
    par_le_script = request.headers.get("Accept", "").startswith("application/json")
    if request.method != "POST" or par_le_script:
        return Garde()
    lue = _marque_lue(request)
    if lue is None:
        return Garde()
    personne, page = lue
    if _est_connecte(request) and request.user.pk != personne:
        return Garde()
    ecrits = {nom: valeurs for nom, valeurs in request.POST.lists() if any(map(str.strip, valeurs))}
    champs = _a_garder(request)
    a_des_mots = any(nom in ecrits and not TECHNIQUES.search(nom) for nom in champs)
    est_trop_long = sum(len(v) for valeurs in champs.values() for v in valeurs) > TAILLE_MAX
    garde = Garde(
        page,
        mots=a_des_mots and not est_trop_long,
        secrets=any(map(SECRETS.search, ecrits)),
        fichiers=bool(request.FILES),
        trop_long=a_des_mots and est_trop_long,
    )
    if garde.mots:
        envoi = Envoi(personne, request.path, page, champs, " ".join([raison, *garde.manques]))
        autres = [un for un in _gardes(request) if un.adresse != envoi.adresse]
        _ranger(request, [*autres, envoi][-GARDES_MAX:])
    return garde


def _a_garder(request: HttpRequest) -> dict[str, list[str]]:
    """The fields that may wait."""
    return {
        nom: [str(valeur) for valeur in valeurs]
        for nom, valeurs in request.POST.lists()
        if nom not in HORS_SAISIE and not SECRETS.search(nom)
    }


def _gardes(request: HttpRequest) -> list[Envoi]:
    return [Envoi(**garde) for garde in request.session.get(CLE, [])]


def _ranger(request: HttpRequest, envois: list[Envoi]) -> None:
    request.session[CLE] = [asdict(envoi) for envoi in envois]


def recevoir(request: HttpRequest, reponse: HttpResponseBase) -> None:
    """Posted, and answered by its view: what waited for it is over, and its mark is known."""
    est_arrive = _est_arrive(request, reponse)
    _retenir_ou_rouvrir(request, reponse, est_arrive)
    envoi = request.POST.get("envoi", "")[:40]
    if envoi and est_arrive:
        recus = [*request.session.get(RECUS, []), envoi]
        request.session[RECUS] = recus[-RECUS_MAX:]
    gardes = _gardes(request)
    restants = [garde for garde in gardes if garde.adresse != request.path]
    restants += getattr(request, "envoi_laisse", [])
    if restants != gardes:
        _ranger(request, restants[-GARDES_MAX:])


def laisser(request: HttpRequest, champs: dict[str, list[str]]) -> None:
    """What the act asked by this button did not take of its page waits there, as after a sign-in.

    `champs` are those of `request.POST` that hold something; empty ones wait for nobody.
    """
    lue = _marque_lue(request)
    ecrits = {nom: valeurs for nom, valeurs in champs.items() if any(valeurs)}
    if lue is not None and ecrits and est_de_cette_personne(request):
        envoi = Envoi(lue[0], request.path, lue[1], ecrits, LAISSE)
        request.envoi_laisse = [envoi]  # type: ignore[attr-defined]


# --- The same sending twice ----------------------------------------------------------------------


def doublon_de(request: HttpRequest) -> str | None:
    """Where the same sending, from the same page as it was drawn, led; None for a first one.

    A double click, a page sent again: two requests at once, the table of tries lets one in.
    """
    lue = _marque_lue(request)
    par_le_script = request.headers.get("Accept", "").startswith("application/json")
    if lue is None or par_le_script or not est_de_cette_personne(request) or request.FILES:
        return None
    cle = _cle(request)
    if caches["default"].add(cle, "", timeout=DOUBLON):
        request.cle_de_l_envoi = cle  # type: ignore[attr-defined]
        return None
    _personne, page = lue
    return caches["default"].get(cle) or page


def _cle(request: HttpRequest) -> str:
    """The person, the drawing of the page, the address, and what is sent."""
    champs = sorted((nom, v) for nom, v in request.POST.lists() if nom not in HORS_SAISIE)
    tout = [request.path, request.POST[CHAMP], champs]
    return "envoi-" + sha256(json.dumps(tout).encode()).hexdigest()


def _retenir_ou_rouvrir(request: HttpRequest, reponse: HttpResponseBase, est_arrive: bool) -> None:
    """What arrived is not done again; what was refused may be sent again as it is."""
    cle = getattr(request, "cle_de_l_envoi", "")
    if cle and est_arrive and isinstance(reponse, HttpResponseRedirect):
        caches["default"].set(cle, reponse.url, timeout=DOUBLON)
    elif cle:
        caches["default"].delete(cle)


def est_de_cette_personne(request: HttpRequest) -> bool:
    """The form posted was shown to who posts it: what it holds may be shown back."""
    lue = _marque_lue(request)
    return lue is not None and _est_connecte(request) and lue[0] == request.user.pk


def est_une_feuille(request: HttpRequest) -> bool:
    """The form posted is one of ours, whoever reads it: all that can be known without database."""
    return _marque_lue(request) is not None


def _est_arrive(request: HttpRequest, reponse: HttpResponseBase) -> bool:
    """A view that received what was sent leads elsewhere, and says no error on the next page."""
    messages = get_messages(request)
    erreurs = [message for message in messages if message.level >= ERROR]
    if isinstance(messages, BaseStorage):
        messages.used = False  # they are for the next page
    return isinstance(reponse, HttpResponseRedirect) and not erreurs


def rendre(request: HttpRequest, reponse: HttpResponseBase) -> None:
    """Fill the form of the page with what waits for it; somebody else's is forgotten."""
    if CLE not in request.session or not _est_connecte(request):
        return
    gardes = _gardes(request)
    suite = []
    for envoi in gardes:
        if envoi.personne != request.user.pk:
            continue
        if urlsplit(envoi.page).path != request.path:
            suite.append(envoi)
        elif OUBLIER not in request.GET:
            suite.append(_rendre_ici(request, reponse, envoi))
    if suite != gardes:
        _ranger(request, suite)


def _rendre_ici(request: HttpRequest, reponse: HttpResponseBase, envoi: Envoi) -> Envoi:
    """The same sending, filled in the page; sent elsewhere, it follows."""
    if isinstance(reponse, HttpResponseRedirect):
        vers = urlsplit(reponse.url)
        return envoi if vers.netloc else replace(envoi, page=vers.path)
    if isinstance(reponse, HttpResponse) and "html" in reponse.headers.get("Content-Type", ""):
        page = reponse.content.decode(reponse.charset)
        remplie, restants = remplissage.remplir(
            page,
            ici=request.path,
            adresse=envoi.adresse,
            champs=envoi.champs,
            avis=_avis(request, envoi.phrase),
        )
        remplie = remplissage.ajouter_a_la_fin(remplie, _a_copier(restants, envoi.phrase))
        reponse.content = remplie.encode(reponse.charset)
    return envoi


def _avis(request: HttpRequest, phrase: str) -> str:
    return format_html(
        '<div class="avis alerte" role="status" tabindex="-1" autofocus data-rendu>'
        '<p>{} <a href="{}?{}=1">Ne pas le reprendre</a></p></div>',
        phrase,
        request.path,
        OUBLIER,
    )


def _a_copier(restants: dict[str, list[str]], phrase: str) -> str:
    """What has no field any more: the answers that hold words."""
    lignes: list[tuple[Any, ...]] = []
    for nom, valeurs in restants.items():
        mots = [valeur for valeur in valeurs if valeur.strip() and not valeur.isdecimal()]
        if mots and not TECHNIQUES.search(nom):
            lignes.append((nom, "\n".join(mots)))
    if not lignes:
        return ""
    texte = format_html_join("\n\n", "{}\n{}", lignes)
    return format_html(
        '<div class="bande"><div class="large lecture"><div class="avis alerte" role="status" '
        'data-rendu><p>{}</p><p><label for="a-copier-rendu">{}</label>'
        '<textarea id="a-copier-rendu" rows="12" readonly>\n{}</textarea></p></div></div></div>',
        phrase,
        A_COPIER,
        texte,
    )
