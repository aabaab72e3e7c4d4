"""An organisation by its SIRET or its RNA, in the State's directory; its absence stops nothing.

Source: https://recherche-entreprises.api.gouv.fr (`GET …/search?q=&minimal=true&include=siege,
complements,matching_etablissements&per_page=1`, no key, 7 requests a second, 429 with
`Retry-After`). `minimal` leaves the persons out, and what they would be is not read: only the
fields of `Trouve` are. SUITES F14.
"""

import json
import logging
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode

from django.conf import settings
from django.core.cache import cache

from quartiers import reseau

SOURCE = "Annuaire des entreprises (recherche-entreprises.api.gouv.fr)"
DELAI = 2.0  # seconds for the whole answer
TAILLE_MAX = 200_000  # bytes
REPOS = 60  # seconds without asking again after a failure
REPOS_MAX = 600
CLE = "annuaire-en-repos"
INCLUS = "siege,complements,matching_etablissements"
FERME = "F"  # of an establishment
PERSONNE_PHYSIQUE = "1"  # legal natures that begin so: their name and address are somebody's
DIFFUSIBLE = "O"
journal = logging.getLogger(__name__)


class AnnuaireIndisponible(Exception):
    """Not configured, slow, saturated or unreadable: the sheet is filled by hand."""


@dataclass(frozen=True)
class Trouve:
    """What is kept of an answer: nothing of a person."""

    nom: str
    sigle: str = ""
    siret: str = ""
    rna: str = ""
    adresse: str = ""
    code_postal: str = ""
    ville: str = ""
    est_ferme: bool = False


def est_configure() -> bool:
    return bool(settings.ANNUAIRE_URL)


def chercher(numero: str) -> Trouve | None:
    """The organisation that has this SIRET or this RNA, None when the directory has none.

    Raises `AnnuaireIndisponible`.
    """
    if not est_configure() or cache.get(CLE):
        raise AnnuaireIndisponible
    question = {"q": numero, "minimal": "true", "include": INCLUS, "per_page": "1"}
    adresse = f"{settings.ANNUAIRE_URL}?{urlencode(question)}"
    try:
        reponse = json.loads(reseau.lire(adresse, delai=DELAI, taille_max=TAILLE_MAX))
        return _lire(reponse["results"], numero)
    except HTTPError as erreur:
        erreur.close()
        if erreur.code == 400:
            return None  # nothing to read in this number
        _se_reposer(erreur.headers.get("Retry-After", ""), f"réponse {erreur.code}")
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as erreur:
        _se_reposer("", type(erreur).__name__)
    raise AnnuaireIndisponible


def _lire(resultats: list[dict[str, Any]], numero: str) -> Trouve | None:
    """The answer when it is the one asked: the directory searches words, and may give another."""
    if not resultats:
        return None
    unite = resultats[0]
    siege = unite.get("siege") or {}
    rna = _texte((unite.get("complements") or {}).get("identifiant_association"), 10)
    siret = _texte(siege.get("siret"), 14)
    if numero not in (siret, rna) and not numero.startswith(_texte(unite["siren"], 9) or "?"):
        return None
    if _texte(unite.get("nature_juridique"), 4).startswith(PERSONNE_PHYSIQUE):
        return None
    nom = _texte(unite.get("nom_raison_sociale") or unite["nom_complet"], 200)
    if unite.get("statut_diffusion", DIFFUSIBLE) != DIFFUSIBLE:
        return Trouve(nom)
    return Trouve(
        nom=nom,
        sigle=_texte(unite.get("sigle"), 40),
        siret=siret,
        rna=rna,
        adresse=_voie(siege),
        code_postal=_texte(siege.get("code_postal"), 5),
        ville=_texte(siege.get("libelle_commune"), 100),
        est_ferme=unite.get("etat_administratif") == "C"
        or siege.get("etat_administratif") == FERME
        or _a_cesse(unite, numero),
    )


def _a_cesse(unite: dict[str, Any], numero: str) -> bool:
    """The establishment of this number has ceased, though its organisation has not."""
    etablissements = unite.get("matching_etablissements") or []
    return any(
        etablissement.get("siret") == numero and etablissement.get("etat_administratif") == FERME
        for etablissement in etablissements
    )


def _texte(valeur: object, longueur: int) -> str:
    """Empty for what the directory does not know; raises `ValueError` for what is no text."""
    if valeur is None:
        return ""
    if not isinstance(valeur, str):
        raise ValueError
    return reseau.texte_propre(valeur, longueur)


def _voie(siege: dict[str, Any]) -> str:
    """The address without its postal code and its commune, which have their own fields."""
    adresse = _texte(siege.get("adresse"), 200)
    fin = f"{siege.get('code_postal') or ''} {siege.get('libelle_commune') or ''}".strip()
    return adresse.removesuffix(fin).strip() if fin else adresse


def _se_reposer(delai: str, raison: str) -> None:
    """Every process leaves the directory alone for a while."""
    secondes = reseau.secondes_de_repos(delai, sinon=REPOS, maximum=REPOS_MAX)
    journal.warning("Annuaire laissé %s s au repos : %s", secondes, raison)
    cache.set(CLE, True, secondes)
